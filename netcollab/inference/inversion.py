"""Intervals for a slope: every slope that relabelling would not have rejected.

How large may the effect be, if the outcome less that effect has nothing to do with who
is who in the predictor?
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from netcollab.inference.permutation import pvalue
from netcollab.inference.semipartial import shifted_statistics

__all__ = ["Interval", "inverted", "tried"]

FAR = np.concatenate([np.linspace(0.25, 6, 24), np.geomspace(8, 300, 12)])
HALVINGS = 40
ROOM = 1 + 1e-12  # 1 - 0.9 is a little less than 0.1


class Interval(NamedTuple):
    """The lowest and the highest slope that is not rejected, and what to know of it."""

    low: float
    high: float
    note: str


def inverted(
    kept: np.ndarray,
    own: np.ndarray,
    *,
    confidence: float,
    alternative: str,
    exact: bool,
    same_sample: bool,
) -> Interval:
    """The slopes b whose shifted null, y - b x, is not rejected at 1 - confidence.

    Where every draw has the sample of the data, a draw's statistic reaches the observed
    one exactly for the slopes between

    .. math:: \\frac{A_0 - A}{B_0 - B}, \\quad \\frac{A_0 + A}{B_0 + B}

    with :math:`A - b B` the numerator of the draw's t over the length of its predictor,
    and :math:`A_0 - b B_0` that of the data. Each such interval holds the estimate, so
    the slopes that enough draws reach are one interval, possibly without an end. Where
    relabelling changes the sample, slopes are tried further and further out, and the
    hull of those not rejected is given.

    Parameters
    ----------
    kept
        Draws x `KEPT`, a term's columns.
    own
        The same of the data.
    confidence
        Between 0 and 1.
    alternative
        "greater" leaves the upper end open, "less" the lower one.
    exact
        All relabellings were listed.
    same_sample
        Every draw has the sample of the data.
    """
    if same_sample:
        return _in_closed_form(kept, own, confidence, alternative, exact)
    return _searched(kept, own, confidence, alternative, exact)


def tried(
    estimate: float, step: float, is_kept: Callable[[float], bool], alternative: str
) -> Interval:
    """The hull of the slopes that are not rejected, tried further and further out.

    Parameters
    ----------
    estimate
        A slope that is not rejected.
    step
        About a standard error.
    is_kept
        Whether a slope is not rejected.
    alternative
        "greater" leaves the upper end open, "less" the lower one.
    """
    ends, broken = [], False
    for side in (-1.0, 1.0):
        held = np.array([True, *(is_kept(estimate + side * f * step) for f in FAR)])
        last = int(np.flatnonzero(held)[-1])
        broken |= not held[: last + 1].all()
        if last == len(FAR):
            ends.append(side * math.inf)
            continue
        inside, outside = (0.0, *FAR)[last], FAR[last]
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2
            if is_kept(estimate + side * middle * step):
                inside = middle
            else:
                outside = middle
        ends.append(estimate + side * inside * step)
    told = _told(ends[0], ends[1], alternative)
    if broken:
        return told._replace(note="some slopes inside the interval are rejected")
    return told


def _in_closed_form(
    kept: np.ndarray, own: np.ndarray, confidence: float, alternative: str, exact: bool
) -> Interval:
    a, b = _per_length(kept)
    a_own, b_own = _per_length(own[None])
    with np.errstate(divide="ignore", invalid="ignore"):
        level = (a_own - a) / (b_own - b)
        mirror = (a_own + a) / (b_own + b)
    alike = np.abs(b_own - b) <= 1e-10 * b_own
    opposite = np.abs(b_own + b) <= 1e-10 * b_own
    lost = np.isnan(a)
    if alternative == "two-sided":
        low, high = np.fmin(level, mirror), np.fmax(level, mirror)
        endless = alike | opposite | lost
    else:
        low, high = level.copy(), level.copy()
        endless = alike | lost
    low[endless], high[endless] = -math.inf, math.inf
    enough = _enough(len(kept), 1 - confidence, exact)
    lowest = -math.inf if enough == 0 else float(np.sort(low)[enough - 1])
    highest = math.inf if enough == 0 else float(np.sort(high)[-enough])
    return _told(
        -math.inf if alternative == "less" else lowest,
        math.inf if alternative == "greater" else highest,
        alternative,
    )


def _per_length(kept: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        length = np.sqrt(np.where(kept[:, 2] > 0, kept[:, 2], np.nan))
        return kept[:, 0] / length, kept[:, 1] / length


def _enough(draws: int, alpha: float, exact: bool) -> int:
    """How many draws must reach a slope for its p to be above alpha."""
    own, total = (0, draws) if exact else (1, draws + 1)
    return max(0, math.floor(alpha * total * ROOM) + 1 - own)


def _searched(
    kept: np.ndarray, own: np.ndarray, confidence: float, alternative: str, exact: bool
) -> Interval:
    estimate = own[0] / own[2]
    t = shifted_statistics(own[None])[0]
    step = abs(estimate / t) if t else math.sqrt(own[3] / own[2] / own[6])

    def is_kept(slope: float) -> bool:
        p, _ = pvalue(
            shifted_statistics(kept, slope),
            float(shifted_statistics(own[None], slope)[0]),
            alternative=alternative,
            exact=exact,
        )
        return p > (1 - confidence) * ROOM

    return tried(estimate, step, is_kept, alternative)


def _told(low: float, high: float, alternative: str) -> Interval:
    open_ends = [
        end
        for end, value, asked in (
            ("lower", low, alternative != "less"),
            ("upper", high, alternative != "greater"),
        )
        if asked and math.isinf(value)
    ]
    if not open_ends:
        return Interval(low, high, "")
    return Interval(low, high, f"no {' and no '.join(open_ends)} end: too few draws")
