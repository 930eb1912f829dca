"""What two actors are or have, compared for every ordered dyad.

Who is of the same kind, and who has more than the other?

Differences are source minus target everywhere: row i, column j holds x_i - x_j.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.measures.undefined import Reasons, per_dyad
from netcollab.networks import Network, Register, increasing

__all__ = [
    "alike",
    "attribute_of",
    "compared",
    "difference",
    "groups_of",
    "numbers",
    "resource_gap",
    "same",
    "shared",
]


@increasing
def same(network: Network, attribute: str) -> pd.DataFrame:
    """Whether the two actors of a dyad share an attribute: 1 or 0.

    .. math:: s_{ij} = [x_i = x_j]

    For every dyad, asked or not. NaN with a reason where an actor has no value.

    Parameters
    ----------
    network
        The network.
    attribute
        An attribute of the actors, in words or numbers.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.

    References
    ----------
    McPherson, M., Smith-Lovin, L. & Cook, J. M. (2001). Birds of a feather: homophily
    in social networks. Annual Review of Sociology 27, 415-444.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> level = pd.DataFrame({"level": ["state", "local", "state"]}, names)
    >>> told = pd.DataFrame(0, names, names)
    >>> same(Network.from_matrix(told, actors=level), "level").loc["nav", "hdir"]
    np.float64(1.0)
    """
    return shared(network.attribute(attribute))


@increasing
def difference(network: Network, attribute: str) -> pd.DataFrame:
    """How much more of an attribute the source has than the target.

    .. math:: g_{ij} = x_i - x_j

    In the attribute's unit, for every dyad, asked or not; g_ij = -g_ji. NaN with a
    reason where an actor has no value.

    Parameters
    ----------
    network
        The network.
    attribute
        A numeric attribute of the actors.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute.
    InputError
        If it is not numeric.

    References
    ----------
    Krackhardt, D. (1988). Predicting with networks: nonparametric multiple regression
    analysis of dyadic data. Social Networks 10, 359-381.

    Examples
    --------
    >>> names = ["nav", "ks"]
    >>> staff = pd.DataFrame({"staff": [90, 30]}, names)
    >>> told = pd.DataFrame(0, names, names)
    >>> difference(Network.from_matrix(told, actors=staff), "staff").loc["ks", "nav"]
    np.float64(-60.0)
    """
    return compared(numbers(network.attribute(attribute)), np.subtract)


@increasing
def resource_gap(
    network: Network,
    resource: str,
    *,
    kind: Literal["difference", "absolute", "log_ratio"] = "difference",
) -> pd.DataFrame:
    """How unequal the two actors of a dyad are in a resource.

    .. math::
        g_{ij} = x_i - x_j, \\qquad |x_i - x_j|, \\qquad \\ln(x_i / x_j)

    for kind "difference" (positive: the source has more), "absolute" and "log_ratio".
    Differences are in the resource's unit, the log ratio has none. For every dyad,
    asked or not. NaN with a reason where an actor has no value; for the log ratio also
    where the value is not above 0.

    Parameters
    ----------
    network
        The network.
    resource
        A numeric attribute of the actors.
    kind
        Which of the three.

    Raises
    ------
    UnknownNameError
        If the actors have no such attribute, or the kind is none of the three.
    InputError
        If the attribute is not numeric.

    References
    ----------
    Ansell, C. & Gash, A. (2008). Collaborative governance in theory and practice.
    Journal of Public Administration Research and Theory 18, 543-571.

    Examples
    --------
    >>> names = ["nav", "ks"]
    >>> staff = pd.DataFrame({"staff": [90, 30]}, names)
    >>> net = Network.from_matrix(pd.DataFrame(0, names, names), actors=staff)
    >>> resource_gap(net, "staff").loc["nav", "ks"]
    np.float64(60.0)
    >>> resource_gap(net, "staff", kind="log_ratio").loc["nav", "ks"].round(4)
    np.float64(1.0986)
    """
    check_choice("kind of gap", kind, ("difference", "absolute", "log_ratio"))
    values = numbers(network.attribute(resource))
    if kind == "difference":
        return compared(values, np.subtract)
    if kind == "absolute":
        return compared(values, lambda source, target: np.abs(source - target))
    reasons: Reasons = dict.fromkeys(
        values.index[values <= 0], f"{resource} is not above 0, so it has no log ratio"
    )
    return compared(np.log(values.where(values > 0)), np.subtract, reasons)


def attribute_of(network: Network | Register, by: str | pd.Series) -> pd.Series:
    """An attribute by its name, or a Series brought into the order of the actors."""
    if not isinstance(by, pd.Series):
        return network.attribute(by)
    actors = network.actors.index
    if by.index.equals(actors):
        return by
    strangers = [str(name) for name in by.index[~by.index.isin(actors)]]
    if strangers:
        raise InputError(f"no actors of this network: {', '.join(strangers)}")
    if not by.index.is_unique:
        raise InputError("a Series of values per actor needs each actor once")
    return by.reindex(actors)


def groups_of(
    network: Network | Register, by: str | pd.Series
) -> tuple[np.ndarray, pd.Index]:
    """Each actor's group as a number, -1 where unknown, and the groups in order."""
    values = attribute_of(network, by).astype("category").cat
    values = values.remove_unused_categories().cat
    return values.codes.to_numpy(dtype=np.intp), values.categories


def numbers(values: pd.Series) -> pd.Series:
    """Values as numbers, NaN where there is none."""
    told = "the values" if values.name is None else f"attribute {values.name!r}"
    try:
        if pd.api.types.is_datetime64_any_dtype(values) or values.dtype.kind == "m":
            raise TypeError
        found = pd.to_numeric(values).astype(float)
    except (TypeError, ValueError):
        raise InputError(f"{told} must be numeric") from None
    if np.isinf(found).any():
        raise InputError(f"{told} must be finite")
    return found


def alike(values: pd.Series) -> np.ndarray:
    """1 where two actors have the same value, 0 where not, NaN where unknown."""
    codes, _ = pd.factorize(values)
    equal: np.ndarray = np.where(codes[:, None] == codes[None, :], 1.0, 0.0)
    unknown = codes < 0
    equal[unknown, :] = np.nan
    equal[:, unknown] = np.nan
    return equal


def shared(values: pd.Series) -> pd.DataFrame:
    """`alike` with the names of the actors."""
    return per_dyad(values.index, alike(values), _valueless(values))


def compared(
    values: pd.Series,
    rule: Callable[[np.ndarray, np.ndarray], np.ndarray],
    reasons: Reasons | None = None,
) -> pd.DataFrame:
    """A rule applied to the source's and the target's value, for every dyad."""
    cells = values.to_numpy()
    square = np.broadcast_arrays(cells[:, None], cells[None, :])
    told = _valueless(values) | (reasons or {})
    return per_dyad(values.index, rule(square[0], square[1]), told)


def _valueless(values: pd.Series) -> Reasons:
    return dict.fromkeys(values.index[values.isna()], f"no value of {values.name}")
