"""The house keeps its form: imports go left, one door per outside library."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "netcollab"
ROOMS = [
    "study",
    "scales",
    "networks",
    "measures",
    "inference",
    "hypotheses",
    "report",
]
HELPERS = {
    "errors",
    "_checks",
    "_circles",
    "_counted",
    "_files",
    "_labels",
    "_plans",
    "_progress",
    "_resample",
}
DOORS = {
    "igraph": {"measures"},
    "linearmodels": {"inference"},
    "networkx": {"study", "networks", "measures", "report"},
    "statsmodels": {"scales", "inference"},
    "matplotlib": {"report"},
    "seaborn": {"report"},
    "openpyxl": {"study", "report"},
    "pyreadstat": {"study"},
    "joblib": {"_resample"},
    "nbclient": {"report"},
    "nbconvert": {"report"},
    "nbformat": {"report"},
    "jinja2": {"report"},
    "rich": {"_progress", "report", "cli"},
    "argparse": {"cli"},
}
OPTIONAL = {"igraph", "linearmodels"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "misc"}
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    """The room a module lives in, or its own name at the root."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def imports(path: Path) -> list[tuple[str, str, bool]]:
    """Every import as (module, imported name, stands inside a function)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for node in ast.walk(function)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, "", id(node) in inside) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            found += [(module, alias.name, id(node) in inside) for alias in node.names]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_left_and_through_the_door(path: Path) -> None:
    here = room(path)
    for module, name, _ in imports(path):
        if not module.startswith("netcollab."):
            continue
        parts = module.split(".")
        target = parts[1]
        if target == here or here in {"__init__", "__main__", "cli"}:
            continue
        assert target in HELPERS or target in ROOMS, f"{path.name} imports {module}"
        if target in HELPERS:
            continue
        assert here in ROOMS, f"root helper {path.name} imports the room {target}"
        assert ROOMS.index(target) < ROOMS.index(here), f"{here} imports {target}"
        assert here != "inference", f"inference knows no room, imports {target}"
        assert len(parts) == 2, f"{path.name}: import the room, not {module}"
        assert not name.startswith("_"), f"{path.name} takes private {module}.{name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_outside_libraries_have_one_door(path: Path) -> None:
    for module, _, _ in imports(path):
        library = module.split(".")[0]
        if library in DOORS:
            assert room(path) in DOORS[library], f"{path} imports {library}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_import_hides_in_a_function(path: Path) -> None:
    if room(path) in {"cli", "__main__"}:
        pytest.skip("command line handlers load what they need")
    hidden = [
        module
        for module, _, inside in imports(path)
        if inside and module.split(".")[0] not in OPTIONAL
    ]
    assert not hidden, f"{path} imports {hidden} inside a function"


def test_no_module_is_a_drawer() -> None:
    names = {path.stem.strip("_") for path in MODULES}
    assert not names & FORBIDDEN_NAMES


def test_no_module_is_two_things() -> None:
    long = {p.name: n for p in MODULES if (n := len(p.read_text().splitlines())) > 600}
    assert not long
