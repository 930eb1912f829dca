"""From a study folder, or one workbook, to checked tables and a report."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from netcollab.study.columns import name_columns
from netcollab.study.draft import Draft
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec, Manifest
from netcollab.study.manifest_reader import load_toml, parse_manifest, said_language
from netcollab.study.manifest_section import key_lines
from netcollab.study.paths import (
    MANIFEST,
    OTHER_MANIFESTS,
    READABLE,
    find_file,
    listing,
    note_other_manifests,
)
from netcollab.study.privacy import shown
from netcollab.study.problems import Place
from netcollab.study.raw import RawTable
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel, sheet_names
from netcollab.study.reading import Reading, check_tables, finish
from netcollab.study.schema import TABLES
from netcollab.study.toml_words import toml_key, toml_text
from netcollab.study.workbook import (
    MANIFEST_SHEET,
    note_other_sheets,
    read_codebook,
)

__all__ = ["read_folder"]


_REQUIRED = "actors"


def read_folder(path: str | Path) -> Reading:
    """Read and check a study folder; nothing is raised for what it holds.

    Parameters
    ----------
    path
        The folder, its `study.toml`, or a workbook that holds the whole study.
    """
    given = Path(path)
    if given.suffix.lower() == ".xlsx" and given.is_file():
        return _read_workbook(given)
    folder = _folder(given)
    ledger = Ledger(_name(folder))
    names = listing(folder)
    if not _is_study_folder(folder, names, ledger):
        return finish(Manifest(name=ledger.name), {}, ledger)
    ledger.open(MANIFEST)
    manifest = _manifest(folder, names, ledger)
    known = manifest or Manifest(ledger.name, language=_language_of(folder, names))
    shared = _shared(known)
    known = _with_sources(folder, names, known, ledger)
    paths = {table: _path_of(names, table, known, ledger) for table in TABLES}
    raws = {
        table: _read_table(folder, table, path, known, ledger, shared=shared)
        for table, path in paths.items()
        if path is not None
    }
    raws = _used(raws, known, shared)
    note_other_manifests(names, ledger)
    is_broken = manifest is None and MANIFEST in map(str.casefold, names)
    if not is_broken:
        _note_other_files(names, known, set(raws), ledger)
    drafts = check_tables(
        raws, known, ledger, declared=manifest is not None, complete=not is_broken
    )
    for draft in drafts.values():
        _note_decisions(draft.raw, ledger)
    if MANIFEST not in map(str.casefold, names):
        _ask_for_manifest(drafts, ledger)
    return finish(known, drafts, ledger)


def read_names(
    folder: Path,
    manifest: Manifest,
    ledger: Ledger,
    tables: Sequence[str] = ("actors", "sites"),
) -> dict[str, Draft]:
    """Tables of a folder as text, under our names and otherwise unchecked.

    Empty where the folder names no actors.
    """
    found: dict[str, Draft] = {}
    names = listing(folder)
    shared = _shared(manifest)
    manifest = _with_sources(folder, names, manifest, ledger, tables)
    for table in tables:
        aside = Ledger(ledger.name)
        path = _path_of(names, table, manifest, aside)
        raw = path and _read_table(folder, table, path, manifest, aside, shared=shared)
        if not raw or not len(raw):
            continue
        spec = manifest.files.get(table, FileSpec(raw.file))
        found[table] = name_columns(raw, TABLES[table], spec, manifest, aside)
        for problem in aside.listed():
            if problem.severity == "ERROR":
                ledger.take(problem)
    return found if "actors" in found else {}


def _folder(path: Path) -> Path:
    return path.parent if path.name == MANIFEST and path.is_file() else path


def _name(folder: Path) -> str:
    try:
        return shown(folder.resolve().name or str(folder))
    except (OSError, RuntimeError, ValueError):
        return shown(str(folder))


def _is_study_folder(folder: Path, names: list[str], ledger: Ledger) -> bool:
    place = Place(ledger.name)
    try:
        is_folder, exists = folder.is_dir(), folder.exists()
    except (OSError, ValueError):
        is_folder = exists = False
    if not exists:
        ledger.add("E-STU-001", place, value=folder, here=Path.cwd())
    elif not is_folder:
        ledger.add("E-STU-002", place, value=folder)
    elif not names and not _is_listable(folder):
        ledger.add("E-STU-004", place, value=folder)
    elif not any(_is_of_study(name) for name in names):
        ledger.add("E-STU-003", place, value=folder)
    else:
        return True
    return False


def _is_listable(folder: Path) -> bool:
    try:
        next(folder.iterdir(), None)
    except OSError:
        return False
    return True


def _is_of_study(name: str) -> bool:
    stem, suffix = Path(name).stem.casefold(), Path(name).suffix.casefold()
    is_manifest = name == MANIFEST or name.casefold() in OTHER_MANIFESTS
    return is_manifest or stem in TABLES or suffix == ".toml"


def _manifest(folder: Path, names: list[str], ledger: Ledger) -> Manifest | None:
    """The manifest, or None when there is none or it cannot be parsed."""
    if MANIFEST not in names:
        other = [name for name in names if name.casefold() == MANIFEST]
        if other:
            place = Place(ledger.name)
            ledger.add("E-FIL-010", place, value=MANIFEST, near=other[0])
        return None
    file = find_file(folder, MANIFEST, Place(MANIFEST), ledger)
    loaded = None if file is None else load_toml(file, MANIFEST, ledger)
    if loaded is None:
        return None
    data, text = loaded
    ledger.lines = key_lines(text)
    return parse_manifest(
        data, file=MANIFEST, text=text, default_name=ledger.name, ledger=ledger
    )


def _language_of(folder: Path, names: list[str]) -> str:
    """What a manifest that cannot be parsed says of its language; else English."""
    if MANIFEST not in names:
        return "en"
    file = find_file(folder, MANIFEST, Place(MANIFEST), Ledger("aside"))
    return "en" if file is None else said_language(file)


def _path_of(
    names: list[str], table: str, manifest: Manifest, ledger: Ledger
) -> str | None:
    """The declared path, else `table.csv`, else `table.xlsx`, else what is close."""
    if table in manifest.files:
        return manifest.files[table].path
    plain = [f"{table}.csv", f"{table}.xlsx"]
    here = [name for name in plain if name in names]
    if len(here) > 1:
        place = Place(here[1])
        ledger.add("E-FIL-012", place, value=here[1], other=here[0], table=table)
    if here:
        return here[0]
    same = [n for n in names if Path(n).stem.casefold() == table and Path(n).suffix]
    if not same:
        return None
    return plain[0] if same[0].casefold() in plain else same[0]


def _with_sources(
    folder: Path,
    names: list[str],
    manifest: Manifest,
    ledger: Ledger,
    tables: Iterable[str] = TABLES,
) -> Manifest:
    """The manifest, with one source for each table that two could hold.

    Where the declared sheet is empty, a file that is named as the table is read in
    its place, and it is said. Where both hold something, that is an error.
    """
    files = dict(manifest.files)
    for table in tables:
        declared = manifest.files.get(table)
        other = [] if declared is None else _named_as(table, names, declared.path)
        if declared is None or not other:
            continue
        raw = _tried(folder, table, declared)
        told = {"value": other[0], "other": declared.path, "table": table}
        if raw is not None and len(raw):
            ledger.add("E-FIL-021", Place(shown(other[0])), **told)
        if raw is None or len(raw) or not raw.is_workbook:
            continue
        del files[table]
        path = _path_of(names, table, replace(manifest, files=files), ledger)
        files[table] = replace(declared, path=path or other[0], sheet=None)
        ledger.add("N-FIL-022", Place(shown(other[0])), **told)
    return replace(manifest, files=files)


def _named_as(table: str, names: list[str], declared: str) -> list[str]:
    """Files of the folder that have the name of the table, but for the declared."""
    return [
        name
        for name in names
        if Path(name).stem.casefold() == table
        and Path(name).suffix.casefold() in READABLE
        and name != declared.replace("\\", "/").removeprefix("./")
    ]


def _tried(folder: Path, table: str, spec: FileSpec) -> RawTable | None:
    """What the declared source holds; its faults are told when it is read."""
    aside = Ledger(table)
    file = find_file(folder, spec.path, Place(spec.path), aside)
    if file is None:
        return None
    if file.suffix.lower() != ".xlsx":
        return read_delimited(file, table, spec.path, spec, aside)
    return read_excel(file, table, spec.path, spec, aside, may_be_empty=True)


def _read_table(
    folder: Path,
    table: str,
    path: str,
    manifest: Manifest,
    ledger: Ledger,
    *,
    shared: frozenset[str],
) -> RawTable | None:
    spec, place = manifest.files.get(table), Place(path)
    if spec is not None:
        place = Place(MANIFEST, key=f"files.{table}.path")
    file = find_file(folder, path, place, ledger)
    if file is None:
        return None
    shown_as = file.relative_to(folder).as_posix()
    ledger.open(shown_as)
    if file.suffix.lower() != ".xlsx":
        return read_delimited(file, table, shown_as, spec or FileSpec(path), ledger)
    return read_excel(
        file,
        table,
        shown_as,
        spec or FileSpec(path),
        ledger,
        may_be_empty=_may_be_empty(table, path, shared),
    )


def _shared(manifest: Manifest) -> frozenset[str]:
    """Workbooks that hold several tables, and have a sheet for each of them."""
    counts = Counter(spec.path for spec in manifest.files.values())
    return frozenset(path for path, count in counts.items() if count > 1)


def _may_be_empty(table: str, path: str, shared: frozenset[str]) -> bool:
    return table != _REQUIRED and path in shared


def _used(
    raws: Mapping[str, RawTable | None], manifest: Manifest, shared: frozenset[str]
) -> dict[str, RawTable | None]:
    """The tables but for sheets that may be empty: the study has no such tables."""
    return {
        name: raw
        for name, raw in raws.items()
        if raw is None
        or len(raw)
        or not raw.is_workbook
        or name not in manifest.files
        or not _may_be_empty(name, manifest.files[name].path, shared)
    }


def _note_decisions(raw: RawTable, ledger: Ledger) -> None:
    """What was found out about a text file, where it is not the plain case."""
    found = (raw.encoding, raw.separator, raw.decimal or ".")
    if not raw.is_workbook and found != ("utf-8", ",", "."):
        encoding, separator, decimal = found
        told = {"encoding": encoding, "decimal": decimal}
        separator = "tab" if separator == "\t" else separator
        ledger.add("N-CSV-014", raw.place(), separator=separator, **told)


def _note_other_files(
    names: list[str], manifest: Manifest, tables: set[str], ledger: Ledger
) -> None:
    """Files that no table was read from, so that nothing is left out unseen.

    A name that is close to a table which was not read may have been meant as it.
    """
    read = {
        spec.path.replace("\\", "/").split("/")[0] for spec in manifest.files.values()
    }
    for name in names:
        stem, suffix = Path(name).stem, Path(name).suffix.lower()
        if name.startswith("~$"):
            ledger.add("N-FIL-016", Place(shown(name)))
        elif suffix in READABLE and name not in read and stem.casefold() not in TABLES:
            absent = [t for t in TABLES if f"{t}.csv" not in names]
            close = difflib.get_close_matches(stem.casefold(), absent, n=1, cutoff=0.8)
            if stem.casefold() in {"relations", "relasjoner", "relationer"}:
                close = [table for table in ("ties",) if table in absent]
            if close and close[0] not in tables:
                ledger.add("W-FIL-014", Place(shown(name)), near=close[0])
            else:
                ledger.add("N-FIL-015", Place(shown(name)))


def _ask_for_manifest(drafts: Mapping[str, Draft], ledger: Ledger) -> None:
    """The lines that a missing `study.toml` needs, as far as the tables tell."""
    lines = [f"name = {toml_text(ledger.name[:200])}  # the study's name"]
    for name in _relations(drafts):
        lines += [
            f"[relations.{toml_key(name)}]",
            'unlisted = "not_asked"  # or "absent"',
        ]
    place = Place(MANIFEST)
    ledger.add("E-STU-007", place, lines="\n".join(lines))


def _relations(drafts: Mapping[str, Draft]) -> list[str]:
    if "ties" not in drafts:
        return []
    cells = pd.unique(drafts["ties"].text("relation"))
    return [str(name) for name in cells if name][:20]


# ---- the workbook


def _read_workbook(path: Path) -> Reading:
    """Read and check a study that is one workbook."""
    file = path.resolve()
    ledger = Ledger(shown(path.stem), shown(path.name))
    place = Place(shown(path.name))
    found = find_file(file.parent, file.name, place, ledger)
    names = None if found is None else sheet_names(found, place.file, ledger)
    if found is None or names is None:
        return finish(Manifest(name=ledger.name), {}, ledger)
    codebook = read_codebook(found, place.file, names, ledger)
    manifest = parse_manifest(
        codebook.data,
        file=place.file,
        text="",
        default_name=ledger.name,
        ledger=ledger,
        places=codebook.places,
    )
    specs = {table: _sheet_of(table, path.name, manifest) for table in TABLES}
    manifest = replace(manifest, files=specs)
    raws = {
        table: read_excel(
            found, table, place.file, spec, ledger, may_be_empty=table != _REQUIRED
        )
        for table, spec in specs.items()
        if spec.sheet in names
    }
    raws = _used(raws, manifest, _shared(manifest))
    note_other_sheets(place.file, names, specs, ledger)
    drafts = check_tables(raws, manifest, ledger, declared=MANIFEST_SHEET in names)
    if MANIFEST_SHEET not in names:
        _ask_for_sheet(drafts, place, ledger)
    return finish(manifest, drafts, ledger)


def _sheet_of(table: str, path: str, manifest: Manifest) -> FileSpec:
    spec = manifest.files.get(table, FileSpec(path))
    return replace(spec, path=path, sheet=spec.sheet or table)


def _ask_for_sheet(drafts: Mapping[str, Draft], place: Place, ledger: Ledger) -> None:
    """The rows that a missing sheet `study` needs, as far as the tables tell."""
    lines = ["key | value", f"name | {ledger.name}"]
    lines += [f"relations.{name}.unlisted | not_asked" for name in _relations(drafts)]
    ledger.add("E-WBK-005", place, lines="\n".join(lines))
