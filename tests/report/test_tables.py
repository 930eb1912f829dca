"""Tables that leave: safe in a spreadsheet, a page and a paper; always the same."""

from __future__ import annotations

import csv
import html.parser
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from netcollab.errors import UnknownNameError
from netcollab.report.labels import LANGUAGES, language, number
from netcollab.report.markdown import markdown_text
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
    with pytest.raises(UnknownNameError, match="pptx"):
        write_table(TABLE, tmp_path / "u", caption="", formats=["csv", "pptx"])
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
    assert page.scopes.count("col") == 4
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


ALL = ["csv", "html", "latex", "md", "xlsx", "docx"]
NOTE = "n = 56 dyads; QAP, exact | <a_1> 5 %, =cmd()"


def test_every_format_has_the_note_and_the_same_bytes(tmp_path: Path) -> None:
    runs = [
        write_table(TABLE, tmp_path / k / "t", caption="C", formats=ALL, note=NOTE)
        for k in ("a", "b")
    ]
    assert [path.suffix for path in runs[0]] == [
        f".{kind}" for kind in ("csv", "html", "tex", "md", "xlsx", "docx")
    ]
    for one, other in zip(*runs, strict=True):
        assert one.read_bytes() == other.read_bytes()
    csv_, page, paper, plain, *_ = (path.read_bytes().decode() for path in runs[0][:4])
    assert csv_.splitlines()[-1] == "# n = 56 dyads; QAP, exact | <a_1> 5 %  =cmd()"
    assert page.endswith(
        '<p class="note">n = 56 dyads; QAP, exact | &lt;a_1&gt; 5 %, =cmd()</p>\n'
    )
    assert r"exact | \textless{}a\_1\textgreater{} 5 \%, =cmd()" in paper
    assert paper.index("footnotesize") > paper.index(r"\end{tabular}")
    assert paper.index("footnotesize") < paper.index(r"\end{table}")
    assert plain.endswith("\n\nn = 56 dyads; QAP, exact \\| \\<a\\_1\\> 5 %, =cmd()\n")


def test_a_table_may_carry_its_note(tmp_path: Path) -> None:
    frame = TABLE.copy()
    frame.attrs["note"] = "carried"
    (with_own,) = write_table(frame, tmp_path / "a", caption="", formats=["md"])
    (without,) = write_table(frame, tmp_path / "b", caption="", formats=["md"], note="")
    assert with_own.read_text().endswith("\n\ncarried\n")
    assert "carried" not in without.read_text()


def test_csv_with_a_note_can_be_read_again(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [1.0, -2.25]}, index=["a", "b"])
    (path,) = write_table(
        frame, tmp_path / "t", caption="", formats=["csv"], note='a, "b"\nc'
    )
    pd.testing.assert_frame_equal(pd.read_csv(path, index_col=0, comment="#"), frame)


def test_markdown_leaves_an_ampersand_that_begins_no_sign() -> None:
    assert markdown_text("Hubert, L. & Schultz, J.; R&D") == (
        "Hubert, L. & Schultz, J.; R&D"
    )
    assert markdown_text("&lt; &#60; &amp;") == r"\&lt; \&\#60; \&amp;"


HOSTILE = [
    "a|b",
    "<script>alert(1)</script>",
    "*bold* _it_ `code` ~~x~~",
    "[link](http://example.org)",
    "back\\slash $x^2$ &lt;",
    "two\nlines",
    "# 1. - + @nav",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_markdown_takes_every_name_literally(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({name: [name, 0.5], "n": [1, 2]}, index=[name, "b"])
    (text,) = written(tmp_path, frame, formats=["md"])
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\) \| ", row.strip("| ")) for row in rows]
    assert [len(row) for row in cells] == [3 if k else 2 for k in range(4)]
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", cells[2][0])
    assert plain == " ".join(name.split())
    assert rows[1] == "| --- | --- | ---: |"


@pytest.mark.parametrize("name", HOSTILE)
def test_latex_takes_every_name_literally(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"x": [name]}, index=[name])
    (paper,) = written(tmp_path, frame, formats=["latex"], note=name)
    inside = paper[paper.index(r"\midrule") :]
    spoken = inside.replace(r"\textbackslash{}", "").replace("$-$", "")
    spoken = re.sub(r"\\text(?:ascii)?\w+\{\}", "", spoken)
    assert not re.search(r"(?<!\\)[#$%_^~]", spoken)
    assert len(re.findall(r"(?<!\\)&", spoken)) == 1


