"""What was run, read off the results: method, draws, seed, n.

Findings, tests and models tell it in different fields; tables and paragraphs need it
in one form.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from netcollab.hypotheses import Findings
from netcollab.inference import ModelResult, TestResult
from netcollab.report.labels import label, number, word
from netcollab.report.references import method_of

__all__ = [
    "Result",
    "Run",
    "draws_of",
    "estimator_text",
    "held_text",
    "holds_apart",
    "p_text",
    "run_of",
    "runs_of",
    "sample_text",
    "term_name",
]

Result: TypeAlias = TestResult | ModelResult

_SHOWN, _FEW = 3, 0.001
_LEAST = 1e-9
_INTERCEPT = "intercept"
_HELD = re.compile(r"(?P<core>.+), that of (?P<wave>\S+) held")
_HALVED = re.compile(r"(?P<core>.+), median of (?P<count>\d+) halvings")
_UNITS = frozenset(
    (
        "dyads",
        "pairs",
        "actors",
        "sites",
        "units",
        "rows",
        "cases",
        "respondents",
        "specifications",
        "observations",
        "changed_dyads",
        "changed_pairs",
        "voices",
        "clusters",
    )
)


@dataclass(frozen=True)
class Run:
    """One test or model that was run.

    Parameters
    ----------
    name
        What its owner calls it: the key of a hypothesis, the name of a model, or "".
    result
        The test or model itself.
    method
        As of `method_of`.
    """

    name: str
    result: Result
    method: str


def run_of(name: str, result: Result) -> Run:
    """A result under a name."""
    return Run(name, result, method_of(result.test))


def runs_of(what: Findings | Result | Mapping[str, Result]) -> Iterator[Run]:
    """Every test that has a result, with its name; what was refused is none."""
    named: Mapping[str, Result | None]
    if isinstance(what, Findings):
        named = {
            each.hypothesis.key: each.test
            for each in what
            if each.test_verdict != "not testable"
        }
    elif isinstance(what, Mapping):
        named = what
    else:
        named = {"": what}
    for name, result in named.items():
        if result is not None and not getattr(result, "reason", ""):
            yield run_of(name, result)


def draws_of(run: Run) -> str:
    """How p came about, as a phrase in the ambient language."""
    result = run.result
    if run.method in ("mediation", "cross_lagged"):
        count = result.n_resamples
        return label("draws.interval", count=count, seed=result.seed)
    if result.n_resamples and result.seed is not None:
        return label("draws.drawn", count=result.n_resamples, seed=result.seed)
    if result.n_resamples:
        return label("draws.exact", count=result.n_resamples)
    kind = "listed" if result.method.startswith("exact") else "formula"
    return label(f"draws.{kind}")


def estimator_text(words: str) -> str:
    """An estimator in the ambient language; "a, that of 2025 held" part by part.

    Examples
    --------
    >>> from netcollab.report.labels import language
    >>> with language("nb"):
    ...     estimator_text("permutation of sites")
    'permutasjon av kommuner'
    """
    if found := _HALVED.fullmatch(words):
        halvings = label("estimates.halvings", count=int(found["count"]))
        return f"{word(found['core'])}, {halvings}"
    if found := _HELD.fullmatch(words):
        return f"{word(found['core'])}{held_text(words)}"
    return word(words)


def held_text(words: str) -> str:
    """Which wave an estimator holds fast, after a comma; empty where it holds none."""
    found = _HELD.fullmatch(words)
    return f", {label('estimates.held', wave=found['wave'])}" if found else ""


def holds_apart(run: Run) -> bool:
    """Whether actors who did not answer were relabelled among themselves."""
    return "among those who answered" in run.result.null


def sample_text(n: int, unit: str) -> str:
    """How many of what: "56 dyads"; a unit that the locale lacks stands as it is.

    Examples
    --------
    >>> sample_text(56, "dyads"), sample_text(3, "cells")
    ('56 dyads', '3 cells')
    """
    known = unit.replace(" ", "_")
    if known in _UNITS:
        return label(f"sample.{known}", n=number(n, 0))
    return f"{number(n, 0)} {unit}"


def term_name(term: object) -> str:
    """A term of a model: its owner's own word, never translated, but the intercept.

    Examples
    --------
    >>> from netcollab.report.labels import language
    >>> with language("nb"):
    ...     term_name("formal"), term_name("same_sector"), term_name("intercept")
    ('formal', 'same sector', 'konstantledd')
    """
    if term == _INTERCEPT:
        return label("results.intercept")
    return str(term).replace("_", " ").strip()


def p_text(p: float, error: float = math.nan, *, exact: bool = False) -> str:
    """A p-value that is never 0, with its Monte-Carlo error, or "exact".

    Examples
    --------
    >>> p_text(0.0471), p_text(0.000049603, exact=True), p_text(0.0008, 0.0004)
    ('0.047', '0.00005 (exact)', '0.0008 ± 0.0004')
    """
    if math.isnan(p):
        return number(p)
    told = _small(p)
    if exact:
        return label("results.exact", p=told)
    return f"{told} ± {_small(error)}" if error > 0 else told


def _small(value: float) -> str:
    """Three decimals, or as many as the first digit needs."""
    if value >= _FEW:
        return number(value, _SHOWN)
    if value < _LEAST:
        return label("results.below", p=number(_LEAST, 9))
    return number(value, -math.floor(math.log10(value)))
