"""One common factor behind a set of items.

How strongly does each item hang on what all have in common?
"""

from __future__ import annotations

import math

import numpy as np
from scipy.optimize import minimize, root

__all__ = ["SMALLEST_UNIQUENESS", "one_factor"]

# The bound of R's factanal; what lies on it is a Heywood case.
SMALLEST_UNIQUENESS = 0.005


def one_factor(r: np.ndarray) -> np.ndarray:
    """Loadings of one factor by maximum likelihood (Jöreskog 1967).

    1 for an item whose uniqueness ends on its lower bound (a Heywood case).
    The likelihood is maximised over the uniquenesses; its equations in the loadings
    are then solved to the last digits.
    """
    start = (1 - 0.5 / len(r)) / np.diag(np.linalg.inv(r))
    bounds = [(SMALLEST_UNIQUENESS, 1.0)] * len(r)
    rough = minimize(
        _misfit, start, args=(r,), jac=True, bounds=bounds, method="L-BFGS-B"
    )
    loadings = _loadings(rough.x, r)
    if (rough.x <= SMALLEST_UNIQUENESS * (1 + 1e-6)).any():
        return np.where(rough.x <= SMALLEST_UNIQUENESS * (1 + 1e-6), 1.0, loadings)
    fine = root(_score, loadings, args=(r,), tol=1e-14)
    near = np.abs(fine.x - loadings).max() < 1e-2
    inside = (np.abs(fine.x) < 1).all()
    if near and inside and np.abs(_score(fine.x, r)).max() < 1e-10:
        return np.asarray(fine.x)
    return loadings


def _loadings(uniqueness: np.ndarray, r: np.ndarray) -> np.ndarray:
    root_u = np.sqrt(uniqueness)
    values, vectors = np.linalg.eigh(r / np.outer(root_u, root_u))
    size = math.sqrt(max(values[-1] - 1, 0))
    return np.asarray(root_u * vectors[:, -1] * size)


def _misfit(uniqueness: np.ndarray, r: np.ndarray) -> tuple[float, np.ndarray]:
    """Minus the log-likelihood, up to constants, and its slope."""
    root_u = np.sqrt(uniqueness)
    values = np.linalg.eigvalsh(r / np.outer(root_u, root_u))[:-1]
    loadings = _loadings(uniqueness, r)
    slope = (loadings**2 + uniqueness - np.diag(r)) / uniqueness**2
    return float((values - np.log(values)).sum()), slope


def _score(loadings: np.ndarray, r: np.ndarray) -> np.ndarray:
    """The likelihood's slope in the loadings, with uniqueness 1 - loading^2."""
    fitted = np.outer(loadings, loadings)
    np.fill_diagonal(fitted, 1)
    inverse = np.linalg.inv(fitted)
    gap = inverse - inverse @ r @ inverse
    return np.asarray(2 * (gap @ loadings - loadings * np.diag(gap)))
