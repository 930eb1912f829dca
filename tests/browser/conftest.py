"""A real browser without network, and what it complained about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HERE = Path(__file__).parent
WITHIN = ("file:", "data:", "blob:", "about:")


@dataclass
class Sight:
    """A page that is open, what it asked for outside of files, and its errors."""

    page: Page
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """What is wrong for readers with a keyboard, a screen reader or weak eyes."""
        found: list[str] = self.page.evaluate(script("accessibility"))
        return found

    def missing_glyphs(self) -> list[str]:
        """Letters that the reader's type cannot draw."""
        found: list[str] = self.page.evaluate(script("glyphs"))
        return found


def script(name: str) -> str:
    return (HERE / f"{name}.js").read_text(encoding="utf-8")


def program() -> str:
    """Where Chromium is; without it the test is skipped, and says so."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(PROGRAMS)} was found on the path")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: while it runs, no other event loop may."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="no browser: playwright is not installed"
    )
    path = program()
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def sight(browser: Browser) -> Iterator[Sight]:
    """An empty page of a browser without network."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 900})
    context.set_default_timeout(10_000)
    seen = Sight(context.new_page())
    context.on("request", lambda asked: _noted(seen, asked.url))
    seen.page.on("pageerror", lambda error: seen.errors.append(str(error)))
    seen.page.on(
        "console",
        lambda told: (
            seen.errors.append(told.text) if told.type in {"error", "warning"} else None
        ),
    )
    yield seen
    context.close()


def _noted(seen: Sight, url: str) -> None:
    if not url.startswith(WITHIN):
        seen.asked.append(url)
