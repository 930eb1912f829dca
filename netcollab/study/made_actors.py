"""The units that answers name, and those that somebody added to a list of them.

Which of the actors beside a codebook did an import make, and which did people add?
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.folder import read_names
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import Manifest

__all__ = ["actors_of", "with_added", "without_made"]

_COLUMNS = {"site", "actor"}
_ANSWERED = ("actors", "respondents", "answers")
_GLUE = "\x1f"
_OF_ANSWERS = ("respondent", "target", "value")


def actors_of(people: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Each unit that has a respondent or was rated, once per site.

    Examples
    --------
    >>> people = pd.DataFrame({"respondent": ["r1"], "actor": ["nav"]})
    >>> answers = pd.DataFrame(
    ...     {"respondent": ["r1"], "target": ["ppt"], "value": ["4"]}
    ... )
    >>> actors_of(people, answers)["actor"].tolist()
    ['nav', 'ppt']
    """
    by = ["site"] if "site" in people else []
    own = people[[*by, "actor"]]
    rated = answers.loc[
        (answers["target"] != "") & (answers["value"] != ""), ["respondent", "target"]
    ].drop_duplicates()
    rated = rated.rename(columns={"target": "actor"})
    if by:
        home = people.drop_duplicates("respondent").set_index("respondent")["site"]
        rated["site"] = rated["respondent"].map(home)
    actors = pd.concat([own, rated[[*by, "actor"]]], ignore_index=True)
    actors = actors[(actors[[*by, "actor"]] != "").all(axis="columns")]
    return actors.drop_duplicates().sort_values([*by, "actor"], ignore_index=True)


def without_made(
    home: Path,
    beside: Mapping[str, Draft],
    manifest: Manifest,
    *,
    n_respondents: int,
    out: Path,
) -> tuple[dict[str, Draft], pd.DataFrame]:
    """The tables beside a codebook, without actors that an import made of answers.

    An import made the list if it has the columns of one and every unit that the
    respondents and answers in its folder name. It is a first state of the study, and
    not the full list of units, where the folder is to be replaced, or holds as many
    respondents as the export and is of it.

    Parameters
    ----------
    home
        The codebook's folder.
    beside
        The tables, as text.
    manifest
        The codebook.
    n_respondents
        How many respondents the export has.
    out
        The folder of the new study.

    Returns
    -------
    dict
        The tables; without actors if an import made them.
    DataFrame
        The rows that people added to a list that an import made.
    """
    kept, none = dict(beside), pd.DataFrame({"actor": pd.Series(dtype="str")})
    if "actors" not in kept or set(kept["actors"].columns) - _COLUMNS:
        return kept, none
    answered = read_names(home, manifest, Ledger("aside"), _ANSWERED)
    if "respondents" not in answered or "answers" not in answered:
        return kept, none
    has_site = "site" in answered["respondents"]
    names = ("site", "respondent", "actor") if has_site else ("respondent", "actor")
    people = _text_of(answered["respondents"], *names)
    is_of_export = len(people) == n_respondents or home.resolve() == out.resolve()
    made = actors_of(people, _text_of(answered["answers"], *_OF_ANSWERS))
    made = made.reindex(columns=["site", "actor"], fill_value="")
    listed = _text_of(kept["actors"], "site", "actor")
    theirs, own = (frame.agg(_GLUE.join, axis="columns") for frame in (made, listed))
    if not is_of_export or not theirs.isin(own).all():
        return kept, none
    del kept["actors"]
    return kept, listed[~own.isin(theirs)]


def with_added(made: pd.DataFrame, added: pd.DataFrame) -> pd.DataFrame:
    """The actors that the answers name, and those that were added by hand.

    Where the others have sites, one that was added without is no actor yet.
    """
    both = pd.concat([made, added], ignore_index=True)[list(made)].fillna("")
    both = both[(both != "").all(axis="columns")]
    return both.drop_duplicates(ignore_index=True)


def _text_of(draft: Draft, *names: str) -> pd.DataFrame:
    return pd.DataFrame({name: draft.text(name) for name in names}, dtype="str")
