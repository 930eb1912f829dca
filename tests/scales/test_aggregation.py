"""May group means be used? The rule on data of each kind."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from netcollab import InputError
from netcollab.scales import aggregation_verdict, icc1, icc2, rwg_critical, rwg_j


def groups_of(
    seed: int, *, between: float, within: float, groups: int = 12, n: int = 8
) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), n)
    level = 3 + between * rng.normal(size=groups)[group]
    cells = level[:, None] + within * rng.normal(size=(len(group), 3))
    items = pd.DataFrame(np.clip(np.round(cells), 1, 5), columns=list("abc"))
    return items, group


def test_groups_that_agree_and_differ_may_be_averaged() -> None:
    items, group = groups_of(1, between=1, within=0.5)
    found = aggregation_verdict(items, group, (1, 5), rng=1)
    assert found.verdict == "may"
    assert (found.failed, found.weak, found.reason) == ((), (), "")
    assert found.icc1 == icc1(items.mean(axis=1), group)
    assert found.icc2 == icc2(items.mean(axis=1), group)
    assert found.rwg_median == rwg_j(items, group, (1, 5)).median()
    assert found.criteria["grade"].eq("good").all()


def test_groups_that_agree_and_do_not_differ_may_not() -> None:
    items, group = groups_of(2, between=0, within=0.5)
    found = aggregation_verdict(items, group, (1, 5), rng=1)
    assert found.verdict == "not"
    assert "groups_differ" in found.failed
    assert found.rwg_median > 0.7
    assert "groups_differ failed" in found.reason


def test_groups_that_do_not_agree_may_not() -> None:
    items, group = groups_of(3, between=1.2, within=2.5, n=40)
    found = aggregation_verdict(items, group, (1, 5), rng=1)
    assert found.verdict == "not"
    assert "rwg_median" in found.failed
    assert found.icc2 > 0.7


def test_in_between_is_caution() -> None:
    items, group = groups_of(1, between=1, within=0.5)
    found = aggregation_verdict(items, group, (1, 5), rwg_levels=(0.5, 0.999), rng=1)
    assert found.verdict == "caution"
    assert found.weak == ("rwg_median",)


def test_a_negative_icc_fails() -> None:
    values = [1, 5, 2, 4, 1, 5, 2, 4, 3, 3]
    found = aggregation_verdict(values, np.repeat(np.arange(5), 2), (1, 5), rng=1)
    assert found.icc1 < 0
    assert math.isnan(found.icc2)
    assert found.verdict == "not"
    assert {"groups_differ", "icc2"} <= set(found.failed)


def test_groups_of_one_are_counted_and_are_no_evidence() -> None:
    items, group = groups_of(1, between=1, within=0.5)
    group = np.where(np.arange(len(group)) < 3, 100 + np.arange(len(group)), group)
    found = aggregation_verdict(items, group, (1, 5), rng=1)
    assert (found.n_groups, found.n_testable, found.n_single) == (15, 12, 3)
    alone = found.groups[found.groups["n"] == 1]
    assert alone["rwg"].isna().all()
    assert alone["exceeds"].isna().all()


def test_pairs_cannot_exceed_chance_on_five_options() -> None:
    items, group = groups_of(1, between=1, within=0.3, n=2)
    found = aggregation_verdict(items["a"], group, (1, 5), rng=1)
    assert found.share_exceeding == 0
    assert "share_exceeding" in found.weak


def test_too_few_groups_are_not_testable() -> None:
    items, group = groups_of(1, between=1, within=0.5, groups=4)
    found = aggregation_verdict(items, group, (1, 5), rng=1)
    assert found.verdict == "not testable"
    assert found.reason == "4 groups of two and more, fewer than 5"
    three = aggregation_verdict(items, group, (1, 5), min_groups=3, rng=1)
    assert three.verdict != "not testable"


def test_what_does_not_vary_is_not_testable() -> None:
    found = aggregation_verdict([3] * 10, np.repeat(np.arange(5), 2), (1, 5), rng=1)
    assert found.verdict == "not testable"
    assert found.reason == "no value varies"


def test_gaps_are_counted() -> None:
    items, group = groups_of(1, between=1, within=0.5)
    items.loc[0, ["a", "b"]] = np.nan
    items.loc[9, "a"] = np.nan
    found = aggregation_verdict(items, group, (1, 5), rng=1)
    assert (found.n_rows, found.n_left_out) == (95, 1)
    assert found.groups["n"].tolist() == [7, 7] + [8] * 10


def test_the_seed_alone_decides_and_is_kept() -> None:
    items, group = groups_of(4, between=0.8, within=0.8)
    one = aggregation_verdict(items, group, (1, 5))
    again = aggregation_verdict(items, group, (1, 5), rng=one.seed)
    pd.testing.assert_frame_equal(one.groups, again.groups)


def test_random_groups_seldom_pass() -> None:
    """Under no agreement and no differences: never "may"."""
    for seed in range(20):
        rng = np.random.default_rng(seed)
        items = rng.integers(1, 6, (48, 3))
        group = np.repeat(np.arange(8), 6)
        found = aggregation_verdict(items, group, (1, 5), n_resamples=500, rng=seed)
        assert found.verdict == "not"


def test_random_groups_exceed_the_critical_value_as_often_as_it_says() -> None:
    rng = np.random.default_rng(9)
    items = rng.integers(1, 6, (6 * 800, 2))
    group = np.repeat(np.arange(800), 6)
    found = aggregation_verdict(items, group, (1, 5), n_resamples=20_000, rng=1)
    assert found.share_exceeding <= 0.05 + 4 * math.sqrt(0.05 * 0.95 / 800)
    assert found.share_exceeding > 0.02


def test_large_groups_are_held_to_the_next_smaller_size() -> None:
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(6), [2, 30, 31, 39, 40, 700])
    found = aggregation_verdict(
        rng.integers(1, 6, len(group)), group, (1, 5), n_resamples=500, rng=1
    )
    critical = found.groups["critical"]
    assert math.isnan(critical[0])
    assert critical[1] == critical[2] == critical[3] > critical[4] > critical[5]
    assert critical[4] == rwg_critical(40, 5, n_resamples=500, rng=1)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(InputError, match="groups is missing"):
        aggregation_verdict([1, 2], [1, None], (1, 5))
    with pytest.raises(InputError, match="outside"):
        aggregation_verdict([1, 9], [1, 1], (1, 5))
