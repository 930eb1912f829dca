"""Numbers that a network does not give, and why.

Which value is undefined here, and for what reason?
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Hashable
from typing import Literal, ParamSpec

import numpy as np
import pandas as pd

from netcollab.networks import Network, Register

__all__ = [
    "Reasons",
    "UndefinedError",
    "need_absences",
    "need_partners",
    "need_ties_apart",
    "number",
    "per_actor",
    "per_dyad",
    "reason",
    "silent",
    "unsigned",
    "why_no_absences",
    "without_ties",
]

P = ParamSpec("P")
Reasons = dict[Hashable, str]

ALONE = "the network has no pair of actors"
DOCUMENTED = "presence-only: ties were documented, absences never"
RATED = "presence-only: every answer on the scale is a tie; dichotomize the ratings"
SIGNED = "ties have signs, and this measure needs strengths that are not negative"


class UndefinedError(Exception):
    """Raised inside a measure when the network gives no number; never leaves it."""


def number(kernel: Callable[P, float]) -> Callable[P, float]:
    """A measure that is NaN where its kernel says that it is undefined."""

    @functools.wraps(kernel)
    def measure(*args: P.args, **kwargs: P.kwargs) -> float:
        try:
            return kernel(*args, **kwargs)
        except UndefinedError:
            return math.nan

    return measure


def reason(
    measure: Callable[..., float | pd.Series | pd.DataFrame],
    network: Network | Register | pd.Series | pd.DataFrame,
    /,
    **options: object,
) -> str:
    """Why a measure is undefined on a network; an empty string when it is defined.

    Parameters
    ----------
    measure
        A measure of this room.
    network
        What the measure is computed from.
    **options
        The measure's own keywords.

    Returns
    -------
    str
        For a measure with one value per actor or dyad: every actor concerned with its
        reason, the same as in ``.attrs["reasons"]`` of the result.

    Raises
    ------
    InputError
        If the measure's own arguments are wrong.

    Examples
    --------
    >>> from netcollab.measures import density
    >>> names = ["nav", "ks"]
    >>> named = pd.DataFrame([[None, 1], [None, None]], names, names)
    >>> reason(density, Network.from_matrix(named))
    'presence-only: ties were documented, absences never'
    """
    kernel = getattr(measure, "__wrapped__", measure)
    try:
        result = kernel(network, **options)
    except UndefinedError as undefined:
        return str(undefined)
    if not isinstance(result, pd.Series | pd.DataFrame):
        return ""
    told = result.attrs.get("reasons", {}).items()
    return "; ".join(f"{actor}: {why}" for actor, why in told)


def per_actor(
    network: Network | Register, name: str, values: np.ndarray, reasons: Reasons
) -> pd.Series:
    """One value per actor, NaN with its reason where there is one."""
    actors = network.actors.index
    series = pd.Series(np.array(values, dtype=float), index=actors, name=name)
    if reasons:
        series[[actor in reasons for actor in actors]] = np.nan
    series.attrs["reasons"] = dict(reasons)
    return series


def per_dyad(actors: pd.Index, values: np.ndarray, reasons: Reasons) -> pd.DataFrame:
    """One value per ordered dyad: row = source, column = target, diagonal NaN."""
    cells = np.array(values, dtype=float)
    np.fill_diagonal(cells, np.nan)
    frame = pd.DataFrame(cells, index=actors, columns=actors)
    frame.attrs["reasons"] = dict(reasons)
    return frame


def silent(network: Network | Register, side: Literal["out", "in", "both"]) -> Reasons:
    """Actors none of whose dyads was observed: sent (out), received (in) or both."""
    return network.silent(side)


def without_ties(network: Network | Register) -> Reasons:
    """A reason for every actor of a network in which no tie was observed."""
    return dict.fromkeys(network.actors.index, "no tie was observed in the network")


def unsigned(network: Network | Register) -> Reasons:
    """A reason for every actor when strengths may be negative."""
    return dict.fromkeys(network.actors.index, SIGNED) if network.signed else {}


def need_partners(network: Network | Register) -> None:
    """Stop where no dyad exists or none was observed."""
    if network.n < 2:
        raise UndefinedError(ALONE)
    if len(network.silent("both")) == network.n:
        raise UndefinedError("no dyad was observed")


def need_absences(network: Network) -> None:
    """Stop where the share of ties among dyads cannot be known."""
    need_partners(network)
    if network.is_presence_only and network.is_rated:
        raise UndefinedError(RATED)
    if network.is_presence_only:
        raise UndefinedError(DOCUMENTED)


def need_ties_apart(network: Network) -> None:
    """Stop where a dyad's being tied says nothing: every rating is a tie."""
    need_absences(network)
    if network.is_rated and not (network.ties == 0).to_numpy().any():
        raise UndefinedError(RATED)


def why_no_absences(network: Network) -> str:
    """Why nothing is known of the dyads without a tie; empty where something is."""
    try:
        need_absences(network)
    except UndefinedError as undefined:
        return str(undefined)
    return ""
