"""The data check in the reader's language."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from netcollab.report.labels import ambient_language
from netcollab.study import TEMPLATES, DataReport, ImportReport, Problem, problem_lines

__all__ = ["data_report", "import_report", "problems_text"]

_MOST_OF_ONE = 2
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

    Plain text in the ambient language; of a problem that many cells share, two.
    """
    templates = _templates(ambient_language())
    words = templates["words"]
    rows = ", ".join(f"{name} {count}" for name, count in report.counts.items())
    told = [report.report.summary(templates, most=_MOST_OF_ONE), ""]
    told.append(words["imported"].format(folder=report.folder, rows=rows))
    if report.recoded:
        counts = [f"{n} {words.get(r, r)}" for r, n in report.recoded.items()]
        told.append(words["recoded"].format(counts=", ".join(counts)))
    if report.undecided:
        told += ["", words["undecided"]]
        told += [f"  {line}" for line in problem_lines(report.undecided, templates)]
    return "\n".join(told)


def problems_text(problems: Sequence[object]) -> str:
    """Problems of the data in the ambient language; anything else as it stands."""
    known = [problem for problem in problems if isinstance(problem, Problem)]
    lines = [str(problem) for problem in problems if not isinstance(problem, Problem)]
    return "\n".join([*lines, *problem_lines(known, _templates(ambient_language()))])


@cache
def _templates(code: str) -> dict[str, dict[str, str]]:
    if code == "en":
        return {name: dict(parts) for name, parts in TEMPLATES.items()}
    text = (_LOCALE / f"problems.{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
