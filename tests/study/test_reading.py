"""Any bytes at all: an answer, never a traceback; every row accounted for."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study import DataReport, check_study, read_study

TOML = b'name = "x"\n[relations.trust]\nunlisted = "not_asked"\n'
ACTORS = "actor;name;staff\nnav;Bærum;1,5\nks;Tromsø – øst;2\nhdir;;3,25\n"
TIES = b"relation,source,target,weight\ntrust,nav,ks,2\ntrust,ks,nav,3\n"
PIECES = st.sampled_from(
    [
        *(b"actor", b"nav", b"ks", b"trust", b"relation", b"source", b"target"),
        *(b"weight", b"state", b"2", b"-1", b"1,5", b" ", b"sep=", b"=", b"[", b"]"),
        *(b",", b";", b"\t", b"\n", b"\r\n", b'"', b"\x00", b"\xe6", "æ".encode()),
        *(b"\xff\xfe", b"\xef\xbb\xbf"),
    ]
)
BYTES = st.one_of(st.binary(max_size=300), st.lists(PIECES).map(b"".join))


def written(folder: str, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        (Path(folder) / name).write_bytes(content)
    return Path(folder)


def holds(report: DataReport) -> None:
    """What is true of every report."""
    for file in report.files:
        assert file.rows_read == file.rows_used + sum(file.excluded.values())
        assert file.rows_used >= 0
    json.dumps(report.to_dict(), allow_nan=False)
    assert len(report.to_frame()) == len(report.problems) <= 1000
    assert report.summary()
    for problem in report.problems:
        told = [problem.place.column, problem.place.key, *problem.fields.values()]
        assert not re.search(r"\{\w+\}", str(problem)) or "{" in "".join(told)


@given(name=st.sampled_from(["actors.csv", "ties.csv", "study.toml"]), content=BYTES)
def test_any_bytes_get_an_answer(name: str, content: bytes) -> None:
    files = {"study.toml": TOML, "actors.csv": ACTORS.encode(), "ties.csv": TIES}
    with tempfile.TemporaryDirectory() as folder:
        study = written(folder, files | {name: content})
        report = check_study(study)
        holds(report)
        assert sorted(p.name for p in study.iterdir()) == sorted(files)
        if report.ok:
            read_study(study)
        else:
            with pytest.raises(nc.InputError):
                read_study(study)


@given(
    table=st.sampled_from(["answers", "codings", "affiliations", "sites"]),
    content=BYTES,
)
def test_any_bytes_in_the_other_tables(table: str, content: bytes) -> None:
    files = {"study.toml": TOML, "actors.csv": ACTORS.encode(), "ties.csv": TIES}
    with tempfile.TemporaryDirectory() as folder:
        holds(check_study(written(folder, files | {f"{table}.csv": content})))


@given(content=BYTES)
def test_any_bytes_as_a_workbook(content: bytes) -> None:
    files = {"study.toml": TOML, "actors.csv": ACTORS.encode()}
    with tempfile.TemporaryDirectory() as folder:
        holds(
            check_study(written(folder, files | {"ties.xlsx": b"PK\x03\x04" + content}))
        )


CELL = st.sampled_from(
    [
        "nav",
        "ks",
        "hdir",
        "navv",
        "",
        " ",
        "2",
        "0",
        "-1",
        "x",
        "1e400",
        "a b",
        "dont_know",
    ]
)
ROW = st.lists(CELL, min_size=3, max_size=5)


@given(
    rows=st.lists(ROW, max_size=12),
    rule=st.sampled_from(["error", "sum", "mean", "last"]),
    drop=st.booleans(),
    directed=st.booleans(),
)
def test_every_row_is_used_or_counted(
    rows: list[list[str]], rule: str, drop: bool, directed: bool
) -> None:
    toml = (
        TOML.decode() + f'duplicates = "{rule}"\ndirected = {str(directed).lower()}\n'
    )
    toml += 'zero_means = "no_tie"\nself_ties = "drop"\n' if drop else ""
    lines = ["relation,source,target,weight,state"]
    lines += [",".join(["trust", *row]) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        study = written(
            folder,
            {
                "study.toml": toml.encode(),
                "actors.csv": ACTORS.encode(),
                "ties.csv": "\n".join(lines).encode(),
            },
        )
        report = check_study(study)
        holds(report)
        ties = next((f for f in report.files if f.table == "ties"), None)
        assert ties is None or ties.rows_read >= len(rows)
        if report.ok and ties is not None:
            assert len(read_study(study).ties) == ties.rows_used


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("decimal", [",", "."])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_variants_of_a_file_give_identical_tables(
    encoding: str, separator: str, decimal: str, newline: str, tmp_path: Path
) -> None:
    rows = [line.split(";") for line in ACTORS.splitlines()]
    cells = [[c.replace(",", decimal) for c in row] for row in rows]
    quoted = [[f'"{c}"' if separator in c else c for c in row] for row in cells]
    text = newline.join(separator.join(row) for row in quoted) + newline
    toml = TOML + b'[resources]\ncolumns = ["staff"]\n'
    files = {"study.toml": toml, "actors.csv": text.encode(encoding), "ties.csv": TIES}
    study = read_study(written(str(tmp_path), files))
    expected = pd.DataFrame(
        {
            "site": ["x"] * 3,
            "actor": ["nav", "ks", "hdir"],
            "name": ["Bærum", "Tromsø – øst", None],
            "staff": [1.5, 2.0, 3.25],
        }
    ).astype({"site": "str", "actor": "str", "name": "str"})
    pd.testing.assert_frame_equal(study.actors, expected)


def test_the_order_of_rows_changes_nothing_but_their_order(tmp_path: Path) -> None:
    files = {"study.toml": TOML, "actors.csv": ACTORS.encode(), "ties.csv": TIES}
    one = read_study(written(str(tmp_path), files))
    head, *rows = TIES.decode().splitlines()
    turned = "\n".join([head, *reversed(rows)]).encode()
    two = read_study(written(str(tmp_path), files | {"ties.csv": turned}))
    pd.testing.assert_frame_equal(one.ties, two.ties[::-1].reset_index(drop=True))


def test_a_report_is_the_same_every_time(tmp_path: Path) -> None:
    bad = TIES + b"trust,navv,ks,x\ntrsut,nav,ks,1\n"
    files = {"study.toml": TOML, "actors.csv": ACTORS.encode(), "ties.csv": bad}
    folder = written(str(tmp_path), files)
    told = [json.dumps(check_study(folder).to_dict()) for _ in range(2)]
    assert told[0] == told[1]
    assert str(tmp_path) not in told[0]
