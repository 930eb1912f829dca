"""SPSS files: codes stay codes, missing values get reasons, broken files an error."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study.ledger import Ledger
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.readers.sav_records import BrokenRecordError, sav_records
from netcollab.study.readers.spss import read_sav, write_sav

LABELS = {1.0: "Helt uenig", 5.0: "Helt enig", 98.0: "Vet ikke", 99.0: "Ubesvart"}


def saved(file: Path, frame: Mapping[str, list[Any]], **more: Any) -> Path:
    """An SPSS file as another program writes it."""
    pyreadstat.write_sav(pd.DataFrame(frame), str(file), **more)
    return file


@pytest.fixture
def sav(tmp_path: Path) -> Path:
    """A small survey with the quirks of the format."""
    frame = {
        "respondent": ["r1", "r2  ", "r3"],
        "tillit": [1.0, 98.0, np.nan],
        "timer": [1.5, 2.0, 3.0],
        "dato": [datetime.date(2024, 5, 4)] * 3,
        "tid": pd.to_datetime(["2024-05-04 12:30"] * 3),
        "fritekst": ["x" * 400, "æøå – €", ""],
        "rang": [1.0, 2.0, 3.0],
    }
    return saved(
        tmp_path / "undersøkelse.sav",
        frame,
        column_labels=["Id", "Tillit til NAV", None, None, None, None, None],
        variable_value_labels={"tillit": LABELS},
        missing_ranges={"tillit": [98, 99]},
        variable_measure={"rang": "ordinal", "timer": "scale"},
    )


def test_cells(sav: Path, ledger: Ledger, cells: Any) -> None:
    export = read_sav(sav, ledger)
    read = cells(export)
    assert read["respondent"] == ["r1", "r2", "r3"]
    assert read["tillit"] == ["1", "98", ""]
    assert read["timer"] == ["1.5", "2", "3"]
    assert read["dato"] == ["2024-05-04"] * 3
    assert read["tid"] == ["2024-05-04 12:30:00"] * 3
    assert read["fritekst"] == ["x" * 400, "æøå – €", ""]
    assert export is not None
    assert export.table.rows.tolist() == [1, 2, 3]
    assert export.table.encoding == "UTF-8"


def test_questions(sav: Path, ledger: Ledger) -> None:
    export = read_sav(sav, ledger)
    assert export is not None
    kinds = [question.kind for question in export.questions.values()]
    assert kinds == ["id", "choice", "number", "date", "date", "text", "choice"]
    trust = export.questions["tillit"]
    assert trust.text == "Tillit til NAV"
    assert trust.options["98"] == "Vet ikke"
    assert trust.missing == {"98": "dont_know", "99": "no_answer"}
    assert trust.blank == ""
    (told,) = [p for p in ledger.listed() if p.code == "W-SAV-004"]
    assert (told.column, told.fields["codes"]) == ("tillit", "99")


def test_a_range_of_missing_values(tmp_path: Path, ledger: Ledger) -> None:
    file = saved(
        tmp_path / "a.sav",
        {"q": [1.0, -5.0, -1.0, 97.0], "s": ["ja", "IR", "nei", ""]},
        missing_ranges={"q": [{"lo": -99, "hi": -1}, 97], "s": ["IR"]},
        variable_value_labels={"s": {"IR": "Ikke relevant"}, "q": {-7.0: "Uaktuelt"}},
    )
    export = read_sav(file, ledger)
    assert export is not None
    assert export.questions["q"].missing == {
        "-7": "not_applicable",
        "-5": "no_answer",
        "-1": "no_answer",
        "97": "no_answer",
    }
    assert export.questions["s"].missing == {"IR": "not_applicable"}


def test_labels_without_a_declaration_stay(tmp_path: Path, ledger: Ledger) -> None:
    """BI-147: the words remain, so that the check of answers can name them."""
    file = saved(
        tmp_path / "a.sav", {"q": [1.0, 98.0]}, variable_value_labels={"q": LABELS}
    )
    export = read_sav(file, ledger)
    assert export is not None
    assert export.questions["q"].options["98"] == "Vet ikke"
    assert export.questions["q"].missing == {}


def test_two_codes_with_one_label(tmp_path: Path, ledger: Ledger) -> None:
    """BI-151; two missing codes may share their words."""
    same = {1.0: "Enig", 2.0: "enig ", 98.0: "Mangler", 99.0: "Mangler"}
    file = saved(
        tmp_path / "a.sav",
        {"q": [1.0]},
        variable_value_labels={"q": same},
        missing_ranges={"q": [98, 99]},
    )
    read_sav(file, ledger)
    (told,) = [p for p in ledger.listed() if p.severity == "ERROR"]
    assert (told.code, told.column, told.fields["codes"]) == ("E-SAV-002", "q", "1, 2")


# ---- encodings


def in_windows_1252(data: bytes, code: int = 1252, *, named: bool = True) -> bytes:
    """The file with its text in Windows-1252, and what it says of that."""
    for text in ("Spørsmål æ", "Blåbær ø", "sår "):
        old = text.encode()
        new = text.encode("cp1252")
        data = data.replace(old, new + b" " * (len(old) - len(new)))
    at = data.index(struct.pack("<4i", 7, 3, 4, 8)) + 16 + 28
    data = data[:at] + struct.pack("<i", code) + data[at + 4 :]
    at = data.index(struct.pack("<3i", 7, 20, 1))
    size = struct.unpack("<i", data[at + 12 : at + 16])[0]
    name = b"windows-1252"
    record = struct.pack("<4i", 7, 20, 1, len(name)) + name if named else b""
    return data[:at] + record + data[at + 16 + size :]


@pytest.fixture
def latin(tmp_path: Path) -> bytes:
    file = saved(
        tmp_path / "latin.sav",
        {"q": [1.0], "s": ["sår "]},
        column_labels=["Spørsmål æ", ""],
        variable_value_labels={"q": {1.0: "Blåbær ø"}, "s": {"sår ": "x"}},
    )
    return file.read_bytes()


def test_an_old_code_page_is_read_from_the_header(
    csv: Any, latin: bytes, ledger: Ledger
) -> None:
    """BI-150."""
    export = read_sav(csv(in_windows_1252(latin), "a.sav"), ledger)
    assert export is not None
    assert export.questions["q"].text.strip() == "Spørsmål æ"
    assert export.questions["q"].options["1"].strip() == "Blåbær ø"
    assert not [p for p in ledger.listed() if p.severity == "ERROR"]


def test_a_code_page_that_is_not_named_is_asked_for(
    csv: Any, latin: bytes, ledger: Ledger, codes: Any
) -> None:
    data = in_windows_1252(latin, code=0, named=False)
    assert read_sav(csv(data, "a.sav"), ledger) is None
    assert codes() == ["E-SAV-003"]
    export = read_sav(csv(data, "a.sav"), ledger, encoding="windows-1252")
    assert export is not None
    assert export.questions["q"].text.strip() == "Spørsmål æ"
    assert read_sav(csv(data, "a.sav"), ledger, encoding="klingon") is None
    assert codes()[-1] == "E-SAV-009"


def test_a_file_that_claims_seven_bits(csv: Any, latin: bytes, ledger: Ledger) -> None:
    data = in_windows_1252(latin, code=2, named=False)
    export = read_sav(csv(data, "a.sav"), ledger)
    assert export is not None
    assert "W-SAV-005" in {p.code for p in ledger.listed()}
    assert export.questions["q"].text.strip() == "Spørsmål æ"


def test_a_wrong_name_of_the_encoding(csv: Any, latin: bytes, ledger: Ledger) -> None:
    data = in_windows_1252(latin).replace(b"windows-1252", b"UTF-8       ")
    assert read_sav(csv(data, "a.sav"), ledger) is None
    assert [p.code for p in ledger.listed()] == ["E-SAV-003"]


# ---- broken files


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "E-FIL-017"),
        (b"garbage", "E-SAV-007"),
        (b"$FL3" + b"\0" * 500, "E-SAV-008"),
        (b"$FL2" + b"\0" * 500, "E-SAV-001"),
        (b"PK\x03\x04" + b"\0" * 500, "E-SAV-007"),
    ],
)
def test_what_is_no_file(csv: Any, ledger: Ledger, data: bytes, code: str) -> None:
    assert read_sav(csv(data, "a.sav"), ledger) is None
    assert [p.code for p in ledger.listed()] == [code]


def test_a_packed_file(tmp_path: Path, ledger: Ledger, codes: Any) -> None:
    saved(tmp_path / "a.zsav", {"q": [1.0]}, compress=True)
    (tmp_path / "a.zsav").rename(tmp_path / "a.sav")
    assert read_sav(tmp_path / "a.sav", ledger) is None
    assert codes() == ["E-SAV-008"]


def test_every_cut_is_noticed(sav: Path, ledger: Ledger, csv: Any) -> None:
    data = sav.read_bytes()
    for end in range(0, len(data), 97):
        assert read_sav(csv(data[:end], "cut.sav"), ledger) is None, end


def test_no_cases(tmp_path: Path, ledger: Ledger, codes: Any) -> None:
    export = read_sav(saved(tmp_path / "a.sav", {"q": []}), ledger)
    assert export is not None
    assert codes() == ["E-FIL-018"]


def test_a_date_beyond_the_calendar(tmp_path: Path, ledger: Ledger) -> None:
    file = saved(
        tmp_path / "a.sav", {"d": [1e15, 0.0]}, variable_format={"d": "DATE11"}
    )
    export = read_sav(file, ledger)
    assert export is not None
    assert export.table.columns[0].text.tolist() == ["1000000000000000.0", "1582-10-14"]
    (told,) = ledger.listed()
    assert (told.code, told.row, told.value) == ("E-SAV-006", 1, "***")


def test_what_kills_the_library_is_refused_before(tmp_path: Path) -> None:
    """Labels of strings that cannot be decoded end the whole process there."""
    file = saved(
        tmp_path / "a.sav", {"s": ["a"]}, variable_value_labels={"s": {"a": "A"}}
    )
    data = file.read_bytes()
    at = data.index(b"a       ")
    broken = data[:at] + b"\xf0\x3f" + data[at + 2 :]
    assert sav_records(data).is_text
    assert not sav_records(broken).is_text


@pytest.mark.parametrize("at", [64, 72, 80, 176, 180, 188])
def test_a_record_that_does_not_fit(sav: Path, at: int) -> None:
    data = sav.read_bytes()
    broken = data[:at] + b"\xff\xff\xff\x7f" + data[at + 4 :]
    with pytest.raises(BrokenRecordError, match="record"):
        sav_records(broken)


@given(
    changes=st.lists(
        st.tuples(st.integers(0, 4000), st.binary(min_size=1, max_size=4)),
        min_size=1,
        max_size=4,
    )
)
def test_only_problems_come_out(
    changes: list[tuple[int, bytes]], tmp_path_factory: Any
) -> None:
    """Bytes are changed anywhere; neither an exception nor an abort comes out."""
    folder = tmp_path_factory.getbasetemp()
    seed = folder / "seed.sav"
    if not seed.exists():
        saved(
            seed,
            {
                "id": ["a", "b"],
                "langt_navn_på_variabel": [1.0, 98.0],
                "s": ["y" * 300, ""],
            },
            variable_value_labels={"langt_navn_på_variabel": LABELS, "id": {"a": "A"}},
            missing_ranges={"langt_navn_på_variabel": [98]},
        )
    data = bytearray(seed.read_bytes())
    for at, piece in changes:
        data[at % len(data) : at % len(data) + len(piece)] = piece
    file = folder / "fuzz.sav"
    file.write_bytes(bytes(data))
    ledger = Ledger("export")
    export = read_sav(file, ledger)
    assert export is not None or ledger.has_errors


# ---- writing


def export_of(columns: Mapping[str, list[str]], **questions: Question) -> SurveyExport:
    table = RawTable("answers", "x")
    table.columns = [RawColumn(n, "", text_array(c)) for n, c in columns.items()]
    table.rows = np.arange(1, 1 + len(next(iter(columns.values()))))
    told = {n: questions.get(n, Question(n, "choice")) for n in columns}
    return SurveyExport("x", table, told)


def test_a_file_comes_back_as_it_was(sav: Path, tmp_path: Path, cells: Any) -> None:
    first = read_sav(sav, Ledger("a"))
    assert first is not None
    again = read_sav(write_sav(first, tmp_path / "again.sav"), Ledger("b"))
    assert cells(again) == cells(first)
    assert again is not None
    for name, question in first.questions.items():
        same = again.questions[name]
        assert (same.text, dict(same.options)) == (
            question.text,
            dict(question.options),
        )
    assert again.questions["tillit"].missing == {"98": "dont_know"}


@given(
    rows=st.lists(
        st.tuples(
            st.one_of(st.just(""), st.integers(-999, 999).map(str)),
            st.text(st.characters(min_codepoint=33, max_codepoint=0x17F), max_size=20),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_cells_survive(rows: list[tuple[str, str]], tmp_path_factory: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "round.sav"
    columns = {"q": [a for a, _ in rows], "s": [b for _, b in rows]}
    read = read_sav(write_sav(export_of(columns), file), Ledger("x"))
    assert read is not None
    assert {c.header: c.text.tolist() for c in read.table.columns} == columns


@pytest.mark.parametrize(
    ("name", "question", "column"),
    [
        ("med blank", Question("med blank", "choice"), ["1"]),
        ("1q", Question("1q", "choice"), ["1"]),
        (
            "q",
            Question("q", "choice", missing=dict.fromkeys("6789", "no_answer")),
            list("6789"),
        ),
        ("q", Question("q", "choice", options={"1": "å" * 100}), ["1"]),
    ],
)
def test_what_the_format_cannot_hold_is_refused(
    tmp_path: Path, name: str, question: Question, column: list[str]
) -> None:
    with pytest.raises(nc.errors.InputError, match=name):
        write_sav(export_of({name: column}, **{name: question}), tmp_path / "a.sav")
    assert not (tmp_path / "a.sav").exists()
