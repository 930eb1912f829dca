"""From tables as they were read, or from frames, to checked tables and a report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from netcollab.errors import closest
from netcollab.study.actor_checks import ActorIndex, check_actors, check_sites
from netcollab.study.aliases import apply_aliases
from netcollab.study.cells import check_cells
from netcollab.study.coding_checks import check_affiliations, check_codings
from netcollab.study.columns import name_columns
from netcollab.study.comparison_section import check_comparisons
from netcollab.study.data_report import DataReport, FileReport, relation_counts
from netcollab.study.draft import Draft
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec, Manifest
from netcollab.study.manifest_checks import check_manifest, check_manifest_columns
from netcollab.study.person_checks import (
    apply_missing_codes,
    check_answers,
    check_respondents,
)
from netcollab.study.personal_data import check_personal_data
from netcollab.study.places import (
    fill_relation,
    fill_sites,
    fill_waves,
    leave_out_empty,
)
from netcollab.study.privacy import shown_name
from netcollab.study.problems import Place
from netcollab.study.rated_counts import rated_counts
from netcollab.study.raw import RawTable, raw_from_frame
from netcollab.study.response import responses
from netcollab.study.schema import TABLES
from netcollab.study.survey_checks import check_invited, check_survey
from netcollab.study.theory_section import check_theory
from netcollab.study.tie_checks import check_ties
from netcollab.study.tie_words import apply_missing_weights

__all__ = ["Reading", "check_tables", "finish", "read_frames"]


@dataclass(frozen=True, eq=False)
class Reading:
    """What came of one reading: the tables are only good when the report is ok."""

    manifest: Manifest
    tables: Mapping[str, pd.DataFrame]
    report: DataReport


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
    drafts = check_tables(raws, manifest, ledger, declared=True)
    return finish(manifest, drafts, ledger)


# ---- the tables


def check_tables(
    raws: Mapping[str, RawTable | None],
    manifest: Manifest,
    ledger: Ledger,
    *,
    declared: bool,
    complete: bool = True,
) -> dict[str, Draft]:
    """Every table under our names, every check made, every rule applied.

    Parameters
    ----------
    raws
        The tables as read; None where a table's file cannot be read.
    manifest
        What they mean.
    ledger
        Takes the problems.
    declared
        False: there was no manifest, so that nothing of it is asked of the tables.
    complete
        False: the manifest could not be read, so that tables may stand in files that
        it names, and none is missed.
    """
    drafts = {
        name: name_columns(raw, TABLES[name], _spec(manifest, name), manifest, ledger)
        for name, raw in raws.items()
        if raw is not None
    }
    for draft in drafts.values():
        draft.declared = _declared(draft.schema.name, manifest)
        check_personal_data(draft, manifest)
    if complete:
        _check_presence(set(raws), ledger)
    leave_out_empty(drafts)
    fill_relation(drafts, manifest)
    sites = fill_sites(drafts, manifest)
    apply_aliases(drafts, sites, fill_waves(drafts, manifest))
    if "answers" in drafts:
        apply_missing_codes(drafts["answers"], manifest, drafts.get("respondents"))
    if "ties" in drafts:
        apply_missing_weights(drafts["ties"], manifest)
    for name, draft in drafts.items():
        check_cells(draft, _spec(manifest, name), manifest)
    _check_across(drafts, manifest, declared=declared)
    if declared:
        _check_declared(drafts, manifest, ledger)
    if {"actors", "respondents", "answers"} <= set(drafts) and not ledger.has_errors:
        check_survey(drafts, manifest)
    return drafts


def _declared(table: str, manifest: Manifest) -> dict[str, frozenset[str]]:
    """Items and rated units that the manifest names, in tables about persons."""
    rated = manifest.export.answers.values() if manifest.export else ()
    units = frozenset({answer.target for answer in rated} - {""})
    items = frozenset({*manifest.items, *(answer.item for answer in rated)})
    tables = {
        "answers": {"item": items, "target": units},
        "respondents": {"actor": units},
    }
    return tables.get(table, {})


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
        check_invited(drafts["actors"])
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
    check_manifest(manifest, ledger)
    check_manifest_columns(drafts, manifest, ledger)
    named = {
        "hypothesis": tuple(manifest.hypotheses),
        "construct": manifest.constructs,
    }
    check_theory(manifest.theory, drafts, named, ledger)
    check_comparisons(manifest.cases, manifest.convergence, drafts, ledger)
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


def finish(manifest: Manifest, drafts: Mapping[str, Draft], ledger: Ledger) -> Reading:
    """The frames, if there is no error, and the report."""
    failed = ledger.has_errors
    tables: dict[str, pd.DataFrame] = {}
    counts = rates = rated = pd.DataFrame()
    if not failed:
        tables = {name: _frame(drafts.get(name), name, ledger) for name in TABLES}
        if not len(tables["sites"]):
            sites = pd.unique(tables["actors"]["site"])
            tables["sites"] = pd.DataFrame({"site": pd.Series(sites, dtype="str")})
        manifest = _with_asked_items(manifest, tables["answers"])
        counts = relation_counts(tables["ties"], tables["actors"], manifest)
        rates = responses(*(tables[n] for n in ("actors", "respondents", "answers")))
        rated = rated_counts(
            tables["answers"], tables["respondents"], tables["actors"], manifest
        )
        _note_constant_relations(drafts.get("ties"), tables["ties"], counts, ledger)
    files = tuple(_file_report(draft, ledger) for draft in drafts.values())
    name, told = shown_name(manifest.name), ledger.listed()
    report = DataReport(name, files, told, counts, rates, manifest.language, rated)
    return Reading(manifest, tables, report)


def _with_asked_items(manifest: Manifest, answers: pd.DataFrame) -> Manifest:
    """The manifest with the items marked that nobody was asked."""
    if answers.empty:
        return manifest
    asked = set(answers.loc[answers["missing_reason"] != "not_asked", "item"])
    items = {
        name: replace(item, asked=name in asked)
        for name, item in manifest.items.items()
    }
    return replace(manifest, items=items)


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
        path=shown_name(raw.file),
        sheet=shown_name(raw.sheet),
        encoding=raw.encoding,
        separator=raw.separator,
        decimal=raw.decimal,
        rows_read=raw.read,
        rows_used=len(raw) - n_faulty,
        excluded=excluded,
        columns_read=len(raw.columns),
        columns_left_out=dict(raw.columns_left_out),
        attributes=tuple(map(shown_name, draft.attributes)),
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
