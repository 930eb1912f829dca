"""Sites and actors: each named once, and found again from every other table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from netcollab.study.draft import Draft
from netcollab.study.identifiers import (
    Faults,
    Known,
    difference,
    groups_of_one_name,
    is_plain,
    note_faults,
)
from netcollab.study.raw import is_among

__all__ = ["ActorIndex", "are_persons", "check_actors", "check_sites", "note_repeats"]

_GLUE = "\x1f"
_PERSON = re.compile(
    r"(?:enkelt)?person(?:er|ar|s)?|individ(?:ual|uals|er)?|ansatt|ansat|employee"
    r"|medarbeider|medarbejder|borger|innbygger|citizen"
)
_LEVEL = re.compile(r"[ _-]*(?:level|nivå|niveau)$")


class ActorIndex:
    """The actors by site, for looking names up from other tables.

    Parameters
    ----------
    draft
        The actors table; without rows every name counts as known, since their absence
        is an error already.
    """

    def __init__(self, draft: Draft | None) -> None:
        has_names = draft is not None and "actor" in draft and len(draft) > 0
        self._draft = draft if has_names else None
        if draft is not None and has_names:
            self._sites, self._names = draft.text("site"), draft.text("actor")
        else:
            self._sites = self._names = np.empty(0, dtype=object)
        self._keys = pd.Index(self._sites + _GLUE + self._names, dtype=object)
        self._by_site: dict[str, Known] = {}
        self._rows: dict[str, list[int]] = {}
        pairs = zip(self._names.tolist(), self._sites.tolist(), strict=True)
        self._homes = {str(name): str(site) for name, site in pairs}

    def knows(self, sites: np.ndarray, names: np.ndarray) -> np.ndarray:
        """True where the site has the actor."""
        if self._draft is None:
            return np.ones(len(names), dtype=bool)
        return _is_among(sites + _GLUE + names, self._keys)

    def check(self, draft: Draft, name: str) -> None:
        """Note names that are no actor of the row's site.

        Empty cells are not looked up; they are checked elsewhere.
        """
        sites, names = draft.text("site"), draft.text(name)
        unknown = (
            ~self.knows(sites, names) & (names != "") & is_among(sites, self._sites)
        )
        if not unknown.any():
            return
        codes, pairs = pd.factorize(sites + _GLUE + names)
        faults: Faults = {}
        for number in pd.unique(codes[unknown]).tolist():
            site, _, actor = str(pairs[number]).partition(_GLUE)
            same = self._known(site).same_but_for_form(actor)
            if self._known(site).is_padded(actor) or (same and not is_plain(same)):
                continue
            code, fields = self._diagnosis(site, actor)
            faults.setdefault(code, {})[number] = fields
        note_faults(draft, name, codes, faults)

    def is_person(self, sites: np.ndarray, names: np.ndarray) -> np.ndarray:
        """True where the actor is a single person by its kind or level."""
        marks = np.zeros(len(self._names), dtype=bool)
        if self._draft is not None:
            for column in ("kind", "level"):
                marks |= are_persons(self._draft.text(column))
        if not marks.any():
            return np.zeros(len(names), dtype=bool)
        return _is_among(sites + _GLUE + names, self._keys[marks])

    def _diagnosis(self, site: str, actor: str) -> tuple[str, dict[str, object]]:
        known = self._known(site)
        same = known.same_but_for_form(actor)
        if same:
            points = difference(actor, same)
            return "E-REF-002", {**known.told(same), "points": points}
        if actor in self._homes:
            return "E-TIE-012", {"site": site, "other": self._homes[actor]}
        return "E-REF-001", {**known.told(known.nearest(actor)), "site": site}

    def _known(self, site: str) -> Known:
        if not self._rows:
            for place, name in enumerate(self._sites.tolist()):
                self._rows.setdefault(str(name), []).append(place)
        if site not in self._by_site and self._draft is not None:
            raw = self._draft.raw
            places = {}
            for row in reversed(self._rows[site]):
                if self._names[row]:
                    places[str(self._names[row])] = raw.place(int(raw.rows[row]))
            self._by_site[site] = Known(places)
        return self._by_site[site]


def check_sites(draft: Draft, drafts: Mapping[str, Draft]) -> None:
    """Each site once, no two that look the same, and each with actors."""
    note_repeats(draft, ["site"], "E-SIT-001", "site")
    _note_near_doubles(draft, "site", "E-ACT-002", np.full(len(draft), ""))
    if "actors" in drafts:
        empty = ~is_among(draft.text("site"), drafts["actors"].text("site"))
        draft.note("W-SIT-003", "site", empty & (draft.text("site") != ""))


def check_actors(draft: Draft) -> None:
    """Each actor once in its site, none that looks like another, enough of them."""
    note_repeats(draft, ["site", "actor"], "E-ACT-001", "actor")
    _note_near_doubles(draft, "actor", "E-ACT-002", draft.text("site"))
    _note_spellings_across_sites(draft)
    counts = pd.Series(draft.text("site")).value_counts(sort=False)
    if len(draft) == 1:
        draft.ledger.add("E-ACT-004", draft.raw.place(), count=1)
    else:
        sites = draft.text("site")
        alone = is_among(sites, counts[counts == 1].index) & (sites != "")
        draft.note("W-ACT-005", "actor", alone, each=lambda row: {"site": sites[row]})


def note_repeats(draft: Draft, key: list[str], code: str, column: str) -> np.ndarray:
    """Note rows whose key stood in an earlier row; True for them."""
    if not len(draft):
        return np.zeros(0, dtype=bool)
    parts = pd.DataFrame({name: draft.text(name) for name in key})
    groups = parts.groupby(key, sort=False, dropna=False).ngroup().to_numpy()
    first = pd.Series(np.arange(len(draft))).groupby(groups).transform("first")
    repeats: np.ndarray = first.to_numpy() != np.arange(len(draft))
    repeats &= draft.text(column) != ""
    draft.note(
        code, column, repeats, each=lambda row: {"other": draft.row_of(first[row])}
    )
    return repeats


def _note_near_doubles(
    draft: Draft, column: str, code: str, within: np.ndarray
) -> None:
    """Note names that look like an earlier one of the same group, at their rows."""
    text = draft.text(column)
    keys = within + _GLUE + text
    first = _first_rows(keys)
    near: dict[str, str] = {}
    by_group: dict[str, list[str]] = {}
    for key in first:
        group, _, name = key.partition(_GLUE)
        if name:
            by_group.setdefault(group, []).append(name)
    for group, names in by_group.items():
        for same in groups_of_one_name(names):
            near |= {f"{group}{_GLUE}{n}": f"{group}{_GLUE}{same[0]}" for n in same[1:]}
    _note_near(draft, column, code, keys, near, first)


def _note_spellings_across_sites(draft: Draft) -> None:
    text, sites = draft.text("actor"), draft.text("site")
    if len(pd.unique(sites)) < 2:
        return
    first = _first_rows(text)
    near = {
        name: same[0]
        for same in groups_of_one_name(name for name in first if name)
        for name in same[1:]
        if sites[first[name]] != sites[first[same[0]]]
    }
    _note_near(draft, "actor", "W-ACT-003", text, near, first)


def _note_near(
    draft: Draft,
    column: str,
    code: str,
    keys: np.ndarray,
    near: dict[str, str],
    first: dict[str, int],
) -> None:
    def each(row: int) -> dict[str, object]:
        other = near[str(keys[row])]
        name = other.rpartition(_GLUE)[2]
        return {"near": name, "other": draft.row_of(first[other])}

    draft.note(code, column, is_among(keys, near), each=each)


def _first_rows(keys: np.ndarray) -> dict[str, int]:
    """The position at which each value stands first, in order."""
    codes, uniques = pd.factorize(keys)
    rows = pd.Series(np.arange(len(codes))).groupby(codes, sort=False).first()
    return dict(zip(map(str, uniques), rows.tolist(), strict=True))


def _is_among(values: np.ndarray, known: pd.Index) -> np.ndarray:
    codes, uniques = pd.factorize(values)
    found: np.ndarray = np.asarray(pd.Index(uniques, dtype=object).isin(known))[codes]
    return found


def are_persons(words: Iterable[object]) -> np.ndarray:
    """True where a kind or level says that the actor is a single person.

    Examples
    --------
    >>> are_persons(["Employee", "directorate", None]).tolist()
    [True, False, False]
    """
    codes, uniques = pd.factorize(np.array(list(words), dtype=object))
    plain = [_LEVEL.sub("", str(word).strip().casefold()) for word in uniques]
    persons = [_PERSON.fullmatch(word) is not None for word in plain]
    found: np.ndarray = np.array([*persons, False], dtype=bool)[codes]
    return found
