"""Adoption curves as a picture: every share, and what is not known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError
from netcollab.report import LANGUAGES, alt_text, language, plot_adoption

UNITS = ["school", "nursery", "roads", "water"]
GROUP = pd.Series(["early", "early", "late", "late"], UNITS)


def waves() -> dict[str, pd.DataFrame]:
    first = pd.DataFrame({"chat": [0, 0, 0, 0], "case": [0, 0, 0, 0]}, UNITS)
    later = pd.DataFrame({"chat": [1, None, 0, 0], "case": [1, 1, None, None]}, UNITS)
    return {"2024": first, "2025": later}


def curve(by: pd.Series | None = GROUP) -> pd.DataFrame:
    return nc.measures.adoption_curve(waves(), by=by)


def bars(panel: Any) -> list[np.ndarray]:
    drawn = [c for c in panel.collections if c.get_label() == "_bounds"]
    return [segment for c in drawn for segment in c.get_segments()]


def test_a_panel_per_tool_and_a_line_per_group() -> None:
    chat, case = plot_adoption(curve()).child_axes
    assert [panel.get_title(loc="left") for panel in (chat, case)] == ["Chat", "Case"]
    early, late = chat.lines
    np.testing.assert_array_equal(early.get_ydata(), [0, 100])
    np.testing.assert_array_equal(late.get_ydata(), [0, 0])


def test_what_is_not_known_is_a_bar() -> None:
    chat, case = plot_adoption(curve()).child_axes
    (one,) = bars(chat)
    np.testing.assert_array_equal(one[:, 1], [50, 100])
    (nobody_known,) = bars(case)
    np.testing.assert_array_equal(nobody_known[:, 1], [0, 100])
    assert np.isnan(case.lines[1].get_ydata()[1])
    assert "Case, late: 2024 0; 2025 – (0 to 100)." in alt_text(
        plot_adoption(curve())
    ).replace("case, late", "Case, late")


def test_a_wave_without_a_group_leaves_a_hole() -> None:
    table = curve()
    gone = (table["wave"] == "2024") & (table["group"] == "late")
    chat, _ = plot_adoption(table[~gone]).child_axes
    np.testing.assert_array_equal(chat.lines[1].get_ydata(), [np.nan, 0])


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_units_and_the_languages(code: str) -> None:
    with language(code):
        ax = plot_adoption(curve(None), note="synthetic")
        assert nc.report.label("note.synthetic") in ax.get_title(loc="center").replace(
            "\N{NO-BREAK SPACE}", " "
        )
        assert alt_text(ax).startswith(nc.report.label("alt.adoption"))
    assert "chat: 2024 0; 2025 33 (25 " in alt_text(ax)


def test_panels_stand_in_rows_on_a_column() -> None:
    figure, ax = nc.report.figures.plt.subplots(figsize=nc.report.size_mm("column", 90))
    many = pd.concat([curve().assign(object=name) for name in "abc"])
    panels = plot_adoption(many, ax=ax).child_axes
    figure.draw_without_rendering()
    tops = [round(panel.get_position().y1, 6) for panel in panels]
    assert tops[0] == tops[1] > tops[2]
    assert figure.axes[0] is ax


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (curve().drop(columns="low"), "lacks: low"),
        (curve().head(0), "no tool"),
        (
            pd.concat([curve().assign(group=f"g{k}") for k in range(9)]),
            "9 groups cannot",
        ),
    ],
    ids=["columns", "rows", "groups"],
)
def test_what_cannot_be_drawn_says_why(table: pd.DataFrame, match: str) -> None:
    with pytest.raises(InputError, match=match):
        plot_adoption(table)
