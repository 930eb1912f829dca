"""A network that knows what was observed, what was not, and why."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, NoReturn

import networkx as nx
import numpy as np
import pandas as pd

from netcollab._checks import as_square_frame, check_choice, check_room
from netcollab.errors import InputError, UnknownNameError, closest
from netcollab.study import TIE_STATES

__all__ = ["Network"]

_ROUNDING = 1e-10


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
        Square table of the words in `TIE_STATES`; "observed" exactly where `ties` has a
        number off the diagonal.
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
        states: pd.DataFrame,
        actors: pd.DataFrame,
        *,
        relation: str = "",
        directed: bool = True,
        scale: tuple[float, float] | None = None,
        site: str | None = None,
        wave: str | None = None,
        signed: bool = False,
        distances: pd.DataFrame | None = None,
    ) -> None:
        fill = object.__setattr__
        ties = as_square_frame("ties", ties)
        fill(self, "_ties", ties if directed else _one_value_per_pair(ties))
        fill(self, "_states", states.loc[ties.index, ties.index].astype("str").copy())
        fill(self, "_actors", actors.copy())
        fill(self, "_distances", None if distances is None else distances.copy())
        fill(self, "relation", relation)
        fill(self, "directed", directed)
        fill(self, "scale", scale)
        fill(self, "site", site)
        fill(self, "wave", wave)
        fill(self, "signed", signed)
        problems = self._problems()
        if problems:
            raise InputError(problems)

    relation: str
    directed: bool
    scale: tuple[float, float] | None
    site: str | None
    wave: str | None
    signed: bool
    _ties: pd.DataFrame
    _states: pd.DataFrame
    _actors: pd.DataFrame
    _distances: pd.DataFrame | None

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
    ) -> Network:
        """A network from a square table of strengths.

        Parameters
        ----------
        frame
            Rows send, columns receive; 0 = observed absence, NaN = not observed. The
            diagonal must be 0 or NaN.
        relation, directed, scale, site, wave, signed
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
        if states is None:
            states = pd.DataFrame("", ties.index, ties.columns, dtype="str")
        elif set(states.index) != set(ties.index) or set(states.columns) != set(
            ties.index
        ):
            raise InputError("states needs the same labels as the matrix")
        return cls(
            ties,
            _with_structural_diagonal(_named(states.loc[ties.index, ties.index], ties)),
            _aligned(actors, ties.index),
            relation=relation,
            directed=directed,
            scale=scale,
            site=site,
            wave=wave,
            signed=signed,
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
        relation, directed, scale, site, wave, signed
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
        rows = _tie_rows(ties, actors.index, directed=directed)
        absent = unlisted == "absent"
        at = (rows["row"].to_numpy(), rows["column"].to_numpy())
        strength = _square(0.0 if absent else np.nan, actors.index, at, rows["weight"])
        state = _square(
            "observed" if absent else "not_asked", actors.index, at, rows["state"]
        )
        length = None
        if "distance" in rows:
            length = _square(np.nan, actors.index, at, rows["distance"])
        return cls(
            strength,
            _with_structural_diagonal(state),
            actors,
            relation=relation,
            directed=directed,
            scale=scale,
            site=site,
            wave=wave,
            signed=signed,
            distances=length,
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
        return self._states.copy(deep=False)

    @property
    def actors(self) -> pd.DataFrame:
        """Attributes, one row per actor."""
        return self._actors.copy(deep=False)

    @property
    def distances(self) -> pd.DataFrame:
        """Path lengths: the declared ones, else 1 / strength; NaN without a tie."""
        if self._distances is not None:
            return self._distances.copy(deep=False)
        return 1 / self._ties.where(self._ties != 0)

    @property
    def n(self) -> int:
        """Number of actors."""
        return len(self._ties)

    @property
    def n_ties(self) -> int:
        """Number of observed ties; a pair of an undirected relation counts once."""
        count = int((self._ties.fillna(0) != 0).to_numpy().sum())
        return count if self.directed else count // 2

    @property
    def observed(self) -> pd.DataFrame:
        """True where a dyad was observed, as tie or as absence."""
        return self._ties.notna()

    @property
    def is_presence_only(self) -> bool:
        """Ties were documented, absences never: what is not named is not known."""
        possible = self._states.to_numpy() != "structural"
        cells = self._ties.to_numpy()[possible]
        return bool(np.isnan(cells).any() and not (cells == 0).any())

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

    def state_counts(self) -> pd.Series:
        """How many dyads are in each state, in the order of `TIE_STATES`."""
        words = pd.Series(self._states.to_numpy()[self._where()])
        counts = words.value_counts().reindex(TIE_STATES, fill_value=0)
        return counts.rename("dyads").rename_axis("state")

    def to_frame(self) -> pd.DataFrame:
        """One row per dyad: source, target, weight, state.

        Undirected: each pair once. Dyads that cannot exist are left out.
        """
        where = self._where()
        names = self._ties.index.to_numpy()
        table = pd.DataFrame(
            {
                "source": names[where[0]],
                "target": names[where[1]],
                "weight": self._ties.to_numpy()[where],
                "state": self._states.to_numpy()[where],
            }
        )
        return table[table["state"] != "structural"].reset_index(drop=True)

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

    # ---- how it is checked

    def _where(self) -> tuple[np.ndarray, ...]:
        if self.directed:
            return np.nonzero(~np.eye(self.n, dtype=bool))
        return np.nonzero(np.triu(np.ones((self.n, self.n), dtype=bool), 1))

    def _problems(self) -> list[str]:
        values = self._ties.to_numpy()
        off = ~np.eye(self.n, dtype=bool)
        words = self._states.to_numpy()
        problems = []
        unknown = sorted(set(words[off]) - set(TIE_STATES))
        if unknown:
            problems.append(f"states that are none of {TIE_STATES}: {unknown}")
        if (np.isnan(values) == (words == "observed"))[off].any():
            problems.append(
                "a dyad is observed exactly when it has a number; check states"
            )
        if not self.signed and (values < 0).any():
            problems.append("negative strengths; declare signed=True if they are meant")
        if not self.directed and not np.array_equal(values, values.T, equal_nan=True):
            problems.append("an undirected relation needs the same value both ways")
        if self.scale is not None:
            low, high = self.scale
            if not low < high:
                problems.append(f"a scale is (lowest, highest), got {self.scale}")
            ties = values[~np.isnan(values) & (values != 0)]
            if ((ties < low) | (ties > high)).any():
                problems.append(f"strengths outside the declared scale {self.scale}")
        if self._distances is not None:
            lengths = self._distances.to_numpy(dtype=float)
            tied = np.nan_to_num(values) != 0
            if not ((lengths[tied] > 0) & np.isfinite(lengths[tied])).all():
                problems.append("every tie needs a distance that is above 0 and finite")
        if not self._actors.index.equals(self._ties.index):
            problems.append("actors needs the labels of ties in the same order")
        return problems


def _one_value_per_pair(ties: pd.DataFrame) -> pd.DataFrame:
    """Both ways the same where they differ by rounding alone."""
    there, back = ties.to_numpy(), ties.to_numpy().T
    if not np.allclose(there, back, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True):
        return ties
    same = np.where(there == back, there, (there + back) / 2)
    return pd.DataFrame(same, ties.index, ties.columns)


def _counted(count: int, noun: str) -> str:
    plural = "s" if not noun.endswith("s") else ""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{plural}"


def _square(
    fill: float | str,
    index: pd.Index,
    at: tuple[np.ndarray, np.ndarray],
    values: pd.Series,
) -> pd.DataFrame:
    kind = object if isinstance(fill, str) else float
    cells = np.full((len(index), len(index)), fill, dtype=kind)
    cells[at] = values.to_numpy(dtype=kind)
    return pd.DataFrame(cells, index=index, columns=index)


def _named(states: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """The states, with a word in every cell that has none."""
    words = states.astype(object)
    usual = np.where(ties.notna(), "observed", "not_asked")
    return words.mask(
        words.isna() | (words == ""),
        pd.DataFrame(usual, ties.index, ties.columns).astype(object),
    )


def _with_structural_diagonal(states: pd.DataFrame) -> pd.DataFrame:
    words = states.to_numpy(dtype=object).copy()
    np.fill_diagonal(words, "structural")
    return pd.DataFrame(words, states.index, states.columns, dtype="str")


def _aligned(actors: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    missing = [str(name) for name in index if name not in actors.index]
    if missing:
        raise InputError(f"actors without a row of attributes: {', '.join(missing)}")
    strangers = [str(name) for name in actors.index if name not in index]
    if strangers:
        raise InputError(f"actors that are not in the matrix: {', '.join(strangers)}")
    return actors.loc[index]


def _tie_rows(ties: pd.DataFrame, index: pd.Index, *, directed: bool) -> pd.DataFrame:
    """The rows with their places in the square; an undirected row stands both ways."""
    missing = [name for name in ("source", "target", "weight") if name not in ties]
    if missing:
        raise InputError(f"ties needs the columns {', '.join(missing)}")
    if not index.is_unique:
        raise InputError("two actors have the same name")
    rows = pd.DataFrame(
        {
            "row": index.get_indexer(pd.Index(ties["source"])),
            "column": index.get_indexer(pd.Index(ties["target"])),
            "weight": _numbers(ties["weight"]),
            "state": _words(ties),
        }
    )
    if "distance" in ties:
        rows["distance"] = _numbers(ties["distance"])
    problems = []
    for side, place in (("source", "row"), ("target", "column")):
        for name in ties[side][rows[place].to_numpy() < 0].unique():
            near = closest(str(name), [str(actor) for actor in index])
            hint = f' (did you mean "{near}"?)' if near else ""
            problems.append(f'{side} "{name}" is not an actor{hint}')
    loops = rows.loc[(rows["row"] == rows["column"]) & (rows["row"] >= 0), "row"]
    problems += [f'self-tie of "{index[place]}"' for place in loops.unique()]
    if not directed:
        mirror = rows.rename(columns={"row": "column", "column": "row"})
        rows = pd.concat([rows, mirror], ignore_index=True)
    twice = rows.duplicated(["row", "column"]) & (rows["row"] >= 0)
    dyads = rows.loc[twice, ["row", "column"]].drop_duplicates()
    problems += [
        f'dyad "{index[i]}" - "{index[j]}" is listed more than once'
        for i, j in dyads.itertuples(index=False)
        if i != j and (directed or i < j)
    ]
    if problems:
        raise InputError(problems)
    return rows


def _numbers(column: pd.Series) -> np.ndarray:
    known = column.dropna()
    if known.map(lambda cell: isinstance(cell, str)).any():
        raise InputError(f"column {column.name} needs numbers, got text")
    return pd.to_numeric(column).to_numpy(dtype=float, na_value=np.nan)


def _words(ties: pd.DataFrame) -> np.ndarray:
    if "state" not in ties:
        return np.full(len(ties), "observed", dtype=object)
    words = ties["state"].to_numpy(dtype=object, na_value="")
    return np.where(words == "", "observed", words)
