"""Network to a number: one per actor, one per dyad, or one for the network.

`__all__` lists the measures. Each takes a network first and its options by keyword,
and its return annotation tells its kind: a Series has one value per actor, a DataFrame
one per ordered dyad (row = source, column = target), a float one for the network.
Undefined is NaN with a reason: in ``.attrs["reasons"]`` of a Series or DataFrame, a
dict from actor to reason without those that are defined; from `reason` for a float.

`TABLES` lists what is public beside them and has a form of its own: indices of any
values (`gini`, `theil`, `theil_decomposition`, `herfindahl`) and their curve
(`lorenz`); tables of one network (`power_profile` and what goes with it,
`rank_intervals`, `brokerage`, `mixing`, `ei_range`, `core_periphery` ...); a label per
actor (`components`, `communities`, with `partition_agreement`); what compares several
networks of the same actors (`congruence` and `formal_gaps`, `overlap` and other layers,
`change` and other waves); the `two_mode_` measures of a table actors x objects, and
what goes with the use of tools (`adoption_curve`, `broadcast_reach`, `duplicate_work`,
`double_difference`); `design_matrices` and `term_matrix` (matrices for tests of
hypotheses); and `reason`.

Degree, strength, `pagerank`, `components`, `mixing` and `ei_index` also take a
`Register`.

`core_periphery` loads when first used, because no other measure needs an optimiser.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from netcollab.measures.adoption import adopters as adopters
from netcollab.measures.adoption import adoption_curve as adoption_curve
from netcollab.measures.adoption import double_difference as double_difference
from netcollab.measures.attributes import difference, resource_gap, same
from netcollab.measures.boundary import boundary_change as boundary_change
from netcollab.measures.broadcast import broadcast_reach as broadcast_reach
from netcollab.measures.broadcast import broadcast_steps as broadcast_steps
from netcollab.measures.brokerage import brokerage as brokerage
from netcollab.measures.brokerage import brokerage_test as brokerage_test
from netcollab.measures.centrality import (
    betweenness,
    closeness,
    harmonic_closeness,
)
from netcollab.measures.centralization import centralization
from netcollab.measures.change import actor_change as actor_change
from netcollab.measures.change import change as change
from netcollab.measures.change import stability as stability
from netcollab.measures.cohesion import density, reciprocity, transitivity
from netcollab.measures.connectivity import (
    compactness,
    connectedness,
    fragmentation,
)
from netcollab.measures.cores import core_number
from netcollab.measures.degree import (
    degree,
    in_degree,
    in_strength,
    out_degree,
    out_strength,
    strength,
)
from netcollab.measures.dependence import (
    dependence,
    imbalance,
    mutual_dependence,
    tie_asymmetry,
)
from netcollab.measures.discrepancy import rank_discrepancy as rank_discrepancy
from netcollab.measures.discrepancy import rank_spread as rank_spread
from netcollab.measures.duplicates import duplicate_work as duplicate_work
from netcollab.measures.flow import current_flow_betweenness, information_centrality
from netcollab.measures.formal import congruence as congruence
from netcollab.measures.formal import formal_gaps as formal_gaps
from netcollab.measures.groups import assortativity, modularity
from netcollab.measures.inequality import gini as gini
from netcollab.measures.inequality import herfindahl as herfindahl
from netcollab.measures.inequality import lorenz as lorenz
from netcollab.measures.inequality import theil as theil
from netcollab.measures.inequality import (
    theil_decomposition as theil_decomposition,
)
from netcollab.measures.krackhardt import (
    krackhardt_efficiency,
    krackhardt_hierarchy,
    lubness,
)
from netcollab.measures.layers import actor_multiplexity as actor_multiplexity
from netcollab.measures.layers import layer_correlation as layer_correlation
from netcollab.measures.layers import multiplex_share as multiplex_share
from netcollab.measures.layers import multiplexity as multiplexity
from netcollab.measures.layers import overlap as overlap
from netcollab.measures.mixing import coleman as coleman
from netcollab.measures.mixing import iqv, yules_q
from netcollab.measures.mixing import mixing as mixing
from netcollab.measures.partitions import communities as communities
from netcollab.measures.partitions import components as components
from netcollab.measures.partitions import partition_agreement as partition_agreement
from netcollab.measures.power import power_intervals as power_intervals
from netcollab.measures.power import power_profile as power_profile
from netcollab.measures.power_suite import PowerTables as PowerTables
from netcollab.measures.power_suite import power_tables as power_tables
from netcollab.measures.ranking import rank_intervals as rank_intervals
from netcollab.measures.silo import cross_boundary_share, ei_by_actor, ei_index
from netcollab.measures.silo import ei_by_group as ei_by_group
from netcollab.measures.silo import ei_range as ei_range
from netcollab.measures.spectral import authorities, eigenvector, hubs, pagerank
from netcollab.measures.structural_holes import (
    constraint,
    effective_size,
    efficiency,
    hierarchy,
)
from netcollab.measures.terms import design_matrices as design_matrices
from netcollab.measures.terms import term_matrix as term_matrix
from netcollab.measures.two_mode import two_mode_betweenness as two_mode_betweenness
from netcollab.measures.two_mode import two_mode_closeness as two_mode_closeness
from netcollab.measures.two_mode import two_mode_degree as two_mode_degree
from netcollab.measures.two_mode import two_mode_density as two_mode_density
from netcollab.measures.two_mode import two_mode_eigenvector as two_mode_eigenvector
from netcollab.measures.undefined import reason as reason
from netcollab.measures.walks import beta_centrality, katz

if TYPE_CHECKING:
    from netcollab.measures.core_structure import core_periphery as core_periphery

__all__ = [
    "assortativity",
    "authorities",
    "beta_centrality",
    "betweenness",
    "centralization",
    "closeness",
    "compactness",
    "connectedness",
    "constraint",
    "core_number",
    "cross_boundary_share",
    "current_flow_betweenness",
    "degree",
    "density",
    "dependence",
    "difference",
    "effective_size",
    "efficiency",
    "ei_by_actor",
    "ei_index",
    "eigenvector",
    "fragmentation",
    "harmonic_closeness",
    "hierarchy",
    "hubs",
    "imbalance",
    "in_degree",
    "in_strength",
    "information_centrality",
    "iqv",
    "katz",
    "krackhardt_efficiency",
    "krackhardt_hierarchy",
    "lubness",
    "modularity",
    "mutual_dependence",
    "out_degree",
    "out_strength",
    "pagerank",
    "reciprocity",
    "resource_gap",
    "same",
    "strength",
    "tie_asymmetry",
    "transitivity",
    "yules_q",
]

TABLES = (
    "actor_change",
    "actor_multiplexity",
    "adopters",
    "adoption_curve",
    "boundary_change",
    "broadcast_reach",
    "broadcast_steps",
    "brokerage",
    "brokerage_test",
    "change",
    "coleman",
    "communities",
    "components",
    "congruence",
    "core_periphery",
    "design_matrices",
    "double_difference",
    "duplicate_work",
    "ei_by_group",
    "ei_range",
    "formal_gaps",
    "gini",
    "herfindahl",
    "layer_correlation",
    "lorenz",
    "mixing",
    "multiplex_share",
    "multiplexity",
    "overlap",
    "partition_agreement",
    "power_intervals",
    "power_profile",
    "power_tables",
    "rank_discrepancy",
    "rank_intervals",
    "rank_spread",
    "reason",
    "stability",
    "term_matrix",
    "theil",
    "theil_decomposition",
    "two_mode_betweenness",
    "two_mode_closeness",
    "two_mode_degree",
    "two_mode_density",
    "two_mode_eigenvector",
)


def __getattr__(name: str) -> object:
    if name == "core_periphery":
        return importlib.import_module(
            "netcollab.measures.core_structure"
        ).core_periphery
    raise AttributeError(f"module 'netcollab.measures' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *TABLES})
