"""More bad input of the same classes, beyond the catalogue."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import netcollab as nc

START = 'name = "x"\n[relations.trust]\nunlisted = "not_asked"\n'
HEAD = "relation,source,target,weight\n"
WAVES = "relation,source,target,weight,wave\n"
SCALE = START + "[scales.s]\nlow = 1\nhigh = 5\n"
ITEM = SCALE + '[items.q]\nscale = "s"\ndimension = "d"\n'
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")
SHEET = "xl/worksheets/sheet1.xml"


def only_error(folder: Path, code: str) -> Any:
    """The first error, which has this code, as have all others."""
    errors = nc.study.check_study(folder).errors
    assert {p.code for p in errors} == {code}
    return errors[0]


# ---- numbers


@pytest.mark.parametrize(
    ("weight", "code"),
    [
        ("9" * 400, "E-NUM-002"),
        ("1e-400", "E-NUM-002"),
        ("0x10", "E-NUM-001"),
        ("0b1", "E-NUM-001"),
        ("1_000", "E-NUM-001"),
        ("WAHR", "E-NUM-001"),
        ("SANT", "E-NUM-001"),
        ("IV", "E-NUM-001"),
        ("12:30", "E-NUM-001"),
        ("½", "E-NUM-001"),
        ("=1+1", "E-NUM-001"),
        ("2\t", "E-NUM-005"),
        ("\u200b2", "E-NUM-005"),
        ("2\u200f", "E-NUM-005"),
        ("\u0663", "E-NUM-005"),
        ("#N/A", "E-XLS-010"),
        ("#REF!", "E-XLS-010"),
        ("#VERDI!", "E-XLS-010"),
        ("#DIVISION/0!", "E-XLS-010"),
        ("2kr", "E-NUM-003"),
        ("1.234,5", "E-NUM-006"),
    ],
)
def test_what_is_no_number_by_its_kind(make: Any, weight: str, code: str) -> None:
    rows = f"trust;nav;ks;2\ntrust;ks;nav;{weight}\n"
    found = only_error(make(toml=START, ties=HEAD.replace(",", ";") + rows), code)
    assert (found.row, found.column, found.letter) == (3, "weight", "D")
    if code == "E-NUM-005":
        assert found.fix.startswith('write "')
        assert "U+" in str(found)


def test_a_sum_that_is_too_large(make: Any) -> None:
    rows = "trust,nav,ks,1e308\ntrust,nav,ks,1e308\n"
    folder = make(toml=START + 'duplicates = "sum"\n', ties=HEAD + rows)
    assert only_error(folder, "E-NUM-002").row == 2


# ---- text files


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("actor|kind\nnav|x\nks|y\n", "E-CSV-018", 1),
        ("# laget 2024\nactor,kind\nnav,x\nks,y\n", "E-COL-012", 2),
        ("Aktører;\n;\nactor;kind\nnav;x\nks;y\n", "E-COL-012", 3),
        ("<html><table><tr><td>actor</td></tr></table>", "E-FIL-011", None),
        ('<?xml version="1.0"?><a/>', "E-FIL-011", None),
        ('[{"actor": "nav"}, {"actor": "ks"}]', "E-FIL-011", None),
        ("{\\rtf1\\ansi actor}", "E-FIL-011", None),
        (b"\x1f\x8b\x08\x00abc", "E-FIL-011", None),
        (b"PK\x03\x04abc", "E-FIL-011", None),
        ("actor,kind\nnav,ø\n".encode("utf-16-le"), "E-ENC-004", None),
        ("\ufeffactor,kind\n".encode("utf-32-le"), "E-ENC-004", None),
        ("\ufeffactor,kind\n".encode("utf-32-be"), "E-ENC-004", None),
        ("actor,kind\nnav,x\n".encode("cp500"), "E-ENC-001", 1),
        ("actor,kind\nnav,ø\n".encode() + b"ks,\xf8\n", "E-ENC-003", 2),
        ('actor,kind\nnav,"x\nks,y\n', "E-CSV-008", 2),
        ('actor,kind\nnav,"x"y\nks,y\n', "E-CSV-009", 2),
        ('actor,kind\nnav,"' + "\n" * 200_000 + '"\nks,y\n', "E-CSV-010", 2),
    ],
)
def test_files_of_other_kinds_and_broken_ones(
    make: Any, content: str | bytes, code: str, row: int | None
) -> None:
    errors = nc.study.check_study(make(actors=content)).errors
    assert (errors[0].code, errors[0].row) == (code, row)
    assert errors[0].file == "actors.csv"
    if code == "E-COL-012":
        assert f"[files.actors]: header_row = {row}" in errors[0].fix


def test_nuls_at_the_end_are_no_sign_of_another_encoding(make: Any) -> None:
    content = b"actor,kind\nnav,agency\nks,association\nhdir,x\n" + b"\x00" * 4096
    errors = nc.study.check_study(make(actors=content)).errors
    assert [(p.code, p.row) for p in errors] == [("E-CSV-005", 5)]


def test_a_declared_encoding_that_cannot_be(make: Any) -> None:
    toml = START + '[files.ties]\nencoding = "utf-16"\n'
    assert only_error(make(toml=toml), "E-ENC-002").file == "ties.csv"


def test_files_put_together_with_both_headers(make: Any) -> None:
    rows = "trust,nav,ks,2\n" + HEAD + "trust,ks,nav,2\n"
    found = only_error(make(toml=START, ties=HEAD + rows), "E-CSV-019")
    assert found.row == 3
    assert "repeats the header of row 1" in str(found)
    report = nc.study.check_study(make(toml=START, ties=HEAD + rows))
    assert dict(report.files[1].excluded) == {"header": 1}


def test_mixed_line_ends_and_line_breaks_in_cells(make: Any, ask: Any) -> None:
    content = b'actor,kind\r\nnav,"a\r\nb"\nks,x\rhdir ,y\r\n'
    found = only_error(make(actors=content), "E-IDS-002")
    assert (found.row, found.value) == (4, "hdir ")
    assert len(ask.good(make(actors=content.replace(b"hdir ", b"hdir"))).actors) == 3


def test_a_matrix_where_ties_should_be(make: Any) -> None:
    folder = make(toml=START, ties=",nav,ks,hdir\nnav,,1,2\nks,1,,2\nhdir,1,1,\n")
    codes = [p.code for p in nc.study.check_study(folder).errors]
    assert "E-COL-013" in codes
    assert "E-COL-001" not in codes


def test_a_header_in_capitals_is_told_once(make: Any) -> None:
    ties = "Relation,Source,Target,Weight\ntrust,nav,ks,2\n"
    report = nc.study.check_study(make(toml=START, ties=ties))
    assert {p.code for p in report.errors} == {"E-COL-001"}
    assert not [p for p in report.warnings if "source" in str(p)]


# ---- names


@pytest.mark.parametrize(
    "name",
    ["nan", "None", "NULL", "#N/A", "TRUE", "=1+1", "+47", "-x", "@x", "😀", "0301"],
)
def test_ids_that_are_only_odd(make: Any, ask: Any, name: str) -> None:
    folder = make(
        actors=f"actor\n{name}\nks\n", ties=f"{HEAD}trust,{name},ks,2\n", toml=START
    )
    study = ask.good(folder)
    assert study.actors["actor"].tolist() == [name, "ks"]
    assert study.ties["source"].tolist() == [name]


@pytest.mark.parametrize(
    ("name", "point"),
    [
        ("\u202enav", "U+202E"),
        ("nav\u200f", "U+200F"),
        ("na\u2028v", "U+2028"),
        ("\ufeffnav", "U+FEFF"),
        ("\U000e0041nav", "U+E0041"),
    ],
)
def test_marks_that_nobody_sees(make: Any, name: str, point: str) -> None:
    folder = make(actors=f"actor\n{name}\nks\n", ties=f"{HEAD}trust,nav,ks,2\n")
    found = only_error(folder, "E-IDS-003")
    assert (found.row, found.letter) == (2, "A")
    assert point in str(found)
    assert name not in str(found)


@pytest.mark.parametrize(
    ("one", "two"),
    [("straße", "strasse"), ("firma", "ﬁrma"), ("a-b", "a–b"), ("Ål", "A\u030al")],
)
def test_names_that_are_one_to_the_eye(make: Any, one: str, two: str) -> None:
    folder = make(actors=f"actor\n{one}\n{two}\n", ties=f"{HEAD}trust,{one},{two},1\n")
    assert only_error(folder, "E-ACT-002").row == 3


def test_sites_that_nobody_declared_in_two_spellings(make: Any) -> None:
    actors = "site,actor\noslo,nav\nOslo,ks\noslo,fhi\nOslo,hdir\n"
    folder = make(
        toml=START,
        actors=actors,
        ties="site,relation,source,target,weight\noslo,trust,nav,fhi,2\n",
    )
    found = nc.study.check_study(folder).errors
    assert [(p.code, p.row, p.letter) for p in found] == [
        ("E-SIT-004", 3, "A"),
        ("E-SIT-004", 5, "A"),
    ]
    assert '"Oslo" and "oslo" (actors.csv 2)' in str(found[0])


@pytest.mark.parametrize(
    ("one", "two"), [("Høst", "høst"), ("2025", "2025.0"), ("1", "01"), ("a", "a ")]
)
def test_waves_that_nobody_declared_in_two_spellings(
    make: Any, one: str, two: str
) -> None:
    rows = f"trust,nav,ks,2,{one}\ntrust,ks,nav,2,{two}\n"
    errors = nc.study.check_study(make(toml=START, ties=WAVES + rows)).errors
    found = next(p for p in errors if p.code == "E-WAV-003")
    assert (found.row, found.column, found.letter) == (3, "wave", "E")


def test_a_relation_with_blanks_is_told_once(make: Any) -> None:
    rows = "trust ,nav,ks,2\ntrust,ks,nav,2\n"
    assert only_error(make(toml=START, ties=HEAD + rows), "E-IDS-002").row == 2


def test_the_line_for_a_relation_can_be_pasted(make: Any) -> None:
    rows = "trust,ks,nav,2\nfaglig tillit,nav,ks,2\n"
    found = only_error(make(toml=START, ties=HEAD + rows), "E-TIE-001")
    assert '[relations."faglig tillit"]\nunlisted' in found.fix


# ---- files


def as_fifo(path: Path) -> None:
    """A pipe that nobody writes into."""
    os.mkfifo(path)


def as_socket(path: Path) -> None:
    """A socket; its path is bound from inside, since paths of sockets are short."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


