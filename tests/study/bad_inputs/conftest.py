"""How a bad file is put to the program, and how its answer is taken down."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from netcollab.study import DataReport, Problem, Study, check_study, read_study

_MEASURED = """
import json, sys, time
from pathlib import Path
import netcollab as nc
from netcollab.study import check_study

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

check_study(sys.argv[1])
before, started = peak(), time.process_time()
told = check_study(sys.argv[2])
seconds = time.process_time() - started
rows = [(p.code, p.row, str(p)) for p in told.errors]
print(json.dumps([seconds, (peak() - before) / 1024, rows]))
"""


@dataclass(frozen=True)
class Cost:
    """What an answer cost: seconds, megabytes beyond those of a small study."""

    seconds: float
    megabytes: float
    errors: list[tuple[str, int | None, str]]


class Asked:
    """Questions about the answer to one folder."""

    def report(self, folder: Path) -> DataReport:
        """The report; read_study raises exactly where it has errors."""
        return check_study(folder)

    def errors(self, folder: Path) -> list[tuple[str, int | None, str]]:
        """Code, row and letter of each error."""
        return [(p.code, p.row, p.letter) for p in check_study(folder).errors]

    def told(self, folder: Path) -> list[str]:
        """The codes of errors and warnings."""
        problems = check_study(folder).problems
        return [p.code for p in problems if p.severity != "NOTE"]

    def notes(self, folder: Path) -> list[str]:
        """The codes of the notes."""
        return [p.code for p in check_study(folder).notes]

    def only(self, folder: Path, code: str) -> Problem:
        """The one problem of a code; there is no error of another code."""
        report = check_study(folder)
        (found,) = [p for p in report.problems if p.code == code]
        assert {p.code for p in report.errors} <= {code}
        return found

    def good(self, folder: Path) -> Study:
        """The study, read without an error and without a warning.

        But that a unit has one respondent: the small studies of these tests do.
        """
        assert set(self.told(folder)) <= {"W-RES-003"}
        return read_study(folder)


@pytest.fixture
def ask() -> Asked:
    """What the program says about a folder."""
    return Asked()


@pytest.fixture
def cost(make: Any) -> Callable[[Path], Cost]:
    """The cost of checking a folder, in a process of its own, after the imports."""
    if not Path("/proc/self/status").exists():
        pytest.skip("peak memory is read from /proc")

    def measure(folder: Path) -> Cost:
        done = subprocess.run(
            [sys.executable, "-c", _MEASURED, str(make()), str(folder)],
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=120,
        )
        seconds, megabytes, rows = json.loads(done.stdout.splitlines()[-1])
        return Cost(seconds, megabytes, [tuple(row) for row in rows])

    return measure


@dataclass(frozen=True)
class Workbooks:
    """Workbooks as a spreadsheet, a script or an attacker writes them."""

    def make(
        self,
        *rows: list[Any],
        title: str = "ties",
        change: Callable[[Any, Any], None] | None = None,
    ) -> bytes:
        """A workbook with one sheet."""
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = title
        for row in rows:
            sheet.append(row)
        if change is not None:
            change(book, sheet)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def parts(self, data: bytes) -> dict[str, bytes]:
        """The parts of a package by name."""
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return {name: package.read(name) for name in package.namelist()}

    def pack(self, parts: Mapping[str, bytes]) -> bytes:
        """A package of parts."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            for name, content in parts.items():
                package.writestr(name, content)
        return out.getvalue()

    def patch(self, data: bytes, part: str, old: bytes, new: bytes) -> bytes:
        """The package with bytes of one part replaced."""
        parts = self.parts(data)
        assert old in parts[part]
        parts[part] = parts[part].replace(old, new)
        return self.pack(parts)


@pytest.fixture
def workbooks() -> Workbooks:
    """Makes workbooks."""
    return Workbooks()
