"""Did early units change more than late ones, each unit counted once?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import (
    as_column_names,
    as_numbers,
    check_choice,
    check_fraction,
    check_size,
    check_table,
)
from netcollab._labels import two_labels
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference.models import ModelResult
from netcollab.inference.site_averages import site_means
from netcollab.inference.site_orders import site_permutation

__all__ = ["difference_in_differences"]

MIN_UNITS = 4
ALIKE = 1e-12
TREND = (
    "the difference is what the treatment did only if both groups would have changed "
    "alike without it"
)


def difference_in_differences(
    data: pd.DataFrame,
    outcome: str,
    unit: str,
    period: str,
    treated: str,
    *,
    test: Literal["permutation", "t"] = "permutation",
    alpha: float = 0.05,
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    confidence: float = 0.95,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> ModelResult:
    """Change of the treated units less change of the others, tested over the units.

    .. math::
        d = \\frac1{G_1} \\sum_{g \\in 1} \\Delta_g - \\frac1{G_0} \\sum_{g \\in 0}
        \\Delta_g, \\qquad \\Delta_g = \\bar y_{g,after} - \\bar y_{g,before}

    Rows of one unit and period are averaged first, so that a unit counts once, however
    many rows it has: teams of a unit share what happened to it.

    - "permutation": every way to choose which units are the treated. The null
      hypothesis: which units were treated has nothing to do with how they changed. It
      holds where units adopted early by lot, and else is an assumption.
    - "t": t(G - 2) on the changes of the units; needs normal changes of equal spread.

    Parameters
    ----------
    data
        One row per observation. Rows without a value in a used column are left out, and
        so are units without both periods; notes count them.
    outcome
        A column of numbers.
    unit
        The column that says which unit.
    period
        A column with two values; the one that sorts last is the later. An ordered
        categorical sorts by its categories, everything else by value: of the words
        before and after, before sorts last.
    treated
        A column of numbers 0 and 1, of truth values or of two words, constant within a
        unit; the value that sorts last, as above, is the treated.
    test
        "permutation" or "t".
    alpha
        The level that must be attainable.
    n_resamples, alternative, confidence, rng, workers, progress, checkpoint
        As in `site_permutation`; "t" draws nothing.

    Returns
    -------
    ModelResult
        One row, the treatment; t has the intercept beside it, the mean change of the
        others. `influence` holds the estimates without each unit.

    Raises
    ------
    UnknownNameError
        If a column is not there.
    InputError
        If the periods or the groups are not two, a unit is in both groups, or the
        outcome is no number.
    RefusedError
        With fewer than four units, or fewer than two of a group for "t"; where the
        units allow no p as small as alpha (two-sided, 3 against 3: .10); where the
        changes do not differ.

    References
    ----------
    Bertrand, M., Duflo, E., & Mullainathan, S. (2004). How much should we trust
    differences-in-differences estimates? Q. J. Econ. 119, 249-275. Conley, T. G., &
    Taber, C. R. (2011). Inference with "difference in differences" with a small number
    of policy changes. Rev. Econ. Stat. 93, 113-125.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "unit": list("abcdefgh") * 2,
    ...         "year": [2024] * 8 + [2025] * 8,
    ...         "share": [0.2, 0.3, 0.1, 0.2, 0.2, 0.3, 0.1, 0.2]
    ...         + [0.5, 0.5, 0.3, 0.6, 0.2, 0.4, 0.1, 0.3],
    ...         "early": [1, 1, 1, 1, 0, 0, 0, 0] * 2,
    ...     }
    ... )
    >>> found = difference_in_differences(rows, "share", "unit", "year", "early")
    >>> found.coefficients.loc["early", ["estimate", "pvalue"]].round(4).tolist()
    [0.225, 0.0286]
    >>> found.method
    'exact (70 distinct relabellings)'
    """
    check_choice("test", test, ("permutation", "t"))
    alpha = check_fraction("alpha", alpha)
    changes, notes = _changes(data, outcome, unit, period, treated)
    _check_units(changes, treated, test)
    if test == "permutation":
        found = site_permutation(
            changes,
            outcome,
            treated,
            unit,
            n_resamples=n_resamples,
            alternative=alternative,
            confidence=confidence,
            rng=rng,
            workers=workers,
            progress=progress,
            checkpoint=checkpoint,
        )
        least = float(found.coefficients["p_min"].iloc[0])
        if least > alpha:
            raise RefusedError(
                f"{len(changes)} units can be divided so that p is never below "
                f"{least:.3g}, more than {alpha:g}; treat or observe more units"
            )
        words = "permutation of the treatment over units"
    else:
        found = site_means(
            changes,
            outcome,
            [treated],
            unit,
            alternative=alternative,
            confidence=confidence,
        )
        words = "t on the changes of units"
    return replace(
        found,
        test=f"difference in differences, {words}",
        null="which units were treated has nothing to do with how they changed",
        unit="units",
        notes=(*notes, *found.notes, TREND),
    )


def _changes(
    data: pd.DataFrame, outcome: str, unit: str, period: str, treated: str
) -> tuple[pd.DataFrame, list[str]]:
    """One row per unit: its change and whether it was treated (1 or 0)."""
    used = [outcome, unit, period, treated]
    names = as_column_names("columns", used)
    check_table("data", data)
    for name in names:
        if name not in data.columns:
            raise UnknownNameError("column", name, map(str, data.columns))
    if len(set(names)) < 4 or not data.columns[data.columns.isin(names)].is_unique:
        raise InputError("outcome, unit, period and treated need four columns")
    rows = pd.DataFrame({"outcome": as_numbers(outcome, data[outcome])}, data.index)
    rows = rows.assign(unit=data[unit], period=data[period], treated=data[treated])
    rows = rows.dropna()
    check_size(outcome, rows["outcome"].to_numpy())
    periods = two_labels(period, rows["period"], kind="periods")
    groups = two_labels(treated, rows["treated"])
    try:
        codes, units = pd.factorize(rows["unit"])
    except TypeError:
        raise InputError(f"{unit} needs one name of a unit in each row") from None
    member = (rows["treated"] == groups[1]).groupby(codes).mean()
    torn = member.index[(member > 0) & (member < 1)]
    if len(torn):
        listed = ", ".join(sorted(str(units[code]) for code in torn))
        raise InputError(f"{treated} changes within a unit: {listed}")
    later = rows["period"] == periods[1]
    mean = rows["outcome"].groupby([codes, later]).mean().unstack()
    table = pd.DataFrame(
        {outcome: mean[True] - mean[False], unit: units, treated: member}
    )
    whole = table.dropna()
    _check_changes(whole[outcome], rows["outcome"])
    notes = [
        f"{treated}: {groups[1]} against {groups[0]}; {periods[1]} less {periods[0]}"
    ]
    if len(rows) < len(data):
        notes.append(f"{len(data) - len(rows)} rows without a value were left out")
    if len(whole) < len(table):
        lost = sorted(map(str, table.loc[table[outcome].isna(), unit]))
        notes.append(f"without both periods, left out: {', '.join(lost)}")
    return whole, notes


def _check_changes(changes: pd.Series, values: pd.Series) -> None:
    """Stop where nothing but rounding tells one unit's change from another's."""
    if len(changes) < MIN_UNITS:
        return
    if np.ptp(changes) <= ALIKE * values.abs().max():
        raise RefusedError(
            f"every one of {len(changes)} units changed alike, by "
            f"{changes.mean():.6g}: the treated no more than the others, and nothing "
            "is left over that would tell how much more they could have"
        )


def _check_units(changes: pd.DataFrame, treated: str, test: str) -> None:
    count, size = len(changes), int(changes[treated].sum())
    fewest = min(size, count - size)
    if count < MIN_UNITS or not fewest or (test == "t" and fewest < 2):
        raise RefusedError(
            f"{size} treated units and {count - size} others have both periods; "
            f"needed are {MIN_UNITS} in all, one of each, and two of each for t"
        )
