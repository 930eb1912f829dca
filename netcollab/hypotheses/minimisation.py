"""The shortest expressions that cover what is to be covered: Quine and McCluskey.

Which combinations of conditions are enough, with nothing in them that does not matter?
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

__all__ = ["Term", "covers", "minimal_covers", "prime_implicants"]

Term = tuple[int, ...]
"""One literal per condition: 1 there, 0 not there, -1 does not matter."""


def covers(term: Term, row: Term) -> bool:
    """Whether a row of the truth table, all 0 and 1, is in a term.

    Examples
    --------
    >>> covers((1, -1), (1, 0)), covers((1, -1), (0, 0))
    (True, False)
    """
    return all(literal in (-1, cell) for literal, cell in zip(term, row, strict=True))


def prime_implicants(rows: Iterable[Term]) -> list[Term]:
    """The terms that cover nothing but these rows and cannot be made shorter.

    Two terms that differ in one condition become one without it, until no two do.

    Examples
    --------
    >>> prime_implicants([(1, 0), (1, 1), (0, 1)])
    [(1, -1), (-1, 1)]
    """
    current, primes = set(rows), set()
    while current:
        joined, used = set(), set()
        for term in current:
            for place, literal in enumerate(term):
                if literal != 0:
                    continue
                partner = (*term[:place], 1, *term[place + 1 :])
                if partner in current:
                    joined.add((*term[:place], -1, *term[place + 1 :]))
                    used |= {term, partner}
        primes |= current - used
        current = joined
    return sorted(primes, key=_order)


def minimal_covers(rows: Iterable[Term], primes: Iterable[Term]) -> list[list[Term]]:
    """Every choice of the fewest primes that covers all rows.

    The row with the fewest primes is covered by each of them in turn, then the next,
    with one prime more allowed until some choice covers all.

    Examples
    --------
    >>> minimal_covers([(1, 0), (0, 1)], [(1, -1), (-1, 1)])
    [[(1, -1), (-1, 1)]]
    """
    listed = list(primes)
    able = {frozenset(t for t in listed if covers(t, row)) for row in rows}
    if frozenset() in able:
        return []
    hardest = [terms for terms in able if not any(other < terms for other in able)]
    for size in range(len(hardest) + 1):
        found = _choices(hardest, size)
        if found:
            ordered = (sorted(choice, key=_order) for choice in found)
            return sorted(ordered, key=lambda terms: [_order(term) for term in terms])
    return []


def _choices(left: Sequence[frozenset[Term]], size: int) -> set[frozenset[Term]]:
    """The choices of at most `size` primes with one of each of the sets that are left.

    Sets that share no prime need one each: more of them than primes allowed is the end.
    """
    if not left:
        return {frozenset()}
    apart: list[frozenset[Term]] = []
    for terms in sorted(left, key=len):
        if all(terms.isdisjoint(other) for other in apart):
            apart.append(terms)
    if len(apart) > size:
        return set()
    return {
        choice | {term}
        for term in apart[0]
        for choice in _choices([terms for terms in left if term not in terms], size - 1)
    }


def _order(term: Term) -> list[tuple[bool, int]]:
    """Conditions from the left: there, not there, does not matter."""
    return [(literal < 0, -literal) for literal in term]
