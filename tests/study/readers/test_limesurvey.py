"""LimeSurvey: four styles of names, texts as headings, short and long answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.problems import TEMPLATES, Problem
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.readers.limesurvey import (
    COMPLETED,
    read_limesurvey,
    write_limesurvey,
)

EXPORTS = Path(__file__).parents[1] / "exports" / "limesurvey"
CODE = EXPORTS / "results-code.csv"
LONG = EXPORTS / "results-long.csv"
STYLES = {
    "code": ("Q3[SQ001]", "Q3"),
    "dotted": ("Q3.SQ001.", "Q3"),
    "underlined": ("Q3_SQ001", "Q3"),
    "sgqa": ("123X45X680SQ001", "123X45X680"),
}
HEAD = '"id","submitdate","Q1","M[a]","M[b]"\n'
ROW = '"1","2026-03-02 09:14:05","A1","Y",""\n'

Maker = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    def write(content: str | bytes, name: str = "results.csv") -> Path:
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


def read(path: Path) -> tuple[SurveyExport, tuple[Problem, ...]]:
    ledger = Ledger("import")
    export = read_limesurvey(path, ledger)
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
    table = RawTable("responses", "made")
    table.columns = [RawColumn(n, "", text_array(c)) for n, c in columns.items()]
    table.rows = np.arange(2, 2 + len(next(iter(columns.values()))))
    return SurveyExport("limesurvey", table, {q.variable: q for q in questions})


# ---- headings


@pytest.mark.parametrize("style", list(STYLES))
def test_every_style_of_names_tells_questions_and_items(style: str) -> None:
    export, problems = read(EXPORTS / f"results-{style}.csv")
    name, battery = STYLES[style]
    assert export.questions[name] == Question(
        name, "chosen", battery=battery, row="SQ001"
    )
    assert only(problems, "N-LIM-004").severity == "NOTE"
    assert codes(problems) == ["W-LIM-009"]
    by_place = [column.text.tolist() for column in export.table.columns]
    first = [column.text.tolist() for column in read(CODE)[0].table.columns]
    assert by_place == first


def test_separators_and_a_workbook_say_the_same() -> None:
    export, _ = read(EXPORTS / "results-dotted.csv")
    assert (export.table.separator, export.table.encoding) == (";", "utf-8")
    assert content(read(EXPORTS / "results-code.xlsx")[0]) == content(read(CODE)[0])


def test_texts_as_headings() -> None:
    export, problems = read(EXPORTS / "results-full.csv")
    assert only(problems, "N-LIM-005").severity == "NOTE"
    assert export.questions["How well do you know [the school]"] == Question(
        "How well do you know [the school]",
        "text",
        text="How well do you know",
        battery="How well do you know",
        row="the school",
    )
    assert export.questions["Whom do you meet? [The police]"].kind == "chosen"
    assert export.questions["Which municipality?"].text == "Which municipality?"
    assert export.questions["Date submitted"].kind == "status"
    assert export.questions["Access code"].kind == "contact"


def test_headings_that_were_shortened_until_they_are_alike(make: Maker) -> None:
    ledger = Ledger("import")
    head = '"Response ID","How well do y.. [..]","How well do y.. [..]"\n'
    assert read_limesurvey(make(head + '"1","2","3"\n'), ledger) is None
    problem = only(ledger.listed(), "E-LIM-003")
    assert (problem.row, problem.letter, problem.fields["other"]) == (1, "C", "B")
    assert "question codes" in problem.fix


def test_names_of_the_tool_and_of_persons(make: Maker) -> None:
    head = (
        '"response_id","submitdate","token","ipaddr","seed","firstname","attribute_1",'
        '"Q1","Q1Time","groupTime12","interviewtime","Q2[SQ001_SQ002]","Q3[a][comment]"'
    )
    export, _ = read(make(head + "\n" + ",".join(['"1"'] * 13) + "\n"))
    kinds = {name: question.kind for name, question in export.questions.items()}
    assert kinds == {
        "response_id": "id",
        "submitdate": "status",
        "token": "contact",
        "ipaddr": "contact",
        "seed": "paradata",
        "firstname": "contact",
        "attribute_1": "text",
        "Q1": "text",
        "Q1Time": "paradata",
        "groupTime12": "paradata",
        "interviewtime": "paradata",
        "Q2[SQ001_SQ002]": "text",
        "Q3[a][comment]": "text",
    }
    assert export.questions["attribute_1"].battery == ""
    assert export.questions["Q3[a][comment]"].row == "a.comment"


# ---- answers


def test_short_answers_of_questions_with_several() -> None:
    export, problems = read(CODE)
    found = cells(export)
    assert found["Q3[SQ001]"] == ["1", "", "1"]
    assert found["Q3[SQ002]"] == ["", "", "1"]
    assert found["Q3[other]"][0] == 'the café; "down" – € 0\nand more'
    told = only(problems, "N-LIM-008")
    assert told.fields == {"count": "3", "options": "Q3", "questions": "1"}
    assert export.questions["Q3[SQ001]"].blank == ""
    assert export.questions["Q3[other]"].kind == "text"


def test_long_answers_tell_what_was_not_shown() -> None:
    export, problems = read(LONG)
    found = cells(export)
    assert found["Q3[SQ001]"] == ["1", "N/A", "1"]
    assert found["Q3[SQ002]"] == ["0", "N/A", "1"]
    assert export.questions["Q3[SQ001]"].missing == {"N/A": "not_asked"}
    assert only(problems, "N-LIM-008").fields["count"] == "4"


@pytest.mark.parametrize(
    ("first", "second"),
    [("Y", "N"), ("U", ""), ("Yes", "No"), ("N/A", "N/A"), ("", ""), ("1", "0")],
)
def test_what_might_be_something_else_is_left_alone(
    make: Maker, first: str, second: str
) -> None:
    row = ROW.replace('"Y",""', f'"{first}","{second}"')
    export, _ = read(make(HEAD + row))
    assert cells(export)["M[a]"] == [first]
    assert export.questions["M[a]"].kind == "text"
    assert export.questions["M[a]"].missing == {}


def test_one_column_alone_is_not_taken_for_an_option(make: Maker) -> None:
    export, _ = read(make('"id","submitdate","M[a]"\n"1","2026-03-02","Y"\n'))
    assert cells(export)["M[a]"] == ["Y"]


def test_not_shown_elsewhere_has_two_meanings() -> None:
    _, problems = read(CODE)
    assert only(problems, "W-LIM-009").fields["options"] == "Q4"


def test_unfinished_responses_are_counted() -> None:
    export, problems = read(CODE)
    assert cells(export)[COMPLETED][2] == ""
    assert export.questions[COMPLETED].kind == "status"
    assert only(problems, "N-LIM-007").fields["count"] == "1"


def test_nobody_knows_who_finished(make: Maker) -> None:
    _, problems = read(make('"id","Q1"\n"1","A1"\n'))
    assert codes(problems) == ["W-LIM-006"]


# ---- what is refused


@pytest.mark.parametrize(
    ("content", "code", "row", "letter"),
    [
        (b"", "E-FIL-017", None, ""),
        (HEAD, "E-FIL-018", 1, ""),
        (HEAD + '"1","x"\n', "E-CSV-005", 2, ""),
        (HEAD + ROW.replace('"1"', '"one"', 1), "E-LIM-002", 2, "A"),
        ("kari,ola\n1,2\n", "E-LIM-001", 1, ""),
        ('"id","","q"\n"1","2","3"\n', "E-COL-003", 1, "B"),
        (HEAD.encode() + b'"1","x","\x81","Y",""\n', "E-ENC-001", 2, ""),
    ],
)
def test_bad_files_are_answered_with_their_place(
    make: Maker, content: str | bytes, code: str, row: int | None, letter: str
) -> None:
    ledger = Ledger("import")
    read_limesurvey(make(content), ledger)
    problem = only(ledger.listed(), code)
    assert (problem.row, problem.letter) == (row, letter)
    assert not any("kari" in str(p) or p.value == "one" for p in ledger.listed())


def test_further_header_rows_are_no_respondents(make: Maker) -> None:
    second = '"Response ID","Date","Q1 - How?","A","B"\n'
    third = '"{""ImportId"":""x""}","","","",""\n'
    ledger = Ledger("import")
    read_limesurvey(make(HEAD + second + third + ROW), ledger)
    found = [p for p in ledger.listed() if p.code == "E-LIM-002"]
    assert [p.row for p in found] == [2, 3]
    assert "header_rows = 3" in found[0].fix


def test_a_header_that_goes_on_with_a_respondent(make: Maker) -> None:
    """The line break after the header was lost: its end is somebody's answers."""
    joined = HEAD.strip() + "," + '"7","2026","kari@example.org","Y",""\n' + ROW
    ledger = Ledger("import")
    assert read_limesurvey(make(joined), ledger) is None
    problem = only(ledger.listed(), "E-CSV-005")
    assert problem.fields["missing"] == "F, G, H, I"
    assert not any("kari" in str(p.to_dict()) for p in ledger.listed())


