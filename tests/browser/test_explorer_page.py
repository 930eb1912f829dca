"""The explorer in a browser: search, filters, keys, and what is not known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from netcollab.networks import Network
from netcollab.report import LANGUAGES, explore, language

NAMES = ["Ås kommune", "Ørsta", "Færder", "NAV", "<b>KS</b>"]
TIES = [
    [np.nan, 5, 3, 0, 0],
    [1, np.nan, 0, 2.5, 0],
    [0, 4, np.nan, 0, 1],
    [np.nan, np.nan, np.nan, np.nan, np.nan],
    [2, 0, 0, np.nan, np.nan],
]
STATES = pd.DataFrame("", NAMES, NAMES)
STATES.loc["NAV"] = "nonrespondent"
STATES.loc["<b>KS</b>", "NAV"] = "dont_know"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two relations in each language: one rated, one without directions."""
    actors = pd.DataFrame({"level": [*["municipal"] * 3, "state", "state"]}, NAMES)
    frame = pd.DataFrame(TIES, NAMES, NAMES)
    trust = Network.from_matrix(
        frame, "trust", actors=actors, states=STATES, scale=(1, 5)
    )
    path = pd.DataFrame(np.eye(5, k=1) + np.eye(5, k=-1), NAMES, NAMES)
    agreement = Network.from_matrix(path, "agreement", directed=False, actors=actors)
    folder, made = tmp_path_factory.mktemp("Prøve"), {}
    for code in LANGUAGES:
        with language(code):
            found = explore({"Tillit": trust, "Avtale": agreement}, color="level")
        made[code] = found.save(folder / code)[0]
    return made


@pytest.fixture
def page(sight: Any, pages: dict[str, Path]) -> Any:
    sight.page.goto(pages["nb"].as_uri())
    return sight.page


def ties(page: Any) -> int:
    return int(page.locator("path.tie").count())


def near(page: Any) -> int:
    return int(page.locator("path.tie:not(.far)").count())


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_opens_without_network_and_every_reader_can_use_it(
    sight: Any, pages: dict[str, Path], code: str
) -> None:
    sight.page.goto(pages[code].as_uri())
    assert sight.page.locator("svg .node").count() == 5
    assert sight.page.locator("html").get_attribute("lang") == code
    assert sight.faults() == []
    sight.page.locator("#actor-1 .mark").click()
    assert sight.page.locator("#chosen-name").inner_text() == "Ørsta"
    sight.page.keyboard.press("Escape")
    assert sight.faults() == []
    assert sight.missing_glyphs() == []
    assert sight.asked == sight.errors == []


def test_an_actor_is_found_and_its_neighbours_told(page: Any) -> None:
    page.get_by_label("Finn en aktør").fill("ør")
    assert "1 av 5 aktører passer" in page.locator("#status").inner_text()
    assert page.locator("#actors tbody tr").count() == 1
    page.keyboard.press("Enter")
    assert page.locator("#chosen-name").inner_text() == "Ørsta"
    told = page.locator("#chosen-told").inner_text()
    assert "Sender til (2)" in told
    assert "Mottar fra (2)" in told
    assert "deltok ikke: NAV" in told
    assert "2,5" in told
    assert near(page) == 4
    page.locator("#chosen").get_by_role("button", name="NAV").click()
    assert page.locator("#chosen-name").inner_text() == "NAV"
    assert "deltok ikke" in page.locator("#chosen-told dd small").first.inner_text()


def test_strength_relation_and_direction_filter(page: Any) -> None:
    assert ties(page) == 7
    page.get_by_label("Styrke minst").fill("3")
    assert page.locator("#level").inner_text() == "3,0"
    assert ties(page) == 3
    assert "3 av 7 bånd vises" in page.locator("#status").inner_text()
    assert page.locator("#ties tbody tr").count() == 3 + 5
    page.get_by_label("Styrke minst").fill("0")
    page.locator("#actor-0 .mark").click()
    assert near(page) == 4
    page.get_by_role("radio", name="sendt").check()
    assert near(page) == 2
    assert page.get_by_text("Mottar fra").count() == 0
    page.get_by_label("Relasjon").select_option("Avtale")
    assert ties(page) == 4
    assert page.locator("path.head").count() == 0
    assert not page.get_by_label("Styrke minst").is_visible()
    assert page.locator("#chosen-name").inner_text() == "Ås kommune"


def test_what_is_not_known_is_drawn_by_reason_and_can_be_hidden(page: Any) -> None:
    assert page.locator("path.gap").count() == 4
    page.get_by_label("deltok ikke: 4").uncheck()
    assert page.locator("path.gap").count() == 1
    page.get_by_label("vet ikke: 1").uncheck()
    assert page.locator("path.gap").count() == 0
    hollow = page.locator("#actor-3 .mark").get_attribute("fill")
    assert hollow == "#ffffff"
    assert page.locator("#actor-2 .mark").get_attribute("fill") != hollow


def test_keys_alone_are_enough(page: Any) -> None:
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('node')"):
            break
    at = "document.activeElement.id"
    assert page.evaluate(at) == "actor-0"
    page.keyboard.press("End")
    assert page.evaluate(at) == "actor-4"
    seen = set()
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown") * 3:
        page.keyboard.press(key)
        seen.add(page.evaluate(at))
    assert len(seen) >= 3
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    assert page.locator("#chosen-name").inner_text() == "Ås kommune"
    assert page.evaluate(at) == "actor-0"
    assert page.locator("#actor-0").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert page.locator("[aria-selected=true]").count() == 0


def test_nodes_take_the_size_and_rows_the_order_of_a_measure(page: Any) -> None:
    page.get_by_label("Nodenes areal").select_option("innstyrke")
    sizes = page.locator(".node .mark").evaluate_all(
        "marks => marks.map(mark => mark.getBoundingClientRect().height)"
    )
    assert max(sizes) == sizes[1]  # 5 + 4 is received by the second
    page.get_by_role("button", name="innstyrke").click()
    assert page.locator("#actors tbody th").first.inner_text() == "Ørsta"
    heading = page.locator("#actors thead th[aria-sort]")
    assert heading.get_attribute("aria-sort") == "descending"
    page.get_by_role("button", name="Aktør", exact=True).click()
    assert page.locator("#actors tbody th").last.inner_text() == "Ås kommune"


def test_a_finger_and_a_narrow_screen_are_enough(
    browser: Any, pages: dict[str, Path]
) -> None:
    context = browser.new_context(
        offline=True, has_touch=True, viewport={"width": 390, "height": 800}
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(pages["nb"].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#actor-2 .mark").tap()
    assert page.locator("#chosen-name").inner_text() == "Færder"
    context.close()


def test_a_name_is_shown_as_it_is_written(page: Any) -> None:
    assert page.locator("#actors tbody").get_by_text("<b>KS</b>").count() == 1
    assert page.locator("b").count() == 0
