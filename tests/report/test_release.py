"""What is wrong in a folder is found, in every format, and its value is never said."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.errors import InputError
from netcollab.report import check_release, release_report, write_table
from netcollab.report.published import pieces_of
from netcollab.report.release import KINDS

NORWEGIAN, DANISH, HYPHENATED = "01017000027", "0101701234", "010170-1234"
EMAIL, PHONE, NAME = "kanari@example.org", "99 88 77 66", "Kanari Nordmann"
TEXT = "Kanari fra sjøfartskontoret svarer aldri på e-post"


def kinds(folder: Path, **more: object) -> list[tuple[str, str, int, str]]:
    found = check_release(folder, **more).findings  # type: ignore[arg-type]
    return [
        (one.kind, one.file, one.row, one.column)
        for one in found
        if one.kind != "no_record"
    ]


def study(**more: object) -> nc.Study:
    return nc.Study.from_frames(
        {
            "name": "s",
            "scales": {"five": {"low": 1, "high": 5}},
            "items": {"q": {"scale": "five", "construct": "c", "about": "site"}},
            "privacy": {"free_text": ["comment"], **more},
        },
        actors=pd.DataFrame({"actor": ["nav", "ks"]}),
        respondents=pd.DataFrame(
            {"respondent": ["kx7q2", "kx8r3"], "actor": "nav", "comment": [TEXT, ""]}
        ),
        answers=pd.DataFrame(
            {"respondent": ["kx7q2", "kx8r3"], "item": "q", "value": [3, 4]}
        ),
    )


@pytest.mark.parametrize("cell", [EMAIL, HYPHENATED, NORWEGIAN, PHONE])
@pytest.mark.parametrize("form", ["csv", "html", "xlsx", "json", "svg", "txt", "gexf"])
def test_what_identifies_a_person_is_found_in_every_format(
    tmp_path: Path, cell: str, form: str
) -> None:
    told = {EMAIL: "email", PHONE: "phone"}.get(cell, "national_id")
    path = tmp_path / f"table.{form}"
    if form == "xlsx":
        book = openpyxl.Workbook()
        book.active.append(["unit", "who"])
        book.active.append(["nav", cell])
        book.save(path)
    else:
        texts = {
            "csv": f"unit,who\nnav,{cell}\n",
            "html": f"<table><tr><th>unit<th>who</tr><tr><td>nav<td>{cell}</table>",
            "json": json.dumps([{"unit": "nav", "who": cell}]),
            "svg": f"<svg>\n<!-- {cell} --><path d='M 12 34 56 78'/></svg>",
            "txt": f"nav\nwho: {cell}\n",
            "gexf": f'<gexf>\n<node id="1" label="{cell}"/></gexf>',
        }
        path.write_text(texts[form], encoding="utf-8")
    [(kind, file, row, column)] = kinds(tmp_path)
    assert (kind, file) == (told, path.name)
    assert row == (0 if form == "json" else 2)
    assert column == ("who" if form in {"csv", "html", "xlsx", "json"} else "")


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("n", "4", "few"),
        ("n_used", "1", "one_person"),
        ("n_first", "2.0", "few"),
        ("antall svar", "3", "few"),
        ("voices", "4", "few"),
        ("stemmer", "1", "one_person"),
        ("n_cases", "1", None),
        ("n", "5", None),
        ("n", "0", None),
        ("n", "", None),
        ("n_actors", "1", None),
        ("mean", "2", None),
    ],
)
def test_counts_below_the_threshold(
    tmp_path: Path, header: str, cell: str, expected: str | None
) -> None:
    (tmp_path / "t.csv").write_text(f"unit,{header}\nnav,{cell}\n", encoding="utf-8")
    assert [kind for kind, *_ in kinds(tmp_path)] == [expected] * (expected is not None)


def test_the_threshold_is_that_of_the_study(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("unit,n\nnav,6\n", encoding="utf-8")
    assert kinds(tmp_path) == []
    strict = study(min_respondents=7)
    assert kinds(tmp_path, study=strict) == [("few", "t.csv", 2, "n")]


def test_counts_in_words(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("mean 3.1 (n 4)\nn = 12\nn=1\n", encoding="utf-8")
    assert kinds(tmp_path) == [("few", "t.txt", 1, ""), ("one_person", "t.txt", 3, "")]
    said = "H2 (4 voices), 12 voices, .3 voices\n1 stemme, 7 stemmer"
    (tmp_path / "t.txt").write_text(said, encoding="utf-8")
    assert kinds(tmp_path) == [("few", "t.txt", 1, ""), ("one_person", "t.txt", 2, "")]


@pytest.mark.parametrize("form", ["html", "md", "xlsx", "docx", "latex"])
def test_voices_are_counted_in_every_kind_of_table(tmp_path: Path, form: str) -> None:
    table = pd.DataFrame(
        {"n": ["4 voices", "9 voices"], "who": ["ks", EMAIL]}, pd.Index(["H1", "H2"])
    )
    write_table(table, tmp_path / "t", caption="Claims", formats=[form], note="")
    found = {(kind, column) for kind, _, _, column in kinds(tmp_path)}
    column = {"html": "n", "xlsx": "n"}.get(form, "")
    assert ("few", column) in found
    assert "email" in {kind for kind, _ in found}
    assert len(found) == 2


def test_a_broken_document_is_named_as_unread(tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(b"PK\3\4 no archive")
    assert check_release(tmp_path).unread == ("t.docx",)


def test_actors_of_a_dl_file_are_not_counted_as_people(tmp_path: Path) -> None:
    (tmp_path / "t.dl").write_text("dl n=4 format=edgelist1\nn = 2\n", encoding="utf-8")
    assert kinds(tmp_path) == [("few", "t.dl", 2, "")]


def test_ids_and_free_text_of_the_study(tmp_path: Path) -> None:
    told = f"unit,said\nnav,as kx7q2 said\nks,{TEXT.upper()}\n"
    (tmp_path / "t.csv").write_text(told, encoding="utf-8")
    assert kinds(tmp_path) == []
    assert kinds(tmp_path, study=study()) == [
        ("respondent_id", "t.csv", 2, "said"),
        ("free_text", "t.csv", 3, ""),
    ]


@pytest.mark.parametrize("header", ["respondent", "CPR-nr", "fornavn", "mobil"])
def test_columns_of_persons(tmp_path: Path, header: str) -> None:
    (tmp_path / "t.csv").write_text(f"unit,{header}\nnav,x\n", encoding="utf-8")
    assert kinds(tmp_path) == [("person_column", "t.csv", 1, "")]


def test_formulas_but_not_numbers(tmp_path: Path) -> None:
    told = 'unit,value\n"=cmd|x",-0.5\n@sum,+3\n-,-1e-05\n'
    (tmp_path / "t.csv").write_text(told, encoding="utf-8")
    [found] = check_release(tmp_path).findings[:1]
    assert (found.kind, found.column, found.count) == ("formula", "unit", 2)
    (tmp_path / "t.csv").unlink()
    book = openpyxl.Workbook()
    book.active.append(["unit"])
    book.active.append(["=1+1"])
    book.save(tmp_path / "t.xlsx")
    assert kinds(tmp_path) == [("formula", "t.xlsx", 2, "unit")]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("/home/kari/study/answers.csv", True),
        (r"C:\Users\kari", True),
        (r"\\server\share", True),
        ("file:///tmp/x", True),
        ("https://example.org/a/b/c", False),
        ("tables/actors.csv", False),
        ("and/or", False),
        ("one / two/three", False),
    ],
)
def test_paths_of_a_machine(tmp_path: Path, text: str, *, is_found: bool) -> None:
    (tmp_path / "t.txt").write_text(f"see {text} here", encoding="utf-8")
    assert [kind for kind, *_ in kinds(tmp_path)] == ["absolute_path"] * is_found


def test_files_that_the_run_did_not_write(case: nc.Study, tmp_path: Path) -> None:
    out = tmp_path / "out"
    nc.report.write_measures(case, out, relations=["membership"])
    assert check_release(out, study=case).findings == ()
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    (out / "tables" / "actors.csv").write_text("changed\n", encoding="utf-8")
    (out / "tables" / "dyads.csv").unlink()
    assert kinds(out) == [
        ("unlisted", "notes.txt", 0, ""),
        ("changed", "tables/actors.csv", 0, ""),
        ("missing", "tables/dyads.csv", 0, ""),
    ]


def test_pictures_are_listed_as_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\0\0")
    found = check_release(tmp_path)
    assert found.unread == ("a.png",)
    assert "1 file could not be read" in release_report(found)


def test_broken_files_do_not_stop_the_check(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("no book", encoding="utf-8")
    (tmp_path / "b.json").write_text("{ no", encoding="utf-8")
    (tmp_path / "c.html").write_text("<table><td>x</tr></table>", encoding="utf-8")
    (tmp_path / "d.csv").write_text("", encoding="utf-8")
    found = check_release(tmp_path)
    assert found.unread == ("a.xlsx",)
    assert {one.kind for one in found.findings} == {"no_record"}


def test_values_are_never_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = f"{EMAIL},{HYPHENATED},{PHONE},kx7q2\n{NAME},{NORWEGIAN},{TEXT},{DANISH}\n"
    out = tmp_path / "out"
    out.mkdir()
    (out / "t.csv").write_text(told, encoding="utf-8")
    (out / f"{EMAIL}.txt").write_text("x", encoding="utf-8")
    (out / "kx7q2.txt").write_text("x", encoding="utf-8")
    nc.write_study(study(), tmp_path / "study")
    for more in (["--json"], *(["--language", code] for code in ("en", "nb", "da"))):
        code = main(["release", str(out), "--study", str(tmp_path / "study"), *more])
        assert code == 1
        printed = capsys.readouterr()
        said = (printed.out + printed.err).casefold()
        for value in ("kanari", "0027", "010170", "010170", "77 66", "kx7q2", "svarer"):
            assert value not in said
    found = {one.kind for one in check_release(out, study=study()).findings}
    assert {"email", "national_id", "phone", "respondent_id", "free_text"} <= found


def test_the_command_is_0_when_nothing_is_found_and_2_without_a_folder(
    case: nc.Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    nc.report.write_measures(case, out, relations=["membership"])
    assert main(["release", str(out), "--language", "da"]) == 0
    assert "Intet fundet" in capsys.readouterr().out
    assert main(["release", str(tmp_path / "nowhere")]) == 2
    with pytest.raises(InputError, match="no folder with files"):
        check_release(tmp_path / "nowhere")


@pytest.mark.parametrize("code", ["en", "nb", "da"])
def test_every_kind_has_words(code: str) -> None:
    with nc.report.language(code):
        for kind in KINDS:
            fields = {"least": 5} if kind == "few" else {}
            assert nc.report.label(f"release.{kind}", **fields)


def test_numbers_of_a_drawing_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    path.write_text(
        '<svg><style>a{}</style><path d="M 12 34 56 78"/><text>nav</text></svg>',
        encoding="utf-8",
    )
    pieces = pieces_of(path)
    assert pieces is not None
    assert [piece.text.strip() for piece in pieces] == ["nav"]
