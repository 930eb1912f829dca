"""Workbooks made by spreadsheets in a hurry, by scripts and by attackers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

START = 'name = "x"\n[relations.trust]\nunlisted = "not_asked"\n'
HEAD = ["relation", "source", "target", "weight"]
GOOD = ["trust", "nav", "ks", 2]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def study(make: Any) -> Callable[..., Path]:
    """A study whose ties are these bytes in ties.xlsx."""

    def write(data: bytes, name: str = "ties.xlsx", toml: str = START) -> Path:
        folder: Path = make(toml=toml, ties=None, files={name: data})
        return folder

    return write


def test_bi_173_entities_in_a_sheet(study: Any, workbooks: Any, cost: Any) -> None:
    levels = ['<!ENTITY a0 "ha">']
    levels += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)]
    doctype = f"<!DOCTYPE worksheet [{''.join(levels)}]>".encode()
    data = workbooks.patch(
        workbooks.make(HEAD, GOOD), SHEET, b"<worksheet", doctype + b"<worksheet"
    )
    told = cost(study(data))
    assert [error[0] for error in told.errors] == ["E-XLS-003"]
    assert told.seconds < 2
    assert told.megabytes < 200


@pytest.mark.parametrize(
    "name", ["../../evil", "/etc/evil", "C:\\evil", "xl/..\\..\\evil", "\\\\host\\evil"]
)
def test_bi_174_a_path_that_leaves_the_package(
    study: Any, workbooks: Any, ask: Any, name: str
) -> None:
    parts = workbooks.parts(workbooks.make(HEAD, GOOD))
    folder = study(workbooks.pack({**parts, name: b"x"}))
    before = sorted(folder.parent.rglob("*"))
    found = ask.only(folder, "E-XLS-005")
    assert found.file == "ties.xlsx"
    assert sorted(folder.parent.rglob("*")) == before


def test_bi_175_a_formula_without_a_result(
    study: Any, workbooks: Any, ask: Any
) -> None:
    data = workbooks.make(HEAD, ["trust", "nav", "ks", "=1+1"])
    found = ask.only(study(data), "E-XLS-008")
    assert (found.sheet, found.row, found.column, found.letter) == (
        "ties",
        2,
        "weight",
        "D",
    )
    assert "a formula without a stored result" in str(found)
    assert found.fix == "open and save the workbook in a spreadsheet, or paste values"


def test_bi_176_a_formula_with_a_result(study: Any, workbooks: Any, ask: Any) -> None:
    data = workbooks.make(HEAD, ["trust", "nav", "ks", "=1+1"])
    data = workbooks.patch(data, SHEET, b"<v />", b"<v>2</v>")
    read = ask.good(study(data))
    assert read.ties["weight"].tolist() == [2.0]
    (note,) = [n for n in read.report.notes if n.code == "N-XLS-009"]
    assert note.fields["count"] == "1"


def test_bi_179_numbers_stored_as_text(study: Any, workbooks: Any, ask: Any) -> None:
    data = workbooks.make(HEAD, ["trust", "nav", "ks", "4 "], ["trust", "ks", "nav", 3])
    assert ask.good(study(data)).ties["weight"].tolist() == [4.0, 3.0]
    data = workbooks.make(HEAD, ["trust", "nav", "ks", "4,5"])
    found = ask.only(study(data), "E-NUM-012")
    assert (found.row, found.letter, found.value) == (2, "D", "4,5")
    declared = START + '[files.ties]\npath = "ties.xlsx"\ndecimal = ","\n'
    assert ask.good(study(data, toml=declared)).ties["weight"].tolist() == [4.5]


def hide(book: Any, sheet: Any) -> None:
    """Hide two rows and a column, filter, and hide a second sheet."""
    for row in (2, 3):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["A"].hidden = True
    sheet.auto_filter.ref = "A1:D3"
    other = book.create_sheet("gammel")
    other.sheet_state = "hidden"


def test_bi_182_what_is_hidden_is_read(study: Any, workbooks: Any, ask: Any) -> None:
    data = workbooks.make(HEAD, GOOD, ["trust", "ks", "nav", 1], change=hide)
    folder = study(data)
    found = ask.only(folder, "W-XLS-012")
    assert "2 rows, 1 column" in str(found)
    assert "filters: 1" in str(found)
    assert ask.report(folder).files[1].rows_used == 2


def test_bi_182_a_hidden_sheet_that_is_read(
    study: Any, workbooks: Any, ask: Any
) -> None:
    def change(book: Any, sheet: Any) -> None:
        book.create_sheet("forside")
        sheet.sheet_state = "hidden"
        book.active = 1

    found = ask.only(study(workbooks.make(HEAD, GOOD, change=change)), "W-XLS-012")
    assert "1 sheet" in str(found)


def test_bi_183_a_million_formatted_empty_rows(
    study: Any, workbooks: Any, cost: Any
) -> None:
    rows = b"".join(b'<row r="%d" s="1"/>' % row for row in range(3, 1_048_577))
    data = workbooks.make(HEAD, GOOD)
    data = workbooks.patch(data, SHEET, b"</sheetData>", rows + b"</sheetData>")
    told = cost(study(data))
    assert told.errors == []
    assert told.seconds < 20
    assert told.megabytes < 200


def test_bi_186_macros_and_links(study: Any, workbooks: Any, ask: Any) -> None:
    declared = START + '[files.ties]\npath = "ties.xlsm"\n'
    parts = workbooks.parts(workbooks.make(HEAD, GOOD))
    with_macros = workbooks.pack({**parts, "xl/vbaProject.bin": b"\xd0\xcf"})
    found = ask.only(study(with_macros, "ties.xlsm", declared), "E-FIL-008")
    assert found.value == "ties.xlsm"
    assert "save it as .xlsx" in found.fix
    link = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
    found = ask.only(study(workbooks.pack({**parts, **link})), "W-XLS-014")
    assert "macros and links to other workbooks were ignored" in str(found)
    assert ask.report(study(workbooks.pack({**parts, **link}))).ok


@pytest.mark.parametrize("suffix", [".xls", ".xlsb", ".ods"])
def test_bi_187_workbooks_of_other_kinds(study: Any, ask: Any, suffix: str) -> None:
    declared = START + f'[files.ties]\npath = "ties{suffix}"\n'
    found = ask.only(study(b"\xd0\xcf\x11\xe0", f"ties{suffix}", declared), "E-FIL-008")
    assert (found.file, found.value) == ("study.toml", f"ties{suffix}")
    assert "save it as .xlsx or CSV" in found.fix


@pytest.mark.parametrize("suffix", [".xls", ".xlsb", ".ods"])
def test_bi_187_workbooks_of_other_kinds_that_nobody_named(
    study: Any, ask: Any, suffix: str
) -> None:
    found = ask.only(study(b"\xd0\xcf\x11\xe0", f"ties{suffix}"), "E-FIL-008")
    assert found.value == f"ties{suffix}"


def test_bi_189_a_lock_file(study: Any, workbooks: Any, ask: Any, make: Any) -> None:
    folder = study(workbooks.make(HEAD, GOOD))
    (folder / "~$ties.xlsx").write_bytes(b"\x04analyst")
    assert ask.told(folder) == []
    assert "N-FIL-016" in ask.notes(folder)
    declared = START + "[files.ties]\npath = '~$ties.xlsx'\n"
    found = ask.only(make(toml=declared, ties=None), "E-FIL-013")
    assert "lock file" in str(found)
