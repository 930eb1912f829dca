"""Words and codes that people write where there is no answer: suggested, not applied.

A label is looked up without case and blanks (`fold`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from netcollab.study.identifiers import fold
from netcollab.study.toml_words import toml_key

__all__ = [
    "MISSING_WORDS",
    "USUAL_CODES",
    "declared_reason",
    "missing_lines",
    "missing_word",
]

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
_STEMS: Mapping[str, str] = {
    "vetikke": "dont_know",
    "vedikke": "dont_know",
    "veitikkje": "dont_know",
    "don'tknow": "dont_know",
    "ikkerelevant": "not_applicable",
    "ikkjerelevant": "not_applicable",
    "ikkeaktuel": "not_applicable",
    "uaktuel": "not_applicable",
    "ikkekarakter": "not_applicable",
    "notapplicable": "not_applicable",
    "notrelevant": "not_applicable",
    "ønskerikke": "no_answer",
    "refuse": "no_answer",
}


def missing_word(label: str) -> str:
    """The reason that an option's words suggest; empty where they suggest none.

    Examples
    --------
    >>> missing_word("Får ikke karakter"), missing_word("Helt enig")
    ('not_applicable', '')
    """
    folded = fold(label)
    if folded in MISSING_WORDS:
        return MISSING_WORDS[folded]
    return next((r for stem, r in _STEMS.items() if stem in folded), "")


def declared_reason(cell: str, missing: Mapping[str, str]) -> str:
    """The reason that a codebook declares for a cell; empty where it is no such code.

    Parameters
    ----------
    cell
        The cell as written.
    missing
        Code or words -> reason; words are compared without case and blanks, whole
        numbers by value.

    Examples
    --------
    >>> declared_reason("Vet Ikke ", {"vet ikke": "dont_know"})
    'dont_know'
    >>> declared_reason("99.0", {"99": "not_applicable"})
    'not_applicable'
    """
    number = _whole(cell)
    for code, reason in missing.items():
        if fold(code) == fold(cell) and cell:
            return reason
        if number is not None and number == _whole(code):
            return reason
    return ""


def _whole(cell: str) -> float | None:
    return float(cell) if re.fullmatch(r"\s*[+-]?\d+(?:\.0+)?\s*", cell) else None


def missing_lines(
    scale: str,
    codes: Mapping[str, str],
    *,
    declared: Mapping[str, str],
    lines: Mapping[str, int],
) -> str:
    """What `study.toml` needs so that these codes mean: no answer, and why.

    A section of its own; where the codes so far stand in one line, that line anew.

    Parameters
    ----------
    scale
        The name of the scale.
    codes
        Code or words -> reason.
    declared
        Those that the scale has already.
    lines
        The line of each dotted key of the manifest.

    Examples
    --------
    >>> codes = {"98": "dont_know", "Vet ikke": "dont_know"}
    >>> print(missing_lines("agree5", codes, declared={}, lines={}))
    [scales.agree5.missing]
    98 = "dont_know"
    "Vet ikke" = "dont_know"
    """
    key = toml_key(scale)
    told = [f'{toml_key(code)} = "{why}"' for code, why in codes.items()]
    section = f"scales.{key}.missing"
    at = section.replace(" ", "")
    is_inline = at in lines and not any(name.startswith(f"{at}.") for name in lines)
    if not (declared and is_inline):
        return "\n".join([f"[{section}]", *told])
    kept = [f'{toml_key(c)} = "{r}"' for c, r in declared.items() if c not in codes]
    return f"[scales.{key}]\nmissing = {{ {', '.join([*kept, *told])} }}"
