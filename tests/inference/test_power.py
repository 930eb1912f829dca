"""What a planned study can find: against R, formulas, and the tests to be run."""

from __future__ import annotations

import dataclasses
import inspect
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from netcollab import inference as room
from netcollab.errors import InputError, RefusedError
from netcollab.inference import planned_sites, planned_ties
from netcollab.inference.planned import Planned, draws_for, planned_smallest, too_far
from netcollab.inference.planned_power import Asked, crossing, planned_tests, shares
from netcollab.inference.planned_sites import SiteMeans, SiteOrders
from netcollab.inference.planned_ties import Attributes, OneNetwork, Slopes

REFERENCE = Path(__file__).parents[1] / "reference/inference/power.csv"
NONE = np.array([0.0])
TESTS = ["site_means", "site_permutation", "site_slopes", "qap_correlation"]
TESTS = [*TESTS, "permutation_correlation"]


def reference(kind: str) -> list[Any]:
    table = pd.read_csv(REFERENCE)
    return list(table[table["kind"] == kind].itertuples())


def alone(sites: int, **more: Any) -> Planned:
    """One respondent a site, who answers: a mean of variance 1."""
    return Planned(sites, 1, respondents=1, response_rate=1, **more)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def quick(sites: int, functions: int, **more: Any) -> room.Design:
    return room.design(sites, functions, **{"n_simulations": 200, "rng": 1, **more})


def row(design: room.Design, test: str) -> pd.Series:
    return design.table.set_index("test").loc[test]


# ---- against R and formulas


@pytest.mark.parametrize("case", reference("delta of two groups"))
def test_detectable_differences_are_those_of_power_t_test(case: Any) -> None:
    found = SiteMeans(alone(2 * int(case.n)), NONE).detectable(case.power)
    assert found == pytest.approx(case.delta, rel=1e-6)


@pytest.mark.parametrize("case", reference("power of two groups"))
def test_simulated_power_is_that_of_power_t_test(case: Any) -> None:
    studies = SiteMeans(alone(2 * int(case.n)), np.array([case.delta]))
    power = studies(rng(), 20_000).mean()
    assert power == pytest.approx(case.power, abs=4 * math.sqrt(0.25 / 20_000))


def test_the_variance_of_a_site_by_hand() -> None:
    plan = Planned(8, 6, 5, response_rate=1, icc=0.2, function_variance=0.1)
    wanted = 0.2 + 0.1 / 6 + 0.7 / 30
    assert SiteMeans(plan, NONE).variance == pytest.approx(wanted)
    # one function, two asked, half answer: one answer with chance 2/3, else two
    plan = Planned(8, 1, 2, response_rate=0.5, icc=0.2, function_variance=0.1)
    wanted = 0.2 + 0.1 + 0.7 * (2 / 3 + 1 / 3 / 2)
    assert SiteMeans(plan, NONE).variance == pytest.approx(wanted)


@pytest.mark.parametrize("rate", [0.3, 0.7, 1.0])
def test_simulated_means_have_the_variance_of_the_formula(rate: float) -> None:
    studies = SiteMeans(Planned(4, 3, 2, rate, icc=0.2, function_variance=0.3), NONE)
    means, answered = studies._means(rng(), 20_000)
    assert means[answered].var() == pytest.approx(studies.variance, rel=0.03)
    assert answered.mean() == pytest.approx(1 - (1 - rate) ** 6, abs=0.01)


def test_the_design_reports_the_closed_form() -> None:
    found = room.design(8, 6, response_rate=1, effect=0.5, n_simulations=4000, rng=1)
    exact = SiteMeans(Planned(8, 6, response_rate=1), NONE).detectable(0.8)
    told = row(found, "site_means")
    assert told["detectable_effect"] == pytest.approx(exact, rel=0.03)
    assert abs(told["detectable_effect"] - exact) < 4 * told["detectable_error"]


