"""Whoever follows the advice to the letter is rid of the problem."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import netcollab as nc
from netcollab.study import Problem, check_study, import_export, new_study

Maker = Any
TOML = """\
name = "small"

[scales.agree5]
low = 1
high = 5
{missing}
[items.q1]
scale = "agree5"
about = "self"
dimension = "d"

[items.q2]
scale = "agree5"
about = "self"
dimension = "d"
"""
AS_SECTION = '\n[scales.agree5.missing]\n98 = "dont_know"\n'
AS_LINE = 'missing = { 98 = "dont_know" }\n'
PEOPLE = "respondent,actor\nr1,nav\nr2,nav\nr3,ks\n"


def written(page: str, fix: str) -> str:
    """The page after somebody wrote the lines of the advice where it says."""
    lines = fix.splitlines()[1:]
    section, new = lines[0], lines[1:]
    keys = {line.partition(" = ")[0] for line in new}
    old = page.splitlines()
    if section not in old:
        return "\n".join([*old, "", section, *new, ""])
    start = old.index(section) + 1
    end = next((n for n in range(start, len(old)) if old[n].startswith("[")), len(old))
    kept = [row for row in old[start:end] if row.partition(" = ")[0] not in keys]
    return "\n".join([*old[:start], *new, *kept, *old[end:], ""])


def followed(folder: Path, problem: Problem) -> list[str]:
    """The codes that are left after the advice was followed."""
    file = folder / "study.toml"
    file.write_text(
        written(file.read_text(encoding="utf-8"), problem.fix), encoding="utf-8"
    )
    return [p.code for p in check_study(folder).problems if p.code[0] != "N"]


def first(folder: Path, code: str) -> Problem:
    return next(p for p in check_study(folder).problems if p.code == code)


@pytest.mark.parametrize("missing", ["", AS_SECTION, AS_LINE], ids=len)
@pytest.mark.parametrize(
    ("cell", "code"), [("7", "E-ANS-002"), ("Vet ikke", "E-ANS-010")]
)
def test_a_missing_code_is_declared(
    make: Maker, missing: str, cell: str, code: str
) -> None:
    kept = "98" if missing else "3"
    rows = f"respondent,item,value\nr1,q1,{cell}\nr1,q2,3\nr2,q1,{kept}\nr3,q2,4\n"
    toml = TOML.format(missing=missing)
    folder = make(toml=toml, ties=None, respondents=PEOPLE, answers=rows)
    problem = first(folder, code)
    assert code not in followed(folder, problem)
    assert check_study(folder).ok
    reasons = nc.read_study(folder).answers["missing_reason"].dropna()
    assert set(reasons) >= {"dont_know"} if missing else len(reasons) == 1


def test_a_scale_whose_name_needs_quotes(make: Maker) -> None:
    rows = "respondent,item,value\nr1,q1,7\nr2,q2,3\nr3,q1,3\n"
    toml = TOML.format(missing="").replace("[scales.agree5]", '[scales."enig å"]')
    toml = toml.replace('"agree5"', '"enig å"')
    folder = make(toml=toml, ties=None, respondents=PEOPLE, answers=rows)
    assert "E-ANS-002" not in followed(folder, first(folder, "E-ANS-002"))


def test_a_study_toml_that_cannot_be_read_hides_no_table(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "study", actors=["nav", "ppr"])
    page = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(
        page + "\n[privacy]\nmin_respondents = 6\n", encoding="utf-8"
    )
    assert [p.code for p in check_study(folder).problems] == ["E-MAN-033"]


CODEBOOK = TOML.format(missing="")
WIDE = "respondent,actor,q1,q2,alder,v9\nr1,nav,4,4,30,1\nr2,ks,2,3,41,2\n"


def imported(
    tmp_path: Path, page: str, wide: str = WIDE, preset: str = "plain"
) -> tuple[Problem, ...]:
    (tmp_path / "codebook.toml").write_text(page, encoding="utf-8")
    (tmp_path / "svar.csv").write_text(wide, encoding="utf-8")
    told = import_export(
        tmp_path / "svar.csv",
        preset,
        tmp_path / "out",
        codebook=tmp_path / "codebook.toml",
        overwrite=True,
    )
    return told.undecided


@pytest.mark.parametrize(
    "section",
    ["", '[export]\npreset = "plain"\n', '[export]\nskip = ["alder"]\nblank = ""\n'],
)
def test_variables_are_skipped(tmp_path: Path, section: str) -> None:
    page = CODEBOOK + section.replace('blank = ""\n', "")
    (left,) = (p for p in imported(tmp_path, page) if p.code == "W-EXP-013")
    told = imported(tmp_path, written(page, left.fix))
    assert not [p for p in told if p.severity == "WARN"]


def test_variables_are_kept_as_attributes(tmp_path: Path) -> None:
    page = CODEBOOK + '[export]\nattributes = ["alder", "v9"]\n'
    assert not [p for p in imported(tmp_path, page) if p.severity == "WARN"]
    people = nc.read_study(tmp_path / "out").respondents
    assert people[["alder", "v9"]].to_numpy().tolist() == [["30", "1"], ["41", "2"]]


def test_cells_of_code_and_words_are_mapped(tmp_path: Path) -> None:
    wide = WIDE.replace("r1,nav,4,4", 'r1,nav,"4 - Enig ""litt""",4 - Enig')
    wide += wide.splitlines()[1].replace("r1", "r3") + "\n"
    with pytest.raises(nc.InputError) as caught:
        imported(tmp_path, CODEBOOK, wide)
    page = CODEBOOK
    for fix in dict.fromkeys(p.fix for p in caught.value.problems if "ANS" in p.code):
        page = written(page, fix)
    imported(tmp_path, page, wide)
    assert nc.read_study(tmp_path / "out").answers["value"].tolist()[:2] == [4, 4]


