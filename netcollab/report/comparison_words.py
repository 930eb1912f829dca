"""Cases and groups that a study compares, in words: tables for a paper, lines to read.

Which combinations lead to the outcome, and have the groups come closer?
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import pandas as pd

from netcollab.hypotheses import CaseComparison, Convergence
from netcollab.inference import TestResult
from netcollab.report.contribution_words import sentences, words_of
from netcollab.report.labels import capitalized, label, number, word
from netcollab.report.reasons import reason_text
from netcollab.report.runs import p_text
from netcollab.report.selection import site_label
from netcollab.study import Study

__all__ = [
    "cases_report",
    "cases_table",
    "column_words",
    "convergence_report",
    "convergence_table",
    "within_sentence",
]

_NEEDED, _ALPHA, _HALF = 0.9, 0.05, 0.5
_OF_ROW = ("n", "names", "consistency", "pri", "outcome")
_OF_QUESTION = ("verdict", "groups", "before", "after", "change", "p", "n")


def cases_table(found: CaseComparison, study: Study) -> pd.DataFrame:
    """The truth table in words, a row per combination of conditions.

    In the ambient language: each condition in or out, the cases, consistency, PRI and
    whether the combination leads to the outcome. The note below the table has the
    solution, the combination that was claimed beforehand with its p, and the limits.

    Parameters
    ----------
    found
        As from `netcollab.hypotheses.case_comparison`.
    study
        The study it is of; its manifest has the words.

    Returns
    -------
    DataFrame
        Text; empty where there is no truth table. `.attrs["note"]` is the note.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> table = cases_table(nc.hypotheses.case_comparison(study), study)
    >>> table["leads to the outcome"].tolist()
    ['yes', 'yes', 'no', 'no', 'no', 'no', 'no', 'no']
    """
    columns = [_set_words(study, name) for name in found.conditions]
    columns += [label(f"cases.{name}") for name in _OF_ROW]
    rows = [_case_row(row, found, study) for _, row in found.table.iterrows()]
    index = pd.RangeIndex(1, len(rows) + 1, name=label("cases.row"))
    table = pd.DataFrame(rows, index, columns)
    counted = ("n", "consistency", "pri")
    table.attrs["numbers"] = [label(f"cases.{name}") for name in counted]
    notes = [label("note.synthetic")] if found.synthetic else []
    notes += [*_solution(found, study), *_case_limits()]
    table.attrs["note"] = sentences(notes)
    return table


def cases_report(found: CaseComparison, study: Study) -> str:
    """What the comparison of cases gives, as lines of text in the ambient language.

    Parameters
    ----------
    found, study
        As in `cases_table`.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> told = cases_report(nc.hypotheses.case_comparison(study), study)
    >>> print("\\n".join(told.splitlines()[:2]))
    Coordinated plans in 8 cases (Synthetic data)
      enough for coordinated plans: tools in use and leaders follow up
    """
    outcome = _set_words(study, found.outcome)
    title = label("cases.title", outcome=outcome, count=found.n)
    if found.synthetic:
        title = f"{title} ({label('note.synthetic')})"
    lines = [title, *(f"  {text}" for text in _solution(found, study))]
    return "\n".join([*lines, *(f"  - {text}" for text in _case_limits())])


def convergence_table(found: Mapping[str, Convergence], study: Study) -> pd.DataFrame:
    """Whether groups came closer, a row per question, in the ambient language.

    Parameters
    ----------
    found
        As from `netcollab.hypotheses.declared_convergence`.
    study
        The study; its manifest has the words.

    Returns
    -------
    DataFrame
        Text: verdict, spread before and after, change with interval, p, n.
        `.attrs["note"]` says how the level is shared, and the limits.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> found = nc.hypotheses.declared_convergence(study)
    >>> convergence_table(found, study)["p"].iloc[0]
    '0.008 (exact)'
    """
    rows = []
    for each in found.values():
        before, after = _spreads(each)
        rows.append(
            [
                label(f"verdict.{each.verdict}"),
                word(each.by),
                number(before),
                number(after),
                _change(each.test),
                _p(each.test),
                number(each.test.n, 0) if each.test.n else number(math.nan),
            ]
        )
    columns = [label(f"convergence.{name}") for name in _OF_QUESTION]
    questions = [_claim(study, key) for key in found]
    index = pd.Index(questions, name=label("convergence.question"))
    table = pd.DataFrame(rows, index, columns)
    counted = ("before", "after", "p", "n")
    table.attrs["numbers"] = [label(f"convergence.{name}") for name in counted]
    notes = [label("note.synthetic")] if study.manifest.synthetic else []
    notes += _level(found)
    for key, each in found.items():
        notes += [f"{_claim(study, key)}: {text}" for text in _remarks(each, study)]
    notes += [label(f"convergence.{name}") for name in ("variance", "limit_who")]
    table.attrs["note"] = sentences(notes)
    return table


def convergence_report(found: Mapping[str, Convergence], study: Study) -> str:
    """Whether groups came closer, as lines of text in the ambient language.

    Parameters
    ----------
    found, study
        As in `convergence_table`.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> found = nc.hypotheses.declared_convergence(study)
    >>> print(convergence_report(found, study).splitlines()[0])
    What the professions know of users has become more alike: supported
    """
    lines = []
    for key, each in found.items():
        lines.append(f"{_claim(study, key)}: {label(f'verdict.{each.verdict}')}")
        before, after = _spreads(each)
        if not math.isnan(before):
            told = {"before": number(before), "after": number(after)}
            waves = {"wave_before": each.waves[0], "wave_after": each.waves[1]}
            line = label("convergence.line", **told, **waves, p=_p(each.test))
            lines.append(f"  {line}")
        lines += [f"  {text}" for text in _remarks(each, study)]
    limits = [label(f"convergence.{name}") for name in ("variance", "limit_who")]
    notes = [*_level(found), *limits]
    return "\n".join([*lines, *(f"  - {text}" for text in notes)])


def within_sentence(words: str) -> str:
    """The words with a small first letter; a word of capitals stays.

    Examples
    --------
    >>> within_sentence("Coordinated plans"), within_sentence("IT in use")
    ('coordinated plans', 'IT in use')
    """
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def column_words(study: Study, column: str) -> str:
    """What readers call a column of sites that sets are made from: its set's words."""
    spec = study.manifest.cases
    sets = {} if spec is None else spec.sets
    names = [name for name, each in sets.items() if each.column == column]
    told = [within_sentence(_set_words(study, name)) for name in names]
    return " / ".join(told) or word(column)


