"""How often tests for few sites claim an effect where there is none.

What the smoke tier leaves out: the wild bootstrap, permutations of sites, ratings whose
senders and receivers have something of their own, and slopes that differ.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from netcollab.inference import (
    mixed_model,
    mrqap,
    site_permutation,
    site_slopes,
    slope_heterogeneity,
    wild_cluster_bootstrap,
)
from netcollab.inference.trials import TESTS
from netcollab.inference.worlds import Networks, Respondents

pytestmark = pytest.mark.calibration

LEVEL = 0.05


def size(p: list[float], level: float = LEVEL) -> float:
    return float(np.mean(np.array(p) <= level))


def error(simulations: int, level: float = LEVEL) -> float:
    return 3 * math.sqrt(level * (1 - level) / simulations)


@pytest.mark.parametrize(
    ("sites", "weights"),
    [(8, "rademacher"), pytest.param(12, "webb", marks=pytest.mark.nightly)],
)
def test_wild_bootstrap_holds_its_level(sites: int, weights: str) -> None:
    rng = np.random.default_rng(31)
    p = []
    for k in range(300):
        frame = Respondents(sites, "half", 0.2).draw(rng)
        result = wild_cluster_bootstrap(
            frame, "y", ["x"], "site", "x", weights=weights, n_resamples=199, rng=k
        )
        p.append(result.coefficients.loc["x", "pvalue"])
    assert abs(size(p) - LEVEL) <= error(300)


def test_permutation_is_exact_for_any_distribution() -> None:
    rng = np.random.default_rng(6)
    p, smallest = [], 2 / 70
    for _ in range(800):
        half = rng.permutation(np.arange(8) % 2 * 1.0)
        frame = pd.DataFrame({"site": range(8), "x": half})
        frame["y"] = np.exp(2 * rng.normal(size=8))
        result = site_permutation(frame, "y", "x", "site")
        p.append(result.coefficients.loc["x", "pvalue"])
    assert min(p) >= smallest
    for level in (2 / 70, 10 / 70, 20 / 70):
        assert abs(size(p, level + 1e-9) - level) <= error(800, level)


@pytest.mark.nightly
def test_permutation_beside_a_covariate_holds_its_level() -> None:
    rng = np.random.default_rng(7)
    p = []
    for k in range(500):
        frame = pd.DataFrame({"site": range(12), "z": rng.normal(size=12)})
        frame["x"] = frame["z"] + rng.normal(size=12)
        frame["y"] = frame["z"] + rng.normal(size=12)
        result = site_permutation(
            frame, "y", "x", "site", covariates="z", n_resamples=199, rng=k
        )
        p.append(result.coefficients.loc["x", "pvalue"])
    assert abs(size(p) - LEVEL) <= error(500)


@pytest.mark.nightly
def test_senders_and_receivers_belong_in_the_model() -> None:
    rng = np.random.default_rng(12)
    tests = TESTS[Networks]
    alone, functions = [], []
    for _ in range(200):
        study = Networks(8, "sender").draw(rng)
        alone.append(tests["mixed model, sites"](study, 0)[0])
        functions.append(tests["mixed model, functions"](study, 0)[0])
    assert size(functions) <= LEVEL + error(200)
    assert size(alone) > LEVEL + error(200)


@pytest.mark.nightly
def test_slopes_that_differ_about_zero() -> None:
    rng = np.random.default_rng(13)
    means, within = [], []
    for k in range(200):
        y, x = Networks(8, slope_sd=0.4).draw(rng)
        result = mrqap(y, x, n_resamples=99, rng=k)
        within.append(result.coefficients.loc["x", "pvalue"])
        row = site_slopes(result.by_site).coefficients.loc["x"]
        means.append(row["pvalue"])
    assert abs(size(means) - LEVEL) <= error(200)
    assert size(within) > LEVEL + error(200)


@pytest.mark.parametrize(
    "slope_sd", [pytest.param(0.0, marks=pytest.mark.nightly), 0.4]
)
def test_slopes_that_vary_belong_in_the_model(slope_sd: float) -> None:
    rng = np.random.default_rng(21)
    intercepts, slopes, counted = [], [], []
    for _ in range(200):
        y, x = Networks(8, slope_sd=slope_sd).draw(rng)
        sizes = [len(site) for site in y.values()]
        frame = pd.DataFrame(
            {
                "site": np.repeat(list(y), [n * (n - 1) for n in sizes]),
                "y": np.concatenate([off_diagonal(site) for site in y.values()]),
                "x": np.concatenate([off_diagonal(site) for site in x["x"].values()]),
            }
        )
        varied = {"slopes": "x"}
        for p, options in (
            (intercepts, {}),
            (slopes, varied),
            (counted, {**varied, "df": "between_within"}),
        ):
            result = mixed_model(frame, "y", "x", "site", **options)
            p.append(result.coefficients.loc["x", "pvalue"])
    assert abs(size(slopes) - LEVEL) <= error(200)
    assert abs(size(counted) - LEVEL) <= error(200)
    assert size(intercepts) > LEVEL + error(200)


def off_diagonal(ratings: pd.DataFrame) -> np.ndarray:
    return ratings.to_numpy()[~np.eye(len(ratings), dtype=bool)]


@pytest.mark.nightly
def test_one_slope_everywhere_is_not_called_different() -> None:
    rng = np.random.default_rng(14)
    p, chi = [], []
    for k in range(200):
        y, x = Networks(8).draw(rng)
        for site in y:
            y[site] = y[site] + 0.4 * x["x"][site]
        result = slope_heterogeneity(y, x, n_resamples=99, rng=k)
        p.append(result.coefficients.loc["x", "pvalue"])
        chi.append(result.coefficients.loc["x", "statistic"])
    assert abs(size(p) - LEVEL) <= error(200)
    assert np.mean(np.array(chi) > 14.07) > 0.15  # the 95 % point of chi-squared(7)
