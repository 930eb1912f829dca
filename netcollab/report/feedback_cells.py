"""Every number that feedback may show, gathered once before a page is written.

What was said in each site and wave, by how many, and what must be held back?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from netcollab.errors import InputError, RefusedError
from netcollab.report.disclosure import Cell, least, protect
from netcollab.scales import items_of, pool_small, relational_capacity, score, span_of
from netcollab.study import Manifest, Study, response_rates

__all__ = ["CONFIDENCE", "Beside", "Evidence", "gather"]

CONFIDENCE = 0.95
_PLACE = ["site", "wave"]
_SAME = 1e-9
_MEASURED = ["mean", "sd", "se", "low", "high"]

Span = tuple[float, float]
Groups = Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Beside:
    """A construct of items about no other unit, such as leadership.

    Parameters
    ----------
    name
        The construct.
    dimensions
        In the order of the codebook.
    about
        "own_leader", "self" or "site".
    """

    name: str
    dimensions: tuple[str, ...]
    about: str


@dataclass(frozen=True, eq=False)
class Evidence:
    """The numbers of a study that pages are made of.

    Parameters
    ----------
    subject, dimensions
        The construct about other units, and its dimensions.
    beside
        Constructs about no other unit.
    spans
        Lowest and highest answer of each name.
    bands
        Name -> band -> (from, up to), where the codebook has bands.
    sites
        One row per site, wave and name: mean over respondents, n, sd, se, low, high
        (95 % interval), and the reason where held back.
    views
        The same for each site, wave, group that answers (source) and unit or group
        that is rated (target); the reason is a state of ties.
    groups
        (site, wave) -> name a group answers under -> its units.
    responses
        Of `netcollab.study.response_rates`, per unit.
    least
        Respondents that a group needs before its score on the subject is shown.
    """

    subject: str
    dimensions: tuple[str, ...]
    beside: tuple[Beside, ...]
    spans: Mapping[str, Span]
    bands: Mapping[str, Mapping[str, Span]]
    sites: pd.DataFrame
    views: pd.DataFrame
    groups: Groups
    responses: pd.DataFrame
    least: int

    def parts_of(self, name: str) -> tuple[str, ...]:
        """The dimensions of a construct; none of a dimension."""
        if name == self.subject:
            return self.dimensions
        return next((part.dimensions for part in self.beside if part.name == name), ())


def gather(study: Study) -> Evidence:
    """All numbers of all sites and waves, held back where too few answered.

    Raises
    ------
    RefusedError
        If nobody was asked about another unit, or nobody answered.
    """
    manifest = study.manifest
    subject, dimensions = _subject(manifest)
    said = score(study, subject) if len(study.answers) else pd.DataFrame()
    if not len(said) or not said["score"].notna().any():
        raise RefusedError(
            f'nobody answered enough questions about another unit on "{subject}" for '
            "a score, so there is nothing to report back; `netcollab check` says what "
            "was answered"
        )
    said = said[said["target"] != said["actor"]]
    beside = _beside(manifest)
    parts = [(subject, dimensions), *((part.name, part.dimensions) for part in beside)]
    names = list(dict.fromkeys(n for name, rest in parts for n in (name, *rest)))
    whole_of = {name: rest for name, rest in parts if rest}
    few = least(manifest, subject)
    senders = _senders(study, said, few)
    span = span_of(items_of(manifest, subject)[0], manifest)
    sites, views = _protected(
        _sites(study, names),
        _views(said, senders, subject, span),
        manifest,
        whole_of,
    )
    return Evidence(
        subject=subject,
        dimensions=dimensions,
        beside=beside,
        spans={n: span_of(items_of(manifest, n)[0], manifest) for n in names},
        bands={n: _bands(manifest, n) for n in names},
        sites=_complete(sites, whole_of),
        views=views,
        groups=_members(senders),
        responses=response_rates(study),
        least=few,
    )


def _subject(manifest: Manifest) -> tuple[str, tuple[str, ...]]:
    """The first construct about other units, and its dimensions."""
    items = [item for item in manifest.items.values() if item.about == "target"]
    items = [item for item in items if item.asked] or items
    named = [item.construct or item.dimension for item in items]
    subject = next((name for name in named if name), "")
    if not subject:
        raise RefusedError(
            "no question is about another unit, so there is no cooperation between "
            "units to report back; `report.dialogue_sheet` compares statements of "
            "groups, `netcollab measures` measures ties"
        )
    dimensions = [item.dimension for item in items if item.construct == subject]
    return subject, tuple(dict.fromkeys(name for name in dimensions if name))


def _beside(manifest: Manifest) -> tuple[Beside, ...]:
    """The constructs of items about no other unit that somebody was asked."""
    found: dict[str, tuple[str, list[str]]] = {}
    for item in manifest.items.values():
        if item.about != "target" and item.construct and item.asked:
            _, dimensions = found.setdefault(item.construct, (item.about, []))
            if item.dimension and item.dimension not in dimensions:
                dimensions.append(item.dimension)
    return tuple(
        Beside(name, tuple(dimensions), about)
        for name, (about, dimensions) in found.items()
    )


def _bands(manifest: Manifest, name: str) -> Mapping[str, Span]:
    """Bands hold for answers, so not where answers were mapped to other numbers."""
    items = items_of(manifest, name)
    is_mapped = any(item.map for item in items)
    return {} if is_mapped else manifest.scales[items[0].scale].bands


def _moments(rows: pd.DataFrame, keys: Sequence[str], value: str) -> pd.DataFrame:
    """Mean, n, sd, se, the interval by Student's t, and who is in each group.

    No spread is told where all say the same: it would tell what each one said.
    """
    by = rows.groupby(list(keys), sort=False)
    table = by[value].agg(mean="mean", n="count", sd="std")
    table["sd"] = table["sd"].where(table["sd"] > _SAME)
    table["se"] = table["sd"] / np.sqrt(table["n"])
    free = (table["n"] - 1).where(table["n"] > 1).to_numpy(dtype=float)
    reach = table["se"] * stats.t.ppf((1 + CONFIDENCE) / 2, free)
    table["low"], table["high"] = table["mean"] - reach, table["mean"] + reach
    table["people"] = by["respondent"].agg(frozenset)
    return table.reset_index()


def _within(table: pd.DataFrame, span: Span) -> pd.DataFrame:
    """Intervals end where the scale does."""
    ends = {name: table[name].clip(*span) for name in ("low", "high")}
    return table.assign(**ends)


def _protected(
    sites: pd.DataFrame,
    views: pd.DataFrame,
    manifest: Manifest,
    parts: Mapping[str, Sequence[str]],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables without what must be held back, all of it judged together.

    The same unit of another site is another unit.
    """
    tables = [sites.assign(unit=""), views.assign(unit=views["site"] + views["target"])]
    columns = ["name", "unit", "wave", "people", "mean"]
    every = pd.concat([table[table["n"] > 0][columns] for table in tables])
    cells = [
        Cell(
            output="report", question=name, unit=unit, wave=wave, people=who, mean=mean
        )
        for name, unit, wave, who, mean in every.itertuples(index=False, name=None)
    ]
    reasons = iter(protect(cells, manifest, parts=parts))
    for table in (sites, views):
        has = (table["n"] > 0).to_numpy()
        why = np.array([next(reasons) for _ in range(has.sum())], dtype=object)
        table.loc[has, "reason"] = np.where(why == "", "", "suppressed")
    return _masked(sites), _masked(views)


