"""From an export of a survey or network tool to a study folder and its codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import tomli_w

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.study.codebook_draft import note_unread
from netcollab.study.data_report import DataReport
from netcollab.study.draft import Draft
from netcollab.study.draft_answers import kept_answers
from netcollab.study.draft_faults import settle
from netcollab.study.export_section import PRESETS
from netcollab.study.folder import read_folder, read_names
from netcollab.study.free_text import without_free_text
from netcollab.study.import_checks import (
    check_survey_tables,
    note_misspelt,
    note_rows_alone,
)
from netcollab.study.import_codebook import (
    as_given,
    codebook_of,
    drafted,
    home_of,
    name_of,
    stop_at_errors,
)
from netcollab.study.import_network import (
    check_draft_network,
    check_network,
    check_options,
    network_tables,
    with_wave,
)
from netcollab.study.ledger import Ledger
from netcollab.study.made_actors import actors_of, with_added, without_made
from netcollab.study.manifest import ExportSpec, Manifest
from netcollab.study.new_words import new_words
from netcollab.study.paths import MANIFEST, listing
from netcollab.study.problems import Place, Problem
from netcollab.study.rated_units import check_targets
from netcollab.study.readers.export import NetworkExport, SurveyExport
from netcollab.study.readers.presets import read_export
from netcollab.study.survey_layout import (
    Layout,
    lay_out,
    unused_variables,
)
from netcollab.study.toml_words import toml_list
from netcollab.study.unit_names import with_names
from netcollab.study.writing import manifest_to_dict, put_files, table_as_csv

__all__ = ["ImportReport", "import_export"]

_MOST_OF_A_DRAFT = 100_000


@dataclass(frozen=True)
class ImportReport:
    """What an import wrote, what it could not decide, and how the study reads.

    Parameters
    ----------
    folder
        The study folder.
    undecided
        What the export does not say, and what was noted while it was read.
    report
        The check of the folder that was written.
    counts
        Table -> rows written.
    recoded
        Missing reason -> answers that were given it by a rule.
    is_draft
        There was no codebook, so that the study needs one that is completed.
    """

    folder: Path
    undecided: tuple[Problem, ...]
    report: DataReport
    counts: Mapping[str, int] = field(default_factory=dict)
    recoded: Mapping[str, int] = field(default_factory=dict)
    is_draft: bool = False

    @property
    def open(self) -> tuple[Problem, ...]:
        """What is still to be settled: everything undecided but the notes."""
        return tuple(p for p in self.undecided if p.severity != "NOTE")

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "folder": str(self.folder),
            "draft": self.is_draft,
            "rows": dict(self.counts),
            "recoded": dict(self.recoded),
            "undecided": [problem.to_dict() for problem in self.undecided],
            "check": self.report.to_dict(),
        }


def import_export(
    path: str | Path,
    preset: str,
    out: str | Path,
    *,
    codebook: str | Path | None = None,
    name: str | None = None,
    language: str = "en",
    variables: Mapping[str, str] | None = None,
    wave: str | None = None,
    unlisted: str | None = None,
    reading: Mapping[str, str] | None = None,
    overwrite: bool = False,
    said: Callable[[Sequence[Problem]], str] | None = None,
) -> ImportReport:
    """Make a study folder from an export, with a draft codebook where there is none.

    Without a codebook, every question with codes or numbers becomes an item, and what
    the export does not say is listed in `undecided`; the draft is completed by hand
    and given again as `codebook`. Nothing is written if an error is found that no line
    of a codebook settles. With a codebook, every value that fits no scale is an error
    at its place in the export, and nothing is written while there is one.

    Parameters
    ----------
    path
        The export: a file, or a folder for a format of several files.
    preset
        The format: surveyxact, nettskjema, enalyzer, questback, msforms, limesurvey,
        sav, plain, viva, graphml, gexf, pajek, ucinet, matrix or edges.
    out
        The study folder to write.
    codebook
        A `study.toml` with items, scales and a section ``[export]``, or the folder of
        one; actors and sites beside it are taken along. Of a network, the actors have
        to be the same.
    name
        The study's name; None: that of the codebook, else of the export.
    language
        Of a draft and of the export's words: nb, da or en.
    variables
        respondent, site, actor, role, profession or wave -> the variable that holds
        it, for the draft.
    wave
        The wave of all answers or ties; or, for a draft of answers, the variable that
        holds it.
    unlisted
        What a dyad without a tie means in a network export: "not_asked" or "absent".
    reading
        Answers to what a reader asks, by the name it uses in its message, such as
        ``{"graph_id": "2"}``, ``{"day_first": "true"}`` or
        ``{"columns.source": "fra", "sheet": "Ark1"}``.
    overwrite
        Replace the study in a folder that is not empty.
    said
        Puts what is undecided into words, one line each, for the comment in the
        study's `study.toml`; None: in English.

    Raises
    ------
    InputError
        With every problem of the export, at file, row and column, and with a codebook
        of the study that it would become; if the folder is not empty; if columns to be
        written hold what identifies persons; for an argument that a network cannot
        use, or that says otherwise than its ties or codebook.
    UnknownNameError
        For another preset or language, or what the reader of a format never asks.
    """
    check_choice("preset", preset, PRESETS)
    check_choice("language", language, ("nb", "da", "en"))
    folder, source = Path(out), Path(path)
    _check_free(folder, overwrite=overwrite)
    ledger = Ledger(source.name or str(source))
    ledger.open(ledger.name)
    given = codebook_of(Path(codebook), ledger) if codebook else None
    of_codebook = ledger.error_count
    export = read_export(source, preset, reading or {}, ledger, manifest=given)
    if export is None or ledger.error_count > of_codebook:
        stop_at_errors(ledger)
    if export is None:
        raise InputError(f"{source.name}: nothing could be read as {preset}")
    plain = name or name_of(source)
    beside = (
        read_names(home_of(Path(codebook)), given, ledger) if codebook and given else {}
    )
    recoded: Mapping[str, int] = {}
    if isinstance(export, NetworkExport):
        check_options(
            export,
            given,
            ledger,
            variables=variables or {},
            wave=wave,
            unlisted=unlisted,
        )
        data, frames = _network(
            export if wave is None else with_wave(export, wave),
            given,
            beside,
            ledger,
            name=name if given else plain,
            language=language,
            unlisted=unlisted,
        )
    else:
        export = without_free_text(export)
        named = dict(variables or {})
        if wave is not None and wave in export.questions:
            named["wave"] = wave
        data, manifest, spec = (
            as_given(export, given, ledger, name=name)
            if given
            else drafted(export, named, ledger, name=plain, language=language)
        )
        known = _known_ids(beside)
        beside, added = without_made(
            home_of(Path(codebook or "")),
            beside,
            manifest,
            n_respondents=len(export.table),
            out=folder,
        )
        frames, recoded = _survey(
            export,
            manifest,
            spec,
            beside,
            ledger,
            wave=wave,
            is_draft=given is None,
            known=known,
            added=added,
        )
    undecided = [p for p in ledger.listed() if p.severity != "NOTE"]
    told = said(undecided) if said else "\n".join(map(str, undecided))
    head = _comment(told, language if said else "en")
    _write(folder, data, frames, head)
    return ImportReport(
        folder=folder,
        undecided=ledger.listed(),
        report=read_folder(folder).report,
        counts={table: len(frame) for table, frame in frames.items()},
        recoded=recoded,
        is_draft=given is None,
    )


def _check_free(folder: Path, *, overwrite: bool) -> None:
    """The study's folder is new, or may be replaced."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; choose a folder for the study")
    if not overwrite and listing(folder):
        raise InputError(
            f"{folder} is not empty; choose another or overwrite it (--overwrite)"
        )


