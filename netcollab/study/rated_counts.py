"""How much of a rated relation is known: whom did anybody of each actor rate?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from netcollab._counted import Counted
from netcollab.study.manifest import Manifest

__all__ = ["rated_counts", "rated_lines"]

_KEY = ["relation", "site", "wave"]
_DYAD = ["actor", "target"]


def rated_counts(
    answers: pd.DataFrame,
    respondents: pd.DataFrame,
    actors: pd.DataFrame,
    manifest: Manifest,
) -> pd.DataFrame:
    """Per rated relation, site and wave: dyads that were rated, and dyads there are.

    A rated relation is the construct of items about another actor, the dimension where
    they have none. A dyad was rated if a respondent of the one actor gave an answer
    with a value about the other.

    Parameters
    ----------
    answers, respondents, actors, manifest
        Of a study.

    Returns
    -------
    DataFrame
        Columns relation, site, wave, rated, dyads; empty where nothing was rated.
    """
    names = [*_KEY, "rated", "dyads"]
    relations = {
        name: item.construct or item.dimension
        for name, item in manifest.items.items()
        if item.about == "target" and (item.construct or item.dimension)
    }
    said = answers[answers["item"].isin(list(relations)) & answers["value"].notna()]
    if not len(said) or not len(respondents):
        return pd.DataFrame(columns=names)
    home = respondents[["respondent", "wave", "site", "actor"]]
    rows = said.merge(home, on=["respondent", "wave"])
    rows = rows.assign(relation=rows["item"].map(relations))
    rows = rows[rows["actor"] != rows["target"]]
    dyads = rows[[*_KEY, *_DYAD]].drop_duplicates()
    counts = dyads.groupby(_KEY, sort=False).size().rename("rated").reset_index()
    n = counts["site"].map(actors.groupby("site").size())
    return counts.assign(dyads=(n * (n - 1)).astype(int))[names]


def rated_lines(counts: pd.DataFrame, words: Mapping[str, str]) -> list[str]:
    """One line per rated relation, site and wave.

    Parameters
    ----------
    counts
        Of `rated_counts`.
    words
        The words of a language.
    """
    return [
        f"  {words['relation'].format_map(row)}: "
        + words["rated"].format_map(
            {"count": Counted(row["rated"]), "dyads": Counted(row["dyads"])}
        )
        for row in counts.to_dict("records")
    ]
