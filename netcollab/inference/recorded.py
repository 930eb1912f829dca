"""What calibration measured of a test, for results to carry and to warn with.

How often did this test reject a true null in simulated studies like this one?
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from netcollab._files import write_atomically
from netcollab.inference.design_checks import skewness
from netcollab.inference.samples import INTERCEPT, Sample, constant_within

__all__ = [
    "RECORD",
    "Recorded",
    "of_matrices",
    "of_sites",
    "record",
    "recorded",
]

RECORD = Path(__file__).with_name("calibration.csv")
NOMINAL, LEAST, MOST = 0.05, 0.03, 0.07
FAR = 2.0  # times as many sites or actors as were simulated: no longer alike
LONG_TAIL = 1.0
SHAPES = {
    "half": "half of which have {term}",
    "two": "two of which have {term}",
    "normal": "normal values of {term}",
    "skewed": "skewed values of {term}",
}
KINDS = {
    "dyadic": "where {term} depends on who sends and who receives",
    "hubs": "two of them hubs in {term}",
    "skewed": "all variables skewed",
}


class Recorded(NamedTuple):
    """The largest measured size of each term's test, NaN where none, and warnings."""

    sizes: list[float]
    warnings: list[str]


class _Told(NamedTuple):
    """The largest measured size, and how it is outside of what it should be."""

    size: float
    warning: str


@cache
def recorded() -> pd.DataFrame:
    """The numbers of `docs/calibration.md`, a row per kind of studies and test."""
    return pd.read_csv(RECORD)


def record(table: pd.DataFrame) -> Path:
    """Make a table of `calibrate` what results warn with, and return its file."""
    content = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    recorded.cache_clear()
    _told.cache_clear()
    return write_atomically(RECORD, content)


def of_sites(method: str, sample: Sample, terms: Sequence[str]) -> Recorded:
    """What was measured for predictors of sites, one at a time.

    Parameters
    ----------
    method
        A test of the record.
    sample
        Its first factor is the site.
    terms
        Which of its terms.
    """
    factor = sample.factors[0]
    constant = constant_within(sample.x, factor)
    known = Recorded([], [])
    for term in terms:
        k = sample.terms.index(term)
        if not constant[k] or term == INTERCEPT:
            known.sizes.append(math.nan)
            continue
        values = sample.x[factor.members, k]
        shape = _shape(values)
        told = _told("Respondents", method, "sites", len(values), shape)
        known.sizes.append(told.size)
        if told.warning:
            known.warnings.append(f"{told.warning}, {SHAPES[shape].format(term=term)}")
    return known


def of_matrices(
    method: str,
    actors: Sequence[int],
    terms: Sequence[str],
    *,
    hubs: Collection[str],
    skewed: bool,
) -> Recorded:
    """What was measured for predictors of dyads, in one network or in several sites.

    Parameters
    ----------
    method
        A test of the record; in several sites with the kind of labels.
    actors
        How many each network has.
    terms
        The predictors.
    hubs
        Those of them that hang on an actor.
    skewed
        Some variable has a long tail.
    """
    if len(actors) > 1:
        return _of_networks(method, len(actors), len(terms))
    rest = "skewed" if skewed and len(terms) > 1 else "dyadic"
    known = Recorded([], [])
    for term in terms:
        kind = "hubs" if term in hubs else rest
        told = _told("OneNetwork", method, "actors", actors[0], kind)
        known.sizes.append(told.size)
        if told.warning:
            known.warnings.append(f"{told.warning}, {KINDS[kind].format(term=term)}")
    return known


def _of_networks(method: str, sites: int, terms: int) -> Recorded:
    """A link in several sites, where the mean slope is 0."""
    rows = _alike("Networks", method, "sites", sites)
    told = {
        "slopes differ between sites": rows[rows["slope_sd"] > 0],
        "two roles share something in every site": rows[rows["role_share"] > 0],
    }
    warnings = [
        f"{_rejected(some)} where {words}; for the mean of sites use site_slopes"
        for words, some in told.items()
        if _is_outside(some)
    ]
    return Recorded([_largest(rows)] * terms, warnings)


@cache
def _told(studies: str, method: str, unit: str, count: int, predictor: str) -> _Told:
    """What the record says of studies like this one: looked up for every result."""
    rows = _alike(studies, method, unit, count)
    rows = rows[rows["predictor"] == predictor]
    if not _is_outside(rows):
        return _Told(_largest(rows), "")
    warning = f"{_rejected(rows)} with {rows.iloc[0][unit]:.0f} {unit}"
    return _Told(_largest(rows), warning)


def _alike(studies: str, method: str, unit: str, count: int) -> pd.DataFrame:
    """Rows with the number of sites or actors nearest to this one, if it is near."""
    table = recorded()
    rows = table[(table["studies"] == studies) & (table["method"] == method)]
    far = np.abs(np.log(rows[unit] / count))
    alike: pd.DataFrame = rows[(far == far.min()) & (far <= np.log(FAR))]
    return alike


def _largest(rows: pd.DataFrame) -> float:
    return float(rows["size_05"].max()) if len(rows) else math.nan


def _is_outside(rows: pd.DataFrame) -> bool:
    """Above 7 % somewhere; or everywhere below 3 %, or .6 of what p can attain."""
    if not rows["simulations"].sum() > rows["refused"].sum():
        return False
    least = LEAST * rows["attainable"].fillna(NOMINAL) / NOMINAL
    return bool((rows["size_05"] > MOST).any() or (rows["size_05"] < least).all())


def _rejected(rows: pd.DataFrame) -> str:
    sizes = rows["size_05"]
    low, high = f"{sizes.min():.3f}", f"{sizes.max():.3f}"
    share = low if low == high else f"{low} to {high}"
    how = "too often" if sizes.max() > MOST else "hardly ever, it will miss effects"
    return (
        f"{rows.iloc[0]['method']} rejects {how}: a true null in {share} of simulated "
        "studies (.05 nominal)"
    )


def _shape(values: np.ndarray) -> str:
    """The shape of the record that the values of sites are nearest to."""
    different, counts = np.unique(values, return_counts=True)
    if len(different) > 2:
        return "skewed" if abs(skewness(values)) > LONG_TAIL else "normal"
    rarer = int(counts.min())
    return "two" if abs(rarer - 2) < abs(rarer - len(values) / 2) else "half"
