"""Consistency of a set within another: by counting, by every deal, by its level."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, RefusedError
from netcollab.inference import permutation_inclusion

CASES = list("abcdefgh")


def every_p(x: np.ndarray, y: np.ndarray, side: str) -> float:
    """p by walking all orders of y."""
    sign = 1 if side == "greater" else -1
    own = np.minimum(x, y).sum()
    hits = [
        sign * (np.minimum(x, np.array(moved)).sum() - own) >= -1e-9
        for moved in itertools.permutations(y)
    ]
    return float(np.mean(hits))


def test_crisp_sets_are_counted() -> None:
    # 3 of 8 are in x, all of them in y, which holds 5: C(5, 3) of C(8, 3) choices
    x = pd.Series([1, 1, 1, 0, 0, 0, 0, 0], CASES)
    y = pd.Series([1, 1, 1, 1, 1, 0, 0, 0], CASES)
    found = permutation_inclusion(x, y)
    assert found.estimate == 1
    assert found.pvalue == pytest.approx(math.comb(5, 3) / math.comb(8, 3), abs=1e-15)
    assert found.p_min == found.pvalue
    assert found.mc_error == 0
    # necessity changes their places, and counts the same cases
    turned = permutation_inclusion(y, x)
    assert turned.estimate == pytest.approx(3 / 5)
    assert turned.pvalue == found.pvalue


@given(
    st.lists(st.tuples(*[st.integers(0, 4)] * 2), min_size=4, max_size=6),
    st.sampled_from(["greater", "less"]),
)
def test_p_is_that_of_every_order(pairs, side) -> None:
    x, y = np.array(pairs).T / 4
    names = CASES[: len(x)]
    if len(set(x)) == 1 or len(set(y)) == 1:
        return
    found = permutation_inclusion(
        pd.Series(x, names), pd.Series(y, names), alternative=side
    )
    assert found.estimate == pytest.approx(np.minimum(x, y).sum() / x.sum())
    assert found.pvalue == pytest.approx(every_p(x, y, side), abs=1e-12)


def test_the_order_of_cases_changes_nothing_and_missing_ones_leave() -> None:
    x = pd.Series([0.9, 0.1, 0.7, 0.3, 0.8, np.nan], CASES[:6])
    y = pd.Series([0.8, 0.2, 0.9, 0.1, 0.6, 0.4], CASES[:6])
    usual = permutation_inclusion(x, y)
    assert usual.n == 5
    mixed = permutation_inclusion(x.iloc[::-1], y.sample(frac=1, random_state=1))
    assert mixed == usual


def test_draws_repeat_and_do_not_depend_on_workers() -> None:
    rng = np.random.default_rng(5)
    x, y = (pd.Series(rng.random(12)) for _ in range(2))
    one, two, more = (
        permutation_inclusion(x, y, rng=3, n_resamples=999, workers=workers)
        for workers in (1, 1, 2)
    )
    assert one == two == more
    assert np.array_equal(one.null_distribution, more.null_distribution)
    assert one.seed == 3
    assert one.pvalue >= 1 / 1000


def test_what_cannot_be_tested_is_named() -> None:
    good = pd.Series([0.9, 0.1, 0.7, 0.3], CASES[:4])
    with pytest.raises(InputError, match="y needs memberships from 0 to 1"):
        permutation_inclusion(good, good * 2)
    with pytest.raises(InputError, match='unknown alternative "two-sided"'):
        permutation_inclusion(good, good, alternative="two-sided")
    with pytest.raises(RefusedError, match="same value"):
        permutation_inclusion(good, good * 0)
    with pytest.raises(RefusedError, match="at least 4"):
        permutation_inclusion(good.iloc[:3], good.iloc[:3])


@pytest.mark.calibration
@pytest.mark.parametrize("cases", [7, 15], ids=["listed", "drawn"])
def test_size_where_conditions_have_nothing_to_do_with_the_outcome(cases: int) -> None:
    rng = np.random.default_rng(17)
    count = 400
    p, consistent = np.empty(count), np.empty(count)
    for k in range(count):
        x, y = rng.beta(0.5, 0.5, cases), rng.beta(1, 0.3, cases)
        found = permutation_inclusion(
            pd.Series(x), pd.Series(y), n_resamples=199, rng=rng
        )
        p[k], consistent[k] = found.pvalue, found.estimate
    for level in (0.05, 0.1, 0.2):
        error = math.sqrt(level * (1 - level) / count)
        assert abs((p <= level).mean() - level) <= 3 * error + 1 / 200
    # with an outcome most cases have, a limit of .8 lets half of all noise through
    assert (consistent >= 0.8).mean() > 0.4
