"""How often does a study without effects end in a verdict all the same?

Synthetic studies in which nothing was planted are evaluated like real ones, and the
claims that are called supported or contradicted are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

from netcollab._checks import check_choice, check_count
from netcollab._files import write_atomically
from netcollab._resample import draw
from netcollab.hypotheses.capacity import RELATIONAL_CAPACITY
from netcollab.hypotheses.evaluate import verdicts
from netcollab.hypotheses.governance import ANSELL_GASH
from netcollab.study import simulated

__all__ = [
    "decided_too_often",
    "null_verdicts",
    "record_null_verdicts",
    "recorded_null_verdicts",
]

RECORD = Path(__file__).with_name("null_studies.csv")
FAMILIES = {
    "alvorlig_sykt_barn": ANSELL_GASH,
    "myndighedsfunktion": RELATIONAL_CAPACITY,
}
FAMILY = "any of them"
ALPHA = 0.05
_DECIDED = ("supported", "contradicted")


@dataclass(frozen=True)
class _Decided:
    """Which claims are supported, and which contradicted, in studies of a block."""

    name: str

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        rng, size = block
        return np.array([self._told(int(rng.integers(2**32))) for _ in range(size)])

    def _told(self, seed: int) -> np.ndarray:
        study = simulated(self.name, seed=seed, effects="none")
        told = verdicts(study, FAMILIES[self.name], rng=seed, alpha=ALPHA)
        return np.array([told == verdict for verdict in _DECIDED], float).ravel()


def null_verdicts(
    names: Sequence[str] = ("alvorlig_sykt_barn", "myndighedsfunktion"),
    *,
    n_studies: int = 50,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> pd.DataFrame:
    """Count the verdicts that are reached in studies without effects.

    With a family at alpha = .05, a verdict on any of its claims should be reached in
    .05 of such studies or fewer.

    Parameters
    ----------
    names
        Synthetic studies: "alvorlig_sykt_barn" is evaluated for AG-H1 to AG-H4,
        "myndighedsfunktion" for RC-H1 to RC-H3.
    n_studies
        How many of each.
    rng
        Seed of the studies.
    workers, progress
        As in `netcollab.inference.calibrate`.
    checkpoint
        A folder from which a killed run goes on.

    Returns
    -------
    DataFrame
        A row per claim and one for the family: study, hypothesis, studies, supported,
        contradicted, decided (shares of the studies), seed.

    Raises
    ------
    UnknownNameError
        For a study that has no family of claims.

    Examples
    --------
    >>> found = null_verdicts(["alvorlig_sykt_barn"], n_studies=2, rng=1)
    >>> found["hypothesis"].tolist()
    ['AG-H1', 'AG-H2', 'AG-H3', 'AG-H4', 'any of them']
    """
    check_count("n_studies", n_studies)
    tables = []
    for name in names:
        check_choice("study with claims", name, FAMILIES)
        if checkpoint is not None:
            Path(checkpoint).mkdir(parents=True, exist_ok=True)
        drawn = draw(
            f"null studies, {name}",
            _Decided(name),
            n_resamples=n_studies,
            rng=rng,
            workers=workers,
            progress=progress,
            checkpoint=checkpoint and Path(checkpoint) / f"null-studies-{name}",
        )
        claims = [claim.key for claim in FAMILIES[name]]
        told = drawn.null.reshape(n_studies, 2, len(claims)) > 0
        told = np.concatenate([told, told.any(axis=2, keepdims=True)], axis=2)
        shares = {_DECIDED[k]: told[:, k].mean(axis=0) for k in range(2)}
        table = pd.DataFrame({"hypothesis": [*claims, FAMILY], **shares})
        table["decided"] = told.any(axis=1).mean(axis=0)
        table.insert(0, "study", name)
        table.insert(2, "studies", n_studies)
        tables.append(table.assign(seed=drawn.seed))
    return pd.concat(tables, ignore_index=True)


def decided_too_often(table: pd.DataFrame) -> list[str]:
    """Families that reach a verdict more often than .05 and Monte-Carlo error allow.

    .. math:: decided > .05 + 2.33 \\sqrt{.05 \\times .95 / S}

    The bound is passed with chance .01 by a family that decides in .05 of studies; with
    1,000 studies it is .066.

    Parameters
    ----------
    table
        As returned by `null_verdicts`.

    Examples
    --------
    >>> few = null_verdicts(["alvorlig_sykt_barn"], n_studies=2, rng=1)
    >>> decided_too_often(few.assign(decided=1.0))
    ['alvorlig_sykt_barn: a verdict in 1.000 of 2 studies without effects']
    """
    rows = table[table["hypothesis"] == FAMILY]
    error = np.sqrt(ALPHA * (1 - ALPHA) / rows["studies"])
    rows = rows[rows["decided"] > ALPHA + NormalDist().inv_cdf(0.99) * error]
    return [
        f"{row['study']}: a verdict in {row['decided']:.3f} of {row['studies']} "
        "studies without effects"
        for _, row in rows.iterrows()
    ]


@cache
def recorded_null_verdicts() -> pd.DataFrame:
    """The counts of `docs/calibration.md`, as `null_verdicts` returned them."""
    return pd.read_csv(RECORD)


def record_null_verdicts(table: pd.DataFrame) -> Path:
    """Keep a table of `null_verdicts` as the record, and return its file."""
    content = table.to_csv(index=False, float_format="%.6g", lineterminator="\n")
    recorded_null_verdicts.cache_clear()
    return write_atomically(RECORD, content)
