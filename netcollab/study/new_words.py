"""The words of a new study, by language: what its files say to those who fill them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["column_words", "new_words"]


@cache
def new_words(language: str) -> Mapping[str, Any]:
    """Every word in one language.

    Examples
    --------
    >>> new_words("da")["questions"]
    'Spørgeskema'
    """
    file = Path(__file__).with_name("new_words.toml")
    found: Mapping[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    told: Mapping[str, Any] = found[language]
    return told


def column_words(language: str, table: str, column: str) -> str:
    """What a column of a table holds; empty where nothing is said about it.

    Examples
    --------
    >>> column_words("en", "codings", "source"), column_words("en", "ties", "source")
    ('The document or interview.', 'Where the tie comes from; an id of actors.')
    """
    said = new_words(language)["columns"]
    return str(said.get(f"{table}.{column}", said.get(column, "")))
