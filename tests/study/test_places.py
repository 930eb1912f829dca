"""What a table without a relation, site or wave column means."""

from __future__ import annotations

from pathlib import Path

import pytest

import netcollab as nc


def written(folder: Path, *relations: str) -> Path:
    declared = "\n".join(
        f'[relations.{name}]\nunlisted = "not_asked"' for name in relations
    )
    (folder / "study.toml").write_text(f'name = "x"\n{declared}\n', encoding="utf-8")
    (folder / "actors.csv").write_text("actor\nnav\nks\n", encoding="utf-8")
    ties = "source;target;weight\nnav;ks;3,5\n"
    (folder / "ties.csv").write_text(ties, encoding="utf-8")
    return folder


def test_ties_without_the_column_belong_to_the_only_relation(tmp_path: Path) -> None:
    study = nc.read_study(written(tmp_path, "trust"))
    assert study.ties["relation"].tolist() == ["trust"]
    assert study.ties["weight"].tolist() == [3.5]


def test_with_two_relations_the_column_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(nc.InputError, match=r"E-COL-001 .*column relation"):
        nc.read_study(written(tmp_path, "trust", "help"))
