"""MRQAP of ties, counts and ordered answers: against R, by identities; refusals."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from netcollab._plans import Crossed
from netcollab.errors import RefusedError, UnknownNameError
from netcollab.inference import ModelResult, mrqap
from netcollab.inference.dyads import Dyads, gathered
from netcollab.inference.families import null_fit, separating
from netcollab.inference.score import RelabelledScores, scored

HERE = Path(__file__).parents[1] / "reference" / "inference"
TOLD = json.loads((HERE / "mrqap.json").read_text(encoding="utf-8"))
FAMILIES = ("logistic", "poisson", "ordinal")


def framed(values: object) -> pd.DataFrame:
    return pd.DataFrame(np.array(values, dtype=float))


def case_of(name: str, family: str) -> tuple[list[Dyads], list[str]]:
    sites = TOLD["results"][name]["sites"]
    y = {f"site {g}": framed(site["y"]) for g, site in enumerate(sites)}
    if family == "logistic":
        y = {g: (m >= 4).astype(float).where(m.notna()) for g, m in y.items()}
    x = {
        f"x{k}": {f"site {g}": framed(site["x"][k]) for g, site in enumerate(sites)}
        for k in range(len(sites[0]["x"]))
    }
    return gathered(y, x, directed=True, common=False), list(x)


def rng_relation(seed: int, n: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    x = {"x0": rng.normal(size=(n, n)), "x1": rng.normal(size=(n, n))}
    return rng.random((n, n)), x


def run(y: np.ndarray, x: dict[str, np.ndarray], **options: object) -> ModelResult:
    frames = {name: framed(values) for name, values in x.items()}
    return mrqap(framed(y), frames, **options)


# ---- against R


@pytest.mark.parametrize("family", ["logistic", "poisson"])
@pytest.mark.parametrize("name", ["trust", "holes", "sites"])
def test_estimates_and_scores_of_r(name: str, family: str) -> None:
    told = TOLD["glms"][name][family]
    sites, names = case_of(name, family)
    kernel = RelabelledScores(sites, names, family, "dsp", common=False)
    fit, separated = scored(kernel)
    assert separated == []
    np.testing.assert_allclose(fit.slopes, told["estimate"], rtol=1e-8)
    np.testing.assert_allclose(fit.errors, told["se"], rtol=1e-7)
    drawn = [
        np.array(p)[:20] + 8 * g
        for g, p in enumerate(TOLD["results"][name]["permutations"])
    ]
    own = np.arange(8 * len(sites))
    z = kernel(np.vstack([own, np.concatenate(drawn, axis=1)]))
    # R stops where its deviance no longer changes, which leaves 1e-8 in z.
    np.testing.assert_allclose(z, told["statistics"], atol=5e-8)


@pytest.mark.parametrize("name", ["trust", "holes"])
def test_estimates_of_polr(name: str) -> None:
    told = TOLD["ordinal"][name]
    sites, names = case_of(name, "ordinal")
    kernel = RelabelledScores(sites, names, "ordinal", "dsp", common=False)
    np.testing.assert_allclose(scored(kernel)[0].slopes, told["estimate"], rtol=1e-6)
    whole = null_fit("ordinal", kernel.outcome, kernel.predictors)
    assert whole is not None
    assert whole.loglik == pytest.approx(told["loglik"], abs=1e-8)


# ---- identities


def test_an_ordered_outcome_of_two_levels_is_a_logistic_one() -> None:
    y, x = rng_relation(1, 9)
    y = (y > 0.6) * 1.0
    y[2, 3] = np.nan
    one = run(y, x, family="logistic", n_resamples=49, rng=1)
    other = run(y, x, family="ordinal", n_resamples=49, rng=1)
    columns = ["estimate", "se", "statistic", "pvalue", "ci_low", "ci_high"]
    np.testing.assert_allclose(
        one.coefficients[columns], other.coefficients[columns], rtol=1e-6
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_scores_are_slopes_of_the_likelihood(family: str) -> None:
    y, x = rng_relation(2, 9)
    y = np.floor(4 * y) if family != "logistic" else (y > 0.5) * 1.0
    kernel = RelabelledScores(
        gathered(
            framed(y),
            {name: framed(values) for name, values in x.items()},
            directed=True,
            common=False,
        ),
        ["x0", "x1"],
        family,
        "dsp",
        common=False,
    )
    column, nuisance = kernel.predictors[:, 0], kernel.nuisance(0)
    fit = kernel.fits[0]
    assert fit is not None
    step = 1e-4
    up, down = (
        null_fit(family, kernel.outcome, nuisance, offset=side * step * column)
        for side in (1, -1)
    )
    assert up is not None
    assert down is not None
    slope = (up.loglik - down.loglik) / (2 * step)
    assert fit.residual @ column == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize("family", FAMILIES)
def test_one_fit_and_a_fit_per_relabelling_agree(family: str) -> None:
    y, x = rng_relation(3, 9)
    y = np.floor(4 * y) if family != "logistic" else (y > 0.5) * 1.0
    frames = {name: framed(values) for name, values in x.items()}
    sites = gathered(framed(y), frames, directed=True, common=False)
    kernel = RelabelledScores(sites, ["x0", "x1"], family, "dsp", common=False)
    rng = np.random.default_rng(1)
    drawn = np.array([rng.permutation(9) for _ in range(12)])
    assert kernel.keeps_sample
    np.testing.assert_allclose(
        kernel._from_one_fit(Crossed.of(drawn)), kernel._refitted(drawn), rtol=1e-8
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_zero_is_in_the_interval_where_it_is_not_rejected(family: str) -> None:
    y, x = rng_relation(4, 10)
    pull = expit(1.2 * x["x0"] - 0.5)
    y = (y < pull) * 1.0 if family == "logistic" else np.floor(5 * pull * y + y)
    for side in ("two-sided", "greater", "less"):
        table = run(
            y, x, family=family, alternative=side, n_resamples=199, rng=1
        ).coefficients
        inside = (table["ci_low"] <= 0) & (table["ci_high"] >= 0)
        assert (inside == (table["pvalue"] > 0.05)).all()
        assert (table["ci_low"] <= table["estimate"]).all()
        assert (table["estimate"] <= table["ci_high"]).all()


def test_the_order_of_actors_and_the_workers_do_not_matter() -> None:
    y, x = rng_relation(5, 10)
    y = (y > 0.5) * 1.0
    order = np.random.default_rng(1).permutation(10)
    one = run(y, x, family="logistic", n_resamples=600, rng=1)
    frames = {k: framed(v).iloc[order, order] for k, v in x.items()}
    other = mrqap(
        framed(y).iloc[order, order],
        frames,
        family="logistic",
        n_resamples=600,
        rng=1,
        workers=2,
    )
    pd.testing.assert_frame_equal(one.coefficients, other.coefficients)
    assert one.null_distribution.equals(other.null_distribution)


def test_relabelling_the_outcome_keeps_its_values() -> None:
    y, x = rng_relation(6, 5)
    result = run((y > 0.5) * 1.0, x, family="logistic", method="y")
    assert result.method == "enumerated (120 relabellings)"
    own = result.coefficients["statistic"]
    assert np.isclose(result.null_distribution, own, rtol=1e-9).all(axis=1).any()


# ---- sites that say nothing about slopes


def sites_of(
    seed: int, family: str
) -> tuple[dict[str, pd.DataFrame], dict[str, dict[str, pd.DataFrame]]]:
    rng = np.random.default_rng(seed)
    top = 2 if family == "logistic" else 4
    y = {site: framed(rng.integers(0, top, (6, 6))) for site in "abcd"}
    x = {
        name: {site: framed(rng.normal(size=(6, 6))) for site in "abcd"}
        for name in ("x0", "x1")
    }
    return y, x


@pytest.mark.parametrize("labels", ["independent", "common"])
@pytest.mark.parametrize(
    ("family", "end"),
    [("logistic", 0), ("logistic", 1), ("poisson", 0), ("ordinal", 0), ("ordinal", 3)],
)
def test_a_site_at_one_end_of_the_scale_changes_nothing(
    family: str, end: int, labels: str
) -> None:
    y, x = sites_of(1, family)
    y["b"] = y["b"] * 0.0 + end
    options = {"family": family, "labels": labels, "n_resamples": 49, "rng": 1}
    result = mrqap(y, x, **options)
    without = mrqap(
        {site: y[site] for site in "acd"},
        {name: {site: frames[site] for site in "acd"} for name, frames in x.items()},
        **options,
    )
    pd.testing.assert_frame_equal(result.coefficients, without.coefficients)
    assert result.n == without.n == 90
    assert result.notes[0] == (
        "1 of 4 sites left out, an outcome at one end of its scale throughout says "
        f"nothing about slopes: b ({end} in all 30 dyads)"
    )


@pytest.mark.parametrize("family", ["logistic", "poisson"])
def test_its_intercept_alone_fits_such_a_site(family: str) -> None:
    y, x = sites_of(2, family)
    y["b"] = y["b"] * 0.0
    sites = gathered(y, x, directed=True, common=False)
    outcome = np.concatenate([site.outcome for site in sites])
    predictors = np.concatenate([site.predictors for site in sites])
    own = np.repeat(np.eye(4), 30, axis=0)
    fit = null_fit(
        family,
        outcome,
        np.hstack([predictors, own[:, [0, 2, 3]]]),
        offset=-60 * own[:, 1],
    )
    assert fit is not None
    told = mrqap(y, x, family=family, n_resamples=19, rng=1).coefficients
    np.testing.assert_allclose(told["estimate"], fit.parameters[:2], rtol=1e-8)


@pytest.mark.parametrize(("family", "level"), [("poisson", 2), ("ordinal", 1)])
def test_a_constant_site_within_the_scale_says_something(
    family: str, level: int
) -> None:
    y, x = sites_of(3, family)
    y["b"] = y["b"] * 0.0 + level
    result = mrqap(y, x, family=family, n_resamples=19, rng=1)
    assert result.n == 120
    assert not any("left out" in note for note in result.notes)


def test_ends_move_inwards_with_the_sites_that_are_left() -> None:
    y, x = sites_of(4, "ordinal")
    y = {site: frame + 2.0 for site, frame in y.items()}
    y["a"], y["b"] = y["a"] * 0.0 + 1, y["b"] * 0.0 + 2
    result = mrqap(y, x, family="ordinal", n_resamples=19, rng=1)
    assert result.notes[0].endswith("a (1 in all 30 dyads), b (2 in all 30 dyads)")


def test_sites_that_are_all_constant_are_refused_as_that() -> None:
    y, x = sites_of(5, "logistic")
    y = {site: frame * 0.0 + (site > "b") for site, frame in y.items()}
    with pytest.raises(RefusedError, match="the outcome is constant within every site"):
        mrqap(y, x, family="logistic")


# ---- separation and other refusals


def test_a_separating_term_keeps_its_p_and_has_no_estimate() -> None:
    _, x = rng_relation(7, 8)
    result = run((x["x0"] > 0.3) * 1.0, {"x0": x["x0"]}, family="logistic", rng=1)
    row = result.coefficients.loc["x0"]
    assert row["estimate"] == math.inf
    assert row["pvalue"] < 0.01
    assert row["ci_high"] == math.inf
    assert math.isfinite(row["ci_low"])
    assert result.notes[0] == (
        "the outcome is separated by x0: the likelihood has no maximum"
    )


def test_what_separates_as_a_control_is_named() -> None:
    _, x = rng_relation(8, 8)
    result = run((x["x0"] > 0.3) * 1.0, x, family="logistic", rng=1)
    assert result.coefficients["pvalue"].isna().tolist() == [False, True]
    told = "x1 is not tested: beside it x0 separates the outcome"
    assert told in result.notes
    twin = x | {"x2": np.where(x["x0"] > 0.3, 1.0, 0.0) + 0.1 * (x["x1"] > 0)}
    with pytest.raises(RefusedError, match="the outcome is separated by x"):
        run((x["x0"] > 0.3) * 1.0, twin, family="logistic", rng=1)


def test_separation_is_found_where_it_is() -> None:
    rng = np.random.default_rng(1)
    x, ones = rng.normal(size=(60, 2)), np.ones((60, 1))
    columns = np.hstack([x, ones])
    line = (x[:, 0] + x[:, 1] > 0.2) * 1.0
    assert separating("logistic", line, columns, ["a", "b"]) == ["a", "b"]
    flipped = line.copy()
    flipped[[0, 1, 2]] = 1 - flipped[[0, 1, 2]]
    assert separating("logistic", flipped, columns, ["a", "b"]) == []
    counts = rng.poisson(2.0, 60) * 1.0
    counts[x[:, 0] > 1] = 0
    flag = np.hstack([(x[:, [0]] > 1) * 1.0, ones])
    assert separating("poisson", counts, flag, ["flag"]) == ["flag"]
    assert separating("poisson", counts, columns, ["a", "b"]) == []
    ordered = np.digitize(x[:, 0], [-0.5, 0.5]) * 1.0
    assert "a" in separating("ordinal", ordered, x, ["a", "b"])
    assert separating("ordinal", rng.integers(0, 3, 60) * 1.0, x, ["a", "b"]) == []


def test_outcomes_of_another_family_are_refused() -> None:
    y, x = rng_relation(9, 8)
    for family, told in (
        ("logistic", "a logistic outcome is 0 or 1 in every dyad; it has 56 values"),
        ("poisson", "a Poisson outcome counts"),
        ("ordinal", "at most 12 levels, this one has 56"),
    ):
        with pytest.raises(RefusedError, match=told):
            run(y, x, family=family)
    with pytest.raises(RefusedError, match="no variance in outcome: y is 0 in all 56"):
        run(0 * y, x, family="logistic")
    with pytest.raises(RefusedError, match="Freedman-Lane relabels"):
        run((y > 0.5) * 1.0, x, family="logistic", method="freedman_lane")
    with pytest.raises(UnknownNameError, match="family"):
        run(y, x, family="binomial")
