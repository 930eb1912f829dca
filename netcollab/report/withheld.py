"""Networks of which nothing may be shown: every answer rests on too few people."""

from __future__ import annotations

from netcollab.networks import Network
from netcollab.report.labels import label

__all__ = ["told_withheld", "withheld_ties", "withheld_title"]


def withheld_ties(network: Network) -> int:
    """How many ties are withheld where that leaves none observed; else 0.

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks"]
    >>> told = pd.DataFrame(None, names, names, dtype=float)
    >>> why = pd.DataFrame("suppressed", names, names)
    >>> withheld_ties(Network.from_matrix(told, states=why))
    2
    """
    counts = network.state_counts()
    return 0 if counts["observed"] else int(counts["suppressed"])


def withheld_title(network: Network, title: str) -> str:
    """The title, which says so where all answers are withheld."""
    return label("withheld.title", title=title) if withheld_ties(network) else title


def told_withheld(network: Network, least: int | None = None) -> str:
    """Why all answers are withheld and what to do about it; "" where they are not.

    Parameters
    ----------
    network
        As others may see it.
    least
        How many respondents of a body the study asks for; None: nobody knows here, or
        the study's files withhold the ties.
    """
    count = withheld_ties(network)
    if not count:
        return ""
    told = (
        label("withheld.floor", count=count)
        if least is None
        else label("withheld.fewer", count=count, least=least)
    )
    return f"{told} {label('withheld.instead')}"
