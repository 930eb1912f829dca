"""The profile and the perception gaps: what is drawn, what is held back."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import netcollab as nc
from netcollab.report import alt_text, language, plot_perception_gaps, plot_profile


def profile() -> pd.DataFrame:
    rows = [
        ("north", "mutual_respect", 4.0, 0.1, 20),
        ("south", "mutual_respect", 3.0, 0.2, 20),
        ("north", "innovation", 2.5, 0.3, 20),
        ("south", "innovation", 3.5, 0.1, 20),
    ]
    return pd.DataFrame(rows, columns=["site", "dimension", "mean", "se", "n"])


def gaps(held_back: int = 1) -> pd.DataFrame:
    columns = ["first", "second", "first_sees", "second_sees", "gap"]
    rows = [("a", "b", 4.0, 2.5, 1.5), ("c", "a", 3.5, 3.0, 0.5)]
    table = pd.DataFrame(rows, columns=columns)
    table.attrs["held_back"] = held_back
    return table


def labels_of(ax: Any) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def test_the_profile_shows_one_site_before_unnamed_others() -> None:
    ax = plot_profile(profile(), site="north")
    assert labels_of(ax) == ["Mutual respect", "Innovation"]
    (bar,) = ax.containers
    assert bar.lines[0].get_xdata().tolist() == [4.0, 2.5]
    assert "south" not in alt_text(ax)
    assert "mutual respect 3.0 to 4.0 (north: 4.0)" in alt_text(ax)


def test_the_profile_speaks_the_language() -> None:
    with language("da"):
        ax = plot_profile(profile())
    assert labels_of(ax)[0] == "Gensidig respekt"
    assert "3,0" in alt_text(ax)


def test_a_profile_of_two_waves_asks() -> None:
    with pytest.raises(nc.InputError, match="one wave"):
        plot_profile(pd.concat([profile(), profile()]))
    with pytest.raises(nc.UnknownNameError):
        plot_profile(profile(), site="nort")


def test_gaps_are_drawn_in_order_and_those_held_back_are_counted() -> None:
    ax = plot_perception_gaps(gaps())
    assert labels_of(ax) == ["a – b", "c – a"]
    told = ax.get_title(loc="center").replace("\N{NO-BREAK SPACE}", " ")
    assert told == "1 pair with too few respondents is not shown"
    assert "a – b: 4.0 / 2.5" in alt_text(ax)
    full, hollow = (dots.get_offsets()[:, 0].tolist() for dots in ax.collections[1:])
    assert (full, hollow) == ([4.0, 3.5], [2.5, 3.0])
    assert labels_of(plot_perception_gaps(gaps(0), most=1)) == ["a – b"]


def test_gaps_ask_for_one_site_and_for_somebody() -> None:
    with pytest.raises(nc.InputError, match="choose site and wave"):
        plot_perception_gaps(pd.concat([gaps(), gaps()]))
    with pytest.raises(nc.InputError, match="no pair"):
        plot_perception_gaps(gaps().head(0))


def test_means_of_fewer_than_five_are_left_out_of_the_profile() -> None:
    small = profile().assign(n=[20, 4, 20, 20])
    ax = plot_profile(small)
    assert "mutual respect 4.0 to 4.0" in alt_text(ax)
    again = plot_profile(small, min_respondents=3)
    assert "mutual respect 3.0 to 4.0" in alt_text(again)


def test_pairs_with_fewer_than_five_on_a_side_are_held_back_and_counted() -> None:
    small = gaps().assign(n=[5, 9], n_back=[4, 5])
    ax = plot_perception_gaps(small)
    assert labels_of(ax) == ["c – a"]
    told = ax.get_title(loc="center").replace("\N{NO-BREAK SPACE}", " ")
    assert told == "2 pairs with too few respondents are not shown"
    with pytest.raises(nc.InputError, match="no pair"):
        plot_perception_gaps(small.head(1))
