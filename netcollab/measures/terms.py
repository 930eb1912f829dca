"""From a line such as ``tie(trust) ~ same(sector) + absdiff(staff)`` to matrices.

Which matrix of dyads does a hypothesis speak of?

::

    formula = outcome "~" term { "+" term }
    outcome = "tie" "(" relation ")" | relation
    term    = kind "(" name ")"

=================  =========================================  ==================
kind               cell of source i and target j              name is that of
=================  =========================================  ==================
same(a)            1 if x_i = x_j, else 0                     any attribute
absdiff(a)         abs(x_i - x_j)                             a numeric attribute
difference(a)      x_i - x_j: source minus target             a numeric attribute
sum(a)             x_i + x_j                                  a numeric attribute
sender(a)          x_i                                        a numeric attribute
receiver(a)        x_j                                        a numeric attribute
tie(r)             w_ij, NaN where not observed               a relation
dependence(r)      w_ij / sum_k w_ik                          a relation
=================  =========================================  ==================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from netcollab.errors import InputError, UnknownNameError
from netcollab.measures.attributes import compared, numbers, shared
from netcollab.measures.dependence import dependence
from netcollab.networks import Network, build_network
from netcollab.study import Study

__all__ = ["design_matrices", "term_matrix"]


class _Term(NamedTuple):
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}({self.name})"


def design_matrices(
    study: Study, text: str, *, site: str | None = None, wave: str | None = None
) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    """The outcome and the predictors of a formula, one square table each.

    Rows are sources and columns targets, all in the order of the site's actors;
    diagonals are NaN. The difference of an attribute is source minus target.

    Parameters
    ----------
    study
        The study.
    text
        The formula, in the grammar at the top of this module.
    site, wave
        Needed where the study has several.

    Returns
    -------
    y : DataFrame
        The ties of the outcome, NaN where not observed.
    x : dict of DataFrame
        One predictor per term, in the order of the formula, keyed by the term's text
        without blanks.

    Raises
    ------
    UnknownNameError
        For a kind of term, an attribute or a relation that does not exist.
    InputError
        For text that is no formula, with the position; for a term that stands twice;
        for an attribute that is not numeric where a number is needed.

    References
    ----------
    Krackhardt, D. (1988). Predicting with networks: nonparametric multiple regression
    analysis of dyadic data. Social Networks 10, 359-381.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    >>> y, x = design_matrices(study, "tie(trust) ~ same(sector) + absdiff(staff)")
    >>> list(x)
    ['same(sector)', 'absdiff(staff)']
    """
    outcome, terms = _parsed(text)
    names = [outcome] + [term.name for term in terms if term.kind in _OF_RELATION]
    networks = {
        name: build_network(study, relation=name, site=site, wave=wave)
        for name in dict.fromkeys(names)
    }
    actors = networks[outcome].actors
    x = {str(term): _matrix(term, actors, networks) for term in terms}
    return networks[outcome].ties, x


def term_matrix(
    text: str, actors: pd.DataFrame, networks: Mapping[str, Network] | None = None
) -> pd.DataFrame:
    """One term as a square table: row = source, column = target, diagonal NaN.

    Parameters
    ----------
    text
        One term of the grammar at the top of this module, such as ``absdiff(staff)``.
    actors
        Attributes, indexed by actor.
    networks
        The relations a term may name.

    Raises
    ------
    UnknownNameError
        For a kind of term, an attribute or a relation that does not exist.
    InputError
        For text that is no term, with the position; for an attribute that is not
        numeric where a number is needed.

    References
    ----------
    Krackhardt, D. (1988). Predicting with networks: nonparametric multiple regression
    analysis of dyadic data. Social Networks 10, 359-381.

    Examples
    --------
    >>> staff = pd.DataFrame({"staff": [90, 30]}, index=["nav", "ks"])
    >>> term_matrix("difference(staff)", staff).loc["nav", "ks"]
    np.float64(60.0)
    """
    term, end = _term_at(_checked(text), 0)
    if end < len(text):
        raise _fault(text, end, "the end of the term")
    return _matrix(term, actors, networks or {})


def _matrix(
    term: _Term, actors: pd.DataFrame, networks: Mapping[str, Network]
) -> pd.DataFrame:
    if term.kind in _OF_RELATION:
        if term.name not in networks:
            raise UnknownNameError("relation", term.name, networks)
        return _OF_RELATION[term.kind](networks[term.name])
    if term.name not in actors:
        raise UnknownNameError("attribute", term.name, actors.columns)
    return _OF_ATTRIBUTE[term.kind](actors[term.name])


def _checked(text: str) -> str:
    if not isinstance(text, str):
        raise InputError(f"a formula is text, got {text!r}")
    return text


def _parsed(text: str) -> tuple[str, list[_Term]]:
    tilde = _checked(text).find("~")
    if tilde < 0:
        raise _fault(text, len(text), '"~" after the outcome')
    outcome = _outcome(text[:tilde])
    terms: list[_Term] = []
    at = tilde
    while at < len(text):
        term, at = _term_at(text, at + 1)
        if term in terms:
            raise InputError(f'"{term}" stands twice in "{text}"')
        terms.append(term)
        if at < len(text) and text[at] != "+":
            raise _fault(text, at, '"+" or the end')
    return outcome, terms


def _outcome(left: str) -> str:
    bare = left.strip()
    if bare and not re.search(r"[()+]", bare):
        return bare
    term, end = _term_at(left, 0)
    if term.kind != "tie" or end < len(left):
        raise InputError(
            f'the outcome of a formula is "tie(relation)" or the relation\'s name, '
            f'got "{bare}"'
        )
    return term.name


def _term_at(text: str, start: int) -> tuple[_Term, int]:
    """The term that begins at a place, and the place after it and its blanks."""
    at = start
    found: list[str] = []
    for pattern, wanted in _SHAPE:
        match = re.compile(pattern).match(text, at)
        if not match:
            raise _fault(text, at, wanted)
        found.append(match.group().strip())
        at = match.end()
    kind, name = found[0], found[2]
    if kind not in _KINDS:
        raise UnknownNameError("term", kind, _KINDS)
    return _Term(kind, name), at


def _fault(text: str, at: int, wanted: str) -> InputError:
    while at < len(text) and text[at].isspace():
        at += 1
    rest = f'"{text[at : at + 12]}"' if at < len(text) else "the end"
    return InputError(
        f'formula "{text}", position {at + 1}: expected {wanted}, found {rest}'
    )


def _absolute(values: pd.Series) -> pd.DataFrame:
    return compared(numbers(values), lambda source, target: np.abs(source - target))


def _source_less_target(values: pd.Series) -> pd.DataFrame:
    return compared(numbers(values), np.subtract)


def _sum(values: pd.Series) -> pd.DataFrame:
    return compared(numbers(values), np.add)


def _source(values: pd.Series) -> pd.DataFrame:
    return compared(numbers(values), lambda source, _: source)


def _target(values: pd.Series) -> pd.DataFrame:
    return compared(numbers(values), lambda _, target: target)


def _ties(network: Network) -> pd.DataFrame:
    return network.ties


_SHAPE = (
    (r"\s*[^\W\d]\w*", "a term such as same(sector)"),
    (r"\s*\(", '"("'),
    (r"\s*[^\s()~+][^()~+]*", "a name"),
    (r"\)\s*", '")"'),
)
_OF_ATTRIBUTE: dict[str, Callable[[pd.Series], pd.DataFrame]] = {
    "same": shared,
    "absdiff": _absolute,
    "difference": _source_less_target,
    "sum": _sum,
    "sender": _source,
    "receiver": _target,
}
_OF_RELATION: dict[str, Callable[[Network], pd.DataFrame]] = {
    "tie": _ties,
    "dependence": dependence,
}
_KINDS = (*_OF_ATTRIBUTE, *_OF_RELATION)
