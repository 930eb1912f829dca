"""Respondents and answers, codings and affiliations; persons are never shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import netcollab as nc
from netcollab.study import DataReport, check_study, read_study

TOML = """\
name = "survey"

[scales.agree5]
low = 1
high = 5

[scales.agree5.missing]
98 = "dont_know"
"Ikke relevant" = "not_applicable"

[items.q1]
scale = "agree5"
dimension = "trust"
construct = "capacity"

[items.q2]
scale = "agree5"
about = "self"
"""
RESPONDENTS = "respondent,actor,role\nr1,nav,staff\nr2,ks,leader\n"
HEAD = "respondent,item,target,value,missing_reason\n"
ENOUGH = "r1,q1,ks,3,\nr2,q2,,4,\n"


def survey(make: Any, rows: str, **more: Any) -> Path:
    """A study of answers."""
    tables = {"toml": TOML, "ties": None, "respondents": RESPONDENTS} | more
    folder: Path = make(answers=HEAD + ENOUGH + rows, **tables)
    return folder


def found(report: DataReport) -> list[tuple[str, int | None]]:
    """Codes and rows of errors and warnings."""
    return [(p.code, p.row) for p in report.problems if p.severity != "NOTE"]


def test_answers_become_numbers_and_reasons(make: Any) -> None:
    rows = (
        "r1,q1,hdir,98,\nr2,q1,nav, IKKE relevant,\nr2,q1,hdir,,\nr1,q2,,,suppressed\n"
    )
    study = read_study(survey(make, rows))
    answers = study.answers
    assert answers["value"].tolist()[:2] == [3.0, 4.0]
    assert answers["value"].isna().tolist()[2:] == [True] * 4
    assert answers["missing_reason"].tolist()[2:] == [
        "dont_know",
        "not_applicable",
        "no_answer",
        "suppressed",
    ]
    notes = {note.code: note.fields.get("count") for note in study.report.notes}
    assert (notes["N-ANS-011"], notes["N-ANS-012"]) == ("2", "1")
    assert list(answers)[:4] == ["respondent", "item", "target", "wave"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("r1,q1,hdir,6,\n", "E-ANS-002"),
        ("r1,q1,hdir,99,\n", "E-ANS-002"),
        ("r1,q1,ks,4,\n", "E-ANS-001"),
        ("r9,q1,ks,4,\n", "E-REF-004"),
        ("r1,q9,hdir,3,\n", "E-REF-005"),
        ("r1,q1,nvv,3,\n", "E-REF-001"),
        ("r1,q1,,3,\n", "E-ANS-003"),
        ("r1,q2,nav,3,\n", "E-ANS-004"),
        ("r1,q2,,3,dont_know\n", "E-ANS-005"),
        ("r1,q2,,,dontknow\n", "E-ANS-006"),
        ("r1,q1,nav,3,\n", "E-ANS-007"),
        ("r1,q1,hdir,4 - Enig,\n", "E-ANS-020"),
        ("r1,q1,hdir,45416,\n", "E-ANS-021"),
        ("r1,q1,hdir,Uaktuelt,\n", "E-ANS-010"),
        ("r1,q1,hdir,05.apr,\n", "E-NUM-010"),
        ("r1,q1,hdir,2024-05-04,\n", "E-NUM-010"),
        ("r1,q1,hdir,nan,\n", "E-NUM-002"),
    ],
)
def test_a_bad_answer(make: Any, row: str, code: str) -> None:
    report = check_study(survey(make, row))
    assert found(report) == [(code, 4)]
    assert report.errors[0].fix


def test_a_code_that_may_be_missing_gets_the_line_to_add(make: Any) -> None:
    report = check_study(survey(make, "r1,q1,hdir,99,\nr2,q1,hdir,vet ikke,\n"))
    assert '99 = "not_applicable"' in report.errors[0].fix
    assert '"vet ikke" = "dont_know"' in report.errors[1].fix


@pytest.mark.parametrize(("people", "is_told"), [(2, False), (4, False), (5, True)])
def test_words_beside_a_code_are_told_when_five_gave_them(
    make: Any, people: int, is_told: bool
) -> None:
    names = [f"p{n}" for n in range(people)]
    respondents = RESPONDENTS + "".join(f"{name},nav,staff\n" for name in names)
    rows = "".join(f"{name},q1,hdir,4 - Kari,\n" for name in names)
    rows += "".join(f"{names[0]},q1,{to},4 - Kari,\n" for to in ("ks", "nav")) * 3
    report = check_study(survey(make, rows, respondents=respondents))
    told = str(report.errors) + report.summary() + str(report.to_dict())
    assert ("Kari" in told) == is_told
    assert "E-ANS-020" in told


@pytest.mark.parametrize(("rule", "n"), [("keep", 3), ("drop", 2)])
def test_answers_about_the_own_group(make: Any, rule: str, n: int) -> None:
    toml = (
        TOML + f'[relations.capacity]\nunlisted = "not_asked"\nown_group = "{rule}"\n'
    )
    study = read_study(survey(make, "r1,q1,nav,5,\n", toml=toml))
    assert len(study.answers) == n
    excluded = dict(study.report.files[-1].excluded)
    assert excluded == ({"own_group_drop": 1} if rule == "drop" else {})


@pytest.mark.parametrize(
    ("language", "respondent", "answer"),
    [
        ("en", "several rounds, say which in a column wave", "if rounds differ, name"),
        (
            "nb",
            "flere runder, si hvilken i en kolonne wave",
            "ulike runder, oppgi runden",
        ),
        (
            "da",
            "flere runder, så sig hvilken i en kolonne wave",
            "forskellige runder, så angiv",
        ),
    ],
)
def test_rows_that_stand_twice_may_be_rounds_or_merged_units(
    make: Any, language: str, respondent: str, answer: str
) -> None:
    people = check_study(survey(make, "", respondents=RESPONDENTS + "r1,nav,staff\n"))
    answers = check_study(survey(make, "r1,q1,ks,4,\n"))
    with nc.report.language(language):
        told = nc.report.data_report(people)
        assert respondent in told
        assert "under [export])" in told
        told = nc.report.data_report(answers)
        assert answer in told
        assert 'duplicates = "mean"' in told


def test_respondents_stand_once_in_a_wave(make: Any) -> None:
    twice = RESPONDENTS + "r1,nav,staff\n"
    assert found(check_study(survey(make, "", respondents=twice))) == [("E-RES-001", 4)]
    waves = "respondent,actor,wave\nr1,nav,1\nr2,ks,1\nr1,ks,2\n"
    answers = (
        "respondent,item,target,value,wave\nr1,q1,ks,3,1\nr1,q2,,3,2\nr2,q2,,3,2\n"
    )
    report = check_study(make(toml=TOML, ties=None, respondents=waves, answers=answers))
    assert found(report) == [("E-RES-002", 4)]


def test_answers_need_respondents_and_all_items(make: Any) -> None:
    report = check_study(make(toml=TOML, ties=None, answers=HEAD + "r1,q1,ks,3,\n"))
    assert [code for code, _ in found(report)] == ["W-ANS-014", "E-ANS-008"]


def test_a_wording_leaves_the_rated_unit_open(make: Any) -> None:
    label = 'construct = "capacity"\nlabel = { nb = "Vi blir hørt av {target}." }'
    toml = TOML.replace('construct = "capacity"', label)
    (error,) = check_study(survey(make, "r2,q1,hdir,9,\n", toml=toml)).errors
    assert error.fields["item"] == 'q1 "Vi blir hørt av …."'
    assert "{" not in str(error)


def test_no_value_of_a_person_is_ever_said(make: Any) -> None:
    respondents = (
        "respondent,actor,name,mail\nKanari Hansen,nvv,Kanari,kanari@example.org\n"
        "Kanari Hansen,nav,Kanari,x\n01017000027,kanari,y,x\n\x07kanari,nav,z,x\n"
    )
    rows = "kanari,q1,kanari,kanari,\nr1,kanari,kanari,kanari,kanari\n"
    toml = TOML + "[privacy]\npseudonymised = true\n"
    report = check_study(survey(make, rows, respondents=respondents, toml=toml))
    assert len(report.errors) > 10
    told = report.summary() + str(report.to_dict()) + report.to_frame().to_string()
    assert "kanari" not in told.casefold()
    assert "01017000027" not in told
    codes = {code for code, _ in found(report)}
    assert {"E-PRI-001", "E-PRI-002", "E-PRI-003"} <= codes


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["01017000027", "x"], "E-PRI-001"),
        (["010170 00027", "x"], "E-PRI-001"),
        (["born 010170-1234 in Oslo", "x"], "E-PRI-001"),
        (["0101700017", "x"], ""),
        (["974760673", "974760674"], ""),
        (["20210122", "1003388221"], ""),
        (["a@b.no", "x"], "E-PRI-002"),
        (["@home", "x@y"], ""),
    ],
)
def test_identifying_columns(make: Any, cells: list[str], code: str) -> None:
    actors = f"actor,extra\nnav,{cells[0]}\nks,{cells[1]}\n"
    report = check_study(make(actors=actors))
    assert [c for c, _ in found(report)] == ([code] if code else [])
    if code:
        assert cells[0] not in report.summary()
    toml = (
        'name = "x"\nrelations.trust.unlisted = "absent"\n'
        '[privacy]\nidentifiers = ["extra"]\n'
    )
    study = read_study(make(actors=actors, toml=toml))
    assert "extra" not in study.actors
    assert "N-PRI-005" in [note.code for note in study.report.notes]


def test_a_person_table_without_a_header_says_nothing_of_its_rows(make: Any) -> None:
    report = check_study(survey(make, "", respondents="kanari,Ola Nordmann\nr2,x\n"))
    told = report.summary() + str(report.to_dict())
    assert "kanari" not in told
    assert "Nordmann" not in told
    missing = {p.column for p in report.errors if p.code == "E-COL-001"}
    assert missing == {"respondent", "actor"}


@pytest.mark.parametrize(
    ("column", "refused"),
    [("contact_person", True), ("Fornavn", True), ("name", False)],
)
def test_names_of_persons_among_the_actors(
    make: Any, column: str, refused: bool
) -> None:
    toml = 'name = "x"\nrelations.trust.unlisted = "absent"\n'
    actors = f"actor,{column}\nnav,Kari\nks,Ola\n"
    declared = toml + "[privacy]\npseudonymised = true\n"
    report = check_study(make(actors=actors, toml=declared))
    assert [p.code for p in report.errors] == (["E-PRI-003"] if refused else [])
    assert check_study(make(actors=actors, toml=toml)).ok


def test_telephone_numbers_in_free_text(make: Any) -> None:
    toml = (
        'name = "x"\nrelations.trust.unlisted = "absent"\n'
        '[privacy]\nfree_text = ["comment"]\n'
    )
    actors = "actor,comment\nnav,ring +47 12 34 56 78\nks,20210122\n"
    assert found(check_study(make(actors=actors, toml=toml))) == [("W-PRI-008", 2)]


# ---- codings and affiliations

CODED = "source,actor,construct,polarity,confidence,informant\n"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("d,nav,trust,3,1,\n", "E-COD-003"),
        ("d,nav,trust,-2.5,1,\n", "E-COD-003"),
        ("d,nav,trust,1,2,\n", "E-COD-004"),
        ("d,nvv,trust,1,1,\n", "E-REF-001"),
        ("d,nav,,1,1,\n", "E-COD-001"),
        ("d,nav,trust,,1,\n", "E-COD-002"),
        (",nav,trust,1,1,\n", "E-IDS-001"),
        ("d,nav,trust,1,1,r9\n", "W-COD-006"),
        ("d,ks,trust,1,1,ALL\n", "W-COD-005"),
    ],
)
def test_a_bad_coding(make: Any, row: str, code: str) -> None:
    first = "d,ks,trust,1,1,ALL\n"
    folder = make(codings=CODED + first + row, respondents=RESPONDENTS)
    assert found(check_study(folder)) == [(code, 3)]


def test_codings_need_something_coded(make: Any) -> None:
    report = check_study(make(codings="source,actor\nd,nav\n"))
    assert [p.column for p in report.errors] == ["construct", "polarity"]
    study = read_study(make(codings="source,indicator,value\nd,plan,2\n"))
    assert study.codings["value"].tolist() == [2.0]
    assert study.codings["actor"].isna().all()


def test_affiliations(make: Any) -> None:
    rows = "actor,object,weight\nnav,m,1\nnav,m,2\nks,m,-1\nkss,n,1\n"
    assert found(check_study(make(affiliations=rows))) == [
        ("E-AFF-001", 3),
        ("E-AFF-002", 4),
        ("E-REF-001", 5),
    ]


def test_one_question_split_over_units_is_told(make: Any) -> None:
    toml = TOML + "".join(
        f'\n[items.s{n}]\nscale = "agree5"\ndimension = "sharing"\n' for n in (1, 2)
    )
    split = survey(make, "r1,s1,ks,3,\nr1,s2,nav,4,\nr2,s1,ks,2,\n", toml=toml)
    (told,) = (p for p in check_study(split).problems if p.code == "W-ANS-025")
    assert '"sharing" (s1, s2)' in str(told)
    both = survey(make, "r1,s1,ks,3,\nr1,s2,ks,4,\nr2,s2,nav,2,\n", toml=toml)
    assert "W-ANS-025" not in [p.code for p in check_study(both).problems]
