"""The units that the questions of an export are about, as the codebook names them.

Is every target a unit, and the one that its question says?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from netcollab.errors import closest
from netcollab.study.draft import Draft
from netcollab.study.identifiers import fold
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ExportSpec
from netcollab.study.near_names import misspelt
from netcollab.study.privacy import LEAST_SHOWN
from netcollab.study.problems import Place
from netcollab.study.readers.export import SurveyExport
from netcollab.study.survey_layout import unit_codes, units_by_words

__all__ = ["check_targets"]


def check_targets(
    export: SurveyExport,
    spec: ExportSpec,
    beside: Mapping[str, Draft],
    ledger: Ledger,
    *,
    added: set[str],
) -> None:
    """Every target is a unit, and the one that the words of its row name.

    Where nobody listed the units, a target may be one that nobody answered for; it is
    none where it looks like a slip of one that many belong to.

    Parameters
    ----------
    export, spec
        The answers, and what each variable means.
    beside
        The tables beside the codebook.
    ledger
        Takes the problems.
    added
        Units that people added to a list that an import made.
    """
    codes = unit_codes(export, spec, spec.actor)
    cells = {c.header: c.text.tolist() for c in export.table.columns}
    own = [str(cell) for cell in cells.get(spec.actor, ())]
    known = {*codes.values(), *(set(own) - set(codes) if codes else ())}
    if "actors" in beside:
        known = set(beside["actors"].text("actor"))
    elif known:
        known |= added
    by_words = units_by_words(export, spec)
    common = {cell for cell, n in Counter(own).items() if n >= LEAST_SHOWN}
    targets = {answer.target for answer in spec.answers.values()}
    slips = misspelt(targets - {*own, *added}, common)
    for variable, answer in spec.answers.items():
        place = Place(ledger.manifest, key=f"export.answers.{variable}")
        told = {"value": answer.target, "name": variable}
        slip = "" if known else slips.get(answer.target, "")
        if slip or (answer.target and known and answer.target not in known):
            near = slip or closest(answer.target, known)
            options = _listed(known or common)
            ledger.add("E-EXP-017", place, near=near, options=options, **told)
            continue
        row = export.questions[variable].row if variable in export.questions else ""
        meant = by_words.get(fold(row), "") if row else ""
        if answer.target and meant and meant != answer.target:
            ledger.add("E-EXP-018", place, near=meant, row_words=row, **told)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)[:20])
