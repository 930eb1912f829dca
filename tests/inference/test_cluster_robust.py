"""Cluster-robust variances: against clubSandwich, by dense algebra, few clusters."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import cluster_robust, wild_cluster_bootstrap
from netcollab.inference.few_clusters import (
    distinct_orders,
    n_orders,
    smallest_by_order,
)

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)
KINDS = ("CR0", "CR1", "CR1S", "CR2")
MODELS = {
    "both": ["contact", "structure"],
    "reform": ["reform", "years"],
    "sender": ["contact", "sender"],
    "within": ["contact", "years", "site"],
}


def ratings() -> pd.DataFrame:
    return pd.read_csv(HERE / "few_sites.csv")


def invented(seed: int, clusters: int = 7) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 7, size=clusters)
    site = np.repeat(np.arange(clusters), sizes)
    frame = pd.DataFrame({"site": site.astype(str)})
    frame["x"] = rng.normal(size=len(site))
    frame["z"] = rng.normal(size=clusters)[site]
    frame["y"] = frame["x"] + rng.normal(size=clusters)[site]
    return frame.assign(y=lambda f: f["y"] + rng.normal(size=len(f)))


# ---- other software


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("model", MODELS)
def test_equals_clubsandwich(model: str, kind: str) -> None:
    values = json.loads((HERE / "few_sites.json").read_text(encoding="utf-8"))
    expected = values["values"]["robust"][model]
    result = cluster_robust(ratings(), "capacity", MODELS[model], "site", kind=kind)
    table = result.coefficients
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-8)
    tested = table["se"].notna().to_numpy()
    assert tested.sum() == (3 if model != "sender" else 6) - (model == "within")
    for ours, theirs in (("se", "se"), ("df", "df"), ("pvalue", "p")):
        target = np.array(expected[kind][theirs])[tested]
        assert table[ours].to_numpy()[tested] == pytest.approx(target, rel=1e-8)


def public(data: str) -> pd.DataFrame:
    frame = pd.read_csv(KIT / "data" / data / "survey.csv")
    if data == "bhr2000":
        frame["LEAD"] = frame.filter(regex="^A").mean(axis=1)
        return frame.assign(G_HRS=frame.groupby("GRP")["HRS"].transform("mean"))
    frame = frame.dropna(subset=frame.filter(regex="^(lead|rc)").columns)
    frame["LEAD"] = frame.filter(regex="^lead").mean(axis=1)
    return frame.assign(RC=frame.filter(regex="^rc").mean(axis=1))


@NEEDS_KIT
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("data", "view", "outcome", "fixed", "cluster"),
    [
        ("bhr2000", "lead_hrs", "LEAD", ["HRS", "RELIG"], "GRP"),
        ("bhr2000", "lead_hrs_8groups", "LEAD", ["G_HRS", "RELIG"], "GRP"),
        ("synthsurvey", "rc_listwise", "RC", ["structure", "LEAD"], "municipality"),
    ],
)
def test_equals_clubsandwich_on_public_data(
    data: str, view: str, outcome: str, fixed: list[str], cluster: str, kind: str
) -> None:
    path = KIT / "expected" / data / f"cluster_robust.{view}.json"
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    frame = public(data)
    if view.endswith("8groups"):
        frame = frame[frame["GRP"].isin(frame["GRP"].unique()[:8])]
    result = cluster_robust(frame, outcome, fixed, cluster, kind=kind)
    table, expected = result.coefficients, values[f"clubSandwich_{kind}"]["value"]
    ols = values["ols"]["value"]
    assert table["estimate"].to_numpy() == pytest.approx(ols["estimate"], rel=1e-8)
    assert result.r_squared == pytest.approx(ols["r2"], rel=1e-8)
    assert table["se"].to_numpy() == pytest.approx(expected["se"], rel=1e-8)
    assert table["df"].to_numpy() == pytest.approx(
        expected["df_satterthwaite"], rel=1e-6
    )


# ---- by hand and by other roads


def test_the_mean_of_equal_clusters_by_hand() -> None:
    frame = pd.DataFrame({"site": list("aabbcc"), "y": [1, 3, 4, 6, 8, 8.0]})
    row = cluster_robust(frame, "y", [], "site").coefficients.loc["intercept"]
    # means 2, 5, 8: mean 5, variance 9, standard error sqrt(9 / 3)
    assert row["estimate"] == pytest.approx(5)
    assert row["se"] == pytest.approx(3**0.5)
    assert row["df"] == pytest.approx(2)


def dense(frame: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """CR2 and its degrees of freedom from the matrices as they are written."""
    x = np.column_stack([np.ones(len(frame)), frame["x"], frame["z"]])
    y = frame["y"].to_numpy()
    inverse = np.linalg.inv(x.T @ x)
    hat = x @ inverse @ x.T
    left = y - hat @ y
    meat, spread = np.zeros((3, 3)), []
    for site in frame["site"].unique():
        at = np.flatnonzero(frame["site"] == site)
        values, vectors = np.linalg.eigh(np.eye(len(at)) - hat[np.ix_(at, at)])
        adjust = vectors / np.sqrt(values) @ vectors.T
        score = x[at].T @ adjust @ left[at]
        meat += np.outer(score, score)
        spread.append((np.eye(len(y)) - hat)[:, at] @ adjust @ x[at] @ inverse)
    df = []
    for k in range(3):
        vectors = np.array([each[:, k] for each in spread])
        eigen = np.linalg.eigvalsh(vectors @ vectors.T)
        df.append(eigen.sum() ** 2 / (eigen**2).sum())
    return np.sqrt(np.diag(inverse @ meat @ inverse)), np.array(df)


@given(seed=st.integers(0, 10**6))
def test_equals_the_dense_formula(seed: int) -> None:
    frame = invented(seed)
    table = cluster_robust(frame, "y", ["x", "z"], "site").coefficients
    se, df = dense(frame)
    assert table["se"].to_numpy() == pytest.approx(se, rel=1e-7)
    assert table["df"].to_numpy() == pytest.approx(df, rel=1e-7)


def test_influence_is_the_fit_without_a_cluster() -> None:
    frame = ratings()
    result = cluster_robust(frame, "capacity", ["contact", "structure"], "site")
    assert result.influence.index.name == "site"
    for site in ("hedeby", "isvik"):
        rest = cluster_robust(
            frame[frame["site"] != site], "capacity", ["contact", "structure"], "site"
        )
        assert result.influence.loc[site].to_numpy() == pytest.approx(
            rest.coefficients["estimate"].to_numpy()
        )
    frame["only"] = (frame["site"] == "hedeby") * frame["contact"]
    alone = cluster_robust(frame, "capacity", ["only"], "site").influence
    assert alone.isna().all(axis=1).loc[lambda empty: empty].index.tolist() == [
        "hedeby"
    ]


def test_order_of_rows_and_units_play_no_part() -> None:
    frame = ratings()
    plain = cluster_robust(frame, "capacity", ["contact", "structure"], "site")
    moved = frame.sample(frac=1, random_state=2).assign(
        capacity=lambda f: 3 * f["capacity"] - 7, contact=lambda f: f["contact"] / 2
    )
    other = cluster_robust(moved, "capacity", ["contact", "structure"], "site")
    columns = ["statistic", "df", "pvalue"]
    one, two = (r.coefficients.loc["contact", columns] for r in (plain, other))
    assert one.to_numpy(dtype=float) == pytest.approx(two.to_numpy(dtype=float))
    assert plain.influence.index.equals(other.influence.index)


def test_clusters_may_be_made_of_two_columns() -> None:
    frame = ratings()
    frame["unit"] = frame["site"] + frame["sender"]
    one = cluster_robust(frame, "capacity", ["contact"], ("site", "sender"))
    other = cluster_robust(frame, "capacity", ["contact"], "unit")
    assert one.coefficients.equals(other.coefficients)
    assert len(one.influence) == frame["unit"].nunique()


# ---- few clusters, and what is refused


@pytest.mark.parametrize(
    ("values", "side", "smallest"),
    [
        ([0, 0, 0, 1, 1, 1], "two-sided", 0.1),
        ([0, 0, 0, 1, 1, 1], "greater", 0.05),
        ([0, 0, 0, 0, 1, 1, 1, 1], "two-sided", 2 / 70),
        ([0, 0, 0, 0, 1], "two-sided", 0.2),
        ([1, 2, 3, 4], "two-sided", 2 / 24),
        ([1, 2, 3, 7], "two-sided", 1 / 24),
        ([1 / 3, 1 / 3 + 1e-15, 2.0], "less", 1 / 3),
    ],
)
def test_smallest_p_by_order(values: list[float], side: str, smallest: float) -> None:
    assert smallest_by_order(np.array(values, dtype=float), side) == smallest


@given(st.lists(st.integers(0, 3), min_size=2, max_size=6))
def test_distinct_orders_are_all_and_each_once(values: list[int]) -> None:
    told = np.array(values, dtype=float)
    orders = distinct_orders(told)
    assert orders[0].tolist() == list(range(len(told)))
    assert (np.sort(orders, axis=1) == np.arange(len(told))).all()
    assert len(orders) == n_orders(told) == len(np.unique(told[orders], axis=0))


def test_few_clusters_say_what_permutation_can_reach() -> None:
    frame = ratings()
    few = frame[frame["site"].isin(["granlund", "fjordby", "isvik", "kystby", "moerk"])]
    result = cluster_robust(few, "capacity", ["contact", "reform"], "site")
    told = [note for note in result.notes if note.startswith("5 clusters")]
    assert len(told) == 1
    assert "contact 0.0625 by turning the signs" in told[0]
    assert "reform 0.1 by dealing it out anew" in told[0]
    assert "5 clusters" not in str(
        cluster_robust(frame, "capacity", ["contact"], "site").notes
    )


def test_other_kinds_are_for_comparison() -> None:
    result = cluster_robust(ratings(), "capacity", ["contact"], "site", kind="CR1S")
    assert any("CR1S is for comparison" in note for note in result.notes)
    assert not cluster_robust(ratings(), "capacity", ["contact"], "site").notes


def test_rare_predictors_are_flagged() -> None:
    frame = ratings().assign(pilot=lambda f: f["site"].isin(["isvik", "moerk"]))
    result = cluster_robust(frame, "capacity", ["pilot"], "site")
    assert result.coefficients.loc["pilot", "df"] < 2
    assert any(note.startswith("pilot: 1.") for note in result.notes)


@pytest.mark.parametrize(
    ("change", "fixed", "told"),
    [
        ({"site": "isvik"}, ["contact"], "all rows belong to one site"),
        ({"capacity": 1.0}, ["contact"], "no variance in outcome"),
        ({}, ["structure", "twice"], "each other: structure, twice"),
        ({}, ["structure", "site"], "repeat each other"),
        ({"capacity": lambda f: f["contact"]}, ["contact"], "tell the outcome"),
    ],
)
def test_refuses_by_name(
    change: dict[str, object], fixed: list[str], told: str
) -> None:
    frame = ratings().assign(twice=lambda f: f["structure"] * 2)
    with pytest.raises(RefusedError, match=told):
        cluster_robust(frame.assign(**change), "capacity", fixed, "site")


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR1S", "CR2"])
def test_means_of_clusters_that_are_told_leave_no_error(kind: Any) -> None:
    """Rounding is no standard error: every cluster's errors add up to 0."""
    rows = pd.DataFrame({"site": list("aabbccdd"), "t": [0, 0, 0, 0, 1, 1, 1, 1]})
    for y in ([1, 2, 2, 1, 2, 3, 3, 2], [1, 2, 2, 1, 1, 2, 2, 1]):
        told = rows.assign(y=y)
        with pytest.raises(RefusedError, match="t: no error is left to see chance by"):
            cluster_robust(told, "y", ["t"], "site", kind=kind)
    with pytest.raises(RefusedError, match="t: no error is left to see chance by"):
        wild_cluster_bootstrap(told, "y", ["t"], "site", "t")


