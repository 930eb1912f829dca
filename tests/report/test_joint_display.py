"""The joint display: two sides, their meeting, and nothing on top of another."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

import netcollab as nc
from netcollab.errors import InputError
from netcollab.hypotheses import (
    ANSELL_GASH,
    RELATIONAL_CAPACITY,
    Finding,
    Findings,
    Hypothesis,
    evaluate,
)
from netcollab.report.figures import alt_text
from netcollab.report.joint_display import plot_joint_display
from netcollab.report.labels import LANGUAGES, language

TEST = 7.2


@pytest.fixture(scope="module")
def of_case(case: nc.Study) -> Findings:
    return evaluate(case, ANSELL_GASH, rng=1)


@pytest.fixture(scope="module")
def of_both(case: nc.Study) -> Findings:
    """The invented ties of the twin beside the codings of the case."""
    twin = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    names = ("sites", "actors", "ties", "answers", "affiliations")
    tables = {name: getattr(twin, name) for name in names}
    people = {"respondents": case.respondents, "codings": case.codings}
    return evaluate(nc.Study(twin.manifest, **tables, **people), ANSELL_GASH, rng=1)


@pytest.fixture(scope="module")
def capacity() -> Findings:
    """Three tests with intervals, and no interview."""
    rows = ((1.13, 0.68, 1.59, 0.78), (0.24, 0.15, 0.34, 0.16), (0.78, 0.36, 1.19, 0.7))
    found = tuple(
        Finding(
            claim,
            "supported",
            "supported",
            "not testable",
            claim.level,
            estimate=estimate,
            ci_low=low,
            ci_high=high,
            pvalue_adjusted=0.0005,
            detectable_effect=least,
            symbol="b",
            sign=1,
        )
        for claim, (estimate, low, high, least) in zip(
            RELATIONAL_CAPACITY, rows, strict=True
        )
    )
    return Findings("myndighedsfunktion", found, alpha=0.05, seed=1, synthetic=True)


def marks(ax: Axes) -> dict[str, list[tuple[float, float]]]:
    """Where the marks of each verdict lie."""
    found: dict[str, list[tuple[float, float]]] = {}
    for dots in ax.findobj(PathCollection):
        at = np.asarray(dots.get_offsets()).tolist()
        found.setdefault(str(dots.get_label()), []).extend(map(tuple, at))
    return found


def texts(ax: Axes) -> list[str]:
    told = (text.get_text().replace("\n", " ") for text in ax.findobj(Text))
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in told]


def test_evidence_stands_at_its_score_and_its_bounds_around_it(
    of_case: Findings,
) -> None:
    ax = plot_joint_display(of_case)
    found = marks(ax)
    assert found["_inconclusive"] == [(-0.1875, 0.0)]
    assert found["_supported"] == [(1.25, 1.0), (1.375, 2.0), (pytest.approx(0.8), 3)]
    bars = [
        segment[:, 0].tolist()
        for lines in ax.collections
        if hasattr(lines, "get_segments") and lines.get_linewidth()[0] == 6.0
        for segment in lines.get_segments()
    ]
    assert bars[1] == [-0.375, 1.625]
    told = texts(ax)
    assert told.count("not testable") == 4
    assert told.count("one side open") == 3
    assert "rests on the summary" in told


def test_tests_stand_at_multiples_of_the_smallest_effect(of_both: Findings) -> None:
    ax = plot_joint_display(of_both)
    every = [place for places in marks(ax).values() for place in places]
    right = {row: x - TEST for x, row in every if x > TEST / 2}
    for row, finding in enumerate(of_both):
        expected = finding.sign * finding.estimate / finding.detectable_effect
        assert right[row] == pytest.approx(expected)
    # the claim of H1 is negative, and so is its estimate: it leans towards the claim
    assert right[0] > 0
    told = texts(ax)
    assert told.count("=") == told.count("convergence") == 3
    assert "Synthetic data" in told


def test_tension_is_named_and_has_its_sign(of_both: Findings) -> None:
    torn = replace(of_both["AG-H2"], test_verdict="contradicted", estimate=-0.5)
    ax = plot_joint_display(Findings("s", (torn,), alpha=0.05, seed=1))
    assert {"≠", "tension", "contradicted"} <= set(texts(ax))
    ((x, _),) = marks(ax)["_contradicted"]
    assert x < TEST
    assert "AG-H2" in alt_text(ax)
    assert "tension. " in alt_text(ax)


def test_tests_alone_are_shown_with_their_intervals(capacity: Findings) -> None:
    with language("da"):
        ax = plot_joint_display(capacity)
    told = texts(ax)
    assert told.count("ingen er hørt") == 3
    assert "b = 1,13 (0,68 til 1,59), p < 0,001 (Holm)" in " ".join(told)
    assert "Syntetiske data" in told
    # the widest interval reaches 1.59 / .78 = 2.04 smallest effects: three are shown
    ticks = " ".join(text.get_text() for text in ax.get_xticklabels())
    assert ticks == "−2 −1 0 +1 +2 −3 −2 −1 0 +1 +2 +3"


def test_what_lies_beyond_the_room_gets_an_arrow(capacity: Findings) -> None:
    first, *_ = capacity
    far = replace(first, estimate=20.0, ci_low=-30.0, ci_high=40.0)
    ax = plot_joint_display(Findings("s", (far,), alpha=0.05, seed=1))
    assert len(marks(ax)["_beyond"]) == 2
    ((x, _),) = marks(ax)["_supported"]
    assert x == pytest.approx(TEST + 2)


@pytest.mark.parametrize("least", [float("nan"), 0.0])
def test_without_a_smallest_effect_the_numbers_stand_alone(
    capacity: Findings, least: float
) -> None:
    first, *_ = capacity
    bare = replace(first, detectable_effect=least)
    ax = plot_joint_display(Findings("s", (bare,), alpha=0.05, seed=1))
    assert "_supported" not in marks(ax)
    assert "no smallest effect is known" in texts(ax)
    assert any("1.13" in text for text in texts(ax))


def test_only_the_summary_spoke_is_no_decided_mark(case: nc.Study) -> None:
    names = ("sites", "actors", "ties", "respondents", "answers", "affiliations")
    tables = {name: getattr(case, name) for name in names}
    codings = case.codings[case.codings["informant"] == "ALL"].reset_index(drop=True)
    study = nc.Study(case.manifest, **tables, codings=codings)
    ax = plot_joint_display(evaluate(study, ANSELL_GASH[2:3], rng=1))
    assert marks(ax)["_not testable"] == [(2.0, 0.0)]


def test_the_alt_text_tells_both_sides(of_both: Findings) -> None:
    with language("nb"):
        text = alt_text(plot_joint_display(of_both))
    assert (
        "AG-H2: intervjuer: støttet, S = 1,25, grenser −0,38 til 1,62, "
        "4 stemmer (4 egne), 3 for, 0 mot; test: støttet, r = 0,55, p < 0,001 (Holm), "
        "minste effekt som blir funnet: 0,39; samsvar." in text
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_nothing_overlaps(of_both: Findings, capacity: Findings, code: str) -> None:
    with language(code):
        drawn = [plot_joint_display(found) for found in (of_both, capacity)]
    for ax in drawn:
        figure = ax.get_figure()
        assert isinstance(figure, Figure)
        figure.draw_without_rendering()
        shown = [*ax.texts, *ax.get_yticklabels(), *ax.get_xticklabels()]
        shown += ax.get_xticklabels(minor=True)
        boxes = [text.get_window_extent() for text in shown if text.get_text()]
        assert all(box.x0 >= 0 and box.x1 <= figure.bbox.x1 for box in boxes)
        for one, other in combinations(boxes, 2):
            assert not one.overlaps(other)


def test_what_it_cannot_say_stands_with_it(
    of_case: Findings, of_both: Findings, capacity: Findings
) -> None:
    level = "statements say how much there is, not what it did"
    person = "one informant per organisation"
    analogue = "analogue: tested on pairs of actors"
    for found, expected in (
        (of_case, {level, person}),
        (of_both, {level, person, analogue}),
        (capacity, set()),
    ):
        told = " ".join(texts(plot_joint_display(found)))
        assert {part for part in (level, person, analogue) if part in told} == expected


def test_own_axes_and_a_claim_without_words(of_case: Findings) -> None:
    ax = Figure(figsize=(8, 3)).add_subplot()
    bare = replace(of_case["AG-H2"], hypothesis=Hypothesis(key="X"))
    found = Findings("s", (bare,), alpha=0.05, seed=1)
    assert plot_joint_display(found, ax=ax, title="Mine", note="One claim") is ax
    assert ax.get_title(loc="left").startswith("Mine")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["X"]


def test_no_findings_are_refused() -> None:
    with pytest.raises(InputError, match="no finding"):
        plot_joint_display(Findings("s", (), alpha=0.05, seed=1))
