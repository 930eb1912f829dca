"""Tables and scores to networks that know what they do not know."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from netcollab.networks.build import (
    build_affiliations,
    build_network,
    build_networks,
)
from netcollab.networks.export import NetworkFile, write_network
from netcollab.networks.limits import complete, length_limits, tie_limits
from netcollab.networks.missing import bounded, bounds, increasing
from netcollab.networks.network import Network
from netcollab.networks.transform import (
    combine,
    dichotomize,
    reverse,
    subnetwork,
    symmetrize,
)

if TYPE_CHECKING:
    from netcollab.networks.projection import project
    from netcollab.networks.register import Register

# A network needs no scipy; what is sparse is loaded when it is first used.
_SPARSE = {"Register": "register", "project": "projection"}

__all__ = [
    "Network",
    "NetworkFile",
    "Register",
    "bounded",
    "bounds",
    "build_affiliations",
    "build_network",
    "build_networks",
    "combine",
    "complete",
    "dichotomize",
    "increasing",
    "length_limits",
    "project",
    "reverse",
    "subnetwork",
    "symmetrize",
    "tie_limits",
    "write_network",
]


def __getattr__(name: str) -> object:
    if name in _SPARSE:
        module = importlib.import_module(f"netcollab.networks.{_SPARSE[name]}")
        return getattr(module, name)
    raise AttributeError(f"module 'netcollab.networks' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
