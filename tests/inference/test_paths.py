"""Mediation and cross-lags: against R, by drawing one by one, and what is said."""

from __future__ import annotations

import json
import math
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab._resample import draw
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import bootstrap_interval, cross_lagged, mediation
from netcollab.inference.bootstrap import drawn_units
from netcollab.inference.resampled_slopes import Drawn, sample_of

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
STORED = json.loads((HERE / "paths.json").read_text(encoding="utf-8"))
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)
SHOWN = ["estimate", "se", "statistic", "pvalue"]


def survey() -> pd.DataFrame:
    rows = pd.read_csv(HERE.parent / "scales" / "survey.csv").dropna()
    return rows.assign(
        lead=rows[[f"lead{k}" for k in range(1, 5)]].mean(axis=1),
        rc=rows[[f"rc{k}" for k in range(1, 7)]].mean(axis=1),
        leader=rows["role"].eq("leader") * 1.0,
    )


def drawn(seed: int, n: int = 40) -> pd.DataFrame:
    cells = np.random.default_rng(seed).normal(size=(n, 4))
    table = pd.DataFrame(cells, columns=list("xmyz")).assign(site=np.arange(n) // 4)
    table["m"] += 0.6 * table["x"]
    table["y"] += 0.5 * table["m"]
    return table


# ---- mediation


@pytest.mark.parametrize("key", ["mediation", "mediation_leader"])
def test_what_r_gives(key: str) -> None:
    more = ["leader"] if key.endswith("leader") else []
    found = mediation(survey(), "structure", "lead", "rc", covariates=more, rng=1)
    for term in ("a", "b", "direct", "total", "indirect"):
        np.testing.assert_allclose(
            found.coefficients.loc[term, SHOWN].astype(float),
            STORED[key][term],
            rtol=1e-8,
            err_msg=term,
        )
    assert found.n == STORED["n"]


KITS = {
    ("bhr2000", "hrs_lead_relig"): (["HRS", "LEAD", "RELIG"], []),
    ("poldem", "x1_y1_y5"): (["x1", "y1", "y5"], []),
    ("poldem", "x1_y1_y5_cov"): (["x1", "y1", "y5"], ["x2", "x3"]),
    ("synthsurvey", "structure_lead_rc"): (["structure", "lead", "rc"], []),
}


@NEEDS_KIT
@pytest.mark.parametrize(("data", "view"), KITS)
def test_what_lm_and_multilevel_give(data: str, view: str) -> None:
    path = KIT / "expected" / data / f"mediation.{view}.json"
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    (x, m, y), more = KITS[data, view]
    if data == "synthsurvey":
        table = survey()
    else:
        table = pd.read_csv(KIT / "data" / data / "survey.csv")
        table["LEAD"] = table.iloc[:, 1:12].mean(axis=1)
    found = mediation(table, x, m, y, covariates=more, n_resamples=50, rng=1)
    estimate, se = found.coefficients["estimate"], found.coefficients["se"]
    expected = values["product_of_coefficients"]["value"]
    for mine, theirs in (
        (estimate["a"], "a"),
        (estimate["b"], "b"),
        (estimate["direct"], "c_direct"),
        (estimate["total"], "c_total"),
        (estimate["indirect"], "indirect"),
        (se["a"], "se_a"),
        (se["b"], "se_b"),
        (se["indirect"], "se_sobel"),
        (found.coefficients.loc["indirect", "statistic"], "z_sobel"),
        (found.coefficients.loc["indirect", "pvalue"], "p_sobel"),
    ):
        assert mine == pytest.approx(expected[theirs], rel=1e-7), theirs


@given(st.integers(0, 10_000))
def test_total_is_direct_and_indirect(seed: int) -> None:
    found = mediation(
        drawn(seed), "x", "m", "y", covariates=["z"], n_resamples=9, rng=1
    ).coefficients["estimate"]
    assert found["total"] == pytest.approx(found["direct"] + found["indirect"])
    assert found["indirect"] == pytest.approx(found["a"] * found["b"])


@pytest.mark.parametrize("cluster", [None, "site"])
def test_draws_are_regressions_of_the_rows_drawn(cluster: str | None) -> None:
    table = drawn(3, 24)
    sample = sample_of(table, ["x", "m", "y"], cluster)
    kernel = Drawn(sample, [("m", ["x"]), ("y", ["x", "m"])])
    quick = draw("slopes", kernel, n_resamples=30, rng=5).null[:, 1:]
    chosen = partial(drawn_units, n_units=sample.n_units)
    units = draw("slopes", chosen, n_resamples=30, rng=5).null.astype(int)
    for slopes, chosen in zip(quick, units, strict=True):
        rows = np.concatenate([np.flatnonzero(sample.units == u) for u in chosen])
        part = table.iloc[rows]
        design = np.column_stack([np.ones(len(part)), part[["x", "m"]]])
        slow = np.linalg.lstsq(design, part["y"].to_numpy())[0][1:]
        np.testing.assert_allclose(slopes, slow, rtol=1e-9)


def test_the_interval_is_that_of_any_statistic() -> None:
    table = drawn(4, 36)

    def indirect(rows: pd.DataFrame) -> float:
        a = np.polyfit(rows["x"], rows["m"], 1)[0]
        design = np.column_stack([np.ones(len(rows)), rows[["x", "m"]]])
        return float(a * np.linalg.lstsq(design, rows["y"].to_numpy())[0][2])

    found = mediation(table, "x", "m", "y", cluster="site", rng=1, n_resamples=1999)
    slow = bootstrap_interval(
        indirect, table, cluster="site", kind="percentile", rng=2, n_resamples=1000
    )
    row = found.coefficients.loc["indirect"]
    assert row["estimate"] == pytest.approx(slow.estimate)
    assert row["se"] == pytest.approx(slow.se, rel=0.1)
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(
        (slow.low, slow.high), abs=0.25 * slow.se
    )


def test_clusters_have_draws_and_no_p() -> None:
    found = mediation(drawn(5, 40), "x", "m", "y", cluster="site", rng=1)
    assert found.coefficients["pvalue"].isna().all()
    assert found.coefficients["se"].gt(0).all()
    assert found.method == "least squares, 1,999 draws of 10 clusters"
    assert "no verdict: mediation needs 30 sites or more, here are 10" in found.notes
    assert any("10 clusters are few" in note for note in found.notes)
    many = mediation(drawn(5, 120), "x", "m", "y", cluster="site", rng=1)
    assert not any("verdict" in note for note in many.notes)
    rows = mediation(drawn(5, 120), "x", "m", "y", rng=1)
    assert any("no sites were named" in note for note in rows.notes)
    assert any("direction is assumed" in note for note in rows.notes)
    assert rows.summary().startswith("mediation of x on y through m")


def test_the_seed_is_kept_and_more_draws_begin_with_the_same() -> None:
    table = drawn(6)
    first = mediation(table, "x", "m", "y", rng=8)
    again = mediation(table, "x", "m", "y", rng=8)
    pd.testing.assert_frame_equal(first.coefficients, again.coefficients)
    assert first.seed == 8
    kernel = Drawn(sample_of(table, ["x", "m", "y"], None), [("y", ["x", "m"])])
    few, many = (draw("slopes", kernel, n_resamples=n, rng=8).null for n in (100, 900))
    np.testing.assert_allclose(few, many[:100])


def test_draws_that_cannot_tell_slopes_apart_are_counted() -> None:
    table = drawn(7, 24)
    table["x"] = table["site"].isin([0, 1]) * 1.0  # two of six sites
    found = mediation(table, "x", "m", "y", cluster="site", rng=1)
    (lost,) = [note for note in found.notes if "had no slopes" in note]
    # neither of two among six: (4/6)^6, and both alone is rarer
    expected = 1999 * (4 / 6) ** 6
    assert int(lost.split()[0]) == pytest.approx(expected, rel=0.25)
    row = found.coefficients
    assert row[["ci_low", "ci_high", "se", "pvalue"]].isna().all(axis=None)
    assert row["estimate"].notna().all()
    (told,) = [note for note in found.notes if ": no interval and no" in note]
    # (4/6)^6 + (2/6)^6
    assert "x has 2 values in 6 clusters, the most common in 4, so that 0.089" in told
    # one site each: all three must be drawn, 6 of 27
    three = drawn(7, 12)
    three["x"], three["z"] = three["site"].eq(0) * 1.0, three["site"].eq(1) * 1.0
    with pytest.raises(RefusedError, match="cannot be told apart in 1,5"):
        mediation(three, "x", "m", "y", covariates=["z"], cluster="site", rng=1)


def clusters_of(values: list[float]) -> pd.DataFrame:
    table = drawn(8, 4 * len(values))
    site = np.repeat(np.arange(len(values)), 4)
    return table.assign(site=site, x=np.repeat(np.array(values, dtype=float), 4))


@pytest.mark.parametrize(
    ("values", "chance"),
    [
        ([1, 0, 0, 0, 0, 0, 0, 0], (7 / 8) ** 8 + (1 / 8) ** 8),
        ([1, 1, 1, 1, 0, 0, 0, 0], 2 * (1 / 2) ** 8),
        ([1] * 6 + [0] * 6, 2 * (1 / 2) ** 12),
        ([1, 2, 3, 4, 5], 5 * (1 / 5) ** 5),
        ([1, 2, 3, 4, 5, 6], 6 * (1 / 6) ** 6),
        ([1] * 3 + [0] * 27, 0.9**30 + 0.1**30),
    ],
)
def test_no_interval_where_draws_often_lack_a_value(
    values: list[float], chance: float
) -> None:
    table = clusters_of(values)
    sample = sample_of(table, ["x", "m", "y"], "site")
    assert sample.alike("x") == pytest.approx(chance)
    assert sample.alike("m") == 0
    found = mediation(table, "x", "m", "y", cluster="site", n_resamples=99, rng=1)
    row = found.coefficients
    assert row["ci_low"].isna().all() == row["se"].isna().all() == (chance > 0.001)
    told = [note for note in found.notes if ": no interval" in note]
    assert len(told) == (chance > 0.001)


def test_one_row_of_forty_has_no_interval_either() -> None:
    table = drawn(9, 40).assign(x=np.arange(40) < 1)
    found = mediation(table, "x", "m", "y", n_resamples=99, rng=1)
    assert found.coefficients["ci_low"].isna().all()
    assert found.coefficients["se"].notna().all()
    assert any(": no interval: x has 2" in note for note in found.notes)
    lags = cross_lagged(table, ("x", "y"), ("m", "z"), n_resamples=99, rng=1)
    assert lags.coefficients["ci_low"].isna().all()


@pytest.mark.calibration
def test_intervals_of_six_treated_of_twelve_are_a_little_narrow() -> None:
    # .90 in 1,500 studies; the docstring says so
    rng = np.random.default_rng(11)
    site = np.repeat(np.arange(12), 3)
    held = 0
    for _ in range(200):
        shared = rng.normal(size=(12, 2))[site] + rng.normal(size=(36, 2))
        table = pd.DataFrame(shared, columns=["m", "y"])
        table = table.assign(site=site, x=(site < 6) * 1.0)
        row = mediation(
            table, "x", "m", "y", cluster="site", n_resamples=199, rng=rng
        ).coefficients
        held += row.loc["total", "ci_low"] <= 0 <= row.loc["total", "ci_high"]
    assert abs(held / 200 - 0.90) < 3 * math.sqrt(0.09 / 200)


@pytest.mark.calibration
def test_intervals_of_a_product_of_nothing_cover_it() -> None:
    # Both slopes 0: the percentile interval of a b holds 0 more often than .95
    rng = np.random.default_rng(10)
    held = 0
    for _ in range(200):
        table = pd.DataFrame(rng.normal(size=(40, 3)), columns=list("xmy"))
        row = mediation(table, "x", "m", "y", n_resamples=199, rng=rng).coefficients
        held += row.loc["indirect", "ci_low"] <= 0 <= row.loc["indirect", "ci_high"]
    assert held / 200 > 0.95 - 3 * math.sqrt(0.05 * 0.95 / 200)


# ---- cross-lags


def test_lags_of_r() -> None:
    found = cross_lagged(survey(), ("lead1", "lead2"), ("rc1", "rc2"), rng=1)
    table = found.coefficients
    assert table.index.tolist() == [
        "lead1 -> lead2",
        "rc1 -> lead2",
        "lead1 -> rc2",
        "rc1 -> rc2",
    ]
    np.testing.assert_allclose(table[SHOWN].to_numpy(), STORED["lags"], rtol=1e-8)
    rows = survey()
    slope = table.loc["lead1 -> rc2"]
    ratio = rows["lead1"].std() / rows["rc2"].std()
    assert slope["standardized"] == pytest.approx(slope["estimate"] * ratio)
    assert "association in time, not direction" in found.notes


def test_variables_change_places() -> None:
    rows = survey()
    one = cross_lagged(rows, ("lead1", "lead2"), ("rc1", "rc2"), rng=1).coefficients
    other = cross_lagged(rows, ("rc1", "rc2"), ("lead1", "lead2"), rng=1).coefficients
    pd.testing.assert_frame_equal(other.loc[one.index], one)


def test_lags_by_site_and_with_covariates() -> None:
    table = drawn(9, 80).rename(columns={"m": "x2", "z": "y2"})
    found = cross_lagged(
        table.assign(size=np.arange(80) % 7),
        ("x", "x2"),
        ("y", "y2"),
        covariates=["size"],
        cluster="site",
        rng=1,
    )
    assert len(found.coefficients) == 4
    assert found.coefficients["pvalue"].isna().all()
    assert found.method.endswith("draws of 20 clusters")
    assert not any("few" in note for note in found.notes)


# ---- what is refused


def test_bad_input_is_named() -> None:
    table = drawn(1)
    with pytest.raises(UnknownNameError, match="column"):
        mediation(table, "x", "m", "q")
    with pytest.raises(UnknownNameError, match="column"):
        mediation(table, "x", "m", "y", cluster="town")
    with pytest.raises(InputError, match="named once"):
        mediation(table, "x", "x", "y")
    gone = table.assign(site=table["site"].where(table.index > 0))
    with pytest.raises(InputError, match="1 rows have no site"):
        mediation(gone, "x", "m", "y", cluster="site")
    with pytest.raises(RefusedError, match="m has the same value"):
        mediation(table.assign(m=1.0), "x", "m", "y")
    with pytest.raises(RefusedError, match="m is made up of x"):
        mediation(table.assign(m=2 * table["x"]), "x", "m", "y")
    with pytest.raises(RefusedError, match="4 rows have every variable"):
        mediation(table.iloc[:4], "x", "m", "y")
    with pytest.raises(RefusedError, match="two units"):
        mediation(table.assign(site=1), "x", "m", "y", cluster="site")
