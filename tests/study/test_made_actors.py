"""Actors that an import made are no list that its codebook is held against."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab.study import import_export

WIDE = "respondent,sted,enhet,a_nav,a_skole,a_ppt\n" + "".join(
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
"a_nav" = { item = "a", target = "nav" }
"a_skole" = { item = "a", target = "skole" }
"a_ppt" = { item = "a", target = "ppt" }
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


def test_answers_of_an_earlier_codebook_are_one_line(tmp_path: Path) -> None:
    extra = "".join(f",b{n}" for n in range(4))
    lines = WIDE.splitlines()
    wide = [lines[0] + extra, *(line + ",1,2,3,4" for line in lines[1:])]
    (tmp_path / "e.csv").write_text("\n".join(wide) + "\n", encoding="utf-8")
    chosen = {"actor": "enhet", "site": "sted"}
    import_export(tmp_path / "e.csv", "plain", tmp_path / "s", variables=chosen)
    (tmp_path / "s" / "study.toml").write_text(BOOK, encoding="utf-8")
    (told,) = nc.study.check_study(tmp_path / "s").errors
    assert told.code == "E-EXP-047"
    assert (told.fields["count"], told.fields["rows"]) == ("7", "140")
    assert told.fields["known"].endswith("b0, b1, b2, b3")


def test_an_item_that_five_answered_is_shown(tmp_path: Path) -> None:
    folder = drafted(tmp_path, actor="enhet", site="sted")
    brought(tmp_path)
    page = (folder / "study.toml").read_text("utf-8").replace("[items.a]", "[items.b]")
    page = page.replace('item = "a"', 'item = "b"')
    (folder / "study.toml").write_text(page, encoding="utf-8")
    answers = (folder / "answers.csv").read_text("utf-8")
    one = answers.replace("r1,a,", "r1,Kari,", 1)
    (folder / "answers.csv").write_text(one, encoding="utf-8")
    errors = nc.study.check_study(folder).errors
    assert {p.value for p in errors if p.code == "E-REF-005"} == {"a", "***"}


def test_a_unit_that_five_belong_to_is_shown(tmp_path: Path) -> None:
    made = drafted(tmp_path, actor="enhet", site="sted") / "actors.csv"
    rows = made.read_text("utf-8").replace("By,nav\n", "").replace("By,ppt\n", "")
    made.write_text(rows + "Bygd,ppt\n", encoding="utf-8")
    page = BOOK.replace('target = "nav"', 'target = "skole"')
    (tmp_path / "s" / "study.toml").write_text(page, encoding="utf-8")
    with pytest.raises(nc.InputError) as caught:
        brought(tmp_path)
    told = [p for p in caught.value.problems if p.column == "enhet"]
    assert {p.code for p in told} == {"E-TIE-012"}
    assert {p.value for p in told} == {"nav", "ppt"}
