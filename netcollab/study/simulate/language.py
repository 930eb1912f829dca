"""The study of a shared language: statements that five groups answer, and concepts.

What do answers look like when groups differ on three statements and agree on three?
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from netcollab.study.simulate.pages import Row, normal, order, rated, study_pages

__all__ = [
    "AGREED",
    "CONCEPTS",
    "DIVIDED",
    "GAPS",
    "GROUPS",
    "KEY",
    "language_pages",
    "language_rows",
]

GROUPS = {
    "leader": ("forvaltning", 20),
    "staff": ("forvaltning", 44),
    "union": ("faglige_organisationer", 18),
    "politician": ("kommunalbestyrelse", 18),
    "user": ("brugerraad", 4),
}
"""Group: where its members belong, and how many answered."""
_PLACES = (
    4.4,
    3.1,
    2.2,
    3.0,
    3.8,
    1.6,
    2.6,
    4.2,
    3.0,
    2.0,
    4.5,
    3.4,
    3.0,
    2.4,
    3.9,
    3.0,
)
KEY = {f"sl_{place:02d}": value for place, value in enumerate(_PLACES, 1)}
"""Statement: what the culture of all groups answers, from 1 to 5."""
GAPS = {
    "sl_04": {"leader": 1.0, "staff": -1.0},
    "sl_09": {"politician": 0.95, "union": -0.95},
    "sl_13": {"leader": -0.9, "staff": 0.9},
}
"""Statement: how far groups answer above or below the others."""
AGREED = ("sl_01", "sl_06", "sl_11")
"""Statements on which people differ little."""
DIVIDED = "sl_16"
"""The statement on which the staff has two camps."""
CONCEPTS = {
    "common": ("borger", "kvalitet", "tid"),
    "steering": ("budget", "effekt", "dokumentation", "data", "maal", "styring"),
    "craft": ("faglighed", "relation", "omsorg", "arbejdspres", "naervaer", "ansvar"),
    "rest": ("sikkerhed", "jura", "innovation", "tillid", "rettigheder"),
}
"""Concepts that coders look for, by who uses them."""
COLUMNS = {
    "actors": ("actor", "name_nb", "name_da", "name_en"),
    "respondents": ("respondent", "actor", "role"),
    "answers": ("respondent", "item", "value", "missing_reason"),
    "codings": ("source", "actor", "informant", "construct", "coder", "value"),
}

_UNITS = {
    "forvaltning": ("Forvaltningen", "Forvaltningen", "The administration"),
    "faglige_organisationer": (
        *("Fagforeningene", "De faglige organisationer", "The unions"),
    ),
    "kommunalbestyrelse": (
        *("Kommunestyret", "Kommunalbestyrelsen", "The municipal council"),
    ),
    "brugerraad": ("Brukerrådet", "Brugerrådet", "The users' council"),
}
_SPEAKS = {
    "leader": ("common", "steering"),
    "politician": ("common", "steering"),
    "staff": ("common", "craft"),
    "union": ("common", "craft"),
    "user": ("common",),
}
_INTERVIEWS = {"leader": 8, "staff": 8, "union": 8, "politician": 8, "user": 2}
_OWN, _OTHER, _ALIKE = 0.5, 0.01, 0.1
_LENIENCY, _NOISE, _LITTLE, _CAMP = 0.25, 0.75, 0.35, 1.6
_UNSURE, _SILENT = 0.03, 0.015


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Group of each respondent, answers, why they are missing, concepts used."""

    groups: tuple[str, ...]
    answers: np.ndarray
    missing: np.ndarray
    interviewed: tuple[int, ...]
    concepts: np.ndarray


def language_pages(seed: int, effects: str) -> dict[str, str]:
    """The files of the study of a shared language: name to text.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".
    """
    rows = language_rows(seed, effects)
    return study_pages(
        "faelles_sprog", "language.toml", COLUMNS, rows, seed=seed, effects=effects
    )


def language_rows(seed: int, effects: str) -> dict[str, list[Row]]:
    """The tables as plain rows, in the order of `COLUMNS`.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".

    Examples
    --------
    >>> rows = language_rows(1, "planted")
    >>> [len(rows[name]) for name in ("actors", "respondents", "answers")]
    [4, 104, 1664]
    """
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = _draw(rng, planted=effects == "planted")
    names = _names(rng, len(drawn.groups))
    people: list[Row] = [
        (name, GROUPS[group][0], group)
        for name, group in zip(names, drawn.groups, strict=True)
    ]
    return {
        "actors": [(unit, *told) for unit, told in _UNITS.items()],
        "respondents": sorted(people),
        "answers": sorted(_answers(drawn, names)),
        "codings": list(_codings(drawn, names)),
    }


def _draw(rng: np.random.Generator, *, planted: bool) -> _Drawn:
    groups = tuple(name for name, (_, size) in GROUPS.items() for _ in range(size))
    n, statements = len(groups), tuple(KEY)
    noise = np.full(len(statements), _NOISE)
    noise[[statements.index(name) for name in AGREED]] = _LITTLE
    felt = (
        np.array(list(KEY.values()))
        + _LENIENCY * normal(rng, n)[:, None]
        + noise * normal(rng, n, len(statements))
    )
    camp = np.where(rng.random(n) < 0.5, -_CAMP, _CAMP)
    if planted:
        felt += np.array(
            [[GAPS.get(s, {}).get(group, 0.0) for s in statements] for group in groups]
        )
        staff = np.array([group == "staff" for group in groups])
        felt[staff, statements.index(DIVIDED)] += camp[staff]
    chance = rng.random(felt.shape)
    missing = np.where(chance < _UNSURE + _SILENT, 2, 0)
    missing[chance < _UNSURE] = 1
    stops = order(rng, n)[0]
    missing[stops, len(statements) // 2 :] = 2
    return _Drawn(groups, rated(felt), missing, *_said(rng, groups, planted=planted))


def _said(
    rng: np.random.Generator, groups: tuple[str, ...], *, planted: bool
) -> tuple[tuple[int, ...], np.ndarray]:
    """Who was interviewed, and which concepts each of them used."""
    asked = []
    for group, size in _INTERVIEWS.items():
        members = [i for i, name in enumerate(groups) if name == group]
        asked += [members[i] for i in order(rng, len(members))[:size]]
    kinds = [kind for kind, listed in CONCEPTS.items() for _ in listed]
    share = np.full((len(asked), len(kinds)), _ALIKE)
    if planted:
        own = [[kind in _SPEAKS[groups[i]] for kind in kinds] for i in asked]
        share = np.where(own, _OWN, _OTHER)
    return tuple(asked), rng.random(share.shape) < share


def _names(rng: np.random.Generator, n: int) -> list[str]:
    """Words for respondents that tell nothing of their group."""
    return [f"p{place + 101}" for place in order(rng, n)]


def _answers(drawn: _Drawn, names: list[str]) -> Iterator[Row]:
    reasons = ("", "dont_know", "no_answer")
    for i, name in enumerate(names):
        for s, statement in enumerate(KEY):
            why = reasons[drawn.missing[i, s]]
            yield name, statement, "" if why else int(drawn.answers[i, s]), why


def _codings(drawn: _Drawn, names: list[str]) -> Iterator[Row]:
    listed = [concept for group in CONCEPTS.values() for concept in group]
    for row, i in enumerate(drawn.interviewed):
        unit = GROUPS[drawn.groups[i]][0]
        for place in np.flatnonzero(drawn.concepts[row]):
            source = f"interview_{row + 1:02d}"
            yield source, unit, names[i], listed[place], "A", 1
