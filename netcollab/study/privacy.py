"""What must not be shown, and what should not be in a study's tables at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

__all__ = [
    "LEAST_SHOWN",
    "MASK",
    "holds_email",
    "holds_phone",
    "is_identity_column",
    "is_person_name_column",
    "is_phone_column",
    "national_ids",
    "phone_rows",
    "shown",
    "shown_name",
    "why_personal",
]

MASK = "***"
LEAST_SHOWN = 5  # people behind what is shown, where a study says nothing else
_LONGEST_SHOWN = 80
_LONGEST_SEARCHED = 100_000
_BLANK = "[ \u00a0\u2009\u202f]"
_NOT_INSIDE = r"(?<!\d)(?<!\d[.,])"
_ELEVEN = re.compile(
    rf"{_NOT_INSIDE}(\d\d)[ .]?(\d\d)[ .]?(\d\d)[ -]?(\d{{3}})[ ]?(\d\d)(?!\d)"
)
_TEN = re.compile(rf"{_NOT_INSIDE}(\d{{6}})([ -]?)(\d{{4}})(?!\d)")
_EMAIL = re.compile(r"[^\s@;,<>\"]{1,64}@[^\s@;,<>\"]{1,190}\.[A-Za-zÀ-ž]{2,24}")
_PREFIX = r"(?<!\d)\(?(?:\+|00)4[5-7]\)?[-./]?"
_WORD = r"(?<![a-zæøå])(?:tlf|tel|telefon|mob|mobil|phone)(?:nr|nummer)?\.?:?"
_GROUPED = rf"(?:\d\d(?:{_BLANK}\d\d){{3}}|\d{{3}}{_BLANK}\d\d{_BLANK}\d{{3}})"
_PHONE = re.compile(
    rf"(?:{_PREFIX}|{_WORD}){_BLANK}?\d(?:{_BLANK}?\d){{7}}(?!\d)"
    rf"|{_NOT_INSIDE}(?<!\d{_BLANK})(?!0){_GROUPED}(?!{_BLANK}?\d|[.,]\d)",
    re.I,
)
_BARE_PHONE = re.compile(rf"[+(]{{0,2}}\d(?:(?:{_BLANK}|[()/.-]){{0,2}}\d){{7,14}}")
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\ufe00-\ufe0f\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
_IDENTITY = re.compile(
    r"cpr|cpr(?:nr|nummer|no|number)|f(?:ø|oe?)dselsn(?:umme)?r|fnr|personn(?:umme)?r"
    r"|national(?:identity)?(?:id|number)|ssn|dnummer"
)
_OF_PHONES = re.compile(
    r"(?:mobil|arbeids|arbejds|privat|direkte)?(?:tlf|telefon|telephone|phone)"
    r"(?:nr|nummer|no|number)?|tel|mob|(?:mobil|mobile|cell)(?:nr|nummer|no|number)?"
)
_WORDS = re.compile(r"[a-zæøå]+")
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

    What looks like a national id, an e-mail address or a telephone number is masked;
    characters that cannot be seen are written as escapes; longer values are cut.

    Examples
    --------
    >>> shown("a\\x00b"), shown("kari@example.org"), shown("01017012345")
    ('a\\\\x00b', '***', '***')
    >>> shown("12 34 56 78"), shown("974 760 673")
    ('***', '974 760 673')
    """
    text = value[: longest + 2000]
    text = _EMAIL.sub(MASK, text) if "@" in text else text
    for pattern in (_PHONE, _ELEVEN, _TEN):
        text = pattern.sub(MASK, text)
    text = _HIDDEN.sub(_escape, text)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def shown_name(name: str) -> str:
    """The name of a file, sheet or column as it may stand in a message, uncut."""
    return shown(name, longest=4000)


def why_personal(text: str) -> str:
    """The code of what a single text (a header) holds that identifies a person."""
    if national_ids([text]):
        return "E-PRI-001"
    if holds_email(text):
        return "E-PRI-002"
    return "E-PRI-004" if holds_phone(text) else ""


