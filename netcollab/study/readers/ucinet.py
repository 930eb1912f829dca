"""UCINET's DL files: matrices, edge lists and node lists with a header of words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.readers.dl_header import (
    FORMATS,
    HeaderReader,
    Token,
)
from netcollab.study.readers.export import NetworkExport, export_file
from netcollab.study.readers.incoming import (
    IncomingNetwork,
    StoppedError,
    number_fault,
)
from netcollab.study.readers.outgoing import (
    Outgoing,
    observed_only,
    one_relation,
    outgoing,
)
from netcollab.study.readers.text_file import SelfTies, check_marks, text_of

__all__ = ["read_ucinet", "write_ucinet"]

_MATRICES = FORMATS[:3]
_MISSING = 1e37


def read_ucinet(
    path: Path,
    ledger: Ledger,
    *,
    relation: str = "",
    encoding: str | None = None,
    self_ties: SelfTies = "keep",
) -> NetworkExport | None:
    """The actors and ties of a DL file; None if anything of it is refused.

    Read are the formats fullmatrix, lowerhalf, upperhalf, edgelist1 and nodelist1, with
    labels listed or embedded, and several matrices (nm) of the first three, each of
    which is a relation. In a matrix 0 is a weight of 0; a pair that a list leaves out
    has no row, which UCINET takes for 0. Half matrices have no direction; whether the
    others have one is not said by the format. Missing values have no mark in DL: what
    is no number is an error, and so is the 1E+38 of UCINET's own files.

    Parameters
    ----------
    path, ledger, relation
        As in `read_graphml`.
    encoding
        None: found out, as for text files.
    self_ties
        What to do with a cell of the diagonal that is not 0.

    Raises
    ------
    UnknownNameError
        For an encoding or a rule that is not known.

    References
    ----------
    Borgatti, S. P., Everett, M. G. & Freeman, L. C. (2002). UCINET 6 for Windows.
    Analytic Technologies; help page "DL language".
    """
    check_marks(encoding=encoding, self_ties=self_ties)
    file = export_file(path, (".dl", ".txt"), ledger)
    if file is None:
        return None
    text = text_of(file, encoding, ledger)
    if text is None:
        return None
    network = IncomingNetwork("ucinet", file.name, ledger, relation)
    try:
        _Reading(network, HeaderReader(text.text, network), self_ties).read()
    except StoppedError:
        return None
    return network.finish(sha256=text.sha256, encoding=text.encoding)


def write_ucinet(export: NetworkExport, path: Path) -> Path:
    """Write a network as a DL file for UCINET.

    A matrix for each relation where every pair was observed; else an edge list, whose
    unlisted pairs UCINET takes for 0. An undirected tie of a list stands in both
    orders. What DL cannot carry: whether a relation is directed, its name in a list,
    attributes, the name of a wave or site, and the order of ties. UCINET cuts long
    labels and may turn them into capitals.

    Parameters
    ----------
    export
        The network, of one wave and one site, with observed ties only.
    path
        The file; one that is there is replaced as a whole.

    Raises
    ------
    InputError
        For quotes and line ends in names, ties that were not observed, doubled ties,
        several waves or sites, several relations of which one has unobserved pairs,
        and what every format refuses.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from netcollab.study.ledger import Ledger
    >>> from netcollab.study.readers.incoming import IncomingNetwork
    >>> network = IncomingNetwork("example", "example", Ledger("example"), "trust")
    >>> network.add_actor(1, "nav")
    >>> network.add_actor(2, "ks")
    >>> network.add_tie(3, "nav", "ks", {"weight": "2"}, directed=True)
    >>> file = write_ucinet(network.finish(sha256=""), Path(mkdtemp(), "a.dl"))
    >>> print(file.read_text())
    dl n=2 format=edgelist1
    labels:
    nav
    ks
    data:
    1 2 2
    <BLANKLINE>
    """
    network = outgoing(export)
    observed_only(network, "DL")
    names = [*network.actors["actor"], *network.ties["relation"]]
    bad = [name for name in names if re.search('["\n\r]', name)]
    if bad:
        raise InputError(
            f"DL has no quotes and line ends in names, got {bad[0][:80]!a}"
        )
    return write_atomically(path, "".join(_lines(network)))


class _Reading:
    """The data of a DL file, in the form that its header says."""

    def __init__(
        self, network: IncomingNetwork, words: HeaderReader, self_ties: SelfTies
    ) -> None:
        self._network, self._words, self._self_ties = network, words, self_ties
        self._said = words.read()

    def read(self) -> None:
        if self._said.format in _MATRICES:
            self._read_matrices()
        else:
            self._read_list()

    def _read_matrices(self) -> None:
        """The cells in the order of reading, row by row and matrix by matrix."""
        said = self._said
        n, nm = said.n, said.nm
        if not self._network.has_room(n * n * nm, self._words.line):
            raise StoppedError
        data = list(self._words.rest())
        if said.embedded and said.format != "fullmatrix":
            self._network.note("E-GRA-029", self._words.line, value="labels embedded")
            raise StoppedError
        names = n if "columns" in said.embedded else 0
        named_row = 1 if "rows" in said.embedded else 0
        lengths = [self._length(i) for i in range(n)]
        wanted = nm * (names + sum(lengths) + n * named_row)
        if len(data) != wanted:
            told = {"declared": wanted, "found": len(data), "what": "cells"}
            self._network.note("E-GRA-026", self._words.line, **told)
            raise StoppedError
        cells = iter(data)
        for number in range(nm):
            self._read_matrix(cells, number, lengths)

    def _length(self, row: int) -> int:
        said = self._said
        absent = 0 if said.has_diagonal else 1
        if said.format == "lowerhalf":
            return row + 1 - absent
        if said.format == "upperhalf":
            return said.n - row - absent
        return said.n - absent

    def _read_matrix(
        self, cells: Iterator[Token], number: int, lengths: Sequence[int]
    ) -> None:
        said, line = self._said, self._words.line
        rows, columns = list(said.labels), list(said.columns)
        if "columns" in said.embedded:
            columns = [next(cells).text for _ in range(said.n)]
        read: list[tuple[int, list[str | None]]] = []
        found: list[str] = []
        for i, length in enumerate(lengths):
            if "rows" in said.embedded:
                name = next(cells)
                line = name.line
                found.append(name.text)
            taken = [next(cells) for _ in range(length)]
            line = taken[0].line if taken else line
            read.append((line, self._spread(i, taken)))
        named = found or rows
        rows = named or [str(i + 1) for i in range(said.n)]
        order = self._order(rows, columns or rows)
        if order is None:
            return
        self._name_actors(named, [at for at, _ in read] if found else None)
        relation = said.relations[number] if said.relations else ""
        if said.nm > 1 and not relation:
            relation = str(number + 1)
        self._network.add_matrix(
            rows,
            [(at, [row[k] for k in order]) for at, row in read],
            relation=relation,
            directed=None if said.format == "fullmatrix" else False,
            self_ties=self._self_ties,
        )

    def _spread(self, i: int, taken: Sequence[Token]) -> list[str | None]:
        """The cells of a row in their columns; None where the format has none."""
        said = self._said
        texts: list[str | None] = [self._cell(token) for token in taken]
        if said.format == "lowerhalf":
            return texts + [None] * (said.n - len(texts))
        if said.format == "upperhalf":
            return [None] * (said.n - len(texts)) + texts
        return texts if said.has_diagonal else [*texts[:i], None, *texts[i:]]

    def _cell(self, token: Token) -> str:
        text = token.text
        if not number_fault(text) and abs(float(text)) >= _MISSING:
            told = {"value": text, "element": "data", "key": "1E+38"}
            self._network.note("E-GRA-013", token.line, **told)
        return text

    def _order(self, rows: list[str], columns: list[str]) -> list[int] | None:
        """The place of each row's label among the columns."""
        only_rows = [name for name in rows if name not in set(columns)]
        only_columns = [name for name in columns if name not in set(rows)]
        if only_rows or only_columns:
            told = {
                "known": ", ".join(only_rows[:20]) or "-",
                "missing": ", ".join(only_columns[:20]) or "-",
            }
            self._network.note("E-GRA-030", self._said.lines.get("rows"), **told)
            return None
        if rows == columns:
            return list(range(len(rows)))
        self._network.note("N-GRA-043", self._said.lines.get("rows"))
        places = {name: k for k, name in enumerate(columns)}
        return [places[name] for name in rows]

    def _name_actors(self, names: Sequence[str], lines: Sequence[int] | None) -> None:
        """The actors, once; later matrices must have the same."""
        line = self._said.lines.get("rows", 1)
        if self._network.n_actors:
            extra = [name for name in names if not self._network.knows(name)]
            if extra:
                told = {"known": ", ".join(extra[:20]), "missing": "-"}
                self._network.note("E-GRA-030", line, **told)
            return
        if not names:
            self._network.add_numbered(self._said.n, line)
        for i, name in enumerate(names):
            self._network.add_actor(line if lines is None else lines[i], name)

    def _read_list(self) -> None:
        """One tie for each line of an edge list, several for one of a node list."""
        said = self._said
        if said.nm > 1:
            told = {"value": f"nm = {said.nm}", "options": ", ".join(_MATRICES)}
            self._network.note("E-GRA-029", self._words.line, **told)
            raise StoppedError
        if not said.embedded or said.labels:
            self._name_actors(said.labels, None)
        last = self._words.line
        for line, group in groupby(self._words.rest(), key=lambda token: token.line):
            last = line
            tokens = list(group)
            is_edge = said.format == "edgelist1"
            if is_edge and not 2 <= len(tokens) <= 3:
                value = " ".join(token.text for token in tokens)
                self._network.note("E-GRA-025", line, value=value, options="1 2 1.5")
                continue
            values: dict[str, str] = {}
            if is_edge and len(tokens) == 3:
                values["weight"] = self._cell(tokens.pop())
            ends = [self._actor(token) for token in tokens]
            for target in ends[1:]:
                if ends[0] and target:
                    relation = said.relations[0] if said.relations else ""
                    tie = {**values, "relation": relation}
                    source = ends[0]
                    self._network.add_tie(line, source, target, tie, directed=None)
        found = self._network.n_actors
        if said.embedded and found != said.n:
            told = {"declared": str(said.n), "found": str(found), "what": "labels"}
            self._network.note("E-GRA-026", last, **told)

    def _actor(self, token: Token) -> str:
        """The actor of a word of the data: a label, or a number from 1 to n."""
        said, text = self._said, token.text
        if said.embedded:
            if not said.labels and not self._network.knows(text):
                self._network.add_actor(token.line, text)
            return text
        is_number = text.isascii() and text.isdigit() and len(text) <= 9
        if is_number and 1 <= int(text) <= said.n:
            return said.labels[int(text) - 1] if said.labels else str(int(text))
        told = {"value": text, "limit": said.n, "element": "tie"}
        self._network.note("E-GRA-028", token.line, **told)
        return ""


