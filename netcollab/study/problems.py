"""What is wrong with a file: one record per fault, said in one sentence.

Every sentence comes from a template in `problems.toml`, by code. A problem carries the
code and the fields, so that it can be said in another language.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from netcollab._counted import Counted
from netcollab.errors import UnknownNameError
from netcollab.study.toml_words import shell_word, toml_key, toml_text

__all__ = ["TEMPLATES", "Place", "Problem", "Severity", "explain", "problem_lines"]

Severity = Literal["ERROR", "WARN", "NOTE"]
Templates = Mapping[str, Mapping[str, str]]

TEMPLATES: Templates = tomllib.loads(
    Path(__file__).with_name("problems.toml").read_text(encoding="utf-8")
)
_MOST_NAMED = 5
_ELLIPSIS = "…"
_MANY_VALUES = {
    "W-RES-003": frozenset({"actor", "value"}),
    "E-GRA-032": frozenset({"value", "actor"}),
    "E-TIE-010": frozenset({"weight"}),
    **{
        f"E-NUM-{number}": frozenset({"value"})
        for number in ("001", "003", "004", "006", "007", "012")
    },
}
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

    def said(self, words: Mapping[str, str], places: Sequence[Place] = ()) -> str:
        """The place in the language of the words, or several places like it."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"{words['sheet']} {self.sheet}")
        several = len(places) > 1
        if len({place.column for place in places}) > 1:
            cells = _listed([place.cell for place in places], words)
            return f"{' '.join(parts)} {words['cells']} {cells}"
        if several:
            rows = _listed([str(place.row) for place in places], words)
            parts.append(f"{words['several_rows']} {rows}")
        elif self.row is not None:
            parts.append(f"{words['row']} {self.row}")
        where = " ".join(parts)
        if self.key:
            where += f", {words['key']} {self.key}"
        if self.column or self.letter:
            where += f", {words['column']}"
            where += f" {self.column}" if self.column else ""
            cell = self.letter if several else self.cell
            where += f" ({cell})" if cell else ""
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
    alike
        Tells masked ids apart: the same number is the same id, and says no more.

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
    alike: int = 0

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

    def said(
        self, templates: Templates = TEMPLATES, *, places: Sequence[Place] = ()
    ) -> str:
        """The whole sentence in the language of the templates.

        Parameters
        ----------
        templates
            The words.
        places
            All places of which the same is to be said.
        """
        words = templates["words"]
        where = self.place.said(words, places)
        told = f"{self.code} {where}: {self._part('text', templates)}"
        expected = self._part("expected", templates)
        fix = self._part("fix", templates)
        told += f"; {words['expected']} {expected}." if expected else "."
        if not fix:
            return told
        return f"{told} {words['Fix']}: {fix}{'' if _is_open_end(fix) else '.'}"

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
        place = {"at_file": self.place.file, "at_column": self.place.column}
        fields = {**place, **self.fields, "near_at": near_at}
        return chosen.format_map(_Blank({k: Counted(v) for k, v in fields.items()}))


def _is_open_end(said: str) -> bool:
    """No full stop belongs there; lines are there to be copied."""
    return said.endswith(("?", _ELLIPSIS)) or "\n" in said


_FORMS = {"key": toml_key, "text": toml_text, "shell": shell_word}


class _Blank(dict[str, str]):
    """Fields of a template; `{scale_key}` is the field `scale` as a key of TOML.

    `{scale_text}` is it as a text of TOML, `{scale_shell}` as a word of a command line.
    """

    def __missing__(self, name: str) -> str:
        field_name, _, form = name.rpartition("_")
        return _FORMS[form](self[field_name]) if field_name in self else ""


class _Unsaid(dict[str, str]):
    """Fields of a template without a case at hand: each is an ellipsis."""

    def __missing__(self, name: str) -> str:
        return Counted(_ELLIPSIS)


