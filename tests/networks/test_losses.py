"""What is left of ranks when part of a network is lost."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network, leave_one_out, robustness

NAMES = list("abcdefgh")


def network_of(cells: np.ndarray, **more: object) -> Network:
    names = NAMES[: len(cells)]
    return Network.from_matrix(pd.DataFrame(cells, names, names), **more)


def ladder() -> Network:
    """Actor k is chosen by all before it: in-degrees 0 to 7."""
    return network_of(np.triu(np.ones((8, 8)), 1))


def star(n: int = 6) -> Network:
    cells = np.zeros((n, n))
    cells[0, 1:] = cells[1:, 0] = 1
    return network_of(cells, directed=False)


def test_one_row_for_each_share() -> None:
    table = robustness(ms.in_degree, ladder(), share=(0.1, 0.3), n_resamples=20, rng=1)
    assert table.index.tolist() == [0.1, 0.3]
    assert table["n_lost"].tolist() == [6, 17]
    assert (table["low"] <= table["correlation"]).all()
    assert (table["correlation"] <= table["high"]).all()
    assert table["correlation"].is_monotonic_decreasing
    assert table["top_kept"].between(0, 1).all()
    assert (table["n_undefined"] == 0).all()


def test_what_no_tie_can_change_is_kept() -> None:
    def place(network: Network) -> pd.Series:
        return pd.Series(np.arange(network.n, dtype=float), network.ties.index)

    for by in ("ties", "actors"):
        table = robustness(place, ladder(), by=by, n_resamples=10, rng=1)
        assert table["correlation"].tolist() == pytest.approx([1, 1, 1])
        assert table["top_kept"].tolist() == [1, 1, 1]


def test_in_degree_when_all_but_two_are_silent() -> None:
    """Only who answers counts: in the ladder each answer adds 1 to all behind it."""
    table = robustness(
        ms.in_degree, ladder(), share=0.75, by="actors", n_resamples=50, rng=3
    )
    assert table["n_lost"].tolist() == [6]
    assert table.loc[0.75, "top_kept"] > 0.9  # h is chosen by everybody else
    assert table.loc[0.75, "correlation"] < 1


def test_silent_actors_have_no_out_degree() -> None:
    table = robustness(
        ms.out_degree, ladder(), share=0.25, by="actors", n_resamples=100, rng=3
    )
    # a sends most; it is silent in about a quarter of the draws
    assert table.loc[0.25, "top_kept"] == pytest.approx(0.75, abs=0.15)
    assert table.loc[0.25, "correlation"] == pytest.approx(1)


def test_an_undirected_pair_is_lost_as_one() -> None:
    table = robustness(ms.degree, star(), share=1 / 15, n_resamples=15, rng=1)
    assert table["n_lost"].tolist() == [1]


def test_actors_taken_out_are_not_compared() -> None:
    table = robustness(
        ms.in_degree, ladder(), share=0.5, by="removed", n_resamples=30, rng=1
    )
    # among those who remain the order is that of the ladder
    assert table.loc[0.5, ["correlation", "top_kept"]].tolist() == pytest.approx([1, 1])


def test_draws_without_a_correlation_are_counted() -> None:
    table = robustness(
        ms.in_degree, network_of(np.zeros((4, 4))), share=0.5, n_resamples=7, rng=1
    )
    assert table.loc[0.5, "n_undefined"] == 7
    assert math.isnan(table.loc[0.5, "correlation"])
    assert table.loc[0.5, "top_kept"] == 1


def test_a_seed_gives_the_same_table_whatever_else_is_asked() -> None:
    one = robustness(ms.betweenness, ladder(), share=0.2, n_resamples=9, rng=5)
    many = robustness(ms.betweenness, ladder(), share=(0.1, 0.2), n_resamples=9, rng=5)
    pd.testing.assert_series_equal(one.loc[0.2], many.loc[0.2])
    assert one.attrs["seed"] == 5
    again = robustness(ms.betweenness, ladder(), share=0.2, n_resamples=9)
    assert again.attrs["seed"] != 5
    other = robustness(ms.in_degree, ladder(), share=0.2, n_resamples=9, rng=6)
    assert not other.equals(
        robustness(ms.in_degree, ladder(), share=0.2, n_resamples=9, rng=5)
    )


def test_progress_changes_nothing() -> None:
    plain = robustness(ms.in_degree, ladder(), n_resamples=5, rng=1)
    shown = robustness(ms.in_degree, ladder(), n_resamples=5, rng=1, progress=True)
    pd.testing.assert_frame_equal(plain, shown)


def test_options_of_the_measure_go_through() -> None:
    calls = [{"direction": "in"}, {"direction": "out"}]
    found = [
        robustness(ms.harmonic_closeness, ladder(), n_resamples=5, rng=1, **call)
        for call in calls
    ]
    assert not found[0].equals(found[1])


def test_what_is_wrong_is_said() -> None:
    with pytest.raises(UnknownNameError, match="what is lost"):
        robustness(ms.in_degree, ladder(), by="nodes")
    with pytest.raises(InputError, match="between 0 and 1"):
        robustness(ms.in_degree, ladder(), share=1.0)
    with pytest.raises(InputError, match="would lose all"):
        robustness(ms.in_degree, network_of(np.zeros((2, 2))), share=0.9)
    with pytest.raises(InputError, match="density has no value per actor"):
        robustness(ms.density, ladder())


# ---- one actor out


def test_without_one_actor_by_hand() -> None:
    table = leave_one_out(ms.degree, star())
    # without the centre nobody has a tie; without a leaf nothing changes
    assert math.isnan(table.loc["a", "correlation"])
    assert table.attrs["reasons"] == {"a": "all values of the others are equal"}
    assert table.loc["b", "correlation"] == pytest.approx(1)
    assert table["top_kept"].tolist() == [True] * 6
    assert table.loc["b", "largest_shift"] == 0


def test_the_shift_is_in_ranks() -> None:
    cells = np.zeros((5, 5))
    cells[4, 0] = cells[1, 0] = cells[2, 1] = 1  # a 2, b 1, others 0; e chooses a
    table = leave_one_out(ms.in_degree, network_of(cells))
    # without e: a and b have 1 each and share the ranks 3 and 4
    assert table.loc["e", "largest_shift"] == 0.5
    before, after = [4, 3, 1.5, 1.5], [3.5, 3.5, 1.5, 1.5]
    assert table.loc["e", "correlation"] == pytest.approx(
        np.corrcoef(before, after)[0, 1]
    )
    assert table.loc["e", "top_kept"]


def test_too_few_others() -> None:
    table = leave_one_out(ms.in_degree, network_of(np.triu(np.ones((3, 3)), 1)))
    assert table["correlation"].isna().all()
    assert table["largest_shift"].isna().all()
    assert set(table.attrs["reasons"].values()) == {
        "fewer than three of the others have a value"
    }


def test_leave_one_out_is_removing_by_hand() -> None:
    rng = np.random.default_rng(1)
    cells = rng.integers(0, 4, (7, 7)).astype(float)
    np.fill_diagonal(cells, 0)
    network = network_of(cells)
    table = leave_one_out(ms.betweenness, network)
    whole = ms.betweenness(network)
    for place, name in enumerate(network.ties.index):
        kept = np.delete(np.arange(7), place)
        names = network.ties.index[kept]
        frame = pd.DataFrame(cells[np.ix_(kept, kept)], names, names)
        part = ms.betweenness(Network.from_matrix(frame))
        expected = whole[names].corr(part, method="spearman")
        assert table.loc[name, "correlation"] == pytest.approx(expected)
