"""The smallest detectable effect beside a finished test."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from netcollab import inference as room
from netcollab import measures, networks
from netcollab.errors import InputError
from netcollab.inference.detectable import (
    ALONE,
    NO_ERROR,
    SCATTERED,
    Detectable,
    beyond,
    detectable_by_draws,
    detectable_by_t,
    detectable_correlation,
    detectable_shift,
)
from netcollab.inference.models import ModelResult
from netcollab.inference.planned import Planned
from netcollab.inference.planned_ties import Attributes, OneNetwork
from netcollab.inference.results import TestResult

REFERENCE = Path(__file__).parents[1] / "reference/inference/power.csv"
FEW = {"n_resamples": 199, "rng": 1}


def reference(kind: str) -> pd.DataFrame:
    table = pd.read_csv(REFERENCE)
    return table[table["kind"] == kind]


def uniform_t(df: int, count: int = 9999) -> np.ndarray:
    """Draws of t at equal steps of probability."""
    return np.asarray(stats.t.ppf((np.arange(count) + 0.5) / count, df))


# ---- t-tests


def test_noncentral_t_is_that_of_r() -> None:
    rows = reference("noncentral t")
    assert len(rows) == 37
    for row in rows.itertuples():
        found = detectable_by_t(
            np.array([1.0]),
            np.array([float(row.df)]),
            alternative="two-sided" if row.sides == 2 else "greater",
            alpha=row.alpha,
            power=row.power,
        )
        assert found[0] == pytest.approx(row.delta, rel=1e-6)


def test_two_groups_are_those_of_power_t_test() -> None:
    for row in reference("delta of two groups").itertuples():
        se, df = np.array([math.sqrt(2 / row.n)]), np.array([float(row.df)])
        found = detectable_by_t(se, df, power=row.power)
        assert found[0] == pytest.approx(row.delta, rel=1e-6)


def test_with_endless_df_it_is_the_sum_of_two_quantiles() -> None:
    found = detectable_by_t(np.array([0.5]), np.array([np.inf]))
    assert found[0] == pytest.approx(0.5 * (1.959964 + 0.841621), rel=1e-6)


def test_without_error_or_df_there_is_none() -> None:
    se = np.array([0.0, np.nan, 0.5, 0.5, np.inf])
    df = np.array([6.0, 6.0, 0.0, np.nan, 6.0])
    assert np.isnan(detectable_by_t(se, df)).all()
    few = detectable_by_t(np.ones(4), np.array([1e-4, 0.12, 0.99, 1.0]))
    assert np.isnan(few[:3]).all()
    assert few[3] > 10


# ---- permutation tests


def test_a_correlation_by_hand() -> None:
    # 20 relabellings, alpha .1: two may be as extreme, and .6 is the third largest
    null = np.array([0.9, -0.8, 0.6, *np.linspace(-0.5, 0.5, 17)])
    spread = 1 / math.sqrt(1 / null.var() - 3)
    q = 0.75 + stats.norm.ppf(0.8) * spread  # .6 / sqrt(1 - .36) = .75
    found = detectable_correlation(null, exact=True, alpha=0.1)
    assert found.effect == pytest.approx(q / math.hypot(1, q))


@pytest.mark.parametrize(
    ("n", "wanted"), [(8, 0.82), (12, 0.71), (20, 0.58), (30, 0.48)]
)
def test_normal_attributes_of_n_actors(n: int, wanted: float) -> None:
    t = uniform_t(n - 2)
    null = t / np.sqrt(n - 2 + t**2)
    found = detectable_correlation(null, exact=False)
    assert found.effect == pytest.approx(wanted, abs=0.012)


def test_draws_of_t_and_of_r_say_the_same() -> None:
    t = uniform_t(10)
    of_r = detectable_correlation(t / np.sqrt(10 + t**2), exact=False).effect
    slope = detectable_by_draws(t, 0.3, 10, exact=False).effect
    assert slope == pytest.approx(0.3 * math.sqrt(10) * of_r / math.sqrt(1 - of_r**2))
    assert slope == pytest.approx(
        detectable_by_t(np.array([0.3]), np.array([10.0]))[0], rel=0.02
    )


@pytest.mark.parametrize(("n", "kind"), [(8, Attributes), (20, Attributes)])
def test_power_there_is_what_was_asked_for(n: int, kind: type) -> None:
    t = uniform_t(n - 2)
    found = detectable_correlation(t / np.sqrt(n - 2 + t**2), exact=False)
    studies = kind(Planned(1, n, response_rate=1), np.array([found.effect]))
    power = studies(np.random.default_rng(3), 1500).mean()
    assert 0.76 < power < 0.84


@pytest.mark.parametrize("n", [6, 12])
@pytest.mark.parametrize("autocorrelation", [0.0, 0.8])
def test_power_of_dyads_there_is_what_was_asked_for(
    n: int, autocorrelation: float
) -> None:
    """The effect is told from data that have none; studies that have it find it."""
    plan = Planned(1, n, response_rate=1, autocorrelation=autocorrelation)
    studies = OneNetwork(plan, np.array([0.0]))
    rng, told = np.random.default_rng(4), []
    names = [f"actor {k}" for k in range(n)]
    for _ in range(60):
        y, x = (
            pd.DataFrame(studies._relation(rng, 1)[0], names, names) for _ in range(2)
        )
        result = room.qap_correlation(y, x, n_resamples=999, rng=1)
        told.append(result.detectable_effect)
    power = OneNetwork(plan, np.array([float(np.mean(told))]))(rng, 1500).mean()
    assert 0.72 < power < 0.88


def test_where_no_p_is_small_enough_there_is_none() -> None:
    found = detectable_correlation(np.array([0.9, 0.1, -0.3, 0.2]), exact=True)
    assert math.isnan(found.effect)
    assert found.reason == "p is never at or below 0.05, however large the effect"
    # the smallest p, 1 of 20, is just alpha
    null = np.array([0.9, *np.linspace(-0.5, 0.5, 19)])
    assert detectable_correlation(null, exact=True).effect > 0.5


def test_where_chance_has_one_value_or_all_there_is_none() -> None:
    assert detectable_correlation(np.full(99, 0.2), exact=False).reason == ALONE
    wide = np.tile([-0.9, 0.9], 100)
    assert detectable_correlation(wide, exact=False).reason == SCATTERED
    assert beyond(1.0, 0.1).reason.startswith("p is never")


@pytest.mark.parametrize(
    ("null", "more"),
    [
        ([0.1, 0.2], {}),
        (np.array(["a"]), {}),
        (np.zeros((2, 2)), {}),
        (np.zeros(9), {"alpha": 0}),
        (np.zeros(9), {"power": 1.5}),
        (np.zeros(9), {"alternative": "larger"}),
    ],
)
def test_hostile_arguments_are_refused(null: Any, more: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        detectable_correlation(null, **{"exact": False, "power": 0.8, **more})


def test_a_null_without_or_with_undefined_draws() -> None:
    assert detectable_correlation(np.empty(0), exact=False).reason == ALONE
    null = np.random.default_rng(1).uniform(-0.3, 0.3, 999)
    null[:9] = np.nan
    some = detectable_correlation(null, exact=False).effect
    null[:60] = np.nan  # as extreme as can be, in more than .05 of the draws
    assert 0 < some < 1
    assert math.isnan(detectable_correlation(null, exact=False).effect)


def test_draws_without_an_error_have_none() -> None:
    for se, df in ((0.0, 6.0), (math.nan, 6.0), (0.5, 0.0)):
        found = detectable_by_draws(uniform_t(6), se, df, exact=False)
        assert (math.isnan(found.effect), found.reason) == (True, NO_ERROR)


def test_a_shift_by_hand() -> None:
    # one-sided at .05 of 99 draws: four may be as large, so that 95 is not significant
    null = np.arange(1.0, 100)
    found = detectable_shift(null, alternative="greater", exact=False)
    assert found.effect == pytest.approx(95 - 50 + stats.norm.ppf(0.8) * null.std())
    mirrored = detectable_shift(-null, alternative="less", exact=False)
    assert mirrored.effect == pytest.approx(found.effect)
    both = detectable_shift(np.append(null, 400.0), exact=False)
    assert both.effect > found.effect


@pytest.mark.parametrize("scale", [1e-200, 1e-12, 1e12, 1e200])
def test_a_shift_has_the_unit_of_its_statistic(scale: float) -> None:
    null = np.random.default_rng(1).normal(size=199)
    plain = detectable_shift(null, exact=False).effect
    assert detectable_shift(null * scale, exact=False).effect == pytest.approx(
        plain * scale
    )


# ---- beside every test


def matrix(seed: int, n: int = 6) -> pd.DataFrame:
    names = [f"actor {i}" for i in range(n)]
    cells = np.random.default_rng(seed).normal(size=(n, n))
    return pd.DataFrame(cells, names, names)


def table(effect: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    site = np.repeat(np.arange(8), 4)
    y, x, z = rng.normal(size=(3, 32))
    between = rng.normal(size=8)[site]
    frame = pd.DataFrame({"y": y + effect * x, "x": x, "z": z, "reform": between})
    return frame.assign(site=[f"site {k}" for k in site], y=frame["y"] + between / 2)


def series(seed: int) -> pd.Series:
    values = np.random.default_rng(seed).normal(size=8)
    return pd.Series(values, [f"actor {i}" for i in range(8)])


def labelled() -> networks.Network:
    actors = pd.DataFrame({"level": list("uuuvvvvv")}, index=matrix(1, 8).index)
    told = ((matrix(1, 8) > 0) * 1.0).where(~np.eye(8, dtype=bool))
    return networks.Network.from_matrix(told, actors=actors)


TESTS: dict[str, Callable[[], Any]] = {
    "qap_correlation": lambda: room.qap_correlation(matrix(1), matrix(2), **FEW),
    "mrqap": lambda: room.mrqap(matrix(1), {"a": matrix(2), "b": matrix(3)}, **FEW),
    "mrqap, logistic": lambda: room.mrqap(
        (matrix(1, 8) > 0) * 1.0, {"a": matrix(2, 8)}, family="logistic", **FEW
    ),
    "mrqap_tost": lambda: room.mrqap_tost(
        matrix(1), {"a": matrix(2)}, "a", -1, 1, **FEW
    ),
    "permutation_correlation": lambda: room.permutation_correlation(
        series(1), series(2), **FEW
    ),
    "permutation_difference": lambda: room.permutation_difference(
        series(1), pd.Series(list("aaaabbbb"), series(1).index), **FEW
    ),
    "kendall": lambda: room.kendall(series(1), series(2), **FEW),
    "partial_correlation": lambda: room.partial_correlation(
        table(), "y", "x", given=["z"]
    ),
    "partial_correlation, relabelled": lambda: room.partial_correlation(
        table(), "y", "x", given=["z"], reference="permutation", **FEW
    ),
    "label_permutation": lambda: room.label_permutation(
        measures.ei_index, labelled(), by="level", **FEW
    ),
    "site_means": lambda: room.site_means(table(), "y", ["reform"], "site"),
    "site_permutation": lambda: room.site_permutation(
        table(), "y", "reform", "site", **FEW
    ),
    "site_slopes": lambda: room.site_slopes(series(1)),
    "slope_heterogeneity": lambda: room.slope_heterogeneity(
        {str(k): matrix(k) for k in range(3)},
        {"a": {str(k): matrix(9 + k) for k in range(3)}},
        **FEW,
    ),
    "mixed_model": lambda: room.mixed_model(table(), "y", ["x"], ["site"]),
    "cluster_robust": lambda: room.cluster_robust(table(), "y", ["x"], "site"),
    "wild_cluster_bootstrap": lambda: room.wild_cluster_bootstrap(
        table(), "y", ["x"], "site", "x", **FEW
    ),
    "mediation": lambda: room.mediation(table(), "x", "z", "y", **FEW),
    "cross_lagged": lambda: room.cross_lagged(
        table(), ("x", "z"), ("y", "reform"), **FEW
    ),
    "tost": lambda: room.tost(0.1, -1, 1, se=0.2, df=20),
}


@pytest.mark.parametrize("name", TESTS)
def test_every_test_tells_its_effect_or_why_there_is_none(name: str) -> None:
    result = TESTS[name]()
    if isinstance(result, TestResult):
        told = Detectable(result.detectable_effect, result.detectable_reason)
        assert (told.effect > 0) != bool(told.reason)
        return
    assert isinstance(result, ModelResult)
    effects = result.coefficients["detectable_effect"]
    reasons = result.coefficients.attrs.get("reasons", {})
    assert set(effects.index[effects.isna()]) == set(reasons)
    assert (effects.dropna() > 0).all()
    assert all(
        f"{term} has no detectable effect" in result.summary() for term in reasons
    )


@pytest.mark.parametrize("name", ["site_means", "mixed_model", "cluster_robust"])
def test_an_effect_in_the_data_does_not_change_it(name: str) -> None:
    """Adding b x to y moves the estimate by b, and what could be found not at all."""
    fits = {
        "site_means": lambda rows: room.site_means(rows, "y", ["x"], "site"),
        "mixed_model": lambda rows: room.mixed_model(rows, "y", ["x"], ["site"]),
        "cluster_robust": lambda rows: room.cluster_robust(rows, "y", ["x"], "site"),
    }
    plain, moved = (
        fits[name](table(effect)).coefficients.loc["x"] for effect in (0.0, 3.0)
    )
    assert moved["estimate"] == pytest.approx(plain["estimate"] + 3, abs=1e-5)
    assert moved["detectable_effect"] == pytest.approx(
        plain["detectable_effect"], rel=1e-4
    )


@pytest.mark.parametrize("name", ["site_means", "cluster_robust"])
def test_it_has_the_unit_of_the_estimate(name: str) -> None:
    fits = {
        "site_means": lambda rows: room.site_means(rows, "y", ["x"], "site"),
        "cluster_robust": lambda rows: room.cluster_robust(rows, "y", ["x"], "site"),
    }
    rows = table()
    plain = fits[name](rows).coefficients.loc["x", "detectable_effect"]
    larger = fits[name](rows.assign(y=100 * rows["y"], x=rows["x"] / 10))
    assert larger.coefficients.loc["x", "detectable_effect"] == pytest.approx(
        1000 * plain
    )


def test_site_means_tell_what_noncentral_t_finds() -> None:
    result = room.site_means(table(), "y", ["reform"], "site").coefficients.loc[
        "reform"
    ]
    delta = reference("noncentral t").query(
        "df == 6 and sides == 2 and power == 0.8 and alpha == 0.05"
    )["delta"]
    assert result["detectable_effect"] == pytest.approx(result["se"] * delta.item())


def test_the_dyads_of_two_relations_turned_round_have_the_same() -> None:
    y, x = matrix(1), matrix(2)
    plain = room.qap_correlation(y, x, **FEW)
    turned = room.qap_correlation(y, -x, **FEW)
    assert turned.estimate == pytest.approx(-plain.estimate)
    assert turned.detectable_effect == pytest.approx(plain.detectable_effect)


def test_pooled_tests_tell_the_largest() -> None:
    each = [room.qap_correlation(matrix(k), matrix(9), **FEW) for k in range(3)]
    pooled = room.pool_tests(each).loc[0, "detectable_effect"]
    assert pooled == max(result.detectable_effect for result in each)
