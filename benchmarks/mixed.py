"""Mixed models against statsmodels and lme4: python benchmarks/mixed.py.

Processor times are measured in the same run, so that the ratio carries over to other
machines and busy ones. lme4 is asked through Rscript, where that is found.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from threadpoolctl import threadpool_limits

from netcollab.inference import mixed_model

REPEATS = 3
FIXED = ["a", "b", "c"]
LMER = """
suppressMessages(library(lme4)); d <- read.csv("{path}")
fit <- function() lmer(y ~ a + b + c + {random}, d); m <- fit()
cat(min(replicate({repeats}, system.time(fit())[["user.self"]])))
"""


def main() -> None:
    """Print our milliseconds and the times of others as multiples of them."""
    print(f"{'rows':>6} {'groups':>12} {'ours ms':>7} {'MixedLM':>8} {'lme4':>6}")
    for rows, sites in ((500, 12), (5_000, 12), (5_000, 50), (5_000, 250)):
        told(rows, {"site": sites}, statsmodels=True)
    for rows, people, partners in ((5_000, 250, 35), (50_000, 2_500, 111)):
        told(rows, {"person": people, "partner": partners}, statsmodels=False)
    if shutil.which("Rscript") is None:
        print("Rscript was not found, so lme4 was not asked")


def told(rows: int, groups: dict[str, int], *, statsmodels: bool) -> None:
    """One line: our time, and that of the others as a multiple of it."""
    frame = invented(rows, groups)
    ours = best(partial(mixed_model, frame, "y", FIXED, list(groups)))
    other = best(partial(by_statsmodels, frame)) if statsmodels else None
    names = " + ".join(f"{count:,}" for count in groups.values())
    print(
        f"{rows:>6,} {names:>12} {ours * 1e3:>7.1f} {ratio(other, ours):>8} "
        f"{ratio(by_lme4(frame, list(groups)), ours):>6}"
    )


def ratio(other: float | None, ours: float) -> str:
    """How many times as long another tool takes."""
    return "-" if other is None else f"{other / ours:.1f}x"


def invented(rows: int, groups: dict[str, int]) -> pd.DataFrame:
    """Rows with effects of their groups; c is a trait of the first grouping."""
    rng = np.random.default_rng(rows)
    frame = pd.DataFrame({"a": rng.normal(size=rows), "b": rng.normal(size=rows)})
    frame["y"] = 0.3 * frame["a"] + rng.normal(size=rows)
    for name, count in groups.items():
        codes = rng.integers(count, size=rows)
        frame[name] = codes
        frame["y"] += 0.6 * rng.normal(size=count)[codes]
        if "c" not in frame:
            frame["c"] = rng.normal(size=count)[codes]
    return frame


def by_statsmodels(frame: pd.DataFrame) -> object:
    """The same random intercepts, by the default optimiser."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return smf.mixedlm("y ~ a + b + c", frame, groups="site").fit()


def by_lme4(frame: pd.DataFrame, groups: list[str]) -> float | None:
    """Seconds that lmer takes, None where there is no R with lme4."""
    if shutil.which("Rscript") is None:
        return None
    random = " + ".join(f"(1 | {name})" for name in groups)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        frame.to_csv(path, index=False)
        script = LMER.format(path=path.as_posix(), random=random, repeats=REPEATS)
        done = subprocess.run(
            ["Rscript", "-e", script], capture_output=True, text=True, check=False
        )
    return float(done.stdout) if done.returncode == 0 else None


def best(job: Callable[[], object]) -> float:
    """The shortest of a few processor times, in seconds."""
    times = []
    with threadpool_limits(1):
        for _ in range(REPEATS):
            start = time.process_time()
            job()
            times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
