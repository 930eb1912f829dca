"""Overlap of concepts: by hand, against draws, small groups."""

from __future__ import annotations

import numpy as np
import pytest

from netcollab.errors import InputError
from netcollab.scales import concept_overlap

CONCEPTS = ["a", "b", "c", "c", "b", "c", "d", "e"]
GROUPS = ["x", "x", "x", "x", "y", "y", "y", "z"]


def test_by_hand() -> None:
    table = concept_overlap(CONCEPTS, GROUPS).set_index(["first", "second"])
    xy = table.loc[("x", "y")]
    assert xy[["n_first", "n_second", "shared"]].tolist() == [3, 3, 2]
    assert (xy["jaccard"], xy["dice"]) == (2 / 4, 4 / 6)
    # Five concepts, 3 and 3: P(1, 2, 3 shared) = 3/10, 6/10, 1/10.
    assert xy["dice_by_chance"] == pytest.approx(2 * 9 / 5 / 6)
    assert xy["jaccard_by_chance"] == pytest.approx(0.3 / 5 + 0.6 * 2 / 4 + 0.1)
    assert xy["pvalue"] == pytest.approx(0.7)
    xz = table.loc[("x", "z")]
    assert xz[["shared", "jaccard", "dice", "pvalue"]].tolist() == [0, 0, 0, 1]


def test_chance_is_what_draws_give() -> None:
    vocabulary = list(range(12))
    first, second = list(range(5)), list(range(3, 10))
    (row,) = concept_overlap(
        first + second, ["x"] * 5 + ["y"] * 7, vocabulary=vocabulary
    ).to_dict("records")
    rng = np.random.default_rng(1)
    shared = np.array(
        [len(set(rng.permutation(12)[:5]) & set(range(7))) for _ in range(20_000)]
    )
    assert row["jaccard_by_chance"] == pytest.approx(
        (shared / (12 - shared)).mean(), abs=0.004
    )
    assert row["pvalue"] == pytest.approx((shared >= row["shared"]).mean(), abs=0.012)


def test_groups_of_few_informants_are_held_back() -> None:
    people = ["p1", "p2", "p3", "p1", "q1", "q2", "q3", "r1"]
    table = concept_overlap(CONCEPTS, GROUPS, informants=people, min_respondents=3)
    told = table.set_index(["first", "second"])
    assert told.loc[("x", "y"), "reason"] == ""
    for pair in (("x", "z"), ("y", "z")):
        assert told.loc[pair, "reason"] == "too few informants"
        assert told.loc[pair, ["n_first", "n_second", "shared"]].tolist() == [0, 0, 0]
        assert told.loc[pair, ["jaccard", "dice", "pvalue"]].isna().all()


def test_bad_arguments_are_named() -> None:
    with pytest.raises(InputError, match="not in the vocabulary: d, e"):
        concept_overlap(CONCEPTS, GROUPS, vocabulary=["a", "b", "c"])
    with pytest.raises(InputError, match="groups has 1 labels for 8 rows"):
        concept_overlap(CONCEPTS, ["x"])
    assert len(concept_overlap(["a"], ["x"])) == 0
