"""Do the professions' ways of seeing things come closer to each other?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice, check_count, check_fraction
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.hypotheses.hypothesis import Verdict
from netcollab.inference import TestResult, group_convergence, group_spread
from netcollab.scales import score
from netcollab.study import Study

__all__ = ["Convergence", "professional_convergence"]

_MIN_SITES = 6
_TEST = "convergence of groups"

Unit = Literal["site", "respondent"]


@dataclass(frozen=True, eq=False, repr=False)
class Convergence:
    """Whether groups of respondents have come closer from one wave to the next.

    Parameters
    ----------
    by, names, waves
        The groups compared, the dimensions of their profiles, before and after.
    verdict
        On the claim that they have come closer: supported, contradicted (drifted
        apart), inconclusive or not testable.
    reason
        Why it is not testable or inconclusive.
    test
        The test behind it.
    unit
        What swapped waves as a whole: "site" or "respondent".
    spread
        How far the groups lie apart in each wave, see
        `netcollab.inference.group_spread`.
    profiles
        One row per wave and group: n, the mean of each dimension, and distance (from
        the middle of the groups, each counting the same).
    left_out
        Groups with fewer respondents in a wave than are shown, with their numbers: one
        row per wave and group, n.
    incomplete
        Respondents and waves without a group, or without a score on each dimension.
    sites, sites_left_out
        Where sites swap waves: those compared, and those without a respondent to
        compare in one of the waves, whose answers play no part.
    """

    by: str
    names: tuple[str, ...]
    waves: tuple[str, str]
    verdict: Verdict
    reason: str
    test: TestResult
    unit: Unit
    spread: pd.Series
    profiles: pd.DataFrame
    left_out: pd.DataFrame
    incomplete: int
    sites: tuple[str, ...] = ()
    sites_left_out: tuple[str, ...] = ()

    def summary(self) -> str:
        """The verdict, its numbers, and what they cannot say."""
        why = f": {self.reason}" if self.reason else ""
        lines = [f"convergence by {self.by}: {self.verdict}{why}"]
        told = ", ".join(f"{wave} {value:.3f}" for wave, value in self.spread.items())
        lines.append(f"  spread    {told or 'none'}")
        if not math.isnan(self.test.pvalue):
            lines.append(
                f"  change    {self.test.estimate:.3f}, interval "
                f"{self.test.ci_low:.3f} to {self.test.ci_high:.3f}, "
                f"p = {self.test.pvalue:.4f}, {self.test.n:,} respondents and waves"
            )
        if self.incomplete:
            lines.append(f"  not used  {self.incomplete:,} without a whole profile")
        absent = sorted(self.left_out["group"].unique())
        if absent:
            lines.append(f"  left out  {', '.join(absent)}: too few respondents")
        if self.sites_left_out:
            lines.append(f"  left out  {', '.join(self.sites_left_out)}: one wave only")
        if not self.test.reason:
            lines.append(f"  swapped   {self._swapped()}")
        lines.append(
            "  limits    who answers may change between waves; groups work in different"
            " units and rate different partners"
        )
        return "\n".join(lines)

    def _swapped(self) -> str:
        if self.unit == "site":
            return f"the waves of whole sites, {len(self.sites)}"
        return "the waves of respondents, taken as independent of each other"

    def __repr__(self) -> str:
        return f"Convergence(by {self.by}: {self.verdict}, {self.test.method})"


def professional_convergence(
    study: Study,
    names: str | Sequence[str],
    *,
    by: str = "profession",
    waves: tuple[str, str] | None = None,
    unit: Unit | None = None,
    min_group: int | None = None,
    alpha: float = 0.05,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
) -> Convergence:
    """Whether the professions' profiles lie closer together after than before.

    A respondent's profile has one number per dimension, the mean over the units rated.
    The spread between professions is the variance of their mean profiles; the change of
    the spread is tested two-sided by swapping waves, see
    `netcollab.inference.group_convergence`. The rule is fixed before the data:
    *supported* where the spread fell and p <= alpha, *contradicted* where it rose and
    p <= alpha, *not testable* where the test is refused or could not reach alpha,
    *inconclusive* otherwise and where a drawn p is within three Monte-Carlo errors of
    alpha.

    Sites swap waves as a whole: respondents of a site share what happens there. Sites
    without a respondent to compare in one of the waves are left out and named; with
    fewer than six others nothing is tested. Only in a study of one site do respondents
    swap, and they are taken as independent.

    Parameters
    ----------
    study
        A study with answers in two waves.
    names
        Dimensions or constructs with the same response scale.
    by
        A column of respondents: "profession", or "actor", "role".
    waves
        Before and after; needed where the study has more than two.
    unit
        None: by the rule above. "site": whole sites, also fewer than six.
        "respondent": as if respondents of a site shared nothing.
    min_group
        Respondents a group needs in each wave; None: the number below which the
        manifest shows nothing.
    alpha, n_resamples, rng, workers, progress
        As in `group_convergence`.

    Raises
    ------
    InputError
        If a name or column is not known, the scales differ, or there are not two
        waves.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> dimensions = ["mutual_knowledge", "knowledge_sharing"]
    >>> professional_convergence(study, dimensions, rng=1)
    Convergence(by profession: inconclusive, exact (4,096 distinct relabellings))
    """
    alpha = check_fraction("alpha", alpha)
    before, after = _waves(study, waves)
    dimensions = _dimensions(study, names)
    everybody = _profiles(study, dimensions, by)
    everybody = everybody[everybody["wave"].isin([before, after])]
    rows = everybody.dropna(subset=[*dimensions, "group"])
    complete = len(rows)
    least = _least(study, dimensions, min_group)
    chosen = _unit(study, unit)
    if chosen == "site":
        rows, left_out = _sites_seen_twice(rows, (before, after), least)
    else:
        rows, left_out = _large_enough(rows, (before, after), least)
    sites = tuple(sorted(rows["site"].unique()))
    try:
        if chosen == "site" and unit is None:
            _check_sites(len(sites), len(study.sites))
        test = group_convergence(
            rows,
            dimensions,
            "group",
            "wave",
            unit=chosen,
            waves=(before, after),
            n_resamples=n_resamples,
            rng=rng,
            workers=workers,
            progress=progress,
        )
    except RefusedError as error:
        test = TestResult(_TEST, "", reason=str(error))
    verdict, reason = _verdict(test, alpha)
    return Convergence(
        by=by,
        names=tuple(dimensions),
        waves=(before, after),
        verdict=verdict,
        reason=reason,
        test=test,
        unit=chosen,
        spread=_spread(rows, dimensions),
        profiles=_table(rows, dimensions),
        left_out=left_out,
        incomplete=len(everybody) - complete,
        sites=sites if chosen == "site" else (),
        sites_left_out=_absent(study, sites) if chosen == "site" else (),
    )


def _waves(study: Study, waves: tuple[str, str] | None) -> tuple[str, str]:
    known = study.waves
    if waves is None:
        if len(known) != 2:
            raise InputError(
                f"two waves are needed, the study has {len(known)}: "
                f"{', '.join(known)}; choose waves"
            )
        return known[0], known[1]
    if not isinstance(waves, (tuple, list)) or len(set(waves)) != 2 != len(waves):
        raise InputError(f"waves needs two waves, before and after, got {waves!r}")
    for wave in waves:
        check_choice("wave", wave, known)
    return waves[0], waves[1]


def _dimensions(study: Study, names: str | Sequence[str]) -> list[str]:
    """The names, each once, whose items share a response scale."""
    wanted = [names] if isinstance(names, str) else list(names)
    if not wanted or len(set(wanted)) < len(wanted):
        raise InputError(f"names needs dimensions, each once, got {names!r}")
    items = study.manifest.items.values()
    scales = {i.scale for i in items if {i.dimension, i.construct} & set(wanted)}
    if len(scales) > 1:
        raise InputError(
            f"names needs dimensions of one response scale, got {len(scales)}: "
            f"{', '.join(sorted(scales))}"
        )
    return wanted


def _profiles(study: Study, names: list[str], by: str) -> pd.DataFrame:
    """One row per respondent and wave: group, site and the mean of each dimension."""
    people = study.respondents
    if by not in people.columns or by in ("respondent", "wave"):
        options = [name for name in people if name not in ("respondent", "wave")]
        raise UnknownNameError("column of respondents", by, options)
    scores = score(study, names)
    keys = ["site", "wave", "respondent"]
    means = scores.groupby([*keys, "name"])["score"].mean().unstack()
    groups = people[[*keys, by]].rename(columns={by: "group"})
    rows = means.reindex(columns=names).reset_index().merge(groups, on=keys, how="left")
    rows["respondent"] = rows["site"] + "\x1f" + rows["respondent"]
    return rows


def _least(study: Study, names: list[str], asked: int | None) -> int:
    if asked is None:
        return max(2, *(study.manifest.threshold(name) for name in names))
    return check_count("min_group", asked, minimum=2)


def _large_enough(
    rows: pd.DataFrame, waves: tuple[str, str], least: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of the groups with enough respondents in both waves, and the others' n."""
    counts = rows.groupby(["group", "wave"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(waves), fill_value=0)
    small = counts[counts.min(axis=1) < least]
    left_out = small.reset_index().melt("group", var_name="wave", value_name="n")
    kept = rows[~rows["group"].isin(small.index)].reset_index(drop=True)
    return kept, left_out[["wave", "group", "n"]]


def _sites_seen_twice(
    rows: pd.DataFrame, waves: tuple[str, str], least: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of large enough groups at sites that have both waves, and the others' n.

    A group that is too small can be all that a site has in a wave, and a site that
    goes can make a group too small.
    """
    small, before = [], -1
    while before != len(rows):
        before = len(rows)
        twice = rows.groupby("site")["wave"].transform("nunique") == len(waves)
        rows, left_out = _large_enough(rows[twice], waves, least)
        small.append(left_out)
    return rows, pd.concat(small, ignore_index=True)


def _unit(study: Study, asked: Unit | None) -> Unit:
    if asked is not None:
        check_choice("unit", asked, ("site", "respondent"))
        return asked
    return "site" if len(study.sites) > 1 else "respondent"


def _absent(study: Study, sites: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(set(study.sites["site"]) - set(sites)))


def _check_sites(n: int, total: int) -> None:
    if n < _MIN_SITES:
        raise RefusedError(
            f"sites exchange their waves as a whole, and {n} of {total} sites can be "
            f"compared in both waves: at least {_MIN_SITES} are needed"
        )


def _verdict(test: TestResult, alpha: float) -> tuple[Verdict, str]:
    if test.reason:
        return "not testable", test.reason
    if test.p_min > alpha:
        told = f"the smallest p this design allows is {test.p_min:.4f}"
        return "not testable", f"{told}, more than {alpha:g}"
    if test.mc_error and abs(test.pvalue - alpha) < 3 * test.mc_error:
        told = f"p, {test.pvalue:.4f}, is within three Monte-Carlo errors of {alpha:g}"
        return "inconclusive", f"{told}: draw more relabellings"
    if test.pvalue > alpha or test.estimate == 0:
        return "inconclusive", f"p, {test.pvalue:.4f}, is above {alpha:g}"
    return ("supported" if test.estimate > 0 else "contradicted"), ""


def _spread(rows: pd.DataFrame, names: list[str]) -> pd.Series:
    if rows.empty:
        return pd.Series(dtype=float, name="spread")
    return group_spread(rows, names, "group", "wave")


def _table(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    grouped = rows.groupby(["wave", "group"])
    table = grouped[names].mean()
    middle = table.groupby("wave").transform("mean")
    distance = np.sqrt(((table - middle) ** 2).sum(axis=1))
    table.insert(0, "n", grouped.size())
    return table.assign(distance=distance).reset_index()
