"""SurveyXact: four variants of one survey, every quirk of them, and what is refused."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import hypothesis
import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.problems import TEMPLATES, Problem
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.readers.surveyxact import (
    COMPLETED,
    read_surveyxact,
    write_surveyxact,
)

EXPORTS = Path(__file__).parents[1] / "exports" / "surveyxact"
FILES = {
    "unicode": "unicode",
    "semicolon": "semicolon",
    "comma": "comma",
    "xlsx": "undersøgelse.xlsx",
}
AGREE = {
    "1": "Helt uenig",
    "2": "Uenig",
    "3": "Verken eller",
    "4": "Enig",
    "5": "Helt enig",
    "7": "Ved ikke",
}
TICK = {"0": "Ikke valgt", "1": "Valgt"}
HEAD = "questionName;variableName;questionType;subType;questionText;choiceValue;choice"
STRUCTURE = f"""{HEAD}Text
q;q;Closed;Single;How?;;
m;m_1;Closed;Multiple;Which?;9;The first
m;m_2;Closed;Multiple;Which?;4;The second
"""
LABELS = "q;1;Good\nq;2;Bad\n" + "".join(
    f"m_{n};0;Ikke valgt\nm_{n};1;Valgt\n" for n in (1, 2)
)
DATASET = "q;m_1;m_2\n1;0;1\n2;;\n"

Maker = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    """A folder with the three files; one given as None is left out."""

    def write(
        dataset: str | bytes | None = DATASET,
        structure: str | bytes | None = STRUCTURE,
        labels: str | bytes | None = LABELS,
    ) -> Path:
        contents = {"dataset": dataset, "structure": structure, "labels": labels}
        for name, content in contents.items():
            data = content.encode() if isinstance(content, str) else content
            if data is not None:
                (tmp_path / f"{name}.csv").write_bytes(data)
        return tmp_path

    return write


def read(path: Path) -> tuple[SurveyExport, tuple[Problem, ...]]:
    ledger = Ledger("import")
    export = read_surveyxact(path, ledger)
    assert export is not None, [str(problem) for problem in ledger.listed()]
    return export, ledger.listed()


def refused(path: Path) -> tuple[Problem, ...]:
    ledger = Ledger("import")
    assert read_surveyxact(path, ledger) is None
    assert ledger.has_errors
    return ledger.listed()


def codes(problems: tuple[Problem, ...], severity: str = "EW") -> list[str]:
    return [p.code for p in problems if p.code[0] in severity]


def only(problems: tuple[Problem, ...], code: str) -> Problem:
    (found,) = [problem for problem in problems if problem.code == code]
    return found


def content(export: SurveyExport) -> tuple[object, ...]:
    """Everything but where it was read."""
    cells = {column.header: column.text.tolist() for column in export.table.columns}
    return export.preset, list(cells), cells, dict(export.questions)


def survey(columns: Mapping[str, list[str]], *questions: Question) -> SurveyExport:
    table = RawTable("dataset", "made")
    table.columns = [RawColumn(n, "", text_array(c)) for n, c in columns.items()]
    table.rows = np.arange(2, 2 + len(next(iter(columns.values()))))
    return SurveyExport("surveyxact", table, {q.variable: q for q in questions})


# ---- one survey in four variants


@pytest.mark.parametrize("variant", list(FILES))
def test_every_variant_says_the_same(variant: str) -> None:
    export, problems = read(EXPORTS / FILES[variant])
    first, _ = read(EXPORTS / FILES["unicode"])
    assert content(export) == content(first)
    assert codes(problems) == []
    assert export.table.rows.tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize("variant", list(FILES))
def test_what_is_written_is_read_again(variant: str, tmp_path: Path) -> None:
    export, _ = read(EXPORTS / FILES[variant])
    for kind in FILES:
        path = tmp_path / kind if kind != "xlsx" else tmp_path / "export.xlsx"
        assert write_surveyxact(export, path, variant=kind) == path
        again, problems = read(path)
        assert content(again) == content(export)
        assert codes(problems) == []


def test_the_encoding_and_separator_are_kept_for_the_report() -> None:
    found = {name: read(EXPORTS / name)[0].table for name in list(FILES)[:3]}
    assert {n: (t.encoding, t.separator) for n, t in found.items()} == {
        "unicode": ("utf-16-le", "\t"),
        "semicolon": ("cp1252", ";"),
        "comma": ("cp1252", ","),
    }
    assert (EXPORTS / "unicode" / "undersøgelse_labels.csv").read_bytes()[:2] == (
        b"\xff\xfe"
    )


def test_the_other_files_go_into_the_record() -> None:
    export, _ = read(EXPORTS / "semicolon")
    structure, labels = export.other_tables
    assert (structure.name, labels.name) == ("structure", "labels")
    assert labels.rows[0] == 1
    assert labels.read == len(labels) == 46
    assert labels.columns[2].text[0] == "Oslo"
    assert all(len(t.sha256) == 64 for t in (export.table, structure, labels))


def test_the_dataset_of_a_folder_can_be_named(make: Maker) -> None:
    folder = make()
    for name in ("dataset.csv", "structure.csv", "labels.csv"):
        shutil.copy(folder / name, folder / f"2025_{name}")
    problem = only(refused(folder), "E-SXT-003")
    assert problem.fields["options"] == "2025_dataset.csv, dataset.csv"
    export, _ = read(folder / "2025_dataset.csv")
    assert export.table.file == "2025_dataset.csv"
    assert [t.file for t in export.other_tables] == [
        "2025_structure.csv",
        "2025_labels.csv",
    ]


# ---- what the format documents


def test_the_kinds_of_variables() -> None:
    export, _ = read(EXPORTS / "unicode")
    kinds = {name: question.kind for name, question in export.questions.items()}
    assert kinds == {
        "respondentid": "id",
        "email": "contact",
        "b_kommune": "choice",
        "s_1": "choice",
        "s_2_1": "chosen",
        "s_2_2": "chosen",
        "s_2_3": "chosen",
        "s_3_1": "choice",
        "s_3_2": "choice",
        "s_3_3": "choice",
        "kontakt_ofte": "choice",
        "s_4": "text",
        **{f"stato_{n}": "status" for n in range(1, 6)},
        "closeTime": "paradata",
    }


def test_a_question_with_one_answer() -> None:
    question = read(EXPORTS / "unicode")[0].questions["s_1"]
    assert question == Question(
        "s_1", "choice", text="Vi når vores mål sammen", options=AGREE
    )


def test_not_applicable_is_just_the_next_code_and_stays_one() -> None:
    export, _ = read(EXPORTS / "unicode")
    cells = {c.header: c.text.tolist() for c in export.table.columns}
    assert cells["s_1"] == ["4", "7", "2", ""]
    assert export.questions["s_1"].missing == {}
    assert export.questions["s_1"].blank == ""


def test_options_blank_is_not_shown_and_zero_is_not_chosen() -> None:
    export, _ = read(EXPORTS / "unicode")
    cells = {c.header: c.text.tolist() for c in export.table.columns}
    assert cells["s_2_1"] == ["1", "", "0", ""]
    question = export.questions["s_2_1"]
    assert question.blank == "not_asked"
    assert question.options == TICK


def test_the_suffix_is_a_position_and_the_words_come_from_the_structure() -> None:
    export, _ = read(EXPORTS / "unicode")
    rows = {n: export.questions[f"s_2_{n}"].row for n in (1, 2, 3)}
    assert rows == {1: "Socialtjenesten", 2: "Skoler; dagtilbud", 3: 'Politi, "SSP"'}
    structure = export.other_tables[0]
    choices = dict(
        zip(structure.columns[1].text, structure.columns[5].text, strict=True)
    )
    assert choices["s_2_2"] == "16"
    assert {export.questions[f"s_2_{n}"].battery for n in (1, 2, 3)} == {"s_2"}


def test_rows_of_a_matrix() -> None:
    export, problems = read(EXPORTS / "unicode")
    question = export.questions["s_3_3"]
    assert question.battery == "I hvilken grad er du enig? - Jeg kender opgaverne hos"
    assert question.row == "Politiet"
    assert question.text == f"{question.battery} - {question.row}"
    told = only(problems, "N-SXT-017")
    assert told.fields == {"count": "1", "options": "s_3_1 – s_3_3"}


@pytest.mark.parametrize(
    ("first", "second", "labels"),
    [
        ("A - x", "B - y", "1;Yes\n2;No"),
        ("A - x", "A: y", "1;Yes\n2;No"),
        ("A - x", "A - y", "1;Often\n2;No"),
    ],
    ids=["other beginnings", "no break", "other options"],
)
def test_neighbours_that_are_no_matrix(
    make: Maker, first: str, second: str, labels: str
) -> None:
    structure = (
        f"{HEAD}Text\na;a;Closed;Single;{first};;\nb;b;Closed;Single;{second};;\n"
    )
    words = "a;1;Yes\na;2;No\n" + "".join(f"b;{line}\n" for line in labels.split("\n"))
    export, problems = read(make("a;b\n1;2\n", structure, words))
    assert [q.battery for q in export.questions.values()] == ["", ""]
    assert "N-SXT-017" not in codes(problems, "N")


def test_a_named_question_is_kept(make: Maker) -> None:
    structure = STRUCTURE + "m;m_other;Open;String;Which? - Other;;\n"
    export, _ = read(make("q;m_1;m_2;m_other\n1;0;1;x\n", structure))
    question = export.questions["m_other"]
    assert (question.kind, question.battery) == ("text", "m")


def test_status_and_who_finished() -> None:
    export, _ = read(EXPORTS / "unicode")
    cells = {c.header: c.text.tolist() for c in export.table.columns}
    assert COMPLETED[0] == "stato_4"
    assert export.questions["stato_4"].row == "Gennemført"
    assert cells["stato_4"] == ["1", "1", "1", "0"]
    assert export.questions["stato_4"].blank == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("statoverall_4", "status"),
        ("statdistribution_2", "paradata"),
        ("respnokk", "id"),
        ("closeTim", "paradata"),
        ("digitald", "paradata"),
        ("created", "paradata"),
        ("fornavn", "contact"),
        ("b_1", "text"),
        ("stato", "text"),
    ],
)
def test_the_names_that_are_the_tools_own(make: Maker, name: str, kind: str) -> None:
    export, _ = read(make(f"q;m_1;m_2;{name}\n1;0;1;2\n"))
    assert export.questions[name].kind == kind


def test_a_question_of_the_survey_wins_over_a_name(make: Maker) -> None:
    structure = STRUCTURE + "created;created;Closed;Single;When was it made?;;\n"
    export, _ = read(make("q;m_1;m_2;created\n1;0;1;2\n", structure))
    assert export.questions["created"].kind == "choice"


def test_options_of_the_structure_itself(make: Maker) -> None:
    structure = (
        f"{HEAD}Text\nq;q;Closed;Single;How?;1;Good\nq;q;Closed;Single;How?;3;Fair\n"
    )
    export, _ = read(make("q\n1\n3\n", structure, "q;1;Good\nq;2;Bad\n"))
    assert export.questions["q"].options == {"1": "Good", "3": "Fair", "2": "Bad"}


def test_blanks_around_texts_are_trimmed_and_counted() -> None:
    for name in FILES.values():
        _, problems = read(EXPORTS / name)
        told = [p for p in problems if p.code == "N-SXT-014"]
        assert [p.fields["count"] for p in told] == ["4", "3"]


def test_an_empty_eighth_column() -> None:
    data = (EXPORTS / "semicolon" / "structure.csv").read_bytes().decode("cp1252")
    assert data.split("\n")[0].endswith("choiceText;")
    _, problems = read(EXPORTS / "semicolon")
    assert "N-CSV-012" in codes(problems, "N")


def test_sheets_are_bound_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    shutil.copy(EXPORTS / FILES["xlsx"], path)
    book = openpyxl.load_workbook(path)
    for column in range(1, 15):
        book["Dataset(2)"].cell(4, column).value = None
    book.save(path)
    export, _ = read(path)
    cells = {c.header: c.text.tolist() for c in export.table.columns}
    assert export.table.rows.tolist() == [2, 3, 4, 5]
    assert cells["respondentid"] == ["101", "102", "103", "104"]
    assert cells["stato_4"] == ["1", "1", "", "0"]
    assert export.table.excluded == {}
    assert {c.letter for c in export.table.columns[9:]} == {""}


def test_free_text_that_looks_like_something_else(tmp_path: Path) -> None:
    texts = ["=1+1", "#N/A", "0301", "1,5", ' "x"; y ', "a\nb", "TRUE"]
    question = Question("t", "text", text="What?")
    other = Question("q", "choice", text="How?", options={"1": "Good", "2": "Bad"})
    made = survey({"t": texts, "q": ["1"] * len(texts)}, question, other)
    for kind in FILES:
        path = tmp_path / kind if kind != "xlsx" else tmp_path / "export.xlsx"
        write_surveyxact(made, path, variant=kind)
        assert content(read(path)[0]) == content(made)


# ---- names cut to eight characters


def test_a_cut_name_that_fits_one_variable() -> None:
    export, problems = read(EXPORTS / "semicolon")
    told = only(problems, "N-SXT-015")
    assert told.fields["options"] == "kontakt_ = kontakt_ofte"
    assert export.questions["kontakt_ofte"].options["1"] == "Aldri"


@pytest.mark.parametrize(
    ("header", "variables", "candidates"),
    [
        ("abcdefgh", ["abcdefgh1", "abcdefgh2"], "abcdefgh1, abcdefgh2"),
        ("basi_13", ["basis_7_5", "basis_7_6"], "basis_7_5, basis_7_6"),
        ("basis_9", ["basis_7_1"], "basis_7_1"),
    ],
    ids=["two", "numbered anew", "numbered anew, only one left"],
)
def test_a_cut_name_that_is_not_certain(
    make: Maker, header: str, variables: list[str], candidates: str
) -> None:
    more = "".join(f"x;{name};Open;String;What?;;\n" for name in variables)
    ledger = Ledger("import")
    folder = make(f"q;m_1;m_2;{header}\n1;0;1;x\n", STRUCTURE + more)
    read_surveyxact(folder, ledger)
    problem = only(ledger.listed(), "E-SXT-007")
    assert problem.fields["options"] == candidates
    assert (problem.row, problem.column, problem.letter) == (1, header, "D")


def test_a_full_name_is_never_taken_for_a_cut_one(make: Maker) -> None:
    more = "x;abcdefgh;Open;String;What?;;\nx;abcdefgh1;Open;String;What?;;\n"
    export, problems = read(make("q;m_1;m_2;abcdefgh\n1;0;1;x\n", STRUCTURE + more))
    assert "abcdefgh" in export.questions
    assert codes(problems) == ["W-SXT-011"]


# ---- what is missing or clashes


def test_a_structure_without_its_columns_says_what_is_there(make: Maker) -> None:
    problem = only(read(make(structure="variableName;b\nv;2\n"))[1], "E-COL-001")
    assert problem.fields["known"] == "variableName, b"
    assert problem.fields["value"].startswith("questionName, questionType")
    rows = only(read(make(structure="Kari;4\nOla;2\n"))[1], "E-COL-001")
    assert rows.fields["known"] == "…"


def test_one_code_with_two_labels(make: Maker) -> None:
    structure = f"{HEAD}Text\nq;q;Closed;Single;How?;1;Bad\n"
    ledger = Ledger("import")
    read_surveyxact(make("q\n1\n2\n", structure, "q;1;Good\nq;2;Bad\n"), ledger)
    problem = only(ledger.listed(), "E-SXT-004")
    assert (problem.file, problem.row, problem.letter) == ("labels.csv", 1, "C")
    assert '"Good"' in str(problem)
    assert '"Bad"' in str(problem)
    assert problem.fields["where"] == "structure 2"


def test_one_code_with_two_labels_in_one_file(make: Maker) -> None:
    ledger = Ledger("import")
    read_surveyxact(make(labels=LABELS + "q;1;Bad\n"), ledger)
    problem = only(ledger.listed(), "E-SXT-004")
    assert (problem.row, problem.fields["where"]) == (7, "1")


def test_the_option_of_a_tick_box_is_no_label_of_its_cells(make: Maker) -> None:
    structure = STRUCTURE.replace(
        "m_1;Closed;Multiple;Which?;9", "m_1;Closed;Multiple;Which?;1"
    )
    _, problems = read(make(structure=structure))
    assert codes(problems) == []


def test_a_variable_described_twice(make: Maker) -> None:
    ledger = Ledger("import")
    read_surveyxact(make(structure=STRUCTURE + "q;q;Open;String;How?;;\n"), ledger)
    problem = only(ledger.listed(), "E-SXT-005")
    assert (problem.file, problem.row) == ("structure.csv", 5)
    ledger = Ledger("import")
    twice = STRUCTURE + "m;m_1;Closed;Multiple;Which?;3;The third\n"
    read_surveyxact(make(structure=twice), ledger)
    assert only(ledger.listed(), "E-SXT-005").fields["variable"] == "m_1"


def test_no_structure(make: Maker) -> None:
    export, problems = read(make(structure=None))
    assert codes(problems) == ["W-SXT-009"]
    assert [q.kind for q in export.questions.values()] == ["choice", "chosen", "chosen"]
    assert export.questions["m_1"].blank == "not_asked"
    assert export.questions["q"].text == ""


def test_no_labels(make: Maker) -> None:
    export, problems = read(make(labels=None))
    assert codes(problems) == ["W-SXT-010"]
    assert export.questions["q"].options == {}
    assert export.questions["m_1"].row == "The first"


def test_a_dataset_alone_says_nothing_that_is_known(make: Maker) -> None:
    problems = refused(make("q;kari\n1;0\n", None, None))
    assert sorted(codes(problems)) == ["E-SXT-019", "W-SXT-009", "W-SXT-010"]
    assert not any("kari" in str(problem) for problem in problems)


def test_files_of_different_surveys(make: Maker) -> None:
    assert "E-SXT-019" in codes(refused(make("x;y\n1;0\n")))
    _, problems = read(make("q;m_1\n1;0\n"))
    assert only(problems, "W-SXT-011").fields["options"] == "m_2"


def test_a_type_nobody_knows(make: Maker) -> None:
    export, problems = read(make("q\n1\n2\n", f"{HEAD}Text\nq;q;Open;Number;How?;;\n"))
    problem = only(problems, "W-SXT-012")
    assert problem.fields["options"] == "q (open number)"
    assert export.questions["q"].kind == "text"


def test_a_code_without_words_is_counted(make: Maker) -> None:
    _, problems = read(make("q;m_1;m_2\n1;0;1\n9;0;0\n9;1;1\n"))
    problem = only(problems, "W-SXT-013")
    assert (problem.column, problem.fields["count"]) == ("q", "2")


def test_a_second_header_row_is_no_respondent(make: Maker) -> None:
    ledger = Ledger("import")
    read_surveyxact(make("q;m_1;m_2\nHow?;Which?;Which?\n1;0;1\n"), ledger)
    found = [p for p in ledger.listed() if p.code == "E-SXT-008"]
    assert [(p.row, p.column) for p in found] == [(2, "q"), (2, "m_1"), (2, "m_2")]
    assert "header_rows = 2" in found[0].fix


def test_words_instead_of_codes_never_show_the_word(make: Maker) -> None:
    ledger = Ledger("import")
    read_surveyxact(make("q;m_1;m_2\nKari Nordmann;0;1\n2;0;0\n"), ledger)
    problem = only(ledger.listed(), "E-SXT-008")
    assert (problem.row, problem.letter) == (2, "A")
    assert "Kari" not in str(problem.to_dict())


@pytest.mark.parametrize(
    ("changed", "code", "file", "row"),
    [
        ({"dataset": "q;m_1;m_2\n1;0\n2;;\n"}, "E-CSV-005", "dataset.csv", 2),
        ({"dataset": "q;q;m_1\n1;0;1\n"}, "E-COL-002", "dataset.csv", 1),
        ({"dataset": "q;;m_1\n1;0;1\n"}, "E-COL-003", "dataset.csv", 1),
        ({"dataset": "q;m_1;m_2\n"}, "E-FIL-018", "dataset.csv", 1),
        ({"dataset": b""}, "E-FIL-017", "dataset.csv", None),
        ({"dataset": b"q;m_1;m_2\n1;0;\x81\n"}, "E-ENC-001", "dataset.csv", 2),
        ({"structure": "a;b\n1;2\n"}, "E-COL-001", "structure.csv", 1),
        (
            {"structure": STRUCTURE + "x;;Open;String;;;\n"},
            "E-SXT-018",
            "structure.csv",
            5,
        ),
        ({"labels": "q;1\nq;2\n"}, "E-SXT-006", "labels.csv", None),
        ({"labels": "q;1;Good\nq;;Bad\n"}, "E-SXT-018", "labels.csv", 2),
        ({"labels": 'q;1;"Good"x\nq;2;Bad\n'}, "E-CSV-009", "labels.csv", 1),
        ({"labels": b"PK\x03\x04"}, "E-FIL-011", "labels.csv", None),
    ],
)
def test_bad_files_are_answered_with_their_place(
    make: Maker, changed: dict[str, str | bytes], code: str, file: str, row: int | None
) -> None:
    ledger = Ledger("import")
    read_surveyxact(make(**changed), ledger)
    found = [p for p in ledger.listed() if p.code == code]
    assert (found[0].file, found[0].row) == (file, row)


def test_labels_with_commas_in_a_semicolon_file(make: Maker) -> None:
    labels = LABELS.replace("Good", "Good, really").replace("Bad", "Bad, really")
    export, problems = read(make(labels=labels.split("m_1")[0]))
    assert export.questions["q"].options == {"1": "Good, really", "2": "Bad, really"}
    assert codes(problems) == []


def test_one_file_saved_again_with_another_separator(make: Maker) -> None:
    export, _ = read(make(structure=STRUCTURE.replace(";", "\t")))
    assert export.questions["q"].text == "How?"


def test_what_is_no_export(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    problem = only(refused(tmp_path), "E-SXT-002")
    assert problem.fields["options"] == "notes.txt"
    assert codes(refused(tmp_path / "nothing")) == ["E-EXP-001"]
    lone = only(refused(tmp_path / "notes.txt"), "E-SXT-002")
    assert lone.fields["options"] == "notes.txt"
    for said in ("dataset.csv, structure.csv and labels.csv", "preset plain"):
        assert said in str(lone)
    (tmp_path / "export.xml").write_text("<?xml version='1.0'?><Workbook/>")
    problem = only(refused(tmp_path / "export.xml"), "E-SXT-001")
    assert ".xlsx" in problem.expected
    (tmp_path / "export.xlsx").write_bytes(b"no workbook")
    assert codes(refused(tmp_path / "export.xlsx")) == ["E-XLS-001"]


def test_a_workbook_without_the_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "export.xlsx")
    problem = only(refused(tmp_path / "export.xlsx"), "E-SXT-002")
    assert problem.fields["options"] == "Sheet"


def test_a_link_out_of_the_folder(make: Maker) -> None:
    folder = make(dataset=None)
    outside = folder.parent / "outside.csv"
    outside.write_text(DATASET)
    (folder / "dataset.csv").symlink_to(outside)
    assert codes(refused(folder))[0] == "E-FIL-002"


# ---- writing


def test_the_writer_refuses_what_it_cannot_write(tmp_path: Path) -> None:
    question = Question("t", "text")
    with pytest.raises(InputError, match="column t holds"):
        write_surveyxact(survey({"t": ["日本"]}, question), tmp_path, variant="comma")
    bell = survey({"t": ["\x07"]}, question)
    with pytest.raises(InputError, match="control character"):
        write_surveyxact(bell, tmp_path / "x.xlsx", variant="xlsx")
    long = survey({"t": ["x" * 40_000]}, question)
    with pytest.raises(InputError, match="32767"):
        write_surveyxact(long, tmp_path / "x.xlsx", variant="xlsx")
    with pytest.raises(InputError, match="unicode, semicolon, comma, xlsx"):
        write_surveyxact(bell, tmp_path, variant="json")  # type: ignore[arg-type]
    twice = survey({"t": ["BÃ¦rum"]}, question)
    with pytest.raises(InputError, match="would be read as UTF-8"):
        write_surveyxact(twice, tmp_path, variant="semicolon")
    assert list(tmp_path.iterdir()) == []


def test_without_words_there_are_no_labels(tmp_path: Path) -> None:
    made = survey({"t": ["x", "y"]}, Question("t", "text", text="What?"))
    write_surveyxact(made, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "dataset.csv",
        "structure.csv",
    ]
    export, problems = read(tmp_path)
    assert content(export) == content(made)
    assert codes(problems) == ["W-SXT-010"]


def reads_as_utf8(text: str) -> bool:
    """Some of the bytes of Windows-1252 make letters of UTF-8."""
    return any(
        piece.encode("cp1252").decode("utf-8", "ignore")
        != piece.encode("cp1252").decode("ascii", "ignore")
        for piece in text.splitlines()
    )


words = st.text(
    st.characters(codec="cp1252", exclude_categories=["C", "Z"]), min_size=1, max_size=8
)
cells = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc"])
    | st.sampled_from(';,\t\n"'),
    max_size=12,
)


@given(
    texts=st.lists(cells.map(lambda cell: f"x{cell}x"), min_size=1, max_size=4),
    options=st.lists(words, min_size=2, max_size=4),
    asked=words,
)
def test_any_texts_come_back(
    texts: list[str],
    options: list[str],
    asked: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    coded = {str(n): label for n, label in enumerate(options, start=1)}
    closed = Question("q", "choice", text=asked, options=coded)
    tick = Question(
        "m_1", "chosen", asked, battery="m", row=asked, options=TICK, blank="not_asked"
    )
    columns = {"q": ["1"] * len(texts), "m_1": ["0"] * len(texts), "t": texts}
    made = survey(columns, closed, tick, Question("t", "text", text=asked))
    hypothesis.assume(not any(map(reads_as_utf8, [*texts, *options, asked])))
    folder = tmp_path_factory.getbasetemp() / "surveyxact"
    for kind in FILES:
        path = folder / "export.xlsx" if kind == "xlsx" else folder
        write_surveyxact(made, path, variant=kind)
        assert content(read(path)[0]) == content(made)


# ---- anything at all


@given(
    part=st.sampled_from(["dataset", "structure", "labels"]),
    at=st.integers(0, 400),
    put=st.binary(max_size=6),
    cut=st.integers(0, 40),
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_answered_by_the_ledger(
    part: str, at: int, put: bytes, cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / "surveyxact_bytes"
    folder.mkdir(exist_ok=True)
    for name in ("dataset", "structure", "labels"):
        data = (EXPORTS / "semicolon" / f"{name}.csv").read_bytes()
        if name == part:
            data = data[:at] + put + data[at + cut :]
        (folder / f"{name}.csv").write_bytes(data)
    ledger = Ledger("import")
    export = read_surveyxact(folder, ledger)
    assert export is not None or ledger.has_errors
    for problem in ledger.listed():
        assert problem.code in TEMPLATES
        assert "example.org" not in str(problem)


def test_a_broken_workbook_is_answered_by_the_ledger(tmp_path: Path) -> None:
    data = (EXPORTS / FILES["xlsx"]).read_bytes()
    path = tmp_path / "export.xlsx"
    started = time.process_time()
    for at in range(0, len(data), 97):
        if time.process_time() - started > 5:
            break
        path.write_bytes(data[:at] + b"\x00\xff" + data[at + 2 :])
        ledger = Ledger("import")
        export = read_surveyxact(path, ledger)
        assert export is not None or ledger.has_errors


def test_many_columns_take_no_time(make: Maker) -> None:
    names = [f"variable_{n}" for n in range(8_000)]
    structure = f"{HEAD}Text\n" + "".join(
        f"{n};{n};Open;String;What?;;\n" for n in names
    )
    headers = ";".join(f"other_{n}" for n in range(8_000))
    started = time.process_time()
    data = f"variable_0;{headers}\n" + ";".join("x" * 8_001) + "\n"
    _, problems = read(make(data, structure, None))
    assert time.process_time() - started < 5
    assert only(problems, "W-SXT-011").fields["count"] == "7999"


def test_the_record_of_a_question_is_not_shared() -> None:
    export, _ = read(EXPORTS / "unicode")
    other = replace(export.questions["s_1"], text="other")
    assert export.questions["s_1"].text != other.text
