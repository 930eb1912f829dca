"""Answers and codings to scores that may be trusted."""

from __future__ import annotations

from netcollab.scales.constructs import (
    construct_bounds,
    construct_scores,
    interviewed,
)
from netcollab.scales.relational_capacity import (
    dimension_profile,
    relational_capacity,
)
from netcollab.scales.scores import REASONS, items_of, score, span_of

__all__ = [
    "REASONS",
    "construct_bounds",
    "construct_scores",
    "dimension_profile",
    "interviewed",
    "items_of",
    "relational_capacity",
    "score",
    "span_of",
]
