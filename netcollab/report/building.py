"""A folder that is either whole or not there, with a record of how it was made."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil

from netcollab._files import sha256, write_atomically
from netcollab.errors import InputError
from netcollab.study import Study

__all__ = ["building", "files_in", "inputs_of", "write_record"]

_VERSIONS = (
    "numpy",
    "scipy",
    "pandas",
    "networkx",
    "statsmodels",
    "matplotlib",
    "seaborn",
    "nbclient",
    "nbconvert",
)


@contextmanager
def building(out: Path, what: str) -> Iterator[Path]:
    """A folder beside `out` that replaces it when the block ends well.

    A run that was killed while it moved the folders leaves the earlier result beside
    `out`; the next run puts it back before it begins.

    Parameters
    ----------
    out
        Where the result will be. What is there must be an earlier result or nothing.
    what
        What is built, for messages: "paper".

    Raises
    ------
    InputError
        If `out` holds files that no run wrote.
    BlockingIOError
        If another run is building the same.
    """
    if out.is_file():
        raise InputError(f"{out} is a file; choose a folder")
    if out.exists() and any(out.iterdir()) and _job_of(out) != what:
        raise InputError(f"{out} holds files that are no {what}; choose another folder")
    folder = out.with_name(f".{out.name}.building")
    old = out.with_name(f".{out.name}.before")
    _claim(folder, what)
    try:
        if old.exists() and not out.exists():
            old.rename(out)
        yield folder
        (folder / "holder.json").unlink()
        shutil.rmtree(old, ignore_errors=True)
        if out.exists():
            out.rename(old)
        folder.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _job_of(folder: Path) -> str:
    """What an earlier run built there; empty if no run did."""
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(record.get("job", "paper")) if isinstance(record, dict) else ""


def _claim(folder: Path, what: str) -> None:
    """Make the folder ours, or say who holds it; what a dead run left is removed."""
    holder = folder / "holder.json"
    if folder.exists():
        held = json.loads(holder.read_text("utf-8")) if holder.exists() else {}
        elsewhere = held.get("host") not in (None, socket.gethostname())
        if held and (elsewhere or psutil.pid_exists(held["pid"])):
            raise BlockingIOError(
                f"another run (process {held['pid']} on {held['host']}) builds this "
                f"{what}; wait for it, or remove {folder} if it is gone"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    me = {"pid": os.getpid(), "host": socket.gethostname()}
    write_atomically(holder, json.dumps(me))


def files_in(folder: Path) -> list[Path]:
    """Every file below a folder, in the order of their names."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def inputs_of(study: Study, source: str | Path | None) -> tuple[list[Path], Path]:
    """The files that a study was read from, and the folder they are in.

    Parameters
    ----------
    study
        The study.
    source
        Its folder or workbook; None: nobody knows, and there are no files.
    """
    if source is None:
        return [], Path.cwd()
    path = Path(source).resolve()
    root = path if path.is_dir() else path.parent
    named = [*(file.path for file in study.report.files), "study.toml", path.name]
    files = {root / name for name in named}
    return sorted(file for file in files if file.is_file()), root


def write_record(
    folder: Path,
    inputs: Sequence[Path],
    *,
    job: str,
    root: Path,
    started: float,
    **more: object,
) -> Path:
    """Write run.json, the last file of a run: versions, inputs and outputs by hash.

    Parameters
    ----------
    folder
        Where the outputs are.
    inputs
        Files that went in, below `root`.
    job
        What was built.
    started
        Seconds since the epoch.
    more
        What else the run should say, such as seeds or options.
    """
    record = {
        "job": job,
        "netcollab": importlib.import_module("netcollab").__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {name: importlib.metadata.version(name) for name in _VERSIONS},
        "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(started)),
        "seconds": round(time.time() - started, 1),
        **more,
        "inputs": {p.relative_to(root).as_posix(): sha256(p) for p in inputs},
        "outputs": {
            p.relative_to(folder).as_posix(): sha256(p)
            for p in files_in(folder)
            if p.name != "holder.json"
        },
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    return write_atomically(folder / "run.json", text)
