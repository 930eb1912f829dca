"""Would a slope be as large if the clusters' errors had had other signs?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from netcollab._checks import (
    Alternative,
    as_entropy,
    check_alternative,
    check_choice,
    check_count,
    check_draws,
    check_fraction,
)
from netcollab._plans import BLOCK, ENUMERATED
from netcollab._resample import draw
from netcollab.errors import RefusedError, UnknownNameError
from netcollab.inference.cluster_variance import (
    NOTHING_LEFT,
    check_clusters,
    split,
    without_each,
)
from netcollab.inference.cores import one_core
from netcollab.inference.detectable import detectable_by_draws, tell_undetectable
from netcollab.inference.few_clusters import few_clusters
from netcollab.inference.inversion import ROOM, tried
from netcollab.inference.models import ModelResult
from netcollab.inference.permutation import pvalue, smallest_pvalue
from netcollab.inference.recorded import of_sites
from netcollab.inference.samples import Factor, Sample, check_sample, sampled

__all__ = ["wild_cluster_bootstrap"]

POINTS = {
    "rademacher": np.array([1.0, -1.0]),
    "webb": np.sqrt([1.0, 1.0, 1.5, 1.5, 0.5, 0.5]) * [1, -1, 1, -1, 1, -1],
}
COARSE = 11  # clusters below which two points give few different bootstrap samples
ROUNDING = 1e-12
WORDS = {"rademacher": "signs", "webb": "six weights"}
COLUMNS = (
    "estimate",
    "se",
    "statistic",
    "pvalue",
    "mc_error",
    "p_min",
    "ci_low",
    "ci_high",
    "measured_size",
    "detectable_effect",
)


class _Scores(NamedTuple):
    """The clusters' parts in t, so that a draw needs no regression.

    With x~ what the other predictors leave of the term, and e what they leave of the
    outcome (or of the term in its place), a draw's numerator is v's and its clusters'
    scores are (diag(s) - K) v: `sums` holds s_g = x~_g' e_g, and K_gh is
    x~_g' Q_g (`of_term`) times Q_h' e_h (`of_errors`). `scale` is that of CR1S.
    """

    sums: np.ndarray
    of_term: np.ndarray
    of_errors: list[np.ndarray]
    scale: float


@one_core()
def wild_cluster_bootstrap(
    data: pd.DataFrame,
    outcome: str,
    fixed: Sequence[str] | str,
    cluster: str | tuple[str, ...],
    term: str,
    *,
    weights: Literal["rademacher", "webb"] = "rademacher",
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> ModelResult:
    """Test of one slope of least squares by a wild bootstrap of the clusters' errors.

    .. math:: y^*_g = X_g \\tilde\\beta + v_g \\tilde e_g

    with the fit and errors of the model without the term (restricted), and one random
    weight per cluster. The t-statistic, with the cluster-robust standard error CR1S, is
    compared with those of the y* (WCR; Cameron, Gelbach & Miller 2008). The test is
    approximate. In simulations with 8 and 12 sites, .05 nominal, it rejected a true
    null of a site's predictor in .03 to .07 where half of the sites had it or it was
    skewed, and in .00 to .03 where two had (MacKinnon & Webb 2017).

    Parameters
    ----------
    data
        One row per observation. Rows without a value in a used column are left out, and
        a note counts them.
    outcome
        A column of numbers.
    fixed
        Columns of numbers, the tested one among them. A column of words becomes an
        indicator for each category but the first.
    cluster
        The column that says which rows may depend on each other; several in a tuple are
        taken together.
    term
        The tested predictor.
    weights
        "rademacher": +1 or -1; all combinations are listed where there are at most
        50,000 (15 clusters), or n_resamples. "webb": six points, for fewer than 11
        clusters, where two points give few different samples.
    n_resamples
        Draws, where the combinations are too many to list.
    alternative
        "greater": the slope is above 0; "less"; "two-sided".
    confidence
        Of the interval: the hull of the slopes b for which y - b x is not rejected.
    rng
        Seed of the draws; None draws fresh entropy. The result records it.
    workers
        Processes; the result does not depend on them.
    progress
        Show a bar on stderr, where that is a terminal.
    checkpoint
        A file from which a killed run goes on with the same numbers; not written where
        all draws are listed.

    Returns
    -------
    ModelResult
        One row, for the term. `influence` holds its estimate without each cluster.

    Raises
    ------
    InputError
        If a column is not there or is no number where one is needed.
    UnknownNameError
        If the term is none of the predictors.
    RefusedError
        As `cluster_robust`.

    References
    ----------
    Cameron, A. C., Gelbach, J. B., & Miller, D. L. (2008). Bootstrap-based improvements
    for inference with clustered errors. Rev. Econ. Stat. 90, 414-427.
    MacKinnon, J. G., & Webb, M. D. (2017). Wild bootstrap inference for wildly
    different cluster sizes. J. Appl. Econom. 32, 233-254.
    Webb, M. D. (2023). Reworking wild bootstrap-based inference for clustered errors.
    Can. J. Econ. 56, 839-858.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "site": list("aabbccddeeff"),
    ...         "capacity": [3, 4, 2, 2, 4, 5, 3, 3, 5, 4, 2, 3],
    ...         "reform": [0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1],
    ...     }
    ... )
    >>> result = wild_cluster_bootstrap(rows, "capacity", ["reform"], "site", "reform")
    >>> result.method
    'exact (64 combinations of signs)'
    >>> result.coefficients.loc["reform", ["pvalue", "p_min"]].tolist()
    [0.25, 0.03125]
    """
    check_choice("weights", weights, POINTS)
    side = check_alternative(alternative)
    confidence = check_fraction("confidence", confidence)
    n_resamples, workers = check_draws(n_resamples), check_count("workers", workers)
    entropy = as_entropy(rng)
    sample = sampled(data, outcome, fixed, [cluster])
    check_sample(sample)
    place = _place(sample, str(term), check_clusters(sample))
    term = sample.terms[place]
    parts = split(sample)
    if np.isnan(parts.variance(parts.scores)[place]):
        raise RefusedError(f"{term}: {NOTHING_LEFT}")
    scores = _scores(sample, place)
    points, seed = POINTS[weights], None
    exact = len(points) ** parts.count <= max(n_resamples, ENUMERATED)
    if exact:
        draws = _listed(scores, points)
    else:
        drawn = draw(
            f"wild cluster bootstrap {weights}",
            _Weighted(scores, points),
            inputs=[scores.sums, scores.of_term, *scores.of_errors, points],
            n_resamples=n_resamples,
            rng=entropy,
            workers=workers,
            progress=progress,
            checkpoint=checkpoint,
        )
        draws, seed = drawn.null, drawn.seed
    own = _moments(scores, np.ones((1, parts.count)))
    table, statistics = _tested(draws, own, exact, confidence, side)
    table["estimate"] = parts.slopes[place]
    found = detectable_by_draws(
        statistics,
        float(table["se"].iloc[0]),
        parts.count - 1,
        alternative=side,
        exact=exact,
    )
    table["detectable_effect"] = found.effect
    orbit = len(points) ** parts.count // (2 if side == "two-sided" else 1)
    known = of_sites(f"wild bootstrap, {weights}", sample, [term])
    table["measured_size"] = known.sizes
    table["p_min"] = smallest_pvalue(orbit, n_resamples=len(draws), exact=exact)
    factor = sample.factors[0]
    note = table.pop("note").iloc[0]
    return ModelResult(
        test=f"least squares, wild cluster bootstrap by {factor.name}",
        null=f"the slope of {term} is 0, the other predictors held",
        coefficients=tell_undetectable(
            table[list(COLUMNS)].set_axis([term]), {term: found.reason}
        ),
        null_distribution=pd.DataFrame({term: statistics}),
        alternative=side,
        n=len(sample.y),
        unit="rows",
        df=len(sample.y) - len(sample.terms),
        r_squared=parts.r_squared,
        n_resamples=len(draws),
        method=f"exact ({len(draws):,} combinations of {WORDS[weights]})"
        if exact
        else f"{len(draws):,} draws of {WORDS[weights]}",
        seed=seed,
        confidence=confidence,
        notes=(
            *sample.notes,
            *([f"{term}: {note}"] if note else []),
            *_coarse(factor, weights, side),
            *few_clusters(sample, factor, side),
            *known.warnings,
        ),
        warnings=tuple(known.warnings),
        influence=without_each(parts, sample)[[term]],
    )


def _place(sample: Sample, term: str, own_means: np.ndarray) -> int:
    if term not in sample.terms[1:]:
        raise UnknownNameError("term", term, sample.terms[1:])
    place = sample.terms.index(term)
    if own_means[place]:
        raise RefusedError(f"{term} is the mean of one cluster; it cannot be tested")
    return place


@dataclass(frozen=True, eq=False)
class _Weighted:
    """The moments of draws of weights: a block in, (B, 5) out."""

    scores: _Scores
    points: np.ndarray

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        rng, size = block
        shape = (BLOCK, len(self.scores.sums))
        codes = rng.integers(len(self.points), size=shape)[:size]
        with one_core():
            return _moments(self.scores, self.points[codes])


def _listed(scores: _Scores, points: np.ndarray) -> np.ndarray:
    """The moments of every combination of weights."""
    count, found = len(scores.sums), []
    for start in range(0, len(points) ** count, BLOCK):
        ranks = np.arange(start, min(start + BLOCK, len(points) ** count))[:, None]
        codes = ranks // len(points) ** np.arange(count) % len(points)
        found.append(_moments(scores, points[codes]))
    return np.concatenate(found)


def _scores(sample: Sample, place: int) -> _Scores:
    factor = sample.factors[0]
    q, _ = np.linalg.qr(sample.x)
    others, _ = np.linalg.qr(np.delete(sample.x, place, axis=1))
    columns = np.column_stack([sample.y, sample.x[:, place]])
    left = columns - others @ (others.T @ columns)
    left = left - others @ (others.T @ left)
    term = left[:, 1:]
    (n, k), count = sample.x.shape, len(factor.levels)
    return _Scores(
        sums=factor.sums(term * left),
        of_term=factor.sums(q * term),
        of_errors=[factor.sums(q * column[:, None]) for column in left.T],
        scale=count / (count - 1) * (n - 1) / (n - k),
    )


def _moments(scores: _Scores, weights: np.ndarray) -> np.ndarray:
    """What t needs of each draw, B x 5, to test any slope.

    The numerator for the outcome and for the term in its place; the squares of the
    clusters' scores for the outcome, the products of both, the squares for the term.
    """
    a, b = (
        weights * own - weights @ errors @ scores.of_term.T
        for own, errors in zip(scores.sums.T, scores.of_errors, strict=True)
    )
    squares = [scores.scale * (s * t).sum(1) for s, t in ((a, a), (a, b), (b, b))]
    return np.column_stack([weights @ scores.sums, *squares])


def _t(moments: np.ndarray, slope: float = 0.0) -> np.ndarray:
    """t for the null that the term's slope is `slope`; NaN without a standard error."""
    by, bx, yy, xy, xx = moments.T
    square = yy - 2 * slope * xy + slope**2 * xx
    known = square > ROUNDING * (yy + slope**2 * xx)
    t = np.full(len(moments), np.nan)
    t[known] = (by - slope * bx)[known] / np.sqrt(square[known])
    return t


