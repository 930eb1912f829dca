"""What must not be shown, and what should not be in a study's tables at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

__all__ = [
    "MASK",
    "holds_email",
    "holds_phone",
    "is_person_name_column",
    "national_ids",
    "shown",
]

MASK = "***"
_LONGEST_SHOWN = 80
_ELEVEN = re.compile(r"(?<!\d)(\d{6})[ -]?(\d{5})(?!\d)")
_TEN = re.compile(r"(?<!\d)(\d{6})([ -]?)(\d{4})(?!\d)")
_EMAIL = re.compile(r"[^\s@;,<>\"]{1,64}@[^\s@;,<>\"]{1,190}\.[A-Za-zÀ-ž]{2,24}")
_PHONE = re.compile(
    r"(?:(?:\+|00)4[5-7][ ]?|(?:tlf|tel|mob|mobil)\.?:? ?)\d(?:[ ]?\d){7}(?!\d)", re.I
)
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ud800-\udfff]"
)
_NAMES_OF_ANYTHING = {"name", "navn"}
_NAMES_OF_PERSONS = {
    "fullname",
    "fulltnavn",
    "fuldenavn",
    "firstname",
    "lastname",
    "surname",
    "fornavn",
    "efternavn",
    "etternavn",
    "personnavn",
    "contactperson",
    "kontaktperson",
    "respondentname",
    "respondentnavn",
    "informantname",
    "informantnavn",
}


def shown(value: str, *, longest: int = _LONGEST_SHOWN) -> str:
    """A value as it may stand in a message.

    Numbers that look like national ids and e-mail addresses are masked; characters
    that cannot be seen are written as escapes; longer values are cut.

    Examples
    --------
    >>> shown("a\\x00b"), shown("kari@example.org"), shown("01017012345")
    ('a\\\\x00b', '***', '***')
    """
    text = value[: longest + 2000]
    text = _EMAIL.sub(MASK, text) if "@" in text else text
    text = _TEN.sub(MASK, _ELEVEN.sub(MASK, text))
    text = _HIDDEN.sub(_escape, text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def national_ids(values: Iterable[str]) -> int:
    """How many of the values hold a Norwegian or Danish national identity number.

    Norwegian numbers count when both check digits fit; Danish ones when written with
    a hyphen and a real date, or when most ten-digit numbers of the column are a date
    and fit the old checksum.

    Examples
    --------
    >>> national_ids(["010170-1234", "nav"]), national_ids(["974760673", "0301"])
    (1, 0)
    """
    certain = bare = ten = 0
    for value in values:
        if sum(map(str.isdigit, value)) < 10:
            continue
        if _has_norwegian(value) or _has_hyphenated_danish(value):
            certain += 1
            continue
        loose = [m for m in _TEN.finditer(value) if m[2] != "-"]
        ten += bool(loose)
        bare += any(_is_danish(m[1] + m[3]) for m in loose)
    return certain + (bare if 2 * bare >= ten else 0)


def holds_email(value: str) -> bool:
    """The text holds an e-mail address."""
    return "@" in value and _EMAIL.search(value[:100_000]) is not None


def holds_phone(value: str) -> bool:
    """The text holds a telephone number written as one."""
    return _PHONE.search(value[:100_000]) is not None


def is_person_name_column(name: str, *, about_persons: bool) -> bool:
    """The header says that the column holds names of persons.

    A plain "name" is a person's only in a table about persons.
    """
    letters = re.sub(r"[^a-zæøå]", "", name.casefold())
    is_name = about_persons and letters in _NAMES_OF_ANYTHING
    return is_name or letters in _NAMES_OF_PERSONS


def _escape(found: re.Match[str]) -> str:
    point = ord(found[0])
    return f"\\x{point:02x}" if point < 0x20 else f"\\u{point:04x}"


def _has_norwegian(value: str) -> bool:
    return any(_is_norwegian(m[1] + m[2]) for m in _ELEVEN.finditer(value))


def _has_hyphenated_danish(value: str) -> bool:
    return any(
        m[2] == "-" and _is_date(int(m[1][:2]), int(m[1][2:4]), int(m[1][4:6]))
        for m in _TEN.finditer(value)
    )


def _is_norwegian(digits: str) -> bool:
    d = [int(digit) for digit in digits]
    first = sum(w * x for w, x in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), d, strict=False))
    second = sum(w * x for w, x in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), d, strict=False))
    day, month, year = int(digits[:2]) % 40, int(digits[2:4]), int(digits[4:6])
    dated = any(_is_date(day, month - add, year) for add in (0, 40, 65, 80))
    return dated and (-first) % 11 == d[9] and (-second) % 11 == d[10]


def _is_danish(digits: str) -> bool:
    dated = _is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return (
        dated
        and sum(w * int(x) for w, x in zip(weights, digits, strict=True)) % 11 == 0
    )


def _is_date(day: int, month: int, year: int) -> bool:
    try:
        date(1900 + year if year else 2000, month, day)
    except ValueError:
        return False
    return True
