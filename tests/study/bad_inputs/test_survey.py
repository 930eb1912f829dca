"""Answers as questionnaires and survey tools leave them; no person is ever shown."""

from __future__ import annotations

import importlib
import importlib.util
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netcollab as nc
from netcollab.study import AnswerSpec, DataReport, ExportSpec, Manifest
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ItemSpec, ScaleSpec
from netcollab.study.problems import Problem
from netcollab.study.raw import RawColumn, RawTable, column_letter, text_array
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.readers.nettskjema import read_nettskjema
from netcollab.study.readers.surveyxact import read_surveyxact
from netcollab.study.survey_layout import lay_out

TOML = """\
name = "survey"

[scales.agree5]
low = 1
high = 5

[scales.agree5.missing]
98 = "dont_know"

[items.q1]
scale = "agree5"
dimension = "knowledge"
label = { nb = "Vi kjenner {target} sitt arbeid" }

[items.q2]
scale = "agree5"
dimension = "knowledge"

[items.q3]
scale = "agree5"
about = "self"

[relations.knowledge]
unlisted = "not_asked"
"""
HEAD = "respondent,item,target,value\n"
ROWS = "r1,q1,ks,3\nr1,q2,ks,4\nr1,q3,,2\nr2,q1,nav,3\nr2,q2,nav,5\nr2,q3,,4\n"
PEOPLE = "respondent,actor\nr1,nav\nr2,ks\n"
EXPORTS = Path(__file__).parents[1] / "exports"


def survey(make: Any, rows: str, **more: Any) -> Path:
    """A study of six good answers (rows 2 to 7), and these from row 8 on."""
    tables = {"toml": TOML, "ties": None, "respondents": PEOPLE, "answers": HEAD}
    tables |= more
    tables["answers"] += ROWS + rows
    folder: Path = make(**tables)
    return folder


def everything(report: DataReport) -> str:
    """All that a report says to anybody."""
    return report.summary() + str(report.to_dict()) + report.to_frame().to_string()


def test_bi_108_a_respondent_twice(make: Any, ask: Any) -> None:
    folder = survey(make, "", respondents=PEOPLE + "r1,nav\n")
    found = ask.only(folder, "E-RES-001")
    assert (found.row, found.letter, found.value) == (4, "A", "***")
    assert "stands in row 2 too" in str(found)


def test_bi_110_an_answer_outside_the_scale(make: Any, ask: Any) -> None:
    found = ask.only(survey(make, "r1,q1,hdir,6\n"), "E-ANS-002")
    assert (found.row, found.column, found.letter) == (8, "value", "D")
    assert 'q1 "Vi kjenner … sitt arbeid"' in str(found)
    assert found.expected == "from 1 to 5"
    assert found.value == "***"


@pytest.mark.parametrize(
    ("answer", "code"),
    [("05.apr", "E-NUM-010"), ("2024-05-04", "E-NUM-010"), ("45416", "E-ANS-021")],
)
def test_bi_112_a_score_that_became_a_date(
    make: Any, ask: Any, answer: str, code: str
) -> None:
    found = ask.only(survey(make, f"r1,q1,hdir,{answer}\n"), code)
    assert (found.row, found.column, found.letter) == (8, "value", "D")
    assert "Excel" in str(found)
    assert "date" in str(found)
    assert answer not in everything(ask.report(survey(make, f"r1,q1,hdir,{answer}\n")))


def test_bi_112_a_date_in_a_column_of_an_export() -> None:
    cells = {"id": ["1", "2"], "Q5_3": ["4", "45416"]}
    _, problems = laid_out(cells, {"Q5_3": Question("Q5_3", "choice")})
    (found,) = [p for p in problems if p.severity == "ERROR"]
    assert (found.code, found.row, found.column, found.letter) == (
        "E-ANS-021",
        3,
        "Q5_3",
        "B",
    )


def test_bi_113_code_and_label_in_one_cell(make: Any, ask: Any) -> None:
    rows = "r1,q1,hdir,4 - Enig\nr1,q2,hdir,5 - Helt enig\nr2,q1,hdir,4 - Enig\n"
    toml = TOML + '[scales.agree5.labels]\n5 = { nb = "Helt enig" }\n'
    toml += '4 = { nb = "Enig" }\n'
    found = ask.report(survey(make, rows, toml=toml)).errors
    assert [(p.code, p.row, p.value) for p in found] == [
        ("E-ANS-020", row, "***") for row in (8, 9, 10)
    ]
    lines = '[export.codes.agree5]\n"4 - Enig" = 4\n"5 - Helt enig" = 5'
    assert found[0].fix.endswith(lines)


