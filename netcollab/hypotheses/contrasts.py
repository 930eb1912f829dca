"""Claims about the dyads of one network: one primary contrast, relabelled.

Do the dyads say what the claim says, more than chance among these actors would?
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.estimates import no_estimates
from netcollab.hypotheses.judging import Test, Trial, of_draws
from netcollab.inference import detectable_correlation
from netcollab.measures import design_matrices
from netcollab.networks import build_network
from netcollab.study import HypothesisSpec, Study

__all__ = ["Contrast", "contrast", "is_symmetric", "relations_in", "unbound"]


@dataclass(frozen=True, eq=False)
class Contrast:
    """Outcome and predictor of one claim as square tables, or why there are none.

    Parameters
    ----------
    spec
        What was bound: outcome, predictor, direction, delta.
    reason
        Why nothing can be tested; empty if something can.
    y, x
        Outcome and predictor; row = sender, column = receiver, NaN = not observed.
    directed
        False: both are symmetric and each pair counts once.
    symbol
        What the estimate is called in words.
    """

    spec: HypothesisSpec
    reason: str = ""
    y: pd.DataFrame = field(default_factory=pd.DataFrame)
    x: pd.DataFrame = field(default_factory=pd.DataFrame)
    directed: bool = True
    symbol: str = "r"

    @property
    def parts(self) -> list[str]:
        """The actors."""
        return [] if self.reason else [str(actor) for actor in self.y.index]

    def without(self, part: str) -> Contrast:
        """The same contrast when one actor is left out."""
        if part not in self.parts:
            return self
        y, x = (frame.drop(index=part, columns=part) for frame in (self.y, self.x))
        return replace(self, y=y, x=x)

    def tried(self, test: Test) -> Trial:
        """The correlation of the two matrices, over those who answered."""
        result = test(self.y, self.x, directed=self.directed, alternative="greater")
        answered = int(self.y.notna().any(axis=1).sum())
        return of_draws(result, "QAP correlation", answered)

    def detectable(self, trial: Trial, cut: float) -> float:
        """The smallest \\|r\\| found with 80 % power at a two-sided cut.

        See `netcollab.inference.detectable_correlation`; NaN where there is none.
        """
        if trial.result is None:
            return math.nan
        null, exact = trial.result.null_distribution, trial.result.seed is None
        return detectable_correlation(np.asarray(null), exact=exact, alpha=cut).effect

    def estimates(self) -> pd.DataFrame:
        """One network has one estimator."""
        return no_estimates()


def contrast(study: Study, spec: HypothesisSpec) -> Contrast:
    """The two matrices a claim speaks of, or the reason why they cannot be tested."""
    if spec.direction == "none":
        return Contrast(
            spec,
            "a claim of no effect needs an equivalence test, and relabelling a "
            "correlation gives none",
        )
    if len(study.waves) > 1:
        told = f"the test is for one network and the study has {len(study.waves)} waves"
        return Contrast(spec, told)
    try:
        reason = "; ".join(_refusals(study, spec))
        if reason:
            return Contrast(spec, reason)
        y, terms = design_matrices(study, f"{spec.outcome} ~ {spec.predictor}")
    except (InputError, RefusedError) as error:
        return Contrast(spec, str(error))
    if len(terms) > 1:
        return Contrast(spec, "one primary contrast has one predictor")
    x = next(iter(terms.values()))
    directed = not (is_symmetric(y) and is_symmetric(x))
    if directed and not build_network(study, _outcome(study, spec)).directed:
        reason = "the outcome has no direction and the predictor has one"
        return Contrast(spec, reason)
    return Contrast(spec, "", y, x, directed)


def unbound(spec: HypothesisSpec) -> str:
    """Why nothing can be compared: what the claim or its binding does not say."""
    missing = [word for word in ("outcome", "predictor") if not getattr(spec, word)]
    if missing:
        return f"the study binds no {' and no '.join(missing)} for it"
    if not spec.direction:
        return "the claim declares no direction"
    return ""


def _refusals(study: Study, spec: HypothesisSpec) -> list[str]:
    """Relations that cannot carry a test, with the reason."""
    refusals = []
    for relation in relations_in(study, f"{spec.outcome} {spec.predictor}"):
        network = build_network(study, relation)
        if not network.observed.to_numpy().any():
            refusals.append(f"{relation}: nothing was observed")
        elif network.is_presence_only and not network.is_rated:
            refusals.append(
                f"{relation} is presence-only: ties are documented, absences are not"
            )
    return refusals


def relations_in(study: Study, text: str) -> list[str]:
    """The relations that an outcome and a predictor name, in the order of the text.

    Dimensions and constructs of the codebook are relations too.
    """
    known = {*study.manifest.relations, *study.manifest.constructs}
    named = re.findall(r"\b(?:tie|dependence)\s*\(\s*([^()]*?)\s*\)", text)
    words = [*named, *re.findall(r"^\s*(\w+)(?=\s|$)", text)]
    return [name for name in dict.fromkeys(words) if name in known]


def _outcome(study: Study, spec: HypothesisSpec) -> str:
    return relations_in(study, spec.outcome)[0]


def is_symmetric(frame: pd.DataFrame) -> bool:
    """Whether every pair has one value, up to rounding."""
    values = frame.to_numpy(dtype=float)
    return np.allclose(values, values.T, rtol=1e-10, atol=1e-10, equal_nan=True)
