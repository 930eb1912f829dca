"""What calibration measured, for results to warn with.

How often did this test reject a true null in simulated studies like this one?
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

__all__ = ["RECORD", "recorded"]

RECORD = Path(__file__).with_name("calibration.csv")


@cache
def recorded() -> pd.DataFrame:
    """The numbers of `docs/calibration.md`, one row per kind of studies and test."""
    return pd.read_csv(RECORD)
