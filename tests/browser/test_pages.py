"""Every page of the house in a browser: sound, without network, and on paper."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat
import pytest

from netcollab import read_study
from netcollab.report import language, write_dialogue, write_feedback, write_measures
from netcollab.study import bundled

STUDY = bundled("synthetic/alvorlig_sykt_barn")
A4_PT = (594.96, 841.92)
WIDE_ON_PAPER_PX = 718  # A4 with margins of 10 mm, at 96 dots per inch
CELLS = (
    "# Hvem stoler på hvem?",
    """import netcollab as nc
study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
trust = nc.build_network(study, relation="trust")""",
    """with nc.report.language("nb"):
    ax = nc.report.draw_network(trust, color="level", note="synthetic")
nc.report.show(ax)""",
    """nc.report.publish_figure("trust", ax, caption="Tillit mellom ni aktører, ≥ 1.")
nc.report.publish_table("ties", trust.to_frame().head(30), caption="Båndene.")
trust.to_frame().head(3)""",
)


def measures_of(code: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        with language(code):
            write_measures(read_study(STUDY), folder / "mål", relations=["trust"])
        return folder / "mål" / "index.html"

    return make


def paper(folder: Path) -> Path:
    """The paper of one small notebook, made by another process."""
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_markdown_cell(CELLS[0])]
    notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in CELLS[1:]]
    (folder / "notebooks").mkdir()
    nbformat.write(notebook, folder / "notebooks" / "01_tillit.ipynb")
    command = [sys.executable, "-m", "netcollab", "paper"]
    root = os.fspath(Path(__file__).parents[2])
    subprocess.run(
        [*command, "--notebooks", "notebooks", "--out", "paper"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": root},
        check=True,
        capture_output=True,
    )
    return folder / "paper" / "index.html"


def feedback_in(
    code: str, page: str, sites: list[str] | None = None
) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        study, out = read_study(bundled("synthetic/myndighedsfunktion")), folder / "out"
        write_feedback(study, out, languages=[code], sites=sites, pdf=False)
        return out / code / page

    return make


def dialogue_in(code: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        study, out = read_study(bundled("synthetic/faelles_sprog")), folder / "ark"
        write_dialogue(study, out, languages=[code], pdf=False)
        return out / code / "dialogue-1.html"

    return make


# A page of the house is one line here: its name, its language, and what makes it.
PAGES: dict[str, tuple[str, Callable[[Path], Path]]] = {
    **{f"measures-{code}": (code, measures_of(code)) for code in ("nb", "da", "en")},
    **{
        f"feedback-{code}": (
            code,
            feedback_in(code, "site-01.html", ["nordvik"]),
        )
        for code in ("nb", "da", "en")
    },
    "feedback-across": ("da", feedback_in("da", "across.html")),
    **{f"dialogue-{code}": (code, dialogue_in(code)) for code in ("nb", "da", "en")},
    "paper": ("en", paper),
}


@pytest.fixture(scope="module", params=PAGES)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    code, make = PAGES[request.param]
    return code, make(tmp_path_factory.mktemp("Prøve side"))


def test_it_opens_without_network_and_every_reader_can_use_it(
    made: tuple[str, Path], sight: Any
) -> None:
    code, file = made
    sight.page.goto(file.as_uri())
    assert sight.page.locator("html").get_attribute("lang") == code
    assert code == "en" or re.search("[æøå]", sight.page.inner_text("body"))
    assert sight.faults() == []
    assert sight.missing_glyphs() == []
    assert sight.asked == sight.errors == []


def test_every_link_leads_somewhere(made: tuple[str, Path], sight: Any) -> None:
    file = made[1]
    sight.page.goto(file.as_uri())
    targets = sight.page.locator("a[href]").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert targets or file.name.startswith(("site-", "across", "dialogue-"))
    for target in targets:
        parts = urlsplit(target)
        assert not parts.scheme, target
        if parts.path:
            assert (file.parent / unquote(parts.path)).is_file(), target
        elif parts.fragment:
            found = f"document.getElementById({unquote(parts.fragment)!r}) !== null"
            assert sight.page.evaluate(found), target


def test_printed_it_is_a4_and_nothing_is_cut(
    made: tuple[str, Path], sight: Any
) -> None:
    sight.page.goto(made[1].as_uri())
    pdf = sight.page.pdf(format="A4", margin=dict.fromkeys(SIDES, "10mm"))
    pages = re.findall(rb"/MediaBox\s*\[([\d. ]+)\]", pdf)
    assert pages
    for box in pages:
        size = [float(number) for number in box.split()[2:]]
        assert size == pytest.approx(A4_PT, abs=1)
    sight.page.emulate_media(media="print")
    sight.page.set_viewport_size({"width": WIDE_ON_PAPER_PX, "height": 1000})
    assert sight.page.evaluate(CUT) == []


SIDES = ("top", "right", "bottom", "left")
# What is one pixel large is for screen readers alone, and is not cut.
CUT = """() => [...document.querySelectorAll("body *")].filter((box) => {
  if (box.clientWidth === 1 && box.clientHeight === 1) return false;
  const hides = getComputedStyle(box).overflowX !== "visible";
  const beyond = box.getBoundingClientRect().right > innerWidth + 1;
  return beyond || (hides && box.scrollWidth > box.clientWidth + 1);
}).map((box) => box.outerHTML.slice(0, 90))"""
