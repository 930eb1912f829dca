"""A network's tables to the file of a network tool, by the ending of its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from netcollab._checks import check_choice
from netcollab.study.raw import raw_from_frame
from netcollab.study.readers.export import NetworkExport
from netcollab.study.readers.gexf import write_gexf
from netcollab.study.readers.graphml import write_graphml
from netcollab.study.readers.pajek import write_pajek
from netcollab.study.readers.ucinet import write_ucinet

__all__ = ["NETWORK_FILES", "write_network_file"]

NETWORK_FILES: Mapping[str, Callable[[NetworkExport, Path], Path]] = {
    ".graphml": write_graphml,
    ".gexf": write_gexf,
    ".net": write_pajek,
    ".dl": write_ucinet,
}


def write_network_file(
    actors: pd.DataFrame, ties: pd.DataFrame, path: str | Path, *, directed: bool
) -> Path:
    """Write actors and ties as GraphML, GEXF, Pajek or UCINET DL.

    Parameters
    ----------
    actors
        A column actor, and attributes.
    ties
        Columns relation, source, target, weight, and state where a dyad is unknown.
    path
        Ends in .graphml, .gexf, .net (Pajek) or .dl (UCINET); a file that is there is
        replaced as a whole.
    directed
        Whether the ties have a direction.

    Raises
    ------
    UnknownNameError
        For another ending.
    InputError
        For what the format cannot carry, such as unknown dyads in Pajek and DL.

    Examples
    --------
    >>> import tempfile
    >>> actors = pd.DataFrame({"actor": ["nav", "ks"]})
    >>> ties = pd.DataFrame([["trust", "nav", "ks", 2.5]])
    >>> ties.columns = ["relation", "source", "target", "weight"]
    >>> file = Path(tempfile.mkdtemp(), "trust.net")
    >>> print(write_network_file(actors, ties, file, directed=True).read_text())
    *Vertices 2
    1 "nav"
    2 "ks"
    *Arcs :1 "trust"
    1 2 2.5
    <BLANKLINE>
    """
    path = Path(path)
    ending = check_choice("ending of a network's file", path.suffix, NETWORK_FILES)
    export = NetworkExport(
        "network",
        raw_from_frame("actors", actors),
        raw_from_frame("ties", ties),
        dict.fromkeys(map(str, ties["relation"]), directed),
    )
    return NETWORK_FILES[ending](export, path)
