"""A claim in several sites under every choice that makes sense there.

Does its verdict hang on a wave, an estimator or one site?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from netcollab._progress import steps
from netcollab.hypotheses.choices import (
    EVERY_WAVE,
    NOBODY,
    Choice,
    combinations,
    counted,
)
from netcollab.hypotheses.judging import Trial, judge
from netcollab.hypotheses.within_contrasts import of_sites
from netcollab.inference import qap_correlation
from netcollab.study import HypothesisSpec, Study

__all__ = ["of_several"]


def of_several(
    study: Study,
    spec: HypothesisSpec,
    choices: Sequence[Choice],
    *,
    alpha: float,
    seed: int,
    progress: bool,
) -> tuple[list[dict[str, str]], list[Trial], pd.Series]:
    """Every combination judged in a family of one, and how many are none by reason.

    Parameters
    ----------
    study, spec
        The study, and the claim as bound.
    choices
        Of wave, estimator and site left out.
    alpha
        The level of each.
    seed
        Of permutations of sites.
    progress
        Show a bar.
    """
    waves = {
        wave: study if wave == EVERY_WAVE else study.select(waves=wave)
        for choice in choices
        if choice.name == "wave"
        for wave in choice.alternatives
    }
    compared = {wave: of_sites(part, spec, seed=seed) for wave, part in waves.items()}
    every = [*combinations(choices)]
    kept = [words for words, reason in every if not reason]
    trials = []
    with steps(f"multiverse {spec.key}", len(kept), shown=progress) as advance:
        for words in kept:
            here = compared[words["wave"]]
            if words["without"] != NOBODY:
                here = here.without(words["without"])
            here = replace(here, estimator=words["estimator"])
            trials += judge([here], test=qap_correlation, alpha=alpha)
            advance()
    return kept, trials, counted(reason for _, reason in every if reason)
