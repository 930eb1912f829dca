"""What was found about each claim: verdicts, numbers, and what they cannot say."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from netcollab._counted import Counted
from netcollab.errors import UnknownNameError
from netcollab.hypotheses.capacity_claims import LIMITS
from netcollab.hypotheses.evidence import Evidence
from netcollab.hypotheses.hypothesis import Hypothesis, Verdict
from netcollab.inference import ModelResult, TestResult
from netcollab.study import LEAST_SHOWN

__all__ = ["Finding", "Findings"]

COLUMNS = (
    "hypothesis",
    "verdict",
    "test_verdict",
    "evidence_verdict",
    "level",
    "estimate",
    "ci_low",
    "ci_high",
    "pvalue",
    "pvalue_adjusted",
    "mc_error",
    "p_min",
    "detectable_effect",
    "n_used",
    "method",
    "tags",
    "reason",
)


_SAME_SOURCE = (
    "Outcome and predictor of {names} were told by the same respondents: what they "
    "share as persons, such as how kindly they rate, is in both."
)


def _no_verdicts() -> pd.Series:
    return pd.Series(dtype="str", name="verdict")


@dataclass(frozen=True, eq=False, repr=False)
class Finding:
    """One claim, its verdicts and everything they rest on.

    Parameters
    ----------
    hypothesis
        The claim.
    verdict
        The headline: the quantitative verdict where there is one, else the evidence's.
    test_verdict, evidence_verdict
        Side by side.
    level
        What the headline is about: "dyad" for a test, else the level of the claim.
    estimate, ci_low, ci_high
        The correlation, slope, or the estimate of DS-H1 or DS-H2 on its own scale, and
        the interval of a slope; the others have none, and the limits are NaN.
    pvalue, pvalue_adjusted, mc_error, p_min
        Equal-tailed p, after Holm, its Monte-Carlo error, the smallest p possible.
    detectable_effect
        The smallest estimate found with 80 % power, from the design.
    n_used
        What is behind the headline: actors that answered (relabelling), dyads that
        changed (DS-H1), actors of whom all is known (DS-H2) or voices (evidence).
    method
        How the headline came about.
    tags
        Marks on the headline, such as "fragile" or "rests on summary".
    reason
        Why a verdict is not testable or inconclusive.
    test_reason
        The test's part of the reason.
    contrast
        Outcome and predictor, as bound.
    symbol
        What the estimate is called in words.
    sign
        1 or -1: the sign that the claim expects of the estimate; 0: neither.
    delta
        The smallest effect that matters, as declared; NaN where none was.
    waves
        The waves that went into the test together, where they are several: at the level
        "site" each site's mean over them, within sites the rows of all of them.
    same_source
        The same respondents told outcome and predictor of the test.
    test, evidence
        The records behind the two verdicts; None where there is none.
    estimates
        Every estimator of the claim and its parts, a row each: its role ("headline",
        "beside", "split source", "secondary"), outcome, predictor, level, estimator,
        estimate, interval, p, adjusted p of secondary rows, smallest detectable
        effect, measured size, n, and why there is none.
    leave_one_out
        The test's verdict without each actor (DS-H1, DS-H2: each unit), for a verdict
        that could change.
    """

    hypothesis: Hypothesis
    verdict: Verdict
    test_verdict: Verdict
    evidence_verdict: Verdict
    level: str
    estimate: float = math.nan
    ci_low: float = math.nan
    ci_high: float = math.nan
    pvalue: float = math.nan
    pvalue_adjusted: float = math.nan
    mc_error: float = math.nan
    p_min: float = math.nan
    detectable_effect: float = math.nan
    n_used: int = 0
    method: str = ""
    tags: tuple[str, ...] = ()
    reason: str = ""
    test_reason: str = ""
    contrast: str = ""
    symbol: str = "r"
    sign: int = 0
    delta: float = math.nan
    waves: tuple[str, ...] = ()
    same_source: bool = False
    test: TestResult | ModelResult | None = None
    evidence: Evidence | None = None
    estimates: pd.DataFrame = field(default_factory=pd.DataFrame)
    leave_one_out: pd.Series = field(default_factory=_no_verdicts)

    @property
    def joint(self) -> str:
        """How test and evidence meet: "convergence", "tension", or "" if one is open.

        Both must be supported or contradicted.
        """
        decided = ("supported", "contradicted")
        if self.test_verdict not in decided or self.evidence_verdict not in decided:
            return ""
        same = self.test_verdict == self.evidence_verdict
        return "convergence" if same else "tension"

    def to_dict(self) -> dict[str, object]:
        """The finding as one row of `Findings.to_frame`."""
        row: dict[str, object] = {name: getattr(self, name) for name in COLUMNS}
        row["hypothesis"] = self.hypothesis.key
        row["tags"] = ", ".join(self.tags)
        return row

    def summary(self) -> str:
        """The finding in a few lines of text."""
        marks = f" ({', '.join(self.tags)})" if self.tags else ""
        claim = self.hypothesis.claim.get("en", "")
        lines = [f"{self.hypothesis.key}  {self.verdict}{marks}  {claim}".rstrip()]
        lines.append(f"  test      {self._test_line()}")
        lines += self._other_lines()
        lines.append(f"  evidence  {self._evidence_line()}")
        if self.joint:
            lines.append(f"  together  {self.joint}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        marks = f" ({', '.join(self.tags)})" if self.tags else ""
        return f"Finding({self.hypothesis.key}: {self.verdict}{marks})"

    def _test_line(self) -> str:
        if math.isnan(self.estimate):
            return f"{self.test_verdict}: {self.test_reason}"
        found = f"80 % power at no |{self.symbol}|"
        if not math.isnan(self.detectable_effect):
            found = f"80 % power from |{self.symbol}| = {self.detectable_effect:.2f}"
        return (
            f"{self.test_verdict}: {self.contrast}, {self.symbol} = "
            f"{self.estimate:.2f}{self._interval()}, "
            f"p = {_p(self.pvalue)}, after Holm {_p(self.pvalue_adjusted)}; {found}"
        )

    def _interval(self) -> str:
        if math.isnan(self.ci_low) and math.isnan(self.ci_high):
            return ""
        return f" ({self.ci_low:.2f} to {self.ci_high:.2f})"

    def _other_lines(self) -> list[str]:
        """Every estimator but the headline, and the parts of the claim."""
        told = []
        for _, row in self.estimates.iterrows():
            if row["role"] == "headline":
                continue
            if row["role"] == "secondary":
                name, p = "part", f"after Holm {_p(row['pvalue_adjusted'])}"
                words = f"{row['outcome']} ~ {row['predictor']}, {row['estimator']}"
            else:
                name, p = row["role"].split()[0], f"p = {_p(row['pvalue'])}"
                words = row["estimator"]
            found = row["reason"] or (
                f"{row['estimate']:.2f} ({row['ci_low']:.2f} to {row['ci_high']:.2f}), "
                f"{p}"
            )
            told.append(f"  {name:8}  {words}: {found}")
        return told

    def _evidence_line(self) -> str:
        if self.evidence is None:
            return "no codings"
        if self.evidence.verdict == "not testable":
            return f"not testable: {self.evidence.reason}"
        verb = "consistent with" if self.evidence.level_only else "shows"
        reading = f", {verb} the claim" if self.evidence.verdict == "supported" else ""
        return f"{self.evidence.verdict}: {self.evidence.told()}{reading}"


@dataclass(frozen=True, eq=False, repr=False)
class Findings:
    """The findings of a study, in the order of the hypotheses.

    Iterate over them, or take one by key: ``findings["AG-H1"]``.

    Parameters
    ----------
    study
        The study's name.
    findings
        One per hypothesis.
    alpha
        The level of the family of tests.
    seed
        The entropy of the draws.
    synthetic
        The study's data are invented.
    n_sites
        How many sites the study has, each with a network of its own.
    """

    study: str
    findings: tuple[Finding, ...]
    alpha: float
    seed: int
    synthetic: bool = False
    n_sites: int = 1

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __getitem__(self, key: str) -> Finding:
        by_key = {finding.hypothesis.key: finding for finding in self.findings}
        if key not in by_key:
            raise UnknownNameError("hypothesis", key, by_key)
        return by_key[key]

    def to_frame(self) -> pd.DataFrame:
        """One row per hypothesis, in the columns of `Finding`; tags joined by commas.

        Examples
        --------
        >>> Findings("empty", (), alpha=0.05, seed=1).to_frame().columns[:2].tolist()
        ['hypothesis', 'verdict']
        """
        rows = [finding.to_dict() for finding in self.findings]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def limits(self) -> tuple[str, ...]:
        """What the verdicts cannot say, whatever they are."""
        told = [finding.evidence for finding in self if finding.evidence is not None]
        heard = [record for record in told if record.n]
        limits = {
            "One network has no outcome variance: nothing here compares it with "
            "another.": len(self) > 0 and self.n_sites == 1,
            "One informant per organisation confounds person, position and "
            "organisation.": any(record.one_informant for record in heard),
            "On a claim fewer than five voices were heard: what is told of it may tell "
            "what one of them said.": any(record.n < LEAST_SHOWN for record in heard),
            "The codings say how much there is of a construct, not what it did: the "
            'evidence is "consistent with" a claim and does not show it.': any(
                record.level_only for record in heard
            ),
            "A test on dyads is an analogue of a claim about the whole network.": any(
                "analogue" in finding.tags for finding in self
            ),
            "Nobody drew by lot who adopts, and more than tools changes between two "
            "waves: the tests show what goes with adoption, not what it did.": any(
                finding.symbol == "estimate" for finding in self
            ),
        }
        limits |= {
            text: any(finding.hypothesis.key == key for finding in self)
            for key, text in LIMITS.items()
        }
        if told_alike := [f.hypothesis.key for f in self if _told_alike(f)]:
            limits[_SAME_SOURCE.format(names=", ".join(told_alike))] = True
        assumed = (text for record in told for text in record.assumptions)
        assumptions = [f"Assumed: {text}." for text in dict.fromkeys(assumed)]
        return (*(text for text, holds in limits.items() if holds), *assumptions)

    def summary(self) -> str:
        """The findings in words, with what they cannot say."""
        kind = " (synthetic)" if self.synthetic else ""
        n = Counted(len(self))
        told = f"{n} {n:hypothesis|hypotheses}, alpha {self.alpha:g}"
        title = f"{self.study}{kind}: {told}"
        blocks = [finding.summary() for finding in self]
        limits = "\n".join(["Limits", *(f"  - {text}" for text in self.limits())])
        return "\n\n".join([title, *blocks, limits])

    def __repr__(self) -> str:
        told = ", ".join(f"{f.hypothesis.key} {f.verdict}" for f in self)
        return f"Findings({self.study}: {told or 'none'})"

    def _repr_html_(self) -> str:
        symbols = {f.symbol for f in self}
        symbol = symbols.pop() if len(symbols) == 1 else "estimate"
        head = (
            *("hypothesis", "verdict", "test", "evidence"),
            *(symbol, "p (Holm)", "tags"),
        )
        rows = [
            (
                f.hypothesis.key,
                f.verdict,
                f.test_verdict,
                f.evidence_verdict,
                "" if math.isnan(f.estimate) else f"{f.estimate:.2f}",
                "" if math.isnan(f.pvalue_adjusted) else _p(f.pvalue_adjusted),
                ", ".join(f.tags),
            )
            for f in self
        ]
        body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in rows)
        notes = "".join(f"<li>{html.escape(text)}</li>" for text in self.limits())
        title = html.escape(self.study) + (" (synthetic)" if self.synthetic else "")
        return (
            f"<table><caption>{title}</caption><tr>{_cells(head, 'th')}</tr>{body}"
            f"</table><ul>{notes}</ul>"
        )


def _told_alike(finding: Finding) -> bool:
    """Whether one source is to be told of a test, and no limit of its claim does."""
    return finding.same_source and finding.hypothesis.key not in LIMITS


def _cells(texts: tuple[str, ...], tag: str) -> str:
    return "".join(f"<{tag}>{html.escape(text)}</{tag}>" for text in texts)


def _p(value: float) -> str:
    return f"{value:.4f}" if value >= 0.001 else f"{value:.2g}"
