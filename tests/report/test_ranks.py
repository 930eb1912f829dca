"""Ranks: one on top, gaps where not known, names at the end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Text

from netcollab.errors import InputError, UnknownNameError
from netcollab.report.figures import alt_text
from netcollab.report.labels import language
from netcollab.report.ranks import plot_power_profile, plot_rank_intervals

ACTORS = ["nav", "ks", "hdir", "udir"]
PROFILE = pd.DataFrame(
    {
        "staff": [1.0, 2.5, 2.5, np.nan],
        "reputation": [2.0, 1.0, np.nan, 3.0],
        "position": [1.0, 3.0, np.nan, 2.0],
    },
    ACTORS,
)
SPANS = pd.DataFrame({"best": [1, 1, 3, 2], "worst": [1, 3, 4, 4]}, ACTORS)


def lines(ax: Axes, kind: str) -> list[Line2D]:
    return [line for line in ax.lines if line.get_label() == kind]


def test_each_actor_has_a_line_through_its_known_ranks() -> None:
    drawn = lines(plot_power_profile(PROFILE), "_profile")
    assert len(drawn) == 4
    for line, ranks in zip(drawn, PROFILE.to_numpy(), strict=True):
        np.testing.assert_array_equal(line.get_ydata(), ranks)


def test_rank_one_is_on_top() -> None:
    low, high = plot_power_profile(PROFILE).get_ylim()
    assert low > 4 > 1 > high


def test_equal_ranks_stand_side_by_side() -> None:
    drawn = lines(plot_power_profile(PROFILE), "_profile")
    assert drawn[1].get_xdata()[0] != drawn[2].get_xdata()[0]
    assert drawn[0].get_xdata()[0] == 0


def test_names_stand_in_order_at_the_right_and_apart() -> None:
    ax = plot_power_profile(PROFILE)
    ax.get_figure().draw_without_rendering()
    names = {t.get_text(): t for t in ax.texts}
    assert [names[a].get_position()[1] for a in ("nav", "udir", "hdir", "ks")] == [
        1,
        2,
        3,
        4,
    ]
    boxes = [t.get_window_extent() for t in names.values()]
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_an_actor_without_any_rank_is_named_with_a_dash() -> None:
    profile = PROFILE.astype(float)
    profile.loc["udir"] = np.nan
    ax = plot_power_profile(profile)
    assert "udir (–)" in [t.get_text() for t in ax.texts]
    assert len(lines(ax, "_leader")) == 3


def test_intervals_are_bars_at_their_base() -> None:
    ax = plot_power_profile(PROFILE, intervals={"reputation": SPANS})
    (bars,) = [c for c in ax.collections if c.get_label() == "_spans"]
    ends = np.array(bars.get_segments())[:, :, 1]
    np.testing.assert_array_equal(ends, SPANS.to_numpy())
    across = np.array(bars.get_segments())[:, 0, 0]
    assert len(set(across.round(6))) == 4
    assert (np.abs(across - 1) < 0.5).all()
    markers = [line.get_xdata()[1] for line in lines(ax, "_profile")]
    np.testing.assert_allclose(across, markers)


def test_scenarios_do_not_look_like_bounds() -> None:
    scenarios = SPANS.copy()
    scenarios.attrs["kind"] = "scenarios"
    ax = plot_power_profile(
        PROFILE, intervals={"staff": scenarios, "reputation": SPANS}
    )
    first, second = [c for c in ax.collections if c.get_label() == "_spans"]
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_linewidth()[0] < second.get_linewidth()[0]
    told = [t.get_text() for t in ax.findobj(Text)]
    assert "ranks that are possible" in told
    assert "ranks in some scenarios, no bounds" in told
    only = plot_power_profile(PROFILE, intervals={"staff": scenarios})
    assert "ranks that are possible" not in [t.get_text() for t in only.findobj(Text)]


def test_nothing_is_cut_off_at_the_edge() -> None:
    longest = PROFILE.rename({"ks": "Educational psychology service"})
    spans = SPANS.rename({"ks": "Educational psychology service"})
    ax = plot_power_profile(longest, intervals={"position": spans})
    figure = ax.get_figure()
    figure.draw_without_rendering()
    right = figure.get_figwidth() * figure.dpi
    assert max(t.get_window_extent().x1 for t in ax.texts) <= right
    (bars,) = [c for c in ax.collections if c.get_label() == "_spans"]
    last = max(segment[0][0] for segment in bars.get_segments())
    assert last < ax.get_xlim()[1]


def test_the_alt_text_tells_ranks_with_their_intervals() -> None:
    ax = plot_power_profile(PROFILE, intervals={"reputation": SPANS})
    assert "ks: 2.5; 1 (1 to 3); 3. hdir: 2.5; – (3 to 4); –." in alt_text(ax)


def test_four_actors_or_fewer_are_told_of_and_five_are_not() -> None:
    few = "so few ranks (4) say little about how large the differences are"
    ax = plot_power_profile(PROFILE)
    assert few in " ".join(ax.get_title("center").split())
    assert alt_text(ax).endswith(f"S{few[1:]}.")
    more = pd.concat([PROFILE, PROFILE.iloc[:1].rename({"nav": "kmd"})])
    assert "So few ranks" not in alt_text(plot_power_profile(more))


def test_bases_on_which_nobody_can_be_told_apart_are_named() -> None:
    open_ = pd.DataFrame({"best": [1, 2, 1, 1], "worst": [3, 4, 4, 2]}, ACTORS)
    ax = plot_power_profile(PROFILE, intervals={"staff": open_, "reputation": SPANS})
    told = "no actor can be told from another on staff"
    assert told in " ".join(ax.get_title("center").split())
    assert alt_text(ax).endswith(f"N{told[1:]}.")


def test_bases_are_written_in_the_language() -> None:
    with language("da"):
        ax = plot_power_profile(PROFILE)
    ax.get_figure().draw_without_rendering()
    assert [t.get_text() for t in ax.get_xticklabels()] == [
        "ansatte",
        "omdømme",
        "position",
    ]
    assert "hdir: 2,5; –; –. udir: –; 3; 2." in alt_text(ax)


def test_profiles_that_are_no_ranks_are_refused() -> None:
    with pytest.raises(InputError, match="ranks of 1 and more"):
        plot_power_profile(PROFILE - 1)
    with pytest.raises(UnknownNameError, match="did you mean"):
        plot_power_profile(PROFILE, intervals={"reputatoin": SPANS})
    with pytest.raises(InputError, match="lacks: udir"):
        plot_power_profile(PROFILE, intervals={"staff": SPANS.iloc[:3]})


def test_intervals_are_ordered_from_the_best() -> None:
    observed = pd.Series([1.0, 2.0, 3.0, 4.0], ACTORS)
    ax = plot_rank_intervals(SPANS, observed=observed)
    ax.get_figure().draw_without_rendering()
    order = [t.get_text() for t in ax.get_yticklabels()]
    assert order == ["nav", "ks", "udir", "hdir"]
    (bars,) = [c for c in ax.collections if c.get_label() == "_spans"]
    ends = np.array(bars.get_segments())[:, :, 0]
    np.testing.assert_array_equal(ends, SPANS.loc[order].to_numpy())
    (dots,) = [c for c in ax.collections if c.get_label() == "_dots"]
    np.testing.assert_array_equal(dots.get_offsets()[:, 0], observed[order])
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_the_key_stands_below_the_axis() -> None:
    ax = plot_rank_intervals(SPANS)
    figure = ax.get_figure()
    figure.draw_without_rendering()
    (told,) = [t for t in ax.findobj(Text) if t.get_text() == "ranks that are possible"]
    box = told.get_window_extent()
    assert box.y1 <= ax.xaxis.label.get_window_extent().y0
    assert box.y0 >= 0


def test_an_interval_upside_down_is_refused() -> None:
    with pytest.raises(InputError, match="best <= worst"):
        plot_rank_intervals(SPANS.rename(columns={"best": "worst", "worst": "best"}))
    with pytest.raises(InputError, match="lacks: worst"):
        plot_rank_intervals(SPANS[["best"]])


def test_alt_text_tells_every_interval() -> None:
    assert alt_text(plot_rank_intervals(SPANS)) == (
        "Possible ranks of 4 actors (1 = most). nav: 1 to 1. ks: 1 to 3. "
        "udir: 2 to 4. hdir: 3 to 4."
    )
