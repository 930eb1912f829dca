"""One factor that leaves the smallest residuals off the diagonal.

What do all respondents share, if each shares some of it?
"""

from __future__ import annotations

import numpy as np

__all__ = ["eigenvalues", "minres", "residuals"]

_SWEEPS = 2_000
_SMALLEST = 1e-12


def minres(matrices: np.ndarray, *, tolerance: float = 1e-10) -> np.ndarray:
    """Loadings d of one factor, from -1 to 1, with the least squared residuals.

    .. math:: \\min_d \\sum_{i < j} (m_{ij} - d_i d_j)^2

    The diagonal plays no part. Each loading in turn takes its best value beside the
    others, until none moves by more than the tolerance. Loadings sum to 0 or more.

    Parameters
    ----------
    matrices
        Symmetric matrices, (..., n, n).
    tolerance
        Largest step that ends the search.

    References
    ----------
    Harman, H. H., & Jones, W. H. (1966). Factor analysis by minimizing residuals
    (minres). Psychometrika 31, 351-368.

    Examples
    --------
    >>> shares = np.array([0.9, 0.8, 0.7, 0.6])
    >>> minres(np.outer(shares, shares)).round(6)
    array([0.9, 0.8, 0.7, 0.6])
    """
    n = matrices.shape[-1]
    off = np.where(np.eye(n, dtype=bool), 0.0, matrices).reshape(-1, n, n)
    loadings = _centroids(off)
    for _ in range(_SWEEPS):
        before = loadings.copy()
        for i in range(n):
            loadings[:, i] = 0
            below = np.einsum("bj,bj->b", loadings, loadings)
            best = np.einsum("bj,bj->b", off[:, i], loadings)
            loadings[:, i] = np.clip(best / np.maximum(below, _SMALLEST), -1, 1)
        if np.abs(loadings - before).max(initial=0) < tolerance:
            break
    loadings *= np.where(loadings.sum(axis=1) < 0, -1.0, 1.0)[:, None]
    return np.asarray(loadings.reshape(matrices.shape[:-1]))


def residuals(matrices: np.ndarray, loadings: np.ndarray) -> np.ndarray:
    """What one factor leaves, with a diagonal of 0."""
    left = matrices - loadings[..., :, None] * loadings[..., None, :]
    return np.where(np.eye(matrices.shape[-1], dtype=bool), 0.0, left)


def eigenvalues(matrix: np.ndarray, loadings: np.ndarray) -> np.ndarray:
    """Eigenvalues, largest first, with squared loadings on the diagonal."""
    reduced = np.where(np.eye(len(matrix), dtype=bool), loadings**2, matrix)
    return np.asarray(np.linalg.eigvalsh(reduced)[::-1])


def _centroids(off: np.ndarray) -> np.ndarray:
    """A start: each one's share of the whole; where that is little, small shares."""
    rows = off.sum(axis=2)
    whole = np.maximum(rows.sum(axis=1), off.shape[-1] * 0.05)
    return np.asarray(np.clip(rows / np.sqrt(whole)[:, None], -1, 1))
