"""From an export to a study: what is written, what is asked, what is refused."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.study import import_export
from netcollab.study.export_section import PRESETS
from netcollab.study.readers.presets import READERS

AUTHORITY = nc.study.bundled("synthetic/myndighedsfunktion")
EXPORTS = Path(__file__).parent / "exports"
CODEBOOK = """\
name = "small"

[scales.five]
low = 1
high = 5
labels = { 1 = { nb = "Helt uenig" }, 5 = { nb = "Helt enig" } }
missing = { 9 = "dont_know" }

[items.trust]
scale = "five"
dimension = "trust"

[relations.trust]
unlisted = "not_asked"
own_group = "keep"
"""
SECTION = """
[export]
preset = "plain"
respondent = "id"
actor = "enhet"
blank = "no_answer"
codes.enhet = { 1 = "nav", 2 = "skole" }

[export.answers]
v1 = { item = "trust", target = "nav" }
v2 = { item = "trust", target = "skole" }
"""
WIDE = "id,enhet,v1,v2\nr1,1,4,5\nr2,1,9,\nr3,2,2,3\n"


def given(tmp_path: Path, wide: str = WIDE, codebook: str = CODEBOOK + SECTION) -> Path:
    (tmp_path / "codebook.toml").write_text(codebook, encoding="utf-8")
    (tmp_path / "answers-2026.csv").write_text(wide, encoding="utf-8")
    return tmp_path / "answers-2026.csv"


def brought(
    tmp_path: Path, wide: str = WIDE, codebook: str = CODEBOOK + SECTION
) -> nc.Study:
    export = given(tmp_path, wide, codebook)
    made = tmp_path / "study"
    import_export(export, "plain", made, codebook=tmp_path / "codebook.toml")
    return nc.read_study(made)


def said(tmp_path: Path, wide: str, codebook: str = CODEBOOK + SECTION) -> list[str]:
    with pytest.raises(nc.InputError) as caught:
        brought(tmp_path, wide, codebook)
    assert not (tmp_path / "study").exists()
    return [str(problem) for problem in caught.value.problems]


# ---- with a codebook


@pytest.mark.parametrize("preset", ["surveyxact", "nettskjema"])
def test_both_exports_of_the_synthetic_study_give_the_same_study(
    preset: str, tmp_path: Path
) -> None:
    folder = AUTHORITY / "exports" / preset
    export = folder if preset == "surveyxact" else next(folder.glob("data-*.txt"))
    told = import_export(
        export, preset, tmp_path / "s", codebook=folder / "codebook.toml"
    )
    assert told.report.ok
    one, other = nc.read_study(AUTHORITY), nc.read_study(tmp_path / "s")
    for name, key in (
        ("respondents", ["respondent", "wave"]),
        ("answers", ["respondent", "wave", "item", "target"]),
    ):
        here, there = (
            getattr(study, name).sort_values(key, ignore_index=True)
            for study in (one, other)
        )
        pd.testing.assert_frame_equal(here, there[list(here)])


def test_codes_become_ids_and_missing_codes_reasons(tmp_path: Path) -> None:
    study = brought(tmp_path)
    assert study.respondents["actor"].tolist() == ["nav", "nav", "skole"]
    answers = study.answers.set_index(["respondent", "target"])
    assert answers["value"].loc[[("r1", "nav"), ("r3", "skole")]].tolist() == [4, 3]
    assert answers["missing_reason"].loc["r2"].tolist() == ["dont_know", "no_answer"]
    assert sorted(study.actors["actor"]) == ["nav", "skole"]


def test_words_become_the_codes_of_their_labels(tmp_path: Path) -> None:
    wide = WIDE.replace("r1,1,4,5", "r1,1,helt enig,Helt uenig ")
    answers = brought(tmp_path, wide).answers.set_index(["respondent", "target"])
    assert answers["value"].loc["r1"].tolist() == [5, 1]


def test_variables_named_as_item_and_target_need_no_section(tmp_path: Path) -> None:
    wide = WIDE.replace("enhet,v1,v2", "actor,trust__nav,trust__skole")
    wide = wide.replace("id,", "respondent,").replace(",1,", ",nav,")
    study = brought(tmp_path, wide.replace("r3,2,", "r3,skole,"), CODEBOOK)
    assert study.answers.groupby("target")["value"].sum().to_dict() == {
        "nav": 6,
        "skole": 8,
    }


def test_a_value_outside_the_scale_is_told_where_it_stands(tmp_path: Path) -> None:
    (problem,) = said(tmp_path, WIDE.replace("r3,2,2,3", "r3,2,7,3"))
    assert problem.startswith("E-ANS-002 answers-2026.csv row 4, column v1 (C4):")
    assert "from 1 to 5" in problem


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("r3,2,", "r3,3,", "E-EXP-014", "row 4, column enhet (B4)"),
        ("r3,2,", "r3,,", "E-EXP-015", "row 4, column enhet (B4)"),
        ("id,enhet,v1,v2", "id,enhet,v1,v3", "E-EXP-012", "v2"),
        ("r2,1,9,", "r2,1,4 - Enig,", "E-ANS-020", "row 3, column v1 (C3)"),
    ],
)
def test_what_the_codebook_does_not_cover_is_refused(
    tmp_path: Path, old: str, new: str, code: str, place: str
) -> None:
    problems = said(tmp_path, WIDE.replace(old, new))
    assert [p.split()[0] for p in problems if not p.startswith("W")] == [code]
    assert any(place in problem for problem in problems)


def test_a_variable_means_one_thing(tmp_path: Path) -> None:
    twice = SECTION.replace('respondent = "id"', 'respondent = "v1"')
    (problem,) = said(tmp_path, WIDE, CODEBOOK + twice)
    assert problem.startswith("E-EXP-010")


def test_who_was_not_asked_is_told_by_a_rule(tmp_path: Path) -> None:
    section = SECTION.replace(
        'actor = "enhet"', 'actor = "enhet"\nunasked_by = ["actor"]'
    )
    wide = "id,enhet,v1,v2\nr1,1,4,\nr2,1,3,\nr3,2,,3\nr4,2,2,\n"
    answers = brought(tmp_path, wide, CODEBOOK + section).answers
    reasons = answers.set_index(["respondent", "target"])["missing_reason"]
    assert reasons["r1", "skole"] == reasons["r2", "skole"] == "not_asked"
    assert reasons["r3", "nav"] == reasons["r4", "skole"] == "no_answer"


def test_variables_nobody_named_are_listed(tmp_path: Path) -> None:
    wide = "id,enhet,v1,v2,v9\nr1,1,4,5,2\nr2,1,9,,3\nr3,2,2,3,1\n"
    export = given(tmp_path, wide)
    book = tmp_path / "codebook.toml"
    told = import_export(export, "plain", tmp_path / "s", codebook=book)
    (warned,) = (p for p in told.undecided if p.severity == "WARN")
    assert (warned.code, warned.fields["known"]) == ("W-EXP-013", "v9")


def test_a_misspelt_target_never_becomes_a_unit(tmp_path: Path) -> None:
    (problem,) = said(
        tmp_path,
        WIDE,
        CODEBOOK + SECTION.replace('target = "skole"', 'target = "skoel"'),
    )
    assert problem.startswith("E-EXP-017")
    assert problem.endswith('Fix: write "skole".')


def test_the_words_of_a_row_outweigh_the_order_of_the_codes(tmp_path: Path) -> None:
    folder = AUTHORITY / "exports" / "surveyxact"
    page = (folder / "codebook.toml").read_text(encoding="utf-8")
    one, other = 'target = "myndighed"', 'target = "udfoerer"'
    turned = page.replace(one, "target = ?").replace(other, one)
    book = tmp_path / "codebook.toml"
    book.write_text(turned.replace("target = ?", other), encoding="utf-8")
    with pytest.raises(nc.InputError) as caught:
        import_export(folder, "surveyxact", tmp_path / "s", codebook=book)
    errors = [p for p in caught.value.problems if p.severity == "ERROR"]
    assert {p.code for p in errors} == {"E-EXP-018"}
    assert len(errors) == 24
    assert errors[0].fields["row_words"] == "Myndighedsfunktionen"


def test_codes_without_ids_are_read_by_their_words(tmp_path: Path) -> None:
    folder = AUTHORITY / "exports" / "surveyxact"
    page = (folder / "codebook.toml").read_text(encoding="utf-8")
    start = page.index("[export.codes.stilling]")
    rest = page[start + 1 :]
    book = tmp_path / "codebook.toml"
    book.write_text(page[:start] + rest[rest.index("[") :], encoding="utf-8")
    told = import_export(folder, "surveyxact", tmp_path / "s", codebook=book)
    assert "N-EXP-040" in [problem.code for problem in told.undecided]
    roles = nc.read_study(tmp_path / "s").respondents["role"]
    assert set(roles) == {"leader", "staff"}


def test_a_question_that_a_whole_group_left_empty_is_asked_about(
    tmp_path: Path,
) -> None:
    folder = AUTHORITY / "exports" / "surveyxact"
    page = (folder / "codebook.toml").read_text(encoding="utf-8")
    book = tmp_path / "codebook.toml"
    first = page.index("unasked_by")
    block = page[first : page.index("]", first) + 1]
    book.write_text(page.replace(block, ""), encoding="utf-8")
    told = import_export(folder, "surveyxact", tmp_path / "s", codebook=book)
    asked = [p for p in told.undecided if p.code == "W-EXP-039"]
    groups = {(p.fields["name"], p.fields["value"], p.fields["wave"]) for p in asked}
    assert groups == {
        ("site", "hvideklit", "2025"),
        ("site", "stenmark", "2025"),
        ("role", "leader", "2025"),
        ("role", "leader", "2026"),
    }


# ---- without a codebook


def test_a_draft_takes_targets_from_the_words_of_the_rows(tmp_path: Path) -> None:
    told = import_export(
        AUTHORITY / "exports" / "surveyxact",
        "surveyxact",
        tmp_path / "s",
        variables={"respondent": "kode", "actor": "funktion", "site": "kommune"},
        wave="runde",
    )
    (noted,) = (p for p in told.undecided if p.code == "N-EXP-037")
    assert noted.fields["count"] == "72"
    (own,) = (p for p in told.undecided if p.code == "W-EXP-045")
    assert (own.fields["count"], own.fields["known"][:7]) == ("13979", "G2, M2,")
    assert not [p for p in told.undecided if p.severity == "ERROR"]
    answers = pd.read_csv(tmp_path / "s" / "answers.csv", dtype=str)
    assert set(answers["wave"]) == {"2025", "2026"}
    assert "Jobcentret" in set(answers["target"].dropna())
    assert {"rc_knowledge_1", "rc_innovation_2"} <= set(answers["item"])


def test_what_could_tell_respondents_apart_is_suggested(tmp_path: Path) -> None:
    told = import_export(
        AUTHORITY / "exports" / "surveyxact", "surveyxact", tmp_path / "s"
    )
    (noted,) = (p for p in told.undecided if p.code == "N-EXP-022")
    assert noted.fields["options"] == "kode"
    (unit,) = (p for p in told.undecided if p.code == "W-EXP-020")
    assert set(unit.fields["options"].split(", ")) <= {
        "kommune",
        "funktion",
        "stilling",
        "fag",
    }


def test_likely_variables_are_suggested_as_a_shell_takes_them(tmp_path: Path) -> None:
    head = "respondent,Status,Kommune,Hvilken funktion arbejder du i?,Alder"
    wide = f"{head},Respekt - PPR,Respekt - Job,Respekt - SU\n" + "".join(
        f"r{n},Færdig,{place},{unit},{30 + n},{n % 5 + 1},{n % 4 + 1},{n % 3 + 1}\n"
        for n, (place, unit) in enumerate([("By", "PPR"), ("Bygd", "Job")] * 6)
    )
    told = import_export(given(tmp_path, wide), "plain", tmp_path / "s")
    asked = {p.code: p for p in told.undecided}
    assert asked["W-EXP-020"].fields["options"] == (
        "Hvilken funktion arbejder du i?, Kommune, Alder"
    )
    with nc.report.language("da"):
        said = nc.report.problems_text([asked["W-EXP-020"], asked["W-EXP-021"]])
    assert '--actor "Hvilken funktion arbejder du i?", eller' in said
    assert "--site Kommune, eller" in said


def test_a_draft_guesses_nothing_silently(tmp_path: Path) -> None:
    told = import_export(
        EXPORTS / "surveyxact" / "semicolon",
        "surveyxact",
        tmp_path / "s",
        language="nb",
    )
    codes = [problem.code for problem in told.undecided]
    assert {"W-EXP-020", "W-EXP-021", "W-EXP-023", "W-EXP-024"} <= set(codes)
    suggested = [p.fields["line"] for p in told.undecided if p.code == "W-EXP-024"]
    assert '[scales.scale_2.missing]\n7 = "dont_know"' in suggested
    assert {p.code for p in told.report.errors} == {"E-ACT-004", "E-ANS-002"}
    page = (tmp_path / "s" / "study.toml").read_text(encoding="utf-8")
    assert page.startswith("# Undecided")
    scales = tomllib.loads(page)["scales"].values()
    assert not [scale for scale in scales if "missing" in scale]


def test_a_completed_draft_reads_the_export(tmp_path: Path) -> None:
    export = EXPORTS / "surveyxact" / "semicolon"
    chosen = {"site": "b_kommune"}
    import_export(export, "surveyxact", tmp_path / "s", variables=chosen)
    book = tmp_path / "s" / "study.toml"
    page = book.read_text(encoding="utf-8")
    page += '\n[scales.scale_1.missing]\n7 = "dont_know"\n'
    page += '\n[scales.scale_2.missing]\n7 = "not_applicable"\n'
    book.write_text(page, encoding="utf-8")
    told = import_export(export, "surveyxact", tmp_path / "t", codebook=book)
    assert {p.code for p in told.report.errors} <= {"E-ACT-004"}
    people = pd.read_csv(tmp_path / "t" / "respondents.csv", dtype=str)
    assert set(people["site"]) == {"Oslo", "Bergen"}


def test_words_without_codes_are_asked_for(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["ID", "Start time", "Completion time", "Email", "Name", "Enig?"])
    for row, word in enumerate(["Enig", "Uenig"] * 5 + ["Nja"] * 4, start=1):
        sheet.append([row, "", "", "anonymous", "", word])
    book.save(tmp_path / "forms.xlsx")
    told = import_export(tmp_path / "forms.xlsx", "msforms", tmp_path / "s")
    (asked,) = (p for p in told.undecided if p.code == "W-EXP-025")
    assert asked.fields["options"] == "Enig, Uenig"


def test_a_cell_that_is_an_id_needs_no_code(tmp_path: Path) -> None:
    book = CODEBOOK + SECTION.replace('1 = "nav", 2 = "skole"', 'naav = "nav"')
    wide = "id,enhet,v1,v2\nr1,naav,4,5\nr2,nav,3,2\nr3,skole,2,3\n"
    study = brought(tmp_path, wide, book)
    assert study.respondents["actor"].tolist() == ["nav", "nav", "skole"]


def test_an_id_of_the_actors_needs_no_code(tmp_path: Path) -> None:
    book = CODEBOOK + SECTION.replace('1 = "nav", 2 = "skole"', 'naav = "nav"')
    (tmp_path / "actors.csv").write_text("actor\nnav\nskole\nhelse\n", "utf-8")
    wide = "id,enhet,v1,v2\nr1,naav,4,5\nr2,helse,3,2\nr3,skole,2,3\n"
    study = brought(tmp_path, wide, book)
    assert study.respondents["actor"].tolist() == ["nav", "helse", "skole"]
    (tmp_path / "answers-2026.csv").write_text(wide.replace("helse", "hels"), "utf-8")
    with pytest.raises(nc.InputError, match="E-EXP-014"):
        import_export(
            tmp_path / "answers-2026.csv",
            "plain",
            tmp_path / "other",
            codebook=tmp_path / "codebook.toml",
        )


def test_a_draft_tells_of_a_unit_that_looks_misspelt(tmp_path: Path) -> None:
    units = ["Barnevern"] * 5 + ["Barnvern", "Skole 1", "Skole 2", "PPR", "PPT"]
    wide = "respondent,enhet,a\n" + "".join(
        f"r{n},{unit},{n % 5}\n" for n, unit in enumerate(units)
    )
    export = given(tmp_path, wide)
    told = import_export(export, "plain", tmp_path / "s", variables={"actor": "enhet"})
    (near,) = (p for p in told.undecided if p.code == "W-EXP-041")
    assert (near.place.cell, near.fields["near"]) == ("B7", "Barnevern")
    assert not [p for p in told.undecided if "Barnvern" in str(p)]
    page = (tmp_path / "s" / "study.toml").read_text("utf-8")
    with pytest.raises(nc.InputError, match="E-EXP-046"):
        import_export(export, "plain", tmp_path / "t", codebook=tmp_path / "s")
    for meant in ("Barnevern", "Barnvern"):
        line = f'\n[export.codes.enhet]\nBarnvern = "{meant}"\n'
        (tmp_path / "s" / "study.toml").write_text(page + line, "utf-8")
        out = tmp_path / meant
        import_export(export, "plain", out, codebook=tmp_path / "s")
        people = pd.read_csv(out / "respondents.csv", dtype=str)
        assert people["actor"].tolist() == ["Barnevern"] * 5 + [meant] + units[6:]


MISSPELT = "respondent,enhet,a - Sundhed,a - PPR\n" + "".join(
    f"r{n},{unit},{n % 5 + 1},{(n + 1) % 5 + 1}\n"
    for n, unit in enumerate(["Sundhed"] * 3 + ["Sundehd"] * 2 + ["PPR"] * 3)
)
RATED = """\
name = "small"
scales.five = { low = 1, high = 5 }
items.a = { scale = "five", dimension = "trust" }
relations.trust = { unlisted = "not_asked", own_group = "keep" }

