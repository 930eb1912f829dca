"""Case comparison: Lipset's cases as published, by hand, and by brute force."""

from __future__ import annotations

import io
import math
from itertools import chain, combinations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, NetcollabError, RefusedError, UnknownNameError
from netcollab.hypotheses import (
    crisp_set,
    membership,
    minimise,
    necessity,
    set_membership,
    sufficiency,
    truth_table,
)
from netcollab.hypotheses.minimisation import covers, minimal_covers, prime_implicants

# Wealth, urban and literate share, industrial workforce, governments, survival of
# democracy between the wars: Rihoux & Ragin (2009), Configurational comparative
# methods, chapters 3 and 5.
LIPSET = pd.read_csv(
    io.StringIO(
        """case DEV URB LIT IND STB SURV
AU 720 33.4 98 33.4 10 -9
BE 1098 60.5 94.4 48.9 4 10
CZ 586 69 95.9 37.4 6 7
EE 468 28.5 95 14 6 -6
FI 590 22 99.1 22 9 4
FR 983 21.2 96.2 34.8 5 10
DE 795 56.5 98 40.4 11 -9
GR 390 31.1 59.2 28.1 10 -8
HU 424 36.3 85 21.6 13 -1
IE 662 25 95 14.5 5 8
IT 517 31.4 72.1 29.6 9 -9
NL 1008 78.8 99.9 39.3 2 10
PL 350 37 76.9 11.2 21 -6
PT 320 15.3 38 23.1 19 -9
RO 331 21.9 61.8 12.2 7 -4
ES 367 43 55.6 25.5 12 -8
SE 897 34 99.9 32.3 6 10
UK 1038 74 99.9 49.9 4 10"""
    ),
    sep=" ",
    index_col="case",
)
ANCHORS = {
    "DEV": (400, 550, 900),
    "URB": (25, 50, 65),
    "LIT": (50, 75, 90),
    "IND": (20, 30, 40),
    "STB": (15, 9.5, 5),
    "SURV": (-9, 0, 10),
}
CONDITIONS = ["DEV", "URB", "LIT", "IND", "STB"]


@pytest.fixture(scope="module")
def fuzzy() -> pd.DataFrame:
    """Memberships with two decimals, as they were published."""
    return pd.DataFrame(
        {
            name: set_membership(LIPSET[name], out=out, crossover=cross, full=full)
            for name, (out, cross, full) in ANCHORS.items()
        }
    ).round(2)


@pytest.fixture(scope="module")
def crisp() -> pd.DataFrame:
    least = {"DEV": 550, "URB": 50, "LIT": 75, "IND": 30, "SURV": 0}
    sets = {name: crisp_set(LIPSET[name], threshold=t) for name, t in least.items()}
    return pd.DataFrame(sets | {"STB": 1 - crisp_set(LIPSET["STB"], threshold=10)})


# ---- memberships


def test_memberships_as_published(fuzzy: pd.DataFrame) -> None:
    # Ragin (2009), table 5.2
    assert fuzzy.loc["AU"].tolist() == [0.81, 0.12, 0.99, 0.73, 0.43, 0.05]
    assert fuzzy.loc["EE"].tolist() == [0.16, 0.07, 0.98, 0.01, 0.91, 0.12]
    assert fuzzy.loc["IT"].tolist() == [0.34, 0.1, 0.41, 0.47, 0.58, 0.05]
    assert fuzzy.loc["UK"].tolist() == [0.98, 0.99, 0.99, 1.0, 0.98, 0.95]


