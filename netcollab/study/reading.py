"""From a study folder, or from frames, to checked tables and a report."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from netcollab.errors import closest
from netcollab.study.actor_checks import ActorIndex, check_actors, check_sites
from netcollab.study.cells import check_cells
from netcollab.study.coding_checks import check_affiliations, check_codings
from netcollab.study.columns import name_columns
from netcollab.study.data_report import DataReport, FileReport, relation_counts
from netcollab.study.draft import Draft
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec, Manifest
from netcollab.study.manifest_reader import load_toml, parse_manifest
from netcollab.study.paths import MANIFEST, READABLE, find_file, listing
from netcollab.study.person_checks import (
    apply_missing_codes,
    check_answers,
    check_respondents,
)
from netcollab.study.places import fill_relation, fill_sites, fill_waves
from netcollab.study.privacy import shown
from netcollab.study.problems import Place
from netcollab.study.raw import RawTable, raw_from_frame
from netcollab.study.readers.delimited import read_delimited
from netcollab.study.readers.excel import read_excel
from netcollab.study.schema import TABLES
from netcollab.study.tie_checks import check_ties

__all__ = ["Reading", "read_folder", "read_frames"]


@dataclass(frozen=True, eq=False)
class Reading:
    """What came of one reading: the tables are only good when the report is ok."""

    manifest: Manifest
    tables: Mapping[str, pd.DataFrame]
    report: DataReport


def read_folder(path: str | Path) -> Reading:
    """Read and check a study folder; nothing is raised for what it holds."""
    folder = _folder(Path(path))
    ledger = Ledger(_name(folder))
    names = listing(folder)
    if not _is_study_folder(folder, names, ledger):
        return _finished(Manifest(name=ledger.name), {}, ledger)
    ledger.open(MANIFEST)
    manifest = _manifest(folder, names, ledger)
    known = manifest or Manifest(name=ledger.name)
    paths = {table: _path_of(names, table, known, ledger) for table in TABLES}
    raws = {
        table: _read_table(folder, table, path, known, ledger)
        for table, path in paths.items()
        if path is not None
    }
    _note_other_files(names, known, ledger)
    drafts = _checked(raws, known, ledger, declared=manifest is not None)
    for draft in drafts.values():
        _note_decisions(draft.raw, ledger)
    if MANIFEST not in map(str.casefold, names):
        _ask_for_manifest(drafts, ledger)
    return _finished(known, drafts, ledger)


def read_frames(
    manifest: Manifest,
    frames: Mapping[str, pd.DataFrame],
    ledger: Ledger,
) -> Reading:
    """Check frames as if they had been read from files."""
    raws = {
        name: raw_from_frame(name, frames[name]) for name in TABLES if name in frames
    }
    for raw in raws.values():
        ledger.open(raw.file)
        if not len(raw):
            ledger.add("E-FIL-018", raw.place(), table=raw.name)
    drafts = _checked(raws, manifest, ledger, declared=True)
    return _finished(manifest, drafts, ledger)


# ---- the folder


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
    return name == MANIFEST or stem in TABLES or suffix == ".toml"


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
    return parse_manifest(
        data, file=MANIFEST, text=text, default_name=ledger.name, ledger=ledger
    )


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


def _read_table(
    folder: Path, table: str, path: str, manifest: Manifest, ledger: Ledger
) -> RawTable | None:
    spec, place = manifest.files.get(table), Place(path)
    if spec is not None:
        place = Place(MANIFEST, key=f"files.{table}.path")
    file = find_file(folder, path, place, ledger)
    if file is None:
        return None
    shown_as = file.relative_to(folder).as_posix()
    ledger.open(shown_as)
    reader = read_excel if file.suffix.lower() == ".xlsx" else read_delimited
    return reader(file, table, shown_as, spec or FileSpec(path), ledger)


def _note_decisions(raw: RawTable, ledger: Ledger) -> None:
    """What was found out about a text file, where it is not the plain case."""
    found = (raw.encoding, raw.separator, raw.decimal or ".")
    if not raw.is_workbook and found != ("utf-8", ",", "."):
        encoding, separator, decimal = found
        told = {"encoding": encoding, "decimal": decimal}
        separator = "tab" if separator == "\t" else separator
        ledger.add("N-CSV-014", raw.place(), separator=separator, **told)


def _note_other_files(names: list[str], manifest: Manifest, ledger: Ledger) -> None:
    """Files that no table was read from, so that nothing is left out unseen."""
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
            if close and close[0] not in manifest.files:
                ledger.add("W-FIL-014", Place(shown(name)), near=close[0])
            else:
                ledger.add("N-FIL-015", Place(shown(name)))


def _ask_for_manifest(drafts: Mapping[str, Draft], ledger: Ledger) -> None:
    """The lines that a missing `study.toml` needs, as far as the tables tell."""
    relations: list[str] = []
    if "ties" in drafts:
        cells = pd.unique(drafts["ties"].text("relation"))
        relations = [str(name) for name in cells if name][:20]
    lines = [f"name = {_toml(ledger.name)}  # the study's name"]
    for name in relations:
        key = name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)
        lines += [f"[relations.{key}]", 'unlisted = "not_asked"  # or "absent"']
    place = Place(MANIFEST)
    ledger.add("E-STU-007", place, lines="\n".join(lines))


def _toml(text: str) -> str:
    escaped = re.sub(r'[\\"\x00-\x1f]', lambda m: f"\\u{ord(m[0]):04x}", text[:200])
    return f'"{escaped}"'


# ---- the tables


def _checked(
    raws: Mapping[str, RawTable | None],
    manifest: Manifest,
    ledger: Ledger,
    *,
    declared: bool,
) -> dict[str, Draft]:
    """Every table under our names, every check made, every rule applied."""
    drafts = {
        name: name_columns(raw, TABLES[name], _spec(manifest, name), manifest, ledger)
        for name, raw in raws.items()
        if raw is not None
    }
    _check_presence(set(raws), ledger)
    fill_relation(drafts, manifest)
    fill_sites(drafts, manifest)
    fill_waves(drafts, manifest)
    if "answers" in drafts:
        apply_missing_codes(drafts["answers"], manifest)
    for name, draft in drafts.items():
        check_cells(draft, _spec(manifest, name), manifest)
    _check_across(drafts, manifest, declared=declared)
    if declared:
        _check_declared(drafts, manifest, ledger)
    return drafts


def _spec(manifest: Manifest, name: str) -> FileSpec:
    return manifest.files.get(name, FileSpec(f"{name}.csv"))


def _check_presence(tables: set[str], ledger: Ledger) -> None:
    """Actors and one of ties or answers; answers need respondents."""
    place = Place(ledger.name)
    if "actors" not in tables:
        ledger.add("E-STU-008", place, table="actors")
    if not {"ties", "answers"} & tables:
        ledger.add("E-STU-005", place)
    if "answers" in tables and "respondents" not in tables:
        ledger.add("E-ANS-008", place)


def _check_across(
    drafts: Mapping[str, Draft], manifest: Manifest, *, declared: bool
) -> None:
    if "sites" in drafts:
        check_sites(drafts["sites"], drafts)
    if "actors" in drafts:
        check_actors(drafts["actors"])
    actors = ActorIndex(drafts.get("actors"))
    respondents = drafts.get("respondents")
    if respondents is not None:
        check_respondents(respondents, actors)
    if "ties" in drafts:
        check_ties(drafts["ties"], actors, manifest)
    if "answers" in drafts:
        check_answers(
            drafts["answers"], respondents, actors, manifest, declared=declared
        )
    if "codings" in drafts:
        check_codings(drafts["codings"], respondents, actors)
    if "affiliations" in drafts:
        check_affiliations(drafts["affiliations"], actors)


def _check_declared(
    drafts: Mapping[str, Draft], manifest: Manifest, ledger: Ledger
) -> None:
    """What the manifest names has to be found in the tables."""
    ties = drafts.get("ties")
    used = set(ties.text("relation").tolist()) if ties is not None else set()
    for name, spec in manifest.relations.items():
        if name not in used and name not in manifest.constructs and ties is not None:
            code = "E-MAN-014" if spec.unlisted == "not_asked" else "W-MAN-014"
            place = Place(ledger.manifest, key=f"relations.{name}")
            ledger.add(code, place, value=name, near=closest(name, used - {""}))
    if ties is not None and len(ties) and not manifest.relations:
        names = [str(name) for name in pd.unique(ties.text("relation")) if name]
        for name in names[:100]:
            place = Place(ledger.manifest, key=f"relations.{name}")
            ledger.add("E-MAN-007", place, relation=name)
    _check_columns_named(drafts, manifest, ledger)
    known = [*manifest.constructs, *manifest.items, *manifest.relations]
    for name in manifest.sensitive:
        if name not in known:
            place = Place(ledger.manifest, key="privacy.sensitive")
            told = {"near": closest(name, known), "options": ", ".join(known[:20])}
            ledger.add("W-MAN-011", place, name="sensitive", value=name, **told)


def _check_columns_named(
    drafts: Mapping[str, Draft], manifest: Manifest, ledger: Ledger
) -> None:
    """Columns that the manifest names have to be in a table."""
    holders = [drafts[name] for name in ("actors", "sites") if name in drafts]
    known = [name for draft in holders for name in draft.columns]
    place = Place(ledger.manifest, key="resources.columns")
    for name in manifest.resources if holders else ():
        if name not in known:
            near = closest(name, known)
            ledger.add("E-MAN-022", place, value=name, near=near)
        elif not any(name in draft.numbers for draft in holders):
            ledger.add("E-MAN-023", place, value=name)
    every = [name for draft in drafts.values() for name in draft.columns]
    for key, names in (
        ("categories", tuple(manifest.categories)),
        ("privacy.free_text", manifest.free_text),
        ("privacy.identifiers", manifest.identifiers),
    ):
        for name in names:
            near = closest(name, every)
            if name not in every and (near or key == "categories"):
                at = Place(ledger.manifest, key=key)
                ledger.add("W-MAN-024", at, name=key, value=name, near=near)


# ---- the result


def _finished(
    manifest: Manifest, drafts: Mapping[str, Draft], ledger: Ledger
) -> Reading:
    failed = ledger.has_errors
    tables: dict[str, pd.DataFrame] = {}
    counts = pd.DataFrame()
    if not failed:
        tables = {name: _frame(drafts.get(name), name, ledger) for name in TABLES}
        if not len(tables["sites"]):
            sites = pd.unique(tables["actors"]["site"])
            tables["sites"] = pd.DataFrame({"site": pd.Series(sites, dtype="str")})
        counts = relation_counts(tables["ties"], tables["actors"], manifest)
        _note_constant_relations(drafts.get("ties"), tables["ties"], counts, ledger)
    files = tuple(_file_report(draft, ledger) for draft in drafts.values())
    report = DataReport(manifest.name, files, ledger.listed(), counts)
    return Reading(manifest, tables, report)


def _frame(draft: Draft | None, name: str, ledger: Ledger) -> pd.DataFrame:
    schema = TABLES[name]
    return (draft or Draft(schema, RawTable(name, name), ledger)).frame()


def _file_report(draft: Draft, ledger: Ledger) -> FileReport:
    raw = draft.raw
    excluded = dict(raw.excluded)
    faulty = ledger.faulty.get((raw.file, raw.sheet), set())
    n_faulty = int(pd.Series(raw.rows).isin(faulty).sum())
    if n_faulty:
        excluded["error"] = n_faulty
    return FileReport(
        table=raw.name,
        path=raw.file,
        sheet=raw.sheet,
        encoding=raw.encoding,
        separator=raw.separator,
        decimal=raw.decimal,
        rows_read=raw.read,
        rows_used=len(raw) - n_faulty,
        excluded=excluded,
        attributes=tuple(draft.attributes),
        sha256=raw.sha256,
    )


def _note_constant_relations(
    draft: Draft | None, ties: pd.DataFrame, counts: pd.DataFrame, ledger: Ledger
) -> None:
    """A relation in which every dyad is observed with one weight has no variance."""
    full = counts[(counts["ties"] == counts["dyads"]) & (counts["dyads"] > 1)]
    for row in full.itertuples(index=False):
        rows = (ties["relation"] == row.relation) & (ties["site"] == row.site)
        rows &= ties["wave"] == row.wave
        if draft is not None and ties.loc[rows, "weight"].nunique() == 1:
            ledger.add(
                "W-TIE-015",
                draft.raw.place(),
                relation=row.relation,
                site=row.site,
                wave=row.wave,
            )
