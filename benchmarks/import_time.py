"""How long `import netcollab` takes, next to the libraries it cannot do without.

Each import runs in a fresh process; the kinds take turns, so that a busy machine slows
all of them alike. Run it from the project's folder::

    python benchmarks/import_time.py [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

__all__ = ["main"]

LIBRARIES = "import pandas, networkx"
KINDS = {
    "pandas, networkx": LIBRARIES,
    "netcollab": "import netcollab",
    "netcollab, study and network": "from netcollab import read_study, build_network",
}
HEAVY = ["statsmodels", "matplotlib", "seaborn", "scipy", "openpyxl", "pandas"]


def main(rounds: int = 7) -> None:
    """Print the median times, their ratios, and what each import has loaded."""
    seconds: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for turn in range(rounds + 1):
        for kind, statement in KINDS.items():
            taken = float(_fresh(_TIMED.format(statement=statement)))
            if turn > 0:  # the first turn fills the caches
                seconds[kind].append(taken)
    reference = statistics.median(seconds["pandas, networkx"])
    print(f"median of {rounds} fresh processes")
    for kind, times in seconds.items():
        median = statistics.median(times)
        print(f"  {kind:30} {median:6.3f} s   {median / reference:5.2f} x")
    for kind, statement in KINDS.items():
        loaded = _fresh(_LOADED.format(statement=statement)).split()
        heavy = [name for name in HEAVY if name in loaded]
        print(f"after {statement!r} ({kind})")
        print(f"  heavy libraries: {', '.join(heavy) or 'none'}")
        print(f"  not of the standard library: {' '.join(loaded) or 'none'}")


_TIMED = """
import time
start = time.perf_counter()
{statement}
print(time.perf_counter() - start)
"""
_LOADED = """
import sys
before = set(sys.modules)
{statement}
new = {{name.split(".")[0] for name in set(sys.modules) - before}}
print(*sorted(n for n in new - sys.stdlib_module_names if not n.startswith("_")))
"""


def _fresh(code: str) -> str:
    root = str(Path(__file__).parents[1])
    kept = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
