"""Every measure against R: eight invented actors, and published networks."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.networks import Network, reverse

HERE = Path(__file__).parents[1] / "reference" / "measures"
SHARED = Path(__file__).parents[2].parent / "shared" / "reference"

ACTOR = {
    "in_degree": lambda net: ms.in_degree(net),
    "out_degree": lambda net: ms.out_degree(net),
    "degree": lambda net: ms.degree(net),
    "in_strength": lambda net: ms.in_strength(net),
    "out_strength": lambda net: ms.out_strength(net),
    "strength": lambda net: ms.strength(net),
    "betweenness": lambda net: ms.betweenness(net, weighted=False),
    "betweenness weighted": lambda net: ms.betweenness(net),
    "harmonic_closeness": lambda net: ms.harmonic_closeness(net, weighted=False),
    "harmonic_closeness weighted": lambda net: ms.harmonic_closeness(net),
    "harmonic_closeness in": lambda net: ms.harmonic_closeness(
        net, weighted=False, direction="in"
    ),
    "harmonic_closeness in weighted": lambda net: ms.harmonic_closeness(
        net, direction="in"
    ),
    "constraint": lambda net: ms.constraint(net, weighted=False),
    "constraint weighted": lambda net: ms.constraint(net),
    "effective_size": lambda net: ms.effective_size(net, weighted=False),
    "effective_size weighted": lambda net: ms.effective_size(net),
    "efficiency": lambda net: ms.efficiency(net, weighted=False),
    "efficiency weighted": lambda net: ms.efficiency(net),
    "hierarchy": lambda net: ms.hierarchy(net, weighted=False),
    "hierarchy weighted": lambda net: ms.hierarchy(net),
    "density": lambda net: ms.density(net),
    "reciprocity": lambda net: ms.reciprocity(net),
    "reciprocity dyadic": lambda net: ms.reciprocity(net, kind="dyadic"),
    "reciprocity tied": lambda net: ms.reciprocity(net, kind="tied"),
    "transitivity": lambda net: ms.transitivity(net),
    "transitivity strong": lambda net: ms.transitivity(net, kind="strong"),
    "connectedness": lambda net: ms.connectedness(net),
    "fragmentation": lambda net: ms.fragmentation(net),
    "compactness": lambda net: ms.compactness(net),
    "krackhardt_hierarchy": lambda net: ms.krackhardt_hierarchy(net),
    "krackhardt_efficiency": lambda net: ms.krackhardt_efficiency(net),
    "lubness": lambda net: ms.lubness(net),
    "lubness lowest": lambda net: ms.lubness(net, bound="lowest"),
}
CENTRALITY = {
    "authorities": ms.authorities,
    "closeness": ms.closeness,
    "core_number": ms.core_number,
    "current_flow_betweenness": ms.current_flow_betweenness,
    "eigenvector": ms.eigenvector,
    "hubs": ms.hubs,
    "information_centrality": ms.information_centrality,
    "katz": ms.katz,
    "pagerank": ms.pagerank,
}
# Found by iteration, in R or here.
LOOSE = ("authorit", "bonpow", "eigen", "hub", "pagerank")


def computed(measure: str, network: Network) -> pd.Series | float:
    """A measure named as in expected.csv: its name, then its options."""
    if measure.endswith(" reversed"):
        return computed(measure.removesuffix(" reversed"), reverse(network))
    if measure in ACTOR:
        return ACTOR[measure](network)
    name, *options = measure.split()
    if name in CENTRALITY:
        return CENTRALITY[name](network, **chosen(name, options))
    weighted, last = "weighted" in options, options[-1]
    if name in TABLES:
        return of_a_table(name, options, network)
    if name == "modularity":
        return ms.modularity(network, by=last, weighted=weighted)
    if name == "assortativity":
        kind = "nominal" if "nominal" in options else None
        return ms.assortativity(network, by=last, kind=kind)
    if name == "beta_centrality":
        return ms.beta_centrality(network, beta=float(last), weighted=weighted)
    if name in ("ei_index", "ei_by_actor", "iqv", "cross_boundary_share", "yules_q"):
        told = {"weighted": True} if weighted else {}
        told |= {"direction": "in"} if "in" in options else {}
        return getattr(ms, name)(network, by=last, **told)
    if name in OF_GROUPS:
        return OF_GROUPS[name](network, *options)
    if name == "gini":
        return ms.gini(network.attribute(last))
    return ms.centralization(network, last)


TABLES = ("communities", "components", "core_periphery", "partition_agreement")


def of_a_table(name: str, options: list[str], network: Network) -> pd.Series | float:
    """A column or a number of a table, or the modularity of the communities found."""
    weighted, last = "weighted" in options, options[-1]
    if name == "components":
        return ms.components(network, kind=last).astype(float)
    if name == "communities":
        found = [ms.communities(network, weighted=weighted, rng=k) for k in range(10)]
        return max(ms.modularity(network, by=by, weighted=weighted) for by in found)
    if name == "partition_agreement":
        a, b = (network.attribute(by) for by in options[1:])
        return float(ms.partition_agreement(a, b)[options[0]])
    more = {"kind": "continuous", "criterion": "least_squares"}
    if options[0] == "correlation":
        more["criterion"] = "correlation"
    elif options[0] != "continuous":
        more = {"between": options[0]}
    table = ms.core_periphery(network, weighted=weighted, **more)
    return table[last].astype(float) if last in table else float(table.attrs[last])


def tolerance(measure: str) -> dict[str, float]:
    """Closed forms at 1e-8; what an optimiser finds as near as it is reported."""
    if measure.endswith("coreness"):
        return {"rtol": 0, "atol": 2e-4}
    if measure.startswith("core_periphery continuous"):
        return {"rtol": 0, "atol": 1e-6}
    if measure.startswith("core_periphery correlation"):  # a limit, not a maximum
        return {"rtol": 0, "atol": 1e-4}
    if measure.startswith(LOOSE):
        return {"rtol": 1e-6, "atol": 1e-12}
    return {"rtol": 1e-8, "atol": 1e-12}


def brokers(network: Network, what: str, role: str, by: str) -> pd.Series:
    """A column of `brokerage_test`, as sna has it.

    In an undirected network sna takes the two directions of a path for independent: its
    variance of the roles that are the same both ways is half of ours.
    """
    test = ms.brokerage_test(network, by=by)
    values = test[test["role"] == role].set_index("actor")[what]
    halved = not network.directed and role not in ("gatekeeper", "representative")
    factor = {"sd": math.sqrt(0.5), "z": math.sqrt(2)}.get(what, 1)
    return values * (factor if halved else 1)


def mixed(network: Network, what: str, by: str) -> np.ndarray:
    table = ms.mixing(network, by=by, weighted=what == "weighted")
    return table["ties" if what == "weighted" else what].to_numpy()


OF_GROUPS = {
    "brokerage": lambda net, role, by: ms.brokerage(net, by=by)[role],
    "brokerage_test": brokers,
    "coleman": lambda net, by: ms.coleman(net, by=by).to_numpy(),
    "ei_by_group": lambda net, by: ms.ei_by_group(net, by=by).to_numpy(),
    "ei_range": lambda net, what, by: ms.ei_range(net, by=by)[what],
    "mixing": mixed,
}


def chosen(name: str, options: list[str]) -> dict[str, object]:
    """The keywords of a measure; its number is its coefficient."""
    keywords: dict[str, object] = {}
    if "weighted" in inspect.signature(CENTRALITY[name]).parameters:
        keywords["weighted"] = "weighted" in options
    for option in options:
        if option in ("in", "out"):
            keywords["direction"] = option
        elif option == "normalised":
            keywords["normalised"] = True
        elif option != "weighted":
            keywords[{"katz": "alpha", "pagerank": "damping"}[name]] = float(option)
    return keywords


def network_of(
    rows: pd.DataFrame, actors: pd.DataFrame, *, directed: bool = True
) -> Network:
    return Network.from_ties(rows, actors, unlisted="absent", directed=directed)


def undirected_of(ties: pd.DataFrame, actors: pd.DataFrame) -> Network:
    cells = ties.fillna(0).to_numpy()
    both = pd.DataFrame(np.maximum(cells, cells.T), ties.index, ties.columns)
    return Network.from_matrix(both, directed=False, actors=actors)


# ---- eight invented actors: data and values lie in the repository


@cache
def eight() -> dict[str, Network]:
    actors = pd.read_csv(HERE / "actors.csv", index_col="id")
    rows = pd.read_csv(HERE / "relations.csv")
    named = dict(list(rows.groupby("relation")))
    lived = named["collaboration"]
    views = {
        "collaboration": network_of(lived, actors),
        "collaboration_ge3": network_of(lived[lived["weight"] >= 3], actors),
        "trust": network_of(named["trust"], actors),
        "formal_agreement": network_of(
            named["formal_agreement"], actors, directed=False
        ),
    }
    views["collaboration_max"] = undirected_of(views["collaboration"].ties, actors)
    views["actors"] = views["collaboration"]
    return views


EXPECTED = pd.concat(
    pd.read_csv(HERE / f"{name}.csv", dtype={"actor": "Int64"})
    for name in ("expected", "brokerage", "centrality", "cohesion", "silo")
)
CASES = EXPECTED.groupby(["view", "measure"], sort=False)


@pytest.mark.parametrize(("view", "measure"), list(CASES.groups))
def test_eight_actors_give_what_r_gives(view: str, measure: str) -> None:
    expected = CASES.get_group((view, measure))
    value = computed(measure, eight()[view])
    if isinstance(value, pd.Series):
        assert value.index.tolist() == expected["actor"].tolist()
    np.testing.assert_allclose(value, expected["value"].squeeze(), **tolerance(measure))


def test_every_measure_that_r_has_is_compared() -> None:
    compared = {measure.split()[0] for _, measure in CASES.groups}
    ours_alone = {
        *("dependence", "imbalance", "mutual_dependence", "tie_asymmetry"),
        *("resource_gap", "same", "difference"),
    }
    assert set(ms.__all__) - compared == ours_alone


# ---- published networks: data and values lie beside the repository

DIRECTED = {
    "indegree": "in_degree",
    "outdegree": "out_degree",
    "degree_total_freeman": "degree",
    "instrength": "in_strength",
    "outstrength": "out_strength",
    "strength_total": "strength",
    "betweenness_igraph_directed": "betweenness",
    "betweenness_sna_directed": "betweenness",
    "betweenness_igraph_weighted_cost_1_over_w": "betweenness weighted",
    "harmonic_igraph_out": "harmonic_closeness",
    "harmonic_igraph_in": "harmonic_closeness in",
    "harmonic_igraph_out_cost_1_over_w": "harmonic_closeness weighted",
    "burt_directed_constraint": "constraint",
    "burt_weighted_constraint": "constraint weighted",
    "burt_directed_effective_size": "effective_size",
    "burt_weighted_effective_size": "effective_size weighted",
    "burt_directed_efficiency": "efficiency",
    "burt_weighted_efficiency": "efficiency weighted",
    "burt_directed_hierarchy": "hierarchy",
    "burt_weighted_hierarchy": "hierarchy weighted",
    "constraint_igraph_directed": "constraint",
    "constraint_igraph_weighted": "constraint weighted",
    "closeness_igraph_out": "closeness",
    "closeness_igraph_in": "closeness in",
    "closeness_igraph_out_normalized": "closeness normalised",
    "closeness_igraph_in_normalized": "closeness in normalised",
    "closeness_igraph_out_cost_1_over_w": "closeness weighted",
    "closeness_igraph_in_cost_1_over_w": "closeness in weighted",
    "eigen_igraph_directed": "eigenvector",
    "eigen_igraph_directed_weighted": "eigenvector weighted",
    "pagerank_085": "pagerank",
    "pagerank_085_weighted": "pagerank weighted",
    "hub": "hubs",
    "hub_weighted": "hubs weighted",
    "authority": "authorities",
    "authority_weighted": "authorities weighted",
    "coreness_igraph_all": "core_number",
    "infocent_sna_weak": "information_centrality",
    "density": "density",
    "reciprocity_sna_edgewise": "reciprocity",
    "reciprocity_igraph_default": "reciprocity",
    "centralization_sna_indegree": "centralization in_degree",
    "centralization_sna_outdegree": "centralization out_degree",
    "centralization_sna_freeman_total": "centralization degree",
    "centralization_sna_betweenness": "centralization betweenness",
    "centralization_igraph_betweenness": "centralization betweenness",
    "reciprocity_sna_dyadic": "reciprocity dyadic",
    "reciprocity_sna_dyadic.nonnull": "reciprocity tied",
    "reciprocity_igraph_ratio": "reciprocity tied",
    "transitivity_sna_weak": "transitivity",
    "transitivity_sna_strong": "transitivity strong",
    "krackhardt_connectedness": "connectedness",
    "krackhardt_hierarchy": "krackhardt_hierarchy",
    "krackhardt_efficiency": "krackhardt_efficiency",
    "krackhardt_lubness": "lubness",
    "krackhardt_lubness_transposed": "lubness reversed",
    "global_efficiency_directed": "compactness",
}
OF_DIRECTED_MADE_UNDIRECTED = {
    "degree_undirected": "degree",
    "strength_undirected_max": "strength",
    "betweenness_igraph_undirected": "betweenness",
    "burt_undirected_constraint": "constraint",
    "burt_undirected_effective_size": "effective_size",
    "burt_undirected_efficiency": "efficiency",
    "burt_undirected_hierarchy": "hierarchy",
    "constraint_igraph_undirected": "constraint",
    "closeness_igraph_all": "closeness",
    "eigen_igraph_undirected": "eigenvector",
    "eigen_igraph_undirected_weighted": "eigenvector weighted",
    "coreness_undirected": "core_number",
    "infocent_sna_weak_u_graph": "information_centrality",
    "centralization_und_degree": "centralization degree",
    "centralization_und_betweenness": "centralization betweenness",
    "transitivity_igraph_global_und": "transitivity",
    "global_efficiency_undirected": "compactness",
}
UNDIRECTED = {
    "degree": "degree",
    "strength": "strength",
    "betweenness": "betweenness",
    "betweenness_igraph": "betweenness",
    "betweenness_cost_1_over_w": "betweenness weighted",
    "harmonic": "harmonic_closeness",
    "harmonic_cost_1_over_w": "harmonic_closeness weighted",
    "burt_constraint": "constraint",
    "burt_weighted_constraint": "constraint weighted",
    "burt_effective_size": "effective_size",
    "burt_weighted_effective_size": "effective_size weighted",
    "burt_efficiency": "efficiency",
    "burt_weighted_efficiency": "efficiency weighted",
    "burt_hierarchy": "hierarchy",
    "burt_weighted_hierarchy": "hierarchy weighted",
    "constraint_igraph": "constraint",
    "constraint_igraph_weighted": "constraint weighted",
    "closeness_igraph": "closeness",
    "closeness_igraph_normalized": "closeness normalised",
    "closeness_igraph_cost_1_over_w": "closeness weighted",
    "eigen_igraph": "eigenvector",
    "eigen_igraph_weighted": "eigenvector weighted",
    "pagerank_085": "pagerank",
    "pagerank_085_weighted": "pagerank weighted",
    "coreness": "core_number",
    "infocent_sna": "information_centrality",
    "density": "density",
    "centralization_degree": "centralization degree",
    "centralization_betweenness": "centralization betweenness",
    "centralization_betweenness_igraph": "centralization betweenness",
    "transitivity_global": "transitivity",
    "transitivity_sna_weak_on_symmetric": "transitivity",
    "global_efficiency": "compactness",
    "krackhardt_connectedness": "connectedness",
    "krackhardt_efficiency": "krackhardt_efficiency",
}
VIEWS = {
    "krackhardt": {
        "advice.directed": ["dept", "level"],
        "friendship.directed": ["dept", "level"],
        "reports_to.directed": ["dept", "level"],
        "advice_mutual.undirected": ["dept"],
    },
    "crossparker": {
        "info.directed": ["region", "location"],
        "info_ge3.directed": ["region", "location"],
        "value.directed": ["region", "location"],
    },
    "florentine": {
        "marriage.undirected": ["rich48"],
        "business.undirected": ["rich48"],
        "multiplex_sum.undirected": [],
    },
    "synthetic8": {
        "collaboration.directed": ["sector", "level"],
        "collaboration_ge3.directed": ["sector", "level"],
        "trust.directed": ["sector", "level"],
        "formal_agreement.undirected": ["level"],
    },
}
PUBLISHED = [(data, view) for data, views in VIEWS.items() for view in views]


def published(data: str, view: str) -> Network:
    """One relation of a published data set, as the script made it."""
    folder = SHARED / "data" / data
    actors = pd.read_csv(folder / "actors.csv", index_col="id")
    if data == "florentine":
        actors["rich48"] = np.where(actors["wealth"] >= 48, "rich", "other")
    rows = pd.read_csv(folder / "relations.csv")
    relation, kind = view.split(".")
    if relation == "multiplex_sum":
        rows = rows.groupby(["source", "target"], as_index=False)["weight"].sum()
        return network_of(rows, actors, directed=False)
    known = rows[rows["relation"] == relation.removesuffix("_ge3").split("_mutual")[0]]
    if relation.endswith("_ge3"):
        known = known[known["weight"] >= 3]
    if relation.endswith("_mutual"):
        told = network_of(known, actors).ties.fillna(0)
        return Network.from_matrix(told * told.T, directed=False, actors=actors)
    return network_of(known, actors, directed=kind == "directed")


def stored(data: str, view: str) -> tuple[dict[str, object], pd.DataFrame]:
    folder = SHARED / "expected" / data
    told = json.loads((folder / f"{view}.json").read_text(encoding="utf-8"))["values"]
    return (
        {key: entry.get("value") for key, entry in told.items()},
        pd.read_csv(folder / f"{view}.actors.csv", index_col="id"),
    )


def comparable(key: str, network: Network) -> bool:
    """Whether R has the same definition on a network of this shape.

    igraph's eigenvector is one of the whole network, and 0 without cycles; sna counts
    actors without ties in n but leaves them out of its matrix.
    """
    parts = [len(part) for part in nx.connected_components(nx.Graph(network.graph))]
    if key.startswith("eigen"):
        cyclic = not nx.is_directed_acyclic_graph(nx.DiGraph(network.graph))
        return cyclic and sum(size > 1 for size in parts) == 1
    return not key.startswith("infocent") or len(parts) == 1


def pairs(data: str, view: str) -> Iterator[tuple[str, object, Callable[[], object]]]:
    """Each stored value with its name and how it is computed here."""
    values, columns = stored(data, view)
    network = published(data, view)
    directed = view.endswith(".directed")
    asked = [
        (network, key, name)
        for key, name in (DIRECTED if directed else UNDIRECTED).items()
    ]
    if directed:
        either = undirected_of(network.ties, network.actors)
        asked += [
            (either, key, name) for key, name in OF_DIRECTED_MADE_UNDIRECTED.items()
        ]
    for net, key, name in asked:
        if not comparable(key, net):
            continue
        known = values[key] if key in values else columns[key]
        yield key, known, lambda net=net, name=name: computed(name, net)
    for by in VIEWS[data][view]:
        ties = "arcs" if directed else "edges"
        for key, name in ((f"ei_{ties}_{by}", ""), (f"ei_weighted_{by}", "weighted ")):
            call = f"ei_index {name}{by}"
            yield key, values[key]["ei"], lambda call=call: computed(call, network)
        yield from of_groups(network, by, values, columns)
    yield from by_groups(values, network)
    radius = float(values["spectral_radius"])
    for share in (0.25, 0.5, 0.85):
        for way in ("in", "out"):
            key = f"katz_formula_{way}_" if directed else "katz_formula_"
            key += f"{share * 100:03.0f}"
            alpha = share / (radius if radius >= 1e-3 else 1)
            call = f"katz {way} {alpha!r}"
            yield key, columns[key], lambda call=call: computed(call, network)
    for share in (-0.75, -0.5, -0.25, 0.25, 0.5, 0.75):
        sign = "m" if share < 0 else "p"
        key = f"bonpow_igraph_{sign}{abs(share) * 100:03.0f}"
        beta = share / (radius if radius >= 1e-3 else 1)
        yield (
            key,
            columns[key],
            lambda beta=beta: ms.beta_centrality(network, beta=beta),
        )


def of_groups(
    network: Network, by: str, values: dict[str, object], columns: pd.DataFrame
) -> Iterator[tuple[str, object, Callable[[], object]]]:
    """What is known of the groups of one attribute."""
    sent = "ei_out" if network.directed else "ei"
    yield (
        f"{sent}_{by}",
        columns[f"{sent}_{by}"],
        lambda: ms.ei_by_actor(network, by=by),
    )
    if network.directed:
        either = undirected_of(network.ties, network.actors)
        key = f"ei_und_{by}"
        yield key, columns[key], lambda: ms.ei_by_actor(either, by=by)
    groups = values[f"ei_group_{by}"]
    expected = np.array(list(groups.values()), dtype=float)
    yield f"ei_group_{by}", expected, lambda: ms.ei_by_group(network, by=by)
    for key, column in (("mixing", "ties"), ("block_density", "density")):
        expected = np.array(values[f"{key}_{by}"]["matrix"], dtype=float).ravel()
        yield (
            f"{key}_{by}",
            expected,
            lambda column=column: ms.mixing(network, by=by)[column],
        )


@pytest.mark.parametrize(
    ("data", "view", "by"),
    [(data, view, by) for data, view in PUBLISHED for by in VIEWS[data][view]],
)
def test_published_brokers_are_those_of_sna(data: str, view: str, by: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    network = published(data, view)
    name = f"{view.split('.')[0]}.brokerage_{by}.actors.csv"
    known = pd.read_csv(SHARED / "expected" / data / name, index_col="id")
    counts = ms.brokerage(network, by=by)
    for role in counts:
        stored = "itinerant_broker" if role == "itinerant" else role
        assert counts[role].tolist() == known[f"{stored}_raw"].tolist()
        for what, column in (("expected", "exp"), ("sd", "sd"), ("z", "z")):
            np.testing.assert_allclose(
                brokers(network, what, role, by),
                known[f"{stored}_{column}"],
                rtol=1e-8,
                atol=1e-12,
                err_msg=f"{role} {what}",
            )


def by_groups(
    values: dict[str, object], network: Network
) -> Iterator[tuple[str, object, Callable[[], object]]]:
    """Modularity and assortativity, for every attribute that R was asked about."""
    either = undirected_of(network.ties, network.actors)
    for key, known in values.items():
        name, _, rest = key.partition("_")
        if name not in ("modularity", "assortativity") or "degree" in rest:
            continue
        *options, by = rest.split("_")
        net = either if "undirected" in options else network
        call = " ".join([name, *options, by])
        yield key, known, lambda call=call, net=net: computed(call, net)


@pytest.mark.parametrize(("data", "view"), PUBLISHED)
def test_published_networks_give_what_r_gives(data: str, view: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    checked = 0
    for key, known, compute in pairs(data, view):
        rtol = 1e-6 if key.startswith(LOOSE) else 1e-8
        np.testing.assert_allclose(
            compute(),
            np.asarray(known, dtype=float),
            rtol=rtol,
            atol=1e-12,
            err_msg=f"{data} {view} {key}",
        )
        checked += 1
    assert checked >= 20


@pytest.mark.parametrize("data", ["krackhardt", "florentine"])
def test_gini_is_that_of_the_package_ineq(data: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    actors = pd.read_csv(SHARED / "data" / data / "actors.csv")
    told = json.loads((SHARED / "expected" / data / "inequality.json").read_text())
    attributes = [name for name in told["values"] if name in actors]
    assert attributes
    for name in attributes:
        expected = told["values"][name]["value"]["ineq_gini"]
        assert ms.gini(actors[name]) == pytest.approx(expected, rel=1e-8)


@pytest.mark.parametrize(("data", "view"), PUBLISHED)
def test_reach_of_published_networks(data: str, view: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    values, _ = stored(data, view)
    network = published(data, view)
    sizes = {"weak": "component_sizes", "strong": "component_sizes"}
    if network.directed:
        sizes = {kind: f"component_sizes_{kind}" for kind in sizes}
        share = values["reachable_ordered_pairs"] / (network.n * (network.n - 1))
    else:
        share = values["krackhardt_connectedness"]
    for kind, key in sizes.items():
        found = ms.components(network, kind=kind).value_counts().tolist()
        assert found == np.atleast_1d(values[key]).tolist()
    assert ms.fragmentation(network) == pytest.approx(1 - share, rel=1e-8)


@pytest.mark.parametrize(("data", "view"), PUBLISHED)
def test_closeness_of_published_networks(data: str, view: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    values, _ = stored(data, view)
    network = published(data, view)
    way_back = reverse(network)
    either = undirected_of(network.ties, network.actors)
    for key, net in {
        "centralization_sna_closeness": network,
        "centralization_igraph_closeness_out": network,
        "centralization_igraph_closeness_in": way_back,
        "centralization_und_closeness": either,
        "centralization_und_igraph_closeness": either,
        "centralization_closeness": network,
        "centralization_closeness_igraph": network,
    }.items():
        if key not in values:
            continue
        found = ms.centralization(net, "closeness")
        if ms.fragmentation(net):  # sna has 0 then, igraph counts the reachable alone
            assert np.isnan(found), key
        else:
            assert found == pytest.approx(values[key], rel=1e-8), key


@pytest.mark.parametrize(("data", "view"), PUBLISHED)
def test_cores_of_published_networks(data: str, view: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    values, _ = stored(data, view)
    known = [key for key in values if key.startswith("core_periphery_exhaustive")]
    network = published(data, view)
    assert bool(known) == (network.n <= 21)
    network = undirected_of(network.ties, network.actors)
    for rule, between in {"cp1": "tied", "cpNA": "ignored"}.items() if known else ():
        told = values[known[0]][rule]
        table = ms.core_periphery(network, between=between, weighted=False)
        if told["r"] == "-Inf":  # everybody is tied to everybody
            assert np.isnan(table.attrs["fit"])
            continue
        assert table.attrs["fit"] == pytest.approx(told["r"], rel=1e-8)
        rows = [np.atleast_1d(core).tolist() for core in told["cores"]]
        if network.n <= 18:
            assert table.attrs["n_equal"] == told["n_optima"]
        actors = network.ties.index
        places = [actors.get_indexer(core) + 1 for core in table.attrs["cores"]]
        assert all(place.tolist() in rows for place in places) or len(rows) == 20


@pytest.mark.parametrize(
    ("data", "view", "optimum"),
    [
        ("florentine", "marriage.undirected", "marriage"),
        ("florentine", "business.undirected", "business"),
        ("krackhardt", "reports_to.directed", "reports_to"),
    ],
)
def test_communities_come_near_the_largest_modularity(
    data: str, view: str, optimum: str
) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    path = SHARED / "expected" / data / f"{optimum}.modularity_optimum.json"
    told = json.loads(path.read_text(encoding="utf-8"))["values"]
    largest = told["maximum_modularity"]["value"]["modularity"]
    network = published(data, view)
    network = undirected_of(network.ties, network.actors)
    best = computed("communities unweighted", network)
    assert 0.98 * largest <= best <= largest + 1e-12
