"""How far the two ends of ties report the same.

Do both tell of the tie, and who tells of more or of fewer ties than the partners do?
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.networks.network import Network
from netcollab.networks.reports import two_reports
from netcollab.scales import cohen_kappa

__all__ = ["ReportAgreement", "report_agreement"]

_COLUMNS = ["n", "claims", "claimed_alone", "partner_claims", "denied", "over", "under"]


@dataclass(frozen=True, eq=False)
class ReportAgreement:
    """Agreement between the two reports of each tie.

    Parameters
    ----------
    agreement
        Share of dyads with two reports in which they are the same.
    kappa
        Cohen's kappa of the two reports; NaN with a reason.
    n
        Dyads with two reports: pairs of one network, directed ties of two.
    both, one_only, neither
        How many of them are ties by both reports, by one, by none.
    one_silent, both_silent
        Dyads with one report, and with none.
    actors
        One row per actor: n, dyads with two reports of which one is its own; claims,
        ties that it reports in them, and claimed_alone, those that the partner denies;
        partner_claims, ties that partners report, and denied, those that it denies;
        over = claimed_alone / claims and under = denied / partner_claims, NaN with a
        reason in ``.attrs["reasons"]`` where nothing was claimed.
    reason
        Why kappa is undefined; empty if it is not.
    """

    agreement: float
    kappa: float
    n: int
    both: int
    one_only: int
    neither: int
    one_silent: int
    both_silent: int
    actors: pd.DataFrame = field(repr=False)
    reason: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row with everything but the table of actors."""
        shown = {name: value for name, value in vars(self).items() if name != "actors"}
        return pd.DataFrame([shown])


def report_agreement(
    network: Network,
    reports: Network | None = None,
    *,
    compare: Literal["presence", "strength"] = "presence",
    weights: Literal["linear", "quadratic"] | None = None,
) -> ReportAgreement:
    """How often both ends of a dyad say the same, and who claims more than partners.

    .. math:: \\kappa = (P_o - P_e) / (1 - P_e)

    over the dyads with two reports; those with a silent end are counted apart. One
    network: w_ij and w_ji are the reports of i and j on one event, and every pair
    counts in both orders, so that kappa does not depend on the order of the actors
    (Scott's pi). Two networks: what senders and receivers report of the same ties.

    Nobody knows which report is true: "over" and "under" compare with the partners.

    Parameters
    ----------
    network, reports
        As in `netcollab.networks.confirmed`.
    compare
        "presence": is there a tie; "strength": how strong, for ratings and counts. The
        table of actors is about presence.
    weights
        For strengths: as in `netcollab.scales.cohen_kappa`.

    Raises
    ------
    InputError
        As in `netcollab.networks.confirmed`; or if presences are to be weighted.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and
    Psychological Measurement 20, 37-46. Scott, W. A. (1955). Reliability of content
    analysis. Public Opinion Quarterly 19, 321-325.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 1], [2, 0, 0], [0, 0, 0]], names, names)
    >>> found = report_agreement(Network.from_matrix(told))
    >>> round(found.agreement, 3), round(found.kappa, 3), found.one_only
    (0.667, 0.333, 1)
    >>> found.actors.loc["nav", ["claims", "claimed_alone", "over"]].tolist()
    [2.0, 1.0, 0.5]
    """
    check_choice("kind of comparison", compare, ("presence", "strength"))
    if weights is not None and compare == "presence":
        raise InputError('weights need compare="strength": a tie is there or not')
    one, other = two_reports(network, reports)
    asked = ~np.eye(network.n, dtype=bool) & ~_impossible(one) & ~_impossible(other)
    if not network.directed:
        asked = np.triu(asked)
    own, partner = one.ties.to_numpy(), other.ties.to_numpy()
    first, second = own[asked], partner[asked]
    known = ~np.isnan(first) & ~np.isnan(second)
    silent = np.isnan(first).astype(int) + np.isnan(second)
    a, b = first[known], second[known]
    ties = (a != 0).astype(int) + (b != 0)
    if compare == "presence":
        a, b = a != 0, b != 0
    share = 2 if reports is None else 1  # one network: each pair stands twice
    return ReportAgreement(
        agreement=float((a == b).mean()) if len(a) else math.nan,
        kappa=cohen_kappa(a.astype(float), b.astype(float), weights),
        n=len(a) // share,
        both=int((ties == 2).sum()) // share,
        one_only=int((ties == 1).sum()) // share,
        neither=int((ties == 0).sum()) // share,
        one_silent=int((silent == 1).sum()) // share,
        both_silent=int((silent == 2).sum()) // share,
        actors=_by_actor(one, other, asked, reported_once=reports is None),
        reason=_why(a, b),
    )


def _impossible(network: Network) -> np.ndarray:
    return np.asarray(network.states.to_numpy() == "structural")


def _why(a: np.ndarray, b: np.ndarray) -> str:
    if not len(a):
        return "no dyad has two reports"
    if (a == a[0]).all() and (b == a[0]).all():
        return "all reports are the same"
    return ""


def _by_actor(
    one: Network, other: Network, asked: np.ndarray, *, reported_once: bool
) -> pd.DataFrame:
    """Every report of an actor beside the partner's report of the same dyad."""
    if not one.directed:
        table = pd.DataFrame(np.nan, one.ties.index, _COLUMNS)
        whose = "undirected ties do not tell whose report is whose"
        table.attrs["reasons"] = dict.fromkeys(table.index, whose)
        return table
    own = np.where(asked, one.ties.to_numpy(), np.nan)
    partner = np.where(asked, other.ties.to_numpy(), np.nan)
    if not reported_once:
        own, partner = np.hstack([own, partner.T]), np.hstack([partner, own.T])
    known = ~np.isnan(own) & ~np.isnan(partner)
    claims, partner_claims = known & (own != 0), known & (partner != 0)
    counts = {
        "n": known.sum(1),
        "claims": claims.sum(1),
        "claimed_alone": (claims & ~partner_claims).sum(1),
        "partner_claims": partner_claims.sum(1),
        "denied": (partner_claims & ~claims).sum(1),
    }
    table = pd.DataFrame(counts, index=one.ties.index)
    table["over"] = table["claimed_alone"] / table["claims"].where(table["claims"] > 0)
    table["under"] = table["denied"] / table["partner_claims"].where(
        table["partner_claims"] > 0
    )
    reasons = {}
    for actor, row in table.iterrows():
        if not row["n"]:
            reasons[actor] = "no dyad with two reports"
        elif not row["claims"]:
            reasons[actor] = "reports no tie"
        elif not row["partner_claims"]:
            reasons[actor] = "no partner reports a tie"
    table.attrs["reasons"] = reasons
    return table[_COLUMNS]
