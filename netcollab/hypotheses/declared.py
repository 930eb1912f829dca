"""What a study's manifest says of hypotheses: its own, and how it binds known ones."""

from __future__ import annotations

import dataclasses

from netcollab.hypotheses.capacity import RELATIONAL_CAPACITY
from netcollab.hypotheses.digital_collaboration import DIGITAL_COLLABORATION
from netcollab.hypotheses.governance import ANSELL_GASH
from netcollab.hypotheses.hypothesis import Hypothesis
from netcollab.study import HypothesisSpec, Manifest

__all__ = ["binding", "declared"]

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


def _own(spec: HypothesisSpec) -> Hypothesis:
    return Hypothesis(
        key=spec.key,
        claim=spec.claim,
        source=spec.source,
        direction=spec.direction,
        level=spec.level or "dyad",
    )