def _complete(sites: pd.DataFrame, parts: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Without a whole of which a part was not asked: it is no number to compare."""
    keys = list(sites[[*_PLACE, "name"]].itertuples(index=False, name=None))
    asked, in_wave = set(keys), {(wave, name) for _, wave, name in keys}
    hidden = [
        any(
            (wave, part) in in_wave and (site, wave, part) not in asked
            for part in parts.get(name, ())
        )
        for site, wave, name in keys
    ]
    told = sites.copy()
    told.loc[hidden, _MEASURED] = np.nan
    told.loc[hidden, "n"] = 0
    told.loc[hidden, "reason"] = "incomplete"
    return told


def _masked(table: pd.DataFrame) -> pd.DataFrame:
    """Without the numbers that have a reason not to be shown, and without people."""
    hidden = (table["reason"] != "").to_numpy()
    shown = table.drop(columns="people")
    shown.loc[hidden, _MEASURED] = np.nan
    shown.loc[hidden, "n"] = 0
    return shown


def _sites(study: Study, names: Sequence[str]) -> pd.DataFrame:
    """Every respondent equal: what the respondents of a site say on each name."""
    tables = []
    for name in names:
        try:
            people = relational_capacity(study, name, level="respondent")
        except InputError:
            continue
        people = people[people["mean"].notna()].rename(columns={"mean": "said"})
        table = _moments(people, _PLACE, "said").assign(name=name, reason="")
        span = span_of(items_of(study.manifest, name)[0], study.manifest)
        tables.append(_within(table, span))
    return pd.concat(tables, ignore_index=True)


def _senders(study: Study, said: pd.DataFrame, few: int) -> pd.DataFrame:
    """Each unit of a site and wave, and the name it answers under; "" for none."""
    known = said[said["score"].notna()]
    people = known.groupby([*_PLACE, "actor"])["respondent"].nunique()
    rows = []
    for site, actors in study.actors.groupby("site", sort=False)["actor"]:
        for wave in study.waves:
            keys = pd.MultiIndex.from_product([[site], [wave], actors])
            counts = people.reindex(keys).droplevel([0, 1]).dropna()
            named = pool_small(counts, min_respondents=few)
            for unit in actors:
                answered = counts.get(unit, 0)
                rows.append((site, wave, unit, named.get(unit, ""), int(answered)))
    return pd.DataFrame(rows, columns=[*_PLACE, "actor", "source", "answered"])


def _members(senders: pd.DataFrame) -> Groups:
    found: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for (site, wave), rows in senders.groupby(_PLACE, sort=False):
        named = rows[rows["source"] != ""].groupby("source", sort=False)["actor"]
        found[str(site), str(wave)] = {str(k): tuple(v) for k, v in named}
    return found


def _views(
    said: pd.DataFrame, senders: pd.DataFrame, subject: str, span: Span
) -> pd.DataFrame:
    """How each group rates each unit and each pool of other units."""
    said = said.merge(senders, on=[*_PLACE, "actor"])
    of_targets = senders[[*_PLACE, "actor", "source"]]
    of_targets = of_targets.set_axis([*_PLACE, "target", "pool"], axis=1)
    said = said.merge(of_targets, on=[*_PLACE, "target"])
    said = said[(said["source"] != "") & (said["pool"] != said["source"])]
    known = said[said["score"].notna()]
    keys = [*_PLACE, "source", "target"]
    pooled = known[(known["pool"] != "") & (known["pool"] != known["target"])]
    pooled = pooled.assign(target=pooled["pool"])
    of_pools = pooled.groupby([*keys, "respondent"], sort=False)["score"].mean()
    rows = pd.concat([known[[*keys, "respondent", "score"]], of_pools.reset_index()])
    table = _every_pair(senders).merge(_moments(rows, keys, "score"), "left", keys)
    why = said[said["score"].isna()].groupby(keys)["reason"]
    commonest = why.agg(lambda reasons: reasons.value_counts().index[0])
    asked = pd.MultiIndex.from_frame(table[keys])
    table["n"] = table["n"].fillna(0).astype(int)
    unheard = commonest.reindex(asked).fillna("not_asked").to_numpy()
    reason = np.where(table["n"] == 0, unheard, "")
    return _within(table.assign(name=subject, reason=reason), span)


def _every_pair(senders: pd.DataFrame) -> pd.DataFrame:
    """Each group with each unit that is not in it, and with each other pool."""
    rows = []
    for (site, wave), part in senders.groupby(_PLACE, sort=False):
        named = dict(zip(part["actor"], part["source"], strict=True))
        groups = list(dict.fromkeys(name for name in named.values() if name))
        rated = [*named, *(name for name in groups if name not in named)]
        rows += [
            (site, wave, group, target)
            for group in groups
            for target in rated
            if group != target and named.get(target) != group
        ]
    return pd.DataFrame(rows, columns=[*_PLACE, "source", "target"], dtype="str")
