"""What one municipality gets to read, as words and pictures ready for a template.

Where are we strong, where do functions see it differently, what shall we talk about?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from netcollab.report.feedback_cells import Beside, Evidence
from netcollab.report.feedback_findings import (
    LEAST_GAP,
    changes,
    highest_of,
    mutual_views,
)
from netcollab.report.feedback_formal import (
    Formal,
    FormalRow,
    documents_at,
    relations_at,
)
from netcollab.report.feedback_prompts import prompts_of
from netcollab.report.feedback_records import Cell, Panel, Prompt, Row
from netcollab.report.feedback_words import (
    band_words,
    method_lines,
    named,
    reading_lines,
    silent_units,
    span_words,
    state_of,
    unknown_lines,
)
from netcollab.report.labels import label, name_of, number, word
from netcollab.report.selection import site_label
from netcollab.report.strips import axis, strip
from netcollab.study import Study

__all__ = ["LEAST_OTHERS", "Page", "page_of"]

LEAST_OTHERS = 5
"""Other sites that a site is shown before: among fewer, one could be told."""

_MOST_GAPS = 6
_WHY = {"": "no_numbers", "incomplete": "incomplete"}


@dataclass(frozen=True)
class Page:
    """One page, every text plain: the template escapes it."""

    site: str
    wave: str
    earlier: str
    answered: str
    answers: tuple[Row, ...]
    answers_note: str
    strong: tuple[Row, ...]
    strong_told: str
    strong_pairs: tuple[Row, ...]
    gaps: tuple[Row, ...]
    gaps_told: str
    profile: Panel
    columns: tuple[str, ...]
    matrix: tuple[tuple[str, bool, tuple[Cell, ...]], ...]
    panels: tuple[Panel, ...]
    documents: tuple[FormalRow, ...]
    documents_told: str
    relations: tuple[FormalRow, ...]
    prompts: tuple[Prompt, ...]
    reading: tuple[str, ...]
    unknown: tuple[str, ...]
    method: tuple[str, ...]


def page_of(study: Study, evidence: Evidence, formal: Formal, site: str) -> Page:
    """The page of one site for its latest wave, in the ambient language."""
    wave, earlier = _waves_of(evidence, site, study.waves)
    names = _names(study, evidence, site, wave)
    pairs = mutual_views(evidence, site, wave)
    pairs_of = [_pair_row(evidence, names, pair) for pair in _records(pairs)]
    alike = pairs[~pairs["clear"]]
    by_weaker = alike.sort_values("weaker", ascending=False, kind="stable")
    stronger = by_weaker.head(max(1, highest_of(len(pairs))))
    strong = _strong(evidence, site, wave)
    highest = strong[: max(1, highest_of(len(strong)))]
    shown_gaps = [
        row for row, gap in zip(pairs_of, pairs["gap"], strict=True) if gap >= LEAST_GAP
    ]
    answers, answers_note = _answers(evidence, names, site, wave)
    documents = documents_at(study, formal, site)
    relations = relations_at(study, formal, site, wave)
    silent = [names[unit] for unit in silent_units(evidence, site, wave)]
    return Page(
        site=site_label(study, site),
        wave=wave if len(study.waves) > 1 else "",
        earlier=earlier,
        answered=_answered(evidence, site, wave),
        answers=answers,
        answers_note=answers_note,
        strong=tuple(_card(study, evidence, row) for row in highest),
        strong_told=_strong_told(evidence, highest),
        strong_pairs=tuple(
            _alike_row(evidence, names, pair) for pair in _records(stronger)
        ),
        gaps=tuple(shown_gaps[:_MOST_GAPS]),
        gaps_told=_gaps_told(pairs, shown_gaps),
        profile=_profile(study, evidence, site, wave, earlier),
        columns=tuple(names[unit] for unit in _units(study, site)),
        matrix=_matrix(study, evidence, names, site, wave),
        panels=tuple(
            _panel(study, evidence, part, site, wave, earlier)
            for part in evidence.beside
        ),
        documents=documents,
        documents_told=label("feedback.documents_told", high=number(formal.highest, 0)),
        relations=relations,
        prompts=prompts_of(study, names, strong, pairs, relations, silent),
        reading=reading_lines(study, evidence, earlier),
        unknown=unknown_lines(evidence, site, wave, earlier, names),
        method=method_lines(study, evidence),
    )


def _profile(
    study: Study, evidence: Evidence, site: str, wave: str, earlier: str
) -> Panel:
    """The dimensions of the subject and the whole of them."""
    subject = evidence.subject
    names = (*evidence.dimensions, subject)
    return Panel(
        named(study, subject),
        _others_told(evidence, subject, site, wave),
        axis(evidence.spans[subject], evidence.bands[subject]),
        _means(study, evidence, site, wave, earlier, names),
        _people_told(evidence, site, wave, names),
    )


def _people_told(evidence: Evidence, site: str, wave: str, names: Sequence[str]) -> str:
    """Who is counted, where a shown count is not that of all who answered."""
    rates, sites = evidence.responses, evidence.sites
    here = rates[(rates["site"] == site) & (rates["wave"] == wave)]
    answered = int(here["responded"].sum())
    shown = sites[(sites["site"] == site) & (sites["wave"] == wave)]
    shown = shown[shown["name"].isin(names) & (shown["reason"] == "")]
    if (shown["n"] == answered).all():
        return ""
    return label("feedback.people_told", count=answered)


def _means(
    study: Study,
    evidence: Evidence,
    site: str,
    wave: str,
    earlier: str,
    names: Sequence[str],
) -> tuple[Row, ...]:
    """Each name of a site in words, before the other sites where they are enough."""
    moved = changes(evidence, site, wave, earlier) if earlier else pd.DataFrame()
    rows = []
    for name in names:
        table = _at_wave(evidence, name, wave)
        here = table[table["site"] == site]
        heading = named(study, name)
        if not len(here) or here["reason"].iloc[0]:
            why = _WHY.get(here["reason"].iloc[0] if len(here) else "", "too_few")
            rows.append(Row(heading, reason=label(f"feedback.{why}")))
            continue
        own = here.iloc[0]
        others = table.loc[(table["site"] != site) & (table["reason"] == ""), "mean"]
        others = others if len(others) >= LEAST_OTHERS else others.head(0)
        bands = evidence.bands[name]
        span = span_words(own["low"], own["high"])
        picture = strip(
            evidence.spans[name],
            text=_alt(heading, own, others),
            bands=bands,
            own=own["mean"],
            interval=(own["low"], own["high"]),
            marks=others.tolist(),
            middle=others.median() if len(others) else None,
        )
        rows.append(
            Row(
                heading,
                picture,
                number(own["mean"], 1),
                span,
                number(own["n"], 0),
                band_words(bands, own["mean"], own["low"], own["high"]),
                number(others.median(), 1) if len(others) else "",
                _change(moved, name),
            )
        )
    return tuple(rows)


def _alt(name: str, own: pd.Series, others: pd.Series) -> str:
    mean, span = number(own["mean"], 1), span_words(own["low"], own["high"])
    told = label(
        "feedback.alt_own", name=name, mean=mean, span=span or number(own["mean"], 1)
    )
    if not len(others):
        return told
    ends = span_words(others.min(), others.max())
    middle = number(others.median(), 1)
    return f"{told} {label('feedback.alt_others', span=ends, middle=middle)}"


def _at_wave(evidence: Evidence, name: str, wave: str) -> pd.DataFrame:
    sites = evidence.sites
    return sites[(sites["name"] == name) & (sites["wave"] == wave)]


def _change(moved: pd.DataFrame, name: str) -> str:
    if name not in moved.index:
        return number(np.nan) if len(moved) else ""
    (row,) = _records(moved[moved.index == name])
    told = number(row["change"], 1, signed=True)
    if pd.isna(row["low"]):
        return told
    return f"{told} ({span_words(row['low'], row['high'])})"


def _waves_of(evidence: Evidence, site: str, waves: Sequence[str]) -> tuple[str, str]:
    """The latest wave in which somebody of the site answered, and the one before."""
    rates = evidence.responses
    heard = rates[(rates["site"] == site) & (rates["responded"] > 0)]
    answered = [wave for wave in waves if wave in set(heard["wave"])]
    latest = answered[-1] if answered else waves[-1]
    return latest, answered[-2] if len(answered) > 1 else ""


def _units(study: Study, site: str) -> list[str]:
    return study.actors.loc[study.actors["site"] == site, "actor"].tolist()


def _names(study: Study, evidence: Evidence, site: str, wave: str) -> dict[str, str]:
    """Display names of units and of the groups they answer in."""
    actors = study.actors[study.actors["site"] == site].set_index("actor")
    names = {str(unit): str(name) for unit, name in name_of(actors).items()}
    groups = evidence.groups.get((site, wave), {})
    joined = {g: " + ".join(names[u] for u in units) for g, units in groups.items()}
    return names | joined


def _records(table: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in table.iterrows()]


def _answered(evidence: Evidence, site: str, wave: str) -> str:
    rows = evidence.responses
    rows = rows[(rows["site"] == site) & (rows["wave"] == wave)]
    responded = int(rows["responded"].sum())
    invited = rows["invited"].sum(skipna=False)
    if not len(rows) or pd.isna(invited) or invited == 0:
        return label("feedback.answered_only", count=responded)
    return label(
        "feedback.answered",
        responded=number(responded, 0),
        invited=number(invited, 0),
        share=_percent(responded / invited),
    )


def _percent(share: float) -> str:
    return label("feedback.percent", value=number(100 * share, 0))


def _answers(
    evidence: Evidence, names: dict[str, str], site: str, wave: str
) -> tuple[tuple[Row, ...], str]:
    """Invited and answered per group; none where a small unit could be told."""
    rows = evidence.responses
    rows = rows[(rows["site"] == site) & (rows["wave"] == wave)].set_index("actor")
    groups = evidence.groups.get((site, wave), {})
    few = evidence.least
    grouped = {unit for units in groups.values() for unit in units}
    silent = [u for u in rows.index if rows.loc[u, "responded"] == 0]
    outside = [u for u in rows.index if u not in grouped and u not in silent]
    heard = [rows.loc[list(units), "responded"].sum() for units in groups.values()]
    if not groups or outside or min(heard) < few:
        note = label("feedback.answers_hidden", least=number(few, 0))
        return (), note
    told = []
    for group, units in [*groups.items(), *((u, (u,)) for u in silent)]:
        part = rows.loc[list(units)]
        invited, responded = part["invited"].sum(skipna=False), part["responded"].sum()
        has_rate = pd.notna(invited) and invited > 0
        told.append(
            Row(
                names[group],
                value=number(invited, 0),
                n=number(responded, 0),
                span=_percent(responded / invited) if has_rate else "",
                clear=len(units) > 1,
            )
        )
    pooled = any(len(units) > 1 for units in groups.values())
    note = label("feedback.answers_pooled", least=number(few, 0)) if pooled else ""
    return tuple(told), note


def _strong(evidence: Evidence, site: str, wave: str) -> list[pd.Series]:
    """The dimensions of the site, highest first; ties in the order of the codebook."""
    sites = evidence.sites
    here = sites[(sites["site"] == site) & (sites["wave"] == wave)]
    names = evidence.dimensions or (evidence.subject,)
    here = here[here["name"].isin(names) & (here["reason"] == "")]
    here = here.sort_values("mean", ascending=False, kind="stable")
    return _records(here)


def _card(study: Study, evidence: Evidence, row: pd.Series) -> Row:
    name = row["name"]
    return Row(
        named(study, name),
        strip(
            evidence.spans[name],
            text="",
            bands=evidence.bands[name],
            own=row["mean"],
            interval=(row["low"], row["high"]),
        ),
        number(row["mean"], 1),
        span_words(row["low"], row["high"]),
        band=band_words(evidence.bands[name], row["mean"], row["low"], row["high"]),
    )


def _strong_told(evidence: Evidence, strong: list[pd.Series]) -> str:
    if not strong:
        return label("feedback.strong_missing")
    bands, best = evidence.bands[evidence.subject], strong[0]["mean"]
    if bands:
        band = list(bands)[-1]
        if best < bands[band][0]:
            return label("feedback.strong_none", band=word(band), n=len(strong))
        return label("feedback.strong_some", n=len(strong))
    middle = sum(evidence.spans[evidence.subject]) / 2
    if best < middle:
        told = {"middle": number(middle, 1), "n": len(strong)}
        return label("feedback.strong_low", **told)
    return label("feedback.strong_some", n=len(strong))


def _pair_row(evidence: Evidence, names: dict[str, str], pair: pd.Series) -> Row:
    told = _pair_told(names, pair)
    counts = {
        name: number(pair[column], 0)
        for name, column in (("one", "n_first"), ("other", "n_second"))
    }
    picture = strip(
        evidence.spans[evidence.subject],
        text=label("feedback.alt_pair", **told),
        bands=evidence.bands[evidence.subject],
        own=pair["first_sees"],
        other=pair["second_sees"],
    )
    return Row(
        label("feedback.pair", first=told["first"], second=told["second"]),
        picture,
        label("feedback.both", one=told["one"], other=told["other"]),
        span_words(pair["low"], pair["high"]),
        label("feedback.both", **counts),
        change=number(pair["gap"], 1),
        reason=label("feedback.clear" if pair["clear"] else "feedback.chance"),
        clear=bool(pair["clear"]),
    )


def _pair_told(names: dict[str, str], pair: pd.Series) -> dict[str, str]:
    return {
        "first": names[pair["first"]],
        "second": names[pair["second"]],
        "one": number(pair["first_sees"], 1),
        "other": number(pair["second_sees"], 1),
    }


def _alike_row(evidence: Evidence, names: dict[str, str], pair: pd.Series) -> Row:
    """A pair with the interval of each view: how sure the height of both is."""
    told = _pair_told(names, pair)
    spans = {
        name: span_words(pair[f"low_{which}"], pair[f"high_{which}"]) or number(np.nan)
        for name, which in (("one", "first"), ("other", "second"))
    }
    both = {f"{name}_span": span for name, span in spans.items()}
    picture = strip(
        evidence.spans[evidence.subject],
        text=label("feedback.alt_pair_spans", **told, **both),
        bands=evidence.bands[evidence.subject],
        own=pair["first_sees"],
        other=pair["second_sees"],
        interval=(pair["low_first"], pair["high_first"]),
        other_interval=(pair["low_second"], pair["high_second"]),
    )
    row = _pair_row(evidence, names, pair)
    return replace(row, picture=picture, span=label("feedback.both", **spans))


def _gaps_told(pairs: pd.DataFrame, rows: Sequence[Row]) -> str:
    if not len(pairs):
        return label("feedback.gaps_missing")
    if not rows:
        return label("feedback.gaps_none")
    more = len(rows) - _MOST_GAPS
    told = [label("feedback.gaps_more", count=more)] if more > 0 else []
    if not any(row.clear for row in rows):
        told.append(label("feedback.gaps_unclear"))
    return " ".join(told)


def _others_told(evidence: Evidence, name: str, site: str, wave: str) -> str:
    table = _at_wave(evidence, name, wave)
    n = int(((table["site"] != site) & (table["reason"] == "")).sum())
    if n >= LEAST_OTHERS:
        return label("feedback.others", count=n)
    return label("feedback.alone", least=number(LEAST_OTHERS, 0))


def _matrix(
    study: Study, evidence: Evidence, names: dict[str, str], site: str, wave: str
) -> tuple[tuple[str, bool, tuple[Cell, ...]], ...]:
    """A line per group that answers: its name, whether it is pooled, its cells."""
    views = evidence.views
    views = views[(views["site"] == site) & (views["wave"] == wave)]
    pairs = zip(views["source"], views["target"], strict=True)
    found = dict(zip(pairs, _records(views), strict=True))
    groups = dict(evidence.groups.get((site, wave), {}))
    units = _units(study, site)
    silent = set(silent_units(evidence, site, wave))
    lines = []
    in_order = {unit: group for group, members in groups.items() for unit in members}
    for group in dict.fromkeys(in_order.get(unit, unit) for unit in units):
        members = groups.get(group, (group,))
        if group not in groups:
            state = "nonrespondent" if group in silent else "suppressed"
            reason = label(f"state.{state}")
            filled = {unit: Cell(reason=reason) for unit in units}
        else:
            rated = [unit for unit in units if unit not in members]
            filled = {u: _cell(evidence, found[group, u]) for u in rated}
        own = "matrix_own" if len(members) == 1 else "matrix_same"
        filled |= dict.fromkeys(members, Cell(own=label(f"feedback.{own}")))
        cells = [filled[unit] for unit in units]
        lines.append((names[group], len(members) > 1, tuple(cells)))
    return tuple(lines)


def _cell(evidence: Evidence, view: pd.Series) -> Cell:
    if view["reason"]:
        return Cell(reason=label(f"state.{state_of(view['reason'])}"))
    low, high = evidence.spans[evidence.subject]
    share = (view["mean"] - low) / (high - low)
    return Cell(
        number(view["mean"], 1),
        span_words(view["low"], view["high"]),
        number(view["n"], 0),
        shade=1 + min(int(share * 5), 4),
    )


def _panel(
    study: Study, evidence: Evidence, part: Beside, site: str, wave: str, earlier: str
) -> Panel:
    names = part.dimensions or (part.name,)
    others = _others_told(evidence, names[0], site, wave)
    kind = "leader" if part.about == "own_leader" else "self"
    return Panel(
        named(study, part.name),
        f"{label(f'feedback.about_{kind}')} {others}",
        axis(evidence.spans[names[0]], evidence.bands[names[0]]),
        _means(study, evidence, site, wave, earlier, names),
        _people_told(evidence, site, wave, names),
    )
