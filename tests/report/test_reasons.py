"""Why a number is missing, in three languages."""

from __future__ import annotations

import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.networks import Network
from netcollab.report.labels import language, phrases_of
from netcollab.report.reasons import reason_text

NAMES = ["nav", "ks", "hdir"]


def network_of(cells: list[list[float | None]], **more: object) -> Network:
    names = NAMES[: len(cells)]
    return Network.from_matrix(pd.DataFrame(cells, names, names, dtype=float), **more)


NETWORKS = {
    "alone": network_of([[None]]),
    "empty": network_of([[0, 0, 0]] * 3),
    "unknown": network_of([[None] * 3] * 3),
    "presence-only": network_of([[None, 1, None], [None] * 3, [None] * 3]),
    "rated": network_of([[None, 3, 2], [1, None, 2], [None] * 3], scale=(1, 5)),
    "silent": network_of([[None, 3, 0], [1, None, 0], [None] * 3]),
    "signed": network_of([[0, -1, 1], [1, 0, 0], [0, 1, 0]], signed=True),
}


def reasons() -> set[str]:
    found = set()
    for network in NETWORKS.values():
        for name in ("density", "reciprocity", "tie_asymmetry"):
            found.add(ms.reason(getattr(ms, name), network))
        found.add(ms.reason(ms.centralization, network, measure=ms.out_degree))
        for name in ("in_degree", "out_degree", "betweenness", "constraint"):
            found |= set(getattr(ms, name)(network).attrs["reasons"].values())
        found |= set(ms.dependence(network).attrs["reasons"].values())
    return found - {""}


@pytest.mark.parametrize("code", ["nb", "da"])
@pytest.mark.parametrize("reason", sorted(reasons()))
def test_reasons_of_the_measures_are_translated(reason: str, code: str) -> None:
    with language(code):
        assert reason_text(reason) != reason


def test_states_within_a_reason_are_words_too() -> None:
    reason = "no sent tie was observed (dont know, nonrespondent)"
    with language("da"):
        told = "intet bånd fra aktøren er observeret (ved ikke, deltog ikke)"
        assert reason_text(reason) == told
    told = "no sent tie was observed (don't know, did not take part)"
    assert reason_text(reason) == told


def test_several_reasons_are_translated_one_by_one() -> None:
    with language("nb"):
        assert reason_text("position: no value; staff: no value") == (
            "posisjon: ingen verdi; ansatte: ingen verdi"
        )


@pytest.mark.parametrize(
    "reason", ["", "something else", "x: y", "quotes (a.b) {c}", "a; b"]
)
def test_an_unknown_reason_stands_as_it_is(reason: str) -> None:
    with language("nb"):
        assert reason_text(reason) == reason


def test_every_reason_finds_itself() -> None:
    for phrase in phrases_of("because", "en").values():
        filled = phrase.format(
            states="not asked",
            actors="nav",
            n=2,
            measure="x",
            attribute="x",
            told="x",
            count=3,
            unit="sites",
            alpha=0.05,
            p=0.333,
            effect=3,
        )
        assert reason_text(filled) == filled
