"""Next year's wave into a study that is there already.

Are the actors, scales and items the same, and what is new?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

import pandas as pd

from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import Manifest
from netcollab.study.places import in_order
from netcollab.study.problems import Place
from netcollab.study.raw import as_text
from netcollab.study.response import invited_columns
from netcollab.study.schema import TABLES
from netcollab.study.study import Study

__all__ = ["join_wave"]

Spec = TypeVar("Spec")

_WORDINGS = {"label", "labels", "claim"}
_KEYS = {"sites": ["site"], "actors": ["site", "actor"]}


def join_wave(study: Study, new: Study, *, wave: str | None = None) -> Study:
    """The study with the one wave of another study added.

    Respondents may recur. Actors are those of both; what both say of an actor or site
    has to agree, and a value that only one of them has is taken. Scales, items,
    relations and hypotheses of one name have to be the same; a changed wording is a
    warning. Of the privacy rules the stricter one holds. Numbers of invited persons
    become columns by wave. The only site of either study is the same place, when it
    has the study's own name. Aliases hold as if they had stood in one table.

    Parameters
    ----------
    study
        The study so far.
    new
        A study of one wave.
    wave
        What to call its wave; None: as it is called there. To be said when the new
        study does not name its wave, which then is "1": what its manifest does not
        list under `waves` counts as not named.

    Returns
    -------
    Study
        Checked as a whole; its report notes what is new.

    Raises
    ------
    InputError
        With everything that does not agree, or that the whole would not hold.

    Examples
    --------
    >>> import pandas as pd
    >>> ties = {"relation": "trust", "source": ["nav"], "target": ["ks"], "weight": [2]}
    >>> first = Study.from_frames(
    ...     {"name": "pair", "relations": {"trust": {"unlisted": "absent"}}},
    ...     actors=pd.DataFrame({"actor": ["nav", "ks"]}),
    ...     ties=pd.DataFrame(ties).assign(wave="2025"),
    ... )
    >>> both = join_wave(first, first, wave="2026")
    >>> both.waves, len(both.ties)
    (['2025', '2026'], 2)
    """
    ledger = Ledger(study.manifest.name, "manifest")
    ledger.open("manifest")
    name = _wave_name(study, new, wave, ledger)
    manifest = _manifest(study, new, name, ledger)
    added = _added_tables(study, new, name, ledger)
    tables = {
        table: _united(table, study, added, ledger)
        if table in _KEYS
        else _appended(getattr(study, table), added[table], table)
        for table in TABLES
    }
    tables["actors"] = _with_invited(tables["actors"], study, added["actors"], name)
    if ledger.has_errors:
        raise InputError([p for p in ledger.listed() if p.severity != "NOTE"])
    frames: dict[str, Any] = {n: frame for n, frame in tables.items() if len(frame)}
    joined = Study.from_frames(manifest, **frames)
    _note_other_ids(joined.respondents, name, ledger)
    problems = (*ledger.listed(), *joined.checked.problems)
    return replace(joined, checked=replace(joined.checked, problems=problems))


def _wave_name(study: Study, new: Study, wave: str | None, ledger: Ledger) -> str:
    place = Place("manifest", key="waves")
    known = ", ".join(new.waves[:10])
    is_named = wave is not None or bool(new.manifest.waves) or new.waves != ["1"]
    if len(new.waves) != 1:
        ledger.add("E-JOI-002", place, count=len(new.waves), known=known)
    name = new.waves[0] if wave is None else str(wave)
    if name in study.waves:
        known = ", ".join(study.waves[:10])
        ledger.add("E-JOI-001", place, value=name, known=known)
    elif not is_named:
        ledger.add("E-JOI-010", Place("manifest (new)", key="waves"))
    return name


def _manifest(study: Study, new: Study, wave: str, ledger: Ledger) -> Manifest:
    """Both declarations as one; where they contradict each other is noted."""
    old, add = study.manifest, new.manifest
    if old.synthetic != add.synthetic:
        ledger.add("E-JOI-004", Place("manifest", key="synthetic"), value="synthetic")
    if old.pseudonymised != add.pseudonymised:
        ledger.add("E-JOI-011", Place("manifest", key="privacy.pseudonymised"))
    waves = [*study.waves, wave]
    numbered = all(any(map(str.isdigit, name)) for name in waves)
    ordered = numbered and study.waves == in_order(set(study.waves))
    categories = {
        name: _union(old.categories.get(name, ()), add.categories.get(name, ()))
        for name in {**old.categories, **add.categories}
    }
    return replace(
        old,
        waves=tuple(in_order(set(waves)) if ordered else waves),
        relations=_same("relations", old.relations, add.relations, ledger),
        scales=_same("scales", old.scales, add.scales, ledger),
        items=_same("items", old.items, add.items, ledger),
        hypotheses=_same("hypotheses", old.hypotheses, add.hypotheses, ledger),
        convergence=_same("convergence", old.convergence, add.convergence, ledger),
        theory=_one("theory", old.theory, add.theory, ledger),
        cases=_one("cases", old.cases, add.cases, ledger),
        resources=_union(old.resources, add.resources),
        categories=categories,
        min_respondents=max(old.min_respondents, add.min_respondents),
        sensitive=_union(old.sensitive, add.sensitive),
        person_level=old.person_level and add.person_level,
        identifiers=_union(old.identifiers, add.identifiers),
        free_text=_union(old.free_text, add.free_text),
    )


def _same(
    section: str, old: Mapping[str, Any], add: Mapping[str, Any], ledger: Ledger
) -> dict[str, Any]:
    """The entries of both; those of one name have to be the same."""
    known = dict(old)
    for name, spec in add.items():
        if name not in old:
            continue
        for part in fields(spec):
            one, other = getattr(old[name], part.name), getattr(spec, part.name)
            place = Place("manifest", key=f"{section}.{name}.{part.name}")
            if one == other:
                continue
            if part.name in _WORDINGS:
                ledger.add("W-JOI-005", place, value=name)
            elif part.name == "missing" and _agree(one, other):
                known[name] = replace(known[name], missing={**one, **other})
            else:
                ledger.add("E-JOI-004", place, value=name)
    fresh = [name for name in add if name not in old]
    if fresh and section != "scales":
        listed = ", ".join(fresh[:20])
        place = Place("manifest", key=section)
        ledger.add("N-JOI-008", place, count=len(fresh), known=listed)
    return known | {name: add[name] for name in fresh}


def _one(
    section: str, old: Spec | None, add: Spec | None, ledger: Ledger
) -> Spec | None:
    """The section of either; where both have one it has to be the same."""
    if old is not None and add is not None and old != add:
        ledger.add("E-JOI-004", Place("manifest", key=section), value=section)
    return add if old is None else old


def _agree(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return all(one[code] == other[code] for code in one if code in other)


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


def _added_tables(
    study: Study, new: Study, wave: str, ledger: Ledger
) -> dict[str, pd.DataFrame]:
    """The tables of the new study under the name of its wave and site."""
    tables = {name: getattr(new, name) for name in TABLES}
    own, theirs = (
        [s for s in each.actors["site"].unique() if s == each.manifest.name]
        for each in (study, new)
    )
    alone = study.actors["site"].nunique() == new.actors["site"].nunique() == 1
    if alone and own and theirs and own != theirs:
        for table in tables.values():
            if "site" in table:
                table["site"] = table["site"].replace({theirs[0]: own[0]})
        ledger.add("N-JOI-009", Place("sites (new)"), value=own[0])
    for name, table in tables.items():
        if TABLES[name].has_wave and len(table):
            table["wave"] = wave
    aliases = tables["aliases"]
    aliases["wave"] = aliases["wave"].mask(aliases["wave"].notna(), wave)
    return tables


def _appended(old: pd.DataFrame, add: pd.DataFrame, name: str) -> pd.DataFrame:
    parts = [part for part in (old, add) if len(part)]
    if not parts:
        return old
    table = pd.concat(parts, ignore_index=True)
    return table.drop_duplicates(ignore_index=True) if name == "aliases" else table


def _united(
    name: str, study: Study, added: Mapping[str, pd.DataFrame], ledger: Ledger
) -> pd.DataFrame:
    """One row per actor or site of either; what both say has to agree."""
    key = _KEYS[name]
    old, add = getattr(study, name), added[name]
    free = set(invited_columns([*map(str, old), *map(str, add)]))
    table = old.set_index(key).astype(object)
    other = add.set_index(key).astype(object)
    known = set(table.index)
    taken = 0
    for column in [str(c) for c in other.columns if c not in free]:
        if column not in table:
            table[column] = pd.Series(index=table.index, dtype=object)
        for place, row in enumerate(other.index, start=1):
            if row not in known:
                continue
            ours, theirs = table.at[row, column], other.at[row, column]
            if _text(theirs) == "" or _text(ours) == _text(theirs):
                continue
            if _text(ours) == "":
                table.at[row, column] = theirs
                taken += 1
                continue
            said = row[-1] if isinstance(row, tuple) else row
            at = Place(f"{name} (new)", row=place, column=column)
            ledger.add("E-JOI-003", at, value=said)
    fresh = other.loc[~other.index.isin(table.index)]
    if len(fresh):
        listed = ", ".join(map(_said, fresh.index[:20]))
        ledger.add("N-JOI-006", Place(f"{name} (new)"), count=len(fresh), known=listed)
    if taken:
        ledger.add("N-JOI-007", Place(f"{name} (new)"), count=taken)
    whole: pd.DataFrame = pd.concat([table, fresh]) if len(fresh) else table
    return whole.reset_index()


def _said(row: object) -> str:
    """A site, or an actor with its site."""
    return f"{row[1]} ({row[0]})" if isinstance(row, tuple) else str(row)


def _text(value: object) -> str:
    return as_text(value)[0]


def _with_invited(
    actors: pd.DataFrame, study: Study, add: pd.DataFrame, wave: str
) -> pd.DataFrame:
    """The number of invited persons in a column for each wave."""
    old = study.actors
    if not invited_columns([*map(str, old), *map(str, add)]):
        return actors
    key = _KEYS["actors"]
    rest = actors.drop(columns=invited_columns(map(str, actors)))
    for name, table in (*((w, old) for w in study.waves), (wave, add)):
        own = f"invited_{name}"
        column = own if own in table else "invited"
        if column in table:
            asked = table[[*key, column]].rename(columns={column: own})
            rest = rest.merge(asked, on=key, how="left")
    return rest


def _note_other_ids(respondents: pd.DataFrame, wave: str, ledger: Ledger) -> None:
    """Actors have respondents in this wave and before, and not one id recurs."""
    is_new = respondents["wave"] == wave
    old, add = respondents[~is_new], respondents[is_new]
    actors = set(old[_KEYS["actors"]].itertuples(index=False, name=None))
    actors &= set(add[_KEYS["actors"]].itertuples(index=False, name=None))
    if actors and not add["respondent"].isin(old["respondent"]).any():
        ledger.add("W-JOI-012", Place("respondents (new)"), count=len(actors))
