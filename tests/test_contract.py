"""Every measure keeps one contract, whatever network it is given."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import get_type_hints

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, RefusedError
from netcollab import measures as ms
from netcollab.networks import Network, Register, bounds, complete, reverse, tie_limits

Table = pd.Series | pd.DataFrame
Value = Table | float

# Arguments a measure cannot do without. Every other one is left at its default, and
# once at each further value that changes what is computed.
REQUIRED: dict[str, list[dict[str, object]]] = {
    "authorities": [{}, {"weighted": False}],
    "assortativity": [
        {"by": "sector"},
        {"by": "staff"},
        {"by": "staff", "kind": "nominal"},
        {"by": "sector", "weighted": True},
        {"by": "staff", "weighted": True},
    ],
    "beta_centrality": [
        {"beta": 0.05},
        {"beta": -0.05},
        {"beta": 0.001, "weighted": True},
    ],
    "betweenness": [{}, {"weighted": False}],
    "centralization": [
        {"measure": ms.in_degree},
        {"measure": ms.out_degree},
        {"measure": ms.degree},
        {"measure": ms.betweenness},
        {"measure": ms.strength},
        {"measure": "closeness"},
    ],
    "closeness": [
        {},
        {"weighted": False},
        {"direction": "in"},
        {"weighted": False, "direction": "in", "normalised": True},
    ],
    "constraint": [{}, {"weighted": False}],
    "cross_boundary_share": [{"by": "sector"}, {"by": "sector", "weighted": True}],
    "current_flow_betweenness": [{}, {"weighted": False}],
    "difference": [{"attribute": "staff"}],
    "effective_size": [{}, {"weighted": False}],
    "efficiency": [{}, {"weighted": False}],
    "ei_by_actor": [
        {"by": "sector"},
        {"by": "sector", "weighted": True},
        {"by": "sector", "direction": "in"},
        {"by": "sector", "weighted": True, "direction": "in"},
    ],
    "ei_index": [{"by": "sector"}, {"by": "sector", "weighted": True}],
    "eigenvector": [{}, {"weighted": False}],
    "harmonic_closeness": [
        {},
        {"weighted": False},
        {"direction": "in"},
        {"weighted": False, "direction": "in"},
    ],
    "hierarchy": [{}, {"weighted": False}],
    "iqv": [
        {"by": "sector"},
        {"by": "sector", "weighted": True},
        {"by": "sector", "direction": "in"},
        {"by": "sector", "weighted": True, "direction": "in"},
    ],
    "hubs": [{}, {"weighted": False}],
    "information_centrality": [{}, {"weighted": True}],
    "katz": [
        {},
        {"alpha": 0.05},
        {"alpha": 0.001, "weighted": True},
        {"direction": "out"},
    ],
    "pagerank": [{}, {"weighted": False}, {"damping": 0.5}],
    "lubness": [{}, {"bound": "lowest"}],
    "modularity": [{"by": "sector"}, {"by": "sector", "weighted": False}],
    "reciprocity": [{}, {"kind": "dyadic"}, {"kind": "tied"}],
    "resource_gap": [
        {"resource": "staff"},
        {"resource": "staff", "kind": "absolute"},
        {"resource": "staff", "kind": "log_ratio"},
    ],
    "same": [{"attribute": "sector"}],
    "tie_asymmetry": [{}, {"adjusted": True}],
    "yules_q": [{"by": "sector"}],
    "transitivity": [{}, {"kind": "strong"}],
}


def called(name: str, call: dict[str, object]) -> str:
    """A measure and its arguments, without the addresses of functions."""
    told = {key: getattr(value, "__name__", value) for key, value in call.items()}
    return f"{name} {told or ''}"


CALLS = [(name, call) for name in ms.__all__ for call in REQUIRED.get(name, [{}])]
EVERY_CALL = pytest.mark.parametrize(
    ("name", "call"), CALLS, ids=[called(name, call) for name, call in CALLS]
)


def value_of(name: str, network: Network, call: dict[str, object]) -> Value:
    return getattr(ms, name)(network, **call)


# ---- networks to try


def labels(n: int) -> list[str]:
    return [f"actor {chr(97 + place)}" for place in range(n)]


def attributes(n: int) -> pd.DataFrame:
    table = {
        "sector": [("health", "school", "labour")[place % 3] for place in range(n)],
        "staff": [10.0 * (place % 4) + 1 for place in range(n)],
    }
    return pd.DataFrame(table, index=labels(n))


def network_of(cells: np.ndarray, *, directed: bool = True, **more: object) -> Network:
    n = len(cells)
    frame = pd.DataFrame(np.array(cells, dtype=float), labels(n), labels(n))
    if not directed:
        upper = np.triu(frame.to_numpy(), 1)
        frame = pd.DataFrame(upper + upper.T, frame.index, frame.columns)
    return Network.from_matrix(
        frame, relation="trust", directed=directed, actors=attributes(n), **more
    )


@st.composite
def networks(
    draw: st.DrawFn, *, unknown: bool = True, smallest: int = 1, largest: int = 6
) -> Network:
    n = draw(st.integers(smallest, largest))
    cell = st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, 5.0] + [np.nan] * unknown)
    cells = draw(st.lists(cell, min_size=n * n, max_size=n * n))
    square = np.array(cells).reshape(n, n)
    np.fill_diagonal(square, 0)
    return network_of(square, directed=draw(st.booleans()))


def silent_actor() -> Network:
    cells = np.array([[0, 3, 1, 0], [2, 0, 0, 4], [np.nan] * 4, [1, 5, 2, 0]])
    cells[2, 2] = 0
    states = pd.DataFrame("observed", labels(4), labels(4))
    states.loc["actor c"] = "nonrespondent"
    return network_of(cells, states=states)


def degenerate() -> dict[str, Network]:
    complete = np.ones((4, 4)) - np.eye(4)
    pairs = np.kron(np.eye(2), np.ones((2, 2)) - np.eye(2))
    named = np.where(complete * [[0, 1, 1, 0]] > 0, 2.0, np.nan)
    nothing = np.where(np.eye(4) > 0, 0, np.nan)
    return {
        "empty": network_of(np.zeros((4, 4))),
        "empty undirected": network_of(np.zeros((4, 4)), directed=False),
        "complete": network_of(complete),
        "complete undirected": network_of(complete, directed=False),
        "one actor": network_of(np.zeros((1, 1))),
        "one actor undirected": network_of(np.zeros((1, 1)), directed=False),
        "two actors": network_of(np.array([[0, 2], [0, 0]])),
        "disconnected": network_of(pairs),
        "disconnected undirected": network_of(pairs, directed=False),
        "silent actor": silent_actor(),
        "presence-only": network_of(named),
        "presence-only undirected": network_of(named, directed=False),
        "nothing observed": network_of(nothing),
        "rated": network_of(np.where(complete > 0, 3.0, 0), scale=(1.0, 5.0)),
        "signed": network_of(np.triu(complete) - np.tril(complete), signed=True),
    }


CASES = degenerate()


# ---- the contract


def assert_contract(name: str, network: Network, call: dict[str, object]) -> None:
    """A number with a label, or NaN with a reason, and nothing else."""
    value = value_of(name, network, call)
    told = ms.reason(getattr(ms, name), network, **call)
    if isinstance(value, float):
        assert math.isfinite(value) == (told == ""), (value, told)
        assert not math.isinf(value)
        return
    actors = network.ties.index
    reasons = value.attrs["reasons"]
    assert all(reasons.values())
    assert set(reasons) <= set(actors)
    assert (told == "") == (not reasons)
    cells = value.to_numpy()
    assert cells.dtype == float
    assert not np.isinf(cells).any()
    assert value.index.equals(actors)
    known = np.array([actor not in reasons for actor in actors], dtype=bool)
    if isinstance(value, pd.Series):
        assert value.name == name
        assert (known == ~np.isnan(cells)).all()
    else:
        assert value.columns.equals(actors)
        assert np.isnan(np.diag(cells)).all()
        both = known[:, None] & known[None, :] & ~np.eye(network.n, dtype=bool)
        assert not np.isnan(cells[both]).any()


@EVERY_CALL
@pytest.mark.parametrize("case", CASES)
def test_degenerate_networks_give_a_value_or_a_reason(
    case: str, name: str, call: dict[str, object]
) -> None:
    assert_contract(name, CASES[case], call)


@EVERY_CALL
@given(network=networks())
def test_any_network_gives_a_value_or_a_reason(
    network: Network, name: str, call: dict[str, object]
) -> None:
    assert_contract(name, network, call)


@EVERY_CALL
@given(network=networks(), seed=st.integers(0, 2**32 - 1))
def test_names_and_order_of_actors_do_not_matter(
    network: Network, seed: int, name: str, call: dict[str, object]
) -> None:
    order = np.random.default_rng(seed).permutation(network.n)
    new = {old: f"nr {place}" for place, old in enumerate(network.ties.index[order])}
    other = Network.from_matrix(
        network.ties.iloc[order, order].rename(index=new, columns=new),
        directed=network.directed,
        actors=network.actors.iloc[order].rename(index=new),
        states=network.states.iloc[order, order].rename(index=new, columns=new),
    )
    value, again = value_of(name, network, call), value_of(name, other, call)
    if isinstance(value, float):
        np.testing.assert_allclose(again, value, rtol=1e-9, atol=1e-12)
        return
    expected = value.rename(index=new).reindex(list(new.values()))
    if isinstance(value, pd.DataFrame):
        expected = expected.rename(columns=new)[list(new.values())]
    np.testing.assert_allclose(
        again.to_numpy(), expected.to_numpy(), rtol=1e-9, atol=1e-12
    )
    relabelled = {new[actor] for actor in value.attrs["reasons"]}
    assert set(again.attrs["reasons"]) == relabelled


# ---- what a change of the network does, measure by measure

# "same": nothing; "times": the value is multiplied like the strengths. A measure whose
# strengths are optional has the second line, for calls in which they count.
SCALED = dict.fromkeys(ms.__all__, "same") | dict.fromkeys(
    (
        "in_strength",
        "out_strength",
        "strength",
        "closeness weighted",
        "harmonic_closeness weighted",
        "information_centrality weighted",
    ),
    "times",
)
# Coefficients in 1 / strength.
PER_STRENGTH = {
    "beta_centrality": "beta",
    "katz": "alpha",
}


def weighted(name: str, call: dict[str, object]) -> bool:
    option = inspect.signature(getattr(ms, name)).parameters.get("weighted")
    return option is not None and bool(call.get("weighted", option.default))


@EVERY_CALL
@given(network=networks(), factor=st.sampled_from([0.25, 0.5, 3.0, 8.0]))
def test_scaling_all_strengths(
    network: Network, factor: float, name: str, call: dict[str, object]
) -> None:
    stronger = network_of(
        network.ties.fillna(0).to_numpy() * factor, directed=network.directed
    )
    weaker = network_of(network.ties.fillna(0).to_numpy(), directed=network.directed)
    rule = SCALED[name]
    if weighted(name, call):
        rule = SCALED.get(f"{name} weighted", rule)
    expected = value_of(name, weaker, call) * (factor if rule == "times" else 1)
    coefficient = PER_STRENGTH.get(name)
    if coefficient in call and weighted(name, call):
        call = call | {coefficient: call[coefficient] / factor}
    np.testing.assert_allclose(
        value_of(name, stronger, call), expected, rtol=1e-9, atol=1e-12
    )


def turned(name: str, call: dict[str, object]) -> tuple[str, dict[str, object]]:
    """Which call on the network equals this one on the reversed network."""
    partner = {
        "in_degree": "out_degree",
        "out_degree": "in_degree",
        "in_strength": "out_strength",
        "out_strength": "in_strength",
        "hubs": "authorities",
        "authorities": "hubs",
    }
    option = inspect.signature(getattr(ms, name)).parameters.get("direction")
    if option is not None:
        way = "out" if call.get("direction", option.default) == "in" else "in"
        return name, call | {"direction": way}
    if name == "centralization":
        measure = call["measure"].__name__
        return name, {"measure": getattr(ms, partner.get(measure, measure))}
    return partner.get(name, name), call


# What these measures say of the ties of one direction has no twin for the other.
ONE_WAY = {
    "beta_centrality",
    "dependence",
    "eigenvector",
    "imbalance",
    "lubness",
    "mutual_dependence",
    "pagerank",
}
BOTH_WAYS = [
    (name, call)
    for name, call in CALLS
    if name not in ONE_WAY and call.get("measure") != "closeness"
]


@pytest.mark.parametrize(("name", "call"), BOTH_WAYS)
@given(network=networks(unknown=False))
def test_turning_all_ties(network: Network, name: str, call: dict[str, object]) -> None:
    equal = turned(name, call)
    np.testing.assert_allclose(
        value_of(name, reverse(network), call),
        value_of(equal[0], network, equal[1]),
        rtol=1e-9,
        atol=1e-12,
    )


# A copy beside a network adds absences, and these count absences.
OF_ABSENCES = {"yules_q"}


def twice(network: Network) -> Network:
    """The network and a copy of it, known to be apart."""
    cells = np.kron(np.eye(2), np.nan_to_num(network.ties.to_numpy()))
    n = network.n
    names = labels(n) + [f"copy of {name}" for name in labels(n)]
    actors = pd.concat([attributes(n)] * 2).set_axis(names)
    frame = pd.DataFrame(cells, names, names)
    return Network.from_matrix(frame, directed=network.directed, actors=actors)


def share_left(name: str, call: dict[str, object], n: int, *, directed: bool) -> float:
    """What is left of a network's number when a copy stands beside it."""
    if name in ("density", "connectedness", "fragmentation", "compactness"):
        return (n - 1) / (2 * n - 1)
    if name == "reciprocity" and call.get("kind") == "dyadic":
        return (n - 1) / (2 * n - 1)
    if name == "pagerank":
        return 1 / 2
    if name != "centralization":
        return 1.0
    measure = call["measure"]
    if measure == "closeness":
        return math.nan  # no path leads to the copy
    if measure is ms.betweenness:
        return 2 * (n - 1) ** 2 * (n - 2) / ((2 * n - 1) ** 2 * (2 * n - 2))
    if directed and measure not in (ms.degree, ms.strength):
        return 2 * (n - 1) ** 2 / (2 * n - 1) ** 2
    return 2 * (n - 1) * (n - 2) / ((2 * n - 1) * (2 * n - 2))


