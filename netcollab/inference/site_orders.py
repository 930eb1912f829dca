"""What goes with differences between sites, had the sites changed places?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from netcollab._checks import (
    Alternative,
    as_column_names,
    check_alternative,
    check_draws,
    check_fraction,
)
from netcollab._plans import ENUMERATED
from netcollab._resample import Resamples, resample
from netcollab.errors import InputError, RefusedError
from netcollab.inference.cores import one_core
from netcollab.inference.detectable import detectable_by_draws, tell_undetectable
from netcollab.inference.few_clusters import (
    distinct_orders,
    n_orders,
    smallest_by_order,
)
from netcollab.inference.inversion import inverted
from netcollab.inference.models import ModelResult
from netcollab.inference.permutation import pvalue
from netcollab.inference.recorded import of_sites
from netcollab.inference.samples import Sample, check_sample, sampled
from netcollab.inference.semipartial import KEPT, shifted_statistics
from netcollab.inference.site_averages import Means, averaged

__all__ = ["site_permutation"]

MIN_SITES = 4
LEVEL = 0.05


@one_core()
def site_permutation(
    data: pd.DataFrame,
    outcome: str,
    predictor: str,
    site: str | tuple[str, ...],
    *,
    covariates: Sequence[str] | str = (),
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> ModelResult:
    """Test of a predictor of sites by dealing its values out among the sites.

    The means of the sites are regressed on those of the predictor, and t is compared
    with that under every order of the predictor's values, or under drawn ones. The null
    hypothesis: which site has which value has nothing to do with the outcome. The
    test is exact if sites are exchangeable under it, whatever the distribution of the
    means. With 3 sites against 3, p is never below .10; with 4 against 4, .029.

    With covariates, what they leave of the outcome's means is dealt out (Freedman &
    Lane 1983), and t is that of the whole regression: approximate.

    Parameters
    ----------
    data
        One row per observation. Rows without a value in a used column are left out, and
        a note counts them.
    outcome
        A column of numbers.
    predictor
        A column of numbers, or of two words. Where it varies within sites, its means
        are dealt out, and a note says so.
    site
        The column that says which site; several in a tuple are taken together.
    covariates
        Columns whose means are held.
    n_resamples
        Draws, where the orders are too many to list (50,000 or n_resamples).
    alternative
        "greater": the slope is above 0; "less"; "two-sided".
    confidence
        Of the interval: the slopes b for which y - b x would not be rejected.
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
    ModelResult
        One row, for the predictor; `se` is the classical one, of which t is made.
        `p_min` is the smallest p that the predictor's values allow.

    Raises
    ------
    InputError
        If a column is not there or is no number where one is needed.
    RefusedError
        For an outcome or predictor whose site means do not vary, predictors that repeat
        each other (naming them), fewer than four sites.

    References
    ----------
    Freedman, D., & Lane, D. (1983). A nonstochastic interpretation of reported
    significance levels. J. Bus. Econ. Stat. 1, 292-298.
    Winkler, A. M., Ridgway, G. R., Webster, M. A., Smith, S. M., & Nichols, T. E.
    (2014). Permutation inference for the general linear model. NeuroImage 92, 381-397.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "site": list("aabbccddeeff"),
    ...         "capacity": [3, 4, 2, 2, 4, 5, 3, 3, 5, 4, 2, 3],
    ...         "reform": [0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1],
    ...     }
    ... )
    >>> result = site_permutation(rows, "capacity", "reform", "site")
    >>> result.method
    'exact (20 distinct relabellings)'
    >>> result.coefficients.loc["reform", ["pvalue", "p_min"]].tolist()
    [0.3, 0.1]
    """
    side = check_alternative(alternative)
    confidence = check_fraction("confidence", confidence)
    n_resamples = check_draws(n_resamples)
    others = as_column_names("covariates", covariates)
    sites = averaged(sampled(data, outcome, [predictor, *others], [site]))
    _check_predictor(sites, predictor)
    check_sample(sites, unit="sites", spare=1)
    if n_orders(sites.x[:, 1]) == 1:
        raise RefusedError(
            f"{predictor} is the same in all {len(sites.y)} sites but for rounding"
        )
    fit = Means.of(sites)
    kernel = _Dealt.of(sites)
    count = len(sites.y)
    resamples = resample(
        f"site permutation{' with covariates' if others else ''}",
        kernel,
        np.zeros(count, dtype=int),
        inputs=[sites.y, sites.x],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
        distinct=None if others else _distinct(sites.x[:, 1], n_resamples),
    )
    own = kernel(np.arange(count)[None, :])
    table, statistics = _tested(resamples, own, bool(others), confidence, side)
    table["estimate"], table["se"] = fit.slopes[1], fit.errors[1]
    table["p_min"] = _smallest(sites.x[:, 1], bool(others), resamples, side)
    term = sites.terms[1]
    note = table.pop("note").iloc[0]
    known = of_sites("site permutation" if not others else "", sites, [term])
    table["measured_size"] = known.sizes
    found = detectable_by_draws(
        statistics,
        float(table["se"].iloc[0]),
        fit.df,
        alternative=side,
        exact=resamples.plan.exact,
    )
    table["detectable_effect"] = found.effect
    return ModelResult(
        test=f"permutation of means by {sites.factors[0].name}",
        null=f"which site has which value of {term} has nothing to do with the outcome",
        coefficients=tell_undetectable(table.set_axis([term]), {term: found.reason}),
        null_distribution=pd.DataFrame({term: statistics}),
        alternative=side,
        n=count,
        unit="sites",
        df=fit.df,
        r_squared=fit.r_squared,
        n_resamples=resamples.plan.n_draws,
        method=resamples.plan.method,
        seed=resamples.seed,
        confidence=confidence,
        notes=(
            *sites.notes,
            *([f"{term}: {note}"] if note else []),
            *_remarks(float(table["p_min"].iloc[0]), others),
            *known.warnings,
        ),
        warnings=tuple(known.warnings),
        influence=fit.without_each(sites)[[term]],
    )


@dataclass(frozen=True, eq=False)
class _Dealt:
    """The moments behind t for orders of the sites: (B, G) -> (B, len(KEPT)).

    Without covariates the predictor is dealt out, with them what they leave of the
    outcome. `others` is an orthonormal basis of what is held, the mean included; `y`
    and `x` are what it leaves of outcome and predictor.
    """

    y: np.ndarray
    x: np.ndarray
    others: np.ndarray

    @classmethod
    def of(cls, sites: Sample) -> _Dealt:
        others, _ = np.linalg.qr(np.delete(sites.x, 1, axis=1))
        columns = np.column_stack([sites.y, sites.x[:, 1]])
        left = columns - others @ (others.T @ columns)
        left = left - others @ (others.T @ left)
        return cls(left[:, 0], left[:, 1], others)

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        kept = np.empty((len(relabellings), len(KEPT)))
        kept[:, 2] = (self.x**2).sum()
        kept[:, 6] = len(self.y) - self.others.shape[1] - 1
        if self.others.shape[1] == 1:
            moved = self.x[relabellings]
            kept[:, 0] = np.einsum("bg,g->b", moved, self.y)
            kept[:, 1] = np.einsum("bg,g->b", moved, self.x)
            kept[:, 3:6] = [(a * b).sum() for a, b in self._pairs(self.y, self.x)]
            return kept
        y, x = (self._left(each[relabellings]) for each in (self.y, self.x))
        kept[:, 0] = np.einsum("bg,g->b", y, self.x)
        kept[:, 1] = np.einsum("bg,g->b", x, self.x)
        for place, (a, b) in enumerate(self._pairs(y, x), start=3):
            kept[:, place] = np.einsum("bg,bg->b", a, b)
        return kept

    def _left(self, dealt: np.ndarray) -> np.ndarray:
        held = np.einsum("bg,gk->bk", dealt, self.others)
        left: np.ndarray = dealt - np.einsum("bk,gk->bg", held, self.others)
        return left

    @staticmethod
    def _pairs(
        y: np.ndarray, x: np.ndarray
    ) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        return (y, y), (x, y), (x, x)


def _check_predictor(sites: Sample, predictor: str) -> None:
    own = [term for term in sites.terms if term.startswith(f"{predictor}[")]
    if len(own) > 1:
        raise InputError(f"{predictor} needs numbers or two words; it has more words")
    if len(sites.y) < MIN_SITES:
        smallest = 1 / math.factorial(len(sites.y))
        raise RefusedError(
            f"{len(sites.y)} sites can be put in {1 / smallest:.0f} orders, so p is "
            f"never below {smallest:.2f}; permutation needs at least {MIN_SITES} sites"
        )


def _distinct(values: np.ndarray, n_resamples: int) -> np.ndarray | None:
    """One order for each that differs, where some are alike and few differ."""
    orders = n_orders(values)
    few = max(n_resamples, ENUMERATED)
    alike = orders < math.factorial(len(values))
    return distinct_orders(values) if alike and orders <= few else None


def _tested(
    resamples: Resamples,
    own: np.ndarray,
    held: bool,
    confidence: float,
    side: Alternative,
) -> tuple[pd.DataFrame, np.ndarray]:
    kept, exact = resamples.null, resamples.plan.exact
    statistics, observed = shifted_statistics(kept), float(shifted_statistics(own)[0])
    p, mc_error = pvalue(statistics, observed, alternative=side, exact=exact)
    interval = inverted(
        kept,
        own[0],
        confidence=confidence,
        alternative=side,
        exact=exact,
        same_sample=not held,
    )
    row = {
        "estimate": math.nan,
        "se": math.nan,
        "statistic": observed,
        "pvalue": p,
        "mc_error": mc_error,
        "p_min": math.nan,
        "ci_low": interval.low,
        "ci_high": interval.high,
        "note": interval.note,
    }
    return pd.DataFrame([row]), statistics


def _smallest(
    values: np.ndarray, held: bool, resamples: Resamples, side: Alternative
) -> float:
    count = len(values)
    smallest = 1 / math.factorial(count) if held else smallest_by_order(values, side)
    plan = resamples.plan
    return smallest if plan.exact else max(smallest, 1 / (plan.n_draws + 1))


def _remarks(smallest: float, held: Sequence[str]) -> list[str]:
    remarks = []
    if smallest > LEVEL:
        remarks.append(f"p is never below {smallest:.3g} with these sites")
    if held:
        remarks.append("beside covariates the permutation of residuals is approximate")
    return remarks
