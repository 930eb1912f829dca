"""Networks made from networks: nothing unknown becomes known on the way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Literal, TypeVar

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.errors import InputError, UnknownNameError
from netcollab.networks.network import Network
from netcollab.networks.states import NOT_ASKED, OBSERVED, STRUCTURAL

T = TypeVar("T")

__all__ = [
    "combine",
    "dichotomize",
    "reverse",
    "subnetwork",
    "suppress_few",
    "symmetrize",
]


def reverse(network: Network) -> Network:
    """The same network with every tie pointing the other way.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 3], [None, 0]], ["a", "b"], ["a", "b"])
    >>> reverse(Network.from_matrix(told)).ties.loc["b", "a"]
    np.float64(3.0)
    """
    declared = network._distances
    return _like(
        network,
        network.ties.T,
        network.state_codes.T,
        scale=network.scale,
        distances=None if declared is None else declared.T,
        few=network.few.T,
    )


def dichotomize(network: Network, threshold: float | None = None) -> Network:
    """Ties of strength 1 where the strength reaches a threshold, absences elsewhere.

    None: every tie is one, however weak. A dyad that was not observed stays so. An
    observed rating below the threshold becomes an observed absence. Declared distances
    stay; the scale is 0 to 1.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 4], [2, 0]], ["a", "b"], ["a", "b"])
    >>> dichotomize(Network.from_matrix(told), 3).ties.loc["b", "a"]
    np.float64(0.0)
    """
    ties = network.ties
    strong = ties != 0
    if threshold is not None:
        if not threshold > 0:
            raise InputError(f"threshold needs a number above 0, got {threshold!r}")
        strong = ties >= threshold
    kept = strong.astype(float).where(ties.notna())
    return _like(network, kept, scale=(0.0, 1.0), distances=network._distances)


def symmetrize(
    network: Network, rule: Literal["mean", "minimum", "maximum"] = "mean"
) -> Network:
    """An undirected network from a directed one.

    A pair is known when both directions were observed; a pair that only one side
    reported stays unknown, with the silent side's reason.

    Parameters
    ----------
    network
        A directed network.
    rule
        Strength of the pair: "mean", "minimum" (both say so), "maximum" (one does).

    Raises
    ------
    InputError
        If distances were declared: two lengths have no obvious common one.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 4], [2, 0]], ["a", "b"], ["a", "b"])
    >>> symmetrize(Network.from_matrix(told), "mean").ties.loc["a", "b"]
    np.float64(3.0)
    """
    check_choice("rule", rule, ("mean", "minimum", "maximum"))
    if network._distances is not None and network.directed:
        raise InputError("symmetrize cannot join declared distances of two directions")
    there, back = network.ties.to_numpy(), network.ties.to_numpy().T
    pair = np.stack([there, back])
    values = {"mean": pair.mean(0), "minimum": pair.min(0), "maximum": pair.max(0)}
    codes = network.state_codes.to_numpy()
    states = np.where(codes == OBSERVED, codes.T, codes)
    names = network.ties.index
    return _like(
        network,
        pd.DataFrame(values[rule], names, names),
        pd.DataFrame(_agreed(states), names, names),
        directed=False,
        scale=_scale_of_pairs(network, values[rule]),
    )


def subnetwork(network: Network, actors: Iterable[Hashable]) -> Network:
    """The same network among some of its actors, in the order given.

    Parameters
    ----------
    network
        The network.
    actors
        Who stays; dyads with anybody else are left out.

    Raises
    ------
    UnknownNameError
        For a name that is no actor.
    InputError
        If an actor is named twice.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, None], [1, 0, 0]], names, names)
    >>> subnetwork(Network.from_matrix(told), ["nav", "hdir"])
    Network '' (directed): 2 actors, 2 ties, 0 known absences
    """
    chosen = pd.Index(list(actors), dtype=network.ties.index.dtype)
    for actor in chosen:
        if actor not in network.ties.index:
            raise UnknownNameError("actor", actor, network.ties.index)
    if not chosen.is_unique:
        raise InputError("an actor is named twice")
    lengths = network._distances
    return Network(
        network.ties.loc[chosen, chosen],
        network.state_codes.loc[chosen, chosen],
        network.actors.loc[chosen],
        relation=network.relation,
        directed=network.directed,
        scale=network.scale,
        site=network.site,
        wave=network.wave,
        signed=network.signed,
        distances=None if lengths is None else lengths.loc[chosen, chosen],
        same_event=network.same_event,
        few=_marks_of([network], chosen),
    )


def suppress_few(network: Network) -> Network:
    """The network as others may see it: ties that rest on few people are suppressed.

    `netcollab.build_network` marks them where a tie is the mean of what fewer people
    answered than the manifest's threshold. Figures and files do this by themselves.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> capacity = nc.build_network(study, "relational_capacity", "nordvik", "2026")
    >>> int(suppress_few(capacity).state_counts()["suppressed"])
    12
    """
    few = network.few
    if not few.to_numpy().any():
        return network
    return _like(
        network,
        network.ties.mask(few),
        network.states.mask(few, "suppressed"),
        scale=network.scale,
        distances=network._distances,
        few=pd.DataFrame(False, few.index, few.columns),
    )


def combine(
    networks: Sequence[Network] | Mapping[str, Network],
    rule: Literal["sum", "mean", "maximum", "minimum", "any", "all"] = "sum",
    *,
    relation: str | None = None,
) -> Network:
    """One network from several of the same actors: layers, waves, or reports.

    ==========  ==================================  =============================
    rule        strength of a dyad                  an unknown one is decided by
    ==========  ==================================  =============================
    "sum"       sum of the strengths                nothing
    "mean"      their mean                          nothing
    "maximum"   the largest                         a known tie at the scale's top
    "minimum"   the smallest                        a known absence, unless signed
    "any"       1 where one has a tie, else 0       a known tie
    "all"       1 where all have a tie, else 0      a known absence
    ==========  ==================================  =============================

    A dyad that one of the networks did not observe is unknown unless the others decide
    it, with the reason of the first network that did not observe it. A dyad that
    cannot exist in one network counts there as an absence; where it can exist in none,
    it stays structural.

    Parameters
    ----------
    networks
        One network or more, or a mapping to them, with the same actors in any order,
        all directed or all undirected. Order and attributes of the actors are those of
        the first.
    rule
        What becomes of the strengths.
    relation
        What the ties mean; None: what all mean, or their names joined by " + ".

    Raises
    ------
    InputError
        If there is no network, the actors differ, some are directed and others not, or
        distances were declared.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame([[0, 3], [None, 0]], ["a", "b"], ["a", "b"])
    >>> asked = pd.DataFrame([[0, 2], [1, 0]], ["a", "b"], ["a", "b"])
    >>> layers = [Network.from_matrix(told), Network.from_matrix(asked)]
    >>> combine(layers, "sum").ties.loc["a", "b"]
    np.float64(5.0)
    >>> combine(layers, "any").ties.loc["b", "a"]
    np.float64(1.0)
    """
    rules = ("sum", "mean", "maximum", "minimum", "any", "all")
    check_choice("rule", rule, rules)
    chosen = [*(networks.values() if isinstance(networks, Mapping) else networks)]
    _check_alike(chosen)
    first, names = chosen[0], chosen[0].ties.index
    codes = [network.state_codes.loc[names, names].to_numpy() for network in chosen]
    values = [network.ties.loc[names, names].to_numpy() for network in chosen]
    never = np.logical_and.reduce([code == STRUCTURAL for code in codes])
    layers = np.stack(
        [np.where(c == STRUCTURAL, 0.0, v) for c, v in zip(codes, values, strict=True)]
    )
    signed = any(network.signed for network in chosen)
    scale = _common([network.scale for network in chosen])
    joined = _joined(layers, rule, top=scale[1] if scale else np.inf, signed=signed)
    joined[never] = np.nan
    if scale is not None and rule == "mean":
        scale = _scale_of_pairs(first, joined)
    relations = dict.fromkeys(network.relation for network in chosen)
    return Network(
        pd.DataFrame(joined, names, names),
        pd.DataFrame(_first_reasons(joined, layers, codes, never), names, names),
        first.actors,
        relation=" + ".join(relations) if relation is None else relation,
        directed=first.directed,
        scale=None if rule in ("sum", "any", "all") else scale,
        site=_common([network.site for network in chosen]),
        wave=_common([network.wave for network in chosen]),
        signed=signed and rule not in ("any", "all"),
        few=_marks_of(chosen, names),
    )


def _marks_of(
    networks: Sequence[Network], names: pd.Index, *, both_ways: bool = False
) -> pd.DataFrame | None:
    """Where one of the networks, or its other direction too, rests on few people."""
    marks = [
        network._few.loc[names, names]
        for network in networks
        if network._few is not None
    ]
    marks += [mark.T for mark in marks if both_ways]
    if not marks:
        return None
    joined = np.logical_or.reduce([mark.to_numpy() for mark in marks])
    return pd.DataFrame(joined, names, names)


def _check_alike(networks: list[Network]) -> None:
    """Some networks, of the same actors, that say the same about directions."""
    if not networks:
        raise InputError("combine needs one network or more")
    names = networks[0].ties.index
    problems = [
        f"network {place} ({network.relation!r}) has other actors than the first: "
        f"{', '.join(map(str, names.symmetric_difference(network.ties.index)))}"
        for place, network in enumerate(networks, start=1)
        if set(network.ties.index) != set(names)
    ]
    if len({network.directed for network in networks}) > 1:
        problems.append("some are directed and some not; symmetrize the directed ones")
    if any(network._distances is not None for network in networks):
        problems.append("combine cannot join declared distances")
    if problems:
        raise InputError(problems)


def _joined(layers: np.ndarray, rule: str, *, top: float, signed: bool) -> np.ndarray:
    """The layers in one, NaN where what is unknown could change it."""
    unknown = np.isnan(layers)
    undecided = np.where(unknown.any(0), np.nan, 0.0)
    tied = (~unknown & (layers != 0)).any(0)
    absent = (layers == 0).any(0)
    if rule == "sum":
        return np.asarray(layers.sum(0))
    if rule == "mean":
        return np.asarray(layers.mean(0))
    if rule == "maximum":
        return np.where((layers == top).any(0), top, layers.max(0))
    if rule == "minimum":
        return np.where(absent & (not signed), 0.0, layers.min(0))
    if rule == "any":
        return np.where(tied, 1.0, undecided)
    return np.where(absent, 0.0, undecided + 1)


def _first_reasons(
    joined: np.ndarray, layers: np.ndarray, codes: list[np.ndarray], never: np.ndarray
) -> np.ndarray:
    """Why each dyad is unknown: as the first network says that did not observe it."""
    reasons = np.full(joined.shape, NOT_ASKED, dtype=np.int8)
    for layer, code in reversed(list(zip(layers, codes, strict=True))):
        reasons = np.where(np.isnan(layer), code, reasons)
    reasons = np.where(np.isnan(joined), reasons, OBSERVED).astype(np.int8)
    reasons[never] = STRUCTURAL
    return reasons


def _common(values: Sequence[T]) -> T | None:
    """What all say, or None."""
    return values[0] if all(value == values[0] for value in values) else None


def _scale_of_pairs(network: Network, values: np.ndarray) -> tuple[float, float] | None:
    """The scale, from 0 where a one-sided rating has a mean below the lowest answer."""
    if network.scale is None or network.signed:
        return network.scale
    low, high = network.scale
    below = (values > 0) & (values < low)
    return (0.0, high) if below.any() else (low, high)


def _agreed(states: np.ndarray) -> np.ndarray:
    """One reason per pair: where the two directions differ, the upper one's."""
    upper = np.triu(np.ones(states.shape, dtype=bool))
    return np.where(upper, states, states.T)


def _like(
    network: Network,
    ties: pd.DataFrame,
    states: pd.DataFrame | None = None,
    *,
    directed: bool | None = None,
    scale: tuple[float, float] | None = None,
    distances: pd.DataFrame | None = None,
    few: pd.DataFrame | None = None,
) -> Network:
    directed = network.directed if directed is None else directed
    if few is None:
        few = _marks_of([network], network.ties.index, both_ways=not directed)
    return Network(
        ties,
        network.state_codes if states is None else states,
        network.actors,
        relation=network.relation,
        directed=directed,
        scale=scale,
        site=network.site,
        wave=network.wave,
        signed=network.signed,
        distances=distances,
        same_event=network.same_event,
        few=few,
    )
