"""What can a study find that compares dyads, or actors, of one network?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import pandas as pd

from netcollab._checks import check_choice, check_count, check_fraction
from netcollab.errors import InputError
from netcollab.inference.actor_studies import ATTRIBUTES, ActorStudies, Attribute
from netcollab.inference.detectable import LEVEL, POWER, UNREACHED
from netcollab.inference.dyad_studies import PREDICTORS, DyadStudies, Predictor
from netcollab.inference.power import (
    CURVE,
    Designs,
    Level,
    check_between,
    counts_of,
    crossing,
    drawn_studies,
    grid,
    numbers_of,
    shares,
)

__all__ = ["actor_design", "dyad_design"]

Studies = DyadStudies | ActorStudies

MORE_ACTORS = 1.5
BEYOND = "no correlation up to {most:g} is found so often"


def dyad_design(
    actors: int | Sequence[int],
    *,
    response_rate: float | Sequence[float] = 1.0,
    autocorrelation: float | Sequence[float] = 0.4,
    effect: float | Sequence[float] = 0.3,
    predictor: Predictor = "dyadic",
    overlap: float = 0.0,
    alpha: float = LEVEL,
    power: float = POWER,
    n_simulations: int = 1000,
    n_resamples: int = 999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
) -> Designs:
    """What a study of one relation among some actors can find.

    .. math:: y_{ij} = \\beta x_{ij} + \\sqrt{1 - \\beta^2} \\, e_{ij}, \\qquad
        e_{ij} = a_i + b_j + d_ij

    Senders a and receivers b share the autocorrelation rho of the variance of e, and
    of x where it is dyadic, half each. beta is then the correlation of x and y. Each
    simulated study is tested by relabelling its actors, the test of `qap_correlation`
    and, with an overlap, that of `mrqap`.

    Parameters
    ----------
    actors
        How many; several make a grid, as do the three next arguments.
    response_rate
        Share of actors that answer, above 0; the rows of the others are missing, and
        they are relabelled among themselves.
    autocorrelation
        Share of the variance that is about senders and receivers, from 0 to below 1.
    effect
        Correlation, or standardised slope, from 0 to below 1.
    predictor
        "dyadic": a relation like the outcome; "sender": an attribute of senders;
        "difference": the absolute difference of an attribute; "sectors": the same one
        of two sectors; "star": ties of one lead actor.
    overlap
        Share of a dyadic predictor that a control explains (R squared), from 0 to below
        1. The effect is then the slope beside the control.
    alpha
        Level of the two-sided test.
    power
        What is enough.
    n_simulations
        Studies drawn for each design; the Monte-Carlo error of a power of .5 is half of
        one over its root, .016 by default.
    n_resamples
        Relabellings in each simulated test; where there are at most 5,040 different
        ones, all are listed.
    rng, workers, progress
        As in `site_design`.

    Returns
    -------
    Designs
        `table` also has answering (actors that answer) and critical_effect, the size of
        r that is just not significant (the median over studies). Where p_min is above
        alpha, power is 0 and `reason` says so. `changes` holds the detectable effect
        with half as many actors more.

    Raises
    ------
    InputError
        For a number outside of its range.
    UnknownNameError
        For another predictor.
    RefusedError
        With fewer than 4 actors that answer, or more than 150 actors.

    References
    ----------
    Dekker, D., Krackhardt, D., & Snijders, T. A. B. (2007). Sensitivity of MRQAP tests
    to collinearity and autocorrelation conditions. Psychometrika 72, 563-581.

    Examples
    --------
    A lead actor's star among eight looks only eight ways.

    >>> plan = dyad_design(8, predictor="star", n_simulations=10, rng=1)
    >>> plan.table.loc[0, ["power", "p_min"]].tolist()
    [0.0, 0.125]
    """
    choices: dict[str, Sequence[Any]] = {
        "actors": counts_of("actors", actors),
        "response_rate": numbers_of("response_rate", response_rate),
        "autocorrelation": numbers_of("autocorrelation", autocorrelation),
    }
    check_between("response_rate", choices["response_rate"], 0, 1, open_low=True)
    check_between("autocorrelation", choices["autocorrelation"], 0, 1, open_high=True)
    shared = numbers_of("overlap", overlap)[0]
    check_between("overlap", [shared], 0, 1, open_high=True)
    chosen = cast(Predictor, check_choice("predictor", predictor, PREDICTORS))
    if shared and chosen != "dyadic":
        raise InputError("overlap is about a dyadic predictor; leave it at 0")
    effects, tried = _effects(effect)
    plans = [
        DyadStudies(
            **each,
            predictor=chosen,
            overlap=shared,
            alpha=check_fraction("alpha", alpha),
            n_resamples=check_count("n_resamples", n_resamples),
            effects=tried,
        )
        for each in grid(choices)
    ]
    return _designs(
        "dyad",
        "MRQAP, double semi-partialing" if shared else "QAP correlation",
        plans,
        effects,
        goal=check_fraction("power", power),
        n_simulations=n_simulations,
        rng=rng,
        workers=workers,
        progress=progress,
    )


def actor_design(
    actors: int | Sequence[int],
    *,
    response_rate: float | Sequence[float] = 1.0,
    effect: float | Sequence[float] = 0.5,
    attribute: Attribute = "continuous",
    alpha: float = LEVEL,
    power: float = POWER,
    n_simulations: int = 2000,
    n_resamples: int = 999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
) -> Designs:
    """What a study can find that correlates two attributes of its actors.

    Two normal attributes with a correlation, or a normal one in two groups. Each
    simulated study is tested by dealing one of them out anew, the test of
    `permutation_correlation`. With 8 actors \\|r\\| must exceed .71 to reach p = .05,
    and a correlation of .82 is found in four studies out of five.

    Parameters
    ----------
    actors
        How many; several make a grid, as does the next argument.
    response_rate
        Share of actors that have both values, above 0.
    effect
        Correlation, from 0 to below 1. Of two equal groups whose means differ by d
        standard deviations it is d / sqrt(d^2 + 4).
    attribute
        "continuous"; "two_groups": as equal as can be.
    alpha, power, n_simulations, n_resamples
        As in `dyad_design`; 2,000 studies have an error of .011 at a power of .5.
    rng, workers, progress
        As in `site_design`.

    Returns
    -------
    Designs
        As `dyad_design`.

    Raises
    ------
    InputError
        For a number outside of its range.
    UnknownNameError
        For another attribute.
    RefusedError
        With fewer than 4 actors that have both values.

    References
    ----------
    Pitman, E. J. G. (1937). Significance tests which may be applied to samples from any
    populations. II. The correlation coefficient test. Suppl. J. R. Stat. Soc. 4,
    225-232.

    Examples
    --------
    >>> plan = actor_design([4, 6], attribute="two_groups", n_simulations=10, rng=1)
    >>> plan.table[["actors", "power", "p_min"]].round(3).values.tolist()
    [[4.0, 0.0, 0.333], [6.0, 0.0, 0.1]]
    """
    choices: dict[str, Sequence[Any]] = {
        "actors": counts_of("actors", actors),
        "response_rate": numbers_of("response_rate", response_rate),
    }
    check_between("response_rate", choices["response_rate"], 0, 1, open_low=True)
    chosen = cast(Attribute, check_choice("attribute", attribute, ATTRIBUTES))
    effects, tried = _effects(effect)
    plans = [
        ActorStudies(
            **each,
            attribute=chosen,
            alpha=check_fraction("alpha", alpha),
            n_resamples=check_count("n_resamples", n_resamples),
            effects=tried,
        )
        for each in grid(choices)
    ]
    return _designs(
        "actor",
        "permutation correlation",
        plans,
        effects,
        goal=check_fraction("power", power),
        n_simulations=n_simulations,
        rng=rng,
        workers=workers,
        progress=progress,
    )


def _effects(
    effect: float | Sequence[float],
) -> tuple[list[float], tuple[float, ...]]:
    """The effects asked for, and with them those of the curve, in order."""
    asked = sorted(numbers_of("effect", effect))
    check_between("effect", asked, 0, 1, open_high=True)
    return asked, tuple(sorted({*asked, *CURVE.round(10).tolist()}))


def _designs(
    level: Level,
    test: str,
    plans: Sequence[Studies],
    effects: Sequence[float],
    *,
    goal: float,
    n_simulations: int,
    rng: int | np.random.Generator | None,
    workers: int,
    progress: bool,
) -> Designs:
    for plan in plans:
        plan.check()
    curve = tuple(CURVE.round(10).tolist())
    larger = [_larger(plan, curve) for plan in plans]
    parts, seed = drawn_studies(
        f"{level} design",
        [*plans, *larger],
        n_simulations=n_simulations,
        rng=rng,
        workers=workers,
        progress=progress,
    )
    first, second = parts[: len(plans)], parts[len(plans) :]
    pairs = list(zip(plans, first, strict=True))
    return Designs(
        level=level,
        test=test,
        effect="correlation",
        table=pd.concat(
            [_rows(plan, found, effects, goal) for plan, found in pairs],
            ignore_index=True,
        ),
        curves=pd.concat(
            [_curve(plan, found) for plan, found in pairs], ignore_index=True
        ),
        changes=pd.DataFrame(
            {
                **plan.labels,
                "change": "actors",
                "value": float(other.actors),
                "detectable_effect": _detectable(other, found, goal)[0],
            }
            for plan, other, found in zip(plans, larger, second, strict=True)
        ),
        alpha=plans[0].alpha,
        goal=goal,
        n_simulations=n_simulations,
        seed=seed,
    )


def _larger(plan: Studies, effects: tuple[float, ...]) -> Studies:
    return plan.changed(math.ceil(plan.actors * MORE_ACTORS), effects)


def _power(plan: Studies, found: np.ndarray) -> pd.DataFrame:
    """Power at every effect that was tried."""
    tried = np.array(plan.effects)
    power = shares(found[:, : len(tried)] > 0)
    return power.set_index(pd.Index(tried, name="effect"))


def _detectable(
    plan: Studies, found: np.ndarray, goal: float
) -> tuple[float, float, str]:
    """The smallest correlation that is found, its error, and why there is none."""
    if plan.p_min > plan.alpha * (1 + 1e-12):
        told = UNREACHED.format(level=plan.alpha)
        return math.nan, math.nan, f"{told} (smallest p {plan.p_min:.3g})"
    power = _power(plan, found)["power"].to_numpy()
    at = crossing(np.array(plan.effects), power, goal=goal, count=len(found))
    if math.isnan(at.effect):
        return *at, BEYOND.format(most=plan.effects[-1])
    return *at, ""


def _rows(
    plan: Studies, found: np.ndarray, effects: Sequence[float], goal: float
) -> pd.DataFrame:
    effect, error, reason = _detectable(plan, found, goal)
    asked = _power(plan, found).loc[list(effects)].reset_index()
    limit = float(np.median(found[:, len(plan.effects)])) if not reason else math.nan
    return pd.DataFrame(
        {
            **plan.labels,
            "effect": asked["effect"],
            "power": asked["power"],
            "mc_error": asked["mc_error"],
            "p_min": plan.p_min,
            "critical_effect": limit,
            "detectable_effect": effect,
            "detectable_error": error,
            "reason": reason,
        }
    )


def _curve(plan: Studies, found: np.ndarray) -> pd.DataFrame:
    power = _power(plan, found).reset_index()[["effect", "power", "low", "high"]]
    return pd.DataFrame({**plan.labels, "effect": power["effect"]}).join(
        power[["power", "low", "high"]]
    )
