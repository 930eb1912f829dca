"""From a combination of choices to matrices: one specification of a claim about dyads.

What exactly is correlated with what, and among whom?
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import pandas as pd

from netcollab.errors import InputError, RefusedError
from netcollab.hypotheses.choices import (
    BESIDE,
    NOBODY,
    Choice,
    combinations,
    counted,
    has_unknown,
)
from netcollab.hypotheses.contrasts import (
    Contrast,
    contrast,
    is_symmetric,
    relations_in,
)
from netcollab.hypotheses.judging import Test, Trial, of_draws
from netcollab.inference import ModelResult, Specification, TestResult, mrqap
from netcollab.measures import term_matrix
from netcollab.networks import (
    Network,
    build_network,
    complete,
    dichotomize,
    impute,
    reconstruct,
    symmetrize,
)
from netcollab.study import HypothesisSpec, Study

__all__ = ["Specified", "built"]

SAME = "the same numbers as another specification"
ONE_WAY = "the outcome has no direction and {name} has one"
IMPUTATIONS = 20
TERM = "the claim"
_DIGITS = 9

Fit = Callable[..., ModelResult]


def _nothing() -> Specification:
    return Specification(pd.DataFrame(), pd.DataFrame())


@dataclass(frozen=True, eq=False)
class Specified(Contrast):
    """The contrast of one specification, and its part in the curve.

    Parameters
    ----------
    curve
        The same among all actors, those left out without an observed dyad.
    beside
        What MRQAP holds, by name; none: a correlation.
    fit
        `mrqap` with everything but matrices, directed and alternative set.
    """

    curve: Specification = field(default_factory=_nothing)
    beside: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    fit: Fit = mrqap

    def tried(self, test: Test) -> Trial:
        """QAP correlation, or the partial correlation of MRQAP."""
        if not self.beside:
            return super().tried(test)
        model = self.fit(
            self.y,
            {TERM: self.x} | dict(self.beside),
            directed=self.directed,
            alternative="greater",
        )
        row = model.coefficients.loc[TERM].astype(float).to_dict()
        if math.isnan(row["statistic"]):
            return Trial(reason="what is held leaves nothing of the outcome")
        result = TestResult(
            test=model.test,
            null=model.null,
            statistic=row["statistic"],
            pvalue=row["pvalue"],
            mc_error=row["mc_error"],
            p_min=row["p_min"],
            alternative="greater",
            estimate=_partial_r(row["statistic"], model.df),
            n=model.n,
            n_resamples=model.n_resamples,
            method=model.method,
            null_distribution=model.null_distribution[TERM].to_numpy(),
            seed=model.seed,
            unit=model.unit,
        )
        answered = int(self.y.notna().any(axis=1).sum())
        trial = of_draws(result, model.test, answered)
        return replace(trial, measured_size=row["measured_size"])

    def detectable(self, trial: Trial, cut: float) -> float:
        """As of `Contrast`; NaN for MRQAP, whose null is one of t."""
        return math.nan if self.beside else super().detectable(trial, cut)


def built(
    study: Study, spec: HypothesisSpec, choices: Sequence[Choice], seed: int
) -> tuple[list[tuple[dict[str, str], Specified]], pd.Series]:
    """Every specification there is, and how many are none by reason.

    Parameters
    ----------
    study, spec
        The study, and the claim as bound.
    choices
        The alternatives.
    seed
        Of imputations.
    """
    rules = _Rules(study, seed)
    found: list[tuple[dict[str, str], Specified]] = []
    reasons: list[str] = []
    known: set[tuple[bytes, ...]] = set()
    for words, reason in combinations(choices):
        made: Specified | None = None
        if not reason:
            try:
                made = _specified(rules, spec, words)
                reason = made.reason
            except (InputError, RefusedError) as error:
                reason = str(error)
        if made is None or reason:
            reasons.append(reason)
            continue
        print_ = _fingerprint(made)
        if print_ in known:
            reasons.append(SAME)
            continue
        known.add(print_)
        found.append((words, made))
    return found, counted(reasons)


class _Rules:
    """A study's relations under a missing rule and as pairs, each made once."""

    def __init__(self, study: Study, seed: int) -> None:
        self.study, self.seed = study, seed
        self._made: dict[tuple[str, str, str], Network] = {}
        self._reasons: dict[tuple[str, str], str] = {}
        self._imputed: dict[tuple[str, ...], Network] = {}

    def __call__(self, relation: str, missing: str, pairs: str) -> Network:
        key = (relation, missing, pairs)
        if key not in self._made:
            if pairs != "none":
                self._made[key] = _as_pairs(self(relation, missing, "none"), pairs)
            else:
                self._made[key] = _known(build_network(self.study, relation), missing)
        return self._made[key]

    def imputed(self, relation: str, terms: tuple[str, ...], pairs: str) -> Network:
        """The mean of imputations beside the terms, which have to be known."""
        key = (relation, *terms)
        if key not in self._imputed:
            network = self(relation, "observed", "none")
            as_is = partial(self, missing="observed", pairs="none")
            beside = {t: _term(self.study, t, network, as_is) for t in terms}
            self._imputed[key] = _mean_of_imputations(network, beside, self.seed)
        return _as_pairs(self._imputed[key], pairs)

    def refusal(self, spec: HypothesisSpec) -> str:
        """Why outcome and predictor cannot be compared; empty if they can."""
        key = (spec.outcome, spec.predictor)
        if key not in self._reasons:
            self._reasons[key] = contrast(self.study, spec).reason
        return self._reasons[key]


