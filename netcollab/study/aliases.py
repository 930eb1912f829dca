"""Units that were merged or renamed: one name for each before anything is checked.

Which actor does a name stand for, and what becomes of rows that fall together?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.identifiers import Known, check_references
from netcollab.study.manifest import Manifest
from netcollab.study.raw import RawColumn, is_among, text_array
from netcollab.study.schema import ACTOR_COLUMNS

__all__ = ["apply_aliases", "combine_affiliations", "combine_answers"]

_GLUE = "\x1f"
_WHAT_WAS_SAID_FIRST = (
    "dont_know",
    "not_applicable",
    "no_answer",
    "not_asked",
    "suppressed",
    "nonrespondent",
)


@dataclass(frozen=True)
class _Rule:
    """One row of the table; an empty site or wave means every one."""

    site: str
    wave: str
    alias: str
    actor: str

    def overlaps(self, other: _Rule) -> bool:
        """Both may speak of the same row."""
        sites, waves = {self.site, other.site}, {self.wave, other.wave}
        return ("" in sites or len(sites) == 1) and ("" in waves or len(waves) == 1)


class _Names:
    """What each name stands for in a site and wave."""

    def __init__(self, rules: Sequence[_Rule], homes: set[tuple[str, str]]) -> None:
        self._homes = homes
        self._by_alias: dict[str, list[_Rule]] = {}
        for rule in rules:
            self._by_alias.setdefault(rule.alias, []).append(rule)

    def actor(self, name: str, site: str | None, wave: str | None) -> str:
        """The one actor the name stands for; empty where it stands for itself."""
        found = {
            rule.actor
            for rule in self._by_alias.get(name, ())
            if (site is None or (rule.site in {"", site} and self._is_in(rule, site)))
            and (wave is None or rule.wave in {"", wave})
        }
        return found.pop() if len(found) == 1 else ""

    def replaced(
        self, names: np.ndarray, sites: np.ndarray | None, waves: np.ndarray | None
    ) -> np.ndarray:
        """The names with every alias replaced."""
        rows = np.flatnonzero(is_among(names, self._by_alias))
        text = names.copy()
        for row in rows.tolist():
            site = None if sites is None else str(sites[row]) or None
            wave = None if waves is None else str(waves[row])
            text[row] = self.actor(str(names[row]), site, wave) or names[row]
        return text

    def _is_in(self, rule: _Rule, site: str) -> bool:
        return (site, rule.actor) in self._homes


def apply_aliases(
    drafts: Mapping[str, Draft], sites: Sequence[str], waves: Sequence[str]
) -> None:
    """Write the actor wherever a table names its alias, and count it.

    An actor row of an alias is left out, and so are ties that then go from an actor
    to itself.

    Parameters
    ----------
    drafts
        The tables, with sites and waves filled.
    sites, waves
        Those of the study.
    """
    table, actors = drafts.get("aliases"), drafts.get("actors")
    if table is None or actors is None:
        return
    check_references(table, "site", Known(sites), "E-REF-003")
    options = ", ".join(waves)
    check_references(table, "wave", Known(waves), "E-WAV-001", options=options)
    names = _names(table, actors)
    for name, columns in ACTOR_COLUMNS.items():
        if name in drafts and name not in {"actors", "aliases"}:
            _replace(drafts[name], columns, names, drafts.get("respondents"))
    gone = [
        all(names.actor(str(actor), str(site), wave) for wave in waves)
        for site, actor in zip(actors.text("site"), actors.text("actor"), strict=True)
    ]
    _leave_out(actors, "alias", np.array(gone, dtype=bool), "N-ALI-002")


def combine_answers(draft: Draft, manifest: Manifest) -> None:
    """Answers about targets that became one, by the `duplicates` of their relation.

    "mean" takes the mean of the answers with a value, "last" the last row. Where none
    has a value, "mean" keeps what was said before what was not: dont_know,
    not_applicable, no_answer, not_asked, suppressed, nonrespondent. Answers that stood
    twice before, and all others, stay and are an error.
    """
    if "target" not in draft.originals or not len(draft):
        return
    key = [draft.text(n) for n in ("respondent", "item", "target", "wave")]
    group = pd.Series(_numbered(key))
    was_twice = pd.Series(_numbered([*key, draft.originals["target"]])).duplicated(
        keep=False
    )
    value = pd.Series(draft.number("value"))
    reason = pd.Series(draft.text("missing_reason"))
    known = value.notna().groupby(group).transform("any")
    may = ~was_twice.groupby(group).transform("any") & group.duplicated(keep=False)
    rule = pd.Series([_duplicates(str(name), manifest) for name in draft.text("item")])
    mean = may & (rule == "mean")
    last = may & (rule == "last")
    means = value.groupby(group).transform("mean")
    draft.numbers["value"] = value.where(~mean, means).to_numpy()
    first = _first_reason(reason, group).mask(known, "")
    draft.replace("missing_reason", reason.mask(mean, first).to_numpy(dtype=object))
    differ = mean & ~known & (reason.groupby(group).transform("nunique") > 1)
    if differ.any():
        count = group[differ].nunique()
        draft.ledger.add("N-ALI-008", draft.raw.place(), count=count)
    leave = (mean & group.duplicated()) | (last & group.duplicated(keep="last"))
    _leave_out(draft, "alias_repeats", leave.to_numpy(dtype=bool), "N-ALI-004")


def combine_affiliations(draft: Draft) -> None:
    """Affiliations of actors that became one: equal ones are one."""
    if "actor" not in draft.originals or not len(draft):
        return
    names = ("site", "wave", "actor", "object", "kind", "weight")
    key = [draft.text(name) for name in names]
    was_twice = pd.Series(_numbered([*key, draft.originals["actor"]])).duplicated()
    leave = pd.Series(_numbered(key)).duplicated() & ~was_twice
    _leave_out(draft, "alias_repeats", leave.to_numpy(dtype=bool), "N-ALI-004")


def _names(table: Draft, actors: Draft) -> _Names:
    """The rules without fault; the others are noted."""
    homes = set(
        zip(actors.text("site").tolist(), actors.text("actor").tolist(), strict=True)
    )
    known = Known(
        {
            str(name): actors.raw.place(int(row))
            for name, row in zip(actors.text("actor"), actors.raw.rows, strict=True)
        }
    )
    cells = (table.text(name).tolist() for name in ("site", "wave", "alias", "actor"))
    rules = [_Rule(*map(str, row)) for row in zip(*cells, strict=True)]
    unknown = np.array(
        [
            rule.actor not in known
            or (rule.site != "" and (rule.site, rule.actor) not in homes)
            for rule in rules
        ],
        dtype=bool,
    )
    filled = (table.text("alias") != "") & (table.text("actor") != "")
    table.note(
        "E-ALI-005",
        "actor",
        unknown & filled,
        each=lambda row: known.told(known.nearest(rules[row].actor)),
    )
    chained = np.array([_chained(rule, rules) for rule in rules], dtype=bool)
    table.note("E-ALI-006", "actor", chained & filled)
    twice = np.zeros(len(rules), dtype=bool)
    for one, two in _pairs_of_one_alias(rules):
        twice[two] |= rules[one].overlaps(rules[two])
    table.note("E-ALI-007", "alias", twice & filled)
    good = filled & ~unknown & ~chained & ~twice
    return _Names([rules[row] for row in np.flatnonzero(good)], homes)


def _chained(rule: _Rule, rules: Sequence[_Rule]) -> bool:
    """The actor of the rule is itself an alias."""
    return any(rule.actor == other.alias and rule.overlaps(other) for other in rules)


def _pairs_of_one_alias(rules: Sequence[_Rule]) -> list[tuple[int, int]]:
    places: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        places.setdefault(rule.alias, []).append(place)
    return [pair for same in places.values() for pair in combinations(same, 2)]


def _replace(
    draft: Draft, columns: Sequence[str], names: _Names, respondents: Draft | None
) -> None:
    sites = draft.text("site") if "site" in draft else _homes(draft, respondents)
    waves = draft.text("wave") if "wave" in draft else None
    own = draft.text("source") == draft.text("target")
    count = 0
    for name in [name for name in columns if name in draft]:
        old = draft.columns[name]
        text = names.replaced(old.text, sites, waves)
        changed = int((text != old.text).sum())
        if changed:
            count += changed
            draft.originals[name] = old.text
            draft.columns[name] = RawColumn(
                old.header, old.letter, text, old.is_number, old.is_date
            )
    if count:
        draft.ledger.add("N-ALI-001", draft.raw.place(), count=count)
    if draft.schema.name == "ties":
        source = draft.text("source")
        merged = (source == draft.text("target")) & ~own & (source != "")
        _leave_out(draft, "alias_self_ties", merged, "N-ALI-003")


def _homes(answers: Draft, respondents: Draft | None) -> np.ndarray | None:
    """The site of each answer's respondent; empty where it is not known."""
    if respondents is None or "respondent" not in answers:
        return None
    keys = respondents.text("respondent") + _GLUE + respondents.text("wave")
    sites = dict(zip(keys.tolist(), respondents.text("site").tolist(), strict=True))
    here = answers.text("respondent") + _GLUE + answers.text("wave")
    return text_array(sites.get(key, "") for key in here.tolist())


