"""What the user says beside a matrix or an edge list reaches the study, or is refused.

A network has no respondents, so that options of questionnaires mean nothing there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.study import import_export

MATRIX = "x,nav,ks\nnav,,2\nks,3,\n"
EDGES = "source,target,weight\nnav,ks,2\nks,nav,3\n"
BOOK = 'name = "given"\n\n[relations.tie]\nunlisted = "not_asked"\n'


def file(tmp_path: Path, name: str, content: str) -> Path:
    (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path / name


def refused(path: Path, preset: str, **said: object) -> list[str]:
    out = path.parent / "out"
    with pytest.raises(nc.InputError) as caught:
        import_export(path, preset, out, **said)  # type: ignore[arg-type]
    assert not out.exists()
    return [problem.code for problem in caught.value.problems]


@pytest.mark.parametrize(("preset", "text"), [("matrix", MATRIX), ("edges", EDGES)])
def test_two_waves_and_their_language_reach_the_joined_study(
    tmp_path: Path, preset: str, text: str
) -> None:
    export = file(tmp_path, "a.csv", text)
    for wave in ("2024", "2026"):
        words = ["import", str(export), "--preset", preset, "--out", tmp_path / wave]
        words += ["--wave", wave, "--language", "nb", "--unlisted", "absent"]
        assert main([str(word) for word in words]) == 0
    one, two = (nc.read_study(tmp_path / wave) for wave in ("2024", "2026"))
    assert one.manifest.language == "nb"
    both = nc.study.join_wave(one, two)
    assert both.waves == ["2024", "2026"]
    assert both.ties.groupby("wave").size().tolist() == [2, 2]


def test_a_wave_is_refused_where_the_ties_say_theirs(tmp_path: Path) -> None:
    text = "source,target,weight,wave\nnav,ks,2,2024\nks,nav,3,2024\n"
    export = file(tmp_path, "a.csv", text)
    assert refused(export, "edges", wave="2026") == ["E-EXP-049"]
    empty = file(tmp_path, "b.csv", text.replace("2024", ""))
    import_export(empty, "edges", tmp_path / "s", wave="2026", unlisted="absent")
    assert nc.read_study(tmp_path / "s").waves == ["2026"]


def test_options_of_questionnaires_are_refused_by_name(tmp_path: Path) -> None:
    export = file(tmp_path, "a.csv", MATRIX)
    variables = dict.fromkeys(("respondent", "site", "actor", "role"), "x")
    assert refused(export, "matrix", variables=variables) == ["E-EXP-048"] * 4


def test_a_codebook_and_the_command_say_the_same(tmp_path: Path) -> None:
    export = file(tmp_path, "a.csv", MATRIX)
    book = file(tmp_path, "book.toml", BOOK)
    assert refused(export, "matrix", codebook=book, unlisted="absent") == ["E-EXP-050"]
    import_export(
        export,
        "matrix",
        tmp_path / "s",
        codebook=book,
        unlisted="not_asked",
        name="other",
        wave="2026",
    )
    study = nc.read_study(tmp_path / "s")
    assert (study.manifest.name, study.waves) == ("other", ["2026"])


WORDED = "x,nav,ks,fhi\nnav,,vet ikke,4\nks,1,,.\nfhi,2,ikke aktuelt,\n"
LISTED = """source,target,weight
nav,ks,vet ikke
nav,fhi,4
ks,nav,1
ks,fhi,.
fhi,nav,2
fhi,ks,ikke aktuelt
"""
STATES = {
    ("nav", "ks"): "dont_know",
    ("nav", "fhi"): "observed",
    ("ks", "nav"): "observed",
    ("ks", "fhi"): "no_answer",
    ("fhi", "nav"): "observed",
    ("fhi", "ks"): "not_applicable",
}


@pytest.mark.parametrize(("preset", "text"), [("matrix", WORDED), ("edges", LISTED)])
def test_words_become_states_once_the_told_lines_stand_in_the_codebook(
    tmp_path: Path, preset: str, text: str
) -> None:
    export, folder = file(tmp_path, "a.csv", text), tmp_path / "s"
    told = import_export(export, preset, folder, unlisted="absent")
    (asked,) = [p for p in told.undecided if p.code == "W-EXP-051"]
    assert told.is_draft
    with pytest.raises(nc.InputError):
        nc.read_study(folder)
    page = (folder / "study.toml").read_text(encoding="utf-8")
    file(folder, "study.toml", f"{page}\n{asked.fields['lines']}\n")
    for again in (False, True):
        if again:
            import_export(export, preset, folder, codebook=folder, overwrite=True)
        study = nc.read_study(folder)
        keys = zip(study.ties["source"], study.ties["target"], strict=True)
        assert dict(zip(keys, study.ties["state"], strict=True)) == STATES
        assert study.ties["weight"].isna().sum() == 3
        (counted,) = [p for p in study.report.problems if p.code == "N-TIE-020"]
        assert counted.fields["count"] == "3"
    nc.write_study(study, tmp_path / "written")
    assert nc.read_study(tmp_path / "written").ties.equals(study.ties)


@pytest.mark.parametrize(("preset", "text"), [("matrix", WORDED), ("edges", LISTED)])
def test_with_a_codebook_no_word_is_left_open(
    tmp_path: Path, preset: str, text: str
) -> None:
    export = file(tmp_path, "a.csv", text)
    book = file(tmp_path, "book.toml", BOOK)
    assert refused(export, preset, codebook=book) == ["E-GRA-059"]


@pytest.mark.parametrize(("preset", "text"), [("matrix", MATRIX), ("edges", EDGES)])
def test_the_only_relation_of_a_codebook_is_meant(
    tmp_path: Path, preset: str, text: str
) -> None:
    export = file(tmp_path, "a.csv", text)
    book = file(tmp_path, "book.toml", BOOK.replace("tie]", "trust]"))
    import_export(export, preset, tmp_path / "s", codebook=book)
    assert set(nc.read_study(tmp_path / "s").ties["relation"]) == {"trust"}
    two = BOOK + '\n[relations.trust]\nunlisted = "not_asked"\n'
    book = file(tmp_path, "book.toml", two)
    assert refused(export, preset, codebook=book) == ["E-MAN-014"]


def test_faults_of_codebook_and_sheet_are_told_together(tmp_path: Path) -> None:
    export = file(tmp_path, "a.csv", "x,nav,ks\nnav,5,9\nks,3,\n")
    book = file(tmp_path, "book.toml", BOOK + "scale = [1, 5]\nlayers = 1\n")
    found = refused(export, "matrix", codebook=book)
    assert sorted(found) == ["E-GRA-032", "E-MAN-003", "E-TIE-010"]


@pytest.mark.parametrize(("preset", "text"), [("matrix", MATRIX), ("edges", EDGES)])
def test_a_title_above_the_names_is_read_over_as_told(
    tmp_path: Path, preset: str, text: str
) -> None:
    export = file(tmp_path, "a.csv", f"Trust,,\n\n{text}")
    with pytest.raises(nc.InputError, match="--reading header_row=3"):
        import_export(export, preset, tmp_path / "s")
    import_export(
        export, preset, tmp_path / "s", unlisted="absent", reading={"header_row": "3"}
    )
    assert len(nc.read_study(tmp_path / "s").ties) == 2


def test_a_matrix_read_as_a_list_of_ties_is_told_as_one(tmp_path: Path) -> None:
    export = file(tmp_path, "a.csv", MATRIX)
    assert refused(export, "edges") == ["E-COL-013"]
