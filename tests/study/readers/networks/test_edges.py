"""Edge lists: columns under our names, and no actor that no tie names."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import networkx as nx
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.study.ledger import Ledger
from netcollab.study.readers.edges import read_edges, write_edges
from netcollab.study.readers.incoming import compare_actors

Read = Callable[..., Any]

EDGES = """\
relation,source,target,weight,state,note
trust,nav,ks,2.5,,x
trust,ks,0301,,dont_know,
formal,nav,NA,1,observed,
"""


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


def errors(problems: Any) -> list[tuple[str, str, str | None]]:
    return [(p.code, p.place.cell, p.value) for p in problems if p.severity == "ERROR"]


def test_columns_states_and_attributes(read: Read, told: Any) -> None:
    export, problems = read(read_edges, "a.csv", EDGES)
    actors, ties, directed = told(export)
    assert actors == {"actor": ["nav", "ks", "0301", "NA"]}
    assert export.actors.rows.tolist() == [2, 2, 3, 4]
    assert ties == {
        "relation": ["trust", "trust", "formal"],
        "source": ["nav", "ks", "nav"],
        "target": ["ks", "0301", "NA"],
        "weight": ["2.5", "", "1"],
        "state": ["", "dont_know", "observed"],
        "note": ["x", "", ""],
    }
    assert directed == {"trust": None, "formal": None}
    assert codes(problems) == ["N-COL-007", "N-GRA-045"]
    assert "4 that ties name" in str(problems[1])


def test_networkx_reads_the_same(read: Read, told: Any) -> None:
    text = "source,target,weight\na,b,2.5\nb,c,1\n"
    frame = pd.read_csv(io.StringIO(text))
    graph = nx.from_pandas_edgelist(frame, edge_attr="weight", create_using=nx.DiGraph)
    actors, ties, _ = told(read(read_edges, "a.csv", text)[0])
    assert list(graph.nodes) == actors["actor"]
    ours = zip(ties["source"], ties["target"], map(float, ties["weight"]), strict=True)
    assert list(graph.edges(data="weight")) == list(ours)


def test_other_names_are_suggested_never_applied(read: Read, told: Any) -> None:
    content = "fra;til;vekt\nnav;ks;1,5\nks;fhi;2\n"
    _, problems = read(read_edges, "a.csv", content)
    missing = [p for p in problems if p.code == "E-GRA-033"]
    assert [(p.fields["ours"], p.fields["near"]) for p in missing] == [
        ("source", "fra"),
        ("target", "til"),
    ]
    assert '--reading "columns.source=fra"' in str(missing[0])
    ends = {"source": "fra", "target": "til"}
    _, problems = read(read_edges, "a.csv", content, columns=ends)
    assert [(p.code, p.value) for p in problems if p.severity == "ERROR"] == [
        ("E-GRA-034", "vekt")
    ]
    mapped = ends | {"weight": "vekt"}
    export, _ = read(read_edges, "a.csv", content, columns=mapped)
    assert told(export)[1]["weight"] == ["1.5", "2"]
    export, _ = read(read_edges, "a.csv", content, columns=ends | {"weight": ""})
    assert told(export)[1]["weight"] == ["1", "1"]
    assert told(export)[1]["vekt"] == ["1,5", "2"]


def test_ties_without_a_column_of_weights(read: Read, told: Any) -> None:
    export, problems = read(read_edges, "a.csv", "source,target\na,b\nb,c\n")
    assert told(export)[1]["weight"] == ["1", "1"]
    assert codes(problems) == ["N-GRA-045", "N-GRA-051", "N-GRA-050"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("source,target,weight\na,b,\na,c,1\n", ("E-GRA-035", "C2", "")),
        ("source,target,weight\na,b,x\n", ("E-NUM-001", "C2", "x")),
        ("source,target,weight\na,b,inf\n", ("E-NUM-002", "C2", "inf")),
        (
            "source;target;weight\na;b;1,5\nb;c;2.5\nc;a;3,5\n",
            ("E-NUM-007", "C3", "2.5"),
        ),
        ("source,target,weight\na,,1\n", ("E-IDS-001", "B2", "")),
        ("source,target,target\na,b,c\n", ("E-COL-002", "C1", "target")),
        ("source,target,weight\na,b,1,9\n", ("E-CSV-007", "", None)),
        ("source,target\n", ("E-FIL-018", "", None)),
        ("", ("E-FIL-017", "", None)),
    ],
)
def test_what_is_wrong_is_said_with_its_cell(
    read: Read, content: str, expected: tuple[str, str, str | None]
) -> None:
    _, problems = read(read_edges, "a.csv", content)
    assert expected in errors(problems)


def test_a_mapped_column_that_is_not_there(read: Read) -> None:
    wrong = {"source": "frå", "target": "til"}
    _, problems = read(read_edges, "a.csv", "fra,til\na,b\n", columns=wrong)
    assert [(p.code, p.fields["near"]) for p in problems if p.severity == "ERROR"] == [
        ("E-GRA-033", "fra")
    ]


def test_workbooks_say_the_same(read: Read, told: Any) -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.title = "bånd"
    book.create_sheet("annet")
    for row in (["source", "target", "weight"], ["a", "0301", 2.5], ["a", "c", 1]):
        book.active.append(row)
    book.save(out)
    _, problems = read(read_edges, "a.xlsx", out.getvalue())
    assert [code for code, _, _ in errors(problems)] == ["E-XLS-007"]
    export, _ = read(read_edges, "a.xlsx", out.getvalue(), sheet="bånd")
    text, _ = read(read_edges, "a.csv", "source,target,weight\na,0301,2.5\na,c,1\n")
    assert told(export) == told(text)


@given(data=st.data())
def test_what_is_written_is_read_again(
    data: st.DataObject, networks: Any, told: Any, again: Any
) -> None:
    network = data.draw(networks(letters="abæÅ0 1<&>'-.é,;\""))
    back = again(network, write_edges, read_edges, "a.csv")
    assert told(back)[1] == told(network)[1]
    _, ties, _ = told(network)
    named = {*ties["source"], *ties["target"]}
    assert set(told(back)[0]["actor"]) == named


@given(data=st.data())
def test_damaged_files_are_never_a_traceback(
    data: st.DataObject, damage: Any, read: Read
) -> None:
    read(read_edges, "a.csv", data.draw(damage(EDGES.encode())))


# ---- against an actors table


def test_the_same_actors_agree_in_any_order(read: Read) -> None:
    export, _ = read(read_edges, "a.csv", EDGES)
    ledger = Ledger("test")
    assert compare_actors(export, ["NA", "0301", "ks", "nav"], ledger)
    assert ledger.listed() == ()


def test_differences_are_listed_on_both_sides(read: Read) -> None:
    export, _ = read(read_edges, "a.csv", EDGES)
    ledger = Ledger("test")
    assert not compare_actors(export, ["nav", "ks", "NA", "fhi"], ledger)
    (problem,) = ledger.listed()
    assert problem.code == "E-GRA-036"
    assert "only in the network (1): 0301; only in the actors table (1): fhi" in str(
        problem
    )
