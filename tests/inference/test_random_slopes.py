"""Slopes that differ between groups: against lme4, a dense likelihood, refusals."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, RefusedError
from netcollab.inference import ModelResult, leave_one_out, mixed_model
from netcollab.inference.cores import one_core
from netcollab.inference.degrees import between_within
from netcollab.inference.random_slopes import SlopeProfile, searched_slopes
from netcollab.inference.samples import sampled

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)
MODELS = {
    "one": ("trust", ["contact", "years"], ["contact"]),
    "two": ("trust", ["contact", "years"], ["contact", "years"]),
    "product": ("trust", ["contact", "reform", "change"], ["contact"]),
    "calm": ("calm", ["contact"], ["contact"]),
    "flat": ("flat", ["contact"], ["contact"]),
}


@pytest.fixture(autouse=True, scope="module")
def _quiet() -> Iterator[None]:
    with one_core():
        yield


def answers() -> pd.DataFrame:
    return pd.read_csv(HERE / "slopes.csv")


def stored() -> dict[str, dict[str, object]]:
    return dict(json.loads((HERE / "slopes.json").read_text("utf-8"))["values"])


def invented(
    seed: int, *, groups: int = 7, size: int = 5, spread: float = 0.5
) -> pd.DataFrame:
    """Rows in groups whose levels and slopes of x and w differ; sizes differ too."""
    rng = np.random.default_rng(seed)
    site = np.repeat(np.arange(groups), size)[2:]
    x, w = rng.normal(size=(2, len(site))) + rng.normal(size=(2, groups))[:, site]
    level, of_x, of_w = spread * rng.normal(size=(3, groups))[:, site]
    y = 1 + level + (0.5 + of_x) * x + of_w * w + rng.normal(size=len(site))
    names = [f"site {k}" for k in site]
    z = rng.normal(size=groups)[site]
    return pd.DataFrame({"site": names, "x": x, "w": w, "z": z, "y": y})


def numbers(result: ModelResult) -> list[float]:
    table = result.coefficients.drop(columns="measured_size")
    return [*table.to_numpy().ravel(), *result.variances, result.loglik]


# ---- other software


@pytest.mark.parametrize("model", MODELS)
def test_equals_lme4_and_lmertest(model: str) -> None:
    outcome, fixed, slopes = MODELS[model]
    expected = stored()[model]
    result = mixed_model(answers(), outcome, fixed, "site", slopes=slopes)
    table = result.coefficients
    assert list(table.index) == ["intercept", *fixed]
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-5)
    assert table["se"].to_numpy() == pytest.approx(expected["se"], rel=1e-4)
    assert table["df"].to_numpy() == pytest.approx(expected["df"], rel=1e-4)
    assert table["pvalue"].to_numpy() == pytest.approx(expected["p"], rel=1e-3)
    assert result.loglik == pytest.approx(expected["loglik"], abs=1e-5)
    assert result.variances.to_numpy() == pytest.approx(
        expected["vcov"], rel=1e-4, abs=1e-9
    )
    singular = [note for note in result.notes if "a singular fit" in note]
    assert bool(singular) == expected["singular"]


def test_variances_are_named_in_the_order_of_lme4() -> None:
    result = mixed_model(
        answers(), "trust", ["contact", "years"], "site", slopes=["contact", "years"]
    )
    assert list(result.variances.index) == [
        "site",
        "site: contact",
        "site: years",
        "site: covariance of intercept and contact",
        "site: covariance of intercept and years",
        "site: covariance of contact and years",
        "residual",
    ]
    told = stored()["two"]
    assert told["var1"][3:6] == ["(Intercept)", "(Intercept)", "contact"]
    assert told["var2"][3:6] == ["contact", "years", "years"]


def test_equals_nlme() -> None:
    expected = stored()["nlme"]
    result = mixed_model(
        answers(), "trust", ["contact", "years"], "site", slopes="contact"
    )
    table = result.coefficients
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-5)
    assert table["se"].to_numpy() == pytest.approx(expected["se"], rel=1e-4)
    assert result.loglik == pytest.approx(expected["loglik"], abs=1e-5)


def test_equals_the_likelihood_of_lme4_away_from_the_best() -> None:
    expected = stored()["deviance"]
    sample = sampled(answers(), "trust", ["contact", "years"], "site")
    columns = np.column_stack([np.ones(170), answers()["contact"]])
    profile = SlopeProfile(sample.y, sample.x, sample.factors[0], columns)
    for theta, loglik in zip(expected["theta"], expected["loglik"], strict=True):
        across = np.array([theta[0], theta[1], theta[2]])  # by rows as by columns
        found = profile.loglik(profile.at(across))
        assert found == pytest.approx(loglik, rel=1e-9)


@NEEDS_KIT
def test_equals_lme4_on_public_data() -> None:
    path = KIT / "expected" / "bhr2000" / "mixed.lead.json"
    values = json.loads(path.read_text("utf-8"))["values"]
    expected = values["slope_reml"]["value"]
    frame = pd.read_csv(KIT / "data" / "bhr2000" / "survey.csv")
    frame["LEAD"] = frame.filter(regex="^A").mean(axis=1)
    result = mixed_model(frame, "LEAD", ["HRS", "RELIG"], "GRP", slopes="HRS")
    table = result.coefficients
    assert table["estimate"].to_numpy() == pytest.approx(expected["estimate"], rel=1e-5)
    assert table["se"].to_numpy() == pytest.approx(expected["se"], rel=1e-4)
    assert table["df"].to_numpy() == pytest.approx(
        expected["df_satterthwaite"], rel=1e-4
    )
    assert result.variances.to_numpy() == pytest.approx(
        [expected["varcomp"]["vcov"][place] for place in (0, 1, 2, 3)], rel=1e-4
    )
    assert result.loglik == pytest.approx(expected["loglik"], abs=1e-5)
    counted = mixed_model(
        frame, "LEAD", ["HRS", "RELIG"], "GRP", slopes="HRS", df="between_within"
    )
    nlme = values["slope_nlme_reml"]["value"]["df_inner_outer"]
    assert counted.coefficients["df"].tolist() == [98, 98, nlme[2]]


# ---- by hand and by other roads


def test_the_mean_of_balanced_slopes_by_hand() -> None:
    """With the same x in every site, the mean slope is tested as by site_slopes."""
    rng = np.random.default_rng(3)
    x = np.array([-2.0, -1, 0, 1, 2])
    slopes, levels = np.array([2.0, -1, 0.5, 1.5, 3]), rng.normal(size=5)
    rows = [
        pd.DataFrame({"site": k, "x": x, "y": levels[k] + slopes[k] * x})
        for k in range(5)
    ]
    frame = pd.concat(rows, ignore_index=True)
    frame["y"] += rng.normal(size=25)
    fits = [np.polyfit(x, part["y"], 1) for _, part in frame.groupby("site")]
    left = frame["y"] - np.concatenate([np.polyval(fit, x) for fit in fits])
    own, rest = np.array(fits)[:, 0], (left**2).sum() / (25 - 10)
    result = mixed_model(frame, "y", "x", "site", slopes="x")
    row = result.coefficients.loc["x"]
    assert row["estimate"] == pytest.approx(own.mean())
    assert row["se"] == pytest.approx(own.std(ddof=1) / np.sqrt(5), rel=1e-6)
    assert row["df"] == pytest.approx(4, rel=1e-4)
    assert result.variances["residual"] == pytest.approx(rest, rel=1e-6)
    between = own.var(ddof=1) - rest / (x**2).sum()
    assert result.variances["site: x"] == pytest.approx(between, rel=1e-6)


def dense(
    frame: pd.DataFrame, varying: Sequence[str], root: np.ndarray
) -> tuple[float, np.ndarray]:
    """Restricted log-likelihood and slopes from V itself, in the data's units."""
    x = np.column_stack([np.ones(len(frame)), frame[["x", "w", "z"]]])
    y = frame["y"].to_numpy()
    z = np.column_stack([np.ones(len(frame)), frame[list(varying)]])
    same = np.equal.outer(frame["site"].to_numpy(), frame["site"].to_numpy())
    v = np.eye(len(frame)) + same * (z @ root @ root.T @ z.T)
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    slopes = np.linalg.solve(information, x.T @ inverse @ y)
    left = y - x @ slopes
    df = len(y) - x.shape[1]
    rss = left @ inverse @ left
    sizes = np.linalg.slogdet(v)[1] + np.linalg.slogdet(information)[1]
    return -(sizes + df * (1 + np.log(2 * np.pi * rss / df))) / 2, slopes


