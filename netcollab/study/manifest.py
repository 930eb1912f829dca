"""The study's declaration: what `study.toml` says about its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["FileSpec", "HypothesisSpec", "Manifest", "RelationSpec"]

Words = Mapping[str, str]


@dataclass(frozen=True)
class RelationSpec:
    """What a relation's rows mean: direction, scale, and a dyad without a row."""

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
    label: Words = field(default_factory=dict)


@dataclass(frozen=True)
class FileSpec:
    """Where a table is and how its file differs from the defaults."""

    path: str
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    header_row: int = 1
    skip_rows: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HypothesisSpec:
    """A claim the study declares, or what a known claim means in this study."""

    key: str
    outcome: str = ""
    predictor: str = ""
    direction: Literal["positive", "negative", "none", ""] = ""
    level: str = "dyad"
    claim: Words = field(default_factory=dict)
    source: str = ""
    delta: float | None = None


@dataclass(frozen=True)
class Manifest:
    """The whole of `study.toml`, checked."""

    name: str
    title: Words = field(default_factory=dict)
    synthetic: bool = False
    language: str = "en"
    schema_version: int = 1
    relations: Mapping[str, RelationSpec] = field(default_factory=dict)
    resources: tuple[str, ...] = ()
    hypotheses: Mapping[str, HypothesisSpec] = field(default_factory=dict)
    files: Mapping[str, FileSpec] = field(default_factory=dict)
    min_respondents: int = 5
    sensitive: tuple[str, ...] = ()
    person_level: bool = False
