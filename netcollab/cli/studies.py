"""Commands that make, read and change studies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from netcollab.cli.told import (
    LANGUAGES,
    Commands,
    add_language,
    add_out,
    as_json,
    out_of,
    spoken,
    started_as,
    study_of,
)
from netcollab.errors import InputError

if TYPE_CHECKING:
    from netcollab.study import ImportReport

__all__ = [
    "add_check",
    "add_explain",
    "add_import",
    "add_join",
    "add_new",
    "add_pseudonymise",
    "add_simulate",
]


def add_new(commands: Commands) -> None:
    words = commands.add_parser("new", help="begin a study: template and questionnaire")
    words.add_argument("folder", type=Path, help="a new folder")
    words.add_argument("--name", default=None, help="the study's name")
    words.add_argument("--language", choices=("nb", "da", "en"), default="nb")
    words.add_argument(
        "--instrument",
        action="append",
        metavar="NAME or FILE",
        help="repeatable; default relational_capacity and leadership",
    )
    for kind in ("actor", "site"):
        known = f"repeatable; a known {kind}"
        words.add_argument(
            f"--{kind}", action="append", default=[], metavar="ID[=NAME]", help=known
        )
    words.set_defaults(run=_new)


def _new(asked: argparse.Namespace) -> int:
    from netcollab import study

    chosen = {} if asked.instrument is None else {"instruments": asked.instrument}
    made = study.new_study(
        asked.folder,
        name=asked.name,
        language=asked.language,
        actors=_pairs(asked.actor),
        sites=_pairs(asked.site),
        **chosen,
    )
    print(made)
    print(study.next_steps(made, asked.language, command=started_as()))
    return 0


def _pairs(words: Sequence[str]) -> dict[str, str]:
    """ID=NAME, or ID alone."""
    found: dict[str, str] = {}
    for word in words:
        identifier, _, name = word.partition("=")
        if identifier in found:
            raise InputError(f'"{identifier}" is given twice')
        found[identifier] = name
    return found


def add_import(commands: Commands) -> None:
    words = commands.add_parser(
        "import", help="make a study folder from the export of a survey or network tool"
    )
    words.add_argument("export", type=Path, help="the file, or the folder of its files")
    words.add_argument("--preset", required=True, help="surveyxact, sav ...")
    words.add_argument("--out", type=Path, required=True, help="a new study folder")
    words.add_argument(
        "--codebook", type=Path, help="a study.toml with [export], or its folder"
    )
    words.add_argument("--name", help="the study's name")
    for place in ("respondent", "site", "actor", "role", "profession"):
        told = f"the variable that holds the {place}"
        words.add_argument(f"--{place}", metavar="VARIABLE", help=told)
    words.add_argument("--wave", help="the wave of all answers or ties")
    words.add_argument("--unlisted", choices=("not_asked", "absent"))
    words.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="repeatable; an answer to what the reader asks, such as graph_id=2",
    )
    told = "of the export's words and of what is said; default that of the codebook"
    words.add_argument("--language", choices=LANGUAGES, help=told)
    words.add_argument("--overwrite", action="store_true", help="replace the folder")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_import)


def _import(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    if asked.language is None:
        codebook = asked.codebook
        asked.language = study.check_study(codebook).language if codebook else "en"
    with report.language(asked.language):
        try:
            told = _imported(asked)
        except InputError:
            nothing = report.label("imports.nothing_written", folder=asked.out)
            print(nothing, file=sys.stderr)
            raise
        print(as_json(told.to_dict()) if asked.json else report.import_report(told))
    return 0


def _imported(asked: argparse.Namespace) -> ImportReport:
    from netcollab import report, study

    places = ("respondent", "site", "actor", "role", "profession")
    variables = {name: getattr(asked, name) for name in places}
    return study.import_export(
        asked.export,
        asked.preset,
        asked.out,
        codebook=asked.codebook,
        name=asked.name,
        language=asked.language,
        variables={name: chosen for name, chosen in variables.items() if chosen},
        wave=asked.wave,
        unlisted=asked.unlisted,
        reading=_pairs(asked.reading),
        overwrite=asked.overwrite,
        said=report.problems_text,
    )


def add_check(commands: Commands) -> None:
    words = commands.add_parser("check", help="read a study and report on it")
    words.add_argument("study", type=Path, help="the study folder, or one workbook")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.add_argument("--strict", action="store_true", help="warnings are errors")
    add_language(words)
    words.set_defaults(run=_check)


def _check(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    told = study.check_study(asked.study)
    if asked.json:
        print(as_json(told.to_dict()))
    else:
        with report.language(asked.language or told.language):
            print(report.data_report(told))
    return 2 if told.has_errors or (asked.strict and told.has_warnings) else 0


def add_join(commands: Commands) -> None:
    words = commands.add_parser("join", help="add the next wave to a study")
    words.add_argument("study", type=Path, help="the study so far")
    words.add_argument("new", type=Path, help="a study of one wave")
    words.add_argument("--wave", default=None, help="what to call the new wave")
    words.add_argument("--out", type=Path, required=True, help="a new folder")
    add_language(words)
    words.set_defaults(run=_join)


def _join(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    first, new = study_of(asked, asked.study), study.read_study(asked.new)
    joined = study.join_wave(first, new, wave=asked.wave)
    study.write_study(joined, asked.out)
    noted = [p for p in joined.report.problems if "-JOI-" in p.code]
    if noted:
        with report.language(asked.language):
            print(report.problems_text(noted), file=sys.stderr)
    print(asked.out)
    return 0


def add_pseudonymise(commands: Commands) -> None:
    words = commands.add_parser("pseudonymise", help="random ids for respondents")
    words.add_argument("study", type=Path, help="the study folder")
    words.add_argument("--key", type=Path, required=True, help="kept in another place")
    add_out(words, "pseudonymised")
    add_language(words)
    words.set_defaults(run=_pseudonymise)


def _pseudonymise(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    out = out_of(asked, "pseudonymised")
    with spoken(asked, asked.study):
        made = study.pseudonymise(asked.study, key=asked.key, out=out)
    with report.language(asked.language or made.manifest.language):
        print(report.label("command.key", file=asked.key), file=sys.stderr)
    print(out)
    return 0


def add_simulate(commands: Commands) -> None:
    words = commands.add_parser("simulate", help="write a synthetic study")
    words.add_argument(
        "name",
        help="alvorlig_sykt_barn, myndighedsfunktion, digital_samhandling, "
        "faelles_sprog, digitale_forloep",
    )
    words.add_argument("--out", type=Path, required=True, help="a new folder")
    words.add_argument("--seed", type=int, default=None)
    words.add_argument("--effects", choices=("planted", "none"), default="planted")
    words.add_argument("--overwrite", action="store_true", help="replace the folder")
    add_language(words, default="en")
    words.set_defaults(run=_simulate)


def _simulate(asked: argparse.Namespace) -> int:
    from netcollab import study

    seed = {} if asked.seed is None else {"seed": asked.seed}
    study.simulate(
        asked.name,
        asked.out,
        effects=asked.effects,
        overwrite=asked.overwrite,
        **seed,
    )
    print(asked.out)
    return 0


def add_explain(commands: Commands) -> None:
    words = commands.add_parser("explain", help="explain the code of a problem")
    words.add_argument("code", help="such as E-TIE-001")
    add_language(words, default="en")
    words.set_defaults(run=_explain)


def _explain(asked: argparse.Namespace) -> int:
    from netcollab import report

    with report.language(asked.language):
        print(report.problem_explained(asked.code))
    return 0
