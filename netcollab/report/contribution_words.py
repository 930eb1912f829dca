"""A theory of change and its evidence in words: a table for a paper, lines to read.

Which links hold, which rival stands, and along which chain may a contribution be told?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from netcollab.hypotheses import Contribution
from netcollab.report.labels import capitalized, label, name_of, number, word
from netcollab.report.reasons import reason_text, worded_reasons
from netcollab.study import LEAST_SHOWN, Study

__all__ = [
    "contribution_report",
    "contribution_table",
    "theory_words",
    "worded_links",
]

_ARROW = " → "


def theory_words(study: Study) -> pd.Series:
    """What a study calls the elements and rivals of its theory.

    In the ambient language.

    Parameters
    ----------
    study
        A study with the section `[theory]`; without it nothing is called anything.

    Returns
    -------
    Series
        Name -> words, for `plot_contribution`. A name without words is written as it
        is, with blanks for underscores.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> theory_words(study)["shared_overview"]
    'Shared overview'
    """
    return pd.Series(_names(study), dtype="str", name="words")


def contribution_table(found: Contribution, study: Study) -> pd.DataFrame:
    """The contribution table of a theory in words, a row per link.

    In the ambient language: status, voices and their mean, what the codings can say,
    rivals that stand, were not ruled out or were, what was assumed, and why the link is
    not well supported. The note below the table says what no status can.

    Parameters
    ----------
    found
        As from `netcollab.hypotheses.contribution`.
    study
        The study it is of; its manifest has the words.

    Returns
    -------
    DataFrame
        Text; `.attrs["note"]` is the note, which `write_table` puts below.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> theory = nc.hypotheses.declared_theory(study)
    >>> table = contribution_table(nc.hypotheses.contribution(study, theory), study)
    >>> table["status"].tolist()[:3]
    ['well supported', 'weakly supported', 'contested by a rival']
    """
    names = _names(study)
    columns = [
        label("theory.status"),
        label("theory.voices"),
        label("evidence.mean"),
        label("theory.reads"),
        label("theory.rivals"),
        label("theory.assumption"),
        label("theory.why"),
    ]
    rows = []
    assumed = worded_links(found, study)["assumption"]
    for (_, row), assumption in zip(found.links.iterrows(), assumed, strict=True):
        rows.append(
            [
                label(f"link_status.{row['status']}"),
                number(row["n"], 0),
                number(row["score"], 2, signed=True),
                _reading(str(row["reads"])),
                "; ".join(_rivals(row, names)),
                str(assumption),
                "; ".join(_why(row)),
            ]
        )
    pairs: list[str] = [_pair(row, names) for _, row in found.links.iterrows()]
    index = pd.Index(pairs, name=label("theory.link"), dtype="str")
    table = pd.DataFrame(rows, index, columns)
    table.attrs["numbers"] = columns[1:3]
    synthetic = found.links.attrs.get("synthetic")
    notes = [label("note.synthetic")] if synthetic else []
    table.attrs["note"] = sentences([*notes, *_limits(found)])
    return table


def worded_links(found: Contribution, study: Study) -> pd.DataFrame:
    """The links of `found` with reasons and assumptions in the ambient language.

    Parameters
    ----------
    found
        As from `netcollab.hypotheses.contribution`.
    study
        The study it is of; its manifest has the words of the assumptions.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> theory = nc.hypotheses.declared_theory(study)
    >>> with nc.report.language("nb"):
    ...     links = worded_links(nc.hypotheses.contribution(study, theory), study)
    >>> links["assumption"].iloc[0]
    'Alle tjenester har tilgang til den samme planen'
    """
    links, assumed = worded_reasons(found.links), _assumptions(study)
    pairs = zip(links["cause"], links["effect"], links["assumption"], strict=True)
    links["assumption"] = [assumed.get((a, b), told) for a, b, told in pairs]
    return links


def contribution_report(found: Contribution, study: Study) -> str:
    """Chains, links and rivals of a theory as lines of text in the ambient language.

    Parameters
    ----------
    found
        As from `netcollab.hypotheses.contribution`.
    study
        The study it is of.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> theory = nc.hypotheses.declared_theory(study)
    >>> with nc.report.language("nb"):
    ...     told = contribution_report(nc.hypotheses.contribution(study, theory), study)
    >>> print(told.splitlines()[0])
    Fra digitale verktøy til tjenester som passer (Syntetiske data): 7 ledd, 3 kjeder
    """
    spec, names = study.manifest.theory, _names(study)
    title = found.theory.name if spec is None else words_of(spec.title, "")
    if found.links.attrs.get("synthetic"):
        title = f"{title} ({label('note.synthetic')})"
    counts = [
        label("count.link", count=len(found.links)),
        label("theory.chains", count=len(found.chains)),
    ]
    lines = [f"{title or found.theory.name}: {', '.join(counts)}"]
    for name, row in found.chains.iterrows():
        steps = [names.get(step, step) for step in str(name).split(_ARROW)]
        status = label(f"link_status.{row['strength']}")
        told = label("theory.chain", status=status)
        verdict = label(f"verdict.{row['verdict']}")
        lines.append(f"  {_ARROW.join(steps)}: {verdict} ({told})")
    lines.append(label("contribution.links"))
    for _, row in found.links.iterrows():
        lines += _link_lines(row, names)
    lines.append(label("theory.limits"))
    return "\n".join([*lines, *(f"  - {text}" for text in _limits(found))])


def sentences(notes: Sequence[str]) -> str:
    """Notes as sentences one after the other."""
    return " ".join(f"{capitalized(note.rstrip('.'))}." for note in notes)


def words_of(words: Mapping[str, str], name: str) -> str:
    """Declared words in the ambient language, else in another, else the name."""
    told = {f"name_{code}": text for code, text in words.items()}
    said = name_of(pd.Series(told, name="", dtype="str"))
    return said or word(name)


def _names(study: Study) -> dict[str, str]:
    spec = study.manifest.theory
    found: dict[str, str] = {}
    if spec is not None:
        for link in spec.links.values():
            found |= {n: words_of(rival.label, n) for n, rival in link.rivals.items()}
        found |= {name: words_of(told, name) for name, told in spec.elements.items()}
    return found


def _assumptions(study: Study) -> dict[tuple[str, str], str]:
    spec = study.manifest.theory
    links = () if spec is None else spec.links.values()
    return {
        (link.cause, link.effect): words_of(link.assumption, "")
        for link in links
        if link.assumption
    }


def _link_lines(row: pd.Series, names: Mapping[str, str]) -> list[str]:
    parts = [label("count.voice", count=int(row["n"]))]
    if row["n"]:
        mean = number(row["score"], 2, signed=True)
        parts.append(f"{label('evidence.mean')} {mean}")
    parts += [text for text in (_reading(str(row["reads"])), *_why(row)) if text]
    parts += _rivals(row, names)
    status = label(f"link_status.{row['status']}")
    return [f"  {_pair(row, names)}: {status}", f"    {'; '.join(parts)}"]


def _pair(row: pd.Series, names: Mapping[str, str]) -> str:
    return _ARROW.join(
        str(names.get(row[end], row[end])) for end in ("cause", "effect")
    )


def _reading(reads: str) -> str:
    return label(f"theory.{reads.replace(' ', '_')}") if reads else ""


def _rivals(row: pd.Series, names: Mapping[str, str]) -> list[str]:
    told = []
    for kind in ("standing", "open", "ruled_out"):
        rivals = [name for name in str(row[f"rivals_{kind}"]).split("; ") if name]
        if rivals:
            listed = ", ".join(names.get(name, name) for name in rivals)
            told.append(label(f"contribution.{kind}", rivals=listed))
    return told


def _why(row: pd.Series) -> list[str]:
    """Why the evidence of a link is none, or not clear; rivals are told apart."""
    reason = str(row["evidence_reason"])
    told = [reason_text(reason)] if reason else []
    if row["verdict"] == "supported":
        told += [word(tag) for tag in str(row["tags"]).split(", ") if tag]
    return told


def _limits(found: Contribution) -> list[str]:
    """What no status can say, and what was taken for granted."""
    told = [label("theory.no_effect"), label("theory.only_named")]
    if (found.links["reads"] == "consistent with").any():
        told.append(label("theory.level_only"))
    if found.links["n"].between(1, LEAST_SHOWN - 1).any():
        told.append(label("theory.few_voices"))
    assumed = [reason_text(text) for text in found.assumptions]
    return [*told, *(label("theory.assumed", told=text) for text in assumed)]
