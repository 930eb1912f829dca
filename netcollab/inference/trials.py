"""The tests that calibration tries, each run on a study as a user would run it.

What does a test say of x, which has no effect?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from netcollab.errors import RefusedError
from netcollab.inference.cluster_variance import cluster_robust
from netcollab.inference.models import ModelResult
from netcollab.inference.mrqap import mrqap
from netcollab.inference.multilevel import mixed_model
from netcollab.inference.site_averages import site_means
from netcollab.inference.site_orders import site_permutation
from netcollab.inference.student import t_table
from netcollab.inference.varying_slopes import site_slopes
from netcollab.inference.wild_bootstrap import wild_cluster_bootstrap
from netcollab.inference.worlds import (
    Networks,
    OneNetwork,
    Respondents,
    Squares,
    Ties,
    World,
)

__all__ = ["TESTS", "Test", "Told", "tried"]

Told: TypeAlias = "tuple[float, float, float, float]"  # p, interval, smallest p
Test: TypeAlias = "Callable[[Any, int], Told]"

DRAWS = 199
FUNCTIONS: list[str | tuple[str, ...]] = [
    "site",
    ("site", "sender"),
    ("site", "receiver"),
]
ROLES: list[str | tuple[str, ...]] = ["sender", "receiver", ("sender", "receiver")]


def tried(test: Test, study: object, rng: int) -> Told:
    """What a test says of x in a study: p, interval, smallest p; NaN if it refuses."""
    try:
        return test(study, rng)
    except RefusedError:
        return math.nan, math.nan, math.nan, math.nan


def _of(result: ModelResult) -> Told:
    """What a result says of x; the smallest p is NaN where p is continuous."""
    row = result.coefficients.loc["x"].astype(float).to_dict()
    return row["pvalue"], row["ci_low"], row["ci_high"], row.get("p_min", math.nan)


def _least_squares(y: np.ndarray, predictors: np.ndarray) -> Told:
    """A regression that takes rows for independent; x is the first predictor."""
    x = np.column_stack([np.ones(len(y)), predictors])
    inverse = np.linalg.inv(x.T @ x)
    slopes = inverse @ (x.T @ y)
    df = len(y) - x.shape[1]
    errors = np.sqrt(np.sum((y - x @ slopes) ** 2) / df * np.diag(inverse))
    table = t_table(
        ["x"],
        slopes[1:2],
        errors[1:2],
        np.full(1, float(df)),
        alternative="two-sided",
        confidence=0.95,
    )
    return _of(ModelResult("least squares", "the slope is 0", table))


# ---- one network


def _dyads(study: tuple[pd.DataFrame, Squares], _: int) -> Told:
    y, x = study
    known = y.notna().to_numpy()
    columns = [frame.to_numpy()[known] for frame in x.values()]
    return _least_squares(y.to_numpy()[known], np.column_stack(columns))


def _relabelled(study: tuple[pd.DataFrame, Squares], rng: int, **options: Any) -> Told:
    y, x = study
    return _of(mrqap(y, x, n_resamples=DRAWS, rng=rng, **options))


# ---- respondents of several sites


def _respondents(study: pd.DataFrame, _: int) -> Told:
    return _least_squares(study["y"].to_numpy(), study["x"].to_numpy())


def _robust(study: pd.DataFrame, _: int, kind: Literal["CR0", "CR1", "CR2"]) -> Told:
    return _of(cluster_robust(study, "y", ["x"], "site", kind=kind))


def _wild(
    study: pd.DataFrame,
    rng: int,
    weights: Literal["rademacher", "webb"],
) -> Told:
    result = wild_cluster_bootstrap(
        study, "y", ["x"], "site", "x", weights=weights, n_resamples=DRAWS, rng=rng
    )
    return _of(result)


def _mixed(
    study: pd.DataFrame,
    _: int,
    df: Literal["satterthwaite", "between_within"],
) -> Told:
    return _of(mixed_model(study, "y", ["x"], "site", df=df))


def _means(study: pd.DataFrame, _: int) -> Told:
    return _of(site_means(study, "y", ["x"], "site"))


def _dealt(study: pd.DataFrame, rng: int) -> Told:
    return _of(site_permutation(study, "y", "x", "site", n_resamples=DRAWS, rng=rng))


# ---- a network in each of several sites


Sites: TypeAlias = "tuple[Squares, Mapping[str, Squares]]"


def _rows(study: Sites) -> pd.DataFrame:
    """One row per rating: site, sender, receiver, y, x."""
    y, x = study
    roles = next(iter(y.values())).index.to_numpy()
    senders, receivers = np.nonzero(~np.eye(len(roles), dtype=bool))
    pairs, sites = len(senders), list(y)
    return pd.DataFrame(
        {
            "site": np.repeat(sites, pairs),
            "sender": np.tile(roles[senders], len(sites)),
            "receiver": np.tile(roles[receivers], len(sites)),
            **{
                name: np.concatenate(
                    [cells[site].to_numpy()[senders, receivers] for site in sites]
                )
                for name, cells in (("y", y), ("x", x["x"]))
            },
        }
    )


def _ratings(study: Sites, _: int) -> Told:
    return _respondents(_rows(study), _)


def _ratings_robust(study: Sites, _: int) -> Told:
    return _of(cluster_robust(_rows(study), "y", ["x"], "site"))


def _ratings_mixed(study: Sites, _: int, random: list[str | tuple[str, ...]]) -> Told:
    return _of(mixed_model(_rows(study), "y", ["x"], random))


def _slopes(study: Sites, rng: int) -> Told:
    y, x = study
    result = mrqap(y, x, n_resamples=1, rng=rng)
    return _of(site_slopes(result.by_site))


TESTS: dict[type[World], dict[str, Test]] = {
    OneNetwork: {
        "least squares": _dyads,
        "MRQAP, double semi-partialing": partial(_relabelled, method="dsp"),
        "MRQAP, Freedman-Lane": partial(_relabelled, method="freedman_lane"),
        "MRQAP, the outcome relabelled": partial(_relabelled, method="y"),
    },
    Ties: {
        "least squares": _dyads,
        "MRQAP, double semi-partialing": _relabelled,
        "MRQAP, double semi-partialing, logistic (score test)": partial(
            _relabelled, family="logistic"
        ),
    },
    Respondents: {
        "least squares": _respondents,
        "CR0": partial(_robust, kind="CR0"),
        "CR1": partial(_robust, kind="CR1"),
        "CR2": partial(_robust, kind="CR2"),
        "wild bootstrap, rademacher": partial(_wild, weights="rademacher"),
        "wild bootstrap, webb": partial(_wild, weights="webb"),
        "mixed model, satterthwaite": partial(_mixed, df="satterthwaite"),
        "mixed model, between_within": partial(_mixed, df="between_within"),
        "site means": _means,
        "site permutation": _dealt,
    },
    Networks: {
        "least squares": _ratings,
        "CR2": _ratings_robust,
        "MRQAP, double semi-partialing, independent labels": _relabelled,
        "MRQAP, double semi-partialing, common labels": partial(
            _relabelled, labels="common"
        ),
        "site slopes": _slopes,
        "mixed model, sites": partial(_ratings_mixed, random=["site"]),
        "mixed model, functions": partial(_ratings_mixed, random=FUNCTIONS),
        "mixed model, roles": partial(_ratings_mixed, random=[*FUNCTIONS, *ROLES]),
    },
}
