"""The command line: parses, calls the rooms, sets the exit code.

Exit codes: 0 ok, 1 the job ran and failed, 2 bad input or usage, 3 analysis refused,
4 environment (disk, permission, another run), 130 interrupted. Results go to stdout,
everything else to stderr.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO, TypeAlias

import netcollab
from netcollab.errors import InputError, JobError, RefusedError

__all__ = ["main"]

_LANGUAGES = ("en", "nb", "da")

_PLAN = {
    "sites": "municipalities, or cases",
    "functions": "functions in each site, or actors of the one network",
    "respondents": "persons asked in each function; default 5",
    "response_rate": "share that answers; default 0.7",
    "icc": "share of the variance of answers between sites; default 0.1",
    "effect": "of what sites are, in standard deviations of answers; default 0.4",
    "correlation": "of ties, and of attributes of actors; default as --effect",
    "function_variance": "share of the variance between functions; default 0.1",
    "treated": "share of the sites that have the feature; default 0.5",
    "covariates": "further predictors of sites; default 0",
    "autocorrelation": "share of ties' variance that is senders' and receivers'; .4",
    "slope_sd": "how much the correlation varies between sites; default 0.1",
    "alpha": "level of the two-sided tests; default 0.05",
    "power": "what is enough; default 0.8",
    "n_simulations": "simulated studies; default 2000",
}

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments
        The words after ``netcollab``; None: those of the running process.
    """
    for stream in (sys.stdout, sys.stderr):
        _speak_utf8(stream)
    parser = _parser()
    asked = parser.parse_args(arguments)
    if asked.command is None:
        parser.print_help(sys.stderr)
        return 2
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        return run(asked)
    except InputError as error:
        return _failed(_in_words(error, getattr(asked, "language", "en")), 2)
    except RefusedError as error:
        return _failed(error, 3)
    except JobError as error:
        return _failed(error, 1)
    except (OSError, MemoryError) as error:
        return _failed(error, 4)
    except KeyboardInterrupt:
        return _failed("interrupted", 130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="netcollab",
        description="Collaboration between public bodies: networks, evidence, figures.",
        epilog="Exit codes: 0 ok, 1 failed, 2 bad input, 3 refused, 4 environment, "
        "130 interrupted.",
    )
    version = f"netcollab {netcollab.__version__}"
    parser.add_argument("--version", action="version", version=version)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    for add in (
        _add_new,
        _add_import,
        _add_check,
        _add_join,
        _add_pseudonymise,
        _add_design,
        _add_measures,
        _add_report,
        _add_test,
        _add_calibrate,
        _add_simulate,
        _add_paper,
        _add_notebooks,
        _add_release,
        _add_explain,
    ):
        add(commands)
    return parser


def _add_new(commands: Commands) -> None:
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
    print(study.next_steps(made, asked.language))
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


def _add_import(commands: Commands) -> None:
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
    words.add_argument("--wave", help="the wave of all answers")
    words.add_argument("--unlisted", choices=("not_asked", "absent"))
    words.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="repeatable; an answer to what the reader asks, such as graph_id=2",
    )
    words.add_argument("--language", choices=_LANGUAGES, default="en")
    words.add_argument("--overwrite", action="store_true", help="replace the folder")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_import)


