"""GEXF, the format of Gephi: which actors and ties does a graph hold?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

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

__all__ = ["read_gexf", "write_gexf"]

_ADDRESS = "http://gexf.net/1.3"
_WHOLE = ("integer", "long", "short", "byte", "biginteger")
_REAL = ("double", "float", "bigdecimal")
_DIRECTED = {"directed": True, "undirected": False}
_TIMES = {
    "start",
    "end",
    "startopen",
    "endopen",
    "timestamp",
    "timestamps",
    "intervals",
}
_DYNAMIC = {"spells", "slices"}
_VIZ = {"color", "position", "size", "shape", "thickness"}
_NESTED = {("node", "nodes"), ("node", "edges"), ("node", "parents")}
_PASSED = {
    ("gexf", "graph"),
    ("graph", "nodes"),
    ("graph", "edges"),
    ("node", "attvalues"),
    ("edge", "attvalues"),
}


def read_gexf(
    path: Path,
    ledger: Ledger,
    *,
    graph_id: str = "",
    relation: str = "",
    columns: Mapping[str, str] | None = None,
) -> NetworkExport | None:
    """The actors and ties of a GEXF file; None if anything of it is refused.

    Edge attributes titled relation, wave, state, distance or reporter are the columns
    of these names, and so is the weight; without a relation the `kind` of an edge is
    it. Labels are kept as the attribute `label`. An edge without a weight gets 1, and
    a note counts them. Colours, sizes and positions are counted, not kept. A graph
    that changes with time is refused. The row of a problem is the line of the file.

    Parameters
    ----------
    path, ledger, relation, columns
        As in `read_graphml`.
    graph_id
        Which graph, in a file of several: "#2" for the second.

    References
    ----------
    GEXF Working Group (2022). GEXF 1.3 Primer. https://gexf.net
    """
    file = export_file(path, (".gexf", ".xml"), ledger)
    if file is None:
        return None
    return _Reading(file, ledger, graph_id, relation, columns or {}).export()


def write_gexf(export: NetworkExport, path: Path) -> Path:
    """Write a network as GEXF 1.3, for Gephi.

    Every column is declared as an attribute; the relation is the kind of an edge as
    well, so that parallel edges stay apart, and the state of a tie is an attribute:
    filter on it in Gephi, which shows an edge without a weight as one of weight 1.
    What GEXF cannot carry: a relation without ties, a column `label` or `kind` without
    any value, and where the network was read.

    Parameters
    ----------
    export
        The network; relations may differ in direction.
    path
        The file; one that is there is replaced as a whole.

    Raises
    ------
    InputError
        For control characters, actors that are doubled or unknown, weights that are
        no numbers, and relations whose direction is not known.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from netcollab.study.ledger import Ledger
    >>> from netcollab.study.readers.incoming import IncomingNetwork
    >>> network = IncomingNetwork("example", "example", Ledger("example"), "trust")
    >>> network.add_actor(1, "nav")
    >>> network.add_actor(2, "ks")
    >>> network.add_tie(3, "nav", "ks", {"weight": "2"}, directed=False)
    >>> file = write_gexf(network.finish(sha256=""), Path(mkdtemp(), "a.gexf"))
    >>> read_gexf(file, Ledger("a")).directed
    {'trust': False}
    """
    network = outgoing(export)
    unsaid = [
        name for name in set(network.ties["relation"]) if network.directed[name] is None
    ]
    if unsaid:
        raise InputError(
            f"GEXF states directions, got none for {', '.join(sorted(unsaid)[:10])}; "
            "say whether each is directed"
        )
    return write_atomically(path, "".join(_lines(network)))


class _Reading:
    """One pass over a GEXF file."""

    def __init__(
        self,
        file: Path,
        ledger: Ledger,
        graph_id: str,
        relation: str,
        columns: Mapping[str, str],
    ) -> None:
        self._xml = XmlPass(file, ledger, "gexf.net")
        self._network = IncomingNetwork("gexf", file.name, ledger, relation)
        self._attributes = Attributes(
            self._network, whole=_WHOLE, real=_REAL, columns=columns
        )
        self._given = set(columns)
        self._choice = GraphChoice(graph_id)
        self._ledger = ledger
        self._default: str | None = None
        self._unsaid = 0
        self._class = self._element = ""
        self._line = 0
        self._edge: Mapping[str, str] = {}
        self._values: dict[str, str] = {}
        self._edge_ids: dict[str, int] = {}

    def export(self) -> NetworkExport | None:
        if not self._xml.read(self._start, self._end):
            return None
        self._choice.check(Place(self._xml.file), self._ledger)
        self._attributes.finish()
        if self._unsaid and self._network.is_sound:
            self._network.note("W-GRA-042", count=self._unsaid)
        return self._network.finish(sha256=self._xml.sha256, given=self._given)

    def _start(self, name: str, written: str, attributes: Mapping[str, str]) -> None:
        inside = self._xml.parent
        if not inside and name != "gexf":
            self._xml.note("E-GRA-005", value=written, options="gexf")
            raise StoppedError
        if (inside, name) == ("gexf", "graph"):
            self._open(attributes)
        elif (inside, name) in _NESTED or name == "parent":
            self._xml.note("E-GRA-018", value=f"{inside}/{name}")
            self._xml.skip()
        elif name in _DYNAMIC:
            self._xml.note("E-GRA-039", value=name)
            self._xml.skip()
        elif (inside, name) == ("graph", "attributes"):
            self._class = attributes.get("class", "")
            self._refuse_dynamic(attributes, "attributes")
        elif (inside, name) == ("attributes", "attribute"):
            self._declare(attributes)
        elif (inside, name) == ("attribute", "default"):
            self._xml.capture()
        elif (inside, name) in {("nodes", "node"), ("edges", "edge")}:
            self._begin(name, attributes)
        elif (inside, name) == ("attvalues", "attvalue"):
            self._take(attributes)
        elif inside and (inside, name) not in _PASSED:
            self._leave_out(inside, name, written)

    def _end(self, name: str, text: str) -> None:
        if name == "default":
            self._attributes.set_default(text)
        elif name == "node":
            self._attributes.fill(self._values, table="actors")
            actor = self._element.removeprefix("node ")
            self._network.add_actor(self._line, actor, self._values)
        elif name == "edge":
            self._attributes.fill(self._values, table="ties")
            self._finish_edge()

    def _leave_out(self, inside: str, name: str, written: str) -> None:
        """Drawing, and what describes the file; anything else is not GEXF."""
        drawing = inside in {"node", "edge"} and written in _VIZ
        if drawing or name in {"meta", "options"}:
            self._network.unread[f"{inside}/{written}"] += 1
        else:
            self._xml.note("E-GRA-020", value=written, element=inside)
        self._xml.skip()

    def _open(self, attributes: Mapping[str, str]) -> None:
        if not self._choice.opens(attributes.get("id", ""), self._xml.line):
            self._xml.skip()
            return
        self._refuse_dynamic(attributes, "graph")
        self._default = attributes.get("defaultedgetype")
        if self._default is not None and self._default not in _DIRECTED:
            told = {"value": self._default, "options": "directed, undirected"}
            near = closest(self._default, _DIRECTED)
            self._xml.note("E-GRA-019", key="defaultedgetype", near=near, **told)

    def _refuse_dynamic(self, attributes: Mapping[str, str], element: str) -> None:
        found = sorted(_TIMES & set(attributes))
        if attributes.get("mode") == "dynamic":
            found.append('mode="dynamic"')
        for part in found:
            self._xml.note("E-GRA-039", value=part, element=element)

    def _declare(self, attributes: Mapping[str, str]) -> None:
        key = attributes.get("id", "")
        tables = {"node": ("actors",), "edge": ("ties",)}.get(self._class)
        if not key or tables is None:
            missing = "class" if key else "id"
            self._xml.note("E-GRA-021", value=missing, element="attribute")
            return
        name = attributes.get("title", "") or key
        kind = attributes.get("type", "string").casefold()
        line = self._xml.line
        self._attributes.declare(Attribute(key, name, kind, tables, line))

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._line, self._values, self._edge = self._xml.line, {}, attributes
        wanted = ["id"] if name == "node" else ["source", "target"]
        given = [attributes.get(attribute, "") for attribute in wanted]
        self._element = f"{name} {' -> '.join(given)}"
        self._refuse_dynamic(attributes, self._element)
        missing = [a for a, value in zip(wanted, given, strict=True) if not value]
        for attribute in missing:
            self._xml.note("E-GRA-021", value=attribute, element=self._element)
        if "pid" in attributes:
            self._xml.note("E-GRA-018", value=f"{name}/pid")
        if missing:
            self._xml.skip()
        elif attributes.get("label"):
            self._values["label"] = attributes["label"]
        if name == "edge" and "id" in attributes:
            number = attributes["id"]
            if number in self._edge_ids:
                other = self._edge_ids[number]
                self._xml.note("E-GRA-038", value=number, other=other)
            self._edge_ids.setdefault(number, self._line)
        known = {*wanted, "label", "pid", *_TIMES}
        known |= {"weight", "type", "kind"} if name == "edge" else {"id"}
        rest = sorted(set(attributes) - known)
        self._network.unread.update(f"{name}@{part}" for part in rest)

    def _take(self, attributes: Mapping[str, str]) -> None:
        self._refuse_dynamic(attributes, self._element)
        key = attributes.get("for", attributes.get("id", ""))
        table = "actors" if self._element.startswith("node") else "ties"
        self._attributes.give(
            self._values,
            table=table,
            key=key,
            text=attributes.get("value", ""),
            element=self._element,
            line=self._xml.line,
        )

    def _finish_edge(self) -> None:
        edge, values = self._edge, self._values
        kind = edge.get("kind", "")
        if kind and not values.get("relation"):
            values["relation"] = kind
        own = {"weight": edge.get("weight", "")}
        own["kind"] = kind if kind != values.get("relation") else ""
        for name in [name for name, text in own.items() if text]:
            if values.get(name):
                told = {"value": name, "element": self._element}
                self._network.note("E-GRA-022", self._line, **told)
            values[name] = own[name]
        said = edge.get("type", self._default or "")
        self._unsaid += not said
        if said and said not in _DIRECTED:
            told = {"value": said, "options": "directed, undirected"}
            self._network.note("E-GRA-019", self._line, key="type", **told)
        directed = _DIRECTED.get(said, False)
        source, target = edge["source"], edge["target"]
        self._network.add_tie(self._line, source, target, values, directed=directed)


def _lines(network: Outgoing) -> Sequence[str]:
    actors = [name for name in network.actors if name not in {"actor", "label"}]
    own = {"source", "target", "weight", "label"}
    ties = [name for name in network.ties if name not in own]
    directions = {network.directed[name] for name in network.ties["relation"]}
    default = "undirected" if directions == {False} else "directed"
    edge_labels = network.column("label")
    has_kinds = any(network.column("kind"))
    labels = network.actors.get("label", [""] * len(network.actors["actor"]))
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<gexf xmlns="{_ADDRESS}" version="1.3">\n',
        f'  <graph mode="static" defaultedgetype="{default}">\n',
        *_declared("node", actors, network.actors),
        *_declared("edge", ties, network.ties),
        "    <nodes>\n",
    ]
    for i, actor in enumerate(network.actors["actor"]):
        label = labels[i]
        head = f"node id={quoteattr(actor)}{_said('label', label)}"
        cells = [network.actors[name][i] for name in actors]
        lines += _element(head, "node", cells)
    lines += ["    </nodes>\n", "    <edges>\n"]
    for i, relation in enumerate(network.ties["relation"]):
        way = "directed" if network.directed[relation] else "undirected"
        head = (
            f"edge source={quoteattr(network.ties['source'][i])} "
            f"target={quoteattr(network.ties['target'][i])}"
            + _said("weight", network.ties["weight"][i])
            + _said("label", edge_labels[i])
            + ("" if way == default else f' type="{way}"')
            + ("" if has_kinds else _said("kind", relation))
        )
        lines += _element(head, "edge", [network.ties[name][i] for name in ties])
    return [*lines, "    </edges>\n", "  </graph>\n", "</gexf>\n"]


def _declared(
    domain: str, names: Sequence[str], table: Mapping[str, Sequence[str]]
) -> Sequence[str]:
    if not names:
        return []
    declared = [
        f'      <attribute id="{i}" title={quoteattr(name)} '
        f'type="{column_kind(name, table[name])}"/>\n'
        for i, name in enumerate(names)
    ]
    return [f'    <attributes class="{domain}">\n', *declared, "    </attributes>\n"]


def _said(name: str, text: str) -> str:
    return f" {name}={quoteattr(text)}" if text else ""


def _element(head: str, name: str, cells: Sequence[str]) -> Sequence[str]:
    values = [
        f'          <attvalue for="{i}" value={quoteattr(cell)}/>\n'
        for i, cell in enumerate(cells)
        if cell
    ]
    if not values:
        return [f"      <{head}/>\n"]
    inner = ["        <attvalues>\n", *values, "        </attvalues>\n"]
    return [f"      <{head}>\n", *inner, f"      </{name}>\n"]
