"""The notebooks are executed, canonical, reproducible, and keep to their form.

nbval compares the texts of the outputs; it skips pictures and passes notebooks that
were never run. These tests close both gaps.
"""

from __future__ import annotations

import ast
import base64
import importlib.metadata
import itertools
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest
from matplotlib import image
from matplotlib.testing.compare import compare_images

from netcollab.report import differing_cells, execute_notebook, read_notebook

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LONGEST_CELL = 12
PIXEL_TOLERANCE = 2.0  # root mean square of 0..255: antialiasing of another processor

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
# nbval runs every cell with every push; what follows looks at the pictures as well
QUICK = ("01_the_collaboration", "03_relational_capacity")
quick_now = pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, id=path.stem, marks=[] if path.stem in QUICK else pytest.mark.nightly
        )
        for path in NOTEBOOKS
    ],
)


@cache
def stored(path: Path) -> nbformat.NotebookNode:
    return read_notebook(path)


@cache
def rerun(path: Path) -> nbformat.NotebookNode:
    return execute_notebook(path)


def code_cells(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def pictures(notebook: nbformat.NotebookNode) -> list[bytes]:
    return [
        base64.b64decode(output.data["image/png"])
        for cell in code_cells(notebook)
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]


def locked(package: str) -> str:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = re.search(rf"^{package}==(\S+)", lock, flags=re.MULTILINE)
    assert found, f"{package} is not in requirements.lock"
    return found[1]


def test_there_are_notebooks() -> None:
    assert [path.stem[:2] for path in NOTEBOOKS] == [
        f"{number:02}" for number in range(1, len(NOTEBOOKS) + 1)
    ]


@each_notebook
def test_every_cell_was_run_in_order(path: Path) -> None:
    cells = code_cells(stored(path))
    counts = [cell.execution_count for cell in cells]
    assert counts == list(range(1, len(cells) + 1))
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert "error" not in kinds
    streams = [o for c in cells for o in c.outputs if o.output_type == "stream"]
    assert not [o for o in streams if o.name == "stderr"]


@quick_now
def test_a_rerun_tells_the_same(path: Path) -> None:
    assert differing_cells(stored(path), rerun(path)) == []


@quick_now
def test_a_rerun_draws_the_same(path: Path, tmp_path: Path) -> None:
    if importlib.metadata.version("matplotlib") != locked("matplotlib"):
        pytest.skip("pixels are compared with the locked matplotlib only")
    old, new = pictures(stored(path)), pictures(rerun(path))
    assert len(old) == len(new) > 0
    for place, pair in enumerate(zip(old, new, strict=True)):
        files = [tmp_path / f"{place}-{side}.png" for side in ("stored", "rerun")]
        for file, picture in zip(files, pair, strict=True):
            file.write_bytes(picture)
        difference = compare_images(str(files[0]), str(files[1]), PIXEL_TOLERANCE)
        assert difference is None


@each_notebook
def test_the_file_is_canonical(path: Path) -> None:
    cells = stored(path).cells
    assert [c.id for c in cells] == [
        f"n{path.stem[:2]}-{place:02}" for place in range(1, len(cells) + 1)
    ]
    text = path.read_text(encoding="utf-8")
    assert str(ROOT) not in text
    assert not re.search(r"at 0x[0-9a-f]{6}", text)


@each_notebook
def test_the_form_of_a_notebook(path: Path) -> None:
    cells = stored(path).cells
    assert re.match(r"# .+\?\n", cells[0].source + "\n"), "the title is a question"
    assert cells[-1].cell_type == "markdown", "the last cell answers"
    assert re.search(r"^SEED = \d+$", code_cells(stored(path))[0].source, re.MULTILINE)
    for cell, after in itertools.pairwise(cells):
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= LONGEST_CELL
            assert not cell.outputs or after.cell_type == "markdown"
    for cell in code_cells(stored(path)):
        tree = ast.parse(cell.source)
        forbidden = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While)
        assert not [n for n in ast.walk(tree) if isinstance(n, forbidden)]


def test_a_changed_picture_would_be_noticed(tmp_path: Path) -> None:
    picture = pictures(stored(NOTEBOOKS[0]))[0]
    same, other = tmp_path / "same.png", tmp_path / "other.png"
    same.write_bytes(picture)
    pixels = image.imread(same).copy()
    height, width = pixels.shape[:2]
    pixels[height // 3 : height // 2, width // 3 : width // 2, :3] = 0
    image.imsave(other, pixels)
    assert compare_images(str(same), str(other), PIXEL_TOLERANCE) is not None