def _import(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    places = ("respondent", "site", "actor", "role", "profession")
    variables = {name: getattr(asked, name) for name in places}
    told = study.import_export(
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
    )
    if asked.json:
        print(_json(told.to_dict()))
    else:
        with report.language(asked.language):
            print(report.import_report(told))
    return 0


def _add_check(commands: Commands) -> None:
    words = commands.add_parser("check", help="read a study and report on it")
    words.add_argument("study", type=Path, help="the study folder, or one workbook")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.add_argument("--strict", action="store_true", help="warnings are errors")
    words.add_argument("--language", choices=_LANGUAGES, default="en")
    words.set_defaults(run=_check)


def _check(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    told = study.check_study(asked.study)
    if asked.json:
        print(_json(told.to_dict()))
    else:
        with report.language(asked.language):
            print(report.data_report(told))
    return 2 if told.has_errors or (asked.strict and told.has_warnings) else 0


def _add_join(commands: Commands) -> None:
    words = commands.add_parser("join", help="add the next wave to a study")
    words.add_argument("study", type=Path, help="the study so far")
    words.add_argument("new", type=Path, help="a study of one wave")
    words.add_argument("--wave", default=None, help="what to call the new wave")
    words.add_argument("--out", type=Path, required=True, help="a new folder")
    words.set_defaults(run=_join)


def _join(asked: argparse.Namespace) -> int:
    from netcollab import study

    first, new = study.read_study(asked.study), study.read_study(asked.new)
    joined = study.join_wave(first, new, wave=asked.wave)
    study.write_study(joined, asked.out)
    for problem in joined.report.problems:
        if "-JOI-" in problem.code:
            print(problem, file=sys.stderr)
    print(asked.out)
    return 0


def _add_pseudonymise(commands: Commands) -> None:
    words = commands.add_parser("pseudonymise", help="random ids for respondents")
    words.add_argument("study", type=Path, help="the study folder")
    words.add_argument("--key", type=Path, required=True, help="kept in another place")
    words.add_argument("--out", type=Path, default=None, help="a new folder")
    words.set_defaults(run=_pseudonymise)


def _pseudonymise(asked: argparse.Namespace) -> int:
    from netcollab import study

    folder = asked.study.resolve()
    out = asked.out or folder.with_name(f"{folder.name}-pseudonymised")
    study.pseudonymise(asked.study, key=asked.key, out=out)
    print(f"the key is in {asked.key}; keep it apart from the data", file=sys.stderr)
    print(out)
    return 0


def _add_design(commands: Commands) -> None:
    words = commands.add_parser(
        "design", help="what a planned study can find, before its data are collected"
    )
    for name, told in _PLAN.items():
        words.add_argument(
            f"--{name.replace('_', '-')}",
            type=_number,
            default=argparse.SUPPRESS,
            required=name in ("sites", "functions"),
            metavar="NUMBER",
            help=told,
        )
    words.add_argument(
        "--continuous",
        action="store_true",
        help="the predictor of sites is a number, no feature that some have",
    )
    words.add_argument(
        "--predictor",
        default="dyadic",
        help="of ties: dyadic, sender, difference, sectors or star",
    )
    words.add_argument("--seed", type=int, default=1, help="of the draws; default 1")
    words.add_argument("--workers", type=int, default=1, help="processes; default 1")
    words.add_argument(
        "--out", type=Path, default=None, help="a folder for tables and figures"
    )
    words.add_argument("--language", choices=_LANGUAGES, default="en")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_design)


def _design(asked: argparse.Namespace) -> int:
    from netcollab import inference, report

    plan = {name: value for name, value in vars(asked).items() if name in _PLAN}
    if asked.continuous:
        plan["treated"] = None
    with report.language(asked.language):
        with _progress() as tell:
            tell(report.label("design.running"))
            made = inference.design(
                **plan, predictor=asked.predictor, rng=asked.seed, workers=asked.workers
            )
            if asked.out is not None:
                report.write_design(made, asked.out, tell=tell)
        print(_json(made.to_dict()) if asked.json else report.design_report(made))
    return 0


def _number(word: str) -> int | float | str:
    """A number, with a decimal comma too; any other word is the plan's to refuse."""
    for kind in (int, float):
        with suppress(ValueError):
            return kind(word.replace(",", "."))
    return word


def _add_measures(commands: Commands) -> None:
    words = commands.add_parser(
        "measures", help="measure every network: tables, figures, files for Gephi"
    )
    words.add_argument("study", type=Path, help="the study folder, or one workbook")
    words.add_argument("--out", type=Path, default=Path("measures"))
    for name, told in (
        ("relation", "a relation, dimension or construct"),
        ("site", "a site"),
        ("wave", "a wave"),
        ("by", "an attribute to group actors by"),
    ):
        words.add_argument(
            f"--{name}", action="append", metavar="NAME", help=f"repeatable; {told}"
        )
    words.add_argument("--language", choices=_LANGUAGES, default="en")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_measures)


