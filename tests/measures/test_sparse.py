"""Components, PageRank and mixing over a sparse matrix of ties."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from netcollab import measures as ms
from netcollab.measures.matrices import sent
from netcollab.measures.sparse import (
    mixing_sums,
    pagerank_by_power,
)
from netcollab.networks import Network, Register

HERE = Path(__file__).parents[1] / "reference" / "measures"
SHARED = Path(__file__).parents[2].parent / "shared" / "reference"
ACTORS = pd.read_csv(HERE / "actors.csv", index_col="id")
ROWS = pd.read_csv(HERE / "relations.csv")
EXPECTED = pd.read_csv(HERE / "sparse.csv", dtype={"name": "str"})
VIEWS = ["collaboration", "trust", "formal_agreement"]


def register_of(view: str) -> Register:
    return Register.from_ties(
        ROWS[ROWS["relation"] == view],
        weight="weight",
        directed=view != "formal_agreement",
        actors=ACTORS,
    )


def network_of(view: str) -> Network:
    return Network.from_ties(
        ROWS[ROWS["relation"] == view],
        ACTORS,
        unlisted="absent",
        directed=view != "formal_agreement",
    )


def expected(view: str, measure: str) -> pd.DataFrame:
    told = EXPECTED[(EXPECTED["view"] == view) & (EXPECTED["measure"] == measure)]
    assert len(told)
    return told


def labels_of(ties: csr_array, *, strong: bool = False) -> np.ndarray:
    """The components of a register with these ties, counted from 0."""
    register = Register(ties, pd.DataFrame(index=pd.RangeIndex(ties.shape[0])))
    labels = ms.components(register, kind="strong" if strong else "weak")
    return labels.to_numpy(dtype=int) - 1


MATRICES = st.lists(
    st.sampled_from([0.0, 0.0, 1.0, 2.5]), min_size=49, max_size=49
).map(lambda cells: csr_array(np.array(cells).reshape(7, 7) * (1 - np.eye(7))))


# ---- other software


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("made", [register_of, network_of])
def test_eight_actors_give_what_r_gives(made: object, view: str) -> None:
    data = made(view)
    ties = sent(data)
    for measure, found in {
        "pagerank weighted": pagerank_by_power(ties),
        "pagerank": pagerank_by_power(sent(data, weighted=False)),
        "pagerank weighted 0.5": pagerank_by_power(ties, damping=0.5),
    }.items():
        known = expected(view, measure)
        assert known["name"].astype(int).tolist() == data.actors.index.tolist()
        np.testing.assert_allclose(found, known["value"], rtol=1e-8)
    for kind in ("weak", "strong"):
        sizes = np.bincount(labels_of(ties, strong=kind == "strong"))
        assert sizes.tolist() == expected(view, f"components {kind}")["value"].tolist()
    group, names = pd.factorize(ACTORS["sector"], sort=True)
    for measure in ("mixing", "mixing weighted"):
        weighted = measure == "mixing weighted"
        found = mixing_sums(data, group, len(names), weighted=weighted)
        known = expected(view, measure).pivot(
            index="name", columns="other", values="value"
        )
        assert known.index.tolist() == names.tolist()
        np.testing.assert_array_equal(found, known)


@pytest.mark.parametrize(
    "view",
    [
        *("krackhardt/advice.directed", "krackhardt/reports_to.directed"),
        *("crossparker/info.directed", "florentine/marriage.undirected"),
    ],
)
def test_published_networks_give_what_r_gives(view: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    data, name = view.split("/")
    relation, kind = name.split(".")
    rows = pd.read_csv(SHARED / "data" / data / "relations.csv")
    register = Register.from_ties(
        rows[rows["relation"] == relation],
        weight="weight",
        directed=kind == "directed",
        actors=pd.read_csv(SHARED / "data" / data / "actors.csv")["id"],
    )
    table = pd.read_csv(SHARED / "expected" / data / f"{name}.actors.csv")
    ties = register.matrix
    for column, matrix in (
        ("pagerank_085", sent(register, weighted=False)),
        ("pagerank_085_weighted", ties),
    ):
        np.testing.assert_allclose(pagerank_by_power(matrix), table[column], rtol=1e-8)
    told = json.loads((SHARED / "expected" / data / f"{name}.json").read_text())
    sizes = told["values"]
    for strong in (False, True):
        suffix = ("_strong" if strong else "_weak") * register.directed
        found = np.bincount(labels_of(ties, strong=strong))
        known = sizes[f"component_sizes{suffix}"]["value"]
        assert found.tolist() == np.atleast_1d(known).tolist()


@given(ties=MATRICES, damping=st.sampled_from([0.3, 0.85, 0.95]))
def test_pagerank_solves_its_equations(ties: csr_array, damping: float) -> None:
    cells, n = ties.toarray(), 7
    sent = cells.sum(1)
    step = np.where(sent[:, None] > 0, cells / np.maximum(sent, 1e-300)[:, None], 1 / n)
    exact = np.linalg.solve(np.eye(n) - damping * step.T, np.full(n, (1 - damping) / n))
    found = pagerank_by_power(ties, damping=damping)
    np.testing.assert_allclose(found, exact, rtol=1e-10)
    assert found.sum() == pytest.approx(1, abs=1e-14)


@given(ties=MATRICES, strong=st.booleans())
def test_components_are_those_of_networkx(ties: csr_array, strong: bool) -> None:
    graph = nx.from_numpy_array(ties.toarray(), create_using=nx.DiGraph)
    walk = (
        nx.strongly_connected_components if strong else nx.weakly_connected_components
    )
    known = sorted(walk(graph), key=lambda part: (-len(part), min(part)))
    labels = labels_of(ties, strong=strong)
    found = [set(np.nonzero(labels == place)[0]) for place in range(len(known))]
    assert found == known
    assert labels.max() == len(known) - 1


# ---- by hand, and at the edges


def test_by_hand() -> None:
    chain = csr_array([[0, 2.0, 0], [0, 0, 2.0], [0, 0, 0]])
    assert labels_of(chain).tolist() == [0, 0, 0]
    assert labels_of(chain, strong=True).tolist() == [0, 1, 2]
    first, second, third = pagerank_by_power(chain, damping=0.5)
    assert second == pytest.approx(first * 1.5)
    assert third == pytest.approx(first * 1.75)
    pairs = csr_array(np.kron([[0, 0], [0, 1]], [[0, 1], [1, 0]]).astype(float))
    assert labels_of(pairs).tolist() == [1, 2, 0, 0]


def test_nothing_and_equals() -> None:
    assert pagerank_by_power(csr_array((0, 0))).size == 0
    assert labels_of(csr_array((0, 0))).size == 0
    np.testing.assert_allclose(pagerank_by_power(csr_array((4, 4))), 0.25)
    ring = csr_array(np.roll(np.eye(5), 1, axis=1))
    np.testing.assert_allclose(pagerank_by_power(ring), 0.2)
    np.testing.assert_allclose(pagerank_by_power(ring, damping=0), 0.2)


def test_an_unknown_group_does_not_mix() -> None:
    ties = network_of("trust")
    group = np.array([0, 1, -1, 0, 1, 1, -1, 0])
    cells = np.nan_to_num(ties.ties.to_numpy())
    for weighted in (False, True):
        counted = cells if weighted else (cells > 0).astype(float)
        by_hand = [
            [counted[np.ix_(group == a, group == b)].sum() for b in (0, 1)]
            for a in (0, 1)
        ]
        assert mixing_sums(ties, group, 2, weighted=weighted).tolist() == by_hand


@pytest.mark.parametrize("view", VIEWS)
def test_the_matrix_is_that_of_the_register(view: str) -> None:
    register = register_of(view)
    for data in (register, network_of(view)):
        assert (sent(data) != register.matrix).nnz == 0


# ---- the public tables on a register


@pytest.mark.parametrize("view", VIEWS)
def test_tables_of_a_register_are_those_of_the_network(view: str) -> None:
    register, network = register_of(view), network_of(view)
    for kind in ("weak", "strong"):
        ours = ms.components(register, kind=kind)
        assert ours.tolist() == ms.components(network, kind=kind).tolist()
        assert ours.attrs["reasons"] == {}
    for weighted in (False, True):
        ours = ms.mixing(register, by=ACTORS["sector"], weighted=weighted)
        known = ms.mixing(network, by=ACTORS["sector"], weighted=weighted)
        assert ours[["source", "target", "ties"]].equals(
            known[["source", "target", "ties"]]
        )
        assert ours[["density", "expected"]].isna().all(axis=None)
        assert set(ours.attrs["reasons"].values()) == {
            "presence-only: ties were documented, absences never"
        }
        plain = ms.mixing(register, by=ACTORS["sector"])["ties"]
        assert (ours["dyads"] == plain).all()
