"""The sections [theory], [cases] and [convergence]: what arrives, what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError
from netcollab.study import Problem, check_study, read_study, write_study

START = 'name = "three"\n[relations.trust]\nunlisted = "not_asked"\n'
ELEMENTS = """
[theory]
title = { nb = "Verktøy", en = "Tools" }
source = "our own"
[theory.elements]
tools = { nb = "Verktøy", en = "Tools" }
trust = { en = "Trust" }
work = {}
"""
LINKS = """
[theory.links.first]
cause = "tools"
effect = "trust"
assumption = { en = "Everybody may log in" }
construct = "sees"
[theory.links.first.rivals.meetings]
label = { nb = "Møter", en = "Meetings" }
construct = "meets"
direction = "negative"
[theory.links.second]
cause = "trust"
effect = "work"
"""
CODINGS = (
    "source,actor,construct,polarity\na,nav,sees,2\nb,ks,sees,1\nc,hdir,meets,-1\n"
)


def problems(folder: Path) -> list[Problem]:
    told = check_study(folder)
    return [p for p in (*told.errors, *told.warnings) if p.file == "study.toml"]


def test_a_theory_arrives_and_becomes_one_of_hypotheses(make: Any) -> None:
    study = read_study(make(toml=START + ELEMENTS + LINKS, codings=CODINGS))
    spec = study.manifest.theory
    assert spec is not None
    assert list(spec.elements) == ["tools", "trust", "work"]
    assert spec.elements["tools"]["nb"] == "Verktøy"
    assert spec.links["first"].rivals["meetings"].label["nb"] == "Møter"
    theory = nc.hypotheses.declared_theory(study)
    assert theory.name == "Tools"
    assert theory.chains == (("tools", "trust", "work"),)
    first, second = theory.links
    assert first.sources == {"construct": "sees"}
    assert first.assumption == "Everybody may log in"
    assert (first.rivals[0].name, first.rivals[0].direction) == (
        "meetings",
        "negative",
    )
    assert (second.sources, second.assumption, second.rivals) == ({}, "", ())
    found = nc.hypotheses.contribution(study, theory)
    assert found.links["status"].tolist() == ["inconclusive", "untested"]


def test_a_part_of_a_study_keeps_its_theory(make: Any) -> None:
    study = read_study(make(toml=START + ELEMENTS + LINKS, codings=CODINGS))
    part = study.select(actors=["nav", "ks"])
    theory = nc.hypotheses.declared_theory(part)
    rivals = nc.hypotheses.contribution(part, theory).rivals
    assert rivals["reason"].tolist() == ["nothing is coded for construct meets"]


def test_without_a_section_there_is_no_theory(make: Any) -> None:
    study = read_study(make())
    assert study.manifest.theory is None
    with pytest.raises(InputError, match=r"\[theory\] to study.toml"):
        nc.hypotheses.declared_theory(study)


@pytest.mark.parametrize(
    ("more", "code", "key", "near"),
    [
        (
            '[theory.links.x]\ncause = "tols"\neffect = "work"\n',
            "E-MAN-011",
            "theory.links.x.cause",
            "tools",
        ),
        (
            '[theory.links.x]\ncause = "tools"\n',
            "E-MAN-006",
            "theory.links.x.effect",
            "",
        ),
        (
            '[theory.links.x]\ncause = "tools"\neffect = "tools"\n',
            "E-MAN-038",
            "theory.links.x.effect",
            "",
        ),
        (
            '[theory.links.x]\ncause = "work"\neffect = "tools"\n',
            "E-MAN-039",
            "theory.links",
            "",
        ),
        (
            '[theory.links.x]\ncause = "tools"\neffect = "trust"\n',
            "E-MAN-019",
            "theory.links.x.effect",
            "",
        ),
        (
            '[theory.links.x]\ncause = "tools"\neffect = "work"\nconstruct = "ses"\n',
            "E-MAN-041",
            "theory.links.x.construct",
            "sees",
        ),
        (
            '[theory.links.x]\ncause = "tools"\neffect = "work"\nspan = "a.ses"\n',
            "E-MAN-041",
            "theory.links.x.span",
            "",
        ),
        (
            '[theory.links.x]\ncause = "tools"\neffect = "work"\ndirection = "up"\n',
            "E-MAN-005",
            "theory.links.x.direction",
            "",
        ),
        (
            '[theory.links.x]\ncause = "tools"\neffect = "work"\nconstuct = "sees"\n',
            "E-MAN-003",
            "theory.links.x.constuct",
            "construct",
        ),
    ],
)
def test_a_wrong_link_is_named(
    make: Any, more: str, code: str, key: str, near: str
) -> None:
    folder = make(toml=START + ELEMENTS + LINKS + more, codings=CODINGS)
    (found,) = problems(folder)
    assert (found.code, found.place.key) == (code, key)
    assert found.row is not None
    assert dict(found.fields).get("near", "") == near


def test_an_element_in_no_link_is_a_warning_and_the_circle_is_told(make: Any) -> None:
    lonely = ELEMENTS + 'quiet = { en = "Quiet" }\n' + LINKS
    (found,) = problems(make(toml=START + lonely, codings=CODINGS))
    assert (found.code, found.value) == ("W-MAN-040", "quiet")
    back = '[theory.links.x]\ncause = "work"\neffect = "trust"\n'
    (found,) = problems(make(toml=START + ELEMENTS + LINKS + back, codings=CODINGS))
    assert found.value == "trust → work → trust"


def test_names_are_not_looked_for_where_nothing_is_coded(make: Any) -> None:
    assert not problems(make(toml=START + ELEMENTS + LINKS))


def test_a_theory_without_links_asks_for_one(make: Any) -> None:
    (found,) = problems(make(toml=START + ELEMENTS))
    assert (found.code, found.place.key) == ("E-MAN-006", "theory.links")


CASES = """
[cases]
outcome = "plans"
conditions = ["tools", "leadership"]
[cases.sets.plans]
column = "share"
out = 20
crossover = 45
full = 70
label = { en = "One plan" }
[cases.sets.tools]
threshold = 3
[scales.agree5]
low = 1
high = 5
[items.k1]
dimension = "knowledge"
scale = "agree5"
about = "self"
[convergence.K1]
names = ["knowledge"]
waves = ["1", "2"]
claim = { en = "Closer" }
"""
SITES = "site,share,tools,leadership\na,10,1,0.2\nb,60,4,0.9\n"
ACTORS = "site,actor\na,nav\na,ks\nb,nav\nb,ks\n"
PEOPLE = "site,respondent,actor,profession,wave\na,p1,nav,nurse,1\na,p1,nav,nurse,2\n"
ANSWERS = "respondent,item,wave,value\np1,k1,1,2\np1,k1,2,3\n"


def compared(make: Any, toml: str) -> Path:
    folder: Path = make(
        toml='name = "two"\n' + toml,
        actors=ACTORS,
        ties=None,
        sites=SITES,
        respondents=PEOPLE,
        answers=ANSWERS,
    )
    return folder


def test_cases_and_convergence_arrive(make: Any) -> None:
    manifest = read_study(compared(make, CASES)).manifest
    assert manifest.cases is not None
    assert manifest.cases.conditions == ("tools", "leadership")
    plans = manifest.cases.sets["plans"]
    assert (plans.column, plans.out, plans.crossover, plans.full) == (
        *("share", 20, 45),
        70,
    )
    assert manifest.cases.sets["tools"].threshold == 3
    asked = manifest.convergence["K1"]
    assert (asked.names, asked.by, asked.waves) == (
        ("knowledge",),
        "profession",
        ("1", "2"),
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "key", "near"),
    [
        ('"share"', '"shere"', "E-MAN-042", "cases.sets.plans", "share"),
        ('"leadership"]', '"leadershp"]', "E-MAN-042", "cases", "leadership"),
        ("crossover = 45", "", "E-MAN-043", "cases.sets.plans.crossover", ""),
        (
            "crossover = 45",
            "crossover = 15",
            "E-MAN-043",
            "cases.sets.plans.crossover",
            "",
        ),
        (
            "out = 20",
            "threshold = 4\nout = 20",
            "E-MAN-043",
            "cases.sets.plans.threshold",
            "",
        ),
        (
            'outcome = "plans"',
            'outcome = "plans"\nexpected = "tools*~leader"',
            "E-MAN-011",
            "cases.expected",
            "leadership",
        ),
        ("[cases.sets.tools]", "[cases.sets.tols]", "E-MAN-011", None, "tools"),
        (
            'outcome = "plans"',
            'outcome = "tools"',
            "E-MAN-019",
            "cases.conditions",
            "",
        ),
        (
            'names = ["knowledge"]',
            'names = ["knowlege"]',
            "E-MAN-011",
            "convergence.K1.names",
            "knowledge",
        ),
        (
            'names = ["knowledge"]',
            'names = ["knowledge"]\nby = "profesion"',
            "E-MAN-042",
            "convergence.K1.by",
            "profession",
        ),
        (
            'waves = ["1", "2"]',
            'waves = ["1"]',
            "E-MAN-004",
            "convergence.K1.waves",
            "",
        ),
    ],
)
def test_a_wrong_comparison_is_named(
    make: Any, old: str, new: str, code: str, key: str | None, near: str
) -> None:
    assert old in CASES
    found = [
        p
        for p in problems(compared(make, CASES.replace(old, new, 1)))
        if p.code == code
    ]
    assert found
    if key is not None:
        assert found[0].place.key == key
    assert dict(found[0].fields).get("near", "") == near


@pytest.mark.parametrize("kind", ["theory", "cases"])
def test_a_study_that_was_written_is_the_same(
    make: Any, tmp_path: Path, kind: str
) -> None:
    if kind == "theory":
        folder = make(toml=START + ELEMENTS + LINKS, codings=CODINGS)
    else:
        folder = compared(make, CASES)
    study = read_study(folder)
    write_study(study, tmp_path / "again")
    again = read_study(tmp_path / "again").manifest
    for section in ("theory", "cases", "convergence"):
        assert getattr(again, section) == getattr(study.manifest, section), section


def documented(start: str) -> str:
    """The example of the data page that begins with a section."""
    page = Path(__file__).parents[2] / "docs" / "data.md"
    return next(
        block.split("```")[0]
        for block in page.read_text(encoding="utf-8").split("```toml\n")[1:]
        if block.startswith(start)
    )


def test_the_documented_theory_can_be_copied(make: Any) -> None:
    told = "source,actor,construct,polarity\n"
    told += "".join(
        f"interview,nav,{name},1\n"
        for name in (
            "plan_gives_overview",
            "meetings_give_overview",
            "overview_gives_measures",
        )
    )
    folder = make(toml=START + documented("[theory]"), codings=told)
    assert not problems(folder)
    theory = nc.hypotheses.declared_theory(read_study(folder))
    assert theory.chains == (("tools", "overview", "measures"),)


def test_the_documented_cases_and_groups_can_be_copied(make: Any) -> None:
    items = '[scales.a]\nlow = 1\nhigh = 5\n[items.k]\nscale = "a"\nabout = "self"\n'
    items += 'dimension = "knowledge_of_users"\n'
    toml = items + documented("[cases]") + documented("[convergence.users]")
    folder: Path = make(
        toml='name = "two"\n' + toml,
        actors=ACTORS,
        ties=None,
        sites="site,share_with_plan,tools_in_use,leadership\na,10,1,0.2\nb,60,4,0.9\n",
        respondents=PEOPLE.replace(",1\n", ",2025\n").replace(",2\n", ",2027\n"),
        answers="respondent,item,wave,value\np1,k,2025,2\np1,k,2027,3\n",
    )
    assert not problems(folder)
    found = nc.hypotheses.case_comparison(read_study(folder))
    assert found.cases["tools"].tolist() == [0, 1]


def test_what_sites_are_compared_by_is_read_as_numbers(make: Any) -> None:
    sites = read_study(compared(make, CASES)).sites
    for column in ("share", "tools", "leadership"):
        assert pd.api.types.is_float_dtype(sites[column]), column
    folder = compared(make, CASES)
    (folder / "sites.csv").write_text(
        "site,share,tools,leadership\na,mye,1,0.2\nb,60,4,0.9\n", encoding="utf-8"
    )
    found = [p for p in check_study(folder).errors if p.file == "sites.csv"]
    assert [(p.row, p.value) for p in found] == [(2, "mye")]
