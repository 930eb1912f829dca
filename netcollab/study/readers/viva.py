"""Viva Insights: person-to-person and group-to-group queries as ties between actors.

Names of columns differ by product and language; those that are needed can be named.
Persons without a licence are seen only from the other side: they are actors that
never send, which is silence of the tool and no absence of ties.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from netcollab.errors import closest
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec
from netcollab.study.privacy import MASK
from netcollab.study.raw import RawColumn, RawTable, is_among, text_array
from netcollab.study.readers.export import NetworkExport
from netcollab.study.readers.viva_dates import read_dates
from netcollab.study.readers.wide import listed, read_answers

__all__ = ["read_viva"]

_PRIMARY, _SECONDARY = "PrimaryCollaborator_", "SecondaryCollaborator_"
_PERSON, _SIZE, _DATE = "PersonId", "GroupSize", "MetricDate"
_SCORE = re.compile(r"(.+)_tie_score", re.I)
_TYPE = re.compile(r".+_tie_type", re.I)
_PSEUDO = {
    "within group": "within_group",
    "unclassified collaborators": "unclassified",
}
_ZERO = re.compile(r"0+(?:\.0+)?")

Query = Literal["person", "group"]


@dataclass
class _Named:
    """The columns of the file by their cleaned names."""

    table: RawTable
    columns: dict[str, RawColumn]
    query: Query = "person"
    own: str = _PERSON
    relations: dict[str, RawColumn] = field(default_factory=dict)

    def side(self, prefix: str, name: str) -> RawColumn:
        return self.columns[f"{prefix}{name}"]


def read_viva(
    path: Path,
    ledger: Ledger,
    *,
    day_first: bool | None = None,
    columns: Mapping[str, str] | None = None,
    spec: FileSpec | None = None,
) -> NetworkExport | None:
    """Read a person-to-person or group-to-group query (CSV).

    Each score of a person query is a relation (`diverse_tie`, `strong_tie`); a tie of
    type 0 is a known absence and gets weight 0, its score stands in `score`. Each
    measure of a group query is a relation. The date of the metric is the wave, as
    YYYY-MM-DD; 01/04/2023 is one of two days, which is asked for unless another date
    of the file decides. The actors get the attributes of either side, `licensed`
    (yes: reported as the primary collaborator), and for groups `group_size` and
    `pseudo` (within_group and unclassified are no groups).

    Parameters
    ----------
    path
        The file.
    ledger
        Takes the problems.
    day_first
        Whether dates with slashes start with the day; None: found out, or asked.
    columns
        Name in the documentation -> name in this file, where they differ.
    spec
        How the file differs from what can be found out.
    """
    table = read_answers(path, (".csv",), ledger, spec=spec)
    if table is None:
        return None
    named = _named(table, columns or {}, ledger)
    if named is None:
        return None
    dates = read_dates(table, named.columns.get(_DATE), ledger, day_first=day_first)
    sides = [named.side(prefix, named.own) for prefix in (_PRIMARY, _SECONDARY)]
    for side in sides:
        empty = np.array([not cell.strip() for cell in side.text.tolist()], dtype=bool)
        ledger.add_rows("E-VIV-004", table, side, empty, masked=True)
    ties = _ties(named, dates, ledger)
    actors = _actors(named, ledger)
    directed = dict.fromkeys(named.relations, True)
    persons = named.query == "person"
    return NetworkExport("viva", actors, ties, directed, persons)


# ---- columns


def _named(
    table: RawTable, columns: Mapping[str, str], ledger: Ledger
) -> _Named | None:
    cleaned = {_cleaned(column.header): column for column in table.columns}
    for ours, theirs in columns.items():
        if _cleaned(theirs) in cleaned:
            cleaned[ours] = cleaned.pop(_cleaned(theirs))
    by_word = {name.casefold(): name for name in cleaned}
    expected = [f"{side}{_PERSON}" for side in (_PRIMARY, _SECONDARY)]
    for name in [*expected, _DATE]:
        if name not in cleaned and name.casefold() in by_word:
            cleaned[name] = cleaned.pop(by_word[name.casefold()])
    named = _Named(table, cleaned)
    if any(name in cleaned for name in expected):
        named.relations = {
            f"{found[1].lower()}_tie": column
            for name, column in cleaned.items()
            if (found := _SCORE.fullmatch(name))
        }
    else:
        groups = _groups(cleaned)
        if len(groups) > 1:
            ledger.add("E-VIV-002", table.place(1), options=listed(groups))
            return None
        named.query, named.own = "group", next(iter(groups), "")
        named.relations = _measures(named)
    is_group = named.query == "group" and named.own != ""
    absent = [] if is_group else [name for name in expected if name not in cleaned]
    absent += [] if named.relations else ["Strong_tie_score"]
    for name in absent:
        is_query = any(_PRIMARY in n or _SECONDARY in n for n in cleaned)
        ledger.add(
            "E-VIV-001",
            table.place(1),
            value=name,
            near=closest(name, cleaned) if is_query else "",
            known=listed(cleaned) if is_query else MASK,
        )
    return None if absent else named


def _cleaned(header: str) -> str:
    return re.sub(r"\s+", "_", header.replace("%", "Percent").strip())


def _groups(names: Iterable[str]) -> list[str]:
    """The attributes that both sides of a group query have, beside the size."""
    here = set(names)
    first = [n.removeprefix(_PRIMARY) for n in here if n.startswith(_PRIMARY)]
    both = [n for n in first if _SECONDARY + n in here]
    return sorted(set(both) - {_SIZE, _PERSON})


def _measures(named: _Named) -> dict[str, RawColumn]:
    return {
        name: column
        for name, column in named.columns.items()
        if name != _DATE and not name.startswith((_PRIMARY, _SECONDARY))
    }


# ---- ties


def _ties(named: _Named, dates: np.ndarray | None, ledger: Ledger) -> RawTable:
    """One row per row of the file and relation; the rows of a relation together."""
    table = named.table
    ties = _beside(table, "ties")
    sender, receiver = (named.side(p, named.own) for p in (_PRIMARY, _SECONDARY))
    n, k = len(table), len(named.relations)
    weights, scores, kinds = [], [], []
    absent = 0
    for relation, column in named.relations.items():
        kind = named.columns.get(_kind_of(named, relation))
        weight = column.text.copy()
        if kind is not None:
            none = np.array(
                [bool(_ZERO.fullmatch(c)) for c in kind.text.tolist()], bool
            )
            weight[none] = "0"
            absent += int(none.sum())
        weights.append(weight)
        scores.append(column.text)
        kinds.append(text_array([""] * n) if kind is None else kind.text)
    if absent:
        ledger.add("N-VIV-007", table.place(), count=absent)
    letters = [column.letter for column in named.relations.values()]
    letter = letters[0] if k == 1 else ""
    ties.rows, ties.read = np.tile(table.rows, k), n * k
    relations = [relation for relation in named.relations for _ in range(n)]
    ties.columns = [
        RawColumn("relation", "", text_array(relations)),
        RawColumn("source", sender.letter, np.tile(sender.text, k)),
        RawColumn("target", receiver.letter, np.tile(receiver.text, k)),
        RawColumn("weight", letter, np.concatenate(weights)),
    ]
    if dates is not None:
        moment = named.columns[_DATE]
        ties.columns.append(RawColumn("wave", moment.letter, np.tile(dates, k)))
    if named.query == "person":
        ties.columns += [
            RawColumn("score", letter, np.concatenate(scores)),
            RawColumn("tie_type", "", np.concatenate(kinds)),
        ]
    return ties


def _kind_of(named: _Named, relation: str) -> str:
    """The column with the type of a tie, beside the one with its score."""
    wanted = f"{relation}_type"
    found = [n for n in named.columns if _TYPE.fullmatch(n) and n.lower() == wanted]
    return found[0] if found else ""


def _beside(table: RawTable, name: str) -> RawTable:
    made = RawTable(name, table.file, table.sheet)
    made.encoding, made.separator = table.encoding, table.separator
    made.sha256 = table.sha256
    return made


# ---- actors


def _actors(named: _Named, ledger: Ledger) -> RawTable:
    """Everybody on either side, with the attributes of the first row that has them."""
    table = named.table
    sides = [(p, named.side(p, named.own)) for p in (_PRIMARY, _SECONDARY)]
    names = np.concatenate([side.text for _, side in sides])
    codes, uniques = pd.factorize(names)
    keep = np.array([bool(str(name).strip()) for name in uniques], dtype=bool)
    first = np.full(len(uniques), len(names))
    np.minimum.at(first, codes, np.arange(len(names)))
    senders = is_among(uniques, set(sides[0][1].text.tolist()))
    actors = _beside(table, "actors")
    actors.rows = np.tile(table.rows, 2)[first][keep] if len(uniques) else table.rows
    actors.read = int(keep.sum())
    known = RawColumn("actor", sides[0][1].letter, uniques.astype(object)[keep])
    actors.columns = [known]
    for attribute in _attributes(named):
        values = [_of_side(named, prefix, attribute) for prefix, _ in sides]
        column = _first_values(np.concatenate(values), codes, len(uniques))
        actors.columns.append(RawColumn(_attribute(attribute), "", column[0][keep]))
        if column[1]:
            at = table.place(column=named.columns.get(_PRIMARY + attribute))
            ledger.add("W-VIV-010", at, count=column[1], value=attribute)
    words = np.where(senders, "yes", "no").astype(object)
    actors.columns.append(RawColumn("licensed", "", words[keep]))
    if named.query == "person" and "kind" not in map(_attribute, _attributes(named)):
        everybody = np.full(int(keep.sum()), "person", dtype=object)
        actors.columns.append(RawColumn("kind", "", everybody))
    if named.query == "group":
        kinds = [_PSEUDO.get(str(n).strip().casefold(), "") for n in uniques]
        actors.columns.append(RawColumn("pseudo", "", text_array(kinds)[keep]))
    _note_actors(named, actors, int((~senders & keep).sum()), ledger)
    return actors


def _attributes(named: _Named) -> list[str]:
    found: dict[str, None] = {}
    for name in named.columns:
        for prefix in (_PRIMARY, _SECONDARY):
            if name.startswith(prefix):
                found[name.removeprefix(prefix)] = None
    return [name for name in found if name != named.own]


def _attribute(name: str) -> str:
    """The attribute's name in the table of actors."""
    return "group_size" if name == _SIZE else name


