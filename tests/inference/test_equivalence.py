"""Equivalence: against statsmodels, against shifted regressions, and its level."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, ttost_ind, ttost_paired

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import ModelResult, TestResult, mrqap, mrqap_tost, tost


def square(seed: int, n: int = 6) -> pd.DataFrame:
    names = [f"actor {i}" for i in range(n)]
    cells = np.random.default_rng(seed).normal(size=(n, n))
    np.fill_diagonal(cells, np.nan)
    return pd.DataFrame(cells, names, names)


# ---- values


def test_by_hand() -> None:
    # (0.2 - -1) / 0.5 = 2.4 and (0.2 - 1) / 0.5 = -1.6 standard errors
    result = tost(0.2, -1, 1, se=0.5)
    assert result.p_low == pytest.approx(stats.norm.sf(2.4))
    assert result.p_high == pytest.approx(stats.norm.cdf(-1.6))
    assert result.pvalue == result.p_high
    assert result.statistic == pytest.approx(-1.6)
    assert result.alternative == "less"
    assert not result.equivalent
    assert result.ci_high == pytest.approx(0.2 + 1.644853627 * 0.5)
    assert isinstance(result, TestResult)


def test_what_statsmodels_gives_for_two_groups() -> None:
    rng = np.random.default_rng(4)
    first, second = rng.normal(0.1, 1, 22), rng.normal(0, 1.3, 17)
    larger, low, high = ttost_ind(first, second, -0.9, 0.8, usevar="pooled")
    means = CompareMeans.from_data(first, second)
    estimate = first.mean() - second.mean()
    result = tost(estimate, -0.9, 0.8, se=means.std_meandiff_pooledvar, df=37)
    assert result.pvalue == pytest.approx(larger, rel=1e-10)
    assert result.p_low == pytest.approx(low[1], rel=1e-10)
    assert result.p_high == pytest.approx(high[1], rel=1e-10)
    interval = means.tconfint_diff(alpha=0.1, usevar="pooled")
    assert (result.ci_low, result.ci_high) == pytest.approx(interval, rel=1e-10)


def test_what_statsmodels_gives_for_pairs() -> None:
    rng = np.random.default_rng(5)
    first, second = rng.normal(size=(2, 14))
    larger, low, high = ttost_paired(first, second, -0.5, 0.7)
    apart = first - second
    result = tost(apart.mean(), -0.5, 0.7, se=apart.std(ddof=1) / math.sqrt(14), df=13)
    assert (result.p_low, result.p_high, result.pvalue) == pytest.approx(
        (low[1], high[1], larger), rel=1e-10
    )


# ---- what never changes


@given(
    st.floats(-2, 2),
    st.floats(0.05, 2),
    st.integers(2, 40),
    st.floats(0.1, 2),
    st.sampled_from([0.01, 0.05, 0.1]),
)
def test_p_and_interval_say_the_same(
    estimate: float, se: float, df: int, bound: float, alpha: float
) -> None:
    result = tost(estimate, -bound, bound, se=se, df=df, alpha=alpha)
    inside = -bound < result.ci_low and result.ci_high < bound
    if abs(result.pvalue - alpha) > 1e-9:
        assert result.equivalent == inside == (result.pvalue <= alpha)
    mirrored = tost(-estimate, -bound, bound, se=se, df=df, alpha=alpha)
    assert mirrored.p_low == pytest.approx(result.p_high)
    scaled = tost(3 * estimate, -3 * bound, 3 * bound, se=3 * se, df=df, alpha=alpha)
    assert scaled.pvalue == pytest.approx(result.pvalue)


def test_one_open_bound_leaves_one_test() -> None:
    result = tost(0.2, -math.inf, 1, se=0.5, df=9)
    assert 0 < result.p_low < 1e-300
    assert result.pvalue == result.p_high == pytest.approx(stats.t.cdf(-1.6, 9))


# ---- from a model


def test_the_interval_of_a_regression_decides() -> None:
    y, x = square(1), square(2)
    model = mrqap(y, {"x": x}, confidence=0.9)
    row = model.coefficients.loc["x"]
    wide = tost(model, row["ci_low"] - 0.1, row["ci_high"] + 0.1)
    tight = tost(model, row["ci_low"] + 0.1, row["ci_high"] + 0.1)
    assert wide.equivalent
    assert not tight.equivalent
    assert math.isnan(wide.pvalue)
    assert (wide.ci_low, wide.estimate) == (row["ci_low"], row["estimate"])
    assert "inside the bounds" in wide.summary()
    assert "not inside the bounds" in tight.method


def test_relabelling_tests_the_shifted_outcome() -> None:
    y, x, z = square(1), square(2), square(3)
    y.iloc[0, 3] = x.iloc[2, 4] = np.nan
    found = mrqap_tost(y, {"x": x, "z": z}, "x", -0.4, 0.6)
    above = mrqap(y + 0.4 * x, {"x": x, "z": z}, alternative="greater")
    below = mrqap(y - 0.6 * x, {"x": x, "z": z}, alternative="less")
    assert found.p_low == above.coefficients.loc["x", "pvalue"]
    assert found.p_high == below.coefficients.loc["x", "pvalue"]
    assert found.pvalue == max(found.p_low, found.p_high)
    plain = mrqap(y, {"x": x, "z": z}).coefficients.loc["x", "estimate"]
    assert found.estimate == pytest.approx(plain)
    assert found.ci_low < plain < found.ci_high


def test_relabelled_p_and_interval_say_the_same() -> None:
    y, x = square(1), square(2)
    held = mrqap_tost(y, {"x": x}, "x", -1, 1)
    eps = 1e-6
    at_low = mrqap_tost(y, {"x": x}, "x", held.ci_low - eps, 9)
    over = mrqap_tost(y, {"x": x}, "x", held.ci_low + eps, 9)
    assert at_low.p_low <= 0.05 < over.p_low
    at_high = mrqap_tost(y, {"x": x}, "x", -9, held.ci_high + eps)
    under = mrqap_tost(y, {"x": x}, "x", -9, held.ci_high - eps)
    assert at_high.p_high <= 0.05 < under.p_high


def test_sites_are_shifted_one_by_one() -> None:
    y = {"oslo": square(1), "bergen": square(2)}
    x = {"bergen": square(3).iloc[::-1], "oslo": square(4)}
    found = mrqap_tost(y, {"x": x}, "x", -0.5, 0.5, n_resamples=199, rng=1)
    shifted = {site: y[site] + 0.5 * x[site] for site in y}
    expected = mrqap(shifted, {"x": x}, n_resamples=199, rng=1, alternative="greater")
    assert found.p_low == expected.coefficients.loc["x", "pvalue"]
    assert found.seed == 1


# ---- what is refused


def test_bad_arguments_are_named() -> None:
    with pytest.raises(InputError, match="low < high"):
        tost(0.1, 1, -1, se=1)
    with pytest.raises(InputError, match="se > 0"):
        tost(0.1, -1, 1)
    with pytest.raises(InputError, match="se > 0"):
        tost(math.nan, -1, 1, se=1)
    with pytest.raises(InputError, match="alpha"):
        tost(0.1, -1, 1, se=1, alpha=0.5)
    y, x = square(1), square(2)
    model = mrqap(y, {"x": x})
    with pytest.raises(InputError, match=r"intervals at 0\.9, the model has .* 0\.95"):
        tost(model, -1, 1, term="x")
    with pytest.raises(InputError, match="has its own interval"):
        tost(model, -1, 1, se=1)
    with pytest.raises(UnknownNameError):
        tost(model, -1, 1, term="z")
    with pytest.raises(UnknownNameError):
        mrqap_tost(y, {"x": x}, "z", -1, 1)
    with pytest.raises(InputError, match="finite"):
        mrqap_tost(y, {"x": x}, "x", -math.inf, 1)
    with pytest.raises(InputError, match='x has no matrix for site "a"'):
        mrqap_tost({"a": y}, {"x": {"b": x}}, "x", -1, 1)
    with pytest.raises(InputError, match="same sites"):
        mrqap_tost({"a": y}, {"x": {"a": x, "b": x}}, "x", -1, 1)


def test_no_interval_no_verdict() -> None:
    y, x = square(1), square(2)
    without = mrqap(y, {"x": x}, method="y", confidence=0.9)
    with pytest.raises(RefusedError, match="no two-sided interval"):
        tost(without, -1, 1)
    one_sided = mrqap(y, {"x": x}, alternative="greater", confidence=0.9)
    with pytest.raises(RefusedError, match="no two-sided interval"):
        tost(one_sided, -1, 1)
    table = pd.DataFrame(
        {"estimate": [0.0], "ci_low": [-math.inf], "ci_high": [1.0]}, index=["x"]
    )
    endless = ModelResult("model", "none", table, confidence=0.9)
    assert not tost(endless, -5, 5).equivalent


def test_at_the_bound_it_is_claimed_as_often_as_said() -> None:
    # 20,000 estimates at the upper bound, their se known on 10 degrees of freedom
    rng = np.random.default_rng(6)
    estimates = rng.normal(1, 0.2, 20_000)
    errors = 0.2 * np.sqrt(rng.chisquare(10, 20_000) / 10)
    t = stats.t.cdf((estimates - 1) / errors, 10)
    sample = [
        tost(b, -1, 1, se=s, df=10).p_high
        for b, s in zip(estimates[:200], errors[:200], strict=True)
    ]
    np.testing.assert_allclose(sample, t[:200])
    assert abs((t <= 0.05).mean() - 0.05) < 3 * math.sqrt(0.05 * 0.95 / 20_000)


def test_differences_beside_a_symmetric_outcome_prove_nothing() -> None:
    rng = np.random.default_rng(1)
    half = np.triu(rng.integers(1, 6, (8, 8)) * 1.0, 1)
    names = [f"actor {i}" for i in range(8)]
    staff = rng.integers(1, 40, 8) * 1.0
    y = pd.DataFrame(half + half.T, names, names)
    gap = pd.DataFrame(np.subtract.outer(staff, staff), names, names)
    with pytest.raises(RefusedError, match="gap cannot be tested"):
        mrqap_tost(y, {"gap": gap}, "gap", -1e-6, 1e-6, n_resamples=99, rng=1)
    both = {"gap": gap, "size": gap.abs()}
    with pytest.raises(RefusedError, match="gap: not tested, its statistic is 0"):
        mrqap_tost(y, both, "gap", -1e-6, 1e-6, n_resamples=99, rng=1)
    model = mrqap(y, both, confidence=0.9, n_resamples=99, rng=1)
    with pytest.raises(RefusedError, match="no two-sided interval for gap"):
        tost(model, -1e-6, 1e-6, term="gap")
    held = mrqap_tost(y, both, "size", -9, 9, n_resamples=99, rng=1)
    assert held.equivalent
