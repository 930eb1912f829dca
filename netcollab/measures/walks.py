"""Walks of any length, long ones counting less.

Who gains from partners, and from the partners of partners?
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.measures.eigen import spectral_radius
from netcollab.measures.matrices import sent
from netcollab.measures.undefined import per_actor, silent, unsigned, without_ties
from netcollab.networks import Network

__all__ = ["beta_centrality", "katz"]

FAST = 0.9


def katz(
    network: Network,
    *,
    alpha: float | None = None,
    weighted: bool = False,
    direction: Literal["in", "out"] = "in",
) -> pd.Series:
    """How many walks end at each actor, each tie of a walk making it count less.

    .. math:: x = (I - \\alpha R')^{-1} 1 = \\sum_{k \\ge 0} \\alpha^k (R')^k 1

    R has the ties as rows send them, 0 or 1 unless weighted; direction "out" takes R in
    place of R' and counts the walks that start at the actor. The walk of no ties
    counts, so an actor with no tie in that direction has 1, the least there is. Not
    normalised; with `alpha` left to the network, values of different networks are not
    compared.

    Computed on the observed ties. NaN with a reason for an actor none of whose ties in
    that direction was observed, and for every actor of a signed network.

    The same as igraph's alpha_centrality. Katz's own index is x - 1; networkx divides
    by the length of x.

    Parameters
    ----------
    network
        The network.
    alpha
        The raw coefficient; 0 <= alpha < 1 / lambda_1, lambda_1 the largest absolute
        eigenvalue of R (0 without directed cycles: then any alpha will do). None: half
        of 1 / lambda_1, the lowest that Katz recommends, or 0.5 without cycles.
    weighted
        True: R holds strengths.
    direction
        "in": walks that end at the actor; "out": walks that start there.

    Raises
    ------
    InputError
        If alpha is negative or not below 1 / lambda_1; the message states that bound.

    References
    ----------
    Katz, L. (1953). A new status index derived from sociometric analysis. Psychometrika
    18, 39-43.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> katz(Network.from_matrix(told), alpha=0.5).round(3).to_dict()
    {'nav': 3.0, 'ks': 4.0, 'hdir': 3.0}
    """
    side = check_choice("direction", direction, ("in", "out"))
    reasons = unsigned(network) or silent(network, "in" if side == "in" else "out")
    values = np.zeros(network.n)
    if not network.signed:
        ties = sent(network, weighted=weighted)
        radius = spectral_radius(ties)
        if alpha is None:
            alpha = 0.5 / (radius or 1.0)
        _check_coefficient("alpha", alpha, radius, least=0)
        step = ties if side == "out" else ties.T.tocsr()
        values = _walks(step, alpha, radius, np.ones(network.n))
    return per_actor(network, "katz", values, reasons)


def beta_centrality(
    network: Network, *, beta: float, weighted: bool = False
) -> pd.Series:
    """Power that comes from partners: well tied ones (beta > 0) or badly tied ones.

    .. math:: c = a (I - \\beta R)^{-1} R 1, \\qquad \\sum_i c_i^2 = n

    R holds the ties an actor sends, 0 or 1 unless weighted. With beta > 0 an actor
    gains from partners who are central themselves; with beta < 0 (bargaining) from
    partners who have nobody else; beta = 0 is the out-degree, rescaled. The norm is
    fixed, so values are never compared between networks, sites or waves.

    Computed on the observed ties. NaN with a reason for an actor none of whose sent
    ties was observed (n in the norm counts the others), and for every actor of a
    network without ties or with signs.

    Parameters
    ----------
    network
        The network.
    beta
        The raw coefficient; abs(beta) < 1 / lambda_1, lambda_1 the largest absolute
        eigenvalue of R (0 without directed cycles: then any beta will do).
    weighted
        True: R holds strengths.

    Raises
    ------
    InputError
        If abs(beta) is not below 1 / lambda_1; the message states that bound.

    References
    ----------
    Bonacich, P. (1987). Power and centrality: a family of measures. American Journal of
    Sociology 92, 1170-1182.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 1, 0], [1, 0, 1], [0, 1, 0]], names, names)
    >>> beta_centrality(Network.from_matrix(told), beta=-0.5).round(3).to_dict()
    {'nav': 0.0, 'ks': 1.732, 'hdir': 0.0}
    """
    reasons = unsigned(network) or silent(network, "out")
    values = np.full(network.n, np.nan)
    if not network.signed:
        ties = sent(network, weighted=weighted)
        radius = spectral_radius(ties)
        _check_coefficient("beta", beta, radius)
        values = _walks(ties, beta, radius, ties.sum(1))
        heard = network.n - len(reasons)
        size = math.sqrt((values**2).sum())
        values = values * (math.sqrt(heard) / (size or 1.0))
        if not size:
            reasons = without_ties(network) | reasons
    return per_actor(network, "beta_centrality", values, reasons)


def _check_coefficient(
    name: str, value: float, radius: float, *, least: float = -math.inf
) -> None:
    """Stop outside of the values for which the sum over walks exists."""
    if not math.isfinite(value):
        raise InputError(f"{name} needs a finite number, got {value!r}")
    if value < least:
        raise InputError(f"{name} needs a number >= {least}, got {value!r}")
    if abs(value) * radius >= 1 - 1e-12:
        size = name if least == 0 else f"|{name}|"
        raise InputError(
            f"{name} needs {size} < 1/lambda_1 = {1 / radius:.6g} in this network, "
            f"got {value!r}"
        )


def _walks(
    ties: csr_array, coefficient: float, radius: float, start: np.ndarray
) -> np.ndarray:
    """(I - c A)^-1 x: term by term where the terms fade fast, else by elimination."""
    if abs(coefficient) * radius > FAST:
        identity = np.eye(ties.shape[0])
        return np.linalg.solve(identity - coefficient * ties.toarray(), start)
    total, wave = start, start
    while np.abs(wave).max(initial=0) > 1e-17 * np.abs(total).max(initial=0):
        wave = coefficient * (ties @ wave)
        total = total + wave
    return total
