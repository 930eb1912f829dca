"""What is claimed, from which source, in which direction, and where it is coded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Direction", "Hypothesis", "Verdict"]

Direction = Literal["positive", "negative", "none", ""]
Verdict = Literal["supported", "contradicted", "inconclusive", "not testable"]


@dataclass(frozen=True, kw_only=True)
class Hypothesis:
    """A claim of a source, with its direction, before any data.

    Parameters
    ----------
    key
        Its name, such as ``"AG-H1"``; `[hypotheses.AG-H1]` in a manifest binds it.
    claim
        The claim in one sentence, by language.
    source
        The text it comes from.
    direction
        "positive": more of the construct, more collaboration; "negative": the
        construct inhibits; "none": no effect; empty: not declared.
    construct
        The construct in `codings` that speaks of it, where codings name no hypothesis.
    code
        Its short name in the column `hypothesis` of codings; the key is also known.
    level
        What the claim is about: "network", "site", "dyad" or "actor".
    outcome, predictor
        The primary contrast, in the grammar of `netcollab.measures.design_matrices`.
        A manifest that binds the key decides instead.
    delta
        The smallest effect that matters, on the scale of the estimate.
    concluded
        What the source itself concluded, by language. Shown beside a verdict; no rule
        reads it.

    Examples
    --------
    >>> claim = Hypothesis(
    ...     key="H1", claim={"en": "Distance inhibits."}, direction="negative"
    ... )
    >>> claim.sign
    -1
    """

    key: str
    claim: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    direction: Direction = "positive"
    construct: str = ""
    code: str = ""
    level: str = "network"
    outcome: str = ""
    predictor: str = ""
    delta: float | None = None
    concluded: Mapping[str, str] = field(default_factory=dict)

    @property
    def sign(self) -> int:
        """1 if the claim is positive, -1 if negative, 0 if it names no direction."""
        return sign(self.direction)


def sign(direction: str) -> int:
    """1, -1 or 0 for positive, negative, and anything else."""
    return {"positive": 1, "negative": -1}.get(direction, 0)
