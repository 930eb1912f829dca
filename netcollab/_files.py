"""Files that are whole or not there, and archives that know no clock."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

__all__ = ["sha256", "without_clock", "write_atomically", "zipped"]

_EPOCH = (1980, 1, 1, 0, 0, 0)
_STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def write_atomically(path: Path, content: bytes | str, *, mode: int = 0o644) -> Path:
    """Write a file so that a failure half-way leaves the earlier one untouched.

    Text is written as UTF-8 with the line ends it has. At no moment may anybody read
    it whom `mode` does not let.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Named parts as one archive, in their order: fixed dates, not compressed.

    Compression differs between versions of zlib; these files are small.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as kept:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            kept.writestr(entry, content)
    return out.getvalue()


def without_clock(office: bytes) -> bytes:
    """The same office file with fixed dates: the same content, the same bytes."""
    with zipfile.ZipFile(io.BytesIO(office)) as made:
        parts = {part.filename: made.read(part.filename) for part in made.infolist()}
    core = "docProps/core.xml"
    if core in parts:
        parts[core] = _STAMP.sub(rb"\g<1>2000-01-01T00:00:00Z", parts[core])
    return zipped(parts)
