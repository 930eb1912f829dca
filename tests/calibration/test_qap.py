"""How often QAP correlation claims a link where there is none.

Both matrices have senders and receivers of their own, so that dyads depend on each
other; a test that takes dyads for independent must fail here.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from netcollab.inference import TestResult, qap_correlation

pytestmark = pytest.mark.calibration

SIMULATIONS = 600
LEVELS = (0.01, 0.05, 0.1, 0.2)

Change = Callable[[np.ndarray], np.ndarray]


def relation(rng: np.random.Generator, n: int) -> np.ndarray:
    """A share of .8 of the variance from senders and receivers, none shared."""
    sends, receives = rng.normal(size=(2, n)) * math.sqrt(0.4)
    return sends[:, None] + receives + rng.normal(size=(n, n)) * math.sqrt(0.2)


def silenced(y: np.ndarray) -> np.ndarray:
    """One actor who did not answer and three dyads left out."""
    y[0] = np.nan
    y[[2, 3, 4], [5, 1, 0]] = np.nan
    return y


def halved(matrix: np.ndarray) -> np.ndarray:
    """Two values only, so that many relabellings tie."""
    return np.asarray((matrix > np.median(matrix)).astype(float))


def results(
    n: int, to_y: Change, to_x: Change, n_resamples: int = 1
) -> list[TestResult]:
    rng = np.random.default_rng(2024)
    return [
        qap_correlation(
            pd.DataFrame(to_y(relation(rng, n))),
            pd.DataFrame(to_x(relation(rng, n))),
            n_resamples=n_resamples,
            rng=rng,
        )
        for _ in range(SIMULATIONS)
    ]


def allowed(level: float) -> float:
    return level + 3 * math.sqrt(level * (1 - level) / SIMULATIONS)


@pytest.mark.parametrize(
    ("n", "to_y", "to_x", "n_resamples"),
    [
        (6, np.asarray, np.asarray, 1),
        (7, silenced, np.asarray, 1),
        (6, halved, halved, 1),
        (12, np.asarray, np.asarray, 199),
    ],
    ids=["listed", "silent actor", "ties", "drawn"],
)
def test_size_is_held(n: int, to_y: Change, to_x: Change, n_resamples: int) -> None:
    found = results(n, to_y, to_x, n_resamples)
    p = np.array([result.pvalue for result in found])
    for level in LEVELS:
        assert (p <= level).mean() <= level + 3 * simulation_error(level)
    assert (p >= [result.p_min for result in found]).all()
    if to_x is not halved:
        assert (p <= 0.1).mean() >= 0.1 - 3 * simulation_error(0.1)


def simulation_error(level: float) -> float:
    return math.sqrt(level * (1 - level) / SIMULATIONS)


def test_dyads_taken_for_independent_do_not_hold_it() -> None:
    critical = 1.978  # two-sided .05 of t with 130 degrees of freedom
    r = np.array([each.statistic for each in results(12, np.asarray, np.asarray)])
    t = r * np.sqrt(130 / (1 - r**2))
    assert (np.abs(t) > critical).mean() > 0.2
