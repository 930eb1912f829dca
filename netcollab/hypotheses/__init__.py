"""Evidence to answers: claims of theories, and the verdict on each."""

from __future__ import annotations

from netcollab.hypotheses.adoption import (
    information_reach,
    rollout_effect,
    silo_breakdown,
)
from netcollab.hypotheses.capacity import RELATIONAL_CAPACITY
from netcollab.hypotheses.choices import Choice, multiverse_choices
from netcollab.hypotheses.declared import binding, declared
from netcollab.hypotheses.digital_collaboration import DIGITAL_COLLABORATION
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
from netcollab.hypotheses.multiverse import Multiverse, multiverse

__all__ = [
    "ANSELL_GASH",
    "DIGITAL_COLLABORATION",
    "RELATIONAL_CAPACITY",
    "Choice",
    "Evidence",
    "EvidenceMatrix",
    "Finding",
    "Findings",
    "Hypothesis",
    "Multiverse",
    "binding",
    "declared",
    "evaluate",
    "evidence",
    "evidence_matrix",
    "evidence_sensitivity",
    "evidence_verdict",
    "information_reach",
    "multiverse",
    "multiverse_choices",
    "rollout_effect",
    "silo_breakdown",
]
