"""Millions of rows to one sparse matrix: who is who, and what a row may not say.

Names become places in one pass over both columns; every fault of the rows is told.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Literal

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

from netcollab.errors import InputError
from netcollab.networks.rows import numbers_of, strangers

__all__ = ["Duplicates", "attributes_of", "registered"]

Duplicates = Literal["error", "sum", "mean", "last"]

_EXPECTED_NAMES = 2**18


def registered(
    source: pd.Series,
    target: pd.Series,
    weight: pd.Series | None,
    actors: pd.DataFrame | None,
    *,
    directed: bool,
    duplicates: Duplicates,
    advance: Callable[[], object],
) -> tuple[csr_array, pd.DataFrame]:
    """The actors and the strengths of their ties, an undirected pair in one cell.

    `advance` is called three times: when names, strengths and matrix are done.
    """
    sender, receiver, actors, problems = _places(source, target, actors)
    advance()
    strength = np.ones(len(source)) if weight is None else numbers_of(weight)
    if weight is not None:
        problems += _weak(strength, str(weight.name))
    loops = np.unique(sender[(sender == receiver) & (sender >= 0)])
    problems += [f'self-tie of "{name}"' for name in actors.index[loops]]
    advance()
    if not directed:
        ends = np.minimum(sender, receiver), np.maximum(sender, receiver)
        sender, receiver = ends
    if not problems:
        ties = _gathered(sender, receiver, strength, len(actors), duplicates)
        if duplicates != "error" or ties.nnz == len(strength):
            advance()
            return ties, actors
    if duplicates == "error":
        problems += _repeated(sender, receiver, actors.index)
    raise InputError(problems)


def attributes_of(actors: pd.DataFrame | Iterable[Hashable]) -> pd.DataFrame:
    """A table indexed by actor: as it is, by its column actor, or of ids alone."""
    if isinstance(actors, pd.DataFrame):
        table = actors.set_index("actor") if "actor" in actors else actors
    else:
        table = pd.DataFrame(index=pd.Index(list(actors)))
    faults = _faults_of_names(table.index, "actors")
    if not table.index.is_unique:
        twice = table.index[table.index.duplicated()].unique()
        faults += [f'actor "{name}" is listed more than once' for name in twice]
    if faults:
        raise InputError(faults)
    return table


def _places(
    source: pd.Series, target: pd.Series, actors: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray, pd.DataFrame, list[str]]:
    """The places of both ends among the actors, the actors, and what is wrong."""
    if actors is None:
        both = np.concatenate([_plain(source), _plain(target)])
        hint = min(len(both), _EXPECTED_NAMES)
        places, names = pd.factorize(both, size_hint=hint)
        actors = pd.DataFrame(index=pd.Index(names))
        sender, receiver = places[: len(source)], places[len(source) :]
        problems = _faults_of_names(actors.index, f"{source.name} and {target.name}")
    else:
        _check_kinds(source, target, actors.index)
        sender = actors.index.get_indexer(pd.Index(_plain(source)))
        receiver = actors.index.get_indexer(pd.Index(_plain(target)))
        problems = []
    for ids, found in ((source, sender), (target, receiver)):
        rows = np.nonzero(found < 0)[0]
        lost = ids.iloc[rows]
        empty = rows[lost.isna().to_numpy()]
        problems += [f"row {place + 1}, column {ids.name}: empty" for place in empty]
        problems += strangers(str(ids.name), lost.dropna().unique(), actors.index)
    return sender.astype(np.int32), receiver.astype(np.int32), actors, problems


def _check_kinds(source: pd.Series, target: pd.Series, actors: pd.Index) -> None:
    """Numbers are never equal to text, and so would all be unknown."""
    kind = {True: "numbers", False: "text"}
    known = pd.api.types.is_numeric_dtype(actors.dtype)
    other = [
        f"{ids.name} holds {kind[not known]} and the actors are {kind[known]}"
        for ids in (source, target)
        if len(ids) and pd.api.types.is_numeric_dtype(ids.dtype) != known
    ]
    if other:
        raise InputError(other)


def _plain(ids: pd.Series) -> np.ndarray:
    """Ids as an array: text as its own objects, which hash fastest."""
    is_number = pd.api.types.is_numeric_dtype(ids.dtype)
    return ids.to_numpy() if is_number else ids.to_numpy(dtype=object)


def _faults_of_names(names: pd.Index, where: str) -> list[str]:
    """Ids that are not all text, or not all whole numbers."""
    kind = names.inferred_type
    if kind not in ("string", "integer", "empty"):
        return [f"{where}: ids need to be all text or all whole numbers, got {kind}"]
    return [f"{where}: an id is empty"] if kind == "string" and "" in names else []


def _weak(strength: np.ndarray, name: str) -> list[str]:
    """Strengths that are no strengths, with their rows."""
    wrong = np.nonzero(~(np.isfinite(strength) & (strength > 0)))[0]
    cells = ["empty" if np.isnan(cell) else f"{cell:g}" for cell in strength[wrong]]
    return [
        f"row {place + 1}, column {name}: {cell}; expected a strength above 0"
        for place, cell in zip(wrong, cells, strict=True)
    ]


def _gathered(
    sender: np.ndarray,
    receiver: np.ndarray,
    strength: np.ndarray,
    n: int,
    duplicates: Duplicates,
) -> csr_array:
    """One cell per tie, several rows of one tie by the rule."""
    if duplicates == "last":
        kept = ~_keys(sender, receiver, n).duplicated(keep="last").to_numpy()
        sender, receiver, strength = sender[kept], receiver[kept], strength[kept]
    at, shape = (sender, receiver), (n, n)
    ties = coo_array((strength, at), shape=shape).tocsr()
    if duplicates == "mean":
        rows = coo_array((np.ones(len(strength)), at), shape=shape).tocsr()
        ties.data /= rows.data
    return ties


def _keys(sender: np.ndarray, receiver: np.ndarray, n: int) -> pd.Series:
    """One whole number per dyad."""
    return pd.Series(sender.astype(np.int64) * n + receiver)


def _repeated(sender: np.ndarray, receiver: np.ndarray, names: pd.Index) -> list[str]:
    """Dyads that several rows tell of."""
    known = (sender >= 0) & (receiver >= 0) & (sender != receiver)
    keys = _keys(sender[known], receiver[known], len(names))
    again = np.divmod(keys[keys.duplicated()].unique(), len(names))
    return [
        f'tie "{names[i]}" - "{names[j]}" is listed more than once; '
        'duplicates="sum", "mean" or "last" makes one of them'
        for i, j in zip(*again, strict=True)
    ]
