"""Which networks of a study a job is about, and what they are called."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from netcollab.errors import UnknownNameError
from netcollab.networks import Network, build_network
from netcollab.report.disclosure import Cell, least, protect
from netcollab.report.labels import ambient_language, label, word
from netcollab.report.persons import check_consent
from netcollab.scales import pool_small, score
from netcollab.study import Study

__all__ = [
    "Place",
    "groupings_of",
    "held_back",
    "network_at",
    "numbered",
    "places_of",
    "relation_label",
    "resources_of",
    "site_label",
    "title_at",
]

T = TypeVar("T", bound=Hashable)
Names = str | Sequence[str] | None

_GROUPINGS = ("sector", "level", "unit", "kind")


class Place(NamedTuple):
    """One network of a study: a relation, in a site, in a wave."""

    relation: str
    site: str
    wave: str


def places_of(
    study: Study, relations: Names = None, sites: Names = None, waves: Names = None
) -> list[Place]:
    """The networks of a study about which anything is known.

    Parameters
    ----------
    study
        The study.
    relations, sites, waves
        Which; None: all. Relations are those of the manifest, and dimensions and
        constructs of items about a unit.

    Raises
    ------
    UnknownNameError
        If a name is not in the study.
    """
    manifest = study.manifest
    about_units = {
        name
        for item in manifest.items.values()
        if item.about == "target"
        for name in (item.dimension, item.construct)
    }
    known = [*manifest.relations, *(n for n in manifest.constructs if n in about_units)]
    places = itertools.product(
        _chosen("relation", relations, list(dict.fromkeys(known))),
        _chosen("site", sites, list(study.actors["site"].unique())),
        _chosen("wave", waves, study.waves),
    )
    answered = set(
        study.respondents[["site", "wave"]].itertuples(index=False, name=None)
    )
    listed = set(
        study.ties[["relation", "site", "wave"]].itertuples(index=False, name=None)
    )
    measured = {(relation, wave) for relation, _, wave in listed}
    return [
        place
        for place in itertools.starmap(Place, places)
        if place in listed or _is_known(study, place, answered, measured)
    ]


def network_at(
    study: Study, place: Place, held: Collection[tuple[str, str]] = ()
) -> Network:
    """The network; ties that too few respondents answered for are suppressed.

    Parameters
    ----------
    study, place
        Which.
    held
        Further ties that are suppressed, as `held_back` finds them.

    Raises
    ------
    RefusedError
        If its actors are persons and the manifest does not say that they consented.
    """
    network = build_network(
        study,
        *place,
        min_respondents=least(study.manifest, place.relation),
    )
    check_consent(network, person_level=study.manifest.person_level)
    return _without(network, held) if held else network


def held_back(
    study: Study, places: Sequence[Place]
) -> dict[Place, list[tuple[str, str]]]:
    """Ties that would give away what small groups said.

    A construct's tie and those of all but one of its dimensions give that one away
    where it is suppressed, such as a sensitive dimension's: see
    `netcollab.report.protect`. And a unit that answers in a pool with a small one (see
    `netcollab.scales.pool_small`) is not shown by itself: feedback shows the pool, and
    the small unit would follow from the two.

    Returns
    -------
    dict
        Network -> (source, target) of the ties that are held back with it.
    """
    asked = {place for place in places if place.relation in study.manifest.constructs}
    names = [name for name in study.manifest.constructs if _is_in(name, asked)]
    if not names:
        return {}
    said = score(study, names)
    said = said[said["score"].notna() & (said["target"] != said["actor"])]
    key = ["name", "site", "wave", "actor", "target"]
    cells, ties = [], []
    for at, rows in said.groupby(key, sort=False):
        name, site, wave, source, target = map(str, at)
        place = Place(name, site, wave)
        if place in asked:
            cell = Cell(
                output=name,
                question=name,
                people=frozenset(rows["respondent"]),
                mean=float(rows["score"].mean()),
                unit=target,
                wave=wave,
            )
            cells.append(cell)
            ties.append((place, source, target))
    held: dict[Place, list[tuple[str, str]]] = {}
    reasons = protect(cells, study.manifest, parts=_dimensions(study, names))
    pooled = _pooled(
        study, said[said["name"].isin({place.relation for place in asked})]
    )
    for (place, source, target), why in zip(ties, reasons, strict=True):
        if why == "difference" or (not why and (place, source) in pooled):
            held.setdefault(place, []).append((source, target))
    return held


def _pooled(study: Study, said: pd.DataFrame) -> set[tuple[Place, str]]:
    """The units that answer in a pool, by network."""
    found = set()
    for at, rows in said.groupby(["name", "site", "wave"], sort=False):
        name, site, wave = map(str, at)
        units = study.actors.loc[study.actors["site"] == site, "actor"]
        people = rows.groupby("actor")["respondent"].nunique().reindex(units).dropna()
        pools = pool_small(people, min_respondents=least(study.manifest, name))
        place = Place(name, site, wave)
        found |= {(place, unit) for unit, told in pools.items() if told != unit}
    return found


def _is_in(name: str, places: Collection[Place]) -> bool:
    return any(place.relation == name for place in places)


def _dimensions(study: Study, names: Sequence[str]) -> dict[str, list[str]]:
    """Each construct that is asked for, with all its dimensions."""
    found: dict[str, list[str]] = {}
    for item in study.manifest.items.values():
        if item.construct in names and item.dimension:
            parts = found.setdefault(item.construct, [])
            parts += [item.dimension] * (item.dimension not in parts)
    return found


def _without(network: Network, held: Collection[tuple[str, str]]) -> Network:
    """The network with some ties suppressed."""
    ties, states = network.ties.copy(), network.states.copy()
    for source, target in held:
        ties.loc[source, target] = np.nan
        states.loc[source, target] = "suppressed"
    return Network.from_matrix(
        ties,
        relation=network.relation,
        actors=network.actors,
        states=states,
        scale=network.scale,
        site=network.site,
        wave=network.wave,
    )


def resources_of(study: Study, network: Network) -> list[str]:
    """The manifest's resources that are numbers of the actors, not of the sites."""
    return [
        name
        for name in study.manifest.resources
        if name in network.actors
        and pd.api.types.is_numeric_dtype(network.attribute(name))
    ]


