"""Commands that write what people see, and look it over before it leaves."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from netcollab.cli.told import (
    LANGUAGES,
    Commands,
    add_language,
    add_out,
    as_json,
    out_of,
    progress,
    started_as,
    study_of,
)
from netcollab.errors import InputError

if TYPE_CHECKING:
    from netcollab.study import Study

__all__ = ["add_notebooks", "add_paper", "add_release", "add_report"]


def add_report(commands: Commands) -> None:
    told = "feedback for each municipality and across them, or dialogue sheets"
    words = commands.add_parser("report", help=told)
    words.add_argument("study", type=Path, help="the study folder, or one workbook")
    add_out(words, "reports")
    for name, known, default in (
        ("language", LANGUAGES, "the study's own"),
        ("site", None, "all"),
    ):
        told = f"repeatable; default {default}"
        words.add_argument(f"--{name}", action="append", choices=known, help=told)
    told = "groups of a dialogue sheet; default role, profession or actor"
    words.add_argument("--by", metavar="COLUMN", help=told)
    words.add_argument("--no-pdf", action="store_true", help="only HTML")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_report)


def _report(asked: argparse.Namespace) -> int:
    from netcollab import report

    languages = asked.language
    read = study_of(asked, asked.study)
    languages = languages or [read.manifest.language]
    chosen = {"languages": languages, "sites": asked.site}
    out = out_of(asked, "reports")
    with progress() as tell, report.language(languages[0]):
        pdf = not asked.no_pdf
        if _is_for_dialogue(read):
            if asked.site is not None:
                raise InputError("a dialogue sheet is of all sites; leave out --site")
            made = report.write_dialogue(
                read,
                out,
                source=asked.study,
                languages=languages,
                by=asked.by,
                pdf=pdf,
                tell=tell,
            )
        else:
            if asked.by is not None:
                raise InputError(
                    "--by groups a dialogue sheet; feedback is by unit: leave it out"
                )
            made = report.write_feedback(
                read, out, source=asked.study, pdf=pdf, tell=tell, **chosen
            )
        print(*made.notes(), sep="\n", file=sys.stderr)
    print(as_json(made.to_dict()) if asked.json else made.folder / "index.html")
    return 0


def _is_for_dialogue(read: Study) -> bool:
    """Statements were answered, and nothing was asked about other units."""
    from netcollab import report

    about = {item.about for item in read.manifest.items.values()}
    return "target" not in about and bool(report.statement_constructs(read))


def add_paper(commands: Commands) -> None:
    words = commands.add_parser("paper", help="run the notebooks and write the paper")
    words.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    words.add_argument("--out", type=Path, default=Path("paper"))
    words.add_argument(
        "--language", choices=LANGUAGES, default="en", help="that of the notebooks"
    )
    words.set_defaults(run=_paper)


def _paper(asked: argparse.Namespace) -> int:
    from netcollab import report

    with progress() as tell, report.language(asked.language):
        page = report.build_paper(asked.notebooks, asked.out, tell=tell)
    print(page)
    return 0


def add_notebooks(commands: Commands) -> None:
    words = commands.add_parser("notebooks", help="which notebooks are out of date")
    words.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    words.add_argument("--write", action="store_true", help="run and rewrite them")
    add_language(words, default="en")
    words.set_defaults(run=_notebooks)


def _notebooks(asked: argparse.Namespace) -> int:
    from netcollab import report

    again = f"{started_as()} notebooks --write"
    stale = []
    with progress() as tell, report.language(asked.language):
        for path in report.find_notebooks(asked.notebooks):
            tell(path.name)
            rerun = report.execute_notebook(path, tell=tell)
            if asked.write:
                report.write_notebook(path, rerun)
            else:
                cells = report.differing_cells(report.read_notebook(path), rerun)
                told = {"name": path.name, "command": again}
                stale += [report.label("command.stale", cell=n, **told) for n in cells]
    print(*stale, sep="\n", end="\n" if stale else "")
    return 1 if stale else 0


def add_release(commands: Commands) -> None:
    words = commands.add_parser(
        "release", help="look for traces of persons before a folder leaves the house"
    )
    words.add_argument("folder", type=Path, help="what a run wrote")
    words.add_argument("--study", type=Path, help="the study folder, or one workbook")
    add_language(words)
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_release)


def _release(asked: argparse.Namespace) -> int:
    from netcollab import report

    made_of = study_of(asked, asked.study) if asked.study is not None else None
    found = report.check_release(asked.folder, study=made_of)
    with report.language(asked.language or "en"):
        print(as_json(found.to_dict()) if asked.json else report.release_report(found))
    return 1 if found.findings else 0
