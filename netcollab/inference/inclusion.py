"""Is one set within another more than chance would have it?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd

from netcollab._checks import Alternative, check_choice, check_draws
from netcollab.errors import InputError
from netcollab.inference.deals import count_deals, dealt, known_pairs, places_of
from netcollab.inference.results import TestResult

__all__ = ["permutation_inclusion"]


def permutation_inclusion(
    x: pd.Series,
    y: pd.Series,
    *,
    alternative: str = "greater",
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> TestResult:
    """Consistency of a set within another, tested by dealing out memberships anew.

    .. math:: c = \\sum_i \\min(x_i, y_i) / \\sum_i x_i

    The null hypothesis: which case has which membership of y has nothing to do with x.
    A consistency of .9 is easy to reach where most cases are members of y, and with few
    cases in x: this p says how easy. It holds for one expression that was named before
    the data were seen. For the best of several, adjust the p of each
    (`netcollab.inference.adjust_pvalues`).

    Parameters
    ----------
    x, y
        Memberships from 0 to 1, the same cases in any order. Cases without both are
        left out. For necessity change their places.
    alternative
        "greater": more consistent than chance has it; "less".
    n_resamples, rng, workers, progress, checkpoint
        As in `permutation_correlation`.

    Returns
    -------
    TestResult
        `statistic` and `estimate` are c, without an interval. `p_min` is the smallest p
        that these memberships allow.

    Raises
    ------
    InputError
        If the cases differ, or a membership is outside of 0 to 1.
    RefusedError
        With fewer than 4 cases that have both, or the same membership for all.

    References
    ----------
    Braumoeller, B. F. (2015). Guarding against false positives in qualitative
    comparative analysis. Political Analysis 23, 471-487.

    Examples
    --------
    Three of eight cases are in x, and all of these are in y, as are three others.

    >>> x = pd.Series([1, 1, 1, 0, 0, 0, 0, 0])
    >>> y = pd.Series([1, 1, 1, 1, 1, 1, 0, 0])
    >>> found = permutation_inclusion(x, y)
    >>> found.estimate, round(found.pvalue, 4), found.method
    (1.0, 0.3571, 'exact (40,320 relabellings)')
    """
    side = cast(
        Alternative, check_choice("alternative", alternative, ("greater", "less"))
    )
    n_resamples = check_draws(n_resamples)
    both = known_pairs(x, y).sort_values(["x", "y"])
    columns = both.to_numpy().T
    for name, values in zip(("x", "y"), columns, strict=True):
        if ((values < 0) | (values > 1)).any():
            raise InputError(f"{name} needs memberships from 0 to 1")
    places = [
        places_of(name, values)
        for name, values in zip(("x", "y"), columns, strict=True)
    ]
    dealt_out = int(count_deals(places[1]) <= count_deals(places[0]))
    consistency = Shares(columns[1 - dealt_out], columns[dealt_out], columns[0].sum())
    observed = float(consistency(np.arange(len(both))[None, :])[0])
    result = TestResult(
        test="consistency of a set within another",
        null="which case has which membership of y has nothing to do with x",
        statistic=observed,
        estimate=observed,
        alternative=side,
        n=len(both),
        unit="cases",
    )
    return dealt(
        "permutation_inclusion",
        result,
        consistency,
        places[dealt_out],
        inputs=[consistency.fixed, consistency.moved],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )


@dataclass(frozen=True, eq=False)
class Shares:
    """Consistency of two columns, the second dealt out anew."""

    fixed: np.ndarray
    moved: np.ndarray
    size: float

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        """(B, n) -> (B,)."""
        both = np.minimum(self.fixed, self.moved[relabellings])
        found: np.ndarray = both.sum(axis=1) / self.size
        return found
