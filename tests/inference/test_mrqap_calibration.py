"""How often MRQAP claims a link where there is none, and whether it finds one.

Outcome and predictors have senders and receivers of their own and a confounder in
common; least squares, which takes dyads for independent, must fail here.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t as student

from netcollab.inference import ModelResult, mrqap

pytestmark = pytest.mark.calibration

SIMULATIONS = 400
LEVEL = 0.05


def relation(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    """A share rho of the variance from senders and receivers."""
    sends, receives = rng.normal(size=(2, n)) * math.sqrt(rho / 2)
    return sends[:, None] + receives + rng.normal(size=(n, n)) * math.sqrt(1 - rho)


def results(
    n: int, rho: float, spurious: float, **options: object
) -> list[ModelResult]:
    rng = np.random.default_rng(77)
    found = []
    for _ in range(SIMULATIONS):
        y, x, z = (relation(rng, n, rho) for _ in range(3))
        frames = {"x": x + spurious * z, "z": z}
        found.append(
            mrqap(
                pd.DataFrame(y + spurious * z),
                {name: pd.DataFrame(cells) for name, cells in frames.items()},
                n_resamples=199,
                rng=rng,
                **options,
            )
        )
    return found


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def band(level: float = LEVEL) -> float:
    return 3 * math.sqrt(level * (1 - level) / SIMULATIONS)


@pytest.mark.parametrize(("n", "rho"), [(10, 0.8), (20, 0.4)])
@pytest.mark.parametrize("method", ["dsp", "freedman_lane"])
def test_a_true_null_is_rejected_as_often_as_said(
    n: int, rho: float, method: str
) -> None:
    every = results(n, rho, 0.6, method=method)
    p = [result.coefficients.loc["x", "pvalue"] for result in every]
    assert abs(share([value <= LEVEL for value in p]) - LEVEL) <= band()
    tables = [result.coefficients.loc["x"] for result in every]
    classical = [
        2 * student.sf(abs(table["statistic"]), every[0].df) for table in tables
    ]
    assert share([value <= LEVEL for value in classical]) > LEVEL + band()


def test_intervals_hold_the_truth() -> None:
    every = results(12, 0.4, 0.6)
    tables = [result.coefficients.loc["x"] for result in every]
    inside = [table["ci_low"] <= 0 <= table["ci_high"] for table in tables]
    assert abs(share(inside) - 0.95) <= band()
