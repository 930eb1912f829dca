"""Small groups cannot be worked out of what is shown: by hand, and by brute force."""

from __future__ import annotations

import hashlib
import itertools
import math
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from netcollab.errors import InputError
from netcollab.report.disclosure import Cell, attack, least, protect, shown_count
from netcollab.study import ItemSpec, Manifest, ScaleSpec, Study

FIVE = Manifest("x")
SCALE = {"s": ScaleSpec("s", 1, 5)}


def manifest(*dimensions: str, n_items: int = 2, **more: object) -> Manifest:
    """A construct "rc" of the dimensions, each of so many items, answered 1 to 5."""
    items = {
        f"{name}_{k}": ItemSpec(f"{name}_{k}", "s", dimension=name, construct="rc")
        for name in dimensions
        for k in range(n_items)
    }
    return Manifest("x", scales=SCALE, items=items, **more)  # type: ignore[arg-type]


def people(prefix: str, n: int) -> frozenset[str]:
    return frozenset(f"{prefix}{k}" for k in range(n))


def cell(who: frozenset[str], mean: float = 3.0, **more: object) -> Cell:
    told = {"output": "t", "question": "trust", **more}
    return Cell(people=who, mean=mean, **told)  # type: ignore[arg-type]


# The cases of kind privacy


def test_bi_255_a_group_of_four_is_held_back() -> None:
    assert protect([cell(people("a", 4)), cell(people("b", 5))], FIVE) == ["few", ""]


def test_bi_256_one_small_cell_of_a_shown_total_takes_another_with_it() -> None:
    a, b, c = people("a", 4), people("b", 9), people("c", 7)
    table = [cell(a), cell(b), cell(c), cell(a | b | c)]
    assert protect(table, FIVE) == ["few", "", "difference", ""]


def test_bi_256_across_two_outputs() -> None:
    a, b = people("a", 4), people("b", 9)
    apart = [cell(a, output="one"), cell(b, output="one"), cell(a | b, output="two")]
    assert protect(apart, FIVE) == ["few", "difference", ""]
    [found] = attack(apart, [False, True, True], FIVE)
    assert (found.kind, found.n, found.outputs) == ("difference", 4, ("one", "two"))


def test_bi_257_groups_that_differ_by_two_persons_are_not_both_shown() -> None:
    nurses = people("n", 8)
    everybody = nurses | people("m", 2)
    reasons = protect([cell(everybody), cell(nurses)], FIVE)
    assert reasons == ["", "difference"]


def test_bi_257_overlapping_groups_whose_difference_is_fixed_by_a_third() -> None:
    both, one, other = people("b", 6), people("o", 2), people("p", 2)
    table = [cell(both | one), cell(both | other), cell(both | one | other)]
    shown = [reason == "" for reason in protect(table, FIVE)]
    assert sum(shown) == 2
    assert not [f for f in attack(table, shown, FIVE) if f.kind == "difference"]


def test_bi_258_a_group_that_all_said_the_highest_is_warned_of() -> None:
    table = [cell(people("a", 12), 5.0)]
    trust = manifest("trust")
    assert protect(table, trust) == [""]
    assert [found.kind for found in attack(table, [True], trust)] == ["same"]


def test_bi_255_its_n_is_shown_as_fewer() -> None:
    assert shown_count(4, 5) == "<5"
    assert shown_count(5, 5) == "5"


def test_bi_262_hashes_of_addresses_are_no_pseudonyms() -> None:
    ids = [
        hashlib.sha256(f"{name}@example.org".encode()).hexdigest()
        for name in ("kari", "ola")
    ]
    with pytest.raises(InputError, match="E-PRI-007") as told:
        Study.from_frames(
            {"name": "s", "relations": {"trust": {"unlisted": "absent"}}},
            actors=pd.DataFrame({"actor": ["nav", "ks"]}),
            ties=pd.DataFrame(
                {"relation": "trust", "source": ["nav"], "target": "ks", "weight": 1}
            ),
            respondents=pd.DataFrame({"respondent": ids, "actor": "nav"}),
        )
    assert ids[0] not in str(told.value)


# Thresholds


@pytest.mark.parametrize(
    ("question", "kind", "expected"),
    [
        ("trust", None, 5),
        ("trust_0", None, 10),
        ("trust", "item", 10),
        ("bullying", None, 10),
        ("bullying_0", None, 20),
        ("rc", None, 5),
        ("never heard of", None, 5),
    ],
)
def test_thresholds(question: str, kind: str | None, expected: int) -> None:
    study = manifest("trust", "bullying", sensitive=("bullying",))
    assert least(study, question, kind) == expected  # type: ignore[arg-type]


