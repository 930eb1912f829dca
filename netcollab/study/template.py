"""The template of a new study: one sheet per table, with what each column holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import openpyxl
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from netcollab.study.books import (
    TEXT_FORMAT,
    add_sheet,
    book_bytes,
    set_widths,
    write_text,
)
from netcollab.study.instruments import Instrument
from netcollab.study.manifest import Words
from netcollab.study.new_words import column_words, new_words
from netcollab.study.schema import MISSING_REASONS, TABLES, TIE_STATES, TableSchema

__all__ = ["template_bytes"]

_ROWS = 5000
_WORDS = {"state": TIE_STATES, "missing_reason": MISSING_REASONS}
_OF_ACTORS = {
    "ties": ("source", "target", "reporter"),
    "respondents": ("actor",),
    "answers": ("target",),
    "codings": ("actor", "target"),
    "affiliations": ("actor",),
}


def template_bytes(
    language: str,
    *,
    actors: Mapping[str, str],
    sites: Mapping[str, str],
    schemes: Sequence[Instrument],
) -> bytes:
    """An Excel template: a sheet that explains, one per table, one per coding scheme.

    Columns of ids are formatted as text, so that 0301 keeps its zero. Cells with fixed
    words have a list to choose from; ids of actors are compared with the sheet actors.

    Parameters
    ----------
    language
        "nb", "da" or "en".
    actors, sites
        Id -> name of those that are known; they are filled in.
    schemes
        Coding schemes, for the coders.
    """
    book = openpyxl.Workbook()
    book.remove(book.active)
    _explain(book, language)
    for table in TABLES.values():
        _add_table(book, table, language)
    names = f"name_{language}"
    _fill(book["sites"], [{"site": s, "name": name} for s, name in sites.items()])
    rows = [
        {"site": site, "actor": actor, names: name}
        for site in sites or {"": ""}
        for actor, name in actors.items()
    ]
    _fill(book["actors"], rows)
    for scheme in schemes:
        _add_scheme(book, scheme, language)
    return book_bytes(book)


def _explain(book: openpyxl.Workbook, language: str) -> None:
    said = new_words(language)
    sheet = add_sheet(book, said["readme"], said["readme_head"])
    row = 2
    for name, table in TABLES.items():
        write_text(sheet, row, 1, name)
        write_text(sheet, row, 4, said["tables"].get(name, ""))
        row += 1
        for column in table.columns:
            needed = said["required"] if column.required else said["optional"]
            about = column_words(language, name, column.name)
            for place, text in enumerate((name, column.name, needed, about), start=1):
                write_text(sheet, row, place, text)
            row += 1
    for line in said["readme_lines"]:
        row += 1
        write_text(sheet, row, 4, line)
    set_widths(sheet, (14, 18, 18, 90))


def _add_table(book: openpyxl.Workbook, table: TableSchema, language: str) -> None:
    sheet = add_sheet(book, table.name, table.names)
    said = new_words(language)
    for place, column in enumerate(table.columns, start=1):
        needed = said["required"] if column.required else said["optional"]
        about = column_words(language, table.name, column.name)
        note = Comment(f"{about} ({needed})".strip(), "netcollab")
        note.width, note.height = 260, 90
        sheet.cell(1, place).comment = note
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(12, len(column.name) + 4)
        if column.kind != "number":
            sheet.column_dimensions[letter].number_format = TEXT_FORMAT
        _add_choice(sheet, letter, _choice(table.name, column.name), column.kind)


def _choice(table: str, column: str) -> str:
    """The formula of what may be chosen in a column; empty where anything may."""
    if column in _WORDS:
        return f'"{",".join(_WORDS[column])}"'
    if column in _OF_ACTORS.get(table, ()):
        place = TABLES["actors"].names.index("actor") + 1
        letter = get_column_letter(place)
        return f"actors!${letter}$2:${letter}${_ROWS}"
    return ""


def _add_choice(sheet: Worksheet, letter: str, formula: str, kind: str) -> None:
    if not formula:
        return
    choice = DataValidation(type="list", formula1=formula, allow_blank=True)
    choice.errorStyle = "stop" if kind == "word" else "warning"
    choice.showErrorMessage = True
    choice.add(f"{letter}2:{letter}{_ROWS}")
    sheet.add_data_validation(choice)


def _fill(sheet: Worksheet, rows: Sequence[Mapping[str, str]]) -> None:
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for name, text in row.items():
            if text:
                write_text(sheet, number, columns[name], text)


def _add_scheme(book: openpyxl.Workbook, scheme: Instrument, language: str) -> None:
    """What coders look for, and what each code means."""
    said = new_words(language)
    title = f"{said['coding']} {scheme.name}"
    sheet = add_sheet(book, title, said["coding_head"])
    row = 2
    for first, meanings in _coded(scheme, language):
        for code, meaning in meanings.items():
            cells = [*first, str(code), meaning[language]]
            for place, text in enumerate(cells, start=1):
                write_text(sheet, row, place, text)
            row += 1
    set_widths(sheet, (26, 22, 26, 50, 8, 60))


def _coded(
    scheme: Instrument, language: str
) -> Iterator[tuple[list[str], Mapping[int, Words]]]:
    """What is coded, with the meaning of each code: indicators, or else constructs."""
    for name, sign in scheme.indicators.items():
        words = [sign.label[language], sign.definition.get(language, "")]
        yield [sign.construct, name, *words], sign.anchors
    for name, spec in scheme.constructs.items() if not scheme.indicators else ():
        words = [spec.label[language], spec.definition.get(language, "")]
        yield [name, "", *words], scheme.scale_labels
