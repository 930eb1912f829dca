"""Paths a study may name: inside its folder, of a format that is only data."""

from __future__ import annotations

import errno
import os
import re
import stat
import unicodedata
from pathlib import Path

from netcollab.errors import closest
from netcollab.study.ledger import Ledger
from netcollab.study.problems import Place

__all__ = [
    "MANIFEST",
    "OTHER_MANIFESTS",
    "READABLE",
    "find_file",
    "listing",
    "note_other_manifests",
    "why_unreadable",
]

READABLE = (".csv", ".txt", ".tsv", ".tab", ".xlsx")
MANIFEST = "study.toml"
OTHER_MANIFESTS = ("study.yaml", "study.yml", "study.json", "study.ini")
MAX_BYTES = 200_000_000
_RUNS_CODE = {
    ".pkl",
    ".pickle",
    ".p",
    ".joblib",
    ".npy",
    ".npz",
    ".dill",
    ".rds",
    ".rda",
    ".rdata",
    ".pt",
    ".h5",
    ".hdf5",
    ".mat",
    ".py",
    ".feather",
    ".parquet",
}
_DRIVE = re.compile(r"^[A-Za-z]:")
_VARIABLE = re.compile(r"\$\{?\w|%\w+%|^~")
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:/")


def listing(folder: Path) -> list[str]:
    """The names in a folder, sorted; empty if it cannot be listed."""
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []


def note_other_manifests(names: list[str], ledger: Ledger) -> None:
    """Note declarations in a language that is not read, beside `study.toml` or not."""
    for name in names:
        if name.casefold() in OTHER_MANIFESTS:
            ledger.add("W-MAN-025" if MANIFEST in names else "E-MAN-025", Place(name))


def find_file(folder: Path, path: str, place: Place, ledger: Ledger) -> Path | None:
    """The file a path names, if it may be read; otherwise the problem is noted.

    Parameters
    ----------
    folder
        The study folder.
    path
        As written in the manifest, or a default name.
    place
        Where the path was written.
    ledger
        Takes the problems.
    """
    relative = path.replace("\\", "/")
    code = _refused(relative)
    if code:
        ledger.add(code, place, value=path)
        return None
    code = _refused_format(relative)
    if code:
        ledger.add(code, place, value=path, suffix=Path(relative).suffix)
        return None
    found = _walk(folder, relative, path, place, ledger)
    if found is None:
        return None
    return found if _is_plain_file(folder, found, path, place, ledger) else None


def why_unreadable(error: OSError) -> str:
    """The system's short name for what went wrong."""
    return errno.errorcode.get(error.errno or 0, type(error).__name__)


def _refused(relative: str) -> str:
    parts = relative.split("/")
    if not relative.strip():
        return "E-FIL-005"
    if re.search(r"[\x00-\x1f]", relative):
        return "E-FIL-020"
    if parts[-1].startswith("~$"):
        return "E-FIL-013"
    if _DRIVE.match(relative) or relative.startswith("/") or ".." in parts:
        return "E-FIL-003" if _URL.match(relative) else "E-FIL-002"
    if _URL.match(relative) or _VARIABLE.search(relative):
        return "E-FIL-003"
    return ""


def _refused_format(relative: str) -> str:
    suffix = Path(relative).suffix.lower()
    if relative == MANIFEST:
        return ""
    if suffix in _RUNS_CODE:
        return "E-FIL-007"
    return "" if suffix in READABLE else "E-FIL-008"


def _walk(
    folder: Path, relative: str, path: str, place: Place, ledger: Ledger
) -> Path | None:
    """Follow the path name by name, exactly as the names are spelled on disk."""
    here = folder
    for part in (name for name in relative.split("/") if name not in {"", "."}):
        names = listing(here)
        if part not in names:
            same = [n for n in names if _nfc(n) == _nfc(part)]
            if not same:
                near = _near(part, names)
                other_case = near and _nfc(near).casefold() == _nfc(part).casefold()
                code = "E-FIL-010" if other_case else "E-FIL-001"
                ledger.add(code, place, value=path, near=near)
                return None
            part = same[0]
        here = here / part
    return here


def _is_plain_file(
    folder: Path, file: Path, path: str, place: Place, ledger: Ledger
) -> bool:
    try:
        resolved = file.resolve(strict=True)
        inside = resolved.is_relative_to(folder.resolve())
        status = resolved.stat()
    except RuntimeError:
        ledger.add("E-FIL-004", place, value=path)
        return False
    except OSError as error:
        codes = {errno.ELOOP: "E-FIL-004", errno.ENOENT: "E-FIL-001"}
        code = codes.get(error.errno or 0, "E-FIL-006")
        ledger.add(code, place, value=path, reason=why_unreadable(error))
        return False
    if not inside:
        ledger.add("E-FIL-002", place, value=path)
        return False
    if not stat.S_ISREG(status.st_mode):
        ledger.add("E-FIL-005", place, value=path)
        return False
    if status.st_size > MAX_BYTES:
        found = f"{status.st_size:,}".replace(",", " ")
        limit = f"{MAX_BYTES:,}".replace(",", " ")
        ledger.add("E-FIL-009", Place(path), found=found, limit=limit)
        return False
    return True


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)


def _near(name: str, names: list[str]) -> str:
    readable = [n for n in names if not n.startswith(("~$", "."))]
    by_fold = {_nfc(n).casefold(): n for n in readable}
    return by_fold.get(_nfc(name).casefold(), "") or closest(name, readable)