def _network(
    export: NetworkExport,
    given: Manifest | None,
    beside: Mapping[str, Draft],
    ledger: Ledger,
    *,
    name: str | None,
    language: str,
    unlisted: str | None,
) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """The codebook and the tables of a network; errors stop it."""
    known = given.relations if given else ()
    data, frames = network_tables(
        export,
        ledger,
        name=name or "",
        language=language,
        unlisted=unlisted,
        known=known,
    )
    if given:
        data = manifest_to_dict(given, with_files=False)
        data |= {"name": name} if name else {}
        check_network(export, given, beside, ledger)
        frames |= _frames_of(beside)
    else:
        check_draft_network(export, data, ledger)
    if export.persons:
        data["privacy"] = {"person_level": False} | data.get("privacy", {})
    return data, frames


def _survey(
    export: SurveyExport,
    manifest: Manifest,
    spec: ExportSpec,
    beside: Mapping[str, Draft],
    ledger: Ledger,
    *,
    wave: str | None,
    is_draft: bool,
    known: Mapping[str, Iterable[str]],
    added: pd.DataFrame,
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """The tables, and answers by the reason they were given; errors stop it.

    What is wrong with a draft is left to its user; with a codebook every fault is
    told at once, those of the tables too.
    """
    if is_draft:
        _check_questions(export, spec, ledger)
        stop_at_errors(ledger)
    aside = Ledger(ledger.name, limit=_MOST_OF_A_DRAFT) if is_draft else ledger
    spec = with_names(export, spec, beside, ledger)
    layout = lay_out(export, manifest, spec, aside, known=known)
    check_targets(export, spec, beside, ledger, added=set(added["actor"]))
    _note_unused(export, spec, ledger)
    note_rows_alone(export, spec, ledger)
    if layout is None:
        _take_over(aside.listed() if is_draft else (), ledger)
        stop_at_errors(ledger)
        raise InputError(f"{export.table.file}: a variable is not there")
    named = _declared(spec, beside, added)
    note_misspelt(
        export, spec, layout.respondents, ledger, known=named, is_draft=is_draft
    )
    recoded = dict(sorted(layout.recoded.items()))
    if is_draft:
        frames = _draft_tables(
            export, manifest, spec, layout, aside, wave=wave, ledger=ledger
        )
        return frames, recoded
    frames = _survey_tables(layout, beside, wave, ledger, added=added)
    raws = {name: draft.raw for name, draft in beside.items()}
    found = check_survey_tables(export, spec, manifest, frames, raws, ledger)
    _take_over(found, ledger)
    stop_at_errors(ledger)
    return frames, recoded


def _draft_tables(
    export: SurveyExport,
    manifest: Manifest,
    spec: ExportSpec,
    layout: Layout,
    aside: Ledger,
    *,
    wave: str | None,
    ledger: Ledger,
) -> dict[str, pd.DataFrame]:
    """The tables of a draft, without what persons wrote; what stops it is raised."""
    kept, left_out = kept_answers(layout.answers, export, spec, manifest, ledger)
    layout.answers.loc[~kept, ["value", "missing_reason"]] = ["", "no_answer"]
    frames = _survey_tables(layout, {}, wave, ledger)
    found = check_survey_tables(export, spec, manifest, frames, {}, aside)
    every = [*aside.listed(), *found]
    settle(every, ledger, manifest=manifest, spec=spec, left_out=left_out)
    frames["answers"] = frames["answers"][kept]
    return frames


def _known_ids(beside: Mapping[str, Draft]) -> dict[str, Iterable[str]]:
    """actor and site -> ids that stand in a table of the codebook's folder."""
    homes = {"actor": "actors", "site": "sites" if "sites" in beside else "actors"}
    return {
        column: beside[table].text(column)
        for column, table in homes.items()
        if table in beside and column in beside[table]
    }


def _declared(
    spec: ExportSpec, beside: Mapping[str, Draft], added: pd.DataFrame
) -> dict[str, set[str]]:
    """Units and sites that people named: in the codebook, or in tables beside it."""
    targets = {answer.target for answer in spec.answers.values()} - {""}
    named = {name: set(map(str, ids)) for name, ids in _known_ids(beside).items()}
    named["actor"] = named.get("actor", set()) | targets | set(added["actor"])
    return named


def _take_over(problems: Iterable[Problem], ledger: Ledger) -> None:
    for problem in problems:
        ledger.take(problem)


def _frames_of(beside: Mapping[str, Draft]) -> dict[str, pd.DataFrame]:
    return {
        name: pd.DataFrame(
            {key: pd.Series(c.text, dtype="str") for key, c in draft.columns.items()}
        )
        for name, draft in beside.items()
    }


# ---- the variables


def _check_questions(export: SurveyExport, spec: ExportSpec, ledger: Ledger) -> None:
    """A draft without a single item is no draft."""
    if not spec.answers:
        texts = [v for v, q in export.questions.items() if q.kind == "text"]
        known = ", ".join(texts[:20]) or "-"
        ledger.add("E-EXP-044", export.table.place(), known=known)


def _note_unused(export: SurveyExport, spec: ExportSpec, ledger: Ledger) -> None:
    """Variables that nobody named; texts, contacts and traces by their kind."""
    named = set(export.questions) - set(unused_variables(export, spec))
    note_unread(export, named, ledger)
    told = {"paradata", "contact", "text", "date", "id"}
    unused = [
        variable
        for variable in unused_variables(export, spec)
        if export.questions[variable].kind not in told
    ]
    if unused:
        ledger.add(
            "W-EXP-013",
            export.table.place(),
            count=len(unused),
            known=", ".join(unused[:20]),
            line=f"skip = {toml_list([*spec.skip, *unused])}",
        )


# ---- the tables


def _survey_tables(
    layout: Layout,
    beside: Mapping[str, Draft],
    wave: str | None,
    ledger: Ledger,
    *,
    added: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Respondents, answers, and the actors and sites they speak of."""
    people, answers = layout.respondents, layout.answers
    if wave is not None and "wave" not in people:
        people["wave"] = wave
        answers.insert(3, "wave", wave)
    frames = {"respondents": people, "answers": answers}
    if beside:
        taken = ", ".join(beside)
        ledger.add("N-EXP-032", Place(ledger.manifest), known=taken)
        frames |= _frames_of(beside)
    if "actors" in beside:
        return frames
    actors = actors_of(people, answers)
    frames["actors"] = actors
    if added is not None and len(added):
        frames["actors"] = with_added(actors, added)
        _check_sites_of(added, people, ledger)
    ledger.add("N-EXP-033", Place(ledger.name), count=len(frames["actors"]))
    return frames


def _check_sites_of(added: pd.DataFrame, people: pd.DataFrame, ledger: Ledger) -> None:
    """Units that were added before the study had sites have to say theirs."""
    if "site" in people and (added["site"] == "").any():
        sites = sorted(set(people["site"]) - {""})
        known = ", ".join(sites[:10])
        ledger.add("E-SIT-002", Place("actors.csv"), count=len(sites), known=known)


# ---- the folder


def _comment(told: str, language: str) -> str:
    """What is undecided, at the head of the manifest."""
    if not told:
        return ""
    lines = [new_words(language)["undecided"], *told.splitlines()]
    return "".join(f"# {line}\n" for line in lines) + "\n"


def _write(
    folder: Path,
    data: Mapping[str, Any],
    frames: Mapping[str, pd.DataFrame],
    head: str,
) -> None:
    contents = {
        f"{table}.csv": table_as_csv(frame, table) for table, frame in frames.items()
    }
    contents[MANIFEST] = (head + tomli_w.dumps(dict(data))).encode("utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    put_files(folder, contents)
