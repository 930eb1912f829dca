"""MRQAP: against R and a refit, exactly and by draw; what never changes; refusals."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import ModelResult, mrqap, qap_correlation
from netcollab.inference.dyads import gathered
from netcollab.inference.semipartial import Relabelled, shifted_statistics

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)
METHODS = ("dsp", "freedman_lane", "y", "x")


def framed(values: object) -> pd.DataFrame:
    cells = np.array(values, dtype=float)
    names = [f"actor {i:02}" for i in range(len(cells))]
    return pd.DataFrame(cells, names, names)


def square(folder: Path, relation: str, *, directed: bool = True) -> np.ndarray:
    n = len(pd.read_csv(folder / "actors.csv"))
    rows = pd.read_csv(folder / "relations.csv")
    rows = rows[rows["relation"] == relation]
    cells = np.zeros((n, n))
    cells[rows["source"] - 1, rows["target"] - 1] = rows["weight"]
    return cells if directed else np.maximum(cells, cells.T)


def noise(seed: int, n: int, k: int = 2) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    y, *x = rng.normal(size=(k + 1, n, n))
    return y, {f"x{place}": values for place, values in enumerate(x)}


def run(y: np.ndarray, x: dict[str, np.ndarray], **options: object) -> ModelResult:
    frames = {name: framed(values) for name, values in x.items()}
    return mrqap(framed(y), frames, **options)


# ---- eight actors, every relabelling


def eight() -> tuple[dict[str, np.ndarray], np.ndarray]:
    folder = HERE / "synthetic8"
    actors = pd.read_csv(folder / "actors.csv")
    logs = np.log(actors["budget"].to_numpy())
    sectors = actors["sector"].to_numpy()
    x = {
        "collaboration": square(folder, "collaboration"),
        "same_sector": np.equal.outer(sectors, sectors) * 1.0,
        "log_budget_receiver": np.tile(logs, (8, 1)),
        "formal_agreement": square(folder, "formal_agreement", directed=False),
        "budget_absdiff": np.abs(np.subtract.outer(logs, logs)),
    }
    return x, square(folder, "trust")


def stored(path: Path) -> dict[str, dict[str, list[float]]]:
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    return {key: entry["value"] for key, entry in values.items()}


@pytest.mark.parametrize(
    ("method", "key"), [("dsp", "mrqap_dsp"), ("y", "mrqap_ypermutation")]
)
@pytest.mark.parametrize("view", ["exact.trust", "exact.formal_undirected"])
def test_every_relabelling_of_eight_actors_as_in_r(
    view: str, method: str, key: str
) -> None:
    told = stored(HERE / "synthetic8" / f"{view}.json")[key]
    x, trust = eight()
    terms = told["term"][1:]
    directed = view == "exact.trust"
    y = trust if directed else x["formal_agreement"]
    chosen = {name: x[name] for name in terms}
    sides = {"less": "pleeq", "greater": "pgreq", "two-sided": "pgreqabs"}
    for side, p in sides.items():
        result = run(y, chosen, directed=directed, method=method, alternative=side)
        table = result.coefficients
        assert list(table.index) == terms
        assert result.method == "enumerated (40,320 relabellings)"
        for name, ours in (("coefficient", "estimate"), ("t", "statistic")):
            np.testing.assert_allclose(table[ours], told[name][1:], rtol=1e-10)
        np.testing.assert_allclose(
            table["pvalue"] * 40_320, np.array(told[p][1:]) * 40_320, atol=1e-6
        )
        assert (table["mc_error"] == 0).all()
        assert result.r_squared == pytest.approx(told["r_squared"], rel=1e-12)


def test_equal_statistics_are_counted_as_equal() -> None:
    # Confirmed in rational arithmetic: 40320 and 25200 of 40320 relabellings.
    folder = HERE / "exact_ties"
    y, sector, star = (
        pd.read_csv(folder / name, header=None).to_numpy(dtype=float)
        for name in ("y.csv", "same_sector.csv", "lead_star.csv")
    )
    result = run(y, {"same_sector": sector, "lead_star": star})
    assert result.coefficients["pvalue"].tolist() == [1.0, 0.625]
    assert result.coefficients.loc["lead_star", "p_min"] == 1 / 8


# ---- the same relabellings as R


R_CASES = json.loads((HERE / "mrqap.json").read_text(encoding="utf-8"))["results"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", list(R_CASES))
def test_the_same_relabellings_give_the_same_numbers_as_r(
    name: str, method: str
) -> None:
    case = R_CASES[name]
    sites = {f"site {g}": site for g, site in enumerate(case["sites"])}
    y = {site: framed(told["y"]) for site, told in sites.items()}
    x = {
        f"x{k}": {site: framed(told["x"][k]) for site, told in sites.items()}
        for k in range(len(case["sites"][0]["x"]))
    }
    dyads = gathered(y, x, directed=case["directed"], common=case["common"])
    parts = [np.array(p) + 8 * g for g, p in enumerate(case["permutations"])]
    kernel = Relabelled(dyads, method, case["common"])
    kept = kernel(np.concatenate(parts, axis=1)).reshape(60, len(x), -1)
    t = np.column_stack([shifted_statistics(kept[:, k]) for k in range(len(x))])
    expected = np.array(case["statistics"][method])
    assert np.abs(t - expected).max() < 1e-12
    observed = np.array(case["observed"])
    slack = 1e-10 * np.maximum(1, np.abs(observed))
    for ours, theirs in ((t, expected), (-t, -expected), (abs(t), abs(expected))):
        count = (ours >= np.abs(observed) - slack).sum(axis=0)
        assert (count == (theirs >= np.abs(observed) - slack).sum(axis=0)).all()


@NEEDS_KIT
@pytest.mark.parametrize(
    ("data", "view", "seed"),
    [
        ("krackhardt", "mrqap.advice", 1),
        ("crossparker", "mrqap.info", 2),
        ("florentine", "mrqap.business", 3),
    ],
)
def test_published_networks_within_the_error_of_drawing(
    data: str, view: str, seed: int
) -> None:
    told = stored(KIT / "expected" / data / f"{view}.json")
    y, x, directed = published(data, told["ols"]["term"][1:])
    for method, key in (("dsp", "formula_dsp"), ("y", "formula_ypermutation")):
        result = run(y, x, directed=directed, method=method, rng=seed)
        table, draws = result.coefficients, told[key]["reps"]
        np.testing.assert_allclose(
            table["estimate"], told["ols"]["coefficient"][1:], rtol=1e-8
        )
        np.testing.assert_allclose(table["se"], told["ols"]["se"][1:], rtol=1e-8)
        for ours, theirs in zip(
            table["pvalue"], told[key]["pgreqabs"][1:], strict=True
        ):
            pooled = (ours * 1e4 + theirs * draws) / (1e4 + draws)
            spread = math.sqrt(pooled * (1 - pooled) * (1 / 9_999 + 1 / draws))
            assert abs(ours - theirs) <= 4 * spread + 1 / 9_999


def published(
    data: str, terms: list[str]
) -> tuple[np.ndarray, dict[str, np.ndarray], bool]:
    folder = KIT / "data" / data
    actors = pd.read_csv(folder / "actors.csv")
    n = len(actors)

    def column(name: str) -> np.ndarray:
        return actors[name].to_numpy(dtype=float)

    def same(name: str) -> np.ndarray:
        return np.equal.outer(actors[name].to_numpy(), actors[name].to_numpy()) * 1.0

    def apart(values: np.ndarray) -> np.ndarray:
        return np.abs(np.subtract.outer(values, values))

    if data == "krackhardt":
        every = {
            **{name: square(folder, name) for name in ("friendship", "reports_to")},
            "same_dept": same("dept"),
            **{f"{name}_diff": apart(column(name)) for name in ("age", "tenure")},
        }
        y, directed = square(folder, "advice"), True
    elif data == "crossparker":
        level = column("orglevel")
        every = {
            "value": square(folder, "value"),
            "same_region": same("region"),
            "same_location": same("location"),
            "level_target": np.tile(level, (n, 1)),
            "level_diff": level[:, None] - level[None, :],
        }
        y, directed = square(folder, "info"), True
    else:
        wealth = column("wealth")
        every = {
            "marriage": square(folder, "marriage", directed=False),
            "wealth_diff": apart(wealth),
            "wealth_sum": wealth[:, None] + wealth[None, :],
        }
        y, directed = square(folder, "business", directed=False), False
    return y, {name: every[name] for name in terms}, directed


# ---- two roads to one number


def test_one_predictor_is_the_qap_correlation() -> None:
    y, x = noise(1, 7, k=1)
    ours = run(y, x).coefficients.loc["x0"]
    known = qap_correlation(framed(y), framed(x["x0"]))
    assert ours["pvalue"] == known.pvalue
    assert ours["p_adjusted"] == ours["pvalue"]
    r, df = known.statistic, 7 * 6 - 2
    assert ours["statistic"] == pytest.approx(r * math.sqrt(df / (1 - r**2)))


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("gaps", [False, True])
def test_the_ends_of_an_interval_are_where_the_shifted_null_falls(
    side: str, gaps: bool
) -> None:
    y, x = noise(3, 12)
    if gaps:
        y[2, 5] = y[7, 1] = x["x1"][4, 9] = np.nan
    result = run(y, x, alternative=side, n_resamples=499, confidence=0.9, rng=4)
    ends = result.coefficients.loc["x0", ["ci_low", "ci_high"]]
    width = result.coefficients.loc["x0", "se"]
    asked = {"two-sided": (0, 1), "greater": (0,), "less": (1,)}[side]
    for place in asked:
        for out, rejected in ((-1e-7, False), (1e-7, True)):
            away = out * width * (1 if place else -1)
            moved = y - (ends.iloc[place] + away) * x["x0"]
            p = run(moved, x, alternative=side, n_resamples=499, rng=4).coefficients
            assert (p.loc["x0", "pvalue"] <= 0.1) == rejected
    for place in {0, 1} - set(asked):
        assert math.isinf(ends.iloc[place])


def test_an_interval_may_have_no_end() -> None:
    star = np.zeros((8, 8))
    star[0] = 1
    result = run(noise(5, 8)[0], {"star": star})
    assert result.coefficients.loc["star", "p_min"] == 1 / 8
    assert np.isinf(result.coefficients.loc["star", ["ci_low", "ci_high"]]).all()
    assert result.notes[0] == "star: no lower and no upper end: too few draws"
    assert result.notes[1] == "star: p is never below 0.125, whatever the data"
    assert result.notes[2:] == result.warnings == ()


def test_influence_is_a_refit_without_each_actor() -> None:
    y, x = noise(6, 9)
    y[3, 4] = x["x1"][0, 2] = np.nan
    influence = run(y, x, rng=1).influence
    for out in range(9):
        left = np.arange(9) != out
        part = {name: values[np.ix_(left, left)] for name, values in x.items()}
        again = run(y[np.ix_(left, left)], part, rng=1).coefficients["estimate"]
        np.testing.assert_allclose(influence.iloc[out], again, rtol=1e-9)


def test_sites_alone_and_without_each_other() -> None:
    y, x = three_sites()
    result = mrqap(y, x, rng=1)
    alone = mrqap(y["b"], {name: frames["b"] for name, frames in x.items()}, rng=1)
    np.testing.assert_allclose(
        result.by_site.loc["b"], alone.coefficients["estimate"], rtol=1e-9
    )
    fewer = {name: {s: f for s, f in x[name].items() if s != "b"} for name in x}
    without = mrqap({s: f for s, f in y.items() if s != "b"}, fewer, rng=1)
    np.testing.assert_allclose(
        result.influence.loc["b"], without.coefficients["estimate"], rtol=1e-9
    )


def three_sites(
    seed: int = 0,
) -> tuple[dict[str, pd.DataFrame], dict[str, dict[str, pd.DataFrame]]]:
    y: dict[str, pd.DataFrame] = {}
    x: dict[str, dict[str, pd.DataFrame]] = {"x0": {}, "x1": {}}
    for place, site in enumerate("abc"):
        outcome, predictors = noise(seed + 10 * place, 6)
        y[site] = framed(outcome)
        for name, values in predictors.items():
            x[name][site] = framed(values)
    return y, x


# ---- what never changes


@given(seed=st.integers(0, 999), shift=st.floats(-9, 9), factor=st.floats(0.1, 9))
def test_units_of_the_outcome_do_not_matter(
    seed: int, shift: float, factor: float
) -> None:
    y, x = noise(seed, 6)
    one, other = run(y, x), run(y * factor + shift, x)
    columns = ["statistic", "pvalue", "p_adjusted"]
    np.testing.assert_allclose(
        other.coefficients[columns], one.coefficients[columns], rtol=1e-7
    )
    scaled = ["estimate", "se", "ci_low", "ci_high"]
    np.testing.assert_allclose(
        other.coefficients[scaled], one.coefficients[scaled] * factor, rtol=1e-6
    )


@pytest.mark.parametrize("method", METHODS)
def test_the_order_of_actors_and_of_sites_does_not_matter(method: str) -> None:
    y, x = three_sites()
    order = np.random.default_rng(1).permutation(6)
    turned = {s: f.iloc[order, order[::-1]] for s, f in reversed(list(y.items()))}
    same = {
        name: {s: f.iloc[order[::-1], order] for s, f in reversed(list(fs.items()))}
        for name, fs in x.items()
    }
    for labels in ("independent", "common"):
        one = mrqap(y, x, method=method, labels=labels, n_resamples=99, rng=1)
        other = mrqap(turned, same, method=method, labels=labels, n_resamples=99, rng=1)
        pd.testing.assert_frame_equal(one.coefficients, other.coefficients)


def test_workers_and_interruptions_do_not_matter(tmp_path: Path) -> None:
    y, x = noise(2, 14)
    y[3] = np.nan
    alone = run(y, x, n_resamples=1_200, rng=7)
    again = run(y, x, n_resamples=1_200, rng=7, workers=2)
    kept = run(y, x, n_resamples=1_200, rng=7, checkpoint=tmp_path / "kept")
    resumed = run(y, x, n_resamples=1_200, checkpoint=tmp_path / "kept")
    first = alone.null_distribution.to_numpy().tobytes()
    for other in (again, kept, resumed):
        assert other.null_distribution.to_numpy().tobytes() == first
        assert other.seed == 7


def test_adjusting_never_makes_p_smaller() -> None:
    for seed in range(5):
        table = run(*noise(seed, 10, k=4), n_resamples=499, rng=1).coefficients
        assert (table["p_adjusted"] >= table["pvalue"]).all()
        assert table["p_adjusted"].min() > table["pvalue"].min()


def test_a_silent_actor_changes_no_sample() -> None:
    y, x = noise(4, 9)
    y[2] = np.nan
    dyads = gathered(
        framed(y), {k: framed(v) for k, v in x.items()}, directed=True, common=False
    )
    assert Relabelled(dyads, "dsp", common=False).keeps_sample
    assert run(y, x, rng=1).method == "enumerated (40,320 relabellings)"


def test_a_role_that_a_site_lacks_is_not_observed_there() -> None:
    y, x = three_sites()
    y["b"] = y["b"].iloc[1:, 1:]
    x = {
        name: {s: f.loc[y[s].index, y[s].index] for s, f in fs.items()}
        for name, fs in x.items()
    }
    result = mrqap(y, x, labels="common", n_resamples=99, rng=1)
    assert result.n == 2 * 30 + 20
    assert result.method == "enumerated (720 relabellings)"


# ---- the smallest attainable p


def star(n: int) -> np.ndarray:
    cells = np.zeros((n, n))
    cells[0] = cells[:, 0] = 1
    return cells


@pytest.mark.parametrize("method", METHODS)
def test_beside_noise_a_star_looks_more_ways(method: str) -> None:
    y, x = noise(0, 6)
    x["x0"] = star(6)
    alone = run(y, {"x0": x["x0"]}, method=method).coefficients
    assert alone.loc["x0", "p_min"] == 1 / 6
    result = run(y + 2 * x["x0"], x, method=method)
    told = result.coefficients
    assert told.loc["x0", "p_min"] == (1 / 6 if method == "x" else 1 / 720)
    assert told.loc["x1", "p_min"] == 1 / 720
    assert (told["pvalue"] >= told["p_min"]).all()
    assert result.method == "enumerated (720 relabellings)"
    assert "beside other predictors the test of a slope is approximate" in result.notes
    never = "x0: p is never below 0.167, whatever the data"
    assert (never in result.notes) == (method == "x")


def test_rounding_makes_no_different_residuals() -> None:
    # Two stars around the same actor: what one leaves of the other has its symmetry.
    sends, gets = star(7), star(7)
    sends[1:] = gets[:, 1:] = 0
    y, _ = noise(1, 7)
    for scale in (1e-9, 1.0, 1e9):
        x = {"sends": scale * sends + 3, "gets": gets / 3 + 0.1 * sends}
        told = run(y, x).coefficients
        np.testing.assert_allclose(told["p_min"], 1 / 7, rtol=1e-12)


def test_relabellings_of_the_outcome_are_listed_the_other_way() -> None:
    y, _ = noise(3, 9)
    found = [run(y, {"x0": star(9)}, method=method) for method in METHODS]
    assert {each.method for each in found} == {"exact (9 distinct relabellings)"}
    assert len({each.coefficients.loc["x0", "pvalue"] for each in found}) == 1


def test_a_gap_makes_a_star_look_more_ways() -> None:
    y, _ = noise(4, 9)
    y[2, 5] = np.nan
    result = run(y, {"x0": star(9)})
    assert result.method == "exact (504 distinct relabellings)"  # 9 x 8 x 7
    assert result.coefficients.loc["x0", "p_min"] == 1 / 504
    every = run(y, {"x0": star(9)}, n_resamples=362_880)
    assert every.method == "exact (362,880 relabellings)"
    assert every.coefficients.loc["x0", "pvalue"] == pytest.approx(
        result.coefficients.loc["x0", "pvalue"], abs=1e-12
    )


# ---- refusals


def test_designs_are_refused_by_name() -> None:
    y, x = noise(1, 8)
    one = np.ones((8, 8))
    for outcome, predictors, told in (
        (y, {"rank": one}, "no variance in predictor rank: it is 1 in all 56 dyads"),
        (one, x, "no variance in outcome: y is 1 in all 56 dyads"),
        (0 * one, x, "no variance in outcome: y is 0 in all 56 dyads"),
        (y, x | {"double": 2 * x["x0"] + 3}, "repeat each other: x0, double;"),
        (y, x | {"both": x["x0"] - x["x1"]}, "repeat each other: x0, x1, both;"),
    ):
        with pytest.raises(RefusedError, match=told):
            run(outcome, predictors)


def test_small_strata_are_named_as_the_reason() -> None:
    y, x = noise(1, 6)
    strata = pd.Series(list("aabbcc"), framed(y).index)
    told = "only 8 relabellings of the actors are possible within the strata"
    with pytest.raises(RefusedError, match=f"{told}.* make the strata larger"):
        run(y, x, strata=strata)


def test_values_that_hardly_vary_next_to_their_size_are_told() -> None:
    y, x = noise(1, 6, k=1)
    large = 1e12 + np.round(x["x0"], 2)
    with pytest.raises(
        RefusedError, match=r"x0 hardly varies next to its size .1e\+12"
    ):
        run(y, {"x0": large})
    blocks = pd.Series(list("aaabbb"), framed(y).index)
    apart = np.not_equal.outer(blocks.to_numpy(), blocks.to_numpy()) * 1.0
    with pytest.raises(RefusedError, match="leaves predictor apart as it is"):
        run(y, {"apart": apart}, strata=blocks)


def differences(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A symmetric outcome, and differences between actors."""
    rng = np.random.default_rng(seed)
    half = np.triu(rng.integers(1, 6, (n, n)) * 1.0, 1)
    staff = rng.integers(1, 40, n) * 1.0
    return half + half.T, np.subtract.outer(staff, staff)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("n", [5, 8, 12])
