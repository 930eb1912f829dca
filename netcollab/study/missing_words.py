"""Words and codes that people write where there is no answer: suggested, not applied.

A label is looked up without case and blanks (`fold`).
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["MISSING_WORDS", "USUAL_CODES"]

MISSING_WORDS: Mapping[str, str] = {
    "vetikke": "dont_know",
    "vedikke": "dont_know",
    "veitikkje": "dont_know",
    "don'tknow": "dont_know",
    "dontknow": "dont_know",
    "ikkerelevant": "not_applicable",
    "ikkjerelevant": "not_applicable",
    "ikkeaktuelt": "not_applicable",
    "uaktuelt": "not_applicable",
    "n/a": "not_applicable",
    "ønskerikkeåsvare": "no_answer",
    "ønskerikkeatsvare": "no_answer",
}
USUAL_CODES: Mapping[str, str] = {
    "7": "not_applicable",
    "8": "dont_know",
    "9": "not_applicable",
    "88": "dont_know",
    "98": "dont_know",
    "99": "not_applicable",
    "998": "dont_know",
    "999": "not_applicable",
    "-66": "not_asked",
    "-77": "not_asked",
    "-88": "not_applicable",
    "-99": "no_answer",
}
