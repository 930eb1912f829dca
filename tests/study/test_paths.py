"""Paths stay inside the study folder, and only data is opened."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from netcollab.study import check_study, read_study

START = 'name = "x"\nrelations.trust.unlisted = "not_asked"\n'
TIES = "relation,source,target,weight\ntrust,nav,ks,2\n"
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX links and modes")


def declare(path: str) -> str:
    return START + f"[files.ties]\npath = '{path}'\n"


def codes(folder: Path) -> list[str]:
    return [p.code for p in check_study(folder).errors]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("../ties.csv", "E-FIL-002"),
        ("sub/../../ties.csv", "E-FIL-002"),
        ("..\\ties.csv", "E-FIL-002"),
        ("/etc/passwd", "E-FIL-002"),
        ("C:\\ties.csv", "E-FIL-002"),
        ("c:ties.csv", "E-FIL-002"),
        ("\\\\server\\ties.csv", "E-FIL-002"),
        ("/dev/zero", "E-FIL-002"),
        ("$HOME/ties.csv", "E-FIL-003"),
        ("${X}.csv", "E-FIL-003"),
        ("%TEMP%/ties.csv", "E-FIL-003"),
        ("~/ties.csv", "E-FIL-003"),
        ("~root/ties.csv", "E-FIL-003"),
        ("http://example.org/ties.csv", "E-FIL-003"),
        ("file:///etc/passwd", "E-FIL-003"),
        ("~$ties.xlsx", "E-FIL-013"),
        ("ties.pkl", "E-FIL-007"),
        ("ties.pickle", "E-FIL-007"),
        ("ties.joblib", "E-FIL-007"),
        ("ties.npy", "E-FIL-007"),
        ("ties.xls", "E-FIL-008"),
        ("ties.xlsb", "E-FIL-008"),
        ("ties.ods", "E-FIL-008"),
        ("ties.xlsm", "E-FIL-008"),
        ("ties", "E-FIL-008"),
        ("tis.csv", "E-FIL-001"),
        ("sub/ties.csv", "E-FIL-001"),
        ("Ties.csv", "E-FIL-010"),
        ("folder.csv", "E-FIL-005"),
    ],
)
def test_a_path_that_is_not_read(make: Any, path: str, code: str) -> None:
    folder = make(toml=declare(path))
    (folder / "folder.csv").mkdir()
    assert codes(folder) == [code]
    (found,) = check_study(folder).errors
    assert found.place.key == "files.ties.path"
    assert found.fix


@pytest.mark.parametrize("path", ["ties.csv", "./ties.csv", ".\\ties.csv"])
def test_a_plain_path_is_read(make: Any, path: str) -> None:
    assert codes(make(toml=declare(path))) == []


def test_a_path_into_a_folder_with_blanks(make: Any) -> None:
    folder = make(toml=declare("Ny mappe\\år 1.csv"), ties=None)
    (folder / "Ny mappe").mkdir()
    (folder / "Ny mappe" / "år 1.csv").write_text(TIES, encoding="utf-8")
    assert read_study(folder).report.files[1].path == "Ny mappe/år 1.csv"


@POSIX
def test_links_that_leave_or_loop(make: Any, tmp_path: Path) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text(TIES, encoding="utf-8")
    folder = make(ties=None)
    (folder / "ties.csv").symlink_to(outside)
    assert codes(folder) == ["E-FIL-002"]
    folder = make(ties=None)
    (folder / "ties.csv").symlink_to(folder / "ties.csv")
    assert codes(folder) == ["E-FIL-004"]
    folder = make(ties=None)
    (folder / "ties.csv").symlink_to(folder / "gone.csv")
    assert codes(folder) == ["E-FIL-001"]
    folder = make(toml=None)
    manifest = tmp_path / "study.toml"
    manifest.write_text(START, encoding="utf-8")
    (folder / "study.toml").symlink_to(manifest)
    assert "E-FIL-002" in codes(folder)
    folder = make(ties=None, files={"real.csv": TIES})
    (folder / "ties.csv").symlink_to("real.csv")
    assert codes(folder) == []


@POSIX
def test_devices_and_pipes_are_not_opened(make: Any) -> None:
    folder = make(ties=None)
    os.mkfifo(folder / "ties.csv")
    assert codes(folder) == ["E-FIL-005"]


@POSIX
@pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything"
)
def test_no_permission(make: Any) -> None:
    folder = make()
    (folder / "ties.csv").chmod(0)
    assert codes(folder) == ["E-FIL-006"]


@pytest.mark.skipif(sys.platform != "linux", reason="needs sparse files")
def test_a_file_over_the_limit_is_not_read(make: Any) -> None:
    folder = make()
    os.truncate(folder / "ties.csv", 200_000_001)
    assert codes(folder) == ["E-FIL-009"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("nowhere", "E-STU-001"),
        ("file", "E-STU-002"),
        ("empty", "E-STU-003"),
        ("x\x00y", "E-STU-001"),
        ("x" * 5000, "E-STU-001"),
    ],
)
def test_no_study_folder(tmp_path: Path, path: str, code: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "empty").mkdir()
    assert codes(tmp_path / path) == [code]


def test_missing_tables(make: Any) -> None:
    assert codes(make(actors=None)) == ["E-STU-008"]
    assert codes(make(ties=None)) == ["E-STU-005"]
    assert codes(make(actors=None, ties=None)) == ["E-STU-005", "E-STU-008"]


@pytest.mark.skipif(
    sys.platform != "linux", reason="names differ in case on this system"
)
def test_a_table_in_another_case_is_not_taken(make: Any) -> None:
    folder = make(actors=None, files={"Actors.csv": "actor\nnav\nks\n"})
    (found,) = check_study(folder).errors
    assert (found.code, found.fields["near"]) == ("E-FIL-010", "Actors.csv")


def test_files_beside_the_tables_are_named(make: Any) -> None:
    files = {
        "letter.csv": "x",
        "respondants.csv": "x",
        "~$ties.xlsx": "x",
        "README.md": "x",
    }
    found = check_study(make(files=files)).problems
    assert [(p.file, p.code) for p in found] == [
        ("letter.csv", "N-FIL-015"),
        ("respondants.csv", "W-FIL-014"),
        ("~$ties.xlsx", "N-FIL-016"),
    ]
    found = check_study(make(ties=None, files={"relations.csv": TIES})).problems
    assert ("relations.csv", "W-FIL-014") in [(p.file, p.code) for p in found]


def test_two_files_for_one_table(make: Any) -> None:
    assert codes(make(files={"ties.xlsx": b"x"})) == ["E-FIL-012"]


@pytest.mark.parametrize("name", ["ties.xls", "ties.ods", "ties.pkl"])
def test_a_table_in_a_format_that_is_not_read(make: Any, name: str) -> None:
    (found,) = check_study(make(ties=None, files={name: b"x"})).errors
    assert found.code in {"E-FIL-007", "E-FIL-008"}
    assert "CSV" in found.fix
