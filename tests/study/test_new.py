"""A new study: what is written can be filled in, and what is filled in can be read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.study import (
    MISSING_REASONS,
    TIE_STATES,
    check_study,
    codebook,
    instrument,
    new_study,
    next_steps,
)
from netcollab.study.schema import TABLES

LANGUAGES = ("nb", "da", "en")
ACTORS = {"ppr": "PPR", "bv": "Barneverntjenesten"}
SITES = {"0301": "Oslo", "1103": "Stavanger"}


def rows(file: Path, sheet: str) -> list[tuple[Any, ...]]:
    """The cells of one sheet."""
    return list(openpyxl.load_workbook(file)[sheet].iter_rows(values_only=True))


def fill(folder: Path, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Fill the template under its own headers, as a user would."""
    book = openpyxl.load_workbook(folder / "template.xlsx")
    for name, records in tables.items():
        sheet = book[name]
        headers = [cell.value for cell in sheet[1]]
        for record in records:
            sheet.append([record.get(header) for header in headers])
    book.save(folder / "template.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_runs_give_identical_bytes(tmp_path: Path, language: str) -> None:
    options: dict[str, Any] = {"language": language, "actors": ACTORS, "sites": SITES}
    options["instruments"] = ["relational_capacity", "leadership", "formal_structure"]
    one = new_study(tmp_path / "a" / "study", **options)
    two = new_study(tmp_path / "b" / "study", **options)
    assert sorted(p.name for p in one.iterdir()) == [
        "questionnaire.xlsx",
        "study.toml",
        "template.xlsx",
    ]
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes(), file.name


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_study_is_told_what_to_fill_in(tmp_path: Path, language: str) -> None:
    folder = new_study(tmp_path / "study", language=language)
    told = check_study(folder)
    found = [(p.code, p.sheet) for p in told.problems if p.severity != "NOTE"]
    assert found == [("E-FIL-018", "actors"), ("E-STU-005", "")]
    empty = {p.sheet for p in told.problems if p.code == "N-FIL-019"}
    assert empty == set(TABLES) - {"actors"}


def test_the_manifest_holds_the_codebook(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", name='Barn "og" unge', language="da")
    told = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    assert (told["name"], told["language"]) == ('Barn "og" unge', "da")
    sections = codebook("relational_capacity", "leadership")
    assert (told["scales"], told["items"]) == (sections["scales"], sections["items"])
    assert told["relations"] == {
        "relational_capacity": {
            "unlisted": "not_asked",
            "scale": [1, 5],
            "own_group": "keep",
            "label": {
                "nb": "Relasjonell kapasitet",
                "da": "Relationel kapacitet",
                "en": "Relational capacity",
            },
        }
    }
    assert told["privacy"]["min_respondents"] == 5
    assert told["files"]["ties"] == {"path": "template.xlsx", "sheet": "ties"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_in_the_template_and_explained(
    tmp_path: Path, language: str
) -> None:
    folder = new_study(tmp_path / "x", language=language)
    book = openpyxl.load_workbook(folder / "template.xlsx")
    readme = book.worksheets[0]
    told = {(r[0], r[1]): r[3] for r in readme.iter_rows(values_only=True) if r[0]}
    for name, table in TABLES.items():
        sheet = book[name]
        assert [cell.value for cell in sheet[1]] == list(table.names)
        assert sheet.freeze_panes == "A2"
        assert (sheet.max_row, sheet.row_dimensions[1].hidden) == (1, False)
        for cell, column in zip(sheet[1], table.columns, strict=True):
            assert told[name, column.name], (name, column.name)
            assert cell.comment.text.startswith(told[name, column.name])
            styled = sheet.column_dimensions[cell.column_letter].number_format
            assert styled == ("General" if column.kind == "number" else "@")


def test_known_words_are_offered(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(new_study(tmp_path / "x") / "template.xlsx")

    def offered(sheet: str) -> dict[str, str]:
        choices = book[sheet].data_validations.dataValidation
        return {str(choice.sqref)[0]: choice.formula1 for choice in choices}

    assert offered("ties")["G"] == f'"{",".join(TIE_STATES)}"'
    assert offered("answers")["F"] == f'"{",".join(MISSING_REASONS)}"'
    assert offered("ties")["D"] == offered("answers")["C"] == "actors!$B$2:$B$5000"


def test_a_filled_template_is_read(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", actors=ACTORS)
    answers = [
        {"respondent": "r1", "item": "rc_respect_1", "target": "bv", "value": 4},
        {"respondent": "r1", "item": "rc_respect_2", "target": "bv", "value": 98},
        {"respondent": "r1", "item": "rc_respect_1", "target": "ppr", "value": 5},
        {"respondent": "r2", "item": "lead_vision_1", "value": "2"},
    ]
    people = [{"respondent": "r1", "actor": "ppr"}, {"respondent": "r2", "actor": "bv"}]
    fill(folder, {"respondents": people, "answers": answers})
    study = nc.read_study(folder)
    assert study.actors["name_nb"].tolist() == ["PPR", "Barneverntjenesten"]
    assert set(study.actors["site"]) == {"x"}
    assert study.answers["missing_reason"].tolist()[1] == "dont_know"
    assert study.waves == ["1"]
    codes = {p.code for p in study.report.problems}
    assert "N-COL-010" in codes
    assert not study.report.has_errors


def test_sites_and_their_zeros_are_kept(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", actors=ACTORS, sites=SITES)
    people = [{"site": "0301", "respondent": "r1", "actor": "ppr"}]
    answers = [{"respondent": "r1", "item": "rc_respect_1", "target": "bv", "value": 4}]
    fill(folder, {"respondents": people, "answers": answers})
    study = nc.read_study(folder)
    assert study.sites["site"].tolist() == ["0301", "1103"]
    assert study.actors["actor"].tolist() == ["ppr", "bv"] * 2


def test_a_column_left_empty_where_there_are_two_sites_is_an_error(
    tmp_path: Path,
) -> None:
    folder = new_study(tmp_path / "x", actors=ACTORS, sites=SITES)
    fill(folder, {"respondents": [{"respondent": "r1", "actor": "ppr"}]})
    told = [p for p in check_study(folder).problems if p.code.startswith("E-SIT")]
    assert {p.code for p in told} == {"E-SIT-005"}
    assert all(p.column == "site" for p in told)
    assert "fill in the column" in str(told[0])


def test_a_site_that_five_respondents_name_is_said(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", actors=ACTORS, sites=SITES)
    names = ["Trondheim"] * 5 + ["Kari"] * 4
    people = [
        {"site": site, "respondent": f"r{n}", "actor": "ppr"}
        for n, site in enumerate(names)
    ]
    fill(folder, {"respondents": people})
    lost = [p for p in check_study(folder).problems if p.code == "E-REF-003"]
    assert [p.value for p in lost] == ["Trondheim"] * 5 + ["***"] * 4
    assert "Kari" not in str(check_study(folder).to_dict())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_questionnaire_names_each_target(tmp_path: Path, language: str) -> None:
    folder = new_study(tmp_path / "x", language=language, actors=ACTORS, sites=SITES)
    book = openpyxl.load_workbook(folder / "questionnaire.xlsx")
    about, asked = book.worksheets
    assert "5" in " ".join(str(cell.value) for cell in about["A"])
    told = [r[1:] for r in asked.iter_rows(min_row=2, values_only=True)]
    assert [r[0] for r in told[:3]] == ["site", "actor", "role"]
    rc, lead = instrument("relational_capacity"), instrument("leadership")
    variables = [f"{item}__{a}" for a in ACTORS for item in rc.items] + [*lead.items]
    assert [r[0] for r in told[3:]] == variables
    numbers = [r[0] for r in asked.iter_rows(min_row=2, values_only=True)]
    assert numbers == [str(n) for n in range(1, len(told) + 1)]
    one = dict(zip(variables, told[3:], strict=True))["rc_respect_1__bv"]
    words = rc.items["rc_respect_1"].label[language]
    assert one[1] == words.replace("{target}", "Barneverntjenesten")
    assert one[3:] == ("rc_respect_1", "bv")
    assert one[2].startswith("1 = ")
    assert "98 = " in one[2]
    assert not any("{" in str(cell) for row in told for cell in row)


def test_a_questionnaire_before_the_actors_are_known(tmp_path: Path) -> None:
    folder = new_study(
        tmp_path / "x", language="en", instruments=["relational_capacity"]
    )
    told = rows(folder / "questionnaire.xlsx", "Questionnaire")
    assert told[3][1:3] == (
        "rc_knowledge_1__TARGET",
        "I know which tasks belong to [name of the function].",
    )
    about = rows(folder / "questionnaire.xlsx", "About the survey")
    assert "TARGET" in str(about[-1][0])


def test_coding_schemes_give_a_sheet_for_the_coders(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", instruments=["formal_structure", "ansell_gash"])
    told = rows(folder / "template.xlsx", "Koding formal_structure")
    scheme = instrument("formal_structure")
    assert [r[:2] for r in told[1::3]] == [
        (i.construct, i.name) for i in scheme.indicators.values()
    ]
    assert [r[4] for r in told[1:4]] == ["0", "1", "2"]
    assert len(rows(folder / "template.xlsx", "Koding ansell_gash")) == 1 + 10 * 5
    assert "scales" not in tomllib.loads((folder / "study.toml").read_text("utf-8"))


def test_an_instrument_of_ones_own_is_taken_from_its_file(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\nkind = "questionnaire"\n'
        '[constructs.ease]\nlabel.nb = "Letthet"\n'
        '[dimensions.access]\nconstruct = "ease"\nlabel.nb = "Tilgang"\n'
        "[scales.s]\nlow = 1\nhigh = 3\n"
        '[items.ease_1]\ndimension = "access"\nscale = "s"\n'
        'label.nb = "Lett å nå {target}."\n',
        encoding="utf-8",
    )
    folder = new_study(tmp_path / "x", instruments=[str(own)], actors=["ppr"])
    told = rows(folder / "questionnaire.xlsx", "Spørreskjema")
    assert told[-1][1:3] == ("ease_1__ppr", "Lett å nå ppr.")
    with pytest.raises(InputError, match=r'"own" has no words in "da" for: ease_1'):
        new_study(tmp_path / "y", instruments=[own], language="da")
    assert not (tmp_path / "y").exists()


def test_it_is_whole_or_not_there(tmp_path: Path, monkeypatch: Any) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is not empty"):
        new_study(full)
    assert [p.name for p in full.iterdir()] == ["notes.txt"]
    with pytest.raises(InputError, match="is a file"):
        new_study(full / "notes.txt")
    replaced: list[Path] = []

    def fail(source: Path, target: Path) -> None:
        if replaced:
            raise OSError("disk full")
        replaced.append(Path(source).rename(target))

    monkeypatch.setattr("netcollab.study.writing.os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        new_study(tmp_path / "new")
    assert replaced
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"language": "sv"}, InputError, "language"),
        ({"instruments": ["leadershp"]}, UnknownNameError, "leadership"),
        ({"instruments": ["nowhere.toml"]}, InputError, "E-FIL-006"),
        ({"actors": [" ppr"]}, InputError, "ppr"),
        ({"actors": ["ppr", "PPR"]}, InputError, "given twice"),
        ({"sites": [""]}, InputError, "no site"),
        ({"name": " x "}, InputError, "name"),
    ],
)
def test_what_cannot_be_is_refused_before_writing(
    tmp_path: Path, options: dict[str, Any], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        new_study(tmp_path / "x", **options)
    assert not (tmp_path / "x").exists()


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    folder = new_study(tmp_path / "x", actors={"a": "=1+1", "b": "+47"})
    book = openpyxl.load_workbook(folder / "template.xlsx")
    assert [book["actors"].cell(r, 3).data_type for r in (2, 3)] == ["s", "s"]
    with pytest.raises(InputError, match="control"):
        new_study(tmp_path / "y", actors={"a": "x\x00"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_next_steps_name_the_files(language: str) -> None:
    told = next_steps("my study", language)
    assert "my study/template.xlsx" in told
    assert 'netcollab check "my study"' in told
    told = next_steps("study", language, command="py run.py")
    assert "py run.py check study" in told
