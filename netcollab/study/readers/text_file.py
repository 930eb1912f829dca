"""Text files that hold networks, and what a user may say about how to read them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place
from netcollab.study.text import ENCODINGS, decode, read_bytes

__all__ = ["FileText", "SelfTies", "check_marks", "text_of"]

SelfTies = Literal["error", "drop", "keep"]


def check_marks(
    *,
    encoding: str | None = None,
    separator: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    self_ties: str = "error",
) -> None:
    """What the user says about a file, before it is opened.

    Raises
    ------
    InputError
        For a separator of another length than one character.
    UnknownNameError
        For an encoding, a decimal mark or a rule that is not known.
    """
    if encoding is not None:
        known = encoding.lower().replace("_", "-")
        check_choice("encoding", known, ENCODINGS)
    if separator is not None and (len(separator) != 1 or separator in '"\r\n'):
        raise InputError(f"separator needs one character, got {separator!a}")
    if decimal is not None:
        check_choice("decimal mark", decimal, (".", ","))
    if thousands is not None:
        check_choice("mark between thousands", thousands, (".", ",", " ", "'"))
    check_choice("rule for self_ties", self_ties, get_args(SelfTies))


@dataclass(frozen=True)
class FileText:
    """A text file as it was read."""

    text: str
    encoding: str
    sha256: str


def text_of(file: Path, encoding: str | None, ledger: Ledger) -> FileText | None:
    """A text file decoded, or None with the reason noted.

    Parameters
    ----------
    file
        Where it is.
    encoding
        None: found out.
    ledger
        Takes the problems.
    """
    place = Place(file.name)
    data = read_bytes(file, place, ledger)
    decoded = None if data is None else decode(data, encoding, place, ledger)
    if data is None or decoded is None:
        return None
    text, found = decoded
    if not text.strip("\ufeff \t\r\n"):
        ledger.add("E-FIL-017", place, found=len(data))
        return None
    return FileText(text, found, hashlib.sha256(data).hexdigest())