@given(
    seed=st.integers(0, 10**6),
    theta=st.lists(st.floats(-3, 3), min_size=6, max_size=6),
    width=st.sampled_from([2, 3]),
)
def test_profile_is_the_dense_likelihood(
    seed: int, theta: list[float], width: int
) -> None:
    frame, varying = invented(seed), ["x", "w"][: width - 1]
    sample = sampled(frame, "y", ["x", "w", "z"], "site")
    z = np.column_stack([np.ones(len(frame)), frame[varying]])
    profile = SlopeProfile(sample.y, sample.x, sample.factors[0], z)
    lower = np.array(theta[: width * (width + 1) // 2])
    point = profile.at(lower)
    loglik, slopes = dense(frame, varying, profile.matrix(lower))
    assert profile.loglik(point) == pytest.approx(loglik)
    assert profile.estimates(point.slopes) == pytest.approx(slopes)
    result = mixed_model(frame, "y", ["x", "w", "z"], "site", slopes=varying)
    assert result.loglik >= loglik - 1e-7


@given(seed=st.integers(0, 10**6), spread=st.sampled_from([0.0, 0.1, 0.5, 3.0]))
def test_estimates_are_those_of_their_own_variances(seed: int, spread: float) -> None:
    """The variances of the result, put into V, give its likelihood and slopes back."""
    frame = invented(seed, spread=spread)
    result = mixed_model(frame, "y", ["x", "w", "z"], "site", slopes=["x", "w"])
    told = result.variances / result.variances["residual"]
    values = told.to_numpy()
    matrix = np.diag(values[:3])
    matrix[np.triu_indices(3, 1)] = values[3:6]
    matrix = np.triu(matrix) + np.triu(matrix, 1).T
    sizes, vectors = np.linalg.eigh(matrix)
    assert sizes.min() > -1e-9
    root = vectors * np.sqrt(np.maximum(sizes, 0))
    loglik, slopes = dense(frame, ["x", "w"], root)
    assert result.loglik == pytest.approx(loglik, abs=1e-6)
    assert result.coefficients["estimate"].to_numpy() == pytest.approx(slopes, rel=1e-5)


@given(seed=st.integers(0, 10**6), spread=st.sampled_from([0.0, 0.2, 1.0, 5.0]))
def test_no_other_start_finds_a_better_fit(seed: int, spread: float) -> None:
    frame = invented(seed, spread=spread)
    sample = sampled(frame, "y", ["x", "w"], "site")
    fit = searched_slopes(sample.y, sample.x, sample.factors[0], sample.x[:, 1:2])
    best = fit.profile.at(fit.theta).deviance
    rng = np.random.default_rng(seed)
    tried = rng.normal(size=(400, 3)) * 10 ** rng.uniform(-2, 1, size=(400, 1))
    assert best <= min(fit.profile.at(theta).deviance for theta in tried) + 1e-6


def test_derivatives_are_those_of_the_deviance() -> None:
    frame = invented(3)
    sample = sampled(frame, "y", ["x", "w", "z"], "site")
    z = np.column_stack([np.ones(len(frame)), frame[["x", "w"]]])
    profile = SlopeProfile(sample.y, sample.x, sample.factors[0], z)
    theta = np.array([0.6, -0.2, 0.4, 0.1, 0.3, 0.2])
    point = profile.at(theta)
    exact = point.traces - profile.df * point.pulls / point.rss
    columns = np.linalg.solve(point.information, np.eye(4)[:, :2])
    pushed = profile.pushed(point, columns)
    for place in range(6):
        step = 1e-5 * np.eye(6)[place]
        ends = [profile.at(theta + sign * step) for sign in (1, -1)]
        slope = (ends[0].deviance - ends[1].deviance) / 2e-5
        assert slope == pytest.approx(exact[place], rel=1e-5, abs=1e-7)
        sizes = [np.linalg.inv(end.information).diagonal()[:2] for end in ends]
        assert (sizes[0] - sizes[1]) / 2e-5 == pytest.approx(
            pushed[place], rel=1e-5, abs=1e-7
        )


def test_influence_is_the_fit_without_a_site_at_the_same_variances() -> None:
    frame = invented(8, groups=12, spread=1.5)
    result = mixed_model(frame, "y", ["x", "w", "z"], "site", slopes="x")
    told = (result.variances / result.variances["residual"]).to_numpy()
    root = np.linalg.cholesky([[told[0], told[2]], [told[2], told[1]]])
    assert list(result.influence.index) == sorted(set(frame["site"]))
    for name, row in result.influence.iterrows():
        rest = frame[frame["site"] != name]
        assert row.to_numpy() == pytest.approx(dense(rest, ["x"], root)[1], rel=1e-7)


def test_without_a_site_everything_can_be_fitted_anew() -> None:
    table = leave_one_out(
        lambda rows: mixed_model(rows, "trust", "contact", "site", slopes="contact"),
        answers(),
        "site",
    )
    assert (table["reason"] == "").all()
    assert len(table) == 28


# ---- what never changes


@given(
    seed=st.integers(0, 10**6),
    scale=st.sampled_from([1e-6, 0.01, -3.0, 1000.0]),
    shift=st.floats(-20, 20),
)
def test_units_of_a_predictor_only_change_units(
    seed: int, scale: float, shift: float
) -> None:
    frame = invented(seed)
    plain = mixed_model(frame, "y", ["x", "w"], "site", slopes="x")
    turned = frame.assign(x=scale * (frame["x"] - shift))
    other = mixed_model(turned, "y", ["x", "w"], "site", slopes="x")
    slope, scaled = (r.coefficients.loc["x"] for r in (plain, other))
    assert scaled["estimate"] * scale == pytest.approx(slope["estimate"], rel=1e-5)
    assert scaled["se"] * abs(scale) == pytest.approx(slope["se"], rel=1e-4)
    assert scaled["df"] == pytest.approx(slope["df"], rel=1e-2)
    assert other.loglik + np.log(abs(scale)) == pytest.approx(plain.loglik, abs=1e-6)
    kept = ["site: x", "residual"]
    assert (other.variances[kept] * [scale**2, 1]).to_numpy() == pytest.approx(
        plain.variances[kept].to_numpy(), rel=1e-3, abs=1e-5
    )
    start, tilt, both = plain.variances.iloc[:3]
    assert other.variances["site"] == pytest.approx(
        start + 2 * shift * both + shift**2 * tilt, rel=1e-3, abs=1e-3
    )


@pytest.mark.parametrize("scale", [1e-30, 0.1, 1e30])
def test_units_of_the_outcome_only_change_units(scale: float) -> None:
    frame = answers()
    plain = mixed_model(frame, "trust", "contact", "site", slopes="contact")
    turned = frame.assign(trust=scale * frame["trust"])
    other = mixed_model(turned, "trust", "contact", "site", slopes="contact")
    for column, power in (("estimate", 1), ("se", 1), ("df", 0), ("pvalue", 0)):
        expected = plain.coefficients[column].to_numpy() * scale**power
        assert other.coefficients[column].to_numpy() == pytest.approx(
            expected, rel=1e-5
        )
    assert other.variances.to_numpy() == pytest.approx(
        plain.variances.to_numpy() * scale**2, rel=1e-4
    )


def test_order_of_rows_names_of_groups_and_order_of_slopes_play_no_part() -> None:
    frame, both = answers(), ["contact", "years"]
    plain = mixed_model(frame, "trust", both, "site", slopes=both)
    mixed = frame.sample(frac=1, random_state=5)
    other = mixed_model(mixed, "trust", both, "site", slopes=both)
    assert numbers(other) == pytest.approx(numbers(plain), rel=1e-5)
    pd.testing.assert_index_equal(other.influence.index, plain.influence.index)
    renamed = frame.assign(site=frame["site"].str[::-1])
    third = mixed_model(renamed, "trust", both, "site", slopes=both)
    assert numbers(third) == pytest.approx(numbers(plain), rel=1e-5)
    fourth = mixed_model(frame, "trust", both, "site", slopes=both[::-1])
    pd.testing.assert_frame_equal(fourth.coefficients, plain.coefficients, rtol=1e-4)
    assert fourth.variances["site: years"] == pytest.approx(
        plain.variances["site: years"], rel=1e-4
    )


def test_without_slopes_it_is_the_model_of_intercepts() -> None:
    plain = mixed_model(answers(), "trust", "contact", "site")
    for none in ((), []):
        other = mixed_model(answers(), "trust", "contact", "site", slopes=none)
        pd.testing.assert_frame_equal(other.coefficients, plain.coefficients)
        pd.testing.assert_series_equal(other.variances, plain.variances)
        pd.testing.assert_frame_equal(other.influence, plain.influence)


def test_where_slopes_do_not_differ_it_is_close_to_the_model_of_intercepts() -> None:
    rng = np.random.default_rng(11)
    site = np.repeat(np.arange(20), 15)
    x = rng.normal(size=300)
    y = 0.3 * x + rng.normal(size=20)[site] + rng.normal(size=300)
    frame = pd.DataFrame({"site": site, "x": x, "y": y})
    plain = mixed_model(frame, "y", "x", "site")
    other = mixed_model(frame, "y", "x", "site", slopes="x")
    assert 0 <= other.loglik - plain.loglik < 3
    assert other.variances["site: x"] < 0.05
    assert other.variances["site"] == pytest.approx(plain.variances["site"], rel=0.1)
    row, before = (r.coefficients.loc["x"] for r in (other, plain))
    assert row["estimate"] == pytest.approx(before["estimate"], abs=before["se"] / 4)
    assert row["se"] == pytest.approx(before["se"], rel=0.25)
    values = json.loads((HERE / "slopes.json").read_text("utf-8"))["values"]
    assert values["flat"]["loglik"] == pytest.approx(values["level"]["loglik"])


# ---- degrees of freedom counted in groups


def test_degrees_of_freedom_counted_in_groups() -> None:
    counted = mixed_model(
        answers(),
        "trust",
        ["contact", "years", "reform", "change"],
        "site",
        slopes="contact",
        df="between_within",
    )
    assert counted.coefficients["df"].to_dict() == {
        "intercept": 12,  # 14 sites less intercept and reform
        "contact": 12,  # 14 slopes less contact and contact x reform
        "years": 170 - 14 - 3,
        "reform": 12,
        "change": 12,
    }
    frame = answers()
    still = frame["site"].isin(["nordvik", "aasdal", "isvik"])
    frame["contact"] = frame["contact"].where(~still, 4.0)
    sample = sampled(frame, "trust", ["contact", "years"], "site")
    assert between_within(sample, [1]).tolist() == [13, 10, 154]
    assert between_within(sample).tolist() == [13, 154, 154]


# ---- words, gaps, notes, refusals


def test_two_words_have_one_slope() -> None:
    frame = answers().assign(
        often=lambda f: np.where(f["contact"] > 4, "often", "never")
    )
    words = mixed_model(frame, "trust", "often", "site", slopes="often")
    assert words.variances.index[1] == "site: often[often]"
    number = frame.assign(often=(frame["contact"] > 4) * 1.0)
    other = mixed_model(number, "trust", "often", "site", slopes="often")
    assert numbers(words) == pytest.approx(numbers(other))


def test_a_singular_fit_is_told_by_what_is_singular() -> None:
    calm = mixed_model(answers(), "calm", "contact", "site", slopes="contact")
    (note,) = calm.notes
    assert note.startswith("intercept and slopes of site are estimated to go together")
    level, slope, both = calm.variances.iloc[:3]
    assert both == pytest.approx(-np.sqrt(level * slope))
    flat = mixed_model(answers(), "flat", "contact", "site", slopes="contact")
    (note,) = flat.notes
    assert note.startswith("the variances of site, of slopes too, are estimated as 0")
    assert "its df take the groups for alike" in note
    assert (flat.variances.iloc[:3] == 0).all()
    counted = mixed_model(
        answers(), "flat", "contact", "site", slopes="contact", df="between_within"
    )
    assert counted.coefficients.loc["contact", "df"] == 13
    assert "its df" not in counted.notes[0]


def test_few_groups_are_flagged_and_gaps_counted() -> None:
    frame = answers()
    frame.loc[0, "contact"] = np.nan
    few = frame[frame["site"].isin(["nordvik", "isvik", "kystby", "moerk"])]
    result = mixed_model(
        few, "trust", "contact", "site", slopes="contact", df="between_within"
    )
    told = " ".join(result.notes)
    assert "1 of" in told
    assert "contact missing in 1" in told
    assert "contact: 3.0 degrees of freedom" in told


def test_directions_and_confidence() -> None:
    two, up = (
        mixed_model(
            answers(), "trust", "contact", "site", slopes="contact", alternative=side
        ).coefficients.loc["contact"]
        for side in ("two-sided", "greater")
    )
    assert up["pvalue"] == pytest.approx(two["pvalue"] / 2)
    assert up["ci_high"] == np.inf


def test_what_calibration_measured_of_intercepts_is_not_said_of_slopes() -> None:
    result = mixed_model(
        answers(), "trust", ["contact", "reform"], "site", slopes="contact"
    )
    assert result.coefficients["measured_size"].isna().all()
    assert result.test.endswith("(REML), random site with slopes of contact")
    assert "site: contact" in result.summary()


def many() -> pd.DataFrame:
    """Answers with columns that make bad slopes."""
    frame = answers()
    rng = np.random.default_rng(2)
    first = frame["site"].isin(["nordvik", "isvik"])
    return frame.assign(
        role=np.tile(list("abcde"), 34),
        lone=np.where(first, frame["contact"], 1.0),
        shifted=2 * frame["contact"] + frame["site"].str.len(),
        **{name: rng.normal(size=170) for name in ("p", "q", "r")},
    )


@pytest.mark.parametrize(
    ("fixed", "random", "slopes", "error", "told"),
    [
        (["contact"], ["site", "role"], "contact", RefusedError, r"2 \(site, role\)"),
        (["contact"], ["site", "role"], "contact", RefusedError, "by site_slopes"),
        (["contact"], "site", "years", InputError, '"years" needs to be among'),
        ([], "site", "years", InputError, "predictors, got none"),
        (["contact"], "site", ["contact"] * 2, InputError, "named once"),
        (["contact"], "site", None, InputError, "slopes needs names of columns"),
        (["contact"], "site", [["contact"]], InputError, "slopes needs names"),
        (["reform"], "site", "reform", RefusedError, "reform is constant within every"),
        (["role"], "site", "role", RefusedError, "role has 5 categories, and so 4"),
        (["lone"], "site", "lone", RefusedError, "lone varies within 2 of 14 groups"),
        (
            ["contact", "years", "p", "q"],
            "site",
            ["contact", "years", "p", "q"],
            RefusedError,
            "4 slopes .* at most 3",
        ),
        (
            ["contact", "shifted"],
            "site",
            ["contact", "shifted"],
            RefusedError,
            "repeat each other within site: contact, shifted",
        ),
    ],
)
def test_refuses_by_name(
    fixed: list[str], random: object, slopes: object, error: type, told: str
) -> None:
    with pytest.raises(error, match=told):
        mixed_model(many(), "trust", fixed, random, slopes=slopes)


def test_refuses_where_groups_or_rows_say_too_little() -> None:
    frame = answers()
    pairs = frame.groupby("site").head(2)
    with pytest.raises(RefusedError, match="no site has more than 2 rows"):
        mixed_model(pairs, "trust", "contact", "site", slopes="contact")
    two = frame[frame["site"].isin(["nordvik", "isvik"])]
    with pytest.raises(RefusedError, match="at least 3"):
        mixed_model(two, "trust", "contact", "site", slopes="contact")
    three = frame[frame["site"].isin(["nordvik", "isvik", "moerk"])]
    mixed_model(three, "trust", "contact", "site", slopes="contact")
    fixed = ["contact", "change", "other"]
    three = three.assign(other=three["contact"] * (three["site"] == "moerk"))
    with pytest.raises(RefusedError, match=r"varies within 3 of 3 .* at least 4"):
        mixed_model(three, "trust", fixed, "site", slopes="contact")


def test_refuses_where_rows_hardly_differ_from_the_line_of_their_site() -> None:
    frame = answers()
    steep = frame["site"].factorize()[0] * 1e5
    frame["steep"] = steep * frame["contact"] + frame["trust"]
    with pytest.raises(RefusedError, match="hardly differ from its own line"):
        mixed_model(frame, "steep", "contact", "site", slopes="contact")
