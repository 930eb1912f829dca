"""Claims about sites: one value per site of the outcome and of the predictor.

Do sites with more of one thing have more of the other?
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from netcollab._counted import Counted
from netcollab.errors import InputError
from netcollab.hypotheses.estimates import Fit, chosen_fit, no_estimates, side_by_side
from netcollab.hypotheses.judging import Test, Trial, detectable_slope, of_model
from netcollab.hypotheses.variables import respondent_values, site_values
from netcollab.inference import (
    ModelResult,
    cluster_robust,
    mixed_model,
    site_means,
    site_permutation,
)
from netcollab.study import HypothesisSpec, Study

__all__ = ["SiteContrast", "site_contrast"]

MIN_DF = 4


@dataclass(frozen=True, eq=False)
class SiteContrast:
    """Outcome and predictor of a claim about sites, or why there are none.

    Parameters
    ----------
    spec
        What was bound: outcome, predictor, direction, delta.
    reason
        Why nothing can be tested; empty if something can.
    table
        One row per site with both values: site, y, x.
    people
        One row per respondent and wave, site, wave, actor, y, x; empty where
        respondents do not say the outcome.
    seed
        Of the permutations.
    symbol
        What the estimate is called in words.
    estimator
        The words of the estimator to test by, as of `fits`; empty: the headline's.
    """

    spec: HypothesisSpec
    reason: str = ""
    table: pd.DataFrame = field(default_factory=pd.DataFrame)
    people: pd.DataFrame = field(default_factory=pd.DataFrame)
    seed: int = 0
    symbol: str = "b"
    estimator: str = ""

    @property
    def parts(self) -> list[str]:
        """The sites."""
        return [] if self.reason else self.table["site"].tolist()

    def without(self, part: str) -> SiteContrast:
        """The same when one site is left out."""
        if part not in self.parts:
            return self
        return replace(self, table=self.table[self.table["site"] != part])

    def tried(self, test: Test) -> Trial:
        """Least squares on the means of sites, t(G - 2), if G is 6 or more.

        Each site counts once, whatever its respondents share.
        """
        del test
        if len(self.table) < MIN_DF + 2:
            n = Counted(len(self.table))
            return Trial(
                reason=f"{n} {n:site has|sites have} both values; a headline needs "
                f"{MIN_DF + 2}, so that t has {MIN_DF} degrees of freedom"
            )
        return of_model(chosen_fit(self.fits(), self.estimator)(), "x")

    def detectable(self, trial: Trial, cut: float) -> float:
        """By noncentral t, in the units of the slope."""
        return detectable_slope(trial, cut)

    def estimates(self) -> pd.DataFrame:
        """The headline, and beside it permutation, mixed model and CR2."""
        if self.reason:
            return no_estimates()
        return side_by_side(self.fits(), self.spec)

    def fits(self) -> list[Fit]:
        """Role, words and model of every estimator, the headline first."""
        fits: list[Fit] = [("headline", "least squares on means of sites", self._means)]
        fits += [("beside", "permutation of sites", self._permuted)]
        if len(self.people):
            fits += [("beside", "mixed model of respondents", self._mixed)]
            fits += [("beside", "least squares of respondents, CR2", self._robust)]
        return fits

    def _means(self) -> ModelResult:
        return site_means(self.table, "y", ["x"], "site")

    def _permuted(self) -> ModelResult:
        return site_permutation(self.table, "y", "x", "site", rng=self.seed)

    def _mixed(self) -> ModelResult:
        groups: list[str | tuple[str, ...]] = ["site", ("site", "actor")]
        if self.people["wave"].nunique() > 1:
            groups.append(("site", "wave"))
        return mixed_model(self.people, "y", ["x"], groups, df="between_within")

    def _robust(self) -> ModelResult:
        return cluster_robust(self.people, "y", ["x"], "site")


def site_contrast(study: Study, spec: HypothesisSpec, *, seed: int) -> SiteContrast:
    """What a claim about sites compares, or the reason why it cannot be tested."""
    try:
        y, x = (site_values(study, each) for each in (spec.outcome, spec.predictor))
    except InputError as error:
        return SiteContrast(spec, str(error))
    table = pd.DataFrame({"y": y, "x": x}).dropna().rename_axis("site").reset_index()
    people = respondent_values(study, spec.outcome).rename(columns={"value": "y"})
    people = people.merge(table[["site", "x"]], on="site")
    return SiteContrast(spec, "", table, people, seed)
