"""Headers that end in the name of a unit are drafted as questions about it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import netcollab as nc
from netcollab.study import import_export

UNITS = ["Myndighed", "PPR", "Job"]


def rows(head: list[str]) -> list[list[str]]:
    """A header and nine respondents, three of each unit."""
    told = [[f"r{n}", UNITS[n % 3]] for n in range(9)]
    return [head] + [
        [*row, *(str((n + k) % 5 + 1) for k in range(len(head) - 2))]
        for n, row in enumerate(told)
    ]


def book_of(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "study.toml").read_text("utf-8"))


def drafted(tmp_path: Path, head: list[str]) -> dict[str, Any]:
    lines = "".join(";".join(row) + "\n" for row in rows(head))
    (tmp_path / "e.csv").write_text(lines, encoding="cp1252")
    chosen = {"actor": "Din funktion"}
    import_export(tmp_path / "e.csv", "plain", tmp_path / "s", variables=chosen)
    return book_of(tmp_path / "s")


@pytest.mark.parametrize(
    "form", ["{q} - {u}", "{q}.{u}", "{q}: {u}", "{q} [{u}]", "{q} – {u}", "{q} - {u}?"]
)
def test_rows_of_units_are_one_item_about_each(tmp_path: Path, form: str) -> None:
    head = [form.format(q="Gensidig respekt i hverdagen", u=unit) for unit in UNITS]
    book = drafted(tmp_path, ["respondent", "Din funktion", *head])
    assert book["items"] == {
        "q3": {
            "scale": "scale_1",
            "about": "target",
            "label": {"en": "Gensidig respekt i hverdagen"},
        }
    }
    answers = book["export"]["answers"]
    assert [answers[name] for name in head] == [
        {"item": "q3", "target": unit} for unit in UNITS
    ]


def test_other_headers_stay_about_the_respondent(tmp_path: Path) -> None:
    head = [
        "Respekt - PPR",
        "Respekt - Job",
        "Respekt",
        "Tillid - PPR",
        "Tillid - Alle",
    ]
    book = drafted(tmp_path, ["respondent", "Din funktion", *head])
    about = {
        name: (said["item"], said.get("target"))
        for name, said in book["export"]["answers"].items()
    }
    assert about == {
        "Respekt - PPR": ("q3", "PPR"),
        "Respekt - Job": ("q3", "Job"),
        "Respekt": ("Respekt", None),
        "Tillid - PPR": ("q6", None),
        "Tillid - Alle": ("q7", None),
    }


def test_such_a_draft_lacks_only_what_the_items_measure(tmp_path: Path) -> None:
    head = [f"{q} - {u}" for q in ("Respekt", "Tillid") for u in UNITS]
    drafted(tmp_path, ["respondent", "Din funktion", *head])
    file = tmp_path / "s" / "study.toml"
    page = file.read_text("utf-8")
    for item in ("Respekt", "Tillid"):
        page = page.replace(f"[items.{item}]\n", f'[items.{item}]\ndimension = "rc"\n')
    page += '\n[relations.rc]\nunlisted = "not_asked"\nown_group = "drop"\n'
    file.write_text(page, encoding="utf-8")
    chosen: dict[str, Any] = {"codebook": tmp_path / "s", "overwrite": True}
    assert import_export(
        tmp_path / "e.csv", "plain", tmp_path / "s", **chosen
    ).report.ok
    study = nc.read_study(tmp_path / "s")
    assert set(study.answers["target"]) == set(UNITS)
    assert set(study.answers["item"]) == {"Respekt", "Tillid"}


def test_a_form_is_drafted_so_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    head = ["ID", "Start time", "Completion time", "Email", "Name", "Din funktion"]
    words = ["Enig", "Uenig"]
    sheet.append([*head, *(f"Respekt.{unit}" for unit in UNITS)])
    for n in range(12):
        own = UNITS[n % 3]
        sheet.append([n, "", "", "anonymous", "", own, *(words[n % 2] for _ in UNITS)])
    book.save(tmp_path / "forms.xlsx")
    chosen = {"actor": "Din funktion"}
    import_export(tmp_path / "forms.xlsx", "msforms", tmp_path / "s", variables=chosen)
    answers = book_of(tmp_path / "s")["export"]["answers"]
    assert {said["target"] for said in answers.values()} == set(UNITS)
    assert {said["item"] for said in answers.values()} == {"Respekt"}
