"""Do more ties cross units than before, beyond what everybody's activity explains?"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import pandas as pd

from netcollab._checks import (
    check_alternative,
    check_choice,
    check_count,
    check_draws,
    check_number,
)
from netcollab._plans import ENUMERATED
from netcollab._resample import draw, entropy_at
from netcollab.errors import InputError, RefusedError
from netcollab.inference.chance import check_documented, check_network, compared
from netcollab.inference.dyads import aligned
from netcollab.inference.exchanges import Changed, listed_gains, walked
from netcollab.inference.labels import Labelled, labels_of
from netcollab.inference.permutation import equal_tailed
from netcollab.inference.results import TestResult

__all__ = ["silo_change"]

HUB = zlib.crc32(b"silo_change hub")
NULL = {
    "degrees": "homophily is constant: which of the changed dyads gained a tie has "
    "nothing to do with the boundary, given how many ties each actor has in each wave",
    "sent": "homophily is constant: which of the changed dyads gained a tie has "
    "nothing to do with the boundary, given how many ties each actor sends in each "
    "wave",
    "density": "homophily is constant: which of the changed dyads gained a tie has "
    "nothing to do with the boundary, given how many ties each wave has",
}


class Wave(Labelled, Protocol):
    """What a network needs for two waves of it to be compared."""

    @property
    def directed(self) -> bool: ...


def silo_change(
    before: Wave,
    after: Wave,
    *,
    by: str | pd.Series,
    estimand: Literal["odds", "share", "ei"] = "odds",
    keep: Literal["degrees", "sent", "density"] = "degrees",
    threshold: float | None = None,
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> TestResult:
    """Change of ties across units between two waves, tested under constant homophily.

    With E ties between units and I inside, 0 before and 1 after, over the dyads that
    both waves observed, the statistic is the declared estimand,

    .. math::
        \\ln \\frac{E_1 / I_1}{E_0 / I_0}, \\qquad
        \\frac{E_1}{E_1 + I_1} - \\frac{E_0}{E_0 + I_0}, \\qquad
        EI_1 - EI_0 \\text{ with } EI = \\frac{E - I}{E + I}

    for "odds" (log odds ratio of crossing), "share" and "ei", as in
    `netcollab.measures.boundary_change`.

    The null hypothesis: ties follow the units as much as before. Of

    .. math:: \\mathrm{logit}\\, P(y_{ijt} = 1) = a_{ij} + s_{it} + r_{jt}

    the a_ij, homophily among them, are the same in both waves; who sends and receives
    how much may change. Given the dyads that changed and how many ties everybody has in
    each wave, every way to exchange the waves of dyads is then as likely. Dyads of
    units that drift apart or together break that. p is exact where the exchanges can be
    listed in max(n_resamples, 50,000) cases; otherwise chains of exchanges start from
    one that a first chain has led to, which makes the observed case one draw among
    equals however well chains mix.

    Given those numbers the three estimands rise together, and p is the same for each
    (but that exchanges which leave the odds undefined count as extreme). Under the null
    none of them is about 0: where everybody has more ties, the share of ties across
    units rises or falls without any change of homophily. `statistic` is the change as
    it was, `estimate` what is left of it beyond its mean under the null.

    Relabelling the units assumes that ties do not follow them in either wave, and is
    not this test.

    **Keep.** "degrees" holds the ties that everybody sends and receives. "sent" lets
    the numbers received vary, "density" all but the number of ties in each wave. They
    find more among few actors, and mistake a unit that becomes more active for a
    change of homophily: see docs/methods.md for how often.

    **Assumed** is that dyads change one by one, given the actors. Pairs that begin or
    end together in both directions count as two.

    Parameters
    ----------
    before, after
        The two waves, of the same kind (both directed or both not).
    by
        An attribute of the actors before, or a Series of units indexed by actor.
    estimand
        "odds", "share" or "ei".
    keep
        "degrees", "sent" or "density". Undirected, "sent" is "degrees".
    threshold
        Strength from which a tie counts, in both waves; None: any tie.
    n_resamples
        Draws, where the exchanges are too many to list.
    alternative
        "greater": more ties cross than constant homophily has it; "less";
        "two-sided": twice the smaller tail.
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
        No interval. `n` counts the dyads (undirected: pairs) that changed: only they
        say anything. `p_min` is the smallest p that they allow.

    Raises
    ------
    UnknownNameError
        For an attribute, estimand or `keep` that is not known.
    InputError
        If one wave is directed and the other is not, or the threshold is not above 0.
    RefusedError
        For ratings without 0 and without threshold, a presence-only wave, a wave whose
        estimand is undefined (no tie; for "odds" none inside or none across), and
        where no exchange moves a tie across the boundary.

    References
    ----------
    Agresti, A. (2013). Categorical Data Analysis, 3rd ed. Wiley, section 11.2. Besag,
    J., & Clifford, P. (1989). Generalized Monte Carlo significance tests. Biometrika
    76, 633-642. Krackhardt, D., & Stern, R. N. (1988). Informal networks and
    organizational crises. Soc. Psychol. Q. 51, 123-140.

    Examples
    --------
    Six teams of three units: each gives up the tie inside for one across.

    >>> import netcollab as nc
    >>> names = ["a1", "a2", "b1", "b2", "c1", "c2"]
    >>> unit = pd.Series([name[0] for name in names], names)
    >>> mates = np.kron(np.eye(3), 1 - np.eye(2))
    >>> others = np.roll(np.eye(6), 2, axis=1)
    >>> waves = [
    ...     nc.Network.from_matrix(pd.DataFrame(cells, names, names))
    ...     for cells in (mates, others)
    ... ]
    >>> told = {"by": unit, "estimand": "share", "alternative": "greater"}
    >>> result = silo_change(*waves, **told, keep="sent")
    >>> result.statistic, result.pvalue, result.method
    (1.0, 0.015625, 'exact (64 exchanges of 12 changed dyads)')

    Everybody is also chosen as often as before, and then there are two ways only:

    >>> silo_change(*waves, **told).pvalue
    0.5
    """
    side = check_alternative(alternative)
    check_choice("estimand", estimand, tuple(ESTIMANDS))
    check_choice("number to keep", keep, tuple(NULL))
    n_resamples, entropy = check_draws(n_resamples), entropy_at(rng, checkpoint)
    workers = check_count("workers", workers)
    counts = _counted(before, after, by, keep, threshold)
    changed, limit = counts.changed, max(n_resamples, ENUMERATED)
    told = partial(counts.told, ESTIMANDS[estimand])
    observed = float(told(np.array([changed.n_gains]))[0])
    if math.isnan(observed):
        raise RefusedError(f"{UNDEFINED[estimand]}: the change has no number")
    gains = listed_gains(changed, limit)
    m, unit = len(changed.ends), "dyads" if before.directed else "pairs"
    if gains is not None:
        values, seed, ways = told(gains), None, len(gains)
        method = f"exact ({ways:,} exchanges of {m:,} changed {unit})"
    else:
        hub = walked(changed, np.random.default_rng(_hub_seed(entropy)))
        resamples = draw(
            f"silo_change {keep}",
            partial(_drawn, hub),
            inputs=[changed.ends, changed.gained, changed.crosses],
            n_resamples=n_resamples,
            rng=entropy,
            workers=workers,
            progress=progress,
            checkpoint=checkpoint,
        )
        values, seed, ways = told(resamples.null), entropy, limit + 1
        method = f"{n_resamples:,} exchanges of {m:,} changed {unit}"
    result = compared(
        "change of ties across units",
        NULL[keep],
        observed,
        values,
        alternative=side,
        ways=ways,
        method=method,
        seed=seed,
        n=m,
        unit=f"changed {unit}",
    )
    return result if seed is not None else replace(result, p_min=_least(values, side))


# ---- estimands


def _log_odds(external: np.ndarray, internal: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(external / internal))


def _share(external: np.ndarray, internal: np.ndarray) -> np.ndarray:
    return np.asarray(external / (external + internal))


def _ei(external: np.ndarray, internal: np.ndarray) -> np.ndarray:
    return np.asarray((external - internal) / (external + internal))


Estimand = Callable[[np.ndarray, np.ndarray], np.ndarray]
ESTIMANDS: Mapping[str, Estimand] = {"odds": _log_odds, "share": _share, "ei": _ei}
UNDEFINED = {
    "odds": "in one of the waves no tie is inside a unit, or none across",
    "share": "one of the waves has no tie",
    "ei": "one of the waves has no tie",
}


# ---- the dyads of two waves


@dataclass(frozen=True, eq=False)
class _Counts:
    """The dyads that changed, and the ties across and inside that stayed."""

    changed: Changed
    kept_across: int
    kept_inside: int

    def told(self, estimand: Estimand, gains: np.ndarray) -> np.ndarray:
        """The estimand for each number of ties gained across; NaN where undefined."""
        gained, crosses = self.changed.gained, self.changed.crosses
        after = self.kept_across + gains, self.kept_inside + gained.sum() - gains
        before = (
            self.kept_across + crosses.sum() - gains,
            self.kept_inside + (~crosses).sum() - gained.sum() + gains,
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            change = estimand(*after) - estimand(*before)
        return np.where(np.isfinite(change), change, np.nan)


def _counted(
    before: Wave,
    after: Wave,
    by: str | pd.Series,
    keep: str,
    threshold: float | None,
) -> _Counts:
    for name, wave in (("before", before), ("after", after)):
        check_network(name, wave)
    if (
        threshold is not None
        and not 0 < check_number("threshold", threshold) < math.inf
    ):
        raise InputError(f"threshold needs a number above 0, got {threshold!r}")
    if before.directed != after.directed:
        raise InputError("the two waves need to be both directed or both undirected")
    both = before.ties.index[before.ties.index.isin(after.ties.index)]
    frames = {}
    for name, wave in (("before", before), ("after", after)):
        _check_absences(name, wave, threshold)
        frames[name] = wave.ties.loc[both, both]
    first, second = aligned(frames, why="transform it to something finite")
    units = labels_of(before, by).reindex(first.index)
    known = units.notna().to_numpy()
    seen = first.notna().to_numpy() & second.notna().to_numpy()
    seen &= known[:, None] & known
    if not before.directed:
        seen = np.triu(seen, 1)
    sender, receiver = np.nonzero(seen)
    had, has = (
        np.asarray(ties != 0 if threshold is None else ties >= threshold)
        for ties in (frame.to_numpy()[seen] for frame in (first, second))
    )
    try:
        codes = pd.factorize(units)[0]
    except TypeError:
        raise InputError("by needs one label per actor") from None
    crosses = codes[sender] != codes[receiver]
    moved = had != has
    if not moved.any():
        raise RefusedError("no tie came or went in a dyad that both waves observed")
    ends = np.column_stack([sender, receiver])[moved]
    return _Counts(
        Changed(_places(ends, keep, before.directed), has[moved], crosses[moved]),
        int((had & has & crosses).sum()),
        int((had & has & ~crosses).sum()),
    )


def _check_absences(name: str, wave: Wave, threshold: float | None) -> None:
    if wave.is_rated and threshold is None and not (wave.ties == 0).to_numpy().any():
        raise RefusedError(
            f"every rating {name} is a tie: say from which strength one counts, with "
            "threshold"
        )
    if not (wave.is_rated and threshold is not None):
        check_documented(wave)


def _places(ends: np.ndarray, keep: str, directed: bool) -> np.ndarray:
    """Whose numbers stay: both ends, the sender, or all dyads together."""
    n = int(ends.max()) + 1
    if keep == "density":
        return np.tile([0, 1], (len(ends), 1))
    if not directed:
        return ends
    receiver = np.zeros(len(ends), dtype=ends.dtype) if keep == "sent" else ends[:, 1]
    return np.column_stack([ends[:, 0], n + receiver])


# ---- draws


def _hub_seed(entropy: int) -> np.random.SeedSequence:
    return np.random.SeedSequence(entropy, spawn_key=(HUB,))


def _drawn(hub: Changed, block: tuple[np.random.Generator, int]) -> np.ndarray:
    rng, size = block
    return np.array([walked(hub, rng).n_gains for _ in range(size)], dtype=float)


def _least(values: np.ndarray, side: str) -> float:
    """The smallest p of all cases, each as likely as the others."""
    ends = {"greater": [np.nanmax], "less": [np.nanmin]}
    extremes = ends.get(side, [np.nanmax, np.nanmin])
    return min(
        equal_tailed(values, float(end(values)), alternative=side, exact=True)[0]
        for end in extremes
    )
