"""Actors tied by what they share: two-mode data to a network of one mode.

Who meets whom in the same committees, boards and tools?
"""

from __future__ import annotations

from typing import Literal, overload

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, triu

from netcollab._checks import as_affiliations, check_choice, check_room
from netcollab.errors import InputError, RefusedError
from netcollab.networks.network import Network
from netcollab.networks.register import Register

__all__ = ["project"]

Kind = Literal["count", "newman", "jaccard"]
Mode = Literal["actors", "objects"]

_MOST_PAIRS = 20_000_000


@overload
def project(
    affiliations: pd.DataFrame,
    *,
    kind: Kind = "count",
    onto: Mode = "actors",
    actors: pd.DataFrame | None = None,
    relation: str = "",
) -> Network: ...


@overload
def project(
    affiliations: Register,
    *,
    kind: Kind = "count",
    onto: Mode = "actors",
    actors: pd.DataFrame | None = None,
    relation: str = "",
) -> Register: ...


def project(
    affiliations: pd.DataFrame | Register,
    *,
    kind: Kind = "count",
    onto: Mode = "actors",
    actors: pd.DataFrame | None = None,
    relation: str = "",
) -> Network | Register:
    """A network in which two actors are tied by the objects they share.

    .. math::
        w_{ij} = \\sum_o a_{io} a_{jo}, \\qquad
        \\sum_{o: k_o > 1} \\frac{a_{io} a_{jo}}{k_o - 1}, \\qquad
        \\frac{\\sum_o a_{io} a_{jo}}{\\sum_o \\max(a_{io}, a_{jo})}

    for kind "count" (shared objects), "newman" (an object of k_o actors gives each of
    its pairs 1 / (k_o - 1), so that a meeting of thirty ties less than one of three;
    Newman 2001) and "jaccard" (shared objects among those of either, 0 to 1). a_io is
    1 where actor i has anything to do with object o, however much.

    The result is undirected. Two actors that share nothing have a known absence. A
    pair is unknown ("not_asked") where an affiliation that was not observed could
    change it: for the count, one of an object that neither is known not to share; for
    newman, also any other affiliation of an object they share, since k_o is then not
    known; for jaccard, any affiliation of either.

    Every projection of a large object is a clique: density, transitivity and
    components of the result speak of the objects' sizes as much as of the actors.

    Parameters
    ----------
    affiliations
        Actors x objects: 0 = not affiliated, NaN = not observed; see
        `build_affiliations`. Or a directed `Register` whose ties go from actors to
        objects, for very many: names that receive are objects, all others actors.
    kind
        Which of the three strengths.
    onto
        "objects" ties two objects by the actors they share, with the formulas turned.
    actors
        Attributes of those in the result, indexed by name.
    relation
        What the result's ties mean.

    Returns
    -------
    Network or Register
        A Register for a Register.

    Raises
    ------
    InputError
        If cells are negative or no numbers, or a name in a register is both actor and
        object.
    RefusedError
        For more than 5,000 actors in a DataFrame; for a register whose projection may
        have more than 20 million pairs, with its largest objects.

    References
    ----------
    Newman, M. E. J. (2001). Scientific collaboration networks II. Physical Review E
    64, 016132. Borgatti, S. P. & Everett, M. G. (1997). Network analysis of 2-mode
    data. Social Networks 19, 243-269.

    Examples
    --------
    >>> cells = [[1, 1, 0], [1, 1, 0], [1, 0, 0]]
    >>> names = ["nav", "ks", "hdir"]
    >>> met = pd.DataFrame(cells, names, ["council", "project", "seminar"])
    >>> project(met).ties.loc["nav", "ks"]
    np.float64(2.0)
    >>> project(met, kind="newman").ties.loc["nav", "ks"]
    np.float64(1.5)
    >>> project(met, onto="objects").ties.loc["council", "project"]
    np.float64(2.0)
    """
    check_choice("kind of projection", kind, ("count", "newman", "jaccard"))
    check_choice("mode to project onto", onto, ("actors", "objects"))
    if isinstance(affiliations, Register):
        return _projected_register(affiliations, kind, onto, actors, relation)
    frame = as_affiliations("the affiliations", affiliations)
    frame = frame if onto == "actors" else frame.T
    check_room(len(frame))
    cells = frame.to_numpy()
    unknown, present = np.isnan(cells), np.nan_to_num(cells) > 0
    shared = _shared(present.astype(float), kind)
    shared[_undecided(present, unknown, kind)] = np.nan
    ties = pd.DataFrame(shared, frame.index, frame.index)
    return Network.from_matrix(
        ties.mask(np.eye(len(ties), dtype=bool)),
        relation,
        directed=False,
        actors=actors,
    )


