"""Tables leave the house: for a spreadsheet, a page, a paper and a document."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd

from netcollab._checks import check_choice, check_count
from netcollab._files import write_atomically
from netcollab.report.markdown import markdown_table
from netcollab.report.office_tables import document_table, workbook_table
from netcollab.report.table_cells import (
    is_number,
    neutral,
    neutral_line,
    one_line,
    written,
)

__all__ = ["html_table", "latex_text", "write_table"]

_FORMATS = {
    "csv": "csv",
    "html": "html",
    "latex": "tex",
    "md": "md",
    "xlsx": "xlsx",
    "docx": "docx",
}
_TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "[": "{[}",
        "\N{MINUS SIGN}": "$-$",
        "\N{EN DASH}": "--",
        "\N{RIGHTWARDS ARROW}": r"$\rightarrow$",
        "\N{NO-BREAK SPACE}": "~",
        "\n": " ",
        **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    }
)


def write_table(
    frame: pd.DataFrame,
    path: str | Path,
    *,
    caption: str,
    decimals: int = 3,
    formats: Sequence[str] = ("csv", "html", "latex"),
    note: str | None = None,
) -> list[Path]:
    """Write a table so that the same table gives the same bytes.

    The CSV is for programs: decimal point, an empty cell where a number is undefined,
    an apostrophe before text that a spreadsheet would run as a formula, and the note as
    a last line that begins with "# " (`pandas.read_csv(..., comment="#")`). A workbook
    (xlsx) holds numbers as numbers and text as text; a text that is a number, in a
    column that the table names as one of numbers (`frame.attrs["numbers"]`, as of
    `findings_table`), is a number too. HTML, LaTeX, Markdown (md) and the
    text document (docx) are for readers: numbers as the ambient language writes them,
    an en dash where one is undefined, every text taken literally.

    Parameters
    ----------
    frame
        The table; its index is written as the first columns.
    path
        Without a suffix; one file per format.
    caption
        Above the table, except in CSV.
    decimals
        Digits after the decimal mark; whole numbers have none.
    formats
        Any of csv, html, latex, md, xlsx, docx.
    note
        A line below the table in every format: n, method, what is missing. None: the
        note that the table carries (`frame.attrs["note"]`, as of `findings_table`),
        else none.

    Returns
    -------
    list of Path
        The files, in the order of the formats.

    Raises
    ------
    UnknownNameError
        For another format.

    Examples
    --------
    >>> import tempfile
    >>> scores = pd.DataFrame({"density": [0.25, None]}, index=["nav", "=ks"])
    >>> stem = Path(tempfile.mkdtemp()) / "scores"
    >>> (path,) = write_table(
    ...     scores, stem, caption="Scores", formats=["csv"], note="n = 2 actors"
    ... )
    >>> print(path.read_text(encoding="utf-8").strip())
    ,density
    nav,0.25
    '=ks,
    # n = 2 actors
    """
    path = Path(path)
    check_count("decimals", decimals, minimum=0)
    told = one_line(frame.attrs.get("note", "") if note is None else note)
    writers: dict[str, Callable[[], str | bytes]] = {
        "csv": lambda: _csv(frame, decimals, told),
        "html": lambda: (
            _look_of(path.name) + html_table(frame, path.name, caption, decimals, told)
        ),
        "latex": lambda: _latex(frame, path.name, caption, decimals, told),
        "md": lambda: markdown_table(frame, caption, decimals, told),
        "xlsx": lambda: workbook_table(frame, path.name, caption, decimals, told),
        "docx": lambda: document_table(frame, caption, decimals, told),
    }
    for kind in formats:
        check_choice("format", kind, _FORMATS)
    return [
        write_atomically(path.with_name(f"{path.name}.{_FORMATS[kind]}"), content)
        for kind, content in [(kind, writers[kind]()) for kind in formats]
    ]


def _look_of(name: str) -> str:
    """How a table looks by itself; any rule of a page it stands on goes before."""
    place = f"#T_{_in_html(name)}"
    table, cells = f":where({place})", "text-align:left;vertical-align:top"
    return (
        "<style>\n"
        f":where({place},{place} + p){{font:15px/1.4 system-ui,sans-serif}}\n"
        f"{table}{{border-collapse:collapse}}\n"
        f"{table} :where(caption){{text-align:left;font-weight:600}}\n"
        f"{table} :where(th,td){{{cells};padding:4px 12px}}\n"
        f"{table} :where(thead){{border-block:1px solid}}\n"
        f"{table} :where(tbody){{border-bottom:1px solid}}\n"
        "</style>\n"
    )


def _in_html(name: str) -> str:
    return re.sub(r"\W", "_", name)


def html_table(
    frame: pd.DataFrame, name: str, caption: str, decimals: int, note: str = ""
) -> str:
    """A table for a page: numbers in the ambient language, every text escaped.

    Parameters
    ----------
    frame
        The table; its index becomes the first columns.
    name
        Tells the table's cells from those of others on the page.
    caption, note
        Above and below the table; no note when it is empty.
    decimals
        Digits after the decimal mark.
    """
    shown = _shown(frame, decimals, html.escape)
    in_corner = frame.index.nlevels == 1 and not any(shown.columns.names)
    if in_corner:
        shown.columns.name = shown.index.name
    styler = shown.style.hide(axis="index", names=True) if in_corner else shown.style
    styler.set_uuid(_in_html(name)).set_caption(html.escape(caption))
    right = [k for k in range(frame.shape[1]) if is_number(frame.iloc[:, k])]
    styler.set_table_styles(
        [{"selector": f".col{k}", "props": [("text-align", "right")]} for k in right]
    )
    page = styler.to_html()
    scopes = {"col_heading": "col", "index_name": "col", "row_heading": "row"}
    for part, scope in scopes.items():
        page = re.sub(rf'(<th [^>]*class="{part} [^"]*")', rf'\1 scope="{scope}"', page)
    return page + (f'<p class="note">{html.escape(note)}</p>\n' if note else "")


def latex_text(text: str) -> str:
    """A text that LaTeX prints as it is.

    Examples
    --------
    >>> print(latex_text("5 % of x_1"))
    5 \\% of x\\_1
    """
    return text.translate(_TEX)


def _csv(frame: pd.DataFrame, decimals: int, note: str) -> str:
    def plain(cell: object) -> object:
        return neutral(cell, decimals)

    cells = pd.DataFrame(
        {k: frame.iloc[:, k].map(plain) for k in range(frame.shape[1])}, frame.index
    )
    cells.columns = frame.columns.map(plain)
    if len(frame):
        cells.index = frame.index.map(plain)
    cells.index.names = [plain(name) for name in frame.index.names]
    told = f"# {neutral_line(note)}\n" if note else ""
    return cells.to_csv(lineterminator="\n") + told


def _latex(
    frame: pd.DataFrame, name: str, caption: str, decimals: int, note: str
) -> str:
    aligned = "".join(
        "r" if is_number(frame.iloc[:, k]) else "l" for k in range(frame.shape[1])
    )
    page = _shown(frame, decimals, latex_text).style.to_latex(
        hrules=True,
        column_format="l" * frame.index.nlevels + aligned,
        caption=latex_text(caption),
        label=f"tab:{re.sub(r'[^A-Za-z0-9]', '-', name)}",
        position="htbp",
        position_float="centering",
    )
    if not note:
        return page
    end = r"\end{table}"
    told = rf"\par\smallskip\parbox{{\linewidth}}{{\footnotesize {latex_text(note)}}}"
    return page.replace(end, f"{told}\n{end}")


def _shown(
    frame: pd.DataFrame, decimals: int, escape: Callable[[str], str]
) -> pd.DataFrame:
    """Every cell and label as escaped text."""
    text = written(escape, decimals)
    cells = pd.DataFrame(
        {k: frame.iloc[:, k].map(text).astype(object) for k in range(frame.shape[1])},
        frame.index,
    )
    cells.columns = frame.columns.map(text)
    cells.index = frame.index.map(text)
    cells.columns.names = [name and text(name) for name in frame.columns.names]
    cells.index.names = [name and text(name) for name in frame.index.names]
    return cells
