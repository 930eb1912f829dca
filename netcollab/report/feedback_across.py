"""What all municipalities of a study get to read together, none of them named.

What do they share, and what do the same functions see differently in many of them?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from netcollab.report.feedback_cells import Evidence
from netcollab.report.feedback_findings import (
    LEAST_GAP,
    LEAST_SITES,
    highest_of,
    role_gaps,
)
from netcollab.report.feedback_formal import Formal
from netcollab.report.feedback_prompts import ALIKE
from netcollab.report.feedback_records import Panel, Prompt, Row
from netcollab.report.feedback_words import (
    across_reading_lines,
    listed,
    method_lines,
    named,
    span_words,
)
from netcollab.report.labels import label, name_of, number, word
from netcollab.report.strips import axis, strip
from netcollab.study import Study

__all__ = ["Across", "across", "is_possible_across"]

_MOST_PAIRS = 6


@dataclass(frozen=True)
class Across:
    """The page, every text plain: the template escapes it."""

    wave: str
    answered: str
    strong: tuple[Row, ...]
    strong_told: str
    strong_pairs: tuple[Row, ...]
    gaps: tuple[Row, ...]
    gaps_told: str
    profile: Panel
    panels: tuple[Panel, ...]
    documents: tuple[Row, ...]
    prompts: tuple[Prompt, ...]
    reading: tuple[str, ...]
    unknown: tuple[str, ...]
    method: tuple[str, ...]


def is_possible_across(study: Study, evidence: Evidence) -> bool:
    """Whether enough sites may be shown for none of them to be told."""
    shown = _shown(evidence, evidence.subject, study.waves[-1])
    return len(shown) > LEAST_SITES


def across(study: Study, evidence: Evidence, formal: Formal) -> Across:
    """The page about all sites in the latest wave, in the ambient language."""
    wave = study.waves[-1]
    names = _names(study)
    pairs = role_gaps(evidence, wave)
    strong = _strong(evidence, wave)
    subject = named(study, evidence.subject)
    top = highest_of(len(strong))
    apart = pairs[pairs["gap"] >= LEAST_GAP].head(_MOST_PAIRS)
    by_weaker = pairs.sort_values("weaker", ascending=False, kind="stable")
    alike = by_weaker.head(max(1, highest_of(len(pairs))))
    told = label(
        "feedback.across_marks", count=len(_shown(evidence, evidence.subject, wave))
    )
    profile_names = (*evidence.dimensions, evidence.subject)
    return Across(
        wave=wave if len(study.waves) > 1 else "",
        answered=_answered(evidence, wave),
        strong=tuple(_strong_row(study, row) for row in strong[:top]),
        strong_told=_of_top("across_strong_told", top),
        strong_pairs=tuple(_pair_row(names, pair) for _, pair in alike.iterrows()),
        gaps=tuple(_gap_row(names, pair) for _, pair in apart.iterrows()),
        gaps_told=_gaps_told(pairs, apart),
        profile=_panel(study, evidence, wave, subject, told, profile_names),
        panels=tuple(
            _panel(
                study,
                evidence,
                wave,
                named(study, part.name),
                label(
                    "feedback.about_leader"
                    if part.about == "own_leader"
                    else "feedback.about_self"
                ),
                part.dimensions or (part.name,),
            )
            for part in evidence.beside
        ),
        documents=_documents(study, formal),
        prompts=_prompts(study, names, strong, pairs),
        reading=across_reading_lines(study, evidence),
        unknown=_unknown(study, evidence, wave),
        method=method_lines(study, evidence, across=True),
    )


def _shown(evidence: Evidence, name: str, wave: str) -> pd.Series:
    """The means of all sites that may be shown, without their names."""
    table = evidence.sites
    table = table[(table["name"] == name) & (table["wave"] == wave)]
    means = table.loc[table["reason"] == "", "mean"]
    return means.sort_values(ignore_index=True)


def _names(study: Study) -> dict[str, str]:
    """A unit's name where it is first met."""
    actors = study.actors.drop_duplicates("actor").set_index("actor")
    return {str(unit): str(name) for unit, name in name_of(actors).items()}


