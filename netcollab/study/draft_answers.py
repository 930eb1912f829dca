"""Which answers a draft keeps: numbers, and words that no person can be told by.

A remark beside numbers is free text. It may name a colleague, and it is no answer.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from netcollab.study.free_text import shown_options
from netcollab.study.identifiers import fold
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ExportSpec, Manifest
from netcollab.study.missing_words import MISSING_WORDS
from netcollab.study.privacy import LEAST_SHOWN
from netcollab.study.problems import Place
from netcollab.study.readers.export import SurveyExport

__all__ = ["kept_answers"]

_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,15})?")
_MOST_CELLS, _MOST_VARIABLES = 5, 20


def kept_answers(
    answers: pd.DataFrame,
    export: SurveyExport,
    spec: ExportSpec,
    manifest: Manifest,
    ledger: Ledger,
) -> tuple[np.ndarray, set[tuple[int | None, str]]]:
    """Which answers are numbers or common words; the others are counted.

    Common are words that five respondents gave on the scale, and the usual words for
    no answer.

    Parameters
    ----------
    answers
        For each respondent of the export one row per variable, in their order.
    export, spec, manifest
        Where each answer came from, and on which scale it was given.
    ledger
        Takes the count, with the cells.

    Returns
    -------
    array
        True for the rows that are kept.
    set
        Row and letter of each cell in the export that is not.
    """
    names = list(spec.answers)
    if not names or not len(answers):
        return np.ones(len(answers), dtype=bool), set()
    value = answers["value"].fillna("").str.strip().to_numpy(dtype=object)
    codes, uniques = pd.factorize(value)
    plain = [_is_plain(str(cell)) for cell in uniques]
    kept = np.array(plain, dtype=bool)[codes]
    scale = answers["item"].map({n: i.scale for n, i in manifest.items.items()})
    open_ = answers.assign(value=value, scale=scale)[~kept]
    for _, rows in open_.groupby("scale"):
        people = rows.groupby("respondent")["value"]
        shown = shown_options(given.tolist() for _, given in people)
        kept[rows.index[rows["value"].isin(shown)]] = True
    cells: dict[str, list[Place]] = {}
    columns = {column.header: column for column in export.table.columns}
    for number in np.flatnonzero(~kept).tolist():
        person, variable = divmod(number, len(names))
        at = export.table.place(
            int(export.table.rows[person]), columns[names[variable]]
        )
        cells.setdefault(names[variable], []).append(at)
    if cells:
        ledger.add(
            "W-EXP-042",
            export.table.place(),
            count=int((~kept).sum()),
            least=LEAST_SHOWN,
            known="; ".join(_told(n, cells[n]) for n in list(cells)[:_MOST_VARIABLES]),
        )
    lost = {(at.row, at.letter) for places in cells.values() for at in places}
    return kept, lost


def _is_plain(cell: str) -> bool:
    """Empty, a number, or the usual word for no answer."""
    return not cell or bool(_NUMBER.fullmatch(cell)) or fold(cell) in MISSING_WORDS


def _told(variable: str, places: list[Place]) -> str:
    """A variable and the first of its cells, as a spreadsheet names them."""
    first = ", ".join(place.cell for place in places[:_MOST_CELLS])
    more = f", … ({len(places)})" if len(places) > _MOST_CELLS else ""
    return f"{variable} {first}{more}"