def _measures(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    read = study.read_study(asked.study)
    chosen = {"relations": asked.relation, "sites": asked.site, "waves": asked.wave}
    with _progress() as tell, report.language(asked.language):
        made = report.write_measures(
            read, asked.out, source=asked.study, by=asked.by, tell=tell, **chosen
        )
    print(_json(made.to_dict()) if asked.json else made.folder / "index.html")
    return 0


def _add_report(commands: Commands) -> None:
    told = "feedback for each municipality, and one across them"
    words = commands.add_parser("report", help=told)
    words.add_argument("study", type=Path, help="the study folder, or one workbook")
    words.add_argument("--out", type=Path, default=Path("reports"))
    for name, known, default in (
        ("language", _LANGUAGES, "the study's own"),
        ("site", None, "all"),
    ):
        told = f"repeatable; default {default}"
        words.add_argument(f"--{name}", action="append", choices=known, help=told)
    words.add_argument("--no-pdf", action="store_true", help="only HTML")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_report)


def _report(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    read = study.read_study(asked.study)
    languages = asked.language or [read.manifest.language]
    chosen = {"languages": languages, "sites": asked.site}
    with _progress() as tell, report.language(languages[0]):
        pdf = not asked.no_pdf
        made = report.write_feedback(
            read, asked.out, source=asked.study, pdf=pdf, tell=tell, **chosen
        )
        print(*made.notes(), sep="\n", file=sys.stderr)
    print(_json(made.to_dict()) if asked.json else made.folder / "index.html")
    return 0


def _add_test(commands: Commands) -> None:
    words = commands.add_parser("test", help="test the hypotheses of a study")
    words.add_argument("study", type=Path, help="the study folder")
    words.add_argument("--seed", type=int, default=None, help="seed of the draws")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_test)


def _test(asked: argparse.Namespace) -> int:
    from netcollab import hypotheses, study

    read = study.read_study(asked.study)
    with _progress() as tell:
        tell("testing the hypotheses")
        findings = hypotheses.evaluate(
            read, hypotheses.declared(read.manifest), rng=asked.seed
        )
    if asked.json:
        print(findings.to_frame().to_json(orient="records", force_ascii=False))
    else:
        print(findings.summary())
    return 0


def _add_calibrate(commands: Commands) -> None:
    words = commands.add_parser(
        "calibrate", help="count how often each test rejects a true null"
    )
    words.add_argument(
        "--tier",
        choices=("smoke", "nightly", "release"),
        default="smoke",
        help="a minute, an hour or two, or several hours",
    )
    words.add_argument("--out", type=Path, default=Path("docs/calibration.md"))
    words.add_argument("--seed", type=int, default=5, help="seed of the studies")
    words.add_argument("--workers", type=int, default=1, help="processes")
    words.add_argument(
        "--checkpoint", type=Path, help="a folder from which a killed run goes on"
    )
    words.add_argument(
        "--record", action="store_true", help="results warn with these numbers"
    )
    words.set_defaults(run=_calibrate)


def _calibrate(asked: argparse.Namespace) -> int:
    from netcollab import hypotheses, inference, report

    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    table = inference.calibrate(
        asked.tier,
        rng=asked.seed,
        workers=asked.workers,
        progress=True,
        checkpoint=asked.checkpoint,
        tell=tell,
    )
    n_studies = 50 if asked.tier == "smoke" else 1_000
    tell(f"{n_studies} whole studies without effects")
    verdicts = hypotheses.null_verdicts(
        n_studies=n_studies,
        rng=asked.seed,
        workers=asked.workers,
        progress=True,
        checkpoint=asked.checkpoint,
    )
    print(report.write_calibration(table, verdicts, asked.out))
    if asked.record:
        print(inference.record(table))
        print(hypotheses.record_null_verdicts(verdicts))
    failed = inference.miscalibrated(table) + hypotheses.decided_too_often(verdicts)
    for line in failed:
        print(f"netcollab: {line}", file=sys.stderr)
    return 1 if failed else 0