def _shared(present: np.ndarray, kind: Kind) -> np.ndarray:
    counts: np.ndarray = present @ present.T
    if kind == "newman":
        weighed: np.ndarray = (present * _per_pair(present.sum(0))) @ present.T
        return weighed
    if kind == "jaccard":
        of_either = present.sum(1)[:, None] + present.sum(1) - counts
        np.divide(counts, of_either, out=counts, where=of_either > 0)
    return counts


def _per_pair(size: np.ndarray) -> np.ndarray:
    """What an object of k actors gives each of its pairs."""
    given: np.ndarray = np.zeros(len(size))
    np.divide(1.0, size - 1, out=given, where=size > 1)
    return given


def _undecided(present: np.ndarray, unknown: np.ndarray, kind: Kind) -> np.ndarray:
    """Pairs that an affiliation not observed could change."""
    if kind == "jaccard":
        gaps = unknown.any(axis=1)
        return np.asarray(np.logical_or.outer(gaps, gaps))
    possible = (present | unknown).astype(float)
    one_sided = unknown.astype(float) @ possible.T > 0
    undecided: np.ndarray = one_sided | one_sided.T
    if kind == "newman":
        open_ended = present[:, unknown.any(0)].astype(float)
        undecided = undecided | (open_ended @ open_ended.T > 0)
    return undecided


def _projected_register(
    register: Register,
    kind: Kind,
    onto: Mode,
    actors: pd.DataFrame | None,
    relation: str,
) -> Register:
    belongs, is_object = _two_modes(register)
    if onto == "objects":
        belongs, chosen = belongs.T.tocsr(), is_object
    else:
        chosen = ~is_object
    names, others = register.names[chosen], register.names[~chosen]
    size = belongs.sum(0)
    _check_pairs(size, others)
    weighed = belongs
    if kind == "newman":
        weighed = csr_array(belongs * _per_pair(size))
    shared = triu(weighed @ belongs.T, k=1, format="csr")
    if kind == "jaccard":
        first = np.repeat(np.arange(len(names)), np.diff(shared.indptr))
        has = belongs.sum(1)
        shared.data = shared.data / (has[first] + has[shared.indices] - shared.data)
    table = register.actors[chosen] if actors is None else actors.loc[names]
    return Register(shared, table, directed=False, relation=relation)


def _two_modes(register: Register) -> tuple[csr_array, np.ndarray]:
    """Who belongs to what (actors x objects, 0 and 1), and which names are objects."""
    if not register.directed:
        raise InputError("a register of two modes is directed, from actors to objects")
    source, target, _ = register.tie_arrays
    is_object = np.zeros(register.n, dtype=bool)
    is_object[target] = True
    mixed = np.unique(source[is_object[source]])
    if len(mixed):
        raise InputError(
            [f'"{name}" is both actor and object' for name in register.names[mixed]]
        )
    place = np.where(is_object, np.cumsum(is_object), np.cumsum(~is_object)) - 1
    shape = (int((~is_object).sum()), int(is_object.sum()))
    at = (place[source], place[target])
    return csr_array((np.ones(len(source)), at), shape=shape), is_object


def _check_pairs(size: np.ndarray, names: pd.Index) -> None:
    pairs = size * (size - 1) / 2
    if pairs.sum() <= _MOST_PAIRS:
        return
    largest = np.argsort(-size, kind="stable")[:3]
    told = ", ".join(f'"{names[place]}" ({size[place]:,.0f})' for place in largest)
    raise RefusedError(
        f"the projection may have {pairs.sum():,.0f} pairs, and at most "
        f"{_MOST_PAIRS:,} are made; the largest are {told}. Leave such out, or project "
        "a part"
    )
