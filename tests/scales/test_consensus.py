"""Cultural consensus: against R, by its own model, degenerate cases, privacy."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab.errors import InputError, UnknownNameError
from netcollab.scales import Consensus, cultural_consensus
from netcollab.scales.likeness import alike
from netcollab.scales.minres import eigenvalues, minres, residuals
from netcollab.scales.one_culture import grouped_residuals

HERE = Path(__file__).parents[1] / "reference" / "scales"
EXPECTED = json.loads((HERE / "consensus.json").read_text(encoding="utf-8"))
TABLE = pd.read_csv(HERE / "consensus.csv")
FEW = {"n_resamples": 199, "rng": 1}


def answers(kind: str) -> pd.DataFrame:
    return TABLE[TABLE["kind"] == kind].drop(columns="kind").reset_index(drop=True)


def found(kind: str, **options: object) -> Consensus:
    more = {"n_options": 4} if kind == "named" else {}
    return cultural_consensus(answers(kind), kind=kind, **more, **FEW, **options)


def cultures(
    rng: np.random.Generator, n: int, m: int, *, alike: float = 1.0
) -> np.ndarray:
    """Answers from 1 to 5 of one culture, or of two halves whose keys correlate."""
    key = rng.normal(size=m)
    other = alike * key + np.sqrt(1 - alike**2) * rng.normal(size=m)
    keys = np.where(np.arange(n)[:, None] < n / 2, key, other)
    d = rng.uniform(0.5, 0.9, size=(n, 1))
    felt = d * keys + np.sqrt(1 - d**2) * rng.normal(size=(n, m))
    return np.clip(np.rint(3 + felt), 1, 5)


# ---- against other software


@pytest.mark.parametrize("kind", ["ordered", "named"])
def test_the_factor_is_that_of_r(kind: str) -> None:
    expected, told = EXPECTED[kind], found(kind)
    np.testing.assert_allclose(told.competences, expected["loadings"], atol=1e-7)
    np.testing.assert_allclose(told.eigenvalues, expected["values"], atol=1e-7)
    # psych's optimiser stops at about 1e-6.
    np.testing.assert_allclose(told.competences, expected["psych_loadings"], atol=1e-5)
    np.testing.assert_allclose(told.eigenvalues, expected["psych_values"], atol=1e-5)
    first, second = expected["values"][:2]
    assert told.ratio == pytest.approx(first / second, rel=1e-6)


@pytest.mark.parametrize("kind", ["ordered", "named"])
def test_the_key_is_that_of_r(kind: str) -> None:
    key = found(kind).key
    np.testing.assert_allclose(key["key"], EXPECTED[kind]["key"], atol=1e-6)
    if kind == "named":
        told = EXPECTED[kind]["certainty"]
        np.testing.assert_allclose(key["certainty"], told, atol=1e-5)


# ---- by hand and by identities


def test_likeness_by_hand() -> None:
    two = np.array([[0, 1, 2, 0, 1.0], [0, 1, 2, 1, np.nan]])
    assert alike(two, "named", 3)[0, 1] == pytest.approx((3 * 3 / 4 - 1) / 2)
    r = np.corrcoef(two[0, :4], two[1, :4])[0, 1]
    assert alike(two, "ordered", 0)[0, 1] == pytest.approx(r)


def test_a_matrix_of_one_factor_is_taken_apart_exactly() -> None:
    d = np.array([0.9, 0.75, 0.6, 0.4, 0.2, -0.3])
    matrix = np.outer(d, d)
    np.testing.assert_allclose(minres(matrix), d, atol=1e-8)
    assert np.abs(residuals(matrix, d)).max() < 1e-15
    np.testing.assert_allclose(eigenvalues(matrix, d)[0], (d**2).sum())
    both = minres(np.stack([matrix, np.outer(d[::-1], d[::-1])]))
    np.testing.assert_allclose(both, [d, d[::-1]], atol=1e-8)


def test_the_fit_is_a_minimum() -> None:
    matrix = alike(answers("ordered").to_numpy(float), "ordered", 0)
    d = minres(matrix)
    left = residuals(matrix, d)
    np.testing.assert_allclose(left @ d, 0, atol=1e-8)


def test_units_order_and_names_play_no_part() -> None:
    items = answers("ordered")
    told = cultural_consensus(items, **FEW)
    order = np.random.default_rng(1).permutation(len(items))
    turned = cultural_consensus((items * 10 - 7).iloc[order], **FEW)
    assert turned.ratio == pytest.approx(told.ratio)
    np.testing.assert_allclose(turned.competences, told.competences[order], atol=1e-8)
    words = answers("named").replace({1: 40, 2: 30, 3: 20, 4: 10})
    renamed = cultural_consensus(words, kind="named", n_options=4, **FEW)
    assert renamed.ratio == pytest.approx(found("named").ratio)


def test_the_same_seed_gives_the_same_result() -> None:
    one, two = found("ordered"), found("ordered")
    assert (one.pvalue, one.seed) == (two.pvalue, 1)
    assert found("ordered", workers=2).pvalue == one.pvalue


def test_each_criterion_is_judged_and_named() -> None:
    told = found("ordered")
    assert told.verdict == "one culture"
    assert told.reason == ""
    assert told.criteria.index.tolist() == ["ratio", "negative", "residuals"]
    strict = found("ordered", min_ratio=50)
    assert strict.verdict == "not one culture"
    assert strict.reason == "the second eigenvalue is too large beside the first"
    against = answers("ordered")
    against.iloc[0] = 6 - against.iloc[1]
    negative = cultural_consensus(against, **FEW)
    assert negative.n_negative == 1
    assert "some answer against the others" in negative.reason


def test_full_agreement_has_no_second_eigenvalue() -> None:
    told = cultural_consensus(np.tile([1, 2, 3, 4, 5, 1, 2], (6, 1)), **FEW)
    assert (told.verdict, told.ratio, told.n_negative) == ("one culture", np.inf, 0)
    np.testing.assert_allclose(told.competences, 1)
    camps = np.tile([1, 2, 3, 4, 5, 1, 2], (6, 1))
    camps[3:] = 6 - camps[3:]
    against = cultural_consensus(camps, **FEW)
    assert (against.verdict, against.n_negative) == ("not one culture", 3)


def test_groups_that_differ_on_few_statements_are_found_by_their_names() -> None:
    rng = np.random.default_rng(3)
    items = cultures(rng, 40, 20)
    groups = np.repeat(["a", "b"], 20)
    told = cultural_consensus(items, groups=groups, **FEW)
    assert told.criteria.loc["groups", "needed"] == 0.025
    assert bool(told.criteria.loc["groups", "met"])
    items[:20, :3] = np.clip(items[:20, :3] + 2, 1, 5)
    items[20:, :3] = np.clip(items[20:, :3] - 1, 1, 5)
    apart = cultural_consensus(items, groups=groups, **FEW)
    assert apart.pvalue_groups <= 0.01
    assert apart.verdict == "not one culture"


def test_nobody_is_named_and_small_groups_are_held_back() -> None:
    items = answers("ordered").set_axis([f"secret{k}" for k in range(14)])
    groups = pd.Series(["a"] * 10 + ["b"] * 4, items.index)
    told = cultural_consensus(items, groups=groups, **FEW)
    assert told.groups.loc["a", "n"] == 10
    mean = told.competences[:10].mean()
    assert told.groups.loc["a", "mean"] == pytest.approx(mean)
    assert told.groups.loc["b", "n"] == 0
    assert np.isnan(told.groups.loc["b", "mean"])
    assert told.groups.loc["b", "reason"] == "too few respondents"
    assert "secret" not in f"{told!r}"
    assert "competences" not in repr(told)


# ---- what cannot be said


def test_gaps_are_counted_and_who_says_too_little_is_left_out() -> None:
    items = answers("ordered").astype(float)
    items.iloc[0, :14] = np.nan  # fewer than half
    items.iloc[1] = 3  # the same throughout
    items.iloc[2, [0, 5]] = np.nan
    told = cultural_consensus(items, **FEW)
    assert (told.n_left_out, told.n_respondents, told.n_missing) == (2, 12, 2)
    assert np.isnan(told.competences[:2]).all()
    assert told.key["answered"].tolist()[0] == pytest.approx(11 / 12)


def test_who_cannot_be_compared_is_left_out() -> None:
    items = answers("ordered").astype(float)
    items.iloc[0, :12] = np.nan
    items.iloc[1, 12:] = np.nan  # share nothing with the first
    told = cultural_consensus(items, **FEW)
    assert told.n_left_out == 1
    assert told.verdict != "not testable"


@pytest.mark.parametrize(
    ("rows", "columns", "reason"),
    [(3, 24, "3 respondents can be used"), (14, 5, "5 statements, 6 are needed")],
)
def test_too_little_is_not_testable(rows: int, columns: int, reason: str) -> None:
    told = cultural_consensus(answers("ordered").iloc[:rows, :columns], **FEW)
    assert told.verdict == "not testable"
    assert reason in told.reason
    assert np.isnan([told.ratio, told.pvalue, *told.eigenvalues]).all()


def test_bad_arguments_are_named() -> None:
    items = answers("named")
    with pytest.raises(InputError, match="need n_options"):
        cultural_consensus(items, kind="named")
    with pytest.raises(InputError, match="4 options, n_options says 3"):
        cultural_consensus(items, kind="named", n_options=3)
    with pytest.raises(InputError, match="whole numbers"):
        cultural_consensus(items + 0.5, kind="named", n_options=4)
    with pytest.raises(InputError, match="n_options is for"):
        cultural_consensus(items, n_options=4)
    with pytest.raises(UnknownNameError, match="ordered"):
        cultural_consensus(items, kind="orderd")
    with pytest.raises(InputError, match="text"):
        cultural_consensus(items.astype(str))


# ---- level and power


def test_the_residual_test_holds_its_level_and_sees_two_cultures() -> None:
    def judged(first: int, similar: float) -> list[Consensus]:
        drawn = [
            cultures(np.random.default_rng([first, k]), 20, 20, alike=similar)
            for k in range(60)
        ]
        return [
            cultural_consensus(items, n_resamples=99, rng=k)
            for k, items in enumerate(drawn)
        ]

    one, two = judged(1, 1.0), judged(2, 0.5)
    # 0.05 and three Monte-Carlo errors.
    assert np.mean([each.pvalue <= 0.05 for each in one]) <= 0.05 + 3 * 0.028
    assert np.mean([each.pvalue <= 0.05 for each in two]) >= 0.6
    by_ratio = np.mean([each.ratio >= 3 for each in two])
    by_all = np.mean([each.verdict == "one culture" for each in two])
    assert by_all < by_ratio / 2


def test_the_test_of_the_groups_holds_its_level() -> None:
    groups, rejected = np.repeat([0, 1], 10), []
    for seed in range(200):
        matrix = alike(cultures(np.random.default_rng([3, seed]), 20, 20), "ordered", 0)
        left = residuals(matrix, minres(matrix))
        p = grouped_residuals(left, groups, n_resamples=99, rng=seed)
        rejected.append(p <= 0.05)
    assert np.mean(rejected) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert np.mean(rejected) > 0


def test_residuals_inside_groups_are_compared_with_every_deal() -> None:
    left = np.array([[0, 4, 1, 0], [4, 0, 0, 2], [1, 0, 0, 3], [0, 2, 3, 0.0]])
    groups = np.array([0, 0, 1, 1])
    # Inside: 4 + 3 = 7; the other two ways to make pairs give 1 + 2 and 0 + 0.
    assert grouped_residuals(left, groups, n_resamples=9, rng=1) == pytest.approx(1 / 3)
    assert np.isnan(grouped_residuals(left, np.zeros(4), n_resamples=9, rng=1))