@pytest.mark.parametrize("anchors", [(1.0, 3.0, 4.0), (4.0, 3.0, 1.0)])
def test_anchors_get_their_memberships(anchors) -> None:
    out, crossover, full = anchors
    values = pd.Series([*anchors, np.nan, 1e300, -1e300])
    found = set_membership(values, out=out, crossover=crossover, full=full)
    edge = 1 / (1 + math.exp(-3))
    assert found[:3].tolist() == pytest.approx([1 - edge, 0.5, edge], abs=1e-15)
    assert math.isnan(found[3])
    rising = full > out
    assert found[4:].round(12).tolist() == [float(rising), float(not rising)]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"out": 1, "crossover": 3, "full": 2}, "rise or to fall, got 1, 3, 2"),
        ({"out": 1, "crossover": 1, "full": 2}, "rise or to fall"),
        ({"out": 1, "crossover": math.nan, "full": 2}, "rise or to fall"),
        ({"out": -math.inf, "crossover": 1, "full": 2}, "finite"),
        ({"out": "low", "crossover": 1, "full": 2}, "out needs a number"),
    ],
)
def test_anchors_that_are_none_are_named(asked, told: str) -> None:
    with pytest.raises(InputError, match=told):
        set_membership(pd.Series([1.0, 2.0]), **asked)
    with pytest.raises(InputError, match="finite numbers"):
        set_membership(pd.Series([math.inf]), out=1, crossover=2, full=3)
    with pytest.raises(InputError, match="values needs numbers"):
        crisp_set(pd.Series(["much"]), threshold=1)


def test_crisp_sets_begin_at_the_threshold() -> None:
    values = pd.Series({"a": 2.0, "b": 3.0, "c": np.nan})
    assert crisp_set(values, threshold=3).to_dict() == pytest.approx(
        {"a": 0.0, "b": 1.0, "c": math.nan}, nan_ok=True
    )


# ---- expressions


CASES = pd.DataFrame(
    {"A": [0.9, 0.2, 0.6], "B": [0.7, 0.4, 0.1], "Å_1": [0.3, 0.8, np.nan]},
    index=["nord", "soer", "vest"],
)


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("A", [0.9, 0.2, 0.6]),
        ("~A", [0.1, 0.8, 0.4]),
        ("~~A", [0.9, 0.2, 0.6]),
        ("A*B", [0.7, 0.2, 0.1]),
        ("A + B", [0.9, 0.4, 0.6]),
        ("A*~B + B", [0.7, 0.4, 0.6]),
        ("A*(~B+B)", [0.7, 0.2, 0.6]),
        ("~(A*B)", [0.3, 0.8, 0.9]),
        ("A+B*A", [0.9, 0.2, 0.6]),
        (" ( A ) ", [0.9, 0.2, 0.6]),
        ("Å_1*A", [0.3, 0.2, np.nan]),
    ],
)
def test_expressions_by_hand(expression: str, values: list[float]) -> None:
    assert membership(CASES, expression).tolist() == pytest.approx(values, nan_ok=True)


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("A*", "at its end"),
        ("*A", r'"\*" at place 1'),
        ("A B", '"B" at place 3'),
        ("A ++ B", r'"\+" at place 4'),
        ("(A", "at its end"),
        ("A)", r'"\)" at place 2'),
        ("()", r'"\)" at place 2'),
        ("A & B", '"&" at place 3'),
        ("A.mean", r'"\." at place 2'),
        ("2*A", '"2" at place 1'),
        ("", "is needed"),
        (None, "is needed"),
        ("~" * 60 + "A", "50 levels"),
        ("(" * 900 + "A", "50 levels"),
        ("A*" * 1500 + "A", "2,000 letters"),
    ],
)
def test_what_cannot_be_read_is_shown_where_it_stands(expression, told: str) -> None:
    with pytest.raises(InputError, match=told):
        membership(CASES, expression)


def test_unknown_conditions_are_told_with_the_closest() -> None:
    frame = CASES.rename(columns={"A": "leadership"})
    with pytest.raises(UnknownNameError, match='did you mean "leadership"'):
        membership(frame, "leadrship*B")
    with pytest.raises(UnknownNameError, match="__import__"):
        membership(frame, "__import__")


