"""Digital collaboration: do tools break down silos, and whom does information reach?

Each claim has one primary test, named before the data:

- DS-H1, silos: `silo_breakdown`, ties across units between the first and the last wave,
  under constant homophily. Beside it `rollout_effect`: early against late units.
- DS-H2, information: `information_reach`, those who have adopted against those who
  have not, within their units.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, check_count, check_fraction
from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.declared import binding
from netcollab.hypotheses.digital_collaboration import DIGITAL_COLLABORATION
from netcollab.hypotheses.evidence import evidence
from netcollab.hypotheses.findings import Finding, Findings
from netcollab.hypotheses.hypothesis import Hypothesis, Verdict
from netcollab.inference import (
    ModelResult,
    TestResult,
    adjust_pvalues,
    difference_in_differences,
    permutation_difference,
    pvalue,
    silo_change,
)
from netcollab.measures import adopters, broadcast_steps, ei_by_group
from netcollab.networks import Network, build_affiliations, build_network
from netcollab.study import Study

__all__ = [
    "adoption_findings",
    "information_reach",
    "rollout_effect",
    "silo_breakdown",
]

_TIE, _POWER = 1e-10, 0.8


def silo_breakdown(
    study: Study,
    *,
    relation: str = "communication",
    by: str = "sector",
    before: str | None = None,
    after: str | None = None,
    site: str | None = None,
    estimand: Literal["odds", "share", "ei"] = "odds",
    keep: Literal["degrees", "sent", "density"] = "degrees",
    threshold: float | None = None,
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
) -> TestResult:
    """Whether ties cross units more in a later wave than constant homophily has it.

    Parameters
    ----------
    study
        A study of at least two waves.
    relation
        The ties that may cross.
    by
        The attribute of the actors that says which unit; as it is in the study.
    before, after
        The waves; None: the first and the last.
    site
        Needed where the study has several.
    estimand, keep, threshold, n_resamples, alternative, rng, workers, progress
        As in `netcollab.inference.silo_change`.

    Raises
    ------
    RefusedError
        With one wave only, and as `silo_change`.
    UnknownNameError
        If the relation, attribute, site or wave is not in the study.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digital_samhandling"))
    >>> result = silo_breakdown(study, rng=1, n_resamples=199)
    >>> round(result.statistic, 2), result.pvalue, result.unit
    (1.1, 0.01, 'changed dyads')
    """
    first, last = _two_waves(study, relation, before, after, site)
    return silo_change(
        first,
        last,
        by=by,
        estimand=estimand,
        keep=keep,
        threshold=threshold,
        n_resamples=n_resamples,
        alternative=alternative,
        rng=rng,
        workers=workers,
        progress=progress,
    )


def rollout_effect(
    study: Study,
    *,
    treated: str,
    relation: str = "communication",
    by: str = "sector",
    before: str,
    after: str,
    site: str | None = None,
    test: Literal["permutation", "t"] = "permutation",
    alpha: float = 0.05,
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    rng: int | np.random.Generator | None = None,
) -> ModelResult:
    """Whether units that adopted early changed more than those that adopt later.

    The outcome of a unit is the share of the ties its actors send that go to other
    units, over the dyads that both waves observed.

    Parameters
    ----------
    study
        A study of at least two waves.
    treated
        The attribute of the actors that says which units are early, constant within a
        unit; of its two values the one that sorts first is the early ("early" before
        "late", True before False). Actors without a value, such as a leadership, are in
        no unit.
    relation, by, site
        As in `silo_breakdown`.
    before, after
        Two waves between which the early units adopted and the late ones did not.
    test, alpha, n_resamples, alternative, rng
        As in `netcollab.inference.difference_in_differences`.

    Returns
    -------
    ModelResult
        The term "early": how much more the share rose in the early units.

    Raises
    ------
    RefusedError, InputError
        As in `difference_in_differences`.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digital_samhandling"))
    >>> found = rollout_effect(study, treated="rollout", before="2023", after="2024")
    >>> found.coefficients.loc["early", ["estimate", "p_min"]].round(3).tolist()
    [0.287, 0.029]
    """
    waves = _two_waves(study, relation, before, after, site)
    both = waves[0].ties.notna() & waves[1].ties.notna()
    groups = waves[0].actors[list(dict.fromkeys([by, treated]))].dropna()
    values = sorted(groups[treated].unique(), key=str)
    if len(values) != 2:
        raise InputError(f"{treated} needs two values, got {len(values)}")
    if True in values:
        values = values[::-1]
    early = groups.groupby(by)[treated].agg(lambda of: (of == values[0]).mean())
    torn = early.index[(early > 0) & (early < 1)]
    if len(torn):
        raise InputError(f"{treated} differs within: {', '.join(map(str, torn))}")
    rows = []
    for name, network in zip(("0", "1"), waves, strict=True):
        seen = Network.from_matrix(
            network.ties.where(both), directed=network.directed, actors=network.actors
        )
        share = (ei_by_group(seen, by=by) + 1) / 2
        rows.append(
            pd.DataFrame(
                {"unit": early.index, "period": name, "early": early.to_numpy()}
            ).assign(share=share.reindex(early.index).to_numpy())
        )
    return difference_in_differences(
        pd.concat(rows, ignore_index=True),
        "share",
        "unit",
        "period",
        "early",
        test=test,
        alpha=alpha,
        n_resamples=n_resamples,
        alternative=alternative,
        rng=rng,
    )


def information_reach(
    study: Study,
    *,
    relation: str = "information",
    leaders: str = "leadership",
    within: str | None = "sector",
    wave: str | None = None,
    site: str | None = None,
    steps: int = 2,
    kind: str | None = "tool",
    objects: list[str] | None = None,
    unlisted: Literal["absent", "not_asked"] = "not_asked",
    threshold: float | None = None,
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    rng: int | np.random.Generator | None = None,
) -> TestResult:
    """Whether the leadership reaches those who have adopted more than the others.

    The share reached within some steps of those who use a tool, less that of those who
    are known to use none. Adoption is dealt out among the actors of a unit: units
    share both tools and information, whatever one does to the other.

    Parameters
    ----------
    study
        A study with affiliations.
    relation
        A tie from i to j: i tells j.
    leaders
        The attribute of the actors that is 1 (or True) for the sources.
    within
        The attribute that says which unit; None: adoption is dealt out among all.
    wave
        None: the last.
    site
        Needed where the study has several.
    steps
        How many steps may lie between: 1 is told directly.
    kind, objects
        Which affiliations are tools: their kind, and their names (None: all of them).
    unlisted
        What an actor and a tool without a row are, as in
        `netcollab.networks.build_affiliations`. With "not_asked" nobody is taken for a
        non-user who is not listed as one.
    threshold
        Strength from which a tie carries information; None: any tie.
    n_resamples, alternative, rng
        As in `netcollab.inference.permutation_difference`.

    Returns
    -------
    TestResult
        `n` counts actors of whom both is known: whether they adopted, and whether they
        were reached. Whoever only an unobserved tie could have reached is left out.

    Raises
    ------
    RefusedError
        If nobody is a leader, or adoption is not known to differ.
    UnknownNameError
        If the relation, attribute, site, wave, kind or a tool is not in the study.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digital_samhandling"))
    >>> result = information_reach(study)
    >>> round(result.estimate, 2), result.pvalue < 0.05, result.n
    (0.51, True, 31)
    """
    wave = _waves(study)[-1] if wave is None else wave
    network = build_network(study, relation, site, wave)
    leads = network.attribute(leaders).astype(float) == 1
    if not leads.any():
        raise RefusedError(f"no actor has {leaders} = 1: there is no source")
    away = broadcast_steps(network, list(leads.index[leads]), threshold=threshold)
    reached = (away["steps"] <= steps).astype(float)
    reached[(reached == 0) & (away["steps_at_best"] <= steps)] = np.nan
    use = build_affiliations(study, kind=kind, site=site, wave=wave, unlisted=unlisted)
    adopted = adopters(use, objects=objects).reindex(reached.index)
    known = adopted[reached.notna()].dropna()
    if known.nunique() < 2:
        raise RefusedError(
            "those of whom it is known have all adopted, or none has: "
            f"{int(known.sum())} of {len(known)}"
        )
    return permutation_difference(
        reached,
        adopted,
        within=None if within is None else network.attribute(within)[reached.index],
        n_resamples=n_resamples,
        alternative=alternative,
        rng=rng,
    )


def adoption_findings(
    study: Study,
    *,
    alpha: float = 0.05,
    site: str | None = None,
    rng: int | np.random.Generator | None = None,
    n_resamples: int = 9999,
    workers: int = 1,
    progress: bool = False,
) -> Findings:
    """The verdicts on DS-H1 and DS-H2, by the rule of `evaluate`.

    Not testable: refused, with the reason, or the design cannot reach alpha / m.
    Supported: the estimate has the claimed sign and p, equal-tailed and adjusted by
    Holm over the m claims that have a test, is at most alpha. Contradicted: it has the
    other sign. Else inconclusive, as where p is within three Monte-Carlo errors of
    alpha.

    Parameters
    ----------
    study
        The study. `[hypotheses.DS-H1]` in its manifest may name another relation and
        unit (outcome "tie(x)", predictor "same(unit)"), `[hypotheses.DS-H2]` another
        relation and attribute of the leadership (predictor "sender(x)").
    alpha
        The level of the two claims together.
    site
        Needed where the study has several.
    rng, n_resamples, workers, progress
        As in `netcollab.inference.silo_change`.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digital_samhandling"))
    >>> adoption_findings(study, rng=1, n_resamples=499)
    Findings(digital_samhandling: DS-H1 supported, DS-H2 supported)
    """
    alpha, seed = check_fraction("alpha", alpha), as_entropy(rng)
    n_resamples = check_count("n_resamples", n_resamples)
    silo, news = (binding(claim, study.manifest) for claim in DIGITAL_COLLABORATION)
    unit = _named(silo.predictor)
    tests: list[Callable[[], TestResult]] = [
        lambda: silo_breakdown(
            study,
            relation=_named(silo.outcome),
            by=unit,
            site=site,
            n_resamples=n_resamples,
            rng=seed,
            workers=workers,
            progress=progress,
        ),
        lambda: information_reach(
            study,
            relation=_named(news.outcome),
            leaders=_named(news.predictor),
            within=unit,
            site=site,
            n_resamples=n_resamples,
            rng=seed,
        ),
    ]
    tried = [_tried(test) for test in tests]
    m = sum(trial.result is not None for trial in tried)
    adjusted = adjust_pvalues([trial.pvalue for trial in tried])
    found = [
        _finding(study, claim, trial, float(p), alpha, max(1, m))
        for claim, trial, p in zip(DIGITAL_COLLABORATION, tried, adjusted, strict=True)
    ]
    return Findings(
        study=study.manifest.name,
        findings=tuple(found),
        alpha=alpha,
        seed=seed,
        synthetic=study.manifest.synthetic,
    )


# ---- waves and names


def _waves(study: Study) -> list[str]:
    return list(study.waves) or [""]


def _two_waves(
    study: Study,
    relation: str,
    before: str | None,
    after: str | None,
    site: str | None,
) -> tuple[Network, Network]:
    waves = _waves(study)
    if len(waves) < 2:
        raise RefusedError("the study has one wave, and a change needs two")
    chosen = before or waves[0], after or waves[-1]
    if chosen[0] == chosen[1]:
        raise RefusedError(f"before and after are the same wave, {chosen[0]}")
    first, last = (build_network(study, relation, site, wave) for wave in chosen)
    return first, last


def _named(term: str) -> str:
    """The name in a term such as tie(communication); a bare name is itself."""
    found = re.fullmatch(r"\s*\w+\(\s*([^()]+?)\s*\)\s*|\s*(\w+)\s*", term)
    if found is None:
        raise InputError(f'"{term}" needs to be one term, such as tie(communication)')
    return found[1] or found[2]


# ---- verdicts


class _Trial(NamedTuple):
    """A test with its equal-tailed p, or the reason why there is none."""

    result: TestResult | None
    reason: str = ""
    pvalue: float = np.nan
    mc_error: float = np.nan


def _tried(test: Callable[[], TestResult]) -> _Trial:
    try:
        result = test()
    except (RefusedError, InputError) as refusal:
        return _Trial(None, str(refusal))
    null, exact = result.null_distribution, result.seed is None
    p, error = min(
        pvalue(null, result.statistic, alternative=side, exact=exact)
        for side in ("greater", "less")
    )
    return _Trial(result, "", min(1.0, 2 * p), 2 * error)


def _finding(
    study: Study,
    claim: Hypothesis,
    trial: _Trial,
    adjusted: float,
    alpha: float,
    m: int,
) -> Finding:
    record = evidence(study, claim) if len(study.codings) else None
    spec = binding(claim, study.manifest)
    result = trial.result
    least = np.nan if result is None else result.p_min
    reason = trial.reason
    if result is not None and least > alpha / m + _TIE:
        reason = (
            f"the smallest p this design allows is {least:.4f}, more than "
            f"{alpha:g} / {m}"
        )
    untested = Finding(
        hypothesis=claim,
        verdict="not testable" if record is None else record.verdict,
        test_verdict="not testable",
        evidence_verdict="not testable" if record is None else record.verdict,
        level=claim.level,
        p_min=least,
        reason=f"test: {reason}" if reason else "",
        test_reason=reason,
        contrast=f"{spec.outcome} ~ {spec.predictor}",
        symbol="estimate",
        test=result,
        evidence=record,
    )
    if result is None or reason:
        return untested
    verdict, tags, reason = _judged(claim, trial, result, adjusted, alpha)
    return replace(
        untested,
        verdict=verdict,
        test_verdict=verdict,
        estimate=result.estimate,
        pvalue=trial.pvalue,
        pvalue_adjusted=adjusted,
        mc_error=trial.mc_error,
        detectable_effect=_detectable(result, alpha / m),
        n_used=result.n,
        method=f"{result.test}, equal-tailed, {result.method}",
        tags=tags,
        reason=f"test: {reason}" if reason else "",
        test_reason=reason,
    )


def _judged(
    claim: Hypothesis,
    trial: _Trial,
    result: TestResult,
    adjusted: float,
    alpha: float,
) -> tuple[Verdict, tuple[str, ...], str]:
    theta = claim.sign * result.estimate
    error = trial.mc_error * adjusted / trial.pvalue
    if error and abs(adjusted - alpha) < 3 * error:
        reason = (
            f"the adjusted p, {adjusted:.4f}, is within three Monte-Carlo errors of "
            f"{alpha:g}: draw more"
        )
        return "inconclusive", (), reason
    if adjusted > alpha or theta == 0:
        return "inconclusive", (), f"the adjusted p, {adjusted:.4f}, is above {alpha:g}"
    if theta < 0:
        return "contradicted", ("opposite",), ""
    return "supported", (), ""


def _detectable(result: TestResult, cut: float) -> float:
    """What is found with 80 % power, by the spread of the null distribution."""
    normal = NormalDist()
    reach = normal.inv_cdf(1 - cut / 2) + normal.inv_cdf(_POWER)
    return reach * float(np.nanstd(result.null_distribution))
