"""Partial correlation: by hand, against R, two roads, and what is refused."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import partial_correlation

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
STORED = json.loads((HERE / "paths.json").read_text(encoding="utf-8"))
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)


def survey() -> pd.DataFrame:
    rows = pd.read_csv(HERE.parent / "scales" / "survey.csv").dropna()
    return rows.assign(
        lead=rows[[f"lead{k}" for k in range(1, 5)]].mean(axis=1),
        rc=rows[[f"rc{k}" for k in range(1, 7)]].mean(axis=1),
        leader=rows["role"].eq("leader") * 1.0,
    )


def drawn(seed: int, n: int = 20, k: int = 4) -> pd.DataFrame:
    cells = np.random.default_rng(seed).normal(size=(n, k))
    return pd.DataFrame(cells, columns=list("xyzw")[:k])


# ---- values


def test_by_hand() -> None:
    # z splits the rows in halves: what is left of x is 1, -1, 2, -2, of y 1, -1, 1, -1
    table = pd.DataFrame(
        {"x": [6, 4, 3, -1], "y": [3, 1, 9, 7], "z": [0, 0, 1, 1]}, dtype=float
    )
    with pytest.raises(RefusedError, match=r"4 rows .* given 1 others needs 5"):
        partial_correlation(table, "x", "y", given=["z"])
    twice = pd.concat([table, table])
    result = partial_correlation(twice, "x", "y", given=["z"])
    r = 6 / math.sqrt(10 * 4)
    assert result.estimate == pytest.approx(r)
    t = r * math.sqrt(5 / (1 - r**2))
    assert result.statistic == pytest.approx(t)
    assert result.pvalue == pytest.approx(2 * stats.t.sf(t, 5))
    assert result.method == "t with 5 degrees of freedom"
    assert (result.n, result.unit) == (8, "rows")


def test_what_r_gives() -> None:
    table, given_both = survey(), ["structure", "leader"]
    for kind, key in (("pearson", "partial"), ("spearman", "partial_ranks")):
        result = partial_correlation(table, "rc", "lead", given=given_both, kind=kind)
        found = [result.estimate, result.statistic, result.pvalue]
        np.testing.assert_allclose(found, STORED[key], rtol=1e-8)
        assert result.n == STORED["n"]
    plain = partial_correlation(table, "rc", "lead")
    interval = [plain.ci_low, plain.ci_high]
    np.testing.assert_allclose(interval, STORED["plain_interval"], rtol=1e-8)


KITS = {
    ("bhr2000", "hrs_lead_relig_af06"): ["HRS", "LEAD", "RELIG", "AF06"],
    ("poldem", "x1_y1_y5_x3"): ["x1", "y1", "y5", "x3"],
    ("synthsurvey", "rc_lead_structure"): ["rc", "lead", "structure", "rc1"],
}


@NEEDS_KIT
@pytest.mark.parametrize(("data", "view"), KITS)
def test_what_psych_gives(data: str, view: str) -> None:
    path = KIT / "expected" / data / f"partial_cor.{view}.json"
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    names = KITS[data, view]
    if data == "synthsurvey":
        table = survey()
    else:
        table = pd.read_csv(KIT / "data" / data / "survey.csv")
        table["LEAD"] = table.iloc[:, 1:12].mean(axis=1)
    expected = values["partial_t_df"]["value"]
    for i, j in itertools.combinations(range(4), 2):
        others = [names[k] for k in range(4) if k not in (i, j)]
        result = partial_correlation(table, names[i], names[j], given=others)
        r = values["partial_all_others"]["value"]["matrix"][i][j]
        assert result.estimate == pytest.approx(r, rel=1e-8, abs=1e-12)
        assert result.statistic == pytest.approx(expected["t"][i][j], rel=1e-7)
        assert result.pvalue == pytest.approx(expected["p"][i][j], rel=1e-6, abs=1e-15)
        assert result.method == f"t with {expected['df']} degrees of freedom"
        for kind in ("pearson", "spearman"):
            plain = partial_correlation(table, names[i], names[j], kind=kind)
            r = values[kind]["value"]["matrix"][i][j]
            assert plain.estimate == pytest.approx(r, rel=1e-8)
    first = partial_correlation(table, names[0], names[1], given=names[2:])
    psych = values["psych_partial_r_1_2_given_rest"]["value"]
    assert first.estimate == pytest.approx(psych, rel=1e-8)
    interval = values["fisher_ci_1_2"]["value"]
    plain = partial_correlation(table, names[0], names[1])
    assert [plain.ci_low, plain.ci_high] == pytest.approx(interval, rel=1e-8)


# ---- two roads


@given(st.integers(0, 10_000), st.integers(2, 4))
def test_the_inverse_of_the_correlations_says_the_same(seed: int, k: int) -> None:
    table = drawn(seed, k=k)
    table["y"] += table["x"] * 0.5
    inverse = np.linalg.inv(table.corr().to_numpy())
    r = -inverse[0, 1] / math.sqrt(inverse[0, 0] * inverse[1, 1])
    result = partial_correlation(table, "x", "y", given=list(table)[2:])
    assert result.estimate == pytest.approx(r)
    assert result.ci_low < r < result.ci_high


def test_sides_and_one_sided_intervals() -> None:
    table = drawn(1)
    two, greater, less = (
        partial_correlation(table, "x", "y", given=["z"], alternative=side)
        for side in ("two-sided", "greater", "less")
    )
    assert greater.pvalue + less.pvalue == pytest.approx(1)
    assert two.pvalue == pytest.approx(2 * min(greater.pvalue, less.pvalue))
    assert (greater.ci_high, less.ci_low) == (1, -1)
    assert greater.ci_low > two.ci_low


@given(st.integers(0, 10_000))
def test_units_and_order_of_rows_play_no_part(seed: int) -> None:
    table = drawn(seed)
    result = partial_correlation(table, "x", "y", given=["z", "w"])
    moved = table.sample(frac=1, random_state=1) * [3, -2, 10, 0.1] + [0, 5, 100, 1]
    other = partial_correlation(moved, "x", "y", given=["w", "z"])
    assert other.estimate == pytest.approx(-result.estimate)
    assert other.pvalue == pytest.approx(result.pvalue)


# ---- permutations


def test_every_relabelling_of_residuals_counted_one_by_one() -> None:
    table = drawn(3, n=6, k=3)
    result = partial_correlation(
        table, "x", "y", given=["z"], reference="permutation", alternative="greater"
    )
    z = np.column_stack([np.ones(6), table["z"]])

    def left(column: np.ndarray) -> np.ndarray:
        return column - z @ np.linalg.lstsq(z, column)[0]

    x, y = left(table["x"].to_numpy()), left(table["y"].to_numpy())
    null = [
        np.corrcoef(x, left(y[list(order)]))[0, 1]
        for order in itertools.permutations(range(6))
    ]
    assert result.pvalue == np.mean(np.array(null) >= result.estimate - 1e-9)
    np.testing.assert_allclose(np.sort(result.null_distribution), np.sort(null))
    assert result.method == "all 720 relabellings of residuals, approximate"
    assert result.statistic == result.estimate
    assert result.p_min == 1 / 720


def test_drawn_relabellings_come_near_t() -> None:
    table = drawn(4, n=40)
    table["y"] += 0.35 * table["x"]
    by_t = partial_correlation(table, "x", "y", given=["z", "w"])
    by_draws = partial_correlation(
        table, "x", "y", given=["z", "w"], reference="permutation", rng=1
    )
    assert by_draws.pvalue == pytest.approx(by_t.pvalue, abs=0.02)
    assert by_draws.seed == 1
    again = partial_correlation(
        table, "x", "y", given=["z", "w"], reference="permutation", rng=1, workers=2
    )
    assert by_draws == again


def test_size_of_both_references() -> None:
    # 400 nulls of 10 rows in which z drives x and y; 3 errors of .05 are .033
    rng = np.random.default_rng(7)
    by_t, by_draws = [], []
    for _ in range(400):
        table = pd.DataFrame(rng.normal(size=(10, 3)), columns=list("xyz"))
        table[["x", "y"]] += table[["z"]].to_numpy()
        by_t.append(partial_correlation(table, "x", "y", given=["z"]).pvalue)
        by_draws.append(
            partial_correlation(
                table,
                "x",
                "y",
                given=["z"],
                reference="permutation",
                n_resamples=199,
                rng=rng,
            ).pvalue
        )
    for p in (by_t, by_draws):
        assert abs(np.mean(np.array(p) <= 0.05) - 0.05) < 0.033


# ---- degenerate


@pytest.mark.parametrize("reference", ["t", "permutation"])
def test_a_perfect_link_has_no_interval_and_says_so(reference: str) -> None:
    table = pd.DataFrame({"x": [1.0, -1, 1, -1, 0, 0]}).assign(y=lambda t: -2 * t["x"])
    result = partial_correlation(table, "x", "y", reference=reference, rng=1)
    assert result.estimate == -1
    assert math.isnan(result.ci_low)
    assert math.isnan(result.ci_high)
    assert result.method.endswith("; no interval: Fisher's has no width at r = -1")


def test_what_has_no_answer_is_refused() -> None:
    table = drawn(1)
    with pytest.raises(RefusedError, match="3 rows have every variable"):
        partial_correlation(table.iloc[:3], "x", "y")
    with pytest.raises(RefusedError, match="z has the same value in all 20 rows"):
        partial_correlation(table.assign(z=4.0), "x", "y", given=["z"])
    made = table.assign(x=table["z"] - 2 * table["w"])
    with pytest.raises(RefusedError, match="x is made up of z, w"):
        partial_correlation(made, "x", "y", given=["z", "w"])
    with pytest.raises(RefusedError, match="z, w repeat each other"):
        partial_correlation(table.assign(w=-table["z"]), "x", "y", given=["z", "w"])


def test_rows_with_holes_are_left_out() -> None:
    table = drawn(1)
    table.iloc[0, 0] = table.iloc[1, 2] = np.nan
    assert partial_correlation(table, "x", "y").n == 19
    assert partial_correlation(table, "x", "y", given=["z"]).n == 18


def test_bad_arguments_are_named() -> None:
    table = drawn(1)
    with pytest.raises(UnknownNameError, match="column"):
        partial_correlation(table, "x", "q")
    with pytest.raises(UnknownNameError, match="kind"):
        partial_correlation(table, "x", "y", kind="kendall")
    with pytest.raises(UnknownNameError, match="reference"):
        partial_correlation(table, "x", "y", reference="z")
    with pytest.raises(InputError, match="named once"):
        partial_correlation(table, "x", "x")
    with pytest.raises(InputError, match="y needs numbers"):
        partial_correlation(table.assign(y="high"), "x", "y")
    with pytest.raises(InputError, match="finite"):
        partial_correlation(table.assign(y=[np.inf, *range(19)]), "x", "y")
