"""Nothing that identifies a person is ever said, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.study import DataReport, check_study, read_study

TOML = """\
name = "survey"
waves = ["2025", "2026"]

[relations.trust]
unlisted = "not_asked"
scale = [1, 5]

[scales.agree5]
low = 1
high = 5

[items.q1]
scale = "agree5"
dimension = "power"

[resources]
columns = ["staff"]
"""
Tables = dict[str, list[list[str]]]
TABLES: Tables = {
    "sites": [["site", "name", "population"], ["A", "Aby", "9"]],
    "actors": [
        ["site", "actor", "name_nb", "kind", "staff", "extra"],
        ["A", "nav", "NAV", "agency", "9", "x"],
        ["A", "ks", "KS", "association", "8", "y"],
    ],
    "ties": [
        [
            "site",
            "wave",
            "relation",
            "source",
            "target",
            "weight",
            "state",
            "reporter",
            "basis",
            "extra",
        ],
        ["A", "2025", "trust", "nav", "ks", "2", "observed", "nav", "minutes", "x"],
    ],
    "respondents": [
        ["site", "respondent", "actor", "role", "profession", "wave", "extra"],
        ["A", "r1", "nav", "staff", "law", "2025", "x"],
        ["A", "r2", "ks", "leader", "law", "2025", "y"],
    ],
    "answers": [
        ["respondent", "item", "target", "wave", "value", "missing_reason", "extra"],
        ["r1", "q1", "ks", "2025", "3", "", "x"],
        ["r2", "q1", "nav", "2025", "", "dont_know", "y"],
    ],
    "codings": [
        [
            "source",
            "span",
            "site",
            "actor",
            "informant",
            "construct",
            "target",
            "coder",
            "polarity",
            "note",
            "x",
        ],
        ["i1", "4", "A", "nav", "r1", "trust", "ks", "c1", "1", "n", "x"],
    ],
    "aliases": [
        ["site", "alias", "actor", "wave", "note"],
        ["A", "dir", "nav", "2025", "n"],
    ],
    "affiliations": [
        ["site", "wave", "actor", "object", "kind", "weight", "extra"],
        ["A", "2025", "nav", "board", "meeting", "1", "x"],
    ],
}
CANARIES = "010170-1234, 01017000027, kanari@example.org, 99 88 77 66, +4799887766"
CODES = {"E-PRI-001", "E-PRI-002", "E-PRI-004"}
NAME = "Kanari Nordmann"
OF_PERSONS = {
    "respondents": TABLES["respondents"][0],
    "answers": TABLES["answers"][0],
    "codings": ["source", "span", "informant", "coder", "note"],
}
SIGNS = ("kanari", "nordmann", "99 88", "77 66", "9988", "0027", "010170")


def written(make: Any, tables: Tables) -> Path:
    """A study folder of these tables."""
    texts = {
        name: "\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)
        for name, rows in tables.items()
    }
    folder: Path = make(toml=TOML, **texts)
    return folder


def planted(
    table: str, row: int, column: int, value: str
) -> dict[str, list[list[str]]]:
    """The tables with one cell changed; row 0 is the header."""
    tables = {name: [list(cells) for cells in rows] for name, rows in TABLES.items()}
    tables[table][row][column] = value
    return tables


def said(report: DataReport) -> Iterator[str]:
    """Everything that is ever said about a study, in every form."""
    yield from (str(report.to_dict()), repr(report), report.to_frame().to_csv())
    yield from map(str, report.files)
    yield report.response_rates.to_csv()
    yield str(nc.InputError(report.problems)) + repr(report.problems)
    for language in ("en", "nb", "da"):
        with nc.report.language(language):
            yield nc.report.data_report(report)


def said_by_the_command(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[str]:
    """What the command line and the exception say."""
    for form in (["--json"], *(["--language", name] for name in ("en", "nb", "da"))):
        main(["check", str(folder), *form])
        told = capsys.readouterr()
        yield told.out + told.err
    try:
        yield repr(read_study(folder))
    except nc.InputError as error:
        yield str(error) + repr(error)


def is_silent(told: Iterator[str]) -> None:
    for words in told:
        for sign in SIGNS:
            assert sign not in words.casefold(), (sign, words)


def test_the_study_without_canaries_is_good(make: Any) -> None:
    report = check_study(written(make, TABLES))
    assert report.errors == ()


CELLS = [
    (table, column) for table, rows in TABLES.items() for column in range(len(rows[0]))
]


@pytest.mark.parametrize(
    ("table", "column"), CELLS, ids=[f"{t}.{TABLES[t][0][c]}" for t, c in CELLS]
)
def test_every_column_of_every_table(make: Any, table: str, column: int) -> None:
    report = check_study(written(make, planted(table, 1, column, CANARIES)))
    assert {problem.code for problem in report.errors if problem.row == 2} >= CODES
    is_silent(said(report))
    if TABLES[table][0][column] in OF_PERSONS.get(table, []):
        for name in (NAME, f" {NAME}\x07"):
            named = planted(table, 1, column, name)
            is_silent(said(check_study(written(make, named))))


@pytest.mark.parametrize("table", TABLES)
def test_the_command_line(
    make: Any, capsys: pytest.CaptureFixture[str], table: str
) -> None:
    tables = {name: [list(cells) for cells in rows] for name, rows in TABLES.items()}
    tables[table][1:] = [[CANARIES] * len(tables[table][0])]
    is_silent(said_by_the_command(written(make, tables), capsys))


@pytest.mark.parametrize("table", TABLES)
def test_headers(make: Any, table: str) -> None:
    last = len(TABLES[table][0]) - 1
    for code, value in (
        ("E-PRI-001", "010170-1234"),
        ("E-PRI-002", "kanari@example.org"),
        ("E-PRI-004", "99 88 77 66"),
    ):
        report = check_study(written(make, planted(table, 0, last, value)))
        assert (code, 1) in [(p.code, p.row) for p in report.errors]
        is_silent(said(report))


@pytest.mark.parametrize("table", ["respondents", "answers", "codings"])
def test_a_table_of_persons_without_a_header(make: Any, table: str) -> None:
    width = len(TABLES[table][0])
    rows = [[NAME] * width, [f"{NAME} {n}" for n in range(width)], [NAME]]
    report = check_study(written(make, TABLES | {table: rows}))
    assert "E-CSV-005" in [p.code for p in report.errors]
    is_silent(said(report))


def test_names_of_files_and_sheets(
    make: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = written(make, TABLES)
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "99 88 77 66"
    for row in TABLES["answers"]:
        sheet.append(row)
    book.create_sheet("kanari@example.org")
    book.save(folder / "kanari@example.org.xlsx")
    (folder / "answers.csv").unlink()
    (folder / "010170-1234.csv").write_text("a,b\n")
    for name, sheet_name in (
        ("kanari@example.org.xlsx", "99 88 77 66"),
        ("kanari@example.org.xlsx", "nothing"),
        ("kanari@example.org.csv", ""),
    ):
        lines = f'\n[files.answers]\npath = "{name}"\n'
        lines += f'sheet = "{sheet_name}"\n' if sheet_name else ""
        (folder / "study.toml").write_text(TOML + lines)
        is_silent(said_by_the_command(folder, capsys))


def test_free_text_is_not_said_either(
    make: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    tables = planted("answers", 0, 6, "comment")
    tables["answers"][1][6] = f"{NAME} said: call 99 88 77 66"
    folder = written(make, tables)
    report = check_study(folder)
    assert {"W-PRI-006", "W-PRI-008"} <= {p.code for p in report.problems}
    is_silent(said(report))
    toml = TOML + '[privacy]\nfree_text = ["comment"]\n'
    (folder / "study.toml").write_text(toml)
    assert read_study(folder).answers["comment"][0].startswith(NAME)
    is_silent(said_by_the_command(folder, capsys))
