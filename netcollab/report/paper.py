"""The paper: every notebook run, every figure and table written, one page to read."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pandas as pd

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.report.building import building, files_in, write_record
from netcollab.report.figures import alt_text, save_figure
from netcollab.report.labels import ambient_language
from netcollab.report.notebooks import execute_notebook, find_notebooks
from netcollab.report.paper_page import (
    COMMAND,
    Chapter,
    Item,
    chapter_of,
    contents_list,
    paper_page,
)
from netcollab.report.tables import write_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["build_paper", "publish_figure", "publish_table"]

Told = Callable[[str], None]

_FOLDER = "NETCOLLAB_PAPER"
_ITEMS, _PLACE = "items.jsonl", "place.json"


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
    started = time.time()
    out, root = Path(out).resolve(), Path(notebooks).resolve().parent
    paths = find_notebooks(Path(notebooks).resolve())
    with building(out, "paper") as folder:
        chapters: list[Chapter] = []
        for number, path in enumerate(paths, start=1):
            place = f"notebook {number} of {len(paths)}, {path.stem}"
            tell(place)
            notebook = execute_notebook(
                path,
                environment={_FOLDER: str(folder)},
                tell=_within(place, tell),
                at_cell=_keeping_place(folder, path.name),
            )
            chapters.append(chapter_of(path, notebook))
        tell("writing the page")
        items = _items(folder)
        page = paper_page(title, chapters, items, folder)
        write_atomically(folder / "index.html", page)
        told = contents_list(title, chapters, items, folder)
        write_atomically(folder / "contents.md", told)
        inputs = [*paths, *files_in(root / "data")]
        write_record(
            folder,
            inputs,
            job="paper",
            root=root,
            started=started,
            seeds=_seeds(inputs),
            options={"language": ambient_language()},
            command=COMMAND,
            items=[asdict(item) for item in items],
        )
    return out / "index.html"


def _paper_folder(name: str) -> Path | None:
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise InputError(
            f'"{name}" cannot name a file; use lower-case letters, digits, underscores'
        )
    folder = os.environ.get(_FOLDER)
    return Path(folder) if folder else None


def _note(folder: Path, kind: str, name: str, caption: str, alt: str = "") -> None:
    """Write down what was handed over, and where in which notebook."""
    place = json.loads((folder / _PLACE).read_text(encoding="utf-8"))
    item = Item(kind, name, caption, alt, **place)
    with (folder / _ITEMS).open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(asdict(item), ensure_ascii=False, sort_keys=True) + "\n")


def _items(folder: Path) -> list[Item]:
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


def _chapter(path: Path, notebook: nbformat.NotebookNode) -> dict[str, str]:
    exporter = HTMLExporter(
        extra_template_basedirs=[str(_TEMPLATES)],
        template_name="notebook",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    heading = re.search(r"^# +(.+)$", notebook.cells[0].source, flags=re.MULTILINE)
    return {
        "key": path.stem,
        "title": heading.group(1) if heading else path.stem,
        "html": _readable(body),
    }


def _readable(body: str) -> str:
    """Headings below that of the page; tables that say what they head and scroll."""
    body = re.sub(r"(?<=<)(/?)h([1-5])(?=[ >])", _one_level_down, body)
    parts = re.split(r"(<thead.*?</thead>)", body, flags=re.DOTALL)
    for k, part in enumerate(parts):
        scope = "col" if k % 2 else "row"
        parts[k] = re.sub(r"<th(?=[ >])(?![^>]*scope=)", f'<th scope="{scope}"', part)
    frame = '<div class="wide" role="group" tabindex="0" aria-label="Table">'
    body = re.sub(r"(?=<table[ >])", frame, "".join(parts))
    return body.replace("</table>", "</table></div>")


def _one_level_down(tag: re.Match[str]) -> str:
    return f"{tag[1]}h{int(tag[2]) + 1}"


def _page(
    title: str, chapters: list[dict[str, str]], items: list[_Item], folder: Path
) -> str:
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    pages = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined
    )
    return pages.get_template("paper.html.j2").render(
        title=title,
        style=(_TEMPLATES / "paper.css").read_text(encoding="utf-8"),
        chapters=chapters,
        figures=[_shown(i, folder) for i in items if i.kind == "figure"],
        tables=[_shown(i, folder) for i in items if i.kind == "table"],
    )


def _shown(item: _Item, folder: Path) -> dict[str, object]:
    room = folder / f"{item.kind}s"
    files = sorted(
        f.relative_to(folder).as_posix() for f in room.glob(f"{item.name}.*")
    )
    shown: dict[str, object] = {**asdict(item), "files": files}
    if item.kind == "figure":
        picture = (room / f"{item.name}.png").read_bytes()
        shown["png"] = base64.b64encode(picture).decode("ascii")
    else:
        shown["html"] = (room / f"{item.name}.html").read_text(encoding="utf-8")
    return shown


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


def _keeping_place(folder: Path, notebook: str) -> Callable[[int], None]:
    """Leaves word for the kernel which cell is running."""

    def keep(cell: int) -> None:
        place = json.dumps({"notebook": notebook, "cell": cell})
        write_atomically(folder / _PLACE, place)

    return keep


def _within(place: str, tell: Told) -> Told:
    """Progress inside one notebook."""
    return lambda cell: tell(f"{place}: {cell}")


def _silent(line: str) -> None:
    """Tell nobody."""
    del line
