"""Nettskjema: its own files and the Data Loader's, with and without the codebook."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.problems import TEMPLATES, Problem
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.readers.nettskjema import read_nettskjema, write_nettskjema

EXPORTS = Path(__file__).parents[1] / "exports" / "nettskjema"
OWN = EXPORTS / "data-4711-2026-03-04.txt"
LOADER = EXPORTS / "internal_4711.csv"
WITHOUT_CODES = EXPORTS / "data-4712-2026-03-04.txt"
ELEMENTS = EXPORTS / "elements.json"
HEAD = '"$submission_id";"$created";"q";"m.a";"m.b";"$answer_time_ms"\n'
ROW = '"1";"2026-03-02T09:14:05+01:00";"2";"1";"0";"900"\n'

Maker = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    def write(content: str | bytes, name: str = "data-1-2026-03-04.txt") -> Path:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def read(
    path: Path, codebook: Path | None = None
) -> tuple[SurveyExport, tuple[Problem, ...]]:
    ledger = Ledger("import")
    export = read_nettskjema(path, ledger, codebook=codebook)
    assert export is not None, [str(problem) for problem in ledger.listed()]
    return export, ledger.listed()


def codes(problems: tuple[Problem, ...], severity: str = "EW") -> list[str]:
    return [p.code for p in problems if p.code[0] in severity]


def only(problems: tuple[Problem, ...], code: str) -> Problem:
    (found,) = [problem for problem in problems if problem.code == code]
    return found


def cells(export: SurveyExport) -> dict[str, list[str]]:
    return {column.header: column.text.tolist() for column in export.table.columns}


def content(export: SurveyExport) -> tuple[object, ...]:
    """Everything but where it was read."""
    found = cells(export)
    return export.preset, list(found), found, dict(export.questions)


def survey(columns: Mapping[str, list[str]], *questions: Question) -> SurveyExport:
    columns = {"$submission_id": ["1", "2"], **columns}
    table = RawTable("answers", "made")
    table.columns = [RawColumn(n, "", text_array(c)) for n, c in columns.items()]
    table.rows = np.arange(2, 4)
    known = {"$submission_id": Question("$submission_id", "id")}
    return SurveyExport("nettskjema", table, known | {q.variable: q for q in questions})


# ---- the two files and the workbook


def test_both_files_say_the_same_and_which_it_was_is_noted() -> None:
    own, told = read(OWN)
    loaded, other = read(LOADER)
    assert content(own) == content(loaded)
    assert codes(told) == codes(other) == []
    assert (own.table.separator, loaded.table.separator) == (";", ",")
    assert {p.code for p in told} ^ {p.code for p in other} == {
        "N-NSK-005",
        "N-NSK-007",
    }
    assert loaded.table.sha256.startswith(only(other, "N-NSK-007").fields["sha256"])


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["$submission_id", "q", "n"])
    book.active.append([9001, -1, 77.0])
    book.save(tmp_path / "data-1.xlsx")
    export, problems = read(tmp_path / "data-1.xlsx")
    assert cells(export) == {"$submission_id": ["9001"], "q": ["-1"], "n": ["77"]}
    assert only(problems, "N-NSK-005").fields["separator"] == "xlsx"


def test_cells_stay_as_they_are_written() -> None:
    found = cells(read(OWN)[0])
    assert found["desimal"] == ["4.5", "10.0", ""]
    assert found["heltall"] == ["77.0", "45.0", ""]
    assert [float(cell) for cell in found["heltall"][:2]] == [77, 45]
    assert found["enig"] == ["-1", "1", ""]
    assert found["kommune"][0] == "0301"
    assert found["merknad"][0] == 'Møtene; særlig "de korte" – € 0\nog på papir'
    assert read(OWN)[0].table.decimal == "."


# ---- what the format documents


def test_the_tools_own_columns() -> None:
    questions = read(OWN)[0].questions
    kinds = {name: q.kind for name, q in questions.items() if name[0] == "$"}
    assert kinds == {
        "$submission_id": "id",
        "$created": "paradata",
        "$answer_time_ms": "paradata",
    }


def test_a_blank_is_no_answer() -> None:
    questions = read(OWN, ELEMENTS)[0].questions
    blanks = {q.blank for name, q in questions.items() if name[0] != "$"}
    assert blanks == {"no_answer"}
    assert questions["$created"].blank == ""


def test_names_tell_options_and_rows() -> None:
    questions = read(OWN)[0].questions
    assert questions["moter.skole"] == Question(
        "moter.skole", "chosen", battery="moter", row="skole", blank="no_answer"
    )
    assert questions["kjenner.skole"] == Question(
        "kjenner.skole", "choice", battery="kjenner", row="skole", blank="no_answer"
    )
    assert questions["hjelp.gitt.skole"] == Question(
        "hjelp.gitt.skole",
        "chosen",
        battery="hjelp.gitt",
        row="skole",
        blank="no_answer",
    )
    assert questions["enig"].kind == "text"
    assert questions["enig"].options == {}


def test_zero_and_one_in_every_column_make_options_and_are_noted(make: Maker) -> None:
    _, problems = read(OWN)
    assert only(problems, "N-NSK-008").fields == {"count": "1", "options": "moter"}
    export, _ = read(make(HEAD + ROW.replace('"0"', '"3"')))
    assert export.questions["m.a"].kind == "choice"
    export, _ = read(make(HEAD + ROW.replace('"1";"0"', '"";""')))
    assert export.questions["m.a"].kind == "choice"


def test_question_texts_as_names_are_kept_and_noted() -> None:
    export, problems = read(WITHOUT_CODES)
    assert codes(problems, "EWN") == ["N-NSK-005", "N-NSK-006", "N-NSK-009"]
    name = "Vi når målene våre. Er du enig?"
    assert export.questions[name] == Question(
        name, "text", text=name, blank="no_answer"
    )


# ---- the codebook


def test_the_codebook_tells_what_was_asked() -> None:
    export, problems = read(OWN, ELEMENTS)
    assert codes(problems, "EWN") == ["N-NSK-005"]
    questions = export.questions
    kinds = {name: q.kind for name, q in questions.items() if "." not in name}
    assert kinds == {
        "$submission_id": "id",
        "$created": "paradata",
        "kommune": "choice",
        "enig": "choice",
        "dato": "date",
        "tid": "date",
        "desimal": "number",
        "heltall": "number",
        "skala": "number",
        "merknad": "text",
        "vedlegg": "text",
        "$answer_time_ms": "paradata",
    }
    assert questions["enig"].options == {"1": "Enig", "-1": "Uenig"}
    assert questions["moter.politi"] == Question(
        "moter.politi",
        "chosen",
        text="Hvem møter du?",
        battery="moter",
        row="Politiet",
        blank="no_answer",
    )
    assert questions["kjenner.skole"].text == "Jeg kjenner oppgavene hos"
    assert questions["kjenner.skole"].row == "Skolen"
    assert questions["kjenner.skole"].options["4"] == "Enig"
    assert questions["hjelp.faatt.sosial"] == Question(
        "hjelp.faatt.sosial",
        "chosen",
        text="Det siste året har jeg - fått hjelp av",
        battery="hjelp.faatt",
        row="Sosialtjenesten",
        blank="no_answer",
    )


def test_the_codebook_as_r_writes_it(make: Maker) -> None:
    """R's jsonlite puts every single value into a list, and null into an object."""

    def boxed(value: Any) -> Any:
        if isinstance(value, list):
            return [boxed(entry) for entry in value]
        if isinstance(value, dict):
            return {key: boxed(entry) for key, entry in value.items()}
        return {} if value is None else [value]

    elements = json.loads(ELEMENTS.read_text(encoding="utf-8"))
    raw = json.dumps({"form_id": [4711], "elements": boxed(elements)})
    assert content(read(OWN, make(raw, "codebook.json"))[0]) == content(
        read(OWN, ELEMENTS)[0]
    )


