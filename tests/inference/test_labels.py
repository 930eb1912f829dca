"""Labels dealt out anew: by hand, against R; what never changes, what is refused."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import TestResult, label_permutation, pvalue
from netcollab.networks import Network

HERE = Path(__file__).parents[1] / "reference" / "inference"
SIDES = ("less", "greater", "two-sided")


@cache
def eight(relation: str) -> Network:
    actors = pd.read_csv(HERE / "synthetic8" / "actors.csv", index_col="id")
    rows = pd.read_csv(HERE / "synthetic8" / "relations.csv")
    rows = rows[rows["relation"] == relation]
    return Network.from_ties(rows, actors, unlisted="absent")


def random_network(seed: int, n: int = 9, **more: object) -> Network:
    rng = np.random.default_rng(seed)
    names = [f"actor {i:02}" for i in range(n)]
    cells = (rng.random((n, n)) < 0.3).astype(float)
    np.fill_diagonal(cells, 0)
    actors = pd.DataFrame({"sector": rng.choice([*"xyz"], n)}, names)
    return Network.from_matrix(pd.DataFrame(cells, names, names), actors=actors, **more)


def gatekeepers(network: Network, *, by: pd.Series) -> float:
    return float(ms.brokerage(network, by=by)["gatekeeper"].sum())


# ---- by hand and one by one


def test_four_actors_by_hand() -> None:
    # One tie a -> b; it lies inside when both have the same label: in 2 of 6 dealings.
    names = [*"abcd"]
    cells = pd.DataFrame(0, names, names)
    cells.loc["a", "b"] = 1
    labels = pd.Series([*"xxyy"], names)
    result = label_permutation(ms.ei_index, Network.from_matrix(cells), by=labels)
    assert isinstance(result, TestResult)
    assert result.statistic == -1
    assert sorted(result.null_distribution) == [-1, -1, 1, 1, 1, 1]
    assert result.pvalue == 2 * 2 / 6
    assert result.estimate == pytest.approx(-1 - 2 / 6)
    assert result.p_min == 2 / 6
    assert (result.n, result.unit) == (4, "actors")
    assert result.method == "exact (6 distinct relabellings)"
    assert (result.mc_error, result.seed, result.reason) == (0, None, "")
    assert math.isnan(result.ci_low)
    less = label_permutation(
        ms.ei_index, Network.from_matrix(cells), by=labels, alternative="less"
    )
    assert (less.pvalue, less.p_min) == (2 / 6, 1 / 6)


@pytest.mark.parametrize("statistic", [ms.ei_index, ms.yules_q, gatekeepers])
def test_distinct_labellings_give_what_all_relabellings_give(
    statistic: Callable[..., float],
) -> None:
    network = random_network(3, n=6)
    labels = network.attribute("sector")
    values = np.array(
        [
            statistic(network, by=pd.Series(list(dealt), labels.index))
            for dealt in itertools.permutations(labels)
        ]
    )
    observed = statistic(network, by="sector")
    for side in SIDES:
        tails = {
            "less": np.mean(~(values > observed + 1e-10)),
            "greater": np.mean(~(values < observed - 1e-10)),
        }
        expected = tails.get(side, min(1, 2 * min(tails.values())))
        result = label_permutation(statistic, network, by="sector", alternative=side)
        assert result.pvalue == pytest.approx(expected, rel=1e-12)
        assert result.n_resamples < 720


def test_ranks_and_membership_are_labels_too() -> None:
    network = random_network(4, n=6)

    def discrepancy(network: Network, *, by: pd.Series) -> float:
        received = ms.in_degree(network).rank()
        return float((received - by).abs().mean())

    ranks = pd.Series(range(1, 7), network.ties.index)
    assert label_permutation(discrepancy, network, by=ranks).n_resamples == 720
    core = pd.Series([True, True, False, False, False, False], network.ties.index)
    result = label_permutation(ms.ei_index, network, by=core)
    assert result.n_resamples == 15


# ---- against R


REFERENCE = pd.read_csv(HERE / "labels.csv")
DEALT = REFERENCE[REFERENCE["by"].isin(["sector", "level"])]
STATISTICS: dict[str, tuple[str, Callable[..., float]]] = {
    "ei collaboration": ("collaboration", ms.ei_index),
    "ei weighted collaboration": (
        "collaboration",
        partial(ms.ei_index, weighted=True),
    ),
    "ei trust": ("trust", ms.ei_index),
    "gatekeeper of 5": (
        "collaboration",
        lambda network, by: ms.brokerage(network, by=by).loc[5, "gatekeeper"],
    ),
    "gatekeepers in all": ("collaboration", gatekeepers),
}


@pytest.mark.parametrize(
    "row", DEALT.to_dict("records"), ids=lambda row: f"{row['statistic']} {row['by']}"
)
def test_every_dealing_of_r(row: dict[str, object]) -> None:
    relation, statistic = STATISTICS[str(row["statistic"])]
    result = label_permutation(statistic, eight(relation), by=str(row["by"]))
    assert result.statistic == pytest.approx(row["observed"], rel=1e-12)
    assert result.n_resamples == row["cases"]
    assert result.null_distribution.mean() == pytest.approx(row["mean"], rel=1e-9)
    assert result.null_distribution.std() == pytest.approx(row["sd"], rel=1e-9)
    for side in ("greater", "less"):
        p, _ = pvalue(
            result.null_distribution, result.statistic, alternative=side, exact=True
        )
        assert p == pytest.approx(row[side], rel=1e-12)
    assert result.p_min == 2 / row["cases"]
    doubled = min(1.0, 2 * min(row["greater"], row["less"]))
    assert result.pvalue == pytest.approx(doubled, rel=1e-12)


def test_the_mean_under_relabelling_is_the_expectation_of_the_measure() -> None:
    result = label_permutation(ms.ei_index, eight("trust"), by="level")
    expected = ms.ei_range(eight("trust"), by="level")["expected"]
    assert result.null_distribution.mean() == pytest.approx(expected, rel=1e-12)
    assert result.estimate == pytest.approx(result.statistic - expected, rel=1e-12)


# ---- what plays no part


def test_draws_depend_on_the_seed_and_on_nothing_else() -> None:
    network = random_network(5, n=30)
    ask = partial(label_permutation, ms.ei_index, network, by="sector", n_resamples=700)
    first = ask(rng=7)
    assert first.method == "700 permutations"
    assert first.seed == 7
    assert first.mc_error > 0
    assert ask(rng=7) == first
    again = ask(rng=7, workers=2)
    assert again == first
    assert again.null_distribution.tobytes() == first.null_distribution.tobytes()
    other = ask(rng=8).null_distribution
    assert other.tobytes() != first.null_distribution.tobytes()
    longer = ask(rng=7, n_resamples=900).null_distribution
    assert (longer[:700] == first.null_distribution).all()


def test_order_of_actors_plays_no_part() -> None:
    network = random_network(6, n=30)
    order = np.random.default_rng(1).permutation(30)
    other = Network.from_matrix(
        network.ties.iloc[order, order], actors=network.actors.iloc[order]
    )
    asked = [
        label_permutation(ms.ei_index, each, by="sector", n_resamples=600, rng=2)
        for each in (network, other)
    ]
    assert asked[0] == asked[1]
    assert (asked[0].null_distribution == asked[1].null_distribution).all()


def test_a_series_of_labels_may_stand_in_any_order() -> None:
    network = random_network(7)
    labels = network.attribute("sector")
    told = label_permutation(ms.ei_index, network, by=labels.iloc[::-1])
    assert told == label_permutation(ms.ei_index, network, by="sector")


def test_labels_keep_their_kind() -> None:
    network = random_network(8)
    seen = []

    def look(network: Network, *, by: pd.Series) -> float:
        seen.append(by)
        return ms.ei_index(network, by=by)

    labels = network.attribute("sector").astype("category")
    label_permutation(look, network, by=labels)
    assert all(each.dtype == labels.dtype for each in seen)
    assert all(each.index.equals(network.ties.index) for each in seen)
    assert all(sorted(each) == sorted(labels) for each in seen)


def test_an_actor_without_a_label_keeps_none() -> None:
    network = random_network(9, n=7)
    labels = pd.Series(["x", "x", None, "y", "y", None, "y"], network.ties.index)
    seen = []

    def look(network: Network, *, by: pd.Series) -> float:
        seen.append(by.isna().tolist())
        return ms.ei_index(network, by=by)

    result = label_permutation(look, network, by=labels)
    assert result.n == 5
    assert result.n_resamples == 10
    assert {tuple(each) for each in seen} == {tuple(labels.isna())}


def test_those_who_did_not_answer_share_labels_among_themselves() -> None:
    cells = random_network(13, n=7).ties.fillna(0).to_numpy().copy()
    cells[[1, 4]] = np.nan
    np.fill_diagonal(cells, 0)
    names = [f"actor {i:02}" for i in range(7)]
    network = Network.from_matrix(pd.DataFrame(cells, names, names))
    labels = pd.Series([*"xxyyyzx"], names)
    result = label_permutation(ms.ei_index, network, by=labels)
    values = {
        dealt: ms.ei_index(network, by=pd.Series(dealt, names))
        for dealt in itertools.permutations(labels)
        if sorted(dealt[i] for i in (1, 4)) == ["x", "y"]
    }
    assert result.n_resamples == len(values) == 2 * 30
    np.testing.assert_allclose(
        np.sort(result.null_distribution), np.sort(list(values.values()))
    )
    assert result.null.endswith("among those who answered")
    alike = pd.Series([*"xyxxyxx"], names)
    with pytest.raises(RefusedError, match="those who did not have one"):
        label_permutation(ms.ei_index, network, by=alike)


def test_undefined_labellings_count_as_extreme() -> None:
    # Without a tie inside or across, E-I is NaN: only c and d are tied to each other.
    names = [*"abcd"]
    cells = pd.DataFrame(0, names, names)
    cells.loc["c", "d"] = 1

    def among_x(network: Network, *, by: pd.Series) -> float:
        return ms.ei_index(network, by=by.where(by == "x"))

    labels = pd.Series([*"yyxx"], names)
    with pytest.raises(RefusedError, match="undefined"):
        label_permutation(
            among_x, Network.from_matrix(cells), by=labels.iloc[::-1].set_axis(names)
        )
    result = label_permutation(among_x, Network.from_matrix(cells), by=labels)
    assert np.isnan(result.null_distribution).sum() == 5
    assert result.pvalue == 1


# ---- what is refused, and what is told at the door


def test_one_label_only_is_refused() -> None:
    network = random_network(10)
    one = pd.Series("health", network.ties.index)
    told = 'all 9 labelled actors have the label "health": no relabelling changes'
    with pytest.raises(RefusedError, match=told):
        label_permutation(ms.ei_index, network, by=one)
    one.iloc[1:] = None
    with pytest.raises(RefusedError, match="1 of 9 actors has a label"):
        label_permutation(ms.ei_index, network, by=one)
    one.iloc[:] = None
    with pytest.raises(RefusedError, match="0 of 9 actors have a label"):
        label_permutation(ms.ei_index, network, by=one)


def test_a_statistic_that_labels_do_not_change_is_refused() -> None:
    names = [*"abcd"]
    complete = Network.from_matrix(pd.DataFrame(1 - np.eye(4), names, names))
    labels = pd.Series([*"xxyy"], names)
    with pytest.raises(RefusedError, match=r"0\.333333 in each of 6 cases"):
        label_permutation(ms.ei_index, complete, by=labels)


def test_a_statistic_that_is_undefined_is_refused() -> None:
    names = [*"abcd"]
    empty = Network.from_matrix(pd.DataFrame(0, names, names))
    labels = pd.Series([*"xxyy"], names)
    with pytest.raises(RefusedError, match=r"undefined \(NaN\)"):
        label_permutation(ms.ei_index, empty, by=labels)


def test_a_presence_only_network_is_refused_and_a_rated_one_is_not() -> None:
    names = [*"abcd"]
    cells = pd.DataFrame(np.nan, names, names)
    cells.loc["a", ["b", "c"]] = cells.loc["d", "c"] = 2
    labels = pd.Series([*"xxyy"], names)
    with pytest.raises(RefusedError, match="presence-only"):
        label_permutation(ms.ei_index, Network.from_matrix(cells), by=labels)
    rated = Network.from_matrix(cells, scale=(1, 5))  # b and c rated nobody
    assert label_permutation(ms.ei_index, rated, by=labels).n_resamples == 4


def test_arguments_are_checked() -> None:
    network = random_network(11)
    ask = partial(label_permutation, ms.ei_index, network)
    with pytest.raises(UnknownNameError, match='did you mean "sector"'):
        ask(by="sectr")
    with pytest.raises(UnknownNameError, match='did you mean "greater"'):
        ask(by="sector", alternative="grater")
    with pytest.raises(InputError, match="no actors of this network: nav"):
        ask(by=pd.Series({"nav": "x"}))
    with pytest.raises(InputError, match="each actor once"):
        ask(by=pd.Series(["x", "y"], ["actor 00", "actor 00"]))
    with pytest.raises(InputError, match="n_resamples"):
        ask(by="sector", n_resamples=0)
    with pytest.raises(InputError, match="one number, got Series"):
        label_permutation(ms.ei_by_actor, network, by="sector")


def test_the_data_stay_as_they_were() -> None:
    network = random_network(12)
    labels = network.attribute("sector")
    before = labels.copy(), network.ties.copy(), network.actors.copy()
    label_permutation(ms.ei_index, network, by=labels)
    pd.testing.assert_series_equal(labels, before[0])
    pd.testing.assert_frame_equal(network.ties, before[1])
    pd.testing.assert_frame_equal(network.actors, before[2])