def _known(network: Network, missing: str) -> Network:
    """The network once a missing rule has been applied."""
    if missing in ("observed", "answered") or not has_unknown(network):
        return network
    if missing == "reconstructed":
        return reconstruct(network)
    if network.is_rated:
        raise RefusedError(
            f'relation "{network.relation}" is a rating: no answer is no absence'
        )
    return complete(network, "absent")


def _mean_of_imputations(
    network: Network, beside: Mapping[str, pd.DataFrame], seed: int
) -> Network:
    if not has_unknown(network):
        return network
    copies = impute(network, predictors=beside, n_imputations=IMPUTATIONS, rng=seed)
    mean = np.mean([copy.ties.to_numpy() for copy in copies], axis=0)
    names = network.ties.index
    return copies[0].with_ties(pd.DataFrame(mean, names, names))


def _as_pairs(network: Network, rule: str) -> Network:
    if rule == "none" or not network.directed:
        return network
    if rule == "mean":
        return symmetrize(network, "mean")
    return symmetrize(network, "minimum" if rule == "minimum" else "maximum")


def _specified(
    rules: _Rules, spec: HypothesisSpec, words: Mapping[str, str]
) -> Specified:
    """The matrices of one combination; raises or gives the reason where it is none."""
    spec = replace(spec, outcome=words["outcome"], predictor=words["predictor"])
    if reason := rules.refusal(spec):
        return Specified(spec, reason)
    pairs, held = words["symmetrisation"], _held(words["estimator"])
    relation = relations_in(rules.study, spec.outcome)[0]
    if words["missing"] == "imputed":
        network = partial(rules, missing="observed", pairs=pairs)
        outcome = rules.imputed(relation, (spec.predictor, *held), pairs)
    else:
        network = partial(rules, missing=words["missing"], pairs=pairs)
        outcome = network(relation)
    if words["threshold"] != "none":
        least = None if words["threshold"] == "any" else float(words["threshold"])
        outcome = dichotomize(outcome, least)
    y = outcome.ties
    beside = {term: _term(rules.study, term, outcome, network) for term in held}
    x = _term(rules.study, spec.predictor, outcome, network)
    matrices = {spec.predictor: x} | beside
    if not outcome.directed:
        for name, matrix in matrices.items():
            if not is_symmetric(matrix):
                raise InputError(ONE_WAY.format(name=name))
    directed = not all(is_symmetric(each) for each in (y, *matrices.values()))
    if words["estimator"] == "rank correlation":
        y, x = _ranks(y), _ranks(x)
    out = [] if words["without"] == NOBODY else [words["without"]]
    if words["missing"] == "answered":
        out += [str(actor) for actor in y.index[y.isna().all(axis=1)]]
    kept = [actor for actor in y.index if str(actor) not in out]
    masked = y.loc[kept, kept].reindex(index=y.index, columns=y.columns)
    return Specified(
        spec,
        "",
        y.loc[kept, kept],
        x.loc[kept, kept],
        directed,
        beside={name: each.loc[kept, kept] for name, each in beside.items()},
        curve=Specification(masked, x, beside, directed),
    )


def _held(estimator: str) -> list[str]:
    if not estimator.startswith(BESIDE):
        return []
    return [term.strip() for term in estimator.removeprefix(BESIDE).split("+")]


def _term(
    study: Study, text: str, outcome: Network, network: Callable[[str], Network]
) -> pd.DataFrame:
    networks = {name: network(name) for name in relations_in(study, text)}
    return term_matrix(text.replace(" ", ""), outcome.actors, networks)


def _ranks(frame: pd.DataFrame) -> pd.DataFrame:
    """The rank of each dyad among all that were observed, ties at their mean rank."""
    values = pd.Series(frame.to_numpy(dtype=float).ravel())
    ranks = values.rank().to_numpy().reshape(frame.shape)
    return pd.DataFrame(ranks, frame.index, frame.columns)


def _fingerprint(made: Specified) -> tuple[bytes, ...]:
    """What decides the numbers: the matrices, but for their units.

    An actor without an observed dyad of the outcome decides nothing.
    """
    known = made.y.notna().to_numpy()
    heard = np.flatnonzero(known.any(axis=0) | known.any(axis=1))
    frames = [made.y, made.x, *made.beside.values()]
    parts = [frame.to_numpy(dtype=float)[np.ix_(heard, heard)] for frame in frames]
    names = ",".join(map(str, made.y.index[heard])).encode()
    return names, *(_standardised(part) for part in parts)


def _standardised(values: np.ndarray) -> bytes:
    spread = np.nanstd(values)
    values = (values - np.nanmean(values)) / (spread if spread > 0 else 1.0)
    return (np.round(values, _DIGITS) + 0.0).tobytes()


def _partial_r(t: float, df: float) -> float:
    """The partial correlation of a t-statistic; 1 or -1 where t has no end."""
    return math.copysign(1.0, t) / math.sqrt(1 + df / t**2) if t else 0.0
