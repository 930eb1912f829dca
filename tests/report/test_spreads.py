"""Box plots of people: no end, and no point, is one person."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError
from netcollab.report import shown_spread, why_no_spread


def test_bi_258_twelve_people_who_said_the_same_have_no_distribution() -> None:
    same = pd.Series([4.0] * 12 + [np.nan])
    assert why_no_spread(same) == "same"
    assert shown_spread(same).isna().all()


def test_bi_261_smallest_and_largest_of_one_person_are_not_shown() -> None:
    scores = pd.Series([1.0, *[3.0] * 9, *[4.0] * 9, 5.0])
    told = shown_spread(scores)
    assert told.tolist() == [3.0, 3.0, 3.5, 4.0, 4.0]


def test_bi_261_nothing_of_a_group_below_twice_the_threshold() -> None:
    assert why_no_spread(pd.Series(np.arange(9.0))) == "few"
    assert shown_spread(pd.Series(np.arange(9.0))).isna().all()
    assert shown_spread(pd.Series(dtype=float)).isna().all()


def test_the_floor_is_three() -> None:
    with pytest.raises(InputError, match="min_respondents"):
        why_no_spread(pd.Series([1.0]), min_respondents=2)


@given(
    answers=st.lists(st.integers(1, 5), min_size=6, max_size=40),
    threshold=st.integers(3, 5),
)
def test_enough_people_stand_at_each_end(answers: list[int], threshold: int) -> None:
    scores = pd.Series(answers, dtype=float)
    told = shown_spread(scores, min_respondents=threshold)
    if why_no_spread(scores, min_respondents=threshold):
        assert told.isna().all()
        return
    assert (scores <= told["low"]).sum() >= threshold
    assert (scores >= told["high"]).sum() >= threshold
    assert told.is_monotonic_increasing
