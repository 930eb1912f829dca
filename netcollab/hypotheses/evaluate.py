"""Every claim of a study against its evidence and its dyads.

Which hypotheses are supported, contradicted, inconclusive or not testable?
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypedDict

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, check_count, check_draws, check_fraction
from netcollab.errors import InputError
from netcollab.hypotheses.adoption_claims import adoption_contrast
from netcollab.hypotheses.capacity_claims import secondary
from netcollab.hypotheses.contrasts import Contrast, contrast, unbound
from netcollab.hypotheses.declared import binding
from netcollab.hypotheses.digital_collaboration import DIGITAL_COLLABORATION
from netcollab.hypotheses.estimates import no_estimates
from netcollab.hypotheses.evidence import Evidence, evidence
from netcollab.hypotheses.findings import Finding, Findings
from netcollab.hypotheses.hypothesis import Hypothesis, Verdict, sign
from netcollab.hypotheses.judging import Primary, Test, Trial, judge
from netcollab.hypotheses.site_contrasts import SiteContrast
from netcollab.hypotheses.variables import is_same_source, varies_by_wave
from netcollab.hypotheses.within_contrasts import WithinContrast, of_sites
from netcollab.inference import qap_correlation
from netcollab.study import Study

__all__ = ["evaluate", "verdicts"]

_DECIDED = ("supported", "contradicted")
_OF_SITES = {
    "site": "sites",
    "actor": "the functions of sites",
    "dyad": "the ties of sites",
}
_ADOPTION = {claim.key for claim in DIGITAL_COLLABORATION}


class _Drawn(TypedDict):
    rng: int
    n_resamples: int
    workers: int
    progress: bool


def evaluate(
    study: Study,
    hypotheses: Iterable[Hypothesis],
    *,
    alpha: float = 0.05,
    delta: float | None = None,
    rng: int | np.random.Generator | None = None,
    n_resamples: int = 9999,
    workers: int = 1,
    progress: bool = False,
) -> Findings:
    """The verdict on each claim, from codings and from a test of its primary contrast.

    The rule is fixed before the data. The *evidence verdict* is that of `evidence`. The
    *quantitative verdict* is of one primary test, by level and design: QAP correlation
    for the dyads of one network; in several sites the mean of their slopes for dyads
    and functions, and least squares on their means for sites (`docs/methods.md`,
    section 4); DS-H1 and DS-H2 have their own, `silo_breakdown` and
    `information_reach`. With the equal-tailed p, adjusted by Holm over the m claims
    that have a test, it is

    - not testable: refused, with the reason; or the design cannot reach alpha / m;
    - supported: the estimate has the claimed sign and the adjusted p <= alpha ("below
      delta" where it is smaller than the smallest effect that matters);
    - contradicted: it has the other sign and the adjusted p <= alpha ("opposite"); or a
      t-test rejects an effect as large as delta ("too small");
    - inconclusive: otherwise; where the test rejected true nulls in more than 7 % of
      simulated studies like this one; and where p is drawn and too close to alpha.

    A claim of no effect is supported by an equivalence test at delta alone. A decided
    test is *fragile* if the family, tested without one of the actors (sites, where
    there are several; units for DS-H1 and DS-H2, with 999 draws at most), gives another
    verdict; without one the design may reach too little, which is not held against it.
    The *headline* is the quantitative verdict where the claim is testable, and the
    evidence verdict elsewhere. A test on dyads of a claim about the network is an
    "analogue".

    Parameters
    ----------
    study
        The study; `[hypotheses.KEY]` in its manifest binds outcome and predictor.
    hypotheses
        Claims with distinct keys. All are primary.
    alpha
        The level of the family.
    delta
        The smallest correlation that matters in one network, where the manifest
        declares none. Other tests are on other scales, and know their manifest's only.
    rng
        Seed of the draws; not used where all relabellings are listed.
    n_resamples, workers, progress
        As in `netcollab.inference.qap_correlation`.

    Returns
    -------
    Findings
        One finding per hypothesis, in their order.

    Raises
    ------
    InputError
        If two hypotheses share a key.

    References
    ----------
    Krackhardt, D. (1988). Predicting with networks. Soc. Networks 10, 359-381.
    Holm, S. (1979). A simple sequentially rejective multiple test procedure. Scand. J.
    Stat. 6, 65-70.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> evaluate(study, nc.hypotheses.ANSELL_GASH, rng=1)
    Findings(alvorlig_sykt_barn: AG-H1 inconclusive, AG-H2 supported, AG-H3 supported,
    AG-H4 supported)
    """
    alpha = check_fraction("alpha", alpha)
    claims = _distinct(hypotheses)
    entropy = as_entropy(rng)
    drawn: _Drawn = {
        "rng": entropy,
        "n_resamples": check_draws(n_resamples),
        "workers": check_count("workers", workers),
        "progress": progress,
    }
    test = partial(qap_correlation, **drawn)
    contrasts = _contrasts(study, claims, delta, drawn)
    trials = judge(contrasts, test=test, alpha=alpha)
    left_out = _leave_one_out(contrasts, trials, test, alpha)
    records = [
        evidence(study, claim) if len(study.codings) else None for claim in claims
    ]
    parts = zip(claims, contrasts, trials, records, left_out, strict=True)
    return Findings(
        study=study.manifest.name,
        findings=tuple(_finding(study, entropy, *part) for part in parts),
        alpha=alpha,
        seed=entropy,
        synthetic=study.manifest.synthetic,
        n_sites=study.actors["site"].nunique(),
    )


def verdicts(
    study: Study,
    hypotheses: Iterable[Hypothesis],
    *,
    alpha: float = 0.05,
    rng: int | np.random.Generator | None = None,
    n_resamples: int = 9999,
) -> pd.Series:
    """The quantitative verdicts of `evaluate` alone: quick, for studies by the hundred.

    Parameters
    ----------
    study, hypotheses, alpha, rng, n_resamples
        As in `evaluate`.

    Returns
    -------
    Series
        Key of the hypothesis -> verdict.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    >>> verdicts(study, nc.hypotheses.ANSELL_GASH)["AG-H2"]
    'supported'
    """
    claims = _distinct(hypotheses)
    drawn: _Drawn = {
        "rng": as_entropy(rng),
        "n_resamples": check_draws(n_resamples),
        "workers": 1,
        "progress": False,
    }
    trials = judge(
        _contrasts(study, claims, None, drawn),
        test=partial(qap_correlation, **drawn),
        alpha=check_fraction("alpha", alpha),
    )
    found = {c.key: trial.verdict for c, trial in zip(claims, trials, strict=True)}
    return pd.Series(found, dtype="str", name="verdict")


def _distinct(hypotheses: Iterable[Hypothesis]) -> tuple[Hypothesis, ...]:
    claims = tuple(hypotheses)
    keys = [claim.key for claim in claims]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise InputError(f"hypotheses need distinct keys; twice: {', '.join(twice)}")
    return claims


def _contrasts(
    study: Study, claims: Sequence[Hypothesis], delta: float | None, drawn: _Drawn
) -> list[Primary]:
    return [_contrast(study, claim, delta, drawn) for claim in claims]


def _contrast(
    study: Study, claim: Hypothesis, delta: float | None, drawn: _Drawn
) -> Primary:
    """The primary test that a claim's level and the study's design ask for."""
    spec = binding(claim, study.manifest)
    if claim.key in _ADOPTION:
        try:
            return adoption_contrast(study, claim, spec, **drawn)
        except InputError as error:
            return Contrast(spec, str(error))
    if reason := unbound(spec):
        return Contrast(spec, reason)
    several = study.actors["site"].nunique() > 1
    if spec.level == "dyad" and not several:
        own = spec if spec.delta is not None else replace(spec, delta=delta)
        return contrast(study, own)
    if spec.level not in _OF_SITES:
        return Contrast(spec, f"a contrast at the level {spec.level} has no test here")
    if not several:
        return Contrast(
            spec, f"a claim about {_OF_SITES[spec.level]} needs several sites"
        )
    return of_sites(study, spec, seed=drawn["rng"])


def _leave_one_out(
    contrasts: Sequence[Primary], trials: Sequence[Trial], test: Test, alpha: float
) -> list[pd.Series]:
    """For each claim its verdict without each part; empty where none was reached."""
    decided = [trial.verdict in _DECIDED for trial in trials]
    parts = sorted({part for contrast in contrasts for part in contrast.parts})
    verdicts: list[dict[str, str]] = [{} for _ in contrasts]
    for part in parts if any(decided) else ():
        family = [contrast.without(part) for contrast in contrasts]
        for found, trial in zip(
            verdicts, judge(family, test=test, alpha=alpha), strict=True
        ):
            found[part] = trial.verdict
    return [
        pd.Series(found if is_decided else {}, dtype="str", name="verdict")
        for found, is_decided in zip(verdicts, decided, strict=True)
    ]


def _finding(
    study: Study,
    seed: int,
    claim: Hypothesis,
    contrast: Primary,
    trial: Trial,
    record: Evidence | None,
    left_out: pd.Series,
) -> Finding:
    spec = contrast.spec
    tested = trial.verdict != "not testable"
    headline, tags, level, n_used, method = (
        _of_test(claim, contrast, trial, left_out)
        if tested
        else _of_evidence(claim, record)
    )
    table = no_estimates()
    if tested:
        parts = [contrast.estimates(), secondary(study, spec, seed=seed)]
        table = pd.concat(parts, ignore_index=True)
    reasons = {
        "test": trial.reason,
        "evidence": "no codings" if record is None else record.reason,
    }
    return Finding(
        hypothesis=claim,
        verdict=headline,
        test_verdict=trial.verdict,
        evidence_verdict="not testable" if record is None else record.verdict,
        level=level,
        estimate=trial.estimate,
        ci_low=trial.ci_low,
        ci_high=trial.ci_high,
        pvalue=trial.pvalue,
        pvalue_adjusted=trial.pvalue_adjusted,
        mc_error=trial.mc_error,
        p_min=trial.p_min,
        detectable_effect=trial.detectable,
        n_used=n_used,
        method=method,
        tags=tags,
        reason="; ".join(f"{name}: {text}" for name, text in reasons.items() if text),
        test_reason=trial.reason,
        contrast=f"{spec.outcome} ~ {spec.predictor}" if spec.outcome else "",
        symbol=contrast.symbol,
        sign=sign(spec.direction),
        delta=math.nan if spec.delta is None else spec.delta,
        waves=_waves(study, contrast) if tested else (),
        same_source=tested and is_same_source(study, spec.outcome, spec.predictor),
        test=trial.result,
        evidence=record,
        leave_one_out=left_out,
        estimates=table,
    )


def _waves(study: Study, contrast: Primary) -> tuple[str, ...]:
    """The waves that a test in several sites takes together."""
    if not isinstance(contrast, SiteContrast | WithinContrast):
        return ()
    terms = (contrast.spec.outcome, contrast.spec.predictor)
    if contrast.spec.level == "site" and not any(
        varies_by_wave(study, term) for term in terms
    ):
        return ()
    return tuple(study.waves) if len(study.waves) > 1 else ()


_Headline = tuple[Verdict, tuple[str, ...], str, int, str]


def _of_test(
    claim: Hypothesis, contrast: Primary, trial: Trial, left_out: pd.Series
) -> _Headline:
    flips = ~left_out.isin([trial.verdict, "not testable"])
    tags = [*trial.tags]
    tags += ["fragile"] if flips.any() else []
    tags += ["analogue"] if claim.level != contrast.spec.level else []
    return trial.verdict, tuple(tags), contrast.spec.level, trial.n, trial.method


def _of_evidence(claim: Hypothesis, record: Evidence | None) -> _Headline:
    if record is None:
        return "not testable", (), claim.level, 0, ""
    return record.verdict, record.tags, claim.level, record.n, "evidence ledger"
