"""The study of a shared language: the same bytes, the planted truth, the gaps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import bundled, simulate
from netcollab.study.simulate.language import (
    AGREED,
    COLUMNS,
    CONCEPTS,
    DIVIDED,
    GAPS,
    GROUPS,
    KEY,
    language_rows,
)

NAME = "faelles_sprog"
FOLDER = bundled(f"synthetic/{NAME}")
FILES = ["actors.csv", "answers.csv", "codings.csv", "respondents.csv", "study.toml"]


@cache
def study() -> nc.Study:
    return nc.read_study(FOLDER)


def answers(seed: int, effects: str) -> pd.DataFrame:
    """Respondents x statements, indexed by group."""
    rows = language_rows(seed, effects)
    said = pd.DataFrame(rows["answers"], columns=COLUMNS["answers"])
    group = {name: role for name, _, role in rows["respondents"]}
    table = said.pivot(index="respondent", columns="item", values="value")
    table = table.replace("", np.nan).astype(float)
    return table.set_axis(table.index.map(group)).rename_axis("group")


def test_the_folder_in_the_repository_is_what_the_default_seed_writes(
    tmp_path: Path,
) -> None:
    written = simulate(NAME, tmp_path / "new")
    assert sorted(path.name for path in written.iterdir()) == FILES
    for name in FILES:
        assert (written / name).read_bytes() == (FOLDER / name).read_bytes(), name
    size = sum((FOLDER / name).stat().st_size for name in FILES)
    assert size < 100_000


def test_seed_and_effects_decide_everything(tmp_path: Path) -> None:
    assert language_rows(1, "planted") == language_rows(1, "planted")
    one, other, none = (
        language_rows(seed, how)
        for seed, how in ((1, "planted"), (2, "planted"), (1, "none"))
    )
    assert {name for name in one if one[name] != other[name]} == {
        *("respondents", "answers", "codings"),
    }
    assert {name for name in one if one[name] != none[name]} == {"answers", "codings"}
    missing = [[row[-1] for row in rows["answers"]] for rows in (one, none)]
    assert missing[0] == missing[1]
    folder = simulate(NAME, tmp_path / "none", effects="none", seed=7)
    first = (folder / "study.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# Synthetic. ")
    assert first.endswith("--seed 7 --effects none")


def test_the_folder_is_a_study_that_says_synthetic() -> None:
    assert study().manifest.synthetic
    assert not [p for p in study().report.problems if p.severity != "NOTE"]
    assert set(study().manifest.title) == {"nb", "da", "en"}
    for code, word in (("nb", "syntetisk"), ("da", "syntetisk"), ("en", "synthetic")):
        assert word in study().manifest.title[code]
    for item in study().manifest.items.values():
        assert set(item.label) == {"nb", "da", "en"}
        assert item.about == "site"


def test_groups_gaps_in_the_data_and_interviews() -> None:
    sizes = study().respondents["role"].value_counts().to_dict()
    assert sizes == {name: size for name, (_, size) in GROUPS.items()}
    assert sizes["user"] < study().manifest.min_respondents
    said = study().answers
    reasons = said["missing_reason"].value_counts()
    assert reasons["dont_know"] > 20
    assert reasons["no_answer"] > 15
    codings = study().codings
    assert set(codings["construct"]) <= {
        c for group in CONCEPTS.values() for c in group
    }
    role = study().respondents.set_index("respondent")["role"]
    told = codings.groupby(codings["informant"].map(role))["informant"].nunique()
    assert told["leader"] == 8
    assert told["user"] <= 2


def test_group_means_are_what_was_planted() -> None:
    tables = {
        how: pd.concat([answers(seed, how) for seed in range(30)])
        for how in ("planted", "none")
    }
    means = {how: table.groupby(level=0).mean() for how, table in tables.items()}
    for statement in KEY:
        for group in GROUPS:
            shift = GAPS.get(statement, {}).get(group, 0.0)
            found = means["planted"] - means["none"]
            within = 0.25 if (statement, group) == (DIVIDED, "staff") else 0.08
            assert found.loc[group, statement] == pytest.approx(shift, abs=within)
    for how, low, high in (("planted", 1.4, 2.0), ("none", 0.6, 1.0)):
        spread = tables[how].groupby(level=0).std().loc["staff"]
        assert spread[list(AGREED)].max() < 0.65
        assert low < spread[DIVIDED] < high


def test_the_analysis_finds_the_planted_gaps_camps_and_vocabularies() -> None:
    scales = nc.scales
    items, groups, scale = scales.statement_answers(study(), "shared_language")
    means = scales.statement_groups(items, groups, scale)
    camps = means.sort_values("polarisation", ascending=False).iloc[0]
    assert (camps["statement"], camps["group"]) == (DIVIDED, "staff")
    index = scales.shared_language_index(items, groups, scale)
    assert index.gap_low > 0
    assert index.matrix.loc["leader", "staff"] == index.matrix.min().min()
    consensus = scales.cultural_consensus(items, groups=groups, n_resamples=199, rng=1)
    assert consensus.ratio > 3
    assert consensus.verdict == "not one culture"
    assert consensus.pvalue_groups <= 0.01
    codings = study().codings
    role = study().respondents.set_index("respondent")["role"]
    overlap = scales.concept_overlap(
        codings["construct"],
        codings["informant"].map(role),
        informants=codings["informant"],
    ).set_index(["first", "second"])
    alike = overlap.loc[[("leader", "politician"), ("staff", "union")]]
    assert (alike["pvalue"] < 0.01).all()
    assert (alike["jaccard"] > alike["jaccard_by_chance"]).all()
    assert overlap.loc[("leader", "staff"), "jaccard"] < 0.3
    assert overlap.loc[("leader", "user"), "reason"] == "too few informants"


def test_without_effects_one_culture_and_no_gap() -> None:
    rejected = 0
    for seed in range(2):
        table = answers(seed, "none")
        items, groups = table.reset_index(drop=True), pd.Series(table.index)
        index = nc.scales.shared_language_index(items, groups, (1, 5))
        assert abs(index.gap) < 0.03
        found = nc.scales.cultural_consensus(
            items, groups=groups, n_resamples=99, rng=seed
        )
        rejected += found.verdict != "one culture"
    assert rejected == 0
