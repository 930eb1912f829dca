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
