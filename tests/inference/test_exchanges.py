"""Exchanges of waves: against every case one by one, and as often as each other."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab.inference.exchanges import Changed, listed_gains, walked

MANY = 10**6


def gains_by_place(changed: Changed) -> list[int]:
    places = int(changed.ends.max()) + 1
    held = changed.ends[changed.gained].ravel()
    return np.bincount(held, minlength=places).tolist()


def one_by_one(changed: Changed) -> list[int]:
    """Crossing gains of every case in which each place gains as often."""
    found = []
    for cells in itertools.product([False, True], repeat=len(changed.ends)):
        other = Changed(changed.ends, np.array(cells), changed.crosses)
        if gains_by_place(other) == gains_by_place(changed):
            found.append(other.n_gains)
    return sorted(found)


@st.composite
def changes(draw: st.DrawFn) -> Changed:
    """Up to ten dyads of five actors that changed; directed or not."""
    directed = draw(st.booleans())
    pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
    pairs = [pair for pair in pairs if directed or pair[0] < pair[1]]
    chosen = draw(
        st.lists(st.sampled_from(pairs), min_size=1, max_size=10, unique=True)
    )
    flags = st.lists(st.booleans(), min_size=len(chosen), max_size=len(chosen))
    ends = np.array(chosen) + ([0, 5] if directed else [0, 0])
    return Changed(ends, np.array(draw(flags)), np.array(draw(flags)))


@given(changed=changes())
def test_every_exchange_is_listed_once(changed: Changed) -> None:
    listed = listed_gains(changed, MANY)
    assert listed is not None
    assert listed.tolist() == one_by_one(changed)


@given(changed=changes(), seed=st.integers(0, 2**32 - 1))
def test_a_chain_keeps_what_everybody_has(changed: Changed, seed: int) -> None:
    end = walked(changed, np.random.default_rng(seed))
    assert gains_by_place(end) == gains_by_place(changed)
    assert end.gained.sum() == changed.gained.sum()


def test_too_many_are_not_listed() -> None:
    ends = np.tile([0, 1], (20, 1))
    changed = Changed(ends, np.arange(20) < 10, np.arange(20) % 2 == 0)
    assert listed_gains(changed, 50_000) is None
    listed = listed_gains(changed, MANY)
    assert listed is not None
    assert len(listed) == 184_756


@pytest.mark.parametrize(
    "directed", [True, pytest.param(False, marks=pytest.mark.nightly)]
)
def test_a_chain_comes_to_every_case_as_often(directed: bool) -> None:
    rng = np.random.default_rng(8)
    actors = range(4 if directed else 6)
    pairs = [(i, j) for i in actors for j in actors if (i != j if directed else i < j)]
    ends = np.array(pairs)
    gained = ends.sum(axis=1) % 2 == 0
    start = Changed(ends + ([0, 4] if directed else [0, 0]), gained, gained)
    ends = start.ends
    cases = {
        cells
        for cells in itertools.product([False, True], repeat=len(ends))
        if gains_by_place(Changed(ends, np.array(cells), start.crosses))
        == gains_by_place(start)
    }
    assert len(cases) > 5
    times = dict.fromkeys(cases, 0)
    for _ in range(200 * len(cases)):
        times[tuple(walked(start, rng).gained.tolist())] += 1
    assert stats.chisquare(list(times.values())).pvalue > 0.001


def steps_of(changed: Changed) -> Counter[tuple[bool, ...]]:
    """Every walk that a step can take, with its probability, by where it leads."""
    found: Counter[tuple[bool, ...]] = Counter()
    places = range(int(changed.ends.max()) + 1)

    def walk(
        place: int, turn: bool, seen: list[tuple[int, bool]], path: list[int], p: float
    ) -> None:
        if (place, turn) in seen:
            closed = path[seen.index((place, turn)) :]
            if len(set(path)) == len(path):
                after = changed.gained.copy()
                after[closed] = ~after[closed]
                found[tuple(after.tolist())] += p
            return
        at = (changed.ends == place).any(axis=1) & (changed.gained == turn)
        for dyad in np.flatnonzero(at).tolist():
            other = int(changed.ends[dyad].sum()) - place
            seen_now = [*seen, (place, turn)]
            walk(other, not turn, seen_now, [*path, dyad], p / int(at.sum()))

    for place, turn in itertools.product(places, (False, True)):
        walk(place, turn, [], [], 1 / (2 * len(places)))
    return found


@given(changed=changes())
def test_a_step_and_its_reverse_are_as_likely(changed: Changed) -> None:
    for after, likely in steps_of(changed).items():
        back = steps_of(Changed(changed.ends, np.array(after), changed.crosses))
        assert back[tuple(changed.gained.tolist())] == pytest.approx(likely)