def groupings_of(network: Network, by: Names = None) -> list[str]:
    """Attributes that make groups: those asked for, else the usual ones.

    Raises
    ------
    UnknownNameError
        If the actors have no attribute that was asked for.
    """
    if by is not None:
        for name in _named(by):
            network.attribute(name)
        return list(dict.fromkeys(_named(by)))
    usual = [name for name in _GROUPINGS if name in network.actors]
    return [n for n in usual if 1 < network.attribute(n).nunique() < network.n]


def numbered(kind: str, known: Sequence[T]) -> dict[T, str]:
    """A file name for each that holds its kind and its number, and none of the data.

    Examples
    --------
    >>> numbered("site", ["../up", "Ås"])
    {'../up': 'site-1', 'Ås': 'site-2'}
    """
    width = len(str(len(known)))
    return {each: f"{kind}-{k:0{width}}" for k, each in enumerate(known, start=1)}


def relation_label(study: Study, name: str) -> str:
    """The relation's name in the ambient language, else as it is."""
    spec = study.manifest.relations.get(name)
    told = spec.label.get(ambient_language(), "") if spec else ""
    return told or word(name)


def site_label(study: Study, name: str) -> str:
    """The site's name, else its id."""
    table = study.sites
    if "name" not in table:
        return word(name)
    found = table.loc[table["site"] == name, "name"]
    return next((str(n) for n in found if isinstance(n, str) and n), word(name))


def title_at(study: Study, place: Place) -> list[str]:
    """The relation, and where and when if the study has several sites or waves."""
    told = [relation_label(study, place.relation)]
    if study.actors["site"].nunique() > 1:
        told.append(site_label(study, place.site))
    if len(study.waves) > 1:
        told.append(label("network.wave", wave=place.wave))
    return told


def _chosen(kind: str, names: Names, known: Sequence[str]) -> Iterator[str]:
    """The names in the order of the study, each of which must be there."""
    for name in _named(names):
        if name not in known:
            raise UnknownNameError(kind, name, known)
    return (name for name in known if names is None or name in _named(names))


def _named(names: Any) -> list[str]:
    """One name or several; a number in the place of a name is told by its kind."""
    if names is None:
        return []
    is_one = isinstance(names, str) or not isinstance(names, Iterable)
    return [names] if is_one else [*names]


def _is_known(
    study: Study,
    place: Place,
    answered: set[tuple[str, str]],
    measured: set[tuple[str, str]],
) -> bool:
    """Whether a network without a row of its own says something all the same."""
    if (place.relation, place.wave) in measured:
        return study.manifest.relations[place.relation].unlisted == "absent"
    is_rated = place.relation in study.manifest.constructs
    return is_rated and (place.site, place.wave) in answered