def test_bi_115_a_missing_code_inside_the_scale(make: Any, ask: Any) -> None:
    toml = TOML + '[scales.ten]\nlow = 1\nhigh = 10\nmissing = { 9 = "dont_know" }\n'
    found = ask.only(survey(make, "", toml=toml), "E-MAN-010")
    line = toml.splitlines().index('missing = { 9 = "dont_know" }') + 1
    assert (found.file, found.row, found.value) == ("study.toml", line, "9")
    assert "a code outside 1 to 10" in found.expected


def test_bi_116_words_in_many_spellings(make: Any, ask: Any) -> None:
    words = ["Vet ikke", "ved ikke ", "Ikke relevant", "Uaktuelt"]
    pairs = [("q1", "hdir"), ("q2", "hdir"), ("q1", "ks"), ("q2", "ks")]
    rows = "".join(
        f"r{1 + (target == 'ks')},{item},{target if target == 'hdir' else 'hdir'},{w}\n"
        for (item, target), w in zip(pairs, words, strict=True)
    )
    found = ask.report(survey(make, rows)).errors
    assert [(p.code, p.row) for p in found] == [("E-ANS-010", n) for n in range(8, 12)]
    listed = (
        '[scales.agree5.missing]\n"Vet ikke" = "dont_know"\n'
        '"ved ikke" = "dont_know"\n"Ikke relevant" = "not_applicable"\n'
        'Uaktuelt = "not_applicable"'
    )
    assert found[0].fix.endswith(listed)
    toml = TOML.replace(
        '98 = "dont_know"\n',
        '98 = "dont_know"\n"vet ikke" = "dont_know"\n"VED IKKE" = "dont_know"\n'
        '"ikke relevant" = "not_applicable"\nuaktuelt = "not_applicable"\n',
    )
    study = ask.good(survey(make, rows, toml=toml))
    assert study.answers["missing_reason"].tolist()[6:] == [
        "dont_know",
        "dont_know",
        "not_applicable",
        "not_applicable",
    ]


def surveyxact(
    folder: Path, dataset: str, structure: str, labels: str
) -> tuple[SurveyExport | None, tuple[Problem, ...]]:
    """What the reader of SurveyXact makes of three files."""
    folder.mkdir(exist_ok=True)
    for name, text in (
        ("dataset", dataset),
        ("structure", structure),
        ("labels", labels),
    ):
        (folder / f"{name}.csv").write_text(text, encoding="cp1252")
    ledger = Ledger("x")
    return read_surveyxact(folder, ledger), ledger.listed()


STRUCTURE = (
    "questionName;variableName;questionType;subType;questionText;choiceValue;choiceText"
)
CHOSEN = [
    "s_2;s_2_1;Closed;Multiple;Hvem møter dere?;1;NAV",
    "s_2;s_2_2;Closed;Multiple;Hvem møter dere?;2;KS",
]
LABELS = "s_2_1;0;Ikke valgt\ns_2_1;1;Valgt\ns_2_2;0;Ikke valgt\ns_2_2;1;Valgt\n"


def test_bi_118_options_that_were_not_shown(tmp_path: Path) -> None:
    structure = "\n".join([STRUCTURE, *CHOSEN]) + "\n"
    dataset = "respondentid;s_2_1;s_2_2\n1;1;0\n2;;\n"
    export, problems = surveyxact(tmp_path / "x", dataset, structure, LABELS)
    assert export is not None
    assert [p.code for p in problems if p.severity == "ERROR"] == []
    question = export.questions["s_2_1"]
    assert (question.kind, question.blank) == ("chosen", "not_asked")
    cells = {c.header: c.text.tolist() for c in export.table.columns}
    assert cells["s_2_2"] == ["0", ""]


def test_bi_120_a_structure_with_an_empty_column_at_the_end(tmp_path: Path) -> None:
    structure = "".join(f"{line};\n" for line in [STRUCTURE, *CHOSEN])
    dataset = "respondentid;s_2_1;s_2_2\n1;1;0\n2;;\n"
    export, problems = surveyxact(tmp_path / "x", dataset, structure, LABELS)
    assert export is not None
    assert [p.code for p in problems if p.severity != "NOTE"] == []
    assert export.questions["s_2_1"].text == "Hvem møter dere?"


