"""What a study declared beside its hypotheses, as files: theory, cases, groups."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from netcollab.hypotheses import (
    CaseComparison,
    Contribution,
    Convergence,
    Findings,
    joint_display,
)
from netcollab.report.comparison_words import (
    cases_table,
    convergence_table,
    within_sentence,
)
from netcollab.report.contribution_graph import plot_contribution
from netcollab.report.contribution_words import (
    contribution_table,
    theory_words,
    worded_links,
    words_of,
)
from netcollab.report.figures import save_figure
from netcollab.report.joint_display import plot_joint_display
from netcollab.report.labels import ambient_language, label, word
from netcollab.report.reasons import worded_reasons
from netcollab.report.runs import draws_of, run_of
from netcollab.report.tables import write_table
from netcollab.study import Study

__all__ = [
    "FOR_READERS",
    "significant",
    "write_cases",
    "write_contribution",
    "write_convergence",
    "write_joint_display",
]

FOR_READERS = ("html", "latex", "md", "xlsx", "docx")
"""The formats of a table of words."""

_DIGITS, _ALL = 10, 320


def write_contribution(found: Contribution, study: Study, folder: Path) -> None:
    """The contribution table, rivals and chains, and the theory as a picture.

    Parameters
    ----------
    found
        As from `netcollab.hypotheses.contribution`.
    study
        The study it is of.
    folder
        A folder that exists.
    """
    caption = label("theory.caption", study=_title(study))
    _numbers(worded_links(found, study), folder / "contribution")
    _numbers(found.rivals.set_index("link"), folder / "rivals")
    _numbers(found.chains, folder / "chains")
    table = contribution_table(found, study)
    write_table(table, folder / "contribution", caption=caption, formats=FOR_READERS)
    ax = plot_contribution(found.links, names=theory_words(study))
    save_figure(ax, folder / "theory_of_change")
    plt.close(ax.get_figure(root=True))


def write_cases(found: CaseComparison, study: Study, folder: Path) -> None:
    """Memberships and the truth table with its solution.

    Parameters
    ----------
    found
        As from `netcollab.hypotheses.case_comparison`.
    study, folder
        As in `write_contribution`.
    """
    spec = study.manifest.cases
    sets = {} if spec is None else spec.sets
    known = sets[found.outcome].label if found.outcome in sets else {}
    outcome = within_sentence(words_of(known, found.outcome))
    caption = label("cases.caption", outcome=outcome, study=_title(study))
    _numbers(found.cases, folder / "memberships")
    if len(found.table):
        rows = found.table.rename_axis("row").rename(columns={"n": "n_cases"})
        _numbers(rows, folder / "cases")
    table = cases_table(found, study)
    write_table(table, folder / "cases", caption=caption, formats=FOR_READERS)


def write_convergence(
    found: Mapping[str, Convergence], study: Study, folder: Path
) -> None:
    """Whether groups came closer, a row per question.

    Parameters
    ----------
    found
        As from `netcollab.hypotheses.declared_convergence`.
    study, folder
        As in `write_contribution`.
    """
    rows = {
        key: {
            "verdict": each.verdict,
            "by": each.by,
            "estimate": each.test.estimate,
            "ci_low": each.test.ci_low,
            "ci_high": each.test.ci_high,
            "pvalue": each.test.pvalue,
            "n_rows": each.test.n,
            "method": draws_of(run_of(key, each.test)) if each.test.method else "",
            "unit": "" if each.test.reason else each.unit,
            "sites_left_out": "; ".join(each.sites_left_out),
            "reason": each.reason,
        }
        for key, each in found.items()
    }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("question")
    _numbers(frame, folder / "convergence")
    caption = label("convergence.caption", study=_title(study))
    table = convergence_table(found, study)
    write_table(table, folder / "convergence", caption=caption, formats=FOR_READERS)


def write_joint_display(findings: Findings, folder: Path) -> None:
    """Interviews beside tests, as numbers and as a picture, where there are both.

    Parameters
    ----------
    findings
        As from `netcollab.hypotheses.evaluate`.
    folder
        A folder that exists.
    """
    heard = any(each.evidence is not None and each.evidence.n for each in findings)
    tested = any(each.test_verdict != "not testable" for each in findings)
    if not heard or not tested:
        return
    _numbers(joint_display(findings), folder / "joint_display")
    ax = plot_joint_display(findings)
    save_figure(ax, folder / "joint_display")
    plt.close(ax.get_figure(root=True))


def significant(frame: pd.DataFrame) -> pd.DataFrame:
    """Ten digits of every number: no small p becomes 0, and machines agree.

    Examples
    --------
    >>> significant(pd.DataFrame({"p": [1 / 3e9]}))["p"].tolist()
    [3.333333333e-10]
    """

    def rounded(cell: object) -> object:
        return float(f"{cell:.{_DIGITS}g}") if isinstance(cell, float) else cell

    return frame.astype(object).map(rounded)


def _numbers(frame: pd.DataFrame, stem: Path) -> None:
    """The table for programs, with reasons for readers."""
    table = significant(worded_reasons(frame))
    write_table(table, stem, caption="", decimals=_ALL, formats=["csv"], note="")


def _title(study: Study) -> str:
    title = study.manifest.title.get(ambient_language())
    return title or word(study.manifest.name)
