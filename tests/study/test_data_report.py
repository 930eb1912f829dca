"""The report of a reading: what was read, what was used, what is known of each dyad."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pandas as pd

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
