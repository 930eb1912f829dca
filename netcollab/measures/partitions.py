"""Groups that are found: pieces of the network, and communities.

Into which parts does the network fall, and are they the units of the organisation?
"""

from __future__ import annotations

import zlib
from typing import Literal

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csgraph, csr_array

from netcollab._checks import as_entropy, check_choice
from netcollab.errors import InputError
from netcollab.measures.matrices import sent
from netcollab.measures.undefined import Reasons, silent, unsigned
from netcollab.networks import Network, Register

__all__ = ["communities", "components", "partition_agreement"]


def components(
    network: Network | Register, *, kind: Literal["weak", "strong"] = "weak"
) -> pd.Series:
    """Which actors hang together: the same number for actors that a path joins.

    Kind "weak" ignores the direction of ties; "strong" asks for a path both ways. In an
    undirected network they are the same. 1 is the largest component, and of components
    of equal size the one with the earlier actor comes first; in another order of the
    actors the same partition may therefore have other numbers.

    Computed on the observed ties: a tie that nobody observed could join two components
    into one. <NA> with a reason for an actor none of whose dyads was observed (for
    "strong": none of those it sends, or none of those it receives), for a single actor,
    and in a signed network.

    Parameters
    ----------
    network
        The network, or a register of ties.
    kind
        Whether direction counts.

    Returns
    -------
    Series
        Whole numbers from 1 (Int64), indexed by actor; ``.attrs["reasons"]``.

    Raises
    ------
    UnknownNameError
        If the kind is neither.

    References
    ----------
    Wasserman, S. & Faust, K. (1994). Social Network Analysis. Cambridge University
    Press, section 4.2.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 0, 1], [0, 0, 0], [0, 0, 0]], names, names)
    >>> components(Network.from_matrix(told)).to_dict()
    {'nav': 1, 'ks': 2, 'hdir': 1}
    """
    check_choice("kind of component", kind, ("weak", "strong"))
    code = np.zeros(network.n, dtype=int)
    if network.n:
        _, code = csgraph.connected_components(sent(network), connection=kind)
    reasons = unsigned(network)
    if kind == "weak":
        reasons = reasons or silent(network, "both")
    else:
        reasons = reasons or silent(network, "out") | silent(network, "in")
    return _numbered(network, code, reasons, "components")


def communities(
    network: Network,
    *,
    resolution: float = 1.0,
    weighted: bool = True,
    rng: int | np.random.Generator | None = None,
) -> pd.Series:
    """Groups of actors with more tie strength inside than chance would give them.

    Found by Louvain's method as networkx has it, which moves actors one by one to where
    modularity gains most, in an order drawn at random. It seeks

    .. math:: \\sum_g \\frac{w_{gg}}{w} - \\gamma \\frac{s_g^{out} s_g^{in}}{w^2}

    with the resolution gamma; at 1 this is `modularity`. What it finds is good and not
    always the best, and quite different partitions can be equally good: compare several
    seeds by `partition_agreement` before a community is given a name. A network without
    communities is divided as well; whether there is more modularity than in random
    networks is another question. An actor without ties is its own community. Numbers
    are as in `components`.

    Computed on the observed ties. <NA> with a reason for an actor none of whose dyads
    was observed, for a single actor, and in a signed network.

    Parameters
    ----------
    network
        The network.
    resolution
        gamma, above 0: a larger number gives more and smaller communities.
    weighted
        False: every tie has strength 1.
    rng
        Seed of the order; None draws fresh entropy. ``.attrs["seed"]`` records it.

    Returns
    -------
    Series
        Whole numbers from 1 (Int64), indexed by actor; ``.attrs["reasons"]``,
        ``["method"]`` and ``["seed"]``.

    Raises
    ------
    InputError
        If the resolution is not above 0.

    References
    ----------
    Blondel, V. D., Guillaume, J.-L., Lambiotte, R. & Lefebvre, E. (2008). Fast
    unfolding of communities in large networks. Journal of Statistical Mechanics,
    P10008. Good, B. H., de Montjoye, Y.-A. & Clauset, A. (2010). Performance of
    modularity maximization in practical contexts. Physical Review E 81, 046106.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "kommune"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["nav", "ks"] = told.loc["hdir", "kommune"] = 1
    >>> communities(Network.from_matrix(told), rng=1).to_dict()
    {'nav': 1, 'ks': 1, 'hdir': 2, 'kommune': 2}
    """
    if not 0 < resolution < np.inf:
        raise InputError(f"resolution needs a number above 0, got {resolution!r}")
    entropy = as_entropy(rng)
    reasons = unsigned(network) or silent(network, "both")
    code = np.arange(network.n)
    ties = np.nan_to_num(network.ties.to_numpy())
    if not network.signed and ties.any():
        ties = ties if weighted else (ties != 0).astype(float)
        graph = nx.from_scipy_sparse_array(
            csr_array(ties), create_using=nx.DiGraph if network.directed else nx.Graph
        )
        key = zlib.crc32(b"communities")
        seed = np.random.SeedSequence(entropy, spawn_key=(key, 0)).generate_state(1)[0]
        found = nx.community.louvain_communities(
            graph, resolution=resolution, seed=int(seed)
        )
        for place, members in enumerate(found):
            code[list(members)] = place
    series = _numbered(network, code, reasons, "communities")
    series.attrs |= {"method": "Louvain (networkx)", "seed": entropy}
    return series


