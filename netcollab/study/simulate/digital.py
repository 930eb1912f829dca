"""The model behind the study of digital collaboration: who adopts, who talks to whom.

What do ties across sectors look like when tools break down silos, and whom does the
leadership's information reach?
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from netcollab.study.simulate.pages import normal, order

__all__ = [
    "ACTIVITIES",
    "GROWTH",
    "LEADERSHIP",
    "PLANTED",
    "SECTORS",
    "TOOLS",
    "WAVES",
    "Digital",
    "draw_digital",
    "teams",
]

WAVES = ("2023", "2024", "2025")
LEADERSHIP = "ledelse"
SECTORS = {
    LEADERSHIP: ("kommunedirektoer", "stab"),
    "helse": ("hjemmetjeneste", "sykehjem", "fysio_ergo", "legevakt"),
    "skole": ("barneskole", "ungdomsskole", "skolefritid", "skolehelse"),
    "barnehage": ("barnehage_nord", "barnehage_soer", "aapen_barnehage", "stoetteteam"),
    "barnevern": ("undersoekelse", "tiltak", "fosterhjem", "ettervern"),
    "nav": ("oppfoelging", "gjeldsraad", "flyktning", "bolig"),
    "kultur": ("bibliotek", "ungdomsklubb", "frivillighet", "kulturskole"),
    "teknisk": ("vei_og_vann", "eiendom", "renhold", "brann"),
    "plan": ("byggesak", "arealplan", "naering", "miljoe"),
}
"""The sectors and their teams; the first is the leadership."""
TOOLS = ("chat", "felles_dokumenter", "videomoete", "saksportal")
ACTIVITIES = (
    "foreldreveiledning",
    "individuell_plan",
    "kurs_i_personvern",
    "kartlegging_av_boliger",
    "sommerjobb",
    "krisehjelp",
    "transport",
    "spraakkurs",
    "helsekontroll",
    "noedetater",
)

PLANTED = {
    "inside": 3.2,
    "across_when_adopted": 1.5,
    "inside_when_adopted": -1.0,
    "told_adopter": 0.9,
    "told_other": 0.05,
}
"""Log odds of a tie, and how often the leadership tells a team directly."""
GROWTH = (0.0, 0.2, 0.4)
"""What every wave adds to the log odds of every tie."""
_TOLD_ALIKE, _PASSED_INSIDE, _PASSED_ACROSS = 0.55, 0.08, 0.01
_RATE = -3.4
_ACTOR, _MOOD, _PAIR, _CELL = 0.5, 0.3, 0.8, 0.8
_USE, _EACH = (0.03, 0.95, 0.95), 0.6
_ACTIVE_INSIDE, _ACTIVE = 0.3, 0.08
_UNSURE = 6


@dataclass(frozen=True, eq=False)
class Digital:
    """One draw of the study, with the truth behind it.

    Parameters
    ----------
    names, sector
        The teams, and the place of each one's sector in `SECTORS`.
    early
        Sectors: whether the tools came in the second wave, else in the third.
    holds_out
        Teams: one of every sector that never adopts.
    staff
        How many work in the team; it plays no part.
    use
        Waves x teams x tools: 1 where the team uses it.
    active
        Waves x teams x activities.
    ties, told
        Waves x teams x teams: who works with whom, and who passes the leadership's
        information to whom.
    silent
        For each wave the places of teams that did not answer.
    unsure
        (wave, source, target) of ties that were answered with "don't know".
    """

    names: tuple[str, ...]
    sector: np.ndarray
    early: np.ndarray
    holds_out: np.ndarray
    staff: np.ndarray
    use: np.ndarray
    active: np.ndarray
    ties: np.ndarray
    told: np.ndarray
    silent: tuple[tuple[int, ...], ...]
    unsure: set[tuple[int, int, int]]

    @property
    def adopted(self) -> np.ndarray:
        """Waves x teams: whether the team uses a tool at all."""
        return np.asarray(self.use.any(axis=2))


def teams() -> tuple[tuple[str, ...], np.ndarray]:
    """The teams in their order, and the place of each one's sector."""
    names = tuple(name for group in SECTORS.values() for name in group)
    sizes = [len(group) for group in SECTORS.values()]
    return names, np.repeat(np.arange(len(sizes)), sizes)


def draw_digital(rng: np.random.Generator, *, planted: bool) -> Digital:
    """Draw who adopts, and what becomes of ties and information.

    Parameters
    ----------
    rng
        Where chance comes from.
    planted
        False: homophily is the same in every wave, and the leadership tells everybody
        alike.

    Examples
    --------
    >>> drawn = draw_digital(np.random.Generator(np.random.PCG64(1)), planted=True)
    >>> drawn.ties.shape, int(drawn.early.sum()), int(drawn.holds_out.sum())
    ((3, 34, 34), 4, 8)
    """
    names, sector = teams()
    early, holds_out = _rollout(rng, sector)
    staff = np.clip(np.rint(14 + 5 * normal(rng, len(names))), 4, None)
    use = _use(rng, sector, early, holds_out)
    adopted = np.asarray(use.any(axis=2))
    ties = _ties(rng, sector, adopted, planted=planted)
    told = _told(rng, sector, adopted, planted=planted)
    active = _active(rng, sector)
    silent = tuple((place,) if place else () for place in (0, *_two(rng, sector)))
    return Digital(
        names=names,
        sector=sector,
        early=early,
        holds_out=holds_out,
        staff=staff,
        use=use,
        active=active,
        ties=ties,
        told=told,
        silent=silent,
        unsure=_unsure(rng, len(names), silent),
    )


