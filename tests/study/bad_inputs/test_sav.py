"""SPSS files: labels that mean no answer, labels that double, old code pages."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

import netcollab as nc
from netcollab.study import import_export

CODEBOOK = """\
name = "x"

[scales.five]
low = 1
high = 5

[items.tillit]
scale = "five"
about = "self"

[export]
preset = "sav"
respondent = "id"
actor = "enhet"
answers = { tillit = { item = "tillit" } }
"""


def saved(tmp_path: Path, labels: dict[float, str], values: list[float]) -> Path:
    file = tmp_path / "svar.sav"
    frame = pd.DataFrame({"id": ["r1", "r2"], "enhet": ["nav", "ks"], "tillit": values})
    pyreadstat.write_sav(frame, str(file), variable_value_labels={"tillit": labels})
    (tmp_path / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return file


def test_bi_147_a_label_that_means_no_answer(tmp_path: Path) -> None:
    labels = {1.0: "Helt uenig", 5.0: "Helt enig", 98.0: "Vet ikke"}
    file = saved(tmp_path, labels, [4.0, 98.0])
    book = tmp_path / "codebook.toml"
    with pytest.raises(nc.InputError) as caught:
        import_export(file, "sav", tmp_path / "s", codebook=book)
    (problem,) = (p for p in caught.value.problems if p.severity == "ERROR")
    assert (problem.code, problem.row, problem.column) == ("E-ANS-002", 2, "tillit")
    assert "Vet ikke" in str(problem)
    line = '[scales.five.missing]\n98 = "dont_know"'
    assert line in problem.fix
    missing = CODEBOOK.replace("high = 5", "high = 5\nmissing = { 98 = 'dont_know' }")
    book.write_text(missing, encoding="utf-8")
    import_export(file, "sav", tmp_path / "s", codebook=book)
    answers = nc.read_study(tmp_path / "s").answers
    assert answers["missing_reason"].tolist()[1] == "dont_know"


def test_bi_150_an_old_code_page(tmp_path: Path) -> None:
    file = saved(tmp_path, {1.0: "Uenig"}, [1.0, 1.0])
    data = file.read_bytes().replace(b"Uenig", "Bære\u00f8"[:5].encode("cp1252"))
    data = data.replace(b"UTF-8", b"CP1252"[:5]) if b"UTF-8" in data else data
    assert b"B\xe6re" in data
    file.write_bytes(data)
    with pytest.raises(nc.InputError):
        import_export(file, "sav", tmp_path / "s")
    told = import_export(
        file, "sav", tmp_path / "s", reading={"encoding": "cp1252"}, language="nb"
    )
    assert "Bære" in (told.folder / "study.toml").read_text(encoding="utf-8")


def test_bi_151_two_codes_with_one_label(tmp_path: Path) -> None:
    file = saved(tmp_path, {1.0: "Enig", 2.0: "Enig"}, [1.0, 2.0])
    with pytest.raises(nc.InputError) as caught:
        import_export(file, "sav", tmp_path / "s")
    (problem,) = (p for p in caught.value.problems if p.severity == "ERROR")
    assert "tillit" in str(problem)
    assert {"1", "2"} <= set(str(problem).replace(",", " ").split())
