"""Several relations between the same actors."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network

NAMES = ["nav", "ks", "hdir"]
TRUST = [[0, 1, 1], [1, 0, 0], [np.nan, 0, 0]]
ADVICE = [[0, 1, 0], [0, 0, 0], [1, 1, 0]]


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = more.pop("names", NAMES[: len(square)])
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def two() -> dict[str, Network]:
    return {"trust": network_of(TRUST), "advice": network_of(ADVICE)}


# ---- by hand


def test_overlap_over_the_dyads_both_observed() -> None:
    # known in both: nav-ks (both), nav-hdir (trust), ks-nav (trust), hdir-ks (advice)
    jaccard = ms.overlap(two())
    assert jaccard.loc["trust", "advice"] == 1 / 4
    count = ms.overlap(two(), kind="count")
    assert count.to_numpy().tolist() == [[3, 1], [1, 3]]
    share = ms.overlap(two(), kind="share")
    assert share.loc["trust", "advice"] == pytest.approx(1 / 3)
    assert share.loc["advice", "trust"] == 1 / 2  # hdir-nav is unknown to trust
    assert jaccard.index.tolist() == jaccard.columns.tolist() == ["trust", "advice"]
    assert jaccard.attrs == {"reasons": {}, "directed": True}


def test_layer_correlation_is_that_of_two_layers() -> None:
    valued = network_of([[0, 4, 2], [3, 0, 1], [np.nan, 2, 0]])
    layers = {"trust": valued, "advice": network_of(ADVICE)}
    pairs = np.array([(4, 1), (2, 0), (3, 0), (1, 0), (2, 1)]).T
    found = ms.layer_correlation(layers)
    assert found.loc["trust", "advice"] == pytest.approx(np.corrcoef(pairs)[0, 1])
    assert np.diag(found) == pytest.approx(1)
    alone = ms.congruence(layers["trust"], layers["advice"])["correlation"]
    assert found.loc["advice", "trust"] == pytest.approx(alone)


def test_multiplexity_counts_layers_and_says_what_it_cannot_count() -> None:
    found = ms.multiplexity(two())
    assert found.loc["nav"].tolist()[1:] == [2, 1]
    assert found.loc["ks"].tolist()[::2] == [1, 0]
    assert math.isnan(found.loc["hdir", "nav"])
    assert found.attrs["reasons"] == {"hdir": "not observed in trust towards: nav"}


def test_multiplexity_of_actors_and_of_the_network() -> None:
    # tied: nav-ks (2 layers), nav-hdir, ks-nav, hdir-ks
    table = ms.actor_multiplexity(two())
    assert table["tied"].tolist() == [3, 3, 2]
    assert table["multiplex"].tolist() == [1, 1, 0]
    assert table["n_dyads"].tolist() == [3, 4, 3]
    assert table["share"].tolist() == pytest.approx([1 / 3, 1 / 3, 0])
    assert ms.multiplex_share(two()) == 1 / 4


def test_undirected_layers_are_compared_by_pairs() -> None:
    chain = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
    star = [[0, 1, 1], [1, 0, 0], [1, 0, 0]]
    pairs = {
        name: network_of(c, directed=False) for name, c in (("a", chain), ("b", star))
    }
    assert ms.overlap(pairs, kind="count").to_numpy().tolist() == [[2, 1], [1, 2]]
    assert ms.multiplexity(pairs).loc["ks", "nav"] == 2
    assert ms.actor_multiplexity(pairs)["tied"].tolist() == [2, 2, 2]
    mixed = pairs | {"c": network_of(star)}
    counts = ms.overlap(mixed, kind="count")
    assert counts.loc["a", "b"] == 2
    assert counts.attrs["directed"]
    assert not ms.overlap(pairs).attrs["directed"]


def test_the_number_of_formal_ties_is_a_network_of_its_own() -> None:
    chain = network_of([[0, 1, 0], [1, 0, 1], [0, 1, 0]], directed=False)
    star = network_of([[0, 1, 1], [1, 0, 0], [1, 0, 0]], directed=False)
    both = Network.from_matrix(ms.multiplexity({"a": chain, "b": star}), directed=False)
    assert both.ties.loc["nav"].tolist()[1:] == [2, 1]


# ---- undefined


def test_ratings_are_no_ties() -> None:
    rated = network_of(np.where(np.eye(3) > 0, 0, [[1, 2, 3]] * 3), scale=(1, 5))
    layers = two() | {"rating": rated}
    for kind in ("jaccard", "count", "share"):
        table = ms.overlap(layers, kind=kind)
        assert table.loc["rating"].isna().all()
        assert "dichotomize" in table.attrs["reasons"]["rating, trust"]
        assert table.loc["trust", "advice"] == ms.overlap(two(), kind=kind).iloc[0, 1]
    assert ms.layer_correlation(layers).notna().all(axis=None)
    assert ms.multiplexity(layers).isna().all(axis=None)
    assert set(ms.multiplexity(layers).attrs["reasons"]) == set(NAMES)
    assert ms.actor_multiplexity(layers)["tied"].isna().all()
    told = ms.reason(ms.multiplex_share, layers)
    assert told.startswith("rating: presence-only: every answer on the scale")
    assert math.isnan(ms.multiplex_share(layers))


def test_a_layer_without_absences_gives_what_ties_give() -> None:
    named = network_of([[0, 1, np.nan], [1, 0, np.nan], [np.nan, np.nan, 0]])
    layers = two() | {"named": named}
    assert ms.overlap(layers).loc["named"].isna().all()
    assert ms.overlap(layers, kind="count").loc["named", "advice"] == 1
    share = ms.overlap(layers, kind="share")
    assert share.loc["named", "advice"] == 1 / 2
    assert math.isnan(share.loc["advice", "named"])
    assert "absences never" in ms.reason(ms.multiplex_share, layers)
    assert ms.multiplexity(layers).loc["nav", "ks"] == 3


def test_nothing_to_share_is_told() -> None:
    empty = network_of(np.zeros((3, 3)))
    layers = {"a": empty, "b": empty}
    assert ms.overlap(layers).attrs["reasons"]["a, b"] == "no dyad compared has a tie"
    assert ms.overlap(layers, kind="count").to_numpy().tolist() == [[0, 0], [0, 0]]
    assert math.isnan(ms.multiplex_share(layers))
    assert set(ms.actor_multiplexity(layers).attrs["reasons"]) == set(NAMES)
    apart = {"a": network_of(ADVICE), "b": network_of(ADVICE, names=list("xyz"))}
    told = ms.overlap(apart).attrs["reasons"]
    assert told == dict.fromkeys(("a, b", "b, a"), "no dyad was observed in both")
    assert ms.multiplexity(apart).isna().all(axis=None)
    assert ms.actor_multiplexity(apart)["n_dyads"].tolist() == [0] * 6


def test_a_single_layer_and_none() -> None:
    alone = {"trust": network_of(TRUST)}
    assert ms.overlap(alone).iloc[0, 0] == 1
    assert ms.multiplex_share(alone) == 0
    with pytest.raises(InputError, match="dict from name to network"):
        ms.overlap({})
    with pytest.raises(InputError, match="dict from name to network"):
        ms.multiplexity([network_of(TRUST)])
    with pytest.raises(UnknownNameError, match="jaccard"):
        ms.overlap(two(), kind="jacard")


# ---- identities

CELL = st.sampled_from([0.0, 0.0, 1.0, 2.0, np.nan])


@st.composite
def layers_of(draw: st.DrawFn, n: int = 3) -> dict[str, Network]:
    found = {}
    for name in "abc"[: draw(st.integers(1, 3))]:
        cells = draw(st.lists(CELL, min_size=n * n, max_size=n * n))
        square = np.array(cells).reshape(n, n) * (1 - np.eye(n))
        directed = draw(st.booleans())
        if not directed:
            square = np.triu(square) + np.triu(square).T
        found[name] = network_of(square, names=list("xyz"), directed=directed)
    return found


@given(layers_of())
def test_two_roads_to_the_same_numbers(layers: dict[str, Network]) -> None:
    table = {kind: ms.overlap(layers, kind=kind) for kind in ("jaccard", "share")}
    table["correlation"] = ms.layer_correlation(layers)
    for one in layers:
        for other in layers:
            pair = ms.congruence(layers[one], layers[other])
            for kind, name in (
                ("jaccard", "jaccard"),
                ("share", "realised"),
                ("correlation", "correlation"),
            ):
                np.testing.assert_allclose(
                    table[kind].loc[one, other], pair[name], atol=1e-12
                )
    for found in table.values():
        missing = {
            f"{r}, {c}" for r in found for c in found if math.isnan(found.loc[r, c])
        }
        assert missing == set(found.attrs["reasons"])


@given(layers_of())
def test_shares_follow_from_the_counts(layers: dict[str, Network]) -> None:
    counts = ms.multiplexity(layers).to_numpy()
    ties = np.stack([net.ties.to_numpy() for net in layers.values()])
    stacked = np.where(np.isnan(ties), np.nan, ties != 0)
    np.testing.assert_array_equal(counts, stacked.sum(0))
    share = ms.multiplex_share(layers)
    told = ms.reason(ms.multiplex_share, layers)
    assert math.isnan(share) == (told != "")
    if told:
        return
    assert share == pytest.approx((counts > 1).sum() / (counts > 0).sum())
    actors = ms.actor_multiplexity(layers)
    ordered = any(net.directed for net in layers.values())
    many = (counts > 1).astype(float)
    expected = (many + many.T if ordered else many).sum(1)
    expected[actors["n_dyads"] == 0] = np.nan
    np.testing.assert_array_equal(actors["multiplex"], expected)
    assert set(actors.attrs["reasons"]) == set(actors.index[actors["share"].isna()])


def test_a_reason_stands_where_a_count_is_missing() -> None:
    found = ms.multiplexity(two())
    blank = found.isna().to_numpy() & ~np.eye(3, dtype=bool)
    assert {NAMES[i] for i in np.nonzero(blank)[0]} == set(found.attrs["reasons"])
