"""Pairs held back and functions pooled: nothing small is shown or can be told."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.scales import perception_gaps, pool_small, pooled_ties

TIES = pd.DataFrame(
    [
        ("s", "1", "a", "b", 4.0, 6),
        ("s", "1", "b", "a", 2.5, 7),
        ("s", "1", "b", "c", 4.0, 6),
        ("s", "1", "c", "b", 2.0, 4),
        ("s", "1", "a", "c", 3.0, 6),
        ("s", "1", "c", "a", float("nan"), 0),
        ("s", "1", "a", "a", 5.0, 6),
    ],
    columns=["site", "wave", "source", "target", "mean", "n"],
)


def pairs_of(table: pd.DataFrame) -> list[tuple[str, str, float]]:
    columns = [table[name] for name in ("first", "second", "gap")]
    return list(zip(*columns, strict=True))


def test_each_pair_once_and_the_largest_gap_first() -> None:
    found = perception_gaps(TIES)
    assert pairs_of(found) == [("b", "c", 2.0), ("a", "b", 1.5)]
    assert found.attrs["held_back"] == 0


def test_a_pair_with_one_small_side_is_held_back() -> None:
    found = perception_gaps(TIES, min_respondents=5)
    assert pairs_of(found) == [("a", "b", 1.5)]
    assert found.attrs["held_back"] == 1


def survey(sizes: dict[str, int]) -> nc.Study:
    """One site; everybody of unit k rates every other unit k + 1."""
    people, answers = [], []
    for place, (unit, size) in enumerate(sizes.items()):
        for person in range(size):
            name = f"{unit}{person}"
            people.append((name, unit))
            answers += [
                (name, "q", other, place + 1) for other in sizes if other != unit
            ]
    return nc.Study.from_frames(
        {
            "name": "small",
            "scales": {"five": {"low": 1, "high": 5}},
            "items": {"q": {"scale": "five", "construct": "rc"}},
        },
        actors=pd.DataFrame({"actor": list(sizes)}),
        respondents=pd.DataFrame(people, columns=["respondent", "actor"]),
        answers=pd.DataFrame(
            answers, columns=["respondent", "item", "target", "value"]
        ),
    )


def test_a_sensitive_name_pools_units_of_fewer_than_ten() -> None:
    study = survey({"a": 6, "b": 7, "c": 12})
    manifest = dataclasses.replace(study.manifest, sensitive=("rc",))
    strict = dataclasses.replace(study, manifest=manifest)
    found = pooled_ties(strict, "rc", "small", "1")
    assert list(dict.fromkeys(found["source"])) == ["a + b", "c"]


def senders(sizes: dict[str, int]) -> list[str]:
    return list(dict.fromkeys(pooled_ties(survey(sizes), "rc", "small", "1")["source"]))


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({"a": 6, "b": 7}, ["a", "b"]),
        ({"a": 3, "b": 3, "c": 8}, ["c", "a + b"]),
        ({"a": 4, "b": 9, "c": 6}, ["b", "a + c"]),
        ({"a": 1, "b": 1, "c": 6, "d": 8}, ["d", "a + b + c"]),
        ({"a": 1, "b": 2}, []),
    ],
)
def test_small_functions_answer_together(
    sizes: dict[str, int], expected: list[str]
) -> None:
    assert sorted(senders(sizes)) == sorted(expected)


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        ({"a": 8, "b": 6}, {"a": "a", "b": "b"}),
        ({"a": 2, "b": 2}, {}),
        ({"a": 9, "b": 2, "c": 7}, {"a": "a", "b": "b + c", "c": "b + c"}),
        ({"a": 3, "b": 9, "c": 3}, {"a": "a + c", "b": "b", "c": "a + c"}),
        ({}, {}),
    ],
)
def test_units_pool_until_none_can_be_told(
    people: dict[str, int], expected: dict[str, str]
) -> None:
    counts = pd.Series(people, dtype=float)
    assert pool_small(counts, min_respondents=5) == expected


def test_a_pooled_function_does_not_rate_itself() -> None:
    ties = pooled_ties(survey({"a": 3, "b": 4, "c": 8}), "rc", "small", "1")
    by_pair = ties.set_index(["source", "target"])
    about_c = by_pair.loc[("a + b", "c")]
    assert (about_c["n"], about_c["mean"]) == (7, pytest.approx((3 * 1 + 4 * 2) / 7))
    about_a = by_pair.loc[("a + b", "a")]
    assert (about_a["n"], np.isnan(about_a["mean"])) == (0, True)
    assert by_pair.loc[("c", "a"), "mean"] == 3


def test_nothing_below_the_threshold_is_in_any_row() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    for site in study.sites["site"]:
        for wave in study.waves:
            ties = pooled_ties(study, "relational_capacity", site, wave)
            assert ties["n"].isin([0, *range(5, 200)]).all()
            assert ties.loc[ties["n"] == 0, "mean"].isna().all()


def test_an_unknown_site_is_answered() -> None:
    with pytest.raises(nc.UnknownNameError, match="small"):
        pooled_ties(survey({"a": 6, "b": 7}), "rc", "smal", "1")
