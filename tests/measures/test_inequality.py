"""Gini, Theil and Herfindahl, and Theil between and within groups."""

from __future__ import annotations

import itertools
import json
import math
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError
from netcollab import measures as ms

HERE = Path(__file__).parents[1] / "reference" / "measures"
SHARED = Path(__file__).parents[2].parent / "shared" / "reference"
INDICES = {
    "gini": ms.gini,
    "theil": ms.theil,
    "herfindahl": ms.herfindahl,
    "herfindahl normalised": lambda values: ms.herfindahl(values, normalised=True),
}
EVERY_INDEX = pytest.mark.parametrize("name", INDICES)
SOME = st.lists(st.integers(0, 50), min_size=2, max_size=9).filter(any)


# ---- by hand


def test_gini_by_hand() -> None:
    # differences 1, 2, 1 in both orders: 8 / (2 * 9 * 2)
    assert ms.gini(pd.Series([1, 2, 3])) == pytest.approx(8 / 36)


def test_theil_and_herfindahl_by_hand() -> None:
    shares = [1 / 6, 2 / 6, 3 / 6]
    by_hand = sum(s * math.log(3 * s) for s in shares)
    assert ms.theil(pd.Series([1, 2, 3])) == pytest.approx(by_hand, rel=1e-14)
    assert ms.herfindahl(pd.Series([1, 2, 3])) == pytest.approx(14 / 36, rel=1e-14)
    normalised = ms.herfindahl(pd.Series([1, 2, 3]), normalised=True)
    assert normalised == pytest.approx((14 / 36 - 1 / 3) / (2 / 3), rel=1e-14)


def test_an_actor_that_has_nothing_counts() -> None:
    # Dropping the zero before the mean would give 0.
    assert ms.theil(pd.Series([4, 4, 0])) == pytest.approx(math.log(3 / 2))


def test_one_has_everything() -> None:
    alone = pd.Series([0, 0, 9, 0])
    assert ms.theil(alone) == pytest.approx(math.log(4))
    assert ms.herfindahl(alone) == ms.herfindahl(alone, normalised=True) == 1
    assert ms.gini(alone) == 0.75


# ---- what R gives


EXPECTED = pd.read_csv(HERE / "inequality.csv", keep_default_na=False)
WHOLE = EXPECTED[EXPECTED["by"] == ""]
PARTS = EXPECTED[EXPECTED["by"] != ""]


def eight() -> tuple[dict[str, pd.Series], pd.DataFrame]:
    actors = pd.read_csv(HERE / "actors.csv", index_col="id")
    rows = pd.read_csv(HERE / "relations.csv")
    rows = rows[rows["relation"] == "collaboration"]
    by_target, by_source = rows.groupby("target"), rows.groupby("source")
    lived = {
        "in_degree": by_target.size(),
        "in_strength": by_target["weight"].sum(),
        "out_strength": by_source["weight"].sum(),
    }
    values = {name: s.reindex(actors.index, fill_value=0) for name, s in lived.items()}
    return values | {name: actors[name] for name in actors.iloc[:, 3:]}, actors


