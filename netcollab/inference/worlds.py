"""Simulated studies in which nothing is to be found, though much depends on much.

What would data look like, if the tested predictor had no effect on average, and yet
actors, sites and roles had something of their own in whatever is measured on them?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

__all__ = ["Networks", "OneNetwork", "Respondents", "Squares", "Ties", "World"]

Squares: TypeAlias = "dict[str, pd.DataFrame]"

ROLES = ("clinic", "home care", "labour", "school", "social", "youth")
HUBS = 2
HUB_SCALE = 4.0


@dataclass(frozen=True)
class OneNetwork:
    """One directed network: an outcome y, a predictor x and a confounder z.

    Each is a sum of a sender's, a receiver's and a dyad's own part. The confounder is
    part of both others, and the model holds it.

    Parameters
    ----------
    actors
        How many.
    dependence
        Share of the variance from senders and receivers, half each.
    confounding
        How much of z is in y and in x, in standard deviations.
    predictor
        "dyadic"; "sender": x is an attribute of senders; "hubs": two actors whose
        dyads have four times the spread, in y and in x; "skewed": the exponentials of
        all three, which no line relates.
    silent
        Share of the actors whose answers are missing.

    Examples
    --------
    >>> y, x = OneNetwork(8, dependence=0.4).draw(np.random.default_rng(1))
    >>> y.shape, list(x)
    ((8, 8), ['x', 'z'])
    """

    actors: int
    dependence: float
    confounding: float = 0.6
    predictor: Literal["dyadic", "sender", "hubs", "skewed"] = "dyadic"
    silent: float = 0.0

    def draw(self, rng: np.random.Generator) -> tuple[pd.DataFrame, Squares]:
        """The outcome, and the predictors by name."""
        n = self.actors
        y, x, z = (_relation(rng, n, self.dependence) for _ in range(3))
        if self.predictor == "sender":
            x = np.tile(rng.normal(size=(n, 1)), n)
        y, x = y + self.confounding * z, x + self.confounding * z
        if self.predictor == "hubs":
            scale = np.ones(n)
            scale[:HUBS] = HUB_SCALE
            spread = np.maximum.outer(scale, scale)
            y, x = spread * y, spread * x
        if self.predictor == "skewed":
            y, x, z = np.exp(y), np.exp(x), np.exp(z)
        y[: round(self.silent * n)] = np.nan
        np.fill_diagonal(y, np.nan)
        return pd.DataFrame(y), {"x": pd.DataFrame(x), "z": pd.DataFrame(z)}


@dataclass(frozen=True)
class Ties(OneNetwork):
    """One network whose outcome is a tie or none, half of the dyads each.

    Examples
    --------
    >>> y, _ = Ties(8, dependence=0.4).draw(np.random.default_rng(1))
    >>> sorted(set(y.to_numpy()[~np.eye(8, dtype=bool)]))
    [np.float64(0.0), np.float64(1.0)]
    """

    def draw(self, rng: np.random.Generator) -> tuple[pd.DataFrame, Squares]:
        """The outcome, and the predictors by name."""
        y, x = super().draw(rng)
        return (y > np.nanmedian(y)).astype(float).where(y.notna()), x


@dataclass(frozen=True)
class Respondents:
    """Answers of 5 to 30 respondents per site, and a predictor x of sites.

    Parameters
    ----------
    sites
        How many.
    predictor
        "half" of the sites have x, "two" have it, it is "normal" or "skewed" (the
        exponential of 1.5 times a normal).
    icc
        Share of the variance between sites.

    Examples
    --------
    >>> answers = Respondents(8, "half", 0.2).draw(np.random.default_rng(1))
    >>> answers.columns.tolist(), answers["x"].groupby(answers["site"]).first().sum()
    (['site', 'x', 'y'], np.float64(4.0))
    """

    sites: int
    predictor: Literal["half", "two", "normal", "skewed"]
    icc: float

    def draw(self, rng: np.random.Generator) -> pd.DataFrame:
        """One row per respondent: site, x, y."""
        g = self.sites
        x = {
            "half": np.arange(g) < g // 2,
            "two": np.arange(g) < 2,
            "normal": rng.normal(size=g),
            "skewed": np.exp(1.5 * rng.normal(size=g)),
        }[self.predictor] * 1.0
        site = np.repeat(np.arange(g), rng.integers(5, 31, size=g))
        between = math.sqrt(self.icc) * rng.normal(size=g)
        within = math.sqrt(1 - self.icc) * rng.normal(size=len(site))
        return pd.DataFrame({"site": site, "x": x[site], "y": between[site] + within})


@dataclass(frozen=True)
class Networks:
    """Six roles that rate each other in each of several sites, and a predictor x.

    A rating has a site's part (.4 of a standard deviation), and in equal measures for
    y and x a sender's (.3 of the variance), a receiver's (.2) and its own (.5).

    Parameters
    ----------
    sites
        How many.
    predictor
        "dyadic", or "sender": one normal value per function.
    slope_sd
        Standard deviation of the slopes of x between sites; their mean is 0.
    role_share
        Share of the variance, of y and of x, that two roles have in every site.

    Examples
    --------
    >>> y, x = Networks(8).draw(np.random.default_rng(1))
    >>> len(y), y["site 0"].shape, x["x"]["site 7"].shape
    (8, (6, 6), (6, 6))
    """

    sites: int
    predictor: Literal["dyadic", "sender"] = "dyadic"
    slope_sd: float = 0.0
    role_share: float = 0.0

    def draw(self, rng: np.random.Generator) -> tuple[Squares, dict[str, Squares]]:
        """Outcome by site; predictors by name and site."""
        roles = rng.normal(size=(2, len(ROLES), len(ROLES)))
        own, shared = math.sqrt(1 - self.role_share), math.sqrt(self.role_share)
        y, x = {}, {}
        for k in range(self.sites):
            if self.predictor == "sender":
                cells = np.tile(rng.normal(size=(len(ROLES), 1)), len(ROLES))
            else:
                cells = shared * roles[0] + own * _rated(rng)
            outcome = shared * roles[1] + own * _rated(rng) + 0.4 * rng.normal()
            outcome += self.slope_sd * rng.normal() * cells
            x[f"site {k}"] = pd.DataFrame(cells, ROLES, ROLES)
            y[f"site {k}"] = pd.DataFrame(outcome, ROLES, ROLES)
        return y, {"x": x}


World: TypeAlias = OneNetwork | Respondents | Networks


def _relation(rng: np.random.Generator, n: int, dependence: float) -> np.ndarray:
    sends, receives = rng.normal(size=(2, n)) * math.sqrt(dependence / 2)
    own = math.sqrt(1 - dependence) * rng.normal(size=(n, n))
    relation: np.ndarray = sends[:, None] + receives + own
    return relation


def _rated(rng: np.random.Generator) -> np.ndarray:
    n = len(ROLES)
    sends = math.sqrt(0.3) * rng.normal(size=(n, 1))
    receives = math.sqrt(0.2) * rng.normal(size=n)
    return np.asarray(sends + receives + math.sqrt(0.5) * rng.normal(size=(n, n)))
