"""Coded documents to one score per site and construct.

How much formal structure do the documents of a municipality show?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.scales.constructs import numbers_in, text_in
from netcollab.study import Study

__all__ = ["document_scores"]


def document_scores(study: Study) -> pd.DataFrame:
    """What coded documents show of each construct, site by site.

    With x the value that a coder gave an indicator in the documents of a site, the
    indicator is the mean over its codings with confidences c, and the construct the
    mean over its indicators, each as heavy as the other,

    .. math:: s_{gk} = \\frac{1}{Q_k} \\sum_{q \\in k}
              \\frac{\\sum_c c_{gqc} x_{gqc}}{\\sum_c c_{gqc}}

    A site that lacks an indicator of a construct which others have is scored on those
    it has, and n_missing counts them.

    Parameters
    ----------
    study
        A study whose codings name a site, a construct and a value, and no actor and no
        informant: these are codings of documents about a whole site. Codings without
        an indicator count as one indicator of their construct.

    Returns
    -------
    DataFrame
        One row per site of the study and construct, sorted so: site, construct, score
        (NaN where nothing was coded), n_indicators, n_missing, n_coders, reason.

    Raises
    ------
    InputError
        If no document about a site is coded.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> scores = document_scores(study)
    >>> scores[["site", "construct", "n_coders"]].values[0].tolist()
    ['birkesoe', 'formal_organisation', 2]
    """
    codings = study.codings
    rows = pd.DataFrame(
        {name: text_in(codings, name) for name in ("site", "construct", "indicator")}
    )
    rows["coder"] = text_in(codings, "coder")
    rows["value"] = numbers_in(codings, "value")
    rows["weight"] = numbers_in(codings, "confidence").fillna(1.0)
    whole = (text_in(codings, "actor") == "") & (text_in(codings, "informant") == "")
    rows = rows[whole & rows["value"].notna() & (rows["weight"] > 0)]
    rows = rows[(rows["site"] != "") & (rows["construct"] != "")]
    if not len(rows):
        raise InputError(
            "no document about a site is coded: codings need a site, a construct and a "
            "value, and neither actor nor informant"
        )
    rows = rows.assign(product=rows["value"] * rows["weight"])
    of_indicators = rows.groupby(["site", "construct", "indicator"], as_index=False)
    indicators = of_indicators[["product", "weight"]].sum()
    indicators["score"] = indicators["product"] / indicators["weight"]
    keys = ["site", "construct"]
    table = indicators.groupby(keys)["score"].agg(["mean", "size"])
    coders = rows[rows["coder"] != ""].groupby(keys)["coder"].nunique()
    sites = sorted(set(study.actors["site"].astype(str)) | set(rows["site"]))
    every = pd.MultiIndex.from_product(
        [sites, sorted(rows["construct"].unique())], names=keys
    )
    table = table.reindex(every).rename(columns={"mean": "score"})
    table["n_indicators"] = table.pop("size").fillna(0).astype(int)
    kinds = rows.groupby("construct")["indicator"].nunique()
    known = kinds.reindex(table.index.get_level_values("construct")).to_numpy()
    table["n_missing"] = known - table["n_indicators"]
    table["n_coders"] = coders.reindex(table.index).fillna(0).astype(int)
    coded = table["n_indicators"] > 0
    table["reason"] = np.where(coded, "", "no document of this site is coded for it")
    return table.astype({"reason": "str"}).reset_index()
