"""From a study's answers to the form of a survey tool's export: one row per respondent.

What would this study look like, had it been collected with another tool?
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from netcollab.study.manifest import ExportSpec, ScaleSpec
from netcollab.study.raw import RawColumn, RawTable, as_text, column_letter, text_array
from netcollab.study.readers.export import Kind, Question, SurveyExport
from netcollab.study.study import Study

__all__ = ["as_export"]


def as_export(
    study: Study, spec: ExportSpec, *, language: str = "en"
) -> tuple[SurveyExport, dict[str, int]]:
    """The answers of a study as the export of a survey tool, by a codebook.

    Missing answers become the scale's code for their reason. A reason without a code
    becomes an empty cell.

    Parameters
    ----------
    study
        A study with answers.
    spec
        Which variable holds what; the section [export] of the codebook.
    language
        Of the words of questions and options.

    Returns
    -------
    SurveyExport
        One row per respondent and wave.
    dict
        What an empty cell stands for in it: missing reason -> answers. Reading them
        back needs a rule of the codebook, and the export cannot tell them apart.

    Examples
    --------
    >>> from netcollab.study import AnswerSpec, bundled, read_study
    >>> study = read_study(bundled("synthetic/myndighedsfunktion"))
    >>> answers = {"v1": AnswerSpec("v1", "lead_vision_1")}
    >>> export, _ = as_export(study, ExportSpec("plain", "id", answers=answers))
    >>> list(export.questions), len(export.table) == len(study.respondents)
    (['id', 'v1'], True)
    """
    people, names = study.respondents, _names(study, language)
    questions: dict[str, Question] = {}
    columns: dict[str, np.ndarray] = {}
    for column, variable in spec.places.items():
        cells = people[column].fillna("").to_numpy(dtype=object)
        codes = spec.codes.get(variable, {})
        cell_of = {ours: cell for cell, ours in codes.items()}
        columns[variable] = text_array(cell_of.get(str(c), str(c)) for c in cells)
        options = {cell: names.get(ours, ours) for cell, ours in codes.items()}
        kind: Kind = "id" if column == "respondent" else "choice" if options else "text"
        questions[variable] = Question(variable, kind, column, options=options)
    for variable in spec.attributes:
        texts = [as_text(cell)[0] for cell in people[variable].astype(object)]
        columns[variable] = text_array(texts)
        questions[variable] = Question(variable, "text", variable)
    blank: dict[str, int] = {}
    answered = _cells(study, spec, blank)
    for variable, answer in spec.answers.items():
        item = study.manifest.items[answer.item]
        scale = study.manifest.scales[item.scale]
        columns[variable] = answered[variable]
        row = names.get(answer.target, answer.target)
        asked = item.label.get(language, item.name).replace("{target}", "…")
        questions[variable] = Question(
            variable,
            "choice",
            text=f"{asked} - {row}" if row else asked,
            battery=item.name if answer.target else "",
            row=row,
            options=_options(scale, language),
        )
    table = RawTable("export", "export", read=len(people))
    table.rows = np.arange(2, len(people) + 2)
    table.columns = [
        RawColumn(header, column_letter(place), text)
        for place, (header, text) in enumerate(columns.items())
    ]
    return SurveyExport(spec.preset, table, questions), dict(sorted(blank.items()))


def _names(study: Study, language: str) -> dict[str, str]:
    """Units and sites by id, with the words people use."""
    names: dict[str, str] = {}
    for table, key, column in (
        (study.actors, "actor", f"name_{language}"),
        (study.sites, "site", "name"),
    ):
        if column in table:
            known = table.dropna(subset=[column])
            names |= dict(zip(known[key], known[column], strict=True))
    return names


def _cells(
    study: Study, spec: ExportSpec, blank: dict[str, int]
) -> dict[str, np.ndarray]:
    """The cells of every answer variable, in the order of the respondents."""
    key = pd.MultiIndex.from_frame(study.respondents[["respondent", "wave"]])
    answers = study.answers
    row = key.get_indexer(pd.MultiIndex.from_frame(answers[["respondent", "wave"]]))
    place = pd.Series(np.arange(len(answers))).groupby(
        [answers["item"].to_numpy(), answers["target"].fillna("").to_numpy()]
    )
    found = {}
    for variable, answer in spec.answers.items():
        cells = np.full(len(key), "", dtype=object)
        try:
            here = place.get_group((answer.item, answer.target)).to_numpy()
        except KeyError:
            found[variable] = cells
            continue
        scale = study.manifest.scales[study.manifest.items[answer.item].scale]
        codes: Mapping[str, str] = {r: code for code, r in scale.missing.items()}
        for at, value, reason in zip(
            row[here],
            answers["value"].to_numpy()[here],
            answers["missing_reason"].to_numpy(dtype=object)[here],
            strict=True,
        ):
            if not np.isnan(value):
                cells[at] = f"{value:g}"
            elif reason in codes:
                cells[at] = codes[reason]
            else:
                blank[reason] = blank.get(reason, 0) + 1
        found[variable] = cells
    return found


def _options(scale: ScaleSpec, language: str) -> dict[str, str]:
    """Each code of a scale with its words; missing codes too."""
    options = {}
    for number in range(int(scale.low), int(scale.high) + 1):
        words: Mapping[str, str] = scale.labels.get(str(number), {})
        options[str(number)] = words.get(language, str(number))
    for code, reason in scale.missing.items():
        words = scale.labels.get(code, {})
        options[code] = words.get(language, reason)
    return options
