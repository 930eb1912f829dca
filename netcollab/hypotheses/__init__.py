"""Evidence to answers: claims of theories, and the verdict on each."""

from __future__ import annotations

from netcollab.hypotheses.adoption import (
    information_reach,
    rollout_effect,
    silo_breakdown,
)
from netcollab.hypotheses.capacity import RELATIONAL_CAPACITY
from netcollab.hypotheses.choices import Choice, multiverse_choices
from netcollab.hypotheses.comparison import (
    SetRelation,
    necessity,
    sufficiency,
    truth_table,
)
from netcollab.hypotheses.contribution import Contribution, contribution
from netcollab.hypotheses.convergence import Convergence, professional_convergence
from netcollab.hypotheses.declared import binding, declared, declared_theory
from netcollab.hypotheses.declared_comparisons import (
    CaseComparison,
    case_comparison,
    declared_convergence,
)
from netcollab.hypotheses.digital_collaboration import DIGITAL_COLLABORATION
from netcollab.hypotheses.evaluate import evaluate, verdicts
from netcollab.hypotheses.evidence import Evidence, evidence, evidence_verdict
from netcollab.hypotheses.findings import Finding, Findings
from netcollab.hypotheses.governance import ANSELL_GASH
from netcollab.hypotheses.hypothesis import Hypothesis
from netcollab.hypotheses.joint import joint_display
from netcollab.hypotheses.ledger import (
    EvidenceMatrix,
    evidence_matrix,
    evidence_sensitivity,
)
from netcollab.hypotheses.memberships import crisp_set, set_membership
from netcollab.hypotheses.multiverse import Multiverse, multiverse
from netcollab.hypotheses.null_studies import (
    decided_too_often,
    null_verdicts,
    record_null_verdicts,
    recorded_null_verdicts,
)
from netcollab.hypotheses.set_expressions import membership
from netcollab.hypotheses.solutions import Solution, minimise
from netcollab.hypotheses.statements import EvidenceLedger, evidence_ledger
from netcollab.hypotheses.theory import Link, Rival, TheoryOfChange

__all__ = [
    "ANSELL_GASH",
    "DIGITAL_COLLABORATION",
    "RELATIONAL_CAPACITY",
    "CaseComparison",
    "Choice",
    "Contribution",
    "Convergence",
    "Evidence",
    "EvidenceLedger",
    "EvidenceMatrix",
    "Finding",
    "Findings",
    "Hypothesis",
    "Link",
    "Multiverse",
    "Rival",
    "SetRelation",
    "Solution",
    "TheoryOfChange",
    "binding",
    "case_comparison",
    "contribution",
    "crisp_set",
    "decided_too_often",
    "declared",
    "declared_convergence",
    "declared_theory",
    "evaluate",
    "evidence",
    "evidence_ledger",
    "evidence_matrix",
    "evidence_sensitivity",
    "evidence_verdict",
    "information_reach",
    "joint_display",
    "membership",
    "minimise",
    "multiverse",
    "multiverse_choices",
    "necessity",
    "null_verdicts",
    "professional_convergence",
    "record_null_verdicts",
    "recorded_null_verdicts",
    "rollout_effect",
    "set_membership",
    "silo_breakdown",
    "sufficiency",
    "truth_table",
    "verdicts",
]
