"""The sizes of tests as a picture."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection

from netcollab.errors import InputError
from netcollab.inference import recorded, wilson_interval
from netcollab.report import LANGUAGES, alt_text, language, plot_calibration


def ties() -> pd.DataFrame:
    table = recorded()
    return table[(table["studies"] == "Ties") & (table["actors"] == 12)]


def marks(ax: Axes) -> dict[str, np.ndarray]:
    """Kind of studies -> the sizes drawn with its mark."""
    found: dict[str, list[np.ndarray]] = {}
    for drawn in ax.collections:
        if isinstance(drawn, PathCollection) and len(drawn.get_offsets()):
            kind = str(drawn.get_label()).removeprefix("_")
            found.setdefault(kind, []).append(np.asarray(drawn.get_offsets())[:, 0])
    return {kind: np.concatenate(sizes) for kind, sizes in found.items()}


def test_every_measured_size_has_a_mark_and_an_interval() -> None:
    table = recorded()
    ax = plot_calibration(table)
    sizes = np.concatenate(list(marks(ax).values()))
    drawn = np.maximum(100 * table["size_05"], 0.1)  # the axis begins there
    np.testing.assert_allclose(np.sort(sizes), np.sort(drawn))
    lines = [c for c in ax.collections if isinstance(c, LineCollection)]
    ends = [segment[1, 0] for c in lines for segment in c.get_segments()]
    _, high = wilson_interval(table["size_05"], table["simulations"])
    np.testing.assert_allclose(np.sort(ends), np.sort(100 * high))


def test_a_row_per_test_under_its_kind_of_studies() -> None:
    table = recorded()
    ax = plot_calibration(table)
    rows = table.groupby("studies", sort=False)["method"].nunique()
    assert len(ax.get_yticks()) == rows.sum()
    assert len(ax.texts) == len(rows)
    first = table[table["studies"] == "OneNetwork"]
    kinds = first["method"].value_counts().max()
    assert kinds > 20
    assert ax.texts[0].get_text() == (
        f"One network: a relation with another ({kinds}\N{NO-BREAK SPACE}kinds)"
    )


def test_each_kind_has_a_line_of_its_own_in_a_row() -> None:
    table = recorded()
    table = table[table["studies"] == "Respondents"]
    ax = plot_calibration(table)
    (rows, found) = ax.get_yticks(), {}
    for drawn in ax.collections:
        if isinstance(drawn, PathCollection) and len(drawn.get_offsets()):
            for _, at in np.asarray(drawn.get_offsets()):
                row = int(np.argmin(np.abs(rows - at)))
                found.setdefault((row, str(drawn.get_label())), set()).add(float(at))
    assert len(found) == 10 * 3  # ordinary, skewed and two, of ten tests
    assert all(len(at) == 1 for at in found.values())
    assert len({at for each in found.values() for at in each}) == len(found)


@pytest.mark.parametrize("width", ["column", "page"])
def test_three_times_as_many_studies_need_no_more_room(width: str) -> None:
    table = recorded()
    more = pd.concat([table, table.assign(icc=0.3), table.assign(icc=0.4)])
    figures = [plot_calibration(t, width=width).get_figure() for t in (table, more)]
    high, higher = (figure.get_figheight() for figure in figures)
    assert abs(higher - high) < 0.25  # a heading may take a line more


@pytest.mark.parametrize("width", ["column", "page"])
def test_names_of_tests_stand_apart(width: str) -> None:
    ax = plot_calibration(recorded(), width=width)
    ax.get_figure().draw_without_rendering()
    boxes = [tick.get_window_extent() for tick in ax.get_yticklabels()]
    boxes += [text.get_window_extent() for text in ax.texts]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:k])


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_alt_text_has_the_lowest_and_the_highest(code: str) -> None:
    with language(code):
        told = alt_text(plot_calibration(ties()))
    assert ("9.9" if code == "en" else "9,9") in told


def test_what_is_out_of_the_ordinary_has_its_mark() -> None:
    row = ties().head(1)
    changed: dict[str, dict[str, object]] = {
        "ordinary": {},
        "hubs": {"predictor": "hubs"},
        "skewed": {"predictor": "skewed"},
        "two": {"predictor": "two"},
        "slopes": {"slope_sd": 0.4},
        "roles": {"role_share": 0.4},
    }
    for kind, change in changed.items():
        assert list(marks(plot_calibration(row.assign(**change)))) == [kind]


def test_what_was_refused_is_counted_and_nothing_measured_is_an_error() -> None:
    table = ties()
    table = table.assign(size_05=[np.nan, *table["size_05"][1:]])
    assert len(plot_calibration(table).get_yticks()) == 2
    with pytest.raises(InputError, match="no size"):
        plot_calibration(table.head(1))
    with pytest.raises(InputError, match="lacks: size_05"):
        plot_calibration(table.drop(columns="size_05"))
