"""Notebooks run on a fresh kernel, and are written so that diffs are small."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from netcollab.errors import InputError, JobError
from netcollab.report import (
    differing_cells,
    execute_notebook,
    find_notebooks,
    read_notebook,
    write_notebook,
)


def make(path: Path, *sources: str) -> Path:
    """A notebook with a heading and these code cells."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_markdown_cell("# What is two and two?")]
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(notebook, path)
    return path


def test_a_run_is_canonical_and_repeats_itself(tmp_path: Path) -> None:
    path = make(tmp_path / "01_sums.ipynb", "x = 2 + 2", "x")
    told: list[str] = []
    first = execute_notebook(path, tell=told.append)
    assert told == ["cell 1 of 2", "cell 2 of 2"]
    assert [c.id for c in first.cells] == ["n01-01", "n01-02", "n01-03"]
    assert [c.execution_count for c in first.cells[1:]] == [1, 2]
    assert first.cells[2].outputs[0].data["text/plain"] == "4"
    assert write_notebook(path, first)
    assert not write_notebook(path, execute_notebook(path))


def test_running_leaves_the_file_alone(tmp_path: Path) -> None:
    path = make(tmp_path / "01_sums.ipynb", "1")
    before = path.read_bytes()
    execute_notebook(path)
    assert path.read_bytes() == before


def test_a_failing_cell_is_named(tmp_path: Path) -> None:
    path = make(tmp_path / "02_fails.ipynb", "x = 1", "y = x / 0\nprint(y)")
    with pytest.raises(
        JobError, match=r"02_fails.ipynb, code cell 2: ZeroDivision"
    ) as e:
        execute_notebook(path)
    assert "y = x / 0" in str(e.value)


def test_a_changed_or_unrun_cell_is_found(tmp_path: Path) -> None:
    path = make(tmp_path / "01_sums.ipynb", "1 + 1", "2 + 2")
    unrun = read_notebook(path)
    rerun = execute_notebook(path)
    assert differing_cells(unrun, rerun) == [1, 2]
    write_notebook(path, rerun)
    stored = read_notebook(path)
    assert differing_cells(stored, rerun) == []
    stored.cells[2].outputs[0].data["text/plain"] = "5"
    assert differing_cells(stored, rerun) == [2]


def test_order_and_absence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no notebook"):
        find_notebooks(tmp_path)
    with pytest.raises(InputError, match="not a folder"):
        find_notebooks(tmp_path / "nowhere")
    for name in ("02_b.ipynb", "01_a.ipynb"):
        make(tmp_path / name, "1")
    assert [p.name for p in find_notebooks(tmp_path)] == ["01_a.ipynb", "02_b.ipynb"]


def test_garbage_is_no_notebook(tmp_path: Path) -> None:
    path = tmp_path / "01_x.ipynb"
    path.write_bytes(b"\xff\x00 not json")
    with pytest.raises(InputError, match="cannot be read as a notebook"):
        read_notebook(path)
