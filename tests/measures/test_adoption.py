"""Who uses what: by hand, bounds by every completion, what stays in the count."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.measures import (
    adopters,
    adoption_curve,
    double_difference,
    two_mode_degree,
)

NAMES = ["school", "nursery", "roads", "water"]


def used(cells: object, tools: list[str] | None = None) -> pd.DataFrame:
    square = np.array(cells, dtype=float)
    names = [f"tool {place}" for place in range(square.shape[1])]
    return pd.DataFrame(square, NAMES[: len(square)], tools or names)


TABLES = st.lists(
    st.lists(st.sampled_from([0.0, 1.0, 3.0, np.nan]), min_size=2, max_size=2),
    min_size=4,
    max_size=4,
).map(used)


def completions(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """The table with every unknown cell filled in either way."""
    cells = frame.to_numpy()
    holes = np.argwhere(np.isnan(cells))
    found = []
    for filled in itertools.product([0.0, 1.0], repeat=len(holes)):
        other = cells.copy()
        other[tuple(holes.T)] = filled
        found.append(pd.DataFrame(other, frame.index, frame.columns))
    return found


def test_adopters_by_hand() -> None:
    use = used([[0, 2], [0, 0], [np.nan, 1], [np.nan, 0]])
    found = adopters(use)
    np.testing.assert_array_equal(found, [1, 0, 1, np.nan])
    assert list(found.attrs["reasons"]) == ["water"]
    only = adopters(use, objects=["tool 0"])
    np.testing.assert_array_equal(only, [0, 0, np.nan, np.nan])
    with pytest.raises(UnknownNameError, match="tool 7"):
        adopters(use, objects=["tool 7"])


@given(frame=TABLES)
def test_adopters_are_those_of_every_completion(frame: pd.DataFrame) -> None:
    values = np.array([adopters(other) for other in completions(frame)])
    same = (values == values[0]).all(axis=0)
    expected = np.where(same, values[0], np.nan)
    np.testing.assert_array_equal(adopters(frame), expected)
    known = adopters(frame.fillna(0)) == (two_mode_degree(frame.fillna(0)) > 0)
    assert known.all()


def test_curve_by_hand() -> None:
    first = used([[1], [0], [0], [np.nan]], ["chat"])
    later = used([[1, 1], [1, 0], [np.nan, 0], [0, 0]], ["chat", "files"])
    unit = pd.Series(["child", "child", "works", "works"], NAMES)
    curve = adoption_curve({"2024": first, "2025": later}, by=unit)
    assert curve.columns.tolist() == [
        *("object", "group", "wave", "n", "users", "non_users", "unknown"),
        *("share", "low", "high"),
    ]
    rows = curve.set_index(["object", "group", "wave"])
    assert rows.index.tolist() == list(
        itertools.product(["chat", "files"], ["child", "works"], ["2024", "2025"])
    )
    assert rows.loc[("chat", "child", "2024"), "share"] == 0.5
    assert rows.loc[("chat", "child", "2025"), "share"] == 1
    works = rows.loc[("chat", "works", "2024")]
    assert works[["n", "users", "non_users", "unknown"]].tolist() == [2, 0, 1, 1]
    assert works[["share", "low", "high"]].tolist() == [0, 0, 0.5]
    assert rows.loc[("files", "child", "2024"), "share"] == 0


def test_a_tool_without_a_column() -> None:
    waves = {"1": used([[1], [0]], ["chat"]), "2": used([[1], [0]], ["files"])}
    curve = adoption_curve(waves, unlisted="not_asked").set_index(["object", "wave"])
    gone = curve.loc[("files", "1")]
    assert gone["unknown"] == 2
    assert np.isnan(gone["share"])
    assert gone[["low", "high"]].tolist() == [0, 1]
    told = adoption_curve(waves, unlisted="not_asked").attrs["reasons"]
    assert list(told) == [1, 2]
    assert adoption_curve(waves)["share"].tolist() == [0.5, 0, 0, 0.5]


@given(frame=TABLES)
def test_shares_lie_within_their_bounds(frame: pd.DataFrame) -> None:
    curve = adoption_curve({"now": frame}).set_index("object")
    shares = np.array([(other > 0).mean() for other in completions(frame)])
    np.testing.assert_allclose(curve["low"], shares.min(axis=0))
    np.testing.assert_allclose(curve["high"], shares.max(axis=0))
    counts = curve[["users", "non_users", "unknown"]].sum(axis=1)
    assert (counts == curve["n"]).all()
    assert set(np.flatnonzero(curve["share"].isna())) == set(
        adoption_curve({"now": frame}).attrs["reasons"]
    )


def test_actors_without_a_group_are_counted() -> None:
    unit = pd.Series(["child", "child", "works", None], NAMES)
    curve = adoption_curve({"now": used([[1], [0], [1], [1]])}, by=unit)
    assert curve["n"].tolist() == [2, 1]
    assert curve.attrs["no_group"] == {"now": 1}


def test_arguments_of_the_curve() -> None:
    with pytest.raises(InputError, match="waves needs a dict"):
        adoption_curve({})
    with pytest.raises(UnknownNameError):
        adoption_curve({"now": used([[1]])}, unlisted="gone")
    with pytest.raises(InputError, match="affiliations of now"):
        adoption_curve({"now": used([[-1]])})
    twice = pd.Series(["x", "y"], ["school", "school"])
    with pytest.raises(InputError, match="each actor once"):
        adoption_curve({"now": used([[1]])}, by=twice)


def test_double_difference_by_hand() -> None:
    before = pd.Series([1.0, 2, 3, 4, 5], [*"abcde"])
    after = pd.Series([2.0, 5, 3, 4, np.nan], [*"abcde"])
    early = pd.Series([1, 1, 0, 0, 0], [*"abcde"])
    table = double_difference(before, after, early)
    assert table.index.tolist() == [0, 1, "difference"]
    assert table["n"].tolist()[:2] == [2, 2]
    assert table["change"].tolist() == [0, 2, 2]
    assert table.loc["difference", "before"] == -2
    assert table.attrs["left_out"] == ["e"]
    turned = double_difference(before, after, early.map({1: "a", 0: "b"}))
    assert turned.loc["difference", "change"] == -2
    levels = pd.CategoricalDtype(["b", "a"], ordered=True)
    ordered = double_difference(
        before, after, early.map({1: "a", 0: "b"}).astype(levels)
    )
    assert ordered.index.tolist() == ["b", "a", "difference"]
    assert ordered.loc["difference", "change"] == 2


def test_double_difference_needs_two_groups() -> None:
    values = pd.Series([1.0, 2], ["a", "b"])
    with pytest.raises(InputError, match="needs two groups, got 1"):
        double_difference(values, values, pd.Series(1, ["a", "b"]))
    with pytest.raises(InputError, match="before needs each actor once"):
        double_difference(pd.concat([values, values]), values, values)


@pytest.mark.parametrize("wrong", [None, 3, "x", [1], pd.Series([[1]], ["school"])])
def test_what_is_no_series_is_named(wrong: object) -> None:
    values = pd.Series([1.0, 2.0], ["school", "roads"])
    for place in range(3):
        given = [values, values, values]
        given[place] = wrong
        with pytest.raises(InputError, match="needs"):
            double_difference(*given)
    use = pd.DataFrame({"chat": [1.0, 0.0]}, values.index)
    if wrong is not None:
        with pytest.raises(InputError, match="by needs"):
            adoption_curve({"2025": use}, by=wrong)
    with pytest.raises(InputError):
        adoption_curve(wrong)
