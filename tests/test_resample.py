"""The relabelling engine: the same numbers whatever happens on the way."""

from __future__ import annotations

import itertools
import math
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from netcollab import _resample
from netcollab._plans import Draws, Plan
from netcollab._resample import draw, resample
from netcollab.errors import InputError

N = 12
ALIKE = np.zeros(N, dtype=int)
VALUES = np.random.default_rng(5).normal(size=N)
WEIGHTS = np.random.default_rng(6).normal(size=N)
SIX_BLOCKS = 2_600


@dataclass
class Dot:
    """Two columns of statistics: a dot product, and who stands first."""

    values: np.ndarray
    weights: np.ndarray

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        moved = self.values[relabellings]
        return np.column_stack([np.einsum("bi,i->b", moved, self.weights), moved[:, 0]])


@dataclass
class Interrupted(Dot):
    """Stops the run when it comes to a block for the third time."""

    calls: int = 0

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        self.calls += 1
        if self.calls == 4:
            raise KeyboardInterrupt
        return super().__call__(relabellings)


@dataclass
class Deadly(Dot):
    """Kills its worker, the first times or always; harmless in the parent."""

    folder: str = ""
    times: int = 1
    parent: int = 0

    def __call__(self, relabellings: np.ndarray) -> np.ndarray:
        if os.getpid() != self.parent:
            deaths = len(list(Path(self.folder).iterdir()))
            if deaths < self.times:
                (Path(self.folder) / f"{os.getpid()}").touch()
                os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(relabellings)


def run(statistics: Dot | None = None, **changes: object) -> _resample.Resamples:
    arguments: dict[str, object] = {
        "inputs": [VALUES, WEIGHTS],
        "n_resamples": SIX_BLOCKS,
        "rng": 7,
        **changes,
    }
    test = str(arguments.pop("test", "dot"))
    strata = arguments.pop("strata", ALIKE)
    return resample(test, statistics or Dot(VALUES, WEIGHTS), strata, **arguments)


# ---- which relabellings


@pytest.mark.parametrize(
    "strata", [[0, 0, 0, 0], [0, 1, 0, 1, 0], [2, 2, 2, 1, 1, 0]], ids=str
)
def test_a_listed_plan_holds_every_relabelling_once(strata: list[int]) -> None:
    plan = Plan("any", np.array(strata), n_resamples=9, entropy=0)
    rows = [tuple(row) for k in range(plan.n_blocks) for row in plan.block(k).tolist()]
    allowed = [
        p
        for p in itertools.permutations(range(len(strata)))
        if all(strata[i] == strata[p[i]] for i in range(len(p)))
    ]
    assert sorted(rows) == sorted(allowed)
    assert rows[0] == tuple(range(len(strata)))
    assert plan.n_relabellings == len(allowed)


def test_up_to_50000_relabellings_are_listed_and_more_on_request() -> None:
    eight, nine = np.zeros(8, dtype=int), np.zeros(9, dtype=int)
    assert Plan("any", eight, 9, 0).method == "exact (40,320 relabellings)"
    assert Plan("any", nine, 9_999, 0).method == "9,999 permutations"
    assert Plan("any", nine, 400_000, 0).method == "exact (362,880 relabellings)"
    assert Plan("any", np.array([0] * 7 + [1] * 3), 9, 0).n_draws == 5_040 * 6


