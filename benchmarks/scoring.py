"""A million answers: read as text, and scored to site indexes, beside plain pandas.

Both sides give the same site indexes; the ratio of the medians is what counts.
Run: ``python3 run.py python benchmarks/scoring.py``.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from netcollab.scales import relational_capacity
from netcollab.study import FileSpec, ItemSpec, Manifest, ScaleSpec, Study
from netcollab.study.ledger import Ledger
from netcollab.study.readers.delimited import read_delimited

SEED, REPEATS = 7, 5
SITES, UNITS, RESPONDENTS, ITEMS = 40, 6, 4167, 40
LIMITS = {"scoring": 1.5, "reading": 3.0}


def drawn() -> tuple[Study, pd.DataFrame]:
    """A study of a million answers, and the same answers as one table."""
    rng = np.random.default_rng(SEED)
    units = [f"unit{u}" for u in range(UNITS)]
    site = rng.integers(0, SITES, RESPONDENTS)
    people = pd.DataFrame(
        {
            "site": pd.Series([f"site{s:02}" for s in site], dtype="str"),
            "respondent": pd.Series(
                [f"r{i:05}" for i in range(RESPONDENTS)], dtype="str"
            ),
            "actor": pd.Series(rng.choice(units, RESPONDENTS), dtype="str"),
            "wave": pd.Series("1", index=range(RESPONDENTS), dtype="str"),
        }
    )
    n = RESPONDENTS * UNITS * ITEMS
    value = rng.integers(1, 6, n).astype(float)
    missing = rng.random(n) < 0.05
    value[missing] = np.nan
    names = people["respondent"].to_numpy(dtype=object)
    items = np.array([f"item{q:02}" for q in range(ITEMS)], dtype=object)
    answers = pd.DataFrame(
        {
            "respondent": pd.Series(np.repeat(names, UNITS * ITEMS), dtype="str"),
            "item": pd.Series(np.tile(items, RESPONDENTS * UNITS), dtype="str"),
            "target": pd.Series(
                np.tile(np.repeat(np.array(units, dtype=object), ITEMS), RESPONDENTS),
                dtype="str",
            ),
            "wave": pd.Series(np.full(n, "1", dtype=object), dtype="str"),
            "value": value,
            "missing_reason": pd.Series("dont_know", range(n), "str").where(missing),
        }
    )
    manifest = Manifest(
        name="large",
        scales={"five": ScaleSpec("five", 1, 5)},
        items={name: ItemSpec(name, "five", "", "capacity") for name in items},
    )
    sites = sorted(people["site"].unique())
    actors = pd.DataFrame(
        [(s, u) for s in sites for u in units], columns=["site", "actor"], dtype="str"
    )
    none = pd.DataFrame({"relation": pd.Series(dtype="str")})
    study = Study(
        manifest,
        sites=pd.DataFrame({"site": pd.Series(sites, dtype="str")}),
        actors=actors,
        respondents=people,
        ties=none,
        answers=answers,
        codings=none,
        affiliations=none,
    )
    return study, answers


def by_hand(answers: pd.DataFrame, people: pd.DataFrame) -> pd.Series:
    """What a skilled user of pandas would write: half of the items, functions equal."""
    key = ["respondent", "target"]
    rated = answers.groupby(key, sort=False)["value"].agg(["sum", "count"])
    rated = rated[rated["count"] >= (ITEMS + 1) // 2]
    scores = (rated["sum"] / rated["count"]).rename("score").reset_index()
    scores = scores.merge(people[["respondent", "site", "actor"]], on="respondent")
    scores = scores[scores["actor"] != scores["target"]]
    ties = scores.groupby(["site", "actor", "target"])["score"].mean()
    return ties.groupby(["site", "actor"]).mean().groupby("site").mean()


def ours(study: Study) -> pd.Series:
    table = relational_capacity(study, "capacity", level="site")
    return table[table["weighting"] == "functions"].set_index("site")["mean"]


def read_ours(path: Path) -> object:
    spec = FileSpec(path.name)
    return read_delimited(path, "answers", path.name, spec, Ledger("benchmark"))


def seconds(job: Callable[[], object]) -> float:
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def compare(name: str, one: Callable[[], object], other: Callable[[], object]) -> None:
    """Time both in turn and print the ratio of the medians beside its limit."""
    times = [(seconds(one), seconds(other)) for _ in range(REPEATS)]
    mine, theirs = (statistics.median(side) for side in zip(*times, strict=True))
    print(
        f"{name}: {mine:.2f} s, pandas {theirs:.2f} s, "
        f"ratio {mine / theirs:.2f} (limit {LIMITS[name]})"
    )


def main() -> None:
    study, answers = drawn()
    print(f"{len(answers):,} answers")
    pd.testing.assert_series_equal(
        ours(study), by_hand(answers, study.respondents), check_names=False
    )
    compare("scoring", lambda: ours(study), lambda: by_hand(answers, study.respondents))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        answers.to_csv(path, index=False)
        compare(
            "reading", lambda: read_ours(path), lambda: pd.read_csv(path, dtype=str)
        )


if __name__ == "__main__":
    main()
