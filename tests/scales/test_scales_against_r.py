"""Every statistic of a scale against R: invented data here, public data beside."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab import scales as sc

HERE = Path(__file__).parents[1] / "reference" / "scales"
SHARED = Path(__file__).parents[2].parent / "shared" / "reference"
EXACT = {"rtol": 1e-8, "atol": 1e-12}
ITEMS = {"lead": 4, "rc": 6, "unkeyed": 6}

EXPECTED = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
GROUPS = pd.read_csv(HERE / "groups.csv", index_col="group")


def survey() -> pd.DataFrame:
    return pd.read_csv(HERE / "survey.csv")


def items_of(scale: str) -> pd.DataFrame:
    stem = "rc" if scale == "unkeyed" else scale
    items = survey()[[f"{stem}{place}" for place in range(1, ITEMS[scale] + 1)]]
    return items.assign(rc3=6 - items["rc3"]) if scale == "unkeyed" else items


# ---- invented data: data and values lie in the repository


@pytest.mark.parametrize("scale", ITEMS)
@pytest.mark.parametrize("missing", ["listwise", "pairwise"])
def test_reliability(scale: str, missing: str) -> None:
    expected = EXPECTED["reliability"][scale][missing]
    found = sc.scale_reliability(items_of(scale), missing=missing)
    for name in ("alpha", "alpha_standardised", "sem"):
        if name in expected:
            np.testing.assert_allclose(getattr(found, name), expected[name], **EXACT)
    table = sc.item_rest(items_of(scale), missing=missing)
    for name in ("n", "mean", "sd", "item_rest", "alpha_if_dropped"):
        if name in expected:
            np.testing.assert_allclose(table[name], expected[name], **EXACT)
    if missing == "listwise":
        assert found.n == expected["n"]
        ends = expected["alpha_low"], expected["alpha_high"]
        np.testing.assert_allclose(found.alpha_interval, ends, **EXACT)
        np.testing.assert_allclose(sc.alpha_interval(items_of(scale)), ends, **EXACT)


@pytest.mark.parametrize("scale", ITEMS)
def test_omega(scale: str) -> None:
    expected = EXPECTED["reliability"][scale]["omega"]["omega"]
    np.testing.assert_allclose(sc.omega(items_of(scale)), expected, **EXACT)


@pytest.mark.parametrize("scale", ["lead", "rc"])
@pytest.mark.parametrize("null", ["uniform", "slight_skew", "normal"])
def test_rwg_j(scale: str, null: str) -> None:
    town = survey()["municipality"]
    found = sc.rwg_j(items_of(scale), town, (1, 5), null=null)
    assert found.index.tolist() == GROUPS.index.tolist()
    np.testing.assert_allclose(found, GROUPS[f"{scale} rwg_j {null}"], **EXACT)


@pytest.mark.parametrize("scale", ["lead", "rc"])
def test_other_agreement(scale: str) -> None:
    items, town = items_of(scale), survey()["municipality"]
    star = sc.r_star_wg(items, town, (1, 5))
    np.testing.assert_allclose(star, GROUPS[f"{scale} r_star_wg"], **EXACT)
    for around in ("mean", "median"):
        found = sc.average_deviation(items, town, around=around)
        np.testing.assert_allclose(found, GROUPS[f"{scale} ad {around}"], **EXACT)


def test_rwg_of_one_item() -> None:
    table = survey()
    found = sc.rwg(table["rc2"], table["municipality"], (1, 5))
    np.testing.assert_allclose(found, GROUPS["rc2 rwg"], **EXACT)


def test_icc() -> None:
    table, rc = survey(), items_of("rc")
    values = {
        "rc": rc.mean(axis=1, skipna=False),
        "rc1": rc["rc1"],
        "noise": (table["respondent"] * 7) % 11,
    }
    found = sc.icc_table(pd.DataFrame(values), table["municipality"], k="mean")
    for name in values:
        expected = EXPECTED["icc"][name]
        for field in ("ms_between", "ms_within", "f", "pvalue", "n"):
            np.testing.assert_allclose(found.loc[name, field], expected[field], **EXACT)
        one = sc.icc1(values[name], table["municipality"], k="mean")
        np.testing.assert_allclose(one, expected["icc1_mean_size"], **EXACT)
        two = sc.icc2(values[name], table["municipality"])
        hidden = expected["icc2"] if expected["icc2"] >= 0 else np.nan
        np.testing.assert_allclose(two, hidden, **EXACT)


def equal_groups() -> pd.DataFrame:
    return survey().set_index("respondent").loc[EXPECTED["equal_rows"]]


def test_icc_of_equal_groups_has_exact_intervals() -> None:
    table, expected = equal_groups(), EXPECTED["icc"]["equal"]
    score = table.filter(regex="^rc").mean(axis=1)
    found = sc.icc_table(score, table["municipality"]).iloc[0]
    assert found["interval"] == "exact"
    for field in ("icc2", "icc1_low", "icc1_high", "icc2_low", "icc2_high"):
        np.testing.assert_allclose(found[field], expected[field], **EXACT)
    np.testing.assert_allclose(found["icc1"], expected["icc1_mean_size"], **EXACT)


@pytest.mark.parametrize("view", ["equal", "all"])
def test_variance_components_rebuild_the_mean_squares(view: str) -> None:
    table = equal_groups() if view == "equal" else survey()
    items = table.filter(regex="^rc")
    found = sc.generalisability(items, table["municipality"])
    part, n, k = found.variances, found.n_respondents, found.n_items
    respondent = part["residual"] + k * part["respondent"]
    tie_item = part["residual"] + n * part["tie_item"]
    squares = {
        "residual": part["residual"],
        "respondent": respondent,
        "tie_item": tie_item,
        "tie": respondent + tie_item - part["residual"] + n * k * part["tie"],
    }
    for name, expected in EXPECTED["squares"][view].items():
        np.testing.assert_allclose(squares[name], expected, **EXACT)


def test_alpha_between_and_within() -> None:
    table = survey()
    found = sc.cronbach_alpha_levels(items_of("rc"), table["municipality"])
    expected = EXPECTED["levels"]
    np.testing.assert_allclose(found.loc["between", "alpha"], expected["between"])
    np.testing.assert_allclose(found.loc["within", "alpha"], expected["within"])


@pytest.mark.parametrize("name", ["ratings", "words"])
def test_kappas(name: str) -> None:
    ratings = pd.read_csv(HERE / f"{name}.csv", index_col="unit")
    expected = EXPECTED["coders"][name]
    a, b = ratings["coder1"], ratings["coder2"]
    found = {
        "unweighted": sc.cohen_kappa(a, b),
        "fleiss": sc.fleiss_kappa(ratings),
        "conger": sc.fleiss_kappa(ratings, method="conger"),
    }
    if name == "ratings":
        found["linear"] = sc.cohen_kappa(a, b, "linear")
        found["quadratic"] = sc.cohen_kappa(a, b, weights="quadratic")
    for kind, value in found.items():
        np.testing.assert_allclose(value, expected[kind], **EXACT)


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_krippendorff(level: str) -> None:
    ratings = pd.read_csv(HERE / "ratings.csv", index_col="unit")
    expected = EXPECTED["coders"]["krippendorff"][level]
    found = sc.krippendorff_interval(ratings, level, n_resamples=10, rng=1)
    np.testing.assert_allclose(found.alpha, expected["alpha"], **EXACT)
    assert found.n_pairable == expected["n_pairable"]


def test_krippendorff_of_words() -> None:
    ratings = pd.read_csv(HERE / "words.csv", index_col="unit")
    expected = EXPECTED["coders"]["words"]["nominal"]["alpha"]
    np.testing.assert_allclose(sc.krippendorff_alpha(ratings), expected, **EXACT)


# ---- public data: data and values lie beside the repository

BESIDE = pytest.mark.skipif(
    not SHARED.is_dir(), reason="no folder of reference data beside the repository"
)


def stored(name: str, view: str) -> dict[str, object]:
    path = SHARED / "expected" / name / f"{view}.json"
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    return {key: record["value"] for key, record in values.items()}


def data(name: str, file: str = "survey") -> pd.DataFrame:
    return pd.read_csv(SHARED / "data" / name / f"{file}.csv")


def public_scale(view: str) -> tuple[pd.DataFrame, dict[str, object]]:
    if view == "leadership11":
        return data("bhr2000").iloc[:, 1:12], stored("bhr2000", f"reliability.{view}")
    if view in ("lead", "rc"):
        items = data("synthsurvey").filter(regex=f"^{view}[0-9]")
        return items, stored("synthsurvey", f"reliability.{view}")
    stem = "N" if view == "neuroticism" else "C"
    items = data("bfi")[[f"{stem}{place}" for place in range(1, 6)]]
    if view == "conscientiousness_keyed":
        items = items.assign(C4=7 - items["C4"], C5=7 - items["C5"])
    return items, stored("bfi", f"reliability.{view}")


@BESIDE
@pytest.mark.parametrize(
    "view",
    [
        "leadership11",
        "lead",
        "rc",
        "neuroticism",
        "conscientiousness_keyed",
        "conscientiousness_unkeyed",
    ],
)
def test_public_reliability(view: str) -> None:
    items, expected = public_scale(view)
    listwise = sc.scale_reliability(items)
    pairwise = sc.scale_reliability(items, missing="pairwise")
    total = expected["psych_alpha_total"]
    pairs = {
        listwise.alpha: expected["multilevel_cronbach"]["alpha"],
        listwise.alpha_standardised: expected["alpha_standardised_formula_listwise"],
        pairwise.alpha: total["raw_alpha"],
        pairwise.alpha_standardised: total["std.alpha"],
    }
    np.testing.assert_allclose(list(pairs), list(pairs.values()), **EXACT)
    assert listwise.n == expected["multilevel_cronbach"]["n"]
    # psych stops its search at about 1e-7.
    np.testing.assert_allclose(
        listwise.omega, expected["omega_total_one_factor_ml"]["omega"], rtol=1e-6
    )
    rest = sc.item_rest(items)
    np.testing.assert_allclose(
        rest["item_rest"], expected["item_total"]["Item.Total"], **EXACT
    )
    np.testing.assert_allclose(
        rest["alpha_if_dropped"], expected["item_total"]["Alpha.Without"], **EXACT
    )
    rest = sc.item_rest(items, missing="pairwise")
    for ours, theirs in {
        "n": "n",
        "mean": "mean",
        "sd": "sd",
        "item_rest": "r.drop",
    }.items():
        np.testing.assert_allclose(
            rest[ours], expected["psych_item_stats"][theirs], **EXACT
        )
    np.testing.assert_allclose(
        rest["alpha_if_dropped"], expected["psych_alpha_drop"]["raw_alpha"], **EXACT
    )


def public_groups(name: str) -> tuple[pd.DataFrame, pd.Series, str]:
    table = data(name)
    if name == "bhr2000":
        return table.iloc[:, 1:12], table["GRP"], "leadership11"
    if name == "cohesion":
        items = table.iloc[:, 2:7]
        return items, table["UNIT"] + " " + table["PLATOON"], "items_complete"
    stem, view = name.split()[1], f"{name.split()[1]}_listwise"
    return table.filter(regex=f"^{stem}[0-9]"), table["municipality"], view


@BESIDE
@pytest.mark.parametrize("name", ["bhr2000", "cohesion"])
def test_public_agreement(name: str) -> None:
    items, groups, view = public_groups(name)
    expected = stored(name, f"agreement.{view}")
    table = pd.read_csv(
        SHARED / "expected" / name / f"agreement.{view}.groups.csv", index_col="group"
    )
    found = sc.rwg_j(items, groups, (1, 5))
    assert set(found.index) == set(table.index)
    theirs = table.loc[found.index]
    np.testing.assert_allclose(found, theirs["rwg_j"], **EXACT)
    star = sc.r_star_wg(items, groups, [1, 5])
    np.testing.assert_allclose(star, theirs["rwg_j_lindell"], **EXACT)
    for around in ("mean", "median"):
        deviation = sc.average_deviation(items, groups, around=around)
        np.testing.assert_allclose(deviation, theirs[f"ad_{around}"], **EXACT)
    score = items.mean(axis=1, skipna=False)
    values = [
        sc.icc1(score, groups, k="mean"),
        sc.icc1(score, groups),
        sc.icc2(score, groups),
    ]
    names = ["icc1", "icc1_n0_formula", "icc2"]
    np.testing.assert_allclose(values, [expected[key] for key in names], **EXACT)
    if "rwg_single" in theirs:
        single = sc.rwg(data(name)["RELIG"], groups, (1, 5))
        np.testing.assert_allclose(single, theirs["rwg_single"], **EXACT)


def mended(alpha: float, ratings: pd.DataFrame) -> float:
    """What irr 0.84.1 would say of complete ratings if it did not count each twice.

    For ratings without a gap it forgets to divide a unit's pairs by raters - 1, so that
    its n in (n - 1)/n is too large by that factor; with gaps it does divide.
    """
    n, raters = ratings.size, ratings.shape[1]
    counted = n * (raters - 1)
    return 1 - (1 - alpha) * ((n - 1) / n) / ((counted - 1) / counted)


@BESIDE
def test_public_raters() -> None:
    ratings, expected = data("irr", "diagnoses"), stored("irr", "diagnoses")
    pairs = {
        "fleiss": sc.fleiss_kappa(ratings),
        "fleiss_exact_conger": sc.fleiss_kappa(ratings, method="conger"),
    }
    for rater in range(2, 7):
        kappa = sc.cohen_kappa(ratings["rater1"], ratings[f"rater{rater}"])
        pairs[f"kappa2_1{rater}"] = kappa
    for name, value in pairs.items():
        np.testing.assert_allclose(value, expected[name]["value"], **EXACT)
    np.testing.assert_allclose(
        sc.krippendorff_alpha(ratings),
        mended(expected["kripp_alpha_nominal"], ratings),
        **EXACT,
    )
    np.testing.assert_allclose(
        100 * sc.percent_agreement(ratings), expected["agree"]["value"], **EXACT
    )


@BESIDE
def test_public_ordered_ratings() -> None:
    ratings, expected = data("irr", "anxiety"), stored("irr", "anxiety")
    a, b = ratings["rater1"], ratings["rater2"]
    kinds = {None: "unweighted", "linear": "equal", "quadratic": "squared"}
    for weights, name in kinds.items():
        value = sc.cohen_kappa(a, b, weights)
        theirs = expected[f"kappa2_12_{name}"]["value"]
        np.testing.assert_allclose(value, theirs, **EXACT)
    for level in ("nominal", "ordinal", "interval", "ratio"):
        np.testing.assert_allclose(
            sc.krippendorff_alpha(ratings, level=level),
            mended(expected[f"kripp_alpha_{level}"], ratings),
            **EXACT,
        )
    gaps, expected = data("irr", "krippendorff"), stored("irr", "krippendorff")
    for level, theirs in expected.items():
        found = sc.krippendorff_interval(gaps, level, n_resamples=10, rng=1)
        np.testing.assert_allclose(found.alpha, theirs["alpha"], **EXACT)
        assert found.n_pairable == theirs["n_pairable"]


@BESIDE
@pytest.mark.parametrize("name", ["anxiety", "shrout_fleiss"])
def test_public_one_way_icc(name: str) -> None:
    ratings, expected = data("irr", name), stored("irr", name)
    long = ratings.stack()
    found = sc.icc_table(long.to_numpy(), long.index.get_level_values(0)).iloc[0]
    assert found["interval"] == "exact"
    for ours, unit in {"icc1": "single", "icc2": "average"}.items():
        theirs = expected[f"icc_oneway_consistency_{unit}"]
        fields = {"": "value", "_low": "lbound", "_high": "ubound"}
        for end, field in fields.items():
            np.testing.assert_allclose(found[f"{ours}{end}"], theirs[field], **EXACT)
        np.testing.assert_allclose(found["pvalue"], theirs["p"], **EXACT)