def test_listing_goes_on_across_blocks_of_a_large_group() -> None:
    plan = Plan("any", np.zeros(7, dtype=int), n_resamples=9, entropy=0)
    rows = np.concatenate([plan.block(k) for k in range(plan.n_blocks)])
    assert len(np.unique(rows, axis=0)) == math.factorial(7)
    assert plan.n_blocks == 2
    assert plan.block(1).shape == (5_040 - 32_000 // 7, 7)


def test_draws_stay_within_strata_and_every_order_is_as_likely() -> None:
    strata = np.array([0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1])
    plan = Plan("any", strata, n_resamples=3_000, entropy=3)
    assert not plan.exact
    rows = np.concatenate([plan.block(k) for k in range(plan.n_blocks)])
    assert (strata[rows] == strata).all()
    assert (np.sort(rows, axis=1) == np.arange(len(strata))).all()
    orders, counts = np.unique(rows[:, [0, 2, 4]], axis=0, return_counts=True)
    assert len(orders) == 6
    assert np.abs(counts - 500).max() < 4 * math.sqrt(3_000 / 6 * 5 / 6)


def test_a_block_depends_on_seed_test_and_number_alone() -> None:
    plan = Plan("any", ALIKE, n_resamples=5_000, entropy=3)
    longer = Plan("any", ALIKE, n_resamples=5_100, entropy=3)
    assert (plan.block(4) == longer.block(4)).all()
    assert (longer.block(10) == Plan("any", ALIKE, 9_000, 3).block(10)[:100]).all()
    for other in (Plan("other", ALIKE, 5_000, 3), Plan("any", ALIKE, 5_000, 4)):
        assert (plan.block(4) != other.block(4)).any()
    assert (plan.block(4) != plan.block(5)).any()


# ---- the same bytes


def test_workers_change_no_byte() -> None:
    alone, together = run(), run(workers=2)
    assert alone.null.shape == (SIX_BLOCKS, 2)
    assert alone.null.tobytes() == together.null.tobytes()
    assert alone.null.tobytes() == run().null.tobytes()
    assert alone.seed == 7


def test_values_are_the_statistic_of_the_planned_relabellings() -> None:
    done = run(n_resamples=700)
    rows = np.concatenate([done.plan.block(0), done.plan.block(1)])
    expected = [
        [sum(VALUES[p[i]] * WEIGHTS[i] for i in range(N)), VALUES[p[0]]] for p in rows
    ]
    assert np.allclose(done.null, expected, rtol=0, atol=1e-13)


def test_a_generator_gives_one_integer_and_none_gives_a_new_one() -> None:
    first, second = np.random.default_rng(1), np.random.default_rng(1)
    assert run(rng=first).null.tobytes() == run(rng=second).null.tobytes()
    assert first.integers(100) == second.integers(100)
    fresh = run(rng=None)
    assert fresh.seed != run(rng=None).seed
    assert fresh.null.tobytes() == run(rng=fresh.seed).null.tobytes()


def test_listing_needs_no_seed() -> None:
    few = np.arange(N) // 2
    assert run(strata=few, rng=1).seed is None
    assert (run(strata=few, rng=1).null == run(strata=few, rng=2).null).all()


@pytest.mark.parametrize("times", [1, 99], ids=["once", "always"])
def test_a_block_outlives_its_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(_resample, "RETRIES", 1)
    deadly = Deadly(VALUES, WEIGHTS, str(tmp_path), times, os.getpid())
    done = run(deadly, n_resamples=1_400, workers=2)
    assert list(tmp_path.iterdir())
    assert done.null.tobytes() == run(n_resamples=1_400).null.tobytes()


def test_an_error_of_the_statistic_comes_out_as_it_is() -> None:
    for workers in (1, 2):
        with pytest.raises(IndexError):
            run(Dot(VALUES[:3], WEIGHTS), workers=workers)


# ---- checkpoints


def test_an_interrupted_run_goes_on_with_the_same_numbers(tmp_path: Path) -> None:
    path = tmp_path / "run.checkpoint"
    with pytest.raises(KeyboardInterrupt):
        run(Interrupted(VALUES, WEIGHTS), checkpoint=path)
    assert path.read_bytes().count(b'"block"') == 3
    counting = Interrupted(VALUES, WEIGHTS, calls=10)
    assert run(counting, checkpoint=path).null.tobytes() == run().null.tobytes()
    assert counting.calls == 13
    assert run(checkpoint=path, workers=2).null.tobytes() == run().null.tobytes()
    assert path.read_bytes().count(b'"block"') == 6


@pytest.mark.parametrize("torn", [1, 40, 1_500])
def test_a_torn_last_line_is_computed_again(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "run.checkpoint"
    run(checkpoint=path)
    whole = path.read_bytes()
    path.write_bytes(whole[:-torn])
    counting = Interrupted(VALUES, WEIGHTS, calls=10)
    assert run(counting, checkpoint=path).null.tobytes() == run().null.tobytes()
    assert counting.calls == 11
    again = Interrupted(VALUES, WEIGHTS, calls=10)
    assert run(again, checkpoint=path).null.tobytes() == run().null.tobytes()
    assert again.calls == 10


def test_a_killed_process_loses_one_block_at_most(tmp_path: Path) -> None:
    path, ticks = tmp_path / "run.checkpoint", tmp_path / "ticks"
    script = f"""
        import time
        import numpy as np
        from pathlib import Path
        from netcollab._resample import resample
        values = np.random.default_rng(5).normal(size={N})
        def statistics(relabellings):
            with Path({str(ticks)!r}).open("a") as file:
                file.write("x")
            time.sleep(0.05)
            return values[relabellings[:, 0]]
        resample("slow", statistics, np.zeros({N}, dtype=int), inputs=[values],
                 n_resamples=100_000, rng=1, checkpoint={str(path)!r})
    """
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)])
    try:
        deadline = time.monotonic() + 60
        while not ticks.exists() or len(ticks.read_text()) < 5:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()
    begun = len(ticks.read_text())
    kept = path.read_bytes().count(b'"block"')
    assert begun - 1 <= kept <= begun
    starts = lambda relabellings: VALUES[relabellings[:, 0]]  # noqa: E731
    arguments = {"inputs": [VALUES], "n_resamples": 100_000, "rng": 1}
    resumed = resample("slow", starts, ALIKE, checkpoint=path, **arguments)
    whole = resample("slow", starts, ALIKE, **arguments)
    assert resumed.null.tobytes() == whole.null.tobytes()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"test": "other"}, "test (dot there, other here)"),
        ({"inputs": [VALUES, WEIGHTS + 1]}, "data ("),
        ({"strata": np.arange(N) // 9}, "data ("),
        ({"rng": 8}, "entropy (7 there, 8 here)"),
        ({"n_resamples": 2_700}, "draws (2600 there, 2700 here)"),
    ],
    ids=["test", "data", "strata", "seed", "draws"],
)
def test_a_checkpoint_of_another_run_is_refused(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    path = tmp_path / "run.checkpoint"
    run(checkpoint=path)
    before = path.read_bytes()
    with pytest.raises(InputError) as caught:
        run(checkpoint=path, **change)
    assert told in str(caught.value)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == before


def test_a_folder_is_no_checkpoint(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder; name a file") as caught:
        run(checkpoint=tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("content", [b"id,name\n1,a\n", b"[1, 2]", b"\xff\x00", b"{}"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "actors.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is not a checkpoint"):
        run(checkpoint=path)
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "run.checkpoint"
    path.touch()
    assert run(checkpoint=path).null.tobytes() == run().null.tobytes()
    assert path.read_bytes().count(b'"block"') == 6


def test_without_a_seed_the_checkpoint_has_it(tmp_path: Path) -> None:
    path = tmp_path / "run.checkpoint"
    first = run(rng=None, checkpoint=path)
    second = run(rng=None, checkpoint=path)
    assert first.seed == second.seed
    assert first.null.tobytes() == second.null.tobytes()


def test_a_listed_run_is_kept_too(tmp_path: Path) -> None:
    path = tmp_path / "run.checkpoint"
    strata = np.array([0] * 6 + [1] * 4 + [2] * 2)
    listed = run(strata=strata, n_resamples=10**6, rng=1)
    with pytest.raises(KeyboardInterrupt):
        run(
            Interrupted(VALUES, WEIGHTS),
            strata=strata,
            n_resamples=10**6,
            rng=1,
            checkpoint=path,
        )
    kept = run(strata=strata, n_resamples=10**6, rng=2, checkpoint=path)
    assert listed.plan.exact
    assert kept.null.tobytes() == listed.null.tobytes()


# ---- the door


@pytest.mark.parametrize(
    "wrong", [{"n_resamples": 0}, {"workers": 0}, {"workers": 1.5}, {"rng": -1}]
)
def test_bad_arguments_are_told(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        run(**wrong)


def test_no_bar_where_stderr_is_no_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    run(progress=True)
    assert capfd.readouterr() == ("", "")


def test_a_bar_on_stderr_where_it_is_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    shown = run(progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "dot" in err
    assert shown.null.tobytes() == run().null.tobytes()
    assert capsys.readouterr() == ("", "")


# ---- draws that are no relabellings


def numbers(block: tuple[np.random.Generator, int]) -> np.ndarray:
    rng, size = block
    return rng.random(size)


def test_draws_come_in_blocks_of_their_own() -> None:
    plan = Draws("any", 1_200, 3)
    assert plan.n_blocks == 3
    assert [plan.block(k)[1] for k in range(3)] == [500, 500, 200]
    assert not plan.exact
    first, again, second, other = (
        Draws(name, 1_200, seed).block(k)[0].random()
        for name, seed, k in (("any", 3, 0), ("any", 3, 0), ("any", 3, 1), ("b", 3, 0))
    )
    assert first == again
    assert len({first, second, other}) == 3


@pytest.mark.parametrize("workers", [1, 2])
def test_draws_depend_on_the_seed_alone(workers: int) -> None:
    done = draw("any", numbers, n_resamples=1_200, rng=3, workers=workers)
    blocks = [numbers(Draws("any", 1_200, 3).block(k)) for k in range(3)]
    assert (done.null == np.concatenate(blocks)).all()
    assert done.seed == 3
    assert done.plan.method == "1,200 draws"


@dataclass
class Stopped:
    """Stops the run when it comes to the third block."""

    calls: int = 0

    def __call__(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        self.calls += 1
        if self.calls == 3:
            raise KeyboardInterrupt
        return numbers(block)


def test_interrupted_draws_go_on_with_the_same_numbers(tmp_path: Path) -> None:
    path, whole = tmp_path / "run.checkpoint", {"n_resamples": 2_100, "rng": 3}
    asked = {**whole, "inputs": [VALUES], "checkpoint": path}
    with pytest.raises(KeyboardInterrupt):
        draw("any", Stopped(), **asked)
    counting = Stopped(calls=10)
    done = draw("any", counting, **asked)
    assert counting.calls == 13
    assert done.null.tobytes() == draw("any", numbers, **whole).null.tobytes()
    for other in ({"inputs": [WEIGHTS]}, {"n_resamples": 2_000}, {"rng": 4}):
        with pytest.raises(InputError, match="belongs to another run"):
            draw("any", numbers, **{**asked, **other})


def test_draws_check_their_arguments() -> None:
    with pytest.raises(InputError, match="n_resamples"):
        draw("any", numbers, n_resamples=0, rng=3)
    with pytest.raises(InputError, match="workers"):
        draw("any", numbers, n_resamples=9, rng=3, workers=0)
