"""The network: what it holds, what it refuses, and that it never changes."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
import textwrap

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.networks import Network
from netcollab.study import TIE_STATES

NAMES = ["nav", "ks", "hdir"]
CELLS = [[np.nan, 3, 0], [2, np.nan, np.nan], [0, 1, np.nan]]
ACTORS = pd.DataFrame({"staff": [90, 30, 60], "level": list("sls")}, index=NAMES)


def frame(cells: object, names: list[str] | None = None) -> pd.DataFrame:
    square = np.array(cells, dtype=float)
    labels = names or NAMES[: len(square)]
    return pd.DataFrame(square, labels, labels)


def rows(*told: tuple[object, ...], columns: str = "source target weight"):
    return pd.DataFrame(told, columns=columns.split())


def from_rows(*told: tuple[object, ...], **more: object) -> Network:
    columns = str(more.pop("columns", "source target weight"))
    more.setdefault("unlisted", "absent")
    return Network.from_ties(rows(*told, columns=columns), ACTORS, **more)


# ---- what it holds


def test_row_sends_and_column_receives() -> None:
    network = Network.from_matrix(frame(CELLS), relation="trust", actors=ACTORS)
    assert network.ties.loc["nav", "ks"] == 3
    assert network.ties.loc["ks", "nav"] == 2
    assert network.n == 3
    assert network.n_ties == 3
    assert network.relation == "trust"
    assert network.directed
    assert network.attribute("staff").tolist() == [90, 30, 60]


def test_absent_and_not_observed_are_different() -> None:
    network = Network.from_matrix(frame(CELLS))
    assert network.states.loc["nav", "hdir"] == "observed"
    assert network.states.loc["ks", "hdir"] == "not_asked"
    assert network.observed.to_numpy().tolist() == [
        [False, True, True],
        [True, False, False],
        [True, True, False],
    ]
    assert (np.diag(network.states) == "structural").all()
    assert np.isnan(np.diag(network.ties)).all()


def test_columns_may_come_in_another_order_than_rows() -> None:
    network = Network.from_matrix(frame(CELLS)[["hdir", "nav", "ks"]])
    assert network.ties.columns.tolist() == NAMES
    assert network.ties.loc["nav", "ks"] == 3


def test_attributes_and_states_are_brought_into_the_order_of_the_matrix() -> None:
    states = pd.DataFrame("observed", NAMES, NAMES)
    states.loc["ks", "hdir"] = "no_answer"
    network = Network.from_matrix(
        frame(CELLS),
        actors=ACTORS.iloc[::-1],
        states=states.iloc[::-1, ::-1],
    )
    assert network.attribute("staff").to_dict() == ACTORS["staff"].to_dict()
    assert network.states.loc["ks", "hdir"] == "no_answer"


def test_the_sentence_counts_ties_absences_and_unknown_dyads() -> None:
    assert repr(Network.from_matrix(frame(CELLS), relation="trust")) == (
        "Network 'trust' (directed): 3 actors, 3 ties, 2 known absences, "
        "1 dyad not asked"
    )
    pair = Network.from_matrix(frame([[0, 1], [1, 0]]), directed=False, site="Oslo")
    assert repr(pair) == (
        "Network '' (Oslo, undirected): 2 actors, 1 tie, 0 known absences"
    )


def test_state_counts_are_of_dyads() -> None:
    counts = Network.from_matrix(frame(CELLS)).state_counts()
    assert counts.index.tolist() == list(TIE_STATES)
    assert counts["observed"] == 5
    assert counts["not_asked"] == 1
    assert counts.sum() == 6
    empty = Network.from_matrix(frame(np.zeros((3, 3))), directed=False)
    assert empty.state_counts().sum() == 3


def test_an_unknown_attribute_names_the_closest() -> None:
    network = Network.from_matrix(frame(CELLS), actors=ACTORS)
    with pytest.raises(UnknownNameError, match='did you mean "staff"'):
        network.attribute("staf")


# ---- nobody is lost


def test_isolates_and_silent_actors_stay() -> None:
    states = pd.DataFrame("observed", NAMES, NAMES)
    states.loc["hdir"] = "nonrespondent"
    silent = Network.from_matrix(
        frame([[0, 1, 0], [0, 0, 0], [np.nan] * 3]), states=states
    )
    for network in (from_rows(("nav", "ks", 2)), silent):
        assert network.ties.index.tolist() == NAMES
        assert network.ties.columns.tolist() == NAMES
        assert network.actors.index.tolist() == NAMES
        assert list(network.graph) == NAMES
        assert network.n == 3
    assert silent.state_counts()["nonrespondent"] == 2


def test_a_network_without_a_single_row_keeps_its_actors() -> None:
    for unlisted, observed in (("absent", 6), ("not_asked", 0)):
        network = Network.from_ties(
            rows().reindex(columns=["source", "target", "weight"]),
            ACTORS,
            unlisted=unlisted,
        )
        assert network.n == 3
        assert network.state_counts()["observed"] == observed


def test_isolates_of_a_graph_stay() -> None:
    graph = nx.Graph([("nav", "ks")])
    graph.add_node("hdir", staff=60)
    network = Network.from_networkx(graph)
    assert network.ties.index.tolist() == NAMES
    assert network.attribute("staff")["hdir"] == 60
    assert network.ties.loc["hdir"].tolist()[:2] == [0, 0]


def test_an_actor_with_attributes_outside_the_matrix_is_not_dropped_silently() -> None:
    four = pd.concat([ACTORS, pd.DataFrame({"staff": [5]}, index=["bufdir"])])
    with pytest.raises(InputError, match="bufdir"):
        Network.from_matrix(frame(CELLS), actors=four)


def test_one_actor_and_none() -> None:
    one = Network.from_matrix(frame([[0]]))
    assert (one.n, one.n_ties, one.is_presence_only) == (1, 0, False)
    assert one.to_frame().empty
    none = Network.from_matrix(pd.DataFrame(dtype=float))
    assert (none.n, none.n_ties) == (0, 0)
    assert repr(none) == "Network '' (directed): 0 actors, 0 ties, 0 known absences"


# ---- rows


def test_unlisted_says_what_a_missing_row_means() -> None:
    told = [("nav", "ks", 2)]
    absent, unknown = from_rows(*told), from_rows(*told, unlisted="not_asked")
    assert absent.ties.loc["ks", "nav"] == 0
    assert np.isnan(unknown.ties.loc["ks", "nav"])
    assert unknown.states.loc["ks", "nav"] == "not_asked"
    assert unknown.is_presence_only
    assert not absent.is_presence_only
    with pytest.raises(UnknownNameError, match="unlisted"):
        from_rows(*told, unlisted="maybe")


def test_a_row_may_tell_a_known_absence_or_why_nothing_is_known() -> None:
    network = from_rows(
        ("nav", "ks", 0, None),
        ("ks", "nav", None, "dont_know"),
        ("ks", "hdir", 2, ""),
        columns="source target weight state",
        unlisted="not_asked",
    )
    assert network.ties.loc["nav", "ks"] == 0
    assert network.states.loc["nav", "ks"] == "observed"
    assert network.states.loc["ks", "nav"] == "dont_know"
    assert not network.is_presence_only


def test_an_undirected_row_stands_both_ways() -> None:
    network = from_rows(("ks", "nav", 2), directed=False)
    assert network.ties.loc["nav", "ks"] == network.ties.loc["ks", "nav"] == 2
    assert network.n_ties == 1
    assert len(network.to_frame()) == 3


def test_every_problem_of_the_rows_is_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        from_rows(
            ("navv", "ks", 1),
            ("nav", "x", 1),
            ("ks", "ks", 1),
            ("nav", "ks", 1),
            ("nav", "ks", 2),
        )
    assert [str(problem) for problem in caught.value.problems] == [
        'source "navv" is not an actor (did you mean "nav"?)',
        'target "x" is not an actor',
        'self-tie of "ks"',
        'dyad "nav" - "ks" is listed more than once',
    ]


@pytest.mark.parametrize("told", [[("nav", "ks", 1), ("ks", "nav", 1)]])
def test_an_undirected_pair_is_listed_once(told: list[tuple[object, ...]]) -> None:
    assert from_rows(*told).n_ties == 2
    with pytest.raises(InputError, match="more than once") as caught:
        from_rows(*told, directed=False)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("told", "more", "part"),
    [
        ([("nav", "ks", None)], {}, "observed exactly when"),
        ([("nav", "ks", -1)], {}, "signed=True"),
        ([("nav", "ks", np.inf)], {}, "finite"),
        ([("nav", "ks", "much")], {}, "number"),
        ([(None, "ks", 1)], {}, "source"),
        ([("nav", "ks", 6)], {"scale": (1, 5)}, "outside the declared scale"),
        ([("nav", "ks", 0.5)], {"scale": (1, 5)}, "outside the declared scale"),
        ([("nav", "ks", 3)], {"scale": (5, 1)}, "scale"),
    ],
)
def test_strengths_that_cannot_be_are_refused(
    told: list[tuple[object, ...]], more: dict[str, object], part: str
) -> None:
    with pytest.raises(InputError, match=part):
        from_rows(*told, **more)


def test_a_state_and_a_strength_must_agree() -> None:
    columns = "source target weight state"
    with pytest.raises(InputError, match="observed exactly when"):
        from_rows(("nav", "ks", 2, "no_answer"), columns=columns)
    with pytest.raises(InputError, match="none of"):
        from_rows(("nav", "ks", None, "perhaps"), columns=columns)


def test_missing_columns_and_twin_actors_are_refused() -> None:
    with pytest.raises(InputError, match="weight"):
        from_rows(("nav", "ks"), columns="source target")
    twins = pd.DataFrame(index=["nav", "nav"])
    with pytest.raises(InputError, match="same name"):
        Network.from_ties(rows(("nav", "nav", 1)), twins, unlisted="absent")


# ---- matrices


@pytest.mark.parametrize(
    ("matrix", "more", "part"),
    [
        (frame([[0, 1], [1, 2]]), {}, "self-ties on the diagonal of: ks"),
        (frame([[0, 1], [1, -2]]), {"signed": True}, "diagonal of: ks"),
        (frame([[0, -1], [1, 0]]), {}, "signed=True"),
        (frame([[0, np.inf], [1, 0]]), {}, "finite"),
        (frame([[0, 1], [2, 0]]), {"directed": False}, "same value both ways"),
        (frame([[0, 1], [np.nan, 0]]), {"directed": False}, "same value both ways"),
        (frame([[0, 6], [1, 0]]), {"scale": (1, 5)}, "outside the declared scale"),
        (pd.DataFrame([[0, 1]], ["nav"], ["nav", "ks"]), {}, "same labels"),
        (frame([[0, 1], [1, 0]], ["nav", "nav"]), {}, "unique"),
        (frame([[0, 1], [1, 0]]), {"actors": ACTORS.loc[["nav"]]}, "ks"),
        (
            frame([[0, 1], [1, 0]]),
            {"states": pd.DataFrame("observed", ["nav"], ["nav"])},
            "same labels",
        ),
        (
            frame([[0, np.nan], [1, 0]]),
            {"states": pd.DataFrame("observed", NAMES[:2], NAMES[:2])},
            "observed exactly when",
        ),
    ],
)
def test_matrices_that_cannot_be_are_refused(
    matrix: pd.DataFrame, more: dict[str, object], part: str
) -> None:
    with pytest.raises(InputError, match=part):
        Network.from_matrix(matrix, **more)


def test_words_in_cells_are_refused() -> None:
    words = pd.DataFrame([[0, "a lot"], [1, 0]], NAMES[:2], NAMES[:2])
    with pytest.raises(InputError, match="numbers"):
        Network.from_matrix(words)


def test_numbers_written_as_text_are_refused() -> None:
    told = pd.DataFrame([["0", "3"], ["1", "0"]], NAMES[:2], NAMES[:2])
    with pytest.raises(InputError, match="numbers"):
        Network.from_matrix(told)
    with pytest.raises(InputError, match="number"):
        from_rows(("nav", "ks", "3"))


@pytest.mark.parametrize("dtype", ["Float64", "Int64", object])
def test_every_kind_of_missing_value_is_not_observed(dtype: object) -> None:
    cells = [[0, pd.NA], [1, 0]]
    told = pd.DataFrame(cells, NAMES[:2], NAMES[:2]).astype(dtype)
    network = Network.from_matrix(told)
    assert network.states.loc["nav", "ks"] == "not_asked"
    assert network.ties.loc["ks", "nav"] == 1


def test_several_problems_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        Network.from_matrix(frame([[0, -1], [9, 0]]), directed=False, scale=(1, 5))
    assert len(caught.value.problems) == 3


# ---- graphs


def test_graph_has_strengths_and_distances_and_is_frozen() -> None:
    network = Network.from_matrix(frame(CELLS), actors=ACTORS)
    graph = network.graph
    assert sorted(graph.edges) == [("hdir", "ks"), ("ks", "nav"), ("nav", "ks")]
    assert graph["nav"]["ks"] == {"weight": 3.0, "distance": 1 / 3}
    assert graph.nodes["ks"]["staff"] == 30
    assert graph.is_directed()
    with pytest.raises(nx.NetworkXError):
        graph.add_edge("nav", "hdir")


def test_a_graph_makes_the_round_trip() -> None:
    graph = nx.gnp_random_graph(12, 0.3, seed=3, directed=True)
    nx.set_edge_attributes(graph, {edge: 1 + sum(edge) for edge in graph.edges}, "w")
    network = Network.from_networkx(graph, weight="w")
    made = {(i, j): d["weight"] for i, j, d in network.graph.edges(data=True)}
    assert made == {(i, j): float(d["w"]) for i, j, d in graph.edges(data=True)}


def test_a_multigraph_is_refused() -> None:
    with pytest.raises(InputError, match="multigraph"):
        Network.from_networkx(nx.MultiGraph([(1, 2), (1, 2)]))


# ---- lengths


def test_the_length_of_a_tie_is_one_over_its_strength_unless_declared() -> None:
    network = from_rows(("nav", "ks", 4))
    assert network.distances.loc["nav", "ks"] == 0.25
    assert network.distances.isna().to_numpy().sum() == 8
    columns = "source target weight distance"
    declared = from_rows(("nav", "ks", 4, 7.0), columns=columns)
    assert declared.distances.loc["nav", "ks"] == 7
    assert declared.graph["nav"]["ks"]["distance"] == 7


@pytest.mark.parametrize("length", [0, -1, None, np.inf])
def test_a_tie_needs_a_length_above_zero(length: float | None) -> None:
    columns = "source target weight distance"
    with pytest.raises(InputError, match="distance"):
        from_rows(("nav", "ks", 4, length), columns=columns)


# ---- presence-only


def test_presence_only_is_ties_without_a_single_known_absence() -> None:
    named = frame([[0, 2, np.nan], [np.nan, 0, 1], [np.nan] * 2 + [0]])
    assert Network.from_matrix(named).is_presence_only
    named.loc["nav", "hdir"] = 0
    assert not Network.from_matrix(named).is_presence_only
    complete = Network.from_matrix(frame(np.ones((3, 3)) - np.eye(3)))
    assert not complete.is_presence_only


def test_a_dyad_that_cannot_exist_is_not_an_unknown_one() -> None:
    states = pd.DataFrame("observed", NAMES, NAMES)
    states.loc["nav", "ks"] = "structural"
    cells = frame([[0, np.nan, 1], [1, 0, 1], [1, 1, 0]])
    assert not Network.from_matrix(cells, states=states).is_presence_only


# ---- nothing changes


@pytest.mark.parametrize("table", ["ties", "states", "actors", "distances", "observed"])
def test_tables_are_copies(table: str) -> None:
    network = from_rows(("nav", "ks", 4, 7.0), columns="source target weight distance")
    handed = getattr(network, table)
    before = handed.copy()
    handed.iloc[0, 0] = handed.iloc[2, 0]
    handed[handed.columns[1]] = handed.iloc[::-1, 1].to_numpy()
    handed["more"] = 1
    pd.testing.assert_frame_equal(getattr(network, table), before)


def test_what_was_given_may_change_afterwards() -> None:
    given_ties, given_actors = rows(("nav", "ks", 2)), ACTORS.copy()
    network = Network.from_ties(given_ties, given_actors, unlisted="absent")
    given_ties.loc[0, "weight"] = 5
    given_actors.loc["nav", "staff"] = -1
    given_actors["more"] = 0
    assert network.ties.loc["nav", "ks"] == 2
    assert network.attribute("staff")["nav"] == 90
    assert "more" not in network.actors
    matrix, states = frame(CELLS), pd.DataFrame("observed", NAMES, NAMES)
    states.loc["ks", "hdir"] = "no_answer"
    attributes = ACTORS.copy()
    network = Network.from_matrix(matrix, actors=attributes, states=states)
    matrix.iloc[0, 1] = attributes.iloc[0, 0] = -9
    states.iloc[1, 2] = "not_asked"
    assert network.ties.loc["nav", "ks"] == 3
    assert network.states.loc["ks", "hdir"] == "no_answer"
    assert network.attribute("staff")["nav"] == 90


def test_the_constructor_copies_what_it_is_given() -> None:
    made = from_rows(("nav", "ks", 2))
    actors, states = made.actors.copy(), made.states.copy()
    network = Network(made.ties, states, actors)
    actors.loc["nav", "staff"] = -1
    states.loc["nav", "ks"] = "no_answer"
    assert network.attribute("staff")["nav"] == 90
    assert network.states.loc["nav", "ks"] == "observed"


@pytest.mark.parametrize("name", ["relation", "directed", "scale", "ties", "anything"])
def test_attributes_cannot_be_set(name: str) -> None:
    with pytest.raises(AttributeError):
        setattr(from_rows(("nav", "ks", 2)), name, None)


def test_it_survives_pickle_and_copy() -> None:
    network = from_rows(("nav", "ks", 2), relation="trust", wave="1")
    for other in (pickle.loads(pickle.dumps(network)), copy.deepcopy(network)):
        pd.testing.assert_frame_equal(other.ties, network.ties)
        pd.testing.assert_frame_equal(other.states, network.states)
        assert repr(other) == repr(network)


# ---- there and back


@given(
    cells=st.lists(st.sampled_from([0.0, 1.0, 2.5, np.nan]), min_size=16, max_size=16),
    directed=st.booleans(),
)
def test_rows_make_the_round_trip(cells: list[float], directed: bool) -> None:
    square = np.array(cells).reshape(4, 4)
    np.fill_diagonal(square, 0)
    if not directed:
        square = np.triu(square) + np.triu(square).T
    network = Network.from_matrix(
        frame(square, list("abcd")), directed=directed, scale=(0, 3)
    )
    again = Network.from_ties(
        network.to_frame(),
        network.actors,
        unlisted="not_asked",
        directed=directed,
        scale=(0, 3),
    )
    pd.testing.assert_frame_equal(again.ties, network.ties)
    pd.testing.assert_frame_equal(again.states, network.states)
    assert len(network.to_frame()) == (12 if directed else 6)


def test_rounding_is_no_direction() -> None:
    names = ["nav", "ks"]
    told = pd.DataFrame([[0, 0.1 + 0.2], [0.3, 0]], names, names)
    network = Network.from_matrix(told, directed=False)
    assert network.ties.loc["nav", "ks"] == network.ties.loc["ks", "nav"]
    with pytest.raises(InputError, match="same value both ways"):
        Network.from_matrix(told.replace(0.3, 0.31), directed=False)


def test_states_may_name_the_unknown_only() -> None:
    names = ["nav", "ks", "hdir"]
    told = pd.DataFrame([[0, 1, None], [None, 0, 2], [1, 1, 0]], names, names)
    why = pd.DataFrame(None, names, names, dtype=object)
    why.loc["nav", "hdir"] = "dont_know"
    states = Network.from_matrix(told, states=why).states
    assert states.loc["nav", "hdir"] == "dont_know"
    assert states.loc["ks", "nav"] == "not_asked"
    assert states.loc["ks", "hdir"] == "observed"


def test_actors_may_come_as_a_table_with_their_names_in_a_column() -> None:
    rows = pd.DataFrame({"source": ["nav"], "target": ["ks"], "weight": [2]})
    actors = pd.DataFrame({"actor": ["nav", "ks"], "staff": [3, 4]})
    network = Network.from_ties(rows, actors)
    assert network.actors["staff"].to_dict() == {"nav": 3, "ks": 4}
    assert network.states.loc["ks", "nav"] == "not_asked"


# ---- states in small


def test_states_may_be_given_in_codes() -> None:
    states = pd.DataFrame("observed", NAMES, NAMES)
    states.loc["ks", "hdir"] = "dont_know"
    network = Network.from_matrix(frame(CELLS), states=states)
    codes = network.state_codes
    assert (codes.to_numpy().dtype, codes.index.tolist()) == (np.int8, NAMES)
    assert codes.loc["ks", "hdir"] == TIE_STATES.index("dont_know")
    again = Network(network.ties, codes.iloc[::-1, ::-1], network.actors)
    pd.testing.assert_frame_equal(again.states, network.states)
    codes.loc["nav", "ks"] = len(TIE_STATES)
    with pytest.raises(InputError, match=r"none of .*'8'"):
        Network(network.ties, codes, network.actors)
    assert network.states.loc["nav", "ks"] == "observed"


@given(
    words=st.lists(st.sampled_from(TIE_STATES), min_size=16, max_size=16),
    directed=st.booleans(),
)
def test_words_come_back_from_their_codes(words: list[str], directed: bool) -> None:
    names = list("abcd")
    square = np.array(words, dtype=object).reshape(4, 4)
    if not directed:
        square = np.where(np.tri(4), square, square.T)
    np.fill_diagonal(square, "structural")
    cells = frame(np.where(square == "observed", 1.0, np.nan), names)
    states = pd.DataFrame(square, names, names)
    network = Network.from_matrix(cells, states=states, directed=directed)
    assert (network.states.to_numpy() == square).all()
    told = pd.Series(square[np.triu_indices(4, 1)]).value_counts()
    if directed:
        told = told.add(pd.Series(square[np.tril_indices(4, -1)]).value_counts(),
                        fill_value=0)  # fmt: skip
    assert network.state_counts().to_dict() == dict.fromkeys(TIE_STATES, 0) | dict(told)


def test_many_actors_are_coded_in_several_blocks() -> None:
    names = [f"a{place}" for place in range(300)]
    states = pd.DataFrame("observed", names, names)
    states.loc["a3", "a299"] = "no_answer"
    states.loc["a299", "a2"] = "perhaps"
    cells = frame(np.ones((300, 300)) - np.eye(300), names)
    cells.loc["a3", "a299"] = np.nan
    with pytest.raises(InputError, match=r"none of .*\['perhaps'\]"):
        Network.from_matrix(cells, states=states)
    states.loc["a299", "a2"] = ""
    network = Network.from_matrix(cells, states=states)
    assert network.states.loc["a3", "a299"] == "no_answer"
    assert network.states.loc["a299", "a2"] == "observed"
    assert network.state_counts()["no_answer"] == 1


def test_tie_arrays_are_the_observed_ties_by_source() -> None:
    source, target, weight = Network.from_matrix(frame(CELLS)).tie_arrays
    assert source.tolist() == [0, 1, 2]
    assert target.tolist() == [1, 0, 1]
    assert weight.tolist() == [3, 2, 1]
    pair = from_rows(("ks", "nav", 2), directed=False).tie_arrays
    assert list(zip(pair.source, pair.target, strict=True)) == [(0, 1), (1, 0)]


# ---- thousands of actors


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")
def test_a_network_of_two_thousand_actors_stays_within_its_memory() -> None:
    script = """
        import resource
        import numpy as np
        import pandas as pd
        from netcollab import measures as ms
        from netcollab.networks import Network
        n = 2000
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        most = used + 11 * 8 * n * n
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        names = [f"org{place}" for place in range(n)]
        ends = np.random.default_rng(1).integers(0, n, (20_000, 2))
        rows = pd.DataFrame(ends[ends[:, 0] != ends[:, 1]]).drop_duplicates()
        rows = pd.DataFrame({"source": [names[i] for i in rows[0]],
                             "target": [names[i] for i in rows[1]], "weight": 2.0})
        actors = pd.DataFrame({"sector": np.arange(n) % 7}, index=names)
        network = Network.from_ties(rows, actors, unlisted="absent")
        print(network.n_ties == len(rows), repr(network).count("actors"))
        print(ms.degree(network).sum() == 2 * len(rows), ms.constraint(network).min())
        print(ms.strength(network).sum() == 4 * len(rows), ms.density(network))
        print(ms.ei_index(network, by="sector"))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True 1\nTrue 0.")


