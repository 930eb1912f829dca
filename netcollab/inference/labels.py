"""Does it matter who has which label, or would any dealing of the labels do as well?"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import pandas as pd

from netcollab._checks import (
    check_alternative,
    check_draws,
    check_function,
    check_series,
)
from netcollab._plans import ENUMERATED
from netcollab._resample import resample
from netcollab.errors import InputError, RefusedError
from netcollab.inference.chance import (
    Documented,
    as_number,
    check_documented,
    compared,
    observed_number,
)
from netcollab.inference.exchangeable import ANSWERED
from netcollab.inference.orbit import count_labellings, distinct_labellings
from netcollab.inference.results import TestResult

__all__ = ["Labelled", "label_permutation", "labels_of"]

NULL = (
    "the labels are dealt out at random among the actors: who has which label has "
    "nothing to do with the ties"
)


class Labelled(Documented, Protocol):
    """What a network needs for its labels to be dealt out anew."""

    @property
    def actors(self) -> pd.DataFrame: ...

    @property
    def ties(self) -> pd.DataFrame: ...

    def attribute(self, name: str) -> pd.Series: ...


def label_permutation(
    statistic: Callable[..., float],
    network: Labelled,
    *,
    by: str | pd.Series,
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> TestResult:
    """A statistic of labelled actors, tested by dealing the labels out anew.

    .. math::

        p = \\min(1, 2 \\min(p_{\\ge}, p_{\\le})), \\qquad
        p_{\\ge} = \\Pr\\{t(\\text{network}, \\pi \\text{ labels}) \\ge t\\}

    over the relabellings :math:`\\pi` of the actors that have a label. The network
    stays as it is, so that hubs, reciprocity and clusters do; the numbers of each label
    stay too. Actors without a label keep none. Actors that observed nothing (their row
    of ties is empty) get the labels of each other, the others those of the others: who
    answered may depend on the label.

    The null hypothesis: who has which label has nothing to do with the ties. It suits
    what depends on labels: the E-I index, Yule's Q or brokerage by sector, the density
    among the members of a core, the discrepancy of two rankings. It says nothing of a
    *change* between waves, and nothing of a best fit, such as the modularity of the
    best partition, which does not ask for labels: see `random_graphs`.

    With at most max(n_resamples, 50,000) different ways to deal the labels all are
    listed and p is exact; otherwise n_resamples are drawn.

    **Two-sided** is twice the smaller tail, not the share of ``|.| >= |t|``: most of
    these statistics are not centred at 0 under the null. An E-I index of -0.1 may be
    large where chance has -0.6.

    **Undefined.** Labels under which the statistic is NaN count as extreme in every
    direction, so that p is never too small.

    Parameters
    ----------
    statistic
        Called as ``statistic(network, by=labels)`` with a Series of labels indexed by
        actor; gives one number. With several workers a statistic must be picklable;
        `functools.partial` of a measure is.
    network
        The network, handed to the statistic as it is.
    by
        An attribute of the actors, or a Series indexed by actor: groups, membership,
        ranks.
    n_resamples
        Draws, where the ways to deal the labels are too many to list.
    alternative
        "greater": the statistic is larger than chance has it; "less"; "two-sided".
    rng
        Seed of the draws; None draws fresh entropy. The result records it.
    workers
        Processes; the result does not depend on them.
    progress
        Show a bar on stderr, where that is a terminal.
    checkpoint
        A file from which a killed run goes on with the same numbers.

    Returns
    -------
    TestResult
        `estimate` is the statistic less its mean over the null distribution: how far it
        is from what chance gives. It has no interval; `ci_low` and `ci_high` are NaN.
        `n` counts the actors that have a label. `p_min` comes from the number of
        different labellings; two-sided it is twice theirs.

    Raises
    ------
    InputError
        If labels are for actors that are not there, or the statistic gives no number.
    UnknownNameError
        If the actors have no such attribute.
    RefusedError
        With fewer than two different labels, a presence-only network, a statistic that
        is undefined as observed, or one that is the same under every labelling.

    References
    ----------
    Hubert, L., & Schultz, J. (1976). Quadratic assignment as a general data analysis
    strategy. Br. J. Math. Stat. Psychol. 29, 190-241.
    Gibbons, J. D., & Pratt, J. W. (1975). P-values: interpretation and methodology.
    Am. Stat. 29, 20-25.

    Examples
    --------
    Six bodies of two levels; all ties but one stay inside a level.

    >>> import netcollab as nc
    >>> names = ["nav", "hdir", "udir", "oslo", "bergen", "ks"]
    >>> cells = np.kron(np.eye(2), np.ones((3, 3))) - np.eye(6)
    >>> cells[2, 3] = 1
    >>> level = pd.DataFrame({"level": ["state"] * 3 + ["local"] * 3}, names)
    >>> told = pd.DataFrame(cells, names, names)
    >>> network = nc.Network.from_matrix(told, actors=level)
    >>> print(label_permutation(nc.measures.ei_index, network, by="level").summary())
    label permutation
      null                   the labels are dealt out at random among the actors: who
                             has which label has nothing to do with the ties
      statistic              -0.8462
      p                      0.2000 (two-sided)
      Monte-Carlo error      0.0000
      smallest attainable p  0.1000
      estimate               -1.0462, no interval
      detectable effect      none: p is never at or below 0.05, however large the
                             effect
      n                      6 actors
      method                 exact (20 distinct relabellings)
    """
    side = check_alternative(alternative)
    n_resamples = check_draws(n_resamples)
    check_function("statistic", statistic)
    check_documented(network)
    dealt = Dealt(statistic, network, labels_of(network, by))
    codes, strata = dealt.codes, dealt.strata
    limit = max(n_resamples, ENUMERATED)
    ways = count_labellings(codes, strata, limit=limit)
    if ways == 1:
        raise RefusedError(_alike(dealt.labels))
    observed = observed_number(statistic(network, by=dealt.labels))
    resamples = resample(
        "label_permutation",
        dealt,
        strata,
        inputs=[codes, network.ties.to_numpy(dtype=float), np.array([observed])],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
        distinct=distinct_labellings(codes, strata) if ways <= limit else None,
    )
    return compared(
        "label permutation",
        NULL + (ANSWERED if strata.any() else ""),
        observed,
        resamples.null,
        alternative=side,
        ways=ways,
        method=resamples.plan.method,
        seed=resamples.seed,
        n=len(codes),
        unit="actors",
    )


@dataclass(frozen=True, eq=False)
class Dealt:
    """The statistic under labels dealt out anew: relabellings in, array out.

    Parameters
    ----------
    statistic, network
        As in `label_permutation`.
    labels
        One label per actor of the network, in its order; NaN where there is none.
    """

    statistic: Callable[..., float]
    network: Labelled
    labels: pd.Series

    @cached_property
    def places(self) -> np.ndarray:
        """Where the actors with a label stand, by name: their order plays no part."""
        names = [(str(name), type(name).__name__) for name in self.labels.index]
        known = np.flatnonzero(self.labels.notna())
        return np.array(sorted(known, key=names.__getitem__), dtype=np.intp)

    @cached_property
    def codes(self) -> np.ndarray:
        """Their labels, as numbers."""
        try:
            codes: np.ndarray = pd.factorize(self.labels.iloc[self.places])[0]
        except TypeError:
            raise InputError("by needs one label per actor") from None
        return codes

    @cached_property
    def strata(self) -> np.ndarray:
        """Who of them observed nothing: 1, the others 0."""
        cells = self.network.ties.to_numpy(dtype=float)[self.places].copy()
        cells[np.arange(len(cells)), self.places] = np.nan
        silent: np.ndarray = np.isnan(cells).all(axis=1).astype(int)
        return silent

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        """The statistic for each relabelling of the labelled actors, (B, m) -> (B,)."""
        found = np.empty(len(relabellings))
        for k, relabelling in enumerate(relabellings):
            whose = np.arange(len(self.labels))
            whose[self.places] = self.places[relabelling]
            dealt = self.labels.iloc[whose].set_axis(self.labels.index)
            found[k] = as_number(self.statistic(self.network, by=dealt))
        return found


def labels_of(network: Labelled, by: str | pd.Series) -> pd.Series:
    """One label per actor, in the order of the actors."""
    if not isinstance(by, pd.Series):
        if not isinstance(by, Hashable):
            raise InputError("by needs the name of an attribute, or a Series by actor")
        return network.attribute(by)
    check_series("by", by)
    actors = network.actors.index
    strangers = [str(name) for name in by.index if name not in actors]
    if strangers:
        raise InputError(f"no actors of this network: {', '.join(strangers)}")
    return by.reindex(actors)


def _alike(labels: pd.Series) -> str:
    """Why labels that are all the same cannot be dealt out otherwise."""
    known = labels.dropna()
    if len(known) < 2:
        verb = "has" if len(known) == 1 else "have"
        held = f"{len(known)} of {len(labels)} actors {verb} a label"
    elif known.nunique() == 1:
        held = f'all {len(known)} labelled actors have the label "{known.iloc[0]}"'
    else:
        held = "those who answered have one label, and those who did not have one"
    return f"{held}: no relabelling changes anything, p would be 1 whatever the data"