@given(st.text(alphabet="AB*+~() x0", max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        values = membership(CASES, text)
    except InputError:
        return
    assert values.between(0, 1).all()


TREES = st.recursive(
    st.sampled_from(["A", "B"]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"~({one})"),
        st.tuples(inner, st.sampled_from("*+"), inner).map(lambda t: f"({''.join(t)})"),
    ),
    max_leaves=8,
)


@given(TREES, TREES)
def test_de_morgan_holds(one: str, other: str) -> None:
    both = membership(CASES, f"~({one} * {other})")
    apart = membership(CASES, f"~({one}) + ~({other})")
    np.testing.assert_allclose(both, apart, atol=1e-12)


# ---- consistency and coverage


def test_set_relations_by_hand() -> None:
    cases = pd.DataFrame(
        {"X": [0.8, 0.6, 0.2, 0.0, np.nan], "Y": [0.6, 0.9, 0.4, 0.3, 1.0]}
    )
    # min: .6 + .6 + .2 + 0 = 1.4 of 1.6 and of 2.2; beside not-Y: .4 + .1 + .2 = .7
    found = sufficiency(cases, "X", "Y")
    assert (found.n, found.n_left_out, found.reason) == (4, 1, "")
    assert found.consistency == pytest.approx(1.4 / 1.6)
    assert found.coverage == pytest.approx(1.4 / 2.2)
    assert found.pri == pytest.approx((1.4 - 0.7) / (1.6 - 0.7))
    assert math.isnan(found.relevance)
    turned = necessity(cases, "X", "Y")
    assert turned.consistency == found.coverage
    assert turned.coverage == found.consistency
    assert turned.relevance == pytest.approx((4 - 1.6) / (4 - 1.4))
    assert math.isnan(turned.pri)


def test_what_is_undefined_has_its_reason() -> None:
    nobody = pd.DataFrame({"X": [0.0, 0.0], "Y": [0.6, 0.9]})
    found = sufficiency(nobody, "X", "Y")
    assert math.isnan(found.consistency)
    assert found.coverage == 0
    assert found.reason == "no case is a member of X at all"
    torn = sufficiency(pd.DataFrame({"X": [0.5], "Y": [0.5]}), "X", "Y")
    assert torn.consistency == 1
    assert math.isnan(torn.pri)
    assert "within its opposite" in torn.reason
    full = necessity(pd.DataFrame({"X": [1.0], "Y": [1.0]}), "X", "Y")
    assert (full.consistency, full.reason) == (1, "every case is fully in both sets")
    assert math.isnan(full.relevance)


@given(st.lists(st.tuples(*[st.integers(0, 10)] * 2), min_size=1, max_size=9))
def test_a_set_and_its_opposite_share_what_is_torn(pairs) -> None:
    cases = pd.DataFrame(np.array(pairs) / 10, columns=["X", "Y"])
    own, other = sufficiency(cases, "X", "Y"), sufficiency(cases, "X", "~Y")
    if math.isnan(own.pri):
        return
    both, most = own.pri + other.pri, cases["Y"].where(cases["Y"] > 0.5, 1 - cases["Y"])
    assert both <= 1 + 1e-9
    if (cases["X"] <= most).all():
        assert both == pytest.approx(1)
    assert 0 <= own.consistency <= 1 + 1e-12
    assert 0 <= own.pri <= 1 + 1e-12


# ---- truth tables and solutions, as published


def test_the_fuzzy_table_and_solutions_of_lipset(fuzzy: pd.DataFrame) -> None:
    # Ragin (2009); Dusa (2019), QCA with R, chapter 8
    table = truth_table(fuzzy, "SURV", CONDITIONS, max_conditions=5, min_pri=0)
    seen = table[~table["remainder"]]
    assert len(table) == 32
    assert len(seen) == 9
    assert seen["n"].sum() == 18
    first = table.iloc[0]
    assert first["cases"] == "BE; CZ; NL; UK"
    assert [round(first[k], 3) for k in ("consistency", "pri")] == [0.904, 0.886]
    known = dict(zip(seen["cases"], seen["consistency"].round(3), strict=True))
    assert known["FI; IE"] == 0.804
    assert known["FR; SE"] == 0.709
    assert known["GR; PT; ES"] == 0.216
    found = minimise(fuzzy, table)
    assert found.models == ("DEV*URB*LIT*IND*STB + DEV*~URB*LIT*~IND*STB",)
    assert found.fit.round(3).to_numpy().tolist() == [[0.87, 0.843, 0.658]]
    numbers = found.terms[["consistency", "pri", "coverage", "unique_coverage"]]
    assert numbers.round(3).to_numpy().tolist() == [
        [0.904, 0.886, 0.454, 0.393],
        [0.804, 0.719, 0.265, 0.204],
    ]
    assert found.assumed == ()
    short = minimise(fuzzy, table, kind="parsimonious")
    assert short.models == ("DEV*~IND + URB*STB",)
    assert short.fit.round(3).to_numpy().tolist() == [[0.85, 0.819, 0.714]]
    assert len(short.assumed) == 12


def test_the_crisp_solutions_of_lipset(crisp: pd.DataFrame) -> None:
    # Rihoux & De Meur (2009), chapter 3
    table = truth_table(crisp, "SURV", CONDITIONS, max_conditions=5)
    assert minimise(crisp, table).models == ("DEV*~URB*LIT*STB + DEV*LIT*IND*STB",)
    assert minimise(crisp, table, kind="parsimonious").models == ("DEV*STB",)
    absent = truth_table(crisp, "~SURV", CONDITIONS, max_conditions=5)
    assert minimise(crisp, absent).models == ("DEV*LIT*IND*~STB + ~DEV*~URB*~IND",)
    assert minimise(crisp, absent, kind="parsimonious").models == ("~DEV + ~STB",)
    # without the stability of governments two rows contradict themselves
    four = truth_table(crisp, "SURV", CONDITIONS[:4], min_consistency=1)
    torn = four[four["consistency"].between(0, 1, inclusive="neither")]
    assert torn["cases"].tolist() == ["BE; CZ; DE; NL; UK", "AU; FR; SE"]
    assert (torn["outcome"] == 0).all()


def test_more_conditions_than_cases_carry_are_refused(fuzzy: pd.DataFrame) -> None:
    with pytest.raises(RefusedError, match="5 conditions make 32 combinations and"):
        truth_table(fuzzy, "SURV", CONDITIONS)
    eight = fuzzy.iloc[:8]
    assert len(truth_table(eight, "SURV", CONDITIONS[:3])) == 8
    with pytest.raises(RefusedError, match="there are 8 cases; at most 3 conditions"):
        truth_table(eight, "SURV", CONDITIONS[:4])
    with pytest.raises(RefusedError, match="at most 2 conditions"):
        truth_table(fuzzy.iloc[:7], "SURV", CONDITIONS[:3])
    wide = pd.DataFrame(np.eye(300, 8), columns=list("abcdefgh")).assign(Y=1.0)
    with pytest.raises(RefusedError, match="at most 6 conditions"):
        truth_table(wide, "Y", list("abcdefgh"), max_conditions=8)


def test_cases_between_rows_and_without_a_value_are_counted() -> None:
    cases = pd.DataFrame(
        {"A": [1, 0.5, 0.8, np.nan, 0.1], "Y": [1.0, 0.9, 0.7, 0.5, np.nan]},
        index=list("abcde"),
    )
    table = truth_table(cases, "Y", ["A"])
    assert table["n"].tolist() == [2, 0]
    assert table["cases"].tolist() == ["a; c", ""]
    assert table.attrs["undecided"] == ["b"]
    assert table.attrs["left_out"] == ["d", "e"]
    assert table.attrs["n"] == 3
    assert table["reason"].tolist() == ["", "remainder: 0 of the 1 cases needed"]
    few = truth_table(cases, "Y", ["A"], min_cases=3)
    assert few["remainder"].all()
    assert few["outcome"].isna().all()
    assert minimise(cases, few).reason == "no combination leads to the outcome"


def test_where_nothing_leads_away_no_condition_matters() -> None:
    cases = pd.DataFrame({"A": [1, 0, 1], "Y": [1, 1, 1]})
    found = minimise(cases, truth_table(cases, "Y", ["A"]))
    assert found.models == ()
    assert "no condition matters" in found.reason
    assert repr(found).startswith("Solution(complex: none")
    assert len(found.fit) == len(found.terms) == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"conditions": []}, "at least one name"),
        ({"conditions": ["A", "A"]}, "needed once.*: A"),
        ({"conditions": ["Y"]}, "needed once.*: Y"),
        ({"conditions": ["a b"]}, "letters, digits and _"),
        ({"conditions": ["C"]}, 'unknown condition "C"'),
        ({"min_consistency": 80}, "min_consistency needs a number from 0 to 1"),
        ({"min_pri": "much"}, "min_pri needs a number"),
        ({"min_cases": 0}, "min_cases needs a whole number"),
        ({"max_conditions": 1.5}, "max_conditions needs a whole number"),
        ({"outcome": "Y*"}, "at its end"),
        ({"cases": CASES.assign(Y=4.0)}, "outside of it: Y"),
        ({"cases": CASES.assign(Y="yes")}, "cases needs numbers"),
        ({"cases": None}, "cases needs a DataFrame"),
        ({"cases": CASES.assign(Y=1.0).set_axis([0, 0, 1])}, "each case once"),
        ({"cases": CASES.assign(Y=np.nan)}, "no case has a membership"),
    ],
)
def test_what_is_no_truth_table_is_named(asked, told: str) -> None:
    given = {
        "cases": CASES.assign(Y=[1.0, 0.0, 0.3]),
        "outcome": "Y",
        "conditions": ["A"],
    }
    given |= asked
    with pytest.raises(NetcollabError, match=told):
        truth_table(**given)


