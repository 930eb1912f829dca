"""What was read, what was used, and everything a reader of the data should know."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from netcollab._counted import Counted
from netcollab.study.manifest import Manifest
from netcollab.study.problems import TEMPLATES, Problem, Templates, problem_lines
from netcollab.study.rated_counts import rated_lines
from netcollab.study.response import response_lines
from netcollab.study.schema import TIE_STATES

__all__ = ["DataReport", "FileReport", "relation_counts"]

_SINGULAR = {"error": "ERROR", "warning": "WARN", "note": "NOTE"}


@dataclass(frozen=True)
class FileReport:
    """How one table was read, and what became of its rows.

    `rows_read` equals `rows_used` plus the sum of `excluded`, always.

    Parameters
    ----------
    table
        The table it holds.
    path, sheet
        Where it is in the study folder.
    encoding, separator, decimal
        As declared or found; None where the format has none.
    rows_read
        Data rows of the file, blank ones included.
    rows_used
        Rows in the study's table.
    excluded
        Rule -> rows it left out. "error" counts the rows with an error: a study with
        errors is not used.
    columns_read
        Columns of the file.
    columns_left_out
        Rule -> columns it left out of the table: "identifiers" and "free_text" are not
        loaded, "unnamed" ones are empty, "double" ones are an error.
    attributes
        Columns beyond the known ones.
    sha256
        Of the file's bytes.
    """

    table: str
    path: str
    sheet: str
    encoding: str | None
    separator: str | None
    decimal: str | None
    rows_read: int
    rows_used: int
    excluded: Mapping[str, int]
    columns_read: int = 0
    columns_left_out: Mapping[str, int] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    sha256: str = ""

    @property
    def columns_used(self) -> int:
        """Columns of the file that are in the study's table."""
        return self.columns_read - sum(self.columns_left_out.values())

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "table": self.table,
            "path": self.path,
            "sheet": self.sheet or None,
            "encoding": self.encoding,
            "separator": self.separator,
            "decimal": self.decimal,
            "rows_read": self.rows_read,
            "rows_used": self.rows_used,
            "excluded": dict(self.excluded),
            "columns_read": self.columns_read,
            "columns_used": self.columns_used,
            "columns_left_out": dict(self.columns_left_out),
            "attributes": list(self.attributes),
            "sha256": self.sha256 or None,
        }


