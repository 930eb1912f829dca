"""What a study's manifest claims: hypotheses of its own, known ones, a theory."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from netcollab.errors import InputError
from netcollab.hypotheses.capacity import RELATIONAL_CAPACITY
from netcollab.hypotheses.digital_collaboration import DIGITAL_COLLABORATION
from netcollab.hypotheses.governance import ANSELL_GASH
from netcollab.hypotheses.hypothesis import Hypothesis
from netcollab.hypotheses.theory import Link, Rival, TheoryOfChange
from netcollab.study import HypothesisSpec, LinkSpec, Manifest, Study

__all__ = ["binding", "declared", "declared_theory"]

_TESTED = {level: level for level in ("site", "actor", "respondent")}


def declared(manifest: Manifest) -> tuple[Hypothesis, ...]:
    """The hypotheses a manifest names, in its order.

    A key that is known, such as AG-H1 or RC-H1, is that hypothesis; any other key is a
    hypothesis of the study's own.

    Parameters
    ----------
    manifest
        The study's declaration.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> [hypothesis.key for hypothesis in declared(study.manifest)]
    ['AG-H1', 'AG-H2', 'AG-H3', 'AG-H4']
    """
    named = (*ANSELL_GASH, *DIGITAL_COLLABORATION, *RELATIONAL_CAPACITY)
    known = {hypothesis.key: hypothesis for hypothesis in named}
    return tuple(
        known[key] if key in known else _own(spec)
        for key, spec in manifest.hypotheses.items()
    )


def binding(hypothesis: Hypothesis, manifest: Manifest) -> HypothesisSpec:
    """The primary contrast of a hypothesis in a study: the manifest's, else its own.

    Parameters
    ----------
    hypothesis
        The claim.
    manifest
        The study's declaration.

    Examples
    --------
    >>> from netcollab.study import Manifest
    >>> claim = Hypothesis(key="H1", outcome="tie(trust)", predictor="same(sector)")
    >>> binding(claim, Manifest(name="empty")).predictor
    'same(sector)'
    """
    spec = manifest.hypotheses.get(hypothesis.key, HypothesisSpec(hypothesis.key))
    return dataclasses.replace(
        spec,
        outcome=spec.outcome or hypothesis.outcome,
        predictor=spec.predictor or hypothesis.predictor,
        direction=spec.direction or hypothesis.direction,
        level=spec.level or _TESTED.get(hypothesis.level, "dyad"),
        delta=hypothesis.delta if spec.delta is None else spec.delta,
    )


def declared_theory(study: Study) -> TheoryOfChange:
    """The theory of change that a study declares in the section `[theory]`.

    Elements and rivals have the names by which they are declared; reports write their
    words.

    Parameters
    ----------
    study
        A study with the section.

    Raises
    ------
    InputError
        If it has none, or as `TheoryOfChange`.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    >>> declared_theory(study).starts
    ('digital_tools',)
    """
    spec = study.manifest.theory
    if spec is None:
        raise InputError(
            "the study declares no theory of change; add [theory] to study.toml "
            "(docs/data.md shows one)"
        )
    links = tuple(_link(link) for link in spec.links.values())
    return TheoryOfChange(_first(spec.title) or study.manifest.name, links)


def _link(spec: LinkSpec) -> Link:
    rivals = tuple(
        Rival(name=rival.name, direction=rival.direction, **rival.sources)
        for rival in spec.rivals.values()
    )
    return Link(
        spec.cause,
        spec.effect,
        assumption=_first(spec.assumption),
        direction=spec.direction,
        rivals=rivals,
        **spec.sources,
    )


def _first(words: Mapping[str, str]) -> str:
    """The English words, else those of the language declared first."""
    return words.get("en") or next(iter(words.values()), "")


def _own(spec: HypothesisSpec) -> Hypothesis:
    return Hypothesis(
        key=spec.key,
        claim=spec.claim,
        source=spec.source,
        direction=spec.direction,
        level=spec.level or "dyad",
    )