def _leave_out(draft: Draft, rule: str, rows: np.ndarray, code: str) -> None:
    if rows.any():
        draft.ledger.add(code, draft.raw.place(), count=int(rows.sum()))
        draft.leave_out({rule: rows})


def _numbered(columns: Sequence[np.ndarray]) -> np.ndarray:
    """One number per distinct row."""
    cells = pd.DataFrame(dict(enumerate(columns)))
    numbers: np.ndarray = cells.groupby(list(cells), sort=False).ngroup().to_numpy()
    return numbers


def _first_reason(reason: pd.Series, group: pd.Series) -> pd.Series:
    """For each row the reason of its group that comes first in the order."""
    order = {word: rank for rank, word in enumerate(_WHAT_WAS_SAID_FIRST)}
    rank = reason.map(order).fillna(len(order))
    best = rank.groupby(group).transform("idxmin")
    return pd.Series(reason.loc[best].to_numpy(), index=reason.index)


def _duplicates(item: str, manifest: Manifest) -> str:
    """What the relation of an item's dimension or construct says of repeated rows."""
    spec = manifest.items.get(item)
    if spec is None or spec.map:
        return "error"
    for name in (spec.dimension, spec.construct):
        if name in manifest.relations:
            return manifest.relations[name].duplicates
    return "error"
