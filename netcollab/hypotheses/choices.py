"""What could have been done otherwise: the choices behind one claim about dyads.

Which outcome, which missing rule, one value per pair or two, from which strength on a
tie, by which estimator, and without whom?
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import pandas as pd

from netcollab.errors import InputError, UnknownNameError
from netcollab.hypotheses.contrasts import relations_in
from netcollab.hypotheses.declared import binding
from netcollab.hypotheses.hypothesis import Hypothesis
from netcollab.hypotheses.within_contrasts import of_sites
from netcollab.measures import design_matrices
from netcollab.networks import Network, build_network
from netcollab.study import HypothesisSpec, Study

__all__ = [
    "BESIDE",
    "EVERY_WAVE",
    "NOBODY",
    "Choice",
    "chosen",
    "combinations",
    "counted",
    "multiverse_choices",
]

BESIDE = "MRQAP beside "
NOBODY = "nobody"
EVERY_WAVE = "every wave"
STAR = "one is left out of the first alternatives only"
_MISSING = ("observed", "answered", "reconstructed", "absent", "imputed")
_PAIRS = ("none", "mean", "minimum", "maximum")
_ESTIMATORS = ("correlation", "rank correlation")


class Choice(NamedTuple):
    """One choice of an analysis: its alternatives in words, the headline's first.

    Parameters
    ----------
    name
        "outcome", "predictor", "missing", "symmetrisation", "threshold", "wave",
        "estimator" or "without".
    alternatives
        In words.
    """

    name: str
    alternatives: tuple[str, ...]


def multiverse_choices(study: Study, hypothesis: Hypothesis) -> dict[str, list[str]]:
    """The choices behind a claim, to change and hand on.

    For the dyads of one network:

    ==============  ===============  ===============================================
    choice          alternative      means
    ==============  ===============  ===============================================
    outcome         tie(relation)    as bound; name others yourself
    predictor       a term           as bound; name others yourself
    missing         observed         dyads observed in outcome and predictor
                    answered         the same, among the actors that answered
                    reconstructed    the partner's report stands in (same events only)
                    absent           what is not known is no tie (no ratings)
                    imputed          the mean of 20 imputations (`networks.impute`)
                                     beside what the claim relates ties to, where
                                     that is known in every dyad
    symmetrisation  none             ties as they are
                    mean             one value per pair, the mean of both reports
                    minimum          the weaker report
                    maximum          the stronger report
    threshold       none             strength
                    any              a tie or none
                    3                1 from that strength on, else 0
    estimator       correlation      QAP correlation
                    rank correlation QAP correlation of the ranks of dyads
                    MRQAP beside a   partial correlation, what is named held
    without         nobody           every actor
                    an actor         the actor is left out
    ==============  ===============  ===============================================

    What changes nothing is not among them: a missing rule where all is known, pairs of
    an undirected relation, a threshold of ties without strength. Thresholds of a rated
    relation are the middle of its scale and one above. MRQAP holds the predictors of
    the study's other claims about the same outcome.

    In several sites: "wave", every wave or one; "estimator", the headline's of
    `evaluate` and those beside it; "without", nobody or a site.

    Parameters
    ----------
    study
        The study; of one site, it has one wave.
    hypothesis
        The claim, bound to an outcome and a predictor.

    Returns
    -------
    dict of str to list
        Per choice its alternatives, that of `evaluate` first.

    Raises
    ------
    InputError
        If the claim names no outcome or predictor, or the study has one site and
        several waves.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    >>> choices = multiverse_choices(study, nc.hypotheses.ANSELL_GASH[1])
    >>> choices["missing"], choices["threshold"]
    (['observed', 'answered'], ['none', '3', '4'])
    """
    spec = binding(hypothesis, study.manifest)
    if study.actors["site"].nunique() > 1:
        return _site_choices(study, spec)
    design_matrices(study, f"{spec.outcome} ~ {spec.predictor}")
    outcome = build_network(study, relations_in(study, spec.outcome)[0])
    named = relations_in(study, f"{spec.outcome} {spec.predictor}")
    networks = [build_network(study, name) for name in named]
    others = _others(study, spec)
    return {
        "outcome": [spec.outcome],
        "predictor": [spec.predictor],
        "missing": _missing(outcome, networks),
        "symmetrisation": list(_PAIRS if outcome.directed else _PAIRS[:1]),
        "threshold": _thresholds(outcome),
        "estimator": [
            *_ESTIMATORS,
            *([BESIDE + " + ".join(others)] if others else []),
        ],
        "without": [NOBODY, *map(str, outcome.ties.index)],
    }


def chosen(
    study: Study,
    hypothesis: Hypothesis,
    choices: Mapping[str, Sequence[str]] | None,
) -> tuple[Choice, ...]:
    """The choices asked for, the others as `multiverse_choices` has them.

    The first alternative stays first; the others come in an order of their own, so that
    the order in which they are named plays no part.

    Raises
    ------
    UnknownNameError
        For a choice or an alternative that does not exist.
    InputError
        If a choice has no alternative, or one twice.
    """
    known = multiverse_choices(study, hypothesis)
    asked = {} if choices is None else dict(choices)
    for name in asked:
        if name not in known:
            raise UnknownNameError("choice", name, known)
    spec = binding(hypothesis, study.manifest)
    return tuple(
        Choice(name, _checked(study, spec, name, asked.get(name, usual), usual))
        for name, usual in known.items()
    )


def combinations(choices: Sequence[Choice]) -> Iterator[tuple[dict[str, str], str]]:
    """Every combination of alternatives, the first ones first, and why it is none.

    An actor or site is left out of the combination of the first alternatives only: it
    asks whether the headline hangs on one. These combinations come last.
    """
    names = [choice.name for choice in choices]
    first = [choice.alternatives[0] for choice in choices]
    every = product(*(choice.alternatives for choice in choices))
    for alternatives in sorted(every, key=lambda each: each[-1] != first[-1]):
        *others, without = alternatives
        crossed = without != first[-1] and others != first[:-1]
        yield dict(zip(names, alternatives, strict=True)), STAR if crossed else ""


def has_unknown(network: Network) -> bool:
    """Some dyad could exist, and nobody knows whether it does."""
    unknown = network.ties.isna() & (network.states != "structural")
    return bool(unknown.to_numpy().any())


def counted(reasons: Iterable[str]) -> pd.Series:
    """How many combinations are no specification, by reason."""
    counts = pd.Series(list(reasons), dtype="str").value_counts(sort=False)
    return counts.rename("combinations").rename_axis("reason")


def _site_choices(study: Study, spec: HypothesisSpec) -> dict[str, list[str]]:
    compared = of_sites(study, spec, seed=0)
    waves = list(study.waves) if len(study.waves) > 1 else []
    return {
        "wave": [EVERY_WAVE, *waves],
        "estimator": [words for _, words, _ in compared.fits()],
        "without": [NOBODY, *compared.parts],
    }


def _others(study: Study, spec: HypothesisSpec) -> list[str]:
    """Predictors of the study's other claims about the same outcome."""
    own = relations_in(study, spec.outcome)
    found = [
        other.predictor.replace(" ", "")
        for other in study.manifest.hypotheses.values()
        if other.key != spec.key
        and other.level in ("dyad", "")
        and other.predictor
        and relations_in(study, other.outcome) == own
    ]
    mine = spec.predictor.replace(" ", "")
    return [term for term in dict.fromkeys(found) if term != mine]


