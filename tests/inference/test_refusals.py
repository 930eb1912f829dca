"""What must not be fitted is refused by name, before any fit.

The cases BI-... are those of kind "analysis" in the catalogue of bad inputs; those on
measures and scales are tested in their rooms.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from netcollab.errors import InputError, RefusedError
from netcollab.inference import (
    ModelResult,
    TestResult,
    adjust_results,
    cluster_robust,
    cross_lagged,
    kendall,
    mediation,
    mixed_model,
    mrqap,
    partial_correlation,
    permutation_correlation,
    qap_correlation,
    site_means,
    site_permutation,
    slope_heterogeneity,
    social_relations,
    wild_cluster_bootstrap,
)
from netcollab.inference.dyads import gathered
from netcollab.inference.influence import hub_warnings, slopes_without_each

Fit = Callable[[pd.DataFrame, list[str]], ModelResult]


def matrix(seed: int, n: int = 8) -> pd.DataFrame:
    names = [f"actor {i}" for i in range(n)]
    cells = np.random.default_rng(seed).normal(size=(n, n))
    return pd.DataFrame(cells, names, names)


def ties(seed: int, n: int = 8) -> pd.DataFrame:
    return (matrix(seed, n) > 0) * 1.0


def rows(sites: int = 8, per_site: int = 4) -> pd.DataFrame:
    """Of a site: `reform` and `size`; of a row: `years` and the outcome `capacity`."""
    rng = np.random.default_rng(sites)
    site = np.repeat(np.arange(sites), per_site)
    return pd.DataFrame(
        {
            "site": [f"site {k}" for k in site],
            "reform": (site % 2) * 1.0,
            "size": rng.normal(size=sites)[site],
            "years": rng.normal(size=len(site)),
            "capacity": rng.normal(size=sites)[site] + rng.normal(size=len(site)),
        }
    )


TABLE_MODELS: dict[str, Fit] = {
    "mixed_model": lambda data, fixed: mixed_model(data, "capacity", fixed, "site"),
    "cluster_robust": lambda data, fixed: cluster_robust(
        data, "capacity", fixed, "site"
    ),
    "wild_cluster_bootstrap": lambda data, fixed: wild_cluster_bootstrap(
        data, "capacity", fixed, "site", fixed[0], n_resamples=99, rng=1
    ),
    "site_means": lambda data, fixed: site_means(data, "capacity", fixed, "site"),
    "site_permutation": lambda data, fixed: site_permutation(
        data, "capacity", fixed[0], "site", covariates=fixed[1:], n_resamples=99, rng=1
    ),
}
EVERY_MODEL = pytest.mark.parametrize("fit", TABLE_MODELS.values(), ids=TABLE_MODELS)


# ---- matrices


@pytest.mark.parametrize("family", ["gaussian", "logistic", "poisson", "ordinal"])
def test_bi_220_a_constant_predictor_is_named(family: str) -> None:
    x = {"noise": matrix(2), "flat": matrix(3) * 0 + 0.1}
    with pytest.raises(RefusedError, match="no variance in predictor flat"):
        mrqap(ties(1), x, family=family)


@pytest.mark.parametrize("value", [0.0, 1.0])
@pytest.mark.parametrize("family", ["gaussian", "logistic"])
def test_bi_222_an_empty_or_complete_network_has_no_variance(
    value: float, family: str
) -> None:
    y = matrix(1) * 0 + value
    told = f"no variance in outcome: y is {value:g} in all 56 dyads"
    with pytest.raises(RefusedError, match=told):
        mrqap(y, {"x": matrix(2)}, family=family)
    with pytest.raises(RefusedError, match=f"y is {value:g} in all 56 dyads"):
        qap_correlation(y, matrix(2))


def test_bi_223_three_actors_are_refused_with_the_smallest_p() -> None:
    y, x = matrix(1, 3), matrix(2, 3)
    with pytest.raises(RefusedError, match=r"p is never below 0\.167"):
        mrqap(y, {"x": x})
    with pytest.raises(RefusedError, match=r"p is never below 0\.167"):
        qap_correlation(y, x)


@pytest.mark.parametrize("family", ["logistic", "ordinal", "poisson"])
def test_bi_226_the_column_that_separates_is_named(family: str) -> None:
    cause, other = ties(2), matrix(3)
    y = {
        "logistic": cause,
        "ordinal": cause,
        "poisson": cause * (1 + (matrix(4) > 0)),
    }[family]
    result = mrqap(
        y, {"cause": cause, "other": other}, family=family, n_resamples=99, rng=1
    )
    table = result.coefficients
    assert table.loc["cause", "estimate"] == math.inf
    assert 0 < table.loc["cause", "pvalue"] < 0.05
    assert math.isinf(table.loc["cause", "ci_high"])
    assert table.loc["other", "pvalue":"p_adjusted"].isna().all()
    assert "the outcome is separated by cause: the likelihood has no maximum" in (
        result.notes
    )
    assert "other is not tested: beside it cause separates the outcome" in result.notes


def test_bi_227_a_logit_of_no_tie_at_all_is_refused() -> None:
    with pytest.raises(RefusedError, match="no variance in outcome: y is 0 in all"):
        mrqap(ties(1) * 0, {"x": matrix(2)}, family="logistic")


def test_duplicate_and_collinear_matrices_are_named_and_no_others() -> None:
    a, b = matrix(2), matrix(3)
    twice = {"first": a, "other": b, "twin": 3 * a + 1}
    with pytest.raises(RefusedError, match="repeat each other: first, twin;"):
        mrqap(matrix(1), twice)
    three = {"a": a, "free": matrix(4), "b": b, "sum": a - 2 * b}
    with pytest.raises(RefusedError, match="repeat each other: a, b, sum;"):
        mrqap(matrix(1), three)


def test_an_outcome_that_the_other_predictors_make_up_is_not_tested_on_rounding() -> (
    None
):
    a, b = matrix(2), matrix(3)
    for method in ("dsp", "freedman_lane", "y", "x"):
        result = mrqap(2 * a, {"a": a, "b": b}, method=method, n_resamples=99, rng=1)
        assert 0 < result.coefficients.loc["a", "pvalue"] <= 0.01
        assert math.isnan(result.coefficients.loc["b", "pvalue"])
        told = "b: not tested, the other predictors make up the outcome"
        assert told in result.notes


def test_a_site_without_a_dyad_is_left_out_and_told() -> None:
    y = {site: matrix(k, 6) for k, site in enumerate(["nordvik", "isvik", "aasdal"])}
    x = {site: matrix(k + 9, 6) for k, site in enumerate(y)}
    gone = y | {"isvik": y["isvik"] * np.nan}
    rest = {site: y[site] for site in ("nordvik", "aasdal")}
    draws = {"n_resamples": 99, "rng": 1}
    for fit in (mrqap, slope_heterogeneity):
        found = fit(gone, {"x": x}, **draws)
        without = fit(rest, {"x": {site: x[site] for site in rest}}, **draws)
        pd.testing.assert_frame_equal(found.coefficients, without.coefficients)
        assert found.notes[0] == (
            "1 of 3 sites left out, no dyad was observed in every matrix: isvik"
        )
    told = mrqap(gone, {"x": x}, n_resamples=99, rng=1).by_site
    assert told["x"].isna().to_dict() == {
        "aasdal": False,
        "isvik": True,
        "nordvik": False,
    }
    with pytest.raises(RefusedError, match="0 dyads were observed"):
        mrqap({site: frame * np.nan for site, frame in y.items()}, {"x": x})


def test_a_predictor_that_is_flat_in_one_site_has_no_slope_there() -> None:
    # .1 is no sum of powers of two: its mean over 30 dyads is off by rounding
    y = {"nordvik": matrix(1, 6), "isvik": matrix(2, 6)}
    x = {"nordvik": matrix(3, 6), "isvik": matrix(4, 6) * 0 + 0.1}
    by_site = mrqap(y, {"x": x}, n_resamples=99, rng=1).by_site
    assert by_site["x"].isna().to_dict() == {"isvik": True, "nordvik": False}


# ---- tables


@EVERY_MODEL
def test_bi_229_one_cluster_is_refused(fit: Fit) -> None:
    with pytest.raises(RefusedError, match=r"one site|1 sites|no variance"):
        fit(rows().assign(site="nordvik"), ["years"])


@pytest.mark.parametrize("sites", [2, 3, 4, 5])
@pytest.mark.parametrize("model", ["cluster_robust", "wild_cluster_bootstrap"])
def test_bi_230_few_clusters_say_what_permutation_can_reach(
    sites: int, model: str
) -> None:
    result = TABLE_MODELS[model](rows(sites), ["years"])
    (told,) = [note for note in result.notes if "permutation of clusters" in note]
    smallest = 2 / 2**sites
    assert told.startswith(f"{sites} clusters: standard errors cannot be trusted")
    assert f"years {smallest:.3g} by turning the signs" in told


def test_bi_234_a_group_for_every_row_is_refused() -> None:
    with pytest.raises(RefusedError, match="every site has one row"):
        mixed_model(rows(8, 1), "capacity", ["years"], "site")


@EVERY_MODEL
def test_bi_236_a_constant_outcome_is_refused_before_fitting(fit: Fit) -> None:
    with pytest.raises(RefusedError, match="no variance in outcome: capacity is 2 in"):
        fit(rows().assign(capacity=2.0), ["reform"])


@EVERY_MODEL
def test_a_constant_column_of_a_table_is_named(fit: Fit) -> None:
    with pytest.raises(RefusedError, match="no variance in predictor flat: it is 3"):
        fit(rows().assign(flat=3.0), ["reform", "flat"])


@EVERY_MODEL
def test_collinear_columns_of_a_table_are_named_and_no_others(fit: Fit) -> None:
    data = rows()
    data["sum"] = data["reform"] - data["size"]
    with pytest.raises(RefusedError, match="repeat each other: reform, size, sum;"):
        fit(data, ["reform", "years", "size", "sum"])


@pytest.mark.parametrize("model", ["mixed_model", "cluster_robust"])
def test_more_predictors_of_sites_than_sites_less_two_are_refused(model: str) -> None:
    data = rows(4)
    data["age"] = data["site"].map({f"site {k}": k**2 for k in range(4)})
    told = (
        r"3 predictors are constant within site \(reform, size, age\); they need .* 4"
    )
    with pytest.raises(RefusedError, match=told):
        TABLE_MODELS[model](data, ["reform", "size", "age"])


def test_an_outcome_that_is_made_up_of_the_predictors_is_refused() -> None:
    data = rows()
    data["capacity"] = 2 * data["years"]
    fits: list[Callable[[], ModelResult]] = [
        lambda: mixed_model(data, "capacity", ["years"], "site"),
        lambda: cluster_robust(data, "capacity", ["years"], "site"),
        lambda: site_means(data, "capacity", ["years"], "site"),
        lambda: mediation(data, "size", "years", "capacity"),
        lambda: cross_lagged(data, ("years", "size"), ("reform", "capacity")),
    ]
    for fit in fits:
        with pytest.raises(RefusedError, match=r"nothing is left|tell the means"):
            fit()


# ---- actors


@pytest.mark.parametrize("n", [2, 3])
def test_bi_239_a_correlation_of_two_or_three_is_refused(n: int) -> None:
    x, y = pd.Series(np.arange(n) * 1.0), pd.Series(np.arange(n) ** 2.0)
    table = pd.DataFrame({"x": x, "y": y})
    tests: list[Callable[[], TestResult]] = [
        lambda: permutation_correlation(x, y),
        lambda: permutation_correlation(x, y, kind="spearman"),
        lambda: kendall(x, y),
        lambda: partial_correlation(table, "x", "y"),
        lambda: qap_correlation(matrix(1, n), matrix(2, n)),
    ]
    for test in tests:
        with pytest.raises(RefusedError, match=r"at least 4|needs 4"):
            test()


# ---- round robins


@pytest.mark.parametrize("n", [2, 3])
def test_bi_250_a_round_robin_of_three_or_fewer_is_refused(n: int) -> None:
    with pytest.raises(RefusedError, match="needs 4 actors or more"):
        social_relations(matrix(1, n))
    with pytest.raises(RefusedError, match=rf"fewer in: isvik \({n}\)"):
        social_relations({"nordvik": matrix(1, 6), "isvik": matrix(2, n)})


def test_bi_251_a_negative_variance_stays_and_is_told() -> None:
    negative = 0
    for seed in range(400):
        result = social_relations(matrix(seed, 6))  # raters do not differ in truth
        estimate = result.components.loc["actor variance", "estimate"]
        told = [note for note in result.notes if "actor variance is negative" in note]
        assert len(told) == (estimate < 0)
        negative += estimate < 0
    # .51 to .56 are expected; 400 draws have a standard error of .025
    assert 0.45 < negative / 400 < 0.64


def test_ratings_that_do_not_vary_are_refused_also_in_a_replicate() -> None:
    flat = matrix(1, 6) * 0 + 3
    with pytest.raises(RefusedError, match="no variance in ratings"):
        social_relations(flat)
    with pytest.raises(RefusedError, match="no variance in the replicate of ratings"):
        social_relations(matrix(1, 6), replicate=flat)


# ---- many tests


def test_bi_253_ninety_tests_name_family_and_correction() -> None:
    x = matrix(1, 5)
    tests: dict[str, TestResult | ModelResult] = {
        f"tie {k}": qap_correlation(matrix(k, 5), x) for k in range(2, 90)
    }
    tests["both"] = mrqap(matrix(95, 5), {"a": matrix(96, 5), "b": matrix(97, 5)})
    tests["refused"] = TestResult("QAP correlation", "no link", reason="y is constant")
    told = adjust_results(tests, family="what goes with x")
    assert len(told) == 91
    assert set(told["family"]) == {"what goes with x"}
    assert set(told["correction"]) == {"holm"}
    assert set(told["n_tests"]) == {90}
    tested = told.drop(index="refused")
    assert (tested["p_adjusted"] >= tested["pvalue"]).all()
    smallest = tested["pvalue"].min()
    assert smallest < 0.05
    assert tested["p_adjusted"].min() == pytest.approx(min(1, 90 * smallest))
    assert told.loc["refused", "reason"] == "y is constant"
    assert math.isnan(told.loc["refused", "p_adjusted"])
    assert (
        tested.loc["both: b", "pvalue"]
        == (tests["both"].coefficients.loc["b", "pvalue"])
    )
    with pytest.raises(InputError, match="needs a dict of tests"):
        adjust_results({}, family="none")
    with pytest.raises(InputError, match="first needs to be the result of a test"):
        adjust_results({"first": 0.04}, family="numbers")


def test_a_regression_names_what_its_p_is_adjusted_for() -> None:
    x = {name: matrix(k, 5) for k, name in enumerate("abc", start=2)}
    result = mrqap(matrix(1, 5), x)
    assert result.adjustment == "step-down max-T (Westfall & Young) over the 3 terms"
    assert result.adjustment in result.summary()
    table = result.coefficients
    assert (table["p_adjusted"] >= table["pvalue"]).all()


# ---- warnings


def test_inflation_skew_and_hubs_are_warnings_that_a_reader_sees() -> None:
    rng = np.random.default_rng(3)
    scale = np.ones((12, 12))
    scale[0] = scale[:, 0] = 4
    names = [f"actor {i}" for i in range(12)]

    def framed(cells: np.ndarray) -> pd.DataFrame:
        return pd.DataFrame(cells, names, names)

    a = rng.normal(size=(12, 12)) * scale
    x = {"a": framed(a), "b": framed(a + 0.2 * scale * rng.normal(size=(12, 12)))}
    y = framed(np.exp(rng.normal(size=(12, 12))) * scale)
    result = mrqap(y, x, n_resamples=99, rng=1)
    told = "\n".join(result.warnings)
    assert "a is nearly a sum of the other predictors (VIF" in told
    assert "the outcome is very skewed" in told
    assert "a hangs on actor 0" in told or "b hangs on actor 0" in told
    assert set(result.warnings) <= set(result.notes)
    for warning in result.warnings:
        assert f"warning: {warning}" in result.summary()
        assert "warning: " in result._repr_html_()
    calm = mrqap(matrix(5, 12), {"x": matrix(6, 12)}, n_resamples=99, rng=1)
    assert calm.warnings == ()


def test_a_hub_is_told_with_the_slope_without_it() -> None:
    n = 12
    scale = np.ones((n, n))
    scale[2] = scale[:, 2] = 4
    told = 0
    for seed in range(40):
        y, x = matrix(seed, n) * scale, matrix(seed + 500, n) * scale
        result = mrqap(y, {"x": x}, n_resamples=19, rng=1)
        hubs = [w for w in result.warnings if "hangs on" in w]
        told += any(w.startswith("x hangs on actor 2:") for w in hubs)
        without = f"without it {result.influence.loc['actor 2', 'x']:.3g}"
        assert all(without in w for w in hubs if "actor 2:" in w)
    assert told >= 38


def test_a_site_unlike_the_others_is_told() -> None:
    y = {f"site {k}": matrix(k, 6) for k in range(6)}
    x = {f"site {k}": matrix(k + 50, 6) for k in range(6)}
    calm = mrqap(y, {"x": x}, n_resamples=19, rng=1)
    assert not any("hangs on" in warning for warning in calm.warnings)
    y["site 3"], x["site 3"] = 4 * y["site 3"], 4 * x["site 3"]
    loud = mrqap(y, {"x": x}, n_resamples=19, rng=1)
    assert any("x hangs on site 3:" in warning for warning in loud.warnings)


@pytest.mark.calibration
@pytest.mark.parametrize("shape", ["normal", "rare", "star", "one actor's spread"])
@pytest.mark.parametrize(
    "n", [20, *(pytest.param(n, marks=pytest.mark.nightly) for n in (8, 12, 40))]
)
def test_hubs_are_seldom_told_where_relabelling_deals_with_x(
    n: int, shape: str
) -> None:
    said, rng = 0, np.random.default_rng(n)
    for _ in range(200):
        y, x = rng.normal(size=(2, n, n))
        if shape == "rare":
            x = np.where(rng.random((n, n)) < 0.05, 1.0, 0.0)
            x[0, 1] = 1
        if shape == "star":
            x = np.zeros((n, n))
            x[0] = x[:, 0] = 1
        if shape == "one actor's spread":
            x[0] *= 4
            x[:, 0] *= 4
        frames = {"x": pd.DataFrame(x)}
        sites = gathered(pd.DataFrame(y), frames, directed=True, common=False)
        without = slopes_without_each(sites, ["x"])
        said += bool(hub_warnings(sites, ["x"], without))
    assert said / 200 <= 0.03
