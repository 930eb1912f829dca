"""Answers and codings to scores that may be trusted.

Names load when first used, so that a network of scores loads no statistics library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netcollab.scales.accumulation import Saturation, saturation
    from netcollab.scales.aggregation import Aggregation, aggregation_verdict
    from netcollab.scales.agreement import (
        average_deviation,
        null_variance,
        r_star_wg,
        rwg,
        rwg_critical,
        rwg_j,
    )
    from netcollab.scales.capacity import (
        dimension_profile,
        relational_capacity,
    )
    from netcollab.scales.coders import (
        coder_agreement,
        cohen_kappa,
        fleiss_kappa,
        percent_agreement,
    )
    from netcollab.scales.codings import (
        coded_statements,
        coder_ratings,
        coding_agreement,
    )
    from netcollab.scales.concepts import concept_overlap
    from netcollab.scales.consensus import Consensus, cultural_consensus
    from netcollab.scales.constructs import (
        construct_bounds,
        construct_scores,
        interviewed,
    )
    from netcollab.scales.documents import document_scores
    from netcollab.scales.evidence import aggregation_table
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
    from netcollab.scales.polarisation import polarisation_index
    from netcollab.scales.reliability import (
        Reliability,
        alpha_interval,
        cronbach_alpha,
        item_rest,
        omega,
        scale_reliability,
    )
    from netcollab.scales.scores import REASONS, item_table, items_of, score, span_of
    from netcollab.scales.shared_language import SharedLanguage, shared_language_index
    from netcollab.scales.small_groups import (
        perception_gaps,
        pool_small,
        pooled_ties,
    )
    from netcollab.scales.statements import (
        statement_answers,
        statement_gaps,
        statement_groups,
    )

_DOORS = {
    "REASONS": "scores",
    "Aggregation": "aggregation",
    "Consensus": "consensus",
    "Generalisability": "levels",
    "KrippendorffInterval": "krippendorff",
    "Reliability": "reliability",
    "SharedLanguage": "shared_language",
    "Saturation": "accumulation",
    "aggregation_table": "evidence",
    "aggregation_verdict": "aggregation",
    "alpha_interval": "reliability",
    "average_deviation": "agreement",
    "coded_statements": "codings",
    "coder_agreement": "coders",
    "coder_ratings": "codings",
    "coding_agreement": "codings",
    "cohen_kappa": "coders",
    "concept_overlap": "concepts",
    "construct_bounds": "constructs",
    "construct_scores": "constructs",
    "cronbach_alpha": "reliability",
    "cronbach_alpha_levels": "levels",
    "cultural_consensus": "consensus",
    "dimension_profile": "capacity",
    "document_scores": "documents",
    "fleiss_kappa": "coders",
    "generalisability": "levels",
    "icc1": "intraclass",
    "icc2": "intraclass",
    "icc_table": "intraclass",
    "interviewed": "constructs",
    "item_rest": "reliability",
    "item_table": "scores",
    "items_of": "scores",
    "krippendorff_alpha": "krippendorff",
    "krippendorff_interval": "krippendorff",
    "null_variance": "agreement",
    "omega": "reliability",
    "percent_agreement": "coders",
    "perception_gaps": "small_groups",
    "polarisation_index": "polarisation",
    "pool_small": "small_groups",
    "pooled_ties": "small_groups",
    "r_star_wg": "agreement",
    "relational_capacity": "capacity",
    "saturation": "accumulation",
    "scale_reliability": "reliability",
    "rwg": "agreement",
    "rwg_critical": "agreement",
    "rwg_j": "agreement",
    "score": "scores",
    "shared_language_index": "shared_language",
    "span_of": "scores",
    "statement_answers": "statements",
    "statement_gaps": "statements",
    "statement_groups": "statements",
}

__all__ = [
    "REASONS",
    "Aggregation",
    "Consensus",
    "Generalisability",
    "KrippendorffInterval",
    "Reliability",
    "Saturation",
    "SharedLanguage",
    "aggregation_table",
    "aggregation_verdict",
    "alpha_interval",
    "average_deviation",
    "coded_statements",
    "coder_agreement",
    "coder_ratings",
    "coding_agreement",
    "cohen_kappa",
    "concept_overlap",
    "construct_bounds",
    "construct_scores",
    "cronbach_alpha",
    "cronbach_alpha_levels",
    "cultural_consensus",
    "dimension_profile",
    "document_scores",
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
    "polarisation_index",
    "pool_small",
    "pooled_ties",
    "r_star_wg",
    "relational_capacity",
    "rwg",
    "rwg_critical",
    "rwg_j",
    "saturation",
    "scale_reliability",
    "score",
    "shared_language_index",
    "span_of",
    "statement_answers",
    "statement_gaps",
    "statement_groups",
]


def __getattr__(name: str) -> object:
    if name in _DOORS:
        module = importlib.import_module(f"netcollab.scales.{_DOORS[name]}")
        return getattr(module, name)
    raise AttributeError(f"module 'netcollab.scales' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
