"""Matrices of one or several sites, brought into one order and checked at the door."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import pandas as pd

from netcollab._checks import as_square_frame, check_flag, check_size, other_kinds
from netcollab.errors import InputError, RefusedError

__all__ = ["Dyads", "Matrices", "aligned", "check_symmetric", "gathered", "observed"]

MOST_ACTORS = 3_000
COPIES = 7  # matrices held at once for each that is given, as measured

Matrices: TypeAlias = "pd.DataFrame | Mapping[str, pd.DataFrame]"


@dataclass(frozen=True, eq=False)
class Dyads:
    """One outcome and its predictors among the actors of one site.

    Parameters
    ----------
    site
        The site's name; empty where there is one.
    actors
        The actors, in an order that depends on their names alone.
    y
        The outcome, n x n, NaN where not observed and on the diagonal.
    x
        The predictors, k x n x n, NaN likewise.
    directed
        False: every matrix is symmetric and each pair is one observation.
    """

    site: str
    actors: pd.Index
    y: np.ndarray
    x: np.ndarray
    directed: bool

    @cached_property
    def known(self) -> np.ndarray:
        """True for the dyads of the sample: observed in every matrix, pairs once."""
        seen: np.ndarray = ~np.isnan(self.y) & ~np.isnan(self.x).any(axis=0)
        return seen if self.directed else np.tril(seen, -1)

    @cached_property
    def silent(self) -> np.ndarray:
        """True for actors that observed nothing: their row of y is empty."""
        empty: np.ndarray = np.isnan(self.y).all(axis=1)
        return empty

    @property
    def outcome(self) -> np.ndarray:
        """The outcome of the dyads in the sample."""
        outcome: np.ndarray = self.y[self.known]
        return outcome

    @property
    def predictors(self) -> np.ndarray:
        """The predictors of the dyads in the sample, dyads x k."""
        predictors: np.ndarray = self.x[:, self.known].T
        return predictors


def gathered(
    y: Matrices, x: Mapping[str, Matrices], *, directed: bool, common: bool
) -> list[Dyads]:
    """The matrices by site, each with its actors in the order of their names.

    Parameters
    ----------
    y, x
        A square DataFrame, or one per site; the same kind throughout.
    directed
        False: every matrix must be symmetric.
    common
        True: the same actors recur in every site; one that a site lacks is there
        without an observed dyad.

    Raises
    ------
    InputError
        If labels or sites differ, a cell is no number, or an undirected matrix is not
        symmetric.
    RefusedError
        For infinite values, or more than 3,000 actors in a site.
    """
    directed = check_flag("directed", directed)
    if not isinstance(x, Mapping) or not x:
        raise InputError("x needs a dict of predictors, name to matrix")
    if len({str(name) for name in x}) < len(x):
        raise InputError("two predictors in x have the same name")
    if isinstance(y, pd.DataFrame):
        plain = {
            name: frame for name, frame in x.items() if isinstance(frame, pd.DataFrame)
        }
        if len(plain) < len(x):
            raise InputError("y is one matrix, so each predictor needs one matrix too")
        return [_of_site("", y, plain, directed=directed)]
    if not isinstance(y, Mapping) or not y:
        raise InputError("y needs a DataFrame, or a dict of them by site")
    by_site = {str(site): frame for site, frame in y.items()}
    sites = sorted(by_site)
    found = []
    for site in sites:
        local = {name: _at(name, frames, site, sites) for name, frames in x.items()}
        found.append(_of_site(site, by_site[site], local, directed=directed))
    return _with_all_roles(found) if common else found


def observed(sites: Sequence[Dyads]) -> tuple[list[Dyads], list[str]]:
    """The sites with a dyad observed in every matrix, and a note on the others."""
    kept = [site for site in sites if site.known.any()]
    lost = [site.site for site in sites if not site.known.any()]
    if not kept or not lost:
        return list(sites), []
    told = ", ".join(lost)
    return kept, [
        f"{len(lost)} of {len(sites)} sites left out, no dyad was observed in every "
        f"matrix: {told}"
    ]


def aligned(frames: Mapping[str, pd.DataFrame], *, why: str) -> list[pd.DataFrame]:
    """Square frames of the same actors, in an order that depends on the names alone."""
    squares: dict[str, pd.DataFrame] = {}
    for name, frame in frames.items():
        if isinstance(frame, pd.DataFrame):
            _check_memory(name, len(frame), len(frames))
            _check_finite(name, frame, why)
        square = as_square_frame(name, frame)
        check_size(name, square.to_numpy())
        squares[name] = square
    first, *others = squares
    actors = squares[first].index
    for name in others:
        ours, theirs = actors, squares[name].index
        if set(ours) != set(theirs):
            raise InputError(
                f"{first} and {name} need the same actors; only in {first}: "
                f"{[str(actor) for actor in ours if actor not in theirs]}, only in "
                f"{name}: {[str(actor) for actor in theirs if actor not in ours]}"
                + other_kinds(first, ours, name, theirs)
            )
    order = sorted(actors, key=lambda name: (str(name), type(name).__name__))
    return [square.loc[order, order] for square in squares.values()]


def check_symmetric(name: str, frame: pd.DataFrame) -> None:
    """Stop where an undirected matrix has two values for one pair."""
    values = frame.to_numpy()
    differs = ~np.isclose(values, values.T, rtol=1e-10, atol=1e-10, equal_nan=True)
    if differs.any():
        i, j = np.argwhere(differs)[0]
        raise InputError(
            f"{name} needs the same value both ways where directed=False; "
            f'from "{frame.index[i]}" to "{frame.index[j]}" it is {values[i, j]:g}, '
            f"back {values[j, i]:g}"
        )


def _of_site(
    site: str, y: pd.DataFrame, x: Mapping[str, pd.DataFrame], *, directed: bool
) -> Dyads:
    where = f" in {site}" if site else ""
    named = {f"y{where}": y} | {f"{name}{where}": frame for name, frame in x.items()}
    frames = aligned(named, why="transform it to something finite")
    if not directed:
        for name, frame in zip(named, frames, strict=True):
            check_symmetric(name, frame)
    cells = [frame.to_numpy() for frame in frames]
    return Dyads(site, frames[0].index, cells[0], np.array(cells[1:]), directed)


def _at(name: str, frames: Matrices, site: str, sites: Collection[str]) -> pd.DataFrame:
    if isinstance(frames, pd.DataFrame):
        raise InputError(f"y has several sites, so {name} needs one matrix per site")
    if not isinstance(frames, Mapping):
        raise InputError(f"{name} needs a dict of matrices by site, as y has")
    by_site = {str(key): frame for key, frame in frames.items()}
    if site not in by_site:
        raise InputError(f'{name} has no matrix for site "{site}"')
    if more := sorted(set(by_site) - set(sites)):
        raise InputError(
            f"y and {name} need the same sites; only {name} has: {', '.join(more)}"
        )
    return by_site[site]


def _with_all_roles(sites: list[Dyads]) -> list[Dyads]:
    """Every site with the actors of all, unobserved where a site lacks one."""
    every = sorted({actor for site in sites for actor in site.actors}, key=str)
    roles = pd.Index(every)
    spread = []
    for site in sites:
        at = roles.get_indexer(site.actors)
        y = np.full((len(roles), len(roles)), np.nan)
        x = np.full((len(site.x), *y.shape), np.nan)
        y[np.ix_(at, at)] = site.y
        x[:, at[:, None], at] = site.x
        spread.append(Dyads(site.site, roles, y, x, site.directed))
    return spread


def _check_memory(name: str, actors: int, matrices: int) -> None:
    if actors > MOST_ACTORS:
        needed = 8 * actors**2 * COPIES * matrices
        raise RefusedError(
            f"{name} has {actors:,} actors; {matrices} matrices of that size would "
            f"need about {needed / 2**30:.1f} GiB ({needed:,} bytes), and at most "
            f"{MOST_ACTORS:,} actors are taken: analyse parts of the network"
        )


def _check_finite(name: str, frame: pd.DataFrame, why: str) -> None:
    endless = frame.isin([np.inf, -np.inf]).to_numpy()
    if not endless.any():
        return
    same = [[row == column for column in frame.columns] for row in frame.index]
    at = np.argwhere(endless & ~np.array(same, dtype=bool))
    if len(at):
        row, column = frame.index[at[0, 0]], frame.columns[at[0, 1]]
        raise RefusedError(
            f'{name} has infinite values, the first from "{row}" to "{column}"; {why}'
        )
