"""Relational capacity between units: from respondents to ties, functions and sites.

How good is the cooperation between two units, as those who work in it see it?
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.scales.scores import REASONS, Ratings, items_of, rate, words_of
from netcollab.study import Manifest, Study

__all__ = ["dimension_profile", "relational_capacity", "with_moments"]

Level = Literal["respondent", "tie", "function", "site"]
_PLACE = ["site", "wave"]
_NONRESPONDENT = REASONS.index("nonrespondent")
_NOT_ASKED = REASONS.index("not_asked")


def relational_capacity(
    study: Study,
    name: str = "relational_capacity",
    *,
    level: Level = "tie",
    pairs: Literal["all", "common"] = "all",
    min_answered: int | None = None,
) -> pd.DataFrame:
    """Relational capacity of a study, at the level of ties, functions or sites.

    With R the rating that a respondent gives a unit (see `score`), the tie from unit f
    to unit g is the mean over the respondents of f,

    .. math:: RC_{f \\to g} = \\frac{1}{n_{fg}} \\sum_{r \\in f} R_{r \\to g}

    Parameters
    ----------
    study
        A study with answers about units.
    name
        A dimension or construct of the codebook.
    level
        "respondent": a respondent's mean over the other units. "tie": one row per
        ordered pair of units of a site, with the diagonal. "function": what a unit
        gives (mean over its ties to others), receives (mean over the others' ties to
        it) and says of itself (within); for items about no unit, such as leadership,
        the mean over its respondents (own). "site": the mean with every respondent
        equal, and with every function equal (mean over functions of what each gives).
        The diagonal is in neither index.
    pairs
        "common": only pairs of units that have a tie in every site and wave, so that
        sites with different units can be compared.
    min_answered
        As in `score`.

    Returns
    -------
    DataFrame
        Sorted by site and wave. mean, n, sd (divisor n - 1), se = sd / sqrt(n): at the
        level of ties over respondents, of functions over ties, of sites over
        respondents or functions. sd and se are NaN for n < 2; they describe spread
        among those who answered, not sampling from a population. The level "tie" also
        has `mutual` (mean of both directions), `gap` (RC from f to g minus RC from g
        to f), n_missing, and a count for each missing reason; `reason` says why a mean
        is missing: the commonest reason, "nonrespondent" where nobody of f answered.
        Column `band` where the codebook declares bands.

    Raises
    ------
    UnknownNameError
        If the name is neither a dimension nor a construct, or the level none of the
        four.
    InputError
        As in `score`; if ties are asked of items about no unit.

    References
    ----------
    Gittell, J. H. (2002). Coordinating mechanisms in care provider groups.
    Management Science 48, 1408-1426, for matrices of ties between functions.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> ties = relational_capacity(study)
    >>> both = ties.set_index(["site", "wave", "source", "target"])["gap"]
    >>> turned = ties.set_index(["site", "wave", "target", "source"])["gap"]
    >>> bool((both + turned.reindex(both.index)).dropna().abs().max() < 1e-12)
    True
    """
    check_choice("level", level, ("respondent", "tie", "function", "site"))
    check_choice("value of pairs", pairs, ("all", "common"))
    ratings = rate(study, name, min_answered=min_answered)
    is_about_units = bool((ratings.target >= 0).any())
    if level == "tie" and not is_about_units:
        raise InputError(f'"{name}" is about no unit: it has no ties, only functions')
    if pairs == "common":
        ratings = _common(ratings)
    if level == "respondent":
        return _respondents(ratings)
    if level == "tie":
        return _with_bands(_ties(ratings, study), study.manifest, name)
    people = _respondents(ratings)
    functions = (
        _functions(_ties(ratings, study)) if is_about_units else _own_functions(people)
    )
    table = functions if level == "function" else _sites(functions, people)
    return _with_bands(table, study.manifest, name)


def dimension_profile(
    study: Study,
    construct: str = "relational_capacity",
    *,
    level: Literal["function", "site"] = "site",
    min_answered: int | None = None,
) -> pd.DataFrame:
    """The dimensions of a construct side by side, per site or function.

    Parameters
    ----------
    study, min_answered
        As in `relational_capacity`.
    construct
        A construct of the codebook.
    level
        "site" or "function".

    Returns
    -------
    DataFrame
        The rows of `relational_capacity` for each dimension, in the order of the
        codebook, with a column `dimension`.

    Raises
    ------
    UnknownNameError
        If no item has the construct, or the level is another.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> dimension_profile(study)["dimension"].nunique()
    6
    """
    check_choice("level", level, ("function", "site"))
    items = items_of(study.manifest, construct)
    dimensions = dict.fromkeys(item.dimension for item in items if item.dimension)
    tables = []
    for dimension in dimensions:
        table = relational_capacity(
            study, dimension, level=level, min_answered=min_answered
        )
        table.insert(2, "dimension", dimension)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _common(ratings: Ratings) -> Ratings:
    """Only ratings of pairs of units that are rated in every site and wave."""
    people = ratings.people
    place = people.groupby(_PLACE, sort=False).ngroup().to_numpy()[ratings.person]
    source = pd.factorize(people["actor"])[0][ratings.person]
    pair = source * (len(ratings.targets) + 1) + ratings.target
    rated = ~np.isnan(ratings.score)
    seen = pd.DataFrame({"pair": pair[rated], "place": place[rated]}).drop_duplicates()
    count = seen["pair"].value_counts()
    shared = count.index[count == people.groupby(_PLACE).ngroups]
    keep = np.isin(pair, shared)
    return Ratings(
        people,
        ratings.targets,
        ratings.person[keep],
        ratings.target[keep],
        ratings.score[keep],
        ratings.n_answered[keep],
        ratings.n_items,
        ratings.reason[keep],
    )


def _respondents(ratings: Ratings) -> pd.DataFrame:
    """Each respondent's mean over the other units; the own unit is left out."""
    people = ratings.people
    own = ratings.targets.get_indexer(pd.Index(people["actor"]))[ratings.person]
    counted = ~np.isnan(ratings.score)
    counted &= (ratings.target < 0) | (ratings.target != own)
    table = people[[*_PLACE, "respondent", "actor"]].reset_index(drop=True)
    return with_moments(table, ratings.person[counted], ratings.score[counted])


