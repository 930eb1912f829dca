"""Adjacency matrices in CSV and XLSX: a row and a column for each actor."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Sequence
from pathlib import Path

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.study.draft import Draft
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.numbers import parse_numbers
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel
from netcollab.study.readers.export import NetworkExport, export_file
from netcollab.study.readers.incoming import IncomingNetwork
from netcollab.study.readers.outgoing import (
    Outgoing,
    observed_only,
    one_relation,
    outgoing,
)
from netcollab.study.readers.text_file import SelfTies, check_marks
from netcollab.study.schema import TABLES

__all__ = ["read_matrix", "write_matrix"]

_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".xlsx")


def read_matrix(
    path: Path,
    ledger: Ledger,
    *,
    relation: str = "",
    sheet: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    self_ties: SelfTies = "error",
) -> NetworkExport | None:
    """The actors and ties of a square table; None if anything of it is refused.

    The first column names the senders, the first row the receivers; columns in another
    order than the rows are brought into theirs by name, with a note. A cell that holds
    0 is a tie of weight 0; an empty cell is not known and gives no row, and a note
    counts these. Whether the relation is directed is not said by the format.

    Parameters
    ----------
    path, ledger, relation
        As in `read_graphml`.
    sheet, separator, decimal, encoding
        None: found out, as for the tables of a study.
    self_ties
        What to do with a cell of the diagonal that is not 0.

    Raises
    ------
    InputError
        For a mark, an encoding or a rule that is not known.
    """
    check_marks(
        encoding=encoding, separator=separator, decimal=decimal, self_ties=self_ties
    )
    file = export_file(path, _SUFFIXES, ledger)
    if file is None:
        return None
    spec = FileSpec(
        file.name, sheet, encoding=encoding, separator=separator, decimal=decimal
    )
    network = IncomingNetwork("matrix", file.name, ledger, relation)
    reader = read_excel if file.suffix.lower() == ".xlsx" else read_delimited
    raw = reader(file, "ties", file.name, spec, ledger)
    if raw is None or not raw.columns:
        return None
    senders, receivers = raw.columns[0], raw.columns[1:]
    if not _is_square(raw, senders, receivers, ledger):
        return None
    _align(raw, senders, receivers, ledger)
    if not network.has_room(len(raw) ** 2):
        return None
    _add(network, raw, senders, receivers, decimal, relation, self_ties)
    return network.finish(sha256=raw.sha256, raw=raw)


def write_matrix(export: NetworkExport, path: Path) -> Path:
    """Write one relation as a square table in CSV.

    A pair without a row is an empty cell; so is an undirected tie in its other order.
    What the table cannot carry: the relation's name and whether it is directed,
    attributes, the name of a wave or site, and the order of ties.

    Parameters
    ----------
    export
        The network, of one relation, wave and site, with observed ties only.
    path
        The file, ending in .csv; one that is there is replaced as a whole.

    Raises
    ------
    InputError
        For several relations, waves or sites, ties that were not observed, doubled
        ties, and what every format refuses.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from netcollab.study.ledger import Ledger
    >>> from netcollab.study.readers.incoming import IncomingNetwork
    >>> network = IncomingNetwork("example", "example", Ledger("example"), "trust")
    >>> network.add_actor(1, "nav")
    >>> network.add_actor(2, "ks")
    >>> network.add_tie(3, "nav", "ks", {"weight": "2"}, directed=True)
    >>> file = write_matrix(network.finish(sha256=""), Path(mkdtemp(), "a.csv"))
    >>> print(file.read_text())
    actor,nav,ks
    nav,,2
    ks,,
    <BLANKLINE>
    """
    network = outgoing(export)
    observed_only(network, "a matrix")
    one_relation(network, "a matrix")
    return write_atomically(path, _text(network, path))


def _is_square(
    raw: RawTable, senders: RawColumn, receivers: Sequence[RawColumn], ledger: Ledger
) -> bool:
    """The same labels stand once each in the first column and the first row."""
    before = ledger.error_count
    rows = [str(label) for label in senders.text]
    for label, line in zip(rows, raw.rows.tolist(), strict=True):
        if not label:
            ledger.add("E-GRA-031", raw.place(line, senders))
    for column in receivers:
        if not column.header:
            ledger.add("E-GRA-031", raw.place(1, column))
    seen: dict[str, int] = {}
    for label, line in zip(rows, raw.rows.tolist(), strict=True):
        if label in seen:
            told = {"value": label, "other": seen[label]}
            ledger.add("E-GRA-014", raw.place(line, senders), **told)
        seen.setdefault(label, line)
    letters: dict[str, str] = {}
    for column in receivers:
        label = column.header
        if label in letters:
            told_column = {"value": label, "other": letters[label]}
            ledger.add("E-GRA-014", raw.place(1, column), **told_column)
        letters.setdefault(label, column.letter)
    only_rows = [label for label in seen if label not in letters]
    only_columns = [label for label in letters if label not in seen]
    if only_rows or only_columns:
        names = {
            "known": ", ".join(only_rows[:20]) or "-",
            "missing": ", ".join(only_columns[:20]) or "-",
        }
        ledger.add("E-GRA-030", raw.place(), **names)
    return ledger.error_count == before


def _align(
    raw: RawTable, senders: RawColumn, receivers: list[RawColumn], ledger: Ledger
) -> None:
    rows = [str(label) for label in senders.text]
    if rows != [column.header for column in receivers]:
        ledger.add("N-GRA-043", raw.place())
        by_label = {column.header: column for column in receivers}
        receivers[:] = [by_label[label] for label in rows]


def _add(
    network: IncomingNetwork,
    raw: RawTable,
    senders: RawColumn,
    receivers: Sequence[RawColumn],
    decimal: str | None,
    relation: str,
    self_ties: SelfTies,
) -> None:
    names = [str(label) for label in senders.text]
    lines: list[int] = raw.rows.tolist()
    columns = {column.header: column for column in receivers}
    draft = Draft(TABLES["ties"], raw, network.ledger, columns)
    parse_numbers(draft, names, decimal=decimal, thousands=None)
    for name, line in zip(names, lines, strict=True):
        network.add_actor(line, name)
    mark = raw.decimal or "."
    cells = [
        [
            _cell(str(column.text[i]), draft.numbers[column.header][i], mark)
            for column in receivers
        ]
        for i in range(len(names))
    ]

    def place(i: int, j: int) -> Place:
        return raw.place(lines[i], receivers[j])

    network.add_matrix(
        names,
        list(zip(lines, cells, strict=True)),
        relation=relation,
        directed=None,
        self_ties=self_ties,
        place=place,
    )


def _cell(text: str, number: float, mark: str) -> str | None:
    """The cell with a decimal point; None for one that is no number, noted before."""
    text = text.strip(" ").replace(mark, ".")
    return None if text and math.isnan(number) else text


def _text(network: Outgoing, path: Path) -> str:
    if path.suffix.lower() != ".csv":
        raise InputError(f"a matrix is written as .csv, got {path.name}")
    ties, actors = network.ties, network.actors["actor"]
    pairs = list(zip(ties["source"], ties["target"], strict=True))
    weights = dict(zip(pairs, ties["weight"], strict=True))
    if len(weights) < len(pairs):
        raise InputError("a matrix has one cell for each pair, got doubled ties")
    own = [pair[0] for pair, weight in weights.items() if pair[0] == pair[1]]
    if own:
        raise InputError(
            f"the diagonal of a matrix is not read, got a tie of {own[0]} to itself"
        )
    out = io.StringIO(newline="")
    # Quotes keep a mark inside a name from being taken for the separator.
    doubtful = any(re.search(r"[;\t|\r\n]|^\s|\s$", name) for name in actors)
    writer = csv.writer(
        out,
        lineterminator="\n",
        quoting=csv.QUOTE_ALL if doubtful else csv.QUOTE_MINIMAL,
    )
    writer.writerow(["actor", *actors])
    writer.writerows(
        [source, *(weights.get((source, target), "") for target in actors)]
        for source in actors
    )
    return out.getvalue()
