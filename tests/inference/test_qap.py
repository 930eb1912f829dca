"""QAP correlation: by hand, in rational arithmetic, against R; what never changes."""

from __future__ import annotations

import itertools
import json
import math
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from netcollab._plans import Plan
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import TestResult, mrqap, qap_correlation
from netcollab.inference.qap import Correlation

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
SIDES = ("less", "greater", "two-sided")
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)


def framed(values: object) -> pd.DataFrame:
    cells = np.array(values, dtype=float)
    names = [f"actor {i:02}" for i in range(len(cells))]
    return pd.DataFrame(cells, names, names)


def shuffled(frame: pd.DataFrame, seed: int = 4) -> pd.DataFrame:
    order = np.random.default_rng(seed).permutation(len(frame))
    return frame.iloc[order, order[::-1]]


def square(folder: Path, relation: str, directed: bool = True) -> np.ndarray:
    n = len(pd.read_csv(folder / "actors.csv"))
    rows = pd.read_csv(folder / "relations.csv")
    rows = rows[rows["relation"] == relation]
    cells = np.zeros((n, n))
    cells[rows["source"] - 1, rows["target"] - 1] = rows["weight"]
    return cells if directed else np.maximum(cells, cells.T)


def same(values: pd.Series) -> np.ndarray:
    return np.equal.outer(values.to_numpy(), values.to_numpy()) * 1.0


def apart(values: pd.Series) -> np.ndarray:
    return np.abs(np.subtract.outer(values.to_numpy(), values.to_numpy()))


def stored(path: Path) -> dict[str, dict[str, float]]:
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    return {key: entry["value"] for key, entry in values.items()}


def random_pair(seed: int, n: int, missing: float = 0.0) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    y, x = rng.normal(size=(2, n, n))
    y[rng.random((n, n)) < missing] = np.nan
    x[rng.random((n, n)) < missing] = np.nan
    np.fill_diagonal(y, np.nan)
    np.fill_diagonal(x, np.nan)
    return y, x


# ---- by hand


def test_four_actors_by_hand() -> None:
    # One arc in each matrix: 12 places for it, so r is 1 in 1 of 12 and else -1/11.
    y, x = np.zeros((2, 4, 4))
    y[0, 1] = x[2, 3] = 1
    result = qap_correlation(framed(y), framed(x))
    assert result.statistic == pytest.approx(-1 / 11, rel=1e-12)
    assert result.estimate == result.statistic
    assert result.pvalue == 1
    assert result.p_min == 1 / 12
    assert result.n == 12
    assert result.n_resamples == 24
    assert sorted(np.round(result.null_distribution, 12))[-2:] == [1, 1]
    x[2, 3], x[0, 1] = 0, 1
    result = qap_correlation(framed(y), framed(x))
    assert result.statistic == pytest.approx(1, rel=1e-15)
    assert result.pvalue == 1 / 12


def test_what_a_result_carries() -> None:
    y, x = random_pair(1, 6)
    result = qap_correlation(framed(y), framed(x), alternative="greater", rng=3)
    off = ~np.eye(6, dtype=bool)
    assert isinstance(result, TestResult)
    assert result.statistic == pytest.approx(np.corrcoef(y[off], x[off])[0, 1])
    assert result.test == "QAP correlation"
    assert "who is who in x has nothing to do with y" in result.null
    assert result.alternative == "greater"
    assert math.isnan(result.ci_low)
    assert math.isnan(result.ci_high)
    assert result.reason == ""
    assert result.method == "exact (720 relabellings)"
    assert result.mc_error == 0
    assert result.seed is None
    assert result.null_distribution.shape == (720,)
    assert result.p_min == 1 / 720
    assert result.unit == "dyads"


def test_draws_are_said_to_be_draws() -> None:
    y, x = (framed(m) for m in random_pair(1, 9))
    result = qap_correlation(y, x, n_resamples=799, rng=3)
    assert result.method == "799 permutations"
    assert result.seed == 3
    assert result.p_min == 1 / 800
    assert 0 < result.mc_error == math.sqrt(result.pvalue * (1 - result.pvalue) / 800)
    assert len(result.null_distribution) == 799