@dataclass(frozen=True, eq=False)
class DataReport:
    """The result of checking a study.

    Parameters
    ----------
    name
        The study.
    files
        One record per table that was read.
    problems
        Errors, warnings and notes, by file and row.
    relations
        One row per relation, site and wave: rows, ties, known absences, and dyads by
        state, as `relation_counts` gives it. Empty when the study has errors.
    response_rates
        One row per site, wave and actor, as `response_rates` gives it. Empty when the
        study has errors, no respondents or no answers.
    language
        That of the study; English where it says none.
    ratings
        One row per rated relation, site and wave: dyads that anybody rated, and dyads
        there are. Empty when the study has errors, or nothing was rated.
    """

    name: str
    files: tuple[FileReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    relations: pd.DataFrame = field(default_factory=pd.DataFrame)
    response_rates: pd.DataFrame = field(default_factory=pd.DataFrame)
    language: str = "en"
    ratings: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What has to be corrected before the study can be used."""
        return tuple(p for p in self.problems if p.severity == "ERROR")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What looks wrong and may be meant."""
        return tuple(p for p in self.problems if p.severity == "WARN")

    @property
    def notes(self) -> tuple[Problem, ...]:
        """Decisions that were taken while reading."""
        return tuple(p for p in self.problems if p.severity == "NOTE")

    @property
    def has_errors(self) -> bool:
        """There is at least one error."""
        return bool(self.errors)

    @property
    def has_warnings(self) -> bool:
        """There is at least one warning."""
        return bool(self.warnings)

    @property
    def ok(self) -> bool:
        """The study can be used."""
        return not self.has_errors

    def to_frame(self) -> pd.DataFrame:
        """One row per problem.

        Columns: code, severity, file, sheet, row, column, cell, key, value, expected,
        fix, message.
        """
        names = ["code", "severity", "file", "sheet", "row", "column", "cell", "key"]
        names += ["value", "expected", "fix", "message"]
        rows = [problem.to_dict() for problem in self.problems]
        table = pd.DataFrame(rows, columns=names)
        return table.astype({"row": "Int64"})

    def to_dict(self) -> dict[str, Any]:
        """For JSON: the same keys in the same order, numbers and text only."""
        counts = self.relations.reset_index(drop=True)
        return {
            "study": self.name,
            "ok": self.ok,
            "counts": {
                "errors": len(self.errors),
                "warnings": len(self.warnings),
                "notes": len(self.notes),
            },
            "files": [file.to_dict() for file in self.files],
            "relations": [
                {str(k): v if isinstance(v, str) else int(v) for k, v in row.items()}
                for row in counts.to_dict("records")
            ],
            "ratings": self.ratings.to_dict("records"),
            "response_rates": [
                {str(k): _plain(v) for k, v in row.items()}
                for row in self.response_rates.to_dict("records")
            ],
            "problems": [problem.to_dict() for problem in self.problems],
        }

    def summary(
        self, templates: Templates = TEMPLATES, *, most: int | None = None
    ) -> str:
        """The report as plain text, in the language of the templates.

        Parameters
        ----------
        templates
            The words.
        most
            How many lines of one code to write out, the others are counted; None: all.
        """
        words = templates["words"]
        told = [f"{words['study']} {self.name}"]
        told += [_file_line(file, words) for file in self.files]
        told += [_relation_line(r, words) for r in self.relations.to_dict("records")]
        told += rated_lines(self.ratings, words)
        told += response_lines(self.response_rates, words)
        for kind, group in (
            ("error", self.errors),
            ("warning", self.warnings),
            ("note", self.notes),
        ):
            if group:
                title = words[_SINGULAR[kind] if len(group) == 1 else f"{kind}s"]
                told += ["", f"{len(group)} {title}"]
                lines = problem_lines(group, templates, most=most)
                told += [f"  {line}" for line in lines]
        told += ["", words["usable" if self.ok else "unusable"]]
        return "\n".join(told)

    def __repr__(self) -> str:
        counts = Counter[str](problem.severity for problem in self.problems)
        told = ", ".join(
            f"{counts[severity]} {word}{'' if counts[severity] == 1 else 's'}"
            for severity, word in (
                ("ERROR", "error"),
                ("WARN", "warning"),
                ("NOTE", "note"),
            )
        )
        return f"DataReport {self.name!r}: {len(self.files)} files, {told}"


def relation_counts(
    ties: pd.DataFrame, actors: pd.DataFrame, manifest: Manifest
) -> pd.DataFrame:
    """Per relation, site and wave: rows, ties, known absences, dyads by state.

    Dyads are ordered pairs of the site's actors; unordered for an undirected relation.
    `never_listed` counts those without a row, and `unlisted` says what a network takes
    them for: "absent" or "not_asked". `known_absences` are those with a row.
    """
    states = [state for state in TIE_STATES if state != "observed"]
    key = ["relation", "site", "wave"]
    names = [*key, "rows", "ties", "known_absences", *states, "never_listed", "dyads"]
    names.append("unlisted")
    if not len(ties):
        return pd.DataFrame(columns=names)
    undirected = [n for n, spec in manifest.relations.items() if not spec.directed]
    is_pair = ties["relation"].isin(undirected)
    turned = is_pair & (ties["source"] > ties["target"])
    observed = ties["state"] == "observed"
    rows = ties[key].assign(
        one=ties["target"].where(turned, ties["source"]),
        two=ties["source"].where(turned, ties["target"]),
        rows=1,
        ties=(observed & (ties["weight"] != 0)).astype(int),
        known_absences=(observed & (ties["weight"] == 0)).astype(int),
        **{state: (ties["state"] == state).astype(int) for state in states},
    )
    rows["listed"] = (~rows.duplicated([*key, "one", "two"])).astype(int)
    counted = ["rows", "ties", "known_absences", *states, "listed"]
    counts = rows.groupby(key, sort=False)[counted].sum().reset_index()
    n = counts["site"].map(actors.groupby("site").size())
    dyads = (n * (n - 1)).astype(int)
    halved = counts["relation"].isin(undirected)
    counts["dyads"] = dyads.where(~halved, dyads // 2)
    counts["never_listed"] = counts["dyads"] - counts["listed"]
    unlisted = {name: spec.unlisted for name, spec in manifest.relations.items()}
    counts["unlisted"] = counts["relation"].map(unlisted)
    return counts[names]


def _plain(value: object) -> object:
    """For JSON: whole numbers as such, what is not known as null."""
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() else value
    return value


def _file_line(file: FileReport, words: Mapping[str, str]) -> str:
    sheet = f" {words['sheet']} {file.sheet}" if file.sheet else ""
    told = {"read": file.rows_read, "used": file.rows_used}
    parts = [words["rows"].format_map(_counted(told))]
    if file.excluded:
        left = ", ".join(
            f"{n} {words.get(rule, rule)}" for rule, n in file.excluded.items()
        )
        parts.append(f"{words['left_out']}: {left}")
    if file.columns_left_out:
        told = {"read": file.columns_read, "used": file.columns_used}
        parts.append(words["columns"].format_map(_counted(told)))
        left = ", ".join(
            f"{n} {words.get(rule, rule)}" for rule, n in file.columns_left_out.items()
        )
        parts.append(f"{words['left_out']}: {left}")
    how = {
        "encoding": file.encoding,
        "separator": repr(file.separator) if file.separator else "",
        "decimal": repr(file.decimal) if file.decimal else "",
    }
    parts += [f"{words[name]} {value}" for name, value in how.items() if value]
    return f"  {file.path}{sheet} ({file.table}): {', '.join(parts)}"


def _relation_line(row: Mapping[Any, Any], words: Mapping[str, str]) -> str:
    """What the network will have: a dyad that was never listed is absent or unknown."""
    where = words["relation"].format_map(row)
    are_absent = row["unlisted"] == "absent"
    absent = row["known_absences"] + (row["never_listed"] if are_absent else 0)
    parts = [
        words[name].format_map(_counted({"count": count}))
        for name, count in (("ties", row["ties"]), ("known_absences", absent))
    ]
    unknown = [state for state in TIE_STATES if state != "observed" and row[state]]
    parts += [f"{row[state]} {words[state]}" for state in unknown]
    told = {"count": row["never_listed"], "dyads": row["dyads"]}
    never = words["never_listed"].format_map(_counted(told))
    taken_for = f" ({words[row['unlisted']]})" if row["never_listed"] else ""
    parts.append(f"{never}{taken_for}")
    return f"  {where}: {', '.join(parts)}"


def _counted(counts: Mapping[str, object]) -> dict[str, Counted]:
    return {name: Counted(count) for name, count in counts.items()}
