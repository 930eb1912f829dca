"""Formal structure beside what people say: documents, and arrangements between pairs.

What is written down, and which pairs of functions have it?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from netcollab.errors import InputError
from netcollab.networks import build_network
from netcollab.report.feedback_words import named
from netcollab.report.labels import label, number
from netcollab.scales import document_scores
from netcollab.study import Study

__all__ = ["Formal", "FormalRow", "documents_at", "gather_formal", "relations_at"]

_PLACE = ["relation", "site", "wave"]


@dataclass(frozen=True)
class FormalRow:
    """A kind of formal structure: how much of it, out of what, and the others' middle.

    `count` and `possible` are 0 for documents.
    """

    name: str
    value: str
    others: str = ""
    basis: str = ""
    count: int = 0
    possible: int = 0


@dataclass(frozen=True, eq=False)
class Formal:
    """What documents and registers say of all sites; no respondent said any of it.

    Parameters
    ----------
    documents
        Of `netcollab.scales.document_scores`; empty where nothing was coded.
    highest
        The highest code that a document was given.
    arrangements
        One row per formal relation, site and wave: tied and known pairs.
    """

    documents: pd.DataFrame
    highest: float
    arrangements: pd.DataFrame


def gather_formal(study: Study) -> Formal:
    """The documents and the formal relations of a study."""
    try:
        documents = document_scores(study)
    except InputError:
        return Formal(pd.DataFrame(), np.nan, _arrangements(study))
    values = pd.to_numeric(study.codings["value"], errors="coerce")
    return Formal(documents, float(values.max()), _arrangements(study))


def _arrangements(study: Study) -> pd.DataFrame:
    names = [
        n for n, spec in study.manifest.relations.items() if spec.layer == "formal"
    ]
    listed = study.ties.loc[study.ties["relation"].isin(names), _PLACE]
    rows = []
    for place in listed.drop_duplicates().itertuples(index=False, name=None):
        network = build_network(study, *place)
        rows.append((*place, network.n_ties, int(network.state_counts()["observed"])))
    return pd.DataFrame(rows, columns=[*_PLACE, "tied", "known"])


def documents_at(study: Study, formal: Formal, site: str) -> tuple[FormalRow, ...]:
    """What coded documents show at a site, and the median of the other sites."""
    rows = []
    for construct in dict.fromkeys(formal.documents.get("construct", [])):
        part = formal.documents[formal.documents["construct"] == construct]
        here = part[part["site"] == site].iloc[0]
        others = part.loc[part["site"] != site, "score"].dropna()
        basis = label(
            "feedback.coded",
            indicators=number(here["n_indicators"], 0),
            coders=number(here["n_coders"], 0),
        )
        rows.append(
            FormalRow(
                named(study, construct),
                number(here["score"], 1),
                number(others.median(), 1) if len(others) else "",
                label("feedback.not_coded") if here["reason"] else basis,
            )
        )
    return tuple(rows)


def relations_at(
    study: Study, formal: Formal, site: str, wave: str
) -> tuple[FormalRow, ...]:
    """How many pairs of a site have each formal arrangement, of those known."""
    table = formal.arrangements
    here = table[(table["site"] == site) & (table["wave"] == wave)]
    return tuple(
        FormalRow(
            named(study, relation),
            label(
                "feedback.of_pairs", known=number(tied, 0), possible=number(known, 0)
            ),
            count=tied,
            possible=known,
        )
        for relation, tied, known in here[["relation", "tied", "known"]].itertuples(
            index=False, name=None
        )
    )
