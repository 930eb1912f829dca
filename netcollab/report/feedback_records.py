"""What pages of feedback are made of: lines, cells, panels and questions.

Every text is plain; a template escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from netcollab.report.strips import Strip

__all__ = ["Cell", "Panel", "Prompt", "Row"]


@dataclass(frozen=True)
class Row:
    """A line of a table: a name, its picture, and the numbers in words."""

    name: str
    picture: Strip | None = None
    value: str = ""
    span: str = ""
    n: str = ""
    band: str = ""
    others: str = ""
    change: str = ""
    reason: str = ""
    clear: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell of the matrix: a mean with its interval, or why there is none.

    `own` says what a cell is that nobody was asked for: of a function about itself, or
    about one that it answers together with.
    """

    value: str = ""
    span: str = ""
    n: str = ""
    shade: int = 0
    reason: str = ""
    own: str = ""


@dataclass(frozen=True)
class Prompt:
    """Something to talk about: what the numbers say, and an open question."""

    kind: str
    fact: str
    question: str


@dataclass(frozen=True)
class Panel:
    """A construct at the level of the site: heading, explanation, lines, a note."""

    title: str
    told: str
    axis: Strip
    rows: tuple[Row, ...]
    note: str = ""