@pytest.mark.parametrize(("n", "r"), [(8, 0.5), (20, 0.5), (8, 0.7), (20, 0.7)])
def test_power_of_actors_is_that_of_t(n: int, r: float) -> None:
    """Of normal pairs the exact t-test has nearly the power of the permutation."""
    pairs = rng(2).normal(size=(2, 20_000, n))
    x, y = pairs[0], r * pairs[0] + math.sqrt(1 - r**2) * pairs[1]
    x, y = (each - each.mean(axis=1, keepdims=True) for each in (x, y))
    found = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    limit = stats.t.ppf(0.975, n - 2)
    by_t = (np.abs(found) > limit / math.sqrt(n - 2 + limit**2)).mean()
    studies = Attributes(Planned(1, n, response_rate=1), np.array([r]))
    assert studies(rng(), 2000).mean() == pytest.approx(by_t, abs=0.045)


@pytest.mark.parametrize(("n", "wanted"), [(8, 0.82), (12, 0.71), (20, 0.58)])
def test_detectable_correlations_of_actors(n: int, wanted: float) -> None:
    """Eight actors find .82 with a power of .8, which docs/methods.md says."""
    asked = Asked(0.5, 0.5, 0.8)
    tests = planned_tests(Planned(1, n, response_rate=1), asked)
    told = shares(tests[-1](rng(), 2000))["power"].to_numpy()
    found = crossing(tests[-1].effects, told, goal=0.8).effect
    assert found == pytest.approx(wanted, abs=0.025)


def test_slopes_of_many_dyads_have_the_power_of_one_sample_t() -> None:
    """Without autocorrelation a slope has variance slope_sd^2 + about 1 / (n - 1)."""
    plan = Planned(6, 12, response_rate=1, autocorrelation=0, slope_sd=0.3)
    power = Slopes(plan, np.array([0.4]))(rng(), 8000).mean()
    spread = math.sqrt(0.3**2 + (1 - 0.4**2) / 129)  # E(1 / sum x^2), 132 dyads
    delta = 0.4 / spread * math.sqrt(6)
    limit = stats.t.ppf(0.975, 5)
    wanted = stats.nct.sf(limit, 5, delta) + stats.nct.cdf(-limit, 5, delta)
    assert power == pytest.approx(wanted, abs=0.02)


# ---- the same answers as the tests that will be run


def test_site_means_and_permutation_are_those_of_the_room() -> None:
    plan = Planned(6, 2, 2, response_rate=0.9)
    effects = np.array([0.0, 1.0, 2.0])
    for kind in (SiteMeans, SiteOrders):
        studies = kind(plan, effects)
        found = studies(rng(5), 30)
        means, answered = studies._means(rng(5), 30)
        assert answered.all()
        for study in range(30):
            for place, effect in enumerate(effects):
                data = pd.DataFrame(
                    {
                        "y": means[study] + effect * studies.predictor,
                        "x": studies.predictor,
                        "site": list("abcdef"),
                    }
                )
                result = (
                    room.site_means(data, "y", ["x"], "site")
                    if kind is SiteMeans
                    else room.site_permutation(data, "y", "x", "site", rng=1)
                )
                p = result.coefficients.loc["x", "pvalue"]
                assert (p <= 0.05) == found[study, place]


def test_a_site_without_answers_is_left_out_of_the_test() -> None:
    plan = Planned(6, 1, 1, response_rate=0.7)
    studies = SiteMeans(plan, np.array([1.0]))
    found = studies(rng(7), 200)
    means, answered = studies._means(rng(7), 200)
    lost = ~answered.all(axis=1)
    assert lost.sum() > 100
    for study in np.flatnonzero(lost)[:40]:
        kept = answered[study]
        x, y = studies.predictor[kept], means[study][kept]
        df = int(kept.sum()) - 2
        if df < 1 or np.ptp(x) == 0:
            assert not found[study, 0]
            continue
        fit = stats.linregress(x, y + x)
        assert (fit.pvalue <= 0.05) == found[study, 0]


