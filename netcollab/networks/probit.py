"""A model of ties with sender, receiver and reciprocity effects, drawn from by Gibbs.

What would an unobserved tie be, judged by the ties that were observed?

.. math::
    z_{ij} = \\mu + x_{ij}'\\beta + a_i + b_j + e_{ij}, \\quad
    (a_i, b_i) \\sim N(0, \\Sigma), \\quad corr(e_{ij}, e_{ji}) = \\rho, \\quad
    var(e_{ij}) = 1

and tie ij has the k-th of the observed values when z_ij lies between the thresholds
k - 1 and k. The threshold nearest the median is 0. Undirected ties have one effect per
actor, a_i + a_j.

Priors: mu and beta ~ N(0, 100), where predictors have mean 0 and variance 1; Sigma ~
inverse Wishart with q + 2 degrees of freedom and the identity (q = 2 effects per actor,
undirected 1), rho uniform, thresholds flat.

One sweep draws, each given all others: what the two errors of a pair share; the
thresholds, by Metropolis steps with z integrated out (Cowles 1996), and z (Albert &
Chib 1993); mu, beta and all effects at once (Hoff 2005); Sigma; rho on a grid of 0.01;
and the scale of everything (Liu & Sabatti 2000). Only observed ties enter.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import cho_factor, cho_solve, solve_triangular
from scipy.sparse import csr_array, hstack
from scipy.special import ndtr, ndtri

__all__ = ["BURN_IN", "Model", "State", "states"]

BURN_IN = 500

_MEAN_VARIANCE = 100.0
_RHO = np.linspace(-0.99, 0.99, 199)
_ACCEPTED = 0.44
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Model:
    """The observed ties, one per row: sender, receiver, place of the value.

    Parameters
    ----------
    senders, receivers
        Places of the actors; an undirected pair stands once.
    codes
        The value, as its place among the values in their order.
    n
        Number of actors.
    directed
        False: an actor has one effect.
    predictors
        Of every dyad, k x n x n; symmetric where ties are.
    """

    senders: np.ndarray
    receivers: np.ndarray
    codes: np.ndarray
    n: int
    directed: bool
    predictors: np.ndarray

    @property
    def n_effects(self) -> int:
        """Effects per actor: as sender and receiver, or one."""
        return 2 if self.directed else 1

    @property
    def of_actors(self) -> slice:
        """Where the effects of actors stand, between mu and beta."""
        return slice(1, 1 + self.n * self.n_effects)

    @cached_property
    def fixed(self) -> np.ndarray:
        """The predictors of the ties, ties x k."""
        fixed: np.ndarray = self.predictors[:, self.senders, self.receivers].T
        return fixed

    @property
    def n_values(self) -> int:
        """How many different values were observed."""
        return int(self.codes.max()) + 1

    @cached_property
    def shares(self) -> np.ndarray:
        """The share of ties up to each value but the last."""
        counts = np.bincount(self.codes, minlength=self.n_values)
        return np.asarray(np.cumsum(counts)[:-1] / len(self.codes))

    @cached_property
    def anchor(self) -> int:
        """The threshold that stays at 0, the one nearest the median."""
        return int(np.abs(self.shares - 0.5).argmin())

    @cached_property
    def pairs(self) -> np.ndarray:
        """The rows of pairs observed both ways: first ties above, returns below."""
        rows = np.arange(len(self.codes))
        place = np.full((self.n, self.n), -1)
        place[self.senders, self.receivers] = rows
        back = place[self.receivers, self.senders]
        first = rows[rows < back]
        return np.stack([first, back[first]])

    @cached_property
    def columns(self) -> np.ndarray:
        """Which of mu and the effects each tie is the sum of."""
        second = self.receivers + (self.n if self.directed else 0)
        return np.stack([0 * self.senders, 1 + self.senders, 1 + second])

    @cached_property
    def products(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """X'X of the ties without a return, of those in pairs, and between the two."""
        count, size = len(self.codes), self.of_actors.stop
        rows = np.tile(np.arange(count), 3)
        ones = np.ones(3 * count)
        at = (rows, self.columns.ravel())
        design = hstack(
            [csr_array((ones, at), shape=(count, size)), self.fixed]
        ).tocsr()
        there, back = design[self.pairs[0]], design[self.pairs[1]]
        alone = design[np.setdiff1d(np.arange(count), self.pairs)]
        own, cross = there.T @ there + back.T @ back, there.T @ back
        whole = ((alone.T @ alone).toarray(), own.toarray(), cross.toarray())
        return whole[0], whole[1], whole[2] + whole[2].T

    def sums(self, values: np.ndarray) -> np.ndarray:
        """X' times one value per tie: its total, sums per actor and per predictor."""
        weights, size = np.tile(values, 3), self.of_actors.stop
        told = np.bincount(self.columns.ravel(), weights, minlength=size)
        return np.concatenate([told, np.einsum("dk,d->k", self.fixed, values)])


