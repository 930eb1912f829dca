"""From a network export to actors and ties, with a codebook or without one."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from netcollab._checks import check_choice
from netcollab.study.draft import Draft
from netcollab.study.draft_faults import settle
from netcollab.study.import_checks import check_network_tables
from netcollab.study.import_codebook import stop_at_errors
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import Manifest
from netcollab.study.manifest_reader import parse_manifest
from netcollab.study.paths import MANIFEST
from netcollab.study.problems import Place
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import NetworkExport
from netcollab.study.readers.incoming import compare_actors

__all__ = [
    "check_draft_network",
    "check_network",
    "check_options",
    "network_tables",
    "with_wave",
]


def check_options(
    export: NetworkExport,
    given: Manifest | None,
    ledger: Ledger,
    *,
    variables: Mapping[str, str],
    wave: str | None,
    unlisted: str | None,
) -> None:
    """Refuse what the user said and a network cannot use, each by its name.

    Parameters
    ----------
    export, given
        The network, and the codebook if there is one.
    ledger
        Takes the problems, which stop the import.
    variables
        Columns of respondents, which a network does not have.
    wave
        Refused where the ties say it themselves.
    unlisted
        Refused where the codebook says otherwise.
    """
    place = export.ties.place()
    for option in variables:
        ledger.add("E-EXP-048", place, option=option)
    if wave is not None and any(_column(export.ties, "wave")):
        ledger.add("E-EXP-049", place, value=wave)
    for relation in export.directed:
        spec = given.relations.get(relation) if given else None
        if spec is not None and unlisted not in {None, spec.unlisted}:
            told = {"value": unlisted, "found": spec.unlisted, "relation": relation}
            ledger.add("E-EXP-050", place, **told)
    stop_at_errors(ledger)


def with_wave(export: NetworkExport, wave: str) -> NetworkExport:
    """The network with all its ties in one wave."""
    ties = export.ties
    said = RawColumn("wave", "", text_array([wave] * len(ties)))
    others = [column for column in ties.columns if column.header != "wave"]
    return replace(export, ties=replace(ties, columns=[said, *others]))


def network_tables(
    export: NetworkExport,
    ledger: Ledger,
    *,
    name: str,
    language: str,
    unlisted: str | None,
    known: Container[str],
) -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    """Actors and ties, and a manifest that asks what only the user knows.

    Nothing is asked about relations that are known from a codebook.
    """
    if unlisted is not None:
        check_choice("value of unlisted", unlisted, ("not_asked", "absent"))
    relations: dict[str, dict[str, Any]] = {}
    for relation, directed in export.directed.items():
        relations[relation] = {} if unlisted is None else {"unlisted": unlisted}
        place = export.ties.place()
        if relation in known:
            continue
        if unlisted is None:
            ledger.add("W-EXP-034", place, relation=relation)
        if directed is None:
            ledger.add("W-EXP-035", place, relation=relation)
        elif not directed:
            relations[relation]["directed"] = False
        cells = _column(export.ties, "weight")
        if any(_is_zero(cell) for cell in cells):
            ledger.add("W-EXP-036", place, relation=relation)
    data = {"schema_version": 1, "name": name, "language": language}
    data |= {"relations": relations}
    return data, {"actors": _frame(export.actors), "ties": _frame(export.ties)}


def check_network(
    export: NetworkExport,
    given: Manifest,
    beside: Mapping[str, Draft],
    ledger: Ledger,
) -> None:
    """Stop unless the tables beside the codebook can be used with the ties."""
    raws = {"actors": export.actors, "ties": export.ties}
    raws |= {name: draft.raw for name, draft in beside.items()}
    found = check_network_tables(raws, given, ledger)
    if beside:
        if not compare_actors(export, beside["actors"].text("actor"), ledger):
            found = tuple(p for p in found if not p.code.startswith("E-REF"))
        listed = ", ".join(beside)
        ledger.add("N-EXP-032", Place(ledger.manifest), known=listed)
    for problem in found:
        ledger.take(problem)
    stop_at_errors(ledger)


def check_draft_network(
    export: NetworkExport, data: Mapping[str, Any], ledger: Ledger
) -> None:
    """Stop where the ties cannot be used, whatever the draft will say of them."""
    aside = Ledger(ledger.name)
    manifest = parse_manifest(
        data, file=MANIFEST, text="", default_name=ledger.name, ledger=aside
    )
    raws = {"actors": export.actors, "ties": export.ties}
    settle([*aside.listed(), *check_network_tables(raws, manifest, aside)], ledger)


def _is_zero(cell: str) -> bool:
    return cell.strip() != "" and not cell.strip("+-0., ")


def _column(table: RawTable, header: str) -> list[str]:
    found = [column for column in table.columns if column.header == header]
    return [str(cell) for column in found for cell in column.text.tolist()]


def _frame(table: RawTable) -> pd.DataFrame:
    return pd.DataFrame(
        {c.header: pd.Series(c.text, dtype="str") for c in table.columns}
    )
