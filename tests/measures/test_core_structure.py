"""Core and periphery."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import UnknownNameError
from netcollab import measures as ms
from netcollab.measures.core_sets import Dyads, best_by_enumeration, best_by_search
from netcollab.networks import Network


def network_of(cells: np.ndarray, names: list[str] | None = None, **more) -> Network:
    names = names or [f"a{place:02}" for place in range(len(cells))]
    return Network.from_matrix(pd.DataFrame(cells, names, names, dtype=float), **more)


def ideal(n: int, size: int, *, between: bool = True) -> np.ndarray:
    core = np.arange(n) < size
    cells = core[:, None] | core[None, :] if between else core[:, None] & core[None, :]
    return cells * (1.0 - np.eye(n))


def fit_of(cells: np.ndarray, core: np.ndarray, *, between: bool = True) -> float:
    """The correlation, dyad by dyad."""
    inside, outside = core[:, None] & core[None, :], ~core[:, None] & ~core[None, :]
    asked = ~np.isnan(cells) & ~np.eye(len(cells), dtype=bool)
    pattern = ~outside if between else inside
    if not between:
        asked &= inside | outside
    if np.ptp(pattern[asked].astype(float)) == 0 or np.ptp(cells[asked]) == 0:
        return -math.inf
    return float(np.corrcoef(cells[asked], pattern[asked])[0, 1])


def core_of(table: pd.DataFrame) -> list[str]:
    return table.index[table["core"].fillna(False)].tolist()


# ---- the best core


@pytest.mark.parametrize("n", [6, 12, 25, 60])  # every core, and a search
@pytest.mark.parametrize("size", [2, 4])
def test_a_perfect_core_is_found(n: int, size: int) -> None:
    order = np.random.default_rng(n).permutation(n)
    network = network_of(ideal(n, size)[np.ix_(order, order)], directed=False)
    table = ms.core_periphery(network)
    assert table.attrs["fit"] == pytest.approx(1)
    assert table.attrs["n_equal"] == 1
    core = [network.ties.index[place] for place in np.nonzero(order < size)[0]]
    assert core_of(table) == core
    assert table.attrs["cores"] == [core]
    assert table.attrs["method"] == ("exact" if n <= 18 else "search: a lower bound")


def test_ties_between_core_and_periphery_may_be_left_out() -> None:
    cells = ideal(7, 3, between=False)
    cells[0, 5] = cells[4, 1] = cells[2, 6] = 1
    table = ms.core_periphery(network_of(cells), between="ignored")
    assert table.attrs["fit"] == pytest.approx(1)
    assert core_of(table) == ["a00", "a01", "a02"]
    assert ms.core_periphery(network_of(cells)).attrs["fit"] < 0.9


@given(
    st.integers(0, 2**16), st.booleans(), st.booleans(), st.sampled_from([0.0, 0.15])
)
def test_no_core_of_five_is_better(
    seed: int, between: bool, weighted: bool, unknown: float
) -> None:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 4, (5, 5)) * (rng.random((5, 5)) < 0.6).astype(float)
    cells[rng.random((5, 5)) < unknown] = np.nan
    np.fill_diagonal(cells, 0)
    cells[0, 1:3] = [0, 1]
    ties = cells if weighted else np.where(np.isnan(cells), np.nan, cells != 0)
    np.fill_diagonal(ties, np.nan)
    sets = [np.array(core) for core in itertools.product([True, False], repeat=5)]
    fits = np.array([fit_of(ties, core, between=between) for core in sets])
    table = ms.core_periphery(
        network_of(cells), between="tied" if between else "ignored", weighted=weighted
    )
    if not np.isfinite(fits.max()) or table["core"].isna().any():
        assert table.attrs["reasons"]
        return
    assert table.attrs["fit"] == pytest.approx(fits.max(), rel=1e-9)
    assert table.attrs["n_equal"] == (fits >= fits.max() - 1e-10).sum()
    chosen = table["core"].to_numpy(dtype=bool)
    assert fit_of(ties, chosen, between=between) == pytest.approx(fits.max())


def test_equally_good_cores_are_told_and_the_first_smallest_is_taken() -> None:
    cells = np.zeros((6, 6))
    cells[0, 1] = cells[2, 3] = 1
    network = network_of(np.maximum(cells, cells.T), directed=False)
    table = ms.core_periphery(network)
    assert table.attrs["n_equal"] == 4
    assert table.attrs["cores"] == [
        ["a00", "a02"],
        ["a00", "a03"],
        ["a01", "a02"],
        ["a01", "a03"],
    ]
    assert core_of(table) == ["a00", "a02"]


@given(st.integers(0, 2**16), st.sampled_from([9, 20]))
def test_another_order_gives_the_same_core(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    cells = (rng.random((n, n)) < 0.3) * rng.integers(1, 6, (n, n)) * (1.0 - np.eye(n))
    order = rng.permutation(n)
    network = network_of(cells)
    names = [network.ties.index[place] for place in order]
    other = network_of(cells[np.ix_(order, order)], names)
    table, again = ms.core_periphery(network), ms.core_periphery(other)
    assert again.attrs["fit"] == pytest.approx(table.attrs["fit"])
    assert again.attrs["n_equal"] == table.attrs["n_equal"]
    if table.attrs["n_equal"] == 1:
        assert again["core"].loc[table.index].equals(table["core"])


def dyads_of(cells: np.ndarray, *, between: bool) -> Dyads:
    one_way = np.array([1 - np.eye(len(cells)), cells, cells**2])
    return Dyads(one_way + one_way.transpose(0, 2, 1), between)


@pytest.mark.parametrize("between", [True, False])
def test_a_search_mostly_finds_the_best_of_all_cores(between: bool) -> None:
    rng = np.random.default_rng(4)
    found = 0
    for _ in range(30):
        tied = rng.random((13, 13)) < rng.uniform(0.1, 0.6)
        cells = tied * rng.integers(1, 5, (13, 13)) * (1.0 - np.eye(13))
        dyads = dyads_of(cells, between=between)
        best, _ = best_by_enumeration(dyads)
        fit, cores = best_by_search(dyads)
        assert fit <= best + 1e-9
        assert fit_of(cells, cores[0], between=between) == pytest.approx(fit)
        found += fit > best - 1e-9
    assert found >= 28


def test_an_actor_that_nobody_observed_is_in_neither() -> None:
    cells = ideal(7, 2)
    cells[6, :6] = cells[:6, 6] = np.nan
    for kind in ("discrete", "continuous"):
        table = ms.core_periphery(network_of(cells), kind=kind)
        assert table.iloc[:, 0].isna().tolist() == [False] * 6 + [True]
        assert table.attrs["reasons"] == {
            "a06": "no sent or received tie was observed (not asked)"
        }
        expected = ms.core_periphery(network_of(ideal(6, 2)), kind=kind)
        assert table.attrs["fit"] == pytest.approx(expected.attrs["fit"])


# ---- coreness


def test_coreness_of_products_is_recovered() -> None:
    c = np.array([1.0, 0.8, 0.6, 0.3, 0.1, 0.0])
    cells = np.outer(c, c) * 4
    np.fill_diagonal(cells, 0)
    table = ms.core_periphery(network_of(cells, directed=False), kind="continuous")
    np.testing.assert_allclose(table["coreness"], c, atol=1e-3)
    assert table.attrs["fit"] == pytest.approx(1, abs=1e-6)
    assert table.attrs["n_equal"] == 1


@given(st.integers(0, 2**16))
def test_fit_is_the_correlation_and_its_own_criterion_makes_it_larger(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 4, (7, 7)) * (rng.random((7, 7)) < 0.6) * (1.0 - np.eye(7))
    network = network_of(cells)
    table = ms.core_periphery(network, kind="continuous")
    coreness = table["coreness"].to_numpy()
    assert coreness.max() == 1
    assert coreness.min() >= 0
    off = ~np.eye(7, dtype=bool)
    r = np.corrcoef(cells[off], np.outer(coreness, coreness)[off])[0, 1]
    assert table.attrs["fit"] == pytest.approx(r, abs=1e-3)
    best = ms.core_periphery(network, kind="continuous", criterion="correlation")
    assert best.attrs["fit"] >= table.attrs["fit"] - 1e-6


def test_products_come_nearest_to_the_ties() -> None:
    rng = np.random.default_rng(6)
    cells = rng.integers(0, 4, (7, 7)) * (1.0 - np.eye(7))
    off = ~np.eye(7, dtype=bool)

    def residual(c: np.ndarray) -> float:
        p = np.outer(c, c)[off]
        y = cells[off]
        return float(((y - p * (y @ p) / (p @ p)) ** 2).sum())

    table = ms.core_periphery(network_of(cells), kind="continuous")
    least = residual(table["coreness"].to_numpy())
    for _ in range(300):
        other = np.clip(table["coreness"] + rng.normal(0, 0.1, 7), 0, None)
        assert residual(other.to_numpy()) >= least - 1e-6
        assert residual(rng.random(7)) >= least - 1e-6


def test_two_equal_cliques_have_two_equally_good_solutions() -> None:
    cells = np.kron(np.eye(2), 1 - np.eye(4))
    table = ms.core_periphery(network_of(cells, directed=False), kind="continuous")
    assert table.attrs["n_equal"] == 2
    assert table["coreness"].round(2).tolist() == [1] * 4 + [0] * 4


def test_correlation_of_an_unclear_network_only_has_a_limit() -> None:
    cells = np.zeros((5, 5))
    cells[0, 1:] = [4, 3, 2, 1]
    network = network_of(np.maximum(cells, cells.T), directed=False)
    options = {"kind": "continuous", "criterion": "correlation"}
    assert ms.core_periphery(network, **options).attrs["fit"] == pytest.approx(1)
    assert ms.core_periphery(network, **options)["coreness"].iloc[1:].max() < 0.01


# ---- undefined


@pytest.mark.parametrize("kind", ["discrete", "continuous"])
@pytest.mark.parametrize(
    ("cells", "more", "part"),
    [
        (np.zeros((4, 4)), {}, "do not vary"),
        (1 - np.eye(4), {}, "do not vary"),
        (np.zeros((1, 1)), {}, "no pair of actors"),
        (np.array([[0, 1], [np.nan, 0]]), {}, "presence-only"),
        (np.array([[0, -1], [0, 0]]), {"signed": True}, "ties have signs"),
    ],
)
def test_undefined_with_a_reason(
    kind: str, cells: np.ndarray, more: dict[str, bool], part: str
) -> None:
    table = ms.core_periphery(network_of(cells, **more), kind=kind)
    assert table.iloc[:, 0].isna().all()
    assert all(part in told for told in table.attrs["reasons"].values())
    assert len(table.attrs["reasons"]) == len(cells)
    assert math.isnan(table.attrs["fit"])
    assert table.attrs["n_equal"] == 0
    assert part in ms.reason(ms.core_periphery, network_of(cells, **more), kind=kind)


def test_a_pattern_that_does_not_vary_is_none() -> None:
    pair = network_of(np.array([[0, 1], [0, 0]]))
    assert "too few observed dyads" in ms.reason(ms.core_periphery, pair)
    circle = network_of(np.roll(np.eye(6), 1, axis=1))
    for network in (pair, circle):
        told = ms.reason(ms.core_periphery, network, kind="continuous")
        assert "a00: in the best pattern all actors are alike" in told
    assert ms.core_periphery(circle).attrs["n_equal"] > 1


def test_ratings_without_absences_are_compared_by_strength() -> None:
    cells = 1 + 3 * ideal(6, 2)
    np.fill_diagonal(cells, 0)
    cells[4, 5] = np.nan
    rated = network_of(cells, scale=(1.0, 5.0))
    table = ms.core_periphery(rated)
    assert table.attrs["fit"] == pytest.approx(1)
    assert core_of(table) == ["a00", "a01"]
    dichotomized = ms.core_periphery(rated, weighted=False)
    assert dichotomized.attrs["reasons"]["a00"].startswith("presence-only")


def test_options_are_named_in_errors() -> None:
    network = network_of(ideal(4, 2))
    for options in ({"kind": "fuzzy"}, {"between": "free"}, {"criterion": "minres"}):
        with pytest.raises(UnknownNameError):
            ms.core_periphery(network, **options)
