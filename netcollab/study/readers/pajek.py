"""Pajek's .net files: vertices by number, and lines between them by section."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

from netcollab._files import write_atomically
from netcollab.errors import InputError, closest
from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place
from netcollab.study.readers.export import NetworkExport, export_file
from netcollab.study.readers.incoming import (
    GraphChoice,
    IncomingNetwork,
    StoppedError,
    number_fault,
)
from netcollab.study.readers.outgoing import Outgoing, observed_only, outgoing
from netcollab.study.readers.text_file import SelfTies, check_marks, text_of

__all__ = ["read_pajek", "write_pajek"]

_SECTION = re.compile(r"\*\s*([A-Za-z]+)\s*(.*)")
_RELATION = re.compile(r":?\s*([0-9]*)(.*)")
_NAME = re.compile(r'"([^"]*)"|[^"\s]*')
_TOKEN = re.compile(r'"([^"]*)"(?=\s|$)|([^"\s]+)(?=\s|$)')
_STARTS_NUMBER = re.compile(r"[+-]?[.,]?[0-9]|[+-]?(?:nan|inf)", re.I)
_DIRECTED = {
    "arcs": True,
    "edges": False,
    "arcslist": True,
    "edgeslist": False,
    "matrix": True,
}
_KNOWN = ("*Vertices", "*Arcs", "*Edges", "*Arcslist", "*Edgeslist", "*Matrix")
_COORDINATES = ("x", "y", "z")

Tokens = list[tuple[str, bool]]


def read_pajek(
    path: Path,
    ledger: Ledger,
    *,
    graph_id: str = "",
    relation: str = "",
    encoding: str | None = None,
    self_ties: SelfTies = "keep",
) -> NetworkExport | None:
    """The actors and ties of a Pajek network; None if anything of it is refused.

    The label of a vertex is the actor; its coordinates are the attributes x, y and z.
    Arcs have a direction and edges have none; a relation that holds both is refused. A
    line without a value gets the weight 1, and a note counts them. In a *Matrix 0 is a
    weight of 0. Shapes, colours and the sections of partitions and vectors are counted,
    not kept. Two-mode networks and networks that change with time are refused.

    Parameters
    ----------
    path, ledger, relation
        As in `read_graphml`.
    graph_id
        Which network, in a file of several: the name after *Network, or "#2".
    encoding
        None: found out, as for text files.
    self_ties
        What to do with a cell on the diagonal of a *Matrix that is not 0.

    Raises
    ------
    UnknownNameError
        For an encoding or a rule that is not known.

    References
    ----------
    Batagelj, V. & Mrvar, A. (2024). Pajek: reference manual. University of Ljubljana.
    """
    check_marks(encoding=encoding, self_ties=self_ties)
    file = export_file(path, (".net", ".paj"), ledger)
    if file is None:
        return None
    text = text_of(file, encoding, ledger)
    if text is None:
        return None
    network = IncomingNetwork("pajek", file.name, ledger, relation)
    choice = GraphChoice(graph_id)
    try:
        _Reading(network, choice, self_ties).read(text.text)
    except StoppedError:
        return None
    choice.check(Place(file.name), ledger)
    return network.finish(sha256=text.sha256, encoding=text.encoding)


def write_pajek(export: NetworkExport, path: Path) -> Path:
    """Write a network for Pajek: UTF-8, with a byte order mark where Pajek needs it.

    What Pajek cannot carry: attributes of actors other than coordinates x, y and z,
    attributes of ties, the name of a wave or site, a relation without ties; the order
    of ties of different relations.

    Parameters
    ----------
    export
        The network, of one wave and one site, with observed ties only.
    path
        The file; one that is there is replaced as a whole.

    Raises
    ------
    InputError
        For quotes and line ends in names, ties that were not observed, several waves or
        sites, relations whose direction is not known, and what every format refuses.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from netcollab.study.ledger import Ledger
    >>> from netcollab.study.readers.incoming import IncomingNetwork
    >>> network = IncomingNetwork("example", "example", Ledger("example"), "trust")
    >>> network.add_actor(1, "nav")
    >>> network.add_actor(2, "ks")
    >>> network.add_tie(3, "nav", "ks", {"weight": "2"}, directed=True)
    >>> file = write_pajek(network.finish(sha256=""), Path(mkdtemp(), "a.net"))
    >>> print(file.read_text())
    *Vertices 2
    1 "nav"
    2 "ks"
    *Arcs :1 "trust"
    1 2 2
    <BLANKLINE>
    """
    network = outgoing(export)
    observed_only(network, "Pajek")
    names = [*network.actors["actor"], *network.ties["relation"]]
    quoted = [name for name in names if re.search('["\n\r]', name)]
    if quoted:
        raise InputError(
            f"Pajek has no quotes and line ends in names, got {quoted[0][:80]!a}"
        )
    text = "".join(_lines(network))
    return write_atomically(path, text if text.isascii() else "\ufeff" + text)


class _Reading:
    """One pass over the lines of a Pajek file."""

    def __init__(
        self, network: IncomingNetwork, choice: GraphChoice, self_ties: SelfTies
    ) -> None:
        self._network, self._choice, self._self_ties = network, choice, self_ties
        self._section = ""
        self._is_open = self._has_vertices = self._is_named = False
        self._declared: tuple[int, int] | None = None
        self._labels: dict[int, tuple[str, int]] = {}
        self._relations: dict[str, str] = {}
        self._relation = ""
        self._matrix: list[tuple[int, list[str | None]]] = []

    def read(self, text: str) -> None:
        lines = io.StringIO(text.removeprefix("\ufeff"), newline=None)
        for number, line in enumerate(lines, start=1):
            stripped = line.strip()
            if not stripped or stripped.startswith(("%", "/*")):
                continue
            if stripped.startswith("*"):
                self._begin(number, stripped)
            elif self._section == "":
                told = {"value": stripped, "options": ", ".join(_KNOWN)}
                self._network.note("E-GRA-025", number, **told)
                self._section = "skipped"
            elif self._is_open and self._section != "skipped":
                tokens = self._tokens(number, stripped)
                if tokens:
                    self._take(number, tokens)
        self._close()

    def _begin(self, number: int, line: str) -> None:
        found = _SECTION.fullmatch(line)
        name = found[1].casefold() if found else ""
        rest = found[2].strip() if found else ""
        if self._section == "vertices":
            self._close_vertices()
        self._close_matrix()
        if name == "network":
            self._close()
            self._is_open = self._choice.opens(rest.strip('"'), number)
            self._is_named, self._section = True, "network"
        elif name == "vertices":
            self._begin_vertices(number, rest)
        elif name in _DIRECTED:
            self._section = name
            self._name_relation(number, rest)
            if not self._has_vertices and self._is_open:
                told = {"value": line, "options": "*Vertices"}
                self._network.note("E-GRA-025", number, **told)
                self._section = "skipped"
        else:
            self._section = "skipped"
            near = closest(line.split()[0][:50], _KNOWN)
            if near:
                told = {"value": line, "near": near, "options": ", ".join(_KNOWN)}
                self._network.note("E-GRA-025", number, **told)
            elif self._is_open:
                self._network.unread[line.split()[0]] += 1

    def _begin_vertices(self, number: int, rest: str) -> None:
        if not self._is_named or self._has_vertices:
            self._close()
            self._is_open = self._choice.opens("", number)
        self._has_vertices, self._section = True, "vertices"
        if not self._is_open:
            return
        counts = rest.split()
        if not 1 <= len(counts) <= 2 or not all(map(_is_count, counts)):
            told = {"value": f"*Vertices {rest}", "options": "*Vertices 8"}
            self._network.note("E-GRA-025", number, **told)
            self._section = "skipped"
            return
        if len(counts) == 2:
            self._network.note("E-GRA-027", number, value=f"*Vertices {rest}")
        self._declared = (int(counts[0]), number)

    def _close_vertices(self) -> None:
        """Every vertex is numbered once; a list without labels is named by number."""
        if not self._is_open or self._declared is None:
            return
        count, line = self._declared
        if not self._labels:
            names = self._network.add_numbered(count, line)
            self._labels = {n: (name, line) for n, name in enumerate(names, start=1)}
        elif len(self._labels) != count:
            told = {"declared": count, "found": len(self._labels), "what": "vertices"}
            self._network.note("E-GRA-026", line, **told)

    def _close(self) -> None:
        """The end of one network."""
        if self._section == "vertices":
            self._close_vertices()
        self._close_matrix()
        self._section = ""
        self._is_open = self._has_vertices = self._is_named = False

    def _close_matrix(self) -> None:
        if self._section != "matrix" or not self._is_open or not self._matrix:
            return
        rows, self._matrix = self._matrix, []
        n = len(self._labels)
        if len(rows) != n:
            told = {"declared": n, "found": len(rows), "what": "*Matrix"}
            self._network.note("E-GRA-026", rows[0][0], **told)
            return
        if not self._network.has_room(n * n, rows[0][0]):
            return
        self._network.add_matrix(
            [self._labels[number][0] for number in sorted(self._labels)],
            rows,
            relation=self._relation,
            directed=True,
            self_ties=self._self_ties,
        )

    def _name_relation(self, number: int, rest: str) -> None:
        numbered = _RELATION.fullmatch(rest)
        key = numbered[1] if numbered else ""
        written = (numbered[2] if numbered else rest).strip()
        found = _NAME.fullmatch(written)
        if found is None and self._is_open:
            told = {"value": rest, "options": '*Arcs :1 "trust"'}
            self._network.note("E-GRA-025", number, **told)
        name = "" if found is None else (found[1] if found[1] is not None else written)
        if key:
            name = name or self._relations.get(key, key)
            self._relations[key] = name
        self._relation = name

    def _tokens(self, number: int, line: str) -> Tokens:
        tokens: Tokens = []
        at = 0
        while at < len(line):
            found = _TOKEN.match(line, at)
            if found is None:
                told = {"value": line[at:], "options": '"…"'}
                self._network.note("E-GRA-025", number, **told)
                return []
            tokens.append((found[1] or found[2] or "", found[1] is not None))
            at = found.end()
            while at < len(line) and line[at].isspace():
                at += 1
        return tokens

    def _take(self, number: int, tokens: Tokens) -> None:
        if any(text.startswith("[") and not quoted for text, quoted in tokens):
            text = next(text for text, quoted in tokens if text.startswith("["))
            self._network.note("E-GRA-039", number, value=text, element=tokens[0][0])
        elif self._section == "vertices":
            self._take_vertex(number, tokens)
        elif self._section == "matrix":
            self._take_row(number, [text for text, _ in tokens])
        elif self._section in {"arcslist", "edgeslist"}:
            ends = [self._vertex(number, text) for text, _ in tokens]
            for target in ends[1:]:
                self._add(number, ends[0], target, {})
        elif self._section in {"arcs", "edges"}:
            self._take_line(number, tokens)

    def _take_vertex(self, number: int, tokens: Tokens) -> None:
        count = self._declared[0] if self._declared else 0
        first = tokens[0][0]
        if not _is_count(first) or not 1 <= int(first) <= count:
            told = {"value": first, "limit": count, "element": f"vertex {first}"}
            self._network.note("E-GRA-028", number, **told)
            return
        vertex = int(first)
        if vertex in self._labels:
            other = self._labels[vertex][1]
            self._network.note("E-GRA-014", number, value=first, other=other)
            return
        label = tokens[1][0] if len(tokens) > 1 else first
        self._labels[vertex] = (label, number)
        values = {}
        rest = tokens[2:]
        for name, (text, quoted) in zip(_COORDINATES, rest, strict=False):
            if quoted or number_fault(text):
                break
            values[name] = text
        if len(rest) > len(values):
            self._network.unread["vertex parameters"] += 1
        if not label:
            told = {"value": "label", "element": f"vertex {first}"}
            self._network.note("E-GRA-021", number, **told)
            return
        self._network.add_actor(number, label, values)

    def _take_row(self, number: int, cells: list[str]) -> None:
        n = len(self._labels)
        if len(cells) != n:
            told = {"declared": n, "found": len(cells), "what": "*Matrix"}
            self._network.note("E-GRA-026", number, **told)
        filled: list[str | None] = [*cells[:n], *[None] * (n - len(cells))]
        self._matrix.append((number, filled))

    def _take_line(self, number: int, tokens: Tokens) -> None:
        if len(tokens) < 2:
            told = {"value": tokens[0][0], "options": "1 2 1.5"}
            self._network.note("E-GRA-025", number, **told)
            return
        source, target = (self._vertex(number, text) for text, _ in tokens[:2])
        values = {}
        rest = tokens[2:]
        if rest and not rest[0][1] and _STARTS_NUMBER.match(rest[0][0]):
            values["weight"] = rest[0][0]
            rest = rest[1:]
        if rest:
            self._network.unread["line parameters"] += 1
        self._add(number, source, target, values)

    def _vertex(self, number: int, text: str) -> str | None:
        """The label of a vertex; a number that is none is an error."""
        if _is_count(text) and int(text) in self._labels:
            return self._labels[int(text)][0]
        if len(self._labels) == (self._declared or (0, 0))[0] or not _is_count(text):
            told = {"value": text, "limit": len(self._labels), "element": "tie"}
            self._network.note("E-GRA-028", number, **told)
        return None

    def _add(
        self,
        number: int,
        source: str | None,
        target: str | None,
        values: dict[str, str],
    ) -> None:
        if source is None or target is None:
            return
        values["relation"] = self._relation
        directed = _DIRECTED[self._section]
        self._network.add_tie(number, source, target, values, directed=directed)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _lines(network: Outgoing) -> Sequence[str]:
    actors = network.actors["actor"]
    numbers = {actor: n for n, actor in enumerate(actors, start=1)}
    kept: list[str] = []
    for name in _COORDINATES:
        cells = network.actors.get(name, [""])
        if not all(cells) or any(map(number_fault, cells)):
            break
        kept.append(name)
    lines = [f"*Vertices {len(actors)}\n"]
    for i, actor in enumerate(actors):
        at = "".join(f" {network.actors[name][i]}" for name in kept)
        lines.append(f'{i + 1} "{actor}"{at}\n')
    ties = network.ties
    for n, relation in enumerate(dict.fromkeys(ties["relation"]), start=1):
        directed = network.directed[relation]
        if directed is None:
            raise InputError(f"Pajek states directions, got none for {relation}")
        lines.append(f'{"*Arcs" if directed else "*Edges"} :{n} "{relation}"\n')
        rows = zip(
            ties["relation"],
            ties["source"],
            ties["target"],
            ties["weight"],
            strict=True,
        )
        lines += [
            f"{numbers[source]} {numbers[target]} {weight}\n"
            for named, source, target, weight in rows
            if named == relation
        ]
    return lines
