"""What the project needs is said once: every list of packages says the same.

The checks are functions of texts, so that each is also tried on a text with the fault
it looks for.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import netcollab

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
CONDA = (ROOT / "environment.yml").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")

ON_CONDA = {"matplotlib": "matplotlib-base", "playwright": "playwright-python"}
PLATFORMS = [
    {"python_version": version, "python_full_version": f"{version}.9", **system}
    for version in ("3.11", "3.12", "3.13")
    for system in (
        {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
        {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
        {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
    )
]


# What the files say ------------------------------------------------------------------


def declared(pyproject: str) -> dict[str, SpecifierSet]:
    """Packages and bounds of pyproject.toml, with those of its tests."""
    project = tomllib.loads(pyproject)["project"]
    texts = project["dependencies"] + project["optional-dependencies"]["test"]
    needed = [Requirement(text) for text in texts]
    return {canonicalize_name(one.name): one.specifier for one in needed}


def python_bound(pyproject: str) -> SpecifierSet:
    return SpecifierSet(tomllib.loads(pyproject)["project"]["requires-python"])


def conda_lists(conda: str) -> dict[str, list[str]]:
    """The lists of environment.yml: channels, dependencies, pip."""
    lists: dict[str, list[str]] = {}
    for line in conda.splitlines():
        text = line.split("#")[0].strip()
        if text.endswith(":"):
            current = lists.setdefault(text.removeprefix("- ")[:-1], [])
        elif text.startswith("- "):
            current.append(text[2:].strip("\"' "))
    return lists


def pins(lock: str) -> Iterator[tuple[str, str, Marker | None]]:
    """Name, version and marker of every line of requirements.lock."""
    for line in lock.splitlines():
        one = Requirement(line)
        (pin,) = one.specifier
        yield canonicalize_name(one.name), pin.version, one.marker


def keeps(version: str | None, bound: SpecifierSet) -> bool:
    return version is not None and bound.contains(version, prereleases=True)


# What may be wrong with them ---------------------------------------------------------


def conda_faults(pyproject: str, conda: str) -> list[str]:
    """Where environment.yml differs from pyproject.toml."""
    lists = conda_lists(conda)
    faults = [f"channel {one}" for one in lists["channels"] if one != "conda-forge"]
    if not lists["channels"]:
        faults.append("no channel")
    if lists.get("pip") != ["-e ."] or not conda.rstrip().endswith("- -e ."):
        faults.append("the last entry is not pip's -e .")
    needed = {
        ON_CONDA.get(name, name): spec for name, spec in declared(pyproject).items()
    }
    needed |= {"python": python_bound(pyproject), "pip": SpecifierSet()}
    given = {one.name: one.specifier for one in map(Requirement, lists["dependencies"])}
    for name in sorted(needed.keys() | given.keys()):
        if needed.get(name) != given.get(name):
            here, there = needed.get(name, "nothing"), given.get(name, "nothing")
            faults.append(f"{name}: pyproject.toml {here}, environment.yml {there}")
    return faults


def lock_faults(pyproject: str, lock: str) -> list[str]:
    """What requirements.lock names that it must not, or lacks on some platform."""
    faults = [
        f"address or option: {line}"
        for line in lock.splitlines()
        if re.search(r"://|^\s*-|\s--|@", line)
    ]
    if faults:
        return faults
    for platform in PLATFORMS:
        here = {
            name: version
            for name, version, marker in pins(lock)
            if marker is None or marker.evaluate(platform)
        }
        for name, bound in declared(pyproject).items():
            if not keeps(here.get(name), bound):
                where = f"{platform['sys_platform']} {platform['python_version']}"
                faults.append(f"{name}{bound} on {where}: {here.get(name)}")
    return faults


def unmet(pyproject: str, installed: Callable[[str], str]) -> list[str]:
    """Bounds of pyproject.toml that the installed packages do not keep."""
    faults = []
    for name, bound in declared(pyproject).items():
        try:
            version = installed(name)
        except importlib.metadata.PackageNotFoundError:
            faults.append(f"{name}{bound}: nothing is installed")
        else:
            if not keeps(version, bound):
                faults.append(f"{name}{bound}: {version} is installed")
    return faults


# They are right ----------------------------------------------------------------------


def test_conda_and_pip_install_the_same() -> None:
    assert conda_faults(PYPROJECT, CONDA) == []


def test_the_lock_holds_everything_on_every_platform_and_no_address() -> None:
    assert lock_faults(PYPROJECT, LOCK) == []


def test_this_environment_keeps_the_bounds() -> None:
    assert unmet(PYPROJECT, importlib.metadata.version) == []
    assert ".".join(map(str, sys.version_info[:3])) in python_bound(PYPROJECT)


def test_the_lock_is_complete() -> None:
    """Packages are installed without their dependencies, so the lock has them all."""
    here = {n: v for n, v, m in pins(LOCK) if m is None or m.evaluate()}
    installed = {
        canonicalize_name(one.name): one.version
        for one in importlib.metadata.distributions()
    }
    if other := sorted(here.items() - installed.items()):
        pytest.skip(f"this environment was not made from the lock: not {other[:3]}")
    missing = [
        f"{name} needs {text}"
        for name in here
        for text in importlib.metadata.requires(name) or []
        for one in [Requirement(text)]
        if one.marker is None or one.marker.evaluate({"extra": ""})
        if not keeps(here.get(canonicalize_name(one.name)), one.specifier)
    ]
    assert missing == []


def test_the_version_is_one() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    cited = re.search(r"^version: (\S+)$", citation, flags=re.MULTILINE)
    assert cited
    project = tomllib.loads(PYPROJECT)["project"]
    assert netcollab.__version__ == project["version"] == cited[1]


# And the checks can fail -------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("pandas>=3.0,<4", "pandas>=2.2,<4", "pandas: "),
        ("pandas>=3.0,<4", "pandas>=3.0", "pandas: "),
        ("  - seaborn>=0.13.2\n", "", "seaborn: "),
        ("  - pytest", "  - igraph\n  - pytest", "igraph: "),
        ("matplotlib-base", "matplotlib", "matplotlib: "),
        ("python>=3.11", "python>=3.10", "python: "),
        ("  - conda-forge", "  - conda-forge\n  - defaults", "channel defaults"),
        ("  - conda-forge\n", "", "no channel"),
        ("- -e .", "- -e . --no-deps", "the last entry"),
        ("      - -e .\n", "      - -e .\n  - pip\n", "the last entry"),
    ],
)
def test_a_fault_in_environment_yml_is_seen(old: str, new: str, fault: str) -> None:
    assert old in CONDA
    faults = conda_faults(PYPROJECT, CONDA.replace(old, new, 1))
    assert any(one.startswith(fault) for one in faults)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"scipy>=1.15"', '"scipy>=1.16"'),
        ('"joblib>=1.4",', ""),
        ('requires-python = ">=3.11"', 'requires-python = ">=3.12"'),
    ],
)
def test_a_change_of_pyproject_alone_is_seen(old: str, new: str) -> None:
    assert old in PYPROJECT
    assert len(conda_faults(PYPROJECT.replace(old, new), CONDA)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple",
        "-e .",
        "alpha @ https://example.org/alpha.whl",
        "alpha==1.0 --hash=sha256:00",
    ],
)
def test_an_address_in_the_lock_is_seen(line: str) -> None:
    assert lock_faults(PYPROJECT, f"{LOCK}{line}\n") == [f"address or option: {line}"]


def test_a_gap_in_the_lock_is_seen() -> None:
    gone = re.sub(r"^joblib==.*\n", "", LOCK, flags=re.MULTILINE)
    assert len(lock_faults(PYPROJECT, gone)) == len(PLATFORMS)
    old = re.sub(r"^pandas==.*$", "pandas==2.3.0", LOCK, flags=re.MULTILINE)
    assert len(lock_faults(PYPROJECT, old)) == len(PLATFORMS)
    only_linux = re.sub(
        r"^(joblib==.*)$", r"\1 ; sys_platform == 'linux'", LOCK, flags=re.MULTILINE
    )
    assert len(lock_faults(PYPROJECT, only_linux)) == len(PLATFORMS) * 2 // 3


def test_an_old_or_missing_package_is_seen() -> None:
    def installed(name: str) -> str:
        if name == "joblib":
            raise importlib.metadata.PackageNotFoundError(name)
        return "2.3.3" if name == "pandas" else importlib.metadata.version(name)

    assert unmet(PYPROJECT, installed) == [
        "pandas<4,>=3.0: 2.3.3 is installed",
        "joblib>=1.4: nothing is installed",
    ]
