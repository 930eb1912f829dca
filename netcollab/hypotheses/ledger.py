"""The evidence on several claims side by side, and under other thresholds.

What does the evidence matrix hold, and would stricter limits change a verdict?
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

import pandas as pd

from netcollab.hypotheses.evidence import Evidence, evidence, evidence_verdict
from netcollab.hypotheses.hypothesis import Hypothesis, Verdict
from netcollab.study import Study

__all__ = ["EvidenceMatrix", "evidence_matrix", "evidence_sensitivity"]


_LIMITS = ("mean", "clear", "min_voices", "min_own", "share", "ratio")
_USUAL = (0.5, 0.5, 3, 2, 0.5, 2.0)

_Grid = tuple[float, float, int, int, float, float]


class EvidenceMatrix(NamedTuple):
    """Three tables with the hypotheses on their rows.

    Parameters
    ----------
    scores
        Hypotheses x voices, in the claim's direction: above 0 speaks for the claim.
        NaN where nothing was heard.
    basis
        The same shape: "own", "summary", or "" where nothing was heard.
    verdicts
        One row per hypothesis: n, own, score, low, high, favourable, adverse, verdict,
        own_verdict, tags (joined by commas), reason.
    """

    scores: pd.DataFrame
    basis: pd.DataFrame
    verdicts: pd.DataFrame


def evidence_matrix(study: Study, hypotheses: Iterable[Hypothesis]) -> EvidenceMatrix:
    """Who says what about which claim, and the verdict on each.

    Voices are the organisations interviewed or heard, sorted by name; with several
    sites a voice is named "site: actor". What an organisation said before the claim's
    direction is applied is in `netcollab.scales.construct_scores`.

    Parameters
    ----------
    study
        A study with codings.
    hypotheses
        The claims, in the order of the rows.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> scores, basis, verdicts = evidence_matrix(study, nc.hypotheses.ANSELL_GASH)
    >>> scores.loc["AG-H1", "udir"], basis.loc["AG-H1", "ks"]
    (np.float64(2.0), 'summary')
    >>> verdicts["verdict"].tolist()
    ['inconclusive', 'supported', 'supported', 'supported']
    """
    records = [evidence(study, hypothesis) for hypothesis in hypotheses]
    several = study.actors["site"].nunique() > 1
    voices = {
        record.hypothesis: _by_voice(record, with_site=several) for record in records
    }
    names = sorted({name for table in voices.values() for name in table.index})
    keys = pd.Index(list(voices), name="hypothesis", dtype="str")
    columns = pd.Index(names, name="voice", dtype="str")
    scores = pd.DataFrame(index=keys, columns=columns, dtype=float)
    basis = pd.DataFrame("", index=keys, columns=columns, dtype="str")
    for key, table in voices.items():
        scores.loc[key, table.index] = table["score"].to_numpy(dtype=float)
        basis.loc[key, table.index] = table["basis"].to_numpy()
    fields = ("n", "own", "score", "low", "high", "favourable", "adverse")
    words = ("verdict", "own_verdict", "tags", "reason")
    rows = [
        {name: getattr(record, name) for name in (*fields, *words)}
        | {"tags": ", ".join(record.tags)}
        for record in records
    ]
    verdicts = pd.DataFrame(rows, index=keys, columns=[*fields, *words])
    return EvidenceMatrix(scores, basis, verdicts)


def evidence_sensitivity(
    study: Study,
    hypotheses: Iterable[Hypothesis],
    *,
    mean: Sequence[float] = (0.25, 0.5, 0.75, 1.0),
    clear: Sequence[float] = (0.25, 0.5, 1.0),
    min_voices: Sequence[int] = (2, 3, 4, 5),
    min_own: Sequence[int] = (1, 2, 3),
    share: Sequence[float] = (0.5, 0.6),
    ratio: Sequence[float] = (1.0, 2.0, 3.0),
) -> pd.DataFrame:
    """The evidence verdict under every combination of thresholds.

    Parameters
    ----------
    study, hypotheses
        As in `evidence_matrix`.
    mean, clear, min_voices, min_own, share, ratio
        The values to try; see `evidence_verdict`.

    Returns
    -------
    DataFrame
        One row per hypothesis and combination: hypothesis, the six thresholds,
        verdict, and is_default for the documented ones.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> grid = evidence_sensitivity(study, nc.hypotheses.ANSELL_GASH)
    >>> grid[grid["hypothesis"] == "AG-H2"]["verdict"].eq("supported").mean()
    np.float64(0.75)
    """
    grid = list(product(mean, clear, min_voices, min_own, share, ratio))
    rows = []
    for hypothesis in hypotheses:
        record = evidence(study, hypothesis)
        heard = record.voices.loc[record.voices["basis"] != "", "score"]
        for limits in grid:
            verdict = record.verdict
            if verdict != "not testable":
                verdict = _under(limits, heard, record.own)
            rows.append((hypothesis.key, *limits, verdict, limits == _USUAL))
    return pd.DataFrame(rows, columns=["hypothesis", *_LIMITS, "verdict", "is_default"])


def _under(limits: _Grid, heard: pd.Series, own: int) -> Verdict:
    mean, clear, min_voices, min_own, share, ratio = limits
    return evidence_verdict(
        heard,
        own=own,
        mean=mean,
        clear=clear,
        min_voices=min_voices,
        min_own=min_own,
        share=share,
        ratio=ratio,
    )


def _by_voice(record: Evidence, *, with_site: bool) -> pd.DataFrame:
    voices = record.voices
    names = voices["site"] + ": " + voices["actor"] if with_site else voices["actor"]
    return voices.set_index(pd.Index(names, name="voice"))
