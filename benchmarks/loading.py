"""A million edges loaded beside networkx; large networks and registers measured.

Without an option: a million edges between 100,000 organisation numbers, as text, into
a `Register` and into networkx in one run; the ratio of processor times carries over to
other machines. ``--network``: a `Network` of 5,000 actors, built and measured in a
process of 4 GiB. ``--register``: a register of 1,000,000 actors and 5,000,000 ties,
built, loaded and measured, with progress on stderr.

Run: ``python3 run.py python benchmarks/loading.py [--network | --register]``.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import psutil
from rich.console import Console
from rich.progress import Progress

from netcollab import measures as ms
from netcollab.networks import Network, Register, project

SEED, REPEATS = 1, 3
GIB = 2**30
LIMITS = {"ratio": 20, "bytes per edge": 60}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--network", action="store_true")
    parser.add_argument("--register", action="store_true")
    parser.add_argument("--limited", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.limited:
        resource.setrlimit(resource.RLIMIT_AS, (4 * GIB, 4 * GIB))
        large_network()
    elif chosen.network:
        again = [sys.executable, __file__, "--limited"]
        path = {"PYTHONPATH": str(Path(__file__).parents[1])}
        subprocess.run(again, check=True, env=os.environ | path)
    elif chosen.register:
        large_register()
    else:
        loading()


def numbers(rng: np.random.Generator, count: int) -> np.ndarray:
    """Invented organisation numbers as text."""
    drawn = rng.choice(200_000_000, count, replace=False) + 800_000_000
    return drawn.astype("U9").astype(object)


def edges(
    rng: np.random.Generator, names: np.ndarray, others: np.ndarray, count: int
) -> pd.DataFrame:
    """Different ties from names to others, none to itself."""
    spare = count + count // 10
    keys = np.unique(rng.integers(0, len(names) * len(others), spare))
    source, target = np.divmod(rng.permutation(keys), len(others))
    if names is others:
        apart = source != target
        source, target = source[apart], target[apart]
    return pd.DataFrame(
        {
            "source": pd.Series(names[source[:count]], dtype="str"),
            "target": pd.Series(others[target[:count]], dtype="str"),
            "weight": rng.integers(1, 6, count).astype(float),
        }
    )


# ---- a million edges


def loading() -> None:
    """Print times, ratio and memory of a million edges, beside networkx."""
    rng = np.random.default_rng(SEED)
    names = numbers(rng, 100_000)
    frame = edges(rng, names, names, 1_000_000)
    Register.from_ties(frame.head(100), weight="weight")  # load what loads lazily
    register, grown = resident(lambda: Register.from_ties(frame, weight="weight"))
    print(register)
    ours, theirs = [], []
    for _ in range(REPEATS):
        ours.append(seconds(lambda: Register.from_ties(frame, weight="weight")))
        theirs.append(seconds(lambda: graph_of(frame)))
    ratio = np.median(theirs) / np.median(ours)
    print(
        f"Register {np.median(ours):.3f} s, networkx {np.median(theirs):.2f} s of "
        f"processor time: {ratio:.1f} times faster (at least {LIMITS['ratio']})"
    )
    print(
        f"resident growth {grown / 1e6:.1f} bytes an edge "
        f"(at most {LIMITS['bytes per edge']})"
    )


def graph_of(frame: pd.DataFrame) -> nx.DiGraph:
    return nx.from_pandas_edgelist(frame, edge_attr="weight", create_using=nx.DiGraph)


def seconds(job: Callable[[], object]) -> float:
    """Processor time, so that other programs' load is not ours."""
    gc.collect()
    start = time.process_time()
    job()
    return time.process_time() - start


def resident(job: Callable[[], Register]) -> tuple[Register, int]:
    """What a job makes, and by how many bytes the process has grown with it."""
    before = held()
    made = job()
    return made, held() - before


def held() -> int:
    """Resident bytes, after free memory went back to the system."""
    gc.collect()
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)
    return int(psutil.Process().memory_info().rss)


# ---- large ones, step by step


def run(steps: dict[str, Callable[[], object]]) -> None:
    """Run the steps with a bar on stderr; print time and peak memory of each."""
    told = []
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=len(steps))
        for name, step in steps.items():
            bar.update(task, description=name)
            start, used = time.perf_counter(), time.process_time()
            result = step()
            told.append(
                f"{name:24} {time.perf_counter() - start:7.2f} s "
                f"{time.process_time() - used:7.2f} s of processor "
                f"{peak():6.2f} GiB at most   {result}"
            )
            bar.advance(task)
    print(*told, sep="\n")


def peak() -> float:
    """The most memory the process has had until now, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB


def large_network() -> None:
    """5,000 actors and 50,000 ties."""
    rng = np.random.default_rng(SEED)
    names = numbers(rng, 5000)
    frame = edges(rng, names, names, 50_000)
    actors = pd.DataFrame({"sector": rng.integers(0, 9, 5000)}, index=names)
    made: dict[str, Network] = {}

    def build() -> str:
        made["it"] = Network.from_ties(frame, actors, unlisted="absent")
        return repr(made["it"])

    run(
        {
            "build": build,
            "degree": lambda: ms.degree(made["it"]).max(),
            "strength": lambda: ms.strength(made["it"]).max(),
            "density": lambda: ms.density(made["it"]),
            "reciprocity": lambda: ms.reciprocity(made["it"]),
            "constraint": lambda: ms.constraint(made["it"]).max(),
            "E-I index": lambda: ms.ei_index(made["it"], by="sector"),
            "PageRank": lambda: ms.pagerank(made["it"]).max(),
            "states": lambda: made["it"].states.shape,
        }
    )


def large_register() -> None:
    """1,000,000 actors, 5,000,000 ties, and 2,500,000 seats on 500,000 boards."""
    rng = np.random.default_rng(SEED)
    n = 1_000_000
    names, boards = numbers(rng, n), np.array([f"board {k}" for k in range(n // 2)])
    frame = edges(rng, names, names, 5_000_000)
    seats = edges(rng, names, boards.astype(object), 2_500_000)
    sector = rng.integers(0, 20, n)
    actors = pd.DataFrame({"sector": sector}, index=pd.Index(names, dtype="str"))
    print(f"the rows alone take {peak():.2f} GiB")
    made: dict[str, Register] = {}

    def load() -> str:
        made["it"] = Register.from_ties(frame, weight="weight", actors=actors)
        return repr(made["it"])

    def load_seats() -> str:
        made["seats"] = Register.from_ties(seats)
        return repr(made["seats"])

    run(
        {
            "load": load,
            "degree": lambda: ms.degree(made["it"]).max(),
            "strength": lambda: ms.strength(made["it"]).max(),
            "weak components": lambda: ms.components(made["it"]).max(),
            "strong components": lambda: ms.components(made["it"], kind="strong").max(),
            "E-I index": lambda: ms.ei_index(made["it"], by="sector"),
            "mixing": lambda: ms.mixing(made["it"], by="sector", weighted=True)[
                "ties"
            ].max(),
            "PageRank": lambda: ms.pagerank(made["it"]).max(),
            "load seats": load_seats,
            "projection (Newman)": lambda: project(made["seats"], kind="newman"),
        }
    )


if __name__ == "__main__":
    main()
