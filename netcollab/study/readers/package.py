"""The zip package of a workbook: is it safe to open, and what does its XML say?

Nothing is unpacked to disk. The XML is read by a streaming parser that refuses any
document type declaration, so that no entity can be expanded.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place
from netcollab.study.raw import column_letter
from netcollab.study.readers.xml_guard import XmlRefusedError, XmlStream

__all__ = ["SheetNotes", "open_package", "scan_sheet", "sheet_parts"]

MAX_UNPACKED = 500_000_000
MAX_RATIO = 100
MAX_PARTS = 10_000
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384
_SMALL = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_REFUSED = {"doctype": "E-XLS-003", "depth": "E-XLS-016"}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    OverflowError,
)


@dataclass
class SheetNotes:
    """What a sheet's XML tells beside the values of its cells."""

    hidden_rows: int = 0
    hidden_columns: int = 0
    has_filter: bool = False
    merged: list[str] = field(default_factory=list)
    formulas: int = 0
    without_result: list[str] = field(default_factory=list)
    last_row: int = 0
    misplaced: str = ""
    root: str = ""


def open_package(data: bytes, place: Place, ledger: Ledger) -> zipfile.ZipFile | None:
    """The open package, if nothing in it is dangerous or broken."""
    if not data:
        ledger.add("E-FIL-017", place, found=0)
        return None
    if data.startswith(_OLE):
        ledger.add("E-XLS-002", place)
        return None
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        ledger.add("E-XLS-001", place, reason=type(error).__name__)
        return None
    if _is_safe(package, len(data), place, ledger):
        return package
    package.close()
    return None


def sheet_parts(package: zipfile.ZipFile) -> Mapping[str, tuple[str, bool]]:
    """Sheet name -> (its XML part, it is hidden), in the order of the workbook."""
    sheets: list[tuple[str, str, bool]] = []
    targets: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "sheet":
            link = next((v for k, v in attributes.items() if _local(k) == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append((attributes.get("name", ""), link, hidden))

    def relationship(name: str, attributes: dict[str, str]) -> None:
        if _local(name) == "Relationship":
            target = attributes.get("Target", "")
            path = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            targets[attributes.get("Id", "")] = path

    with package.open("xl/workbook.xml") as part:
        XmlStream(sheet).read(part)
    with package.open("xl/_rels/workbook.xml.rels") as part:
        XmlStream(relationship).read(part)
    names = [name.casefold() for name, _, _ in sheets]
    if len(set(names)) < len(names):
        raise ValueError
    return {name: (targets.get(link, ""), hidden) for name, link, hidden in sheets}


def scan_sheet(package: zipfile.ZipFile, part: str) -> SheetNotes:
    """Hidden rows and columns, merged cells and formulas of one sheet."""
    notes = SheetNotes()
    cell = {"at": "", "formula": "", "result": "", "in": ""}
    row = column = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column
        tag = _local(name)
        cell["in"] = tag
        notes.root = notes.root or tag
        if tag == "c":
            is_text = "yes" if attributes.get("t") == "str" else ""
            at = attributes.get("r", f"{column_letter(column)}{row}")
            before, column = column, _column(at, row)
            if column <= before and not notes.misplaced:
                notes.misplaced = at
            cell.update(at=at, formula="", result=is_text)
        elif tag == "f":
            cell["formula"] = "yes"
            notes.last_row = max(notes.last_row, row)
        elif tag == "row":
            before, column = row, 0
            row = _whole(attributes.get("r", f"{row + 1}"))
            if not before < row <= MAX_ROW and not notes.misplaced:
                notes.misplaced = f"{attributes.get('r', row)}"
            notes.hidden_rows += _is_true(attributes.get("hidden"))
        elif tag == "col" and _is_true(attributes.get("hidden")):
            first, last = attributes.get("min", "1"), attributes.get("max", "1")
            notes.hidden_columns += max(1, int(last) - int(first) + 1)
        elif tag == "mergeCell":
            notes.merged.append(attributes.get("ref", ""))
        elif tag == "autoFilter":
            notes.has_filter = True

    def text(characters: str) -> None:
        if cell["in"] in {"v", "t"} and characters:
            cell["result"] = "yes"
            notes.last_row = max(notes.last_row, row)

    def end(name: str) -> None:
        cell["in"] = ""
        if _local(name) == "c" and cell["formula"]:
            notes.formulas += 1
            if not cell["result"]:
                notes.without_result.append(cell["at"])

    with package.open(part) as opened:
        XmlStream(start, end, text).read(opened)
    return notes


def _column(at: str, row: int) -> int:
    """The number of a cell's column, from 1; 0 where the address cannot be."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", at)
    if found is None or int(found[2]) != row:
        return 0
    number = 0
    for letter in found[1]:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number if number <= MAX_COLUMN else 0


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,7}", text) else 0


def _is_safe(
    package: zipfile.ZipFile, packed: int, place: Place, ledger: Ledger
) -> bool:
    parts = package.infolist()
    names = [part.filename for part in parts]
    unpacked = sum(part.file_size for part in parts)
    if any(_leaves(name) for name in names):
        ledger.add("E-XLS-005", place)
        return False
    if any(part.flag_bits & 1 for part in parts):
        ledger.add("E-XLS-002", place)
        return False
    ratio = max(
        [unpacked / max(packed, 1)]
        + [p.file_size / max(p.compress_size, 1) for p in parts if p.file_size > _SMALL]
    )
    too_dense = unpacked > _SMALL and ratio > MAX_RATIO
    if unpacked > MAX_UNPACKED or too_dense or len(parts) > MAX_PARTS:
        ledger.add(
            "E-XLS-004",
            place,
            found=f"{unpacked // 1_000_000} MB, {ratio:.0f}:1",
            limit=f"{MAX_UNPACKED // 1_000_000} MB, {MAX_RATIO}:1",
        )
        return False
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        ledger.add("E-XLS-001", place, reason=f"{twice} x {names.count(twice)}")
        return False
    if "xl/workbook.xml" not in names:
        ledger.add("E-XLS-001", place, reason="xl/workbook.xml")
        return False
    if any("externalLinks/" in n or n.endswith("vbaProject.bin") for n in names):
        ledger.add("W-XLS-014", place)
    return all(
        _has_no_doctype(package, name, place, ledger)
        for name in names
        if name.lower().endswith((".xml", ".rels", ".vml"))
    )


def _leaves(name: str) -> bool:
    path = name.replace("\\", "/")
    drive = re.match(r"^[A-Za-z]:", path) is not None
    return drive or path.startswith("/") or ".." in path.split("/")


def _has_no_doctype(
    package: zipfile.ZipFile, name: str, place: Place, ledger: Ledger
) -> bool:
    """Read a part up to its first element, where a declaration would have to be."""
    try:
        with package.open(name) as part:
            XmlStream(None).read(part)
    except XmlRefusedError as refused:
        code = _REFUSED.get(refused.kind, "E-XLS-001")
        ledger.add(code, place, part=name, reason=f"{name}: {refused.kind}")
        return False
    except (expat.ExpatError, *_BROKEN) as error:
        ledger.add("E-XLS-001", place, reason=f"{name}: {type(error).__name__}")
        return False
    return True


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _is_true(value: str | None) -> bool:
    return value in {"1", "true"}
