"""A bar on stderr for jobs that take a while, where somebody is looking."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress

__all__ = ["steps"]


@contextmanager
def steps(name: str, total: int, *, shown: bool) -> Iterator[Callable[[], object]]:
    """A function to call after each of `total` steps; it moves a bar if one is shown.

    A bar is shown on stderr where that is a terminal, and never in a notebook.

    Examples
    --------
    >>> with steps("sums", 2, shown=False) as done:
    ...     for _ in range(2):
    ...         done()
    """
    if not (shown and sys.stderr.isatty() and "ipykernel" not in sys.modules):
        yield lambda: None
        return
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=total)
        yield lambda: bar.advance(task)
