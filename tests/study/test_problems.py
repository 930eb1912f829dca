"""One wording per code, the same codes and fields in three languages."""

from __future__ import annotations

import pickle
import re
import string
import tomllib
from pathlib import Path

import pytest

import netcollab as nc
from netcollab.study import TEMPLATES, Place, Problem, check_study, explain

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
    assert TEMPLATES[code]["why"] in told


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
