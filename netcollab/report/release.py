"""A last look at a folder before it leaves the house: what in it is about persons?

Does anything here say who a person is, or what one person answered?
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from netcollab._files import sha256
from netcollab.errors import InputError
from netcollab.report.building import files_in
from netcollab.report.labels import label
from netcollab.report.published import Piece, pieces_of
from netcollab.study import (
    Manifest,
    Study,
    holds_email,
    holds_phone,
    is_identity_column,
    is_person_name_column,
    is_phone_column,
    national_ids,
    shown_name,
)

__all__ = ["KINDS", "ReleaseCheck", "ReleaseFinding", "check_release", "release_report"]

KINDS = (
    "few",
    "one_person",
    "national_id",
    "email",
    "phone",
    "person_column",
    "respondent_id",
    "free_text",
    "formula",
    "absolute_path",
    "no_record",
    "unlisted",
    "changed",
    "missing",
)

_RECORD = "run.json"
_COUNTS = re.compile(
    r"n|n_(?:used|first|second|answered|people|persons|respondents|informants)"
    r"|(?:antall |antal )?"
    r"(?:respondents?|respondenter|personer|persons|people|svar|voices|stemmer)"
)
_SAID_COUNT = re.compile(
    r"(?<![\w.])n\s?=\s?(\d{1,6})(?![\w.,]\d)|\(n (\d{1,6})\)"
    r"|(?<![\w.,])(\d{1,6}) (?:voices?|stemmer?)\b"
)
_PERSON_COLUMNS = {"respondent", "respondent_id", "informant", "informant_id"}
_PATH = re.compile(
    r"(?<![\w.:/<>~-])/(?:[\w.@-]+/)+[\w.-]+|(?<!\w)[A-Za-z]:\\[\w.-]+|\\\\[\w.-]+\\\w"
    r"|file://"
)
_SHORT_NUMBER = re.compile(r"\d{1,4}")
_WORDS = re.compile(r"[^\s,;:()\[\]{}<>/\"'=|]+")
_BLANKS = re.compile(r"\s+")
_SHORTEST_TEXT = 12
_QUOTED = {"codings": ("span", "note")}
_PERSONS = {"respondents": "respondent", "answers": "respondent"}


@dataclass(frozen=True)
class ReleaseFinding:
    """Something in a file that should not leave the house. The value is not in it.

    Parameters
    ----------
    kind
        One of `KINDS`.
    file
        Inside the folder.
    row
        The first row or line where it stands; 0: none.
    column
        The heading above it, or the column's number where the heading itself may be
        about a person; empty: none.
    count
        In how many cells or lines of that column it stands.
    """

    kind: str
    file: str
    row: int = 0
    column: str = ""
    count: int = 1


@dataclass(frozen=True)
class ReleaseCheck:
    """What was found in a folder, how many files were read, and which were not."""

    folder: Path
    findings: tuple[ReleaseFinding, ...]
    n_read: int
    unread: tuple[str, ...]
    least: int

    def to_frame(self) -> pd.DataFrame:
        """One row per finding."""
        columns = ["kind", "file", "row", "column", "count"]
        return pd.DataFrame([asdict(one) for one in self.findings], columns=columns)

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "findings": [asdict(finding) for finding in self.findings],
            "files_read": self.n_read,
            "files_not_read": list(self.unread),
            "min_respondents": self.least,
        }


def check_release(folder: str | Path, *, study: Study | None = None) -> ReleaseCheck:
    """Every trace of single persons that a machine can see in a folder.

    Looks into tables (CSV, Excel, HTML, JSON), pages, drawings (SVG), networks and
    text: counts of people below the threshold in columns such as n and n_used and in
    words such as "n = 3"; identity numbers, e-mail addresses and telephone numbers;
    columns of respondents, names or numbers of persons; cells that a spreadsheet would
    run; paths of a machine; and files that `run.json` does not list, lists with
    another hash, or lists and that are not there. With the study also the ids of its
    respondents and informants and its free text. Pictures and PDF files cannot be
    read: they are listed, for somebody to look at.

    A count below the threshold need not be of persons: the one who releases the
    folder decides.

    Parameters
    ----------
    folder
        What is about to leave.
    study
        The study it was made of; None: the threshold is 5, and ids are not looked for.

    Raises
    ------
    InputError
        If there is no such folder, or no file in it.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "units.csv").write_text("unit,mean,n\\nnav,3.5,4\\nks,4.0,9\\n")
    >>> found = check_release(folder).findings
    >>> [(one.kind, one.file, one.row, one.column) for one in found]
    [('few', 'units.csv', 2, 'n'), ('no_record', '', 0, '')]
    """
    root = Path(folder)
    files = files_in(root) if root.is_dir() else []
    if not files:
        raise InputError(f"{root} is no folder with files in it")
    manifest = study.manifest if study is not None else Manifest("")
    looked = _Look(manifest, *_of_persons(study))
    found: list[ReleaseFinding] = []
    unread = []
    for path in files:
        name = path.relative_to(root).as_posix()
        found += looked.at_name(name)
        pieces = pieces_of(path)
        if pieces is None:
            unread.append(shown_name(name))
        else:
            found += looked.at(shown_name(name), pieces)
    found += _against_record(root, files)
    order = {kind: k for k, kind in enumerate(KINDS)}
    found.sort(key=lambda one: (order[one.kind], one.file, one.row, one.column))
    n_read = len(files) - len(unread)
    return ReleaseCheck(root, tuple(found), n_read, tuple(unread), looked.least)


def release_report(check: ReleaseCheck) -> str:
    """The findings in the ambient language, one a line, and what could not be read."""
    lines = [_told(finding, check.least) for finding in check.findings]
    if not lines:
        lines.append(label("release.none", count=check.n_read))
    else:
        lines += ["", label("release.found", count=len(check.findings))]
    if check.unread:
        lines.append(label("release.unread", count=len(check.unread)))
    return "\n".join(lines)


def _told(finding: ReleaseFinding, least: int) -> str:
    fields = {"least": least} if finding.kind == "few" else {}
    where = [finding.file] if finding.file else []
    if finding.row:
        where.append(label("release.row", row=finding.row))
    if finding.column:
        where.append(label("release.column", column=finding.column))
    told = label(f"release.{finding.kind}", **fields)
    more = label("release.times", count=finding.count) if finding.count > 1 else ""
    return ": ".join(filter(None, [", ".join(where), told + more]))


class _Look:
    """What is looked for in every file."""

    def __init__(
        self, manifest: Manifest, ids: frozenset[str], texts: Sequence[str]
    ) -> None:
        self.least = manifest.min_respondents
        self._ids, self._texts = ids, texts

    def at_name(self, name: str) -> Iterator[ReleaseFinding]:
        """A file's own name."""
        for kind in self._in_text(name):
            yield ReleaseFinding(kind, shown_name(name) if kind in _MASKED else "***")

    def at(self, file: str, pieces: Sequence[Piece]) -> Iterator[ReleaseFinding]:
        """The pieces of a file: one finding per kind and column."""
        columns: dict[tuple[int, str], list[Piece]] = defaultdict(list)
        for piece in pieces:
            columns[piece.place, piece.column].append(piece)
        rows: dict[tuple[str, str], list[int]] = defaultdict(list)
        for (place, column), mine in columns.items():
            heading = self._heading(place, column)
            for kind, row in self._in_column(column, mine):
                rows[kind, heading].append(row)
        for row in self._quoted(pieces):
            rows["free_text", ""].append(row)
        for (kind, heading), at in rows.items():
            yield ReleaseFinding(kind, file, min(at), heading, len(at))

    def _heading(self, place: int, column: str) -> str:
        """The heading, or its number where the heading is about a person."""
        return column if not set(self._in_text(column)) else f"#{place + 1}"

    def _in_column(
        self, column: str, pieces: Sequence[Piece]
    ) -> Iterator[tuple[str, int]]:
        texts = [piece.text for piece in pieces]
        is_table = pieces[0].place >= 0
        for at in national_ids(texts) if is_table else []:
            yield "national_id", pieces[at].row
        is_count = _COUNTS.fullmatch(column.strip().casefold()) is not None
        for piece in pieces:
            for kind in self._in_text(piece.text, with_numbers=not is_table):
                yield kind, piece.row
            if piece.is_formula:
                yield "formula", piece.row
            if piece.is_header and _is_of_persons(piece.text):
                yield "person_column", piece.row
            counts = [piece.text] * is_count + _said_counts(piece.text)
            for kind in map(self._of_count, counts):
                if kind:
                    yield kind, piece.row

    def _in_text(self, text: str, *, with_numbers: bool = True) -> Iterator[str]:
        """The kinds of what a single text holds."""
        if with_numbers and national_ids([text]):
            yield "national_id"
        if holds_email(text):
            yield "email"
        if holds_phone(text):
            yield "phone"
        if self._ids and not self._ids.isdisjoint(_words(text)):
            yield "respondent_id"
        if _PATH.search(text):
            yield "absolute_path"

    def _of_count(self, text: str) -> str:
        """Whether a count is of so few; 0 says that nothing is shown."""
        cell = text.strip().removesuffix(".0")
        n = int(cell) if cell.isdecimal() else 0
        return "" if not 0 < n < self.least else "one_person" if n == 1 else "few"

    def _quoted(self, pieces: Sequence[Piece]) -> Iterator[int]:
        """Where free text of the study stands; one row for each text."""
        if not self._texts:
            return
        said = [(_plain(piece.text), piece.row) for piece in pieces]
        whole = "\n".join(text for text, _ in said)
        for text in self._texts:
            if text in whole:
                yield next((row for line, row in said if text in line), 0)


