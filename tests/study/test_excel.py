"""Workbooks: what Excel does to data is caught by the address of the cell."""

from __future__ import annotations

import datetime
import io
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from netcollab.study import check_study, read_study

START = 'name = "x"\nrelations.trust.unlisted = "not_asked"\n'
HEAD = ["relation", "source", "target", "weight"]
GOOD = ["trust", "nav", "ks", 2]
SHEET = "xl/worksheets/sheet1.xml"


def workbook(
    *rows: list[Any], change: Callable[[Any, Any], None] | None = None
) -> bytes:
    """A workbook with one sheet, as openpyxl writes it."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "ties"
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def patched(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The package with bytes of one part replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as package,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in package.namelist():
            content = package.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new)
            copy.writestr(name, content)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes = b"<x/>") -> bytes:
    """The package with one more part."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return out.getvalue()


@pytest.fixture
def study(make: Any) -> Callable[..., Path]:
    """A study whose ties are a workbook."""

    def write(data: bytes, **more: Any) -> Path:
        more = {"toml": START} | more
        folder: Path = make(ties=None, files={"ties.xlsx": data}, **more)
        return folder

    return write


def codes(folder: Path) -> list[str]:
    return [p.code for p in check_study(folder).problems]


# ---- accepted


def test_numbers_and_text(study: Any) -> None:
    read = read_study(study(workbook(HEAD, GOOD, ["trust", "ks", "nav", 2.5])))
    assert read.ties["weight"].tolist() == [2.0, 2.5]
    file = read.report.files[1]
    assert (file.path, file.sheet, file.encoding) == ("ties.xlsx", "ties", None)


def test_whole_numbers_are_ids_without_a_point(study: Any) -> None:
    data = workbook(HEAD, ["trust", 301, "ks", 2], ["trust", "ks", 301.0, 1])
    read = read_study(study(data, actors="actor\n301\nks\n"))
    assert read.ties["source"].tolist() == ["301", "ks"]
    assert read.ties["target"].tolist() == ["ks", "301"]


def test_a_formula_with_a_stored_result(study: Any) -> None:
    data = workbook(HEAD, ["trust", "nav", "ks", "=1+1"])
    data = patched(data, SHEET, b"<v />", b"<v>2</v>")
    folder = study(data)
    assert codes(folder) == ["N-XLS-009"]
    assert read_study(folder).ties["weight"].tolist() == [2.0]


def test_dates_are_text_in_text_columns(study: Any) -> None:
    when = datetime.datetime(2021, 1, 22)
    data = workbook([*HEAD, "basis"], [*GOOD, when])
    assert read_study(study(data)).ties["basis"].tolist() == ["2021-01-22"]


def test_a_wrong_dimension_hides_no_cell(study: Any) -> None:
    data = patched(workbook(HEAD, GOOD), SHEET, b'ref="A1:D2"', b'ref="A1"')
    assert len(read_study(study(data)).ties) == 1


def test_a_million_formatted_empty_rows(study: Any) -> None:
    empty = b"".join(b'<row r="%d" s="1"/>' % row for row in range(3, 200_000))
    end = b"</sheetData>"
    data = patched(workbook(HEAD, GOOD), SHEET, end, empty + end)
    start = time.process_time()
    assert len(read_study(study(data)).ties) == 1
    assert time.process_time() - start < 20


def test_one_workbook_for_the_whole_study(make: Any) -> None:
    def actors(book: Any, _: Any) -> None:
        for row in (["actor", "staff"], ["nav", 3], ["ks", None]):
            sheet = book["actors"] if "actors" in book else book.create_sheet("actors")
            sheet.append(row)

    toml = START + '[resources]\ncolumns = ["staff"]\n'
    toml += '[files.ties]\npath = "all.xlsx"\nsheet = "ties"\n'
    toml += '[files.actors]\npath = "all.xlsx"\n'
    files = {"all.xlsx": workbook(HEAD, GOOD, change=actors)}
    read = read_study(make(toml=toml, actors=None, ties=None, files=files))
    assert read.actors["staff"].tolist()[0] == 3.0
    assert [file.sheet for file in read.report.files] == ["actors", "ties"]


# ---- told by address


def test_a_formula_without_a_result(study: Any) -> None:
    (found,) = check_study(study(workbook(HEAD, ["trust", "nav", "ks", "=1+1"]))).errors
    assert (found.code, found.place.cell, found.column) == ("E-XLS-008", "D2", "weight")


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#DIV/0!"])
def test_an_error_cell(study: Any, value: str) -> None:
    old = b'<c r="D2" t="n"><v>2</v></c>'
    new = f'<c r="D2" t="e"><v>{value}</v></c>'.encode()
    (found,) = check_study(study(patched(workbook(HEAD, GOOD), SHEET, old, new))).errors
    assert (found.code, found.place.cell, found.value) == ("E-XLS-010", "D2", value)


