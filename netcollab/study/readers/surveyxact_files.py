"""The files or sheets of a SurveyXact export: dataset, structure and labels."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.paths import listing
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel
from netcollab.study.readers.export import export_file, export_files
from netcollab.study.readers.package import open_package, sheet_parts

__all__ = ["LABELS", "Parts", "bound", "read_parts"]

LABELS = ("variableName", "value", "label")
_FILES = ("dataset.csv", "structure.csv", "labels.csv")
_DATASET = re.compile(r"dataset\s*(?:\(\s*(\d{1,4})\s*\))?", re.I)
_START = 1 << 16


@dataclass(eq=False)
class Parts:
    """What was found.

    Parameters
    ----------
    name
        The export, for problems of it as a whole.
    dataset
        The answers; a workbook may spread the columns over several sheets.
    structure, labels
        None: not there, or not readable.
    missing
        Those of "structure" and "labels" that are not there.
    """

    name: str
    dataset: list[RawTable]
    structure: RawTable | None = None
    labels: RawTable | None = None
    missing: list[str] = field(default_factory=list)


def read_parts(path: Path, ledger: Ledger) -> Parts | None:
    """Read the parts of an export; None without a readable dataset.

    Parameters
    ----------
    path
        A folder, its dataset.csv, or a workbook.
    ledger
        Takes the problems.
    """
    if os.path.isdir(path):
        prefix = _only_prefix(path, ledger)
        return None if prefix is None else _from_folder(path, prefix, ledger)
    if path.suffix.lower() == ".xml" and os.path.isfile(path):
        ledger.add("E-SXT-001", Place(path.name), value=path.name)
        return None
    part = next((part for part in _FILES if _folded(path.name).endswith(part)), "")
    if part and os.path.isfile(path):
        prefix = path.name[: len(path.name) - len(part)]
        return _from_folder(path.parent, prefix, ledger)
    if path.suffix.lower() != ".xlsx" and os.path.isfile(path):
        ledger.add("E-SXT-002", Place(path.name), options=path.name)
        return None
    file = export_file(path, (".xlsx",), ledger)
    return None if file is None else _from_workbook(file, ledger)


def bound(sheets: list[RawTable]) -> RawTable:
    """One table with the columns of all sheets, row by row as they are numbered.

    A sheet leaves out rows that are blank in it; there the cells stay empty.
    """
    first = sheets[0]
    if len(sheets) == 1:
        return first
    rows = np.unique(np.concatenate([sheet.rows for sheet in sheets]))
    table = RawTable(first.name, first.file, first.sheet, rows=rows, is_workbook=True)
    table.sha256 = first.sha256
    table.read = max(sheet.read for sheet in sheets)
    table.exclude("blank", table.read - len(rows))
    for sheet in sheets:
        at = np.searchsorted(rows, sheet.rows)
        for column in sheet.columns:
            text = text_array([""] * len(rows))
            text[at] = column.text
            kinds = []
            for typed in (column.is_number, column.is_date):
                spread = np.zeros(len(rows), dtype=bool)
                spread[at] = False if typed is None else typed
                kinds.append(spread)
            letter = column.letter if sheet is first else ""
            table.columns.append(RawColumn(column.header, letter, text, *kinds))
    return table


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _only_prefix(folder: Path, ledger: Ledger) -> str | None:
    """What stands before "dataset.csv", if one file ends so."""
    names = [n for n in listing(folder) if not n.startswith((".", "~$"))]
    found = [name for name in names if _folded(name).endswith(_FILES[0])]
    if len(found) == 1:
        return found[0][: len(found[0]) - len(_FILES[0])]
    place = Place(folder.name or str(folder))
    if found:
        ledger.add("E-SXT-003", place, options=", ".join(found[:10]), count=len(found))
    else:
        ledger.add("E-SXT-002", place, options=", ".join(names[:10]))
    return None


def _from_folder(folder: Path, prefix: str, ledger: Ledger) -> Parts | None:
    wanted = {_folded(prefix) + part: part for part in _FILES}
    names = {
        wanted[_folded(name)]: name
        for name in listing(folder)
        if _folded(name) in wanted
    }
    if _FILES[0] not in names:
        listed = ", ".join(listing(folder)[:10])
        ledger.add("E-SXT-002", Place(folder.name or str(folder)), options=listed)
        return None
    ordered = [names[part] for part in _FILES if part in names]
    files = export_files(folder, ordered, ledger)
    if names[_FILES[0]] not in files:
        return None
    shown = names[_FILES[0]]
    spec = FileSpec(shown)
    dataset = read_delimited(
        files[shown], "dataset", shown, spec, ledger, about_persons=True
    )
    if dataset is None:
        return None
    parts = Parts(shown, [dataset])
    for part in _FILES[1:]:
        kind = part.removesuffix(".csv")
        if part not in names:
            parts.missing.append(kind)
        elif names[part] in files:
            file, shown = files[names[part]], names[part]
            spec = FileSpec(shown, separator=_shared(file, dataset.separator))
            _put(parts, kind, read_delimited(file, kind, shown, spec, ledger))
    return parts


def _shared(file: Path, separator: str | None) -> str | None:
    """The dataset's separator, if the first line of the file has it too."""
    try:
        with file.open("rb") as opened:
            line = opened.read(_START).replace(b"\0", b"").split(b"\n")[0]
    except OSError:
        return None
    return separator if separator and separator.encode() in line else None


def _from_workbook(file: Path, ledger: Ledger) -> Parts | None:
    names = _sheets(file)
    by_name = {_folded(name).strip(): name for name in names}
    numbered = sorted(
        (int(found[1] or 0), name)
        for folded, name in by_name.items()
        if (found := _DATASET.fullmatch(folded))
    )
    if not numbered and names:
        ledger.add("E-SXT-002", Place(file.name), options=", ".join(names[:10]))
        return None
    sheets = [name for _, name in numbered] or [""]
    read = [_sheet(file, "dataset", sheet, ledger) for sheet in sheets]
    dataset = [table for table in read if table is not None]
    if len(dataset) < len(sheets):
        return None
    parts = Parts(file.name, dataset)
    for kind in ("structure", "labels"):
        if kind in by_name:
            _put(parts, kind, _sheet(file, kind, by_name[kind], ledger))
        else:
            parts.missing.append(kind)
    return parts


def _sheets(file: Path) -> list[str]:
    """The sheets of a workbook; none where it cannot be opened, which is said later."""
    unheard = Ledger(file.name)
    try:
        package = open_package(file.read_bytes(), Place(file.name), unheard)
        if package is None:
            return []
        with package:
            return list(sheet_parts(package))
    except Exception:  # whatever a broken workbook makes a library raise
        return []


def _sheet(file: Path, kind: str, sheet: str, ledger: Ledger) -> RawTable | None:
    spec = FileSpec(file.name, sheet=sheet or None)
    return read_excel(file, kind, file.name, spec, ledger)


def _put(parts: Parts, kind: str, table: RawTable | None) -> None:
    if kind == "structure":
        parts.structure = table
    elif table is not None:
        parts.labels = _with_first_row(table)


def _with_first_row(table: RawTable) -> RawTable:
    """The labels with their first row, which had been taken for a header."""
    table.rows = np.concatenate([np.array([1], dtype=np.int64), table.rows])
    table.read += 1
    table.columns = [
        RawColumn(
            LABELS[place] if place < len(LABELS) else "",
            column.letter,
            text_array([column.header, *column.text.tolist()]),
        )
        for place, column in enumerate(table.columns)
    ]
    return table
