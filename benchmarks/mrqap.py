"""MRQAP against a least-squares fit per relabelling: python benchmarks/mrqap.py.

All processor times are measured in the same run, so that ratios carry over to other
machines and busy ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from netcollab._plans import Crossed, CrossedPlan, Plan
from netcollab.inference import mrqap
from netcollab.inference.dyads import Dyads, gathered
from netcollab.inference.families import null_fit
from netcollab.inference.score import RelabelledScores
from netcollab.inference.semipartial import Relabelled

DESIGNS = ((21, 0.0), (100, 0.0), (100, 0.02), (100, 0.1), (100, 0.3), (500, 0.0))
TERMS = 5
REPEATS = 5


def main() -> None:
    """Print time per relabelling of five tests, ratios, and whole runs."""
    rate = dgemm_rate()
    print(f"one thread of dgemm: {rate:.0f} GFLOP/s")
    print(f"{'n':>5} {'observed':>9} {'naive us':>10} {'ours us':>9} {'ratio':>7}")
    complete: dict[int, float] = {}
    for n, missing in DESIGNS:
        sites = [relations(n, missing)]
        draws = blocks(np.zeros(n), 40_000 // n)
        count = sum(map(len, draws))
        kernel = Relabelled(sites, "dsp", common=False)
        ours = best(partial(each, kernel, draws)) / count
        few = draws[0].rows[: max(2, 1_000 // n)]
        with threadpool_limits(1, user_api="blas"):
            loop = best(partial(naive, sites[0], few), repeats=2) / len(few)
        useful = 2 * TERMS * (TERMS + 1) * n * (n - 1) / ours / 1e9
        share = f"{useful / rate:.0%} of dgemm"
        if missing:
            share = f"{ours / complete[n]:.1f}x complete"
        complete.setdefault(n, ours)
        print(
            f"{n:>5} {1 - missing:>9.0%} {loop * 1e6:>10.0f} {ours * 1e6:>9.1f} "
            f"{loop / ours:>6.0f}x {share}"
        )
    scores()
    several_sites()
    for n in (8, 21, 100):
        y, x = frames(n)
        whole = partial(mrqap, y, x, n_resamples=10_000, rng=1)
        print(f"whole run, n = {n}: {best(whole, repeats=2):.2f} s, {whole().method}")


def scores() -> None:
    """Score tests of ties against refits that start at the observed one."""
    y, x = frames(100)
    sites = gathered((y > 0.5) * 1.0, x, directed=True, common=False)
    kernel = RelabelledScores(sites, list(x), "logistic", "dsp", common=False)
    [draws] = blocks(np.zeros(100), 500)
    ours = best(partial(kernel, draws)) / len(draws)
    columns = np.hstack([kernel.predictors, kernel.levels])
    near = null_fit("logistic", kernel.outcome, columns)
    columns[:, 0] = np.random.default_rng(1).permutation(columns[:, 0])
    start = None if near is None else near.parameters
    refit = partial(null_fit, "logistic", kernel.outcome, columns, start=start)
    print(f"score tests of ties, n = 100: {TERMS * best(refit) / ours:.0f}x refits")


def several_sites() -> None:
    """Time per dyad of 20 sites of 23 actors, next to that of one site of 100."""
    y, x = frames(23)
    names = [str(site) for site in range(20)]
    many = {name: dict.fromkeys(names, frame) for name, frame in x.items()}
    sites = gathered(dict.fromkeys(names, y), many, directed=True, common=False)
    [moves] = blocks(np.repeat(np.arange(20), 23), 500)
    [drawn] = blocks(np.zeros(100), 500)
    one = best(partial(Relabelled([relations(100, 0)], "dsp", False), drawn))
    per = best(partial(Relabelled(sites, "dsp", common=False), moves)) / (20 * 23 * 22)
    print(f"a dyad of 20 sites: {per / (one / 9900):.2f}x a dyad of one site")


def frames(n: int) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """An outcome and five predictors that have nothing to do with each other."""
    y, *x = (pd.DataFrame(m) for m in np.random.default_rng(n).normal(size=(6, n, n)))
    return y, {f"x{k}": frame for k, frame in enumerate(x)}


def relations(n: int, missing: float) -> Dyads:
    """The same with a share of the dyads of y not observed."""
    y, x = frames(n)
    lost = np.random.default_rng(n + 1).random((n, n)) < missing
    return gathered(y.mask(lost), x, directed=True, common=False)[0]


def blocks(strata: np.ndarray, draws: int) -> list[Crossed]:
    """Relabellings as a test of 9,999 draws them, in blocks of 500."""
    plan = CrossedPlan(Plan("benchmark", strata, n_resamples=9_999, entropy=1))
    return [plan.block(k) for k in range(max(1, draws // 500))]


def each(kernel: Relabelled, draws: list[Crossed]) -> None:
    """The statistics of every block."""
    for block in draws:
        kernel(block)


def naive(site: Dyads, relabellings: np.ndarray) -> np.ndarray:
    """Double semi-partialing as it is written down: a fit per relabelling and term."""
    y, x = site.outcome, site.predictors
    ones = np.ones((len(y), 1))
    found = np.empty((len(relabellings), TERMS))
    for k in range(TERMS):
        others = np.hstack([ones, np.delete(x, k, axis=1)])
        left = np.full(site.y.shape, np.nan)
        slopes = np.linalg.lstsq(others, x[:, k], rcond=None)[0]
        left[site.known] = x[:, k] - others @ slopes
        for row, p in enumerate(relabellings):
            moved = left[np.ix_(p, p)][site.known]
            kept = ~np.isnan(moved)
            design = np.column_stack([moved, others])[kept]
            slopes, residual, *_ = np.linalg.lstsq(design, y[kept], rcond=None)
            spread = residual[0] / (kept.sum() - design.shape[1])
            error = np.sqrt(spread * np.linalg.inv(design.T @ design)[0, 0])
            found[row, k] = slopes[0] / error
    return found


def dgemm_rate() -> float:
    """Billions of operations a second of one thread of matrix multiplication."""
    a = np.random.default_rng(1).normal(size=(1024, 1024))
    with threadpool_limits(1, user_api="blas"):
        return 2 * 1024**3 / best(partial(np.matmul, a, a)) / 1e9


def best(job: Callable[[], object], repeats: int = REPEATS) -> float:
    """Processor seconds of the fastest of a few runs."""
    found = []
    for _ in range(repeats):
        start = time.process_time()
        job()
        found.append(time.process_time() - start)
    return min(found)


if __name__ == "__main__":
    main()
