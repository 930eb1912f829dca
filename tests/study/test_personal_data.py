"""The door: what no column may hold, and free text that nobody declared."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import Any

import pytest

import netcollab as nc
from netcollab.study import DataReport, check_study, read_study

TOML = """\
name = "survey"

[scales.agree5]
low = 1
high = 5

[items.q1]
scale = "agree5"
about = "self"
"""
PRIVACY = TOML + "[privacy]\n"
PEOPLE = ["r1", "r2", "r3", "r4"]
LONG = [
    "Vi snakker alt for lite sammen på tvers av kontorene",
    "Det var fint at vi fikk et felles møte hver måned",
    "",
    "Ledelsen bør møte oss oftere og lytte til det vi sier",
]


def survey(make: Any, *, toml: str = TOML, ids: Any = PEOPLE, **extra: Any) -> Path:
    """Four respondents with one answer each; `extra` are columns of respondents."""
    header = ",".join(["respondent", "actor", *extra])
    rows = [
        ",".join([person, "nav" if n % 2 else "ks", *(extra[x][n] for x in extra)])
        for n, person in enumerate(ids)
    ]
    answers = [f"{person},q1,{n % 5 + 1}" for n, person in enumerate(ids)]
    folder: Path = make(
        toml=toml,
        ties=None,
        respondents="\n".join([header, *rows]),
        answers="\n".join(["respondent,item,value", *answers]),
    )
    return folder


def found(report: DataReport) -> list[str]:
    """Codes of the errors and warnings."""
    return [p.code for p in report.problems if p.severity != "NOTE"]


# ---- what is an error in any column


@pytest.mark.parametrize(
    ("header", "cells", "code"),
    [
        ("extra", ["0101070001", "1502081232", "2803091233", "1705101234"], "1"),
        ("cpr", ["101701234", "x", "", ""], "1"),
        ("extra", ["a@b.example", "", "", ""], "2"),
        ("extra", ["12 34 56 78", "", "", ""], "4"),
        ("telefon", ["98765432", "", "", ""], "4"),
    ],
)
def test_the_first_row_is_named_and_every_one_is_counted(
    make: Any, header: str, cells: list[str], code: str
) -> None:
    report = check_study(survey(make, **{header: cells}))
    (problem,) = (p for p in report.problems if p.severity != "NOTE")
    assert (problem.code, problem.row, problem.letter) == (f"E-PRI-00{code}", 2, "C")
    n_bad = 4 if all(cells) and code == "1" else 1
    assert problem.fields["count"] == str(n_bad)
    file = next(f for f in report.files if f.table == "respondents")
    assert file.excluded == {"error": n_bad}
    named = PRIVACY + f'identifiers = ["{header}"]\n'
    study = read_study(survey(make, toml=named, **{header: cells}))
    assert header not in study.respondents


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("orgnr", ["974760673", "889640782"]),
        ("cvr", ["12345678", "10103940"]),
        ("p_nummer", ["1003388221", "1003388222"]),
        ("kommunenummer", ["0301", "1103"]),
        ("founded", ["1998", "2024"]),
        ("budget", ["12000000", "98765432"]),
        ("id", ["10000001", "10000002"]),
    ],
)
def test_numbers_of_organisations_are_welcome(
    make: Any, header: str, cells: list[str]
) -> None:
    actors = f"actor,{header}\nnav,{cells[0]}\nks,{cells[1]}\nhdir,\n"
    assert check_study(make(actors=actors)).errors == ()


# ---- free text


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("extra", LONG),
        ("kommentar", ["ok", "", "", ""]),
        ("Comments", ["ok", "ok", "ok", "ok"]),
        ("q1_uddybning", ["nej", "", "", ""]),
        ("extra", ["", "", "", "ord " * 150]),
    ],
)
def test_free_text_is_left_out_said_and_counted(
    make: Any, header: str, cells: list[str]
) -> None:
    folder = survey(make, **{header: cells})
    report = check_study(folder)
    assert found(report) == ["W-PRI-006"]
    filled = str(sum(map(bool, cells)))
    assert report.warnings[0].fields["count"] == filled
    assert f'[privacy]\nfree_text = ["{header}"]' in report.warnings[0].fix
    file = next(f for f in report.files if f.table == "respondents")
    assert dict(file.columns_left_out) == {"free_text": 1}
    assert (file.columns_read, file.columns_used) == (3, 2)
    assert "3 columns read, 2 used, left out: 1 free text" in report.summary()
    assert header not in read_study(folder).respondents


def test_declared_free_text_is_loaded_and_kept(make: Any, tmp_path: Path) -> None:
    toml = PRIVACY + 'free_text = ["extra"]\n'
    folder = survey(make, toml=toml, extra=LONG)
    assert found(check_study(folder)) == []
    study = read_study(folder)
    assert study.respondents["extra"].fillna("").tolist() == LONG
    nc.write_study(study, tmp_path / "again")
    again = read_study(tmp_path / "again")
    assert again.respondents.equals(study.respondents)


def test_declared_free_text_that_names_persons_is_a_warning(make: Any) -> None:
    cells = ["ring 12 34 56 78", "a@b.example", "ok", ""]
    toml = PRIVACY + 'free_text = ["comment"]\n'
    report = check_study(survey(make, toml=toml, comment=cells))
    assert found(report) == ["W-PRI-008"]
    assert report.warnings[0].fields["count"] == "2"


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("unit", ["Avdeling for barn og unge i kommunen"] * 4),
        ("education", ["master", "bachelor", "master", "phd"]),
        ("answered_at", ["2025-01-02 10:30:00 +01:00", "", "", ""]),
        ("comment_count", ["1", "2", "3", "4"]),
    ],
)
def test_categories_and_numbers_are_no_free_text(
    make: Any, header: str, cells: list[str]
) -> None:
    study = read_study(survey(make, **{header: cells}))
    assert header in study.respondents


def test_a_declared_category_is_no_free_text(make: Any) -> None:
    values = ", ".join(f'"{cell}"' for cell in LONG if cell)
    toml = TOML + f"[categories]\nextra = [{values}]\n"
    assert "extra" in read_study(survey(make, toml=toml, extra=LONG)).respondents


def test_the_wording_of_an_item_beside_its_answers_is_no_free_text(make: Any) -> None:
    rows = [f"{r},q1,3,{LONG[0]}" for r in PEOPLE]
    folder = survey(make)
    text = "\n".join(["respondent,item,value,wording", *rows])
    (folder / "answers.csv").write_text(text, encoding="utf-8")
    assert "wording" in read_study(folder).answers


def test_organisations_may_be_described_at_length(make: Any) -> None:
    actors = f"actor,remit\nnav,{LONG[0]}\nks,{LONG[1]}\nhdir,{LONG[3]}\n"
    assert "remit" in read_study(make(actors=actors)).actors


# ---- hashed ids


@pytest.mark.parametrize("name", ["md5", "sha1", "sha256"])
def test_unsalted_digests_are_no_pseudonyms(make: Any, name: str) -> None:
    mails = [f"{person}@example.org" for person in PEOPLE]
    ids = [hashlib.new(name, mail.encode()).hexdigest() for mail in mails]
    report = check_study(survey(make, ids=ids))
    assert found(report) == ["E-PRI-007", "E-PRI-007"]
    assert "the command pseudonymise STUDY" in report.errors[0].fix
    assert not any(each in report.summary() for each in ids)
    assert found(check_study(survey(make, mail_hash=ids))) == ["E-PRI-007"]


def test_random_ids_are_pseudonyms(make: Any) -> None:
    assert (
        found(check_study(survey(make, ids=[uuid.uuid4().hex for _ in PEOPLE]))) == []
    )
