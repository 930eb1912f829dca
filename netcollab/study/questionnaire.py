"""The questionnaire of a new study: every question, with its name for a survey tool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import openpyxl

from netcollab.study.books import add_sheet, book_bytes, set_widths, write_text
from netcollab.study.instruments import TARGET, Instrument
from netcollab.study.manifest import ItemSpec, ScaleSpec
from netcollab.study.new_words import new_words

__all__ = ["questionnaire_bytes"]

_NO_TARGET = "TARGET"
Question = tuple[str, str, str, str, str]


def questionnaire_bytes(
    language: str,
    *,
    instruments: Sequence[Instrument],
    actors: Mapping[str, str],
    sites: Mapping[str, str],
    min_respondents: int,
) -> bytes:
    """A workbook to set up a survey from: an introduction, and one row per question.

    A question about a target stands once for each actor; its variable is the item, two
    underscores and the actor's id. The first questions say where the respondent works.

    Parameters
    ----------
    language
        "nb", "da" or "en".
    instruments
        The questionnaires, in order.
    actors, sites
        Id -> name.
    min_respondents
        The smallest group that is shown, for the introduction.
    """
    said = new_words(language)
    book = openpyxl.Workbook()
    book.remove(book.active)
    sheet = add_sheet(book, said["about"])
    lines = [line.format(min_respondents=min_respondents) for line in _lines(said)]
    lines += [] if actors else [said["no_actors_line"]]
    for row, line in enumerate(lines, start=1):
        if line:
            write_text(sheet, row, 1, line)
    set_widths(sheet, (110,))
    sheet = add_sheet(book, said["questions"], said["question_head"])
    questions = [
        *_background(said, actors, sites),
        *_rated(instruments, language, actors, said["unnamed"]),
    ]
    for number, question in enumerate(questions, start=1):
        for place, text in enumerate((str(number), *question), start=1):
            if text:
                write_text(sheet, number + 1, place, text)
    set_widths(sheet, (6, 32, 80, 60, 26, 18))
    return book_bytes(book)


def _lines(said: Mapping[str, object]) -> list[str]:
    lines = said["about_lines"]
    return [str(line) for line in lines] if isinstance(lines, list) else []


def _background(
    said: Mapping[str, str], actors: Mapping[str, str], sites: Mapping[str, str]
) -> Iterator[Question]:
    """Without the respondent's function there are no ties."""
    if len(sites) > 1:
        yield "site", said["site_question"], _named(sites), "", ""
    yield "actor", said["actor_question"], _named(actors), "", ""
    roles: object = said["roles"]
    named = _named(roles) if isinstance(roles, dict) else ""
    yield "role", said["role_question"], named, "", ""


def _rated(
    instruments: Sequence[Instrument],
    language: str,
    actors: Mapping[str, str],
    unnamed: str,
) -> Iterator[Question]:
    """All items about one target together, then those about the next."""
    for one in instruments:
        asked = [item for item in one.items.values() if item.about == "target"]
        targets = actors or {_NO_TARGET: unnamed}
        for target, name in targets.items() if asked else ():
            for item in asked:
                words = item.label[language].replace(TARGET, name or target)
                shown = target if actors else ""
                yield _question(item, one.scales, language, words, target, shown)
        for item in one.items.values():
            if item.about != "target":
                yield _question(item, one.scales, language, item.label[language])


def _question(
    item: ItemSpec,
    scales: Mapping[str, ScaleSpec],
    language: str,
    words: str,
    suffix: str = "",
    target: str = "",
) -> Question:
    variable = f"{item.name}__{suffix}" if suffix else item.name
    labels = scales[item.scale].labels
    options = {code: label.get(language, "") for code, label in labels.items()}
    return variable, words, _named(options), item.name, target


def _named(options: Mapping[str, str]) -> str:
    return "; ".join(f"{code} = {name or code}" for code, name in options.items())
