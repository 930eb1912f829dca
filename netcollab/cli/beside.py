"""What `test` runs beside the hypotheses: a theory of change, cases, groups."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from netcollab.hypotheses import CaseComparison, Contribution, Convergence
    from netcollab.study import Manifest, Study

__all__ = [
    "Beside",
    "answers_beside",
    "beside_in_words",
    "beside_to_dict",
    "declares_more",
]


class Beside(TypedDict, total=False):
    """What was found beside the findings, under the names of `write_findings`."""

    contribution: Contribution
    cases: CaseComparison
    convergence: dict[str, Convergence]


def declares_more(manifest: Manifest) -> bool:
    """Whether the study asks for anything beside hypotheses."""
    asked = (manifest.theory, manifest.cases, manifest.convergence)
    return any(asked)


def answers_beside(
    study: Study, seed: int | None, tell: Callable[[str], None]
) -> Beside:
    """The answers to what the study declares, each told as it begins."""
    from netcollab import hypotheses
    from netcollab.report import label

    found: Beside = {}
    if study.manifest.theory is not None:
        tell(label("theory.running"))
        theory = hypotheses.declared_theory(study)
        found["contribution"] = hypotheses.contribution(study, theory)
    if study.manifest.cases is not None:
        tell(label("cases.running"))
        found["cases"] = hypotheses.case_comparison(study, rng=seed)
    if study.manifest.convergence:
        tell(label("convergence.running"))
        found["convergence"] = hypotheses.declared_convergence(study, rng=seed)
    return found


def beside_in_words(study: Study, found: Beside) -> list[str]:
    """A block of lines for each, in the ambient language."""
    from netcollab import report

    told = []
    if "contribution" in found:
        told.append(report.contribution_report(found["contribution"], study))
    if "cases" in found:
        told.append(report.cases_report(found["cases"], study))
    if "convergence" in found:
        told.append(report.convergence_report(found["convergence"], study))
    return told


def beside_to_dict(findings: str, found: Beside) -> dict[str, object]:
    """Findings, as JSON rows, and what was found beside them, for one JSON object."""
    told: dict[str, object] = {"findings": json.loads(findings)}
    if "contribution" in found:
        parts = {"links": found["contribution"].links.reset_index()}
        parts["rivals"] = found["contribution"].rivals
        parts["chains"] = found["contribution"].chains.reset_index()
        told |= {
            name: json.loads(part.to_json(orient="records", force_ascii=False))
            for name, part in parts.items()
        }
    if "cases" in found:
        cases = found["cases"]
        rows = cases.table.to_json(orient="records", force_ascii=False)
        models = [] if cases.solution is None else list(cases.solution.models)
        told["cases"] = {
            "outcome": cases.outcome,
            "table": json.loads(rows),
            "models": models,
            "n": cases.n,
            "left_out": {site: list(names) for site, names in cases.left_out.items()},
            "expected": None if cases.expected is None else cases.expected.expression,
            "pvalue": None if cases.test is None else _number(cases.test.pvalue),
            "reason": cases.reason,
        }
    if "convergence" in found:
        told["convergence"] = [
            {
                "question": key,
                "verdict": each.verdict,
                "estimate": _number(each.test.estimate),
                "pvalue": _number(each.test.pvalue),
                "unit": "" if each.test.reason else each.unit,
                "sites_left_out": list(each.sites_left_out),
                "reason": each.reason,
            }
            for key, each in found["convergence"].items()
        ]
    return told


def _number(value: float) -> float | None:
    return None if value != value else value
