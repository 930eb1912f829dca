"""Published means as equations between sums of people who cannot be told apart.

Which sums are unknown, and which equations do a run's tables hand out?

Persons who stand in the same cells cannot be told apart: they are an *atom*. For a
question, a rated unit and a wave, the sum of an atom's scores is unknown; a published
mean with its n is one equation between these sums. Where a question is the mean of
others, each atom that answered all of them adds an equation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import sparse

__all__ = ["Group", "Row", "Rows", "System", "Topic"]

Parts = Mapping[str, Mapping[str, float]]


class Topic(NamedTuple):
    """What a score is about."""

    question: str
    unit: str
    wave: str


Group = tuple[Topic, frozenset[str]]


class Row(NamedTuple):
    """A mean that may be published: of whom, or of which other means."""

    topic: Topic
    people: frozenset[str]
    mean: float
    of: tuple[Group, ...] = ()

    @property
    def regions(self) -> tuple[Group, ...]:
        """The groups whose sums stand in the equation."""
        return self.of or ((self.topic, self.people),)


@dataclass(frozen=True)
class System:
    """Equations between sums of atoms: one column per topic and atom.

    Parameters
    ----------
    matrix, known
        matrix @ sums = known.
    row
        The published row of each equation; -1 where it is none.
    topics, people
        Of each column.
    """

    matrix: np.ndarray
    known: np.ndarray
    row: np.ndarray
    topics: list[Topic]
    people: list[frozenset[str]]

    @property
    def sizes(self) -> np.ndarray:
        """How many people are in each column's atom."""
        return np.array([len(group) for group in self.people])


