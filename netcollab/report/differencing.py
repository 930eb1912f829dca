"""What published means give away together: a rank test, then a linear program.

Whose answers can be worked out from cells that each look safe?

A group is given away when its sum follows from the equations (`equations.py`),
whatever the answers were, or when the answers that the scale allows leave its mean in
an interval that is too narrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize, sparse

from netcollab.report.equations import Group, Rows, System, Topic

__all__ = ["Attack", "Leak"]

_ZERO = 1e-8


class Leak(NamedTuple):
    """A group that is given away: who, the interval of its mean, and by which rows."""

    topic: Topic
    people: frozenset[str]
    low: float
    high: float
    rows: tuple[int, ...]


class Attack:
    """Somebody who knows who stands in which cell, and wants to know what they said.

    Parameters
    ----------
    rows
        All means of a run.
    least
        Question -> people a group needs.
    span
        Question -> lowest and highest score; infinite where not known.
    width
        The least share of the span that may be left for a small group's mean.
    """

    def __init__(
        self,
        rows: Rows,
        least: Callable[[str], int],
        span: Callable[[str], tuple[float, float]],
        width: float,
    ) -> None:
        self.rows, self._least = rows, least
        self._span, self._width = span, width
        self._small = {
            k
            for k, row in enumerate(rows.rows)
            if 0 < len(row.people) < least(row.topic.question)
        }
        self._known: dict[tuple[tuple[int, ...], tuple[int, ...]], list[Leak]] = {}

    def leaks(self, shown: Collection[int], among: Collection[int]) -> list[Leak]:
        """The groups that the shown rows give away; empty: none.

        Rows that share no sum are attacked apart, and once only. The linear program
        runs only where the rank test finds nothing.

        Parameters
        ----------
        shown
            The rows that are shown.
        among
            Rows that are looked at, the shown ones among them.
        """
        needed = self.rows.needed(shown)
        hidden = self._small.intersection(among).difference(shown)
        found: list[Leak] = []
        kept = set(needed)
        for part in self.rows.apart(sorted(kept | hidden)):
            here = tuple(k for k in part if k in kept)
            if here:
                key = (here, tuple(part))
                if key not in self._known:
                    self._known[key] = self._leaks_of(here, part)
                found += self._known[key]
        return found

    def _leaks_of(self, shown: Sequence[int], rows: Sequence[int]) -> list[Leak]:
        coarse = self.rows.system(shown, shown)
        found = list(self._determined(coarse))
        if found:
            return found
        targets = self._targets(coarse, shown, rows)
        if not targets:
            return []
        return list(self._narrow(self.rows.system(shown, rows), targets))

    def _determined(self, system: System) -> Iterator[Leak]:
        """Groups smaller than the threshold whose sum the equations fix."""
        least = np.array([self._least(topic.question) for topic in system.topics])
        small = system.sizes < least
        for rows, columns in _blocks(system.matrix, small):
            block = system.matrix[np.ix_(rows, columns)]
            free = linalg.null_space(block, rcond=1e-10)
            for topic in dict.fromkeys(system.topics[k] for k in columns):
                mine = [
                    k
                    for k, column in enumerate(columns)
                    if small[column] and system.topics[column] == topic
                ]
                limit = self._least(topic.question) - 1
                for group in _fixed(free[mine], system.sizes[columns[mine]], limit):
                    yield _leak(system, rows, columns, [mine[k] for k in group])

    def _targets(
        self, coarse: System, shown: Sequence[int], rows: Sequence[int]
    ) -> list[Group]:
        """Small groups inside of what is shown: cells, atoms and differences."""
        seen: dict[Topic, list[frozenset[str]]] = defaultdict(list)
        for topic, people in (r for k in shown for r in self.rows.rows[k].regions):
            seen[topic].append(people)
        groups = {region for k in rows for region in self.rows.rows[k].regions}
        groups |= set(zip(coarse.topics, coarse.people, strict=True))
        for topic, regions in seen.items():
            groups |= {(topic, one - other) for one in regions for other in regions}
        return sorted(
            (
                (topic, people)
                for topic, people in groups
                if 0 < len(people) < self._least(topic.question)
                and np.isfinite(self._span(topic.question)).all()
                and any(people & region for region in seen[topic])
            ),
            key=lambda group: (group[0], sorted(group[1])),
        )

    def _narrow(self, system: System, targets: Sequence[Group]) -> Iterator[Leak]:
        """Groups smaller than the threshold whose mean the scale leaves little room.

        Answers that fit all equations are kept: where two of them lie far enough apart
        for a group, no program is needed for it. Those that move many groups at once
        are looked for first.
        """
        spans = np.array([self._span(topic.question) for topic in system.topics])
        bounds = spans * system.sizes[:, None]
        goals = np.array([_mean_of(system, group) for group in targets])
        width = np.array([np.ptp(self._span(t.question)) for t, _ in targets])
        width = width * self._width
        fits: list[np.ndarray] = []
        open_ = np.ones(len(goals), dtype=bool)
        for sign in (1, -1):
            pattern = np.where(np.arange(len(goals)) % 2, sign, 1) * open_
            if open_.any():
                fits += [end.x for end in _ends(system, bounds, pattern @ goals)]
                open_ = ~_is_apart(goals, fits, width)
        for k in map(int, np.flatnonzero(open_)):
            if _is_apart(goals[[k]], fits, width[[k]])[0]:
                continue
            ends = _ends(system, bounds, goals[k])
            fits += [end.x for end in ends]
            if ends and not _is_apart(goals[[k]], fits, width[[k]])[0]:
                low, high = (float(goals[k] @ end.x) for end in ends)
                topic, people = targets[k]
                yield Leak(topic, people, low, high, _used(system, ends))


def _blocks(
    matrix: np.ndarray, small: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows and columns that hang together and could fix a small sum.

    A large sum that stands in one row only cannot be removed from it: that row says
    nothing of the others.
    """
    used = np.abs(matrix) > _ZERO
    rows = np.ones(len(matrix), dtype=bool)
    while True:
        alone = (used[rows].sum(axis=0) == 1) & ~small
        useless = rows & used[:, alone].any(axis=1)
        if not useless.any():
            break
        rows &= ~useless
    for part in _components(used & rows[:, None]):
        here = np.flatnonzero(rows & used[:, part].any(axis=1))
        if len(here) and small[part].any():
            yield here, part


