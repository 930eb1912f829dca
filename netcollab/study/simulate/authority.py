"""The model behind the study of the authority function: causes, ratings, what is lost.

What do respondents answer when structure and leadership carry relational capacity?
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

import numpy as np

from netcollab.study.simulate.authority_sites import (
    FUNCTIONS,
    RELATIONS,
    SITES,
    WAVES,
    Persons,
    backgrounds,
    draw_persons,
)
from netcollab.study.simulate.pages import normal, order

__all__ = [
    "DIMENSIONS",
    "FACETS",
    "INDICATORS",
    "ITEMS_EACH",
    "PLANTED",
    "Causes",
    "Drawn",
    "draw_authority",
]

DIMENSIONS = {
    "mutual_knowledge": 3.3,
    "mutual_respect": 3.7,
    "professional_contributions": 3.4,
    "knowledge_sharing": 3.2,
    "problem_solving": 3.1,
    "innovation": 2.7,
}
"""The dimensions of relational capacity and the mean m_d of each."""
FACETS = {
    "shared_vision": 3.5,
    "participation": 3.3,
    "framing": 3.4,
    "insistent_involvement": 3.2,
}
"""The facets of leadership and the mean of each."""
INDICATORS = {
    "common_management": "formal_organisation",
    "coordinator_role": "formal_organisation",
    "co_location": "formal_organisation",
    "standing_meetings": "formalised_structures",
    "decision_forum": "formalised_structures",
    "written_procedure": "formalised_work_processes",
    "shared_plan": "formalised_work_processes",
    "shared_system": "formalised_work_processes",
    "shared_goals": "formalised_strategies",
    "resourced_measures": "formalised_strategies",
    "planned_follow_up": "formalised_strategies",
}
"""The indicators of formal structure, each with its construct."""
ITEMS_EACH, CODERS = 2, 2

PLANTED = {
    "structure": 0.25,
    "written_procedure": 0.5,
    "standing_meeting": 0.5,
    "shared_system": 0.0,
    "shared_vision": 0.3,
    "participation": 0.0,
    "framing": 0.0,
    "insistent_involvement": 0.3,
    "own_function": 0.5,
}
"""What one more of each adds to a rating, in points of the scale."""

_OFTEN = {"written_procedure": 0.5, "standing_meeting": 0.4, "shared_system": 0.4}
_TIES = {
    "written_procedure": (4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10),
    "standing_meeting": (3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9),
    "shared_system": (3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9),
}
_PERCEIVER = (0.0, 0.1, -0.1, -0.1, 0.1, 0.0)
_TARGET = (0.1, 0.1, -0.1, -0.1, 0.0, 0.0)
_PAIRS = {
    ("skole", "myndighed"): -0.5,
    ("myndighed", "udfoerer"): 0.5,
    ("udfoerer", "myndighed"): -0.3,
}
_ACTORS = [function.actor for function in FUNCTIONS]
_S, _W, _F = len(SITES), len(WAVES), len(FUNCTIONS)
_DYADS = tuple(combinations(range(_F), 2))
_SLIP = 0.1
_STAYS = 0.7


@dataclass(frozen=True, eq=False)
class Causes:
    """What municipalities differ in.

    Parameters
    ----------
    structure
        Sites: formal structure, mean 0 and standard deviation 1.
    leadership
        Waves x sites x functions x facets, in points of the scale.
    formal
        Relations x waves x sites x functions x functions: 1 where there is a tie.
    """

    structure: np.ndarray
    leadership: np.ndarray
    formal: np.ndarray


@dataclass(frozen=True, eq=False)
class Drawn:
    """One draw of the study, with the truth behind it.

    Parameters
    ----------
    persons
        Who was asked and who answered.
    written
        The causes that documents and formal ties show.
    leaders
        The causes behind the answers about leaders.
    unseen
        The causes behind relational capacity; with effects all three are the same.
    share, expenditure
        Backgrounds of the municipalities without any effect.
    codings
        Sites x indicators x coders, from 0 to 2.
    takers
        Per wave: the persons who took part.
    capacity
        Per wave: respondents x functions x dimensions x items, before rounding.
    leadership
        Per wave: respondents x facets x items, before rounding.
    """

    persons: Persons
    written: Causes
    leaders: Causes
    unseen: Causes
    share: np.ndarray
    expenditure: np.ndarray
    codings: np.ndarray
    takers: tuple[np.ndarray, ...]
    capacity: tuple[np.ndarray, ...]
    leadership: tuple[np.ndarray, ...]


def draw_authority(rng: np.random.Generator, *, planted: bool) -> Drawn:
    """Draw municipalities, persons and what they feel; the form of it is the same.

    Parameters
    ----------
    rng
        Where chance comes from.
    planted
        False: documents, leadership and capacity have causes of their own, and what
        respondents have in common is not shared between capacity and leadership.

    Examples
    --------
    >>> drawn = draw_authority(np.random.Generator(np.random.PCG64(1)), planted=True)
    >>> drawn.capacity[0].shape[1:], drawn.written is drawn.unseen
    ((6, 6, 2), True)
    """
    persons = draw_persons(rng)
    share, expenditure = backgrounds(rng)
    first, second, third = (_causes(rng) for _ in range(3))
    leaders, unseen = (first, first) if planted else (second, third)
    lenient, other = (0.4 * normal(rng, len(persons.names)) for _ in range(2))
    takers = tuple(np.flatnonzero(persons.answers[:, wave]) for wave in range(_W))
    noise = _cell_noise(rng)
    level = tuple(_cells(unseen, wave, noise[wave]) for wave in range(_W))
    return Drawn(
        persons=persons,
        written=first,
        leaders=leaders,
        unseen=unseen,
        share=share,
        expenditure=expenditure,
        codings=_codings(rng, first.structure),
        takers=takers,
        capacity=tuple(
            _capacity(rng, persons, who, level[wave], lenient)
            for wave, who in enumerate(takers)
        ),
        leadership=tuple(
            _leadership(
                rng,
                persons,
                who,
                leaders.leadership[wave],
                lenient if planted else other,
            )
            for wave, who in enumerate(takers)
        ),
    )


# ---- the causes


def _causes(rng: np.random.Generator) -> Causes:
    scores = [NormalDist().inv_cdf((place + 0.5) / _S) for place in range(_S)]
    spread = (sum(score * score for score in scores) / _S) ** 0.5
    structure = np.array([scores[place] / spread for place in order(rng, _S)])
    return Causes(structure, _led(rng, structure), _formal(rng))


def _led(rng: np.random.Generator, structure: np.ndarray) -> np.ndarray:
    """Leadership of each function, in both waves: it follows structure, with a lag."""
    site = [0.8 * structure + 0.6 * normal(rng, _S)]
    site.append(0.5 * site[0] + 0.3 * structure + 0.6 * normal(rng, _S))
    function = _lasting(rng, _S, _F)
    facet = _lasting(rng, _S, _F, len(FACETS))
    return np.asarray(
        np.array(list(FACETS.values()))
        + 0.4 * np.array(site)[:, :, None, None]
        + 0.3 * function[..., None]
        + 0.35 * facet
    )


def _lasting(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Normal draws of two waves that correlate."""
    first, new = normal(rng, *shape), normal(rng, *shape)
    return np.array([first, _STAYS * first + (1 - _STAYS**2) ** 0.5 * new])