def test_differences_beside_a_symmetric_outcome_are_refused(
    n: int, method: str
) -> None:
    y, gap = differences(1, n)
    told = "gap cannot be tested: its statistic is 0 in the data and under every"
    for outcome, predictor in ((y, gap), (gap, y)):
        with pytest.raises(RefusedError, match=told):
            run(outcome, {"gap": predictor}, method=method, n_resamples=99, rng=1)
    assert run(y, {"gap": np.abs(gap)}, n_resamples=99, rng=1).n == n * (n - 1)


def test_senders_beside_rows_of_one_sum_are_refused() -> None:
    y = sum(np.roll(np.eye(9), shift, axis=1) for shift in (1, 3, 4))
    sender = np.repeat(np.arange(9.0)[:, None], 9, axis=1)
    with pytest.raises(RefusedError, match="x0 cannot be tested"):
        run(y, {"x0": sender}, n_resamples=99, rng=1)
    y[0, 1] = 0
    told = run(y, {"x0": sender}, n_resamples=99, rng=1).coefficients
    assert np.isfinite(told.loc["x0", "pvalue"])


@pytest.mark.parametrize("method", METHODS)
def test_such_a_term_among_others_is_not_tested(method: str) -> None:
    y, gap = differences(2, 9)
    other = differences(3, 9)[0]
    both = {"gap": gap, "other": other}
    result = run(y, both, method=method, n_resamples=199, rng=1)
    row = result.coefficients.loc["gap"]
    assert row[["statistic", "pvalue", "p_adjusted", "ci_low", "ci_high"]].isna().all()
    assert any(note.startswith("gap: not tested, its") for note in result.notes)
    alone = result.coefficients.loc["other"]
    assert alone["p_adjusted"] == alone["pvalue"]


