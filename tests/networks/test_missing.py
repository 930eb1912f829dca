"""The range of a measure over everything the unknown dyads can be."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from netcollab import RefusedError
from netcollab import measures as ms
from netcollab.networks import Network, bounded, bounds, complete, increasing

NAMES = ["nav", "ks", "hdir"]
LEVEL = pd.DataFrame({"level": ["state", "local", "state"]}, NAMES)
CELLS = [[0, 3, 1], [2, 0, 0], [np.nan, np.nan, 0]]  # hdir did not answer


def network_of(cells: object = CELLS, **more: object) -> Network:
    frame = pd.DataFrame(np.array(cells, dtype=float), NAMES, NAMES)
    return Network.from_matrix(frame, actors=LEVEL, **more)


def row(table: pd.DataFrame, name: object) -> list[float]:
    return table.loc[name, ["observed", "low", "high"]].tolist()


# ---- values by hand


def test_a_silent_actor_has_a_range_and_no_observed_value() -> None:
    table = bounds(ms.out_strength, network_of(scale=(0, 5)))
    assert table.loc["nav"].tolist() == [4, 4, 4, "bounds"]
    assert math.isnan(table.loc["hdir", "observed"])
    assert table.loc["hdir", ["low", "high"]].tolist() == [0, 10]
    assert table.attrs["measure"] == "out_strength"
    assert "no sent tie was observed" in table.attrs["reasons"]["hdir"]


def test_without_a_scale_strength_is_unlimited_and_degree_is_not() -> None:
    assert row(bounds(ms.in_strength, network_of()), "nav") == [2, 2, math.inf]
    assert row(bounds(ms.in_degree, network_of()), "nav") == [1, 1, 2]


def test_of_ratings_the_observed_sum_may_lie_outside() -> None:
    rated = network_of([[0, 3, 4], [2, 0, 1], [np.nan, 5, 0]], scale=(1, 5))
    assert row(bounds(ms.in_strength, rated), "nav") == [2, 3, 7]


def test_density_by_hand() -> None:
    table = bounds(ms.density, network_of())
    assert table.index.tolist() == ["density"]
    np.testing.assert_allclose(row(table, "density"), [3 / 4, 3 / 6, 5 / 6])


def test_dependence_is_an_interval_for_an_incomplete_row() -> None:
    told = network_of([[0, 3, np.nan], [2, 0, 0], [1, 1, 0]], scale=(0, 5))
    table = bounds(ms.dependence, told)
    assert table.index.names == ["source", "target"]
    assert len(table) == 6
    assert row(table, ("nav", "ks")) == [1, 3 / 8, 1]
    assert table.loc[("nav", "hdir"), ["low", "high"]].tolist() == [0, 5 / 8]
    assert row(table, ("hdir", "ks")) == [0.5, 0.5, 0.5]
    gap = bounds(ms.imbalance, told)
    assert row(gap, ("nav", "ks")) == [0, 3 / 8 - 1, 0]


def test_ei_index_by_hand() -> None:
    # hdir (state) may tie to nav (state) and to ks (local); known: 1 inside, 2 across
    table = bounds(ms.ei_index, network_of(), by="level")
    np.testing.assert_allclose(row(table, "ei_index"), [1 / 3, 0, 1 / 2])


def test_reciprocity_by_hand() -> None:
    # nav-ks mutual; nav>hdir may be returned; ks-hdir none, or one-sided
    table = bounds(ms.reciprocity, network_of())
    np.testing.assert_allclose(row(table, "reciprocity"), [1, 2 / 4, 4 / 4])


def test_nearness_through_an_unlimited_tie_is_unlimited() -> None:
    table = bounds(ms.harmonic_closeness, network_of())
    assert row(table, "nav")[1:] == [4, 4]
    assert table.loc["hdir", ["low", "high"]].tolist() == [0, math.inf]
    limited = bounds(ms.harmonic_closeness, network_of(scale=(0, 3)))
    assert limited.loc["hdir", "high"] == 6


def test_constants_have_no_range() -> None:
    table = bounds(ms.same, network_of(), attribute="level")
    assert (table["low"] == table["high"]).all()
    assert set(table["kind"]) == {"bounds"}


# ---- scenarios


def test_scenarios_are_two_completions() -> None:
    network = network_of(scale=(0, 5))
    table = bounds(ms.betweenness, network)
    assert set(table["kind"]) == {"scenarios"}
    ends = [ms.betweenness(complete(network, end)) for end in ("absent", "maximum")]
    assert table["low"].tolist() == np.minimum(*ends).tolist()
    assert table["high"].tolist() == np.maximum(*ends).tolist()


def test_a_completion_may_lie_outside_of_scenarios() -> None:
    """Why they are not called bounds: one answer of hdir alone beats both extremes."""
    network = network_of([[0, 1, 0], [1, 0, 0], [np.nan, np.nan, 0]], scale=(0, 1))
    table = bounds(ms.betweenness, network)
    whole = network_of([[0, 1, 0], [1, 0, 0], [1, 0, 0]], scale=(0, 1))
    assert table.loc["nav", "high"] == 0
    assert ms.betweenness(whole)["nav"] == 1


def test_a_scenario_without_a_value_leaves_both_ends_open() -> None:
    network = network_of([[0, 1, 0], [1, 0, 0], [np.nan, 0, 0]])
    table = bounds(ms.constraint, network)
    assert table.loc["hdir", ["low", "high"]].isna().all()
    told = table.attrs["reasons"]["hdir"]
    assert told == "with all unknown dyads absent: no observed tie"


def test_centralization_of_paths_has_scenarios_and_of_ties_bounds() -> None:
    network = network_of()
    kinds = [
        bounds(ms.centralization, network, measure=measure).loc[
            "centralization", "kind"
        ]
        for measure in ("in_degree", "betweenness")
    ]
    assert kinds == ["bounds", "scenarios"]


# ---- presence-only relations


def presence_only() -> Network:
    named = np.full((3, 3), np.nan)
    named[0, 1] = 1
    return network_of(named)


def test_what_was_named_bounds_degree_and_density_from_below() -> None:
    assert row(bounds(ms.in_degree, presence_only()), "ks") == [1, 1, 2]
    table = bounds(ms.density, presence_only())
    assert table.loc["density", ["low", "high"]].tolist() == [1 / 6, 1]
    assert math.isnan(table.loc["density", "observed"])


def test_scenarios_of_a_presence_only_relation_are_refused() -> None:
    with pytest.raises(RefusedError, match="presence-only: no bounds are proved"):
        bounds(ms.betweenness, presence_only())


def test_ratings_are_no_presences() -> None:
    rated = network_of([[0, 3, 4], [2, 0, np.nan], [5, 1, 0]], scale=(1, 5))
    assert set(bounds(ms.betweenness, rated)["kind"]) == {"scenarios"}


def test_an_option_that_a_completion_does_not_allow_is_refused() -> None:
    with pytest.raises(RefusedError, match="all unknown dyads at their maximum: beta"):
        bounds(ms.beta_centrality, network_of(), beta=0.7)


# ---- a measure carries its proof


def test_a_function_of_ones_own_has_scenarios_or_a_proof() -> None:
    def ties(network: Network) -> float:
        return float(network.n_ties)

    assert bounds(ties, network_of()).loc["ties", "kind"] == "scenarios"
    proved = bounds(increasing(ties), network_of())
    assert proved.loc["ties"].tolist() == [3, 3, 5, "bounds"]
    bounded(lambda network: (0.0, 2.0 * network.n))(ties)
    assert bounds(ties, network_of()).loc["ties", "high"] == 6


def test_the_proof_survives_the_wrapper_of_undefined_numbers() -> None:
    assert callable(ms.density.limits)
    assert ms.reason(ms.density, presence_only())


def test_another_order_of_actors_gives_the_same_ranges() -> None:
    order = ["hdir", "nav", "ks"]
    frame = pd.DataFrame(np.array(CELLS, dtype=float), NAMES, NAMES)
    turned = Network.from_matrix(frame.loc[order, order], scale=(0, 5))
    for measure in (ms.out_strength, ms.dependence, ms.betweenness):
        one, other = (bounds(measure, w) for w in (network_of(scale=(0, 5)), turned))
        pd.testing.assert_frame_equal(other.loc[one.index], one)
