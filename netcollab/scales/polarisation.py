"""How far the answers of a group lie apart at two ends of a scale.

Do the members of a group agree, spread, or stand in two camps?
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.scales.agreement import Options, Scale, count_options
from netcollab.scales.answers import Answers, Groups, grouped

__all__ = ["option_counts", "polarisation_index", "split_of"]


def polarisation_index(
    values: Answers, groups: Groups, scale: Scale, *, options: Options = None
) -> pd.Series:
    """How divided each group is: 0 = all say the same, 1 = half at either end.

    .. math:: P = \\frac{1 - A}{2}, \\qquad
        A = \\sum_l w_l U_l \\left(1 - \\frac{S_l - 1}{K - 1}\\right)

    with A van der Eijk's agreement in ordered ratings with K options. The counts are
    cut into layers: each takes the same number from all options that still hold
    answers, w is its share of the answers and S its number of options. U is 1 where
    these stand side by side; with c triples of options that fit one peak (110, 011) and
    d that do not (101),

    .. math:: U_l = \\frac{(K - 2) c - (K - 1) d}{(K - 2)(c + d)}

    Answers spread evenly over all options have P = 1/2: above it a group has two
    camps, below it one middle. The variance does not tell these apart.

    NaN for a group with fewer than two answers, and with two options, where a camp
    cannot be told from a middle.

    Parameters
    ----------
    values
        One answer per respondent, on the options of the scale. Missing answers are
        left out.
    groups
        The group of each respondent.
    scale, options
        As in `null_variance`; a slider has no options.

    Returns
    -------
    Series
        One number per group, groups sorted. ``.attrs``: "reasons", "left_out".

    Raises
    ------
    InputError
        If an answer is none of the options, or the scale is a slider.

    References
    ----------
    Van der Eijk, C. (2001). Measuring agreement in ordered rating scales. Quality &
    Quantity 35, 325-341.

    Examples
    --------
    >>> answers = [1, 1, 5, 5, 3, 3, 3, 3, 1, 2, 3, 4, 5]
    >>> groups = ["camps"] * 4 + ["one"] * 4 + ["even"] * 5
    >>> polarisation_index(answers, groups, (1, 5)).to_dict()
    {'camps': 1.0, 'even': 0.5, 'one': 0.0}
    """
    data = grouped(values, groups)
    if len(data.items) != 1:
        raise InputError("polarisation_index needs one answer per respondent")
    counts = option_counts(data.answers[:, 0], scale, options)
    spread = np.zeros((len(data.labels), counts.shape[1]))
    np.add.at(spread, data.codes, counts)
    reasons: dict[Hashable, str] = {}
    found = np.full(len(data.labels), np.nan)
    for place, label in enumerate(data.labels):
        found[place], reason = split_of(spread[place])
        if reason:
            reasons[label] = reason
    series = pd.Series(found, index=data.labels, name="polarisation")
    series.attrs = {"reasons": reasons, "left_out": data.left_out}
    return series


def option_counts(
    answers: Sequence[float] | np.ndarray, scale: Scale, options: Options
) -> np.ndarray:
    """Which option each answer is: answers x options of 0 and 1, a gap all 0.

    Raises
    ------
    InputError
        If the scale is a slider, or an answer is none of its options.
    """
    count = count_options(scale, options)
    if count == "slider":
        raise InputError("polarisation needs answer options; a slider has none")
    low, high = map(float, scale)
    place = (np.asarray(answers, dtype=float) - low) / (high - low) * (count - 1)
    known = ~np.isnan(place)
    near = np.rint(np.where(known, place, 0))
    off = known & ((np.abs(near - place) > 1e-9) | (near < 0) | (near >= count))
    if off.any():
        raise InputError(
            f"{off.sum()} answers are none of the {count} options from {low:g} to "
            f"{high:g}; means of items are not answers"
        )
    chosen = near.astype(int)[:, None] == np.arange(count)
    return np.asarray(chosen & known[:, None], dtype=float)


def split_of(counts: np.ndarray) -> tuple[float, str]:
    """Polarisation of one group's counts per option, and why there is none."""
    if len(counts) < 3:
        return np.nan, "two options cannot tell two camps from one middle"
    if counts.sum() < 2:
        return np.nan, "fewer than two answers"
    left, agreement = counts.astype(float).copy(), 0.0
    while (left > 0).any():
        layer = left > 0
        height = left[layer].min()
        agreement += height * layer.sum() * _layer_agreement(layer)
        left[layer] -= height
    return float((1 - agreement / counts.sum()) / 2), ""


def _layer_agreement(layer: np.ndarray) -> float:
    """Van der Eijk's A of one layer: which options hold answers."""
    size = len(layer)
    first, middle, last = np.meshgrid(*[np.arange(size)] * 3, indexing="ij")
    triples = (first < middle) & (middle < last)
    a, b, c = (layer[place[triples]] for place in (first, middle, last))
    fit = int(((a & b & ~c) | (~a & b & c)).sum())
    unfit = int((a & ~b & c).sum())
    peak = 1.0
    if fit + unfit:
        peak = ((size - 2) * fit - (size - 1) * unfit) / ((size - 2) * (fit + unfit))
    return float(peak * (1 - (layer.sum() - 1) / (size - 1)))
