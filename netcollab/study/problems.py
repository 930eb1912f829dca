"""What is wrong with a file: one record per fault, said in one sentence.

Every sentence comes from a template in `problems.toml`, by code. A problem carries the
code and the fields, so that it can be said in another language.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from netcollab._counted import Counted
from netcollab.errors import UnknownNameError

__all__ = ["TEMPLATES", "Place", "Problem", "Severity", "explain"]

Severity = Literal["ERROR", "WARN", "NOTE"]
Templates = Mapping[str, Mapping[str, str]]

TEMPLATES: Templates = tomllib.loads(
    Path(__file__).with_name("problems.toml").read_text(encoding="utf-8")
)
_SEVERITIES: dict[str, Severity] = {"E": "ERROR", "W": "WARN", "N": "NOTE"}


@dataclass(frozen=True)
class Place:
    """Where something stands.

    Parameters
    ----------
    file
        Path inside the study folder, or the name of a frame.
    sheet
        Sheet of a workbook.
    row
        The row as a spreadsheet numbers it, header included; for a frame, the
        position of the row counted from 1.
    column, letter
        The column's name in the file, and its letter.
    key
        A key of the manifest.

    Examples
    --------
    >>> print(Place("ties.csv", row=17, column="source", letter="B"))
    ties.csv row 17, column source (B17)
    """

    file: str
    sheet: str = ""
    row: int | None = None
    column: str = ""
    letter: str = ""
    key: str = ""

    @property
    def cell(self) -> str:
        """The address in a spreadsheet, where there is one."""
        return f"{self.letter}{self.row or ''}" if self.letter else ""

    def said(self, words: Mapping[str, str]) -> str:
        """The place in the language of the words."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"{words['sheet']} {self.sheet}")
        if self.row is not None:
            parts.append(f"{words['row']} {self.row}")
        where = " ".join(parts)
        if self.key:
            where += f", {words['key']} {self.key}"
        if self.column or self.letter:
            where += f", {words['column']}"
            where += f" {self.column}" if self.column else ""
            where += f" ({self.cell})" if self.cell else ""
        return where

    def __str__(self) -> str:
        return self.said(TEMPLATES["words"])


@dataclass(frozen=True)
class Problem:
    """One fault in the input: where it is, what was expected, how to fix it.

    Parameters
    ----------
    code
        Stable; the first letter is the severity: E error, W warning, N note.
    place
        Where it is.
    fields
        What the templates name. Values of tables about persons are masked here
        already; control characters are shown as escapes.

    Examples
    --------
    >>> problem = Problem(
    ...     "E-REF-001",
    ...     Place("ties.csv", row=17, column="source", letter="B"),
    ...     {
    ...         "value": "navv",
    ...         "near": "nav",
    ...         "near_file": "actors.csv",
    ...         "near_row": "6",
    ...     },
    ... )
    >>> print(problem)
    E-REF-001 ties.csv row 17, column source (B17): "navv" is not an actor here;
    expected an id from the actors table. Fix: write "nav" (actors.csv row 6), or add
    the actor.
    """

    code: str
    place: Place
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """ERROR, WARN or NOTE."""
        return _SEVERITIES[self.code[0]]

    @property
    def file(self) -> str:
        """The file it is in."""
        return self.place.file

    @property
    def sheet(self) -> str:
        """The sheet it is in."""
        return self.place.sheet

    @property
    def row(self) -> int | None:
        """The row as a spreadsheet numbers it."""
        return self.place.row

    @property
    def column(self) -> str:
        """The column's name in the file."""
        return self.place.column

    @property
    def letter(self) -> str:
        """The column's letter."""
        return self.place.letter

    @property
    def value(self) -> str | None:
        """What stands there, as it may be shown."""
        return self.fields.get("value")

    @property
    def expected(self) -> str:
        """What should stand there, in English."""
        return self._part("expected", TEMPLATES)

    @property
    def fix(self) -> str:
        """What to do, in English."""
        return self._part("fix", TEMPLATES)

    def said(self, templates: Templates = TEMPLATES) -> str:
        """The whole sentence in the language of the templates."""
        words = templates["words"]
        told = f"{self.code} {self.place.said(words)}: {self._part('text', templates)}"
        expected = self._part("expected", templates)
        fix = self._part("fix", templates)
        told += f"; {words['expected']} {expected}." if expected else "."
        if not fix:
            return told
        return f"{told} {words['Fix']}: {fix}{'' if fix.endswith('?') else '.'}"

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the same keys in the same order for every problem."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.file,
            "sheet": self.sheet or None,
            "row": self.row,
            "column": self.column or None,
            "cell": self.place.cell or None,
            "key": self.place.key or None,
            "value": self.value,
            "expected": self.expected,
            "fix": self.fix,
            "message": str(self),
            "fields": dict(self.fields),
        }

    def __str__(self) -> str:
        return self.said()

    def _part(self, part: str, templates: Templates) -> str:
        template = templates[self.code]
        chosen = template.get(part, "")
        if self.fields.get("near"):
            chosen = template.get(f"{part}_near", chosen)
        row = templates["words"]["row"]
        near_at = ""
        if self.fields.get("near_row"):
            near_at = f" ({self.fields['near_file']} {row} {self.fields['near_row']})"
        fields = {**self.fields, "near_at": near_at}
        return chosen.format_map(_Blank({k: Counted(v) for k, v in fields.items()}))


class _Blank(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return ""


def explain(code: str, templates: Templates = TEMPLATES) -> str:
    """What a code means, why it matters and what to do about it.

    Parameters
    ----------
    code
        Of a problem, in letters of any case.
    templates
        The sentences of a language.

    Raises
    ------
    UnknownNameError
        If no problem has the code.

    Examples
    --------
    >>> print(explain("E-TIE-002").splitlines()[0])
    E-TIE-002 (error): a tie from an actor to itself
    """
    wanted = code.strip().upper()
    if wanted not in TEMPLATES or wanted == "WORDS":
        known = [name for name in TEMPLATES if name != "words"]
        raise UnknownNameError("code", code, known)
    template, words = templates[wanted], templates["words"]
    lines = [f"{wanted} ({words[_SEVERITIES[wanted[0]]]}): {template['title']}"]
    lines += ["", template["why"]]
    for part, name in (("expected", words["expected"]), ("fix", words["Fix"])):
        if part in template:
            lines += ["", f"{name.capitalize()}: {template[part]}."]
    return "\n".join(lines)
