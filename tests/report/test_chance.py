"""The null distribution: what counts for p is dark, and adds up to it."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from netcollab.inference import TestResult
from netcollab.report.chance import plot_null_distribution
from netcollab.report.figures import alt_text
from netcollab.report.labels import language
from netcollab.report.style import PALETTE


def result(draws: np.ndarray, statistic: float, alternative: str) -> TestResult:
    extreme = {
        "greater": draws >= statistic,
        "less": draws <= statistic,
        "two-sided": np.abs(draws) >= abs(statistic),
    }[alternative]
    return TestResult(
        "QAP correlation",
        "no link",
        statistic=statistic,
        pvalue=float(extreme.mean()),
        alternative=alternative,
        n_resamples=len(draws),
        method="exact" if len(draws) < 1000 else "9,999 permutations",
        null_distribution=draws,
    )


def dark_share(ax: Axes) -> float:
    bars = [p for p in ax.patches if isinstance(p, Rectangle)]
    dark = PALETTE["navy"]
    return sum(b.get_height() for b in bars if to_hex(b.get_facecolor()) == dark)


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_dark_bars_add_up_to_p(alternative: str) -> None:
    discrete = np.repeat([-0.5, -0.1, 0.2, 0.5], [1, 4, 4, 3])
    smooth = np.random.default_rng(0).normal(0, 0.2, 5000)
    for told in (result(discrete, 0.5, alternative), result(smooth, 0.3, alternative)):
        share = dark_share(plot_null_distribution(told))
        assert share == pytest.approx(told.pvalue, abs=1e-9)


def test_a_tie_by_rounding_counts() -> None:
    draws = np.array([0.3 - 1e-13, -0.3, 0.0, 0.1])
    told = plot_null_distribution(result(draws, 0.3, "greater"))
    assert dark_share(told) == pytest.approx(0.25)


def test_the_observed_value_is_a_line_with_its_numbers() -> None:
    draws = np.repeat([-0.5, 0.0, 0.5], 3)
    with language("nb"):
        ax = plot_null_distribution(result(draws, 0.5, "two-sided"))
        ax.get_figure().draw_without_rendering()
    (line,) = ax.lines
    assert set(line.get_xdata()) == {0.5}
    assert ax.texts[-1].get_text() == "observert 0,50\np = 0,667"
    ticks = [t.get_text() for t in ax.get_xticklabels()]
    assert all("." not in tick for tick in ticks)
    assert any("," in tick for tick in ticks)
    assert alt_text(ax).startswith("QAP-korrelasjon. 9 trekninger")


def test_a_value_far_outside_is_still_shown() -> None:
    draws = np.random.default_rng(0).normal(0, 0.1, 2000)
    ax = plot_null_distribution(result(draws, 5.0, "two-sided"))
    low, high = ax.get_xlim()
    assert low < draws.min()
    assert high > 5
    assert "p < 0.001" in ax.texts[-1].get_text()


def test_what_was_not_tested_says_why() -> None:
    ax = plot_null_distribution(
        TestResult("QAP", "no link", reason="x_1 is $constant$")
    )
    ax.get_figure().draw_without_rendering()
    assert ax.texts[-1].get_text() == "Not tested: x_1 is $constant$"
    assert alt_text(ax) == "QAP. Not tested: x_1 is $constant$"
    assert not ax.patches


def test_a_result_without_draws_says_so() -> None:
    ax = plot_null_distribution(TestResult("t test", "no link", statistic=1.0))
    assert alt_text(ax) == "T test. Not tested: the result has no null distribution"
