"""Wild cluster bootstrap: against refits in R, by brute force, limits, refusals."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import cluster_robust, wild_cluster_bootstrap

HERE = Path(__file__).parents[1] / "reference" / "inference"
MODELS = {
    "contact": ["contact", "structure"],
    "structure": ["contact", "structure"],
    "reform": ["reform"],
}
EIGHT = (
    "aasdal",
    "fjordby",
    "granlund",
    "hedeby",
    "isvik",
    "kystby",
    "lindaas",
    "moerk",
)


def ratings(sites: tuple[str, ...] = ()) -> pd.DataFrame:
    frame = pd.read_csv(HERE / "few_sites.csv")
    return frame[frame["site"].isin(sites)] if sites else frame


def invented(seed: int, clusters: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    site = np.repeat(np.arange(clusters), rng.integers(2, 6, size=clusters))
    frame = pd.DataFrame({"site": site.astype(str)})
    frame[["x", "z"]] = rng.normal(size=(len(site), 2))
    frame["y"] = 0.5 * frame["x"] + rng.normal(size=clusters)[site]
    return frame.assign(y=lambda f: f["y"] + rng.normal(size=len(f)))


# ---- other software, and the definition


@pytest.mark.parametrize("term", MODELS)
def test_equals_refits_in_r_for_every_sign(term: str) -> None:
    values = json.loads((HERE / "few_sites.json").read_text(encoding="utf-8"))
    expected = values["values"]["wild"][term]
    frame = ratings(EIGHT)
    two, up = (
        wild_cluster_bootstrap(
            frame, "capacity", MODELS[term], "site", term, alternative=side
        )
        for side in ("two-sided", "greater")
    )
    row = two.coefficients.loc[term]
    assert two.method == "exact (256 combinations of signs)"
    assert row["statistic"] == pytest.approx(expected["t"], rel=1e-10)
    assert row["pvalue"] == expected["p"]
    assert up.coefficients.loc[term, "pvalue"] == expected["greater"]
    null = np.sort(two.null_distribution[term])
    assert null == pytest.approx(np.array(expected["sorted"]), rel=1e-8, abs=1e-10)
    assert (row["mc_error"], two.seed) == (0, None)


def brute(frame: pd.DataFrame, points: list[float], slope: float) -> list[float]:
    """t under every combination, by refitting y - slope x."""
    x = np.column_stack([np.ones(len(frame)), frame["z"], frame["x"]])
    y = frame["y"].to_numpy() - slope * x[:, 2]
    fitted = x[:, :2] @ np.linalg.lstsq(x[:, :2], y)[0]
    sites = frame["site"].unique()
    found = []
    for weights in itertools.product(points, repeat=len(sites)):
        v = frame["site"].map(dict(zip(sites, weights, strict=True))).to_numpy()
        drawn = pd.DataFrame(frame[["site", "x", "z"]])
        drawn["y"] = fitted + v * (y - fitted)
        row = cluster_robust(drawn, "y", ["z", "x"], "site", kind="CR1S").coefficients
        found.append(float(row.loc["x", "statistic"]))
    return found


@given(seed=st.integers(0, 10**6))
def test_equals_brute_force(seed: int) -> None:
    frame = invented(seed)
    result = wild_cluster_bootstrap(frame, "y", ["x", "z"], "site", "x")
    null = brute(frame, [1.0, -1.0], 0.0)
    assert np.sort(result.null_distribution["x"]) == pytest.approx(np.sort(null))
    row = result.coefficients.loc["x"]
    extreme = np.abs(null) >= abs(null[0]) - 1e-9
    assert row["pvalue"] == extreme.mean()
    robust = cluster_robust(frame, "y", ["x", "z"], "site", kind="CR1S")
    for name in ("estimate", "se", "statistic"):
        assert row[name] == pytest.approx(robust.coefficients.loc["x", name])
    assert result.influence["x"].equals(robust.influence["x"])


def test_interval_ends_where_the_test_begins_to_reject() -> None:
    frame = invented(11, clusters=6)
    result = wild_cluster_bootstrap(frame, "y", ["x", "z"], "site", "x", confidence=0.8)
    low, high = result.coefficients.loc["x", ["ci_low", "ci_high"]]
    for end, outward in ((low, -1), (high, 1)):
        for step, kept in ((-1e-6, True), (1e-6, False)):
            slope = end + outward * step
            null = np.abs(brute(frame, [1.0, -1.0], slope))
            p = (null >= null[0] - 1e-9).mean()
            assert (p > 0.2) == kept


def test_webb_weights_have_mean_0_and_variance_1_and_are_listed_when_few() -> None:
    frame = invented(3, clusters=4)
    result = wild_cluster_bootstrap(frame, "y", ["x"], "site", "x", weights="webb")
    assert result.method == "exact (1,296 combinations of six weights)"
    assert result.coefficients.loc["x", "p_min"] == 2 / 1296
    half = [np.sqrt(0.5), 1.0, np.sqrt(1.5)]
    points = [*half, *(-p for p in half)]
    assert (np.mean(points), np.var(points)) == pytest.approx((0, 1))
    small = frame.assign(z=np.arange(len(frame)) % 3 * 1.0)
    listed = wild_cluster_bootstrap(small, "y", ["x", "z"], "site", "x", weights="webb")
    null = brute(small, points, 0.0)
    assert np.sort(listed.null_distribution["x"]) == pytest.approx(np.sort(null))


# ---- what never changes, and what draws do


def test_turning_all_signs_turns_t() -> None:
    null = wild_cluster_bootstrap(
        ratings(), "capacity", ["contact", "structure"], "site", "structure"
    ).null_distribution["structure"]
    assert np.sort(null) == pytest.approx(np.sort(-null), abs=1e-10)


def test_order_of_rows_and_units_play_no_part() -> None:
    frame = ratings(EIGHT)
    plain = wild_cluster_bootstrap(
        frame, "capacity", ["contact", "structure"], "site", "contact"
    )
    moved = frame.sample(frac=1, random_state=3).assign(
        capacity=lambda f: 2 * f["capacity"] + 5
    )
    other = wild_cluster_bootstrap(
        moved, "capacity", ["structure", "contact"], "site", "contact"
    )
    one, two = (r.coefficients.loc["contact"] for r in (plain, other))
    assert one["pvalue"] == two["pvalue"]
    assert 2 * one["ci_low"] == pytest.approx(two["ci_low"])


def test_directions() -> None:
    p = {
        side: wild_cluster_bootstrap(
            ratings(EIGHT), "capacity", ["reform"], "site", "reform", alternative=side
        ).coefficients.loc["reform"]
        for side in ("two-sided", "greater", "less")
    }
    assert p["greater"]["pvalue"] + p["less"]["pvalue"] == pytest.approx(1 + 1 / 256)
    assert p["two-sided"]["pvalue"] == 2 * p["greater"]["pvalue"]
    assert p["greater"]["ci_high"] == np.inf
    assert p["less"]["ci_low"] == -np.inf
    assert p["greater"]["p_min"] == 1 / 256


def test_draws_depend_on_the_seed_alone_and_come_near_the_list() -> None:
    frame = pd.concat(
        [ratings(), ratings().assign(site=lambda f: f["site"] + " nord")]
    ).reset_index(drop=True)
    rng = np.random.default_rng(1)
    frame["capacity"] += rng.normal(size=len(frame))
    call = (frame, "capacity", ["contact", "structure"], "site", "structure")
    one, two, other = (
        wild_cluster_bootstrap(*call, n_resamples=1200, rng=seed) for seed in (5, 5, 6)
    )
    assert one.method == "1,200 draws of signs"
    assert one.seed == 5
    pd.testing.assert_frame_equal(one.null_distribution, two.null_distribution)
    assert not one.null_distribution.equals(other.null_distribution)
    few = wild_cluster_bootstrap(*call, n_resamples=700, rng=5)
    assert few.null_distribution.equals(one.null_distribution.iloc[:700])
    row = one.coefficients.loc["structure"]
    assert row["p_min"] == 1 / 1201
    assert row["pvalue"] >= row["p_min"]
    assert row["mc_error"] > 0


def test_p_reaches_its_minimum_and_no_less() -> None:
    frame = invented(2, clusters=6).assign(y=lambda f: 50 * f["x"] + f["y"])
    row = wild_cluster_bootstrap(frame, "y", ["x"], "site", "x").coefficients.loc["x"]
    assert row["pvalue"] == row["p_min"] == 2 / 64


def test_sites_may_have_their_own_means() -> None:
    frame = ratings(EIGHT)
    result = wild_cluster_bootstrap(
        frame, "capacity", ["contact", "site"], "site", "contact"
    )
    robust = cluster_robust(frame, "capacity", ["contact", "site"], "site", kind="CR1S")
    assert result.coefficients.loc["contact", "statistic"] == pytest.approx(
        robust.coefficients.loc["contact", "statistic"]
    )
    with pytest.raises(RefusedError, match="mean of one cluster"):
        wild_cluster_bootstrap(
            frame, "capacity", ["contact", "site"], "site", "site[isvik]"
        )


# ---- notes and refusals


def test_says_what_few_clusters_mean() -> None:
    frame = ratings(EIGHT)
    few = wild_cluster_bootstrap(frame, "capacity", ["contact"], "site", "contact")
    assert any("steps of 0.00781" in note for note in few.notes)
    webb = wild_cluster_bootstrap(
        frame, "capacity", ["contact"], "site", "contact", weights="webb", rng=1
    )
    assert not any("steps of" in note for note in webb.notes)
    five = wild_cluster_bootstrap(
        ratings(EIGHT[:5]), "capacity", ["contact"], "site", "contact"
    )
    assert any(note.startswith("5 clusters: standard errors") for note in five.notes)
    rare = ratings().assign(pilot=lambda f: f["site"].isin(["isvik", "moerk"]) * 1)
    result = wild_cluster_bootstrap(rare, "capacity", ["pilot"], "site", "pilot")
    assert any("two of which have pilot" in told for told in result.warnings)


def test_rows_with_gaps_are_counted() -> None:
    frame = ratings(EIGHT)
    frame.loc[frame.index[:4], "contact"] = np.nan
    result = wild_cluster_bootstrap(frame, "capacity", ["contact"], "site", "contact")
    assert result.notes[0].startswith("4 of ")
    assert result.n == len(frame) - 4


def test_wrong_arguments() -> None:
    frame = ratings(EIGHT)
    with pytest.raises(UnknownNameError, match="contact"):
        wild_cluster_bootstrap(frame, "capacity", ["contact"], "site", "contacts")
    with pytest.raises(UnknownNameError, match="weights"):
        wild_cluster_bootstrap(
            frame, "capacity", ["contact"], "site", "contact", weights="normal"
        )
    with pytest.raises(InputError, match="n_resamples"):
        wild_cluster_bootstrap(
            frame, "capacity", ["contact"], "site", "contact", n_resamples=0
        )
    with pytest.raises(RefusedError, match="one site"):
        wild_cluster_bootstrap(
            ratings(("isvik",)), "capacity", ["contact"], "site", "contact"
        )