_MASKED = {"national_id", "email", "phone"}


def _of_persons(study: Study | None) -> tuple[frozenset[str], list[str]]:
    """The ids of the study's persons, and its free text."""
    if study is None:
        return frozenset(), []
    tables = {
        name: getattr(study, name)
        for name in ("sites", "actors", "respondents", "answers", "codings")
    }
    named = {*_PERSONS.items(), ("codings", "informant")}
    ids = {
        str(cell).casefold()
        for table, column in named
        if column in tables[table]
        for cell in tables[table][column].dropna().unique()
    }
    ids = {i for i in ids if len(i) > 1 and not _SHORT_NUMBER.fullmatch(i)} - {"all"}
    texts = {
        _plain(str(cell))
        for name, frame in tables.items()
        for column in (*study.manifest.free_text, *_QUOTED.get(name, ()))
        if column in frame
        for cell in frame[column].dropna().unique()
    }
    return frozenset(ids), sorted(text for text in texts if len(text) >= _SHORTEST_TEXT)


def _is_of_persons(heading: str) -> bool:
    """The heading says that the column names or numbers persons."""
    return (
        heading.strip().casefold() in _PERSON_COLUMNS
        or is_identity_column(heading)
        or is_phone_column(heading)
        or is_person_name_column(heading, about_persons=False)
    )


