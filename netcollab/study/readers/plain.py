"""Plain tables (CSV, TSV, XLSX): one row per respondent, or one row per answer.

A table of one row per answer has the columns respondent, item and value. It is turned
so that both forms give the same export.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import IllegalCharacterError

from netcollab._files import write_atomically
from netcollab.errors import InputError, closest
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.raw import RawColumn, RawTable
from netcollab.study.readers.export import Kind, Question, SurveyExport
from netcollab.study.readers.long import is_long, turned
from netcollab.study.readers.wide import listed, observed_kind, read_answers
from netcollab.study.schema import TABLES

__all__ = ["read_plain", "write_plain"]

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")
_IDS = ("respondent", "respondent_id", "id")
_LONG = ("respondent", "item", "value")
_IMPORT_ID = re.compile(r'\{"+ImportId"+:')
_SECOND_ROW = {"response", "open-ended response"}


def read_plain(
    path: Path,
    ledger: Ledger,
    *,
    columns: Mapping[str, str] | None = None,
    spec: FileSpec | None = None,
) -> SurveyExport | None:
    """Read a plain table of answers.

    Wide: one row per respondent and one column per variable. The column named
    respondent, respondent_id or id tells respondents apart; the kind of the others
    is told by their cells (`observed_kind`). Whether another column does so is for
    the importer to say.

    Long: with the columns respondent, item and value, and perhaps target, wave and
    missing_reason. The export has one row per respondent (and wave); each item is a
    variable, `item` or `item@target`, with the item as `battery` and the target as
    `row`. Where an answer has a missing_reason, its cell holds that word, and
    `missing` says so. The row of a respondent is the one where he first appears; the
    table as it was stands in `other_tables`.

    Parameters
    ----------
    path
        The file.
    ledger
        Takes the problems.
    columns
        Our name -> the file's name, where they differ.
    spec
        How the file differs from what can be found out.
    """
    table = read_answers(path, SUFFIXES, ledger, spec=spec)
    if table is None or not _has_one_header(table, spec, ledger):
        return None
    if not _is_renamed(table, columns or {}, ledger):
        return None
    names = [column.header for column in table.columns]
    if is_long(names):
        made = turned(table, ledger)
        return None if made is None else SurveyExport("plain", *made, (table,))
    if _note_other_names(table, names, ledger):
        return None
    id_ = next((name for name in _IDS if name in map(str.casefold, names)), "")
    questions: dict[str, Question] = {}
    for column in table.columns:
        is_id = column.header.casefold() == id_
        kind: Kind = "id" if is_id else observed_kind(column)
        questions[column.header] = Question(column.header, kind, text=column.header)
    return SurveyExport("plain", table, questions)


def write_plain(export: SurveyExport, path: Path) -> Path:
    """Write the cells of an export as a plain table, one row per respondent.

    Parameters
    ----------
    export
        What to write.
    path
        The file, ending in .csv, .tsv or .xlsx. All cells of a workbook are text.

    Raises
    ------
    InputError
        If the ending is another one, or a workbook cannot hold a cell.
    """
    columns = export.table.columns
    rows = [[column.header for column in columns]]
    rows += [list(row) for row in zip(*(c.text.tolist() for c in columns), strict=True)]
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return write_atomically(path, _workbook(rows))
    if suffix not in {".csv", ".tsv"}:
        raise InputError(f'"{path.name}" ends in none of .csv, .tsv, .xlsx')
    out = io.StringIO(newline="")
    separator = "\t" if suffix == ".tsv" else ","
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerows(rows)
    return write_atomically(path, out.getvalue())


def _workbook(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    sheet.title = "answers"
    try:
        for number, row in enumerate(rows, start=1):
            for place, text in enumerate(row, start=1):
                if text:
                    sheet.cell(number, place, text).data_type = "s"
    except IllegalCharacterError as error:
        raise InputError("a workbook cannot hold control characters") from error
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _has_one_header(table: RawTable, spec: FileSpec | None, ledger: Ledger) -> bool:
    """False where the rows under the header are further headers."""
    above = (spec.header_row if spec else 1) + (spec.skip_rows if spec else 0)
    for place in range(min(2, len(table))):
        cells = [str(column.text[place]).strip() for column in table.columns]
        second = {cell.casefold() for cell in cells}
        is_json = any(_IMPORT_ID.match(cell) for cell in cells)
        is_second = place == 0 and not cells[0] and bool(second & _SECOND_ROW)
        if is_json or is_second:
            row = int(table.rows[place])
            skipped = row - above + (spec.skip_rows if spec else 0)
            ledger.add(
                "E-PLN-001",
                table.place(row),
                found=place + 2,
                line=f"--reading skip_rows={skipped}",
            )
            return False
    return True


def _is_renamed(table: RawTable, columns: Mapping[str, str], ledger: Ledger) -> bool:
    """Give the mapped columns our names; a mapping that leads nowhere is an error."""
    headers = {column.header: place for place, column in enumerate(table.columns)}
    is_good = True
    for ours, theirs in columns.items():
        if theirs not in headers or (ours != theirs and ours in headers):
            near, known = closest(theirs, headers), listed(headers)
            ledger.add(
                "E-PLN-010",
                table.place(),
                value=theirs,
                ours=ours,
                near=near,
                known=known,
            )
            is_good = False
            continue
        old = table.columns[headers[theirs]]
        table.columns[headers[theirs]] = RawColumn(
            ours, old.letter, old.text, old.is_number, old.is_date
        )
    return is_good


def _note_other_names(table: RawTable, names: list[str], ledger: Ledger) -> bool:
    """True where the headers are other words for respondent, item and value."""
    folded = {name.casefold(): name for name in names}
    pairs: dict[str, str] = {}
    for ours in ("respondent", "item", "value", "target", "missing_reason"):
        schema = TABLES["answers"].column(ours)
        words = (ours, *schema.other_names) if schema else (ours,)
        near = [folded[word] for word in words if word in folded]
        if near and near[0] not in pairs.values():
            pairs[ours] = near[0]
    if not all(name in pairs for name in _LONG):
        return False
    other = {ours: theirs for ours, theirs in pairs.items() if ours != theirs}
    told = [f'--reading "columns.{ours}={theirs}"' for ours, theirs in other.items()]
    ledger.add("E-PLN-002", table.place(), line=" ".join(told))
    return True