def test_a_star_among_many_is_never_below_its_orbit() -> None:
    star = np.zeros((12, 12))
    star[0, 1:] = star[1:, 0] = 1
    result = qap_correlation(framed(star), framed(star), n_resamples=999, rng=1)
    assert result.statistic == pytest.approx(1)
    assert result.p_min == 1 / 12
    assert (result.pvalue, result.mc_error) == (1 / 12, 0)
    assert result.method == "exact (12 distinct relabellings)"


# ---- ties, in rational arithmetic


def rational_pvalues(y: np.ndarray, x: np.ndarray) -> dict[str, Fraction]:
    """Shares of all relabellings, each compared without any rounding.

    r |r| orders like r and is a ratio of whole numbers.
    """
    n = len(y)
    silent = np.isnan(y + np.diag([np.nan] * n)).all(axis=1)
    cells = [(i, j) for i in range(n) for j in range(n) if i != j]

    def squared(p: tuple[int, ...]) -> Fraction | None:
        pairs = [
            (int(y[i, j]), int(x[p[i], p[j]]))
            for i, j in cells
            if not math.isnan(y[i, j]) and not math.isnan(x[p[i], p[j]])
        ]
        count = len(pairs)
        sy, sx = (sum(pair[k] for pair in pairs) for k in (0, 1))
        syy, sxx = (sum(pair[k] ** 2 for pair in pairs) for k in (0, 1))
        vy, vx = count * syy - sy**2, count * sxx - sx**2
        if count < 3 or vy == 0 or vx == 0:
            return None
        c = count * sum(a * b for a, b in pairs) - sy * sx
        return Fraction(c * abs(c), vy * vx)

    rows = [
        squared(p)
        for p in itertools.permutations(range(n))
        if all(silent[i] == silent[p[i]] for i in range(n))
    ]
    first = rows[0]
    assert first is not None
    counts = {
        "less": sum(r is None or r <= first for r in rows),
        "greater": sum(r is None or r >= first for r in rows),
        "two-sided": sum(r is None or abs(r) >= abs(first) for r in rows),
    }
    return {side: Fraction(count, len(rows)) for side, count in counts.items()}


@pytest.mark.parametrize("predictor", ["lead_star", "same_sector"])
def test_ties_are_counted_as_rational_arithmetic_counts_them(predictor: str) -> None:
    y, x = (
        np.loadtxt(HERE / "exact_ties" / f"{name}.csv", delimiter=",")
        for name in ("y", predictor)
    )
    # Complete data: sums and sums of squares stay, so whole numbers order like r.
    ones = [(i, j) for i in range(8) for j in range(8) if x[i, j] == 1]
    whole = y.astype(int).tolist()
    cells, n_y, n_x = 56, int(y.sum()), len(ones)
    products = [
        cells * sum(whole[p[i]][p[j]] for i, j in ones) - n_y * n_x
        for p in itertools.permutations(range(8))
    ]
    first = products[0]
    expected = {
        "less": sum(c <= first for c in products),
        "greater": sum(c >= first for c in products),
        "two-sided": sum(abs(c) >= abs(first) for c in products),
    }
    assert len(set(products)) < 40
    for side in SIDES:
        result = qap_correlation(framed(y), framed(x), alternative=side)
        assert Fraction(result.pvalue) == Fraction(expected[side] / 40_320)


@pytest.mark.parametrize("seed", range(16))
def test_gaps_and_ties_as_rational_arithmetic_has_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 5 if seed % 4 else 6
    y, x = rng.integers(0, 3, size=(2, n, n)).astype(float)
    y[rng.random((n, n)) < 0.15] = np.nan
    x[rng.random((n, n)) < 0.2 * (seed % 3)] = np.nan
    if seed % 2:
        y[0] = np.nan
    if seed % 5 == 1:
        x[:, 1:] = 0
    expected = rational_pvalues(y, x)
    for side in SIDES:
        result = qap_correlation(framed(y), framed(x), alternative=side)
        assert result.pvalue == float(expected[side])


