"""The twin of a documented case: the same actors, ratings that nobody gave.

What would the case look like if everyone had been asked, and we knew the truth?
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from pathlib import Path

import numpy as np

from netcollab.study.simulate.pages import Row, csv_page, normal, order, rated
from netcollab.study.study import bundled

__all__ = ["twin_pages"]

_TRUST, _PRIOR, _INCENTIVE = 0.7, 1.3, 0.5
_SILENT = "stimulab"
_ASKED_INFORMATION = ("digdir", "hdir", "nav", "ks", "statped")
_INCENTIVES = (1, 1, 2, 3, 3, 4, 5, 5)
_STEPS = (1, 2)
_SECTORS = {
    "HOD": "health",
    "KD": "education",
    "ASD": "labour",
    "KMD": "digital",
    "municipal": "municipal",
}
_RATED = ("trust", "information", "dependence", "collaboration")

Square = np.ndarray


def twin_pages(seed: int, effects: str) -> dict[str, str]:
    """The files of the twin of "alvorlig_sykt_barn": name to text.

    Parameters
    ----------
    seed
        A whole number >= 0.
    effects
        "planted" or "none".

    Examples
    --------
    >>> list(twin_pages(1, "planted"))
    ['study.toml', 'actors.csv', 'ties.csv']
    """
    organisations = _organisations()
    drawn = _draw(
        [row["actor"] for row in organisations],
        np.random.Generator(np.random.PCG64(seed)),
        planted=effects == "planted",
    )
    return {
        "study.toml": _manifest(seed, effects),
        "actors.csv": _actors_page(organisations, drawn),
        "ties.csv": _ties_page(drawn),
    }


@dataclass(frozen=True, eq=False)
class _Drawn:
    names: tuple[str, ...]
    staff: np.ndarray
    budget: np.ndarray
    maturity: np.ndarray
    incentive: dict[str, int]
    prior: Square
    ratings: dict[str, Square]
    dont_know: set[tuple[str, str, str]]


# ---- the model


def _draw(names: Sequence[str], rng: np.random.Generator, *, planted: bool) -> _Drawn:
    n = len(names)
    staff = np.clip(np.rint(400 + 120 * normal(rng, n)), 60, None)
    budget = np.round(1.4 * staff + 60 * normal(rng, n), 1)
    maturity = np.clip(np.round(3 + 0.8 * normal(rng, n), 1), 1, 5)
    answering = [i for i, name in enumerate(names) if name != _SILENT]
    written, unseen = (_causes(rng, n, answering) for _ in range(2))
    trust, prior, incentive = written if planted else unseen
    collaboration = (
        3
        + _TRUST * (trust - 3)
        + _PRIOR * (prior - 4 / 7)
        + _INCENTIVE * (incentive[:, None] - 3)
        + _noise(rng, n, receiver=0.2, pair=0.15, cell=0.3)
    )
    information = rated(3 + _noise(rng, n, receiver=0.5, pair=0.5, cell=0.8))
    information[rng.random((n, n)) < 0.15] = 0
    dependence = rated(3 + _noise(rng, n, receiver=0.6, pair=0.0, cell=0.9))
    ratings = {
        "trust": written[0],
        "information": information,
        "dependence": dependence,
        "collaboration": rated(collaboration),
    }
    return _Drawn(
        names=tuple(names),
        staff=staff,
        budget=budget,
        maturity=maturity,
        incentive={names[i]: int(written[2][i]) for i in answering},
        prior=written[1],
        ratings=ratings,
        dont_know=_unsure(rng, [names[i] for i in answering]),
    )


def _causes(
    rng: np.random.Generator, n: int, answering: Sequence[int]
) -> tuple[Square, Square, np.ndarray]:
    """Trust, prior joint work and incentive, independent of each other."""
    latent = _noise(rng, n, receiver=0.5, pair=0.4, cell=0.8)
    np.fill_diagonal(latent, 0)
    latent -= latent.sum(axis=1, keepdims=True) / (n - 1)
    trust = rated(3 + latent)

    ring = [answering[i] for i in order(rng, len(answering))]
    prior = np.zeros((n, n))
    for place, actor in enumerate(ring):
        for step in _STEPS:
            other = ring[(place + step) % len(ring)]
            prior[actor, other] = prior[other, actor] = 1
    outsider = (set(range(n)) - set(answering)).pop()
    partners = [answering[i] for i in order(rng, len(answering))[: 2 * len(_STEPS)]]
    prior[partners, outsider] = prior[outsider, partners] = 1

    incentive = np.full(n, 3.0)
    incentive[[answering[i] for i in order(rng, len(answering))]] = _INCENTIVES
    return trust, prior, incentive


def _noise(
    rng: np.random.Generator, n: int, *, receiver: float, pair: float, cell: float
) -> Square:
    mutual = np.triu(normal(rng, n, n), 1)
    return np.asarray(
        receiver * normal(rng, n)[None, :]
        + pair * (mutual + mutual.T)
        + cell * normal(rng, n, n)
    )


def _unsure(
    rng: np.random.Generator, answering: Sequence[str]
) -> set[tuple[str, str, str]]:
    """Cells answered with "don't know": one actor's standing is hard to judge."""
    dyads = list(permutations(answering, 2))
    judges = [answering[i] for i in order(rng, len(answering))[:2]]
    cells = {("trust", judge, _SILENT) for judge in judges}
    cells |= {("dependence", *dyads[i]) for i in order(rng, len(dyads))[:3]}
    asked = [dyad for dyad in dyads if dyad[0] in _ASKED_INFORMATION]
    return cells | {("information", *asked[i]) for i in order(rng, len(asked))[:2]}


