"""Response rates, and what is odd about a survey before any score is made."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study import Study, check_study, response_rates

MANIFEST: dict[str, Any] = {
    "name": "survey",
    "scales": {"agree5": {"low": 1, "high": 5, "missing": {"9": "dont_know"}}},
    "items": {
        "q1": {"scale": "agree5", "about": "target", "dimension": "trust"},
        "q2": {"scale": "agree5", "about": "self"},
    },
}
ACTORS = pd.DataFrame(
    {"site": ["A", "A", "A", "B", "B"], "actor": ["nav", "ks", "dig", "nav", "ks"]}
)
RESPONDENTS = pd.DataFrame(
    [
        ("A", "a1", "nav"),  # everything
        ("A", "a2", "nav"),  # no answer to q2
        ("A", "a3", "nav"),  # don't know counts as answered
        ("A", "a4", "ks"),  # registered, no answer at all
        ("B", "b1", "nav"),  # only reasons, no value
        ("B", "b2", "ks"),  # was not asked q2
    ],
    columns=["site", "respondent", "actor"],
)
ANSWERS = pd.DataFrame(
    [
        ("a1", "q1", "ks", 4, None),
        ("a1", "q2", None, 3, None),
        ("a2", "q1", "ks", 2, None),
        ("a2", "q2", None, None, "no_answer"),
        ("a3", "q1", "ks", 9, None),
        ("a3", "q2", None, 5, None),
        ("b1", "q1", "ks", None, "dont_know"),
        ("b1", "q2", None, None, "no_answer"),
        ("b2", "q1", "nav", 1, None),
        ("b2", "q2", None, None, "not_asked"),
    ],
    columns=["respondent", "item", "target", "value", "missing_reason"],
)


def survey(**changed: Any) -> Study:
    tables = {"actors": ACTORS, "respondents": RESPONDENTS, "answers": ANSWERS}
    return Study.from_frames(MANIFEST, **(tables | changed))


def test_rates_by_hand() -> None:
    rates = response_rates(survey()).set_index(["site", "actor"])
    assert rates["registered"].tolist() == [3, 1, 0, 1, 1]
    assert rates["invited"].tolist() == [3, 1, 0, 1, 1]
    assert rates["responded"].tolist() == [3, 0, 0, 0, 1]
    assert rates["complete"].tolist() == [2, 0, 0, 0, 1]
    np.testing.assert_array_equal(rates["rate"], [1, 0, np.nan, 0, 1])
    assert rates["reason"].tolist() == [
        "",
        "nobody responded",
        "no respondent",
        "nobody responded",
        "",
    ]


def test_totals() -> None:
    by_site = response_rates(survey(), level="site")
    counts = by_site[["invited", "responded", "complete"]]
    assert counts.to_numpy().tolist() == [[4, 3, 2], [2, 1, 1]]
    assert by_site["site"].tolist() == ["A", "B"]
    assert by_site["rate"].tolist() == [0.75, 0.5]
    (total,) = response_rates(survey(), level="study").to_dict("records")
    assert (total["wave"], total["responded"], total["rate"]) == ("1", 4, 4 / 6)


def test_the_invited_are_those_of_the_column() -> None:
    actors = ACTORS.assign(invited=[6, 2, 5, np.nan, 0])
    rates = response_rates(survey(actors=actors, respondents=RESPONDENTS))
    np.testing.assert_array_equal(rates["rate"], [0.5, 0, 0, np.nan, np.nan])
    assert rates["reason"].tolist()[2:] == [
        "nobody responded",
        "the number of invited persons is not known",
        "nobody was invited",
    ]
    by_site = response_rates(survey(actors=actors), level="site")
    assert by_site["rate"].tolist()[0] == 3 / 13
    assert np.isnan(by_site["rate"][1])
    assert by_site["reason"][1] == "the number of invited persons is not known"


def test_each_wave_has_its_invited() -> None:
    actors = ACTORS.assign(invited=4, invited_2026=[8, 8, 8, 8, 8])
    respondents = pd.concat(
        [RESPONDENTS.assign(wave=wave) for wave in ("2025", "2026")]
    )
    answers = pd.concat([ANSWERS.assign(wave=wave) for wave in ("2025", "2026")])
    study = survey(actors=actors, respondents=respondents, answers=answers)
    rates = response_rates(study)
    assert rates.groupby("wave")["invited"].max().to_dict() == {"2025": 4, "2026": 8}
    one = study.select(waves="2026").report.response_rates
    assert one["wave"].unique().tolist() == ["2026"]


def test_without_a_survey_there_are_no_rates() -> None:
    case = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    assert len(case.respondents)
    for level in ("actor", "site", "study"):
        assert response_rates(case, level=level).empty
    assert case.report.to_dict()["response_rates"] == []
    with pytest.raises(nc.UnknownNameError, match="actor"):
        response_rates(case, level="person")  # type: ignore[arg-type]  # the point


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "en",
            "answers, site A, wave 1: 3 of 4 invited answered, 2 everything (75 %); "
            "nobody answered for: ks, dig",
        ),
        ("nb", "3 av 4 inviterte svarte, 2 på alt (75 %); ingen svarte for: ks, dig"),
        ("da", "3 af 4 inviterede svarede, 2 på alt (75 %); ingen svarede for: ks"),
    ],
)
def test_the_check_says_who_was_silent(language: str, line: str) -> None:
    report = survey().report
    with nc.report.language(language):
        assert line in nc.report.data_report(report)
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert told["response_rates"][2]["rate"] is None
    assert told["response_rates"][0]["invited"] == 3


ALL_ANSWERED = ANSWERS[ANSWERS["respondent"].isin(["a1", "a2", "a3", "b2"])]


def only_those_who_answered(**changed: Any) -> Study:
    """Like an export that has a row only for who answered."""
    people = RESPONDENTS[RESPONDENTS["respondent"].isin(["a1", "a2", "a3", "b2"])]
    return survey(**({"respondents": people, "answers": ALL_ANSWERED} | changed))


@pytest.mark.parametrize("level", ["actor", "site", "study"])
def test_nobody_said_how_many_were_invited(level: Any) -> None:
    rates = response_rates(only_those_who_answered(), level=level)
    assert (rates["registered"].sum(), rates["responded"].sum()) == (4, 4)
    assert rates[["invited", "rate"]].isna().all(axis=None)
    assert set(rates["reason"]) == {"nobody said how many were invited"}


def test_one_who_is_silent_tells_that_the_table_holds_all_who_were_asked() -> None:
    """A site without silence has a rate when another site of the wave has silence."""
    people = pd.concat([RESPONDENTS.query("site == 'A'"), RESPONDENTS.tail(1)])
    study = only_those_who_answered(respondents=people)  # a4 of A is silent
    rates = response_rates(study, level="site")
    assert rates["rate"].tolist() == [0.75, 1.0]
    twice = [people.assign(wave="2025"), people.query("respondent != 'a4'")]
    twice[1] = twice[1].assign(wave="2026")
    answers = [ALL_ANSWERED.assign(wave=wave) for wave in ("2025", "2026")]
    study = survey(respondents=pd.concat(twice), answers=pd.concat(answers))
    rates = response_rates(study, level="study").set_index("wave")
    assert rates.loc["2025", "rate"] == 0.8
    assert np.isnan(rates.loc["2026", "rate"])


def test_what_is_invited_is_believed_when_all_answered() -> None:
    study = only_those_who_answered(actors=ACTORS.assign(invited=[3, 0, 0, 0, 1]))
    assert response_rates(study, level="site")["rate"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "en",
            "answers, site A, wave 1: 3 answered, 2 everything; how many were invited "
            "is not known (fill in the column invited of actors); nobody answered "
            "for: ks, dig",
        ),
        ("nb", "3 svarte, 2 på alt; hvor mange som ble invitert, er ikke kjent"),
        ("da", "3 svarede, 2 på alt; hvor mange der blev inviteret, er ikke kendt"),
    ],
)
def test_the_check_says_that_the_invited_are_not_known(
    language: str, line: str
) -> None:
    with nc.report.language(language):
        told = nc.report.data_report(only_those_who_answered().report)
    assert line in told
    assert "%" not in told


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "answers, wave 1: did not take part in the wave: B, C"),
        ("nb", "svar, runde 1: var ikke med i runden: B, C"),
        ("da", "svar, runde 1: var ikke med i runden: B, C"),
    ],
)
def test_sites_that_did_not_take_part_share_a_line(language: str, line: str) -> None:
    actors = pd.concat([ACTORS, pd.DataFrame({"site": ["C"], "actor": ["nav"]})])
    people = RESPONDENTS.query("site == 'A'")
    answers = ANSWERS[ANSWERS["respondent"].isin(people["respondent"])]
    study = survey(actors=actors, respondents=people, answers=answers)
    with nc.report.language(language):
        told = nc.report.data_report(study.report).splitlines()
    assert f"  {line}" in told
    assert sum("B" in row.replace(",", " ").split() for row in told) == 1
    invited = actors.assign(invited=[3, 1, 0, 2, 2, 0])  # C was not asked
    asked = survey(actors=invited, respondents=people, answers=answers)
    assert "site B, wave 1: 0 of 4 invited answered" in asked.report.summary()
    assert "did not take part in the wave: C" in asked.report.summary()


@given(st.permutations(range(len(ANSWERS))), st.permutations(range(len(RESPONDENTS))))
def test_the_order_of_rows_does_not_matter(one: list[int], two: list[int]) -> None:
    shuffled = survey(answers=ANSWERS.iloc[one], respondents=RESPONDENTS.iloc[two])
    pd.testing.assert_frame_equal(response_rates(shuffled), response_rates(survey()))


@pytest.mark.parametrize("cell", ["-1", "2.5", "many"])
def test_an_impossible_number_of_invited(cell: str) -> None:
    actors = ACTORS.assign(invited=[cell, "", "", "", ""])
    with pytest.raises(nc.InputError) as raised:
        survey(actors=actors)
    (problem,) = (p for p in raised.value.problems if p.code.startswith("E"))
    assert (problem.row, problem.column) == (1, "invited")


# ---- what is odd


def found(report: Any, code: str) -> list[Any]:
    return [problem for problem in report.problems if problem.code == code]


def test_an_actor_with_one_respondent_is_said() -> None:
    (lone,) = found(survey().report, "W-RES-003")
    assert (lone.row, lone.fields["site"], lone.fields["actor"]) == (6, "B", "ks")
    assert lone.value == "***"


def test_more_respondents_than_invited() -> None:
    actors = ACTORS.assign(invited=[2, 2, 0, 1, 1])
    (more,) = found(survey(actors=actors).report, "W-RES-004")
    assert (more.fields["count"], more.fields["invited"]) == ("3", "2")


def battery(values: np.ndarray, **manifest: Any) -> Study:
    """Respondents by items, as a study of items about oneself."""
    n, k = values.shape
    names = [f"q{item}" for item in range(k)]
    items = {
        name: {"scale": "agree5", "about": "self", "dimension": "x"} for name in names
    }
    items |= {name: items[name] | more for name, more in manifest.items()}
    people = [f"r{number}" for number in range(n)]
    return Study.from_frames(
        MANIFEST | {"items": items},
        actors=pd.DataFrame({"site": list("AABB"), "actor": ["n", "k", "n", "k"]}),
        respondents=pd.DataFrame(
            {
                "site": ["A" if i < n / 2 else "B" for i in range(n)],
                "respondent": people,
                "actor": ["n" if i % 2 else "k" for i in range(n)],
            }
        ),
        answers=pd.DataFrame(
            {
                "respondent": np.repeat(people, k),
                "item": names * n,
                "value": values.ravel(),
            }
        ),
    )


def test_the_same_answer_to_everything_is_counted_and_kept() -> None:
    values = np.random.default_rng(1).integers(1, 6, size=(12, 10))
    values[3] = 4
    values[7] = 1
    study = battery(values)
    (same,) = found(study.report, "W-ANS-015")
    assert (same.fields["count"], same.fields["total"]) == ("2", "12")
    assert len(study.answers) == values.size
    assert not found(battery(values[:, :9]).report, "W-ANS-015")


def agreeing(n: int = 24) -> np.ndarray:
    """Five items that follow one trait."""
    rng = np.random.default_rng(7)
    trait = np.linspace(1, 5, n)[rng.permutation(n)]
    noisy = trait[:, None] + rng.normal(0, 0.5, size=(n, 5))
    return np.clip(np.round(noisy), 1, 5).astype(int)


def test_an_item_that_runs_against_the_others_is_said_and_not_turned() -> None:
    values = agreeing()
    assert not found(battery(values).report, "W-ANS-016")
    values[:, 2] = 6 - values[:, 2]
    study = battery(values)
    (contrary,) = found(study.report, "W-ANS-016")
    rest = np.delete(values, 2, axis=1).mean(axis=1)
    r = np.corrcoef(values[:, 2], rest)[0, 1]
    assert contrary.fields["item"] == "q2"
    assert contrary.fields["r"] == f"{r:.2f}"
    assert (contrary.fields["n"], contrary.fields["site"]) == ("24", "A, B")
    kept = study.answers.query("item == 'q2'")["value"].to_numpy()
    np.testing.assert_array_equal(kept, values[:, 2])
    assert not found(battery(values, q2={"reversed": True}).report, "W-ANS-016")


def test_a_scale_turned_in_one_site() -> None:
    values = agreeing(60)
    values[30:, 2] = 6 - values[30:, 2]
    assert not found(battery(values).report, "W-ANS-016")
    contrary = found(battery(values).report, "W-ANS-023")
    assert [(p.fields["item"], p.fields["site"]) for p in contrary] == [("q2", "B")]


def test_few_respondents_or_items_say_nothing_of_direction() -> None:
    values = agreeing(24)[:9]
    values[:, 2] = 6 - values[:, 2]
    assert not found(battery(values).report, "W-ANS-016")
    assert not found(battery(agreeing()[:, :1]).report, "W-ANS-016")


def test_the_check_of_a_folder_holds_the_rates(make: Any) -> None:
    toml = 'name = "s"\n[scales.s]\nlow = 1\nhigh = 5\n'
    toml += '[items.q]\nscale = "s"\nabout = "self"\n'
    folder = make(
        toml=toml,
        ties=None,
        actors="actor;invited\nnav;12\nks;\n",
        respondents="respondent,actor\nr1,nav\nr2,nav\n",
        answers="respondent,item,value\nr1,q,3\nr2,q,4\n",
    )
    report = check_study(folder)
    assert report.ok
    assert report.response_rates["rate"].tolist()[0] == 2 / 12
    assert "2 answered, 2 everything; how many were invited" in report.summary()


# ---- who answers together in feedback

POOL_TOML = {
    "name": "pools",
    "scales": {"s": {"low": 1, "high": 5}},
    "items": {
        "q": {"scale": "s", "about": "target", "dimension": "d"},
        "own": {"scale": "s", "about": "self"},
    },
    "relations": {"d": {"unlisted": "not_asked", "own_group": "keep"}},
}


def pooled(counts: dict[str, dict[str, int]], **privacy: int) -> nc.Study:
    """Sites in which so many respondents of each actor rate the site's first actor."""
    units = ["nav", "ks", "ppr"]
    people = pd.DataFrame(
        [
            (f"{site}{actor}{n}", site, actor)
            for site, of_site in counts.items()
            for actor, many in of_site.items()
            for n in range(many)
        ],
        columns=["respondent", "site", "actor"],
    )
    answers = people[["respondent"]].assign(item="q", value=3)
    answers["target"] = people["actor"].map({"nav": "ks", "ks": "nav", "ppr": "nav"})
    own = people[["respondent"]].assign(item="own", value=3)
    return Study.from_frames(
        POOL_TOML | {"privacy": privacy},
        actors=pd.DataFrame([(s, a) for s in counts for a in units]).set_axis(
            ["site", "actor"], axis=1
        ),
        respondents=people,
        answers=pd.concat([answers, own], ignore_index=True),
    )