def test_a_relabelling_without_variance_makes_p_larger_only() -> None:
    # x is a single arc; many relabellings put it where y was not observed.
    y = np.random.default_rng(2).normal(size=(6, 6))
    y[np.random.default_rng(3).random((6, 6)) < 0.5] = np.nan
    x = np.zeros((6, 6))
    np.fill_diagonal(y, np.nan)
    x.flat[np.nanargmax(y)] = 1
    result = qap_correlation(framed(y), framed(x))
    null = result.null_distribution
    undefined = int(np.isnan(null).sum())
    assert 0 < undefined < 720
    among_defined = (np.abs(null) >= abs(result.statistic) - 1e-12).sum()
    assert result.pvalue == (among_defined + undefined) / 720
    assert result.pvalue > among_defined / (720 - undefined)


# ---- against R


@pytest.mark.parametrize(
    ("name", "relation", "directed"),
    [
        ("exact.trust", "trust", True),
        ("exact.formal_undirected", "formal_agreement", False),
    ],
)
def test_every_relabelling_of_eight_actors_against_r(
    name: str, relation: str, directed: bool
) -> None:
    folder = HERE / "synthetic8"
    actors = pd.read_csv(folder / "actors.csv")
    budget = np.log(actors["budget"])
    predictors = {
        "collaboration": square(folder, "collaboration"),
        "same_sector": same(actors["sector"]),
        "log_budget_receiver": np.tile(budget, (8, 1)),
        "formal_agreement": square(folder, "formal_agreement", directed=False),
        "budget_absdiff": apart(budget),
    }
    compare_exactly(
        stored(folder / f"{name}.json"),
        square(folder, relation, directed),
        predictors,
        directed,
    )


@NEEDS_KIT
@pytest.mark.parametrize("directed", [True, False])
def test_first_eight_managers_against_r(directed: bool) -> None:
    folder = KIT / "data" / "krackhardt"
    actors = pd.read_csv(folder / "actors.csv")[:8]
    first = np.ix_(range(8), range(8))
    advice = square(folder, "advice", directed)[first]
    predictors = {
        "friendship": square(folder, "friendship", directed)[first],
        "same_dept": same(actors["dept"]),
        "age_diff": apart(actors["age"]),
    }
    name = "exact.first8_advice" + ("" if directed else "_undirected")
    expected = stored(KIT / "expected" / "krackhardt" / f"{name}.json")
    compare_exactly(expected, advice, predictors, directed)


def compare_exactly(
    expected: dict[str, dict[str, float]],
    y: np.ndarray,
    predictors: dict[str, np.ndarray],
    directed: bool,
) -> None:
    keys = [key for key in expected if key.startswith("qap_correlation_")]
    assert len(keys) > 1
    for key in keys:
        x = predictors[key.removeprefix("qap_correlation_")]
        told = expected[key]
        for side, p in zip(SIDES, ("pleeq", "pgreq", "pgreqabs"), strict=True):
            result = qap_correlation(
                framed(y), framed(x), directed=directed, alternative=side
            )
            assert result.n_resamples == 40_320
            assert result.statistic == pytest.approx(told["r"], rel=1e-12)
            assert round(result.pvalue * 40_320) == round(told[p] * 40_320, 6)
            spread = result.null_distribution.std()
            assert spread == pytest.approx(told["perm_sd_population"], rel=1e-10)


def pairs_of(data: str) -> list[tuple[str, str]]:
    path = KIT / "expected" / data / "qap.pairs.json"
    return [tuple(key.split("__")) for key in stored(path)] if path.exists() else []


def mantel_matrices(name: str) -> list[np.ndarray]:
    """What vegan took for A, B and C; its distances 1 - ties correlate like ties."""
    data, pair = name.split("/mantel.")
    folder = KIT / "data" / data
    actors = pd.read_csv(folder / "actors.csv")
    if pair == "business_marriage":
        ties = [square(folder, kind, directed=False) for kind in pair.split("_")]
        return [1 - ties[0], 1 - ties[1], apart(actors["wealth"])]
    age, tenure = apart(actors["age"]), apart(actors["tenure"])
    if pair == "tenure_age_dept":
        return [tenure, age, 1 - same(actors["dept"])]
    return [1 - square(folder, "friendship", directed=False), age, tenure]


