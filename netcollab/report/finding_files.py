"""What was found in a study, as files for a paper: tables, methods, references."""

from __future__ import annotations

import time
from pathlib import Path

import pandas as pd

from netcollab._files import write_atomically
from netcollab.hypotheses import Findings
from netcollab.report.building import building, inputs_of, write_record
from netcollab.report.finding_words import (
    limit_lines,
    untested_lines,
    worded_estimates,
    worded_findings,
)
from netcollab.report.labels import ambient_language, label, word
from netcollab.report.markdown import markdown_text
from netcollab.report.methods_text import citations, methods_paragraph
from netcollab.report.result_tables import findings_table
from netcollab.report.tables import write_table
from netcollab.study import Study

__all__ = ["write_findings"]

_FOR_READERS = ("html", "latex", "md", "xlsx", "docx")
_DIGITS, _ALL = 10, 320


def write_findings(
    findings: Findings,
    study: Study,
    out: str | Path,
    *,
    source: str | Path | None = None,
) -> Path:
    """Write the findings of a study for a paper, in the ambient language.

    Writes `findings.csv` (numbers, in the columns of `Findings.to_frame`; the columns
    keep their English names, words in their cells are in the language),
    `findings.html`, `.tex`, `.md`, `.xlsx` and `.docx` (the table of `findings_table`),
    `estimators.csv` (every estimator of every claim), `methods.md` (the methods
    section, what could not be tested and why, limits, and references), `citations.bib`
    and, last, `run.json`. Everything is built beside `out` and takes its place when
    whole.

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
    started, out = time.time(), Path(out).resolve()
    code = ambient_language()
    named = study.manifest.title.get(code) or word(study.manifest.name)
    caption = label("findings.caption", study=named)
    with building(out, "findings") as folder:
        stem = folder / "findings"
        frame = worded_findings(findings).set_index("hypothesis")
        write_table(
            _significant(frame), stem, caption="", decimals=_ALL, formats=["csv"]
        )
        write_table(
            findings_table(findings), stem, caption=caption, formats=_FOR_READERS
        )
        write_table(
            _significant(_estimators(findings)),
            folder / "estimators",
            caption="",
            decimals=_ALL,
            formats=["csv"],
        )
        methods = _methods(findings, study, caption)
        write_atomically(folder / "methods.md", methods)
        write_atomically(folder / "citations.bib", citations(findings, form="bibtex"))
        inputs, root = inputs_of(study, source)
        write_record(
            folder,
            inputs,
            job="findings",
            root=root,
            started=started,
            seed=findings.seed,
            options={"language": code, "alpha": findings.alpha},
        )
    return out


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


def _significant(frame: pd.DataFrame) -> pd.DataFrame:
    """Ten digits of every number: no small p becomes 0, and machines agree."""

    def rounded(cell: object) -> object:
        return float(f"{cell:.{_DIGITS}g}") if isinstance(cell, float) else cell

    return frame.astype(object).map(rounded)


def _methods(findings: Findings, study: Study, caption: str) -> str:
    """The methods section, what was not testable, limits and references: Markdown."""
    lists = {
        "untested": untested_lines(findings),
        "limits": limit_lines(findings),
        "references": citations(findings).splitlines(),
    }
    parts = [
        f"# {markdown_text(caption)}",
        f"## {label('findings.methods')}",
        markdown_text(methods_paragraph(study, findings)),
    ]
    for name, lines in lists.items():
        if lines:
            parts.append(f"## {label(f'findings.{name}')}")
            parts.append("\n".join(f"- {markdown_text(line)}" for line in lines))
    return "\n\n".join(parts) + "\n"