# ---- the pages


def _organisations() -> list[dict[str, str]]:
    path = bundled("cases/alvorlig_sykt_barn") / "actors.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _actors_page(organisations: Sequence[dict[str, str]], drawn: _Drawn) -> str:
    kept = ("actor", "name_nb", "name_en", "kind", "level", "parent_ministry")
    made = ("sector", "staff", "budget_mnok", "digital_maturity", "incentive")
    rows: list[Row] = [
        (
            *(row[column] for column in kept),
            _SECTORS.get(row["parent_ministry"] or row["level"], "digital"),
            f"{drawn.staff[i]:.0f}",
            f"{drawn.budget[i]:.1f}",
            f"{drawn.maturity[i]:.1f}",
            drawn.incentive.get(row["actor"], ""),
        )
        for i, row in enumerate(organisations)
    ]
    return csv_page((*kept, *made), rows)


def _ties_page(drawn: _Drawn) -> str:
    rows: list[Row] = [
        ("prior_joint_work", source, target, int(drawn.prior[i, j]), "observed")
        for (i, source), (j, target) in combinations(enumerate(drawn.names), 2)
    ]
    for relation in _RATED:
        rows += _rating_rows(relation, drawn)
    return csv_page(("relation", "source", "target", "weight", "state"), rows)


def _rating_rows(relation: str, drawn: _Drawn) -> Iterator[Row]:
    values = drawn.ratings[relation]
    for (i, source), (j, target) in permutations(enumerate(drawn.names), 2):
        state = "observed"
        if source == _SILENT:
            state = "nonrespondent"
        elif relation == "information" and source not in _ASKED_INFORMATION:
            state = "not_asked"
        elif (relation, source, target) in drawn.dont_know:
            state = "dont_know"
        weight = int(values[i, j]) if state == "observed" else ""
        yield relation, source, target, weight, state


def _manifest(seed: int, effects: str) -> str:
    page = Path(__file__).with_name("twin.toml").read_text(encoding="utf-8")
    made = f"netcollab simulate alvorlig_sykt_barn --seed {seed} --effects {effects}"
    return f"# Synthetic. Written by: {made}\n{page}"