def sheet_of(path: Path) -> Worksheet:
    (sheet,) = openpyxl.load_workbook(path).worksheets
    return sheet


def test_a_workbook_holds_numbers_texts_and_no_formula(tmp_path: Path) -> None:
    (path,) = write_table(
        TABLE, tmp_path / "t", caption="Table 1", formats=["xlsx"], note=NOTE
    )
    sheet = sheet_of(path)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [
        ["Table 1", None, None, None],
        [None] * 4,
        ["actor", "measure", "estimate", "n"],
        ["nav", "=1+1", 0.123, 12345],
        ["@ks", "<b>Å & ø_</b>", None, 2],
        ["[hdir] 5 %", None, 0, 3],
        [None] * 4,
        [NOTE, None, None, None],
    ]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    assert sheet["B4"].quotePrefix
    assert sheet["C4"].number_format == "0.000"
    assert sheet.freeze_panes == "B4"
    assert sheet["A3"].font.bold


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_workbook_calculates_with_numbers_written_in_words(
    tmp_path: Path, code: str
) -> None:
    with language(code):
        cells = [number(-0.126), number(12_345.5, 1), number(7, 0), "–"]
        cells += [number(1.25, signed=True), "0301", "8 sites", "0.1 (exact)"]
        frame = pd.DataFrame({"b": cells, "id": [*"12345678"]})
        frame.attrs["numbers"] = ["b"]
        (path,) = write_table(frame, tmp_path / "t", caption="", formats=["xlsx"])
    sheet = sheet_of(path)
    found = [(row[1].value, row[1].number_format) for row in sheet.iter_rows(min_row=2)]
    assert found == [
        (-0.13, "0.00"),
        (12345.5, "#,##0.0"),
        (7, "0"),
        ("–", "General"),
        (1.25, "+0.00;-0.00;0.00"),
        *((text, "General") for text in ("0301", "8 sites", "0.1 (exact)")),
    ]
    assert [row[2].value for row in sheet.iter_rows(min_row=2)] == [*"12345678"]


def test_a_workbook_of_words_runs_no_formula(tmp_path: Path) -> None:
    hostile = ["=1+1", "+1", "-1", "@x", "+1+cmd()", "\t1", "\N{MINUS SIGN}1)"]
    frame = pd.DataFrame({"b": hostile})
    frame.attrs["numbers"] = ["b"]
    (path,) = write_table(frame, tmp_path / "t", caption="", formats=["xlsx"])
    cells = [row[1] for row in sheet_of(path).iter_rows(min_row=2)]
    assert [cell.value for cell in cells if cell.data_type == "n"] == [1]  # "+1"
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")
    assert "f" not in {cell.data_type for cell in cells}


def test_a_workbook_knows_no_clock(tmp_path: Path) -> None:
    (path,) = write_table(TABLE, tmp_path / "t", caption="", formats=["xlsx"])
    with zipfile.ZipFile(path) as archive:
        assert {part.date_time for part in archive.infolist()} == {
            (1980, 1, 1, 0, 0, 0)
        }
        core = archive.read("docProps/core.xml").decode()
    assert re.findall(r">(\d{4}-[^<]*)<", core) == ["2000-01-01T00:00:00Z"] * 2


