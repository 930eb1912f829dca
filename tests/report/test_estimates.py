"""Estimates beside each other: what is drawn, named and left open."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

import netcollab as nc
from netcollab.errors import InputError
from netcollab.hypotheses import Finding, Hypothesis
from netcollab.report import LANGUAGES, alt_text, language, plot_estimates


def estimates() -> pd.DataFrame:
    rows = [
        ("headline", "score(y)", "score(documents)", "permutation of sites"),
        ("beside", "score(y)", "score(documents)", "mixed model of respondents"),
        (
            "split source",
            "score(y)",
            "score(documents)",
            "mean of the slopes of sites, median of 20 halvings",
        ),
        ("secondary", "score(participation)", "score(documents)", "one"),
        (
            "secondary",
            "score(leadership) in 2026",
            "score(documents)",
            "one, that of 2025 held",
        ),
    ]
    table = pd.DataFrame(rows, columns=["role", "outcome", "predictor", "estimator"])
    return table.assign(
        estimate=[0.5, 0.4, 0.3, 0.2, np.nan],
        ci_low=[0.1, 0.2, -np.inf, np.nan, np.nan],
        ci_high=[0.9, 0.6, 0.5, np.nan, np.nan],
        detectable_effect=[0.35, 0.3, np.nan, 0.3, np.nan],
        reason=["", "", "", "", "two sites cannot be compared"],
    )


def finding(*, sign: int = 1, delta: float | None = None) -> Finding:
    return Finding(
        Hypothesis(key="X-H1", delta=delta),
        "supported",
        "supported",
        "not testable",
        "site",
        symbol="b",
        sign=sign,
        estimates=estimates(),
    )


def names(ax: Axes) -> list[str]:
    return [tick.get_text().replace("\n", " ") for tick in ax.get_yticklabels()]


def marks(ax: Axes, kind: str) -> list[list[float]]:
    found = [c for c in ax.collections if c.get_label() == f"_{kind}"]
    return [np.asarray(c.get_offsets()).ravel().tolist() for c in found]


def test_rows_are_named_by_what_tells_them_apart() -> None:
    assert names(plot_estimates(finding())) == [
        "Permutation of sites",
        "Mixed model of respondents",
        "Mean of the slopes of sites, median of 20 halvings",
        "Participation in decisions",
        "Leadership 2026, that of 2025 held",
    ]


def test_the_headline_its_interval_and_its_detectable_effect() -> None:
    ax = plot_estimates(finding())
    ((at, place),) = marks(ax, "headline")
    assert at == 0.5
    drawn = [c for c in ax.collections if isinstance(c, LineCollection)]
    lines = [segment.tolist() for c in drawn for segment in c.get_segments()]
    assert [[0.1, place], [0.9, place]] in lines
    assert [0.35, place] in marks(ax, "detectable")
    told = "estimate (slope: difference in the outcome where the predictor is 1 higher)"
    assert " ".join(ax.get_xlabel().split()) == told
    assert ax.get_title(loc="left").startswith("Estimates of X-H1")


def test_a_claim_of_a_negative_effect_is_found_on_the_left() -> None:
    ax = plot_estimates(finding(sign=-1))
    assert min(at for at, _ in marks(ax, "detectable")) == -0.35


def test_delta_is_that_of_the_claim_unless_another_is_given() -> None:
    def dashed(ax: Axes) -> list[float]:
        lines = [line for line in ax.lines if line.get_linestyle() == "--"]
        return [float(np.asarray(line.get_xdata())[0]) for line in lines]

    assert dashed(plot_estimates(finding())) == []
    assert dashed(plot_estimates(finding(delta=0.25))) == [-0.25, 0.25]
    assert dashed(plot_estimates(finding(delta=0.25), delta=0.1)) == [-0.1, 0.1]


def test_what_was_refused_and_what_has_no_end_is_drawn() -> None:
    ax = plot_estimates(finding())
    told = [text.get_text() for text in ax.texts]
    assert "not estimated: two sites cannot be compared" in told
    assert len(marks(ax, "endless")) == 1
    assert alt_text(ax).endswith("not estimated: two sites cannot be compared.")


def test_the_claim_and_its_parts_have_headings() -> None:
    told = [text.get_text() for text in plot_estimates(finding()).texts]
    assert told[:2] == ["The claim", "Its parts"]
    only = estimates().query("role != 'secondary'")
    assert list(plot_estimates(only).texts) == []


def test_the_terms_of_a_model_without_its_intercept() -> None:
    draws = np.random.default_rng(1)
    data = pd.DataFrame(
        {"y": draws.normal(size=40), "x": draws.normal(size=40), "g": list("abcde") * 8}
    )
    model = nc.inference.cluster_robust(data, "y", ["x"], "g")
    ax = plot_estimates(model)
    assert names(ax) == ["X"]
    ((at, _),) = marks(ax, "headline")
    assert at == pytest.approx(model.coefficients.loc["x", "estimate"])


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_alt_text_in_each_language(code: str) -> None:
    with language(code):
        told = alt_text(plot_estimates(finding()))
    assert ("0.50 (0.10" if code == "en" else "0,50 (0,10") in told


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (estimates().head(0), "no estimate"),
        (estimates().drop(columns="ci_low"), "lack: ci_low"),
        (estimates().assign(role="best"), "a role is one of"),
    ],
    ids=["empty", "columns", "role"],
)
def test_what_cannot_be_drawn_says_why(table: pd.DataFrame, match: str) -> None:
    with pytest.raises(InputError, match=match):
        plot_estimates(table)


def test_delta_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="delta needs"):
        plot_estimates(finding(), delta=-0.1)
