"""Random names for respondents, with the key in another place.

A hash of an address can be guessed by whoever has a list of addresses. A random id
tells nothing without its key; the key must not lie beside the data.
"""

from __future__ import annotations

import csv
import io
import random
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from netcollab._files import write_atomically
from netcollab.errors import InputError
from netcollab.study.coding_checks import SUMMARY
from netcollab.study.personal_data import is_digest
from netcollab.study.privacy import shown
from netcollab.study.raw import as_text
from netcollab.study.schema import TABLES
from netcollab.study.study import Study, read_study, write_study

__all__ = ["pseudonymise"]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE32 = _LETTERS + "234567"
_LENGTH = 10
_HEADER = ["respondent", "pseudonym"]
_PERSONS = {
    "respondents": "respondent",
    "answers": "respondent",
    "codings": "informant",
}
_SHORT_NUMBER = re.compile(r"\d{1,4}")
_WORDS = re.compile(r"[^\s,;:()/\"']+")
_PARTS = re.compile(r"[^\W_]+")
_MAX_KEY_BYTES = 50_000_000


def pseudonymise(
    study: Study | str | Path,
    *,
    key: str | Path,
    out: str | Path,
    rng: random.Random | None = None,
) -> Study:
    """Write the study with random ids for its respondents, and their key elsewhere.

    Respondents, the respondents of answers and the informants of codings get ten
    random letters and digits. Rows are sorted by the new id, so that their order says
    nothing of the old one. The key, a CSV of respondent and pseudonym, is readable by
    its owner only. A key that is there is extended: the same person keeps the
    pseudonym in the next wave, and an id that already is one stays.

    Parameters
    ----------
    study
        The study, its folder, or its workbook; the folder that the workbook lies in is
        then the study's folder.
    key
        The key file, outside the study and outside `out`.
    out
        A new folder.
    rng
        For tests; None: the system's source of randomness.

    Returns
    -------
    Study
        As it was written, with `pseudonymised = true`.

    Raises
    ------
    InputError
        If the key would lie in one of the folders, the key file is not one, the
        study has no respondents, or an old id stands in another cell of the study.
    """
    key_file, folder = Path(key).resolve(), Path(out)
    origin = None if isinstance(study, Study) else Path(study)
    _check_places(key_file, folder, origin)
    read = study if isinstance(study, Study) else read_study(study)
    ids = _ids(read)
    known = _read_key(key_file)
    names = _extended(known, ids, rng or secrets.SystemRandom())
    _check_elsewhere(read, ids, names)
    changed = _renamed(read, names)
    write_atomically(key_file, _key_text(names), mode=0o600)
    write_study(changed, folder)
    return changed


def _check_places(key: Path, out: Path, study: Path | None) -> None:
    """The key lies in none of the folders, links resolved; the folders are apart."""
    own, said = _folder(study) if study is not None else (None, "")
    for folder in [f.resolve() for f in (out, own) if f is not None]:
        if key.is_relative_to(folder):
            raise InputError(
                f"the key may not lie in {folder}{said if folder == own else ''}: "
                "whoever gets the data would get the key with them. Choose a place "
                "that others cannot read"
            )
    if own is not None and out.resolve().is_relative_to(own):
        raise InputError(f"the output may not lie in the study {own}{said}")
    if key.is_dir():
        raise InputError(f"{key} is a folder; the key is a file")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{out} is there already; choose a new folder")


def _folder(study: Path) -> tuple[Path, str]:
    """The folder of the study, and what to say of it when the study is a workbook."""
    if not study.is_file():
        return study.resolve(), ""
    if study.name == "study.toml":
        return study.parent.resolve(), ""
    said = (
        f" (the study is the workbook {study.name}; its folder is the study's folder)"
    )
    return study.parent.resolve(), said


def _ids(study: Study) -> list[str]:
    """Every id of a person, once."""
    found: dict[str, None] = {}
    for table, column in _PERSONS.items():
        cells = getattr(study, table)[column].dropna()
        found |= dict.fromkeys(str(cell) for cell in cells if cell != SUMMARY)
    if not found:
        raise InputError("the study has no respondents; there is nothing to replace")
    return list(found)


def _read_key(file: Path) -> dict[str, str]:
    """The key as it is; the values of a file that is none are not shown."""
    if not file.exists():
        return {}
    if file.stat().st_size > _MAX_KEY_BYTES:
        raise InputError(f"{file} is too large for a key")
    try:
        text = file.read_bytes().decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise InputError(f"{file} is not a key: it is no CSV in UTF-8") from None
    if rows[:1] != [_HEADER]:
        raise InputError(f"{file} is not a key: its columns are not {_HEADER}")
    known: dict[str, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != 2 or not all(row) or row[0] in known:
            raise InputError(f"{file} is not a key: row {number} is damaged or doubled")
        known[row[0]] = row[1]
    if len(set(known.values())) < len(known):
        raise InputError(f"{file} is not a key: two persons have one pseudonym")
    if is_digest(known.values()):
        raise InputError(f"{file} holds hashes; they can be guessed. Start a new key")
    return known


def _extended(
    known: dict[str, str], ids: Iterable[str], rng: random.Random
) -> dict[str, str]:
    """The key with a pseudonym for every id."""
    names, wanted = dict(known), list(ids)
    given = set(known.values())
    taken = {*known, *given, *wanted}
    for person in wanted:
        if person in names or person in given:
            continue
        name = _drawn(rng)
        while name in taken:
            name = _drawn(rng)
        taken.add(name)
        names[person] = name
    return names


def _drawn(rng: random.Random) -> str:
    """Ten random characters, a letter first, so that no program sees a number."""
    return rng.choice(_LETTERS) + "".join(rng.choices(_BASE32, k=_LENGTH - 1))


def _check_elsewhere(study: Study, ids: Sequence[str], names: dict[str, str]) -> None:
    """No id that is replaced stands in a cell that is not.

    Numbers of up to four digits are not looked for: they may be anything.
    """
    gone = {p.casefold() for p in ids if p in names and not _SHORT_NUMBER.fullmatch(p)}
    found = []
    for table in TABLES:
        frame = getattr(study, table)
        for column in [c for c in frame if c != _PERSONS.get(table)]:
            cells = (as_text(cell)[0] for cell in frame[column].dropna().unique())
            if any(not gone.isdisjoint(_words(cell)) for cell in cells):
                found.append(
                    f"{table}, column {shown(column)}: ids of respondents stand here "
                    "too and would stay; remove them, or name the column under "
                    "[privacy] identifiers"
                )
    if found:
        raise InputError(found)


def _words(cell: str) -> set[str]:
    """The cell, its words, and the parts of these."""
    folded = cell.casefold()
    words = (word.strip(".-!?") for word in _WORDS.findall(folded))
    return {folded.strip(), *words, *_PARTS.findall(folded)}


def _renamed(study: Study, names: dict[str, str]) -> Study:
    tables = {name: getattr(study, name) for name in TABLES}
    for table, column in _PERSONS.items():
        frame = tables[table]
        frame[column] = frame[column].map(lambda cell: names.get(str(cell), cell))
        tables[table] = _sorted(frame, column)
    given = {name: frame for name, frame in tables.items() if len(frame)}
    manifest = replace(study.manifest, pseudonymised=True)
    return Study.from_frames(manifest, **given)


def _sorted(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """By the new id; the rows of one person keep their order."""
    return frame.sort_values(column, kind="stable", ignore_index=True)


def _key_text(names: dict[str, str]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEADER)
    pairs = sorted(names.items(), key=lambda pair: pair[1])
    writer.writerows(pairs)
    return out.getvalue()
