"""Kappas and percent agreement: by hand, identities, and where they are undefined."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.scales import (
    coder_agreement,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    percent_agreement,
)

PAIRS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 4)), min_size=2, max_size=15
)


def test_cohen_by_hand() -> None:
    # 3 of 4 agree; chance (1*1 + 1*2 + 2*1) / 16 = 5/16.
    assert cohen_kappa([1, 2, 3, 3], [1, 2, 3, 2]) == pytest.approx(7 / 11)
    # Places apart: observed 1/4, expected 14/16.
    assert cohen_kappa([1, 2, 3, 3], [1, 2, 3, 2], "linear") == pytest.approx(5 / 7)


def test_fleiss_by_hand() -> None:
    # P = (1 + 1/3 + 1)/3, shares 4/9 and 5/9.
    ratings = [["x", "x", "x"], ["y", "y", "x"], ["y", "y", "y"]]
    assert fleiss_kappa(ratings) == pytest.approx((7 / 9 - 41 / 81) / (40 / 81))


def test_percent_by_hand() -> None:
    ratings = [[1, 1, 1], [2, 2, 1], [3, 3, None]]
    assert percent_agreement(ratings) == 0.5
    # Agreeing pairs: 3 of 3, 1 of 3, 1 of 1, weighted 3, 3, 2.
    assert percent_agreement(ratings, kind="pairs") == pytest.approx((3 + 1 + 2) / 8)


@given(PAIRS)
def test_two_coders_by_formula(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array(pairs).T
    codes = np.unique([a, b])
    place = np.searchsorted(codes, [a, b])
    for weights in (None, "linear", "quadratic"):
        gap = np.abs(codes.searchsorted(codes)[:, None] - np.arange(len(codes)))
        power = {None: gap > 0, "linear": gap, "quadratic": gap**2}[weights]
        observed = power[place[0], place[1]].mean()
        expected = np.mean([power[i, j] for i in place[0] for j in place[1]])
        found = cohen_kappa(a, b, weights=weights)
        if expected == 0:
            assert math.isnan(found)
        else:
            assert found == pytest.approx(1 - observed / expected, abs=1e-12)


@given(PAIRS)
def test_cohen_is_symmetric_and_two_raters_are_congers(
    pairs: list[tuple[int, int]],
) -> None:
    a, b = np.array(pairs).T
    found = cohen_kappa(a, b)
    np.testing.assert_allclose(found, cohen_kappa(b, a), rtol=1e-12, equal_nan=True)
    conger = fleiss_kappa(np.array(pairs), method="conger")
    np.testing.assert_allclose(found, conger, rtol=1e-9, atol=1e-12, equal_nan=True)


@given(st.integers(0, 1000))
def test_units_and_raters_have_no_order_for_fleiss(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(0, 3, (8, 4))
    mixed = rng.permuted(rng.permutation(ratings), axis=1)
    value = fleiss_kappa(ratings)
    np.testing.assert_allclose(value, fleiss_kappa(mixed), rtol=1e-12)
    # Without gaps, Krippendorff's alpha is Fleiss' kappa for a small sample.
    expected = 1 - (1 - value) * (1 - 1 / ratings.size)
    np.testing.assert_allclose(krippendorff_alpha(ratings), expected, rtol=1e-9)


def test_labels_are_numbers_words_or_ordered_categories() -> None:
    a, b = [1, 2, 10, 10, 2], [1, 10, 10, 2, 2]
    words = {1: "low", 2: "middle", 10: "high"}
    said_a, said_b = [words[x] for x in a], [words[x] for x in b]
    assert cohen_kappa(a, b) == pytest.approx(cohen_kappa(said_a, said_b))
    order = ["low", "middle", "high"]
    value = cohen_kappa(a, b, "linear")
    assert cohen_kappa(said_a, said_b, "linear", categories=order) == value
    kind = pd.CategoricalDtype(order, ordered=True)
    columns = pd.Series(said_a, dtype=kind), pd.Series(said_b, dtype=kind)
    assert cohen_kappa(*columns, weights="linear") == value
    assert cohen_kappa(pd.array(a, dtype="Int64"), b, "linear") == value


def test_a_category_nobody_used_makes_no_step_unless_named() -> None:
    a, b = [1, 3, 4, 4], [1, 4, 4, 3]
    plain = cohen_kappa(a, b, "linear")
    assert plain == cohen_kappa([1, 2, 3, 3], [1, 3, 3, 2], "linear")
    assert cohen_kappa(a, b, "linear", categories=[1, 2, 3, 4]) != plain
    assert cohen_kappa(a, b, categories=[1, 2, 3, 4]) == cohen_kappa(a, b)


def test_words_without_an_order_have_no_weights() -> None:
    with pytest.raises(InputError, match="give categories="):
        cohen_kappa(["agree", "no"], ["no", "agree"], "linear")


def test_units_with_gaps_are_left_out() -> None:
    a, b = [1, 2, None, 2, 1], [1, 2, 2, None, 2]
    assert cohen_kappa(a, b) == cohen_kappa([1, 2, 1], [1, 2, 2])
    ratings = [[1, 1, 1], [2, 2, 2], [2, None, 1], [2, 1, 1]]
    assert fleiss_kappa(ratings) == fleiss_kappa(np.delete(ratings, 2, 0).astype(int))


@pytest.mark.parametrize(
    ("ratings", "reasons"),
    [
        (
            {"a": ["x", "x"], "b": ["x", "x"]},
            {
                "cohen_kappa": "both used one category only",
                "fleiss_kappa": "everybody used one category only",
                "krippendorff_alpha": ("all ratings of units rated twice are the same"),
            },
        ),
        (
            {"a": ["x", None], "b": [None, "y"]},
            {
                "agreement_units": "no unit was rated by all raters",
                "agreement_pairs": "no unit was rated twice",
                "cohen_kappa": "no unit was rated by both",
                "fleiss_kappa": "no unit was rated by all raters",
                "krippendorff_alpha": "no unit was rated twice",
            },
        ),
        (
            {"a": ["x", "y"]},
            {
                "agreement_units": "fewer than two raters",
                "agreement_pairs": "fewer than two raters",
                "fleiss_kappa": "fewer than two raters",
                "krippendorff_alpha": "fewer than two raters",
            },
        ),
    ],
)
def test_what_is_undefined_has_a_reason(
    ratings: dict[str, list[object]], reasons: dict[str, str]
) -> None:
    table = coder_agreement(pd.DataFrame(ratings))
    told = table.loc[table["reason"] != "", "reason"].to_dict()
    assert told == reasons
    assert table.index[table["value"].isna()].tolist() == list(reasons)


def test_coders_who_never_meet_in_a_category_have_kappa_0() -> None:
    assert cohen_kappa(["x", "x"], ["y", "y"]) == 0


def test_the_table_counts_units() -> None:
    ratings = [[1, 1, None], [2, 2, 2], [1, None, None]]
    table = coder_agreement(ratings)
    assert "cohen_kappa" not in table.index
    assert table["n_units"].to_dict() == {
        "agreement_units": 1,
        "agreement_pairs": 2,
        "fleiss_kappa": 1,
        "krippendorff_alpha": 2,
    }


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cohen_kappa([1, 2], [1]), "a has 2 ratings, b has 1"),
        (lambda: fleiss_kappa([[1, "x"]]), "mix numbers and words"),
        (lambda: fleiss_kappa([1, 2]), "units x raters"),
        (
            lambda: cohen_kappa([1, 2], [1, 3], categories=[1, 2]),
            r"none of the categories in row 2 \(counted",
        ),
        (lambda: cohen_kappa([1], [1], categories=[1, 1]), "need to differ"),
        (
            lambda: cohen_kappa(pd.Series([1, 2]), pd.Series([1, 2], index=[1, 0])),
            "align them",
        ),
        (lambda: fleiss_kappa([[1, np.inf]]), "finite"),
    ],
)
def test_what_cannot_be_used_is_told(call: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_unknown_names() -> None:
    with pytest.raises(UnknownNameError, match="weights"):
        cohen_kappa([1, 2], [1, 2], "equal")
    with pytest.raises(UnknownNameError, match="method"):
        fleiss_kappa([[1, 2]], method="light")
    with pytest.raises(UnknownNameError, match="kind of agreement"):
        percent_agreement([[1, 2]], kind="all")
