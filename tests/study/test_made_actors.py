"""Actors that an import made are no list that its codebook is held against."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import import_export

WIDE = "respondent,sted,enhet,a - nav,a - skole,a - ppt\n" + "".join(
    f"r{n},{site},{unit},{n % 5 + 1},{(n + 1) % 5 + 1},{(n + 2) % 5 + 1}\n"
    for n, (site, unit) in enumerate(
        [("By", "nav"), ("By", "skole"), ("By", "ppt"), ("Bygd", "nav")] * 5
    )
)
BOOK = """\
name = "small"
scales.five = { low = 1, high = 5 }
items.a = { scale = "five", dimension = "trust" }
relations.trust = { unlisted = "not_asked", own_group = "keep" }

[export]
preset = "plain"
respondent = "respondent"
site = "sted"
actor = "enhet"

[export.answers]
"a - nav" = { item = "a", target = "nav" }
"a - skole" = { item = "a", target = "skole" }
"a - ppt" = { item = "a", target = "ppt" }
"""
ALL = {(site, unit) for site in ("By", "Bygd") for unit in ("nav", "skole", "ppt")}


def drafted(tmp_path: Path, **variables: str) -> Path:
    (tmp_path / "e.csv").write_text(WIDE, encoding="utf-8")
    import_export(tmp_path / "e.csv", "plain", tmp_path / "s", variables=variables)
    (tmp_path / "s" / "study.toml").write_text(BOOK, encoding="utf-8")
    return tmp_path / "s"


def brought(tmp_path: Path, out: str = "s") -> set[tuple[str, str]]:
    told = import_export(
        tmp_path / "e.csv",
        "plain",
        tmp_path / out,
        codebook=tmp_path / "s",
        overwrite=True,
    )
    assert not told.report.errors
    assert "N-EXP-033" in {p.code for p in told.undecided}
    actors = nc.read_study(tmp_path / out).actors
    return set(zip(actors["site"], actors["actor"], strict=True))


@pytest.mark.parametrize("out", ["s", "other"])
@pytest.mark.parametrize("variables", [{}, {"actor": "enhet", "site": "sted"}])
def test_a_completed_draft_is_read_with_the_units_it_rates(
    tmp_path: Path, variables: dict[str, str], out: str
) -> None:
    drafted(tmp_path, **variables)
    assert brought(tmp_path, out) == ALL


def test_what_was_added_by_hand_stays(tmp_path: Path) -> None:
    made = drafted(tmp_path, actor="enhet", site="sted") / "actors.csv"
    made.write_text(made.read_text("utf-8") + "Bygd,helse\n", encoding="utf-8")
    assert brought(tmp_path) == ALL | {("Bygd", "helse")}
    assert brought(tmp_path) == ALL | {("Bygd", "helse")}


def test_a_unit_that_was_added_may_be_rated(tmp_path: Path) -> None:
    folder = drafted(tmp_path, actor="enhet", site="sted")
    page = BOOK.replace('target = "ppt"', 'target = "helse"')
    page += '[export.codes.enhet]\nnav = "nav"\nskole = "skole"\nppt = "ppt"\n'
    (folder / "study.toml").write_text(page, encoding="utf-8")
    with pytest.raises(nc.InputError, match="E-EXP-017"):
        brought(tmp_path)
    made = folder / "actors.csv"
    made.write_text(made.read_text("utf-8") + "By,helse\n", encoding="utf-8")
    assert ("Bygd", "helse") in brought(tmp_path)


def test_a_unit_that_was_added_says_its_site(tmp_path: Path) -> None:
    made = drafted(tmp_path) / "actors.csv"
    made.write_text(made.read_text("utf-8") + "helse\n", encoding="utf-8")
    with pytest.raises(nc.InputError) as caught:
        brought(tmp_path)
    (problem,) = caught.value.problems
    assert str(problem).startswith("E-SIT-002 actors.csv")


@pytest.mark.parametrize("change", ["a name", "a row taken out"])
def test_a_list_that_people_made_is_the_full_one(tmp_path: Path, change: str) -> None:
    made = drafted(tmp_path, actor="enhet", site="sted") / "actors.csv"
    table = pd.read_csv(made, dtype=str)
    table = table.assign(name=table["actor"]) if change == "a name" else table[1:]
    table.to_csv(made, index=False)
    with pytest.raises(nc.InputError) as caught:
        brought(tmp_path)
    (first, *_) = map(str, caught.value.problems)
    assert first.startswith(("E-TIE-012", "E-REF-001"))
    assert '"skole"' in first or '"nav"' in first or '"ppt"' in first


def test_the_list_of_another_wave_is_the_full_one(tmp_path: Path) -> None:
    drafted(tmp_path, actor="enhet", site="sted")
    more = WIDE + "r99,Bygd,skole,1,2,3\n"
    (tmp_path / "e.csv").write_text(more, encoding="utf-8")
    with pytest.raises(nc.InputError, match="E-TIE-012"):
        brought(tmp_path, "other")
    assert brought(tmp_path) == ALL
