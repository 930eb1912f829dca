"""The specification curve: order, verdicts, the board of choices, words."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from netcollab.hypotheses import Choice, Hypothesis, Multiverse
from netcollab.inference import SpecificationCurve, TestResult
from netcollab.report import LANGUAGES, alt_text, language, plot_multiverse

CHOICES = (
    Choice("outcome", ("tie(liked)",)),
    Choice("missing", ("observed", "imputed")),
    Choice("threshold", ("none", "2.5", "any")),
    Choice("estimator", ("rank correlation", "MRQAP beside sender(staff) + tie(met)")),
    Choice("without", ("nobody", "nav", "ks")),
)
WORDS = [
    ("observed", "none", "rank correlation", "nobody", 0.3, "supported"),
    ("imputed", "2.5", "rank correlation", "nobody", 0.5, "supported"),
    ("observed", "any", "rank correlation", "nobody", -0.4, "contradicted"),
    ("imputed", "none", CHOICES[3].alternatives[1], "nobody", 0.1, "inconclusive"),
    ("observed", "none", "rank correlation", "nav", 0.2, "inconclusive"),
    ("observed", "none", "rank correlation", "ks", np.nan, "not testable"),
]
COLUMNS = ["missing", "threshold", "estimator", "without", "estimate", "verdict"]


def made() -> Multiverse:
    table = pd.DataFrame(WORDS, columns=COLUMNS).assign(outcome="tie(liked)")
    curve = SpecificationCurve(
        pd.DataFrame(),
        *(TestResult(name, "", pvalue=p) for name, p in (("m", 0.2), ("s", 0.0001))),
        stouffer=TestResult("z", "", pvalue=0.034),
    )
    return Multiverse(
        "here",
        Hypothesis(key="H1"),
        CHOICES,
        table.set_axis(pd.RangeIndex(1, 7)),
        curve=curve,
    )


def test_invented_data_are_called_so() -> None:
    def told(multiverse: Multiverse, **more: str) -> str:
        figure = plot_multiverse(multiverse, **more).figure
        words = " ".join(each.get_text() for each in figure.findobj(Text))
        return " ".join(words.split())  # the blanks of a heading do not break

    invented = dataclasses.replace(made(), synthetic=True)
    assert "Synthetic data" in told(invented)
    assert "Synthetic data" not in told(made())
    assert "Synthetic data" not in told(invented, note="a draft")


def parts(ax: Axes) -> tuple[Axes, Axes]:
    upper, lower = ax.child_axes
    return upper, lower


def points(ax: Axes, verdict: str) -> list[list[float]]:
    (marks,) = [each for each in ax.collections if each.get_label() == f"_{verdict}"]
    return np.ma.getdata(marks.get_offsets()).tolist()


def words_of(ax: Axes) -> str:
    return " ".join(t.get_text() for t in ax.findobj(Text)).replace("\n", " ")


def test_estimates_stand_in_order_by_verdict() -> None:
    upper, _ = parts(plot_multiverse(made()))
    assert points(upper, "contradicted") == [[0, -0.4]]
    assert points(upper, "inconclusive") == [[1, 0.1], [2, 0.2]]
    assert points(upper, "supported") == [[3, 0.3], [4, 0.5]]
    (headline,) = [line for line in upper.lines if line.get_xdata()[0] == 3]
    assert list(headline.get_xdata()) == [3, 3]


def test_the_axis_says_what_the_estimates_are() -> None:
    def told(multiverse: Multiverse) -> str:
        upper, _ = parts(plot_multiverse(multiverse))
        return " ".join(upper.get_ylabel().split())

    assert told(made()) == "estimate (correlation; for MRQAP partial correlation)"
    ranks = made().table.query("estimator == 'rank correlation'")
    assert told(dataclasses.replace(made(), table=ranks)) == "estimate (correlation)"


def test_the_board_shows_what_was_taken_and_no_choice_without_alternative() -> None:
    _, lower = parts(plot_multiverse(made()))
    rows = [tick.get_text().replace("\n", " ") for tick in lower.get_yticklabels()]
    assert rows == [
        "Missing ties",
        "observed ties",
        "imputed (mean of 20)",
        "A tie from strength",
        "strength as it is",
        "2.50",
        "any strength",
        "Estimator",
        "rank correlation",
        "MRQAP beside sender(staff) + tie(met)",
        "Left out",
        "nobody",
        "one actor",
    ]
    dashes = [each for each in lower.collections if isinstance(each, LineCollection)]
    taken = [sorted({seg[0, 0] for seg in each.get_segments()}) for each in dashes]
    missing, threshold = [[0, 2, 3], [1, 4]], [[1, 2, 3], [4], [0]]
    estimator, left_out = [[0, 2, 3, 4], [1]], [[0, 1, 3, 4], [2]]
    assert taken == [*missing, *threshold, *estimator, *left_out]


def test_the_heading_tells_the_share_the_curve_and_what_was_not_tested() -> None:
    told = words_of(plot_multiverse(made(), note="synthetic")).replace("\xa0", " ")
    assert "H1 under every choice" in told
    assert "5 specifications" in told
    assert "40 % have the verdict of the headline" in told
    assert "1 could not be tested" in told
    assert "median p = 0.200, share of significant p < 0.001" in told
    assert "Stouffer's z p = 0.034" in told
    assert "Synthetic data" in told


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_says_what_is_seen(code: str) -> None:
    with language(code):
        ax = plot_multiverse(made())
        told = alt_text(ax)
        assert "H1" in told
        estimates = ["-0.40", "0.50", "0.20"] if code == "en" else ["-0,40", "0,50"]
        assert all(each in told.replace("\N{MINUS SIGN}", "-") for each in estimates)
        assert "multiverse" not in words_of(ax)
        assert "multiverse" not in told


def test_what_was_refused_says_why_and_axes_of_ones_own_are_kept() -> None:
    refused = Multiverse("here", Hypothesis(key="H1"), reason="y is constant")
    own = Figure().add_subplot()
    ax = plot_multiverse(refused, ax=own)
    assert ax is own
    assert alt_text(ax) == "H1 under every choice. Not tested: y is constant"
    assert plot_multiverse(made(), ax=own, title="mine", key="none") is own
    assert own.get_title(loc="left").startswith("Mine")


@pytest.mark.parametrize("code", LANGUAGES)
def test_several_sites_have_slopes_waves_and_no_curve(code: str) -> None:
    words = ["every wave", "2026", "every wave"]
    table = pd.DataFrame(
        {
            "wave": words,
            "estimator": ["mixed model with roles"] * 2
            + ["mean of the slopes of sites"],
            "without": ["nobody", "nobody", "aarhus"],
            "estimate": [0.3, 0.2, 0.1],
            "verdict": "supported",
        },
        index=[1, 2, 3],
    )
    choices = tuple(
        Choice(name, tuple(dict.fromkeys(table[name])))
        for name in ("wave", "estimator", "without")
    )
    found = Multiverse(
        "here",
        Hypothesis(key="H1"),
        choices,
        table,
        curve_reason="no refit",
        symbol="b",
    )
    with language(code):
        upper, lower = parts(plot_multiverse(found))
        told = words_of(plot_multiverse(found)).replace("\xa0", " ")
    rows = [tick.get_text().replace("\n", " ") for tick in lower.get_yticklabels()]
    assert "2026" in rows
    assert len(rows) == 9
    assert "aarhus" not in rows
    expected = {
        "en": (
            "the predictor is 1 higher)",
            "mean of the slopes of sites",
            "was not tested",
        ),
        "nb": ("er 1 høyere)", "gjennomsnitt av kommunenes", "ikke testet"),
        "da": ("er 1 højere)", "gennemsnit af kommunernes", "ikke testet"),
    }[code]
    assert " ".join(upper.get_ylabel().split()).endswith(expected[0])
    assert any(row.startswith(expected[1]) for row in rows)
    assert expected[2] in told
