"""Katz's index and beta-centrality."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network


def network_of(cells: object, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    names = [chr(97 + place) for place in range(len(square))]
    return Network.from_matrix(pd.DataFrame(square, names, names), **more)


def ties(*pairs: str, n: int, directed: bool = True) -> Network:
    """Ties such as "ab" or "ab3" between actors a, b, ..."""
    square = np.zeros((n, n))
    for pair in pairs:
        i, j = ord(pair[0]) - 97, ord(pair[1]) - 97
        square[i, j] = float(pair[2:] or 1)
        if not directed:
            square[j, i] = square[i, j]
    return network_of(square, directed=directed)


def complete(n: int) -> Network:
    return network_of(np.ones((n, n)) - np.eye(n), directed=False)


SQUARES = st.integers(2, 5).flatmap(
    lambda n: st.lists(
        st.sampled_from([0, 0, 1, 2, 3, 4, 6]), min_size=n * n, max_size=n * n
    ).map(lambda cells: np.array(cells).reshape(len(cells) and n, n))
)


# ---- Katz


def test_walks_that_end_at_each_actor_by_hand() -> None:
    # a -> b -> c: 1; 1 + alpha; 1 + alpha + alpha^2
    chain = ties("ab", "bc", n=3)
    assert ms.katz(chain, alpha=0.5).tolist() == [1, 1.5, 1.75]
    assert ms.katz(chain, alpha=0.5, direction="out").tolist() == [1.75, 1.5, 1]


def test_strengths_multiply_walks() -> None:
    chain = ties("ab2", "bc3", n=3)
    assert ms.katz(chain, alpha=0.5, weighted=True).tolist() == [1, 2, 4]
    assert ms.katz(chain, alpha=0.5).tolist() == [1, 1.5, 1.75]


def test_without_cycles_any_alpha_will_do() -> None:
    chain = ties("ab", "bc", n=3)
    assert ms.katz(chain, alpha=7).tolist() == [1, 8, 57]
    assert ms.katz(chain).equals(ms.katz(chain, alpha=0.5))


@given(cells=SQUARES, share=st.floats(0, 0.999), weighted=st.booleans())
def test_katz_solves_its_equation(
    cells: np.ndarray, share: float, weighted: bool
) -> None:
    np.fill_diagonal(cells, 0)
    sent = cells.astype(float) if weighted else (cells != 0).astype(float)
    alpha = share / max(1.0, float(np.abs(np.linalg.eigvals(sent)).max()))
    value = ms.katz(network_of(cells), alpha=alpha, weighted=weighted).to_numpy()
    np.testing.assert_allclose(value, 1 + alpha * sent.T @ value, rtol=1e-9)
    assert value.min() >= 1 - 1e-12


def test_terms_and_elimination_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    network = network_of(rng.integers(0, 2, (12, 12)) * (1 - np.eye(12)))
    bound = 1 / np.abs(np.linalg.eigvals(network.ties.fillna(0))).max()
    calls = [
        lambda: ms.katz(network, alpha=0.8 * bound),
        lambda: ms.beta_centrality(network, beta=-0.8 * bound),
    ]
    by_terms = [call() for call in calls]
    monkeypatch.setattr("netcollab.measures.walks.FAST", 0.0)
    for before, call in zip(by_terms, calls, strict=True):
        np.testing.assert_allclose(call(), before, rtol=1e-12)


def test_half_of_the_bound_unless_said() -> None:
    # complete network of four: lambda_1 = 3, x = 1 / (1 - 3 alpha)
    assert ms.katz(complete(4)).tolist() == pytest.approx([2] * 4)
    heavy = network_of((np.ones((4, 4)) - np.eye(4)) * 5, directed=False)
    assert ms.katz(heavy, weighted=True).tolist() == pytest.approx([2] * 4)


def test_alpha_outside_its_bound_names_the_bound() -> None:
    with pytest.raises(InputError, match=r"alpha < 1/lambda_1 = 0\.25 .* got 0\.5"):
        ms.katz(complete(5), alpha=0.5)


@pytest.mark.parametrize("alpha", [0.25, -0.1, float("nan"), float("inf")])
def test_alpha_is_between_zero_and_the_bound(alpha: float) -> None:
    with pytest.raises(InputError, match="alpha needs"):
        ms.katz(complete(5), alpha=alpha)


def test_an_unknown_direction_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="direction"):
        ms.katz(complete(3), direction="sideways")


def test_a_silent_actor_has_walks_that_end_at_it() -> None:
    network = network_of([[0, 1, 1], [0, 0, 1], [np.nan, np.nan, 0]])
    assert ms.katz(network, alpha=0.5).tolist() == [1, 1.5, 2.25]
    out = ms.katz(network, alpha=0.5, direction="out")
    assert out.isna().tolist() == [False, False, True]


# ---- beta-centrality


def test_beta_outside_its_bound_names_the_bound() -> None:
    with pytest.raises(InputError, match=r"1/lambda_1 = 0\.25 .* got 0\.5"):
        ms.beta_centrality(complete(5), beta=0.5)


@pytest.mark.parametrize("beta", [0.25, -0.25, 0.3, float("nan"), float("inf")])
def test_the_bound_itself_is_outside(beta: float) -> None:
    with pytest.raises(InputError, match="beta needs"):
        ms.beta_centrality(complete(5), beta=beta)


def test_beta_zero_is_the_degree_rescaled() -> None:
    star = ties("ab", "ac", "ad", n=4, directed=False)
    value = ms.beta_centrality(star, beta=0)
    np.testing.assert_allclose(value, np.array([3, 1, 1, 1]) / np.sqrt(3))


def test_bargaining_power_is_that_of_actors_with_dependent_partners() -> None:
    # Bonacich 1987: in a line of five the second and fourth bargain best, the third
    # has the best informed partners
    line = ties("ab", "bc", "cd", "de", n=5, directed=False)
    bargaining = ms.beta_centrality(line, beta=-0.4)
    informed = ms.beta_centrality(line, beta=0.4)
    assert bargaining.idxmax() in ("b", "d")
    assert bargaining["c"] < bargaining["b"]
    assert informed.idxmax() == "c"


@given(cells=SQUARES, share=st.floats(-0.9, 0.9), weighted=st.booleans())
def test_beta_centrality_is_the_sum_over_walks(
    cells: np.ndarray, share: float, weighted: bool
) -> None:
    np.fill_diagonal(cells, 0)
    sent = cells.astype(float) if weighted else (cells != 0).astype(float)
    if not sent.any():
        return
    beta = share / max(1.0, float(np.abs(np.linalg.eigvals(sent)).max()))
    walks = ends = sent.sum(1)
    for _ in range(2000):
        ends = beta * sent @ ends
        walks = walks + ends
    value = ms.beta_centrality(network_of(cells), beta=beta, weighted=weighted)
    expected = walks * np.sqrt(len(cells) / (walks**2).sum())
    np.testing.assert_allclose(value, expected, rtol=1e-6, atol=1e-6)
    assert (value**2).sum() == pytest.approx(len(cells))


def test_without_cycles_any_beta_will_do() -> None:
    chain = ties("ab", "bc", n=3)
    value = ms.beta_centrality(chain, beta=7)
    np.testing.assert_allclose(value, np.array([8, 1, 0]) * np.sqrt(3 / 65))


def test_the_norm_counts_the_actors_that_answered() -> None:
    network = network_of([[0, 1, 1], [1, 0, 0], [np.nan, np.nan, 0]])
    value = ms.beta_centrality(network, beta=0.1)
    assert value.isna().tolist() == [False, False, True]
    assert (value**2).sum() == pytest.approx(2)


def test_beta_must_be_given() -> None:
    with pytest.raises(TypeError, match="beta"):
        ms.beta_centrality(complete(3))