def _add_simulate(commands: Commands) -> None:
    words = commands.add_parser("simulate", help="write a synthetic study")
    words.add_argument(
        "name",
        help="alvorlig_sykt_barn, myndighedsfunktion, digital_samhandling, "
        "faelles_sprog",
    )
    words.add_argument("--out", type=Path, required=True, help="a new folder")
    words.add_argument("--seed", type=int, default=None)
    words.add_argument("--effects", choices=("planted", "none"), default="planted")
    words.add_argument("--overwrite", action="store_true", help="replace the folder")
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


def _add_paper(commands: Commands) -> None:
    words = commands.add_parser("paper", help="run the notebooks and write the paper")
    words.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    words.add_argument("--out", type=Path, default=Path("paper"))
    words.set_defaults(run=_paper)


def _paper(asked: argparse.Namespace) -> int:
    from netcollab import report

    with _progress() as tell:
        page = report.build_paper(asked.notebooks, asked.out, tell=tell)
    print(page)
    return 0


def _add_notebooks(commands: Commands) -> None:
    words = commands.add_parser("notebooks", help="which notebooks are out of date")
    words.add_argument("--notebooks", type=Path, default=Path("notebooks"))
    words.add_argument("--write", action="store_true", help="run and rewrite them")
    words.set_defaults(run=_notebooks)


def _notebooks(asked: argparse.Namespace) -> int:
    from netcollab import report

    stale = []
    with _progress() as tell:
        for path in report.find_notebooks(asked.notebooks):
            tell(path.name)
            rerun = report.execute_notebook(path, tell=tell)
            if asked.write:
                report.write_notebook(path, rerun)
            else:
                cells = report.differing_cells(report.read_notebook(path), rerun)
                stale += [f"{path.name}, code cell {cell}" for cell in cells]
    for line in stale:
        print(f"{line}: the stored output differs; run: netcollab notebooks --write")
    return 1 if stale else 0


def _add_release(commands: Commands) -> None:
    words = commands.add_parser(
        "release", help="look for traces of persons before a folder leaves the house"
    )
    words.add_argument("folder", type=Path, help="what a run wrote")
    words.add_argument("--study", type=Path, help="the study folder, or one workbook")
    words.add_argument("--language", choices=_LANGUAGES, default="en")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_release)


def _release(asked: argparse.Namespace) -> int:
    from netcollab import report, study

    made_of = study.read_study(asked.study) if asked.study is not None else None
    found = report.check_release(asked.folder, study=made_of)
    with report.language(asked.language):
        print(_json(found.to_dict()) if asked.json else report.release_report(found))
    return 1 if found.findings else 0


def _add_explain(commands: Commands) -> None:
    words = commands.add_parser("explain", help="explain the code of a problem")
    words.add_argument("code", help="such as E-TIE-001")
    words.set_defaults(run=_explain)


def _explain(asked: argparse.Namespace) -> int:
    from netcollab import study

    print(study.explain(asked.code))
    return 0


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """One living line on a terminal; a plain line per step elsewhere. On stderr."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda line: print(line, file=sys.stderr, flush=True)
        return
    with console.status("starting") as status:
        yield lambda line: status.update(line)


def _json(record: object) -> str:
    return json.dumps(record, ensure_ascii=False, sort_keys=True, indent=2)


def _in_words(error: InputError, language: str) -> str:
    """Every problem of an error, in the language that was asked for."""
    from netcollab import report

    with report.language(language if isinstance(language, str) else "en"):
        return "\n".join(map(report.problem_text, error.problems))


def _failed(error: object, code: int) -> int:
    print(f"netcollab: {error}", file=sys.stderr)
    return code


def _speak_utf8(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
