"""Columns of a graph that leads forward: causes left, few crossings, no box crossed."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError
from netcollab.report.layers import in_columns


def test_a_chain_stands_in_one_row() -> None:
    found = in_columns([("a", "b"), ("b", "c")])
    assert found.places == {"a": (0, 0.0), "b": (1, 0.0), "c": (2, 0.0)}
    assert (found.width, found.height) == (3, 1)


def test_a_late_first_cause_stands_beside_its_effect() -> None:
    found = in_columns([("a", "b"), ("b", "c"), ("late", "c")])
    assert found.places["late"][0] == 1


def test_a_long_link_has_a_row_of_its_own() -> None:
    found = in_columns([("a", "b"), ("b", "c"), ("a", "c")])
    (start, between, end) = found.routes["a", "c"]
    assert (start, end) == (found.places["a"], found.places["c"])
    assert between[0] == 1
    assert between[1] != found.places["b"][1]


def test_crossings_that_need_not_be_are_undone() -> None:
    found = in_columns([("a", "y"), ("b", "x"), ("x", "end"), ("y", "end")])
    rows = {name: row for name, (_, row) in found.places.items()}
    assert (rows["a"] < rows["b"]) == (rows["y"] < rows["x"])


@given(st.sets(st.sampled_from(list(combinations("abcdefg", 2))), min_size=1))
def test_every_link_leads_right_and_no_place_is_taken_twice(pairs) -> None:
    found = in_columns(sorted(pairs))
    assert set(found.routes) == pairs
    taken = list(found.places.values())
    for pair, route in found.routes.items():
        columns = [column for column, _ in route]
        assert columns == list(range(columns[0], columns[-1] + 1))
        assert (route[0], route[-1]) == tuple(found.places[name] for name in pair)
        taken += route[1:-1]
    assert len(set(taken)) == len(taken)
    assert {column for column, _ in taken} == set(range(found.width))


def test_circles_and_nothing_are_refused() -> None:
    for links in ([], [("a", "b"), ("b", "a")]):
        with pytest.raises(InputError, match="lead forward"):
            in_columns(links)
