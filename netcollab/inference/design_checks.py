"""Designs that no regression should be fitted to, refused by name.

Which predictor does not vary, repeats others, or leaves nothing to estimate from?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netcollab.errors import RefusedError
from netcollab.inference.dyads import Dyads

__all__ = [
    "check_design",
    "check_independent",
    "check_varies",
    "collinear_warnings",
    "inflation",
    "skew_warnings",
    "skewness",
    "varies",
]

CONSTANT = 1e-13
COLLINEAR = 1e-8
MIN_DF = 2
INFLATED = 5.0
SKEWED = 2.0


def check_design(sites: Sequence[Dyads], names: Sequence[str]) -> None:
    """Stop before a fit that would mean nothing, with the reason.

    Raises
    ------
    RefusedError
        For an outcome or a predictor that does not vary, or varies between sites
        alone; predictors that repeat each other, naming the set; too few dyads.
    """
    several = len(sites) > 1
    n_dyads = sum(int(site.known.sum()) for site in sites)
    needed = len(sites) + len(names) + MIN_DF
    if n_dyads < needed:
        raise RefusedError(
            f"{n_dyads} dyads were observed in every matrix; {len(names)} predictors "
            f"in {_counted(len(sites), 'site')} need at least {needed}"
        )
    outcomes = np.concatenate([site.outcome for site in sites])
    check_varies("no variance in outcome: y", outcomes, "dyads")
    for place, name in enumerate(names):
        columns = [site.predictors[:, place] for site in sites]
        told = f"no variance in predictor {name}: it"
        check_varies(told, np.concatenate(columns), "dyads")
        if several and not any(varies(column) for column in columns):
            raise RefusedError(
                f"predictor {name} is constant within every site; relabelling inside "
                "sites cannot test it: compare sites (regress their means)"
            )
    if several and not any(varies(site.outcome) for site in sites):
        raise RefusedError(
            "the outcome is constant within every site, which says nothing about "
            "slopes within sites: compare sites (regress their means)"
        )
    check_independent(_centred(sites), names, within=" within sites" if several else "")


def inflation(sites: Sequence[Dyads]) -> np.ndarray:
    """Variance inflation factors: 1 / (1 - R2) of each predictor on the others."""
    columns = _standardised(_centred(sites))
    inverse = np.linalg.inv(columns.T @ columns)
    factors: np.ndarray = np.diag(inverse)
    return factors


def collinear_warnings(names: Sequence[str], factors: np.ndarray) -> list[str]:
    """Predictors that nearly repeat each other, by their variance inflation factors."""
    return [
        f"{name} is nearly a sum of the other predictors (VIF {factor:.1f})"
        for name, factor in zip(names, factors, strict=True)
        if factor > INFLATED
    ]


def skew_warnings(sites: Sequence[Dyads], names: Sequence[str]) -> list[str]:
    """Variables with long tails."""
    columns = {"the outcome": np.concatenate([site.outcome for site in sites])}
    every = np.concatenate([site.predictors for site in sites])
    columns |= {name: every[:, k] for k, name in enumerate(names)}
    return [
        f"{name} is very skewed (skewness {skewness(values):.1f}); beside correlated "
        "predictors p is too small: try ranks or logs"
        for name, values in columns.items()
        if len(np.unique(values)) > 2 and abs(skewness(values)) > SKEWED
    ]


def check_varies(told: str, values: np.ndarray, unit: str) -> None:
    """Stop where all values are the same; `told` begins the sentence that says so."""
    if not varies(values):
        raise RefusedError(f"{told} is {values[0] + 0.0:g} in all {len(values)} {unit}")


def varies(values: np.ndarray) -> bool:
    """Whether there is more between the values than rounding."""
    if not len(values):
        return False
    return bool(np.ptp(values) > CONSTANT * np.abs(values).max())


def check_independent(
    columns: np.ndarray, names: Sequence[str], *, within: str = ""
) -> None:
    """Stop where predictors repeat each other, naming the set.

    Parameters
    ----------
    columns
        The predictors about their means, observations x k; each varies.
    names
        Their k names.
    within
        Where they repeat each other, for the message: " within sites".
    """
    if not len(names):
        return
    unit = _standardised(columns)
    values, vectors = np.linalg.eigh(unit.T @ unit)
    if values[0] > COLLINEAR:
        return
    null = np.abs(vectors[:, values <= COLLINEAR]).max(axis=1)
    involved = [name for name, share in zip(names, null, strict=True) if share > 1e-4]
    raise RefusedError(
        f"predictors repeat each other{within}: {', '.join(involved)}; "
        "each is a sum of the others, so their slopes cannot be told apart; drop one"
    )


def _centred(sites: Sequence[Dyads]) -> np.ndarray:
    return np.concatenate(
        [site.predictors - site.predictors.mean(axis=0) for site in sites]
    )


def skewness(values: np.ndarray) -> float:
    """The third moment about the mean, in units of the standard deviation."""
    deviations = values - values.mean()
    units = deviations / np.sqrt((deviations**2).mean())
    return float((units**3).mean())


def _standardised(columns: np.ndarray) -> np.ndarray:
    unit: np.ndarray = columns / np.sqrt((columns**2).sum(axis=0))
    return unit


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
