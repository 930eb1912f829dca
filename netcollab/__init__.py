"""Collaboration between public bodies: from files to networks, evidence and figures.

Rooms, in the order in which data walks through them: `study`, `scales`, `networks`,
`measures`, `inference`, `hypotheses`, `report`. They load when first used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from netcollab.errors import (
    InputError,
    NetcollabError,
    NetcollabWarning,
    RefusedError,
    UnknownNameError,
)

if TYPE_CHECKING:
    from netcollab import (
        hypotheses,
        inference,
        measures,
        networks,
        report,
        scales,
        study,
    )
    from netcollab.networks import Network, build_network, build_networks
    from netcollab.study import Study, read_study, write_study

__version__ = "0.1.0"

_ROOMS = {
    "study",
    "scales",
    "networks",
    "measures",
    "inference",
    "hypotheses",
    "report",
}
_DOORS = {
    "Network": "networks",
    "Study": "study",
    "build_network": "networks",
    "build_networks": "networks",
    "read_study": "study",
    "write_study": "study",
}

__all__ = [
    "InputError",
    "NetcollabError",
    "NetcollabWarning",
    "Network",
    "RefusedError",
    "Study",
    "UnknownNameError",
    "build_network",
    "build_networks",
    "hypotheses",
    "inference",
    "measures",
    "networks",
    "read_study",
    "report",
    "scales",
    "study",
    "write_study",
]


def __getattr__(name: str) -> object:
    if name in _ROOMS:
        return importlib.import_module(f"netcollab.{name}")
    if name in _DOORS:
        return getattr(importlib.import_module(f"netcollab.{_DOORS[name]}"), name)
    raise AttributeError(f"module 'netcollab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