def _formal(rng: np.random.Generator) -> np.ndarray:
    """Formal ties: more with the authority function, one procedure more in wave two."""
    formal = np.zeros((len(RELATIONS), _W, _S, _F, _F))
    with_authority = np.array([0.8 if 0 in dyad else 0.0 for dyad in _DYADS])
    for relation, name in enumerate(RELATIONS):
        counts = [_TIES[name][place] for place in order(rng, _S)]
        keys = normal(rng, _S, len(_DYADS)) + with_authority
        for site, count in enumerate(counts):
            likely = np.argsort(-keys[site], kind="stable")
            for wave in range(_W):
                more = int(wave == 1 and name == "written_procedure")
                for i, j in (_DYADS[k] for k in likely[: count + more]):
                    formal[relation, wave, site, i, j] = 1
                    formal[relation, wave, site, j, i] = 1
    return formal


# ---- relational capacity


def _cell_noise(rng: np.random.Generator) -> np.ndarray:
    """Waves x sites x functions x functions: what no cause explains, roles included."""
    pair = 0.3 * normal(rng, _F, _F)
    for (source, target), effect in _PAIRS.items():
        pair[_ACTORS.index(source), _ACTORS.index(target)] = effect
    np.fill_diagonal(pair, 0)
    mutual = np.triu(normal(rng, _S, _F, _F), 1)
    lasting = (
        np.array(_PERCEIVER)[:, None]
        + np.array(_TARGET)
        + pair
        + 0.17 * normal(rng, _S)[:, None, None]
        + 0.15 * normal(rng, _S, _F)[:, None, :]
        + 0.15 * (mutual + mutual.transpose(0, 2, 1))
        + 0.15 * normal(rng, _S, _F, _F)
    )
    return np.asarray(lasting + 0.1 * normal(rng, _W, _S)[:, :, None, None])


