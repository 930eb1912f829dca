"""Random ids: nothing of the old ones stays, and the key is in another place."""

from __future__ import annotations

import csv
import errno
import hashlib
import os
import random
import re
import stat
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.study import pseudonymise, read_study

TOML = """\
name = "survey"

[scales.agree5]
low = 1
high = 5

[items.q1]
scale = "agree5"
about = "self"

[items.q2]
scale = "agree5"

[privacy]
identifiers = ["mail"]
"""
PEOPLE = [f"KANARI-{number}" for number in range(1, 9)]
ACTORS = "actor\nnav\nks\n"


def survey(make: Any, **changed: Any) -> Path:
    """Eight respondents with an identifying column and two answers each."""
    respondents = ["respondent,actor,role,mail"]
    answers = ["respondent,item,target,value,missing_reason"]
    for number, person in enumerate(PEOPLE):
        home, other = ("nav", "ks") if number % 2 else ("ks", "nav")
        respondents.append(f"{person},{home},staff,{person}@example.org")
        answers.append(f"{person},q1,,{number % 5 + 1},")
        answers.append(f"{person},q2,{other},,dont_know")
    tables = {
        "toml": TOML,
        "actors": ACTORS,
        "ties": None,
        "respondents": "\n".join(respondents),
        "answers": "\n".join(answers),
        "codings": "source,informant,construct,polarity\n"
        f"i1,{PEOPLE[0]},trust,1\ni2,ALL,trust,2\ni3,,trust,0\n",
    }
    folder: Path = make(**(tables | changed))
    return folder


def key_of(file: Path) -> dict[str, str]:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))
    assert rows[0] == ["respondent", "pseudonym"]
    return dict(rows[1:])


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "vault" / "key.csv"


def test_nothing_of_the_old_ids_stays(make: Any, tmp_path: Path, key: Path) -> None:
    folder, out = survey(make), tmp_path / "out"
    pseudonymise(folder, key=key, out=out)
    files = [file for file in out.rglob("*") if file.is_file()]
    assert {file.name for file in files} >= {"respondents.csv", "answers.csv"}
    for file in files:
        assert b"kanari" not in file.read_bytes().lower(), file.name
        assert b"example.org" not in file.read_bytes(), file.name
    study = read_study(out)
    assert study.manifest.pseudonymised
    assert not study.report.has_warnings
    names = study.respondents["respondent"]
    assert all(re.fullmatch("[A-Z][A-Z2-7]{9}", name) for name in names)
    assert names.is_monotonic_increasing
    assert study.answers["respondent"].is_monotonic_increasing


def test_everything_else_is_as_it_was(make: Any, tmp_path: Path, key: Path) -> None:
    folder = survey(make)
    before = read_study(folder)
    after = pseudonymise(folder, key=key, out=tmp_path / "out")
    names = key_of(key)
    assert sorted(names) == PEOPLE
    for table, column in (("respondents", "respondent"), ("answers", "respondent")):
        old = getattr(before, table)
        old[column] = old[column].map(names)
        old = old.sort_values(column, kind="stable", ignore_index=True)
        pd.testing.assert_frame_equal(getattr(after, table), old)
    assert after.codings["informant"].tolist()[:2] == sorted([names[PEOPLE[0]], "ALL"])
    assert before.actors.equals(after.actors)
    same = read_study(tmp_path / "out")
    pd.testing.assert_frame_equal(same.answers, after.answers)


def test_the_key_is_its_owners_alone_and_random(
    make: Any, tmp_path: Path, key: Path
) -> None:
    folder = survey(make)
    pseudonymise(folder, key=key, out=tmp_path / "one")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert sorted(p.name for p in key.parent.iterdir()) == ["key.csv"]
    other = tmp_path / "vault" / "other.csv"
    pseudonymise(folder, key=other, out=tmp_path / "two")
    assert not set(key_of(key).values()) & set(key_of(other).values())
    pages = []
    for number in range(2):
        third = tmp_path / "vault" / f"{number}.csv"
        out = tmp_path / f"seeded{number}"
        pseudonymise(folder, key=third, out=out, rng=random.Random(1))
        pages.append((out / "answers.csv").read_bytes())
    assert pages[0] == pages[1]


