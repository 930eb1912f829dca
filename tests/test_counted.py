"""One rule for words after numbers."""

from __future__ import annotations

import pytest

from netcollab._counted import Counted


@pytest.mark.parametrize(
    ("count", "told"),
    [("0", "0 kolonner"), ("1", "1 kolonne"), ("2", "2 kolonner"), ("1 000", None)],
)
def test_one_is_for_1_alone(count: str, told: str | None) -> None:
    n = Counted(count)
    assert f"{n} {n:kolonne|kolonner}" == (told or f"{count} kolonner")


def test_what_is_no_pair_of_words_is_a_format() -> None:
    assert f"{Counted('a'):>3}" == "  a"
    assert "{n} {n:is|are}".format(n=Counted("1")) == "1 is"
