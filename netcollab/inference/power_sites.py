"""What can a study find that compares sites: municipalities, or cases?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from netcollab._checks import check_count, check_fraction
from netcollab.inference.detectable import LEVEL, POWER, UNREACHED
from netcollab.inference.power import (
    Designs,
    check_between,
    counts_of,
    drawn_studies,
    grid,
    numbers_of,
    shares,
)
from netcollab.inference.site_studies import SiteStudies

__all__ = ["site_design"]

MORE_SITES = 1.5
MORE_ANSWERS = 0.2
STEPS = 31
BEYOND = 1.5
MOST = 2.0
FEW_DF = 4
DESIGN = ("sites", "functions", "respondents", "response_rate", "icc")


def site_design(
    sites: int | Sequence[int],
    *,
    functions: int | Sequence[int] = 6,
    respondents: int | Sequence[int] = 5,
    response_rate: float | Sequence[float] = 0.7,
    icc: float | Sequence[float] = 0.1,
    effect: float | Sequence[float] = 0.5,
    treated: float | None = 0.5,
    function_variance: float = 0.1,
    role_variance: float = 0.1,
    covariates: int = 0,
    alpha: float = LEVEL,
    power: float = POWER,
    n_simulations: int = 10_000,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
) -> Designs:
    """What a study that compares sites can find, for one design or a grid of designs.

    .. math:: y_{gfr} = \\delta x_g + u_g + a_f + c_{gf} + e_{gfr}

    with respondent r of function f in site g. The variances of sites (u), of roles that
    recur in every site (a), of functions within a site (c) and of respondents (e) add
    up to 1, so that the effect delta is in standard deviations of respondents'
    answers. Who is asked answers with the response rate, independently of all else.
    Every simulated study is tested by t(G - k) on the means of its sites, the test of
    `site_means`, and by permuting its sites, that of `site_permutation`.

    The smallest detectable effect is exact where everybody answers: that of noncentral
    t with

    .. math:: \\mathrm{var}(\\bar y_g) = \\sigma_u^2 + \\sigma_c^2 / F
        + \\sigma_e^2 / (F R)

    Otherwise it is the effect that was found in the share `power` of the simulated
    studies. More respondents lower the last term only.

    Parameters
    ----------
    sites
        How many; several make a grid, as do the four next arguments.
    functions
        Functions of a site, the same roles everywhere.
    respondents
        Persons asked in each function.
    response_rate
        Share that answers, above 0.
    icc
        Share of the variance between sites, from 0 to below 1.
    effect
        Standardised difference of the sites that have a predictor, or slope per
        standard deviation of it.
    treated
        Share of the sites that have the predictor; None: a continuous predictor.
    function_variance
        Share of the variance between functions of a site.
    role_variance
        Share of the variance between roles over all sites; it cancels unless functions
        answer unevenly.
    covariates
        Further predictors of sites in the regression, unrelated to this one. Each costs
        a degree of freedom. The permutation beside is then not simulated.
    alpha
        Level of the two-sided tests.
    power
        What is enough.
    n_simulations
        Studies drawn for each design; the Monte-Carlo error of a power of .5 is half of
        one over its root, .005 by default.
    rng
        Seed of the draws; None draws fresh entropy. The result records it.
    workers
        Processes; the result does not depend on them.
    progress
        Show a bar on stderr, where that is a terminal.

    Returns
    -------
    Designs
        `table` also has df, answers (expected respondents) and power_permutation. p_min
        is that of permuting the sites; where it is above alpha that test has no power,
        and `reason` says so. `changes` holds the detectable effect of half as many
        sites more, twice the respondents, a response rate that is higher by .2, and of
        all respondents one could think of.

    Raises
    ------
    InputError
        For a response rate outside of (0, 1], an ICC outside of [0, 1), variances that
        leave nothing to respondents, a negative effect, no whole number.
    RefusedError
        With fewer than two sites, none or all of them treated, or no degree of freedom.

    References
    ----------
    Snijders, T. A. B., & Bosker, R. J. (1993). Standard errors and sample sizes for
    two-level research. J. Educ. Stat. 18, 237-259.

    Examples
    --------
    >>> plan = site_design([8, 12], response_rate=1, n_simulations=2000, rng=1)
    >>> plan.table[["sites", "detectable_effect", "p_min"]].round(3).values.tolist()
    [[8.0, 0.891, 0.029], [12.0, 0.672, 0.002]]
    """
    choices: dict[str, Sequence[Any]] = {
        "sites": counts_of("sites", sites),
        "functions": counts_of("functions", functions),
        "respondents": counts_of("respondents", respondents),
        "response_rate": numbers_of("response_rate", response_rate),
        "icc": numbers_of("icc", icc),
    }
    goal = check_fraction("power", power)
    plans = _plans(
        choices,
        effects=sorted(numbers_of("effect", effect)),
        treated=None if treated is None else check_fraction("treated", treated),
        functions=numbers_of("function_variance", function_variance)[0],
        roles=numbers_of("role_variance", role_variance)[0],
        covariates=check_count("covariates", covariates, minimum=0),
        alpha=check_fraction("alpha", alpha),
    )
    changed = [_changed(plan) for plan in plans]
    parts, seed = drawn_studies(
        "site design",
        [*plans, *(other for others in changed for _, _, other in others)],
        n_simulations=n_simulations,
        rng=rng,
        workers=workers,
        progress=progress,
    )
    rest = iter(parts[len(plans) :])
    pairs = list(zip(plans, parts, strict=False))
    tables = [_rows(plan, found, goal) for plan, found in pairs]
    scale = _scale(plans, goal)
    curves = [_curve(plan, found, scale) for plan, found in pairs]
    changes = [
        _alternatives(plan, others, [next(rest) for _ in others], goal)
        for plan, others in zip(plans, changed, strict=True)
    ]
    return Designs(
        level="site",
        test=f"t(G - {plans[0].n_terms}) of site means",
        effect=_unit(treated),
        table=pd.concat(tables, ignore_index=True),
        curves=pd.concat(curves, ignore_index=True),
        changes=pd.concat(changes, ignore_index=True),
        alpha=alpha,
        goal=goal,
        n_simulations=n_simulations,
        seed=seed,
        notes=tuple(_notes(plans)),
    )


def _plans(
    choices: Mapping[str, Sequence[Any]],
    *,
    effects: Sequence[float],
    treated: float | None,
    functions: float,
    roles: float,
    covariates: int,
    alpha: float,
) -> list[SiteStudies]:
    """Every combination of the choices, each of which can be studied."""
    check_between("response_rate", choices["response_rate"], 0, 1, open_low=True)
    check_between("icc", choices["icc"], 0, 1, open_high=True)
    check_between("effect", effects, 0, math.inf)
    check_between("function_variance", [functions], 0, 1)
    check_between("role_variance", [roles], 0, 1)
    plans = [
        SiteStudies(
            **each,
            treated=treated,
            function_variance=functions,
            role_variance=roles,
            covariates=covariates,
            alpha=alpha,
            effects=tuple(effects),
        )
        for each in grid(choices)
    ]
    for plan in plans:
        plan.check()
    return plans


def _unit(treated: float | None) -> str:
    if treated is None:
        return "standard deviations of answers per standard deviation of the predictor"
    return "difference of two kinds of sites in standard deviations of answers"


def _changed(plan: SiteStudies) -> list[tuple[str, float, SiteStudies]]:
    """What could be planned instead: what is changed, to what, and the design."""
    rate = min(1.0, round(plan.response_rate + MORE_ANSWERS, 10))
    changes: dict[str, float] = {
        "sites": math.ceil(plan.sites * MORE_SITES),
        "respondents": 2 * plan.respondents,
        "response_rate": rate,
    }
    return [
        (name, value, plan.changed(**{name: value}))
        for name, value in changes.items()
        if value > getattr(plan, name)
    ]


def _labels(plan: SiteStudies) -> dict[str, object]:
    return {name: getattr(plan, name) for name in DESIGN}


def _detectable(
    plan: SiteStudies, found: np.ndarray, goal: float
) -> tuple[float, float]:
    """The smallest effect found with the power asked for, and its error."""
    if plan.is_complete:
        return plan.detectable(goal), 0.0
    count = len(found)
    error = math.sqrt(goal * (1 - goal) / count)
    around = [goal, max(goal - error, 0.0), min(goal + error, 1.0)]
    effect, low, high = np.quantile(found[:, 0], around, method="higher")
    if math.isinf(effect):
        return math.nan, math.nan
    return float(effect), float(high - low) / 2


def _is_found(found: np.ndarray, effects: Sequence[float]) -> np.ndarray:
    """Studies x effects: whether t is significant, in either direction."""
    at = np.asarray(effects)[None, :]
    significant: np.ndarray = (at > found[:, [0]]) | (at < found[:, [1]])
    return significant


def _rows(plan: SiteStudies, found: np.ndarray, goal: float) -> pd.DataFrame:
    effect, error = _detectable(plan, found, goal)
    power = shares(_is_found(found, plan.effects))
    permuted = np.nan if plan.covariates else found[:, 2:].mean(axis=0)
    reasons = []
    if plan.p_min > plan.alpha:
        reasons.append(
            f"permuting sites: {UNREACHED.format(level=plan.alpha)} "
            f"(smallest p {plan.p_min:.3g})"
        )
    if math.isnan(effect):
        reasons.append("t: too many studies lose sites that nobody answered for")
    return pd.DataFrame(
        {
            **_labels(plan),
            "answers": plan.answers,
            "df": plan.df,
            "effect": plan.effects,
            "power": power["power"],
            "mc_error": power["mc_error"],
            "power_permutation": permuted,
            "p_min": plan.p_min,
            "detectable_effect": effect,
            "detectable_error": error,
            "reason": "; ".join(reasons),
        }
    )


def _scale(plans: Sequence[SiteStudies], goal: float) -> np.ndarray:
    """Effects for curves, from 0 to well beyond what the designs detect."""
    largest = max(plan.detectable(goal) for plan in plans)
    return np.linspace(0, max(BEYOND * min(largest, MOST), *plans[0].effects), STEPS)


def _curve(plan: SiteStudies, found: np.ndarray, scale: np.ndarray) -> pd.DataFrame:
    power = shares(_is_found(found, scale.tolist()))
    named = pd.DataFrame({**_labels(plan), "effect": scale})
    return named.join(power[["power", "low", "high"]])


def _alternatives(
    plan: SiteStudies,
    others: Sequence[tuple[str, float, SiteStudies]],
    found: Sequence[np.ndarray],
    goal: float,
) -> pd.DataFrame:
    rows = [
        {**_labels(plan), "change": change, "value": value, "effect": effect}
        for (change, value, effect) in [
            *(
                (name, value, _detectable(other, one, goal)[0])
                for (name, value, other), one in zip(others, found, strict=True)
            ),
            ("respondents", math.inf, plan.detectable(goal, endless=True)),
        ]
    ]
    return pd.DataFrame(rows).rename(columns={"effect": "detectable_effect"})


def _notes(plans: Sequence[SiteStudies]) -> list[str]:
    first = plans[0]
    notes = [
        f"variance of an answer: sites by the ICC, roles {first.role_variance:g}, "
        f"functions of a site {first.function_variance:g}, the rest respondents"
    ]
    few = sorted({plan.sites for plan in plans if plan.df < FEW_DF})
    if few:
        notes.append(
            f"{', '.join(map(str, few))} sites: below {FEW_DF} degrees of freedom t "
            "leans on normal means of sites, no headline"
        )
    return notes