def counts_what_is_not(name: str, call: dict[str, object]) -> bool:
    """Whether 1 less the number, and not the number, is left of a network."""
    return name == "fragmentation" or call.get("kind") == "dyadic"


# Strong transitivity counts every tie once more for each actor of the copy.
BESIDE = [
    (name, call)
    for name, call in CALLS
    if name not in OF_ABSENCES and call.get("kind") != "strong"
]


@pytest.mark.parametrize(("name", "call"), BESIDE)
@given(network=networks(unknown=False, smallest=3))
def test_a_copy_beside_it(network: Network, name: str, call: dict[str, object]) -> None:
    n, value = network.n, value_of(name, network, call)
    doubled = value_of(name, twice(network), call)
    left = share_left(name, call, n, directed=network.directed)
    if isinstance(value, float):
        if counts_what_is_not(name, call):
            value, doubled = 1 - value, 1 - doubled
        np.testing.assert_allclose(doubled, value * left, rtol=1e-9, atol=1e-12)
        return
    cells, known = doubled.to_numpy(), value.to_numpy()
    if isinstance(value, pd.Series):
        expected = np.concatenate([known, known]) * left
        np.testing.assert_allclose(cells, expected, rtol=1e-9, atol=1e-12)
        return
    for block in (slice(0, n), slice(n, 2 * n)):
        np.testing.assert_allclose(cells[block, block], known, rtol=1e-9, atol=1e-12)


