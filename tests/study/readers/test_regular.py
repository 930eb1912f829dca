"""The fast road and the row-by-row road read the same, or the fast one stands aside."""

from __future__ import annotations

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from netcollab.study.readers.regular import read_regular

CELLS = st.text(alphabet='ab1 ;,"\n\r\tø\u00a0\x00', max_size=4)


def slowly(text: str, separator: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


@given(st.text(alphabet='ab1 ;"\n\rø', max_size=30))
@example('a;b\n"1";"2"\n')
@example('a;b\n"1;2";3')
@example('a;b\n1;"2""3"\n')
@example('a;b\n"1"x;2\n')
@example("a;b\r\n1;2\r\n")
@example('a;b\n"1\n2";3\n')
@example("a;b\n\n1;2\n")
@example("a;b\n ;\n1;2\n")
@example('"a;b"\n1\n')
def test_any_text_is_read_the_same_or_not_at_all(text: str) -> None:
    fast = read_regular(text, ";")
    if fast is not None:
        rows = [list(row) for row in zip(*fast, strict=True)]
        slow = slowly(text, ";")
        while slow and not slow[-1]:
            slow.pop()
        assert rows == slow


@given(st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=5), st.booleans())
def test_what_a_writer_writes_is_read_the_same_or_not_at_all(
    rows: list[tuple[str, str]], quoted: bool
) -> None:
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=";", quoting=quoting).writerows(rows)
    fast = read_regular(out.getvalue(), ";")
    if fast is not None:
        assert list(zip(*fast, strict=True)) == rows


def test_plain_tables_take_the_fast_road() -> None:
    for text in ("a;b\n1;NA\n;0301\n", 'a;b\r\n"1";"x;y"\r\n', "a;b\nnan;-1"):
        fast = read_regular(text, ";")
        assert fast is not None
        rows = [list(row) for row in zip(*fast, strict=True)]
        assert rows == slowly(text, ";")


def test_a_cell_over_the_limit_is_left_to_the_slow_road() -> None:
    assert read_regular(f"a;b\n{'x' * 140_000};1\n", ";") is None
