"""Instruments and related regressions: against R, and what is refused."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import (
    mediation,
    seemingly_unrelated,
    two_stage_least_squares,
)

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
STORED = json.loads((HERE / "paths.json").read_text(encoding="utf-8"))
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)
try:
    importlib.import_module("linearmodels.iv")
    MISSING = False
except ModuleNotFoundError:
    MISSING = True
NEEDS_EXTRA = pytest.mark.skipif(
    MISSING, reason="linearmodels is not installed (the extra sem)"
)


def survey() -> pd.DataFrame:
    rows = pd.read_csv(HERE.parent / "scales" / "survey.csv").dropna()
    return rows.assign(
        lead=rows[[f"lead{k}" for k in range(1, 5)]].mean(axis=1),
        rc=rows[[f"rc{k}" for k in range(1, 7)]].mean(axis=1),
        leader=rows["role"].eq("leader") * 1.0,
    )


@pytest.fixture
def kmenta() -> pd.DataFrame:
    return pd.read_csv(KIT / "data" / "kmenta" / "data.csv")


def stored(name: str) -> dict[str, list[float]]:
    path = KIT / "expected" / "kmenta" / "systemfit.json"
    return json.loads(path.read_text(encoding="utf-8"))["values"][name]["value"]


@NEEDS_EXTRA
def test_two_stages_of_r() -> None:
    found = two_stage_least_squares(
        survey(),
        "rc",
        endogenous=["lead"],
        instruments=["structure", "rc1"],
        exogenous=["leader"],
    )
    table = found.coefficients
    assert table.index.tolist() == ["intercept", "leader", "lead"]
    for column in ("estimate", "se"):
        np.testing.assert_allclose(table[column], STORED["stages"][column], rtol=1e-8)
    assert found.df == STORED["n"] - 3
    assert found.notes[0] == "instruments as declared: structure, rc1"
    assert any("Sargan's p" in note for note in found.notes)


@NEEDS_EXTRA
def test_sargan_is_left_out_with_clusters() -> None:
    rows = survey().assign(site=lambda table: np.arange(len(table)) % 9)
    found = two_stage_least_squares(
        rows,
        "rc",
        endogenous=["lead"],
        instruments=["structure", "rc1"],
        cluster="site",
    )
    assert not any("Sargan's p" in note for note in found.notes)
    assert any(note.startswith("overidentification: no test") for note in found.notes)


@NEEDS_EXTRA
@NEEDS_KIT
@pytest.mark.parametrize("equation", ["demand", "supply"])
def test_two_stages_of_systemfit(kmenta: pd.DataFrame, equation: str) -> None:
    exogenous = {"demand": ["income"], "supply": ["farmPrice", "trend"]}[equation]
    others = [n for n in ("income", "farmPrice", "trend") if n not in exogenous]
    found = two_stage_least_squares(
        kmenta,
        "consump",
        endogenous=["price"],
        instruments=others,
        exogenous=exogenous,
    ).coefficients
    expected = stored("2sls")
    for place, term in enumerate(expected["term"]):
        name = term.removeprefix(f"{equation}_").replace("(Intercept)", "intercept")
        if not term.startswith(equation):
            continue
        for ours, theirs in (
            ("estimate", "estimate"),
            ("se", "se"),
            ("statistic", "t"),
            ("pvalue", "p"),
        ):
            value = expected[theirs][place]
            assert found.loc[name, ours] == pytest.approx(value, rel=1e-8), term


@NEEDS_EXTRA
@NEEDS_KIT
def test_unrelated_regressions_of_systemfit(kmenta: pd.DataFrame) -> None:
    found = seemingly_unrelated(
        kmenta,
        {
            "demand": ("consump", ["price", "income"]),
            "supply": ("consump", ["price", "farmPrice", "trend"]),
        },
    )
    expected = stored("sur_noDfCor")
    names = [
        re.sub("_", ": ", term).replace("(Intercept)", "intercept")
        for term in expected["term"]
    ]
    table = found.coefficients.loc[names]
    for ours, theirs in (("estimate", "estimate"), ("se", "se"), ("statistic", "t")):
        np.testing.assert_allclose(table[ours], expected[theirs], rtol=1e-8)
    # p of 1e-10 on 17 degrees of freedom moves 17 times as much as t
    np.testing.assert_allclose(table["pvalue"], expected["p"], rtol=17e-8)
    assert "residuals of supply and demand correlate by 0.98" in found.notes


@NEEDS_EXTRA
def test_the_same_predictors_make_it_least_squares() -> None:
    rows = survey()
    found = seemingly_unrelated(
        rows, {"a": ("lead", ["structure"]), "b": ("rc", ["structure"])}
    ).coefficients
    single = mediation(rows, "structure", "lead", "rc", n_resamples=2, rng=1)
    slopes = single.coefficients["estimate"]
    assert found.loc["a: structure", "estimate"] == pytest.approx(slopes["a"])
    assert found.loc["b: structure", "estimate"] == pytest.approx(slopes["total"])


@NEEDS_EXTRA
def test_a_predictor_that_is_its_own_instrument_is_least_squares() -> None:
    rows = survey().assign(twin=lambda table: 3 - 2 * table["structure"])
    found = two_stage_least_squares(
        rows, "rc", endogenous=["structure"], instruments=["twin"]
    ).coefficients
    np.testing.assert_allclose(
        found.loc["structure", ["estimate", "se", "statistic", "pvalue"]].astype(float),
        STORED["mediation"]["total"],
        rtol=1e-8,
    )


@NEEDS_EXTRA
def test_clusters_and_weak_instruments_are_told() -> None:
    rows = survey()
    noise = np.random.default_rng(1).normal(size=len(rows))
    found = two_stage_least_squares(
        rows.assign(noise=noise),
        "rc",
        endogenous=["lead"],
        instruments=["noise"],
        cluster="municipality",
    )
    assert found.df == 11
    assert any("12 clusters are few" in note for note in found.notes)
    assert any("weak instruments for lead" in note for note in found.notes)
    assert found.method == "t-tests, clustered by municipality"


@NEEDS_EXTRA
def test_what_is_refused() -> None:
    rows = survey()
    with pytest.raises(RefusedError, match="2 endogenous predictors need"):
        two_stage_least_squares(
            rows, "rc", endogenous=["lead", "rc1"], instruments=["structure"]
        )
    with pytest.raises(RefusedError, match="instruments make up each other"):
        two_stage_least_squares(
            rows.assign(twin=2 * rows["structure"]),
            "rc",
            endogenous=["lead"],
            instruments=["structure", "twin"],
        )
    with pytest.raises(RefusedError, match="predictors of b make up each other"):
        seemingly_unrelated(
            rows.assign(one=1.0), {"a": ("rc", ["lead"]), "b": ("lead", ["one"])}
        )
    with pytest.raises(InputError, match="two or more"):
        seemingly_unrelated(rows, {"a": ("rc", ["lead"])})
    with pytest.raises(UnknownNameError, match="column"):
        two_stage_least_squares(rows, "rc", endogenous=["lead"], instruments=["q"])
    with pytest.raises(RefusedError, match="4 rows have every variable"):
        two_stage_least_squares(
            rows.iloc[:4],
            "rc",
            endogenous=["lead"],
            instruments=["structure"],
            exogenous=["leader"],
        )


def test_without_the_package_the_way_to_it_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "linearmodels", None)
    with pytest.raises(RefusedError, match=r"pip install netcollab\[sem\]"):
        two_stage_least_squares(
            survey(), "rc", endogenous=["lead"], instruments=["structure"]
        )
