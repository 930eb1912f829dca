"""The study of the authority function as two survey tools would have exported it.

Do the same answers come back, whichever tool they were collected with?
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import tomli_w

from netcollab.study.manifest import AnswerSpec, ExportSpec
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Question, SurveyExport
from netcollab.study.readers.nettskjema import write_nettskjema
from netcollab.study.readers.surveyxact import write_surveyxact
from netcollab.study.study import Study, read_study
from netcollab.study.survey_export import as_export
from netcollab.study.writing import manifest_to_dict

__all__ = ["authority_exports", "codebook_of", "export_spec"]

_WRITERS: Mapping[str, tuple[str, Callable[[SurveyExport, Path], Path]]] = {
    "surveyxact": ("", write_surveyxact),
    "nettskjema": ("data-4711-2026-05-04.txt", write_nettskjema),
}
_FIRST_ITEM = 6


def authority_exports(pages: Mapping[str, str]) -> dict[str, bytes]:
    """Both exports and their codebooks, by path below the study folder.

    Parameters
    ----------
    pages
        The files of the study folder.
    """
    exports: dict[str, bytes] = {}
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        for name, page in pages.items():
            (home / name).write_text(page, encoding="utf-8", newline="")
        study = read_study(home)
        for preset, (file, write) in _WRITERS.items():
            folder = home / "exports" / preset
            folder.mkdir(parents=True)
            spec = export_spec(study, preset)
            export, _ = as_export(study, spec, language="da")
            write(_as_submitted(export), folder / file if file else folder)
            (folder / "codebook.toml").write_text(
                codebook_of(study, spec), encoding="utf-8", newline=""
            )
        for path in sorted((home / "exports").rglob("*.*")):
            exports[path.relative_to(home).as_posix()] = path.read_bytes()
    return exports


def export_spec(study: Study, preset: str) -> ExportSpec:
    """What the variables of the export are called, and what they mean.

    SurveyXact numbers questions and rows (``s_6_1``), Nettskjema joins question and row
    (``rc_knowledge_1.ppr``).

    Parameters
    ----------
    study
        The study.
    preset
        "surveyxact" or "nettskjema".
    """
    units = list(study.actors["actor"].unique())
    answers = {}
    for place, item in enumerate(study.manifest.items.values(), start=_FIRST_ITEM):
        for row, unit in enumerate(units, start=1):
            is_rating = item.about == "target"
            numbered = f"s_{place}_{row}" if is_rating else f"s_{place}"
            named = f"{item.name}.{unit}" if is_rating else item.name
            variable = numbered if preset == "surveyxact" else named
            answers[variable] = AnswerSpec(variable, item.name, is_rating * unit)
    people = study.respondents
    return ExportSpec(
        preset,
        respondent="kode",
        site="kommune",
        actor="funktion",
        role="stilling",
        profession="fag",
        wave="runde",
        answers=answers,
        codes={
            "kommune": _numbered(study.sites["site"]),
            "funktion": _numbered(units),
            "stilling": _numbered(people["role"].unique()),
            "fag": _numbered(people["profession"].dropna().unique()),
        },
        blank="no_answer",
        unasked_by=("site", "role"),
    )


def codebook_of(study: Study, spec: ExportSpec) -> str:
    """The codebook that reads the export: items, scales, privacy, and the variables."""
    manifest = study.manifest
    rated = {n: r for n, r in manifest.relations.items() if n in manifest.constructs}
    kept = replace(manifest, relations=rated, resources=(), hypotheses={}, export=spec)
    return tomli_w.dumps(manifest_to_dict(kept, with_files=False))


def _numbered(names: Iterable[str]) -> dict[str, str]:
    listed = enumerate(sorted(map(str, names)), start=1)
    return {str(number): name for number, name in listed}


def _as_submitted(export: SurveyExport) -> SurveyExport:
    """The export with the number that the tool gives each submission."""
    if export.preset != "nettskjema":
        return export
    table, number = export.table, "$submission_id"
    cells = text_array(str(31_000_000 + row) for row in table.rows.tolist())
    columns = [RawColumn(number, "", cells), *table.columns]
    made = RawTable(table.name, table.file, columns=columns, rows=table.rows)
    made.read = table.read
    questions = {number: Question(number, "id"), **export.questions}
    return SurveyExport(export.preset, made, questions)
