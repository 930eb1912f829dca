"""Polarisation: van der Eijk's agreement by hand, and what it is at its ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError
from netcollab.scales import polarisation_index


def of_counts(*counts: int) -> float:
    answers = np.repeat(np.arange(1, len(counts) + 1), counts)
    return float(
        polarisation_index(answers, ["all"] * len(answers), (1, len(counts)))["all"]
    )


# Layers by hand, K = 5: A = U (1 - (S - 1)/4); U from triples that fit one peak (c)
# and that do not (d).
@pytest.mark.parametrize(
    ("counts", "agreement"),
    [
        ((0, 0, 8, 0, 0), 1.0),
        ((4, 4, 4, 4, 4), 0.0),
        ((5, 0, 0, 0, 5), -1.0),
        ((3, 3, 0, 0, 0), 0.75),
        ((2, 2, 2, 0, 0), 0.5),
        # 10101: c = 2, d = 4, U = (6 - 16)/18.
        ((1, 0, 1, 0, 1), -10 / 18 / 2),
        # Two layers: 11100 of 6 answers (A = .5), then 01000 of 2 (A = 1).
        ((2, 4, 2, 0, 0), 6 / 8 * 0.5 + 2 / 8),
        # 10000 + 10001: of (3, 0, 0, 0, 1) the layer 10001 holds 2 of 4.
        ((3, 0, 0, 0, 1), 2 / 4 * -1 + 2 / 4),
    ],
)
def test_by_hand(counts: tuple[int, ...], agreement: float) -> None:
    assert of_counts(*counts) == pytest.approx((1 - agreement) / 2, abs=1e-14)


@given(st.lists(st.integers(0, 9), min_size=3, max_size=7).filter(lambda c: sum(c) > 1))
def test_turning_the_scale_or_doubling_everybody_changes_nothing(
    counts: list[int],
) -> None:
    found = of_counts(*counts)
    assert -1e-12 <= found <= 1 + 1e-12
    assert of_counts(*counts[::-1]) == pytest.approx(found, abs=1e-12)
    assert of_counts(*[2 * count for count in counts]) == pytest.approx(
        found, abs=1e-12
    )


def test_what_cannot_be_said_has_its_reason() -> None:
    found = polarisation_index([1, 2, np.nan], ["a", "b", "b"], (1, 5))
    assert found.isna().all()
    assert found.attrs["left_out"] == 1
    assert set(found.attrs["reasons"].values()) == {"fewer than two answers"}
    two = polarisation_index([1, 2, 1], ["a"] * 3, (1, 2))
    assert "two options" in two.attrs["reasons"]["a"]


def test_answers_between_the_options_are_refused() -> None:
    with pytest.raises(InputError, match="none of the 5 options"):
        polarisation_index([1, 2.5], ["a", "a"], (1, 5))
    with pytest.raises(InputError, match="slider"):
        polarisation_index([1, 2], ["a", "a"], (0, 100), options="slider")