def _missing(outcome: Network, networks: Sequence[Network]) -> list[str]:
    unknown = [network for network in networks if has_unknown(network)]
    offered = {
        "observed": True,
        "answered": bool(outcome.ties.isna().all(axis=1).any()),
        "reconstructed": any(
            network.same_event and network.directed and not network.is_rated
            for network in unknown
        ),
        "absent": any(not network.is_rated for network in unknown),
        "imputed": [network.relation for network in unknown] == [outcome.relation],
    }
    return [rule for rule in _MISSING if offered[rule]]


def _thresholds(outcome: Network) -> list[str]:
    values = outcome.ties.stack()
    if values.nunique() <= 2:
        return ["none"]
    if outcome.is_rated and outcome.scale is not None:
        low, high = outcome.scale
        middle = (low + high) / 2
        levels = sorted({float(-(-middle // 1)), float(middle // 1 + 1)})
        return ["none", *(f"{level:g}" for level in levels if low < level <= high)]
    return ["none", "any"]


def _checked(
    study: Study,
    spec: HypothesisSpec,
    name: str,
    alternatives: Sequence[str],
    usual: Sequence[str],
) -> tuple[str, ...]:
    if isinstance(alternatives, str) or not len(alternatives):
        raise InputError(f"the choice {name} needs a list of alternatives in words")
    words = [str(each) for each in alternatives]
    twice = sorted({word for word in words if words.count(word) > 1})
    if twice:
        raise InputError(f"the choice {name} has twice: {', '.join(twice)}")
    for word in words:
        _check_word(study, spec, name, word, usual)
    first, *rest = words
    return first, *sorted(rest, key=lambda word: _place(name, word, usual))


def _check_word(
    study: Study, spec: HypothesisSpec, name: str, word: str, usual: Sequence[str]
) -> None:
    if word in usual:
        return
    if name in ("outcome", "predictor"):
        left = word if name == "outcome" else spec.outcome
        right = word if name == "predictor" else spec.predictor
        design_matrices(study, f"{left} ~ {right}")
    elif name == "estimator" and word.startswith(BESIDE):
        design_matrices(study, f"{spec.outcome} ~ {word.removeprefix(BESIDE)}")
    elif name == "threshold" and re.fullmatch(r"\d+(\.\d+)?", word) and float(word) > 0:
        return
    else:
        known = {
            "missing": _MISSING,
            "symmetrisation": _PAIRS,
            "threshold": ("none", "any", "a number above 0"),
            "estimator": (*_ESTIMATORS, f"{BESIDE}tie(relation)"),
        }.get(name, tuple(usual))
        if word not in known:
            raise UnknownNameError(f"alternative of {name}", word, known)


def _place(name: str, word: str, usual: Sequence[str]) -> tuple[float, int, str]:
    """Strengths by size, what is known in its usual order, the rest by name."""
    if name == "threshold":
        return 0.0 if word in ("none", "any") else float(word), 0, word
    order = {"missing": _MISSING, "symmetrisation": _PAIRS}.get(name, tuple(usual))
    return 0.0, order.index(word) if word in order else len(order), word
