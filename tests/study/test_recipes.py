"""The recipes of docs/data.md, as they are written there."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import netcollab as nc
from netcollab.cli import main

PAGE = Path(nc.__file__).parents[1] / "docs" / "data.md"
SECTION = PAGE.read_text(encoding="utf-8").partition("## Three recipes\n")[2]
SECTION = SECTION.partition("\n## ")[0]
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", SECTION, flags=re.M | re.S)
SHEET, FIRST, CODEBOOK, SECOND, ATTRIBUTES, WAVES = (text for _, text in BLOCKS)
ACTORS = """\
Organisasjon;Sektor;Budsjett (mill. kr)
NAV;velferd;15 320,5
KS;kommune;610,0
Udir;utdanning;1\u00a0104,9
"""
PAPERS = """\
Fra;Til;Type dokument;Dato;Arkivref
NAV;KS;mandat;13.11.2016;sak 11/5872
KS;Udir;mandat;20.01.2025;sak 13/4835
"""


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(old)
    for key, value in new.items():
        is_table = isinstance(value, dict) and isinstance(found.get(key), dict)
        found[key] = merged(found[key], value) if is_table else value
    return found


def add_to(manifest: Path, text: str) -> None:
    data = tomllib.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(tomli_w.dumps(merged(data, tomllib.loads(text))), "utf-8")


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The study of the first recipe, in the working folder."""
    monkeypatch.chdir(tmp_path)
    Path("skjema.csv").write_text(SHEET, encoding="utf-8")
    assert main(shlex.split(FIRST)[2:]) == 0
    add_to(Path("studie", "study.toml"), CODEBOOK)
    assert main(shlex.split(SECOND)[2:]) == 0
    return tmp_path / "studie"


def test_few_people_for_each_body_give_one_network(study: Path) -> None:
    trust = nc.build_network(nc.read_study(study), relation="trust")
    assert trust.ties.loc["NAV", "KS"] == 4.5
    assert trust.ties.loc["NAV", "Udir"] == 3.0
    assert trust.n_ties == 6


def test_attributes_with_decimal_commas(study: Path) -> None:
    (study / "actors.csv").unlink()
    (study / "organisasjoner.csv").write_text(ACTORS, encoding="utf-8")
    add_to(study / "study.toml", ATTRIBUTES)
    assert not nc.study.check_study(study).has_errors
    actors = nc.read_study(study).actors.set_index("actor")
    assert actors["budget"].to_dict() == {"NAV": 15320.5, "KS": 610.0, "Udir": 1104.9}
    assert actors.loc["KS", "sector"] == "kommune"


def test_documents_with_a_date_become_waves(study: Path) -> None:
    Path("dokumenter.csv").write_text(PAPERS, encoding="utf-8")
    exec(compile(WAVES, "recipe", "exec"), {})
    formal = '[relations.mandat]\nunlisted = "absent"\nlayer = "formal"\n'
    add_to(study / "study.toml", formal)
    ties = nc.read_study(study).ties
    found = set(ties[["wave", "source", "target"]].itertuples(index=False, name=None))
    assert found == {
        ("2024", "NAV", "KS"),
        ("2026", "NAV", "KS"),
        ("2026", "KS", "Udir"),
    }