def _ties(ratings: Ratings, study: Study) -> pd.DataFrame:
    """One row per ordered pair of units of a site and wave, asked or not."""
    people, actors = ratings.people, study.actors
    waves = study.waves
    here = pd.MultiIndex.from_frame(actors[["site", "actor"]])
    position = here.get_indexer(pd.MultiIndex.from_frame(people[["site", "actor"]]))
    site_code = pd.factorize(actors["site"])[0]
    place_in_site = actors.groupby("site", sort=False).cumcount().to_numpy()
    widths = np.bincount(site_code)
    starts = np.concatenate([[0], np.cumsum(widths**2)[:-1]])
    per_wave = int((widths**2).sum())
    wave = pd.Index(waves).get_indexer(pd.Index(people["wave"]))
    pairs = pd.MultiIndex.from_product([people["site"].unique(), ratings.targets])
    rated_at = here.get_indexer(pairs).reshape(-1, len(ratings.targets))
    site_row = pd.factorize(people["site"])[0]
    source = position[ratings.person]
    target = rated_at[site_row[ratings.person], np.maximum(ratings.target, 0)]
    about = ratings.target >= 0
    site = site_code[source]
    cell = (
        wave[ratings.person] * per_wave
        + starts[site]
        + place_in_site[source] * widths[site]
        + place_in_site[target]
    )[about]
    size = per_wave * len(waves)
    said, why = ratings.score[about], ratings.reason[about]
    has = ~np.isnan(said)
    table = with_moments(_frame_of_pairs(actors, waves, widths), cell[has], said[has])
    missing = np.zeros((size, len(REASONS)), dtype=np.int64)
    np.add.at(missing, (cell[~has], why[~has]), 1)
    keys = ["respondent", "wave"]
    answered = pd.MultiIndex.from_frame(study.answers[keys])
    some = people[pd.MultiIndex.from_frame(people[keys]).isin(answered)]
    _add_reasons(table, missing, some)
    _add_both_ways(table)
    return table.sort_values(_PLACE, kind="stable", ignore_index=True)


def _frame_of_pairs(
    actors: pd.DataFrame, waves: list[str], widths: np.ndarray
) -> pd.DataFrame:
    """The ordered pairs of every site and wave, in the order of the actors."""
    names = [
        part["actor"].to_numpy(dtype=object)
        for _, part in actors.groupby("site", sort=False)
    ]
    sites = actors["site"].unique()
    source = np.concatenate([np.repeat(part, len(part)) for part in names])
    target = np.concatenate([np.tile(part, len(part)) for part in names])
    where = np.repeat(np.asarray(sites, dtype=object), widths**2)
    n = len(waves)
    return pd.DataFrame(
        {
            "site": pd.Series(np.tile(where, n), dtype="str"),
            "wave": pd.Series(np.repeat(waves, len(where)), dtype="str"),
            "source": pd.Series(np.tile(source, n), dtype="str"),
            "target": pd.Series(np.tile(target, n), dtype="str"),
        }
    )


