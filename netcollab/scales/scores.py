"""Answers to scores: what each respondent said, item by item made one number.

How does a respondent rate a unit on a dimension, and why is a rating missing?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from netcollab._checks import check_count
from netcollab.errors import InputError, UnknownNameError
from netcollab.study import MISSING_REASONS, ItemSpec, Manifest, Study

__all__ = [
    "REASONS",
    "Ratings",
    "item_table",
    "items_of",
    "rate",
    "score",
    "span_of",
    "words_of",
]

REASONS = (*MISSING_REASONS, "too_few_answered")
_TOO_FEW = REASONS.index("too_few_answered")
_NOT_ASKED = REASONS.index("not_asked")


@dataclass(frozen=True, eq=False)
class Ratings:
    """Scores as arrays: one entry per respondent in a wave and rated unit.

    `person` is a row of `people` (respondents of the study), `target` a position in
    `targets` or -1 where the items are about no unit, `reason` a position in REASONS
    or -1 where there is a score.
    """

    people: pd.DataFrame
    targets: pd.Index
    person: np.ndarray
    target: np.ndarray
    score: np.ndarray
    n_answered: np.ndarray
    n_items: int
    reason: np.ndarray


def items_of(manifest: Manifest, name: str) -> list[ItemSpec]:
    """The items of a dimension or construct, in the order of the codebook.

    Those that nobody in the study was asked are left out, unless nobody was asked any:
    a shortened questionnaire is scored from what it asks.

    Raises
    ------
    UnknownNameError
        If no item has the dimension or construct.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> [item.name for item in items_of(study.manifest, "innovation")]
    ['rc_innovation_1', 'rc_innovation_2']
    """
    items = list(manifest.items.values())
    found = [i for i in items if name in (i.dimension, i.construct)]
    if not found:
        raise UnknownNameError("dimension or construct", name, manifest.constructs)
    return [item for item in found if item.asked] or found


def score(
    study: Study,
    names: str | Sequence[str] | None = None,
    *,
    min_answered: int | None = None,
) -> pd.DataFrame:
    """What each respondent said about each rated unit, per dimension or construct.

    The mean of the answered items, on the items' response scale,

    .. math:: R_{r \\to g} = \\sum_q x_{rgq} o_{rgq} / \\sum_q o_{rgq}

    with o = 1 where item q was answered. A reversed item counts as lo + hi - x; an
    item with a map counts as the map says. There is a score when at least
    `min_answered` items were answered; otherwise the score is missing and the reason
    is the commonest one among its items, or "too_few_answered" where some were.

    Parameters
    ----------
    study
        A study with answers.
    names
        Dimensions or constructs; None: every dimension of the codebook.
    min_answered
        Answers needed; None: the codebook's `min_answered` for a dimension, else half
        of the items that the study asks, rounded up.

    Returns
    -------
    DataFrame
        One row per respondent, wave, rated unit and name: site, wave, respondent,
        actor, target (missing for items about no unit), name, score, n_answered,
        n_items, reason. Units a respondent has no row for are not in it.

    Raises
    ------
    UnknownNameError
        If a name is neither a dimension nor a construct.
    InputError
        If the items of a name have different response scales.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> scores = score(study, "innovation")
    >>> bool(scores["score"].dropna().between(1, 5).all())
    True
    """
    if names is None:
        wanted = [item.dimension for item in study.manifest.items.values()]
        names = list(dict.fromkeys(name for name in wanted if name))
    names = [names] if isinstance(names, str) else list(names)
    tables = []
    for name in names:
        ratings = rate(study, name, min_answered=min_answered)
        rows = ratings.people.iloc[ratings.person]
        table = rows[["site", "wave", "respondent", "actor"]].reset_index(drop=True)
        table["target"] = _named(ratings.targets, ratings.target)
        table["name"] = name
        table["score"] = ratings.score
        table["n_answered"] = ratings.n_answered
        table["n_items"] = ratings.n_items
        table["reason"] = words_of(ratings.reason)
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def item_table(study: Study, name: str) -> pd.DataFrame:
    """The answers to the items of a dimension or construct, side by side.

    Reversed items are turned and mapped items mapped, as in `score`.

    Parameters
    ----------
    study
        A study with answers.
    name
        A dimension or construct.

    Returns
    -------
    DataFrame
        One row per respondent, wave and rated unit, indexed by site, wave, actor,
        respondent and target (missing for items about no unit); one column per item,
        NaN where there is no answer.

    Raises
    ------
    UnknownNameError
        If the name is neither a dimension nor a construct.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    >>> list(item_table(study, "innovation"))
    ['rc_innovation_1', 'rc_innovation_2']
    """
    items = items_of(study.manifest, name)
    people, answers = study.respondents, study.answers
    item = _positions(answers["item"], {i.name: k for k, i in enumerate(items)})
    answers, item = answers[item >= 0], item[item >= 0]
    value = _scored(answers["value"].to_numpy(), item, items, study.manifest)
    target, targets = pd.factorize(answers["target"].to_numpy(dtype=object))
    row, keys = _numbered(_people(answers, people) * (len(targets) + 1) + target + 1)
    cells = np.full((len(keys), len(items)), np.nan)
    cells[row, item] = value
    who = people.iloc[keys // (len(targets) + 1)]
    about = keys % (len(targets) + 1) - 1
    index = who[["site", "wave", "actor", "respondent"]].reset_index(drop=True)
    index["target"] = _named(pd.Index(targets), about)
    names = [spec.name for spec in items]
    return pd.DataFrame(cells, pd.MultiIndex.from_frame(index), names)


def rate(study: Study, name: str, *, min_answered: int | None = None) -> Ratings:
    """The scores of one dimension or construct as arrays; see `score`."""
    items = items_of(study.manifest, name)
    spans = {span_of(item, study.manifest) for item in items}
    if len(spans) > 1:
        told = ", ".join(f"{low:g}-{high:g}" for low, high in sorted(spans))
        raise InputError(
            f'the items of "{name}" have different response scales ({told}); give them '
            "one scale, or a map to one"
        )
    needed = _needed(items, name, min_answered)
    people = study.respondents
    answers = study.answers
    position = {item.name: place for place, item in enumerate(items)}
    item = _positions(answers["item"], position)
    kept = np.flatnonzero(item >= 0)
    if len(kept) < len(answers):
        item, answers = item[kept], answers.iloc[kept]
    person = _people(answers, people)
    target = answers["target"].to_numpy(dtype=object)
    target_code, targets = pd.factorize(target)
    value = _scored(answers["value"].to_numpy(), item, items, study.manifest)

    group, keys = _numbered(person * (len(targets) + 1) + target_code + 1)
    answered = ~np.isnan(value)
    count = np.bincount(group[answered], minlength=len(keys))
    total = np.bincount(group[answered], value[answered], minlength=len(keys))
    enough = count >= needed
    means = np.divide(total, count, out=np.full(len(keys), np.nan), where=enough)
    reason = np.full(len(keys), -1)
    if not enough.all():
        why = _positions(
            answers["missing_reason"][~answered],
            {word: place for place, word in enumerate(MISSING_REASONS)},
        )
        counts = np.zeros((len(keys), len(MISSING_REASONS)), dtype=np.int64)
        np.add.at(counts, (group[~answered], np.maximum(why, 0)), 1)
        commonest = np.where(counts.any(axis=1), counts.argmax(axis=1), _NOT_ASKED)
        reason = np.where(enough, -1, np.where(count > 0, _TOO_FEW, commonest))
    return Ratings(
        people=people,
        targets=pd.Index(targets),
        person=keys // (len(targets) + 1),
        target=keys % (len(targets) + 1) - 1,
        score=means,
        n_answered=count,
        n_items=len(items),
        reason=reason,
    )


def span_of(item: ItemSpec, manifest: Manifest) -> tuple[float, float]:
    """Lowest and highest score of an item."""
    if item.map:
        return min(item.map.values()), max(item.map.values())
    scale = manifest.scales[item.scale]
    return scale.low, scale.high


def words_of(reason: np.ndarray) -> pd.Series:
    """Positions in REASONS as words; empty where there is a score."""
    words = np.array([*REASONS, ""], dtype=object)
    return pd.Series(words[reason], dtype="str")


def _needed(items: Sequence[ItemSpec], name: str, min_answered: int | None) -> int:
    """Answers that a score needs: as asked, as declared, else half, rounded up."""
    if min_answered is not None:
        return check_count("min_answered", min_answered)
    declared = [item.min_answered for item in items if item.dimension == name]
    given = [count for count in declared if count is not None]
    return max(given, default=(len(items) + 1) // 2)


def _positions(cells: pd.Series, position: dict[str, int]) -> np.ndarray:
    """The position of each cell; -1 where it has none."""
    codes, uniques = pd.factorize(cells.to_numpy(dtype=object))
    found = [position.get(word, -1) for word in uniques]
    placed: np.ndarray = np.array([*found, -1], dtype=np.int64)[codes]
    return placed


def _named(targets: pd.Index, place: np.ndarray) -> pd.Series:
    """The rated units; missing where the place is -1."""
    return pd.Series(np.array([*targets, None], dtype=object)[place], dtype="str")


def _numbered(key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The place of each key among the different ones, and these in order."""
    if key.max(initial=0) > 4 * len(key):
        keys, group = np.unique(key, return_inverse=True)
        return group, keys
    present = np.bincount(key) > 0
    return (np.cumsum(present) - 1)[key], np.flatnonzero(present)