def _lines(network: Outgoing) -> Sequence[str]:
    actors, ties = network.actors["actor"], network.ties
    keys = list(zip(ties["relation"], ties["source"], ties["target"], strict=True))
    weights = dict(zip(keys, ties["weight"], strict=True))
    if len(weights) < len(keys):
        raise InputError("DL has one weight for each pair, got doubled ties")
    for (relation, source, target), weight in list(weights.items()):
        if network.directed[relation] is False:
            weights.setdefault((relation, target, source), weight)
    relations = list(dict.fromkeys(ties["relation"]))
    n = len(actors)
    pairs = sum(source != target for _, source, target in weights)
    head = ["labels:\n", *(f"{_quoted(actor)}\n" for actor in actors)]
    if relations and pairs == n * (n - 1) * len(relations):
        named = ["matrix labels:\n", *(f"{_quoted(name)}\n" for name in relations)]
        rows = [
            " ".join(weights.get((relation, i, j), "0") for j in actors) + "\n"
            for relation in relations
            for i in actors
        ]
        counts = f"dl n={n} nm={len(relations)} format=fullmatrix\n"
        return [counts, *head, *named, "data:\n", *rows]
    one_relation(network, "a DL file with unobserved pairs")
    numbers = {actor: i for i, actor in enumerate(actors, start=1)}
    edges = [
        f"{numbers[source]} {numbers[target]} {weight}\n"
        for (_, source, target), weight in weights.items()
    ]
    return [f"dl n={n} format=edgelist1\n", *head, "data:\n", *edges]


def _quoted(name: str) -> str:
    plain = re.fullmatch(r'[^\s,="]+', name) is not None and not name.endswith(":")
    return name if plain else f'"{name}"'
