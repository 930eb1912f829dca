"""Simulated studies of ties and of actors: draw two relations, and test their link."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import stdtrit

from netcollab._plans import Plan
from netcollab.inference.orbit import distinct_relabellings, orbit_size
from netcollab.inference.permutation import TIE
from netcollab.inference.planned import Planned, draws_for, planned_smallest, too_far

__all__ = ["Attributes", "OneNetwork", "Slopes"]

LISTED = 5_040  # the relabellings of seven actors
MANY, FEW_STEPS = 400, 10  # dyads from which on fewer relabellings are drawn
MOST_ACTORS = 60
MIN_ANSWERING = 4
ROOM = 1_000_000
GAP = (2 / math.sqrt(math.pi), math.sqrt(2 - 4 / math.pi))  # of two normal attributes


@dataclass(frozen=True, eq=False)
class _Ties:
    """Relations among the functions of a site, of variance 1.

    .. math:: y_{ij} = \\beta x_{ij} + \\sqrt{1 - \\beta^2} \\, e_{ij}, \\qquad
        e_{ij} = a_i + b_j + d_ij

    Senders a and receivers b share the autocorrelation of the variance of e, and of x
    where it is dyadic, half each; beta is the correlation of x and y. Ties of functions
    that do not answer are missing.
    """

    planned: Planned
    effects: np.ndarray

    kind = "correlation"

    @property
    def untestable(self) -> str:
        """Why no study of this plan can be tested; empty if it can."""
        if self.planned.functions > MOST_ACTORS:
            return (
                f"ties of more than {MOST_ACTORS} actors are not simulated: "
                "correlations of .1 are found"
            )
        return self._too_few

    @property
    def _too_few(self) -> str:
        if self.planned.answering >= MIN_ANSWERING:
            return ""
        return (
            f"{self.planned.answering} of {self.planned.functions} functions of a site "
            f"would answer; at least {MIN_ANSWERING} are needed"
        )

    @cached_property
    def _observed(self) -> np.ndarray:
        """True for the ties of those who answer."""
        observed = ~np.eye(self.planned.functions, dtype=bool)
        observed[self.planned.answering :] = False
        return observed

    @cached_property
    def _rest(self) -> np.ndarray:
        """What each effect leaves to the error: sqrt(1 - beta^2)."""
        rest: np.ndarray = np.sqrt(1 - self.effects**2)
        return rest

    def _relation(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """Relations with senders and receivers of their own, (B, n, n)."""
        n, share = self.planned.functions, self.planned.autocorrelation
        ends = rng.normal(size=(2, size, n)) * math.sqrt(share / 2)
        pairs = rng.normal(size=(size, n, n)) * math.sqrt(1 - share)
        relation: np.ndarray = ends[0][:, :, None] + ends[1][:, None, :] + pairs
        return relation

    def _predictor(self, rng: np.random.Generator, size: int) -> np.ndarray:
        """The predictor of each network, (B, n, n)."""
        n = self.planned.functions
        if self.planned.predictor == "dyadic":
            return self._relation(rng, size)
        if self.planned.predictor == "sender":
            return np.tile(rng.normal(size=(size, n, 1)), (1, 1, n))
        if self.planned.predictor == "difference":
            attribute = rng.normal(size=(size, n))
            gap = np.abs(attribute[:, :, None] - attribute[:, None, :])
            standard: np.ndarray = (gap - GAP[0]) / GAP[1]
            return standard
        if self.planned.predictor == "sectors":
            sector = np.arange(n) % 2
            x = np.equal.outer(sector, sector) * 1.0
        else:
            x = np.zeros((n, n))
            x[0], x[:, 0] = 1.0, 1.0
        values = x[~np.eye(n, dtype=bool)]
        return np.tile((x - values.mean()) / values.std(), (size, 1, 1))


class Slopes(_Ties):
    """The test of `site_slopes`: a slope in every site, and t(G - 1) of their mean."""

    test = "site_slopes"
    unit = "sites"
    p_min = math.nan

    @property
    def n(self) -> int:
        """Sites."""
        return self.planned.sites

    @property
    def untestable(self) -> str:
        """Why no study of this plan can be tested; empty if it can."""
        if self.n < 2:
            return "one site has no other to be compared with"
        return super().untestable

    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray:
        step = max(1, ROOM // (self.n * self.planned.functions**2))
        parts = [self._tested(rng, min(step, size - k)) for k in range(0, size, step)]
        return np.concatenate(parts)

    def _tested(self, rng: np.random.Generator, size: int) -> np.ndarray:
        sites = self.n
        error = self._relation(rng, size * sites)[:, self._observed]
        x = self._predictor(rng, size * sites)[:, self._observed]
        x = x - x.mean(axis=1, keepdims=True)
        by_chance = np.einsum("bd,bd->b", x, error) / np.einsum("bd,bd->b", x, x)
        chance = by_chance.reshape(size, sites)
        own = rng.normal(size=(size, sites)) * self.planned.slope_sd
        # slopes are effect + own + rest * chance
        mean = self.effects + own.mean(axis=1)[:, None]
        mean = mean + chance.mean(axis=1)[:, None] * self._rest
        chance = chance - chance.mean(axis=1, keepdims=True)
        own = own - own.mean(axis=1, keepdims=True)
        square = (chance**2).sum(axis=1)[:, None] * self._rest**2
        square = square + 2 * (chance * own).sum(axis=1)[:, None] * self._rest
        square = square + (own**2).sum(axis=1)[:, None]
        error = np.sqrt(np.maximum(square, 0) / (sites - 1) / sites)
        limit = float(stdtrit(float(sites - 1), 1 - self.planned.alpha / 2))
        found: np.ndarray = np.abs(mean) > limit * error
        return found


class OneNetwork(_Ties):
    """The test of `qap_correlation`: relabel the functions of one site."""

    test = "qap_correlation"
    unit = "dyads"

    @property
    def n(self) -> int:
        """Dyads whose sender answers."""
        return int(self._observed.sum())

    @property
    def p_min(self) -> float:
        """One over the relabellings that change the predictor."""
        example = self._predictor(np.random.default_rng(0), 1)[0]
        orbit = orbit_size(example, self._strata)
        return planned_smallest(1 / orbit, orbit)

    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray:
        moves, exact = self._relabellings(rng)
        rows, columns = np.nonzero(self._observed)
        cells = moves[:, rows] * self.planned.functions + moves[:, columns]
        found = np.empty((size, len(self.effects)), dtype=bool)
        for one in found:
            error = self._relation(rng, 1)[0][rows, columns]
            x = self._predictor(rng, 1)[0]
            x = x - x[rows, columns].mean()
            one[:] = _linked(
                self, x[rows, columns], error, x.ravel()[cells], exact=exact
            )
        return found

    @property
    def _strata(self) -> np.ndarray:
        """1 for functions that do not answer; the others come first."""
        places = np.arange(self.planned.functions)
        silent: np.ndarray = (places >= self.planned.answering).astype(int)
        return silent

    def _relabellings(self, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
        """All that differ, or draws; and whether all are listed."""
        if self.planned.predictor in ("sectors", "star"):
            x = self._predictor(rng, 1)[0]
            if orbit_size(x, self._strata) <= LISTED:
                return distinct_relabellings(x, self._strata), True
        few = {"steps": FEW_STEPS} if self.n > MANY else {}
        return _relabellings(self._strata, draws_for(self.planned.alpha, **few), rng)


class Attributes(_Ties):
    """The test of `permutation_correlation`: attributes of one site's functions."""

    test = "permutation_correlation"
    unit = "actors"

    @property
    def n(self) -> int:
        """Functions that answer."""
        return self.planned.answering

    @property
    def untestable(self) -> str:
        """Why no study of this plan can be tested; empty if it can."""
        return self._too_few

    @property
    def p_min(self) -> float:
        """One over the ways to deal a continuous attribute out."""
        ways = math.factorial(self.n)
        return planned_smallest(1 / ways, ways)

    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray:
        drawn = draws_for(self.planned.alpha)
        moves, exact = _relabellings(np.zeros(self.n, dtype=int), drawn, rng)
        found = np.empty((size, len(self.effects)), dtype=bool)
        for one in found:
            x, error = rng.normal(size=(2, self.n))
            x = x - x.mean()
            one[:] = _linked(self, x, error, x[moves], exact=exact)
        return found


