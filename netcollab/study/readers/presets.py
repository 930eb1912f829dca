"""One reader per format, by the name of its preset.

Which program wrote this file?
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from netcollab._checks import check_choice
from netcollab.errors import InputError
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import FileSpec, Manifest
from netcollab.study.readers.edges import read_edges
from netcollab.study.readers.enalyzer import read_enalyzer
from netcollab.study.readers.export import NetworkExport, SurveyExport
from netcollab.study.readers.gexf import read_gexf
from netcollab.study.readers.graphml import read_graphml
from netcollab.study.readers.limesurvey import read_limesurvey
from netcollab.study.readers.matrix import read_matrix
from netcollab.study.readers.msforms import read_msforms
from netcollab.study.readers.nettskjema import read_nettskjema
from netcollab.study.readers.pajek import read_pajek
from netcollab.study.readers.plain import read_plain
from netcollab.study.readers.questback import read_questback
from netcollab.study.readers.spss import read_sav
from netcollab.study.readers.surveyxact import read_surveyxact
from netcollab.study.readers.ucinet import read_ucinet
from netcollab.study.readers.viva import read_viva

__all__ = ["READERS", "read_export"]

Export = SurveyExport | NetworkExport
READERS: Mapping[str, Callable[..., Export | None]] = {
    "surveyxact": read_surveyxact,
    "nettskjema": read_nettskjema,
    "enalyzer": read_enalyzer,
    "questback": read_questback,
    "msforms": read_msforms,
    "limesurvey": read_limesurvey,
    "sav": read_sav,
    "plain": read_plain,
    "viva": read_viva,
    "graphml": read_graphml,
    "gexf": read_gexf,
    "pajek": read_pajek,
    "ucinet": read_ucinet,
    "matrix": read_matrix,
    "edges": read_edges,
}


def read_export(
    source: Path,
    preset: str,
    reading: Mapping[str, str],
    ledger: Ledger,
    *,
    manifest: Manifest | None = None,
) -> Export | None:
    """The export, read with the user's answers to what the reader may ask.

    Parameters
    ----------
    source
        The file or folder.
    preset
        The format.
    reading
        Answers by the name the reader uses; ``columns.NAME`` maps a column of ours.
    ledger
        Takes the problems.
    manifest
        The codebook, for the words and scales of relations.

    Raises
    ------
    UnknownNameError
        If the reader of the format never asks that.
    InputError
        If an answer has the wrong form.
    """
    reader = READERS[preset]
    asked = list(inspect.signature(reader).parameters)[2:]
    of_file = [f.name for f in fields(FileSpec) if f.name not in {"path", "columns"}]
    known = [name for name in asked if name not in {"spec", "columns", "manifest"}]
    known += of_file if "spec" in asked else []
    chosen: dict[str, Any] = {}
    of_spec: dict[str, Any] = {}
    columns: dict[str, str] = {}
    for name, value in reading.items():
        if name.startswith("columns.") and {"columns", "spec"} & set(asked):
            columns[name.removeprefix("columns.")] = value
            continue
        check_choice("answer to the reader", name, [*known, "columns.NAME"])
        target = chosen if name in asked else of_spec
        target[name] = _typed(name, value)
    if columns and "columns" in asked:
        chosen["columns"] = columns
    elif columns:
        of_spec["columns"] = columns
    if of_spec:
        chosen["spec"] = FileSpec(source.name, **of_spec)
    if "manifest" in asked:
        chosen["manifest"] = manifest
    return reader(source, ledger, **chosen)


def _typed(name: str, value: str) -> object:
    """The value as the reader takes it: yes or no, a number, a path, a list, text."""
    if name in {"day_first", "data_loader"}:
        return check_choice(name, value.casefold(), ("true", "false")) == "true"
    if name in {"header_row", "skip_rows"}:
        if not value.isdecimal():
            raise InputError(f'{name} needs a whole number, got "{value}"')
        return int(value)
    if name == "codebook":
        return Path(value)
    return value.split(",") if name == "zero_is_answer" else value