def test_a_dimension_of_a_sensitive_construct_is_sensitive() -> None:
    assert least(manifest("trust", sensitive=("rc",)), "trust") == 10


def test_the_floor_is_three_whatever_the_manifest_says() -> None:
    assert least(Manifest("x", min_respondents=1), "trust") == 3


# Across questions


def test_a_construct_and_the_other_dimensions_do_not_give_a_sensitive_one_away() -> (
    None
):
    study = manifest("trust", "respect", "bullying", sensitive=("bullying",))
    who = people("a", 8)
    names = ["rc", "trust", "respect", "bullying"]
    table = [cell(who, question=name) for name in names]
    parts = {"rc": names[1:]}
    reasons = protect(table, study, parts=parts)
    assert reasons == ["", "difference", "", "few"] or reasons == [
        "",
        "",
        "difference",
        "few",
    ]
    assert protect(table, study) == ["", "", "", "few"]


def test_a_dimension_that_is_nowhere_shown_is_protected_too() -> None:
    study = manifest("trust", "bullying", sensitive=("bullying",))
    who = people("a", 8)
    table = [cell(who, question="rc", mean=3.5), cell(who, question="trust", mean=4.5)]
    parts = {"rc": ["trust", "bullying"]}
    [found] = attack(table, [True, True], study, parts=parts)
    assert (found.question, found.n, found.low) == ("bullying", 8, pytest.approx(2.5))
    assert protect(table, study, parts=parts) == ["", "difference"]


def test_the_weight_of_a_dimension_is_its_share_of_the_items() -> None:
    one = manifest("trust", n_items=1).items
    three = manifest("bullying", n_items=3).items
    study = Manifest("x", scales=SCALE, items={**one, **three}, sensitive=("bullying",))
    who = people("a", 8)
    table = [cell(who, question="rc", mean=2.5), cell(who, question="trust", mean=4.0)]
    [found] = attack(table, [True, True], study, parts={"rc": ["trust", "bullying"]})
    assert found.low == pytest.approx(2.0)


def test_an_index_and_all_but_one_of_its_ties_do_not_give_that_one_away() -> None:
    few, sender = people("a", 4), people("a", 8)
    ties = [cell(few, 2.0, unit="u"), *(cell(sender, 3.0, unit=u) for u in "vw")]
    index = cell(sender, 8 / 3, of=tuple(ties))
    reasons = protect([*ties, index], FIVE)
    assert reasons[0] == "few"
    assert sorted(reasons[1:]) == ["", "", "difference"]
    [found] = attack([*ties, index], [False, True, True, True], FIVE)
    assert (found.unit, found.n, found.low) == ("u", 4, pytest.approx(2.0))


# The linear program


def test_a_mean_near_the_end_of_the_scale_leaves_a_part_too_little_room() -> None:
    # 6 people, sum 6.6: the 4 have at least 4 and at most 6.6 - 2 = 4.6: 1 to 1.15
    few = people("a", 4)
    table = [cell(few, 1.1), cell(few | people("b", 2), 1.1)]
    trust = manifest("trust")
    [found] = attack(table, [False, True], trust)
    assert (found.kind, found.n) == ("narrow", 4)
    assert (found.low, found.high) == (pytest.approx(1.0), pytest.approx(1.15))
    assert protect(table, trust) == ["few", "difference"]


def test_a_mean_in_the_middle_leaves_room() -> None:
    few = people("a", 4)
    table = [cell(few, 3.0), cell(few | people("b", 2), 3.0)]
    assert protect(table, manifest("trust")) == ["few", ""]


# Degenerate cases


def test_no_cells_one_cell_and_nothing_shown() -> None:
    assert protect([], FIVE) == []
    assert attack([], [], FIVE) == []
    assert protect([cell(people("a", 9))], FIVE) == [""]
    assert protect([cell(frozenset(), math.nan)], FIVE) == ["few"]
    assert attack([cell(people("a", 2))], [False], FIVE) == []


def test_a_small_cell_that_is_shown_all_the_same_is_found() -> None:
    found = attack([cell(people("a", 2))], [True], FIVE)
    assert [one.kind for one in found] == ["difference", "few"]


def test_the_same_cell_in_two_outputs_is_hidden_in_both() -> None:
    a, b = people("a", 4), people("b", 6)
    table = [cell(b, output="1"), cell(b, output="2"), cell(a | b), cell(a)]
    assert protect(table, FIVE) == ["difference", "difference", "", "few"]


