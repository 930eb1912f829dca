"""Which networks of a study a job is about."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab import Study, UnknownNameError, read_study
from netcollab.errors import RefusedError
from netcollab.report.labels import language
from netcollab.report.selection import (
    Place,
    groupings_of,
    held_back,
    network_at,
    numbered,
    places_of,
    resources_of,
    site_label,
    title_at,
)
from netcollab.study import bundled


def study_of() -> Study:
    ties = pd.DataFrame(
        [
            ("a", "1", "trust", "nav", "ks", 3),
            ("a", "2", "trust", "ks", "nav", 2),
            ("a", "1", "meeting", "nav", "ks", 1),
        ],
        columns=["site", "wave", "relation", "source", "target", "weight"],
    )
    return Study.from_frames(
        {
            "name": "small",
            "relations": {
                "trust": {"unlisted": "not_asked", "label": {"nb": "Tillit"}},
                "meeting": {"unlisted": "absent"},
            },
            "resources": {"columns": ["formal_authority", "staff"]},
        },
        sites=pd.DataFrame({"site": ["a", "b"], "name": ["Ås", None]}),
        actors=pd.DataFrame(
            {
                "site": ["a", "a", "a", "b", "b"],
                "actor": ["nav", "ks", "hdir", "nav", "ks"],
                "level": ["state", "local", "state", "state", "state"],
                "sector": ["x", "y", "z", "x", "y"],
                "staff": [1, 2, 3, 4, 5],
                "formal_authority": [1, 0, 2, 1, 0],
            }
        ),
        ties=ties,
    )


STUDY = study_of()
REAL = read_study(bundled("synthetic/myndighedsfunktion"))


def test_networks_without_any_row_are_left_out_unless_that_means_absence() -> None:
    assert places_of(STUDY) == [
        Place("trust", "a", "1"),
        Place("trust", "a", "2"),
        Place("meeting", "a", "1"),
        Place("meeting", "b", "1"),
    ]
    assert network_at(STUDY, Place("meeting", "b", "1")).n_ties == 0


def test_what_is_chosen_is_in_the_order_of_the_study() -> None:
    places = places_of(STUDY, relations=["meeting", "trust"], waves=["1"], sites=["a"])
    assert [place.relation for place in places] == ["trust", "meeting"]
    assert places_of(STUDY, relations=["trust"], sites=["b"]) == []


@pytest.mark.parametrize(
    "names", [{"relations": ["trsut"]}, {"sites": ["aa"]}, {"waves": ["3"]}]
)
def test_names_must_be_in_the_study(names: dict[str, list[str]]) -> None:
    with pytest.raises(UnknownNameError):
        places_of(STUDY, **names)


def test_one_name_is_as_good_as_a_list_of_one() -> None:
    several = places_of(STUDY, relations=["trust"], waves=["1"])
    assert places_of(STUDY, relations="trust", waves="1") == several
    with pytest.raises(UnknownNameError, match='write "1" for the wave, not 1'):
        places_of(STUDY, waves=1)  # type: ignore[arg-type]


def test_dimensions_and_constructs_about_units_are_relations() -> None:
    places = places_of(REAL, sites=["nordvik"], waves=["2025"])
    names = [place.relation for place in places]
    assert {"relational_capacity", "mutual_respect", "standing_meeting"} <= set(names)
    assert "leadership" not in names


def test_ties_of_few_respondents_are_withheld() -> None:
    least = REAL.manifest.min_respondents
    counts = REAL.respondents.groupby(["site", "actor", "wave"]).size()
    small = counts[counts < least].index[0]
    place = Place("relational_capacity", small[0], small[2])
    states = network_at(REAL, place).states.loc[small[1]].drop(small[1])
    assert set(states) <= {"suppressed", "dont_know", "no_answer", "not_applicable"}
    sensitive = network_at(REAL, place._replace(relation="mutual_respect"))
    assert sensitive.n_ties < network_at(REAL, place).n_ties


def test_resources_are_numbers_of_the_actors() -> None:
    network = network_at(STUDY, Place("trust", "a", "1"))
    assert resources_of(STUDY, network) == ["formal_authority", "staff"]
    site = network_at(REAL, Place("relational_capacity", "nordvik", "2025"))
    assert resources_of(REAL, site) == ["invited"]


def test_groups_are_attributes_that_make_groups() -> None:
    network = network_at(STUDY, Place("trust", "a", "1"))
    assert groupings_of(network) == ["level"]
    assert groupings_of(network, ["sector", "sector"]) == ["sector"]
    with pytest.raises(UnknownNameError, match="sectr"):
        groupings_of(network, ["sectr"])


def test_files_are_named_by_number_alone() -> None:
    odd = ["../x", "x", "CON", "=1+1", "Ås & co", "", *"abcd"]
    names = numbered("site", odd)
    assert list(names) == odd
    assert [*names.values()][:2] == ["site-01", "site-02"]
    assert names["d"] == "site-10"


def test_titles_are_in_the_language() -> None:
    place = Place("trust", "a", "2")
    with language("nb"):
        assert title_at(STUDY, place) == ["Tillit", "Ås", "runde 2"]
    assert title_at(STUDY, place) == ["trust", "Ås", "wave 2"]
    assert site_label(STUDY, "b") == "b"


def test_a_sensitive_dimension_does_not_follow_from_the_others() -> None:
    places = places_of(REAL, sites=["nordvik"], waves=["2025"])
    held = held_back(REAL, places)
    assert held
    of = {item.dimension for item in REAL.manifest.items.values()}
    dimensions = [p.relation for p in places if p.relation in of]
    assert "mutual_respect" in dimensions
    scored = nc.scales.score(REAL.select(sites="nordvik", waves="2025"), dimensions)
    heard = scored[scored["score"].notna()].groupby(["actor", "target", "name"])
    people = heard["respondent"].agg(frozenset).unstack("name")
    complete = people[people.nunique(axis=1).eq(1) & people.notna().all(axis=1)]
    n = complete["mutual_respect"].map(len)
    assert ((n >= 5) & (n < 10)).sum() > 5
    networks = {
        name: network_at(REAL, place, held.get(place, []))
        for place in places
        for name in [place.relation]
    }
    for source, target in n.index[(n >= 5) & (n < 10)]:
        if source == target:
            continue
        shown = [
            networks[name].ties.loc[source, target]
            for name in ("relational_capacity", *dimensions)
            if name != "mutual_respect"
        ]
        assert np.isnan(shown).any()
        hidden = networks["mutual_respect"].states.loc[source, target]
        assert hidden in {"suppressed", "nonrespondent"}


def test_who_answers_in_a_pool_is_not_shown_alone() -> None:
    name, site, wave = "relational_capacity", "birkesoe", "2025"
    place = Place(name, site, wave)
    held = held_back(REAL, [place])[place]
    pooled = nc.scales.pooled_ties(REAL, name, site, wave)
    (pool,) = {source for source in pooled["source"] if " + " in source}
    members = pool.split(" + ")
    network = network_at(REAL, place, held)
    assert network.ties.loc[members].isna().all(axis=None)
    others = network.ties.drop(index=members).notna().any(axis=1)
    assert others.sum() >= 3


def test_what_one_person_does_not_know_is_not_told() -> None:
    place = Place("relational_capacity", "nordvik", "2026")
    told = nc.scales.relational_capacity(REAL, place.relation)
    here = told[(told["site"] == place.site) & (told["wave"] == place.wave)]
    alone = here[(here["reason"] == "dont_know") & (here["n_missing"] < 5)]
    assert len(alone)
    network = network_at(REAL, place, [])
    for source, target in zip(alone["source"], alone["target"], strict=True):
        assert network.states.loc[source, target] == "suppressed"


def test_persons_are_measured_only_with_their_consent() -> None:
    def of(*, person_level: bool) -> Study:
        return Study.from_frames(
            {
                "name": "staff",
                "relations": {"trust": {"unlisted": "absent"}},
                "privacy": {"person_level": person_level},
            },
            actors=pd.DataFrame({"actor": ["a", "b"], "kind": "employee"}),
            ties=pd.DataFrame(
                {"relation": "trust", "source": ["a"], "target": ["b"], "weight": 1}
            ),
        )

    place = Place("trust", "staff", "1")
    assert network_at(of(person_level=True), place).n == 2
    with pytest.raises(RefusedError, match="2 of the actors are persons"):
        network_at(of(person_level=False), place)