# ---- a register of the same ties

OF_REGISTERS = [
    (name, call)
    for name, call in CALLS
    if get_type_hints(getattr(ms, name))["network"] == Network | Register
]


def registered(network: Network) -> Register:
    rows = network.to_frame()
    return Register.from_ties(
        rows[rows["weight"] > 0],
        weight="weight",
        directed=network.directed,
        actors=network.actors,
    )


@pytest.mark.parametrize(
    ("name", "call"), OF_REGISTERS, ids=[called(*each) for each in OF_REGISTERS]
)
@given(network=networks(unknown=False))
def test_a_register_gives_what_the_network_gives(
    network: Network, name: str, call: dict[str, object]
) -> None:
    value = value_of(name, network, call)
    again = getattr(ms, name)(registered(network), **call)
    np.testing.assert_allclose(again, value, rtol=1e-9, atol=1e-12)
    if isinstance(value, pd.Series):
        assert again.index.equals(value.index)
        assert again.attrs == value.attrs


def test_some_measures_take_a_register() -> None:
    assert {"degree", "strength", "ei_index"} <= {name for name, _ in OF_REGISTERS}


# ---- values that the docstrings state

DOCUMENTED = {
    "empty": {
        "in_degree": 0,
        "out_degree": 0,
        "degree": 0,
        "strength": 0,
        "betweenness": 0,
        "harmonic_closeness": 0,
        "beta_centrality": math.nan,
        "constraint": math.nan,
        "effective_size": math.nan,
        "efficiency": math.nan,
        "hierarchy": math.nan,
        "authorities": math.nan,
        "closeness": math.nan,
        "core_number": 0,
        "current_flow_betweenness": 0,
        "eigenvector": math.nan,
        "hubs": math.nan,
        "information_centrality": 0,
        "katz": 1,
        "pagerank": 1 / 4,
        "density": 0,
        "reciprocity": math.nan,
        "centralization": 0,
        "ei_index": math.nan,
        "ei_by_actor": math.nan,
        "cross_boundary_share": math.nan,
        "iqv": math.nan,
        "yules_q": math.nan,
        "dependence": math.nan,
        "tie_asymmetry": math.nan,
        "transitivity": math.nan,
        "connectedness": 0,
        "fragmentation": 1,
        "compactness": 0,
        "krackhardt_hierarchy": math.nan,
        "krackhardt_efficiency": math.nan,
        "lubness": math.nan,
        "modularity": math.nan,
        "assortativity": math.nan,
    },
    "complete": {
        "in_degree": 3,
        "degree": 6,
        "betweenness": 0,
        "harmonic_closeness": 3,
        "beta_centrality": 1,
        "constraint": 3 * (1 / 3 + 2 / 9) ** 2,
        "effective_size": 1,
        "efficiency": 1 / 3,
        "hierarchy": 0,
        "ei_index": 2 / 3,
        "cross_boundary_share": 5 / 6,
        "yules_q": math.nan,
        "authorities": 1,
        "closeness": 1 / 3,
        "core_number": 6,
        "current_flow_betweenness": 3 * 1 / 4,
        "eigenvector": 1,
        "hubs": 1,
        "information_centrality": 4 / (3 * 1 / 2),
        "katz": 1 / (1 - 3 * 1 / 6),
        "pagerank": 1 / 4,
        "density": 1,
        "reciprocity": 1,
        "centralization": 0,
        "tie_asymmetry": 0,
        "imbalance": 0,
        "mutual_dependence": 2 / 3,
        "transitivity": 1,
        "connectedness": 1,
        "fragmentation": 0,
        "compactness": 1,
        "krackhardt_hierarchy": 0,
        "krackhardt_efficiency": 0,
        "lubness": 1,
        "modularity": 2 / 12 - (6**2 + 3**2 + 3**2) / 12**2,
        "assortativity": -1 / 3,
    },
    "disconnected": {
        "authorities": 1,
        "closeness": 1,
        "core_number": 2,
        "current_flow_betweenness": 0,
        "eigenvector": 1,
        "hubs": 1,
        "information_centrality": 2,
        "katz": 2,
        "pagerank": 1 / 4,
        "transitivity": math.nan,
        "connectedness": 1 / 3,
        "fragmentation": 2 / 3,
        "compactness": 1 / 3,
        "krackhardt_hierarchy": 0,
        "krackhardt_efficiency": 0,
        "lubness": math.nan,
    },
    "one actor": dict.fromkeys(
        ("in_degree", "strength", "betweenness", "density", "reciprocity"), math.nan
    )
    | dict.fromkeys(
        ("authorities", "closeness", "core_number", "eigenvector", "hubs"), math.nan
    )
    | dict.fromkeys(("information_centrality", "katz", "pagerank"), math.nan)
    | {"centralization": math.nan, "ei_index": math.nan, "constraint": math.nan}
    | dict.fromkeys(("transitivity", "connectedness", "fragmentation"), math.nan)
    | dict.fromkeys(("compactness", "krackhardt_hierarchy", "lubness"), math.nan)
    | dict.fromkeys(("krackhardt_efficiency", "modularity"), math.nan)
    | {"assortativity": math.nan},
    "presence-only": {
        "density": math.nan,
        "reciprocity": math.nan,
        "centralization": math.nan,
        "tie_asymmetry": math.nan,
        "yules_q": math.nan,
        "transitivity": math.nan,
        "connectedness": math.nan,
        "fragmentation": math.nan,
        "compactness": math.nan,
        "krackhardt_hierarchy": math.nan,
        "krackhardt_efficiency": math.nan,
        "lubness": math.nan,
    },
    "signed": {
        "betweenness": math.nan,
        "harmonic_closeness": math.nan,
        "beta_centrality": math.nan,
        "constraint": math.nan,
        "effective_size": math.nan,
        "efficiency": math.nan,
        "hierarchy": math.nan,
        "authorities": math.nan,
        "closeness": math.nan,
        "core_number": 6,
        "current_flow_betweenness": math.nan,
        "eigenvector": math.nan,
        "hubs": math.nan,
        "information_centrality": math.nan,
        "katz": math.nan,
        "pagerank": math.nan,
        "dependence": math.nan,
        "tie_asymmetry": math.nan,
        "density": 1,
        "transitivity": 1,
        "connectedness": math.nan,
        "fragmentation": math.nan,
        "compactness": math.nan,
        "krackhardt_hierarchy": math.nan,
        "krackhardt_efficiency": math.nan,
        "lubness": math.nan,
        "modularity": math.nan,
        "assortativity": math.nan,
    },
}


