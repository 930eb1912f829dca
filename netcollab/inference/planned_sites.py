"""Simulated studies of sites: draw what respondents answer, and test the sites."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import nctdtrinc, stdtrit
from scipy.stats import binom, norm

from netcollab.inference.few_clusters import (
    distinct_orders,
    n_orders,
    smallest_by_order,
)
from netcollab.inference.permutation import TIE
from netcollab.inference.planned import Planned, draws_for, planned_smallest, too_far

__all__ = ["SiteMeans", "SiteOrders"]

LISTED = 5_000
ROOM = 2_000_000
COLLINEAR = 1e-10


@dataclass(frozen=True, eq=False)
class _Sites:
    """Means of the sites of many studies, without an effect.

    .. math:: y_{gfr} = \\delta x_g + u_g + c_{gf} + e_{gfr}

    Site g's mean is over the respondents r of its functions f that answer; u, c and e
    have the variances icc, function_variance and the rest of 1.
    """

    planned: Planned
    effects: np.ndarray

    unit = "sites"

    @property
    def kind(self) -> str:
        """What an effect is."""
        return "slope" if self.planned.treated is None else "difference"

    @property
    def n(self) -> int:
        """Sites."""
        return self.planned.sites

    @property
    def n_treated(self) -> int:
        """Sites that have the predictor."""
        return math.floor(self.planned.sites * (self.planned.treated or 0.0) + 0.5)

    @property
    def n_terms(self) -> int:
        """Coefficients, the intercept included."""
        return 2 + self.planned.covariates

    @property
    def df(self) -> int:
        """Sites less coefficients."""
        return self.planned.sites - self.n_terms

    @property
    def untestable(self) -> str:
        """Why no study of this plan can be tested; empty if it can."""
        if self.n < 2:
            return "one site has no other to be compared with"
        if self.planned.treated is not None and self.n_treated in (0, self.n):
            return "all sites would be of one kind"
        if self.df < 1:
            return f"{self.n} sites and {self.n_terms} coefficients leave no freedom"
        return ""

    @cached_property
    def predictor(self) -> np.ndarray:
        """0 and 1, or normal scores of variance 1: (sites,)."""
        if self.planned.treated is not None:
            return (np.arange(self.n) < self.n_treated) * 1.0
        scores = norm.ppf((np.arange(self.n) + 0.5) / self.n)
        standard: np.ndarray = scores / scores.std()
        return standard

    @property
    def variance(self) -> float:
        """Of the mean of a site that has answers, over all ways of not answering."""
        plan, functions = self.planned, self.planned.functions
        asked = functions * plan.respondents
        count = np.arange(1, asked + 1)
        chance = binom.pmf(count, asked, plan.response_rate)
        unseen = (asked - count) / (max(asked - 1, 1) * count)
        squares = 1 / functions + (1 - 1 / functions) * unseen
        within = plan.function_variance * squares + plan.residual / count
        return plan.icc + float((chance * within).sum() / chance.sum())

    def detectable(self, power: float) -> float:
        """The effect that noncentral t finds; exact where everybody answers."""
        spread = float(((self.predictor - self.predictor.mean()) ** 2).sum())
        t = stdtrit(float(self.df), 1 - self.planned.alpha / 2)
        delta = float(nctdtrinc(float(self.df), 1 - power, t))
        return delta * math.sqrt(self.variance / spread)

    def _means(
        self, rng: np.random.Generator, size: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Means of sites, and which sites have an answer: both (B, sites)."""
        plan = self.planned
        shape = (size, plan.sites, plan.functions)
        counts = rng.binomial(plan.respondents, plan.response_rate, shape)
        n = counts.sum(axis=2)
        weights = counts / np.maximum(n, 1)[:, :, None]
        means = rng.normal(size=shape[:2]) * math.sqrt(plan.icc)
        own = rng.normal(size=shape) * math.sqrt(plan.function_variance)
        means += np.einsum("bgf,bgf->bg", weights, own)
        errors = np.sqrt(plan.residual / np.maximum(n, 1))
        means += errors * rng.normal(size=shape[:2])
        return np.where(n > 0, means, 0.0), n > 0