def _said_counts(text: str) -> list[str]:
    """Counts in words: "n = 3", "(n 3)", "3 voices"."""
    return ["".join(found) for found in _SAID_COUNT.findall(text)]


def _words(text: str) -> set[str]:
    """The text and its words."""
    folded = text.casefold()
    return {folded.strip(), *(w.strip(".-!?*`") for w in _WORDS.findall(folded))}


def _plain(text: str) -> str:
    return _BLANKS.sub(" ", text).strip().casefold()


def _against_record(root: Path, files: Iterable[Path]) -> Iterator[ReleaseFinding]:
    """Files that the run did not write, or did not write so."""
    listed = _outputs(root / _RECORD)
    if listed is None:
        yield ReleaseFinding("no_record", "")
        return
    there = {path.relative_to(root).as_posix(): path for path in files}
    del there[_RECORD]
    for name, path in there.items():
        if name not in listed:
            yield ReleaseFinding("unlisted", shown_name(name))
        elif sha256(path) != listed[name]:
            yield ReleaseFinding("changed", shown_name(name))
    for name in listed.keys() - there.keys():
        yield ReleaseFinding("missing", shown_name(name))


def _outputs(record: Path) -> Mapping[str, str] | None:
    """File -> hash, as the run wrote them down; None where no run did."""
    try:
        read = json.loads(record.read_text(encoding="utf-8"))
        return {str(name): str(value) for name, value in read["outputs"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
