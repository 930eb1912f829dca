"""The joint display: what interviews say of a claim beside what its test says.

Where do they converge, where are they in tension, and where is a side open?
"""

from __future__ import annotations

import math

import pandas as pd

from netcollab.hypotheses.evidence import Evidence
from netcollab.hypotheses.findings import Finding, Findings

__all__ = ["joint_display"]

_DECIDED = ("supported", "contradicted")
_OF_EVIDENCE = ("score", "low", "high", "n", "own", "favourable", "adverse")
_LIMITS = ("level_only", "one_informant")
_OF_TEST = (
    *("symbol", "sign", "estimate", "ci_low", "ci_high"),
    *("pvalue_adjusted", "detectable_effect"),
)


def joint_display(findings: Findings) -> pd.DataFrame:
    """Per claim the evidence beside the test, and how they meet.

    "convergence": both supported, or both contradicted; "tension": one supported, the
    other contradicted; "one side open": one of them is inconclusive or not testable;
    "both sides open". An open side is no agreement and no disagreement.

    Parameters
    ----------
    findings
        As from `evaluate`. Interviews and tests are of the study they were made of;
        those of a documented case and of invented data do not belong side by side.

    Returns
    -------
    DataFrame
        One row per hypothesis: evidence_verdict, score, low, high (S and its bounds, in
        the claim's direction), n, own, favourable, adverse (voices), n_unheard,
        level_only, one_informant (see `Evidence`), evidence_tags; joint; test_verdict,
        symbol, sign (which the claim expects of the estimate), estimate, ci_low,
        ci_high, pvalue_adjusted, detectable_effect, test_tags, contrast;
        evidence_reason and test_reason, where a side is open.

    References
    ----------
    Fetters, M. D., Curry, L. A., & Creswell, J. W. (2013). Achieving integration in
    mixed methods designs: principles and practices. Health Serv. Res. 48, 2134-2156.
    Guetterman, T. C., Fetters, M. D., & Creswell, J. W. (2015). Integrating
    quantitative and qualitative results in health science mixed methods research
    through joint displays. Ann. Fam. Med. 13, 554-561.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH, rng=1)
    >>> joint_display(found)[["evidence_verdict", "joint", "test_verdict"]]
               evidence_verdict            joint  test_verdict
    hypothesis
    AG-H1          inconclusive  both sides open  not testable
    AG-H2             supported    one side open  not testable
    AG-H3             supported    one side open  not testable
    AG-H4             supported    one side open  not testable
    """
    columns = [
        *("evidence_verdict", *_OF_EVIDENCE, "n_unheard"),
        *(*_LIMITS, "evidence_tags", "joint"),
        *("test_verdict", *_OF_TEST, "test_tags", "contrast"),
        *("evidence_reason", "test_reason"),
    ]
    keys = [finding.hypothesis.key for finding in findings]
    index = pd.Index(keys, name="hypothesis", dtype="str")
    return pd.DataFrame([_row(each) for each in findings], index, columns)


def _row(finding: Finding) -> dict[str, object]:
    tested = finding.test_verdict != "not testable"
    return {
        "evidence_verdict": finding.evidence_verdict,
        **_voices(finding.evidence),
        "joint": finding.joint or _open(finding),
        "test_verdict": finding.test_verdict,
        **{name: getattr(finding, name) for name in _OF_TEST},
        "test_tags": ", ".join(finding.tags) if tested else "",
        "contrast": finding.contrast,
        "test_reason": finding.test_reason,
    }


def _voices(record: Evidence | None) -> dict[str, object]:
    if record is None:
        counts = dict.fromkeys(("n", "own", "favourable", "adverse", "n_unheard"), 0)
        nowhere = dict.fromkeys(("score", "low", "high"), math.nan)
        return {
            **counts,
            **nowhere,
            "evidence_tags": "",
            "evidence_reason": "no codings",
        }
    return {
        **{name: getattr(record, name) for name in (*_OF_EVIDENCE, *_LIMITS)},
        "n_unheard": int((record.voices["basis"] == "").sum()),
        "evidence_tags": ", ".join(record.tags),
        "evidence_reason": record.reason,
    }


def _open(finding: Finding) -> str:
    sides = (finding.evidence_verdict, finding.test_verdict)
    decided = any(verdict in _DECIDED for verdict in sides)
    return "one side open" if decided else "both sides open"
