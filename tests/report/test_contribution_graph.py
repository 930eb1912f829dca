"""The contribution graph: a look for each status, numbers, and words that fit."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.text import Text

import netcollab as nc
from netcollab.errors import InputError
from netcollab.hypotheses import Link, Rival, TheoryOfChange, contribution
from netcollab.report.contribution_graph import plot_contribution
from netcollab.report.figures import alt_text, save_figure
from netcollab.report.labels import language
from netcollab.report.style import PALETTE, size_mm

LINKS = pd.DataFrame(
    [
        ("plan", "shared information", "well supported", 6, 1.5, "", ""),
        ("messages", "shared information", "weakly supported", 4, 0.8, "", "staff"),
        ("teams", "mutual knowledge", "contested", 5, 1.2, "reform", ""),
        ("shared information", "coordination", "inconclusive", 5, 0.2, "", ""),
        ("mutual knowledge", "coordination", "untested", 0, None, "", ""),
        ("teams", "users decide", "contradicted", 4, -1.4, "", ""),
        ("users decide", "better services", "well supported", 3, 1.9, "", ""),
        ("coordination", "better services", "well supported", 3, 1.9, "", ""),
    ],
    columns=[
        "cause",
        "effect",
        "status",
        "n",
        "score",
        "rivals_standing",
        "rivals_open",
    ],
)


def lines(ax: Axes) -> list[PathPatch]:
    return [p for p in ax.patches if type(p) is PathPatch]


def texts(ax: Axes) -> list[str]:
    return [t.get_text().replace("\n", " ") for t in ax.findobj(Text)]


def test_each_status_has_a_look_of_its_own() -> None:
    drawn = lines(plot_contribution(LINKS))
    assert len(drawn) == len(LINKS)
    looks = {
        (tuple(p.get_edgecolor()), p.get_linewidth(), str(p.get_linestyle()))
        for p in drawn
    }
    assert len(looks) == 6
    # without colour, width and dashes still tell them apart
    assert len({look[1:] for look in looks}) == 6


def test_numbers_lead_to_voices_means_and_rivals() -> None:
    told = texts(plot_contribution(LINKS, note="synthetic"))
    assert {str(k) for k in range(1, 9)} <= set(told)
    for row in (
        "2  messages → shared information: 4 voices, mean +0.80, not ruled out: staff",
        "3  teams → mutual knowledge: 5 voices, mean +1.20, rival that stands: reform",
    ):
        assert row in told
    assert "5  mutual knowledge → coordination: 0 voices" in told
    assert "contested by a rival" in told
    assert "Synthetic\N{NO-BREAK SPACE}data" in told


def test_only_looks_that_occur_are_explained() -> None:
    told = texts(plot_contribution(LINKS.iloc[[0]]))
    assert "well supported" in told
    assert "contradicted" not in told


def test_words_follow_the_language_and_names_can_be_given() -> None:
    names = pd.Series({"plan": "individuell plan"})
    with language("nb"):
        ax = plot_contribution(LINKS.iloc[:1], names=names)
        assert (
            alt_text(ax)
            == "Endringsteori med 1 ledd. 1. individuell plan → shared information: "
            "godt støttet."
        )
        assert "individuell plan" in texts(ax)
    with language("da"):
        assert "2 led" in alt_text(plot_contribution(LINKS.iloc[:2]))


@pytest.mark.parametrize("wide", ["column", "page", "slide"])
def test_names_stay_in_their_boxes(wide: str) -> None:
    figure, ax = plt.subplots(figsize=size_mm(wide, height=110), layout="constrained")
    plot_contribution(LINKS, ax=ax, key="none")
    figure.draw_without_rendering()
    boxes = [p.get_window_extent() for p in ax.patches if isinstance(p, FancyBboxPatch)]
    names = [t for t in ax.texts if not t.get_text().isdigit()]
    assert len(names) == len(boxes) == 8
    for name in names:
        extent = name.get_window_extent()
        assert any(
            box.x0 - 1 <= extent.x0 and extent.x1 <= box.x1 + 1 for box in boxes
        ), name.get_text()
    numbers = [t.get_window_extent() for t in ax.texts if t.get_text().isdigit()]
    for k, number in enumerate(numbers):
        assert not any(number.overlaps(other) for other in numbers[:k])
        assert not any(number.overlaps(box) for box in boxes)


def test_a_link_meets_both_its_boxes() -> None:
    ax = plot_contribution(LINKS.iloc[:1])
    (line,) = lines(ax)
    start, end = line.get_path().vertices[[0, -1]]
    boxes = [p.get_bbox() for p in ax.patches if isinstance(p, FancyBboxPatch)]
    assert start[0] == pytest.approx(boxes[0].x1)
    assert boxes[1].x0 - 0.15 < end[0] < boxes[1].x0


def test_the_analysis_of_a_study_can_be_drawn(tmp_path) -> None:
    study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    rival = Rival(name="incentives", construct="incentives")
    theory = TheoryOfChange(
        "meetings",
        (
            Link("earlier projects", "trust", construct="prehistory"),
            Link("trust", "collaboration", construct="trust", rivals=(rival,)),
        ),
    )
    ax = nc.report.plot_contribution(contribution(study, theory).links)
    first, second = (
        save_figure(ax, tmp_path / name, formats=["svg"])[0].read_bytes()
        for name in ("one", "two")
    )
    assert first == second
    (edge,) = [
        p.get_edgecolor() for p in lines(ax) if p.get_linestyle() not in ("-", "solid")
    ]
    assert plt.matplotlib.colors.to_hex(edge) == PALETTE["amber"]


@pytest.mark.parametrize(
    ("links", "told"),
    [
        (LINKS.drop(columns="status"), "needs the columns"),
        (LINKS.assign(status="proved"), 'the status "proved"'),
        (pd.concat([LINKS, LINKS.iloc[:1]]), "each pair of cause and effect once"),
        (LINKS.assign(cause="x", effect="x").iloc[:1], "lead forward"),
        (LINKS.iloc[:0], "lead forward"),
    ],
)
def test_what_is_no_table_of_links_is_named(links: pd.DataFrame, told: str) -> None:
    with pytest.raises(InputError, match=told):
        plot_contribution(links)