def _answered(evidence: Evidence, wave: str) -> str:
    rows = evidence.responses
    rows = rows[rows["wave"] == wave]
    responded = int(rows["responded"].sum())
    sites = label("count.site", count=rows.loc[rows["responded"] > 0, "site"].nunique())
    return label("feedback.across_answered", count=responded, sites=sites)


@dataclass(frozen=True)
class _Standing:
    """A dimension: in how many sites it is among their highest, and its median."""

    name: str
    count: int
    n_sites: int
    top: int
    median: float


def _strong(evidence: Evidence, wave: str) -> list[_Standing]:
    """Dimensions by the sites that have them among their highest, then by median."""
    table = evidence.sites
    table = table[(table["wave"] == wave) & (table["reason"] == "")]
    table = table[table["name"].isin(evidence.dimensions)]
    top = highest_of(table["name"].nunique())
    places = table.groupby("site")["mean"].rank(ascending=False, method="min")
    among = table.assign(top=places <= top).groupby("name")["top"].sum()
    order = among.reindex(evidence.dimensions).dropna().astype(int)
    found = [
        _Standing(
            str(name),
            int(count),
            table["site"].nunique(),
            top,
            float(_shown(evidence, str(name), wave).median()),
        )
        for name, count in order.items()
    ]
    return sorted(found, key=lambda row: (-row.count, -row.median))


def _strong_row(study: Study, row: _Standing) -> Row:
    middle = number(row.median, 1)
    return Row(named(study, row.name), value=middle, n=_among_top(row))


def _among_top(row: _Standing) -> str:
    told = {"sites": number(row.count, 0), "total": number(row.n_sites, 0)}
    return _of_top("across_top", row.top, **told)


def _of_top(key: str, top: int, **fields: str) -> str:
    """A phrase about the highest dimensions: there is another where it is one only."""
    if top == 1:
        return label(f"feedback.{key}_one", **fields)
    return label(f"feedback.{key}", top=number(top, 0), **fields)


def _gaps_told(pairs: pd.DataFrame, apart: pd.DataFrame) -> str:
    if not len(pairs):
        return label("feedback.across_no_pairs")
    kind = "across_differ_told" if len(apart) else "gaps_none"
    return label(f"feedback.{kind}")


def _pair_row(names: dict[str, str], pair: pd.Series) -> Row:
    return Row(
        label(
            "feedback.pair", first=names[pair["first"]], second=names[pair["second"]]
        ),
        value=number(pair["weaker"], 1),
        n=number(pair["n_sites"], 0),
    )


def _gap_row(names: dict[str, str], pair: pd.Series) -> Row:
    told = {"first": names[pair["first"]], "second": names[pair["second"]]}
    return Row(
        label("feedback.pair_seen", **told),
        value=number(pair["gap"], 1),
        span=span_words(pair["low"], pair["high"]),
        n=label(
            "feedback.of_sites",
            count=number(pair["n_same"], 0),
            total=number(pair["n_sites"], 0),
        ),
        reason=label("feedback.clear" if pair["clear"] else "feedback.chance"),
        clear=bool(pair["clear"]),
    )


def _panel(
    study: Study,
    evidence: Evidence,
    wave: str,
    title: str,
    told: str,
    names: Sequence[str],
) -> Panel:
    rows = []
    for name in names:
        means = _shown(evidence, name, wave)
        heading = named(study, name)
        if len(means) <= LEAST_SITES:
            rows.append(Row(heading, reason=label("feedback.too_few_sites")))
            continue
        ends = span_words(means.iloc[0], means.iloc[-1])
        middle = number(means.median(), 1)
        text = label("feedback.alt_across", name=heading, middle=middle, span=ends)
        bands = evidence.bands[name]
        picture = strip(
            evidence.spans[name],
            text=text,
            bands=bands,
            marks=means.tolist(),
            middle=means.median(),
        )
        rows.append(
            Row(
                heading,
                picture,
                middle,
                ends,
                number(len(means), 0),
                _in_bands(evidence, name, means),
            )
        )
    return Panel(
        title,
        told,
        axis(evidence.spans[names[0]], evidence.bands[names[0]]),
        tuple(rows),
    )


