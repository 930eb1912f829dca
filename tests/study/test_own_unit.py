"""Nobody fails to answer what nobody was asked about the own unit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import check_study, import_export
from netcollab.study.own_unit import unasked_of_own

BOOK = """\
name = "small"

[scales.five]
low = 1
high = 5
missing = {{ 9 = "dont_know" }}

[items.trust]
scale = "five"
dimension = "trust"

[items.respect]
scale = "five"
dimension = "respect"

[relations.trust]
unlisted = "not_asked"
own_group = "{rule}"

[relations.respect]
unlisted = "not_asked"
own_group = "{rule}"
"""
HEADER = "respondent,actor,trust__nav,trust__ks,respect__nav,respect__ks\n"
WIDE = HEADER + "r1,nav,,4,,3\nr2,nav,,,,2\nr3,ks,2,,5,\n"


def imported(tmp_path: Path, wide: str, rule: str = "error") -> nc.study.ImportReport:
    (tmp_path / "codebook.toml").write_text(BOOK.format(rule=rule), encoding="utf-8")
    (tmp_path / "svar.csv").write_text(wide, encoding="utf-8")
    book, out = tmp_path / "codebook.toml", tmp_path / "out"
    return import_export(tmp_path / "svar.csv", "plain", out, codebook=book)


@pytest.mark.parametrize("rule", ["error", "keep"])
def test_empty_cells_of_the_own_unit_are_not_asked(tmp_path: Path, rule: str) -> None:
    told = imported(tmp_path, WIDE, rule)
    assert told.recoded == {"no_answer": 1, "not_asked": 6}
    (noted,) = (p for p in told.undecided if p.code == "N-ANS-024")
    assert noted.fields["count"] == "6"
    study = nc.read_study(tmp_path / "out")
    network = nc.build_network(study, "trust")
    assert network.ties.loc["nav", "ks"] == 4
    rates = nc.study.response_rates(study).set_index("actor")
    assert rates["complete"].to_dict() == {"ks": 1, "nav": 1}


def test_what_one_person_answered_was_asked_of_all(tmp_path: Path) -> None:
    told = imported(tmp_path, WIDE.replace("r2,nav,,,", "r2,nav,9,,"), "keep")
    assert told.recoded == {"dont_know": 1, "no_answer": 3, "not_asked": 3}


def test_an_answer_about_the_own_unit_still_asks_for_a_rule(tmp_path: Path) -> None:
    with pytest.raises(nc.InputError) as caught:
        imported(tmp_path, WIDE.replace("r2,nav,,,", "r2,nav,3,,"))
    codes = {p.code for p in caught.value.problems if p.severity == "ERROR"}
    assert codes == {"E-ANS-007"}


def test_a_folder_is_read_in_the_same_way(tmp_path: Path, make: Any) -> None:
    imported(tmp_path, WIDE)
    answers = pd.read_csv(tmp_path / "out" / "answers.csv", dtype=str)
    bare = answers.drop(columns="missing_reason").to_csv(index=False)
    folder = make(
        toml=BOOK.format(rule="error"),
        actors="actor\nnav\nks\n",
        ties=None,
        respondents="respondent,actor\nr1,nav\nr2,nav\nr3,ks\n",
        answers=bare,
    )
    notes = {p.code: p.fields.get("count") for p in check_study(folder).notes}
    assert (notes["N-ANS-012"], notes["N-ANS-024"]) == ("1", "6")
    again, first = nc.read_study(folder), nc.read_study(tmp_path / "out")
    pd.testing.assert_series_equal(
        again.answers["missing_reason"], first.answers["missing_reason"]
    )


def test_a_reason_that_was_written_is_kept(make: Any) -> None:
    rows = "respondent,item,target,value,missing_reason\n"
    rows += "r1,trust,nav,,no_answer\nr1,trust,ks,4,\nr1,respect,nav,,\n"
    folder = make(
        toml=BOOK.format(rule="keep"),
        actors="actor\nnav\nks\n",
        ties=None,
        respondents="respondent,actor\nr1,nav\n",
        answers=rows,
    )
    reasons = nc.read_study(folder).answers["missing_reason"]
    assert reasons.dropna().tolist() == ["no_answer", "not_asked"]


def test_waves_and_batteries_are_looked_at_apart() -> None:
    own = np.array([True, True, True, True])
    filled = np.array([True, False, False, False])
    battery = np.array(["a", "a", "b", "a"], dtype=object)
    wave = np.array(["1", "1", "1", "2"], dtype=object)
    found = unasked_of_own(own, filled, battery, wave)
    assert found.tolist() == [False, False, True, True]
