"""One rule for the order of labels: of the categories, else by value."""

from __future__ import annotations

import pandas as pd
import pytest

from netcollab._labels import labels_in_order, two_labels
from netcollab.errors import InputError

WAVES = pd.CategoricalDtype(["before", "after", "never"], ordered=True)


@pytest.mark.parametrize(
    ("labels", "order"),
    [
        (pd.Series(["before", "after", None]), ["after", "before"]),
        (pd.Series(["before", "after", None]).astype(WAVES), ["before", "after"]),
        (pd.Series(pd.Categorical(["b", "a"], ["b", "a"])), ["b", "a"]),
        (pd.Series([10, 9]), [9, 10]),
        (pd.Series(["10", "9"]), ["10", "9"]),
        (pd.Series([True, False]), [False, True]),
        (pd.Series(["a", 1]), [1, "a"]),
    ],
)
def test_categories_else_values(labels: pd.Series, order: list[object]) -> None:
    assert labels_in_order("wave", labels) == order
    assert two_labels("wave", labels) == tuple(order)


def test_what_is_not_two_is_refused() -> None:
    with pytest.raises(InputError, match="wave needs two periods, got 1: a"):
        two_labels("wave", pd.Series(["a", "a"]), kind="periods")
    with pytest.raises(InputError, match="wave needs two groups, got 0: none"):
        two_labels("wave", pd.Series([None, None], dtype="str").astype(WAVES))
    with pytest.raises(InputError, match="wave needs one word or number in each row"):
        two_labels("wave", pd.Series([["a"], ["b"]]))
