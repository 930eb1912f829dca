"""What the words of a claim are worth: one value per site, per function or per tie.

======================  ==========================================================
word                    value
======================  ==========================================================
score(name), or name    a dimension or construct of the codebook: what respondents
                        say; or a construct of coded documents; or "documents", the
                        mean of all of these
name                    an attribute of sites or actors
tie(relation)           the strength of a tie; of a function, what it sends on
                        average; of a site, the mean of its ties
======================  ==========================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from netcollab.errors import InputError, UnknownNameError
from netcollab.networks import build_network
from netcollab.scales import document_scores, items_of, relational_capacity
from netcollab.study import Study

__all__ = [
    "DOCUMENTS",
    "function_values",
    "is_same_source",
    "named",
    "respondent_values",
    "site_values",
    "varies_by_wave",
]

DOCUMENTS = "documents"
_PLACE = ["site", "wave", "actor"]


def named(text: str) -> tuple[str, str]:
    """The kind and the name of one term: ("score", "leadership").

    Raises
    ------
    InputError
        If the text is no such term.
    """
    found = re.fullmatch(r"\s*(?:(score|tie)\s*\(\s*(\w+)\s*\)|(\w+))\s*", text)
    if found is None:
        raise InputError(
            f'"{text}" is not one value per site or function: write score(name), '
            "tie(relation) or the name of an attribute"
        )
    return found[1] or "score", found[2] or found[3]


def site_values(study: Study, text: str) -> pd.Series:
    """One value per site, the mean of its waves; NaN where nothing is known.

    What respondents say counts every function of the site alike.

    Raises
    ------
    InputError
        If the text is no term.
    UnknownNameError
        If nothing has the name.
    """
    kind, name = named(text)
    sites = pd.Index(sorted(study.actors["site"].astype(str).unique()), name="site")
    if kind == "tie":
        values = _tie_means(study, name).groupby("site").mean()
    elif name in study.manifest.constructs:
        table = relational_capacity(study, name, level="site")
        table = table[table["weighting"] == "functions"]
        values = table.groupby("site")["mean"].mean()
    elif name in _attributes(study.sites):
        values = study.sites.set_index(study.sites["site"].astype(str))[name]
        values = _as_numbers(name, values)
    else:
        values = _of_documents(study, name)
    return values.reindex(sites).rename(text).astype(float)


def function_values(study: Study, text: str) -> pd.Series:
    """One value per site, wave and function; NaN where nothing is known.

    Of units rated by others it is what a function gives, of items about no unit what
    its respondents say of themselves.

    Raises
    ------
    InputError
        If the text is no term, or the attribute no number.
    UnknownNameError
        If nothing has the name.
    """
    kind, name = named(text)
    if kind == "tie":
        return _tie_means(study, name).rename(text)
    if name in study.manifest.constructs:
        table = relational_capacity(study, name, level="function")
        table = table[table["direction"].isin(["given", "own"])]
        return table.set_index(_PLACE)["mean"].rename(text).astype(float)
    known = _attributes(study.actors)
    if name not in known:
        raise UnknownNameError(
            "score or attribute of functions",
            name,
            [*study.manifest.constructs, *known],
        )
    own = study.actors[["site", "actor"]].astype(str)
    own = own.assign(value=_as_numbers(name, study.actors[name]).to_numpy())
    waves = study.waves or ("",)
    table = pd.concat([own.assign(wave=wave) for wave in waves])
    return table.set_index(_PLACE)["value"].rename(text)


def varies_by_wave(study: Study, text: str) -> bool:
    """Whether a term has a value in each wave: ties and answers, no document."""
    kind, name = named(text)
    return kind == "tie" or name in study.manifest.constructs


def is_same_source(study: Study, outcome: str, predictor: str) -> bool:
    """Whether a respondent answered items of the outcome and of the predictor."""
    one, other = (_respondents(study, text) for text in (outcome, predictor))
    return not one.isdisjoint(other)


def respondent_values(study: Study, text: str) -> pd.DataFrame:
    """What each respondent says: site, wave, respondent, actor, value; or nothing."""
    kind, name = named(text)
    columns = ["site", "wave", "respondent", "actor"]
    if kind == "tie" or name not in study.manifest.constructs:
        return pd.DataFrame(columns=[*columns, "value"])
    table = relational_capacity(study, name, level="respondent")
    return table.rename(columns={"mean": "value"})[[*columns, "value"]].dropna(
        subset="value"
    )


def _respondents(study: Study, text: str) -> set[str]:
    """Who answered an item of a dimension or construct that a text names.

    Recorded ties of the same name come before answers, as in `build_network`.
    """
    recorded = set(study.ties["relation"])
    names = [
        name
        for kind, name in re.findall(r"(?:(\w+)\s*\(\s*)?(\w+)", text)
        if name in study.manifest.constructs
        and (kind == "score" or name not in recorded)
    ]
    items = {item.name for name in names for item in items_of(study.manifest, name)}
    answers = study.answers
    heard = answers[answers["item"].isin(items) & answers["value"].notna()]
    return set(heard["respondent"])


def _tie_means(study: Study, relation: str) -> pd.Series:
    """What each function sends on average, by site, wave and actor."""
    parts = []
    for site in sorted(study.actors["site"].astype(str).unique()):
        for wave in study.waves or (None,):
            ties = build_network(study, relation, site=site, wave=wave).ties
            frame = ties.mean(axis=1).rename("value").rename_axis("actor").reset_index()
            parts.append(frame.assign(site=site, wave="" if wave is None else wave))
    return pd.concat(parts).set_index(_PLACE)["value"].astype(float)


def _of_documents(study: Study, name: str) -> pd.Series:
    known: list[str] = []
    if len(study.codings):
        try:
            table = document_scores(study)
        except InputError:
            table = pd.DataFrame(columns=["site", "construct", "score"])
        known = [*table["construct"].unique(), DOCUMENTS]
        if name == DOCUMENTS and len(table):
            wide = table.pivot(index="site", columns="construct", values="score")
            return wide.mean(axis=1, skipna=False)
        if name in known:
            return table[table["construct"] == name].set_index("site")["score"]
    options = [*study.manifest.constructs, *known, *_attributes(study.sites)]
    raise UnknownNameError("score or attribute of sites", name, options)


def _attributes(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table.columns if name not in ("site", "actor")]


def _as_numbers(name: str, values: Iterable[object]) -> pd.Series:
    numbers = pd.to_numeric(pd.Series(values), errors="coerce")
    if numbers.isna().all() or not np.isfinite(numbers.dropna()).all():
        raise InputError(f"{name} is no number; a slope needs one")
    return numbers
