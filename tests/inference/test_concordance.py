"""Kendall's tau-b and its p-value by dealing out one ranking anew."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab import InputError, RefusedError, UnknownNameError
from netcollab.inference import kendall
from netcollab.inference.concordance import Concordance
from netcollab.inference.deals import count_deals, list_deals

HERE = Path(__file__).parents[1] / "reference" / "inference"
SIDES = ("less", "greater", "two-sided")


def ranking(values: object) -> pd.Series:
    cells = [float(value) for value in values]
    return pd.Series(cells, [f"actor {place}" for place in range(len(cells))])


# ---- values


def test_by_hand() -> None:
    # 6 pairs: x ties one, y ties one; of the others 4 agree, none is opposite.
    result = kendall(ranking([1, 2, 3, 3]), ranking([1, 1, 2, 3]))
    assert result.statistic == pytest.approx(4 / 5)
    # of the 12 deals of y, 1123 and 1132 reach 4, and 3211 reaches -5
    assert result.pvalue == pytest.approx(3 / 12)
    assert result.p_min == pytest.approx(1 / 12)
    assert result.method == "exact (24 relabellings)"
    assert (result.n, result.unit, result.mc_error) == (4, "actors", 0)


EXPECTED = pd.read_csv(HERE / "kendall.csv")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("case", EXPECTED["case"])
def test_what_r_gives(case: str, side: str) -> None:
    row = EXPECTED.set_index("case").loc[case]
    x, y = (ranking(row[name].split()) for name in "xy")
    result = kendall(x, y, alternative=side)
    assert result.statistic == pytest.approx(row["tau"], rel=1e-12)
    assert result.pvalue == pytest.approx(row[side.replace("-", "_")], rel=1e-8)
    assert result.method.startswith("exact")


# ---- two roads


@st.composite
def pairs_of_rankings(draw: st.DrawFn, smallest: int = 4, largest: int = 6) -> tuple:
    n = draw(st.integers(smallest, largest))
    values = st.lists(st.integers(0, 3), min_size=n, max_size=n)
    differing = values.filter(lambda cells: len(set(cells)) > 1)
    return ranking(draw(differing)), ranking(draw(differing))


@given(pairs_of_rankings(), st.sampled_from(SIDES))
def test_every_deal_counted_one_by_one(pair: tuple, side: str) -> None:
    x, y = pair
    observed = stats.kendalltau(x, y).statistic
    null = np.array(
        [stats.kendalltau(x, deal).statistic for deal in itertools.permutations(y)]
    )
    reached = {
        "less": null <= observed + 1e-9,
        "greater": null >= observed - 1e-9,
        "two-sided": np.abs(null) >= abs(observed) - 1e-9,
    }
    result = kendall(x, y, alternative=side)
    assert result.statistic == pytest.approx(observed, abs=1e-12)
    assert result.pvalue == pytest.approx(reached[side].mean(), abs=1e-12)
    assert result.p_min <= result.pvalue + 1e-12


def test_the_distribution_without_ties_is_that_of_the_list() -> None:
    x, y = ranking([1, 2, 3, 4, 5, 6, 7, 8, 9]), ranking([2, 1, 4, 3, 6, 9, 5, 8, 7])
    for side in SIDES:
        known = kendall(x, y, alternative=side)
        listed = kendall(x, y, alternative=side, n_resamples=math.factorial(9))
        assert "without ties" in known.method
        assert listed.method == "exact (362,880 relabellings)"
        assert known.pvalue == pytest.approx(listed.pvalue, rel=1e-12)
        assert known.p_min == pytest.approx(listed.p_min, rel=1e-12)


def test_few_different_deals_of_many_actors_are_listed() -> None:
    x, y = ranking(range(12)), ranking([1, 1, 0, 1] + [0] * 8)
    result = kendall(x, y)
    assert result.method == "exact (220 distinct relabellings)"
    assert result.p_min == 1 / 220 * 2
    # which of the 220 sets of three gives at most the observed sum of ranks
    sets = np.array(list(itertools.combinations(range(12), 3))).sum(axis=1)
    assert kendall(x, y, alternative="less").pvalue == (sets <= 4).mean()


def test_the_order_of_x_and_y_does_not_matter() -> None:
    x, y = ranking(range(12)), ranking([1, 1, 0, 1] + [0] * 8)
    pd.testing.assert_frame_equal(kendall(x, y).to_frame(), kendall(y, x).to_frame())


def test_the_fast_way_for_many_actors_is_the_same_number() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 40, 151), rng.integers(0, 5, 151)
    rows = np.array([rng.permutation(151) for _ in range(20)])
    quick = Concordance(x, y)(rows)
    slow = [stats.kendalltau(x, y[row]).statistic for row in rows]
    pairwise = Concordance(x[:150], y[:150])
    few = np.array([rng.permutation(150) for _ in range(20)])
    np.testing.assert_allclose(quick, slow, rtol=1e-12)
    expected = [stats.kendalltau(x[:150], y[:150][row]).statistic for row in few]
    np.testing.assert_allclose(pairwise(few), expected, rtol=1e-12)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=7))
def test_each_different_deal_is_listed_once_the_first_as_it_was(
    values: list[int],
) -> None:
    places = np.unique(values, return_inverse=True)[1]
    listed = list_deals(places)
    assert (
        len(listed) == count_deals(places) == len(set(itertools.permutations(values)))
    )
    assert len({tuple(row) for row in places[listed]}) == len(listed)
    assert (np.sort(listed, axis=1) == np.arange(len(places))).all()


# ---- draws


def test_draws_depend_on_the_seed_alone_and_come_near_the_exact_p() -> None:
    rng = np.random.default_rng(7)
    x, y = ranking(rng.integers(0, 6, 14)), ranking(rng.integers(0, 6, 14))
    first, again = kendall(x, y, rng=3), kendall(x, y, rng=3)
    assert first == again
    assert first.method == "9,999 permutations"
    assert first.seed == 3
    assert first.p_min == 1 / 10_000
    assert first != kendall(x, y, rng=4)
    more = kendall(x, y, rng=5, n_resamples=40_000)
    assert abs(first.pvalue - more.pvalue) < 4 * (first.mc_error + more.mc_error)


def test_p_is_small_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20261123)
    x = ranking([1, 2, 2, 3, 4, 5])
    found = [kendall(x, ranking(rng.permutation(6))).pvalue for _ in range(400)]
    for level in (0.05, 0.1, 0.3):
        assert np.mean(np.array(found) <= level) <= level + 3 * math.sqrt(level / 400)


# ---- unknown, equal, wrong


def test_actors_without_both_values_are_left_out() -> None:
    x, y = ranking([1, 2, 3, 4, np.nan, 9]), ranking([2, 1, 3, 4, 7, np.nan])
    whole = kendall(x.iloc[:4], y.iloc[:4])
    assert kendall(x, y) == whole
    assert kendall(x, y.sample(frac=1, random_state=1)) == whole


def test_values_that_differ_by_rounding_are_equal() -> None:
    x = ranking([0.1 + 0.2, 0.3, 5, 7])
    y = ranking([1, 2, 3, 4])
    assert kendall(x, y) == kendall(ranking([0.3, 0.3, 5, 7]), y)


def test_refused_with_the_reason() -> None:
    with pytest.raises(RefusedError, match="3 actors have both values"):
        kendall(ranking([1, 2, 3, np.nan]), ranking([1, 2, 3, 4]))
    with pytest.raises(RefusedError, match="y has the same value"):
        kendall(ranking([1, 2, 3, 4]), ranking([2, 2, 2, 2]))


def test_errors_name_what_is_wrong() -> None:
    x = ranking([1, 2, 3, 4])
    with pytest.raises(InputError, match="same actors"):
        kendall(x, ranking([1, 2, 3, 4, 5]))
    with pytest.raises(InputError, match="y needs each actor once"):
        kendall(x, pd.Series(1.0, ["a", "a", "b", "c"]))
    with pytest.raises(InputError, match="finite"):
        kendall(x, ranking([1, 2, 3, np.inf]))
    with pytest.raises(InputError, match="y needs numbers"):
        kendall(x, pd.Series(list("abcd"), x.index))
    with pytest.raises(UnknownNameError, match="more"):
        kendall(x, x, alternative="more")
