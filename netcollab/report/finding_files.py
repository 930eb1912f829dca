"""What was found in a study, as files for a paper: tables, methods, references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from netcollab._files import write_atomically
from netcollab.hypotheses import (
    CaseComparison,
    Contribution,
    Convergence,
    Findings,
)
from netcollab.report.building import building, inputs_of
from netcollab.report.declared_files import (
    FOR_READERS,
    significant,
    write_cases,
    write_contribution,
    write_convergence,
    write_joint_display,
)
from netcollab.report.finding_words import (
    claim_text,
    limit_lines,
    untested_lines,
    worded_estimates,
    worded_findings,
)
from netcollab.report.labels import ambient_language, label, word
from netcollab.report.markdown import markdown_text
from netcollab.report.methods_text import Ran, citations, methods_paragraph
from netcollab.report.result_tables import findings_table
from netcollab.report.tables import write_table
from netcollab.study import Study

__all__ = ["methods_page", "write_findings"]

_ALL = 320


def write_findings(
    findings: Findings,
    study: Study,
    out: str | Path,
    *,
    source: str | Path | None = None,
    part: str = "",
    contribution: Contribution | None = None,
    cases: CaseComparison | None = None,
    convergence: Mapping[str, Convergence] | None = None,
) -> Path:
    """Write the findings of a study for a paper, in the ambient language.

    Writes `findings.csv` (numbers, in the columns of `Findings.to_frame`; the columns
    keep their English names, words in their cells are in the language),
    `findings.html`, `.tex`, `.md`, `.xlsx` and `.docx` (the table of `findings_table`,
    with the claims in words),
    `estimators.csv` (every estimator of every claim), `methods.md` (the methods
    section, what could not be tested and why, limits, and references), `citations.bib`
    and, last, `run.json`. Where interviews and tests speak of the claims,
    `joint_display.csv` and the same as a picture. Of a theory `contribution`, `rivals`,
    `chains` and the picture `theory_of_change`; of cases `memberships` and `cases`; of
    groups `convergence`, in the same formats. Everything is built beside `out` and
    takes its place when whole.

    Parameters
    ----------
    findings
        As from `netcollab.hypotheses.evaluate`.
    study
        The study they are of.
    out
        A folder; what is there must come from an earlier run of this job.
    source
        The study's folder or workbook, for the record.
    part
        Which part of the study this is, such as one site, for captions and the record.
    contribution, cases, convergence
        What else the study declared, as from `netcollab.hypotheses.contribution`,
        `case_comparison` and `declared_convergence`.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If `out` holds other files.
    BlockingIOError
        If another run is writing the same folder.
    """
    out = Path(out).resolve()
    code = ambient_language()
    named = study.manifest.title.get(code) or word(study.manifest.name)
    named = f"{named}, {part}" if part else named
    kind = "caption" if len(findings) else "caption_beside"
    caption = label(f"findings.{kind}", study=named)
    ran: list[Ran] = [study, findings]
    with building(out, "findings", *inputs_of(study, source)) as run:
        folder = run.folder
        if len(findings):
            _write_claims(findings, folder, caption)
        if contribution is not None:
            ran.append(contribution)
            write_contribution(contribution, study, folder)
        if cases is not None:
            ran.append(cases)
            write_cases(cases, study, folder)
        if convergence:
            ran.append(convergence)
            write_convergence(convergence, study, folder)
        write_atomically(folder / "methods.md", methods_page(ran, caption))
        write_atomically(folder / "citations.bib", citations(*ran, form="bibtex"))
        run.record(
            seed=findings.seed,
            options={"language": code, "alpha": findings.alpha, "part": part},
        )
    return out


def methods_page(ran: Sequence[Ran], caption: str) -> str:
    """The methods section, what was not testable, limits and references: Markdown."""
    claims = [what for what in ran if isinstance(what, Findings)]
    lists = {
        "untested": [line for found in claims for line in untested_lines(found)],
        "limits": [line for found in claims for line in limit_lines(found)],
        "references": citations(*ran).splitlines(),
    }
    parts = [
        f"# {markdown_text(caption)}",
        f"## {label('findings.methods')}",
        markdown_text(methods_paragraph(*ran)),
    ]
    for name, lines in lists.items():
        if lines:
            parts.append(f"## {label(f'findings.{name}')}")
            parts.append("\n".join(f"- {markdown_text(line)}" for line in lines))
    return "\n\n".join(parts) + "\n"


def _write_claims(findings: Findings, folder: Path, caption: str) -> None:
    stem = folder / "findings"
    frame = significant(worded_findings(findings).set_index("hypothesis"))
    write_table(frame, stem, caption="", decimals=_ALL, formats=["csv"])
    table = findings_table(findings)
    claims = [claim_text(finding) for finding in findings]
    if any(claims):
        table.insert(0, label("results.claim"), claims)
    write_table(table, stem, caption=caption, formats=FOR_READERS)
    estimators = significant(_estimators(findings))
    stem = folder / "estimators"
    write_table(estimators, stem, caption="", decimals=_ALL, formats=["csv"])
    write_joint_display(findings, folder)


def _estimators(findings: Findings) -> pd.DataFrame:
    """Every estimator of every claim, a row each."""
    parts = {
        finding.hypothesis.key: worded_estimates(finding.estimates)
        for finding in findings
        if len(finding.estimates)
    }
    if not parts:
        return pd.DataFrame(columns=["role"], index=pd.Index([], name="hypothesis"))
    table = pd.concat(parts, names=["hypothesis", None])
    return table.droplevel(1)
