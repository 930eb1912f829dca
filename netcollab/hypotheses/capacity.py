"""Three hypotheses on relational capacity, after the project on the authority function.

Do formal structure and leadership go with the capacity to cooperate?
"""

from __future__ import annotations

from netcollab.hypotheses.hypothesis import Hypothesis

__all__ = ["RELATIONAL_CAPACITY"]

_SOURCE = (
    "Danish project on the authority function (myndighedsfunktion) and its partners, "
    "after Gittell, J. H. (2002). Management Science 48, 1408-1426."
)
_CAPACITY = "score(relational_capacity)"

RELATIONAL_CAPACITY = (
    Hypothesis(
        key="RC-H1",
        construct="formal_structure",
        level="site",
        outcome=_CAPACITY,
        predictor="score(documents)",
        source=_SOURCE,
        claim={
            "nb": "Formell struktur styrker den relasjonelle kapasiteten.",
            "da": "Formel struktur styrker den relationelle kapacitet.",
            "en": "Formal structure strengthens relational capacity.",
        },
    ),
    Hypothesis(
        key="RC-H2",
        construct="leadership",
        level="actor",
        outcome=_CAPACITY,
        predictor="score(leadership)",
        source=_SOURCE,
        claim={
            "nb": "Ledelse styrker den relasjonelle kapasiteten.",
            "da": "Ledelse styrker den relationelle kapacitet.",
            "en": "Leadership strengthens relational capacity.",
        },
    ),
    Hypothesis(
        key="RC-H3",
        construct="structure_and_leadership",
        level="site",
        outcome="score(leadership)",
        predictor="score(documents)",
        source=_SOURCE,
        claim={
            "nb": "Formell struktur og ledelse henger sammen.",
            "da": "Formel struktur og ledelse hænger sammen.",
            "en": "Formal structure and leadership go together.",
        },
    ),
)
"""RC-H1 to RC-H3: structure and capacity, leadership and capacity, both together."""