def test_a_term_without_an_error_is_not_tested_and_the_others_are() -> None:
    rows = pd.DataFrame({"site": list("aabbccdd"), "t": [0, 0, 0, 0, 1, 1, 1, 1]})
    result = cluster_robust(rows.assign(y=[1, 2, 2, 1, 1, 2, 2, 3]), "y", "t", "site")
    told = result.coefficients.loc["t", ["se", "df"]].tolist()
    assert told == pytest.approx([0.5, 2.0])
    assert math.isnan(result.coefficients.loc["intercept", "se"])
    assert any(note.startswith("intercept: not tested") for note in result.notes)


def test_a_category_that_one_cluster_tells_alone_is_not_tested() -> None:
    """clubSandwich 0.5.8 gives cat[b] a standard error of 5e-8, which is rounding."""
    sites, counts = [f"s{k}" for k in range(6)], [4, 6, 3, 1, 2, 7]
    rows = pd.DataFrame(
        {
            "site": np.repeat(sites, counts),
            "cat": list("cddhhdabchcbcggehggffge"),
            "y": [3, 1, 5, 5, 2, 3, 5, 2, 4, 4, 3, 2, 3, 5, 1, 1, 1, 2, 5, 2, 2, 4, 3],
        }
    )
    result = cluster_robust(rows, "y", ["cat"], "site")
    table = result.coefficients
    untold = table.index[table["se"].isna()].tolist()
    assert untold == ["intercept", "cat[b]", "cat[d]", "cat[f]"]
    assert any(note.startswith(", ".join(untold)) for note in result.notes)
    # vcovCR(lm(y ~ cat), site, "CR2") and coef_test(), clubSandwich 0.5.8
    np.testing.assert_allclose(table["se"]["cat[c]"], 0.288675, rtol=1e-5)
    np.testing.assert_allclose(table["pvalue"]["cat[g]"], 0.1780, rtol=1e-3)


