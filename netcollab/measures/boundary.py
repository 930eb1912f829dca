"""Two waves at the borders of units.

Do ties cross them more than before?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.measures.attributes import alike, attribute_of
from netcollab.measures.comparison import (
    aligned,
    check_threshold,
    joined_and_left,
    named_numbers,
    ratio,
    tied,
    why_no_zeros,
)
from netcollab.networks import Network

__all__ = ["boundary_change"]


def boundary_change(
    before: Network,
    after: Network,
    *,
    by: str | pd.Series,
    threshold: float | None = None,
) -> pd.Series:
    """Whether ties cross the borders of units more than before: three estimands.

    With E ties between units and I ties inside them, 0 before and 1 after:

    .. math::
        \\ln \\frac{E_1 / I_1}{E_0 / I_0}, \\qquad
        \\frac{E_1}{E_1 + I_1} - \\frac{E_0}{E_0 + I_0}, \\qquad
        EI_1 - EI_0 \\text{ with } EI = \\frac{E - I}{E + I}

    named log_odds_ratio (of crossing), share_change and ei_change, which is twice the
    share's. Beside them the counts (external_before, internal_before, external_after,
    internal_after), the share and the E-I index of each wave, and n_dyads, n_unknown,
    n_no_group, n_joined, n_left. Choose the estimand before the data: a constant factor
    on the odds is no constant step of the share.

    Counted over dyads that both waves observed between actors whose group is known, so
    that who answered is no change. Groups are those of `before`: a change is one of
    ties, not of the chart. An undirected tie is one tie.

    There is no test here: `netcollab.inference.silo_change` asks whether the change is
    more than constant homophily gives. Relabelling the groups assumes that ties do not
    follow them in either wave; it answers another question.

    NaN with a reason: what has no ties to share; the odds ratio where one of the four
    counts is 0; everything for ratings without 0, until `threshold` says from which
    strength there is a tie, and where a wave knows no absences (presence-only): then
    both waves have the same ties by construction.

    Parameters
    ----------
    before, after
        The two waves.
    by
        An attribute of the actors, or a Series of groups indexed by actor.
    threshold
        Strength from which a tie counts, in both waves; None: any tie.

    Returns
    -------
    Series
        ``.attrs`` has reasons (by name), joined, left, directed. For several sites,
        ``pd.DataFrame({site: boundary_change(...), ...}).T`` has a row for each.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.
    InputError
        For a threshold that is not above 0.

    References
    ----------
    Krackhardt, D. & Stern, R. N. (1988). Informal networks and organizational crises.
    Social Psychology Quarterly 51, 123-140. Agresti, A. (2013). Categorical Data
    Analysis, 3rd ed. Wiley, section 2.2.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> level = pd.DataFrame({"level": ["state", "local", "state"]}, names)
    >>> one = pd.DataFrame([[0, 1, 1], [0, 0, 0], [1, 0, 0]], names, names)
    >>> two = pd.DataFrame([[0, 1, 1], [1, 0, 1], [0, 0, 0]], names, names)
    >>> waves = [Network.from_matrix(wave, actors=level) for wave in (one, two)]
    >>> told = boundary_change(*waves, by="level")
    >>> told[["log_odds_ratio", "share_change", "ei_change"]].round(3).to_dict()
    {'log_odds_ratio': 1.792, 'share_change': 0.417, 'ei_change': 0.833}
    """
    check_threshold(threshold)
    dyads = aligned([before, after])
    groups = attribute_of(before, by).reindex(dyads.actors)
    inside = alike(groups)[dyads.source, dyads.target]
    known = dyads.known & ~np.isnan(inside)
    unclear = why_no_zeros(before, threshold) or why_no_zeros(after, threshold)
    count: dict[str, int] = {}
    share: dict[str, float | str] = {}
    index: dict[str, float | str] = {}
    for wave, ties in zip(("before", "after"), dyads.ties[:, known], strict=True):
        there = tied(ties, threshold)
        across = int((there & (inside[known] == 0)).sum())
        within = int((there & (inside[known] == 1)).sum())
        none = f"no tie {wave} in a dyad compared"
        count |= {f"external_{wave}": across, f"internal_{wave}": within}
        share[f"share_{wave}"] = ratio(across, across + within, none)
        index[f"ei_{wave}"] = ratio(across - within, across + within, none)
    shown: dict[str, float | str] = {
        "log_odds_ratio": _log_odds_ratio(count),
        "share_change": _less(share["share_after"], share["share_before"]),
        "ei_change": _less(index["ei_after"], index["ei_before"]),
        **share,
        **index,
        **count,
    }
    if unclear:
        shown = dict.fromkeys(shown, unclear)
    who = joined_and_left(before, after)
    both = before.ties.index.isin(after.ties.index)
    shown |= {
        "n_dyads": int(known.sum()),
        "n_unknown": int((dyads.possible & ~dyads.known).sum()),
        "n_no_group": int(groups[before.ties.index[both]].isna().sum()),
        "n_joined": len(who["joined"]),
        "n_left": len(who["left"]),
    }
    row = named_numbers(shown, "boundary_change")
    row.attrs |= who | {"directed": dyads.directed}
    return row


def _log_odds_ratio(count: dict[str, int]) -> float | str:
    nothing = [name.replace("_", " ") for name, number in count.items() if not number]
    if nothing:
        return f"no tie is {', none is '.join(nothing)}: the odds ratio has no number"
    odds = [
        count[f"external_{wave}"] / count[f"internal_{wave}"]
        for wave in ("before", "after")
    ]
    return float(np.log(odds[1] / odds[0]))


def _less(after: float | str, before: float | str) -> float | str:
    if isinstance(after, str):
        return after
    return before if isinstance(before, str) else after - before
