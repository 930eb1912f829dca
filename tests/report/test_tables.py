"""Tables that leave: safe in a spreadsheet, a page and a paper; always the same."""

from __future__ import annotations

import csv
import html.parser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab.errors import UnknownNameError
from netcollab.report.labels import language
from netcollab.report.tables import write_table

TABLE = pd.DataFrame(
    {
        "measure": ["=1+1", "<b>Å & ø_</b>", None],
        "estimate": [0.12345, np.nan, -0.0001],
        "n": [12345, 2, 3],
    },
    index=pd.Index(["nav", "@ks", "[hdir] 5 %"], name="actor"),
)


def written(tmp_path: Path, frame: pd.DataFrame = TABLE, **how: object) -> list[str]:
    files = write_table(frame, tmp_path / "t_1", caption="100 % of $x_i$ <æ>", **how)
    return [path.read_text(encoding="utf-8") for path in files]


class Page(html.parser.HTMLParser):
    """Cells, scopes and caption of a page with one table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.scopes: list[str | None] = []
        self.cells: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "th":
            self.scopes.append(dict(attrs).get("scope"))

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.cells.append(data.strip())


def test_files_are_named_by_their_format(tmp_path: Path) -> None:
    files = write_table(TABLE, tmp_path / "deep" / "t", caption="")
    assert [path.name for path in files] == ["t.csv", "t.html", "t.tex"]
    with pytest.raises(UnknownNameError, match="xlsx"):
        write_table(TABLE, tmp_path / "u", caption="", formats=["csv", "xlsx"])
    assert not (tmp_path / "u.csv").exists()


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "a") == written(tmp_path / "b")


def test_csv_is_plain_numbers_and_no_formulas(tmp_path: Path) -> None:
    with language("nb"):
        (text, *_) = written(tmp_path)
    rows = list(csv.reader(text.splitlines()))
    assert rows == [
        ["actor", "measure", "estimate", "n"],
        ["nav", "'=1+1", "0.123", "12345"],
        ["'@ks", "<b>Å & ø_</b>", "", "2"],
        ["[hdir] 5 %", "", "0.0", "3"],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_text_that_starts_a_formula_is_marked_and_numbers_are_not(
    tmp_path: Path, start: str
) -> None:
    frame = pd.DataFrame({f"{start}head": [f"{start}cmd", "plain"], "x": [-1.5, 2]})
    (text,) = written(tmp_path, frame, formats=["csv"])
    rows = list(csv.reader(text.splitlines(keepends=True)))
    assert rows[0][1] == f"'{start}head"
    assert rows[1][1:] == [f"'{start}cmd", "-1.5"]


def test_line_ends_in_a_cell_stay_in_the_cell(tmp_path: Path) -> None:
    frame = pd.DataFrame({"note": ["one\r\ntwo", "one\rtwo"]})
    (text,) = written(tmp_path, frame, formats=["csv"])
    rows = list(csv.reader(text.splitlines(keepends=True)))
    assert [row[1] for row in rows[1:]] == ["one\ntwo", "one\ntwo"]


def test_csv_can_be_read_again(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [1.0, np.nan, -2.25]}, index=["a", "b", "c"])
    (path,) = write_table(frame, tmp_path / "t", caption="", formats=["csv"])
    pd.testing.assert_frame_equal(pd.read_csv(path, index_col=0), frame)


def test_a_table_without_rows_keeps_its_heading(tmp_path: Path) -> None:
    frame = TABLE.reset_index().set_index(["actor", "measure"]).iloc[:0]
    assert written(tmp_path, frame, formats=["csv"]) == ["actor,measure,estimate,n\n"]


def test_html_is_escaped_and_says_what_its_headings_head(tmp_path: Path) -> None:
    page = Page(written(tmp_path)[1])
    assert "b" not in page.tags
    assert page.cells[page.cells.index("=1+1") :] == [
        "=1+1",
        "0.123",
        "12,345",
        "@ks",
        "<b>Å & ø_</b>",
        "–",
        "2",
        "[hdir] 5 %",
        "–",
        "0.000",
        "3",
    ]
    assert "100 % of $x_i$ <æ>" in page.cells
    assert page.scopes.count("col") == 3
    assert page.scopes.count("row") == 3


def test_numbers_for_readers_follow_the_language(tmp_path: Path) -> None:
    with language("da"):
        _, page, paper = written(tmp_path)
    assert "0,123" in page
    assert "12.345" in page
    assert "0,123" in paper


def test_latex_is_escaped(tmp_path: Path) -> None:
    paper = written(tmp_path)[2]
    assert r"\caption{100 \% of \$x\_i\$ \textless{}æ\textgreater{}}" in paper
    assert r"\label{tab:t-1}" in paper
    assert r"\toprule" in paper
    assert r"\begin{tabular}{llrr}" in paper
    assert (
        r"\textless{}b\textgreater{}Å \& ø\_\textless{}/b\textgreater{} & -- & 2 \\"
        in paper
    )
    assert r"{[}hdir] 5 \% & -- & 0.000 & 3 \\" in paper


def test_latex_of_a_backslash_and_a_minus(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": ["\\frac{$ ~^"], "y": [-0.5]}, index=["a"])
    (paper,) = written(tmp_path, frame, formats=["latex"], decimals=1)
    told = r"\textbackslash{}frac\{\$ \textasciitilde{}\textasciicircum{} & $-$0.5"
    assert told in paper


def test_two_headings_and_labels_that_repeat(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        [[1.0, 2.0], [3.0, 4.0]],
        index=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")], names=["s", None]),
        columns=["same", "same"],
    )
    text, page, paper = written(tmp_path, frame, decimals=0)
    assert list(csv.reader(text.splitlines()))[1] == ["a", "x", "1.0", "2.0"]
    assert Page(page).cells.count("same") == 2
    assert r"\begin{tabular}{llrr}" in paper


def test_nothing_given_is_changed(tmp_path: Path) -> None:
    kept = TABLE.copy()
    written(tmp_path)
    pd.testing.assert_frame_equal(TABLE, kept)
