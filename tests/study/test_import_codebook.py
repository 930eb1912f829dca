"""What a codebook says, and what the names of variables say beside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import import_export

BOOK = """\
name = "small"

[scales.five]
low = 1
high = 5

[items.trust]
scale = "five"
dimension = "trust"

[relations.trust]
unlisted = "not_asked"
own_group = "keep"
"""
WIDE = "respondent,actor,ansiennitet,grunn,trust__nav,trust__skole\n"
WIDE += "r1,nav,4,1,4,4\nr2,skole,12,2,,3\n"


def imported(tmp_path: Path, section: str, wide: str = WIDE) -> nc.study.ImportReport:
    (tmp_path / "codebook.toml").write_text(BOOK + section, encoding="utf-8")
    export = tmp_path / "svar.csv"
    export.write_text(wide, encoding="utf-8")
    book, out = tmp_path / "codebook.toml", tmp_path / "out"
    return import_export(export, "plain", out, codebook=book, overwrite=True)


def warned(told: nc.study.ImportReport) -> list[str]:
    return [p.code for p in told.undecided if p.severity == "WARN"]


def test_skip_and_attributes_are_what_the_advice_says(tmp_path: Path) -> None:
    told = imported(tmp_path, '\n[export]\npreset = "plain"\n')
    (left,) = (p for p in told.undecided if p.code == "W-EXP-013")
    assert left.fields["known"] == "ansiennitet, grunn"
    section = '\n[export]\npreset = "plain"\nskip = ["grunn"]\n'
    section += 'attributes = ["ansiennitet"]\n'
    told = imported(tmp_path, section)
    assert warned(told) == []
    study = nc.read_study(tmp_path / "out")
    assert study.respondents["ansiennitet"].tolist() == ["4", "12"]
    assert sorted(study.answers["target"].unique()) == ["nav", "skole"]
    assert study.manifest.export is not None
    assert study.manifest.export.skip == ("grunn",)


def test_a_line_for_one_variable_takes_no_other_away(tmp_path: Path) -> None:
    section = '\n[export]\npreset = "plain"\nskip = ["grunn", "ansiennitet"]\n'
    section += '\n[export.answers]\nv9 = { item = "trust", target = "ppr" }\n'
    wide = WIDE.replace("skole\n", "skole,v9\n", 1)
    wide = wide.replace("4,4\n", "4,4,2\n").replace(",3\n", ",3,1\n")
    imported(tmp_path, section, wide)
    answers = nc.read_study(tmp_path / "out").answers
    assert set(answers["target"]) == {"nav", "skole", "ppr"}


@pytest.mark.parametrize("blank", ["not_asked", "dont_know"])
def test_the_reason_of_empty_cells_is_kept(tmp_path: Path, blank: str) -> None:
    imported(tmp_path, f'\n[export]\npreset = "plain"\nblank = "{blank}"\n')
    answers = pd.read_csv(tmp_path / "out" / "answers.csv", dtype=str)
    assert answers["missing_reason"].dropna().tolist() == [blank]
