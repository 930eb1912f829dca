"""What a careful reader of a survey wants to know before any score is made.

Which groups have one respondent, who gave one answer to everything, which items run
against the others? Nothing is removed or reversed.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.manifest import Manifest
from netcollab.study.response import invited_columns

__all__ = ["check_invited", "check_survey"]

MIN_SAME_ANSWERS = 10
SAME_SHARE = 0.95
MIN_FOR_CORRELATION = 10
LOWEST_CORRELATION = -0.2


def check_invited(actors: Draft) -> None:
    """The numbers of invited persons are whole and not negative."""
    for name in invited_columns(actors.columns):
        number = actors.number(name)
        given = ~np.isnan(number)
        actors.note("E-RES-005", name, given & ((number < 0) | (number % 1 != 0)))


def check_survey(drafts: Mapping[str, Draft], manifest: Manifest) -> None:
    """Note what is odd about respondents and items, in tables without errors.

    Parameters
    ----------
    drafts
        The tables; actors, respondents and answers among them.
    manifest
        For the items and their scales.
    """
    answers, respondents = drafts["answers"], drafts["respondents"]
    people = pd.DataFrame(
        {
            name: respondents.text(name)
            for name in ("site", "wave", "actor", "respondent")
        }
    )
    given = pd.DataFrame(
        {
            "respondent": answers.text("respondent"),
            "wave": answers.text("wave"),
            "item": answers.text("item"),
            "value": answers.number("value"),
        }
    ).dropna(subset="value")
    _note_lone_respondents(respondents, people, given)
    _note_more_than_invited(respondents, people, drafts["actors"])
    _note_same_answers(answers, given, manifest)
    _note_contrary_items(answers, given, people, manifest)


def _note_lone_respondents(
    respondents: Draft, people: pd.DataFrame, given: pd.DataFrame
) -> None:
    """Actors for which one person answered."""
    key = people["respondent"] + "\x1f" + people["wave"]
    responded = key.isin(given["respondent"] + "\x1f" + given["wave"])
    group = [people[name] for name in ("site", "wave", "actor")]
    alone = responded & (responded.groupby(group).transform("sum") == 1)
    respondents.note(
        "W-RES-003",
        "actor",
        alone.to_numpy(dtype=bool),
        each=lambda row: {
            name: people[name].iloc[row] for name in ("actor", "site", "wave")
        },
    )


def _note_more_than_invited(
    respondents: Draft, people: pd.DataFrame, actors: Draft
) -> None:
    """Actors with more respondents in a wave than were invited."""
    if not invited_columns(actors.columns):
        return
    for (site, wave, actor), rows in people.groupby(
        ["site", "wave", "actor"], sort=False
    ):
        own = f"invited_{wave}"
        invited = actors.number(own if own in actors else "invited")
        here = (actors.text("site") == site) & (actors.text("actor") == actor)
        asked = invited[here]
        if len(asked) == 1 and len(rows) > asked[0]:
            respondents.note(
                "W-RES-004",
                "actor",
                rows.index.to_numpy()[:1],
                actor=actor,
                count=len(rows),
                invited=f"{asked[0]:g}",
            )


def _note_same_answers(answers: Draft, given: pd.DataFrame, manifest: Manifest) -> None:
    """Respondents with one answer to nearly all of a battery of ten questions and more.

    A battery is a construct, else a dimension, else the items of one scale.
    """
    battery = {
        name: item.construct or item.dimension or item.scale
        for name, item in manifest.items.items()
    }
    key = ["respondent", "wave", "battery"]
    answered = given.assign(battery=given["item"].map(battery))
    often = answered.groupby([*key, "value"]).size()
    total = often.groupby(key).sum()
    share = often.groupby(key).max() / total
    same = (total >= MIN_SAME_ANSWERS) & (share >= SAME_SHARE)
    if same.any():
        people = given[["respondent", "wave"]].drop_duplicates()
        count = len(same[same].reset_index()[["respondent", "wave"]].drop_duplicates())
        told = {"count": count, "total": len(people), "least": MIN_SAME_ANSWERS}
        told["share"] = round(100 * SAME_SHARE)
        answers.ledger.add("W-ANS-015", answers.raw.place(), **told)


def _note_contrary_items(
    answers: Draft, given: pd.DataFrame, people: pd.DataFrame, manifest: Manifest
) -> None:
    """Items that correlate negatively with the others of their dimension.

    Declared reversals are made first. Looked at over all sites, and where nothing is
    found there, for a site in which the item runs the other way than in the rest: a
    scale may have been turned in one file.
    """
    given = given.merge(
        people.drop_duplicates(["respondent", "wave"]), on=["respondent", "wave"]
    )
    scored = given.assign(value=_turned(given, manifest))
    means = scored.pivot_table(
        index=["site", "respondent", "wave"], columns="item", values="value"
    )
    sites, names = pd.factorize(means.index.get_level_values("site"))
    for group, items in _groups(means.columns, manifest):
        for item in items:
            rest = means[[name for name in items if name != item]].mean(axis=1)
            pair = (means[item].to_numpy(), rest.to_numpy())
            for site, (r, n) in _contrary(*pair, sites, names).items():
                place = answers.raw.place()
                told = {"item": item, "group": group, "r": f"{r:.2f}", "n": n}
                answers.ledger.add("W-ANS-016", place, site=site, **told)


def _turned(given: pd.DataFrame, manifest: Manifest) -> pd.Series:
    """The values with declared reversals made; NaN for mapped and unknown items."""
    ends = {}
    for name, item in manifest.items.items():
        scale = manifest.scales.get(item.scale)
        if scale is not None and not item.map:
            ends[name] = scale.low + scale.high if item.reversed else 0.0
    total = given["item"].map(ends)
    return (
        (total - given["value"]).where(total != 0, given["value"]).where(total.notna())
    )


def _groups(columns: pd.Index, manifest: Manifest) -> list[tuple[str, list[str]]]:
    """Items by dimension; by construct where a dimension has one item."""
    present = [item for item in manifest.items.values() if item.name in columns]
    groups: dict[str, list[str]] = {}
    for item in present:
        if item.dimension:
            groups.setdefault(item.dimension, []).append(item.name)
    for item in present:
        if item.construct and len(groups.get(item.dimension, ())) < 2:
            groups.setdefault(item.construct, []).append(item.name)
    return [(name, items) for name, items in groups.items() if len(items) > 1]


def _contrary(
    item: np.ndarray, rest: np.ndarray, sites: np.ndarray, names: pd.Index
) -> dict[str, tuple[float, int]]:
    """Where an item runs against the others: in all sites, or in some of them only."""
    r, n = _correlation(item, rest)
    if r < LOWEST_CORRELATION:
        return {", ".join(map(str, names[:10])): (r, n)}
    found = {}
    for number, name in enumerate(names if len(names) > 1 else ()):
        here = sites == number
        r, n = _correlation(item[here], rest[here])
        if r < LOWEST_CORRELATION:
            elsewhere, _ = _correlation(item[~here], rest[~here])
            if elsewhere > -LOWEST_CORRELATION:
                found[str(name)] = (r, n)
    return found


def _correlation(one: np.ndarray, other: np.ndarray) -> tuple[float, int]:
    """Pearson's r of the pairs without a gap; NaN for few pairs or a constant."""
    both = ~np.isnan(one) & ~np.isnan(other)
    one, other = one[both], other[both]
    if len(one) < MIN_FOR_CORRELATION or np.ptp(one) == 0 or np.ptp(other) == 0:
        return float("nan"), len(one)
    return float(np.corrcoef(one, other)[0, 1]), len(one)
