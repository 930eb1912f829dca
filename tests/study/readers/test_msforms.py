"""Microsoft Forms: cells with several answers, repeated titles, unseen blanks."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.study.ledger import Ledger
from netcollab.study.readers.msforms import read_msforms

FIRST = ["ID", "Start time", "Completion time", "Email", "Name"]
NOW = datetime.datetime(2024, 5, 4, 10, 30)
WHO = [NOW, NOW, "anonymous", None]


def form(xlsx: Any, titles: list[str], *answers: list[Any], first: Any = None) -> Path:
    """A form's answers, numbered."""
    rows = [[n, *WHO, *answer] for n, answer in enumerate(answers, start=1)]
    file: Path = xlsx([*(first or FIRST), *titles], *rows)
    return file


def test_several_answers_become_variables(
    xlsx: Any, ledger: Ledger, cells: Any
) -> None:
    file = form(xlsx, ["Hvem?"], ["NAV;KS;"], ["KS;"], [None], ["NAV;KS;"])
    export = read_msforms(file, ledger)
    read = cells(export)
    assert read["Hvem? [1]"] == ["1", "0", "", "1"]
    assert read["Hvem? [2]"] == ["1", "1", "", "1"]
    assert "Hvem?" not in read
    assert export is not None
    question = export.questions["Hvem? [1]"]
    assert (question.kind, question.battery, question.row) == ("chosen", "Hvem?", "NAV")
    (told,) = [p for p in ledger.listed() if p.code == "N-FRM-002"]
    assert (told.fields["count"], told.fields["found"]) == ("1", "2")


def test_a_semicolon_inside_a_text_does_not_split(
    xlsx: Any, ledger: Ledger, cells: Any
) -> None:
    file = form(xlsx, ["Hvorfor?"], ["tid; penger"], ["lyst;"])
    export = read_msforms(file, ledger)
    assert cells(export)["Hvorfor?"] == ["tid; penger", "lyst;"]
    assert export is not None
    assert export.questions["Hvorfor?"].kind == "text"


def test_own_words_stay_out_of_names_and_messages(xlsx: Any, ledger: Ledger) -> None:
    file = form(xlsx, ["Hvem?"], ["NAV;naboen min Kari;"], ["NAV;"])
    export = read_msforms(file, ledger)
    assert export is not None
    assert all("Kari" not in column.header for column in export.table.columns)
    assert all("Kari" not in str(problem) for problem in ledger.listed())
    (told,) = [p for p in ledger.listed() if p.code == "W-FRM-004"]
    assert told.fields["count"] == "1"


def test_the_columns_of_the_tool(xlsx: Any, ledger: Ledger, cells: Any) -> None:
    first = [*FIRST, "Last modified time"]
    export = read_msforms(form(xlsx, ["q"], [None, "ja"], first=first), ledger)
    assert export is not None
    kinds = [question.kind for question in export.questions.values()]
    assert kinds == ["id", *["paradata"] * 2, *["contact"] * 2, "paradata", "text"]
    assert cells(export)["Start time"] == ["2024-05-04 10:30:00"]


@pytest.mark.parametrize(
    "first",
    [
        ["ID", "Starttidspunkt", "Fullføringstidspunkt", "E-postadresse", "Navn"],
        ["Id", "Starttidspunkt", "Fuldførelsestidspunkt", "Mail", "Navn"],
    ],
)
def test_other_languages(xlsx: Any, ledger: Ledger, first: list[str]) -> None:
    export = read_msforms(form(xlsx, ["q"], ["ja"], first=first), ledger)
    assert export is not None
    assert [q.kind for q in export.questions.values()][:5] == [
        "id",
        "paradata",
        "paradata",
        "contact",
        "contact",
    ]


def test_repeated_titles_and_unseen_blanks(
    xlsx: Any, ledger: Ledger, cells: Any
) -> None:
    titles = ["Hvor ofte?\u00a0", "Hvor ofte?2", "To\nlinjer"]
    export = read_msforms(form(xlsx, titles, ["a", "b", "c"]), ledger)
    assert {"Hvor ofte?", "Hvor ofte?2", "To linjer"} <= set(cells(export))
    told = {p.code: p for p in ledger.listed()}
    assert told["W-FRM-003"].fields["other"] == "Hvor ofte?"
    assert told["W-COL-006"].fields["points"] == "U+00A0"


def test_a_quiz(xlsx: Any, ledger: Ledger) -> None:
    titles = ["Total points", "Q", "Points - Q", "Feedback - Q", "Points - other"]
    export = read_msforms(form(xlsx, titles, [1, "a", 1, "", "x"]), ledger)
    assert export is not None
    kinds = {name: q.kind for name, q in export.questions.items() if name in titles}
    assert kinds == {
        "Total points": "paradata",
        "Q": "text",
        "Points - Q": "paradata",
        "Feedback - Q": "paradata",
        "Points - other": "text",
    }


def test_labels_that_are_shared_are_a_choice(xlsx: Any, ledger: Ledger) -> None:
    answers = [["Enig"], ["Uenig"], ["Enig"], ["Uenig"], [None]]
    export = read_msforms(form(xlsx, ["q"], *answers), ledger)
    assert export is not None
    assert (export.questions["q"].kind, export.questions["q"].options) == ("choice", {})


def test_saved_again_as_csv(csv: Any, ledger: Ledger, cells: Any) -> None:
    head = ";".join([*FIRST, "q"])
    text = f"{head}\n1;5/4/24 10:30;5/4/24;anonymous;;ja\n"
    assert cells(read_msforms(csv(text), ledger))["Start time"] == ["5/4/24 10:30"]


def test_too_many_different_answers(csv: Any, ledger: Ledger, codes: Any) -> None:
    cell = "".join(f"{n};" for n in range(20_000))
    text = ",".join([*FIRST, "q"]) + f"\n1,,,,,{cell}\n"
    assert read_msforms(csv(text), ledger) is None
    assert codes() == ["E-CSV-002"]


@pytest.mark.parametrize("head", ["Kari Nordmann;ja;nei", "ID;Start time;q"])
def test_what_is_no_form(csv: Any, ledger: Ledger, head: str) -> None:
    assert read_msforms(csv(f"{head}\n1;2;3\n"), ledger) is None
    (told,) = [p for p in ledger.listed() if p.code == "E-FRM-001"]
    assert told.row == 1
    assert "Kari" not in str(told)


@given(answers=st.lists(st.text(alphabet='ab;"\n\t,12 ', max_size=8), max_size=6))
def test_only_problems_come_out(answers: list[str], tmp_path_factory: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzz_forms.csv"
    rows = "".join(f"{n},,,,,{cell}\n" for n, cell in enumerate(answers))
    file.write_text(",".join([*FIRST, "q"]) + "\n" + rows, "utf-8")
    ledger = Ledger("export")
    export = read_msforms(file, ledger)
    assert export is not None or ledger.has_errors
    if export is not None:
        for name, question in export.questions.items():
            column = next(c for c in export.table.columns if c.header == name)
            if question.kind == "chosen":
                assert set(column.text.tolist()) <= {"1", "0", ""}