# ---- items that run against the others


def battery(make: Maker, values: np.ndarray, reversed_: str = "") -> Path:
    """Answers of forty respondents to some items of one dimension."""
    n, items = values.shape
    toml = 'name = "b"\n[scales.s]\nlow = 1\nhigh = 5\n'
    for k in range(items):
        toml += f'\n[items.q{k}]\nscale = "s"\nabout = "self"\ndimension = "d"\n'
        toml += "reversed = true\n" if f"q{k}" in reversed_ else ""
    people = "".join(f"r{i},{'nav' if i % 2 else 'ks'}\n" for i in range(n))
    rows = "".join(
        f"r{i},q{k},{values[i, k]}\n" for i in range(n) for k in range(items)
    )
    return make(
        toml=toml,
        ties=None,
        respondents=f"respondent,actor\n{people}",
        answers=f"respondent,item,value\n{rows}",
    )


def trait(items: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    base = rng.uniform(1, 5, size=(40, 1)) + rng.normal(0, 0.4, size=(40, items))
    return np.clip(np.round(base), 1, 5).astype(int)


@pytest.mark.parametrize(
    ("items", "turned", "declared"),
    [
        (2, [1], ""),
        (2, [], "q1"),
        (4, [2], ""),
        (4, [], "q3"),
        (5, [0, 3], ""),
        (5, [0], "q3"),
    ],
)
def test_every_item_that_is_named_is_turned(
    make: Maker, items: int, turned: list[int], declared: str
) -> None:
    values = trait(items)
    values[:, turned] = 6 - values[:, turned]
    folder = battery(make, values, declared)
    file = folder / "study.toml"
    named = [p for p in check_study(folder).problems if p.code == "W-ANS-016"]
    assert named
    page = file.read_text(encoding="utf-8")
    for problem in named:
        section = re.search(r"under (\[items\.\w+\])", problem.fix)
        assert section is not None
        if "remove the line reversed = true" in problem.fix:
            start, _, rest = page.partition(section[1])
            page = start + section[1] + rest.replace("reversed = true\n", "", 1)
        else:
            assert "write reversed = true" in problem.fix
            page = page.replace(section[1], f"{section[1]}\nreversed = true")
    file.write_text(page, encoding="utf-8")
    assert "W-ANS-016" not in [p.code for p in check_study(folder).problems]
