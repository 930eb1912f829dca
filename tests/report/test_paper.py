"""The paper: whole or not there, the same bytes twice, readable without network."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest

from netcollab._files import sha256
from netcollab.errors import InputError, JobError
from netcollab.report import build_paper, language
from netcollab.report.paper_page import Item, chapter_of, contents_list, paper_page

SETUP = """import pandas as pd
import netcollab as nc
SEED = 20261123
names = ["nav", "ks", "hdir"]
told = pd.DataFrame([[0, 2, 0], [1, 0, None], [0, 3, 0]], names, names)
trust = nc.Network.from_matrix(told, relation="trust")"""
DRAW = """ax = nc.report.draw_network(trust)
nc.report.show(ax)"""
ANSWER = """## The answer

NAV trusts *KS* (2.5 of 5). What it means
is open."""
HAND_OVER = """nc.report.publish_figure("trust", ax, caption="Who trusts whom <n = 3>.")
nc.report.publish_table("ties", trust.to_frame(), caption="Ties & states.")"""


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    return small(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a paper that was made from where one stands."""
    folder = small(tmp_path_factory.mktemp("paper")).parent
    with pytest.MonkeyPatch.context() as here:
        here.chdir(folder)
        assert build_paper("notebooks", "paper") == folder / "paper" / "index.html"
    return folder / "paper"


def small(place: Path) -> Path:
    """A folder with one small notebook that draws, and its data."""
    folder = place / "Prøve mappe Ål" / "notebooks"
    folder.mkdir(parents=True)
    (folder.parent / "data").mkdir()
    (folder.parent / "data" / "x.csv").write_text("a\n1\n", encoding="utf-8")
    title = "# Who trusts whom?\n\nThree bodies."
    write(folder / "01_trust.ipynb", title, SETUP, DRAW, HAND_OVER, end=ANSWER)
    return folder


def write(path: Path, title: str, *sources: str, end: str = "") -> None:
    nbformat.write(notebook_of(title, *sources, end=end), path)


def notebook_of(title: str, *sources: str, end: str = "") -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_markdown_cell(title)]
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in sources]
    notebook.cells += [nbformat.v4.new_markdown_cell(end)] if end else []
    return notebook


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): sha256(p) for p in files}


def test_everything_is_written_and_listed(made: Path) -> None:
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    files = contents(made)
    files.pop("run.json")
    assert record["outputs"] == files
    assert set(files) == {
        "index.html",
        "contents.md",
        *(f"figures/trust.{kind}" for kind in ("svg", "pdf", "png")),
        *(f"tables/ties.{kind}" for kind in ("csv", "html", "tex")),
    }
    assert list(record["inputs"]) == ["notebooks/01_trust.ipynb", "data/x.csv"]
    assert record["inputs"]["data/x.csv"] == sha256(made.parent / "data/x.csv")
    assert [
        (item["kind"], item["name"], item["notebook"], item["cell"])
        for item in record["items"]
    ] == [
        ("figure", "trust", "01_trust.ipynb", 3),
        ("table", "ties", "01_trust.ipynb", 3),
    ]
    assert record["command"] == "netcollab paper"
    assert record["seeds"] == {"01_trust.ipynb": 20261123}
    text = (made / "index.html").read_text(encoding="utf-8")
    assert "Who trusts whom &lt;n = 3&gt;." in text
    assert "<h2>Who trusts whom?</h2>" in re.sub(r' id="[^"]*"', "", text)
    told = (made / "contents.md").read_text(encoding="utf-8")
    assert "## Who trusts whom?\n\nNAV trusts KS (2.5 of 5).\n" in told
    assert (
        "- **Figure 1.** Who trusts whom \\<n = 3\\>. Files: `figures/trust.pdf`"
        in told
    )
    assert "made in `notebooks/01_trust.ipynb`, code cell 3." in told
    assert told.count("code cell 3") == 2


def test_the_page_asks_nobody(made: Path) -> None:
    text = (made / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)
    assert "<script" not in text
    assert all('alt="' in tag for tag in re.findall(r"<img[^>]*>", text, re.DOTALL))
    check_reading_order(text)


def check_reading_order(page: str) -> None:
    """One h1, no level of heading skipped, names for all parts, headings of tables."""
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert '<html lang="en">' in page
    assert page.index('class="skip" href="#main"') < page.index("<h1>")
    assert '<main id="main"' in page
    heads = re.findall(r"<th\b[^>]*>", page)
    assert heads
    assert all("scope=" in head or "blank" in head for head in heads)
    targets = set(re.findall(r' id="([^"]+)"', page))
    assert {link[1:] for link in re.findall(r'href="(#[^"]+)"', page)} <= targets
    nav = page[page.index("<nav") : page.index("</nav>")]
    assert '<p class="answer">NAV trusts KS (2.5 of 5).</p>' in nav
    assert '<a href="#figure-trust">Figure 1</a>' in nav
    assert '<a href="#table-ties">Table 1</a>' in nav