@NEEDS_KIT
@pytest.mark.parametrize(
    "name",
    [
        "florentine/mantel.business_marriage",
        "krackhardt/mantel.tenure_age_dept",
        "krackhardt/mantel.friendship_age",
    ],
)
def test_mantel_tests_of_vegan(name: str) -> None:
    a, b, c = map(framed, mantel_matrices(name))
    expected = stored(KIT / "expected" / f"{name}.json")
    asked = {"directed": False, "alternative": "greater", "rng": 1}
    plain, told = qap_correlation(a, b, **asked), expected["mantel_pearson"]
    assert plain.statistic == pytest.approx(told["r"], abs=1e-12)
    partial = mrqap(a, {"b": b, "c": c}, method="y", **asked)
    row, beside = partial.coefficients.loc["b"], expected["mantel_partial_pearson"]
    df = len(a) * (len(a) - 1) / 2 - 3
    r = row["statistic"] / math.sqrt(row["statistic"] ** 2 + df)
    assert r == pytest.approx(beside["r"], abs=1e-12)
    for p, theirs in ((plain.pvalue, told), (row["pvalue"], beside)):
        q = theirs["p_one_sided"]
        assert abs(p - q) <= 4 * math.sqrt(2 * max(q, 1e-3) * (1 - q) / 10_000)


@NEEDS_KIT
@pytest.mark.parametrize("pair", pairs_of("krackhardt"), ids="-".join)
def test_managers_against_r(pair: tuple[str, str]) -> None:
    folder = KIT / "data" / "krackhardt"
    actors = pd.read_csv(folder / "actors.csv")
    matrices = {
        **{
            name: square(folder, name)
            for name in ("advice", "friendship", "reports_to")
        },
        "same_dept": same(actors["dept"]),
        "age_diff": apart(actors["age"]),
        "tenure_diff": apart(actors["tenure"]),
    }
    compare_draws("krackhardt", pair, matrices, directed=True)


@NEEDS_KIT
@pytest.mark.parametrize("pair", pairs_of("florentine"), ids="-".join)
def test_families_against_r(pair: tuple[str, str]) -> None:
    folder = KIT / "data" / "florentine"
    matrices = {
        "business": square(folder, "business", directed=False),
        "marriage": square(folder, "marriage", directed=False),
        "wealth_diff": apart(pd.read_csv(folder / "actors.csv")["wealth"]),
    }
    compare_draws("florentine", pair, matrices, directed=False)


def compare_draws(
    data: str, pair: tuple[str, str], matrices: dict[str, np.ndarray], directed: bool
) -> None:
    """R relabels the second matrix of a pair, which is x here."""
    told = stored(KIT / "expected" / data / "qap.pairs.json")["__".join(pair)]
    y, x = (framed(matrices[name]) for name in pair)
    for side, p in zip(
        SIDES, ("formula_pleeq", "formula_pgreq", "formula_pabs"), strict=True
    ):
        result = qap_correlation(y, x, directed=directed, alternative=side, rng=20)
        assert result.statistic == pytest.approx(told["r"], rel=1e-12)
        draws = 1 / 9_999 + 1 / told["formula_reps"]
        pooled = (result.pvalue * 1e4 + told[p] * told["formula_reps"]) / (
            1e4 + told["formula_reps"]
        )
        allowed = 4 * math.sqrt(pooled * (1 - pooled) * draws) + 1 / 9_999
        assert abs(result.pvalue - told[p]) <= allowed


