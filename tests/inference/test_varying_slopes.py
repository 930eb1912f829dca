"""Slopes over sites: the mean, Cochran's Q, and Q under relabelling."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import mrqap, site_slopes, slope_heterogeneity

SITES = ["nordvik", "klintby", "aasdal", "isvik"]


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {"trust": [0.4, 0.1, 0.3, 0.2], "gap": [0.5, -0.2, np.nan, 0.1]}, index=SITES
    )


def matrices(
    seed: int, sizes: tuple[int, ...] = (5, 6, 7), spread: float = 0.0
) -> tuple[dict[str, pd.DataFrame], dict[str, dict[str, pd.DataFrame]]]:
    """An outcome and two predictors per site, slopes of the first differing."""
    rng = np.random.default_rng(seed)
    y, x = {}, {"a": {}, "b": {}}
    for site, n in zip(SITES, sizes, strict=False):
        names = [f"actor {k}" for k in range(n)]
        a, b, noise = (
            pd.DataFrame(cells, names, names) for cells in rng.normal(size=(3, n, n))
        )
        y[site] = (0.4 + spread * rng.normal()) * a + 0.2 * b + noise
        x["a"][site], x["b"][site] = a, b
    return y, x


# ---- the mean over sites


def test_mean_by_hand_and_by_scipy() -> None:
    result = site_slopes(table())
    row = result.coefficients.loc["trust"]
    assert row["estimate"] == pytest.approx(0.25)
    assert row["sd"] == pytest.approx(math.sqrt(0.05 / 3))
    assert row["statistic"] == pytest.approx(0.25 / math.sqrt(0.05 / 12))
    test = stats.ttest_1samp(table()["trust"], 0)
    assert row["pvalue"] == pytest.approx(test.pvalue)
    interval = test.confidence_interval(0.95)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(interval))
    assert (row["df"], row["sites"], row["same_sign"]) == (3, 4, 4)


def test_sites_without_a_slope_are_left_out_of_that_term() -> None:
    result = site_slopes(table(), alternative="greater")
    row = result.coefficients.loc["gap"]
    test = stats.ttest_1samp([0.5, -0.2, 0.1], 0, alternative="greater")
    assert row["pvalue"] == pytest.approx(test.pvalue)
    assert (row["df"], row["sites"], row["same_sign"]) == (2, 3, 2)
    assert "gap: 1 of 4 sites have no slope and are left out" in result.notes
    assert any(note.startswith("gap: 2.0 degrees of freedom") for note in result.notes)
    assert result.influence.loc["aasdal", "gap"] == pytest.approx(0.4 / 3)
    assert result.influence.loc["nordvik", "gap"] == pytest.approx(-0.05)
    assert result.influence.loc["nordvik", "trust"] == pytest.approx(0.2)


def test_takes_what_mrqap_gives() -> None:
    y, x = matrices(1)
    by_site = mrqap(y, x, n_resamples=19, rng=1).by_site
    result = site_slopes(by_site)
    assert result.coefficients["estimate"].to_numpy() == pytest.approx(by_site.mean())
    assert result.unit == "sites"
    assert result.n == 3


def test_arrays_and_series() -> None:
    frame = table()[["trust"]]
    series = site_slopes(frame["trust"])
    assert series.coefficients.equals(site_slopes(frame).coefficients)
    array = site_slopes(frame["trust"].to_numpy())
    assert array.coefficients.index.tolist() == ["slope"]
    both = site_slopes(table().to_numpy())
    assert both.coefficients.index.tolist() == ["slope 1", "slope 2"]


@given(
    st.lists(st.floats(-5, 5), min_size=3, max_size=8, unique=True),
    st.floats(-3, 3),
)
def test_units_play_no_part(slopes: list[float], scale: float) -> None:
    values = np.round(slopes, 3)
    if np.ptp(values) < 0.01 or abs(scale) < 0.01:
        return
    plain = site_slopes(values).coefficients.loc["slope"]
    other = site_slopes(scale * values).coefficients.loc["slope"]
    assert plain["pvalue"] == pytest.approx(other["pvalue"], abs=1e-9)


def test_cochran_by_hand() -> None:
    errors = pd.DataFrame({"trust": [0.1, 0.1, 0.2, 0.2]}, index=SITES)
    result = site_slopes(table()[["trust"]], errors=errors)
    row = result.coefficients.loc["trust"]
    # weights 100, 100, 25, 25: mean 0.25; squares .0225, .0225, .0025, .0025
    assert row["q"] == pytest.approx(100 * 0.0225 * 2 + 25 * 0.0025 * 2)
    assert row["q_df"] == 3
    assert row["q_pvalue"] == pytest.approx(stats.chi2.sf(4.625, 3))
    shuffled = site_slopes(table()[["trust"]], errors=errors.iloc[::-1])
    assert shuffled.coefficients.equals(result.coefficients)
    gaps = site_slopes(table(), errors=table().notna() * 0.1)
    assert gaps.coefficients.loc["gap", "q_df"] == 2


def test_slopes_that_cannot_be_tested() -> None:
    frame = table().assign(alike=0.3, lone=[0.1, np.nan, np.nan, np.nan])
    result = site_slopes(frame)
    assert result.coefficients.loc[["alike", "lone"], "pvalue"].isna().all()
    assert result.coefficients.loc["lone", "estimate"] == pytest.approx(0.1)
    assert "not testable, no two slopes that differ: alike, lone" in result.notes
    assert np.isnan(result.influence.loc["nordvik", "lone"])
    with pytest.raises(RefusedError, match="no term has slopes of two sites"):
        site_slopes(frame[["alike", "lone"]])
    with pytest.raises(RefusedError, match="finite"):
        site_slopes([0.1, np.inf])


def test_wrong_errors() -> None:
    with pytest.raises(InputError, match="shape"):
        site_slopes(table(), errors=np.ones(4))
    with pytest.raises(InputError, match="above 0"):
        site_slopes(table()[["trust"]], errors=np.zeros(4))
    with pytest.raises(InputError, match="above 0"):
        site_slopes(table(), errors=-table().abs())


# ---- slopes of matrices


def q_of(
    y: dict[str, pd.DataFrame],
    x: dict[str, dict[str, pd.DataFrame]],
    shift: float,
    orders: list[list[int]],
) -> tuple[float, float]:
    """Q and the weighted mean of the slopes of a, by lstsq site by site."""
    slopes, weights = [], []
    for order, site in zip(orders, y, strict=True):
        off = ~np.eye(len(y[site]), dtype=bool)
        b = np.column_stack([np.ones(off.sum()), x["b"][site].to_numpy()[off]])
        a = x["a"][site].to_numpy()
        left = np.zeros_like(a)
        left[off] = a[off] - b @ np.linalg.lstsq(b, a[off])[0]
        moved = left[np.ix_(order, order)][off]
        outcome = y[site].to_numpy()[off] - shift * a[off]
        design = np.column_stack([b, moved])
        fit, rest = np.linalg.lstsq(design, outcome)[:2]
        spread = rest[0] / (len(outcome) - 3)
        slopes.append(fit[2])
        weights.append(1 / (spread * np.linalg.inv(design.T @ design)[2, 2]))
    mean = np.average(slopes, weights=weights)
    return float(np.sum(weights * (np.array(slopes) - mean) ** 2)), float(mean)


def test_q_equals_refits_for_every_relabelling() -> None:
    y, x = matrices(3, (4, 4))
    result = slope_heterogeneity(y, x)
    assert result.method == "Q, exact (576 relabellings) of each site"
    home = [[0, 1, 2, 3]] * 2
    _, mean = q_of(y, x, 0.0, home)
    assert result.coefficients.loc["a", "estimate"] == pytest.approx(mean)
    own, _ = q_of(y, x, mean, home)
    assert result.coefficients.loc["a", "statistic"] == pytest.approx(own)
    every = [list(order) for order in itertools.permutations(range(4))]
    null = [q_of(y, x, mean, list(pair))[0] for pair in itertools.product(every, every)]
    assert np.sort(result.null_distribution["a"]) == pytest.approx(np.sort(null))
    p = np.mean(np.array(null) >= own - 1e-9)
    assert result.coefficients.loc["a", "pvalue"] == p


def test_common_relabelling_moves_roles_together() -> None:
    y, x = matrices(3, (4, 4, 4))
    result = slope_heterogeneity(y, x, labels="common")
    assert result.n_resamples == 24
    _, mean = q_of(y, x, 0.0, [[0, 1, 2, 3]] * 3)
    null = [
        q_of(y, x, mean, [list(order)] * 3)[0]
        for order in itertools.permutations(range(4))
    ]
    assert np.sort(result.null_distribution["a"]) == pytest.approx(np.sort(null))


def test_differing_slopes_are_found_and_a_common_slope_is_not_one() -> None:
    y, x = matrices(5, (8, 8, 8, 8), spread=1.5)
    found = slope_heterogeneity(y, x, n_resamples=199, rng=1).coefficients
    assert found.loc["a", "pvalue"] == 1 / 200
    assert found.loc["a", "sd"] > 0.5
    assert found.loc["b", "pvalue"] > 0.05
    shifted = {site: y[site] + 3 * x["a"][site] for site in y}
    other = slope_heterogeneity(shifted, x, n_resamples=199, rng=1).coefficients
    assert other["pvalue"].to_numpy() == pytest.approx(found["pvalue"].to_numpy())
    assert other.loc["a", "estimate"] == pytest.approx(found.loc["a", "estimate"] + 3)


def test_by_site_are_the_slopes_of_mrqap_and_seeds_decide() -> None:
    y, x = matrices(2)
    one, two = (slope_heterogeneity(y, x, n_resamples=99, rng=4) for _ in range(2))
    assert one.null_distribution.equals(two.null_distribution)
    assert one.seed == 4
    by_site = mrqap(y, x, n_resamples=19, rng=1).by_site
    pd.testing.assert_frame_equal(one.by_site, by_site)
    order = ["actor 3", "actor 1", "actor 0", "actor 4", "actor 2"]
    y["nordvik"] = y["nordvik"].loc[order, order]
    third = slope_heterogeneity(y, x, n_resamples=99, rng=4)
    pd.testing.assert_frame_equal(third.coefficients, one.coefficients)


def test_missing_dyads_silent_actors_and_sites_without_a_slope() -> None:
    y, x = matrices(6, (6, 6, 5))
    y["nordvik"].iloc[0] = np.nan
    y["klintby"].iloc[2, 3] = np.nan
    x["a"]["aasdal"] = x["a"]["aasdal"] * 0 + 1.0
    result = slope_heterogeneity(y, x, n_resamples=99, rng=1)
    assert result.coefficients["sites"].tolist() == [2, 2]
    assert result.by_site.isna().all(axis=1).tolist() == [True, False, False]
    assert result.coefficients["pvalue"].between(0, 1).all()
    assert result.n == 30 - 5 + 29 + 20


def test_refusals() -> None:
    y, x = matrices(1)
    with pytest.raises(RefusedError, match="one site"):
        slope_heterogeneity(y["nordvik"], {"a": x["a"]["nordvik"]})
    with pytest.raises(UnknownNameError, match="labels"):
        slope_heterogeneity(y, x, labels="shared")
    for site in ("klintby", "aasdal"):
        x["a"][site] = x["a"][site] * 0
    with pytest.raises(RefusedError, match="fewer than two sites have a slope of a"):
        slope_heterogeneity(y, x)
