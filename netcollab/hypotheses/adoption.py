"""Digital collaboration: do tools break down silos, and whom does information reach?

Each claim has one primary test, named before the data:

- DS-H1, silos: `silo_breakdown`, ties across units between the first and the last wave,
  under constant homophily. Beside it `rollout_effect`: early against late units.
- DS-H2, information: `information_reach`, those who have adopted against those who
  have not, within their units.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import (
    ModelResult,
    TestResult,
    difference_in_differences,
    permutation_difference,
    silo_change,
)
from netcollab.measures import adopters, broadcast_steps, ei_by_group
from netcollab.networks import Network, build_affiliations, build_network
from netcollab.study import Study

__all__ = ["information_reach", "rollout_effect", "silo_breakdown"]


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
    checkpoint: str | Path | None = None,
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
    estimand, keep, threshold
        As in `netcollab.inference.silo_change`.
    n_resamples, alternative, rng, workers, progress, checkpoint
        As there.

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
        checkpoint=checkpoint,
    )


def rollout_effect(
    study: Study,
    *,
    rollout: str,
    early: str,
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
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> ModelResult:
    """Whether units that adopted early changed more than those that adopt later.

    The outcome of a unit is the share of the ties its actors send that go to other
    units, over the dyads that both waves observed.

    Parameters
    ----------
    study
        A study of at least two waves.
    rollout, early
        An attribute of the actors, and its value in the units that were early; every
        other value is late. Constant within a unit. Actors without a value, such as a
        leadership, are in no unit.
    relation, by, site
        As in `silo_breakdown`.
    before, after
        Two waves between which the early units adopted and the late ones did not.
    test, alpha, n_resamples, alternative, rng, workers, progress, checkpoint
        As in `netcollab.inference.difference_in_differences`.

    Returns
    -------
    ModelResult
        The term "early": how much more the share rose in the early units.

    Raises
    ------
    UnknownNameError
        If the relation, attribute, site or wave is not in the study, or no actor has
        the early value.
    InputError
        If a unit has both values.
    RefusedError
        As in `difference_in_differences`.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digital_samhandling"))
    >>> found = rollout_effect(
    ...     study, rollout="rollout", early="early", before="2023", after="2024"
    ... )
    >>> found.coefficients.loc["early", ["estimate", "p_min"]].round(3).tolist()
    [0.287, 0.029]
    """
    waves = _two_waves(study, relation, before, after, site)
    both = waves[0].ties.notna() & waves[1].ties.notna()
    rows = []
    units = _early(waves[0], by, rollout, early)
    for name, network in zip(("0", "1"), waves, strict=True):
        seen = Network.from_matrix(
            network.ties.where(both), directed=network.directed, actors=network.actors
        )
        share = (ei_by_group(seen, by=by) + 1) / 2
        rows.append(
            pd.DataFrame(
                {
                    "unit": units.index,
                    "period": name,
                    "early": units.to_numpy(),
                    "share": share.reindex(units.index).to_numpy(),
                }
            )
        )
    found = difference_in_differences(
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
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )
    compared = f"{rollout} {early} against the others; {after} less {before}"
    return replace(found, notes=(compared, *found.notes[1:]))


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
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
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
    n_resamples, alternative, rng, workers, progress, checkpoint
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
    wave = study.waves[-1] if wave is None else wave
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
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )


def _two_waves(
    study: Study,
    relation: str,
    before: str | None,
    after: str | None,
    site: str | None,
) -> tuple[Network, Network]:
    waves = study.waves
    if len(waves) < 2:
        raise RefusedError("the study has one wave, and a change needs two")
    chosen = before or waves[0], after or waves[-1]
    if chosen[0] == chosen[1]:
        raise RefusedError(f"before and after are the same wave, {chosen[0]}")
    first, last = (build_network(study, relation, site, wave) for wave in chosen)
    return first, last


def _early(network: Network, by: str, rollout: str, early: str) -> pd.Series:
    """For each unit 1 if it was early, else 0."""
    unit = network.attribute(by)
    value = network.attribute(rollout).dropna().astype(str)
    if early not in set(value):
        raise UnknownNameError(f"value of {rollout}", early, sorted(set(value)))
    share = (value == early).groupby(unit).mean()
    torn = share.index[(share > 0) & (share < 1)]
    if len(torn):
        raise InputError(f"{rollout} differs within: {', '.join(map(str, torn))}")
    return share
