"""A table on its way to a frame: its columns under our names, its rows counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from netcollab.study.ledger import Ledger
from netcollab.study.privacy import LEAST_SHOWN, is_person_name_column
from netcollab.study.raw import RawColumn, RawTable, is_among, text_array
from netcollab.study.schema import TableSchema

__all__ = ["Draft"]

_SHOWN_BY_MANY = {"E-REF-003": "site", "E-TIE-012": "actor"}
_SHARED = {"item"}


@dataclass(eq=False)
class Draft:
    """A table while it is checked.

    Parameters
    ----------
    schema
        What the table should be.
    raw
        What was read.
    columns
        Our name -> the column: known ones, then attributes.
    filled
        Columns that the file does not have.
    numbers
        The parsed number columns.
    private
        Attributes whose cells must not be shown.
    declared
        Column -> cells that the manifest names, which are no secret of a person.
    originals
        Columns as they were before aliases were replaced.
    emptied
        Columns that were left out because no row says anything in them.
    ledger
        Takes the problems.
    """

    schema: TableSchema
    raw: RawTable
    ledger: Ledger
    columns: dict[str, RawColumn] = field(default_factory=dict)
    filled: set[str] = field(default_factory=set)
    numbers: dict[str, np.ndarray] = field(default_factory=dict)
    private: frozenset[str] = frozenset()
    declared: dict[str, frozenset[str]] = field(default_factory=dict)
    originals: dict[str, np.ndarray] = field(default_factory=dict)
    emptied: dict[str, RawColumn] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.raw)

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    @property
    def attributes(self) -> list[str]:
        """The columns that are not known ones."""
        return [name for name in self.columns if name not in self.schema.names]

    def text(self, name: str) -> np.ndarray:
        """The cells of a column as text; empty cells where there is no column."""
        if name in self.columns:
            return self.columns[name].text
        return text_array([""] * len(self))

    def number(self, name: str) -> np.ndarray:
        """The numbers of a column; NaN where there is none."""
        if name in self.numbers:
            return self.numbers[name]
        return np.full(len(self), np.nan)

    def fill(self, name: str, value: str) -> None:
        """Give every row the same text in a column the file does not have."""
        self.filled.add(name)
        self.columns[name] = RawColumn(name, "", text_array([value] * len(self)))

    def replace(self, name: str, text: np.ndarray) -> None:
        """Put other text into a column."""
        old = self.columns.get(name, RawColumn(name, "", text))
        self.columns[name] = RawColumn(old.header, old.letter, text)

    def leave_out(self, rules: Mapping[str, np.ndarray]) -> None:
        """Leave out the rows each rule names, and count them under the rule."""
        keep = np.ones(len(self), dtype=bool)
        for rule, rows in rules.items():
            self.raw.exclude(rule, int(rows.sum()))
            keep &= ~rows
        self.raw.rows = self.raw.rows[keep]
        self.columns = {name: col.take(keep) for name, col in self.columns.items()}
        self.numbers = {name: values[keep] for name, values in self.numbers.items()}
        self.originals = {name: text[keep] for name, text in self.originals.items()}

    def hides(self, column: str | None) -> bool:
        """The cells of the column are of persons and must not be shown."""
        known = None if column is None else self.schema.column(column)
        if self.schema.about_persons or column in self.private:
            return True
        if known is not None and known.of_persons:
            return True
        return column is not None and is_person_name_column(column, about_persons=False)

    def note(
        self,
        code: str,
        column: str | None,
        where: np.ndarray,
        *,
        each: Callable[[int], Mapping[str, object]] | None = None,
        **fields: object,
    ) -> None:
        """Note a problem for the rows, at a column of ours or at the whole row."""
        known = None if column is None else self.schema.column(column)
        is_hidden = self.hides(column)
        places = np.flatnonzero(where) if where.dtype == bool else where
        if not len(places):
            return
        parts = {is_hidden: places}
        if is_hidden and column is not None:
            by_many = _SHOWN_BY_MANY.get(code) == column
            is_open = self.are_open(column, by_many=by_many)[places]
            parts = {True: places[~is_open], False: places[is_open]}
        for masked, part in parts.items():
            self.ledger.add_rows(
                code,
                self.raw,
                None if column is None else self.columns.get(column),
                part,
                masked=masked,
                each=each,
                apart=known is not None and known.kind == "id",
                **fields,
            )

    def are_open(self, column: str, *, by_many: bool = False) -> np.ndarray:
        """Cells that are no person's: the manifest or so many respondents name them.

        Parameters
        ----------
        column
            One of ours.
        by_many
            What many respondents named is open in this column; items are always.
        """
        text = self.text(column)
        found: np.ndarray = is_among(text, self.declared.get(column, ()))
        if by_many or (column in _SHARED and "respondent" in self):
            people = pd.Series(self.text("respondent"), dtype="str")
            often = people.groupby(text).transform("nunique") >= LEAST_SHOWN
            found |= often.to_numpy(dtype=bool)
        return found

    def row_of(self, position: int) -> int:
        """The row in the file of the row at a position."""
        return int(self.raw.rows[position])

    def frame(self) -> pd.DataFrame:
        """The finished table: text, and floats for numbers; empty text is missing."""
        finished: dict[str, pd.Series] = {}
        for column in self.schema.columns:
            if column.kind == "number" and (column.name in self or column.always):
                finished[column.name] = pd.Series(self.number(column.name))
            elif column.name in self or column.always:
                finished[column.name] = _text_series(self.text(column.name))
        for name in self.attributes:
            is_number = name in self.numbers
            finished[name] = (
                pd.Series(self.numbers[name])
                if is_number
                else _text_series(self.text(name))
            )
        return pd.DataFrame(finished)


def _text_series(cells: np.ndarray) -> pd.Series:
    text = pd.Series(cells, dtype="str")
    return text.mask(text == "") if (cells == "").any() else text