def test_a_table_of_another_kind_is_named() -> None:
    table = truth_table(CASES.assign(Y=[1.0, 0.0, 0.3]), "Y", ["A"])
    with pytest.raises(InputError, match=r"with its \.attrs"):
        minimise(CASES, CASES)
    with pytest.raises(InputError, match="all 2 rows"):
        minimise(CASES, table.iloc[:1])
    with pytest.raises(UnknownNameError, match="kind of solution"):
        minimise(CASES, table, kind="intermediate")


# ---- the shortest covers, by brute force

ROWS = list(product((0, 1), repeat=3))
TERMS = list(product((1, 0, -1), repeat=3))


def rows_of(term: tuple[int, ...]) -> set[tuple[int, ...]]:
    return {row for row in ROWS if covers(term, row)}


def brute_primes(rows: set) -> set:
    inside = [term for term in TERMS if rows_of(term) <= rows]
    return {
        term
        for term in inside
        if not any(rows_of(term) < rows_of(other) for other in inside)
    }


def brute_covers(rows: set, primes: set) -> set:
    for size in range(len(primes) + 1):
        found = {
            frozenset(chosen)
            for chosen in combinations(primes, size)
            if rows <= set(chain.from_iterable(map(rows_of, chosen)))
        }
        if found:
            return found
    return set()


