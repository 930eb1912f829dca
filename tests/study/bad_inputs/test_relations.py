"""Ties that cannot be what somebody meant: weights, ends, doubles, waves, matrices."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest

import netcollab as nc

HEAD = "relation;source;target;weight\n"
START = 'name = "x"\n[relations.trust]\nunlisted = "not_asked"\n'


def weighing(make: Any, weight: str, more: str = "") -> Path:
    """A study whose second tie, in row 3, has this weight."""
    rows = f"trust;nav;ks;2\ntrust;ks;nav;{weight}\n"
    folder: Path = make(toml=START + more, ties=HEAD + rows)
    return folder


@pytest.mark.parametrize(
    ("mark", "point"),
    [("\u00a0", "U+00A0"), ("\u202f", "U+202F")],
    ids=["no-break space", "narrow"],
)
def test_bi_045_a_space_between_thousands(
    make: Any, ask: Any, mark: str, point: str
) -> None:
    found = ask.only(weighing(make, f"1{mark}234"), "E-NUM-006")
    assert (found.row, found.column, found.letter) == (3, "weight", "D")
    assert point in str(found)
    assert "thousands" in found.fix
    declared = weighing(make, f"1{mark}234", '[files.ties]\nthousands = " "\n')
    assert ask.good(declared).ties["weight"].tolist() == [2.0, 1234.0]


@pytest.mark.parametrize(
    ("weight", "point", "near"),
    [("\u22121", "U+2212", "-1"), ("\uff13", "U+FF13", "3")],
    ids=["minus", "full width"],
)
def test_bi_046_signs_of_another_keyboard(
    make: Any, ask: Any, weight: str, point: str, near: str
) -> None:
    found = ask.only(weighing(make, weight), "E-NUM-005")
    assert (found.row, found.letter, found.value) == (3, "D", weight)
    assert point in str(found)
    assert found.fix == f'write "{near}"'


def test_bi_047_a_weight_with_a_unit(make: Any, ask: Any) -> None:
    found = ask.only(weighing(make, "45 %"), "E-NUM-003")
    assert (found.row, found.letter, found.value) == (3, "D", "45 %")
    assert "remove the unit" in found.fix


@pytest.mark.parametrize("weight", ["<5", ":", ".."])
def test_bi_048_a_suppressed_value(make: Any, ask: Any, weight: str) -> None:
    found = ask.only(weighing(make, weight), "E-NUM-004")
    assert (found.row, found.letter, found.value) == (3, "D", weight)
    assert "it is not zero" in str(found)
    assert 'state = "suppressed"' in found.fix


@pytest.mark.parametrize("weight", ["inf", "Infinity", "1e400"])
def test_bi_050_a_weight_without_end(make: Any, ask: Any, weight: str) -> None:
    found = ask.only(weighing(make, weight), "E-NUM-002")
    assert (found.row, found.column, found.value) == (3, "weight", weight)


def test_bi_051_a_negative_weight(make: Any, ask: Any) -> None:
    found = ask.only(weighing(make, "-1"), "E-TIE-011")
    assert (found.row, found.letter, found.value) == (3, "D", "-1")
    assert "signed = true" in found.fix
    assert "measures on paths are then refused" in found.fix
    study = ask.good(weighing(make, "-1", "signed = true\n"))
    network = nc.build_network(study, "trust")
    assert nc.measures.betweenness(network).isna().all()


def test_bi_052_a_weight_of_zero(make: Any, ask: Any) -> None:
    found = ask.only(weighing(make, "0"), "E-TIE-009")
    assert (found.row, found.letter, found.value) == (3, "D", "0")
    assert 'zero_means = "no_tie"' in found.fix
    study = ask.good(weighing(make, "0", 'zero_means = "no_tie"\n'))
    assert nc.build_network(study, "trust").ties.loc["ks", "nav"] == 0


def test_bi_053_a_weight_above_the_scale(make: Any, ask: Any) -> None:
    more = 'scale = [0, 5]\nzero_means = "no_tie"\n'
    found = ask.only(weighing(make, "55", more), "E-TIE-010")
    assert (found.row, found.letter, found.value) == (3, "D", "55")
    assert found.expected == "from 0 to 5"


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("NAV", "E-REF-002", "U+004E"),
        ("n av", "E-REF-002", "U+0020"),
        ("nav ", "E-IDS-002", '"nav "'),
    ],
    ids=["case", "blank inside", "blank after"],
)
def test_bi_058_almost_an_actor(
    make: Any, ask: Any, name: str, code: str, said: str
) -> None:
    rows = f"trust;nav;ks;2\ntrust;ks;{name};1\n"
    found = ask.only(make(ties=HEAD + rows), code)
    assert (found.row, found.letter, found.value) == (3, "C", name)
    assert said in str(found)
    assert 'write "nav"' in found.fix


def test_bi_062_the_same_row_twice(make: Any, ask: Any) -> None:
    rows = "trust;nav;ks;2\ntrust;ks;nav;3\ntrust;nav;ks;2\n"
    found = ask.only(make(ties=HEAD + rows), "E-TIE-003")
    assert (found.row, found.fields["other"]) == (4, "2")
    assert 'duplicates = "sum", "mean" or "last"' in found.fix
    study = ask.good(make(toml=START + 'duplicates = "last"\n', ties=HEAD + rows))
    assert len(study.ties) == 2
    assert dict(study.report.files[1].excluded) == {"duplicates_last": 1}


def test_bi_064_a_relation_that_is_not_declared(make: Any, ask: Any) -> None:
    rows = "trust;nav;ks;2\ntrst;ks;nav;3\ntrst;nav;hdir;3\n"
    found = ask.only(make(ties=HEAD + rows), "E-TIE-001")
    assert (found.row, found.letter, found.value) == (3, "A", "trst")
    assert "(2 rows); declared: trust" in str(found)
    assert 'did you mean "trust"?' in found.fix


def matrix(rows: list[str], columns: list[str]) -> pd.DataFrame:
    """A square table of ones with an unknown diagonal where labels agree."""
    cells = [[np.nan if r == c else 1.0 for c in columns] for r in rows]
    return pd.DataFrame(cells, index=rows, columns=columns)


def read_matrix(tmp_path: Path, content: str) -> tuple[Any, list[Any]]:
    """What the reader of matrices makes of a file, and its errors and notes."""
    if importlib.util.find_spec("netcollab.study.readers.matrix") is None:
        pytest.skip("the reader of matrices is not in this version")
    reader = importlib.import_module("netcollab.study.readers.matrix")
    ledger = importlib.import_module("netcollab.study.ledger").Ledger("x")
    file = tmp_path / "matrix.csv"
    file.write_text(content, encoding="utf-8")
    export = reader.read_matrix(file, ledger, relation="trust")
    return export, [p for p in ledger.listed() if p.severity != "WARN"]


def test_bi_067_a_matrix_with_other_labels_on_its_sides(tmp_path: Path) -> None:
    with pytest.raises(nc.InputError) as raised:
        nc.Network.from_matrix(matrix(["nav", "ks"], ["nav", "hdir"]))
    assert "only on rows: ['ks'], only on columns: ['hdir']" in str(raised.value)
    export, problems = read_matrix(tmp_path, ",nav,hdir\nnav,,1\nks,1,\n")
    assert export is None
    assert ["ks" in str(problems[0]), "hdir" in str(problems[0])] == [True, True]


def test_bi_068_a_matrix_in_another_order(tmp_path: Path) -> None:
    frame = matrix(["nav", "ks", "hdir"], ["hdir", "nav", "ks"])
    frame.loc["nav", "ks"] = 4.0
    network = nc.Network.from_matrix(frame)
    assert network.ties.loc["nav", "ks"] == 4.0
    assert list(network.ties.index) == list(network.ties.columns)
    export, problems = read_matrix(tmp_path, ",ks,nav\nnav,4,\nks,,1\n")
    cells = {column.header: column.text.tolist() for column in export.ties.columns}
    assert (cells["source"][0], cells["target"][0], cells["weight"][0]) == (
        "nav",
        "ks",
        "4",
    )
    assert [p.severity for p in problems if p.code == "N-GRA-043"] == ["NOTE"]


def test_bi_070_a_matrix_with_a_filled_diagonal(tmp_path: Path) -> None:
    frame = matrix(["nav", "ks"], ["nav", "ks"]).fillna(3.0)
    with pytest.raises(nc.InputError, match="self-ties on the diagonal of: nav, ks"):
        nc.Network.from_matrix(frame)
    _, problems = read_matrix(tmp_path, ",nav,ks\nnav,3,1\nks,1,0\n")
    assert [(p.row, p.letter) for p in problems if p.severity == "ERROR"] == [(2, "B")]


def test_bi_074_a_network_in_pieces(make: Any, ask: Any) -> None:
    actors = "actor\na\nb\nc\nd\ne\n"
    rows = "trust;a;b;1\ntrust;c;d;1\n"
    toml = START.replace("not_asked", "absent") + "directed = false\n"
    network = nc.build_network(
        ask.good(make(toml=toml, actors=actors, ties=HEAD + rows)), "trust"
    )
    parts = sorted(map(sorted, nx.connected_components(network.graph)))
    assert parts == [["a", "b"], ["c", "d"], ["e"]]
    closeness = nc.measures.harmonic_closeness(network)
    assert closeness.round(9).tolist() == [1.0, 1.0, 1.0, 1.0, 0.0]
    assert nc.measures.betweenness(network).tolist() == [0.0] * 5


def test_bi_075_everybody_tied_alike(make: Any, ask: Any) -> None:
    names = ["nav", "ks", "hdir", "fhi"]
    rows = "".join(f"trust;{a};{b};3\n" for a in names for b in names if a != b)
    actors = "\n".join(["actor", *names]) + "\n"
    folder = make(actors=actors, ties=HEAD + rows)
    found = ask.only(folder, "W-TIE-015")
    assert "every dyad is tied with the same weight" in str(found)
    network = nc.build_network(nc.read_study(folder), "trust")
    x = pd.DataFrame(np.arange(16.0).reshape(4, 4), names, names)
    with pytest.raises(nc.RefusedError, match="does not vary"):
        nc.inference.qap_correlation(network.ties, x)


def test_bi_076_waves_that_are_missing_or_unknown(make: Any, ask: Any) -> None:
    head = "relation;source;target;weight;wave\n"
    rows = "trust;nav;ks;2;2025\ntrust;ks;nav;2;\ntrust;ks;hdir;2;2019\n"
    toml = 'waves = ["2025", "2026"]\n' + START
    empty, outside = ask.report(make(toml=toml, ties=head + rows)).errors
    assert (empty.code, empty.row, empty.letter) == ("E-IDS-001", 3, "E")
    assert (outside.code, outside.row, outside.value) == ("E-WAV-001", 4, "2019")
    assert outside.expected == "one of 2025, 2026"


def test_bi_077_a_day_that_does_not_exist(make: Any, ask: Any) -> None:
    head = "relation;source;target;weight;dato\n"
    rows = "trust;nav;ks;2;29.02.2024\ntrust;ks;nav;2;31.02.2024\n"
    found = ask.only(make(ties=head + rows), "E-TXT-002")
    assert (found.row, found.column, found.letter) == (3, "dato", "E")
    assert found.value == "31.02.2024"


@pytest.mark.parametrize(
    ("column", "person", "body"),
    [
        ("level", "person", "municipality"),
        ("nivå", "person", "kommune"),
        ("level", "Person", "state"),
        ("kind", "individ", "kommune"),
        ("type", "enkeltperson", "kommune"),
        ("level", "personnivå", "kommunenivå"),
        ("level", "person level", "municipality level"),
        ("level", "ansatt", "kommune"),
    ],
)
def test_bi_080_a_tie_across_levels(
    make: Any, ask: Any, column: str, person: str, body: str
) -> None:
    actors = f"actor;{column}\nnav;{body}\nks;{body}\nkari;{person}\n"
    rows = "trust;nav;ks;2\ntrust;nav;kari;2\n"
    more = {"actors": actors, "ties": HEAD + rows}
    columns = {"nivå": "level", "type": "kind"}
    toml = START
    if column in columns:
        toml += f'[files.actors]\ncolumns = {{ {columns[column]} = "{column}" }}\n'
    found = ask.only(make(toml=toml, **more), "E-TIE-016")
    assert (found.row, found.letter) == (3, "C")
    assert "mixed_levels = true" in found.fix
    meant = toml.replace('"not_asked"\n', '"not_asked"\nmixed_levels = true\n')
    assert len(ask.good(make(toml=meant, **more)).ties) == 2


def test_bi_081_a_tie_that_a_third_actor_reports(make: Any, ask: Any) -> None:
    head = "relation;source;target;weight;reporter\n"
    rows = "trust;nav;ks;2;nav\ntrust;ks;nav;2;hdir\n"
    found = ask.only(make(ties=head + rows), "E-TIE-013")
    assert (found.row, found.letter, found.value) == (3, "E", "hdir")