@POSIX
@pytest.mark.parametrize(
    ("place", "code"),
    [
        (as_fifo, "E-FIL-005"),
        (as_socket, "E-FIL-005"),
        (Path.mkdir, "E-FIL-005"),
        (lambda path: path.symlink_to("/dev/zero"), "E-FIL-002"),
        (lambda path: path.symlink_to("gone.csv"), "E-FIL-001"),
    ],
    ids=["pipe", "socket", "folder", "device", "dangling link"],
)
@pytest.mark.parametrize("name", ["ties.csv", "study.toml"])
def test_what_is_no_file(
    make: Any, place: Callable[[Path], None], code: str, name: str
) -> None:
    folder = make()
    (folder / name).unlink()
    place(folder / name)
    errors = nc.study.check_study(folder).errors
    assert [p.code for p in errors if p.file == name] == [code]


@POSIX
def test_a_chain_of_links_inside_the_folder(make: Any) -> None:
    folder = make(ties=None)
    for step in range(30):
        (folder / f"l{step}.txt").symlink_to(f"l{step + 1}.txt")
    (folder / "l30.txt").write_text(HEAD + "trust,nav,ks,2\n", encoding="utf-8")
    (folder / "ties.csv").symlink_to("l0.txt")
    assert len(nc.read_study(folder).ties) == 1