def _tested(
    draws: np.ndarray,
    own: np.ndarray,
    exact: bool,
    confidence: float,
    side: Alternative,
) -> tuple[pd.DataFrame, np.ndarray]:
    statistics, observed = _t(draws), float(_t(own)[0])
    p, mc_error = pvalue(statistics, observed, alternative=side, exact=exact)
    by, bx, square = own[0, :3]
    se = math.sqrt(square) / bx

    def is_kept(slope: float) -> bool:
        reached, _ = pvalue(
            _t(draws, slope), float(_t(own, slope)[0]), alternative=side, exact=exact
        )
        return reached > (1 - confidence) * ROOM

    interval = tried(by / bx, se, is_kept, side)
    row = {
        "se": se,
        "statistic": observed,
        "pvalue": p,
        "mc_error": mc_error,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "note": interval.note,
    }
    return pd.DataFrame([row]), statistics


def _coarse(factor: Factor, weights: str, side: Alternative) -> list[str]:
    """What to know where combinations are few."""
    notes = []
    count = len(factor.levels)
    if weights == "rademacher" and count < COARSE:
        ends = 2 if side == "two-sided" else 1
        notes.append(
            f"{count} clusters have {2**count} combinations of signs, so p moves in "
            f"steps of {ends / 2**count:.3g}; weights='webb' has more"
        )
    return notes
