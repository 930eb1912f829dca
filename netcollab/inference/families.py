"""Outcomes that are no measurements: ties or none, counts, answers in an order.

How far is an outcome from what the nuisance columns expect of it, and how much does it
tell about one more column?
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit

from netcollab.errors import RefusedError

__all__ = ["Family", "NullFit", "check_outcome", "null_fit", "separating"]

Family = Literal["gaussian", "logistic", "poisson", "ordinal"]

STEPS = 60
HALVINGS = 30
CONVERGED = 1e-10
FLOOR = 1e-300
MOST_LEVELS = 12


class NullFit(NamedTuple):
    """A maximum-likelihood fit, and what a score test of a further column needs.

    For a column m the score is ``residual @ m`` and its information
    ``weight @ m**2 - c @ inverse @ c`` with ``c = crossed.T @ m``.
    """

    parameters: np.ndarray
    inverse: np.ndarray
    residual: np.ndarray
    weight: np.ndarray
    crossed: np.ndarray
    loglik: float


def check_outcome(family: Family, y: np.ndarray) -> None:
    """Stop where an outcome is none of its family.

    Raises
    ------
    RefusedError
        For a logistic outcome that is not 0 or 1, counts that are no counts, an
        ordinal outcome with more than 12 levels.
    """
    levels = np.unique(y)
    if family == "logistic" and not set(levels) <= {0.0, 1.0}:
        raise RefusedError(
            "a logistic outcome is 0 or 1 in every dyad; it has "
            f"{len(levels)} values, such as {levels[-1]:g}: dichotomize it, or use "
            'family="ordinal"'
        )
    if family == "poisson" and ((levels < 0) | (levels != np.round(levels))).any():
        raise RefusedError("a Poisson outcome counts: whole numbers of 0 and above")
    if family == "ordinal" and len(levels) > MOST_LEVELS:
        raise RefusedError(
            f"an ordinal outcome has at most {MOST_LEVELS} levels, this one has "
            f'{len(levels)}; use family="gaussian"'
        )


def null_fit(
    family: Family,
    y: np.ndarray,
    columns: np.ndarray,
    offset: np.ndarray | None = None,
    start: np.ndarray | None = None,
) -> NullFit | None:
    """Fit an outcome to nuisance columns by Fisher scoring; None if that fails.

    Parameters
    ----------
    family
        "logistic", "poisson", or "ordinal" (cumulative logit, P(y <= c) =
        expit(a_c - eta), whose thresholds come first among the parameters).
    y
        The outcome.
    columns
        Observations x columns, the intercept among them; an ordinal outcome has
        thresholds in its place.
    offset
        Added to the linear predictor.
    start
        Parameters to begin from.
    """
    eta0 = np.zeros(len(y)) if offset is None else offset
    if family == "ordinal":
        codes = np.unique(y, return_inverse=True)[1]
        first = _thresholds(codes, columns.shape[1])
    else:
        codes, first = y, np.zeros(columns.shape[1])
    parameters = first if start is None else start
    fit = _expected(family, codes, columns, eta0, parameters)
    for _ in range(STEPS):
        if fit is None:
            return None
        state, score = fit
        step = state.inverse @ score
        for _ in range(HALVINGS):
            fit = _expected(family, codes, columns, eta0, state.parameters + step)
            if fit is not None and fit[0].loglik >= state.loglik - 1e-12:
                break
            step = step / 2
        if fit is None:
            return None
        if np.abs(step).max(initial=0) < CONVERGED * (
            1 + np.abs(state.parameters).max(initial=0)
        ):
            return fit[0]
    return None


def separating(
    family: Family, y: np.ndarray, columns: np.ndarray, names: Sequence[str]
) -> list[str]:
    """The columns along which the likelihood rises without end; empty if none does.

    Of several such sets, one of which no column can be spared.

    A direction b separates an outcome of 0 and 1 when (2 y - 1) z'b is nowhere
    negative and somewhere positive; found by linear programming (Konis 2007).

    Parameters
    ----------
    family, y, columns
        As in `null_fit`, the nuisance columns (intercepts) last.
    names
        Of the first columns; those without a name are not reported.
    """
    found = _direction(family, y, columns, names)
    for name in list(found):
        if len(found) < 2:
            break
        rest = [k for k, each in enumerate(names) if each in found and each != name]
        kept = [*rest, *range(len(names), columns.shape[1])]
        if _direction(family, y, columns[:, kept], [names[k] for k in rest]):
            found.remove(name)
    return found


def _direction(
    family: Family, y: np.ndarray, columns: np.ndarray, names: Sequence[str]
) -> list[str]:
    """The named columns in one direction that separates; empty if there is none."""
    if family == "poisson":
        rows, equal = -columns[y == 0], columns[y > 0]
    elif family == "logistic":
        rows, equal = (2 * y - 1)[:, None] * columns, columns[:0]
    else:
        rows, equal = _ordered_rows(y, columns)
    rows, equal = np.unique(rows, axis=0), np.unique(equal, axis=0)
    if not len(rows):
        return []
    width = rows.shape[1]
    found = linprog(
        -rows.sum(axis=0),
        A_ub=-rows,
        b_ub=np.zeros(len(rows)),
        A_eq=equal if len(equal) else None,
        b_eq=np.zeros(len(equal)) if len(equal) else None,
        bounds=[(-1, 1)] * width,
        method="highs",
    )
    if found.status != 0 or -found.fun <= 1e-7:
        return []
    direction = found.x[: len(names)]
    return [
        name for name, b in zip(names, direction, strict=True) if abs(b) > 1e-7
    ] or list(names)


def _expected(
    family: Family,
    y: np.ndarray,
    columns: np.ndarray,
    offset: np.ndarray,
    parameters: np.ndarray,
) -> tuple[NullFit, np.ndarray] | None:
    """The fit at some parameters and its score; None where there is none."""
    if family == "ordinal":
        return _ordinal(y, columns, offset, parameters)
    eta = columns @ parameters + offset
    if family == "logistic":
        mean = expit(eta)
        weight = mean * (1 - mean)
        loglik = float(-np.logaddexp(0, np.where(y > 0, -eta, eta)).sum())
    else:
        with np.errstate(over="ignore"):
            mean = np.exp(eta)
        weight, loglik = mean, float((y * eta - mean).sum())
    if not np.isfinite(loglik):
        return None
    crossed = weight[:, None] * columns
    inverse = _inverse(columns.T @ crossed)
    if inverse is None:
        return None
    residual = y - mean
    fit = NullFit(parameters, inverse, residual, weight, crossed, loglik)
    return fit, columns.T @ residual


def _ordinal(
    codes: np.ndarray, columns: np.ndarray, offset: np.ndarray, parameters: np.ndarray
) -> tuple[NullFit, np.ndarray] | None:
    cuts = int(codes.max())
    thresholds, slopes = parameters[:cuts], parameters[cuts:]
    if (np.diff(thresholds) <= 0).any():
        return None
    below = expit(thresholds - (columns @ slopes + offset)[:, None])
    ends = np.zeros((len(codes), 1))
    reached = np.hstack([ends, below, ends + 1])
    density = reached * (1 - reached)
    chance = np.maximum(np.diff(reached, axis=1), FLOOR)
    change = -np.diff(density, axis=1)
    at = np.arange(len(codes)), codes
    residual = change[at] / chance[at]
    weight = (change**2 / chance).sum(axis=1)
    g = density[:, 1:-1]
    ratio = change / chance
    with_cuts = g * (ratio[:, :-1] - ratio[:, 1:])
    own = (g**2 * (1 / chance[:, :-1] + 1 / chance[:, 1:])).sum(axis=0)
    next_to = -(g[:, :-1] * g[:, 1:] / chance[:, 1:-1]).sum(axis=0)
    between = np.diag(own) + np.diag(next_to, 1) + np.diag(next_to, -1)
    across = with_cuts.T @ columns
    crossed = np.hstack([with_cuts, weight[:, None] * columns])
    inverse = _inverse(
        np.block(
            [[between, across], [across.T, columns.T @ (weight[:, None] * columns)]]
        )
    )
    if inverse is None:
        return None
    is_level = codes[:, None] == np.arange(cuts + 1)
    pulls = is_level / chance
    score = np.append(
        (g * (pulls[:, :-1] - pulls[:, 1:])).sum(axis=0), columns.T @ residual
    )
    loglik = float(np.log(chance[at]).sum())
    return NullFit(parameters, inverse, residual, weight, crossed, loglik), score


def _thresholds(codes: np.ndarray, width: int) -> np.ndarray:
    share = np.cumsum(np.bincount(codes))[:-1] / len(codes)
    return np.concatenate([np.log(share / (1 - share)), np.zeros(width)])


def _ordered_rows(y: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Directions of slopes and thresholds that no observation forbids."""
    codes = np.unique(y, return_inverse=True)[1]
    cuts = int(codes.max())
    upper = np.hstack([-columns, np.eye(cuts + 1)[codes][:, :cuts]])[codes < cuts]
    lower = np.hstack([columns, -np.eye(cuts + 1)[codes - 1][:, :cuts]])[codes > 0]
    return np.vstack([upper, lower]), np.empty((0, columns.shape[1] + cuts))


def _inverse(information: np.ndarray) -> np.ndarray | None:
    if not len(information):
        return information
    size = np.sqrt(np.diag(information))
    if not (np.isfinite(size) & (size > 0)).all():
        return None
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    if values[0] < 1e-12:
        return None
    inverse: np.ndarray = (vectors / values) @ vectors.T / np.outer(size, size)
    return inverse
