"""Which method a result comes from, and what a paper cites for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import netcollab

__all__ = ["Reference", "bibtex", "cited_for", "in_text", "listed", "method_of"]

_DASH = "\N{EN DASH}"
_TEX = str.maketrans({"&": r"\&", "%": r"\%", "_": r"\_", "#": r"\#"})
_KINDS = {"journal": "article", "booktitle": "incollection"}
SOFTWARE = "netcollab"


@dataclass(frozen=True)
class Reference:
    """One entry of a list of references; a DOI only where it is known for sure."""

    key: str
    author: str
    year: int
    title: str
    journal: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    booktitle: str = ""
    editor: str = ""
    publisher: str = ""
    version: str = ""
    doi: str = ""

    @property
    def names(self) -> list[str]:
        """Surnames, in the order of the authors."""
        return [name.split(",")[0] for name in self.author.split(" and ")]


def method_of(name: str) -> str:
    """The method that a test, a model or an estimator names; "" if none is known.

    Examples
    --------
    >>> method_of("QAP correlation, equal-tailed, 9,999 permutations")
    'qap'
    """
    for method, pattern in _patterns().items():
        if pattern.match(name):
            return method
    return ""


def cited_for(*used: str) -> list[Reference]:
    """The references of methods and steps, each once, by author and year.

    The software itself is always among them.
    """
    table = _table()
    keys: set[str] = set()
    for what in used:
        method = table["methods"].get(what)
        keys |= set(method["cites"] if method else table["steps"].get(what, ()))
    found = [Reference(key, **table["references"][key]) for key in sorted(keys)]
    return sorted([*found, _software()], key=lambda r: (r.names, r.year, r.key))


def in_text(used: str) -> str:
    """Authors and years in brackets, with a blank before; "" where nothing is cited.

    Examples
    --------
    >>> in_text("holm")
    ' (Holm 1979)'
    """
    told = [
        f"{_short(one)} {one.year}" for one in cited_for(used) if one.key != SOFTWARE
    ]
    return f" ({'; '.join(told)})" if told else ""


def listed(references: Iterable[Reference]) -> str:
    """The references as text, one a line."""
    return "\n".join(_line(one) for one in references) + "\n"


def bibtex(references: Iterable[Reference]) -> str:
    """The references as BibTeX."""
    return "\n".join(_entry(one) for one in references)


def _short(reference: Reference) -> str:
    first, *others = reference.names
    if not others:
        return first
    return f"{first} & {others[0]}" if len(others) == 1 else f"{first} et al."


def _line(one: Reference) -> str:
    authors = [name.strip() for name in one.author.split(" and ")]
    names = ", ".join(authors[:-1]) + (" & " if authors[1:] else "") + authors[-1]
    parts = [f"{names} ({one.year})", f"{one.title} {one.version}".strip()]
    if one.journal:
        numbered = f"{one.volume}({one.number})" if one.number else one.volume
        pages = one.pages.replace("-", _DASH)
        parts.append(", ".join(filter(None, [f"{one.journal} {numbered}", pages])))
    elif one.booktitle:
        pages = one.pages.replace("-", _DASH)
        editors = one.editor.replace(" and ", " & ")
        parts.append(f"In {editors} (eds.), {one.booktitle}, {pages}. {one.publisher}")
    elif one.publisher:
        parts.append(one.publisher)
    if one.doi:
        parts.append(f"https://doi.org/{one.doi}")
    told = ". ".join(part.rstrip(".") for part in parts).replace("?. ", "? ")
    return told + ("" if one.doi else ".")


def _entry(one: Reference) -> str:
    kind = next((kind for field, kind in _KINDS.items() if getattr(one, field)), "")
    kind = kind or ("book" if one.publisher else "misc")
    own = one.key == SOFTWARE
    fields: Mapping[str, str] = {
        "author": f"{{{one.author}}}" if own else one.author,
        "title": f"{{{one.title}}}",
        "year": str(one.year),
        **{
            name: getattr(one, name)
            for name in ("journal", "booktitle", "editor", "publisher", "volume")
        },
        "number": one.number,
        "pages": one.pages.replace("-", "--"),
        "version": one.version,
        "doi": one.doi,
    }
    told = [
        f"  {name} = {{{_tex(name, text)}}}" for name, text in fields.items() if text
    ]
    return f"@{kind}{{{one.key},\n" + ",\n".join(told) + "\n}\n"


def _tex(name: str, text: str) -> str:
    return text if name == "doi" else text.translate(_TEX)


def _software() -> Reference:
    return Reference(
        key=SOFTWARE,
        author="The netcollab authors",
        year=_table()["software"]["year"],
        title="netcollab: collaboration between public bodies as networks",
        version=netcollab.__version__,
    )


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    methods = _table()["methods"]
    return {name: re.compile(one["begins"]) for name, one in methods.items()}


@cache
def _table() -> dict[str, Any]:
    with Path(__file__).with_name("methods.toml").open("rb") as file:
        return tomllib.load(file)