@pytest.mark.parametrize(
    ("case", "name"), [(case, name) for case in DOCUMENTED for name in DOCUMENTED[case]]
)
def test_documented_value(case: str, name: str) -> None:
    value = value_of(name, CASES[case], REQUIRED.get(name, [{}])[0])
    if isinstance(value, pd.DataFrame):
        value = value.to_numpy()[~np.eye(len(value), dtype=bool)]
    expected = np.full(np.shape(value), DOCUMENTED[case][name], dtype=float)
    np.testing.assert_allclose(value, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "name",
    [
        "compactness",
        "connectedness",
        "density",
        "fragmentation",
        "krackhardt_efficiency",
        "krackhardt_hierarchy",
        "lubness",
        "reciprocity",
        "tie_asymmetry",
        "transitivity",
        "yules_q",
    ],
)
def test_presence_only_is_said(name: str) -> None:
    call = REQUIRED.get(name, [{}])[0]
    told = ms.reason(getattr(ms, name), CASES["presence-only"], **call)
    assert told == "presence-only: ties were documented, absences never"


@pytest.mark.parametrize(
    "name",
    [
        "out_degree",
        "betweenness",
        "closeness",
        "constraint",
        "current_flow_betweenness",
        "effective_size",
        "ei_by_actor",
        "hubs",
        "information_centrality",
    ],
)
def test_a_silent_actor_is_undefined_and_the_others_are_not(name: str) -> None:
    value = value_of(name, CASES["silent actor"], REQUIRED.get(name, [{}])[0])
    assert value.isna().tolist() == [False, False, True, False]
    told = {"actor c": "no sent tie was observed (nonrespondent)"}
    assert value.attrs["reasons"] == told


