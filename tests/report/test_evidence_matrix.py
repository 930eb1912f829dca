"""The evidence matrix: own words, the study's summary, and silence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from netcollab.errors import InputError
from netcollab.report.evidence_matrix import plot_evidence_matrix
from netcollab.report.figures import alt_text
from netcollab.report.labels import language

VOICES = ["hdir", "nav", "ks"]
CLAIMS = ["H1", "H2"]
SCORES = pd.DataFrame([[-2.0, 0.5, np.nan], [2.0, 1.0, 1.0]], CLAIMS, VOICES)
BASIS = pd.DataFrame(
    [["own", "own", ""], ["own", "summary", "summary"]], CLAIMS, VOICES
)
VERDICTS = pd.DataFrame(
    {
        "score": [-0.75, 4 / 3],
        "low": [-1.17, 4 / 3],
        "high": [0.17, 4 / 3],
        "verdict": ["not testable", "supported"],
        "tags": ["", "fragile, rests on summary"],
    },
    CLAIMS,
)


def texts(ax: Axes) -> list[str]:
    return [t.get_text().replace("\n", " ") for t in ax.findobj(Text)]


def hatched(ax: Axes) -> set[tuple[int, int]]:
    return {
        (int(p.get_y()), int(p.get_x()))
        for p in ax.patches
        if isinstance(p, Rectangle) and p.get_label() == "_hatched"
    }


def test_own_is_filled_summary_hatched_and_silence_blank() -> None:
    ax = plot_evidence_matrix(SCORES, basis=BASIS)
    assert hatched(ax) == {(1, 1), (1, 2)}
    (heat,) = ax.collections
    shown = np.ma.getmaskarray(heat.get_array()).reshape(2, 3)
    np.testing.assert_array_equal(~shown, BASIS.to_numpy() == "own")
    shown_texts = texts(ax)
    assert {"−2", "+0.5", "–", "+2", "+1"} <= set(shown_texts)
    assert "the study's summary, no own statement" in texts(ax)


def test_without_a_basis_every_score_is_own() -> None:
    ax = plot_evidence_matrix(SCORES)
    assert not hatched(ax)
    assert "the study's summary, no own statement" not in texts(ax)
    assert "nothing heard" in texts(ax)


def test_the_verdict_stands_beside_its_row() -> None:
    ax = plot_evidence_matrix(SCORES, basis=BASIS, verdicts=VERDICTS.iloc[::-1])
    found = {t.get_text(): t.xy[1] for t in ax.texts if hasattr(t, "xyann")}
    assert found["not testable"] == 0.5
    assert found["supported"] == 1.5
    assert found["−0.75"] == 0.5
    assert found["+1.33"] == 1.5
    assert found["−1.17 to +0.17"] == 0.5
    assert any("fragile" in text for text in found)


def test_nothing_beside_the_rows_overlaps() -> None:
    with language("da"):
        ax = plot_evidence_matrix(SCORES, basis=BASIS, verdicts=VERDICTS)
    figure = ax.get_figure()
    figure.draw_without_rendering()
    beside = [t for t in ax.texts if hasattr(t, "xyann")]
    boxes = [t.get_window_extent() for t in beside]
    for i, box in enumerate(boxes):
        assert box.x0 >= ax.bbox.x1
        assert box.x1 <= figure.bbox.x1
        assert not any(box.overlaps(other) for other in boxes[:i])


def test_words_and_commas_follow_the_language() -> None:
    with language("nb"):
        ax = plot_evidence_matrix(SCORES, basis=BASIS, verdicts=VERDICTS)
    told = texts(ax)
    assert "støttet" in told
    assert "ikke testbar" in told
    assert "+0,5" in told
    assert "sårbar, hviler på sammendraget" in " ".join(told)
    assert "H2: hdir +2; nav +1; ks +1; snitt +1,33, støttet." in alt_text(ax)


def test_names_and_claims_can_be_given() -> None:
    actors = pd.DataFrame({"name_en": ["Health", None, "Cities"]}, index=VOICES)
    claims = pd.Series({"H1": "Trust in $ and _", "H2": "Money helps"})
    ax = plot_evidence_matrix(SCORES, actors=actors, claims=claims)
    ax.get_figure().draw_without_rendering()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["Health", "nav", "Cities"]
    assert [t.get_text() for t in ax.get_yticklabels()] == [
        "H1  Trust in $ and _",
        "H2  Money helps",
    ]


def test_tables_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="-2 to 2"):
        plot_evidence_matrix(SCORES * 2)
    with pytest.raises(InputError, match="rows and columns of scores"):
        plot_evidence_matrix(SCORES, basis=BASIS.iloc[:1])
    with pytest.raises(InputError, match="row for every hypothesis"):
        plot_evidence_matrix(SCORES, verdicts=VERDICTS.iloc[:1])
    with pytest.raises(InputError, match="numbers in every cell"):
        plot_evidence_matrix(SCORES.astype(object).replace(2.0, "two"))