class SiteMeans(_Sites):
    """The test of `site_means`: regression of the sites' means, t(G - k)."""

    test = "site_means"
    p_min = math.nan

    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray:
        means, answered = self._means(rng, size)
        x = np.column_stack([np.ones(self.n), self.predictor, self._covariates])
        kept = answered.astype(float)
        squares = np.einsum("bg,gi,gj->bij", kept, x, x)
        df = kept.sum(axis=1) - self.n_terms
        told = (np.linalg.eigvalsh(squares)[:, 0] > COLLINEAR) & (df > 0)
        found = np.zeros((size, len(self.effects)), dtype=bool)
        if not told.any():
            return found
        products = np.einsum("bg,gi->bi", means[told], x)
        inverse = np.linalg.inv(squares[told])
        slopes = np.einsum("bij,bj->bi", inverse, products)
        left = (means[told] ** 2).sum(axis=1) - (slopes * products).sum(axis=1)
        error = np.sqrt(np.maximum(left, 0) / df[told] * inverse[:, 1, 1])
        reach = stdtrit(df[told], 1 - self.planned.alpha / 2) * error
        # an effect is added to the slope and leaves its standard error as it is
        found[told] = np.abs(slopes[:, [1]] + self.effects) > reach[:, None]
        return found

    @cached_property
    def _covariates(self) -> np.ndarray:
        """Columns that are unrelated to the predictor, sites x covariates."""
        shape = (self.n, self.planned.covariates)
        some = np.random.default_rng(0).normal(size=shape)
        fixed = np.column_stack([np.ones(self.n), self.predictor, some])
        unrelated: np.ndarray = np.linalg.qr(fixed)[0][:, 2:]
        return unrelated


class SiteOrders(_Sites):
    """The test of `site_permutation` with one predictor: deal it out among sites."""

    test = "site_permutation"

    @property
    def untestable(self) -> str:
        """Why no study of this plan can be tested; empty if it can."""
        if self.planned.covariates:
            return "permutation of sites is not simulated with covariates"
        return super().untestable

    @property
    def p_min(self) -> float:
        """One over the ways to deal the predictor out, or two."""
        least = smallest_by_order(self.predictor, "two-sided")
        return planned_smallest(least, n_orders(self.predictor))

    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray:
        means, answered = self._means(rng, size)
        found = np.zeros((size, len(self.effects)), dtype=bool)
        values = np.where(answered, self.predictor, np.inf)
        order = np.argsort(values, axis=1, kind="stable")
        values = np.take_along_axis(values, order, axis=1)
        means = np.take_along_axis(means, order, axis=1)
        kinds, kind = np.unique(values, axis=0, return_inverse=True)
        for place, x in enumerate(kinds):
            rows = np.flatnonzero(kind.ravel() == place)
            x = x[np.isfinite(x)]
            if len(x) > 1 and np.ptp(x) > 0:
                found[rows] = self._tested(x, means[rows, : len(x)], rng)
        return found

    def _tested(
        self, x: np.ndarray, y: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Sites that all have an answer: (B, effects)."""
        exact = n_orders(x) <= LISTED
        if exact:
            orders = distinct_orders(x)
        else:
            drawn = (draws_for(self.planned.alpha), len(x))
            orders = rng.permuted(np.broadcast_to(np.arange(len(x)), drawn), axis=1)
        x, y = x - x.mean(), y - y.mean(axis=1, keepdims=True)
        moved, own, length = x[orders], y @ x, float(x @ x)
        found = np.empty((len(y), len(self.effects)), dtype=bool)
        step = max(1, ROOM // len(orders))
        for part in (slice(k, k + step) for k in range(0, len(y), step)):
            products = y[part] @ moved.T
            for k, effect in enumerate(self.effects):
                reached = own[part] + effect * length
                size = (y[part] ** 2).sum(axis=1) + effect * (own[part] + reached)
                least = np.abs(reached) - TIE * np.sqrt(size * length)
                by_chance = np.abs(products + effect * (moved @ x))
                count = (by_chance >= least[:, None]).sum(axis=1)
                found[part, k] = too_far(
                    count, len(orders), alpha=self.planned.alpha, exact=exact
                )
        return found
