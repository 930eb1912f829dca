"""How often does each test reject a true null, and its interval hold the truth?

Studies in which nothing is to be found are drawn, each test is run on each of them as a
user would run it, and what it says is counted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, check_choice
from netcollab._resample import draw
from netcollab.inference.trials import TESTS, tried
from netcollab.inference.worlds import Networks, OneNetwork, Respondents, Ties, World

__all__ = ["Experiment", "Tier", "calibrate", "measured", "miscalibrated"]

Tier = Literal["smoke", "nightly", "release"]


@dataclass(frozen=True)
class Experiment:
    """Studies of one kind, how many of them, and the tests that are run on each.

    Parameters
    ----------
    world
        What the studies are like.
    simulations
        How many are drawn.
    tests
        Names of tests; empty: all there are for such studies.
    """

    world: World
    simulations: int = 10_000
    tests: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The tests."""
        return self.tests or tuple(TESTS[type(self.world)])

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        """What each test says of each study of a block: (B, 4 x tests)."""
        rng, size = block
        every = TESTS[type(self.world)]
        told = np.empty((size, len(self.names), 4))
        for row in told:
            study, seed = self.world.draw(rng), int(rng.integers(2**32))
            row[:] = [tried(every[name], study, seed) for name in self.names]
        return told.reshape(size, -1)


FEWER = 2_000
SMOKE = (
    Experiment(
        OneNetwork(12, 0.4), FEWER, ("least squares", "MRQAP, double semi-partialing")
    ),
    Experiment(
        Respondents(8, "half", 0.2),
        FEWER,
        ("least squares", "CR2", "mixed model, between_within", "site means"),
    ),
    Experiment(Networks(8, slope_sd=0.4), FEWER, ("least squares", "CR2")),
)
EVERY_NIGHT: tuple[World, ...] = (
    *(OneNetwork(n, 0.4) for n in (12, 20)),
    OneNetwork(20, 0.8),
    OneNetwork(20, 0.4, predictor="hubs"),
    OneNetwork(20, 0.4, predictor="skewed"),
    OneNetwork(20, 0.4, silent=0.3),
    Ties(12, 0.4),
    *(Respondents(g, "half", 0.2) for g in (8, 12)),
    Respondents(8, "normal", 0.2),
    Respondents(12, "two", 0.2),
    Respondents(12, "skewed", 0.2),
    Networks(8),
    Networks(8, slope_sd=0.4),
    Networks(8, role_share=0.4),
)
AT_RELEASE: tuple[World, ...] = (
    *(OneNetwork(n, rho) for n in (6, 8, 50) for rho in (0.0, 0.4, 0.8)),
    *(OneNetwork(12, rho) for rho in (0.0, 0.8)),
    OneNetwork(20, 0.0),
    *(OneNetwork(20, 0.4, confounding) for confounding in (0.0, 0.95)),
    OneNetwork(20, 0.8, predictor="sender"),
    OneNetwork(20, 0.4, silent=0.1),
    *(Ties(n, 0.4) for n in (8, 20)),
    *(Respondents(g, "half", 0.2) for g in (6, 20)),
    *(Respondents(g, "half", 0.05) for g in (6, 8, 12, 20)),
    *(Respondents(g, "two", 0.2) for g in (6, 8, 20)),
    *(Respondents(g, "skewed", 0.2) for g in (6, 8, 20)),
    *(Respondents(g, "normal", 0.2) for g in (6, 12, 20)),
    Respondents(8, "half", 0.0),
    Respondents(8, "skewed", 0.05),
    Networks(8, "sender"),
    Networks(20),
    Networks(20, slope_sd=0.4),
    Networks(20, role_share=0.4),
)
NIGHTLY = tuple(Experiment(world) for world in EVERY_NIGHT)
TIERS = {
    "smoke": SMOKE,
    "nightly": NIGHTLY,
    "release": (*NIGHTLY, *(Experiment(world, FEWER) for world in AT_RELEASE)),
}
RECOMMENDED = {
    "OneNetwork": ("MRQAP, double semi-partialing",),
    "Respondents": ("site means", "site permutation"),
    "Networks": ("site slopes",),
}
KINDS = (OneNetwork, Respondents, Networks)
NAMES = dict.fromkeys(each.name for kind in KINDS for each in fields(kind))
WORLD = ("studies", *NAMES, "method")
ALPHAS = (0.01, 0.05, 0.1)
ROOM = 1e-9
WITHIN = 0.01


