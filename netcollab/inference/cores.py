"""One core for many small matrices.

On matrices of a few hundred rows, threads of BLAS cost more than they save, many times
over on a busy machine; and the last bits of a sum depend on their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

import scipy.linalg  # noqa: F401  its BLAS must be there to be found
from threadpoolctl import ThreadpoolController

__all__ = ["one_core"]


class _Limit:
    """The limit on BLAS of a process: set by the first thread in, lifted by the last.

    Without the count a thread that leaves would give back the cores under another
    that is still at work.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.inside = 0
        self.blas = ThreadpoolController()

    def enter(self) -> None:
        with self.lock:
            if not self.inside:
                self.before = self.blas.limit(limits=1, user_api="blas")
            self.inside += 1

    def leave(self) -> None:
        with self.lock:
            self.inside -= 1
            if not self.inside:
                self.before.restore_original_limits()


_limit = _Limit()


@contextmanager
def one_core() -> Iterator[None]:
    """Inside the `with` block, or in the decorated function, BLAS has one thread."""
    _limit.enter()
    try:
        yield
    finally:
        _limit.leave()