@pytest.mark.parametrize(
    "name",
    [
        "authorities",
        "core_number",
        "eigenvector",
        "katz",
        "pagerank",
    ],
)
def test_a_silent_actor_has_what_others_say(name: str) -> None:
    value = value_of(name, CASES["silent actor"], {})
    assert value.notna().all()
    assert value.attrs["reasons"] == {}


def test_a_silent_actor_still_receives() -> None:
    received = ms.in_strength(CASES["silent actor"])
    assert received.tolist() == [3.0, 8.0, 3.0, 4.0]
    assert received.attrs["reasons"] == {}


# ---- how a measure is written


@pytest.mark.parametrize("name", ms.__all__)
def test_the_return_annotation_tells_the_kind(name: str) -> None:
    measure = getattr(ms, name)
    hints = get_type_hints(measure)
    assert hints["return"] in (pd.Series, pd.DataFrame, float)
    assert hints["network"] in (Network, Network | Register)
    value = value_of(name, CASES["complete"], REQUIRED.get(name, [{}])[0])
    assert isinstance(value, hints["return"])


@pytest.mark.parametrize("name", ms.__all__)
def test_options_are_keywords_with_defaults(name: str) -> None:
    first, *others = inspect.signature(getattr(ms, name)).parameters.values()
    assert first.name == "network"
    for option in others:
        if option.default is not option.empty:
            assert option.kind is option.KEYWORD_ONLY, option.name


