"""DS-H1 and DS-H2 as primary tests: each claim its own, named before the data.

Which test answers a claim on digital collaboration, and what is left without a unit?
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.hypotheses.adoption import information_reach, silo_breakdown
from netcollab.hypotheses.declared import binding
from netcollab.hypotheses.digital_collaboration import DIGITAL_COLLABORATION
from netcollab.hypotheses.estimates import no_estimates
from netcollab.hypotheses.hypothesis import Hypothesis
from netcollab.hypotheses.judging import Test, Trial, of_draws
from netcollab.inference import TestResult
from netcollab.study import HypothesisSpec, Study

__all__ = ["AdoptionContrast", "adoption_contrast"]

SILOS, _ = DIGITAL_COLLABORATION
FEWER, POWER = 999, 0.8


@dataclass(frozen=True, eq=False)
class AdoptionContrast:
    """The primary test of a claim on digital collaboration.

    Parameters
    ----------
    spec
        What was bound: outcome, predictor, direction, delta.
    study
        The study, or what is left of it without a unit.
    unit
        The attribute of the actors that says which unit.
    n_resamples, rng, workers, progress
        As in `netcollab.inference.silo_change`.
    reason, symbol
        As in `netcollab.hypotheses.judging.Primary`.
    """

    spec: HypothesisSpec
    study: Study
    unit: str
    n_resamples: int
    rng: int
    workers: int
    progress: bool
    reason: str = ""
    symbol: str = "estimate"

    @property
    def parts(self) -> list[str]:
        """The units: actors of one share what happened to it."""
        actors = self.study.actors
        known = actors[self.unit].dropna() if self.unit in actors else ()
        return sorted(set(map(str, known)))

    def without(self, part: str) -> AdoptionContrast:
        """Without the actors of a unit, and with 999 draws at most."""
        fewer = replace(self, n_resamples=min(FEWER, self.n_resamples))
        if part not in self.parts:
            return fewer
        actors = self.study.actors
        rest = actors.loc[actors[self.unit].astype(str) != part, "actor"]
        return replace(fewer, study=self.study.select(actors=rest))

    def tried(self, test: Test) -> Trial:
        """Its own test; there are no matrices to hand to `test`."""
        del test
        result = self._tested()
        return of_draws(result, result.test, result.n)

    def detectable(self, trial: Trial, cut: float) -> float:
        """On the scale of the estimate, by the spread of the null distribution."""
        if trial.result is None:
            return math.nan
        normal, spread = NormalDist(), np.nanstd(trial.result.null_distribution)
        return float((normal.inv_cdf(1 - cut / 2) + normal.inv_cdf(POWER)) * spread)

    def estimates(self) -> pd.DataFrame:
        """None beside the primary test."""
        return no_estimates()

    def _tested(self) -> TestResult:
        relation = _named(self.spec.outcome, "tie")
        if self.spec.key == SILOS.key:
            return silo_breakdown(
                self.study,
                relation=relation,
                by=self.unit,
                alternative="greater",
                n_resamples=self.n_resamples,
                rng=self.rng,
                workers=self.workers,
                progress=self.progress,
            )
        return information_reach(
            self.study,
            relation=relation,
            leaders=_named(self.spec.predictor, "sender"),
            within=self.unit,
            alternative="greater",
            n_resamples=self.n_resamples,
            rng=self.rng,
            workers=self.workers,
            progress=self.progress,
        )


def adoption_contrast(
    study: Study,
    claim: Hypothesis,
    spec: HypothesisSpec,
    *,
    n_resamples: int,
    rng: int,
    workers: int,
    progress: bool,
) -> AdoptionContrast:
    """The test of DS-H1 or DS-H2 in a study.

    The unit is that of DS-H1, whose predictor is "same(unit)"; the outcome of either is
    "tie(relation)", and the predictor of DS-H2 "sender(attribute of the leadership)".

    Raises
    ------
    InputError
        If an outcome or predictor is more than one term.
    """
    return AdoptionContrast(
        spec=replace(spec, level=claim.level),
        study=study,
        unit=_named(binding(SILOS, study.manifest).predictor, "same"),
        n_resamples=n_resamples,
        rng=rng,
        workers=workers,
        progress=progress,
    )


def _named(term: str, word: str) -> str:
    """The name in a term such as tie(communication); a bare name is itself."""
    name = re.fullmatch(rf"\s*(?:{word}\(\s*([^()]+?)\s*\)|(\w+))\s*", term)
    if name is None:
        raise InputError(f'"{term}" needs to be one term, such as {word}(name)')
    return name[1] or name[2]
