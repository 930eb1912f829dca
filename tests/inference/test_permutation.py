"""The arithmetic of permutation p-values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, UnknownNameError
from netcollab.inference.permutation import equal_tailed, pvalue, smallest_pvalue

SIDES = ("less", "greater", "two-sided")


def p_of(null: list[float], observed: float, exact: bool) -> list[float]:
    return [
        pvalue(np.array(null), observed, alternative=side, exact=exact)[0]
        for side in SIDES
    ]


def test_by_hand() -> None:
    null = [-3.0, -1.0, 0.0, 1.0, 2.0]
    assert p_of(null, 2.0, exact=True) == [1.0, 1 / 5, 2 / 5]
    assert p_of(null, 2.0, exact=False) == [1.0, 2 / 6, 3 / 6]
    assert p_of(null, -3.0, exact=True) == [1 / 5, 1.0, 1 / 5]


def test_monte_carlo_error() -> None:
    null = np.arange(99.0)
    p, error = pvalue(null, 80.0, alternative="greater", exact=False)
    assert p == 20 / 100
    assert error == pytest.approx(math.sqrt(0.2 * 0.8 / 100), rel=1e-15)
    assert pvalue(null, 80.0, alternative="greater", exact=True)[1] == 0


def test_equal_statistics_are_ties_whatever_their_last_bits() -> None:
    third = 0.1 + 0.2
    assert third != 0.3
    for null in ([0.3, third, -0.3, -third], [third, 0.3, -third, -0.3]):
        assert p_of(null, 0.3, exact=True) == [1.0, 0.5, 1.0]
        assert p_of(null, third, exact=True) == [1.0, 0.5, 1.0]
    million = 1e6 * third
    assert p_of([3e5, million], million, exact=True) == [1.0, 1.0, 1.0]


def test_what_differs_is_no_tie() -> None:
    assert p_of([0.3, 0.3 - 1e-9], 0.3, exact=True)[1] == 0.5


def test_never_zero_and_never_above_one() -> None:
    assert p_of([0.0] * 999, 5.0, exact=False) == [1.0, 0.001, 0.001]
    assert p_of([5.0] * 999, 5.0, exact=False) == [1.0, 1.0, 1.0]


def test_an_undefined_relabelling_counts_as_extreme_on_every_side() -> None:
    assert p_of([1.0, 0.0, math.nan, -2.0], 1.0, exact=True) == [1.0, 0.5, 0.75]
    assert p_of([1.0, 0.0, math.nan, -2.0], 3.0, exact=False) == [1.0, 2 / 5, 2 / 5]


def test_an_undefined_observation_has_no_p() -> None:
    p, error = pvalue(np.zeros(9), math.nan, alternative="less", exact=False)
    assert math.isnan(p)
    assert math.isnan(error)


def test_a_listed_null_without_the_observed_value_is_an_error() -> None:
    with pytest.raises(InputError, match="hold the observed"):
        pvalue(np.zeros(9), 1.0, alternative="greater", exact=True)


def test_an_unknown_side_is_told() -> None:
    with pytest.raises(UnknownNameError, match="two-sided"):
        pvalue(np.zeros(9), 0.0, alternative="both", exact=False)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=40), st.data())
def test_sides_add_up(null: list[int], data: st.DataObject) -> None:
    observed = data.draw(st.sampled_from(null))
    ties = null.count(observed)
    values = [float(value) for value in null]
    less, greater, both = p_of(values, observed, exact=True)
    assert less + greater == pytest.approx(1 + ties / len(null), rel=1e-15)
    less, greater, _ = p_of(values, observed, exact=False)
    total = len(null) + 1
    assert less + greater == pytest.approx(1 + (ties + 1) / total, rel=1e-15)
    mirrored = p_of([-value for value in values], -observed, exact=True)
    assert mirrored[2] == both


def test_smallest_p() -> None:
    assert smallest_pvalue(8, n_resamples=9_999, exact=False) == 1 / 8
    assert smallest_pvalue(8, n_resamples=40_320, exact=True) == 1 / 8
    assert smallest_pvalue(40_320, n_resamples=40_320, exact=True) == 1 / 40_320
    assert smallest_pvalue(10**400, n_resamples=9_999, exact=False) == 1 / 10_000


# ---- two-sided where the null is not centred at 0


def test_the_smaller_tail_is_doubled() -> None:
    null = np.array([-0.5, -0.6, -0.7, -0.8, -0.1])
    assert equal_tailed(null, -0.1, alternative="two-sided", exact=True) == (0.4, 0)
    assert equal_tailed(null, -0.7, alternative="two-sided", exact=True) == (0.8, 0)
    assert equal_tailed(null, -0.6, alternative="two-sided", exact=True) == (1.0, 0)
    p, error = equal_tailed(null, -0.1, alternative="two-sided", exact=False)
    assert p == 2 * 2 / 6
    assert error == pytest.approx(2 * math.sqrt(1 / 3 * 2 / 3 / 6), rel=1e-12)


@given(
    st.lists(st.integers(-3, 3), min_size=1, max_size=30),
    st.integers(-3, 3),
    st.booleans(),
)
def test_one_sided_it_is_the_other(null: list[int], observed: int, exact: bool) -> None:
    values = np.array([*null, observed], dtype=float)
    sides = {
        side: equal_tailed(values, observed, alternative=side, exact=exact)
        for side in SIDES
    }
    for side in ("less", "greater"):
        assert sides[side] == pvalue(values, observed, alternative=side, exact=exact)
    smaller = min(sides["less"][0], sides["greater"][0])
    assert sides["two-sided"][0] == min(1, 2 * smaller)
    shifted = equal_tailed(
        values + 10, observed + 10, alternative="two-sided", exact=exact
    )
    assert shifted == sides["two-sided"]


def test_what_is_undefined_stays_undefined() -> None:
    both = equal_tailed(np.zeros(3), math.nan, alternative="two-sided", exact=False)
    assert all(math.isnan(each) for each in both)
