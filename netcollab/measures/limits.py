"""What a measure can be, whatever the unknown ties are: the proofs.

Between which values does a number lie for every completion of a network?

Each function takes what its measure takes and returns the least and the greatest value
over all completions, for `netcollab.networks.bounds`. Unknown ties vary each for
itself, between the ends that `tie_limits` tells; NaN where no completion has a value.
Sums of strengths without a limit are infinite.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd

from netcollab.measures.attributes import alike, attribute_of
from netcollab.measures.paths import harmonic
from netcollab.measures.undefined import (
    Reasons,
    per_actor,
    per_dyad,
    silent,
    unsigned,
)
from netcollab.networks import Network, complete, length_limits, tie_limits

__all__ = [
    "Side",
    "asymmetry_limits",
    "crossing_limits",
    "dependence_limits",
    "ei_limits",
    "imbalance_limits",
    "mutual_limits",
    "nearness_limits",
    "reciprocity_limits",
    "spread_limits",
    "strength_limits",
]

Side = Literal["out", "in", "both"]
_NOBODY = (math.nan, math.nan)


def strength_limits(
    side: Side, name: str
) -> Callable[[Network], tuple[pd.Series, pd.Series]]:
    """A sum of ties is least with all ties at their low end, greatest at the high."""

    def limits(network: Network) -> tuple[pd.Series, pd.Series]:
        reasons = silent(complete(network, "absent"), side)
        low, high = (
            per_actor(network, name, _sums(ties, side, network.directed), reasons)
            for ties in tie_limits(network)
        )
        return low, high

    return limits


def nearness_limits(
    network: Network,
    *,
    weighted: bool = True,
    direction: Literal["in", "out"] = "out",
    normalised: bool = False,
) -> tuple[pd.Series, pd.Series]:
    """Harmonic closeness never falls when a tie appears or a length shrinks.

    A shortest path gets no longer by it. So the value is least with the fewest ties at
    their longest, and greatest with the most at their shortest.
    """
    short, long = length_limits(network)
    if not weighted:
        long, short = (np.where(tied, 1.0, np.inf) for tied in _presence(network))
    reasons = unsigned(network) or silent(complete(network, "absent"), direction)
    share = max(1, network.n - 1) if normalised else 1
    low, high = (
        per_actor(
            network,
            "harmonic_closeness",
            np.zeros(network.n) if network.signed else harmonic(end, direction) / share,
            reasons,
        )
        for end in (long, short)
    )
    return low, high


def reciprocity_limits(
    network: Network, *, kind: str = "edgewise"
) -> tuple[float, float] | None:
    """With M mutual and A one-sided pairs, 2M / (2M + A) rises in M and falls in A.

    Every pair counts for itself. It does most as mutual, else as no tie, and least as
    one-sided, else as no tie. An undirected tie is mutual. Pairs with a direction that
    cannot exist do not count. Nothing is proved for the other kinds.
    """
    if kind != "edgewise":
        return None
    surely, possibly = _presence(network)
    pairs = np.triu(_possible(network) & _possible(network).T, 1)
    if not possibly[pairs | pairs.T].any():
        return _NOBODY
    if not network.directed:
        return 1.0, 1.0
    sure, sure_back = surely[pairs], surely.T[pairs]
    may, may_back = possibly[pairs], possibly.T[pairs]
    mutual = may & may_back
    high = _returned(mutual.sum(), (~mutual & (sure | sure_back)).sum())
    one_sided = (may & ~sure_back) | (may_back & ~sure)
    low = _returned((~one_sided & sure & sure_back).sum(), one_sided.sum())
    return low, high


def ei_limits(
    network: Network, *, by: str | pd.Series, weighted: bool = False
) -> tuple[float, float]:
    """(E - I) / (E + I) rises with the external ties E and falls with the internal I.

    So it is greatest with all unknown external ties present and internal ones absent,
    and least the other way round.
    """
    if weighted and network.signed:
        return _NOBODY
    inside = alike(attribute_of(network, by))
    low, high = tie_limits(network)
    if not weighted:
        low, high = (tied.astype(float) for tied in _presence(network))
    internal, external = (
        [float(end[inside == kind].sum()) for end in (low, high)] for kind in (1, 0)
    )
    if not internal[1] + external[1]:
        return _NOBODY
    return -_crossing(internal, external), _crossing(external, internal)


def crossing_limits(
    network: Network, *, by: str | pd.Series, weighted: bool = False
) -> tuple[float, float]:
    """E / (E + I) is the E-I index on a scale from 0 to 1."""
    low, high = ei_limits(network, by=by, weighted=weighted)
    return (low + 1) / 2, (high + 1) / 2


def spread_limits(network: Network, side: Side) -> tuple[float, float]:
    """The sum of what the highest count of ties exceeds the others by.

    With every count c_i in [l_i, h_i]: at fixed holder j of the highest count the sum
    rises in c_j and falls in the others, so it is greatest with one actor at h and all
    others at l. It is least when the highest count is max l and every other actor
    comes as near to it as h allows. Where counts share dyads (total degree, undirected
    ties) not all of these can be had at once: the limits hold and may be wide.
    """
    if silent(complete(network, "absent"), side):
        return _NOBODY
    least, most = (
        _sums(tied.astype(float), side, network.directed) for tied in _presence(network)
    )
    top = least.max()
    tops = np.where(np.eye(len(least), dtype=bool), most, least)
    greatest = (tops.max(1)[:, None] - tops).sum(1).max()
    return float((top - np.minimum(most, top)).sum()), float(greatest)


def dependence_limits(network: Network) -> tuple[pd.DataFrame, pd.DataFrame]:
    """w / (w + R) rises with the tie w and falls with the sum R of the others.

    The ties of a row are different dyads, so both ends can be had at once.
    """
    low, high = _shares(network)
    return _dyads(network, low), _dyads(network, high)


def imbalance_limits(network: Network) -> tuple[pd.DataFrame, pd.DataFrame]:
    """d_ij - d_ji at the ends of both; of an undirected tie w, at one and the same w.

    Directed, the rows of i and j share no dyad. Undirected,
    f(w) = w/(w + A) - w/(w + B) falls in A and rises in B, the other ties of i and j,
    which share no dyad either. At the least A and the greatest B, f has one extreme in
    w, a maximum at the root of AB when B > A, and otherwise is greatest at an end.
    """
    low, high = _shares(network)
    if network.directed:
        return _dyads(network, low - high.T), _dyads(network, high - low.T)
    least, most = tie_limits(network)
    a, b = _others(least), _others(most).T
    with np.errstate(invalid="ignore"):
        root = np.sqrt(np.where(a > 0, a * b, 0.0))
    tries = np.stack([least, most, np.where(b > a, np.clip(root, least, most), least)])
    alone = np.where(most > 0, 1.0, 0.0)
    gaps = _share(tries, a, alone) - _share(tries, b, alone)
    greatest = np.where(np.isnan(high + high.T), np.nan, gaps.max(0))
    return _dyads(network, -greatest.T), _dyads(network, greatest)


def mutual_limits(network: Network) -> tuple[pd.DataFrame, pd.DataFrame]:
    """d_ij + d_ji at the low and the high ends of both.

    Directed, the rows share no dyad. Undirected, both rise in the shared tie and fall
    in ties that they do not share.
    """
    low, high = _shares(network)
    return _dyads(network, low + low.T), _dyads(network, high + high.T)


def asymmetry_limits(
    network: Network, *, adjusted: bool = False
) -> tuple[float, float] | None:
    """The extremes of a ratio of sums over pairs, pair by pair (Dinkelbach 1967).

    The sum of |x - y| over the sum of x + y is greatest, or least, at the r for which
    the greatest, or least, sum of |x - y| - r (x + y) is 0; there every pair counts for
    itself. That function of x and y is linear on either side of x = y, so a pair has
    its extreme at a corner of what it can be or at an end of x = y. Nothing is proved
    for the residues of a fit.
    """
    if adjusted:
        return None
    if network.signed:
        return _NOBODY
    gaps, sums, endless = _pair_ends(network)
    some = bool((np.nan_to_num(sums) > 0).any())
    if not some and not endless.any():
        return _NOBODY
    high = _extreme(gaps, sums) if some else 0.0
    if network.directed and endless.any():
        high = 1.0
    if endless.all(0).any():
        return 0.0, high
    return (abs(_extreme(-gaps, sums)) if some else 1.0), high


# ---- parts of the proofs


def _possible(network: Network) -> np.ndarray:
    return np.asarray(network.states.to_numpy() != "structural")


def _presence(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """Where a tie is for certain, and where there may be one."""
    low, high = tie_limits(network)
    return (low > 0) | (high < 0), (low != 0) | (high != 0)


def _sums(ties: np.ndarray, side: Side, directed: bool) -> np.ndarray:
    if side == "both" and directed:
        return np.asarray(ties.sum(1) + ties.sum(0))
    return np.asarray(ties.sum(0 if side == "in" else 1))


def _returned(mutual: int, one_sided: int) -> float:
    """0 where only one-sided pairs can be: others have no value."""
    return float(2 * mutual / max(1, 2 * mutual + one_sided))


def _crossing(gains: list[float], losses: list[float]) -> float:
    """(E - I) / (E + I) with the first at its most and the second at its least."""
    most, least = gains[1], losses[0]
    if math.isinf(most):
        return 1.0
    return (most - least) / (most + least) if most + least else -1.0


def _others(ties: np.ndarray) -> np.ndarray:
    """The sum of a row without one cell, for each cell."""
    endless = np.isinf(ties)
    numbers = np.where(endless, 0.0, ties)
    several = endless.sum(1)[:, None] - endless > 0
    others = np.maximum(numbers.sum(1)[:, None] - numbers, 0.0)
    return np.where(several, np.inf, others)


def _share(tie: np.ndarray, others: np.ndarray, alone: np.ndarray) -> np.ndarray:
    """w / (w + R), also at infinity; `alone` where both are 0.

    An endless R comes first: it is the limit for every w.
    """
    with np.errstate(invalid="ignore"):
        share = np.where(np.isinf(tie), 1.0, tie / (tie + others))
    share = np.where(np.isinf(others), 0.0, share)
    return np.where((tie == 0) & (others == 0), alone, share)


def _shares(network: Network) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest dependence; NaN where it never has a value.

    Where w and R can both be 0 the row has no value, and the limits are those of the
    completions in which one of them is not: 1 if R is always 0, 0 if w is.
    """
    low, high = tie_limits(network)
    if network.signed:
        return np.full(low.shape, np.nan), np.full(low.shape, np.nan)
    others_low, others_high = _others(low), _others(high)
    least = _share(low, others_high, np.ones(low.shape))
    greatest = _share(high, others_low, np.zeros(low.shape))
    defined = _possible(network) & ((high > 0) | (others_high > 0))
    return np.where(defined, least, np.nan), np.where(defined, greatest, np.nan)


