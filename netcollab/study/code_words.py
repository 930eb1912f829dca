"""Do the codes of an export mean what the codebook says they mean?

A municipality that turned its scale around has the same codes and the same words, but
in another order; the answers would be averaged with those of the others.
"""

from __future__ import annotations

from collections.abc import Mapping

from netcollab.study.identifiers import fold
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import ExportSpec, Manifest, ScaleSpec
from netcollab.study.raw import RawColumn
from netcollab.study.readers.export import SurveyExport

__all__ = ["check_code_words"]


def check_code_words(
    export: SurveyExport, manifest: Manifest, spec: ExportSpec, ledger: Ledger
) -> None:
    """Note every code whose words are another code's in the codebook, or new ones.

    Words are compared without case and blanks, in every language of the codebook. New
    words count only where the export shares other words with the codebook, since it
    may be in a language that the codebook does not have.

    Parameters
    ----------
    export
        The export, with the words of its codes.
    manifest
        The codebook.
    spec
        Which variable answers which item; codes it maps are its own business.
    ledger
        Takes the problems, at the variable's column.
    """
    columns = {column.header: column for column in export.table.columns}
    for variable, answer in spec.answers.items():
        scale = manifest.scales.get(manifest.items[answer.item].scale)
        question = export.questions.get(variable)
        if scale is None or question is None or not scale.labels:
            continue
        if variable in spec.codes or scale.name in spec.codes:
            continue
        _compare(question.options, scale, columns.get(variable), export, ledger)


def _compare(
    options: Mapping[str, str],
    scale: ScaleSpec,
    column: RawColumn | None,
    export: SurveyExport,
    ledger: Ledger,
) -> None:
    by_words = {
        fold(said): code
        for code, words in scale.labels.items()
        for said in words.values()
    }
    shared = any(fold(said) in by_words for said in options.values())
    for code, said in options.items():
        meant = by_words.get(fold(said))
        known = scale.labels.get(code.strip(), {})
        if meant == code.strip() or not said.strip() or not (known or meant):
            continue
        if meant is None and not shared:
            continue
        ledger.add(
            "E-EXP-040",
            export.table.place(column=column),
            value=code,
            label=said,
            other=" / ".join(dict.fromkeys(known.values())) or "-",
            scale=scale.name,
            near=meant or "",
        )
