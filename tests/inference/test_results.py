"""The record of a test: what it says, and that it always says it the same way."""

from __future__ import annotations

import dataclasses
import math
import pickle

import numpy as np
import pytest

from netcollab.inference import TestResult

FIELDS = [
    *("test", "null", "statistic", "pvalue", "mc_error", "p_min", "alternative"),
    *("estimate", "ci_low", "ci_high", "n", "n_resamples", "method", "reason"),
    *("null_distribution", "seed", "unit", "detectable_effect", "detectable_reason"),
]


def drawn(**changes: object) -> TestResult:
    given = {
        "test": "QAP correlation",
        "null": "no link",
        "statistic": 0.25,
        "pvalue": 0.0321,
        "mc_error": 0.0018,
        "p_min": 0.0001,
        "alternative": "greater",
        "estimate": 0.25,
        "n": 1_056,
        "n_resamples": 9_999,
        "method": "9,999 permutations",
        "null_distribution": np.array([0.1, np.nan]),
        "seed": 7,
        "unit": "dyads",
    }
    return TestResult(**{**given, **changes})


def test_fields() -> None:
    assert [field.name for field in dataclasses.fields(TestResult)] == FIELDS


def test_a_row_has_every_field_but_the_null_distribution() -> None:
    frame = drawn().to_frame()
    assert frame.shape == (1, len(FIELDS) - 1)
    assert set(frame.columns) == set(FIELDS) - {"null_distribution"}
    assert frame.loc[0, "pvalue"] == 0.0321
    assert frame.loc[0, "n"] == 1_056
    assert math.isnan(frame.loc[0, "ci_low"])


def test_summary() -> None:
    assert drawn().summary().splitlines() == [
        "QAP correlation",
        "  null                   no link",
        "  statistic              0.2500",
        "  p                      0.0321 (greater)",
        "  Monte-Carlo error      0.0018",
        "  smallest attainable p  0.0001",
        "  estimate               0.2500, no interval",
        "  n                      1,056 dyads",
        "  method                 9,999 permutations",
    ]


def test_summary_of_a_result_with_an_interval_and_no_draws() -> None:
    result = TestResult(
        "Slopes of sites",
        "the mean slope is 0",
        statistic=2.5,
        pvalue=0.04,
        estimate=0.5,
        ci_low=-0.1,
        ci_high=1.1,
        n=8,
        unit="sites",
        method="t(7)",
    )
    assert result.summary().splitlines() == [
        "Slopes of sites",
        "  null       the mean slope is 0",
        "  statistic  2.5000",
        "  p          0.0400 (two-sided)",
        "  estimate   0.5000, interval -0.1000 to 1.1000",
        "  n          8 sites",
        "  method     t(7)",
    ]


def test_summary_tells_the_detectable_effect_or_why_there_is_none() -> None:
    assert "  detectable effect      0.4400 with 80 % power" in (
        drawn(detectable_effect=0.44).summary().splitlines()
    )
    told = drawn(detectable_reason="p is never below 0.125").summary()
    assert "  detectable effect      none: p is never below 0.125" in told


@pytest.mark.parametrize(
    ("p", "told"),
    [(1, "1.0000"), (0.125, "0.1250"), (0.0001, "0.0001"), (1 / 40_320, "0.0000248")],
)
def test_no_p_reads_as_zero(p: float, told: str) -> None:
    assert f"p                      {told} " in drawn(pvalue=p).summary()
    assert f"p {told} " in repr(drawn(pvalue=p))


def test_repr() -> None:
    assert repr(drawn()) == (
        "TestResult(QAP correlation: statistic 0.2500, p 0.0321 greater, "
        "9,999 permutations)"
    )
    assert repr(TestResult("QAP", "none", reason="y is constant")) == (
        "TestResult(QAP: not testable, y is constant)"
    )


def test_html_says_what_the_summary_says_and_is_escaped() -> None:
    text = drawn(null="<b>x</b> & y")._repr_html_()
    assert text == drawn(null="<b>x</b> & y")._repr_html_()
    assert "&lt;b&gt;x&lt;/b&gt; &amp; y" in text
    assert "<th>n</th><td>1,056 dyads</td>" in text


def test_not_testable_has_a_reason_and_no_number() -> None:
    result = TestResult("QAP", "none", reason="y is constant")
    assert "not testable  y is constant" in result.summary()
    row = result.to_frame().loc[0]
    numbers = row[["statistic", "pvalue", "mc_error", "p_min", "estimate"]]
    assert numbers.isna().all()
    assert len(result.null_distribution) == 0


def test_equality_leaves_out_the_null_and_takes_nan_as_nan() -> None:
    assert drawn() == drawn(null_distribution=np.zeros(3))
    assert drawn() == pickle.loads(pickle.dumps(drawn()))
    assert hash(drawn()) == hash(pickle.loads(pickle.dumps(drawn())))
    assert drawn() != drawn(pvalue=0.0322)
    assert drawn() != drawn(ci_low=0.0)
    assert drawn() != 1


def test_nothing_of_it_can_be_changed() -> None:
    values = np.array([0.1, 0.2])
    result = drawn(null_distribution=values)
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.pvalue = 0.01  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        result.null_distribution[0] = 9
    values[0] = 9
    assert result.null_distribution[0] == 0.1