@dataclass(eq=False)
class State:
    """Where the sampler is.

    `effects` holds mu, the effects of all actors as senders, then as receivers, and
    beta; `cuts` the thresholds; `latent` z of the observed ties; `precision` is the
    inverse of Sigma.
    """

    latent: np.ndarray
    effects: np.ndarray
    precision: np.ndarray
    rho: float
    cuts: np.ndarray

    def centers(self, model: Model) -> np.ndarray:
        """The mean of z of every observed tie."""
        return np.asarray(self.means(model)[model.senders, model.receivers])

    def means(self, model: Model) -> np.ndarray:
        """The mean of z of every dyad."""
        actors = self.effects[model.of_actors].reshape(model.n_effects, model.n)
        slopes = self.effects[model.of_actors.stop :]
        means = self.effects[0] + actors[0][:, None] + actors[-1][None, :]
        return np.asarray(means + np.einsum("k,kij->ij", slopes, model.predictors))


def states(model: Model, rng: np.random.Generator) -> Iterator[State]:
    """The sampler's way, one state per sweep; the first `BURN_IN` are for finding it.

    The size of the threshold steps is set during the burn-in and then kept.
    """
    state = _start(model, rng)
    steps = np.full(model.n_values - 1, 0.1)
    sweep = 0
    while True:
        shift, spread = _pair_parts(model, state, rng)
        center = state.centers(model) + shift
        accepted = _move_cuts(model, state, center, spread, steps, rng)
        if sweep < BURN_IN:
            steps *= np.exp((accepted - _ACCEPTED) / np.sqrt(1 + sweep))
        state.latent = _latent(model, state.cuts, center, spread, rng)
        state.effects = _effects(model, state, rng)
        state.precision = _precision(model, state, rng)
        state.rho = _reciprocity(model, state, rng)
        _rescale(model, state, rng)
        sweep += 1
        yield state


def _start(model: Model, rng: np.random.Generator) -> State:
    """Thresholds from the shares of the values; no effects."""
    cuts = ndtri(model.shares)
    effects = np.zeros(model.of_actors.stop + len(model.predictors))
    effects[0] = -cuts[model.anchor]
    cuts = cuts - cuts[model.anchor]
    center, spread = np.full(len(model.codes), effects[0]), np.ones(len(model.codes))
    latent = _latent(model, cuts, center, spread, rng)
    return State(latent, effects, np.eye(model.n_effects), 0.0, cuts)