def _people(answers: pd.DataFrame, people: pd.DataFrame) -> np.ndarray:
    """The row of the respondent of each answer, by respondent and wave."""
    names = pd.Index(people["respondent"].unique())
    waves = pd.Index(people["wave"].unique())
    own = names.get_indexer(people["respondent"]) * len(waves)
    own += waves.get_indexer(people["wave"])
    row = np.full(len(names) * len(waves), -1)
    row[own] = np.arange(len(people))
    said = _positions(answers["respondent"], {n: k for k, n in enumerate(names)})
    when = (
        _positions(answers["wave"], {w: k for k, w in enumerate(waves)})
        if len(waves) > 1
        else 0
    )
    rows: np.ndarray = row[said * len(waves) + when]
    return rows


def _scored(
    value: np.ndarray, item: np.ndarray, items: Sequence[ItemSpec], manifest: Manifest
) -> np.ndarray:
    """Answers as scores: reversed items turned, mapped items mapped."""
    value = value.astype(float, copy=True)
    for place, spec in enumerate(items):
        if not spec.map and not spec.reversed:
            continue
        rows = np.flatnonzero(item == place)
        if spec.map:
            value[rows] = pd.Series(value[rows]).map(dict(spec.map)).to_numpy()
        else:
            scale = manifest.scales[spec.scale]
            value[rows] = scale.low + scale.high - value[rows]
    return value
