"""A cluster takes the same blocks: the same bytes, also when a worker dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from joblib import parallel_config

from netcollab._resample import Resamples, resample
from netcollab.inference import ModelResult, mrqap

distributed = pytest.importorskip("distributed", reason="Dask is not installed")

N = 14
CELLS = np.random.default_rng(4).normal(size=(3, N, N))


@pytest.fixture(scope="module")
def cluster() -> Iterator[object]:
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as workers,
        distributed.Client(workers),
    ):
        yield workers


@dataclass
class Counted:
    """Ties kept; notes who worked, and kills the first to come to its second block."""

    ties: np.ndarray
    folder: str
    parent: int
    deadly: bool = False

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        mine = Path(self.folder) / str(os.getpid())
        with mine.open("a") as file:
            file.write(".")
        died = Path(self.folder) / "died"
        if self.deadly and mine.stat().st_size == 2 and not died.exists():
            died.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        moved = self.ties[relabellings[:, :, None], relabellings[:, None, :]]
        return np.einsum("bij,ij->b", moved, self.ties)

    @property
    def workers(self) -> set[str]:
        return {path.name for path in Path(self.folder).iterdir()} - {"died"}


def counts(statistic: Counted) -> Resamples:
    return resample(
        "ties kept",
        statistic,
        np.zeros(N, dtype=int),
        inputs=[statistic.ties],
        n_resamples=4_000,
        rng=3,
    )


def counted(folder: Path, **options: bool) -> Counted:
    folder.mkdir()
    return Counted((CELLS[0] > 0) * 1.0, str(folder), os.getpid(), **options)


def fit() -> ModelResult:
    y, x, z = (pd.DataFrame(cells) for cells in CELLS)
    return mrqap(y, {"x": x, "z": z}, n_resamples=2_400, rng=1)


@pytest.mark.usefixtures("cluster")
def test_a_cluster_takes_the_blocks_and_changes_no_byte(tmp_path: Path) -> None:
    here, there = counted(tmp_path / "here"), counted(tmp_path / "there")
    alone = counts(here)
    with parallel_config("dask"):
        together = counts(there)
    assert here.workers == {str(os.getpid())}
    assert there.workers.isdisjoint(here.workers)
    assert together.null.tobytes() == alone.null.tobytes()


@pytest.mark.usefixtures("cluster")
def test_a_killed_worker_changes_no_count(tmp_path: Path) -> None:
    alone = counts(counted(tmp_path / "alone"))
    deadly = counted(tmp_path / "deadly", deadly=True)
    with parallel_config("dask"):
        survived = counts(deadly)
    assert (tmp_path / "deadly" / "died").exists()
    assert survived.null.tobytes() == alone.null.tobytes()


@pytest.mark.usefixtures("cluster")
def test_a_regression_is_the_same_on_a_cluster() -> None:
    alone = fit()
    with parallel_config("dask"):
        together = fit()
    pd.testing.assert_frame_equal(
        together.coefficients, alone.coefficients, check_exact=True
    )
    assert together.null_distribution.equals(alone.null_distribution)


def test_threads_chosen_outside_change_no_byte_either() -> None:
    alone = fit()
    with parallel_config("threading", n_jobs=3):
        together = fit()
    assert together.null_distribution.equals(alone.null_distribution)
