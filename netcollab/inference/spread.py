"""How far groups lie apart before and after, under any exchange of the two.

The kernel of `group_convergence`: sums over cells, no labels.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["Cells", "Spread"]

CHUNK = 100


@dataclass(frozen=True, eq=False)
class Cells:
    """Rows gathered by unit, wave and group, sorted by group.

    Parameters
    ----------
    token
        The unit and wave each cell belongs to.
    unit
        The unit.
    group
        The group, 0 to G - 1, not falling.
    count
        Rows per cell, (C,).
    sums
        Of the values, (C, d).
    squares
        Of their lengths, (C,).
    """

    token: np.ndarray
    unit: np.ndarray
    group: np.ndarray
    count: np.ndarray
    sums: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(
        cls, values: np.ndarray, token: np.ndarray, unit: np.ndarray, group: np.ndarray
    ) -> Cells:
        """The cells of single rows: values (N, d), and where each row belongs."""
        keys = np.column_stack([group, token])
        found, place = np.unique(keys, axis=0, return_inverse=True)
        place, size = place.reshape(-1), len(found)
        units = np.empty(size, dtype=np.intp)
        units[place] = unit
        lengths = (values**2).sum(axis=1)
        return cls(
            token=found[:, 1],
            unit=units,
            group=found[:, 0],
            count=np.bincount(place, minlength=size).astype(float),
            sums=np.column_stack(
                [np.bincount(place, column, size) for column in values.T]
            ),
            squares=np.bincount(place, lengths, size),
        )

    @cached_property
    def slices(self) -> list[slice]:
        """Where the cells of each group stand."""
        starts = np.flatnonzero(np.diff(self.group, prepend=-1))
        ends = [*starts[1:], len(self.group)]
        return [slice(int(a), int(b)) for a, b in zip(starts, ends, strict=True)]

    @cached_property
    def by_unit(self) -> tuple[np.ndarray, np.ndarray]:
        """Cells in the order of their units, and where each unit starts."""
        order = np.argsort(self.unit, kind="stable")
        return order, np.flatnonzero(np.diff(self.unit[order], prepend=-1))


@dataclass(frozen=True, eq=False)
class Spread:
    """The change of the spread between groups, when waves are exchanged.

    Parameters
    ----------
    cells
        The rows, gathered.
    after
        The wave of each token as observed: 0 before, 1 after.
    """

    cells: Cells
    after: np.ndarray

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        """(B, tokens) -> (B, 2): the change, and its standard error.

        NaN where an exchange leaves a group with fewer than two rows in a wave.
        """
        found = np.empty((len(relabellings), 2))
        for start in range(0, len(relabellings), CHUNK):
            part = slice(start, start + CHUNK)
            later = self.after[relabellings[part]][:, self.cells.token]
            before, own = self.in_wave(1.0 - later)
            after, others = self.in_wave(later * 1.0)
            order, starts = self.cells.by_unit
            pull = np.add.reduceat((own - others)[:, order], starts, axis=1)
            error = np.sqrt((pull**2).sum(axis=1))
            found[part] = np.column_stack([before - after, error])
        return found

    def in_wave(self, here: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The spread between groups in a wave, and how each cell pulls at it.

        Parameters
        ----------
        here
            1 for the cells of the wave, 0 for others, (B, C).

        Returns
        -------
        spread, pull
            (B,) and (B, C): the sum of the empirical influences of its rows.
        """
        cells, slices = self.cells, self.cells.slices
        size, groups = len(here), len(slices)
        count, within = np.empty((2, size, groups))
        means = np.empty((size, groups, cells.sums.shape[1]))
        with np.errstate(divide="ignore", invalid="ignore"):
            for g, part in enumerate(slices):
                there = here[:, part]
                n = np.einsum("bc,c->b", there, cells.count[part])
                mean = np.einsum("bc,cd->bd", there, cells.sums[part]) / n[:, None]
                total = np.einsum("bc,c->b", there, cells.squares[part])
                left = total - n * (mean**2).sum(axis=1)
                within[:, g] = np.where(n > 1, left, np.nan) / (n - 1)
                count[:, g], means[:, g] = n, mean
            apart = means - means.mean(axis=1, keepdims=True)
            between = (apart**2).sum(axis=(1, 2)) / (groups - 1)
            spread: np.ndarray = between - (within / count).mean(axis=1)
            pull = np.empty(here.shape)
            for g, part in enumerate(slices):
                pull[:, part] = here[:, part] * self._pull(
                    part, means[:, g], apart[:, g], within[:, g], count[:, g], groups
                )
        return spread, pull

    def _pull(
        self,
        part: slice,
        mean: np.ndarray,
        apart: np.ndarray,
        within: np.ndarray,
        n: np.ndarray,
        groups: int,
    ) -> np.ndarray:
        """Of the cells of one group: through its mean, and through its own spread."""
        count, sums = self.cells.count[part], self.cells.sums[part]
        outward = np.einsum("bd,cd->bc", apart, sums)
        outward -= (apart * mean).sum(axis=1)[:, None] * count
        off = self.cells.squares[part] - 2 * np.einsum("bd,cd->bc", mean, sums)
        off += ((mean**2).sum(axis=1) - within)[:, None] * count
        through_mean = 2 / (groups - 1) * outward / n[:, None]
        pull: np.ndarray = through_mean - off / (groups * n**2)[:, None]
        return pull
