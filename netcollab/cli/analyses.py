"""Commands that plan, measure and test."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from netcollab.cli.beside import (
    answers_beside,
    beside_in_words,
    beside_to_dict,
    declares_more,
)
from netcollab.cli.told import (
    Commands,
    add_language,
    add_out,
    as_json,
    out_of,
    progress,
    study_of,
)
from netcollab.errors import InputError

__all__ = ["add_calibrate", "add_design", "add_measures", "add_test"]

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
    "min_respondents": "fewest answers of a function that feedback shows; default 5",
    "slope_sd": "how much the correlation varies between sites; default 0.1",
    "alpha": "level of the two-sided tests; default 0.05",
    "power": "what is enough; default 0.8",
    "n_simulations": "simulated studies; default 2000",
}


def add_design(commands: Commands) -> None:
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
    add_language(words, default="en")
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_design)


def _design(asked: argparse.Namespace) -> int:
    from netcollab import inference, report, study

    plan = {name: value for name, value in vars(asked).items() if name in _PLAN}
    plan.setdefault("min_respondents", study.Manifest.min_respondents)
    if asked.continuous:
        plan["treated"] = None
    with report.language(asked.language):
        with progress() as tell:
            tell(report.label("design.running"))
            made = inference.design(
                **plan, predictor=asked.predictor, rng=asked.seed, workers=asked.workers
            )
            if asked.out is not None:
                report.write_design(made, asked.out, tell=tell)
        print(as_json(made.to_dict()) if asked.json else report.design_report(made))
    return 0


def _number(word: str) -> int | float | str:
    """A number, with a decimal comma too; any other word is the plan's to refuse."""
    for kind in (int, float):
        with suppress(ValueError):
            return kind(word.replace(",", "."))
    return word


def add_measures(commands: Commands) -> None:
    words = commands.add_parser(
        "measures", help="measure every network: tables, figures, files for Gephi"
    )
    words.add_argument("study", type=Path, help="the study folder, or one workbook")
    add_out(words, "measures")
    for name, told in (
        ("relation", "a relation, dimension or construct"),
        ("site", "a site"),
        ("wave", "a wave"),
        ("by", "an attribute to group actors by"),
    ):
        words.add_argument(
            f"--{name}", action="append", metavar="NAME", help=f"repeatable; {told}"
        )
    add_language(words)
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_measures)


def _measures(asked: argparse.Namespace) -> int:
    from netcollab import report

    read = study_of(asked, asked.study)
    chosen = {"relations": asked.relation, "sites": asked.site, "waves": asked.wave}
    out = out_of(asked, "measures")
    with progress() as tell, report.language(asked.language):
        made = report.write_measures(
            read, out, source=asked.study, by=asked.by, tell=tell, **chosen
        )
    for line in made.withheld:
        print(f"netcollab: {line}", file=sys.stderr)
    print(as_json(made.to_dict()) if asked.json else made.folder / "index.html")
    return 0


def add_test(commands: Commands) -> None:
    words = commands.add_parser("test", help="test the hypotheses of a study")
    words.add_argument("study", type=Path, help="the study folder")
    words.add_argument("--seed", type=int, default=None, help="seed of the draws")
    for name, told in (("site", "a site"), ("wave", "a wave")):
        words.add_argument(
            f"--{name}", action="append", metavar="NAME", help=f"repeatable; {told}"
        )
    words.add_argument(
        "--out",
        type=Path,
        default=None,
        help="a folder: tables, methods, references",
    )
    add_language(words)
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_test)


def _test(asked: argparse.Namespace) -> int:
    from netcollab import hypotheses, report

    read = study_of(asked, asked.study)
    claims = hypotheses.declared(read.manifest)
    chosen = asked.site or asked.wave
    if not claims and (chosen or not declares_more(read.manifest)):
        raise InputError(
            "the study declares no hypothesis; add sections such as "
            "[hypotheses.RC-H1] or [theory] to study.toml (docs/data.md shows them)"
        )
    with progress() as tell, report.language(asked.language):
        read = read.select(sites=asked.site, waves=asked.wave)
        part = ", ".join([*(asked.site or ()), *(asked.wave or ())])
        tell(report.label("findings.running"))
        findings = hypotheses.evaluate(read, claims, rng=asked.seed)
        if part:
            findings = replace(findings, study=f"{findings.study}, {part}")
        more = {} if part else answers_beside(read, asked.seed, tell)
        if asked.out is not None:
            made = report.write_findings(
                findings, read, asked.out, source=asked.study, part=part, **more
            )
            tell(report.label("findings.written", folder=made))
        if asked.json:
            rows = findings.to_frame().to_json(orient="records", force_ascii=False)
            print(rows if not more else as_json(beside_to_dict(rows, more)))
        else:
            told = [report.findings_report(findings)] if claims else []
            print("\n\n".join([*told, *beside_in_words(read, more)]))
    return 0


def add_calibrate(commands: Commands) -> None:
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
