"""The study of digital collaboration as tables and as files.

What does the study folder of three waves in one municipality look like?
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from netcollab.study.simulate.digital import (
    ACTIVITIES,
    LEADERSHIP,
    SECTORS,
    TOOLS,
    WAVES,
    Digital,
    draw_digital,
)
from netcollab.study.simulate.pages import Row, study_pages

__all__ = ["COLUMNS", "digital_pages", "digital_rows"]

COLUMNS = {
    "actors": ("actor", "name_nb", "sector", "level", "leadership", "rollout", "staff"),
    "ties": ("wave", "relation", "source", "target", "weight", "state"),
    "affiliations": ("wave", "actor", "object", "kind", "weight"),
}

_PLAIN = (("oe", "ø"), ("aa", "å"), ("ae", "æ"), ("_", " "))


def digital_pages(seed: int, effects: str) -> dict[str, str]:
    """The files of the study of digital collaboration: name to text.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".
    """
    rows = digital_rows(seed, effects)
    return study_pages(
        "digital_samhandling", "digital.toml", COLUMNS, rows, seed=seed, effects=effects
    )


def digital_rows(seed: int, effects: str) -> dict[str, list[Row]]:
    """The tables as plain rows, in the order of `COLUMNS`.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".

    Examples
    --------
    >>> digital_rows(1, "planted")["actors"][0][:3]
    ('kommunedirektoer', 'Kommunedirektør', 'ledelse')
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = draw_digital(rng, planted=effects == "planted")
    return {
        "actors": list(_actor_rows(drawn)),
        "ties": [*_tie_rows(drawn), *_told_rows(drawn)],
        "affiliations": list(_use_rows(drawn)),
    }


def _actor_rows(drawn: Digital) -> Iterator[Row]:
    sectors = list(SECTORS)
    for i, name in enumerate(drawn.names):
        sector = sectors[drawn.sector[i]]
        leads = sector == LEADERSHIP
        level = "leadership" if leads else "service"
        rollout = "" if leads else "early" if drawn.early[drawn.sector[i]] else "late"
        staff = int(drawn.staff[i])
        yield name, _shown(name), sector, level, int(leads), rollout, staff


def _shown(name: str) -> str:
    for plain, letter in _PLAIN:
        name = name.replace(plain, letter)
    return name.capitalize()


def _tie_rows(drawn: Digital) -> Iterator[Row]:
    """Ties that there are, and dyads of which it is not known."""
    for wave, year in enumerate(WAVES):
        for i, source in enumerate(drawn.names):
            for j, target in enumerate(drawn.names):
                row = (year, "communication", source, target)
                if i == j:
                    continue
                if i in drawn.silent[wave]:
                    yield (*row, "", "nonrespondent")
                elif (wave, i, j) in drawn.unsure:
                    yield (*row, "", "dont_know")
                elif drawn.ties[wave, i, j]:
                    yield (*row, 1, "observed")


def _told_rows(drawn: Digital) -> Iterator[Row]:
    """Who told whom; the receiver was asked, and a silent one told nobody."""
    for wave, year in enumerate(WAVES):
        for i, source in enumerate(drawn.names):
            for j, target in enumerate(drawn.names):
                row = (year, "information", source, target)
                if i != j and j in drawn.silent[wave]:
                    yield (*row, "", "no_answer")
                elif drawn.told[wave, i, j]:
                    yield (*row, 1, "observed")


def _use_rows(drawn: Digital) -> Iterator[Row]:
    """Tools and activities, also those a team does not use or do."""
    for kind, objects, table in (
        ("tool", TOOLS, drawn.use),
        ("activity", ACTIVITIES, drawn.active),
    ):
        for wave, year in enumerate(WAVES):
            for i, actor in enumerate(drawn.names):
                if i not in drawn.silent[wave]:
                    for name, value in zip(objects, table[wave, i], strict=True):
                        yield year, actor, name, kind, int(value)