def _of_side(named: _Named, prefix: str, attribute: str) -> np.ndarray:
    column = named.columns.get(prefix + attribute)
    return text_array([""] * len(named.table)) if column is None else column.text


def _first_values(
    values: np.ndarray, codes: np.ndarray, n: int
) -> tuple[np.ndarray, int]:
    """The first value of each actor, and how many actors have more than one."""
    filled = np.array([bool(str(value).strip()) for value in values], dtype=bool)
    pairs = pd.DataFrame({"actor": codes[filled], "value": values[filled]})
    pairs = pairs.drop_duplicates()
    found = text_array([""] * n)
    firsts = pairs.drop_duplicates("actor")
    found[firsts["actor"].to_numpy()] = firsts["value"].to_numpy()
    return found, int((pairs["actor"].value_counts() > 1).sum())


def _note_actors(named: _Named, actors: RawTable, silent: int, ledger: Ledger) -> None:
    place = named.table.place()
    by_name = {column.header: column.text for column in actors.columns}
    if named.query == "person":
        ledger.add("W-VIV-005", place, count=len(actors))
        if silent:
            ledger.add("N-VIV-006", place, count=silent, found=len(actors))
        return
    pseudo = [name for name in by_name["pseudo"].tolist() if name]
    if pseudo:
        ledger.add("W-VIV-008", place, count=len(pseudo))
    if "group_size" in by_name:
        alone = int(is_among(by_name["group_size"], {"1", "1.0"}).sum())
        if alone:
            ledger.add("W-VIV-009", place, count=alone)
