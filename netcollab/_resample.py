"""The one engine that relabels: seeded blocks of draws, or every relabelling there is.

It answers: what would a statistic have been, had the labels been dealt out otherwise?
Draws of another kind, such as random graphs, come from the same seeded blocks.
The answer depends on the data, the test's name and the seed alone, never on the
number of workers, the order in which blocks finish, or an interruption.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs, parallel_config

from netcollab._checks import as_entropy, check_count
from netcollab._files import write_atomically
from netcollab._plans import Crossed, CrossedPlan, Draws, Plan
from netcollab._progress import steps
from netcollab.errors import InputError

__all__ = ["AnyPlan", "Resamples", "draw", "entropy_at", "resample"]

RETRIES = 3

BlockStatistics = Callable[[np.ndarray], np.ndarray]
CrossedStatistics = Callable[[Crossed], np.ndarray]
BlockDraws = Callable[[tuple[np.random.Generator, int]], np.ndarray]
AnyPlan = Plan | CrossedPlan | Draws


@dataclass(frozen=True, eq=False)
class Resamples:
    """A statistic under everything looked at, in the order of the plan."""

    null: np.ndarray
    plan: AnyPlan

    @property
    def seed(self) -> int | None:
        """The entropy of the draws; None where nothing was drawn."""
        return None if self.plan.exact else self.plan.entropy


def resample(
    test: str,
    statistics: BlockStatistics | CrossedStatistics,
    strata: np.ndarray,
    *,
    inputs: Sequence[np.ndarray],
    n_resamples: int,
    rng: int | np.random.Generator | None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
    distinct: np.ndarray | None = None,
    crossed: bool = False,
) -> Resamples:
    """A statistic under every relabelling of a plan, or under draws from them.

    Parameters
    ----------
    test
        The test's fixed name, part of every block's seed.
    statistics
        Takes relabellings (B, n) and returns their statistics, (B,) or (B, k). It
        must be picklable, change nothing, and sum without BLAS (einsum, not @): the
        last bits of BLAS depend on its number of threads.
    strata
        One label per actor; actors are relabelled among those with the same label.
    inputs
        The arrays the statistic is computed from; a checkpoint remembers their digest.
    n_resamples
        Draws, where the relabellings are too many to list.
    rng
        Seed. None draws fresh entropy, or goes on with that of the checkpoint.
    workers
        Processes; 1 stays in this one. A block whose worker dies is tried three times
        more and then computed in this process. Inside a `joblib.parallel_config` the
        workers named there, such as those of a Dask cluster, take the blocks instead.
    progress
        Show a bar on stderr, where that is a terminal.
    checkpoint
        A file to which finished blocks are appended and from which a killed run goes
        on with the same numbers.
    distinct
        As in `Plan`.
    crossed
        Draws are made by crossing two lists, as in `CrossedPlan`, and the statistic
        takes `Crossed` relabellings.

    Raises
    ------
    InputError
        If the checkpoint belongs to other data, another test, seed or number of draws.

    Examples
    --------
    >>> values = np.array([1.0, 2.0, 4.0])
    >>> first = lambda relabellings: values[relabellings[:, 0]]
    >>> strata = np.zeros(3, dtype=int)
    >>> done = resample(
    ...     "first", first, strata, inputs=[values], n_resamples=99, rng=1
    ... )
    >>> done.null.tolist()
    [1.0, 1.0, 2.0, 2.0, 4.0, 4.0]
    """
    n_resamples = check_count("n_resamples", n_resamples)
    store = None if checkpoint is None else _Checkpoint(Path(checkpoint))
    plain = Plan(test, strata, n_resamples, _entropy(rng, store), distinct)
    plan = CrossedPlan(plain) if crossed else plain
    return _run(plan, statistics, store, (strata, *inputs), workers, progress)


def draw(
    test: str,
    statistics: BlockDraws,
    *,
    inputs: Sequence[np.ndarray] = (),
    n_resamples: int,
    rng: int | np.random.Generator | None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> Resamples:
    """A statistic of random draws that are no relabellings.

    Parameters
    ----------
    test
        The test's fixed name, part of every block's seed.
    statistics
        Takes a generator and a number of draws and returns their statistics, (B,) or
        (B, k). Otherwise as in `resample`.
    inputs
        The arrays the statistic is computed from; a checkpoint remembers their digest.
    n_resamples
        Draws.
    rng, workers, progress, checkpoint
        As in `resample`.

    Raises
    ------
    InputError
        If the checkpoint belongs to other data, another test, seed or number of draws.

    Examples
    --------
    >>> first = lambda block: block[0].random(block[1])
    >>> done = draw("first", first, n_resamples=3, rng=1)
    >>> done.null.shape, done.plan.method, done.seed
    ((3,), '3 draws', 1)
    """
    n_resamples = check_count("n_resamples", n_resamples)
    store = None if checkpoint is None else _Checkpoint(Path(checkpoint))
    plan = Draws(test, n_resamples, _entropy(rng, store))
    return _run(plan, statistics, store, inputs, workers, progress)


def entropy_at(
    rng: int | np.random.Generator | None, checkpoint: str | Path | None
) -> int:
    """The seed of a run before its blocks: what all of them share is drawn from it.

    Parameters
    ----------
    rng, checkpoint
        As in `resample`; hand the answer on as its `rng`.

    Examples
    --------
    >>> entropy_at(7, None)
    7
    """
    return _entropy(rng, None if checkpoint is None else _Checkpoint(Path(checkpoint)))


def _entropy(rng: int | np.random.Generator | None, store: _Checkpoint | None) -> int:
    """The seed at the door; without one, that of the run to go on with."""
    known = store.entropy if store is not None and rng is None else None
    return as_entropy(rng) if known is None else known


def _run(
    plan: AnyPlan,
    statistics: Callable[..., np.ndarray],
    store: _Checkpoint | None,
    inputs: Sequence[np.ndarray],
    workers: int,
    progress: bool,
) -> Resamples:
    """Every block that is not stored yet, then all of them in the order of the plan."""
    workers = check_count("workers", workers)
    done = {} if store is None else store.open(plan, inputs)
    pending = [k for k in range(plan.n_blocks) if k not in done]
    with steps(plan.test, len(pending), shown=progress) as advance:
        for k, values in _finished(plan, statistics, pending, workers):
            done[k] = values
            if store is not None:
                store.append(k, values)
            advance()
    blocks = [done[k] for k in range(plan.n_blocks)]
    return Resamples(np.concatenate(blocks)[plan.n_own :], plan)


def _finished(
    plan: AnyPlan,
    statistics: Callable[..., np.ndarray],
    blocks: Sequence[int],
    workers: int,
) -> Iterable[tuple[int, np.ndarray]]:
    """Blocks with their statistics, in the order in which they finish.

    Workers chosen outside, with `joblib.parallel_config`, come before our own.
    """
    pending = dict.fromkeys(blocks)
    chosen = effective_n_jobs(None) > 1
    for _ in range(1 + RETRIES if chosen or workers > 1 else 0):
        with nullcontext() if chosen else _processes(workers):
            pool = Parallel(return_as="generator_unordered", batch_size=1)
        try:
            for k, values in pool(
                delayed(_computed)(plan, statistics, k) for k in list(pending)
            ):
                del pending[k]
                yield k, values
        except BrokenProcessPool:
            continue
        break
    for k in pending:
        yield _computed(plan, statistics, k)


def _processes(workers: int) -> parallel_config:
    return parallel_config("loky", n_jobs=workers, inner_max_num_threads=1)


def _computed(
    plan: AnyPlan, statistics: Callable[..., np.ndarray], k: int
) -> tuple[int, np.ndarray]:
    """One block; what it calls stays in this process."""
    with parallel_config("sequential"):
        return k, np.asarray(statistics(plan.block(k)), dtype=float)


class _Checkpoint:
    """A header and one line per finished block; a torn line is no line.

    Each line starts with its line end, so that what is appended after a torn one
    stands apart from it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.is_dir():
            raise InputError(f"checkpoint {path} is a folder; name a file in it")
        content = path.read_bytes() if path.exists() else b""
        self.lines = content.split(b"\n") if content else []
        self.header = _parsed(self.lines[0]) if self.lines else None
        if self.lines and (self.header is None or "spawned" not in self.header):
            raise InputError(f"{path} is not a checkpoint; name another file")

    @property
    def entropy(self) -> int | None:
        return None if self.header is None else self.header.get("entropy")

    def open(
        self, plan: AnyPlan, inputs: Sequence[np.ndarray]
    ) -> dict[int, np.ndarray]:
        """The blocks already there; a new file gets its header."""
        header = _header(plan, inputs)
        if self.header is None:
            write_atomically(self.path, json.dumps(header))
            return {}
        other = [
            f"{word} ({self.header.get(word)} there, {header[word]} here)"
            for word in header
            if self.header.get(word) != header[word]
        ]
        if other:
            raise InputError(
                f"checkpoint {self.path} belongs to another run; different: "
                f"{', '.join(other)}; name another file or delete this one"
            )
        records = [record for line in self.lines[1:] if (record := _parsed(line))]
        return {
            record["block"]: np.frombuffer(
                base64.b64decode(record["values"]), dtype="<f8"
            ).reshape(record["shape"])
            for record in records
        }

    def append(self, k: int, values: np.ndarray) -> None:
        packed = base64.b64encode(values.astype("<f8").tobytes()).decode()
        record = {"block": k, "shape": values.shape, "values": packed}
        with self.path.open("ab") as file:
            file.write(b"\n" + json.dumps(record).encode())
            file.flush()
            os.fsync(file.fileno())


def _header(plan: AnyPlan, inputs: Sequence[np.ndarray]) -> dict[str, Any]:
    digest = hashlib.sha256()
    for array in inputs:
        digest.update(f"{array.dtype.str} {array.shape};".encode())
        digest.update(np.ascontiguousarray(array).tobytes())
    return {
        "test": plan.test,
        "data": digest.hexdigest()[:16],
        "entropy": None if plan.exact else plan.entropy,
        "draws": plan.n_draws,
        "spawned": f"{plan.spawned} by numpy {np.__version__}",
    }


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
