"""A study: never changed, cut to a part, made from frames, written and read again."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.study import (
    Manifest,
    RelationSpec,
    Study,
    bundled,
    check_study,
    read_study,
)
from netcollab.study.schema import TABLES

ACTORS = pd.DataFrame({"actor": ["nav", "ks", "hdir"], "kind": ["a", None, "c"]})
TIES = pd.DataFrame(
    {
        "relation": ["trust", "trust"],
        "source": ["nav", "ks"],
        "target": ["ks", "hdir"],
        "weight": [2, np.nan],
        "state": ["observed", "dont_know"],
    }
)
MANIFEST = Manifest("three", relations={"trust": RelationSpec("trust", "not_asked")})


def same(one: Study, other: Study) -> None:
    """Two studies with equal tables."""
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


# ---- frames


def test_frames_are_checked_as_files_are() -> None:
    study = Study.from_frames(MANIFEST, actors=ACTORS, ties=TIES)
    assert repr(study) == "Study 'three': 1 site, 3 actors, 2 tie rows (trust)"
    assert study.ties["site"].tolist() == ["three", "three"]
    assert study.ties["weight"].tolist()[0] == 2.0
    bad = TIES.assign(target=["kss", "nav"], weight=[np.inf, np.nan])
    with pytest.raises(nc.InputError) as raised:
        Study.from_frames(MANIFEST, actors=ACTORS, ties=bad)
    told = [(p.file, p.row, p.column, p.code) for p in raised.value.problems]
    assert told == [
        ("ties (frame)", 1, "target", "E-REF-001"),
        ("ties (frame)", 1, "weight", "E-NUM-002"),
    ]


def test_numbers_of_a_frame_keep_every_digit() -> None:
    weights = [0.1 + 0.2, 1 / 3]
    ties = TIES.assign(weight=weights, state="observed")
    study = Study.from_frames(MANIFEST, actors=ACTORS, ties=ties)
    assert study.ties["weight"].tolist() == weights


@pytest.mark.parametrize("dtype", ["object", "str", "category", "string"])
def test_any_kind_of_text_column(dtype: str) -> None:
    study = Study.from_frames(MANIFEST, actors=ACTORS.astype(dtype), ties=TIES)
    assert study.actors["actor"].dtype == "str"
    assert study.actors["kind"].isna().tolist() == [False, True, False]


def test_whole_numbers_are_ids() -> None:
    actors = pd.DataFrame({"actor": [1, 2, 3]})
    ties = pd.DataFrame(
        {"relation": "trust", "source": [1.0], "target": [2], "weight": [1]}
    )
    study = Study.from_frames(MANIFEST, actors=actors, ties=ties)
    assert study.ties["source"].tolist() == ["1"]


def test_empty_frames_are_no_study() -> None:
    for actors, ties in [
        (ACTORS, TIES.head(0)),
        (ACTORS.head(0), TIES),
        (ACTORS, None),
    ]:
        with pytest.raises(nc.InputError):
            Study.from_frames(MANIFEST, actors=actors, ties=ties)


# ---- never changed


def test_writing_into_a_table_changes_no_study() -> None:
    frame = TIES.copy()
    study = Study.from_frames(MANIFEST, actors=ACTORS, ties=frame)
    before = study.ties
    mine = study.ties
    mine.loc[0, "weight"] = 99.0
    mine["new"] = 1
    mine.iloc[:, 0] = "elsewhere"
    frame.loc[0, "source"] = "hdir"
    pd.testing.assert_frame_equal(study.ties, before)
    with pytest.raises(AttributeError):
        study.ties = mine  # type: ignore[misc]  # the point of the test


def test_a_study_keeps_its_tables_when_the_given_one_is_written_into() -> None:
    tables = {
        name: getattr(Study.from_frames(MANIFEST, actors=ACTORS, ties=TIES), name)
        for name in TABLES
    }
    study = Study(MANIFEST, **tables)
    tables["actors"].loc[0, "actor"] = "changed"
    assert study.actors["actor"][0] == "nav"


def test_every_table_has_its_key_columns() -> None:
    study = Study.from_frames(MANIFEST, actors=ACTORS, ties=TIES)
    assert list(study.sites) == ["site"]
    assert list(study.respondents) == ["site", "respondent", "actor", "role", "wave"]
    assert list(study.answers) == [
        "respondent",
        "item",
        "target",
        "wave",
        "value",
        "missing_reason",
    ]
    assert list(study.affiliations) == ["site", "wave", "actor", "object"]
    assert "polarity" in study.codings
    assert study.answers["value"].dtype == float


# ---- select

SITES = {
    "name": "two",
    "relations": {
        "trust": {"unlisted": "not_asked"},
        "info": {"unlisted": "absent"},
    },
}


def two_sites() -> Study:
    actors = pd.DataFrame({"site": list("AABB"), "actor": ["nav", "ks", "nav", "hdir"]})
    ties = pd.DataFrame(
        [
            ("A", "1", "trust", "nav", "ks", 1),
            ("B", "1", "info", "nav", "hdir", 2),
            ("B", "2", "info", "hdir", "nav", 3),
        ],
        columns=["site", "wave", "relation", "source", "target", "weight"],
    )
    codings = pd.DataFrame(
        {
            "site": ["A", "B"],
            "source": ["nav", "doc"],
            "actor": ["ks", None],
            "construct": ["trust", "trust"],
            "polarity": [1, 2],
        }
    )
    return Study.from_frames(SITES, actors=actors, ties=ties, codings=codings)


def test_a_part_of_a_study() -> None:
    study = two_sites()
    assert study.waves == ["1", "2"]
    one = study.select(sites="B")
    assert one.actors["actor"].tolist() == ["nav", "hdir"]
    assert list(one.manifest.relations) == ["info"]
    assert one.ties["weight"].tolist() == [2.0, 3.0]
    assert one.sites["site"].tolist() == ["B"]
    assert study.select(waves=["2"]).waves == ["2"]
    assert study.select(actors=["nav", "ks"]).ties["weight"].tolist() == [1.0]
    assert len(study.select(actors=["ks"]).codings) == 2
    assert study.select(relations="trust").ties["site"].tolist() == ["A"]
    assert len(study.ties) == 3


@pytest.mark.parametrize("what", ["sites", "actors", "relations", "waves"])
def test_an_unknown_name_is_answered(what: str) -> None:
    with pytest.raises(nc.UnknownNameError, match="known"):
        two_sites().select(**{what: ["nothing"]})


@pytest.mark.parametrize("site", ["A", "B"])
def test_a_part_is_a_study(site: str, tmp_path: Path) -> None:
    part = two_sites().select(sites=site)
    nc.write_study(part, tmp_path / "part")
    same(read_study(tmp_path / "part"), part)


# ---- written and read again


@pytest.mark.parametrize(
    "name", ["cases/alvorlig_sykt_barn", "synthetic/alvorlig_sykt_barn"]
)
def test_the_bundled_studies_are_without_fault(name: str, tmp_path: Path) -> None:
    report = check_study(bundled(name))
    assert report.ok
    assert not report.has_warnings
    study = read_study(bundled(name))
    nc.write_study(study, tmp_path / "again")
    again = read_study(tmp_path / "again")
    same(study, again)
    assert study.manifest == again.manifest


def test_an_unknown_bundled_study_is_answered() -> None:
    with pytest.raises(nc.UnknownNameError, match="cases/alvorlig_sykt_barn"):
        bundled("cases/alvorlig")


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="@"), max_size=12
)


@given(
    attributes=st.lists(TEXT, min_size=3, max_size=3),
    weights=st.lists(st.floats(min_value=0.001, max_value=1e9), min_size=2, max_size=2),
    header=st.sampled_from(["extra", "a;b", "tab\tbed", 'quo"te', "comma, here"]),
)
def test_reading_what_was_written_is_the_same_study(
    attributes: list[str], weights: list[float], header: str
) -> None:
    actors = ACTORS.assign(**{header: attributes})
    ties = TIES.assign(weight=weights, state="observed", basis=attributes[:2])
    study = Study.from_frames(MANIFEST, actors=actors, ties=ties)
    with tempfile.TemporaryDirectory() as folder:
        nc.write_study(study, folder)
        again = read_study(folder)
        same(study, again)
        nc.write_study(again, folder, overwrite=True)
        same(read_study(folder), again)


def test_formula_cells_stay_text(tmp_path: Path) -> None:
    actors = pd.DataFrame({"actor": ["=1+1", "+x", "-y", "@z"]})
    ties = TIES.assign(source="=1+1", target="+x").head(1)
    study = Study.from_frames(MANIFEST, actors=actors, ties=ties)
    nc.write_study(study, tmp_path / "s")
    same(read_study(tmp_path / "s"), study)


def test_a_folder_with_files_is_not_overwritten(make: Any) -> None:
    folder = make()
    study = read_study(folder)
    with pytest.raises(nc.InputError, match="overwrite"):
        nc.write_study(study, folder)
    (folder / "respondents.csv").write_text("respondent,actor\nr1,nav\n")
    nc.write_study(study, folder, overwrite=True)
    assert sorted(p.name for p in folder.iterdir()) == [
        "actors.csv",
        "study.toml",
        "ties.csv",
    ]
    with pytest.raises(nc.InputError, match="is a file"):
        nc.write_study(study, folder / "ties.csv")


def test_a_failure_half_way_leaves_the_earlier_study(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make()
    study = read_study(folder)
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        nc.write_study(study, folder, overwrite=True)
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


@pytest.mark.parametrize("wave", [2026, [2026], np.int64(2026)])
def test_a_number_in_the_place_of_a_name_is_told_as_one(wave: Any) -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    told = 'names are texts: write "2026" for the wave, not 2026'
    with pytest.raises(nc.UnknownNameError, match=told):
        study.select(waves=wave)
    with pytest.raises(nc.UnknownNameError, match='unknown wave "2027"'):
        study.select(waves=2027)
    with nc.report.language("nb"):
        said = nc.report.problems_text([told])
    assert said == "navn er tekster: skriv «2026» i hermetegn (runde), ikke 2026"
