"""What an instrument is made of: constructs, dimensions, items, indicators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netcollab.study.manifest import ItemSpec, ScaleSpec, Words

__all__ = ["Construct", "Dimension", "Indicator", "Instrument"]


@dataclass(frozen=True)
class Construct:
    """One construct of an instrument, named and defined in three languages.

    Parameters
    ----------
    name
        The word in the `construct` column of `codings.csv`, or of the items.
    part
        The part of the theory it belongs to.
    label, definition
        Name and definition by language: nb, da, en.
    """

    name: str
    part: str
    label: Words
    definition: Words


@dataclass(frozen=True)
class Dimension:
    """One dimension of a questionnaire: the items that are averaged into one score.

    Parameters
    ----------
    name
        The word in the key `dimension` of the items.
    construct
        The construct that gathers it.
    label, definition
        Name and definition by language.
    """

    name: str
    construct: str
    label: Words
    definition: Words


@dataclass(frozen=True)
class Indicator:
    """One thing a coder looks for in a document.

    Parameters
    ----------
    name
        The word in the `indicator` column of `codings.csv`.
    construct
        The construct it is a sign of.
    label, definition
        Name and definition by language.
    anchors
        What each code of the instrument's scale means here, by language.
    """

    name: str
    construct: str
    label: Words
    definition: Words
    anchors: Mapping[int, Words]


@dataclass(frozen=True)
class Instrument:
    """A questionnaire, or a coding scheme.

    Parameters
    ----------
    name
        Its name.
    kind
        "questionnaire": persons answer its items. "coding": readers code statements
        or documents.
    source
        Where the constructs come from; the wordings are ours.
    title
        Title by language.
    constructs
        The constructs by name, in the order of the theory.
    scale
        Lowest and highest code of a coding scheme; None for a questionnaire.
    scale_labels
        What each code means, by language.
    indicators
        What is coded in documents, by name; empty where statements are coded by
        construct.
    dimensions
        The dimensions of a questionnaire by name.
    scales, items
        Response scales and items of a questionnaire, as in `study.toml`. The wording
        of an item about a target holds ``{target}`` where the target's name belongs.
    """

    name: str
    kind: str
    source: str
    title: Words
    constructs: Mapping[str, Construct]
    scale: tuple[int, int] | None = None
    scale_labels: Mapping[int, Words] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    dimensions: Mapping[str, Dimension] = field(default_factory=dict)
    scales: Mapping[str, ScaleSpec] = field(default_factory=dict)
    items: Mapping[str, ItemSpec] = field(default_factory=dict)
