"""Enalyzer: label numbers are said, never shifted; the month comes first."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from netcollab.study.ledger import Ledger
from netcollab.study.readers.enalyzer import read_enalyzer

HEAD = "Respondent ID;E-mail;Startdato;Tillid;Antal møder;Værktøj: mail;Kommentar\n"
ROWS = (
    "1;a@example.org;05-13-2024;1;0;1;Det går\n"
    "2;b@example.org;06-02-2024;5;3;0;\n"
    "3;;;;2;;Godt\n"
)


def test_numbers_from_one_on_are_said_and_left(
    csv: Any, ledger: Ledger, cells: Any
) -> None:
    export = read_enalyzer(csv(HEAD + ROWS), ledger)
    assert cells(export)["Tillid"] == ["1", "5", ""]
    (told,) = [p for p in ledger.listed() if p.code == "W-ENA-001"]
    assert told.fields["known"] == "Tillid"
    assert "1 to 5" in told.fix
    assert export is not None
    kinds = [question.kind for question in export.questions.values()]
    assert kinds == ["id", "contact", "date", "choice", "choice", "choice", "text"]
    assert not export.questions["Tillid"].missing


def test_dates_are_read_month_first(
    csv: Any, ledger: Ledger, codes: Callable[[], list[str]]
) -> None:
    read_enalyzer(csv("id;Dato\n1;05-13-2024\n2;13-05-2024\n"), ledger)
    assert "N-ENA-002" in codes()
    (wrong,) = [p for p in ledger.listed() if p.code == "W-ENA-003"]
    assert (wrong.row, wrong.column, wrong.value) == (3, "Dato", "***")
    assert "13-05-2024" not in str(wrong)


def test_a_table_without_an_id(csv: Any, ledger: Ledger, codes: Any) -> None:
    assert read_enalyzer(csv("Tillid\n1\n2\n"), ledger) is not None
    assert "N-ENA-004" in codes()


def test_identity_numbers_are_contact(csv: Any, ledger: Ledger) -> None:
    export = read_enalyzer(csv("CPR-nummer;q\n010170-1234;ja\n"), ledger)
    assert export is not None
    assert export.questions["CPR-nummer"].kind == "contact"
    assert all("010170" not in str(problem) for problem in ledger.listed())


def test_a_workbook_keeps_its_dates(xlsx: Any, ledger: Ledger, cells: Any) -> None:
    day = datetime.datetime(2024, 5, 13)
    file = xlsx(["Respondent ID", "Dato", "q1"], ["7", day, 3], ["8", None, 4.0])
    export = read_enalyzer(file, ledger)
    assert cells(export)["Dato"] == ["2024-05-13", ""]
    assert cells(export)["q1"] == ["3", "4"]
    assert export is not None
    assert export.questions["Dato"].kind == "date"


def test_what_is_no_table(csv: Any, ledger: Ledger, codes: Any, tmp_path: Path) -> None:
    assert read_enalyzer(csv(b""), ledger) is None
    assert read_enalyzer(csv(b"x", "export.sav"), ledger) is None
    assert read_enalyzer(tmp_path / "none.csv", ledger) is None
    assert sorted(codes()) == ["E-EXP-001", "E-EXP-003", "E-FIL-017"]


def test_faults_have_a_row_and_a_column(csv: Any, ledger: Ledger) -> None:
    read_enalyzer(csv("Respondent ID;q;q;\n1;2;3;4\n1;2\n"), ledger)
    told = {p.code: (p.row, p.place.letter) for p in ledger.listed()}
    assert told["E-COL-002"] == (1, "C")
    assert told["E-COL-003"] == (1, "D")
    assert told["E-CSV-005"][0] == 3


@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=4), max_size=6).map(
            lambda rows: "\n".join(";".join(row) for row in rows).encode()
        ),
    )
)
def test_only_problems_come_out(data: bytes, tmp_path_factory: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzz_enalyzer.csv"
    file.write_bytes(data)
    ledger = Ledger("export")
    export = read_enalyzer(file, ledger)
    assert export is not None or ledger.has_errors
