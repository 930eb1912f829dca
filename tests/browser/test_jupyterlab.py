"""Every notebook in JupyterLab: Run All numbers every cell, and nobody complains."""

from __future__ import annotations

import base64
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from netcollab import build_network, read_study
from netcollab.report import explore
from netcollab.study import bundled

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
TOKEN = "for-this-test"
STARTS_MS, RUNS_MS = 120_000, 300_000
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
VIEW = """import netcollab as nc
study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
nc.report.explore(nc.build_network(study, "trust"), color="level", title="Tillit")"""
PROMPTS = ".jp-Notebook .jp-CodeCell .jp-InputPrompt"
NUMBERED = r"""([selector, count]) => {
  const cells = [...document.querySelectorAll(selector)];
  const prompts = cells.map((one) => one.textContent);
  return prompts.length === count && prompts.every((text) => /\[\d+\]/.test(text));
}"""


def quiet() -> tuple[str, ...]:
    """What `python3 run.py lab` starts it with."""
    spec = importlib.util.spec_from_file_location("netcollab_run", ROOT / "run.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    found: tuple[str, ...] = script.QUIET_LAB
    return found


def emptied(path: Path, to: Path) -> None:
    """A copy in which no cell was run."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.write(notebook, to)


def write_view(folder: Path) -> None:
    """A notebook that shows an explorer, and one of somebody else that has shown it."""
    metadata = {"kernelspec": KERNEL}
    cells = [nbformat.v4.new_code_cell(VIEW)]
    fresh = nbformat.v4.new_notebook(metadata=metadata, cells=cells)
    nbformat.write(fresh, folder / "fresh.ipynb")
    study = read_study(bundled("synthetic/alvorlig_sykt_barn"))
    found = explore(build_network(study, "trust"), title="Tillit")
    picture = base64.b64encode(found.picture).decode("ascii")
    shown = [
        nbformat.v4.new_output("display_data", {"text/html": found._repr_html_()}),
        nbformat.v4.new_output("display_data", {"image/png": picture}),
    ]
    cells = [nbformat.v4.new_code_cell(VIEW, outputs=shown, execution_count=1)]
    foreign = nbformat.v4.new_notebook(metadata=metadata, cells=cells)
    nbformat.write(foreign, folder / "foreign.ipynb")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab on a copy of notebooks and data, with settings of its own."""
    folder = tmp_path_factory.mktemp("Prøve lab")
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "notebooks").mkdir()
    for name in NOTEBOOKS:
        emptied(ROOT / "notebooks" / name, folder / "notebooks" / name)
    write_view(folder / "notebooks")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        name: os.fspath(folder / name)
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    asked = [
        *("--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}"),
    ]
    with (folder / "log.txt").open("wb") as log:
        lab = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *quiet(), *asked],
            cwd=folder / "notebooks",
            env={**os.environ, **own, "PYTHONPATH": os.fspath(ROOT)},
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_for(address, lab)
            yield address
        finally:
            _stop(lab)


def _stop(lab: subprocess.Popen[bytes]) -> None:
    """With its kernels; a server that is still starting one may never end by itself."""
    lab.terminate()
    try:
        lab.wait(timeout=10)
    except subprocess.TimeoutExpired:
        lab.kill()
        lab.wait(timeout=10)


def _wait_for(address: str, lab: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_MS / 1000
    while lab.poll() is None and time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/api", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    pytest.fail("JupyterLab did not start")


@pytest.fixture(scope="module")
def context(server: str, browser: Any) -> Iterator[tuple[Any, list[str]]]:
    """Tabs in one window, and what they asked of anybody but the server."""
    within = (server, server.replace("http", "ws"), "data:", "blob:", "about:")
    asked: list[str] = []
    window = browser.new_context(viewport={"width": 1300, "height": 1000})
    window.set_default_timeout(STARTS_MS)
    window.on(
        "request",
        lambda one: None if one.url.startswith(within) else asked.append(one.url),
    )
    yield window, asked
    window.close()


def opened(window: Any, server: str, name: str) -> Any:
    """A notebook in a tab of its own, with a kernel that waits for work."""
    page = window.new_page()
    page.goto(f"{server}/doc/tree/{name}?token={TOKEN}")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.get_by_text("| Idle").wait_for()
    return page


def run_all(page: Any) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def wait_until_run(page: Any, name: str) -> None:
    """Every code cell has a number, and nothing was said but what was asked."""
    cells = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
    count = sum(cell.cell_type == "code" for cell in cells)
    page.bring_to_front()
    page.wait_for_function(NUMBERED, arg=[PROMPTS, count], timeout=RUNS_MS)
    for kind in ("stderr", "error"):
        told = page.locator(f'[data-mime-type="application/vnd.jupyter.{kind}"]')
        assert told.all_text_contents() == [], name


def first_now() -> list[object]:
    """The first notebook with every push, the others at night."""
    first, *others = NOTEBOOKS
    return [first, *(pytest.param(o, marks=pytest.mark.nightly) for o in others)]


@pytest.mark.parametrize("name", first_now())
def test_every_notebook_runs_without_complaint(
    server: str, context: tuple[Any, list[str]], name: str
) -> None:
    window, asked = context
    page = opened(window, server, name)
    run_all(page)
    wait_until_run(page, name)
    page.close()
    assert asked == []


def test_the_explorer_runs_in_a_cell(
    server: str, context: tuple[Any, list[str]]
) -> None:
    window, asked = context
    page = opened(window, server, "fresh.ipynb")
    run_all(page)
    view = page.frame_locator("iframe[sandbox]")
    view.locator("#actor-3 .mark").click()
    assert view.locator("#chosen-told li").count() > 3
    assert page.locator(".jp-OutputArea img").count() == 1
    page.close()
    assert asked == []


def test_a_notebook_that_is_not_trusted_shows_the_picture(
    server: str, context: tuple[Any, list[str]]
) -> None:
    window, asked = context
    page = window.new_page()
    page.goto(f"{server}/doc/tree/foreign.ipynb?token={TOKEN}")
    page.locator(".jp-OutputArea img").wait_for()
    assert page.locator(".jp-OutputArea iframe").count() == 0
    told = page.locator(".jp-OutputArea .jp-RenderedHTMLCommon").first.inner_text()
    assert "runs where this notebook is trusted" in told
    page.close()
    assert asked == []
