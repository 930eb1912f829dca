"""A sheet for the conversation between groups: where they differ, where they agree.

What could leaders, staff, unions and politicians talk about first?
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice, check_count, check_fraction
from netcollab.errors import RefusedError
from netcollab.inference import group_gaps
from netcollab.report.disclosure import least
from netcollab.report.labels import label, name_of, number, word
from netcollab.report.tables import html_table
from netcollab.scales import statement_answers, statement_gaps, statement_groups
from netcollab.study import Study

__all__ = ["DialogueSheet", "OnSheet", "dialogue_sheet"]


@dataclass(frozen=True)
class OnSheet:
    """A statement of the sheet in words, for a page.

    Parameters
    ----------
    words
        The statement.
    told
        What is said of it.
    groups
        Group, its mean (NaN where held back) and the mean with n in words.
    """

    words: str
    told: str
    groups: tuple[tuple[str, float, str], ...]


@dataclass(frozen=True, eq=False)
class DialogueSheet:
    """The largest gaps and the strongest agreements between groups, in words.

    `summary` and HTML speak the ambient language.

    Parameters
    ----------
    gaps
        One row per statement, largest gap first: statement, first, second (first has
        the higher mean), mean_first, mean_second, n_first, n_second, gap, ci_low,
        ci_high, p_adjusted, beyond_chance.
    agreements
        One row per statement: statement, agreement (of the two groups that agree
        least), n_groups.
    groups
        One row per statement of the sheet and group: n, mean, reason where held back.
    words
        The statements by language.
    title
        The study by language.
    synthetic
        Nobody gave these answers.
    scale
        Lowest and highest answer.
    held_back
        Groups of which nothing is shown.
    n_missing
        Answers missing among those of the groups shown, over all statements.
    n_same
        Means on the sheet of groups that all gave the same answer: each tells what
        every member said.
    n_tested, method, seed
        Gaps tested together, and how.
    min_respondents, alpha, confidence
        As asked.
    """

    gaps: pd.DataFrame
    agreements: pd.DataFrame
    groups: pd.DataFrame
    words: dict[str, dict[str, str]]
    title: dict[str, str]
    synthetic: bool
    scale: tuple[float, float]
    held_back: tuple[str, ...]
    n_missing: int
    n_same: int
    n_tested: int
    method: str
    seed: int | None
    min_respondents: int
    alpha: float
    confidence: float

    def to_frame(self) -> pd.DataFrame:
        """One row per statement, gaps first, and what is said of it."""
        parts = [
            self.gaps.assign(kind="gap"),
            self.agreements.assign(kind="agreement"),
        ]
        table = pd.concat(parts, ignore_index=True)
        front = ["kind", "statement"]
        return table[front + [name for name in table if name not in front]]

    def summary(self) -> str:
        """The sheet as plain text."""
        lines = [self.heading(), "", label("dialogue.gaps")]
        lines += self._listed(self.gaps, [self._gap(row) for row in _rows(self.gaps)])
        lines += ["", label("dialogue.agreements")]
        told = [self._agreement(row) for row in _rows(self.agreements)]
        lines += self._listed(self.agreements, told)
        lines += ["", label("dialogue.not_said")]
        lines += [f"- {note}" for note in self.notes()]
        return "\n".join(
            textwrap.fill(line, 88, subsequent_indent=" " * _indent(line))
            for line in lines
        )

    def heading(self) -> str:
        """The title of the sheet, which says so where nobody gave these answers."""
        title = name_of(pd.Series(_named(self.title), name="", dtype="str"))
        told = label("dialogue.title", study=title)
        return f"{told} ({label('note.synthetic')})" if self.synthetic else told

    def entries(self, kind: Literal["gaps", "agreements"]) -> list[OnSheet]:
        """The statements of one part of the sheet in words, in their order."""
        table, tell = {
            "gaps": (self.gaps, self._gap),
            "agreements": (self.agreements, self._agreement),
        }[check_choice("kind", kind, ("gaps", "agreements"))]
        found = []
        for row in _rows(table):
            means = self.groups[self.groups["statement"] == row["statement"]]
            groups = [
                (word(r["group"]), r["mean"], self._mean(r)) for r in _rows(means)
            ]
            told = OnSheet(self._words(row["statement"]), tell(row), tuple(groups))
            found.append(told)
        return found

    def notes(self) -> list[str]:
        """What may be said of the sheet, and what may not."""
        low, high = (number(end, 0) for end in self.scale)
        notes = [
            label("dialogue.scale", low=low, high=high),
            label("dialogue.not_called", count=self.n_tested),
            label("dialogue.interval", percent=number(100 * self.confidence, 0)),
        ]
        if self.held_back:
            named = ", ".join(word(name) for name in self.held_back)
            needed = number(self.min_respondents, 0)
            notes.append(label("dialogue.held_back", groups=named, least=needed))
        if self.n_same:
            notes.append(label("dialogue.same", count=self.n_same))
        missing = number(self.n_missing, 0)
        notes.append(label("dialogue.unheard", missing=missing))
        return [*notes, *(label(f"dialogue.{name}") for name in _WARNINGS)]

    def __repr__(self) -> str:
        return (
            f"DialogueSheet({len(self.gaps)} gaps, {len(self.agreements)} agreements)"
        )

    def _repr_html_(self) -> str:
        parts = [f"<h2>{html.escape(self.heading())}</h2>"]
        for kind, table, told in (
            ("gaps", self.gaps, self._gap),
            ("agreements", self.agreements, self._agreement),
        ):
            frame = self._cells(table)
            frame[label(f"dialogue.column_{kind}")] = [told(r) for r in _rows(table)]
            parts.append(
                html_table(frame, f"dialogue_{kind}", label(f"dialogue.{kind}"), 1)
            )
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes())
        heading = html.escape(label("dialogue.not_said"))
        return "".join([*parts, f"<h3>{heading}</h3><ul>{notes}</ul>"])

    def _listed(self, table: pd.DataFrame, told: Sequence[str]) -> list[str]:
        lines = []
        rows = zip(table["statement"], told, strict=True)
        for place, (statement, said) in enumerate(rows, 1):
            lines += [f"{place}. {self._words(statement)}", f"   {said}"]
            lines.append("   " + "; ".join(self._means(statement)))
        return lines or [f"   {label('dialogue.none')}"]

    def _words(self, statement: str) -> str:
        told = _named(self.words[statement])
        return name_of(pd.Series(told, name=statement, dtype="str"))

    def _means(self, statement: str) -> list[str]:
        rows = self.groups[self.groups["statement"] == statement]
        return [
            f"{word(row['group'])}{':' if row['reason'] else ''} {self._mean(row)}"
            for row in _rows(rows)
        ]

    def _mean(self, row: pd.Series) -> str:
        if row["reason"]:
            return label("dialogue.too_few")
        n = number(row["n"], 0)
        return label("dialogue.mean", mean=number(row["mean"], 1), n=n)

    def _cells(self, table: pd.DataFrame) -> pd.DataFrame:
        """Statements x groups, in words."""
        names = list(dict.fromkeys(self.groups["group"]))
        key = self.groups.set_index(["statement", "group"])
        cells = {
            word(name): [self._mean(key.loc[(s, name)]) for s in table["statement"]]
            for name in names
        }
        index = pd.Index([self._words(s) for s in table["statement"]])
        return pd.DataFrame(cells, index=index.rename(label("dialogue.statement")))

    def _gap(self, row: pd.Series) -> str:
        ends = [number(row[name], 1) for name in ("ci_low", "ci_high")]
        p = number(row["p_adjusted"], 4 if row["p_adjusted"] < 0.001 else 3)
        kind = "beyond" if row["beyond_chance"] else "chance"
        return label(
            f"dialogue.{kind}",
            first=word(row["first"]),
            second=word(row["second"]),
            gap=number(row["gap"], 1),
            low=ends[0],
            high=ends[1],
            p=p,
        )

    def _agreement(self, row: pd.Series) -> str:
        return label("dialogue.agreement", value=number(row["agreement"], 2))


_WARNINGS = ("right", "cause", "persons")


def dialogue_sheet(
    study: Study,
    name: str,
    *,
    by: str = "role",
    n_gaps: int = 3,
    n_agreements: int = 3,
    min_respondents: int | None = None,
    alpha: float = 0.05,
    confidence: float = 0.95,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
) -> DialogueSheet:
    """The statements on which groups differ most, and those on which they agree most.

    A statement's gap is that of the two groups whose means lie farthest apart. It is
    said to be more than chance where its p, over all statements and pairs of groups
    together (`netcollab.inference.group_gaps`), is at most `alpha`; otherwise it is on
    the sheet as one that may be chance. A statement's agreement is that of the two
    groups that agree least (`netcollab.scales.statement_gaps`): all groups say the
    same, and their members do. A statement with a gap that is more than chance is
    none.

    Parameters
    ----------
    study
        A study with answers in one wave.
    name
        The dimension or construct whose items are the statements.
    by
        Column of the respondents that holds the group.
    n_gaps, n_agreements
        Statements on the sheet.
    min_respondents
        A group's answers to a statement are held back below it; None: twice the
        manifest's, since a statement is a single item (`netcollab.report.least`).
    alpha
        Level of the test.
    confidence
        Of the intervals.
    n_resamples, rng
        As in `group_gaps`.

    Raises
    ------
    UnknownNameError, InputError
        As in `netcollab.scales.statement_answers`.
    RefusedError
        If no statement has two groups with enough answers.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/faelles_sprog"))
    >>> sheet = dialogue_sheet(study, "shared_language", n_resamples=199, rng=1)
    >>> sheet.gaps["statement"].tolist()
    ['sl_09', 'sl_04', 'sl_13']
    >>> with nc.report.language("nb"):
    ...     print(sheet.summary().splitlines()[5].strip()[:63])
    politiker og fagforening: 2,1 poeng fra hverandre (1,5 til 2,7)
    """
    check_count("n_gaps", n_gaps)
    check_count("n_agreements", n_agreements)
    level = check_fraction("alpha", alpha)
    items, groups, scale = statement_answers(study, name, by=by)
    needed = least(study.manifest, name, "item")
    if min_respondents is not None:
        needed = check_count("min_respondents", min_respondents, minimum=3)
    means = statement_groups(items, groups, scale, min_respondents=needed)
    pairs = statement_gaps(
        items, groups, scale, confidence=confidence, min_respondents=needed
    )
    if not len(pairs):
        raise RefusedError(
            f'no statement of "{name}" has two groups with {needed} answers or more'
        )
    tested = group_gaps(*_shown(items, groups, means), n_resamples=n_resamples, rng=rng)
    pairs = _with_p(pairs, tested.coefficients)
    pairs["beyond_chance"] = pairs["p_adjusted"] <= level
    gaps = pairs.drop_duplicates("statement").head(n_gaps)
    gaps = gaps.drop(columns=["standardised", "agreement"])
    shown = means[means["reason"] == ""]
    agreements = _agreements(pairs, shown).head(n_agreements).reset_index()
    chosen = [*gaps["statement"], *agreements["statement"]]
    hidden = set(means["group"]) - set(shown["group"])
    columns = ["statement", "group", "n", "mean", "reason"]
    specs = study.manifest.items
    return DialogueSheet(
        gaps=gaps.reset_index(drop=True),
        agreements=agreements,
        groups=means.loc[means["statement"].isin(chosen), columns],
        words={statement: dict(specs[statement].label) for statement in chosen},
        title=dict(study.manifest.title),
        synthetic=study.manifest.synthetic,
        scale=scale,
        held_back=tuple(sorted(hidden)),
        n_missing=int(shown["n_missing"].sum()),
        n_same=int((shown["statement"].isin(chosen) & shown["sd"].eq(0)).sum()),
        n_tested=int(tested.coefficients["p_adjusted"].notna().sum()),
        method=tested.method,
        seed=tested.seed,
        min_respondents=needed,
        alpha=level,
        confidence=confidence,
    )


def _agreements(pairs: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Statements without a gap, by the agreement of the groups that agree least."""
    divided = pairs.loc[pairs["beyond_chance"], "statement"]
    pairs = pairs[~pairs["statement"].isin(divided)]
    lowest = pairs.groupby("statement", sort=False)["agreement"].min()
    lowest = lowest.sort_values(ascending=False, kind="stable")
    n_groups = shown.groupby("statement").size().reindex(lowest.index)
    return pd.DataFrame({"agreement": lowest, "n_groups": n_groups})


def _shown(
    items: pd.DataFrame, groups: pd.Series, means: pd.DataFrame
) -> tuple[pd.DataFrame, pd.Series]:
    """The answers of groups that are shown, statement by statement."""
    seen = means.pivot(index="group", columns="statement", values="n") > 0
    seen = seen.reindex(columns=items.columns)
    kept = groups.map(seen.any(axis=1)).to_numpy(dtype=bool)
    cells = seen.loc[groups[kept]].to_numpy()
    answers = items[kept].where(cells).reset_index(drop=True)
    return answers, groups[kept].reset_index(drop=True)


def _with_p(pairs: pd.DataFrame, tested: pd.DataFrame) -> pd.DataFrame:
    """Each gap with its adjusted p, whichever way round it was tested."""
    there = tested[["statement", "first", "second", "p_adjusted"]]
    back = there.rename(columns={"first": "second", "second": "first"})
    both = pd.concat([there, back])
    return pairs.merge(both, on=["statement", "first", "second"], how="left")


def _named(words: dict[str, str]) -> dict[str, str]:
    return {f"name_{code}": text for code, text in words.items()}


def _rows(table: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in table.iterrows()]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" -0123456789."))
