"""The paper: every notebook run, every figure and table written, one page to read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import nbformat

from netcollab._files import write_atomically
from netcollab.report.building import building, files_in
from netcollab.report.labels import ambient_language, label
from netcollab.report.notebooks import execute_notebook, find_notebooks
from netcollab.report.paper_page import (
    COMMAND,
    Chapter,
    chapter_of,
    contents_list,
    paper_page,
)
from netcollab.report.publishing import FOLDER, items_of, keeping_place

__all__ = ["build_paper"]

Told = Callable[[str], None]


def build_paper(
    notebooks: str | Path,
    out: str | Path,
    *,
    title: str = "Collaboration between public bodies",
    tell: Told | None = None,
) -> Path:
    """Run every notebook in order and write the paper.

    Writes `figures/` (SVG, PDF, PNG), `tables/` (CSV, HTML, LaTeX), `index.html` (one
    page that needs no network), `contents.md` (every figure and table, with the cell
    that made it) and, last, `run.json`. The page is in the ambient language and speaks
    of chapters by their questions, the notebooks' titles, each with the first sentence
    under its heading "The answer". Everything is built beside `out` and takes its place
    only when whole: a failing cell leaves an earlier paper as it was. The notebooks are
    not changed.

    Parameters
    ----------
    notebooks
        Folder of the notebooks; their data are expected in `data` beside it.
    out
        Folder of the paper.
    title
        Heading of the page.
    tell
        Called with one line of progress at a time.

    Returns
    -------
    Path
        The page.

    Raises
    ------
    JobError
        If a cell fails.
    BlockingIOError
        If another run is building the same paper.
    """
    tell = tell or _silent
    out, root = Path(out).resolve(), Path(notebooks).resolve().parent
    paths = find_notebooks(Path(notebooks).resolve())
    inputs = [*paths, *files_in(root / "data")]
    with building(out, "paper", inputs, root) as run:
        folder = run.folder
        chapters: list[Chapter] = []
        for number, path in enumerate(paths, start=1):
            at = {"number": number, "total": len(paths), "name": path.stem}
            place = label("paper.running", **at)
            tell(place)
            notebook = execute_notebook(
                path,
                environment={FOLDER: str(folder)},
                tell=_within(place, tell),
                at_cell=keeping_place(folder, path.name),
            )
            chapters.append(chapter_of(path, notebook))
        tell(label("paper.writing"))
        items = items_of(folder)
        page = paper_page(title, chapters, items, folder)
        write_atomically(folder / "index.html", page)
        told = contents_list(title, chapters, items, folder)
        write_atomically(folder / "contents.md", told)
        run.record(
            seeds=_seeds(inputs),
            options={"language": ambient_language()},
            command=COMMAND,
            items=[asdict(item) for item in items],
        )
    return out / "index.html"


def _seeds(notebooks: Iterable[Path]) -> dict[str, int]:
    """The SEED each notebook declares."""
    found = {}
    for path in (path for path in notebooks if path.suffix == ".ipynb"):
        code = nbformat.read(path, as_version=4)
        source = "\n".join(c.source for c in code.cells if c.cell_type == "code")
        seed = re.search(r"^SEED = (\d+)$", source, flags=re.MULTILINE)
        if seed:
            found[path.name] = int(seed[1])
    return found


def _within(place: str, tell: Told) -> Told:
    """Progress inside one notebook."""
    return lambda cell: tell(f"{place}: {cell}")


def _silent(line: str) -> None:
    """Tell nobody."""
    del line
