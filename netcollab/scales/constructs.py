"""Coded statements to one score per organisation and construct.

What does each organisation say about a construct, and who was not heard?
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.study import SUMMARY, Study

__all__ = [
    "all_codings",
    "construct_bounds",
    "construct_scores",
    "interviewed",
    "numbers_in",
    "said_in",
    "text_in",
]

_LOW, _HIGH = -2.0, 2.0

Key = Literal["construct", "hypothesis"]


def interviewed(study: Study) -> pd.DataFrame:
    """Which actors were interviewed: one row per site and actor.

    An actor was interviewed when it has a row in `respondents`. In a study without
    respondents, when its attribute `interview_date` is filled; in a study without
    either, when it has a coding of its own.

    Parameters
    ----------
    study
        The study.

    Returns
    -------
    DataFrame
        Columns site, actor, interviewed, sorted by site and actor;
        ``.attrs["known_from"]`` is "respondents", "interview_date" or "codings".

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> asked = interviewed(study)
    >>> asked.attrs["known_from"], int(asked["interviewed"].sum())
    ('respondents', 8)
    """
    actors = study.actors[["site", "actor"]].astype(str)
    if len(study.respondents):
        known_from = "respondents"
        told = set(_pairs(_placed(study, study.respondents)))
    elif "interview_date" in study.actors:
        known_from = "interview_date"
        dated = text_in(study.actors, "interview_date") != ""
        told = set(_pairs(actors[dated.to_numpy()]))
    else:
        known_from = "codings"
        rows = said_in(study)
        told = set(_pairs(rows[~rows["summary"]]))
    table = actors.assign(interviewed=[pair in told for pair in _pairs(actors)])
    table = table.sort_values(["site", "actor"], ignore_index=True)
    table.attrs["known_from"] = known_from
    return table


def construct_scores(study: Study, *, by: Key = "construct") -> pd.DataFrame:
    """What each organisation says about each construct, and on what basis.

    One organisation is one voice: the mean of its codings x with confidences c, over
    all its informants and coders,

    .. math:: s_i = \\sum_q c_q x_q / \\sum_q c_q

    which is the mean over its informants weighted by their confidence. The study's own
    summary (informant ``ALL``) fills each *interviewed* organisation that has no
    codings of its own there; it is never a voice of its own.

    Parameters
    ----------
    study
        A study with codings: polarity from -2 to 2 (or value, in a study without any
        polarity), confidence optional. A blank confidence is 1. A coding with
        confidence 0, or without a number, says nothing.
    by
        "construct", or "hypothesis" where the codings name one. Codings without the
        name are left out.

    Returns
    -------
    DataFrame
        One row per site, construct (or hypothesis) and actor, sorted so. Columns site,
        construct or hypothesis, actor, score, basis ("own", "summary" or "" for not
        heard), n (own codings used), n_informants, n_effect (own codings that name an
        effect, column `effect_of`), interviewed, reason (why the score is NaN).
        ``.attrs["unplaced"]`` counts the codings that belong to no actor, such as
        those of a document about a whole site; they are nobody's voice.

    Raises
    ------
    UnknownNameError
        If `by` is neither word.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> scores = construct_scores(study).set_index(["construct", "actor"])
    >>> scores.loc["incentives"].loc[["nav", "udir"], ["score", "basis"]]
           score    basis
    actor
    nav      2.0  summary
    udir    -2.0      own
    """
    check_choice("key of codings", by, ("construct", "hypothesis"))
    rows = said_in(study)
    rows = rows[rows[by] != ""]
    unplaced = ~rows["summary"] & (rows["actor"] == "")
    rows = rows[~unplaced]
    own = _means(rows[~rows["summary"]], ["site", by, "actor"])
    summary = _means(rows[rows["summary"]], ["site", by])[["site", by, "score"]]
    table = rows[["site", by]].drop_duplicates().merge(interviewed(study), on="site")
    table = table.merge(own, on=["site", by, "actor"], how="left")
    table = table.merge(
        summary.rename(columns={"score": "said"}), on=["site", by], how="left"
    )
    counts = ["n", "n_informants", "n_effect"]
    table[counts] = table[counts].fillna(0).astype(int)
    filled = table["score"].isna() & table["said"].notna() & table["interviewed"]
    table["basis"] = np.where(table["n"] > 0, "own", np.where(filled, "summary", ""))
    table["score"] = table["score"].where(~filled, table["said"])
    unheard = np.where(table["interviewed"], "nothing coded here", "not interviewed")
    table["reason"] = np.where(table["basis"] != "", "", unheard)
    table = table.astype({"score": float, "basis": "str", "reason": "str"})
    columns = ["site", by, "actor", "score", "basis", *counts, "interviewed", "reason"]
    table = table.sort_values(["site", by, "actor"], ignore_index=True)[columns]
    table.attrs["unplaced"] = int(unplaced.sum())
    return table


def construct_bounds(study: Study, *, by: Key = "construct") -> pd.DataFrame:
    """The mean score of each construct, and what the unheard could make of it.

    The mean gives every heard organisation the same weight. The bounds put all
    interviewed organisations that were not heard at -2 and at +2.

    Parameters
    ----------
    study, by
        As in `construct_scores`.

    Returns
    -------
    DataFrame
        One row per site and construct: mean, low, high, n_heard, n_own, n_unheard,
        reason. The mean is NaN when nobody was heard.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> bounds = construct_bounds(study).set_index("construct")
    >>> bounds.loc["trust", ["mean", "low", "high"]].tolist()
    [1.25, -0.375, 1.625]
    """
    scores = construct_scores(study, by=by)
    rows = []
    for (site, name), group in scores.groupby(["site", by], sort=True):
        heard = group.loc[group["basis"] != "", "score"].to_numpy(dtype=float)
        unheard = int((group["interviewed"] & (group["basis"] == "")).sum())
        total, voices = heard.sum(), len(heard) + unheard
        rows.append(
            {
                "site": site,
                by: name,
                "mean": total / len(heard) if len(heard) else np.nan,
                "low": (total + _LOW * unheard) / voices if voices else np.nan,
                "high": (total + _HIGH * unheard) / voices if voices else np.nan,
                "n_heard": len(heard),
                "n_own": int((group["basis"] == "own").sum()),
                "n_unheard": unheard,
                "reason": "" if len(heard) else "nobody was heard",
            }
        )
    columns = ["site", by, "mean", "low", "high", "n_heard", "n_own", "n_unheard"]
    table = pd.DataFrame(rows, columns=[*columns, "reason"])
    return table.astype({"mean": float, "low": float, "high": float})


def said_in(study: Study) -> pd.DataFrame:
    """The codings that say something, one per row, in an order that is their own."""
    table = all_codings(study)
    table = table[table["reason"] == ""]
    order = ["site", "hypothesis", "construct", "actor", "informant", "value", "weight"]
    return table.sort_values(order, ignore_index=True)


def all_codings(study: Study) -> pd.DataFrame:
    """Every coding in its place, and why it says nothing where it does not."""
    codings = study.codings
    names = ("source", "span", "hypothesis", "construct", "indicator", "target")
    table = _placed(study, codings).assign(
        **{name: text_in(codings, name) for name in (*names, "coder", "informant")},
        effect=text_in(codings, "effect_of") != "",
        value=numbers_in(codings, "polarity"),
        weight=numbers_in(codings, "confidence").fillna(1.0),
    )
    table["summary"] = table["informant"] == SUMMARY
    if table["value"].isna().all():
        table["value"] = numbers_in(codings, "value")
    silent = np.where(table["weight"] > 0, "", "coded with confidence 0")
    table["reason"] = np.where(table["value"].isna(), "coded without a number", silent)
    return table.astype({"reason": "str"})


def _placed(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """Site and actor of each row; an informant's actor is looked up where blank."""
    sites = study.actors["site"].astype(str).unique()
    actor, site = text_in(rows, "actor"), text_in(rows, "site")
    people = study.respondents
    if len(people) and "informant" in rows:
        home = dict(
            zip(text_in(people, "respondent"), text_in(people, "actor"), strict=True)
        )
        actor = actor.where(
            actor != "", text_in(rows, "informant").map(home).fillna("")
        )
    if len(sites) == 1:
        site = site.where(site != "", sites[0])
    return pd.DataFrame({"site": site, "actor": actor})


def _means(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    weighed = rows.assign(product=rows["value"] * rows["weight"])
    table = weighed.groupby(keys, as_index=False).agg(
        product=("product", "sum"),
        weight=("weight", "sum"),
        n=("value", "size"),
        n_informants=("informant", "nunique"),
        n_effect=("effect", "sum"),
    )
    table["score"] = table["product"] / table["weight"]
    return table.drop(columns=["product", "weight"])


def _pairs(table: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(table["site"], table["actor"], strict=True))


def text_in(table: pd.DataFrame, column: str) -> pd.Series:
    """A column as text, blank where there is none."""
    if column not in table:
        return pd.Series("", index=table.index, dtype="str")
    return table[column].astype("str").fillna("").str.strip()


def numbers_in(table: pd.DataFrame, column: str) -> pd.Series:
    """A column as numbers, NaN where there is none."""
    if column not in table:
        return pd.Series(np.nan, index=table.index, dtype=float)
    return pd.to_numeric(table[column]).astype(float)
