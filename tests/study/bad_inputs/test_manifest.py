"""What study.toml may not say, name, hide or run."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest

import netcollab as nc

START = 'name = "x"\n[relations.trust]\nunlisted = "not_asked"\n'
TIES = "relation,source,target,weight\ntrust,nav,ks,2\n"
POSIX = pytest.mark.skipif(os.name != "posix", reason="needs POSIX links")


def naming(path: str) -> str:
    """A manifest whose ties are in this file."""
    return START + f"[files.ties]\npath = '{path}'\n"


@POSIX
def test_bi_194_a_link_that_leaves_the_folder(make: Any, ask: Any) -> None:
    folder = make(ties=None)
    outside = folder.parent / "outside.csv"
    outside.write_text(TIES, encoding="utf-8")
    (folder / "ties.csv").symlink_to(outside)
    found = ask.only(folder, "E-FIL-002")
    assert "leaves the study folder" in str(found)
    assert "links included" in found.expected
    (folder / "ties.csv").unlink()
    (folder / "inside.csv").write_text(TIES, encoding="utf-8")
    (folder / "ties.csv").symlink_to("inside.csv")
    assert len(nc.read_study(folder).ties) == 1


@POSIX
def test_bi_195_a_link_that_leads_to_itself(make: Any, ask: Any) -> None:
    folder = make(ties=None)
    (folder / "ties.csv").symlink_to("again.csv")
    (folder / "again.csv").symlink_to("ties.csv")
    found = ask.only(folder, "E-FIL-004")
    assert found.value == "ties.csv"


def test_bi_198_a_file_that_is_not_there(make: Any, ask: Any) -> None:
    found = ask.only(make(toml=naming("ters.csv")), "E-FIL-001")
    assert (found.file, found.row, found.value) == ("study.toml", 5, "ters.csv")
    assert "ties.csv" in str(found)


def test_bi_198_a_name_in_other_case(make: Any, ask: Any) -> None:
    folder = make(actors=None, files={"Actors.csv": "actor\nnav\nks\n"})
    found = ask.only(folder, "E-FIL-010")
    assert '"actors.csv" is not there, "Actors.csv" is' in str(found)
    assert 'rename the file to "actors.csv"' in found.fix


def test_bi_199_backslashes_in_a_path(make: Any, ask: Any) -> None:
    folder = make(toml=naming("exports\\ties.csv"), ties=None)
    (folder / "exports").mkdir()
    (folder / "exports" / "ties.csv").write_text(TIES, encoding="utf-8")
    assert len(ask.good(folder).ties) == 1


def test_bi_201_a_key_that_is_not_known(make: Any, ask: Any) -> None:
    toml = 'name = "x"\n[relatons.trust]\nunlisted = "not_asked"\n'
    (found,) = [p for p in ask.report(make(toml=toml)).errors if p.code == "E-MAN-003"]
    assert (found.file, found.row) == ("study.toml", 2)
    assert found.value == "relatons"
    assert '"relations"' in found.fix


def test_bi_202_a_value_of_the_wrong_type(make: Any, ask: Any) -> None:
    found = ask.only(make(toml='waves = "2"\n' + START), "E-MAN-004")
    assert (found.row, found.place.key) == (1, "waves")
    assert '"waves" has the TOML type string ("2")' in str(found)
    assert "integer" in found.expected


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n"
    for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("name", ["study.yaml", "study.yml", "study.json"])
def test_bi_204_a_manifest_in_another_language(make: Any, ask: Any, name: str) -> None:
    folder = make(toml=None, files={name: BOMB})
    (found,) = [p for p in ask.report(folder).errors if p.file == name]
    assert found.code == "E-MAN-025"
    assert "study.toml" in found.expected
    alone = make(toml=None, actors=None, ties=None, files={name: BOMB})
    assert "E-MAN-025" in [p.code for p in ask.report(alone).errors]
    beside = make(files={name: BOMB})
    assert ask.told(beside) == ["W-MAN-025"]


def test_bi_206_a_scale_upside_down(make: Any, ask: Any) -> None:
    toml = START + "[scales.s]\nlow = 5\nhigh = 1\n"
    found = ask.only(make(toml=toml), "E-MAN-009")
    assert (found.row, found.place.key) == (5, "scales.s.low")
    assert "5 is not below 1" in str(found)
    toml = START + '[scales.s]\nlow = 1\nhigh = 10\nmissing = { 9 = "dont_know" }\n'
    assert ask.only(make(toml=toml), "E-MAN-010").row == 7
    toml = START.replace("trust]\n", "trust]\nscale = [5, 1]\n")
    assert ask.only(make(toml=toml), "E-MAN-009").row == 3


@pytest.mark.parametrize(
    "formula",
    [
        "I(__import__('os').system('touch PWNED'))",
        "tie(trust) if True else 0",
        "trust.__class__",
        "lambda: 0",
        "tie(trust)[0]",
        "`id`",
        "{staff}",
    ],
)
def test_bi_208_a_formula_that_is_code(make: Any, ask: Any, formula: str) -> None:
    bound = f'[hypotheses.H]\noutcome = "tie(trust)"\npredictor = "{formula}"\n'
    folder = make(toml=START + bound)
    found = ask.only(folder, "E-MAN-021")
    assert (found.row, found.place.key) == (6, "hypotheses.H.predictor")
    assert "names, numbers, + : * ( )" in found.expected
    assert not (Path.cwd() / "PWNED").exists()


def test_bi_212_a_manifest_of_another_version(make: Any, ask: Any) -> None:
    found = ask.only(make(toml="schema_version = 99\n" + START), "E-MAN-008")
    assert (found.row, found.value) == (1, "99")
    assert found.fix == "upgrade netcollab"
    folder = make(toml="schema_version = 0\n" + START)
    before = (folder / "study.toml").read_bytes()
    assert ask.errors(folder) == [("E-MAN-012", 1, "")]
    assert (folder / "study.toml").read_bytes() == before


@pytest.mark.parametrize("suffix", [".pkl", ".pickle", ".joblib", ".npy", ".npz"])
def test_bi_215_a_format_that_runs_code(make: Any, ask: Any, suffix: str) -> None:
    folder = make(
        toml=naming(f"ties{suffix}"),
        ties=None,
        files={f"ties{suffix}": pickle.dumps(["x"])},
    )
    found = ask.only(folder, "E-FIL-007")
    assert found.value == f"ties{suffix}"
    assert "can run code" in str(found)


def test_bi_215_a_pickle_under_another_name(make: Any, ask: Any) -> None:
    found = ask.only(make(ties=pickle.dumps(["x"])), "E-FIL-011")
    assert "the content is pickle" in str(found)


@pytest.mark.parametrize("path", ["$HOME/ties.csv", "${X}/ties.csv", "~/ties.csv"])
def test_bi_216_a_path_to_be_expanded(make: Any, ask: Any, path: str) -> None:
    found = ask.only(make(toml=naming(path), ties=None), "E-FIL-003")
    assert (found.row, found.value) == (5, path)


def test_bi_217_the_encoding_of_the_manifest(make: Any, ask: Any) -> None:
    assert ask.good(make(toml=b"\xef\xbb\xbf" + START.encode())).manifest.name == "x"
    toml = 'name = "x"\n# Bærum\n[relations.trust]\nunlisted = "absent"\n'
    found = ask.only(make(toml=toml.encode("cp1252")), "E-MAN-002")
    assert (found.file, found.row, found.value) == ("study.toml", 2, "0xE6")


def test_bi_219_hypotheses_without_end(make: Any, ask: Any, cost: Any) -> None:
    bound = "".join(f"[hypotheses.H{n}]\n" for n in range(1001))
    found = ask.only(make(toml=START + bound), "E-MAN-026")
    assert "1001 hypotheses" in str(found)
    assert found.expected == "at most 1000"
    assert "one family" in found.fix
    wild = '[hypotheses.H]\noutcome = "tie(*)"\npredictor = "same(*)"\n'
    assert {e[0] for e in ask.errors(make(toml=START + wild))} == {"E-MAN-021"}
    million = "".join(f"[hypotheses.H{n}]\n" for n in range(1_000_000))
    told = cost(make(toml=START + million))
    assert told.errors[0][0] == "E-FIL-009"
    assert told.seconds < 2
    assert told.megabytes < 200
