"""Convergence of groups: by hand, by F, by every exchange, in R, and by its level."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import TestResult, group_convergence, group_spread

REFERENCE = Path(__file__).parents[1] / "reference" / "inference"


def rows(
    seed: int, *, groups: int = 3, persons: int = 3, seen: str = "twice", d: int = 2
) -> pd.DataFrame:
    """Persons of each group, seen twice, or others in the second wave."""
    rng = np.random.default_rng(seed)
    parts = []
    for g, wave, k in itertools.product(range(groups), (2025, 2026), range(persons)):
        person = f"{g}.{k}" if seen == "twice" else f"{g}.{k}.{wave}"
        values = rng.normal(size=d) + g
        parts.append((f"group {g}", wave, person, *values))
    return pd.DataFrame(parts, columns=["group", "wave", "person", *"abcd"[:d]])


def asked(data: pd.DataFrame, **more: object) -> TestResult:
    values = [name for name in "abcd" if name in data]
    more = {"unit": "person", "rng": 1} | more
    return group_convergence(data, values, "group", "wave", **more)


def in_wave(values: np.ndarray, group: np.ndarray) -> tuple[float, np.ndarray]:
    """The spread between groups of one wave and the influence of each row, by loops."""
    names = sorted(set(group))
    means = {g: values[group == g].mean(axis=0) for g in names}
    middle = np.mean(list(means.values()), axis=0)
    traces = {g: values[group == g].var(axis=0, ddof=1).sum() for g in names}
    n = {g: (group == g).sum() for g in names}
    spread = sum(((means[g] - middle) ** 2).sum() for g in names) / (len(names) - 1)
    spread -= np.mean([traces[g] / n[g] for g in names])
    pull = []
    for x, g in zip(values, group, strict=True):
        off = x - means[g]
        out = 2 * (means[g] - middle) @ off / n[g] / (len(names) - 1)
        pull.append(out - (off @ off - traces[g]) / n[g] ** 2 / len(names))
    return spread, np.array(pull)


def by_loops(data: pd.DataFrame, after: np.ndarray) -> tuple[float, float]:
    """D and its standard error for one assignment of waves."""
    values = data[[name for name in "abcd" if name in data]].to_numpy()
    group, unit = data["group"].to_numpy(), data["person"].to_numpy()
    changes, pulls = [], pd.Series(0.0, sorted(set(unit)))
    for wave, sign in ((0, 1), (1, -1)):
        here = after == wave
        spread, pull = in_wave(values[here], group[here])
        changes.append(sign * spread)
        pulls = pulls.add(
            pd.Series(sign * pull).groupby(unit[here]).sum(), fill_value=0
        )
    return sum(changes), float(np.sqrt((pulls**2).sum()))


def centred(data: pd.DataFrame) -> pd.DataFrame:
    """Values less the mean of the means of the groups in their wave."""
    values = [name for name in "abcd" if name in data]
    means = data.groupby(["wave", "group"])[values].mean().groupby("wave").mean()
    return data.assign(**(data[values] - means.loc[data["wave"]].to_numpy()))


def later(data: pd.DataFrame) -> np.ndarray:
    return (data["wave"] == data["wave"].max()).to_numpy() * 1


# ---- values


def test_the_spread_by_hand() -> None:
    data = pd.DataFrame(
        {
            "group": list("nnjjtt") * 2,
            "wave": [1] * 6 + [2] * 6,
            "person": list("abcdef") * 2,
            "a": [1.0, 1.4, 3.0, 3.2, 5.0, 4.7, 2.6, 3.0, 3.0, 3.3, 3.4, 3.1],
        }
    )
    # means 1.2, 3.1, 4.85 have variance 3.3325; within .08, .02, .045, halved, .0242
    # means 2.8, 3.15, 3.25 have variance .0558; within .08, .045, .045, halved, .0283
    before = 3.3325 - (0.08 + 0.02 + 0.045) / 6
    after = np.var([2.8, 3.15, 3.25], ddof=1) - (0.08 + 0.045 + 0.045) / 6
    found = asked(data)
    assert found.estimate == pytest.approx(before - after)
    assert (found.n, found.unit) == (12, "rows")
    assert found.test == "convergence of groups by group, 1 to 2"


def test_equal_groups_give_the_variance_component_of_anova() -> None:
    # (mean square between - mean square within) / n, told by F
    data = rows(3, groups=4, persons=5, d=1)
    parts = []
    for wave in (2025, 2026):
        here = data[data["wave"] == wave].groupby("group")["a"]
        f = stats.f_oneway(*[values for _, values in here]).statistic
        parts.append(here.var().mean() * (f - 1) / 5)
    assert asked(data).estimate == pytest.approx(parts[0] - parts[1])


def test_the_spread_of_each_wave_makes_the_change() -> None:
    data = rows(7, groups=4, persons=4).drop(index=[0, 9, 17])
    spread = group_spread(data, ["a", "b"], "group", "wave")
    values, group = data[["a", "b"]].to_numpy(), data["group"].to_numpy()
    here = later(data) == 0
    assert spread[2025] == pytest.approx(in_wave(values[here], group[here])[0])
    assert spread[2025] - spread[2026] == pytest.approx(asked(data).estimate)
    assert spread.attrs["reasons"] == {}


def test_a_wave_without_a_spread_says_why() -> None:
    data = rows(7, groups=2, persons=2).drop(index=1)
    data.loc[len(data) + 1] = ["group 0", 2030, "other", 1.0, 2.0]
    spread = group_spread(data, ["a", "b"], "group", "wave")
    assert spread.isna().to_dict() == {2025: True, 2026: False, 2030: True}
    assert spread.attrs["reasons"] == {
        2025: "groups of one row: group 0",
        2030: "all rows are of one group (group 0)",
    }


@pytest.mark.parametrize("seen", ["twice", "once"])
def test_change_and_error_by_loops(seen: str) -> None:
    data = rows(5, seen=seen).drop(index=[0, 7])
    change, error = by_loops(data, later(data))
    found = asked(data)
    assert found.estimate == pytest.approx(change, abs=1e-12)
    assert found.statistic == pytest.approx(change / error, abs=1e-10)


def test_the_error_is_that_of_leaving_each_unit_out() -> None:
    data = rows(8, groups=3, persons=60)
    persons = data["person"].unique()
    rests = [data[data["person"] != person] for person in persons]
    left = [by_loops(rest, later(rest))[0] for rest in rests]
    n = len(persons)
    jackknife = math.sqrt((n - 1) / n * ((left - np.mean(left)) ** 2).sum())
    found = asked(data, n_resamples=99)
    assert found.estimate / found.statistic == pytest.approx(jackknife, rel=0.03)


def test_every_swap_is_looked_at() -> None:
    data = rows(2, groups=2, persons=3)
    found = asked(data)
    assert found.method == "exact (64 distinct relabellings)"
    apart, after = centred(data), later(data)
    persons = sorted(data["person"].unique())
    null = []
    for swaps in itertools.product((0, 1), repeat=6):
        swapped = data["person"].map(dict(zip(persons, swaps, strict=True))).to_numpy()
        change, error = by_loops(apart, np.where(swapped, 1 - after, after))
        null.append(change / error)
    np.testing.assert_allclose(sorted(found.null_distribution), sorted(null), rtol=1e-9)
    far = np.abs(null) >= abs(found.statistic) - 1e-10
    assert found.pvalue == far.mean()
    assert found.p_min == 2 / 64


def test_waves_are_dealt_out_in_each_group_where_nobody_is_seen_twice() -> None:
    data = rows(4, groups=2, seen="once")
    found = asked(data)
    assert found.method == "exact (400 distinct relabellings)"  # (6 over 3) squared
    alone = asked(data, unit=None)
    assert alone.pvalue == found.pvalue
    assert alone.estimate == pytest.approx(found.estimate)
    mixed = pd.concat([data, rows(6, groups=2)])
    assert asked(mixed).method == "exact (25,600 distinct relabellings)"  # 400 x 2^6


def test_values_of_an_enumeration_in_r() -> None:
    told = pd.read_csv(REFERENCE / "convergence.csv").set_index("unit")
    data = pd.read_csv(REFERENCE / "convergence_rows.csv")
    for unit, expected in told.iterrows():
        found = asked(data, unit=unit)
        assert found.estimate == pytest.approx(expected["change"], abs=1e-12)
        assert found.statistic == pytest.approx(expected["t"], abs=1e-10)
        assert found.pvalue == pytest.approx(expected["p"], abs=1e-15)
        assert len(found.null_distribution) == expected["exchanges"]


# ---- identities


@given(st.integers(0, 10**6))
def test_what_must_not_matter_does_not(seed: int) -> None:
    data = rows(seed, groups=3, persons=2)
    usual = asked(data)
    mixed = data.sample(frac=1, random_state=seed)
    assert asked(mixed) == usual
    shift = data["wave"].map({2025: 3.0, 2026: -4.0})
    moved = data.assign(a=data["a"] + shift)
    scaled = data.assign(a=10 * data["a"], b=10 * data["b"])
    angle = np.array([[0.6, 0.8], [-0.8, 0.6]])
    turned = data.copy()
    turned[["a", "b"]] = data[["a", "b"]].to_numpy() @ angle
    for other, factor in ((moved, 1), (scaled, 100), (turned, 1)):
        found = asked(other)
        assert found.pvalue == usual.pvalue
        assert found.statistic == pytest.approx(usual.statistic, rel=1e-8, abs=1e-8)
        assert found.estimate == pytest.approx(factor * usual.estimate, abs=1e-8)
    back = asked(data, waves=(2026, 2025))
    assert back.estimate == pytest.approx(-usual.estimate)
    assert back.pvalue == usual.pvalue
    closer = asked(data, alternative="greater")
    assert closer.pvalue == asked(data, waves=(2026, 2025), alternative="less").pvalue


def test_the_interval_goes_with_the_test() -> None:
    for seed in range(12):
        data = rows(seed, groups=3, persons=3)
        found = asked(data)
        outside = found.ci_low > 0 or found.ci_high < 0
        assert outside == (found.pvalue <= 0.05)
        one = asked(data, alternative="greater")
        assert (one.ci_low > 0) == (one.pvalue <= 0.05)
        assert one.ci_high == math.inf
        assert asked(data, alternative="less").ci_low == -math.inf


def test_draws_repeat_and_do_not_depend_on_workers() -> None:
    data = rows(1, groups=4, persons=8)
    one, again, two = (
        asked(data, n_resamples=1200, workers=workers) for workers in (1, 1, 2)
    )
    assert one == again == two
    assert np.array_equal(one.null_distribution, two.null_distribution)
    assert one.method == "1,200 permutations"
    assert one.p_min == pytest.approx(1 / 1201)


def test_rows_that_are_not_complete_leave() -> None:
    data = rows(1, persons=4)
    holes = data.copy()
    holes.loc[0, "a"] = np.nan
    holes.loc[5, "group"] = None
    holes.loc[6, "wave"] = np.nan
    found = asked(holes)
    assert found.n == len(data) - 3
    complete = data.drop(index=[0, 5, 6])
    assert found.estimate == pytest.approx(asked(complete).estimate)


def test_a_site_without_a_second_wave_stays_where_it_is() -> None:
    data = rows(1, persons=6)
    data["site"] = data["person"].str[-1]
    data = data[~((data["site"] == "5") & (data["wave"] == 2026))]
    assert asked(data, unit="site").method == "exact (32 distinct relabellings)"


def test_exchanges_that_empty_a_group_count_as_extreme() -> None:
    data = rows(1, groups=2, persons=4)
    data["site"] = data["person"].str[-1]
    lone = (data["group"] == "group 1") & (
        ((data["wave"] == 2025) & data["site"].isin(["0", "1"]))
        | ((data["wave"] == 2026) & data["site"].isin(["2", "3"]))
    )
    found = asked(data[~lone], unit="site")
    undefined = np.isnan(found.null_distribution)
    assert undefined.any()
    assert found.pvalue >= undefined.mean()


# ---- refusals


@pytest.mark.parametrize(
    ("change", "more", "error", "told"),
    [
        (lambda t: t.assign(wave=1), {}, InputError, "two waves are needed, there are"),
        (lambda t: t, {"waves": (2025, 2027)}, UnknownNameError, 'wave "2027"'),
        (lambda t: t, {"waves": (2025, 2025)}, InputError, "two different waves"),
        (lambda t: t, {"waves": 2025}, InputError, "before and after, got 2025"),
        (lambda t: t, {"unit": "persn"}, UnknownNameError, 'did you mean "person"'),
        (lambda t: t.assign(group="x"), {}, RefusedError, "all rows are of one group"),
        (
            lambda t: t.drop(index=[9, 10]),
            {},
            RefusedError,
            r"in wave 2026: group 1 \(1\)",
        ),
        (
            lambda t: t.assign(a=t["group"].str[-1].astype(float), b=0.0),
            {},
            RefusedError,
            "are alike in each wave",
        ),
        (lambda t: t.assign(a=np.nan), {}, RefusedError, "no row has all of"),
        (lambda t: t.assign(a="much"), {}, InputError, "a needs numbers"),
        (
            lambda t: t.assign(person=t["wave"]),
            {},
            RefusedError,
            "no person could have been in the other wave",
        ),
    ],
)
def test_what_cannot_be_tested_is_named(
    change: Callable[[pd.DataFrame], pd.DataFrame],
    more: dict[str, object],
    error: type[Exception],
    told: str,
) -> None:
    with pytest.raises(error, match=told):
        asked(change(rows(1)), **more)
