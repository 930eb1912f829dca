"""The language in force, for rooms left of `report` that write what people read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from pathlib import Path

__all__ = ["LANGUAGE", "problem_templates"]

LANGUAGE: ContextVar[str] = ContextVar("netcollab_language", default="en")

_HERE = Path(__file__).parent
_LOCALE = _HERE / "report" / "locale"


@cache
def problem_templates(code: str) -> Mapping[str, Mapping[str, str]]:
    """What a problem of the data says, by its code, in a language.

    Examples
    --------
    >>> problem_templates("nb")["E-TIE-002"]["title"]
    'et bånd fra en aktør til seg selv'
    """
    english = _HERE / "study" / "problems.toml"
    path = english if code == "en" else _LOCALE / f"problems.{code}.toml"
    found: Mapping[str, Mapping[str, str]]
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    return found
