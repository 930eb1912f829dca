"""The command line: parses, calls the rooms, sets the exit code.

Exit codes: 0 ok, 1 the job ran and failed, 2 bad input or usage, 3 analysis refused,
4 environment (disk, permission, another run), 130 interrupted. Results go to stdout,
everything else to stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TextIO, cast

import netcollab
from netcollab.cli import analyses, choices, outputs, studies
from netcollab.cli.help import Parser, language_of_call
from netcollab.cli.told import started_as
from netcollab.errors import InputError, JobError, RefusedError

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    Parameters
    ----------
    arguments
        The words after ``netcollab``; None: those of the running process.
    """
    for stream in (sys.stdout, sys.stderr):
        _speak_utf8(stream)
    words = sys.argv[1:] if arguments is None else arguments
    parser = _parser(language_of_call(words))
    asked = parser.parse_args(words)
    if asked.command is None:
        parser.print_help(sys.stderr)
        return 2
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        code = run(asked)
        sys.stdout.flush()
        return code
    except InputError as error:
        return _failed(error.problems, 2, asked)
    except RefusedError as error:
        return _failed([error], 3, asked)
    except JobError as error:
        return _failed([error], 1, asked)
    except BrokenPipeError:  # whoever read the output, such as head, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (OSError, MemoryError) as error:
        return _failed([_told(error)], 4, asked)
    except KeyboardInterrupt:
        return _failed(["interrupted"], 130, asked)


def _parser(language: str) -> argparse.ArgumentParser:
    parser = Parser(
        language=language,
        prog=started_as(),
        description="Collaboration between public bodies: networks, evidence, figures.",
        epilog="Exit codes: 0 ok, 1 failed, 2 bad input, 3 refused, 4 environment, "
        "130 interrupted.",
    )
    version = f"netcollab {netcollab.__version__}"
    parser.add_argument("--version", action="version", version=version)
    speaking = cast("type[argparse.ArgumentParser]", partial(Parser, language=language))
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", parser_class=speaking
    )

    for add in (
        studies.add_new,
        studies.add_import,
        studies.add_check,
        studies.add_join,
        studies.add_pseudonymise,
        analyses.add_design,
        analyses.add_measures,
        outputs.add_report,
        analyses.add_test,
        choices.add_multiverse,
        analyses.add_calibrate,
        studies.add_simulate,
        outputs.add_paper,
        outputs.add_notebooks,
        outputs.add_release,
        studies.add_explain,
    ):
        add(commands)
    return parser


def _failed(faults: Sequence[object], code: int, asked: argparse.Namespace) -> int:
    """Say what stopped the command, in the first language that was asked for."""
    from netcollab import report

    chosen = getattr(asked, "language", None) or "en"
    with report.language(chosen if isinstance(chosen, str) else chosen[0]):
        told = report.problems_text(faults)
    print(f"netcollab: {told}", file=sys.stderr)
    return code


def _told(error: OSError | MemoryError) -> str:
    """What the system says, and of which file."""
    if isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{place}"
    return str(error) or "not enough memory"


def _speak_utf8(stream: TextIO) -> None:
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="backslashreplace")