def test_an_export_without_responses(make: Maker) -> None:
    ledger = Ledger("import")
    read_limesurvey(make(HEAD + '"","","","",""\n'), ledger)
    assert "E-FIL-018" in codes(ledger.listed())


# ---- writing


@pytest.mark.parametrize("name", ["results.csv", "results.xlsx"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize(("source", "answers"), [(CODE, "short"), (LONG, "long")])
def test_what_is_written_is_read_again(
    source: Path, answers: str, separator: str, name: str, tmp_path: Path
) -> None:
    export, _ = read(source)
    path = write_limesurvey(
        export,
        tmp_path / name,
        answers=answers,  # type: ignore[arg-type]
        separator=separator,  # type: ignore[arg-type]
    )
    again, problems = read(path)
    assert content(again) == content(export)
    assert codes(problems) == ["W-LIM-009"]


def test_texts_as_headings_come_back(tmp_path: Path) -> None:
    export, _ = read(EXPORTS / "results-full.csv")
    again, _ = read(write_limesurvey(export, tmp_path / "results.csv"))
    assert content(again) == content(export)


def test_the_writer_refuses_what_it_cannot_write(tmp_path: Path) -> None:
    option = Question("M[a]", "chosen", battery="M", row="a")
    made = survey({"id": ["1"], "M[a]": ["maybe"]}, Question("id", "id"), option)
    with pytest.raises(InputError, match=r"M\[a\] holds more than 1, 0"):
        write_limesurvey(made, tmp_path / "results.csv")
    with pytest.raises(InputError, match=r"\.csv or \.xlsx"):
        write_limesurvey(read(CODE)[0], tmp_path / "results.sav")
    assert list(tmp_path.iterdir()) == []


texts = st.text(st.characters(exclude_categories=["C"]), max_size=12)


@given(first=texts, second=texts)
def test_any_texts_come_back(
    first: str, second: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "limesurvey"
    columns = {
        "id": ["1", "2"],
        "submitdate": ["2026-03-02", ""],
        "Q1": [first, second],
        "M[a]": ["1", ""],
        "M[b]": ["", "1"],
    }
    made = survey(
        columns,
        Question("id", "id"),
        Question("submitdate", "status"),
        Question("Q1", "text"),
        Question("M[a]", "chosen", battery="M", row="a"),
        Question("M[b]", "chosen", battery="M", row="b"),
    )
    for name in ("results.csv", "results.xlsx"):
        again, _ = read(write_limesurvey(made, folder / name))
        assert content(again) == content(made)


# ---- anything at all


@given(
    source=st.sampled_from(sorted(STYLES)),
    at=st.integers(0, 900),
    put=st.binary(max_size=6),
    cut=st.integers(0, 40),
)
def test_any_bytes_are_answered_by_the_ledger(
    source: str, at: int, put: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "limesurvey_bytes"
    folder.mkdir(exist_ok=True)
    data = (EXPORTS / f"results-{source}.csv").read_bytes()
    (folder / "results.csv").write_bytes(data[:at] + put + data[at + cut :])
    ledger = Ledger("import")
    export = read_limesurvey(folder / "results.csv", ledger)
    assert export is not None or ledger.has_errors
    for problem in ledger.listed():
        assert problem.code in TEMPLATES
        assert "192.0.2" not in str(problem)