def national_ids(values: Sequence[str]) -> list[int]:
    """The positions of the values that hold a Norwegian or Danish identity number.

    Norwegian numbers (also D-numbers and synthetic ones) count when both check digits
    fit; Danish ones when written with a hyphen and a real date. Ten digits alone count
    when at least half of the column's ten-digit numbers fit the old checksum, or when
    most of the column are dates of different days: since 2007 the checksum need not
    fit. A spreadsheet may have taken the first zero of a Norwegian number.

    Examples
    --------
    >>> national_ids(["010170-1234", "nav"]), national_ids(["974760673", "0301"])
    ([0], [])
    """
    certain, checked, dated, ten = set(), set(), set(), set()
    days = set()
    for place, value in enumerate(values):
        if sum(map(str.isdigit, value)) < 10:
            continue
        if _has_norwegian(value) or _has_hyphenated_danish(value):
            certain.add(place)
            continue
        for found in _TEN.finditer(value):
            digits = found[1] + found[3]
            ten.add(place)
            if _is_danish(digits) or _is_norwegian(f"0{digits}"):
                checked.add(place)
            if _starts_with_date(digits):
                dated.add(place)
                days.add(digits[:2])
    filled = sum(value != "" for value in values)
    if dated and 2 * len(dated) > filled and len(days) > 1:
        certain |= dated
    if 2 * len(checked) >= len(ten):
        certain |= checked
    return sorted(certain)


def holds_email(value: str) -> bool:
    """The text holds an e-mail address."""
    return "@" in value and _EMAIL.search(value[:_LONGEST_SEARCHED]) is not None


def holds_phone(value: str) -> bool:
    """The text holds a telephone number written as one.

    Eight digits in the usual groups, or after a country code or a word for telephone.

    Examples
    --------
    >>> [holds_phone(text) for text in ("12 34 56 78", "ring +47 12345678")]
    [True, True]
    >>> [holds_phone(text) for text in ("974 760 673", "12345678", "12 345 678")]
    [False, False, False]
    """
    if sum(map(str.isdigit, value)) < 8:
        return False
    return _PHONE.search(value[:_LONGEST_SEARCHED]) is not None


def phone_rows(values: Sequence[str], *, is_declared: bool) -> list[int]:
    """The positions of the values that hold a telephone number.

    Parameters
    ----------
    values
        The cells.
    is_declared
        The header says that the column holds telephone numbers, so that eight
        digits alone are one.
    """
    return [
        place
        for place, value in enumerate(values)
        if holds_phone(value)
        or (is_declared and _BARE_PHONE.fullmatch(value.strip()) is not None)
    ]


def is_phone_column(name: str) -> bool:
    """The header says that the column holds telephone numbers.

    Examples
    --------
    >>> is_phone_column("tlf"), is_phone_column("Mobil nr"), is_phone_column("cvr")
    (True, True, False)
    """
    return any(map(_OF_PHONES.fullmatch, _WORDS.findall(name.casefold())))


def is_identity_column(name: str) -> bool:
    """The header says that the column holds national identity numbers.

    Examples
    --------
    >>> is_identity_column("CPR-nr"), is_identity_column("fødselsnummer")
    (True, True)
    >>> is_identity_column("organisasjonsnummer"), is_identity_column("kommunenummer")
    (False, False)
    """
    words = _WORDS.findall(name.casefold())
    return any(map(_IDENTITY.fullmatch, [*words, "".join(words)]))


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
    return any(_is_norwegian("".join(m.groups())) for m in _ELEVEN.finditer(value))


def _has_hyphenated_danish(value: str) -> bool:
    return any(m[2] == "-" and _starts_with_date(m[1]) for m in _TEN.finditer(value))


def _is_norwegian(digits: str) -> bool:
    d = [int(digit) for digit in digits]
    first = sum(w * x for w, x in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), d, strict=False))
    second = sum(w * x for w, x in zip((5, 4, 3, 2, 7, 6, 5, 4, 3, 2), d, strict=False))
    day, month, year = int(digits[:2]) % 40, int(digits[2:4]), int(digits[4:6])
    dated = any(_is_date(day, month - add, year) for add in (0, 40, 65, 80))
    return dated and (-first) % 11 == d[9] and (-second) % 11 == d[10]


def _is_danish(digits: str) -> bool:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    total = sum(w * int(x) for w, x in zip(weights, digits, strict=True))
    return _starts_with_date(digits) and total % 11 == 0


def _starts_with_date(digits: str) -> bool:
    """Day, month and year in six digits."""
    return _is_date(int(digits[:2]), int(digits[2:4]), int(digits[4:6]))


def _is_date(day: int, month: int, year: int) -> bool:
    try:
        date(1900 + year if year else 2000, month, day)
    except ValueError:
        return False
    return True
