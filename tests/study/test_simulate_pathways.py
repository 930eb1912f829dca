"""The study of digital pathways: the same bytes, the planted links, sets and areas."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import bundled, simulate, simulated
from netcollab.study.simulate.pathways import (
    COLUMNS,
    SAID,
    SERVICES,
    SITES,
    TOOLS,
    pathway_rows,
)

NAME = "digitale_forloep"
FOLDER = bundled(f"synthetic/{NAME}")
FILES = [
    "actors.csv",
    "affiliations.csv",
    "answers.csv",
    "codings.csv",
    "respondents.csv",
    "sites.csv",
    "study.toml",
]
STATUSES = {
    "digital_tools → shared_overview": "well supported",
    "shared_overview → coordinated_measures": "weakly supported",
    "digital_tools → shared_knowledge": "contested",
    "shared_knowledge → coordinated_measures": "well supported",
    "digital_tools → co_creation": "contradicted",
    "co_creation → services_that_fit": "untested",
    "coordinated_measures → services_that_fit": "well supported",
}
hypotheses = nc.hypotheses


@cache
def study() -> nc.Study:
    return nc.read_study(FOLDER)


def table(seed: int, effects: str, name: str) -> pd.DataFrame:
    return pd.DataFrame(pathway_rows(seed, effects)[name], columns=COLUMNS[name])


def test_the_folder_in_the_repository_is_what_the_default_seed_writes(
    tmp_path: Path,
) -> None:
    written = simulate(NAME, tmp_path / "new")
    assert sorted(path.name for path in written.iterdir()) == FILES
    for name in FILES:
        assert (written / name).read_bytes() == (FOLDER / name).read_bytes(), name
    assert sum((FOLDER / name).stat().st_size for name in FILES) < 100_000


def test_seed_and_effects_decide_everything(tmp_path: Path) -> None:
    assert pathway_rows(1, "planted") == pathway_rows(1, "planted")
    one, other, none = (
        pathway_rows(seed, how)
        for seed, how in ((1, "planted"), (2, "planted"), (1, "none"))
    )
    assert {name for name in one if one[name] == other[name]} == {"actors"}
    assert {name for name in one if one[name] == none[name]} >= {"actors"}
    assert {name for name in one if one[name] != none[name]} >= {
        *("sites", "answers", "codings"),
    }
    folder = simulate(NAME, tmp_path / "none", effects="none", seed=7)
    first = (folder / "study.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# Synthetic. ")
    assert first.endswith("--seed 7 --effects none")


def test_the_folder_is_a_study_that_says_synthetic() -> None:
    manifest = study().manifest
    assert manifest.synthetic
    assert not [p for p in study().report.problems if p.severity != "NOTE"]
    for code, word in (("nb", "syntetisk"), ("da", "syntetisk"), ("en", "synthetic")):
        assert word in manifest.title[code]
    theory = manifest.theory
    assert theory is not None
    assert manifest.cases is not None
    wordings = [
        *theory.elements.values(),
        *(link.assumption for link in theory.links.values() if link.assumption),
        *(r.label for link in theory.links.values() for r in link.rivals.values()),
        *(each.label for each in manifest.cases.sets.values()),
        *(asked.claim for asked in manifest.convergence.values()),
        *(item.label for item in manifest.items.values()),
    ]
    for words in wordings:
        assert set(words) == {"nb", "da", "en"}, words


def test_cases_tools_interviews_and_groups() -> None:
    assert study().sites["site"].tolist() == list(SITES)
    used = study().affiliations
    after = used[used["wave"] == "2027"].groupby("site").size()
    sites = study().sites.set_index("site")
    assert after.to_dict() == sites["tools_in_use"].to_dict()
    assert set(used["object"]) == set(TOOLS)
    before = used[used["wave"] == "2025"]
    kept = before.merge(used[used["wave"] == "2027"], on=["site", "actor", "object"])
    assert len(kept) == len(before) == 16
    codings = study().codings
    assert codings["source"].nunique() == 24
    assert set(codings["construct"]) == set(SAID)
    people = study().respondents
    sizes = people.groupby(["wave", "profession"]).size()
    assert set(sizes) == {40}
    assert len(sizes) == 2 * len(SERVICES)


def test_every_combination_of_conditions_has_one_case() -> None:
    for seed, how in product(range(10), ("planted", "none")):
        sites = table(seed, how, "sites")
        inside = pd.DataFrame(
            {
                "tools": sites["tools_in_use"] > 7,
                "leaders": sites["leader_followup"].astype(float) > 3,
                "users": sites["users_in_planning"] > 40,
            }
        )
        assert not inside.duplicated().any()
        plans = sites["shared_plans"] > 42
        assert plans.sum() == 2
        if how == "planted":
            assert plans.equals(inside["tools"] & inside["leaders"])


def test_polarities_have_the_planted_sign_and_none_without_effects() -> None:
    for how, size in (("planted", 1.1), ("none", 0.0)):
        codings = pd.concat([table(seed, how, "codings") for seed in range(20)])
        means = codings.groupby("construct")["polarity"].mean()
        for construct, sign in SAID.items():
            assert means[construct] == pytest.approx(sign * size, abs=0.15), how


def test_professions_come_closer_where_it_was_planted() -> None:
    def spread(seed: int, how: str) -> pd.Series:
        answers = table(seed, how, "answers").replace("", float("nan"))
        people = table(seed, how, "respondents").drop_duplicates("respondent")
        profession = people.set_index("respondent")["profession"]
        answers["profession"] = answers["respondent"].map(profession)
        answers["area"] = answers["item"].str[:2]
        keys = ["area", "wave", "profession"]
        means = answers.astype({"value": float}).groupby(keys)["value"].mean()
        return means.groupby(["area", "wave"]).std()

    for how, left in (("planted", 0.3), ("none", 1.0)):
        found = pd.concat([spread(seed, how) for seed in range(10)], axis=1)
        mean = found.mean(axis=1).unstack()
        ratio = mean["2027"] / mean["2025"]
        assert ratio["ku"] == pytest.approx(left, abs=0.08)
        assert ratio["km"] == pytest.approx(1.0, abs=0.08)


def test_the_analysis_finds_what_was_planted() -> None:
    found = hypotheses.contribution(study(), hypotheses.declared_theory(study()))
    assert found.links["status"].to_dict() == STATUSES
    standing = found.rivals.set_index("rival")["standing"].to_dict()
    assert standing == {
        "new_leaders": "ruled out",
        "new_funding": "open",
        "joint_training": "stands",
    }
    assert found.chains["verdict"].tolist() == [
        *("supported", "inconclusive", "contradicted"),
    ]
    reads = found.links["reads"]
    assert reads["coordinated_measures → services_that_fit"] == "consistent with"
    assert reads["digital_tools → shared_overview"] == "shows"

    cases = hypotheses.case_comparison(study(), rng=1)
    assert cases.solution is not None
    assert cases.solution.models == ("tools*leadership",)
    assert cases.test is not None
    assert cases.test.pvalue < 0.01
    together = hypotheses.declared_convergence(study(), rng=1)
    assert {key: each.verdict for key, each in together.items()} == {
        "users": "supported",
        "methods": "inconclusive",
    }


def test_without_effects_nothing_is_found() -> None:
    counts: Counter[str] = Counter()
    for seed in range(8):
        none = simulated(NAME, seed=seed, effects="none")
        theory = hypotheses.declared_theory(none)
        links = hypotheses.contribution(none, theory).links
        counts["links"] += int((links["verdict"] == "supported").sum())
        test = hypotheses.case_comparison(none, rng=seed).test
        assert test is not None
        counts["cases"] += test.pvalue <= 0.05
        verdicts = [
            each.verdict
            for each in hypotheses.declared_convergence(none, rng=seed).values()
        ]
        counts["convergence"] += len(verdicts) - verdicts.count("inconclusive")
    assert counts["links"] <= 3
    assert counts["cases"] <= 2
    assert counts["convergence"] <= 2
