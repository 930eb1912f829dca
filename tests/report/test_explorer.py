"""An explorer holds what was measured, says what is not known, and harms nobody."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from matplotlib.text import Text

from netcollab import InputError, RefusedError, UnknownNameError, measures
from netcollab.networks import Network, reverse
from netcollab.report import (
    Explorer,
    draw_network,
    explore,
    language,
    layout,
    number,
)
from netcollab.report.explorer import _harmless
from netcollab.study import TIE_STATES

EVIL = '</script><img src=x onerror="document.title=1">\u2028&'


def data_of(found: Explorer) -> dict[str, Any]:
    block = re.search(
        r'<script type="application/json" id="data">(.*?)</script>', found.page, re.S
    )
    assert block
    data: dict[str, Any] = json.loads(block[1])
    return data


class Tags(HTMLParser):
    """Every element of a page, with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def pair() -> Network:
    told = pd.DataFrame([[0, 2.5], [np.nan, 0]], ["nav", "ks"], ["nav", "ks"])
    return Network.from_matrix(told, relation="trust")


# ---- what the page holds


def test_ties_unknown_ties_and_measures_are_those_of_the_network(
    rated: Network,
) -> None:
    (layer,) = data_of(explore(rated))["layers"]
    names = list(rated.ties.index)
    strengths = [one["value"] for one in layer["strengths"]]
    ties = {(names[i], names[j]): strengths[k] for i, j, k, _ in layer["ties"]}
    observed = rated.ties.stack()
    assert ties == observed[observed > 0].to_dict()

    unknown = {}
    for i, j, there, back, _ in layer["unknown"]:
        unknown[i, j] = there
        if back > -1:
            unknown[j, i] = back
    codes = rated.state_codes.to_numpy()
    off = ~np.eye(rated.n, dtype=bool)
    expected = {
        (int(i), int(j)): int(codes[i, j])
        for i, j in zip(*np.nonzero((codes != 0) & off), strict=True)
    }
    assert TIE_STATES[0] == "observed"
    assert unknown == expected
    reasons = {TIE_STATES[code]: count for code, count in layer["reasons"]}
    assert reasons == {"not_asked": "6", "nonrespondent": "8"}

    told = {one["name"]: one for one in layer["measures"]}
    sent = measures.out_strength(rated)
    assert told["out-strength"]["values"] == [
        None if np.isnan(value) else value for value in sent
    ]
    silent = next(iter(sent.attrs["reasons"]))
    assert told["out-strength"]["texts"][names.index(silent)] == "–"
    assert "did not take part" in told["out-strength"]["why"][str(names.index(silent))]


def test_an_undirected_pair_is_told_once(prior: Network) -> None:
    (layer,) = data_of(explore(prior))["layers"]
    assert not layer["directed"]
    assert len(layer["ties"]) == prior.n_ties == 7
    assert len(layer["unknown"]) == 36 - 7
    assert {back for *_, back, _ in layer["unknown"]} == {-1}
    assert not layer["lines"]  # more than a third: arcs instead
    assert max(layer["shares"]) == 1.0


def test_layers_share_one_layout_and_keep_their_order(rated: Network) -> None:
    layers = {"as told": rated, "turned": reverse(rated)}
    data = data_of(explore(layers, color="level", attributes=["staff"]))
    assert [layer["name"] for layer in data["layers"]] == ["as told", "turned"]
    stand = layout(list(layers.values()))
    at = np.array([actor["at"] for actor in data["actors"]])
    for axis, name in enumerate(("x", "y")):
        sign = -1 if name == "y" else 1
        assert np.corrcoef(at[:, axis], stand[name])[0, 1] * sign > 0.9999
    facts = dict(data["actors"][7]["facts"])
    assert facts == {"Level": "municipal", "Staff": "not known"}
    kinds = [kind["text"] for kind in data["groups"]["kinds"]]
    assert kinds == ["municipal", "state", "not known"]


def test_the_page_speaks_the_ambient_language(pair: Network) -> None:
    pages = {}
    for code in ("nb", "da", "en"):
        with language(code):
            pages[code] = explore(pair)
            mark = number(2.5, 1)
        (layer,) = data_of(pages[code])["layers"]
        assert layer["strengths"][0]["text"] == mark
        assert f'<html lang="{code}">' in pages[code].page
    assert "Finn en aktør" in pages["nb"].page
    assert "Knudernes areal" in pages["da"].page
    assert pages["en"].title == "Trust"


def test_only_harmless_attributes_are_told_unasked(rated: Network) -> None:
    found = explore(rated)
    facts = {name for actor in data_of(found)["actors"] for name, _ in actor["facts"]}
    assert facts == {"Level"}
    assert "19000" not in found.page


def test_many_strengths_become_even_steps() -> None:
    draws = np.random.default_rng(3).uniform(0.5, 9.5, (12, 12)).round(2)
    np.fill_diagonal(draws, 0)
    names = [f"a{k}" for k in range(12)]
    network = Network.from_matrix(pd.DataFrame(draws, names, names))
    (layer,) = data_of(explore(network))["layers"]
    stops = [stop for stop, _ in layer["stops"]]
    assert len(stops) == 40
    assert stops[0] == min(one["value"] for one in layer["strengths"])
    assert np.allclose(np.diff(stops), np.diff(stops)[0], atol=1e-5)


# ---- safe and self-contained


