"""Merged and renamed units: one name for each, every row counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import DataReport, check_study, read_study
from netcollab.study.schema import TABLES

TOML = """\
name = "merged"

[relations.trust]
unlisted = "not_asked"
duplicates = "{rule}"

[relations.power]
unlisted = "not_asked"
duplicates = "{rule}"

[scales.agree5]
low = 1
high = 5

[items.q1]
scale = "agree5"
dimension = "power"
"""
ACTORS = "actor,staff\nnav,9\nks,8\nhdir,7\nhod,6\n"
ALIASES = "alias,actor\nhod,hdir\nsosial,nav\n"
TIES = """\
relation,source,target,weight,reporter
trust,sosial,ks,2,sosial
trust,ks,hod,3,ks
trust,hod,hdir,1,hod
"""
RESPONDENTS = "respondent,actor\nr1,sosial\nr2,ks\nr3,ks\n"
ANSWERS = """\
respondent,item,target,value,missing_reason
r1,q1,ks,1,
r2,q1,hdir,2,
r2,q1,hod,5,
r3,q1,hdir,4,
r3,q1,hod,,dont_know
"""
CODINGS = "source,actor,target,construct,polarity\nd,sosial,hod,trust,1\n"
AFFILIATIONS = "actor,object\nhod,board\nhdir,board\nsosial,board\n"


def merged(make: Any, *, rule: str = "mean", **changed: Any) -> Path:
    """A study in which two units became one and one has a new name."""
    tables = {
        "actors": ACTORS,
        "aliases": ALIASES,
        "ties": TIES,
        "respondents": RESPONDENTS,
        "answers": ANSWERS,
        "codings": CODINGS,
        "affiliations": AFFILIATIONS,
    }
    folder: Path = make(toml=TOML.format(rule=rule), **(tables | changed))
    return folder


def errors(report: DataReport) -> list[tuple[str, str, int | None]]:
    """Code, file and row of each error."""
    return [(p.code, p.file, p.row) for p in report.errors]


def test_every_reference_becomes_the_actor(make: Any) -> None:
    study = read_study(merged(make))
    assert study.actors["actor"].tolist() == ["nav", "ks", "hdir"]
    assert study.ties[["source", "target", "reporter"]].to_numpy().tolist() == [
        ["nav", "ks", "nav"],
        ["ks", "hdir", "ks"],
    ]
    assert study.respondents["actor"].tolist() == ["nav", "ks", "ks"]
    assert study.codings[["actor", "target"]].to_numpy().tolist() == [["nav", "hdir"]]
    assert study.affiliations["actor"].tolist() == ["hdir", "nav"]
    assert study.aliases["alias"].tolist() == ["hod", "sosial"]
    assert study.actors["staff"].tolist() == ["9", "8", "7"]  # nothing is added up


def test_everything_is_counted(make: Any) -> None:
    report = check_study(merged(make))
    assert report.ok
    counts = {(n.file, n.code): n.fields.get("count") for n in report.notes}
    assert counts["actors.csv", "N-ALI-002"] == "1"
    assert counts["ties.csv", "N-ALI-001"] == "5"
    assert counts["ties.csv", "N-ALI-003"] == "1"
    assert counts["answers.csv", "N-ALI-001"] == "2"
    assert counts["answers.csv", "N-ALI-004"] == "2"
    assert counts["affiliations.csv", "N-ALI-004"] == "1"
    excluded = {file.table: dict(file.excluded) for file in report.files}
    assert excluded["actors"] == {"alias": 1}
    assert excluded["ties"] == {"alias_self_ties": 1}
    assert excluded["answers"] == {"alias_repeats": 2}
    for file in report.files:
        assert file.rows_read == file.rows_used + sum(file.excluded.values())


def test_answers_about_merged_targets_follow_the_relation(make: Any) -> None:
    mean = read_study(merged(make)).answers
    np.testing.assert_array_equal(mean["value"], [1, 3.5, 4])
    assert mean["missing_reason"].isna().all()
    last = read_study(merged(make, rule="last")).answers
    np.testing.assert_array_equal(last["value"], [1, 5, np.nan])
    assert last["missing_reason"].tolist()[2] == "dont_know"
    for rule in ("error", "sum"):
        told = errors(check_study(merged(make, rule=rule)))
        assert told == [
            ("E-ANS-001", "answers.csv", 4),
            ("E-ANS-001", "answers.csv", 6),
        ]


def test_an_answer_that_stood_twice_stays_an_error(make: Any) -> None:
    twice = ANSWERS + "r2,q1,hod,5,\n"
    told = errors(check_study(merged(make, answers=twice)))
    assert told == [("E-ANS-001", "answers.csv", 4), ("E-ANS-001", "answers.csv", 7)]


REASONS = ["dont_know", "not_applicable", "no_answer"]
REASONS += ["not_asked", "suppressed", "nonrespondent"]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("place", range(5))
def test_of_different_reasons_what_was_said_is_kept(
    make: Any, place: int, turned: bool
) -> None:
    kept, other = REASONS[place : place + 2]
    one, two = (other, kept) if turned else (kept, other)
    answers = ANSWERS.replace("r3,q1,hdir,4,", f"r3,q1,hdir,,{one}")
    answers = answers.replace("r3,q1,hod,,dont_know", f"r3,q1,hod,,{two}")
    study = read_study(merged(make, answers=answers))
    np.testing.assert_array_equal(study.answers["value"], [1, 3.5, np.nan])
    assert study.answers["missing_reason"].tolist()[2] == kept
    counts = {
        n.code: n.fields["count"] for n in study.report.notes if "count" in n.fields
    }
    assert counts["N-ALI-008"] == "1"
    (file,) = (file for file in study.report.files if file.table == "answers")
    assert file.excluded == {"alias_repeats": 2}


def test_of_three_reasons_one_is_kept_and_a_value_wins(make: Any) -> None:
    actors, aliases = ACTORS + "dir,5\n", ALIASES + "dir,hdir\n"
    rows = "r3,q1,hdir,,not_asked\nr3,q1,hod,,no_answer\nr3,q1,dir,,dont_know\n"
    rows += "r2,q1,hdir,,no_answer\nr2,q1,hod,,dont_know\nr2,q1,dir,3,\n"
    answers = ANSWERS.split("r1")[0] + rows
    study = read_study(merged(make, actors=actors, aliases=aliases, answers=answers))
    np.testing.assert_array_equal(study.answers["value"], [np.nan, 3])
    assert study.answers["missing_reason"].fillna("").tolist() == ["dont_know", ""]
    (note,) = (n for n in study.report.notes if n.code == "N-ALI-008")
    assert note.fields["count"] == "1"


def test_equal_reasons_are_combined_without_a_further_note(make: Any) -> None:
    answers = ANSWERS.replace("r3,q1,hdir,4,", "r3,q1,hdir,,dont_know")
    study = read_study(merged(make, answers=answers))
    assert study.answers["missing_reason"].tolist()[2] == "dont_know"
    assert "N-ALI-008" not in [n.code for n in study.report.notes]


@pytest.mark.parametrize(("rule", "weight"), [("mean", 2.5), ("sum", 5), ("last", 3)])
def test_merged_ties_follow_the_relation(make: Any, rule: str, weight: float) -> None:
    ties = "relation,source,target,weight\ntrust,ks,hdir,2\ntrust,ks,hod,3\n"
    few = {"answers": "respondent,item,target,value\nr1,q1,ks,1\n"}
    study = read_study(merged(make, rule=rule, ties=ties, **few))
    assert study.ties["weight"].tolist() == [weight]
    told = errors(check_study(merged(make, rule="error", ties=ties, **few)))
    assert told == [("E-TIE-004", "ties.csv", 3)]


def test_affiliations_that_differ_stay_an_error(make: Any) -> None:
    rows = "actor,object,weight\nhod,board,1\nhdir,board,2\n"
    told = errors(check_study(merged(make, affiliations=rows)))
    assert told == [("E-AFF-001", "affiliations.csv", 3)]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("hod,hdirr\n", [("E-ALI-005", 2)]),
        ("hod,hdir\nsosial,hod\n", [("E-ALI-006", 3)]),
        ("hod,hdir\nhdir,hod\n", [("E-ALI-006", 2), ("E-ALI-006", 3)]),
        ("hod,hod\n", [("E-ALI-006", 2)]),
        ("hod,hdir\nhod,nav\n", [("E-ALI-007", 3)]),
        (",hdir\n", [("E-IDS-001", 2)]),
    ],
)
def test_a_bad_alias(make: Any, rows: str, expected: list[tuple[str, int]]) -> None:
    report = check_study(merged(make, aliases=f"alias,actor\n{rows}"))
    told = [(c, row) for c, file, row in errors(report) if file == "aliases.csv"]
    assert told == expected


def test_an_alias_of_no_actor_is_told_the_closest(make: Any) -> None:
    report = check_study(merged(make, aliases="alias,actor\nsosial,navv\n"))
    (problem,) = (p for p in report.errors if p.code == "E-ALI-005")
    assert 'write "nav" (actors.csv row 2)' in problem.fix


def test_reading_what_was_written_changes_nothing(make: Any, tmp_path: Path) -> None:
    study = read_study(merged(make))
    nc.write_study(study, tmp_path / "once")
    again = read_study(tmp_path / "once")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(study, name))
    assert not [note for note in again.report.notes if note.code.startswith("N-ALI")]


def test_ids_that_differ_in_form_may_be_aliases(make: Any) -> None:
    folder = make(
        actors="actor\nnav\nNAV\nks\nhdir\n", aliases="alias,actor\nNAV,nav\n"
    )
    assert read_study(folder).actors["actor"].tolist() == ["nav", "ks", "hdir"]


SITES = "site,actor\nA,health\nA,care\nB,health\nB,care\nB,school\n"
WHERE = """\
site,wave,relation,source,target,weight
A,2025,trust,care,health,1
A,2026,trust,old,health,2
B,2025,trust,old,school,3
B,2026,trust,old,school,4
"""


def test_an_alias_may_hold_in_one_site_and_wave(make: Any) -> None:
    toml = 'name = "x"\nrelations.trust.unlisted = "absent"\n'
    aliases = "site,wave,alias,actor\nA,,old,care\nB,2025,old,health\nB,2026,old,care\n"
    study = read_study(make(toml=toml, actors=SITES, ties=WHERE, aliases=aliases))
    assert study.ties["source"].tolist() == ["care", "care", "health", "care"]
    part = study.select(sites="A")
    assert part.aliases["site"].tolist() == ["A"]
    only = "site,wave,alias,actor\nA,,old,care\nB,2025,old,health\n"
    report = check_study(make(toml=toml, actors=SITES, ties=WHERE, aliases=only))
    assert [(p.code, p.row) for p in report.errors] == [("E-REF-001", 5)]


def test_an_actor_that_was_merged_later_stays_until_then(make: Any) -> None:
    toml = 'name = "x"\nrelations.trust.unlisted = "absent"\n'
    ties = (
        "wave,relation,source,target,weight\n"
        "2025,trust,hdir,nav,1\n2026,trust,hdir,nav,2\n2026,trust,ks,nav,2\n"
    )
    aliases = "wave,alias,actor\n2026,hdir,ks\n"
    toml += 'relations.trust.duplicates = "sum"\n'
    study = read_study(make(toml=toml, ties=ties, aliases=aliases))
    assert study.actors["actor"].tolist() == ["nav", "ks", "hdir"]
    assert study.ties[["source", "weight"]].to_numpy().tolist() == [
        ["hdir", 1.0],
        ["ks", 4.0],
    ]


def test_unknown_sites_and_waves_of_aliases(make: Any) -> None:
    toml = 'name = "x"\nrelations.trust.unlisted = "absent"\n'
    aliases = "site,wave,alias,actor\nC,,old,care\nA,2027,older,care\n"
    ties = WHERE.replace("old", "care")
    report = check_study(make(toml=toml, actors=SITES, ties=ties, aliases=aliases))
    told = [(p.code, p.row) for p in report.errors if p.file == "aliases.csv"]
    assert ("E-REF-003", 2) in told
    assert ("E-WAV-001", 3) in told


def test_frames_have_aliases_too() -> None:
    study = nc.Study.from_frames(
        {"name": "x", "relations": {"trust": {"unlisted": "absent"}}},
        actors=pd.DataFrame({"actor": ["a", "b", "c"]}),
        ties=pd.DataFrame(
            {"relation": "trust", "source": ["c"], "target": ["b"], "weight": [1]}
        ),
        aliases=pd.DataFrame({"alias": ["c"], "actor": ["a"]}),
    )
    assert study.ties["source"].tolist() == ["a"]
    assert study.actors["actor"].tolist() == ["a", "b"]
    assert list(study.aliases) == ["site", "alias", "actor", "wave"]
