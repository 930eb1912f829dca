"""Two attributes, two groups: by hand, against R and scipy, and what never changes."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import (
    kendall,
    permutation_correlation,
    permutation_difference,
)

HERE = Path(__file__).parents[1] / "reference" / "inference"
SIDES = ("less", "greater", "two-sided")
EXPECTED = pd.read_csv(HERE / "deals.csv").set_index("case")
ACTORS = pd.read_csv(HERE / "synthetic8" / "actors.csv", index_col="name")
MIXED = [5, 3, 8, 1, 2, 7, 4, 6]


def named(values: object) -> pd.Series:
    cells = list(values)
    return pd.Series(cells, [f"actor {place:02}" for place in range(len(cells))])


# ---- by hand


def test_four_actors_by_hand() -> None:
    # x against each deal of (0, 0, 0, 1): r is that of where the 1 falls
    result = permutation_correlation(named([1, 2, 3, 6]), named([0, 0, 0, 1]))
    # deviations of x: -2, -1, 0, 3, squares 14; of y 3/4, -1/4: squares 3/4
    assert result.statistic == pytest.approx(3 / math.sqrt(14 * 3 / 4))
    assert result.pvalue == result.p_min == 1 / 4
    assert result.method == "exact (24 relabellings)"
    assert (result.n, result.unit, result.mc_error) == (4, "actors", 0)
    assert math.isnan(result.ci_low)


def test_three_against_three_by_hand() -> None:
    values = named([9, 8, 7, 1, 2, 3])
    result = permutation_difference(values, named([True] * 3 + [False] * 3))
    assert result.estimate == 6
    assert result.pvalue == result.p_min == pytest.approx(2 / 20)
    assert result.test == "difference of means, True less False"
    one_sided = permutation_difference(
        values, named(list("bbbaaa")), alternative="greater"
    )
    assert one_sided.pvalue == 1 / 20
    assert math.isinf(result.ci_low)
    assert math.isinf(result.ci_high)


def test_interval_by_hand() -> None:
    # Four choices of the single actor; shifts that fewer than 3 of them reach go.
    values, member = named([1, 2, 3, 10]), named([0, 0, 0, 1])
    result = permutation_difference(values, member, confidence=0.5)
    kept = [shift for shift in np.arange(0, 16, 0.01) if _p(shift) > 0.5]
    assert result.ci_low == pytest.approx(min(kept), abs=0.011)
    assert result.ci_high == pytest.approx(max(kept), abs=0.011)


def _p(shift: float) -> float:
    shifted = np.array([1, 2, 3, 10 - shift])
    size = [abs(shifted[k] - np.delete(shifted, k).mean()) for k in range(4)]
    return float(np.mean(np.array(size) >= size[3] - 1e-9))


# ---- what R gives


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("case", EXPECTED.index)
def test_what_r_gives(case: str, side: str) -> None:
    kind, _, _ = case.partition("_")
    staff, budget, formal = ACTORS["staff"], ACTORS["budget"], ACTORS["formalization"]
    mixed = pd.Series(MIXED, ACTORS.index)
    state = ACTORS["level"].eq("state")
    pairs = {
        "pearson_staff_budget": (staff, budget),
        "pearson_logs": (np.log(staff), np.log(budget)),
        "pearson_ties": (staff, formal),
        "pearson_two_ties": (pd.Series([1, 1, 2, 2, 3, 3, 3, 5], ACTORS.index), formal),
        "spearman_staff_formalization": (staff, formal),
        "spearman_mixed": (mixed, budget),
        "difference_staff": (staff, state),
        "difference_log_budget": (np.log(budget), state),
        "difference_mixed": (mixed, state),
    }
    if kind == "difference":
        result = permutation_difference(*pairs[case], alternative=side)
    else:
        result = permutation_correlation(*pairs[case], kind=kind, alternative=side)
    row = EXPECTED.loc[case]
    assert result.statistic == pytest.approx(row["statistic"], rel=1e-10)
    assert result.pvalue == pytest.approx(row[side.replace("-", "_")], rel=1e-10)
    assert result.method.startswith("exact")


# ---- two roads


@given(st.integers(0, 10_000), st.integers(4, 6), st.sampled_from(SIDES))
def test_what_scipy_lists(seed: int, n: int, side: str) -> None:
    x, y = np.random.default_rng(seed).normal(size=(2, n))
    ours = permutation_correlation(named(x), named(y), alternative=side)
    theirs = stats.permutation_test(
        (y,),
        lambda deal: stats.pearsonr(x, deal).statistic,
        permutation_type="pairings",
        alternative=side,
    )
    assert ours.statistic == pytest.approx(theirs.statistic)
    if side != "two-sided":  # scipy doubles the smaller side
        assert ours.pvalue == pytest.approx(theirs.pvalue)
    ranks = permutation_correlation(named(x), named(y), kind="spearman")
    assert ranks.statistic == pytest.approx(stats.spearmanr(x, y).statistic)


@pytest.mark.parametrize("side", SIDES)
def test_ranks_make_it_mann_whitney(side: str) -> None:
    rng = np.random.default_rng(3)
    values, member = rng.normal(size=11), np.array([1] * 5 + [0] * 6)
    ours = permutation_difference(
        named(stats.rankdata(values)), named(member), alternative=side
    )
    theirs = stats.mannwhitneyu(
        values[:5], values[5:], alternative=side, method="exact"
    )
    assert ours.pvalue == pytest.approx(theirs.pvalue)
    assert ours.method == "exact (462 distinct relabellings)"


def test_a_difference_is_a_correlation_with_the_group() -> None:
    rng = np.random.default_rng(4)
    values, member = named(rng.normal(size=8)), named([1, 0, 0, 1, 0, 1, 0, 0])
    difference = permutation_difference(values, member)
    correlation = permutation_correlation(values, member)
    assert difference.pvalue == correlation.pvalue
    assert difference.p_min == correlation.p_min


def test_kendall_is_kendall() -> None:
    x, y = named(MIXED), named([1, 1, 2, 3, 3, 3, 4, 4])
    ours = permutation_correlation(x, y, kind="kendall", alternative="greater")
    assert ours == kendall(x, y, alternative="greater")


@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.8, 0.9]))
def test_the_interval_holds_what_is_not_rejected(seed: int, confidence: float) -> None:
    rng = np.random.default_rng(seed)
    values, member = named(rng.normal(size=8)), named([1, 1, 1, 1, 0, 0, 0, 0])
    result = permutation_difference(values, member, confidence=confidence)

    def p_of(shift: float) -> float:
        return permutation_difference(values - shift * member, member).pvalue

    level, eps = 1 - confidence, 1e-7
    for end, inwards in ((result.ci_low, 1), (result.ci_high, -1)):
        assert p_of(end + inwards * eps) > level - 1e-12
        assert p_of(end - inwards * eps) <= level + 1e-12


def test_one_sided_intervals_are_open_on_the_other_side() -> None:
    values, member = named(MIXED), named([1, 1, 1, 1, 0, 0, 0, 0])
    low = permutation_difference(values, member, alternative="greater")
    high = permutation_difference(values, member, alternative="less")
    assert math.isinf(low.ci_high)
    assert math.isinf(high.ci_low)
    assert low.ci_low < low.estimate < high.ci_high


# ---- what never changes


@given(st.integers(0, 10_000), st.sampled_from(["pearson", "spearman", "kendall"]))
def test_order_units_and_turning(seed: int, kind: str) -> None:
    rng = np.random.default_rng(seed)
    x, y = named(rng.integers(0, 5, 6).astype(float)), named(rng.normal(size=6))
    x.iloc[:2] = 0, 4
    plain = permutation_correlation(x, y, kind=kind)
    same = permutation_correlation(
        x.sample(frac=1, random_state=1) * 7 + 2, y, kind=kind
    )
    swapped = permutation_correlation(y, x, kind=kind)
    turned = permutation_correlation(-x, y, kind=kind, alternative="greater")
    less = permutation_correlation(x, y, kind=kind, alternative="less")
    assert same.pvalue == plain.pvalue == swapped.pvalue
    assert turned.pvalue == less.pvalue
    assert turned.statistic == pytest.approx(-plain.statistic)
    greater = permutation_correlation(x, y, kind=kind, alternative="greater")
    ties = np.isclose(plain.null_distribution, plain.statistic, atol=1e-9).mean()
    assert greater.pvalue + less.pvalue == pytest.approx(1 + ties)


def test_draws_do_not_depend_on_the_order_of_actors_or_workers() -> None:
    rng = np.random.default_rng(5)
    x, y = named(rng.normal(size=12)), named(rng.normal(size=12))
    first = permutation_correlation(x, y, rng=3, n_resamples=1200)
    moved = permutation_correlation(
        x.iloc[::-1],
        y.sample(frac=1, random_state=1),
        rng=3,
        n_resamples=1200,
        workers=2,
    )
    assert first == moved
    assert first.method == "1,200 permutations"
    assert first.seed == 3
    assert first.pvalue == pytest.approx(stats.pearsonr(x, y).pvalue, abs=0.06)
    member = named([0, 1] * 10)
    values = named(rng.normal(size=20))
    drawn = permutation_difference(values, member, rng=3, n_resamples=2000)
    assert drawn.method == "2,000 permutations"
    assert drawn.ci_low < drawn.estimate < drawn.ci_high
    pooled = stats.ttest_ind(values[member == 1], values[member == 0])
    interval = pooled.confidence_interval()
    assert (drawn.ci_low, drawn.ci_high) == pytest.approx(
        (interval.low, interval.high), abs=0.15
    )


# ---- degenerate


@pytest.mark.parametrize("n", [2, 3])
def test_two_or_three_actors_are_refused(n: int) -> None:
    for kind in ("pearson", "spearman", "kendall"):
        with pytest.raises(RefusedError, match=f"{n} actors have both values"):
            permutation_correlation(named(range(n)), named(range(n)), kind=kind)
    with pytest.raises(RefusedError, match="at least 4"):
        permutation_difference(named(range(n)), named([0, 1, 1][:n]))


def test_actors_without_a_value_are_left_out() -> None:
    x, y = named([1, 2, 3, 4, np.nan, 9]), named([2, 1, 4, 3, 5, np.nan])
    assert permutation_correlation(x, y).n == 4
    member = named(["a", "b", "a", "b", "b", None])
    result = permutation_difference(x, member)
    assert result.n == 4
    assert result.estimate == pytest.approx(1)


def test_ordered_groups_keep_their_order() -> None:
    values = named([1, 2, 3, 4, 5, 6, 9])
    groups = named([*["low"] * 3, *["high"] * 3, None])
    levels = pd.CategoricalDtype(["low", "high", "highest"], ordered=True)
    ordered = permutation_difference(values, groups.astype(levels))
    assert ordered.estimate == pytest.approx(3)
    assert ordered.test == "difference of means, high less low"
    assert permutation_difference(values, groups).estimate == pytest.approx(-3)


def test_what_has_no_answer_is_refused() -> None:
    values = named([1, 2, 3, 4, 5])
    with pytest.raises(RefusedError, match="y has the same value"):
        permutation_correlation(values, named([2.0] * 5))
    with pytest.raises(RefusedError, match="values has the same value"):
        permutation_difference(named([2.0] * 5), named([0, 1, 1, 0, 1]))
    with pytest.raises(RefusedError, match="all in one group"):
        permutation_difference(named([1, 2, 3, 4, np.nan]), named([0, 0, 0, 0, 1]))


def test_bad_arguments_are_named() -> None:
    values = named([1, 2, 3, 4, 5])
    with pytest.raises(UnknownNameError, match="kind"):
        permutation_correlation(values, values, kind="tau")
    with pytest.raises(InputError, match="two groups, got 3: a, b, c"):
        permutation_difference(values, named(list("abcab")))
    with pytest.raises(InputError, match="two groups, got 1: a"):
        permutation_difference(values, named(list("aaaaa")))
    with pytest.raises(InputError, match="values and groups need the same actors"):
        permutation_difference(values, named([0, 1, 0, 1]))
    with pytest.raises(InputError, match="each actor once"):
        permutation_difference(values, pd.Series([0, 1], ["a", "a"]))
    with pytest.raises(InputError, match="finite"):
        permutation_correlation(values, named([1, 2, 3, 4, np.inf]))


def test_size_is_what_the_deals_allow() -> None:
    # 400 nulls of 5 actors: of 120 deals at most 6 have p <= .05 without ties
    rng = np.random.default_rng(8)
    p = [
        permutation_correlation(named(x), named(y)).pvalue
        for x, y in rng.normal(size=(400, 2, 5))
    ]
    attainable = 6 / 120
    error = math.sqrt(attainable * (1 - attainable) / 400)
    assert np.mean(np.array(p) <= 0.05) < attainable + 3 * error
    sets = [
        permutation_difference(named(v), named([1, 1, 1, 0, 0, 0])).pvalue
        for v in rng.normal(size=(400, 6))
    ]
    assert np.mean(np.array(sets) <= 0.1) == pytest.approx(0.1, abs=3 * 0.015)


# ---- within units


def in_units() -> tuple[pd.Series, pd.Series, pd.Series]:
    names = [f"team {place}" for place in range(9)]
    values = pd.Series([1.0, 3, 2, 9, 7, 8, 4, 4, 5], names)
    groups = pd.Series([0, 1, 0, 0, 1, 0, 1, 1, 1], names)
    return values, groups, pd.Series([*"aaabbbccc"], names)


def test_groups_within_units_by_hand() -> None:
    # In a 3 - 1.5, in b 7 - 8.5, both weighted by 2 / 3; all of c are of one group.
    values, groups, units = in_units()
    result = permutation_difference(values, groups, within=units)
    assert result.estimate == pytest.approx((1.5 - 1.5) / 2)
    assert result.n_resamples == 9
    assert "among actors of one unit" in result.null
    one = permutation_difference(values + (units == "a") * groups, groups, within=units)
    assert one.estimate == pytest.approx(0.5)
    # Nine ways: the differences within a (0, 1.5 more) and b are dealt out apart.
    gaps = [(a + b) / 2 for a in (2.5, -2, -0.5) for b in (1.5, -1.5, 0)]
    assert one.pvalue == pytest.approx(np.mean(np.abs(gaps) >= 0.5 - 1e-9))


def test_what_units_share_does_not_matter_within_them() -> None:
    values, groups, units = in_units()
    moved = values + units.map({"a": 0.0, "b": 50.0, "c": -7.0})
    one, two = (
        permutation_difference(each, groups, within=units) for each in (values, moved)
    )
    np.testing.assert_allclose(
        (one.estimate, one.pvalue, one.ci_low, one.ci_high),
        (two.estimate, two.pvalue, two.ci_low, two.ci_high),
        atol=1e-12,
    )


def test_one_unit_is_no_unit() -> None:
    values, groups, units = in_units()
    alone = permutation_difference(values, groups)
    same = permutation_difference(values, groups, within=units.mask(units != "", "x"))
    np.testing.assert_allclose(
        (alone.estimate, alone.pvalue, alone.p_min, alone.ci_low, alone.ci_high),
        (same.estimate, same.pvalue, same.p_min, same.ci_low, same.ci_high),
    )


def test_units_that_say_nothing() -> None:
    values, groups, units = in_units()
    apart = units.where(groups == 1, units + " other")
    with pytest.raises(RefusedError, match="no unit has actors of both groups"):
        permutation_difference(values, groups, within=apart)
    without = permutation_difference(values, groups, within=units.mask(units == "c"))
    assert without.n == 6
    everything = permutation_difference(values, groups, within=units)
    assert without.pvalue == everything.pvalue


@pytest.mark.calibration
def test_it_holds_its_level_within_units_that_share_both() -> None:
    """Units differ in values and in how many of them are in group 1; teams do not."""
    rng = np.random.default_rng(41)
    unit = pd.Series(np.repeat(list("abcd"), 5))
    simulations, found = 300, []
    for _ in range(simulations):
        values, odds = rng.normal(size=(2, 4)).repeat(5, axis=1)
        values = pd.Series(2 * values + rng.normal(size=20))
        groups = pd.Series(rng.random(20) < 1 / (1 + np.exp(-2 * odds)))
        if groups.groupby(unit).nunique().max() < 2:
            continue
        among, all_alike = (
            permutation_difference(
                values, groups, within=units, n_resamples=199, rng=rng
            ).pvalue
            for units in (unit, None)
        )
        found.append((among, all_alike))
    among_units, among_all = (np.array(found) <= 0.05).mean(axis=0)
    assert among_units <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / len(found))
    assert among_all > 0.15
