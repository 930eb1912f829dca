"""The findings of a study as files: whole, reproducible, in the reader's language."""

from __future__ import annotations

import html
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import netcollab as nc
from netcollab._files import sha256
from netcollab.cli import main
from netcollab.hypotheses import Hypothesis
from netcollab.report import language, write_findings
from netcollab.report.finding_words import claim_text

CASE = nc.study.bundled("cases/alvorlig_sykt_barn")
FILES = {
    "citations.bib",
    "estimators.csv",
    "findings.csv",
    "findings.docx",
    "findings.html",
    "findings.md",
    "findings.tex",
    "findings.xlsx",
    "methods.md",
    "run.json",
}


def hashes(folder: Path) -> dict[str, str]:
    return {p.name: sha256(p) for p in folder.iterdir() if p.name != "run.json"}


def test_the_command_writes_everything_twice_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "found"
    asked = ["test", str(CASE), "--seed", "4", "--out", str(out), "--language", "nb"]
    assert main(asked) == 0
    assert "AG-H3" in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == FILES
    first = hashes(out)
    assert main(asked) == 0
    assert hashes(out) == first
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (record["job"], record["seed"]) == ("findings", 4)
    assert record["options"] == {"alpha": 0.05, "language": "nb", "part": ""}
    assert "study.toml" in record["inputs"]
    assert record["outputs"] == first


def test_the_files_say_the_same_as_the_findings(tmp_path: Path) -> None:
    study = nc.read_study(CASE)
    found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH, rng=1)
    with language("da"):
        out = write_findings(found, study, tmp_path / "f")
    table = pd.read_csv(out / "findings.csv", index_col=0)
    assert table["verdict"].tolist() == ["uafklaret", "støttet", "støttet", "støttet"]
    assert table["n_used"].tolist() == found.to_frame()["n_used"].tolist()
    assert "kan ikke testes" in set(table["test_verdict"])
    methods = (out / "methods.md").read_text(encoding="utf-8")
    assert re.findall(r"^#+ (.+)$", methods, re.M)[1:] == [
        "Metode",
        "Kan ikke testes",
        "Forbehold",
        "Referencer",
    ]
    assert "- AG-H2, AG-H3, test: undersøgelsen knytter hverken udfald" in methods
    assert "- Ét netværk har ingen variation i udfaldet" in methods
    for name in ("findings.md", "findings.html"):
        told = (out / name).read_text(encoding="utf-8")
        assert "forbehold: Ét netværk har ingen" in told
    assert "@article{ansell2008," in (out / "citations.bib").read_text()
    assert "| hypotese |" in (out / "findings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", ["en", "da"])
def test_files_for_readers_say_each_claim_in_words(tmp_path: Path, code: str) -> None:
    study = nc.read_study(CASE)
    found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH, rng=1)
    with language(code):
        out = write_findings(found, study, tmp_path / "f")
        claims = [claim_text(each) for each in found]
    assert all(claims)
    rows = (out / "findings.md").read_text(encoding="utf-8").splitlines()
    rows = [row for row in rows if row.startswith("| AG-H")]
    assert [row.split(" | ")[1] for row in rows] == claims
    page = html.unescape((out / "findings.html").read_text(encoding="utf-8"))
    assert all(claim in page for claim in claims)
    (sheet,) = openpyxl.load_workbook(out / "findings.xlsx").worksheets
    cells = [row[1].value for row in sheet.iter_rows()]
    assert [cell for cell in cells if cell in claims] == claims


def test_claims_without_words_have_no_column(tmp_path: Path) -> None:
    study = nc.read_study(CASE)
    found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH[:1], rng=1)
    bare = replace(found["AG-H1"], hypothesis=Hypothesis(key="H1"))
    out = write_findings(replace(found, findings=(bare,)), study, tmp_path / "f")
    head = (out / "findings.md").read_text(encoding="utf-8").splitlines()[2]
    assert head.startswith("| hypothesis | verdict |")


def test_an_analyst_can_calculate_with_the_workbook(tmp_path: Path) -> None:
    study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH, rng=1)
    with language("nb"):
        out = write_findings(found, study, tmp_path / "f")
    (sheet,) = openpyxl.load_workbook(out / "findings.xlsx").worksheets
    head, *rows = sheet.iter_rows(min_row=3, max_row=7)
    cells = {cell.value: [row[k] for row in rows] for k, cell in enumerate(head)}
    tested = [k for k, each in enumerate(found) if not math.isnan(each.estimate)]
    assert tested
    for name, of in {"estimat": "estimate", "p (Holm)": "pvalue_adjusted"}.items():
        for k in tested:
            value = getattr(found.findings[k], of)
            assert cells[name][k].value == pytest.approx(value, abs=0.005)
            assert cells[name][k].data_type == "n"
            assert cells[name][k].number_format.startswith("0.0")
    verdicts = cells["konklusjon"]
    assert {cell.data_type for cell in verdicts} == {"s"}


def test_a_study_without_hypotheses_is_told_of_what_was_run_alone(
    tmp_path: Path,
) -> None:
    study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    none = nc.hypotheses.Findings(study.manifest.name, (), alpha=0.05, seed=1)
    cases = nc.hypotheses.case_comparison(study, rng=1)
    with language("da"):
        out = write_findings(none, study, tmp_path / "f", cases=cases)
    methods = (out / "methods.md").read_text(encoding="utf-8")
    assert methods.startswith("# Hvad der blev fundet i ")
    assert "hypotese" not in methods
    assert "Ét netværk" not in methods
    assert none.limits() == ()


def test_estimators_are_rows_under_their_claim(tmp_path: Path) -> None:
    study = nc.read_study(CASE)
    first, *_ = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH, rng=1)
    rows = pd.DataFrame({"role": ["headline", "beside"], "estimate": [0.5, 0.4]})
    object.__setattr__(first, "estimates", rows)
    found = nc.hypotheses.Findings("s", (first,), alpha=0.05, seed=1)
    object.__setattr__(first, "pvalue", 3.25e-19)
    out = write_findings(found, study, tmp_path / "f")
    assert pd.read_csv(out / "findings.csv")["pvalue"].tolist() == [3.25e-19]
    table = pd.read_csv(out / "estimators.csv")
    assert table["hypothesis"].tolist() == ["AG-H1", "AG-H1"]
    assert table["role"].tolist() == ["headline", "beside"]


def test_a_folder_of_somebody_else_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("x")
    assert main(["test", str(CASE), "--seed", "1", "--out", str(tmp_path)]) == 2
    assert "har filer som ikke er funn" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