def test_slopes_are_tested_as_the_room_does() -> None:
    plan = Planned(4, 5, response_rate=1, slope_sd=0.2)
    studies = Slopes(plan, np.array([0.3]))
    found, twin = studies(rng(3), 20), rng(3)
    off = ~np.eye(5, dtype=bool)
    error, x = studies._relation(twin, 80)[:, off], studies._predictor(twin, 80)[:, off]
    own = twin.normal(size=80) * 0.2
    y = (0.3 + own)[:, None] * x + math.sqrt(1 - 0.09) * error
    slopes = [stats.linregress(a, b).slope for a, b in zip(x, y, strict=True)]
    for study, four in enumerate(np.reshape(slopes, (20, 4))):
        p = room.site_slopes(four).coefficients["pvalue"].iloc[0]
        assert (p <= 0.05) == found[study, 0]


@pytest.mark.parametrize("predictor", ["dyadic", "sender", "difference", "sectors"])
@pytest.mark.parametrize("silent", [0, 1])
def test_dyads_are_tested_as_the_room_does(predictor: Any, silent: int) -> None:
    rate = 1 - silent / 5
    plan = Planned(1, 5, 1, response_rate=rate, predictor=predictor, alpha=0.1)
    studies = OneNetwork(plan, np.array([0.5]))
    found, twin = studies(rng(3), 12), rng(3)
    studies._relabellings(twin)
    names = list("abcde")
    for study in range(12):
        error = studies._relation(twin, 1)[0]
        x = studies._predictor(twin, 1)[0]
        y = 0.5 * x + math.sqrt(0.75) * error
        y[5 - silent :] = np.nan
        result = room.qap_correlation(
            pd.DataFrame(y, names, names), pd.DataFrame(x, names, names), rng=1
        )
        assert studies.p_min == pytest.approx(result.p_min)
        assert (result.pvalue <= 0.1 + 1e-12) == found[study, 0]


def test_attributes_are_tested_as_the_room_does() -> None:
    studies = Attributes(Planned(1, 6, response_rate=1), np.array([0.7]))
    found, twin = studies(rng(3), 20), rng(3)
    for study in range(20):
        x, error = twin.normal(size=(2, 6))
        y = 0.7 * (x - x.mean()) + math.sqrt(1 - 0.49) * error
        result = room.permutation_correlation(pd.Series(x), pd.Series(y), rng=1)
        assert result.p_min == studies.p_min
        assert (result.pvalue <= 0.05) == found[study, 0]


# ---- level, power and the smallest p


@pytest.mark.parametrize(
    "plan",
    [
        Planned(8, 6, icc=0.2),
        Planned(12, 5, 1, response_rate=0.8, autocorrelation=0.8, slope_sd=0),
        Planned(9, 8, treated=None, predictor="sender"),
    ],
)
@pytest.mark.parametrize(
    "kind", [SiteMeans, SiteOrders, Slopes, OneNetwork, Attributes]
)
def test_without_an_effect_tests_keep_their_level(plan: Planned, kind: Any) -> None:
    studies = kind(plan, NONE)
    count = 1500
    level = studies(rng(11), count).mean()
    assert level <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / count)
    if kind in (SiteMeans, Slopes) and plan.response_rate > 0.6:
        assert level >= 0.05 - 3.5 * math.sqrt(0.05 * 0.95 / count)


def test_covariates_cost_degrees_of_freedom_alone() -> None:
    plan = Planned(10, 1, 1, response_rate=1, covariates=3)
    studies = SiteMeans(plan, np.array([1.5]))
    delta = 1.5 * math.sqrt(10 / 4)
    limit = stats.t.ppf(0.975, 5)
    wanted = stats.nct.sf(limit, 5, delta)
    assert studies(rng(), 20_000).mean() == pytest.approx(wanted, abs=0.015)