def test_a_cell_without_a_mean_is_refused_without_naming_anybody() -> None:
    with pytest.raises(InputError, match="no mean") as told:
        protect([cell(people("kari", 9), math.nan)], FIVE)
    assert "kari" not in str(told.value)


def test_nobody_is_named_by_what_is_printed() -> None:
    table = [cell(people("kari", 8)), cell(people("kari", 6))]
    assert "kari" not in repr(table)
    assert "kari" not in repr(attack(table, [True, True], FIVE))


# By brute force


def determined(
    cells: list[Cell],
    shown: list[bool],
    study: Manifest,
    parts: dict[str, list[str]],
) -> list[tuple[str, tuple[str, ...]]]:
    """Small groups whose sum follows from what is shown: every subset is tried.

    One unknown per person and question; the null space of all equations.
    """
    answers = {(c.question, person) for c in cells for person in c.people}
    for whole, names in parts.items():
        absent = [n for n in names if all(c.question != n for c in cells)]
        if len(absent) == 1:
            answers |= {(absent[0], p) for q, p in answers if q == whole}
    column = {key: k for k, key in enumerate(sorted(answers))}
    rows = []
    for c, is_shown in zip(cells, shown, strict=True):
        if is_shown:
            row = np.zeros(len(column))
            row[[column[c.question, person] for person in c.people]] = 1
            rows.append(row)
    for whole, names in parts.items():
        for person in {p for q, p in answers if q == whole}:
            if all((name, person) in column for name in names):
                row = np.zeros(len(column))
                row[column[whole, person]] = -len(names)
                row[[column[name, person] for name in names]] = 1
                rows.append(row)
    if not rows:
        return []
    _, sizes, turned = np.linalg.svd(np.array(rows))
    free = turned[int((sizes > 1e-9).sum()) :].T
    found = []
    for question in sorted({q for q, _ in column}):
        asked = [p for q, p in column if q == question]
        groups = [
            group
            for n in range(1, least(study, question))
            for group in itertools.combinations(asked, n)
        ]
        held = [
            tuple(sorted(c.people))
            for c, is_shown in zip(cells, shown, strict=True)
            if not is_shown and c.question == question and c.people
        ]
        for group in [*groups, *held]:
            moved = free[[column[question, p] for p in group]].sum(axis=0)
            if np.abs(moved).max(initial=0) < 1e-7:
                found.append((question, group))
    return found


NAMES = [f"p{k}" for k in range(9)]
groups = st.lists(
    st.frozensets(st.sampled_from(NAMES), min_size=1), min_size=1, max_size=6
)


def with_margins(sets: list[frozenset[str]]) -> list[frozenset[str]]:
    """The sets, and some of their unions: totals of rows."""
    return [*sets, frozenset().union(*sets), frozenset().union(*sets[:2])]


@given(sets=groups, threshold=st.integers(3, 5))
def test_nothing_small_can_be_worked_out(
    sets: list[frozenset[str]], threshold: int
) -> None:
    study = Manifest("x", min_respondents=threshold)
    cells = [cell(who, output=str(k)) for k, who in enumerate(with_margins(sets))]
    shown = [reason == "" for reason in protect(cells, study)]
    assert determined(cells, shown, study, {}) == []


@given(
    places=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=6, max_size=11
    ),
    threshold=st.integers(3, 4),
)
def test_two_way_tables_with_all_their_margins_hold(
    places: list[tuple[int, int]], threshold: int
) -> None:
    """Unit by role in one table, units in another, roles and the total in a third."""
    study = Manifest("x", min_respondents=threshold)

    def where(row: int | None, column: int | None) -> frozenset[str]:
        return frozenset(
            f"p{k}"
            for k, (unit, role) in enumerate(places)
            if row in (None, unit) and column in (None, role)
        )

    sets = [where(r, c) for r in (0, 1, 2, None) for c in (0, 1, 2, None)]
    cells = [cell(who, output=str(k % 3)) for k, who in enumerate(sets)]
    shown = [reason == "" for reason in protect(cells, study)]
    assert determined(cells, shown, study, {}) == []


@given(
    whole=groups,
    first=groups,
    second=groups,
    sensitive=st.booleans(),
)
def test_nothing_small_can_be_worked_out_across_questions(
    whole: list[frozenset[str]],
    first: list[frozenset[str]],
    second: list[frozenset[str]],
    *,
    sensitive: bool,
) -> None:
    study = Manifest("x", min_respondents=3, sensitive=("b",) if sensitive else ())
    parts = {"rc": ["a", "b"]}
    cells = [
        cell(who, question=question)
        for question, sets in (("rc", whole), ("a", first), ("b", second))
        for who in dict.fromkeys(sets)
    ]
    shown = [reason == "" for reason in protect(cells, study, parts=parts)]
    assert determined(cells, shown, study, parts) == []


