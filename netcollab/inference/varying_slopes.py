"""Is a slope there on average over sites?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from netcollab._checks import (
    as_number_table,
    check_alternative,
    check_fraction,
    check_size,
)
from netcollab.errors import InputError, RefusedError
from netcollab.inference.design_checks import varies
from netcollab.inference.models import ModelResult
from netcollab.inference.permutation import never_zero
from netcollab.inference.student import few_df, t_table

__all__ = ["site_slopes"]


def site_slopes(
    slopes: pd.DataFrame | pd.Series | np.ndarray,
    *,
    errors: pd.DataFrame | pd.Series | np.ndarray | None = None,
    alternative: str = "two-sided",
    confidence: float = 0.95,
) -> ModelResult:
    """The mean of a slope over sites, tested by t(G - 1).

    .. math:: t = \\frac{\\bar b}{s_b / \\sqrt{G}}

    with b_g the slope in site g: the effect to expect in a further site. Sites count
    alike, and nothing has to be assumed about what dyads or respondents of a site
    share. Relabelling inside sites tests something else, that nothing is there in any
    site: where slopes differ, it rejected a true mean of 0 in .08 to .38.

    With standard errors of the slopes, Cochran's Q says whether slopes differ by more
    than those:

    .. math:: Q = \\sum_g w_g (b_g - \\bar b_w)^2, \\quad w_g = 1 / se_g^2, \\quad
        Q \\sim \\chi^2_{G-1}

    It takes the errors for known and right. Classical errors of dyads are too small: Q
    then rejected a true common slope in .18 to .40; see `slope_heterogeneity`.

    Parameters
    ----------
    slopes
        Sites x terms, as `ModelResult.by_site`; or one slope per site. NaN where a site
        cannot tell: left out of that term, and counted in a note.
    errors
        The slopes' standard errors, of the same shape.
    alternative
        "greater": the mean is above 0; "less"; "two-sided".
    confidence
        Of the intervals.

    Returns
    -------
    ModelResult
        `coefficients` also has `sites`, `sd` (of the slopes), `same_sign` (sites whose
        slope has the sign of the mean) and, given errors, `q`, `q_df`, `q_pvalue`.
        `influence` holds the means without each site.

    Raises
    ------
    InputError
        If errors have another shape or are not above 0.
    RefusedError
        If no term has slopes of two sites that differ.

    References
    ----------
    Cochran, W. G. (1954). The combination of estimates from different experiments.
    Biometrics 10, 101-129.
    Higgins, J. P. T., Thompson, S. G., & Spiegelhalter, D. J. (2009). A re-evaluation
    of random-effects meta-analysis. J. R. Stat. Soc. A 172, 137-159.

    Examples
    --------
    >>> names = ["nordvik", "klintby", "aasdal", "isvik"]
    >>> slopes = pd.DataFrame({"trust": [0.4, 0.1, 0.3, 0.2]}, index=names)
    >>> result = site_slopes(slopes)
    >>> result.coefficients.loc["trust", ["estimate", "df", "pvalue"]].round(3).tolist()
    [0.25, 3.0, 0.03]
    """
    side = check_alternative(alternative)
    confidence = check_fraction("confidence", confidence)
    table = _framed("slopes", slopes)
    if np.isinf(table.to_numpy()).any():
        raise RefusedError("slopes need finite numbers, or NaN where a site has none")
    for name, column in table.items():
        check_size(str(name), column.to_numpy())
    counts = table.count().to_numpy()
    differ = [varies(column.dropna().to_numpy()) for _, column in table.items()]
    spread = np.where(differ, table.std().to_numpy(), np.nan)
    if np.isnan(spread).all():
        raise RefusedError("no term has slopes of two sites that differ")
    found = t_table(
        list(table.columns),
        table.mean().to_numpy(),
        spread / np.sqrt(counts),
        np.where(np.isnan(spread), np.nan, counts - 1.0),
        alternative=side,
        confidence=confidence,
    )
    found["sites"], found["sd"] = counts, spread
    found["same_sign"] = (np.sign(table) == np.sign(table.mean())).sum().to_numpy()
    if errors is not None:
        found = found.join(_cochran(table, errors))
    return ModelResult(
        test="mean of slopes over sites",
        null="the mean of the slope over sites is 0",
        coefficients=found,
        alternative=side,
        n=len(table),
        unit="sites",
        df=int(counts.max()) - 1,
        method="t of sites' slopes",
        confidence=confidence,
        notes=(*_gaps(table, spread), *few_df(found)),
        influence=_means_without_each(table),
        by_site=table,
    )


def _framed(name: str, slopes: pd.DataFrame | pd.Series | np.ndarray) -> pd.DataFrame:
    """Sites x terms, each once, of floats."""
    if isinstance(slopes, pd.Series):
        table = slopes.to_frame(slopes.name or "slope")
    elif isinstance(slopes, pd.DataFrame):
        table = slopes
    elif np.ndim(slopes) == 1:
        table = pd.DataFrame({"slope": list(slopes)})
    elif np.ndim(slopes) == 2:
        table = pd.DataFrame(np.asarray(slopes))
        table.columns = pd.Index([f"slope {k + 1}" for k in range(table.shape[1])])
    else:
        raise InputError(f"{name} need a table of sites x terms, or one per site")
    if not (table.index.is_unique and table.columns.is_unique):
        raise InputError(f"{name} need each site and each term once")
    return as_number_table(name, table)


def _cochran(
    slopes: pd.DataFrame, errors: pd.DataFrame | pd.Series | np.ndarray
) -> pd.DataFrame:
    se = _framed("errors", errors)
    if se.shape != slopes.shape:
        raise InputError(f"errors need the shape of the slopes, {slopes.shape}")
    if isinstance(errors, pd.DataFrame):
        se = se.reindex(index=slopes.index, columns=slopes.columns)
    known = slopes.notna().to_numpy()
    if not (se.to_numpy()[known] > 0).all():
        raise InputError("every slope needs a standard error above 0")
    check_size("errors", se.to_numpy())
    values = slopes.to_numpy()
    weights = np.full(values.shape, np.nan)
    weights[known] = 1 / se.to_numpy()[known] ** 2
    mean = np.nansum(weights * values, axis=0) / np.nansum(weights, axis=0)
    q = np.nansum(weights * (values - mean) ** 2, axis=0)
    df = slopes.count().to_numpy() - 1
    return pd.DataFrame(
        {"q": q, "q_df": df, "q_pvalue": never_zero(chdtrc(df, q))},
        index=slopes.columns,
    )


def _gaps(table: pd.DataFrame, spread: np.ndarray) -> list[str]:
    lost = len(table) - table.count()
    gaps = [
        f"{term}: {count} of {len(table)} sites have no slope and are left out"
        for term, count in lost.items()
        if count
    ]
    silent = [str(t) for t, s in zip(table, spread, strict=True) if np.isnan(s)]
    if silent:
        gaps.append(f"not testable, no two slopes that differ: {', '.join(silent)}")
    return gaps


def _means_without_each(table: pd.DataFrame) -> pd.DataFrame:
    counts = table.count() - table.notna()
    rest = table.fillna(0.0).sum() - table.fillna(0.0)
    return (rest / counts).where(counts > 0)