def test_a_codebook_of_another_form(make: Maker) -> None:
    elements = [
        {"elementType": "QUESTION", "externalElementId": "q", "text": "How?"},
        {"elementType": "QUESTION", "externalElementId": "gone", "text": "What?"},
    ]
    codebook = make(json.dumps(elements), "codebook.json")
    _, problems = read(make(HEAD + ROW), codebook)
    assert only(problems, "W-NSK-010").fields["options"] == "m.a, m.b"
    assert only(problems, "W-NSK-011").fields["options"] == "gone"


def test_codes_the_codebook_does_not_have(make: Maker) -> None:
    elements = [
        {
            "elementType": "RADIO",
            "externalElementId": "q",
            "text": "How?",
            "answerOptions": [{"text": "Good", "externalAnswerOptionId": "1"}],
        },
        {
            "elementType": "CHECKBOX",
            "externalElementId": "m",
            "answerOptions": [{"text": "A", "externalAnswerOptionId": "a"}],
        },
        {"elementType": "HOLOGRAM", "externalElementId": "h"},
    ]
    codebook = make(json.dumps(elements), "codebook.json")
    data = (
        HEAD + ROW + ROW.replace('"1";"0"', '"5";"0"').replace('"1";"2026', '"2";"2026')
    )
    ledger = Ledger("import")
    read_nettskjema(make(data), ledger, codebook=codebook)
    problems = ledger.listed()
    assert only(problems, "W-NSK-013").fields["count"] == "2"
    assert only(problems, "W-NSK-014").fields["options"] == "HOLOGRAM"
    problem = only(problems, "E-NSK-012")
    assert (problem.row, problem.column, problem.value) == (3, "m.a", "***")


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("[", "E-NSK-003", 1),
        ('[\n{"a": }]', "E-NSK-003", 2),
        ('{"a": 1}', "E-NSK-003", None),
        ("[1]", "E-NSK-003", None),
        ('[{"a": 1}]', "E-NSK-003", None),
        ('[{"elementType": "TEXT", "elementType": "TEXT"}]', "E-NSK-003", None),
        ('[{"elementType": NaN}]', "E-NSK-003", None),
        ("[" * 200_000, "E-NSK-003", None),
        (b"\xff", "E-ENC-002", 1),
        (
            '[{"elementType": "QUESTION", "externalElementId": "q"},'
            '{"elementType": "RADIO", "externalElementId": "q"}]',
            "E-NSK-004",
            None,
        ),
        (
            '[{"elementType": "RADIO", "externalElementId": "q", "answerOptions": ['
            '{"text": "A", "externalAnswerOptionId": "1"},'
            '{"text": "B", "externalAnswerOptionId": "1"}]}]',
            "E-NSK-004",
            None,
        ),
    ],
)
def test_a_codebook_that_cannot_be_used(
    make: Maker, content: str | bytes, code: str, row: int | None
) -> None:
    ledger = Ledger("import")
    codebook = make(content, "codebook.json")
    assert read_nettskjema(make(HEAD + ROW), ledger, codebook=codebook) is not None
    problem = only(ledger.listed(), code)
    assert (problem.file, problem.row) == ("codebook.json", row)


