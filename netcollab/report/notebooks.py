"""Notebooks run on a fresh kernel, and written so that a diff shows what changed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from netcollab._files import write_atomically
from netcollab.errors import InputError, JobError
from netcollab.report.labels import label

__all__ = ["differing_cells", "execute_notebook", "find_notebooks", "write_notebook"]

Notebook = nbformat.NotebookNode
Told = Callable[[str], None]

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)
_SECONDS_PER_CELL = 900


def find_notebooks(folder: str | Path) -> list[Path]:
    """The notebooks of a folder, in the order of their numbers.

    Raises
    ------
    InputError
        If the folder is missing or holds no notebook.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder} is not a folder; name the one with the notebooks")
    found = sorted(folder.glob("*.ipynb"))
    if not found:
        raise InputError(f"{folder} holds no notebook (*.ipynb)")
    return found


def read_notebook(path: Path) -> Notebook:
    """A notebook as it is stored.

    Raises
    ------
    InputError
        If the file is no notebook.
    """
    try:
        return cast(Notebook, nbformat.read(path, as_version=4))
    except (OSError, UnicodeDecodeError, nbformat.reader.NotJSONError) as error:
        raise InputError(f"{path} cannot be read as a notebook: {error}") from None


def execute_notebook(
    path: Path,
    *,
    environment: Mapping[str, str] | None = None,
    tell: Told | None = None,
    at_cell: Callable[[int], None] | None = None,
) -> Notebook:
    """Run every cell of a notebook on a fresh kernel of this Python.

    The file is not changed. The kernel's folder is the notebook's.

    Parameters
    ----------
    path
        The notebook.
    environment
        Further environment variables for the kernel.
    tell
        Called with "cell 3 of 14" before each code cell.
    at_cell
        Called with the number of each code cell, from 1, before it runs.

    Returns
    -------
    nbformat.NotebookNode
        The notebook with its outputs, in canonical form.

    Raises
    ------
    JobError
        If a cell fails; names the notebook, the cell, its first line and the error.
    """
    notebook = read_notebook(path)
    code_cells = [
        i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"
    ]

    def on_cell_start(*, cell_index: int, **_: object) -> None:
        if cell_index not in code_cells:
            return
        place = code_cells.index(cell_index) + 1
        if tell is not None:
            tell(label("paper.cell", number=place, total=len(code_cells)))
        if at_cell is not None:
            at_cell(place)

    manager = AsyncKernelManager(kernel_spec_manager=_ThisPython())
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=_SECONDS_PER_CELL,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_start=on_cell_start,
    )
    variables = {**os.environ, **_ONE_THREAD, **(environment or {})}
    try:
        client.execute(env=variables, cleanup_kc=True)
    except CellExecutionError as error:
        raise JobError(_failure(path, notebook, error)) from None
    except DeadKernelError:
        raise JobError(f"{path.name}: the kernel died; is there memory left?") from None
    return _canonical(notebook, prefix=path.stem.split("_")[0])


def write_notebook(path: Path, notebook: Notebook) -> bool:
    """Write a notebook in canonical form; False when the file already says the same."""
    text = nbformat.writes(notebook, version=4) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    write_atomically(path, text)
    return True


def differing_cells(stored: Notebook, rerun: Notebook) -> list[int]:
    """Code cells, counted from 1, whose stored outputs differ from a rerun's.

    Pictures are compared by the text that describes them, since their pixels depend
    on the processor; a cell that was never run differs.
    """
    pairs = zip(_told(stored), _told(rerun), strict=True)
    return [place for place, (old, new) in enumerate(pairs, start=1) if old != new]


class _ThisPython(KernelSpecManager):
    """The running interpreter as kernel, whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        start = [sys.executable, "-m", "ipykernel_launcher", "--log-level=ERROR"]
        start += ["-f", "{connection_file}"]
        return KernelSpec(argv=start, display_name=kernel_name, language="python")


def _failure(path: Path, notebook: Notebook, error: CellExecutionError) -> str:
    """Which cell failed and why, in one line for each."""
    number = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        number += 1
        if any(output.output_type == "error" for output in cell.outputs):
            first = cell.source.strip().splitlines()[0]
            return (
                f"{path.name}, code cell {number}: {error.ename}: {error.evalue}\n"
                f"  the cell begins: {first}"
            )
    return f"{path.name}: {error.ename}: {error.evalue}"


def _canonical(notebook: Notebook, *, prefix: str) -> Notebook:
    """Fixed cell ids, no timing, no machine: a rerun changes outputs only."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for place, cell in enumerate(notebook.cells, start=1):
        cell.id = f"n{prefix}-{place:02}"
        cell.metadata = nbformat.from_dict(_kept(cell.metadata))
    return notebook


def _told(notebook: Notebook) -> list[object]:
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [
        (cell.execution_count, [_without_picture(output) for output in cell.outputs])
        for cell in cells
    ]


def _without_picture(output: Notebook) -> dict[str, Any]:
    told = dict(output)
    if "data" in told:
        told["data"] = {k: v for k, v in told["data"].items() if k != "image/png"}
    return told


def _kept(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {key: metadata[key] for key in ("tags",) if key in metadata}
