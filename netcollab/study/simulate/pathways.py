"""The study of digital pathways of care: tools, interviews and what professions know.

What do interviews, cases and answers look like when some links of a theory hold?
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from netcollab.study.simulate.pages import Row, normal, order, rated, study_pages

__all__ = [
    "AREAS",
    "COLUMNS",
    "SAID",
    "SERVICES",
    "SITES",
    "TOOLS",
    "pathway_pages",
    "pathway_rows",
]

SITES = {
    "brattvoll": "Brattvoll",
    "eidmark": "Eidmark",
    "granvik": "Granvik",
    "havnes": "Havnes",
    "myrland": "Myrland",
    "solbakken": "Solbakken",
    "storelv": "Storelv",
    "tinnes": "Tinnes",
}
"""Municipality: its name. None exists."""
SERVICES = {
    "fastleger": ("lege", "Fastlegene", "De praktiserende læger", "GPs"),
    "hjemmetjeneste": ("sykepleier", "Hjemmetjenesten", "Hjemmeplejen", "Home care"),
    "nav": ("sosionom", "Nav-kontoret", "Nav-kontoret", "Nav office"),
    "rehabilitering": (
        *("ergoterapeut", "Rehabiliteringen", "Genoptræningen", "Rehabilitation"),
    ),
}
"""Service: the profession that answers for it, and its name in nb, da and en."""
TOOLS = ("individual_plan", "log_of_measures", "care_messages", "virtual_team")
"""What a service may use."""
AREAS = {
    "knowledge_of_users": ("ku", (-0.9, 0.2, 0.9, -0.2)),
    "knowledge_of_methods": ("km", (0.9, 0.3, -0.8, -0.4)),
}
"""Area of knowledge: start of its items, and how far each profession is from 3.2."""
CLOSER = {"knowledge_of_users": 0.3}
"""Area: the share of the distances that is left in the second wave, if not all."""
SAID = {
    "tools_give_overview": 1,
    "leaders_give_overview": -1,
    "overview_gives_measures": 1,
    "tools_give_knowledge": 1,
    "training_gives_knowledge": 1,
    "knowledge_gives_measures": 1,
    "tools_bring_users_in": -1,
    "measures_fit_users": 1,
}
"""Construct of the codings: 1 where voices speak for it, -1 where against."""
COLUMNS = {
    "sites": (
        *("site", "name", "tools_in_use", "leader_followup"),
        *("users_in_planning", "shared_plans"),
    ),
    "actors": ("site", "actor", "name_nb", "name_da", "name_en"),
    "respondents": ("site", "respondent", "actor", "role", "profession", "wave"),
    "answers": ("respondent", "item", "wave", "value", "missing_reason"),
    "codings": (
        *("source", "site", "actor", "informant", "hypothesis", "construct"),
        *("effect_of", "coder", "polarity", "confidence"),
    ),
    "affiliations": ("site", "wave", "actor", "object", "kind"),
}

_WAVES = ("2025", "2027")
_ASKED, _INTERVIEWED, _ITEMS = 5, 3, 4
_MIDDLE, _OF_SITE, _OF_PERSON, _OF_ANSWER = 3.2, 0.15, 0.4, 0.7
_UNSURE, _SPOKEN = 0.03, 0.8
_VOICE, _SPREAD, _SPREAD_OF_NONE = 1.1, 0.7, 1.0
_MANY, _FEW = (10, 14), (2, 5)
_CLAIM, _OF_CLAIM = "DF-H1", ("tools_give_overview", "overview_gives_measures")
_LEVEL_ONLY = "measures_fit_users"


@dataclass(frozen=True, eq=False)
class _Person:
    """A respondent: where she works, her place among all, and what she answers."""

    name: str
    site: str
    service: str
    answers: np.ndarray
    unsure: np.ndarray


def pathway_pages(seed: int, effects: str) -> dict[str, str]:
    """The files of the study of digital pathways: name to text.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".
    """
    rows = pathway_rows(seed, effects)
    return study_pages(
        "digitale_forloep", "pathways.toml", COLUMNS, rows, seed=seed, effects=effects
    )


def pathway_rows(seed: int, effects: str) -> dict[str, list[Row]]:
    """The tables as plain rows, in the order of `COLUMNS`.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".

    Examples
    --------
    >>> rows = pathway_rows(1, "planted")
    >>> [len(rows[name]) for name in ("sites", "actors", "respondents", "answers")]
    [8, 32, 320, 2560]
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    planted = effects == "planted"
    sites, use = _cases(rng, planted=planted)
    people = _people(rng, planted=planted)
    return {
        "sites": sites,
        "actors": [
            (site, service, *names)
            for site in SITES
            for service, (_, *names) in SERVICES.items()
        ],
        "respondents": sorted(
            (p.site, p.name, p.service, "staff", SERVICES[p.service][0], wave)
            for p in people
            for wave in _WAVES
        ),
        "answers": sorted(_answers(people)),
        "codings": list(_codings(rng, people, planted=planted)),
        "affiliations": sorted(use),
    }


