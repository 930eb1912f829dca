"""Answers that one culture would have given, drawn with the competences found.

How alike are respondents, in parts, where one culture stands behind them all?
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from netcollab._checks import as_entropy
from netcollab._resample import draw, resample
from netcollab.scales.likeness import Kind, alike
from netcollab.scales.minres import minres, residuals

__all__ = ["grouped_residuals", "one_culture"]

_FIRST = 200
_CELLS = 2_000_000


def one_culture(
    answers: np.ndarray,
    competence: np.ndarray,
    kind: Kind,
    n_options: int,
    *,
    n_resamples: int,
    rng: int | np.random.Generator | None,
    workers: int,
) -> np.ndarray:
    """The largest eigenvalue of the residuals, where one culture stands behind all.

    Respondents keep their gaps and their competences, less what chance adds to these:
    to their spread, which is known from the number of statements, and to their mean,
    which first draws tell.

    Parameters
    ----------
    answers
        Respondents x statements; NaN where there is no answer.
    competence
        One per respondent, as estimated.
    kind, n_options
        As in `alike`.
    n_resamples, rng, workers
        Draws, their seed, and processes.

    Returns
    -------
    ndarray
        One eigenvalue per draw.
    """
    known = ~np.isnan(answers)
    place, noise = _statements(answers, competence)
    culture = _OneCulture(
        _without_chance(competence, known, kind, n_options),
        place,
        noise,
        known,
        kind,
        n_options,
    )
    entropy = as_entropy(rng)
    first = draw("competence", culture, n_resamples=_FIRST, rng=entropy)
    bias = float(first.null[:, 1].mean() - culture.competence.mean())
    done = draw(
        "cultural consensus",
        replace(culture, competence=np.clip(culture.competence - bias, -1, 1)),
        inputs=[answers],
        n_resamples=n_resamples,
        rng=entropy,
        workers=workers,
    )
    eigenvalues: np.ndarray = done.null[:, 0]
    return eigenvalues


def grouped_residuals(
    left: np.ndarray,
    codes: np.ndarray,
    *,
    n_resamples: int,
    rng: int | np.random.Generator | None,
) -> float:
    """p of the mean residual inside groups, with groups dealt out anew; NaN if one.

    Parameters
    ----------
    left
        Residuals with a diagonal of 0.
    codes
        The group of each respondent, as a number from 0.
    n_resamples, rng
        Deals, and their seed.
    """
    if len(np.unique(codes)) < 2:
        return math.nan
    inside = _Inside(left, codes)
    observed = float(inside(np.arange(len(codes))[None])[0])
    done = resample(
        "cultural consensus groups",
        inside,
        np.zeros(len(codes), dtype=int),
        inputs=[left, codes],
        n_resamples=n_resamples,
        rng=rng,
    )
    reached = int((done.null >= observed - 1e-10 * max(1.0, abs(observed))).sum())
    own, total = (0, len(done.null)) if done.plan.exact else (1, len(done.null) + 1)
    return (reached + own) / total


@dataclass(frozen=True, eq=False)
class _Inside:
    """The sum of residuals inside groups dealt out anew: relabellings in, array out."""

    left: np.ndarray
    codes: np.ndarray

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        found = np.zeros(len(relabellings))
        dealt = self.codes[relabellings]
        for code in range(int(self.codes.max()) + 1):
            member = (dealt == code).astype(float)
            reached = np.einsum("bi,ij->bj", member, self.left)
            found += np.einsum("bj,bj->b", reached, member)
        return found


@dataclass(frozen=True, eq=False)
class _OneCulture:
    """Draws of one culture: the residuals' largest eigenvalue, the mean competence.

    "ordered": respondent i sees statement s at d_i z_s + sqrt(1 - d_i^2) v_s e, with
    the statement's place z in the culture, its noise v, and e standard normal.
    "named": i knows the answer with probability d_i (0 where it is negative), and
    guesses evenly otherwise.
    """

    competence: np.ndarray
    place: np.ndarray
    noise: np.ndarray
    known: np.ndarray
    kind: Kind
    n_options: int

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        rng, size = block
        n, m = self.known.shape
        at_once = max(1, _CELLS // (n * max(n, m)))
        found = []
        for start in range(0, size, at_once):
            seen = self._seen(rng, min(at_once, size - start))
            matrices = alike(
                np.where(self.known, seen, np.nan), self.kind, self.n_options
            )
            loadings = minres(matrices, tolerance=1e-6)
            left = np.linalg.eigvalsh(residuals(matrices, loadings))[:, -1]
            found.append(np.stack([left, loadings.mean(axis=1)], axis=1))
        return np.concatenate(found)

    def _seen(self, rng: np.random.Generator, size: int) -> np.ndarray:
        shape = (size, *self.known.shape)
        if self.kind == "ordered":
            own = self.noise * rng.standard_normal(shape)
            share = self.competence[:, None]
            return np.asarray(share * self.place + np.sqrt(1 - share**2) * own)
        guess = np.minimum(
            np.floor(rng.random(shape) * self.n_options), self.n_options - 1
        )
        knows = rng.random(shape) < np.clip(self.competence, 0, 1)[:, None]
        return np.where(knows, 0.0, guess)


def _statements(
    answers: np.ndarray, competence: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each statement's place in the culture, and how much people differ on it.

    Places have mean 0 and standard deviation 1; squared noise has mean 1.
    """
    known = ~np.isnan(answers)
    held = np.where(known, answers, 0.0)
    size = known.sum(axis=1, keepdims=True)
    apart = np.where(known, held - held.sum(axis=1, keepdims=True) / size, 0.0)
    spread = np.sqrt((apart**2).sum(axis=1, keepdims=True) / size)
    apart = np.divide(apart, spread, out=np.zeros_like(apart), where=spread > 0)
    weight = np.clip(competence, 1e-6, None)[:, None] * known
    place = (weight * apart).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-6)
    place = place - place.mean()
    place = place / max(float(place.std()), 1e-12)
    left = np.where(known, apart - competence[:, None] * place, 0.0)
    noise = (left**2).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    if not noise.mean() > 1e-12:
        noise = np.ones_like(noise)
    return place, np.sqrt(noise / noise.mean())


def _without_chance(
    competence: np.ndarray, known: np.ndarray, kind: Kind, n_options: int
) -> np.ndarray:
    """Competences drawn to their mean, by what chance adds to their spread.

    Few statements make competences differ more than they do; draws from the estimates
    as they are would add chance a second time.
    """
    if kind == "ordered":
        noise = (1 - competence**2) ** 2
    else:
        share = np.clip(competence, 0, 1)
        right = share + (1 - share) / n_options
        noise = right * (1 - right) * (n_options / (n_options - 1)) ** 2
    chance = float((noise / known.sum(axis=1)).mean())
    spread = float(competence.var(ddof=1))
    kept = math.sqrt(max(0.0, 1 - chance / spread)) if spread > 0 else 0.0
    mean = competence.mean()
    return np.asarray(np.clip(mean + kept * (competence - mean), -1, 1))