def _dyads(network: Network, values: np.ndarray) -> pd.DataFrame:
    reasons: Reasons = unsigned(network)
    return per_dyad(network.ties.index, values, reasons)


def _pair_ends(network: Network) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """|x - y| and x + y of every pair at the points where extremes can be (rows).

    x and y are the two ties of a pair on 0..1, or as they are where absences were
    observed. NaN where a point is none of the pair's; and whether x, y have no limit.
    """
    low, high = tie_limits(network)
    if network.is_rated and not (network.ties == 0).to_numpy().any():
        bottom, top = network.scale or (0.0, 1.0)
        low, high = (low - bottom) / (top - bottom), (high - bottom) / (top - bottom)
    pairs = np.triu(_possible(network) & _possible(network).T, 1)
    x, y = (low[pairs], high[pairs]), (low.T[pairs], high.T[pairs])
    endless = np.isinf([x[1], y[1]])
    first, last = np.maximum(x[0], y[0]), np.minimum(x[1], y[1])
    level = _within([first, last], (first <= last) & np.isfinite([first, last]))
    if not network.directed:
        return np.zeros_like(level), 2 * level, endless
    corners = [(u, v) for u in x for v in y]
    limited = np.isfinite([u + v for u, v in corners])
    with np.errstate(invalid="ignore"):
        gaps = _within([abs(u - v) for u, v in corners], limited)
    sums = _within([u + v for u, v in corners], limited)
    return np.concatenate([gaps, 0 * level]), np.concatenate([sums, 2 * level]), endless


def _within(rows: list[np.ndarray], kept: np.ndarray) -> np.ndarray:
    return np.where(kept, np.stack(rows), np.nan)


def _extreme(gaps: np.ndarray, sums: np.ndarray) -> float:
    """The greatest sum of gaps over sum of sums, one row chosen for each column."""
    columns = np.arange(gaps.shape[1])
    chosen = np.nan_to_num(sums, nan=-1.0).argmax(0)
    ratio = -np.inf
    while True:
        gap, total = gaps[chosen, columns].sum(), sums[chosen, columns].sum()
        if not total or gap / total <= ratio:
            return float(ratio)
        ratio = gap / total
        worth = np.nan_to_num(gaps - ratio * sums, nan=-np.inf)
        chosen = worth.argmax(0)
