"""Edge lists in CSV and XLSX: a row for each tie, and no list of actors."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from netcollab._files import write_atomically
from netcollab.errors import InputError, closest
from netcollab.study.columns import name_columns
from netcollab.study.draft import Draft
from netcollab.study.header_rows import note_header_elsewhere
from netcollab.study.identifiers import INVISIBLE
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec, Manifest
from netcollab.study.numbers import parse_numbers
from netcollab.study.raw import RawTable, as_text, text_array
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel
from netcollab.study.readers.export import NetworkExport, export_file
from netcollab.study.readers.incoming import IncomingNetwork, relation_of
from netcollab.study.readers.outgoing import outgoing
from netcollab.study.readers.text_file import check_marks
from netcollab.study.readers.worded_cells import emptied, note_words, worded
from netcollab.study.schema import TABLES, TableSchema

__all__ = ["read_edges", "write_edges"]

_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".xlsx")
_TIES = TABLES["ties"]
# Other names for these are noted where columns get their names.
_SAID = ("site", "wave", "state", "reporter", "distance")
_RELAXED = TableSchema(
    "ties", tuple(replace(column, required=False) for column in _TIES.columns)
)


def read_edges(
    path: Path,
    ledger: Ledger,
    *,
    columns: Mapping[str, str] | None = None,
    relation: str = "",
    sheet: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    encoding: str | None = None,
    header_row: int = 1,
    manifest: Manifest | None = None,
) -> NetworkExport | None:
    """The ties of a table with a row for each; None if anything of it is refused.

    Columns are source and target, and where there are any relation, weight, wave,
    state, distance, reporter and basis; other names are suggested, never applied.
    Without a column of weights each tie gets 1, and a note counts them; with one, a tie
    without a weight must say in `state` why. The actors are those that the ties name:
    an actor without ties cannot be known from an edge list, and a note says so.
    Whether a relation is directed is not said by the format.

    Parameters
    ----------
    path, ledger, relation
        As in `read_graphml`.
    columns
        Our column -> the file's column, such as ``{"source": "fra"}``;
        ``{"weight": ""}`` says that there is none.
    sheet, separator, decimal, thousands, encoding
        None: found out, as for the tables of a study; no mark between thousands.
    header_row
        The row that names the columns; rows above it are not read.
    manifest
        The codebook: words where a weight should stand, and the relation's name where
        it declares one.

    Raises
    ------
    InputError
        For a mark or an encoding that is not known.
    """
    check_marks(
        encoding=encoding, separator=separator, decimal=decimal, thousands=thousands
    )
    file = export_file(path, _SUFFIXES, ledger)
    if file is None:
        return None
    given = columns or {}
    mapped = {ours: theirs for ours, theirs in given.items() if theirs}
    spec = FileSpec(
        file.name,
        sheet,
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        thousands=thousands,
        header_row=header_row,
        columns=mapped,
    )
    relation = relation_of(relation, manifest)
    network = IncomingNetwork("edges", file.name, ledger, relation)
    reader = read_excel if file.suffix.lower() == ".xlsx" else read_delimited
    raw = reader(file, "ties", file.name, spec, ledger)
    if raw is None:
        return None
    if note_header_elsewhere(raw, TABLES["ties"], spec, ledger):
        return None
    if not _are_there(raw, mapped, ledger):
        return None
    draft = name_columns(raw, _RELAXED, spec, Manifest(file.name), ledger)
    if not _has_ends(draft, ledger):
        return None
    words = _set_words_aside(draft, network, relation, manifest)
    numbers = ["weight", "distance"]
    parse_numbers(draft, numbers, decimal=decimal, thousands=thousands)
    missing = (
        (draft.text("weight") == "")
        & (words == "")
        & np.isin(draft.text("state").astype(str), ["", "observed"])
    )
    if "weight" in draft:
        draft.note("E-GRA-035", "weight", missing)
    _add(network, draft, words, thousands)
    export = network.finish(sha256=raw.sha256, given={*given, *_SAID}, raw=raw)
    if export is not None:
        ledger.add("N-GRA-045", raw.place(), count=network.n_actors)
    return export


def write_edges(export: NetworkExport, path: Path) -> Path:
    """Write the ties as CSV, a row for each.

    What an edge list cannot carry: actors without ties, attributes of actors, and
    whether a relation is directed.

    Parameters
    ----------
    export
        The network.
    path
        The file, ending in .csv; one that is there is replaced as a whole.

    Raises
    ------
    InputError
        For control characters, actors that are doubled or unknown, and weights that are
        no numbers.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from netcollab.study.ledger import Ledger
    >>> from netcollab.study.readers.incoming import IncomingNetwork
    >>> network = IncomingNetwork("example", "example", Ledger("example"), "trust")
    >>> network.add_actor(1, "nav")
    >>> network.add_actor(2, "ks")
    >>> network.add_tie(3, "nav", "ks", {"weight": "2"}, directed=True)
    >>> file = write_edges(network.finish(sha256=""), Path(mkdtemp(), "a.csv"))
    >>> print(file.read_text())
    relation,source,target,weight
    trust,nav,ks,2
    <BLANKLINE>
    """
    if path.suffix.lower() != ".csv":
        raise InputError(f"an edge list is written as .csv, got {path.name}")
    network = outgoing(export)
    out = io.StringIO(newline="")
    names = list(network.ties)
    # Quotes keep a mark inside a name from being taken for the separator.
    doubtful = any(re.search(r"[;\t|\r\n]|^\s|\s$", name) for name in names)
    writer = csv.writer(
        out,
        lineterminator="\n",
        quoting=csv.QUOTE_ALL if doubtful else csv.QUOTE_MINIMAL,
    )
    writer.writerow(names)
    writer.writerows(zip(*network.ties.values(), strict=True))
    return write_atomically(path, out.getvalue())


def _are_there(raw: RawTable, mapped: Mapping[str, str], ledger: Ledger) -> bool:
    """The columns that the user names are columns of the file."""
    headers = [column.header.strip(INVISIBLE) for column in raw.columns]
    wrong = {ours: name for ours, name in mapped.items() if name not in headers}
    for ours, name in wrong.items():
        told = {"value": name, "near": closest(name, headers), "ours": ours}
        ledger.add("E-GRA-033", raw.place(), known=", ".join(headers[:20]), **told)
    return not wrong


def _has_ends(draft: Draft, ledger: Ledger) -> bool:
    """There are columns for both ends of a tie; others are suggested."""
    found = True
    free = list(draft.attributes)
    for name in ("source", "target"):
        if name in draft:
            continue
        found = False
        column = _TIES.column(name)
        others = (name, *(column.other_names if column is not None else ()))
        folded = {header.casefold(): header for header in free}
        hits = [folded[other] for other in others if other in folded]
        near = hits[0] if hits else closest(name, free)
        free = [header for header in free if header != near]
        told = {"value": name, "near": near, "known": ", ".join(draft.columns) or "-"}
        ledger.add("E-GRA-033", draft.raw.place(), ours=name, **told)
    return found


def _set_words_aside(
    draft: Draft,
    network: IncomingNetwork,
    relation: str,
    manifest: Manifest | None,
) -> np.ndarray:
    """The words where weights should stand, taken out of the table; they are told."""
    words = text_array([""] * len(draft))
    if "weight" not in draft:
        return words
    relations = draft.text("relation")
    relations = np.where(relations == "", relation, relations)
    specs = manifest.relations if manifest is not None else {}
    for name in dict.fromkeys(map(str, relations)):
        column, here = draft.columns["weight"], relations == name
        missing = specs[name].missing if name in specs else {}
        unknown, declared = (found & here for found in worded(column, missing))
        cells: dict[str, list[str]] = {}
        for row in np.flatnonzero(unknown).tolist():
            cell = draft.raw.place(draft.row_of(row), column).cell
            cells.setdefault(str(column.text[row]).strip(), []).append(cell)
        note_words(cells, draft.raw, network.ledger, name, is_draft=manifest is None)
        words = np.where(unknown | declared, column.text, words)
        draft.columns["weight"] = emptied(column, unknown | declared)
    network.words |= {str(word).strip() for word in words if word}
    return words


def _add(
    network: IncomingNetwork, draft: Draft, words: np.ndarray, thousands: str | None
) -> None:
    for name in draft.columns:
        network.declare("ties", name)
    mark = draft.raw.decimal or "."
    columns = {name: draft.text(name).tolist() for name in draft.columns}
    for name in ("weight", "distance"):
        if name in columns:
            # What is no number has been noted, and must not be noted again.
            columns[name] = [
                "" if np.isnan(number) else _written(cell, number, mark, thousands)
                for cell, number in zip(
                    columns[name], draft.number(name).tolist(), strict=True
                )
            ]
    if "weight" in columns:
        pairs = zip(words.tolist(), columns["weight"], strict=True)
        columns["weight"] = [str(word) or number for word, number in pairs]
    rows = draft.raw.rows.tolist()
    for i, line in enumerate(rows):
        values = {name: cells[i] for name, cells in columns.items()}
        source, target = values.pop("source"), values.pop("target")
        for name, actor in (("source", source), ("target", target)):
            if not actor:
                draft.note("E-IDS-001", name, np.array([i]))
            elif not network.knows(actor):
                network.add_actor(line, actor)
        if source and target:
            network.add_tie(line, source, target, values, directed=None)


def _written(cell: str, number: float, mark: str, thousands: str | None) -> str:
    """The number with a decimal point, as it was written where that is plain."""
    return as_text(number)[0] if thousands else cell.strip(" ").replace(mark, ".")
