"""A planned study as text, as a folder and as figures."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from netcollab.errors import InputError, UnknownNameError
from netcollab.inference import Design, design
from netcollab.report import (
    LANGUAGES,
    PALETTE,
    alt_text,
    design_report,
    language,
    plot_power,
    write_design,
)
from netcollab.report.labels import label
from netcollab.report.power_curves import LINES, method_words, plain_number, views
from netcollab.report.reasons import reason_text


def planned(*size: int, **more: Any) -> Design:
    return design(*size, **{"n_simulations": 200, "rng": 1, **more})


@pytest.fixture(scope="module")
def twelve() -> Design:
    return planned(12, 6)


@pytest.fixture(scope="module")
def one() -> Design:
    return planned(1, 8, respondents=1, response_rate=1.0, correlation=0.5)


def texts(ax: Axes) -> str:
    return " ".join(text.get_text() for text in ax.findobj(Text)).replace("\n", " ")


# ---- text


def test_every_test_has_a_line_with_its_numbers(twelve: Design) -> None:
    told = design_report(twelve).splitlines()
    assert told[0] == (
        "12 sites with 6 functions each, 5 asked in each function, response rate 0.7, "
        "ICC 0.1"
    )
    for row in twelve.table.itertuples():
        name = method_words(row.test)
        line, *_ = (each for each in told if each.startswith(f"  {name}  "))
        assert f"{row.power:.2f} ± " in line
        assert f"{row.detectable_effect:.2f} ± " in line
    line, *_ = (x for x in told if x.startswith("  permutation of sites  "))
    assert "12 sites" in line
    assert "0.00216" in line
    assert "about" in line


def test_columns_stand_below_each_other(twelve: Design) -> None:
    told = design_report(twelve).splitlines()
    head = next(k for k, line in enumerate(told) if line.startswith("  test  "))
    at = told[head].index("power")
    assert all(line[at - 1] == " " and line[at] == "0" for line in told[head + 1 :][:2])


def test_what_cannot_be_answered_is_told_in_plain_words() -> None:
    told = design_report(planned(3, 6))
    cannot = told.split("What this plan cannot answer")[1].split("\n\n")[0]
    least = "with 3 sites p is never at or below 0.05: the smallest is 0.333; about"
    assert f"permutation of sites: {least}" in cannot
    weak = "no effect up to 3 is found with the power asked"
    assert f"least squares on means of sites: {weak}" in cannot
    told = "correlation over actors, permuted: an effect of 0.4 is found in only"
    assert told in cannot


def test_a_plan_that_is_enough_says_so() -> None:
    told = design_report(planned(40, 20, effect=0.9))
    assert "Every test finds its effect with the power asked for." in told
    assert "cannot" in told


def test_one_site_has_dashes_where_there_is_no_test(one: Design) -> None:
    told = design_report(one)
    name = "least squares on means of sites"
    (line,) = (x for x in told.splitlines() if x.startswith(f"  {name}  "))
    assert line.removeprefix(f"  {name}").split() == ["1", "site", *["–"] * 4]
    assert "What else could be planned" not in told
    assert "0.0000248" in told
    assert "56 dyads" in told


@pytest.mark.parametrize("code", LANGUAGES)
def test_it_speaks_the_language_to_its_end(code: str, twelve: Design) -> None:
    with language(code):
        told = design_report(twelve)
        assert label("design.notes") in told
    comma = "0,05" in told
    assert comma == (code != "en")
    if code != "en":
        assert not {"sites", "answers", "found", "smallest"} & set(told.split())


@pytest.mark.parametrize("code", ["nb", "da"])
def test_every_reason_and_note_is_translated(code: str) -> None:
    plans = [
        planned(1, 8),
        planned(2, 5),
        planned(8, 3),
        planned(3, 6, respondents=1),
        planned(8, 4, treated=0.01),
        planned(8, 4, covariates=1),
        planned(1, 61, respondents=1, response_rate=1),
        planned(1, 8, response_rate=1, predictor="star"),
    ]
    told = {
        text for plan in plans for text in (*plan.table["reason"], *plan.notes) if text
    }
    assert len(told) > 12
    with language(code):
        assert not [text for text in told if reason_text(text) == text]


def test_numbers_in_reasons_have_the_mark_of_the_language() -> None:
    told = "with 3 sites p is never at or below 0.05: the smallest is 0.333"
    with language("nb"):
        assert reason_text(told) == (
            "med 3 kommuner blir p aldri 0,05 eller mindre: den minste er 0,333"
        )


def test_three_digits_that_count() -> None:
    told = [plain_number(v) for v in (0.0, 0.4, 12.0, 1 / 40_320, 0.05, 1234.0)]
    assert told == ["0", "0.4", "12", "0.0000248", "0.05", "1234"]


# ---- files


def test_a_folder_with_tables_figures_and_a_record(
    tmp_path: Path, twelve: Design
) -> None:
    lines: list[str] = []
    out = write_design(twelve, tmp_path / "plan", tell=lines.append)
    drawn = ["power_by_effect", "power_by_correlation", "power_by_size"]
    assert lines == [f"drawing {name}" for name in drawn]
    named = {path.name for path in out.iterdir()}
    figures = {f"{name}.{kind}" for name in drawn for kind in ("svg", "pdf", "png")}
    tables = {f"{name}.csv" for name in ("design", "curves", "sizes", "changes")}
    assert named == figures | tables | {"design.txt", "run.json"}
    written = pd.read_csv(out / "design.csv")
    assert list(written["test"]) == list(twelve.table["test"])
    assert written["power"].to_numpy() == pytest.approx(twelve.table["power"])
    assert (out / "design.txt").read_text("utf-8") == design_report(twelve) + "\n"
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert (record["job"], record["seed"]) == ("design", 1)
    assert record["plan"]["sites"] == 12


@pytest.mark.parametrize(
    ("code", "below", "hidden"),
    [
        ("en", "60 of 72", "in about 60 of 72 functions fewer than 5 would answer"),
        ("nb", "60 av 72", "i om lag 60 av 72 funksjoner ville færre enn 5 svare"),
        ("da", "60 af 72", "i omkring 60 af 72 funktioner ville færre end 5 svare"),
    ],
)
def test_functions_that_feedback_could_not_show_are_told(
    code: str, below: str, hidden: str
) -> None:
    plan = planned(12, 6, min_respondents=5)
    with language(code):
        told = design_report(plan)
    (line,) = (line for line in told.splitlines() if line.startswith("  5  "))
    answers = "3.5" if code == "en" else "3,5"
    assert line.split() == ["5", answers, *below.split(), "83", "%"]
    assert hidden in told
    assert " 9 " in told.split(hidden)[1].splitlines()[0]


def test_a_plan_with_enough_respondents_warns_of_nothing_hidden(
    twelve: Design, tmp_path: Path
) -> None:
    plan = planned(12, 6, respondents=12, min_respondents=5)
    assert "1 of 72" in design_report(plan)
    assert "feedback:" not in design_report(plan)
    assert "feedback" not in design_report(twelve)
    out = write_design(plan, tmp_path / "plan")
    assert pd.read_csv(out / "groups.csv")["respondents"].tolist() == [12]


def test_the_same_design_gives_the_same_bytes(tmp_path: Path, one: Design) -> None:
    first, again = (write_design(one, tmp_path / name) for name in ("a", "b"))
    for path in first.iterdir():
        if path.name != "run.json":
            assert path.read_bytes() == (again / path.name).read_bytes()


@pytest.mark.parametrize("code", ["nb", "da"])
def test_no_reason_in_the_tables_is_english(tmp_path: Path, code: str) -> None:
    plan = planned(3, 6)
    with language(code):
        out = write_design(plan, tmp_path / "plan")
        told = [reason_text(reason) for reason in plan.table["reason"]]
    written = pd.read_csv(out / "design.csv", keep_default_na=False)["reason"].tolist()
    assert written == told
    assert sum(map(bool, written)) >= 2
    assert not set(written) & set(plan.table["reason"]) - {""}


def test_other_files_are_not_replaced(tmp_path: Path, one: Design) -> None:
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(InputError, match="choose another folder"):
        write_design(one, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "kept"


# ---- figures


def test_there_is_a_view_for_what_can_be_drawn(twelve: Design, one: Design) -> None:
    assert views(twelve) == ["effect", "correlation", "size"]
    assert views(one) == ["correlation", "size"]
    with pytest.raises(UnknownNameError, match="view of power"):
        plot_power(one, "effect")


@pytest.mark.parametrize("view", ["effect", "correlation", "size"])
def test_lines_are_the_numbers_of_the_design(twelve: Design, view: Any) -> None:
    ax = plot_power(twelve, view)
    drawn = [line for line in ax.get_lines() if len(line.get_xdata()) > 2]
    colors = {line.get_color(): line for line in drawn}
    table = twelve.sizes.rename(columns={"value": "effect"})
    table = table if view == "size" else twelve.curves
    seen = 0
    for test, rows in table.groupby("test"):
        line = colors.get(PALETTE[LINES[str(test)][0]])
        if line is None:
            continue
        seen += 1
        np.testing.assert_allclose(line.get_xdata(), rows["effect"])
        np.testing.assert_allclose(line.get_ydata(), rows["power"])
    assert seen == len(drawn) == {"effect": 2, "correlation": 3, "size": 3}[view]
    assert len(ax.collections) == seen


def test_lines_differ_in_grey_too() -> None:
    for (one, style), (other, another) in combinations(LINES.values(), 2):
        grey = [np.dot((0.21, 0.72, 0.07), to_rgb(PALETTE[c])) for c in (one, other)]
        assert style != another or abs(grey[0] - grey[1]) > 0.2


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_figure_reads_by_itself(code: str, twelve: Design) -> None:
    with language(code):
        ax = plot_power(twelve, "size")
        told = texts(ax)
        for key in (
            "design.against_sites",
            "method_name.site_slopes",
            "design.sites_axis",
        ):
            assert label(key) in told.replace("\N{NO-BREAK SPACE}", " ")
        assert method_words("site_slopes") in told.replace("\N{NO-BREAK SPACE}", " ")
        assert ("0,8" in told) == (code != "en")
        name = label("method_name.site_means")
    row = twelve.sizes.query("test == 'site_means' and value == 12").iloc[0]
    assert "12" in alt_text(ax)
    power = f"{row['power']:.2f}".replace(".", "." if code == "en" else ",")
    assert f"{name} {power}" in alt_text(ax)


def test_a_continuous_predictor_names_its_axis() -> None:
    ax = plot_power(planned(8, 4, treated=None), "effect")
    assert "per standard deviation of the predictor" in ax.get_xlabel()
    assert "How strong a predictor" in texts(ax)
