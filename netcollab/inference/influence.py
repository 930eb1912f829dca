"""What a regression would say without one of its actors, or one of its sites.

Does the result hang on one body?
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from netcollab.inference.dyads import Dyads

__all__ = ["slopes_by_site", "slopes_without_each"]

COLLINEAR = 1e-8


def slopes_without_each(sites: Sequence[Dyads], names: Sequence[str]) -> pd.DataFrame:
    """Estimates without each actor; where there are several sites, without each site.

    NaN where nothing can be estimated from what is left.

    Returns
    -------
    DataFrame
        Actors (or sites) x terms.
    """
    if len(sites) == 1:
        columns = _columns(sites[0])
        total = _by_actor(columns).sum(0)
        own = _by_actor(columns) + _by_actor(columns.transpose(0, 2, 1))
        rows = [_slopes([total - lost]) for lost in own]
        return pd.DataFrame(rows, index=sites[0].actors, columns=list(names))
    totals = [_by_actor(_columns(site)).sum(0) for site in sites]
    rows = [_slopes(totals[:out] + totals[out + 1 :]) for out in range(len(sites))]
    index = pd.Index([site.site for site in sites], name="site")
    return pd.DataFrame(rows, index=index, columns=list(names))


def slopes_by_site(sites: Sequence[Dyads], names: Sequence[str]) -> pd.DataFrame:
    """Estimates in each site alone, NaN where it cannot tell: sites x terms."""
    rows = [_slopes([_by_actor(_columns(site)).sum(0)]) for site in sites]
    index = pd.Index([site.site for site in sites], name="site")
    return pd.DataFrame(rows, index=index, columns=list(names))


def _columns(site: Dyads) -> np.ndarray:
    """1, y and the predictors about their means, 0 outside the sample: p x n x n."""
    told = np.zeros((2 + len(site.x), *site.y.shape))
    if site.known.any():
        told[0][site.known] = 1.0
        told[1][site.known] = site.outcome - site.outcome.mean()
        told[2:, site.known] = (site.predictors - site.predictors.mean(axis=0)).T
    return told


def _by_actor(columns: np.ndarray) -> np.ndarray:
    """Sums of products over each actor's row: actors x p x p."""
    sums: np.ndarray = columns.transpose(1, 0, 2) @ columns.transpose(1, 2, 0)
    return sums


def _slopes(sums: list[np.ndarray]) -> np.ndarray:
    """Least squares from sums of products, each site about its own mean."""
    total = np.zeros((len(sums[0]) - 1,) * 2)
    n = 0.0
    for each in sums:
        if each[0, 0] > 0:
            total += each[1:, 1:] - np.outer(each[0, 1:], each[0, 1:]) / each[0, 0]
            n += each[0, 0]
    terms = len(total) - 1
    size = np.sqrt(np.diag(total)[1:])
    if n <= len(sums) + terms or not (size > 0).all():
        return np.full(terms, np.nan)
    related = total[1:, 1:] / np.outer(size, size)
    if np.linalg.eigvalsh(related)[0] <= COLLINEAR:
        return np.full(terms, np.nan)
    slopes: np.ndarray = np.linalg.solve(related, total[1:, 0] / size) / size
    return slopes
