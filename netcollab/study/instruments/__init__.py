"""Instruments that come with the package: what is coded or asked, and how.

Which constructs does a coding scheme have, and what do its numbers mean?
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from netcollab.errors import UnknownNameError

__all__ = ["Construct", "Instrument", "instrument", "instrument_names"]

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Construct:
    """One construct of a coding scheme, named and defined in three languages.

    Parameters
    ----------
    name
        The word in the `construct` column of `codings.csv`.
    part
        The part of the theory it belongs to.
    label, definition
        Name and definition by language: nb, da, en.
    """

    name: str
    part: str
    label: Mapping[str, str]
    definition: Mapping[str, str]


@dataclass(frozen=True)
class Instrument:
    """A coding scheme: constructs and the scale on which a statement is coded.

    Parameters
    ----------
    name
        Its name in the package.
    kind
        "coding": statements are coded by a reader.
    source
        Where the constructs come from; the wordings are ours.
    title
        Title by language.
    scale
        Lowest and highest code.
    scale_labels
        What each code means, by language.
    constructs
        The constructs by name, in the order of the theory.
    """

    name: str
    kind: str
    source: str
    title: Mapping[str, str]
    scale: tuple[int, int]
    scale_labels: Mapping[int, Mapping[str, str]]
    constructs: Mapping[str, Construct]


def instrument_names() -> tuple[str, ...]:
    """The names of the instruments that come with the package.

    Examples
    --------
    >>> "ansell_gash" in instrument_names()
    True
    """
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def instrument(name: str) -> Instrument:
    """One coding scheme that comes with the package.

    Parameters
    ----------
    name
        One of `instrument_names()`.

    Raises
    ------
    UnknownNameError
        If no instrument has that name.

    Examples
    --------
    >>> scheme = instrument("ansell_gash")
    >>> scheme.scale, list(scheme.constructs)[:2]
    ((-2, 2), ['power_resource_asymmetry', 'incentives'])
    >>> scheme.constructs["trust"].label["nb"]
    'Gjensidig tillit'
    """
    if name not in instrument_names():
        raise UnknownNameError("instrument", name, instrument_names())
    text = (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)
    scale = told["scale"]
    return Instrument(
        name=told["name"],
        kind=told["kind"],
        source=told["source"],
        title=told["title"],
        scale=(scale["low"], scale["high"]),
        scale_labels={int(code): words for code, words in scale["labels"].items()},
        constructs={
            key: Construct(key, spec["part"], spec["label"], spec["definition"])
            for key, spec in told["constructs"].items()
        },
    )
