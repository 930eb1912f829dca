"""Pages as PDF: which program prints them, and are the bytes the same next time?

A browser that is on the machine prints, so that the PDF is the page itself, tagged for
screen readers, and nothing more has to be installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from netcollab._files import write_atomically
from netcollab.errors import JobError
from netcollab.report.labels import label

__all__ = ["find_browser", "print_pages"]

_ON_PATH = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
    *("chrome", "microsoft-edge", "msedge"),
)
_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
    "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
)
_MOST_AT_ONCE, _SECONDS = 4, 120
_SWITCHES = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
    "--no-pdf-header-footer",
)
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}([^)]*)\)")


def find_browser() -> Path | None:
    """A browser that can print: the one in NETCOLLAB_BROWSER, else Chromium's family.

    NETCOLLAB_BROWSER set to nothing means that no PDF is wanted.
    """
    chosen = os.environ.get("NETCOLLAB_BROWSER")
    if chosen is not None:
        found = shutil.which(chosen) if chosen else None
        return Path(found) if found else None
    on_path = (shutil.which(name) for name in _ON_PATH)
    named = [*(name for name in on_path if name), *_ELSEWHERE]
    return next((Path(name) for name in named if Path(name).is_file()), None)


def print_pages(
    pages: Sequence[Path], browser: Path, *, tell: Callable[[str], object]
) -> list[Path]:
    """Print each page beside itself, several at a time.

    Nothing is fetched while printing. The date of printing is taken out, so that the same page gives the same bytes from
    the same browser.

    Parameters
    ----------
    pages
        HTML files.
    browser
        Of `find_browser`.
    tell
        Called with one line of progress at a time.

    Raises
    ------
    JobError
        If the browser does not print a page.
    """
    at_once = min(_MOST_AT_ONCE, os.cpu_count() or 1)
    printed = []
    with ThreadPoolExecutor(at_once) as workers:
        jobs = workers.map(lambda page: _printed(page, browser), pages)
        for count, path in enumerate(jobs, start=1):
            printed.append(path)
            tell(label("feedback.printed", done=count, total=len(pages)))
    return printed


def _printed(page: Path, browser: Path) -> Path:
    with tempfile.TemporaryDirectory(prefix="netcollab-print-") as room:
        target = Path(room, "page.pdf")
        words = [
            str(browser),
            *_SWITCHES,
            *(("--no-sandbox",) if _is_root() else ()),
            f"--user-data-dir={Path(room, 'profile')}",
            f"--print-to-pdf={target}",
            page.resolve().as_uri(),
        ]
        try:
            subprocess.run(words, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise JobError(f"{browser} took too long to print {page.name}") from error
        if not target.is_file():
            raise JobError(f"{browser} did not print {page.name}")
        return write_atomically(page.with_suffix(".pdf"), _undated(target.read_bytes()))


def _is_root() -> bool:
    """Chromium's sandbox does not start for root, as in containers."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _undated(pdf: bytes) -> bytes:
    """The same length, with the first day of 1970 as the day of printing.

    Examples
    --------
    >>> _undated(b"/ModDate (D:20261129110154+00'00')")
    b"/ModDate (D:19700101000000+00'00')"
    """
    return _DATE.sub(rb"/\1 (D:19700101000000\2)", pdf)
