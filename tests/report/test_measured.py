"""Every measure whose arguments are known, with the reasons of what is missing."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.networks import Network
from netcollab.report.labels import LANGUAGES, language
from netcollab.report.measured import heading, measured, overview

NAMES = ["nav", "ks", "hdir"]
ACTORS = pd.DataFrame(
    {"staff": [90.0, 30, 10], "level": ["state", "local", "state"]}, NAMES
)
CELLS = [[None, 3, 0], [2, None, None], [None] * 3]


def network_of(*, directed: bool = True, **more: object) -> Network:
    cells = np.array(CELLS, dtype=float)
    if not directed:
        cells = np.fmax(cells, cells.T)
    frame = pd.DataFrame(cells, NAMES, NAMES)
    return Network.from_matrix(frame, "trust", directed, ACTORS, **more)


FOUND = measured(network_of(), resources=["staff"], by=["level"])


def test_what_is_not_measured_needs_a_choice() -> None:
    columns = [*FOUND.actors, *FOUND.dyads, *FOUND.network["measure"]]
    for name in ms.__all__:
        if not any(column.startswith(name) for column in columns):
            _, *others = inspect.signature(getattr(ms, name)).parameters.values()
            needed = [o.name for o in others if o.default is o.empty]
            assert needed
            assert set(needed) - {"by", "resource", "measure"}, name


def test_values_per_actor() -> None:
    for name in ("in_strength", "betweenness", "constraint"):
        expected = getattr(ms, name)(network_of())
        assert FOUND.actors["actor"].tolist() == NAMES
        np.testing.assert_array_equal(FOUND.actors[name], expected)


def test_values_per_dyad() -> None:
    table = FOUND.dyads.set_index(["source", "target"])
    assert len(table) == 6
    assert table.loc[("nav", "ks"), ["weight", "state"]].tolist() == [3, "observed"]
    assert table.loc[("ks", "hdir"), "state"] == "not_asked"
    gap = ms.resource_gap(network_of(), "staff")
    assert table.loc[("ks", "nav"), "resource_gap_staff"] == gap.loc["ks", "nav"]
    share = ms.dependence(network_of()).loc["nav", "ks"]
    assert table.loc[("nav", "ks"), "dependence"] == share


def test_values_of_the_network() -> None:
    table = FOUND.network.set_index(["measure", "by"])
    assert table.loc[("density", ""), "value"] == ms.density(network_of())
    crossing = ms.ei_index(network_of(), by="level")
    assert table.loc[("ei_index", "level"), "value"] == crossing
    central = ms.centralization(network_of(), measure=ms.in_degree)
    assert table.loc[("centralization_in_degree", ""), "value"] == central
    told = table.loc[("tie_asymmetry_adjusted", ""), "reason"]
    assert "no response scale" in told


def test_an_undirected_network_has_one_degree_to_centralize() -> None:
    found = measured(network_of(directed=False))
    names = [n for n in found.network["measure"] if n.startswith("centralization")]
    assert names == ["centralization_degree", "centralization_betweenness"]


def test_everything_missing_has_its_reason() -> None:
    assert (FOUND.network["value"].isna() == (FOUND.network["reason"] != "")).all()
    told = set(FOUND.reasons[["measure", "actor"]].itertuples(index=False, name=None))
    table = FOUND.actors.set_index("actor")
    for measure, column in table.items():
        for actor in column.index[column.isna()]:
            assert (measure, actor) in told
    assert FOUND.reasons["reason"].ne("").all()


def test_an_attribute_that_is_no_number_is_a_reason_and_no_error() -> None:
    found = measured(network_of(), by=["level"])
    assert "resource_gap_level" not in found.dyads
    assert set(found.network["by"]) == {"", "level"}


def test_counts_of_a_network() -> None:
    told = overview(network_of())
    assert (told["actors"], told["dyads"], told["ties"]) == (3, 6, 2)
    assert (told["known_absences"], told["not_asked"]) == (1, 3)
    assert told["presence_only"] is False
    assert list(told)[-1] == "presence_only"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_column_has_a_heading(code: str) -> None:
    with language(code):
        for name in [*FOUND.actors, *FOUND.network["measure"]]:
            assert "_" not in heading(name)
    with language("nb"):
        assert heading("resource_gap_staff") == "ressursforskjell: ansatte"
        assert heading("not_asked") == "ikke spurt"


def test_a_column_of_a_measure_and_an_attribute_is_named_by_both() -> None:
    with language("nb"):
        assert heading("ei_by_actor_sector") == "aktørens E-I-indeks (sektor)"
        assert heading("iqv_own_scheme") == (
            "indeks for kvalitativ variasjon (own scheme)"
        )
        assert heading("tie_asymmetry_adjusted") == (
            "asymmetri i båndene, renset for hvor høyt hver vurderer og blir vurdert"
        )
