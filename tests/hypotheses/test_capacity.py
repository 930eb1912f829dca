"""RC-H1 to RC-H3: what was planted is found, what was not is not, and what is told."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

import netcollab as nc
from netcollab.hypotheses import RELATIONAL_CAPACITY, Findings, Hypothesis, evaluate
from netcollab.hypotheses.capacity_claims import SPLITS, secondary
from netcollab.hypotheses.declared import binding
from netcollab.hypotheses.judging import judge
from netcollab.hypotheses.site_contrasts import SiteContrast, site_contrast
from netcollab.hypotheses.variables import function_values, site_values
from netcollab.hypotheses.within_contrasts import (
    WithinContrast,
    function_contrast,
    ratings_model,
    tie_contrast,
)
from netcollab.study import HypothesisSpec, Study

H1, H2, H3 = RELATIONAL_CAPACITY


@pytest.fixture(scope="module")
def study() -> Study:
    return nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))


@pytest.fixture(scope="module")
def found(study: Study) -> Findings:
    return evaluate(study, RELATIONAL_CAPACITY, rng=1)


def spec(claim: Hypothesis, study: Study, **more: object) -> HypothesisSpec:
    return dataclasses.replace(binding(claim, study.manifest), **more)


def no_test(*_: object, **__: object) -> object:
    raise AssertionError("claims over several sites relabel no single network")


# ---- what was planted


def test_planted_effects_are_supported(found: Findings) -> None:
    table = found.to_frame().set_index("hypothesis")
    assert table["verdict"].tolist() == ["supported"] * 3
    assert table["level"].tolist() == ["site", "actor", "site"]
    assert (table["pvalue"] < table["pvalue_adjusted"] + 1e-12).all()
    assert (table["ci_low"] > 0).all()
    assert table["n_used"].tolist()[0] == 12


def test_planted_ties_are_found_and_the_planted_null_is_not(found: Findings) -> None:
    table = found["RC-H1"].estimates
    ties = table[table["role"] == "secondary"].set_index("predictor")
    assert (ties["level"] == "dyad").all()
    planted = ties.loc[["tie(written_procedure)", "tie(standing_meeting)"]]
    # 0.5 points, flattened by the ends of the scale.
    assert planted["estimate"].astype(float).between(0.4, 0.55).all()
    assert (planted["pvalue_adjusted"] < 0.001).all()
    assert ties.loc["tie(shared_system)", "pvalue_adjusted"] > 0.05


def test_facets_of_leadership(found: Findings) -> None:
    table = found["RC-H2"].estimates
    facets = table[table["role"] == "secondary"].set_index("predictor")
    assert len(facets) == 4
    for planted in ("shared_vision", "insistent_involvement"):
        assert facets.loc[f"score({planted})", "pvalue_adjusted"] < 0.05
    for null in ("participation", "framing"):
        assert facets.loc[f"score({null})", "pvalue_adjusted"] > 0.05
    split = table[table["role"] == "split source"].iloc[0]
    headline = table[table["role"] == "headline"].iloc[0]
    assert 0 < split["estimate"] < headline["estimate"]
    assert f"{SPLITS} halvings" in split["estimator"]


def test_structure_and_leadership_say_no_direction(found: Findings) -> None:
    table = found["RC-H3"].estimates
    later = table[table["outcome"] == "score(leadership) in 2026"]
    assert len(later) == 1
    assert "2025 held" in later["estimator"].iloc[0]
    parts = table[table["role"] == "secondary"]
    by_hand = multipletests(parts["pvalue"].astype(float), method="holm")[1]
    assert parts["pvalue_adjusted"].astype(float).tolist() == pytest.approx(by_hand)
    limits = " ".join(found.limits())
    assert "Neither one wave nor two identify" in limits
    assert "capacity is not held constant" in limits
    assert "One network has no outcome variance" not in limits


# ---- two roads to one number


def test_the_headline_of_sites_is_a_correlation_of_means(
    study: Study, found: Findings
) -> None:
    y = site_values(study, H1.outcome)
    x = site_values(study, H1.predictor)
    line = stats.linregress(x, y)
    headline = found["RC-H1"]
    assert headline.estimate == pytest.approx(line.slope, rel=1e-10)
    assert headline.pvalue == pytest.approx(line.pvalue, rel=1e-8)


def test_slopes_of_sites_beside_the_mixed_model(study: Study, found: Findings) -> None:
    rows = pd.DataFrame(
        {
            "y": function_values(study, H2.outcome),
            "x": function_values(study, H2.predictor),
        }
    ).dropna()
    rows = rows - rows.groupby("actor").transform("mean")
    rows = rows - rows.groupby(["site", "wave"]).transform("mean")
    slopes = rows.groupby("site").apply(lambda g: (g["x"] @ g["y"]) / (g["x"] @ g["x"]))
    t = stats.ttest_1samp(slopes, 0)
    table = found["RC-H2"].estimates.set_index("estimator")
    row = table.loc["mean of the slopes of sites"]
    assert row["estimate"] == pytest.approx(slopes.mean(), rel=1e-10)
    assert row["pvalue"] == pytest.approx(t.pvalue, rel=1e-8)


def test_leaving_a_site_out_is_leaving_it_out(study: Study) -> None:
    whole = site_contrast(study, spec(H1, study), seed=1)
    less = study.select(sites=[s for s in whole.parts if s != "egelund"])
    assert whole.without("egelund").tried(no_test).pvalue == pytest.approx(
        site_contrast(less, spec(H1, study), seed=1).tried(no_test).pvalue, rel=1e-10
    )
    assert whole.without("nowhere") is whole


def test_ties_over_sites_as_an_own_hypothesis(study: Study) -> None:
    claim = Hypothesis(
        key="own",
        level="dyad",
        outcome="tie(relational_capacity)",
        predictor="tie(standing_meeting)",
    )
    found = evaluate(study, [claim], rng=1)["own"]
    assert found.verdict == "supported"
    assert found.level == "dyad"
    assert found.estimate == pytest.approx(0.5, abs=0.1)
    assert found.method.startswith("mean of slopes over sites")


def test_limits_of_ties_over_sites(study: Study) -> None:
    told = {
        "answers twice": ("tie(mutual_respect)", "tie(mutual_knowledge)"),
        "documents": ("tie(relational_capacity)", "tie(standing_meeting)"),
    }
    claims = [
        Hypothesis(key=key, level="dyad", outcome=outcome, predictor=predictor)
        for key, (outcome, predictor) in told.items()
    ]
    found = evaluate(study, claims, rng=1)
    assert found.n_sites == 12
    assert [finding.same_source for finding in found] == [True, False]
    limits = found.limits()
    assert not any("One network" in limit for limit in limits)
    assert [limit for limit in limits if "same respondents" in limit] == [
        "Outcome and predictor of answers twice were told by the same respondents: "
        "what they share as persons, such as how kindly they rate, is in both."
    ]


def test_few_sites_are_not_one_network_and_a_test_not_made_has_no_source(
    study: Study,
) -> None:
    claim = Hypothesis(
        key="few",
        level="dyad",
        outcome="tie(mutual_respect)",
        predictor="tie(mutual_knowledge)",
    )
    few = study.select(sites=["egelund", "nordvik"])
    found = evaluate(few, [claim], rng=1)
    assert found["few"].verdict == "not testable"
    assert not any(
        text.startswith(("One network", "Outcome")) for text in found.limits()
    )
    one = study.select(sites=["egelund"], waves=study.waves[-1:])
    limits = evaluate(one, [claim], rng=1).limits()
    assert limits[0].startswith("One network has no outcome variance")
    assert any(text.startswith("Outcome and predictor of few") for text in limits)


def test_the_limit_of_a_claim_stands_for_its_source(found: Findings) -> None:
    assert found["RC-H2"].same_source
    limits = " ".join(found.limits())
    assert "Leadership and capacity are told by the same people" in limits
    assert "Outcome and predictor" not in limits


# ---- the rule


def line_of_sites(sites: int, slope: float, noise: float = 1.0) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    x = np.arange(sites, dtype=float)
    y = slope * x + noise * rng.normal(size=sites)
    return pd.DataFrame({"site": [f"s{k}" for k in range(sites)], "y": y, "x": x})


def judged(table: pd.DataFrame, **declared: object) -> object:
    given = {"outcome": "y", "predictor": "x", "direction": "positive"} | declared
    contrast = SiteContrast(HypothesisSpec("H", level="site", **given), table=table)
    return judge([contrast], test=no_test, alpha=0.05)[0]


def test_every_branch() -> None:
    steep, flat = line_of_sites(12, 1.0), line_of_sites(12, 0.0, noise=0.1)
    assert judged(steep).verdict == "supported"
    opposite = judged(steep, direction="negative")
    assert (opposite.verdict, opposite.tags) == ("contradicted", ("opposite",))
    assert judged(steep, delta=5.0).tags == ("below delta",)
    too_small = judged(flat, delta=0.5)
    assert (too_small.verdict, too_small.tags) == ("contradicted", ("too small",))
    assert judged(flat).verdict == "inconclusive"
    assert judged(flat, direction="none", delta=0.5).verdict == "supported"
    assert judged(steep, direction="none", delta=0.1).verdict == "contradicted"
    unsure = judged(line_of_sites(6, 0.0, noise=9.0), direction="none", delta=0.1)
    assert unsure.verdict == "inconclusive"
    assert "delta" in judged(flat, direction="none").reason


def test_too_few_sites() -> None:
    few = judged(line_of_sites(5, 1.0))
    assert few.verdict == "not testable"
    assert few.reason == (
        "5 sites have both values; a headline needs 6, so that t has 4 degrees of "
        "freedom"
    )


def test_detectable_effect_has_the_power_it_says() -> None:
    table = line_of_sites(12, 0.0)
    trial = judged(table)
    se, df, effect = trial.se, trial.df, trial.detectable
    cut = stats.t.ppf(0.975, df)
    power = stats.nct.sf(cut, df, effect / se)
    assert power == pytest.approx(0.8, abs=0.001)


# ---- what cannot be tested is said, and the others run


def test_one_bad_claim_leaves_the_others(study: Study) -> None:
    claims = [
        H1,
        Hypothesis(
            key="a", level="site", outcome="score(trust)", predictor="population"
        ),
        Hypothesis(key="b", level="actor", outcome=H2.outcome, predictor="sector"),
        Hypothesis(key="c", level="site", outcome=H1.outcome, predictor="a + b"),
        Hypothesis(key="d", level="respondent", outcome="x", predictor="y"),
        Hypothesis(key="e", level="site", outcome=H1.outcome),
        Hypothesis(key="f", level="dyad", outcome="tie(nothing)", predictor="same(x)"),
    ]
    found = evaluate(study, claims, rng=1)
    assert [f.verdict for f in found] == ["supported"] + ["not testable"] * 6
    reasons = [f.test_reason for f in found]
    assert "trust" in reasons[1]
    assert reasons[2] == "sector is no number; a slope needs one"
    assert "not one value per site" in reasons[3]
    assert "level respondent" in reasons[4]
    assert reasons[5] == "the study binds no predictor for it"
    assert "nothing" in reasons[6]


def test_one_site_has_nothing_to_compare() -> None:
    twin = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    found = evaluate(twin, RELATIONAL_CAPACITY, rng=1)
    assert {f.verdict for f in found} == {"not testable"}
    assert found["RC-H1"].test_reason == "a claim about sites needs several sites"


def test_a_manifest_binds_level_and_words(study: Study) -> None:
    bound = dataclasses.replace(
        study.manifest,
        hypotheses={
            "RC-H1": HypothesisSpec("RC-H1", predictor="score(formal_organisation)")
        },
    )
    claim = binding(H1, bound)
    assert (claim.level, claim.outcome) == ("site", H1.outcome)
    assert claim.predictor == "score(formal_organisation)"


def test_no_respondent_is_named(found: Findings, study: Study) -> None:
    told = found.summary() + found._repr_html_()
    assert "  beside    permutation of sites: 1.19 (" in told
    assert "  split     mean of the slopes of sites, median of 20 halvings: " in told
    assert "  part      tie(relational_capacity) ~ tie(shared_system), " in told
    told += "".join(f.estimates.to_csv() for f in found)
    names = set(study.respondents["respondent"])
    assert not {word for word in told.replace(",", " ").split() if word in names}


def test_the_order_of_rows_plays_no_part(study: Study) -> None:
    turned = dataclasses.replace(study, answers=study.answers.iloc[::-1])
    claim = spec(H1, study)
    one, other = (site_contrast(each, claim, seed=1) for each in (study, turned))
    assert one.tried(no_test).pvalue == pytest.approx(
        other.tried(no_test).pvalue, rel=1e-9
    )


def test_one_row_per_site_has_nothing_within() -> None:
    rows = pd.DataFrame(
        {"site": list("abcdef"), "wave": "", "actor": "x", "y": range(6), "x": range(6)}
    )
    contrast = WithinContrast(HypothesisSpec("H"), rows=rows, units=("actor",))
    trial = judge([contrast], test=no_test, alpha=0.05)[0]
    assert trial.verdict == "not testable"
    assert "varies within sites" in trial.reason


def test_secondary_of_another_claim_is_empty(study: Study) -> None:
    assert not len(secondary(study, HypothesisSpec("other"), seed=1))


def test_models_know_roles_that_recur(study: Study) -> None:
    contrast = tie_contrast(
        study,
        HypothesisSpec(
            "H",
            outcome="tie(relational_capacity)",
            predictor="tie(standing_meeting)",
            direction="positive",
        ),
    )
    result = ratings_model(contrast.rows, ["x"], contrast.units)
    assert set(result.variances.index) >= {"source", "target", "source:target", "site"}
    functions = function_contrast(study, spec(H2, study))
    assert "actor" in ratings_model(functions.rows, ["x"], ("actor",)).variances.index
