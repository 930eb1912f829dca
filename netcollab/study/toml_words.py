"""Keys, texts and lists as TOML and shells take them, for lines that users copy."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

__all__ = ["shell_word", "toml_key", "toml_list", "toml_text"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ONE_WORD = re.compile(r"[\w./:=-]+")
_READ_BY_SHELLS = re.compile(r"[\"$`\\!%]")
_ESCAPED = re.compile(r'[\\"\x00-\x1f\x7f]')


def toml_key(name: str) -> str:
    """A key; in quotes where letters other than a to z, blanks or points need them.

    Examples
    --------
    >>> toml_key("agree5"), toml_key("skala å")
    ('agree5', '"skala å"')
    """
    return name if _BARE.fullmatch(name) else toml_text(name)


def toml_text(text: str) -> str:
    """A text in double quotes.

    Examples
    --------
    >>> print(toml_text('sa "nei"'))
    "sa \\u0022nei\\u0022"
    """
    escaped = _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return f'"{escaped}"'


def toml_list(names: Iterable[str]) -> str:
    """A list of texts.

    Examples
    --------
    >>> toml_list(["s_1", "s_2"])
    '["s_1", "s_2"]'
    """
    return f"[{', '.join(map(toml_text, names))}]"


def shell_word(text: str) -> str:
    """One word of a command line, in the quotes that it needs.

    Double quotes, which the shells of Windows take too; what these would still read
    within them is written as a POSIX shell needs it.

    Examples
    --------
    >>> shell_word("kommune"), shell_word("Hvor bor du?"), shell_word("I $")
    ('kommune', '"Hvor bor du?"', "'I $'")
    """
    if _ONE_WORD.fullmatch(text):
        return text
    return shlex.quote(text) if _READ_BY_SHELLS.search(text) else f'"{text}"'