def problem_lines(
    problems: Iterable[Problem],
    templates: Templates = TEMPLATES,
    *,
    most: int | None = None,
) -> list[str]:
    """Problems in words; those that say the same of several rows share a line.

    Parameters
    ----------
    problems
        In the order in which they are to be told.
    templates
        The words.
    most
        How many lines of one code to write out; of the others one line says how many
        they are, and where the first of them stand. None: all.

    Examples
    --------
    >>> problems = [
    ...     Problem("W-SIT-003", Place("sites.csv", row=row, column="site"), {})
    ...     for row in (2, 3, 5)
    ... ]
    >>> [line.partition(":")[0] for line in problem_lines(problems)]
    ['W-SIT-003 sites.csv rows 2, 3 and 5 (3), column site']
    """
    groups: dict[object, list[Problem]] = {}
    for problem in problems:
        groups.setdefault(_same(problem), []).append(problem)
    told: Counter[str] = Counter()
    lines: list[str] = []
    others: dict[str, list[Problem]] = {}
    at: dict[str, int] = {}
    for group in groups.values():
        code = group[0].code
        told[code] += 1
        if most is None or told[code] <= most:
            lines.append(_together(group, templates))
            continue
        if code not in others:
            at[code] = len(lines)
            lines.append("")
        others.setdefault(code, []).extend(group)
    for code, rest in others.items():
        lines[at[code]] = _more(rest, templates["words"])
    return lines


def _more(problems: Sequence[Problem], words: Mapping[str, str]) -> str:
    """How many more there are of a code, and in which rows of which files."""
    rows: dict[tuple[str, str], list[Place]] = {}
    for place in (problem.place for problem in problems):
        plain = replace(place, column="", letter="", key="")
        known = rows.setdefault((place.file, place.sheet), [])
        known += [] if plain in known else [plain]
    told = words["more_like_it"].format(count=len(problems))
    where = "; ".join(places[0].said(words, places) for places in rows.values())
    return f"{problems[0].code} {told}: {where}"


def _same(problem: Problem) -> object:
    """What problems of one line have in common: all but their rows.

    Answers that are wrong in the same way share a line over their items, and cells
    that need the same correction over their columns and values.
    """
    at, many = problem.place, _MANY_VALUES.get(problem.code, frozenset())
    if at.row is None and not many:
        return problem.said(), id(problem)
    told = {
        name: value
        for name, value in problem.fields.items()
        if name not in many and not _is_open(name, value)
    }
    is_wide = at.letter and (many or "item" in problem.fields)
    column = () if is_wide else (at.column, at.letter)
    where = (at.file, at.sheet, *column, at.key)
    alike = 0 if many else problem.alike
    return problem.code, where, alike, tuple(sorted(told.items()))


def _is_open(name: str, value: str) -> bool:
    """A field that may differ within a line: another row, or the item of an answer."""
    return name == "item" or (name == "other" and value.isdigit())


def _together(group: Sequence[Problem], templates: Templates) -> str:
    first = group[0]
    words = templates["words"]
    told = dict(first.fields)
    for name in ("other", "item"):
        values = dict.fromkeys(p.fields[name] for p in group if name in p.fields)
        if len(values) > 1:
            told[name] = _listed([v.partition(' "')[0] for v in values], words)
    for name in _MANY_VALUES.get(first.code, ()):
        values = dict.fromkeys(p.fields.get(name, "") for p in group)
        told[name] = _together_in_quotes(list(values), is_quoted=name != "weight")
    places = [problem.place for problem in group if problem.row is not None]
    return replace(first, fields=told).said(templates, places=places)


def _listed(names: Sequence[str], words: Mapping[str, str]) -> str:
    """The first names, and how many there are."""
    if len(names) > _MOST_NAMED + 1:
        return f"{', '.join(names[:_MOST_NAMED])}, … ({len(names)})"
    *first, last = names
    return f"{', '.join(first)} {words['and']} {last} ({len(names)})"


def _together_in_quotes(values: list[str], *, is_quoted: bool) -> str:
    """Several values in the place of one: the first, and how many there are."""
    if len(values) > _MOST_NAMED + 1:
        values = [*values[:_MOST_NAMED], f"{_ELLIPSIS} ({len(values)})"]
    return ('", "' if is_quoted else ", ").join(values)


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
    said = {part: text.format_map(_Unsaid()) for part, text in template.items()}
    lines = [f"{wanted} ({words[_SEVERITIES[wanted[0]]]}): {said['title']}"]
    lines += ["", said["why"]]
    for part, name in (("expected", words["expected"]), ("fix", words["Fix"])):
        if part in said:
            stop = "" if _is_open_end(said[part]) else "."
            lines += ["", f"{name.capitalize()}: {said[part]}{stop}"]
    return "\n".join(lines)