[export]
preset = "plain"
respondent = "respondent"
actor = "enhet"

[export.answers]
"a - Sundhed" = { item = "a", target = "Sundhed" }
"a - PPR" = { item = "a", target = "PPR" }
"""


def test_a_misspelt_unit_never_becomes_one(tmp_path: Path) -> None:
    told = said(tmp_path, MISSPELT, RATED)
    assert len(told) == 2
    assert all('did you mean "Sundhed"?' in line for line in told)
    assert ["(B5)" in told[0], "(B6)" in told[1]] == [True, True]
    assert not any("Sundehd" in line for line in told)


def test_a_rare_name_is_told_by_its_cell_alone(tmp_path: Path) -> None:
    export = given(tmp_path, MISSPELT.replace("Sundhed,a - PPR", "b,a - c"))
    told = import_export(export, "plain", tmp_path / "s", variables={"actor": "enhet"})
    near = [p for p in told.undecided if p.code == "W-EXP-041"]
    assert [(p.place.cell, p.fields["other"]) for p in near] == [
        ("B5", "B2"),
        ("B6", "B2"),
    ]
    assert not [p for p in near if "Sund" in str(p)]


def test_a_target_that_looks_misspelt_is_no_unit(tmp_path: Path) -> None:
    wide = MISSPELT.replace("Sundehd", "Sundhed")
    book = RATED.replace('target = "Sundhed"', 'target = "Sundehd"')
    (told,) = said(tmp_path, wide, book)
    assert told.startswith("E-EXP-017")
    assert 'write "Sundhed"' in told


@pytest.mark.parametrize(
    ("language", "head", "word"),
    [("nb", "Uavgjort da", "forventet"), ("da", "Uafgjort, da", "forventet")],
)
def test_the_comment_of_a_draft_speaks_the_language(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    language: str,
    head: str,
    word: str,
) -> None:
    export, out = str(given(tmp_path)), str(tmp_path / "s")
    asked = ["import", export, "--preset", "plain", "--out", out]
    assert main([*asked, "--language", language]) == 0
    capsys.readouterr()
    comments = [
        line
        for line in (tmp_path / "s" / "study.toml").read_text("utf-8").splitlines()
        if line.startswith("#")
    ]
    assert comments[0].startswith(f"# {head}")
    assert len(comments) > 1
    assert word in " ".join(comments)
    assert not [line for line in comments if "expected" in line or "Fix:" in line]


def test_a_respondent_that_was_named_is_not_missed(tmp_path: Path) -> None:
    export = given(tmp_path, WIDE.replace("id,", "respnr,", 1))
    for out, chosen, missed in (("s", {"respondent": "respnr"}, 0), ("t", {}, 1)):
        told = import_export(
            export, "plain", tmp_path / out, variables=chosen | {"actor": "enhet"}
        )
        codes = [problem.code for problem in told.undecided]
        assert codes.count("W-PLN-009") == missed
    book = (CODEBOOK + SECTION).replace('"id"', '"respnr"')
    given(tmp_path, export.read_text("utf-8"), book)
    told = import_export(
        export, "plain", tmp_path / "u", codebook=tmp_path / "codebook.toml"
    )
    assert "W-PLN-009" not in {problem.code for problem in told.undecided}


@pytest.mark.parametrize(
    ("name", "remarks"),
    [
        ("Kommentar", ["Bra"] * 6 + ["Spør Kari"] * 2),
        ("Andet, skriv", ["Kari", "Kari"]),
        ("v12", ["Lederen min Kari svarer aldri på mail"] * 3),
        ("v12", ["spør heller Kari"] * 2),
        ("v12", ["Kari Nordmann"] * 2),
        ("v12", ["Kari", "Kari"]),
        ("v12", ["Kari", "Kari", "Ola", "Ola"]),
    ],
)
def test_equal_remarks_of_two_persons_are_never_kept(
    tmp_path: Path,
    name: str,
    remarks: list[str],
) -> None:
    cells = [*remarks, *[""] * (20 - len(remarks))]
    wide = f'respondent,actor,a,"{name}"\n' + "".join(
        f'r{n},{"nav" if n % 2 else "ks"},{n % 5 + 1},"{cell}"\n'
        for n, cell in enumerate(cells)
    )
    export = given(tmp_path, wide)
    told = import_export(export, "plain", tmp_path / "s", name="s")
    (unread,) = (p for p in told.undecided if p.code == "N-EXP-026")
    assert unread.fields["known"] == name
    assert "skip" in unread.fix
    assert "W-EXP-025" not in {p.code for p in told.undecided}
    pages = [file.read_text("utf-8") for file in (tmp_path / "s").iterdir()]
    said = "".join([*pages, json.dumps(told.to_dict(), ensure_ascii=False)])
    assert "Kari" not in said


def test_a_rare_long_option_of_a_battery_is_no_remark(tmp_path: Path) -> None:
    options = ["Svært enig", "Litt enig", "Verken det ene eller det andre"] * 4
    wide = "respondent,actor,a,b\n" + "".join(
        f"r{n},{'nav' if n % 2 else 'ks'},{cell},{options[-n]}\n"
        for n, cell in enumerate(options)
    )
    told = import_export(given(tmp_path, wide), "plain", tmp_path / "s")
    (asked,) = (p for p in told.undecided if p.code == "W-EXP-025")
    assert (asked.fields["known"], asked.fields["found"]) == ("a, b", "3")


def test_an_answer_that_fewer_than_five_gave_is_only_counted(tmp_path: Path) -> None:
    words = ["Ja"] * 6 + ["Nei"] * 5 + ["Kanskje"] * 4
    wide = "respondent,actor,a\n" + "".join(
        f"r{n},{'nav' if n % 2 else 'ks'},{word}\n" for n, word in enumerate(words)
    )
    told = import_export(given(tmp_path, wide), "plain", tmp_path / "s")
    (asked,) = (p for p in told.undecided if p.code == "W-EXP-025")
    assert (asked.fields["found"], asked.fields["options"]) == ("3", "Ja, Nei")


def test_a_draft_asks_once_about_questions_of_one_range(tmp_path: Path) -> None:
    wide = "respondent,actor,a,b,c,d\nr1,nav,1,5,1,0\nr2,ks,5,1,5,100\nr3,ks,3,2,2,7\n"
    export = given(tmp_path, wide)
    told = import_export(export, "plain", tmp_path / "s")
    asked = [p.fields for p in told.undecided if p.code == "W-EXP-030"]
    assert [(f["known"], f["low"], f["high"]) for f in asked] == [
        ("a, b, c", "1", "5"),
        ("d", "0", "100"),
    ]
    scales = nc.read_study(tmp_path / "s").manifest.scales
    assert {(s.low, s.high) for s in scales.values()} == {(1, 5), (0, 100)}


def test_a_draft_asks_once_about_questions_with_the_same_words(tmp_path: Path) -> None:
    first = ["Enig", "Uenig"] * 5
    second = ["Enig", "Uenig", "Helt enig", "Enig", "Uenig"] * 2
    third = ["Ja", "Nei"] * 5
    rows = zip(first, second, third, strict=True)
    wide = "respondent,actor,a,b,c\n" + "".join(
        f"r{n},{'nav' if n % 2 else 'ks'},{','.join(row)}\n"
        for n, row in enumerate(rows)
    )
    export = given(tmp_path, wide)
    told = import_export(export, "plain", tmp_path / "s")
    asked = [p for p in told.undecided if p.code == "W-EXP-025"]
    assert [(p.fields["known"], p.fields["found"]) for p in asked] == [
        ("a, b", "3"),
        ("c", "2"),
    ]
    assert [p.fields["options"] for p in asked] == ["Enig, Uenig", "Ja, Nei"]
    numbers = ['"Enig" = 2\n"Uenig" = 1\n"Helt enig" = 3\n', '"Ja" = 1\n"Nei" = 2\n']
    for problem, lines in zip(asked, numbers, strict=True):
        section = f"[export.codes.{problem.fields['scale']}]"
        assert section in problem.fix
        with (tmp_path / "s" / "study.toml").open("a", encoding="utf-8") as book:
            book.write(f"\n{section}\n{lines}")
    import_export(export, "plain", tmp_path / "t", codebook=tmp_path / "s")
    answers = nc.read_study(tmp_path / "t").answers
    assert answers["value"].tolist()[:9] == [2, 2, 1, 1, 1, 2, 2, 3, 1]


def test_the_range_of_a_draft_leaves_out_codes_of_the_format(tmp_path: Path) -> None:
    export = tmp_path / "questback.csv"
    rows = [("1", "-77"), ("3", "2"), ("-99", "4"), ("5", "0"), ("2", "-66")]
    lines = [f"{n};{one};{other};{1 + n % 2}" for n, (one, other) in enumerate(rows)]
    text = "\n".join(["lfdn;v_1;v_2;enhet", *lines, ""])
    export.write_text(text, encoding="cp1252")
    chosen = {"actor": "enhet"}
    told = import_export(export, "questback", tmp_path / "s", variables=chosen)
    assert told.report.ok
    assert told.recoded == {"no_answer": 2, "not_asked": 2}
    scales = nc.read_study(tmp_path / "s").manifest.scales
    assert {(s.low, s.high) for s in scales.values()} == {(1, 5), (2, 4)}


def test_an_export_without_a_question_is_no_traceback(tmp_path: Path) -> None:
    wide = "respondent,actor,a\nr1,nav,noe om alt\nr2,ks,noe annet\n"
    with pytest.raises(nc.InputError, match="E-EXP-044"):
        import_export(given(tmp_path, wide), "plain", tmp_path / "s")
    assert not (tmp_path / "s").exists()


# ---- networks


def test_a_network_asks_what_a_missing_tie_means(tmp_path: Path) -> None:
    export = tmp_path / "ties.csv"
    export.write_text("source,target,weight\nnav,ks,2\nks,hdir,3\n", encoding="utf-8")
    told = import_export(export, "edges", tmp_path / "s")
    assert "W-EXP-034" in [problem.code for problem in told.undecided]
    assert "E-MAN-007" in [problem.code for problem in told.report.errors]
    import_export(export, "edges", tmp_path / "t", unlisted="absent")
    network = nc.build_network(nc.read_study(tmp_path / "t"), "tie")
    assert (network.n, network.n_ties) == (3, 2)
    assert network.ties.loc["nav", "hdir"] == 0


def test_what_a_reader_asks_can_be_answered(tmp_path: Path) -> None:
    export = tmp_path / "ties.csv"
    export.write_text("fra,til,vekt\nnav,ks,2\nks,hdir,3\n", encoding="utf-8")
    with pytest.raises(nc.InputError, match="source"):
        import_export(export, "edges", tmp_path / "s")
    names = {"columns.source": "fra", "columns.target": "til", "columns.weight": "vekt"}
    told = import_export(
        export, "edges", tmp_path / "s", reading=names, unlisted="absent"
    )
    assert told.report.ok
    with pytest.raises(nc.UnknownNameError, match="graph_id"):
        import_export(export, "graphml", tmp_path / "x", reading={"graph": "1"})


# ---- refusals


def test_every_preset_has_a_reader() -> None:
    assert sorted(PRESETS) == sorted(READERS)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    export = given(tmp_path)
    with pytest.raises(nc.InputError, match="not empty"):
        import_export(export, "plain", tmp_path)
    with pytest.raises(nc.InputError, match="is a file"):
        import_export(export, "plain", export)
    with pytest.raises(nc.UnknownNameError, match="surveyxact"):
        import_export(export, "survey_xact", tmp_path / "s")


def test_personal_data_never_reach_the_study(tmp_path: Path) -> None:
    section = SECTION.replace('actor = "enhet"', 'actor = "enhet"\nattributes = ["m"]')
    wide = "id,enhet,v1,v2,m\nr1,1,4,5,kari@example.org\nr2,1,4,5,\nr3,2,4,4,\n"
    problems = said(tmp_path, wide, CODEBOOK + section)
    assert any("E-PRI-002" in problem for problem in problems)
    assert not any("kari" in problem for problem in problems)


def test_the_command_line_tells_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export = given(tmp_path)
    words = ["import", str(export), "--preset", "plain", "--out", str(tmp_path / "s")]
    book = ["--codebook", str(tmp_path / "codebook.toml")]
    assert main([*words, *book, "--language", "nb"]) == 0
    told = capsys.readouterr().out
    assert "3 respondenter, 6 svar" in told
    assert "Dataene kan brukes.\n" in told
    assert main([*words, *book]) == 2
    assert "not empty" in (told := capsys.readouterr().err)
    assert "(--overwrite)" in told
    assert main([*words, *book, "--overwrite", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["rows"]["answers"] == 6
    assert made["recoded"] == {"dont_know": 1, "no_answer": 1}


@pytest.mark.parametrize("codebook", [AUTHORITY, AUTHORITY / "study.toml"])
def test_the_command_speaks_the_language_of_the_codebook(
    codebook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["import", str(tmp_path / "nowhere.csv"), "--preset", "plain"]
    words += ["--out", str(tmp_path / "s"), "--codebook", str(codebook)]
    assert main(words) == 2
    assert "Rettelse: " in capsys.readouterr().err
    assert main([*words, "--language", "en"]) == 2
    assert "Fix: " in capsys.readouterr().err
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "ours.txt").write_text("ours")
    assert main(words) == 2
    assert "overskriv den (--overwrite)" in capsys.readouterr().err