# ---- the manifest


@pytest.mark.parametrize(
    ("toml", "code", "row"),
    [
        ('name = "x"\n\ufeff[relations.trust]\n', "E-MAN-035", 2),
        ('name = "x\x00"\n', "E-MAN-001", 1),
        ('name = "x"\nname = "y"\n', "E-MAN-033", 2),
        (START + "[relations.trust]\n", "E-MAN-033", 4),
        ('name = "x\n', "E-MAN-034", 1),
        ('name = "x"\n[relations.samarbeidsmøte]\n', "E-MAN-034", 2),
        ("name: x\n", "E-MAN-035", 1),
        ('{"name": "x"}\n', "E-MAN-035", 1),
        ("name = “x”\n", "E-MAN-036", 1),
        (START + "directed = True\n", "E-MAN-036", 4),
        (START + '[files.ties]\npath = "ex\\ports.csv"\n', "E-MAN-037", 5),
        (START + '[files.ties]\npath = "exports\\ties.csv"\n', "E-FIL-020", 5),
        ("waves = [2024-01-01]\n" + START, "E-MAN-004", 1),
        ('waves = ["a", ""]\n' + START, "E-MAN-015", 1),
        ('waves = ["Høst", "høst"]\n' + START, "E-MAN-019", 1),
        ("waves = 0\n" + START, "E-MAN-012", 1),
        ('name = "x"\n[[relations.trust]]\nunlisted = "absent"\n', "E-MAN-004", 2),
        (START + "scale = [1, inf]\n", "E-MAN-009", 4),
        (START + "scale = [nan, 5]\n", "E-MAN-009", 4),
        (ITEM + 'reversed = "yes"\n', "E-MAN-004", 10),
        (START + '[items.q]\nabout = "self"\n', "E-MAN-006", 4),
        (ITEM + "min_answered = 2\n", "E-MAN-027", 10),
        (ITEM + "map = { 1 = 0, 9 = 1 }\n", "E-MAN-028", 10),
        (ITEM + "map = { a = 0 }\n", "E-MAN-020", 10),
        (
            SCALE + 'labels = { 1 = { nb = "Nei" }, 2 = { nb = "nei " } }\n',
            "E-MAN-029",
            7,
        ),
        (
            SCALE
            + 'missing = { "vet ikke" = "dont_know", "Vet ikke" = "no_answer" }\n',
            "E-MAN-019",
            7,
        ),
        (SCALE + 'missing = { 98 = "dontknow" }\n', "E-MAN-005", 7),
        (START + '[privacy]\nidentifiers = ["actor"]\n', "E-MAN-031", 5),
        (START + "a = " + "[" * 5000 + "]" * 5000, "E-MAN-016", None),
        ("# " + "x" * 10_000_000, "E-FIL-009", None),
    ],
)
def test_manifests_that_cannot_be_meant(
    make: Any, toml: str, code: str, row: int | None
) -> None:
    errors = nc.study.check_study(make(toml=toml)).errors
    found = [p for p in errors if p.file == "study.toml"]
    assert (found[0].code, found[0].row) == (code, row)


