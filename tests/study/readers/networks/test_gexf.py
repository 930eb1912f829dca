"""GEXF: what Gephi writes is read, and what Gephi would misread is said."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study.readers.gexf import read_gexf, write_gexf

Read = Callable[..., Any]

ATTRIBUTES = """\
<attributes class="node" mode="static">
<attribute id="0" title="staff" type="integer"><default>1</default></attribute>
</attributes>
<attributes class="edge">
<attribute id="0" title="relation" type="string"/>
<attribute id="1" title="share" type="double"/>
</attributes>
"""
NODES = """\
<nodes count="2">
<node id="n1" label="Nav Øst"><attvalues><attvalue for="0" value="12"/></attvalues>\
</node>
<node id="n2" label="KS"><viz:color r="1" g="2" b="3"/><viz:size value="4"/></node>
</nodes>
"""
EDGES = """\
<edges>
<edge id="0" source="n1" target="n2" weight="2.5">
<attvalues><attvalue for="0" value="trust"/></attvalues></edge>
</edges>
"""


def gexf(
    graph: str = ATTRIBUTES + NODES + EDGES,
    *,
    said: str = 'mode="static" defaultedgetype="directed"',
    head: str = '<?xml version="1.0" encoding="UTF-8"?>\n',
) -> str:
    return (
        f'{head}<gexf xmlns="http://www.gexf.net/1.2draft" '
        'xmlns:viz="http://www.gexf.net/1.2draft/viz" version="1.2">\n'
        "<meta><creator>made</creator></meta>\n"
        f"<graph {said}>\n{graph}</graph>\n</gexf>\n"
    )


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


def errors(problems: Any) -> list[tuple[str, int | None, str | None]]:
    return [(p.code, p.row, p.value) for p in problems if p.severity == "ERROR"]


def test_labels_attributes_and_defaults(read: Read, told: Any) -> None:
    export, problems = read(read_gexf, "a.gexf", gexf())
    actors, ties, directed = told(export)
    assert actors == {
        "actor": ["n1", "n2"],
        "staff": ["12", "1"],
        "label": ["Nav Øst", "KS"],
    }
    assert ties == {
        "relation": ["trust"],
        "source": ["n1"],
        "target": ["n2"],
        "weight": ["2.5"],
        "share": [""],
    }
    assert directed == {"trust": True}
    assert codes(problems) == ["N-GRA-052", "N-GRA-047"]
    parts = "gexf/meta (1), node/color (1), node/size (1), edge@id (1)"
    assert problems[0].fields["known"] == parts


def test_networkx_reads_the_same(read: Read, tmp_path: Path, told: Any) -> None:
    path = tmp_path / "a.gexf"
    path.write_text(gexf(), "utf-8")
    other = nx.read_gexf(path)
    export, _ = read(read_gexf, "a.gexf", gexf())
    actors, ties, _ = told(export)
    assert list(other.nodes) == actors["actor"]
    assert list(nx.get_node_attributes(other, "label").values()) == actors["label"]
    assert [(s, t, w) for s, t, w in other.edges(data="weight")] == [("n1", "n2", 2.5)]
    assert float(ties["weight"][0]) == 2.5


def test_what_networkx_writes_is_read(read: Read, tmp_path: Path, told: Any) -> None:
    graph = nx.Graph()
    graph.add_edge("a", "b", weight=2.5, state="not_asked")
    graph.add_node("c", staff=3)
    nx.write_gexf(graph, tmp_path / "a.gexf")
    data = (tmp_path / "a.gexf").read_bytes()
    export, problems = read(read_gexf, "a.gexf", data, relation="trust")
    actors, ties, directed = told(export)
    assert actors["actor"] == ["a", "b", "c"]
    assert (ties["weight"], ties["state"]) == (["2.5"], ["not_asked"])
    assert directed == {"trust": False}
    assert "N-GRA-052" in codes(problems)


def test_a_document_type_is_refused_at_once(read: Read) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE gexf [<!ENTITY l0 "lol">{entities}]>'
    started = time.process_time()
    _, problems = read(read_gexf, "a.gexf", gexf(head=head))
    assert errors(problems) == [("E-GRA-001", 1, None)]
    assert time.process_time() - started < 1


EDGE = '<edge source="n1" target="n2"{}>{}</edge>\n'


def with_edges(*edges: str) -> str:
    return gexf(f"{ATTRIBUTES}{NODES}<edges>\n{''.join(edges)}</edges>\n")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (with_edges(EDGE.format(' weight="1,5"', "")), ("E-GRA-012", 17, "1,5")),
        (with_edges(EDGE.format(' weight="NaN"', "")), ("E-GRA-013", 17, "NaN")),
        (with_edges(EDGE.format(' type="mutual"', "")), ("E-GRA-019", 17, "mutual")),
        (
            with_edges(
                EDGE.format("", '<attvalues><attvalue for="7" value="1"/></attvalues>')
            ),
            ("E-GRA-009", 17, "7"),
        ),
        (
            with_edges(
                EDGE.format(
                    "", '<attvalues><attvalue for="1" value="1,5"/></attvalues>'
                )
            ),
            ("E-GRA-012", 17, "1,5"),
        ),
        (
            with_edges(EDGE.format(' id="e"', ""), EDGE.format(' id="e"', "")),
            ("E-GRA-038", 18, "e"),
        ),
        (with_edges('<edge source="n1" target="n9"/>'), ("E-GRA-015", 17, "n9")),
        (with_edges('<edge source="n1"/>'), ("E-GRA-021", 17, "target")),
        (with_edges(EDGE.format(' start="2020"', "")), ("E-GRA-039", 17, "start")),
        (
            with_edges(EDGE.format("", "<spells><spell/></spells>")),
            ("E-GRA-039", 17, "spells"),
        ),
        (
            gexf(NODES.replace('"n2"', '"n1"').replace(' for="0"', ' for="label"')),
            ("E-GRA-009", 6, "label"),
        ),
        (
            gexf(
                NODES.replace("<attvalues>", "<!--")
                .replace("</attvalues>", "-->")
                .replace('"n2"', '"n1"')
            ),
            ("E-GRA-014", 7, "n1"),
        ),
        (
            gexf('<nodes><node id="a"><nodes><node id="b"/></nodes></node></nodes>'),
            ("E-GRA-018", 5, "node/nodes"),
        ),
        (gexf('<nodes><node id="a" pid="b"/></nodes>'), ("E-GRA-018", 5, "node/pid")),
        (gexf(said='mode="dynamic"'), ("E-GRA-039", 4, 'mode="dynamic"')),
        (gexf(said='defaultedgetype="mutual"'), ("E-GRA-019", 4, "mutual")),
        (gexf("<nodes/><strange/>"), ("E-GRA-020", 5, "strange")),
        ("<gexf/>", ("E-GRA-006", None, None)),
        ("<graphml/>", ("E-GRA-005", 1, "graphml")),
        ("", ("E-GRA-002", 1, None)),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    read: Read, content: str, expected: tuple[str, int | None, str | None]
) -> None:
    _, problems = read(read_gexf, "a.gexf", content)
    assert expected in errors(problems)


def test_keys_of_nodes_and_edges_do_not_mix(read: Read, told: Any) -> None:
    export, _ = read(read_gexf, "a.gexf", gexf())
    assert told(export)[0]["staff"] == ["12", "1"]
    assert told(export)[1]["relation"] == ["trust"]
    plain = gexf(f"{ATTRIBUTES}{NODES}<edges>{EDGE.format('', '')}</edges>")
    export, problems = read(read_gexf, "a.gexf", plain)
    assert told(export)[1]["relation"] == ["tie"]
    assert "N-GRA-051" in codes(problems)


def test_two_graphs_ask_for_a_choice(read: Read, told: Any) -> None:
    second = '</graph>\n<graph><nodes><node id="x"/><node id="y"/></nodes></graph>'
    two = gexf().replace("</graph>", second)
    _, problems = read(read_gexf, "a.gexf", two)
    assert [code for code, _, _ in errors(problems)] == ["E-GRA-007"]
    assert {p.fields.get("options") for p in problems} == {"#1, #2", None}
    export, _ = read(read_gexf, "a.gexf", two, graph_id="#2")
    assert told(export)[0] == {"actor": ["x", "y"]}


def test_a_graph_without_direction_is_warned_of(read: Read, told: Any) -> None:
    export, problems = read(read_gexf, "a.gexf", gexf(said=""))
    assert told(export)[2] == {"trust": False}
    assert "W-GRA-042" in codes(problems)


def test_relations_may_differ_in_direction_but_not_one_relation(
    read: Read, told: Any
) -> None:
    one, other = ' kind="a"', ' kind="b" type="undirected"'
    content = with_edges(EDGE.format(one, ""), EDGE.format(other, ""))
    export, _ = read(read_gexf, "a.gexf", content)
    assert told(export)[2] == {"a": True, "b": False}
    mixed = with_edges(EDGE.format(one, ""), EDGE.format(other.replace("b", "a"), ""))
    _, problems = read(read_gexf, "a.gexf", mixed)
    assert [code for code, _, _ in errors(problems)] == ["E-GRA-017"]


@given(data=st.data())
def test_what_is_written_is_read_again(
    data: st.DataObject, networks: Any, told: Any, again: Any
) -> None:
    network = data.draw(networks())
    back = again(network, write_gexf, read_gexf, "a.gexf")
    assert told(back) == told(network)


def test_gephi_finds_every_attribute_declared(make: Any, tmp_path: Path) -> None:
    actors = [{"actor": "a", "label": "Å", "staff": "3"}, {"actor": "b"}]
    tie = {"relation": "t", "source": "a", "target": "b", "weight": "2"}
    export = make(actors, [tie | {"state": "observed"}], {"t": True})
    path = write_gexf(export, tmp_path / "a.gexf")
    root = ElementTree.parse(path).getroot()
    space = {"g": "http://gexf.net/1.3"}
    declared = {
        (block.get("class"), part.get("id")): (part.get("title"), part.get("type"))
        for block in root.iterfind(".//g:attributes", space)
        for part in block
    }
    assert declared == {
        ("node", "0"): ("staff", "long"),
        ("edge", "0"): ("relation", "string"),
        ("edge", "1"): ("state", "string"),
    }
    used = {
        (domain, value.get("for"))
        for domain in ("node", "edge")
        for element in root.iterfind(f".//g:{domain}", space)
        for value in element.iterfind(".//g:attvalue", space)
    }
    assert used == set(declared)
    (edge,) = root.iterfind(".//g:edge", space)
    assert (edge.get("weight"), edge.get("kind")) == ("2", "t")
    graph = nx.read_gexf(path, version="1.3")
    assert graph.nodes["a"] == {"staff": 3, "label": "Å"}


def test_a_direction_that_is_not_known_is_not_written(
    make: Any, tmp_path: Path
) -> None:
    tie = {"relation": "t", "source": "a", "target": "b", "weight": "2"}
    export = make([{"actor": "a"}, {"actor": "b"}], [tie], {"t": None})
    with pytest.raises(nc.errors.InputError, match="GEXF states directions"):
        write_gexf(export, tmp_path / "a.gexf")


@given(data=st.data())
def test_damaged_files_are_never_a_traceback(
    data: st.DataObject, damage: Any, read: Read
) -> None:
    read(read_gexf, "a.gexf", data.draw(damage(gexf().encode())))
