"""The same work done twice by actors who do not talk to each other.

Who does the same thing as somebody else without a tie between them?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab._checks import as_affiliations
from netcollab.errors import InputError
from netcollab.measures.attributes import alike, attribute_of
from netcollab.measures.comparison import check_threshold, tied, why_no_ties
from netcollab.networks import Network

__all__ = ["duplicate_work"]

KINDS = ("duplicate", "coordinated", "unknown")


def duplicate_work(
    affiliations: pd.DataFrame,
    network: Network,
    *,
    by: str | pd.Series | None = None,
    threshold: float | None = None,
) -> pd.DataFrame:
    """Pairs of actors with the same activities, and whether a tie joins them.

    ===========  =======================================================
    coordinated  a tie in one direction at least
    duplicate    known to have none in either
    unknown      no tie is known, and not both directions were observed
    ===========  =======================================================

    A pair is listed when at least one activity of both was observed. That two do the
    same is no waste in itself: two schools both teach. It is where to ask.

    Parameters
    ----------
    affiliations
        Actors x activities: above 0 = does it, 0 = does not, NaN = not known.
    network
        Who works with whom.
    by
        An attribute of the actors, or a Series of groups: adds the column `across`.
    threshold
        Strength from which a tie counts; None: any tie.

    Returns
    -------
    DataFrame
        One row per pair: one, other, shared (how many activities), objects (which,
        joined by "; "), kind, and across (True, False, or missing without a group).
        ``.attrs``: pairs; duplicate, coordinated, unknown (numbers of pairs); low and
        high, the bounds of the share of pairs that are duplicates (NaN without a
        pair); open, the pairs that may share an activity nobody observed; reason, why
        nothing can be told of ties.

    Raises
    ------
    InputError
        If cells are negative or no numbers, the actors differ, or the threshold is not
        above 0.
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    Borgatti, S. P. & Everett, M. G. (1997). Network analysis of 2-mode data. Social
    Networks 19, 243-269. Cataldo, M., Herbsleb, J. D. & Carley, K. M. (2008).
    Socio-technical congruence. Proc. ESEM 2008, 2-11.

    Examples
    --------
    >>> names = ["school", "health", "nursery"]
    >>> work = pd.DataFrame(
    ...     {"parents": [1, 1, 1], "vaccines": [0, 1, 0]}, index=names
    ... )
    >>> cells = pd.DataFrame([[0, 1, 0], [0, 0, None], [0, 0, 0]], names, names)
    >>> duplicate_work(work, Network.from_matrix(cells))
          one    other  shared  objects         kind
    0  school   health       1  parents  coordinated
    1  school  nursery       1  parents    duplicate
    2  health  nursery       1  parents      unknown
    """
    frame = as_affiliations("the affiliations", affiliations)
    actors = network.ties.index
    strangers = frame.index.symmetric_difference(actors)
    if len(strangers):
        raise InputError(
            "affiliations and network need the same actors; only in one: "
            + ", ".join(map(str, strangers))
        )
    check_threshold(threshold)
    cells = frame.loc[actors].to_numpy()
    does, may = np.nan_to_num(cells) > 0, np.isnan(cells) | (cells > 0)
    shared = does.astype(int) @ does.T.astype(int)
    possible = may.astype(int) @ may.T.astype(int)
    one, other = np.nonzero(np.triu(shared, 1))
    unclear = why_no_ties(network, threshold)
    ties = network.ties.to_numpy()
    there = tied(ties, threshold) & (not unclear)
    gone = ~there & ~np.isnan(ties) & (not unclear)
    gone |= network.states.to_numpy() == "structural"
    kinds = np.select(
        [(there | there.T)[one, other], (gone & gone.T)[one, other]],
        ["coordinated", "duplicate"],
        "unknown",
    )
    names = frame.columns.astype(str).to_numpy()
    table = pd.DataFrame(
        {
            "one": actors.to_numpy()[one],
            "other": actors.to_numpy()[other],
            "shared": shared[one, other],
            "objects": [
                "; ".join(names[does[i] & does[j]])
                for i, j in zip(one, other, strict=True)
            ],
            "kind": pd.Series(kinds, dtype="str"),
        }
    )
    if by is not None:
        inside = alike(attribute_of(network, by))[one, other]
        across = pd.Series(inside == 0, dtype="boolean").mask(np.isnan(inside))
        table["across"] = across
    counts = {kind: int((kinds == kind).sum()) for kind in KINDS}
    table.attrs = counts | _bounds(counts) | {"pairs": len(table), "reason": unclear}
    table.attrs["open"] = int((np.triu(possible > 0, 1) & (shared == 0)).sum())
    return table


def _bounds(counts: dict[str, int]) -> dict[str, float]:
    """The least and the greatest share of pairs that are duplicates."""
    pairs = sum(counts.values())
    if not pairs:
        return {"low": np.nan, "high": np.nan}
    low = counts["duplicate"]
    return {"low": low / pairs, "high": (low + counts["unknown"]) / pairs}
