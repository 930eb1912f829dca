"""Unknown dyads filled in by a model of senders, receivers and reciprocity."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import stdtrit

from netcollab import InputError, RefusedError
from netcollab import measures as ms
from netcollab.networks import Network, impute
from netcollab.networks.probit import BURN_IN, Model, states


def labels(n: int) -> list[str]:
    return [f"actor {place:02d}" for place in range(n)]


def network_of(cells: np.ndarray, **more: object) -> Network:
    names = labels(len(cells))
    return Network.from_matrix(pd.DataFrame(cells, names, names), **more)


def simulated(
    rng: np.random.Generator,
    n: int,
    *,
    cuts: tuple[float, ...] = (0.0,),
    rho: float = 0.5,
    spread: float = 0.7,
    directed: bool = True,
) -> np.ndarray:
    """Ties of the model itself: 0, 1, ... by thresholds of a normal variable."""
    senders, receivers = spread * rng.standard_normal((2, n))
    noise = rng.standard_normal((n, n))
    back = rho * noise.T + np.sqrt(1 - rho**2) * np.tril(noise)
    latent = -0.3 + senders[:, None] + receivers + np.triu(noise) + np.tril(back, -1)
    ties = np.searchsorted(cuts, latent).astype(float)
    if not directed:
        latent = senders[:, None] + senders + noise
        ties = np.triu(np.searchsorted(cuts, latent).astype(float), 1)
        ties += ties.T
    np.fill_diagonal(ties, np.nan)
    return ties


def with_silent_rows(ties: np.ndarray, silent: list[int]) -> np.ndarray:
    told = ties.copy()
    told[silent] = np.nan
    return told


TRUTH = simulated(np.random.default_rng(4), 12, cuts=(0.0, 0.8, 1.5))
TOLD = with_silent_rows(TRUTH, [2, 7])


# ---- what is filled in, and what is not


def test_observed_dyads_stay_and_all_others_are_filled() -> None:
    network = network_of(TOLD, relation="advice", scale=(0, 5))
    for copy in impute(network, n_imputations=5, rng=1):
        known = network.observed
        pd.testing.assert_frame_equal(copy.ties[known], network.ties[known])
        assert copy.state_counts()["observed"] == 12 * 11
        assert (copy.relation, copy.scale, copy.directed) == ("advice", (0, 5), True)
        assert set(np.unique(copy.ties.to_numpy())[:-1]) <= {0, 1, 2, 3}


def test_imputations_differ_where_something_is_unknown() -> None:
    copies = impute(network_of(TOLD), n_imputations=5, rng=1)
    strengths = pd.DataFrame([ms.out_strength(copy) for copy in copies])
    assert (strengths.nunique() > 1).tolist() == [k in (2, 7) for k in range(12)]


def test_a_dyad_that_cannot_exist_stays_unknown() -> None:
    states = pd.DataFrame("", labels(12), labels(12))
    states.iloc[2, 3] = "structural"
    (copy,) = impute(network_of(TOLD, states=states), n_imputations=1, rng=1)
    assert np.isnan(copy.ties.iloc[2, 3])
    assert copy.states.iloc[2, 3] == "structural"
    assert copy.observed.to_numpy().sum() == 12 * 11 - 1


def test_an_undirected_pair_is_one_tie() -> None:
    ties = simulated(np.random.default_rng(5), 10, directed=False)
    ties[3, 4:] = ties[4:, 3] = np.nan
    for copy in impute(network_of(ties, directed=False), n_imputations=3, rng=1):
        assert not copy.directed
        np.testing.assert_array_equal(copy.ties, copy.ties.T)
        assert copy.observed.to_numpy().sum() == 90


def test_ratings_stay_ratings() -> None:
    rated = with_silent_rows(TRUTH + 1, [0])
    network = network_of(rated, scale=(1, 4))
    assert network.is_presence_only
    (copy,) = impute(network, n_imputations=1, rng=1)
    assert np.nanmin(copy.ties) >= 1


def test_any_number_of_values() -> None:
    values = np.random.default_rng(6).normal(size=(12, 12)).round(3)
    np.fill_diagonal(values, np.nan)
    values[0, 1] = 0.0
    told = with_silent_rows(values, [3])
    (copy,) = impute(network_of(told, signed=True), n_imputations=1, rng=1)
    assert set(copy.ties.iloc[3].dropna()) <= set(told[~np.isnan(told)])


def test_nothing_unknown_gives_copies() -> None:
    copies = impute(network_of(TRUTH), n_imputations=3)
    assert len(copies) == 3
    pd.testing.assert_frame_equal(copies[0].ties, network_of(TRUTH).ties)


# ---- the same seed, the same copies


def test_a_seed_gives_the_same_copies_however_many() -> None:
    network = network_of(TOLD)
    three, two = impute(network, n_imputations=3, rng=8), None
    two = impute(network, n_imputations=2, rng=8)
    for one, other in zip(three, two, strict=False):
        pd.testing.assert_frame_equal(one.ties, other.ties)
    (another,) = impute(network, n_imputations=1, rng=9)
    assert not another.ties.equals(two[0].ties)


# ---- refusals


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([[0, 1, 0], [1, 0, None], [0, 1, 0]], "3 actors are too few"),
        ([[None] * 4] * 4, "no dyad was observed"),
        ([[0, 1, None, 1], [1, 0, 1, 1], [1] * 4, [1] * 4], "presence-only"),
        ([[0, 0, None, 0]] + [[0] * 4] * 3, "all observed dyads have the value 0"),
    ],
)
def test_what_cannot_be_imputed_is_refused(cells: list, why: str) -> None:
    square = np.array(cells, dtype=float)
    np.fill_diagonal(square, np.nan)
    with pytest.raises(RefusedError, match=why):
        impute(network_of(square), rng=1)


def test_declared_lengths_are_refused() -> None:
    rows = pd.DataFrame(
        [("a", "b", 1, 2), ("b", "a", 0, None), ("c", "d", 1, 3)],
        columns=["source", "target", "weight", "distance"],
    )
    network = Network.from_ties(rows, pd.DataFrame(index=list("abcd")))
    with pytest.raises(RefusedError, match="path lengths were declared"):
        impute(network, rng=1)


# ---- the sampler


def test_two_unknown_ties_follow_the_exact_distribution() -> None:
    """Without effects and with known rho the answer is a normal orthant."""
    rng = np.random.default_rng(3)
    ties = simulated(rng, 40, spread=0.0, rho=0.8)
    told = ties.copy()
    hidden = np.triu(rng.random((40, 40)) < 0.3, 1)  # the return is observed
    told[hidden] = np.nan
    copies = impute(network_of(told), n_imputations=20, rng=1)
    drawn = np.mean([copy.ties.to_numpy()[hidden] for copy in copies], axis=0)
    returned = ties.T[hidden]
    pairs = ~np.isnan(told) & ~np.isnan(told.T)
    for value in (0, 1):  # the share of ties given the return, there and here
        seen = told[pairs & (value == told.T)].mean()
        assert abs(drawn[returned == value].mean() - seen) < 0.08


def parameters(ties: np.ndarray, *, sweeps: int) -> np.ndarray:
    known = ~np.isnan(ties)
    _, codes = np.unique(ties[known], return_inverse=True)
    nothing = np.zeros((0, *ties.shape))
    model = Model(*np.nonzero(known), codes, len(ties), True, nothing)
    way = itertools.islice(states(model, np.random.default_rng(1)), BURN_IN, None, 5)
    kept = itertools.islice(way, sweeps)
    found = []
    for state in kept:
        spreads = np.sqrt(np.diag(np.linalg.inv(state.precision)))
        found.append([state.rho, *spreads, state.cuts[-1] - state.cuts[0]])
    return np.array(found)


def test_the_sampler_finds_what_was_planted() -> None:
    ties = simulated(np.random.default_rng(11), 50, cuts=(0.0, 0.7, 1.4))
    told = with_silent_rows(ties, [1, 2, 3, 4, 5])
    found = parameters(told, sweeps=100)
    low, high = found.mean(0) - 3 * found.std(0), found.mean(0) + 3 * found.std(0)
    planted = np.array([0.5, 0.7, 0.7, 1.4])
    assert (low < planted).all()
    assert (planted < high).all()
    assert (found.std(0) < [0.1, 0.2, 0.2, 0.2]).all()


def test_the_order_of_actors_changes_nothing_but_the_draws() -> None:
    order = np.random.default_rng(2).permutation(12)
    turned = TOLD[np.ix_(order, order)]
    one, other = (
        np.array([np.nan_to_num(c.ties.to_numpy()).sum(1) for c in copies])
        for copies in (
            impute(network_of(TOLD), n_imputations=40, rng=1),
            impute(network_of(turned), n_imputations=40, rng=2),
        )
    )
    mine, theirs = one[:, [2, 7]], other[:, [list(order).index(k) for k in (2, 7)]]
    error = np.sqrt(mine.var(0) / 40 + theirs.var(0) / 40)
    assert (np.abs(mine.mean(0) - theirs.mean(0)) < 4 * error).all()


def slope(ties: np.ndarray, x: np.ndarray) -> float:
    known = ~np.isnan(ties)
    return float(np.polyfit(x[known], ties[known], 1)[0])


def test_a_slope_stays_where_the_model_holds_the_predictor() -> None:
    """A fourth of the dyads unknown and one actor silent, over twelve networks."""
    rng, n = np.random.default_rng(21), 16
    whole, without, beside = [], [], []
    for trial in range(12):
        x = (rng.random((n, n)) < 0.2) * 1.0
        ties = np.clip(np.rint(2.9 + 0.8 * x + rng.normal(0, 0.7, (n, n))), 1, 5)
        np.fill_diagonal(ties, np.nan)
        told = with_silent_rows(np.where(rng.random((n, n)) < 0.25, np.nan, ties), [0])
        network = network_of(told, scale=(1, 5))
        whole.append(slope(ties, x))
        frame = pd.DataFrame(x, network.ties.index, network.ties.columns)
        for found, known in ((without, None), (beside, {"x": frame})):
            copies = impute(network, predictors=known, n_imputations=4, rng=trial)
            found.append(np.mean([slope(c.ties.to_numpy(), x) for c in copies]))
    error = np.std(np.subtract(beside, whole), ddof=1) / math.sqrt(12)
    assert abs(np.mean(beside) - np.mean(whole)) < 3 * error
    assert np.mean(without) < np.mean(whole) - 0.15


def test_predictors_have_no_unit_and_an_order_that_plays_no_part() -> None:
    network = network_of(TOLD)
    names = network.ties.index
    one, two = (
        pd.DataFrame(cells, names, names)
        for cells in np.random.default_rng(4).normal(size=(2, 12, 12))
    )
    (first,) = impute(network, predictors={"a": one, "b": two}, n_imputations=1, rng=3)
    turned = one.iloc[::-1, ::-1] * 10 + 5
    (again,) = impute(
        network, predictors={"a": turned, "b": two}, n_imputations=1, rng=3
    )
    assert first.ties.equals(again.ties)


def test_a_predictor_that_cannot_predict_is_said_by_name() -> None:
    network = network_of(TOLD)
    names = network.ties.index
    good = pd.DataFrame(np.arange(144.0).reshape(12, 12), names, names)
    holed = good.copy()
    holed.iloc[2, 5] = np.nan
    for given, told in (
        (holed, "x is not known in 1 dyad"),
        (good * 0, "x has one value"),
        (good.iloc[:5, :5], "x needs the actors of the network"),
    ):
        with pytest.raises(InputError, match=told):
            impute(network, predictors={"x": given}, rng=1)
    ties = np.where(np.isnan(TOLD), TOLD.T, TOLD)
    pairs = np.triu(ties, 1) + np.triu(ties, 1).T
    pairs[0, 1] = pairs[1, 0] = np.nan
    with pytest.raises(InputError, match="x has a direction"):
        impute(network_of(pairs, directed=False), predictors={"x": good}, rng=1)


def covered(copies: list[np.ndarray], truth: np.ndarray) -> np.ndarray:
    """Whether the pooled interval of each value holds the truth."""
    m, cells = len(copies), np.array(copies)
    margin = stdtrit(m - 1, 0.975) * np.sqrt((1 + 1 / m) * cells.var(0, ddof=1))
    return np.abs(cells.mean(0) - truth) <= margin + 1e-9


@pytest.mark.calibration
@pytest.mark.parametrize(
    "missing", ["rows", pytest.param("dyads", marks=pytest.mark.nightly)]
)
def test_intervals_hold_the_truth_about_as_often_as_they_say(missing: str) -> None:
    """20 % of the dyads are unknown; intervals of 95 % over 20 networks."""
    rng = np.random.default_rng(20)
    whole, received = [], []
    for trial in range(20):
        truth = simulated(rng, 10, cuts=((0.0,), (0.0, 0.8, 1.5))[trial % 2])
        told = with_silent_rows(truth, list(rng.choice(10, 2, replace=False)))
        if missing == "dyads":
            told = np.where(rng.random((10, 10)) < 0.2, np.nan, truth)
        copies = [
            np.nan_to_num(copy.ties.to_numpy())
            for copy in impute(network_of(told), n_imputations=10, rng=trial)
        ]
        truth = np.nan_to_num(truth)
        whole += [covered([(c > 0).sum() for c in copies], (truth > 0).sum())]
        received += list(covered([c.sum(0) for c in copies], truth.sum(0)))
    assert sum(whole) >= 15  # at .95 fewer come 3 times in 10,000
    assert np.mean(received) > 0.9
