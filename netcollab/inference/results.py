"""What a test found, with everything a reader needs to judge it."""

from __future__ import annotations

import dataclasses
import html
import math
import textwrap
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from netcollab._checks import Alternative

__all__ = ["TestResult"]


def _no_draws() -> np.ndarray:
    return np.empty(0)


@dataclass(frozen=True, eq=False, repr=False)
class TestResult:
    """One test: what was asked, what was found, and how far it can be trusted.

    Parameters
    ----------
    test
        The test's name.
    null
        The null hypothesis, in words.
    statistic
        The observed value of what was compared with its null distribution.
    pvalue
        Never 0. NaN if not testable.
    mc_error
        Standard error of `pvalue` from drawing; 0 where nothing was drawn.
    p_min
        The smallest p the design allows, whatever the data; NaN where there is no
        such limit.
    alternative
        "two-sided", "greater" or "less".
    estimate, ci_low, ci_high
        The size of the effect and its interval; NaN where the test has none.
    n, unit
        How many observations, and of what: ``"dyads"``.
    n_resamples
        Relabellings looked at; 0 for a test without.
    method
        How the p-value came about: ``"exact (40,320 relabellings)"``.
    reason
        Why there is no result; empty if there is one.
    null_distribution
        The statistic under each relabelling, read-only; no part of equality.
    seed
        The entropy of the draws; None where nothing was drawn.
    detectable_effect
        The smallest effect, without its sign and in the units of `estimate`, that this
        test finds with 80 % power at .05: from design and variances, never from the
        estimate, see `netcollab.inference.detectable`.
    detectable_reason
        Why there is no such effect; empty if there is one, or nothing was tested.

    Examples
    --------
    >>> TestResult("QAP correlation", "no link", reason="y is constant")
    TestResult(QAP correlation: not testable, y is constant)
    """

    __test__ = False  # pytest would take the name for a test

    test: str
    null: str
    statistic: float = math.nan
    pvalue: float = math.nan
    mc_error: float = math.nan
    p_min: float = math.nan
    alternative: Alternative = "two-sided"
    estimate: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    n: int = 0
    n_resamples: int = 0
    method: str = ""
    reason: str = ""
    null_distribution: np.ndarray = field(default_factory=_no_draws, compare=False)
    seed: int | None = None
    unit: str = "observations"
    detectable_effect: float = math.nan
    detectable_reason: str = ""

    def __post_init__(self) -> None:
        values = np.array(self.null_distribution, dtype=float)
        values.setflags(write=False)
        object.__setattr__(self, "null_distribution", values)

    def to_frame(self) -> pd.DataFrame:
        """One row with every field except the null distribution.

        Examples
        --------
        >>> TestResult("t", "no link", pvalue=0.5).to_frame().loc[0, "pvalue"]
        np.float64(0.5)
        """
        return pd.DataFrame([self._compared()])

    def summary(self) -> str:
        """The result in words and fixed decimals, a line for each thing to know.

        Examples
        --------
        >>> print(TestResult("t-test", "no link", reason="one site only").summary())
        t-test
          null          no link
          not testable  one site only
        """
        rows = self._rows()
        width = max(len(name) for name, _ in rows) + 4
        lines = [
            textwrap.fill(
                text,
                width=88,
                initial_indent=f"  {name}".ljust(width),
                subsequent_indent=" " * width,
            )
            for name, text in rows
        ]
        return "\n".join([self.test, *lines])

    def __repr__(self) -> str:
        if self.reason:
            return f"TestResult({self.test}: not testable, {self.reason})"
        return (
            f"TestResult({self.test}: statistic {self.statistic:.4f}, "
            f"p {_pvalue(self.pvalue)} {self.alternative}, {self.method})"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>"
            for name, text in self._rows()
        )
        return f"<table><caption>{html.escape(self.test)}</caption>{rows}</table>"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TestResult):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[object, ...]:
        """The compared fields, where NaN equals NaN."""
        values = self._compared().values()
        return tuple(None if value != value else value for value in values)

    def _compared(self) -> dict[str, object]:
        shown = (each.name for each in dataclasses.fields(self) if each.compare)
        return {name: getattr(self, name) for name in shown}

    def _rows(self) -> list[tuple[str, str]]:
        if self.reason:
            return [("null", self.null), ("not testable", self.reason)]
        interval = "no interval"
        if not math.isnan(self.ci_low):
            interval = f"interval {self.ci_low:.4f} to {self.ci_high:.4f}"
        found = f"{self.detectable_effect:.4f} with 80 % power"
        numbers = [
            ("statistic", self.statistic, f"{self.statistic:.4f}"),
            ("p", self.pvalue, f"{_pvalue(self.pvalue)} ({self.alternative})"),
            ("Monte-Carlo error", self.mc_error, f"{self.mc_error:.4f}"),
            ("smallest attainable p", self.p_min, _pvalue(self.p_min)),
            ("estimate", self.estimate, f"{self.estimate:.4f}, {interval}"),
            ("detectable effect", self.detectable_effect, found),
        ]
        unfound = self.detectable_reason
        return [
            ("null", self.null),
            *((name, text) for name, value, text in numbers if not math.isnan(value)),
            *([("detectable effect", f"none: {unfound}")] if unfound else []),
            *([("n", f"{self.n:,} {self.unit}")] if self.n else []),
            ("method", self.method),
        ]


def _pvalue(p: float) -> str:
    """Four decimals, or three digits where four decimals would read as zero."""
    if p >= 0.001 or math.isnan(p):
        return f"{p:.4f}"
    if p < 1e-9:
        return f"{p:.3g}"
    return np.format_float_positional(p, precision=3, fractional=False, trim="-")
