"""Whatever is handed in, an answer is an answer and a refusal names its cause.

No function of the room lets an error of numpy, scipy or pandas out, nor a warning (here
warnings are errors); no p is 0, and none is missing without a word about it.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab import inference as room
from netcollab import measures, networks
from netcollab.errors import InputError, NetcollabError, RefusedError

FEW = {"n_resamples": 39, "rng": 1}
SIZES = (1e200, 1e60, 1e20, 1e-20, 1e-60, 1e-160, 1e-310)


# ---- data that are as they should be


def matrix(seed: int, n: int = 6) -> pd.DataFrame:
    names = [f"actor {i}" for i in range(n)]
    cells = np.random.default_rng(seed).normal(size=(n, n))
    np.fill_diagonal(cells, np.nan)
    return pd.DataFrame(cells, names, names)


def sites(seed: int) -> dict[str, pd.DataFrame]:
    return {site: matrix(seed + k) for k, site in enumerate(["nord", "isvik", "aas"])}


def series(seed: int, n: int = 8) -> pd.Series:
    names = [f"actor {i}" for i in range(n)]
    return pd.Series(np.random.default_rng(seed).normal(size=n), names)


def shares(seed: int, n: int = 8) -> pd.Series:
    return series(seed, n).rank() / n


def halves(n: int = 8) -> pd.Series:
    return pd.Series(["state", "local"] * (n // 2), series(1, n).index)


def table() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    site = np.repeat(np.arange(8), 4)
    numbers = rng.normal(size=(32, 4)) + rng.normal(size=(8, 4))[site]
    frame = pd.DataFrame(numbers, columns=["y", "x", "z", "w"])
    return frame.assign(
        site=[f"site {k}" for k in site],
        reform=rng.normal(size=8)[site],
        period=np.tile([2024, 2025], 16),
        early=(site < 4) * 1.0,
        group=["u", "v"] * 16,
        wave=["2025", "2025", "2026", "2026"] * 8,
    )


def told(seed: int, n: int = 6) -> networks.Network:
    actors = pd.DataFrame({"level": list("uv") * (n // 2)}, index=matrix(1, n).index)
    return networks.Network.from_matrix((matrix(seed, n) > 0) * 1.0, actors=actors)


def network(n: int = 6) -> networks.Network:
    return told(1, n)


def share(ties: pd.DataFrame) -> float:
    """A statistic as a user writes one: undefined without an observed tie."""
    cells = ties.to_numpy(dtype=float)
    return float(np.nanmean(cells > 0)) if not np.isnan(cells).all() else math.nan


def leaned(rows: pd.DataFrame) -> float:
    return float(rows["site"].nunique())


def seven_sites(rows: object) -> object:
    """Fewer rows of a table: of eight sites all 40,320 orders would be listed."""
    return rows[:28] if isinstance(rows, pd.DataFrame) else rows


# ---- what answers


MATRIX: dict[str, Callable[[object], object]] = {
    "qap y": lambda m: room.qap_correlation(m, matrix(2), **FEW),
    "qap x": lambda m: room.qap_correlation(matrix(2), m, **FEW),
    "mrqap y": lambda m: room.mrqap(m, {"a": matrix(2), "b": matrix(3)}, **FEW),
    "mrqap x": lambda m: room.mrqap(matrix(2), {"a": m, "b": matrix(3)}, **FEW),
    "mrqap Freedman-Lane": lambda m: room.mrqap(
        matrix(2), {"a": m, "b": matrix(3)}, method="freedman_lane", **FEW
    ),
    "mrqap logistic": lambda m: room.mrqap(
        (matrix(2) > 0) * 1.0, {"a": m, "b": matrix(3)}, family="logistic", **FEW
    ),
    "mrqap Poisson": lambda m: room.mrqap(
        m, {"a": matrix(2), "b": matrix(3)}, family="poisson", **FEW
    ),
    "mrqap ordinal": lambda m: room.mrqap(
        matrix(2).round(), {"a": m, "b": matrix(3)}, family="ordinal", **FEW
    ),
    "mrqap sites": lambda m: room.mrqap(
        {**sites(1), "isvik": m}, {"a": sites(5)}, **FEW
    ),
    "mrqap roles": lambda m: room.mrqap(
        sites(1), {"a": {**sites(5), "isvik": m}}, labels="common", **FEW
    ),
    "mrqap_tost": lambda m: room.mrqap_tost(matrix(2), {"a": m}, "a", -1, 1, **FEW),
    "group_gaps": lambda m: room.group_gaps(m, halves(6), **FEW),
    "slope_heterogeneity": lambda m: room.slope_heterogeneity(
        {**sites(1), "isvik": m}, {"a": sites(5)}, **FEW
    ),
    "social_relations": lambda m: room.social_relations(m),
    "social_relations groups": lambda m: room.social_relations(
        {**sites(1), "isvik": m}
    ),
    "social_relations replicate": lambda m: room.social_relations(
        matrix(1), replicate=m
    ),
    "social_relations second": lambda m: room.social_relations(matrix(1), second=m),
    "vertex_bootstrap": lambda m: room.vertex_bootstrap(share, m, **FEW),
}
SERIES: dict[str, Callable[[object], object]] = {
    "kendall": lambda s: room.kendall(s, series(2), **FEW),
    "pearson": lambda s: room.permutation_correlation(series(2), s, **FEW),
    "spearman": lambda s: room.permutation_correlation(
        s, series(2), kind="spearman", **FEW
    ),
    "set": lambda s: room.permutation_inclusion(shares(2), s, **FEW),
    "outcome set": lambda s: room.permutation_inclusion(s, shares(2), **FEW),
    "values": lambda s: room.permutation_difference(s, halves(), **FEW),
    "groups": lambda s: room.permutation_difference(series(2), s, **FEW),
    "strata": lambda s: room.mrqap(matrix(1, 8), {"a": matrix(2, 8)}, strata=s, **FEW),
    "labels": lambda s: room.label_permutation(
        measures.ei_index, network(6), by=s, **FEW
    ),
    "units": lambda s: room.silo_change(
        network(6), told(2), by=s, estimand="share", keep="density", **FEW
    ),
    "within": lambda s: room.permutation_difference(
        series(1), series(2) > 0, within=s, **FEW
    ),
    "groups of answers": lambda s: room.group_gaps(matrix(1, 8), s, **FEW),
    "groups of raters": lambda s: room.social_relations(matrix(1, 8), groups=s),
    "slopes": lambda s: room.site_slopes(s),
    "errors": lambda s: room.site_slopes(series(2), errors=s),
    "imputations": lambda s: room.pool_imputations([s, series(2)]),
    "p-values": lambda s: room.adjust_pvalues(s),
}
TABLE: dict[str, Callable[[object], object]] = {
    "mixed_model": lambda t: room.mixed_model(t, "y", ["x", "reform"], "site"),
    "mixed_model between": lambda t: room.mixed_model(
        t, "y", ["x", "reform"], "site", df="between_within"
    ),
    "mixed_model slopes": lambda t: room.mixed_model(
        t, "y", ["x", "reform"], "site", slopes="x"
    ),
    "mixed_model slopes between": lambda t: room.mixed_model(
        t, "y", ["x", "z"], "site", slopes=["x", "z"], df="between_within"
    ),
    "cluster_robust": lambda t: room.cluster_robust(t, "y", ["x", "reform"], "site"),
    "wild_cluster_bootstrap": lambda t: room.wild_cluster_bootstrap(
        t, "y", ["x", "reform"], "site", "reform", **FEW
    ),
    "site_means": lambda t: room.site_means(t, "y", ["reform"], "site"),
    "site_permutation": lambda t: room.site_permutation(
        t, "y", "reform", "site", **FEW
    ),
    "site_permutation covariate": lambda t: room.site_permutation(
        seven_sites(t), "y", "reform", "site", covariates=["x"], **FEW
    ),
    "difference_in_differences": lambda t: room.difference_in_differences(
        t, "y", "site", "period", "early", n_resamples=39, rng=1
    ),
    "difference_in_differences t": lambda t: room.difference_in_differences(
        t, "y", "site", "period", "early", test="t"
    ),
    "partial_correlation": lambda t: room.partial_correlation(t, "x", "y", given=["z"]),
    "partial permutation": lambda t: room.partial_correlation(
        t, "x", "y", given=["z"], reference="permutation", **FEW
    ),
    "mediation": lambda t: room.mediation(t, "x", "z", "y", covariates=["w"], **FEW),
    "mediation clusters": lambda t: room.mediation(
        t, "x", "z", "y", cluster="site", **FEW
    ),
    "cross_lagged": lambda t: room.cross_lagged(t, ("x", "z"), ("w", "y"), **FEW),
    "two_stage_least_squares": lambda t: room.two_stage_least_squares(
        t, "y", endogenous=["x"], instruments=["z"], exogenous=["w"]
    ),
    "seemingly_unrelated": lambda t: room.seemingly_unrelated(
        t, {"first": ("y", ["x"]), "second": ("w", ["z"])}
    ),
    "group_convergence": lambda t: room.group_convergence(
        t, "x", "group", "wave", **FEW
    ),
    "group_spread": lambda t: room.group_spread(t, ["x", "z"], "group", "wave"),
    "group_convergence sites": lambda t: room.group_convergence(
        t, "y", "group", "wave", unit="site", **FEW
    ),
    "bootstrap_interval": lambda t: room.bootstrap_interval(
        leaned, t, cluster="site", **FEW
    ),
    "leave_one_out": lambda t: room.leave_one_out(
        lambda rows: room.site_means(rows, "y", ["reform"], "site"), t, "site"
    ),
}


# ---- what is handed in


def bad_matrices(n: int = 6) -> Iterator[tuple[str, object]]:
    good = matrix(9, n)
    names = list(good.index)
    one = np.zeros((n, n))
    one[0, 1] = 1

    def with_cell(value: object) -> pd.DataFrame:
        told = good.astype(object)
        told.iloc[0, 1] = value
        return told

    def named(labels: object) -> pd.DataFrame:
        return good.set_axis(labels, axis=0).set_axis(labels, axis=1)

    yield "nothing", None
    yield "an array", good.to_numpy()
    yield "a list", good.to_numpy().tolist()
    yield "a word", "matrix"
    yield "a number", 3.0
    yield "a Series", good.iloc[0]
    yield "an empty frame", pd.DataFrame()
    yield from ((f"{k} actors", good.iloc[:k, :k]) for k in (1, 2, 3))
    yield "fewer rows than columns", good.iloc[:2]
    yield "all missing", good * np.nan
    yield "a silent actor", good.mask(np.arange(n)[:, None] == np.zeros(n))
    yield "one row", good.where(np.arange(n)[:, None] == np.zeros(n))
    yield "a label twice", named([names[0], *names[:-1]])
    yield "other actors", named([f"body {k}" for k in range(n)])
    yield "other rows", good.set_axis([f"body {k}" for k in range(n)], axis=0)
    yield "a missing label", named([*names[:-1], np.nan])
    yield "labels of numbers", named(list(range(n)))
    yield "labels of pairs", named(pd.MultiIndex.from_product([names, ["a"]]))
    yield "labels of many scripts", named([f"漢𝔘\u200b{k}" for k in range(n)])
    yield "words", good.map(lambda _: "much")
    yield "numbers as text", good.map(lambda cell: f"{cell:.2f}")
    yield "True and False", good.fillna(0) > 0
    yield "whole numbers", (good.fillna(0) * 10).round().astype(int)
    yield "numbers with NA", (good * 10).round().astype("Int64")
    yield "categories", good.round().astype("category")
    yield "complex numbers", good.fillna(0) + 1j
    yield "dates", pd.DataFrame(np.datetime64("2026-01-01"), good.index, good.columns)
    yield "lists in cells", pd.DataFrame([[[1]] * n] * n, good.index, good.columns)
    yield "None in every cell", pd.DataFrame(None, good.index, good.columns)
    yield from (
        (f"a cell of {v!r}", with_cell(v)) for v in ("x", np.inf, -np.inf, 1e308)
    )
    yield from ((f"{v} everywhere", good * 0 + v) for v in (0, 0.1, 1e15))
    yield "one tie", pd.DataFrame(one, good.index, good.columns)
    yield "a star", pd.DataFrame(one + one.T, good.index, good.columns)
    yield "far from zero", good + 1e13
    yield "the same as y", matrix(2, n)
    yield "the same as another x", matrix(3, n)
    yield from ((f"times {size:g}", good * size) for size in SIZES)


def bad_series(n: int = 8) -> Iterator[tuple[str, object]]:
    good = series(9, n)
    kinds = [1, "a", None, 2.5, "b", (1,), True, 7]
    mixed = pd.Series(kinds[:n], good.index, dtype=object)
    yield "nothing", None
    yield "an array", good.to_numpy()
    yield "a list of lists", [[1.0], [2.0]]
    yield "a dict", good.to_dict()
    yield "a word", "level of all"
    yield "a frame", good.to_frame()
    yield "an empty Series", pd.Series(dtype=float)
    yield from ((f"{k} actors", good.iloc[:k]) for k in (1, 2, 3))
    yield "all missing", good * np.nan
    yield "one missing", good.where(np.arange(n) > 0)
    yield "three known", good.where(np.arange(n) < 3)
    yield "infinite", good.where(np.arange(n) > 0, np.inf)
    yield "an actor twice", good.set_axis([good.index[0], *good.index[:-1]])
    yield "other actors", good.set_axis([f"body {k}" for k in range(n)])
    yield "a missing actor", good.set_axis([*good.index[:-1], np.nan])
    yield "actors of two kinds", good.set_axis([*good.index[:-1], 5])
    yield "words", good.map(lambda _: "much")
    yield "numbers as text", good.astype(str)
    yield "of every kind", mixed
    yield "True and False", good > 0
    yield "numbers with NA", good.round().astype("Int64").where(np.arange(n) > 0)
    yield "categories", halves(n).astype("category")
    yield "complex numbers", good + 1j
    yield "dates", pd.Series(pd.date_range("2026", periods=n), good.index)
    yield "pairs", pd.Series([(k % 2,) for k in range(n)], good.index)
    yield "lists", pd.Series([[1]] * n, good.index)
    yield "one value", good * 0 + 0.1
    yield "one value but for rounding", good * 1e-13 + 1
    yield "far from zero", good + 1e13
    yield from ((f"times {size:g}", good * size) for size in SIZES)


def bad_tables() -> Iterator[tuple[str, object]]:
    good = table()
    n = len(good)
    row = np.arange(n)
    yield "nothing", None
    yield "an array", good.to_numpy()
    yield "a dict", good.to_dict("list")
    yield "a word", "table"
    yield "a Series", good["y"]
    yield "an empty frame", pd.DataFrame()
    yield from ((f"{k} rows", good.head(k)) for k in (0, 1, 2, 3, 5, 8))
    yield "one row per site", good.groupby("site").head(1)
    yield "one site", good.assign(site="site 0")
    yield "two sites", good.head(8)
    yield "three sites", good.head(12)
    yield "every row a site", good.assign(site=row)
    yield "a site of one row", good.assign(site=good["site"].where(row > 0, "alone"))
    yield "no site", good.assign(site=np.nan)
    yield "a row without site", good.assign(site=good["site"].where(row > 0))
    kinds = pd.Series([1, "a", (1, 2), 2.5, "b", True, 9, "c"] * 4, dtype=object)
    yield "sites of every kind", good.assign(site=kinds)
    yield "sites that are lists", good.assign(site=[[1]] * n)
    yield (
        "sites that are dates",
        good.assign(site=np.repeat(pd.date_range("2026", periods=8).to_numpy(), 4)),
    )
    yield "a row label for all", good.set_axis([0] * n)
    yield "y twice", pd.concat([good, good[["y"]]], axis=1)
    yield "site twice", pd.concat([good, good[["site"]]], axis=1)
    yield "y made up of x", good.assign(y=2 * good["x"])
    yield "y made up of x and a whiff", good.assign(y=2 * good["x"] + 1e-9 * good["w"])
    yield "x made up of z", good.assign(x=3 - 2 * good["z"])
    for name in ("y", "x", "z", "reform", "period", "early"):
        column = good[name]
        changes = {
            "missing": column * np.nan,
            "missing once": column.where(row > 0),
            "missing in a site": column.where(row > 3),
            "known three times": column.where(row < 3),
            "infinite once": column.where(row > 0, np.inf),
            "constant": column * 0 + 0.1,
            "constant but for rounding": 1 + 1e-13 * column,
            "one unlike all": (row == 0) * 1.0,
            "constant in sites": np.repeat(np.arange(8) ** 2.0, 4),
            "text": column.astype(str),
            "two words": ["low", "high"] * (n // 2),
            "of every kind": pd.Series([1, "a", 2.5, True] * (n // 4), dtype=object),
            "True and False": column > 0,
            "numbers with NA": column.round().astype("Int64").where(row > 0),
            "categories": pd.Categorical(["low", "high"] * (n // 2)),
            "complex": column + 1j,
            "dates": pd.date_range("2026", periods=n),
            "spans": pd.to_timedelta(row, unit="D"),
            "lists": [[1]] * n,
            "far from zero": column + 1e13,
        }
        yield from (
            (f"{name} {k}", good.assign(**{name: v})) for k, v in changes.items()
        )
        yield from (
            (f"{name} times {size:g}", good.assign(**{name: column * size}))
            for size in SIZES
        )


SCALARS: dict[str, list[object]] = {
    "n_resamples": [-1, 0, 1.5, "many", None, True, math.nan, math.inf, [9], 10**30],
    "rng": ["seed", -1, 1.0, math.nan, [1], object(), True],
    "workers": [0, -1, "two", None, 1.5, True],
    "alternative": ["both", None, 1, ["less"]],
    "confidence": [0, 1, 95, -0.1, "much", None, math.nan, True, [0.9]],
    "kind": ["best", None, 1, ["pearson"]],
    "method": ["best", None, ["dsp"]],
    "family": ["binomial", None],
    "labels": ["shared", None],
    "weights": ["normal", None, np.ones(4)],
    "df": ["kenward", None],
    "reference": ["normal", None],
    "se": ["both", None],
    "keep": ["all", None],
    "estimand": ["ratio", None, ["odds"]],
    "threshold": ["high", 0, -1, math.nan, [3]],
    "test": ["z", None, ["t"]],
    "alpha": [0, 1, "much", None, math.nan],
}


# ---- the contract


def check(result: object) -> None:
    """No p is 0 or above 1; what has none says why."""
    if isinstance(result, room.ModelResult):
        table, told = result.coefficients, " ".join(result.notes)
        for column in {"pvalue", "p_adjusted", "p_min"} & set(table):
            for term, p in table[column].items():
                assert 0 < p <= 1 + 1e-12 or (math.isnan(p) and str(term) in told)
        for column in ("estimate", "ci_low", "ci_high"):
            for term, value in table.get(column, pd.Series(dtype=float)).items():
                assert not math.isnan(value) or str(term) in told
    elif isinstance(result, room.SocialRelations):
        told = " ".join(result.notes)
        for name, row in result.components.iterrows():
            known = 0 < row["pvalue"] <= 1
            assert known or math.isnan(row["estimate"]) or str(name) in told
    elif isinstance(result, room.TestResult):
        assert 0 < result.pvalue <= 1 + 1e-12
        assert not math.isnan(result.mc_error)
        assert not math.isnan(result.estimate)
    elif isinstance(result, room.BootstrapInterval):
        assert not np.isnan([result.estimate, result.low, result.high, result.se]).any()
    else:
        assert isinstance(result, (pd.Series, pd.DataFrame))


def attack(
    call: Callable[[object], object], given: Iterator[tuple[str, object]]
) -> int:
    """How many of the cases were answered."""
    answered = 0
    for name, case in given:
        try:
            check(call(case))
            answered += 1
        except NetcollabError:
            continue
        except Exception as error:
            error.add_note(f"given {name}")
            raise
    return answered


@pytest.mark.parametrize("call", MATRIX.values(), ids=MATRIX)
def test_matrices(call: Callable[[object], object]) -> None:
    assert attack(call, bad_matrices()) > 0


@pytest.mark.parametrize("name", SERIES)
def test_series(name: str) -> None:
    assert attack(SERIES[name], bad_series(6 if name in ("labels", "units") else 8)) > 0


@pytest.mark.parametrize("name", TABLE)
def test_tables(name: str) -> None:
    if name in ("two_stage_least_squares", "seemingly_unrelated"):
        pytest.importorskip("linearmodels", reason="an extra, not installed")
    assert attack(TABLE[name], bad_tables()) > 0


def by_keyword() -> dict[str, Callable[..., object]]:
    """Each function with good data and its further arguments left open."""
    y, x, rows = matrix(1, 9), matrix(2, 9), table()
    return {
        "qap_correlation": lambda **k: room.qap_correlation(y, x, **k),
        "mrqap": lambda **k: room.mrqap(y, {"a": x}, **k),
        "slope_heterogeneity": lambda **k: room.slope_heterogeneity(
            sites(1), {"a": sites(5)}, **k
        ),
        "social_relations": lambda **k: room.social_relations(y, **k),
        "vertex_bootstrap": lambda **k: room.vertex_bootstrap(share, y, **k),
        "kendall": lambda **k: room.kendall(series(1), series(2), **k),
        "permutation_correlation": lambda **k: room.permutation_correlation(
            series(1), series(2), **k
        ),
        "permutation_difference": lambda **k: room.permutation_difference(
            series(1), halves(), **k
        ),
        "permutation_inclusion": lambda **k: room.permutation_inclusion(
            shares(1), shares(2), **k
        ),
        "group_gaps": lambda **k: room.group_gaps(matrix(1, 8), halves(), **k),
        "label_permutation": lambda **k: room.label_permutation(
            measures.ei_index, network(), by="level", **k
        ),
        "silo_change": lambda **k: room.silo_change(
            network(16), told(2, 16), by="level", **k
        ),
        "difference_in_differences": lambda **k: room.difference_in_differences(
            rows, "y", "site", "period", "early", **k
        ),
        "random_graphs": lambda **k: room.random_graphs(
            measures.reciprocity, network(), **k
        ),
        "mixed_model": lambda **k: room.mixed_model(rows, "y", ["x"], "site", **k),
        "cluster_robust": lambda **k: room.cluster_robust(
            rows, "y", ["x"], "site", **k
        ),
        "wild_cluster_bootstrap": lambda **k: room.wild_cluster_bootstrap(
            rows, "y", ["x"], "site", "x", **k
        ),
        "site_means": lambda **k: room.site_means(rows, "y", ["reform"], "site", **k),
        "site_permutation": lambda **k: room.site_permutation(
            rows, "y", "reform", "site", **k
        ),
        "site_slopes": lambda **k: room.site_slopes(series(1), **k),
        "group_convergence": lambda **k: room.group_convergence(
            rows, ["x", "z"], "group", "wave", **{"unit": "site"} | k
        ),
        "partial_correlation": lambda **k: room.partial_correlation(
            rows, "x", "y", **k
        ),
        "mediation": lambda **k: room.mediation(rows, "x", "z", "y", **k),
        "cross_lagged": lambda **k: room.cross_lagged(
            rows, ("x", "z"), ("w", "y"), **k
        ),
        "bootstrap_interval": lambda **k: room.bootstrap_interval(leaned, rows, **k),
        "adjust_pvalues": lambda **k: room.adjust_pvalues([0.1, 0.2], **k),
        "pool_imputations": lambda **k: room.pool_imputations([0.1, 0.2], **k),
    }


@pytest.mark.parametrize("name", by_keyword())
def test_arguments_of_the_wrong_kind_are_named(name: str) -> None:
    call, arguments = by_keyword()[name], set()
    for argument, values in SCALARS.items():
        if argument not in inspect.signature(getattr(room, name)).parameters:
            continue
        arguments.add(argument)
        for value in values:
            try:
                call(**{argument: value})
            except InputError as refusal:
                told = str(refusal)
            else:
                pytest.fail(f"{argument}={value!r} was taken")
            assert any(word in told for word in (repr(value), str(value), argument))
    assert arguments


RESUMED = [
    name
    for name in by_keyword()
    if "checkpoint" in inspect.signature(getattr(room, name)).parameters
]


@pytest.mark.parametrize("name", RESUMED)
def test_a_finished_checkpoint_gives_the_numbers_again(
    name: str, tmp_path: Path
) -> None:
    call, path = by_keyword()[name], tmp_path / "run.checkpoint"
    drawn = {
        "partial_correlation": {"reference": "permutation"},
        "wild_cluster_bootstrap": {"weights": "webb"},
    }
    options = {"n_resamples": 39, "rng": 1, **drawn.get(name, {})}
    plain = call(**options)
    first = call(**options, checkpoint=path)
    stored = path.read_bytes()
    assert stored.count(b'"block"') >= 1
    again = call(**options, checkpoint=path)
    assert path.read_bytes() == stored
    for result in (first, again):
        assert repr(result) == repr(plain)
        if not isinstance(plain, room.BootstrapInterval):
            pd.testing.assert_frame_equal(result.to_frame(), plain.to_frame())
            assert np.array_equal(result.null_distribution, plain.null_distribution)


@pytest.mark.parametrize(
    "wrong", [None, "x", 5, lambda *_, **__: "x", lambda *_, **__: None]
)
def test_a_statistic_that_is_none_is_named(wrong: object) -> None:
    calls: list[Callable[[], object]] = [
        lambda: room.label_permutation(wrong, network(), by="level"),
        lambda: room.random_graphs(wrong, network()),
        lambda: room.bootstrap_interval(wrong, table()),
        lambda: room.vertex_bootstrap(wrong, matrix(1)),
        lambda: room.leave_one_out(wrong, table(), "site"),
    ]
    for call in calls:
        with pytest.raises(InputError, match=r"needs (a function|to give)"):
            call()


@pytest.mark.parametrize("wrong", [None, "network", matrix(1)])
def test_a_network_that_is_none_is_named(wrong: object) -> None:
    with pytest.raises(InputError, match="network needs a Network"):
        room.label_permutation(measures.ei_index, wrong, by="level")
    with pytest.raises(InputError, match="network needs a Network"):
        room.random_graphs(measures.reciprocity, wrong)
    with pytest.raises(InputError, match="before needs a Network"):
        room.silo_change(wrong, network(), by="level")
    with pytest.raises(InputError, match="after needs a Network"):
        room.silo_change(network(), wrong, by="level")


@pytest.mark.parametrize("wrong", [None, "x", 1j, [1], pd.Series([1.0])])
def test_numbers_that_are_none_are_named(wrong: object) -> None:
    calls: list[Callable[[], object]] = [
        lambda: room.tost(wrong, -1, 1, se=1),
        lambda: room.tost(0, wrong, 1, se=1),
        lambda: room.tost(0, -1, wrong, se=1),
        lambda: room.tost(0, -1, 1, se=wrong),
        lambda: room.tost(0, -1, 1, se=1, df=wrong),
        lambda: room.tost(0, -1, 1, se=1, alpha=wrong),
        lambda: room.mrqap_tost(matrix(1), {"a": matrix(2)}, "a", wrong, 1),
        lambda: room.pvalue(np.ones(3), wrong, alternative="less", exact=False),
        lambda: room.pvalue(wrong, 1.0, alternative="less", exact=False),
    ]
    for call in calls:
        with pytest.raises(InputError):
            call()


# ---- units play no part, where numbers can be held


def pvalues(result: object) -> np.ndarray:
    if isinstance(result, room.ModelResult):
        rows = ~result.coefficients.index.str.endswith("intercept")
        return result.coefficients.loc[rows, "pvalue"].to_numpy(dtype=float)
    if isinstance(result, room.SocialRelations):
        return result.components["pvalue"].to_numpy(dtype=float)
    assert isinstance(result, room.TestResult)
    return np.array([result.pvalue])


WHOLE = [name for name in MATRIX if not name.endswith(("sites", "roles", "groups"))]
SCALED = [
    name
    for name in WHOLE
    if name not in ("mrqap Poisson", "mrqap_tost", "slope_heterogeneity")
    and not name.startswith("vertex")
    and not name.endswith(("replicate", "second"))
]


@pytest.mark.parametrize("name", SCALED)
@pytest.mark.parametrize("size", [1e40, 1e-40, -3.0])
def test_units_of_a_matrix_change_no_p(name: str, size: float) -> None:
    plain = pvalues(MATRIX[name](matrix(9)))
    scaled = pvalues(MATRIX[name](matrix(9) * size))
    np.testing.assert_allclose(scaled, plain, rtol=1e-7)


@pytest.mark.parametrize("name", ["kendall", "pearson", "spearman", "values"])
@pytest.mark.parametrize("size", [1e40, 1e-11, 1e-40])
def test_units_of_actors_change_no_p(name: str, size: float) -> None:
    plain = pvalues(SERIES[name](series(9)))
    np.testing.assert_allclose(pvalues(SERIES[name](series(9) * size)), plain)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in TABLE
        if name not in ("bootstrap_interval", "leave_one_out", "group_spread")
    ],
)
@pytest.mark.parametrize("column", ["x", "z", "y", "reform"])
def test_units_of_a_column_change_no_p(name: str, column: str) -> None:
    if name in ("two_stage_least_squares", "seemingly_unrelated"):
        pytest.importorskip("linearmodels", reason="an extra, not installed")
    rows = table()
    plain = pvalues(TABLE[name](rows))
    for change in (lambda v: v * 1e40, lambda v: v * 1e-40, lambda v: v + 1e7):
        turned = TABLE[name](rows.assign(**{column: change(rows[column])}))
        np.testing.assert_allclose(pvalues(turned), plain, rtol=1e-4)


def test_a_statistic_of_tiny_numbers_is_compared_in_its_own_units() -> None:
    def strength(told: networks.Network, **_: object) -> float:
        return 1e-30 * measures.ei_index(told, by="level")

    def scaled(told: networks.Network, *, by: pd.Series) -> float:
        return 1e-30 * measures.ei_index(told, by=by)

    plain = room.label_permutation(measures.ei_index, network(), by="level")
    assert room.label_permutation(scaled, network(), by="level").pvalue == plain.pvalue
    whole = room.random_graphs(
        lambda told: measures.ei_index(told, by="level"), network(), **FEW
    )
    assert room.random_graphs(strength, network(), **FEW).pvalue == whole.pvalue


def test_values_beyond_what_can_be_multiplied_are_refused_by_name() -> None:
    for size in (1e150, 1e-150):
        with pytest.raises(RefusedError, match=r"largest value of y has a size of"):
            room.mrqap(matrix(1) * size, {"a": matrix(2)})
        with pytest.raises(RefusedError, match=r"Change the unit"):
            room.mixed_model(table().assign(x=table()["x"] * size), "y", "x", "site")


def test_names_need_not_be_text() -> None:
    rows = table()
    names = {name: place for place, name in enumerate(rows.columns)}
    turned = rows.rename(columns=names)
    y, x, z, site, reform = (names[n] for n in ("y", "x", "z", "site", "reform"))
    found = room.mixed_model(turned, y, [x, reform], site)
    assert list(found.coefficients.index) == ["intercept", str(x), str(reform)]
    calls: list[object] = [
        room.cluster_robust(turned, y, [x], site),
        room.wild_cluster_bootstrap(turned, y, [x], site, x, **FEW),
        room.site_permutation(turned, y, reform, site, covariates=[x], **FEW),
        room.partial_correlation(turned, x, y, given=[z]),
        room.mediation(turned, x, z, y, cluster=site, **FEW),
        room.cross_lagged(turned, (x, z), (names["w"], y), cluster=site, **FEW),
        room.bootstrap_interval(
            lambda rows: float(rows[y].mean()), turned, cluster=site, **FEW
        ),
        room.mrqap(matrix(1), {1: matrix(2), 2.5: matrix(3)}, **FEW),
    ]
    for result in calls:
        check(result)