def _cases(rng: np.random.Generator, *, planted: bool) -> tuple[list[Row], list[Row]]:
    """Each combination of three conditions in one site; and which service uses what."""
    cells = [list(product((1, 0), repeat=3))[k] for k in order(rng, len(SITES))]
    together = [tools * leader for tools, leader, _ in cells]
    if not planted:
        together = [together[k] for k in order(rng, len(SITES))]
    spread, noise = rng.random((len(SITES), 2)), normal(rng, len(SITES))
    rows: list[Row] = []
    use: list[Row] = []
    for k, (site, name) in enumerate(SITES.items()):
        tools, leader, users = cells[k]
        low, high = _MANY if tools else _FEW
        count = low + int(rng.random() * (high - low + 1))
        followup = (3.6 if leader else 1.4) + spread[k, 0]
        in_planning = (54 if users else 8) + 20 * spread[k, 1]
        plans = (62 if together[k] else 22) + 4 * noise[k]
        rows.append(
            (site, name, count, f"{followup:.1f}", round(in_planning), round(plans))
        )
        pairs = list(product(SERVICES, TOOLS))
        in_order = order(rng, len(pairs))
        for wave, used in zip(_WAVES, (2, count), strict=True):
            chosen = (pairs[place] for place in in_order[:used])
            use += [(site, wave, *pair, "tool") for pair in chosen]
    return rows, use


def _people(rng: np.random.Generator, *, planted: bool) -> list[_Person]:
    places = [(s, v) for s in SITES for v in SERVICES for _ in range(_ASKED)]
    shape = (len(places), len(_WAVES), len(AREAS), _ITEMS)
    own = _OF_PERSON * normal(rng, len(places), 1, len(AREAS), 1)
    local = _OF_SITE * normal(rng, len(SITES), len(_WAVES), len(AREAS), 1)
    felt = _MIDDLE + own + _OF_ANSWER * normal(rng, *shape)
    known, services = list(SITES), list(SERVICES)
    for i, (site, service) in enumerate(places):
        felt[i] += local[known.index(site)]
        for a, (area, (_, distances)) in enumerate(AREAS.items()):
            left = CLOSER.get(area, 1.0) if planted else 1.0
            felt[i, :, a] += distances[services.index(service)] * np.array(
                [[1.0], [left]]
            )
    unsure = rng.random(shape) < _UNSURE
    names = [f"p{place + 201}" for place in order(rng, len(places))]
    return [
        _Person(name, *place, rated(felt[i]), unsure[i])
        for i, (name, place) in enumerate(zip(names, places, strict=True))
    ]


def _answers(people: list[_Person]) -> Iterator[Row]:
    for person in people:
        for t, wave in enumerate(_WAVES):
            for a, (start, _) in enumerate(AREAS.values()):
                for q in range(_ITEMS):
                    item = f"{start}_{q + 1}"
                    if person.unsure[t, a, q]:
                        yield person.name, item, wave, "", "dont_know"
                    else:
                        value = int(person.answers[t, a, q])
                        yield person.name, item, wave, value, ""


def _codings(
    rng: np.random.Generator, people: list[_Person], *, planted: bool
) -> Iterator[Row]:
    """Interviews with three services of each site, one person in each."""
    number = 0
    for site in SITES:
        asked = sorted(order(rng, len(SERVICES))[:_INTERVIEWED])
        for service in (list(SERVICES)[k] for k in asked):
            number += 1
            mine = [p.name for p in people if (p.site, p.service) == (site, service)]
            informant = mine[int(rng.random() * len(mine))]
            heard, felt = rng.random((len(SAID), 2)), normal(rng, len(SAID))
            for k, (construct, sign) in enumerate(SAID.items()):
                mean, sd = (sign * _VOICE, _SPREAD) if planted else (0, _SPREAD_OF_NONE)
                polarity = int(np.clip(np.rint(mean + sd * felt[k]), -2, 2))
                if heard[k, 0] >= _SPOKEN:
                    continue
                yield (
                    *(f"interview_{number:02d}", site, service, informant),
                    _CLAIM if construct in _OF_CLAIM else "",
                    construct,
                    "" if construct == _LEVEL_ONLY else "mechanism",
                    "A",
                    polarity,
                    0.5 if heard[k, 1] < 0.25 else 1.0,
                )
