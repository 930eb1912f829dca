"""Largest eigenvalues of non-negative matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array, diags_array

from netcollab.measures.eigen import leading, spectral_radius


def of_path(n: int) -> csr_array:
    side = np.ones(n - 1)
    return diags_array([side, side], offsets=[1, -1], format="csr")


@pytest.mark.parametrize("n", [2, 3, 10, 400, 3000])
def test_a_path_has_the_eigenvector_of_a_string(n: int) -> None:
    value, vector = leading(of_path(n))
    places = np.arange(1, n + 1) * np.pi / (n + 1)
    assert value == pytest.approx(2 * np.cos(np.pi / (n + 1)), rel=1e-12)
    expected = np.sin(places) / np.sin(places).max()
    np.testing.assert_allclose(vector, expected, atol=1e-10)


@pytest.mark.parametrize("n", [2, 3, 50])
def test_a_ring_that_goes_round_in_circles(n: int) -> None:
    ring = csr_array(np.roll(np.eye(n), 1, axis=1) * 3)
    value, vector = leading(ring)
    assert value == pytest.approx(3)
    np.testing.assert_allclose(vector, 1)


def test_two_groups_that_are_almost_apart() -> None:
    # the two largest eigenvalues differ by a millionth
    group = np.ones((6, 6)) - np.eye(6)
    cells = np.kron(np.eye(2), group)
    cells[0, 6] = cells[6, 0] = 3e-6
    value, vector = leading(csr_array(cells))
    values, vectors = np.linalg.eigh(cells)
    assert value == pytest.approx(values[-1], rel=1e-13)
    last = np.abs(vectors[:, -1])
    np.testing.assert_allclose(vector, last / last.max(), rtol=1e-9)


def test_strengths_of_very_different_size() -> None:
    rng = np.random.default_rng(1)
    cells = 10 ** rng.uniform(-6, 6, (30, 30)) * (1 - np.eye(30))
    value, vector = leading(csr_array(cells))
    np.testing.assert_allclose(cells @ vector, value * vector, rtol=1e-9)
    assert value == pytest.approx(np.abs(np.linalg.eigvals(cells)).max(), rel=1e-9)


def test_without_cycles_the_radius_is_nothing() -> None:
    assert spectral_radius(csr_array(np.triu(np.ones((5, 5)), 1))) == 0
    assert spectral_radius(csr_array((3, 3))) == 0


def test_the_radius_is_the_largest_of_any_part() -> None:
    rng = np.random.default_rng(2)
    for _ in range(30):
        cells = rng.integers(0, 3, (8, 8)) * (rng.random((8, 8)) < 0.25)
        np.fill_diagonal(cells, 0)
        expected = np.abs(np.linalg.eigvals(cells)).max()
        found = spectral_radius(csr_array(cells.astype(float)))
        # an eigenvalue of a chain of equal parts is known to a few digits only
        assert found == pytest.approx(expected, abs=1e-4)
