"""Which relations and attributes go with a relation, each beside the others?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, cast

import numpy as np
import pandas as pd

from netcollab._checks import (
    Alternative,
    check_alternative,
    check_choice,
    check_draws,
    check_fraction,
)
from netcollab._resample import Resamples, resample
from netcollab.errors import RefusedError
from netcollab.inference.design_checks import (
    check_design,
    collinear_warnings,
    inflation,
    skew_warnings,
)
from netcollab.inference.detectable import detectable_by_draws, tell_undetectable
from netcollab.inference.dyads import Dyads, Matrices, gathered, observed
from netcollab.inference.exchangeable import (
    ANSWERED,
    check_moves,
    exchangeable,
    few_relabellings,
    orbits_of,
)
from netcollab.inference.families import Family, check_outcome
from netcollab.inference.influence import (
    hub_warnings,
    slopes_by_site,
    slopes_without_each,
)
from netcollab.inference.inversion import Interval, inverted
from netcollab.inference.models import ModelResult
from netcollab.inference.permutation import (
    critical,
    is_idle,
    largest_statistics,
    pvalue,
    smallest_pvalue,
)
from netcollab.inference.recorded import of_matrices
from netcollab.inference.relabelling import Block, about_means, blocks_of
from netcollab.inference.score import (
    RelabelledScores,
    informative,
    score_interval,
    scored,
)
from netcollab.inference.semipartial import (
    Fit,
    Relabelled,
    fitted,
    shifted_statistics,
)

__all__ = ["mrqap"]

Method = Literal["dsp", "freedman_lane", "y", "x"]

INVERTED = ("dsp", "x")  # the methods that relabel a predictor have intervals
FAMILIES: dict[Family, str] = {
    "gaussian": "",
    "logistic": ", logistic (score test)",
    "poisson": ", Poisson (score test)",
    "ordinal": ", cumulative logit (score test)",
}
BESIDE = "beside other predictors the test of a slope is approximate"
IDLE = (
    "its statistic is 0 in the data and under every relabelling, as where differences "
    "meet an outcome that is the same both ways; p would be 1 whoever is who. Take the "
    "size of a difference, or an outcome with a direction"
)
NULL = (
    "who is who in what a predictor adds to the others has nothing to do with the "
    "outcome"
)
METHODS = {
    "dsp": "double semi-partialing",
    "freedman_lane": "Freedman-Lane",
    "y": "the outcome relabelled",
    "x": "each predictor relabelled",
}


def mrqap(
    y: Matrices,
    x: Mapping[str, Matrices],
    *,
    method: Method = "dsp",
    family: Family = "gaussian",
    directed: bool = True,
    labels: Literal["independent", "common"] = "independent",
    strata: pd.Series | None = None,
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> ModelResult:
    """Regression of a matrix on matrices, tested by relabelling actors (MRQAP).

    .. math:: y_{ij} = \\beta_0 + \\sum_k \\beta_k x_{k,ij} + e_{ij}, \\qquad i \\ne j

    by least squares over the dyads observed in every matrix. Each slope is compared
    through its t-statistic with what relabelling gives. By double semi-partialing, x_k
    is replaced by :math:`e_{k,\\pi(i)\\pi(j)}`, with e_k what the other predictors
    leave of x_k: its own dependence between dyads stays, and so does the link of y with
    the other predictors. One relabelling serves the tests of all terms.

    The null hypothesis of each term: who is who in what x_k adds to the others has
    nothing to do with y. With one predictor the test is exact; beside others every
    method is approximate. In simulations with dependent dyads (20 actors, correlation
    .4) t-tests of least squares reject a true null in .19, this one in .04 to .05.

    **What was not observed.** Each relabelling is fitted to the dyads observed in the
    data and in the relabelled column. Actors that observed nothing (their row of y is
    empty) are relabelled among themselves, but not with `labels="common"`: a role may
    be silent in one site and not in another, so that all roles change places. A
    relabelling that leaves nothing to estimate counts as extreme.

    **Several sites.** Slopes are common, each site has its own mean. Relabelling within
    sites tests that nothing is there in any site; where slopes differ between sites, it
    rejects too often for a claim about their mean. Where the same roles recur in every
    site, `labels="common"` moves a role in all sites at once, since what two roles
    have in common recurs too.

    With a `family` other than "gaussian", a site without any tie (or with all, or with
    the lowest or the highest answer throughout) says nothing about slopes. It is left
    out and named in a note with its dyads.

    Parameters
    ----------
    y
        The outcome, actors on rows and columns, NaN = not observed; one per site in a
        dict.
    x
        The predictors by name, each in the form of y. The order of actors plays no
        part.
    method
        "dsp"; "freedman_lane" relabels what the other predictors leave of y; "y"
        relabels y and "x" each predictor as they are, which tests that no predictor,
        or x_k alone, has to do with y.
    family
        "gaussian": least squares. "logistic" (ties or none), "poisson" (counts) and
        "ordinal" (answers in an order; cumulative logit) compare score statistics,
        which need no further fit per relabelling; estimates are of maximum
        likelihood, their se Wald's.
    directed
        False: all matrices are symmetric and each pair counts once.
    labels
        "independent": each site has its own relabelling; "common": one for all.
    strata
        Actors are relabelled among those with the same value, by actor.
    n_resamples
        Draws, where the relabellings are too many to list (50,000 or n_resamples). One
        less than a number with divisors near its root, such as 9,999, is quickest.
    alternative
        "greater": the slope is larger than chance has it; "less"; "two-sided".
    confidence
        Of the intervals: the slopes b for which y - b x_k would not be rejected.
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
        `coefficients` has a row per predictor. `p_adjusted` counts all terms tested
        together (step-down max-T). `p_min` comes from how many different columns
        relabelling makes of what `method` relabels: the predictor, where it is alone.
        Intervals exist for "dsp" and "x".

    Raises
    ------
    InputError
        If labels or sites differ, a cell is no number, or an undirected matrix is not
        symmetric.
    RefusedError
        For an outcome or predictor without variance, predictors that repeat each other
        (naming them), a predictor that no relabelling changes, predictors whose
        statistics are 0 under every relabelling (differences between actors beside a
        symmetric outcome; one among others is not tested), too few dyads or actors, or
        more than 3,000 actors: memory grows with their square (2,000 actors and 3
        predictors take about 1 GiB).

    References
    ----------
    Dekker, D., Krackhardt, D., & Snijders, T. A. B. (2007). Sensitivity of MRQAP tests
    to collinearity and autocorrelation conditions. Psychometrika 72, 563-581.
    Freedman, D., & Lane, D. (1983). A nonstochastic interpretation of reported
    significance levels. J. Bus. Econ. Stat. 1, 292-298.
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing. Wiley.

    Examples
    --------
    >>> names = ["nav", "hdir", "udir", "bufdir", "ks"]
    >>> ministry = ["labour", "health", "schools", "health", "schools"]
    >>> same = pd.DataFrame(np.equal.outer(ministry, ministry) * 1.0, names, names)
    >>> staff = np.array([19.0, 1.2, 0.4, 0.9, 0.3])
    >>> gap = pd.DataFrame(np.subtract.outer(staff, staff), names, names)
    >>> trust = pd.DataFrame(
    ...     [
    ...         [np.nan, 3, 3, 2, 2],
    ...         [3, np.nan, 2, 5, 3],
    ...         [2, 3, np.nan, 3, 5],
    ...         [3, 4, 2, np.nan, 2],
    ...         [2, 2, 4, 3, np.nan],
    ...     ],
    ...     names,
    ...     names,
    ... )
    >>> result = mrqap(trust, {"same ministry": same, "staff gap": gap})
    >>> result.coefficients.loc["same ministry", "pvalue"].round(4)
    np.float64(0.0667)
    """
    chosen = cast(Method, check_choice("method", method, METHODS))
    kind = cast(Family, check_choice("family", family, FAMILIES))
    check_choice("labels", labels, ("independent", "common"))
    side = check_alternative(alternative)
    confidence = check_fraction("confidence", confidence)
    n_resamples = check_draws(n_resamples)
    common = labels == "common" and not isinstance(y, pd.DataFrame)
    every = gathered(y, x, directed=directed, common=common)
    sites, empty = observed(every)
    sites, constant = informative(sites, kind)
    names = [str(name) for name in x]
    check_design(sites, names)
    groups = exchangeable(sites, strata, common=common)
    check_moves(sites, groups, names, common=common)
    kernel = _kernel(sites, names, chosen, kind, common=common)
    orbits, distinct = _different(kernel, groups, names, n_resamples)
    resamples = resample(
        f"mrqap {chosen}",
        kernel,
        groups,
        inputs=[array for site in sites for array in (site.y, site.x)],
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
        distinct=distinct,
        crossed=True,
    )
    own = kernel(np.arange(len(groups))[None, :])
    fit, told = _estimates(kernel)
    coefficients, statistics = _tested(
        kernel, fit, own, resamples, names, orbits, side, confidence
    )
    factors, influence = inflation(sites), slopes_without_each(sites, names)
    hubs, skews = hub_warnings(sites, names, influence), skew_warnings(sites, names)
    test = f"MRQAP, {METHODS[chosen]}{FAMILIES[kind]}"
    apart = not common and any(site.silent.any() for site in sites)
    known = of_matrices(
        f"{test}, {labels} labels" if len(sites) > 1 else test,
        [len(site.actors) for site in sites],
        names,
        hubs=hubs,
        skewed=bool(skews),
    )
    coefficients["measured_size"] = known.sizes
    warnings = (
        *collinear_warnings(names, factors),
        *skews,
        *(told for every in hubs.values() for told in every),
        *known.warnings,
    )
    return ModelResult(
        test=test,
        null=NULL + (ANSWERED if apart else ""),
        coefficients=coefficients.drop(columns="note"),
        null_distribution=pd.DataFrame(statistics, columns=names),
        alternative=side,
        n=sum(int(site.known.sum()) for site in sites),
        unit="dyads" if directed else "pairs",
        df=fit.df,
        r_squared=fit.r_squared,
        n_resamples=resamples.plan.n_draws,
        method=_listed(resamples.plan.method, names),
        seed=resamples.seed,
        confidence=confidence,
        adjustment=f"step-down max-T (Westfall & Young) over the {len(names)} terms",
        notes=(
            *empty,
            *constant,
            *told,
            *([BESIDE] if len(names) > 1 else []),
            *_notes(coefficients, kernel.method, confidence),
            *warnings,
        ),
        warnings=warnings,
        vif=pd.Series(factors, index=names, name="vif"),
        influence=influence,
        by_site=slopes_by_site(every, names) if len(every) > 1 else pd.DataFrame(),
    )


def _tested(
    kernel: Relabelled | RelabelledScores,
    fit: Fit,
    own: np.ndarray,
    resamples: Resamples,
    names: Sequence[str],
    orbits: Sequence[int],
    side: Alternative,
    confidence: float,
) -> tuple[pd.DataFrame, np.ndarray]:
    plan, null = resamples.plan, np.asfortranarray(resamples.null)
    statistics, observed = _statistics(kernel, null), _statistics(kernel, own)
    idle = [is_idle(statistics[:, k], observed[0, k]) for k in range(len(names))]
    if all(idle):
        raise RefusedError(f"{', '.join(names)} cannot be tested: {IDLE}")
    statistics[:, idle] = observed[:, idle] = np.nan
    rows = []
    for k in range(len(names)):
        p, mc_error = pvalue(
            statistics[:, k], observed[0, k], alternative=side, exact=plan.exact
        )
        smallest = smallest_pvalue(
            orbits[k], n_resamples=plan.n_draws, exact=plan.exact
        )
        interval = Interval(math.nan, math.nan, f"not tested, {IDLE}")
        if not idle[k]:
            interval = _interval(
                kernel,
                k,
                null,
                own,
                confidence=confidence,
                alternative=side,
                exact=plan.exact,
            )
        told = (fit.slopes[k], fit.errors[k], observed[0, k], p, mc_error, smallest)
        rows.append((*told, *interval))
    columns = ["estimate", "se", "statistic", "pvalue", "mc_error", "p_min"]
    table = pd.DataFrame(
        rows, index=list(names), columns=[*columns, "ci_low", "ci_high", "note"]
    )
    table.insert(
        4,
        "p_adjusted",
        largest_statistics(statistics, observed[0], alternative=side, exact=plan.exact),
    )
    found = [
        detectable_by_draws(column, se, fit.df, alternative=side, exact=plan.exact)
        for column, se in zip(statistics.T, fit.errors, strict=True)
    ]
    table["detectable_effect"] = [each.effect for each in found]
    reasons = {name: each.reason for name, each in zip(names, found, strict=True)}
    return tell_undetectable(table, reasons), statistics


def _kernel(
    sites: Sequence[Dyads],
    names: Sequence[str],
    method: Method,
    family: Family,
    *,
    common: bool,
) -> Relabelled | RelabelledScores:
    if family == "gaussian":
        return Relabelled(sites, method, common)
    check_outcome(family, np.concatenate([site.outcome for site in sites]))
    if method == "freedman_lane":
        raise RefusedError(
            "Freedman-Lane relabels what is left of an outcome, which is no outcome of "
            f'a {family} model; use method="dsp"'
        )
    return RelabelledScores(sites, names, family, method, common)


def _different(
    kernel: Relabelled | RelabelledScores,
    groups: np.ndarray,
    names: Sequence[str],
    n_resamples: int,
) -> tuple[list[int], np.ndarray | None]:
    """How many different columns relabelling makes; one relabelling each, if few.

    Of a predictor alone, where no relabelling changes the sample, to relabel the
    outcome comes to relabelling the predictor the other way.
    """
    common, inverse = kernel.common, False
    blocks: Sequence[Block] = kernel.relabelled
    if len(names) == 1 and kernel.keeps_sample and kernel.method not in INVERTED:
        blocks = blocks_of(kernel.sites, about_means(kernel.sites)[1], common=common)
        inverse = True
    orbits = orbits_of(blocks, groups, names, common=common)
    return orbits, few_relabellings(
        blocks, groups, orbits, n_resamples, inverse=inverse
    )


def _estimates(kernel: Relabelled | RelabelledScores) -> tuple[Fit, list[str]]:
    if isinstance(kernel, Relabelled):
        return fitted(kernel.sites), []
    fit, separated = scored(kernel)
    notes = []
    if separated:
        notes.append(
            f"the outcome is separated by {', '.join(separated)}: the likelihood has "
            "no maximum"
        )
    notes += [
        f"{name} is not tested: beside it {', '.join(others)} separates the outcome"
        for name, others in zip(kernel.names, kernel.separated, strict=True)
        if others
    ]
    return fit, notes


def _statistics(kernel: Relabelled | RelabelledScores, kept: np.ndarray) -> np.ndarray:
    """Draws x terms."""
    if isinstance(kernel, RelabelledScores):
        return kept
    by_term = kept.reshape(len(kept), kernel.n_terms, -1)
    statistics = np.array(
        [shifted_statistics(by_term[:, k]) for k in range(kernel.n_terms)]
    ).T
    statistics[:, kernel.exhausted] = np.nan
    return statistics


def _interval(
    kernel: Relabelled | RelabelledScores,
    k: int,
    kept: np.ndarray,
    own: np.ndarray,
    *,
    confidence: float,
    alternative: Alternative,
    exact: bool,
) -> Interval:
    if isinstance(kernel, Relabelled) and kernel.exhausted[k]:
        told = "not tested, the other predictors make up the outcome"
        return Interval(math.nan, math.nan, told)
    if kernel.method not in INVERTED:
        return Interval(math.nan, math.nan, "")
    if isinstance(kernel, RelabelledScores):
        limit = critical(
            kept[:, k], alternative=alternative, alpha=1 - confidence, exact=exact
        )
        return Interval(*score_interval(kernel, k, limit, alternative), "")
    shape = (len(kept), kernel.n_terms, -1)
    return inverted(
        kept.reshape(shape)[:, k],
        own.reshape(kernel.n_terms, -1)[k],
        confidence=confidence,
        alternative=alternative,
        exact=exact,
        same_sample=kernel.keeps_sample,
    )


def _listed(method: str, names: Sequence[str]) -> str:
    """In words: beside other predictors all relabellings make no exact test."""
    return method if len(names) == 1 else method.replace("exact", "enumerated", 1)


def _notes(coefficients: pd.DataFrame, method: Method, confidence: float) -> list[str]:
    notes = [
        f"{name}: {row['note']}" for name, row in coefficients.iterrows() if row["note"]
    ]
    notes += [
        f"{name}: p is never below {smallest:.3g}, whatever the data"
        for name, smallest in coefficients["p_min"].items()
        if smallest > 1 - confidence
    ]
    if method not in INVERTED:
        told = ", ".join(map(str, coefficients.index))
        notes.append(
            f'{told}: no interval with method "{method}"; "dsp" and "x" have one'
        )
    return notes
