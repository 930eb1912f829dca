"""Plain tables: long and wide give the same export; several headers are noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.readers.plain import read_plain, write_plain

LONG = (
    "respondent;actor;item;target;value;missing_reason\n"
    "r1;nav;q1;ks;4;\n"
    "r1;nav;q1;hdir;;dont_know\n"
    "r2;ks;q1;nav;2;\n"
    "r2;ks;q2;;5;\n"
)


def test_one_row_per_answer(csv: Any, ledger: Ledger, cells: Any) -> None:
    export = read_plain(csv(LONG), ledger)
    assert cells(export) == {
        "respondent": ["r1", "r2"],
        "actor": ["nav", "ks"],
        "q1@ks": ["4", ""],
        "q1@hdir": ["dont_know", ""],
        "q1@nav": ["", "2"],
        "q2": ["", "5"],
    }
    assert export is not None
    assert export.questions["respondent"].kind == "id"
    about = export.questions["q1@hdir"]
    assert (about.battery, about.row) == ("q1", "hdir")
    assert about.missing == {"dont_know": "dont_know"}
    assert export.questions["q2"].row == ""
    assert export.table.rows.tolist() == [2, 4]
    assert len(export.other_tables[0]) == 4
    assert not ledger.has_errors


def test_each_wave_has_its_row(csv: Any, ledger: Ledger, cells: Any) -> None:
    text = "respondent,wave,item,value\nr1,1,q,4\nr1,2,q,5\nr2,1,q,3\n"
    read = cells(read_plain(csv(text), ledger))
    assert read == {
        "respondent": ["r1", "r1", "r2"],
        "wave": ["1", "2", "1"],
        "q": ["4", "5", "3"],
    }


def test_an_answer_that_stands_twice(csv: Any, ledger: Ledger) -> None:
    assert read_plain(csv(LONG + "r1;nav;q1;ks;5;\n"), ledger) is None
    (told,) = ledger.listed()
    assert (told.code, told.row, told.fields["other"]) == ("E-PLN-003", 6, "2")
    assert "r1" not in str(told)


@pytest.mark.parametrize(
    ("row", "code", "letter"),
    [
        (";nav;q1;ks;5;", "E-PLN-006", "A"),
        ("r3;nav;;ks;5;", "E-PLN-006", "C"),
        ("r3;nav;q@1;ks;5;", "E-PLN-007", "C"),
        ("r3;nav;q1;ks;;vet_ikke", "E-PLN-004", "F"),
        ("r3;nav;q1;ks;5;dont_know", "E-PLN-005", "F"),
    ],
)
def test_faults_have_a_row_and_a_column(
    csv: Any, ledger: Ledger, row: str, code: str, letter: str
) -> None:
    assert read_plain(csv(f"{LONG}{row}\n"), ledger) is None
    (told,) = ledger.listed()
    assert (told.code, told.row, told.place.letter) == (code, 6, letter)
    assert told.value == "***"


def test_columns_that_differ_within_a_respondent(
    csv: Any, ledger: Ledger, cells: Any
) -> None:
    text = "respondent,item,value,clock\nr1,a,4,1\nr1,b,5,2\n"
    assert "clock" not in cells(read_plain(csv(text), ledger))
    (told,) = [p for p in ledger.listed() if p.code == "W-PLN-008"]
    assert told.fields["known"] == "clock"


def test_other_names_are_suggested_and_accepted(
    csv: Any, ledger: Ledger, cells: Any
) -> None:
    text = "Deltaker;spørsmål;verdi\nr1;q1;4\n"
    assert read_plain(csv(text), ledger) is None
    (told,) = ledger.listed()
    line = (
        '--reading "columns.respondent=Deltaker" --reading "columns.item=spørsmål" '
        '--reading "columns.value=verdi"'
    )
    assert (told.code, told.fields["line"]) == ("E-PLN-002", line)
    columns = {"respondent": "Deltaker", "item": "spørsmål", "value": "verdi"}
    read = cells(read_plain(csv(text), Ledger("x"), columns=columns))
    assert read == {"respondent": ["r1"], "q1": ["4"]}


def test_a_mapping_that_leads_nowhere(csv: Any, ledger: Ledger) -> None:
    assert read_plain(csv(LONG), ledger, columns={"item": "itme"}) is None
    (told,) = ledger.listed()
    assert (told.code, told.fields["near"]) == ("E-PLN-010", "item")


def test_one_row_per_respondent(csv: Any, ledger: Ledger, cells: Any) -> None:
    text = "id\tq1\tq2\tkommentar\nr1\t4\t1,5\tGod\nr2\t\t2\t\n"
    export = read_plain(csv(text, "a.tsv"), ledger)
    assert cells(export)["q2"] == ["1,5", "2"]
    assert export is not None
    kinds = [question.kind for question in export.questions.values()]
    assert kinds == ["id", "choice", "number", "text"]
    assert not ledger.listed()


def test_without_an_id(csv: Any, ledger: Ledger, codes: Any) -> None:
    export = read_plain(csv("q1,q2\n1,2\n"), ledger)
    assert export is not None
    assert [q.kind for q in export.questions.values()] == ["choice", "choice"]
    assert codes() == []


def test_a_workbook_with_several_sheets(xlsx: Any, ledger: Ledger, cells: Any) -> None:
    file = xlsx(["id", "q"], ["r1", 4], more=[["id", "q"], ["r9", 5]])
    assert read_plain(file, ledger) is None
    assert [p.code for p in ledger.listed()] == ["E-XLS-007"]
    spec = FileSpec("export.xlsx", sheet="more")
    assert cells(read_plain(file, Ledger("x"), spec=spec))["id"] == ["r9"]


QUALTRICS = (
    "StartDate,Q5\n"
    '"Start Date","Q5 - Hvor ofte?"\n'
    '"{""ImportId"":""startDate""}","{""ImportId"":""QID5""}"\n'
    "2024-05-04,3\n"
)
MONKEY = "Respondent ID,Hvem?,,Hvorfor?\n,NAV,KS,Open-Ended Response\n7,NAV,,fordi\n"


def test_three_header_rows(csv: Any, ledger: Ledger, cells: Any) -> None:
    """BI-130."""
    assert read_plain(csv(QUALTRICS), ledger) is None
    (told,) = ledger.listed()
    assert (told.code, told.row) == ("E-PLN-001", 3)
    assert (told.fields["found"], told.fields["line"]) == ("3", "--reading skip_rows=2")
    spec = FileSpec("export.csv", skip_rows=2)
    assert cells(read_plain(csv(QUALTRICS), Ledger("x"), spec=spec))["Q5"] == ["3"]


def test_two_header_rows(csv: Any, ledger: Ledger) -> None:
    text = MONKEY.replace("Hvem?,,", "Hvem?,Hvem 2?,")
    assert read_plain(csv(text), ledger) is None
    (told,) = ledger.listed()
    assert (told.code, told.row, told.fields["line"]) == (
        "E-PLN-001",
        2,
        "--reading skip_rows=1",
    )


# ---- writing

CELL = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FF, exclude_characters="\x7f"),
    max_size=6,
).filter(lambda cell: cell == cell.strip())


def export_of(rows: list[tuple[str, str]]) -> SurveyExport:
    table = RawTable("answers", "x", rows=np.arange(1, len(rows) + 1))
    names = ("respondent", "q;1")
    table.columns = [
        RawColumn(name, "", text_array(row[place] for row in rows))
        for place, name in enumerate(names)
    ]
    return SurveyExport("x", table, {name: Question(name, "text") for name in names})


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".xlsx"])
@given(cells=st.lists(CELL, min_size=1, max_size=5))
def test_cells_survive(cells: list[str], suffix: str, tmp_path_factory: Any) -> None:
    file = tmp_path_factory.getbasetemp() / f"round{suffix}"
    rows = [(f"r{n}", cell) for n, cell in enumerate(cells)]
    read = read_plain(write_plain(export_of(rows), file), Ledger("x"))
    assert read is not None
    columns = {c.header: c.text.tolist() for c in read.table.columns}
    assert columns["q;1"] == cells
    assert columns["respondent"] == [row[0] for row in rows]


def test_a_formula_is_written_as_text(tmp_path: Path, cells: Any) -> None:
    file = write_plain(export_of([("r1", "=1+1")]), tmp_path / "a.xlsx")
    ledger = Ledger("x")
    assert cells(read_plain(file, ledger))["q;1"] == ["=1+1"]
    assert not ledger.listed()


@pytest.mark.parametrize(("name", "cell"), [("a.doc", "x"), ("a.xlsx", "a\x01b")])
def test_what_cannot_be_written_is_refused(
    tmp_path: Path, name: str, cell: str
) -> None:
    with pytest.raises(nc.errors.InputError):
        write_plain(export_of([("r1", cell)]), tmp_path / name)
    assert not (tmp_path / name).exists()


@given(
    head=st.sampled_from(["respondent,item,value", "id,item,wave", "a,b,c", ",a,a"]),
    rows=st.lists(
        st.lists(
            st.text(alphabet='r1@{";,\n\x1f\x00å', max_size=5), min_size=3, max_size=3
        ),
        max_size=6,
    ),
)
def test_only_problems_come_out(
    head: str, rows: list[list[str]], tmp_path_factory: Any
) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzz_plain.csv"
    body = "\n".join(",".join(row) for row in rows)
    file.write_text(f"{head}\n{body}\n", "utf-8")
    ledger = Ledger("export")
    export = read_plain(file, ledger)
    assert export is not None or ledger.has_errors
