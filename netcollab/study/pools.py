"""Which units are too small to be shown by themselves, and with whom they answer."""

from __future__ import annotations

import pandas as pd

__all__ = ["pool_small", "pools_of"]


def pool_small(people: pd.Series, *, min_respondents: int) -> dict[str, str]:
    """Which units answer under one name, so that none is told by subtraction.

    Units with fewer respondents than the threshold are pooled; while the pool is one
    unit, or still too small, the smallest of the others joins it.

    Parameters
    ----------
    people
        Respondents of each unit, in the order in which a pool names its units.
    min_respondents
        The threshold.

    Returns
    -------
    dict
        Unit -> the name it answers under: its own, or the names of its pool joined by
        " + ". Units that must stay silent are left out.

    Examples
    --------
    >>> pool_small(pd.Series({"a": 8, "b": 3, "c": 6}), min_respondents=5)
    {'a': 'a', 'b': 'b + c', 'c': 'b + c'}
    """
    in_order = people.sort_values(kind="stable")
    pool = list(in_order.index[in_order < min_respondents])
    others = [unit for unit in in_order.index if unit not in pool]
    while pool and others and (len(pool) == 1 or people[pool].sum() < min_respondents):
        pool.append(others.pop(0))
    named = {unit: unit for unit in others}
    if pool and people[pool].sum() >= min_respondents and len(pool) > 1:
        joined = " + ".join(unit for unit in people.index if unit in pool)
        named |= dict.fromkeys(pool, joined)
    return {unit: named[unit] for unit in people.index if unit in named}


def pools_of(
    actors: pd.DataFrame, people: pd.DataFrame, *, min_respondents: int
) -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    """The pools of each site and wave, and the units that stay silent even so.

    Parameters
    ----------
    actors
        Columns site and actor, in the order in which a pool names its units.
    people
        One row per respondent who answered: columns site, wave, actor, respondent.
    min_respondents
        The threshold.

    Returns
    -------
    dict
        Site and wave -> names of pools, units that must stay silent; without those
        that have neither.

    Examples
    --------
    >>> actors = pd.DataFrame({"site": "s", "actor": ["a", "b"]})
    >>> people = pd.DataFrame({"respondent": list("123456"), "site": "s", "wave": "1"})
    >>> people["actor"] = ["a", "a", "b", "b", "b", "b"]
    >>> pools_of(actors, people, min_respondents=5)
    {('s', '1'): (['a + b'], [])}
    """
    found = {}
    for (site, wave), rows in people.groupby(["site", "wave"]):
        units = actors.loc[actors["site"] == site, "actor"]
        counts = rows.groupby("actor")["respondent"].nunique()
        answered = counts.reindex(units).dropna()
        named = pool_small(answered, min_respondents=min_respondents)
        pools = [name for unit, name in named.items() if name != unit]
        silent = [str(unit) for unit in answered.index if unit not in named]
        if pools or silent:
            found[str(site), str(wave)] = (list(dict.fromkeys(pools)), silent)
    return found