def _case_row(row: pd.Series, found: CaseComparison, study: Study) -> list[str]:
    inside = [
        label(f"cases.{'inside' if row[c] else 'outside'}") for c in found.conditions
    ]
    leads = "unseen" if row["remainder"] else "yes" if row["outcome"] == 1 else "no"
    told = label(f"cases.{leads}")
    maybe = _perhaps_here(row, found)
    if row["remainder"] and maybe:
        sites = ", ".join(site_label(study, name) for name in maybe)
        told = label("cases.unknown", sites=sites)
    names = [site_label(study, name) for name in str(row["cases"]).split("; ") if name]
    return [
        *inside,
        number(row["n"], 0),
        ", ".join(names),
        number(row["consistency"]),
        number(row["pri"]),
        told,
    ]


def _perhaps_here(row: pd.Series, found: CaseComparison) -> list[str]:
    """Sites that were left out and may have the combination, by what is known."""
    at = found.cases.loc[list(found.left_out), list(found.conditions)]
    inside = row[list(found.conditions)].to_numpy(dtype=bool)
    known = at.notna() & ((at > _HALF) != inside)
    return [str(site) for site in at.index[~known.any(axis=1)]]


def _solution(found: CaseComparison, study: Study) -> list[str]:
    """The combinations that are enough, those that are needed, and the claimed one."""
    outcome = within_sentence(_set_words(study, found.outcome))
    if found.solution is None:
        lines = [label("cases.refused", reason=reason_text(found.reason))]
    elif found.solution.reason:
        reason = reason_text(found.solution.reason)
        lines = [label("cases.no_solution", reason=reason)]
    else:
        models = [_in_words(study, model) for model in found.solution.models]
        first = label("cases.solution", outcome=outcome, models=models[0])
        lines = [first, label("cases.fit", **_fit(found.solution.fit.iloc[0]))]
        if len(models) > 1:
            lines.append(label("cases.alternatives", models="; ".join(models)))
    lines += [*_claimed(found, study), _needed(found, study, outcome)]
    return [*lines, *_without_value(found, study)]


