"""From a file's header to our column names: what is missing, doubled, or unknown."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from netcollab.errors import closest
from netcollab.study.draft import Draft
from netcollab.study.header_rows import note_header_elsewhere, note_header_rows
from netcollab.study.identifiers import INVISIBLE
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec, Manifest
from netcollab.study.personal_data import check_header, leave_out_private
from netcollab.study.privacy import MASK, is_person_name_column
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable
from netcollab.study.schema import ColumnSchema, TableSchema
from netcollab.study.toml_words import toml_key, toml_text

__all__ = ["name_columns"]

_MATTERING = {"site", "wave", "state", "reporter", "distance", "missing_reason"}
_EITHER = {"codings": (("construct", "indicator"), ("polarity", "value"))}


def name_columns(
    raw: RawTable,
    schema: TableSchema,
    spec: FileSpec,
    manifest: Manifest,
    ledger: Ledger,
) -> Draft:
    """The table under our names; every fault of the header is noted.

    A table about persons without any known name has no header: its first row may be
    a person's, so that nothing of it is said.

    Parameters
    ----------
    raw
        The table as read.
    schema
        What the table should be.
    spec
        What the manifest says about the file; its `columns` map our names to others.
    manifest
        For the columns that identify persons.
    ledger
        Takes the problems.
    """
    raw = note_header_rows(raw, spec, ledger)
    if note_header_elsewhere(raw, schema, spec, ledger):
        return Draft(schema, raw, ledger)
    header = _header(raw, schema, spec, manifest, ledger)
    chosen = _mapped(header, raw, spec, ledger)
    for name, column in header.items():
        if column not in chosen.values():
            chosen[name] = column
    if schema.lacks_header(chosen, spec.columns.values()):
        chosen = {}
    only = len(manifest.relations) == 1 and not spec.columns.get("relation")
    implied = {"relation"} if schema.name == "ties" and only else set()
    _note_missing(chosen, raw, schema, spec, ledger, implied=implied)
    leave_out_private(chosen, raw, schema, manifest, ledger)
    draft = Draft(schema, raw, ledger, _ordered(chosen, schema))
    declared = set(manifest.free_text)
    private = (name for name, c in chosen.items() if {name, c.header} & declared)
    draft.private = frozenset(private)
    _note_attributes(draft, spec, manifest)
    return draft


def _header(
    raw: RawTable,
    schema: TableSchema,
    spec: FileSpec,
    manifest: Manifest,
    ledger: Ledger,
) -> dict[str, RawColumn]:
    """The columns by their cleaned names."""
    found: dict[str, RawColumn] = {}
    names = [column.header.strip(INVISIBLE) for column in raw.columns]
    is_secret = schema.lacks_header(names, spec.columns.values())
    row = spec.header_row if raw.file and not raw.file.endswith("(frame)") else None
    for column in raw.columns:
        name = column.header.strip(INVISIBLE)
        told = MASK if is_secret else name
        at = Place(raw.file, raw.sheet, row, told, column.letter)
        if name != column.header:
            odd = [c for c in column.header if not c.isalnum() and c != "_"]
            points = " ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(odd))
            value = MASK if is_secret else column.header
            ledger.add("W-COL-006", at, value=value, points=points)
        if not name:
            if any(cell.strip() for cell in column.text.tolist()):
                ledger.add("E-COL-003", at, found=column.letter or "?")
            raw.leave_out_column("unnamed")
            continue
        if not {name, column.header} & set(manifest.identifiers):
            check_header(name, at, ledger)
        if name in found:
            ledger.add("E-COL-002", at, value=told, other=found[name].letter)
            raw.leave_out_column("double")
            continue
        found[name] = RawColumn(
            name, column.letter, column.text, column.is_number, column.is_date
        )
    return found


def _mapped(
    header: Mapping[str, RawColumn], raw: RawTable, spec: FileSpec, ledger: Ledger
) -> dict[str, RawColumn]:
    """The columns that the manifest names, under our names."""
    chosen: dict[str, RawColumn] = {}
    for ours, theirs in spec.columns.items():
        if theirs not in header:
            near = closest(theirs, header)
            ledger.add(
                "E-COL-004",
                raw.place(),
                value=theirs,
                ours=ours,
                near=near,
                known=_listed(header),
            )
        elif ours in header and theirs != ours and ours not in spec.columns.values():
            ledger.add("E-COL-009", raw.place(column=header[ours]), value=theirs)
        else:
            chosen[ours] = header[theirs]
    return chosen


def _note_missing(
    chosen: Mapping[str, RawColumn],
    raw: RawTable,
    schema: TableSchema,
    spec: FileSpec,
    ledger: Ledger,
    *,
    implied: set[str],
) -> None:
    given = set(chosen) | implied
    missing = [c for c in schema.columns if c.required and c.name not in given]
    missing += [
        column
        for pair in _EITHER.get(schema.name, ())
        if not set(pair) & set(chosen)
        and (column := schema.column(pair[0])) is not None
    ]
    missing = [column for column in missing if column.name not in spec.columns]
    free = [name for name in chosen if name not in schema.names]
    near: dict[str, str] = {}
    for column in missing:
        near[column.name] = _near_header(
            column, [n for n in free if n not in near.values()]
        )
    named = {**spec.columns, **{name: n for name, n in near.items() if n}}
    pairs = [f"{toml_key(ours)} = {toml_text(n)}" for ours, n in named.items()]
    line = f"[files.{schema.name}]\ncolumns = {{ {', '.join(pairs)} }}"
    for column in missing:
        ledger.add(
            "E-COL-001",
            Place(raw.file, raw.sheet, column=column.name),
            value=column.name,
            near=near[column.name],
            line=line,
            known=_listed(chosen) or MASK,
        )


def _near_header(column: ColumnSchema, free: list[str]) -> str:
    folded = {name.casefold(): name for name in free}
    for other in (column.name, *column.other_names):
        if other in folded:
            return folded[other]
    return closest(column.name, free)


def _ordered(
    chosen: Mapping[str, RawColumn], schema: TableSchema
) -> dict[str, RawColumn]:
    known = {name: chosen[name] for name in schema.names if name in chosen}
    return known | {name: col for name, col in chosen.items() if name not in known}


def _note_attributes(draft: Draft, spec: FileSpec, manifest: Manifest) -> None:
    raw, ledger = draft.raw, draft.ledger
    if draft.attributes:
        listed = _listed({name: draft.columns[name] for name in draft.attributes})
        ledger.add("N-COL-007", raw.place(), known=listed)
    absent = [c for c in draft.schema.columns if c.name not in draft]
    absent = [column for column in absent if not column.required]
    for name in draft.attributes:
        column = draft.columns[name]
        near = "" if name in spec.columns else _suspect(name, absent)
        if near:
            ledger.add("W-COL-008", raw.place(column=column), value=name, near=near)
        names_persons = is_person_name_column(
            name, about_persons=draft.schema.about_persons
        )
        if manifest.pseudonymised and names_persons:
            ledger.add("E-PRI-003", raw.place(column=column))


def _suspect(name: str, absent: list[ColumnSchema]) -> str:
    """The known column that an unknown one may have been meant to be."""
    folded = name.casefold()
    for column in absent:
        if folded == column.name:
            return column.name
        if column.name in _MATTERING and folded in column.other_names:
            return column.name
    names = [column.name for column in absent]
    near = difflib.get_close_matches(folded, names, n=1, cutoff=0.8)
    return near[0] if near else ""


def _listed(columns: Mapping[str, RawColumn]) -> str:
    names = [name if len(name) <= 60 else name[:59] + "…" for name in columns]
    more = f", … ({len(names)})" if len(names) > 20 else ""
    return ", ".join(names[:20]) + more
