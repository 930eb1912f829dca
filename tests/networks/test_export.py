"""Networks to files of other programs and back."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab import InputError, UnknownNameError
from netcollab.networks import Network, write_network
from netcollab.study import TIE_STATES, import_export

PRESETS = {".graphml": "graphml", ".gexf": "gexf", ".net": "pajek", ".dl": "ucinet"}
WITH_STATES = [".graphml", ".gexf"]
NAMES = ["nav", "øst", "hdir", "a & b"]
ACTORS = pd.DataFrame(
    {"staff": [90.0, 30, 2.5, None], "sector": ["labour", "", "<health>", "ks"]}, NAMES
)


def network_of(*, directed: bool = True, **more: object) -> Network:
    cells = np.array([[0, 3, 0, 0.1], [2, 0, 0, 0], [1, 0, 0, 4.5], [0, 1, 1, 0]])
    if not directed:
        cells = np.maximum(cells, cells.T)
    frame = pd.DataFrame(cells, NAMES, NAMES)
    states = pd.DataFrame("observed", NAMES, NAMES)
    for (source, target), state in {
        ("nav", "hdir"): "dont_know",
        ("øst", "a & b"): "structural",
        ("hdir", "øst"): "not_asked",
    }.items():
        for i, j in ((source, target), (target, source))[: 1 if directed else 2]:
            frame.loc[i, j], states.loc[i, j] = np.nan, state
    return Network.from_matrix(
        frame, "trust", directed, actors=ACTORS, states=states, **more
    )


def back(
    file: Path, folder: Path, *, unlisted: str = "not_asked", **spec: object
) -> Network:
    """What ``netcollab import`` makes of the file, with a codebook of one relation."""
    relation = {"unlisted": unlisted, "zero_means": "no_tie", "scale": [0, 5], **spec}
    manifest = {
        "schema_version": 1,
        "name": "again",
        "relations": {"trust": relation},
    }
    if file.suffix in WITH_STATES and "staff" in file.read_text(encoding="utf-8"):
        manifest["resources"] = {"columns": ["staff"]}
    folder.mkdir()
    codebook = folder / "codebook.toml"
    codebook.write_text(tomli_w.dumps(manifest), encoding="utf-8")
    reading = {"relation": "trust"} if file.suffix == ".dl" else {}
    import_export(
        file, PRESETS[file.suffix], folder / "study", codebook=codebook, reading=reading
    )
    return nc.build_network(nc.read_study(folder / "study"), "trust")


# ---- what comes back


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("ending", WITH_STATES)
def test_the_same_network_comes_back(
    ending: str, directed: bool, tmp_path: Path
) -> None:
    network = network_of(directed=directed, site="0301", wave="2026")
    told = write_network(network, tmp_path / f"trust{ending}")
    assert told == (tmp_path / f"trust{ending}", {}, ())
    again = back(told.path, tmp_path / "again", directed=directed)
    assert again.ties.equals(network.ties)
    assert again.states.equals(network.states)
    assert (again.site, again.wave) == ("0301", "2026")
    assert again.directed is directed
    assert again.actors["staff"].equals(ACTORS["staff"].rename_axis("actor"))
    assert again.actors["sector"].fillna("").tolist() == ACTORS["sector"].tolist()


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("ending", [".net", ".dl"])
def test_without_states_what_was_observed_comes_back(
    ending: str, directed: bool, tmp_path: Path
) -> None:
    network = network_of(directed=directed)
    told = write_network(network, tmp_path / f"trust{ending}")
    assert told.left_out == {"dont_know": 1, "structural": 1, "not_asked": 1}
    assert "attributes: staff, sector" in told.lost
    # DL writes an undirected tie in both orders
    twice = {"duplicates": "last"} if ending == ".dl" and not directed else {}
    again = back(told.path, tmp_path / "again", directed=directed, **twice)
    assert again.ties.equals(network.ties)


@pytest.mark.parametrize("ending", PRESETS)
def test_a_network_without_unknown_dyads_loses_none(
    ending: str, tmp_path: Path
) -> None:
    cells = pd.DataFrame([[0, 3, 0], [2, 0, 1], [0, 1, 0]], NAMES[:3], NAMES[:3])
    network = Network.from_matrix(cells, "trust")
    told = write_network(network, tmp_path / f"trust{ending}")
    assert told.left_out == {}
    again = back(told.path, tmp_path / "again")
    assert again.ties.equals(network.ties)


def test_declared_distances_come_back(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        {"source": ["nav"], "target": ["hdir"], "weight": [2], "distance": [0.25]}
    )
    network = Network.from_ties(rows, ACTORS, unlisted="absent", relation="trust")
    told = write_network(network, tmp_path / "trust.graphml")
    again = back(told.path, tmp_path / "again", distance="declared")
    assert again.distances.equals(network.distances)
    assert again.distances.loc["nav", "hdir"] == 0.25


@pytest.mark.parametrize(
    ("unlisted", "left_out"),
    [("absent", {"absent": 2}), ("not_asked", {"not_asked": 1})],
)
def test_dyads_that_the_reader_fills_in_need_not_be_listed(
    unlisted: str, left_out: dict[str, int], tmp_path: Path
) -> None:
    network = network_of()
    told = write_network(network, tmp_path / "trust.graphml", unlisted=unlisted)
    assert told.left_out == left_out
    again = back(told.path, tmp_path / "again", unlisted=unlisted)
    assert again.states.equals(network.states)
    assert again.ties.equals(network.ties)


@st.composite
def networks(draw: st.DrawFn) -> Network:
    n = draw(st.integers(1, 5))
    names = [f"actor {place}" for place in range(n)]
    states = np.array(
        draw(st.lists(st.sampled_from(TIE_STATES), min_size=25, max_size=25))
    )
    values = draw(
        st.lists(st.sampled_from([0.0, 1.0, 0.1, 1 / 3, 5.0]), min_size=25, max_size=25)
    )
    states = states.reshape(5, 5)[:n, :n]
    cells = np.array(values).reshape(5, 5)[:n, :n]
    directed = draw(st.booleans())
    if not directed:
        lower = np.tril(np.ones((n, n), dtype=bool))
        states, cells = (
            np.where(lower, states.T, states),
            np.where(lower, cells.T, cells),
        )
    cells = np.where(states == "observed", cells, np.nan)
    np.fill_diagonal(cells, np.nan)
    return Network.from_matrix(
        pd.DataFrame(cells, names, names),
        "trust",
        directed,
        states=pd.DataFrame(states, names, names),
    )


@given(network=networks(), ending=st.sampled_from(WITH_STATES))
def test_any_network_comes_back(
    network: Network, ending: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("export")
    told = write_network(network, folder / f"trust{ending}")
    if network.n == 1:
        return
    again = back(told.path, folder / "again", directed=network.directed)
    assert again.ties.equals(network.ties)
    assert again.states.equals(network.states)


# ---- what other programs read


READERS: dict[str, Callable[[Path], nx.Graph]] = {
    ".graphml": nx.read_graphml,
    ".gexf": lambda path: nx.read_gexf(path, version="1.3"),
    # its read_pajek stumbles over the byte order mark that Pajek needs for "ø"
    ".net": lambda path: nx.parse_pajek(path.read_text(encoding="utf-8-sig")),
}


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("ending", READERS)
def test_networkx_reads_the_same_ties(
    ending: str, directed: bool, tmp_path: Path
) -> None:
    network = network_of(directed=directed)
    told = write_network(network, tmp_path / f"trust{ending}")
    graph = READERS[ending](told.path)
    assert list(graph) == NAMES
    assert graph.is_directed() is directed
    ties = [
        (s, t, data["weight"])
        for s, t, data in graph.edges(data=True)
        if data.get("state", "observed") == "observed" and data["weight"] > 0
    ]
    plain = nx.DiGraph() if directed else nx.Graph()
    plain.add_nodes_from(NAMES)
    plain.add_weighted_edges_from(ties)
    known = network.graph
    assert set(plain.edges) == set(known.edges)
    for source, target in known.edges:
        assert plain[source][target]["weight"] == known[source][target]["weight"]


@pytest.mark.parametrize("ending", WITH_STATES)
def test_networkx_sees_attributes_and_states(ending: str, tmp_path: Path) -> None:
    told = write_network(network_of(), tmp_path / f"trust{ending}")
    graph = READERS[ending](told.path)
    assert graph.nodes["hdir"]["staff"] == 2.5
    assert graph.nodes["hdir"]["sector"] == "<health>"
    assert graph["nav"]["hdir"]["state"] == "dont_know"
    assert graph["nav"]["øst"]["relation"] == "trust"


def test_networkx_reads_pajek_in_ascii(tmp_path: Path) -> None:
    pair = Network.from_matrix(pd.DataFrame([[0, 3], [0, 0]], ["a", "b"], ["a", "b"]))
    graph = nx.read_pajek(write_network(pair, tmp_path / "a.net").path)
    assert list(graph.edges(data="weight")) == [("a", "b", 3.0), ("b", "a", 0.0)]


def test_ucinet_gets_a_matrix_only_where_every_dyad_is_known(tmp_path: Path) -> None:
    whole = Network.from_matrix(pd.DataFrame([[0, 3], [2, 0]], ["a", "b"], ["a", "b"]))
    file = write_network(whole, tmp_path / "a.dl").path
    assert "format=fullmatrix" in file.read_text(encoding="utf-8")
    told = write_network(network_of(), tmp_path / "b.dl")
    assert "format=edgelist1" in told.path.read_text(encoding="utf-8")
    assert "relation" in told.lost


# ---- what is said, and what is refused


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    network = network_of(scale=(0.0, 5.0), site="0301", wave="2")
    lost = write_network(network, tmp_path / "a.dl").lost
    assert lost == (
        "response scale",
        "site",
        "wave",
        "attributes: staff, sector",
        "direction",
        "relation",
    )
    assert write_network(network, tmp_path / "a.gexf").lost == ("response scale",)
    negative = pd.DataFrame([[0, -1], [2, 0]], ["a", "b"], ["a", "b"])
    signed = Network.from_matrix(negative, signed=True)
    assert write_network(signed, tmp_path / "a.net").lost == (
        "that strengths have signs",
    )


def test_only_chosen_attributes_leave(tmp_path: Path) -> None:
    told = write_network(network_of(), tmp_path / "a.gexf", attributes=["sector"])
    assert told.lost == ()
    graph = nx.read_graphml(write_network(network_of(), tmp_path / "a.graphml").path)
    assert set(graph.nodes["nav"]) == {"staff", "sector"}
    chosen = write_network(network_of(), tmp_path / "c.graphml", attributes=["sector"])
    assert nx.read_graphml(chosen.path).nodes["nav"] == {"sector": "labour"}
    with pytest.raises(UnknownNameError, match="sectr"):
        write_network(network_of(), tmp_path / "b.gexf", attributes=["sectr"])


def test_the_same_network_gives_the_same_bytes(tmp_path: Path) -> None:
    for ending in PRESETS:
        first = write_network(network_of(), tmp_path / f"a{ending}").path.read_bytes()
        again = write_network(network_of(), tmp_path / f"b{ending}").path.read_bytes()
        assert first == again


def test_errors_leave_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        write_network(network_of(), tmp_path / "a.graphmll")
    with pytest.raises(UnknownNameError, match="unlisted"):
        write_network(network_of(), tmp_path / "a.gexf", unlisted="missing")
    names = ['a"b', "c"]
    quoted = Network.from_matrix(pd.DataFrame(0, names, names))
    with pytest.raises(InputError, match="quotes"):
        write_network(quoted, tmp_path / "a.net")
    assert list(tmp_path.iterdir()) == []


def test_a_network_stays_as_it_was(tmp_path: Path) -> None:
    network = network_of()
    before = network.ties.copy(), network.actors.copy()
    write_network(network, tmp_path / "a.gexf")
    pd.testing.assert_frame_equal(network.ties, before[0])
    pd.testing.assert_frame_equal(network.actors, before[1])
    assert math.isnan(network.ties.loc["nav", "hdir"])
