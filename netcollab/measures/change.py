"""Two waves of the same relation.

Which ties came, which went, and what became of the actors?

Waves are compared over the actors present in both. Who joined or left is named in
``.attrs["joined"]`` and ``.attrs["left"]``. Whether two waves are more alike than
chance would have them is asked of
``netcollab.inference.qap_correlation(before.ties, after.ties)``.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.measures.comparison import (
    aligned,
    check_threshold,
    correlation_of,
    joined_and_left,
    named_numbers,
    ratio,
    tied,
    unseen_words,
    why_no_zeros,
)
from netcollab.measures.undefined import Reasons
from netcollab.networks import Network, subnetwork

__all__ = ["actor_change", "change", "stability"]

_ROUNDING = 1e-10


def change(before: Network, after: Network, *, tolerance: float = 0.0) -> pd.DataFrame:
    """What became of every tie: one row per dyad with a tie, or an unknown one.

    ========  ==============================================
    kept      a tie in both waves, as strong as before
    stronger  a tie in both, stronger after (signed: more positive)
    weaker    a tie in both, weaker after
    new       a tie after, a known absence before
    lost      a tie before, a known absence after
    unknown   one of the waves, or both, did not observe the dyad
    ========  ==============================================

    Dyads known to be without a tie in both waves have no row; ``.attrs["absent"]``
    counts them. In a rating without 0 all ties are kept, stronger or weaker. Dyads are
    ordered as soon as one wave is directed. Dyads of actors in one wave only are not
    compared.

    Parameters
    ----------
    before, after
        The two waves.
    tolerance
        Differences of strength up to this are no change; a mean of few ratings differs
        between waves by who answered.

    Returns
    -------
    DataFrame
        Columns source, target, kind, before, after, change (after less before; NaN
        where unknown), reason. ``.attrs`` has joined, left, absent, directed.

    Raises
    ------
    InputError
        For a tolerance below 0.

    References
    ----------
    Snijders, T. A. B., van de Bunt, G. G. & Steglich, C. E. G. (2010). Introduction to
    stochastic actor-based models for network dynamics. Social Networks 32, 44-60.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> one = pd.DataFrame([[0, 3, 1], [2, 0, 0], [0, 0, 0]], names, names)
    >>> two = pd.DataFrame([[0, 4, 0], [2, 0, 1], [None, 0, 0]], names, names)
    >>> waves = Network.from_matrix(one), Network.from_matrix(two)
    >>> change(*waves)[["source", "target", "kind", "change"]]
      source target      kind  change
    0    nav     ks  stronger     1.0
    1    nav   hdir      lost    -1.0
    2     ks    nav      kept     0.0
    3     ks   hdir       new     1.0
    4   hdir    nav   unknown     NaN
    """
    if not 0 <= tolerance < np.inf:
        raise InputError(f"tolerance needs a number of 0 or more, got {tolerance!r}")
    dyads = aligned([before, after])
    one, two = dyads.ties
    had, has = tied(one), tied(two)
    step = two - one
    slack = tolerance + _ROUNDING * np.maximum(1, np.abs(one))
    kinds = np.select(
        [
            ~dyads.known,
            had & ~has,
            has & ~had,
            ~had,
            np.abs(step) <= slack,
            step > 0,
        ],
        ["unknown", "lost", "new", "", "kept", "stronger"],
        "weaker",
    )
    rows = np.flatnonzero(dyads.possible & (kinds != ""))
    silent = np.isnan(dyads.ties[:, rows])
    actors = dyads.actors.to_numpy()
    table = pd.DataFrame(
        {
            "source": actors[dyads.source[rows]],
            "target": actors[dyads.target[rows]],
            "kind": pd.Series(kinds[rows], dtype="str"),
            "before": one[rows],
            "after": two[rows],
            "change": step[rows],
            "reason": unseen_words(dyads.states[:, rows], silent, ("before", "after")),
        }
    )
    table.attrs = joined_and_left(before, after) | {
        "absent": int((dyads.known & (kinds == "")).sum()),
        "directed": dyads.directed,
    }
    return table


def actor_change(
    measure: Callable[..., pd.Series],
    before: Network,
    after: Network,
    **options: object,
) -> pd.DataFrame:
    """What became of every actor's number: before, after, and the difference.

    .. math:: change_i = x_i^{after} - x_i^{before}

    In the unit of the measure. Both waves are reduced to the actors of both before the
    measure is taken: otherwise a new actor alone would change everybody's degree. Those
    who joined or left have a row without numbers. A measure treats unknown dyads as its
    own docstring says; where fewer actors answered in one wave, sums over what was
    observed fall for that reason alone.

    NaN with a reason: an actor who is in one wave only, and a measure that is undefined
    in one of the waves.

    Parameters
    ----------
    measure
        A measure of this room with one value per actor.
    before, after
        The two waves.
    **options
        The measure's own keywords.

    Returns
    -------
    DataFrame
        Actors x before, after, change; ``.attrs`` has reasons (by actor), joined,
        left.

    Raises
    ------
    InputError
        If the measure does not give one value per actor.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 5.3.

    Examples
    --------
    >>> from netcollab.measures import in_degree
    >>> one = pd.DataFrame([[0, 1], [1, 0]], ["nav", "ks"], ["nav", "ks"])
    >>> names = ["nav", "ks", "hdir"]
    >>> two = pd.DataFrame([[0, 1, 1], [0, 0, 1], [1, 1, 0]], names, names)
    >>> waves = Network.from_matrix(one), Network.from_matrix(two)
    >>> told = actor_change(in_degree, *waves)
    >>> told
          before  after  change
    nav      1.0    0.0    -1.0
    ks       1.0    1.0     0.0
    hdir     NaN    NaN     NaN
    >>> told.attrs["reasons"]
    {'hdir': 'joined: not in the network before'}
    """
    both = before.ties.index[before.ties.index.isin(after.ties.index)]
    everybody = before.ties.index.append(
        after.ties.index.difference(before.ties.index, sort=False)
    )
    table = pd.DataFrame(np.nan, everybody, ["before", "after", "change"])
    told: dict[object, list[str]] = {}
    for column, network in (("before", before), ("after", after)):
        if not len(both):
            continue
        values = measure(subnetwork(network, both), **options)
        if not isinstance(values, pd.Series) or not values.index.equals(both):
            raise InputError("actor_change needs a measure with one value per actor")
        table.loc[both, column] = values
        for actor in values.index[values.isna()]:
            why = values.attrs.get("reasons", {}).get(actor, "undefined")
            told.setdefault(actor, []).append(f"{column}: {why}")
    table["change"] = table["after"] - table["before"]
    reasons: Reasons = {}
    for actor in everybody:
        if actor in told:
            reasons[actor] = "; ".join(told[actor])
        elif actor not in after.ties.index:
            reasons[actor] = "left: not in the network after"
        elif actor not in before.ties.index:
            reasons[actor] = "joined: not in the network before"
    table.attrs = joined_and_left(before, after) | {"reasons": reasons}
    return table


def stability(
    before: Network, after: Network, *, threshold: float | None = None
) -> pd.Series:
    """How much of a network stayed as it was.

    Over the dyads observed in both waves, with n_11 ties kept, n_10 lost, n_01 new and
    n_00 in neither:

    =============  ================================================================
    jaccard        n_11 / (n_11 + n_10 + n_01)
    hamming        n_10 + n_01: dyads that changed
    hamming_share  hamming / n_dyads
    share_kept     n_11 / (n_11 + n_10): of the ties before
    correlation    Pearson's r of the strengths (graph correlation)
    kept           n_11: a tie in both, whatever its strength
    lost           n_10
    new            n_01
    absent         n_00
    n_dyads        dyads compared
    n_unknown      dyads that one wave did not observe, or both
    n_actors       actors in both waves
    n_joined       actors after who were not there before
    n_left         actors before who are not there after
    =============  ================================================================

    Shares are between 0 and 1. The Jaccard index is that of Snijders et al. (2010), who
    want it above .3 before they model change. sna's hdist sums differences of strength,
    and divides by all dyads, observed or not, when it normalizes.

    NaN with a reason: shares of nothing, correlation with fewer than 3 dyads or
    without variation, whatever rests on absences that a wave does not know
    (presence-only). Ratings on a scale without 0 are no ties until `threshold` says
    from which strength; the correlation needs none. Dyads are ordered as soon as one
    wave is directed.

    Parameters
    ----------
    before, after
        The two waves.
    threshold
        Strength from which a tie counts, in both waves; None: any tie.

    Returns
    -------
    Series
        ``.attrs`` has reasons (by name), joined, left, directed.

    Raises
    ------
    InputError
        For a threshold that is not above 0.

    References
    ----------
    Snijders, T. A. B., van de Bunt, G. G. & Steglich, C. E. G. (2010). Introduction to
    stochastic actor-based models for network dynamics. Social Networks 32, 44-60.
    Butts, C. T. & Carley, K. M. (2005). Some simple algorithms for structural
    comparison. Computational and Mathematical Organization Theory 11, 291-305.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "udir"]
    >>> one = [[0, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]
    >>> two = [[0, 1, 0, 0], [1, 0, 1, 0], [None, 0, 0, 1], [0, 0, 1, 0]]
    >>> before, after = (
    ...     Network.from_matrix(pd.DataFrame(wave, names, names)) for wave in (one, two)
    ... )
    >>> told = stability(before, after)
    >>> told[["jaccard", "hamming", "n_dyads", "n_unknown"]].round(3).to_dict()
    {'jaccard': 0.667, 'hamming': 2.0, 'n_dyads': 11.0, 'n_unknown': 1.0}

    Is that more than chance would have it? Four actors cannot tell:

    >>> import netcollab as nc
    >>> waves = before.ties, after.ties
    >>> test = nc.inference.qap_correlation(*waves, alternative="greater")
    >>> round(test.estimate, 3), round(test.pvalue, 3)
    (0.633, 0.333)
    >>> round(told.to_dict()["correlation"], 3)
    0.633
    """
    check_threshold(threshold)
    dyads = aligned([before, after])
    one, two = dyads.ties[:, dyads.known]
    had, has = tied(one, threshold), tied(two, threshold)
    kept, absent = int((had & has).sum()), int((~had & ~has).sum())
    lost, new = int((had & ~has).sum()), int((has & ~had).sum())
    unclear = why_no_zeros(before, threshold) or why_no_zeros(after, threshold)
    no_dyad = "no dyad was observed in both waves"
    found: dict[str, float | str] = {
        "jaccard": ratio(kept, kept + lost + new, "no dyad compared has a tie"),
        "hamming": lost + new if len(one) else no_dyad,
        "hamming_share": ratio(lost + new, len(one), no_dyad),
        "share_kept": ratio(kept, kept + lost, "no dyad compared had a tie before"),
        "correlation": correlation_of(one, two),
        "kept": kept,
        "lost": lost,
        "new": new,
        "absent": absent,
    }
    for name in found:
        if unclear and name != "correlation":
            found[name] = unclear
    who = joined_and_left(before, after)
    found |= {
        "n_dyads": len(one),
        "n_unknown": int((dyads.possible & ~dyads.known).sum()),
        "n_actors": before.n - len(who["left"]),
        "n_joined": len(who["joined"]),
        "n_left": len(who["left"]),
    }
    row = named_numbers(found, "stability")
    row.attrs |= who | {"directed": dyads.directed}
    return row