def test_numbers_as_text_and_dates_are_no_categories() -> None:
    frame = ratings()
    text = frame["contact"].map(lambda x: f"{x:.2f}".replace(".", ","))
    for changed, told in (
        (text, "numbers as text"),
        (pd.Timestamp("2026-01-01") + pd.to_timedelta(range(len(frame)), "D"), "dates"),
    ):
        with pytest.raises(InputError, match=f"contact holds {told}"):
            cluster_robust(frame.assign(contact=changed), "capacity", "contact", "site")
    codes = frame.assign(
        contact=frame["site"].map(lambda s: "0301" if s < "g" else "1")
    )
    assert (
        "contact[1]"
        in cluster_robust(codes, "capacity", "contact", "site").coefficients.index
    )


def test_refuses_more_predictors_of_sites_than_sites_minus_two() -> None:
    frame = ratings()
    few = frame[frame["site"].isin(["granlund", "fjordby", "isvik"])]
    cluster_robust(few, "capacity", ["structure"], "site")
    with pytest.raises(RefusedError, match="2 predictors are constant within site"):
        cluster_robust(few, "capacity", ["structure", "reform"], "site")


def test_wrong_options() -> None:
    with pytest.raises(UnknownNameError, match="CR2"):
        cluster_robust(ratings(), "capacity", ["contact"], "site", kind="CR3")