@pytest.mark.parametrize(
    ("sites", "treated", "wanted"),
    [(6, 0.5, 0.1), (8, 0.5, 2 / 70), (3, 0.5, 1 / 3), (12, 1 / 12, 1 / 12)],
)
def test_the_smallest_p_of_sites(sites: int, treated: float, wanted: float) -> None:
    plan = Planned(sites, 6, treated=treated)
    assert SiteOrders(plan, NONE).p_min == pytest.approx(wanted)


def test_a_lead_agency_star_looks_only_eight_ways() -> None:
    plan = Planned(1, 8, response_rate=1, predictor="star")
    assert OneNetwork(plan, NONE).p_min == 0.125
    found = quick(1, 8, response_rate=1, predictor="star", correlation=0.9)
    told = row(found, "qap_correlation")
    assert (told["power"], told["p_min"]) == (0, 0.125)
    assert math.isnan(told["detectable_effect"])
    assert told["reason"] == (
        "with 56 dyads p is never at or below 0.05: the smallest is 0.125"
    )


def test_power_grows_with_the_effect_and_with_the_sites() -> None:
    found = room.design(10, 5, n_simulations=1000, rng=1)
    slack = 0.02
    for _, curve in found.curves.groupby("test"):
        assert curve["effect"].is_monotonic_increasing
        assert (curve["power"].diff().dropna() > -slack).all()
    for test, sizes in found.sizes.groupby("test"):
        assert (sizes["power"].diff().dropna() > -0.07).all(), test


def test_more_of_everything_finds_smaller_effects() -> None:
    plain = SiteMeans(Planned(8, 6, 5, 0.7), NONE).detectable(0.8)
    for more in ({"sites": 12}, {"functions": 9}, {"respondents": 10}):
        plan = Planned(**{"sites": 8, "functions": 6, "respondents": 5, **more})
        assert SiteMeans(plan, NONE).detectable(0.8) < plain
    fewer = Planned(8, 6, 5, 0.7, covariates=2)
    assert SiteMeans(fewer, NONE).detectable(0.8) > plain


def test_how_many_sites_are_needed_is_what_the_formula_says() -> None:
    found = room.design(12, 6, effect=0.5, n_simulations=2000, rng=1)
    needed = row(found, "site_means")["needed"]
    by_formula = next(
        sites
        for sites in range(4, 200)
        if SiteMeans(Planned(sites, 6), NONE).detectable(0.8) <= 0.5
    )
    assert abs(needed - by_formula) <= 3


# ---- the whole design


