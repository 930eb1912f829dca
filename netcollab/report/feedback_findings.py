"""What a page of feedback points at: strong pairs, views that differ, changes.

Which pairs of functions see each other alike, and which do not?
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from netcollab.report.feedback_cells import CONFIDENCE, Evidence
from netcollab.scales import perception_gaps

__all__ = [
    "LEAST_GAP",
    "LEAST_SITES",
    "TOP",
    "changes",
    "highest_of",
    "mutual_views",
    "role_gaps",
]

_ACROSS = [
    *("first", "second", "gap", "low", "high", "clear"),
    *("n_sites", "n_same", "weaker"),
]
_OF_A_VIEW = ["n", "low", "high"]

LEAST_SITES = 5
"""Sites that a statement across municipalities needs."""

LEAST_GAP = 0.2
"""Difference of two views from which a page lists them as different."""

TOP = 3
"""The most dimensions, or pairs, that a page calls the highest."""


def highest_of(count: int) -> int:
    """How many of so many may be called the highest: half of them, at most three.

    Examples
    --------
    >>> [highest_of(count) for count in (1, 2, 3, 4, 6, 9)]
    [0, 1, 1, 2, 3, 3]
    """
    return min(TOP, count // 2)


def mutual_views(evidence: Evidence, site: str, wave: str) -> pd.DataFrame:
    """Pairs of groups of which both directions are shown, largest gap first.

    Parameters
    ----------
    evidence
        Of `gather`.
    site, wave
        Where and when.

    Returns
    -------
    DataFrame
        Columns of `netcollab.scales.perception_gaps`, and low and high (95 % interval
        of the gap by Welch's t), weaker (the lower of both views), n_first, low_first,
        high_first (people and 95 % interval of what the first says) and the same of
        the second, and clear: the interval that holds for all pairs of the site
        together (Bonferroni) is above 0.
    """
    views = evidence.views
    here = views[(views["site"] == site) & (views["wave"] == wave)]
    groups = set(evidence.groups.get((site, wave), {}))
    here = here[here["target"].isin(groups) & (here["reason"] == "")]
    pairs = perception_gaps(here)
    moments = here.set_index(["source", "target"])[["se", "n", "low", "high"]]
    there = moments.reindex(pd.MultiIndex.from_frame(pairs[["first", "second"]]))
    back = moments.reindex(pd.MultiIndex.from_frame(pairs[["second", "first"]]))
    reach, shared = (
        _welch(there, back, alpha)
        for alpha in (1 - CONFIDENCE, (1 - CONFIDENCE) / max(len(pairs), 1))
    )
    return pairs.assign(
        low=pairs["gap"] - reach,
        high=pairs["gap"] + reach,
        weaker=pairs[["first_sees", "second_sees"]].min(axis=1),
        **{f"{name}_first": there[name].to_numpy() for name in _OF_A_VIEW},
        **{f"{name}_second": back[name].to_numpy() for name in _OF_A_VIEW},
        clear=pairs["gap"] - shared > 0,
    )


def changes(evidence: Evidence, site: str, wave: str, earlier: str) -> pd.DataFrame:
    """How much the site's means moved from an earlier wave, where both are shown.

    A whole of which a part was asked in one of the waves only has no change.

    The interval treats both waves as other people, which makes it wide rather than
    narrow where the same people answered twice.

    Returns
    -------
    DataFrame
        Indexed by name: change, low, high.
    """
    table = evidence.sites[evidence.sites["site"] == site].set_index("name")
    now, before = table[table["wave"] == wave], table[table["wave"] == earlier]
    only_one = set(now.index.symmetric_difference(before.index))
    now, before = (part[part["reason"] == ""] for part in (now, before))
    shared = now.index.intersection(before.index, sort=False)
    names = [n for n in shared if only_one.isdisjoint(evidence.parts_of(n))]
    now, before = now.loc[names], before.loc[names]
    reach = _welch(now, before, 1 - CONFIDENCE)
    change = now["mean"] - before["mean"]
    return pd.DataFrame(
        {"change": change, "low": change - reach, "high": change + reach}
    )


def role_gaps(evidence: Evidence, wave: str) -> pd.DataFrame:
    """Pairs of functions that see each other differently in many sites.

    Only functions that answer for themselves, in at least five sites.

    Returns
    -------
    DataFrame
        One row per pair, first seeing more on average: first, second, gap, low, high
        (95 % interval over sites by Student's t), clear (the interval that holds for
        all pairs together, Bonferroni, is above 0), n_sites, n_same (sites in which the
        gap has the same sign), weaker (mean over sites of the lower view); largest gap
        first.
    """
    rows = [
        mutual_views(evidence, site, when)
        for site, when in evidence.groups
        if when == wave
    ]
    pairs = pd.concat(rows, ignore_index=True)
    single = set(evidence.responses["actor"])
    pairs = pairs[pairs["first"].isin(single) & pairs["second"].isin(single)]
    turned = pairs["first"] > pairs["second"]
    one = pairs["first"].where(~turned, pairs["second"])
    other = pairs["second"].where(~turned, pairs["first"])
    signed = pairs["gap"].where(~turned, -pairs["gap"])
    known = [
        (str(a), str(b), gaps)
        for (a, b), gaps in signed.groupby([one, other])
        if len(gaps) >= LEAST_SITES
    ]
    found = [
        _over_sites(a, b, gaps, pairs.loc[gaps.index, "weaker"], count=len(known))
        for a, b, gaps in known
    ]
    table = pd.DataFrame(found, columns=_ACROSS)
    order = ["gap", "first", "second"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _over_sites(
    a: str, b: str, gaps: pd.Series, weaker: pd.Series, *, count: int
) -> dict[str, object]:
    """A pair's mean gap over sites, turned so that it is not negative."""
    mean = float(gaps.mean())
    first, second = (a, b) if mean >= 0 else (b, a)
    error = float(gaps.std() / np.sqrt(len(gaps)))
    reach, shared = (
        error * stats.t.isf((1 - CONFIDENCE) / 2 / pairs, len(gaps) - 1)
        for pairs in (1, count)
    )
    return {
        "first": first,
        "second": second,
        "gap": abs(mean),
        "low": abs(mean) - reach,
        "high": abs(mean) + reach,
        "clear": abs(mean) > shared,
        "n_sites": len(gaps),
        "n_same": int((np.sign(gaps) == np.sign(mean)).sum()),
        "weaker": float(weaker.mean()),
    }


def _welch(one: pd.DataFrame, other: pd.DataFrame, alpha: float) -> np.ndarray:
    """Half the width of Welch's interval for the difference of two means."""
    a, b = (part["se"].to_numpy(dtype=float) ** 2 for part in (one, other))
    m, n = (part["n"].to_numpy(dtype=float) for part in (one, other))
    with np.errstate(divide="ignore", invalid="ignore"):
        free = (a + b) ** 2 / (a**2 / (m - 1) + b**2 / (n - 1))
    free = np.where(a + b > 0, free, m + n - 2)
    reach: np.ndarray = stats.t.ppf(1 - alpha / 2, free) * np.sqrt(a + b)
    return reach