class Rows:
    """All means of a run, and how they hang together.

    Parameters
    ----------
    rows
        All of them, published or not.
    parts
        Question -> the questions that it is the mean of, with their weights.
    """

    def __init__(self, rows: Sequence[Row], parts: Parts) -> None:
        self.rows, self._parts = rows, parts
        self._wholes: dict[str, list[str]] = defaultdict(list)
        for whole, names in parts.items():
            for name in names:
                self._wholes[name].append(whole)
        self._answered = self._who_answered()
        self._links = self._linked()
        self._inside = self._contained()

    def apart(self, chosen: Sequence[int]) -> list[list[int]]:
        """The chosen rows, those together that share sums directly or through others.

        Rows share a sum when they have a person in common on one question, or on two
        questions of which one is the mean of the other, or both parts of a third.
        """
        if not chosen:
            return []
        links = self._links[list(chosen)]
        n = len(chosen)
        graph = sparse.block_array([[None, links], [links.T, None]])
        _, number = sparse.csgraph.connected_components(graph, directed=False)
        found: dict[int, list[int]] = defaultdict(list)
        for k, group in zip(chosen, number[:n].tolist(), strict=True):
            found[group].append(k)
        return list(found.values())

    def needed(self, shown: Collection[int]) -> list[int]:
        """The shown rows without totals of other shown rows: these add no equation."""
        seen = set(shown)
        return [k for k in sorted(seen) if not self._is_total(k, seen)]

    def system(self, shown: Sequence[int], split: Iterable[int]) -> System:
        """The equations of some rows.

        Parameters
        ----------
        shown
            The rows.
        split
            The rows by which people are told apart; all of `shown` among them.
        """
        columns = self._atoms(split)
        place = {key: k for k, key in enumerate(columns)}
        by_topic: dict[Topic, list[int]] = defaultdict(list)
        for k, (topic, _) in enumerate(columns):
            by_topic[topic].append(k)
        lines, known = [], []
        for number in shown:
            line = np.zeros(len(columns))
            regions = self.rows[number].regions
            for topic, people in regions:
                inside = [k for k in by_topic[topic] if columns[k][1] <= people]
                line[inside] += 1 / (len(people) * len(regions))
            lines.append(line)
            known.append(self.rows[number].mean)
        sums = self._means_of_parts(place)
        matrix = np.array([*lines, *sums]).reshape(-1, len(columns))
        row = np.array([*shown, *[-1] * len(sums)], dtype=int)
        values = np.array([*known, *[0.0] * len(sums)])
        topics, atoms = [t for t, _ in columns], [p for _, p in columns]
        return System(matrix, values, row, topics, atoms)

    def _means_of_parts(self, place: Mapping[Group, int]) -> list[np.ndarray]:
        """For each atom that answered a whole and its parts: they fit one another."""
        sums = []
        for (topic, people), k in place.items():
            weights = self._parts.get(topic.question, {})
            named = {topic._replace(question=q): w for q, w in weights.items()}
            at = [place.get((part, people), -1) for part in named]
            if at and min(at) >= 0:
                line = np.zeros(len(place))
                line[k] = -1.0
                line[at] = list(named.values())
                sums.append(line)
        return sums

    def _atoms(self, split: Iterable[int]) -> list[Group]:
        """Topic and people of each sum that the rows are about, in a fixed order."""
        regions = dict.fromkeys(r for k in split for r in self.rows[k].regions)
        stands: dict[str, list[int]] = defaultdict(list)
        for k, (_, people) in enumerate(regions):
            for person in people:
                stands[person].append(k)
        about = self._about({topic for topic, _ in regions})
        alike: dict[tuple[object, ...], set[str]] = defaultdict(set)
        for person in sorted(stands):
            said = self._answered[person] & about
            alike[tuple(stands[person]), said].add(person)
        return [
            (topic, frozenset(people))
            for (_, said), people in alike.items()
            for topic in sorted(said)  # type: ignore[call-overload]
        ]

    def _about(self, topics: set[Topic]) -> set[Topic]:
        """The topics, and those they are parts or means of."""
        found, new = set(topics), set(topics)
        while new:
            beside = {
                topic._replace(question=name)
                for topic in new
                for name in (
                    *self._parts.get(topic.question, ()),
                    *self._wholes.get(topic.question, ()),
                )
            }
            new = beside - found
            found |= new
        return found

    def _who_answered(self) -> dict[str, frozenset[Topic]]:
        """Person -> what he or she has a score on.

        A part that stands in no row is taken as answered by all who answered the whole.
        """
        answered: dict[str, set[Topic]] = defaultdict(set)
        for row in self.rows:
            for topic, people in row.regions:
                for person in people:
                    answered[person].add(topic)
        there = set().union(*answered.values())
        for topic in sorted(there):
            parts = self._parts.get(topic.question, ())
            absent = {topic._replace(question=part) for part in parts} - there
            if len(absent) == 1:
                for topics in answered.values():
                    topics |= absent if topic in topics else set()
        return {person: frozenset(topics) for person, topics in answered.items()}

    def _linked(self) -> sparse.csr_array:
        """Rows x sums of single people that they are about, wholes included."""
        at: dict[tuple[Topic, str], int] = {}
        place = []
        for k, row in enumerate(self.rows):
            for topic, people in row.regions:
                names = [topic.question, *self._wholes.get(topic.question, ())]
                for name in names:
                    about = topic._replace(question=name)
                    place += [(k, at.setdefault((about, p), len(at))) for p in people]
        pairs = np.array(place, dtype=int).reshape(-1, 2)
        ones = np.ones(len(pairs))
        shape = (len(self.rows), max(len(at), 1))
        return sparse.coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape).tocsr()

    def _contained(self) -> list[list[int]]:
        """For each row the rows of its topic that are a part of it, largest first."""
        by_topic: dict[Topic, list[int]] = defaultdict(list)
        for k, row in enumerate(self.rows):
            if not row.of and row.people:
                by_topic[row.topic].append(k)
        found: list[list[int]] = [[] for _ in self.rows]
        for members in by_topic.values():
            members.sort(key=lambda k: (-len(self.rows[k].people), k))
            for place, k in enumerate(members):
                whole = self.rows[k].people
                found[k] = [
                    j for j in members[place + 1 :] if self.rows[j].people < whole
                ]
        return found

    def _is_total(self, k: int, seen: set[int]) -> bool:
        """Other seen rows make up this one, nobody in two of them."""
        left = set(self.rows[k].people)
        for j in self._inside[k]:
            if j in seen and self.rows[j].people <= left:
                left -= self.rows[j].people
        return not left and bool(self._inside[k])
