"""The paper's page: questions with their answers, chapters, figures and tables."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import jinja2
import nbformat
from nbconvert import HTMLExporter

from netcollab.report.labels import LANGUAGES, ambient_language, label, language
from netcollab.report.markdown import markdown_text
from netcollab.report.publishing import Item

__all__ = ["COMMAND", "Chapter", "chapter_of", "contents_list", "paper_page"]

COMMAND = "netcollab paper"
_TEMPLATES = Path(__file__).with_name("templates")
_KINDS = ("figure", "table")
_SENTENCE = re.compile(r".+?[.!?](?=\s+[A-ZÆØÅ]|\s*$)", flags=re.DOTALL)
_MARKS = re.compile(r"\*\*?|`|\[([^]]*)\]\([^)]*\)")


@dataclass(frozen=True)
class Chapter:
    """A notebook of the paper.

    Parameters
    ----------
    notebook
        The file.
    key, title
        Of the chapter; the title is its question.
    answer
        The first sentence of its answer; empty if it has none.
    html
        Its text and outputs.
    """

    notebook: str
    key: str
    title: str
    answer: str
    html: str


def chapter_of(path: Path, notebook: nbformat.NotebookNode) -> Chapter:
    """A notebook that was run, as a chapter."""
    exporter = HTMLExporter(
        extra_template_basedirs=[str(_TEMPLATES)],
        template_name="notebook",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    body, _ = exporter.from_notebook_node(notebook)
    texts = [c.source for c in notebook.cells if c.cell_type == "markdown"]
    heading = re.search(r"^# +(.+)$", "\n".join(texts[:1]), flags=re.MULTILINE)
    levelled = re.sub(r"(?<=<)(/?)h([1-5])(?=[ >])", _one_level_down, body)
    return Chapter(
        notebook=path.name,
        key=path.stem,
        title=heading[1] if heading else path.stem,
        answer=_answer(texts),
        html=_scoped(levelled),
    )


def paper_page(
    title: str, chapters: Sequence[Chapter], items: Sequence[Item], folder: Path
) -> str:
    """The page, in the ambient language; it needs no network and runs no script.

    Parameters
    ----------
    title
        Its heading.
    chapters, items
        In their order.
    folder
        Where the files of the items are.
    """
    loader = jinja2.FileSystemLoader(_TEMPLATES)
    pages = jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined
    )
    pages.globals["label"] = label
    shown = _numbered(items, folder)
    return pages.get_template("paper.html.j2").render(
        language=ambient_language(),
        title=title,
        style=(_TEMPLATES / "paper.css").read_text(encoding="utf-8"),
        chapters=[{**asdict(each), "items": _of(each, shown)} for each in chapters],
        figures=[_filled(i, folder) for i in shown if i["kind"] == "figure"],
        tables=[_filled(i, folder) for i in shown if i["kind"] == "table"],
    )


def contents_list(
    title: str, chapters: Sequence[Chapter], items: Sequence[Item], folder: Path
) -> str:
    """Every figure and table under its question, with the cell that made it.

    Parameters
    ----------
    title, chapters, items, folder
        As in `paper_page`.
    """
    shown = _numbered(items, folder)
    again = label("paper.again", command=f"`{COMMAND}`")
    lines = [f"# {markdown_text(title)}", again]
    for chapter in chapters:
        lines.append(f"## {markdown_text(chapter.title)}")
        if chapter.answer:
            lines.append(markdown_text(chapter.answer))
        lines += [_told(item) for item in _of(chapter, shown)]
    return "\n\n".join(lines) + "\n"


def _told(item: dict[str, object]) -> str:
    files = ", ".join(f"`{file}`" for file in _files(item))
    return (
        f"- **{item['label']}.** {markdown_text(str(item['caption']))} "
        f"{label('paper.files')}: {files}; {_made(item)}."
    )


def _made(item: dict[str, object]) -> str:
    at = {"notebook": f"`notebooks/{item['notebook']}`", "cell": item["cell"]}
    return label("paper.made", **at)


def _files(item: dict[str, object]) -> list[str]:
    found = item["files"]
    return [str(file) for file in found] if isinstance(found, list) else []


def _answer(texts: Sequence[str]) -> str:
    """The first sentence below the heading of the answer, without its marks."""
    headings = []
    for code in LANGUAGES:
        with language(code):
            headings.append(re.escape(label("paper.answer")))
    pattern = rf"^## +(?:{'|'.join(headings)})\s*\n+(.+?)(?:\n\s*\n|\Z)"
    found = re.search(pattern, "\n\n".join(texts), flags=re.MULTILINE | re.DOTALL)
    if found is None:
        return ""
    paragraph = " ".join(_MARKS.sub(r"\1", found[1]).split())
    sentence = _SENTENCE.match(paragraph)
    return sentence[0] if sentence else paragraph


def _one_level_down(tag: re.Match[str]) -> str:
    return f"{tag[1]}h{int(tag[2]) + 1}"


def _scoped(page: str) -> str:
    """Tables that keys can scroll, whose headings say what they head."""

    def told(part: re.Match[str]) -> str:
        scope = "col" if part[1] == "thead" else "row"
        return re.sub(r"<th(?![^>]* scope=)(?=[ >])", f'<th scope="{scope}"', part[0])

    page = re.sub(r"<(thead|tbody)\b.*?</\1>", told, page, flags=re.DOTALL)
    name = html.escape(label("paper.a_table"))
    frame = f'<div class="scroll" role="group" tabindex="0" aria-label="{name}">'
    page = re.sub(r"(?=<table[ >])", frame, page)
    return page.replace("</table>", "</table></div>")


def _numbered(items: Sequence[Item], folder: Path) -> list[dict[str, object]]:
    """Figures and tables, each kind counted from 1, with their files."""
    counts = dict.fromkeys(_KINDS, 0)
    shown = []
    for item in items:
        counts[item.kind] += 1
        room = folder / f"{item.kind}s"
        files = sorted(
            f.relative_to(folder).as_posix() for f in room.glob(f"{item.name}.*")
        )
        number = counts[item.kind]
        told = label(f"paper.{item.kind}", number=number)
        shown.append({**asdict(item), "label": told, "files": files})
    return shown


def _of(
    chapter: Chapter, shown: Sequence[dict[str, object]]
) -> list[dict[str, object]]:
    return [item for item in shown if item["notebook"] == chapter.notebook]


def _filled(item: dict[str, object], folder: Path) -> dict[str, object]:
    """With what the page shows: the picture, or the table."""
    room = folder / f"{item['kind']}s"
    if item["kind"] == "figure":
        picture = (room / f"{item['name']}.png").read_bytes()
        return {**item, "png": base64.b64encode(picture).decode("ascii")}
    return {**item, "html": (room / f"{item['name']}.html").read_text(encoding="utf-8")}
