"""Tables and scores to networks that know what they do not know.

Names that need a statistics library load when first used.
"""

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
from netcollab.networks.losses import leave_one_out, robustness
from netcollab.networks.missing import bounded, bounds, increasing
from netcollab.networks.network import Network
from netcollab.networks.reports import averaged, claimed, confirmed, reconstruct
from netcollab.networks.transform import (
    combine,
    dichotomize,
    reverse,
    subnetwork,
    suppress_few,
    symmetrize,
)

if TYPE_CHECKING:
    from netcollab.networks.agreement import ReportAgreement, report_agreement
    from netcollab.networks.imputation import impute
    from netcollab.networks.projection import project
    from netcollab.networks.register import Register

_LATE = {
    "Register": "register",
    "ReportAgreement": "agreement",
    "impute": "imputation",
    "project": "projection",
    "report_agreement": "agreement",
}

__all__ = [
    "Network",
    "NetworkFile",
    "Register",
    "ReportAgreement",
    "averaged",
    "bounded",
    "bounds",
    "build_affiliations",
    "build_network",
    "build_networks",
    "claimed",
    "combine",
    "complete",
    "confirmed",
    "dichotomize",
    "impute",
    "increasing",
    "leave_one_out",
    "length_limits",
    "project",
    "reconstruct",
    "report_agreement",
    "reverse",
    "robustness",
    "subnetwork",
    "suppress_few",
    "symmetrize",
    "tie_limits",
    "write_network",
]


def __getattr__(name: str) -> object:
    if name in _LATE:
        module = importlib.import_module(f"netcollab.networks.{_LATE[name]}")
        return getattr(module, name)
    raise AttributeError(f"module 'netcollab.networks' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
