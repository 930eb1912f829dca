"""What published means give away together: a rank test, then a linear program.

Whose answers can be worked out from cells that each look safe?

Persons who stand in the same cells cannot be told apart: they are an *atom*. For a
question, a rated unit and a wave, the sum of an atom's scores is unknown; a published
mean with its n is one equation between these sums. Where a question is the mean of
others, each atom that answered all of them adds an equation. A group is given away
when its sum follows from the equations, whatever the answers were, or when the answers
that the scale allows leave its mean in an interval that is too narrow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import linalg, optimize, sparse

__all__ = ["Family", "Leak", "Row", "Topic", "families", "leaks"]

_ZERO = 1e-8


class Topic(NamedTuple):
    """What a score is about."""

    question: str
    unit: str
    wave: str


class Row(NamedTuple):
    """A mean that may be published: of whom, or of which other means."""

    topic: Topic
    people: frozenset[str]
    mean: float
    of: tuple[tuple[Topic, frozenset[str]], ...] = ()

    @property
    def regions(self) -> tuple[tuple[Topic, frozenset[str]], ...]:
        """The groups whose sums stand in the equation."""
        return self.of or ((self.topic, self.people),)


class Leak(NamedTuple):
    """A group that is given away: who, the interval of its mean, and by which rows."""

    topic: Topic
    people: frozenset[str]
    low: float
    high: float
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Family:
    """Rows that can be combined with one another.

    Parameters
    ----------
    rows
        All rows, published or not.
    parts
        Question -> (the questions it is the mean of, their weights).
    least
        Question -> people a group needs.
    span
        Question -> lowest and highest score; infinite where not known.
    width
        The least share of the span that may be left for a small group's mean.
    """

    rows: Sequence[Row]
    parts: Mapping[str, Mapping[str, float]]
    least: Callable[[str], int]
    span: Callable[[str], tuple[float, float]]
    width: float


@dataclass(frozen=True)
class _System:
    """Equations between sums of atoms: one column per topic and atom."""

    matrix: np.ndarray
    known: np.ndarray
    row: np.ndarray
    topics: list[Topic]
    people: list[frozenset[str]]

    @property
    def sizes(self) -> np.ndarray:
        return np.array([len(group) for group in self.people])


def families(
    rows: Sequence[Row], parts: Mapping[str, Mapping[str, float]]
) -> list[list[int]]:
    """The positions of the rows that share sums, directly or through others."""
    home: dict[tuple[Topic, str], int] = {}
    leader = list(range(len(rows)))

    def find(place: int) -> int:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for place, row in enumerate(rows):
        for topic, people in row.regions:
            for person in people:
                leader[find(place)] = find(home.setdefault((topic, person), place))
    for (topic, person), place in home.items():
        for part in parts.get(topic.question, ()):
            other = home.get((topic._replace(question=part), person))
            if other is not None:
                leader[find(place)] = find(other)
    found: dict[int, list[int]] = defaultdict(list)
    for place in range(len(rows)):
        found[find(place)].append(place)
    return list(found.values())


def leaks(
    family: Family, shown: Sequence[int], answers: list[np.ndarray] | None = None
) -> list[Leak]:
    """The groups that the shown rows give away; empty: none.

    The linear program runs only where the rank test finds nothing.

    Parameters
    ----------
    family
        The rows, and what is known of them.
    shown
        Positions of the rows that are shown.
    answers
        Sums that fitted an earlier choice of rows; new ones are added.
    """
    if not shown:
        return []
    coarse = _system(family, shown, shown)
    found = list(_determined(family, coarse))
    if found:
        return found
    targets = _targets(family, coarse, shown)
    fine = _system(family, shown, range(len(family.rows)))
    return list(_narrow(family, fine, targets, [] if answers is None else answers))


def _system(family: Family, shown: Sequence[int], split: Iterable[int]) -> _System:
    """The equations of the shown rows; atoms are told apart by the rows of `split`."""
    columns = _atoms(family, split)
    place = {key: k for k, key in enumerate(columns)}
    by_topic: dict[Topic, list[tuple[int, frozenset[str]]]] = defaultdict(list)
    for (topic, people), k in place.items():
        by_topic[topic].append((k, people))
    lines, known, row = [], [], []
    for number in shown:
        line = np.zeros(len(columns))
        regions = family.rows[number].regions
        for topic, people in regions:
            inside = [k for k, atom in by_topic[topic] if atom <= people]
            line[inside] += 1 / (len(people) * len(regions))
        lines.append(line)
        known.append(family.rows[number].mean)
        row.append(number)
    for (topic, people), k in place.items():
        weights = family.parts.get(topic.question, {})
        named = {part: topic._replace(question=part) for part in weights}
        at = {part: place.get((named[part], people), -1) for part in weights}
        if at and min(at.values()) >= 0:
            line = np.zeros(len(columns))
            line[k] = -1.0
            for part, weight in weights.items():
                line[at[part]] = weight
            lines.append(line)
            known.append(0.0)
            row.append(-1)
    topics, atoms = [t for t, _ in columns], [p for _, p in columns]
    return _System(np.array(lines), np.array(known), np.array(row), topics, atoms)


def _atoms(family: Family, split: Iterable[int]) -> list[tuple[Topic, frozenset[str]]]:
    """Topic and people of each sum, in a fixed order.

    People of one atom answered the same questions and stand in the same rows. A part
    that stands in no row of the family is taken as answered by all who answered the
    whole.
    """
    answered: dict[str, set[Topic]] = defaultdict(set)
    for row in family.rows:
        for topic, people in row.regions:
            for person in people:
                answered[person].add(topic)
    there = set().union(*answered.values())
    for topic in list(there):
        parts = family.parts.get(topic.question, ())
        absent = {topic._replace(question=part) for part in parts} - there
        if len(absent) == 1:
            for topics in answered.values():
                if topic in topics:
                    topics |= absent
    stands: dict[str, list[int]] = {person: [] for person in answered}
    regions = dict.fromkeys(r for number in split for r in family.rows[number].regions)
    for k, (_, people) in enumerate(regions):
        for person in people:
            stands[person].append(k)
    alike: dict[tuple[object, ...], set[str]] = defaultdict(set)
    for person in sorted(answered):
        alike[tuple(stands[person]), frozenset(answered[person])].add(person)
    return [
        (topic, frozenset(people))
        for people in alike.values()
        for topic in sorted(answered[min(people)])
    ]


def _determined(family: Family, system: _System) -> Iterator[Leak]:
    """Groups smaller than the threshold whose sum the equations fix."""
    least = np.array([family.least(topic.question) for topic in system.topics])
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
            limit = family.least(topic.question) - 1
            for group in _fixed(free[mine], system.sizes[columns[mine]], limit):
                yield _leak(system, rows, columns, [mine[k] for k in group])


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
    system: _System, rows: np.ndarray, columns: np.ndarray, group: list[int]
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


def _narrow(
    family: Family,
    system: _System,
    targets: Sequence[tuple[Topic, frozenset[str]]],
    answers: list[np.ndarray],
) -> Iterator[Leak]:
    """Groups smaller than the threshold whose mean the scale leaves little room.

    Answers that fit all equations are kept: where two of them lie far enough apart
    for a group, no program is needed for it. Those that move many groups at once are
    looked for first.
    """
    spans = np.array([family.span(topic.question) for topic in system.topics])
    bounded = [t for t in targets if np.isfinite(family.span(t[0].question)).all()]
    if not bounded:
        return
    ties = np.abs(system.matrix) > _ZERO
    goals = np.array([_mean_of(system, group) for group in bounded])
    goals[:, ~ties.any(axis=0)] = 0.0
    width = np.array([np.ptp(family.span(t[0].question)) for t in bounded])
    width = width * family.width
    bounds = spans * system.sizes[:, None]
    fits = [x for x in answers if np.allclose(system.matrix @ x, system.known)]
    answers.clear()
    open_ = ~_is_apart(goals, fits, width)
    for sign in (1, -1):
        pattern = np.where(np.arange(len(goals)) % 2, sign, 1) * open_
        if open_.any():
            ends = _ends(system, bounds, pattern @ goals)
            fits += [end.x for end in ends]
            open_ = ~_is_apart(goals, fits, width)
    for k in np.flatnonzero(open_):
        if _is_apart(goals[[k]], fits, width[[k]])[0]:
            continue
        ends = _ends(system, bounds, goals[k])
        fits += [end.x for end in ends]
        if ends and not _is_apart(goals[[k]], fits, width[[k]])[0]:
            low, high = (float(goals[k] @ end.x) for end in ends)
            yield Leak(*bounded[k], low, high, _used(system, ends))
    answers += fits


def _mean_of(system: _System, group: tuple[Topic, frozenset[str]]) -> np.ndarray:
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
    system: _System, bounds: np.ndarray, goal: np.ndarray
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


def _used(system: _System, ends: Sequence[optimize.OptimizeResult]) -> tuple[int, ...]:
    """The rows that bound the goal."""
    published = system.row >= 0
    tight = [np.abs(end.eqlin.marginals) > _ZERO for end in ends]
    by = np.any(tight, axis=0) & published
    return tuple(int(number) for number in system.row[by if by.any() else published])


def _targets(
    family: Family, coarse: _System, shown: Sequence[int]
) -> list[tuple[Topic, frozenset[str]]]:
    """Small groups that stand inside what is shown: cells, atoms and differences."""
    seen: dict[Topic, list[frozenset[str]]] = defaultdict(list)
    for number in shown:
        for topic, people in family.rows[number].regions:
            seen[topic].append(people)
    groups: dict[tuple[Topic, frozenset[str]], None] = {}
    for row in family.rows:
        groups[row.topic, row.people] = None
    for topic, people in zip(coarse.topics, coarse.people, strict=True):
        groups[topic, people] = None
    for topic, regions in seen.items():
        for one in regions:
            for other in regions:
                groups[topic, one - other] = None
    return sorted(
        (
            (topic, people)
            for topic, people in groups
            if 0 < len(people) < family.least(topic.question)
            and any(people & region for region in seen[topic])
        ),
        key=lambda group: (group[0], sorted(group[1])),
    )
