"""Does one thing work through another, and does one go ahead of the other?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import as_column_names, check_draws, check_fraction
from netcollab._resample import draw
from netcollab.errors import InputError, RefusedError
from netcollab.inference.bootstrap import FEW_UNITS, percentiles
from netcollab.inference.detectable import tell_undetectable
from netcollab.inference.models import ModelResult
from netcollab.inference.permutation import never_zero
from netcollab.inference.resampled_slopes import Drawn, Fitted, Sample, sample_of

__all__ = ["cross_lagged", "mediation"]

VERDICT_SITES = 30
# where a draw without a value was rarer, nominal .95 covered about .90 and more
RARELY_ALIKE = 0.001
UNSIZED = "no t-test stands behind it"


def mediation(
    data: pd.DataFrame,
    x: str,
    m: str,
    y: str,
    *,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    n_resamples: int = 1999,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> ModelResult:
    """How much of what x has to do with y goes through m, by a product of slopes.

    .. math::

        m = i_1 + a x + e_1, \\quad y = i_2 + c' x + b m + e_2, \\quad
        \\mathrm{indirect} = a b = c - c'

    by least squares, covariates in every equation; c is the slope of y on x without m.
    The interval of every term is the percentile interval of a bootstrap: of clusters,
    where `cluster` names them, else of rows. The standard error of the indirect effect
    is Sobel's, :math:`\\sqrt{a^2 se_b^2 + b^2 se_a^2}`, with p from the normal law;
    with few rows the interval is the better guide, since a product is skewed. With
    clusters, standard errors are those of the draws and there is no p.

    **Few clusters.** With few clusters intervals are too narrow. In simulations of a
    null with clusters alike in size, 95 % intervals of the total effect of a predictor
    of clusters covered .92 to .93 with 10 of 20 clusters, .94 with 30 of 60, .90 with 6
    of 12, .87 with 4 of 8, .85 with 3 of 8, .75 with 2 and .46 with 1; more clusters of
    the other kind are no remedy: .84 with 3 of 20, .80 with 3 of 60. So where a draw of
    clusters has one value of a predictor in all its rows with a chance above .001 (2 x
    (1/2)^8 = .008 with 4 of 8), there is no interval, nor a standard error of the
    draws, and a note says why; so too with fewer than 6 clusters and a predictor that
    differs in each. The same holds for rows where no clusters are named. With 6
    clusters or more and a predictor that differs in each, .90 to .93 were covered.

    A product of slopes is an effect only if nothing else brings about both m and y, nor
    x and either; one wave of answers cannot show that, nor which way it goes. No
    verdict is given under 30 sites: a note says so.

    Parameters
    ----------
    data
        One row per observation. Rows without all variables are left out.
    x, m, y
        Where it starts, what it goes through, where it ends.
    covariates
        Held equal in every equation.
    cluster
        Column of the sites, or of whatever rows share.
    n_resamples
        Draws.
    confidence
        Of the intervals.
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
        Terms a, b, direct (c'), total (c) and indirect (a b).

    Raises
    ------
    UnknownNameError, InputError
        For a column that is not there, or holds no numbers.
    RefusedError
        With too few rows or clusters, or columns that make up each other.

    References
    ----------
    Sobel, M. E. (1982). Asymptotic confidence intervals for indirect effects in
    structural equation models. Sociol. Methodol. 13, 290-312.
    MacKinnon, D. P., Lockwood, C. M., & Williams, J. (2004). Confidence limits for the
    indirect effect. Multivar. Behav. Res. 39, 99-128.

    Examples
    --------
    >>> table = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 3)))
    >>> table.columns = ["plan", "lead", "trust"]
    >>> table["lead"] += table["plan"]
    >>> table["trust"] += table["lead"]
    >>> found = mediation(table, "plan", "lead", "trust", rng=1).coefficients
    >>> found["estimate"].round(2).to_dict()
    {'a': 0.96, 'b': 1.09, 'direct': -0.21, 'total': 0.84, 'indirect': 1.05}
    """
    n_resamples = check_draws(n_resamples, minimum=2)
    confidence = check_fraction("confidence", confidence)
    more = as_column_names("covariates", covariates)
    sample = sample_of(data, [x, m, y, *more], cluster)
    x, m, y, *more = sample.names
    regressions = [(m, [x, *more]), (y, [x, m, *more]), (y, [x, *more])]
    first, both, total = (sample.fit(*each) for each in regressions)
    paths = {"a": (first, x), "b": (both, m), "direct": (both, x), "total": (total, x)}
    table = pd.DataFrame(
        {path: fit.table.loc[term] for path, (fit, term) in paths.items()}
    ).T
    table.loc["indirect"] = _product(table)
    drawn = Drawn(sample, regressions)
    resamples = draw(
        "slopes",
        drawn,
        inputs=drawn.inputs,
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )
    wide = 1 + len(more)
    a, direct, b, c = resamples.null[:, [0, wide, wide + 1, 2 * wide + 1]].T
    notes = [
        "a product of slopes is an effect only if nothing else brings about these "
        "variables; the direction is assumed, not tested"
    ]
    if sample.clusters < VERDICT_SITES:
        given = f"here are {sample.clusters}" if cluster else "no sites were named"
        notes.insert(0, f"no verdict: mediation needs 30 sites or more, {given}")
    return _result(
        sample,
        [x, m, *more],
        f"mediation of {x} on {y} through {m}",
        "no slope, and no product of slopes",
        table,
        np.column_stack([a, b, direct, c, a * b]),
        both,
        confidence=confidence,
        seed=resamples.seed,
        notes=notes,
    )


def cross_lagged(
    data: pd.DataFrame,
    x: tuple[str, str],
    y: tuple[str, str],
    *,
    covariates: Sequence[str] = (),
    cluster: str | None = None,
    n_resamples: int = 1999,
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> ModelResult:
    """Whether what was high before goes with what grows after, in two waves.

    .. math::

        x_2 = i_x + b_{xx} x_1 + b_{yx} y_1 + e_x, \\quad
        y_2 = i_y + b_{yy} y_1 + b_{xy} x_1 + e_y

    two regressions by least squares; b_xy and b_yx are the cross-lags. Each is the link
    with the later value among those who were equal in it before. Intervals are
    percentile intervals of a bootstrap, of clusters where `cluster` names them; then
    standard errors are those of the draws and there is no p. Where draws without a
    value of a predictor are not rare there is no interval, as in `mediation`.

    This is association in time, not direction: what drives both at both waves, and
    measurement error in the earlier value, make cross-lags of their own.

    Parameters
    ----------
    data
        One row per observation, both waves in it. Rows without all variables are left
        out.
    x, y
        Each variable's columns in the first and the second wave.
    covariates
        Held equal in both equations.
    cluster, n_resamples, confidence, rng, workers, progress, checkpoint
        As in `mediation`.

    Returns
    -------
    ModelResult
        Four terms such as "lead_1 -> trust_2", with a standardized slope beside.

    Raises
    ------
    UnknownNameError, InputError
        For a column that is not there, or holds no numbers.
    RefusedError
        With too few rows or clusters, or columns that make up each other.

    References
    ----------
    Rogosa, D. (1980). A critique of cross-lagged correlation. Psychol. Bull. 88,
    245-258.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> table = pd.DataFrame(rng.normal(size=(50, 4)))
    >>> table.columns = ["lead_1", "trust_1", "lead_2", "trust_2"]
    >>> table["trust_2"] += table["lead_1"]
    >>> lags = cross_lagged(
    ...     table, ("lead_1", "lead_2"), ("trust_1", "trust_2"), rng=1
    ... )
    >>> lags.coefficients.loc["lead_1 -> trust_2", "ci_low"] > 0
    np.True_
    """
    n_resamples = check_draws(n_resamples, minimum=2)
    confidence = check_fraction("confidence", confidence)
    for name, waves in (("x", x), ("y", y)):
        if isinstance(waves, str) or len(as_column_names(name, waves)) != 2:
            raise InputError(f"{name} needs two columns, one for each wave")
    more = as_column_names("covariates", covariates)
    sample = sample_of(data, [*x, *y, *more], cluster)
    x_1, x_2, y_1, y_2, *more = sample.names
    before, after = [x_1, y_1], [x_2, y_2]
    regressions = [(name, [*before, *more]) for name in after]
    fits = {name: sample.fit(name, xs) for name, xs in regressions}
    table = pd.concat([fits[name].table.loc[before] for name in after])
    lags = [(start, end) for end in after for start in before]
    table.index = pd.Index([f"{start} -> {end}" for start, end in lags])
    table["standardized"] = table["estimate"] * [
        sample.spread[start] / sample.spread[end] for start, end in lags
    ]
    drawn = Drawn(sample, regressions)
    resamples = draw(
        "slopes",
        drawn,
        inputs=drawn.inputs,
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )
    wide = 2 + len(more)
    return _result(
        sample,
        [*before, *more],
        f"cross-lagged regression of {x_2} and {y_2}",
        "who was high before is no higher after, among those equal before",
        table,
        resamples.null[:, [0, 1, wide, wide + 1]],
        fits[y_2],
        confidence=confidence,
        seed=resamples.seed,
        notes=["association in time, not direction"],
    )


def _rare(sample: Sample, predictors: Sequence[str]) -> str:
    """Why draws say too little of how far slopes could be off; "" where they do."""
    chances = {name: sample.alike(name) for name in predictors}
    name = max(chances, key=chances.__getitem__)
    if chances[name] <= RARELY_ALIKE:
        return ""
    unit = "clusters" if sample.clustered else "rows"
    lacking = "no interval" + " and no standard error" * sample.clustered
    counts = sample.columns[name].groupby(sample.units).first().value_counts()
    return (
        f"{lacking}: {name} has {len(counts)} values in {sample.n_units} {unit}, the "
        f"most common in {counts.iloc[0]}, so that {chances[name]:.2g} of all draws of "
        f"{unit} have one value of it alone; above {RARELY_ALIKE:g} intervals of draws "
        "are too narrow"
    )


def _product(table: pd.DataFrame) -> list[float]:
    """Of the slopes a and b: estimate, Sobel's standard error, z, its p, and NaN."""
    (a, se_a), (b, se_b) = table.loc[["a", "b"], ["estimate", "se"]].to_numpy()
    se = math.hypot(a * se_b, b * se_a)
    z = a * b / se if se > 0 else math.nan
    return [a * b, se, z, float(never_zero(2 * stats.norm.sf(abs(z)))), math.nan]


