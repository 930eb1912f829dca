"""Designs that no regression should be fitted to, refused by name.

Which predictor does not vary, repeats others, or leaves nothing to estimate from?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from netcollab.errors import RefusedError
from netcollab.inference.dyads import Dyads

__all__ = ["check_design", "inflation"]

CONSTANT = 1e-13
COLLINEAR = 1e-8
MIN_DF = 2


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
    _check_varies("no variance in outcome: y", [site.outcome for site in sites])
    for place, name in enumerate(names):
        columns = [site.predictors[:, place] for site in sites]
        _check_varies(f"no variance in predictor {name}: it", columns)
        if several and not any(_varies(column) for column in columns):
            raise RefusedError(
                f"predictor {name} is constant within every site; relabelling inside "
                "sites cannot test it: compare sites (regress their means)"
            )
    if several and not any(_varies(site.outcome) for site in sites):
        raise RefusedError("the outcome is constant within every site")
    _check_independent(sites, names)


def inflation(sites: Sequence[Dyads]) -> np.ndarray:
    """Variance inflation factors: 1 / (1 - R2) of each predictor on the others."""
    columns = _standardised(sites)
    inverse = np.linalg.inv(columns.T @ columns)
    factors: np.ndarray = np.diag(inverse)
    return factors


def _check_varies(told: str, columns: Sequence[np.ndarray]) -> None:
    values = np.concatenate(columns)
    if not _varies(values):
        raise RefusedError(f"{told} is {values[0]:g} in all {len(values)} dyads")


def _varies(values: np.ndarray) -> bool:
    if not len(values):
        return False
    return bool(np.ptp(values) > CONSTANT * np.abs(values).max())


def _check_independent(sites: Sequence[Dyads], names: Sequence[str]) -> None:
    columns = _standardised(sites)
    values, vectors = np.linalg.eigh(columns.T @ columns)
    if values[0] > COLLINEAR:
        return
    null = np.abs(vectors[:, values <= COLLINEAR]).max(axis=1)
    involved = [name for name, share in zip(names, null, strict=True) if share > 1e-4]
    within = " within sites" if len(sites) > 1 else ""
    raise RefusedError(
        f"predictors repeat each other{within}: {', '.join(involved)}; "
        "each is a sum of the others, so their slopes cannot be told apart; drop one"
    )


def _standardised(sites: Sequence[Dyads]) -> np.ndarray:
    columns = np.concatenate(
        [site.predictors - site.predictors.mean(axis=0) for site in sites]
    )
    unit: np.ndarray = columns / np.sqrt((columns**2).sum(axis=0))
    return unit


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
