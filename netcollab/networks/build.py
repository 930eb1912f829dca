"""From a study's tables to networks: who is tied to whom, and what is unknown."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from netcollab._checks import check_choice
from netcollab.errors import InputError, UnknownNameError
from netcollab.networks.network import Network
from netcollab.study import Study

__all__ = ["build_network", "build_networks"]


def build_network(
    study: Study,
    relation: str,
    site: str | None = None,
    wave: str | None = None,
    *,
    reports: Literal["source", "target"] | None = None,
) -> Network:
    """One relation of a study, in one site and one wave, as a network.

    Every actor of the site is in the network, tied or not. What a dyad without a row
    means is the manifest's `unlisted`.

    Parameters
    ----------
    study
        The study.
    relation
        A relation of the manifest.
    site, wave
        Needed where the study has several.
    reports
        Whose report of a tie counts, "source" or "target"; needed where the column
        reporter names both sides of a dyad. A dyad that only the other side reported
        is then one without a row.

    Raises
    ------
    UnknownNameError
        If the relation, site or wave is not in the study.
    InputError
        If the study has several sites or waves, or reports from both sides, and none
        was chosen.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> build_network(study, "membership").n
    9
    """
    if relation not in study.manifest.relations:
        raise UnknownNameError("relation", relation, study.manifest.relations)
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
