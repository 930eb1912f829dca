"""Simulated studies of dyads: draw two relations, and relabel the actors of one.

Arrays in, arrays out: in which studies is a correlation of dyads significant?
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from netcollab._resample import Plan
from netcollab.errors import RefusedError
from netcollab.inference.orbit import distinct_relabellings, orbit_size
from netcollab.inference.permutation import TIE, critical
from netcollab.inference.power import planned_smallest

__all__ = ["PREDICTORS", "DyadStudies", "Predictor", "relabellings"]

Predictor = Literal["dyadic", "sender", "difference", "sectors", "star"]

PREDICTORS = ("dyadic", "sender", "difference", "sectors", "star")
LISTED = 5_040  # the relabellings of seven actors
MIN_ANSWERING = 4
MOST_ACTORS = 150
GAP = (2 / math.sqrt(math.pi), math.sqrt(2 - 4 / math.pi))  # of two normal attributes


@dataclass(frozen=True, eq=False)
class DyadStudies:
    """Studies of one design, and the permutation test of each.

    Called with a generator and a number of studies B it returns (B, effects + 1):
    whether each effect is found, and the largest size of r that is not significant.

    Parameters
    ----------
    actors, response_rate, autocorrelation, predictor, overlap
        As in `netcollab.inference.dyad_design`.
    alpha, n_resamples
        Likewise.
    effects
        The correlations that are tried.
    """

    actors: int
    response_rate: float
    autocorrelation: float
    predictor: Predictor
    overlap: float
    alpha: float
    n_resamples: int
    effects: tuple[float, ...]

    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray:
        moves, exact = self._relabellings(rng)
        rows, columns = np.nonzero(self._observed)
        cells = moves[:, rows] * self.actors + moves[:, columns]
        found = np.empty((size, len(self.effects) + 1))
        for one in found:
            parts = self._drawn(rng)
            one[:] = self._tested(parts[:, rows, columns], parts[1], cells, exact)
        return found

    def check(self) -> None:
        """Stop where no study of this design could be tested.

        Raises
        ------
        RefusedError
            With fewer than 4 actors that answer, or more actors than are simulated.
        """
        if self.answering < MIN_ANSWERING:
            raise RefusedError(
                f"{self.answering} of {self.actors} actors would answer; a test of "
                f"dyads needs at least {MIN_ANSWERING}"
            )
        if self.actors > MOST_ACTORS:
            raise RefusedError(
                f"{self.actors} actors: designs of dyads are simulated up to "
                f"{MOST_ACTORS}, where tests find correlations of .1 and less"
            )

    @property
    def answering(self) -> int:
        """Actors that answer."""
        return math.floor(self.actors * self.response_rate + 0.5)

    @property
    def labels(self) -> dict[str, object]:
        """The design, for the columns of a table."""
        return {
            "actors": self.actors,
            "answering": self.answering,
            "autocorrelation": self.autocorrelation,
            "predictor": self.predictor,
            "overlap": self.overlap,
        }

    @cached_property
    def p_min(self) -> float:
        """The smallest p, from the relabellings that change the predictor."""
        example = self._predictor(np.random.default_rng(0))
        orbit = orbit_size(example, self._strata)
        return planned_smallest(1 / orbit, orbit)

    def changed(self, actors: int, effects: tuple[float, ...]) -> DyadStudies:
        """The same design with another number of actors."""
        return replace(self, actors=actors, effects=effects)

    @property
    def _strata(self) -> np.ndarray:
        """1 for actors that do not answer; the others come first."""
        silent: np.ndarray = (np.arange(self.actors) >= self.answering).astype(int)
        return silent

    @property
    def _observed(self) -> np.ndarray:
        """True for the dyads of those who answer."""
        observed = ~np.eye(self.actors, dtype=bool)
        observed[self.answering :] = False
        return observed

    def _relabellings(self, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
        """All that differ, or draws; and whether all are listed."""
        if self.predictor in ("sectors", "star"):
            x = self._predictor(rng)
            if orbit_size(x, self._strata) <= LISTED:
                return distinct_relabellings(x, self._strata), True
        return relabellings(self._strata, self.n_resamples, rng)

    def _drawn(self, rng: np.random.Generator) -> np.ndarray:
        """Outcome without an effect, predictor and control: (3, n, n).

        The outcome is 0 but for what the predictor does not explain.
        """
        error = self._relation(rng)
        control = self._relation(rng) if self.overlap else np.zeros_like(error)
        x = self._predictor(rng)
        x = math.sqrt(1 - self.overlap) * x + math.sqrt(self.overlap) * control
        return np.stack([error, x, control])

    def _relation(self, rng: np.random.Generator) -> np.ndarray:
        """A relation of variance 1, half of its dependence from senders."""
        n, share = self.actors, self.autocorrelation
        sends, receives = rng.normal(size=(2, n)) * math.sqrt(share / 2)
        pairs = rng.normal(size=(n, n)) * math.sqrt(1 - share)
        relation: np.ndarray = sends[:, None] + receives + pairs
        return relation

    def _predictor(self, rng: np.random.Generator) -> np.ndarray:
        """The predictor, of variance 1 over dyads."""
        n = self.actors
        if self.predictor == "dyadic":
            return self._relation(rng)
        if self.predictor == "sender":
            return np.tile(rng.normal(size=(n, 1)), n)
        if self.predictor == "difference":
            attribute = rng.normal(size=n)
            gap = np.abs(np.subtract.outer(attribute, attribute))
            standard: np.ndarray = (gap - GAP[0]) / GAP[1]
            return standard
        if self.predictor == "sectors":
            sector = np.arange(n) % 2
            x = np.equal.outer(sector, sector) * 1.0
        else:
            x = np.zeros((n, n))
            x[0], x[:, 0] = 1.0, 1.0
        values = x[~np.eye(n, dtype=bool)]
        standard = (x - values.mean()) / values.std()
        return np.asarray(standard)

    def _tested(
        self, seen: np.ndarray, x: np.ndarray, cells: np.ndarray, exact: bool
    ) -> np.ndarray:
        """Whether each effect is found, and the critical r: (effects + 1,).

        With t that of the predictor beside the control, relabelled less what the
        control explains of it (double semi-partialing); without a control, r.
        """
        error, own, control = seen - seen.mean(axis=1, keepdims=True)
        square = control @ control
        if square > 0:
            control = control / math.sqrt(square)
            share = own @ control
            moved = np.zeros((self.actors, self.actors))
            moved[self._observed] = own - share * control
            own = moved[self._observed]
            error = error - (error @ control) * control
        else:
            moved = x - seen[1].mean()
        relabelled = moved.ravel()[cells]
        products = relabelled @ np.column_stack([own, error, control])
        length = np.sqrt(own @ own - products[:, 2] ** 2)
        kept = math.sqrt(own @ own)
        b = np.asarray(self.effects)
        rest = np.sqrt(1 - b**2)
        by_chance = np.abs(products[:, [0]] * b + products[:, [1]] * rest)
        by_chance *= (kept / length)[:, None]
        reached = np.abs(own @ own * b + own @ error * rest)
        scale = kept * np.sqrt(
            b**2 * (own @ own)
            + 2 * b * rest * (own @ error)
            + rest**2 * (error @ error)
        )
        count = (by_chance >= reached - TIE * scale).sum(axis=0)
        p = count / len(cells) if exact else (count + 1) / (len(cells) + 1)
        null = products[:, 1] * kept / length / (kept * math.sqrt(error @ error))
        limit = critical(null, alternative="two-sided", alpha=self.alpha, exact=exact)
        return np.append(p <= self.alpha * (1 + 1e-12), limit)


def relabellings(
    strata: np.ndarray, n_resamples: int, rng: np.random.Generator
) -> tuple[np.ndarray, bool]:
    """Every relabelling within strata where there are at most 5,040, else draws.

    Parameters
    ----------
    strata
        One label per actor.
    n_resamples
        Draws.
    rng
        Where they come from.

    Returns
    -------
    ndarray, bool
        (R, n), and whether these are all.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> found, exact = relabellings(np.zeros(3, dtype=int), 99, rng)
    >>> found.shape, exact
    ((6, 3), True)
    """
    plan = Plan("listed", strata, n_resamples=n_resamples, entropy=0)
    if plan.n_relabellings <= LISTED:
        return np.concatenate([plan.block(k) for k in range(plan.n_blocks)]), True
    drawn = np.empty((n_resamples, len(strata)), dtype=np.intp)
    for label in np.unique(strata):
        group = np.flatnonzero(strata == label)
        drawn[:, group] = rng.permuted(np.tile(group, (n_resamples, 1)), axis=1)
    return drawn, False
