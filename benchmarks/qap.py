"""QAP correlation against a loop of np.corrcoef: python benchmarks/qap.py.

Both processor times are measured in the same run, so that the ratio carries over to
other machines and busy ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from netcollab.inference import qap_correlation

DRAWS = 10_000
REPEATS = 3


def main() -> None:
    """Print time per relabelling and ratio for two sizes, then a full listing."""
    print(f"{'n':>4} {'observed':>9} {'loop us':>9} {'ours us':>9} {'ratio':>7}")
    for n in (21, 100):
        for missing in (0.0, 0.1):
            y, x = matrices(n, missing)
            loop = best(partial(naive, y, x, DRAWS // 20)) * 20
            ours = best(partial(qap_correlation, y, x, n_resamples=DRAWS, rng=1))
            per = 1e6 / DRAWS
            print(
                f"{n:>4} {1 - missing:>9.0%} {loop * per:>9.1f} {ours * per:>9.1f} "
                f"{loop / ours:>6.0f}x"
            )
    y, x = matrices(8, 0.0)
    result = qap_correlation(y, x)
    print(f"n = 8, {result.method}: {best(partial(qap_correlation, y, x)):.3f} s")


def matrices(n: int, missing: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Two unrelated matrices, a share of the dyads of each not observed."""
    rng = np.random.default_rng(n)
    y, x = rng.normal(size=(2, n, n))
    y[rng.random((n, n)) < missing] = np.nan
    x[rng.random((n, n)) < missing] = np.nan
    return pd.DataFrame(y), pd.DataFrame(x)


def naive(y: pd.DataFrame, x: pd.DataFrame, draws: int) -> np.ndarray:
    """One np.corrcoef over the shared dyads per relabelling."""
    rng = np.random.default_rng(1)
    outcome, predictor = y.to_numpy(), x.to_numpy()
    off = ~np.eye(len(outcome), dtype=bool)
    found = np.empty(draws)
    for k in range(draws):
        p = rng.permutation(len(outcome))
        moved = predictor[np.ix_(p, p)]
        known = off & ~np.isnan(outcome) & ~np.isnan(moved)
        found[k] = np.corrcoef(outcome[known], moved[known])[0, 1]
    return found


def best(job: Callable[[], object]) -> float:
    """The shortest of a few times, in seconds."""
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        job()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
