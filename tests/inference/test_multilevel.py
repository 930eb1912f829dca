"""Mixed models: against lme4, by hand, against a dense likelihood, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import ModelResult, mixed_model, multilevel
from netcollab.inference.cores import one_core
from netcollab.inference.multilevel import _without
from netcollab.inference.reml import Profile, searched
from netcollab.inference.samples import sampled

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)
FACTORS = {
    "site": "site",
    "unit": ("site", "sender"),
    "partner": ("site", "receiver"),
    "pair": ("sender", "receiver"),
    "dyad": ("site", "sender", "receiver"),
    "respondent": "respondent",
    "receiver": "receiver",
}
MODELS = {
    "site": ("capacity", ["contact", "structure"], ["site"]),
    "units": ("capacity", ["contact", "reform", "years"], ["site", "unit", "partner"]),
    "all": (
        "capacity",
        ["contact", "structure"],
        ["site", "unit", "partner", "pair", "dyad", "respondent"],
    ),
    "people": ("capacity", ["contact"], ["respondent", "receiver"]),
    "none": ("capacity", [], ["site", "respondent"]),
    "singular": ("flat", ["contact", "structure"], ["site"]),
}


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> Iterator[None]:
    with one_core():
        yield


def ratings() -> pd.DataFrame:
    return pd.read_csv(HERE / "few_sites.csv")


def stored(path: Path) -> dict[str, dict[str, object]]:
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    return dict(values)


def grouped(seed: int, groups: int = 6, size: int = 5) -> pd.DataFrame:
    """Rows in groups, crossed with roles; sizes differ a little."""
    rng = np.random.default_rng(seed)
    rows = groups * size - 2
    site = np.repeat(np.arange(groups), size)[:rows]
    role = np.tile(np.arange(size), groups)[:rows]
    frame = pd.DataFrame(
        {
            "site": [f"site {g}" for g in site],
            "role": [f"role {r}" for r in role],
            "x": rng.normal(size=rows),
            "z": rng.normal(size=groups)[site],
        }
    )
    spread = rng.normal(size=groups)[site] + 0.5 * rng.normal(size=size)[role]
    frame["y"] = frame["x"] + spread + rng.normal(size=rows)
    return frame


# ---- other software


@pytest.mark.parametrize("model", MODELS)
def test_equals_lme4_and_lmertest(model: str) -> None:
    outcome, fixed, random = MODELS[model]
    expected = stored(HERE / "few_sites.json")["mixed"][model]
    result = mixed_model(ratings(), outcome, fixed, [FACTORS[f] for f in random])
    table = result.coefficients
    assert list(table.index) == ["intercept", *fixed]
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-5)
    assert table["se"].to_numpy() == pytest.approx(expected["se"], rel=1e-4)
    assert table["df"].to_numpy() == pytest.approx(expected["df"], rel=1e-4)
    assert table["pvalue"].to_numpy() == pytest.approx(expected["p"], rel=1e-3)
    assert result.loglik == pytest.approx(expected["loglik"], abs=1e-5)
    names = ["residual" if g == "Residual" else g for g in expected["group"]]
    variances = dict(zip(names, expected["variance"], strict=True))
    ours = result.variances.set_axis([*random, "residual"])
    assert ours.to_dict() == pytest.approx(variances, rel=1e-4, abs=1e-9)
    assert (result.variances == 0).any() == expected["singular"]


def public(data: str) -> pd.DataFrame:
    frame = pd.read_csv(KIT / "data" / data / "survey.csv")
    if data == "bhr2000":
        frame["LEAD"] = frame.filter(regex="^A").mean(axis=1)
        frame["G_HRS"] = frame.groupby("GRP")["HRS"].transform("mean")
        return frame.assign(W_HRS=frame["HRS"] - frame["G_HRS"])
    frame = frame.dropna(subset=frame.filter(regex="^(lead|rc)").columns)
    frame["LEAD"] = frame.filter(regex="^lead").mean(axis=1)
    frame["RC"] = frame.filter(regex="^rc").mean(axis=1)
    frame["G_LEAD"] = frame.groupby("municipality")["LEAD"].transform("mean")
    frame["W_LEAD"] = frame["LEAD"] - frame["G_LEAD"]
    return frame.assign(**{"structure:LEAD": frame["structure"] * frame["LEAD"]})


@NEEDS_KIT
@pytest.mark.parametrize(
    ("data", "view", "model"),
    [
        ("bhr2000", "lead", "null"),
        ("bhr2000", "lead", "fixed"),
        ("bhr2000", "lead", "within_between"),
        ("bhr2000", "lead_8groups", "null"),
        ("bhr2000", "lead_8groups", "between"),
        ("synthsurvey", "rc_listwise", "null"),
        ("synthsurvey", "rc_listwise", "fixed"),
        ("synthsurvey", "rc_listwise", "interaction"),
        ("synthsurvey", "rc_listwise", "within_between"),
    ],
)
def test_equals_lme4_on_public_data(data: str, view: str, model: str) -> None:
    values = stored(KIT / "expected" / data / f"mixed.{view}.json")
    expected = values[f"{model}_reml"]["value"]
    frame = public(data)
    if view == "lead_8groups":
        frame = frame[frame["GRP"].isin(frame["GRP"].unique()[:8])]
    outcome, site = ("RC", "municipality") if "rc" in view else ("LEAD", "GRP")
    terms = np.atleast_1d(expected["term"]).tolist()[1:]
    result = mixed_model(frame, outcome, terms, site)
    table = result.coefficients
    assert table["estimate"].to_numpy() == pytest.approx(
        np.atleast_1d(expected["estimate"]), rel=1e-5, abs=1e-7
    )
    assert table["se"].to_numpy() == pytest.approx(expected["se"], rel=1e-4)
    assert table["df"].to_numpy() == pytest.approx(
        np.atleast_1d(expected["df_satterthwaite"]), rel=1e-4
    )
    variances = expected["varcomp"]["vcov"]
    assert result.variances.to_numpy() == pytest.approx(variances, rel=1e-4)
    assert result.loglik == pytest.approx(expected["loglik"], abs=1e-5)


@NEEDS_KIT
@pytest.mark.parametrize(
    ("data", "view", "terms"),
    [
        ("bhr2000", "lead", ["W_HRS", "G_HRS", "RELIG"]),
        ("synthsurvey", "rc_listwise", ["structure", "W_LEAD", "G_LEAD"]),
    ],
)
def test_counts_degrees_of_freedom_as_nlme(
    data: str, view: str, terms: list[str]
) -> None:
    values = stored(KIT / "expected" / data / f"mixed.{view}.json")
    expected = values["within_between_nlme_reml"]["value"]["df_inner_outer"]
    outcome, site = ("RC", "municipality") if "rc" in view else ("LEAD", "GRP")
    result = mixed_model(public(data), outcome, terms, site, df="between_within")
    found = result.coefficients["df"].tolist()
    assert found[1:] == expected[1:]
    assert found[0] == min(expected[1:])  # nlme counts rows for the intercept


# ---- by hand and by other roads


def test_equal_groups_give_the_mean_squares() -> None:
    frame = pd.DataFrame({"site": np.repeat(list("abc"), 2), "y": [1, 3, 4, 6, 8, 8.0]})
    between, within = (
        2 * (9 + 0 + 9),
        (2 + 2 + 0),
    )  # sums of squares about means 2, 5, 8
    msb, msw = between / 2, within / 3
    result = mixed_model(frame, "y", [], "site")
    assert result.variances["residual"] == pytest.approx(msw)
    assert result.variances["site"] == pytest.approx((msb - msw) / 2)
    row = result.coefficients.loc["intercept"]
    assert row["estimate"] == pytest.approx(5)
    assert row["se"] == pytest.approx(np.sqrt(msb / 6))
    assert row["df"] == pytest.approx(2, abs=1e-4)


def dense(frame: pd.DataFrame, factors: list[str], ratios: np.ndarray) -> list[float]:
    """Restricted log-likelihood and slopes from V itself."""
    x = np.column_stack([np.ones(len(frame)), frame["x"], frame["z"]])
    y = frame["y"].to_numpy()
    v = np.eye(len(frame))
    for name, ratio in zip(factors, ratios, strict=True):
        v += ratio * np.equal.outer(frame[name].to_numpy(), frame[name].to_numpy())
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    slopes = np.linalg.solve(information, x.T @ inverse @ y)
    left = y - x @ slopes
    df = len(y) - x.shape[1]
    rss = left @ inverse @ left
    sizes = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    return [-(sizes + df * (1 + np.log(2 * np.pi * rss / df))) / 2, *slopes]


@given(
    seed=st.integers(0, 10**6),
    ratios=st.tuples(st.floats(0, 20), st.floats(0, 20)),
)
def test_profile_is_the_dense_likelihood(
    seed: int, ratios: tuple[float, float]
) -> None:
    frame = grouped(seed)
    sample = sampled(frame, "y", ["x", "z"], ["site", "role"])
    profile = Profile(sample.y, sample.x, sample.factors)
    point = profile.at(np.array(ratios))
    found = [profile.loglik(point), *profile.estimates(point.slopes)]
    assert found == pytest.approx(dense(frame, ["site", "role"], np.array(ratios)))
    best = profile.loglik(profile.at(searched(profile)))
    assert best >= profile.loglik(point) - 1e-7


@given(seed=st.integers(0, 10**6), spread=st.sampled_from([0.0, 0.1, 1.0, 10.0]))
def test_no_other_start_finds_a_better_fit(seed: int, spread: float) -> None:
    frame = grouped(seed).assign(y=lambda f: f["y"] + spread * f["z"] ** 2)
    sample = sampled(frame, "y", ["x"], ["site", "role"])
    profile = Profile(sample.y, sample.x, sample.factors)
    best = profile.at(searched(profile)).deviance
    grid = np.array([0, 0.01, 0.1, 0.3, 1, 3, 10, 100])
    tried = [profile.at(np.array([a, b])).deviance for a in grid for b in grid]
    assert best <= min(tried) + 1e-6


def test_many_partners_are_held_sparse_and_give_the_same() -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"site": rng.integers(40, size=90).astype(str)})
    frame["role"] = frame["site"] + rng.integers(2, size=90).astype(str)
    frame[["x", "z", "y"]] = rng.normal(size=(90, 3))
    sample = sampled(frame, "y", ["x", "z"], ["site", "role"])
    profile = Profile(sample.y, sample.x, sample.factors)
    assert not isinstance(profile._crossed, np.ndarray)
    ratios = np.array([0.7, 0.2])
    assert profile.loglik(profile.at(ratios)) == pytest.approx(
        dense(frame, ["site", "role"], ratios)[0]
    )


def test_derivatives_are_those_of_the_deviance() -> None:
    sample = sampled(grouped(3), "y", ["x", "z"], ["site", "role"])
    profile = Profile(sample.y, sample.x, sample.factors)
    ratios = np.array([0.6, 0.3])
    point = profile.at(ratios)
    exact = point.traces - profile.df * point.pulls / point.rss
    for r in (0, 1):
        step = 1e-5 * np.eye(2)[r]
        ends = [profile.at(ratios + sign * step).deviance for sign in (1, -1)]
        assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(exact[r], rel=1e-6)


def test_influence_is_the_fit_without_a_site_at_the_same_ratios() -> None:
    frame = ratings()
    nested = ["site", ("site", "sender"), "respondent"]
    result = mixed_model(frame, "capacity", ["contact", "structure"], nested)
    ratios = (result.variances / result.variances["residual"]).to_numpy()[:-1]
    sample = sampled(frame, "capacity", ["contact", "structure"], nested)
    site = sample.factors[0]
    assert list(result.influence.index) == list(site.levels)
    assert result.influence.index.name == "site"
    for code, name in enumerate(site.levels):
        direct = _without(sample, site.codes != code, ratios)
        assert result.influence.loc[name].to_numpy() == pytest.approx(direct, rel=1e-9)


def test_influence_where_roles_recur_in_every_site() -> None:
    frame = ratings()
    groups = ["site", "receiver"]
    result = mixed_model(frame, "capacity", ["contact"], groups)
    ratios = (result.variances / result.variances["residual"]).to_numpy()[:-1]
    rest = frame[frame["site"] != "isvik"].assign(x=lambda f: f["contact"])
    v = np.eye(len(rest))
    for name, ratio in zip(groups, ratios, strict=True):
        v += ratio * np.equal.outer(rest[name].to_numpy(), rest[name].to_numpy())
    x = np.column_stack([np.ones(len(rest)), rest["x"]])
    weighted = np.linalg.solve(v, x)
    slopes = np.linalg.solve(x.T @ weighted, weighted.T @ rest["capacity"])
    assert result.influence.loc["isvik"].to_numpy() == pytest.approx(slopes)


def test_influence_says_nothing_where_too_little_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frame = grouped(1)
    frame["only"] = (frame["site"] == "site 2") * frame["x"]
    nested = mixed_model(frame, "y", ["only"], ["site"])
    crossed = mixed_model(frame, "y", ["only"], ["site", "role"])
    for result in (nested, crossed):
        empty = result.influence.isna().all(axis=1)
        assert empty[empty].index.tolist() == ["site 2"]
    monkeypatch.setattr(multilevel, "MOST_LEFT_OUT", 5)
    assert mixed_model(frame, "y", ["x"], ["site", "role"]).influence.empty
    assert len(mixed_model(frame, "y", ["x"], ["site"]).influence) == 6


# ---- what never changes


def numbers(result: ModelResult) -> list[float]:
    return [*result.coefficients.to_numpy().ravel(), *result.variances]


@given(seed=st.integers(0, 10**6), scale=st.floats(0.01, 100), shift=st.floats(-50, 50))
def test_units_of_the_outcome_only_change_units(
    seed: int, scale: float, shift: float
) -> None:
    frame = grouped(seed)
    plain = mixed_model(frame, "y", ["x", "z"], ["site", "role"])
    moved = frame.assign(y=scale * frame["y"] + shift)
    other = mixed_model(moved, "y", ["x", "z"], ["site", "role"])
    slopes = plain.coefficients.loc[["x", "z"]]
    others = other.coefficients.loc[["x", "z"]]
    assert (scale * slopes["se"]).to_numpy() == pytest.approx(others["se"], rel=1e-5)
    assert slopes["statistic"].to_numpy() == pytest.approx(
        others["statistic"].to_numpy(), rel=1e-4, abs=1e-5
    )
    assert (scale**2 * plain.variances).to_numpy() == pytest.approx(
        other.variances.to_numpy(), rel=1e-3, abs=1e-5 * scale**2
    )


def test_order_of_rows_and_names_of_groups_play_no_part() -> None:
    frame = ratings()
    groups = ["site", ("site", "sender"), "respondent"]
    plain = mixed_model(frame, "capacity", ["contact", "structure"], groups)
    mixed = frame.sample(frac=1, random_state=5).set_index("respondent", drop=False)
    other = mixed_model(mixed, "capacity", ["contact", "structure"], groups)
    assert numbers(other) == pytest.approx(numbers(plain), rel=1e-6, nan_ok=True)
    pd.testing.assert_index_equal(other.influence.index, plain.influence.index)
    renamed = frame.assign(site=frame["site"].str[::-1])
    third = mixed_model(renamed, "capacity", ["contact", "structure"], groups)
    assert numbers(third) == pytest.approx(numbers(plain), rel=1e-6, nan_ok=True)


def test_one_name_stands_for_a_list() -> None:
    one = mixed_model(ratings(), "capacity", "contact", "site")
    other = mixed_model(ratings(), "capacity", ["contact"], ["site"])
    pd.testing.assert_frame_equal(one.coefficients, other.coefficients)


def test_directions_halve_p_and_open_the_interval() -> None:
    frame = ratings()
    two, up, down = (
        mixed_model(frame, "capacity", ["contact"], "site", alternative=side)
        for side in ("two-sided", "greater", "less")
    )
    p = [result.coefficients.loc["contact", "pvalue"] for result in (two, up, down)]
    assert p[1] == pytest.approx(p[0] / 2)
    assert p[1] + p[2] == pytest.approx(1)
    assert up.coefficients.loc["contact", "ci_high"] == np.inf
    assert down.coefficients.loc["contact", "ci_low"] == -np.inf
    low = mixed_model(frame, "capacity", ["contact"], "site", confidence=0.9)
    assert up.coefficients.loc["contact", "ci_low"] == pytest.approx(
        low.coefficients.loc["contact", "ci_low"]
    )


# ---- words, gaps, refusals


def test_words_become_indicators() -> None:
    frame = ratings()
    result = mixed_model(frame, "capacity", ["receiver"], "site")
    names = [
        f"receiver[{r}]" for r in ("jobcentre", "provider", "psychology", "school")
    ]
    assert list(result.coefficients.index) == ["intercept", *names]
    assert "receiver is compared with authority" in result.notes
    order = ["school", "authority", "provider", "psychology", "jobcentre", "nobody"]
    frame["receiver"] = pd.Categorical(frame["receiver"], order)
    other = mixed_model(frame, "capacity", ["receiver"], "site")
    assert other.coefficients.index[1] == "receiver[authority]"
    assert other.coefficients.loc["receiver[authority]", "estimate"] == pytest.approx(
        -result.coefficients.loc["receiver[school]", "estimate"]
    )
    frame["is_school"] = frame["receiver"] == "school"
    binary = mixed_model(frame, "capacity", ["is_school"], "site")
    assert list(binary.coefficients.index) == ["intercept", "is_school"]


def test_rows_with_gaps_are_counted_and_left_out() -> None:
    frame = ratings()
    frame.loc[3:6, "contact"] = np.nan
    frame.loc[6:8, "site"] = None
    frame.loc[:, "flat"] = np.nan  # not used
    result = mixed_model(frame, "capacity", ["contact"], "site")
    assert result.n == len(frame) - 6
    assert result.notes[0] == (
        "6 of 558 rows left out: contact missing in 4, site missing in 3"
    )
    rest = mixed_model(frame.drop(index=range(3, 9)), "capacity", ["contact"], "site")
    pd.testing.assert_frame_equal(rest.coefficients, result.coefficients)
    nullable = frame.assign(contact=frame["contact"].astype("Float64"))
    again = mixed_model(nullable, "capacity", ["contact"], "site")
    pd.testing.assert_frame_equal(again.coefficients, result.coefficients)


def test_a_singular_fit_is_a_result_with_a_note() -> None:
    result = mixed_model(ratings(), "flat", ["structure"], ["site"])
    assert result.variances["site"] == 0
    assert any("singular fit" in note for note in result.notes)
    least = np.polynomial.polynomial.polyfit(
        ratings()["structure"], ratings()["flat"], 1
    )
    assert result.coefficients["estimate"].to_numpy() == pytest.approx(least)
    counted = mixed_model(
        ratings(), "flat", ["structure"], ["site"], df="between_within"
    )
    assert counted.coefficients.loc["structure", "df"] == 10


def test_few_groups_are_flagged() -> None:
    frame = ratings()
    few = frame[frame["site"].isin(["fjordby", "isvik", "kystby", "moerk"])]
    result = mixed_model(few, "capacity", ["structure"], "site", df="between_within")
    assert any("structure: 2.0 degrees of freedom" in note for note in result.notes)


def test_result_reads_and_exports() -> None:
    result = mixed_model(ratings(), "capacity", ["contact"], ["site", "respondent"])
    told = result.summary()
    assert "variance of site" in told
    assert "R2" not in told
    table = result.to_frame()
    assert table["term"].tolist() == ["intercept", "contact"]
    assert table["n"].tolist() == [558, 558]
    assert "linear mixed model" in repr(result)


@pytest.mark.parametrize(
    ("change", "fixed", "random", "told"),
    [
        ({"capacity": 3.0}, ["contact"], ["site"], "no variance in outcome: capacity"),
        ({"contact": 1.0}, ["contact"], ["site"], "no variance in predictor contact"),
        ({"role": "a"}, ["role"], ["site"], "no variance in predictor role"),
        ({}, ["contact", "double"], ["site"], "each other: contact, double"),
        ({}, ["contact", "contact"], ["site"], "each other: contact, contact"),
        ({"one": "a"}, ["contact"], ["one"], "all rows belong to one one"),
        ({}, ["contact"], ["row"], "every row has one row"),
        ({}, ["contact"], ["site", "twin"], "site and twin group the rows in the same"),
        ({"contact": np.inf}, ["contact"], ["site"], "infinite values"),
        ({"contact": np.nan}, ["contact"], ["site"], "no row has a value in all"),
        ({}, ["structure", "reform"], ["reform"], "needs? at least 3 groups"),
    ],
)
def test_refuses_by_name(
    change: dict[str, object], fixed: list[str], random: list[str], told: str
) -> None:
    frame = ratings().assign(
        double=lambda f: 2 * f["contact"] + 1,
        twin=lambda f: f["site"].str.upper(),
        row=range(558),
    )
    frame = frame.assign(**change)
    with pytest.raises(RefusedError, match=told):
        mixed_model(frame, "capacity", fixed, random)


def test_refuses_what_leaves_nothing_to_estimate() -> None:
    frame = grouped(2).assign(y=lambda f: 2 * f["x"] + 1)
    with pytest.raises(RefusedError, match="tell the outcome"):
        mixed_model(frame, "y", ["x"], "site")
    few = grouped(2).groupby("site").head(2).iloc[:4]
    with pytest.raises(RefusedError, match="need at least"):
        mixed_model(few, "y", ["x", "z"], "site")
    wide = pd.DataFrame({"y": np.arange(30.0), "a": range(30), "b": range(30)})
    wide = pd.concat([wide, wide + 1], ignore_index=True)
    with pytest.raises(RefusedError, match="a and b group the rows in the same way"):
        mixed_model(wide, "y", [], ["a", "b"])


def test_refuses_where_rows_of_a_group_hardly_differ() -> None:
    frame = ratings()
    levels = frame["site"].factorize()[0] * 1000.0
    frame["copied"] = levels + frame["capacity"]
    with pytest.raises(RefusedError, match="same site hardly differ"):
        mixed_model(frame, "copied", ["contact"], ["site", "respondent"])
    frame["copied"] = 0.01 * levels + frame["capacity"]
    result = mixed_model(frame, "copied", ["contact"], ["site", "respondent"])
    assert result.variances["site"] > 100 * result.variances["residual"]


def test_too_many_groups_beside_the_biggest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("netcollab.inference.reml.MAX_LEVELS", 4)
    with pytest.raises(RefusedError, match="5 groups beside the factor with most"):
        mixed_model(grouped(1), "y", ["x"], ["site", "role"])


@pytest.mark.parametrize(
    ("outcome", "fixed", "random", "error", "told"),
    [
        ("capacty", ["contact"], ["site"], UnknownNameError, 'mean "capacity"'),
        ("capacity", ["contacts"], ["site"], UnknownNameError, 'mean "contact"'),
        ("capacity", ["contact"], [("site", "sendr")], UnknownNameError, "sender"),
        ("site", ["contact"], ["sender"], InputError, "outcome site needs numbers"),
        ("capacity", ["capacity"], ["site"], InputError, "outcome and a predictor"),
        ("capacity", ["contact"], [], InputError, "random needs a column"),
        ("capacity", ["intercept"], ["site"], InputError, "has an intercept"),
    ],
)
def test_wrong_arguments(
    outcome: str, fixed: list[str], random: list[str], error: type, told: str
) -> None:
    frame = ratings().assign(intercept=1.0)
    with pytest.raises(error, match=told):
        mixed_model(frame, outcome, fixed, random)


def test_wrong_options() -> None:
    with pytest.raises(UnknownNameError, match="df"):
        mixed_model(ratings(), "capacity", [], "site", df="kenward")
    with pytest.raises(InputError, match="DataFrame"):
        mixed_model(ratings().to_numpy(), "capacity", [], "site")
    twice = pd.concat([ratings(), ratings()[["contact"]]], axis=1)
    with pytest.raises(InputError, match="several columns named contact"):
        mixed_model(twice, "capacity", ["contact"], "site")
