"""A register: the ties that somebody recorded, of up to a million actors.

What can be said of a whole register of units, when nobody can say what is not in it?
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import NoReturn

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from netcollab._checks import check_choice
from netcollab._progress import steps
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.networks.network import Network, TieArrays
from netcollab.networks.registration import Duplicates, attributes_of, registered
from netcollab.networks.states import ALONE, Side

__all__ = ["Register"]


class Register:
    """Registered ties between many actors, as a sparse matrix.

    A register lists ties and nothing else. A tie that is not in it is counted as
    absent by degree, strength, components, mixing, E-I index, PageRank and projection,
    and nobody observed that it is: density, reciprocity and every measure that needs
    known absences are not offered. Those need a `Network`, of at most 5,000 actors.

    Make one with `from_ties`. A register is never changed; its arrays are read-only.

    Parameters
    ----------
    ties
        Strengths above 0: row sends, column receives. Undirected: each pair once.
    actors
        Attributes, indexed by actor in the order of the rows.
    directed
        False: each pair is one tie, and `matrix` holds it both ways.
    relation
        What the ties mean.

    Raises
    ------
    InputError
        If rows, columns and actors differ in number, two actors have one name, or a
        tie goes to oneself, has no strength above 0 or stands twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"source": ["974760673"], "target": ["889640782"]})
    >>> Register.from_ties(rows, relation="board")
    Register 'board' (directed): 2 actors, 1 tie, absences not registered
    """

    def __init__(
        self,
        ties: csr_array,
        actors: pd.DataFrame,
        *,
        directed: bool = True,
        relation: str = "",
    ) -> None:
        faults = _faults_of(ties, actors)
        if faults:
            raise InputError(faults)
        strengths = ties.astype(float, copy=directed)
        matrix = strengths if directed else strengths + strengths.T
        matrix.sum_duplicates()
        if matrix.nnz != ties.nnz * (1 if directed else 2):
            raise InputError("a tie stands twice in the matrix")
        fill = object.__setattr__
        arrays = (matrix.data, matrix.indices, matrix.indptr)
        for array in arrays:
            array.flags.writeable = False
        fill(self, "_arrays", arrays)
        fill(self, "_actors", actors.copy())
        fill(self, "directed", directed)
        fill(self, "relation", relation)

    relation: str
    directed: bool
    signed = False
    _arrays: tuple[np.ndarray, np.ndarray, np.ndarray]
    _actors: pd.DataFrame

    @classmethod
    def from_ties(
        cls,
        frame: pd.DataFrame,
        *,
        source: str = "source",
        target: str = "target",
        weight: str | None = None,
        directed: bool = True,
        actors: pd.DataFrame | Iterable[Hashable] | None = None,
        duplicates: Duplicates = "error",
        relation: str = "",
        progress: bool = False,
    ) -> Register:
        """A register from one row per tie.

        Parameters
        ----------
        frame
            One row per tie. Ids are text or whole numbers, and stay what they are.
        source, target
            The columns with the two actors.
        weight
            The column with the strengths, all above 0; None: every tie has strength 1.
        directed
            False: a row is a pair, in either order.
        actors
            Ids, or a table of attributes indexed by id or with a column actor. None:
            the actors are those with a tie. Actors without ties stay in.
        duplicates
            What several rows of one tie are: an "error", or one tie of their "sum",
            "mean" or "last" strength.
        relation
            What the ties mean.
        progress
            Show a bar on stderr, where that is a terminal.

        Raises
        ------
        InputError
            With every problem: empty ids, unknown actors, self-ties, strengths that
            are missing, not above 0 or not finite, ties listed twice.

        Examples
        --------
        >>> rows = pd.DataFrame({"fra": ["a", "a", "b"], "til": ["b", "b", "c"]})
        >>> roles = Register.from_ties(
        ...     rows, source="fra", target="til", duplicates="sum"
        ... )
        >>> roles.to_frame()
          source target  weight
        0      a      b     2.0
        1      b      c     1.0
        """
        check_choice(
            "rule for duplicates", duplicates, ("error", "sum", "mean", "last")
        )
        columns = [source, target] if weight is None else [source, target, weight]
        missing = [name for name in columns if name not in frame]
        if missing:
            raise InputError(f"the ties need the columns {', '.join(missing)}")
        with steps("register", 3, shown=progress) as advance:
            ties, table = registered(
                frame[source],
                frame[target],
                None if weight is None else frame[weight],
                None if actors is None else attributes_of(actors),
                directed=directed,
                duplicates=duplicates,
                advance=advance,
            )
        return cls(ties, table, directed=directed, relation=relation)

    # ---- what it holds

    @property
    def matrix(self) -> csr_array:
        """Strengths as a sparse matrix: row sends, column receives; read-only."""
        return csr_array(self._arrays, shape=(self.n, self.n))

    @property
    def tie_arrays(self) -> TieArrays:
        """The ties as places of source and target, and strengths.

        In the order of the actors; an undirected tie stands both ways.
        """
        strengths, targets, starts = self._arrays
        places = np.arange(self.n, dtype=targets.dtype)
        return TieArrays(np.repeat(places, np.diff(starts)), targets, strengths)

    @property
    def names(self) -> pd.Index:
        """The ids of the actors, in the order of the matrix."""
        return self._actors.index

    @property
    def actors(self) -> pd.DataFrame:
        """Attributes, one row per actor."""
        return self._actors.copy(deep=False)

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self._actors)

    @property
    def n_ties(self) -> int:
        """Number of ties; a pair of an undirected relation counts once."""
        return len(self._arrays[0]) // (1 if self.directed else 2)

    def attribute(self, name: str) -> pd.Series:
        """One attribute of the actors.

        Raises
        ------
        UnknownNameError
            If no attribute has that name.
        """
        if name not in self._actors:
            raise UnknownNameError("attribute", name, self._actors.columns)
        return self._actors[name].copy()

    def silent(self, side: Side) -> dict[Hashable, str]:  # noqa: ARG002
        """Nobody is silent in a register, unless an actor is alone in it."""
        return dict.fromkeys(self.names, ALONE) if self.n == 1 else {}

    def to_frame(self) -> pd.DataFrame:
        """One row per tie: source, target, weight. An undirected pair stands once."""
        source, target, weight = self.tie_arrays
        if not self.directed:
            upper = source < target
            source, target, weight = source[upper], target[upper], weight[upper]
        return pd.DataFrame(
            {
                "source": self.names[source],
                "target": self.names[target],
                "weight": weight,
            }
        )

    def __getattr__(self, name: str) -> NoReturn:
        if hasattr(Network, name):
            raise RefusedError(
                f"a register knows no absences and has no {name!r}: what is not "
                "registered was never observed. Make a Network, of at most 5,000 actors"
            )
        raise AttributeError(f"'Register' object has no attribute {name!r}")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Register is never changed; make another one")

    def __repr__(self) -> str:
        actors = f"{self.n:,} actor{'s' * (self.n != 1)}"
        ties = f"{self.n_ties:,} tie{'s' * (self.n_ties != 1)}"
        kind = "directed" if self.directed else "undirected"
        told = f"{actors}, {ties}, absences not registered"
        return f"Register {self.relation!r} ({kind}): {told}"


def _faults_of(ties: csr_array, actors: pd.DataFrame) -> list[str]:
    faults = []
    if ties.shape != (len(actors), len(actors)):
        faults.append(f"ties has the shape {ties.shape} for {len(actors)} actors")
    elif ties.diagonal().any():
        faults.append("a register holds no ties of an actor to itself")
    if not actors.index.is_unique:
        faults.append("two actors have the same name")
    if not (np.isfinite(ties.data) & (ties.data > 0)).all():
        faults.append("every registered tie needs a strength above 0")
    return faults
