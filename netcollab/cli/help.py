"""Help, usage and what is wrong with a call, in the reader's language."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NoReturn

from netcollab.cli.told import LANGUAGES

__all__ = ["Parser", "language_of_call"]

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_LANGUAGES = {"nb": "nb", "nn": "nb", "no": "nb", "da": "da"}


def language_of_call(words: Sequence[str]) -> str:
    """That of `--language`, else that of the environment, else English.

    Examples
    --------
    >>> language_of_call(["check", "--help", "--language", "da"])
    'da'
    """
    for word, following in pairwise([*words, ""]):
        option, _, value = word.partition("=")
        if option == "--language" and (value or following) in LANGUAGES:
            return value or following
    found = next(filter(None, map(os.environ.get, _VARIABLES)), "")
    return _LANGUAGES.get(found[:2].casefold(), "en")


class Parser(argparse.ArgumentParser):
    """English is in the code, other languages are in the locale, by the English text.

    Parameters
    ----------
    language
        Of all that the parser says.
    """

    def __init__(self, *, language: str = "en", **more: Any) -> None:
        if language != "en":
            more["formatter_class"] = _Formatter
        super().__init__(**more)
        self.language = language

    def format_help(self) -> str:
        with self._spoken():
            return super().format_help()

    def format_usage(self) -> str:
        with self._spoken():
            return super().format_usage()

    def error(self, message: str) -> NoReturn:
        if self.language == "en":
            super().error(message)
        from netcollab import report

        self.print_usage(sys.stderr)
        with report.language(self.language):
            self.exit(2, f"{self.prog}: {report.problems_text([message])}\n")

    @contextmanager
    def _spoken(self) -> Iterator[None]:
        """Inside, the texts of the parser and what is said are in its language."""
        if self.language == "en":
            yield
            return
        from netcollab import report
        from netcollab.report.reasons import worded

        with report.language(self.language):
            for each in _with_help(self._actions):
                each.help = worded(each.help or "", "help")
            for group in self._action_groups:
                group.title = worded(group.title or "", "help")
            self.description = worded(self.description or "", "help")
            self.epilog = worded(self.epilog or "", "help")
            yield


class _Formatter(argparse.HelpFormatter):
    """The word before the usage in the ambient language."""

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[Any],
        prefix: str | None = None,
    ) -> None:
        if prefix is None:
            from netcollab.report import label

            prefix = f"{label('help.usage')}: "
        super().add_usage(usage, actions, groups, prefix)


def _with_help(actions: Iterable[argparse.Action]) -> Iterator[argparse.Action]:
    """The actions that have a text, those of the commands in a list too."""
    for action in actions:
        if action.help and action.help != argparse.SUPPRESS:
            yield action
        if isinstance(action, argparse._SubParsersAction):
            yield from _with_help(action._choices_actions)
