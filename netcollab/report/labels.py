"""The words a reader sees, in Norwegian, Danish or English: which word, which comma?"""

from __future__ import annotations

import math
import string
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, overload

import pandas as pd

from netcollab._checks import check_choice
from netcollab._counted import Counted
from netcollab.errors import InputError, UnknownNameError

__all__ = [
    "LANGUAGES",
    "ambient_language",
    "capitalized",
    "label",
    "language",
    "name_of",
    "number",
    "number_in",
    "phrases_of",
    "word",
]

LANGUAGES = ("en", "nb", "da")

_NEAREST = {
    "en": ("en", "nb", "da"),
    "nb": ("nb", "da", "en"),
    "da": ("da", "nb", "en"),
}
_GROUPS = {"en": ",", "nb": "\N{NO-BREAK SPACE}", "da": "."}
_MISSING, _MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
_LANGUAGE: ContextVar[str] = ContextVar("netcollab_language", default="en")


@contextmanager
def language(code: str) -> Iterator[None]:
    """Figures and tables made inside speak this language; no number changes.

    Parameters
    ----------
    code
        "nb", "da" or "en".

    Raises
    ------
    UnknownNameError
        For another language.

    Examples
    --------
    >>> with language("nb"):
    ...     label("state.not_asked"), number(0.5, 1)
    ('ikke spurt', '0,5')
    """
    token = _LANGUAGE.set(check_choice("language", code, LANGUAGES))
    try:
        yield
    finally:
        _LANGUAGE.reset(token)


def ambient_language() -> str:
    """The language in force: that of the innermost `language`, else English.

    Examples
    --------
    >>> ambient_language()
    'en'
    """
    return _LANGUAGE.get()


def label(key: str, **fields: object) -> str:
    """A phrase in the ambient language.

    Parameters
    ----------
    key
        Dotted name of the phrase in the locale files. A phrase with a singular and a
        plural form chooses by the field `count`; within a phrase, `{n:site|sites}`
        is the one or the other by the field `n`.
    fields
        What stands in the braces of the phrase. An integer `count` is written in the
        ambient language; other fields are put in as they are.

    Raises
    ------
    UnknownNameError
        If the locale has no such phrase.
    InputError
        If the fields are not those of the phrase.

    Examples
    --------
    >>> label("count.tie", count=1), label("count.tie", count=3)
    ('1 tie', '3 ties')
    """
    phrases = _phrases(ambient_language())
    found = key
    if f"{key}.other" in phrases:
        found = f"{key}.{'one' if fields.get('count') == 1 else 'other'}"
    if found not in phrases:
        raise UnknownNameError("label", key, phrases)
    wanted, given = _fields(phrases[found]), set(fields)
    if wanted != given:
        raise InputError(
            f'label "{key}" needs the fields {sorted(wanted)}, got {sorted(given)}'
        )
    count = fields.get("count")
    if isinstance(count, int):
        fields["count"] = number(count, 0)
    return phrases[found].format(**{name: Counted(v) for name, v in fields.items()})


def phrases_of(kind: str, code: str) -> dict[str, str]:
    """The phrases of one kind in a language, as the locale file has them.

    Examples
    --------
    >>> phrases_of("note", "nb")
    {'synthetic': 'Syntetiske data'}
    """
    start = f"{kind}."
    return {
        key.removeprefix(start): phrase
        for key, phrase in _phrases(code).items()
        if key.startswith(start)
    }


def word(text: object) -> str:
    """A name from the data, such as an attribute, as a reader would write it.

    Names the locale knows, measures among them, are translated; in others underscores
    become spaces.

    Examples
    --------
    >>> word("budget_mnok"), word("prior_collaboration"), word("own_scheme")
    ('budget (NOK million)', 'prior collaboration', 'own scheme')
    """
    phrases = _phrases(ambient_language())
    for kind in ("word", "measure"):
        if f"{kind}.{text}" in phrases:
            return phrases[f"{kind}.{text}"]
    return str(text).replace("_", " ").strip()


