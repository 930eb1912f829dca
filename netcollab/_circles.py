"""Does what leads forward lead back? Asked of declarations and of theories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["circle"]


def circle(effects: Mapping[str, Sequence[str]]) -> list[str]:
    """Elements that lead back to the first of them, which is told again; or none.

    Parameters
    ----------
    effects
        What each element leads to; every element is a key.

    Examples
    --------
    >>> circle({"a": ["b"], "b": ["c"], "c": ["b"]})
    ['b', 'c', 'b']
    >>> circle({"a": ["b"], "b": []})
    []
    """
    left = dict(effects)
    while done := [
        name for name, onward in left.items() if not any(e in left for e in onward)
    ]:
        for name in done:
            del left[name]
    if not left:
        return []
    way = [next(iter(left))]
    while len(set(way)) == len(way):
        way.append(next(effect for effect in left[way[-1]] if effect in left))
    return way[way.index(way[-1]) :]
