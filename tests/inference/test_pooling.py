"""Rubin's rules, and p-values of several copies."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab import InputError
from netcollab.inference import TestResult, mrqap, pool_imputations, pool_tests

VALUES = [2.0, 3.0, 4.0, 3.0, 3.0]
VARIANCES = [0.4, 0.6, 0.5, 0.5, 0.5]


def test_rubins_rules_by_hand() -> None:
    row = pool_imputations(VALUES, VARIANCES).loc["value"]
    assert row["estimate"] == 3
    assert row["within"] == 0.5
    assert row["between"] == 0.5
    assert row["total"] == pytest.approx(0.5 + 1.2 * 0.5)
    assert row["df"] == pytest.approx(4 * (1 + 0.5 / 0.6) ** 2)
    margin = stats.t(row["df"]).ppf(0.975) * math.sqrt(1.1)
    assert row["low"] == pytest.approx(3 - margin)
    assert row["high"] == pytest.approx(3 + margin)
    assert row["share_missing"] == pytest.approx(0.6 / 1.1)
    assert row["n_imputations"] == 5


def test_a_census_has_imputation_uncertainty_alone() -> None:
    row = pool_imputations(VALUES).loc["value"]
    assert row["total"] == pytest.approx(1.2 * 0.5)
    assert row["df"] == 4
    assert row["share_missing"] == 1


def test_a_value_per_actor_and_per_dyad() -> None:
    actors = [pd.Series([1.0, k], ["nav", "ks"]) for k in (2.0, 4.0)]
    table = pool_imputations(actors)
    assert table["estimate"].to_dict() == {"nav": 1, "ks": 3}
    assert table.loc["nav", ["total", "low", "high"]].tolist() == [0, 1, 1]
    assert math.isnan(table.loc["nav", "share_missing"])
    dyads = [
        pd.DataFrame([[np.nan, k], [1, np.nan]], ["a", "b"], ["a", "b"]) for k in (2, 4)
    ]
    table = pool_imputations(dyads)
    assert table.index.names == ["source", "target"]
    assert table["estimate"].tolist() == [3, 1]


def test_an_undefined_value_is_told() -> None:
    table = pool_imputations([1.0, math.nan, 2.0])
    assert table.loc["value"].drop("n_imputations").isna().all()
    assert table.attrs["reasons"] == {"value": "undefined in 1 of 3 imputations"}


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=9),
    st.floats(-100, 100),
    st.floats(0.1, 10),
)
def test_shifting_and_scaling(values: list[float], shift: float, scale: float) -> None:
    one = pool_imputations(values).loc["value"]
    other = pool_imputations([scale * v + shift for v in values]).loc["value"]
    assert other["estimate"] == pytest.approx(scale * one["estimate"] + shift, abs=1e-6)
    assert other["se"] == pytest.approx(scale * one["se"], abs=1e-6)


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(InputError, match="at least two"):
        pool_imputations([1.0])
    with pytest.raises(InputError, match="different labels"):
        pool_imputations([pd.Series([1.0], ["a"]), pd.Series([1.0], ["b"])])
    with pytest.raises(InputError, match="form and the labels"):
        pool_imputations(VALUES, VARIANCES[:4])
    with pytest.raises(InputError, match="never negative"):
        pool_imputations([1.0, 2.0], [1.0, -1.0])
    with pytest.raises(InputError, match="between 0 and 1"):
        pool_imputations(VALUES, confidence=95)


@pytest.mark.calibration
def test_the_interval_covers_a_mean_with_values_missing() -> None:
    """Proper imputation of a normal mean: 40 % missing, nominal 95 %."""
    rng = np.random.default_rng(7)
    held = 0
    for _ in range(400):
        seen = rng.normal(size=30)
        means, squares = [], []
        for _ in range(10):
            spread = math.sqrt(seen.var(ddof=1) * 29 / rng.chisquare(29))
            center = rng.normal(seen.mean(), spread / math.sqrt(30))
            whole = np.append(seen, rng.normal(center, spread, 20))
            means.append(whole.mean())
            squares.append(whole.var(ddof=1) / 50)
        row = pool_imputations(means, squares).loc["value"]
        held += row["low"] <= 0 <= row["high"]
    assert 0.95 - held / 400 < 3 * math.sqrt(0.95 * 0.05 / 400)


# ---- tests


def result(p: float = 0.02, **more: object) -> TestResult:
    given = {"statistic": 0.3, "mc_error": 0.001, "p_min": 0.0001, **more}
    return TestResult("QAP correlation", "no link", pvalue=p, **given)


def test_the_median_and_the_largest_p() -> None:
    (row,) = pool_tests(
        [result(0.01), result(0.20, mc_error=0.004), result(0.03)]
    ).to_dict("records")
    assert (row["median_p"], row["largest_p"], row["smallest_p"]) == (0.03, 0.2, 0.01)
    assert row["mc_error"] == 0.004
    assert row["n_imputations"] == 3
    assert row["reason"] == ""


def test_a_refused_copy_leaves_no_p() -> None:
    refused = TestResult("QAP correlation", "no link", reason="y is constant")
    (row,) = pool_tests([result(), refused]).to_dict("records")
    assert math.isnan(row["median_p"])
    assert math.isnan(row["largest_p"])
    assert row["reason"] == "refused in 1 of 2 copies: y is constant"


def test_a_regression_is_pooled_term_by_term() -> None:
    rng = np.random.default_rng(2)
    x = {name: pd.DataFrame(rng.normal(size=(6, 6))) for name in ("a", "b")}
    each = [
        mrqap(pd.DataFrame(rng.normal(size=(6, 6))), x, n_resamples=9) for _ in range(3)
    ]
    pooled = pool_tests(each)
    for term in ("a", "b"):
        p = [result.coefficients.loc[term, "pvalue"] for result in each]
        assert pooled.loc[term, "median_p"] == sorted(p)[1]
        assert pooled.loc[term, "largest_p"] == max(p)
    assert pooled.index.name == "term"
    with pytest.raises(InputError, match="different terms"):
        pool_tests([each[0], mrqap(x["a"], {"b": x["b"]}, n_resamples=9)])
    with pytest.raises(InputError, match="pool a column, such as"):
        pool_imputations([result.coefficients for result in each])


def test_different_tests_are_not_pooled() -> None:
    with pytest.raises(InputError, match="different tests"):
        pool_tests([result(), result(alternative="greater")])
    with pytest.raises(InputError, match="no result"):
        pool_tests([])
