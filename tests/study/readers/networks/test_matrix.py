"""Adjacency matrices: labels decide, not places; empty is not 0."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study import problem_lines
from netcollab.study.manifest import Manifest, RelationSpec
from netcollab.study.readers.matrix import read_matrix, write_matrix

Read = Callable[..., Any]

MATRIX = "x,nav,ks,0301\nnav,0,2,\nks,1,0,0\n0301,,1.5,\n"


def codes(problems: Any) -> list[str]:
    return [problem.code for problem in problems]


def errors(problems: Any) -> list[tuple[str, str, str | None]]:
    return [(p.code, p.place.cell, p.value) for p in problems if p.severity == "ERROR"]


def ties_of(export: Any) -> list[tuple[str, str, str]]:
    return list(zip(*(c.text.tolist() for c in export.ties.columns[1:4]), strict=True))


def workbook(rows: list[list[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_cells_are_ties_and_empty_cells_are_not(read: Read, told: Any) -> None:
    export, problems = read(read_matrix, "a.csv", MATRIX)
    assert told(export)[0] == {"actor": ["nav", "ks", "0301"]}
    assert ties_of(export) == [
        ("nav", "ks", "2"),
        ("ks", "nav", "1"),
        ("ks", "0301", "0"),
        ("0301", "ks", "1.5"),
    ]
    assert export.ties.rows.tolist() == [2, 3, 3, 4]
    assert told(export)[2] == {"tie": None}
    counted = {p.code: p.fields["count"] for p in problems}
    assert counted == {"N-GRA-044": "2", "N-GRA-051": "4"}


def test_the_matrix_is_the_adjacency_matrix_of_networkx(read: Read) -> None:
    frame = pd.read_csv(io.StringIO(MATRIX), index_col=0, dtype={"x": str}).fillna(0)
    graph = nx.from_pandas_adjacency(frame, create_using=nx.DiGraph)
    export, _ = read(read_matrix, "a.csv", MATRIX)
    ours = {(s, t, float(w)) for s, t, w in ties_of(export) if float(w) != 0}
    assert ours == set(graph.edges(data="weight"))


def test_columns_in_another_order_are_aligned(read: Read) -> None:
    other = "x,0301,ks,nav\nnav,,2,0\nks,0,0,1\n0301,,1.5,\n"
    one, _ = read(read_matrix, "a.csv", MATRIX)
    two, problems = read(read_matrix, "a.csv", other)
    assert ties_of(one) == ties_of(two)
    assert "N-GRA-043" in codes(problems)


def test_workbooks_and_other_marks_say_the_same(read: Read) -> None:
    one, _ = read(read_matrix, "a.csv", MATRIX)
    nordic = MATRIX.replace(",", ";").replace(".", ",").encode("cp1252")
    two, _ = read(read_matrix, "a.csv", nordic)
    assert ties_of(one) == ties_of(two)
    rows = [["x", "nav", "ks", "0301"], ["nav", 0, 2, None], ["ks", 1, 0, 0]]
    three, _ = read(read_matrix, "a.xlsx", workbook([*rows, ["0301", None, 1.5, None]]))
    assert ties_of(one) == ties_of(three)
    assert (three.ties.is_workbook, three.ties.sheet) == (True, "Sheet")
    tab = MATRIX.replace(",", "\t")
    assert ties_of(read(read_matrix, "a.tsv", tab)[0]) == ties_of(one)


def test_labels_that_differ_are_named_on_each_side(read: Read) -> None:
    _, (problem,) = read(read_matrix, "a.csv", "x,nav,ks\nnav,0,1\nhdir,1,0\n")
    assert problem.code == "E-GRA-030"
    assert "only in rows: hdir (A3); only in columns: ks (C1)" in str(problem)
    _, (problem,) = read(read_matrix, "a.csv", "x,nav,ks,fhi\nnav,0,1,1\nks,1,0,0\n")
    assert "only in rows: -; only in columns: fhi (D1)" in str(problem)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("x,a,b\na,3,1\nb,1,0\n", ("E-GRA-032", "B2", "3")),
        ("x,a,b\na,0,x\nb,1,0\n", ("E-NUM-001", "C2", "x")),
        ("x,a,b\na,0,nan\nb,1,0\n", ("E-NUM-002", "C2", "nan")),
        ("x;a;b\na;0;1,5\nb;1.5;0\n", ("E-NUM-007", "C2", "1,5")),
        ("x,a,b\na,0,1\na,1,0\n", ("E-GRA-014", "A3", "a")),
        ("x,a,a\na,0,1\nb,1,0\n", ("E-GRA-014", "C1", "a")),
        ("x,a,b\na,0,1\n,1,0\n", ("E-GRA-031", "A3", None)),
        ("x,a,b\na,0,1\nb,1\n", ("E-CSV-005", "", None)),
        ("x,a,b\n", ("E-FIL-018", "", None)),
        ("", ("E-FIL-017", "", None)),
    ],
)
def test_what_is_wrong_is_said_with_its_cell(
    read: Read, content: str, expected: tuple[str, str, str | None]
) -> None:
    _, problems = read(read_matrix, "a.csv", content)
    assert expected in errors(problems)


def test_every_fault_is_told_at_once(read: Read) -> None:
    _, problems = read(read_matrix, "a.csv", "x,a,b\na,3,x\nb,1,0\n")
    assert errors(problems) == [("E-GRA-032", "B2", "3"), ("E-NUM-001", "C2", "x")]


def test_a_sheet_with_many_faults_tells_all_of_them(read: Read) -> None:
    rows = [
        ["trust", "nav", "ks", "helse", "dsb", "fhi"],
        ["nav", 5, 4, 3, 2, "4,5"],
        ["ks\u00a0", 3, 5, 4, 2, 9],
        ["hlese", 3, 2, 5, "x", 1],
        ["FHI", 3, 2, 5, 1, 4],
    ]
    book = Manifest("m", relations={"tie": RelationSpec("tie", "absent", scale=(1, 5))})
    _, problems = read(read_matrix, "a.xlsx", workbook(rows), manifest=book)
    found = {(p.code, p.place.cell) for p in problems if p.severity == "ERROR"}
    assert found == {
        ("E-GRA-030", ""),
        ("E-GRA-056", "A3"),
        ("E-GRA-055", "A4"),
        ("E-GRA-055", "A5"),
        ("E-GRA-032", "B2"),
        ("E-GRA-032", "C3"),
        ("E-GRA-032", "D4"),
        ("E-GRA-032", "F5"),
        ("E-NUM-012", "F2"),
        ("E-TIE-010", "F3"),
        ("E-NUM-001", "E4"),
    }
    said = {p.code: str(p) for p in problems}
    assert "only in columns: dsb (E1)" in said["E-GRA-030"]
    assert "empty row with its name" in said["E-GRA-030"]
    assert 'did you mean "fhi" (F1)?' in said["E-GRA-055"]
    assert "U+00A0" in said["E-GRA-056"]


def test_faults_of_one_kind_share_a_line(read: Read) -> None:
    names = [f"actor {letter}" for letter in "abcdefgh"]
    rows = [["x", *names], *([name, *[3] * 8] for name in names)]
    _, problems = read(read_matrix, "a.xlsx", workbook(rows))
    (line,) = problem_lines([p for p in problems if p.code == "E-GRA-032"])
    assert line.startswith(
        "E-GRA-032 a.xlsx sheet Sheet cells B2, C3, D4, E5, F6, … (8): the diagonal "
        'holds "3" for "actor a", "actor b"'
    )


# ---- an ordinary sheet


@pytest.mark.parametrize(
    ("name", "title", "found"),
    [
        ("a.csv", "Trust 2026,,\n\n", "3"),
        ("a.csv", "Trust 2026\n", "2"),
        ("a.xlsx", "", "3"),
    ],
    ids=["title and blank row", "title without separators", "workbook"],
)
def test_a_title_above_the_names_is_told_with_the_row_of_the_names(
    read: Read, name: str, title: str, found: str
) -> None:
    content: str | bytes = f"{title}x,nav,ks\nnav,,2\nks,1,\n"
    if name == "a.xlsx":
        names: list[list[object]] = [["x", "nav", "ks"], ["nav", None, 2]]
        rows = [["Trust 2026"], [], *names, ["ks", 1, None]]
        content = workbook(rows)
    _, problems = read(read_matrix, name, content)
    (problem,) = [p for p in problems if p.severity == "ERROR"]
    assert (problem.code, problem.fields["found"]) == ("E-GRA-057", found)
    assert f"--reading header_row={found}" in problem.fix
    export, _ = read(read_matrix, name, content, header_row=int(found))
    assert ties_of(export) == [("nav", "ks", "2"), ("ks", "nav", "1")]


def test_a_title_does_not_hide_the_faults_below_it(read: Read) -> None:
    rows: list[list[object]] = [["Trust"], [], ["x", "nav", "ks", "Snitt"]]
    rows += [["nav", 5, "4,5", 3], ["KS", "vet ikke", "X", 2]]
    _, problems = read(read_matrix, "a.xlsx", workbook(rows))
    found = {(p.code, p.place.cell) for p in problems if p.severity != "NOTE"}
    assert found == {
        ("E-GRA-057", ""),
        ("E-GRA-053", ""),
        ("E-GRA-055", "A5"),
        ("E-GRA-032", "B4"),
        ("E-NUM-012", "C4"),
        ("W-EXP-051", ""),
    }


@pytest.mark.parametrize(
    ("name", "blank"), [("a.csv", "\n\n"), ("a.csv", ",,\n\n"), ("a.xlsx", "")]
)
def test_blank_rows_above_the_names_are_told_with_the_row_of_the_names(
    read: Read, name: str, blank: str
) -> None:
    content: str | bytes = f"{blank}x,nav,ks\nnav,,2\nks,1,\n"
    if name == "a.xlsx":
        names: list[list[object]] = [["x", "nav", "ks"], ["nav", None, 2]]
        content = workbook([[], ["Trust"], *names, ["ks", 1, None]])
    _, problems = read(read_matrix, name, content)
    (problem,) = [p for p in problems if p.severity == "ERROR"]
    assert problem.code == "E-COL-003"
    assert "--reading header_row=3" in problem.fix
    export, _ = read(read_matrix, name, content, header_row=3)
    assert ties_of(export) == [("nav", "ks", "2"), ("ks", "nav", "1")]


def test_numbers_in_a_row_are_not_its_names(read: Read) -> None:
    _, problems = read(read_matrix, "a.csv", "x,a,b,c\n1,,2,3\n2,1,,3\n3,1,2,\n")
    assert "E-GRA-030" in codes(problems)
    assert "E-GRA-057" not in codes(problems)


@pytest.mark.parametrize("word", ["Snitt", "Gj. snitt", "SUM", "Total", "Mean"])
def test_a_row_of_averages_is_no_actor_until_somebody_says_so(
    read: Read, word: str
) -> None:
    content = f"x,nav,ks,{word}\nnav,,2,2\nks,1,,1\n{word},1,2,\n"
    _, problems = read(read_matrix, "a.csv", content)
    (problem,) = [p for p in problems if p.severity == "ERROR"]
    assert problem.code == "E-GRA-053"
    assert f"{word} (D1), {word} (A4)" in str(problem)
    kept, _ = read(read_matrix, "a.csv", content, totals="keep")
    assert len(kept.actors) == 3
    dropped, problems = read(read_matrix, "a.csv", content, totals="drop")
    assert ties_of(dropped) == [("nav", "ks", "2"), ("ks", "nav", "1")]
    assert [p.fields["count"] for p in problems if p.code == "N-GRA-054"] == ["2"]


def test_a_column_of_averages_alone_is_told_as_one(read: Read) -> None:
    _, problems = read(read_matrix, "a.csv", "x,nav,ks,Snitt\nnav,,2,2\nks,1,,1\n")
    assert [p.code for p in problems if p.severity == "ERROR"] == ["E-GRA-053"]
    with pytest.raises(nc.errors.UnknownNameError, match="totals"):
        read(read_matrix, "a.csv", MATRIX, totals="no")


@pytest.mark.parametrize("mark", ["X", "–", "-", "ikke aktuelt", "."])
def test_marks_on_the_diagonal_are_counted_and_read_as_empty(
    read: Read, mark: str
) -> None:
    content = f"x,nav,ks\nnav,{mark},2\nks,1,{mark}\n"
    export, problems = read(read_matrix, "a.csv", content)
    assert ties_of(export) == [("nav", "ks", "2"), ("ks", "nav", "1")]
    assert [p.fields["count"] for p in problems if p.code == "N-GRA-058"] == ["2"]


WORDED = "x,nav,ks,fhi\nnav,,Vet ikke,.\nks,1,,99\nfhi,vet ikke,kanskje,\n"


def test_all_words_are_told_at_once_with_the_lines_that_declare_them(
    read: Read,
) -> None:
    export, problems = read(read_matrix, "a.csv", WORDED, relation="trust")
    (problem,) = [p for p in problems if p.severity == "WARN"]
    assert problem.code == "W-EXP-051"
    assert '"vet ikke" (B4), "Vet ikke" (C2), "kanskje" (C4), "." (D2)' in str(problem)
    assert problem.fields["lines"].splitlines() == [
        "[relations.trust.missing]",
        '"vet ikke" = "dont_know"',
        'kanskje = "..."',
        '"." = "no_answer"',
    ]
    assert ("nav", "ks", "Vet ikke") in ties_of(export)


def test_words_that_the_codebook_declares_are_no_problem(read: Read) -> None:
    missing = {"vet ikke": "dont_know", ".": "no_answer", "99": "not_applicable"}
    spec = RelationSpec("tie", "absent", scale=(1, 5), missing=missing)
    book = Manifest("m", relations={"tie": spec})
    _, problems = read(read_matrix, "a.csv", WORDED, manifest=book)
    (problem,) = [p for p in problems if p.severity == "ERROR"]
    assert (problem.code, problem.fields["known"]) == ("E-GRA-059", '"kanskje" (C4)')
    content = WORDED.replace("kanskje", "2")
    export, problems = read(read_matrix, "a.csv", content, manifest=book)
    assert ("ks", "fhi", "99") in ties_of(export)


def test_marks_between_thousands_can_be_declared(read: Read) -> None:
    content = 'x;a;b\na;;"1 845,7"\nb;2;\n'
    _, problems = read(read_matrix, "a.csv", content)
    assert ("E-NUM-006", "C2", "1 845,7") in errors(problems)
    export, _ = read(read_matrix, "a.csv", content, decimal=",", thousands=" ")
    assert ties_of(export) == [("a", "b", "1845.7"), ("b", "a", "2")]


def test_the_diagonal_is_kept_or_dropped_where_that_is_said(read: Read) -> None:
    content = "x,a,b\na,3,1\nb,1,0\n"
    export, problems = read(read_matrix, "a.csv", content, self_ties="drop")
    assert ties_of(export) == [("a", "b", "1"), ("b", "a", "1")]
    assert [p.fields["count"] for p in problems if p.code == "N-GRA-048"] == ["1"]
    export, _ = read(read_matrix, "a.csv", content, self_ties="keep")
    assert ties_of(export)[0] == ("a", "a", "3")


@pytest.mark.parametrize(
    "wrong",
    [{"encoding": "x"}, {"separator": "ab"}, {"decimal": ";"}, {"self_ties": "no"}],
)
def test_what_the_user_says_must_be_known(read: Read, wrong: dict[str, str]) -> None:
    with pytest.raises(nc.errors.InputError):
        read(read_matrix, "a.csv", MATRIX, **wrong)


def test_what_the_user_says_is_followed(read: Read) -> None:
    content = "x|a|b\na||1,234\nb|2|\n".encode("cp865")
    said = {"encoding": "cp865", "separator": "|", "decimal": ","}
    export, _ = read(read_matrix, "a.csv", content, **said)
    assert ties_of(export) == [("a", "b", "1.234"), ("b", "a", "2")]


@given(data=st.data())
def test_what_is_written_is_read_again(
    data: st.DataObject, networks: Any, told: Any, again: Any
) -> None:
    letters = "abæÅ0 1<&>'-.é,;\""
    strategy = networks(rich=False, relations=["t"], one_way=True, letters=letters)
    network = data.draw(strategy)
    own = [s == t for s, t, _ in ties_of(network)]
    if any(own):
        with (
            pytest.raises(nc.errors.InputError, match="diagonal"),
        ):
            write_matrix(network, Path("never.csv"))
        return
    back = again(network, write_matrix, read_matrix, "a.csv", relation="t")
    assert told(back)[0] == told(network)[0]
    assert sorted(ties_of(back)) == sorted(ties_of(network))


@pytest.mark.parametrize(
    ("more", "name", "message"),
    [
        ([{"relation": "u"}], "a.csv", "one relation"),
        ([{}], "a.csv", "doubled ties"),
        ([], "a.xlsx", "written as .csv"),
    ],
)
def test_what_a_matrix_does_not_carry(
    make: Any, tmp_path: Path, more: list[dict[str, str]], name: str, message: str
) -> None:
    tie = {"relation": "t", "source": "a", "target": "b", "weight": "2"}
    ties = [tie, *(tie | change for change in more)]
    export = make([{"actor": "a"}, {"actor": "b"}], ties, {"t": True})
    with pytest.raises(nc.errors.InputError, match=message):
        write_matrix(export, tmp_path / name)


# Made once: the moment it is made stands in its bytes.
BOOK = workbook([["x", "a", "b"], ["a", 0, 1.5], ["b", 2, 0]])


@given(data=st.data())
def test_damaged_files_are_never_a_traceback(
    data: st.DataObject, damage: Any, read: Read
) -> None:
    read(read_matrix, "a.csv", data.draw(damage(MATRIX.encode())))
    read(read_matrix, "a.xlsx", data.draw(damage(BOOK)))


def test_a_sentence_is_no_word_and_an_address_is_never_shown(read: Read) -> None:
    long = "vi samarbeider stort sett ganske godt med dem i alle sakene vi deler"
    content = f"x,nav,ks\nnav,,{long}\nks,kari@example.org,\n"
    _, problems = read(read_matrix, "a.csv", content)
    (sentence,) = [p for p in problems if p.severity == "ERROR"]
    assert (sentence.code, sentence.place.cell) == ("E-NUM-001", "C2")
    (word,) = [p for p in problems if p.severity == "WARN"]
    assert word.fields["known"] == '"***" (B3)'
    assert "kari" not in str(word)
