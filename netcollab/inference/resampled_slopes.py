"""Least squares of a table, and the same for draws of its rows or clusters.

Regressions of a draw need only its sums of squares and products. Those are sums over
the units drawn, so that thousands of draws are one product of matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS

from netcollab.errors import RefusedError
from netcollab.inference.bootstrap import drawn_units, units_of
from netcollab.inference.columns import complete_columns
from netcollab.inference.cores import one_core
from netcollab.inference.design_checks import check_independent, varies
from netcollab.inference.detectable import detectable_by_t
from netcollab.inference.permutation import never_zero

__all__ = ["Drawn", "Fitted", "Sample", "sample_of"]

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
    def names(self) -> list[str]:
        """Of the columns."""
        return [str(name) for name in self.columns]

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
        columns = [self.columns[name].to_numpy() for name in (outcome, *predictors)]
        for name, column in zip((outcome, *predictors), columns, strict=True):
            if not varies(column):
                raise RefusedError(f"{name} has the same value in all rows")
        size = self.spread[[outcome, *predictors]].to_numpy()
        units = np.column_stack([column - column.mean() for column in columns]) / size
        check_independent(units[:, 1:], [str(name) for name in predictors])
        found = OLS(units[:, 0], np.column_stack([units[:, 1:], np.ones(n)])).fit()
        if 1 - found.rsquared <= COLLINEAR:
            raise RefusedError(
                f"{outcome} is made up of {', '.join(map(str, predictors))}; nothing "
                "is left to estimate from"
            )
        turn = size[0] / size[1:]
        table = pd.DataFrame(
            {
                "estimate": found.params[:-1] * turn,
                "se": found.bse[:-1] * turn,
                "statistic": found.tvalues[:-1],
                "pvalue": never_zero(found.pvalues[:-1]),
                "detectable_effect": detectable_by_t(
                    found.bse[:-1] * turn, np.full(k, found.df_resid)
                ),
            },
            index=list(predictors),
        )
        return Fitted(table, int(found.df_resid), float(found.rsquared))

    def alike(self, name: str) -> float:
        """The chance that a draw of units has one value of a column in all its rows.

        0 for a column that varies within a unit. Else, with k_v of G units having the
        value v, :math:`\\sum_v (k_v / G)^G`.
        """
        per_unit = self.columns[name].groupby(self.units)
        if per_unit.nunique().gt(1).any():
            return 0.0
        shares = per_unit.first().value_counts().to_numpy() / self.n_units
        return float((shares**self.n_units).sum())

    def moments(self, units: np.ndarray) -> np.ndarray:
        """Sums of squares and products of draws of units, (B, k + 1, k + 1)."""
        counts = np.zeros((len(units), self.n_units))
        np.add.at(counts, (np.arange(len(units))[:, None], units), 1)
        flat = counts @ self._products.reshape(self.n_units, -1)
        moments: np.ndarray = flat.reshape(len(units), *self._products.shape[1:])
        return moments

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


@dataclass(frozen=True, eq=False)
class Drawn:
    """Slopes of several regressions in draws of units: a block in, slopes out.

    Parameters
    ----------
    sample
        What is drawn from.
    regressions
        An outcome and its predictors each.
    """

    sample: Sample
    regressions: Sequence[tuple[str, Sequence[str]]]

    @property
    def inputs(self) -> list[np.ndarray]:
        """What the slopes are computed from, which of them included."""
        columns = self.sample.columns.to_numpy(dtype=float)
        return [columns, self.sample.units, np.array([repr(self.regressions)])]

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        """(B, slopes of the first regression, of the second, ...)."""
        units = drawn_units(block, self.sample.n_units)
        with one_core():
            moments = self.sample.moments(units)
            slopes = [self.sample.slopes(moments, *each) for each in self.regressions]
        return np.hstack(slopes)


def sample_of(data: pd.DataFrame, names: Sequence[str], cluster: str | None) -> Sample:
    """The complete rows of the named columns.

    Raises
    ------
    UnknownNameError, InputError
        As `complete_columns` and `units_of`.
    RefusedError
        With fewer than two units.
    """
    table = complete_columns(data, names, cluster=cluster)
    units = units_of(table, None if cluster is None else str(cluster))
    return Sample(table[[str(name) for name in names]], units, cluster is not None)
