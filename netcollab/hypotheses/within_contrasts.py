"""Claims about functions or ties, of which every site has its own.

Do functions, or pairs of them, with more of one thing have more of the other than
those of the same site?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from netcollab._counted import Counted
from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.estimates import Fit, chosen_fit, no_estimates, side_by_side
from netcollab.hypotheses.judging import Test, Trial, detectable_slope, of_model
from netcollab.hypotheses.site_contrasts import SiteContrast, site_contrast
from netcollab.hypotheses.variables import function_values
from netcollab.inference import (
    ModelResult,
    cluster_robust,
    mixed_model,
    site_slopes,
)
from netcollab.measures import design_matrices
from netcollab.study import HypothesisSpec, Study

__all__ = [
    "WithinContrast",
    "function_contrast",
    "of_sites",
    "ratings_model",
    "robust_model",
    "slopes_model",
    "tie_contrast",
    "tie_rows",
]

MIN_SITES = 6
FLAT = 1e-12
PLACE = ["site", "wave"]
_ONE_SITE = (
    "the ties of one site alone can be tested, with netcollab test --site NAME or "
    "study.select(sites=NAME)"
)
_PLAN = "netcollab design says what so many sites, or more, can find"


@dataclass(frozen=True, eq=False)
class WithinContrast:
    """Outcome and predictor of a claim within sites, or why there are none.

    Parameters
    ----------
    spec
        What was bound: outcome, predictor, direction, delta.
    reason
        Why nothing can be tested; empty if something can.
    rows
        One row per site, wave and function (actor), or tie (source, target): y and x.
    units
        The columns that say which function or tie: their names recur across sites.
    symbol
        What the estimate is called in words.
    estimator
        The words of the estimator to test by, as of `fits`; empty: the headline's.
    """

    spec: HypothesisSpec
    reason: str = ""
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    units: tuple[str, ...] = ()
    symbol: str = "b"
    estimator: str = ""

    @property
    def parts(self) -> list[str]:
        """The sites."""
        return [] if self.reason else sorted(self.rows["site"].unique())

    def without(self, part: str) -> WithinContrast:
        """The same when one site is left out."""
        if part not in self.parts:
            return self
        return replace(self, rows=self.rows[self.rows["site"] != part])

    def tried(self, test: Test) -> Trial:
        """The mean of the slopes of sites, t(G - 1), if six sites have both.

        What roles have in common over sites, and what is common to a site and wave, is
        taken out first. Slopes may differ between sites.
        """
        del test
        if len(self.parts) < MIN_SITES:
            n = Counted(len(self.parts))
            return Trial(
                reason=f"{n} {n:site has|sites have} both values; a mean over sites "
                f"needs {MIN_SITES}; {self._instead()}"
            )
        return of_model(chosen_fit(self.fits(), self.estimator)(), "x")

    def detectable(self, trial: Trial, cut: float) -> float:
        """By noncentral t, in the units of the slope."""
        return detectable_slope(trial, cut)

    def estimates(self) -> pd.DataFrame:
        """The headline, and beside it CR2 and a mixed model of one common slope."""
        if self.reason:
            return no_estimates()
        return side_by_side(self.fits(), self.spec)

    def fits(self) -> list[Fit]:
        """Role, words and model of every estimator, the headline first."""
        return [
            ("headline", "mean of the slopes of sites", self._slopes),
            ("beside", "least squares within sites and roles, CR2", self._robust),
            ("beside", "mixed model with roles, one slope for all", self._mixed),
        ]

    def _instead(self) -> str:
        """What can be done with fewer sites: ties of one site have a test, functions
        of one have none.
        """
        return _ONE_SITE if self.spec.level == "dyad" else _PLAN

    def _slopes(self) -> ModelResult:
        return slopes_model(self.rows, self.units)

    def _robust(self) -> ModelResult:
        return robust_model(self.rows, ["x"], self.units)

    def _mixed(self) -> ModelResult:
        return ratings_model(self.rows, ["x"], self.units)


def slopes_model(rows: pd.DataFrame, units: Sequence[str]) -> ModelResult:
    """The mean over sites of the slope of x, what recurs with roles taken out.

    Outcome and predictor are taken about the mean of each function or pair over all
    sites and waves, then about the mean of each site and wave.
    """
    if rows["site"].nunique() > 1:
        rows = _centred(rows, ["y", "x"], units)
    rows = _centred(rows, ["y", "x"], PLACE)
    squares = (rows["x"] ** 2).groupby(rows["site"]).sum()
    products = (rows["x"] * rows["y"]).groupby(rows["site"]).sum()
    told = squares[squares > FLAT * squares.max()].index
    if not len(told):
        raise RefusedError("nothing of the predictor varies within sites")
    slopes = products[told] / squares[told]
    return site_slopes(slopes.rename("x").to_frame())


def robust_model(
    rows: pd.DataFrame, predictors: Sequence[str], units: Sequence[str]
) -> ModelResult:
    """Least squares with roles and places held, CR2 by site."""
    told = rows.assign(role=_joined(rows, units), place=_joined(rows, PLACE))
    place = "place" if rows["wave"].nunique() > 1 else "site"
    return cluster_robust(told, "y", [*predictors, "role", place], "site")


def ratings_model(
    rows: pd.DataFrame, predictors: Sequence[str], units: Sequence[str]
) -> ModelResult:
    """A mixed model of what varies within sites, its predictors as deviations.

    Random are the site, the site in a wave, each function (of a tie: its sender, its
    receiver and the pair) of a site where there are several rows of it, and each role,
    which recurs across sites.
    """
    groups: list[str | tuple[str, ...]] = ["site"]
    if rows["wave"].nunique() > 1:
        groups.append(("site", "wave"))
    pair = tuple(units)
    kinds = list(dict.fromkeys([*((unit,) for unit in units), pair]))
    if rows["site"].nunique() > 1:
        groups += [kind[0] if len(kind) == 1 else kind for kind in kinds]
    groups += [("site", *kind) for kind in kinds]
    several = [
        group
        for group in groups
        if rows.groupby(_columns(group), observed=True).ngroups < len(rows)
        and rows.groupby(_columns(group), observed=True).ngroups > 1
    ]
    if not several:
        raise RefusedError("one row per site: nothing varies within sites")
    return mixed_model(
        _centred(rows, predictors, PLACE), "y", list(predictors), several
    )


def function_contrast(study: Study, spec: HypothesisSpec) -> WithinContrast:
    """What a claim about functions compares, or the reason why it cannot be tested."""
    try:
        values = {
            name: function_values(study, text)
            for name, text in (("y", spec.outcome), ("x", spec.predictor))
        }
    except InputError as error:
        return WithinContrast(spec, str(error))
    rows = pd.DataFrame(values).dropna().reset_index()
    return WithinContrast(spec, _empty(rows), rows, ("actor",))


def tie_contrast(study: Study, spec: HypothesisSpec) -> WithinContrast:
    """What a claim about ties compares in several sites, or why it cannot be tested."""
    try:
        rows, terms = tie_rows(study, f"{spec.outcome} ~ {spec.predictor}")
    except InputError as error:
        return WithinContrast(spec, str(error))
    if len(terms) > 1:
        return WithinContrast(spec, "one primary contrast has one predictor")
    rows = rows.rename(columns={terms[0]: "x"})
    return WithinContrast(spec, _empty(rows), rows, ("source", "target"))


def of_sites(
    study: Study, spec: HypothesisSpec, *, seed: int
) -> SiteContrast | WithinContrast:
    """What a claim about sites, their functions or their ties compares."""
    if spec.level == "site":
        return site_contrast(study, spec, seed=seed)
    within = function_contrast if spec.level == "actor" else tie_contrast
    return within(study, spec)


def tie_rows(study: Study, formula: str) -> tuple[pd.DataFrame, list[str]]:
    """One row per site, wave and ordered pair that was observed in every matrix.

    Returns
    -------
    DataFrame, list of str
        Columns site, wave, source, target, y and one per predictor; the predictors.

    Raises
    ------
    InputError
        If the formula names what the study does not have.
    """
    parts, terms = [], []
    for site in sorted(study.actors["site"].astype(str).unique()):
        for wave in study.waves or (None,):
            y, x = design_matrices(study, formula, site=site, wave=wave)
            terms = list(x)
            source, target = np.nonzero(~np.eye(len(y), dtype=bool))
            columns: dict[str, object] = {
                "site": site,
                "wave": "" if wave is None else wave,
                "source": y.index.to_numpy()[source],
                "target": y.index.to_numpy()[target],
                "y": y.to_numpy()[source, target],
            }
            for term, matrix in x.items():
                columns[term] = matrix.to_numpy()[source, target]
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts).dropna(ignore_index=True), terms


def _empty(rows: pd.DataFrame) -> str:
    return "" if len(rows) else "no site has both the outcome and the predictor"


def _columns(group: str | tuple[str, ...]) -> list[str]:
    return [group] if isinstance(group, str) else list(group)


def _centred(
    rows: pd.DataFrame, names: Sequence[str], by: Sequence[str]
) -> pd.DataFrame:
    groups = rows.groupby(list(by), observed=True)
    return rows.assign(
        **{name: rows[name] - groups[name].transform("mean") for name in names}
    )


def _joined(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    return rows[list(columns)].agg(" to ".join, axis=1)
