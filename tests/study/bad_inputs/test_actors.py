"""Actors who are there twice, cannot be told apart, or should not be named at all."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest

import netcollab as nc

HEAD = "relation,source,target,weight\n"
START = 'name = "x"\n[relations.trust]\nunlisted = "not_asked"\n'


def named(make: Any, *names: str, **more: Any) -> Path:
    """A study of these actors, the first two tied."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([["actor"], *([n] for n in names)])
    ties = io.StringIO(newline="")
    csv.writer(ties, lineterminator="\n").writerows(
        [["relation", "source", "target", "weight"], ["trust", names[0], names[1], 2]]
    )
    folder: Path = make(**({"actors": out.getvalue(), "ties": ties.getvalue()} | more))
    return folder


def test_bi_083_an_actor_twice(make: Any, ask: Any) -> None:
    actors = "actor,kind\nnav,agency\nks,x\nnav,agency\n"
    found = ask.only(make(actors=actors), "E-ACT-001")
    assert (found.row, found.letter, found.value) == (4, "A", "nav")
    assert '"nav" stands in row 2 too' in str(found)


def test_bi_085_actors_that_differ_in_case(make: Any, ask: Any) -> None:
    names = ["hdir", "NAV", *(f"a{i}" for i in range(10)), "nav"]
    found = ask.only(named(make, *names), "E-ACT-002")
    assert (found.row, found.letter, found.value) == (14, "A", "nav")
    assert '"nav" and "NAV" (row 3) differ only in case' in str(found)
    assert "give different ids" in found.fix


def test_bi_086_blanks_around_an_id(make: Any, ask: Any) -> None:
    found = ask.only(named(make, "nav", "ks", "hdir "), "E-IDS-002")
    assert (found.row, found.letter) == (4, "A")
    assert '"hdir "' in str(found)
    assert found.fix == 'write "hdir"'


def test_bi_088_a_letter_of_another_alphabet(make: Any, ask: Any) -> None:
    found = ask.only(named(make, "ks", "hdir", "N\u0410V"), "W-IDS-008")
    assert (found.row, found.letter) == (4, "A")
    assert "U+0410 Cyrillic" in str(found)


def test_bi_090_an_empty_id(make: Any, ask: Any) -> None:
    found = ask.only(make(actors="actor,kind\nnav,x\n,y\nks,z\n"), "E-IDS-001")
    assert (found.row, found.column, found.letter) == (3, "actor", "A")


@pytest.mark.parametrize("name", ["a,b", "a;b", 'a"b', "a\nb", "a\tb"])
def test_bi_091_an_id_with_marks_of_the_format(
    make: Any, ask: Any, name: str, tmp_path: Path
) -> None:
    study = ask.good(named(make, name, "ks"))
    assert study.actors["actor"].tolist() == [name, "ks"]
    nc.write_study(study, tmp_path / "again")
    again = nc.read_study(tmp_path / "again")
    assert again.ties["source"].tolist() == [name]


def test_bi_091_an_id_with_a_control_character(make: Any, ask: Any) -> None:
    found = ask.only(named(make, "nav", "ks", "hd\x07ir"), "E-IDS-004")
    assert (found.row, found.value) == (4, "hd\\x07ir")


def test_bi_092_an_id_of_ten_thousand_characters(make: Any, ask: Any) -> None:
    found = ask.only(named(make, "nav", "ks", "x" * 10_000), "E-IDS-005")
    assert found.row == 4
    assert "10000 characters" in str(found)
    assert found.expected == "at most 200"
    assert len(str(found)) < 500


def test_bi_094_ids_that_look_like_paths(make: Any, ask: Any, tmp_path: Path) -> None:
    names = ["../../etc/passwd", "CON", "a/b", "C:\\x", "|rm -rf"]
    study = ask.good(named(make, *names))
    assert study.actors["actor"].tolist() == names
    nc.write_study(study, tmp_path / "out")
    files = sorted(p.name for p in tmp_path.rglob("*") if p.is_file())
    assert [name for name in files if not re.fullmatch(r"[\w.]+", name)] == []
    assert nc.read_study(tmp_path / "out").actors["actor"].tolist() == names


def test_bi_096_names_in_the_signs_of_formulas(make: Any, ask: Any) -> None:
    names = ["$x$", "a_b^c", "$\\frac{$", "100 %"]
    study = ask.good(named(make, *names))
    network = nc.build_network(study, "trust")
    for draw in (nc.report.draw_network, nc.report.plot_sociomatrix):
        figure = draw(network).figure
        figure.savefig(io.BytesIO(), format="png")
        shown = {text.get_text() for text in figure.findobj(plt.Text)}
        assert [text for text in shown if "$\\frac{$" in text]
        plt.close(figure)


def test_bi_099_a_misspelt_category(make: Any, ask: Any) -> None:
    toml = START + '[categories]\nlevel = ["Kommune", "Stat"]\n'
    actors = "actor,level\nnav,Stat\nks,Komune\n"
    found = ask.only(make(toml=toml, actors=actors), "E-TXT-003")
    assert (found.row, found.column, found.letter) == (3, "level", "B")
    assert found.expected == "one of Kommune, Stat"
    assert 'did you mean "Kommune"?' in found.fix


def test_bi_104_fifty_thousand_actors(make: Any, ask: Any) -> None:
    study = ask.good(named(make, *(f"a{i}" for i in range(50_000))))
    assert len(study.actors) == 50_000
    tracemalloc.start()
    with pytest.raises(nc.RefusedError, match=r"50,000 actors need 18\.6 GiB"):
        nc.build_network(study, "trust")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000_000


@pytest.mark.parametrize("number", ["17054026641", "170540 26641", "010170-1234"])
def test_bi_105_national_identity_numbers(make: Any, ask: Any, number: str) -> None:
    folder = make(actors=f"actor,ident\nnav,{number}\nks,{number}\n")
    found = ask.only(folder, "E-PRI-001")
    assert (found.column, found.letter) == ("ident", "B")
    assert "identifiers" in found.fix
    report = ask.report(folder)
    everything = report.summary() + str(report.to_dict())
    assert number not in everything
    assert re.sub(r"\D", "", number) not in everything
    toml = START + '[privacy]\nidentifiers = ["ident"]\n'
    rows = f"actor,ident\nnav,{number}\nks,{number}\n"
    assert "ident" not in ask.good(make(toml=toml, actors=rows)).actors


def test_bi_107_names_in_pseudonymised_data(make: Any, ask: Any) -> None:
    toml = START + "[privacy]\npseudonymised = true\n"
    actors = "actor,kontaktperson\nnav,Kari Oppdiktet\nks,Ola Oppdiktet\n"
    folder = make(toml=toml, actors=actors)
    found = ask.only(folder, "E-PRI-003")
    assert (found.column, found.letter, found.value) == ("kontaktperson", "B", None)
    report = ask.report(folder)
    assert "Oppdiktet" not in report.summary() + str(report.to_dict())