def test_the_same_for_any_number_of_workers() -> None:
    one, two = (
        room.design(4, 5, n_simulations=1200, rng=7, workers=workers)
        for workers in (1, 2)
    )
    for name in ("table", "curves", "sizes", "changes"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    assert one.seed == two.seed == 7


def test_a_seed_is_all_that_matters() -> None:
    one, again, other = (quick(4, 5, rng=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one.table, again.table)
    assert not one.table.equals(other.table)
    drawn = quick(4, 5, rng=None)
    pd.testing.assert_frame_equal(drawn.table, quick(4, 5, rng=drawn.seed).table)


def test_a_table_for_every_test_with_its_monte_carlo_error() -> None:
    found = quick(6, 5, response_rate=1)
    assert list(found.table["test"]) == TESTS
    power = found.table["power"].to_numpy()
    wanted = np.sqrt(power * (1 - power) / 200)
    assert found.table["mc_error"].to_numpy() == pytest.approx(wanted)
    assert (found.table["low"] <= power).all()
    assert (found.table["high"] >= power).all()
    at = found.curves.set_index(["test", "effect"])["power"]
    for told in found.table.itertuples():
        assert at[told.test, told.effect] == told.power


def test_changes_leave_out_what_they_do_not_touch() -> None:
    found = quick(6, 6)
    rows = found.changes.groupby("change")["test"].apply(list)
    assert rows["respondents"] == rows["response_rate"] == TESTS[:2]
    assert rows["functions"] == TESTS
    silent = quick(6, 6, respondents=1, response_rate=0.6)
    assert set(silent.changes.query("change == 'respondents'")["test"]) == set(TESTS)
    complete = quick(1, 6, response_rate=1)
    assert len(complete.changes) == 0
    assert set(complete.sizes["varies"]) == {"functions"}


def test_one_site_answers_for_its_ties_alone() -> None:
    found = quick(1, 8)
    refused = found.table[found.table["power"].isna()]
    assert list(refused["test"]) == TESTS[:3]
    assert set(refused["reason"]) == {"one site has no other to be compared with"}
    assert set(found.curves["test"]) == set(TESTS[3:])


def test_what_a_plan_cannot_test_has_a_reason() -> None:
    two = quick(2, 5)
    assert row(two, "site_means")["reason"] == (
        "2 sites and 2 coefficients leave no freedom"
    )
    few = quick(8, 3)
    assert row(few, "site_slopes")["reason"] == (
        "3 of 3 functions of a site would answer; at least 4 are needed"
    )
    silent = quick(8, 6, respondents=1, response_rate=0.5)
    assert "3 of 6 functions" in row(silent, "qap_correlation")["reason"]
    many = quick(3, 61, respondents=1, response_rate=1)
    assert "more than 60 actors" in row(many, "qap_correlation")["reason"]
    assert row(many, "permutation_correlation")["power"] > 0.8
    rare = quick(8, 6, treated=0.01)
    assert row(rare, "site_means")["reason"] == "all sites would be of one kind"
    more = quick(8, 6, covariates=1)
    assert "not simulated with covariates" in row(more, "site_permutation")["reason"]
    weak = quick(3, 6)
    assert row(weak, "site_means")["reason"] == (
        "no effect up to 3 is found with the power asked for"
    )


def test_a_plan_without_any_test_is_refused_with_every_cause() -> None:
    with pytest.raises(RefusedError, match=r"one site .*; 2 of 2 functions"):
        room.design(1, 2)


def test_all_faults_of_a_plan_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        room.design(
            0,
            2.5,
            respondents=-1,
            response_rate=1.2,
            icc=1.0,
            effect=-0.1,
            correlation=1.0,
            function_variance=math.nan,
            treated=1.5,
            covariates=-1,
            predictor="stars",
            autocorrelation="much",
            slope_sd=-1,
            alpha=0,
            power=1,
            n_simulations=99,
        )
    told = "\n".join(map(str, caught.value.problems))
    names = "sites functions respondents response_rate icc effect correlation treated "
    names += "function_variance covariates predictor autocorrelation slope_sd alpha "
    assert all(name in told for name in [*names.split(), "power", "n_simulations"])
    assert len(caught.value.problems) == 16


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"icc": 0.6, "function_variance": 0.5}, "add up to"),
        ({"sites": 2000, "functions": 60}, "10,000 functions in all"),
        ({"functions": 101}, "at most 100"),
        ({"respondents": 10**6}, "at most 10,000"),
        ({"n_simulations": 10**7}, "at most 1,000,000"),
        ({"effect": 1.2}, "give correlation too"),
        ({"effect": math.inf}, "finite"),
        ({"effect": math.nan}, "finite"),
        ({"rng": -1}, "rng"),
        ({"workers": 0}, "workers"),
    ],
)
def test_impossible_plans_are_told(plan: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        room.design(**{"sites": 6, "functions": 5, **plan})


def test_a_plan_and_the_door_assume_the_same() -> None:
    asked = inspect.signature(room.design).parameters
    for field in dataclasses.fields(Planned)[2:]:
        assert asked[field.name].default == field.default


STRANGE = [None, "x", math.nan, math.inf, -1, 0, 1, [], True, np.ones(2), 10**30]
SHARED = ("rng", "workers", "progress")  # with every function that draws
NAMES = list(inspect.signature(room.design).parameters)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SHARED])
@pytest.mark.parametrize("value", STRANGE, ids=repr)
def test_whatever_is_given_is_answered_or_refused(name: str, value: object) -> None:
    plan: dict[str, Any] = {"sites": 5, "functions": 4, "n_simulations": 100, "rng": 1}
    try:
        power = room.design(**{**plan, name: value}).table["power"]
        answered = power.between(0, 1).sum() > 1
    except (InputError, RefusedError) as error:
        answered = bool(str(error))
    assert answered