def test_dates_where_numbers_or_names_should_be(study: Any) -> None:
    day = datetime.date(2024, 5, 4)
    data = workbook(HEAD, ["trust", "nav", "ks", day], ["trust", day, "ks", 2])
    found = check_study(study(data)).errors
    assert [(p.code, p.place.cell) for p in found] == [
        ("E-XLS-011", "D2"),
        ("E-XLS-011", "B3"),
    ]
    assert "Excel has turned the cell into a date" in str(found[0])


def test_numbers_stored_as_text(study: Any) -> None:
    data = workbook(HEAD, ["trust", "nav", "ks", "4 "], ["trust", "ks", "nav", "4,5"])
    (found,) = check_study(study(data)).errors
    assert (found.code, found.row) == ("E-NUM-012", 3)
    toml = START + '[files.ties]\npath = "ties.xlsx"\ndecimal = ","\n'
    data = workbook(HEAD, ["trust", "nav", "ks", "4,5"], ["trust", "ks", "nav", 2.5])
    assert read_study(study(data, toml=toml)).ties["weight"].tolist() == [4.5, 2.5]


def test_an_id_that_excel_rounded(study: Any) -> None:
    data = workbook(HEAD, ["trust", 12345678901234567, "ks", 2])
    assert "E-IDS-006" in codes(study(data))


def test_what_is_hidden_or_merged_is_read_and_said(study: Any) -> None:
    def hide(_: Any, sheet: Any) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["E"].hidden = True
        sheet.auto_filter.ref = "A1:D3"

    data = workbook(HEAD, GOOD, ["trust", "ks", "nav", 2], change=hide)
    folder = study(data)
    assert codes(folder) == ["W-XLS-012"]
    fields = check_study(folder).warnings[0].fields
    assert (fields["rows"], fields["columns"], fields["filters"]) == ("1", "1", "1")
    assert len(read_study(folder).ties) == 2

    data = workbook(HEAD, GOOD, GOOD, change=lambda _, s: s.merge_cells("A2:A3"))
    assert codes(study(data))[:2] == ["W-XLS-013", "E-IDS-001"]


def test_blank_rows_count_as_rows(study: Any) -> None:
    data = workbook(HEAD, [], GOOD, [], ["trust", "nav", "kks", 2])
    folder = study(data)
    (found,) = check_study(folder).errors
    assert found.place.cell == "C5"
    file = check_study(folder).files[1]
    assert (file.rows_read, dict(file.excluded)) == (4, {"blank": 2, "error": 1})


def test_which_sheet(study: Any) -> None:
    def second(book: Any, sheet: Any) -> None:
        sheet.title = "one"
        book.create_sheet("two")

    data = workbook(HEAD, GOOD, change=second)
    assert codes(study(data)) == ["E-XLS-007"]
    toml = START + '[files.ties]\npath = "ties.xlsx"\nsheet = "onne"\n'
    (found,) = check_study(study(data, toml=toml)).errors
    assert (found.code, found.fields["near"]) == ("E-XLS-006", "one")
    assert check_study(study(data, toml=toml.replace("onne", "one"))).ok


# ---- refused


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E-FIL-017"),
        (b"PK\x03\x04 broken", "E-XLS-001"),
        (b"a,b\n1,2\n", "E-XLS-001"),
        (b"\xd0\xcf\x11\xe0 old or encrypted", "E-XLS-002"),
        (with_part(workbook(HEAD, GOOD), "../../evil.xml"), "E-XLS-005"),
        (with_part(workbook(HEAD, GOOD), "/etc/evil.xml"), "E-XLS-005"),
        (with_part(workbook(HEAD, GOOD), "C:\\evil.xml"), "E-XLS-005"),
        (
            with_part(workbook(HEAD, GOOD), "xl/bomb.xml", b"<a>" + b" " * 40_000_000),
            "E-XLS-004",
        ),
        (
            patched(
                workbook(HEAD, GOOD),
                SHEET,
                b"<worksheet",
                b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet',
            ),
            "E-XLS-003",
        ),
        (
            patched(workbook(HEAD, GOOD), SHEET, b"</sheetData>", b"<a>" * 200),
            "E-XLS-001",
        ),
        (patched(workbook(HEAD, GOOD), SHEET, b"</worksheet>", b""), "E-XLS-001"),
        (
            patched(workbook(HEAD, GOOD), "xl/workbook.xml", b"<sheets>", b"<x>"),
            "E-XLS-001",
        ),
        (workbook(HEAD), "E-FIL-018"),
        (workbook([]), "E-FIL-017"),
    ],
)
def test_a_workbook_that_is_not_opened(study: Any, data: bytes, code: str) -> None:
    start = time.process_time()
    assert code in codes(study(data))
    assert time.process_time() - start < 5


def test_macros_are_ignored_and_said(study: Any) -> None:
    data = with_part(workbook(HEAD, GOOD), "xl/vbaProject.bin")
    assert codes(study(data)) == ["W-XLS-014"]
