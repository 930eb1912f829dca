"""ICC(1) and ICC(2): two roads, equal groups, and where they are undefined."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.anova import anova_lm

from netcollab import InputError, UnknownNameError
from netcollab.scales import icc1, icc2, icc_table


def scores(seed: int, sizes: list[int], spread: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    means = rng.normal(size=len(sizes)) * spread
    return pd.DataFrame({"y": means[group] + rng.normal(size=len(group)), "g": group})


SIZES = st.lists(st.integers(1, 6), min_size=3, max_size=6).filter(
    lambda sizes: max(sizes) > 1
)


@given(st.integers(0, 5_000), SIZES)
def test_the_table_of_statsmodels_gives_the_same(seed: int, sizes: list[int]) -> None:
    data = scores(seed, sizes)
    table = anova_lm(smf.ols("y ~ C(g)", data).fit())
    between, within = table["mean_sq"]
    found = icc_table(data["y"], data["g"]).iloc[0]
    np.testing.assert_allclose(
        found[["ms_between", "ms_within", "f", "pvalue"]].to_numpy(dtype=float),
        [between, within, table.loc["C(g)", "F"], table.loc["C(g)", "PR(>F)"]],
        rtol=1e-8,
    )
    n, groups = sum(sizes), len(sizes)
    for k, size in {
        "n0": (n - sum(s**2 for s in sizes) / n) / (groups - 1),
        "mean": n / groups,
    }.items():
        expected = (between - within) / (between + (size - 1) * within)
        assert icc1(data["y"], data["g"], k=k) == pytest.approx(expected, rel=1e-9)
    if between > within:
        assert icc2(data["y"], data["g"]) == pytest.approx(1 - within / between)


@given(st.integers(0, 5_000), st.integers(2, 6), st.integers(2, 5))
def test_equal_groups_are_a_mean_product_of_pairs(
    seed: int, groups: int, size: int
) -> None:
    """Fisher's road: ICC from the variance components of equal groups."""
    data = scores(seed, [size] * groups)
    wide = data["y"].to_numpy().reshape(groups, size)
    within = wide.var(axis=1, ddof=1).mean()
    tau = wide.mean(axis=1).var(ddof=1) - within / size
    one = icc1(data["y"], data["g"])
    assert one == pytest.approx(tau / (tau + within), rel=1e-9, abs=1e-12)
    assert one == pytest.approx(icc1(data["y"], data["g"], k="mean"))
    if one > 0:
        step_up = size * one / (1 + (size - 1) * one)
        assert icc2(data["y"], data["g"]) == pytest.approx(step_up, rel=1e-9)


@given(st.integers(0, 5_000), st.floats(-9, 9), st.sampled_from([-3.0, 0.1, 20.0]))
def test_icc_knows_no_origin_unit_or_order(
    seed: int, shift: float, unit: float
) -> None:
    data = scores(seed, [3, 5, 2, 4])
    mixed = data.sample(frac=1, random_state=seed)
    moved = icc1(shift + unit * mixed["y"], mixed["g"].map(lambda g: f"site {9 - g}"))
    assert moved == pytest.approx(icc1(data["y"], data["g"]), rel=1e-7, abs=1e-9)


def test_a_negative_icc1_is_shown_and_icc2_is_not() -> None:
    values, groups = [1, 5, 1, 5, 2, 4], [1, 1, 2, 2, 3, 3]
    assert icc1(values, groups) == pytest.approx(-1)
    assert math.isnan(icc2(values, groups))
    row = icc_table(values, groups).iloc[0]
    assert row["reason"] == "icc2: ICC(1) is negative"
    assert math.isnan(row["icc2_low"])
    assert row["icc1_low"] <= row["icc1"] <= row["icc1_high"]


@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [
        ([1, 2, 3], [1, 1, 1], "fewer than two groups"),
        ([1, 2, 3], [1, 2, 3], "no group has two respondents"),
        ([0.1, 0.1, 0.1, 0.1], [1, 1, 2, 2], "no value varies"),
        ([np.nan, np.nan], [1, 2], "fewer than two groups"),
    ],
)
def test_what_is_undefined_has_a_reason(
    values: list[float], groups: list[int], reason: str
) -> None:
    assert math.isnan(icc1(values, groups))
    assert math.isnan(icc2(values, groups))
    row = icc_table(values, groups).iloc[0]
    assert row["reason"] == reason
    assert math.isnan(row["pvalue"])
    assert row["interval"] == ""


def test_nothing_within_groups_is_full_reliability_without_interval() -> None:
    values, groups = [0.1, 0.1, 0.1, 0.7, 0.7, 0.7], list("aaabbb")
    assert (icc1(values, groups), icc2(values, groups)) == (1, 1)
    row = icc_table(values, groups).iloc[0]
    assert row["reason"] == "intervals: nothing varies within groups"
    assert math.isnan(row["icc1_low"])


def test_intervals_are_named_for_what_they_are() -> None:
    equal, unequal = scores(1, [4, 4, 4]), scores(1, [4, 3, 5])
    assert icc_table(equal["y"], equal["g"])["interval"].item() == "exact"
    told = icc_table(unequal["y"], unequal["g"])["interval"].item()
    assert told == "approximate: unequal groups"


def test_the_exact_interval_covers() -> None:
    rng = np.random.default_rng(2)
    true, groups, size, hits = 0.3, 8, 4, 0
    group = np.repeat(np.arange(groups), size)
    columns = {}
    for draw in range(400):
        means = rng.normal(size=groups) * math.sqrt(true)
        noise = rng.normal(size=groups * size) * math.sqrt(1 - true)
        columns[draw] = means[group] + noise
    table = icc_table(pd.DataFrame(columns), group)
    hits = ((table["icc1_low"] <= true) & (true <= table["icc1_high"])).mean()
    assert abs(hits - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 400)


def test_each_column_keeps_its_own_rows() -> None:
    data = scores(4, [3, 4, 5])
    gap = data["y"].mask(data.index == 2)
    table = icc_table(pd.DataFrame({"all": data["y"], "gap": gap}), data["g"])
    assert table["n"].tolist() == [12, 11]
    assert table.index.tolist() == ["all", "gap"]
    assert table.loc["all", "icc1"] == icc1(data["y"], data["g"])
    assert table.loc["gap", "icc1"] == icc1(gap.dropna(), data["g"].drop(index=2))


def test_what_cannot_be_used_is_told() -> None:
    with pytest.raises(InputError, match="use icc_table"):
        icc1(pd.DataFrame({"a": [1, 2], "b": [1, 2]}), [1, 2])
    with pytest.raises(InputError, match="groups is missing in rows 1, 2"):
        icc2([1, 2, 3], [None, np.nan, "a"])
    with pytest.raises(UnknownNameError, match="group size"):
        icc1([1, 2, 3], [1, 1, 2], k="harmonic")
