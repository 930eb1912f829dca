"""Who has taken up which tool, wave by wave; who has not stays in the count.

How far has a tool come, and did those who took it up change more than the others?

Tables of use are DataFrames actors x tools, as `netcollab.networks.build_affiliations`
gives: a number above 0 is use, however much, 0 known non-use, NaN not known. Where the
study lists non-use too, build them with ``unlisted="not_asked"``, so that an actor who
was not heard is no non-user.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import (
    as_affiliations,
    as_column_names,
    as_numbers,
    check_choice,
    check_series,
)
from netcollab._labels import two_labels
from netcollab.errors import InputError, UnknownNameError
from netcollab.measures.undefined import Reasons

__all__ = ["adopters", "adoption_curve", "double_difference"]

COUNTS = ["n", "users", "non_users", "unknown"]


def adopters(
    affiliations: pd.DataFrame, *, objects: str | Sequence[str] | None = None
) -> pd.Series:
    """Whether each actor uses at least one of some tools: 1, 0, or not known.

    1 with any use that was observed; 0 where each tool is known not to be used; NaN
    with a reason in between.

    Parameters
    ----------
    affiliations
        Actors x tools.
    objects
        The tool or tools that count; None: all of them.

    Returns
    -------
    Series
        Indexed by actor; ``.attrs["reasons"]`` has the reason for each NaN.

    Raises
    ------
    UnknownNameError
        If there is no such tool.
    InputError
        If cells are negative or no numbers.

    References
    ----------
    Rogers, E. M. (2003). Diffusion of Innovations, 5th ed. Free Press.

    Examples
    --------
    >>> names = ["school", "nursery", "roads"]
    >>> use = pd.DataFrame([[1, 0], [0, None], [0, 0]], names, ["chat", "files"])
    >>> adopters(use).to_dict()
    {'school': 1.0, 'nursery': nan, 'roads': 0.0}
    """
    frame = as_affiliations("the affiliations", affiliations)
    chosen = list(frame) if objects is None else as_column_names("objects", objects)
    for name in chosen:
        if name not in frame.columns:
            raise UnknownNameError("object", name, map(str, frame.columns))
    cells = frame[chosen].to_numpy()
    uses = (np.nan_to_num(cells) > 0).any(axis=1)
    unknown = ~uses & np.isnan(cells).any(axis=1)
    values = np.where(unknown, np.nan, uses.astype(float))
    series = pd.Series(values, frame.index, name="adopters")
    reasons: Reasons = dict.fromkeys(
        frame.index[unknown], "no use is known, and not every tool was asked about"
    )
    series.attrs["reasons"] = reasons
    return series


def adoption_curve(
    waves: Mapping[str, pd.DataFrame],
    *,
    by: pd.Series | None = None,
    unlisted: Literal["absent", "not_asked"] = "absent",
) -> pd.DataFrame:
    """The share of actors that use each tool, wave by wave.

    .. math::
        s = \\frac{u}{u + v}, \\qquad
        \\frac{u}{n} \\le s^* \\le \\frac{u + q}{n}, \\qquad n = u + v + q

    with u users, v known non-users and q actors of whom it is not known; s* is the
    share if all were known. Non-users are part of every share.

    Parameters
    ----------
    waves
        Wave -> table of use, in the order of time.
    by
        A group for each actor, such as its unit; None: all actors together. Actors
        without a group are counted in ``.attrs["no_group"]`` by wave.
    unlisted
        What a tool means that has no column in a wave: nobody used it ("absent") or
        nobody was asked ("not_asked"), as in `build_affiliations`.

    Returns
    -------
    DataFrame
        One row per tool, group and wave: object, group ("" without `by`), wave, n,
        users, non_users, unknown, share, low, high. The share is NaN where nothing is
        known of a group; ``.attrs["reasons"]`` has the reason by row.

    Raises
    ------
    InputError
        If there is no wave, or cells are negative or no numbers.

    References
    ----------
    Rogers, E. M. (2003). Diffusion of Innovations, 5th ed. Free Press. Manski, C. F.
    (1989). Anatomy of the selection problem. J. Hum. Resour. 24, 343-360 (bounds).

    Examples
    --------
    >>> names = ["school", "nursery", "roads", "water"]
    >>> first = pd.DataFrame({"chat": [1, 0, 0, None]}, names)
    >>> later = pd.DataFrame({"chat": [1, 1, 0, 0]}, names)
    >>> curve = adoption_curve({"2024": first, "2025": later})
    >>> curve[["wave", "users", "unknown", "share", "low", "high"]].round(2)
       wave  users  unknown  share   low  high
    0  2024      1        1   0.33  0.25   0.5
    1  2025      2        0   0.50  0.50   0.5
    """
    if not isinstance(waves, Mapping) or not waves:
        raise InputError("waves needs a dict of tables, one for each wave")
    check_choice("value of unlisted", unlisted, ("absent", "not_asked"))
    frames = {
        wave: as_affiliations(f"the affiliations of {wave}", frame)
        for wave, frame in waves.items()
    }
    tools = list(dict.fromkeys(t for frame in frames.values() for t in frame.columns))
    parts, no_group = [], {}
    for wave, frame in frames.items():
        full = frame.reindex(columns=tools)
        absent = ~full.columns.isin(frame.columns)
        if unlisted == "absent":
            full.loc[:, absent] = 0.0
        group = _groups(full.index, by)
        no_group[wave] = int(group.isna().sum())
        parts.append(_counted(full, group).assign(wave=wave))
    table = pd.concat(parts, ignore_index=True)
    place = {tool: at for at, tool in enumerate(tools)}
    table = table.sort_values(
        ["object", "group"],
        key=lambda column: column.map(place) if column.name == "object" else column,
        kind="stable",
        ignore_index=True,
    )
    known = table["users"] + table["non_users"]
    table["share"] = table["users"] / known.where(known > 0)
    table["low"] = table["users"] / table["n"]
    table["high"] = (table["users"] + table["unknown"]) / table["n"]
    table = table[["object", "group", "wave", *COUNTS, "share", "low", "high"]]
    silent = table.index[known == 0]
    table.attrs["reasons"] = dict.fromkeys(silent, "no use or non-use was observed")
    table.attrs["no_group"] = no_group
    return table


def double_difference(
    before: pd.Series, after: pd.Series, treated: pd.Series
) -> pd.DataFrame:
    """What changed among the treated and the others, and the difference of the two.

    .. math:: (\\bar y_{1,after} - \\bar y_{1,before})
        - (\\bar y_{0,after} - \\bar y_{0,before})

    the last cell of the table. It is what the treatment did if both groups would have
    changed alike without it, which the table cannot show; two waves before the
    treatment can make it plausible. `netcollab.inference.difference_in_differences`
    tests it.

    Parameters
    ----------
    before, after
        A number for each unit, in its own unit of measurement.
    treated
        The group of each unit, one of two; the label that sorts last is the treated;
        a categorical sorts by its categories, everything else by value.

    Returns
    -------
    DataFrame
        Rows: the others, the treated, "difference". Columns: n, before, after, change.
        Only units with both numbers and a group count; ``.attrs["left_out"]`` names
        the others.

    Raises
    ------
    InputError
        If a unit is there twice, a value is no number, or the groups are not two.

    References
    ----------
    Angrist, J. D., & Pischke, J.-S. (2009). Mostly Harmless Econometrics. Princeton
    University Press, section 5.2.

    Examples
    --------
    >>> units = ["school", "health", "roads", "culture"]
    >>> group = pd.Series(["early", "early", "late", "late"], units)
    >>> told = double_difference(
    ...     pd.Series([0.2, 0.4, 0.3, 0.3], units),
    ...     pd.Series([0.5, 0.7, 0.3, 0.5], units),
    ...     group == "early",
    ... )
    >>> told.round(2)
                  n  before  after  change
    False       2.0     0.3    0.4     0.1
    True        2.0     0.3    0.6     0.3
    difference  NaN     0.0    0.2     0.2
    """
    columns = {
        name: pd.Series(as_numbers(name, check_series(name, values)), values.index)
        for name, values in (("before", before), ("after", after))
    }
    columns["group"] = check_series("treated", treated)
    rows = pd.concat(columns, axis=1)
    whole = rows.dropna()
    groups = two_labels("treated", whole["group"])
    table = pd.DataFrame(
        [
            whole.loc[whole["group"] == label, ["before", "after"]].mean()
            for label in groups
        ],
        index=pd.Index(groups, dtype=object),
    )
    table.insert(0, "n", [float((whole["group"] == label).sum()) for label in groups])
    table.loc["difference"] = table.iloc[1] - table.iloc[0]
    table.loc["difference", "n"] = np.nan
    table["change"] = table["after"] - table["before"]
    table.attrs["left_out"] = [str(unit) for unit in rows.index.difference(whole.index)]
    return table


def _groups(actors: pd.Index, by: pd.Series | None) -> pd.Series:
    if by is None:
        return pd.Series("", actors, dtype="str")
    labels = check_series("by", by).reindex(actors)
    try:
        sorted(labels.dropna().unique())
    except TypeError:
        raise InputError("by needs words, or numbers, as groups of actors") from None
    return labels


def _counted(frame: pd.DataFrame, group: pd.Series) -> pd.DataFrame:
    """One row per tool and group with the numbers of actors."""
    cells = frame.to_numpy()
    kinds = {
        "users": np.nan_to_num(cells) > 0,
        "non_users": cells == 0,
        "unknown": np.isnan(cells),
    }
    counts = {
        name: pd.DataFrame(kind.astype(int), frame.index, frame.columns)
        .groupby(group)
        .sum()
        .rename_axis(index="group", columns="object")
        .stack()
        for name, kind in kinds.items()
    }
    table = pd.DataFrame(counts).reset_index()
    return table.assign(n=table[list(kinds)].sum(axis=1))
