"""Answers about the respondent's own unit: does the questionnaire ask for them at all?

A questionnaire that does not ask persons about their own function leaves the cells of
it empty. Nobody failed to answer there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.study.manifest import Manifest

__all__ = ["battery_of", "unasked_of_own"]


def battery_of(item: str, manifest: Manifest) -> str:
    """What the item is asked together with: its construct, dimension or itself."""
    spec = manifest.items.get(item)
    return item if spec is None else spec.construct or spec.dimension or item


def unasked_of_own(
    own: np.ndarray, filled: np.ndarray, battery: np.ndarray, wave: np.ndarray
) -> np.ndarray:
    """Empty answers about the own unit, in batteries where nobody gave one.

    Parameters
    ----------
    own
        True where the answer is about the respondent's own unit.
    filled
        True where there is a value, or a reason that was given for having none.
    battery, wave
        What each answer was asked together with, and when.

    Examples
    --------
    >>> own = np.array([True, False, True, False])
    >>> filled = np.array([False, True, False, False])
    >>> unasked_of_own(own, filled, np.full(4, "rc"), np.full(4, "1")).tolist()
    [True, False, True, False]
    """
    if not own.any():
        return own
    asked = pd.Series(own & filled).groupby([battery, wave]).transform("any")
    unasked: np.ndarray = own & ~filled & ~asked.to_numpy(dtype=bool)
    return unasked