def test_one_pair_that_differs_is_something_to_test() -> None:
    y, gap = differences(4, 8)
    y[0, 1] += 1
    assert run(y, {"gap": gap}).coefficients.loc["gap", "pvalue"] < 1


@pytest.mark.parametrize("family", ["logistic", "ordinal"])
def test_scores_of_such_a_term_are_0_too(family: str) -> None:
    y, gap = differences(5, 8)
    y = (y > 2) * 1.0
    with pytest.raises(RefusedError, match="gap cannot be tested"):
        run(y, {"gap": gap}, family=family, n_resamples=49, rng=1)


def test_too_few_actors_or_dyads_are_refused() -> None:
    y, x = noise(1, 3, k=1)
    with pytest.raises(RefusedError, match=r"p is never below 0\.167"):
        run(y, x)
    y, x = noise(1, 4, k=3)
    y[:] = np.nan
    y[0, 1:], y[1, 2] = [1, 2, 4], 3
    with pytest.raises(RefusedError, match="dyads were observed in every matrix"):
        run(y, x)


def test_what_is_constant_within_sites_is_sent_to_the_sites() -> None:
    y, x = three_sites()
    size = {site: framed(np.full((6, 6), float(ord(site)))) for site in y}
    with pytest.raises(RefusedError, match="size is constant within every site"):
        mrqap(y, x | {"size": size})


