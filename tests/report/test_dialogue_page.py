"""Dialogue sheets as pages: who gets one, in which words, and nobody small."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest

import netcollab as nc
from netcollab._files import sha256
from netcollab.cli import main
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.report import (
    check_release,
    dialogue_sheet,
    language,
    statement_constructs,
    write_dialogue,
)
from netcollab.study import Study, bundled

FOLDER = bundled("synthetic/faelles_sprog")
SYNTHETIC = {"nb": "Syntetiske data", "da": "Syntetiske data", "en": "Synthetic data"}
LANG = ["nb", "da", "en"]


@cache
def study() -> Study:
    return nc.read_study(FOLDER)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sheets") / "out"
    write_dialogue(study(), out, languages=LANG, pdf=False)
    return out


def text_of(page: Path) -> str:
    body = page.read_text(encoding="utf-8").split("<main>")[1]
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))


def test_every_language_has_its_page_and_the_index_links_to_all(made: Path) -> None:
    pages = [f"{code}/dialogue-1.html" for code in LANG]
    assert sorted(p.relative_to(made).as_posix() for p in made.rglob("*.html")) == (
        sorted([*pages, "index.html"])
    )
    index = (made / "index.html").read_text(encoding="utf-8")
    for page in pages:
        assert f'href="{page}"' in index


@pytest.mark.parametrize("code", LANG)
def test_a_page_says_what_the_sheet_does(made: Path, code: str) -> None:
    page = made / code / "dialogue-1.html"
    text = text_of(page)
    sheet = dialogue_sheet(study(), "shared_language", rng=1)
    with language(code):
        for kind in ("gaps", "agreements"):
            for entry in sheet.entries(kind):  # type: ignore[arg-type]
                assert entry.words in text
                assert entry.told in text
        for note in sheet.notes():
            assert note in text
    html = page.read_text(encoding="utf-8")
    assert SYNTHETIC[code] in html
    assert f'<html lang="{code}">' in html
    assert "<script" not in html
    assert "http" not in html


def test_a_small_group_is_named_and_nothing_of_it_is_shown(made: Path) -> None:
    html = (made / "en" / "dialogue-1.html").read_text(encoding="utf-8")
    rows = re.findall(r'<th scope="row">user</th>(.*?)</tr>', html, re.S)
    assert len(rows) == 6
    for row in rows:
        assert "too few to show" in row
        assert "<svg" not in row
    people = set(study().respondents["respondent"])
    page = text_of(made / "en" / "dialogue-1.html")
    assert not people & set(re.findall(r"\w+", page))
    counts = [int(n) for n in re.findall(r"\(n (\d+)\)", html)]
    assert min(counts) >= 10
    assert not [
        f for f in check_release(made, study=study()).findings if "respond" in f.kind
    ]


def text_of_html(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html.split("<main>")[1])


def test_the_last_wave_and_the_first_column_with_groups(tmp_path: Path) -> None:
    pathways = nc.read_study(bundled("synthetic/digitale_forloep"))
    assert statement_constructs(pathways) == [
        *("knowledge_of_users", "knowledge_of_methods"),
    ]
    out = tmp_path / "out"
    found = write_dialogue(pathways, out, languages=["nb"], pdf=False)
    assert [page.name for page in found.pages] == [
        "dialogue-1.html",
        "dialogue-2.html",
    ]
    html = found.pages[1].read_text(encoding="utf-8")
    assert "runde 2027" in html
    assert "kunnskap om metoder" in html
    assert "sykepleier" in html
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert record["options"] == {"languages": ["nb"], "by": "profession", "pdf": False}
    assert record["seed"] == 1


def test_the_command_writes_the_same_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ["report", str(FOLDER), "--out", str(out), "--no-pdf", "--language", "da"]
    assert main(asked) == 0
    told = capsys.readouterr()
    assert told.out.strip() == str(out / "index.html")
    assert "side 1 af 1" in told.err
    page = out / "da" / "dialogue-1.html"
    first = sha256(page)
    assert main([*asked, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pages"] == ["da/dialogue-1.html"]
    assert sha256(page) == first
    assert main([*asked, "--site", "faelles_sprog"]) == 2
    assert "gælder alle kommuner" in capsys.readouterr().err
    assert main([*asked, "--by", "respondent"]) == 2
    assert "»respondent« handler om personer; gruppér" in capsys.readouterr().err
    assert main([*asked, "--by", "profesion"]) == 2
    assert "ingen kolonne »profesion« at gruppere efter" in capsys.readouterr().err


def test_the_study_without_a_language_speaks_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["report", str(FOLDER), "--out", str(out), "--no-pdf"]) == 0
    assert (out / "da").is_dir()
    assert capsys.readouterr().out


def test_what_cannot_be_a_sheet_is_refused(tmp_path: Path) -> None:
    case = nc.read_study(bundled("cases/alvorlig_sykt_barn"))
    with pytest.raises(RefusedError, match="no statement was answered"):
        write_dialogue(case, tmp_path / "out", pdf=False)
    people = study().respondents.assign(role="staff", actor="forvaltning")
    alike = dataclasses.replace(study(), respondents=people)
    with pytest.raises(RefusedError, match="a dialogue needs groups"):
        write_dialogue(alike, tmp_path / "out", pdf=False)
    with pytest.raises(InputError, match="no language"):
        write_dialogue(study(), tmp_path / "out", languages=[], pdf=False)
    with pytest.raises(UnknownNameError, match="language"):
        write_dialogue(study(), tmp_path / "out", languages=["sv"], pdf=False)
    assert not (tmp_path / "out").exists()
