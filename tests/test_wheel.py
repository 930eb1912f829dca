"""The built wheel carries what the package needs and works away from the project."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

TRY = """
from pathlib import Path
import netcollab as nc
assert Path(nc.__file__).is_relative_to(Path(PLACE)), nc.__file__
study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
network = nc.build_network(study, relation=sorted(study.manifest.relations)[0])
degrees = nc.measures.in_degree(network)
assert list(degrees.index) == list(network.ties.index)
print(len(degrees))
"""


def run(*command: str | Path, here: Path, **settings: str) -> str:
    """The output of a command that knows nothing of this project's folder."""
    kept = {n: v for n, v in os.environ.items() if not n.startswith("PYTHON")}
    done = subprocess.run(
        list(map(str, command)),
        cwd=here,
        env={**kept, "PYTHONUTF8": "1", **settings},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network from a copy of what belongs in it.

    The tests and notebooks of the copy are stand-ins that must stay out.
    """
    copy = tmp_path_factory.mktemp("project")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    waste = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("netcollab", "data"):
        shutil.copytree(ROOT / name, copy / name, ignore=waste)
    for name in ("tests/test_it.py", "notebooks/01_it.ipynb"):
        (copy / name).parent.mkdir()
        (copy / name).touch()
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, here=copy)
    (built,) = out.glob("netcollab-*-py3-none-any.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if importlib.util.find_spec("pip") is None:
        pytest.skip("this Python has no pip to install the wheel with")
    place = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-index"]
    options = ["--quiet", "--disable-pip-version-check", "--no-compile"]
    run(*pip, *options, "--target", place, wheel, here=place)
    return place


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    own = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "netcollab").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    own |= {
        f"netcollab/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "data").rglob("*")
        if path.is_file()
    }
    assert not {name for name in own if "/." not in name} - packed
    for name in (
        "netcollab/py.typed",
        "netcollab/report/locale/nb.toml",
        "netcollab/study/instruments/ansell_gash.toml",
        "netcollab/study/instruments/relational_capacity.toml",
        "netcollab/data/cases/alvorlig_sykt_barn/study.toml",
        "netcollab/data/synthetic/alvorlig_sykt_barn/study.toml",
    ):
        assert name in packed


def test_nothing_else_is_in_the_wheel(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel).namelist()
    folders = {name.split("/")[0] for name in packed}
    (information,) = (name for name in folders if name.endswith(".dist-info"))
    assert folders == {"netcollab", information}
    assert f"{information}/licenses/LICENSE" in packed
    assert not [name for name in packed if name.endswith((".ipynb", ".pyc"))]
    assert not [name for name in packed if "test_" in name]


def test_the_installed_package_reads_its_own_case(
    installed: Path, tmp_path: Path
) -> None:
    code = TRY.replace("PLACE", repr(str(installed)))
    out = run(sys.executable, "-c", code, here=tmp_path, PYTHONPATH=str(installed))
    assert int(out) > 1


def test_the_installed_command_line_answers(installed: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "netcollab", "--help"]
    out = run(*command, here=tmp_path, PYTHONPATH=str(installed))
    assert "check" in out
    scripts = {path.stem for path in (installed / "bin").iterdir()}
    assert "netcollab" in scripts
