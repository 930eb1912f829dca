"""Formal against lived structure: how far they agree, and where they part."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError
from netcollab import measures as ms
from netcollab.inference import qap_correlation
from netcollab.networks import Network, dichotomize, symmetrize

NAMES = ["nav", "ks", "hdir"]
FORMAL = [[0, 1, 1], [1, 0, 0], [1, 0, 0]]
LIVED = [[0, 4, 2], [5, 0, 3], [np.nan, 1, 0]]


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = more.pop("names", NAMES[: len(square)])
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def meeting(**more: object) -> Network:
    return network_of(FORMAL, directed=False, relation="meeting", **more)


def rated(cells: object = LIVED, **more: object) -> Network:
    return network_of(cells, scale=(1, 5), relation="capacity", **more)


# ---- congruence by hand


def test_the_counts_and_what_follows_from_them() -> None:
    told = ms.congruence(meeting(), rated(), threshold=4)
    # formal and lived: nav-ks, ks-nav; formal only: nav-hdir; hdir-nav is not known
    counts = {"both": 2, "formal_only": 1, "lived_only": 0, "neither": 2}
    assert told[list(counts)].to_dict() == counts
    assert told["realised"] == pytest.approx(2 / 3)
    assert told["formalised"] == 1
    assert told["jaccard"] == pytest.approx(2 / 3)
    assert told["simple_matching"] == pytest.approx(4 / 5)
    assert told["mean_tied"] == pytest.approx((4 + 2 + 5) / 3)
    assert told["mean_untied"] == 2
    sizes = {"n_dyads": 5, "n_unknown": 1, "n_actors": 3}
    assert told[list(sizes)].to_dict() == sizes
    assert told.attrs["reasons"] == {}
    assert told.attrs["directed"]


def test_correlation_is_that_of_the_strengths_and_of_qap() -> None:
    formal = network_of(FORMAL)
    lived = rated([[0, 4, 2], [5, 0, 3], [3, 1, 0]])
    pairs = [(1, 4), (1, 2), (1, 5), (0, 3), (1, 3), (0, 1)]
    expected = np.corrcoef(np.array(pairs).T)[0, 1]
    assert ms.congruence(formal, lived)["correlation"] == pytest.approx(expected)
    draws = np.random.default_rng(1).random((2, 4, 4)) * (1 - np.eye(4))
    one, other = (network_of(cells, names=[*NAMES, "udir"]) for cells in draws)
    found = ms.congruence(one, other)["correlation"]
    assert found == pytest.approx(qap_correlation(other.ties, one.ties, rng=1).estimate)


def test_pairs_and_ordered_dyads_tell_the_same_of_symmetric_networks() -> None:
    lived = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    pairs = ms.congruence(meeting(), network_of(lived, directed=False))
    ordered = ms.congruence(meeting(), network_of(lived))
    counts = ["both", "formal_only", "lived_only", "neither", "n_dyads"]
    assert (ordered[counts] == 2 * pairs[counts]).all()
    shares = ["correlation", "jaccard", "realised", "mean_tied"]
    pd.testing.assert_series_equal(ordered[shares], pairs[shares])
    assert (pairs.attrs["directed"], ordered.attrs["directed"]) == (False, True)


# ---- what is not known


def test_ratings_are_no_ties_until_a_threshold_says_so() -> None:
    told = ms.congruence(meeting(), rated())
    kept = ["correlation", "mean_tied", "mean_untied", "n_dyads", "n_unknown"]
    assert told[kept].notna().all()
    assert set(told.index[told.isna()]) == set(told.attrs["reasons"])
    assert "dichotomize" in told.attrs["reasons"]["jaccard"]


def test_a_layer_that_knows_ties_only_gives_what_ties_give() -> None:
    named = network_of(np.where(np.array(FORMAL) > 0, 1, np.nan), directed=False)
    lived = network_of([[0, 1, 0], [1, 0, 1], [1, 1, 0]])
    told = ms.congruence(named, lived)
    assert told["realised"] == pytest.approx(3 / 4)  # hdir-ks is unknown to the chart
    assert told["mean_tied"] == pytest.approx(3 / 4)
    undefined = {"jaccard", "formalised", "simple_matching", "lived_only", "neither"}
    assert {*undefined, "mean_untied", "correlation"} == set(told.attrs["reasons"])
    turned = ms.congruence(lived, named)
    assert turned["formalised"] == told["realised"]
    assert math.isnan(turned["realised"])


def test_unknown_dyads_are_counted_and_impossible_ones_are_not() -> None:
    states = pd.DataFrame("", NAMES, NAMES)
    states.loc["hdir", "nav"] = "structural"
    told = ms.congruence(meeting(), rated(states=states), threshold=4)
    assert told[["n_dyads", "n_unknown"]].tolist() == [5, 0]


def test_actors_of_one_network_are_named_and_not_compared() -> None:
    wider = network_of(np.ones((4, 4)) - np.eye(4), names=[*NAMES, "udir"])
    told = ms.congruence(meeting(), wider)
    assert told[["n_dyads", "n_unknown", "n_actors"]].tolist() == [6, 0, 3]
    assert told.attrs["actors_lived_only"] == ["udir"]
    assert told.attrs["actors_formal_only"] == []
    apart = ms.congruence(meeting(), network_of(FORMAL, names=list("abc")))
    assert apart[["n_dyads", "n_actors"]].tolist() == [0, 0]
    assert apart.drop(["n_dyads", "n_unknown", "n_actors", *COUNTS]).isna().all()


def test_no_ties_and_no_variation_are_told() -> None:
    nothing = network_of(np.zeros((3, 3)))
    told = ms.congruence(nothing, nothing)
    assert told["simple_matching"] == 1
    assert set(told.attrs["reasons"]) == {
        *("correlation", "jaccard", "realised", "formalised", "mean_tied")
    }
    assert "same value" in told.attrs["reasons"]["correlation"]


@pytest.mark.parametrize("threshold", [0, -1, math.nan, math.inf])
def test_a_threshold_is_above_zero(threshold: float) -> None:
    with pytest.raises(InputError, match="threshold"):
        ms.congruence(meeting(), rated(), threshold=threshold)


COUNTS = ["both", "formal_only", "lived_only", "neither"]
CELL = st.sampled_from([0.0, 0.0, 1.0, 3.0, 5.0, np.nan])


@st.composite
def networks(draw: st.DrawFn, n: int = 4) -> Network:
    cells = draw(st.lists(CELL, min_size=n * n, max_size=n * n))
    square = np.array(cells).reshape(n, n) * (1 - np.eye(n))
    directed = draw(st.booleans())
    if not directed:
        square = np.triu(square) + np.triu(square).T
    return network_of(square, names=list("abcd"), directed=directed)


@given(networks(), networks())
def test_congruence_counts_dyad_by_dyad(formal: Network, lived: Network) -> None:
    told = ms.congruence(formal, lived)
    ordered = formal.directed or lived.directed
    pairs = [(i, j) for i in "abcd" for j in "abcd" if i < j or (ordered and i != j)]
    one = [formal.ties.loc[pair] for pair in pairs]
    other = [lived.ties.loc[pair] for pair in pairs]
    known = [
        (x != 0, y != 0)
        for x, y in zip(one, other, strict=True)
        if not math.isnan(x + y)
    ]
    assert told["n_dyads"] == len(known)
    assert told["n_unknown"] == len(pairs) - len(known)
    expected = [
        known.count(kind)
        for kind in ((True, True), (True, False), (False, True), (False, False))
    ]
    for name, number in zip(COUNTS, expected, strict=True):
        assert told[name] == number or name in told.attrs["reasons"]
    assert set(told.attrs["reasons"]) == set(told.index[told.isna()])


@given(networks(), networks())
def test_turning_the_two_round_turns_what_is_said(one: Network, two: Network) -> None:
    there, back = ms.congruence(one, two), ms.congruence(two, one)
    same = ["jaccard", "simple_matching", "both", "neither", "n_dyads"]
    np.testing.assert_allclose(there[same], back[same])
    np.testing.assert_allclose(there["realised"], back["formalised"])
    np.testing.assert_allclose(there["correlation"], back["correlation"], atol=1e-12)


# ---- gaps


def test_gaps_by_hand() -> None:
    formal = network_of([[0, 1, 0], [1, 0, 0], [0, 0, 0]], directed=False)
    lived = rated([[0, 4, 2], [2, 0, 3], [np.nan, 5, 0]], site="nordvik", wave="2025")
    needed = network_of([[0, 0, 0], [0, 0, 1], [0, 0, 0]])
    gaps = ms.formal_gaps(formal, lived, interdependence=needed, weak=2.5, strong=3.5)
    rows = gaps[["source", "target", "kind", "formal", "lived", "gap"]]
    assert rows.iloc[:3].to_numpy().tolist() == [
        ["hdir", "ks", "strong_unsupported", 0, 5, 2.5],
        ["ks", "nav", "tied_weak", 1, 2, 1.5],
        ["ks", "hdir", "interdependent_untied", 0, 3, 0.5],
    ]
    assert rows.iloc[3:].drop(columns=["lived", "gap"]).to_numpy().tolist() == [
        ["hdir", "nav", "unknown", 0]
    ]
    assert gaps["reason"].tolist() == ["", "", "", "lived not asked"]
    assert gaps.attrs == {
        "site": "nordvik",
        "wave": "2025",
        "formal": "",
        "lived": "capacity",
        "weak": 2.5,
        "strong": 3.5,
        "lines": "declared",
        "directed": True,
        "n_dyads": 6,
        "n_unknown": 1,
        "actors_formal_only": [],
        "actors_lived_only": [],
    }


def test_gaps_of_pairs() -> None:
    both = symmetrize(rated([[0, 4, 2], [2, 0, 3], [1, 5, 0]]))
    gaps = ms.formal_gaps(meeting(), both, weak=2.5, strong=3.5)
    assert not gaps.attrs["directed"]
    assert gaps[["source", "target", "kind", "lived"]].to_numpy().tolist() == [
        ["nav", "hdir", "tied_weak", 1.5],
        ["ks", "hdir", "strong_unsupported", 4.0],
    ]


def test_where_all_ties_are_alike_no_line_is_needed() -> None:
    lived = network_of([[0, 1, 0], [1, 0, 1], [np.nan, 0, 0]])
    gaps = ms.formal_gaps(meeting(), lived)
    assert gaps[["source", "target", "kind", "gap"]].head(2).to_numpy().tolist() == [
        ["nav", "hdir", "tied_weak", 0.5],
        ["ks", "hdir", "strong_unsupported", 0.5],
    ]
    stronger = network_of(np.array(lived.ties) * 4)
    assert ms.formal_gaps(meeting(), stronger)["gap"].tolist()[:2] == [2, 2]


def test_without_lines_the_mean_of_the_ties_divides_them() -> None:
    gaps = ms.formal_gaps(meeting(), rated())
    attrs = {name: gaps.attrs[name] for name in ("weak", "strong", "lines")}
    assert attrs == {"weak": 3.0, "strong": 3.0, "lines": "mean"}
    rows = gaps[["source", "target", "kind", "gap"]].head(2)
    assert rows.to_numpy().tolist() == [
        ["nav", "hdir", "tied_weak", 1],
        ["ks", "hdir", "strong_unsupported", 0],
    ]
    sparse = network_of([[0, 1, 0], [5, 0, 0], [0, 0, 0]])  # absences are no ties
    assert ms.formal_gaps(meeting(), sparse).attrs["weak"] == 3
    needed = rated([[0, 1, 1], [1, 0, 5], [1, 1, 0]])
    asked = ms.formal_gaps(meeting(), rated(), interdependence=needed, strong=4)
    kinds = asked.set_index(["source", "target"])["kind"]
    assert kinds["ks", "hdir"] == "interdependent_untied"
    assert ("hdir", "ks") not in kinds


def test_one_line_serves_as_both() -> None:
    for line in ({"weak": 4}, {"strong": 4}):
        attrs = ms.formal_gaps(meeting(), rated(), **line).attrs
        assert (attrs["weak"], attrs["strong"], attrs["lines"]) == (4, 4, "declared")


def test_lines_that_make_no_sense_are_refused() -> None:
    all_alike = rated(np.where(np.eye(3) > 0, 0, 3.0))
    with pytest.raises(InputError, match="every rating of capacity is 3"):
        ms.formal_gaps(meeting(), all_alike)
    with pytest.raises(InputError, match="interdependent="):
        ms.formal_gaps(meeting(), rated(), weak=2, interdependence=all_alike)
    with pytest.raises(InputError, match="interdependent needs a number"):
        ms.formal_gaps(
            meeting(), rated(), interdependence=rated(), interdependent=math.nan
        )
    for weak, strong in ((4, 2), (1, math.inf), (math.nan, 3), (-math.inf, 3)):
        with pytest.raises(InputError, match="at most strong"):
            ms.formal_gaps(meeting(), rated(), weak=weak, strong=strong)
    with pytest.raises(InputError, match="dichotomize it"):
        ms.formal_gaps(rated(), meeting())


def test_the_words_of_what_is_not_known() -> None:
    states = pd.DataFrame("", NAMES, NAMES)
    states.loc["hdir", "nav"] = "dont_know"
    silent = np.array(FORMAL, dtype=float)
    silent[0, 2] = silent[2, 0] = np.nan
    gaps = ms.formal_gaps(
        network_of(silent, directed=False), rated(states=states), weak=2.5, strong=4
    )
    told = gaps[gaps["kind"] == "unknown"].set_index(["source", "target"])["reason"]
    assert told.to_dict() == {
        ("nav", "hdir"): "formal not asked",
        ("hdir", "nav"): "formal not asked; lived dont know",
    }


def test_nobody_is_known_to_lack_support_where_ties_alone_are_known() -> None:
    named = network_of(np.where(np.array(FORMAL) > 0, 1, np.nan), directed=False)
    gaps = ms.formal_gaps(named, rated(), weak=2.5, strong=3)
    assert set(gaps["kind"]) == {"tied_weak", "unknown"}


LEVELS = {"weak": 1.0, "middle": 3.0, "strong": 5.0}


def kind_of(formal: float, lived: float, needed: float) -> str:
    """The definition, in words that know everything."""
    if formal:
        return "tied_weak" if lived < 2.5 else ""
    if lived >= 3.5:
        return "strong_unsupported"
    return "interdependent_untied" if needed else ""


@given(networks(), networks(), networks())
def test_a_gap_holds_whatever_the_unknown_is(
    formal: Network, lived: Network, needed: Network
) -> None:
    needed = dichotomize(needed)
    gaps = ms.formal_gaps(
        formal, lived, interdependence=needed, weak=2.5, strong=3.5
    ).set_index(["source", "target"])
    ordered = formal.directed or lived.directed or needed.directed
    for pair in itertools.product("abcd", repeat=2):
        if pair[0] == pair[1] or (not ordered and pair[0] > pair[1]):
            continue
        choices = [
            values if math.isnan(net.ties.loc[pair]) else [net.ties.loc[pair]]
            for net, values in (
                (formal, [0, 1]),
                (lived, list(LEVELS.values())),
                (needed, [0, 1]),
            )
        ]
        kinds = {kind_of(*choice) for choice in itertools.product(*choices)}
        expected = kinds.pop() if len(kinds) == 1 else "unknown"
        found = gaps["kind"].get(pair, "")
        assert found == expected, (pair, choices)
    known = gaps[gaps["kind"] != "unknown"]
    assert (known["gap"] > 0).all()
    assert known["gap"].is_monotonic_decreasing
    assert gaps["gap"].isna().tolist() == (gaps["kind"] == "unknown").tolist()
    assert ((gaps["reason"] != "") == (gaps["kind"] == "unknown")).all()
