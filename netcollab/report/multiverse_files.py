"""A claim under every choice, as lines to read and as files for a paper.

On which choice does the verdict hang, and what do the specifications say together?
"""

from __future__ import annotations

import math
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from netcollab._files import write_atomically
from netcollab.hypotheses import Multiverse
from netcollab.inference import TestResult
from netcollab.report.building import building, inputs_of
from netcollab.report.contribution_words import sentences
from netcollab.report.declared_files import FOR_READERS, significant
from netcollab.report.figures import save_figure
from netcollab.report.finding_files import methods_page
from netcollab.report.labels import ambient_language, label, number, word
from netcollab.report.methods_text import citations
from netcollab.report.multiverses import (
    alternative_words,
    estimate_words,
    plot_multiverse,
)
from netcollab.report.reasons import reason_text, worded_reasons
from netcollab.report.runs import draws_of, p_text, run_of
from netcollab.report.tables import write_table
from netcollab.study import Study

__all__ = ["multiverse_report", "multiverse_table", "write_multiverse"]

_ALL = 320
_TESTS = ("median", "share", "stouffer")
_COLUMNS = ("n", "same", "median", "lowest", "highest")


def multiverse_table(panel: Multiverse) -> pd.DataFrame:
    """What the verdict hangs on: a row per alternative, in the ambient language.

    Over the specifications in which an alternative was taken: how many, the share with
    the headline's verdict among those that could be tested, and the estimates. The note
    has the verdicts, the tests of the whole curve, and what was left out and why.

    Parameters
    ----------
    panel
        As from `netcollab.hypotheses.multiverse`.

    Returns
    -------
    DataFrame
        Text; empty where there is no multiverse. `.attrs["note"]` is the note.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    >>> few = {"missing": ["observed"], "threshold": ["none"], "without": ["nobody"]}
    >>> claim = nc.hypotheses.ANSELL_GASH[1]
    >>> panel = nc.hypotheses.multiverse(study, claim, choices=few, rng=1)
    >>> multiverse_table(panel).iloc[0, :2].tolist()
    ['3', '100']
    """
    rows, index = [], []
    for choice in panel.choices:
        taken = panel.table.get(choice.name, pd.Series(dtype="str"))
        named = [each for each in choice.alternatives if (taken == each).any()]
        if len(named) < 2:
            continue
        for each in named:
            rows.append(_row(panel, panel.table[taken == each]))
            index.append((label(f"multiverse.{choice.name}"), _said(choice.name, each)))
    names = [label("multiverse_files.choice"), label("multiverse_files.alternative")]
    columns = [label(f"multiverse_files.{name}") for name in _COLUMNS]
    at = pd.MultiIndex.from_tuples(index, names=names) if index else None
    table = pd.DataFrame(rows, at, columns)
    table.attrs["numbers"] = columns
    notes = [label("note.synthetic")] if panel.synthetic else []
    table.attrs["note"] = sentences([*notes, *_lines(panel)])
    return table


def multiverse_report(panel: Multiverse) -> str:
    """A claim under every choice as lines of text in the ambient language.

    Parameters
    ----------
    panel
        As from `netcollab.hypotheses.multiverse`.

    Examples
    --------
    >>> from netcollab.hypotheses import Hypothesis
    >>> refused = Multiverse("case", Hypothesis(key="H1"), reason="y is constant")
    >>> print(multiverse_report(refused))
    H1: not testable
      Not tested: y is constant
    """
    verdict = label(f"verdict.{panel.verdict}")
    title = f"{panel.hypothesis.key}: {verdict}"
    if panel.synthetic:
        title = f"{title} ({label('note.synthetic')})"
    return "\n".join([title, *(f"  {line}" for line in _lines(panel))])