def test_wrong_arguments_are_told() -> None:
    y, x = three_sites()
    with pytest.raises(InputError, match='x0 has no matrix for site "c"'):
        mrqap(y, {"x0": {s: x["x0"][s] for s in "ab"}})
    with pytest.raises(InputError, match="need the same sites; only x0 has: c"):
        mrqap({s: y[s] for s in "ab"}, x)
    with pytest.raises(InputError, match="x0 needs one matrix per site"):
        mrqap(y, {"x0": x["x0"]["a"]})
    with pytest.raises(InputError, match="each predictor needs one matrix too"):
        mrqap(y["a"], x)
    with pytest.raises(InputError, match="x needs a dict of predictors"):
        mrqap(y, {})
    with pytest.raises(UnknownNameError, match="method"):
        mrqap(y, x, method="dps")
    strata = pd.Series("a", [f"actor {i:02}" for i in (0, 1, 2, 4, 5)])
    with pytest.raises(InputError, match="strata has no value for: actor 03"):
        mrqap(y["a"], {"x0": x["x0"]["a"]}, strata=strata)
    with pytest.raises(InputError, match="same value both ways"):
        run(*noise(1, 6), directed=False)


@pytest.mark.parametrize("directed", ["no", 0, None])
def test_directed_is_true_or_false(directed: object) -> None:
    y, x = noise(1, 6)
    with pytest.raises(InputError, match="directed needs True or False, got"):
        run(y, x, directed=directed)


