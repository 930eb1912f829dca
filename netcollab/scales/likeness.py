"""How alike respondents answer, pair by pair over the statements both answered.

Who answers as whom, beyond what guessing gives?
"""

from __future__ import annotations

from typing import Literal

import numpy as np

__all__ = ["Kind", "alike"]

Kind = Literal["ordered", "named"]


def alike(answers: np.ndarray, kind: Kind, n_options: int) -> np.ndarray:
    """Likeness of respondents, (..., respondents, respondents).

    "ordered": Pearson's correlation over the statements that both answered. "named":
    the share of the same answers, corrected for guessing among L options,

    .. math:: m_{ij} = (L s_{ij} - 1) / (L - 1)

    NaN where two share no statement, or one of them gave the same answer to all that
    they share.

    Parameters
    ----------
    answers
        (..., respondents, statements); NaN where there is no answer.
    kind
        "ordered" or "named".
    n_options
        L; options are the whole numbers from 0.
    """
    known = (~np.isnan(answers)).astype(float)
    both = np.einsum("...is,...js->...ij", known, known)
    held = np.where(known > 0, answers, 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        if kind == "named":
            same = np.zeros(both.shape)
            for option in range(n_options):
                chosen = known * (held == option)
                same += np.einsum("...is,...js->...ij", chosen, chosen)
            return np.asarray((n_options * same / both - 1) / (n_options - 1))
        total = np.einsum("...is,...js->...ij", held, known)
        square = np.einsum("...is,...js->...ij", held**2, known)
        across = np.einsum("...is,...js->...ij", held, held)
        turned = np.swapaxes(total, -1, -2)
        spread = square - total**2 / both
        spread = np.where(spread > 1e-12 * np.maximum(square, 1), spread, np.nan)
        shared = across - total * turned / both
        return np.asarray(shared / np.sqrt(spread * np.swapaxes(spread, -1, -2)))