def test_the_same_person_keeps_the_pseudonym(
    make: Any, tmp_path: Path, key: Path
) -> None:
    pseudonymise(survey(make), key=key, out=tmp_path / "one")
    first = key_of(key)
    key.chmod(0o644)
    newcomer = "respondent,actor\nKANARI-1,nav\nKANARI-99,ks\n"
    answers = "respondent,item,value\nKANARI-1,q1,3\nKANARI-99,q1,2\n"
    folder = survey(make, respondents=newcomer, answers=answers)
    study = pseudonymise(folder, key=key, out=tmp_path / "two")
    second = key_of(key)
    assert {p: second[p] for p in first} == first
    assert set(second) - set(first) == {"KANARI-99"}
    assert first["KANARI-1"] in set(study.respondents["respondent"])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_ids_that_are_pseudonyms_already_stay(
    make: Any, tmp_path: Path, key: Path
) -> None:
    once = pseudonymise(survey(make), key=key, out=tmp_path / "one")
    before = key.read_bytes()
    twice = pseudonymise(once, key=key, out=tmp_path / "two")
    assert twice.answers.equals(once.answers)
    assert key.read_bytes() == before


@pytest.mark.parametrize("where", ["study", "out", "link", "deep", "link to file"])
def test_a_key_inside_the_data_is_refused(
    make: Any, tmp_path: Path, where: str
) -> None:
    folder, out = survey(make), tmp_path / "out"
    link = tmp_path / "link"
    if where == "link":
        link.symlink_to(folder, target_is_directory=True)
    elif where == "link to file":
        link.mkdir()
        (link / "key.csv").symlink_to(folder / "key.csv")
    place = {
        "study": folder / "key.csv",
        "out": out / "key.csv",
        "link": link / "key.csv",
        "deep": folder / "a" / ".." / "b" / "key.csv",
        "link to file": link / "key.csv",
    }[where]
    with pytest.raises(nc.InputError, match="key may not lie in"):
        pseudonymise(folder, key=place, out=out)
    assert not out.exists()
    assert not (folder / "key.csv").exists()


def test_the_folder_of_a_workbook_is_the_folder_of_the_study(tmp_path: Path) -> None:
    book, out = tmp_path / "in" / "whole.xlsx", tmp_path / "out"
    book.parent.mkdir()
    book.write_bytes(b"not read before the places are right")
    with pytest.raises(nc.InputError, match=r"whole\.xlsx; its folder is the study's"):
        pseudonymise(book, key=book.with_name("key.csv"), out=out)
    with pytest.raises(
        nc.InputError, match=r"in the study .* its folder is the study's"
    ):
        pseudonymise(book, key=tmp_path / "key.csv", out=book.parent / "new")
    with pytest.raises(nc.InputError, match="key may not lie") as raised:
        pseudonymise(book, key=out / "key.csv", out=out)
    assert "whole.xlsx" not in str(raised.value)
    assert not out.exists()