def test_strata_keep_actors_apart() -> None:
    y, x = noise(1, 8)
    strata = pd.Series(["state"] * 4 + ["local"] * 4, framed(y).index)
    assert run(y, x, strata=strata).method == "enumerated (576 relabellings)"


def test_what_a_reader_must_know_is_noted() -> None:
    y, x = noise(1, 9)
    x["x2"] = x["x0"] + 0.1 * x["x1"] ** 3
    result = run(np.exp(2 * y), x, n_resamples=99, rng=1)
    told = "\n".join(result.notes)
    assert "x0 is nearly a sum of the other predictors (VIF" in told
    assert "the outcome is very skewed" in told
    assert all(note in result.summary() for note in result.notes)
    assert result.vif["x0"] > 5
    assert list(result.to_frame()["term"]) == ["x0", "x1", "x2"]
    assert "9,999" not in result._repr_html_()


def test_more_actors_than_memory_holds_are_refused_with_the_size() -> None:
    large = pd.DataFrame(np.zeros((3_001, 3_001)))
    told = r"3,001 actors; 2 matrices .* about 0.9 GiB .* at most 3,000 actors"
    with pytest.raises(RefusedError, match=told):
        mrqap(large, {"x": large})


def test_the_null_says_who_changed_places() -> None:
    y, x = noise(4, 9)
    assert "answered" not in run(y, x, n_resamples=99, rng=1).null
    y[2] = np.nan
    apart = run(y, x, n_resamples=99, rng=1)
    assert apart.null.endswith("with the outcome, among those who answered")
    several, over = three_sites()
    several["b"].iloc[1] = np.nan
    together = mrqap(several, over, labels="common", n_resamples=99, rng=1)
    assert "answered" not in together.null
