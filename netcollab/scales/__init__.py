"""Answers and codings to scores that may be trusted."""

from __future__ import annotations

from netcollab.scales.aggregation import Aggregation, aggregation_verdict
from netcollab.scales.aggregation_table import aggregation_table
from netcollab.scales.agreement import (
    average_deviation,
    null_variance,
    r_star_wg,
    rwg,
    rwg_critical,
    rwg_j,
)
from netcollab.scales.coders import (
    coder_agreement,
    cohen_kappa,
    fleiss_kappa,
    percent_agreement,
)
from netcollab.scales.constructs import (
    construct_bounds,
    construct_scores,
    interviewed,
)
from netcollab.scales.intraclass import icc1, icc2, icc_table
from netcollab.scales.krippendorff import (
    KrippendorffInterval,
    krippendorff_alpha,
    krippendorff_interval,
)
from netcollab.scales.levels import (
    Generalisability,
    cronbach_alpha_levels,
    generalisability,
)
from netcollab.scales.relational_capacity import (
    dimension_profile,
    relational_capacity,
)
from netcollab.scales.reliability import (
    Reliability,
    alpha_interval,
    cronbach_alpha,
    item_rest,
    omega,
    reliability,
)
from netcollab.scales.scores import REASONS, item_table, items_of, score, span_of
from netcollab.scales.small_groups import perception_gaps, pooled_ties

__all__ = [
    "REASONS",
    "Aggregation",
    "Generalisability",
    "KrippendorffInterval",
    "Reliability",
    "aggregation_table",
    "aggregation_verdict",
    "alpha_interval",
    "average_deviation",
    "coder_agreement",
    "cohen_kappa",
    "construct_bounds",
    "construct_scores",
    "cronbach_alpha",
    "cronbach_alpha_levels",
    "dimension_profile",
    "fleiss_kappa",
    "generalisability",
    "icc1",
    "icc2",
    "icc_table",
    "interviewed",
    "item_rest",
    "item_table",
    "items_of",
    "krippendorff_alpha",
    "krippendorff_interval",
    "null_variance",
    "omega",
    "percent_agreement",
    "perception_gaps",
    "pooled_ties",
    "r_star_wg",
    "relational_capacity",
    "reliability",
    "rwg",
    "rwg_critical",
    "rwg_j",
    "score",
    "span_of",
]
