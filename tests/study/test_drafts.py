"""A draft keeps no words of persons, and is written only where it can be completed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.study import ImportReport, import_export
from netcollab.study.ledger import LIMIT, Ledger
from netcollab.study.problems import Place

UNITS = ("nav", "ks", "ppr")


def table(columns: dict[str, list[str]], n: int = 24) -> str:
    """A plain export of n respondents; the cells of a column come round again."""
    columns = {
        "id": [f"r{k}" for k in range(n)],
        "sted": ["Alm", "Bo"],
        "enhet": list(UNITS),
    } | columns
    rows = [list(columns)]
    rows += [[c[k % len(c)] for c in columns.values()] for k in range(n)]
    return "\n".join(",".join(row) for row in rows) + "\n"


def replaced(text: str, row: int, column: str, cell: str) -> str:
    """The export with another cell; the row is that of a spreadsheet."""
    rows = [line.split(",") for line in text.splitlines()]
    rows[row - 1][rows[0].index(column)] = cell
    return "\n".join(map(",".join, rows)) + "\n"


def words(tmp_path: Path, text: str, *more: str) -> list[str]:
    (tmp_path / "svar.csv").write_text(text, "utf-8")
    asked = ["import", str(tmp_path / "svar.csv"), "--preset", "plain", "--out"]
    asked += [str(tmp_path / "ut"), "--respondent", "id", "--actor", "enhet"]
    return [*asked, "--site", "sted", *more]


def drafted(tmp_path: Path, text: str, **more: Any) -> ImportReport:
    (tmp_path / "svar.csv").write_text(text, "utf-8")
    chosen = {"respondent": "id", "actor": "enhet", "site": "sted"}
    options: dict[str, Any] = {"variables": chosen} | more
    return import_export(tmp_path / "svar.csv", "plain", tmp_path / "ut", **options)


def told_of(report: ImportReport, code: str) -> list[dict[str, str]]:
    return [dict(p.fields) for p in report.undecided if p.code == code]


def written(folder: Path) -> str:
    return "".join(file.read_text("utf-8") for file in folder.iterdir())


# ---- words of persons


@pytest.mark.parametrize(
    "remark", ["spør heller Kari", "Kari", "4 Kari", "ca 4", "Vet ikke spør Kari", "4?"]
)
def test_a_remark_among_numbers_is_counted_and_not_kept(
    tmp_path: Path, remark: str
) -> None:
    text = replaced(table({"tillit": list("12345")}), 9, "tillit", remark)
    report = drafted(tmp_path, text)
    (left,) = told_of(report, "W-EXP-042")
    assert (left["count"], left["known"]) == ("1", "tillit D9")
    answers = pd.read_csv(tmp_path / "ut" / "answers.csv", dtype=str)
    assert len(answers) == 23
    assert "r7" not in set(answers["respondent"])
    everything = written(tmp_path / "ut") + json.dumps(report.to_dict())
    assert remark not in everything
    assert "Kari" not in everything
    (scale,) = told_of(report, "W-EXP-030")
    assert (scale["known"], scale["low"], scale["high"]) == ("tillit", "1", "5")


def test_words_of_fewer_than_five_are_not_kept_beside_common_ones(
    tmp_path: Path,
) -> None:
    text = table({"svar": ["Ja", "Nei"]})
    for row in (3, 5, 7, 9):
        text = replaced(text, row, "svar", "Kanskje")
    text = replaced(text, 11, "svar", "vet ikke")
    report = drafted(tmp_path, text)
    (left,) = told_of(report, "W-EXP-042")
    assert (left["count"], left["known"]) == ("4", "svar D3, D5, D7, D9")
    answers = pd.read_csv(tmp_path / "ut" / "answers.csv", dtype=str)
    assert set(answers["value"]) == {"Ja", "Nei", "vet ikke"}


def test_one_person_in_five_questions_is_one_person(tmp_path: Path) -> None:
    names = [f"q5_{n}" for n in range(6)]
    text = table({name: list("12345") for name in names})
    for name in names:
        text = replaced(text, 9, name, "spør Kari")
    report = drafted(tmp_path, text)
    (left,) = told_of(report, "W-EXP-042")
    assert left["count"] == "6"
    assert "Kari" not in written(tmp_path / "ut")


@pytest.mark.parametrize("name", ["Kommentar", "Andet, skriv"])
def test_a_column_named_as_free_text_stays_free_text(tmp_path: Path, name: str) -> None:
    text = table({"a": list("12345"), f'"{name}"': ["1", "2", "3", "Kari"]})
    report = drafted(tmp_path, text)
    assert [n["known"] for n in told_of(report, "N-EXP-026")] == [name]


def test_what_one_person_wrote_as_other_is_no_label(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(["ID", "Start time", "Completion time", "Email", "Name", "Hvem?"])
    for row in range(1, 9):
        given = "NAV;PPR;" if row > 1 else "NAV;Spør heller Kari;"
        sheet.append([row, "", "", "anonymous", "", given])
    book.save(tmp_path / "forms.xlsx")
    told = import_export(tmp_path / "forms.xlsx", "msforms", tmp_path / "ut")
    page = written(tmp_path / "ut")
    assert "Kari" not in page + json.dumps(told.to_dict())
    assert 'en = "Hvem? – NAV"' in page
    answers = pd.read_csv(tmp_path / "ut" / "answers.csv", dtype=str)
    assert answers["item"].nunique() == 3


# ---- what stops a draft


def twice(text: str) -> str:
    return replaced(text, 5, "id", "r0")


def two_spellings(text: str) -> str:
    return replaced(text, 5, "enhet", "NAV")


def personal(text: str) -> str:
    return replaced(text, 5, "id", "kari@example.org")


@pytest.mark.parametrize(
    ("spoilt", "code"),
    [(twice, "E-RES-001"), (two_spellings, "E-ACT-002"), (personal, "E-PRI-002")],
)
def test_what_no_codebook_settles_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoilt: Any, code: str
) -> None:
    text = spoilt(table({"a": list("12345")}))
    assert main(words(tmp_path, text, "--language", "nb")) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("Ingenting ble skrevet til")
    assert f"netcollab: {code} svar.csv" in told.err
    assert "kari@" not in told.err
    assert not (tmp_path / "ut").exists()


def test_every_kind_of_fault_is_told_when_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = table({"a": list("12345"), "b": ["1", "2", "vet ikke"]})
    text = two_spellings(replaced(twice(text), 7, "enhet", ""))
    text = replaced(text, 9, "a", "spør Kari")
    assert main(words(tmp_path, text)) == 2
    told = capsys.readouterr().err
    kinds = ("E-RES-001", "E-EXP-015", "E-ACT-002", "E-ANS-010", "W-EXP-042")
    for kind in kinds:
        assert told.count(f"{kind} svar.csv") == 1, kind
    assert "E-ANS-001" not in told
    assert "Kari" not in told


def test_a_fault_of_a_thousand_rows_hides_no_other() -> None:
    ledger = Ledger("study")
    for row in range(2, 3 * LIMIT):
        ledger.add("E-ANS-002", Place("a.csv", row=row, column="x", letter="A"))
    ledger.add("E-RES-001", Place("b.csv", row=3, column="id", letter="A"))
    ledger.add("N-EXP-033", Place("b.csv"), count=2)
    codes = {problem.code for problem in ledger.listed()}
    assert codes == {"E-ANS-002", "E-RES-001", "N-EXP-033", "E-STU-006"}
    assert len(ledger.listed()) == LIMIT


# ---- what a draft leaves open


def test_a_draft_says_what_is_still_to_be_settled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = table({"a": list("12345"), "b": ["Ja", "Nei"]})
    text = replaced(text, 7, "enhet", "")
    assert main(words(tmp_path, text, "--language", "nb")) == 0
    told = capsys.readouterr().out
    for unsaid in ("Dataene kan", "Skrevet til", "til av samme slag"):
        assert unsaid not in told
    assert "Et utkast er skrevet til" in told
    assert "Må avgjøres (4), i" in told
    assert "E-EXP-015 svar.csv rad 7, kolonne enhet (C7)" in told
    assert told.rstrip().endswith(f'check "{tmp_path / "ut"}".')
    assert told.count("W-EXP-025") == 1
    assert "E-ANS-010" not in told
    actors = pd.read_csv(tmp_path / "ut" / "actors.csv", dtype=str)
    assert not actors["actor"].isna().any()


def test_a_draft_that_is_completed_is_a_study(tmp_path: Path) -> None:
    text = table({"a": list("12345"), "b": ["Ja", "Nei"]})
    text = replaced(text, 9, "a", "spør Kari")
    drafted(tmp_path, text)
    book = tmp_path / "ut" / "study.toml"
    page = book.read_text("utf-8") + '\n[export.codes.scale_2]\n"Ja" = 1\n"Nei" = 2\n'
    book.write_text(page, "utf-8")
    again: dict[str, Any] = {"variables": None, "codebook": tmp_path / "ut"}
    with pytest.raises(nc.InputError) as caught:
        drafted(tmp_path, text, **again, overwrite=True)
    (fault,) = (p for p in caught.value.problems if p.code.startswith("E"))
    assert (fault.code, fault.row, fault.column) == ("E-ANS-010", 9, "a")
    report = drafted(tmp_path, replaced(text, 9, "a", ""), **again, overwrite=True)
    assert report.report.ok
    assert not report.is_draft


@pytest.mark.parametrize(
    ("rows", "code", "is_written"),
    [
        ("a,a,1\n", "E-TIE-002", True),
        ("a,b,2\n", "E-TIE-003", True),
        ("c,b,-1\n", "E-TIE-011", True),
        ("c,b,many\n", "W-EXP-051", True),
        ("c,b,x\n", "E-NUM-001", False),
    ],
)
def test_a_network_is_drafted_if_its_codebook_can_settle_it(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    rows: str,
    code: str,
    is_written: bool,
) -> None:
    export = tmp_path / "ties.csv"
    export.write_text(f"source,target,weight\na,b,2\nb,c,3\n{rows}", "utf-8")
    out = tmp_path / "ut"
    asked = ["import", str(export), "--preset", "edges", "--out", str(out)]
    assert main([*asked, "--unlisted", "absent"]) == (0 if is_written else 2)
    told = capsys.readouterr()
    assert f"{code} ties.csv" in told.out + told.err
    assert out.exists() == is_written
    assert "cannot be used" not in told.out


@pytest.mark.parametrize(("column", "meant"), [("sted", "Alm"), ("enhet", "ks")])
def test_an_empty_place_is_given_a_meaning_as_the_fault_says(
    tmp_path: Path, column: str, meant: str
) -> None:
    text = replaced(table({"a": list("12345")}), 5, column, "")
    report = drafted(tmp_path, text)
    (fault,) = (p for p in report.open if p.severity == "ERROR")
    assert (fault.code, fault.row, fault.column) == ("E-EXP-015", 5, column)
    section = f"[export.codes.{column}]"
    assert section in fault.fix
    book = tmp_path / "ut" / "study.toml"
    book.write_text(f'{book.read_text("utf-8")}\n{section}\n"" = "{meant}"\n', "utf-8")
    again: dict[str, Any] = {"variables": None, "codebook": tmp_path / "ut"}
    assert drafted(tmp_path, text, **again, overwrite=True).report.ok
    people = pd.read_csv(tmp_path / "ut" / "respondents.csv", dtype=str)
    assert people["site" if column == "sted" else "actor"][3] == meant


# ---- no message shows what a respondent wrote

BOOK = """\
name = "small"