@pytest.mark.parametrize(
    ("toml", "code", "said"),
    [
        (SCALE + 'labels = { 7 = { nb = "?" } }\n', "W-MAN-030", '"7"'),
        (
            START + '[hypotheses.H]\noutcome = "tie(trust)"\npredictor = "same(knd)"\n',
            "W-MAN-032",
            '"knd"',
        ),
    ],
)
def test_manifests_that_are_doubtful(
    make: Any, ask: Any, toml: str, code: str, said: str
) -> None:
    found = ask.only(make(toml=toml), code)
    assert found.row is not None
    assert said in str(found)


# ---- answers


def test_an_answer_that_the_map_leaves_out(make: Any) -> None:
    toml = SCALE + '[items.q]\nscale = "s"\nabout = "self"\nmap = { 1 = 0, 5 = 1 }\n'
    folder = make(
        toml=toml,
        respondents="respondent,actor\nr1,nav\nr2,ks\n",
        answers="respondent,item,value\nr1,q,5\nr2,q,3\n",
    )
    found = only_error(folder, "E-ANS-022")
    assert (found.row, found.letter, found.value) == (3, "C", "***")
    assert found.expected == "one of 1, 5"


# ---- workbooks

ROWS = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
COLUMNS = dict(zip("ABCD", HEAD.strip().split(","), strict=True))


def cell(at: str, text: str) -> str:
    """A cell with its text inside."""
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def line(number: str, *cells: str) -> str:
    """A row of a sheet."""
    return f'<row r="{number}">{"".join(cells)}</row>'


TITLES = line("1", *(cell(f"{letter}1", name) for letter, name in COLUMNS.items()))


def tie(
    number: str, at: str = "2", source: str = "nav", weight: str = "<v>2</v>"
) -> str:
    """A row that says that there is a tie."""
    own = (cell(f"A{at}", "trust"), cell(f"B{at}", source), cell(f"C{at}", "ks"))
    return line(number, *own, f'<c r="D{at}">{weight}</c>')