def laid_out(
    cells: dict[str, list[str]],
    questions: dict[str, Question],
    labels: dict[str, dict[str, str]] | None = None,
    **more: Any,
) -> tuple[Any, tuple[Problem, ...]]:
    """An export laid out by a codebook in which every variable but id is an item."""
    rows = np.arange(2, 2 + len(cells["id"]))
    table = RawTable("export", "export.csv", rows=rows, read=len(rows))
    table.columns = [
        RawColumn(name, column_letter(at), text_array(text))
        for at, (name, text) in enumerate(cells.items())
    ]
    export = SurveyExport("plain", table, {"id": Question("id", "id"), **questions})
    items = {name: ItemSpec(name, "agree5", about="self") for name in questions}
    manifest = Manifest(
        "x",
        scales={"agree5": ScaleSpec("agree5", 1, 5, labels=labels or {})},
        items=items,
    )
    answers = {name: AnswerSpec(name, name) for name in questions}
    ledger = Ledger("x")
    spec = ExportSpec("plain", respondent="id", answers=answers, **more)
    layout = lay_out(export, manifest, spec, ledger)
    return layout, ledger.listed()


AGREE = ["Helt uenig", "Uenig", "Verken eller", "Enig", "Helt enig"]
CODEBOOK = {str(n): {"nb": word} for n, word in enumerate(AGREE, start=1)}


def test_bi_122_one_code_with_two_labels(tmp_path: Path) -> None:
    structure = STRUCTURE + "\ns_1;s_1;Closed;Single;Vi når mål;1;Helt uenig\n"
    labels = "s_1;1;Uenig\ns_1;2;Enig\n"
    dataset = "respondentid;s_1\n1;1\n2;2\n"
    _, problems = surveyxact(tmp_path / "x", dataset, structure, labels)
    (found,) = [p for p in problems if p.severity == "ERROR"]
    assert (found.code, found.file, found.row) == ("E-SXT-004", "labels.csv", 1)
    assert ["Helt uenig" in str(found), '"Uenig"' in str(found)] == [True, True]


def test_bi_122_one_code_with_two_labels_in_two_municipalities() -> None:
    words = dict(zip("12345", [*AGREE[:3], "Ganske enig", AGREE[4]], strict=True))
    question = Question("q", "choice", options=words)
    _, problems = laid_out({"id": ["1"], "q": ["4"]}, {"q": question}, CODEBOOK)
    (found,) = [p for p in problems if p.severity == "ERROR"]
    assert (found.code, found.column, found.letter) == ("E-EXP-040", "q", "B")
    assert 'code 4 is "Ganske enig" here and "Enig"' in str(found)
    same = Question("q", "choice", options=dict(zip("12345", AGREE, strict=True)))
    layout, problems = laid_out({"id": ["1"], "q": ["4"]}, {"q": same}, CODEBOOK)
    assert [p.code for p in problems if p.severity == "ERROR"] == []
    assert layout.answers["value"].tolist() == ["4"]


def test_bi_123_a_scale_that_one_municipality_turned_around() -> None:
    words = dict(zip("12345", AGREE[::-1], strict=True))
    question = Question("q", "choice", options=words)
    _, problems = laid_out({"id": ["1"], "q": ["4"]}, {"q": question}, CODEBOOK)
    found = [p for p in problems if p.severity == "ERROR"]
    assert [p.code for p in found] == ["E-EXP-040"] * 4
    assert 'code 1 is "Helt enig" here and "Helt uenig"' in str(found[0])
    assert "the scale may run the other way" in found[0].fix
    turned = {"q": dict(zip("12345", "54321", strict=True))}
    layout, problems = laid_out(
        {"id": ["1"], "q": ["4"]}, {"q": question}, CODEBOOK, codes=turned
    )
    assert [p.code for p in problems if p.severity == "ERROR"] == []
    assert layout.answers["value"].tolist() == ["2"]


def many(answers: dict[str, list[int]], *, actor: str = "nav") -> dict[str, str]:
    """Respondents of one actor, and what each said about another to each item."""
    n = len(next(iter(answers.values())))
    people = "".join(f"p{i},{actor}\n" for i in range(n))
    rows = "".join(
        f"p{i},{item},hdir,{values[i]}\n"
        for item, values in answers.items()
        for i in range(n)
    )
    return {"respondents": PEOPLE + people, "rows": rows}


