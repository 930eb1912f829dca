"""Units and sites by their names: what an export calls them, and what we call them.

A questionnaire shows names, and the tables beside the codebook say whose they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from netcollab.study.draft import Draft
from netcollab.study.identifiers import fold
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ExportSpec
from netcollab.study.readers.export import SurveyExport

__all__ = ["with_names"]

_TABLES = {"actor": "actors", "site": "sites"}
_NAMES = ("name", "name_nb", "name_da", "name_en")
_MOST_TOLD = 20


def with_names(
    export: SurveyExport,
    spec: ExportSpec,
    beside: Mapping[str, Draft],
    ledger: Ledger,
) -> ExportSpec:
    """The codebook's section, with an id for each name of a unit or site.

    Names are compared without case and blanks. Words that are ids, and cells with a
    code in the codebook, keep their meaning; a name of two ids is none.

    Parameters
    ----------
    export
        The answers.
    spec
        What each variable means.
    beside
        Tables of actors and sites, as text.
    ledger
        Takes a note of what was read so.
    """
    columns = {column.header: column for column in export.table.columns}
    found = dict(spec.codes)
    for place, table in _TABLES.items():
        variable = spec.places.get(place, "")
        if variable in spec.codes or variable not in columns or table not in beside:
            continue
        ids = set(map(str, beside[table].text(place)))
        names = _ids_of_names(beside[table], place)
        question = export.questions.get(variable)
        words = {} if question is None else dict(question.options)
        words = {code: said.strip() for code, said in words.items() if said.strip()}
        if not words:
            cells = map(str, columns[variable].text.tolist())
            words = {cell: cell.strip() for cell in cells if cell.strip()}
        meant = {
            cell: names[fold(said)]
            for cell, said in words.items()
            if said not in ids and fold(said) in names
        }
        if meant:
            found[variable] = words | meant
            told = dict.fromkeys(f"{words[c]} = {own}" for c, own in meant.items())
            at = export.table.place(column=columns[variable])
            known = ", ".join(list(told)[:_MOST_TOLD])
            ledger.add("N-EXP-043", at, name=place, table=table, known=known)
    return replace(spec, codes=found)


def _ids_of_names(table: Draft, place: str) -> dict[str, str]:
    """Folded name -> id, for names that only one id has."""
    owners: dict[str, set[str]] = {}
    for column in _NAMES:
        for own, name in zip(table.text(place), table.text(column), strict=True):
            if str(name).strip():
                owners.setdefault(fold(str(name)), set()).add(str(own))
    return {name: ids.pop() for name, ids in owners.items() if len(ids) == 1}
