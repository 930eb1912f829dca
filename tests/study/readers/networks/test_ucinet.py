"""UCINET's DL: the header says how the numbers are to be read."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study.readers.ucinet import read_ucinet, write_ucinet

Read = Callable[..., Any]

FULL = """\
dl n=3
format = fullmatrix
labels:
nav,ks,"Hdir Øst"
data:
0 1 2.5
0 0 1
1 0 0
"""


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


def errors(problems: Any) -> list[tuple[str, int | None, str | None]]:
    return [(p.code, p.row, p.value) for p in problems if p.severity == "ERROR"]


def ties_of(export: Any) -> list[tuple[str, str, str]]:
    return list(zip(*(c.text.tolist() for c in export.ties.columns[1:4]), strict=True))


def test_a_full_matrix(read: Read, told: Any) -> None:
    export, problems = read(read_ucinet, "a.dl", FULL, relation="trust")
    assert told(export)[0] == {"actor": ["nav", "ks", "Hdir Øst"]}
    assert ties_of(export) == [
        ("nav", "ks", "1"),
        ("nav", "Hdir Øst", "2.5"),
        ("ks", "nav", "0"),
        ("ks", "Hdir Øst", "1"),
        ("Hdir Øst", "nav", "1"),
        ("Hdir Øst", "ks", "0"),
    ]
    assert told(export)[2] == {"trust": None}
    assert export.ties.rows.tolist() == [6, 6, 7, 7, 8, 8]
    assert codes(problems) == ["N-GRA-051"]


def test_the_matrix_is_the_adjacency_matrix_of_networkx(read: Read) -> None:
    export, _ = read(read_ucinet, "a.dl", FULL)
    cells = np.loadtxt(FULL.splitlines()[5:])
    graph = nx.from_numpy_array(cells, create_using=nx.DiGraph)
    names = ["nav", "ks", "Hdir Øst"]
    theirs = {(names[i], names[j], w) for i, j, w in graph.edges(data="weight")}
    ours = {(s, t, float(w)) for s, t, w in ties_of(export) if float(w) != 0}
    assert ours == theirs


@pytest.mark.parametrize(
    "content",
    [
        "DL N = 3\nLABELS:\nnav\nks\nh\nDATA:\n0 1 2 0 0 1\n1 0 0\n",
        "dl n=3, format=fullmatrix, diagonal=absent\nlabels: nav ks h\n"
        "data:\n1 2\n0 1\n1 0\n",
        "dl n=3 format=fullmatrix\nlabels embedded:\ndata:\n"
        " nav ks h\nnav 0 1 2\nks 0 0 1\nh 1 0 0\n",
        "dl n=3\nrow labels:\nnav ks h\ncolumn labels:\nh nav ks\ndata:\n"
        "2 0 1\n1 0 0\n0 1 0\n",
    ],
)
def test_one_matrix_written_in_four_ways(read: Read, content: str) -> None:
    export, problems = read(read_ucinet, "a.dl", content)
    weights = [weight for _, _, weight in ties_of(export)]
    assert weights == ["1", "2", "0", "1", "1", "0"]
    assert ("N-GRA-043" in codes(problems)) == ("column labels" in content)


def test_several_matrices_are_relations(read: Read, told: Any) -> None:
    content = (
        "dl n=2 nm=2\nlabels:\na,b\nmatrix labels:\ntrust,plikt\ndata:\n"
        "0 1\n0 0\n0 3\n4 0\n"
    )
    export, _ = read(read_ucinet, "a.dl", content)
    assert told(export)[1]["relation"] == ["trust", "trust", "plikt", "plikt"]
    assert [weight for _, _, weight in ties_of(export)] == ["1", "0", "3", "4"]
    unnamed = content.replace("matrix labels:\ntrust,plikt\n", "")
    export, _ = read(read_ucinet, "a.dl", unnamed)
    assert told(export)[2] == {"1": None, "2": None}


@pytest.mark.parametrize(
    ("form", "data"),
    [
        ("lowerhalf", "0\n1 0\n2 3 0\n"),
        ("lowerhalf diagonal=absent", "1\n2 3\n"),
        ("upperhalf", "0 1 2\n0 3\n0\n"),
        ("upperhalf diagonal absent", "1 2\n3\n"),
    ],
)
def test_half_matrices_have_no_direction(
    read: Read, told: Any, form: str, data: str
) -> None:
    content = f"dl n=3 format={form}\nlabels: a b c\ndata:\n{data}"
    export, _ = read(read_ucinet, "a.dl", content, relation="t")
    pairs = {(*sorted((s, t)), w) for s, t, w in ties_of(export)}
    assert pairs == {("a", "b", "1"), ("a", "c", "2"), ("b", "c", "3")}
    assert told(export)[2] == {"t": False}


def test_edge_lists(read: Read, told: Any) -> None:
    content = "DL n=3\nformat = edgelist1\nlabels:\na, b, c\ndata:\n1 2 1.5\n2 1\n"
    export, problems = read(read_ucinet, "a.dl", content)
    assert told(export)[0] == {"actor": ["a", "b", "c"]}
    assert ties_of(export) == [("a", "b", "1.5"), ("b", "a", "1")]
    assert "W-GRA-040" in codes(problems)
    embedded = "DL n=2\nformat = edgelist1\nlabels embedded:\ndata:\nb a\na b 2\n"
    export, _ = read(read_ucinet, "a.dl", embedded)
    assert told(export)[0] == {"actor": ["b", "a"]}
    numbers = "dl format=edgelist1 n=3\ndata:\n1 3 2\n"
    export, problems = read(read_ucinet, "a.dl", numbers)
    assert told(export)[0] == {"actor": ["1", "2", "3"]}
    assert "N-GRA-049" in codes(problems)


def test_node_lists(read: Read) -> None:
    content = "dl n=3 format=nodelist1\nlabels: a b c\ndata:\n1 2 3\n3 1\n"
    export, _ = read(read_ucinet, "a.dl", content)
    assert ties_of(export) == [("a", "b", "1"), ("a", "c", "1"), ("c", "a", "1")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("dl nr=3 nc=2\ndata:\n", ("E-GRA-027", 1, "nr")),
        ("dl n=2\nformat=blockmatrix\ndata:\n", ("E-GRA-029", 2, "blockmatrix")),
        ("dl n=2\ndata:\n0 1 0\n", ("E-GRA-026", 3, None)),
        ("dl n=2\ndata:\n0 1,5\n1 0\n", ("E-GRA-026", 4, None)),
        ("dl n=2\ndata:\n0 x\n1 0\n", ("E-GRA-012", 3, "x")),
        ("dl n=2\ndata:\n0 .\n1 0\n", ("E-GRA-012", 3, ".")),
        ("dl n=2\ndata:\n0 nan\n1 0\n", ("E-GRA-013", 3, "nan")),
        ("dl n=2\ndata:\n0 1E+38\n1 0\n", ("E-GRA-013", 3, "1E+38")),
        ("dl n=2\nlabels:\na\ndata:\n0 1\n1 0\n", ("E-GRA-026", 2, None)),
        ("dl n=2\nlabels:\na b c\ndata:\n0 1\n1 0\n", ("E-GRA-025", 3, "c")),
        ("dl n=2\nlabels:\na a\ndata:\n0 1\n1 0\n", ("E-GRA-014", 2, "a")),
        (
            "dl n=2\nrow labels: a b\ncol labels: a c\ndata:\n0 1\n1 0\n",
            ("E-GRA-030", 2, None),
        ),
        ("dl n=2 format=edgelist1\ndata:\n1 3\n", ("E-GRA-028", 3, "3")),
        ("dl n=2 format=edgelist1\ndata:\n1 2 3 4\n", ("E-GRA-025", 3, "1 2 3 4")),
        ("dl n=2 format=edgelist1\ndata:\n1 2 1.x\n", ("E-GRA-012", 3, "1.x")),
        (
            "dl n=3 format=edgelist1\nlabels embedded\ndata:\na b\n",
            ("E-GRA-026", 4, None),
        ),
        ("dl n=2 nm=2 format=edgelist1\ndata:\n1 2\n", ("E-GRA-029", 2, "nm = 2")),
        ("dl n=900000000\ndata:\n0\n", ("E-GRA-024", 1, None)),
        ("dl n=4000000 format=edgelist1\ndata:\n1 2\n", ("E-GRA-024", 1, None)),
        (
            "dl n=2\nlabels: a b\nn=5 format=edgelist1\ndata:\n1 5\n",
            ("E-GRA-026", 4, "data:"),
        ),
        ("dl n=3\nlabels:\n", ("E-GRA-026", 2, None)),
        ("dl n=x\ndata:\n", ("E-GRA-025", 1, "x")),
        ("dl n=3\n", ("E-GRA-025", 1, "-")),
        ("dl data:\n", ("E-GRA-021", 1, "n")),
        ("dl n=2\nlabel:\na b\ndata:\n", ("E-GRA-025", 2, "label:")),
        ("*Vertices 2\n", ("E-GRA-005", 1, "*Vertices")),
        ("", ("E-FIL-017", None, None)),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    read: Read, content: str, expected: tuple[str, int | None, str | None]
) -> None:
    started = time.process_time()
    _, problems = read(read_ucinet, "a.dl", content)
    assert expected in errors(problems)
    assert time.process_time() - started < 2


def test_the_diagonal(read: Read) -> None:
    content = "dl n=2\ndata:\n7 1\n1 0\n"
    export, _ = read(read_ucinet, "a.dl", content)
    assert ("1", "1", "7") in ties_of(export)
    export, problems = read(read_ucinet, "a.dl", content, self_ties="drop")
    assert len(ties_of(export)) == 2
    assert "N-GRA-048" in codes(problems)
    _, problems = read(read_ucinet, "a.dl", content, self_ties="error")
    assert errors(problems) == [("E-GRA-032", 3, "7")]


@given(data=st.data())
def test_what_is_written_is_read_again(
    data: st.DataObject, networks: Any, told: Any, again: Any
) -> None:
    letters = "abæÅ0 1<&>'-.é:"
    strategy = networks(rich=False, relations=["t"], one_way=True, letters=letters)
    network = data.draw(strategy)
    back = again(network, write_ucinet, read_ucinet, "a.dl", relation="t")
    assert told(back)[0] == told(network)[0]
    rows, expected = set(ties_of(back)), set(ties_of(network))
    if network.directed["t"]:
        pairs = {(s, t) for s, t, _ in expected}
        is_full = len({p for p in pairs if p[0] != p[1]}) == (
            len(told(network)[0]["actor"]) * (len(told(network)[0]["actor"]) - 1)
        )
        own = {row for row in expected if row[0] == row[1] and float(row[2]) == 0}
        assert rows == expected - (own if is_full else set())
    else:
        assert expected - rows <= {r for r in expected if r[0] == r[1]}
        assert {frozenset(r[:2]) for r in rows} <= {frozenset(r[:2]) for r in expected}


def test_complete_relations_are_written_as_matrices(
    make: Any, again: Any, told: Any
) -> None:
    names = ["a", "b b", "c"]
    ties = [
        {"relation": r, "source": s, "target": t, "weight": f"{n}{names.index(t)}"}
        for n, r in enumerate(["trust", "plikt 1"])
        for s in names
        for t in names
        if s != t
    ]
    network = make(
        [{"actor": n} for n in names], ties, {"trust": None, "plikt 1": None}
    )
    back = again(network, write_ucinet, read_ucinet, "a.dl")
    assert told(back) == told(network)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ([{"state": "dont_know", "weight": ""}], "no states of ties"),
        ([{"relation": "u"}], "holds one relation"),
        ([{}], "doubled ties"),
    ],
)
def test_what_dl_does_not_carry(
    make: Any, tmp_path: Path, more: list[dict[str, str]], message: str
) -> None:
    tie = {"relation": "t", "source": "a", "target": "b", "weight": "2"}
    ties = [tie, *(tie | change for change in more)]
    export = make([{"actor": "a"}, {"actor": "b"}], ties, {"t": True})
    with pytest.raises(nc.errors.InputError, match=message):
        write_ucinet(export, tmp_path / "a.dl")


@given(data=st.data())
def test_damaged_files_are_never_a_traceback(
    data: st.DataObject, damage: Any, read: Read
) -> None:
    forms = [
        FULL,
        "dl n=3 format=edgelist1\nlabels embedded:\ndata:\na b 1\nb c\nc a 2.5\n",
        "dl n=3 format=upperhalf diagonal=absent\nlabels: a b c\ndata:\n1 2\n3\n",
        "dl n=2 nm=2\nrow labels embedded\ncol labels embedded\nmatrix labels:\nx y\n"
        "data:\na b\na 0 1\nb 1 0\nb a\na 1 0\nb 0 1\n",
    ]
    content = data.draw(st.sampled_from(forms)).encode()
    read(read_ucinet, "a.dl", data.draw(damage(content)))
