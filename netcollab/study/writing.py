"""A study back into files: `study.toml` and one CSV per table, whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import secrets
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w

from netcollab.errors import InputError
from netcollab.study.comparison_section import cases_to_dict, convergence_to_dict
from netcollab.study.export_section import export_to_dict
from netcollab.study.manifest import Manifest
from netcollab.study.paths import MANIFEST, listing
from netcollab.study.raw import as_text
from netcollab.study.schema import TABLES
from netcollab.study.theory_section import theory_to_dict

__all__ = [
    "manifest_to_dict",
    "put_files",
    "put_in_new_folder",
    "table_as_csv",
    "write_tables",
]

_PRIVACY = (
    "min_respondents",
    "sensitive",
    "person_level",
    "identifiers",
    "free_text",
    "pseudonymised",
)
_OWN_FORM = {
    *("schema_version", "files", "resources", "export"),
    *("theory", "cases", "convergence"),
    *_PRIVACY,
}


def manifest_to_dict(manifest: Manifest, *, with_files: bool = True) -> dict[str, Any]:
    """The manifest in the form of its TOML; what is at its default is left out.

    Parameters
    ----------
    manifest
        The manifest.
    with_files
        False: leave out where the tables were read from.
    """
    told: dict[str, Any] = {"schema_version": manifest.schema_version}
    told |= _changed(manifest, skip=_OWN_FORM)
    told = {
        key: {name: _entry(value) for name, value in part.items()}
        if key in {"relations", "scales", "items", "hypotheses"}
        else part
        for key, part in told.items()
    }
    if manifest.resources:
        told["resources"] = {"columns": list(manifest.resources)}
    default = Manifest(name="")
    privacy = {
        name: _plain(getattr(manifest, name))
        for name in _PRIVACY
        if getattr(manifest, name) != getattr(default, name)
    }
    if privacy:
        told["privacy"] = privacy
    if manifest.export is not None:
        told["export"] = export_to_dict(manifest.export)
    if manifest.theory is not None:
        told["theory"] = theory_to_dict(manifest.theory)
    if manifest.cases is not None:
        told["cases"] = cases_to_dict(manifest.cases)
    if manifest.convergence:
        told["convergence"] = convergence_to_dict(manifest.convergence)
    if with_files and manifest.files:
        told["files"] = {name: _entry(spec) for name, spec in manifest.files.items()}
    return told


def write_tables(
    manifest: Manifest,
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    *,
    overwrite: bool,
) -> None:
    """Write every file beside its place first, then put all in place.

    Raises
    ------
    InputError
        If the folder holds something and `overwrite` is false.
    OSError
        If a file cannot be written; what was there before is untouched.
    """
    _refuse_file(folder)
    if not overwrite and listing(folder):
        raise InputError(f"{folder} is not empty; choose another or overwrite=True")
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        f"{name}.csv": table_as_csv(tables[name], name)
        for name in TABLES
        if len(tables[name]) and not _is_derived(name, tables)
    }
    toml = tomli_w.dumps(manifest_to_dict(manifest, with_files=False))
    contents[MANIFEST] = toml.encode("utf-8")
    put_files(folder, contents)
    for name in TABLES:
        for stale in (f"{name}.csv", f"{name}.xlsx"):
            if stale not in contents and stale in listing(folder):
                (folder / stale).unlink()


def put_in_new_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into a folder that is new or empty, all of them or none.

    Raises
    ------
    InputError
        If the folder holds something, or is a file.
    OSError
        If a file cannot be written; nothing is left then.
    """
    _refuse_file(folder)
    if listing(folder):
        raise InputError(f"{folder} is not empty; choose another")
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        put_files(folder, contents)
    except BaseException:
        for name in contents:
            (folder / name).unlink(missing_ok=True)
        if is_new:
            folder.rmdir()
        raise


def _refuse_file(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; choose a folder for the study")


def _is_derived(name: str, tables: Mapping[str, pd.DataFrame]) -> bool:
    """The sites table says no more than the actors do."""
    if name != "sites" or list(tables["sites"]) != ["site"]:
        return False
    in_actors = pd.unique(tables["actors"]["site"])
    return tables["sites"]["site"].tolist() == list(in_actors)


def table_as_csv(table: pd.DataFrame, name: str) -> bytes:
    """UTF-8, comma, one header row; text as it is, numbers short and exact."""
    known = TABLES[name]
    shown = []
    for header in table.columns:
        column = known.column(header)
        optional = column is not None and column.always and not column.required
        if not (optional and table[header].isna().all()):
            shown.append(header)
    out = io.StringIO(newline="")
    ambiguous = any(mark in header for header in shown for mark in ";\t|")
    if ambiguous:
        csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(shown)
    else:
        csv.writer(out, lineterminator="\n").writerow(shown)
    columns = [
        [as_text(cell)[0] for cell in table[header].astype(object)] for header in shown
    ]
    csv.writer(out, lineterminator="\n").writerows(zip(*columns, strict=True))
    return out.getvalue().encode("utf-8")


def put_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Every file complete on disk under another name, then renamed; manifest last."""
    waiting: dict[Path, Path] = {}
    try:
        for name, content in contents.items():
            beside = folder / f".{name}.{secrets.token_hex(4)}.part"
            waiting[beside] = folder / name
            with beside.open("xb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
        for beside, final in waiting.items():
            os.replace(beside, final)
    finally:
        for beside in waiting:
            beside.unlink(missing_ok=True)


def _changed(record: Any, *, skip: set[str]) -> dict[str, Any]:
    found = {}
    for part in fields(record):
        value = getattr(record, part.name)
        if part.name in skip or value is None or value == part.default:
            continue
        if isinstance(value, (Mapping, tuple, str)) and not value:
            continue
        found[part.name] = _plain(value)
    return found


def _entry(record: Any) -> dict[str, Any]:
    return _changed(record, skip={"name", "key", "asked"})


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_key(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value


def _key(key: object) -> str:
    return f"{key:g}" if isinstance(key, float) else str(key)