def partition_agreement(a: pd.Series, b: pd.Series) -> pd.Series:
    """How far two ways of dividing the same actors agree, whatever the groups' names.

    .. math::
        ARI = \\frac{\\sum_{gh} \\binom{n_{gh}}{2} - E}
            {\\frac12 (A + B) - E}, \\quad E = A B \\Big/ \\binom{n}{2}, \\qquad
        NMI = \\frac{2 I(a, b)}{H(a) + H(b)}

    n_gh actors are in group g of one and h of the other; A and B count the pairs inside
    the groups of each. The adjusted Rand index is 1 for equal partitions, 0 on average
    for partitions drawn at random with these group sizes, and can be negative.
    Normalised mutual information lies between 0 and 1; it is not corrected for chance,
    and many small groups raise it.

    Over the actors that both divide; labels that are missing are left out. Both are NaN
    with a reason for fewer than two such actors. ARI is also NaN where both put every
    actor alone or both put all together, and NMI in the latter case: such partitions
    agree whatever the data (igraph gives NaN or 1).

    Parameters
    ----------
    a, b
        A label for each actor, such as `communities` or an attribute of the actors.

    Returns
    -------
    Series
        adjusted_rand, normalised_mutual_information and the number of actors n; reasons
        in ``.attrs["reasons"]``.

    Raises
    ------
    InputError
        If an actor stands twice in a partition, or the two have no actor in common.

    References
    ----------
    Hubert, L. & Arabie, P. (1985). Comparing partitions. Journal of Classification 2,
    193-218. Danon, L., Diaz-Guilera, A., Duch, J. & Arenas, A. (2005). Comparing
    community structure identification. Journal of Statistical Mechanics, P09008.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "kommune"]
    >>> level = pd.Series(["state", "local", "state", "local"], names)
    >>> found = pd.Series([1, 2, 1, 1], names)
    >>> partition_agreement(level, found).round(3).to_dict()
    {'adjusted_rand': 0.0, 'normalised_mutual_information': 0.344, 'n': 4.0}
    """
    table = _crossed(pd.Series(a), pd.Series(b))
    reasons = _without_agreement(table)
    indices = {
        "adjusted_rand": _adjusted_rand,
        "normalised_mutual_information": _shared_information,
    }
    values = {
        name: np.nan if name in reasons else index(table)
        for name, index in indices.items()
    }
    series = pd.Series(values | {"n": float(table.sum())}, name="agreement")
    series.attrs["reasons"] = reasons
    return series


def _numbered(
    network: Network | Register, code: np.ndarray, reasons: Reasons, name: str
) -> pd.Series:
    """Groups numbered from 1 by size, then by their first actor; <NA> with a reason."""
    actors = network.actors.index
    known = np.array([actor not in reasons for actor in actors], dtype=bool)
    groups, first, inverse, size = np.unique(
        code[known], return_index=True, return_inverse=True, return_counts=True
    )
    place = np.empty(len(groups), dtype=int)
    place[np.lexsort((first, -size))] = np.arange(1, len(groups) + 1)
    labels = pd.array([pd.NA] * network.n, dtype="Int64")
    labels[known] = place[inverse]
    series = pd.Series(labels, index=actors, name=name)
    series.attrs["reasons"] = dict(reasons)
    return series


def _crossed(a: pd.Series, b: pd.Series) -> np.ndarray:
    """How many actors are in each group of one and each of the other."""
    for partition in (a, b):
        if not partition.index.is_unique:
            raise InputError("a partition needs each actor once")
    both = pd.concat([a.rename("a"), b.rename("b")], axis=1, join="inner").dropna()
    if not len(a.index.intersection(b.index)):
        raise InputError("the two partitions have no actor in common")
    (row, rows), (column, columns) = pd.factorize(both["a"]), pd.factorize(both["b"])
    table = np.zeros((len(rows), len(columns)))
    np.add.at(table, (row, column), 1)
    return table


def _without_agreement(table: np.ndarray) -> Reasons:
    """Why an index is undefined: partitions that agree whatever the data."""
    n = table.sum()
    both = ("adjusted_rand", "normalised_mutual_information")
    if n < 2:
        return dict.fromkeys(both, "fewer than two actors are in both partitions")
    if table.shape == (1, 1):
        return dict.fromkeys(both, "both partitions put all actors together")
    if table.shape == (n, n):
        return {"adjusted_rand": "both partitions put every actor alone"}
    return {}


def _adjusted_rand(table: np.ndarray) -> float:
    together = _pairs(table).sum()
    rows, columns = _pairs(table.sum(1)).sum(), _pairs(table.sum(0)).sum()
    expected = rows * columns / _pairs(table.sum())
    most = (rows + columns) / 2
    return float((together - expected) / (most - expected))


def _pairs(count: np.ndarray) -> np.ndarray:
    pairs: np.ndarray = count * (count - 1) / 2
    return pairs


def _shared_information(table: np.ndarray) -> float:
    """2 I / (H + H), from I = H(a) + H(b) - H(a, b)."""
    alone = _entropy(table.sum(1)) + _entropy(table.sum(0))
    return 2 * (alone - _entropy(table.ravel())) / alone


def _entropy(count: np.ndarray) -> float:
    share = count[count > 0] / count.sum()
    return float(-(share * np.log(share)).sum())
