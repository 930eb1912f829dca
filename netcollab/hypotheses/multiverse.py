"""One claim under every defensible choice, and what the verdicts are worth together.

Does the verdict hang on what could have been done otherwise?
"""

from __future__ import annotations

import html
import math
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, check_count, check_draws, check_fraction
from netcollab._files import write_atomically
from netcollab._progress import steps
from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.choices import Choice, chosen
from netcollab.hypotheses.contrasts import contrast, relations_in, unbound
from netcollab.hypotheses.declared import binding
from netcollab.hypotheses.digital_collaboration import DIGITAL_COLLABORATION
from netcollab.hypotheses.hypothesis import Hypothesis, sign
from netcollab.hypotheses.judging import Trial, judge
from netcollab.hypotheses.site_multiverse import of_several
from netcollab.hypotheses.specifications import Specified, built
from netcollab.hypotheses.within_contrasts import of_sites
from netcollab.inference import (
    SpecificationCurve,
    mrqap,
    qap_correlation,
    specification_curve,
)
from netcollab.networks import build_network
from netcollab.study import HypothesisSpec, Study

__all__ = ["Multiverse", "multiverse"]

ADOPTION = {claim.key for claim in DIGITAL_COLLABORATION}
FOUND = ["estimate", "pvalue", "verdict", "n", "reason"]


def _no_rows() -> pd.DataFrame:
    return pd.DataFrame(columns=FOUND)


def _no_counts() -> pd.Series:
    return pd.Series(dtype="int64", name="combinations")


@dataclass(frozen=True, eq=False, repr=False)
class Multiverse:
    """A claim under every combination of choices.

    Parameters
    ----------
    study
        The study's name.
    hypothesis
        The claim.
    choices
        Each choice with its alternatives, that of the headline first.
    table
        One row per specification, the headline's first: a column per choice, then
        estimate, equal-tailed pvalue, verdict, n (actors that answered; in several
        sites what the estimator counts), and reason (of a verdict that is neither
        supported nor contradicted).
    left_out
        Combinations that are no specification, counted by reason.
    curve, curve_reason
        Estimates and tests of the whole curve; None where there is none, and why.
    alpha
        The level of each specification.
    seed
        Of the draws and imputations.
    reason
        Why there is no multiverse; empty if there is one.
    synthetic
        The data are invented.
    symbol
        "r" where estimates are correlations, "b" where they are slopes.
    """

    study: str
    hypothesis: Hypothesis
    choices: tuple[Choice, ...] = ()
    table: pd.DataFrame = field(default_factory=_no_rows)
    left_out: pd.Series = field(default_factory=_no_counts)
    curve: SpecificationCurve | None = None
    curve_reason: str = ""
    alpha: float = 0.05
    seed: int = 0
    reason: str = ""
    synthetic: bool = False
    symbol: str = "r"

    @property
    def verdict(self) -> str:
        """The headline's: that of the first alternative of every choice."""
        return "not testable" if self.reason else str(self.table["verdict"].iloc[0])

    @property
    def share(self) -> float:
        """The share of specifications with the headline's verdict.

        Among those that could be tested; NaN where the headline could not.
        """
        tested = self.table["verdict"][self.table["verdict"] != "not testable"]
        if self.verdict == "not testable":
            return math.nan
        return float((tested == self.verdict).mean())

    def to_frame(self) -> pd.DataFrame:
        """A copy of the table."""
        return self.table.copy()

    def summary(self) -> str:
        """The verdicts, the estimates and the tests of the curve, in words."""
        lines = [f"{self.hypothesis.key}: {self.verdict}"]
        for name, text in self._rows():
            lines.append(
                textwrap.fill(
                    text,
                    width=88,
                    initial_indent=f"  {name}".ljust(24),
                    subsequent_indent=" " * 24,
                )
            )
        return "\n".join(lines)

    def __repr__(self) -> str:
        if self.reason:
            return f"Multiverse({self.hypothesis.key}: not testable, {self.reason})"
        return (
            f"Multiverse({self.hypothesis.key}: {self.verdict}, as in "
            f"{self.share:.0%} of {len(self.table)} specifications)"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(text)}</td></tr>"
            for name, text in self._rows()
        )
        caption = html.escape(f"{self.hypothesis.key}: {self.verdict}")
        return f"<table><caption>{caption}</caption>{rows}</table>"

    def _rows(self) -> list[tuple[str, str]]:
        if self.reason:
            return [("not testable", self.reason)]
        told = [("specifications", str(len(self.table)))]
        if not math.isnan(self.share):
            told.append(("same verdict", f"{self.share:.3f}"))
        told += [
            (str(verdict), str(count))
            for verdict, count in self.table["verdict"].value_counts().items()
        ]
        estimates = self.table["estimate"].dropna().astype(float)
        if len(estimates):
            low, high = estimates.min(), estimates.max()
            told.append(("estimates", f"{low:.4f} to {high:.4f}"))
        if self.curve is not None:
            told += [
                (
                    test.test.removeprefix("specification curve, ").split(" of ")[0],
                    f"{test.statistic:.4f}, p {_p(test.pvalue)} ({test.method})",
                )
                for test in (self.curve.median, self.curve.share, self.curve.stouffer)
            ]
        if self.curve_reason:
            told.append(("curve", f"not tested: {self.curve_reason}"))
        told += [
            ("left out", f"{count}: {reason}")
            for reason, count in self.left_out.items()
        ]
        return told


