"""Persons are drawn with their consent, and who speaks alone is known."""

from __future__ import annotations

import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import RefusedError
from netcollab.networks import Network
from netcollab.report import draw_network, person_level, plot_sociomatrix


def network(kind: str, column: str = "kind") -> Network:
    names = ["a", "b"]
    told = pd.DataFrame([[0, 1], [1, 0]], names, names)
    return Network.from_matrix(told, actors=pd.DataFrame({column: kind}, names))


@pytest.mark.parametrize("draw", [draw_network, plot_sociomatrix])
@pytest.mark.parametrize("column", ["kind", "level"])
def test_persons_are_not_drawn_without_consent(draw: object, column: str) -> None:
    assert callable(draw)
    for kind in ("person", "Ansatt", "medarbejder"):
        with pytest.raises(RefusedError, match="person_level = true"):
            draw(network(kind, column))
        assert draw(network(kind, column), person_level=True)
    assert draw(network("directorate", column))


def test_in_the_documented_case_one_person_speaks_for_each(case: nc.Study) -> None:
    found = person_level(case)
    assert set(found["actor"]) == set(case.respondents["actor"])
    assert not found.duplicated(["site", "wave", "actor"]).any()


def test_functions_of_several_respondents_are_not_listed() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    found = person_level(study)
    people = study.respondents.groupby(["site", "wave", "actor"]).size()
    alone = people[people == 1]
    assert len(found) == len(alone)
    assert set(found[["site", "wave", "actor"]].itertuples(index=False)) == set(
        alone.index
    )


def test_an_informant_without_an_actor_is_looked_up() -> None:
    told = nc.Study.from_frames(
        {"name": "pair", "relations": {"trust": {"unlisted": "absent"}}},
        actors=pd.DataFrame({"actor": ["nav", "ks"]}),
        ties=pd.DataFrame(
            {"relation": "trust", "source": ["nav"], "target": ["ks"], "weight": 1}
        ),
        respondents=pd.DataFrame({"respondent": ["i1", "i2"], "actor": "nav"}),
        codings=pd.DataFrame(
            {"source": "s", "informant": ["i1"], "construct": "c", "polarity": 1}
        ),
    )
    found = person_level(told)
    assert found.to_dict("records") == [
        {
            "site": "pair",
            "wave": "1",
            "actor": "nav",
            "n_respondents": 2,
            "n_informants": 1,
        }
    ]
