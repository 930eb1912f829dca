"""Codings of documents and interviews, and affiliations to shared objects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.study.actor_checks import ActorIndex, note_repeats
from netcollab.study.aliases import combine_affiliations
from netcollab.study.draft import Draft
from netcollab.study.identifiers import Known, check_references
from netcollab.study.problems import Place

__all__ = ["SUMMARY", "check_affiliations", "check_codings"]

SUMMARY = "ALL"


def check_codings(draft: Draft, respondents: Draft | None, actors: ActorIndex) -> None:
    """Known actors; polarity within -2..2, confidence within 0..1; something coded.

    The informant "ALL" is the study's own summary and names no respondent.
    """
    for name in ("actor", "target"):
        if name in draft:
            actors.check(draft, name)
    if respondents is not None and len(respondents) and "informant" in draft:
        names = respondents.text("respondent").tolist()
        rows = respondents.raw.rows.tolist()
        at = [respondents.raw.place(row) for row in rows]
        people = dict(zip(map(str, names), at, strict=True))
        known = Known({SUMMARY: Place("codings"), **people}, secret=True)
        check_references(draft, "informant", known, "W-COD-006")
    for name, low, high, code in (
        ("polarity", -2, 2, "E-COD-003"),
        ("confidence", 0, 1, "E-COD-004"),
    ):
        number = draft.number(name)
        outside = ~np.isnan(number) & ~((number >= low) & (number <= high))
        draft.note(code, name, outside, low=low, high=high)
    _check_something(draft, ("construct", "indicator"), "E-COD-001")
    _check_something(draft, ("polarity", "value"), "E-COD-002")
    if len(draft):
        cells = pd.DataFrame({name: draft.text(name) for name in draft.columns})
        repeated = cells.duplicated().to_numpy()
        first = cells.groupby(list(cells), sort=False).ngroup()
        where = pd.Series(np.arange(len(draft))).groupby(first.to_numpy())
        earlier = where.transform("first").to_numpy()
        draft.note(
            "W-COD-005",
            None,
            repeated,
            each=lambda row: {"other": draft.row_of(earlier[row])},
        )


def check_affiliations(draft: Draft, actors: ActorIndex) -> None:
    """Known actors, each with an object once, and no negative weight."""
    actors.check(draft, "actor")
    combine_affiliations(draft)
    key = ["site", "wave", "actor", "object", "kind"]
    note_repeats(draft, key, "E-AFF-001", "object")
    draft.note("E-AFF-002", "weight", draft.number("weight") < 0)


def _check_something(draft: Draft, names: tuple[str, ...], code: str) -> None:
    present = [name for name in names if name in draft]
    if present:
        empty = np.logical_and.reduce([draft.text(name) == "" for name in present])
        draft.note(code, present[0], empty)