@pytest.mark.parametrize(
    ("values", "statistic"), list(WHOLE.groupby(["values", "statistic"]).groups)
)
def test_eight_actors_give_what_r_gives(values: str, statistic: str) -> None:
    row = WHOLE[(WHOLE["values"] == values) & (WHOLE["statistic"] == statistic)]
    found = INDICES[statistic](eight()[0][values])
    assert found == pytest.approx(row["value"].item(), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(
    ("values", "by"), list(PARTS.groupby(["values", "by"], sort=False).groups)
)
def test_parts_of_eight_actors_are_what_r_gives(values: str, by: str) -> None:
    rows = PARTS[(PARTS["values"] == values) & (PARTS["by"] == by)]
    every, actors = eight()
    table = ms.theil_decomposition(every[values], actors[by])
    for row in rows.itertuples():
        found = table.loc[row.group, row.statistic]
        assert found == pytest.approx(row.value, rel=1e-8, abs=1e-12)
    sums = rows.groupby("statistic")["value"].sum()
    for part in ("between", "within", "expected_between"):
        assert table.loc["total", part] == pytest.approx(sums[part], rel=1e-8)


def published() -> list[tuple[str, str]]:
    files = sorted((SHARED / "expected").glob("*/inequality.json"))
    return [
        (file.parent.name, name)
        for file in files
        for name in json.loads(file.read_text(encoding="utf-8"))["values"]
    ]


def values_of(data: str, name: str) -> pd.Series:
    folder = SHARED / "data" / data
    actors = pd.read_csv(folder / "actors.csv", index_col="id")
    if name in actors:
        return actors[name]
    relation, kind = name.split("_")
    rows = pd.read_csv(folder / "relations.csv")
    rows = rows[rows["relation"] == relation]
    ends = {"indegree": ["target"], "outdegree": ["source"]}
    sides = ends.get(kind, ["source", "target"])
    counts = sum(
        rows[side].value_counts().reindex(actors.index, fill_value=0) for side in sides
    )
    return pd.Series(counts)


@pytest.mark.skipif(not SHARED.exists(), reason="published data are not beside this")
@pytest.mark.parametrize(("data", "name"), published())
def test_published_values_give_what_r_gives(data: str, name: str) -> None:
    file = SHARED / "expected" / data / "inequality.json"
    told = json.loads(file.read_text(encoding="utf-8"))["values"][name]["value"]
    keys = ("gini", "theil_T", "hhi", "hhi_normalised")
    for index, key in zip(INDICES.values(), keys, strict=True):
        found = index(values_of(data, name))
        assert found == pytest.approx(told[key], rel=1e-8), key


# ---- two roads, and what must not matter


@given(SOME)
def test_gini_is_the_mean_difference(values: list[int]) -> None:
    x = np.array(values, dtype=float)
    direct = np.abs(x[:, None] - x).sum() / (2 * len(x) ** 2 * x.mean())
    assert ms.gini(pd.Series(x)) == pytest.approx(direct, abs=1e-12)
    assert 0 <= ms.gini(pd.Series(x)) <= 1 - 1 / len(x) + 1e-12


@given(SOME)
def test_theil_is_the_loss_of_entropy(values: list[int]) -> None:
    x = np.array(values, dtype=float)
    shares = x[x > 0] / x.sum()
    entropy = -(shares * np.log(shares)).sum()
    found = ms.theil(pd.Series(x))
    assert found == pytest.approx(math.log(len(x)) - entropy, abs=1e-12)
    assert 0 <= found <= math.log(len(x)) + 1e-12


@given(SOME)
def test_herfindahl_tells_the_variation(values: list[int]) -> None:
    x = np.array(values, dtype=float)
    variation = x.std() / x.mean()
    found = ms.herfindahl(pd.Series(x))
    assert found == pytest.approx((1 + variation**2) / len(x), rel=1e-12)
    assert -1e-12 <= ms.herfindahl(pd.Series(x), normalised=True) <= 1 + 1e-12


@EVERY_INDEX
@given(values=SOME, seed=st.integers(0, 99))
def test_unit_and_order_do_not_matter(values: list[int], seed: int, name: str) -> None:
    x = np.array(values, dtype=float)
    found = INDICES[name](pd.Series(x))
    shuffled = np.random.default_rng(seed).permutation(x * 7)
    assert INDICES[name](pd.Series(shuffled)) == pytest.approx(found, abs=1e-12)


@given(SOME)
def test_two_of_each_have_the_same_gini_and_theil(values: list[int]) -> None:
    once, twice = pd.Series(values), pd.Series(np.tile(values, 2))
    assert ms.gini(twice) == pytest.approx(ms.gini(once), abs=1e-12)
    assert ms.theil(twice) == pytest.approx(ms.theil(once), abs=1e-12)
    assert ms.herfindahl(twice) == pytest.approx(ms.herfindahl(once) / 2)


@st.composite
def grouped(draw: st.DrawFn) -> tuple[pd.Series, pd.Series]:
    values = draw(SOME)
    labels = st.lists(
        st.sampled_from("abc"), min_size=len(values), max_size=len(values)
    )
    return pd.Series(values, dtype=float), pd.Series(draw(labels))


@given(grouped())
def test_the_parts_add_up_to_the_whole(data: tuple[pd.Series, pd.Series]) -> None:
    values, by = data
    table = ms.theil_decomposition(values, by)
    total = table.loc["total"]
    assert total["theil"] == pytest.approx(ms.theil(values), abs=1e-12)
    assert total["between"] + total["within"] == pytest.approx(
        total["theil"], abs=1e-12
    )
    groups = table.drop("total")
    assert groups["between"].sum() == pytest.approx(total["between"], abs=1e-12)
    assert groups["share"].sum() == pytest.approx(1)
    assert groups["n"].sum() == total["n"] == len(values)
    # Between groups: Theil of everybody holding the mean of the group.
    level = values.groupby(by).transform("mean")
    assert total["between"] == pytest.approx(ms.theil(level), abs=1e-12)


@given(grouped())
def test_the_expectation_is_the_mean_over_all_labellings(
    data: tuple[pd.Series, pd.Series],
) -> None:
    values, by = data[0].head(5), data[1].head(5)
    if not values.any():
        return
    found = [
        ms.theil(values.groupby(np.array(labels)).transform("mean"))
        for labels in itertools.permutations(by)
    ]
    table = ms.theil_decomposition(values, by)
    expected = table.loc["total", "expected_between"]
    assert expected == pytest.approx(np.mean(found), abs=1e-10)


def test_the_expectation_is_what_drawing_gives() -> None:
    rng = np.random.default_rng(20261123)
    values = pd.Series(rng.integers(0, 30, 40))
    by = pd.Series(rng.choice(list("abcd"), 40, p=[0.5, 0.3, 0.1, 0.1]))
    expected = ms.theil_decomposition(values, by).loc["total", "expected_between"]
    drawn = [
        ms.theil(values.groupby(rng.permutation(by)).transform("mean"))
        for _ in range(2000)
    ]
    error = np.std(drawn) / math.sqrt(len(drawn))
    assert abs(np.mean(drawn) - expected) < 4 * error


def test_one_group_has_nothing_between() -> None:
    table = ms.theil_decomposition(pd.Series([1, 2, 6]), pd.Series(["a"] * 3))
    assert table.loc["total", ["between", "expected_between"]].tolist() == [0, 0]
    assert table.attrs["reasons"] == {}


def test_groups_are_matched_by_actor() -> None:
    values = pd.Series([90.0, 30, 30, 10], ["nav", "hdir", "ks", "bergen"])
    by = pd.Series({"bergen": "local", "ks": "local", "nav": "state", "hdir": "state"})
    table = ms.theil_decomposition(values, by)
    assert table.index.tolist() == ["local", "state", "total"]
    assert table["share"].tolist() == [0.25, 0.75, 1]


# ---- undefined, unknown, wrong


@EVERY_INDEX
def test_values_that_are_unknown_are_left_out(name: str) -> None:
    index = INDICES[name]
    assert index(pd.Series([1, np.nan, 3])) == index(pd.Series([1, 3]))


@EVERY_INDEX
@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([], "there are no values"),
        ([np.nan], "there are no values"),
        ([0, 0], "all values are 0"),
        ([-1, 2], "a value is negative"),
    ],
)
def test_undefined_with_a_reason(values: list[float], reason: str, name: str) -> None:
    series = pd.Series(values, dtype=float)
    assert math.isnan(INDICES[name](series))
    assert ms.reason(getattr(ms, name.split()[0]), series) == reason
    table = ms.theil_decomposition(series, pd.Series("a", series.index))
    assert table.drop(columns="n").isna().all(axis=None)
    assert set(table.attrs["reasons"]) == set(table.index)
    assert set(table.attrs["reasons"].values()) == {reason}


