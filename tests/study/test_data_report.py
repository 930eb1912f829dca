"""The report of a reading: what was read, what was used, what is known of each dyad."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pandas as pd

from netcollab import build_network
from netcollab.study import DataReport, check_study, read_study

TOML = """\
name = "three"

[relations.trust]
unlisted = "not_asked"
zero_means = "no_tie"

[relations.pairs]
unlisted = "absent"
directed = false
"""
TIES = """\
relation,source,target,weight,state
trust,nav,ks,2,
trust,ks,nav,0,
trust,nav,hdir,,dont_know

pairs,nav,ks,1,observed
"""


def test_dyads_are_counted_by_what_is_known_of_them(make: Any) -> None:
    report = check_study(make(toml=TOML, ties=TIES))
    counts = report.relations.set_index("relation")
    assert counts.loc["trust", ["rows", "ties", "known_absences"]].tolist() == [3, 1, 1]
    assert counts.loc["trust", ["dont_know", "never_listed", "dyads"]].tolist() == [
        1,
        3,
        6,
    ]
    assert counts.loc["pairs", ["ties", "never_listed", "dyads"]].tolist() == [1, 2, 3]


def test_both_ends_of_a_dyad_may_report_and_it_is_one_dyad(make: Any) -> None:
    ties = (
        "relation,source,target,weight,reporter\n"
        "trust,nav,ks,2,nav\ntrust,nav,ks,3,ks\npairs,nav,ks,1,nav\npairs,ks,nav,1,ks\n"
    )
    counts = check_study(make(toml=TOML, ties=ties)).relations.set_index("relation")
    assert counts["rows"].tolist() == [2, 2]
    assert counts["never_listed"].tolist() == [5, 2]


def test_what_was_read_and_used(make: Any) -> None:
    folder = make(toml=TOML, ties=TIES)
    file = check_study(folder).files[1]
    assert (file.table, file.path, file.sheet) == ("ties", "ties.csv", "")
    assert (file.rows_read, file.rows_used, dict(file.excluded)) == (5, 4, {"blank": 1})
    content = (folder / "ties.csv").read_bytes()
    assert file.sha256 == hashlib.sha256(content).hexdigest()


def test_people_and_programs_are_told_the_same(make: Any) -> None:
    report = check_study(make(toml=TOML, ties=TIES + "trust,navv,ks,x,\n"))
    assert not report.ok
    assert report.has_errors
    assert not report.has_warnings
    told = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert told["ok"] is False
    assert told["counts"] == {"errors": 2, "warnings": 0, "notes": 1}
    assert [p["row"] for p in told["problems"] if p["severity"] == "ERROR"] == [7, 7]
    frame = report.to_frame()
    assert frame["cell"].tolist()[1:] == ["B7", "D7"]
    assert frame["row"].dtype == "Int64"
    summary = report.summary()
    for problem in report.problems:
        assert str(problem) in summary
    assert repr(report) == "DataReport 'three': 2 files, 2 errors, 0 warnings, 1 note"


def test_a_study_carries_the_report_of_its_reading(make: Any) -> None:
    study = read_study(make(toml=TOML, ties=TIES))
    assert study.report.ok
    assert "The data can be used." in study.report.summary()
    assert len(study.report.relations) == 2


def test_an_empty_report_is_a_report() -> None:
    report = DataReport("nothing")
    assert report.ok
    assert report.to_dict()["files"] == []
    assert isinstance(report.to_frame(), pd.DataFrame)


def test_the_report_says_what_the_network_will_have(make: Any) -> None:
    folder = make(toml=TOML, ties=TIES)
    lines = check_study(folder).summary().splitlines()
    (trust,) = (line for line in lines if line.startswith("  trust,"))
    (pairs,) = (line for line in lines if line.startswith("  pairs,"))
    assert "1 tie, 1 known absence, 1 don't know, 3 of 6 dyads never listed" in trust
    assert trust.endswith("never listed (not asked)")
    assert "1 tie, 2 known absences, 2 of 3 dyads never listed" in pairs
    assert pairs.endswith("never listed (taken as absent)")
    counts = check_study(folder).relations.set_index("relation")["unlisted"]
    assert counts.to_dict() == {"trust": "not_asked", "pairs": "absent"}
    network = build_network(read_study(folder), "pairs")
    assert int(network.state_counts()["observed"]) - network.n_ties == 2


RATED = """\
name = "rated"
[relations.respect]
own_group = "keep"
unlisted = "not_asked"
[scales.s]
low = 1
high = 5
[items.a1]
scale = "s"
dimension = "respect"
construct = "capacity"
about = "target"
[items.a2]
scale = "s"
dimension = "goals"
construct = "capacity"
about = "target"
[items.b]
scale = "s"
dimension = "trust"
about = "target"
[items.c]
scale = "s"
dimension = "mood"
about = "self"
"""


def test_a_rated_relation_counts_the_dyads_that_anybody_rated(make: Any) -> None:
    """nav rates ks twice, and itself; ks has no value about nav; hdir is silent."""
    folder = make(
        toml=RATED,
        ties=None,
        respondents="respondent,actor\np,nav\nq,nav\nr,ks\n",
        answers="respondent,item,target,value,missing_reason\n"
        "p,a1,ks,4,\np,a2,ks,,no_answer\nq,a2,ks,2,\np,a1,nav,5,\n"
        "r,a1,nav,,dont_know\nr,a1,hdir,3,\nr,b,nav,2,\np,c,,4,\n",
    )
    report = check_study(folder)
    assert report.ok, report.summary()
    assert report.ratings.to_dict("records") == [
        {"relation": "capacity", "site": "rated", "wave": "1", "rated": 2, "dyads": 6},
        {"relation": "trust", "site": "rated", "wave": "1", "rated": 1, "dyads": 6},
    ]
    told = "2 of 6 dyads rated by anybody, the others unknown"
    assert f"  capacity, site rated, wave 1: {told}" in report.summary().splitlines()
    assert report.to_dict()["ratings"] == report.ratings.to_dict("records")
    study = read_study(folder)
    pd.testing.assert_frame_equal(study.report.ratings, report.ratings)
    network = build_network(study, "capacity", min_respondents=1)
    assert int(network.state_counts()["observed"]) == 2
