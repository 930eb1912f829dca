"""From a study's tables to networks: who is tied to whom, and what is unknown."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice, check_count
from netcollab.errors import InputError, UnknownNameError
from netcollab.networks.network import Network
from netcollab.scales import items_of, relational_capacity, span_of
from netcollab.study import Study

__all__ = ["build_affiliations", "build_network", "build_networks"]

_SAID_BY_PERSONS = ("no_answer", "dont_know", "not_applicable", "too_few_answered")


def build_network(
    study: Study,
    relation: str,
    site: str | None = None,
    wave: str | None = None,
    *,
    reports: Literal["source", "target"] | None = None,
    min_respondents: int = 1,
) -> Network:
    """One relation of a study, in one site and one wave, as a network.

    Every actor of the site is in the network, tied or not. What a dyad without a row
    means is the manifest's `unlisted`.

    A dimension or construct of the codebook is a relation too: the tie from f to g is
    the mean of what the respondents of f say about g
    (`netcollab.scales.relational_capacity`). Why a tie is missing is its commonest
    missing reason; the ties of a unit that nobody answered for are "nonrespondent".

    Parameters
    ----------
    study
        The study.
    relation
        A relation of the manifest with ties, or a dimension or construct of the items.
    site, wave
        Needed where the study has several.
    reports
        Whose report of a tie counts, "source" or "target"; needed where the column
        reporter names both sides of a dyad. A dyad that only the other side reported
        is then one without a row.
    min_respondents
        For a dimension or construct: ties that fewer respondents answered for are
        "suppressed". The default keeps all, for analysis; those below the manifest's
        own number are marked (`Network.few`), and figures and files leave them out.

    Raises
    ------
    UnknownNameError
        If the relation, site or wave is not in the study.
    InputError
        If the study has several sites or waves, or reports from both sides, and none
        was chosen; if a dimension is about no unit.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> build_network(study, "membership").n
    9
    """
    is_rated = relation in study.manifest.constructs
    if is_rated and relation not in set(study.ties["relation"]):
        return _rated_network(study, relation, site, wave, min_respondents)
    if relation not in study.manifest.relations:
        known = [*study.manifest.relations, *study.manifest.constructs]
        raise UnknownNameError("relation", relation, dict.fromkeys(known))
    spec = study.manifest.relations[relation]
    site = _the_one("site", site, list(study.actors["site"].unique()))
    ties = study.ties
    ties = ties[(ties["relation"] == relation) & (ties["site"] == site)]
    if spec.distance != "declared":
        ties = ties.drop(columns="distance", errors="ignore")
    known = study.waves if wave is not None else sorted(ties["wave"].unique())
    wave = _the_one("wave", wave, known or study.waves)
    actors = study.actors[study.actors["site"] == site]
    return Network.from_ties(
        _reported(ties[ties["wave"] == wave], reports),
        actors.set_index("actor").drop(columns="site"),
        unlisted=spec.unlisted,
        relation=relation,
        directed=spec.directed,
        scale=spec.scale,
        site=site,
        wave=wave,
        signed=spec.signed,
        same_event=spec.same_event,
    )


def build_networks(
    study: Study, relation: str, wave: str | None = None
) -> dict[str, Network]:
    """One relation of a study as a network for each site.

    Parameters
    ----------
    study, relation, wave
        As in `build_network`.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> list(build_networks(study, "membership"))
    ['alvorlig_sykt_barn']
    """
    return {
        site: build_network(study, relation, site=site, wave=wave)
        for site in study.actors["site"].unique()
    }


def build_affiliations(
    study: Study,
    *,
    kind: str | None = None,
    site: str | None = None,
    wave: str | None = None,
    unlisted: Literal["absent", "not_asked"] = "absent",
) -> pd.DataFrame:
    """What the actors of a study take part in or use: a table actors x objects.

    A cell is the row's weight, 1 where it has none; a weight of 0 is a known absence.
    The table of affiliations is a list of what somebody recorded, like a register, and
    a study says nowhere that it is complete: 0 in a cell without a row means "not on
    the list". Where that is not the same as "not affiliated", choose "not_asked".

    Parameters
    ----------
    study
        The study.
    kind
        The kind of objects (meeting, tool, committee); None: all of them.
    site, wave
        Needed where the study has several.
    unlisted
        What an actor and an object without a row are: "absent" (0) or "not_asked"
        (NaN).

    Returns
    -------
    DataFrame
        Every actor of the site, affiliated or not, and every object that one of them
        has a row with, in the order of the study's tables.

    Raises
    ------
    UnknownNameError
        If there is no such kind, site or wave.
    InputError
        If the study has no affiliations, or several sites or waves and none was
        chosen, or an actor is with one object under several kinds.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> met = build_affiliations(study, kind="meeting")
    >>> met.shape, int(met.sum().sum())
    ((9, 1), 8)
    """
    check_choice("value of unlisted", unlisted, ("absent", "not_asked"))
    rows = study.affiliations
    if rows.empty:
        raise InputError("the study has no affiliations")
    if kind is not None:
        kinds = rows["kind"].dropna() if "kind" in rows else pd.Series(dtype="str")
        if kind not in set(kinds):
            raise UnknownNameError("kind", kind, kinds.unique())
        rows = rows[rows["kind"] == kind]
    site = _the_one("site", site, list(study.actors["site"].unique()))
    rows = rows[rows["site"] == site]
    known = study.waves if wave is not None else sorted(rows["wave"].unique())
    wave = _the_one("wave", wave, known or study.waves)
    rows = rows[rows["wave"] == wave]
    if rows.duplicated(["actor", "object"]).any():
        raise InputError(
            "an actor is with one object under several kinds; choose a kind: "
            + ", ".join(map(str, rows["kind"].unique()))
        )
    actors = pd.Index(study.actors.loc[study.actors["site"] == site, "actor"])
    objects = pd.Index(rows["object"].unique(), name="object", dtype="str")
    cells = np.full(
        (len(actors), len(objects)), 0.0 if unlisted == "absent" else np.nan
    )
    weight = rows["weight"].fillna(1.0) if "weight" in rows else 1.0
    cells[actors.get_indexer(rows["actor"]), objects.get_indexer(rows["object"])] = (
        weight
    )
    return pd.DataFrame(cells, index=actors.rename("actor"), columns=objects)


def _rated_network(
    study: Study,
    name: str,
    site: str | None,
    wave: str | None,
    min_respondents: int,
) -> Network:
    """What the respondents of each unit say about the others, as a network."""
    check_count("min_respondents", min_respondents)
    site = _the_one("site", site, list(study.actors["site"].unique()))
    wave = _the_one("wave", wave, study.waves)
    part = study.select(sites=site, waves=wave)
    table = relational_capacity(part, name, level="tie")
    table = table[(table["site"] == site) & (table["wave"] == wave)]
    table = table[table["source"] != table["target"]]
    state = table["reason"].where(table["reason"] != "too_few_answered", "no_answer")
    state = state.where(table["n"] == 0, "observed")
    withheld = _said_by_few(table, min_respondents)
    table = table.assign(
        weight=table["mean"].mask(withheld),
        state=state.mask(withheld, "suppressed"),
        few=_said_by_few(table, study.manifest.threshold(name)) & ~withheld,
    )
    actors = study.actors[study.actors["site"] == site].set_index("actor")
    names = actors.index
    square = {
        column: table.pivot(index="source", columns="target", values=column).reindex(
            index=names, columns=names
        )
        for column in ("weight", "state", "few")
    }
    return Network(
        square["weight"],
        square["state"].fillna("structural"),
        actors.drop(columns="site"),
        relation=name,
        scale=span_of(items_of(study.manifest, name)[0], study.manifest),
        site=site,
        wave=wave,
        few=square["few"].eq(True),
    )


def _said_by_few(table: pd.DataFrame, least: int) -> pd.Series:
    """Where fewer people gave the mean, or the reason why there is none."""
    told = table["reason"].isin(_SAID_BY_PERSONS) & (table["n_missing"] < least)
    return (table["n"] < least) & ((table["n"] > 0) | told)


def _reported(
    ties: pd.DataFrame, reports: Literal["source", "target"] | None
) -> pd.DataFrame:
    if reports is not None:
        check_choice("value of reports", reports, ("source", "target"))
        return ties[ties["reporter"] == ties[reports]]
    twice = ties.duplicated(["source", "target"], keep=False)
    if "reporter" in ties and twice.any():
        raise InputError(
            f"{int(twice.sum())} rows are two reports on one dyad; choose whose report "
            'counts: reports="source" or reports="target"'
        )
    return ties


def _the_one(kind: str, chosen: str | None, known: list[str]) -> str:
    if chosen is None and len(known) == 1:
        return known[0]
    if chosen is None:
        listed = ", ".join(known)
        raise InputError(f"the study has several {kind}s: {listed}; choose one")
    if chosen not in known:
        raise UnknownNameError(kind, chosen, known)
    return chosen
