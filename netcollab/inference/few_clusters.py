"""What can still be shown with a handful of clusters, and how small can p become?"""

from __future__ import annotations

import math

import numpy as np

from netcollab._checks import Alternative
from netcollab.inference.samples import INTERCEPT, Factor, Sample, constant_within

__all__ = ["distinct_orders", "few_clusters", "n_orders", "smallest_by_order"]

FEW = 5
TIE = 1e-10


def few_clusters(sample: Sample, factor: Factor, side: Alternative) -> list[str]:
    """A note on each predictor's smallest p by permutation, for five clusters or less.

    A predictor of clusters can be dealt out among them in so many ways; of one that
    varies within clusters, each has a slope, whose sign could have been the other.
    """
    count = len(factor.levels)
    if count > FEW:
        return []
    constant = constant_within(sample.x, factor)
    own = sample.x[factor.members]
    told = []
    for k, term in enumerate(sample.terms):
        if term == INTERCEPT or term.startswith(f"{factor.name}["):
            continue
        if constant[k]:
            smallest, way = smallest_by_order(own[:, k], side), "dealing it out anew"
        else:
            smallest = (2 if side == "two-sided" else 1) / 2**count
            way = "turning the signs of its slopes"
        told.append(f"{term} {smallest:.3g} by {way}")
    return [
        f"{count} clusters: standard errors cannot be trusted, only permutation of "
        f"clusters is sound, and its p is never below: {'; '.join(told)}"
    ]


def smallest_by_order(values: np.ndarray, side: Alternative) -> float:
    """The smallest p of a test that deals the values of clusters out among them.

    One over the orders that differ; twice that if turning the values upside down is
    one of them, for then the opposite statistic occurs too, and both ends are counted.

    Examples
    --------
    >>> smallest_by_order(np.array([1.0, 1, 1, 0, 0, 0]), "two-sided")
    0.1
    >>> smallest_by_order(np.array([1.0, 0, 0, 0, 0]), "two-sided")
    0.2
    """
    ends = np.sort(values) + np.sort(values)[::-1]
    mirrored = np.ptp(ends) <= TIE * float(np.abs(values).max())
    return (2 if mirrored and side == "two-sided" else 1) / n_orders(values)


def n_orders(values: np.ndarray) -> int:
    """How many orders of the values differ."""
    repeats = np.bincount(_codes(values))
    same = math.prod(math.factorial(int(count)) for count in repeats)
    return math.factorial(len(values)) // same


def distinct_orders(values: np.ndarray) -> np.ndarray:
    """One relabelling for each order of the values that differs, the identity first.

    Examples
    --------
    >>> values = np.array([1.0, 0.0, 0.0])
    >>> values[distinct_orders(values)].tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """
    codes = _codes(values)
    orders = np.zeros((1, 0), dtype=np.intp)
    left = np.bincount(codes)[None, :]
    for _ in values:
        rows, chosen = np.nonzero(left)
        orders = np.column_stack([orders[rows], chosen])
        left = left[rows]
        left[np.arange(len(rows)), chosen] -= 1
    relabellings = np.empty_like(orders)
    places = np.argsort(orders, axis=1, kind="stable")
    own = np.broadcast_to(np.argsort(codes, kind="stable"), orders.shape)
    np.put_along_axis(relabellings, places, own, axis=1)
    home = int((orders == codes).all(axis=1).argmax())
    relabellings[[0, home]] = relabellings[[home, 0]]
    return relabellings


def _codes(values: np.ndarray) -> np.ndarray:
    """Whole numbers for the values, in their order; values that tie share one."""
    order = np.argsort(values, kind="stable")
    rising = values[order]
    least = min(1.0, float(np.abs(rising).max()))
    gaps = np.diff(rising) > TIE * np.maximum(least, np.abs(rising[1:]))
    codes = np.empty(len(values), dtype=np.intp)
    codes[order] = np.concatenate([[0], np.cumsum(gaps)])
    return codes
