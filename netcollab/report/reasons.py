"""Why a number is missing, in the reader's language."""

from __future__ import annotations

import re
from functools import cache

from netcollab.report.labels import label, number, phrases_of, word
from netcollab.study import TIE_STATES

__all__ = ["reason_text", "reasons_text"]


def reason_text(reason: str) -> str:
    """A reason of a measure in the ambient language.

    A reason that the locale does not know stands as it is, in English; where it is
    several, each with a name before a colon, each is translated.

    Examples
    --------
    >>> from netcollab.report.labels import language
    >>> with language("nb"):
    ...     reason_text("no sent tie was observed (not asked)")
    'ingen bånd fra aktøren er observert (ikke spurt)'
    """
    for key, pattern in _patterns().items():
        found = pattern.fullmatch(reason)
        if found:
            told = {name: _told(name, text) for name, text in found.groupdict().items()}
            return label(f"because.{key}", **told)
    if "; " in reason:
        return "; ".join(reason_text(part) for part in reason.split("; "))
    name, colon, why = reason.partition(": ")
    if colon and re.fullmatch(r"[\w ]+", name):
        return f"{word(name)}: {reason_text(why)}"
    return reason


def reasons_text(reasons: str) -> str:
    """Several reasons, parted by semicolons, each in the ambient language."""
    return "; ".join(reason_text(reason) for reason in reasons.split("; "))


def _told(name: str, text: str) -> str:
    if name == "states":
        return ", ".join(_state(part) for part in text.split(", "))
    if name in {"measure", "attribute"}:
        return word(text)
    if name == "unit":
        return label(f"unit.{text}")
    if name in {"alpha", "p", "effect"}:
        return _number(text)
    return reason_text(text) if name == "told" else text


def _number(text: str) -> str:
    """A number with as many digits as it has, and the ambient language's mark."""
    _, _, digits = text.partition(".")
    return number(float(text), len(digits)) if digits.isdigit() else text


def _state(text: str) -> str:
    state = text.replace(" ", "_")
    return label(f"state.{state}") if state in TIE_STATES else text


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The English reasons, with a group for each field."""
    found = {}
    for key, phrase in phrases_of("because", "en").items():
        parts = re.split(r"\{(\w+)\}", phrase)
        pattern = "".join(
            f"(?P<{part}>.+)" if k % 2 else re.escape(part)
            for k, part in enumerate(parts)
        )
        found[key] = re.compile(pattern)
    return found
