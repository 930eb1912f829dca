"""Sites and waves: which there are, and what a table without the column means."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.identifiers import Known, check_references
from netcollab.study.manifest import Manifest
from netcollab.study.near_names import note_near_names
from netcollab.study.privacy import MASK
from netcollab.study.problems import Place

__all__ = [
    "fill_relation",
    "fill_sites",
    "fill_waves",
    "in_order",
    "leave_out_empty",
    "told_wave",
]


def leave_out_empty(drafts: Mapping[str, Draft]) -> None:
    """A column of sites or waves in which no row says anything is no column.

    Templates have these columns; a study with one site and one wave leaves them empty.
    """
    for draft in drafts.values():
        for column in draft.schema.columns:
            may_be_empty = (
                column.filled and not column.required and column.name in draft
            )
            if (
                may_be_empty
                and len(draft)
                and not (draft.text(column.name) != "").any()
            ):
                empty = draft.columns.pop(column.name)
                draft.emptied[column.name] = empty
                at = draft.raw.place(column=empty)
                draft.raw.leave_out_column("empty")
                draft.ledger.add("N-COL-010", at)


def fill_sites(drafts: Mapping[str, Draft], manifest: Manifest) -> list[str]:
    """Give every row its site, check the ones that are named, and list all.

    The sites are those of the sites table, else those of the actors, else one that
    has the study's name. A table without the column belongs to the only site.
    """
    origin = next(
        (drafts[n] for n in ("sites", "actors") if n in drafts and "site" in drafts[n]),
        None,
    )
    sites = {manifest.name: Place("study.toml")}
    if origin is not None:
        rows = pd.Series(origin.raw.rows, index=origin.text("site"))
        rows = rows[(rows.index != "") & ~rows.index.duplicated()]
        sites = {str(n): origin.raw.place(int(row)) for n, row in rows.items()}
    known = Known(sites)
    if origin is not None and origin.schema.name == "actors":
        note_near_names({"actors": origin}, "site", "E-SIT-004")
    for draft in drafts.values():
        if not draft.schema.has_site:
            continue
        if "site" in draft:
            if draft is not origin:
                check_references(draft, "site", known, "E-REF-003")
        elif len(sites) == 1:
            draft.fill("site", next(iter(sites)))
        else:
            empty_column = draft.emptied.get("site")
            draft.ledger.add(
                "E-SIT-002" if empty_column is None else "E-SIT-005",
                draft.raw.place(column=empty_column),
                count=len(sites),
                known=", ".join(list(sites)[:10]),
            )
    return list(sites)


def fill_relation(drafts: Mapping[str, Draft], manifest: Manifest) -> None:
    """Ties without the column belong to the only relation of the manifest."""
    ties = drafts.get("ties")
    if ties is not None and "relation" not in ties and len(manifest.relations) == 1:
        ties.fill("relation", next(iter(manifest.relations)))


def fill_waves(drafts: Mapping[str, Draft], manifest: Manifest) -> list[str]:
    """Give every row its wave, check the ones that are named, and list all in order."""
    having = [d for d in drafts.values() if d.schema.has_wave and "wave" in d]
    found = {str(w) for d in having for w in pd.unique(d.text("wave")) if w}
    waves = list(manifest.waves) or in_order(found) or ["1"]
    if not manifest.waves:
        note_near_names({d.schema.name: d for d in having}, "wave", "E-WAV-003")
    known = Known(waves)
    for draft in drafts.values():
        if not draft.schema.has_wave:
            continue
        if "wave" in draft:
            if manifest.waves:
                listed = ", ".join(waves)
                check_references(draft, "wave", known, "E-WAV-001", options=listed)
        elif len(waves) == 1:
            draft.fill("wave", waves[0])
        else:
            place = Place(draft.raw.file, draft.raw.sheet)
            known_waves = ", ".join(map(told_wave, waves[:10]))
            draft.ledger.add("E-WAV-002", place, known=known_waves)
    return waves


def told_wave(wave: str) -> str:
    """A wave as it may be said: without a digit it may be a name in a wrong column."""
    return wave if any(map(str.isdigit, wave)) else MASK


def in_order(names: set[str]) -> list[str]:
    """Names sorted as people do: 2 before 10.

    Examples
    --------
    >>> in_order({"10", "2", "1"})
    ['1', '2', '10']
    """

    def key(name: str) -> list[tuple[int, int, str]]:
        parts = re.findall(r"\d{1,18}|\D+|\d+", name)
        return [
            (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part)
            for part in parts
        ]

    return sorted(names, key=key)
