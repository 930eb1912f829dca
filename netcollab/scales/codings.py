"""The codings of a study as a ledger, and how far its coders agree.

Who put what where, how sure, and would another coder have put it there too?
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.scales.coders import coder_agreement
from netcollab.scales.constructs import all_codings, said_in
from netcollab.scales.krippendorff import Level
from netcollab.study import Study

__all__ = ["coded_statements", "coder_ratings", "coding_agreement"]

Key = Literal["construct", "hypothesis"]

_UNIT = ["source", "span", "site", "actor", "informant", "indicator", "target"]


def coded_statements(study: Study) -> pd.DataFrame:
    """Every coding of a study, one per row, with numbers for the names of persons.

    Sources, spans and coders name or quote persons and are never shown. Each stands
    as its place among the names of its kind: source "2", its third span "2.3", coder
    "1"; empty where the study names none. `row` is the place in ``study.codings``,
    where the names are.

    Parameters
    ----------
    study
        A study; without codings the table is empty.

    Returns
    -------
    DataFrame
        One row per coding, in the order of the study: row, site, actor, basis ("own",
        "summary" for the study's own, "document" for what no actor said), source,
        span, hypothesis, construct, indicator, polarity (or value, in a study without
        any polarity), confidence (a blank is 1), coder, effect (the coding names an
        effect), reason (why it says nothing).

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> ledger = coded_statements(study)
    >>> ledger.loc[3, ["actor", "source", "construct", "coder"]].tolist()
    ['hdir', '1', 'power_resource_asymmetry', '']
    """
    table = all_codings(study)
    nobody = np.where(table["actor"] == "", "document", "own")
    table["basis"] = np.where(table["summary"], "summary", nobody)
    table["row"] = np.arange(len(table))
    spans = table.groupby("source")["span"].transform(_numbered)
    table["source"] = _numbered(table["source"])
    table["span"] = (table["source"] + "." + spans).where(spans != "", "")
    table["coder"] = _numbered(table["coder"])
    table = table.rename(columns={"value": "polarity", "weight": "confidence"})
    columns = [
        *("row", "site", "actor", "basis", "source", "span"),
        *("hypothesis", "construct", "indicator", "polarity", "confidence"),
        *("coder", "effect", "reason"),
    ]
    return table.astype({"basis": "str"})[columns].reset_index(drop=True)


def coder_ratings(
    study: Study, name: str | None = None, *, by: Key = "construct"
) -> pd.DataFrame:
    """What each coder gave the same statements: statements x coders.

    Two codings are of one statement when source, span, site, actor, informant,
    indicator and target are the same, and the construct too (or the hypothesis). Where
    one coder coded such a statement twice, nothing tells the two apart: the statement
    is left out, and counted.

    Parameters
    ----------
    study
        A study whose codings name their coder.
    name
        The construct or hypothesis; None: all.
    by
        "construct" or "hypothesis".

    Returns
    -------
    DataFrame
        Numbers for statements and coders, as in `coded_statements`; NaN where a coder
        did not code a statement. ``.attrs["repeated"]`` counts the statements left
        out, ``.attrs["unsigned"]`` the codings that name no coder. For
        `coder_agreement`, `krippendorff_interval` and the like.

    Raises
    ------
    UnknownNameError
        If no coding that says something has that name.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> coder_ratings(study, "formalised_strategies").shape
    (36, 2)
    """
    check_choice("key of codings", by, ("construct", "hypothesis"))
    rows = all_codings(study)
    rows = rows.assign(coder=_numbered(rows["coder"]))
    rows = rows[(rows["reason"] == "") & (rows[by] != "")]
    if name is not None:
        check_choice(by, name, sorted(rows[by].unique()))
        rows = rows[rows[by] == name]
    signed = rows[rows["coder"] != ""]
    unit = signed.groupby([by, *_UNIT], sort=True).ngroup()
    twice = unit[pd.DataFrame({"unit": unit, "coder": signed["coder"]}).duplicated()]
    kept = signed.assign(statement=unit)[~unit.isin(twice)]
    table = kept.pivot(index="statement", columns="coder", values="value")
    table = table[sorted(table.columns, key=lambda coder: int(str(coder)))].astype(
        float
    )
    table.attrs = {
        "repeated": int(twice.nunique()),
        "unsigned": int((rows["coder"] == "").sum()),
    }
    return table


def coding_agreement(
    study: Study, *, by: Key = "construct", level: Level = "interval"
) -> pd.DataFrame:
    """How far the coders of each construct agree, and why nobody can tell.

    Parameters
    ----------
    study
        A study with codings.
    by
        "construct" or "hypothesis".
    level
        Of Krippendorff's alpha: "nominal", "ordinal", "interval" or "ratio".

    Returns
    -------
    DataFrame
        One row per construct or hypothesis: n_codings, n_coders, n_units (statements
        coded by two coders or more), n_repeated (left out, see `coder_ratings`),
        agreement (share of pairs of coders who gave the same number), alpha, reason.
        Both are NaN without two coders or a statement that two of them coded, alpha
        also where all gave the same.

    References
    ----------
    As in `percent_agreement` and `krippendorff_alpha`; whether coders found the same
    statements in a text is another question, and is not answered here.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> coding_agreement(study).loc["trust", ["n_codings", "n_coders"]].tolist()
    [4, 0]
    >>> coding_agreement(study).loc["trust", "reason"]
    'no coding names its coder'
    """
    check_choice("key of codings", by, ("construct", "hypothesis"))
    rows = said_in(study)
    counts = rows.loc[rows[by] != "", by].value_counts(sort=False).sort_index()
    found = {
        str(name): _agreement(coder_ratings(study, str(name), by=by), int(n), level)
        for name, n in counts.items()
    }
    columns = [
        *("n_codings", "n_coders", "n_units", "n_repeated"),
        *("agreement", "alpha", "reason"),
    ]
    table = pd.DataFrame.from_dict(found, orient="index", columns=columns)
    return table.rename_axis(by)


def _agreement(ratings: pd.DataFrame, n: int, level: Level) -> list[object]:
    twice = int((ratings.notna().sum(axis=1) >= 2).sum())
    coders = ratings.shape[1]
    share, alpha = math.nan, math.nan
    reason = ""
    if coders == 0:
        reason = "no coding names its coder"
    elif coders == 1:
        reason = "one coder"
    elif twice == 0:
        reason = "no statement was coded by two coders"
    else:
        told = coder_agreement(ratings, level)
        values = told["value"].astype(float)
        share, alpha = values["agreement_pairs"], values["krippendorff_alpha"]
        reason = str(told.loc["krippendorff_alpha", "reason"])
    return [n, coders, twice, ratings.attrs["repeated"], share, alpha, reason]


def _numbered(names: pd.Series) -> pd.Series:
    """Each name as its place among the sorted names, as text; empty stays empty."""
    places = {name: str(k + 1) for k, name in enumerate(sorted(set(names) - {""}))}
    return names.map({**places, "": ""}).astype("str")