def test_all_functions_of_three_conditions() -> None:
    for outcomes in product((0, 1), repeat=8):
        rows = {row for row, value in zip(ROWS, outcomes, strict=True) if value}
        primes = prime_implicants(rows)
        assert set(primes) == brute_primes(rows)
        found = minimal_covers(sorted(rows), primes)
        assert {frozenset(terms) for terms in found} == brute_covers(rows, set(primes))


@given(st.lists(st.sampled_from([0, 1, 2]), min_size=8, max_size=8))
def test_functions_of_three_conditions_with_remainders(kinds) -> None:
    rows = {row for row, kind in zip(ROWS, kinds, strict=True) if kind == 1}
    free = {row for row, kind in zip(ROWS, kinds, strict=True) if kind == 2}
    primes = prime_implicants(rows | free)
    found = minimal_covers(sorted(rows), primes)
    assert {frozenset(terms) for terms in found} == brute_covers(rows, set(primes))


def test_every_shortest_model_is_told() -> None:
    # the cyclic function: six rows, two covers by three primes
    rows = [row for row in ROWS if 0 < sum(row) < 3]
    assert len(minimal_covers(rows, prime_implicants(rows))) == 2
    cases = pd.DataFrame(ROWS, columns=list("ABC")) * 1.0
    cases["Y"] = [float(0 < sum(row) < 3) for row in ROWS]
    found = minimise(cases, truth_table(cases, "Y", list("ABC")))
    assert len(found.models) == len(found.fit) == 2
    assert (found.fit["consistency"] == 1).all()
    assert (found.fit["coverage"] == 1).all()
    assert " or " in repr(found)
