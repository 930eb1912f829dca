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
from netcollab.study.places import told_wave
from netcollab.study.pools import pools_of
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
            "target": answers.text("target"),
            "value": answers.number("value"),
        }
    ).dropna(subset="value")
    _note_lone_respondents(respondents, people, given)
    _note_more_than_invited(respondents, people, drafts["actors"])
    _note_pools(respondents, people, given, drafts["actors"], manifest)
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


def _note_pools(
    respondents: Draft,
    people: pd.DataFrame,
    given: pd.DataFrame,
    actors: Draft,
    manifest: Manifest,
) -> None:
    """The units that feedback shows together, and those that it does not show."""
    rated = given.loc[given["target"] != "", ["respondent", "wave", "target"]]
    answered = people.merge(rated, on=["respondent", "wave"])
    answered = answered[answered["target"] != answered["actor"]]
    units = pd.DataFrame({name: actors.text(name) for name in ("site", "actor")})
    least = manifest.min_respondents
    pooled, silent = [], []
    is_one_wave = answered["wave"].nunique() < 2
    for (site, wave), (pools, alone) in pools_of(
        units, answered, min_respondents=least
    ).items():
        place = site if is_one_wave else f"{site} {told_wave(wave)}"
        pooled += [f"{place}: {', '.join(pools)}"] if pools else []
        silent += [f"{place}: {', '.join(alone)}"] if alone else []
    for code, told in (("N-RES-006", pooled), ("N-RES-007", silent)):
        if told:
            respondents.ledger.add(
                code, respondents.raw.place(), known="; ".join(told), least=least
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

    Declared reversals are made first. Looked at over all sites, and then for sites in
    which an item runs the other way than in the rest: a scale may have been turned in
    one file.
    """
    given = given.merge(
        people.drop_duplicates(["respondent", "wave"]), on=["respondent", "wave"]
    )
    scored = given.assign(value=_turned(given, manifest))
    means = scored.pivot_table(
        index=["site", "respondent", "wave"], columns="item", values="value"
    )
    sites, names = pd.factorize(means.index.get_level_values("site"))
    ends = _ends(manifest)
    for group, items in _groups(means.columns, manifest):
        table = means[items].to_numpy(copy=True)
        turned = [manifest.items[name].reversed for name in items]
        contrary = _turn_contrary(
            table, [ends.get(name, np.nan) for name in items], turned
        )
        told: dict[str, object] = {"group": group}
        for number, (r, n) in contrary.items():
            others = [name for k, name in enumerate(items) if k != number]
            told |= {"others": ", ".join(others), "site": ", ".join(names[:10])}
            told |= {"item": items[number], "r": f"{r:.2f}", "n": n}
            told["near"] = "false" if turned[number] else ""
            answers.ledger.add("W-ANS-016", answers.raw.place(), **told)
        for number, item in enumerate(items):
            rest = _mean_of_others(table, number)
            for site, (r, n) in _contrary(table[:, number], rest, sites, names).items():
                told = {"item": item, "group": group, "r": f"{r:.2f}", "n": n}
                answers.ledger.add("W-ANS-023", answers.raw.place(), site=site, **told)


def _turn_contrary(
    table: np.ndarray, totals: list[float], turned: list[bool]
) -> dict[int, tuple[float, int]]:
    """Turn items that run against the others, the most contrary first, in place.

    Of two that are equally contrary, one that was declared reversed is the first.
    Once those that are named have been turned, none runs against the others.
    """
    found: dict[int, tuple[float, int]] = {}
    for _ in range(table.shape[1] // 2):
        against = {
            number: _correlation(table[:, number], _mean_of_others(table, number))
            for number in range(table.shape[1])
            if number not in found
        }
        ranks = {
            number: (round(float(np.nan_to_num(r)), 9), not turned[number])
            for number, (r, _) in against.items()
        }
        worst = min(ranks, key=lambda number: ranks[number])
        if not against[worst][0] < LOWEST_CORRELATION:
            break
        found[worst] = against[worst]
        table[:, worst] = totals[worst] - table[:, worst]
    return found


def _mean_of_others(table: np.ndarray, number: int) -> np.ndarray:
    """Row means of the columns but one; NaN where a row has none of them."""
    others = np.delete(table, number, axis=1)
    n = (~np.isnan(others)).sum(axis=1)
    total = np.nansum(others, axis=1)
    mean: np.ndarray = np.where(n > 0, total / np.maximum(n, 1), np.nan)
    return mean


def _turned(given: pd.DataFrame, manifest: Manifest) -> pd.Series:
    """The values with declared reversals made; NaN for mapped and unknown items."""
    ends = {
        name: total if manifest.items[name].reversed else 0.0
        for name, total in _ends(manifest).items()
    }
    total = given["item"].map(ends)
    return (
        (total - given["value"]).where(total != 0, given["value"]).where(total.notna())
    )


def _ends(manifest: Manifest) -> dict[str, float]:
    """Lowest plus highest answer of each item that has no map."""
    return {
        name: manifest.scales[item.scale].low + manifest.scales[item.scale].high
        for name, item in manifest.items.items()
        if item.scale in manifest.scales and not item.map
    }


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
    """The sites in which an item runs against the others, and not elsewhere."""
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
