"""Nettskjema exports: which question is a column, and what do its codes mean?

The answers stand alone in their file. What was asked stands in the form's elements,
as Nettskjema's API gives them (JSON): without that codebook most columns are "text",
which here means that the export does not say what they are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import pandas as pd

from netcollab._files import write_atomically
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, is_among
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel
from netcollab.study.readers.export import Kind, Question, SurveyExport, export_file
from netcollab.study.readers.headers import name_once
from netcollab.study.readers.nettskjema_codebook import (
    Described,
    codebook_bytes,
    read_codebook,
)
from netcollab.study.readers.sheets import delimited_bytes

__all__ = ["read_nettskjema", "write_nettskjema"]

_ID = "$submission_id"
_OURS: Mapping[str, Kind] = {_ID: "id"}
_CODE = re.compile(r"[\w-]+(?:\.[\w-]+){0,2}")
_TICKS = ("0", "1", "")


def read_nettskjema(
    path: Path, ledger: Ledger, *, codebook: Path | None = None
) -> SurveyExport | None:
    """Read a Nettskjema export; None when not even its columns can be told.

    `$submission_id` is the id, other names with a `$` are traces of the tool. A blank
    cell is no answer. `matrix.item` is a row of a matrix, `matrix.item.option` an
    option of a row. `question.option` is an option of a question with several answers
    if every column of the question holds only 0, 1 and blanks, which is noted, because
    a matrix could look the same. Numbers have a decimal point, also whole ones
    ("77.0"). Where the codebook was off in Nettskjema, the question texts are the
    names of the columns.

    Parameters
    ----------
    path
        Nettskjema's file (`data-FORM-DATE.txt`, or a workbook), or the TSD Data
        Loader's (`internal_FORM.csv`), which it writes anew every hour.
    ledger
        Takes the problems.
    codebook
        The form's elements, saved from `GET /form/FORM/elements` of the API, or with
        nettskjemar's raw codebook.
    """
    file = export_file(path, (".txt", ".csv", ".xlsx"), ledger)
    if file is None:
        return None
    spec = FileSpec(file.name)
    if file.suffix.lower() == ".xlsx":
        table = read_excel(file, "answers", file.name, spec, ledger)
    else:
        table = read_delimited(
            file, "answers", file.name, spec, ledger, about_persons=True
        )
    if table is None or not _is_ours(table, ledger) or not len(table):
        return None
    if not name_once([table], ledger):
        return None
    table.decimal = "."
    _note_origin(table, ledger)
    _check_ids(table, ledger)
    described: Mapping[str, Described] | None = None
    if codebook is not None:
        described = read_codebook(codebook, ledger)
    names = [c.header for c in table.columns if not c.header.startswith("$")]
    has_codes = all(_CODE.fullmatch(name) for name in names)
    if not has_codes:
        ledger.add("N-NSK-006", table.place())
    ticked = _ticked(table, described or {}, ledger) if has_codes else set()
    questions = {
        column.header: _question(column.header, described, ticked, has_codes=has_codes)
        for column in table.columns
    }
    _note_described(table, names, described, ledger)
    for column in table.columns:
        _check_cells(table, column, questions[column.header], ledger)
    return SurveyExport("nettskjema", table, questions)


def write_nettskjema(
    export: SurveyExport,
    path: Path,
    *,
    codebook: Path | None = None,
    data_loader: bool = False,
) -> Path:
    """Write a questionnaire's answers as Nettskjema does; the path is returned.

    What the format cannot carry: reasons of missing codes; any reason of a blank
    other than no answer; ids, contacts and status under names that are not
    Nettskjema's own. Without the codebook it carries no words, no options, and no
    kinds apart from ticked options. With it, the text of a question in a matrix comes
    back as the matrix's, and options have the words of their row.

    Parameters
    ----------
    export
        The answers.
    path
        The file.
    codebook
        Also write the form's elements there.
    data_loader
        As the TSD Data Loader: commas, and quotes only where needed.

    Raises
    ------
    InputError
        If the codebook is asked for and a question has no place in it.
    """
    columns = export.table.columns
    header = [column.header for column in columns]
    cells = zip(*(column.text.tolist() for column in columns), strict=True)
    content = delimited_bytes(
        [header, *map(list, cells)],
        separator="," if data_loader else ";",
        encoding="utf-8",
        quote_all=not data_loader,
    )
    if codebook is not None:
        asked = [export.questions[name] for name in header if name[:1] != "$"]
        write_atomically(codebook, codebook_bytes(asked))
    return write_atomically(path, content)


def _is_ours(table: RawTable, ledger: Ledger) -> bool:
    """The id that every export has; without it the header may be a respondent."""
    if any(column.header.strip("\ufeff ") == _ID for column in table.columns):
        return True
    ledger.add("E-NSK-001", Place(table.file, table.sheet, 1), value=_ID)
    return False


def _note_origin(table: RawTable, ledger: Ledger) -> None:
    told = {"sha256": table.sha256[:12], "separator": table.separator or "xlsx"}
    code = "N-NSK-007" if table.separator == "," else "N-NSK-005"
    ledger.add(code, table.place(), **told)


def _check_ids(table: RawTable, ledger: Ledger) -> None:
    """Every response has a number; rows without one are no responses."""
    column = next(c for c in table.columns if c.header == _ID)
    unlike = pd.Series(column.text).str.fullmatch(r"\s*\d+(?:\.0)?\s*").eq(False)
    rows = 1 + int(unlike.cumprod().sum())
    where = unlike.to_numpy()
    ledger.add_rows("E-NSK-002", table, column, where, masked=True, header_rows=rows)


def _ticked(
    table: RawTable, described: Mapping[str, Described], ledger: Ledger
) -> set[str]:
    """The options of questions with several answers, told by their cells."""
    pairs = [c for c in table.columns if c.header.count(".") == 1]
    unsaid = [c for c in pairs if c.header[0] != "$" and c.header not in described]
    found = []
    for _, members in itertools.groupby(unsaid, key=lambda c: _first(c.header)):
        columns = list(members)
        if all(is_among(c.text, _TICKS).all() for c in columns) and any(
            (c.text != "").any() for c in columns
        ):
            found += [column.header for column in columns]
    if found:
        names = list(dict.fromkeys(_first(name) for name in found))
        listed = ", ".join(names[:20])
        ledger.add("N-NSK-008", table.place(), count=len(names), options=listed)
    return set(found)


def _first(name: str) -> str:
    return name.partition(".")[0]


def _question(
    name: str,
    described: Mapping[str, Described] | None,
    ticked: Collection[str],
    *,
    has_codes: bool,
) -> Question:
    if name.startswith("$"):
        return Question(name, _OURS.get(name, "paradata"))
    if described is not None and name in described:
        known = described[name]
        return Question(
            name,
            known.kind,
            text=known.text,
            battery=known.battery,
            row=known.row,
            options=known.options,
            blank="no_answer",
        )
    if not has_codes:
        return Question(name, "text", text=name, blank="no_answer")
    pieces = name.split(".")
    kind: Kind = "choice" if len(pieces) == 2 else "text"
    if len(pieces) == 3 or name in ticked:
        kind = "chosen"
    battery, row = ".".join(pieces[:-1]), pieces[-1] if len(pieces) > 1 else ""
    return Question(name, kind, battery=battery, row=row, blank="no_answer")


def _note_described(
    table: RawTable,
    names: Sequence[str],
    described: Mapping[str, Described] | None,
    ledger: Ledger,
) -> None:
    """What the codebook leaves open, and what it has beyond the columns."""
    if described is None:
        ledger.add("N-NSK-009", table.place())
        return
    there = set(names)
    unsaid = [name for name in names if name not in described]
    beyond = [name for name in described if name not in there]
    for code, found in (("W-NSK-010", unsaid), ("W-NSK-011", beyond)):
        if found:
            listed = ", ".join(found[:20])
            ledger.add(code, table.place(), count=len(found), options=listed)


def _check_cells(
    table: RawTable, column: RawColumn, question: Question, ledger: Ledger
) -> None:
    """Options are 1 or 0, and codes are among those of the codebook."""
    if question.kind == "chosen":
        wrong = ~is_among(column.text, _TICKS)
        ledger.add_rows("E-NSK-012", table, column, wrong, masked=True)
    elif question.kind == "choice" and question.options:
        count = int((~is_among(column.text, [*question.options, ""])).sum())
        if count:
            ledger.add("W-NSK-013", table.place(None, column), count=count)
