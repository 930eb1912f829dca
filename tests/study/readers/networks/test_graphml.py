"""GraphML: what others merge, create or drop without a word is an error here."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study.readers.graphml import read_graphml, write_graphml

KEYS = """\
<key id="d0" for="node" attr.name="label" attr.type="string"/>
<key id="d1" for="edge" attr.name="weight" attr.type="double"/>
<key id="d2" for="edge" attr.name="relation" attr.type="string"/>
"""
NODES = """\
<node id="nav"><data key="d0">Nav Øst</data></node>
<node id="ks"/>
<node id="0301"/>
"""
EDGES = """\
<edge source="nav" target="ks"><data key="d1">2.5</data><data key="d2">trust</data>\
</edge>
<edge source="ks" target="0301"><data key="d1">1</data><data key="d2">trust</data>\
</edge>
"""


def graphml(
    graph: str = NODES + EDGES,
    *,
    keys: str = KEYS,
    way: str = 'edgedefault="directed"',
    head: str = '<?xml version="1.0" encoding="UTF-8"?>\n',
) -> str:
    address = "http://graphml.graphdrawing.org/xmlns"
    return (
        f'{head}<graphml xmlns="{address}">\n{keys}<graph {way}>\n{graph}</graph>\n'
        "</graphml>\n"
    )


Read = Callable[..., Any]


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


def errors(problems: Any) -> list[tuple[str, int | None, str | None]]:
    return [(p.code, p.row, p.value) for p in problems if p.severity == "ERROR"]


def test_actors_ties_and_attributes_with_their_lines(read: Read, told: Any) -> None:
    export, problems = read(read_graphml, "a.graphml", graphml())
    assert told(export) == (
        {"actor": ["nav", "ks", "0301"], "label": ["Nav Øst", "", ""]},
        {
            "relation": ["trust", "trust"],
            "source": ["nav", "ks"],
            "target": ["ks", "0301"],
            "weight": ["2.5", "1"],
        },
        {"trust": True},
    )
    assert export.actors.rows.tolist() == [7, 8, 9]
    assert export.ties.rows.tolist() == [10, 11]
    assert len(export.ties.sha256) == 64
    assert problems == ()


def test_networkx_reads_the_same(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.graphml"
    path.write_text(graphml(), "utf-8")
    other = nx.read_graphml(path)
    export, _ = read(read_graphml, "a.graphml", graphml())
    source, target, weight = (c.text.tolist() for c in export.ties.columns[1:4])
    ours = list(zip(source, target, map(float, weight), strict=True))
    assert ours == list(other.edges(data="weight"))
    assert list(other.nodes) == export.actors.columns[0].text.tolist()


def test_what_networkx_writes_is_read(read: Read, tmp_path: Path, told: Any) -> None:
    graph = nx.DiGraph()
    graph.add_node("a", staff=3, open=True)
    graph.add_edge("a", "b", weight=2.5, state="observed")
    nx.write_graphml(graph, tmp_path / "a.graphml")
    data = (tmp_path / "a.graphml").read_bytes()
    export, problems = read(read_graphml, "a.graphml", data)
    actors, ties, directed = told(export)
    assert actors == {"actor": ["a", "b"], "staff": ["3", ""], "open": ["True", ""]}
    assert (ties["weight"], ties["state"]) == (["2.5"], ["observed"])
    assert (directed, codes(problems)) == ({"tie": True}, ["N-GRA-051"])


BOMB = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "declaration",
    [
        f'<!DOCTYPE graphml [<!ENTITY l0 "lol">{BOMB}]>',
        '<!DOCTYPE graphml [<!ENTITY l0 "lolololo"><!ENTITY l1 "&l0;&l0;&l0;">]>',
        '<!DOCTYPE graphml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE graphml SYSTEM "http://localhost:1/graphml.dtd">',
        '<!DOCTYPE graphml [<!ENTITY % p SYSTEM "http://localhost:1/"> %p;]>',
    ],
)
def test_a_document_type_is_refused_at_once(read: Read, declaration: str) -> None:
    started = time.process_time()
    text = graphml(
        "<node id='a'><data key='d0'>&l9;&x;</data></node>", head=declaration
    )
    _, problems = read(read_graphml, "a.graphml", text)
    assert errors(problems) == [("E-GRA-001", 1, None)]
    assert "DTD/entities are not allowed" in str(problems[0])
    assert time.process_time() - started < 1


MEASURED = """
import resource, sys, time
from pathlib import Path
from netcollab.study.ledger import Ledger
from netcollab.study.readers.graphml import read_graphml

peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = peak()
for path in sorted(Path(sys.argv[1]).iterdir()):
    ledger, started = Ledger("test"), time.process_time()
    assert read_graphml(path, ledger) is None
    seconds = time.process_time() - started
    codes = ",".join(problem.code for problem in ledger.listed())
    print(path.stem, codes, f"{seconds:.3f}", f"{peak() - before:.0f}")
"""
HUGE = {
    "attribute": b'<graphml><key id="a" for="' + b"x" * 50_000_000,
    "comment": b"<graphml><!--" + b"x" * 50_000_000,
    "nested": b"<graphml>" + b"<a>" * (50_000_000 // 3),
    "root": b"<a>" * (50_000_000 // 3),
    "text": graphml("<node id='a'><data key='d0'>").encode()[:-30] + b"x" * 50_000_000,
}


def test_fifty_megabytes_are_refused_at_once(tmp_path: Path) -> None:
    for name, content in HUGE.items():
        (tmp_path / f"{name}.graphml").write_bytes(content)
    run = [sys.executable, "-c", MEASURED, str(tmp_path)]
    said = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    found = {name: rest for name, *rest in map(str.split, said.splitlines())}
    assert {name: codes for name, (codes, _, _) in found.items()} == {
        "attribute": "E-GRA-004",
        "comment": "E-GRA-004",
        "nested": "E-GRA-004,E-GRA-020",
        "root": "E-GRA-005",
        "text": "E-GRA-004",
    }
    for _, seconds, megabytes in found.values():
        assert float(seconds) < 2
        assert float(megabytes) < 200


def test_depth_has_a_limit(read: Read) -> None:
    nested = "<b>" * 120 + "</b>" * 120
    node = f'<node id="a"><data key="d0">{nested}</data></node>'
    _, problems = read(read_graphml, "a.graphml", graphml(node))
    assert errors(problems) == [("E-GRA-004", 7, None)]


EDGE = '<edge source="nav" target="ks">{}</edge>\n'


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (NODES + EDGE.format('<data key="d7">1</data>'), ("E-GRA-009", 10, "d7")),
        (NODES + EDGE.format('<data key="d0">x</data>'), ("E-GRA-009", 10, "d0")),
        (NODES + EDGE.format('<data key="d1">1,5</data>'), ("E-GRA-012", 10, "1,5")),
        (NODES + EDGE.format('<data key="d1">NaN</data>'), ("E-GRA-013", 10, "NaN")),
        (NODES + EDGE.format('<data key="d1">-INF</data>'), ("E-GRA-013", 10, "-INF")),
        (
            NODES + EDGE.format('<data key="d1">1e999</data>'),
            ("E-GRA-013", 10, "1e999"),
        ),
        (
            NODES + EDGE.format('<data key="d1">1</data><data key="d1">2</data>'),
            ("E-GRA-022", 10, "d1"),
        ),
        (NODES + '<node id="nav"/>\n', ("E-GRA-014", 10, "nav")),
        (NODES + '<edge source="nav" target="kss"/>', ("E-GRA-015", 10, "kss")),
        (
            NODES + '<edge source="nav" target="ks" directed="false"/>',
            ("E-GRA-037", 10, "false"),
        ),
        (NODES + '<edge source="nav"/>', ("E-GRA-021", 10, "target")),
        (NODES + "<node/>", ("E-GRA-021", 10, "id")),
        (
            NODES + '<hyperedge><endpoint node="nav"/></hyperedge>',
            ("E-GRA-018", 10, "graph/hyperedge"),
        ),
        (
            '<node id="a"><graph edgedefault="directed"/></node>',
            ("E-GRA-018", 7, "node/graph"),
        ),
        ('<node id="a"><port name="p"/></node>', ("E-GRA-018", 7, "node/port")),
        (
            NODES + '<edge source="nav" target="ks" sourceport="p"/>',
            ("E-GRA-018", 10, "edge/sourceport"),
        ),
        (
            '<node id="a"/><x:include xmlns:x="http://www.w3.org/2001/XInclude" '
            'href="file:///etc/passwd"/>',
            ("E-GRA-020", 7, "include"),
        ),
        ("", ("E-GRA-023", None, None)),
        (
            NODES + '<edge id="e" source="nav" target="ks"/>\n'
            '<edge id="e" source="ks" target="nav"/>',
            ("E-GRA-038", 11, "e"),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    read: Read, graph: str, expected: tuple[str, int | None, str | None]
) -> None:
    _, problems = read(read_graphml, "a.graphml", graphml(graph))
    assert errors(problems) == [expected]


def test_an_edge_says_key_value_and_rule(read: Read) -> None:
    graph = NODES + EDGE.format('<data key="d1">1,5</data>')
    _, problems = read(read_graphml, "a.graphml", graphml(graph))
    said = str(problems[0])
    assert 'edge nav -> ks, weight: "1,5" is not a number' in said
    assert "decimal mark ." in said


def test_an_unknown_actor_is_answered_with_the_closest(read: Read) -> None:
    graph = NODES + '<edge source="Nav" target="ks"/><edge source="hdir" target="ks"/>'
    _, problems = read(read_graphml, "a.graphml", graphml(graph))
    first, second = problems
    assert first.fields["near"] == "nav"
    assert 'write "nav" (a.graphml row 7)' in str(first)
    assert "add the actor" in second.fix


def test_every_fault_is_told_at_once(read: Read) -> None:
    graph = NODES + '<node id="ks"/>\n<edge source="x" target="ks"/>\n<hyperedge/>\n'
    _, problems = read(read_graphml, "a.graphml", graphml(graph))
    assert codes(problems) == ["E-GRA-014", "E-GRA-015", "E-GRA-018"]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (KEYS + '<key id="d1" for="edge" attr.name="x" attr.type="int"/>', "E-GRA-010"),
        (KEYS + '<key id="d9" for="edge" attr.name="weight"/>', "E-GRA-010"),
        (KEYS + '<key id="d9" for="edge" attr.name="source"/>', "E-GRA-011"),
        (KEYS + '<key id="d9" for="node" attr.name="actor"/>', "E-GRA-011"),
        (KEYS + '<key for="edge" attr.name="x"/>', "E-GRA-021"),
    ],
)
def test_faulty_declarations(read: Read, keys: str, code: str) -> None:
    _, problems = read(read_graphml, "a.graphml", graphml(keys=keys))
    assert [found for found, _, _ in errors(problems)] == [code]


@pytest.mark.parametrize("way", ["", 'edgedefault="both"'])
def test_the_direction_must_be_said(read: Read, way: str) -> None:
    _, problems = read(read_graphml, "a.graphml", graphml(way=way))
    assert [code for code, _, _ in errors(problems)] == ["E-GRA-019"]


TWO = graphml(way='id="first" edgedefault="directed"').replace(
    "</graphml>",
    '<graph edgedefault="undirected"><node id="x"/><node id="y"/>\n'
    '<edge source="x" target="y"/></graph>\n</graphml>',
)


def test_two_graphs_ask_for_a_choice(read: Read) -> None:
    _, problems = read(read_graphml, "a.graphml", TWO)
    assert errors(problems) == [("E-GRA-007", 13, None)]
    assert "2 graphs; choose graph_id" in str(problems[0])
    _, problems = read(read_graphml, "a.graphml", TWO, graph_id="frist")
    assert [(p.code, p.fields["near"]) for p in problems] == [("E-GRA-008", "first")]


def test_the_graph_that_was_chosen_is_read(read: Read, told: Any) -> None:
    export, problems = read(read_graphml, "a.graphml", TWO, graph_id="#2")
    actors, ties, directed = told(export)
    assert (actors["actor"], ties["source"], directed) == (
        ["x", "y"],
        ["x"],
        {"tie": False},
    )
    assert "N-GRA-046" in codes(problems)
    export, _ = read(read_graphml, "a.graphml", TWO, graph_id="first")
    assert told(export)[0]["actor"] == ["nav", "ks", "0301"]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("", "E-GRA-002", 1),
        ("   \n", "E-GRA-002", 2),
        (graphml()[:-40], "E-GRA-002", 11),
        (graphml().replace("</node>", "</nod>"), "E-GRA-002", 7),
        ("<graphml/>", "E-GRA-006", None),
        ("<html/>", "E-GRA-005", 1),
        ("PK\x03\x04", "E-GRA-002", 1),
        (graphml(head='<?xml version="1.0" encoding="utf-7"?>'), "E-GRA-002", 1),
        (graphml(head='<?xml version="1.0" encoding="gb2312"?>'), "E-GRA-002", 1),
        (graphml().encode("latin-1"), "E-GRA-003", 7),
    ],
)
def test_files_that_are_no_graph(
    read: Read, content: str | bytes, code: str, line: int | None
) -> None:
    _, problems = read(read_graphml, "a.graphml", content)
    assert [(p.code, p.row) for p in problems] == [(code, line)]


def test_the_wrong_byte_is_named(read: Read) -> None:
    data = graphml().encode("latin-1")
    _, (problem,) = read(read_graphml, "a.graphml", data)
    assert (problem.row, problem.value) == (7, "0xD8")
    assert problem.fields["found"] == str(data.index(b"\xd8"))


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16"])
def test_a_declared_encoding_is_followed(read: Read, told: Any, encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    nodes = '<node id="Ålesund"/><node id="Tromsø"/><node id="Nærøy"/>'
    data = graphml(nodes, head=head).encode(encoding)
    export, _ = read(read_graphml, "a.graphml", data)
    assert told(export)[0]["actor"] == ["Ålesund", "Tromsø", "Nærøy"]


def test_composed_and_decomposed_names_stay_two(read: Read, told: Any) -> None:
    nodes = '<node id="\u00c5l"/><node id="A\u030al"/><node id="NA"/>'
    export, _ = read(read_graphml, "a.graphml", graphml(nodes))
    assert told(export)[0]["actor"] == ["\u00c5l", "A\u030al", "NA"]


def test_ties_without_weight_get_one_and_are_counted(read: Read, told: Any) -> None:
    plain = NODES + EDGE.format("") * 3
    export, problems = read(read_graphml, "a.graphml", graphml(plain))
    assert told(export)[1]["weight"] == ["1"] * 3
    assert [p.fields["count"] for p in problems if p.code == "N-GRA-050"] == ["3"]
    some = NODES + EDGES + EDGE.format("")
    _, problems = read(read_graphml, "a.graphml", graphml(some), relation="trust")
    assert "W-GRA-040" in codes(problems)
    assert "N-GRA-050" not in codes(problems)


def test_a_tie_that_was_not_asked_gets_no_weight(read: Read, told: Any) -> None:
    keys = KEYS + '<key id="s" for="edge" attr.name="state"/>'
    graph = NODES + EDGE.format('<data key="s">not_asked</data>')
    export, problems = read(read_graphml, "a.graphml", graphml(graph, keys=keys))
    assert told(export)[1]["weight"] == [""]
    assert codes(problems) == ["N-GRA-051"]


def test_another_name_for_the_weight_is_suggested_not_applied(
    read: Read, told: Any
) -> None:
    keys = KEYS.replace('"weight"', '"styrke"')
    _, problems = read(read_graphml, "a.graphml", graphml(keys=keys))
    (problem,) = [p for p in problems if p.severity == "ERROR"]
    assert (problem.code, problem.value) == ("E-GRA-034", "styrke")
    assert '--reading "columns.weight=styrke"' in problem.fix
    mapped = {"columns": {"weight": "styrke"}}
    export, _ = read(read_graphml, "a.graphml", graphml(keys=keys), **mapped)
    assert told(export)[1]["weight"] == ["2.5", "1"]
    none = {"columns": {"weight": ""}}
    export, _ = read(read_graphml, "a.graphml", graphml(keys=keys), **none)
    assert told(export)[1]["weight"] == ["1", "1"]
    wrong = {"columns": {"weight": "stirke"}}
    _, problems = read(read_graphml, "a.graphml", graphml(keys=keys), **wrong)
    assert ("E-GRA-033", "styrke") in [(p.code, p.fields.get("near")) for p in problems]


def test_defaults_of_the_file_are_applied_and_counted(read: Read, told: Any) -> None:
    keys = KEYS.replace('"double"/>', '"double"><default>3</default></key>')
    graph = NODES + EDGES + EDGE.format('<data key="d2">trust</data>')
    export, problems = read(read_graphml, "a.graphml", graphml(graph, keys=keys))
    assert told(export)[1]["weight"] == ["2.5", "1", "3"]
    assert [(p.code, p.fields["count"]) for p in problems] == [("N-GRA-047", "1")]


def test_a_default_of_another_type_is_told_once(read: Read) -> None:
    keys = KEYS.replace('"double"/>', '"double"><default>1,5</default></key>')
    _, problems = read(read_graphml, "a.graphml", graphml(keys=keys))
    assert errors(problems) == [("E-GRA-012", 4, "1,5")]


def test_a_default_for_nodes_and_edges_goes_to_both(read: Read, told: Any) -> None:
    keys = KEYS + '<key id="q" attr.name="quality"><default>x</default></key>'
    export, problems = read(read_graphml, "a.graphml", graphml(keys=keys))
    assert told(export)[0]["quality"] == ["x"] * 3
    assert told(export)[1]["quality"] == ["x"] * 2
    assert [p.fields["count"] for p in problems] == ["5"]


@pytest.mark.parametrize("kind", ["unknown keys", "unknown nodes", "many keys"])
def test_many_faults_are_told_in_a_moment(read: Read, kind: str) -> None:
    keys, nodes = KEYS, NODES
    if kind == "unknown keys":
        keys += "".join(f'<key id="k{n}" for="edge"/>' for n in range(4000))
        data = "".join(f'<data key="q{n}">1</data>' for n in range(20_000))
        nodes += EDGE.format(data)
    elif kind == "unknown nodes":
        nodes += "".join(f'<node id="n{n}"/>' for n in range(5000))
        nodes += "".join(f'<edge source="m{n}" target="nav"/>' for n in range(20_000))
    else:
        keys += "".join(f'<key id="k{n}" for="edge"/>' for n in range(20_000))
    started = time.process_time()
    _, problems = read(read_graphml, "a.graphml", graphml(nodes, keys=keys))
    assert time.process_time() - started < 2
    expected = {"unknown keys": "009", "unknown nodes": "015", "many keys": "024"}
    assert f"E-GRA-{expected[kind]}" in codes(problems)


def test_a_table_does_not_outgrow_its_limit(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("netcollab.study.readers.incoming.MAX_CELLS", 20)
    nodes = NODES + "".join(f'<node id="n{n}"/>' for n in range(50))
    _, problems = read(read_graphml, "a.graphml", graphml(nodes))
    assert errors(problems) == [("E-GRA-024", 10, None)]


def test_drawings_are_counted_not_kept(read: Read) -> None:
    keys = KEYS + '<key id="g" for="node" yfiles.type="nodegraphics"/>'
    shape = '<y:Shape xmlns:y="http://www.yworks.com/xml/graphml"><y:Fill/></y:Shape>'
    node = f'<node id="a"><desc>x</desc><data key="g">{shape}</data></node>'
    export, problems = read(read_graphml, "a.graphml", graphml(node, keys=keys))
    assert export is not None
    (note,) = problems
    assert note.fields["known"] == "node/desc (1), data/Shape (1)"


# ---- writing


@given(data=st.data())
def test_what_is_written_is_read_again(
    data: st.DataObject, networks: Any, told: Any, again: Any
) -> None:
    network = data.draw(networks(one_way=True))
    back = again(network, write_graphml, read_graphml, "a.graphml")
    assert told(back) == told(network)


def test_networkx_reads_what_is_written(make: Any, tmp_path: Path) -> None:
    rows = [{"actor": "a & b", "staff": "3"}, {"actor": "<ø>", "staff": ""}]
    tie = {"relation": "t", "source": "a & b", "target": "<ø>", "weight": "2.5"}
    export = make(rows, [tie | {"state": "observed"}], {"t": False})
    graph = nx.read_graphml(write_graphml(export, tmp_path / "a.graphml"))
    assert not graph.is_directed()
    assert graph.nodes["a & b"] == {"staff": 3}
    assert list(graph.edges(data=True)) == [
        ("a & b", "<ø>", {"relation": "t", "weight": 2.5, "state": "observed"})
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "x"}, "ties must join actors"),
        ({"weight": "1,5"}, "finite numbers"),
        ({"weight": "nan"}, "finite numbers"),
        ({"weight": ""}, "finite numbers"),
        ({"note": "a\x07"}, "control characters"),
        ({"note": "a\ud800"}, "control characters"),
    ],
)
def test_what_no_format_carries(
    make: Any, tmp_path: Path, change: dict[str, str], message: str
) -> None:
    tie = {"relation": "t", "source": "a", "target": "b", "weight": "1"}
    export = make([{"actor": "a"}, {"actor": "b"}], [tie | change], {"t": True})
    with pytest.raises(nc.errors.InputError, match=message):
        write_graphml(export, tmp_path / "a.graphml")
    assert list(tmp_path.iterdir()) == []


def test_directions_must_be_known_and_one(make: Any, tmp_path: Path) -> None:
    actors = [{"actor": "a"}, {"actor": "b"}]
    tie = {"source": "a", "target": "b", "weight": "1"}
    ties = [tie | {"relation": "t"}, tie | {"relation": "u"}]
    for directed in ({"t": True, "u": False}, {"t": True}, {"t": None, "u": None}):
        with pytest.raises(nc.errors.InputError, match="one direction"):
            write_graphml(make(actors, ties, directed), tmp_path / "a.graphml")


def test_an_actor_that_is_there_twice_is_not_written(make: Any, tmp_path: Path) -> None:
    export = make([{"actor": "a"}, {"actor": "a"}], [], {})
    with pytest.raises(nc.errors.InputError, match="each actor must stand once"):
        write_graphml(export, tmp_path / "a.graphml")


@given(data=st.data())
def test_damaged_files_are_never_a_traceback(
    data: st.DataObject, damage: Any, read: Read
) -> None:
    content = data.draw(damage(TWO.encode()))
    read(read_graphml, "a.graphml", content)
    read(read_graphml, "a.graphml", content, graph_id="#2")
