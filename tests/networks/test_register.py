"""The register: ties of many actors, what is refused, and that it never changes."""

from __future__ import annotations

import copy
import pickle
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from netcollab import InputError, RefusedError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Register

IDS = ["974760673", "0889640782", "971032081"]


def rows(*told: tuple[object, ...], columns: str = "source target weight"):
    return pd.DataFrame(told, columns=columns.split())


def problems(frame: pd.DataFrame, **more: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        Register.from_ties(frame, **more)
    return [str(problem) for problem in caught.value.problems]


# ---- what it holds


def test_row_sends_and_column_receives() -> None:
    told = rows((IDS[0], IDS[1], 3), (IDS[2], IDS[0], 0.5))
    register = Register.from_ties(told, weight="weight", relation="board")
    assert register.names.tolist() == IDS[:1] + IDS[2:] + IDS[1:2]
    assert (register.n, register.n_ties) == (3, 2)
    assert register.matrix.toarray().tolist() == [[0, 0, 3], [0.5, 0, 0], [0, 0, 0]]
    assert repr(register) == (
        "Register 'board' (directed): 3 actors, 2 ties, absences not registered"
    )
    pd.testing.assert_frame_equal(
        register.to_frame().sort_values("weight", ascending=False, ignore_index=True),
        told.assign(weight=told["weight"].astype(float)),
    )


def test_ids_stay_what_they_are() -> None:
    register = Register.from_ties(rows(("0301", "301", 1)))
    assert register.names.tolist() == ["0301", "301"]
    numbers = Register.from_ties(rows((301, 1103, 1)))
    assert numbers.names.tolist() == [301, 1103]


def test_without_a_weight_every_tie_has_strength_one() -> None:
    assert Register.from_ties(rows(("a", "b", 7))).matrix.data.tolist() == [1]


def test_an_undirected_pair_stands_both_ways_and_counts_once() -> None:
    register = Register.from_ties(
        rows(("a", "b", 2), ("c", "a", 1)), weight="weight", directed=False
    )
    assert register.n_ties == 2
    assert (register.matrix - register.matrix.T).nnz == 0
    assert register.names.tolist() == ["a", "c", "b"]
    assert register.matrix.toarray()[0].tolist() == [0, 1, 2]
    assert len(register.to_frame()) == 2
    assert "undirected" in repr(register)
    whole = Register(csr_array([[0, 2], [0, 0]]), pd.DataFrame(index=["a", "b"]))
    assert whole.matrix.dtype == float
    assert ms.strength(register).to_dict() == {"a": 3, "b": 2, "c": 1}


@pytest.mark.parametrize(
    "actors",
    [
        pd.DataFrame({"sector": ["x", "y", "x"]}, index=["a", "b", "c"]),
        pd.DataFrame({"actor": ["a", "b", "c"], "sector": ["x", "y", "x"]}),
        ["a", "b", "c"],
        pd.Index(["a", "b", "c"]),
        pd.Series(["a", "b", "c"]),
        iter("abc"),
    ],
)
def test_actors_without_ties_stay(actors: object) -> None:
    register = Register.from_ties(rows(("b", "a", 1)), actors=actors)
    assert register.names.tolist() == ["a", "b", "c"]
    assert ms.degree(register).tolist() == [1, 1, 0]
    if isinstance(actors, pd.DataFrame):
        assert register.attribute("sector").tolist() == ["x", "y", "x"]
        with pytest.raises(UnknownNameError, match='did you mean "sector"'):
            register.attribute("sectr")


def test_nothing_and_one_actor() -> None:
    nothing = Register.from_ties(rows().reindex(columns=["source", "target"]))
    assert (nothing.n, nothing.n_ties, nothing.matrix.shape) == (0, 0, (0, 0))
    assert ms.degree(nothing).empty
    one = Register.from_ties(nothing.to_frame(), actors=["a"])
    assert repr(one) == (
        "Register '' (directed): 1 actor, 0 ties, absences not registered"
    )
    assert ms.degree(one).isna().all()


# ---- several rows of one tie

TWICE = rows(("a", "b", 2), ("b", "c", 1), ("a", "b", 4), ("b", "a", 8))


@pytest.mark.parametrize(
    ("rule", "directed", "strength"),
    [
        ("sum", True, 6),
        ("mean", True, 3),
        ("last", True, 4),
        ("sum", False, 14),
        ("mean", False, 14 / 3),
        ("last", False, 8),
    ],
)
def test_duplicates_by_rule(rule: str, directed: bool, strength: float) -> None:
    register = Register.from_ties(
        TWICE, weight="weight", duplicates=rule, directed=directed
    )
    assert register.matrix[0, 1] == pytest.approx(strength)
    assert register.n_ties == (3 if directed else 2)


def test_duplicates_are_an_error_until_somebody_says_what_they_are() -> None:
    assert problems(TWICE) == [
        'tie "a" - "b" is listed more than once; duplicates="sum", "mean" or "last" '
        "makes one of them"
    ]
    assert len(problems(TWICE, directed=False)) == 1
    assert Register.from_ties(TWICE, duplicates="sum").matrix[0, 1] == 2
    with pytest.raises(UnknownNameError, match="duplicates"):
        Register.from_ties(TWICE, duplicates="first")


# ---- what is refused


def test_every_problem_of_the_rows_is_told_at_once() -> None:
    told = rows(
        ("navv", "ks", 1),
        ("nav", "nav", 1),
        ("nav", "ks", -2),
        ("ks", None, 1),
        ("nav", "ks", None),
        ("ks", "nav", 0),
        ("hdir", "nav", np.inf),
    )
    assert problems(told, weight="weight", actors=["nav", "ks", "hdir"]) == [
        'source "navv" is not an actor (did you mean "nav"?)',
        "row 4, column target: empty",
        "row 3, column weight: -2; expected a strength above 0",
        "row 5, column weight: empty; expected a strength above 0",
        "row 6, column weight: 0; expected a strength above 0",
        "row 7, column weight: inf; expected a strength above 0",
        'self-tie of "nav"',
        'tie "nav" - "ks" is listed more than once; duplicates="sum", "mean" or '
        '"last" makes one of them',
    ]


@pytest.mark.parametrize(
    ("told", "part"),
    [
        (rows(("a", 1, 1)), "all text or all whole numbers, got mixed-integer"),
        (rows((1.5, 2.5, 1)), "got floating"),
        (rows(("a", "", 1)), "an id is empty"),
        (rows(("a", np.nan, 1)), "row 1, column target: empty"),
        (rows((1, np.nan, 1)), "row 1, column target: empty"),
    ],
)
def test_ids_that_cannot_be_are_refused(told: pd.DataFrame, part: str) -> None:
    assert part in "\n".join(problems(told))


def test_ids_and_actors_need_one_kind() -> None:
    told = problems(rows((974760673, 889640782, 1)), actors=IDS)
    assert told == [
        "source holds numbers and the actors are text",
        "target holds numbers and the actors are text",
    ]


def test_columns_actors_and_strengths_are_checked() -> None:
    assert problems(rows(), source="fra") == ["the ties need the columns fra"]
    assert "needs numbers" in problems(rows(("a", "b", "3")), weight="weight")[0]
    twins = problems(rows(("a", "b", 1)), actors=["a", "b", "a"])
    assert twins == ['actor "a" is listed more than once']


@pytest.mark.parametrize(
    ("cells", "more", "part"),
    [
        ([[1, 1], [0, 0]], {}, "of an actor to itself"),
        ([[0, -1], [0, 0]], {}, "above 0"),
        ([[0, 1], [1, 0]], {"directed": False}, "twice"),
        ([[0, 1, 1], [0, 0, 0]], {}, "shape"),
    ],
)
def test_matrices_that_cannot_be_are_refused(
    cells: list[list[float]], more: dict[str, bool], part: str
) -> None:
    with pytest.raises(InputError, match=part):
        Register(csr_array(cells), pd.DataFrame(index=["a", "b"]), **more)
    with pytest.raises(InputError, match="same name"):
        Register(csr_array((2, 2)), pd.DataFrame(index=["a", "a"]))


# ---- what it does not know


@pytest.mark.parametrize("measure", [ms.density, ms.reciprocity, ms.constraint])
def test_measures_that_need_absences_are_not_offered(measure: object) -> None:
    register = Register.from_ties(rows(("a", "b", 1)))
    with pytest.raises(RefusedError, match="knows no absences"):
        measure(register)
    with pytest.raises(AttributeError):
        _ = register.anything


def test_an_actor_without_registered_ties_has_none() -> None:
    register = Register.from_ties(rows(("a", "b", 1)))
    assert ms.out_degree(register).to_dict() == {"a": 1, "b": 0}
    assert ms.out_degree(register).attrs["reasons"] == {}


# ---- nothing changes


def test_nothing_in_it_can_be_set() -> None:
    register = Register.from_ties(rows(("a", "b", 2)), weight="weight")
    for array in (*register.tie_arrays[1:], register.matrix.data):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5
    with pytest.raises(AttributeError, match="never changed"):
        register.directed = False
    handed = register.matrix
    handed.data = np.array([9.0])
    attributes = register.actors
    attributes["more"] = 1
    assert register.matrix[0, 1] == 2
    assert register.actors.columns.empty


def test_what_was_given_may_change_afterwards() -> None:
    given_rows = rows(("a", "b", 2))
    attributes = pd.DataFrame({"staff": [1, 2]}, index=["a", "b"])
    register = Register.from_ties(given_rows, weight="weight", actors=attributes)
    given_rows.loc[0, "weight"] = 7
    attributes.loc["a", "staff"] = 9
    matrix = csr_array([[0.0, 1.0], [0.0, 0.0]])
    other = Register(matrix, attributes)
    matrix.data[0] = 7
    assert register.matrix[0, 1] == 2
    assert register.attribute("staff")["a"] == 1
    assert other.matrix[0, 1] == 1


def test_it_survives_pickle_and_copy() -> None:
    register = Register.from_ties(TWICE, duplicates="last", relation="board")
    for other in (pickle.loads(pickle.dumps(register)), copy.deepcopy(register)):
        assert (other.matrix != register.matrix).nnz == 0
        assert repr(other) == repr(register)


# ---- there and back


@given(
    cells=st.lists(st.sampled_from([0.0, 0.0, 1.0, 2.5]), min_size=25, max_size=25),
    directed=st.booleans(),
)
def test_rows_make_the_round_trip(cells: list[float], directed: bool) -> None:
    square = np.array(cells).reshape(5, 5)
    np.fill_diagonal(square, 0)
    half = square if directed else np.triu(square)
    names = pd.Index(list("abcde"))
    source, target = np.nonzero(half)
    told = pd.DataFrame(
        {"source": names[source], "target": names[target], "weight": half[half > 0]}
    )
    register = Register.from_ties(
        told, weight="weight", directed=directed, actors=names
    )
    expected = half if directed else half + half.T
    np.testing.assert_array_equal(register.matrix.toarray(), expected)
    pd.testing.assert_frame_equal(register.to_frame(), told, check_dtype=False)


# ---- a bar


def test_a_bar_on_stderr_where_it_is_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Register.from_ties(rows(("a", "b", 1)), progress=True)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    Register.from_ties(rows(("a", "b", 1)), progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "register" in err
