"""The sentences of a feedback page that tell how to read it and what it cannot say."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from netcollab.report.disclosure import least
from netcollab.report.feedback_cells import Evidence
from netcollab.report.labels import ambient_language, capitalized, label, number, word
from netcollab.report.selection import relation_label
from netcollab.scales import items_of
from netcollab.study import Study

__all__ = [
    "across_reading_lines",
    "band_words",
    "listed",
    "method_lines",
    "named",
    "reading_lines",
    "silent_units",
    "span_words",
    "state_of",
    "unknown_lines",
]


def span_words(low: float, high: float, decimals: int = 1) -> str:
    """An interval in words; empty where it is undefined."""
    if pd.isna(low) or pd.isna(high):
        return ""
    ends = {"low": number(low, decimals), "high": number(high, decimals)}
    return label("feedback.span", **ends)


def band_words(
    bands: Mapping[str, tuple[float, float]], mean: float, low: float, high: float
) -> str:
    """The band of a mean; two bands where the interval reaches into others."""
    names = [_band_of(bands, value) for value in (low, mean, high)]
    first, middle, last = (word(name) if name else "" for name in names)
    if not middle or not first or first == last:
        return middle
    return label("feedback.span", low=first, high=last)


def named(study: Study, name: str) -> str:
    """A construct or dimension with a large first letter, as the study calls it."""
    return capitalized(relation_label(study, name))


def listed(names: list[str]) -> str:
    """Names with commas."""
    return ", ".join(names)


def reading_lines(study: Study, evidence: Evidence, earlier: str) -> tuple[str, ...]:
    """How to read the figures of a site's page."""
    few = number(evidence.least, 0)
    lines = [
        _scale_line(study, evidence),
        label("feedback.read_interval"),
        *_band_lines(evidence),
        label("feedback.read_small", least=few),
    ]
    if earlier:
        lines.append(label("feedback.read_change", earlier=earlier))
    return (*lines, label("feedback.read_order"))


def across_reading_lines(study: Study, evidence: Evidence) -> tuple[str, ...]:
    """How to read the figures of the page across sites."""
    return (
        _scale_line(study, evidence),
        label("feedback.read_interval_across"),
        *_band_lines(evidence),
        label("feedback.read_pooled", least=number(evidence.least, 0)),
        label("feedback.read_order"),
    )


def _scale_line(study: Study, evidence: Evidence) -> str:
    low, high = (
        _end(study, evidence, value) for value in evidence.spans[evidence.subject]
    )
    return label("feedback.read_scale", low=low, high=high)


def _band_lines(evidence: Evidence) -> list[str]:
    bands = evidence.bands[evidence.subject]
    told = [f"{word(name)} {span_words(*ends)}" for name, ends in bands.items()]
    return [label("feedback.read_bands", bands=listed(told))] if told else []


def unknown_lines(
    evidence: Evidence,
    site: str,
    wave: str,
    earlier: str,
    names: Mapping[str, str],
) -> tuple[str, ...]:
    """What the page cannot say: the unheard, the held back, the unasked."""
    lines = []
    rates = evidence.responses
    here = rates[(rates["site"] == site) & (rates["wave"] == wave)]
    if len(here) and here["invited"].notna().all():
        missing = int(here["invited"].sum() - here["responded"].sum())
        if missing > 0:
            lines.append(label("feedback.not_heard", count=missing))
    else:
        lines.append(label("feedback.rate_unknown"))
    silent = [names[unit] for unit in silent_units(evidence, site, wave)]
    if silent:
        lines.append(label("feedback.silent", functions=listed(silent)))
    views = evidence.views
    views = views[(views["site"] == site) & (views["wave"] == wave)]
    views = views[views["target"].isin(set(evidence.responses["actor"]))]
    reasons = views.loc[views["reason"] != "", "reason"].value_counts()
    for reason, count in reasons.items():
        told = label(f"state.{state_of(str(reason))}")
        lines.append(label("feedback.empty_cells", count=int(count), reason=told))
    lines += [label("feedback.why_unknown"), label("feedback.who_unknown")]
    if earlier:
        lines.append(label("feedback.change_unknown", earlier=earlier))
    return (*lines, label("feedback.no_comparison"))


def silent_units(evidence: Evidence, site: str, wave: str) -> list[str]:
    """Units of which nobody answered."""
    rows = evidence.responses
    rows = rows[(rows["site"] == site) & (rows["wave"] == wave)]
    return rows.loc[(rows["responded"] == 0), "actor"].tolist()


def state_of(reason: str) -> str:
    """The state of ties that a reason belongs to."""
    known = {"not_asked", "no_answer", "dont_know", "not_applicable", "nonrespondent"}
    if reason in known:
        return reason
    return "no_answer" if reason == "too_few_answered" else "suppressed"


def method_lines(
    study: Study, evidence: Evidence, *, across: bool = False
) -> tuple[str, ...]:
    """How the numbers of a page were made, and who proposed it."""
    manifest = study.manifest
    mean = label("feedback.method_mean", subject=named(study, evidence.subject))
    lines = [
        mean if across else f"{mean} {label('feedback.method_matrix')}",
        label("feedback.method_interval" + ("_across" if across else "")),
        label("feedback.method_small", least=number(evidence.least, 0)),
    ]
    sensitive = [n for n in evidence.dimensions if least(manifest, n) > evidence.least]
    if sensitive:
        told = listed([relation_label(study, name) for name in sensitive])
        needed = number(least(manifest, sensitive[0]), 0)
        lines.append(label("feedback.method_sensitive", names=told, least=needed))
    return (*lines, label("feedback.reference"))


def _band_of(bands: Mapping[str, tuple[float, float]], value: float) -> str:
    last = list(bands)[-1] if bands else ""
    for name, (low, high) in bands.items():
        if low <= value < high or (name == last and value == high):
            return name
    return ""


def _end(study: Study, evidence: Evidence, value: float) -> str:
    """An end of the scale, with the words that the questionnaire gave it."""
    item = items_of(study.manifest, evidence.subject)[0]
    labels = study.manifest.scales[item.scale].labels.get(f"{value:g}", {})
    text = labels.get(ambient_language(), "")
    return f"{number(value, 0)} ({text.lower()})" if text else number(value, 0)
