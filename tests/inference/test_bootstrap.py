"""Bootstrap intervals: by hand, against scipy, by enumeration, and their coverage."""

from __future__ import annotations

import itertools
import math
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab import measures as ms
from netcollab._resample import draw
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import bootstrap_interval, vertex_bootstrap
from netcollab.inference.bootstrap import drawn_units, percentiles
from netcollab.networks import Network


def mean(rows: pd.DataFrame) -> float:
    return float(rows["y"].mean())


def density(ties: pd.DataFrame) -> float:
    return float(np.nanmean(ties.to_numpy()))


def table(n: int = 24, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {"site": np.repeat(np.arange(n // 3), 3), "y": rng.normal(size=n)}
    )


def network(n: int = 9, seed: int = 1) -> pd.DataFrame:
    names = [f"actor {i}" for i in range(n)]
    cells = (np.random.default_rng(seed).random((n, n)) < 0.4) * 1.0
    return pd.DataFrame(cells, names, names)


# ---- rows and clusters


def test_two_rows_by_hand() -> None:
    found = bootstrap_interval(
        mean, pd.DataFrame({"y": [0.0, 1.0]}), kind="percentile", rng=1
    )
    # means of two draws: 0, 1/2, 1 with chances 1/4, 1/2, 1/4
    values, counts = np.unique(found.distribution, return_counts=True)
    assert values.tolist() == [0, 0.5, 1]
    expected = [1999 / 4, 1999 / 2, 1999 / 4]
    assert stats.chisquare(counts, expected).pvalue > 0.001
    assert (found.estimate, found.low, found.high) == (0.5, 0, 1)
    assert found.se == pytest.approx(math.sqrt(1 / 8), rel=0.05)
    assert found.unit == "observations"


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_what_scipy_gives_for_the_same_draws(confidence: float) -> None:
    data = pd.DataFrame({"y": np.random.default_rng(3).exponential(size=17)})
    found = bootstrap_interval(mean, data, rng=2, confidence=confidence)
    expected = stats.bootstrap(
        (data["y"],),
        np.mean,
        n_resamples=0,
        bootstrap_result=SimpleNamespace(bootstrap_distribution=found.distribution),
        confidence_level=confidence,
        method="BCa",
    )
    assert found.kind == "bca"
    assert found.low == pytest.approx(expected.confidence_interval.low, rel=1e-10)
    assert found.high == pytest.approx(expected.confidence_interval.high, rel=1e-10)
    assert found.se == pytest.approx(expected.standard_error, rel=1e-10)


def test_clusters_are_drawn_whole() -> None:
    data = table()
    by_site = data.groupby("site", as_index=False).mean()
    whole = bootstrap_interval(mean, data, cluster="site", rng=4)
    means = bootstrap_interval(mean, by_site, rng=4)
    np.testing.assert_allclose(whole.distribution, means.distribution)
    assert (whole.low, whole.high) == pytest.approx((means.low, means.high))
    assert (whole.n, whole.unit) == (8, "clusters")
    assert any("8 units are few" in note for note in whole.notes)


def test_a_cluster_drawn_twice_counts_as_two() -> None:
    found = bootstrap_interval(
        lambda rows: rows["site"].nunique() + rows["y"].mean() * 0,
        table(),
        cluster="site",
        n_resamples=50,
        rng=4,
    )
    assert set(found.distribution) == {8}
    assert found.kind == "percentile"
    assert "bca is not defined for these draws" in found.notes


def units(n: int, n_resamples: int, seed: int, name: str) -> np.ndarray:
    drawn = draw(
        name, partial(drawn_units, n_units=n), n_resamples=n_resamples, rng=seed
    )
    return drawn.null.astype(int)


def test_more_draws_begin_with_the_same() -> None:
    few, many = units(5, 300, 7, "test"), units(5, 1300, 7, "test")
    other = units(5, 300, 7, "another")
    assert few.shape == (300, 5)
    assert (few == many[:300]).all()
    assert (few != other).any()
    assert set(np.unique(many)) == set(range(5))
    data = table()
    first = bootstrap_interval(mean, data, rng=5, n_resamples=100)
    again = bootstrap_interval(mean, data, rng=5, n_resamples=100)
    assert (first.distribution == again.distribution).all()
    assert first.seed == 5


@given(st.integers(0, 1000), st.sampled_from(["bca", "percentile"]))
def test_units_of_measurement(seed: int, kind: str) -> None:
    data = table(seed=seed)
    plain = bootstrap_interval(mean, data, rng=1, kind=kind, n_resamples=99)
    moved = bootstrap_interval(
        mean, data.assign(y=3 - 2 * data["y"]), rng=1, kind=kind, n_resamples=99
    )
    ends = (3 - 2 * plain.high, 3 - 2 * plain.low)
    if kind == "percentile":
        assert (moved.low, moved.high) == pytest.approx(ends)
    assert moved.se == pytest.approx(2 * plain.se)


def test_draws_without_a_statistic_are_counted() -> None:
    def often(rows: pd.DataFrame) -> float:
        return np.nan if (rows.index == 0).sum() > 1 else float(rows["y"].mean())

    found = bootstrap_interval(often, table(), rng=1, kind="percentile")
    lost = int(np.isnan(found.distribution).sum())
    assert lost > 0
    assert found.notes[0] == f"{lost} of 1,999 draws had no statistic; left out"

    def refuses(rows: pd.DataFrame) -> float:
        if rows["y"].nunique() < len(rows):
            raise RefusedError("repeats")
        return 1.0

    with pytest.raises(RefusedError, match="undefined in"):
        bootstrap_interval(refuses, table(), rng=1)
    with pytest.raises(RefusedError, match="undefined for the data"):
        bootstrap_interval(lambda _: np.nan, table())


def test_what_is_refused() -> None:
    data = table()
    with pytest.raises(InputError, match='unknown column "place"'):
        bootstrap_interval(mean, data, cluster="place")
    with pytest.raises(InputError, match="1 rows have no site"):
        bootstrap_interval(mean, data.assign(site=[np.nan, *[1] * 23]), cluster="site")
    with pytest.raises(RefusedError, match="two units"):
        bootstrap_interval(mean, data.assign(site=1), cluster="site")
    with pytest.raises(RefusedError, match="two units"):
        bootstrap_interval(mean, data.iloc[:1])
    with pytest.raises(UnknownNameError, match="kind"):
        bootstrap_interval(mean, data, kind="basic")


def test_the_record_tells_and_tabulates() -> None:
    found = bootstrap_interval(mean, table(), rng=1)
    frame = found.to_frame()
    assert frame.loc[0, "n"] == 24
    assert "distribution" not in frame
    assert "95% bootstrap interval (bca)" in found.summary()
    assert "1,999 draws" in found.summary()
    with pytest.raises(ValueError, match="read-only"):
        found.distribution[0] = 1


@pytest.mark.calibration
@pytest.mark.parametrize(("n", "low", "high"), [(30, 0.91, 0.97), (8, 0.82, 0.92)])
def test_coverage_of_percentiles_falls_with_few_clusters(
    n: int, low: float, high: float
) -> None:
    # 1,500 sets of n normal cluster means, 399 draws each; the truth is 0. The interval
    # is about 1.96 sqrt((n - 1) / n) standard errors: .94 at 30 and .88 at 8.
    rng = np.random.default_rng(9)
    draws = units(n, 399, 1, "coverage")
    held = 0
    for means in rng.normal(size=(1500, n)):
        ends = percentiles(means[draws].mean(axis=1), 0.95)
        held += ends[0] <= 0 <= ends[1]
    assert low < held / 1500 < high


# ---- vertices


def test_the_density_of_draws_has_no_bias() -> None:
    found = vertex_bootstrap(density, network(), rng=1)
    # an unlike pair has any tie with equal chance, and so has a filled one
    assert abs(found.bias) < 4 * found.se / math.sqrt(1999)
    assert found.low == pytest.approx(found.estimate - 1.959964 * found.se, rel=1e-6)
    assert (found.n, found.unit, found.kind) == (9, "actors", "normal")


def test_the_variance_of_draws_is_that_of_every_draw() -> None:
    ties = network(4, seed=5)
    cells = ties.to_numpy()
    pairs = list(itertools.combinations(range(4), 2))
    sums = np.array([cells[i, j] + cells[j, i] for i, j in pairs])
    centres, spreads = [], []
    for actors in itertools.product(range(4), repeat=4):
        copies = sum(actors[i] == actors[j] for i, j in pairs)
        fixed = sum(
            cells[actors[i], actors[j]] + cells[actors[j], actors[i]]
            for i, j in pairs
            if actors[i] != actors[j]
        )
        centres.append((fixed + copies * sums.mean()) / 12)
        spreads.append(copies * sums.var() / 144)
    expected = math.sqrt(np.var(centres) + np.mean(spreads))
    found = vertex_bootstrap(density, ties, rng=1, n_resamples=6000)
    assert found.se == pytest.approx(expected, rel=0.04)


def test_a_measure_of_the_package_is_a_statistic() -> None:
    found = vertex_bootstrap(
        lambda ties: ms.reciprocity(Network.from_matrix(ties)),
        network(12),
        rng=1,
        n_resamples=60,
    )
    assert found.estimate == pytest.approx(
        ms.reciprocity(Network.from_matrix(network(12).mask(np.eye(12) > 0)))
    )
    assert 0 < found.se < 0.5


def test_undirected_stays_undirected_and_unknown_unknown() -> None:
    cells = network(6).to_numpy()
    both = np.maximum(cells, cells.T)
    both[0, 1] = both[1, 0] = np.nan
    seen = []

    def look(ties: pd.DataFrame) -> float:
        values = ties.to_numpy()
        assert np.array_equal(values, values.T, equal_nan=True)
        assert ties.index.tolist() == list(range(6))
        seen.append(int(np.isnan(values).sum()) - 6)
        return density(ties)

    vertex_bootstrap(look, pd.DataFrame(both), n_resamples=40, rng=1)
    assert max(seen) > 0


def test_two_waves_are_drawn_together() -> None:
    """The change of a mean is the mean of the changes, in every draw."""
    rng = np.random.default_rng(7)
    before = pd.DataFrame(rng.random((9, 9)))
    after = before + 0.1 * rng.random((9, 9))

    def change(one: pd.DataFrame, other: pd.DataFrame) -> float:
        return density(other) - density(one)

    pair = vertex_bootstrap(change, [before, after], n_resamples=200, rng=3)
    alone = vertex_bootstrap(density, after - before, n_resamples=200, rng=3)
    np.testing.assert_allclose(pair.distribution, alone.distribution, atol=1e-12)
    turned = after.iloc[::-1, ::-1]
    again = vertex_bootstrap(change, [before, turned], n_resamples=200, rng=3)
    np.testing.assert_array_equal(again.distribution, pair.distribution)
    apart = vertex_bootstrap(density, after, n_resamples=200, rng=3)
    assert pair.se < apart.se / 2


def test_networks_of_other_actors_are_no_pair() -> None:
    one, other = network(6), network(7)
    with pytest.raises(InputError, match="network 2 needs the actors of network 1"):
        vertex_bootstrap(lambda *_: 0.0, [one, other])
    with pytest.raises(InputError, match="or a list of them"):
        vertex_bootstrap(density, [])


def test_one_kind_of_tie_does_not_vary() -> None:
    full = pd.DataFrame(np.ones((6, 6)))
    found = vertex_bootstrap(density, full, n_resamples=40, rng=1)
    assert (found.estimate, found.se, found.low, found.high) == (1, 0, 1, 1)
    percentile = vertex_bootstrap(
        density, network(), kind="percentile", n_resamples=200, rng=3
    )
    ends = np.quantile(percentile.distribution, [0.025, 0.975])
    assert (percentile.low, percentile.high) == pytest.approx(ends)


def test_too_few_actors_are_refused() -> None:
    with pytest.raises(RefusedError, match="4 actors, got 3"):
        vertex_bootstrap(density, network(3))
    with pytest.raises(RefusedError, match="undefined for the data"):
        vertex_bootstrap(lambda _: np.nan, network())
    with pytest.raises(InputError, match="same labels"):
        vertex_bootstrap(density, network().rename(index={"actor 0": "x"}))
