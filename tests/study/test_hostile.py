"""Studies made to mislead: marks that clash, endless numbers, deep keys, formulas."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import netcollab as nc


def checked(folder: Path, manifest: str, weights: str = "2") -> nc.study.DataReport:
    (folder / "study.toml").write_text(
        'name = "x"\n[relations.trust]\nunlisted = "not_asked"\n' + manifest, "utf-8"
    )
    (folder / "actors.csv").write_text("actor;staff\na;1\nb;2\nc;3\n", "utf-8")
    rows = zip(("a;b", "b;c", "c;a"), weights.split(), strict=False)
    lines = "".join(f"trust;{dyad};{weight}\n" for dyad, weight in rows)
    text = f"relation;source;target;weight\n{lines}"
    (folder / "ties.csv").write_text(text, "utf-8")
    return nc.study.check_study(folder)


def test_a_thousands_mark_is_no_decimal_mark(tmp_path: Path) -> None:
    told = checked(tmp_path, '[files.ties]\nthousands = "."\n', "1.234 1,5")
    assert told.ok
    assert nc.read_study(tmp_path).ties["weight"].tolist() == [1234, 1.5]
    told = checked(tmp_path, '[files.ties]\nthousands = "."\n', "1.234 1.5")
    assert [p.row for p in told.errors] == [3]
    clash = '[files.ties]\nthousands = ","\ndecimal = ","\n'
    assert [p.code for p in checked(tmp_path, clash).errors] == ["E-MAN-005"]


def test_most_cells_decide_the_decimal_mark(tmp_path: Path) -> None:
    told = checked(tmp_path, "", "3,5 2.5 4,5")
    assert [(p.row, p.value) for p in told.errors] == [(3, "2.5")]


@pytest.mark.parametrize(
    "lines",
    [
        "scale = [0, {0}]",
        "[scales.s]\nlow = 1\nhigh = 5\nbands = {{ a = [1, {0}] }}",
    ],
)
def test_numbers_without_end(tmp_path: Path, lines: str) -> None:
    told = checked(tmp_path, lines.format("9" * 400) + "\n")
    assert [problem.code for problem in told.errors] == ["E-MAN-009"]
    assert checked(tmp_path, lines.format("5") + "\n").ok


def test_a_key_of_a_thousand_parts_is_refused_at_once(tmp_path: Path) -> None:
    started = time.process_time()
    told = checked(tmp_path, "a." * 20_000 + "a = 1\n")
    assert [p.code for p in told.errors] == ["E-MAN-016"]
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    "formula", ["tie(trust", "((((", "tie(trust) +", "1", "tie()", "(" * 5000]
)
def test_what_is_no_formula_is_said_at_once(tmp_path: Path, formula: str) -> None:
    bound = f'[hypotheses.H]\noutcome = "{formula}"\npredictor = "absdiff(staff)"\n'
    told = checked(tmp_path, bound)
    assert "hypotheses.H.outcome" in {p.place.key for p in told.errors}


def test_a_formula_passes(tmp_path: Path) -> None:
    bound = '[hypotheses.H]\noutcome = "trust"\npredictor = "absdiff( staff )"\n'
    assert checked(tmp_path, bound).ok