def test_bi_123_an_item_that_runs_against_the_others(make: Any, ask: Any) -> None:
    low = [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 2, 4]
    data = many({"q1": low, "q2": [6 - value for value in low]})
    folder = survey(make, data["rows"], respondents=data["respondents"])
    report = ask.report(folder)
    assert report.ok
    found = [p for p in report.warnings if p.code == "W-ANS-016"]
    assert found
    assert any("q2" in str(p) for p in found)
    assert "not reversed" in str(found[0])
    study = nc.read_study(folder)
    assert study.answers.loc[6:17, "value"].tolist() == [float(v) for v in low]


def msforms(workbooks: Any, tmp_path: Path, header: list[str], *rows: list[Any]) -> Any:
    """What the reader of Microsoft Forms makes of a workbook, and what it says."""
    if importlib.util.find_spec("netcollab.study.readers.msforms") is None:
        pytest.skip("the reader of Microsoft Forms is not in this version")
    reader = importlib.import_module("netcollab.study.readers.msforms")
    start = ["ID", "Start time", "Completion time", "Email", "Name"]
    who = [
        [i, "2026-03-02 09:00:00", "2026-03-02 09:09:00", "anonymous", ""]
        for i in range(1, len(rows) + 1)
    ]
    lines = [[*own, *row] for own, row in zip(who, rows, strict=True)]
    file = tmp_path / "form.xlsx"
    file.write_bytes(workbooks.make([*start, *header], *lines, title="Sheet1"))
    ledger = Ledger("x")
    return reader.read_msforms(file, ledger), ledger.listed()


def test_bi_124_several_choices_in_one_cell(workbooks: Any, tmp_path: Path) -> None:
    export, problems = msforms(
        workbooks, tmp_path, ["Hvem?"], ["NAV;KS;"], ["KS;"], ["NAV;"], [""]
    )
    assert [p.code for p in problems if p.severity == "ERROR"] == []
    cells = {c.header: c.text.tolist() for c in export.table.columns}
    chosen = {
        q.row: cells[v] for v, q in export.questions.items() if q.kind == "chosen"
    }
    assert sorted(chosen) == ["KS", "NAV"]
    assert chosen["NAV"][:3] == ["1", "0", "1"]
    assert chosen["KS"][:3] == ["1", "1", "0"]


def test_bi_125_question_titles_that_repeat(workbooks: Any, tmp_path: Path) -> None:
    header = ["Hvor ofte?", "Hvor ofte?2", "Hvor viktig?\u00a0"]
    export, problems = msforms(
        workbooks,
        tmp_path,
        header,
        ["Ofte", "Sjelden", "Svært"],
        ["Aldri", "Ofte", "Lite"],
    )
    assert export is not None
    assert [p.code for p in problems if p.severity == "ERROR"] == []
    texts = [question.text for question in export.questions.values()]
    assert "Hvor viktig?" in texts
    said = [str(p) for p in problems if p.severity == "WARN"]
    assert any("Hvor ofte?2" in sentence for sentence in said)


@pytest.mark.parametrize(
    ("name", "separator", "told"),
    [
        ("data-1-2026-03-04.txt", ";", "N-NSK-005"),
        ("internal_1.csv", ",", "N-NSK-007"),
    ],
)
def test_bi_128_two_exports_of_nettskjema(
    tmp_path: Path, name: str, separator: str, told: str
) -> None:
    rows = [["$submission_id", "$created", "tall"], ["77", "2026-03-04T10:00:00+01:00"]]
    rows[1].append("4.5")
    text = "".join(separator.join(f'"{c}"' for c in row) + "\n" for row in rows)
    (tmp_path / name).write_text(text, encoding="utf-8")
    ledger = Ledger("x")
    export = read_nettskjema(tmp_path / name, ledger)
    assert export is not None
    assert [p.code for p in ledger.listed() if p.severity == "ERROR"] == []
    assert told in [p.code for p in ledger.listed()]
    cells = {c.header: c.text.tolist() for c in export.table.columns}
    assert cells["tall"] == ["4.5"]


