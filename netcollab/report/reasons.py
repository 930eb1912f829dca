"""Why a number is missing or a job stopped, in the reader's language."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from netcollab.report.labels import label, number, phrases_of, word
from netcollab.study import TIE_STATES

__all__ = ["reason_text", "worded", "worded_reasons"]

_ANY, _ONE = ".+", r"(?:(?!; ).)+"
_SENTENCES = {"told", "wanted", "found"}
_WORDS = {"measure", "attribute"}
_CODES = {
    "component": "component",
    "job": "job",
    "level": "level",
    "status": "link_status",
    "unit": "unit",
    "verdict": "verdict",
}
_NUMBERS = {"alpha", "count", "effect", "least", "most", "n", "p", "share", "value"}
_NUMBER = re.compile(r"[-\N{MINUS SIGN}]?\d[\d,]*(?:\.\d+)?")
_COUNTED = re.compile(r"\{(\w+)(?::([^{}|]*)\|([^{}|]*))?\}")


def reason_text(reason: str) -> str:
    """A reason, a limit or the message of an error, in the ambient language.

    The English sentence is the key: the locale holds it with a name in braces for each
    field. A sentence that the locale does not know stands as it is; where it is
    several, parted by semicolons or each with a name before a colon, each is
    translated.

    Examples
    --------
    >>> from netcollab.report.labels import language
    >>> with language("nb"):
    ...     reason_text("no sent tie was observed (not asked)")
    'ingen bånd fra aktøren er observert (ikke spurt)'
    """
    parts, told = reason.split("; "), []
    while parts:
        for n in range(len(parts), 0, -1):
            sentence = "; ".join(parts[:n])
            text = _whole(sentence) or _after_name(sentence)
            if text or n == 1:
                told.append(text or sentence)
                parts = parts[n:]
                break
    return "; ".join(told)


def worded(text: str, section: str) -> str:
    """A text as a section of the locale has it in the ambient language, else as it is.

    Examples
    --------
    >>> from netcollab.report.labels import language
    >>> with language("nb"):
    ...     worded("response scale", "lost"), worded("attributes: staff", "lost")
    ('svarskala', 'egenskaper: staff')
    """
    return _whole(text, section) or text


def worded_reasons(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its reasons in the ambient language, each column of them.

    Columns of reasons are `reason` and those whose name ends so. Other cells, codes of
    verdicts among them, stay as they are.

    Examples
    --------
    >>> from netcollab.report.labels import language
    >>> rows = pd.DataFrame({"verdict": ["inconclusive"], "reason": ["no codings"]})
    >>> with language("nb"):
    ...     worded_reasons(rows).iloc[0].tolist()
    ['inconclusive', 'ingen kodinger']
    """
    told = table.copy()
    for column in told.columns:
        if str(column).endswith("reason"):
            reasons = told[column].dropna().unique()
            told[column] = told[column].map(
                {each: reason_text(each) for each in reasons}
            )
    return told


def _whole(sentence: str, section: str = "because") -> str:
    """One sentence of a section of the locale; empty if there is none like it."""
    for key, pattern in _patterns(section).items():
        found = pattern.fullmatch(sentence)
        if found:
            fields = {k: _told(k, text) for k, text in found.groupdict().items()}
            return label(f"{section}.{key}", **fields)
    return ""


def _after_name(sentence: str) -> str:
    """A name and, after a colon, one sentence of the locale."""
    name, colon, why = sentence.partition(": ")
    told = _whole(why) if colon and re.fullmatch(r"[\w ]+", name) else ""
    return f"{word(name)}: {told}" if told else ""


def _told(field: str, text: str) -> str:
    if field == "states":
        return ", ".join(_state(part) for part in text.split(", "))
    if field in _WORDS:
        return word(text)
    if field == "kind":
        return worded(text, "kind")
    if field in _CODES:
        kind = _CODES[field]
        return label(f"{kind}.{text}") if text in phrases_of(kind, "en") else text
    if field == "known" and text == "none":
        return label("because.none_known")
    if field in _NUMBERS and _NUMBER.fullmatch(text):
        return _number(text)
    return reason_text(text) if field in _SENTENCES else text


def _number(text: str) -> str:
    """A number with as many digits as it has, and the ambient language's marks."""
    plain = text.replace(",", "").replace("\N{MINUS SIGN}", "-")
    return number(float(plain), len(plain.partition(".")[2]))


def _state(text: str) -> str:
    state = text.replace(" ", "_")
    return label(f"state.{state}") if state in TIE_STATES else text


@cache
def _patterns(section: str) -> dict[str, re.Pattern[str]]:
    """The English sentences of a section, with a group for each field."""
    return {
        key: re.compile(_pattern(phrase), re.DOTALL)
        for key, phrase in phrases_of(section, "en").items()
    }


def _pattern(phrase: str) -> str:
    pattern, at, seen = "", 0, set()
    for found in _COUNTED.finditer(phrase):
        name, one, many = found.groups()
        pattern += re.escape(phrase[at : found.start()])
        at = found.end()
        if one is not None:
            pattern += f"(?:{re.escape(one)}|{re.escape(many)})"
        elif name in seen:
            pattern += f"(?P={name})"
        else:
            seen.add(name)
            pattern += f"(?P<{name}>{_ANY if name == 'told' else _ONE})"
    return pattern + re.escape(phrase[at:])
