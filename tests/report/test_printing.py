"""Printing: the same bytes again, and a plain word where it does not work."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

import pytest

from netcollab.errors import JobError
from netcollab.report import printing
from netcollab.report.printing import find_browser, print_pages

PRINTS = """
import sys
target = next(w for w in sys.argv if w.startswith("--print-to-pdf=")).split("=", 1)[1]
page = sys.argv[-1].removeprefix("file://")
dated = b"%PDF-1.4 /CreationDate (D:20261129110154+00'00') " + page[-6:].encode()
open(target, "wb").write(dated)
"""
FAILS = "import sys; sys.exit(1)"


def browser(folder: Path, code: str) -> Path:
    path = folder / "browser"
    path.write_text(f"#!{sys.executable}\n{code}", "utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def sheets(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"æ {k}.html" for k in range(3)]
    for path in made:
        path.write_text("<!DOCTYPE html><html lang='en'><title>t</title><h1>t</h1>")
    return made


def test_a_browser_may_be_started_for_each_page(
    tmp_path: Path, sheets: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "_one_run", printing._one_by_one)
    told: list[str] = []
    printed = print_pages(sheets, browser(tmp_path, PRINTS), tell=told.append)
    assert printed == [path.with_suffix(".pdf") for path in sheets]
    for k, path in enumerate(printed):
        day = b"/CreationDate (D:19700101000000+00'00')"
        assert path.read_bytes() == b"%PDF-1.4 " + day + b" " + f"{k}.html".encode()
    assert told == ["PDF 1 of 3", "PDF 2 of 3", "PDF 3 of 3"]


def test_a_browser_that_does_not_print_is_told(
    tmp_path: Path, sheets: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(JobError, match="browser did not start"):
        print_pages(sheets[:1], browser(tmp_path, FAILS), tell=str)
    monkeypatch.setattr(printing, "_one_run", printing._one_by_one)
    with pytest.raises(JobError, match=r"did not print æ 0\.html"):
        print_pages(sheets[:1], browser(tmp_path, FAILS), tell=str)
    assert not list(tmp_path.glob("*.pdf"))


def test_the_browser_can_be_chosen_or_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = browser(tmp_path, PRINTS)
    monkeypatch.setenv("NETCOLLAB_BROWSER", str(chosen))
    assert find_browser() == chosen
    monkeypatch.setenv("NETCOLLAB_BROWSER", "")
    assert find_browser() is None


def test_a_real_browser_gives_a_tagged_undated_pdf(sheets: list[Path]) -> None:
    found = find_browser()
    if found is None:
        pytest.skip("no browser on this machine")
    told: list[str] = []
    one, two, three = print_pages(sheets, found, tell=told.append)
    assert told[-1] == "PDF 3 of 3"
    text = one.read_bytes()
    assert two.read_bytes() == three.read_bytes() == text
    assert text.startswith(b"%PDF")
    assert set(re.findall(rb"Date \(D:(\d{14})", text)) == {b"19700101000000"}
    assert b"/Marked true" in text