@given(
    sets=groups,
    answers=st.lists(st.integers(1, 5), min_size=9, max_size=9),
    ends=st.booleans(),
)
def test_a_linear_program_over_single_people_finds_no_narrow_interval(
    sets: list[frozenset[str]], answers: list[int], *, ends: bool
) -> None:
    """Every cell held back for few people, bounded with one unknown per person."""
    study = manifest("trust")
    said = dict(
        zip(NAMES, [1 + a // 3 for a in answers] if ends else answers, strict=True)
    )
    cells = [
        cell(who, float(np.mean([said[p] for p in sorted(who)])))
        for who in dict.fromkeys(with_margins(sets))
    ]
    reasons = protect(cells, study)
    seen = [c for c, reason in zip(cells, reasons, strict=True) if reason == ""]
    rows = np.array([[name in c.people for name in NAMES] for c in seen], dtype=float)
    sums = np.array([c.mean * len(c.people) for c in seen])
    for c, reason in zip(cells, reasons, strict=True):
        if reason != "few" or not seen:
            continue
        goal = np.array([name in c.people for name in NAMES]) / len(c.people)
        low, high = (
            sign * linprog(sign * goal, A_eq=rows, b_eq=sums, bounds=(1, 5)).fun
            for sign in (1, -1)
        )
        assert high - low > 0.4 - 1e-6


@given(sets=groups, data=st.data())
def test_the_attack_finds_what_brute_force_finds(
    sets: list[frozenset[str]], data: st.DataObject
) -> None:
    cells = [cell(who) for who in dict.fromkeys(sets)]
    shown = [data.draw(st.booleans()) for _ in cells]
    found = [f for f in attack(cells, shown, FIVE) if f.kind == "difference"]
    small = [g for _, g in determined(cells, shown, FIVE, {}) if len(g) < 5]
    assert bool(found) == bool(small)


@given(sets=groups, data=st.data())
def test_the_order_of_the_cells_does_not_matter(
    sets: list[frozenset[str]], data: st.DataObject
) -> None:
    cells = [cell(who, unit=str(len(who) % 2)) for who in with_margins(sets)]
    order = data.draw(st.permutations(range(len(cells))))
    reasons = protect(cells, FIVE)
    turned = protect([cells[k] for k in order], FIVE)
    assert turned == [reasons[k] for k in order]


@given(sets=groups)
def test_no_more_is_hidden_than_needed(sets: list[frozenset[str]]) -> None:
    cells = [cell(who) for who in dict.fromkeys(with_margins(sets))]
    reasons = protect(cells, FIVE)
    shown = [reason == "" for reason in reasons]
    for k, reason in enumerate(reasons):
        if reason == "difference":
            more = [here or k == place for place, here in enumerate(shown)]
            assert determined(cells, more, FIVE, {}) != []


def a_run(n_sites: int) -> tuple[list[Cell], Manifest, dict[str, list[str]]]:
    """Who says what of whom in six functions of each site, and the sites' means."""
    rng = np.random.default_rng(1)
    dimensions = ["d1", "d2", "d3", "d4", "d5", "d6"]
    cells = []
    for site in range(n_sites):
        staff = [people(f"{site}{u}-", int(rng.integers(3, 13))) for u in range(6)]
        for unit in range(6):
            said = {
                person: {
                    d: rng.integers(1, 6) for d in dimensions if rng.random() > 0.02
                }
                for person in sorted(frozenset().union(*staff))
            }
            for given_by in said.values():
                given_by["rc"] = np.mean(list(given_by.values()))
            for question in ("rc", *dimensions):
                for who in (*staff, frozenset().union(*staff)):
                    heard = frozenset(p for p in who if question in said[p])
                    mean = float(np.mean([said[p][question] for p in sorted(heard)]))
                    told = {"question": question, "unit": str(unit)}
                    cells.append(cell(heard, mean, **told))
    study = manifest(*dimensions, sensitive=("d6",))
    return cells, study, {"rc": dimensions}


def test_six_hundred_cells_take_a_few_seconds() -> None:
    cells, study, parts = a_run(2)
    started = time.perf_counter()
    reasons = protect(cells, study, parts=parts)
    assert len(cells) > 580
    assert time.perf_counter() - started < 30
    assert set(reasons) == {"", "few", "difference"}
    shown = [reason == "" for reason in reasons]
    found = attack(cells, shown, study, parts=parts)
    assert {one.kind for one in found} <= {"same"}
