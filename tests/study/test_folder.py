"""Which file a table is read from, where more than one could hold it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import netcollab as nc
from netcollab.study import check_study, import_export, new_study

ANSWERS = "respondent;item;target;value\nr1;rc_knowledge_1;ppr;4\n"
PEOPLE = "respondent;actor\nr1;nav\n"


def begun(tmp_path: Path) -> Path:
    return new_study(tmp_path / "study", actors=["nav", "ppr"], language="en")


def codes(folder: Path) -> list[str]:
    return [problem.code for problem in check_study(folder).problems]


def test_a_file_is_read_in_place_of_an_empty_sheet_and_it_is_said(
    tmp_path: Path,
) -> None:
    folder = begun(tmp_path)
    (folder / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    (folder / "respondents.csv").write_text(PEOPLE, encoding="utf-8")
    told = check_study(folder)
    assert told.ok
    said = {p.file: p.fields["other"] for p in told.notes if p.code == "N-FIL-022"}
    assert said == dict.fromkeys(("answers.csv", "respondents.csv"), "template.xlsx")
    assert nc.read_study(folder).answers["value"].tolist() == [4]


@pytest.mark.parametrize("name", ["actors.csv", "Actors.txt", "actors.xlsx"])
def test_two_sources_with_rows_are_an_error(tmp_path: Path, name: str) -> None:
    folder = begun(tmp_path)
    other = folder / name
    if name.endswith("xlsx"):
        book = openpyxl.Workbook()
        book.active.append(["actor"])  # type: ignore[union-attr]
        book.save(other)
    else:
        other.write_text("actor\nskole\n", encoding="utf-8")
    (double,) = (p for p in check_study(folder).errors if p.code == "E-FIL-021")
    assert double.file == name
    other.rename(folder / "tidligere.csv")
    assert "E-FIL-021" not in codes(folder)


def test_to_name_the_file_reads_it(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    (folder / "actors.csv").write_text("actor\nskole\nbup\n", encoding="utf-8")
    assert "E-FIL-021" in codes(folder)
    page = (folder / "study.toml").read_text(encoding="utf-8")
    old = '[files.actors]\npath = "template.xlsx"\nsheet = "actors"\n'
    assert old in page
    new = '[files.actors]\npath = "actors.csv"\n'
    (folder / "study.toml").write_text(page.replace(old, new), encoding="utf-8")
    assert "E-FIL-021" not in codes(folder)
    (file,) = (f for f in check_study(folder).files if f.table == "actors")
    assert (file.path, file.rows_used) == ("actors.csv", 2)


def test_a_template_may_be_left_with_a_single_empty_sheet(tmp_path: Path) -> None:
    folder = begun(tmp_path)
    tables = {
        "sites": "site\nå\n",
        "ties": "relation,source,target,weight\nrelational_capacity,nav,ppr,2\n",
        "respondents": PEOPLE,
        "answers": ANSWERS,
        "affiliations": "actor,object\nnav,m\n",
        "aliases": "alias,actor\nhod,nav\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    assert "E-FIL-018" not in codes(folder)


def test_a_misspelt_file_is_asked_about_where_the_sheet_is_empty(
    tmp_path: Path,
) -> None:
    folder = begun(tmp_path)
    (folder / "answer.csv").write_text(ANSWERS, encoding="utf-8")
    (asked,) = (p for p in check_study(folder).problems if p.code == "W-FIL-014")
    assert (asked.file, asked.fields["near"]) == ("answer.csv", "answers")


def test_an_import_takes_the_actors_of_the_file_beside_an_empty_sheet(
    tmp_path: Path,
) -> None:
    folder = new_study(tmp_path / "study", language="en")
    (folder / "actors.csv").write_text("actor\nnav\nppr\nskole\n", encoding="utf-8")
    export = tmp_path / "svar.csv"
    export.write_text(
        "respondent,actor,rc_knowledge_1__ppr\nr1,nav,4\nr2,skole,5\n", encoding="utf-8"
    )
    told = import_export(export, "plain", tmp_path / "out", codebook=folder)
    assert told.counts["actors"] == 3
    assert "N-FIL-022" in [problem.code for problem in told.undecided]
