"""A network that knows what was observed, what was not, and why."""

from __future__ import annotations

from collections.abc import Hashable
from functools import cached_property
from typing import Literal, NamedTuple, NoReturn

import networkx as nx
import numpy as np
import pandas as pd

from netcollab._checks import as_square_frame, check_choice, check_room
from netcollab.errors import InputError, UnknownNameError
from netcollab.networks.rows import placed_rows
from netcollab.networks.squares import (
    aligned,
    faults_of,
    filled_square,
    one_value_per_pair,
)
from netcollab.networks.states import (
    NOT_ASKED,
    OBSERVED,
    STRUCTURAL,
    Side,
    coded,
    counted_states,
    reasons_of_silence,
    worded,
)
from netcollab.study import TIE_STATES

__all__ = ["Network", "TieArrays"]


class TieArrays(NamedTuple):
    """Observed ties as arrays: places of the actors, and strengths, by source."""

    source: np.ndarray
    target: np.ndarray
    weight: np.ndarray


class Network:
    """One relation between the actors of one site at one time, with tie states.

    The truth is one square table `ties` (row = sender, column = receiver): a positive
    number is a tie of that strength, 0 an absence somebody observed, NaN a dyad nobody
    observed; the diagonal is NaN. `states` has the same shape and says why. A network
    is never changed; every table it hands out is a copy.

    Make one with `from_matrix`, `from_ties`, `from_networkx` or
    `netcollab.build_network`.

    Parameters
    ----------
    ties
        Square table of strengths, NaN where not observed.
    states
        Square table of the words in `TIE_STATES`, or of their places in it
        (`state_codes`); "observed" exactly where `ties` has a number off the diagonal.
        Where it is empty, or None: "observed" for a number, "not_asked" for NaN.
    actors
        Attributes of the actors, indexed by the same labels in the same order.
    relation
        What the ties mean.
    directed
        False: `ties` is symmetric and each pair is one tie.
    scale
        Lowest and highest strength a tie can have, when a response scale was declared.
    site, wave
        Where and when, for titles and messages.
    signed
        True: negative strengths are allowed; measures on paths are then undefined.
    distances
        Declared path lengths where there is a tie; None: 1 / strength.
    same_event
        True: both ends of a dyad report the same event (a meeting, a referral), so that
        one report can stand for the other.
    few
        Square table, True where a tie rests on fewer people than others may be shown;
        None: nowhere. Figures and files leave such ties out (`suppress_few`).

    Examples
    --------
    >>> import pandas as pd
    >>> names = ["nav", "ks", "hdir"]
    >>> told = [[None, 3, 0], [2, None, None], [0, 1, None]]
    >>> Network.from_matrix(pd.DataFrame(told, names, names), relation="trust")
    Network 'trust' (directed): 3 actors, 3 ties, 2 known absences, 1 dyad not asked
    """

    def __init__(
        self,
        ties: pd.DataFrame,
        states: pd.DataFrame | None,
        actors: pd.DataFrame,
        *,
        relation: str = "",
        directed: bool = True,
        scale: tuple[float, float] | None = None,
        site: str | None = None,
        wave: str | None = None,
        signed: bool = False,
        distances: pd.DataFrame | None = None,
        same_event: bool = False,
        few: pd.DataFrame | None = None,
    ) -> None:
        fill = object.__setattr__
        ties = as_square_frame("ties", ties)
        codes, strange = coded(states, ties.notna().to_numpy(), ties.index)
        fill(self, "_ties", ties if directed else one_value_per_pair(ties))
        fill(self, "_codes", codes)
        fill(self, "_actors", actors.copy())
        fill(self, "_distances", None if distances is None else distances.copy())
        marked = few is not None and bool(few.to_numpy().any())
        fill(self, "_few", few.copy() if few is not None and marked else None)
        fill(self, "relation", relation)
        fill(self, "directed", directed)
        fill(self, "scale", scale)
        fill(self, "site", site)
        fill(self, "wave", wave)
        fill(self, "signed", signed)
        fill(self, "same_event", same_event)
        problems = [f"states that are none of {TIE_STATES}: {strange}"] * bool(strange)
        problems += faults_of(
            self._ties.to_numpy(),
            codes,
            None if distances is None else distances.to_numpy(dtype=float),
            directed=directed,
            signed=signed,
            scale=scale,
        )
        if not actors.index.equals(ties.index):
            problems.append("actors needs the labels of ties in the same order")
        if few is not None and not (
            few.index.equals(ties.index) and few.columns.equals(ties.columns)
        ):
            problems.append("few needs the labels of ties in the same order")
        if problems:
            raise InputError(problems)

    relation: str
    directed: bool
    scale: tuple[float, float] | None
    site: str | None
    wave: str | None
    signed: bool
    same_event: bool
    _ties: pd.DataFrame
    _codes: np.ndarray
    _actors: pd.DataFrame
    _distances: pd.DataFrame | None
    _few: pd.DataFrame | None

    # ---- doors

    @classmethod
    def from_matrix(
        cls,
        frame: pd.DataFrame,
        relation: str = "",
        directed: bool = True,
        actors: pd.DataFrame | None = None,
        states: pd.DataFrame | None = None,
        scale: tuple[float, float] | None = None,
        *,
        site: str | None = None,
        wave: str | None = None,
        signed: bool = False,
        same_event: bool = False,
    ) -> Network:
        """A network from a square table of strengths.

        Parameters
        ----------
        frame
            Rows send, columns receive; 0 = observed absence, NaN = not observed. The
            diagonal must be 0 or NaN.
        relation, directed, scale, site, wave, signed, same_event
            As in `Network`.
        actors
            Attributes, indexed by the labels of `frame`; None: no attributes.
        states
            Why each dyad is unknown; where it is empty, or None, a number means
            "observed" and NaN "not_asked".

        Raises
        ------
        InputError
            With every problem of the table.

        Examples
        --------
        >>> import pandas as pd
        >>> pair = pd.DataFrame([[0, 1], [1, 0]], ["a", "b"], ["a", "b"])
        >>> Network.from_matrix(pair, directed=False).n_ties
        1
        """
        check_room(len(frame))
        ties = as_square_frame("the matrix", frame)
        loops = np.array([frame.loc[name, name] for name in ties.index], dtype=object)
        looped = ~pd.isna(loops) & (loops != 0)
        if looped.any():
            own = [str(name) for name in ties.index[looped.astype(bool)]]
            raise InputError(f"self-ties on the diagonal of: {', '.join(own)}")
        if actors is None:
            actors = pd.DataFrame(index=ties.index)
        if states is not None and not (
            set(states.index) == set(states.columns) == set(ties.index)
        ):
            raise InputError("states needs the same labels as the matrix")
        return cls(
            ties,
            states,
            aligned(actors, ties.index),
            relation=relation,
            directed=directed,
            scale=scale,
            site=site,
            wave=wave,
            signed=signed,
            same_event=same_event,
        )

    @classmethod
    def from_ties(
        cls,
        ties: pd.DataFrame,
        actors: pd.DataFrame,
        *,
        unlisted: Literal["not_asked", "absent"] = "not_asked",
        relation: str = "",
        directed: bool = True,
        scale: tuple[float, float] | None = None,
        site: str | None = None,
        wave: str | None = None,
        signed: bool = False,
        same_event: bool = False,
    ) -> Network:
        """A network from one row per tie or known absence.

        Parameters
        ----------
        ties
            Columns source, target, weight and, if some dyads are known to be unknown,
            state (empty = observed). A column distance declares path lengths.
        actors
            Attributes, indexed by actor or with a column actor; actors without ties
            stay in.
        unlisted
            What a dyad without a row means: nobody asked, or there is no tie.
        relation, directed, scale, site, wave, signed, same_event
            As in `Network`.

        Raises
        ------
        InputError
            For unknown actors, self-ties, dyads listed twice, words that are no state.
        RefusedError
            For more than 5,000 actors, with the memory that they would need.

        Examples
        --------
        >>> import pandas as pd
        >>> rows = pd.DataFrame({"source": ["a"], "target": ["b"], "weight": [2.0]})
        >>> people = pd.DataFrame(index=["a", "b", "c"])
        >>> Network.from_ties(rows, people, unlisted="absent").ties.loc["a"].tolist()
        [nan, 2.0, 0.0]
        """
        check_choice("value of unlisted", unlisted, ("not_asked", "absent"))
        check_room(len(actors))
        if "actor" in actors:
            actors = actors.set_index("actor")
        rows = placed_rows(ties, actors.index, directed=directed)
        absent = unlisted == "absent"
        usual = (0.0, OBSERVED) if absent else (np.nan, NOT_ASKED)
        length = None
        if "distance" in rows:
            length = filled_square(np.nan, float, rows, "distance", actors.index)
        return cls(
            filled_square(usual[0], float, rows, "weight", actors.index),
            filled_square(usual[1], np.int8, rows, "state", actors.index),
            actors,
            relation=relation,
            directed=directed,
            scale=scale,
            site=site,
            wave=wave,
            signed=signed,
            distances=length,
            same_event=same_event,
        )

    @classmethod
    def from_networkx(
        cls,
        graph: nx.Graph,
        *,
        relation: str = "",
        weight: str = "weight",
        unlisted: Literal["not_asked", "absent"] = "absent",
        scale: tuple[float, float] | None = None,
    ) -> Network:
        """A network from a networkx graph, whose missing edges are absences.

        Parameters
        ----------
        graph
            A Graph or DiGraph; node attributes become attributes of the actors.
        relation, scale
            As in `Network`.
        weight
            Edge attribute that holds the strength; an edge without it has strength 1.
        unlisted
            "not_asked" when a missing edge does not mean that there is no tie.

        Examples
        --------
        >>> import networkx as nx
        >>> Network.from_networkx(nx.path_graph(3))
        Network '' (undirected): 3 actors, 2 ties, 1 known absence
        """
        if graph.is_multigraph():
            raise InputError("a multigraph has several ties per dyad; choose or sum")
        rows = pd.DataFrame(
            [(s, t, d.get(weight, 1.0)) for s, t, d in graph.edges(data=True)],
            columns=["source", "target", "weight"],
        )
        actors = pd.DataFrame.from_dict(dict(graph.nodes(data=True)), orient="index")
        return cls.from_ties(
            rows,
            actors.reindex(list(graph.nodes)),
            unlisted=unlisted,
            relation=relation,
            directed=graph.is_directed(),
            scale=scale,
        )

    # ---- what it holds

    @property
    def ties(self) -> pd.DataFrame:
        """Strengths: row sends, column receives; 0 = absent, NaN = not observed."""
        return self._ties.copy(deep=False)

    @property
    def states(self) -> pd.DataFrame:
        """Why each dyad is known or unknown, in the words of `TIE_STATES`."""
        return worded(self._codes, self._ties.index)

    @property
    def state_codes(self) -> pd.DataFrame:
        """`states` in small: the place of each word in `TIE_STATES`."""
        names = self._ties.index
        return pd.DataFrame(self._codes, index=names, columns=names)

    @property
    def tie_arrays(self) -> TieArrays:
        """The observed ties as places of source and target, and strengths.

        In the order of the actors; an undirected tie stands both ways.
        """
        values = self._ties.to_numpy()
        tied = ~np.isnan(values) & (values != 0)
        source, target = np.divmod(np.flatnonzero(tied), max(1, self.n))
        return TieArrays(source, target, values[tied])

    @property
    def actors(self) -> pd.DataFrame:
        """Attributes, one row per actor."""
        return self._actors.copy(deep=False)

    @property
    def distances(self) -> pd.DataFrame:
        """Path lengths: the declared ones, else 1 / strength; NaN without a tie."""
        if self._distances is not None:
            return self._distances.copy(deep=False)
        ties = self._ties.to_numpy()
        lengths = np.divide(1, ties, out=np.full_like(ties, np.nan), where=ties != 0)
        return pd.DataFrame(lengths, self._ties.index, self._ties.columns)

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self._ties)

    @property
    def n_ties(self) -> int:
        """Number of observed ties; a pair of an undirected relation counts once."""
        values = self._ties.to_numpy()
        count = int(np.count_nonzero(~np.isnan(values) & (values != 0)))
        return count if self.directed else count // 2

    @property
    def observed(self) -> pd.DataFrame:
        """True where a dyad was observed, as tie or as absence."""
        return self._ties.notna()

    @property
    def few(self) -> pd.DataFrame:
        """True where a tie rests on fewer people than others may be shown."""
        if self._few is None:
            return pd.DataFrame(False, self._ties.index, self._ties.columns)
        return self._few.copy()

    @property
    def is_presence_only(self) -> bool:
        """Ties were documented, absences never: what is not named is not known."""
        possible = self._codes != STRUCTURAL
        values = self._ties.to_numpy()
        absent = possible & (values == 0)
        return bool((possible & np.isnan(values)).any() and not absent.any())

    @property
    def is_rated(self) -> bool:
        """Every asked dyad has a value on a declared response scale without zero."""
        return self.scale is not None and self.scale[0] > 0

    @cached_property
    def graph(self) -> nx.Graph:
        """The observed ties as a frozen networkx graph, isolates kept.

        Edges carry `weight` (strength) and `distance` (path length).
        """
        graph: nx.Graph = nx.DiGraph() if self.directed else nx.Graph()
        for name, attributes in self._actors.iterrows():
            graph.add_node(name, **{str(k): v for k, v in attributes.items()})
        values, lengths = self._ties.to_numpy(), self.distances.to_numpy()
        names = list(self._ties.index)
        for i, j in zip(*np.nonzero(np.nan_to_num(values)), strict=True):
            if self.directed or i < j:
                graph.add_edge(
                    names[i],
                    names[j],
                    weight=float(values[i, j]),
                    distance=float(lengths[i, j]),
                )
        return nx.freeze(graph)

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

    def with_ties(self, ties: pd.DataFrame) -> Network:
        """The same actors and unknown dyads, with other strengths on the known ones.

        Quick, because nothing but the strengths is new; labels, unknown dyads,
        direction and signs must be those of the old ties, or it is an InputError.
        Declared distances are left out: they belong to the old ties.

        Examples
        --------
        >>> import pandas as pd
        >>> pair = Network.from_matrix(pd.DataFrame([[0, 1], [0, 0]], [*"ab"], [*"ab"]))
        >>> pair.with_ties(pair.ties.T).ties.loc["b", "a"]
        np.float64(1.0)
        """
        same = ties.index.equals(self._ties.index) and ties.columns.equals(ties.index)
        if not same or not ties.notna().equals(self._ties.notna()):
            raise InputError(
                "the new ties need the labels and unknown dyads of the old"
            )
        cells = ties.to_numpy(dtype=float)
        lopsided = not self.directed and not np.array_equal(cells, cells.T, True)
        if lopsided or np.isinf(cells).any() or (not self.signed and (cells < 0).any()):
            raise InputError("the new ties need the direction and signs of the old")
        other = object.__new__(Network)
        other.__dict__.update(self.__dict__, _ties=ties.astype(float), _distances=None)
        other.__dict__.pop("graph", None)
        return other

    def state_counts(self) -> pd.Series:
        """How many dyads are in each state, in the order of `TIE_STATES`."""
        return counted_states(self._codes, directed=self.directed)

    def silent(self, side: Side) -> dict[Hashable, str]:
        """Why each actor is silent none of whose dyads was observed.

        Parameters
        ----------
        side
            "out": dyads in which the actor sends; "in": receives; "both": either.
        """
        return reasons_of_silence(self._codes, self._ties.index, side)

    def to_frame(self) -> pd.DataFrame:
        """One row per dyad: source, target, weight, state.

        Undirected: each pair once. Dyads that cannot exist are left out.
        """
        possible = self._codes != STRUCTURAL
        if not self.directed:
            possible &= ~np.tri(self.n, dtype=bool)
        source, target = np.nonzero(possible)
        names = self._ties.index.to_numpy()
        words = np.array(TIE_STATES, dtype=object)[self._codes[source, target]]
        return pd.DataFrame(
            {
                "source": names[source],
                "target": names[target],
                "weight": self._ties.to_numpy()[source, target],
                "state": words,
            }
        )

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Network is never changed; make another one")

    def __repr__(self) -> str:
        counts = self.state_counts()
        known_absent = int(counts["observed"]) - self.n_ties
        told = [
            _counted(self.n, "actor"),
            _counted(self.n_ties, "tie"),
            _counted(known_absent, "known absence"),
        ]
        told += [
            f"{_counted(int(count), 'dyad')} {str(state).replace('_', ' ')}"
            for state, count in counts.items()
            if count and state != "observed"
        ]
        where = [str(part) for part in (self.site, self.wave) if part]
        where.append("directed" if self.directed else "undirected")
        return f"Network {self.relation!r} ({', '.join(where)}): {', '.join(told)}"


def _counted(count: int, noun: str) -> str:
    plural = "s" if not noun.endswith("s") else ""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{plural}"
