"""The command that asks what a verdict hangs on."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from netcollab.cli.told import Commands, add_language, as_json, study_of
from netcollab.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from netcollab.hypotheses import Multiverse

__all__ = ["add_multiverse"]


def add_multiverse(commands: Commands) -> None:
    words = commands.add_parser(
        "multiverse", help="one hypothesis under every defensible choice"
    )
    words.add_argument("study", type=Path, help="the study folder, or one workbook")
    words.add_argument("hypothesis", help="a key the study declares, such as AG-H2")
    words.add_argument(
        "--out", type=Path, default=None, help="a folder: tables, figure, methods"
    )
    words.add_argument(
        "--choice",
        action="append",
        default=[],
        metavar="NAME=ALTERNATIVE",
        help="repeatable; keep to these alternatives, the headline's first",
    )
    for name, told in (("site", "a site"), ("wave", "a wave")):
        words.add_argument(
            f"--{name}", action="append", metavar="NAME", help=f"repeatable; {told}"
        )
    words.add_argument("--seed", type=int, default=None, help="seed of the draws")
    words.add_argument(
        "--draws", type=int, default=9999, help="where not all are listed; default 9999"
    )
    words.add_argument("--workers", type=int, default=1, help="processes; default 1")
    words.add_argument(
        "--checkpoint", type=Path, help="a folder from which a killed run goes on"
    )
    add_language(words)
    words.add_argument("--json", action="store_true", help="one JSON object on stdout")
    words.set_defaults(run=_multiverse)


def _multiverse(asked: argparse.Namespace) -> int:
    from netcollab import hypotheses, report

    read = study_of(asked, asked.study)
    claims = {claim.key: claim for claim in hypotheses.declared(read.manifest)}
    if asked.hypothesis not in claims:
        raise UnknownNameError("hypothesis", asked.hypothesis, claims)
    with report.language(asked.language):
        read = read.select(sites=asked.site, waves=asked.wave)
        part = ", ".join([*(asked.site or ()), *(asked.wave or ())])
        _tell(report.label("multiverse_files.running", claim=asked.hypothesis))
        if asked.checkpoint is not None:
            _tell(report.label("multiverse_files.kept", folder=asked.checkpoint))
        panel = hypotheses.multiverse(
            read,
            claims[asked.hypothesis],
            choices=_choices(asked.choice),
            n_resamples=asked.draws,
            rng=asked.seed,
            workers=asked.workers,
            progress=True,
            checkpoint=asked.checkpoint,
        )
        if part:
            panel = replace(panel, study=f"{panel.study}, {part}")
        if panel.reason.endswith(f"{len(read.waves)} waves"):
            _tell(report.label("multiverse_files.waves", waves=", ".join(read.waves)))
        if asked.out is not None:
            made = report.write_multiverse(
                panel, read, asked.out, source=asked.study, part=part
            )
            _tell(report.label("findings.written", folder=made))
        if asked.json:
            print(as_json(_to_dict(panel)))
        else:
            print(report.multiverse_report(panel))
    return 0


def _choices(words: Sequence[str]) -> dict[str, list[str]]:
    """NAME=ALTERNATIVE, several of one name in their order."""
    found: dict[str, list[str]] = {}
    for word in words:
        name, is_one, alternative = word.partition("=")
        if not is_one:
            told = "--choice needs NAME=ALTERNATIVE, such as missing=observed"
            raise InputError(f'{told}, got "{word}"')
        found.setdefault(name.strip(), []).append(alternative.strip())
    return found


def _to_dict(panel: Multiverse) -> dict[str, object]:
    """The panel as plain values; a number that is not defined is None."""
    tests = {}
    if panel.curve is not None:
        for name in ("median", "share", "stouffer"):
            test = getattr(panel.curve, name)
            tests[name] = {
                "statistic": _number(test.statistic),
                "pvalue": _number(test.pvalue),
                "p_min": _number(test.p_min),
                "method": test.method,
            }
    rows = panel.table.reset_index().to_json(orient="records", force_ascii=False)
    return {
        "hypothesis": panel.hypothesis.key,
        "verdict": panel.verdict,
        "share": _number(panel.share),
        "curve": tests,
        "curve_reason": panel.curve_reason,
        "left_out": {str(why): int(n) for why, n in panel.left_out.items()},
        "reason": panel.reason,
        "seed": panel.seed,
        "synthetic": panel.synthetic,
        "specifications": json.loads(rows),
    }


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
