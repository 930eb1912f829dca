"""With a codebook, every fault of the study-to-be is told at once, in the export."""

from __future__ import annotations

from pathlib import Path

import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.study import import_export

BOOK = """\
name = "small"

[scales.five]
low = 1
high = 5

[items.trust]
scale = "five"
dimension = "trust"

[relations.trust]
unlisted = "not_asked"
own_group = "keep"

[export]
preset = "plain"
respondent = "id"
actor = "enhet"
site = "sted"

[export.answers]
v1 = { item = "trust", target = "nav" }
v2 = { item = "trust", target = "skole" }
"""
ACTORS = "site,actor\nå,nav\nå,skole\n"


def given(tmp_path: Path, rows: str, book: str = BOOK, actors: str = ACTORS) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "study.toml").write_text(book, encoding="utf-8")
    if actors:
        (folder / "actors.csv").write_text(actors, encoding="utf-8")
    export = tmp_path / "svar.csv"
    export.write_text(f"note,sted,id,enhet,v1,v2\n{rows}", encoding="utf-8")
    return export


def told(
    tmp_path: Path, rows: str, book: str = BOOK, actors: str = ACTORS
) -> list[nc.study.Problem]:
    export = given(tmp_path, rows, book, actors)
    with pytest.raises(nc.InputError) as caught:
        import_export(export, "plain", tmp_path / "out", codebook=tmp_path / "book")
    assert not (tmp_path / "out").exists()
    return [p for p in caught.value.problems if p.severity == "ERROR"]


def test_misspelt_actors_and_bad_answers_are_told_in_one_run(tmp_path: Path) -> None:
    rows = ",å,r1,nav,4,7\n,å,r2,skol,4,4\n,å,r3,skole,,9\n"
    found = told(tmp_path, rows)
    assert [(p.code, p.file, p.row, p.column, p.letter) for p in found] == [
        ("E-ANS-002", "svar.csv", 2, "v2", "F"),
        ("E-REF-001", "svar.csv", 3, "enhet", "D"),
        ("E-ANS-002", "svar.csv", 4, "v2", "F"),
    ]
    assert 'write "skole" (actors.csv row 3)' in str(found[1])


def test_one_cell_is_told_of_once(tmp_path: Path) -> None:
    book = BOOK + '\n[export.codes.enhet]\n1 = "nav"\n2 = "skole"\n'
    found = told(tmp_path, ",å,r1,1,4,4\n,å,r2,3,4,4\n,å,r3,2,4,4\n", book)
    assert [(p.code, p.row, p.column) for p in found] == [("E-EXP-014", 3, "enhet")]


def test_a_variable_that_is_not_there_hides_no_other_fault(tmp_path: Path) -> None:
    book = BOOK.replace('actor = "enhet"', 'actor = "enhed"')
    found = told(tmp_path, ",å,r1,nav,4,7\n", book)
    assert {p.code for p in found} == {"E-EXP-012", "E-ANS-002"}


def test_a_fault_of_the_codebook_hides_none_of_the_answers(tmp_path: Path) -> None:
    found = told(tmp_path, ",å,r1,nav,4,7\n", BOOK.replace("own_group", "own_gruop"))
    assert {p.code for p in found} >= {"E-MAN-003", "E-ANS-002"}


def test_what_is_wrong_with_a_question_stands_at_its_column(tmp_path: Path) -> None:
    rows = ",å,r1,nav,4,4\n,å,r2,skole,4,4\n"
    found = told(tmp_path, rows, BOOK.replace(', target = "skole"', ""))
    assert [(p.code, p.row, p.column, p.letter) for p in found] == [
        ("E-ANS-003", 2, "v2", "F"),
        ("E-ANS-003", 3, "v2", "F"),
    ]


def test_respondents_of_one_id_are_told_by_the_rows_of_the_export(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, ",å,r1,nav,4,4\n\n,å,r1,skole,4,4\n")
    (person,) = (p for p in found if p.code == "E-RES-001")
    assert (person.row, person.column, person.fields["other"]) == (4, "id", "2")
    answers = {(p.column, p.row, p.fields["other"]) for p in found if "ANS" in p.code}
    assert answers == {("v1", 4, "2"), ("v2", 4, "2")}


def test_actors_made_from_the_answers_stand_at_their_first_row(tmp_path: Path) -> None:
    rows = ",å,r1,nav,4,4\n,å,r2,NAV,4,4\n"
    (same,) = told(tmp_path, rows, actors="")
    assert (same.code, same.file) == ("E-ACT-002", "svar.csv")
    assert {same.row, int(same.fields["other"])} == {2, 3}


def test_a_codebook_without_the_own_unit_is_asked_for_it(tmp_path: Path) -> None:
    export = given(tmp_path, ",å,r1,nav,4,4\n", BOOK.replace('actor = "enhet"\n', ""))
    with pytest.raises(nc.InputError, match="W-EXP-020"):
        import_export(export, "plain", tmp_path / "out", codebook=tmp_path / "book")


def test_ties_are_held_against_the_codebook(tmp_path: Path) -> None:
    book = tmp_path / "codebook.toml"
    book.write_text('name = "x"\n[relations.tie]\nunlisted = "absent"\n', "utf-8")
    export = tmp_path / "ties.csv"
    export.write_text("source,target,weight\nnav,ks,2\nks,nav,0\n", "utf-8")
    with pytest.raises(nc.InputError) as caught:
        import_export(export, "edges", tmp_path / "out", codebook=book)
    (zero,) = caught.value.problems
    assert (zero.code, zero.file, zero.row) == ("E-TIE-009", "ties.csv", 3)
    assert not (tmp_path / "out").exists()


def test_the_command_line_writes_nothing_and_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = given(tmp_path, ",å,r1,nav,4,4\n,å,r2,skol,4,4\n")
    words = ["import", str(export), "--preset", "plain", "--language", "nb"]
    words += ["--codebook", str(tmp_path / "book"), "--out", str(tmp_path / "out")]
    assert main(words) == 2
    said = capsys.readouterr()
    assert "E-REF-001 svar.csv rad 3, kolonne enhet (D3)" in said.err
    assert said.out == ""
    assert not (tmp_path / "out").exists()
