"""A claim under every choice in words and files, and the command that writes them."""

from __future__ import annotations

import json
import re
import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab._files import sha256
from netcollab.cli import main
from netcollab.hypotheses import ANSELL_GASH, Hypothesis, Multiverse, multiverse
from netcollab.report import (
    LANGUAGES,
    language,
    multiverse_report,
    multiverse_table,
    write_multiverse,
)

TWIN = nc.study.bundled("synthetic/alvorlig_sykt_barn")
FEW = {
    "missing": ["observed"],
    "threshold": ["none", "4"],
    "symmetrisation": ["none"],
    "estimator": ["correlation", "rank correlation"],
    "without": ["nobody", "nav"],
}
WORDS = [f"--choice={name}={each}" for name, listed in FEW.items() for each in listed]
OUTPUTS = {
    *(f"choices.{kind}" for kind in ("html", "tex", "md", "xlsx", "docx")),
    *(f"multiverse.{kind}" for kind in ("csv", "svg", "pdf", "png")),
    *("curve.csv", "methods.md", "citations.bib", "run.json"),
}


@cache
def panel() -> Multiverse:
    return multiverse(nc.read_study(TWIN), ANSELL_GASH[1], choices=FEW, rng=1)


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: sha256(p) for p in folder.iterdir() if p.name != "run.json"}


def test_a_row_counts_the_specifications_with_its_alternative() -> None:
    table = multiverse_table(panel())
    rows = panel().table
    for (choice, alternative), row in table.iterrows():
        name = {"a tie from strength": "threshold", "left out": "without"}.get(
            choice, choice
        )
        word = {"strength as it is": "none"}.get(alternative, alternative)
        taken = rows[rows[name] == word]
        assert int(row["specifications"]) == len(taken) > 0
        same = (taken["verdict"] == panel().verdict).mean()
        assert row.iloc[1] == f"{100 * same:.0f}"
        assert row["median estimate"] == f"{taken['estimate'].median():.2f}"
    choices = table.index.get_level_values(0).unique().tolist()
    assert choices == ["a tie from strength", "estimator", "left out"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_report_is_in_the_readers_language(code: str) -> None:
    with language(code):
        told = multiverse_report(panel())
        note = multiverse_table(panel()).attrs["note"]
        synthetic = nc.report.label("note.synthetic")
    assert told.startswith("AG-H2: ")
    assert synthetic in told.splitlines()[0]
    assert note.startswith(synthetic)
    mark = "." if code == "en" else ","
    assert f"{panel().table['estimate'].min():.2f}".replace(".", mark) in told
    if code != "en":
        assert "the outcome has no direction" not in told
        assert "left out" not in told


def test_a_claim_that_cannot_be_tested_says_why(tmp_path: Path) -> None:
    refused = Multiverse("s", Hypothesis(key="H1"), reason="y is constant")
    assert "Not tested: y is constant" in multiverse_report(refused)
    assert multiverse_table(refused).empty
    out = write_multiverse(refused, nc.read_study(TWIN), tmp_path / "out")
    assert (out / "multiverse.png").is_file()
    assert not (out / "methods.md").exists()


def test_the_command_writes_everything_and_goes_on_from_a_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, kept = tmp_path / "out", tmp_path / "kept"
    asked = ["multiverse", str(TWIN), "AG-H2", "--seed", "1", "--out", str(out)]
    asked += [*WORDS, "--language", "nb", "--checkpoint", str(kept)]
    assert main(asked) == 0
    told = capsys.readouterr()
    with language("nb"):
        assert told.out.strip() == multiverse_report(panel())
    assert told.err.splitlines()[0] == "tester AG-H2 under hvert valg"
    assert {path.name for path in out.iterdir()} == OUTPUTS
    first = hashes(out)
    assert (kept / "seed").read_text(encoding="utf-8").strip() == "1"
    assert main(asked) == 0
    assert hashes(out) == first
    assert main([*asked[:4], "2", *asked[5:]]) == 2
    assert "checkpoint" in capsys.readouterr().err
    table = pd.read_csv(out / "multiverse.csv", index_col=0)
    assert table["verdict"].tolist() == panel().table["verdict"].tolist()
    curve = pd.read_csv(out / "curve.csv", index_col=0)
    assert set(curve["method"]) == {"p er eksakt, over alle 40\u00a0320 ombyttinger"}
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (record["job"], record["seed"]) == ("multiverse", 1)
    assert record["options"]["choices"]["without"] == ["nobody", "nav"]
    assert "Simonsohn" in (out / "methods.md").read_text(encoding="utf-8")


def test_json_has_the_curve_and_every_specification(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["multiverse", str(TWIN), "AG-H2", "--seed=1", *WORDS, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["verdict"] == panel().verdict
    assert found["share"] == panel().share
    assert len(found["specifications"]) == len(panel().table)
    assert panel().curve is not None
    assert found["curve"]["median"]["pvalue"] == panel().curve.median.pvalue


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["AG-H22"], 'did you mean "AG-H2"'),
        (["AG-H2", "--choice", "missing"], "NAME=ALTERNATIVE"),
        (["AG-H2", "--choice", "mising=observed"], 'did you mean "missing"'),
        (["AG-H2", "--choice", "missing=guessed"], "guessed"),
        (["AG-H2", "--draws", "0"], "n_resamples"),
    ],
)
def test_wrong_words_are_told(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["multiverse", str(TWIN), *words, "--language", "en"]) == 2
    assert told in capsys.readouterr().err


def in_two_waves(folder: Path) -> Path:
    """The study of the other tests, and its ties once more in a second wave."""
    shutil.copytree(TWIN, folder)
    told = (folder / "study.toml").read_text(encoding="utf-8")
    told = re.sub(r"(?m)^waves = .*\n", "", told)
    (folder / "study.toml").write_text(f'waves = ["1", "2"]\n{told}', encoding="utf-8")
    ties = pd.read_csv(folder / "ties.csv", dtype="str")
    both = [ties.assign(wave=wave) for wave in ("1", "2")]
    pd.concat(both).to_csv(folder / "ties.csv", index=False)
    return folder


def test_a_study_in_two_waves_is_asked_of_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = in_two_waves(tmp_path / "study"), tmp_path / "out"
    asked = ["multiverse", str(folder), "AG-H2", "--seed=1", *WORDS, "--language", "nb"]
    assert main(asked) == 0
    told = capsys.readouterr()
    assert "ikke testbar" in told.out
    assert "studien har rundene 1, 2: velg én med --wave" in told.err
    assert main([*asked, "--wave", "2", "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert "--wave" not in told.err
    with language("nb"):
        assert told.out.strip() == multiverse_report(panel())
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["options"]["part"] == "2"
    assert ", 2" in (out / "choices.md").read_text(encoding="utf-8").splitlines()[0]
    assert main([*asked, "--wave", "3"]) == 2
    assert "3" in capsys.readouterr().err
