"""Networks to write and files to read, for the readers of network formats."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

from netcollab.study import Problem
from netcollab.study.ledger import Ledger
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import NetworkExport

Rows = Sequence[Mapping[str, str]]
Reader = Callable[..., NetworkExport | None]
Read = tuple[NetworkExport | None, tuple[Problem, ...]]


def table(name: str, first: Sequence[str], rows: Rows) -> RawTable:
    headers = list(dict.fromkeys([*first, *(key for row in rows for key in row)]))
    made = RawTable(name, "made", read=len(rows))
    made.rows = np.arange(1, len(rows) + 1)
    made.columns = [
        RawColumn(header, "", text_array(row.get(header, "") for row in rows))
        for header in headers
    ]
    return made


@pytest.fixture(scope="session")
def make() -> Callable[..., NetworkExport]:
    """A network from rows of actors and of ties."""

    def made(
        actors: Rows, ties: Rows, directed: Mapping[str, bool | None]
    ) -> NetworkExport:
        first = ["relation", "source", "target", "weight"]
        return NetworkExport(
            "made",
            table("actors", ["actor"], actors),
            table("ties", first, ties),
            directed,
        )

    return made


@pytest.fixture(scope="session")
def told() -> Callable[[NetworkExport | None], object]:
    """What a network says, for comparing: cells by column, and directions."""

    def said(export: NetworkExport | None) -> object:
        if export is None:
            return None
        tables = [
            {column.header: column.text.tolist() for column in made.columns}
            for made in (export.actors, export.ties)
        ]
        return (*tables, dict(export.directed))

    return said


@pytest.fixture(scope="session")
def read() -> Callable[..., Read]:
    """Read a file of this content; what was read, and every problem."""

    def reading(
        reader: Reader, name: str, content: str | bytes, **options: object
    ) -> Read:
        ledger = Ledger("test")
        data = content.encode("utf-8") if isinstance(content, str) else content
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(data)
            export = reader(path, ledger, **options)
        # None is returned exactly where an error says why.
        assert (export is None) == ledger.has_errors
        return export, ledger.listed()

    return reading


@pytest.fixture(scope="session")
def again(read: Callable[..., Read]) -> Callable[..., NetworkExport]:
    """Write a network and read it."""

    def there_and_back(
        export: NetworkExport,
        writer: Callable[[NetworkExport, Path], Path],
        reader: Reader,
        name: str,
        **options: object,
    ) -> NetworkExport:
        with tempfile.TemporaryDirectory() as folder:
            data = writer(export, Path(folder, name)).read_bytes()
            assert writer(export, Path(folder, f"2{name}")).read_bytes() == data
        back, problems = read(reader, name, data, **options)
        assert back is not None, problems
        return back

    return there_and_back


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file with pieces cut out, doubled, replaced and moved."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 12))
        piece = bytes(data[at : at + length])
        change = draw(st.sampled_from(["cut", "double", "put", "end", "move"]))
        if change == "cut":
            del data[at : at + length]
        elif change == "double":
            data[at:at] = piece * draw(st.integers(1, 3))
        elif change == "put":
            data[at : at + length] = draw(st.binary(max_size=8))
        elif change == "end":
            del data[at:]
        else:
            other = draw(st.integers(0, len(data)))
            data[other:other] = piece
    return bytes(data)


@pytest.fixture(scope="session")
def damage() -> Callable[[bytes], st.SearchStrategy[bytes]]:
    """Damaged forms of a file."""
    return damaged


@pytest.fixture(scope="session")
def networks(
    make: Callable[..., NetworkExport],
) -> Callable[..., st.SearchStrategy[NetworkExport]]:
    """Any network, with or without states, attributes and several relations."""

    @st.composite
    def network(
        draw: st.DrawFn,
        *,
        letters: str = "abæÅ0 1<&>'-.é",
        rich: bool = True,
        relations: Sequence[str] = ("trust", "plikt 1"),
        one_way: bool = False,
    ) -> NetworkExport:
        word = st.text(letters, min_size=1, max_size=6).filter(
            lambda text: text == text.strip()
        )
        names = draw(st.lists(word, min_size=1, max_size=5, unique=True))
        actors = [{"actor": name} for name in names]
        if rich:
            for actor in actors:
                actor["label"] = draw(word)
                actor["staff"] = draw(st.sampled_from(["", "3", "0301", "2.50"]))
        ways = {name: draw(st.booleans()) for name in relations}
        if one_way:
            ways = dict.fromkeys(relations, draw(st.booleans()))
        dyad = st.tuples(
            st.sampled_from(list(relations)),
            st.sampled_from(names),
            st.sampled_from(names),
        )
        ties = []
        for relation, source, target in draw(
            st.lists(dyad, min_size=1, max_size=8, unique=True)
        ):
            tie = {"relation": relation, "source": source, "target": target}
            tie["weight"] = draw(st.sampled_from(["0", "1", "2.5", "-1", "1e3"]))
            if rich:
                states = ["", "observed", "not_asked", "nonrespondent"]
                tie["state"] = draw(st.sampled_from(states))
                if tie["state"] not in {"", "observed"}:
                    tie["weight"] = ""
                tie["note"] = draw(st.sampled_from(["", "a\nb", 'x "y"', "ø"]))
            ties.append(tie)
        present = {tie["relation"] for tie in ties}
        directed = {name: way for name, way in ways.items() if name in present}
        return make(actors, ties, directed)

    return network
