"""The parts of RC-H1 to RC-H3, tested beside their primary contrasts.

Which formal ties, which facets of leadership, and what came first?

Secondary rows are adjusted by Holm among those of the same hypothesis; no verdict rests
on them. Capacity is never held constant between structure and leadership: it may be an
effect of both, and holding it would make them look related where they are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy
from netcollab.errors import InputError
from netcollab.hypotheses.estimates import adjusted, estimate, no_estimates
from netcollab.hypotheses.variables import function_values, named, site_values
from netcollab.hypotheses.within_contrasts import ratings_model, slopes_model, tie_rows
from netcollab.inference import ModelResult, site_means
from netcollab.scales import relational_capacity
from netcollab.study import HypothesisSpec, Study

__all__ = ["LIMITS", "secondary"]

SPLITS = 20
LIMITS = {
    "RC-H1": (
        "Municipalities did not draw lots for their formal structure: what goes with "
        "it may have another cause."
    ),
    "RC-H2": (
        "Leadership and capacity are told by the same people; the rows of split source "
        "take them from different ones."
    ),
    "RC-H3": (
        "Neither one wave nor two identify which of structure and leadership comes "
        "first; capacity is not held constant, since it may be an effect of both."
    ),
}


def secondary(study: Study, spec: HypothesisSpec, *, seed: int) -> pd.DataFrame:
    """The parts of one of RC-H1 to RC-H3; empty for another claim.

    Parameters
    ----------
    study
        A study of several sites.
    spec
        The claim as bound.
    seed
        Of the random halves of respondents.
    """
    if spec.key == "RC-H1":
        return adjusted(_formal_ties(study, spec))
    if spec.key == "RC-H2":
        parts = adjusted(_facets_within(study, spec))
        return pd.concat([parts, _split_source(study, spec, seed)])
    if spec.key == "RC-H3":
        return adjusted(pd.concat([_facets(study, spec), *_temporal(study, spec)]))
    return no_estimates()


def _formal_ties(study: Study, spec: HypothesisSpec) -> pd.DataFrame:
    """Every relation of the formal layer, the others held."""
    relations = study.manifest.relations.values()
    formal = [f"tie({each.name})" for each in relations if each.layer == "formal"]
    _, name = named(spec.outcome)
    if not formal or name not in study.manifest.relations:
        return no_estimates()

    def fit() -> ModelResult:
        rows, terms = tie_rows(study, f"tie({name}) ~ {' + '.join(formal)}")
        return ratings_model(rows, terms, ("source", "target"))

    return estimate(
        fit,
        [(term, term) for term in formal],
        role="secondary",
        outcome=f"tie({name})",
        level="dyad",
        estimator="mixed model with roles, one slope for all, the other relations held",
    )


def _facets_within(study: Study, spec: HypothesisSpec) -> pd.DataFrame:
    """The facets of leadership of functions, the others held."""
    facets = _dimensions(study, spec.predictor)
    if len(facets) < 2:
        return no_estimates()

    def fit() -> ModelResult:
        values = {name: function_values(study, name) for name in facets}
        rows = pd.DataFrame(values | {"y": function_values(study, spec.outcome)})
        rows = rows.dropna().reset_index()
        return ratings_model(rows, facets, ("actor",))

    return estimate(
        fit,
        [(name, f"score({name})") for name in facets],
        role="secondary",
        outcome=spec.outcome,
        level="actor",
        estimator="mixed model with roles, one slope for all, the other facets held",
    )


def _split_source(study: Study, spec: HypothesisSpec, seed: int) -> pd.DataFrame:
    """The primary contrast with outcome and predictor from different halves.

    The respondents of each function are split into random halves; one says the outcome,
    the other the predictor. The row with the median p of 20 splits stands for all.
    """
    tables = []
    for text in (spec.outcome, spec.predictor):
        _, name = named(text)
        if name not in study.manifest.constructs:
            return no_estimates()
        tables.append(relational_capacity(study, name, level="respondent"))
    keys = ["site", "wave", "actor"]
    people = pd.concat(tables)[[*keys, "respondent"]].drop_duplicates()
    rng = np.random.default_rng(as_entropy(seed))
    rows = []
    for _ in range(SPLITS):
        order = people.sample(frac=1, random_state=rng)
        first = order.assign(half=order.groupby(keys).cumcount() % 2)
        fit = partial(_of_halves, tables, first, keys)
        rows.append(
            estimate(
                fit,
                [("x", spec.predictor)],
                role="split source",
                outcome=spec.outcome,
                level="actor",
                estimator=f"mean of the slopes of sites, median of {SPLITS} halvings",
            )
        )
    every = pd.concat(rows, ignore_index=True)
    told = every["pvalue"].astype(float).sort_values()
    return every.loc[[told.index[(told.notna().sum() - 1) // 2]]]


def _of_halves(
    tables: Sequence[pd.DataFrame], halves: pd.DataFrame, keys: Sequence[str]
) -> ModelResult:
    values = {}
    for half, (name, table) in enumerate(zip(("y", "x"), tables, strict=True)):
        mine = halves[halves["half"] == half]
        said = table.merge(mine, on=[*keys, "respondent"])
        values[name] = said.groupby(list(keys))["mean"].mean()
    rows = pd.DataFrame(values).dropna().reset_index()
    return slopes_model(rows, ("actor",))


def _facets(study: Study, spec: HypothesisSpec) -> pd.DataFrame:
    """Each facet of leadership over sites."""
    found = [no_estimates()]
    for name in _dimensions(study, spec.outcome):

        def fit(name: str = name) -> ModelResult:
            values = {"y": site_values(study, name)}
            values["x"] = site_values(study, spec.predictor)
            table = pd.DataFrame(values).dropna().rename_axis("site").reset_index()
            return site_means(table, "y", ["x"], "site")

        found.append(
            estimate(
                fit,
                [("x", spec.predictor)],
                role="secondary",
                outcome=f"score({name})",
                level="site",
                estimator="least squares on means of sites",
            )
        )
    return pd.concat(found)


def _temporal(study: Study, spec: HypothesisSpec) -> list[pd.DataFrame]:
    """Later leadership on structure, earlier leadership held; with two waves."""
    if len(study.waves) < 2:
        return []
    first, *_, last = study.waves

    def fit() -> ModelResult:
        values = {
            "y": site_values(study.select(waves=last), spec.outcome),
            "before": site_values(study.select(waves=first), spec.outcome),
            "x": site_values(study, spec.predictor),
        }
        table = pd.DataFrame(values).dropna().rename_axis("site").reset_index()
        return site_means(table, "y", ["x", "before"], "site")

    return [
        estimate(
            fit,
            [("x", spec.predictor)],
            role="secondary",
            outcome=f"{spec.outcome} in {last}",
            level="site",
            estimator=f"least squares on means of sites, that of {first} held",
        )
    ]


def _dimensions(study: Study, text: str) -> list[str]:
    try:
        _, name = named(text)
    except InputError:
        return []
    items = study.manifest.items.values()
    return list(
        dict.fromkeys(i.dimension for i in items if i.construct == name and i.dimension)
    )
