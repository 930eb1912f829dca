"""The paper: whole or not there, the same bytes twice, readable without network."""

from __future__ import annotations

import json
import os
import re
import socket
from pathlib import Path

import nbformat
import pytest

from netcollab._files import sha256
from netcollab.errors import InputError, JobError
from netcollab.report import build_paper

SETUP = """import pandas as pd
import netcollab as nc
SEED = 20261123
names = ["nav", "ks", "hdir"]
told = pd.DataFrame([[0, 2, 0], [1, 0, None], [0, 3, 0]], names, names)
trust = nc.Network.from_matrix(told, relation="trust")"""
DRAW = """ax = nc.report.draw_network(trust)
nc.report.show(ax)"""
HAND_OVER = """nc.report.publish_figure("trust", ax, caption="Who trusts whom <n = 3>.")
nc.report.publish_table("ties", trust.to_frame(), caption="Ties & states.")"""


@pytest.fixture
def notebooks(tmp_path: Path) -> Path:
    """A folder with one small notebook that draws, and its data."""
    folder = tmp_path / "Prøve mappe Ål" / "notebooks"
    folder.mkdir(parents=True)
    (folder.parent / "data").mkdir()
    (folder.parent / "data" / "x.csv").write_text("a\n1\n", encoding="utf-8")
    write(folder / "01_trust.ipynb", "# Who trusts whom?", SETUP, DRAW, HAND_OVER)
    return folder


def write(path: Path, title: str, *sources: str) -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_markdown_cell(title)]
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, path)


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {p.relative_to(folder).as_posix(): sha256(p) for p in files}


def test_everything_is_written_and_listed(notebooks: Path) -> None:
    out = notebooks.parent / "paper"
    page = build_paper(notebooks, out)
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    made = contents(out)
    made.pop("run.json")
    assert record["outputs"] == made
    assert set(made) == {
        "index.html",
        *(f"figures/trust.{kind}" for kind in ("svg", "pdf", "png")),
        *(f"tables/ties.{kind}" for kind in ("csv", "html", "tex")),
    }
    assert record["inputs"]["data/x.csv"] == sha256(notebooks.parent / "data/x.csv")
    assert record["seeds"] == {"01_trust.ipynb": 20261123}
    text = page.read_text(encoding="utf-8")
    assert "Who trusts whom &lt;n = 3&gt;." in text
    assert "<h2>Who trusts whom?</h2>" in re.sub(r' id="[^"]*"', "", text)


def test_folders_may_be_named_from_where_one_stands(
    notebooks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(notebooks.parent)
    page = build_paper("notebooks", "paper")
    assert page == notebooks.parent / "paper" / "index.html"
    record = json.loads(page.with_name("run.json").read_text(encoding="utf-8"))
    assert list(record["inputs"]) == ["notebooks/01_trust.ipynb", "data/x.csv"]


def test_the_page_asks_nobody(notebooks: Path) -> None:
    page = build_paper(notebooks, notebooks.parent / "paper")
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text)
    assert "<script" not in text
    assert all('alt="' in tag for tag in re.findall(r"<img[^>]*>", text, re.DOTALL))


def test_two_runs_give_the_same_bytes(notebooks: Path) -> None:
    out = notebooks.parent / "paper"
    build_paper(notebooks, out)
    first = contents(out)
    build_paper(notebooks, out)
    second = contents(out)
    first.pop("run.json")
    second.pop("run.json")
    assert first == second


def test_a_failing_cell_leaves_the_earlier_paper(notebooks: Path) -> None:
    out = notebooks.parent / "paper"
    build_paper(notebooks, out)
    before = contents(out)
    write(notebooks / "02_breaks.ipynb", "# Breaks", "1 / 0")
    with pytest.raises(JobError, match=r"02_breaks.ipynb, code cell 1"):
        build_paper(notebooks, out)
    assert contents(out) == before
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
