"""Exports written by the tests: text, workbooks, and what a reader said of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from netcollab.study.ledger import Ledger
from netcollab.study.readers.export import NetworkExport, SurveyExport

Writer = Callable[..., Path]


@pytest.fixture
def csv(tmp_path: Path) -> Writer:
    """Write a text file."""

    def write(text: str | bytes, name: str = "export.csv") -> Path:
        file = tmp_path / name
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    return write


@pytest.fixture
def xlsx(tmp_path: Path) -> Writer:
    """Write a workbook; several sheets by name."""

    def write(*rows: list[Any], name: str = "export.xlsx", **sheets: Any) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        for title, others in sheets.items():
            more = book.create_sheet(title)
            for row in others:
                more.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def ledger() -> Ledger:
    return Ledger("export")


@pytest.fixture
def codes(ledger: Ledger) -> Callable[[], list[str]]:
    """The codes so far."""
    return lambda: [problem.code for problem in ledger.listed()]


@pytest.fixture
def cells() -> Callable[[SurveyExport | None], dict[str, list[str]]]:
    """The cells of a survey export by variable."""

    def of(export: SurveyExport | None) -> dict[str, list[str]]:
        assert export is not None
        assert list(export.questions) == [c.header for c in export.table.columns]
        return {c.header: c.text.tolist() for c in export.table.columns}

    return of


@pytest.fixture
def frames() -> Callable[[NetworkExport | None], tuple[Any, Any]]:
    """The actors and ties of a network export, column by column."""

    def of(export: NetworkExport | None) -> tuple[Any, Any]:
        assert export is not None
        actors, ties = (
            {c.header: c.text.tolist() for c in table.columns}
            for table in (export.actors, export.ties)
        )
        return actors, ties

    return of
