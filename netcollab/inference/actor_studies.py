"""Simulated studies of actors: draw two attributes, and deal one of them out anew.

Arrays in, arrays out: in which studies is a correlation of attributes significant?
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from netcollab.errors import RefusedError
from netcollab.inference.dyad_studies import LISTED, relabellings
from netcollab.inference.few_clusters import (
    distinct_orders,
    n_orders,
    smallest_by_order,
)
from netcollab.inference.permutation import TIE, critical
from netcollab.inference.power import planned_smallest

__all__ = ["ATTRIBUTES", "ActorStudies", "Attribute"]

Attribute = Literal["continuous", "two_groups"]

ATTRIBUTES = ("continuous", "two_groups")
MIN_ACTORS = 4


@dataclass(frozen=True, eq=False)
class ActorStudies:
    """Studies of one design, and the permutation test of each.

    Called with a generator and a number of studies B it returns (B, effects + 1):
    whether each effect is found, and the largest size of r that is not significant.

    Parameters
    ----------
    actors, response_rate, attribute
        As in `netcollab.inference.actor_design`.
    alpha, n_resamples
        Likewise.
    effects
        The correlations that are tried.
    """

    actors: int
    response_rate: float
    attribute: Attribute
    alpha: float
    n_resamples: int
    effects: tuple[float, ...]

    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray:
        moves, exact = self._deals(rng)
        n = self.answering
        found = np.empty((size, len(self.effects) + 1))
        for one in found:
            x = self._groups if self._is_grouped else rng.normal(size=n)
            one[:] = self._tested(x, rng.normal(size=n), moves, exact)
        return found

    def check(self) -> None:
        """Stop where no study of this design could be tested.

        Raises
        ------
        RefusedError
            With fewer than 4 actors that have both values.
        """
        if self.answering < MIN_ACTORS:
            raise RefusedError(
                f"{self.answering} of {self.actors} actors would have both values; at "
                f"least {MIN_ACTORS} are needed"
            )

    @property
    def answering(self) -> int:
        """Actors that have both values."""
        return math.floor(self.actors * self.response_rate + 0.5)

    @property
    def labels(self) -> dict[str, object]:
        """The design, for the columns of a table."""
        return {
            "actors": self.actors,
            "answering": self.answering,
            "attribute": self.attribute,
        }

    @property
    def p_min(self) -> float:
        """The smallest p, from the ways to deal the attribute out."""
        ways = math.factorial(self.answering)
        if not self._is_grouped:
            return planned_smallest(1 / ways, ways)
        least = smallest_by_order(self._groups, "two-sided")
        return planned_smallest(least, n_orders(self._groups))

    def changed(self, actors: int, effects: tuple[float, ...]) -> ActorStudies:
        """The same design with another number of actors."""
        return replace(self, actors=actors, effects=effects)

    @property
    def _is_grouped(self) -> bool:
        return self.attribute == "two_groups"

    @property
    def _groups(self) -> np.ndarray:
        """Two groups as equal as can be, of mean 0 and variance 1."""
        member = (np.arange(self.answering) % 2) * 1.0
        standard: np.ndarray = (member - member.mean()) / member.std()
        return standard

    def _deals(self, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
        if self._is_grouped and n_orders(self._groups) <= LISTED:
            return distinct_orders(self._groups), True
        return relabellings(np.zeros(self.answering, int), self.n_resamples, rng)

    def _tested(
        self, x: np.ndarray, error: np.ndarray, moves: np.ndarray, exact: bool
    ) -> np.ndarray:
        """Whether each effect is found, and the critical r: (effects + 1,)."""
        b = np.asarray(self.effects)
        y = b * x[:, None] + np.sqrt(1 - b**2) * error[:, None]
        own = np.column_stack([y, error])
        own = own - own.mean(axis=0)
        x = x - x.mean()
        own = own / np.sqrt((own**2).sum(axis=0) * (x @ x))
        by_chance = np.abs(x[moves] @ own)
        count = (by_chance[:, :-1] >= np.abs(x @ own[:, :-1]) - TIE).sum(axis=0)
        p = count / len(moves) if exact else (count + 1) / (len(moves) + 1)
        limit = critical(
            by_chance[:, -1], alternative="two-sided", alpha=self.alpha, exact=exact
        )
        return np.append(p <= self.alpha * (1 + 1e-12), limit)
