"""Synthetic twins of documented cases: the same actors, ratings that nobody gave.

What would the study look like if everyone had been asked, and we knew the truth?
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from pathlib import Path
from statistics import NormalDist

import numpy as np

from netcollab._checks import as_entropy, check_choice
from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.study.study import bundled

__all__ = ["DEFAULT_SEED", "simulate"]

DEFAULT_SEED = 20261123

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

Row = tuple[object, ...]
Square = np.ndarray


def simulate(
    name: str,
    out: str | Path,
    *,
    seed: int = DEFAULT_SEED,
    effects: str = "planted",
    overwrite: bool = False,
) -> Path:
    """Write a synthetic study folder, byte for byte the same for the same seed.

    The twin of "alvorlig_sykt_barn" has the case's nine actors. Eight rate all others
    from 1 to 5; one stays silent. The rating of collaboration is

    .. math::

        c_{ij} = 3 + 0.7 (t_{ij} - 3) + 1.3 (p_{ij} - 4/7) + 0.5 (g_i - 3) + e_{ij}

    rounded into 1..5, with trust t, prior joint work p (0 or 1), the sender's incentive
    g and noise e with receiver and pair parts. Staff, budget and digital maturity play
    no part. With ``effects="none"`` t, p and g are replaced by unseen ones drawn from
    the same model: the ratings keep their structure and lose every relation to what is
    written.

    Parameters
    ----------
    name
        "alvorlig_sykt_barn".
    out
        The folder to write.
    seed
        A whole number >= 0.
    effects
        "planted" or "none".
    overwrite
        True: replace files of the folder that differ.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    UnknownNameError
        If no study of that name can be simulated, or `effects` is neither word.
    InputError
        If the folder holds one of the files with other content, or the seed is no
        whole number >= 0.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = simulate("alvorlig_sykt_barn", folder)
    ...     sorted(path.name for path in written.iterdir())
    ['actors.csv', 'study.toml', 'ties.csv']
    """
    check_choice("study to simulate", name, ("alvorlig_sykt_barn",))
    check_choice("effects", effects, ("planted", "none"))
    seed = as_entropy(seed)
    organisations = _organisations()
    drawn = _draw(
        [row["actor"] for row in organisations],
        np.random.Generator(np.random.PCG64(seed)),
        planted=effects == "planted",
    )
    pages = {
        "study.toml": _manifest(seed, effects),
        "actors.csv": _actors_page(organisations, drawn),
        "ties.csv": _ties_page(drawn),
    }
    folder = Path(out)
    if not overwrite:
        _refuse_to_replace(folder, pages)
    for file, page in pages.items():
        write_atomically(folder / file, page)
    return folder


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
    staff = np.clip(np.rint(400 + 120 * _normal(rng, n)), 60, None)
    budget = np.round(1.4 * staff + 60 * _normal(rng, n), 1)
    maturity = np.clip(np.round(3 + 0.8 * _normal(rng, n), 1), 1, 5)
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
    information = _rated(3 + _noise(rng, n, receiver=0.5, pair=0.5, cell=0.8))
    information[rng.random((n, n)) < 0.15] = 0
    dependence = _rated(3 + _noise(rng, n, receiver=0.6, pair=0.0, cell=0.9))
    ratings = {
        "trust": written[0],
        "information": information,
        "dependence": dependence,
        "collaboration": _rated(collaboration),
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
    trust = _rated(3 + latent)

    ring = [answering[i] for i in _order(rng, len(answering))]
    prior = np.zeros((n, n))
    for place, actor in enumerate(ring):
        for step in _STEPS:
            other = ring[(place + step) % len(ring)]
            prior[actor, other] = prior[other, actor] = 1
    outsider = (set(range(n)) - set(answering)).pop()
    partners = [answering[i] for i in _order(rng, len(answering))[: 2 * len(_STEPS)]]
    prior[partners, outsider] = prior[outsider, partners] = 1

    incentive = np.full(n, 3.0)
    incentive[[answering[i] for i in _order(rng, len(answering))]] = _INCENTIVES
    return trust, prior, incentive


def _noise(
    rng: np.random.Generator, n: int, *, receiver: float, pair: float, cell: float
) -> Square:
    mutual = np.triu(_normal(rng, n, n), 1)
    return np.asarray(
        receiver * _normal(rng, n)[None, :]
        + pair * (mutual + mutual.T)
        + cell * _normal(rng, n, n)
    )


def _rated(latent: Square) -> Square:
    return np.asarray(np.clip(np.rint(latent), 1, 5))


def _unsure(
    rng: np.random.Generator, answering: Sequence[str]
) -> set[tuple[str, str, str]]:
    """Cells answered with "don't know": one actor's standing is hard to judge."""
    dyads = list(permutations(answering, 2))
    judges = [answering[i] for i in _order(rng, len(answering))[:2]]
    cells = {("trust", judge, _SILENT) for judge in judges}
    cells |= {("dependence", *dyads[i]) for i in _order(rng, len(dyads))[:3]}
    asked = [dyad for dyad in dyads if dyad[0] in _ASKED_INFORMATION]
    return cells | {("information", *asked[i]) for i in _order(rng, len(asked))[:2]}


def _normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    """Normal draws by inversion: the same digits wherever the uniform stream is."""
    quantile = np.vectorize(NormalDist().inv_cdf, otypes=[float])
    return np.asarray(quantile(1 - rng.random(shape)))


def _order(rng: np.random.Generator, n: int) -> list[int]:
    return [int(i) for i in np.argsort(rng.random(n), kind="stable")]


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
    return _csv((*kept, *made), rows)


def _ties_page(drawn: _Drawn) -> str:
    rows: list[Row] = [
        ("prior_joint_work", source, target, int(drawn.prior[i, j]), "observed")
        for (i, source), (j, target) in combinations(enumerate(drawn.names), 2)
    ]
    for relation in _RATED:
        rows += _rating_rows(relation, drawn)
    return _csv(("relation", "source", "target", "weight", "state"), rows)


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


def _csv(header: Sequence[str], rows: Sequence[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def _refuse_to_replace(folder: Path, pages: dict[str, str]) -> None:
    problems = [
        f"{path} exists with other content; choose an empty folder, or overwrite it"
        for path in (folder / file for file in pages)
        if path.exists() and path.read_bytes() != pages[path.name].encode("utf-8")
    ]
    if problems:
        raise InputError(problems)


def _manifest(seed: int, effects: str) -> str:
    page = Path(__file__).with_name("twin.toml").read_text(encoding="utf-8")
    made = f"netcollab simulate alvorlig_sykt_barn --seed {seed} --effects {effects}"
    return f"# Synthetic. Written by: {made}\n{page}"
