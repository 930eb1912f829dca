"""Alpha between and within people, and the generalisability of a tie's mean."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError
from netcollab.scales import (
    cronbach_alpha,
    cronbach_alpha_levels,
    generalisability,
    icc2,
)


def ratings(
    seed: int, *, ties: int = 6, n: int = 4, k: int = 3, tie_sd: float = 1.0
) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    tie = np.repeat(np.arange(ties), n)
    cells = (
        rng.normal(size=(ties, 1))[tie] * tie_sd
        + rng.normal(size=(ties, k))[tie] * 0.5
        + rng.normal(size=(len(tie), 1)) * 0.7
        + rng.normal(size=(len(tie), k))
    )
    return pd.DataFrame(cells, columns=list("abcdefgh")[:k]), tie


def test_levels_are_apart() -> None:
    # Between people the items rise together, within them they run against each other.
    items = pd.DataFrame({"a": [1, 2, 3, 4, 5, 6], "b": [2, 1, 4, 3, 6, 5]})
    found = cronbach_alpha_levels(items, [1, 1, 2, 2, 3, 3])
    assert found.loc["between", "alpha"] == pytest.approx(1)
    assert math.isnan(found.loc["within", "alpha"])
    assert found.loc["within", "reason"] == "the sum of the items does not vary"
    assert found["n"].tolist() == [3, 3]


def test_one_row_each_is_the_ordinary_alpha() -> None:
    items, _ = ratings(1)
    found = cronbach_alpha_levels(items, np.arange(len(items)))
    assert found.loc["between", "alpha"] == pytest.approx(cronbach_alpha(items))
    assert found.loc["within", "reason"] == "nobody answered twice"
    assert math.isnan(found.loc["within", "alpha_low"])
    assert found.loc["between", "alpha_low"] < found.loc["between", "alpha"]


def test_rows_with_gaps_are_counted() -> None:
    items, tie = ratings(2)
    items.loc[[0, 7], "a"] = np.nan
    assert cronbach_alpha_levels(items, tie).attrs["left_out"] == 2
    assert generalisability(items, tie).n_left_out == 2


def test_components_by_hand() -> None:
    # Two ties, two respondents each, two items; grand mean 3.
    items = pd.DataFrame({"a": [1, 2, 5, 4], "b": [1, 4, 5, 2]})
    found = generalisability(items, list("xxyy"))
    # Row means 1 3 5 3, tie means 2 4: MS_t = 2 * (2*1 + 2*1) = 8,
    # MS_r:t = 2 * 4 / 2 = 4; cells 1.5 2.5 | 4.5 3.5 against tie + item - grand:
    # item means 3 3, gaps -.5 .5 .5 -.5, MS_ti = 2 * 1 / 1 = 2;
    # residuals .5 -.5 -.5 .5 .5 -.5 -.5 .5, MS_e = 2 / 2 = 1.
    assert found.variances == pytest.approx(
        {"tie": 0.75, "respondent": 1.5, "tie_item": 0.5, "residual": 1.0}
    )
    assert found.coefficient == pytest.approx(0.75 / (0.75 + 0.25 + 0.75 + 0.25))
    assert found.coefficient_items_fixed == pytest.approx(0.5)


@given(st.integers(0, 5_000), st.lists(st.integers(1, 6), min_size=24, max_size=24))
def test_fixed_items_give_icc2(seed: int, weights: list[int]) -> None:
    items, tie = ratings(seed, tie_sd=2)
    rows = np.repeat(np.arange(24), weights) if seed % 2 else np.arange(24)
    items, tie = items.iloc[rows].reset_index(drop=True), tie[rows]
    items = items + np.random.default_rng(seed).normal(size=items.shape)
    found = generalisability(items, tie)
    if min(found.variances.values()) <= 0:
        return
    expected = icc2(items.mean(axis=1), tie)
    assert found.coefficient_items_fixed == pytest.approx(expected, rel=1e-9)
    assert found.coefficient < found.coefficient_items_fixed


def test_more_respondents_and_items_make_it_surer() -> None:
    items, tie = ratings(8, tie_sd=2)
    plain = generalisability(items, tie)
    more = generalisability(items, tie, n_respondents=40, n_items=30)
    assert plain.coefficient < more.coefficient < 1
    assert (more.n_respondents, more.n_items) == (40, 30)


def test_each_tie_has_its_own_number() -> None:
    items, tie = ratings(5, tie_sd=2)
    drop = [0, 1, 2]
    found = generalisability(items.drop(index=drop), np.delete(tie, drop))
    assert found.per_tie.idxmin() == 0
    assert found.per_tie.drop(0).nunique() == 1
    assert found.n_respondents == pytest.approx((21 - (1 + 5 * 16) / 21) / 5)


@pytest.mark.parametrize(
    ("rows", "items", "reason"),
    [
        (slice(0, 4), ["a", "b"], "fewer than two ties"),
        (slice(0, None, 4), ["a", "b"], "no tie has two respondents"),
        (slice(None), ["a"], "one item"),
    ],
)
def test_no_coefficient_without_the_design(
    rows: slice, items: list[str], reason: str
) -> None:
    table, tie = ratings(1)
    found = generalisability(table[items].iloc[rows], tie[rows])
    assert found.reason == reason
    assert math.isnan(found.coefficient)
    assert set(found.per_tie.attrs["reasons"].values()) == {reason}


def test_ties_that_do_not_differ_have_no_coefficient() -> None:
    items = pd.DataFrame({"a": [1, 5, 1, 5], "b": [1, 5, 2, 4]})
    found = generalisability(items, list("xxyy"))
    assert found.variances["tie"] <= 0
    assert math.isnan(found.coefficient)
    assert found.reason == "ties do not differ beyond error"


def test_a_missing_tie_is_refused() -> None:
    items, tie = ratings(1)
    with pytest.raises(InputError, match=r"groups is missing in row 3 \(counted"):
        generalisability(items, np.where(np.arange(24) == 2, np.nan, tie))
    with pytest.raises(InputError, match="n_respondents needs"):
        generalisability(items, tie, n_respondents=0)
