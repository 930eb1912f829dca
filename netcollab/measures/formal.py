"""The formal structure against the lived one.

Where does the chart say together and the survey apart, or the other way round?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.measures.comparison import (
    Dyads,
    aligned,
    check_threshold,
    correlation_of,
    named_numbers,
    only_in,
    ratio,
    tied,
    unseen_words,
    why_no_ties,
    why_no_zeros,
)
from netcollab.networks import Network

__all__ = ["congruence", "formal_gaps"]

_NO_FORMAL = "no dyad compared has a formal tie"
_NO_LIVED = "no dyad compared has a lived tie"


def congruence(
    formal: Network, lived: Network, *, threshold: float | None = None
) -> pd.Series:
    """How well the formal and the lived structure of the same actors agree.

    Over the dyads that both networks observed, with a = ties in both, b = formal ties
    only, c = lived ties only, d = ties in neither:

    ================  ==========================================================
    correlation       Pearson's r of formal and lived strength (graph correlation)
    jaccard           a / (a + b + c)
    simple_matching   (a + d) / (a + b + c + d)
    realised          a / (a + b): share of formal ties that are lived
    formalised        a / (a + c): share of lived ties that are formal
    mean_tied         mean lived strength where there is a formal tie
    mean_untied       mean lived strength where there is none
    both              a
    formal_only       b
    lived_only        c
    neither           d
    n_dyads           dyads compared: observed in both
    n_unknown         dyads that only one network observed, or none
    n_actors          actors of both networks; dyads of the others are not compared
    ================  ==========================================================

    The first is between -1 and 1, shares are between 0 and 1, means are in the unit of
    the lived ties. `realised` is the congruence of Cataldo et al. (2008); in the words
    of retrieval it is recall, `formalised` precision.

    Dyads are ordered as soon as one network is directed; an undirected tie then stands
    in both directions. For pairs, `netcollab.networks.symmetrize` the directed one.

    NaN with a reason: correlation with fewer than 3 dyads or without variation; shares
    of nothing; what rests on absences that one network does not know (presence-only).
    Ratings on a scale without 0 are no ties until `threshold` says from which strength;
    correlation and means need none. Whether agreement is more than chance is asked of
    `netcollab.inference.qap_correlation(lived.ties, formal.ties)`. igraph has no
    unknown dyads: there they become absences.

    Parameters
    ----------
    formal
        The formal structure: a procedure, a standing meeting, a shared system.
    lived
        The lived structure: collaboration, relational capacity.
    threshold
        Lived strength from which a tie counts in a, b, c and d; None: any tie.

    Returns
    -------
    Series
        ``.attrs["reasons"]`` tells by name why a number is NaN,
        ``.attrs["actors_formal_only"]`` and ``.attrs["actors_lived_only"]`` who is in
        one network alone, ``.attrs["directed"]`` whether dyads are ordered.

    Raises
    ------
    InputError
        For a threshold that is not above 0.

    References
    ----------
    Cataldo, M., Herbsleb, J. D. & Carley, K. M. (2008). Socio-technical congruence.
    Proceedings of ESEM 2008, 2-11. Butts, C. T. & Carley, K. M. (2005). Some simple
    algorithms for structural comparison. Computational and Mathematical Organization
    Theory 11, 291-305. Jaccard, P. (1912). The distribution of the flora in the alpine
    zone. New Phytologist 11, 37-50.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> meeting = pd.DataFrame([[0, 1, 1], [1, 0, 0], [1, 0, 0]], names, names)
    >>> rated = pd.DataFrame([[0, 4, 2], [5, 0, 3], [None, 1, 0]], names, names)
    >>> formal = Network.from_matrix(meeting, directed=False)
    >>> lived = Network.from_matrix(rated, scale=(1, 5))
    >>> found = congruence(formal, lived, threshold=4)
    >>> found[["realised", "formalised", "jaccard", "n_unknown"]].round(3).to_dict()
    {'realised': 0.667, 'formalised': 1.0, 'jaccard': 0.667, 'n_unknown': 1.0}
    """
    check_threshold(threshold)
    dyads = aligned([formal, lived])
    one, other = dyads.ties[:, dyads.known]
    is_formal, is_lived = tied(one), tied(other, threshold)
    unclear = why_no_ties(formal)
    values: dict[str, float | str] = {"correlation": correlation_of(one, other)}
    values |= _agreement(
        is_formal,
        is_lived,
        [unclear, why_no_ties(lived, threshold)],
        [why_no_zeros(formal), why_no_zeros(lived, threshold)],
    )
    for name, group, why in (
        ("mean_tied", is_formal, _NO_FORMAL),
        ("mean_untied", ~is_formal, "no dyad compared is known to be formally untied"),
    ):
        values[name] = unclear or (float(other[group].mean()) if group.any() else why)
    values["n_dyads"] = len(one)
    values["n_unknown"] = int((dyads.possible & ~dyads.known).sum())
    strangers = only_in(formal, lived)
    values["n_actors"] = formal.n - len(strangers)
    row = named_numbers({name: values[name] for name in _ORDER}, "congruence")
    row.attrs["directed"] = dyads.directed
    row.attrs["actors_formal_only"] = strangers
    row.attrs["actors_lived_only"] = only_in(lived, formal)
    return row


def formal_gaps(
    formal: Network,
    lived: Network,
    *,
    interdependence: Network | None = None,
    weak: float | None = None,
    strong: float | None = None,
    interdependent: float | None = None,
) -> pd.DataFrame:
    """Where formal and lived structure part: one row per dyad with a gap, and its kind.

    =====================  =======================================================
    tied_weak              a formal tie, and the lived one is below `weak`
    strong_unsupported     no formal tie, and the lived one is at least `strong`
    interdependent_untied  interdependence, but no formal tie and no strong lived one
    unknown                what was not observed decides whether there is a gap
    =====================  =======================================================

    A formal tie, or interdependence, lets one expect a strong lived tie; without either
    a weak one is no gap. `gap` is how far the lived strength lies from there, in its
    unit:

    .. math:: gap = strong - w \\text{ (tied or interdependent)}, \\quad
        w - weak \\text{ (unsupported)}

    Where the lines lie is told in ``.attrs["lines"]``:

    - "declared": as given; one alone serves as both. The codebook's bands say what is
      weak and strong in itself.
    - "mean": none was given. Both are the mean strength of the observed lived ties, so
      that weak and strong mean below and above what is usual here, and about half of
      the ties lie on either side.
    - "tie": none was given, and all lived ties are equally strong. The line is half-way
      to that strength: no tie is weak, a tie is strong.

    An unknown dyad is never a gap; it is listed, with the reason, where it could be
    one. Of a formal relation that lists its ties alone, with `unlisted = "not_asked"`
    in the manifest, nobody is known to lack formal support.

    Dyads are ordered as soon as one network is directed; an undirected tie then stands
    in both directions. For pairs, `netcollab.networks.symmetrize` the directed one.

    Parameters
    ----------
    formal
        The formal structure; any tie of it is one.
    lived
        The lived structure.
    interdependence
        Whose tasks need whose; None: no dyad is called interdependent.
    weak, strong
        Lived strengths below which a tie is weak, and from which it is strong.
    interdependent
        Strength of interdependence from which a dyad is interdependent; None: any tie
        where all are equally strong, otherwise their mean.

    Returns
    -------
    DataFrame
        Columns source, target, kind, formal, lived, gap, reason; largest gap first,
        unknown dyads last. ``.attrs`` has site, wave, formal and lived (names of the
        relations), weak, strong, lines, directed, n_dyads (dyads that can exist),
        n_unknown, actors_formal_only and actors_lived_only (whose dyads are not
        compared).

    Raises
    ------
    InputError
        If weak is above strong; if no line was given and all lived ratings, on a scale
        without 0, are the same; if the formal structure is rated on such a scale.

    References
    ----------
    Cataldo, M., Herbsleb, J. D. & Carley, K. M. (2008). Socio-technical congruence.
    Proceedings of ESEM 2008, 2-11. Soda, G. & Zaheer, A. (2012). A network perspective
    on organizational architecture: performance effects of the interplay of formal and
    informal organization. Strategic Management Journal 33, 751-771.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> meeting = pd.DataFrame([[0, 1, 0], [1, 0, 0], [0, 0, 0]], names, names)
    >>> rated = pd.DataFrame([[0, 4, 2], [2, 0, 3], [None, 5, 0]], names, names)
    >>> formal = Network.from_matrix(meeting, directed=False)
    >>> lived = Network.from_matrix(rated, scale=(1, 5))
    >>> gaps = formal_gaps(formal, lived, weak=2.5, strong=3.5)
    >>> gaps[["source", "target", "kind", "gap"]]
      source target                kind  gap
    0   hdir     ks  strong_unsupported  2.5
    1     ks    nav           tied_weak  1.5
    2   hdir    nav             unknown  NaN
    """
    if why_no_ties(formal):
        raise InputError("the formal structure is rated without 0; dichotomize it")
    weak, strong, lines = _lines(lived, weak, strong)
    networks = [formal, lived]
    if interdependence is not None:
        if interdependent is None:
            interdependent, _ = _own_line(interdependence, "interdependent=")
        if not np.isfinite(interdependent):
            raise InputError(f"interdependent needs a number, got {interdependent!r}")
        networks.append(interdependence)
    dyads = aligned(networks)
    needed = np.zeros(len(dyads.source))
    if interdependence is not None and interdependent is not None:
        needed = _as_numbers(dyads.ties[2], dyads.ties[2] >= interdependent)
    kinds = _kinds(dyads, needed, weak, strong)
    table = _table(dyads, kinds, weak, strong)
    table.attrs |= {
        "site": lived.site,
        "wave": lived.wave,
        "formal": formal.relation,
        "lived": lived.relation,
        "weak": weak,
        "strong": strong,
        "lines": lines,
        "directed": dyads.directed,
        "n_dyads": int(dyads.possible.sum()),
        "n_unknown": int((kinds == "unknown").sum()),
        "actors_formal_only": only_in(formal, lived),
        "actors_lived_only": only_in(lived, formal),
    }
    return table


_ORDER = (
    "correlation",
    "jaccard",
    "simple_matching",
    "realised",
    "formalised",
    "mean_tied",
    "mean_untied",
    "both",
    "formal_only",
    "lived_only",
    "neither",
    "n_dyads",
    "n_unknown",
    "n_actors",
)
_LAYERS = ("formal", "lived", "interdependence")


def _agreement(
    formal: np.ndarray, lived: np.ndarray, no_ties: list[str], no_absences: list[str]
) -> dict[str, float | str]:
    """The four counts and what follows from them, each NaN for a reason of its own."""
    both, neither = int((formal & lived).sum()), int((~formal & ~lived).sum())
    formal_only, lived_only = int((formal & ~lived).sum()), int((lived & ~formal).sum())
    either = both + formal_only + lived_only
    ties = no_ties[0] or no_ties[1]
    formal_lived = no_ties[0] or no_absences[1]
    lived_formal = no_ties[1] or no_absences[0]
    all_known = no_absences[0] or no_absences[1]
    alike, compared = both + neither, either + neither
    no_dyad = "no dyad was observed in both"
    return {
        "both": ties or both,
        "formal_only": formal_lived or formal_only,
        "lived_only": lived_formal or lived_only,
        "neither": all_known or neither,
        "jaccard": all_known or ratio(both, either, "no dyad compared has a tie"),
        "simple_matching": all_known or ratio(alike, compared, no_dyad),
        "realised": formal_lived or ratio(both, both + formal_only, _NO_FORMAL),
        "formalised": lived_formal or ratio(both, both + lived_only, _NO_LIVED),
    }


def _lines(
    lived: Network, weak: float | None, strong: float | None
) -> tuple[float, float, str]:
    """Below what a tie is weak, from what it is strong, and who says so."""
    if weak is None and strong is None:
        line, lines = _own_line(lived, "weak= and strong=")
        return line, line, lines
    low = strong if weak is None else weak
    high = weak if strong is None else strong
    if low is None or high is None or not -np.inf < low <= high < np.inf:
        raise InputError(
            f"weak needs a number that is at most strong, got weak {low!r} and strong "
            f"{high!r}"
        )
    return float(low), float(high), "declared"


def _own_line(network: Network, option: str) -> tuple[float, str]:
    """The mean strength of the ties, or half of the one strength they all have."""
    ties = network.ties.to_numpy()
    strengths = ties[~np.isnan(ties) & (ties != 0)]
    if not len(strengths):
        return 0.5, "tie"
    low, high = float(strengths.min()), float(strengths.max())
    if low < high:
        return float(strengths.mean()), "mean"
    if why_no_ties(network) or low < 0:
        raise InputError(
            f"every rating of {network.relation or 'the network'} is {low:g}, so none "
            f"is weaker than another; say where the line is: {option}"
        )
    return low / 2, "tie"


def _as_numbers(ties: np.ndarray, found: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(ties), np.nan, found.astype(float))


def _kinds(dyads: Dyads, needed: np.ndarray, weak: float, strong: float) -> np.ndarray:
    """The kind of gap of every dyad; empty where there is none."""
    formal, lived = dyads.ties[:2]
    without, unclear = formal == 0, np.isnan(formal)
    has = ~without & ~unclear
    is_weak, is_strong = lived < weak, lived >= strong
    below = lived < strong
    sure = {
        "tied_weak": has & is_weak,
        "strong_unsupported": without & is_strong,
        "interdependent_untied": without & below & (needed == 1),
    }
    could_be = ~without & ~(lived >= weak)
    could_be |= ~has & ~below
    could_be |= ~has & ~is_strong & (needed != 0)
    possible = dyads.possible
    kinds = np.where(could_be & possible, "unknown", "").astype(object)
    for kind, found in sure.items():
        kinds[found & possible] = kind
    return kinds


def _table(dyads: Dyads, kinds: np.ndarray, weak: float, strong: float) -> pd.DataFrame:
    rows = np.flatnonzero(kinds != "")
    kind, lived = kinds[rows], dyads.ties[1, rows]
    gap = np.where(kind == "strong_unsupported", lived - weak, strong - lived)
    gap[kind == "unknown"] = np.nan
    silent = np.isnan(dyads.ties[:, rows]) & (kind == "unknown")
    layers = _LAYERS[: len(dyads.ties)]
    actors = dyads.actors.to_numpy()
    table = pd.DataFrame(
        {
            "source": actors[dyads.source[rows]],
            "target": actors[dyads.target[rows]],
            "kind": pd.Series(kind, dtype="str"),
            "formal": dyads.ties[0, rows],
            "lived": lived,
            "gap": gap,
            "reason": unseen_words(dyads.states[:, rows], silent, layers),
        }
    )
    order = np.argsort(-np.round(gap, 10), kind="stable")
    return table.iloc[order].reset_index(drop=True)
