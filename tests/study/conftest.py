"""A small valid study folder, and the same with one thing wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

TOML = """\
name = "three"

[relations.trust]
unlisted = "not_asked"
scale = [1, 5]
"""
ACTORS = "actor,kind\nnav,agency\nks,association\nhdir,directorate\n"
TIES = "relation,source,target,weight\ntrust,nav,ks,2\ntrust,ks,nav,3\n"

Maker = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    """Write a study folder; a table given as None is left out.

    Keyword arguments are the tables and `toml`; `files` holds others by name.
    """
    made = 0

    def write(
        *,
        toml: str | bytes | None = TOML,
        actors: str | bytes | None = ACTORS,
        ties: str | bytes | None = TIES,
        files: dict[str, str | bytes] | None = None,
        **tables: str | bytes,
    ) -> Path:
        nonlocal made
        made += 1
        folder = tmp_path / f"{made}" / "Prøve mappe Ål"
        folder.mkdir(parents=True)
        contents = {"study.toml": toml, "actors.csv": actors, "ties.csv": ties}
        contents |= {f"{name}.csv": content for name, content in tables.items()}
        for name, content in (contents | (files or {})).items():
            if isinstance(content, str):
                content = content.encode("utf-8")
            if content is not None:
                (folder / name).write_bytes(content)
        return folder

    return write
