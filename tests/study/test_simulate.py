"""The synthetic twin: the same bytes, the planted truth, the documented gaps."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.study import bundled, simulate

NAME = "alvorlig_sykt_barn"
FOLDER = bundled(f"synthetic/{NAME}")
FILES = ["actors.csv", "study.toml", "ties.csv"]
ASKED = {"digdir", "hdir", "nav", "ks", "statped"}


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", keep_default_na=False, dtype=str)


def test_the_folder_in_the_repository_is_what_the_default_seed_writes(
    tmp_path: Path,
) -> None:
    written = simulate(NAME, tmp_path / "new")
    assert sorted(path.name for path in written.iterdir()) == FILES
    for name in FILES:
        fresh = (written / name).read_bytes()
        assert fresh == (FOLDER / name).read_bytes(), name
        assert b"\r" not in fresh
    assert b"--seed 20261123 --effects planted" in (written / "study.toml").read_bytes()


def test_seed_and_effects_decide_everything(tmp_path: Path) -> None:
    def ties(place: str, **how: object) -> bytes:
        return (simulate(NAME, tmp_path / place, **how) / "ties.csv").read_bytes()

    assert ties("a", seed=1) == ties("b", seed=1) != ties("c", seed=2)
    assert ties("d", seed=1, effects="none") != ties("a", seed=1)


def test_effects_change_nothing_but_the_collaboration(tmp_path: Path) -> None:
    both = [
        table(simulate(NAME, tmp_path / how, seed=4, effects=how), "ties")
        for how in ("planted", "none")
    ]
    rest = [rows[rows["relation"] != "collaboration"] for rows in both]
    pd.testing.assert_frame_equal(*rest)


def test_other_content_is_not_overwritten(tmp_path: Path) -> None:
    simulate(NAME, tmp_path, seed=1)
    simulate(NAME, tmp_path, seed=1)
    kept = (tmp_path / "ties.csv").read_bytes()
    with pytest.raises(
        InputError, match=r"ties\.csv exists with other content"
    ) as told:
        simulate(NAME, tmp_path, seed=2)
    assert len(told.value.problems) == 3
    assert (tmp_path / "ties.csv").read_bytes() == kept
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    simulate(NAME, tmp_path, seed=2, overwrite=True)
    assert (tmp_path / "ties.csv").read_bytes() != kept
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"name": "alvorlig_syk_barn"}, UnknownNameError),
        ({"effects": "some"}, UnknownNameError),
        ({"seed": -1}, InputError),
        ({"seed": 1.5}, InputError),
    ],
)
def test_arguments_are_checked(tmp_path: Path, how, error) -> None:
    with pytest.raises(error):
        simulate(**({"name": NAME, "out": tmp_path / "x"} | how))
    assert not (tmp_path / "x").exists()


def test_the_actors_are_those_of_the_case() -> None:
    case = table(bundled(f"cases/{NAME}"), "actors").set_index("actor")
    twin = table(FOLDER, "actors").set_index("actor")
    shared = ["name_nb", "name_en", "kind", "level", "parent_ministry"]
    pd.testing.assert_frame_equal(twin[shared], case[shared])
    assert "interview_date" not in twin
    blank = twin.index[twin["incentive"] == ""]
    assert list(blank) == ["stimulab"]
    assert sorted(twin["incentive"])[1:] == list("11233455")


def test_what_is_not_known_is_said_row_by_row() -> None:
    ties = table(FOLDER, "ties")
    counts = ties.groupby(["relation", "state"]).size().to_dict()
    assert counts == {
        ("collaboration", "nonrespondent"): 8,
        ("collaboration", "observed"): 64,
        ("dependence", "dont_know"): 3,
        ("dependence", "nonrespondent"): 8,
        ("dependence", "observed"): 61,
        ("information", "dont_know"): 2,
        ("information", "nonrespondent"): 8,
        ("information", "not_asked"): 24,
        ("information", "observed"): 38,
        ("prior_joint_work", "observed"): 36,
        ("trust", "dont_know"): 2,
        ("trust", "nonrespondent"): 8,
        ("trust", "observed"): 62,
    }
    assert ((ties["weight"] == "") == (ties["state"] != "observed")).all()
    silent = ties[(ties["source"] == "stimulab") & (ties["state"] != "observed")]
    assert set(silent["state"]) == {"nonrespondent"}
    told = ties[(ties["relation"] == "information") & (ties["state"] == "observed")]
    assert set(told["source"]) == ASKED
    zeros = ties[ties["weight"] == "0"]["relation"]
    assert set(zeros) == {"information", "prior_joint_work"}
    rated = ties[~ties["weight"].isin(["", "0"])]
    assert set(rated["weight"]) == set("12345")


def test_everyone_has_four_earlier_partners_among_those_who_answered() -> None:
    ties = table(FOLDER, "ties")
    prior = ties[(ties["relation"] == "prior_joint_work") & (ties["weight"] == "1")]
    with_silent = (prior[["source", "target"]] == "stimulab").any(axis=1)
    assert with_silent.sum() == 4
    among = prior[~with_silent]
    ends = pd.concat([among["source"], among["target"]]).value_counts()
    assert len(ends) == 8
    assert set(ends) == {4}


def test_the_folder_is_a_study_that_can_be_read() -> None:
    study = nc.read_study(FOLDER)
    assert study.manifest.synthetic
    assert list(study.manifest.hypotheses) == ["AG-H1", "AG-H2", "AG-H3", "AG-H4"]
    trust = nc.build_network(study, "trust")
    assert trust.is_rated
    assert int((trust.states == "nonrespondent").to_numpy().sum()) == 8
    prior = nc.build_network(study, "prior_joint_work")
    assert not prior.is_presence_only


def design(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Ratings of collaboration, and what they were made from, row by row."""
    ties = table(folder, "ties").set_index(["relation", "source", "target"])["weight"]
    actors = table(folder, "actors").set_index("actor")
    rows, ratings = [], []
    for source, target in ties["collaboration"].index:
        pairs = ((source, target), (target, source))
        known = [pair for pair in pairs if pair in ties["prior_joint_work"].index]
        prior = [ties["prior_joint_work"][pair] for pair in known]
        trust = ties["trust"][source, target]
        if trust and ties["collaboration"][source, target]:
            gap = abs(int(actors["staff"][source]) - int(actors["staff"][target]))
            incentive = float(actors["incentive"][source])
            rows.append([1, float(trust), float(prior[0]), incentive, gap / 100])
            ratings.append(float(ties["collaboration"][source, target]))
    return np.array(rows), np.array(ratings)


@pytest.mark.parametrize(
    ("effects", "slopes"), [("planted", [0.7, 1.3, 0.5, 0]), ("none", [0, 0, 0, 0])]
)
def test_least_squares_over_many_seeds_finds_what_was_planted(
    tmp_path: Path, effects: str, slopes: list[float]
) -> None:
    drawn = [
        design(simulate(NAME, tmp_path / str(seed), seed=seed, effects=effects))
        for seed in range(40)
    ]
    x, y = (np.concatenate(parts) for parts in zip(*drawn, strict=True))
    found = np.linalg.lstsq(x, y, rcond=None)[0][1:]
    # Rounding into 1..5 flattens the slopes by a tenth.
    np.testing.assert_allclose(found, 0.9 * np.array(slopes), atol=0.1)


def test_the_readme_states_the_numbers_of_the_model() -> None:
    told = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    model = "3 + 0.7 (trust_ij - 3) + 1.3 (prior_ij - 4/7) + 0.5 (incentive_i - 3)"
    assert model in told
    assert "--seed 20261123" in told


def test_rows_are_plain_csv() -> None:
    with (FOLDER / "actors.csv").open(encoding="utf-8", newline="") as file:
        widths = {len(row) for row in csv.reader(file)}
    assert widths == {11}
