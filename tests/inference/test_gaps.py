"""Gaps between groups tested together: two roads, enumeration, level under the null."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from netcollab.errors import InputError, RefusedError
from netcollab.inference import ModelResult, group_gaps


def drawn(seed: int | list[int], sizes: tuple[int, ...]) -> pd.DataFrame:
    """Answers from 1 to 5, dependent within a respondent, and her group."""
    rng = np.random.default_rng(seed)
    n = sum(sizes)
    felt = 3 + 0.7 * rng.normal(size=(n, 1)) + rng.normal(size=(n, 4))
    table = pd.DataFrame(np.clip(np.rint(felt), 1, 5), columns=list("pqrs"))
    table = table.mask(rng.random(table.shape) < 0.05)
    return table.assign(group=np.repeat(list("abc")[: len(sizes)], sizes))


def gaps_of(table: pd.DataFrame, **options: object) -> ModelResult:
    return group_gaps(
        table.drop(columns="group"), table["group"], **{"rng": 1, **options}
    )


def test_estimates_and_t_are_those_of_welch() -> None:
    table = drawn(1, (6, 9, 12))
    found = group_gaps(
        table.drop(columns="group"), table["group"], n_resamples=99, rng=1
    )
    for row in found.coefficients.to_dict("records"):
        first, second = (
            table.loc[table["group"] == row[name], row["statement"]].dropna()
            for name in ("first", "second")
        )
        expected = stats.ttest_ind(first, second, equal_var=False)
        assert row["estimate"] == pytest.approx(first.mean() - second.mean())
        assert row["statistic"] == pytest.approx(expected.statistic)
        assert row["se"] * row["statistic"] == pytest.approx(row["estimate"])
    assert len(found.coefficients) == 4 * 3
    assert "12 gaps" in found.adjustment


def test_every_deal_is_listed_where_they_are_few() -> None:
    answers = pd.DataFrame(np.random.default_rng(2).normal(size=(7, 2)))
    found = group_gaps(answers, pd.Series(list("aaaabbb")), rng=1)
    assert found.method == "exact (35 distinct relabellings)"
    observed = found.coefficients["statistic"].abs().to_numpy()
    null = []
    for chosen in combinations(range(7), 4):
        inside = np.isin(np.arange(7), chosen)
        t = stats.ttest_ind(answers[inside], answers[~inside], equal_var=False)
        null.append(np.abs(t.statistic))
    null = np.array(null)
    p = (null >= observed - 1e-10).mean(axis=0)
    np.testing.assert_allclose(found.coefficients["pvalue"], p)
    top = observed.argmax()
    largest = (null.max(axis=1) >= observed[top] - 1e-10).mean()
    assert found.coefficients["p_adjusted"].iloc[top] == pytest.approx(largest)
    assert found.coefficients["p_min"].eq(1 / 35).all()


def test_adjusted_p_is_never_smaller_and_no_p_is_zero() -> None:
    table = drawn(3, (10, 10, 10))
    table.loc[table["group"] == "a", "p"] = 5
    table.loc[table["group"] == "b", "p"] = [1] * 9 + [2]
    found = group_gaps(
        table.drop(columns="group"), table["group"], n_resamples=199, rng=1
    )
    p = found.coefficients
    assert (p["p_adjusted"] >= p["pvalue"]).all()
    assert p["pvalue"].min() == 1 / 200
    assert p.loc["p: a - b", "p_adjusted"] == 1 / 200
    again = gaps_of(table, n_resamples=199, workers=2)
    pd.testing.assert_frame_equal(again.coefficients, p)


def test_the_order_of_statements_and_their_units_play_no_part() -> None:
    table = drawn(4, (8, 9))
    answers = table.drop(columns="group")
    options = {"n_resamples": 199, "rng": 1}
    found = group_gaps(answers, table["group"], **options).coefficients
    turned = group_gaps(answers[list("srqp")] * 1e6 + 5, table["group"], **options)
    np.testing.assert_allclose(
        turned.coefficients.loc[found.index, "p_adjusted"], found["p_adjusted"]
    )


def test_groups_without_spread() -> None:
    answers = pd.DataFrame({"same": [3.0] * 10, "apart": [1.0] * 5 + [5.0] * 5})
    groups = pd.Series(["a"] * 5 + ["b"] * 5)
    found = group_gaps(answers, groups, rng=1).coefficients
    assert found.loc["same: a - b", ["estimate", "statistic", "pvalue"]].tolist() == [
        *(0, 0, 1),
    ]
    # Of the 252 deals two leave both groups without spread.
    assert found.loc["apart: a - b", "statistic"] == -np.inf
    assert found.loc["apart: a - b", "p_adjusted"] == pytest.approx(2 / 252)


def test_a_side_without_answers_is_told() -> None:
    table = drawn(5, (6, 6))
    table.loc[table["group"] == "a", "q"] = np.nan
    found = group_gaps(
        table.drop(columns="group"), table["group"], n_resamples=99, rng=1
    )
    assert np.isnan(found.coefficients.loc["q: a - b", "p_adjusted"])
    assert found.notes == ("q: a - b: a side has fewer than two answers",)


def test_bad_arguments_are_named() -> None:
    table = drawn(6, (4, 4))
    answers, groups = table.drop(columns="group"), table["group"]
    with pytest.raises(InputError, match="index of the answers"):
        group_gaps(answers, groups.iloc[::-1])
    with pytest.raises(RefusedError, match="1 groups have two respondents"):
        group_gaps(answers, pd.Series(["a"] * 7 + ["b"]))
    with pytest.raises(InputError, match="every statement once"):
        group_gaps(answers.set_axis(list("ppqr"), axis=1), groups)
    with pytest.raises(RefusedError, match="two groups with two answers"):
        group_gaps(answers * np.nan, groups)


def test_one_false_gap_or_more_is_as_rare_as_promised() -> None:
    many, any_called = 300, 0
    for seed in range(many):
        table = drawn([7, seed], (8, 14, 10))
        found = gaps_of(table, n_resamples=99, rng=seed)
        any_called += bool((found.coefficients["p_adjusted"] <= 0.05).any())
    error = 3 * np.sqrt(0.05 * 0.95 / many)
    assert 0.05 - error <= any_called / many <= 0.05 + error
