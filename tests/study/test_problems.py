"""One wording per code, the same codes and fields in three languages."""

from __future__ import annotations

import pickle
import re
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

import netcollab as nc
from netcollab.study import (
    TEMPLATES,
    Place,
    Problem,
    check_study,
    explain,
    problem_lines,
)

PACKAGE = Path(nc.__file__).parent
LOCALE = PACKAGE / "report" / "locale"
PARTS = {"text", "expected", "fix", "text_near", "expected_near", "fix_near"}


def fields(template: str) -> set[str]:
    """The fields a template names."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def translated(language: str) -> dict[str, dict[str, str]]:
    text = (LOCALE / f"problems.{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def test_every_code_in_the_source_has_a_template_and_the_reverse() -> None:
    used: set[str] = set()
    for file in (PACKAGE / "study").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        used |= set(re.findall(r'"([EWN]-[A-Z]{3}-\d{3})"', source))
    made = {f"{kind}-ENC-00{n}" for kind in "EW" for n in "567"}
    made |= {f"{kind}-STU-006" for kind in "EWN"}
    assert used | made == set(TEMPLATES) - {"words"}


@pytest.mark.parametrize("language", ["nb", "da"])
def test_the_translations_have_the_same_codes_parts_and_fields(language: str) -> None:
    there = translated(language)
    assert set(there) == set(TEMPLATES)
    for code, parts in TEMPLATES.items():
        assert set(there[code]) == set(parts), code
        for part, template in parts.items():
            assert fields(there[code][part]) == fields(template), (code, part)
            assert there[code][part].strip(), (code, part)


def test_a_template_names_what_it_is_about() -> None:
    for code, parts in TEMPLATES.items():
        if code == "words":
            continue
        assert {"title", "text", "why"} <= set(parts) <= PARTS | {"title", "why"}, code
        if code[0] != "N" and code != "E-STU-006" and code != "W-STU-006":
            assert {"expected", "fix"} <= set(parts), code
        assert parts["why"].endswith(".")
        for part in PARTS & set(parts):
            assert not parts[part].endswith("."), code


@pytest.mark.parametrize("language", ["nb", "da"])
def test_a_problem_can_be_said_in_another_language(language: str) -> None:
    problem = Problem(
        "E-REF-001",
        Place("ties.csv", row=17, column="source", letter="B"),
        {"value": "navv", "near": "nav", "near_file": "actors.csv", "near_row": "6"},
    )
    said = problem.said(translated(language))
    assert said.startswith("E-REF-001 ties.csv ")
    assert '"navv"' in said
    assert "(B17)" in said
    assert said != str(problem)


def test_a_problem_tells_programs_what_it_tells_people() -> None:
    problem = Problem("W-TIE-015", Place("ties.csv", "Ark 1"), {"relation": "trust"})
    told = problem.to_dict()
    assert (told["severity"], told["sheet"], told["row"]) == ("WARN", "Ark 1", None)
    assert told["message"] == str(problem)
    assert pickle.loads(pickle.dumps(problem)) == problem


@pytest.mark.parametrize("code", sorted(set(TEMPLATES) - {"words"}))
def test_every_code_is_explained(code: str) -> None:
    told = explain(code.lower())
    assert told.startswith(f"{code} (")
    assert TEMPLATES[code]["why"].partition("{")[0] in told


@pytest.mark.parametrize("language", ["en", "nb", "da"])
def test_without_a_case_nothing_is_left_in_braces(language: str) -> None:
    """Braces that the user is to write himself are doubled in the template."""
    templates = TEMPLATES if language == "en" else translated(language)
    for code in sorted(set(templates) - {"words"}):
        told = explain(code, templates)
        own = "".join(templates[code].values()).count("{{")
        assert told.count("{") == told.count("}") <= own, code
        if code != "E-INS-003":
            assert not re.search(r"\{\w+(?::[^}]*)?\}", told), code
    assert "[export.codes.…]" in explain("E-EXP-014", templates)
    assert "{target}" in explain("E-INS-003", templates)


def test_an_unknown_code_is_answered() -> None:
    with pytest.raises(nc.UnknownNameError, match="E-TIE-002"):
        explain("E-TIE-02")
    with pytest.raises(nc.UnknownNameError):
        explain("words")


def test_braces_in_values_are_only_text(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text('name = "x"\nrelations.t.unlisted = "absent"')
    (tmp_path / "actors.csv").write_text("actor\n{0}\n{value.__class__}\n")
    (tmp_path / "ties.csv").write_text("relation,source,target,weight\nt,{x!r},{0},1\n")
    (found,) = check_study(tmp_path).errors
    assert found.value == "{x!r}"
    assert '"{x!r}"' in str(found)


# ---- one line for one thing


def test_one_misspelt_respondent_is_one_line(make: Any) -> None:
    people = "respondent,actor\n" + "".join(f"r{n},nav\n" for n in range(3))
    rows = "".join(
        f"{person},q{n},3\n" for person in ("r0", "x1", "r2", "x2") for n in range(22)
    )
    toml = 'name = "x"\n[scales.s]\nlow = 1\nhigh = 5\n'
    toml += "".join(f'[items.q{n}]\nscale = "s"\nabout = "self"\n' for n in range(22))
    answers = f"respondent,item,value\n{rows}"
    folder = make(toml=toml, ties=None, respondents=people, answers=answers)
    report = check_study(folder)
    assert len(report.errors) == 44
    lines = [line for line in report.summary().splitlines() if "E-REF-004" in line]
    where = [line.partition(":")[0].strip() for line in lines]
    assert where == [
        "E-REF-004 answers.csv rows 24, 25, 26, 27, 28, … (22), column respondent (A)",
        "E-REF-004 answers.csv rows 68, 69, 70, 71, 72, … (22), column respondent (A)",
    ]
    assert "x1" not in "".join(lines)
    assert all("Fix: add the respondent" in line for line in lines)


def test_the_rows_that_are_repeated_are_told_with_those_that_repeat() -> None:
    problems = [
        Problem("E-RES-001", Place("r.csv", row=row), {"other": str(row - 5)})
        for row in (7, 8)
    ]
    (line,) = problem_lines(problems)
    assert line.startswith("E-RES-001 r.csv rows 7 and 8 (2): ")
    assert "row 2 and 3 (2) too" in line


def test_what_differs_stays_apart() -> None:
    at = [Place("t.csv", row=row, column="source", letter="B") for row in (2, 3, 4)]
    values = ("navv", "kss", "navv")
    problems = [
        Problem("E-REF-001", place, {"value": value})
        for place, value in zip(at, values, strict=True)
    ]
    problems.append(Problem("E-REF-001", Place("t.csv"), {"value": "navv"}))
    lines = [line.partition(";")[0] for line in problem_lines(problems)]
    assert lines == [
        'E-REF-001 t.csv rows 2 and 4 (2), column source (B): "navv" is not an actor '
        "here",
        'E-REF-001 t.csv row 3, column source (B3): "kss" is not an actor here',
        'E-REF-001 t.csv: "navv" is not an actor here',
    ]


@pytest.mark.parametrize(
    ("language", "where"), [("nb", "svar.csv celler C2, D2 og D4 (3):"), ("da", "(3):")]
)
def test_answers_that_are_wrong_alike_share_a_line(language: str, where: str) -> None:
    problems = [
        Problem(
            "E-ANS-002",
            Place("svar.csv", row=row, column=f"v{letter}", letter=letter),
            {"item": f'q{letter} "Ordlyd"', "scale": "s", "low": "1", "high": "5"},
        )
        for row, letter in ((2, "C"), (2, "D"), (4, "D"))
    ]
    (line,) = problem_lines(problems, translated(language))
    assert where in line
    assert "qC og qD (2)" in line


def test_lines_beyond_the_most_are_counted() -> None:
    problems = [
        Problem("W-SIT-003", Place("sites.csv", row=n), {"value": f"{n // 2}"})
        for n in range(2, 10)
    ]
    lines = problem_lines(problems, most=2)
    assert len(lines) == 3
    where = "sites.csv rows 6, 7, 8 and 9 (4)"
    assert lines[2] == f"W-SIT-003 and 4 more like it: {where}"


def test_cells_with_the_same_fault_share_a_line_over_columns_and_values() -> None:
    told = {"decimal": ",", "points": "U+0020"}
    problems = [
        Problem("E-NUM-006", Place("a.csv", "", row, name, letter), told | {"value": v})
        for row, name, letter, v in (
            (2, "budget", "E", "1 845,7"),
            (3, "budget", "E", "1 932,4"),
            (3, "staff", "D", "1 100"),
        )
    ]
    (line,) = problem_lines(problems)
    assert line.startswith('E-NUM-006 a.csv cells E2, E3 and D3 (3): "1 845,7", "1 932')
    (line,) = problem_lines(problems[:2])
    assert line.startswith("E-NUM-006 a.csv rows 2 and 3 (2), column budget (E):")
    other = Problem("E-NUM-006", Place("b.csv", row=2), told | {"value": "1 845,7"})
    assert len(problem_lines([*problems, other])) == 2


def test_actors_with_one_respondent_share_a_line() -> None:
    problems = [
        Problem(
            "W-RES-003",
            Place("respondents.csv", "", number + 2, "actor", "B"),
            {"actor": f"a{number}", "value": f"a{number}"}
            | {"site": "oslo", "wave": wave},
            alike=number,
        )
        for wave in ("2024", "2026")
        for number in range(8)
    ]
    one, two = problem_lines(problems)
    assert one.startswith(
        "W-RES-003 respondents.csv rows 2, 3, 4, 5, 6, … (8), column actor (B): "
        'one person answered for the actor "a0", "a1", "a2", "a3", "a4", "… (8)" in '
        'site "oslo", wave 2024'
    )
    assert "wave 2026" in two
