"""GraphML: what other libraries merge, drop or expand is an error with its line."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

import netcollab as nc
from netcollab.study import Problem, import_export

XMLNS = 'xmlns="http://graphml.graphdrawing.org/xmlns"'
KEYS = '<key id="w" for="edge" attr.name="weight" attr.type="double"/>'
NODES = '<node id="nav"/>\n<node id="ks"/>'
EDGE = '<edge source="nav" target="ks"><data key="w">2</data></edge>'
_GROWTH = """
import resource, sys
from pathlib import Path
from netcollab.errors import InputError
from netcollab.study import import_export
try:
    import_export(sys.argv[2], "graphml", Path(sys.argv[2]).parent / "warm")
except InputError:
    pass
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    import_export(sys.argv[1], "graphml", Path(sys.argv[1]).parent / "study")
except InputError as error:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, error)
"""


def page(
    graph: str = f"{NODES}\n{EDGE}", *, head: str = "", edges: str = "directed"
) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<graphml {XMLNS}>\n{KEYS}\n'
        f'<graph edgedefault="{edges}">\n{graph}\n</graph>\n</graphml>\n'
    )


def refused(tmp_path: Path, content: str | bytes) -> Problem:
    """The one error of a file; nothing is written."""
    file = tmp_path / "net.graphml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(nc.InputError) as caught:
        import_export(file, "graphml", tmp_path / "study", unlisted="absent")
    assert not (tmp_path / "study").exists()
    (problem,) = (p for p in caught.value.problems if p.severity == "ERROR")
    return problem


def read(tmp_path: Path, content: str | bytes) -> nc.Study:
    file = tmp_path / "net.graphml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    import_export(file, "graphml", tmp_path / "study", unlisted="absent")
    return nc.read_study(tmp_path / "study")


def laughs(levels: int) -> str:
    entities = '<!ENTITY a0 "ha">'
    for level in range(1, levels + 1):
        entities += f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">'
    head = f"<!DOCTYPE graphml [{entities}]>\n"
    return page(f'<node id="&a{levels};"/>', head=head)


def test_a_plain_network_is_read(tmp_path: Path) -> None:
    network = nc.build_network(read(tmp_path, page()), "tie")
    assert network.ties.loc["nav", "ks"] == 2


def test_bi_152_billion_laughs(tmp_path: Path) -> None:
    hostile, plain = tmp_path / "laughs.graphml", tmp_path / "plain.graphml"
    hostile.write_text(laughs(9), encoding="utf-8")
    plain.write_text(page(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _GROWTH, str(hostile), str(plain)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    growth, _, told = done.stdout.partition(" ")
    assert int(growth) < 200_000  # kB
    assert "DTD" in told
    started = time.process_time()
    refused(tmp_path, laughs(9))
    assert time.process_time() - started < 1


def test_bi_153_a_small_entity_expansion(tmp_path: Path) -> None:
    problem = refused(tmp_path, laughs(5))
    assert problem.row == 2
    assert "DTD" in str(problem)


def test_bi_157_a_key_that_is_not_declared(tmp_path: Path) -> None:
    edge = EDGE.replace('key="w"', 'key="styrke"')
    problem = refused(tmp_path, page(f"{NODES}\n{edge}"))
    assert (problem.row, problem.value) == (7, "styrke")


def test_bi_158_a_decimal_comma_in_a_double(tmp_path: Path) -> None:
    problem = refused(tmp_path, page(f"{NODES}\n{EDGE.replace('>2<', '>1,5<')}"))
    assert (problem.row, problem.value) == (7, "1,5")
    assert {"nav", "ks", "weight"} <= set(" ".join(problem.fields.values()).split())
    assert "point" in str(problem)


def test_bi_161_an_undirected_edge_in_a_directed_graph(tmp_path: Path) -> None:
    edge = EDGE.replace("<edge", '<edge directed="false"')
    problem = refused(tmp_path, page(f"{NODES}\n{edge}"))
    assert problem.row == 7
    assert "direct" in str(problem)


def test_bi_164_two_graphs(tmp_path: Path) -> None:
    graph = f"{NODES}\n{EDGE}\n</graph>\n<graph edgedefault='directed'>\n{NODES}"
    problem = refused(tmp_path, page(graph))
    assert "2 graphs; choose graph_id" in str(problem)
    file, reading = tmp_path / "net.graphml", {"graph_id": "#1"}
    told = import_export(
        file, "graphml", tmp_path / "s", unlisted="absent", reading=reading
    )
    assert told.counts == {"actors": 2, "ties": 1}


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (page()[:-60], 7),
        (f"<graphml {XMLNS}>\n</graphml>\n", None),
        ("", None),
        (" \n", None),
        ("{}", 1),
    ],
    ids=["truncated", "no graph", "empty", "blank", "json"],
)
def test_bi_166_a_file_that_is_no_graph(
    tmp_path: Path, content: str, row: int | None
) -> None:
    problem = refused(tmp_path, content)
    if row is not None:
        assert problem.row == row
    assert "\n" not in str(problem)


def test_bi_167_declared_utf_8_in_other_bytes(tmp_path: Path) -> None:
    data = page(NODES.replace("nav", "Bærum")).encode("latin-1")
    problem = refused(tmp_path, data)
    assert problem.row == 5
    assert "0xE6" in str(problem)


def test_bi_168_declared_latin_1(tmp_path: Path) -> None:
    text = page(f"{NODES.replace('ks', 'Tromsø')}\n{EDGE.replace('ks', 'Tromsø')}")
    data = text.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert sorted(read(tmp_path, data).actors["actor"]) == ["Tromsø", "nav"]


def test_bi_171_actors_that_disagree_with_the_network(tmp_path: Path) -> None:
    book = tmp_path / "book"
    book.mkdir()
    toml = 'name = "x"\n[relations.tie]\nunlisted = "absent"\n'
    (book / "study.toml").write_text(toml, encoding="utf-8")
    (book / "actors.csv").write_text("actor\nnav\nhdir\n", encoding="utf-8")
    file = tmp_path / "net.graphml"
    file.write_text(page(), encoding="utf-8")
    with pytest.raises(nc.InputError) as caught:
        import_export(file, "graphml", tmp_path / "study", codebook=book)
    (problem,) = (p for p in caught.value.problems if p.severity == "ERROR")
    assert (problem.fields["known"], problem.fields["missing"]) == ("ks", "hdir")
    (book / "actors.csv").write_text("actor,staff\nnav,5\nks,3\n", encoding="utf-8")
    told = import_export(file, "graphml", tmp_path / "study", codebook=book)
    assert told.report.ok
    assert nc.read_study(tmp_path / "study").actors["staff"].tolist() == ["5", "3"]