def test_two_runs_give_the_same_bytes(made: Path, notebooks: Path) -> None:
    out = notebooks.parent / "paper"
    build_paper(notebooks, out)
    first, second = contents(made), contents(out)
    first.pop("run.json")
    second.pop("run.json")
    assert first == second


def test_a_failing_cell_leaves_the_earlier_paper(made: Path, notebooks: Path) -> None:
    out = notebooks.parent / "paper"
    shutil.copytree(made, out)
    before = contents(out)
    write(notebooks / "01_breaks.ipynb", "# Breaks", "1 / 0")
    with pytest.raises(JobError, match=r"01_breaks.ipynb, code cell 1"):
        build_paper(notebooks, out)
    assert contents(out) == before
    assert not list(notebooks.parent.glob(".paper*"))


def test_a_paper_set_aside_by_a_killed_run_comes_back(
    made: Path, notebooks: Path
) -> None:
    out = notebooks.parent / "paper"
    shutil.copytree(made, notebooks.parent / ".paper.before")
    write(notebooks / "01_breaks.ipynb", "# Breaks", "1 / 0")
    with pytest.raises(JobError):
        build_paper(notebooks, out)
    assert contents(out) == contents(made)
    assert not list(notebooks.parent.glob(".paper*"))


def test_a_folder_that_is_no_paper_is_left_alone(notebooks: Path) -> None:
    out = notebooks.parent / "mine"
    out.mkdir()
    (out / "thesis.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="hold"):
        build_paper(notebooks, out)
    assert contents(out).keys() == {"thesis.txt"}


def test_a_second_run_waits_its_turn(notebooks: Path) -> None:
    out = notebooks.parent / "paper"
    held = notebooks.parent / ".paper.building"
    held.mkdir()
    holder = held / "holder.json"
    me = {"pid": os.getpid(), "host": socket.gethostname()}
    holder.write_text(json.dumps(me), encoding="utf-8")
    with pytest.raises(BlockingIOError, match="another run"):
        build_paper(notebooks, out)
    holder.write_text(json.dumps({**me, "pid": 2**22 + 1}), encoding="utf-8")
    assert build_paper(notebooks, out).exists()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("## The answer\n\nYes, e.g. 2.5 of 3. No more.", "Yes, e.g. 2.5 of 3."),
        ("## Svaret\n\n**Ja**, se [her](x.html). Nei.", "Ja, se her."),
        (
            "## The answer\n\nNo full stop\non two lines\n\nMore.",
            "No full stop on two lines",
        ),
        ("## Another heading\n\nYes.", ""),
        ("", ""),
    ],
)
def test_the_answer_is_the_first_sentence(text: str, answer: str) -> None:
    chapter = chapter_of(Path("01_x.ipynb"), notebook_of("# Why?", end=text))
    assert (chapter.title, chapter.answer) == ("Why?", answer)


def test_a_notebook_without_a_heading_is_named_by_its_file() -> None:
    chapter = chapter_of(Path("07_more.ipynb"), notebook_of("No heading."))
    assert (chapter.title, chapter.key) == ("07_more", "07_more")


def test_tables_of_a_notebook_get_scopes_and_keep_those_they_have() -> None:
    notebook = notebook_of("# T", "1")
    table = (
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr>"
        '<th scope="row" id="x">b</th><th class="y">c</th></tr></tbody></table>'
    )
    output = nbformat.v4.new_output("display_data", data={"text/html": table})
    notebook.cells[1].outputs = [output]
    page = chapter_of(Path("01_t.ipynb"), notebook).html
    assert '<th scope="col">a</th>' in page
    assert page.count('scope="row"') == 2
    assert '<th scope="row" class="y">c</th>' in page


def test_the_page_and_the_list_speak_the_language(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "t.html").write_text("<table></table>", encoding="utf-8")
    chapter = chapter_of(
        Path("01_x.ipynb"), notebook_of("# Hvem?", end="## Svaret\n\nVi.")
    )
    items = [Item("table", "t", "Bånd", "", "01_x.ipynb", 4)]
    with language("nb"):
        page = paper_page("Samarbeid & <tillit>", [chapter], items, tmp_path)
        told = contents_list("Samarbeid", [chapter], items, tmp_path)
    assert '<html lang="nb">' in page
    assert "<h1>Samarbeid &amp; &lt;tillit&gt;</h1>" in page
    assert '<a href="#table-t">Tabell 1</a> Bånd' in page
    assert "laget i 01_x.ipynb, kodecelle 4" in page
    assert 'id="figures"' not in page
    assert "- **Tabell 1.** Bånd Filer: `tables/t.html`; laget i" in told
