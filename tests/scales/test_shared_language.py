"""The shared-language index: by hand, two roads, its interval under known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab.scales import (
    shared_language_index,
    statement_gaps,
    statement_groups,
)

SCALE = (1, 5)


def drawn(
    rng: np.random.Generator, shift: float = 0.0
) -> tuple[pd.DataFrame, pd.Series]:
    groups = pd.Series(["a"] * 12 + ["b"] * 20 + ["c"] * 9)
    felt = 3 + rng.normal(size=(41, 6)) + 0.4 * rng.normal(size=(41, 1))
    felt[:12, 0] += shift
    return pd.DataFrame(np.clip(np.rint(felt), 1, 5)), groups


def test_by_hand() -> None:
    items = pd.DataFrame({"s": [5, 4, 3, 1, 2, 3]})
    found = shared_language_index(items, list("aaabbb"), SCALE, min_respondents=3)
    assert found.within == pytest.approx(0.5)
    assert found.between == pytest.approx(1 - 48 / 9 / 4)
    # (4 - 2)^2 less what chance gives, 1/3 + 1/3, over twice the null's variance.
    assert found.gap == pytest.approx((4 - 2 / 3) / 4)
    assert found.statements.loc["s", "n_groups"] == 2


def test_index_and_matrix_are_means_of_the_tables() -> None:
    items, groups = drawn(np.random.default_rng(1), 1.0)
    items.iloc[::7, 2] = np.nan
    found = shared_language_index(items, groups, SCALE)
    gaps = statement_gaps(items, groups, SCALE)
    means = statement_groups(items, groups, SCALE)
    assert found.between == pytest.approx(gaps["agreement"].mean())
    assert found.within == pytest.approx(means["agreement"].mean())
    assert found.gap == pytest.approx(found.within - found.between)
    np.testing.assert_allclose(found.matrix, found.matrix.T)
    pair = gaps[gaps[["first", "second"]].isin(["a", "c"]).all(axis=1)]
    assert found.matrix.loc["a", "c"] == pytest.approx(pair["agreement"].mean())
    own = means[means["group"] == "b"]["agreement"].mean()
    assert found.matrix.loc["b", "b"] == pytest.approx(own)


def test_everybody_the_same_is_one_and_opposite_ends_are_below_zero() -> None:
    groups = ["a"] * 5 + ["b"] * 5
    same = shared_language_index(pd.DataFrame({"s": [4.0] * 10}), groups, SCALE)
    assert (same.within, same.between, same.gap) == (1, 1, 0)
    assert (same.between_low, same.between_high) == (1, 1)
    ends = shared_language_index(
        pd.DataFrame({"s": [1.0] * 5 + [5.0] * 5}), groups, SCALE
    )
    assert (ends.within, ends.between) == (1, -3)


def test_order_of_rows_and_names_of_groups_play_no_part() -> None:
    items, groups = drawn(np.random.default_rng(2))
    found = shared_language_index(items, groups, SCALE)
    order = np.random.default_rng(3).permutation(len(items))
    turned = shared_language_index(
        items.iloc[order], groups.map({"a": "z", "b": "y", "c": "x"}).iloc[order], SCALE
    )
    for name in ("between", "between_low", "within", "gap", "gap_high"):
        assert getattr(turned, name) == pytest.approx(getattr(found, name))


def test_no_two_groups_is_told() -> None:
    items, _ = drawn(np.random.default_rng(4))
    found = shared_language_index(items, ["one"] * len(items), SCALE)
    assert np.isnan([found.between, found.within, found.gap, found.gap_low]).all()
    assert found.reason == "no statement has two groups with enough answers"


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_the_intervals_hold_the_truth_as_often_as_they_say(shift: float) -> None:
    many = [drawn(np.random.default_rng([5, k]), shift) for k in range(300)]
    found = [shared_language_index(*each, SCALE) for each in many]
    rng = np.random.default_rng(6)
    whole = np.concatenate(
        [drawn(rng, shift)[0].to_numpy()[None] for _ in range(4_000)]
    )
    split = [whole[:, rows] for rows in (slice(12), slice(12, 32), slice(32, None))]
    means = np.array([part.mean(axis=(0, 1)) for part in split])
    gap = np.mean([np.var(column, ddof=1) for column in means.T]) / 2
    covered = np.mean([each.gap_low <= gap <= each.gap_high for each in found])
    assert np.mean([each.gap for each in found]) == pytest.approx(gap, abs=0.006)
    assert 0.90 < covered <= 1.0
