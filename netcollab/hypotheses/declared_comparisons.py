"""What a manifest asks of cases and groups: which sites are alike, who came closer?

Is the combination that was claimed enough for the outcome, and what do the cases say?
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, check_fraction
from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.comparison import (
    SetRelation,
    necessity,
    sufficiency,
    truth_table,
)
from netcollab.hypotheses.convergence import Convergence, professional_convergence
from netcollab.hypotheses.memberships import crisp_set, set_membership
from netcollab.hypotheses.set_expressions import membership
from netcollab.hypotheses.solutions import Solution, minimise
from netcollab.inference import TestResult, permutation_inclusion
from netcollab.study import CasesSpec, ConvergenceSpec, SetSpec, Study

__all__ = ["CaseComparison", "case_comparison", "declared_convergence"]

_INCLUSION = "consistency of a set within another"


@dataclass(frozen=True, eq=False, repr=False)
class CaseComparison:
    """The declared sets of a study's sites, compared.

    Parameters
    ----------
    outcome, conditions
        As declared.
    cases
        Sites x sets: memberships from 0 to 1; NaN where a site has no value.
    table
        The truth table; empty where it was refused.
    solution
        The complex solution; None where there is no table.
    necessary
        One row per condition and its opposite: consistency, coverage, relevance for
        the outcome.
    expected, test
        The combination that was claimed before the data, and its test against chance;
        None where none was claimed.
    reason
        Why there is no truth table; empty if there is one.
    synthetic
        The data are invented.
    left_out
        Sites without a value for one of the sets, with the columns that are empty.
        They play no part in anything but `cases`.
    """

    outcome: str
    conditions: tuple[str, ...]
    cases: pd.DataFrame
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    solution: Solution | None = None
    necessary: pd.DataFrame = field(default_factory=pd.DataFrame)
    expected: SetRelation | None = None
    test: TestResult | None = None
    reason: str = ""
    synthetic: bool = False
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """Cases that were compared: those with a membership in each set."""
        return len(self.cases.dropna())

    def __repr__(self) -> str:
        told = self.reason or repr(self.solution)
        return f"CaseComparison({self.n} cases: {told})"


def case_comparison(
    study: Study,
    *,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
) -> CaseComparison:
    """The sites of a study compared by the sets that its section `[cases]` declares.

    Memberships are made by the declared anchors (`set_membership`) or thresholds
    (`crisp_set`); then `truth_table` and `minimise` with their default limits. Which
    combination the table gives is found in these cases, and no p is put on it: it
    would be that of the best of many. The combination that was claimed beforehand
    (`expected`) has one, of `netcollab.inference.permutation_inclusion`. A site without
    a value for one of the sets is left out of all of it, and named.

    Parameters
    ----------
    study
        A study with the section.
    n_resamples, rng
        As in `permutation_inclusion`.

    Raises
    ------
    InputError
        If the study has no such section, or a set cannot be made.

    References
    ----------
    Ragin, C. C. (2008). Redesigning social inquiry. University of Chicago Press.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> case_comparison(study, rng=1)
    CaseComparison(8 cases: Solution(complex: tools*leadership → coordinated))
    """
    spec = study.manifest.cases
    if spec is None:
        raise InputError(
            "the study declares no cases to compare; add [cases] to study.toml "
            "(docs/data.md shows one)"
        )
    sites = study.sites.set_index("site")
    names = (spec.outcome, *spec.conditions)
    sets = [_memberships(sites, spec.sets.get(name, SetSpec(name))) for name in names]
    everybody = pd.concat(sets, axis=1)
    cases = everybody.dropna()
    made = CaseComparison(
        spec.outcome,
        spec.conditions,
        everybody,
        necessary=_necessary(cases, spec.outcome, spec.conditions),
        synthetic=study.manifest.synthetic,
        left_out=_left_out(everybody, spec),
    )
    if spec.expected:
        made = replace(
            made,
            expected=sufficiency(cases, spec.expected, spec.outcome),
            test=_tested(cases, spec.expected, spec.outcome, n_resamples, rng),
        )
    try:
        table = truth_table(cases, spec.outcome, spec.conditions)
    except RefusedError as refusal:
        return replace(made, reason=str(refusal))
    return replace(made, table=table, solution=minimise(cases, table))


def declared_convergence(
    study: Study,
    *,
    alpha: float = 0.05,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
) -> dict[str, Convergence]:
    """The answers to the sections `[convergence.KEY]` of a study, by key.

    The level is shared among the m questions: each is decided at alpha / m.

    Parameters
    ----------
    study
        A study; without a section there is no answer. Where it has one wave so far,
        nothing is testable yet.
    alpha
        The level of all questions together.
    n_resamples, rng
        As in `professional_convergence`.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> {key: found.verdict for key, found in declared_convergence(study).items()}
    {'users': 'supported', 'methods': 'inconclusive'}
    """
    asked = study.manifest.convergence
    each = check_fraction("alpha", alpha) / max(1, len(asked))
    entropy = as_entropy(rng)
    return {
        key: _not_yet(spec, study)
        if len(study.waves) < 2
        else professional_convergence(
            study,
            spec.names,
            by=spec.by,
            waves=(spec.waves[0], spec.waves[1]) if spec.waves else None,
            alpha=each,
            n_resamples=n_resamples,
            rng=entropy,
        )
        for key, spec in asked.items()
    }


def _left_out(sets: pd.DataFrame, spec: CasesSpec) -> dict[str, tuple[str, ...]]:
    """The sites that lack a value, each with the columns in which it lacks one."""
    empty = sets.rename(columns=spec.columns).isna()
    lacking = empty[empty.any(axis=1)]
    return {
        str(site): tuple(dict.fromkeys(empty.columns[row]))
        for site, row in zip(lacking.index, lacking.to_numpy(), strict=True)
    }


def _memberships(sites: pd.DataFrame, spec: SetSpec) -> pd.Series:
    values = sites[spec.column or spec.name].rename(spec.name)
    if spec.threshold is not None:
        return crisp_set(values, threshold=spec.threshold)
    if spec.out is not None and spec.crossover is not None and spec.full is not None:
        anchors = {"out": spec.out, "crossover": spec.crossover, "full": spec.full}
        return set_membership(values, **anchors)
    return membership(values.to_frame(), spec.name).rename(spec.name)


def _necessary(
    cases: pd.DataFrame, outcome: str, conditions: tuple[str, ...]
) -> pd.DataFrame:
    rows = {}
    for name in (part for one in conditions for part in (one, f"~{one}")):
        found = necessity(cases, name, outcome)
        rows[name] = (found.consistency, found.coverage, found.relevance)
    columns = ["consistency", "coverage", "relevance"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.rename_axis("condition")


def _tested(
    cases: pd.DataFrame,
    expression: str,
    outcome: str,
    n_resamples: int,
    rng: int | np.random.Generator | None,
) -> TestResult:
    x, y = membership(cases, expression), membership(cases, outcome)
    try:
        return permutation_inclusion(x, y, n_resamples=n_resamples, rng=rng)
    except RefusedError as refusal:
        return TestResult(
            "consistency of a set within another", "", reason=str(refusal)
        )


def _not_yet(spec: ConvergenceSpec, study: Study) -> Convergence:
    reason = "one wave so far, and two are compared"
    nothing = pd.DataFrame(columns=["wave", "group", "n"])
    return Convergence(
        by=spec.by,
        names=spec.names,
        waves=(study.waves[0], ""),
        verdict="not testable",
        reason=reason,
        test=TestResult("convergence of groups", "", reason=reason),
        unit="respondent",
        spread=pd.Series(dtype=float, name="spread"),
        profiles=nothing.assign(distance=math.nan),
        left_out=nothing,
        incomplete=0,
    )
