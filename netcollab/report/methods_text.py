"""The methods section of a paper, written from what was run, and what it cites."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, TypeAlias, TypeVar

import pandas as pd

import netcollab
from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.hypotheses import (
    CaseComparison,
    Contribution,
    Convergence,
    Finding,
    Findings,
)
from netcollab.inference import (
    BootstrapInterval,
    Equivalence,
    ModelResult,
    SocialRelations,
    TestResult,
)
from netcollab.networks import Network
from netcollab.report.comparison_words import column_words
from netcollab.report.decomposed import told_intervals, told_relations
from netcollab.report.disclosure import shown_count
from netcollab.report.labels import label, number, word
from netcollab.report.reasons import reason_text
from netcollab.report.references import (
    bibtex,
    cited_for,
    in_text,
    listed,
    method_of,
)
from netcollab.report.runs import (
    Result,
    Run,
    draws_of,
    holds_apart,
    runs_of,
    sample_text,
)
from netcollab.report.selection import site_label
from netcollab.report.ties import possible_ties, told_reasons, unknown_counts
from netcollab.study import Study, response_rates

__all__ = ["Ran", "citations", "methods_paragraph"]

Ran: TypeAlias = (
    Findings
    | TestResult
    | ModelResult
    | Mapping[str, TestResult]
    | Mapping[str, ModelResult]
    | SocialRelations
    | Mapping[str, SocialRelations]
    | BootstrapInterval
    | Mapping[str, BootstrapInterval]
    | Network
    | Study
    | pd.DataFrame
    | Contribution
    | CaseComparison
    | Mapping[str, Convergence]
)
"""What a methods section may be written from."""

Sentence: TypeAlias = tuple[str, tuple[str, ...]]
"""What is said, and the methods and steps whose references it needs."""

T = TypeVar("T")

_TOLD = (TestResult, ModelResult, Convergence, SocialRelations, BootstrapInterval)
_WHOLE = (Findings, Contribution, CaseComparison, Network, Study, pd.DataFrame)
_FORMS = ("text", "bibtex")
_STEP = "step-down max-T"
_TABLES = {
    "pooled_tests": {"n_imputations", "median_p"},
    "pooled": {"n_imputations", "within", "between"},
    "aggregation": {"alpha_between", "icc1", "icc2", "rwg_median"},
    "capacity": {"source", "target", "mean", "mutual", "gap"},
}
_STEPS = {"pooled": "imputed"}


def methods_paragraph(*ran: Ran) -> str:
    """A methods section in the ambient language, about what was run and nothing else.

    For every method what it does, for which claims, over how many, how p came about
    (exact, or the draws and their seed); then corrections and levels, smallest effects
    that matter, what stands beside a test, what was not testable and why, how much of
    each network is not known, and the version of this software. Of findings it says
    which waves were taken together, of a study how many were invited and answered in
    each wave. `citations` of the same gives the references that stand in brackets.

    Parameters
    ----------
    ran
        Findings, tests, regressions, social relations models, bootstrap intervals, or
        names to any of them; contributions and comparisons of cases; names to answers
        of `declared_convergence`; networks; a study, for its response rates; tables of
        `pool_tests`, `pool_imputations`, `aggregation_table`, `relational_capacity`.

    Raises
    ------
    InputError
        For another table, anything else, or nothing.

    Examples
    --------
    >>> from netcollab.inference import kendall
    >>> ranks = pd.Series([1.0, 2, 3, 4, 5], list("abcde"))
    >>> print(methods_paragraph(kendall(ranks, ranks)).split(". ")[0])
    Two rankings were compared by Kendall's tau-b (Kendall 1945): 5 actors; p is exact,
    over all 120 relabellings
    """
    told = [text for text, _ in _sentences(ran)]
    return " ".join(told)


def citations(*ran: Ran, form: Literal["text", "bibtex"] = "text") -> str:
    """The references of the methods that were run, and of this software.

    Parameters
    ----------
    ran
        As in `methods_paragraph`.
    form
        "text", one reference a line, or "bibtex".

    Raises
    ------
    UnknownNameError
        For another form.
    InputError
        For another table, or nothing.

    Examples
    --------
    >>> from netcollab.inference import kendall
    >>> ranks = pd.Series([1.0, 2, 3, 4, 5], list("abcde"))
    >>> print(citations(kendall(ranks, ranks)).splitlines()[0])
    Kendall, M. G. (1945). The treatment of ties in ranking problems. Biometrika 33,
    239–251. https://doi.org/10.1093/biomet/33.3.239
    """
    check_choice("form", form, _FORMS)
    used = (each for _, used in _sentences(ran) for each in used)
    references = cited_for(*used)
    return listed(references) if form == "text" else bibtex(references)


def _sentences(ran: Sequence[Ran]) -> Iterator[Sentence]:
    if not ran:
        raise InputError("name what was run: findings, tests, models, networks, tables")
    for what in ran:
        _check_tellable(what)
    found = [what for what in ran if isinstance(what, Findings)]
    study = next((what for what in ran if isinstance(what, Study)), None)
    if any(findings.synthetic for findings in found):
        yield label("paragraph.synthetic"), ()
    for what in ran:
        if isinstance(what, Network):
            yield _of_network(what), ()
        elif isinstance(what, Study):
            yield from _of_responses(what)
        elif isinstance(what, pd.DataFrame):
            yield _of_table(what)
        elif isinstance(what, Contribution):
            links = label("count.link", count=len(what.links))
            cited = in_text("contribution")
            yield label("theory.method", links=links, cited=cited), ("contribution",)
        elif isinstance(what, CaseComparison):
            told = {"count": what.n, "cited": in_text("cases")}
            yield label("cases.method", **told), ("cases",)
            if what.left_out:
                yield _cases_left_out(what, study), ()
        elif isinstance(what, Mapping):
            yield from _of_groups(
                {k: each for k, each in what.items() if isinstance(each, Convergence)},
                study,
            )
    yield from _of_runs([run for what in ran for run in _runs(what)])
    for what in ran:
        named = what if isinstance(what, Mapping) else {"": what}
        yield from told_relations(_only(SocialRelations, named))
        yield from told_intervals(_only(BootstrapInterval, named))
    for findings in found:
        yield from _of_findings(findings)
    version = netcollab.__version__
    yield label("paragraph.software", version=version, cited=""), ()


def _only(kind: type[T], named: Mapping[str, object]) -> dict[str, T]:
    return {name: each for name, each in named.items() if isinstance(each, kind)}


def _check_tellable(what: object) -> None:
    """Stop at what a methods section cannot be written from, by its name."""
    named = what if isinstance(what, Mapping) else {"": what}
    known = _TOLD if isinstance(what, Mapping) else (*_TOLD, *_WHOLE)
    for name, each in named.items():
        if not isinstance(each, known):
            where = f' under "{name}"' if name else ""
            raise InputError(
                f"a methods section cannot be written from a {type(each).__name__}"
                f"{where}; it takes findings, tests, regressions, social relations "
                "models, bootstrap intervals, contributions, comparisons of cases, "
                "networks, a study and tables"
            )


def _runs(what: Ran) -> Iterator[Run]:
    if isinstance(what, CaseComparison):
        if what.expected is not None and what.test is not None:
            yield from runs_of({what.expected.expression: what.test})
    elif isinstance(what, Mapping):
        named = {key: _result(each) for key, each in what.items()}
        yield from runs_of(
            {key: each for key, each in named.items() if each is not None}
        )
    elif isinstance(what, (Findings, TestResult, ModelResult)):
        yield from runs_of(what)


def _result(what: object) -> Result | None:
    if isinstance(what, Convergence):
        return what.test
    return what if isinstance(what, (TestResult, ModelResult)) else None


def _site(name: str, study: Study | None) -> str:
    return word(name) if study is None else site_label(study, name)


def _cases_left_out(found: CaseComparison, study: Study | None) -> str:
    def named(column: str) -> str:
        return word(column) if study is None else column_words(study, column)

    told = [
        f"{_site(site, study)} ({', '.join(map(named, columns))})"
        for site, columns in found.left_out.items()
    ]
    return label("cases.method_left_out", sites=", ".join(told))


def _of_groups(
    found: Mapping[str, Convergence], study: Study | None
) -> Iterator[Sentence]:
    """What exchanged waves for each question, and what could not be tested."""
    alike: dict[tuple[str, tuple[str, ...], int], list[str]] = {}
    refused: dict[str, list[str]] = {}
    for key, each in found.items():
        if each.test.reason:
            refused.setdefault(each.test.reason, []).append(key)
            continue
        kind = (each.unit, each.sites_left_out, len(each.sites))
        alike.setdefault(kind, []).append(key)
    for (unit, absent, n), keys in alike.items():
        told = {"claims": ", ".join(keys)}
        if unit == "site":
            names = ", ".join(_site(site, study) for site in absent)
            gone = label("convergence.method_left_out", sites=names) if absent else ""
            told |= {"sites": sample_text(n, "sites"), "left_out": gone}
        yield label(f"convergence.method_{unit}", **told), ()
    if refused:
        yield _untested(refused), ()


def _untested(refused: Mapping[str, Sequence[str]]) -> str:
    claims = [f"{', '.join(k)} ({reason_text(why)})" for why, k in refused.items()]
    return label("paragraph.untested", claims="; ".join(claims))


def _of_runs(runs: Sequence[Run]) -> Iterator[Sentence]:
    """Each method once, with what it was used for; then corrections."""
    alike: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        told = run.method or run.result.test
        alike.setdefault((told, draws_of(run)), []).append(run)
    for (told, draws), group in alike.items():
        drawn = group[0].result.seed is not None
        does = label(f"method_does.{told}") if group[0].method else told
        text = label(
            "paragraph.test",
            does=does,
            cited=in_text(told),
            who=_who(group),
            draws=draws + (in_text("drawn") if drawn else ""),
        )
        yield text, (told, "drawn") if drawn else (told,)
    if any(holds_apart(run) for run in runs):
        yield label("paragraph.answered"), ()
    if any(_is_stepped(run.result) for run in runs):
        yield label("paragraph.maxt", cited=in_text("maxt")), ("maxt",)
    for bounds in dict.fromkeys(_bounds(run.result) for run in runs):
        if bounds is not None:
            low, high = (_plain(bound) for bound in bounds)
            yield label("paragraph.equivalence", low=low, high=high), ()
    if any(_detects(run.result) for run in runs):
        yield label("paragraph.detectable"), ()


def _of_findings(findings: Findings) -> Iterator[Sentence]:
    """What goes for a family of claims: the rule, its level, what stands beside it."""
    tested = [each for each in findings if each.test_verdict != "not testable"]
    alpha = _plain(findings.alpha)
    yield from _waves(tested)
    if any(isinstance(each.test, TestResult) and each.sign for each in tested):
        yield label("paragraph.equal_tailed"), ()
    if len(tested) == 1:
        yield label("paragraph.single", alpha=alpha), ()
    elif tested:
        given = {"count": len(tested), "alpha": alpha, "cited": in_text("holm")}
        yield label("paragraph.holm", **given), ("holm",)
    yield from _deltas(tested)
    yield from _beside(tested)
    parts = dict.fromkeys(_part(each) for each in tested if len(each.leave_one_out))
    for part in parts:
        told = label(f"paragraph.part_{part}")
        yield label("paragraph.left_out", part=told), ()
    refused: dict[str, list[str]] = {}
    for each in findings:
        if each.test_verdict == "not testable" and each.test_reason:
            refused.setdefault(each.test_reason, []).append(each.hypothesis.key)
    if refused:
        yield _untested(refused), ()
    heard = {each: each.evidence.n for each in findings if each.evidence is not None}
    voices = [
        f"{each.hypothesis.key} ({sample_text(n, 'voices')})"
        for each, n in heard.items()
        if n
    ]
    if voices:
        does, cited = label("method_does.evidence"), in_text("evidence")
        given = {"does": does, "cited": cited, "claims": ", ".join(voices)}
        yield label("paragraph.evidence", **given), ("evidence",)


def _waves(tested: Sequence[Finding]) -> Iterator[Sentence]:
    """Which waves were averaged, and which were taken together within sites."""
    alike: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for each in tested:
        if each.waves:
            kind = "averaged" if each.level == "site" else "together"
            alike.setdefault((kind, each.waves), []).append(each.hypothesis.key)
    for (kind, waves), keys in alike.items():
        given = {"waves": ", ".join(waves), "claims": ", ".join(keys)}
        yield label(f"paragraph.{kind}", **given), ()


def _of_responses(study: Study) -> Iterator[Sentence]:
    """How many were invited and answered in each wave; fewer than may be shown: <5."""
    rates = response_rates(study, level="study")
    told = []
    for row in rates.to_dict("records"):
        asked, heard = float(row["invited"]), int(row["responded"])
        needed = study.manifest.min_respondents
        given = {"n": shown_count(heard, needed)}
        if math.isnan(asked) or not asked:
            text = label("paragraph.rate_unknown", **given)
        elif heard < needed:
            text = label("paragraph.rate_hidden", **given, invited=number(asked, 0))
        else:
            share = number(100 * heard / asked, 0)
            given["invited"] = number(asked, 0)
            text = label("paragraph.rate", **given, share=share)
        wave = label("network.wave", wave=row["wave"])
        told.append(f"{wave}: {text}" if len(rates) > 1 else text)
    if told:
        yield label("paragraph.response", told="; ".join(told)), ()


def _deltas(tested: Sequence[Finding]) -> Iterator[Sentence]:
    declared = {
        each.hypothesis.key: each.delta for each in tested if each.delta == each.delta
    }
    if declared:
        told = ", ".join(f"{key} {_plain(delta)}" for key, delta in declared.items())
        yield label("paragraph.delta", deltas=told), ()
    elif tested:
        yield label("paragraph.no_delta"), ()


def _beside(tested: Sequence[Finding]) -> Iterator[Sentence]:
    """Estimators that no verdict rests on, each once."""
    tables = [each.estimates for each in tested if len(each.estimates)]
    words = [
        words
        for table in tables
        for words in table.loc[
            (table["role"] != "headline") & (table["reason"] == ""), "estimator"
        ]
    ]
    methods = dict.fromkeys(filter(None, map(method_of, words)))
    if methods:
        names = [label(f"method_name.{each}") + in_text(each) for each in methods]
        yield label("paragraph.beside", names="; ".join(names)), tuple(methods)


def _of_network(network: Network) -> str:
    name = word(network.relation) or label("network.untitled")
    at = [word(network.site or ""), str(network.wave or "")]
    actors = ", ".join([*filter(None, at), label("count.actor", count=network.n)])
    counts = unknown_counts(network)
    if not counts:
        return label("paragraph.network_known", network=name, actors=actors)
    return label(
        "paragraph.network",
        network=name,
        actors=actors,
        unknown=number(sum(counts.values()), 0),
        possible=label("count.possible", count=possible_ties(network)),
        reasons=told_reasons(counts),
    )


def _of_table(table: pd.DataFrame) -> Sentence:
    kind = next((k for k, has in _TABLES.items() if has <= set(table.columns)), "")
    if not kind:
        raise InputError(
            "a table needs to come from pool_tests, pool_imputations, "
            f"aggregation_table or relational_capacity; this one has {list(table)}"
        )
    step = _STEPS.get(kind, kind)
    given: dict[str, object] = {"cited": in_text(step)}
    if kind.startswith("pooled"):
        given["count"] = int(table["n_imputations"].iloc[0])
    if kind == "capacity":
        given["missing"] = number(int(table["mean"].isna().sum()), 0)
        given["rows"] = number(len(table), 0)
    return label(f"paragraph.{kind}", **given), (step,)


def _who(runs: Sequence[Run]) -> str:
    """Which claims or models, over how many."""
    names = [name for name in map(_name, runs) if name]
    sizes: dict[str, list[int]] = {}
    for run in runs:
        if run.result.n:
            sizes.setdefault(run.result.unit, []).append(run.result.n)
    told = [_range(counts, unit) for unit, counts in sizes.items()]
    parts = [", ".join(names), "; ".join(told)]
    text = ", ".join(filter(None, parts))
    return f": {text}" if text else ""


def _name(run: Run) -> str:
    """What its owner calls a run; of a regression of ties also on what it was.

    A regression of matrices does not know the name of its outcome.
    """
    result = run.result
    if not run.method.startswith("mrqap") or not isinstance(result, ModelResult):
        return run.name
    predictors = ", ".join(map(str, result.coefficients.index))
    told = label("paragraph.regressed", predictors=predictors)
    return f"{run.name} ({told})" if run.name else told


def _range(counts: Sequence[int], unit: str) -> str:
    low, high = min(counts), max(counts)
    if low == high:
        return sample_text(low, unit)
    return f"{number(low, 0)}–{sample_text(high, unit)}"


def _is_stepped(result: Result) -> bool:
    return isinstance(result, ModelResult) and _STEP in result.adjustment


def _bounds(result: Result) -> tuple[float, float] | None:
    if isinstance(result, Equivalence) and not math.isnan(result.bound_low):
        return result.bound_low, result.bound_high
    return None


def _detects(result: Result) -> bool:
    if isinstance(result, TestResult):
        return not math.isnan(result.detectable_effect)
    found = result.coefficients.get("detectable_effect", pd.Series(dtype=float))
    return bool(found.notna().any())


def _part(finding: Finding) -> str:
    """What was left out one by one."""
    if finding.symbol == "estimate":
        return "unit"
    several = isinstance(finding.test, ModelResult)
    return "site" if several else "actor"


def _plain(value: float) -> str:
    """A number with the digits it has."""
    return number(value, len(f"{value:g}".partition(".")[2]))