def _pair_parts(
    model: Model, state: State, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """What the two errors of a pair share, and the spread of what they do not.

    e_ij = g sqrt|rho| + u_ij and e_ji = sign(rho) g sqrt|rho| + u_ji: given g, all ties
    are independent.
    """
    shift, spread = np.zeros(len(model.codes)), np.ones(len(model.codes))
    there, back = model.pairs
    size, sign = abs(state.rho), -1.0 if state.rho < 0 else 1.0
    errors = state.latent - state.centers(model)
    precision = 1 + 2 * size / (1 - size)
    mean = np.sqrt(size) / (1 - size) * (errors[there] + sign * errors[back])
    noise = rng.standard_normal(len(there))
    common = mean / precision + noise / np.sqrt(precision)
    shift[there], shift[back] = np.sqrt(size) * common, sign * np.sqrt(size) * common
    spread[model.pairs] = np.sqrt(1 - size)
    return shift, spread


def _move_cuts(
    model: Model,
    state: State,
    center: np.ndarray,
    spread: np.ndarray,
    steps: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Every second threshold at once: given the others they are independent.

    Returns which steps were accepted. One threshold stays at 0.
    """
    accepted = np.zeros(len(steps))
    for first in (0, 1):
        moving = np.zeros(len(steps), dtype=bool)
        moving[first::2] = True
        moving[model.anchor] = False
        if not moving.any():
            continue
        cuts = state.cuts
        proposed = np.where(moving, cuts + steps * rng.standard_normal(len(cuts)), cuts)
        above = np.append(cuts[1:], np.inf)
        below = np.insert(cuts[:-1], 0, -np.inf)
        proposed = np.where((below < proposed) & (proposed < above), proposed, cuts)
        gain = _support(model, proposed, center, spread) - _support(
            model, cuts, center, spread
        )
        odds = gain[:-1] + gain[1:]
        taken = moving & (np.log(rng.random(len(cuts))) < odds) & (proposed != cuts)
        state.cuts = np.where(taken, proposed, cuts)
        accepted[taken] = 1.0
    return accepted


def _support(
    model: Model, cuts: np.ndarray, center: np.ndarray, spread: np.ndarray
) -> np.ndarray:
    """The log-likelihood of the ties with each value."""
    low, high = _ends(model, cuts, center, spread)
    turned = low > 0
    low, high = np.where(turned, -high, low), np.where(turned, -low, high)
    logs = np.log(np.maximum(ndtr(high) - ndtr(low), _TINY))
    return np.bincount(model.codes, logs, minlength=model.n_values)


def _ends(
    model: Model, cuts: np.ndarray, center: np.ndarray, spread: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Between which standardised thresholds each tie lies."""
    edges = np.concatenate([[-np.inf], cuts, [np.inf]])
    low = (edges[model.codes] - center) / spread
    return low, (edges[model.codes + 1] - center) / spread


def _latent(
    model: Model,
    cuts: np.ndarray,
    center: np.ndarray,
    spread: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Normal draws between the thresholds, by the inverse of the distribution."""
    low, high = _ends(model, cuts, center, spread)
    turned = low > 0
    ends = np.where(turned, -high, low), np.where(turned, -low, high)
    start, stop = ndtr(ends[0]), ndtr(ends[1])
    share = start + rng.random(len(low)) * (stop - start)
    drawn = np.clip(ndtri(np.clip(share, _TINY, 1.0)), *ends)
    return np.asarray(center + spread * np.where(turned, -drawn, drawn))


def _effects(model: Model, state: State, rng: np.random.Generator) -> np.ndarray:
    """mu and the effects of all actors at once, from their normal distribution."""
    weight, cross = _weights(state.rho)
    alone, own, crossed = model.products
    precision = alone + weight * own + cross * crossed
    flat = np.r_[0, model.of_actors.stop : len(precision)]
    precision[flat, flat] += 1 / _MEAN_VARIANCE
    places = 1 + np.arange(model.n)
    for (u, v), value in np.ndenumerate(state.precision):
        precision[places + u * model.n, places + v * model.n] += value
    latent = state.latent.copy()
    there, back = model.pairs
    latent[there] = weight * state.latent[there] + cross * state.latent[back]
    latent[back] = weight * state.latent[back] + cross * state.latent[there]
    root = cho_factor(precision, lower=True)
    mean = cho_solve(root, model.sums(latent))
    noise = rng.standard_normal(len(mean))
    return np.asarray(mean + solve_triangular(root[0], noise, lower=True, trans="T"))


def _weights(rho: float) -> tuple[float, float]:
    """The inverse of the covariance of a pair's errors: diagonal, off the diagonal."""
    return 1 / (1 - rho**2), -rho / (1 - rho**2)


def _precision(model: Model, state: State, rng: np.random.Generator) -> np.ndarray:
    """The inverse of Sigma: Wishart, by Bartlett's decomposition."""
    q = model.n_effects
    effects = state.effects[model.of_actors].reshape(q, model.n)
    scale = np.linalg.inv(np.eye(q) + np.einsum("ui,vi->uv", effects, effects))
    freedom = q + 2 + model.n - np.arange(q)
    lower = np.diag(np.sqrt(rng.chisquare(freedom)))
    lower[np.tril_indices(q, -1)] = rng.standard_normal(q * (q - 1) // 2)
    factor = np.linalg.cholesky(scale) @ lower
    return np.asarray(factor @ factor.T)


def _reciprocity(model: Model, state: State, rng: np.random.Generator) -> float:
    there, back = model.pairs
    if not len(there):
        return state.rho
    errors = state.latent - state.centers(model)
    squares = (errors[there] ** 2 + errors[back] ** 2).sum()
    products = (errors[there] * errors[back]).sum()
    rest = 1 - _RHO**2
    logs = -0.5 * (len(there) * np.log(rest) + (squares - 2 * _RHO * products) / rest)
    heights = np.cumsum(np.exp(logs - logs.max()))
    return float(_RHO[np.searchsorted(heights, rng.random() * heights[-1])])


def _rescale(model: Model, state: State, rng: np.random.Generator) -> None:
    """Multiply z, effects and thresholds by one factor from its distribution.

    The values say nothing of a common scale, so it is drawn at once and not found by
    small steps.
    """
    weight, cross = _weights(state.rho)
    errors = state.latent - state.centers(model)
    there, back = model.pairs
    square = (errors**2).sum() + 2 * cross * (errors[there] * errors[back]).sum()
    square += (weight - 1) * (errors[model.pairs] ** 2).sum()
    effects = state.effects[model.of_actors].reshape(model.n_effects, model.n)
    square += np.einsum("ui,uv,vi", effects, state.precision, effects)
    flat = np.r_[state.effects[0], state.effects[model.of_actors.stop :]]
    square += (flat**2).sum() / _MEAN_VARIANCE
    free = len(errors) + len(state.effects) + len(state.cuts) - 1
    factor = np.sqrt(rng.chisquare(free) / square)
    state.latent = state.latent * factor
    state.effects = state.effects * factor
    state.cuts = state.cuts * factor