def _linked(
    studies: OneNetwork | Attributes,
    x: np.ndarray,
    error: np.ndarray,
    moved: np.ndarray,
    *,
    exact: bool,
) -> np.ndarray:
    """Whether a correlation is significant at each effect: (effects,).

    x has mean 0 and keeps mean and length when it is relabelled, so that its products
    with y rank relabellings as r does.
    """
    b, rest = studies.effects, studies._rest
    error = error - error.mean()
    products = moved @ np.column_stack([x, error])
    by_chance = np.abs(products[:, [0]] * b + products[:, [1]] * rest)
    length, shared = float(x @ x), float(x @ error)
    reached = np.abs(length * b + shared * rest)
    square = b**2 * length + 2 * b * rest * shared + rest**2 * float(error @ error)
    least = reached - TIE * np.sqrt(length * square)
    count = (by_chance >= least).sum(axis=0)
    return too_far(count, len(moved), alpha=studies.planned.alpha, exact=exact)


def _relabellings(
    strata: np.ndarray, count: int, rng: np.random.Generator
) -> tuple[np.ndarray, bool]:
    """Every relabelling within strata where there are at most 5,040, else draws."""
    plan = Plan("listed", strata, n_resamples=count, entropy=0)
    if plan.n_relabellings <= LISTED:
        return np.concatenate([plan.block(k) for k in range(plan.n_blocks)]), True
    drawn = np.empty((count, len(strata)), dtype=np.intp)
    for label in np.unique(strata):
        group = np.flatnonzero(strata == label)
        drawn[:, group] = rng.permuted(np.tile(group, (count, 1)), axis=1)
    return drawn, False