def write_multiverse(
    panel: Multiverse,
    study: Study,
    out: str | Path,
    *,
    source: str | Path | None = None,
    part: str = "",
) -> Path:
    """Write a claim under every choice for a paper, in the ambient language.

    Writes `multiverse.csv` (every specification), `curve.csv` (the tests of the whole
    curve), `choices` as HTML, LaTeX, Markdown, workbook and document (the table of
    `multiverse_table`), the specification curve as `multiverse` in SVG, PDF and PNG,
    where the whole curve was tested `methods.md` and `citations.bib`, and, last,
    `run.json`. Everything is built beside `out` and takes its place when whole.

    Parameters
    ----------
    panel
        As from `netcollab.hypotheses.multiverse`.
    study
        The study it is of.
    out
        A folder; what is there must come from an earlier run of this job.
    source
        The study's folder or workbook, for the record.
    part
        Which part of the study this is, such as one wave, for captions and the record.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If `out` holds other files.
    BlockingIOError
        If another run is writing the same folder.
    """
    out = Path(out).resolve()
    code = ambient_language()
    title = study.manifest.title.get(code) or word(study.manifest.name)
    title = f"{title}, {part}" if part else title
    claim = panel.hypothesis.key
    caption = label("multiverse_files.caption", claim=claim, study=title)
    if panel.synthetic:
        caption = f"{caption} ({label('note.synthetic')})"
    with building(out, "multiverse", *inputs_of(study, source)) as run:
        folder = run.folder
        _write_numbers(panel.table, folder / "multiverse")
        _write_numbers(_tests(panel), folder / "curve")
        table = multiverse_table(panel)
        write_table(table, folder / "choices", caption=caption, formats=FOR_READERS)
        ax = plot_multiverse(panel)
        save_figure(ax, folder / "multiverse")
        plt.close(ax.get_figure(root=True))
        if panel.curve is not None:
            ran = {claim: panel.curve.median}
            write_atomically(folder / "methods.md", methods_page([ran], caption))
            text = citations(ran, form="bibtex")
            write_atomically(folder / "citations.bib", text)
        run.record(
            seed=panel.seed,
            options={
                "language": code,
                "hypothesis": claim,
                "alpha": panel.alpha,
                "part": part,
                "choices": {c.name: list(c.alternatives) for c in panel.choices},
            },
        )
    return out


def _row(panel: Multiverse, rows: pd.DataFrame) -> list[str]:
    tested = rows[rows["verdict"] != "not testable"]
    estimates = tested["estimate"].astype(float)
    same = (tested["verdict"] == panel.verdict).mean() if len(tested) else math.nan
    return [
        number(len(rows), 0),
        number(100 * same, 0),
        *(number(estimates.agg(name)) for name in ("median", "min", "max")),
    ]


def _said(choice: str, alternative: str) -> str:
    """An alternative in one line; whoever was left out by name."""
    if choice == "without" and alternative != "nobody":
        return word(alternative)
    return alternative_words(choice, alternative).replace("\n", " ")


def _lines(panel: Multiverse) -> list[str]:
    """Specifications, verdicts, estimates, the curve and what was left out."""
    if panel.reason:
        why = reason_text(panel.reason)
        return [label("multiverse.refused", reason=why), *_left_out(panel)]
    told = [label("count.specification", count=len(panel.table))]
    if not math.isnan(panel.share):
        share = number(100 * panel.share, 0)
        told[0] = f"{told[0]}: {label('multiverse.same', share=share)}"
    counts = panel.table["verdict"].value_counts()
    verdicts = [f"{label(f'verdict.{v}')} {number(c, 0)}" for v, c in counts.items()]
    told.append(label("multiverse_files.counts", verdicts=", ".join(verdicts)))
    estimates = panel.table["estimate"].dropna().astype(float)
    if len(estimates):
        low, median, high = (
            number(estimates.agg(name)) for name in ("min", "median", "max")
        )
        ends = {"low": low, "high": high, "median": median}
        tested = panel.table.dropna(subset="estimate")
        what = estimate_words(tested, panel.symbol)
        told.append(label("multiverse_files.estimates", what=what, **ends))
    told += [_curve_line(panel), *_left_out(panel), label("multiverse_files.share_is")]
    return told


def _left_out(panel: Multiverse) -> list[str]:
    told = []
    for why, count in panel.left_out.items():
        reason = reason_text(str(why))
        told.append(label("multiverse_files.left_out", count=int(count), reason=reason))
    return told


def _curve_line(panel: Multiverse) -> str:
    if panel.curve is None:
        told = reason_text(panel.curve_reason)
        return f"{label('multiverse.untested_curve')}: {told}"
    tests = {name: _p(getattr(panel.curve, name)) for name in _TESTS}
    return label("multiverse.curve", **tests)


def _p(test: TestResult) -> str:
    exact = test.method.startswith("exact")
    told = p_text(test.pvalue, 0.0 if exact else test.mc_error, exact=exact)
    return f"p = {told}"


def _tests(panel: Multiverse) -> pd.DataFrame:
    """The tests of the whole curve, a row each; none where there is no curve."""
    columns = ["statistic", "pvalue", "mc_error", "p_min", "n_specifications", "method"]
    rows = {}
    for name in _TESTS if panel.curve is not None else ():
        test = getattr(panel.curve, name)
        fields = ("statistic", "pvalue", "mc_error", "p_min", "n")
        numbers = [getattr(test, each) for each in fields]
        rows[name] = [*numbers, draws_of(run_of(name, test))]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.rename_axis("test")


def _write_numbers(frame: pd.DataFrame, stem: Path) -> None:
    """The table for programs, with reasons for readers."""
    table = significant(worded_reasons(frame))
    write_table(table, stem, caption="", decimals=_ALL, formats=["csv"], note="")