def test_places_that_cannot_be(make: Any, tmp_path: Path, key: Path) -> None:
    folder = survey(make)
    with pytest.raises(nc.InputError, match="may not lie in the study"):
        pseudonymise(folder, key=key, out=folder / "out")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x")
    with pytest.raises(nc.InputError, match="choose a new folder"):
        pseudonymise(folder, key=key, out=tmp_path / "full")
    with pytest.raises(nc.InputError, match="is a folder"):
        pseudonymise(folder, key=tmp_path / "full", out=tmp_path / "out")
    assert not key.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"person,name\na,b\n",
        b"respondent,pseudonym\nKANARI-1\n",
        b"respondent,pseudonym\nKANARI-1,X\nKANARI-1,Y\n",
        b"respondent,pseudonym\nKANARI-1,X\nKANARI-2,X\n",
        b'respondent,pseudonym\n"KANARI-1,X\n',
        b"respondent,pseudonym\nKANARI-1,\xff\n",
        b"respondent,pseudonym\nKANARI-1," + hashlib.md5(b"k").hexdigest().encode(),
    ],
)
def test_a_file_that_is_no_key_stays_as_it_is(
    make: Any, tmp_path: Path, key: Path, content: bytes
) -> None:
    key.parent.mkdir()
    key.write_bytes(content)
    with pytest.raises(nc.InputError) as raised:
        pseudonymise(survey(make), key=key, out=tmp_path / "out")
    assert "KANARI" not in str(raised.value)
    assert key.read_bytes() == content
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("codings", "source,construct,polarity\ninterview with KANARI-3,trust,1\n"),
        ("codings", "source,construct,polarity,note\nd,trust,1,see kanari-3.\n"),
        ("actors", "actor,contact\nnav,KANARI-4\nks,\n"),
    ],
)
def test_an_old_id_in_another_cell_is_refused_without_saying_it(
    make: Any, tmp_path: Path, key: Path, table: str, text: str
) -> None:
    folder = survey(make, **{table: text})
    with pytest.raises(nc.InputError, match=f"{table}, column") as raised:
        pseudonymise(folder, key=key, out=tmp_path / "out")
    assert "kanari" not in str(raised.value).casefold()
    assert not key.exists()


def test_hashed_ids_and_names_are_refused(make: Any, tmp_path: Path, key: Path) -> None:
    hashed = hashlib.sha256(b"kari@example.org").hexdigest()
    folder = survey(
        make,
        respondents=f"respondent,actor\n{hashed},nav\n",
        answers=f"respondent,item,value\n{hashed},q1,3\n",
        codings=None,
    )
    with pytest.raises(nc.InputError, match="E-PRI-007") as raised:
        pseudonymise(folder, key=key, out=tmp_path / "out")
    assert hashed not in str(raised.value)
    named = survey(
        make,
        respondents="respondent,actor,navn\nr1,nav,Kari\n",
        answers="respondent,item,value\nr1,q1,3\n",
        codings=None,
    )
    with pytest.raises(nc.InputError, match="E-PRI-003"):
        pseudonymise(named, key=key, out=tmp_path / "out")
    assert not key.exists()


def test_a_study_without_respondents(make: Any, tmp_path: Path, key: Path) -> None:
    with pytest.raises(nc.InputError, match="no respondents"):
        pseudonymise(make(), key=key, out=tmp_path / "out")


def test_a_failing_disk_leaves_the_key_as_it_was(
    make: Any, tmp_path: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key.parent.mkdir()
    key.write_text("respondent,pseudonym\nKANARI-1,QWERTY2345\n")
    before = key.read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, f"no space left for {handle}")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        pseudonymise(survey(make), key=key, out=tmp_path / "out")
    assert key.read_bytes() == before
    assert [file.name for file in key.parent.iterdir()] == ["key.csv"]


def test_the_command(
    make: Any, tmp_path: Path, key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = survey(make), tmp_path / "out"
    words = ["pseudonymise", str(folder), "--key"]
    assert main([*words, str(folder / "key.csv"), "--out", str(out)]) == 2
    assert main(["pseudonymise", "nowhere", "--key", str(key)]) == 2
    capsys.readouterr()
    assert main([*words, str(key), "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert told.out.strip() == str(out)
    assert "kanari" not in (told.out + told.err).casefold()
    assert main([*words, str(key)]) == 0
    beside = folder.with_name(f"{folder.name}-pseudonymised")
    assert capsys.readouterr().out.strip() == str(beside.resolve())
    assert read_study(beside).manifest.pseudonymised
    assert main(["check", str(out)]) == 0