def test_a_workbook_takes_control_characters_and_long_texts(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": ["a\x00b", "x" * 40_000, np.inf, True]})
    (path,) = write_table(frame, tmp_path / "a:b", caption="", formats=["xlsx"])
    values = [row[1].value for row in sheet_of(path).iter_rows(min_row=2)]
    assert values == ["a\N{REPLACEMENT CHARACTER}b", "x" * 32_767, "inf", True]


def test_a_document_is_one_table_in_the_language_of_the_reader(tmp_path: Path) -> None:
    with language("nb"):
        (path,) = write_table(
            TABLE, tmp_path / "t", caption="Tabell 1", formats=["docx"], note=NOTE
        )
    with zipfile.ZipFile(path) as archive:
        for part in archive.namelist():
            ElementTree.fromstring(archive.read(part))
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    word = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
    rows = [
        ["".join(cell.itertext()) for cell in row.findall("w:tc", word)]
        for row in root.iterfind(".//w:tr", word)
    ]
    assert rows[0] == ["actor", "measure", "estimate", "n"]
    assert rows[1] == ["nav", "=1+1", "0,123", "12\N{NO-BREAK SPACE}345"]
    assert rows[2][2] == "–"
    outside = ["".join(p.itertext()) for p in root.findall("w:body/w:p", word)]
    assert outside == ["Tabell 1", NOTE]
    assert len(root.findall(".//w:tblHeader", word)) == 1
    assert "nb-NO" in ElementTree.tostring(root, encoding="unicode")


def test_two_headings_and_no_rows_in_every_format(tmp_path: Path) -> None:
    columns = pd.MultiIndex.from_tuples([("m", "b"), ("m", "p")])
    frame = pd.DataFrame([[1.0, 2.0]], index=["a"], columns=columns)
    for table in (frame, frame.iloc[:0]):
        files = write_table(table, tmp_path / "t", caption="", formats=ALL)
        assert all(path.stat().st_size for path in files)
    assert "| m / b |" in (tmp_path / "t.md").read_text()


def test_a_named_index_shares_the_line_of_the_headings(tmp_path: Path) -> None:
    table = pd.DataFrame({"n": [1]}, pd.Index(["nav"], name="actor"))
    (page,) = write_table(table, tmp_path / "t", caption="C", formats=["html"])
    told = page.read_text(encoding="utf-8")
    head = told[told.index("<thead>") : told.index("</thead>")]
    assert head.count("<tr>") == 1
    assert ">actor</th>" in head
    assert ":where(#T_t)" in told


def document_of(path: Path) -> ElementTree.Element:
    with zipfile.ZipFile(path) as archive:
        return ElementTree.fromstring(archive.read("word/document.xml"))


@pytest.mark.parametrize("letters", [3, 300])
def test_columns_of_a_document_have_widths_that_fit_the_page(
    tmp_path: Path, letters: int
) -> None:
    """A column of the grid needs its width: without it readers make a table empty."""
    table = pd.DataFrame({"b": ["x"], "note": ["y" * letters], "c": [""]}, ["nav"])
    (path,) = write_table(table, tmp_path / "t", caption="C", formats=["docx"])
    root = document_of(path)
    space = root.tag.removesuffix("document")
    grid = [int(each.attrib[f"{space}w"]) for each in root.iter(f"{space}gridCol")]
    assert len(grid) == 4
    assert min(grid) > 0
    assert grid[2] == max(grid)
    page, margins = root.find(f".//{space}pgSz"), root.find(f".//{space}pgMar")
    assert page is not None
    assert margins is not None
    sides = (margins.attrib[f"{space}{side}"] for side in ("left", "right"))
    assert sum(grid) <= int(page.attrib[f"{space}w"]) - sum(map(int, sides))
    for row in root.iter(f"{space}tr"):
        cells = [cell.attrib for cell in row.iter(f"{space}tcW")]
        assert [int(cell[f"{space}w"]) for cell in cells] == grid
        assert {cell[f"{space}type"] for cell in cells} == {"dxa"}


@pytest.mark.skipif(shutil.which("pandoc") is None, reason="pandoc is not installed")
def test_pandoc_reads_the_cells_of_a_document(tmp_path: Path) -> None:
    (path,) = write_table(TABLE, tmp_path / "t", caption="C", formats=["docx"])
    plain = ["pandoc", str(path), "-t", "plain"]
    told = subprocess.run(plain, capture_output=True, check=True, text=True).stdout
    assert "estimate" in told
    assert "0.123" in told
