"""SPSS files (.sav): cells, labels, and which codes the file declares as missing.

The file knows that a code is missing, not why: the reason is taken from the code's
label where the label is one of the usual words, and is "no_answer" with a warning
where it is not.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import itertools
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.study.identifiers import fold
from netcollab.study.ledger import Ledger
from netcollab.study.missing_words import MISSING_WORDS
from netcollab.study.paths import why_unreadable
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, as_text, text_array
from netcollab.study.readers.export import Kind, Question, SurveyExport, export_file
from netcollab.study.readers.sav_records import (
    MAGIC,
    BrokenRecordError,
    SavRecords,
    sav_records,
)
from netcollab.study.readers.wide import listed
from netcollab.study.text import ENCODINGS

__all__ = ["read_sav", "write_sav"]

_IDS = {"respondent", "respondent_id", "id"}
_START = datetime.datetime(1582, 10, 14)
_DAYS = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR")
_MOMENTS = ("DATETIME", "YMDHMS")
_CLOCKS = ("TIME", "DTIME", "MTIME")
_ZIPPED = b"\2\0\0\0"
MAX_LABEL = 120


@dataclass(frozen=True)
class _Ranges:
    """The values a variable declares as missing: pairs of lowest and highest."""

    pairs: tuple[tuple[Any, Any], ...]

    def hold(self, value: Any) -> bool:
        return any(
            isinstance(value, str) == isinstance(low, str) and low <= value <= high
            for low, high in self.pairs
        )


def read_sav(
    path: Path, ledger: Ledger, *, encoding: str | None = None
) -> SurveyExport | None:
    """Read an SPSS file; rows are cases, counted from 1 as SPSS shows them.

    Numbers that are whole lose their ".0"; dates are written YYYY-MM-DD. A
    system-missing cell is empty, and why is not said. A variable named respondent,
    respondent_id or id tells respondents apart. Value labels keep their words, so
    that a code that is outside of a scale can be named.

    Parameters
    ----------
    path
        The file.
    ledger
        Takes the problems.
    encoding
        The encoding of its text, for old files that do not name theirs.
    """
    file = export_file(path, (".sav",), ledger)
    if file is None:
        return None
    place = Place(path.name)
    data = _bytes(file, place, ledger)
    if data is None:
        return None
    records = _records(data, encoding, place, ledger)
    if records is None:
        return None
    read = _read(records, encoding, place, ledger)
    if read is None:
        return None
    cells, about = read
    table = RawTable("answers", path.name, encoding=about.file_encoding)
    table.sha256 = hashlib.sha256(data).hexdigest()
    n = max((len(column) for column in cells.values()), default=0)
    table.rows, table.read = np.arange(1, n + 1), n
    if not n:
        ledger.add("E-FIL-018", place, table=table.name)
    questions = {}
    for name, values in cells.items():
        column = _column(name, values, about)
        table.columns.append(column)
        questions[name] = _question(name, values, about, table, ledger)
        if column.is_date is not None:
            undated = [v is not None for v in values] & ~column.is_date
            ledger.add_rows("E-SAV-006", table, column, undated, masked=True)
    return SurveyExport("sav", table, questions)


def write_sav(export: SurveyExport, path: Path) -> Path:
    """Write an export as an SPSS file, with labels and declared missing values.

    A column becomes numeric if each of its cells is a number written the shortest
    way; all other columns become strings. Of the missing codes only those that occur
    are declared, at most three to a variable.

    Parameters
    ----------
    export
        What to write.
    path
        The file, ending in .sav.

    Raises
    ------
    InputError
        If the format cannot hold it: names of variables, labels, or more than three
        missing codes.
    """
    faults: list[str] = []
    frame: dict[str, pd.Series] = {}
    labels: dict[str, dict[Any, str]] = {}
    missing: dict[str, list[Any]] = {}
    for column in export.table.columns:
        question = export.questions[column.header]
        numbers = _numbers(column)
        is_number = numbers is not None
        frame[column.header] = (
            pd.Series(numbers, dtype=float)
            if is_number
            else pd.Series(column.text.tolist(), dtype=object)
        )
        cells = set(column.text.tolist())
        labels[column.header] = _coded(question.options, is_number=is_number)
        missing[column.header] = list(
            _coded(
                {c: r for c, r in question.missing.items() if c in cells},
                is_number=is_number,
            )
        )
        faults += _unwritable(column, question, missing[column.header])
    if faults:
        raise InputError(faults)
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "answers.sav"
        pyreadstat.write_sav(
            pd.DataFrame(frame),
            str(draft),
            column_labels=[export.questions[name].text for name in frame],
            variable_value_labels={n: told for n, told in labels.items() if told},
            missing_ranges={n: told for n, told in missing.items() if told},
        )
        return write_atomically(path, draft.read_bytes())


# ---- reading


def _bytes(file: Path, place: Place, ledger: Ledger) -> bytes | None:
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = why_unreadable(error)
        ledger.add("E-FIL-006", place, value=place.file, reason=reason)
        return None
    if not data:
        ledger.add("E-FIL-017", place, found=0)
        return None
    if data[:4] not in MAGIC:
        ledger.add("E-SAV-007", place)
        return None
    if data[:4] == MAGIC[1] or _ZIPPED in {data[72:76], data[75:71:-1]}:
        ledger.add("E-SAV-008", place)
        return None
    return data


def _records(
    data: bytes, encoding: str | None, place: Place, ledger: Ledger
) -> SavRecords | None:
    codec = ENCODINGS.get((encoding or "utf-8").lower().replace("_", "-"))
    if codec is None:
        ledger.add("E-SAV-009", place, value=encoding, options=", ".join(ENCODINGS))
        return None
    try:
        records = sav_records(data, codec if encoding else None)
    except BrokenRecordError as error:
        ledger.add("E-SAV-001", place, reason=str(error))
        return None
    if not records.is_text:
        ledger.add("E-SAV-003", place, encoding=encoding or records.encoding or "-")
        return None
    return records


def _read(
    records: SavRecords, encoding: str | None, place: Place, ledger: Ledger
) -> tuple[Mapping[str, Sequence[Any]], Any] | None:
    """Cells and description, as the library gives them."""
    wanted = "windows-1252" if encoding in {"cp1252", "windows-1252"} else encoding
    try:
        cells, about = pyreadstat.read_sav(
            io.BytesIO(records.data),
            user_missing=True,
            disable_datetime_conversion=True,
            output_format="dict",
            encoding=wanted,
        )
    except Exception as error:  # whatever a broken file makes the library raise
        told = str(error)
        is_text = isinstance(error, UnicodeError) or "encoding" in told
        is_text = is_text or "character set" in told
        is_text = is_text or not (encoding or records.encoding)
        if is_text:
            named = encoding or records.encoding or "-"
            ledger.add("E-SAV-003", place, encoding=named)
        else:
            ledger.add("E-SAV-001", place, reason=type(error).__name__)
        return None
    texts = [*about.column_names, *filter(None, about.column_labels)]
    texts += [t for told in about.variable_value_labels.values() for t in told.values()]
    strings = (v for values in cells.values() for v in values if isinstance(v, str))
    if records.encoding == "ASCII" and encoding is None:
        said = itertools.chain(texts, strings)
        if not all(text.isascii() for text in said):
            ledger.add("W-SAV-005", place)
    return cells, about


def _column(name: str, values: Sequence[Any], about: Any) -> RawColumn:
    shape = _shape(name, about)
    if shape not in {*_DAYS, *_MOMENTS, *_CLOCKS}:
        told = {value: as_text(value) for value in set(values)}
        cells = [told[value] for value in values]
        is_number = np.array([number for _, number, _ in cells], dtype=bool)
        return RawColumn(name, "", text_array(text for text, _, _ in cells), is_number)
    dated = [_date(value, shape) for value in values]
    return RawColumn(
        name,
        "",
        text_array(text for text, _ in dated),
        np.zeros(len(dated), dtype=bool),
        np.array([is_date for _, is_date in dated], dtype=bool),
    )


def _shape(name: str, about: Any) -> str:
    """The format of a variable without its width: F, A, DATE, TIME, ..."""
    told = about.original_variable_types.get(name) or ""
    return str(told).rstrip("0123456789.")


def _date(value: Any, shape: str) -> tuple[str, bool]:
    """A date as text; a number that is none of any calendar stays a number."""
    if value is None:
        return "", False
    try:
        span = datetime.timedelta(seconds=float(value))
        if shape in _CLOCKS:
            return str(span), True
        return as_text(_START + span)[0], True
    except (OverflowError, ValueError):
        return as_text(value)[0], False


def _question(
    name: str, values: Sequence[Any], about: Any, table: RawTable, ledger: Ledger
) -> Question:
    told = about.variable_value_labels.get(name, {})
    ranges = _Ranges(
        tuple((r["lo"], r["hi"]) for r in about.missing_ranges.get(name, []))
    )
    _note_equal_labels(name, told, ranges, table, ledger)
    codes = {value for value in values if value is not None and ranges.hold(value)}
    codes |= {code for code in told if ranges.hold(code)}
    codes |= {low for low, high in ranges.pairs if low == high}
    missing, unknown = {}, []
    for code in sorted(codes, key=lambda c: (isinstance(c, str), c)):
        reason = MISSING_WORDS.get(fold(told.get(code, "")), "")
        missing[as_text(code)[0]] = reason or "no_answer"
        if not reason:
            unknown.append(as_text(code)[0])
    if unknown:
        at = Place(table.file, column=name)
        ledger.add("W-SAV-004", at, codes=listed(unknown), count=len(unknown))
    return Question(
        name,
        _kind(name, about, is_labelled=bool(told)),
        text=about.column_names_to_labels.get(name) or "",
        options={as_text(code)[0]: str(label) for code, label in told.items()},
        missing=missing,
    )


def _note_equal_labels(
    name: str,
    told: Mapping[Any, str],
    ranges: _Ranges,
    table: RawTable,
    ledger: Ledger,
) -> None:
    """Two codes with the same words; two missing codes may share theirs."""
    by_label: dict[str, list[Any]] = {}
    for code, label in told.items():
        if fold(label):
            by_label.setdefault(fold(label), []).append(code)
    for codes in by_label.values():
        if len(codes) > 1 and not all(ranges.hold(code) for code in codes):
            ledger.add(
                "E-SAV-002",
                Place(table.file, column=name),
                value=str(told[codes[0]]),
                codes=", ".join(as_text(code)[0] for code in codes),
            )


def _kind(name: str, about: Any, *, is_labelled: bool) -> Kind:
    shape = _shape(name, about)
    if name.casefold() in _IDS:
        return "id"
    if shape in {*_DAYS, *_MOMENTS, *_CLOCKS}:
        return "date"
    if is_labelled:
        return "choice"
    if about.readstat_variable_types.get(name) == "string":
        return "text"
    is_ordered = about.variable_measure.get(name) in {"nominal", "ordinal"}
    return "choice" if is_ordered else "number"


# ---- writing


def _numbers(column: RawColumn) -> list[float] | None:
    """The cells as numbers, if each comes back from its number as the same text."""
    numbers = []
    for cell in column.text.tolist():
        try:
            number = float(cell) if cell else math.nan
        except ValueError:
            return None
        if cell and (not math.isfinite(number) or as_text(number)[0] != cell):
            return None
        numbers.append(number)
    return numbers if any(column.text) else None


def _coded(codes: Mapping[str, str], *, is_number: bool) -> dict[Any, str]:
    if not is_number:
        return dict(codes)
    told: dict[Any, str] = {}
    for code, words in codes.items():
        try:
            told[float(code)] = words
        except ValueError:
            continue
    return told


def _unwritable(column: RawColumn, question: Question, missing: list[Any]) -> list[str]:
    name = column.header
    faults = []
    is_name = name[:1].isalpha() and all(c.isalnum() or c in "._$#@" for c in name)
    if not is_name or name.endswith(".") or len(name.encode()) > 64:
        faults.append(
            f'variable "{name}": SPSS names start with a letter, hold letters, digits '
            "and . _ $ # @, and have at most 64 bytes"
        )
    if len(missing) > 3:
        faults.append(
            f'variable "{name}": {len(missing)} missing codes; SPSS holds three'
        )
    if any(len(label.encode()) > MAX_LABEL for label in question.options.values()):
        faults.append(
            f'variable "{name}": a value label is longer than {MAX_LABEL} bytes'
        )
    if any(isinstance(code, str) and len(code.encode()) > 8 for code in missing):
        faults.append(f'variable "{name}": a missing code is longer than 8 bytes')
    return faults
