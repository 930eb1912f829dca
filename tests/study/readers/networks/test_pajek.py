"""Pajek: numbers from 1, labels in quotes, arcs and edges apart."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study.readers.pajek import read_pajek, write_pajek

Read = Callable[..., Any]

VERTICES = """\
*Vertices 3
1 "Nav Øst" 0.1 0.2 0.5 ellipse ic Red
2 ks 0.3 0.4
3 "0301"
"""
NET = f"""\
% made by hand
*Network small one
{VERTICES}*Arcs :1 "trust"
1 2 2.5 c Blue
2 1
*Edges :2 "formal"
2 3 1
"""


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


def errors(problems: Any) -> list[tuple[str, int | None, str | None]]:
    return [(p.code, p.row, p.value) for p in problems if p.severity == "ERROR"]


def test_labels_coordinates_and_relations(read: Read, told: Any) -> None:
    export, problems = read(read_pajek, "a.net", NET)
    assert told(export) == (
        {
            "actor": ["Nav Øst", "ks", "0301"],
            "x": ["0.1", "0.3", ""],
            "y": ["0.2", "0.4", ""],
            "z": ["0.5", "", ""],
        },
        {
            "relation": ["trust", "trust", "formal"],
            "source": ["Nav Øst", "ks", "ks"],
            "target": ["ks", "Nav Øst", "0301"],
            "weight": ["2.5", "1", "1"],
        },
        {"trust": True, "formal": False},
    )
    assert export.ties.rows.tolist() == [8, 9, 11]
    assert codes(problems) == ["N-GRA-052", "W-GRA-040"]
    assert problems[0].fields["known"] == "vertex parameters (1), line parameters (1)"


def test_networkx_reads_the_same(read: Read, told: Any) -> None:
    net = '*Vertices 3\n1 "a b"\n2 c\n3 d\n*Arcs\n1 2 2.5\n2 3 1\n'
    other = nx.parse_pajek(net)
    export, _ = read(read_pajek, "a.net", net)
    actors, ties, _ = told(export)
    ours = zip(ties["source"], ties["target"], map(float, ties["weight"]), strict=True)
    assert list(other.edges(data="weight")) == list(ours)
    assert list(other.nodes) == actors["actor"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"], ids=str
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(
    read: Read, told: Any, encoding: str, end: str
) -> None:
    data = NET.replace("\n", end).encode(encoding)
    export, _ = read(read_pajek, "a.net", data)
    assert told(export)[0]["actor"][0] == "Nav Øst"
    assert export.ties.rows.tolist() == [8, 9, 11]


def test_lists_and_matrices(read: Read, told: Any) -> None:
    lists = f"{VERTICES}*arcslist\n1 2 3\n*Edgeslist :2 formal\n2 3\n"
    export, _ = read(read_pajek, "a.net", lists, relation="trust")
    _, ties, directed = told(export)
    assert ties["target"] == ["ks", "0301", "0301"]
    assert directed == {"trust": True, "formal": False}
    matrix = f'{VERTICES}*Matrix :1 "trust"\n0 2 0\n1 0 0\n0 0.5 0\n'
    export, _ = read(read_pajek, "a.net", matrix)
    _, ties, directed = told(export)
    assert ties["weight"] == ["2", "0", "1", "0", "0", "0.5"]
    assert directed == {"trust": True}


def test_vertices_without_labels_are_called_by_number(read: Read, told: Any) -> None:
    export, problems = read(read_pajek, "a.net", "*Vertices 3\n*Arcs\n1 3 2\n")
    assert told(export)[0] == {"actor": ["1", "2", "3"]}
    assert codes(problems) == ["N-GRA-051", "N-GRA-049"]


def test_an_empty_section_makes_no_direction(read: Read, told: Any) -> None:
    export, _ = read(read_pajek, "a.net", f"{VERTICES}*Arcs\n*Edges\n1 2 1\n")
    assert told(export)[2] == {"tie": False}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"{VERTICES}*Arcs\n1 2\n*Edges\n2 3\n", ("E-GRA-017", 8, None)),
        (f"{VERTICES}*Arcs\n1 4 1\n", ("E-GRA-028", 6, "4")),
        (f"{VERTICES}*Arcs\n0 1 1\n", ("E-GRA-028", 6, "0")),
        (f"{VERTICES}*Arcs\n1 ks 1\n", ("E-GRA-028", 6, "ks")),
        (f"{VERTICES}*Arcs\n1 2 1,5\n", ("E-GRA-012", 6, "1,5")),
        (f"{VERTICES}*Arcs\n1 2 NaN\n", ("E-GRA-013", 6, "NaN")),
        (f"{VERTICES}*Arcs\n1\n", ("E-GRA-025", 6, "1")),
        (f"{VERTICES}*Arcs\n1 2 1 [1-3]\n", ("E-GRA-039", 6, "[1-3]")),
        (f"{VERTICES}*Matrix\n0 1 0\n1 0 0\n", ("E-GRA-026", 6, None)),
        (f"{VERTICES}*Matrix\n0 1\n1 0 0\n0 0 0\n", ("E-GRA-026", 6, None)),
        (f"{VERTICES}*Arx\n1 2\n", ("E-GRA-025", 5, "*Arx")),
        ("*Vertices 3\n1 a\n2 b\n*Arcs\n1 2\n", ("E-GRA-026", 1, None)),
        ("*Vertices 2\n1 a\n2 b\n3 c\n", ("E-GRA-028", 4, "3")),
        ("*Vertices 2\n1 a\n1 b\n2 c\n", ("E-GRA-014", 3, "1")),
        ("*Vertices 2\n1 a\n2 a\n", ("E-GRA-014", 3, "a")),
        ('*Vertices 2\n1 "a b\n2 c\n', ("E-GRA-025", 2, '"a b')),
        ('*Vertices 2\n1 ""\n2 c\n', ("E-GRA-021", 2, "label")),
        ("*Vertices 5 2\n1 a\n", ("E-GRA-027", 1, "*Vertices 5 2")),
        ("*Vertices many\n", ("E-GRA-025", 1, "*Vertices many")),
        ("*Vertices 900000000\n", ("E-GRA-024", 1, None)),
        ("*Vertices 0\n", ("E-GRA-023", None, None)),
        ("*Arcs\n1 2\n", ("E-GRA-006", None, None)),
        ("1 2 3\n", ("E-GRA-025", 1, "1 2 3")),
        ("", ("E-FIL-017", None, None)),
        ("PK\x03\x04", ("E-FIL-011", None, None)),
        (b"*Vertices 1\n1 \x81\n", ("E-ENC-001", 2, None)),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    read: Read, content: str | bytes, expected: tuple[str, int | None, str | None]
) -> None:
    started = time.process_time()
    _, problems = read(read_pajek, "a.net", content)
    assert expected in errors(problems)
    assert time.process_time() - started < 2


def test_a_line_of_blanks_is_no_puzzle(read: Read) -> None:
    started = time.process_time()
    blanks = " " * 500_000
    _, problems = read(read_pajek, "a.net", f"{VERTICES}*Arcs :1 {blanks}a b\n")
    assert [(p.code, p.row) for p in problems if p.severity == "ERROR"] == [
        ("E-GRA-025", 5)
    ]
    assert time.process_time() - started < 2


def test_what_the_user_says_must_be_known(read: Read) -> None:
    for wrong in ({"encoding": "klingon"}, {"self_ties": "maybe"}):
        with pytest.raises(nc.errors.UnknownNameError):
            read(read_pajek, "a.net", NET, **wrong)


def test_several_networks_ask_for_a_choice(read: Read, told: Any) -> None:
    two = f"{NET}*Network other\n*Vertices 2\n1 x\n2 y\n*Edges\n1 2 1\n"
    _, problems = read(read_pajek, "a.net", two)
    assert errors(problems) == [("E-GRA-007", 12, None)]
    assert problems[-1].fields["options"] == "small one, other"
    for choice in ("other", "#2"):
        export, problems = read(read_pajek, "a.net", two, graph_id=choice)
        assert told(export)[0] == {"actor": ["x", "y"]}
        assert "N-GRA-046" in codes(problems)
    unnamed = f"{VERTICES}*Vertices 2\n1 x\n2 y\n"
    _, problems = read(read_pajek, "a.net", unnamed)
    assert errors(problems) == [("E-GRA-007", 5, None)]


def test_other_sections_are_counted(read: Read) -> None:
    content = f"{VERTICES}*Edges\n1 2 1\n*Partition kinds\n*Vertices 3\n1\n2\n1\n"
    _, problems = read(read_pajek, "a.net", content)
    assert "E-GRA-007" in codes(problems)  # its *Vertices begins a second network
    content = f"{VERTICES}*Edges\n1 2 1\n*Vector size\n1\n2\n1\n"
    export, problems = read(read_pajek, "a.net", content)
    assert export is not None
    assert [p.fields["known"] for p in problems if p.code == "N-GRA-052"] == [
        "vertex parameters (1), *Vector (1)"
    ]


@given(data=st.data())
def test_what_is_written_is_read_again(
    data: st.DataObject, networks: Any, told: Any, again: Any
) -> None:
    network = data.draw(networks(rich=False))
    back = again(network, write_pajek, read_pajek, "a.net")
    actors, ties, directed = told(back)
    expected = told(network)
    assert (actors, directed) == (expected[0], expected[2])
    order = {name: n for n, name in enumerate(dict.fromkeys(expected[1]["relation"]))}
    rows = sorted(
        zip(*expected[1].values(), strict=True), key=lambda row: order[row[0]]
    )
    assert list(zip(*ties.values(), strict=True)) == rows


def test_coordinates_are_written(make: Any, again: Any, told: Any) -> None:
    actors = [{"actor": "a", "x": "0.1", "y": "2"}, {"actor": "b", "x": "0", "y": "1"}]
    tie = {"relation": "t", "source": "a", "target": "b", "weight": "2"}
    network = make(actors, [tie], {"t": True})
    back = again(network, write_pajek, read_pajek, "a.net")
    assert told(back) == told(network)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"state": "not_asked", "weight": ""}, "no states of ties"),
        ({"relation": 'a "b"'}, "no quotes"),
        ({"relation": "u"}, "states directions"),
    ],
)
def test_what_pajek_does_not_carry(
    make: Any, tmp_path: Path, change: dict[str, str], message: str
) -> None:
    tie = {"relation": "t", "source": "a", "target": "b", "weight": "2"}
    export = make([{"actor": "a"}, {"actor": "b"}], [tie | change], {"t": True})
    with pytest.raises(nc.errors.InputError, match=message):
        write_pajek(export, tmp_path / "a.net")


def test_several_waves_are_not_mixed(make: Any, tmp_path: Path) -> None:
    tie = {"relation": "t", "source": "a", "target": "b", "weight": "2"}
    ties = [tie | {"wave": "1"}, tie | {"wave": "2"}]
    export = make([{"actor": "a"}, {"actor": "b"}], ties, {"t": True})
    with pytest.raises(nc.errors.InputError, match="no wave, got 1, 2"):
        write_pajek(export, tmp_path / "a.net")


@given(data=st.data())
def test_damaged_files_are_never_a_traceback(
    data: st.DataObject, damage: Any, read: Read
) -> None:
    content = f"{NET}*Arcslist\n1 2\n*Matrix\n0 1 0\n0 0 0\n1 1 0\n".encode()
    read(read_pajek, "a.net", data.draw(damage(content)))
