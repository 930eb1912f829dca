"""A network on its way to a file: can the format carry what it holds?

A format that would turn something into something else is refused with the reason;
what it merely leaves out stands in the docstring of its writer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netcollab.errors import InputError
from netcollab.study.raw import RawTable
from netcollab.study.readers.export import NetworkExport
from netcollab.study.readers.incoming import number_fault
from netcollab.study.schema import TABLES

__all__ = ["Outgoing", "column_kind", "observed_only", "one_relation", "outgoing"]

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})")
_REAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_NEEDED = {"actors": ["actor"], "ties": ["relation", "source", "target", "weight"]}


@dataclass(frozen=True)
class Outgoing:
    """A network's checked cells by column, and the direction of its relations."""

    actors: Mapping[str, Sequence[str]]
    ties: Mapping[str, Sequence[str]]
    directed: Mapping[str, bool | None]

    def column(self, name: str) -> Sequence[str]:
        """A column of the ties; empty cells where there is none."""
        return self.ties.get(name, [""] * len(self.ties["source"]))


def outgoing(export: NetworkExport) -> Outgoing:
    """The cells of a network, if every format could carry them.

    Raises
    ------
    InputError
        For control characters, columns that are doubled or missing, actors that are
        doubled, empty or unknown, and weights that are no finite numbers.
    """
    actors = _cells(export.actors, "actors")
    ties = _cells(export.ties, "ties")
    names = set(actors["actor"])
    doubled = len(actors["actor"]) - len(names)
    if doubled or "" in names:
        raise InputError(
            f"each actor must stand once and have a name, got {doubled} doubled and "
            f"{int('' in names)} empty; write one site at a time"
        )
    unknown = {*ties["source"], *ties["target"]} - names
    if unknown:
        raise InputError(
            f"ties must join actors of the network, got {len(unknown)} that are none: "
            f"{', '.join(sorted(unknown)[:10])}"
        )
    states = ties.get("state", [""] * len(ties["weight"]))
    for weight, state in zip(ties["weight"], states, strict=True):
        observed = state in {"", "observed"}
        if (weight or observed) and number_fault(weight):
            raise InputError(
                f'weights must be finite numbers with a decimal point, got "{weight}"'
            )
    present = dict.fromkeys(ties["relation"])
    directed = {relation: export.directed.get(relation) for relation in present}
    return Outgoing(actors, ties, directed)


def column_kind(name: str, cells: Sequence[str]) -> str:
    """The type under which a column is declared: string, long or double.

    A number that would not come back as it stands, such as 0301, is a string.

    Examples
    --------
    >>> column_kind("staff", ["12", ""]), column_kind("code", ["0301"])
    ('long', 'string')
    """
    if name in {"weight", "distance"}:
        return "double"
    filled = [cell for cell in cells if cell]
    if name in TABLES["ties"].names or name in TABLES["actors"].names or not filled:
        return "string"
    if all(_WHOLE.fullmatch(cell) for cell in filled):
        return "long"
    fits = all(_REAL.fullmatch(cell) and not number_fault(cell) for cell in filled)
    return "double" if fits else "string"


def observed_only(network: Outgoing, preset: str) -> None:
    """Refuse what a format without states, sites and waves would mix up.

    Raises
    ------
    InputError
        For ties that were not observed, and for several waves or sites.
    """
    states = network.column("state")
    hidden = sorted({state for state in states if state not in {"", "observed"}})
    if hidden:
        count = sum(state in hidden for state in states)
        raise InputError(
            f"{preset} has no states of ties, got {count} ties that are "
            f"{', '.join(hidden)}; leave them out first, or write GraphML or GEXF"
        )
    for name in ("wave", "site"):
        several = sorted(set(network.column(name)))
        if len(several) > 1:
            raise InputError(
                f"{preset} has no {name}, got {', '.join(several[:10])}; choose one"
            )


def one_relation(network: Outgoing, preset: str) -> str:
    """The only relation of the network; empty when it has no ties.

    Raises
    ------
    InputError
        If there are several.
    """
    relations = sorted(set(network.ties["relation"]))
    if len(relations) > 1:
        raise InputError(
            f"{preset} holds one relation, got {', '.join(relations[:10])}; choose one"
        )
    return relations[0] if relations else ""


def _cells(table: RawTable, name: str) -> dict[str, list[str]]:
    headers = [column.header for column in table.columns]
    missing = [need for need in _NEEDED[name] if need not in headers]
    if missing or len(set(headers)) < len(headers) or "" in headers:
        raise InputError(
            f"the {name} must have the columns {', '.join(_NEEDED[name])}, and each "
            f"column a name of its own, got {', '.join(headers)}"
        )
    cells = {c.header: [str(cell) for cell in c.text] for c in table.columns}
    for header, column in cells.items():
        bad = next((cell for cell in (header, *column) if _CONTROL.search(cell)), None)
        if bad is not None:
            raise InputError(
                f"control characters cannot be written, got {bad[:80]!a} in "
                f"column {header[:80]!a} of the {name}"
            )
    return cells