# ---- what is refused


@pytest.mark.parametrize(
    ("content", "code", "row", "letter"),
    [
        (b"", "E-FIL-017", None, ""),
        (HEAD, "E-FIL-018", 1, ""),
        (HEAD + '"1";"x";"2"\n', "E-CSV-005", 2, ""),
        (HEAD + ROW.replace('"1"', '"one"', 1), "E-NSK-002", 2, "A"),
        ("kari;ola\n1;2\n", "E-NSK-001", 1, ""),
        ('"$submission_id";"q";"q"\n"1";"2";"3"\n', "E-COL-002", 1, "C"),
        ('"$submission_id";"a.b.c"\n"1";"2"\n', "E-NSK-012", 2, "B"),
        (HEAD.encode() + b'"1";"x";"\x81";"1";"0";"9"\n', "E-ENC-001", 2, ""),
    ],
)
def test_bad_files_are_answered_with_their_place(
    make: Maker, content: str | bytes, code: str, row: int | None, letter: str
) -> None:
    ledger = Ledger("import")
    read_nettskjema(make(content), ledger)
    problem = only(ledger.listed(), code)
    assert (problem.row, problem.letter) == (row, letter)
    assert not any("kari" in str(p) or p.value == "one" for p in ledger.listed())


def test_further_header_rows_are_no_respondents(make: Maker) -> None:
    second = '"Response";"Date";"How?";"A";"B";"ms"\n'
    third = '"{""ImportId"":""x""}";"";"";"";"";""\n'
    ledger = Ledger("import")
    read_nettskjema(make(HEAD + second + third + ROW), ledger)
    found = [p for p in ledger.listed() if p.code == "E-NSK-002"]
    assert [p.row for p in found] == [2, 3]
    assert "header_rows = 3" in found[0].fix


