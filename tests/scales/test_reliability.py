"""Alpha, omega and items: by hand, by identities, and where they are undefined."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.scales import (
    alpha_interval,
    cronbach_alpha,
    item_rest,
    omega,
    scale_reliability,
)
from netcollab.scales.factor import one_factor


def answers(seed: int, *, n: int = 12, k: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(n, 1))
    cells = np.clip(np.round(3 + trait + rng.normal(size=(n, k))), 1, 5)
    return pd.DataFrame(cells, columns=[f"q{place}" for place in range(k)])


SEEDS = st.integers(0, 10_000)


def test_alpha_by_hand() -> None:
    # Variances 5/3 and 5/3, covariance 4/3: 2 (1 - (10/3) / 6) = 8/9.
    items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})
    assert cronbach_alpha(items) == pytest.approx(8 / 9, rel=1e-14)
    assert scale_reliability(items).sem == pytest.approx(math.sqrt(1.5 / 9), rel=1e-14)


@given(SEEDS, st.permutations(range(4)), st.floats(-5, 5))
def test_alpha_knows_no_order_and_no_origin(
    seed: int, order: list[int], shift: float
) -> None:
    items = answers(seed)
    moved = items.iloc[:, order] + np.arange(4) * shift
    for statistic in (cronbach_alpha, omega):
        np.testing.assert_allclose(
            statistic(items), statistic(moved), rtol=1e-6, atol=1e-9
        )


@given(SEEDS)
def test_alpha_of_standardised_items_is_spearman_brown(seed: int) -> None:
    items = answers(seed)
    if not (items.std() > 0).all():
        return
    r = items.corr().to_numpy()[np.triu_indices(4, 1)].mean()
    expected = 4 * r / (1 + 3 * r)
    standard = (items - items.mean()) / items.std()
    found = scale_reliability(items).alpha_standardised
    if 1 + 3 * r > 1e-9:
        assert cronbach_alpha(standard) == pytest.approx(expected, rel=1e-9, abs=1e-12)
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_two_equal_items_are_fully_reliable() -> None:
    items = pd.DataFrame({"a": [1, 2, 5], "b": [1, 2, 5]})
    found = scale_reliability(items)
    assert (found.alpha, found.sem) == (1, 0)
    assert found.alpha_interval == (1, 1)


def test_omega_finds_the_loadings_behind_correlations() -> None:
    loadings = np.array([0.9, 0.8, 0.6, 0.5, -0.4])
    r = np.outer(loadings, loadings)
    np.fill_diagonal(r, 1)
    np.testing.assert_allclose(np.abs(one_factor(r)), np.abs(loadings), rtol=1e-9)


def test_omega_of_parallel_items_is_alpha() -> None:
    basis = np.linalg.qr(np.vander(np.arange(9.0), 5, increasing=True))[0][:, 1:]
    r = np.full((4, 4), 0.4) + 0.6 * np.eye(4)
    items = basis @ np.linalg.cholesky(r).T
    assert omega(items) == pytest.approx(1.6 / 2.2, rel=1e-10)
    assert cronbach_alpha(items) == pytest.approx(1.6 / 2.2, rel=1e-10)


def test_a_heywood_case_is_named() -> None:
    # r12 r13 / r23 = 1.2: the first loading would be above 1.
    basis = np.linalg.qr(np.vander(np.arange(8.0), 4, increasing=True))[0][:, 1:]
    r = np.array([[1, 0.6, 0.6], [0.6, 1, 0.3], [0.6, 0.3, 1]])
    items = pd.DataFrame(basis @ np.linalg.cholesky(r).T, columns=list("abc"))
    found = scale_reliability(items)
    assert math.isnan(found.omega)
    assert found.reasons["omega"] == (
        'Heywood case: no variance of its own in item "a"'
    )


@pytest.mark.parametrize(
    ("items", "alpha", "share"),
    [
        ({"a": [1, 2, 3]}, "one item", "one factor needs at least three items"),
        (
            {"a": [1], "b": [2], "c": [3]},
            "fewer than two respondents",
            "fewer than two respondents",
        ),
        (
            {"a": [], "b": [], "c": []},
            "fewer than two respondents",
            "fewer than two respondents",
        ),
        (
            {"a": [2, 2, 2], "b": [1, 1, 1], "c": [3, 3, 3]},
            "no item varies",
            'no variation in items "a", "b", "c"',
        ),
        (
            {"a": [1, 2, 3], "b": [3, 2, 1], "c": [2, 2, 2]},
            "the sum of the items does not vary",
            'no variation in item "c"',
        ),
        (
            {"a": [1, 2, 3, 4], "b": [1, 2, 3, 4], "c": [1, 3, 2, 4]},
            "",
            "the correlations are not positive definite",
        ),
    ],
)
def test_what_is_undefined_has_a_reason(
    items: dict[str, list[int]], alpha: str, share: str
) -> None:
    frame = pd.DataFrame(items)
    found = scale_reliability(frame)
    assert found.reasons.get("alpha", "") == alpha
    assert math.isnan(found.alpha) == bool(alpha)
    assert math.isnan(cronbach_alpha(frame)) == bool(alpha)
    assert math.isnan(found.sem) == bool(alpha)
    assert found.reasons["omega"] == share
    assert math.isnan(omega(frame))
    assert all(map(math.isnan, found.alpha_interval)) == bool(alpha)
    assert all(map(math.isnan, alpha_interval(frame))) == bool(alpha)


def test_a_constant_item_is_counted_and_both_values_are_told() -> None:
    items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4], "c": [0.1] * 4})
    found = scale_reliability(items)
    assert found.alpha == pytest.approx(1.5 * (1 - (10 / 3) / 6))
    assert found.warnings == (
        'item "c" does not vary; it is counted in alpha, which is 0.889 without it',
    )
    table = item_rest(items)
    assert table["item_rest"].isna().tolist() == [False, False, True]
    assert table.attrs["reasons"] == {("c", "item_rest"): "the item does not vary"}


def test_a_reversed_item_is_named_and_not_reversed() -> None:
    items = pd.DataFrame({"a": [1, 2, 3, 4], "b": [4, 3, 1, 2], "c": [2, 1, 3, 4]})
    found = scale_reliability(items)
    assert found.alpha < 0
    assert math.isnan(found.sem)
    assert found.reasons["sem"] == "alpha is negative"
    named = [line for line in found.warnings if "runs against" in line]
    assert len(named) == 1
    assert 'item "b"' in named[0]
    assert "nothing was reversed" in named[0]
    keyed = scale_reliability(items.assign(b=5 - items["b"]))
    assert keyed.alpha > 0.7
    assert keyed.warnings == ()


def test_gaps_are_left_out_and_counted() -> None:
    items = answers(3)
    items.loc[[0, 5], "q1"] = np.nan
    items.loc[5, "q2"] = np.nan
    found = scale_reliability(items)
    assert (found.n, found.n_left_out) == (10, 2)
    assert found.n_missing == {"q0": 0, "q1": 2, "q2": 1, "q3": 0}
    assert found.alpha == cronbach_alpha(items.drop(index=[0, 5]))
    pairs = scale_reliability(items, missing="pairwise")
    assert (pairs.n, pairs.n_left_out) == (12, 0)
    assert math.isnan(pairs.alpha_interval[0])
    assert pairs.reasons["alpha_interval"].startswith("pairwise")
    row = pairs.to_frame().iloc[0]
    assert (row["n_missing"], row["missing"]) == (3, "pairwise")


def test_items_never_answered_together_are_told() -> None:
    items = pd.DataFrame({"a": [1, 2, np.nan, np.nan], "b": [np.nan, np.nan, 1, 2]})
    found = scale_reliability(items, missing="pairwise")
    assert found.reasons["alpha"] == (
        "two items were answered together by fewer than two respondents"
    )


def test_stacked_ratings_have_no_interval() -> None:
    found = scale_reliability(
        answers(1), respondent=[1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    )
    assert math.isnan(found.alpha_interval[0])
    assert found.reasons["alpha_interval"] == (
        "the rows of one respondent are not independent"
    )
    assert not math.isnan(found.alpha)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "int8", "float32", object])
def test_kinds_of_numbers_do_not_matter(dtype: str) -> None:
    items = answers(2)
    found = cronbach_alpha(items.astype(dtype))
    assert found == pytest.approx(cronbach_alpha(items), rel=1e-12)
    gap = items.astype(dtype if dtype in ("Int64", "Float64", object) else float)
    gap.loc[3, "q0"] = None
    assert cronbach_alpha(gap) == pytest.approx(cronbach_alpha(items.drop(index=3)))


def test_an_array_will_do() -> None:
    items = answers(4)
    assert cronbach_alpha(items.to_numpy()) == cronbach_alpha(items)


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ({"a": [1, 2], "b": ["3", "x"]}, 'item "b" needs numbers, text stands in rows'),
        ({"a": [1, np.inf], "b": [1, 2]}, 'item "a" needs finite numbers: row 2'),
        ({"a": [1, 2], "b": [1j, 2]}, 'item "b" needs real numbers'),
    ],
)
def test_wrong_answers_are_refused(
    items: dict[str, list[object]], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        cronbach_alpha(pd.DataFrame(items))


def test_wrong_arguments_are_refused() -> None:
    items = answers(5)
    with pytest.raises(UnknownNameError, match="rule for gaps"):
        cronbach_alpha(items, missing="mean")
    with pytest.raises(InputError, match="confidence"):
        scale_reliability(items, confidence=95)
    with pytest.raises(InputError, match="names that differ"):
        cronbach_alpha(items.set_axis(list("aabc"), axis=1))
    with pytest.raises(InputError, match="at least one item"):
        cronbach_alpha(items[[]])


@given(SEEDS)
def test_the_interval_holds_alpha_and_narrows(seed: int) -> None:
    items = answers(seed)
    alpha = cronbach_alpha(items)
    if math.isnan(alpha):
        return
    low, high = alpha_interval(items)
    wide, _ = alpha_interval(items, confidence=0.99)
    assert wide <= low <= alpha <= high <= 1
