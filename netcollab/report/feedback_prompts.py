"""What to talk about: open questions from what the numbers say, and no blame.

What works and why, where do two functions see it differently, what is worth trying?
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from netcollab.report.feedback_formal import FormalRow
from netcollab.report.feedback_records import Prompt
from netcollab.report.feedback_words import listed, named
from netcollab.report.labels import label, number
from netcollab.study import Study

__all__ = ["ALIKE", "prompts_of"]

ALIKE = 0.3
"""Difference of two views from which they are something to talk about."""

_MOST_GAPS = 3


def prompts_of(
    study: Study,
    names: dict[str, str],
    strong: list[pd.Series],
    pairs: pd.DataFrame,
    relations: Sequence[FormalRow],
    silent: Sequence[str],
) -> tuple[Prompt, ...]:
    """Open questions: what to keep, where views differ, what comes next."""
    found = []
    if strong:
        best = strong[0]
        found.append(_about_dimension(study, "keep", best))
    alike = pairs[~pairs["clear"] & (pairs["gap"] < ALIKE)]
    alike = alike.sort_values("weaker", ascending=False, kind="stable")
    found += [_about_pair("alike", names, pair) for pair in _rows(alike.head(1))]
    apart = pairs[pairs["gap"] >= ALIKE].head(_MOST_GAPS)
    found += [
        _about_pair(f"apart_{k}", names, pair)
        for k, pair in enumerate(_rows(apart), start=1)
    ]
    if len(strong) > 1:
        found.append(_about_dimension(study, "room", strong[-1]))
    known = [row for row in relations if row.possible]
    if known:
        told = "; ".join(f"{row.name}: {row.value}" for row in known)
        found.append(
            Prompt(
                label("feedback.kind_formal"), f"{told}.", label("feedback.ask_formal")
            )
        )
    if silent:
        fact = label("feedback.fact_silent", functions=listed(list(silent)))
        found.append(
            Prompt(label("feedback.kind_silent"), fact, label("feedback.ask_silent"))
        )
    return tuple(found)


def _about_dimension(study: Study, kind: str, row: pd.Series) -> Prompt:
    fact = label(
        f"feedback.fact_{kind}",
        name=named(study, row["name"]),
        mean=number(row["mean"], 1),
    )
    return Prompt(label(f"feedback.kind_{kind}"), fact, label(f"feedback.ask_{kind}"))


def _about_pair(kind: str, names: dict[str, str], pair: pd.Series) -> Prompt:
    short = kind.partition("_")[0]
    fact = label(
        f"feedback.fact_{short}",
        first=names[pair["first"]],
        second=names[pair["second"]],
        one=number(pair["first_sees"], 1),
        other=number(pair["second_sees"], 1),
    )
    if short == "apart" and not pair["clear"]:
        fact = f"{fact} {label('feedback.maybe_chance')}"
    return Prompt(label(f"feedback.kind_{short}"), fact, label(f"feedback.ask_{kind}"))


def _rows(table: pd.DataFrame) -> list[pd.Series]:
    return [row for _, row in table.iterrows()]
