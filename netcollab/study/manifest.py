"""The study's declaration: what `study.toml` says about its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from netcollab.study.analysis_specs import CasesSpec, ConvergenceSpec, TheorySpec
from netcollab.study.privacy import LEAST_SHOWN

__all__ = [
    "AnswerSpec",
    "ExportSpec",
    "FileSpec",
    "HypothesisSpec",
    "ItemSpec",
    "Manifest",
    "RelationSpec",
    "ScaleSpec",
    "constructs_of",
]

Words = Mapping[str, str]
SENSITIVE_THRESHOLD = 10


@dataclass(frozen=True)
class RelationSpec:
    """What a relation's rows mean: direction, scale, and a dyad without a row.

    Parameters
    ----------
    name
        The word in the column `relation`.
    unlisted
        A dyad without a row was "not_asked", or the tie is "absent".
    directed
        False: each pair has one row, in either order.
    scale
        Lowest and highest strength of a tie.
    zero_means
        "no_tie": weight 0 is a known absence.
    distance
        Path lengths are the "inverse" of strength, or "declared" in a column.
    layer
        What kind of structure the relation belongs to.
    signed
        Negative strengths are meant.
    duplicates
        What to do with rows that repeat a dyad.
    self_ties
        What to do with rows from an actor to itself.
    own_group
        What to do with answers about the respondent's own actor, for a relation that
        is a dimension or construct of the items.
    same_event
        Both ends report the same event (a meeting, a referral), so that one report
        can stand for the other.
    mixed_levels
        Ties between persons and organisations are meant.
    missing
        Code or words in the place of a weight -> the state of such a tie.
    label
        The relation's name in the languages of the study.
    """

    name: str
    unlisted: Literal["not_asked", "absent"]
    directed: bool = True
    scale: tuple[float, float] | None = None
    zero_means: Literal["no_tie"] | None = None
    distance: Literal["inverse", "declared"] = "inverse"
    layer: Literal["lived", "formal", "resource", "reputation"] = "lived"
    signed: bool = False
    duplicates: Literal["error", "sum", "mean", "last"] = "error"
    self_ties: Literal["error", "drop"] = "error"
    own_group: Literal["error", "keep", "drop"] = "error"
    same_event: bool = False
    mixed_levels: bool = False
    missing: Words = field(default_factory=dict)
    label: Words = field(default_factory=dict)


@dataclass(frozen=True)
class ScaleSpec:
    """A response scale: its range, its missing codes, its labels and bands.

    Parameters
    ----------
    name
        The key under `[scales]`.
    low, high
        The range of valid answers.
    missing
        Code or label as written in the file -> reason why there is no answer.
    labels
        Answer code as written -> its words by language.
    bands
        Name -> (from, up to), in order; for instance weak, moderate, strong.
    """

    name: str
    low: float
    high: float
    missing: Words = field(default_factory=dict)
    labels: Mapping[str, Words] = field(default_factory=dict)
    bands: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class ItemSpec:
    """One question of the questionnaire.

    Parameters
    ----------
    name
        The word in the column `item`.
    scale
        The response scale.
    dimension, construct
        What the item measures; the construct gathers dimensions.
    reversed
        High answers mean little of the construct.
    about
        What the question is about; items about a "target" name it in each answer.
    map
        Answer -> score, where the relation is not monotone.
    min_answered
        Answers a dimension needs before it gets a score; None: half, rounded up.
    label
        The wording by language.
    asked
        False: nobody in the study was asked, as its answers show. Not declared.
    """

    name: str
    scale: str
    dimension: str = ""
    construct: str = ""
    reversed: bool = False
    about: Literal["target", "own_leader", "self", "site"] = "target"
    map: Mapping[float, float] = field(default_factory=dict)
    min_answered: int | None = None
    label: Words = field(default_factory=dict)
    asked: bool = field(default=True, compare=False)


@dataclass(frozen=True)
class FileSpec:
    """Where a table is and how its file differs from the defaults.

    Parameters
    ----------
    path
        Path inside the study folder.
    sheet
        Sheet of a workbook.
    encoding, separator, decimal
        None: found out from the file and reported.
    thousands
        The mark between thousands, where numbers are written with one.
    header_row
        The row that holds the column names; rows above it are not data.
    skip_rows
        Rows under the header that are not data, such as question texts.
    columns
        Our name -> the file's name.
    """

    path: str
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header_row: int = 1
    skip_rows: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnswerSpec:
    """Which item a variable of a questionnaire export answers, and about whom."""

    variable: str
    item: str
    target: str = ""


@dataclass(frozen=True)
class ExportSpec:
    """How the variables of a questionnaire export become respondents and answers.

    Parameters
    ----------
    preset
        The format of the export.
    respondent, site, actor, role, profession, wave
        The variable that holds each; empty: the export has none.
    attributes
        Variables kept as further columns of the respondents.
    answers
        By variable.
    codes
        Variable or scale -> cell of the export (code or words) -> our id or number.
    skip
        Variables that are not read.
    blank
        The reason of an empty cell, where the format does not say it.
    unasked_by
        Columns of the respondents, such as site or role: a variable that is blank for
        everybody of a site (or a role) in a wave was not asked there.
    """

    preset: str
    respondent: str = ""
    site: str = ""
    actor: str = ""
    role: str = ""
    profession: str = ""
    wave: str = ""
    attributes: tuple[str, ...] = ()
    answers: Mapping[str, AnswerSpec] = field(default_factory=dict)
    codes: Mapping[str, Words] = field(default_factory=dict)
    skip: tuple[str, ...] = ()
    blank: str = ""
    unasked_by: tuple[str, ...] = ()

    @property
    def places(self) -> dict[str, str]:
        """Column of the respondents -> the variable that holds it."""
        named = {
            "respondent": self.respondent,
            "site": self.site,
            "actor": self.actor,
            "role": self.role,
            "profession": self.profession,
            "wave": self.wave,
        }
        return {column: name for column, name in named.items() if name}


@dataclass(frozen=True)
class HypothesisSpec:
    """A claim the study declares, or what a known claim means in this study."""

    key: str
    outcome: str = ""
    predictor: str = ""
    direction: Literal["positive", "negative", "none", ""] = ""
    level: str = ""
    claim: Words = field(default_factory=dict)
    source: str = ""
    delta: float | None = None


@dataclass(frozen=True)
class Manifest:
    """The whole of `study.toml`, checked.

    Parameters
    ----------
    name
        The study's name; also the name of its site when it has only one.
    title
        By language.
    synthetic
        The data are invented, and figures and reports say so.
    language
        "nb", "da" or "en".
    schema_version
        The version of the study format.
    waves
        The waves in order; empty: those found in the tables.
    relations, scales, items, hypotheses, files
        By name.
    resources
        Columns of actors and sites that hold numbers.
    categories
        Column of sites, actors or respondents -> the values it may hold.
    min_respondents
        Groups with fewer respondents are not shown.
    sensitive
        Dimensions that need a higher threshold.
    person_level
        True: persons consented to be shown.
    identifiers
        Columns that identify persons; they are never read into a table.
    free_text
        Columns of free text; they never leave the study folder.
    pseudonymised
        True: the tables hold no names of persons.
    export
        How a questionnaire export becomes respondents and answers; None: the study
        was not imported.
    theory
        The theory of change; None: none is declared.
    cases
        The sets by which sites are compared; None: they are not.
    convergence
        Groups that may have come closer over two waves, by key.
    """

    name: str
    title: Words = field(default_factory=dict)
    synthetic: bool = False
    language: str = "en"
    schema_version: int = 1
    waves: tuple[str, ...] = ()
    relations: Mapping[str, RelationSpec] = field(default_factory=dict)
    scales: Mapping[str, ScaleSpec] = field(default_factory=dict)
    items: Mapping[str, ItemSpec] = field(default_factory=dict)
    resources: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hypotheses: Mapping[str, HypothesisSpec] = field(default_factory=dict)
    files: Mapping[str, FileSpec] = field(default_factory=dict)
    min_respondents: int = LEAST_SHOWN
    sensitive: tuple[str, ...] = ()
    person_level: bool = False
    identifiers: tuple[str, ...] = ()
    free_text: tuple[str, ...] = ()
    pseudonymised: bool = False
    export: ExportSpec | None = None
    theory: TheorySpec | None = None
    cases: CasesSpec | None = None
    convergence: Mapping[str, ConvergenceSpec] = field(default_factory=dict)

    def threshold(self, name: str) -> int:
        """Respondents a group needs before its score on a name is shown.

        At least 10 for a sensitive dimension.
        """
        if name in self.sensitive:
            return max(self.min_respondents, SENSITIVE_THRESHOLD)
        return self.min_respondents

    def numeric(self, table: str) -> tuple[str, ...]:
        """Attributes that hold numbers: resources, and what sites are compared by."""
        compared = (
            self.cases.columns.values() if self.cases and table == "sites" else ()
        )
        return tuple(dict.fromkeys((*self.resources, *compared)))

    @property
    def constructs(self) -> tuple[str, ...]:
        """Dimensions and constructs of the items, each once, in order."""
        return constructs_of(self.items)


def constructs_of(items: Mapping[str, ItemSpec]) -> tuple[str, ...]:
    """Dimensions, then constructs of some items, each once, in order."""
    named = [item.dimension for item in items.values()]
    named += [item.construct for item in items.values()]
    return tuple(dict.fromkeys(name for name in named if name))
