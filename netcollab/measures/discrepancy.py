"""Bases of power that disagree.

How alike do they rank the actors, and whose ranks lie far apart?
"""

from __future__ import annotations

import itertools
from collections.abc import Hashable

import numpy as np
import pandas as pd

__all__ = ["rank_discrepancy", "rank_spread"]


def rank_discrepancy(profile: pd.DataFrame) -> pd.DataFrame:
    """How far each two bases of power rank the actors alike: Kendall's tau-b.

    .. math:: \\tau_b = \\frac{C - D}{\\sqrt{(P - T_1)(P - T_2)}}

    over the P pairs of actors ranked on both bases: C pairs in the same order, D in
    opposite order, T pairs that are equal on one base. 1 = the same order, 0 = no
    link, -1 = reversed; +-1 cannot be reached where one base has ties and the other
    has none. Whether chance would do as well is a matter of
    ``netcollab.inference.kendall``.

    NaN with a reason where fewer than two actors are ranked on both bases, or all have
    the same rank on one of them.

    Parameters
    ----------
    profile
        Actors x bases, as from `power_profile`; ranks or values, NaN = not known.

    Returns
    -------
    DataFrame
        One row per pair of bases, index (base, other), columns n (actors ranked on
        both) and tau_b; ``.attrs["reasons"]`` by pair.

    References
    ----------
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33,
    239-251.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> ranks = pd.DataFrame({"staff": [1, 2.5, 2.5], "trust": [2, 1, 3]}, names)
    >>> rank_discrepancy(ranks)
                 n  tau_b
    base  other
    staff trust  3    0.0
    """
    rows: dict[tuple[str, str], tuple[int, float]] = {}
    reasons: dict[Hashable, str] = {}
    for base, other in itertools.combinations(profile.columns, 2):
        both = profile[[base, other]].dropna()
        level = [name for name in (base, other) if both[name].nunique() < 2]
        tau = np.nan
        if len(both) < 2:
            reasons[base, other] = "fewer than two actors are ranked on both"
        elif level:
            reasons[base, other] = f"all have the same rank: {', '.join(level)}"
        else:
            tau = _tau_b(both[base].to_numpy(), both[other].to_numpy())
        rows[base, other] = (len(both), tau)
    index = pd.MultiIndex.from_tuples(list(rows), names=["base", "other"])
    table = pd.DataFrame(list(rows.values()), index, ["n", "tau_b"])
    table = table.astype({"n": int, "tau_b": float})
    table.attrs["reasons"] = reasons
    return table


def rank_spread(profile: pd.DataFrame) -> pd.DataFrame:
    """How far apart an actor's ranks are on the bases of power, and which bases differ.

    .. math:: spread_i = \\max_b r_{ib} - \\min_b r_{ib}

    0 = every base gives the actor the same rank. A rank counts places among the actors
    ranked on that base: where a base has many unknown values its ranks are smaller
    numbers.

    NaN with a reason for an actor with a rank on fewer than two bases.

    Parameters
    ----------
    profile
        Actors x bases, ranks with 1 = most, as from `power_profile`.

    Returns
    -------
    DataFrame
        One row per actor: highest (the bases with its best rank, joined by commas),
        best, lowest, worst, spread; ``.attrs["reasons"]`` by actor.

    Examples
    --------
    >>> names = ["nav", "ks"]
    >>> ranks = pd.DataFrame({"staff": [1, 2], "fame": [1, 2], "trust": [2, 1]}, names)
    >>> rank_spread(ranks)
             highest  best       lowest  worst  spread
    nav  staff, fame   1.0        trust    2.0     1.0
    ks         trust   1.0  staff, fame    2.0     1.0
    """
    best, worst = profile.min(axis=1), profile.max(axis=1)
    few = profile.notna().sum(axis=1) < 2
    table = pd.DataFrame(
        {
            "highest": _where_equal(profile, best),
            "best": best.astype(float),
            "lowest": _where_equal(profile, worst),
            "worst": worst.astype(float),
            "spread": (worst - best).astype(float).mask(few),
        }
    )
    why = "ranked on fewer than two bases"
    table.attrs["reasons"] = dict.fromkeys(profile.index[few], why)
    return table


def _tau_b(x: np.ndarray, y: np.ndarray) -> float:
    a, b = _orders(x), _orders(y)
    tied = np.sum(a * a, dtype=float) * np.sum(b * b, dtype=float)
    return float(np.sum(a * b, dtype=float) / np.sqrt(tied))


def _orders(values: np.ndarray) -> np.ndarray:
    """1 where the row's actor has more than the column's, -1 where less."""
    more: np.ndarray = values[:, None] > values[None, :]
    return more.astype(np.int8) - more.T.astype(np.int8)


def _where_equal(profile: pd.DataFrame, ends: pd.Series) -> list[str]:
    """The bases on which each actor has that rank."""
    here = profile.eq(ends, axis=0).to_numpy()
    names = [str(base) for base in profile.columns]
    return [", ".join(itertools.compress(names, row)) for row in here]