def _rollout(
    rng: np.random.Generator, sector: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Four sectors come first, by lot; in each sector one team never adopts."""
    served = len(SECTORS) - 1
    early = np.zeros(len(SECTORS), dtype=bool)
    early[[1 + place for place in order(rng, served)[: served // 2]]] = True
    holds_out = np.zeros(len(sector), dtype=bool)
    for place in range(1, len(SECTORS)):
        members = np.flatnonzero(sector == place)
        holds_out[members[order(rng, len(members))[0]]] = True
    return early, holds_out


def _use(
    rng: np.random.Generator,
    sector: np.ndarray,
    early: np.ndarray,
    holds_out: np.ndarray,
) -> np.ndarray:
    """Waves x teams x tools; what is used once is used from then on."""
    n = len(sector)
    start = np.where(early, 1, 2)[sector]
    start[sector == 0] = 1
    will, each = rng.random((len(WAVES), n)), rng.random((n, len(TOOLS)))
    first = rng.random(n)
    use = np.zeros((len(WAVES), n, len(TOOLS)))
    for wave in range(len(WAVES)):
        since = np.clip(wave - start + 1, 0, 2)
        adopts = (will[: wave + 1] < np.array(_USE)[since]).any(axis=0)
        adopts = (adopts & ~holds_out) | (sector == 0) & (wave > 0)
        chosen = each < _EACH
        chosen[np.arange(n), (first * len(TOOLS)).astype(int)] = True
        use[wave] = adopts[:, None] & chosen
    return np.maximum.accumulate(use, axis=0)


def _ties(
    rng: np.random.Generator,
    sector: np.ndarray,
    adopted: np.ndarray,
    *,
    planted: bool,
) -> np.ndarray:
    n = len(sector)
    inside = sector[:, None] == sector
    lasting = (
        _RATE
        + PLANTED["inside"] * inside
        + _ACTOR * normal(rng, n)[:, None]
        + _ACTOR * normal(rng, n)
        + _PAIR * _mutual(rng, n)
        + _CELL * normal(rng, n, n)
    )
    ties = np.zeros((len(WAVES), n, n))
    for wave, growth in enumerate(GROWTH):
        moods = _MOOD * normal(rng, 2, n)
        level = lasting + growth + moods[0][:, None] + moods[1]
        if planted:
            change = np.where(
                inside, PLANTED["inside_when_adopted"], PLANTED["across_when_adopted"]
            )
            level = level + adopted[wave][:, None] * change
        ties[wave] = rng.random((n, n)) < 1 / (1 + np.exp(-level))
        np.fill_diagonal(ties[wave], 0)
    return ties


def _told(
    rng: np.random.Generator,
    sector: np.ndarray,
    adopted: np.ndarray,
    *,
    planted: bool,
) -> np.ndarray:
    """Who passes the leadership's information to whom: row to column."""
    n = len(sector)
    inside = sector[:, None] == sector
    told = np.zeros((len(WAVES), n, n))
    for wave in range(len(WAVES)):
        share = np.where(inside, _PASSED_INSIDE, _PASSED_ACROSS)
        direct = np.where(adopted[wave], PLANTED["told_adopter"], PLANTED["told_other"])
        share[0] = direct if planted else _TOLD_ALIKE
        share[0, sector == 0] = 1
        told[wave] = rng.random((n, n)) < share
        np.fill_diagonal(told[wave], 0)
    return told


def _active(rng: np.random.Generator, sector: np.ndarray) -> np.ndarray:
    """Activities, the same in every wave; sectors have some of their own."""
    n, m = len(sector), len(ACTIVITIES)
    own = rng.random((len(SECTORS), m)) < 0.25
    share = np.where(own[sector], _ACTIVE_INSIDE, _ACTIVE)
    active = rng.random((n, m)) < share
    active[sector == 0] = False
    return np.tile(active.astype(float), (len(WAVES), 1, 1))


def _mutual(rng: np.random.Generator, n: int) -> np.ndarray:
    upper = np.triu(normal(rng, n, n), 1)
    return np.asarray(upper + upper.T)


def _two(rng: np.random.Generator, sector: np.ndarray) -> list[int]:
    served = np.flatnonzero(sector > 0)
    return [int(served[place]) for place in order(rng, len(served))[:2]]


def _unsure(
    rng: np.random.Generator, n: int, silent: tuple[tuple[int, ...], ...]
) -> set[tuple[int, int, int]]:
    found = set()
    for wave in range(len(WAVES)):
        for place in order(rng, n * n)[:_UNSURE]:
            source, target = divmod(place, n)
            if source != target and source not in silent[wave]:
                found.add((wave, source, target))
    return found
