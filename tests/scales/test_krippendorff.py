"""Krippendorff's alpha: by hand, from its definition, and its bootstrap interval."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.scales import krippendorff_alpha, krippendorff_interval

LEVELS = ["nominal", "ordinal", "interval", "ratio"]
CELLS = st.sampled_from([1, 2, 3, 5, np.nan])
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=2, max_size=9)


def distance(a: float, b: float, level: str, everything: list[float]) -> float:
    if level == "nominal":
        return float(a != b)
    if level == "interval":
        return (a - b) ** 2
    if level == "ratio":
        return ((a - b) / (a + b)) ** 2
    low, high = min(a, b), max(a, b)
    count = {value: everything.count(value) for value in everything}
    between = sum(n for value, n in count.items() if low <= value <= high)
    return (between - (count[low] + count[high]) / 2) ** 2


def by_definition(table: np.ndarray, level: str) -> float:
    units = [[x for x in row if x == x] for row in table]
    units = [unit for unit in units if len(unit) > 1]
    everything = [x for unit in units for x in unit]
    n = len(everything)
    observed = sum(
        distance(a, b, level, everything) / (len(unit) - 1)
        for unit in units
        for a, b in itertools.permutations(unit, 2)
    )
    expected = sum(
        distance(a, b, level, everything)
        for a, b in itertools.permutations(everything, 2)
    )
    if expected == 0:
        return math.nan
    return 1 - (observed / n) / (expected / (n * (n - 1)))


def test_nominal_by_hand() -> None:
    # Coincidences: 1-1 2, 2-2 2, 3-3 2, 2-3 1, 3-2 1; n = 8, n_c = 2, 3, 3.
    ratings = [[1, 1], [2, 2], [3, 3], [3, 2], [1, None]]
    expected = 1 - 7 * 2 / (64 - 4 - 9 - 9)
    assert krippendorff_alpha(ratings) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("level", LEVELS)
@given(table=TABLES)
def test_alpha_by_definition(level: str, table: list[tuple[float, ...]]) -> None:
    cells = np.array(table)
    found = krippendorff_alpha(cells, level)
    np.testing.assert_allclose(
        found, by_definition(cells, level), rtol=1e-9, atol=1e-12, equal_nan=True
    )


@pytest.mark.parametrize("level", LEVELS)
@given(table=TABLES, seed=st.integers(0, 99))
def test_units_and_coders_have_no_order(
    level: str, table: list[tuple[float, ...]], seed: int
) -> None:
    cells = np.array(table)
    mixed = np.random.default_rng(seed).permutation(cells)[:, [2, 0, 1]]
    np.testing.assert_allclose(
        krippendorff_alpha(cells, level),
        krippendorff_alpha(mixed, level),
        rtol=1e-9,
        atol=1e-12,
    )


@given(table=TABLES)
def test_each_level_keeps_what_it_may(table: list[tuple[float, ...]]) -> None:
    cells = np.array(table)
    same = {
        "nominal": np.where(cells == 1, 7, np.where(cells == 5, 0, cells)),
        "ordinal": cells**3,
        "interval": 4 - 2 * cells,
        "ratio": 3 * cells,
    }
    for level, moved in same.items():
        np.testing.assert_allclose(
            krippendorff_alpha(moved, level),
            krippendorff_alpha(cells, level),
            rtol=1e-8,
            atol=1e-10,
        )


def test_words() -> None:
    words = pd.DataFrame({"a": ["no", "yes", "yes"], "b": ["no", "yes", "no"]})
    numbers = words.map({"no": 0, "yes": 1}.get)
    assert krippendorff_alpha(words) == krippendorff_alpha(numbers)
    with pytest.raises(InputError, match="order of the categories"):
        krippendorff_alpha(words, "ordinal")
    ordered = krippendorff_alpha(words, "ordinal", categories=["no", "yes"])
    assert ordered == pytest.approx(krippendorff_alpha(numbers, "ordinal"))
    with pytest.raises(InputError, match="level interval needs numbers"):
        krippendorff_alpha(words, "interval")
    with pytest.raises(InputError, match="not negative"):
        krippendorff_alpha([[-1, 1], [2, 2]], "ratio")
    with pytest.raises(UnknownNameError, match="level"):
        krippendorff_alpha(words, "ordered")


def test_full_agreement_is_1_and_systematic_disagreement_is_below_0() -> None:
    assert krippendorff_alpha([[1, 1], [2, 2], [3, 3]], "interval") == 1
    assert krippendorff_alpha([[1, 2], [2, 1], [1, 2]]) < 0


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([[1], [2]], "fewer than two raters"),
        ([[1, None], [None, 2]], "no unit was rated twice"),
        ([[1, 1], [1, 1], [2, None]], "all ratings of units rated twice are the same"),
        ([[None, None]], "no unit was rated twice"),
    ],
)
@pytest.mark.parametrize("level", LEVELS)
def test_what_is_undefined_has_a_reason(
    ratings: list[list[object]], reason: str, level: str
) -> None:
    assert math.isnan(krippendorff_alpha(ratings, level))
    found = krippendorff_interval(ratings, level, rng=1)
    assert found.reason == reason
    assert math.isnan(found.alpha)
    assert all(map(math.isnan, found.alpha_interval))


# ---- the interval


def many(seed: int, units: int = 40, accuracy: float = 0.8) -> np.ndarray:
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 5, (units, 1))
    random = rng.integers(1, 5, (units, 3))
    return np.where(rng.random((units, 3)) < accuracy, truth, random).astype(float)


@pytest.mark.parametrize("level", LEVELS)
def test_the_interval_is_that_of_resampled_units(level: str) -> None:
    table = many(1)
    found = krippendorff_interval(table, level, n_resamples=600, rng=7)
    rng = np.random.default_rng(1)
    drawn = [
        by_definition(table[rng.integers(0, 40, 40)], level)
        if level != "ordinal"
        else krippendorff_alpha(table[rng.integers(0, 40, 40)], level)
        for _ in range(120)
    ]
    low, high = found.alpha_interval
    assert low < found.alpha < high
    spread = np.std(drawn)
    assert high - low == pytest.approx(2 * 1.96 * spread, rel=0.35)
    assert found.n_units == 40
    assert found.n_pairable == 120
    assert found.reason == ""


def test_the_seed_alone_decides() -> None:
    one = krippendorff_interval(many(2), n_resamples=700, rng=11)
    again = krippendorff_interval(many(2), n_resamples=700, rng=11)
    assert one == again
    assert one.seed == 11
    drawn = krippendorff_interval(many(2), n_resamples=700)
    repeated = krippendorff_interval(many(2), n_resamples=700, rng=drawn.seed)
    assert drawn == repeated


def test_too_few_units_have_no_interval() -> None:
    found = krippendorff_interval(many(3, units=9), rng=1)
    assert not math.isnan(found.alpha)
    assert all(map(math.isnan, found.alpha_interval))
    assert found.reason == "interval: 9 units were rated twice, fewer than 10"


def test_draws_without_alpha_are_counted() -> None:
    table = np.ones((30, 2))
    table[0] = 2
    found = krippendorff_interval(table, n_resamples=500, rng=1)
    assert found.n_undefined > 25
    assert "draws give no alpha" in found.reason
    assert all(map(math.isnan, found.alpha_interval))


def test_the_interval_covers() -> None:
    """Coders who guess: the true alpha is 0."""
    hits, runs = 0, 150
    for seed in range(runs):
        found = krippendorff_interval(
            many(seed, accuracy=0.0), n_resamples=300, rng=seed
        )
        low, high = found.alpha_interval
        hits += low <= 0 <= high
    assert hits / runs > 0.95 - 4 * math.sqrt(0.95 * 0.05 / runs)


def test_wrong_arguments_are_refused() -> None:
    with pytest.raises(InputError, match="confidence"):
        krippendorff_interval(many(1), confidence=95)
    with pytest.raises(InputError, match="n_resamples"):
        krippendorff_interval(many(1), n_resamples=0)
