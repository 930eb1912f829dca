"""Draws by crossing: the same relabellings, exact p, the same Monte-Carlo error."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab._plans import BLOCK, Crossed, CrossedPlan, Plan, parts
from netcollab._resample import resample
from netcollab.errors import InputError
from netcollab.inference.dyads import Dyads, gathered
from netcollab.inference.permutation import pvalue
from netcollab.inference.qap import Correlation
from netcollab.inference.score import RelabelledScores
from netcollab.inference.semipartial import Relabelled

GROUP = [np.array(p) for p in itertools.permutations(range(3))]


def crossed(n: int, m: int, entropy: int = 5) -> CrossedPlan:
    return CrossedPlan(Plan("any", np.zeros(n, dtype=int), m, entropy))


def table(m: int, n: int = 12) -> list[tuple[int, ...]]:
    """Every relabelling of a crossed plan, in the order of its blocks."""
    plan = crossed(n, m)
    blocks = [plan.block(k).rows for k in range(plan.n_blocks)]
    return [tuple(row) for row in np.concatenate(blocks).tolist()]


# ---- which relabellings


@pytest.mark.parametrize("m", [99, 999, 1999, 9999, 10_000])
def test_a_table_has_one_cell_more_than_draws_and_the_data_come_first(m: int) -> None:
    plan, rows = crossed(12, m), table(m)
    s, t = plan.shape
    assert s > 1
    assert len(rows) == s * t == m + 1
    assert rows[0] == tuple(range(12))
    assert max(len(plan.block(k)) for k in range(plan.n_blocks)) <= BLOCK
    assert rows.count(rows[0]) == 1


def test_the_most_even_table_is_taken() -> None:
    assert crossed(12, 9_999).shape == (100, 100)
    assert crossed(12, 4_999).shape == (50, 100)
    assert crossed(12, 10_000).shape == (73, 137)


def test_a_prime_number_of_cells_leaves_independent_draws() -> None:
    plan = crossed(12, 1_008)
    assert plan.shape == (1, 1_009)
    for k in range(plan.n_blocks):
        np.testing.assert_array_equal(plan.block(k).rows, plan.plain.block(k))
    assert sum(len(plan.block(k)) for k in range(plan.n_blocks)) == 1_008
    assert not plan.n_own


def test_what_is_listed_is_not_crossed() -> None:
    plan = crossed(6, 99)
    assert plan.exact
    np.testing.assert_array_equal(plan.block(0).rows, plan.plain.block(0))


def test_what_is_undone_is_undone_by_hand() -> None:
    undone, done = np.array([[1, 2, 0, 3]]), np.array([[3, 0, 1, 2]])
    [row] = Crossed(undone, done).rows
    assert [int(row[undone[0, a]]) for a in range(4)] == done[0].tolist()
    again = Crossed(undone, undone).rows
    assert again.tolist() == [[0, 1, 2, 3]]


def test_strata_are_kept() -> None:
    strata = np.array([0, 1] * 7)
    plan = CrossedPlan(Plan("any", strata, 999, 3))
    rows = np.concatenate([plan.block(k).rows for k in range(plan.n_blocks)])
    assert (strata[rows] == strata).all()
    assert (np.sort(rows, axis=1) == np.arange(14)).all()


def test_parts_cover_everything_once() -> None:
    for total, count in ((10, 3), (7, 7), (3, 1), (5, 0)):
        covered = [i for part in parts(total, count) for i in range(10)[part]]
        assert covered == list(range(total))


# ---- why p is exact, by going through every case


def test_the_observed_statistic_is_as_likely_at_each_rank() -> None:
    """All 6^3 ways to relabel three actors and to draw a table of 2 x 2."""
    rng = np.random.default_rng(2)
    statistic = {tuple(g): value for g, value in zip(GROUP, rng.random(6), strict=True)}
    ranks = np.zeros(4)
    for home, undone, done in itertools.product(GROUP, repeat=3):
        own = np.arange(3)
        rows = Crossed(np.array([own, undone]), np.array([own, done])).rows
        told = [statistic[tuple(home[row])] for row in rows]
        at_least = sum(value >= told[0] for value in told)
        ties = sum(value == told[0] for value in told)
        for rank in range(at_least - ties, at_least):
            ranks[rank] += 1 / ties
    assert ranks == pytest.approx([54.0] * 4)


def test_no_level_is_exceeded_by_p_with_its_ties() -> None:
    rng = np.random.default_rng(3)
    statistic = {tuple(g): value for g, value in zip(GROUP, rng.random(6), strict=True)}
    found: list[Fraction] = []
    for home, *drawn in itertools.product(GROUP, repeat=4):
        own = np.arange(3)
        undone, done = np.array([own, drawn[0]]), np.array([own, *drawn[1:]])
        told = [statistic[tuple(home[row])] for row in Crossed(undone, done).rows]
        found.append(Fraction(sum(value >= told[0] for value in told), 6))
    for level in sorted(set(found)):
        assert sum(p <= level for p in found) <= level * len(found)


def test_any_two_relabellings_beside_the_observed_order_are_independent() -> None:
    pairs: dict[tuple[int, int], dict[tuple[int, ...], int]] = {}
    for drawn in itertools.product(GROUP, repeat=3):
        own = np.arange(3)
        undone, done = np.array([own, drawn[0]]), np.array([own, *drawn[1:]])
        rows = Crossed(undone, done).rows[1:]
        for one, other in itertools.combinations(range(5), 2):
            both = (*rows[one], *rows[other])
            count = pairs.setdefault((one, other), {})
            count[both] = count.get(both, 0) + 1
    assert len(pairs) == 10
    for count in pairs.values():
        assert len(count) == 36
        assert set(count.values()) == {6}


def test_the_error_of_p_is_that_of_independent_draws() -> None:
    """A share of a half in 400 tables: mean and variance of the estimated share."""
    x = np.random.default_rng(8).normal(size=9)
    cut, every = 0.0, []
    for entropy in range(400):
        plan = crossed(9, 99, entropy)
        rows = plan.block(0).rows[1:]
        every.append(np.mean(x[rows[:, 0]] - x[rows[:, 1]] > cut))
    spread = math.sqrt(0.25 / 99)
    assert np.mean(every) == pytest.approx(0.5, abs=4 * spread / 20)
    assert np.std(every) == pytest.approx(spread, rel=4 / math.sqrt(2 * 400))


# ---- the kernels that use it


def relation(n: int, seed: int, missing: float, directed: bool) -> Dyads:
    rng = np.random.default_rng(seed)
    y, *x = rng.normal(size=(4, n, n))
    if not directed:
        y, *x = (matrix + matrix.T for matrix in (y, *x))
    lost = rng.random((n, n)) < missing
    y[lost | (lost.T if not directed else False)] = np.nan
    frames = {f"x{k}": pd.DataFrame(values) for k, values in enumerate(x)}
    [site] = gathered(pd.DataFrame(y), frames, directed=directed, common=False)
    return site


def some(n: int) -> Crossed:
    rng = np.random.default_rng(n)
    undone = rng.permuted(np.tile(np.arange(n), (3, 1)), axis=1)
    done = rng.permuted(np.tile(np.arange(n), (4, 1)), axis=1)
    return Crossed(undone, done)


@pytest.mark.parametrize("method", ["dsp", "x", "y", "freedman_lane"])
@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize("directed", [True, False])
def test_least_squares_are_those_of_one_relabelling_at_a_time(
    method: str, missing: float, directed: bool
) -> None:
    kernel = Relabelled([relation(11, 4, missing, directed)], method, common=False)
    moves = some(11)
    np.testing.assert_allclose(
        kernel(moves), kernel(moves.rows), rtol=1e-9, atol=1e-9, equal_nan=True
    )


@pytest.mark.parametrize("common", [True, False])
def test_sites_are_crossed_each_with_its_own_part(common: bool) -> None:
    sites = [relation(9, seed, 0.1, directed=True) for seed in (1, 2)]
    kernel = Relabelled(sites, "dsp", common=common)
    one, other = some(9), Crossed(some(9).undone[::-1], some(9).done[::-1])
    moves = one
    if not common:
        moves = Crossed(
            np.hstack([one.undone, other.undone + 9]),
            np.hstack([one.done, other.done + 9]),
        )
    np.testing.assert_allclose(kernel(moves), kernel(moves.rows), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_correlations_are_those_of_one_relabelling_at_a_time(missing: float) -> None:
    site = relation(12, 6, missing, directed=True)
    kernel = Correlation(site.y, site.x[0], directed=True)
    moves = some(12)
    np.testing.assert_allclose(kernel(moves), kernel(moves.rows), rtol=1e-12)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_scores_are_those_of_one_relabelling_at_a_time(missing: float) -> None:
    site = relation(12, 7, missing, directed=True)
    y = np.where(np.isnan(site.y), np.nan, site.y > 0.3)
    ties = Dyads("", site.actors, y, site.x, directed=True)
    kernel = RelabelledScores([ties], ["a", "b", "c"], "logistic", "dsp", common=False)
    moves = some(12)
    np.testing.assert_allclose(kernel(moves), kernel(moves.rows), rtol=1e-7, atol=1e-9)


# ---- the engine


def summed(moves: Crossed) -> np.ndarray:
    """A statistic that depends on who is undone and done."""
    weights = np.arange(12.0) ** 2
    return (moves.rows * weights).sum(axis=1)


def test_the_observed_order_is_no_draw_and_workers_play_no_part() -> None:
    plan = {"inputs": [np.arange(12.0)], "n_resamples": 1_999, "rng": 3}
    strata = np.zeros(12, dtype=int)
    one = resample("any", summed, strata, crossed=True, **plan)
    two = resample("any", summed, strata, crossed=True, workers=2, **plan)
    assert one.null.tobytes() == two.null.tobytes()
    assert one.null.shape == (1_999,)
    own = summed(Crossed.of(np.arange(12)[None]))[0]
    assert own not in one.null
    assert one.plan.method == "1,999 permutations"
    assert one.seed == 3


def test_a_killed_run_goes_on_and_independent_draws_are_no_checkpoint_for_it(
    tmp_path: Path,
) -> None:
    file, strata = tmp_path / "run", np.zeros(12, dtype=int)
    plan = {"inputs": [np.arange(12.0)], "n_resamples": 1_999, "rng": 3}
    whole = resample("any", summed, strata, crossed=True, checkpoint=file, **plan)
    lines = file.read_bytes().split(b"\n")
    file.write_bytes(b"\n".join(lines[:3]))
    again = resample("any", summed, strata, crossed=True, checkpoint=file, **plan)
    assert again.null.tobytes() == whole.null.tobytes()
    with pytest.raises(InputError, match="40 x 50 crossed"):
        resample(
            "any",
            lambda rows: summed(Crossed.of(rows)),
            strata,
            checkpoint=file,
            **plan,
        )


def test_p_keeps_its_level_with_few_draws() -> None:
    """No effect: p at or below .1 in a tenth of 2,000 studies."""
    rng, strata, found = np.random.default_rng(9), np.zeros(9, dtype=int), []
    for study in range(2_000):
        y, x = rng.normal(size=(2, 9, 9))
        np.fill_diagonal(y, np.nan)
        np.fill_diagonal(x, np.nan)
        kernel = Correlation(y, x, directed=True)
        told = resample(
            "r", kernel, strata, inputs=[y], n_resamples=99, rng=study, crossed=True
        )
        observed = float(kernel(np.arange(9)[None])[0])
        p, _ = pvalue(told.null, observed, alternative="greater", exact=False)
        found.append(p)
    share = np.mean(np.array(found) <= 0.1)
    assert abs(share - 0.1) < 4 * math.sqrt(0.1 * 0.9 / 2_000)