def docstring(thing: Callable[..., object]) -> str:
    return inspect.getdoc(thing) or ""


@pytest.mark.parametrize("name", [*ms.__all__, *ms.TABLES])
def test_the_docstring_says_what_the_reader_needs(name: str) -> None:
    text = docstring(getattr(ms, name))
    first = text.split("\n")[0]
    assert first.endswith("."), first
    assert "Examples\n--------" in text
    assert ">>>" in text
    if name in ms.__all__:
        assert ".. math::" in text
        assert "References\n----------" in text
        assert "NaN" in text or "Undefined" in text


def test_the_page_lists_measures_and_tables_apart() -> None:
    assert list(ms.__all__) == sorted(ms.__all__)
    assert not set(ms.__all__) & set(ms.TABLES)
    assert all(callable(getattr(ms, name)) for name in (*ms.__all__, *ms.TABLES))


@EVERY_CALL
def test_a_measure_leaves_the_network_as_it_was(
    name: str, call: dict[str, object]
) -> None:
    network = silent_actor()
    ties, states, actors = network.ties, network.states, network.actors
    before = ties.copy(), states.copy(), actors.copy()
    value_of(name, network, call)
    pd.testing.assert_frame_equal(network.ties, before[0])
    pd.testing.assert_frame_equal(network.states, before[1])
    pd.testing.assert_frame_equal(network.actors, before[2])


# ---- what a measure can be, whatever the unknown ties are


@st.composite
def incomplete(draw: st.DrawFn) -> Network:
    """Networks with and without a scale, with dyads unknown and impossible."""
    n = draw(st.integers(1, 5))
    scale = draw(st.sampled_from([None, (0.0, 5.0), (1.0, 5.0)]))
    rated = scale == (1.0, 5.0) and draw(st.booleans())
    cell = st.sampled_from([1.0, 2.0, 5.0, np.nan, np.nan] + [0.0] * 2 * (not rated))
    square = np.array(draw(st.lists(cell, min_size=n * n, max_size=n * n)))
    square = square.reshape(n, n)
    np.fill_diagonal(square, 0)
    directed = draw(st.booleans())
    if not directed:
        square = np.triu(square) + np.triu(square).T
    gone = draw(st.integers(-1, n - 1))  # the place of an impossible dyad in row 0
    words = np.full((n, n), "", dtype=object)
    if gone >= 0 and np.isnan(square[0, gone]):
        words[0, gone] = "structural"
        words[gone, 0] = "" if directed else "structural"
    states = pd.DataFrame(words, labels(n), labels(n))
    return network_of(square, directed=directed, scale=scale, states=states)


