"""Least squares of a table, and the same for draws of its rows or clusters.

Regressions of a draw need only its sums of squares and products. Those are sums over
the units drawn, so that thousands of draws are one product of matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from netcollab.errors import RefusedError
from netcollab.inference.bootstrap import draws_of_units, units_of
from netcollab.inference.columns import complete_columns
from netcollab.inference.cores import one_core
from netcollab.inference.detectable import detectable_by_t

__all__ = ["Fitted", "Sample", "sample_of"]

MIN_DF = 2
COLLINEAR = 1e-10


class Fitted(NamedTuple):
    """Each predictor's estimate, se, t, p, detectable effect; the fit's df and R2."""

    table: pd.DataFrame
    df: int
    r_squared: float


@dataclass(frozen=True, eq=False)
class Sample:
    """Columns of numbers without holes, and the unit that each row is drawn with.

    Parameters
    ----------
    columns
        One row per observation.
    units
        0, 1, 2 ..., one per row.
    clustered
        Units are clusters of rows.
    """

    columns: pd.DataFrame
    units: np.ndarray
    clustered: bool

    @property
    def n_units(self) -> int:
        """How many units there are to draw from."""
        return int(self.units.max()) + 1

    @property
    def clusters(self) -> int:
        """How many clusters were named; 0 where none were."""
        return self.n_units if self.clustered else 0

    @cached_property
    def spread(self) -> pd.Series:
        """Standard deviation of each column."""
        return self.columns.std()

    def fit(self, outcome: str, predictors: Sequence[str]) -> Fitted:
        """Least squares with a constant."""
        n, k = len(self.columns), len(predictors)
        if n - k - 1 < MIN_DF:
            raise RefusedError(
                f"{n} rows have every variable; a regression on {k} needs "
                f"{k + 1 + MIN_DF}"
            )
        self._check_independent(outcome, predictors)
        design = self.columns[list(predictors)].assign(constant=1.0)
        found = OLS(self.columns[outcome], design).fit()
        table = pd.DataFrame(
            {
                "estimate": found.params,
                "se": found.bse,
                "statistic": found.tvalues,
                "pvalue": found.pvalues,
                "detectable_effect": detectable_by_t(
                    found.bse.to_numpy(), np.full(k + 1, found.df_resid)
                ),
            }
        ).drop(index="constant")
        return Fitted(table, int(found.df_resid), float(found.rsquared))

    def drawn(self, n_resamples: int, entropy: int) -> Iterator[np.ndarray]:
        """Blocks of sums of squares and products of the draws, (B, k + 1, k + 1)."""
        for block in draws_of_units(self.n_units, n_resamples, entropy, "slopes"):
            counts = np.zeros((len(block), self.n_units))
            np.add.at(counts, (np.arange(len(block))[:, None], block), 1)
            with one_core():
                flat = counts @ self._products.reshape(self.n_units, -1)
            yield flat.reshape(len(block), *self._products.shape[1:])

    def slopes(
        self, moments: np.ndarray, outcome: str, predictors: Sequence[str]
    ) -> np.ndarray:
        """Slopes in each draw, (B, predictors); NaN where it cannot tell them apart."""
        order = {name: place for place, name in enumerate(self.columns)}
        places, end = np.array([order[name] for name in predictors]), order[outcome]
        used = np.append(places, -1)
        squares = moments[:, used][:, :, used]
        size = np.sqrt(np.einsum("bii->bi", squares))
        told = (size > 0).all(axis=1)
        size[~told] = 1
        squares = squares / size[:, :, None] / size[:, None, :]
        told &= np.linalg.eigvalsh(squares)[:, 0] > COLLINEAR
        squares[~told] = np.eye(len(used))
        products = moments[:, used, end] / size
        slopes = np.linalg.solve(squares, products[:, :, None])[:, :, 0] / size
        slopes[~told] = np.nan
        scale = self.spread.to_numpy()
        turned: np.ndarray = slopes[:, :-1] * scale[end] / scale[places]
        return turned

    @cached_property
    def _products(self) -> np.ndarray:
        """Of each unit, of the standardised columns and a constant."""
        standard = (self.columns - self.columns.mean()) / self.spread
        rows = np.column_stack([standard.to_numpy(), np.ones(len(standard))])
        products = np.zeros((self.n_units, rows.shape[1], rows.shape[1]))
        np.add.at(products, self.units, rows[:, :, None] * rows[:, None, :])
        return products

    def _check_independent(self, outcome: str, predictors: Sequence[str]) -> None:
        for name in [outcome, *predictors]:
            column = self.columns[name]
            if np.ptp(column) <= COLLINEAR * np.abs(column).max():
                raise RefusedError(f"{name} has the same value in all rows")
        related = np.corrcoef(self.columns[list(predictors)].to_numpy().T)
        if np.linalg.eigvalsh(np.atleast_2d(related))[0] <= COLLINEAR:
            raise RefusedError(
                f"{', '.join(predictors)} repeat each other, so their slopes cannot be "
                "told apart"
            )


def sample_of(data: pd.DataFrame, names: Sequence[str], cluster: str | None) -> Sample:
    """The complete rows of the named columns.

    Raises
    ------
    UnknownNameError, InputError
        As `complete_columns` and `units_of`.
    RefusedError
        With fewer than two units.
    """
    columns = complete_columns(data, names, cluster=cluster)
    units = units_of(columns, cluster)
    return Sample(columns[list(names)], units, cluster is not None)
