"""The code keeps the house's form: types, lint and format, by the locked tools.

Another version of a tool has other opinions; there these tests are skipped.
"""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
TYPED = ["netcollab", "run.py", "benchmarks"]


def tool(name: str, *arguments: str, here: Path = ROOT) -> tuple[int, str]:
    """Run a tool and return its exit code and everything it said."""
    locked = re.search(rf"^{name}==(\S+)", LOCK, flags=re.MULTILINE)
    assert locked, f"{name} is not in requirements.lock"
    if (found := importlib.metadata.version(name)) != locked[1]:
        pytest.skip(f"{name} {found} is not the locked {locked[1]}")
    done = subprocess.run(
        [sys.executable, "-m", name, *arguments],
        cwd=here,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_lint() -> None:
    code, said = tool("ruff", "check", "--no-cache", ".")
    assert code == 0, said


def test_format() -> None:
    code, said = tool("ruff", "format", "--check", "--no-cache", ".")
    assert code == 0, said


def test_types() -> None:
    target = re.search(r'^python_version = "(.+)"$', PYPROJECT, flags=re.MULTILINE)
    assert target
    if (here := "{}.{}".format(*sys.version_info)) != target[1]:
        pytest.skip(f"types are checked on Python {target[1]}, this is {here}")
    code, said = tool("mypy", "--strict", *TYPED)
    assert code == 0, said


@pytest.mark.parametrize(
    ("command", "text"),
    [
        (["ruff", "check", "--no-cache"], "import os\n"),
        (["ruff", "format", "--check", "--no-cache"], "x = {'a':1}\n"),
        (["mypy", "--strict"], "def double(x):\n    return 2 * x\n"),
    ],
    ids=["lint", "format", "types"],
)
def test_a_fault_is_seen(command: list[str], text: str, tmp_path: Path) -> None:
    (tmp_path / "faulty.py").write_text(text, encoding="utf-8")
    config = ["--config-file" if command[0] == "mypy" else "--config"]
    config.append(str(ROOT / "pyproject.toml"))
    code, said = tool(*command, *config, "faulty.py", here=tmp_path)
    assert code == 1, said
