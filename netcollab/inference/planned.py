"""A study before its data are collected: what is planned, and is it possible?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, Protocol

import numpy as np

from netcollab._checks import (
    check_choice,
    check_count,
    check_fraction,
    check_number,
)
from netcollab._plans import ENUMERATED
from netcollab.errors import InputError

__all__ = [
    "PREDICTORS",
    "Planned",
    "Predictor",
    "Studies",
    "check_share",
    "draws_for",
    "planned_smallest",
    "too_far",
]

Predictor = Literal["dyadic", "sender", "difference", "sectors", "star"]

PREDICTORS = ("dyadic", "sender", "difference", "sectors", "star")
MOST_FUNCTIONS = 10_000
MOST_IN_SITE = 100
MOST_ASKED = 10_000
DRAWS = 9999
STEPS = 50


@dataclass(frozen=True)
class Planned:
    """What is planned and assumed, as in `netcollab.inference.design`.

    Examples
    --------
    >>> Planned(sites=12, functions=6, respondents=2, response_rate=0.5).answering
    4
    """

    sites: int
    functions: int
    respondents: int = 5
    response_rate: float = 0.7
    icc: float = 0.1
    function_variance: float = 0.1
    treated: float | None = 0.5
    covariates: int = 0
    predictor: Predictor = "dyadic"
    autocorrelation: float = 0.4
    slope_sd: float = 0.1
    alpha: float = 0.05

    @property
    def answering(self) -> int:
        """Functions of a site in which somebody answers, to the nearest number."""
        silent = (1 - self.response_rate) ** self.respondents
        return self.functions - math.floor(self.functions * silent + 0.5)

    @property
    def answers(self) -> float:
        """Respondents to be expected in all."""
        asked = self.sites * self.functions * self.respondents
        return asked * self.response_rate

    @property
    def residual(self) -> float:
        """Share of the variance that is respondents' own."""
        return 1 - self.icc - self.function_variance

    def faults(self) -> list[str]:
        """Everything about it that no study can have."""
        found = list(self._one_by_one())
        if found:
            return found
        if self.residual <= 0:
            found.append(
                f"icc and function_variance add up to {self.icc:g} + "
                f"{self.function_variance:g}; they are shares of the variance and must "
                "leave some of 1 to respondents"
            )
        if self.sites * self.functions > MOST_FUNCTIONS:
            found.append(
                f"{self.sites:,} sites of {self.functions:,} functions: at most "
                f"{MOST_FUNCTIONS:,} functions in all are simulated"
            )
        if self.functions > MOST_IN_SITE:
            found.append(
                f"functions needs at most {MOST_IN_SITE}, got {self.functions:,}"
            )
        if self.respondents > MOST_ASKED:
            found.append(
                f"respondents needs at most {MOST_ASKED:,}, got {self.respondents:,}"
            )
        return found

    def _one_by_one(self) -> Iterator[str]:
        checks: dict[str, Callable[[Any], object]] = {
            "sites": lambda n: check_count("sites", n),
            "functions": lambda n: check_count("functions", n),
            "respondents": lambda n: check_count("respondents", n),
            "response_rate": lambda v: check_share("response_rate", v, above=True),
            "icc": lambda v: check_share("icc", v),
            "function_variance": lambda v: check_share("function_variance", v),
            "treated": lambda v: v is None or check_fraction("treated", v),
            "covariates": lambda n: check_count("covariates", n, minimum=0),
            "predictor": lambda w: check_choice("predictor", w, PREDICTORS),
            "autocorrelation": lambda v: check_share("autocorrelation", v),
            "slope_sd": lambda v: check_share("slope_sd", v),
            "alpha": lambda v: check_fraction("alpha", v),
        }
        for field in fields(self):
            try:
                checks[field.name](getattr(self, field.name))
            except InputError as error:
                yield str(error)


class Studies(Protocol):
    """Simulated studies of one plan, and one test of each.

    Called with a generator and a number of studies B it says which of `effects` each
    study finds, (B, effects). `unit` and `n` say what is compared; `untestable` why
    nothing can be; `p_min` is NaN where p has no smallest value.
    """

    @property
    def planned(self) -> Planned: ...
    @property
    def effects(self) -> np.ndarray: ...
    @property
    def test(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def n(self) -> int: ...
    @property
    def untestable(self) -> str: ...
    @property
    def p_min(self) -> float: ...
    def __call__(self, rng: np.random.Generator, size: int) -> np.ndarray: ...


def planned_smallest(least: float, ways: int) -> float:
    """The smallest p of the study's own test, with 9,999 draws where these are needed.

    Parameters
    ----------
    least
        The smallest p if all relabellings are listed.
    ways
        How many there are.

    Examples
    --------
    >>> planned_smallest(1 / 8, 8), planned_smallest(1e-12, 10**12)
    (0.125, 0.0001)
    """
    return least if ways <= ENUMERATED else max(least, 1 / (DRAWS + 1))


def draws_for(alpha: float, *, steps: int = STEPS) -> int:
    """How many relabellings to draw for p to have some steps from 0 to alpha.

    Examples
    --------
    >>> draws_for(0.05), draws_for(0.05, steps=10)
    (999, 199)
    """
    return min(DRAWS, math.ceil(steps / alpha) - 1)


def too_far(count: np.ndarray, total: int, *, alpha: float, exact: bool) -> np.ndarray:
    """Whether p is at most alpha, from how many relabellings are as extreme.

    Examples
    --------
    >>> too_far(np.array([4, 5]), 99, alpha=0.05, exact=False).tolist()
    [True, False]
    """
    p = count / total if exact else (count + 1) / (total + 1)
    significant: np.ndarray = p <= alpha * (1 + 1e-12)
    return significant


def check_share(name: str, value: float, *, above: bool = False) -> float:
    """From 0 to below 1, or above 0 to 1."""
    number = check_number(name, value)
    if above and not 0 < number <= 1:
        raise InputError(f"{name} needs a number above 0 and up to 1, got {value!r}")
    if not above and not 0 <= number < 1:
        raise InputError(f"{name} needs a number from 0 to below 1, got {value!r}")
    return number