def _in_bands(evidence: Evidence, name: str, means: pd.Series) -> str:
    """How many sites are in each band."""
    bands = evidence.bands[name]
    told = []
    for k, (band, (low, high)) in enumerate(bands.items(), start=1):
        inside = (means >= low) & (
            (means < high) | ((k == len(bands)) & (means == high))
        )
        told.append(f"{word(band)} {number(int(inside.sum()), 0)}")
    return listed(told)


def _documents(study: Study, formal: Formal) -> tuple[Row, ...]:
    if not len(formal.documents):
        return ()
    rows = []
    for construct, part in formal.documents.groupby("construct", sort=False):
        known = part["score"].dropna()
        if len(known) > LEAST_SITES:
            ends = span_words(known.min(), known.max())
            middle = number(known.median(), 1)
            rows.append(
                Row(
                    named(study, str(construct)),
                    value=middle,
                    span=ends,
                    n=number(len(known), 0),
                )
            )
    return tuple(rows)


def _prompts(
    study: Study,
    names: dict[str, str],
    strong: Sequence[_Standing],
    pairs: pd.DataFrame,
) -> tuple[Prompt, ...]:
    found = []
    if highest_of(len(strong)):
        best = strong[0]
        told = {"name": named(study, best.name), "told": _among_top(best)}
        fact = label("feedback.fact_shared", **told)
        found.append(
            Prompt(label("feedback.kind_keep"), fact, label("feedback.ask_shared"))
        )
    apart = pairs[pairs["gap"] >= ALIKE].head(2)
    for k, (_, pair) in enumerate(apart.iterrows(), start=1):
        fact = label(
            "feedback.fact_across",
            first=names[pair["first"]],
            second=names[pair["second"]],
            count=number(pair["n_same"], 0),
            total=number(pair["n_sites"], 0),
        )
        if not pair["clear"]:
            fact = f"{fact} {label('feedback.maybe_chance_across')}"
        found.append(
            Prompt(
                label("feedback.kind_apart"), fact, label(f"feedback.ask_across_{k}")
            )
        )
    if len(strong) > 1 and strong[-1].count < strong[-2].count:
        lowest = {"name": named(study, strong[-1].name)}
        fact = _of_top("fact_shared_room", strong[-1].top, **lowest)
        found.append(
            Prompt(label("feedback.kind_room"), fact, label("feedback.ask_shared_room"))
        )
    return (
        *found,
        Prompt(
            label("feedback.kind_learn"),
            label("feedback.fact_learn"),
            label("feedback.ask_learn"),
        ),
    )


def _unknown(study: Study, evidence: Evidence, wave: str) -> tuple[str, ...]:
    rows = evidence.responses
    rows = rows[rows["wave"] == wave]
    lines = []
    invited = rows["invited"].sum(skipna=False)
    if pd.notna(invited) and invited > rows["responded"].sum():
        missing = int(invited - rows["responded"].sum())
        lines.append(label("feedback.not_heard", count=missing))
    else:
        lines.append(label("feedback.rate_unknown"))
    hidden = study.actors["site"].nunique() - len(
        _shown(evidence, evidence.subject, wave)
    )
    if hidden:
        lines.append(label("feedback.sites_hidden", count=hidden))
    return (
        *lines,
        label("feedback.across_pooled"),
        label("feedback.why_unknown"),
        label("feedback.no_comparison"),
    )
