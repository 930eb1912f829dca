"""Questback: four codes for no answer, and a 0 that may be one or not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.study.ledger import Ledger
from netcollab.study.readers.questback import read_questback

EXPORT = (
    "lfdn;external_lfdn;tester;dispcode;lastpage;v_1;v_2;v_3;v_4;v_5;u_email;"
    "datetime;rts100\n"
    "1;0;0;31;9;3;0;God;1;4,5;a@example.org;2024-05-04 10:00:00;12\n"
    "2;0;0;32;9;0;1;-99;0;2,0;b@example.org;2024-05-04 11:00:00;9\n"
    "3;0;1;22;2;-77;-77;-66;-77;-77;;2024-05-04 12:00:00;3\n"
)


def test_the_defaults_of_the_export(csv: Any, ledger: Ledger, cells: Any) -> None:
    export = read_questback(csv(EXPORT), ledger)
    assert cells(export)["v_1"] == ["3", "0", "-77"]
    assert export is not None
    told = {name: q.missing for name, q in export.questions.items() if q.missing}
    numeric = {
        "0": "no_answer",
        "-66": "not_asked",
        "-77": "not_asked",
        "-99": "no_answer",
    }
    words = {code: reason for code, reason in numeric.items() if code != "0"}
    assert told == {
        "v_1": numeric,
        "v_2": words,
        "v_3": words,
        "v_4": words,
        "v_5": numeric,
    }


def test_kinds(csv: Any, ledger: Ledger) -> None:
    export = read_questback(csv(EXPORT), ledger)
    assert export is not None
    kinds = {name: question.kind for name, question in export.questions.items()}
    assert kinds == {
        "lfdn": "id",
        "external_lfdn": "paradata",
        "tester": "paradata",
        "dispcode": "status",
        "lastpage": "paradata",
        "v_1": "choice",
        "v_2": "chosen",
        "v_3": "text",
        "v_4": "chosen",
        "v_5": "number",
        "u_email": "contact",
        "datetime": "paradata",
        "rts100": "paradata",
    }
    assert set(export.questions["dispcode"].options) == {"31", "32"}


def test_what_is_said(csv: Any, ledger: Ledger) -> None:
    read_questback(csv(EXPORT), ledger)
    told = {p.code: p.fields for p in ledger.listed()}
    assert told["W-QUE-005"]["known"] == "v_1"
    assert told["W-QUE-006"]["known"] == "v_2, v_4"
    assert told["W-QUE-008"]["count"] == "1"
    assert told["N-QUE-009"]["count"] == "1"
    assert told["N-QUE-004"]["codes"] == "0: 1, -66: 1, -77: 4, -99: 1"


def test_zero_is_an_answer_when_it_is_said(csv: Any, ledger: Ledger) -> None:
    export = read_questback(csv(EXPORT), ledger, zero_is_answer=["v_1"])
    assert export is not None
    assert "0" not in export.questions["v_1"].missing
    assert "W-QUE-005" not in {p.code for p in ledger.listed()}
    assert read_questback(csv(EXPORT), ledger, zero_is_answer=["v_11"]) is not None
    (told,) = [p for p in ledger.listed() if p.code == "E-QUE-010"]
    assert told.fields["near"] == "v_1"


def test_zero_in_a_text_is_what_somebody_wrote(csv: Any, ledger: Ledger) -> None:
    export = read_questback(csv("lfdn;v_1\n1;0\n2;ti\n3;-99\n"), ledger)
    assert export is not None
    assert "0" not in export.questions["v_1"].missing


def test_redefined_codes_are_asked_about(csv: Any, ledger: Ledger) -> None:
    read_questback(csv("lfdn;v_1;v_2\n1;3;-98\n2;4;2\n"), ledger)
    (told,) = [p for p in ledger.listed() if p.code == "W-QUE-007"]
    assert told.fields["known"] == "v_2"


def test_an_old_excel_file(csv: Any, ledger: Ledger) -> None:
    assert read_questback(csv(b"\xd0\xcf\x11\xe0", "export.xls"), ledger) is None
    (told,) = ledger.listed()
    assert told.code == "E-QUE-001"
    assert ".xlsx" in told.fix
    assert "256" in str(told)


def test_an_export_cut_at_256_columns(csv: Any, ledger: Ledger, codes: Any) -> None:
    names = ["lfdn", *(f"v_{n}" for n in range(255))]
    rows = [names, ["1"] * 256]
    read_questback(csv("\n".join(";".join(row) for row in rows)), ledger)
    assert "W-QUE-003" in codes()


@pytest.mark.parametrize(
    ("head", "known"), [("lfd;v_1", "lfd, v_1"), ("Kari Nordmann;Oslo", "***")]
)
def test_an_export_without_lfdn(
    csv: Any, ledger: Ledger, head: str, known: str
) -> None:
    """Without a name of the tool, the first row may be a person's."""
    assert read_questback(csv(f"{head}\n1;2\n"), ledger) is None
    (told,) = [p for p in ledger.listed() if p.code == "E-QUE-002"]
    assert told.fields["known"] == known
    assert "Kari" not in str(told)


def test_a_workbook_with_several_sheets_asks(xlsx: Any, ledger: Ledger) -> None:
    assert read_questback(xlsx(["lfdn"], [1], more=[["lfdn"], [2]]), ledger) is None
    assert [p.code for p in ledger.listed()] == ["E-XLS-007"]


@given(
    rows=st.lists(
        st.lists(
            st.sampled_from(["0", "-77", "-99", "1", "2.5", "x", "", "-5", '"', "\n"]),
            min_size=3,
            max_size=3,
        ),
        max_size=8,
    )
)
def test_only_problems_come_out(rows: list[list[str]], tmp_path_factory: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "fuzz_questback.csv"
    body = "\n".join(";".join(row) for row in rows)
    file.write_text(f"lfdn;v_1;v_2\n{body}\n", "utf-8")
    ledger = Ledger("export")
    export = read_questback(file, ledger)
    assert export is not None or ledger.has_errors
