"""A folder that is either whole or not there, with a record of how it was made."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import shutil
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from netcollab._files import sha256, write_atomically
from netcollab.errors import InputError
from netcollab.study import Study

__all__ = ["Run", "building", "files_in", "inputs_of"]

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


@dataclass(frozen=True)
class Run:
    """A run that fills a folder.

    Parameters
    ----------
    job
        What is built: "paper".
    folder
        Where, until the run ends well.
    inputs, root
        Files that go in, below `root`.
    started
        Seconds since the epoch.
    """

    job: str
    folder: Path
    inputs: Sequence[Path]
    root: Path
    started: float

    def record(self, **more: object) -> Path:
        """Write run.json, the last file of a run: versions, inputs, outputs by hash.

        Parameters
        ----------
        more
            What else the run should say, such as seeds or options.
        """
        record = {
            "job": self.job,
            "netcollab": importlib.import_module("netcollab").__version__,
            "python": platform.python_version(),
            "platform": platform.platform(),
            "versions": {name: importlib.metadata.version(name) for name in _VERSIONS},
            "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.started)),
            "seconds": round(time.time() - self.started, 1),
            **more,
            "inputs": _hashes(self.inputs, self.root),
            "outputs": _hashes(
                (p for p in files_in(self.folder) if p.name != "holder.json"),
                self.folder,
            ),
        }
        text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
        return write_atomically(self.folder / "run.json", text)


@contextmanager
def building(
    out: Path, job: str, inputs: Sequence[Path] = (), root: Path | None = None
) -> Iterator[Run]:
    """A folder beside `out` that replaces it when the block ends well.

    A run that was killed while it moved the folders leaves the earlier result beside
    `out`; the next run puts it back before it begins.

    Parameters
    ----------
    out
        Where the result will be. What is there must be an earlier result or nothing.
    job, inputs, root
        As in `Run`.

    Raises
    ------
    InputError
        If `out` holds files that no run wrote.
    BlockingIOError
        If another run is building the same.
    """
    if out.is_file():
        raise InputError(f"{out} is a file; choose a folder")
    if out.exists() and any(out.iterdir()) and _job_of(out) != job:
        raise InputError(f"{out} holds files that are no {job}; choose another folder")
    folder = out.with_name(f".{out.name}.building")
    old = out.with_name(f".{out.name}.before")
    _claim(folder, job)
    try:
        if old.exists() and not out.exists():
            old.rename(out)
        yield Run(job, folder, inputs, root or folder, time.time())
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


def _hashes(files: Iterable[Path], root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): sha256(path) for path in files}