def test_what_is_no_file(tmp_path: Path) -> None:
    for path, code in ((tmp_path, "E-EXP-002"), (tmp_path / "x.txt", "E-EXP-001")):
        ledger = Ledger("import")
        assert read_nettskjema(path, ledger) is None
        assert codes(ledger.listed()) == [code]


# ---- writing


@pytest.mark.parametrize("data_loader", [False, True])
def test_what_is_written_is_read_again(data_loader: bool, tmp_path: Path) -> None:
    for codebook in (None, ELEMENTS):
        export, _ = read(OWN, codebook)
        asked = tmp_path / "elements.json" if codebook else None
        path = tmp_path / "data-1-2026-03-04.txt"
        write_nettskjema(export, path, codebook=asked, data_loader=data_loader)
        again, problems = read(path, asked)
        assert content(again) == content(export)
        assert codes(problems) == []


def test_the_file_is_the_tools_own_byte_for_byte(tmp_path: Path) -> None:
    export, _ = read(OWN)
    path = write_nettskjema(export, tmp_path / OWN.name)
    assert path.read_bytes() == OWN.read_bytes()
    path = write_nettskjema(export, tmp_path / LOADER.name, data_loader=True)
    assert path.read_bytes() == LOADER.read_bytes()


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ([Question("a", "chosen")], "a is an option of no question"),
        (
            [Question("a", "chosen", battery="m")],
            "a is not named after its question, m",
        ),
        (
            [
                Question("m.a", "choice", battery="m", options={"1": "x"}),
                Question("m.b", "choice", battery="m", options={"1": "x", "2": "y"}),
            ],
            "the rows of m differ in their options",
        ),
    ],
)
def test_a_question_that_the_codebook_cannot_hold(
    questions: list[Question], said: str, tmp_path: Path
) -> None:
    made = survey({q.variable: ["1", "0"] for q in questions}, *questions)
    with pytest.raises(InputError, match=said):
        write_nettskjema(made, tmp_path / "x.txt", codebook=tmp_path / "x.json")
    assert list(tmp_path.iterdir()) == []


written = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


@given(texts=st.lists(written, min_size=2, max_size=2), words=written, asked=written)
def test_any_texts_come_back(
    texts: list[str], words: str, asked: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "nettskjema"
    path, codebook = folder / "data-1.txt", folder / "elements.json"
    answered = {"blank": "no_answer", "text": asked}
    columns = {
        "t": texts,
        "q": ["-1", "1"],
        "m.a": ["1", ""],
        "k.x": ["-1", ""],
        "h.a.b": ["0", "1"],
    }
    options = {"-1": words, "1": asked}
    made = survey(
        columns,
        Question("t", "text", asked, blank="no_answer"),
        Question("q", "choice", asked, options=options, blank="no_answer"),
        Question("m.a", "chosen", asked, "m", words, blank="no_answer"),
        Question("k.x", "choice", asked, "k", words, options, blank="no_answer"),
        Question("h.a.b", "chosen", asked, "h.a", words, blank="no_answer"),
    )
    assert set(answered) == {"blank", "text"}
    write_nettskjema(made, path, codebook=codebook)
    assert content(read(path, codebook)[0]) == content(made)


# ---- anything at all


@given(at=st.integers(0, 1_200), put=st.binary(max_size=6), cut=st.integers(0, 40))
def test_any_bytes_are_answered_by_the_ledger(
    at: int, put: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "nettskjema_bytes"
    folder.mkdir(exist_ok=True)
    path, codebook = folder / "data-1.txt", folder / "elements.json"
    for file, source in ((path, OWN), (codebook, ELEMENTS)):
        data = source.read_bytes()
        file.write_bytes(data[:at] + put + data[at + cut :])
    ledger = Ledger("import")
    export = read_nettskjema(path, ledger, codebook=codebook)
    assert export is not None or ledger.has_errors
    for problem in ledger.listed():
        assert problem.code in TEMPLATES
        assert "Møtene" not in str(problem)
