"""One rule for a word that follows a number: which form does a count ask for?"""

from __future__ import annotations

__all__ = ["Counted"]


class Counted(str):
    """A number as text, which chooses between the one and the many of a word.

    The format specification holds both forms, parted by a bar. Every language here has
    the one form for 1 alone.

    Examples
    --------
    >>> [f"{n} {n:site has|sites have} both values" for n in map(Counted, (1, 2))]
    ['1 site has both values', '2 sites have both values']
    """

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        if not bar:
            return super().__format__(spec)
        return one if self == "1" else many