def test_one_value_has_no_normalised_index() -> None:
    one = pd.Series([3.0])
    assert ms.herfindahl(one) == 1
    assert math.isnan(ms.herfindahl(one, normalised=True))
    told = ms.reason(ms.herfindahl, one, normalised=True)
    assert told == "there is one value only"


def test_a_group_that_has_nothing() -> None:
    table = ms.theil_decomposition(pd.Series([0, 0, 4, 2]), pd.Series(list("aabb")))
    assert math.isnan(table.loc["a", "theil"])
    assert table.loc["a", ["share", "between", "within"]].tolist() == [0, 0, 0]
    assert table.attrs["reasons"] == {"a": "all values are 0"}


def test_actors_without_a_value_or_a_group_are_left_out() -> None:
    values = pd.Series([1, 2, np.nan, 6, 5])
    table = ms.theil_decomposition(values, pd.Series(["a", "b", "a", "b", None]))
    kept = ms.theil_decomposition(pd.Series([1, 2, 6]), pd.Series(list("abb")))
    pd.testing.assert_frame_equal(table, kept)


def test_an_expectation_that_takes_too_long_is_missing() -> None:
    rng = np.random.default_rng(1)
    values = pd.Series(rng.random(400))
    started = time.process_time()
    table = ms.theil_decomposition(values, pd.Series(["a", "b"] * 200))
    assert time.process_time() - started < 10
    assert table["expected_between"].isna().all()
    assert table["between"].notna().all()
    assert all("too many" in why for why in table.attrs["reasons"].values())
    assert set(table.attrs["reasons"]) == {"a", "b", "total"}


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(InputError, match="the values must be numeric"):
        ms.gini(pd.Series(["much", "little"]))
    with pytest.raises(InputError, match="attribute 'staff' must be finite"):
        ms.theil(pd.Series([1, np.inf], name="staff"))
    with pytest.raises(InputError, match='cannot be called "total"'):
        ms.theil_decomposition(pd.Series([1, 2]), pd.Series(["total", "a"]))
    with pytest.raises(InputError, match="one row for each value"):
        ms.theil_decomposition(pd.Series([1, 2]), pd.Series(["a"]))


