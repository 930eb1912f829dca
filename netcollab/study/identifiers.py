"""Names of things: characters that deceive, names that only seem to differ."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from netcollab.errors import closest
from netcollab.study.draft import Draft
from netcollab.study.privacy import MASK
from netcollab.study.problems import Place
from netcollab.study.text import suspicion

__all__ = [
    "INVISIBLE",
    "Faults",
    "Known",
    "check_ids",
    "check_references",
    "check_text",
    "difference",
    "fold",
    "groups_of_one_name",
    "is_plain",
    "note_faults",
]

INVISIBLE = (
    " \t\r\n\v\f\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e"
    + "".join(map(chr, range(0x2000, 0x2010)))
    + "\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f"
    + "".join(map(chr, range(0x2060, 0x2070)))
    + "\u3000\u3164\ufeff"
    + "".join(map(chr, range(0xE0000, 0xE0080)))
)
MAX_LENGTH = 200
_HIDDEN = {*INVISIBLE, *map(chr, range(0xFE00, 0xFE10))}
_SEEN_BLANKS = " \t\r\n"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_UNSEEN = re.compile(f"[{''.join(c for c in INVISIBLE if c not in _SEEN_BLANKS)}]")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d{2,}")
_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТУХЅІЈаеорсухѕіјΑΒΕΖΗΙΚΜΝΟΡΤΥΧο‐‑‒–—−’",
    "ABEKMHOPCTYXSIJaeopcyxsijABEZHIKMNOPTYXo------'",
)


Faults = dict[str, dict[int, dict[str, object]]]


class Known:
    """The names that exist, and where each stands.

    Parameters
    ----------
    names
        The names; a mapping gives the place of each, for messages.
    secret
        The names are of persons and must not be said.
    """

    def __init__(
        self, names: Iterable[str] | Mapping[str, Place], *, secret: bool = False
    ) -> None:
        self.places = names if isinstance(names, Mapping) else {}
        self.names = dict.fromkeys(names)
        self.secret = secret
        self._folded: dict[str, str] | None = None
        self._lookups = max(3, 50_000 // max(len(self.names), 1))

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def told(self, name: str) -> dict[str, object]:
        """A known name and where it stands, as fields of a problem."""
        place = self.places.get(name)
        shown = MASK if self.secret and name else name
        if place is None:
            return {"near": shown}
        file = f"{place.file} {place.sheet}".strip()
        return {"near": shown, "near_file": file, "near_row": place.row}

    def same_but_for_form(self, name: str) -> str:
        """A known name that differs only in case, blanks, form or look-alikes."""
        if self._folded is None:
            self._folded = {fold(known): known for known in self.names}
        return self._folded.get(fold(name), "")

    def is_padded(self, name: str) -> bool:
        """The name is known but for unseen characters around it, noted elsewhere."""
        return name.strip(INVISIBLE) in self.names

    def nearest(self, name: str) -> str:
        """The closest known name; looked for only so often, since it is slow."""
        if self._lookups <= 0 or len(name) > MAX_LENGTH:
            return ""
        self._lookups -= 1
        return self._same_number(name) or closest(name, self.names)

    def _same_number(self, name: str) -> str:
        """A known number that a spreadsheet may have turned into this one."""
        found = re.fullmatch(r"0*(\d+?)(?:\.0+)?", name)
        if found is None:
            return ""
        same = [n for n in self.names if n.lstrip("0") == found[1].lstrip("0")]
        return same[0] if len(same) == 1 else ""


def fold(name: str) -> str:
    """A name without what the eye does not see: case, blanks, composition, script.

    Examples
    --------
    >>> fold("NAV ") == fold("nav"), fold("A\\u030al") == fold("Ål")
    (True, True)
    """
    if name.isascii():
        return "".join(name.split()).casefold()
    composed = unicodedata.normalize("NFKC", name).translate(_LOOKALIKES)
    seen = "".join(c for c in composed if c not in _HIDDEN and not c.isspace())
    return unicodedata.normalize("NFC", seen.casefold())


def is_plain(name: str) -> bool:
    """A name without any of the faults of an id."""
    faults = _faults(name, None)
    return bool(name) and not any(code.startswith("E") for code, _ in faults)


def check_ids(draft: Draft, name: str, *, filled: bool) -> None:
    """Note every id of a column that is empty, padded, unseen, damaged or too long."""
    column = draft.columns[name]
    codes, uniques = _factorized(column.text)
    if filled:
        draft.note("E-IDS-001", name, column.text == "")
    if column.is_date is not None:
        draft.note("E-XLS-011", name, column.is_date)
    faults: Faults = {}
    for number, value in enumerate(uniques):
        for code, fields in _faults(value, draft.raw.encoding):
            faults.setdefault(code, {})[number] = fields
    note_faults(draft, name, codes, faults)
    if column.is_number is not None:
        long = [len(v) > 15 and v.isdigit() for v in uniques]
        cells = column.is_number & np.array([*long, False], dtype=bool)[codes]
        draft.note("E-IDS-006", name, cells)
    if name == "site":
        _note_lost_zeros(draft, uniques, codes)


def check_text(draft: Draft, name: str) -> None:
    """Note control characters and signs of damage in a text column."""
    codes, uniques = _factorized(draft.text(name))
    faults: Faults = {}
    for number, value in enumerate(uniques):
        if value.isascii() and value.isprintable():
            continue
        if _CONTROL.search(value):
            points = _points(_CONTROL.findall(value))
            faults.setdefault("E-TXT-001", {})[number] = {"points": points}
            continue
        sign, repaired = suspicion(value, draft.raw.encoding)
        if sign:
            near = "" if draft.schema.about_persons else repaired
            faults.setdefault(f"W-ENC-{sign}", {})[number] = {"near": near}
    note_faults(draft, name, codes, faults)


def check_references(
    draft: Draft, name: str, known: Known, code: str, **fields: object
) -> np.ndarray:
    """Note names that are not known, with the closest; True where a name is known.

    Empty cells are not looked up and count as known.
    """
    codes, uniques = _factorized(draft.text(name))
    unknown = [
        number
        for number, value in enumerate(uniques)
        if value and value not in known and not known.is_padded(value)
    ]
    faults: Faults = {}
    for number in unknown:
        value = uniques[number]
        same = known.same_but_for_form(value)
        if same and not is_plain(same):
            continue
        near = same or known.nearest(value)
        told = {**known.told(same if known.secret else near), **fields}
        if same:
            told["points"] = MASK if known.secret else difference(value, same)
        faults.setdefault("E-REF-002" if same else code, {})[number] = told
    note_faults(draft, name, codes, faults)
    is_known = np.ones(len(uniques) + 1, dtype=bool)
    is_known[unknown] = False
    found: np.ndarray = is_known[codes]
    return found


def groups_of_one_name(names: Iterable[str]) -> list[list[str]]:
    """Different names that are equal once folded."""
    by_fold: dict[str, list[str]] = {}
    for name in names:
        by_fold.setdefault(fold(name), []).append(name)
    return [group for group in by_fold.values() if len(group) > 1]


def note_faults(draft: Draft, name: str, codes: np.ndarray, faults: Faults) -> None:
    """Note faults of distinct values at every row that holds one of them."""
    for code, by_value in faults.items():
        where = np.isin(codes, list(by_value))
        draft.note(code, name, where, each=partial(_fields_at, codes, by_value))


def _fields_at(
    codes: np.ndarray, fields: dict[int, dict[str, object]], row: int
) -> dict[str, object]:
    return fields[int(codes[row])]


def _factorized(text: np.ndarray) -> tuple[np.ndarray, list[str]]:
    codes, uniques = pd.factorize(text)
    return codes, [str(value) for value in uniques]


def _faults(value: str, encoding: str | None) -> list[tuple[str, dict[str, object]]]:
    found: list[tuple[str, dict[str, object]]] = []
    if not value:
        return found
    if len(value) > MAX_LENGTH:
        found.append(("E-IDS-005", {"found": len(value), "limit": MAX_LENGTH}))
    if value != value.strip(_SEEN_BLANKS):
        found.append(("E-IDS-002", {"near": value.strip(INVISIBLE)}))
    if _SCIENTIFIC.fullmatch(value):
        found.append(("E-IDS-006", {}))
    if value.isascii() and value.isprintable():
        return found
    if _CONTROL.search(value):
        found.append(("E-IDS-004", {"points": _points(_CONTROL.findall(value))}))
    if _UNSEEN.search(value):
        points = _points(_UNSEEN.findall(value))
        found.append(("E-IDS-003", {"points": points, "near": _seen(value)}))
    odd = _other_script(value)
    if odd:
        found.append(("W-IDS-008", {"points": _scripts(odd)}))
    sign, repaired = suspicion(value, encoding)
    if sign:
        found.append((f"E-ENC-{sign}", {"near": repaired}))
    return found


def _seen(value: str) -> str:
    return _UNSEEN.sub(lambda m: " " if m[0].isspace() else "", value).strip(INVISIBLE)


def _other_script(value: str) -> list[str]:
    """Cyrillic or Greek letters in a name that is otherwise Latin."""
    letters = [c for c in value if c.isalpha()]
    other = [c for c in letters if "\u0370" <= c <= "\u052f"]
    return other if other and len(other) < len(letters) else []


def _points(characters: Iterable[str]) -> str:
    return ", ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(characters))


def _scripts(characters: Iterable[str]) -> str:
    return ", ".join(
        f"U+{ord(c):04X} {unicodedata.name(c, '').partition(' ')[0].capitalize()}"
        for c in dict.fromkeys(characters)
    )


def difference(value: str, same: str) -> str:
    """The characters in which two names differ, as code points."""
    ours = [c for c in value if c not in same]
    theirs = [c for c in same if c not in value]
    return f"{_points(ours) or '-'} / {_points(theirs) or '-'}"


def _note_lost_zeros(draft: Draft, uniques: list[str], codes: np.ndarray) -> None:
    digits = [value for value in uniques if value.isdigit()]
    lengths = {len(value) for value in digits}
    if lengths != {3, 4} or any(value.startswith("0") for value in digits):
        return
    for number, value in enumerate(uniques):
        if value.isdigit() and len(value) == 3:
            where = np.flatnonzero(codes == number)
            draft.note("W-IDS-009", "site", where, near=f"0{value}")
