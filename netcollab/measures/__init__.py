"""Network to a number: one per actor, one per dyad, or one for the network.

`__all__` lists the measures. Each takes a network first and its options by keyword,
and its return annotation tells its kind: a Series has one value per actor, a DataFrame
one per ordered dyad (row = source, column = target), a float one for the network.
Undefined is NaN with a reason: in ``.attrs["reasons"]`` of a Series or DataFrame, a
dict from actor to reason without those that are defined; from `reason` for a float.

`TABLES` lists what is public beside them and has a form of its own: `gini` (an index of
any values), `power_profile` and `rank_intervals` (tables), `design_matrices` and
`term_matrix` (matrices for tests of hypotheses), and `reason`.
"""

from __future__ import annotations

from netcollab.measures.attributes import difference, resource_gap, same
from netcollab.measures.brokerage import constraint
from netcollab.measures.centrality import (
    beta_centrality,
    betweenness,
    harmonic_closeness,
)
from netcollab.measures.centralization import centralization
from netcollab.measures.cohesion import density, reciprocity
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
from netcollab.measures.inequality import gini as gini
from netcollab.measures.power import power_profile as power_profile
from netcollab.measures.ranking import rank_intervals as rank_intervals
from netcollab.measures.silo import ei_index
from netcollab.measures.terms import design_matrices as design_matrices
from netcollab.measures.terms import term_matrix as term_matrix
from netcollab.measures.undefined import reason as reason

__all__ = [
    "beta_centrality",
    "betweenness",
    "centralization",
    "constraint",
    "degree",
    "density",
    "dependence",
    "difference",
    "ei_index",
    "harmonic_closeness",
    "imbalance",
    "in_degree",
    "in_strength",
    "mutual_dependence",
    "out_degree",
    "out_strength",
    "reciprocity",
    "resource_gap",
    "same",
    "strength",
    "tie_asymmetry",
]

TABLES = (
    "design_matrices",
    "gini",
    "power_profile",
    "rank_intervals",
    "reason",
    "term_matrix",
)
