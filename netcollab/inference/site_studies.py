"""Simulated studies of sites: draw what respondents answer, and test the sites.

Arrays in, arrays out: how large must an effect be in each study, to be significant?
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.special import nctdtrinc, stdtrit
from scipy.stats import binom, norm

from netcollab.errors import InputError, RefusedError
from netcollab.inference.few_clusters import (
    distinct_orders,
    n_orders,
    smallest_by_order,
)
from netcollab.inference.permutation import TIE
from netcollab.inference.power import planned_smallest

__all__ = ["SiteStudies"]

LISTED = 5_000
ORDERS = 999
ROOM = 2_000_000
MOST_FUNCTIONS = 10_000
COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False)
class SiteStudies:
    """Studies of one design, and the tests of each.

    Called with a generator and a number of studies B it returns (B, 2 + effects): the
    effects from which on, and down from which, t is significant, and for each of
    `effects` whether the permutation of sites is.

    Parameters
    ----------
    sites, functions, respondents, response_rate, icc, treated, function_variance
        As in `netcollab.inference.site_design`.
    role_variance, covariates, alpha
        Likewise.
    effects
        For which sites are permuted.
    """

    sites: int
    functions: int
    respondents: int
    response_rate: float
    icc: float
    treated: float | None
    function_variance: float
    role_variance: float
    covariates: int
    alpha: float
    effects: tuple[float, ...] = ()

    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray:
        means, answered = self._means(rng, size)
        ends = self._ends(means, answered)
        return np.column_stack([ends, self._permuted(means, answered, rng)])

    def check(self) -> None:
        """Stop where no study of this design could be tested.

        Raises
        ------
        InputError
            If the variances leave nothing to the respondents.
        RefusedError
            With fewer than two sites, one kind of them, or no degree of freedom.
        """
        shared = self.icc + self.function_variance + self.role_variance
        if shared >= 1:
            raise InputError(
                f"icc, function_variance and role_variance add up to {shared:g}; they "
                "are shares of the variance and must leave some of 1 to respondents"
            )
        if self.sites < 2:
            raise RefusedError(
                "one site has no other to be compared with; plan at least two"
            )
        if self.treated is not None and not 0 < self.n_treated < self.sites:
            raise RefusedError(
                f"{self.n_treated} of {self.sites} sites would have the predictor: it "
                "must differ between sites"
            )
        if self.sites * self.functions > MOST_FUNCTIONS:
            raise RefusedError(
                f"{self.sites} sites of {self.functions} functions: designs of up to "
                f"{MOST_FUNCTIONS:,} functions in all are simulated"
            )
        if self.df < 1:
            raise RefusedError(
                f"{self.sites} sites and {self.n_terms} coefficients leave "
                f"{self.df} degrees of freedom; plan at least {self.n_terms + 1} sites"
            )

    @property
    def n_treated(self) -> int:
        """Sites that have the predictor."""
        return math.floor(self.sites * (self.treated or 0.0) + 0.5)

    @property
    def n_terms(self) -> int:
        """Coefficients, the intercept included."""
        return 2 + self.covariates

    @property
    def df(self) -> int:
        """Sites less coefficients."""
        return self.sites - self.n_terms

    @property
    def answers(self) -> float:
        """Respondents that may be expected."""
        asked = self.sites * self.functions * self.respondents
        return asked * self.response_rate

    @property
    def is_complete(self) -> bool:
        """Everybody answers, so that noncentral t is exact."""
        return self.response_rate == 1

    @cached_property
    def predictor(self) -> np.ndarray:
        """0 and 1, or normal scores of variance 1: (sites,)."""
        if self.treated is not None:
            return (np.arange(self.sites) < self.n_treated) * 1.0
        scores = norm.ppf((np.arange(self.sites) + 0.5) / self.sites)
        standard: np.ndarray = scores / scores.std()
        return standard

    @property
    def p_min(self) -> float:
        """The smallest p of permuting the sites."""
        ways = math.factorial(self.sites)
        if self.covariates or self.treated is None:
            return planned_smallest(1 / ways, ways)
        least = smallest_by_order(self.predictor, "two-sided")
        return planned_smallest(least, n_orders(self.predictor))

    @property
    def variance(self) -> float:
        """Of the mean of a site that has answers, over all ways of not answering."""
        asked, functions = self.functions * self.respondents, self.functions
        count = np.arange(1, asked + 1)
        chance = binom.pmf(count, asked, self.response_rate)
        unseen = (asked - count) / (max(asked - 1, 1) * count)
        squares = 1 / functions + (1 - 1 / functions) * unseen
        within = (
            self.function_variance * squares
            + self.role_variance * (squares - 1 / functions)
            + self._residual / count
        )
        return self.icc + float((chance * within).sum() / chance.sum())

    def detectable(self, power: float, *, endless: bool = False) -> float:
        """The effect that noncentral t finds; with endless respondents if so asked."""
        variance = self.variance
        if endless:
            variance = self.icc + self.function_variance / self.functions
        spread = float(((self.predictor - self.predictor.mean()) ** 2).sum())
        t = stdtrit(float(self.df), 1 - self.alpha / 2)
        delta = float(nctdtrinc(float(self.df), 1 - power, t))
        return delta * math.sqrt(variance / spread)

    def changed(self, **changes: float) -> SiteStudies:
        """The same design with something else about it, and no sites permuted."""
        return replace(self, effects=(), **changes)  # type: ignore[arg-type]

    @property
    def _residual(self) -> float:
        return 1 - self.icc - self.function_variance - self.role_variance

    def _means(
        self, rng: np.random.Generator, size: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Means of sites without an effect, and which sites have one: (B, sites)."""
        shape = (size, self.sites, self.functions)
        counts = rng.binomial(self.respondents, self.response_rate, shape)
        n = counts.sum(axis=2)
        weights = counts / np.maximum(n, 1)[:, :, None]
        means = rng.normal(size=shape[:2]) * math.sqrt(self.icc)
        roles = rng.normal(size=(size, 1, self.functions))
        own = rng.normal(size=shape) * math.sqrt(self.function_variance)
        own += roles * math.sqrt(self.role_variance)
        means += np.einsum("bgf,bgf->bg", weights, own)
        errors = np.sqrt(self._residual / np.maximum(n, 1))
        means += errors * rng.normal(size=shape[:2])
        return np.where(n > 0, means, 0.0), n > 0

    def _ends(self, means: np.ndarray, answered: np.ndarray) -> np.ndarray:
        """Above which effect, and below which, t is significant: (B, 2).

        An effect is added to the slope and leaves its standard error as it is.
        """
        x = np.column_stack([np.ones(self.sites), self.predictor, self._covariates])
        kept = answered.astype(float)
        squares = np.einsum("bg,gi,gj->bij", kept, x, x)
        df = kept.sum(axis=1) - x.shape[1]
        told = (np.linalg.eigvalsh(squares)[:, 0] > COLLINEAR) & (df > 0)
        ends = np.tile([np.inf, -np.inf], (len(means), 1))
        if not told.any():
            return ends
        products = np.einsum("bg,gi->bi", means[told], x)
        inverse = np.linalg.inv(squares[told])
        slopes = np.einsum("bij,bj->bi", inverse, products)
        left = (means[told] ** 2).sum(axis=1) - (slopes * products).sum(axis=1)
        error = np.sqrt(left / df[told] * inverse[:, 1, 1])
        reach = stdtrit(df[told], 1 - self.alpha / 2) * error
        ends[told] = np.column_stack([reach - slopes[:, 1], -reach - slopes[:, 1]])
        return ends

    @cached_property
    def _covariates(self) -> np.ndarray:
        """Columns that are unrelated to the predictor, sites x covariates."""
        some = np.random.default_rng(0).normal(size=(self.sites, self.covariates))
        fixed = np.column_stack([np.ones(self.sites), self.predictor, some])
        unrelated: np.ndarray = np.linalg.qr(fixed)[0][:, 2:]
        return unrelated

    def _permuted(
        self, means: np.ndarray, answered: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Whether permuting sites finds each effect: (B, effects)."""
        found = np.zeros((len(means), len(self.effects)))
        if self.covariates:
            return found
        values = np.where(answered, self.predictor, np.inf)
        order = np.argsort(values, axis=1, kind="stable")
        values = np.take_along_axis(values, order, axis=1)
        means = np.take_along_axis(means, order, axis=1)
        kinds, kind = np.unique(values, axis=0, return_inverse=True)
        for place, x in enumerate(kinds):
            rows = np.flatnonzero(kind.ravel() == place)
            x = x[np.isfinite(x)]
            if len(x) > 1 and np.ptp(x) > 0:
                found[rows] = self._of_orders(x, means[rows, : len(x)], rng)
        return found

    def _of_orders(
        self, x: np.ndarray, y: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """The permutation test of sites that all have an answer: (B, effects)."""
        exact = n_orders(x) <= LISTED
        orders = (
            distinct_orders(x)
            if exact
            else rng.permuted(np.tile(np.arange(len(x)), (ORDERS, 1)), axis=1)
        )
        x, y = x - x.mean(), y - y.mean(axis=1, keepdims=True)
        moved, own = x[orders], y @ x
        found = np.empty((len(y), len(self.effects)))
        for start in range(0, len(y), max(1, ROOM // len(orders))):
            part = slice(start, start + max(1, ROOM // len(orders)))
            products = y[part] @ moved.T
            for k, effect in enumerate(self.effects):
                reached = own[part] + effect * (x @ x)
                size = (y[part] ** 2).sum(axis=1) + effect * (own[part] + reached)
                least = np.abs(reached) - TIE * np.sqrt(size * (x @ x))
                by_chance = np.abs(products + effect * (moved @ x))
                count = (by_chance >= least[:, None]).sum(axis=1)
                p = count / len(orders) if exact else (count + 1) / (len(orders) + 1)
                found[part, k] = p <= self.alpha * (1 + 1e-12)
        return found
