"""The evidence verdict: what interviews and documents say about a claim.

Do enough organisations speak clearly, and in the same direction?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import as_numbers, check_count
from netcollab._counted import Counted
from netcollab.errors import InputError
from netcollab.hypotheses.hypothesis import Hypothesis, Verdict
from netcollab.scales import construct_scores, interviewed
from netcollab.study import Study

__all__ = ["Evidence", "evidence", "evidence_verdict"]

_TIE = 1e-10
_LOW, _HIGH = -2.0, 2.0


@dataclass(frozen=True, eq=False, repr=False)
class Evidence:
    """The evidence on one claim: who spoke, how clearly, and how far it holds.

    Parameters
    ----------
    hypothesis
        The key.
    verdict, own_verdict
        From all voices, and from own codings only.
    n, own
        Voices, and voices with codings of their own.
    score, low, high
        S, the mean in the claim's direction, and its bounds with the unheard at -2
        and +2. NaN where nobody spoke.
    favourable, adverse
        Voices clearly for and clearly against the claim.
    tags
        "rests on summary": own codings alone give another verdict. "fragile": the
        balance changes when one voice is left out.
    reason
        Why the verdict is not testable or inconclusive.
    voices
        One row per organisation interviewed or heard: site, actor, polarity (as
        coded), score (in the claim's direction), basis, n.
    leave_one_out
        The balance without each voice, indexed by voice.
    level_only
        The codings say how much of the construct there is, not that it had an effect:
        the evidence is then consistent with the claim and does not show it.
    one_informant
        Every organisation with own codings spoke through one person.
    assumptions
        What was taken for granted on the way.
    """

    hypothesis: str
    verdict: Verdict
    own_verdict: Verdict
    n: int
    own: int
    score: float
    low: float
    high: float
    favourable: int
    adverse: int
    tags: tuple[str, ...]
    reason: str
    voices: pd.DataFrame
    leave_one_out: pd.Series
    level_only: bool
    one_informant: bool
    assumptions: tuple[str, ...]

    def __repr__(self) -> str:
        marks = f" ({', '.join(self.tags)})" if self.tags else ""
        return f"Evidence({self.hypothesis}: {self.verdict}{marks}, {self.told()})"

    def told(self) -> str:
        """The numbers behind the verdict, in words."""
        if self.n == 0:
            return "no voice"
        return (
            f"S = {self.score:.2f}, bounds {self.low:.2f} to {self.high:.2f}, "
            f"{self.n} voices ({self.own} own), {self.favourable} for, "
            f"{self.adverse} against"
        )


def evidence(
    study: Study,
    hypothesis: Hypothesis,
    *,
    mean: float = 0.5,
    clear: float = 0.5,
    min_voices: int = 3,
    min_own: int = 2,
    share: float = 0.5,
    ratio: float = 2.0,
) -> Evidence:
    """What a study's codings say about one claim.

    .. math:: s_i = d \\, \\bar x_i, \\qquad S = \\tfrac1n \\sum_i s_i

    with the confidence-weighted mean polarity of organisation i's own codings and
    d = -1 where the claim says that the construct inhibits. The study's summary fills
    the interviewed organisations without codings of their own. See
    `evidence_verdict` for the rule.

    A verdict is *fragile* when the balance of voices (S, for, against) changes as one
    voice is left out. The minimum numbers of voices belong to the study as a whole and
    are not asked again; otherwise three voices could never agree.

    Parameters
    ----------
    study
        A study with codings that name the hypothesis (its key or its short code), or
        else its construct. Organisations of all sites are voices.
    hypothesis
        The claim.
    mean, clear, min_voices, min_own, share, ratio
        As in `evidence_verdict`.

    References
    ----------
    Ansell, C., & Gash, A. (2008). Collaborative governance in theory and practice. J.
    Public Adm. Res. Theory 18, 543-571.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> evidence(study, nc.hypotheses.ANSELL_GASH[1]).told()
    'S = 1.25, bounds -0.38 to 1.62, 4 voices (4 own), 3 for, 0 against'
    """
    limits = _Limits(mean, clear, min_voices, min_own, share, ratio)
    voices, assumptions = _voices(study, hypothesis)
    heard = voices[voices["basis"] != ""]
    own = voices[voices["basis"] == "own"]
    scores = heard["score"].to_numpy(dtype=float)
    n_unheard = len(voices) - len(heard)
    verdict = limits.verdict(scores, len(own)) if hypothesis.sign else "not testable"
    own_verdict = limits.verdict(own["score"], len(own)) if hypothesis.sign else verdict
    left_out = pd.Series(
        [limits.balance(np.delete(scores, i)) for i in range(len(scores))],
        index=_labels(heard),
        dtype="str",
        name="verdict",
    )
    decided = verdict in ("supported", "contradicted")
    tags = ["rests on summary"] if own_verdict != verdict else []
    if decided and bool((left_out != verdict).any()):
        tags.append("fragile")
    low, high = (
        (scores.sum() + bound * n_unheard) / len(voices) if len(scores) else np.nan
        for bound in (_LOW, _HIGH)
    )
    return Evidence(
        hypothesis=hypothesis.key,
        verdict=verdict,
        own_verdict=own_verdict,
        n=len(heard),
        own=len(own),
        score=float(scores.mean()) if len(scores) else np.nan,
        low=float(low),
        high=float(high),
        favourable=limits.favourable(scores),
        adverse=limits.favourable(-scores),
        tags=tuple(tags),
        reason=_reason(hypothesis, limits, scores, len(own), verdict, left_out),
        voices=voices.drop(columns=["n_informants", "n_effect"]),
        leave_one_out=left_out,
        level_only=not bool((own["n_effect"] > 0).mean() > share),
        one_informant=bool(len(own)) and int(own["n_informants"].max()) <= 1,
        assumptions=assumptions,
    )


def evidence_verdict(
    scores: Sequence[float] | np.ndarray | pd.Series,
    *,
    own: int,
    mean: float = 0.5,
    clear: float = 0.5,
    min_voices: int = 3,
    min_own: int = 2,
    share: float = 0.5,
    ratio: float = 2.0,
) -> Verdict:
    """The verdict on a claim from one score per voice, in the claim's direction.

    *Not testable*: nobody was coded himself. *Supported*: n >= `min_voices`, own >=
    `min_own`, S >= `mean`, F > `share` n and F >= `ratio` A, with S the mean, F the
    voices with s >= `clear` and A those with s <= -`clear`. *Contradicted*: the mirror
    image. *Inconclusive*: otherwise.

    Parameters
    ----------
    scores
        One number in [-2, 2] per voice.
    own
        How many voices have codings of their own, from 0 to the number of voices.
    mean, clear
        How far from 0 the mean must be, and a voice to be clear.
    min_voices, min_own
        How many must have spoken, and how many in their own words.
    share, ratio
        The share of voices, and the multiple of the opposing ones, that must agree.

    Raises
    ------
    InputError
        If a score is no number in [-2, 2], own is no number of voices, or a threshold
        cannot be one.

    Examples
    --------
    >>> evidence_verdict([2, 1, 2, 0], own=4)
    'supported'
    >>> evidence_verdict([-2, -1, -2, 0], own=4)
    'contradicted'
    >>> evidence_verdict([2, 2], own=2)
    'inconclusive'
    """
    limits = _Limits(mean, clear, min_voices, min_own, share, ratio)
    voices = as_numbers("scores", pd.Series(scores))
    wrong = voices[~(np.abs(voices) <= _HIGH)]
    if len(wrong):
        raise InputError(
            f"scores needs a number in [-2, 2] for each voice, got {wrong[0]:g}"
        )
    if check_count("own", own, minimum=0) > len(voices):
        raise InputError(
            f"own needs a whole number from 0 to the {len(voices)} voices, got {own}"
        )
    return limits.verdict(voices, own)


@dataclass(frozen=True)
class _Limits:
    mean: float
    clear: float
    min_voices: int
    min_own: int
    share: float
    ratio: float

    def __post_init__(self) -> None:
        check_count("min_voices", self.min_voices)
        check_count("min_own", self.min_own, minimum=0)
        for name in ("mean", "clear"):
            value = getattr(self, name)
            if not 0 < value <= _HIGH:
                raise InputError(f"{name} needs a number in (0, 2], got {value!r}")
        if not 0 <= self.share < 1:
            raise InputError(f"share needs a number in [0, 1), got {self.share!r}")
        if not self.ratio >= 1:
            raise InputError(f"ratio needs a number >= 1, got {self.ratio!r}")

    def favourable(self, scores: np.ndarray) -> int:
        return int((scores >= self.clear - _TIE).sum())

    def verdict(self, scores: np.ndarray | pd.Series, own: int) -> Verdict:
        if own == 0:
            return "not testable"
        if len(scores) < self.min_voices or own < self.min_own:
            return "inconclusive"
        return self.balance(np.asarray(scores, dtype=float))

    def balance(self, scores: np.ndarray) -> Verdict:
        if self.agrees(scores):
            return "supported"
        return "contradicted" if self.agrees(-scores) else "inconclusive"

    def agrees(self, scores: np.ndarray) -> bool:
        n = len(scores)
        for_it, against = self.favourable(scores), self.favourable(-scores)
        return (
            n > 0
            and bool(scores.mean() >= self.mean - _TIE)
            and for_it > self.share * n
            and for_it >= self.ratio * against
        )

    def missed(self, scores: np.ndarray, own: int) -> list[str]:
        """What stands between these scores and a verdict."""
        n, tended = len(scores), float(scores.mean())
        wanted = np.sign(tended) * self.mean if tended else self.mean
        side = scores if tended >= 0 else -scores
        with_it, against = self.favourable(side), self.favourable(-side)
        unmet = {
            f"{n} of the {self.min_voices} voices needed": n < self.min_voices,
            f"{own} of the {self.min_own} own voices needed": own < self.min_own,
            f"S = {tended:.2f} does not reach {wanted:g}": (
                abs(tended) < self.mean - _TIE
            ),
            f"{with_it} of {n} voices speak clearly that way": (
                with_it <= self.share * n
            ),
            f"{with_it} such voices do not outweigh {against} against": (
                with_it < self.ratio * against
            ),
        }
        return [text for text, is_unmet in unmet.items() if is_unmet]


def equal_voices(voices: pd.DataFrame) -> str:
    """What is assumed where voices of several sites count alike; empty for one."""
    sites = voices["site"].nunique()
    return f"organisations of {sites} sites are equal voices" if sites > 1 else ""


def scores_on(
    study: Study, hypothesis: Hypothesis
) -> tuple[Literal["construct", "hypothesis"], str, pd.DataFrame]:
    """The column and word by which codings speak of a claim, and all their scores."""
    scores = construct_scores(study, by="hypothesis")
    if scores.empty:
        scores = construct_scores(study, by="construct")
        return "construct", hypothesis.construct, scores
    named = bool((scores["hypothesis"] == hypothesis.key).any())
    return "hypothesis", hypothesis.key if named else hypothesis.code, scores


def _voices(
    study: Study, hypothesis: Hypothesis
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """One row per organisation interviewed or heard, and what was assumed."""
    by, name, scores = scores_on(study, hypothesis)
    unplaced = scores.attrs["unplaced"]
    voices = scores[scores[by] == name] if name else scores.iloc[:0]
    voices = voices[voices["interviewed"] | (voices["basis"] != "")]
    voices = voices.rename(columns={"score": "polarity"}).reset_index(drop=True)
    voices["score"] = hypothesis.sign * voices["polarity"] + 0.0
    columns = ["site", "actor", "polarity", "score", "basis", "n"]
    told = {
        "respondents": "",
        "interview_date": "who was interviewed is read from interview_date",
        "codings": "who was interviewed is not recorded; those coded themselves count",
    }[interviewed(study).attrs["known_from"]]
    n = Counted(unplaced)
    nobody = f"{n} {n:coding belongs|codings belong} to no organisation and {n:is|are}"
    nobody += " no voice"
    assumed = (told, equal_voices(voices), nobody if unplaced else "")
    told_of = tuple(text for text in assumed if text)
    return voices[[*columns, "n_informants", "n_effect"]], told_of


def _labels(voices: pd.DataFrame) -> pd.Index[str]:
    several = voices["site"].nunique() > 1
    pairs = zip(voices["site"], voices["actor"], strict=True)
    names = [f"{site}: {actor}" if several else str(actor) for site, actor in pairs]
    return pd.Index(names, name="voice", dtype="str")


def _reason(
    hypothesis: Hypothesis,
    limits: _Limits,
    scores: np.ndarray,
    own: int,
    verdict: Verdict,
    left_out: pd.Series,
) -> str:
    if verdict in ("supported", "contradicted"):
        return ""
    if not hypothesis.sign:
        return "the claim names no direction that codings could speak for"
    if own == 0:
        return "no organisation was coded in its own words"
    reasons = limits.missed(scores, own)
    if len(scores) >= limits.min_voices and own >= limits.min_own:
        turned = left_out[left_out != verdict]
        reasons += [f"without {voice}: {other}" for voice, other in turned.items()]
    return "; ".join(reasons)
