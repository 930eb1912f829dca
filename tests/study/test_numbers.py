"""Numbers written by people: the decimal mark of a file, and what is no number."""

from __future__ import annotations

from typing import Any

import pytest

from netcollab.study import check_study, read_study

HEAD = "relation;source;target;weight\n"


@pytest.mark.parametrize(
    ("cell", "code", "said"),
    [
        ("1 234", "E-NUM-006", "U+0020"),
        ("1\u00a0234", "E-NUM-006", "U+00A0"),
        ("1\u202f234", "E-NUM-006", "U+202F"),
        ("1.234,5", "E-NUM-006", ""),
        ("1.234.5", "E-NUM-001", ""),
        ("−1", "E-NUM-005", "U+2212"),
        ("３", "E-NUM-005", 'write "3"'),
        ("45 %", "E-NUM-003", "unit"),
        ("45%", "E-NUM-003", "unit"),
        ("4 kr", "E-NUM-003", "unit"),
        ("<5", "E-NUM-004", "not zero"),
        (":", "E-NUM-004", "suppressed"),
        ("..", "E-NUM-004", "suppressed"),
        ("inf", "E-NUM-002", "finite"),
        ("-Infinity", "E-NUM-002", "finite"),
        ("NaN", "E-NUM-002", "finite"),
        ("1e400", "E-NUM-002", "finite"),
        ("1e-400", "E-NUM-002", "finite"),
        ("05.apr", "E-NUM-010", "date"),
        ("2024-05-04", "E-NUM-010", "date"),
        ("4.5.2024", "E-NUM-010", "date"),
        ("NA", "E-NUM-001", "empty"),
        ("null", "E-NUM-001", "empty"),
        ("1_0", "E-NUM-001", ""),
        ("0x1", "E-NUM-001", ""),
        ("1,2,3", "E-NUM-001", ""),
        ("TRUE", "E-NUM-001", ""),
        ("--1", "E-NUM-001", ""),
    ],
)
def test_what_is_no_number_is_told_apart(
    make: Any, cell: str, code: str, said: str
) -> None:
    ties = HEAD + f"trust;nav;ks;{cell}\ntrust;ks;nav;2\n"
    (problem,) = check_study(make(ties=ties)).errors
    assert (problem.code, problem.row, problem.column, problem.letter) == (
        code,
        2,
        "weight",
        "D",
    )
    assert said in str(problem)


@pytest.mark.parametrize(
    ("cells", "separator", "expected"),
    [
        (["1,5", "2"], ";", [1.5, 2.0]),
        (["1.5", "2"], ";", [1.5, 2.0]),
        (["1.5", "2"], ",", [1.5, 2.0]),
        (['"1,5"', "2"], ",", [1.5, 2.0]),
        (["1.2500", "2.125"], "\t", [1.25, 2.125]),
        ([",5", "+2"], ";", [0.5, 2.0]),
        (["2.", "1e0"], ",", [2.0, 1.0]),
        ([" 3 ", "2"], ";", [3.0, 2.0]),
    ],
)
def test_the_decimal_mark_is_the_one_the_cells_show(
    make: Any, cells: list[str], separator: str, expected: list[float]
) -> None:
    rows = [
        ["relation", "source", "target", "weight"],
        ["trust", "nav", "ks", cells[0]],
        ["trust", "ks", "nav", cells[1]],
    ]
    text = "\n".join(separator.join(row) for row in rows)
    toml = 'name = "x"\nrelations.trust.unlisted = "absent"\n'
    study = read_study(make(ties=text, toml=toml))
    assert study.ties["weight"].tolist() == expected
    assert not study.report.has_warnings


def test_two_decimal_marks_in_one_file(make: Any) -> None:
    ties = HEAD + "trust;nav;ks;1,5\ntrust;ks;nav;2.5\ntrust;ks;hdir;2.25\n"
    (problem,) = check_study(make(ties=ties)).errors
    assert (problem.code, problem.row, problem.value) == ("E-NUM-007", 2, "1,5")


@pytest.mark.parametrize(
    ("cell", "separator", "code"),
    [
        ("1.234", ";", "W-NUM-008"),
        ("1,234", ";", "W-NUM-008"),
        ('"1,234"', ",", "E-NUM-009"),
    ],
)
def test_a_number_that_may_be_a_thousand(
    make: Any, cell: str, separator: str, code: str
) -> None:
    rows = ["relation,source,target,weight", "trust,nav,ks,"]
    text = "\n".join(rows).replace(",", separator) + cell + "\n"
    found = [p.code for p in check_study(make(ties=text)).problems]
    assert code in found


def test_declared_thousands(make: Any) -> None:
    toml = (
        'name = "x"\nrelations.trust.unlisted = "absent"\n'
        '[files.ties]\nthousands = " "\ndecimal = ","\n'
    )
    ties = HEAD + "trust;nav;ks;1\u00a0234,5\ntrust;ks;nav;12 345\n"
    weights = read_study(make(ties=ties, toml=toml)).ties["weight"]
    assert weights.tolist() == [1234.5, 12345.0]


@pytest.mark.parametrize(
    ("cell", "other", "numbers"),
    [
        ("1 845,7", "812,3", [1845.7, 812.3]),
        ("1\u00a0845,7", "812,3", [1845.7, 812.3]),
        ("1\u202f845,7", "2", [1845.7, 2.0]),
        ("1\u2009845", "812,3", [1845.0, 812.3]),
        ("98 410.5", "812.3", [98410.5, 812.3]),
        ("1.845,7", "812,3", [1845.7, 812.3]),
        ("1,845.7", "812.3", [1845.7, 812.3]),
        ("1,845.7", "2", [1845.7, 2.0]),
        ("12.345.678", "812,3", [12345678.0, 812.3]),
        ("1’845.7", "812.3", [1845.7, 812.3]),
        ("-1 845,7", "2", [-1845.7, 2.0]),
    ],
)
def test_the_told_marks_read_a_number_with_a_mark_between_thousands(
    make: Any, cell: str, other: str, numbers: list[float]
) -> None:
    toml = (
        'name = "s"\n[resources]\ncolumns = ["budget"]\n'
        '[relations.trust]\nunlisted = "absent"\n'
    )
    actors = f"actor;budget\nnav;{cell}\nks;{other}\n"
    ties = HEAD + "trust;nav;ks;2\n"
    (problem,) = check_study(make(toml=toml, actors=actors, ties=ties)).errors
    assert problem.code == "E-NUM-006"
    section, _, told = problem.fix.partition("under ")[2].partition(": ")
    lines = told.partition(" (when")[0].replace(" and ", "\n")
    assert section == "[files.actors]"
    study = make(toml=f"{toml}{section}\n{lines}\n", actors=actors, ties=ties)
    assert read_study(study).actors["budget"].tolist() == numbers
