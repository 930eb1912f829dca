"""Measures of actors and what they share."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networkx.algorithms import bipartite

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import project

HERE = Path(__file__).parents[1] / "reference" / "measures"
NAMES = ["nav", "ks", "hdir"]
OBJECTS = ["council", "project"]

MEASURES = {
    "degree": ms.two_mode_degree,
    "closeness": ms.two_mode_closeness,
    "betweenness": ms.two_mode_betweenness,
    "eigenvector": ms.two_mode_eigenvector,
}


def told(cells: object, names: list[str] | None = None) -> pd.DataFrame:
    square = np.array(cells, dtype=float)
    rows = (names or NAMES)[: len(square)]
    columns = [f"o{place}" for place in range(square.shape[1])]
    return pd.DataFrame(square, rows, columns)


TABLES = (
    st.integers(1, 5)
    .flatmap(
        lambda m: st.lists(
            st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=m, max_size=m),
            min_size=3,
            max_size=3,
        )
    )
    .map(told)
)


# ---- by hand


def test_by_hand() -> None:
    met = told([[1, 0], [2, 1], [0, 1]])
    assert ms.two_mode_density(met) == pytest.approx(4 / 6)
    assert ms.two_mode_degree(met).tolist() == [1, 2, 1]
    assert ms.two_mode_degree(met, of="objects").tolist() == [2, 2]
    assert ms.two_mode_degree(met, normalised=True).tolist() == [0.5, 1, 0.5]
    # nav - o0 - ks - o1 - hdir is a path of five
    assert ms.two_mode_closeness(met).tolist() == [1 / 10, 1 / 6, 1 / 10]
    assert ms.two_mode_closeness(met, normalised=True).tolist() == [0.6, 1, 0.6]
    assert ms.two_mode_closeness(met, of="objects").tolist() == [1 / 7, 1 / 7]
    assert ms.two_mode_betweenness(met).tolist() == [0, 4, 0]
    assert ms.two_mode_betweenness(met, of="objects").tolist() == [3, 3]
    assert ms.two_mode_betweenness(met, normalised=True).tolist() == [0, 1, 0]
    np.testing.assert_allclose(ms.two_mode_eigenvector(met), [0.5, 1, 0.5])


# ---- other software


EXPECTED = pd.read_csv(HERE / "two_mode.csv", dtype={"name": "str", "other": "str"})


def eight() -> pd.DataFrame:
    rows = pd.read_csv(HERE / "affiliations.csv").astype({"actor": "str"})
    return pd.crosstab(rows["actor"], rows["object"]).astype(float)


def from_r(measure: str, of: str) -> pd.DataFrame:
    found = EXPECTED[(EXPECTED["measure"] == measure) & (EXPECTED["of"] == of)]
    assert len(found)
    return found


@pytest.mark.parametrize("of", ["actors", "objects"])
@pytest.mark.parametrize("measure", MEASURES)
def test_eight_actors_give_what_r_gives(measure: str, of: str) -> None:
    known = from_r(measure, of).set_index("name")["value"]
    found = MEASURES[measure](eight(), of=of)
    np.testing.assert_allclose(found[known.index], known, rtol=1e-8, atol=1e-12)


def test_density_and_normalised_closeness_are_as_in_r() -> None:
    assert ms.two_mode_density(eight()) == pytest.approx(
        EXPECTED.set_index("measure").loc["density", "value"], rel=1e-8
    )
    n, m = eight().shape
    for of, most in (("actors", m + 2 * n - 2), ("objects", n + 2 * m - 2)):
        far = from_r("closeness farness", of).set_index("name")["value"]
        found = ms.two_mode_closeness(eight(), of=of, normalised=True)
        np.testing.assert_allclose(found[far.index], most / far, rtol=1e-8)


@pytest.mark.parametrize("of", ["actors", "objects"])
@pytest.mark.parametrize("kind", ["count", "newman", "jaccard"])
def test_projections_of_eight_actors_are_as_in_r(kind: str, of: str) -> None:
    ties = project(eight(), kind=kind, onto=of).ties
    known = from_r(f"project {kind}", of)
    found = [ties.loc[i, j] for i, j in zip(known["name"], known["other"], strict=True)]
    np.testing.assert_allclose(found, known["value"], rtol=1e-8, atol=1e-12)
    assert len(known) == len(ties) * (len(ties) - 1) / 2


def southern_women() -> tuple[nx.Graph, pd.DataFrame]:
    graph = nx.davis_southern_women_graph()
    women, events = graph.graph["top"], graph.graph["bottom"]
    cells = bipartite.biadjacency_matrix(graph, women, events).toarray()
    return graph, pd.DataFrame(cells, women, events)


@pytest.mark.parametrize("of", ["actors", "objects"])
def test_southern_women_are_as_in_networkx(of: str) -> None:
    graph, met = southern_women()
    known = {
        ms.two_mode_degree: bipartite.degree_centrality(graph, met.index),
        ms.two_mode_closeness: bipartite.closeness_centrality(graph, met.index),
        ms.two_mode_betweenness: bipartite.betweenness_centrality(graph, met.index),
    }
    for measure, values in known.items():
        found = measure(met, of=of, normalised=True)
        np.testing.assert_allclose(found, [values[name] for name in found.index])
    assert ms.two_mode_density(met) == pytest.approx(
        bipartite.density(graph, met.index)
    )
    names = met.index if of == "actors" else met.columns
    for kind, graph_of in {
        "count": bipartite.weighted_projected_graph,
        "newman": bipartite.collaboration_weighted_projected_graph,
    }.items():
        known_ties = nx.to_pandas_adjacency(graph_of(graph, names), names)
        ties = project(met, kind=kind, onto=of).ties.fillna(0)
        np.testing.assert_allclose(ties, known_ties, rtol=1e-12)
    overlap = bipartite.overlap_weighted_projected_graph(graph, names, jaccard=True)
    ties = project(met, kind="jaccard", onto=of).ties.fillna(0)
    np.testing.assert_allclose(ties, nx.to_pandas_adjacency(overlap, names))


# ---- two roads, identities


@pytest.mark.parametrize(("n", "m"), [(2, 2), (3, 2), (2, 3), (3, 3), (4, 2), (2, 4)])
def test_the_most_one_can_stand_between_is_the_most_of_all_tables(
    n: int, m: int
) -> None:
    most = 0.0
    for cells in itertools.product([0.0, 1.0], repeat=n * m):
        met = told(np.array(cells).reshape(n, m), list("abcd"))
        share = ms.two_mode_betweenness(met, normalised=True)
        most = max(most, share.max())
    assert most == pytest.approx(1)


@given(met=TABLES)
def test_turning_the_table_swaps_actors_and_objects(met: pd.DataFrame) -> None:
    for measure in MEASURES.values():
        pd.testing.assert_series_equal(measure(met, of="objects"), measure(met.T))
    np.testing.assert_equal(ms.two_mode_density(met), ms.two_mode_density(met.T))


@given(met=TABLES)
def test_actors_and_objects_have_the_same_affiliations(met: pd.DataFrame) -> None:
    count = ms.two_mode_degree(met).sum()
    assert ms.two_mode_degree(met, of="objects").sum() == count
    assert ms.two_mode_density(met) == pytest.approx(count / met.size)
    strengths = ms.two_mode_degree(met * 7)
    assert strengths.tolist() == ms.two_mode_degree(met).tolist()


@given(met=TABLES)
def test_eigenvectors_are_fixed_in_every_component(met: pd.DataFrame) -> None:
    x = ms.two_mode_eigenvector(met).fillna(0)
    y = ms.two_mode_eigenvector(met, of="objects").fillna(0)
    present = (met > 0).astype(float)
    back = present @ (present.T @ x)
    linked = nx.from_numpy_array((present @ present.T).to_numpy() > 0)
    for group in nx.connected_components(linked):
        part = list(group)
        if x.iloc[part].any():
            assert x.iloc[part].max() == pytest.approx(1)
            ratio = back.iloc[part] / x.iloc[part]
            np.testing.assert_allclose(ratio, ratio.iloc[0], rtol=1e-8)
    assert y.between(0, 1 + 1e-12).all()


# ---- what was not observed


def test_an_affiliation_not_observed_is_neither_one_nor_none() -> None:
    met = told([[1, np.nan, 0], [np.nan] * 3, [1, 1, 0]])
    degree = ms.two_mode_degree(met)
    assert degree.tolist()[::2] == [1, 2]
    assert math.isnan(degree["ks"])
    assert degree.attrs["reasons"] == {"ks": "no affiliation of the actor was observed"}
    assert ms.two_mode_degree(met, normalised=True)["nav"] == 0.5
    assert ms.two_mode_density(met) == 3 / 5
    assert ms.two_mode_degree(met, of="objects").tolist() == [2, 1, 0]
    for measure in MEASURES.values():
        assert "ks" in measure(met).attrs["reasons"]
        assert math.isnan(measure(met)["ks"])


def test_a_list_of_affiliations_has_no_density() -> None:
    met = told([[1, np.nan], [np.nan, 1]])
    assert math.isnan(ms.two_mode_density(met))
    assert "absences never" in ms.reason(ms.two_mode_density, met)
    nothing = told([[np.nan, np.nan]])
    assert ms.reason(ms.two_mode_density, nothing) == "no affiliation was observed"


@pytest.mark.parametrize(
    ("met", "undefined"),
    [
        (told([[0, 0], [0, 0]]), ("closeness", "eigenvector")),
        (told([[1, 0], [0, 1]]), ("closeness",)),
        (told([[1, 1], [1, 1]]), ()),
        (told([[1]]), ()),
        (told([[0]]), ("closeness", "eigenvector")),
        (told(np.zeros((2, 0))), tuple(MEASURES)),
    ],
)
def test_degenerate_tables_give_a_value_or_a_reason(
    met: pd.DataFrame, undefined: tuple[str, ...]
) -> None:
    for name, measure in MEASURES.items():
        for more in ({}, {"normalised": True} if name != "eigenvector" else {}):
            values = measure(met, **more)
            assert values.name == f"two_mode_{name}"
            assert values.index.equals(met.index)
            assert values.isna().all() == (name in undefined)
            assert values.notna().all() == (name not in undefined)
            assert set(values.attrs["reasons"]) == set(values.index[values.isna()])
            assert not np.isinf(values).any()


def test_bad_tables_and_words_are_errors() -> None:
    with pytest.raises(InputError, match="at least 0"):
        ms.two_mode_degree(told([[-1, 0]]))
    with pytest.raises(InputError, match="numbers"):
        ms.two_mode_degree(pd.DataFrame([["yes"]], ["a"], ["b"]))
    with pytest.raises(InputError, match="once"):
        ms.two_mode_degree(told([[1], [0]], ["a", "a"]))
    with pytest.raises(InputError, match="DataFrame"):
        ms.two_mode_density(np.ones((2, 2)))
    with pytest.raises(UnknownNameError, match="mode"):
        ms.two_mode_degree(told([[1]]), of="object")


def test_a_measure_leaves_the_table_as_it_was() -> None:
    met = told([[1, 0], [2, 1], [np.nan, 1]])
    before = met.copy()
    for measure in MEASURES.values():
        measure(met)
    pd.testing.assert_frame_equal(met, before)
