"""Convergence of professions: planted, turned round, and what cannot be tested."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.hypotheses import professional_convergence
from netcollab.inference import group_convergence
from netcollab.study import Study

PROFESSIONS = ["nurse", "teacher", "jurist", "psychologist"]
NAMES = ["knowledge", "language"]
CENTRES = np.array([[-1.2, 0.8], [1.2, 0.5], [0.3, -1.3], [-0.3, 0.0]])


def made(
    *, sites: int = 2, persons: int = 6, closer: float = 0.3, seed: int = 1
) -> Study:
    """Persons of four professions who answer on two dimensions in two waves."""
    rng = np.random.default_rng(seed)
    people, answers = [], []
    for site in range(sites):
        for g, profession in enumerate(PROFESSIONS):
            for k in range(persons):
                name = f"r{site}x{g}x{k}"
                for wave, share in (("2025", 1.0), ("2026", closer)):
                    people.append((f"s{site}", name, "unit", profession, wave))
                    told = 3 + share * CENTRES[g] + 0.5 * rng.normal(size=2)
                    values = told.clip(1, 5).round(2)
                    answers += [
                        (name, f"q_{n}", wave, v)
                        for n, v in zip(NAMES, values, strict=True)
                    ]
    names = sorted({row[0] for row in people})
    return Study.from_frames(
        {
            "name": "wards",
            "scales": {"slider": {"low": 1, "high": 5}, "ten": {"low": 0, "high": 10}},
            "items": {
                **{
                    f"q_{name}": {"dimension": name, "scale": "slider", "about": "self"}
                    for name in NAMES
                },
                "q_other": {"dimension": "other", "scale": "ten", "about": "self"},
            },
        },
        actors=pd.DataFrame(
            [(site, actor) for site in names for actor in ("unit", "other")],
            columns=["site", "actor"],
        ),
        respondents=pd.DataFrame(
            people, columns=["site", "respondent", "actor", "profession", "wave"]
        ),
        answers=pd.DataFrame(answers, columns=["respondent", "item", "wave", "value"]),
    )


@pytest.fixture(scope="module")
def study() -> Study:
    return made(sites=1, persons=12)


def changed(study: Study, **columns: object) -> Study:
    return dataclasses.replace(study, respondents=study.respondents.assign(**columns))


def test_planted_convergence_is_found_and_turned_round(study: Study) -> None:
    found = professional_convergence(study, NAMES, rng=1)
    assert (found.verdict, found.reason) == ("supported", "")
    assert found.unit == "respondent"
    assert found.waves == ("2025", "2026")
    assert found.test.n == 96
    assert found.incomplete == 0
    assert len(found.left_out) == 0
    assert found.spread["2025"] > 4 * found.spread["2026"] > 0
    change = found.spread["2025"] - found.spread["2026"]
    assert found.test.estimate == pytest.approx(change)
    back = professional_convergence(study, NAMES, waves=("2026", "2025"), rng=1)
    assert back.verdict == "contradicted"
    assert back.test.estimate == pytest.approx(-change)


def test_it_is_the_test_of_the_profiles(study: Study) -> None:
    wide = study.answers.pivot_table(
        index=["respondent", "wave"], columns="item", values="value"
    ).reset_index()
    wide = wide.merge(study.respondents, on=["respondent", "wave"])
    direct = group_convergence(
        wide,
        ["q_knowledge", "q_language"],
        "profession",
        "wave",
        unit="respondent",
        rng=1,
    )
    found = professional_convergence(study, NAMES, rng=1).test
    assert found.estimate == pytest.approx(direct.estimate)
    assert found.pvalue == direct.pvalue


def test_profiles_are_means_with_their_distance(study: Study) -> None:
    table = professional_convergence(study, NAMES, rng=1).profiles
    assert list(table.columns) == ["wave", "group", "n", *NAMES, "distance"]
    assert (table["n"] == 12).all()
    first = table[table["wave"] == "2025"]
    off = first[NAMES] - first[NAMES].mean()
    np.testing.assert_allclose(
        first["distance"], np.hypot(off.iloc[:, 0], off.iloc[:, 1])
    )


def test_where_nothing_comes_closer_it_stays_open() -> None:
    found = professional_convergence(
        made(sites=1, persons=12, closer=1.0, seed=4), NAMES, rng=1
    )
    assert found.verdict == "inconclusive"
    assert found.reason.startswith("p, ")


def test_six_sites_swap_waves_as_a_whole() -> None:
    several = made(sites=6, persons=2)
    found = professional_convergence(several, "knowledge", min_group=2)
    assert found.unit == "site"
    assert found.test.method == "exact (64 distinct relabellings)"
    persons = professional_convergence(several, "knowledge", unit="respondent", rng=1)
    assert persons.unit == "respondent"
    assert persons.test.estimate == pytest.approx(found.test.estimate)


def without_second_wave(study: Study, *sites: str) -> Study:
    people, answers = study.respondents, study.answers
    gone = people["site"].isin(sites) & (people["wave"] == "2026")
    names = set(people.loc[gone, "respondent"])
    later = answers["respondent"].isin(names) & (answers["wave"] == "2026")
    return dataclasses.replace(
        study, respondents=people[~gone], answers=answers[~later]
    )


def test_a_site_without_a_wave_is_left_out_and_sites_go_on_swapping() -> None:
    seven = made(sites=7, persons=2)
    found = professional_convergence(
        without_second_wave(seven, "s3"), NAMES, min_group=2
    )
    assert found.unit == "site"
    assert found.sites == ("s0", "s1", "s2", "s4", "s5", "s6")
    assert found.sites_left_out == ("s3",)
    people, answers = seven.respondents, seven.answers
    others = people[people["site"] != "s3"]
    six = dataclasses.replace(
        seven,
        sites=seven.sites[seven.sites["site"] != "s3"],
        respondents=others,
        answers=answers[answers["respondent"].isin(others["respondent"])],
    )
    alone = professional_convergence(six, NAMES, min_group=2)
    assert found.test.pvalue == alone.test.pvalue == 2 / 64
    assert found.test.estimate == alone.test.estimate
    assert "left out  s3: one wave only" in found.summary()


def test_fewer_than_six_sites_never_become_persons() -> None:
    study = without_second_wave(made(sites=6, persons=3), "s1")
    found = professional_convergence(study, NAMES, min_group=2)
    assert (found.unit, found.verdict) == ("site", "not testable")
    assert found.reason == (
        "sites exchange their waves as a whole, and 5 of 6 sites can be compared in "
        "both waves: at least 6 are needed"
    )
    assert np.isnan(found.test.pvalue)
    few = without_second_wave(study, *(f"s{k}" for k in range(5)))
    assert "0 of 6 sites" in professional_convergence(few, NAMES).reason


def test_persons_swap_in_a_study_of_one_site_and_it_is_said(study: Study) -> None:
    found = professional_convergence(study, NAMES, rng=1)
    assert (found.unit, found.sites) == ("respondent", ())
    assert "respondents, taken as independent of each other" in found.summary()


def test_too_few_sites_to_reach_alpha_are_no_test() -> None:
    found = professional_convergence(made(sites=4), NAMES, unit="site")
    assert found.verdict == "not testable"
    assert found.reason == "the smallest p this design allows is 0.1250, more than 0.05"


def test_small_groups_and_incomplete_profiles_are_counted(study: Study) -> None:
    people = study.respondents
    rare = people["profession"].where(people["respondent"] != "r0x0x0", "priest")
    missing = rare.where(people["respondent"] != "r0x1x0")
    some = changed(study, profession=missing)
    answers = study.answers
    lost = (answers["respondent"] == "r0x1x1") & (answers["item"] == "q_language")
    some = dataclasses.replace(some, answers=answers[~lost])
    found = professional_convergence(some, NAMES, rng=1)
    assert found.left_out.to_dict("list") == {
        "wave": ["2025", "2026"],
        "group": ["priest", "priest"],
        "n": [1, 1],
    }
    assert found.incomplete == 4
    assert found.test.n == 96 - 2 - 4
    told = found.summary()
    assert "left out  priest: too few respondents" in told
    assert "not used  4 without a whole profile" in told
    assert not any(name in told for name in people["respondent"])


def test_one_profession_is_not_testable(study: Study) -> None:
    found = professional_convergence(changed(study, profession="nurse"), NAMES)
    assert found.verdict == "not testable"
    assert "all rows are of one group" in found.reason
    nobody = professional_convergence(study, NAMES, min_group=500)
    assert nobody.verdict == "not testable"
    assert len(nobody.left_out) == 8
    assert len(nobody.profiles) == len(nobody.spread) == 0
    assert "not testable" in nobody.summary()


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"names": "knowlege"}, UnknownNameError, 'did you mean "knowledge"'),
        ({"names": []}, InputError, "needs dimensions, each once"),
        ({"names": ["other", "knowledge"]}, InputError, "one response scale, got 2"),
        ({"by": "profesion"}, UnknownNameError, 'did you mean "profession"'),
        ({"by": "respondent"}, UnknownNameError, "column of respondents"),
        ({"waves": ("2025", "2027")}, UnknownNameError, 'wave "2027"'),
        ({"waves": ("2025",)}, InputError, "before and after"),
        ({"unit": "region"}, UnknownNameError, 'unit "region"'),
        ({"min_group": 1}, InputError, "min_group"),
        ({"alpha": 5}, InputError, "alpha"),
    ],
)
def test_what_cannot_be_used_is_named(
    study: Study, asked: dict[str, object], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        professional_convergence(study, **{"names": NAMES} | asked)


def test_one_wave_has_no_change() -> None:
    case = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    with pytest.raises(InputError, match="two waves are needed, the study has 1: 2025"):
        professional_convergence(case.select(waves="2025"), "innovation")
