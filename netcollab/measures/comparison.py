"""Several networks of the same actors, dyad by dyad.

Which dyads did all of them observe, and in which of them is there a tie?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from netcollab._checks import check_number
from netcollab.errors import InputError
from netcollab.measures.undefined import DOCUMENTED, RATED
from netcollab.networks import Network

__all__ = [
    "Dyads",
    "aligned",
    "check_threshold",
    "correlation_of",
    "joined_and_left",
    "named_numbers",
    "only_in",
    "ratio",
    "tied",
    "unseen_words",
    "why_no_ties",
    "why_no_zeros",
]

MIN_DYADS = 3
_CONSTANT = 1e-12


class Dyads(NamedTuple):
    """Networks side by side, one column per dyad.

    Ordered dyads as soon as one of the networks is directed (an undirected tie then
    stands in both directions), otherwise pairs.
    """

    actors: pd.Index
    """Those of the first network, then those that only later ones have."""
    source: np.ndarray
    target: np.ndarray
    """Places in `actors`, one per dyad."""
    ties: np.ndarray
    """Networks x dyads; NaN where not observed."""
    states: np.ndarray
    """Networks x dyads; empty where a network does not have both actors."""
    directed: bool

    @property
    def possible(self) -> np.ndarray:
        """Whether a dyad can exist in every network."""
        there = ~np.isnan(self.ties)
        unseen = self.states[~there]
        there[~there] = (unseen != "") & (unseen != "structural")
        return np.asarray(there.all(axis=0))

    @property
    def known(self) -> np.ndarray:
        """Whether a dyad was observed in every network."""
        return np.asarray(~np.isnan(self.ties).any(axis=0))


def aligned(networks: Sequence[Network]) -> Dyads:
    """Networks of the same actors, in any order, or of some of them."""
    actors = networks[0].ties.index
    for network in networks[1:]:
        actors = actors.append(network.ties.index.difference(actors, sort=False))
    directed = any(network.directed for network in networks)
    where = ~np.eye(len(actors), dtype=bool)
    where = where if directed else np.triu(where)
    source, target = np.nonzero(where)
    ties = np.empty((len(networks), len(source)))
    states = np.empty(ties.shape, dtype=object)
    for place, network in enumerate(networks):
        values, words = network.ties, network.states
        if not actors.equals(values.index):
            values = values.reindex(index=actors, columns=actors)
            words = words.reindex(index=actors, columns=actors, fill_value="")
        ties[place] = values.to_numpy()[where]
        states[place] = words.to_numpy()[where]
    return Dyads(actors, source, target, ties, states, directed)


def only_in(network: Network, other: Network) -> list[str]:
    """The actors of a network that another one does not have."""
    strangers = network.ties.index.difference(other.ties.index, sort=False)
    return [str(actor) for actor in strangers]


def joined_and_left(before: Network, after: Network) -> dict[str, list[str]]:
    """Who is in one of two waves only, as the attributes of a table tell it."""
    return {"joined": only_in(after, before), "left": only_in(before, after)}


def check_threshold(threshold: float | None) -> float | None:
    """A strength above 0 from which a tie counts, or None: every tie does."""
    if threshold is not None and not 0 < check_number("threshold", threshold) < np.inf:
        raise InputError(f"threshold needs a number above 0, got {threshold!r}")
    return threshold


def tied(ties: np.ndarray, threshold: float | None = None) -> np.ndarray:
    """Whether there is a tie, False where nobody observed."""
    found = ties != 0 if threshold is None else ties >= threshold
    return np.asarray(found & ~np.isnan(ties))


def why_no_ties(network: Network, threshold: float | None = None) -> str:
    """Why ties cannot be told from absences; empty when they can."""
    has_zero = bool((network.ties == 0).to_numpy().any())
    return RATED if threshold is None and network.is_rated and not has_zero else ""


def why_no_zeros(network: Network, threshold: float | None = None) -> str:
    """Why it cannot be known who has no tie; empty when it can."""
    if network.is_rated and threshold is not None:
        return ""
    documented = DOCUMENTED if network.is_presence_only else ""
    return why_no_ties(network, threshold) or documented


def correlation_of(first: np.ndarray, second: np.ndarray) -> float | str:
    """Pearson's r of two strengths, or why there is none."""
    if len(first) < MIN_DYADS:
        return f"fewer than {MIN_DYADS} dyads were observed in both"
    for values in (first, second):
        if np.ptp(values) <= _CONSTANT * max(1.0, float(np.abs(values).max())):
            return "one of the two has the same value in every dyad compared"
    one, other = first - first.mean(), second - second.mean()
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


def ratio(part: float, whole: float, why: str) -> float | str:
    """A share, or why there is none when there is nothing to share."""
    return part / whole if whole else why


def unseen_words(
    states: np.ndarray, silent: np.ndarray, names: Sequence[str]
) -> pd.Series:
    """Per dyad, which networks did not observe it, and why: "lived dont know"."""
    codes, words = pd.factorize(np.where(silent, states, "").ravel())
    radix: np.ndarray = len(words) ** np.arange(len(names))
    place, first = pd.factorize(np.dot(radix, codes.reshape(states.shape)))
    patterns = first[:, None] // radix % max(len(words), 1)
    told = [
        "; ".join(
            f"{name} {words[code].replace('_', ' ')}"
            for name, code in zip(names, pattern, strict=True)
            if words[code]
        )
        for pattern in patterns
    ]
    return pd.Series(np.array(told, dtype=object)[place], dtype="str")


def named_numbers(values: Mapping[str, float | str], name: str) -> pd.Series:
    """A Series of numbers by name; a text instead of a number is why it is NaN."""
    reasons = {key: value for key, value in values.items() if isinstance(value, str)}
    numbers = {key: np.nan if key in reasons else values[key] for key in values}
    row = pd.Series(numbers, dtype=float, name=name)
    row.attrs["reasons"] = reasons
    return row
