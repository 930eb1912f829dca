"""What the commands share: languages, progress, and JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

__all__ = ["LANGUAGES", "Commands", "as_json", "progress"]

LANGUAGES = ("en", "nb", "da")

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


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
