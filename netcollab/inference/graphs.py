"""Is a network more structured than random networks that are like it in the main?"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, Protocol, Self

import numpy as np
import pandas as pd

from netcollab._checks import (
    as_entropy,
    check_alternative,
    check_choice,
    check_draws,
    check_function,
)
from netcollab._plans import ENUMERATED
from netcollab._resample import draw, resample
from netcollab.errors import RefusedError
from netcollab.inference.chance import (
    Documented,
    as_number,
    check_documented,
    compared,
    observed_number,
)
from netcollab.inference.orbit import count_labellings, distinct_labellings
from netcollab.inference.results import TestResult
from netcollab.inference.switching import Ties, rewired, ties_of

__all__ = ["random_graphs"]

NULL = {
    "density": "the strengths lie on the observed dyads at random",
    "degrees": "the ties are random but for the number each actor sends and receives",
}
HUB = zlib.crc32(b"random_graphs hub")
ROOM = 2**24


class Rebuildable(Documented, Protocol):
    """What a network needs for its ties to be drawn anew."""

    @property
    def ties(self) -> pd.DataFrame: ...

    @property
    def directed(self) -> bool: ...

    def with_ties(self, ties: pd.DataFrame) -> Self: ...


def random_graphs(
    statistic: Callable[[Any], float],
    network: Rebuildable,
    *,
    keep: Literal["density", "degrees"] = "density",
    n_resamples: int = 9999,
    alternative: str = "two-sided",
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> TestResult:
    """A statistic of a network, compared with random networks on the same actors.

    .. math::

        p = \\min(1, 2 \\min(p_{\\ge}, p_{\\le})), \\qquad
        p_{\\ge} = \\Pr\\{t(\\text{random network}) \\ge t\\}

    For what is best fitted to the network itself, such as a core and periphery or the
    modularity of the best partition: dealing out labels anew leaves a best fit as it
    is, but a random network has one too, and often a good one.

    - Keep "density": the observed strengths, absences among them, are dealt out at
      random over the observed dyads (undirected: pairs). With at most
      max(n_resamples, 50,000) ways to deal them all are listed and p is exact.
    - Keep "degrees": every actor sends and receives as many ties as it did; hubs stay
      hubs. Drawn by chains of switches, 10 attempts per tie; a tie keeps its strength,
      and directed its sender. All chains start from one network that a first chain has
      led to from the observed one, which makes the observed network one draw among
      equals under the null however well the chains mix (Besag & Clifford 1989).

    What was not observed is in no network: every draw has the same unknown dyads.
    Where the statistic is NaN for a draw it counts as extreme in every direction.
    Two-sided is twice the smaller tail, as in `label_permutation`.

    Reciprocity is not kept: a statistic that reads mutual ties as clusters finds a
    network that is merely mutual remarkable. Real networks beat random ones at most
    things; that they do is weak evidence for any one cause.

    Parameters
    ----------
    statistic
        Called with a network like `network`; gives one number. Options of a measure
        come with `functools.partial`.
    network
        The network.
    keep
        "density" or "degrees".
    n_resamples
        Draws.
    alternative
        "greater": the statistic is larger than in random networks; "less";
        "two-sided".
    rng
        Seed of the draws; None draws fresh entropy. The result records it.
    workers
        Processes; the result does not depend on them.
    progress
        Show a bar on stderr, where that is a terminal.
    checkpoint
        A file from which a killed run goes on with the same numbers.

    Returns
    -------
    TestResult
        `estimate` is the statistic less its mean over the random networks; it has no
        interval. `n` counts the observed dyads (undirected: pairs).

    Raises
    ------
    UnknownNameError
        If `keep` is neither of the two.
    InputError
        If the statistic gives no number.
    RefusedError
        For a presence-only network, one that no draw can change, a statistic that is
        undefined as observed, or one that is the same in every draw.

    References
    ----------
    Besag, J., & Clifford, P. (1989). Generalized Monte Carlo significance tests.
    Biometrika 76, 633-642.
    Rao, A. R., Jana, R., & Bandyopadhyay, S. (1996). A Markov chain Monte Carlo method
    for generating random (0,1)-matrices with given marginals. Sankhya A 58, 225-242.

    Examples
    --------
    Four bodies that return every tie: how often would four ties at random?

    >>> import netcollab as nc
    >>> names = ["nav", "hdir", "ks", "oslo"]
    >>> told = pd.DataFrame(0, names, names)
    >>> told.loc["nav", "hdir"] = told.loc["hdir", "nav"] = 1
    >>> told.loc["ks", "oslo"] = told.loc["oslo", "ks"] = 1
    >>> network = nc.Network.from_matrix(told)
    >>> result = random_graphs(nc.measures.reciprocity, network, alternative="greater")
    >>> result.method, round(result.pvalue, 4)
    ('exact (495 distinct placements of the strengths)', 0.0303)
    """
    side = check_alternative(alternative)
    check_choice("keep", keep, tuple(NULL))
    n_resamples = check_draws(n_resamples)
    check_function("statistic", statistic)
    check_documented(network)
    redrawn = Redrawn(statistic, network)
    entropy, limit = as_entropy(rng), max(n_resamples, ENUMERATED)
    drawn, ways = _drawing(redrawn, keep, entropy, limit)
    observed = observed_number(statistic(network))
    if ways <= limit:
        resamples = resample(
            f"random_graphs {keep}",
            redrawn.listed,
            redrawn.alike,
            inputs=[redrawn.cells],
            n_resamples=n_resamples,
            rng=entropy,
            workers=workers,
            progress=progress,
            checkpoint=checkpoint,
            distinct=distinct_labellings(redrawn.strengths, redrawn.alike),
        )
    else:
        resamples = draw(
            f"random_graphs {keep}",
            drawn,
            inputs=[redrawn.cells],
            n_resamples=n_resamples,
            rng=entropy,
            workers=workers,
            progress=progress,
            checkpoint=checkpoint,
        )
    n_draws = resamples.plan.n_draws
    return compared(
        "random graphs",
        NULL[keep],
        observed,
        resamples.null,
        alternative=side,
        ways=ways,
        method=f"exact ({n_draws:,} distinct placements of the strengths)"
        if ways <= limit
        else f"{n_draws:,} random networks of the same {keep}",
        seed=resamples.seed,
        n=len(redrawn.strengths),
        unit="dyads" if network.directed else "pairs",
    )


@dataclass(frozen=True, eq=False)
class Redrawn:
    """The statistic of a network whose ties were drawn anew: arrays in, array out.

    Actors stand in the order of their names, so that the order they came in plays no
    part.
    """

    statistic: Callable[[Any], float]
    network: Rebuildable

    @cached_property
    def order(self) -> np.ndarray:
        """Where each actor, by name, stands in the network."""
        names = [(str(name), type(name).__name__) for name in self.network.ties.index]
        return np.array(sorted(range(len(names)), key=names.__getitem__), dtype=np.intp)

    @cached_property
    def cells(self) -> np.ndarray:
        """The strengths, actors in the order of their names."""
        found: np.ndarray = self.network.ties.to_numpy()[np.ix_(self.order, self.order)]
        return found

    @cached_property
    def dyads(self) -> tuple[np.ndarray, ...]:
        """Where the observed dyads are; undirected, each pair once."""
        known = ~np.isnan(self.cells)
        return np.nonzero(known if self.network.directed else np.triu(known))

    @cached_property
    def strengths(self) -> np.ndarray:
        """The strengths of the observed dyads."""
        found: np.ndarray = self.cells[self.dyads]
        return found

    @property
    def alike(self) -> np.ndarray:
        """One stratum for all of them: any of the strengths may lie anywhere."""
        return np.zeros(len(self.strengths), dtype=int)

    def listed(self, relabellings: np.ndarray) -> np.ndarray:
        """With the strengths dealt out as listed, (B, dyads) -> (B,)."""
        return self._of(self._placed(self.strengths[row]) for row in relabellings)

    def dealt(self, block: tuple[np.random.Generator, int]) -> np.ndarray:
        """With the strengths dealt out at random."""
        rng, size = block
        return self._of(
            self._placed(rng.permutation(self.strengths)) for _ in range(size)
        )

    def switched(
        self, hub: Ties, strengths: np.ndarray, block: tuple[np.random.Generator, int]
    ) -> np.ndarray:
        """With the ties at the end of chains of switches from a hub."""
        rng, size = block
        tile = max(1, ROOM // self.cells.size)
        sizes = [min(tile, size - begin) for begin in range(0, size, tile)]
        return np.concatenate(
            [
                self._of(rewired(hub, rng, copies=copies).matrices(strengths))
                for copies in sizes
            ]
        )

    def _placed(self, values: np.ndarray) -> np.ndarray:
        cells = np.full_like(self.cells, np.nan)
        cells[self.dyads] = values
        if not self.network.directed:
            cells.T[self.dyads] = values
        return cells

    def _of(self, matrices: Iterable[np.ndarray]) -> np.ndarray:
        back, actors = self.order.argsort(), self.network.ties.index
        found = []
        for cells in matrices:
            frame = pd.DataFrame(cells[np.ix_(back, back)], actors, actors)
            found.append(as_number(self.statistic(self.network.with_ties(frame))))
        return np.array(found)


def _drawing(
    redrawn: Redrawn, keep: str, entropy: int, limit: int
) -> tuple[Callable[[tuple[np.random.Generator, int]], np.ndarray], int]:
    """How a block of statistics is drawn, and how many equally likely cases there are.

    Nobody counts the networks of given degrees: more than the limit.
    """
    if keep == "density":
        ways = count_labellings(redrawn.strengths, redrawn.alike, limit=limit)
        if ways == 1:
            raise RefusedError(
                "the observed dyads do not differ in strength: no draw changes "
                "anything, p would be 1 whatever the data"
            )
        return redrawn.dealt, ways
    ties, strengths = ties_of(redrawn.cells, directed=redrawn.network.directed)
    if len(strengths) < 2:
        raise RefusedError(
            "fewer than two ties have nothing to switch: no draw changes anything, "
            "p would be 1 whatever the data"
        )
    seed = np.random.SeedSequence(entropy, spawn_key=(HUB,))
    hub = rewired(ties, np.random.default_rng(seed))
    return partial(redrawn.switched, hub, strengths), limit + 1
