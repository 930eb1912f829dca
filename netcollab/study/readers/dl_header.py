"""The words at the head of a DL file: how its data are to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from netcollab.errors import closest
from netcollab.study.readers.incoming import IncomingNetwork, StoppedError

__all__ = ["FORMATS", "Header", "HeaderReader", "Token"]

_TOKEN = re.compile(r'"(?P<quoted>[^"\r\n]*)"|(?P<word>[^\s,="]+)|(?P<sign>[="])')
_LINE_END = re.compile(r"\r\n|\r|\n")
FORMATS = ("fullmatrix", "lowerhalf", "upperhalf", "edgelist1", "nodelist1")
_WORDS = ("n", "nm", "format", "diagonal", "labels", "matrix", "row", "column", "data")


@dataclass(frozen=True)
class Token:
    """One word of the file: its line, and whether it stood in quotes."""

    text: str
    line: int
    is_quoted: bool = False

    @property
    def word(self) -> str:
        """The word of the language it may be; empty for text in quotes."""
        return "" if self.is_quoted else self.text.casefold().removesuffix(":")


@dataclass
class Header:
    """What the words before the data say."""

    n: int = 0
    nm: int = 1
    format: str = "fullmatrix"
    has_diagonal: bool = True
    labels: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    embedded: set[str] = field(default_factory=set)


class HeaderReader:
    """The words of a DL file in order, first those of the header and then the data.

    Parameters
    ----------
    text
        The file.
    network
        Takes the problems.
    """

    def __init__(self, text: str, network: IncomingNetwork) -> None:
        self._network = network
        self._stream = _tokens(text)
        self._next = next(self._stream, None)
        self._said = Header()
        self.line = 1

    def read(self) -> Header:
        """The header, up to the word `data`.

        Raises
        ------
        StoppedError
            Where it cannot be followed; the reason has been noted.
        """
        first = self._take()
        if first.word != "dl":
            self._fail("E-GRA-005", first, options="dl")
        while (token := self._take()).word != "data":
            self._take_phrase(token)
        if not self._said.n:
            self._fail("E-GRA-021", token, value="n", element="dl")
        self._check_counts(token)
        return self._said

    def rest(self) -> Iterator[Token]:
        """The words that have not been read yet."""
        while self._next is not None:
            yield self._take()

    def _take(self) -> Token:
        token = self._next
        if token is None:
            told = {"value": "-", "options": "data:"}
            self._network.note("E-GRA-025", self.line, **told)
            raise StoppedError
        self.line, self._next = token.line, next(self._stream, None)
        return token

    def _fail(self, code: str, token: Token, **told: object) -> None:
        self._network.note(code, token.line, **{"value": token.text, **told})
        raise StoppedError

    def _take_phrase(self, token: Token) -> None:
        word = token.word
        if word in {"nr", "nc"}:
            self._fail("E-GRA-027", token)
        elif word in {"n", "nm"}:
            count = self._take_value()
            if not (count.text.isascii() and count.text.isdigit()) or not (
                0 < len(count.text) <= 9 and int(count.text)
            ):
                self._fail("E-GRA-025", count, options=f"{word} = 8")
            setattr(self._said, word, int(count.text))
            self._network_has_room(token)
        elif word == "format":
            value = self._take_value()
            if value.word not in FORMATS:
                near = closest(value.word, FORMATS)
                self._fail("E-GRA-029", value, near=near, options=", ".join(FORMATS))
            self._said.format = value.word
        elif word == "diagonal":
            value = self._take_value()
            if value.word not in {"present", "absent"}:
                self._fail("E-GRA-025", value, options="present, absent")
            self._said.has_diagonal = value.word == "present"
        elif word == "labels":
            self._take_labels(token, "rows", "columns")
        elif word in {"row", "column", "col", "matrix"}:
            following = self._take()
            if following.word != "labels":
                self._fail("E-GRA-025", following, options=f"{word} labels:")
            kinds = {"row": "rows", "matrix": "matrices"}
            self._take_labels(following, kinds.get(word, "columns"))
        else:
            near = closest(word, _WORDS)
            options = ", ".join(_WORDS)
            self._fail("E-GRA-025", token, near=near, options=options)

    def _network_has_room(self, token: Token) -> None:
        if not self._network.has_room(self._said.n * self._said.nm, token.line):
            raise StoppedError

    def _take_value(self) -> Token:
        value = self._take()
        if value.text == "=" and not value.is_quoted:
            value = self._take()
        return value

    def _take_labels(self, token: Token, *kinds: str) -> None:
        """A list of labels, or the word that they stand in the data."""
        said = self._said
        if self._next is not None and self._next.word == "embedded":
            self._take()
            if "matrices" in kinds:
                self._fail("E-GRA-029", token, options="matrix labels:")
            said.embedded |= set(kinds)
            return
        if not said.n:
            self._fail("E-GRA-021", token, value="n", element="dl")
        wanted = said.nm if "matrices" in kinds else said.n
        names: list[str] = []
        while len(names) < wanted and not self._is_at_data():
            label = self._take()
            if label.text == "=" and not label.is_quoted:
                continue
            names.append(label.text)
        if len(names) < wanted:
            told = {"declared": wanted, "found": len(names), "what": "labels"}
            self._network.note("E-GRA-026", token.line, **told)
            raise StoppedError
        for kind in kinds:
            said.lines[kind] = token.line
            if kind == "rows":
                said.labels = names
            elif kind == "columns":
                said.columns = names
            else:
                said.relations = names

    def _check_counts(self, token: Token) -> None:
        """The counts were not said again, otherwise, after the labels."""
        said = self._said
        lists = [(said.n, said.labels), (said.n, said.columns)]
        for wanted, names in [*lists, (said.nm, said.relations)]:
            if names and len(names) != wanted:
                told = {"declared": wanted, "found": len(names), "what": "labels"}
                self._fail("E-GRA-026", token, **told)

    def _is_at_data(self) -> bool:
        return self._next is None or (
            not self._next.is_quoted and self._next.text.casefold() == "data:"
        )


def _tokens(text: str) -> Iterator[Token]:
    for number, line in enumerate(_LINE_END.split(text.removeprefix("\ufeff")), 1):
        for found in _TOKEN.finditer(line):
            quoted = found["quoted"]
            if quoted is not None:
                yield Token(quoted, number, is_quoted=True)
            else:
                yield Token(found[0], number)
