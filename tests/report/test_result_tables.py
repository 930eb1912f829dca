"""Results as tables of words: no zero p, no star, and a note made from the results."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError
from netcollab.hypotheses import Findings
from netcollab.inference import ModelResult, mrqap
from netcollab.report import (
    findings_table,
    language,
    model_table,
    plot_estimates,
    write_table,
)
from netcollab.report.reasons import reason_text
from netcollab.report.runs import p_text, runs_of, sample_text


@pytest.fixture(scope="module")
def findings() -> Findings:
    """One claim without a verdict, of 40,320 relabellings, and one made of it."""
    study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    (first,) = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH[:1], rng=1)
    second = replace(
        first,
        hypothesis=nc.hypotheses.ANSELL_GASH[1],
        verdict="supported",
        estimate=0.5513,
        pvalue=4.96e-5,
        pvalue_adjusted=1.98e-4,
        detectable_effect=0.39,
    )
    return Findings("s", (first, second), alpha=0.05, seed=1, synthetic=True)


def model(**how: object) -> ModelResult:
    table = pd.DataFrame(
        {
            "estimate": [0.5, -0.25],
            "pvalue": [0.00002, 0.6],
            "mc_error": [0.0, 0.01],
            "ci_low": [0.1, -np.inf],
            "ci_high": [0.9, 0.4],
            "p_adjusted": [0.00004, 0.6],
            "detectable_effect": [0.3, np.nan],
        },
        index=["tie(trust)", "same_level"],
    )
    given = {
        "test": "MRQAP, double semi-partialing",
        "null": "none, among those who answered",
        "coefficients": table,
        "n": 56,
        "n_resamples": 9999,
        "seed": 3,
        "method": "9,999 permutations",
        "adjustment": "step-down max-T (Westfall & Young) over the 2 terms",
    }
    return ModelResult(**{**given, **how})


def test_findings_are_told_in_the_language_of_the_reader(findings: Findings) -> None:
    with language("nb"):
        table = findings_table(findings)
    row = table.loc["AG-H2"]
    assert row["konklusjon"] == "støttet"
    assert row["estimat"] == "0,55"
    assert row["p"] == "0,00005 (eksakt)"
    assert row["p (Holm)"] == "0,0002"
    assert row["minste påviselige effekt"] == "0,39"
    assert row["n"] == "64 ordnede par"
    assert row["merker"] == "analogi"
    assert table.index.name == "hypotese"


def test_the_note_of_findings_says_what_was_run(findings: Findings) -> None:
    note = findings_table(findings).attrs["note"]
    assert note.startswith("Synthetic data; ")
    assert "AG-H1, AG-H2: QAP correlation (p is exact, over all" in note
    assert "40,320 relabellings" in note
    assert "Holm over 2 tests at level 0.05" in note
    assert "did not answer changed places among themselves only" in note
    assert "seed" not in note


def test_what_was_not_tested_says_why() -> None:
    study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    found = nc.hypotheses.evaluate(study, nc.hypotheses.ANSELL_GASH, rng=1)
    table = findings_table(found)
    note = table.attrs["note"]
    assert "not testable: AG-H1, test: " in note
    assert set(table["estimate"]) == {"–"}
    assert table["n"].str.endswith("voices").all()
    assert "Holm" not in note


def test_a_model_is_a_row_per_term() -> None:
    with language("da"):
        table = model_table({"Model 1": model()})
    assert table.index.tolist() == [
        ("Model 1", "tie(trust)"),
        ("Model 1", "same level"),
    ]
    assert table.iloc[0].tolist() == [
        "0,50",
        "0,10 til 0,90",
        "0,00002",
        "0,00004",
        "0,30",
        "56 ordnede par",
    ]
    assert table.iloc[1]["95 %-interval"] == "−∞ til 0,40"
    assert table.iloc[1]["p"] == "0,600 ± 0,010"
    assert "9.999" not in table.attrs["note"]
    assert "9999 tilfældige trækninger (frø 3)" in table.attrs["note"]


def test_all_relabellings_are_called_exact_and_columns_without_numbers_go() -> None:
    exact = model(seed=None, n_resamples=720, adjustment="")
    table = model_table({"a": exact}).drop(columns="smallest detectable effect")
    assert table["p"].tolist()[0] == "0.00002 (exact)"
    bare = model(coefficients=exact.coefficients[["estimate", "pvalue"]])
    assert list(model_table({"a": bare}).columns) == ["estimate", "p", "n"]


def test_two_levels_of_confidence_are_not_called_one() -> None:
    table = model_table({"a": model(), "b": model(confidence=0.9)})
    assert "interval" in table.columns
    assert "90 % interval" in model_table({"b": model(confidence=0.9)}).columns


def test_warnings_are_in_the_note() -> None:
    note = model_table({"a": model(warnings=("x is skewed",))}).attrs["note"]
    assert "a: x is skewed" in note


def test_no_model_is_no_table() -> None:
    with pytest.raises(InputError, match="at least one"):
        model_table({})


@pytest.mark.parametrize("p", [1.0, 0.05, 0.00099, 3e-7, 4e-12, 5e-324])
def test_no_p_reads_as_zero_and_none_has_a_star(p: float) -> None:
    told = p_text(p)
    assert re.search(r"[1-9]", told)
    assert "*" not in told


def test_results_without_one_are_not_counted_as_run(findings: Findings) -> None:
    refused = nc.inference.TestResult("QAP correlation", "none", reason="constant")
    assert list(runs_of({"a": refused})) == []
    assert [run.name for run in runs_of(findings)] == ["AG-H1", "AG-H2"]
    assert sample_text(3, "moons") == "3 moons"


def test_the_table_is_written_with_its_note(findings: Findings, tmp_path: Path) -> None:
    files = write_table(
        findings_table(findings),
        tmp_path / "findings",
        caption="Findings",
        formats=["html", "latex", "md", "xlsx", "docx"],
    )
    assert 'class="note">Synthetic data;' in files[0].read_text()
    assert "Synthetic data;" in files[1].read_text()
    assert files[2].read_text().splitlines()[-1].startswith("Synthetic data;")


@pytest.mark.parametrize("code", ["en", "nb", "da"])
def test_the_names_of_a_user_are_never_translated(code: str) -> None:
    """Norwegian and Danish have words of their own for formal, trust and staff."""
    fit = model()
    terms = ["formal", "trust", "staff_share"]
    rows = pd.concat([fit.coefficients, fit.coefficients.iloc[:1]]).set_axis(terms)
    fit = replace(fit, coefficients=rows)
    with language(code):
        table = model_table({"degree": fit})
        ax = plot_estimates(fit)
    told = table.index.get_level_values(1).tolist()
    assert told == ["formal", "trust", "staff share"]
    assert set(table.index.get_level_values(0)) == {"degree"}
    shown = [tick.get_text() for tick in ax.get_yticklabels()]
    assert shown == ["Formal", "Trust", "Staff share"]


def test_the_intercept_is_a_word_of_ours() -> None:
    table = pd.DataFrame({"estimate": [1.0], "pvalue": [0.5]}, index=["intercept"])
    with language("da"):
        told = model_table({"a": ModelResult("least squares on means by s", "", table)})
    assert told.index.get_level_values(1).tolist() == ["konstantled"]


def test_the_share_explained_stands_where_a_model_has_one() -> None:
    table = model_table({"a": model(r_squared=0.4567), "b": model()})
    assert table["R²"].tolist() == ["0.46", "0.46", "–", "–"]
    assert table.attrs["numbers"][-1] == "R²"
    assert "R²" not in model_table({"b": model()})


WARNINGS = (
    "x is nearly a sum of the other predictors (VIF 7.3)",
    "the outcome is very skewed (skewness 2.4); beside correlated predictors p is too "
    "small: try ranks or logs",
    "x hangs on NAV: 44% of what decides its slope (11% if all were alike); least "
    "squares without it 0.31, with it 0.52",
    "x hangs on NAV: 44% of what decides its slope (11% if all were alike); without it "
    "there is no slope",
    "CR2 rejects hardly ever, it will miss effects: a true null in 0.011 to 0.026 of "
    "simulated studies (.05 nominal) with 8 sites, half of which have x",
    "CR2 rejects too often: a true null in 0.091 of simulated studies (.05 nominal) "
    "with 20 actors, two of them hubs in x",
    "CR2 rejects too often: a true null in 0.112 to 0.201 of simulated studies (.05 "
    "nominal) where slopes differ between sites; for the mean of sites use site_slopes",
)


def test_these_are_the_warnings_that_regressions_give() -> None:
    """Two predictors alike, a long tail, and one actor apart in all variables."""
    rng = np.random.default_rng(3)
    scale = np.ones((20, 20))
    scale[0] = scale[:, 0] = 4
    x = rng.normal(size=(20, 20)) * scale
    near = x + 0.2 * scale * rng.normal(size=(20, 20))
    y = np.exp(rng.normal(size=(20, 20))) * scale
    frames = {"x": pd.DataFrame(x), "near": pd.DataFrame(near)}
    given = mrqap(pd.DataFrame(y), frames, n_resamples=99, rng=1).warnings
    assert len(given) >= 4
    with language("nb"):
        told = [reason_text(warning) for warning in given]
    assert not set(told) & set(given)


@pytest.mark.parametrize("code", ["nb", "da"])
@pytest.mark.parametrize("warning", WARNINGS)
def test_warnings_below_a_table_are_in_its_language(warning: str, code: str) -> None:
    rng = np.random.default_rng(3)
    y, x = (pd.DataFrame(cells) for cells in rng.normal(size=(2, 8, 8)))
    model = replace(mrqap(y, {"x": x}, n_resamples=9), warnings=(warning,))
    with language(code):
        note = model_table({"1": model}).attrs["note"]
    assert not re.search(r"\b(the|of|with|where|rejects|hangs|slope|to [0-9])\b", note)
