"""The documented case: its facts as they were coded, read as a study."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab.hypotheses import ANSELL_GASH, declared
from netcollab.study import Study, bundled
from netcollab.study.instruments import instrument

FOLDER = bundled("cases/alvorlig_sykt_barn")
SOURCE = Path(__file__).parents[2] / "shared" / "case" / "alvorlig_sykt_barn"
INTERVIEWS = {
    "I1": "digdir",
    "I2": "hdir",
    "I3": "ehelse",
    "I4": "udir",
    "I5": "nav",
    "I6": "flekkefjord",
    "I7": "statped",
    "I8": "ks",
}


@pytest.fixture(scope="module")
def case() -> Study:
    return nc.read_study(FOLDER)


def raw(name: str, folder: Path = FOLDER) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("name", ["actors", "ties", "affiliations", "codings"])
def test_the_facts_are_those_that_were_coded(name: str) -> None:
    if not SOURCE.is_dir():
        pytest.skip("the coded facts are kept beside the project and are not here")
    pd.testing.assert_frame_equal(raw(name), raw(name, SOURCE))


def test_no_row_is_lost_on_the_way_in(case: Study) -> None:
    counts = {
        "actors": 9,
        "ties": 10,
        "respondents": 8,
        "affiliations": 8,
        "codings": 19,
    }
    assert {name: len(raw(name)) for name in counts} == counts
    assert {name: len(getattr(case, name)) for name in counts} == counts
    assert not case.manifest.synthetic
    assert len(case.answers) == 0


def test_who_was_interviewed_is_data(case: Study) -> None:
    people = case.respondents
    assert dict(zip(people["respondent"], people["actor"], strict=True)) == INTERVIEWS
    dated = raw("actors").set_index("actor")["interview_date"]
    assert set(dated.index[dated != ""]) == set(INTERVIEWS.values())
    spoke = raw("codings")
    spoke = spoke[spoke["informant"] != "ALL"]
    pairs = zip(spoke["informant"], spoke["actor"], strict=True)
    assert all(INTERVIEWS[informant] == actor for informant, actor in pairs)


def test_nothing_unlisted_is_an_absence(case: Study) -> None:
    ties = {"prior_collaboration": 7, "shared_ministry": 2, "membership": 1}
    for relation, n_ties in ties.items():
        network = nc.build_network(case, relation)
        assert (network.n, network.n_ties) == (9, n_ties)
        assert network.is_presence_only
        assert network.scale is None
        assert set(network.state_counts()[lambda n: n > 0].index) == {
            "observed",
            "not_asked",
        }
    assert nc.build_network(case, "membership").directed
    assert not nc.build_network(case, "shared_ministry").directed


def test_every_relation_is_named_in_three_languages(case: Study) -> None:
    for relation in case.manifest.relations.values():
        assert set(relation.label) == {"nb", "da", "en"}
    assert set(case.manifest.title) == {"nb", "da", "en"}


def test_the_case_declares_the_four_claims(case: Study) -> None:
    assert declared(case.manifest) == ANSELL_GASH


def test_every_coded_construct_is_defined_by_the_instrument(case: Study) -> None:
    scheme = instrument("ansell_gash")
    assert set(case.codings["construct"]) <= set(scheme.constructs)
    assert {claim.construct for claim in ANSELL_GASH} <= set(scheme.constructs)
    low, high = scheme.scale
    assert pd.to_numeric(case.codings["polarity"]).between(low, high).all()


def test_measures_that_need_absences_say_so(case: Study) -> None:
    network = nc.build_network(case, "prior_collaboration")
    assert pd.isna(nc.measures.density(network))
    assert "presence-only" in nc.measures.reason(nc.measures.density, network)
