"""What can go wrong, as a small tree of exceptions.

::

    NetcollabError
    ├── InputError          files, tables or arguments that cannot be used as they are
    │   └── UnknownNameError    a name that nothing answers to, with the closest one
    ├── RefusedError        an analysis that must not be run, with the cause
    └── JobError            a job that ran and failed: a notebook cell, a run under way

    NetcollabWarning        something a careful reader should know
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Protocol

__all__ = [
    "InputError",
    "JobError",
    "NetcollabError",
    "NetcollabWarning",
    "RefusedError",
    "UnknownNameError",
    "closest",
]


_MOST_TOLD = 20


class Describable(Protocol):
    """Anything that can say in one line what is wrong, where, and how to fix it."""

    def __str__(self) -> str: ...


class NetcollabError(Exception):
    """The root of every error this package raises on purpose."""


class InputError(NetcollabError):
    """Input that cannot be used, with every problem found in one reading.

    The message tells the first twenty; `problems` holds all.

    Parameters
    ----------
    problems
        One message or problem record per fault, in the order of the files.

    Attributes
    ----------
    problems : tuple
        The same records, for programs.
    """

    def __init__(self, problems: Describable | Sequence[Describable]) -> None:
        if isinstance(problems, str) or not isinstance(problems, Sequence):
            problems = (problems,)
        self.problems = tuple(problems)
        told = [str(problem) for problem in self.problems[:_MOST_TOLD]]
        if len(self.problems) > _MOST_TOLD:
            more = len(self.problems) - _MOST_TOLD
            told.append(f"... and {more} more problems, in .problems")
        super().__init__("\n".join(told))


class UnknownNameError(InputError):
    """A name that nothing answers to, or a number in the place of one.

    Parameters
    ----------
    kind
        What was looked for: ``"relation"``, ``"attribute"``, ``"site"``.
    name
        The name that was given.
    known
        The names that exist.
    """

    def __init__(self, kind: str, name: object, known: Iterable[object]) -> None:
        self.kind, self.name = kind, name
        self.known = tuple(str(option) for option in known)
        listed = ", ".join(self.known) or "none"
        if not isinstance(name, str) and str(name) in self.known:
            super().__init__(
                f'names are texts: write "{name}" for the {kind}, not {name}'
            )
            return
        hint = closest(str(name), self.known)
        suggestion = f' (did you mean "{hint}"?)' if hint else ""
        super().__init__(f'unknown {kind} "{name}"{suggestion}; known: {listed}')


class RefusedError(NetcollabError):
    """An analysis that would answer with a number nobody should trust."""


class JobError(NetcollabError):
    """A job that ran and failed, with the place where it did."""


class NetcollabWarning(UserWarning):
    """Something a careful reader should know about a result."""


def closest(name: str, options: Iterable[str]) -> str:
    """The option most like a name that was not found, or an empty string.

    Examples
    --------
    >>> closest("tust", ["trust", "dependence"])
    'trust'
    >>> closest("xyz", ["trust"])
    ''
    """
    by_folded = {option.casefold(): option for option in options}
    found = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""
