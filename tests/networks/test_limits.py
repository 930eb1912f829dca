"""What an unknown dyad can be, and the network at either end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab import UnknownNameError
from netcollab.networks import Network, complete, length_limits, tie_limits

NAMES = ["nav", "ks", "hdir"]
ACTORS = pd.DataFrame({"staff": [90, 30, 60]}, NAMES)
CELLS = [[np.nan, 3, 0], [2, np.nan, np.nan], [np.nan, 1, np.nan]]


def network_of(cells: object = CELLS, **more: object) -> Network:
    square = np.array(cells, dtype=float)
    frame = pd.DataFrame(square, NAMES[: len(square)], NAMES[: len(square)])
    return Network.from_matrix(frame, relation="trust", **more)


def impossible(source: str, target: str) -> pd.DataFrame:
    words = pd.DataFrame("", NAMES, NAMES)
    words.loc[source, target] = "structural"
    return words


def test_a_known_tie_has_no_room_and_an_unknown_one_the_scale() -> None:
    low, high = tie_limits(network_of(scale=(0, 5)))
    assert low.tolist() == [[0, 3, 0], [2, 0, 0], [0, 1, 0]]
    assert high.tolist() == [[0, 3, 0], [2, 0, 5], [5, 1, 0]]


def test_without_a_scale_strength_has_no_limit() -> None:
    _, high = tie_limits(network_of())
    assert high[1, 2] == np.inf
    low, high = tie_limits(network_of(signed=True))
    assert (low[1, 2], high[1, 2]) == (-np.inf, np.inf)


def test_an_unknown_rating_is_at_least_the_lowest_one() -> None:
    rated = [[0, 3, 4], [2, 0, np.nan], [5, 1, 0]]
    assert tie_limits(network_of(rated, scale=(1, 5)))[0][1, 2] == 1
    rated[0][2] = 0  # somebody said that there is no tie
    assert tie_limits(network_of(rated, scale=(1, 5)))[0][1, 2] == 0


def test_a_dyad_that_cannot_exist_stays_out() -> None:
    network = network_of(states=impossible("ks", "hdir"))
    assert tie_limits(network)[1][1, 2] == 0
    whole = complete(network, "maximum")
    assert np.isnan(whole.ties.loc["ks", "hdir"])
    assert whole.states.loc["ks", "hdir"] == "structural"
    assert whole.ties.loc["hdir", "nav"] == 3


@pytest.mark.parametrize(
    ("scale", "signed", "absent", "maximum"),
    [
        (None, False, 0, 3),
        ((0, 5), False, 0, 5),
        ((1, 5), False, 0, 5),
        (None, True, 0, 3),
        ((-4, 3), True, 0, -4),
        ((-5, 5), True, 0, 5),
    ],
)
def test_the_two_completions(
    scale: tuple[float, float] | None, signed: bool, absent: float, maximum: float
) -> None:
    network = network_of(scale=scale, signed=signed)
    for unknown, value in (("absent", absent), ("maximum", maximum)):
        whole = complete(network, unknown)
        assert whole.ties.loc["ks", "hdir"] == value
        assert whole.ties.loc["hdir", "nav"] == value
        assert whole.state_counts()["observed"] == 6
        known = network.observed
        pd.testing.assert_frame_equal(whole.ties[known], network.ties[known])
        assert (whole.relation, whole.scale) == (network.relation, network.scale)


def test_ratings_are_completed_with_the_lowest_rating() -> None:
    rated = network_of([[0, 3, 4], [2, 0, np.nan], [5, 1, 0]], scale=(1, 5))
    assert complete(rated, "absent").ties.loc["ks", "hdir"] == 1


def test_where_no_tie_was_observed_the_strongest_is_one() -> None:
    network = network_of([[0, np.nan], [0, 0]])
    assert complete(network, "maximum").ties.loc["nav", "ks"] == 1


def test_an_undirected_pair_is_filled_both_ways() -> None:
    network = network_of([[0, np.nan], [np.nan, 0]], directed=False)
    whole = complete(network, "maximum")
    assert whole.n_ties == 1
    assert not whole.directed


def declared() -> Network:
    rows = pd.DataFrame(
        [("nav", "ks", 4, 7), ("ks", "nav", 2, 9)],
        columns=["source", "target", "weight", "distance"],
    )
    return Network.from_ties(rows, ACTORS)


def test_lengths_are_inverse_to_strengths() -> None:
    short, long = length_limits(network_of(scale=(0, 5)))
    assert short[1].tolist() == [0.5, np.inf, 0.2]
    assert long[1].tolist() == [0.5, np.inf, np.inf]
    assert length_limits(network_of())[0][1, 2] == 0


def test_nothing_is_known_of_an_undeclared_length() -> None:
    short, long = length_limits(declared())
    assert (short[0, 1], long[0, 1]) == (7, 7)
    assert (short[0, 2], long[0, 2]) == (0, np.inf)
    assert short[0, 0] == np.inf
    assert complete(declared(), "maximum").distances.loc["nav", "hdir"] == 7
    assert complete(declared(), "absent").ties.loc["nav", "hdir"] == 0


def test_a_word_that_is_no_completion() -> None:
    with pytest.raises(UnknownNameError, match="maximum"):
        complete(network_of(), "maximal")
