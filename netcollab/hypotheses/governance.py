"""The four hypotheses on collaborative governance, after Ansell and Gash.

Which starting conditions and which part of the process carry a collaboration?
"""

from __future__ import annotations

from netcollab.hypotheses.hypothesis import Hypothesis

__all__ = ["ANSELL_GASH"]

_SOURCE = (
    "Thesis on the life event alvorlig sykt barn (OsloMet, 2021), after Ansell, C. & "
    "Gash, A. (2008). J. Public Adm. Res. Theory 18, 543-571."
)

ANSELL_GASH = (
    Hypothesis(
        key="AG-H1",
        code="H1",
        construct="power_resource_asymmetry",
        direction="negative",
        source=_SOURCE,
        claim={
            "nb": "Ulik kapasitet, organisering eller ressurser hemmer samarbeidet.",
            "da": "Ulige kapacitet, organisering eller ressourcer hæmmer samarbejdet.",
            "en": "Unequal capacity, structure or resources inhibit the collaboration.",
        },
        concluded={
            "nb": "Ikke støttet: skjevheten er tydelig, men betyr lite.",
            "da": "Ikke støttet: skævheden er tydelig, men betyder lidt.",
            "en": "Not supported: the asymmetry is clear, but does little.",
        },
    ),
    Hypothesis(
        key="AG-H2",
        code="H2",
        construct="trust",
        source=_SOURCE,
        claim={
            "nb": "Gjensidig tillit styrker samarbeidet.",
            "da": "Gensidig tillid styrker samarbejdet.",
            "en": "Mutual trust strengthens the collaboration.",
        },
        concluded={
            "nb": "Støttet; én informant: ikke prøvd ennå.",
            "da": "Støttet; én informant: ikke prøvet endnu.",
            "en": "Supported; one informant: not yet tested.",
        },
    ),
    Hypothesis(
        key="AG-H3",
        code="H3",
        construct="incentives",
        source=_SOURCE,
        claim={
            "nb": "Sterke insentiver til å delta styrker samarbeidet.",
            "da": "Stærke incitamenter til at deltage styrker samarbejdet.",
            "en": "Strong incentives to take part strengthen the collaboration.",
        },
        concluded={
            "nb": "Støttet for de fleste; én organisasjon er svakt forankret.",
            "da": "Støttet for de fleste; én organisation er svagt forankret.",
            "en": "Supported for most; one organisation is weakly anchored.",
        },
    ),
    Hypothesis(
        key="AG-H4",
        code="H4",
        construct="prehistory",
        source=_SOURCE,
        claim={
            "nb": "Tidligere samarbeid styrker samarbeidet.",
            "da": "Tidligere samarbejde styrker samarbejdet.",
            "en": "Earlier collaboration strengthens the collaboration.",
        },
        concluded={
            "nb": "Støttet; kommunen hadde ingen slik forhistorie.",
            "da": "Støttet; kommunen havde ingen sådan forhistorie.",
            "en": "Supported; the municipality had no such history.",
        },
    ),
)
"""AG-H1 to AG-H4, with the study's own conclusions for comparison."""
