"""What the commands share: languages, studies, progress, and JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from netcollab.errors import InputError

if TYPE_CHECKING:
    from netcollab.study import Study

__all__ = [
    "LANGUAGES",
    "Commands",
    "add_language",
    "add_out",
    "as_json",
    "out_of",
    "progress",
    "spoken",
    "started_as",
    "study_of",
]

LANGUAGES = ("en", "nb", "da")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_out(words: argparse.ArgumentParser, what: str) -> None:
    """The option that says where a command writes what it makes of a study."""
    told = f"a folder; default STUDY-{what} beside the study"
    words.add_argument("--out", type=Path, default=None, help=told)


def add_language(words: argparse.ArgumentParser, *, default: str = "") -> None:
    """The language of what a command says; without a default, that of its study."""
    told = f"default {default or 'that of the study'}"
    words.add_argument("--language", choices=LANGUAGES, default=default, help=told)


def study_of(asked: argparse.Namespace, path: Path) -> Study:
    """The study; from here on the command speaks its language if none was asked for."""
    from netcollab import study

    with spoken(asked, path):
        read = study.read_study(path)
    asked.language = asked.language or read.manifest.language
    return read


@contextmanager
def spoken(asked: argparse.Namespace, path: Path) -> Iterator[None]:
    """Errors inside are told in the language of the study if none was asked for."""
    from netcollab import study

    try:
        yield
    except InputError:
        asked.language = asked.language or study.check_study(path).language
        raise


def out_of(asked: argparse.Namespace, what: str) -> Path:
    """Where a command writes: as asked, else beside the study, named after it."""
    if asked.out is not None:
        return Path(asked.out)
    study = Path(asked.study).resolve()
    study = study.parent if study.name == "study.toml" else study
    name = study.stem if study.is_file() else study.name
    return study.with_name(f"{name}-{what}")


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """One living line on a terminal; a plain line per step elsewhere. On stderr."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda line: print(line, file=sys.stderr, flush=True)
        return
    with console.status("netcollab") as status:
        yield lambda line: status.update(line)


def as_json(record: object) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=2)


def started_as() -> str:
    """How the user started the program, to be repeated in advice.

    `run.py` says how it was called; else it is the package as a module, or the command.
    """
    module = Path(sys.argv[0]).parts[-2:] == ("netcollab", "__main__.py")
    plain = "python -m netcollab" if module else "netcollab"
    return os.environ.get("NETCOLLAB_STARTED_AS", plain)
