"""From a study's tables to networks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab import InputError, Study, UnknownNameError
from netcollab.networks import build_affiliations, build_network, build_networks

ACTORS = pd.DataFrame(
    {
        "site": ["Bergen", "Bergen", "Bergen", "Oslo", "Oslo"],
        "actor": ["nav", "skole", "helse", "nav", "skole"],
        "staff": [10, 20, 30, 40, 50],
    }
)
TIES = pd.DataFrame(
    [
        ("Bergen", "1", "trust", "nav", "skole", 4.0, None),
        ("Bergen", "1", "trust", "skole", "nav", None, "dont_know"),
        ("Bergen", "2", "trust", "nav", "skole", 5.0, None),
        ("Bergen", "1", "meets", "nav", "helse", 1.0, None),
        ("Oslo", "1", "trust", "skole", "nav", 2.0, None),
    ],
    columns=["site", "wave", "relation", "source", "target", "weight", "state"],
)
RELATIONS = {
    "trust": {"unlisted": "not_asked", "scale": [1, 5]},
    "meets": {"unlisted": "absent", "directed": False},
    "gossip": {"unlisted": "absent", "signed": True},
}


def study_of(ties: pd.DataFrame = TIES, **changed: dict[str, object]) -> Study:
    manifest = {
        "name": "two_sites",
        "relations": RELATIONS | changed,
        "resources": {"columns": ["staff"]},
    }
    return Study.from_frames(manifest, actors=ACTORS, ties=ties)


def test_one_relation_one_site_one_wave() -> None:
    network = build_network(study_of(), relation="trust", site="Bergen", wave="1")
    assert network.ties.index.tolist() == ["nav", "skole", "helse"]
    assert network.ties.loc["nav", "skole"] == 4
    assert network.states.loc["skole", "nav"] == "dont_know"
    assert network.states.loc["nav", "helse"] == "not_asked"
    assert network.n_ties == 1
    assert (network.relation, network.site, network.wave) == ("trust", "Bergen", "1")
    assert network.scale == (1, 5)
    assert network.directed
    assert network.attribute("staff").to_dict() == {
        "nav": 10,
        "skole": 20,
        "helse": 30,
    }
    assert "site" not in network.actors


def test_another_wave_is_another_network() -> None:
    later = build_network(study_of(), "trust", site="Bergen", wave="2")
    assert later.ties.loc["nav", "skole"] == 5
    assert later.states.loc["skole", "nav"] == "not_asked"


def test_the_relation_says_what_a_dyad_without_a_row_means() -> None:
    meets = build_network(study_of(), "meets", site="Bergen")
    assert not meets.directed
    assert meets.ties.loc["helse", "nav"] == 1
    assert meets.ties.loc["skole", "nav"] == 0
    assert not meets.is_presence_only


def test_actors_without_ties_stay() -> None:
    for relation in RELATIONS:
        network = build_network(study_of(), relation, site="Bergen", wave="1")
        assert network.n == 3
    empty = build_network(study_of(), "gossip", site="Oslo", wave="1")
    assert empty.n_ties == 0
    assert empty.signed


def test_several_sites_or_waves_must_be_chosen() -> None:
    with pytest.raises(InputError, match="several sites: Bergen, Oslo"):
        build_network(study_of(), "trust")
    with pytest.raises(InputError, match="several waves: 1, 2"):
        build_network(study_of(), "trust", site="Bergen")
    assert build_network(study_of(), "trust", site="Oslo").wave == "1"


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ({"relation": "trsut"}, 'unknown relation "trsut" .did you mean "trust"'),
        ({"relation": "trust", "site": "Olso"}, 'unknown site "Olso"'),
        ({"relation": "trust", "site": "Oslo", "wave": "9"}, 'unknown wave "9"'),
    ],
)
def test_unknown_names_tell_the_known_ones(asked: dict[str, str], part: str) -> None:
    with pytest.raises(UnknownNameError, match=part):
        build_network(study_of(), **asked)


def test_every_site_has_its_network() -> None:
    found = build_networks(study_of(), "trust", wave="1")
    assert list(found) == ["Bergen", "Oslo"]
    assert [network.n for network in found.values()] == [3, 2]
    assert found["Oslo"].ties.loc["skole", "nav"] == 2


def test_the_same_name_in_two_sites_is_two_actors() -> None:
    found = build_networks(study_of(), "trust", wave="1")
    staff = {site: net.attribute("staff")["nav"] for site, net in found.items()}
    assert staff == {"Bergen": 10, "Oslo": 40}


def test_lengths_of_another_relation_are_not_taken_for_its_own() -> None:
    lengths = TIES.assign(distance=[np.nan, np.nan, np.nan, 3.0, np.nan])
    declared = {"unlisted": "absent", "directed": False, "distance": "declared"}
    study = study_of(lengths, meets=declared)
    trust = build_network(study, "trust", site="Bergen", wave="1")
    meets = build_network(study, "meets", site="Bergen", wave="1")
    assert trust.distances.loc["nav", "skole"] == 0.25
    assert meets.distances.loc["helse", "nav"] == 3


def test_the_study_is_left_as_it_was() -> None:
    study = study_of()
    ties, actors = study.ties.copy(), study.actors.copy()
    build_networks(study, "trust", wave="1")
    pd.testing.assert_frame_equal(study.ties, ties)
    pd.testing.assert_frame_equal(study.actors, actors)


def test_two_reports_on_a_dyad_are_never_mixed() -> None:
    rows = pd.DataFrame(
        [("nav", "skole", 4.0, "nav"), ("nav", "skole", 2.0, "skole"),
         ("skole", "helse", 3.0, "helse")],
        columns=["source", "target", "weight", "reporter"],
    )  # fmt: skip
    ties = rows.assign(site="Bergen", wave="1", relation="trust", state=None)
    study = study_of(ties)
    with pytest.raises(InputError, match=r'2 rows are two reports .* reports="source"'):
        build_network(study, "trust", site="Bergen")
    sent = build_network(study, "trust", site="Bergen", reports="source")
    heard = build_network(study, "trust", site="Bergen", reports="target")
    assert sent.ties.loc["nav", "skole"] == 4
    assert heard.ties.loc["nav", "skole"] == 2
    assert np.isnan(sent.ties.loc["skole", "helse"])
    assert heard.ties.loc["skole", "helse"] == 3


def test_a_site_without_rows_in_a_wave_of_the_study_is_there() -> None:
    networks = build_networks(study_of(), "trust", wave="2")
    assert networks["Oslo"].state_counts()["not_asked"] == 2
    with pytest.raises(UnknownNameError, match='wave "3"'):
        build_networks(study_of(), "trust", wave="3")


# ---- affiliations

MET = pd.DataFrame(
    [
        ("Bergen", "1", "helse", "council", "meeting", 2.0),
        ("Bergen", "1", "nav", "council", "meeting", None),
        ("Bergen", "1", "nav", "record", "tool", 0.0),
        ("Bergen", "2", "skole", "council", "meeting", None),
        ("Oslo", "1", "nav", "forum", "meeting", None),
    ],
    columns=["site", "wave", "actor", "object", "kind", "weight"],
)


def affiliated(met: pd.DataFrame | None = MET) -> Study:
    manifest = {"name": "two_sites", "relations": RELATIONS}
    tables = {} if met is None else {"affiliations": met}
    return Study.from_frames(manifest, actors=ACTORS, ties=TIES, **tables)


def test_affiliations_are_a_table_of_actors_and_objects() -> None:
    met = build_affiliations(affiliated(), site="Bergen", wave="1")
    assert met.index.tolist() == ["nav", "skole", "helse"]
    assert met.columns.tolist() == ["council", "record"]
    assert (met.index.name, met.columns.name) == ("actor", "object")
    assert met.to_numpy().tolist() == [[1, 0], [0, 0], [2, 0]]


def test_what_is_not_listed_is_absent_or_not_asked() -> None:
    met = build_affiliations(
        affiliated(), site="Bergen", wave="1", unlisted="not_asked"
    )
    assert met.loc["nav"].tolist() == [1, 0]
    assert met.loc["skole"].isna().all()
    assert met.loc["helse", "council"] == 2
    with pytest.raises(UnknownNameError, match="unlisted"):
        build_affiliations(affiliated(), site="Oslo", unlisted="maybe")


def test_one_kind_of_objects() -> None:
    met = build_affiliations(affiliated(), kind="tool", site="Bergen")
    assert met.columns.tolist() == ["record"]
    assert len(met) == 3
    nothing = build_affiliations(affiliated(), kind="tool", site="Oslo", wave="1")
    assert nothing.shape == (2, 0)
    with pytest.raises(UnknownNameError, match='did you mean "meeting"'):
        build_affiliations(affiliated(), kind="meetings", site="Oslo")


def test_an_object_of_two_kinds_is_asked_about() -> None:
    twice = pd.concat([MET, MET.iloc[[1]].assign(kind="tool")], ignore_index=True)
    with pytest.raises(InputError, match="choose a kind: meeting, tool"):
        build_affiliations(affiliated(twice), site="Bergen", wave="1")
    met = build_affiliations(affiliated(twice), kind="tool", site="Bergen", wave="1")
    assert met.loc["nav"].tolist() == [0, 1]


def test_sites_waves_and_affiliations_must_be_there() -> None:
    with pytest.raises(InputError, match="several sites: Bergen, Oslo"):
        build_affiliations(affiliated())
    with pytest.raises(InputError, match="several waves: 1, 2"):
        build_affiliations(affiliated(), site="Bergen")
    with pytest.raises(InputError, match="no affiliations"):
        build_affiliations(affiliated(None))
    bare = MET.drop(columns=["kind", "weight"]).drop(index=2)
    met = build_affiliations(affiliated(bare), site="Bergen", wave="1")
    assert met["council"].tolist() == [1, 0, 1]
    with pytest.raises(UnknownNameError, match="kind"):
        build_affiliations(affiliated(bare), kind="tool", site="Bergen")