def multiverse(
    study: Study,
    hypothesis: Hypothesis,
    *,
    choices: Mapping[str, Sequence[str]] | None = None,
    alpha: float = 0.05,
    n_resamples: int = 9999,
    rng: int | np.random.Generator | None = None,
    workers: int = 1,
    progress: bool = False,
    checkpoint: str | Path | None = None,
) -> Multiverse:
    """A claim under every defensible choice, about one network or several sites.

    Each combination of alternatives is a specification, tested and judged as by
    `evaluate` in a family of one. An estimate is a correlation, of ranks or partial
    where the estimator says so. A combination is left out, and counted by reason,
    where it cannot be: an outcome without direction and a predictor with one, or the
    same numbers as another. Leaving out an actor is combined with the first
    alternatives only.

    Whether the specifications together say more than chance is asked by
    `netcollab.inference.specification_curve`, among actors that answered and among
    those that did not: by the median estimate, the share of specifications that are
    significant in the claimed direction, and Stouffer's z. Specifications share their
    data; their share is no probability, and only that test knows what they share. In
    several sites there is the table, and no test of the curve.

    Parameters
    ----------
    study
        A study; of one site, it has one wave.
    hypothesis
        A claim with a direction.
    choices
        Alternatives by choice, that of the headline first; a choice that is not named
        has those of `multiverse_choices`.
    alpha
        The level of each specification.
    n_resamples, rng, workers, progress
        As in `netcollab.inference.qap_correlation`; rng also seeds imputations.
    checkpoint
        A folder in which finished blocks are kept, made where it is not there: a
        killed run goes on from there with the same numbers. Models of several sites
        take seconds and are fitted anew.

    Returns
    -------
    Multiverse
        With a reason and without a table where the claim cannot be tested at all.

    Raises
    ------
    UnknownNameError
        For a choice or an alternative that does not exist.
    InputError
        If a choice has no alternative, or the checkpoint belongs to another run.

    References
    ----------
    Simonsohn, U., Simmons, J. P., & Nelson, L. D. (2020). Specification curve
    analysis. Nat. Hum. Behav. 4, 1208-1214.
    Steegen, S., Tuerlinckx, F., Gelman, A., & Vanpaemel, W. (2016). Increasing
    transparency through a multiverse analysis. Perspect. Psychol. Sci. 11, 702-712.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    >>> few = {"missing": ["observed"], "threshold": ["none"], "without": ["nobody"]}
    >>> multiverse(study, nc.hypotheses.ANSELL_GASH[1], choices=few, rng=1)
    Multiverse(AG-H2: supported, as in 100% of 9 specifications)
    """
    alpha, workers = check_fraction("alpha", alpha), check_count("workers", workers)
    n_resamples = check_draws(n_resamples)
    spec = binding(hypothesis, study.manifest)
    folder = None if checkpoint is None else Path(checkpoint)
    entropy = _entropy(rng, folder)
    whole = Multiverse(
        study.manifest.name,
        hypothesis,
        alpha=alpha,
        seed=entropy,
        synthetic=study.manifest.synthetic,
    )
    if reason := _untestable(study, spec):
        return replace(whole, reason=reason)
    asked = chosen(study, hypothesis, choices)
    if study.actors["site"].nunique() > 1:
        words, trials, left_out = of_several(
            study, spec, asked, alpha=alpha, seed=entropy, progress=progress
        )
        return replace(
            whole,
            choices=asked,
            table=_table(words, trials),
            left_out=left_out,
            curve_reason="models of several sites are not refitted under relabelling",
            symbol="b",
        )
    found, left_out = built(study, spec, asked, entropy)
    if not found:
        told = "; ".join(map(str, left_out.index))
        return replace(whole, choices=asked, left_out=left_out, reason=told)
    run = _Run(n_resamples, entropy, workers, folder)
    trials = []
    with steps(f"multiverse {hypothesis.key}", len(found), shown=progress) as advance:
        for place, (_, made) in enumerate(found, start=1):
            trials.append(_tried(made, run, place, alpha))
            advance()
    whole = replace(
        whole,
        choices=asked,
        table=_table([words for words, _ in found], trials),
        left_out=left_out,
    )
    try:
        curve = _curve(study, spec, found, trials, run, alpha, progress)
    except RefusedError as refusal:
        return replace(whole, curve_reason=str(refusal))
    return replace(whole, curve=curve)


