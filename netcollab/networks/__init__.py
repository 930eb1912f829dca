"""Tables and scores to networks that know what they do not know."""

from __future__ import annotations

from netcollab.networks.build import build_network, build_networks
from netcollab.networks.network import Network
from netcollab.networks.transform import (
    dichotomize,
    reverse,
    subnetwork,
    symmetrize,
)

__all__ = [
    "Network",
    "build_network",
    "build_networks",
    "dichotomize",
    "reverse",
    "subnetwork",
    "symmetrize",
]
