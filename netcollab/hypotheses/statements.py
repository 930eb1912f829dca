"""The evidence ledger: every coded statement beside the claim it speaks of.

Who coded what for which claim, and how far do coders and voices carry it?
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from netcollab.hypotheses.evidence import evidence, scores_on
from netcollab.hypotheses.hypothesis import Hypothesis
from netcollab.scales import coded_statements, coding_agreement
from netcollab.study import Study

__all__ = ["EvidenceLedger", "evidence_ledger"]

_EVIDENCE = ("verdict", "n", "own", "score", "low", "high", "reason")
_CODERS = ("n_coders", "n_units", "agreement", "alpha")


class EvidenceLedger(NamedTuple):
    """Statements, and what they come to per claim.

    Parameters
    ----------
    statements
        One row per claim and coding that speaks of it, as from
        `netcollab.scales.coded_statements`, with the claim first and `score`, the
        polarity in the claim's direction. Informants, sources and coders are numbers
        or left out. ``.attrs["unclaimed"]`` counts the codings that speak of no claim.
    claims
        One row per claim: n_codings (those that say something), verdict, n, own,
        score, low, high and reason of the evidence (see `Evidence`; low and high put
        the unheard at -2 and +2), n_unheard, and of the coders of these codings
        n_coders, n_units, agreement, alpha and coder_reason (see `coding_agreement`).
    """

    statements: pd.DataFrame
    claims: pd.DataFrame


def evidence_ledger(study: Study, hypotheses: Iterable[Hypothesis]) -> EvidenceLedger:
    """Every coded statement on some claims, with bounds and coder agreement per claim.

    Parameters
    ----------
    study
        A study; without codings both tables tell so.
    hypotheses
        The claims, in the order of the rows.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> ledger = evidence_ledger(study, nc.hypotheses.ANSELL_GASH)
    >>> ledger.claims["n_codings"].tolist(), ledger.statements.attrs["unclaimed"]
    ([7, 4, 3, 5], 0)
    >>> ledger.claims.loc["AG-H2", "coder_reason"]
    'no coding names its coder'
    """
    claims = tuple(hypotheses)
    every = coded_statements(study)
    told = [_told(study, every, claim) for claim in claims]
    nothing = every.iloc[:0].assign(claim="", score=0.0)
    columns = ["claim", *every.columns, "score"]
    statements = pd.concat([nothing[columns], *told], ignore_index=True)
    statements.attrs["unclaimed"] = len(every) - statements["row"].nunique()
    rows = [
        _row(study, table, claim) for table, claim in zip(told, claims, strict=True)
    ]
    keys = pd.Index([claim.key for claim in claims], name="hypothesis", dtype="str")
    names = ["n_codings", *_EVIDENCE, "n_unheard", *_CODERS, "coder_reason"]
    return EvidenceLedger(statements, pd.DataFrame(rows, index=keys, columns=names))


def _told(study: Study, every: pd.DataFrame, claim: Hypothesis) -> pd.DataFrame:
    by, name, _ = scores_on(study, claim)
    rows = every[(every[by] == name) & (name != "")]
    score = claim.sign * rows["polarity"] + 0.0
    return rows.assign(claim=claim.key, score=score)[["claim", *every.columns, "score"]]


def _row(study: Study, told: pd.DataFrame, claim: Hypothesis) -> dict[str, object]:
    record = evidence(study, claim)
    by, name, _ = scores_on(study, claim)
    coders = coding_agreement(study, by=by)
    row: dict[str, object] = {field: getattr(record, field) for field in _EVIDENCE}
    row["n_codings"] = int((told["reason"] == "").sum())
    row["n_unheard"] = int((record.voices["basis"] == "").sum())
    if name not in coders.index:
        return row | {"n_coders": 0, "n_units": 0, "coder_reason": "no codings"}
    found = coders.loc[name]
    return row | {
        **{field: found[field] for field in _CODERS},
        "coder_reason": found["reason"],
    }
