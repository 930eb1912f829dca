"""Dialogue sheets as pages: where groups differ and agree, ready for a conversation.

What can leaders, staff, unions and politicians have on the table on Thursday?
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from netcollab._checks import check_choice
from netcollab._files import write_atomically
from netcollab.errors import InputError, RefusedError
from netcollab.report.building import building, inputs_of
from netcollab.report.dialogue import DialogueSheet, OnSheet, dialogue_sheet
from netcollab.report.feedback import (
    FeedbackReport,
    index_page,
    page_templates,
    print_or_tell,
    words_of_study,
)
from netcollab.report.labels import LANGUAGES, label, language, word
from netcollab.report.selection import numbered
from netcollab.report.strips import Strip, axis, strip
from netcollab.study import Study

__all__ = ["statement_constructs", "write_dialogue"]

_ABOUT_NO_UNIT = ("site", "self")
_GROUPS = ("role", "profession", "actor")


@dataclass(frozen=True)
class _Group:
    name: str
    told: str
    picture: Strip | None


@dataclass(frozen=True)
class _Entry:
    words: str
    told: str
    groups: tuple[_Group, ...]


@dataclass(frozen=True)
class _Page:
    title: str
    where: str
    axis: Strip
    gaps: tuple[_Entry, ...]
    agreements: tuple[_Entry, ...]
    notes: tuple[str, ...]


def statement_constructs(study: Study) -> list[str]:
    """Constructs whose items are statements that somebody answered.

    Statements are items about the site or oneself, about no unit and no leader; an item
    without a construct counts for its dimension.

    Parameters
    ----------
    study
        A study.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("synthetic/faelles_sprog"))
    >>> statement_constructs(study)
    ['shared_language']
    """
    answers = study.answers
    said = set(answers.loc[answers["value"].notna(), "item"])
    named = [
        item.construct or item.dimension
        for item in study.manifest.items.values()
        if item.about in _ABOUT_NO_UNIT and item.name in said
    ]
    return list(dict.fromkeys(name for name in named if name))


def write_dialogue(
    study: Study,
    out: str | Path,
    *,
    source: str | Path | None = None,
    languages: Sequence[str] = ("en",),
    by: str | None = None,
    pdf: bool = True,
    rng: int = 1,
    tell: Callable[[str], None] | None = None,
) -> FeedbackReport:
    """Write a dialogue sheet for each construct of statements, in every language.

    Writes `LANGUAGE/dialogue-N.html` and, where a browser is found that prints, the
    same as PDF; `index.html` with links and names; and, last, `run.json`. Every page is
    one file that runs no script and fetches nothing. The last wave is shown. Of a group
    with fewer answers than `dialogue_sheet` asks for, nothing is; nor is a sheet made
    of some sites, since what others said would follow from two of them.

    Parameters
    ----------
    study
        A study with statements and groups.
    out
        A folder; what is there must come from an earlier run of this job.
    source
        The study's folder or workbook, for the record.
    languages
        Any of nb, da and en, in the order of the index.
    by
        Column of the respondents that holds the group; None: the first of role,
        profession and actor that has two groups or more.
    pdf
        False: no PDF.
    rng
        Seed of the draws.
    tell
        Called with one line of progress at a time.

    Raises
    ------
    UnknownNameError
        If a language is unknown.
    InputError
        If no language is given, `out` holds other files, or as `dialogue_sheet`.
    RefusedError
        If the study has no statements, no groups, or none with enough answers.
    BlockingIOError
        If another run is writing the same folder.
    """
    tell = tell or _silent
    started, out = time.time(), Path(out).resolve()
    codes = [check_choice("language", code, LANGUAGES) for code in languages]
    if not codes:
        raise InputError("no language is given; choose among nb, da and en")
    codes = list(dict.fromkeys(codes))
    names = statement_constructs(study)
    if not names:
        raise RefusedError(
            "no statement was answered: items about the site or oneself, with answers "
            "(docs/data.md shows some)"
        )
    shown = study.select(waves=study.waves[-1])
    column = by or _groups_of(shown)
    sheets = {name: dialogue_sheet(shown, name, by=column, rng=rng) for name in names}
    with building(out, "report", *inputs_of(study, source)) as run:
        folder = run.folder
        pages = page_templates(study)
        listed = _write_pages(folder, study, sheets, codes, pages, tell)
        files = [file for named in listed.values() for file, _ in named]
        seconds_html, printing = time.time() - started, time.time()
        engine, no_pdf = "", "no_pdf_asked"
        if pdf:
            engine, no_pdf = print_or_tell([folder / name for name in files], tell)
        seconds_pdf = time.time() - printing
        index = index_page(study, pages, listed, pdf=bool(engine))
        write_atomically(folder / "index.html", index)
        run.record(
            seed=rng,
            options={"languages": codes, "by": column, "pdf": pdf},
            pdf_engine=engine,
            no_pdf=no_pdf,
        )
    written = tuple(out / name for name in files)
    return FeedbackReport(out, written, engine, no_pdf, "", seconds_html, seconds_pdf)


def _write_pages(
    folder: Path,
    study: Study,
    sheets: Mapping[str, DialogueSheet],
    codes: Sequence[str],
    pages: jinja2.Environment,
    tell: Callable[[str], None],
) -> dict[str, list[tuple[str, str]]]:
    """The page of each construct in each language; by language its file and title."""
    template = pages.get_template("dialogue.html.j2")
    stems = numbered("dialogue", list(sheets))
    listed: dict[str, list[tuple[str, str]]] = {code: [] for code in codes}
    for k, code in enumerate(codes):
        for j, (name, stem) in enumerate(stems.items(), start=1):
            with language(code):
                page = _page(study, name, sheets[name])
                text = template.render(**words_of_study(study), page=page)
            file = f"{code}/{stem}.html"
            write_atomically(folder / file, text)
            listed[code].append((file, page.title))
            told = {"done": k * len(sheets) + j, "total": len(codes) * len(sheets)}
            with language(codes[0]):
                tell(label("feedback.writing", **told))
    return listed


def _groups_of(study: Study) -> str:
    people = study.respondents
    for column in _GROUPS:
        if column in people and people[column].dropna().nunique() > 1:
            return column
    told = ", ".join(_GROUPS)
    raise RefusedError(
        f"a dialogue needs groups: no column of the respondents ({told}) has two; name "
        "the column that does"
    )


def _page(study: Study, name: str, sheet: DialogueSheet) -> _Page:
    waves = study.waves
    where = label("network.wave", wave=waves[-1]) if len(waves) > 1 else ""
    return _Page(
        title=label("dialogue_page.title", construct=word(name)),
        where=where,
        axis=axis(sheet.scale),
        gaps=tuple(_entry(each, sheet) for each in sheet.entries("gaps")),
        agreements=tuple(_entry(each, sheet) for each in sheet.entries("agreements")),
        notes=tuple(sheet.notes()),
    )


def _entry(each: OnSheet, sheet: DialogueSheet) -> _Entry:
    groups = []
    for name, mean, told in each.groups:
        seen = not math.isnan(mean)
        text = f"{name}: {told}"
        picture = strip(sheet.scale, text=text, own=mean) if seen else None
        groups.append(_Group(name, told, picture))
    return _Entry(each.words, each.told, tuple(groups))


def _silent(line: str) -> None:
    """Tell nobody."""
    del line
