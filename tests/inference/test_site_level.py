"""Means and permutations of sites: against R, by hand, exactness, refusals."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import (
    TestResult,
    cluster_robust,
    leave_one_out,
    site_means,
    site_permutation,
)

HERE = Path(__file__).parents[1] / "reference" / "inference"
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


def expected(part: str) -> dict[str, dict[str, object]]:
    values = json.loads((HERE / "few_sites.json").read_text(encoding="utf-8"))
    return dict(values["values"][part])


def six() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "site": list("aabbccddeeff"),
            "capacity": [3, 4, 2, 2, 4, 5, 3, 3, 5, 4, 2, 3],
            "reform": [0, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1],
        }
    )


# ---- means


@pytest.mark.parametrize(
    ("model", "fixed"),
    [("one", ["structure"]), ("three", ["structure", "reform", "contact"])],
)
def test_means_equal_lm(model: str, fixed: list[str]) -> None:
    result = site_means(ratings(), "capacity", fixed, "site")
    table, told = result.coefficients, expected("means")[model]
    for ours, theirs in (
        ("estimate", "estimate"),
        ("se", "se"),
        ("pvalue", "p"),
        ("ci_low", "low"),
        ("ci_high", "high"),
    ):
        assert table[ours].to_numpy() == pytest.approx(told[theirs], rel=1e-8)
    assert (table["df"] == told["df"]).all()
    assert result.r_squared == pytest.approx(told["r_squared"], rel=1e-8)


def test_means_by_hand() -> None:
    table = site_means(six(), "capacity", ["reform"], "site").coefficients
    # means 3.5, 2, 3 without reform, 4.5, 4.5, 2.5 with: squares 7/6 + 8/3 on 4 df
    assert table.loc["reform", "estimate"] == pytest.approx(1)
    assert table.loc["reform", "se"] == pytest.approx((23 / 24 * 2 / 3) ** 0.5)
    assert table.loc["intercept", "estimate"] == pytest.approx(17 / 6)
    test = stats.ttest_ind([4.5, 4.5, 2.5], [3.5, 2, 3])
    assert table.loc["reform", "pvalue"] == pytest.approx(test.pvalue)


def test_the_mean_alone_is_a_one_sample_test() -> None:
    result = site_means(six(), "capacity", [], "site")
    row = result.coefficients.loc["intercept"]
    test = stats.ttest_1samp([3.5, 2, 4.5, 3, 4.5, 2.5], 0)
    assert (row["statistic"], row["pvalue"]) == pytest.approx(
        (test.statistic, test.pvalue)
    )


def test_equal_clusters_and_halves_give_the_test_of_means() -> None:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"site": np.repeat(list("abcdefgh"), 5)})
    frame["reform"] = frame["site"].isin(list("abcd")) * 1.0
    frame["y"] = rng.normal(size=40) + rng.normal(size=8).repeat(5)
    robust = cluster_robust(frame, "y", ["reform"], "site").coefficients.loc["reform"]
    means = site_means(frame, "y", ["reform"], "site").coefficients.loc["reform"]
    assert robust["df"] == pytest.approx(6)
    for name in ("estimate", "se", "pvalue", "ci_low", "ci_high"):
        assert robust[name] == pytest.approx(means[name])


def test_influence_is_the_fit_without_a_site() -> None:
    frame = ratings()
    result = site_means(frame, "capacity", ["structure", "contact"], "site")
    for site in ("isvik", "lindaas"):
        rest = frame[frame["site"] != site]
        other = site_means(rest, "capacity", ["structure", "contact"], "site")
        assert result.influence.loc[site].to_numpy() == pytest.approx(
            other.coefficients["estimate"].to_numpy()
        )
    frame["pilot"] = frame["site"] == "isvik"
    alone = site_means(frame, "capacity", ["pilot"], "site").influence
    assert alone.isna().all(axis=1).loc[lambda gone: gone].index.tolist() == ["isvik"]


def test_few_sites_are_flagged_then_refused() -> None:
    four = ratings(EIGHT[2:6])
    result = site_means(four, "capacity", ["structure"], "site")
    assert any("structure: 2.0 degrees of freedom" in note for note in result.notes)
    three = site_means(ratings(EIGHT[3:6]), "capacity", ["structure"], "site")
    assert three.coefficients.loc["structure", "df"] == 1
    with pytest.raises(RefusedError, match="3 sites are complete; 2 predictors need"):
        site_means(ratings(EIGHT[3:6]), "capacity", ["structure", "contact"], "site")
    assert not site_means(ratings(), "capacity", ["structure"], "site").notes


def test_what_varies_within_sites_is_named() -> None:
    result = site_means(ratings(), "capacity", ["contact", "receiver"], "site")
    told = " ".join(result.notes)
    assert "contact varies within site: its means are compared" in told
    assert "receiver[school] varies within site" in told


@pytest.mark.parametrize(
    ("change", "fixed", "told"),
    [
        ({"reform": 1}, ["reform"], "no variance in predictor reform"),
        ({"capacity": [1, 2] * 6}, ["reform"], "no variance in outcome: capacity"),
        (
            {"twin": [3, 5, 4, 4, 6, 6, 2, 6, 5, 7, 6, 6]},
            ["reform", "twin"],
            "repeat each other: reform, twin",
        ),
        ({"capacity": lambda f: f["reform"]}, ["reform"], "tell the means"),
    ],
)
def test_means_refuse_by_name(
    change: dict[str, object], fixed: list[str], told: str
) -> None:
    with pytest.raises(RefusedError, match=told):
        site_means(six().assign(**change), "capacity", fixed, "site")


# ---- permutations


@pytest.mark.parametrize(
    ("key", "predictor", "covariates"),
    [
        ("structure", "structure", []),
        ("reform", "reform", []),
        ("structure_given_contact", "structure", "contact"),
    ],
)
def test_permutations_equal_every_order_in_r(
    key: str, predictor: str, covariates: list[str] | str
) -> None:
    told = expected("permuted")[key]
    two, up = (
        site_permutation(
            ratings(EIGHT),
            "capacity",
            predictor,
            "site",
            covariates=covariates,
            alternative=side,
        ).coefficients.loc[predictor]
        for side in ("two-sided", "greater")
    )
    assert two["statistic"] == pytest.approx(told["t"], rel=1e-10)
    assert two["pvalue"] == pytest.approx(told["p"], rel=1e-12)
    assert up["pvalue"] == pytest.approx(told["greater"], rel=1e-12)
    assert two["mc_error"] == 0


def test_three_against_three_by_hand() -> None:
    result = site_permutation(six(), "capacity", "reform", "site")
    means, n = [3.5, 2, 4.5, 3, 4.5, 2.5], 0
    for chosen in itertools.combinations(means, 3):
        n += abs(2 * sum(chosen) - 20) >= 3 - 1e-9
    row = result.coefficients.loc["reform"]
    assert row["pvalue"] == n / 20 == 0.3
    assert row["p_min"] == 0.1
    assert any("never below 0.1" in note for note in result.notes)
    same = site_means(six(), "capacity", ["reform"], "site").coefficients.loc["reform"]
    for name in ("estimate", "se", "statistic"):
        assert row[name] == pytest.approx(same[name])


def test_p_reaches_its_minimum() -> None:
    frame = six().assign(capacity=lambda f: 9 * f["reform"] + f["capacity"])
    row = site_permutation(frame, "capacity", "reform", "site").coefficients.iloc[0]
    assert row["pvalue"] == row["p_min"] == 0.1
    up = site_permutation(frame, "capacity", "reform", "site", alternative="greater")
    assert up.coefficients.iloc[0]["pvalue"] == 0.05


def sites_of(seed: int, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(count, 3)), columns=["x", "z", "y"])
    return frame.assign(site=[f"site {k:02}" for k in range(count)])


@pytest.mark.parametrize("covariates", [[], ["z"]])
def test_interval_ends_where_the_test_begins_to_reject(covariates: list[str]) -> None:
    frame = sites_of(4, 6)
    result = site_permutation(
        frame, "y", "x", "site", covariates=covariates, confidence=0.8
    )
    low, high = result.coefficients.loc["x", ["ci_low", "ci_high"]]
    for end, outward in ((low, -1), (high, 1)):
        for step, kept in ((-1e-6, True), (1e-6, False)):
            slope = end + outward * step
            moved = frame.assign(y=frame["y"] - slope * frame["x"])
            p = site_permutation(moved, "y", "x", "site", covariates=covariates)
            assert (p.coefficients.loc["x", "pvalue"] > 0.2) == kept


@given(seed=st.integers(0, 10**6), scale=st.floats(-20, 20), shift=st.floats(-9, 9))
def test_units_and_order_play_no_part(seed: int, scale: float, shift: float) -> None:
    if abs(scale) < 0.01:
        scale = 1.0
    frame = sites_of(seed, 5)
    for covariates in ([], ["z"]):
        plain = site_permutation(frame, "y", "x", "site", covariates=covariates)
        moved = frame.assign(x=scale * frame["x"] + shift, y=2 * frame["y"] - 1)
        other = site_permutation(
            moved.iloc[::-1], "y", "x", "site", covariates=covariates
        )
        p = [r.coefficients.loc["x", "pvalue"] for r in (plain, other)]
        assert p[0] == p[1]


def test_covariates_make_the_test_approximate_and_say_so() -> None:
    plain = site_permutation(sites_of(9, 7), "y", "x", "site")
    other = site_permutation(sites_of(9, 7), "y", "x", "site", covariates=["z"])
    assert any("approximate" in note for note in other.notes)
    assert not any("approximate" in note for note in plain.notes)
    assert other.n_resamples == 5040
    assert other.coefficients.loc["x", "p_min"] == 1 / 5040
    both = site_means(sites_of(9, 7), "y", ["x", "z"], "site")
    for name in ("estimate", "se", "statistic"):
        assert other.coefficients.loc["x", name] == pytest.approx(
            both.coefficients.loc["x", name]
        )


def test_draws_depend_on_the_seed_alone() -> None:
    frame = sites_of(1, 12)
    one, two, other = (
        site_permutation(frame, "y", "x", "site", n_resamples=800, rng=seed)
        for seed in (1, 1, 2)
    )
    assert one.method == "800 permutations"
    assert one.seed == 1
    assert one.null_distribution.equals(two.null_distribution)
    assert not one.null_distribution.equals(other.null_distribution)
    row = one.coefficients.loc["x"]
    assert row["p_min"] == 1 / 801
    assert row["mc_error"] > 0


def test_rare_predictors_are_listed_by_their_orders() -> None:
    frame = sites_of(2, 15).assign(x=lambda f: (f.index < 2) * 1.0)
    result = site_permutation(frame, "y", "x", "site")
    assert result.method == "exact (105 distinct relabellings)"
    assert result.coefficients.loc["x", "p_min"] == pytest.approx(1 / 105)
    statistic = np.abs(result.null_distribution["x"])
    means = [
        abs(np.mean(pair) - (frame["y"].sum() - sum(pair)) / 13)
        for pair in itertools.combinations(frame["y"], 2)
    ]
    own = means[0]
    assert result.coefficients.loc["x", "pvalue"] == np.mean(
        np.array(means) >= own - 1e-12
    )
    assert len(statistic) == 105


def test_words_and_gaps() -> None:
    frame = six().assign(law=lambda f: f["reform"].map({0: "old", 1: "new"}))
    result = site_permutation(frame, "capacity", "law", "site")
    assert result.coefficients.index.tolist() == ["law[old]"]
    assert result.coefficients["pvalue"].iloc[0] == 0.3
    frame.loc[0, "capacity"] = np.nan
    gap = site_permutation(frame, "capacity", "law", "site")
    assert gap.notes[0] == "1 of 12 rows left out: capacity missing in 1"
    with pytest.raises(InputError, match="has more words"):
        site_permutation(
            frame.assign(law=list("aabbccaabbcc")), "capacity", "law", "site"
        )


def test_permutation_refuses_by_name() -> None:
    with pytest.raises(RefusedError, match="3 sites can be put in 6 orders"):
        site_permutation(sites_of(1, 3), "y", "x", "site")
    with pytest.raises(RefusedError, match="no variance in predictor x"):
        site_permutation(sites_of(1, 6).assign(x=1), "y", "x", "site")
    with pytest.raises(RefusedError, match="repeat each other: x, z"):
        site_permutation(
            sites_of(1, 6).assign(z=lambda f: -f["x"]), "y", "x", "site", covariates="z"
        )
    frame = sites_of(1, 4).assign(w=[1, 0, 0, 2])
    with pytest.raises(RefusedError, match="4 sites are complete"):
        site_permutation(frame, "y", "x", "site", covariates=["z", "w"])
    with pytest.raises(UnknownNameError, match="column"):
        site_permutation(sites_of(1, 6), "y", "w", "site")


def test_two_terms_of_one_name_are_refused() -> None:
    frame = ratings().assign(
        k=lambda table: np.where(np.arange(len(table)) % 2, "p", "q"),
        number=lambda table: np.arange(len(table)) % 3,
    )
    named = frame.rename(columns={"number": "k[q]"})
    with pytest.raises(InputError, match=r"two predictors are called k\[q\]: "):
        cluster_robust(named, "capacity", ["k", "k[q]"], "site")
    found = cluster_robust(frame, "capacity", ["k", "number"], "site")
    assert found.coefficients.index.tolist() == ["intercept", "k[q]", "number"]


# ---- leaving one out


def test_leave_one_out_fits_everything_anew() -> None:
    frame = ratings()
    table = leave_one_out(
        lambda rows: cluster_robust(rows, "capacity", ["contact", "structure"], "site"),
        frame,
        "site",
    )
    assert list(table.columns) == ["site", "term", "estimate", "pvalue", "reason"]
    assert len(table) == 36
    whole = cluster_robust(frame, "capacity", ["contact", "structure"], "site")
    wide = table.pivot_table(index="site", columns="term", values="estimate")
    pd.testing.assert_frame_equal(
        wide[["contact", "structure"]],
        whole.influence[["contact", "structure"]],
        check_names=False,
    )


def test_leave_one_out_keeps_refusals_as_reasons() -> None:
    frame = six().assign(pilot=lambda f: (f["site"] == "c") * 1)
    table = leave_one_out(
        lambda rows: site_means(rows, "capacity", ["pilot"], "site"), frame, "site"
    )
    refused = table[table["reason"] != ""]
    assert refused["site"].tolist() == ["c"]
    assert refused["estimate"].isna().all()
    assert "no variance in predictor pilot" in refused["reason"].iloc[0]


@pytest.mark.parametrize("name", ["term", "estimate", "pvalue", "reason"])
def test_leave_one_out_needs_a_name_of_its_own(name: str) -> None:
    rows = six().rename(columns={"site": name})
    with pytest.raises(InputError, match=f"another name than {name}: .*; rename"):
        leave_one_out(lambda rows: site_means(rows, "capacity", [], name), rows, name)


def test_leave_one_out_takes_single_tests() -> None:
    def mean(rows: pd.DataFrame) -> TestResult:
        return TestResult("mean", "it is 0", estimate=rows["capacity"].mean())

    table = leave_one_out(mean, six(), "site")
    assert table["term"].tolist() == [""] * 6
    assert table["estimate"].iloc[0] == pytest.approx(3.3)
    with pytest.raises(UnknownNameError, match='"site"'):
        leave_one_out(mean, six(), "sit")
    with pytest.raises(InputError, match="two values of site"):
        leave_one_out(mean, six().iloc[:2], "site")