def _components(used: np.ndarray) -> list[np.ndarray]:
    """The columns that rows tie together; columns in no row are left out."""
    n_rows = len(used)
    at = np.nonzero(used)
    graph = sparse.coo_array(
        (np.ones(len(at[0])), (at[0], at[1] + n_rows)), shape=(sum(used.shape),) * 2
    )
    _, number = sparse.csgraph.connected_components(graph, directed=False)
    mine = number[n_rows:]
    present = used.any(axis=0)
    order = dict.fromkeys(mine[present].tolist())
    return [np.flatnonzero((mine == k) & present) for k in order]


def _fixed(free: np.ndarray, sizes: np.ndarray, limit: int) -> list[list[int]]:
    """Groups of atoms, of at most `limit` people, that no free direction moves.

    Parameters
    ----------
    free
        Atoms x directions in which the sums may move without any mean changing.
    sizes
        People in each atom.
    limit
        The largest group that is looked for.
    """
    if not len(free):
        return []
    still = np.flatnonzero(np.abs(free).max(axis=1, initial=0.0) < _ZERO)
    if len(still):
        return [[int(k)] for k in still]
    _, weights, directions = np.linalg.svd(free.T, full_matrices=False)
    rank = int((weights > _ZERO).sum())
    if rank == len(free):
        return []
    found = optimize.milp(
        sizes,
        constraints=[
            optimize.LinearConstraint(directions[:rank], 0, 0),
            optimize.LinearConstraint(sizes, 1, limit),
        ],
        integrality=np.ones(len(free)),
        bounds=optimize.Bounds(0, 1),
    )
    if found.x is None:
        return []
    group = np.flatnonzero(found.x > 0.5)
    return [group.tolist()] if np.abs(free[group].sum(axis=0)).max() < 1e-6 else []


def _leak(
    system: System, rows: np.ndarray, columns: np.ndarray, group: list[int]
) -> Leak:
    """A group whose sum is fixed, its mean, and the rows that it follows from."""
    block = system.matrix[np.ix_(rows, columns)]
    goal = np.zeros(len(columns))
    goal[group] = 1.0
    weight = np.linalg.lstsq(block.T, goal, rcond=None)[0]
    used = (np.abs(weight) > 1e-6) & (system.row[rows] >= 0)
    inside = columns[group]
    people = frozenset().union(*(system.people[k] for k in inside))
    mean = float(weight @ system.known[rows]) / len(people)
    by = tuple(int(number) for number in system.row[rows[used]])
    return Leak(system.topics[inside[0]], people, mean, mean, by)


def _mean_of(system: System, group: Group) -> np.ndarray:
    """What turns sums of atoms into the mean of a group."""
    topic, people = group
    inside = [
        about == topic and atom <= people
        for about, atom in zip(system.topics, system.people, strict=True)
    ]
    return np.array(inside) / len(people)


def _is_apart(
    goals: np.ndarray, fits: Sequence[np.ndarray], width: np.ndarray
) -> np.ndarray:
    """Which groups have two means, among the answers that fit, as far apart."""
    if not fits:
        return np.zeros(len(goals), dtype=bool)
    apart: np.ndarray = np.ptp(goals @ np.array(fits).T, axis=1) >= width
    return apart


def _ends(
    system: System, bounds: np.ndarray, goal: np.ndarray
) -> list[optimize.OptimizeResult]:
    """Sums that fit the equations and the scale, with the goal smallest and largest.

    Empty where the means contradict one another.
    """
    ends = [
        optimize.linprog(
            sign * goal,
            A_eq=system.matrix,
            b_eq=system.known,
            bounds=bounds,
            method="highs",
        )
        for sign in (1, -1)
    ]
    return ends if all(end.status == 0 for end in ends) else []


def _used(system: System, ends: Sequence[optimize.OptimizeResult]) -> tuple[int, ...]:
    """The rows that bound the goal."""
    published = system.row >= 0
    tight = [np.abs(end.eqlin.marginals) > _ZERO for end in ends]
    by = np.any(tight, axis=0) & published
    return tuple(int(number) for number in system.row[by if by.any() else published])
