"""Persons are drawn with their consent, and who speaks alone is known."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import RefusedError
from netcollab.networks import Network
from netcollab.report import (
    alt_text,
    draw_layers,
    draw_network,
    explore,
    person_level,
    plot_sociomatrix,
)


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


@pytest.fixture(scope="module")
def rated() -> Network:
    """A municipality in which one function has one respondent, another too few."""
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    return nc.build_network(study, "relational_capacity", "nordvik", "2026")


def test_what_few_people_said_is_not_drawn(rated: Network) -> None:
    hidden = rated.few
    assert (rated.ties.notna() & hidden).to_numpy().any()
    told = alt_text(plot_sociomatrix(rated))
    assert f"withheld {int(hidden.to_numpy().sum())}" in told.replace("\xa0", " ")
    seen = nc.networks.suppress_few(rated)
    assert alt_text(draw_network(rated)) == alt_text(draw_network(seen))
    assert explore(rated).page == explore(seen).page
    both = [draw_layers({"lived": one}) for one in (rated, seen)]
    assert alt_text(both[0]) == alt_text(both[1])


def test_what_few_people_said_is_in_no_file(rated: Network, tmp_path: Path) -> None:
    written = nc.networks.write_network(rated, tmp_path / "rated.dl")
    assert written.left_out["suppressed"] == rated.few.to_numpy().sum()
    seen = nc.networks.suppress_few(rated)
    again = nc.networks.write_network(seen, tmp_path / "seen.dl")
    assert again.path.read_bytes() == written.path.read_bytes()