def _result(
    sample: Sample,
    predictors: Sequence[str],
    test: str,
    null: str,
    table: pd.DataFrame,
    draws: np.ndarray,
    fit: Fitted,
    *,
    confidence: float,
    seed: int | None,
    notes: list[str],
) -> ModelResult:
    known = draws[~np.isnan(draws).any(axis=1)]
    lost = len(draws) - len(known)
    if lost > len(draws) / 2:
        raise RefusedError(
            f"the slopes cannot be told apart in {lost:,} of {len(draws):,} draws"
        )
    if lost:
        notes.append(f"{lost:,} of {len(draws):,} draws had no slopes; left out")
    unit = "clusters" if sample.clustered else "rows"
    rare = _rare(sample, predictors)
    told = ", ".join(map(str, table.index))
    if rare:
        notes.append(f"{told}: {rare}")
    elif sample.n_units < FEW_UNITS:
        notes.append(
            f"{sample.n_units} {unit} are few: below {FEW_UNITS} the intervals are too "
            "narrow"
        )
    if rare:
        known = np.full_like(known, np.nan)
    low, high = percentiles(known, confidence)
    table = table.assign(ci_low=low, ci_high=high)
    if sample.clustered:
        notes.append(
            f"{told}: no p with clusters"
            + ("" if rare else "; standard errors are of the draws")
        )
        table = table.assign(
            se=known.std(axis=0, ddof=1),
            statistic=np.nan,
            pvalue=np.nan,
            detectable_effect=np.nan,
        )
    untested = table.index[table["detectable_effect"].isna()]
    return ModelResult(
        test=test,
        null=null,
        coefficients=tell_undetectable(table, dict.fromkeys(untested, UNSIZED)),
        n=len(sample.columns),
        unit="rows",
        df=fit.df,
        r_squared=fit.r_squared,
        n_resamples=len(draws),
        method=f"least squares, {len(draws):,} draws of {sample.n_units:,} {unit}",
        seed=seed,
        confidence=confidence,
        notes=tuple(notes),
    )
