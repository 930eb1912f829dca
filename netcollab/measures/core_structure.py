"""A core whose members are tied to each other, and a periphery tied to the core.

Who belongs to the core, and how well does that picture fit?
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from netcollab._checks import check_choice
from netcollab.measures.core_sets import (
    Dyads,
    best_by_enumeration,
    best_by_search,
)
from netcollab.measures.undefined import (
    SIGNED,
    UndefinedError,
    need_absences,
    need_partners,
    silent,
)
from netcollab.networks import Network

__all__ = ["core_periphery"]

ENUMERATED = 18
LISTED = 20
DECIMALS = 4
FLOOR = 1e-6
SAME = 1e-3
ROUNDING = 1e-13


def core_periphery(
    network: Network,
    *,
    kind: Literal["discrete", "continuous"] = "discrete",
    between: Literal["tied", "ignored"] = "tied",
    criterion: Literal["least_squares", "correlation"] = "least_squares",
    weighted: bool = True,
) -> pd.DataFrame:
    """The core that fits best, or how near each actor is to it.

    Fit is Pearson's correlation of the ties with an ideal pattern, over the observed
    dyads (off the diagonal; both directions of a directed network):

    .. math::
        \\Delta_{ij} = \\max(k_i, k_j), \\qquad \\Delta_{ij} = c_i c_j

    Discrete: k_i is 1 in the core and 0 in the periphery, so that the core is tied to
    everybody. With `between` "ignored" dyads of core and periphery are left out and
    only ties inside the core and absences inside the periphery count. Up to 18 actors
    every core is tried; the fit is then the largest there is. With more, cores are
    improved step by step from up to 34 starts, and the fit is a *lower bound*. Of
    equally good cores (within 1e-10) the smallest is taken, of those the one with the
    earlier actors: where ``.attrs["n_equal"]`` is above 1, membership is not settled by
    the ties, and ``.attrs["cores"]`` shows the alternatives.

    Continuous: coreness c_i >= 0, scaled to a maximum of 1, makes the products come as
    near to the ties as they can (least squares off the diagonal: Boyd et al.'s MINRES).
    The `criterion` "correlation", Borgatti and Everett's own, makes the fit itself as
    large as it can be. Correlation does not see level and scale, so that in many small
    networks it has a limit and no maximum: all actors nearly alike, or one alone. Read
    the fit then and not the coreness. Either is found by truncated Newton steps from
    the strengths, near equality, and up to 30 strong actors alone: a *local* optimum.

    A good fit is no proof: the best of many patterns fits random networks too. The
    p-value comes from random networks; relabelling leaves the best fit as it is.

    Dyads that nobody observed are left out. <NA> or NaN with a reason for an actor none
    of whose dyads was observed; for all where the ties or the best pattern do not vary,
    with too few actors, in a signed network, and in a presence-only one (unless
    strengths of ratings are compared).

    Parameters
    ----------
    network
        The network.
    kind
        A core, or coreness.
    between
        Discrete: whether core and periphery are tied in the ideal.
    criterion
        Continuous: what is made best.
    weighted
        False: every tie has strength 1.

    Returns
    -------
    DataFrame
        Indexed by actor; column core (True or False), or coreness. ``.attrs``: fit,
        method, n_equal (of the cores, or optima, found), cores (discrete: the first 20
        equally good ones, as lists of actors), reasons.

    Raises
    ------
    UnknownNameError
        If `kind`, `between` or `criterion` is not one of those named.

    References
    ----------
    Borgatti, S. P. & Everett, M. G. (2000). Models of core/periphery structures. Social
    Networks 21, 375-395. Boyd, J. P., Fitzgerald, W. J., Mahutga, M. C. & Smith, D. A.
    (2010). Computing continuous core/periphery structures for social relations data
    with MINRES/SVD. Social Networks 32, 125-137.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "kommune"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["nav", ["ks", "hdir", "kommune"]] = 1
    >>> told.loc[["ks", "hdir"], "nav"] = 1
    >>> table = core_periphery(Network.from_matrix(told))
    >>> table.index[table["core"]].tolist(), round(table.attrs["fit"], 3)
    (['nav'], 0.845)
    """
    check_choice("kind of core", kind, ("discrete", "continuous"))
    check_choice("value of between", between, ("tied", "ignored"))
    check_choice("criterion", criterion, ("least_squares", "correlation"))
    reasons = silent(network, "both")
    actors = network.ties.index
    kept = np.array([actor not in reasons for actor in actors], dtype=bool)
    best = _Best(np.zeros((0, int(kept.sum()))), math.nan, "none")
    try:
        dyads = _dyads(network, kept, between=between == "tied", weighted=weighted)
        if kind == "discrete":
            best = _core(dyads)
        else:
            best = _coreness(dyads, centred=criterion == "correlation")
    except UndefinedError as undefined:
        reasons = dict.fromkeys(actors, str(undefined)) | reasons
    values = np.full(network.n, np.nan)
    values[kept] = best.patterns[0] if len(best.patterns) else np.nan
    told = {"fit": best.fit, "method": best.method, "n_equal": len(best.patterns)}
    if kind == "continuous":
        table = pd.DataFrame({"coreness": values}, index=actors)
    else:
        member = pd.array(values == 1, dtype="boolean")
        member[np.isnan(values)] = pd.NA
        table = pd.DataFrame({"core": member}, index=actors)
        listed = best.patterns[:LISTED].astype(bool)
        told["cores"] = [actors[kept][row].tolist() for row in listed]
    table.attrs |= told | {"reasons": reasons}
    return table


class _Best(NamedTuple):
    """The best patterns (rows; the first is taken), their fit, and how it was found."""

    patterns: np.ndarray
    fit: float
    method: str


def _dyads(
    network: Network, kept: np.ndarray, *, between: bool, weighted: bool
) -> Dyads:
    if weighted and network.is_rated:
        need_partners(network)
    else:
        need_absences(network)
    if network.signed:
        raise UndefinedError(SIGNED)
    ties = network.ties.to_numpy()[np.ix_(kept, kept)]
    observed = (~np.isnan(ties)).astype(float)
    ties = np.nan_to_num(ties)
    ties = ties if weighted else (ties != 0).astype(float)
    one_way = np.array([observed, ties, ties**2])
    dyads = Dyads(one_way + one_way.transpose(0, 2, 1), between)
    if not dyads.vary(dyads.whole):
        raise UndefinedError("the observed ties do not vary")
    return dyads


def _core(dyads: Dyads) -> _Best:
    exact = dyads.n <= ENUMERATED
    fit, cores = (best_by_enumeration if exact else best_by_search)(dyads)
    if not len(cores):
        raise UndefinedError("too few observed dyads to tell a core from a periphery")
    return _Best(
        cores.astype(float), fit, "exact" if exact else "search: a lower bound"
    )


def _coreness(dyads: Dyads, *, centred: bool) -> _Best:
    """The products c_i c_j with the largest correlation, or the largest cosine.

    The cosine is largest where the sum of squared residuals is least over all scales.
    """
    options = {"maxfun": 1000, "ftol": 1e-14, "gtol": 1e-9, "xtol": 1e-9}
    found = [
        minimize(
            _misfit,
            np.log(np.maximum(start / start.max(), FLOOR)),
            args=(dyads, centred),
            jac=True,
            method="TNC",
            options=options,
        )
        for start in _starts(dyads)
    ]
    found.sort(key=lambda result: float(result.fun))
    different: list[np.ndarray] = []
    for result in found:
        coreness = np.round(np.exp(result.x - result.x.max()), DECIMALS)
        is_best = result.fun < found[0].fun + SAME**2
        if is_best and all(np.abs(coreness - c).max() > SAME for c in different):
            different.append(coreness)
    fit = min(1.0, -_misfit(found[0].x, dyads, True)[0])
    if not fit or not (centred or np.ptp(different[0])):
        raise UndefinedError("in the best pattern all actors are alike")
    return _Best(np.array(different), fit, "local optimum")


def _starts(dyads: Dyads) -> Iterator[np.ndarray]:
    """Strengths, nearly alike, and strong actors each alone."""
    strength = dyads.pairs[1].sum(1)
    yield strength
    yield 99 * strength.max() + strength
    number = min(30, max(5, 3000 // dyads.n))
    for actor in np.argsort(-strength, kind="stable")[:number]:
        yield np.where(np.arange(dyads.n) == actor, 1.0, 0.1)


def _misfit(logs: np.ndarray, dyads: Dyads, centred: bool) -> tuple[float, np.ndarray]:
    """Minus the correlation (or cosine) of ties and products, and its gradient.

    In logarithms of c, which keep it positive; its scale changes nothing.
    """
    observed, strength, _ = dyads.pairs
    count, total, squares = dyads.whole
    c = np.exp(logs - logs.max())
    level = total / count if centred else 0.0
    mean = (c @ observed @ c) / 2 / count if centred else 0.0
    asked, asked_squares = observed @ c, observed @ c**2
    tied = strength @ c - level * asked
    gain = c @ tied / 2
    raw = c**2 @ asked_squares / 2
    size = raw - count * mean**2
    if size <= ROUNDING * raw:
        return 0.0, np.zeros_like(c)
    norm = math.sqrt(squares - count * level**2) * math.sqrt(size)
    slope = 2 * c * asked_squares - 2 * mean * asked
    return -float(gain / norm), -c * (tied - gain * slope / (2 * size)) / norm
