"""The study of the authority function: the same bytes, the planned oddities."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd

import netcollab as nc
from netcollab.study import bundled, simulate
from netcollab.study.simulate.authority import DIMENSIONS, PLANTED
from netcollab.study.simulate.authority_pages import COLUMNS, authority_rows

NAME = "myndighedsfunktion"
FOLDER = bundled(f"synthetic/{NAME}")
FILES = sorted(
    [
        *(f"{name}.csv" for name in COLUMNS),
        "study.toml",
        "exports/nettskjema/codebook.toml",
        "exports/nettskjema/data-4711-2026-05-04.txt",
        "exports/surveyxact/codebook.toml",
        *(f"exports/surveyxact/{n}.csv" for n in ("dataset", "labels", "structure")),
    ]
)
ACTORS = ["myndighed", "udfoerer", "ppr", "jobcenter", "sundhed", "skole"]
SILENT = ("birkesoe", "jobcenter")
ALONE = [("klintby", "sundhed"), ("nordvik", "ppr")]


STEMS = {
    "mutual_knowledge": "knowledge",
    "mutual_respect": "respect",
    "professional_contributions": "contribution",
    "knowledge_sharing": "sharing",
    "problem_solving": "solving",
    "innovation": "innovation",
}
LEAD = {
    "shared_vision": "vision",
    "participation": "participation",
    "framing": "framing",
    "insistent_involvement": "insistent",
}


@cache
def whole() -> nc.Study:
    return nc.read_study(FOLDER)


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=False, dtype=str)


# ---- the folder


def test_the_folder_in_the_repository_is_what_the_default_seed_writes(
    tmp_path: Path,
) -> None:
    written = simulate(NAME, tmp_path / "new")
    files = [path for path in written.rglob("*") if path.is_file()]
    assert sorted(path.relative_to(written).as_posix() for path in files) == FILES
    for name in FILES:
        fresh = (written / name).read_bytes()
        assert fresh == (FOLDER / name).read_bytes(), name
        assert name.startswith("exports/surveyxact") or b"\r" not in fresh
    assert b"--seed 20261123 --effects planted" in (written / "study.toml").read_bytes()
    assert (written / "answers.csv").stat().st_size < 6_000_000


def test_seed_and_effects_decide_everything() -> None:
    rows = authority_rows(1, "planted")
    assert rows == authority_rows(1, "planted")
    other, none = authority_rows(2, "planted"), authority_rows(1, "none")
    drawn = {"sites", "ties", "respondents", "answers", "codings"}
    assert {name for name in rows if rows[name] != other[name]} == drawn
    assert {name for name in rows if rows[name] != none[name]} == {"answers"}
    missing = [[row[-1] for row in told["answers"]] for told in (rows, none)]
    assert missing[0] == missing[1]


def test_the_folder_is_a_study_and_warns_of_what_was_planted_alone() -> None:
    study = whole()
    warned = {p.code for p in study.report.problems if p.severity != "NOTE"}
    # One respondent in a function; one answer to everything.
    assert warned <= {"W-RES-003", "W-ANS-015"}
    assert study.manifest.synthetic
    assert study.manifest.language == "da"
    assert set(study.manifest.title) == {"nb", "da", "en"}
    assert study.waves == ["2025", "2026"]
    procedures = nc.build_network(study, "written_procedure", "nordvik", "2025")
    assert not procedures.is_presence_only
    for name in ("relational_capacity", *DIMENSIONS):
        assert study.manifest.relations[name].own_group == "keep"


def test_twelve_municipalities_six_functions_two_waves() -> None:
    assert len(table("sites")) == 12
    actors = table("actors")
    assert actors.groupby("site", sort=False)["actor"].agg(list).tolist() == (
        [ACTORS] * 12
    )
    people = table("respondents")
    assert sorted(people["wave"].unique()) == ["2025", "2026"]
    assert not people.duplicated(["respondent", "wave"]).any()
    homes = people.groupby("respondent")[["site", "actor", "role", "profession"]]
    assert (homes.nunique() == 1).all(axis=None)
    asked = actors.set_index(["site", "actor"])["invited"].astype(int)
    took_part = people.groupby(["site", "actor", "wave"]).size()
    for (site, actor, _), n in took_part.items():
        assert n <= asked[site, actor]
    response = len(people) / 2 / asked.sum()
    assert 0.65 < response < 0.75
    first, second = (set(part) for _, part in people.groupby("wave")["respondent"])
    assert 0.65 < len(first & second) / len(first) < 0.8
    leaders = people[people["role"] == "leader"].groupby(["site", "actor", "wave"])
    assert leaders.size().max() == 1


def test_small_single_and_silent_functions_are_there() -> None:
    cells = table("respondents").groupby(["site", "actor", "wave"]).size()
    counts = cells.unstack(fill_value=0).reindex(
        pd.MultiIndex.from_frame(table("actors")[["site", "actor"]]), fill_value=0
    )
    assert list(counts.index[(counts == 0).any(axis=1)]) == [SILENT]
    assert (counts.loc[SILENT] == 0).all()
    assert sorted(counts.index[(counts == 1).all(axis=1)]) == ALONE
    below = ((counts < 5) & (counts > 1)).all(axis=1)
    assert below.sum() >= 4
    usual = counts.to_numpy().ravel()
    assert ((usual >= 6) & (usual <= 12)).mean() > 0.6


def test_ids_say_nothing_about_order_or_place() -> None:
    people = table("respondents").drop_duplicates("respondent")
    assert people["respondent"].str.fullmatch(r"[a-z]\d[a-z]\d[a-z]").all()
    rank = people["respondent"].rank()
    assert abs(rank.corr(pd.Series(range(len(rank)), index=rank.index))) < 0.15


def test_every_function_is_rated_on_six_dimensions_its_own_included() -> None:
    answers = table("answers")
    assert len(answers) == 80 * len(table("respondents"))
    names = [f"rc_{stem}_{n}" for stem in STEMS.values() for n in (1, 2)]
    rated = answers[answers["target"] != ""]
    assert list(rated["item"].unique()) == names
    assert set(rated["target"]) == set(ACTORS)
    led = [f"lead_{stem}_{n}" for stem in LEAD.values() for n in (1, 2)]
    assert list(answers[answers["target"] == ""]["item"].unique()) == led
    items = whole().manifest.items
    for stems, construct in ((STEMS, "relational_capacity"), (LEAD, "leadership")):
        for dimension, stem in stems.items():
            for n in (1, 2):
                prefix = "rc" if construct == "relational_capacity" else "lead"
                item = items[f"{prefix}_{stem}_{n}"]
                assert (item.dimension, item.construct) == (dimension, construct)
                assert item.reversed == (item.name == "lead_participation_2")


def test_what_is_missing_says_why() -> None:
    answers = table("answers").merge(
        table("respondents"), on=["respondent", "wave"], validate="many_to_one"
    )
    reason = answers["missing_reason"]
    assert ((answers["value"] == "") == (reason != "")).all()
    assert set(answers["value"]) == {"", *"12345"}
    assert set(reason) == {
        "",
        "not_asked",
        "no_answer",
        "dont_know",
        "not_applicable",
    }
    innovation = answers["item"].str.startswith("rc_innovation")
    lead = answers["item"].str.startswith("lead")
    off = answers["site"].isin(["stenmark", "hvideklit"]) & (answers["wave"] == "2025")
    not_asked = (innovation & off) | (lead & (answers["role"] == "leader"))
    assert ((reason == "not_asked") == not_asked).all()
    far = (
        ~lead
        & (answers["actor"] != answers["target"])
        & (answers["actor"] != "myndighed")
        & (answers["target"] != "myndighed")
    )
    unsure = reason == "dont_know"
    assert unsure[far].mean() > 2 * unsure[~far & ~lead].mean()


def test_one_person_says_the_same_to_everything() -> None:
    answers = table("answers")
    told = answers[answers["value"] != ""].groupby(["respondent", "wave"])["value"]
    same = told.agg(set)[told.nunique() == 1]
    # The second stopped early, satisfied with everything: chance.
    assert same.tolist() == [{"4"}, {"5"}]
    assert told.size()[same.index].tolist() == [80, 22]
    who, wave = same.index[0]
    people = table("respondents").set_index(["respondent", "wave"])
    assert tuple(people.loc[(who, wave), ["site", "actor", "role"]]) == (
        "egelund",
        "skole",
        "staff",
    )


def test_formal_ties_are_known_or_known_to_be_absent() -> None:
    ties = table("ties")
    assert ties.groupby(["relation", "wave", "site"]).size().eq(15).all()
    assert set(ties["state"]) == {"observed"}
    counts = (
        ties.assign(weight=ties["weight"].astype(int))
        .groupby(["relation", "site", "wave"])["weight"]
        .sum()
        .unstack()
    )
    change = (counts["2026"] - counts["2025"]).groupby("relation").agg(set)
    assert change.to_dict() == {
        "shared_system": {0},
        "standing_meeting": {0},
        "written_procedure": {1},
    }
    assert (counts["2025"].groupby("relation").nunique() > 4).all()


def test_both_coders_read_every_indicator() -> None:
    codings = table("codings")
    each = codings.groupby(["site", "indicator"])["coder"].agg(list)
    assert len(each) == 12 * 11
    assert set(each.map(tuple)) == {("A", "B")}
    assert codings.groupby("construct")["indicator"].nunique().to_dict() == {
        "formal_organisation": 3,
        "formalised_strategies": 3,
        "formalised_structures": 2,
        "formalised_work_processes": 3,
    }
    assert set(codings["value"]) == set("012")


def test_dimensions_keep_their_profile() -> None:
    answers = table("answers")
    answers = answers[(answers["target"] != "") & (answers["value"] != "")]
    dimension = answers["item"].str.split("_").str[1]
    mean = answers["value"].astype(float).groupby(dimension).mean()
    assert mean.idxmax() == "respect"
    assert mean.idxmin() == "innovation"


def test_population_and_size_are_of_the_municipality_alone() -> None:
    sites = table("sites")
    assert sites["population"].astype(int).is_monotonic_increasing
    assert sites["population"].nunique() == 12


def test_the_readme_states_the_numbers_of_the_model() -> None:
    told = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    for name, value in PLANTED.items():
        assert re.search(rf"\| `{name}` \| {value:g} ", told), name
    for name, mean in DIMENSIONS.items():
        assert f"{name} {mean:g}" in told, name
