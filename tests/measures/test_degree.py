"""Degree and strength: by hand, and what an unobserved dyad does to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.networks import Network

NAMES = ["nav", "ks", "hdir", "bufdir"]


def told(rows: list[list[float | None]], **more: object) -> Network:
    names = NAMES[: len(rows)]
    return Network.from_matrix(pd.DataFrame(rows, names, names, dtype=float), **more)


def test_the_sum_runs_over_observed_dyads() -> None:
    network = told([[0, 3, None], [2, 0, 0], [None, 1, 0]])
    assert ms.out_degree(network).tolist() == [1, 1, 1]
    assert ms.in_strength(network).tolist() == [2, 4, 0]
    assert ms.degree(network).tolist() == [2, 3, 1]
    assert ms.strength(network).tolist() == [5, 6, 1]


def test_a_mutual_tie_counts_twice_when_directed_and_once_when_not() -> None:
    rows = [[0.0, 4.0], [4.0, 0.0]]
    assert ms.degree(told(rows)).tolist() == [2, 2]
    assert ms.degree(told(rows, directed=False)).tolist() == [1, 1]
    assert ms.strength(told(rows, directed=False)).tolist() == [4, 4]


@pytest.mark.parametrize(
    ("measure", "undefined", "reason"),
    [
        (ms.out_degree, "nav", "no sent tie was observed (no answer, not asked)"),
        (ms.in_degree, "hdir", "no received tie was observed (dont know, not asked)"),
    ],
)
def test_reasons_are_the_states_of_the_dyads(
    measure: object, undefined: str, reason: str
) -> None:
    names = NAMES[:3]
    cells = [[0, None, None], [1, 0, None], [2, 1, 0]]
    states = pd.DataFrame("observed", names, names)
    states.loc["nav", ["ks", "hdir"]] = ["no_answer", "not_asked"]
    states.loc["ks", "hdir"] = "dont_know"
    value = measure(told(cells, states=states))
    assert value.attrs["reasons"] == {undefined: reason}
    assert value.isna().sum() == 1


def test_only_an_actor_seen_from_no_side_has_no_degree() -> None:
    network = told([[0, None, None], [1, 0, None], [None, 2, 0]])
    assert ms.degree(network).notna().all()
    alone = told([[0, None, None], [None, 0, 1], [None, 2, 0]])
    assert ms.degree(alone).isna().tolist() == [True, False, False]
    assert "sent or received" in ms.degree(alone).attrs["reasons"]["nav"]


def test_signs_offset_each_other_in_strength_and_not_in_degree() -> None:
    network = told([[0, 2, -2], [0, 0, 0], [0, 0, 0]], signed=True)
    assert ms.out_strength(network)["nav"] == 0
    assert ms.out_degree(network)["nav"] == 2


def test_total_is_in_plus_out() -> None:
    rng = np.random.default_rng(8)
    cells = rng.integers(0, 4, (4, 4)).astype(float)
    np.fill_diagonal(cells, 0)
    network = told(cells.tolist())
    total = ms.in_strength(network) + ms.out_strength(network)
    assert ms.strength(network).tolist() == total.tolist()
    assert ms.in_degree(network).sum() == ms.out_degree(network).sum()
    assert ms.in_degree(network).sum() == network.n_ties
