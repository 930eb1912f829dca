"""Answers and codings to scores that may be trusted."""

from __future__ import annotations

from netcollab.scales.constructs import (
    construct_bounds,
    construct_scores,
    interviewed,
)

__all__ = ["construct_bounds", "construct_scores", "interviewed"]
