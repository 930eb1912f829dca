"""The observed ties of a network as arrays: what the kernels compute from.

Who sends to whom, and how strongly, as far as anybody saw it?
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from netcollab.networks import Network

__all__ = ["either_way", "groups", "received", "sent", "tied"]


def tied(network: Network) -> np.ndarray:
    """Whether a tie was observed from row to column."""
    return _there(network.ties.to_numpy(), signed=network.signed)


def sent(network: Network, *, weighted: bool) -> csr_array:
    """The strength of the observed ties from row to column, or 1 for each of them."""
    return received(network, weighted=weighted).T.tocsr()


def received(network: Network, *, weighted: bool) -> csr_array:
    """The strength of the observed ties to row from column, or 1 for each of them."""
    n = network.n
    cells = network.ties.to_numpy().ravel(order="F")
    at = np.flatnonzero(_there(cells, signed=network.signed))
    strengths = cells[at] if weighted else np.ones(len(at))
    starts = np.searchsorted(at, np.arange(n + 1) * n)
    return csr_array((strengths, at % max(1, n), starts), shape=(n, n))


def either_way(network: Network, *, weighted: bool) -> np.ndarray:
    """The stronger of the two directions of every pair, or 1 where there is a tie."""
    if not weighted:
        ties = tied(network).astype(float)
    else:
        ties = np.nan_to_num(network.ties.to_numpy())
    stronger: np.ndarray = np.maximum(ties, ties.T)
    return stronger


def groups(label: np.ndarray) -> list[np.ndarray]:
    """The places of each label, for the labels that stand more than once."""
    order = np.argsort(label, kind="stable")
    parts = np.split(order, np.nonzero(np.diff(label[order]))[0] + 1)
    return [part for part in parts if len(part) > 1]


def _there(cells: np.ndarray, *, signed: bool) -> np.ndarray:
    there: np.ndarray = cells > 0
    return there | (cells < 0) if signed else there
