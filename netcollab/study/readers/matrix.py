"""Adjacency matrices in CSV and XLSX: a row and a column for each actor."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from netcollab._checks import check_choice
from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec, Manifest
from netcollab.study.problems import Place
from netcollab.study.raw import RawTable
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel
from netcollab.study.readers.export import NetworkExport, export_file
from netcollab.study.readers.incoming import IncomingNetwork, relation_of
from netcollab.study.readers.matrix_cells import read_cells
from netcollab.study.readers.matrix_labels import (
    Totals,
    check_sides,
    names_row,
    without_totals,
)
from netcollab.study.readers.outgoing import (
    Outgoing,
    observed_only,
    one_relation,
    outgoing,
)
from netcollab.study.readers.text_file import SelfTies, check_marks

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
    thousands: str | None = None,
    encoding: str | None = None,
    header_row: int = 1,
    self_ties: SelfTies = "error",
    totals: Totals = "error",
    manifest: Manifest | None = None,
) -> NetworkExport | None:
    """The actors and ties of a square table; None if anything of it is refused.

    The first column names the senders, the first row the receivers; columns in another
    order than the rows are brought into theirs by name, with a note. A cell that holds
    0 is a tie of weight 0; an empty cell is not known and gives no row, and a note
    counts these. A cell of the diagonal without a number is a mark and counts as empty.
    A word elsewhere, such as "don't know", stays as it is: the codebook says which
    state it means. Whether the relation is directed is not said by the format.

    Parameters
    ----------
    path, ledger, relation
        As in `read_graphml`.
    sheet, separator, decimal, thousands, encoding
        None: found out, as for the tables of a study; no mark between thousands.
    header_row
        The row that names the receivers; rows above it are not read.
    self_ties
        What to do with a number on the diagonal that is not 0.
    totals
        What to do with rows and columns that are named as sums or averages: "keep"
        makes them actors, "drop" leaves them out.
    manifest
        The codebook: words for missing values, the scale, and the relation's name
        where it declares one.

    Raises
    ------
    InputError
        For a mark, an encoding or a rule that is not known.
    """
    check_marks(
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        thousands=thousands,
        self_ties=self_ties,
    )
    check_choice("rule for totals", totals, ("error", "keep", "drop"))
    file = export_file(path, _SUFFIXES, ledger)
    if file is None:
        return None
    spec = FileSpec(
        file.name,
        sheet,
        encoding=encoding,
        separator=separator,
        decimal=decimal,
        thousands=thousands,
        header_row=header_row,
    )
    meant = relation_of(relation, manifest)
    network = IncomingNetwork("matrix", file.name, ledger, meant)
    found = _table(file, spec, ledger)
    if found is None:
        return None
    raw, header_row = found
    raw = without_totals(raw, ledger, totals, header_row)
    if not network.has_room(len(raw) ** 2):
        return None
    pairs = check_sides(raw, ledger, header_row)
    cells = read_cells(
        raw,
        pairs,
        network,
        relation=meant,
        spec=None if manifest is None else manifest.relations.get(meant),
        is_draft=manifest is None,
        decimal=decimal,
        thousands=thousands,
    )
    _add(network, raw, pairs, cells, relation, self_ties)
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


def _table(file: Path, spec: FileSpec, ledger: Ledger) -> tuple[RawTable, int] | None:
    """The table and the row of its names; it is read where these stand in another."""
    reader = read_excel if file.suffix.lower() == ".xlsx" else read_delimited
    raw = reader(file, "ties", file.name, spec, ledger)
    if raw is None or not raw.columns:
        return None
    found = names_row(raw)
    if found is None:
        return raw, spec.header_row
    ledger.add("E-GRA-057", raw.place(found), found=found)
    as_meant = replace(spec, header_row=found)
    again = reader(file, "ties", file.name, as_meant, Ledger(ledger.name))
    return (again, found) if again is not None and again.columns else None


def _add(
    network: IncomingNetwork,
    raw: RawTable,
    pairs: Mapping[str, str],
    cells: Mapping[str, Sequence[str | None]],
    relation: str,
    self_ties: SelfTies,
) -> None:
    """The actors and the ties; of a matrix with faults, those that can be told."""
    senders, receivers = raw.columns[0], raw.columns[1:]
    at = {str(name): row for row, name in reversed([*enumerate(senders.text)])}
    at = {name: at[name] for name in pairs}
    columns = {column.header: column for column in receivers}
    if network.is_sound and list(at) != [column.header for column in receivers]:
        network.ledger.add("N-GRA-043", raw.place())
    lines = [int(raw.rows[row]) for row in at.values()]
    for name, line in zip(at, lines, strict=True):
        network.add_actor(line, name)
    names = list(at)

    def place(i: int, j: int) -> Place:
        return raw.place(lines[i], columns[pairs[names[j]]])

    network.add_matrix(
        names,
        [
            (line, [cells[pairs[name]][row] for name in names])
            for line, row in zip(lines, at.values(), strict=True)
        ],
        relation=relation,
        directed=None,
        self_ties=self_ties,
        place=place,
    )


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
