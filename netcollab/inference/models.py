"""What a regression found, term by term, with everything needed to judge it."""

from __future__ import annotations

import html
import math
from dataclasses import dataclass, field

import pandas as pd

from netcollab._checks import Alternative

__all__ = ["ModelResult"]

SHOWN = (
    "estimate",
    "se",
    "statistic",
    "df",
    "pvalue",
    "p_adjusted",
    "ci_low",
    "ci_high",
    "detectable_effect",
)


@dataclass(frozen=True, eq=False, repr=False)
class ModelResult:
    """One regression: its terms, their tests, and how far they can be trusted.

    Parameters
    ----------
    test
        The model's name.
    null
        The null hypothesis of each term, in words.
    coefficients
        One row per term: estimate, se, statistic, pvalue, ci_low, ci_high, and what
        the test has of df (of its t), p_adjusted (for the number of terms tested),
        mc_error, p_min; detectable_effect, the smallest size of the slope that the test
        finds with 80 % power at .05: from design and variances, never from the estimate
        (`netcollab.inference.detectable`; where there is none,
        `coefficients.attrs["reasons"]` says why); and measured_size, the largest share
        in which the test at .05 rejected a true null in simulated studies like this one
        (`docs/calibration.md`; NaN where none were simulated). Where the test relabels
        dyads, se is the classical one, of which the statistic is made; it takes dyads
        for independent and is no measure of uncertainty.
    null_distribution
        The statistic under each relabelling, draws x terms.
    alternative
        "two-sided", "greater" or "less".
    n, unit
        How many observations, and of what.
    df
        Residual degrees of freedom of the classical model.
    r_squared
        Share of the variance explained, within sites where there are several.
    n_resamples, method, seed
        Relabellings looked at, in words what they are, and the entropy of the draws.
    confidence
        Of the intervals.
    adjustment
        How p_adjusted was made, and over which tests; empty where there is none.
    notes
        What a reader must know before believing a number.
    warnings
        Those of the notes that may make the numbers wrong: predictors that nearly
        repeat each other, skewed variables, actors or sites that a slope hangs on.
    vif
        Variance inflation factor of each term.
    influence
        Estimates without each actor, or without each site or cluster, x terms.
    by_site
        Estimates in each site alone, sites x terms; empty where there is one site.
    variances
        Of the random effects by grouping factor, of slopes that vary and their
        covariances, and of what is left ("residual").
    loglik
        Restricted log-likelihood of a mixed model.

    Examples
    --------
    >>> table = pd.DataFrame({"estimate": [0.5], "pvalue": [0.02]}, index=["trust"])
    >>> ModelResult("MRQAP", "no link", table).to_frame().loc[0, "term"]
    'trust'
    """

    test: str
    null: str
    coefficients: pd.DataFrame
    null_distribution: pd.DataFrame = field(default_factory=pd.DataFrame)
    alternative: Alternative = "two-sided"
    n: int = 0
    unit: str = "dyads"
    df: int = 0
    r_squared: float = math.nan
    n_resamples: int = 0
    method: str = ""
    seed: int | None = None
    confidence: float = 0.95
    adjustment: str = ""
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    vif: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    influence: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_site: pd.DataFrame = field(default_factory=pd.DataFrame)
    variances: pd.Series = field(default_factory=lambda: pd.Series(dtype=float))
    loglik: float = math.nan

    def to_frame(self) -> pd.DataFrame:
        """One row per term, with the model's name, method and sizes."""
        table = self.coefficients.rename_axis("term").reset_index()
        return table.assign(
            test=self.test,
            alternative=self.alternative,
            n=self.n,
            n_resamples=self.n_resamples,
            method=self.method,
        )

    def summary(self) -> str:
        """The result in words and fixed decimals."""
        explained = "" if math.isnan(self.r_squared) else f", R2 {self.r_squared:.4f}"
        lines = [
            self.test,
            f"  null    {self.null}",
            f"  n       {self.n:,} {self.unit}{explained}",
            f"  method  {self.method} ({self.alternative})",
        ]
        if len(self.variances):
            told = [f"{name} {value:.4f}" for name, value in self.variances.items()]
            lines += [f"  spread  variance of {', '.join(told)}"]
        if self.adjustment:
            lines.append(f"  p_adjusted  {self.adjustment}")
        lines += ["", self._shown().to_string()]
        return "\n".join([*lines, *self._told()])

    def __repr__(self) -> str:
        return (
            f"ModelResult({self.test}: {', '.join(map(str, self.coefficients.index))}; "
            f"{self.n:,} {self.unit}, {self.method})"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{html.escape(told)}</li>" for told in self._told())
        table = self._shown().to_html()
        return f"<p>{html.escape(repr(self))}</p>{table}<ul>{notes}</ul>"

    def _told(self) -> list[str]:
        kinds = dict.fromkeys(self.warnings, "warning")
        reasons = self.coefficients.attrs.get("reasons", {})
        return [
            *(f"{kinds.get(note, 'note')}: {note}" for note in self.notes),
            *(
                f"note: {term} has no detectable effect: {why}"
                for term, why in reasons.items()
            ),
        ]

    def _shown(self) -> pd.DataFrame:
        columns = [name for name in SHOWN if name in self.coefficients]
        return self.coefficients[columns].map(lambda value: f"{value:.4f}")
