"""What was found about each claim, told in the reader's language.

What did the tests and the codings say, and what can they not say?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from netcollab.hypotheses import Finding, Findings
from netcollab.report.labels import ambient_language, label, number, word
from netcollab.report.reasons import reason_text
from netcollab.report.runs import draws_of, estimator_text, p_text, run_of, sample_text

__all__ = [
    "claim_text",
    "findings_report",
    "limit_lines",
    "untested_lines",
    "worded_estimates",
    "worded_findings",
]

_VERDICTS = ("verdict", "test_verdict", "evidence_verdict")


def findings_report(findings: Findings) -> str:
    """The findings and their limits as plain text in the ambient language.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    >>> found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH[:1], rng=1)
    >>> with nc.report.language("nb"):
    ...     print(findings_report(found).splitlines()[0])
    alvorlig_sykt_barn (syntetiske data): 1 hypotese, alfa 0,05
    """
    mark = f" ({label('note.synthetic').lower()})" if findings.synthetic else ""
    title = label(
        "findings.title",
        study=f"{findings.study}{mark}",
        count=len(findings),
        alpha=number(findings.alpha, len(f"{findings.alpha:g}".partition(".")[2])),
    )
    blocks = ["\n".join(_block(finding)) for finding in findings]
    limits = [f"  - {line}" for line in limit_lines(findings)]
    return "\n\n".join([title, *blocks, "\n".join([label("findings.limits"), *limits])])


def limit_lines(findings: Findings) -> list[str]:
    """What the verdicts cannot say, and what was assumed: a sentence each."""
    return [reason_text(text) for text in findings.limits()]


def untested_lines(findings: Findings) -> list[str]:
    """Tests and evidence that gave no verdict, and why: each reason once."""
    alike: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        sides = {
            "test": (finding.test_verdict, finding.test_reason),
            "evidence": (finding.evidence_verdict, _evidence_reason(finding)),
        }
        for side, (verdict, reason) in sides.items():
            if verdict == "not testable" and reason:
                alike.setdefault((side, reason), []).append(finding.hypothesis.key)
    return [
        f"{', '.join(keys)}, {label(f'findings.{side}')}: {reason_text(reason)}"
        for (side, reason), keys in alike.items()
    ]


def claim_text(finding: Finding) -> str:
    """The claim in the ambient language, or in one that it has."""
    claim = finding.hypothesis.claim
    told = claim.get(ambient_language()) or claim.get("en")
    return told or next(iter(claim.values()), "")


def worded_findings(findings: Findings) -> pd.DataFrame:
    """`Findings.to_frame` with every cell of words in the ambient language.

    The names of the columns, and the keys of the hypotheses, stay as code has them.
    """
    table = findings.to_frame()
    for column in _VERDICTS:
        table[column] = [label(f"verdict.{each}") for each in table[column]]
    table["level"] = table["level"].map(_level)
    table["method"] = [_method(finding) for finding in findings]
    table["tags"] = [_tags(finding) for finding in findings]
    table["reason"] = [_reason(finding) for finding in findings]
    return table


def worded_estimates(estimates: pd.DataFrame) -> pd.DataFrame:
    """The estimators of a claim with every cell of words in the ambient language.

    Outcome and predictor stay as the study's manifest has them.
    """
    table = estimates.copy()
    for column, told in _WORDED.items():
        if column in table:
            cells = table[column].fillna("").astype(str)
            table[column] = [told(cell) if cell else "" for cell in cells]
    return table


def _block(finding: Finding) -> Iterator[str]:
    """A claim: its verdict, its test, what stands beside it, its evidence."""
    marks = f" ({_tags(finding)})" if finding.tags else ""
    verdict = label(f"verdict.{finding.verdict}")
    key = finding.hypothesis.key
    yield f"{key}  {verdict}{marks}  {claim_text(finding)}".rstrip()
    lines = [("test", _test_line(finding)), *_other_lines(finding)]
    lines.append(("evidence", _evidence_line(finding)))
    if finding.joint:
        lines.append(("together", label(f"joint.{finding.joint}")))
    named = [(label(f"findings.{name}"), text) for name, text in lines]
    width = max(len(name) for name, _ in named)
    for name, text in named:
        yield f"  {name:{width}}  {text}"


def _test_line(finding: Finding) -> str:
    verdict = label(f"verdict.{finding.test_verdict}")
    if math.isnan(finding.estimate):
        return f"{verdict}: {reason_text(finding.test_reason)}"
    symbol = label(f"findings.symbol_{finding.symbol}")
    found = label("findings.no_detectable", symbol=symbol)
    if not math.isnan(finding.detectable_effect):
        effect = number(finding.detectable_effect)
        found = label("findings.detectable", symbol=symbol, effect=effect)
    told = label(
        "findings.tested",
        contrast=finding.contrast,
        symbol=symbol,
        estimate=_estimate(finding.estimate, finding.ci_low, finding.ci_high),
        p=_p(finding.pvalue),
        adjusted=_p(finding.pvalue_adjusted, "holm"),
        found=found,
    )
    return f"{verdict}: {told}"


def _other_lines(finding: Finding) -> Iterator[tuple[str, str]]:
    """Every estimator but the headline, and the parts of the claim."""
    for _, row in finding.estimates.iterrows():
        role = str(row["role"])
        if role == "headline":
            continue
        words = estimator_text(str(row["estimator"]))
        p = _p(row["pvalue"])
        if role == "secondary":
            outcome, _, wave = str(row["outcome"]).partition(" in ")
            when = f", {label('network.wave', wave=wave)}" if wave else ""
            words = f"{outcome} ~ {row['predictor']}{when}, {words}"
            p = _p(row["pvalue_adjusted"], "holm")
        found = reason_text(str(row["reason"]))
        if not found:
            found = f"{_estimate(row['estimate'], row['ci_low'], row['ci_high'])}, {p}"
        yield role.replace(" ", "_"), f"{words}: {found}"


def _evidence_line(finding: Finding) -> str:
    record = finding.evidence
    verdict = label(f"verdict.{finding.evidence_verdict}")
    if record is None or record.verdict == "not testable":
        return f"{verdict}: {reason_text(_evidence_reason(finding))}"
    told = label(
        "findings.heard",
        score=number(record.score),
        low=number(record.low),
        high=number(record.high),
        n=record.n,
        own=record.own,
        favourable=record.favourable,
        adverse=record.adverse,
    )
    if record.verdict == "supported":
        reading = "level_only" if record.level_only else "shows"
        told += f", {label(f'findings.{reading}')}"
    return f"{verdict}: {told}"


def _evidence_reason(finding: Finding) -> str:
    return "no codings" if finding.evidence is None else finding.evidence.reason


def _method(finding: Finding) -> str:
    """How the headline came about."""
    if finding.test is None or finding.test_verdict == "not testable":
        return label("method_name.evidence") if finding.method else ""
    run = run_of("", finding.test)
    name = label(f"method_name.{run.method}") if run.method else run.result.test
    return f"{name} ({draws_of(run)})"


def _tags(finding: Finding) -> str:
    return ", ".join(word(tag) for tag in finding.tags)


def _reason(finding: Finding) -> str:
    """Why the test and the evidence gave no verdict, each under its name."""
    sides = {"test": finding.test_reason, "evidence": _evidence_reason(finding)}
    return "; ".join(
        f"{label(f'findings.{side}')}: {reason_text(reason)}"
        for side, reason in sides.items()
        if reason
    )


def _estimate(value: float, low: float, high: float) -> str:
    """An estimate, and its interval where it has one."""
    if math.isnan(low) and math.isnan(high):
        return number(value)
    ends = {"low": number(low), "high": number(high)}
    return f"{number(value)} ({label('results.to', **ends)})"


def _p(value: float, kind: str = "p") -> str:
    return label(f"findings.{kind}", p=p_text(float(value)))


def _role(role: str) -> str:
    return label(f"findings.{role.replace(' ', '_')}")


def _level(level: str) -> str:
    return label(f"level.{level}")


def _unit(unit: str) -> str:
    return sample_text(2, unit).partition(" ")[2]


_WORDED: Mapping[str, Callable[[str], str]] = {
    "role": _role,
    "level": _level,
    "estimator": estimator_text,
    "unit": _unit,
    "reason": reason_text,
}
