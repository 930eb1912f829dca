"""Why a text is no TOML, as a code that can be said in every language."""

from __future__ import annotations

import re

__all__ = ["toml_fault"]

_FAULTS = (
    (r"twice|overwrite|duplicate|mutate|redefine|namespace", "E-MAN-033"),
    (r"unterminated|unclosed|expected '?\]|illegal character '\\[nr]", "E-MAN-034"),
    (r"expected '=' after|invalid initial character|invalid statement", "E-MAN-035"),
    (r"invalid value|invalid date|invalid hex", "E-MAN-036"),
    (r"unescaped|escape", "E-MAN-037"),
)


def toml_fault(said: str) -> str:
    """The code for what a TOML parser said.

    Examples
    --------
    >>> toml_fault("Invalid value (at line 3, column 8)")
    'E-MAN-036'
    >>> toml_fault("Expected newline or end of document (at line 1, column 9)")
    'E-MAN-001'
    """
    for pattern, code in _FAULTS:
        if re.search(pattern, said, re.I):
            return code
    return "E-MAN-001"