def test_numbers_of_numpy_are_numbers() -> None:
    found = quick(np.int64(4), np.int32(5), icc=np.float32(0.25), alpha=np.float64(0.1))
    assert json.loads(json.dumps(found.to_dict()))["plan"]["icc"] == 0.25
    assert found.alpha == 0.1
    whole = quick(4.0, 5.0, respondents=np.float64(5), covariates=0.0)
    pd.testing.assert_frame_equal(whole.table, quick(4, 5).table)


def test_what_it_says_of_itself() -> None:
    found = quick(3, 6)
    assert repr(found) == "Design(3 sites of 6 functions, 5 tests)"
    told = found.summary()
    assert "site_permutation: with 3 sites p is never" in told
    assert "note: 63 people are expected to answer" in told
    assert "1 of at least 4 degrees of freedom" in told
    assert "<table" in found._repr_html_()
    frame = found.to_frame()
    assert list(frame["sites"]) == [3] * 5
    assert found.to_dict()["table"][1]["detectable_effect"] is None


def test_a_large_effect_is_on_the_scale() -> None:
    found = quick(12, 4, effect=4.0, correlation=0.2)
    told = row(found, "site_means")
    assert told["power"] == 1
    assert told["detectable_effect"] < 2
    assert found.curves.query("test == 'site_means'")["effect"].max() == 6


# ---- the parts


def test_shares_have_the_interval_of_wilson() -> None:
    found = np.zeros((50, 3))
    found[:10, 1], found[:, 2] = 1, 1
    told = shares(found)
    assert told["power"].tolist() == [0, 0.2, 1]
    # prop.test(c(0, 10, 50), 50, correct = FALSE) of R, one at a time
    assert told["low"].round(4).tolist() == [0.0, 0.1124, 0.9287]
    assert told["high"].round(4).tolist() == [0.0713, 0.3304, 1.0]


def test_a_crossing_lies_on_the_probit_line() -> None:
    effects = np.linspace(0, 2, 9)
    power = stats.norm.cdf(-1.6 + 2 * effects)
    found = crossing(effects, power, goal=0.8)
    assert found.effect == pytest.approx((stats.norm.ppf(0.8) + 1.6) / 2)
    assert found.slope == pytest.approx(2)
    assert crossing(effects, power, goal=0.02) == (0.0, math.inf)
    assert math.isnan(crossing(effects, power / 2, goal=0.8).effect)
    steep = crossing(np.array([0.0, 1.0]), np.array([0.0, 1.0]), goal=0.999)
    assert 0 < steep.effect < 1


def test_draws_and_levels() -> None:
    assert draws_for(0.05) == 999
    assert draws_for(0.0125) == 3999
    assert draws_for(1e-6) == 9999
    assert planned_smallest(1 / 24, 24) == 1 / 24
    assert planned_smallest(1 / 10**9, 10**9) == 1e-4
    assert too_far(np.array([1, 2]), 20, alpha=0.05, exact=True).tolist() == [1, 0]


def test_lists_and_draws_give_the_same_power(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six actors have 720 relabellings: whether listed or drawn, power is the same."""
    plan, effects = Planned(8, 6, response_rate=1), np.array([0.5])
    listed = [
        kind(plan, effects)(rng(), 1000).mean() for kind in (OneNetwork, SiteOrders)
    ]
    monkeypatch.setattr(planned_ties, "LISTED", 10)
    monkeypatch.setattr(planned_sites, "LISTED", 10)
    drawn = [
        kind(plan, effects)(rng(), 1000).mean() for kind in (OneNetwork, SiteOrders)
    ]
    assert drawn == pytest.approx(listed, abs=0.06)
