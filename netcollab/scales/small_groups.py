"""What may be said of units too small to be shown: pairs held back, functions pooled.

What does a small municipality get instead of a cell that would expose persons?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab._checks import check_count
from netcollab.errors import UnknownNameError
from netcollab.scales.capacity import with_moments
from netcollab.scales.scores import score
from netcollab.study import Study, pool_small

__all__ = ["perception_gaps", "pool_small", "pooled_ties"]

_BACK = {"source": "target", "target": "source"}


def perception_gaps(ties: pd.DataFrame, *, min_respondents: int = 1) -> pd.DataFrame:
    """Each pair of units once: how the first sees the second, and is seen by it.

    .. math:: gap_{fg} = RC_{f \\to g} - RC_{g \\to f}

    Parameters
    ----------
    ties
        Of `relational_capacity` at the level of ties: columns site, wave, source,
        target, mean, n.
    min_respondents
        Pairs that fewer respondents answered for, on either side, are held back: a gap
        with one shown side gives the other away.

    Returns
    -------
    DataFrame
        Columns site, wave, first, second, first_sees, second_sees, gap (never
        negative), largest gap first. ``.attrs["held_back"]`` counts the pairs with
        answers on both sides that are not in it.

    Examples
    --------
    >>> rows = [("s", "1", "a", "b", 4.0, 6), ("s", "1", "b", "a", 3.0, 7)]
    >>> names = ["site", "wave", "source", "target", "mean", "n"]
    >>> perception_gaps(pd.DataFrame(rows, columns=names))["gap"].tolist()
    [1.0]
    """
    check_count("min_respondents", min_respondents)
    sides = ties[["site", "wave", "source", "target", "mean", "n"]]
    place = ["site", "wave", "source", "target"]
    both = sides.merge(sides.rename(columns=_BACK), on=place, suffixes=("", "_back"))
    both = both[both["mean"].notna() & both["mean_back"].notna()]
    gap = both["mean"] - both["mean_back"]
    first = (gap > 0) | ((gap == 0) & (both["source"] < both["target"]))
    both, gap = both[first], gap[first]
    shown = both[["n", "n_back"]].min(axis=1) >= min_respondents
    table = pd.DataFrame(
        {
            "site": both["site"],
            "wave": both["wave"],
            "first": both["source"],
            "second": both["target"],
            "first_sees": both["mean"],
            "second_sees": both["mean_back"],
            "gap": gap,
        }
    )[shown]
    order = ["gap", "site", "wave", "first", "second"]
    ascending = [False, True, True, True, True]
    table = table.sort_values(order, ascending=ascending, ignore_index=True)
    table.attrs["held_back"] = int((~shown).sum())
    return table


def pooled_ties(
    study: Study,
    name: str,
    site: str,
    wave: str,
    *,
    min_respondents: int | None = None,
) -> pd.DataFrame:
    """How the functions of a site rate the others, small functions answering together.

    Functions with fewer respondents than the threshold are pooled; while the pool is
    one function, or still too small, the smallest of the others joins it, so that no
    function can be told by subtraction. Respondents of a pooled function that is rated
    do not rate themselves. A cell that still has too few respondents is NaN.

    Parameters
    ----------
    study
        A study with answers.
    name
        A dimension or construct about other units.
    site, wave
        Where and when.
    min_respondents
        The threshold; None: the manifest's, 10 for a sensitive dimension.

    Returns
    -------
    DataFrame
        One row per sender and rated unit: source (names of a pool joined by " + "),
        target, mean, sd, se, n, all NaN and n = 0 where held back. Empty where even
        all functions together are too few.

    Raises
    ------
    UnknownNameError
        If the study has no such site or wave, or the name is unknown.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> ties = pooled_ties(study, "relational_capacity", "nordvik", "2025")
    >>> bool(ties.loc[ties["n"] > 0, "n"].min() >= 5)
    True
    """
    least = (
        study.manifest.threshold(name) if min_respondents is None else min_respondents
    )
    check_count("min_respondents", least)
    for kind, chosen, known in (
        ("site", site, study.actors["site"].unique()),
        ("wave", wave, study.waves),
    ):
        if chosen not in known:
            raise UnknownNameError(kind, chosen, known)
    units = study.actors.loc[study.actors["site"] == site, "actor"].tolist()
    said = score(study.select(sites=site, waves=wave), name)
    said = said[said["score"].notna() & (said["target"] != said["actor"])]
    people = said.groupby("actor")["respondent"].nunique()
    people = people.reindex(units).dropna()
    sender = said["actor"].map(pool_small(people, min_respondents=least))
    said = said.assign(source=sender)[sender.notna()]
    senders = list(dict.fromkeys(said["source"]))
    pairs = [(one, other) for one in senders for other in units if one != other]
    table = pd.DataFrame(pairs, columns=["source", "target"], dtype="str")
    key = pd.MultiIndex.from_frame(table)
    row = key.get_indexer(pd.MultiIndex.from_frame(said[["source", "target"]]))
    table = with_moments(table, row, said["score"].to_numpy())
    few = table["n"] < least
    table.loc[few, ["mean", "sd", "se"]] = np.nan
    table.loc[few, "n"] = 0
    return table