R_CASES = json.loads((HERE / "qap.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", list(R_CASES["results"]))
def test_the_same_relabellings_give_the_same_numbers_as_r(name: str) -> None:
    case = R_CASES["results"][name]
    y, x = (np.array(case[side], dtype=float) for side in ("y", "x"))
    np.fill_diagonal(y, np.nan)
    np.fill_diagonal(x, np.nan)
    correlation = Correlation(y, x, case["mode"] == "digraph")
    r0 = correlation(np.arange(8)[None, :])[0]
    r = correlation(np.array(R_CASES["permutations"]))
    assert len(r) == 400
    assert r0 == pytest.approx(case["r"], abs=1e-12)
    assert np.abs(r - case["statistics"]).max() < 1e-12
    slack = 1e-10 * max(1, abs(r0))
    assert (r >= r0 - slack).sum() == case["at_least"]
    assert (r <= r0 + slack).sum() == case["at_most"]
    assert (np.abs(r) >= abs(r0) - slack).sum() == case["as_extreme"]


# ---- two roads to one number


def refitted(y: np.ndarray, x: np.ndarray, p: np.ndarray) -> float:
    moved = x[np.ix_(p, p)]
    known = ~np.isnan(y) & ~np.isnan(moved)
    return float(np.corrcoef(y[known], moved[known])[0, 1])


@pytest.mark.parametrize("n", [7, 30, 64, 65, 90])
@pytest.mark.parametrize("missing", [0.0, 0.02, 0.3])
def test_r_equals_a_refit_on_the_shared_dyads(n: int, missing: float) -> None:
    y, x = random_pair(n, n, missing)
    draws = Plan("any", np.zeros(n, dtype=int), n_resamples=10**6, entropy=2).block(0)
    r = Correlation(y, x, directed=True)(draws[:60])
    expected = [refitted(y, x, p) for p in draws[:60]]
    assert np.abs(r - expected).max() < 1e-12


def test_r_equals_a_refit_where_one_value_outweighs_all() -> None:
    y, x = random_pair(3, 8, 0.3)
    known = np.argwhere(~np.isnan(x))
    x[tuple(known[0])] = 1e6
    draws = Plan("any", np.zeros(8, dtype=int), n_resamples=9, entropy=2).block(1)
    expected = [refitted(y, x, p) for p in draws]
    assert np.abs(Correlation(y, x, directed=True)(draws) - expected).max() < 1e-12


def test_gaps_in_one_matrix_alone() -> None:
    y, x = random_pair(5, 9, 0.2)
    whole = random_pair(6, 9)[0]
    draws = Plan("any", np.zeros(9, dtype=int), n_resamples=10**6, entropy=2).block(0)
    for one, other in ((y, whole), (whole, x)):
        r = Correlation(one, other, directed=True)(draws[:40])
        expected = [refitted(one, other, p) for p in draws[:40]]
        assert np.abs(r - expected).max() < 1e-12


def test_p_from_a_naive_loop_over_the_same_draws() -> None:
    y, x = random_pair(8, 10, 0.1)
    y[3] = y[7] = np.nan
    result = qap_correlation(framed(y), framed(x), n_resamples=90_000, rng=5)
    strata = np.isnan(y).all(axis=1).astype(int)
    plan = Plan("qap_correlation", strata, n_resamples=90_000, entropy=5)
    assert result.n_resamples == math.factorial(8) * 2
    sample = np.arange(0, plan.n_draws, 997)
    rows = np.concatenate([plan.block(k) for k in range(plan.n_blocks)])
    expected = [refitted(y, x, p) for p in rows[sample]]
    assert np.abs(result.null_distribution[sample] - expected).max() < 1e-12
    assert "among those who answered" in result.null


# ---- identities and invariances

WHOLE = st.integers(0, 3)
MATRICES = st.lists(
    st.lists(st.one_of(WHOLE, WHOLE, WHOLE, st.none()), min_size=25, max_size=25),
    min_size=2,
    max_size=2,
)


def both(cells: list[list[int | None]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    y, x = (framed(np.array(part, dtype=float).reshape(5, 5)) for part in cells)
    return y, x


def correlated(
    y: pd.DataFrame, x: pd.DataFrame, side: str, **more: object
) -> TestResult:
    return qap_correlation(y, x, alternative=side, **more)


@given(MATRICES)
def test_identities(cells: list[list[int | None]]) -> None:
    y, x = both(cells)
    try:
        less, greater, two = (correlated(y, x, side) for side in SIDES)
    except RefusedError:
        reject()
    r, null = two.statistic, two.null_distribution
    ties = (~(np.abs(null - r) > 1e-10)).mean()
    assert less.pvalue + greater.pvalue == pytest.approx(1 + ties, rel=1e-12)
    assert two.pvalue >= max(two.p_min, 1 / len(null))
    mirrored = [correlated(-y, x, side).pvalue for side in SIDES]
    assert mirrored == [greater.pvalue, less.pvalue, two.pvalue]
    assert correlated(7.3 + 0.1 * y, x, "greater").pvalue == greater.pvalue
    assert correlated(y, 1e6 * x - 5, "greater").pvalue == greater.pvalue
    assert correlated(y.T, x.T, "greater", n_resamples=1).statistic == pytest.approx(r)


@given(MATRICES, st.permutations(range(5)))
def test_who_has_which_name_plays_no_part(
    cells: list[list[int | None]], order: list[int]
) -> None:
    y, x = both(cells)
    try:
        before = correlated(y, x, "greater")
    except RefusedError:
        reject()
    named = [f"actor {i:02}" for i in order]
    renamed = [frame.set_axis(named).set_axis(named, axis=1) for frame in (y, x)]
    after = correlated(*renamed, "greater")
    assert after.pvalue == before.pvalue
    assert after.p_min == before.p_min
    assert after.statistic == pytest.approx(before.statistic, abs=1e-12)


def test_the_order_of_rows_plays_no_part() -> None:
    y, x = (framed(m) for m in random_pair(4, 11, 0.1))
    first = qap_correlation(y, x, n_resamples=999, rng=9)
    again = qap_correlation(shuffled(y, 1), shuffled(x, 2), n_resamples=999, rng=9)
    assert again == first
    assert again.null_distribution.tobytes() == first.null_distribution.tobytes()


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_undirected_and_directed_agree_on_symmetric_matrices(missing: float) -> None:
    y, x = random_pair(9, 7, missing)
    y, x = (framed(np.triu(m, 1) + np.triu(m, 1).T) for m in (y, x))
    for side in SIDES:
        once = qap_correlation(y, x, directed=False, alternative=side)
        twice = qap_correlation(y, x, directed=True, alternative=side)
        assert once.statistic == pytest.approx(twice.statistic, rel=1e-13)
        assert once.pvalue == twice.pvalue
        assert once.n == twice.n // 2
        assert (once.unit, twice.unit) == ("pairs", "dyads")


def test_which_matrix_is_relabelled_plays_no_part_where_all_are_listed() -> None:
    y, x = (framed(m) for m in random_pair(10, 6))
    assert qap_correlation(y, x).pvalue == qap_correlation(x, y).pvalue


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_workers_and_reruns_change_no_byte(missing: float) -> None:
    y, x = (framed(m) for m in random_pair(12, 15, missing))
    alone = qap_correlation(y, x, n_resamples=1_700, rng=3)
    for workers in (1, 2):
        again = qap_correlation(y, x, n_resamples=1_700, rng=3, workers=workers)
        assert again == alone
        assert again.null_distribution.tobytes() == alone.null_distribution.tobytes()


def test_a_checkpoint_gives_the_numbers_back(tmp_path: Path) -> None:
    y, x = (framed(m) for m in random_pair(12, 15))
    path = tmp_path / "qap.checkpoint"
    first = qap_correlation(y, x, n_resamples=1_700, rng=3, checkpoint=path)
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join(lines[:3]) + lines[3][:50])
    again = qap_correlation(y, x, n_resamples=1_700, rng=3, checkpoint=path)
    assert again == first
    assert again.null_distribution.tobytes() == first.null_distribution.tobytes()
    with pytest.raises(InputError, match="different: data"):
        qap_correlation(y + 1, x, n_resamples=1_700, rng=3, checkpoint=path)


# ---- what was not observed


def test_a_silent_actor_keeps_its_silence() -> None:
    y, x = random_pair(13, 6)
    y[2] = np.nan
    result = qap_correlation(framed(y), framed(x))
    assert result.method == "exact (120 relabellings)"
    assert result.n == 25
    assert result.p_min == 1 / 120


def test_an_undirected_actor_others_reported_on_is_not_silent() -> None:
    y, x = random_pair(14, 6)
    y, x = (np.triu(m, 1) + np.triu(m, 1).T for m in (y, x))
    y[2, 3:] = y[3:, 2] = np.nan
    assert qap_correlation(framed(y), framed(x), directed=False).n_resamples == 720
    y[2, :] = y[:, 2] = np.nan
    assert qap_correlation(framed(y), framed(x), directed=False).n_resamples == 120


# ---- what is refused, and what is told at the door


def test_different_actors_are_named() -> None:
    y, x = (framed(m) for m in random_pair(15, 5))
    x = x.rename(index={"actor 03": "ks"}, columns={"actor 03": "ks"})
    with pytest.raises(InputError) as caught:
        qap_correlation(y, x)
    assert "only in y: ['actor 03'], only in x: ['ks']" in str(caught.value)


def test_labels_need_not_be_sortable() -> None:
    y, x = random_pair(15, 5)
    names = [1, "1", "b", 2.5, ("c", 1)]
    frames = [pd.DataFrame(m, names, names) for m in (y, x)]
    assert qap_correlation(*frames).n == 20


def test_an_asymmetric_matrix_is_no_undirected_one() -> None:
    y, x = random_pair(16, 5)
    symmetric = framed(y + y.T)
    with pytest.raises(InputError, match="x needs the same value both ways"):
        qap_correlation(symmetric, framed(x), directed=False)
    one_sided = symmetric.copy()
    one_sided.iloc[1, 2] = np.nan
    with pytest.raises(InputError, match='from "actor 01" to "actor 02" it is nan'):
        qap_correlation(one_sided, symmetric, directed=False)


@pytest.mark.parametrize("side", ["y", "x"])
def test_what_does_not_vary_is_refused(side: str) -> None:
    y, x = (framed(m) for m in random_pair(17, 5))
    frames = {"y": y, "x": x, side: y * 0 + 2}
    with pytest.raises(RefusedError, match=f"{side} is 2 in all 20 dyads"):
        qap_correlation(frames["y"], frames["x"])
    nearly = framed(np.where(np.eye(5, k=1) == 1, 0.1 + 0.2, 0.3))
    frames[side] = nearly
    with pytest.raises(RefusedError, match=f"{side} is 0.3 in all"):
        qap_correlation(frames["y"], frames["x"])


def test_variation_outside_the_shared_dyads_does_not_count() -> None:
    y, x = random_pair(18, 5)
    y[0] = np.nan
    x[1:] = 1.0
    with pytest.raises(RefusedError, match="x is 1 in all 16 dyads"):
        qap_correlation(framed(y), framed(x))


@pytest.mark.parametrize(("n", "p"), [(1, "1.000"), (2, "0.500"), (3, "0.167")])
def test_few_actors_are_refused_with_the_smallest_p(n: int, p: str) -> None:
    y, x = (framed(m) for m in random_pair(19, n))
    with pytest.raises(RefusedError, match=f"got {n}: .* never below {p}"):
        qap_correlation(y, x)


def test_few_dyads_are_refused() -> None:
    y, x = random_pair(20, 6)
    hidden = y.copy()
    hidden[:] = np.nan
    hidden[0, 1], hidden[1, 2] = 1, 2
    with pytest.raises(RefusedError, match=r"at least 3 dyads .* got 2"):
        qap_correlation(framed(hidden), framed(x))
    with pytest.raises(RefusedError, match="got 0"):
        qap_correlation(framed(hidden * np.nan), framed(x))
    pairs = np.fmax(hidden, hidden.T)
    with pytest.raises(RefusedError, match="got 2"):
        qap_correlation(framed(pairs), framed(x + x.T), directed=False)


def test_infinite_values_are_refused_by_name() -> None:
    y, x = (framed(m) for m in random_pair(21, 5))
    x.iloc[1, 3] = np.inf
    told = 'x has infinite values, the first from "actor 01" to "actor 03"'
    with pytest.raises(RefusedError, match=re.escape(told)):
        qap_correlation(y, x)


def test_an_x_that_relabelling_leaves_alone_is_refused() -> None:
    y, _ = random_pair(22, 6)
    y[4:] = np.nan
    answered = np.repeat([1.0, 1, 1, 1, 0, 0], 6).reshape(6, 6).T
    with pytest.raises(RefusedError, match="p would be 1 whatever the data"):
        qap_correlation(framed(y), framed(answered))


@pytest.mark.parametrize("n", [5, 12])
def test_differences_beside_a_symmetric_matrix_are_refused(n: int) -> None:
    rng = np.random.default_rng(n)
    half = np.triu(rng.integers(1, 6, (n, n)) * 1.0, 1)
    staff = rng.integers(1, 40, n) * 1.0
    y, gap = framed(half + half.T), framed(np.subtract.outer(staff, staff))
    for one, other in ((y, gap), (gap, y)):
        with pytest.raises(RefusedError, match="r is 0 in the data and under every"):
            qap_correlation(one, other, n_resamples=99, rng=1)
    y.iloc[0, 1] = np.nan
    assert qap_correlation(y, gap, n_resamples=99, rng=1).estimate != 0


def test_values_that_hardly_vary_next_to_their_size_are_told() -> None:
    y, x = random_pair(1, 6)
    with pytest.raises(RefusedError, match=r"x hardly varies next to its size .1e\+12"):
        qap_correlation(framed(y), framed(1e12 + x))


def test_labels_that_are_numbers_on_one_side_are_told() -> None:
    cells = np.random.default_rng(1).normal(size=(4, 4))
    ids, texts = [301, 302, 303, 304], ["301", "302", "303", "304"]
    mixed = pd.DataFrame(cells, ids, texts)
    told = r"the rows hold numbers and the columns text .* frame.index.astype\(str\)"
    with pytest.raises(InputError, match=told):
        qap_correlation(mixed, mixed)
    numbers, words = pd.DataFrame(cells, ids, ids), pd.DataFrame(cells, texts, texts)
    with pytest.raises(InputError, match="; x hold numbers and y text that reads"):
        qap_correlation(words, numbers)
    with pytest.raises(InputError, match=r"only in x: \['305'\]$"):
        qap_correlation(numbers, numbers.rename(index={301: 305}, columns={301: 305}))


def test_directed_is_true_or_false() -> None:
    y, x = (framed(cells) for cells in random_pair(1, 6))
    with pytest.raises(InputError, match="directed needs True or False, got 'no'"):
        qap_correlation(y, x, directed="no")


def test_what_is_no_matrix_is_told() -> None:
    y, x = (framed(m) for m in random_pair(23, 5))
    with pytest.raises(InputError, match="x needs a DataFrame"):
        qap_correlation(y, x.to_numpy())  # type: ignore[arg-type]
    with pytest.raises(InputError, match="same labels on rows and columns"):
        qap_correlation(y.iloc[:4], x)
    with pytest.raises(InputError, match="numbers in every cell"):
        qap_correlation(y.astype(object).replace(y.iloc[0, 1], "much"), x)


def test_arguments_are_checked() -> None:
    y, x = (framed(m) for m in random_pair(24, 5))
    with pytest.raises(UnknownNameError, match='did you mean "greater"'):
        qap_correlation(y, x, alternative="grater")
    with pytest.raises(InputError, match="n_resamples"):
        qap_correlation(y, x, n_resamples=0)
    with pytest.raises(InputError, match="rng"):
        qap_correlation(y, x, rng=-1)


def test_the_data_stay_as_they_were() -> None:
    y, x = (shuffled(framed(m)) for m in random_pair(25, 6, 0.1))
    before = y.copy(), x.copy()
    qap_correlation(y, x)
    pd.testing.assert_frame_equal(y, before[0])
    pd.testing.assert_frame_equal(x, before[1])
