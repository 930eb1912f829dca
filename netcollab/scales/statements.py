"""What each group says of the same statements, and how far two groups lie apart.

Which statements divide leaders, staff, unions and politicians, and which unite them?
"""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import check_count, check_fraction
from netcollab.errors import InputError
from netcollab.scales.agreement import Options, Scale, null_variance
from netcollab.scales.answers import Answers, Grouped, Groups, grouped
from netcollab.scales.polarisation import option_counts, split_of
from netcollab.scales.scores import items_of
from netcollab.study import Study

__all__ = [
    "gap_between",
    "read_groups",
    "statement_answers",
    "statement_gaps",
    "statement_groups",
]

_FEW = "too few answers"
_COLUMNS = [
    *("statement", "group", "n", "n_missing", "mean", "sd"),
    *("agreement", "polarisation", "reason"),
]
_GAP = (
    *("mean_first", "mean_second", "n_first", "n_second"),
    *("gap", "ci_low", "ci_high", "standardised", "agreement"),
)


def statement_answers(
    study: Study, name: str, *, by: str = "role"
) -> tuple[pd.DataFrame, pd.Series, tuple[float, float]]:
    """The answers to a construct's statements as they were given, and who is in what.

    Reversed statements are *not* turned: means and gaps belong to the words on the
    sheet. Rows are numbered; they carry no name of a respondent.

    Parameters
    ----------
    study
        A study with answers to items about no unit, in one wave (choose with
        `study.select`).
    name
        A dimension or construct.
    by
        Column of the respondents that holds the group: role, profession, actor or an
        attribute. Respondents without a group are left out.

    Returns
    -------
    items, groups, scale
        Respondents x statements; the group of each row; the response scale. What the
        functions of this module take. ``items.attrs["left_out"]`` counts respondents
        without a group.

    Raises
    ------
    UnknownNameError
        If the name is neither a dimension nor a construct.
    InputError
        If the respondents have no such column or it tells of persons, the study has
        several waves, or the statements have different scales or are about units.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/faelles_sprog"))
    >>> items, groups, scale = statement_answers(study, "shared_language")
    >>> items.shape[1], groups.nunique(), scale
    (16, 5, (1.0, 5.0))
    """
    specs = items_of(study.manifest, name)
    people = study.respondents
    if by not in people:
        raise InputError(f'the respondents have no column "{by}" to group by')
    if by == "respondent" or by in study.manifest.free_text:
        raise InputError(f'"{by}" tells of persons; group by what many have in common')
    if len(study.waves) > 1:
        listed = ", ".join(study.waves)
        raise InputError(f"the study has several waves: {listed}; choose one")
    scales = {spec.scale for spec in specs}
    if len(scales) > 1:
        listed = ", ".join(sorted(scales))
        raise InputError(f'the statements of "{name}" have several scales: {listed}')
    names = [spec.name for spec in specs]
    said = study.answers[study.answers["item"].isin(names)]
    if said["target"].notna().any():
        raise InputError(f'"{name}" is about units; statements are about none')
    table = said.pivot(index="respondent", columns="item", values="value")
    group = people.set_index("respondent")[by].reindex(table.index).astype("str")
    known = (group.notna() & (group.fillna("").str.strip() != "")).to_numpy()
    items = table.loc[known].reindex(columns=names).astype(float)
    items = items.reset_index(drop=True).rename_axis(columns="statement")
    items.attrs["left_out"] = int((~known).sum())
    scale = study.manifest.scales[specs[0].scale]
    groups = group[known].reset_index(drop=True).rename("group")
    return items, groups, (scale.low, scale.high)


def statement_groups(
    items: Answers,
    groups: Groups,
    scale: Scale,
    *,
    options: Options = None,
    min_respondents: int = 5,
) -> pd.DataFrame:
    """Each statement in each group: the mean, and whether its members agree.

    Agreement within a group is r*wg, 1 - variance / variance of answers at random
    (see `r_star_wg`): it falls below 0 in a divided group, where rwg stops at 0, and
    the agreement *between* groups is the same number for pairs of members of two
    groups (`statement_gaps`), so that the two may be compared.

    NaN, with a reason, where fewer than `min_respondents` of the group answered.

    Parameters
    ----------
    items
        Respondents x statements, answers as given; missing ones cost only their cell.
    groups
        The group of each respondent.
    scale, options
        As in `null_variance`.
    min_respondents
        Cells with fewer answers are held back; at least 3.

    Returns
    -------
    DataFrame
        statement, group, n, n_missing, mean, sd, agreement, polarisation, reason.
        n and n_missing are 0 where held back. Polarisation is NaN with two options
        and on a slider.

    Raises
    ------
    InputError
        If an answer is outside the scale or no option of it.

    References
    ----------
    Lindell, M. K., Brandt, C. J., & Whitney, D. J. (1999). A revised index of
    interrater agreement for multi-item ratings of a single target. Appl. Psychol.
    Meas. 23, 127-135.

    Examples
    --------
    >>> answers = pd.DataFrame({"we share goals": [4, 5, 4, 1, 5, 3]})
    >>> table = statement_groups(answers, list("aaabbb"), (1, 5), min_respondents=3)
    >>> table[["group", "n", "mean", "agreement", "polarisation"]].round(3)
      group  n   mean  agreement  polarisation
    0     a  3  4.333      0.833         0.083
    1     b  3  3.000     -1.000         0.639
    """
    data, shown, null = read_groups(items, groups, scale, options, min_respondents)
    agreement = 1 - data.variances / null
    rows = []
    for s, statement in enumerate(data.items):
        for g, group in enumerate(data.labels):
            seen = shown[g, s]
            rows.append(
                {
                    "statement": statement,
                    "group": group,
                    "n": int(data.counts[g, s]) if seen else 0,
                    "n_missing": _gaps(data, g, s) if seen else 0,
                    "mean": data.means[g, s] if seen else np.nan,
                    "sd": math.sqrt(data.variances[g, s]) if seen else np.nan,
                    "agreement": agreement[g, s] if seen else np.nan,
                    "polarisation": (
                        _polarisation(data, g, s, scale, options) if seen else np.nan
                    ),
                    "reason": "" if seen else _FEW,
                }
            )
    return pd.DataFrame(rows, columns=_COLUMNS)


