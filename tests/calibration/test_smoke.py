"""The smoke tier: recommended tests hold their level where least squares does not.

Two thousand studies of each kind. The record that results warn with is held to the
same rule, and to these studies.
"""

from __future__ import annotations

import math
from functools import cache

import pandas as pd
import pytest

from netcollab.inference import miscalibrated, recorded
from netcollab.inference.calibration import SMOKE, Experiment, measured

SIMULATIONS = 2_000
pytestmark = pytest.mark.calibration


@cache
def found(experiment: Experiment) -> pd.DataFrame:
    return measured(experiment, rng=11).set_index("method")


def error(level: float) -> float:
    return math.sqrt(level * (1 - level) / SIMULATIONS)


@pytest.mark.parametrize("experiment", SMOKE, ids=lambda e: type(e.world).__name__)
def test_recommended_tests_hold_their_level(experiment: Experiment) -> None:
    table = found(experiment)
    assert miscalibrated(table.reset_index()) == []
    sizes = table["size_05"]
    assert sizes["least squares"] > 0.08
    safe = sizes.drop("least squares")
    assert safe.between(0.035, 0.067).all()
    assert table["coverage"].drop("least squares").between(0.933, 0.965).all()
    assert (table["refused"] == 0).all()
    assert (table["size_01"].drop("least squares") <= 0.01 + 3 * error(0.01)).all()
    assert (table["size_10"].drop("least squares") <= 0.1 + 3 * error(0.1)).all()


@pytest.mark.parametrize("experiment", SMOKE, ids=lambda e: type(e.world).__name__)
def test_the_record_says_the_same_of_these_studies(experiment: Experiment) -> None:
    record = recorded()
    known = record[record["studies"] == type(experiment.world).__name__]
    for name, value in vars(experiment.world).items():
        known = known[known[name] == value]
    known = known.set_index("method")
    table = found(experiment)
    for method in experiment.names:
        here, there = table.loc[method, "size_05"], known.loc[method, "size_05"]
        n = known.loc[method, "simulations"]
        spread = math.sqrt(there * (1 - there) * (1 / SIMULATIONS + 1 / n))
        assert abs(here - there) <= 4 * spread


def test_the_record_holds_what_is_recommended() -> None:
    assert miscalibrated(recorded()) == []
