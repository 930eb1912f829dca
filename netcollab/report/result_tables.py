"""Results as tables for a paper: estimate, interval, p, what could be found, n."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import pandas as pd

from netcollab.errors import InputError
from netcollab.hypotheses import Finding, Findings
from netcollab.inference import ModelResult, SocialRelations
from netcollab.report.decomposed import component_name, components_of, way_of
from netcollab.report.finding_words import limit_lines, untested_lines
from netcollab.report.labels import label, number, word
from netcollab.report.reasons import reason_text
from netcollab.report.runs import (
    Run,
    draws_of,
    holds_apart,
    p_text,
    run_of,
    sample_text,
    term_name,
)

__all__ = ["findings_table", "model_table"]

Model: TypeAlias = ModelResult | SocialRelations

_STEP = "step-down max-T"
_NUMBERS = (
    "estimate",
    "ci_low",
    "ci_high",
    "pvalue",
    "mc_error",
    "p_adjusted",
    "detectable_effect",
    "standardized",
)


class _Term(NamedTuple):
    """A row of a table of models: the model, its term, and the cells."""

    model: str
    term: str
    cells: list[str]


def findings_table(findings: Findings, *, decimals: int = 2) -> pd.DataFrame:
    """What was found about each claim, as a table of words for a paper.

    One row per hypothesis, in the ambient language: verdict, estimate, interval, p and
    the same after Holm, the smallest detectable effect, n and the marks on the verdict.
    A p is followed by "(exact)" or by its Monte-Carlo error; there are no stars. The
    note below the table is made from the results: methods, n, level, correction, seed,
    why a claim or its evidence could not be tested, and what no verdict can say.

    Parameters
    ----------
    findings
        As from `netcollab.hypotheses.evaluate`.
    decimals
        Digits of estimates and intervals.

    Returns
    -------
    DataFrame
        Text; `.attrs["note"]` is the note, which `write_table` puts below.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    >>> found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH[:1], rng=1)
    >>> findings_table(found).loc["AG-H1", ["estimate", "p", "n"]].tolist()
    ['−0.18', '0.147 (exact)', '64 dyads']
    """
    intervals = {f.test.confidence for f in findings if isinstance(f.test, ModelResult)}
    rows = [_finding_row(finding, decimals) for finding in findings]
    columns = [
        label("results.verdict"),
        label("results.estimate"),
        _interval_heading(intervals),
        label("results.p"),
        label("results.holm"),
        label("results.detectable"),
        label("results.n"),
        label("results.tags"),
    ]
    keys = [finding.hypothesis.key for finding in findings]
    index = pd.Index(keys, name=label("results.hypothesis"))
    table = pd.DataFrame(rows, index, columns)
    empty = [
        name for name in (columns[2], columns[7]) if table[name].isin(["–", ""]).all()
    ]
    table = table.drop(columns=empty)
    table.attrs["numbers"] = [columns[k] for k in (1, 3, 4, 5)]
    table.attrs["note"] = _sentences(_findings_notes(findings))
    return table


def model_table(models: Mapping[str, Model], *, decimals: int = 2) -> pd.DataFrame:
    """Regressions as a table of words for a paper, a row per model and term.

    In the ambient language: estimate, interval, p with its Monte-Carlo error or
    "(exact)", p adjusted over the terms where the model has one, the smallest
    detectable effect, n, and the share of the variance explained (R²) where a model has
    one. There are no stars. The note below the table is made from the results: methods,
    what was drawn, the seed, corrections, warnings. A term has the name that its owner
    gave it; it is never translated.

    A social relations model has a row per component that was estimated, and also its
    share of the variance, or as a correlation.

    Parameters
    ----------
    models
        Name -> model, in the order of the table.
    decimals
        Digits of estimates and intervals.

    Returns
    -------
    DataFrame
        Text; `.attrs["note"]` is the note, which `write_table` puts below.

    Raises
    ------
    InputError
        If there is no model, or something else, which is named.

    Examples
    --------
    >>> sites = pd.DataFrame({"site": list("abcdef"), "y": [1, 2, 2, 3, 4, 4.0]})
    >>> from netcollab.inference import site_means
    >>> fit = site_means(sites.assign(x=[0, 1, 0, 2, 2, 3]), "y", ["x"], "site")
    >>> model_table({"Model 1": fit}).index.tolist()
    [('Model 1', 'intercept'), ('Model 1', 'x')]
    """
    if not models:
        raise InputError("model_table needs at least one model")
    terms = [
        term for name, model in models.items() for term in _terms(name, model, decimals)
    ]
    at = [(term.model, term.term) for term in terms]
    names = [None, label("results.term")]
    columns = [
        label("results.estimate"),
        label("results.standardized"),
        _interval_heading({model.confidence for model in models.values()}),
        label("results.p"),
        label("results.adjusted"),
        label("results.detectable"),
        label("results.n"),
        label("results.r_squared"),
    ]
    rows = [term.cells for term in terms]
    table = pd.DataFrame(rows, pd.MultiIndex.from_tuples(at, names=names), columns)
    kept = [name for name in columns if not table[name].eq("–").all()]
    table = table[kept]
    table.attrs["numbers"] = [columns[k] for k in (0, 1, 3, 4, 5, 7)]
    table.attrs["note"] = _sentences(_model_notes(models))
    return table


def _finding_row(finding: Finding, decimals: int) -> list[str]:
    tested = finding.test_verdict != "not testable"
    run = run_of("", finding.test) if finding.test is not None and tested else None
    told = "–"
    if run is not None:
        told = sample_text(run.result.n, run.result.unit)
    elif finding.n_used:
        told = sample_text(finding.n_used, "voices")
    exact = run is not None and _is_exact(run)
    return [
        label(f"verdict.{finding.verdict}"),
        number(finding.estimate, decimals),
        _interval(finding.ci_low, finding.ci_high, decimals),
        p_text(finding.pvalue, finding.mc_error, exact=exact),
        p_text(finding.pvalue_adjusted),
        number(finding.detectable_effect, decimals),
        told,
        ", ".join(word(tag) for tag in finding.tags),
    ]


def _terms(name: str, model: Model, decimals: int) -> list[_Term]:
    """The rows of one model."""
    if isinstance(model, SocialRelations):
        of_model = [sample_text(model.n, "actors"), number(math.nan)]
        return [
            _Term(name, component_name(str(row.Index), part), cells)
            for part, table in components_of(model).items()
            for row, cells in zip(
                table.itertuples(), _cells(table, of_model, decimals), strict=True
            )
        ]
    if not isinstance(model, ModelResult):
        raise InputError(
            f'model_table has no rows for a {type(model).__name__}, "{name}"; it takes '
            "regressions and social relations models"
        )
    of_model = [sample_text(model.n, model.unit), number(model.r_squared, decimals)]
    exact = _is_exact(run_of("", model))
    cells = _cells(model.coefficients, of_model, decimals, exact=exact)
    terms = [term_name(term) for term in model.coefficients.index]
    return [_Term(name, *row) for row in zip(terms, cells, strict=True)]


def _cells(
    table: pd.DataFrame, of_model: Sequence[str], decimals: int, *, exact: bool = False
) -> list[list[str]]:
    rows = []
    for _, row in table.iterrows():
        value = {name: float(row.get(name, math.nan)) for name in _NUMBERS}
        rows.append(
            [
                number(value["estimate"], decimals),
                number(value["standardized"], decimals),
                _interval(value["ci_low"], value["ci_high"], decimals),
                p_text(value["pvalue"], value["mc_error"], exact=exact),
                p_text(value["p_adjusted"]),
                number(value["detectable_effect"], decimals),
                *of_model,
            ]
        )
    return rows


def _is_exact(run: Run) -> bool:
    """Whether p is a share of all relabellings."""
    return bool(run.result.n_resamples) and run.result.seed is None


def _interval(low: float, high: float, decimals: int) -> str:
    if math.isnan(low) and math.isnan(high):
        return number(math.nan)
    ends = {"low": number(low, decimals), "high": number(high, decimals)}
    return label("results.to", **ends)


def _interval_heading(levels: set[float]) -> str:
    if len(levels) != 1:
        return label("results.interval_plain")
    (level,) = levels
    percent = 100 * level
    digits = 0 if math.isclose(percent, round(percent)) else 1
    return label("results.interval", level=number(percent, digits))


def _findings_notes(findings: Findings) -> list[str]:
    """Methods, correction, errors, level, seed and what was not testable."""
    tested = [f for f in findings if f.test_verdict != "not testable" and f.test]
    runs = [run_of(f.hypothesis.key, f.test) for f in tested if f.test is not None]
    notes = [label("note.synthetic")] if findings.synthetic else []
    notes += _method_notes(runs)
    if tested:
        alpha = number(findings.alpha, _digits(findings.alpha))
        notes.append(label("results.note_holm", count=len(tested), alpha=alpha))
        notes.append(label("results.note_detectable"))
    if any(finding.mc_error > 0 for finding in tested):
        notes.append(label("results.note_p"))
    untested, limits = untested_lines(findings), limit_lines(findings)
    if untested:
        notes.append(label("results.note_untested", told="; ".join(untested)))
    if limits:
        notes.append(label("results.note_limits", told=" ".join(limits)))
    return notes


def _model_notes(every: Mapping[str, Model]) -> list[str]:
    models = {k: each for k, each in every.items() if isinstance(each, ModelResult)}
    runs = [run_of(name, model) for name, model in models.items()]
    notes = _method_notes(runs) if runs else []
    for name, model in every.items():
        if isinstance(model, SocialRelations):
            method = label("method_name.social_relations")
            told = {"who": name, "method": method, "draws": way_of(model)}
            notes.append(label("results.note_method", **told))
            notes += [
                label("results.note_warning", who=name, warning=reason_text(note))
                for note in model.notes
            ]
    stepped = [name for name, model in models.items() if _STEP in model.adjustment]
    if stepped:
        notes.append(label("results.note_adjusted", who=", ".join(stepped)))
    if any(_finds(model) for model in models.values()):
        notes.append(label("results.note_detectable"))
    if any(_errs(model) for model in models.values()):
        notes.append(label("results.note_p"))
    for name, model in models.items():
        notes += [
            label("results.note_warning", who=name, warning=reason_text(warning))
            for warning in model.warnings
        ]
    return notes


def _method_notes(runs: Sequence[Run]) -> list[str]:
    """Each method once, with the names of what it was used for."""
    by_method: dict[tuple[str, str], list[str]] = {}
    for run in runs:
        told = label(f"method_name.{run.method}") if run.method else run.result.test
        by_method.setdefault((told, draws_of(run)), []).append(run.name)
    notes = [
        label("results.note_method", who=", ".join(names), method=told, draws=draws)
        for (told, draws), names in by_method.items()
    ]
    if any(holds_apart(run) for run in runs):
        notes.append(label("paragraph.answered"))
    return notes


def _finds(model: ModelResult) -> bool:
    found = model.coefficients.get("detectable_effect", pd.Series(dtype=float))
    return bool(found.notna().any())


def _errs(model: ModelResult) -> bool:
    errors = model.coefficients.get("mc_error", pd.Series(dtype=float))
    return bool((errors > 0).any())


def _digits(value: float) -> int:
    return len(f"{value:g}".partition(".")[2])


def _sentences(notes: Iterable[str]) -> str:
    return "; ".join(note.rstrip(".") for note in notes) + "."