[scales.five]
low = 1
high = 5
labels = { 1 = { nb = "Helt uenig" }, 5 = { nb = "Helt enig" } }

[items.a]
scale = "five"
about = "self"

[items.b]
scale = "five"
about = "self"
map = { 1 = 1, 2 = 3, 3 = 5 }

[export]
preset = "plain"
respondent = "id"
actor = "enhet"
site = "sted"
"""


@pytest.mark.parametrize("is_draft", [True, False])
@pytest.mark.parametrize("column", ["id", "a", "b", "fri"])
@pytest.mark.parametrize(
    "cell", ["Kanari Fugl", "3 - Kanari", "Vet ikke kanari", "kanari-4", "1 000 kanari"]
)
def test_words_of_respondents_are_never_said(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    cell: str,
    column: str,
    is_draft: bool,
) -> None:
    text = table({"a": list("12345"), "b": list("123"), "fri": [""]})
    for row in (3, 4, 5, 6)[: 2 if column == "id" else 4]:
        text = replaced(text, row, column, cell)
    (tmp_path / "book.toml").write_text(BOOK, "utf-8")
    asked = words(tmp_path, text)
    if not is_draft:
        asked = [*asked[:6], "--codebook", str(tmp_path / "book.toml")]
    for more in ([], ["--json", "--overwrite"]):
        code = main([*asked, *more])
        told = capsys.readouterr()
        assert code == (
            2 if column == "id" or (column != "fri" and not is_draft) else 0
        )
        assert "kanari" not in (told.out + told.err).casefold()
    if (tmp_path / "ut").exists():
        assert "kanari" not in written(tmp_path / "ut").casefold()
