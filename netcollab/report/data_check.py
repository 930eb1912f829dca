"""The data check in the reader's language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from netcollab._counted import Counted
from netcollab.report.labels import ambient_language
from netcollab.report.reasons import reason_text
from netcollab.study import (
    TEMPLATES,
    DataReport,
    ImportReport,
    Problem,
    explain,
    problem_lines,
)

__all__ = ["data_report", "import_report", "problem_explained", "problems_text"]

_MOST_OF_ONE = 2
Templates = Mapping[str, Mapping[str, str]]
_LOCALE = Path(__file__).with_name("locale")


def data_report(report: DataReport) -> str:
    """What was read, and every problem, as plain text in the ambient language.

    Examples
    --------
    >>> import netcollab as nc
    >>> told = nc.study.check_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> with nc.report.language("nb"):
    ...     print(data_report(told).splitlines()[-1])
    Dataene kan brukes.
    """
    return report.summary(_templates(ambient_language()))


def import_report(report: ImportReport) -> str:
    """The check of the new study, what was written, and last what is undecided.

    Plain text in the ambient language. Of a draft: what is still to be settled, and
    how to go on.
    """
    templates = _templates(ambient_language())
    words = templates["words"]
    if report.is_draft and report.open:
        return _draft_report(report, templates)
    rows = _rows_in_words(report.counts, words)
    told = [report.report.summary(templates, most=_MOST_OF_ONE), ""]
    told.append(words["imported"].format(folder=report.folder, rows=rows))
    if report.recoded:
        counts = [f"{n} {words.get(r, r)}" for r, n in report.recoded.items()]
        told.append(words["recoded"].format(counts=", ".join(counts)))
    if report.undecided:
        told += ["", words["undecided"]]
        told += [f"  {line}" for line in problem_lines(report.undecided, templates)]
    return "\n".join(told)


def _draft_report(report: ImportReport, templates: Templates) -> str:
    """What a draft holds, what its codebook does not say yet, and what was noted."""
    words = templates["words"]
    rows = _rows_in_words(report.counts, words)
    told = [words["drafted"].format(folder=report.folder, rows=rows)]
    if report.recoded:
        counts = [f"{n} {words.get(r, r)}" for r, n in report.recoded.items()]
        told.append(words["recoded"].format(counts=", ".join(counts)))
    open_ = problem_lines(report.open, templates)
    noted = [p for p in report.undecided if p.severity == "NOTE"]
    notes = problem_lines(noted, templates)
    title = words["to_settle"].format(count=len(open_), folder=report.folder)
    told += ["", title, *(f"  {line}" for line in open_)]
    if notes:
        told += ["", words["noted"], *(f"  {line}" for line in notes)]
    return "\n".join([*told, "", words["draft_next"].format(folder=report.folder)])


def _rows_in_words(counts: Mapping[str, int], words: Mapping[str, str]) -> str:
    """How many rows each table got: "3 respondents, 6 answers"."""
    told = {name: words[f"rows_of_{name}"] for name in counts}
    return ", ".join(told[name].format(count=Counted(n)) for name, n in counts.items())


def problems_text(problems: Sequence[object]) -> str:
    """Problems of the data, or the message of an error, in the ambient language.

    Problems that say the same of several rows share a line. A message that the locale
    does not know stands as it is, in English.

    Examples
    --------
    >>> import netcollab as nc
    >>> with nc.report.language("nb"):
    ...     problems_text(["the study has one wave, and a change needs two"])
    'studien har én runde, og en endring krever to'
    """
    known = [problem for problem in problems if isinstance(problem, Problem)]
    lines = [reason_text(str(p)) for p in problems if not isinstance(p, Problem)]
    return "\n".join([*lines, *problem_lines(known, _templates(ambient_language()))])


def problem_explained(code: str) -> str:
    """What a code of a problem means and what to do about it, in the ambient language.

    Raises
    ------
    UnknownNameError
        If no problem has the code.

    Examples
    --------
    >>> import netcollab as nc
    >>> with nc.report.language("nb"):
    ...     print(problem_explained("E-TIE-002").splitlines()[0])
    E-TIE-002 (feil): et bånd fra en aktør til seg selv
    """
    return explain(code, _templates(ambient_language()))


@cache
def _templates(code: str) -> dict[str, dict[str, str]]:
    if code == "en":
        return {name: dict(parts) for name, parts in TEMPLATES.items()}
    text = (_LOCALE / f"problems.{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
