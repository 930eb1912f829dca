"""One core for many small matrices.

On matrices of a few hundred rows, threads of BLAS cost more than they save, many times
over on a busy machine; and the last bits of a sum depend on their number.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import scipy.linalg  # noqa: F401  its BLAS must be there to be found
from threadpoolctl import ThreadpoolController

__all__ = ["one_core"]

_found = functools.cache(ThreadpoolController)


@contextmanager
def one_core() -> Iterator[None]:
    """Inside the `with` block, or in the decorated function, BLAS has one thread."""
    with _found().limit(limits=1, user_api="blas"):
        yield
