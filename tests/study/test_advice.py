"""Whoever follows the advice to the letter is rid of the problem."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
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
    first = wide.splitlines()[1]
    wide += "".join(first.replace("r1", f"r{n}") + "\n" for n in range(3, 7))
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


# ---- one line under one section


def told_line(fix: str) -> str:
    """The advice "under [section]: key = value" as lines to be written."""
    found = re.search(
        r"under (\[[^\]]+\])[^:\[]*: (\S+ = (?:\[[^\]]*\]|[^,;( ]+))", fix
    )
    assert found is not None, fix
    return f"{fix}\n{found[1]}\n{found[2]}"


RELATION = 'name = "x"\n[relations.trust]\nunlisted = "not_asked"\n'
TIES = "relation,source,target,weight\ntrust,nav,ks,2\ntrust,ks,nav,3\n"


@pytest.mark.parametrize(
    ("code", "toml", "ties"),
    [
        ("E-CSV-018", RELATION, TIES.replace(",", "|")),
        ("E-COL-012", RELATION, "Bånd 2026,,,\n" + TIES),
        ("E-TIE-009", RELATION, TIES.replace(",2", ",0")),
        ("E-TIE-011", RELATION, TIES.replace(",2", ",-2")),
        ("E-TIE-014", RELATION + 'distance = "declared"\n', TIES),
        (
            "W-TIE-017",
            RELATION,
            "relation,source,target,weight,distance\ntrust,nav,ks,2,1\n"
            "trust,ks,nav,3,1\n",
        ),
    ],
)
def test_a_line_is_written_under_its_section(
    make: Maker, code: str, toml: str, ties: str
) -> None:
    folder = make(toml=toml, ties=ties)
    file = folder / "study.toml"
    page = written(file.read_text(encoding="utf-8"), told_line(first(folder, code).fix))
    file.write_text(page.replace('zero_means = "no_tie".', ""), encoding="utf-8")
    assert code not in [p.code for p in check_study(folder).problems]


@pytest.mark.parametrize(
    ("code", "toml", "ties"),
    [
        ("E-TIE-001", RELATION, TIES + "faglig tillit,ks,nav,3\n"),
        (
            "E-COL-001",
            RELATION + '[files.ties]\ncolumns = { weight = "styrke" }\n',
            "relation,fra,til,styrke\ntrust,nav,ks,2\n",
        ),
        ("E-STU-007", None, TIES),
    ],
)
def test_lines_of_a_section_are_copied(
    make: Maker, code: str, toml: str | None, ties: str
) -> None:
    folder = make(toml=toml, ties=ties)
    fix = first(folder, code).fix
    file = folder / "study.toml"
    if toml is None:
        file.write_text(fix.partition("\n")[2], encoding="utf-8")
    else:
        file.write_text(written(toml, fix), encoding="utf-8")
    assert not [p.code for p in check_study(folder).problems if p.code[0] == "E"]


@pytest.mark.parametrize(
    ("code", "key", "ties"),
    [
        ("E-TIE-002", "self_ties", TIES + "trust,nav,nav,1\n"),
        ("E-TIE-003", "duplicates", TIES + "trust,nav,ks,2\n"),
        ("E-TIE-004", "duplicates", TIES + "trust,nav,ks,4\n"),
    ],
)
def test_a_key_goes_into_the_section_of_the_relation(
    make: Maker, code: str, key: str, ties: str
) -> None:
    folder = make(toml=RELATION, ties=ties)
    fix = first(folder, code).fix
    line = re.search(rf'{key} = "\w+"', fix)
    assert line is not None
    assert "in the section [relations.NAME] of its relation" in fix
    (folder / "study.toml").write_text(f"{RELATION}{line[0]}\n", encoding="utf-8")
    assert code not in [p.code for p in check_study(folder).problems]


@pytest.mark.parametrize("declared", ["", '[relations.d]\nunlisted = "absent"\n'])
def test_answers_about_the_own_actor_get_a_rule(make: Maker, declared: str) -> None:
    toml = CODEBOOK.replace('about = "self"\n', "") + declared
    rows = "respondent,item,target,value\nr1,q1,nav,3\nr1,q2,ks,3\n"
    folder = make(toml=toml, ties=None, respondents=PEOPLE, answers=rows)
    assert "E-ANS-007" not in followed(folder, first(folder, "E-ANS-007"))
    assert check_study(folder).ok


def test_columns_about_persons_are_declared(make: Maker) -> None:
    people = "respondent,actor,epost,kommentar\n"
    people += "r1,nav,a@example.org,Dette er langt og fritt skrevet om noe\n"
    people += "r2,ks,b@example.org,Noe helt annet som ingen andre har sagt før nå\n"
    rows = "respondent,item,value\nr1,q1,3\nr2,q2,3\n"
    folder = make(toml=CODEBOOK, ties=None, respondents=people, answers=rows)
    file = folder / "study.toml"
    for code in ("W-PRI-006", "E-PRI-002"):
        fix = first(folder, code).fix
        fix = fix if "\n" in fix else told_line(fix)
        file.write_text(written(file.read_text(encoding="utf-8"), fix), "utf-8")
    codes = [p.code for p in check_study(folder).problems]
    assert not {"W-PRI-006", "E-PRI-002"} & set(codes)


# ---- imports

SITES = "respondent,actor,sted,role,q1,q2\n" + "".join(
    f"r{n},{'nav' if n % 2 else 'ks'},{'å' if n < 6 else 'b'},"
    f"{'staff' if n % 3 else 'leader'},{'' if n < 6 else 3},{4 if n % 3 else ''}\n"
    for n in range(18)
)


def test_what_a_group_was_not_asked_is_one_line(tmp_path: Path) -> None:
    page = CODEBOOK + '[export]\nsite = "sted"\n'
    asked = [p for p in imported(tmp_path, page, SITES) if p.code == "W-EXP-039"]
    assert {p.fields["name"] for p in asked} == {"site", "role"}
    for problem in asked:
        page = written(page, told_line(problem.fix))
    told = imported(tmp_path, page, SITES)
    assert "W-EXP-039" not in [p.code for p in told]


def test_cells_of_units_get_a_meaning(tmp_path: Path) -> None:
    wide = "respondent,actor,q1\nr1,1,4\nr2,,3\nr3,2,3\n"
    page = CODEBOOK + '[export]\n\n[export.codes.actor]\n1 = "nav"\n'
    with pytest.raises(nc.InputError) as caught:
        imported(tmp_path, page, wide)
    fixes = {p.code: p.fix for p in caught.value.problems}
    assert "[export.codes.actor]" in fixes["E-EXP-014"]
    page = written(page, told_line(fixes["E-EXP-015"]))
    page = written(page, 'x\n[export.codes.actor]\n"2" = "ks"')
    imported(tmp_path, page, wide)
    people = nc.read_study(tmp_path / "out").respondents
    assert people["actor"].tolist() == ["nav", "unknown", "ks"]


def test_the_own_unit_is_named(tmp_path: Path) -> None:
    page, wide = CODEBOOK, "respondent,enhet,q1\nr1,nav,4\nr2,ks,3\nr3,nav,1\n"
    wide += "r4,ks,3\nr5,nav,4\nr6,ks,3\n"
    with pytest.raises(nc.InputError) as caught:
        imported(tmp_path, page, wide)
    fix = next(p.fix for p in caught.value.problems if p.code == "W-EXP-020")
    imported(tmp_path, written(page, told_line(fix)), wide)
    assert set(nc.read_study(tmp_path / "out").actors["actor"]) == {"nav", "ks"}


def test_a_network_is_told_what_its_ties_mean(tmp_path: Path) -> None:
    export = tmp_path / "ties.csv"
    export.write_text("source,target,weight\nnav,ks,2\nks,nav,0\n", encoding="utf-8")
    told = import_export(export, "edges", tmp_path / "draft").undecided
    book = tmp_path / "draft" / "study.toml"
    for code in ("W-EXP-034", "W-EXP-036"):
        fix = next(p.fix for p in told if p.code == code)
        page = book.read_text(encoding="utf-8")
        book.write_text(written(page, told_line(fix)), encoding="utf-8")
    import_export(export, "edges", tmp_path / "out", codebook=book)
    assert nc.read_study(tmp_path / "out").manifest.relations


@pytest.mark.parametrize(
    ("preset", "text"),
    [
        ("plain", "Deltaker;spørsmål;verdi\nr1;q1;4\nr2;q1;3\n"),
        (
            "plain",
            'respondent,actor,q1\n"{""ImportId"":""x""}",b,c\nr1,nav,4\nr2,ks,3\n',
        ),
        ("edges", "fra,til,weight\nnav,ks,2\nks,nav,1\n"),
    ],
)
def test_what_a_reader_asks_is_answered_by_the_words_it_gives(
    tmp_path: Path, preset: str, text: str
) -> None:
    export = tmp_path / "svar.csv"
    export.write_text(text, encoding="utf-8")
    with pytest.raises(nc.InputError) as caught:
        import_export(export, preset, tmp_path / "out")
    asked = [
        answer.strip('"')
        for problem in caught.value.problems
        for answer in re.findall(r'--reading ("[^"]+"|\S+)', problem.fix)
    ]
    assert asked
    reading = dict(answer.rstrip(".").split("=", 1) for answer in asked)
    told = import_export(export, preset, tmp_path / "out", reading=reading)
    assert told.counts


def test_a_workbook_of_words_with_decimal_commas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Undersøkelse 2026", None, None],
        ["respondent", "actor", "q1"],
        ["r1", "nav", "3,5"],
        ["r2", "ks", 4],
    ):
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    book.save(tmp_path / "svar.xlsx")
    (tmp_path / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    asked: dict[str, str] = {}
    for code, expected in (("E-COL-003", "header_row=2"), ("E-NUM-012", "decimal=,")):
        with pytest.raises(nc.InputError) as caught:
            import_export(
                tmp_path / "svar.xlsx",
                "plain",
                tmp_path / "out",
                codebook=tmp_path / "codebook.toml",
                reading=asked,
            )
        fix = next(p.fix for p in caught.value.problems if p.code == code)
        assert f"--reading {expected}" in fix
        asked |= dict([expected.split("=")])
    import_export(
        tmp_path / "svar.xlsx",
        "plain",
        tmp_path / "out",
        codebook=tmp_path / "codebook.toml",
        reading=asked,
    )
    assert nc.read_study(tmp_path / "out").answers["value"].tolist() == [3.5, 4]
