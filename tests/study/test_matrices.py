"""The rows of one matrix get one scale in a draft, and other questions do not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from netcollab.study import import_export
from netcollab.study.matrices import answers_of
from netcollab.study.raw import RawColumn, RawTable, text_array
from netcollab.study.readers.export import Question, SurveyExport


def scales(
    cells: dict[str, str], questions: dict[str, Question] | None = None
) -> dict[str, int]:
    """Variable -> the number of its scale; the cells of a column apart by blanks."""
    table = RawTable("export", "export.csv")
    table.columns = [
        RawColumn(name, "A", text_array([c.replace("-", "") for c in text.split()]))
        for name, text in cells.items()
    ]
    asked = {name: Question(name, "choice") for name in cells} | (questions or {})
    keys: dict[object, int] = {}
    found = answers_of(SurveyExport("plain", table, asked), cells)
    return {n: keys.setdefault(a.key, len(keys) + 1) for n, a in found.items()}


@pytest.mark.parametrize(
    "names",
    [
        ("Rate [nav]", "Rate [ks]", "Rate [ppr]"),
        ("trust__nav", "trust__ks", "trust__ppr"),
        ("trust@nav", "trust@ks", "trust@ppr"),
        ("tillit_nav", "tillit_ks", "tillit_ppr"),
        ("s_5_1", "s_5_2", "s_5_3"),
        ("q5.1", "q5.2", "q5.3"),
        ("Samarbeid med NAV", "Samarbeid med KS", "Samarbeid med PPR"),
    ],
)
def test_rows_without_the_lowest_or_highest_answer(names: tuple[str, ...]) -> None:
    cells = dict(zip(names, ("1 3 5 5", "2 3 4 2", "3 - 1 1"), strict=True))
    assert set(scales(cells).values()) == {1}
    assert set(scales(dict(reversed(cells.items()))).values()) == {1}


def test_rows_in_any_order_make_one_matrix() -> None:
    cells = {"q5_1": "1 2", "q5_2": "4 5", "q5_3": "1 5"}
    assert set(scales(cells).values()) == {1}


def test_questions_that_are_only_numbered_share_the_highest_answer() -> None:
    cells = {"q1": "1 5", "q2": "2 5", "q3": "0 10", "q4": "1 2", "q5": "1 7"}
    assert scales(cells) == {"q1": 1, "q2": 1, "q3": 2, "q4": 3, "q5": 4}


def test_wide_or_distant_ranges_are_no_matrix() -> None:
    cells = {"antall_ansatte": "2 40", "antall_ledere": "1 8", "antall_barn": "11 12"}
    assert len(set(scales(cells).values())) == 3


def test_rows_of_a_battery_need_no_common_name() -> None:
    cells = {"a": "1 40", "b": "3 9", "c": "5 9"}
    asked = {name: Question(name, "number", battery="hours") for name in ("a", "b")}
    assert scales(cells, asked) == {"a": 1, "b": 1, "c": 2}


def test_a_rare_option_is_listed_for_one_row_only() -> None:
    said = {"1": "Uenig", "2": "Enig"}
    options = {"m_1": said, "m_2": said | {"3": "Helt enig"}, "n": {"1": "Ja"}}
    options["m_3"] = {"1": "Nei", "2": "Ja"}
    asked = {n: Question(n, "choice", options=o) for n, o in options.items()}
    cells = {"m_1": "1 2", "m_2": "1 3", "n": "1 1", "m_3": "1 2", "m_4": "2 3"}
    assert scales(cells, asked) == {"m_1": 1, "m_2": 1, "n": 2, "m_3": 3, "m_4": 1}


def test_a_code_that_is_missing_in_one_row_and_an_answer_in_another() -> None:
    asked = {
        "q5_1": Question("q5_1", "choice", missing={"9": "dont_know"}),
        "q5_2": Question("q5_2", "choice"),
        "q5_3": Question("q5_3", "choice"),
    }
    cells = {"q5_1": "1 5 9", "q5_2": "1 5 9", "q5_3": "1 4 5"}
    assert scales(cells, asked) == {"q5_1": 1, "q5_2": 2, "q5_3": 1}


def test_words_of_a_matrix() -> None:
    cells = {"q_nav": "enig enig", "q_ks": "enig uenig", "r": "enig ja", "s": "uenig"}
    assert scales(cells) == {"q_nav": 1, "q_ks": 1, "r": 2, "s": 3}


def test_a_draft_of_one_row_per_answer_has_one_scale(tmp_path: Path) -> None:
    rows = ["respondent,item,target,value,missing_reason"]
    for n, (nav, ks) in enumerate([("1", ""), ("5", "2"), ("", "4"), ("3", "3")]):
        rows.append(f"r{n},trust,nav,{nav},{'' if nav else 'dont_know'}")
        rows.append(f"r{n},trust,ks,{ks},{'' if ks else 'not_asked'}")
    rows += [f"r{n},actor,,{'nav' if n % 2 else 'ks'}," for n in range(4)]
    export = tmp_path / "long.csv"
    export.write_text("\n".join(rows) + "\n", "utf-8")
    import_export(export, "plain", tmp_path / "s", variables={"actor": "actor"})
    page = (tmp_path / "s" / "study.toml").read_text("utf-8")
    (scale,) = tomllib.loads(page)["scales"].values()
    assert (scale["low"], scale["high"]) == (1, 5)
    assert sorted(scale["missing"].values()) == ["dont_know", "not_asked"]