def completed(network: Network, draws: np.random.Generator) -> Network:
    """Every unknown dyad takes some strength it can have."""
    low, high = tie_limits(network)
    n, ends = network.n, draws.random((network.n, network.n))
    top = np.where(np.isinf(high), low + 10 ** draws.uniform(-3, 3, (n, n)), high)
    share = np.select([ends < 0.35, ends < 0.7], [0.0, 1.0], draws.random((n, n)))
    filling = low + share * (top - low)
    if not network.directed:
        filling = np.triu(filling) + np.triu(filling).T
    states = network.states
    filled = network.ties.isna() & (states != "structural")
    ties = network.ties.mask(filled, pd.DataFrame(filling, labels(n), labels(n)))
    scale = network.scale
    if scale == (1.0, 5.0) and (network.ties == 0).to_numpy().any():
        scale = (1e-9, 5.0)  # between an absence and the lowest rating
    return Network.from_matrix(
        ties,
        directed=network.directed,
        actors=network.actors,
        states=states.mask(filled, "observed"),
        scale=scale,
    )


def flat(value: Value) -> np.ndarray:
    if isinstance(value, pd.DataFrame):
        return value.to_numpy()[~np.eye(len(value), dtype=bool)]
    return np.atleast_1d(np.asarray(value))


@EVERY_CALL
@given(network=incomplete(), seed=st.integers(0, 2**32 - 1))
def test_no_completion_lies_outside_of_bounds(
    network: Network, seed: int, name: str, call: dict[str, object]
) -> None:
    try:
        table = bounds(getattr(ms, name), network, **call)
    except RefusedError:  # no scenarios: said and tested with `bounds`
        return
    (kind,) = set(table["kind"]) or {"bounds"}
    low, high = table["low"].to_numpy(), table["high"].to_numpy()
    np.testing.assert_array_equal(
        table["observed"], flat(value_of(name, network, call))
    )
    assert (np.isnan(low) == np.isnan(high)).all()
    assert not (low > high).any()
    if kind == "scenarios":
        ends = [
            flat(value_of(name, complete(network, end), call))
            for end in ("absent", "maximum")
        ]
        np.testing.assert_array_equal(low, np.minimum(*ends))
        np.testing.assert_array_equal(high, np.maximum(*ends))
        return
    draws = np.random.default_rng(seed)
    for _ in range(5):
        value = flat(value_of(name, completed(network, draws), call))
        known = ~np.isnan(value)
        slack = 1e-9 * np.maximum(1, np.abs(value))
        assert (value >= low - slack)[known].all()
        assert (value <= high + slack)[known].all()


@EVERY_CALL
@given(network=networks(unknown=False))
def test_where_all_is_known_there_is_no_range(
    network: Network, name: str, call: dict[str, object]
) -> None:
    table = bounds(getattr(ms, name), network, **call)
    for end in ("low", "high"):
        np.testing.assert_allclose(table[end], table["observed"], rtol=1e-9, atol=1e-12)


# ---- the tables have a contract of their own


@pytest.mark.parametrize("case", CASES)
def test_rank_intervals_are_always_defined(case: str) -> None:
    network = CASES[case]
    for direction in ("in", "out"):
        table = ms.rank_intervals(network, direction=direction)
        assert table.columns.tolist() == ["best", "worst"]
        assert table.index.equals(network.ties.index)
        assert table["best"].between(1, table["worst"]).all()
        assert (table["worst"] <= network.n).all()


@pytest.mark.parametrize("case", CASES)
def test_power_profile_is_a_rank_or_a_reason(case: str) -> None:
    network = CASES[case]
    profile = ms.power_profile(network, resources=["staff"])
    assert profile.columns.tolist() == ["position", "reputation", "staff"]
    assert profile.index.equals(network.ties.index)
    undefined = set(profile.index[profile.isna().any(axis=1)])
    assert undefined == set(profile.attrs["reasons"])
    assert profile.min().dropna().ge(1).all()
    assert profile.max().dropna().le(network.n).all()


# ---- so has what compares several networks of the same actors

COMPARED: dict[str, Callable[[Network, Network], Table]] = {
    "congruence": ms.congruence,
    "stability": ms.stability,
    "boundary_change": lambda one, two: ms.boundary_change(one, two, by="sector"),
    "overlap": lambda one, two: ms.overlap({"one": one, "two": two}),
    "layer_correlation": lambda one, two: ms.layer_correlation({"a": one, "b": two}),
    "multiplexity": lambda one, two: ms.multiplexity({"one": one, "two": two}),
    "actor_multiplexity": lambda one, two: ms.actor_multiplexity({"a": one, "b": two}),
    "formal_gaps": lambda one, two: ms.formal_gaps(two, one, weak=1, strong=2),
    "change": ms.change,
    "actor_change": lambda one, two: ms.actor_change(ms.strength, one, two),
}


