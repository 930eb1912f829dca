"""A statistic of a network against its values under chance: what every such test says.

It answers: is the statistic there at all, can it vary, and how extreme is it?
"""

from __future__ import annotations

import math
from typing import Protocol, cast

import numpy as np

from netcollab._checks import Alternative
from netcollab.errors import InputError, RefusedError
from netcollab.inference.detectable import detectable_shift
from netcollab.inference.permutation import equal_tailed, smallest_pvalue
from netcollab.inference.results import TestResult

__all__ = [
    "Documented",
    "as_number",
    "check_documented",
    "check_network",
    "compared",
    "observed_number",
]


class Documented(Protocol):
    """A network that says whether its absences are known."""

    @property
    def is_presence_only(self) -> bool: ...

    @property
    def is_rated(self) -> bool: ...


def check_network(name: str, network: object) -> None:
    """Something with the ties and states of a Network."""
    if not hasattr(network, "is_presence_only"):
        raise InputError(f"{name} needs a Network, got a {type(network).__name__}")


def check_documented(network: Documented) -> None:
    """Refuse a network whose ties were documented and whose absences never were."""
    check_network("network", network)
    if network.is_presence_only and not network.is_rated:
        raise RefusedError("presence-only: ties were documented, absences never")


def as_number(value: object) -> float:
    """What a statistic gave, as a float."""
    try:
        if isinstance(value, (str, complex)):
            raise TypeError
        return float(cast(float, value))
    except (TypeError, ValueError):
        kind = type(value).__name__
        raise InputError(f"statistic needs to give one number, got {kind}") from None


def observed_number(value: object) -> float:
    """The statistic as observed, which must be there."""
    observed = as_number(value)
    if math.isinf(observed):
        raise RefusedError("the statistic is infinite for the network as observed")
    if math.isnan(observed):
        raise RefusedError(
            "the statistic is undefined (NaN) for the network as observed; "
            "netcollab.measures.reason says why"
        )
    return observed


def compared(
    test: str,
    null: str,
    observed: float,
    values: np.ndarray,
    *,
    alternative: Alternative,
    ways: int,
    method: str,
    seed: int | None,
    n: int,
    unit: str,
) -> TestResult:
    """The result of a test whose null distribution was listed or drawn.

    Parameters
    ----------
    test, null
        The test's name and its null hypothesis.
    observed, values
        The statistic as observed and under chance.
    alternative
        "two-sided" doubles the smaller tail, see `equal_tailed`.
    ways
        How many equally likely cases there are, as far as they were counted.
    method, n, unit
        As in `TestResult`.
    seed
        The entropy of the draws; None where all cases were listed.

    Raises
    ------
    RefusedError
        If the statistic is the same in every case.
    """
    size = float(np.fmax.reduce(np.abs(values), initial=abs(observed)))
    scale = size if 0 < size < 1 else 1.0
    spread = np.abs(values - observed) / scale
    if (spread <= 1e-10 * max(1.0, abs(observed) / scale)).all():
        raise RefusedError(
            f"the statistic is {observed:g} in each of {len(values):,} cases looked "
            "at; p would be 1 whatever the data"
        )
    exact = seed is None
    p, mc_error = equal_tailed(
        values / scale, observed / scale, alternative=alternative, exact=exact
    )
    p_min = smallest_pvalue(ways, n_resamples=len(values), exact=exact)
    defined = values[~np.isnan(values)]
    found = detectable_shift(values, alternative=alternative, exact=exact)
    return TestResult(
        test=test,
        null=null,
        statistic=observed,
        pvalue=p,
        mc_error=mc_error,
        p_min=min(1.0, 2 * p_min) if alternative == "two-sided" else p_min,
        alternative=alternative,
        estimate=observed - float(defined.mean()) if len(defined) else math.nan,
        n=n,
        unit=unit,
        n_resamples=len(values),
        method=method,
        null_distribution=values,
        seed=seed,
        detectable_effect=found.effect,
        detectable_reason=found.reason,
    )
