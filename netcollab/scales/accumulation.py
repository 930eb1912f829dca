"""How many codes are newly heard with each further interview.

Would another interview have said anything that nobody had said yet?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import check_choice, check_count, check_number
from netcollab.errors import InputError
from netcollab.scales.constructs import interviewed, said_in
from netcollab.study import Study

__all__ = ["Saturation", "saturation"]

_TIE = 1e-10
_COLUMNS = ["heard", "sd", "new", "share", "new_in_run"]

Codes = Literal["construct", "direction"]


@dataclass(frozen=True, eq=False, repr=False)
class Saturation:
    """What further interviews added, and where hardly anything was added any more.

    Parameters
    ----------
    curve
        One row per number of interviews k = 1, ..., n. heard: codes heard in k
        interviews, the mean over all their orders; sd: how much orders differ; new:
        newly heard with the k-th; share: heard, of all codes that anybody named;
        new_in_run: codes new in the next `run` interviews, over the codes of the first
        `base` (NaN before the base, and where fewer than `run` follow).
    codes
        "construct" or "direction".
    n_interviews, n_silent
        Interviews; those among them in which nothing was coded.
    n_codes, n_once
        Codes heard in any interview; in one only.
    unplaced
        Codings that name neither informant nor actor, such as those of documents.
    base, run, threshold
        As given.
    reached
        The fewest interviews, base or more, after which a run adds no more than
        `threshold`; NaN where there is none.
    reason
        Why there is no curve, or why `reached` is NaN.
    synthetic
        The data are invented.
    """

    curve: pd.DataFrame
    codes: Codes
    n_interviews: int
    n_silent: int
    n_codes: int
    n_once: int
    unplaced: int
    base: int
    run: int
    threshold: float
    reached: float
    reason: str
    synthetic: bool = False

    def __repr__(self) -> str:
        at = self.reason
        if not math.isnan(self.reached):
            at = f"reached at {self.reached:.0f}+{self.run}"
        return (
            f"Saturation({self.n_codes} codes in {self.n_interviews} interviews, "
            f"{self.n_once} heard once; {at})"
        )


def saturation(
    study: Study,
    *,
    codes: Codes = "construct",
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
) -> Saturation:
    """How many codes k of a study's n interviews bring, over all orders of interviews.

    With code c heard in m_c interviews, a set of k interviews misses it in a share
    q_c(k) of all sets, and the mean over all n! orders is

    .. math:: \\bar h_k = \\sum_c (1 - q_c(k)), \\qquad
              q_c(k) = \\binom{n - m_c}{k} \\Big/ \\binom{n}{k}

    with variance sum_cd (q_cd - q_c q_d), q_cd from the interviews that name c or d.
    Nothing is drawn. The last interview adds n_once / n codes on average. Guest, Namey
    and Chen compare the codes new in a run of interviews with those of a base; here
    both are means over all orders, as the order of interviews is not recorded. At
    k = 6 and run 2 they write 6+2.

    Codes that nobody named are not estimated: informants are chosen for what they
    know, not drawn, and a coding scheme fixed beforehand has no codes beyond it.

    Parameters
    ----------
    study
        A study with codings. An interview is an informant; where codings name an actor
        and no informant, the actor. The study's summary is none. Who was interviewed
        (see `interviewed`), answered no questionnaire and was not coded is a silent
        interview. Several sites are taken together.
    codes
        "construct", or "direction": a construct spoken of as below, at or above 0.
    base, run
        Interviews at the start, and interviews that follow: 1 or more.
    threshold
        The largest share of new codes that counts as saturated, in [0, 1).

    Returns
    -------
    Saturation
        With an empty curve and a reason for fewer than two interviews or no code.

    References
    ----------
    Guest, G., Namey, E., & Chen, M. (2020). A simple method to assess and report
    thematic saturation in qualitative research. PLoS ONE 15, e0232076.
    Hurlbert, S. H. (1971). The nonconcept of species diversity. Ecology 52, 577-586.
    Ugland, K. I., Gray, J. S., & Ellingsen, K. E. (2003). The species-accumulation
    curve and estimation of species richness. J. Anim. Ecol. 72, 888-897.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> found = saturation(study)
    >>> found
    Saturation(4 codes in 8 interviews, 0 heard once; reached at 5+2)
    >>> found.curve["heard"].round(2).tolist()[:4]
    [1.88, 2.93, 3.48, 3.76]
    """
    check_choice("codes", codes, ("construct", "direction"))
    base, run = check_count("base", base), check_count("run", run)
    if not 0 <= check_number("threshold", threshold) < 1:
        raise InputError(f"threshold needs a number in [0, 1), got {threshold!r}")
    heard, silent, unplaced = _heard(study, codes)
    n = len(heard) + silent
    curve = _curve(heard.to_numpy(dtype=bool), n, base, run)
    reached, reason = _reached(curve, base, run, threshold)
    if not heard.shape[1]:
        reason = "no coding of an interview names a construct"
    elif n < 2:
        reason = "one interview: a curve needs two"
    return Saturation(
        curve=curve,
        codes=codes,
        n_interviews=n,
        n_silent=silent,
        n_codes=heard.shape[1],
        n_once=int((heard.sum() == 1).sum()),
        unplaced=unplaced,
        base=base,
        run=run,
        threshold=threshold,
        reached=reached,
        reason=reason,
        synthetic=study.manifest.synthetic,
    )


def _heard(study: Study, codes: Codes) -> tuple[pd.DataFrame, int, int]:
    """Interviews x codes; silent interviews; codings that belong to no interview."""
    rows = said_in(study)
    rows = rows[~rows["summary"] & (rows["construct"] != "")]
    known = (rows["informant"] != "") | (rows["actor"] != "")
    unplaced, rows = int((~known).sum()), rows[known]
    code = rows["construct"]
    if codes == "direction":
        code = code + "\x1f" + np.sign(rows["value"]).astype(int).astype(str)
    named = rows["informant"].where(rows["informant"] != "", "\x1f" + rows["actor"])
    table = pd.crosstab(rows["site"] + "\x1f" + named, code).gt(0)
    return table, _silent(study, rows), unplaced


def _silent(study: Study, rows: pd.DataFrame) -> int:
    """Interviews in which nothing was coded."""
    asked = interviewed(study)
    if asked.attrs["known_from"] != "respondents":
        return len(_places(asked[asked["interviewed"]]) - _places(rows))
    people = study.respondents.astype({"respondent": "str"})
    known = {*rows["informant"]}
    if len(study.answers):
        known |= {*study.answers["respondent"].astype(str)}
    told = _places(rows[rows["informant"] == ""])
    silent = people[~people["respondent"].isin(known)]
    return sum(not _places(person) & told for _, person in silent.groupby("respondent"))


def _places(table: pd.DataFrame) -> set[tuple[str, str]]:
    site, actor = (table[name].astype(str) for name in ("site", "actor"))
    return set(zip(site, actor, strict=True))


def _curve(heard: np.ndarray, n: int, base: int, run: int) -> pd.DataFrame:
    if n < 2 or not heard.shape[1]:
        return pd.DataFrame(columns=_COLUMNS, dtype=float).rename_axis("interviews")
    times = heard.sum(axis=0)
    both = heard.T.astype(int) @ heard.astype(int)
    either = times[:, None] + times[None, :] - both
    missed, pairs = _missed(n - times, n), _missed(n - either.ravel(), n)
    sd = np.sqrt(np.maximum(pairs - missed**2, 0.0))
    table = pd.DataFrame({"heard": len(times) - missed, "sd": sd})
    table["new"] = table["heard"].diff()
    table["share"] = table["heard"] / heard.shape[1]
    later = table["heard"].shift(-run) - table["heard"]
    first = table["heard"].iloc[base] if base <= n else math.nan
    table["new_in_run"] = (later / first).where(table.index >= base)
    return table.loc[1:, _COLUMNS].rename_axis("interviews")


def _missed(others: np.ndarray, n: int) -> np.ndarray:
    """Sum of C(u, k) / C(n, k) over the given u, for k = 0, ..., n.

    u interviews lack a code: that share of sets of k interviews misses it.
    """
    values, counts = np.unique(others, return_counts=True)
    k = np.arange(1, n + 1)
    steps = np.maximum(values[:, None] - k + 1, 0) / (n - k + 1)
    shares = np.hstack([np.ones((len(values), 1)), np.cumprod(steps, axis=1)])
    return np.asarray(counts @ shares)


def _reached(
    curve: pd.DataFrame, base: int, run: int, threshold: float
) -> tuple[float, str]:
    ratios = curve["new_in_run"].dropna()
    if not len(ratios):
        return math.nan, f"fewer interviews than base and run: {base} + {run}"
    enough = ratios.index[ratios <= threshold + _TIE]
    if len(enough):
        return float(enough[0]), ""
    least = float(ratios.min())
    return math.nan, f"the last runs still add {least:.2f}, more than {threshold:g}"