def packed(workbooks: Any, *rows: str) -> bytes:
    """A workbook whose sheet is these rows."""
    parts = workbooks.parts(workbooks.make(["x"]))
    sheet = f"{ROWS}<sheetData>{''.join(rows)}</sheetData></worksheet>"
    packed: bytes = workbooks.pack({**parts, SHEET: sheet.encode()})
    return packed


@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([tie("2"), tie("2", source="hdir")], "2"),
        ([tie("3", "3"), tie("2")], "2"),
        ([tie("-2")], "-2"),
        ([tie("0")], "0"),
        ([tie("to")], "to"),
        ([tie("2"), tie("1048577", "1048577")], "1048577"),
        ([tie("2"), tie("1000000000000", "9")], "1000000000000"),
        ([tie("2"), line("3", cell("XFE3", "x"))], "XFE3"),
        ([tie("2"), line("3", cell("A9", "x"))], "A9"),
        ([tie("2"), line("3", cell("A3", "x"), cell("A3", "y"))], "A3"),
    ],
)
def test_rows_and_cells_out_of_place(
    make: Any, workbooks: Any, rows: list[str], place: str
) -> None:
    files = {"ties.xlsx": packed(workbooks, TITLES, *rows)}
    found = only_error(make(toml=START, ties=None, files=files), "E-XLS-017")
    assert found.value == place


@pytest.mark.parametrize(
    ("row", "source"),
    [
        (
            tie("2").replace("<is><t>nav</t>", "<is><r><t>na</t></r><r><t>v</t></r>"),
            "nav",
        ),
        (tie("2", source="n_x0061_v"), "nav"),
        (tie("2", weight="<f>1+1</f><v>2</v>"), "nav"),
        (tie("2", weight='<f t="shared" ref="D2" si="0">1+1</f><v>2</v>'), "nav"),
    ],
    ids=["rich text", "escaped letter", "formula", "shared formula"],
)
def test_cells_that_people_really_have(
    make: Any, ask: Any, workbooks: Any, row: str, source: str
) -> None:
    files = {"ties.xlsx": packed(workbooks, TITLES, row)}
    study = ask.good(make(toml=START, ties=None, files=files))
    assert study.ties["source"].tolist() == [source]
    assert study.ties["weight"].tolist() == [2.0]


def test_a_line_break_that_a_workbook_writes_as_a_code(
    make: Any, workbooks: Any
) -> None:
    files = {"ties.xlsx": packed(workbooks, TITLES, tie("2", source="nav_x000D_"))}
    found = only_error(make(toml=START, ties=None, files=files), "E-IDS-002")
    assert found.value == "nav\\x0d"


@pytest.mark.parametrize("without", ["[Content_Types].xml", "xl/workbook.xml", SHEET])
def test_a_package_without_a_part(make: Any, workbooks: Any, without: str) -> None:
    parts = workbooks.parts(packed(workbooks, TITLES, tie("2")))
    del parts[without]
    folder = make(toml=START, ties=None, files={"ties.xlsx": workbooks.pack(parts)})
    errors = nc.study.check_study(folder).errors
    assert {p.code for p in errors} <= {"E-XLS-001", "E-XLS-007"}
    assert errors


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (HEAD.encode(), "E-XLS-001"),
        (b"", "E-FIL-017"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "E-XLS-002"),
    ],
    ids=["csv under another name", "no bytes", "protected"],
)
def test_what_is_no_workbook(make: Any, content: bytes, code: str) -> None:
    only_error(make(toml=START, ties=None, files={"ties.xlsx": content}), code)


def test_two_sheets_of_one_name_and_a_chart(make: Any, workbooks: Any) -> None:
    def two(book: Any, _: Any) -> None:
        book.create_sheet("forside")
        book.create_chartsheet("graf")

    data = workbooks.make(
        HEAD.strip().split(","), ["trust", "nav", "ks", 2], change=two
    )
    same = workbooks.patch(data, "xl/workbook.xml", b'"forside"', b'"Ties"')
    only_error(make(toml=START, ties=None, files={"ties.xlsx": same}), "E-XLS-001")
    toml = START + '[files.ties]\npath = "ties.xlsx"\nsheet = "graf"\n'
    folder = make(toml=toml, ties=None, files={"ties.xlsx": data})
    assert only_error(folder, "E-XLS-018").sheet == "graf"
