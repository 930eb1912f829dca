"""What is wrong with a draft: what its codebook may settle, and what stops it.

A draft is a codebook with decisions still to be made. A fault that a line of it settles
is one of them; any other has to be corrected in the export first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ExportSpec, Manifest
from netcollab.study.problems import Place, Problem

__all__ = ["settle"]

_SETTLED_BY_THE_CODEBOOK = {
    *("E-ACT-004", "E-ANS-002", "E-ANS-007", "E-ANS-010", "E-ANS-020"),
    *("E-EXP-014", "E-EXP-015", "E-MAN-007", "E-TIE-002", "E-TIE-003", "E-TIE-004"),
    *("E-TIE-005", "E-TIE-009", "E-TIE-011", "E-TIE-014", "E-TIE-016"),
}
_ASKED_ALREADY = {
    "E-ACT-004": "W-EXP-020",
    "E-MAN-007": "W-EXP-034",
    "E-NUM-001": "W-EXP-051",
    "E-NUM-004": "W-EXP-051",
    "E-TIE-009": "W-EXP-036",
}
_MOST_CELLS = 5
_CODE, _MORE = re.compile(r"[EWN]-[A-Z]{3}-\d{3}"), "-STU-006"
_CARRIED = {"W-EXP-039", "N-EXP-040", "N-ANS-024"}


def settle(
    found: Iterable[Problem],
    ledger: Ledger,
    *,
    manifest: Manifest | None = None,
    spec: ExportSpec | None = None,
    left_out: Collection[tuple[Any, str]] = (),
) -> None:
    """Stop at what no codebook settles, with everything told; note the rest.

    Parameters
    ----------
    found
        The faults of the tables that the draft would have.
    ledger
        What is undecided so far; takes what is still to be settled.
    manifest, spec
        The draft, if it is of answers.
    left_out
        Row and letter of the cells that the draft does not keep; they are noted.
    """
    asked, found = ledger.listed(), list(found)
    twice = {problem.row for problem in found if problem.code == "E-RES-001"}
    unlisted = [problem for problem in found if problem.code.endswith(_MORE)]
    problems = [
        problem
        for problem in found
        if problem not in unlisted
        and (problem.severity == "ERROR" or problem.code in _CARRIED)
        and (problem.row, problem.letter) not in left_out
        and not (problem.code == "E-ANS-001" and problem.row in twice)
        and not _is_asked(problem, asked, manifest, spec)
    ]
    own = [problem for problem in problems if problem.code == "E-ANS-007"]
    if own:
        cells = ", ".join(problem.place.cell for problem in own[:_MOST_CELLS])
        cells += ", …" if len(own) > _MOST_CELLS else ""
        ledger.add("W-EXP-045", Place(own[0].file), count=len(own), known=cells)
    for problem in problems:
        if problem.code != "E-ANS-007":
            ledger.take(problem)
    beyond = _CODE.findall(" ".join(p.fields["codes"] for p in unlisted))
    errors = {p.code for p in problems if p.severity == "ERROR"}
    errors |= {code for code in beyond if code.startswith("E")}
    if errors - _SETTLED_BY_THE_CODEBOOK:
        for problem in unlisted:
            ledger.take(problem)
        told = ledger.listed()
        raise InputError(
            [p for kind in ("ERROR", "WARN") for p in told if p.severity == kind]
        )


def _is_asked(
    problem: Problem,
    asked: Iterable[Problem],
    manifest: Manifest | None,
    spec: ExportSpec | None,
) -> bool:
    """A question about the draft says the same: of its scale, unit or relation."""
    code = problem.code
    if code in _ASKED_ALREADY:
        return any(other.code == _ASKED_ALREADY[code] for other in asked)
    if code == "E-ANS-002":
        lines = set(problem.fields.get("line", "").splitlines())
        said = [o.fields["line"].splitlines() for o in asked if o.code == "W-EXP-024"]
        return bool(lines) and any(lines <= set(each) for each in said)
    if code not in {"E-ANS-010", "E-ANS-020"} or manifest is None or spec is None:
        return False
    answer = spec.answers.get(problem.column)
    scale = manifest.items[answer.item].scale if answer else ""
    return any(
        other.code == "W-EXP-025" and other.fields["scale"] == scale for other in asked
    )
