"""The tables of a study: their columns, what each holds, and other names for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

__all__ = [
    "ACTOR_COLUMNS",
    "MISSING_REASONS",
    "TABLES",
    "TIE_STATES",
    "ColumnSchema",
    "TableSchema",
]

TIE_STATES = (
    "observed",
    "not_asked",
    "no_answer",
    "dont_know",
    "not_applicable",
    "suppressed",
    "structural",
    "nonrespondent",
)
MISSING_REASONS = tuple(
    word for word in TIE_STATES if word not in {"observed", "structural"}
)

Kind = Literal["id", "text", "number", "word"]


@dataclass(frozen=True)
class ColumnSchema:
    """One known column of a table.

    Parameters
    ----------
    name
        The name everything else uses.
    kind
        "id" names something, "text" is read by people, "number" is a number, "word"
        is one of a fixed list.
    required
        The file must have the column.
    filled
        Every cell must hold something.
    always
        The table has the column even where the file has not.
    other_names
        Headers that people write for it; suggested, never applied.
    of_persons
        The cells name or quote persons and are never shown.
    """

    name: str
    kind: Kind
    required: bool = False
    filled: bool = False
    always: bool = False
    other_names: tuple[str, ...] = ()
    of_persons: bool = False


@dataclass(frozen=True)
class TableSchema:
    """One table: its columns in order, and whether its rows are about persons."""

    name: str
    columns: tuple[ColumnSchema, ...]
    about_persons: bool = False

    def column(self, name: str) -> ColumnSchema | None:
        """The known column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """The known columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def quotes_persons(self) -> bool:
        """Rows are about persons, or hold what persons said."""
        return self.about_persons or any(c.of_persons for c in self.columns)

    def lacks_header(self, header: Iterable[str], mapped: Iterable[str]) -> bool:
        """No name of the first row is known, so that it may hold what persons said.

        Parameters
        ----------
        header
            The names.
        mapped
            Names that the manifest maps to ours.
        """
        if not self.quotes_persons:
            return False
        known = {*mapped, *self.names}
        known |= {other for column in self.columns for other in column.other_names}
        return not {name.strip().casefold() for name in header} & {
            name.casefold() for name in known
        }

    @property
    def has_site(self) -> bool:
        """The table says in which site each row stands."""
        return any(c.name == "site" and c.filled for c in self.columns)

    @property
    def has_wave(self) -> bool:
        """The table says to which wave each row belongs."""
        return any(c.name == "wave" and c.filled for c in self.columns)


def _key(name: str, *other_names: str) -> ColumnSchema:
    return ColumnSchema(name, "id", True, True, True, other_names)


def _place(name: str, *other_names: str) -> ColumnSchema:
    return ColumnSchema(name, "id", False, True, True, other_names)


def _id(name: str, *other_names: str) -> ColumnSchema:
    return ColumnSchema(name, "id", always=True, other_names=other_names)


def _text(name: str, *other_names: str) -> ColumnSchema:
    return ColumnSchema(name, "text", other_names=other_names)


def _of_persons(column: ColumnSchema) -> ColumnSchema:
    return replace(column, of_persons=True)


_SITE = _place("site", "kommune", "municipality", "sted", "case", "kommunenummer")
_WAVE = _place("wave", "runde", "bølge", "måling", "tid", "time", "år", "year")
_ACTOR = _key("actor", "aktør", "aktor", "node", "id", "organisasjon", "enhet")

TABLES: dict[str, TableSchema] = {
    table.name: table
    for table in (
        TableSchema(
            "sites",
            (_key("site", *_SITE.other_names, "id"), _text("name", "navn")),
        ),
        TableSchema(
            "actors",
            (
                _SITE,
                _ACTOR,
                _text("name_nb", "navn", "name"),
                _text("name_da"),
                _text("name_en"),
                _text("sector", "sektor"),
                _text("level", "nivå", "niveau"),
                _text("unit", "avdeling", "afdeling"),
                _text("kind", "type", "slag"),
                ColumnSchema(
                    "invited", "number", other_names=("inviterte", "inviterede")
                ),
            ),
        ),
        TableSchema(
            "ties",
            (
                _SITE,
                _WAVE,
                _key("relation", "relasjon", "lag", "layer", "tie", "type"),
                _key("source", "fra", "kilde", "avsender", "sender", "from", "ego"),
                _key("target", "til", "mål", "mottaker", "modtager", "to", "alter"),
                ColumnSchema(
                    "weight",
                    "number",
                    required=True,
                    always=True,
                    other_names=("vekt", "vægt", "styrke", "strength", "verdi"),
                ),
                ColumnSchema(
                    "state", "word", always=True, other_names=("tilstand", "status")
                ),
                ColumnSchema("reporter", "id", other_names=("rapportør", "kilde_til")),
                ColumnSchema(
                    "distance", "number", other_names=("avstand", "afstand", "length")
                ),
                _text("basis", "grunnlag", "grundlag"),
            ),
        ),
        TableSchema(
            "respondents",
            (
                _SITE,
                _key("respondent", "respondent_id", "svarer", "deltaker", "id"),
                _ACTOR,
                ColumnSchema("role", "text", always=True, other_names=("rolle",)),
                _text("profession", "profesjon", "yrke", "fag"),
                _WAVE,
            ),
            about_persons=True,
        ),
        TableSchema(
            "answers",
            (
                _key("respondent", "respondent_id", "svarer", "deltaker", "id"),
                _key("item", "spørsmål", "spørgsmål", "question", "variable"),
                _id("target", "mål", "om", "gruppe", "alter"),
                _WAVE,
                ColumnSchema(
                    "value",
                    "number",
                    required=True,
                    always=True,
                    other_names=("verdi", "værdi", "svar", "answer", "score"),
                ),
                ColumnSchema("missing_reason", "word", always=True),
            ),
            about_persons=True,
        ),
        TableSchema(
            "codings",
            (
                _of_persons(
                    _key("source", "kilde", "dokument", "document", "intervju")
                ),
                _of_persons(_text("span", "sted_i_kilden", "avsnitt")),
                _SITE,
                _id("actor", *_ACTOR.other_names),
                _of_persons(_id("informant")),
                _id("hypothesis", "hypotese"),
                _id("construct", "konstrukt", "begrep", "tema"),
                _id("indicator", "indikator"),
                _id("target", "mål", "om"),
                _of_persons(_id("coder", "koder", "coder_id")),
                ColumnSchema(
                    "value", "number", always=True, other_names=("verdi", "værdi")
                ),
                ColumnSchema(
                    "polarity", "number", always=True, other_names=("polaritet",)
                ),
                ColumnSchema(
                    "confidence", "number", always=True, other_names=("sikkerhet",)
                ),
                _of_persons(_text("note", "merknad", "notat")),
            ),
        ),
        TableSchema(
            "affiliations",
            (
                _SITE,
                _WAVE,
                _ACTOR,
                _key("object", "objekt", "verktøy", "værktøj", "tool", "møte"),
                _text("kind", "type", "slag"),
                ColumnSchema("weight", "number", other_names=("vekt", "vægt")),
            ),
        ),
        TableSchema(
            "aliases",
            (
                _id("site", *_SITE.other_names),
                _key("alias", "tidligere", "gammel", "old", "former"),
                _key("actor", "aktør", "aktor", "ny", "new"),
                _id("wave", *_WAVE.other_names),
                _text("note", "merknad", "notat"),
            ),
        ),
    )
}
ACTOR_COLUMNS: dict[str, tuple[str, ...]] = {
    "sites": (),
    "actors": ("actor",),
    "ties": ("source", "target", "reporter"),
    "respondents": ("actor",),
    "answers": ("target",),
    "codings": ("actor", "target"),
    "affiliations": ("actor",),
    "aliases": ("actor",),
}
