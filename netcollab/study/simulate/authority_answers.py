"""From what respondents feel to what the questionnaire holds.

Which answers are there, and why are the others missing?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netcollab.study.instruments import instrument
from netcollab.study.manifest import ItemSpec
from netcollab.study.simulate.authority import Drawn
from netcollab.study.simulate.authority_sites import FUNCTIONS, SITES
from netcollab.study.simulate.pages import rated

__all__ = ["CAPACITY_ITEMS", "LEADERSHIP_ITEMS", "REASONS", "Answers", "draw_answers"]

CAPACITY_ITEMS = tuple(instrument("relational_capacity").items.values())
LEADERSHIP_ITEMS = tuple(instrument("leadership").items.values())
REASONS = ("", "not_asked", "no_answer", "dont_know", "not_applicable")

_NOT_ASKED, _NO_ANSWER, _DONT_KNOW, _NOT_APPLICABLE = range(1, 5)
_WITHOUT_INNOVATION = ("stenmark", "hvideklit")
_CARELESS, _SAYS = ("egelund", "skole"), 4


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers of one wave, in the order of those who took part.

    Parameters
    ----------
    capacity
        Respondents x functions x items, from 1 to 5.
    capacity_reasons
        The same shape: 0 where answered, else the position in `REASONS`.
    leadership, leadership_reasons
        Respondents x items.
    """

    capacity: np.ndarray
    capacity_reasons: np.ndarray
    leadership: np.ndarray
    leadership_reasons: np.ndarray


def draw_answers(rng: np.random.Generator, drawn: Drawn) -> tuple[Answers, ...]:
    """What stands in the questionnaires of each wave.

    One careless person says the same to everything. Leaders are not asked about
    themselves, and two municipalities did not ask about innovation in the first wave.
    """
    return tuple(_of_wave(rng, drawn, wave) for wave in range(len(drawn.takers)))


def _of_wave(rng: np.random.Generator, drawn: Drawn, wave: int) -> Answers:
    who = drawn.takers[wave]
    felt = drawn.capacity[wave]
    capacity = _said(felt.reshape(*felt.shape[:2], -1), CAPACITY_ITEMS)
    leadership = _said(drawn.leadership[wave].reshape(len(who), -1), LEADERSHIP_ITEMS)
    missing = _capacity_reasons(rng, drawn, who, wave)
    also_missing = np.where(rng.random(leadership.shape) < 0.03, _DONT_KNOW, 0)
    also_missing[rng.random(leadership.shape) < 0.015] = _NO_ANSWER
    stops = rng.random(len(who)) < 0.02
    after = 2 + (rng.random(len(who)) * (len(FUNCTIONS) - 2)).astype(int)
    beyond = stops[:, None] & (np.arange(len(FUNCTIONS)) >= after[:, None])
    missing[beyond[:, :, None] & (missing != _NOT_ASKED)] = _NO_ANSWER
    also_missing[stops] = _NO_ANSWER
    also_missing[drawn.persons.leads[who]] = _NOT_ASKED
    careless = _careless(drawn, who) if wave == 0 else []
    capacity[careless], leadership[careless] = _SAYS, _SAYS
    missing[careless], also_missing[careless] = 0, 0
    return Answers(capacity, missing, leadership, also_missing)


def _said(felt: np.ndarray, items: tuple[ItemSpec, ...]) -> np.ndarray:
    turned = np.array([item.reversed for item in items])
    said = rated(felt)
    return np.where(turned, 6 - said, said)


def _capacity_reasons(
    rng: np.random.Generator, drawn: Drawn, who: np.ndarray, wave: int
) -> np.ndarray:
    """Why answers are missing: who works far from a function knows less about it."""
    persons, n_items = drawn.persons, len(CAPACITY_ITEMS)
    own, target = persons.function[who][:, None], np.arange(len(FUNCTIONS))
    far = (own != target) & (own != 0) & (target != 0)
    here = own == target
    whole = np.where(here, 0, np.where(far, 0.06, 0.01))
    single = np.where(here, 0.005, np.where(far, 0.06, 0.02))
    shape = (len(who), len(FUNCTIONS), n_items)
    unsure = (rng.random(shape[:2]) < whole)[..., None]
    unsure = unsure | (rng.random(shape) < single[..., None])
    contributes = np.array(
        [item.dimension == "professional_contributions" for item in CAPACITY_ITEMS]
    )
    rare = np.where(contributes & far[..., None], 0.04, 0.005)
    missing = np.where(rng.random(shape) < rare, _NOT_APPLICABLE, 0)
    missing[unsure] = _DONT_KNOW
    missing[rng.random(shape) < 0.015] = _NO_ANSWER
    if wave == 0:
        without = np.array([SITES[i].site in _WITHOUT_INNOVATION for i in persons.site])
        new = np.array([item.dimension == "innovation" for item in CAPACITY_ITEMS])
        missing[without[who][:, None, None] & new & np.ones(shape, bool)] = _NOT_ASKED
    return missing


def _careless(drawn: Drawn, who: np.ndarray) -> list[int]:
    persons = drawn.persons
    found = [
        place
        for place, i in enumerate(who.tolist())
        if (SITES[persons.site[i]].site, FUNCTIONS[persons.function[i]].actor)
        == _CARELESS
        and not persons.leads[i]
    ]
    return found[:1]