def statement_gaps(
    items: Answers,
    groups: Groups,
    scale: Scale,
    *,
    options: Options = None,
    confidence: float = 0.95,
    min_respondents: int = 5,
) -> pd.DataFrame:
    """Each statement and pair of groups: the gap between means, and the agreement.

    The gap is the difference of means with Welch's interval, and in pooled standard
    deviations (`standardised`). Agreement between groups g and h compares a member of
    one with a member of the other,

    .. math:: B_{gh} = 1 - \\frac{\\overline{(x_i - x_j)^2}}{2 \\sigma^2_E},
        \\quad i \\in g, j \\in h

    with the variance of answers at random as in `null_variance`. For i and j of one
    group this is r*wg. It is 1 where all say the same, 0 as at random, below 0 where
    groups say the opposite.

    Pairs with a side of fewer than `min_respondents` answers are not in the table. The
    interval is NaN where neither group varies.

    Parameters
    ----------
    items, groups, scale, options, min_respondents
        As in `statement_groups`.
    confidence
        Of the interval, for one gap: it does not count how many there are. See
        `netcollab.inference.group_gaps` for a test that does.

    Returns
    -------
    DataFrame
        statement, first, second (first has the higher mean), mean_first, mean_second,
        n_first, n_second, gap (never negative), ci_low, ci_high, standardised,
        agreement; largest gap first. ``.attrs["held_back"]`` counts the pairs left out.

    References
    ----------
    Welch, B. L. (1947). The generalization of Student's problem when several different
    population variances are involved. Biometrika 34, 28-35.

    Examples
    --------
    >>> answers = pd.DataFrame({"we share goals": [4, 5, 4, 2, 1, 3]})
    >>> table = statement_gaps(answers, list("aaabbb"), (1, 5), min_respondents=3)
    >>> table[["gap", "ci_low", "ci_high", "agreement"]].round(3).to_numpy().tolist()
    [[2.333, 0.285, 4.382, -0.583]]
    """
    level = check_fraction("confidence", confidence)
    data, shown, null = read_groups(items, groups, scale, options, min_respondents)
    rows, held = [], 0
    for s, statement in enumerate(data.items):
        for g, h in combinations(range(len(data.labels)), 2):
            if not (shown[g, s] and shown[h, s]):
                held += 1
                continue
            if data.means[g, s] < data.means[h, s]:
                g, h = h, g
            names = {
                "statement": statement,
                "first": data.labels[g],
                "second": data.labels[h],
            }
            rows.append(names | gap_between(data, g, h, s, level, null))
    columns = ["statement", "first", "second", *_GAP]
    table = pd.DataFrame(rows, columns=columns)
    table = table.sort_values("gap", ascending=False, kind="stable", ignore_index=True)
    table.attrs["held_back"] = held
    return table


def read_groups(
    items: Answers, groups: Groups, scale: Scale, options: Options, least: int
) -> tuple[Grouped, np.ndarray, float]:
    """The answers by group, which cells are shown (groups x statements), the null."""
    check_count("min_respondents", least, minimum=3)
    if np.ndim(items) == 2 and not np.shape(items)[1]:
        raise InputError("items needs a column for every statement, got none")
    data = grouped(items, groups, missing="pairwise")
    null = null_variance(scale, options=options)
    low, high = map(float, scale)
    outside = ((data.answers < low) | (data.answers > high)).any(axis=0)
    if outside.any():
        named = [str(data.items[place]) for place in np.flatnonzero(outside)]
        raise InputError(
            f"answers lie outside {low:g} to {high:g} in {', '.join(named)}"
        )
    return data, data.counts >= least, null


def _gaps(data: Grouped, g: int, s: int) -> int:
    return int(np.isnan(data.answers[data.codes == g, s]).sum())


def _polarisation(
    data: Grouped, g: int, s: int, scale: Scale, options: Options
) -> float:
    if options == "slider":
        return math.nan
    answers = data.answers[data.codes == g, s]
    return split_of(option_counts(answers, scale, options).sum(axis=0))[0]


def gap_between(
    data: Grouped, g: int, h: int, s: int, level: float, null: float
) -> dict[str, float]:
    n = data.counts[[g, h], s]
    mean = data.means[[g, h], s]
    variance = data.variances[[g, h], s]
    part = variance / n
    gap = float(mean[0] - mean[1])
    low = high = standard = math.nan
    if part.sum() > 0:
        df = part.sum() ** 2 / (part**2 / (n - 1)).sum()
        width = float(stats.t.ppf((1 + level) / 2, df) * math.sqrt(part.sum()))
        low, high = gap - width, gap + width
        pooled = ((n - 1) * variance).sum() / (n.sum() - 2)
        standard = gap / math.sqrt(pooled)
    apart = (variance * (n - 1) / n).sum() + gap**2
    told = (*mean, *n.astype(int), gap, low, high, standard, 1 - apart / (2 * null))
    return dict(zip(_GAP, told, strict=True))
