"""The observed ties of a network as arrays: what the kernels compute from.

Who sends to whom, and how strongly, as far as anybody saw it?
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from netcollab.networks import Network, Register

__all__ = ["either_way", "groups", "received", "sent", "tied"]


def tied(network: Network) -> np.ndarray:
    """Whether a tie was observed from row to column."""
    cells = network.ties.to_numpy()
    there: np.ndarray = cells > 0
    return there | (cells < 0) if network.signed else there


def sent(network: Network | Register, *, weighted: bool = True) -> csr_array:
    """The strength of the observed ties from row to column, or 1 for each of them."""
    source, target, weight = network.tie_arrays
    weight = weight if weighted else np.ones(len(weight))
    starts = np.zeros(network.n + 1, dtype=target.dtype)
    np.cumsum(np.bincount(source, minlength=network.n), out=starts[1:])
    return csr_array((weight, target, starts), shape=(network.n, network.n))


def received(network: Network | Register, *, weighted: bool = True) -> csr_array:
    """The strength of the observed ties to row from column, or 1 for each of them."""
    return sent(network, weighted=weighted).T.tocsr()


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