def test_a_name_that_is_a_script_stays_a_name() -> None:
    told = pd.DataFrame([[0, 1], [1, 0]], [EVIL, "ks"], [EVIL, "ks"])
    actors = pd.DataFrame({"level": [EVIL, "state"]}, index=told.index)
    network = Network.from_matrix(told, relation=EVIL, actors=actors)
    found = explore({EVIL: network}, title=EVIL, note=EVIL, color="level")
    tags = Tags(found.page).found
    assert sum(tag == "script" for tag, _ in tags) == 2
    assert not any(tag == "img" for tag, _ in tags)
    assert not any(name.startswith("on") for _, had in tags for name in had)
    assert data_of(found)["actors"][0]["name"] == EVIL
    assert EVIL not in found.page


def test_no_sign_of_the_data_can_end_its_block() -> None:
    text = "".join(map(chr, range(0x20, 0x2100))) + "\U0001f600"
    escaped = _harmless({"x": text})
    assert json.loads(escaped) == {"x": text}
    assert not set("<>&\u2028\u2029") & set(escaped)


def test_the_page_asks_for_nothing_and_runs_one_script(pair: Network) -> None:
    page = explore(pair).page
    tags = Tags(page).found
    assert not {"link", "img", "iframe", "a", "object"} & {tag for tag, _ in tags}
    assert not re.search(r"https?:(?!//www\.w3\.org/2000/svg)|url\(|@import", page)
    (policy,) = [
        had["content"]
        for tag, had in tags
        if tag == "meta" and had.get("http-equiv") == "Content-Security-Policy"
    ]
    script = page.rsplit("<script>", 1)[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy
    assert policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy
    assert "innerHTML" not in script


def test_thirty_actors_stay_within_a_few_hundred_kilobytes() -> None:
    draws = np.random.default_rng(5).integers(0, 6, (30, 30)).astype(float)
    np.fill_diagonal(draws, 0)
    names = [f"Organisasjon nummer {k}" for k in range(30)]
    network = Network.from_matrix(pd.DataFrame(draws, names, names), scale=(1, 5))
    assert len(explore(network).page.encode()) < 100_000


# ---- files and notebooks


def test_page_and_picture_are_saved_beside_each_other(
    pair: Network, tmp_path: Path
) -> None:
    found = explore(pair)
    page, picture = found.save(tmp_path / "Prøve" / "tillit")
    assert [page.name, picture.name] == ["tillit.html", "tillit.png"]
    assert page.read_text(encoding="utf-8") == found.page
    assert picture.read_bytes() == found.picture
    assert imread(picture).shape[1] > 600
    assert found.save(tmp_path / "x.html")[0] == tmp_path / "x.html"
    with pytest.raises(InputError, match=r"\.png"):
        found.save(tmp_path / "x.png")


def test_the_same_networks_give_the_same_bytes(rated: Network) -> None:
    layers = {"one": rated, "two": reverse(rated)}
    first, second = (explore(layers, color="level") for _ in range(2))
    assert first == second
    assert "two" in first.alt.casefold()


def test_a_notebook_gets_the_page_in_a_frame_that_can_do_little(
    pair: Network,
) -> None:
    found = explore(pair)
    cell = found._repr_html_()
    ((tag, had),) = Tags(cell).found
    assert tag == "iframe"
    assert had["sandbox"] == "allow-scripts"
    assert had["srcdoc"] == found.page
    assert had["title"] == "Trust"
    assert "picture below" in html.unescape(cell)


def test_outside_of_a_notebook_the_picture_is_told(
    pair: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    found = explore(pair)
    found._ipython_display_()
    assert capsys.readouterr().out.strip() == found.alt


# ---- what cannot be explored


def test_what_cannot_be_explored_is_said(rated: Network, prior: Network) -> None:
    with pytest.raises(InputError, match="at least one"):
        explore({})
    names = [*rated.ties.index[1:], "other"]
    other = Network.from_matrix(
        pd.DataFrame(rated.ties.to_numpy(), names, names), relation="trust"
    )
    with pytest.raises(InputError, match='"b" has others than "a"'):
        explore({"a": rated, "b": other})
    with pytest.raises(UnknownNameError, match="level"):
        explore(rated, color="levl")
    with pytest.raises(UnknownNameError, match="in_degree"):
        explore(rated, show=["in_degre"])
    with pytest.raises(InputError, match="positions"):
        explore(prior, positions=pd.DataFrame({"x": [0.0]}, index=["nav"]))


def test_persons_are_shown_only_with_their_consent(rated: Network) -> None:
    people = pd.DataFrame({"kind": "employee"}, rated.ties.index)
    network = Network.from_matrix(rated.ties, "trust", actors=people)
    with pytest.raises(RefusedError, match="person_level"):
        explore({"a": rated, "b": network})
    assert explore(network, person_level=True).title == "Trust"


@pytest.mark.parametrize("n", [1, 2])
def test_the_smallest_networks(n: int) -> None:
    names = list("ab")[:n]
    found = explore(Network.from_matrix(pd.DataFrame(0.0, names, names)))
    (layer,) = data_of(found)["layers"]
    assert layer["ties"] == layer["unknown"] == layer["stops"] == []


def test_readers_see_the_name_of_the_site(pair: Network) -> None:
    there = Network.from_matrix(pair.ties, relation="trust", site="oersta")
    found = explore(there, site="Ørsta")
    assert "Ørsta" in found.page
    assert "oersta" not in found.page.lower()
    assert "Oersta" in explore(there).page
    ax = draw_network(there, site="Ørsta")
    texts = ax.get_figure(root=True).findobj(Text)
    told = " ".join(text.get_text() for text in texts)
    assert "Ørsta" in told
    assert "oersta" not in told
