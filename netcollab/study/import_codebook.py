"""The codebook of an import: the one that was given, or a first draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.study.codebook_draft import PLACES, draft_codebook, note_places
from netcollab.study.export_section import export_to_dict
from netcollab.study.identifiers import is_plain
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import AnswerSpec, ExportSpec, Manifest
from netcollab.study.manifest_reader import load_toml, parse_manifest
from netcollab.study.manifest_section import key_lines
from netcollab.study.paths import MANIFEST
from netcollab.study.problems import Place
from netcollab.study.readers.export import SurveyExport
from netcollab.study.survey_layout import implied_answers
from netcollab.study.writing import manifest_to_dict

__all__ = ["as_given", "codebook_of", "drafted", "home_of", "name_of", "stop_at_errors"]


def home_of(codebook: Path) -> Path:
    """The folder of a codebook."""
    return codebook if codebook.is_dir() else codebook.parent


def codebook_of(path: Path, ledger: Ledger) -> Manifest:
    """The codebook the user gave; without a section [export], names imply it."""
    file = path / MANIFEST if path.is_dir() else path
    if not file.is_file():
        raise InputError(f"{file} does not exist; give a study.toml or its folder")
    ledger.manifest = file.name
    loaded = load_toml(file, file.name, ledger)
    if loaded is None:
        stop_at_errors(ledger)
        raise InputError(f"{file.name} cannot be read")
    data, text = loaded
    ledger.lines = key_lines(text)
    return parse_manifest(
        data, file=file.name, text=text, default_name=name_of(path), ledger=ledger
    )


def drafted(
    export: SurveyExport,
    variables: Mapping[str, str],
    ledger: Ledger,
    *,
    name: str,
    language: str,
) -> tuple[dict[str, Any], Manifest, ExportSpec]:
    """A first codebook, as its TOML and as it is read."""
    given = {check_choice("column", key, PLACES): v for key, v in variables.items()}
    data = draft_codebook(export, given, ledger, name=name, language=language)
    manifest = parse_manifest(
        data, file="draft", text="", default_name=name, ledger=ledger
    )
    return data, manifest, manifest.export or ExportSpec(export.preset)


def as_given(
    export: SurveyExport, manifest: Manifest, ledger: Ledger, *, name: str | None
) -> tuple[dict[str, Any], Manifest, ExportSpec]:
    """The codebook that was given, with what the names of variables say."""
    data = manifest_to_dict(manifest, with_files=False)
    if name:
        data["name"] = name
    spec = replace(manifest.export or ExportSpec(""), preset=export.preset)
    answers = _answers(export, manifest, spec)
    if not answers:
        near = ", ".join(list(export.questions)[:10])
        ledger.add("E-EXP-011", Place(ledger.manifest), known=near)
    if manifest.export is None or len(answers) > len(spec.answers):
        spec = replace(spec, answers=answers, **_implied_places(export, spec))
        data["export"] = export_to_dict(spec)
    if not spec.actor:
        note_places(export, ("actor",), ledger)
    return data, manifest, spec


def _answers(
    export: SurveyExport, manifest: Manifest, spec: ExportSpec
) -> dict[str, AnswerSpec]:
    """Those of the section, and what variables mean that are named as their item."""
    other = {*spec.places.values(), *spec.attributes, *spec.skip}
    implied = implied_answers(export, manifest)
    kept = {name: a for name, a in implied.items() if name not in other}
    return kept | dict(spec.answers)


def _implied_places(export: SurveyExport, spec: ExportSpec) -> dict[str, Any]:
    """Places that the section leaves open and a variable of that name holds."""
    used = {*spec.places.values(), *spec.attributes, *spec.answers, *spec.skip}
    free = [name for name in export.questions if name not in used]
    found = {n: n for n in PLACES if n in free and n not in spec.places}
    ids = [v for v in free if export.questions[v].kind == "id"]
    if "respondent" not in {*found, *spec.places} and len(ids) == 1:
        found["respondent"] = ids[0]
    return found


def stop_at_errors(ledger: Ledger) -> None:
    """Raise what was found, if an error is among it."""
    if ledger.has_errors:
        raise InputError([p for p in ledger.listed() if p.severity != "NOTE"])


def name_of(source: Path) -> str:
    """A study's name from that of a file or folder."""
    stem = source.stem.strip() or "study"
    return stem if is_plain(stem) else "study"
