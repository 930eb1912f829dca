"""Tables leave the house: for a spreadsheet, for a page and for a paper."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from netcollab._checks import check_choice, check_count
from netcollab._files import write_atomically
from netcollab.report.labels import number

__all__ = ["html_table", "write_table"]

_FORMATS = {"csv": "csv", "html": "html", "latex": "tex"}
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t")
_MISSING = "–"
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
) -> list[Path]:
    """Write a table so that the same table gives the same bytes.

    The CSV is for programs: decimal point, an empty cell where a number is undefined,
    and an apostrophe before text that a spreadsheet would run as a formula. HTML and
    LaTeX are for readers: numbers as the ambient language writes them, an en dash
    where one is undefined, every text escaped.

    Parameters
    ----------
    frame
        The table; its index is written as the first columns.
    path
        Without a suffix; one file per format.
    caption
        Above the table in HTML and LaTeX.
    decimals
        Digits after the decimal mark; whole numbers have none.
    formats
        Any of csv, html, latex.

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
    >>> (path,) = write_table(scores, stem, caption="Scores", formats=["csv"])
    >>> print(path.read_text(encoding="utf-8").strip())
    ,density
    nav,0.25
    '=ks,
    """
    path = Path(path)
    check_count("decimals", decimals, minimum=0)
    writers: dict[str, Callable[[], str]] = {
        "csv": lambda: _csv(frame, decimals),
        "html": lambda: html_table(frame, path.name, caption, decimals),
        "latex": lambda: _latex(frame, path.name, caption, decimals),
    }
    for kind in formats:
        check_choice("format", kind, _FORMATS)
    return [
        write_atomically(path.with_name(f"{path.name}.{_FORMATS[kind]}"), content)
        for kind, content in [(kind, writers[kind]()) for kind in formats]
    ]


def html_table(frame: pd.DataFrame, name: str, caption: str, decimals: int) -> str:
    """A table for a page: numbers in the ambient language, every text escaped.

    Parameters
    ----------
    frame
        The table; its index becomes the first columns.
    name
        Tells the table's cells from those of others on the page.
    caption
        Above the table.
    decimals
        Digits after the decimal mark.
    """
    styler = _shown(frame, decimals, html.escape).style
    styler.set_uuid(re.sub(r"\W", "_", name)).set_caption(html.escape(caption))
    right = [k for k in range(frame.shape[1]) if _is_number(frame.iloc[:, k])]
    styler.set_table_styles(
        [{"selector": f".col{k}", "props": [("text-align", "right")]} for k in right]
    )
    page = styler.to_html()
    for part, scope in (("col_heading", "col"), ("row_heading", "row")):
        page = re.sub(rf'(<th [^>]*class="{part} [^"]*")', rf'\1 scope="{scope}"', page)
    return page


def _csv(frame: pd.DataFrame, decimals: int) -> str:
    def plain(cell: object) -> object:
        return _neutral(cell, decimals)

    cells = pd.DataFrame(
        {k: frame.iloc[:, k].map(plain) for k in range(frame.shape[1])}, frame.index
    )
    cells.columns = frame.columns.map(plain)
    if len(frame):
        cells.index = frame.index.map(plain)
    cells.index.names = [plain(name) for name in frame.index.names]
    return cells.to_csv(lineterminator="\n")


def _neutral(cell: object, decimals: int) -> object:
    """A number rounded, without a negative zero; text that is no formula."""
    if isinstance(cell, tuple):
        return tuple(_neutral(part, decimals) for part in cell)
    if isinstance(cell, (float, np.floating)):
        return round(float(cell), decimals) + 0.0
    if isinstance(cell, str):
        text = re.sub(r"\r\n?", "\n", cell)
        return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text
    return cell


def _latex(frame: pd.DataFrame, name: str, caption: str, decimals: int) -> str:
    aligned = "".join(
        "r" if _is_number(frame.iloc[:, k]) else "l" for k in range(frame.shape[1])
    )
    return _shown(frame, decimals, _tex).style.to_latex(
        hrules=True,
        column_format="l" * frame.index.nlevels + aligned,
        caption=_tex(caption),
        label=f"tab:{re.sub(r'[^A-Za-z0-9]', '-', name)}",
        position="htbp",
        position_float="centering",
    )


def _shown(
    frame: pd.DataFrame, decimals: int, escape: Callable[[str], str]
) -> pd.DataFrame:
    """Every cell and label as escaped text."""

    def text(cell: object) -> object:
        return _text(cell, decimals, escape)

    cells = pd.DataFrame(
        {k: frame.iloc[:, k].map(text).astype(object) for k in range(frame.shape[1])},
        frame.index,
    )
    cells.columns = frame.columns.map(text)
    cells.index = frame.index.map(text)
    cells.columns.names = [name and text(name) for name in frame.columns.names]
    cells.index.names = [name and text(name) for name in frame.index.names]
    return cells


def _text(cell: object, decimals: int, escape: Callable[[str], str]) -> object:
    if isinstance(cell, tuple):
        return tuple(_text(part, decimals, escape) for part in cell)
    if isinstance(cell, (int, np.integer)) and not isinstance(cell, bool):
        return escape(number(int(cell), 0))
    if isinstance(cell, (float, np.floating)):
        return escape(number(float(cell), decimals))
    missing = cell is None or cell is pd.NA or cell is pd.NaT
    return escape(_MISSING if missing else str(cell))


def _is_number(column: pd.Series) -> bool:
    kinds = pd.api.types
    return kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column)


def _tex(text: str) -> str:
    return text.translate(_TEX)