def reasoned(
    name: str, value: pd.Series | pd.DataFrame
) -> tuple[set[object], set[object]]:
    """What has no number in a table that compares two networks, and what has a reason.

    By name, by actor, by the names of row and column, or by row of a list of dyads.
    """
    if "kind" in value:
        unknown = value["kind"] == "unknown"
        return set(value.index[unknown]), set(value.index[value["reason"] != ""])
    missing = value.isna()
    if name in ("overlap", "layer_correlation"):
        cells = missing.stack()
        missing = cells.set_axis([f"{row}, {column}" for row, column in cells.index])
    elif name == "multiplexity":
        missing &= ~np.eye(len(missing), dtype=bool)
    if isinstance(missing, pd.DataFrame):
        missing = missing.any(axis=1)
    return set(missing.index[missing]), set(value.attrs["reasons"])


@pytest.mark.parametrize("other", ["complete", "silent actor", "itself"])
@pytest.mark.parametrize("name", COMPARED)
@pytest.mark.parametrize("case", CASES)
def test_two_networks_give_a_number_or_a_reason(
    case: str, name: str, other: str
) -> None:
    one, two = CASES[case], CASES[case if other == "itself" else other]
    if name == "formal_gaps" and two.is_rated:
        with pytest.raises(InputError, match="dichotomize"):
            COMPARED[name](one, two)
        return
    value = COMPARED[name](one, two)
    numbers = value.select_dtypes("number") if "kind" in value else value
    assert not np.isinf(numbers.to_numpy(dtype=float)).any()
    missing, told = reasoned(name, value)
    assert missing == told


@pytest.mark.parametrize("case", CASES)
def test_the_share_of_multiplex_ties_is_a_number_or_a_reason(case: str) -> None:
    for other in ("complete", "silent actor", case):
        layers = {"one": CASES[case], "two": CASES[other]}
        value, told = ms.multiplex_share(layers), ms.reason(ms.multiplex_share, layers)
        assert math.isnan(value) == (told != "")
        assert told or 0 <= value <= 1


@pytest.mark.parametrize("case", CASES)
def test_tables_of_power_are_numbers_or_reasons(case: str) -> None:
    network = CASES[case]
    profile = ms.power_profile(network, resources=["staff"])
    for base, spans in ms.power_intervals(network, resources=["staff"]).items():
        assert spans.columns.tolist() == ["best", "worst"]
        assert spans["best"].between(1, spans["worst"]).all()
        assert (spans["worst"] <= network.n).all()
        known = profile[base].dropna()
        inside = known.between(spans["best"][known.index], spans["worst"][known.index])
        assert inside.all()
    for table, column in (
        (ms.rank_discrepancy(profile), "tau_b"),
        (ms.rank_spread(profile), "spread"),
    ):
        undefined = set(table.index[table[column].isna()])
        assert undefined == set(table.attrs["reasons"])


@pytest.mark.parametrize("case", CASES)
def test_each_row_about_power_is_whole_or_says_why(case: str) -> None:
    found = ms.power_tables(CASES[case], resources=["staff"], by="sector")
    for table in found:
        undefined = table.select_dtypes("number").isna().any(axis=1)
        assert (table["reason"][undefined] != "").all()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["weak", "strong", "communities"])
def test_partitions_number_every_actor_or_tell_why_not(case: str, kind: str) -> None:
    network = CASES[case]
    if kind == "communities":
        labels = ms.communities(network, rng=1)
    else:
        labels = ms.components(network, kind=kind)
    assert labels.index.equals(network.ties.index)
    assert labels.dtype == "Int64"
    assert set(labels.index[labels.isna()]) == set(labels.attrs["reasons"])
    assert all(labels.attrs["reasons"].values())
    sizes = labels.value_counts().sort_index()
    assert sizes.index.tolist() == list(range(1, len(sizes) + 1))
    assert sizes.is_monotonic_decreasing


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", ["discrete", "continuous"])
def test_core_periphery_places_every_actor_or_tells_why_not(
    case: str, kind: str
) -> None:
    network = CASES[case]
    table = ms.core_periphery(network, kind=kind)
    assert table.index.equals(network.ties.index)
    assert table.columns.tolist() == ["core" if kind == "discrete" else "coreness"]
    column = table.iloc[:, 0]
    assert column.dtype == ("boolean" if kind == "discrete" else "float64")
    assert set(table.index[column.isna()]) == set(table.attrs["reasons"])
    assert all(table.attrs["reasons"].values())
    assert math.isnan(table.attrs["fit"]) == column.isna().all()
    assert (table.attrs["n_equal"] == 0) == column.isna().all()
