"""Pages as PDF: which program prints them, and are the bytes the same next time?

A browser that is on the machine prints, so that the PDF is the page itself, tagged for
screen readers, and nothing more has to be installed.
"""

from __future__ import annotations

import base64
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

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
_SWITCHES = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-first-run",
)
_SHEET = {
    "printBackground": True,
    "preferCSSPageSize": True,
    "generateTaggedPDF": True,
}
_READY = "document.fonts.ready.then(() => true)"
_SECONDS = 60.0
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}([^)]*)\)")
_NODE = re.compile(rb"\(node(\d{8})\)")
# A browser speaks through the file descriptors 3 and 4.
_LAUNCH = (
    "import os, sys\n"
    "heard, said = (os.dup(os.dup(os.dup(int(word)))) for word in sys.argv[1:3])\n"
    "os.dup2(heard, 3)\n"
    "os.dup2(said, 4)\n"
    "os.execv(sys.argv[3], sys.argv[3:])\n"
)


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
    """Print each page beside itself, all in one run of the browser.

    Nothing is fetched while printing. Dates and counters are taken out, so that the
    same page gives the same bytes from the same browser as a rule; compare the HTML
    where it matters. Where a browser cannot be spoken to (on Windows), it is started
    once for each page.

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
    printed = []
    with tempfile.TemporaryDirectory(
        prefix="netcollab-print-", ignore_cleanup_errors=True
    ) as room:
        words = [str(browser), *_SWITCHES, f"--user-data-dir={Path(room, 'profile')}"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            words.append("--no-sandbox")  # which does not start for root
        prints = _one_run if os.name == "posix" else _one_by_one
        with closing(prints(pages, words, Path(room))) as pdfs:
            for page, pdf in zip(pages, pdfs, strict=True):
                target = page.with_suffix(".pdf")
                printed.append(write_atomically(target, _settled(pdf)))
                tell(label("feedback.printed", done=len(printed), total=len(pages)))
    return printed


def _one_by_one(
    pages: Sequence[Path], words: Sequence[str], room: Path
) -> Generator[bytes, None, None]:
    """The browser is started for each page."""
    target = room / "page.pdf"
    ask = ["--no-pdf-header-footer", f"--print-to-pdf={target}"]
    for page in pages:
        target.unlink(missing_ok=True)
        command = [*words, *ask, page.resolve().as_uri()]
        with suppress(subprocess.TimeoutExpired):
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        if not target.is_file():
            raise JobError(f"{Path(words[0]).name} did not print {page.name}")
        yield target.read_bytes()


def _one_run(
    pages: Sequence[Path], words: Sequence[str], room: Path
) -> Generator[bytes, None, None]:
    """One browser and one tab for all pages."""
    del room
    name = Path(words[0]).name
    with _started(words) as line:
        tab = line.ask("Target.createTarget", url="about:blank")
        attached = line.ask("Target.attachToTarget", flatten=True, **tab)
        line.session = attached["sessionId"]
        line.ask("Page.enable")
        for page in pages:
            line.fault = f"{name} did not print {page.name}"
            line.ask("Page.navigate", url=page.resolve().as_uri())
            line.wait_for("Page.loadEventFired")
            line.ask("Runtime.evaluate", expression=_READY, awaitPromise=True)
            yield base64.b64decode(line.ask("Page.printToPDF", **_SHEET)["data"])


class _Line:
    """Questions to a browser and its answers, as JSON ended by a zero byte."""

    def __init__(self, out: int, back: int, fault: str) -> None:
        self.out, self.back, self.fault = out, back, fault
        self.session = ""
        self.count = 0
        self.rest = b""
        self.events: list[str] = []

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to a question."""
        self.count += 1
        said: dict[str, Any] = {"id": self.count, "method": method, "params": params}
        if self.session:
            said["sessionId"] = self.session
        with suppress(BrokenPipeError):
            os.write(self.out, json.dumps(said).encode() + b"\0")
        while True:
            heard = self._next()
            if heard.get("id") != self.count:
                self.events.append(heard.get("method", ""))
            elif "result" in heard:
                answer: dict[str, Any] = heard["result"]
                return answer
            else:
                raise JobError(f"{self.fault}: {heard['error']['message']}")

    def wait_for(self, event: str) -> None:
        """Until the browser has told of an event, before or from now on."""
        while event not in self.events:
            self.events.append(self._next().get("method", ""))
        self.events.clear()

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + _SECONDS
        while b"\0" not in self.rest:
            left = max(0.0, until - time.monotonic())
            ready, _, _ = select.select([self.back], [], [], left)
            part = os.read(self.back, 1 << 20) if ready else b""
            if not part:
                raise JobError(self.fault)
            self.rest += part
        text, _, self.rest = self.rest.partition(b"\0")
        heard: dict[str, Any] = json.loads(text)
        return heard


@contextmanager
def _started(words: Sequence[str]) -> Iterator[_Line]:
    """A browser that listens, and is gone afterwards."""
    heard, asked = os.pipe()
    told, said = os.pipe()
    command = [sys.executable, "-c", _LAUNCH, str(heard), str(said), *words]
    quiet = subprocess.DEVNULL
    browser = subprocess.Popen(
        [*command, "--remote-debugging-pipe"],
        stdin=quiet,
        stdout=quiet,
        stderr=quiet,
        pass_fds=(heard, said),
        start_new_session=True,
    )
    os.close(heard)
    os.close(said)
    line = _Line(asked, told, f"{Path(words[0]).name} did not start")
    try:
        yield line
        line.session = ""
        line.ask("Browser.close")
        browser.wait(_SECONDS)
    finally:
        os.close(asked)
        os.close(told)
        if browser.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(browser.pid, signal.SIGKILL)
            browser.wait()


def _settled(pdf: bytes) -> bytes:
    """The same PDF, whatever the day, and whatever was printed before it.

    The day of printing becomes the first of 1970, and the ids of the tags, which go on
    from page to page, begin at 0; no length changes.

    Examples
    --------
    >>> _settled(b"/ModDate (D:20261129110154+00'00') /ID (node00000712)")
    b"/ModDate (D:19700101000000+00'00') /ID (node00000000)"
    """
    first = min((int(found) for found in _NODE.findall(pdf)), default=0)
    counted = _NODE.sub(lambda found: b"(node%08d)" % (int(found[1]) - first), pdf)
    return _DATE.sub(rb"/\1 (D:19700101000000\2)", counted)
