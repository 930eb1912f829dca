"""How often tests for few sites claim an effect where there is none.

Respondents of a site have something in common, and so do the ratings of a sender or a
receiver. Least squares, which takes rows for independent, must fail here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from netcollab.inference import (
    cluster_robust,
    mixed_model,
    mrqap,
    site_means,
    site_permutation,
    site_slopes,
    slope_heterogeneity,
    wild_cluster_bootstrap,
)

pytestmark = pytest.mark.calibration

LEVEL = 0.05
ICC = 0.2

Draw = Callable[[np.random.Generator, int], np.ndarray]


def half(rng: np.random.Generator, sites: int) -> np.ndarray:
    return rng.permutation(np.arange(sites) % 2 * 1.0)


def two(rng: np.random.Generator, sites: int) -> np.ndarray:
    return rng.permutation((np.arange(sites) < 2) * 1.0)


def skewed(rng: np.random.Generator, sites: int) -> np.ndarray:
    return np.asarray(np.exp(1.5 * rng.normal(size=sites)))


def studies(
    sites: int, draw: Draw, simulations: int, icc: float = ICC
) -> Iterator[pd.DataFrame]:
    """Outcomes without an effect of x; 5 to 30 respondents per site."""
    rng = np.random.default_rng(31)
    for _ in range(simulations):
        site = np.repeat(np.arange(sites), rng.integers(5, 31, size=sites))
        between = math.sqrt(icc) * rng.normal(size=sites)
        within = math.sqrt(1 - icc) * rng.normal(size=len(site))
        yield pd.DataFrame(
            {"site": site, "x": draw(rng, sites)[site], "y": between[site] + within}
        )


def size(p: list[float], level: float = LEVEL) -> float:
    return float(np.mean(np.array(p) <= level))


def error(simulations: int, level: float = LEVEL) -> float:
    return 3 * math.sqrt(level * (1 - level) / simulations)


def least_squares(frame: pd.DataFrame) -> float:
    row = cluster_robust(frame, "y", ["x"], "site", kind="CR0")
    left = frame["y"] - row.coefficients["estimate"] @ [np.ones(len(frame)), frame["x"]]
    spread = left @ left / (len(frame) - 2)
    squares = ((frame["x"] - frame["x"].mean()) ** 2).sum()
    t = row.coefficients.loc["x", "estimate"] / math.sqrt(spread / squares)
    return float(2 * student.sf(abs(t), len(frame) - 2))


@pytest.mark.parametrize(("sites", "draw"), [(8, half), (12, skewed)])
def test_mixed_models_hold_their_level(sites: int, draw: Draw) -> None:
    found: dict[str, list[float]] = {"satterthwaite": [], "between_within": []}
    naive = []
    for frame in studies(sites, draw, 400):
        for df, p in found.items():
            result = mixed_model(frame, "y", ["x"], "site", df=df)
            p.append(result.coefficients.loc["x", "pvalue"])
        naive.append(least_squares(frame))
    for p in found.values():
        assert abs(size(p) - LEVEL) <= error(400)
    assert size(naive) > 0.25


@pytest.mark.parametrize(("sites", "draw"), [(8, half), (12, two), (12, skewed)])
def test_means_hold_and_least_squares_fail(sites: int, draw: Draw) -> None:
    means, robust, naive, other = [], [], [], []
    for frame in studies(sites, draw, 500):
        row = site_means(frame, "y", ["x"], "site").coefficients.loc["x"]
        means.append(row["pvalue"])
        for kind, p in (("CR2", robust), ("CR1", other)):
            result = cluster_robust(frame, "y", ["x"], "site", kind=kind)
            p.append(result.coefficients.loc["x", "pvalue"])
        naive.append(least_squares(frame))
    assert abs(size(means) - LEVEL) <= error(500)
    assert size(robust) <= LEVEL + error(500)
    assert size(other) > size(robust)
    assert size(naive) > 0.25


@pytest.mark.parametrize(("sites", "weights"), [(8, "rademacher"), (12, "webb")])
def test_wild_bootstrap_holds_its_level(sites: int, weights: str) -> None:
    p = []
    for k, frame in enumerate(studies(sites, half, 300)):
        result = wild_cluster_bootstrap(
            frame, "y", ["x"], "site", "x", weights=weights, n_resamples=199, rng=k
        )
        p.append(result.coefficients.loc["x", "pvalue"])
    assert abs(size(p) - LEVEL) <= error(300)


def test_permutation_is_exact_for_any_distribution() -> None:
    rng = np.random.default_rng(6)
    p, smallest = [], 2 / 70
    for _ in range(800):
        frame = pd.DataFrame({"site": range(8), "x": half(rng, 8)})
        frame["y"] = np.exp(2 * rng.normal(size=8))
        result = site_permutation(frame, "y", "x", "site")
        p.append(result.coefficients.loc["x", "pvalue"])
    assert min(p) >= smallest
    for level in (2 / 70, 10 / 70, 20 / 70):
        assert abs(size(p, level + 1e-9) - level) <= error(800, level)


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


# ---- ratings among six functions


def rated(rng: np.random.Generator, n: int = 6) -> np.ndarray:
    """Ratings with a sender's, a receiver's and their own part."""
    sends, receives = rng.normal(size=(2, n)) * [[math.sqrt(0.3)], [math.sqrt(0.2)]]
    own = math.sqrt(0.5) * rng.normal(size=(n, n))
    return np.asarray(sends[:, None] + receives + own)


def test_senders_and_receivers_belong_in_the_model() -> None:
    rng = np.random.default_rng(12)
    off = np.argwhere(~np.eye(6, dtype=bool))
    alone, all_in = [], []
    for _ in range(120):
        parts = []
        for site in range(8):
            cells = rated(rng) + 0.4 * rng.normal()
            part = pd.DataFrame({"site": site, "sender": off[:, 0], "to": off[:, 1]})
            part["y"] = cells[off[:, 0], off[:, 1]]
            part["x"] = rng.normal(size=6)[off[:, 0]]
            parts.append(part)
        frame = pd.concat(parts)
        units = ["site", ("site", "sender"), ("site", "to")]
        for random, p in ((["site"], alone), (units, all_in)):
            result = mixed_model(frame, "y", ["x"], random)
            p.append(result.coefficients.loc["x", "pvalue"])
    assert size(all_in) <= LEVEL + error(120)
    assert size(alone) > LEVEL + error(120)


def related(
    rng: np.random.Generator, sites: int, mean: float, spread: float
) -> tuple[dict[str, pd.DataFrame], dict[str, dict[str, pd.DataFrame]]]:
    y, x = {}, {}
    for k in range(sites):
        predictor = rated(rng)
        slope = mean + spread * rng.normal()
        x[f"site {k}"] = pd.DataFrame(predictor)
        y[f"site {k}"] = pd.DataFrame(slope * predictor + rated(rng) + rng.normal())
    return y, {"x": x}


def test_slopes_that_differ_about_zero() -> None:
    rng = np.random.default_rng(13)
    means, within = [], []
    for k in range(200):
        y, x = related(rng, 8, 0.0, 0.4)
        result = mrqap(y, x, n_resamples=99, rng=k)
        within.append(result.coefficients.loc["x", "pvalue"])
        row = site_slopes(result.by_site).coefficients.loc["x"]
        means.append(row["pvalue"])
    assert abs(size(means) - LEVEL) <= error(200)
    assert size(within) > LEVEL + error(200)


def test_one_slope_everywhere_is_not_called_different() -> None:
    rng = np.random.default_rng(14)
    p, chi = [], []
    for k in range(200):
        y, x = related(rng, 8, 0.4, 0.0)
        result = slope_heterogeneity(y, x, n_resamples=99, rng=k)
        p.append(result.coefficients.loc["x", "pvalue"])
        chi.append(result.coefficients.loc["x", "statistic"])
    assert abs(size(p) - LEVEL) <= error(200)
    assert np.mean(np.array(chi) > 14.07) > 0.15  # the 95 % point of chi-squared(7)
