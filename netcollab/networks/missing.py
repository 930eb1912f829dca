"""A measure over everything the unknown dyads can be.

What would the number be, whatever those who did not answer would have said?
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import ParamSpec, TypeVar, cast

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError
from netcollab.networks.limits import complete
from netcollab.networks.network import Network

__all__ = ["bounded", "bounds", "increasing"]

P = ParamSpec("P")
V = TypeVar("V", pd.Series, pd.DataFrame, float)
Value = pd.Series | pd.DataFrame | float
Limits = Callable[..., tuple[V, V] | None]


def bounds(
    measure: Callable[..., Value], network: Network, /, **options: object
) -> pd.DataFrame:
    """The observed value of a measure, and its range over the unknown dyads.

    .. math:: low = \\min_c f(c), \\qquad high = \\max_c f(c)

    over the completions c of the network: every unknown dyad, each for itself, takes a
    strength it can have (`tie_limits`). A range has one of two kinds:

    - "bounds": no completion lies outside. That is proved for the measure, which
      carries its proof (`bounded`, `increasing`). An end is reached by a completion or
      approached by some, unless the measure's docstring says that it is wider.
    - "scenarios": the smaller and the larger value of two completions, all unknown
      dyads absent and all at their maximum (`complete`). Other completions may lie
      outside.

    Without a declared scale a strength has no limit, and high may be infinity. In
    scenarios the maximum is then the largest strength observed.

    A completion in which the measure is undefined has no value and does not count; a
    scenario in which it is undefined leaves both ends NaN. The observed value may lie
    outside the range: a sum over the answers of an actor misses what the others would
    at least be. An actor that did not answer has a range and no observed value.

    Parameters
    ----------
    measure
        A function of a network with one value per actor (Series), per ordered dyad
        (DataFrame) or for the network (float).
    network
        The network.
    **options
        The measure's own keywords.

    Returns
    -------
    DataFrame
        Columns observed, low, high, kind. One row per actor; per ordered dyad, index
        (source, target); or one row, named as the measure. ``.attrs``: "measure", its
        name; "relation", "site" and "wave" of the network; "reasons", actor to why a
        number is missing.

    Raises
    ------
    RefusedError
        For scenarios of a presence-only relation: nobody is tied beyond what was
        named, or everybody to everybody, are no scenarios. For a measure that a
        completed network does not allow.

    References
    ----------
    Manski, C. F. (2003). Partial Identification of Probability Distributions. Springer.

    Examples
    --------
    >>> from netcollab.measures import out_strength
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, None], [1, 1, 0]], names, names)
    >>> bounds(out_strength, Network.from_matrix(told, scale=(0, 5)))
          observed  low  high    kind
    nav        3.0  3.0   3.0  bounds
    ks         2.0  2.0   7.0  bounds
    hdir       2.0  2.0   2.0  bounds
    """
    name = str(getattr(measure, "__name__", "measure"))
    observed = measure(network, **options)
    proof: Limits[pd.Series] | None = getattr(measure, "limits", None)
    limits = None if proof is None else proof(network, **options)
    reasons = _reasons(observed)
    if limits is None:
        kind = "scenarios"
        low, high, told = _scenarios(measure, network, name, options)
        reasons |= told
    else:
        kind, (low, high) = "bounds", map(_cells, limits)
    table = pd.DataFrame(
        {"observed": _cells(observed), "low": low, "high": high, "kind": kind},
        index=_index(observed, name),
    )
    table.attrs = {
        "measure": name,
        "relation": network.relation,
        "site": network.site,
        "wave": network.wave,
        "reasons": reasons,
    }
    return table


def bounded(limits: Limits[V]) -> Callable[[Callable[P, V]], Callable[P, V]]:
    """Let a measure carry the proof of its bounds.

    Parameters
    ----------
    limits
        Takes what the measure takes and returns the least and the greatest value over
        all completions, of the same kind as the measure; NaN where no completion has a
        value. None: nothing is proved for these options.

    Examples
    --------
    >>> @bounded(lambda network: (0.0, 1.0))
    ... def share(network: Network) -> float:
    ...     return 0.5
    >>> told = pd.DataFrame([[0, None], [1, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> bounds(share, Network.from_matrix(told)).loc["share", "high"]
    np.float64(1.0)
    """

    def carry(measure: Callable[P, V]) -> Callable[P, V]:
        vars(measure)["limits"] = limits
        return measure

    return carry


def increasing(measure: Callable[P, V]) -> Callable[P, V]:
    """A measure that never falls when a tie appears.

    Its bounds are its values with all unknown dyads absent and all tied. Where it also
    depends on strengths, they need a declared scale; without one give its limits with
    `bounded`.

    Examples
    --------
    >>> @increasing
    ... def ties(network: Network) -> float:
    ...     return float(network.n_ties)
    >>> told = pd.DataFrame([[0, None], [1, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> bounds(ties, Network.from_matrix(told)).loc["ties", ["low", "high"]].tolist()
    [1.0, 2.0]
    """

    def limits(network: Network, **options: object) -> tuple[V, V]:
        value = cast(Callable[..., V], measure)
        least, most = complete(network, "absent"), complete(network, "maximum")
        return value(least, **options), value(most, **options)

    return bounded(limits)(measure)


def _scenarios(
    measure: Callable[..., Value],
    network: Network,
    name: str,
    options: dict[str, object],
) -> tuple[np.ndarray, np.ndarray, dict[Hashable, str]]:
    if network.is_presence_only and not network.is_rated:
        raise RefusedError(
            f"presence-only: no bounds are proved for {name}, and its scenarios would "
            "be that nobody is tied beyond what was named, or everybody to everybody"
        )
    values: list[np.ndarray] = []
    reasons: dict[Hashable, str] = {}
    for unknown in ("absent", "maximum"):
        try:
            value = measure(complete(network, unknown), **options)
        except InputError as error:
            raise RefusedError(
                f"{name} cannot be computed with all unknown dyads {_WHERE[unknown]}: "
                f"{error}"
            ) from error
        values.append(_cells(value))
        reasons |= {
            actor: f"with all unknown dyads {_WHERE[unknown]}: {why}"
            for actor, why in _reasons(value).items()
        }
    return np.minimum(*values), np.maximum(*values), reasons


_WHERE = {"absent": "absent", "maximum": "at their maximum"}


def _reasons(value: Value) -> dict[Hashable, str]:
    return {} if isinstance(value, float) else dict(value.attrs.get("reasons", {}))


def _cells(value: Value) -> np.ndarray:
    """The numbers in the order of the rows of the table."""
    if isinstance(value, pd.DataFrame):
        return value.to_numpy(dtype=float)[~np.eye(len(value), dtype=bool)]
    return np.atleast_1d(np.asarray(value, dtype=float))


def _index(value: Value, name: str) -> pd.Index:
    if isinstance(value, pd.Series):
        return value.index
    if not isinstance(value, pd.DataFrame):
        return pd.Index([name])
    pairs = pd.MultiIndex.from_product([value.index] * 2, names=["source", "target"])
    return pairs[~np.eye(len(value), dtype=bool).ravel()]
