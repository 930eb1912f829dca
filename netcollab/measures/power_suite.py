"""Everything about power between actors, in one call.

Who holds power over whom, on which base, and how unequally?
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from netcollab.measures.attributes import attribute_of, numbers
from netcollab.measures.cohesion import density
from netcollab.measures.degree import (
    degree,
    in_degree,
    in_strength,
    out_degree,
    out_strength,
    strength,
)
from netcollab.measures.dependence import (
    dependence,
    imbalance,
    mutual_dependence,
    tie_asymmetry,
)
from netcollab.measures.discrepancy import rank_discrepancy, rank_spread
from netcollab.measures.inequality import gini, herfindahl, theil, theil_decomposition
from netcollab.measures.power import (
    Bases,
    base_values,
    power_intervals,
    power_profile,
)
from netcollab.measures.undefined import reason
from netcollab.networks import Network

__all__ = ["PowerTables", "power_tables"]

_RANKED = ("actor", "base", "value", "rank", "best", "worst", "interval")


class PowerTables(NamedTuple):
    """Six tables about one network; each row tells in `reason` what is missing and why.

    Attributes
    ----------
    asymmetry
        measure, value: tie_asymmetry, tie_asymmetry_adjusted, and over the dyads in
        which both sides are defined the mean size of the imbalance and the mean mutual
        dependence.
    actors
        One row per actor: needs_most (the partners it depends on most, among those to
        which its ties are known) and dependence (how much, the upper end where some
        are not known; `reason` then says of how many), imbalance (the mean over its
        partners; above 0 others hold power over it), highest, best, lowest, worst,
        spread as in `rank_spread`.
    profile
        One row per actor and base: value, rank as in `power_profile`, best and worst
        as in `power_intervals`, interval ("bounds" or "scenarios").
    discrepancy
        One row per pair of bases, as in `rank_discrepancy`.
    concentration
        One row per resource, strength and degree: n, gini, theil, herfindahl, and
        mean_gap, the mean absolute difference of two actors, in the value's own unit.
    groups
        One row per value, attribute and group, as in `theil_decomposition`.
    """

    asymmetry: pd.DataFrame
    actors: pd.DataFrame
    profile: pd.DataFrame
    discrepancy: pd.DataFrame
    concentration: pd.DataFrame
    groups: pd.DataFrame


def power_tables(
    network: Network,
    *,
    bases: Bases = None,
    resources: Sequence[str] = (),
    by: str | Sequence[str] = (),
) -> PowerTables:
    """The asymmetry of power in one network: dyads, actors, bases, and concentration.

    Dependence and imbalance (Emerson 1962), the bases of power with ranks and what is
    not known of them (Purdy 2012), and how unequally resources, strength and degree
    are spread, between groups of actors and inside them.

    Parameters
    ----------
    network
        The network; a strength is read as what the sender obtains from the receiver.
    bases, resources
        As in `power_profile`.
    by
        An attribute of the actors, or several, such as level and sector.

    Returns
    -------
    PowerTables
        Six tables; a value that is undefined is NaN, and its row says why.

    Raises
    ------
    UnknownNameError, InputError
        As `power_profile`; if an attribute of `by` is not there.

    References
    ----------
    Emerson, R. M. (1962). Power-dependence relations. American Sociological Review 27,
    31-41. Purdy, J. M. (2012). A framework for assessing power in collaborative
    governance processes. Public Administration Review 72, 409-417.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, 0], [1, 1, 0]], names, names)
    >>> who = pd.DataFrame({"staff": [90, 30, 30], "level": ["s", "l", "s"]}, names)
    >>> net = Network.from_matrix(told, actors=who)
    >>> found = power_tables(net, resources=["staff"], by="level")
    >>> found.actors[["actor", "needs_most", "dependence"]]
      actor needs_most  dependence
    0   nav         ks        0.75
    1    ks        nav        1.00
    2  hdir    nav, ks        0.50
    >>> found.concentration["of"].tolist()
    ['staff', 'in_strength', 'out_strength', 'in_degree', 'out_degree']
    """
    profile = power_profile(network, bases=bases, resources=resources)
    attributes = [by] if isinstance(by, str) else list(by)
    held = _held(network, resources)
    return PowerTables(
        _asymmetry(network),
        _actors(network, profile),
        _profile(network, profile, bases, resources),
        _with_reasons(rank_discrepancy(profile)),
        _concentration(held),
        _groups(held, {name: attribute_of(network, name) for name in attributes}),
    )


def _asymmetry(network: Network) -> pd.DataFrame:
    rows = [
        (
            name,
            tie_asymmetry(network, adjusted=adjusted),
            reason(tie_asymmetry, network, adjusted=adjusted),
        )
        for name, adjusted in (
            ("tie_asymmetry", False),
            ("tie_asymmetry_adjusted", True),
        )
    ]
    for measure, size in ((imbalance, np.abs), (mutual_dependence, np.asarray)):
        cells = size(measure(network).to_numpy())
        known = cells[~np.isnan(cells)]
        mean = float(known.mean()) if len(known) else np.nan
        why = "" if len(known) else "defined in no dyad"
        rows.append((measure.__name__, mean, why))
    return pd.DataFrame(rows, columns=["measure", "value", "reason"])


def _actors(network: Network, profile: pd.DataFrame) -> pd.DataFrame:
    needs, gaps, spread = dependence(network), imbalance(network), rank_spread(profile)
    most, mean = needs.max(axis=1), gaps.mean(axis=1)
    told = {
        "dependence": needs.attrs["reasons"],
        "imbalance": dict.fromkeys(needs.index, "defined with no partner"),
        "spread": spread.attrs["reasons"],
    }
    partners, names = needs.eq(most, axis=0).to_numpy(), needs.columns.astype(str)
    table = pd.DataFrame(
        {
            "actor": needs.index,
            "needs_most": [", ".join(names[row]) for row in partners],
            "dependence": most.to_numpy(),
            "imbalance": mean.to_numpy(),
            **{column: spread[column].to_numpy() for column in spread},
        }
    )
    missing = [
        [
            f"{column}: {why.get(row['actor'], 'not known')}"
            for column, why in told.items()
            if np.isnan(row[column])
        ]
        for row in table.to_dict("records")
    ]
    partly = _partly_known(network, most.notna().to_numpy())
    parts = zip(partly, missing, strict=True)
    table["reason"] = ["; ".join([*part, *rest]) for part, rest in parts]
    return table


def _partly_known(network: Network, defined: np.ndarray) -> list[list[str]]:
    """Of each actor with a partner that it needs most: among how many that is."""
    possible = (network.states != "structural").sum(axis=1).to_numpy()
    unknown = possible - network.observed.sum(axis=1).to_numpy()
    return [
        [
            f"needs_most: not known of {n} of {count} possible ties, so the share is "
            "the largest it can be"
        ]
        if n and is_defined
        else []
        for n, count, is_defined in zip(unknown, possible, defined, strict=True)
    ]


def _profile(
    network: Network, profile: pd.DataFrame, bases: Bases, resources: Sequence[str]
) -> pd.DataFrame:
    """One row per actor and base."""
    values, told = base_values(network, bases=bases, resources=resources)
    intervals = power_intervals(network, bases=bases, resources=resources)
    parts = [
        spans.reset_index(drop=True).assign(
            actor=profile.index,
            base=base,
            value=values[base].to_numpy(),
            rank=profile[base].to_numpy(),
            interval=spans.attrs["kind"],
            reason=[told.get(actor, {}).get(base, "") for actor in profile.index],
        )
        for base, spans in intervals.items()
    ]
    return _stacked(parts, [*_RANKED, "reason"])


def _stacked(parts: Sequence[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    if not parts:
        return pd.DataFrame(columns=columns)
    whole = pd.concat(parts, ignore_index=True)[columns]
    whole.attrs.clear()
    return whole


def _with_reasons(table: pd.DataFrame) -> pd.DataFrame:
    """The index as columns, and the reasons as one."""
    told = table.attrs["reasons"]
    whole = table.assign(
        reason=[told.get(row, "") for row in table.index]
    ).reset_index()
    whole.attrs.clear()
    return whole


def _held(network: Network, resources: Sequence[str]) -> dict[str, pd.Series]:
    """What can be concentrated on a few: resources, strength, degree.

    Sums of documented ties alone are NaN: others may have as many that nobody wrote
    down.
    """
    sides: list[Callable[[Network], pd.Series]] = [strength, degree]
    if network.directed:
        sides = [in_strength, out_strength, in_degree, out_degree]
    held = {name: numbers(network.attribute(name)) for name in resources}
    for side in sides:
        values = side(network)
        if network.is_presence_only and not network.is_rated:
            values = pd.Series(np.nan, values.index)
            values.attrs["why"] = reason(density, network)
        held[side.__name__] = values
    return held


def _concentration(held: dict[str, pd.Series]) -> pd.DataFrame:
    rows = []
    for name, values in held.items():
        gap, few = _mean_gap(values.dropna().to_numpy())
        why = values.attrs.get("why") or reason(gini, values) or few
        rows.append(
            {
                "of": name,
                "n": int(values.count()),
                "gini": gini(values),
                "theil": theil(values),
                "herfindahl": herfindahl(values),
                "mean_gap": gap,
                "reason": why,
            }
        )
    return pd.DataFrame(rows)


def _mean_gap(values: np.ndarray) -> tuple[float, str]:
    """The mean absolute difference of two different actors."""
    n, known = len(values), np.sort(values)
    if n < 2:
        return np.nan, "mean_gap: there is one value only"
    rank = 2 * np.arange(1, n + 1) - n - 1
    return float(2 * (rank * known).sum() / (n * (n - 1))), ""


def _groups(
    held: dict[str, pd.Series], attributes: dict[str, pd.Series]
) -> pd.DataFrame:
    parts = []
    for (name, values), (attribute, by) in itertools.product(
        held.items(), attributes.items()
    ):
        table = theil_decomposition(values, by).rename_axis("group")
        part = _with_reasons(table).assign(of=name, by=attribute)
        why = values.attrs.get("why")
        parts.append(part.assign(reason=why) if why else part)
    columns = ["n", "share", "theil", "between", "within", "expected_between"]
    return _stacked(parts, ["of", "by", "group", *columns, "reason"])
