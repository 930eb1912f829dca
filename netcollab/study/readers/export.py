"""What a reader found in an export, before anybody said what it means.

Survey tools give one row per respondent and one column per variable; network tools
give nodes and edges. A reader turns either into text cells with their rows in the
file, and says which decisions the format itself documents. It decides nothing else.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from netcollab.study.ledger import Ledger
from netcollab.study.paths import MAX_BYTES, find_file, listing, why_unreadable
from netcollab.study.problems import Place
from netcollab.study.raw import RawTable

__all__ = [
    "Kind",
    "NetworkExport",
    "Question",
    "SurveyExport",
    "export_file",
    "export_files",
]

Kind = Literal[
    "choice", "chosen", "number", "text", "date", "id", "contact", "status", "paradata"
]


@dataclass(frozen=True)
class Question:
    """One variable of a questionnaire export.

    Parameters
    ----------
    variable
        The name of its column.
    kind
        "choice": one of several options; "chosen": one option of a question that
        allows several, 1 or 0; "number"; "text": free text; "date"; "id": tells
        respondents apart; "contact": name, e-mail, telephone; "status": how far the
        respondent came; "paradata": clock, device, seed and other traces of the tool.
    text
        The question as the respondent saw it.
    battery
        The question that a row of a matrix or an option belongs to.
    row
        The words of that row or option.
    options
        Code as written in the cells -> its words; empty where the export has none.
    missing
        Cell -> reason, where the format itself documents it.
    blank
        The reason of an empty cell, where the format documents it; empty: not said.
    """

    variable: str
    kind: Kind
    text: str = ""
    battery: str = ""
    row: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, str] = field(default_factory=dict)
    blank: str = ""


@dataclass(frozen=True, eq=False)
class SurveyExport:
    """A questionnaire's answers: one row per respondent, one column per variable.

    Parameters
    ----------
    preset
        The format.
    table
        The cells as text; the header of each column is the variable.
    questions
        What each variable is, in the order of the columns.
    other_tables
        Further files of the export that were read, for the record.
    """

    preset: str
    table: RawTable
    questions: Mapping[str, Question]
    other_tables: Sequence[RawTable] = ()


@dataclass(frozen=True, eq=False)
class NetworkExport:
    """Actors and ties as a network tool wrote them.

    Parameters
    ----------
    preset
        The format.
    actors
        One row per actor: column `actor`, and attributes.
    ties
        One row per tie: columns relation, source, target, weight, and wave, state,
        distance where the format has them.
    directed
        Relation -> whether its ties have a direction; None: the format does not say.
    persons
        The format says that every actor is a person.
    """

    preset: str
    actors: RawTable
    ties: RawTable
    directed: Mapping[str, bool | None]
    persons: bool = False


def export_file(path: Path, suffixes: Sequence[str], ledger: Ledger) -> Path | None:
    """The file of an export, if it is one of the formats; else the problem is noted.

    Parameters
    ----------
    path
        What the user named.
    suffixes
        The endings of the format, in lower case, such as ``(".csv", ".xlsx")``.
    ledger
        Takes the problems.
    """
    place = Place(path.name or str(path))
    ledger.open(place.file)
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        missing = isinstance(error, (FileNotFoundError, ValueError))
        code = "E-EXP-001" if missing else "E-FIL-006"
        reason = why_unreadable(error) if isinstance(error, OSError) else ""
        ledger.add(code, place, value=path.name, reason=reason)
        return None
    if path.name.startswith("~$"):
        ledger.add("E-FIL-013", place, value=path.name)
    elif not stat.S_ISREG(status.st_mode):
        ledger.add("E-EXP-002", place, value=path.name, options=", ".join(suffixes))
    elif path.suffix.lower() not in suffixes:
        told = {"value": path.name, "options": ", ".join(suffixes)}
        ledger.add("E-EXP-003", place, suffix=path.suffix or "-", **told)
    elif status.st_size > MAX_BYTES:
        found, limit = (f"{n:,}".replace(",", " ") for n in (status.st_size, MAX_BYTES))
        ledger.add("E-FIL-009", place, found=found, limit=limit)
    else:
        return path
    return None


def export_files(folder: Path, names: Sequence[str], ledger: Ledger) -> dict[str, Path]:
    """The files of an export that is a folder: those of the names that are there.

    Links that leave the folder, devices and files over the limit are noted.
    """
    found = {}
    here = listing(folder)
    for name in names:
        if name in here:
            ledger.open(name)
            file = find_file(folder, name, Place(name), ledger)
            if file is not None:
                found[name] = file
    return found
