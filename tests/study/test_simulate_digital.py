"""The study of digital collaboration: the same bytes, the truth, what is not known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import bundled, simulate
from netcollab.study.simulate.digital import (
    ACTIVITIES,
    GROWTH,
    PLANTED,
    SECTORS,
    TOOLS,
    WAVES,
    Digital,
    draw_digital,
)

NAME = "digital_samhandling"
FOLDER = bundled(f"synthetic/{NAME}")
FILES = ["actors.csv", "affiliations.csv", "study.toml", "ties.csv"]
SEEDS = range(60)


def drawn(seed: int, *, planted: bool = True) -> Digital:
    return draw_digital(np.random.Generator(np.random.PCG64(seed)), planted=planted)


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", keep_default_na=False, dtype=str)


def test_the_folder_in_the_repository_is_what_the_default_seed_writes(
    tmp_path: Path,
) -> None:
    written = simulate(NAME, tmp_path / "new")
    assert sorted(path.name for path in written.iterdir()) == FILES
    for name in FILES:
        assert (written / name).read_bytes() == (FOLDER / name).read_bytes(), name
    made = "netcollab simulate digital_samhandling --seed 20261123 --effects planted"
    assert made in (written / "study.toml").read_text(encoding="utf-8")
    assert sum((written / name).stat().st_size for name in FILES) < 300_000


def test_seed_and_effects_decide_everything(tmp_path: Path) -> None:
    def ties(place: str, **how: object) -> bytes:
        return (simulate(NAME, tmp_path / place, **how) / "ties.csv").read_bytes()

    assert ties("a", seed=1) == ties("b", seed=1) != ties("c", seed=2)
    assert ties("d", seed=1, effects="none") != ties("a", seed=1)


def test_effects_change_nothing_but_the_ties(tmp_path: Path) -> None:
    both = [
        simulate(NAME, tmp_path / how, seed=4, effects=how)
        for how in ("planted", "none")
    ]
    for name in ("actors", "affiliations"):
        pd.testing.assert_frame_equal(*(table(folder, name) for folder in both))
    one, two = drawn(4), drawn(4, planted=False)
    assert (one.ties[0] != two.ties[0]).mean() < 0.02  # hardly anybody has adopted


def test_the_folder_is_a_study_that_can_be_read() -> None:
    study = nc.read_study(FOLDER)
    assert study.manifest.synthetic
    assert not study.manifest.person_level
    assert study.waves == list(WAVES)
    assert list(study.manifest.hypotheses) == ["DS-H1", "DS-H2"]
    assert len(study.actors) == sum(len(teams) for teams in SECTORS.values()) == 34
    assert study.actors["leadership"].sum() == 2
    rollout = study.actors.groupby("sector")["rollout"].unique().map(len)
    assert set(rollout) == {1}
    assert study.actors["rollout"].value_counts().to_dict() == {"early": 16, "late": 16}


def test_what_is_not_known_is_said() -> None:
    ties = table(FOLDER, "ties")
    counts = ties.groupby(["relation", "wave", "state"]).size().unstack(fill_value=0)
    assert counts.loc["communication", "nonrespondent"].tolist() == [0, 33, 33]
    assert counts.loc["information", "no_answer"].tolist() == [0, 33, 33]
    assert (counts.loc["communication", "dont_know"] > 0).all()
    assert ((ties["weight"] == "") == (ties["state"] != "observed")).all()
    use = table(FOLDER, "affiliations")
    asked = use.groupby("wave")["actor"].nunique().tolist()
    assert asked == [34, 33, 33]
    assert set(use["object"]) == {*TOOLS, *ACTIVITIES}
    each = use.groupby(["wave", "actor"]).size()
    assert set(each) == {len(TOOLS) + len(ACTIVITIES)}


@pytest.mark.parametrize("seed", range(5))
def test_who_adopts(seed: int) -> None:
    draw = drawn(seed)
    adopted, early = draw.adopted, draw.early[draw.sector]
    assert draw.early.sum() == 4
    assert not draw.early[0]
    assert draw.holds_out.sum() == 8
    assert not adopted[:, draw.holds_out].any()
    assert (adopted[1:] >= adopted[:-1]).all()
    served = draw.sector > 0
    assert adopted[1, served & early].mean() > 0.6
    assert adopted[1, served & ~early].mean() < 0.2
    assert adopted[2, served & ~early].mean() > 0.6
    assert (draw.use.sum(axis=2) >= 1)[adopted].all()


def log_odds(draws: list[Digital]) -> dict[str, float]:
    """Slopes of a logistic regression over many seeds, by Newton's method.

    Lasting parts of actors and dyads are not in it, which flattens every slope.
    """
    x, y = [], []
    for draw in draws:
        inside = draw.sector[:, None] == draw.sector
        off = ~np.eye(len(draw.names), dtype=bool)
        for wave in range(len(WAVES)):
            sends = np.repeat(draw.adopted[wave][:, None], len(draw.names), axis=1)
            columns = [inside, sends & ~inside, sends & inside]
            parts = [np.ones(off.sum()), *(column[off] for column in columns)]
            parts.append(np.full(off.sum(), GROWTH[wave] > 0))
            x.append(np.column_stack(parts).astype(float))
            y.append(draw.ties[wave][off])
    rows, ties = np.concatenate(x), np.concatenate(y)
    slopes = np.zeros(rows.shape[1])
    for _ in range(12):
        fitted = 1 / (1 + np.exp(-rows @ slopes))
        curve = (rows * (fitted * (1 - fitted))[:, None]).T @ rows
        slopes = slopes + np.linalg.solve(curve, rows.T @ (ties - fitted))
    names = ("base", "inside", "across", "within", "growth")
    return dict(zip(names, slopes.tolist(), strict=True))


def test_ties_follow_what_was_planted() -> None:
    found = log_odds([drawn(seed) for seed in SEEDS])
    flat = 0.75
    assert found["inside"] == pytest.approx(flat * PLANTED["inside"], rel=0.15)
    assert found["across"] == pytest.approx(
        flat * PLANTED["across_when_adopted"], rel=0.2
    )
    assert found["within"] == pytest.approx(
        flat * PLANTED["inside_when_adopted"], rel=0.25
    )
    none = log_odds([drawn(seed, planted=False) for seed in SEEDS])
    assert abs(none["across"]) < 0.1
    assert abs(none["within"]) < 0.1
    assert none["inside"] == pytest.approx(found["inside"], rel=0.1)


def test_the_leadership_tells_adopters() -> None:
    told = {True: [], False: []}
    for seed in SEEDS:
        for planted in told:
            draw = drawn(seed, planted=planted)
            served = draw.sector > 0
            direct = draw.told[2][0]
            adopted = draw.adopted[2]
            told[planted].append(
                (direct[served & adopted].mean(), direct[served & ~adopted].mean())
            )
    adopters, others = np.mean(told[True], axis=0)
    assert adopters == pytest.approx(PLANTED["told_adopter"], abs=0.03)
    assert others == pytest.approx(PLANTED["told_other"], abs=0.03)
    alike = np.mean(told[False], axis=0)
    assert alike == pytest.approx([0.55, 0.55], abs=0.05)


def test_the_readme_states_the_numbers_of_the_model() -> None:
    page = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert "-3.4 + 3.2 S_ij + g_t + A_it (1.5 (1 - S_ij) - 1.0 S_ij)" in page
    for name in PLANTED:
        assert f"`{name}`" in page