def capitalized(text: str) -> str:
    """The text with a large first letter, the rest as it is.

    Examples
    --------
    >>> capitalized("øvre E-I-indeks")
    'Øvre E-I-indeks'
    """
    return text[:1].upper() + text[1:]


@overload
def name_of(actors: pd.DataFrame) -> pd.Series: ...
@overload
def name_of(actors: pd.Series) -> str: ...
def name_of(actors: pd.DataFrame | pd.Series) -> pd.Series | str:
    """Display names of actors in the ambient language.

    The first that is filled of: the column `name_` of the language, the column `name`,
    the names in the other languages (Norwegian and Danish before English), the id.

    Parameters
    ----------
    actors
        Attributes indexed by actor, or one row of them.

    Returns
    -------
    Series or str
        One name per actor, or the name of the one.

    Examples
    --------
    >>> people = pd.DataFrame({"name_nb": ["Skole", ""]}, index=["school", "nav"])
    >>> name_of(people).tolist()
    ['Skole', 'nav']
    >>> name_of(people.loc["school"])
    'Skole'
    """
    first, *others = _NEAREST[ambient_language()]
    order = [f"name_{first}", "name", *(f"name_{other}" for other in others)]
    if isinstance(actors, pd.Series):
        filled = (actors.get(column) for column in order)
        return next((str(n) for n in filled if _is_filled(n)), str(actors.name))
    names = pd.Series(actors.index.astype("str"), actors.index, name="name")
    for column in reversed([column for column in order if column in actors]):
        names = names.mask(actors[column].map(_is_filled), actors[column].astype("str"))
    return names


def number(value: float, decimals: int = 2, *, signed: bool = False) -> str:
    """A number as the ambient language writes it: decimal comma in nb and da.

    An undefined number is an en dash. Thousands are grouped from 10 000 on.

    Parameters
    ----------
    value
        The number.
    decimals
        Digits after the decimal mark.
    signed
        True: a number above 0 has a plus.

    Examples
    --------
    >>> number(-0.126), number(float("nan")), number(12345, 0), number(-0.001)
    ('−0.13', '–', '12,345', '0.00')
    >>> with language("da"):
    ...     number(12345.5, 1)
    '12.345,5'
    """
    if pd.isna(value):
        return _MISSING
    if math.isinf(value):
        return "∞" if value > 0 else f"{_MINUS}∞"
    rounded = round(float(value), decimals) + 0.0
    code = ambient_language()
    grouping = "," if abs(rounded) >= 10_000 else ""
    whole, _, rest = f"{abs(rounded):{grouping}.{decimals}f}".partition(".")
    text = whole.replace(",", _GROUPS[code])
    if rest:
        text += ("." if code == "en" else ",") + rest
    if rounded < 0:
        return f"{_MINUS}{text}"
    return f"+{text}" if signed and rounded > 0 else text


def number_in(text: str) -> tuple[float, int] | None:
    """The number that a text is, and its decimals; None where it is more than that.

    The inverse of `number` in the same language. What begins with a 0 that no number
    begins with, such as an id, is none.

    Examples
    --------
    >>> number_in("−0.13"), number_in("12,345"), number_in("8 sites"), number_in("0301")
    ((-0.13, 2), (12345.0, 0), None, None)
    """
    code = ambient_language()
    sign, digits = (text[0], text[1:]) if text[:1] in (_MINUS, "+") else ("", text)
    point = "." if code == "en" else ","
    whole, _, rest = digits.replace(_GROUPS[code], "").partition(point)
    if not (whole + rest).isdecimal():
        return None
    value = float(f"{whole}.{rest or '0'}") * (-1 if sign == _MINUS else 1)
    is_written = number(value, len(rest), signed=sign == "+") == text
    return (value, len(rest)) if is_written else None


def _is_filled(name: Any) -> bool:
    return isinstance(name, str) and bool(name.strip())


def _fields(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name}


@cache
def _phrases(code: str) -> Mapping[str, str]:
    path = Path(__file__).with_name("locale") / f"{code}.toml"
    with path.open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)
