"""What can a study find, before its data are collected?

Power is the share of simulated studies whose test is significant. Studies are drawn
from the plan, and each is given the test that will be run.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, check_count, check_fraction, check_number
from netcollab._counted import Counted
from netcollab.errors import InputError, RefusedError
from netcollab.inference.detectable import LEVEL, POWER
from netcollab.inference.planned import Planned, Predictor, Studies, check_share
from netcollab.inference.planned_groups import groups_below
from netcollab.inference.planned_power import Asked, planned_tests, simulated

__all__ = ["Design", "design"]

FEWEST_STUDIES, MOST_STUDIES = 100, 1_000_000
FEW_DF = 4


@dataclass(frozen=True, eq=False, repr=False)
class Design:
    """A planned study, and what each test of it can find.

    Parameters
    ----------
    plan
        What was planned and assumed, by the names of `design`.
    table
        One row per test: test (the function of `netcollab.inference`), kind (of effect:
        difference, slope or correlation), unit and n (what is compared, and how many),
        effect; power, the share of simulated studies whose p is at most alpha, and
        mc_error, its Monte-Carlo error; low and high, its 95 % Monte-Carlo interval;
        p_min, the smallest p the plan allows (NaN: no limit); detectable_effect, the
        smallest that is found with the power `goal`, and detectable_error, its
        Monte-Carlo error; needed, how many sites (or, with one site, actors) are for
        the effect, NaN where that depends on neither or none that was tried is enough;
        reason, why a test cannot answer.
    curves
        Power by effect: test, effect, power, mc_error, low, high.
    sizes
        Power by number of sites (with one site: of functions): test, varies, value,
        power, mc_error, low, high.
    changes
        What else could be planned: change (the argument), value, test, power, mc_error,
        detectable_effect. A test that the change does not touch has no row.
    groups
        Functions with too few respondents to be shown, as planned and with as many
        asked as would be enough: respondents, answers, share_below, below, functions.
        Empty without `min_respondents`.
    min_respondents
        The fewest respondents of a function that feedback shows.
    alpha, goal
        Level of the two-sided tests, and the power that is enough.
    n_simulations, seed
        Studies drawn of the plan and of each change (half of it for each of the
        `sizes`), and the entropy of the draws.
    notes
        What the numbers rest on.

    Examples
    --------
    >>> table = pd.DataFrame({"test": ["site_means"], "power": [0.25]})
    >>> Design({"sites": 8, "functions": 6}, table)
    Design(8 sites of 6 functions, 1 test)
    """

    plan: dict[str, Any]
    table: pd.DataFrame
    curves: pd.DataFrame = field(default_factory=pd.DataFrame)
    sizes: pd.DataFrame = field(default_factory=pd.DataFrame)
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)
    groups: pd.DataFrame = field(default_factory=pd.DataFrame)
    min_respondents: int | None = None
    alpha: float = LEVEL
    goal: float = POWER
    n_simulations: int = 0
    seed: int | None = None
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per test, after the columns of the plan."""
        plan = {k: v for k, v in self.plan.items() if k not in self.table}
        return pd.DataFrame([plan]).merge(self.table, how="cross")

    def to_dict(self) -> dict[str, Any]:
        """For JSON: NaN is None."""
        tables = {
            name: _records(getattr(self, name))
            for name in ("table", "curves", "sizes", "changes", "groups")
        }
        own = ("plan", "min_respondents", "alpha", "goal", "n_simulations", "seed")
        return {**{name: getattr(self, name) for name in own}, **tables}

    def summary(self) -> str:
        """The tests in words and fixed decimals."""
        named = ", ".join(f"{name} {told}" for name, told in self.plan.items())
        shown = self.table.drop(columns=["low", "high", "reason"], errors="ignore")
        reasons = zip(self.table["test"], self.table["reason"], strict=True)
        return "\n".join(
            [
                f"Power of a plan: {named}",
                f"{self.n_simulations:,} simulated studies, {self.alpha:g} two-sided",
                "",
                shown.to_string(index=False, float_format="{:.3g}".format, na_rep=""),
                *(f"{test}: {reason}" for test, reason in reasons if reason),
                *(f"note: {note}" for note in self.notes),
            ]
        )

    def __repr__(self) -> str:
        sites, functions = self.plan["sites"], self.plan["functions"]
        tests = f"{len(self.table)} test{'' if len(self.table) == 1 else 's'}"
        return (
            f"Design({sites} site{'' if sites == 1 else 's'} of {functions} "
            f"functions, {tests})"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        table = self.table.to_html(index=False, float_format="{:.3g}".format, na_rep="")
        return f"<p>{html.escape(repr(self))}</p>{table}<ul>{notes}</ul>"


def design(
    sites: int,
    functions: int,
    *,
    respondents: int = 5,
    response_rate: float = 0.7,
    icc: float = 0.1,
    effect: float = 0.4,
    correlation: float | None = None,
    function_variance: float = 0.1,
    treated: float | None = 0.5,
    covariates: int = 0,
    predictor: Predictor = "dyadic",
    autocorrelation: float = 0.4,
    slope_sd: float = 0.1,
    min_respondents: int | None = None,
    alpha: float = LEVEL,
    power: float = POWER,
    n_simulations: int = 2000,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
) -> Design:
    """What a study can find, before its data are collected.

    Five tests are simulated; those that a plan cannot have say why.

    - `site_means` and `site_permutation`: do sites differ by what they are?

      .. math:: y_{gfr} = \\delta x_g + u_g + c_{gf} + e_{gfr}

      for respondent r of function f in site g. The variances of sites (u), of functions
      in a site (c) and of respondents (e) add up to 1, so that delta is in standard
      deviations of respondents' answers. Whoever is asked answers with the response
      rate, independently of all else. Sites are compared by the means of their answers.
    - `qap_correlation` and `site_slopes`: does one relation among the functions go with
      another, in one site, and on average over sites?

      .. math:: y_{ij} = \\beta x_{ij} + \\sqrt{1 - \\beta^2} \\, e_{ij}, \\qquad
          e_{ij} = a_i + b_j + d_{ij}

      with x and y of variance 1, so that beta is their correlation; over sites the
      slope varies with slope_sd. Ties are taken as measured: more answers make them
      more reliable and thereby correlations larger, which is not counted. A function
      in which nobody answers has no row; that happens to (1 - response_rate) to the
      power of `respondents` of them.
    - `permutation_correlation`: do two attributes of functions go together in one site?

    Of t-tests without covariates and with all answers, power is that of noncentral t
    with

    .. math:: \\mathrm{var}(\\bar y_g) = \\sigma_u^2 + \\sigma_c^2 / F
        + \\sigma_e^2 / (F R)

    More respondents lower the last term only.

    Parameters
    ----------
    sites
        How many sites: municipalities, or cases.
    functions
        Functions of each site, or actors of the one network.
    respondents
        Persons asked in each function.
    response_rate
        Share that answers, above 0.
    icc
        Share of the variance of answers between sites, from 0 to below 1.
    effect
        Difference of sites that have the predictor, or slope per standard deviation of
        it, in standard deviations of answers; not negative.
    correlation
        The effect of the tests of ties and actors, from 0 to below 1. None: as effect.
    function_variance
        Share of the variance of answers between functions of a site.
    treated
        Share of the sites that have the predictor; None: a continuous predictor.
    covariates
        Further predictors of sites in the regression, unrelated to this one. Each costs
        a degree of freedom.
    predictor
        Of ties: "dyadic", a relation like the outcome; "sender", an attribute of
        senders; "difference", the absolute difference of an attribute; "sectors", the
        same one of two sectors; "star", ties of one lead actor.
    autocorrelation
        Share of the variance of ties that is about senders and receivers, half each;
        from 0 to below 1.
    slope_sd
        How much the correlation of ties varies between sites, from 0 to below 1.
    min_respondents
        The fewest respondents of a function that feedback shows; None: not looked at.
    alpha
        Level of the two-sided tests; for m hypotheses, .05 / m.
    power
        What is enough.
    n_simulations
        Studies drawn; the Monte-Carlo error of a power of .5 is half of one over its
        root, .011 by default.
    rng
        Seed of the draws; None draws fresh entropy. The result records it.
    workers
        Processes; the result does not depend on them.
    progress
        Show a bar on stderr, where that is a terminal.

    Returns
    -------
    Design

    Raises
    ------
    InputError
        For everything about the plan that cannot be, together.
    RefusedError
        If none of the tests can be run.

    References
    ----------
    Snijders, T. A. B., & Bosker, R. J. (1993). Standard errors and sample sizes for
    two-level research. J. Educ. Stat. 18, 237-259.
    Dekker, D., Krackhardt, D., & Snijders, T. A. B. (2007). Sensitivity of MRQAP tests
    to collinearity and autocorrelation conditions. Psychometrika 72, 563-581.

    Examples
    --------
    Three municipalities look only three ways when two of them have a reform.

    >>> plan = design(3, 6, n_simulations=100, rng=1)
    >>> row = plan.table.set_index("test").loc["site_permutation"]
    >>> round(float(row["p_min"]), 3), row["reason"]
    (0.333, 'with 3 sites p is never at or below 0.05: the smallest is 0.333')
    """
    planned = Planned(
        sites=sites,
        functions=functions,
        respondents=respondents,
        response_rate=response_rate,
        icc=icc,
        function_variance=function_variance,
        treated=treated,
        covariates=covariates,
        predictor=predictor,
        autocorrelation=autocorrelation,
        slope_sd=slope_sd,
        alpha=alpha,
    )
    _check(planned, effect, correlation, power, n_simulations, min_respondents)
    planned = replace(
        planned,
        sites=int(sites),
        functions=int(functions),
        respondents=int(respondents),
        covariates=int(covariates),
    )
    linked = effect if correlation is None else correlation
    asked = Asked(float(effect), float(linked), float(power))
    tests = planned_tests(planned, asked)
    if all(test.untestable for test in tests):
        reasons = dict.fromkeys(test.untestable for test in tests)
        raise RefusedError(f"no test is possible: {'; '.join(reasons)}")
    entropy = as_entropy(rng)
    found = simulated(
        planned,
        tests,
        asked,
        n_simulations=int(n_simulations),
        entropy=entropy,
        workers=workers,
        progress=progress,
    )
    return Design(
        plan={
            **{name: _plain(told) for name, told in asdict(planned).items()},
            "effect": asked.effect,
            "correlation": asked.correlation,
        },
        **found._asdict(),
        groups=pd.DataFrame()
        if min_respondents is None
        else groups_below(planned, int(min_respondents)),
        min_respondents=None if min_respondents is None else int(min_respondents),
        alpha=float(alpha),
        goal=asked.goal,
        n_simulations=int(n_simulations),
        seed=entropy,
        notes=tuple(_notes(planned, tests)),
    )


def _check(
    planned: Planned,
    effect: float,
    correlation: float | None,
    power: float,
    studies: int,
    min_respondents: int | None,
) -> None:
    """Everything that cannot be, in one error."""
    faults = planned.faults()
    checks: list[Callable[[], object]] = [
        lambda: _check_effects(effect, correlation),
        lambda: check_fraction("power", power),
        lambda: check_count("n_simulations", studies, minimum=FEWEST_STUDIES),
        lambda: (
            min_respondents is None or check_count("min_respondents", min_respondents)
        ),
    ]
    for check in checks:
        try:
            check()
        except InputError as error:
            faults.extend(map(str, error.problems))
    if not faults and studies > MOST_STUDIES:
        faults.append(f"n_simulations needs at most {MOST_STUDIES:,}, got {studies:,}")
    if faults:
        raise InputError(faults)


def _check_effects(effect: float, correlation: float | None) -> None:
    faults = []
    try:
        if not 0 <= check_number("effect", effect) < math.inf:
            raise InputError(f"effect needs a finite number >= 0, got {effect!r}")
        if correlation is None and effect >= 1:
            faults.append(
                f"effect {effect:g} is no correlation; give correlation too, from 0 to "
                "below 1"
            )
    except InputError as error:
        faults.append(str(error))
    if correlation is not None:
        try:
            check_share("correlation", correlation)
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise InputError(faults)


def _notes(planned: Planned, tests: Sequence[Studies]) -> Iterator[str]:
    silent = planned.functions - planned.answering
    n = Counted(f"{planned.answers:.0f}")
    yield f"{n} {n:person is|people are} expected to answer"
    if silent:
        yield f"in {silent} of {planned.functions} functions nobody would answer"
    df = planned.sites - 2 - planned.covariates
    if 1 <= df < FEW_DF:
        yield (
            f"t has {df} of at least {FEW_DF} degrees of freedom: it leans on normal "
            "means of sites"
        )
    if any(test.kind == "correlation" and not test.untestable for test in tests):
        yield (
            "correlations are those of ties as measured; more answers make them "
            "larger, which is not counted"
        )


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    cells = table.astype(object)
    return cells.where(cells.notna(), None).to_dict("records")


def _plain(told: Any) -> Any:
    """A number of numpy as Python's own."""
    return told.item() if isinstance(told, np.generic) else told
