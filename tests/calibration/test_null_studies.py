"""Studies of the authority function without effects: nothing is decided."""

from __future__ import annotations

from pathlib import Path

import pytest

import netcollab as nc
from netcollab.hypotheses import RELATIONAL_CAPACITY
from netcollab.hypotheses.declared import binding
from netcollab.hypotheses.judging import judge
from netcollab.hypotheses.site_contrasts import site_contrast
from netcollab.hypotheses.within_contrasts import function_contrast
from netcollab.study import simulate

pytestmark = pytest.mark.calibration

SEEDS = 50


def no_test(*_: object, **__: object) -> object:
    raise AssertionError("claims over several sites relabel no single network")


def test_null_studies_give_no_verdict(tmp_path: Path) -> None:
    """A family at .05 decides in six of fifty studies or fewer with chance .99."""
    decided = 0
    for seed in range(SEEDS):
        folder = simulate(
            "myndighedsfunktion", tmp_path / str(seed), seed=seed, effects="none"
        )
        study = nc.read_study(folder)
        h1, h2, h3 = (binding(claim, study.manifest) for claim in RELATIONAL_CAPACITY)
        contrasts = [
            site_contrast(study, h1, seed=1),
            function_contrast(study, h2),
            site_contrast(study, h3, seed=1),
        ]
        trials = judge(contrasts, test=no_test, alpha=0.05)
        decided += any(t.verdict in ("supported", "contradicted") for t in trials)
    assert decided <= 6