def with_moments(
    table: pd.DataFrame, row: np.ndarray, said: np.ndarray
) -> pd.DataFrame:
    """The table with mean, n, sd and se of the values that belong to each row."""
    nan = np.full(len(table), np.nan)
    n = np.bincount(row, minlength=len(table))
    total = np.bincount(row, said, minlength=len(table))
    mean = np.divide(total, n, out=nan.copy(), where=n > 0)
    spread = np.bincount(row, (said - mean[row]) ** 2, minlength=len(table))
    variance = np.divide(spread, n - 1, out=nan.copy(), where=n > 1)
    se = np.sqrt(np.divide(variance, n, out=nan.copy(), where=n > 0))
    return table.assign(mean=mean, n=n, sd=np.sqrt(variance), se=se)


def _add_reasons(
    table: pd.DataFrame, missing: np.ndarray, answering: pd.DataFrame
) -> None:
    """How many scores are missing, by reason, and why a whole cell is."""
    table["n_missing"] = missing.sum(axis=1)
    for place, reason in enumerate(REASONS):
        table[reason] = missing[:, place]
    present = pd.MultiIndex.from_frame(answering[[*_PLACE, "actor"]].drop_duplicates())
    senders = pd.MultiIndex.from_frame(table[[*_PLACE, "source"]])
    silent = present.get_indexer(senders) < 0
    commonest = np.where(missing.any(axis=1), missing.argmax(axis=1), _NOT_ASKED)
    why = np.where(silent, _NONRESPONDENT, commonest)
    table["reason"] = words_of(np.where(table["n"] > 0, -1, why))


def _add_both_ways(table: pd.DataFrame) -> None:
    """Mutual view and perception gap; NaN on the diagonal and where one is missing."""
    there = table.set_index([*_PLACE, "source", "target"])["mean"]
    turned = table.set_index([*_PLACE, "target", "source"])["mean"]
    back = turned.reindex(there.index).to_numpy()
    own = (table["source"] == table["target"]).to_numpy()
    here = table["mean"].to_numpy()
    table.insert(8, "mutual", np.where(own, np.nan, (here + back) / 2))
    table.insert(9, "gap", np.where(own, np.nan, here - back))


def _functions(ties: pd.DataFrame) -> pd.DataFrame:
    """What each unit gives, receives, and says of itself."""
    own = ties["source"] == ties["target"]
    parts = []
    for direction, column in (("given", "source"), ("received", "target")):
        means = ties[~own].groupby([*_PLACE, column], sort=False)["mean"]
        part = means.agg(mean="mean", n="count", sd="std").reset_index()
        part = part.rename(columns={column: "actor"})
        part["se"] = part["sd"] / np.sqrt(part["n"].where(part["n"] > 0))
        parts.append(part.assign(direction=direction))
    within = ties.loc[own, [*_PLACE, "source", "mean", "n", "sd", "se"]]
    parts.append(within.rename(columns={"source": "actor"}).assign(direction="within"))
    table = pd.concat(parts, ignore_index=True)
    columns = [*_PLACE, "actor", "direction", "mean", "n", "sd", "se"]
    return table.sort_values(_PLACE, kind="stable", ignore_index=True)[columns]


def _own_functions(respondents: pd.DataFrame) -> pd.DataFrame:
    """What each unit says of itself, for items about no other unit."""
    means = respondents.groupby([*_PLACE, "actor"], sort=False)["mean"]
    table = means.agg(mean="mean", n="count", sd="std").reset_index()
    table["se"] = table["sd"] / np.sqrt(table["n"].where(table["n"] > 0))
    table.insert(3, "direction", "own")
    return table.sort_values(_PLACE, kind="stable", ignore_index=True)


def _sites(functions: pd.DataFrame, respondents: pd.DataFrame) -> pd.DataFrame:
    """The site index with every respondent equal, and with every function equal."""
    given = functions[functions["direction"].isin(["given", "own"])]
    parts = []
    for weighting, rows in (("respondents", respondents), ("functions", given)):
        means = rows.groupby(_PLACE, sort=True)["mean"]
        part = means.agg(mean="mean", n="count", sd="std").reset_index()
        part["se"] = part["sd"] / np.sqrt(part["n"].where(part["n"] > 0))
        part.insert(2, "weighting", weighting)
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(_PLACE, kind="stable", ignore_index=True)


def _with_bands(table: pd.DataFrame, manifest: Manifest, name: str) -> pd.DataFrame:
    """The band of each mean, where the codebook declares bands; the last is closed."""
    items = items_of(manifest, name)
    bands = manifest.scales[items[0].scale].bands
    if not bands or any(item.map for item in items):
        return table
    found = np.full(len(table), "", dtype=object)
    last = list(bands)[-1]
    for band, (low, high) in bands.items():
        inside = (table["mean"] >= low) & (table["mean"] < high)
        inside |= (band == last) & (table["mean"] == high)
        found[inside.to_numpy()] = band
    return table.assign(band=pd.Series(found, dtype="str", index=table.index))
