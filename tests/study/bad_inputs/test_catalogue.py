"""No case of the catalogue is forgotten, and none is tested under another kind."""

from __future__ import annotations

import csv
import re
from pathlib import Path

HERE = Path(__file__).parent
KINDS = (
    "actors",
    "csv",
    "graphml",
    "manifest",
    "relations",
    "sav",
    "survey",
    "xlsx",
)


def cases(file: Path) -> dict[str, str]:
    """The kind of each case of a table."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = csv.DictReader(opened)
        column = "kind" if "kind" in (rows.fieldnames or ()) else "file_kind"
        return {row["id"]: row[column] for row in rows}


def covered(kind: str) -> set[str]:
    """The cases of which a module has a test."""
    source = (HERE / f"test_{kind}.py").read_text(encoding="utf-8")
    return {f"BI-{n}" for n in re.findall(r"^def test_bi_(\d{3})_", source, flags=re.M)}


def test_every_case_has_a_test_in_the_module_of_its_kind() -> None:
    listed = cases(HERE / "cases.csv")
    assert {kind: covered(kind) for kind in KINDS} == {
        kind: {case for case, of in listed.items() if of == kind} for kind in KINDS
    }


def test_the_list_is_in_order_and_describes_every_case() -> None:
    with (HERE / "cases.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    names = [row["id"] for row in rows]
    assert names == sorted(set(names))
    assert all(row["case"].strip() for row in rows)
