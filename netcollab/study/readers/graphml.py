"""GraphML: which actors and ties does a graph hold, and can it be trusted?

Other readers take two nodes of one id for one, make a node for an edge that leads
nowhere, and read the first of two graphs; here each of these is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from netcollab._files import write_atomically
from netcollab.errors import InputError, closest
from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place
from netcollab.study.readers.export import NetworkExport, export_file
from netcollab.study.readers.incoming import (
    GraphChoice,
    IncomingNetwork,
    StoppedError,
)
from netcollab.study.readers.outgoing import Outgoing, column_kind, outgoing
from netcollab.study.readers.xml_network import (
    Attribute,
    Attributes,
    XmlPass,
)

__all__ = ["read_graphml", "write_graphml"]

_ADDRESS = "http://graphml.graphdrawing.org/xmlns"
_TABLES = {"node": ("actors",), "edge": ("ties",), "all": ("actors", "ties")}
_UNSUPPORTED = {"hyperedge", "port", "locator", "endpoint"}
_DIRECTED = {"directed": True, "undirected": False}


def read_graphml(
    path: Path,
    ledger: Ledger,
    *,
    graph_id: str = "",
    relation: str = "",
    columns: Mapping[str, str] | None = None,
) -> NetworkExport | None:
    """The actors and ties of a GraphML file; None if anything of it is refused.

    Edge attributes named relation, weight, wave, state, distance or reporter are the
    columns of these names; all others are kept as attributes under their own names,
    `label` among them. An edge without a weight gets 1, and a note counts them. The
    row of a problem is the line of the file.

    Parameters
    ----------
    path
        The file.
    ledger
        Takes the problems.
    graph_id
        Which graph, in a file of several: its id, or "#2" for the second.
    relation
        The relation of ties whose relation the file does not name; empty: "tie".
    columns
        Our column of the ties -> the attribute that holds it, such as
        ``{"weight": "styrke"}``; ``{"weight": ""}`` says that there is none.

    References
    ----------
    Brandes, U., Eiglsperger, M., Lerner, J. & Pich, C. (2013). Graph markup language
    (GraphML). In Tamassia (ed.), Handbook of Graph Drawing and Visualization.
    """
    file = export_file(path, (".graphml", ".xml"), ledger)
    if file is None:
        return None
    reading = _Reading(file, ledger, graph_id, relation, columns or {})
    return reading.export()


def write_graphml(export: NetworkExport, path: Path) -> Path:
    """Write a network as GraphML that Gephi, yEd, igraph and networkx open.

    Every column is declared as an attribute; the weight is a double, and the state of
    a tie is an attribute beside it: a program that does not look at `state` takes a
    tie that nobody was asked about for a tie. What GraphML cannot carry: a relation
    without ties, the type of a cell, and where the network was read.

    Parameters
    ----------
    export
        The network; all its relations must have the same direction.
    path
        The file; one that is there is replaced as a whole.

    Raises
    ------
    InputError
        For control characters, actors that are doubled or unknown, weights that are
        no numbers, and relations whose direction differs or is not known.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from netcollab.study.ledger import Ledger
    >>> from netcollab.study.readers.incoming import IncomingNetwork
    >>> network = IncomingNetwork("example", "example", Ledger("example"), "trust")
    >>> network.add_actor(1, "nav")
    >>> network.add_actor(2, "ks")
    >>> network.add_tie(3, "nav", "ks", {"weight": "2"}, directed=True)
    >>> file = write_graphml(network.finish(sha256=""), Path(mkdtemp(), "a.graphml"))
    >>> read_graphml(file, Ledger("a")).ties.columns[1].text.tolist()
    ['nav']
    """
    network = outgoing(export)
    directions = set(network.directed.values()) or {True}
    if len(directions) > 1 or None in directions:
        told = ", ".join(f"{name}: {way}" for name, way in network.directed.items())
        raise InputError(
            f"a GraphML graph has one direction for all relations, got {told}; say the "
            "direction of each, and write relations of another direction to another "
            "file"
        )
    default = "directed" if directions == {True} else "undirected"
    return write_atomically(path, "".join(_lines(network, default)))


class _Reading:
    """One pass over a GraphML file."""

    def __init__(
        self,
        file: Path,
        ledger: Ledger,
        graph_id: str,
        relation: str,
        columns: Mapping[str, str],
    ) -> None:
        self._xml = XmlPass(file, ledger, "graphml.graphdrawing.org")
        self._network = IncomingNetwork("graphml", file.name, ledger, relation)
        self._attributes = Attributes(
            self._network,
            whole=("int", "integer", "long"),
            real=("float", "double"),
            columns=columns,
        )
        self._given = set(columns)
        self._choice = GraphChoice(graph_id)
        self._ledger = ledger
        self._directed = True
        self._data = ""
        self._line = 0
        self._element = ""
        self._ends: tuple[str, str] | None = None
        self._values: dict[str, str] = {}
        self._edge_ids: dict[str, int] = {}

    def export(self) -> NetworkExport | None:
        if not self._xml.read(self._start, self._end):
            return None
        self._choice.check(Place(self._xml.file), self._ledger)
        self._attributes.finish()
        return self._network.finish(sha256=self._xml.sha256, given=self._given)

    def _start(self, name: str, written: str, attributes: Mapping[str, str]) -> None:
        inside = self._xml.parent
        if not inside and name != "graphml":
            self._xml.note("E-GRA-005", value=written, options="graphml")
            raise StoppedError
        if inside == "data":
            self._leave_out(f"data/{written}")
        elif (inside, name) == ("graphml", "key"):
            self._declare(attributes)
        elif (inside, name) == ("key", "default"):
            self._xml.capture()
        elif (inside, name) == ("graphml", "graph"):
            self._open(attributes)
        elif (inside, name) in {("graph", "node"), ("graph", "edge")}:
            self._begin(name, attributes)
        elif name == "data" and inside in {"node", "edge"}:
            self._data = attributes.get("key", "")
            self._xml.capture()
        elif name in _UNSUPPORTED or (name == "graph" and inside != ""):
            self._xml.note("E-GRA-018", value=f"{inside}/{name}")
            self._xml.skip()
        elif name in {"data", "desc"}:
            self._leave_out(f"{inside}/{name}")
        elif inside:
            self._xml.note("E-GRA-020", value=written, element=inside)
            self._xml.skip()

    def _end(self, name: str, text: str) -> None:
        if name == "default":
            self._attributes.set_default(text)
        elif name == "data":
            table = "ties" if self._element.startswith("edge") else "actors"
            self._attributes.give(
                self._values,
                table=table,
                key=self._data,
                text=text,
                element=self._element,
                line=self._xml.line,
            )
        elif name == "node" and self._element:
            self._attributes.fill(self._values, table="actors")
            actor = self._element.removeprefix("node ")
            self._network.add_actor(self._line, actor, self._values)
        elif name == "edge" and self._ends is not None:
            self._attributes.fill(self._values, table="ties")
            source, target = self._ends
            directed = self._directed
            values = self._values
            self._network.add_tie(self._line, source, target, values, directed=directed)

    def _leave_out(self, what: str) -> None:
        self._network.unread[what] += 1
        self._xml.skip()

    def _declare(self, attributes: Mapping[str, str]) -> None:
        key = attributes.get("id", "")
        domain = attributes.get("for", "all")
        if not key:
            self._xml.note("E-GRA-021", value="id", element="key")
            return
        if domain not in _TABLES:
            self._network.unread[f"key for={domain}"] += 1
            return
        name = attributes.get("attr.name", "") or key
        kind = attributes.get("attr.type", "string").casefold()
        line = self._xml.line
        self._attributes.declare(Attribute(key, name, kind, _TABLES[domain], line))

    def _open(self, attributes: Mapping[str, str]) -> None:
        if not self._choice.opens(attributes.get("id", ""), self._xml.line):
            self._xml.skip()
            return
        default = attributes.get("edgedefault", "")
        if default not in _DIRECTED:
            told = {"value": default or "-", "options": "directed, undirected"}
            near = closest(default, _DIRECTED)
            self._xml.note("E-GRA-019", key="edgedefault", near=near, **told)
        self._directed = _DIRECTED.get(default, True)

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._line, self._values, self._ends = self._xml.line, {}, None
        wanted = ["id"] if name == "node" else ["source", "target"]
        given = [attributes.get(attribute, "") for attribute in wanted]
        self._element = f"{name} {' -> '.join(given)}"
        missing = [a for a, value in zip(wanted, given, strict=True) if not value]
        for attribute in missing:
            told = {"value": attribute, "element": self._element}
            self._xml.note("E-GRA-021", **told)
        if missing:
            self._xml.skip()
        elif name == "edge":
            self._ends = (given[0], given[1])
            self._check_edge(attributes)
        rest = set(attributes) - {*wanted, "id", "directed", "sourceport", "targetport"}
        self._network.unread.update(f"{name}@{part}" for part in sorted(rest))

    def _check_edge(self, attributes: Mapping[str, str]) -> None:
        said = attributes.get("directed")
        ways = {"true": True, "false": False}
        if said is not None and ways.get(said) is not self._directed:
            told = {"value": said, "element": self._element}
            default = "directed" if self._directed else "undirected"
            self._xml.note("E-GRA-037", options=default, **told)
        for port in ("sourceport", "targetport"):
            if port in attributes:
                self._xml.note("E-GRA-018", value=f"edge/{port}")
        if "id" in attributes:
            number, line = attributes["id"], self._xml.line
            if number in self._edge_ids:
                other = self._edge_ids[number]
                self._xml.note("E-GRA-038", value=number, other=other)
            self._edge_ids.setdefault(number, line)
            self._network.unread["edge@id"] += 1


def _lines(network: Outgoing, default: str) -> Sequence[str]:
    actors = [name for name in network.actors if name != "actor"]
    ties = [name for name in network.ties if name not in {"source", "target"}]
    keys = {("node", name): f"n{i}" for i, name in enumerate(actors)}
    keys |= {("edge", name): f"e{i}" for i, name in enumerate(ties)}
    tables = {"node": network.actors, "edge": network.ties}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<graphml xmlns="{_ADDRESS}">\n',
    ]
    for (domain, name), key in keys.items():
        kind = column_kind(name, tables[domain][name])
        lines.append(
            f'  <key id="{key}" for="{domain}" attr.name={quoteattr(name)} '
            f'attr.type="{kind}"/>\n'
        )
    lines.append(f'  <graph edgedefault="{default}">\n')
    for i, actor in enumerate(network.actors["actor"]):
        data = [(keys["node", name], network.actors[name][i]) for name in actors]
        lines += _element(f"node id={quoteattr(actor)}", "node", data)
    ends = zip(network.ties["source"], network.ties["target"], strict=True)
    for i, (source, target) in enumerate(ends):
        data = [(keys["edge", name], network.ties[name][i]) for name in ties]
        head = f"edge source={quoteattr(source)} target={quoteattr(target)}"
        lines += _element(head, "edge", data)
    return [*lines, "  </graph>\n", "</graphml>\n"]


def _element(head: str, name: str, data: Sequence[tuple[str, str]]) -> Sequence[str]:
    filled = [(key, cell) for key, cell in data if cell]
    if not filled:
        return [f"    <{head}/>\n"]
    inner = [
        f'      <data key="{key}">{escape(cell, {chr(13): "&#13;"})}</data>\n'
        for key, cell in filled
    ]
    return [f"    <{head}>\n", *inner, f"    </{name}>\n"]
