"""Evidence to answers: claims of theories, and the verdict on each."""

from __future__ import annotations

from netcollab.hypotheses.contribution import Contribution, contribution
from netcollab.hypotheses.declared import binding, declared
from netcollab.hypotheses.evaluate import evaluate
from netcollab.hypotheses.evidence import Evidence, evidence, evidence_verdict
from netcollab.hypotheses.findings import Finding, Findings
from netcollab.hypotheses.governance import ANSELL_GASH
from netcollab.hypotheses.hypothesis import Hypothesis
from netcollab.hypotheses.ledger import (
    EvidenceMatrix,
    evidence_matrix,
    evidence_sensitivity,
)
from netcollab.hypotheses.theory import Link, Rival, TheoryOfChange

__all__ = [
    "ANSELL_GASH",
    "Contribution",
    "Evidence",
    "EvidenceMatrix",
    "Finding",
    "Findings",
    "Hypothesis",
    "Link",
    "Rival",
    "TheoryOfChange",
    "binding",
    "contribution",
    "declared",
    "evaluate",
    "evidence",
    "evidence_matrix",
    "evidence_sensitivity",
    "evidence_verdict",
]
