"""Networks leave the house: to Gephi, Pajek, UCINET, igraph and back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from netcollab._checks import check_choice
from netcollab.networks.network import Network
from netcollab.networks.transform import suppress_few
from netcollab.study import write_network_file

__all__ = ["NetworkFile", "write_network"]

_UNNAMED = "tie"
_WITHOUT_STATES = (".net", ".dl")


class NetworkFile(NamedTuple):
    """What was written of a network, and what the format could not take.

    Attributes
    ----------
    path
        The file.
    left_out
        State -> dyads that are not in the file.
    lost
        What else of the network the file does not say.
    """

    path: Path
    left_out: dict[str, int]
    lost: tuple[str, ...]


def write_network(
    network: Network,
    path: str | Path,
    *,
    unlisted: Literal["absent", "not_asked"] | None = None,
    attributes: Sequence[str] | None = None,
) -> NetworkFile:
    """Write a network for another program, chosen by the ending of the name.

    GraphML (.graphml: yEd, igraph, networkx, Gephi) and GEXF (.gexf: Gephi) hold every
    dyad as an edge: a tie with its weight, a known absence with weight 0, an unknown
    dyad without a weight; the attribute `state` says which. Programs that do not look
    at it take each of them for a tie: in Gephi, filter on state = observed and on a
    weight above 0.

    Pajek (.net) and UCINET DL (.dl) have no states. Observed dyads are written, 0
    among them; unknown ones are left out, and both programs then take them for
    absences. Read `left_out` before you compute anything there.

    Ties that rest on fewer people than the manifest's threshold are written as
    suppressed (`suppress_few`): a file travels.

    ``netcollab import`` reads each of them back: the same ties and, from GraphML and
    GEXF, the same states.

    Parameters
    ----------
    network
        The network.
    path
        Ends in .graphml, .gexf, .net or .dl; a file that is there is replaced as a
        whole.
    unlisted
        What a dyad without an edge means, as in the manifest. None: every dyad is
        listed. "absent": known absences are not, which large and sparse networks need;
        "not_asked": dyads that nobody was asked about are not.
    attributes
        Which attributes of the actors are written; None: all.

    Returns
    -------
    NetworkFile
        The path, how many dyads are not in the file by state, and what else is lost.

    Raises
    ------
    UnknownNameError
        For another ending, another word for `unlisted`, or an attribute that the actors
        do not have.
    InputError
        For names that the format cannot hold: control characters; in Pajek and DL also
        quotes and line ends.

    References
    ----------
    Brandes, U., Eiglsperger, M., Lerner, J. & Pich, C. (2013). Graph markup language
    (GraphML). In Tamassia (ed.), Handbook of Graph Drawing and Visualization.

    Examples
    --------
    >>> import tempfile
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, None], [1, 1, 0]], names, names)
    >>> net = Network.from_matrix(told, relation="trust", scale=(1, 5))
    >>> folder = Path(tempfile.mkdtemp())
    >>> write_network(net, folder / "trust.gexf")[1:]
    ({}, ('response scale',))
    >>> write_network(net, folder / "trust.net")[1:]
    ({'not_asked': 1}, ('response scale',))
    """
    path = Path(path)
    if unlisted is not None:
        check_choice("value of unlisted", unlisted, ("absent", "not_asked"))
    network = suppress_few(network)
    ties = _dyads(network)
    observed = ties["state"] == "observed"
    kept = pd.Series(True, ties.index)
    if unlisted == "absent":
        kept = ~observed | (ties["weight"] != 0)
    elif unlisted == "not_asked":
        kept = ties["state"] != "not_asked"
    stateless = path.suffix in _WITHOUT_STATES
    if stateless:
        kept &= observed
    left_out = ties.loc[~kept & ~observed, "state"].value_counts(sort=False).to_dict()
    if unlisted == "absent":
        left_out |= {"absent": int((~kept & observed).sum())}
    if stateless:
        ties = ties.drop(columns=["state", "distance"], errors="ignore")
    named = map(str, network.actors) if attributes is None else attributes
    chosen = list(dict.fromkeys(named))
    columns = {name: network.attribute(name) for name in chosen}
    actors = pd.DataFrame(columns, network.ties.index)
    actors = actors.rename_axis("actor").reset_index()
    if network.site is not None:
        actors.insert(0, "site", network.site)
    file = write_network_file(actors, ties[kept], path, directed=network.directed)
    counted = {str(state): int(count) for state, count in left_out.items() if count}
    lost = _lost(network, path.suffix, chosen, whole=bool(kept.all()))
    return NetworkFile(file, counted, lost)


def _dyads(network: Network) -> pd.DataFrame:
    """One row per dyad, those that cannot exist among them."""
    n = network.n
    square = ~np.eye(n, dtype=bool) if network.directed else np.triu(np.ones((n, n)), 1)
    row, column = np.nonzero(square)
    names = network.ties.index.to_numpy()
    ties = pd.DataFrame(
        {
            "relation": network.relation or _UNNAMED,
            "source": names[row],
            "target": names[column],
            "weight": network.ties.to_numpy()[row, column],
            "state": network.states.to_numpy()[row, column],
        }
    )
    if network._distances is not None:
        lengths = network._distances.to_numpy(dtype=float)[row, column]
        ties["distance"] = np.where(ties["weight"].fillna(0) != 0, lengths, np.nan)
    for place, name in enumerate(("site", "wave")):
        value = getattr(network, name)
        if value is not None:
            ties.insert(place, name, value)
    return ties


def _lost(
    network: Network, ending: str, attributes: Sequence[str], *, whole: bool
) -> tuple[str, ...]:
    """What the network has and the format cannot say."""
    lost = [] if network.scale is None else ["response scale"]
    lost += ["that strengths have signs"] if network.signed else []
    if ending not in _WITHOUT_STATES:
        return tuple(lost)
    lost += [name for name in ("site", "wave") if getattr(network, name) is not None]
    coordinates = {"x", "y", "z"} if ending == ".net" else set()
    without = [name for name in attributes if name not in coordinates]
    lost += [f"attributes: {', '.join(without)}"] if without else []
    lost += ["distances"] if network._distances is not None else []
    if ending == ".dl":
        lost += ["direction"] if network.directed else ["that ties have no direction"]
        lost += ["relation"] if network.relation and not whole else []
    return tuple(lost)
