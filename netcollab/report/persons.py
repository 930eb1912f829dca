"""Actors that are persons, and actors that one person speaks for.

May these actors be drawn by name, and whose answer is a tie?
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from netcollab.errors import RefusedError
from netcollab.networks import Network, suppress_few
from netcollab.study import SUMMARY, Study, are_persons

__all__ = ["check_consent", "person_level", "seen_by_others"]

_KEY = ["site", "wave", "actor"]


def person_level(study: Study) -> pd.DataFrame:
    """The actors for which one person speaks: their ties and codings are a person's.

    An organisation is no person and may be named. But where one respondent answered
    for it, or one informant was interviewed in it, what it says is what that person
    said, and position, person and organisation cannot be told apart.

    Returns
    -------
    DataFrame
        One row per site, wave and actor with one respondent or one informant: site,
        wave, actor, n_respondents, n_informants (0: none). The study's own summary is
        no informant; codings without a wave belong to the study's first.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> found = person_level(study)
    >>> found.loc[found["actor"] == "nav", ["n_respondents", "n_informants"]].to_numpy()
    array([[1, 1]])
    """
    people = study.respondents
    asked = people.groupby(_KEY)["respondent"].nunique().rename("n_respondents")
    heard = _informants(study).groupby(_KEY)["informant"].nunique()
    table = pd.concat([asked, heard.rename("n_informants")], axis=1)
    table = table.fillna(0).astype(int).sort_index().reset_index()
    alone = table["n_respondents"].eq(1) | table["n_informants"].eq(1)
    return table[alone].reset_index(drop=True)


def _informants(study: Study) -> pd.DataFrame:
    """Site, wave, actor and informant of codings; an actor not named is looked up."""
    codings = study.codings
    if "informant" not in codings:
        return pd.DataFrame(columns=[*_KEY, "informant"], dtype="str")
    rows = codings[codings["informant"].notna() & (codings["informant"] != SUMMARY)]
    if "wave" not in rows:
        rows = rows.assign(wave=study.waves[0])
    people = study.respondents[["respondent", "actor"]].drop_duplicates("respondent")
    home = dict(people.itertuples(index=False, name=None))
    rows = rows.assign(actor=rows["actor"].fillna(rows["informant"].map(home.get)))
    return rows.loc[rows["actor"].notna(), [*_KEY, "informant"]]


def check_consent(network: Network, *, person_level: bool) -> None:
    """Refuse to show a network of persons who did not consent to be shown.

    Actors are persons where their `kind` or `level` says so.

    Parameters
    ----------
    network
        What would be shown.
    person_level
        The manifest's `person_level`.

    Raises
    ------
    RefusedError
        If an actor is a person and `person_level` is False.

    Examples
    --------
    >>> names = ["a", "b"]
    >>> told = pd.DataFrame([[0, 1], [1, 0]], names, names)
    >>> staff = pd.DataFrame({"kind": ["employee", "employee"]}, names)
    >>> check_consent(Network.from_matrix(told, actors=staff), person_level=True)
    """
    if person_level:
        return
    marks = np.zeros(network.n, dtype=bool)
    for column in {"kind", "level"} & set(network.actors):
        marks |= are_persons(network.actors[column])
    if marks.any():
        raise RefusedError(
            f"{int(marks.sum())} of the actors are persons: they are shown by name "
            "only with their consent, [privacy] person_level = true"
        )


def seen_by_others(network: Network, *, person_level: bool) -> Network:
    """The network that a figure may show, whoever looks at it.

    Ties that rest on fewer people than the manifest's threshold are suppressed
    (`netcollab.networks.suppress_few`), also where persons consented to be named:
    those who answered about them did not.

    Parameters
    ----------
    network, person_level
        As in `check_consent`.

    Raises
    ------
    RefusedError
        If an actor is a person and `person_level` is False.

    Examples
    --------
    >>> told = pd.DataFrame([[0, 4.0], [3.0, 0]], ["a", "b"], ["a", "b"])
    >>> few = pd.DataFrame([[False, False], [True, False]], ["a", "b"], ["a", "b"])
    >>> rated = Network(told, None, pd.DataFrame(index=["a", "b"]), few=few)
    >>> seen_by_others(rated, person_level=False).states.loc["b", "a"]
    'suppressed'
    """
    check_consent(network, person_level=person_level)
    return suppress_few(network)
