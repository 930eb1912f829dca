"""Why each dyad is known or unknown: words outside, one small number per dyad inside.

Who was not asked, who did not answer, and which actors did nobody hear of?
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Literal

import numpy as np
import pandas as pd

from netcollab.study import TIE_STATES

__all__ = [
    "ALONE",
    "NOT_ASKED",
    "OBSERVED",
    "STRUCTURAL",
    "Side",
    "code_of",
    "coded",
    "counted_states",
    "reasons_of_silence",
    "worded",
]

Side = Literal["out", "in", "both"]

OBSERVED, NOT_ASKED, STRUCTURAL = map(
    TIE_STATES.index, ("observed", "not_asked", "structural")
)
ALONE = "the network has no pair of actors"
_BLOCK = 256
_STRANGE = -1


def code_of(words: np.ndarray | pd.Series) -> np.ndarray:
    """The place of each word in `TIE_STATES`; -1 for a word that is none of them."""
    return pd.Index(TIE_STATES, dtype=object).get_indexer(pd.Index(words, dtype=object))


def coded(
    states: pd.DataFrame | None, known: np.ndarray, names: pd.Index
) -> tuple[np.ndarray, list[str]]:
    """One code per dyad, and the words that are no states.

    `states` holds words, or their places in `TIE_STATES`. Where it is empty, or None,
    a dyad is "observed" if it is `known` and else "not_asked". The diagonal is
    structural.
    """
    usual = np.where(known, OBSERVED, NOT_ASKED).astype(np.int8)
    codes, strange = usual, set[str]()
    if states is not None:
        if not (states.index.equals(names) and states.columns.equals(names)):
            states = states.loc[names, names]
        codes = np.empty(known.shape, dtype=np.int8)
        for here, cells in _column_blocks(states):
            codes[:, here], told = _block_codes(cells, usual[:, here], here.start)
            strange |= told
    np.fill_diagonal(codes, STRUCTURAL)
    return codes, sorted(strange)


def worded(codes: np.ndarray, names: pd.Index) -> pd.DataFrame:
    """The words of a square of codes."""
    words = np.array(TIE_STATES, dtype=object)[codes]
    return pd.DataFrame(words, index=names, columns=names, dtype="str")


def counted_states(codes: np.ndarray, *, directed: bool) -> pd.Series:
    """How many dyads are in each state; a pair of an undirected relation is one."""
    off = np.tri(len(codes), k=-1, dtype=bool).T
    where = off | off.T if directed else off
    counts = [int(((codes == code) & where).sum()) for code in range(len(TIE_STATES))]
    return pd.Series(counts, pd.Index(TIE_STATES, name="state"), name="dyads")


def reasons_of_silence(
    codes: np.ndarray, names: pd.Index, side: Side
) -> dict[Hashable, str]:
    """Why each actor is silent none of whose dyads was observed on that side."""
    known = codes == OBSERVED
    heard = {"out": known.any(1), "in": known.any(0)}
    heard["both"] = heard["out"] | heard["in"]
    noun = {"out": "sent", "in": "received", "both": "sent or received"}[side]
    reasons: dict[Hashable, str] = {}
    for place in map(int, np.nonzero(~heard[side])[0]):
        row = codes[place] if side != "in" else codes[:, place]
        words = {TIE_STATES[code] for code in np.unique(np.delete(row, place))}
        told = ", ".join(sorted(word.replace("_", " ") for word in words))
        reasons[names[place]] = (
            f"no {noun} tie was observed ({told})" if told else ALONE
        )
    return reasons


def _column_blocks(states: pd.DataFrame) -> Iterator[tuple[slice, np.ndarray]]:
    """Some columns at a time: a square of words is eight times one of codes."""
    for start in range(0, states.shape[1], _BLOCK):
        here = slice(start, min(start + _BLOCK, states.shape[1]))
        yield here, states.iloc[:, here].to_numpy()


def _block_codes(
    cells: np.ndarray, usual: np.ndarray, first: int
) -> tuple[np.ndarray, set[str]]:
    """Codes of some columns, the first of which stands at place `first`."""
    off = np.arange(len(cells))[:, None] != np.arange(cells.shape[1]) + first
    if cells.dtype.kind in "iu":
        codes = cells.astype(np.int64)
        codes[(codes < 0) | (codes >= len(TIE_STATES))] = _STRANGE
        empty = np.zeros(cells.shape, dtype=bool)
    else:
        codes = code_of(cells.ravel()).reshape(cells.shape)
        empty = pd.isna(cells) | (cells == "")
    strange = (codes == _STRANGE) & ~empty & off
    return np.where(empty, usual, codes), set(map(str, cells[strange]))