# ---- other strengths on the same dyads


def test_other_strengths_leave_all_else_as_it_was() -> None:
    network = Network.from_matrix(
        frame(CELLS), relation="trust", actors=ACTORS, scale=(1, 5), site="oslo"
    )
    assert network.graph.number_of_edges() == 3
    new = network.ties.replace({3: 0, 1: 5})
    other = network.with_ties(new)
    assert other.ties.equals(new)
    assert network.ties.loc["nav", "ks"] == 3
    assert other.states.equals(network.states)
    assert other.actors.equals(network.actors)
    assert (other.relation, other.site, other.scale) == ("trust", "oslo", (1, 5))
    assert other.n_ties == 2
    assert other.graph.number_of_edges() == 2
    assert pickle.loads(pickle.dumps(other)).ties.equals(new)
    with pytest.raises(AttributeError, match="never changed"):
        other.site = "bergen"


def test_declared_distances_belong_to_the_old_ties() -> None:
    network = from_rows(("nav", "ks", 2, 7), columns="source target weight distance")
    other = network.with_ties(network.ties * 2)
    assert other.distances.loc["nav", "ks"] == 1 / 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda ties: ties.rename(index={"nav": "udi"}), "labels and unknown dyads"),
        (lambda ties: ties.iloc[::-1], "labels and unknown dyads"),
        (lambda ties: ties.fillna(1), "labels and unknown dyads"),
        (lambda ties: ties.mask(ties == 3), "labels and unknown dyads"),
        (lambda ties: -ties, "direction and signs"),
        (lambda ties: ties * np.inf, "labels and unknown dyads"),
        (lambda ties: ties.replace({3: np.inf}), "direction and signs"),
    ],
)
def test_what_does_not_fit_is_refused(change: object, told: str) -> None:
    network = Network.from_matrix(frame(CELLS))
    with pytest.raises(InputError, match=told):
        network.with_ties(change(network.ties))


def test_an_undirected_network_stays_symmetric() -> None:
    network = Network.from_matrix(
        frame([[0, 1, 0], [1, 0, 2], [0, 2, 0]]), directed=False
    )
    with pytest.raises(InputError, match="direction and signs"):
        network.with_ties(network.ties.replace({2: 3}).mul([1, 2, 1], axis=0))
    assert network.with_ties(network.ties * 2).ties.loc["ks", "hdir"] == 4
