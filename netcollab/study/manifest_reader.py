"""From `study.toml` to a `Manifest`, with every wrong key named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from netcollab.errors import closest
from netcollab.study.comparison_section import read_cases, read_convergence
from netcollab.study.export_section import read_export
from netcollab.study.hypothesis_section import read_hypotheses
from netcollab.study.identifiers import is_plain
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import (
    FileSpec,
    ItemSpec,
    Manifest,
    RelationSpec,
    ScaleSpec,
    constructs_of,
)
from netcollab.study.manifest_section import LANGUAGES, Section, key_lines
from netcollab.study.paths import why_unreadable
from netcollab.study.problems import Place
from netcollab.study.schema import MISSING_REASONS, TABLES, TIE_STATES
from netcollab.study.text import ENCODINGS
from netcollab.study.theory_section import read_theory
from netcollab.study.toml_faults import toml_fault

__all__ = [
    "SCHEMA_VERSION",
    "load_toml",
    "parse_manifest",
    "read_item",
    "read_scale",
]

SCHEMA_VERSION = 1
MAX_TOML = 2_000_000
MAX_RELATIONS = 200
MIN_RESPONDENTS_FLOOR = 3
_LANGUAGE = re.compile(r"""^[ \t]*language[ \t]*=[ \t]*["'](?P<code>nb|da)["']""", re.M)
_DEEP_KEY = re.compile(r"""^[ \t]*\[*[ \t]*(?:[\w"'-]+[ \t]*\.[ \t]*){50}""", re.M)


def load_toml(
    file: Path, shown_as: str, ledger: Ledger
) -> tuple[dict[str, Any], str] | None:
    """The tables of a TOML file and its text; None when it cannot be parsed."""
    place = Place(shown_as)
    ledger.open(shown_as)
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = why_unreadable(error)
        ledger.add("E-FIL-006", place, value=shown_as, reason=reason)
        return None
    if len(data) > MAX_TOML:
        ledger.add("E-FIL-009", place, found=len(data), limit=MAX_TOML)
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = 1 + data.count(b"\n", 0, error.start)
        byte = "0x" + data[error.start : error.start + 1].hex().upper()
        ledger.add("E-MAN-002", Place(shown_as, row=row), value=byte)
        return None
    try:
        if _DEEP_KEY.search(text):
            raise RecursionError
        return tomllib.loads(text), text
    except RecursionError:
        ledger.add("E-MAN-016", place)
    except ValueError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else None
        ledger.add(toml_fault(str(error)), Place(shown_as, row=line))
    return None


def said_language(file: Path) -> str:
    """The language in a line of a TOML file, parsed or not; English where it has none.

    Who reads what is wrong with the file reads it in that language.
    """
    try:
        with file.open("rb") as opened:
            text = opened.read(MAX_TOML).decode("utf-8", errors="replace")
    except OSError:
        return "en"
    found = _LANGUAGE.search(text)
    return found["code"] if found else "en"


def parse_manifest(
    data: Mapping[str, Any],
    *,
    file: str,
    text: str,
    default_name: str,
    ledger: Ledger,
    places: Mapping[str, Place] | None = None,
) -> Manifest:
    """Check every key of a manifest and build the record.

    What is wrong is noted and left at its default, so that the tables can be checked
    in the same run.

    Parameters
    ----------
    data
        The parsed TOML, or a mapping of the same form.
    file, text
        Name and text of the file, for messages.
    default_name
        Stands in for a missing `name`.
    ledger
        Takes the problems.
    places
        The cell of each dotted key, where a workbook was read.
    """
    lines = places or key_lines(text)
    top = Section(data, "", file=file, lines=lines, ledger=ledger)
    name = _name(top, default_name)
    version = _version(top)
    title = top.words("title")
    synthetic = top.flag("synthetic", default=False)
    language = top.choice("language", LANGUAGES, "en") or "en"
    waves = _waves(top)
    scales = {
        key: read_scale(key, part)
        for key, part in top.sections("scales", limit=MAX_RELATIONS)
    }
    items = {key: read_item(key, part, scales) for key, part in top.sections("items")}
    relations = {
        key: found
        for key, part in top.sections("relations", limit=MAX_RELATIONS)
        if (found := _relation(key, part)) is not None
    }
    resources = _resources(top)
    categories = _categories(top)
    files = _files(top)
    privacy = _privacy(top)
    manifest = Manifest(
        name=name,
        title=title,
        synthetic=synthetic,
        language=language,
        schema_version=version,
        waves=waves,
        relations=relations,
        scales=scales,
        items=items,
        resources=resources,
        categories=categories,
        files=files,
        hypotheses=read_hypotheses(top, relations, items),
        export=read_export(top, items),
        theory=read_theory(top),
        cases=read_cases(top),
        convergence=read_convergence(top, constructs_of(items)),
        **privacy,
    )
    top.close()
    return manifest


def _name(top: Section, default: str) -> str:
    name = top.text("name")
    if name is None and "name" not in top:
        top.note("E-MAN-006", "name", line=f'name = "{default}"')
    elif name is not None and not is_plain(name):
        top.note("E-MAN-015", "name")
    return name or default


def _version(top: Section) -> int:
    version = top.whole("schema_version", 1, low=1) or 1
    if version > SCHEMA_VERSION:
        top.note("E-MAN-008", "schema_version", value=version, known=SCHEMA_VERSION)
    return version


def _waves(top: Section) -> tuple[str, ...]:
    value = top.raw("waves")
    if isinstance(value, int) and not isinstance(value, bool):
        count = top.whole("waves", None, low=1, high=1000)
        return tuple(str(wave) for wave in range(1, (count or 0) + 1))
    if isinstance(value, (list, tuple)) and all(type(w) is int for w in value):
        value = [str(wave) for wave in value]
        if len(set(value)) == len(value):
            return tuple(value)
    if value is not None and not isinstance(value, (list, tuple)):
        top.wrong_type("waves", "integer | [string, ...]")
        return ()
    return top.texts("waves")


def _relation(name: str, part: Section) -> RelationSpec | None:
    options = ("not_asked", "absent")
    scale = part.pair("scale")
    unlisted = part.choice("unlisted", options)
    if "unlisted" not in part:
        part.note("E-MAN-007", "unlisted", relation=name)
    spec: dict[str, Any] = {
        "directed": part.flag("directed", default=True),
        "scale": scale,
        "zero_means": part.choice("zero_means", ("no_tie",)),
        "distance": part.choice("distance", ("inverse", "declared"), "inverse"),
        "layer": part.choice(
            "layer", ("lived", "formal", "resource", "reputation"), "lived"
        ),
        "signed": part.flag("signed", default=False),
        "duplicates": part.choice(
            "duplicates", ("error", "sum", "mean", "last"), "error"
        ),
        "self_ties": part.choice("self_ties", ("error", "drop"), "error"),
        "own_group": part.choice("own_group", ("error", "keep", "drop"), "error"),
        "same_event": part.flag("same_event", default=False),
        "mixed_levels": part.flag("mixed_levels", default=False),
        "missing": _missing_codes(part, *(scale or (0.0, 0.0)), TIE_STATES[1:]),
        "label": part.words("label"),
    }
    part.close()
    known: Any = unlisted or "not_asked"
    return RelationSpec(name=name, unlisted=known, **spec)


def read_scale(name: str, part: Section) -> ScaleSpec:
    """One response scale; what is wrong is noted."""
    low, high = part.number("low"), part.number("high")
    for key, value in (("low", low), ("high", high)):
        if value is None and key not in part:
            part.note("E-MAN-006", key, line=f"{key} = {1 if key == 'low' else 5}")
    if low is not None and high is not None and low >= high:
        part.note("E-MAN-009", "low", low=f"{low:g}", high=f"{high:g}")
        low = high = None
    low, high = (0.0, 0.0) if low is None or high is None else (low, high)
    missing = _missing_codes(part, low, high)
    labels = _labels(part)
    bands = _bands(part, low, high)
    part.close()
    return ScaleSpec(name, low, high, missing, labels, bands)


def _missing_codes(
    part: Section, low: float, high: float, reasons: tuple[str, ...] = MISSING_REASONS
) -> dict[str, str]:
    codes: dict[str, str] = {}
    inner = part.section("missing")
    if inner is None:
        return codes
    for code in part.entries("missing"):
        reason = inner.choice(code, reasons)
        if reason is None:
            continue
        value = _as_number(code)
        if value is not None and low <= value <= high and low < high:
            inner.note("E-MAN-010", code, value=code, low=f"{low:g}", high=f"{high:g}")
            continue
        codes[code] = reason
    return codes


def _labels(part: Section) -> dict[str, dict[str, str]]:
    inner = part.section("labels")
    return {} if inner is None else {c: inner.words(c) for c in part.entries("labels")}


def _bands(part: Section, low: float, high: float) -> dict[str, tuple[float, float]]:
    inner = part.section("bands")
    bands: dict[str, tuple[float, float]] = {}
    if inner is None:
        return bands
    before = low
    for name in part.entries("bands"):
        band = inner.pair(name)
        if band is None:
            continue
        if band[0] < before or band[1] > high:
            inner.note("E-MAN-018", name, low=f"{before:g}", high=f"{high:g}")
            continue
        before = band[1]
        bands[name] = band
    return bands


def read_item(name: str, part: Section, scales: Mapping[str, ScaleSpec]) -> ItemSpec:
    """One item; what is wrong is noted."""
    scale = part.text("scale")
    if scale is None and "scale" not in part:
        part.note("E-MAN-006", "scale", line='scale = "agree5"')
    elif scale is not None and scale not in scales:
        part.note(
            "E-MAN-011",
            "scale",
            value=scale,
            near=closest(scale, scales),
            options=", ".join(scales),
        )
    about: Any = part.choice(
        "about", ("target", "own_leader", "self", "site"), "target"
    )
    item = ItemSpec(
        name=name,
        scale=scale or "",
        dimension=part.text("dimension", "") or "",
        construct=part.text("construct", "") or "",
        reversed=part.flag("reversed", default=False),
        about=about,
        map=_map(part),
        min_answered=part.whole("min_answered", None, low=1),
        label=part.words("label"),
    )
    part.close()
    return item


def _map(part: Section) -> dict[float, float]:
    inner = part.section("map")
    scores: dict[float, float] = {}
    if inner is None:
        return scores
    for code in part.entries("map"):
        answer, score = _as_number(code), inner.number(code)
        if answer is None:
            inner.note("E-MAN-020", code, value=code)
        elif score is not None:
            scores[answer] = score
    return scores


def _resources(top: Section) -> tuple[str, ...]:
    part = top.section("resources")
    if part is None:
        return ()
    columns = part.texts("columns")
    part.close()
    return columns


def _categories(top: Section) -> dict[str, tuple[str, ...]]:
    part = top.section("categories")
    if part is None:
        return {}
    found = {name: part.texts(name) for name in top.entries("categories")}
    return {name: words for name, words in found.items() if words}


def _privacy(top: Section) -> dict[str, Any]:
    part = top.section("privacy")
    if part is None:
        return {}
    found = {
        "min_respondents": part.whole(
            "min_respondents", 5, low=MIN_RESPONDENTS_FLOOR, high=1000
        ),
        "sensitive": part.texts("sensitive"),
        "person_level": part.flag("person_level", default=False),
        "identifiers": part.texts("identifiers"),
        "free_text": part.texts("free_text"),
        "pseudonymised": part.flag("pseudonymised", default=False),
    }
    part.close()
    return found


def _files(top: Section) -> dict[str, FileSpec]:
    files: dict[str, FileSpec] = {}
    outer = top.section("files")
    if outer is None:
        return files
    for name in TABLES:
        part = outer.section(name)
        if part is None:
            continue
        decimal = part.choice("decimal", (",", "."))
        files[name] = FileSpec(
            path=part.text("path", f"{name}.csv") or f"{name}.csv",
            sheet=part.text("sheet"),
            encoding=_encoding(part),
            separator=_separator(part),
            decimal=decimal,
            thousands=_thousands(part, decimal),
            header_row=part.whole("header_row", 1, low=1) or 1,
            skip_rows=part.whole("skip_rows", 0, low=0) or 0,
            columns=_columns(part),
        )
        part.close()
    outer.close()
    return files


def _encoding(part: Section) -> str | None:
    value = part.text("encoding")
    if value is None or value.lower().replace("_", "-") in ENCODINGS:
        return value
    options = tuple(ENCODINGS)
    part.note(
        "E-MAN-005",
        "encoding",
        value=value,
        near=closest(value, options),
        options=", ".join(f'"{option}"' for option in options),
    )
    return None


def _separator(part: Section) -> str | None:
    value = part.raw("separator")
    if value is None:
        return None
    value = {"tab": "\t", "\\t": "\t"}.get(str(value), value)
    if isinstance(value, str) and value in {";", ",", "\t", "|", ":"}:
        return value
    part.note(
        "E-MAN-005", "separator", value=value, options='";", ",", "tab", "|", ":"'
    )
    return None


def _thousands(part: Section, decimal: str | None) -> str | None:
    value = part.raw("thousands")
    marks = [mark for mark in (" ", ".", ",", "'") if mark != decimal]
    if value is None or value in marks:
        return None if value is None else str(value)
    options = ", ".join(f'"{mark}"' for mark in marks)
    part.note("E-MAN-005", "thousands", value=value, options=options)
    return None


def _columns(part: Section) -> dict[str, str]:
    inner = part.section("columns")
    if inner is None:
        return {}
    found: dict[str, str] = {}
    for ours in part.entries("columns"):
        theirs = inner.text(ours)
        if theirs is None:
            continue
        if theirs in found.values():
            inner.note("E-MAN-019", ours, value=theirs)
            continue
        found[ours] = theirs
    return found


def _as_number(text: str) -> float | None:
    plain = re.fullmatch(r"\s*[+-]?\d+(?:\.\d+)?\s*", text)
    return float(text) if plain else None
