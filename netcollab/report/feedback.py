"""Feedback to municipalities: a page for each, one for all, in the languages asked for.

What does a workshop on Thursday need, that exposes nobody?
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import jinja2

from netcollab._checks import check_choice
from netcollab._files import write_atomically
from netcollab.errors import InputError, JobError, UnknownNameError
from netcollab.report.building import building, files_in, inputs_of
from netcollab.report.feedback_across import across, is_possible_across
from netcollab.report.feedback_cells import Evidence, gather
from netcollab.report.feedback_formal import Formal, gather_formal
from netcollab.report.feedback_page import page_of
from netcollab.report.labels import (
    LANGUAGES,
    ambient_language,
    label,
    language,
    word,
)
from netcollab.report.printing import find_browser, print_pages
from netcollab.report.selection import numbered
from netcollab.report.strips import WIDTH
from netcollab.study import Study

__all__ = [
    "FeedbackReport",
    "index_page",
    "page_templates",
    "print_or_tell",
    "words_of_study",
    "write_feedback",
]

Told = Callable[[str], None]
Rendered = tuple[str, str, str]

_LAST_LETTERS = str.maketrans("æøå", "{|}")
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class FeedbackReport:
    """What a run of `write_feedback` wrote.

    Parameters
    ----------
    folder
        Where it is.
    pages
        The pages, in order: by language, the page across municipalities last.
    pdf_engine
        The program that printed the PDFs; empty where there is none.
    no_pdf, no_across
        Why there is no PDF, and no page across municipalities, as a key of the
        locale's phrases; empty where there is.
    seconds_html, seconds_pdf
        How long the pages and their printing took.
    """

    folder: Path
    pages: tuple[Path, ...]
    pdf_engine: str
    no_pdf: str
    no_across: str
    seconds_html: float
    seconds_pdf: float

    def notes(self) -> list[str]:
        """What the run did and did not do, in the ambient language."""
        told = [label("feedback.made", count=len(self.pages))]
        if self.pdf_engine:
            told.append(label("feedback.pdf_by", engine=self.pdf_engine))
        missing = (self.no_pdf, self.no_across)
        return told + [label(f"feedback.{why}") for why in missing if why]

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "folder": str(self.folder),
            "pages": [page.relative_to(self.folder).as_posix() for page in self.pages],
            "files": [
                p.relative_to(self.folder).as_posix() for p in files_in(self.folder)
            ],
            "pdf_engine": self.pdf_engine,
            "no_pdf": self.no_pdf,
            "no_across": self.no_across,
            "seconds_html": round(self.seconds_html, 1),
            "seconds_pdf": round(self.seconds_pdf, 1),
        }


def write_feedback(
    study: Study,
    out: str | Path,
    *,
    source: str | Path | None = None,
    languages: Sequence[str] = ("en",),
    sites: Sequence[str] | None = None,
    pdf: bool = True,
    tell: Told | None = None,
) -> FeedbackReport:
    """Write a page for each municipality, and one across all of them.

    Writes `LANGUAGE/site-N.html`, where N is the site's place in the study, and, where
    a browser is found that prints, the same as PDF; `LANGUAGE/across.html` where all
    sites were asked for and more than five may be shown; `index.html` with links and
    names; and, last, `run.json`. Every page is one file that runs no script and fetches
    nothing. Everything is built beside `out` and takes its place when whole.

    Groups with fewer respondents than the manifest's threshold are never shown: small
    functions answer together under a joint name, leadership is shown for the whole
    site only, other sites are unnamed and shown where they are at least five.

    Parameters
    ----------
    study
        A study with answers about other units.
    out
        A folder; what is there must come from an earlier run of this job.
    source
        The study's folder or workbook, for the record.
    languages
        "nb", "da", "en".
    sites
        Which; None: all, and the page across them.
    pdf
        False: no PDF.
    tell
        Called with one line of progress at a time.

    Raises
    ------
    UnknownNameError
        If a site or language is unknown.
    InputError
        If no language is given, or `out` holds other files.
    RefusedError
        If the study has no answers about other units.
    BlockingIOError
        If another run is writing the same folder.
    """
    tell = tell or _silent
    started, out = time.time(), Path(out).resolve()
    codes = [check_choice("language", code, LANGUAGES) for code in languages]
    if not codes:
        raise InputError("no language is given; choose among nb, da and en")
    codes = list(dict.fromkeys(codes))
    known = study.actors["site"].unique().tolist()
    chosen = _chosen(sites, known)
    evidence, formal = gather(study), gather_formal(study)
    stems = {s: stem for s, stem in numbered("site", known).items() if s in chosen}
    no_across = _why_no_across(study, evidence, sites)
    total = len(codes) * (len(stems) + (not no_across))
    with building(out, "report", *inputs_of(study, source)) as run:
        folder = run.folder
        pages = page_templates(study)
        listed: dict[str, list[tuple[str, str]]] = {code: [] for code in codes}
        names: list[str] = []
        for code in codes:
            with language(code):
                made = _rendered(study, evidence, formal, pages, stems)
                for stem, title, text in (
                    made
                    if no_across
                    else chain(made, _rendered_across(study, evidence, formal, pages))
                ):
                    names.append(f"{code}/{stem}.html")
                    tell(_progress(codes[0], len(names), total))
                    write_atomically(folder / names[-1], text)
                    listed[code].append((names[-1], title))
        seconds_html, printing = time.time() - started, time.time()
        engine, no_pdf = "", "no_pdf_asked"
        if pdf:
            engine, no_pdf = print_or_tell([folder / name for name in names], tell)
        seconds_pdf = time.time() - printing
        index = index_page(study, pages, listed, pdf=bool(engine))
        write_atomically(folder / "index.html", index)
        run.record(
            options={"sites": chosen, "languages": codes, "pdf": pdf},
            pdf_engine=engine,
            no_pdf=no_pdf,
            no_across=no_across,
        )
    written = tuple(out / name for name in names)
    return FeedbackReport(
        out, written, engine, no_pdf, no_across, seconds_html, seconds_pdf
    )


def print_or_tell(pages: Sequence[Path], tell: Told) -> tuple[str, str]:
    """The browser that printed, or why there is no PDF: the pages stand without."""
    browser = find_browser()
    if browser is None:
        return "", "no_pdf_found"
    try:
        print_pages(pages, browser, tell=tell)
    except JobError as error:
        tell(str(error))
        for page in pages:
            page.with_suffix(".pdf").unlink(missing_ok=True)
        return "", "no_pdf_failed"
    return browser.name, ""


def _chosen(sites: Sequence[str] | None, known: Sequence[str]) -> list[str]:
    for site in sites or ():
        if site not in known:
            raise UnknownNameError("site", site, known)
    return [site for site in known if sites is None or site in sites]


def _why_no_across(
    study: Study, evidence: Evidence, sites: Sequence[str] | None
) -> str:
    if sites is not None:
        return "no_across_asked"
    if not is_possible_across(study, evidence):
        return "no_across_few"
    return ""


def page_templates(study: Study) -> jinja2.Environment:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals.update(
        label=label,
        width=WIDTH,
        style=(_TEMPLATES / "feedback.css").read_text(encoding="utf-8"),
        synthetic=study.manifest.synthetic,
    )
    return pages


def _rendered(
    study: Study,
    evidence: Evidence,
    formal: Formal,
    pages: jinja2.Environment,
    stems: Mapping[str, str],
) -> Iterator[Rendered]:
    """File name, title and text of the page of each site, in the ambient language."""
    template = pages.get_template("feedback.html.j2")
    for site, stem in stems.items():
        page = page_of(study, evidence, formal, site)
        yield stem, page.site, template.render(**words_of_study(study), page=page)


def _rendered_across(
    study: Study, evidence: Evidence, formal: Formal, pages: jinja2.Environment
) -> Iterator[Rendered]:
    """The page across all sites; it takes shape when asked for."""
    template = pages.get_template("feedback_across.html.j2")
    page = across(study, evidence, formal)
    title = label("feedback.across_title")
    yield "across", title, template.render(**words_of_study(study), page=page)


def words_of_study(study: Study) -> dict[str, str]:
    code = ambient_language()
    title = study.manifest.title.get(code) or word(study.manifest.name)
    return {"language": code, "study": title}


def index_page(
    study: Study,
    pages: jinja2.Environment,
    listed: Mapping[str, Sequence[tuple[str, str]]],
    *,
    pdf: bool,
) -> str:
    """Links to all pages and their PDF, in the language that was asked for first."""
    links = []
    for code, named in listed.items():
        with language(code):
            in_order = sorted(named, key=_in_alphabet)
            links.append((code, label("language.name"), in_order))
    with language(next(iter(listed))):
        template = pages.get_template("feedback_index.html.j2")
        return template.render(**words_of_study(study), links=links, pdf=pdf)


def _in_alphabet(link: tuple[str, str]) -> tuple[bool, str]:
    """By name, with æ, ø, å last; the page across all after the pages of sites."""
    page, name = link
    return page.endswith("/across.html"), name.casefold().translate(_LAST_LETTERS)


def _progress(code: str, done: int, total: int) -> str:
    with language(code):
        return label("feedback.writing", done=done, total=total)


def _silent(line: str) -> None:
    """Tell nobody."""
    del line