def test_the_lorenz_curve_by_hand() -> None:
    table = ms.lorenz(pd.Series([3, 1, 2], list("abc")))
    np.testing.assert_allclose(table["actors"], [0, 1 / 3, 2 / 3, 1])
    np.testing.assert_allclose(table["held"], [0, 1 / 6, 1 / 2, 1])


@given(values=st.lists(st.integers(0, 50), min_size=1, max_size=9).filter(any))
def test_gini_is_twice_the_area_below_the_diagonal(values: list[int]) -> None:
    table = ms.lorenz(pd.Series(values))
    below = np.trapezoid(table["actors"] - table["held"], table["actors"])
    assert 2 * below == pytest.approx(ms.gini(pd.Series(values)), abs=1e-12)
    assert table["held"].is_monotonic_increasing
    assert (table["held"] <= table["actors"] + 1e-12).all()


def test_the_lorenz_curve_counts_what_is_not_known() -> None:
    table = ms.lorenz(pd.Series([2, None, 2]))
    assert table["held"].tolist() == [0.0, 0.5, 1.0]
    assert table.attrs == {"n_missing": 1, "reasons": {}}


@pytest.mark.parametrize(
    ("values", "why"),
    [([], "no values"), ([0, 0], "all values are 0"), ([1, -1], "negative")],
)
def test_no_lorenz_curve_says_why(values: list[float], why: str) -> None:
    table = ms.lorenz(pd.Series(values, dtype=float))
    assert table["held"].isna().all()
    assert why in table.attrs["reasons"]["held"]
    assert len(table) == len(values) + 1