def test_functions_that_feedback_shows_together_are_said_once() -> None:
    counts = {
        "A": {"nav": 6, "ks": 5, "ppr": 2},
        "B": {"nav": 7, "ks": 5, "ppr": 5},
        "C": {"nav": 4, "ks": 9, "ppr": 3},
        "D": {"nav": 2, "ks": 1},
    }
    report = pooled(counts).report
    (together,) = found(report, "N-RES-006")
    assert together.fields == {"known": "A: ks + ppr; C: nav + ppr", "least": "5"}
    assert (together.file, together.row) == ("respondents (frame)", None)
    (silent,) = found(report, "N-RES-007")
    assert silent.fields == {"known": "D: nav, ks", "least": "5"}
    assert "Anav0" not in report.summary()


def test_the_threshold_of_the_manifest_counts() -> None:
    counts = {"A": {"nav": 6, "ks": 5, "ppr": 3}}
    assert found(pooled(counts, min_respondents=3).report, "N-RES-006") == []
    (together,) = found(pooled(counts, min_respondents=6).report, "N-RES-006")
    assert together.fields == {"known": "A: ks + ppr", "least": "6"}


def test_a_study_without_ratings_of_others_has_no_pools() -> None:
    people = pd.DataFrame({"respondent": ["a", "b"], "actor": "nav"})
    own = people[["respondent"]].assign(item="own", value=3)
    actors = pd.DataFrame({"actor": ["nav", "ks"]})
    study = Study.from_frames(POOL_TOML, actors=actors, respondents=people, answers=own)
    assert found(study.report, "N-RES-006") == found(study.report, "N-RES-007") == []


def test_the_note_names_the_pools_that_are_shown() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    (together,) = found(study.report, "N-RES-006")
    told = {}
    for part in together.fields["known"].split("; "):
        place, _, names = part.partition(": ")
        told[tuple(place.split())] = set(names.split(", "))
    for site in study.sites["site"]:
        for wave in study.waves:
            ties = nc.scales.pooled_ties(study, "relational_capacity", site, wave)
            shown = {name for name in ties["source"] if " + " in name}
            assert told.get((site, wave), set()) == shown