def _without_value(found: CaseComparison, study: Study) -> list[str]:
    """The sites that were left out, with the columns in which they have no value."""
    if not found.left_out:
        return []
    told = [
        f"{site_label(study, site)} "
        f"({', '.join(column_words(study, each) for each in columns)})"
        for site, columns in found.left_out.items()
    ]
    return [label("cases.left_out", sites=", ".join(told))]


def _claimed(found: CaseComparison, study: Study) -> list[str]:
    if found.expected is None or found.test is None:
        return []
    told = {"expression": _in_words(study, found.expected.expression)}
    told |= _fit(pd.Series(vars(found.expected)))
    if found.test.reason:
        reason = reason_text(found.test.reason)
        return [label("cases.expected_untested", **told, reason=reason)]
    return [label("cases.expected", **told, p=_p(found.test))]


def _needed(found: CaseComparison, study: Study, outcome: str) -> str:
    """Conditions without which the outcome is hardly ever there."""
    high = found.necessary["consistency"] >= _NEEDED
    names = [_in_words(study, str(name)) for name in found.necessary.index[high]]
    if not names:
        limit = number(_NEEDED, 1)
        return label("cases.not_necessary", outcome=outcome, limit=limit)
    return label("cases.necessary", outcome=outcome, conditions=", ".join(names))


def _fit(row: pd.Series) -> dict[str, str]:
    return {name: number(row[name]) for name in ("consistency", "coverage")}


def _case_limits() -> list[str]:
    return [label(f"cases.limit_{name}") for name in ("found", "anchors", "cases")]


def _in_words(study: Study, expression: str) -> str:
    """An expression such as "A*~B + C" as a reader would say it."""
    told = []
    for token in re.findall(r"~?[^\W\d]\w*|[*+()]|~", expression):
        name = token.removeprefix("~")
        if token in ("*", "+"):
            told.append(label("cases.and" if token == "*" else "cases.or"))
        elif name and name not in "()":
            words = within_sentence(_set_words(study, name))
            negated = token.startswith("~")
            told.append(label("cases.not", condition=words) if negated else words)
        else:
            told.append(token)
    return "".join(told)


def _set_words(study: Study, name: str) -> str:
    spec = study.manifest.cases
    known = {} if spec is None or name not in spec.sets else spec.sets[name].label
    return capitalized(words_of(known, name))


def _claim(study: Study, key: str) -> str:
    return words_of(study.manifest.convergence[key].claim, key)


def _spreads(each: Convergence) -> tuple[float, float]:
    spread = [float(value) for value in each.spread.tolist()]
    return (spread[0], spread[1]) if len(spread) == 2 else (math.nan, math.nan)


def _p(test: TestResult) -> str:
    exact = test.method.startswith("exact")
    return p_text(test.pvalue, 0.0 if exact else test.mc_error, exact=exact)


def _change(test: TestResult) -> str:
    if math.isnan(test.estimate):
        return number(math.nan)
    ends = {"low": number(test.ci_low), "high": number(test.ci_high)}
    return f"{number(test.estimate)} ({label('results.to', **ends)})"


def _remarks(each: Convergence, study: Study) -> list[str]:
    """Why there is no verdict, and who is not in the numbers; no number of a group."""
    told = []
    if each.verdict == "not testable":
        told.append(reason_text(each.reason))
    absent = sorted(map(str, each.left_out["group"].unique()))
    if absent:
        listed = ", ".join(word(name) for name in absent)
        told.append(label("convergence.left_out", groups=listed))
    if each.incomplete:
        told.append(label("convergence.incomplete", count=each.incomplete))
    if each.sites_left_out:
        names = ", ".join(site_label(study, name) for name in each.sites_left_out)
        told.append(label("convergence.sites_left_out", sites=names))
    if not each.test.reason:
        counted = {"count": len(each.sites)} if each.unit == "site" else {}
        told.append(label(f"convergence.by_{each.unit}", **counted))
    return told


def _level(found: Mapping[str, Convergence]) -> list[str]:
    """How the level was shared; one question has all of it."""
    if len(found) < 2:
        return []
    told = {"alpha": number(_ALPHA), "each": number(_ALPHA / len(found), 3)}
    return [label("convergence.level", count=len(found), **told)]
