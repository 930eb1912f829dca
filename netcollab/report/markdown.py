"""Tables and paragraphs as Markdown, with every text taken literally."""

from __future__ import annotations

import re

import pandas as pd

from netcollab.report.table_cells import grid_of, one_line

__all__ = ["markdown_table", "markdown_text"]

_ANYWHERE = re.compile(r"([\\`*_\[\]<>|~^$@#]|&(?=#?\w+;))")
_AT_START = re.compile(r"^(\s*)([-+=:!]|\d+(?=[.)]))")


def markdown_text(text: str) -> str:
    r"""A text as one line that a reader of Markdown shows as it is.

    Examples
    --------
    >>> markdown_text("1. a_b | <c>")
    '1\\. a\\_b \\| \\<c\\>'
    """
    line = _ANYWHERE.sub(r"\\\1", one_line(text))
    return _AT_START.sub(_apart, line)


def markdown_table(
    frame: pd.DataFrame, caption: str, decimals: int, note: str = ""
) -> str:
    """A caption, a table with pipes, and a note.

    Parameters
    ----------
    frame
        The table; its index becomes the first columns.
    caption, note
        Above and below; the note is left out when it is empty.
    decimals
        Digits after the decimal mark.
    """
    grid = grid_of(frame, decimals)
    rules = ["---:" if right else "---" for right in grid.right]
    lines = [f"**{markdown_text(caption)}**", ""] if caption.strip() else []
    lines += [_line(grid.head), f"| {' | '.join(rules)} |", *map(_line, grid.rows)]
    lines += ["", markdown_text(note)] if note else []
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(_ANYWHERE.sub(_escaped, one_line(c)) for c in cells)} |"


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[1]}"


def _apart(start: re.Match[str]) -> str:
    """A sign or number at the start of a line, told as text."""
    blank, sign = start.groups()
    if sign.isdigit():
        return f"{blank}{sign}\\"
    return f"{blank}\\{sign}"