def _p(pvalue: float) -> str:
    """Four decimals, or three digits where four decimals would read as zero."""
    return f"{pvalue:.4f}" if pvalue >= 0.001 else f"{pvalue:.3g}"


class _Run(NamedTuple):
    """How relabellings are drawn, and where finished blocks are kept."""

    n_resamples: int
    entropy: int
    workers: int
    folder: Path | None

    def kept(self, name: str) -> Path | None:
        """The file of one test's blocks."""
        return None if self.folder is None else self.folder / f"{name}.checkpoint"


def _entropy(rng: int | np.random.Generator | None, folder: Path | None) -> int:
    """The seed at the door; without one, that of the run to go on with."""
    if folder is None:
        return as_entropy(rng)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "seed"
    if not kept.exists():
        entropy = as_entropy(rng)
        write_atomically(kept, f"{entropy}\n")
        return entropy
    text = kept.read_text(encoding="utf-8").strip()
    if not text.isdecimal():
        raise InputError(f"{kept} is not the seed of a multiverse; name another folder")
    if rng is not None and (given := as_entropy(rng)) != int(text):
        raise InputError(
            f"checkpoint {folder} belongs to another run; different: seed ({text} "
            f"there, {given} here); name another folder or delete this one"
        )
    return int(text)


def _untestable(study: Study, spec: HypothesisSpec) -> str:
    """Why there is no headline to compare with; empty if there is one."""
    if spec.key in ADOPTION:
        return f"{spec.key} has a test of its own, and no multiverse"
    if reason := unbound(spec):
        return reason
    several = study.actors["site"].nunique() > 1
    if spec.level not in (("site", "actor", "dyad") if several else ("dyad",)):
        return "a multiverse is for dyads of one network, or a claim in several sites"
    if several:
        return of_sites(study, spec, seed=0).reason
    return contrast(study, spec).reason


def _tried(made: Specified, run: _Run, place: int, alpha: float) -> Trial:
    """One specification, judged in a family of one."""
    named = run.kept(f"specification-{place:04d}")
    fit = partial(
        mrqap,
        n_resamples=run.n_resamples,
        rng=run.entropy,
        workers=run.workers,
        checkpoint=named,
    )
    test = partial(
        qap_correlation,
        n_resamples=run.n_resamples,
        rng=run.entropy,
        workers=run.workers,
        checkpoint=named,
    )
    (trial,) = judge([replace(made, fit=fit)], test=test, alpha=alpha)
    return trial


def _table(words: Sequence[Mapping[str, str]], trials: Sequence[Trial]) -> pd.DataFrame:
    found = [
        (trial.estimate, trial.pvalue, trial.verdict, trial.n, trial.reason)
        for trial in trials
    ]
    table = pd.DataFrame(list(words)).join(pd.DataFrame(found, columns=FOUND))
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="specification"))


def _curve(
    study: Study,
    spec: HypothesisSpec,
    found: Sequence[tuple[Mapping[str, str], Specified]],
    trials: Sequence[Trial],
    run: _Run,
    alpha: float,
    progress: bool,
) -> SpecificationCurve:
    """The specifications that have an estimate, tested together."""
    members = [
        made.curve
        for (_, made), trial in zip(found, trials, strict=True)
        if not math.isnan(trial.estimate)
    ]
    if not members:
        raise RefusedError("no specification could be tested")
    return specification_curve(
        members,
        alternative="greater" if sign(spec.direction) > 0 else "less",
        strata=_silence(study, [words["outcome"] for words, _ in found]),
        alpha=alpha,
        n_resamples=run.n_resamples,
        rng=run.entropy,
        workers=run.workers,
        progress=progress,
        checkpoint=run.kept("curve"),
    )


def _silence(study: Study, outcomes: Sequence[str]) -> pd.Series:
    """Which outcomes each actor said nothing of: who may change places with whom."""
    names = {relations_in(study, outcome)[0] for outcome in outcomes}
    rows = [
        build_network(study, name).ties.isna().all(axis=1).rename(name)
        for name in sorted(names)
    ]
    return pd.concat(rows, axis=1).apply(lambda row: str(row.tolist()), axis=1)
