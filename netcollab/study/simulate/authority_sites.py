"""Who is asked in the study of the authority function: places, functions, persons.

Which municipalities, functions and persons are there, and who answers in which wave?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netcollab.study.simulate.pages import normal

__all__ = [
    "ALONE",
    "FUNCTIONS",
    "RELATIONS",
    "SILENT",
    "SITES",
    "SMALL",
    "WAVES",
    "Function",
    "Municipality",
    "Persons",
    "backgrounds",
    "draw_persons",
    "invited",
]

WAVES = ("2025", "2026")
RELATIONS = ("written_procedure", "standing_meeting", "shared_system")


@dataclass(frozen=True)
class Municipality:
    """An invented municipality, and how many a function of usual size is asked."""

    site: str
    name: str
    population: int
    asked: int


@dataclass(frozen=True)
class Function:
    """A function that every municipality has.

    Parameters
    ----------
    actor
        The word in the tables.
    names
        Its name in nb, da and en.
    sector
        Where it belongs.
    professions
        Who works there.
    more
        How many more are asked than in a function of usual size.
    """

    actor: str
    names: tuple[str, str, str]
    sector: str
    professions: tuple[str, ...]
    more: int


SITES = (
    Municipality("nordvik", "Nordvik", 8_214, 8),
    Municipality("klintby", "Klintby", 9_637, 8),
    Municipality("birkesoe", "Birkesø", 12_408, 9),
    Municipality("lyngager", "Lyngager", 15_126, 9),
    Municipality("engholm", "Engholm", 19_851, 11),
    Municipality("rosenbaek", "Rosenbæk", 24_319, 11),
    Municipality("stenmark", "Stenmark", 28_942, 12),
    Municipality("fjordager", "Fjordager", 33_705, 12),
    Municipality("sundholt", "Sundholt", 41_530, 13),
    Municipality("hvideklit", "Hvideklit", 56_277, 15),
    Municipality("moellevang", "Møllevang", 72_816, 16),
    Municipality("egelund", "Egelund", 94_623, 16),
)
FUNCTIONS = (
    Function(
        "myndighed",
        ("Myndighetsfunksjonen", "Myndighedsfunktionen", "Authority function"),
        "social",
        ("socialrådgiver", "jurist"),
        0,
    ),
    Function(
        "udfoerer",
        ("Utførerfunksjonen", "Udførerfunktionen", "Provider function"),
        "social",
        ("pædagog", "socialrådgiver"),
        2,
    ),
    Function(
        "ppr",
        (
            "Pedagogisk-psykologisk rådgivning",
            "Pædagogisk-psykologisk rådgivning",
            "Educational psychology service",
        ),
        "education",
        ("psykolog", "pædagog", "lærer"),
        -2,
    ),
    Function(
        "jobcenter",
        ("Jobbsenteret", "Jobcentret", "Job centre"),
        "labour",
        ("jobkonsulent", "socialrådgiver"),
        0,
    ),
    Function(
        "sundhed",
        ("Helsetjenesten", "Sundhedstjenesten", "Health service"),
        "health",
        ("sygeplejerske", "fysioterapeut"),
        0,
    ),
    Function(
        "skole",
        ("Skolene", "Skolerne", "Schools"),
        "education",
        ("lærer", "pædagog"),
        1,
    ),
)
SILENT = ("birkesoe", "jobcenter")
"""Asked in both waves; nobody answered."""
ALONE = {("nordvik", "ppr"): 0, ("klintby", "sundhed"): 1}
"""Functions from which one person answers, and whether she leads (0) or not (1)."""
SMALL = (
    ("nordvik", "jobcenter"),
    ("klintby", "ppr"),
    ("lyngager", "ppr"),
    ("engholm", "jobcenter"),
)
"""Functions with four persons, so that they stay below five."""

_LETTERS, _DIGITS = "bcdfghjkmnpqrstvwxz", "23456789"
_RESPONSE = 0.7


@dataclass(frozen=True, eq=False)
class Persons:
    """Everyone who was asked, in the order of sites and functions; leaders first.

    Parameters
    ----------
    names
        Random words that say nothing about place or order.
    site, function
        Position among `SITES` and `FUNCTIONS`.
    leads
        True for the leader of the function.
    profession
        Words.
    answers
        Persons x waves: True where the person took part.
    """

    names: tuple[str, ...]
    site: np.ndarray
    function: np.ndarray
    leads: np.ndarray
    profession: tuple[str, ...]
    answers: np.ndarray


def invited(site: Municipality, function: Function) -> int:
    """How many of a function were asked, in each of the waves.

    Examples
    --------
    >>> invited(SITES[0], FUNCTIONS[0]), invited(SITES[0], FUNCTIONS[3])
    (8, 4)
    """
    place = (site.site, function.actor)
    if place in ALONE:
        return 3
    return 4 if place in SMALL else site.asked + function.more


def draw_persons(rng: np.random.Generator) -> Persons:
    """Who was asked and who answered: 70 of 100 in each wave; leaders always.

    Whoever answered in the first wave answers in the second with the same chance as
    the others, so that seven in ten of the first wave are in both.
    """
    cells = [
        (i, j, invited(site, function))
        for i, site in enumerate(SITES)
        for j, function in enumerate(FUNCTIONS)
    ]
    site = np.repeat([i for i, _, _ in cells], [n for _, _, n in cells])
    function = np.repeat([j for _, j, _ in cells], [n for _, _, n in cells])
    place = np.concatenate([np.arange(n) for _, _, n in cells])
    answers = rng.random((len(site), len(WAVES))) < _RESPONSE
    answers[place == 0] = True
    for (here, actor), who in {**ALONE, SILENT: -1}.items():
        cell = np.array([SITES[i].site == here for i in site])
        cell &= np.array([FUNCTIONS[j].actor == actor for j in function])
        answers[cell] = (place[cell] == who)[:, None]
    which = rng.random(len(site))
    known = [FUNCTIONS[j].professions for j in function]
    return Persons(
        names=_names(rng, len(site)),
        site=site,
        function=function,
        leads=place == 0,
        profession=tuple(
            words[int(u * len(words))] for words, u in zip(known, which, strict=True)
        ),
        answers=answers,
    )


def backgrounds(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Share of citizens over 67 and an index of expenditure; neither does anything."""
    share = np.round(17 + 3 * normal(rng, len(SITES)), 1)
    expenditure = np.rint(100 + 8 * normal(rng, len(SITES)))
    return share, expenditure


def _names(rng: np.random.Generator, n: int) -> tuple[str, ...]:
    """Different random words of letters and digits in turn, which never spell."""
    found: dict[str, None] = {}
    while len(found) < n:
        picks = rng.random(5)
        word = "".join(
            kind[int(u * len(kind))]
            for kind, u in zip((_LETTERS, _DIGITS) * 3, picks, strict=False)
        )
        found[word] = None
    return tuple(found)
