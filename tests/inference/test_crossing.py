"""A change of ties across units: by hand, against R, and what never changes it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from netcollab import measures as ms
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import TestResult, crossing, silo_change
from netcollab.inference.exchanges import Changed, listed_gains
from netcollab.networks import Network

HERE = Path(__file__).parents[1] / "reference" / "inference"
SIDES = ("less", "greater", "two-sided")
KEEPS = ("degrees", "sent", "density")
NAMED = {"odds": "log_odds_ratio", "share": "share_change", "ei": "ei_change"}


def network(cells: object, names: list[str], **more: object) -> Network:
    frame = pd.DataFrame(np.array(cells, dtype=float), names, names)
    return Network.from_matrix(frame.mask(np.eye(len(names), dtype=bool)), **more)


def waves(
    seed: int,
    *,
    n: int = 8,
    share: float = 0.4,
    directed: bool = True,
    unknown: int = 3,
) -> tuple[Network, Network, pd.Series]:
    """Two waves that have nothing to do with each other, and units of the actors."""
    rng = np.random.default_rng(seed)
    names = [f"team {i:02}" for i in range(n)]
    units = pd.Series([*"aabbbccc"] * (n // 8), names, name="unit")
    found = []
    for _ in range(2):
        cells = (rng.random((n, n)) < share).astype(float)
        cells[rng.integers(n, size=unknown), rng.integers(n, size=unknown)] = np.nan
        cells = cells if directed else np.triu(cells, 1) + np.triu(cells, 1).T
        found.append(network(cells, names, directed=directed))
    return found[0], found[1], units


def told(result: TestResult) -> tuple[float, float, float]:
    return result.statistic, result.pvalue, result.p_min


# ---- by hand, in closed form, against R


def test_four_teams_by_hand() -> None:
    # a1 and b1 turn from their mates to each other's; a2 stays with both of them. That
    # one closed walk is as it is, or turned: nothing else keeps everybody's ties.
    names = ["a1", "a2", "b1", "b2"]
    units = pd.Series([*"aabb"], names)
    before = [[0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
    after = [[0, 0, 0, 1], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    both = network(before, names), network(after, names)
    result = silo_change(*both, by=units, alternative="greater")
    assert result.statistic == pytest.approx(2 * math.log(3))
    np.testing.assert_allclose(
        sorted(result.null_distribution), [-2 * math.log(3), 2 * math.log(3)]
    )
    assert told(result)[1:] == (0.5, 0.5)
    assert result.estimate == result.statistic
    assert (result.n, result.unit) == (4, "changed dyads")
    share = silo_change(*both, by=units, estimand="share")
    assert told(share) == (0.5, 1, 1)
    assert silo_change(*both, by=units, estimand="ei").statistic == 1


def test_refused_where_nothing_can_be_exchanged() -> None:
    names = ["a1", "a2", "b1", "b2"]
    units = pd.Series([*"aabb"], names)
    before = network([[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], names)
    after = network([[0, 1, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], names)
    with pytest.raises(RefusedError, match="in each of"):
        silo_change(before, after, by=units)


def ten_teams() -> tuple[Network, Network, pd.Series]:
    rows = pd.read_csv(HERE / "silo_change_waves.csv")
    names = sorted(set(rows["source"]))
    units = pd.Series([name[0] for name in names], names)
    before, after = (
        network(rows.pivot(index="source", columns="target", values=wave), names)
        for wave in ("before", "after")
    )
    return before, after, units


@pytest.mark.parametrize("keep", ["density", "sent"])
def test_the_same_as_exact_tests_in_r(keep: str) -> None:
    expected = pd.read_csv(HERE / "silo_change.csv", index_col="keep").loc[keep]
    before, after, units = ten_teams()
    for side in ("less", "greater"):
        result = silo_change(
            before,
            after,
            by=units,
            keep=keep,
            alternative=side,
            n_resamples=10**7 if keep == "sent" else 9999,
            rng=1,
        )
        error = 4 * result.mc_error
        np.testing.assert_allclose(result.pvalue, expected[side], atol=error + 1e-12)


def test_every_exchange_as_counted_in_r() -> None:
    rows = pd.read_csv(HERE / "silo_change_five.csv")
    expected = pd.read_csv(HERE / "silo_change.csv", index_col="keep").loc["degrees"]
    ends = rows[["source", "target"]].to_numpy() + np.array([0, 10])
    crosses = (rows[["source", "target"]] <= 2).sum(axis=1).to_numpy() == 1
    changed = Changed(ends, rows["gained"].to_numpy() == 1, crosses)
    gains = listed_gains(changed, 50_000)
    assert gains is not None
    assert len(gains) == expected["exchanges"]
    assert (gains <= changed.n_gains).mean() == pytest.approx(expected["less"])
    assert (gains >= changed.n_gains).mean() == pytest.approx(expected["greater"])


def test_density_is_fishers_exact_test() -> None:
    before, after, units = waves(3, share=0.3)
    one, two = before.ties.to_numpy(), after.ties.to_numpy()
    moved = ~np.isnan(one) & ~np.isnan(two) & (one != two)
    crosses = units.to_numpy()[:, None] != units.to_numpy()
    table = [
        [(moved & (two == gained) & (crosses == across)).sum() for across in (1, 0)]
        for gained in (1, 0)
    ]
    expected = stats.fisher_exact(table, alternative="greater").pvalue
    result = silo_change(
        before, after, by=units, keep="density", alternative="greater", rng=1
    )
    assert result.n == np.sum(table)
    assert result.pvalue == pytest.approx(expected, abs=4 * result.mc_error)


# ---- identities


@given(
    seed=st.integers(0, 10**6),
    directed=st.booleans(),
    estimand=st.sampled_from(sorted(NAMED)),
)
def test_the_statistic_is_the_measure(seed: int, directed: bool, estimand: str) -> None:
    before, after, units = waves(seed, directed=directed)
    expected = ms.boundary_change(before, after, by=units)[NAMED[estimand]]
    assume(not np.isnan(expected))
    try:
        result = silo_change(
            before, after, by=units, estimand=estimand, n_resamples=19, rng=1
        )
    except RefusedError:
        assume(False)
    assert result.statistic == pytest.approx(expected, abs=1e-12)
    known = result.null_distribution[~np.isnan(result.null_distribution)]
    assert result.estimate == pytest.approx(result.statistic - known.mean())


@pytest.mark.parametrize("keep", KEEPS)
@pytest.mark.parametrize(
    "directed", [True, pytest.param(False, marks=pytest.mark.nightly)]
)
def test_every_estimand_has_the_same_p(keep: str, directed: bool) -> None:
    before, after, units = waves(5, n=16, directed=directed)
    for side in SIDES:
        p = {
            silo_change(
                before,
                after,
                by=units,
                estimand=estimand,
                keep=keep,
                alternative=side,
                n_resamples=199,
                rng=2,
            ).pvalue
            for estimand in NAMED
        }
        assert len(p) == 1


def test_turning_time_turns_the_test() -> None:
    before, after, units = waves(7)
    there = silo_change(before, after, by=units, keep="sent", alternative="greater")
    back = silo_change(after, before, by=units, keep="sent", alternative="less")
    assert back.statistic == pytest.approx(-there.statistic)
    assert back.pvalue == pytest.approx(there.pvalue)
    assert there.seed is None


def test_less_and_greater_share_the_observed_case() -> None:
    before, after, units = waves(9)
    low, high = (
        silo_change(before, after, by=units, alternative=side)
        for side in ("less", "greater")
    )
    same = np.isclose(low.null_distribution, low.statistic).mean()
    assert low.pvalue + high.pvalue == pytest.approx(1 + same)
    both = silo_change(before, after, by=units)
    assert both.pvalue == pytest.approx(min(1, 2 * min(low.pvalue, high.pvalue)))
    assert low.p_min <= low.pvalue
    assert both.p_min <= both.pvalue


def test_names_and_order_play_no_part() -> None:
    before, after, units = waves(11, n=16)
    order = np.random.default_rng(1).permutation(16)
    turned = [
        network(wave.ties.iloc[order, order], list(wave.ties.index[order]))
        for wave in (before, after)
    ]
    for keep in KEEPS:
        asked = {"keep": keep, "n_resamples": 99, "rng": 4}
        first = silo_change(before, after, by=units, **asked)
        again = silo_change(*turned, by=units.iloc[order], **asked)
        assert told(first) == told(again)
        recoded = units.map({"a": "z", "b": "a", "c": "m"})
        assert told(first) == told(silo_change(before, after, by=recoded, **asked))


def test_workers_and_seeds() -> None:
    before, after, units = waves(13, n=16)
    asked = {"by": units, "n_resamples": 1100}
    one = silo_change(before, after, **asked, rng=5)
    two = silo_change(before, after, **asked, rng=5, workers=2)
    assert one.seed == 5
    np.testing.assert_array_equal(one.null_distribution, two.null_distribution)
    assert one == two
    other = silo_change(before, after, **asked, rng=6)
    assert not np.array_equal(one.null_distribution, other.null_distribution)


def test_draws_agree_with_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    before, after, units = waves(15, share=0.2)
    asked = {"by": units, "keep": "sent", "alternative": "greater"}
    exact = silo_change(before, after, **asked, n_resamples=10**7)
    assert exact.seed is None
    monkeypatch.setattr(crossing, "listed_gains", lambda *_: None)
    drawn = silo_change(before, after, **asked, n_resamples=3000, rng=1)
    assert drawn.method == f"3,000 exchanges of {exact.n} changed dyads"
    assert drawn.pvalue == pytest.approx(exact.pvalue, abs=4 * drawn.mc_error)
    assert drawn.estimate == pytest.approx(exact.estimate, abs=0.05)


# ---- what is compared


def test_only_dyads_that_both_waves_observed_count() -> None:
    before, after, units = waves(17, unknown=0)
    expected = silo_change(before, after, by=units)
    ties = after.ties.copy()
    ties.loc["team 00"] = np.nan
    silent = silo_change(before, Network.from_matrix(ties), by=units)
    assert silent.n < expected.n
    cut = before.ties.copy()
    cut.loc["team 00"] = np.nan
    both = silo_change(Network.from_matrix(cut), Network.from_matrix(ties), by=units)
    assert told(silent) == told(both)


def test_who_joined_or_has_no_unit_is_not_compared() -> None:
    before, after, units = waves(19, unknown=0)
    expected = silo_change(before, after, by=units)
    names = [*before.ties.index, "new"]
    more = after.ties.reindex(index=names, columns=names, fill_value=1.0)
    more = more.mask(np.eye(9, dtype=bool))
    assert told(silo_change(before, Network.from_matrix(more), by=units)) == told(
        expected
    )
    without = silo_change(before, after, by=units.mask(units.index == "team 00"))
    rest = list(before.ties.index[1:])
    few = [Network.from_matrix(w.ties.loc[rest, rest]) for w in (before, after)]
    assert told(without) == told(silo_change(*few, by=units.drop("team 00")))


def test_ratings_need_a_threshold() -> None:
    rng = np.random.default_rng(21)
    names = [f"team {i}" for i in range(8)]
    units = pd.Series([*"aabbbccc"], names)
    rated = [
        network(rng.integers(1, 6, size=(8, 8)), names, scale=(1.0, 5.0)) for _ in "ab"
    ]
    with pytest.raises(RefusedError, match="threshold"):
        silo_change(*rated, by=units)
    result = silo_change(*rated, by=units, threshold=4)
    expected = ms.boundary_change(*rated, by=units, threshold=4)["log_odds_ratio"]
    assert result.statistic == pytest.approx(expected)
    cut = [network(wave.ties >= 4, names) for wave in rated]
    assert told(result) == told(silo_change(*cut, by=units))


def test_undirected_pairs_keep_the_ties_of_both() -> None:
    before, after, units = waves(23, directed=False)
    result = silo_change(before, after, by=units)
    assert result.unit == "changed pairs"
    assert told(result) == told(silo_change(before, after, by=units, keep="sent"))


# ---- refused


def refusal(**more: object) -> str:
    before, after, units = waves(25, unknown=0)
    asked = {"before": before, "after": after, "by": units} | more
    with pytest.raises(RefusedError) as told:
        silo_change(asked.pop("before"), asked.pop("after"), **asked)
    return str(told.value)


def test_refused_with_the_reason() -> None:
    before, _, units = waves(25, unknown=0)
    names = list(before.ties.index)
    assert "no tie came or went" in refusal(after=before)
    empty = network(np.zeros((8, 8)), names)
    assert "has no tie" in refusal(after=empty, estimand="share")
    assert "inside a unit" in refusal(after=empty)
    named = network(np.where(before.ties == 1, 1, np.nan), names)
    assert "presence-only" in refusal(after=named)
    assert "inside a unit, or none across" in refusal(by=pd.Series("a", units.index))


def test_arguments_are_checked() -> None:
    before, after, units = waves(27)
    with pytest.raises(UnknownNameError):
        silo_change(before, after, by=units, estimand="odd")
    with pytest.raises(UnknownNameError):
        silo_change(before, after, by=units, keep="degree")
    with pytest.raises(UnknownNameError):
        silo_change(before, after, by="sector")
    with pytest.raises(InputError, match="threshold"):
        silo_change(before, after, by=units, threshold=0)
    undirected = waves(27, directed=False)[0]
    with pytest.raises(InputError, match="both directed"):
        silo_change(before, undirected, by=units)
