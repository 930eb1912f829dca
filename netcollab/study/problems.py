"""What is wrong with a file: one record per fault, said in one sentence."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Problem"]


@dataclass(frozen=True)
class Problem:
    """One fault in the input: where it is, what was expected, how to fix it."""

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.message}"
