"""Instruments: what is asked or coded, in which words, and how it is scored.

Which questionnaires and coding schemes come with the package, and how do I use my own?
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from netcollab.errors import InputError, UnknownNameError
from netcollab.study.instruments.reader import TARGET, parse_instrument
from netcollab.study.instruments.records import (
    Construct,
    Dimension,
    Indicator,
    Instrument,
)
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import Manifest
from netcollab.study.manifest_reader import load_toml
from netcollab.study.writing import manifest_to_dict

__all__ = [
    "TARGET",
    "Construct",
    "Dimension",
    "Indicator",
    "Instrument",
    "codebook",
    "instrument",
    "instrument_names",
    "read_instrument",
]

_FOLDER = Path(__file__).parent


def instrument_names() -> tuple[str, ...]:
    """The names of the instruments that come with the package.

    Examples
    --------
    >>> instrument_names()
    ('ansell_gash', 'formal_structure', 'leadership', 'relational_capacity')
    """
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


def instrument(name: str) -> Instrument:
    """One instrument that comes with the package.

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
    >>> asked = instrument("relational_capacity")
    >>> asked.items["rc_respect_1"].label["nb"]
    'Vi blir tatt på alvor av {target}.'
    """
    if name not in instrument_names():
        raise UnknownNameError("instrument", name, instrument_names())
    return read_instrument(_FOLDER / f"{name}.toml")


def read_instrument(path: str | Path) -> Instrument:
    """An instrument of one's own, from a TOML file of the form of the bundled ones.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputError
        With every fault of the file in `problems`, by line.

    Examples
    --------
    >>> own = read_instrument(_FOLDER / "leadership.toml")
    >>> list(own.dimensions)
    ['shared_vision', 'participation', 'framing', 'insistent_involvement']
    """
    file = Path(path)
    ledger = Ledger(file.name, file.name)
    loaded = load_toml(file, file.name, ledger)
    if loaded is not None:
        data, text = loaded
        found = parse_instrument(data, file=file.name, text=text, ledger=ledger)
    if loaded is None or ledger.has_errors:
        raise InputError(ledger.listed())
    return found


def codebook(*instruments: Instrument | str) -> dict[str, Any]:
    """The response scales and items of questionnaires, in the form of `study.toml`.

    A coding scheme has neither; it says what coders write, not what persons answer.

    Parameters
    ----------
    instruments
        Instruments, or names of those that come with the package.

    Returns
    -------
    dict
        The sections `scales` and `items`, as `Study.from_frames` takes them.

    Raises
    ------
    InputError
        If two instruments declare the same scale or item differently.

    Examples
    --------
    >>> sections = codebook("relational_capacity", "leadership")
    >>> list(sections["scales"]), len(sections["items"])
    (['agree5'], 20)
    >>> sections["items"]["lead_participation_2"]["reversed"]
    True
    """
    scales: dict[str, Any] = {}
    items: dict[str, Any] = {}
    for given in instruments:
        one = instrument(given) if isinstance(given, str) else given
        for kind, kept, told in (
            ("scale", scales, one.scales),
            ("item", items, one.items),
        ):
            for name, spec in told.items():
                if kept.setdefault(name, spec) != spec:
                    message = f'{kind} "{name}" of the instrument "{one.name}" differs'
                    raise InputError(f"{message} from one of the same name before it")
    told = manifest_to_dict(Manifest("", scales=scales, items=items))
    return {"scales": told.get("scales", {}), "items": told.get("items", {})}
