"""Figures and tables on their way from a notebook to the paper.

A notebook hands them over while `netcollab paper` runs it; nothing else of the paper is
loaded for that.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.report.figures import alt_text, save_figure
from netcollab.report.tables import write_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "FOLDER",
    "Item",
    "items_of",
    "keeping_place",
    "publish_figure",
    "publish_table",
]

FOLDER = "NETCOLLAB_PAPER"
_ITEMS, _PLACE = "items.jsonl", "place.json"


@dataclass(frozen=True)
class Item:
    """A figure or table of the paper, as a notebook handed it over.

    Parameters
    ----------
    kind
        "figure" or "table".
    name, caption, alt
        Of the files, for the reader, and in words.
    notebook, cell
        Where it was handed over: the file, and the code cell counted from 1.
    """

    kind: str
    name: str
    caption: str
    alt: str = ""
    notebook: str = ""
    cell: int = 0


def publish_figure(name: str, axes: Axes | Figure, *, caption: str) -> None:
    """Hand a figure to the paper that is being built, as SVG, PDF and PNG.

    Outside of `netcollab paper` nothing is written.

    Parameters
    ----------
    name
        Lower-case letters, digits and underscores; the files get this name.
    axes
        A figure drawn by this package, or its Axes.
    caption
        What the reader sees, for whom, how many, how certain.
    """
    folder = _paper_folder(name)
    if folder is not None:
        save_figure(axes, folder / "figures" / name)
        _note(folder, "figure", name, caption, alt_text(axes))


def publish_table(
    name: str,
    frame: pd.DataFrame,
    *,
    caption: str,
    decimals: int = 3,
    note: str | None = None,
) -> None:
    """Hand a table to the paper that is being built, as CSV, HTML and LaTeX.

    Outside of `netcollab paper` nothing is written.

    Parameters
    ----------
    name, caption
        As in `publish_figure`.
    frame
        The table.
    decimals
        Digits after the decimal mark, so that another machine shows the same.
    note
        As in `write_table`.
    """
    folder = _paper_folder(name)
    if folder is not None:
        stem = folder / "tables" / name
        write_table(frame, stem, caption=caption, decimals=decimals, note=note)
        _note(folder, "table", name, caption)


def items_of(folder: Path) -> list[Item]:
    """What the notebooks have handed over, in order."""
    (folder / _PLACE).unlink(missing_ok=True)
    path = folder / _ITEMS
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    path.unlink()
    items = [Item(**json.loads(line)) for line in lines]
    names = [(item.kind, item.name) for item in items]
    twice = sorted({name for kind, name in names if names.count((kind, name)) > 1})
    if twice:
        raise InputError(f"two items of the paper share a name: {', '.join(twice)}")
    return items


def keeping_place(folder: Path, notebook: str) -> Callable[[int], None]:
    """Leave word for the kernel which cell is running."""

    def keep(cell: int) -> None:
        place = json.dumps({"notebook": notebook, "cell": cell})
        write_atomically(folder / _PLACE, place)

    return keep


def _paper_folder(name: str) -> Path | None:
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise InputError(
            f'"{name}" cannot name a file; use lower-case letters, digits, underscores'
        )
    folder = os.environ.get(FOLDER)
    return Path(folder) if folder else None


def _note(folder: Path, kind: str, name: str, caption: str, alt: str = "") -> None:
    """Write down what was handed over, and where in which notebook."""
    place = json.loads((folder / _PLACE).read_text(encoding="utf-8"))
    item = Item(kind, name, caption, alt, **place)
    with (folder / _ITEMS).open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(asdict(item), ensure_ascii=False, sort_keys=True) + "\n")
