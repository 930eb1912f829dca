"""The two claims on digital collaboration across the sectors of a municipality.

Do tools break down silos, and whom does the leadership's information reach?
"""

from __future__ import annotations

from netcollab.hypotheses.hypothesis import Hypothesis

__all__ = ["DIGITAL_COLLABORATION"]

_SOURCE = (
    "Article on digital collaboration across municipal sectors: adoption of tools "
    "breaks down silos, and the leadership's information never reaches those who have "
    "not adopted."
)

DIGITAL_COLLABORATION = (
    Hypothesis(
        key="DS-H1",
        code="H1",
        construct="silo_breakdown",
        source=_SOURCE,
        outcome="tie(communication)",
        predictor="same(sector)",
        claim={
            "nb": "Når digitale verktøy tas i bruk, brytes siloene mellom sektorene "
            "ned.",
            "da": "Når digitale værktøjer tages i brug, nedbrydes siloerne mellem "
            "sektorerne.",
            "en": "As digital tools are adopted, the silos between sectors break down.",
        },
    ),
    Hypothesis(
        key="DS-H2",
        code="H2",
        construct="information_reach",
        source=_SOURCE,
        outcome="tie(information)",
        predictor="sender(leadership)",
        claim={
            "nb": "Informasjon fra ledelsen når ikke dem som ikke har tatt verktøyene "
            "i bruk.",
            "da": "Information fra ledelsen når ikke dem, der ikke har taget "
            "værktøjerne i brug.",
            "en": "The leadership's information does not reach those who have not "
            "adopted the tools.",
        },
    ),
)
"""DS-H1 and DS-H2; a manifest that binds a key names its own relation and attribute."""
