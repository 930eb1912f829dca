"""The Gini coefficient."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError
from netcollab import measures as ms


def test_by_hand() -> None:
    # differences 1, 2, 1 in both orders: 8 / (2 * 9 * 2)
    assert ms.gini(pd.Series([1, 2, 3])) == pytest.approx(8 / 36)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any))
def test_it_is_the_mean_difference(values: list[int]) -> None:
    x = np.array(values, dtype=float)
    direct = np.abs(x[:, None] - x).sum() / (2 * len(x) ** 2 * x.mean())
    assert ms.gini(pd.Series(x)) == pytest.approx(direct, abs=1e-12)
    assert 0 <= ms.gini(pd.Series(x)) <= 1 - 1 / len(x) + 1e-12
    assert ms.gini(pd.Series(x * 7)) == pytest.approx(direct, abs=1e-12)
    assert ms.gini(pd.Series(np.tile(x, 2))) == pytest.approx(direct, abs=1e-12)


def test_values_that_are_unknown_are_left_out() -> None:
    assert ms.gini(pd.Series([1, np.nan, 3])) == ms.gini(pd.Series([1, 3]))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "there are no values"),
        ([np.nan], "there are no values"),
        ([0, 0], "all values are 0"),
        ([-1, 2], "a value is negative"),
    ],
)
def test_undefined_with_a_reason(values: list[float], reason: str) -> None:
    series = pd.Series(values, dtype=float)
    assert math.isnan(ms.gini(series))
    assert ms.reason(ms.gini, series) == reason


def test_words_and_endless_values_are_errors() -> None:
    with pytest.raises(InputError, match="the values must be numeric"):
        ms.gini(pd.Series(["much", "little"]))
    with pytest.raises(InputError, match="attribute 'staff' must be finite"):
        ms.gini(pd.Series([1, np.inf], name="staff"))
