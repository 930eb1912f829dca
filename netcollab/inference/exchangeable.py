"""Which actors may change places, and how many different data that makes.

With whom could an actor have been confused under the null?
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from netcollab._checks import check_series
from netcollab._plans import ENUMERATED
from netcollab.errors import InputError, RefusedError
from netcollab.inference.dyads import Dyads
from netcollab.inference.orbit import coded, distinct_relabellings, orbit_size
from netcollab.inference.relabelling import Block

__all__ = ["ANSWERED", "check_moves", "exchangeable", "few_relabellings", "orbits_of"]

MIN_RELABELLINGS = 20
ANSWERED = ", among those who answered"  # where silent actors change places apart


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
        within = "" if strata is None else " within the strata"
        needed = "at least 4 actors that answered"
        if strata is not None:
            needed = f"at least {MIN_RELABELLINGS}: make the strata larger"
        raise RefusedError(
            f"only {ways} relabellings of the actors are possible{within}, so p is "
            f"never below {1 / ways:.3f}; MRQAP needs {needed}"
        )
    return groups


def check_moves(
    sites: Sequence[Dyads], groups: np.ndarray, names: Sequence[str], *, common: bool
) -> None:
    """Stop where relabelling leaves a predictor as it is.

    Raises
    ------
    RefusedError
        Naming the predictor, or one whose values differ by less than 1e-10 of their
        size.
    """
    for k, name in enumerate(names):
        cells = [site.x[k] for site in sites]
        if _orbit(cells, groups, common=common) == 1:
            middle = np.nanmedian(np.concatenate([each.ravel() for each in cells]))
            centred = [each - middle for each in cells]
            if _orbit(centred, groups, common=common) > 1:
                raise RefusedError(
                    f"predictor {name} hardly varies next to its size ({middle:g}), so "
                    "that its values pass for equal: take its mean off them first"
                )
            raise RefusedError(
                f"every relabelling leaves predictor {name} as it is; "
                "p would be 1 whatever the data"
            )


def orbits_of(
    blocks: Sequence[Block], groups: np.ndarray, names: Sequence[str], *, common: bool
) -> list[int]:
    """How many different columns relabelling makes of what it relabels for each term.

    What the other predictors leave of a predictor looks more ways than the predictor:
    a star among eight actors has eight, less its share in noise up to 40,320.

    Parameters
    ----------
    blocks
        The columns, by site: one per term, or one that serves all.
    groups
        As in `exchangeable`.
    names
        Of the terms.
    common
        One relabelling serves all sites.

    Raises
    ------
    RefusedError
        If relabelling leaves a column as it is.
    """
    columns = range(blocks[0].moved.shape[1])
    found = [
        _orbit([_in_units(block.matrix(k)) for block in blocks], groups, common=common)
        for k in columns
    ]
    for name, orbit in zip(names, found, strict=False):
        if orbit == 1:
            raise RefusedError(
                f"every relabelling leaves what is relabelled for {name} as it is; "
                "p would be 1 whatever the data"
            )
    return found if len(found) == len(names) else found * len(names)


def few_relabellings(
    blocks: Sequence[Block],
    groups: np.ndarray,
    orbits: Sequence[int],
    n_resamples: int,
    *,
    inverse: bool,
) -> np.ndarray | None:
    """One relabelling per different column, where there is one, with few.

    Parameters
    ----------
    blocks, groups
        As in `orbits_of`.
    orbits
        What that gives.
    n_resamples
        Draws that are asked for.
    inverse
        The test relabels the other side: what it does to the outcome comes to the
        inverse done to the predictor, whose columns are listed.
    """
    few = max(n_resamples, ENUMERATED)
    if len(orbits) > 1 or len(blocks) > 1 or not orbits[0] <= few < _count(groups):
        return None
    listed = distinct_relabellings(_in_units(blocks[0].matrix(0)), groups)
    return np.argsort(listed, axis=1) if inverse else listed


def _orbit(matrices: Sequence[np.ndarray], groups: np.ndarray, *, common: bool) -> int:
    """How many different ones relabelling makes of a matrix in every site."""
    if common:
        cells = np.stack([coded(matrix).ravel() for matrix in matrices])
        codes = np.unique(cells, axis=1, return_inverse=True)[1]
        return orbit_size(codes.reshape(matrices[0].shape).astype(float), groups)
    starts = np.cumsum([0, *(len(matrix) for matrix in matrices)])
    return math.prod(
        orbit_size(matrix, groups[start : start + len(matrix)])
        for matrix, start in zip(matrices, starts, strict=False)
    )


def _in_units(matrix: np.ndarray) -> np.ndarray:
    """In units of the largest value, next to which rounding is told from values."""
    size = float(np.nanmax(np.abs(matrix), initial=0.0))
    return matrix / size if size > 0 else matrix


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