def calibrate(
    tier: Tier = "smoke",
    *,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> pd.DataFrame:
    """Size of tests and coverage of intervals in simulated studies without an effect.

    Every test is run with .05 nominal, permutations with 199 draws. Size is the share
    of studies with p at or below a level; its Monte-Carlo error is
    :math:`\\sqrt{s(1-s)/S}` for a size s in S studies. Coverage is the share of 95 %
    intervals that hold the true effect, 0. Least squares takes dyads or respondents
    for independent; that it fails shows that they are not.

    Parameters
    ----------
    tier
        "smoke": three kinds of studies, 2,000 of each, and the recommended tests (about
        a minute); "nightly": 15 kinds, 10,000 of each, and every test (an hour or two);
        "release": 2,000 of each of 39 further kinds as well.
    rng
        Seed of the studies and of the draws of their tests.
    workers
        Processes; the numbers do not depend on them.
    progress
        Show a bar on stderr, where that is a terminal.
    checkpoint
        A folder from which a killed run goes on with the same numbers.
    tell
        Called with a line for each kind of studies, before it begins.

    Returns
    -------
    DataFrame
        One row per kind of studies and test: ``studies`` in words with the numbers that
        define them, ``method``, ``simulations``, ``refused`` (studies it was not run
        on), ``size_01``, ``size_05``, ``size_10``, ``attainable`` (the largest level at
        or below .05 that p can reach; NaN where p is continuous), ``coverage`` (NaN
        without intervals) and ``seed``.

    Raises
    ------
    UnknownNameError
        For another tier.
    InputError
        If a checkpoint belongs to another run.

    References
    ----------
    Morris, T. P., White, I. R., & Crowther, M. J. (2019). Using simulation studies to
    evaluate statistical methods. Stat. Med. 38, 2074-2102.

    Examples
    --------
    >>> networks = Experiment(OneNetwork(12, 0.4), 20, ("least squares",))
    >>> measured(networks, rng=1)[["studies", "method"]].loc[0].tolist()
    ['OneNetwork', 'least squares']
    """
    experiments = TIERS[check_choice("tier", tier, TIERS)]
    entropy = as_entropy(rng)
    tables = []
    for k, experiment in enumerate(experiments, start=1):
        tell(f"{k} of {len(experiments)}: {experiment.world}")
        table = measured(
            experiment,
            rng=entropy,
            workers=workers,
            progress=progress,
            checkpoint=checkpoint,
        )
        tables.append(table)
    return together(tables)


def together(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of several experiments as one; what defines the studies comes first."""
    table = pd.concat(tables, ignore_index=True)
    return table[[*WORLD, *(name for name in table if name not in WORLD)]]


def measured(
    experiment: Experiment,
    *,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> pd.DataFrame:
    """What the tests of one experiment did; a row per test as in `calibrate`."""
    world, names = experiment.world, experiment.names
    if checkpoint is not None:
        checkpoint = Path(checkpoint) / f"{re.sub('[^A-Za-z0-9.]+', '-', repr(world))}"
        checkpoint.parent.mkdir(parents=True, exist_ok=True)
    drawn = draw(
        f"calibration, {world}",
        experiment,
        inputs=[np.array(names)],
        n_resamples=experiment.simulations,
        rng=rng,
        workers=workers,
        progress=progress,
        checkpoint=checkpoint,
    )
    told = drawn.null.reshape(experiment.simulations, len(names), 4)
    table = pd.DataFrame([_row(told[:, k]) for k in range(len(names))])
    kind = {"studies": type(world).__name__} | asdict(world)
    for place, (name, value) in enumerate([*kind.items(), ("method", list(names))]):
        table.insert(place, name, value)
    return table.assign(seed=drawn.seed)


def _row(told: np.ndarray) -> dict[str, float]:
    """Counts of one test: (S, 4) in."""
    p, low, high, p_min = told[~np.isnan(told[:, 0])].T
    if not len(p):
        nothing = dict.fromkeys(("size_01", "size_05", "size_10"), math.nan)
        return {
            "simulations": len(told),
            "refused": len(told),
            **nothing,
            "attainable": math.nan,
            "coverage": math.nan,
        }
    sizes = {f"size_{100 * a:02.0f}": float((p <= a + ROOM).mean()) for a in ALPHAS}
    steps = np.floor(ALPHAS[1] / p_min + ROOM) * p_min
    inside = ((low <= 0) & (high >= 0)).mean()
    return {
        "simulations": len(told),
        "refused": len(told) - len(p),
        **sizes,
        "attainable": float(steps.mean()),
        "coverage": math.nan if np.isnan(low).all() else float(inside),
    }


def miscalibrated(table: pd.DataFrame) -> list[str]:
    """Where a recommended test does not hold its level, or least squares does.

    Recommended tests must reject in .04 to .06 of studies, or within three Monte-Carlo
    errors of .05 where that is wider; those that cannot attain .05, at most as often as
    they can. In one network with hubs or skewed variables no test is recommended, nor
    slopes of sites as they are where roles share something in every site.

    Parameters
    ----------
    table
        As returned by `calibrate`.

    Examples
    --------
    >>> few = Experiment(OneNetwork(12, 0.4), 20, ("least squares",))
    >>> miscalibrated(measured(few, rng=1).assign(size_05=0.05))
    ['OneNetwork 12 0.4 0.6 dyadic 0.0: least squares rejects in 0.050 only']
    """
    return [told for _, row in table.iterrows() if (told := _failure(row))]


def _failure(row: pd.Series) -> str:
    alpha, size = ALPHAS[1], row["size_05"]
    world = " ".join(str(each) for each in row[:"method"].iloc[:-1].dropna())
    error = 3 * math.sqrt(alpha * (1 - alpha) / row["simulations"])
    if row["method"] == "least squares":
        shared = row.get("icc") != 0 and row.get("dependence") != 0
        if shared and size <= alpha + error:
            return f"{world}: least squares rejects in {size:.3f} only"
    elif row["method"] in RECOMMENDED.get(row["studies"], ()):
        one_network = row["studies"] == "OneNetwork"
        unsafe = one_network and row["predictor"] in ("hubs", "skewed")
        if unsafe or row.get("role_share", 0) > 0:
            return ""
        discrete = row["attainable"] < alpha - ROOM
        goal, room = (row["attainable"], error) if discrete else (alpha, WITHIN)
        room = max(room, error)
        if size > goal + room or (not discrete and size < goal - room):
            return f"{world}: {row['method']} rejects in {size:.3f}"
    return ""
