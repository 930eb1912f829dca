"""Agreement within groups: by hand, invariances, degenerate cases, random groups."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.scales import (
    average_deviation,
    null_variance,
    r_star_wg,
    rwg,
    rwg_critical,
    rwg_j,
)

HERE = Path(__file__).parents[1] / "reference" / "scales"
ANSWERS = st.lists(st.integers(1, 5), min_size=6, max_size=12)


def test_rwg_by_hand() -> None:
    # ks: variance 1 of 4 5 3; nav: 8 of 1 5; udir: nobody differs.
    found = rwg([4, 5, 3, 1, 5, 2, 2], ["ks"] * 3 + ["nav"] * 2 + ["udir"] * 2, (1, 5))
    assert found.to_dict() == {"ks": 0.5, "nav": 0.0, "udir": 1.0}
    assert found.attrs == {"reasons": {}, "left_out": 0, "note": ""}
    assert found.name == "rwg"


def test_rwg_j_by_hand() -> None:
    # Variances 1 and 1/3: m / 2 = 1/3, so J r* = 4/3.
    items = pd.DataFrame({"a": [4, 5, 3], "b": [4, 4, 5]})
    found = rwg_j(items, ["ks"] * 3, (1, 5))
    assert found["ks"] == pytest.approx((4 / 3) / (4 / 3 + 1 / 3))
    assert r_star_wg(items, ["ks"] * 3, (1, 5))["ks"] == pytest.approx(2 / 3)


def test_average_deviation_by_hand() -> None:
    items = pd.DataFrame({"a": [1, 1, 4], "b": [2, 2, 2]})
    assert average_deviation(items, [7, 7, 7])[7] == pytest.approx((4 / 3) / 2)
    assert average_deviation(items, [7, 7, 7], around="median")[7] == pytest.approx(0.5)


def test_beyond_the_null_is_0_and_the_raw_value_is_kept() -> None:
    items = pd.DataFrame({"a": [1, 5], "b": [5, 1], "c": [1, 5]})
    assert rwg_j(items, ["g", "g"], (1, 5))["g"] == 0
    assert r_star_wg(items, ["g", "g"], (1, 5))["g"] == -3


@given(ANSWERS, st.integers(-3, 3), st.sampled_from([-2, 0.5, 3]))
def test_agreement_knows_no_origin_unit_or_direction(
    answers: list[int], shift: int, unit: float
) -> None:
    values = np.array(answers, dtype=float)
    group = np.arange(len(values)) % 2
    ends = sorted((shift + unit * 1, shift + unit * 5))
    moved = rwg(shift + unit * values, group, ends, options=5)
    np.testing.assert_allclose(moved, rwg(values, group, (1, 5)), atol=1e-12)
    np.testing.assert_allclose(
        average_deviation(shift + unit * values, group),
        abs(unit) * average_deviation(values, group),
        atol=1e-12,
    )


@given(ANSWERS)
def test_agreement_knows_no_order(answers: list[int]) -> None:
    table = pd.DataFrame({"a": answers, "b": answers[::-1]})
    table["group"] = [place % 3 for place in range(len(answers))]
    mixed = table.sample(frac=1, random_state=1)
    for statistic in (rwg_j, r_star_wg):
        pd.testing.assert_series_equal(
            statistic(table[["a", "b"]], table["group"], (1, 5)),
            statistic(mixed[["b", "a"]], mixed["group"], (1, 5)),
        )


@given(ANSWERS)
def test_one_item_is_rwg_and_parallel_items_follow_spearman_brown(
    answers: list[int],
) -> None:
    group = ["g"] * len(answers)
    one = rwg(answers, group, (1, 5))["g"]
    alone = rwg_j(pd.DataFrame({"a": answers}), group, (1, 5))["g"]
    assert alone == pytest.approx(one)
    three = pd.DataFrame(dict.fromkeys("abc", answers))
    expected = 3 * one / (1 + 2 * one)
    assert rwg_j(three, group, (1, 5))["g"] == pytest.approx(expected)
    assert 0 <= expected <= 1


def test_a_group_of_one_is_undefined() -> None:
    for found in (
        rwg([1, 2, 2], ["ks", "nav", "nav"], (1, 5)),
        average_deviation([1, 2, 2], ["ks", "nav", "nav"]),
    ):
        assert found.isna().tolist() == [True, False]
        assert found.attrs["reasons"] == {"ks": "one respondent"}


def test_gaps_listwise_and_pairwise() -> None:
    items = pd.DataFrame(
        {"a": [1, 2, 3, 4, 5], "b": [1, 2, None, 4, None], "c": [1, 1, 1, 2, 2]}
    )
    groups = ["x", "x", "x", "y", "y"]
    listwise = rwg_j(items, groups, (1, 5))
    assert listwise.attrs["left_out"] == 2
    assert listwise["x"] == rwg_j(items[:2], groups[:2], (1, 5))["x"]
    assert listwise.attrs["reasons"] == {"y": "one respondent"}
    pairwise = r_star_wg(items, groups, (1, 5), missing="pairwise")
    assert pairwise.attrs["left_out"] == 0
    assert pairwise["x"] == pytest.approx(1 - (1 + 0.5 + 0) / 3 / 2)
    told = {"y": 'item "b" has fewer than two answers'}
    assert pairwise.attrs["reasons"] == told
    assert average_deviation(items, groups, missing="pairwise").attrs["reasons"] == told


def test_a_group_without_answers_stays_in_the_result() -> None:
    found = rwg([1, 2, np.nan], ["a", "a", "b"], (1, 5))
    assert found.index.tolist() == ["a", "b"]
    assert found.attrs["reasons"] == {"b": "no answers"}


@pytest.mark.parametrize(
    ("groups", "labels"),
    [
        (["ø", "a", "ø", "a"], ["a", "ø"]),
        ([10, 2, 10, 2], [2, 10]),
        ([2.5, 1.0, 2.5, 1.0], [1.0, 2.5]),
        ([True, False, True, False], [False, True]),
        (pd.array([10, 2, 10, 2], dtype="Int64"), [2, 10]),
        (pd.Categorical(["b", "a", "b", "a"], categories=["b", "a", "c"]), ["b", "a"]),
        (pd.to_datetime(["2026-02-01", "2026-01-01"] * 2), None),
    ],
)
def test_groups_are_sorted(groups: object, labels: list[object] | None) -> None:
    found = rwg([1, 2, 1, 3], groups, (1, 5))
    assert found.tolist() == [0.75, 1.0] if labels != ["b", "a"] else [1.0, 0.75]
    if labels is not None:
        assert found.index.tolist() == labels


def test_the_name_of_the_groups_is_kept() -> None:
    groups = pd.Series(["a", "a"], name="site")
    assert rwg(pd.Series([1, 2]), groups, (1, 5)).index.name == "site"
    assert rwg([1, 2], ["a", "a"], (1, 5)).index.name == "group"


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "int16", object])
def test_kinds_of_numbers_do_not_matter(dtype: str) -> None:
    values = pd.Series([1, 2, 2, 4, 4, 5])
    groups = list("aaabbb")
    pd.testing.assert_series_equal(
        rwg(values.astype(dtype), groups, (1, 5)), rwg(values, groups, (1, 5))
    )


def test_nothing_is_changed() -> None:
    items = pd.DataFrame({"a": [1, 2, None], "b": [2, 2, 2]})
    groups = pd.Series(["x", "x", "x"])
    before = items.copy()
    rwg_j(items, groups, (1, 5))
    pd.testing.assert_frame_equal(items, before)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rwg([1, 6], [1, 1], (1, 5)), r"outside 1 to 5 in row 2 \(counted"),
        (lambda: rwg([1, 2], [1, None], (1, 5)), "groups is missing in row 2"),
        (lambda: rwg([1, 2], [1], (1, 5)), "groups has 1 labels for 2 rows"),
        (lambda: rwg([1, 2], [1, 1], (5, 1)), "lowest < highest"),
        (lambda: rwg([1, 2], [1, 1], 5), "lowest and highest answer"),
        (lambda: rwg([1, 2], [1, 1], "15"), "lowest and highest answer"),
        (lambda: rwg([1, 2], [1, 1], (1, 4.5)), "give options"),
        (lambda: rwg([1, 2], [1, 1], (1, 5), null=-1.0), "variance > 0"),
        (lambda: rwg([1, 2], [1, 1], (1, 4), null="normal"), "5 to 11 answer options"),
        (lambda: rwg([[1, 2], [1, 2]], [1, 1], (1, 5)), "use rwg_j"),
        (lambda: rwg(["1", "2"], [1, 1], (1, 5)), "needs numbers"),
        (lambda: rwg_critical(1, 5), "n needs"),
        (lambda: rwg_critical(5, 5, correlation=1), "correlation needs"),
    ],
)
def test_what_cannot_be_used_is_told(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_unaligned_groups_are_refused() -> None:
    values = pd.Series([1, 2, 3], index=[0, 1, 2])
    groups = pd.Series(["a", "a", "b"], index=[2, 1, 0])
    with pytest.raises(InputError, match="different indexes"):
        rwg(values, groups, (1, 5))
    assert rwg(values, groups.to_numpy(), (1, 5)).index.tolist() == ["a", "b"]


def test_unknown_names() -> None:
    with pytest.raises(UnknownNameError, match="slight_skew"):
        rwg([1, 2], [1, 1], (1, 5), null="slightskew")
    with pytest.raises(UnknownNameError, match="kind of options"):
        rwg([1, 2], [1, 1], (1, 5), options="slide")
    with pytest.raises(UnknownNameError, match="middle"):
        average_deviation([1, 2], [1, 1], around="mode")


def test_null_variances() -> None:
    assert null_variance((1, 7)) == 4
    assert null_variance((0, 100), options="slider") == pytest.approx(10_000 / 12)
    assert null_variance((0, 1), options=2) == 0.25
    assert null_variance((0, 8), options=5, null="heavy_skew") == 4 * 0.44
    assert null_variance((1, 5), null=1.5) == 1.5


@pytest.mark.parametrize(
    ("null", "shares"),
    [
        ("slight_skew", [0.05, 0.15, 0.20, 0.35, 0.25]),
        ("moderate_skew", [0.00, 0.10, 0.15, 0.40, 0.35]),
        ("heavy_skew", [0.00, 0.00, 0.10, 0.40, 0.50]),
        ("triangular", [0.11, 0.22, 0.34, 0.22, 0.11]),
        ("normal", [0.07, 0.24, 0.38, 0.24, 0.07]),
    ],
)
def test_five_options_have_the_variance_of_their_distribution(
    null: str, shares: list[float]
) -> None:
    points = np.arange(1, 6)
    mean = np.dot(points, shares)
    variance = np.dot((points - mean) ** 2, shares)
    assert null_variance((1, 5), null=null) == pytest.approx(variance, abs=1e-12)


def test_answers_between_options_are_noted() -> None:
    assert "between the options" in rwg([1.5, 2], [1, 1], (1, 5)).attrs["note"]
    assert rwg([15.5, 20], [1, 1], (0, 100), options="slider").attrs["note"] == ""


# ---- groups that answer at random


@pytest.mark.parametrize(("n", "options"), [(3, 5), (5, 5), (4, 7), (6, 4)])
def test_critical_values_against_every_group_there_is(n: int, options: int) -> None:
    every = np.array(list(itertools.product(range(options), repeat=n)), dtype=float)
    null = (options**2 - 1) / 12
    values = np.clip(1 - every.var(axis=1, ddof=1) / null, 0, None)
    found = rwg_critical(n, options, n_resamples=20_000, rng=5)
    reached = (values >= found - 1e-9).mean()
    below = values[values < found - 1e-9].max()
    error = 4 * np.sqrt(0.05 * 0.95 / 20_000)
    assert reached <= 0.05 + error
    assert (values >= below - 1e-9).mean() > 0.05 - error


def test_two_who_agree_may_do_so_by_chance() -> None:
    assert np.isnan(rwg_critical(2, 5, rng=1))
    assert rwg_critical(2, 30, rng=1) <= 1


def test_critical_values_of_r() -> None:
    """Both are simulated: near values differ by their Monte-Carlo error."""
    theirs = json.loads((HERE / "critical.json").read_text(encoding="utf-8"))
    assert rwg_critical(10, 5, rng=1) == pytest.approx(theirs["n10_options5"], abs=1e-9)
    # Enumerated, .8 is reached with a probability of .0498: R's draws fell beyond .05.
    assert rwg_critical(5, 7, rng=1) == pytest.approx(theirs["n5_options7"], abs=0.03)
    found = rwg_critical(10, 5, n_items=6, rng=1)
    assert found == pytest.approx(theirs["n10_options5_items6"], abs=0.015)
    found = rwg_critical(10, 5, n_items=6, correlation=0.4, rng=1)
    related = theirs["n10_options5_items6_correlation4"]
    assert found == pytest.approx(related, abs=0.015)


def test_the_seed_alone_decides() -> None:
    one = rwg_critical(4, 9, n_items=3, n_resamples=700, rng=3)
    assert rwg_critical(4, 9, n_items=3, n_resamples=700, rng=3) == one
    generator = np.random.default_rng(3)
    assert rwg_critical(4, 9, n_resamples=600, rng=generator) > 0


def test_many_groups_are_those_of_pandas() -> None:
    rng = np.random.default_rng(1)
    items = pd.DataFrame(rng.integers(1, 6, (60_000, 3)), columns=list("abc"))
    groups = rng.integers(0, 5_000, 60_000)
    by = items.groupby(groups)
    variances = by.var().mean(axis=1).to_numpy()
    found = r_star_wg(items, groups, (1, 5))
    np.testing.assert_allclose(found, 1 - variances / 2, rtol=1e-9, atol=1e-12)
    gaps = (items - by.transform("median")).abs().groupby(groups).mean().mean(axis=1)
    enough = by.size() > 1
    np.testing.assert_allclose(
        average_deviation(items, groups, around="median")[enough],
        gaps[enough],
        rtol=1e-9,
    )