def _cells(causes: Causes, wave: int, noise: np.ndarray) -> np.ndarray:
    """Sites x functions x functions: how each function feels about each."""
    level = noise + PLANTED["structure"] * causes.structure[:, None, None]
    for relation, name in enumerate(RELATIONS):
        tie = causes.formal[relation, wave]
        between = 1 - np.eye(_F)
        level = level + PLANTED[name] * (tie - _OFTEN[name]) * between
    for facet, (name, mean) in enumerate(FACETS.items()):
        led = causes.leadership[wave, :, :, facet]
        level = level + PLANTED[name] * (led - mean)[:, :, None]
    return np.asarray(level + PLANTED["own_function"] * np.eye(_F))


def _capacity(
    rng: np.random.Generator,
    persons: Persons,
    who: np.ndarray,
    level: np.ndarray,
    lenient: np.ndarray,
) -> np.ndarray:
    n, shape = len(who), (len(who), _F, len(DIMENSIONS), ITEMS_EACH)
    about = level[persons.site[who], persons.function[who]]
    about = about + lenient[who][:, None] + 0.35 * normal(rng, n, _F)
    dimension = np.array(list(DIMENSIONS.values())) + 0.3 * normal(rng, *shape[:3])
    return np.asarray(
        about[:, :, None, None] + dimension[..., None] + 0.6 * normal(rng, *shape)
    )


def _leadership(
    rng: np.random.Generator,
    persons: Persons,
    who: np.ndarray,
    led: np.ndarray,
    lenient: np.ndarray,
) -> np.ndarray:
    shape = (len(who), len(FACETS), ITEMS_EACH)
    about = led[persons.site[who], persons.function[who]]
    about = about + (0.5 * lenient[who] + 0.4 * normal(rng, len(who)))[:, None]
    return np.asarray(about[..., None] + 0.6 * normal(rng, *shape))


# ---- documents


def _codings(rng: np.random.Generator, structure: np.ndarray) -> np.ndarray:
    """Indicators as two coders read them: the value, or one beside it."""
    constructs = list(dict.fromkeys(INDICATORS.values()))
    of = [constructs.index(construct) for construct in INDICATORS.values()]
    value = (
        1
        + 0.5 * structure[:, None]
        + 0.25 * normal(rng, _S, len(constructs))[:, of]
        + 0.35 * normal(rng, _S, len(INDICATORS))
    )
    true = np.clip(np.rint(value), 0, 2)[..., None]
    slip = rng.random((_S, len(INDICATORS), CODERS)) < _SLIP
    step = np.where(rng.random(slip.shape) < 0.5, 1, -1)
    step = np.where(true == 1, step, 1 - true)
    return np.asarray(true + np.where(slip, step, 0))
