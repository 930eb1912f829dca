"""Which actors may change places, and how many different data that makes.

With whom could an actor have been confused under the null?
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from netcollab._checks import check_series
from netcollab._resample import ENUMERATED
from netcollab.errors import InputError, RefusedError
from netcollab.inference.dyads import Dyads
from netcollab.inference.orbit import distinct_relabellings, orbit_size

__all__ = ["exchangeable", "few_relabellings", "orbits_of"]

MIN_RELABELLINGS = 20


def exchangeable(
    sites: Sequence[Dyads], strata: pd.Series | None, *, common: bool
) -> np.ndarray:
    """One label per actor of all sites: those with the same may change places.

    Actors of a site do, those that answered apart from the silent ones, and within the
    strata that are given.

    Parameters
    ----------
    sites
        The dyads, by site.
    strata
        A label for each actor; None: all alike.
    common
        One relabelling serves all sites; then the silent ones are not held apart.

    Raises
    ------
    InputError
        If an actor has no stratum.
    RefusedError
        If fewer than 20 relabellings are possible.
    """
    parts: list[tuple[object, ...]] = []
    for place, site in enumerate(sites[:1] if common else sites):
        given = _given(strata, site.actors)
        silent = np.zeros(len(given), dtype=bool) if common else site.silent
        parts += [
            (place, bool(quiet), label)
            for quiet, label in zip(silent, given, strict=True)
        ]
    codes = {part: code for code, part in enumerate(dict.fromkeys(parts))}
    groups = np.array([codes[part] for part in parts])
    ways = _count(groups)
    if ways < MIN_RELABELLINGS:
        raise RefusedError(
            f"only {ways} relabellings of the actors are possible, so p is never below "
            f"{1 / ways:.3f}; MRQAP needs at least 4 actors that answered"
        )
    return groups


def orbits_of(
    sites: Sequence[Dyads], groups: np.ndarray, names: Sequence[str], *, common: bool
) -> list[int]:
    """How many different predictors relabelling makes of each.

    Raises
    ------
    RefusedError
        If relabelling leaves one as it is.
    """
    found = []
    for k, name in enumerate(names):
        if common:
            cells = np.stack([site.x[k].ravel() for site in sites])
            codes = np.unique(cells, axis=1, return_inverse=True, equal_nan=True)[1]
            size = len(sites[0].y)
            orbit = orbit_size(codes.reshape(size, size).astype(float), groups)
        else:
            starts = np.cumsum([0, *(len(site.y) for site in sites)])
            orbit = math.prod(
                orbit_size(site.x[k], groups[start : start + len(site.y)])
                for site, start in zip(sites, starts, strict=False)
            )
        if orbit == 1:
            raise RefusedError(
                f"every relabelling leaves predictor {name} as it is; "
                "p would be 1 whatever the data"
            )
        found.append(orbit)
    return found


def few_relabellings(
    sites: Sequence[Dyads], groups: np.ndarray, orbits: Sequence[int], n_resamples: int
) -> np.ndarray | None:
    """One relabelling per different predictor, where there is one with few."""
    few = max(n_resamples, ENUMERATED)
    if len(orbits) > 1 or len(sites) > 1 or not orbits[0] <= few < _count(groups):
        return None
    return distinct_relabellings(sites[0].x[0], groups)


def _count(groups: np.ndarray) -> int:
    """Relabellings within the groups."""
    return math.prod(math.factorial(int(m)) for m in np.bincount(groups))


def _given(strata: pd.Series | None, actors: pd.Index) -> list[str]:
    if strata is None:
        return [""] * len(actors)
    check_series("strata", strata)
    missing = [str(actor) for actor in actors if pd.isna(strata.get(actor))]
    if missing:
        raise InputError(f"strata has no value for: {', '.join(missing)}")
    return [str(strata[actor]) for actor in actors]