@pytest.mark.parametrize(
    ("rows", "skip"),
    [
        (
            [
                "Response ID,Your own unit",
                '"{""ImportId"":""_id""}","{""ImportId"":""Q1""}"',
            ],
            2,
        ),
        (["Response ID,Your own unit", '"{""ImportId"": ""_id""}",x', "x,y"], 2),
        (["Open-Ended Response,Response"], 1),
        (["Respondent - id,Actor: which unit"], 1),
    ],
    ids=["qualtrics", "qualtrics spaced", "surveymonkey", "question texts"],
)
def test_bi_130_more_than_one_header_row(
    make: Any, ask: Any, rows: list[str], skip: int
) -> None:
    if rows[-1] == "x,y":
        rows = rows[:-1]
    lines = ["respondent,actor", *rows, "r1,nav", "r2,ks"]
    folder = survey(make, "", respondents="\n".join(lines) + "\n")
    found = ask.only(folder, "E-CSV-017")
    assert (found.file, found.row) == ("respondents.csv", 2)
    assert f"header_rows = {1 + skip}" in str(found)
    assert f"[files.respondents]: skip_rows = {skip}" in found.fix
    toml = TOML + f"[files.respondents]\nskip_rows = {skip}\n"
    declared = survey(make, "", toml=toml, respondents="\n".join(lines) + "\n")
    assert ask.good(declared).respondents["respondent"].tolist() == ["r1", "r2"]


def test_bi_134_a_respondent_who_rates_the_own_group(make: Any, ask: Any) -> None:
    found = ask.only(survey(make, "r1,q1,nav,5\n"), "E-ANS-007")
    assert (found.row, found.letter, found.value) == (8, "C", "***")
    assert 'own_group = "keep"' in found.fix
    for rule, n in (("keep", 7), ("drop", 6)):
        study = ask.good(
            survey(make, "r1,q1,nav,5\n", toml=TOML + f'own_group = "{rule}"\n')
        )
        assert len(study.answers) == n
    (note,) = [p for p in study.report.notes if p.code == "N-ANS-013"]
    assert note.fields["count"] == "1"


def test_bi_135_a_group_with_one_respondent(make: Any, ask: Any) -> None:
    report = ask.report(survey(make, ""))
    assert report.ok
    told = [p for p in report.warnings if p.code == "W-RES-003"]
    assert [p.fields["actor"] for p in told] == ["nav", "ks"]
    study = nc.read_study(survey(make, ""))
    table = nc.scales.relational_capacity(study, "knowledge", level="tie")
    assert table.set_index(["source", "target"]).loc[("nav", "ks"), "n"] == 1


def test_bi_137_all_items_of_a_dimension_missing(make: Any, ask: Any) -> None:
    rows = "r1,q1,hdir,98\nr1,q2,hdir,98\n"
    folder = survey(make, rows)
    assert ask.report(folder).ok
    study = nc.read_study(folder)
    table = nc.scales.relational_capacity(study, "knowledge", level="tie")
    tie = table.set_index(["source", "target"]).loc[("nav", "hdir")]
    assert np.isnan(tie["mean"])
    assert (tie["n"], tie["reason"]) == (0, "dont_know")
    network = nc.build_network(study, "knowledge")
    assert np.isnan(network.ties.loc["nav", "hdir"])
    assert network.states.loc["nav", "hdir"] == "dont_know"


def test_bi_141_the_same_answer_to_everything(make: Any, ask: Any) -> None:
    items = [f"i{n}" for n in range(42)]
    toml = TOML + "".join(
        f'[items.{item}]\nscale = "agree5"\nabout = "self"\n' for item in items
    )
    rows = "".join(f"r1,{item},,3\n" for item in items)
    rows += "".join(f"r2,{item},,{1 + n % 5}\n" for n, item in enumerate(items))
    folder = survey(make, rows, toml=toml)
    report = ask.report(folder)
    assert report.ok
    (found,) = [p for p in report.warnings if p.code == "W-ANS-015"]
    assert found.fields["count"] == "1"
    assert len(nc.read_study(folder).answers) == 6 + 84


@pytest.mark.parametrize(
    "text",
    ["Ring Kari Oppdiktet på 41 23 45 67 om dette møtet", "kari@example.org sa det så"],
)
def test_bi_142_free_text_about_persons(make: Any, ask: Any, text: str) -> None:
    people = f"respondent,actor,kommentar\nr1,nav,{text}\nr2,ks,Intet å si om det\n"
    folder = survey(make, "", respondents=people)
    report = ask.report(folder)
    codes = [p.code for p in report.problems if p.code[2:5] == "PRI"]
    assert codes
    told = everything(report)
    assert ["Oppdiktet" in told, "41 23" in told, "kari@" in told] == [False] * 3
    toml = TOML + '[privacy]\nfree_text = ["kommentar"]\n'
    declared = survey(make, "", respondents=people, toml=toml)
    assert "Oppdiktet" not in everything(ask.report(declared))
    out = folder.parent / "out"
    if ask.report(declared).ok:
        nc.write_study(nc.read_study(declared), out)
        shutil.rmtree(out)
