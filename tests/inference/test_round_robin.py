"""Social relations: by hand, without bias, against R, and what is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import SocialRelations, social_relations
from netcollab.inference.round_robin import Pooled, _pooled, _tested
from netcollab.inference.round_robin_likelihood import likelihood_components
from netcollab.inference.round_robin_moments import (
    effects_of,
    error_variance,
    mean_square_components,
)

HERE = Path(__file__).parents[1] / "reference" / "inference"
KIT = Path(__file__).parents[2].parent / "shared" / "reference"
NEEDS_KIT = pytest.mark.skipif(
    not KIT.is_dir(), reason="third-party reference data are not beside the repository"
)
FIVE = [
    "actor variance",
    "partner variance",
    "actor-partner covariance",
    "relationship variance",
    "relationship covariance",
]
ONE = [0, 1, 2, 4, 5]  # the five of one variable among the six of two


def framed(cells: object, names: object = None) -> pd.DataFrame:
    values = np.array(cells, dtype=float)
    np.fill_diagonal(values, np.nan)
    names = names or [f"actor {i:02}" for i in range(len(values))]
    return pd.DataFrame(values, names, names)


def drawn(
    seed: int, n: int = 6, actor: float = 0.6, partner: float = 0.5
) -> np.ndarray:
    rng = np.random.default_rng(seed)
    cells = rng.normal(size=(n, n))
    cells += actor * rng.normal(size=(n, 1)) + partner * rng.normal(size=n)
    np.fill_diagonal(cells, np.nan)
    return cells


def five(result: SocialRelations) -> list[float]:
    return result.components.loc[FIVE, "estimate"].tolist()


# ---- by hand


def test_effects_alone_have_the_variance_of_effects() -> None:
    raters, rated = np.array([1, -1, 0, 0]), np.array([0, 1, -1, 0])
    result = social_relations(framed(3.0 + np.add.outer(raters, rated)))
    # variances of (1, -1, 0, 0) and (0, 1, -1, 0), products 1 * 0 - 1 * 1
    expected = [2 / 3, 2 / 3, -1 / 3, 0, 0]
    np.testing.assert_allclose(five(result), expected, atol=1e-14)
    assert result.components.loc["actor variance", "standardized"] == pytest.approx(0.5)
    correlation = result.components.loc["actor-partner covariance", "standardized"]
    assert correlation == pytest.approx(-0.5)
    assert result.effects["actor"].tolist() == pytest.approx(raters.tolist())
    assert result.effects["partner"].tolist() == pytest.approx(rated.tolist())
    assert result.means.tolist() == pytest.approx([3])


def test_a_variance_that_is_rounding_is_0_and_has_no_test() -> None:
    rng = np.random.default_rng(15)
    sums = framed(np.add.outer(rng.normal(size=6), rng.normal(size=6)) + 0.1)
    result = social_relations(sums, second=sums)
    for table, name in (
        (result.components, "relationship variance"),
        (result.covariances, "intrapersonal relationship covariance"),
    ):
        assert table.loc[name, "estimate"] == 0
        assert table.loc[name, ["se", "pvalue", "ci_low"]].isna().all()
        assert f"the {name} has no test: it is 0 but for rounding" in result.notes
    assert result.components.loc["actor variance", "pvalue"] > 0


def test_a_component_that_is_the_same_in_every_group_has_no_test() -> None:
    table = framed(np.round(drawn(16), 1))
    result = social_relations({"a": table, "b": table + 1, "c": table})
    assert result.components["se"].isna().all()
    assert sum("the same in every group" in note for note in result.notes) == 5


def test_pairs_alone_make_negative_variances_that_stay() -> None:
    # Actors 1-2 and 3-4 like each other, 1-3 and 2-4 do not, and nobody stands out.
    # Sums of pairs: four times (2)^2 / 2 = 8 on 4 * 1 / 2 = 2 degrees of freedom: 4;
    # differences: 0. Relationship (4 + 0) / 2 = 2, both ways alike: covariance 2.
    # Effects have no variance: less 4 / (2 * 2) each.
    pairs = [[0, 1, -1, 0], [1, 0, 0, -1], [-1, 0, 0, 1], [0, -1, 1, 0]]
    result = social_relations(framed(pairs))
    np.testing.assert_allclose(five(result), [-1, -1, -1, 2, 2], atol=1e-14)
    table = result.components
    assert math.isnan(table.loc["actor variance", "standardized"])
    assert math.isnan(table.loc["actor-partner covariance", "standardized"])
    assert table.loc["relationship variance", "standardized"] == 1
    assert table.loc["relationship covariance", "standardized"] == 1
    assert table.loc["actor variance", "pvalue"] > 0.5
    assert sum("is negative (-1)" in note for note in result.notes) == 2
    assert any("half" in note for note in result.notes)


def test_what_raters_disagree_on_within_pairs() -> None:
    # Each of 1, 2, 3 likes the next better than the next likes it: only differences.
    # Three times (2)^2 / 2 = 6 on 3 * 2 / 2 = 3: 2; relationship 1, covariance -1;
    # effects less 2 / (2 * 4), actor and partner effects more.
    ring = [[0, 1, -1, 0], [-1, 0, 1, 0], [1, -1, 0, 0], [0, 0, 0, 0]]
    result = social_relations(framed(ring))
    np.testing.assert_allclose(five(result), [-1 / 4, -1 / 4, 1 / 4, 1, -1], atol=1e-14)


# ---- no bias


def total(makes: Callable[[], list[np.ndarray]]) -> np.ndarray:
    """The estimates summed over ratings whose products sum to one component's matrix.

    An estimate is a sum of products of ratings, so its expectation is the sum of its
    values over those ratings.
    """
    return sum(mean_square_components(x, x)[0][ONE] for x in makes())


@pytest.mark.parametrize("n", [4, 5, 7])
def test_estimates_are_unbiased_to_the_last_bit(n: int) -> None:
    def cells(*places: tuple[int, int]) -> np.ndarray:
        x = np.zeros((n, n))
        for i, j in places:
            x[i, j] += 1
        np.fill_diagonal(x, np.nan)
        return x

    def row(i: int) -> list[tuple[int, int]]:
        return [(i, j) for j in range(n)]

    def column(j: int) -> list[tuple[int, int]]:
        return [(i, j) for i in range(n)]

    every = [(i, j) for i in range(n) for j in range(n) if i != j]
    actor = total(lambda: [cells(*row(i)) for i in range(n)])
    partner = total(lambda: [cells(*column(i)) for i in range(n)])
    both = total(lambda: [cells(*row(i), *column(i)) for i in range(n)])
    cell = total(lambda: [cells(pair) for pair in every])
    pair = total(lambda: [cells((i, j), (j, i)) for i, j in every if i < j])
    np.testing.assert_allclose(actor, [1, 0, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(partner, [0, 1, 0, 0, 0], atol=1e-12)
    np.testing.assert_allclose(both, [1, 1, 1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(cell, [0, 0, 0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(pair, [0, 0, 0, 1, 1], atol=1e-12)


def test_sampling_variances_are_those_of_simulated_round_robins() -> None:
    rng = np.random.default_rng(11)
    found = []
    for _ in range(3000):
        ours, theirs = rng.normal(size=(2, 6, 1)) * 0.7
        cells = ours + (0.4 * ours + theirs).T + rng.normal(size=(6, 6))
        np.fill_diagonal(cells, np.nan)
        found.append(mean_square_components(cells, cells)[:, ONE])
    estimates, variances = np.swapaxes(found, 0, 1)
    spread = estimates.var(axis=0)
    # the variance of a variance of 3,000 skewed draws is known to about 10 %
    np.testing.assert_allclose(variances.mean(axis=0), spread, rtol=0.15)
    truth = [0.49, 0.49 * 1.16, 0.49 * 0.4, 1, 0]
    errors = np.sqrt(spread / len(found))
    assert (np.abs(estimates.mean(axis=0) - truth) < 4 * errors).all()


@pytest.mark.parametrize("unstable", [0.0, 0.8])
def test_the_error_variance_and_its_spread_are_simulated_ones(unstable: float) -> None:
    # each time asked: cells of variance .25, and actor effects that do not last
    rng = np.random.default_rng(12)
    found = []
    for _ in range(3000):
        effects = unstable * rng.normal(size=(2, 2, 6))
        cells = rng.normal(size=(2, 6, 6)) * 0.5
        cells += effects[0][:, :, None] + effects[0][:, None] + effects[1][:, None]
        cells[:, range(6), range(6)] = np.nan
        found.append(error_variance(*cells))
    estimates, variances = np.transpose(found)
    truth = 0.25 + 3 * unstable**2
    assert abs(estimates.mean() - truth) < 4 * estimates.std() / math.sqrt(3000)
    assert variances.mean() == pytest.approx(estimates.var(), rel=0.15)
    if not unstable:
        assert estimates.var() == pytest.approx(2 * 0.25**2 / 30, rel=0.1)


def test_the_error_variance_is_what_two_round_robins_do_not_share() -> None:
    x, y = drawn(13), drawn(14)
    own = (mean_square_components(x, x)[0] + mean_square_components(y, y)[0]) / 2
    apart = own - mean_square_components(x, y)[0]
    assert error_variance(x, y)[0] == pytest.approx(apart[[0, 1, 4]].sum())
    assert error_variance(x, x + 0.1) == (0.0, 0.0)
    for groups in ({"a": x}, {"a": x, "b": drawn(15)}):
        again = {group: framed(drawn(14)) for group in groups}
        result = social_relations(
            {group: framed(cells) for group, cells in groups.items()},
            replicate=again,
            se="within",
        )
        assert result.components.loc["error variance", "se"] > 0
        assert not any("no test" in note for note in result.notes)


# ---- what never changes


@given(st.integers(0, 10_000), st.integers(4, 7))
def test_relabelling_scale_origin_and_direction(seed: int, n: int) -> None:
    cells = drawn(seed, n)
    order = np.random.default_rng(seed).permutation(n)
    plain = social_relations(framed(cells))
    moved = social_relations(framed(cells).iloc[order, order[::-1]])
    scaled = social_relations(framed(7 - 3 * cells))
    turned = social_relations(framed(cells.T))
    columns = ["estimate", "se", "pvalue"]
    for other, factor in ((moved, 1), (scaled, 9)):
        np.testing.assert_allclose(five(other), np.multiply(five(plain), factor))
    pd.testing.assert_frame_equal(
        moved.effects.sort_index(), plain.effects, check_names=False
    )
    swapped = turned.components.rename(
        {"actor variance": "partner variance", "partner variance": "actor variance"}
    )
    pd.testing.assert_frame_equal(
        swapped.loc[FIVE, columns], plain.components.loc[FIVE, columns]
    )
    pd.testing.assert_series_equal(
        turned.effects["actor"], plain.effects["partner"], check_names=False
    )


def test_what_one_thinks_of_oneself_plays_no_part() -> None:
    cells = drawn(2)
    judged = framed(cells)
    with_self = pd.DataFrame(np.where(np.eye(6), 99, cells), judged.index, judged.index)
    assert five(social_relations(with_self)) == five(social_relations(judged))


# ---- the likelihood


def minus_loglik(components: np.ndarray, cells: np.ndarray) -> float:
    """Of contrasts of the observed cells, each cell's covariance built in turn."""
    at = np.argwhere(~np.isnan(cells))
    y = cells[tuple(at.T)]
    actor, partner, both, cell, back = components
    covariance = np.array(
        [
            [
                actor * (i == k)
                + partner * (j == m)
                + both * (int(i == m) + int(j == k))
                + cell * (i == k and j == m)
                + back * (i == m and j == k)
                for k, m in at
            ]
            for i, j in at
        ]
    )
    contrasts = np.linalg.qr(np.column_stack([np.ones(len(y)), np.eye(len(y))]))[0]
    rotated = contrasts[:, 1:].T @ covariance @ contrasts[:, 1:]
    if np.linalg.eigvalsh(rotated)[0] <= 0:
        return math.inf
    e = contrasts[:, 1:].T @ y
    return float(np.linalg.slogdet(rotated)[1] + e @ np.linalg.solve(rotated, e)) / 2


@pytest.mark.parametrize(("seed", "n"), [(1, 4), (2, 5), (3, 6), (4, 9), (5, 14)])
def test_without_holes_the_likelihood_says_what_mean_squares_say(
    seed: int, n: int
) -> None:
    cells = drawn(seed, n, actor=0.3 * (seed % 3))
    likely = likelihood_components(cells)[0]
    np.testing.assert_allclose(
        likely, mean_square_components(cells, cells)[0][ONE], rtol=1e-7, atol=1e-9
    )


def test_with_holes_no_other_components_are_likelier() -> None:
    cells = drawn(9, 7, actor=1.0, partner=1.0)
    cells[[0, 2, 4], [1, 5, 3]] = np.nan
    found = likelihood_components(cells)[0]
    assert (found[:2] > 0).all()
    best = optimize.minimize(
        minus_loglik, found + 0.05, args=(cells,), method="Nelder-Mead", tol=1e-10
    )
    assert minus_loglik(found, cells) <= best.fun + 1e-9
    np.testing.assert_allclose(found, best.x, atol=1e-4)


def test_with_holes_a_true_zero_is_not_pushed_up() -> None:
    rng = np.random.default_rng(3)
    found = []
    for _ in range(200):
        cells = rng.normal(size=(6, 6)) + 0.7 * rng.normal(size=(6, 1))
        cells[(rng.random((6, 6)) < 0.12) | np.eye(6, dtype=bool)] = np.nan
        found.append(likelihood_components(cells)[0])
    errors = np.std(found, axis=0) / math.sqrt(len(found))
    truth = [0.49, 0, 0, 1, 0]
    assert (np.abs(np.mean(found, axis=0) - truth) < 4 * errors).all()
    assert 0.3 < np.mean(np.array(found)[:, 1] < 0) < 0.75


def test_an_actor_that_did_not_answer_is_still_rated() -> None:
    cells = drawn(7, 8)
    cells[2] = np.nan
    result = social_relations(framed(cells))
    assert math.isnan(result.effects.loc["actor 02", "actor"])
    assert result.effects["partner"].notna().all()
    assert result.effects.sum().abs().max() < 1e-12
    assert "restricted maximum likelihood" in result.method
    assert any(note.startswith("7 ratings are missing") for note in result.notes)
    assert result.reliability.isna().all()
    assert any(note.startswith("no reliability is given:") for note in result.notes)


def test_holes_in_effects_are_left_out_of_the_fit() -> None:
    raters, rated = np.array([1.0, -1, 0, 0, 0]), np.array([0, 1.0, -1, 0, 0])
    cells = 3 + np.add.outer(raters, rated)
    np.fill_diagonal(cells, np.nan)
    cells[0, 1] = cells[3, 2] = np.nan
    effects = effects_of(cells)
    np.testing.assert_allclose(effects.actor, raters, atol=1e-12)
    np.testing.assert_allclose(effects.partner, rated, atol=1e-12)
    assert effects.mean == pytest.approx(3)


# ---- what R says

STORED = json.loads((HERE / "round_robin.json").read_text(encoding="utf-8"))


def trust() -> np.ndarray:
    rows = pd.read_csv(HERE / "synthetic8" / "relations.csv")
    rows = rows[rows["relation"] == "trust"]
    cells = np.zeros((8, 8))
    cells[rows["source"] - 1, rows["target"] - 1] = rows["weight"]
    np.fill_diagonal(cells, np.nan)
    return cells


def test_mean_squares_of_r() -> None:
    result = social_relations(framed(trust()))
    expected = STORED["mean_squares"]
    assert STORED["order"] == FIVE
    np.testing.assert_allclose(five(result), expected["components"], rtol=1e-10)
    for side in ("actor", "partner"):
        np.testing.assert_allclose(result.effects[side], expected[side], atol=1e-12)
    likely = STORED["likelihood_complete"]["components"]
    np.testing.assert_allclose(five(result), likely, atol=1e-6)


def test_restricted_likelihood_of_r() -> None:
    staff = pd.read_csv(HERE / "synthetic8" / "actors.csv")["staff"]
    cells = trust() + staff.rank().to_numpy() / 3
    cells[2] = np.nan
    cells[[0, 0, 4, 6, 7], [1, 5, 3, 4, 0]] = np.nan
    expected = STORED["likelihood_silent"]["components"]
    np.testing.assert_allclose(
        five(social_relations(framed(cells))), expected, atol=1e-6
    )


def numbers(entry: dict[str, list[object]], name: str) -> np.ndarray:
    return np.array([float(str(v).replace("NA", "nan")) for v in entry[name]])


def kit(name: str) -> dict[str, dict[str, list[object]]]:
    path = KIT / "expected" / name / "srm.json"
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    return {key: entry["value"] for key, entry in values.items()}


def kit_ratings(name: str, item: str) -> pd.DataFrame | dict[int, pd.DataFrame]:
    rows = pd.read_csv(KIT / "data" / name / "ratings.csv")

    def square(part: pd.DataFrame) -> pd.DataFrame:
        return part.pivot(index="perceiver.id", columns="target.id", values=item)

    if "group.id" not in rows:
        return square(rows)
    return {group: square(part) for group, part in rows.groupby("group.id")}


def assert_is_triple_r(
    table: pd.DataFrame, stored: dict[str, list[object]], *, one_sided: tuple[int, ...]
) -> None:
    """Same estimates, sampling variances and t; p where the sidedness is the same.

    TripleR leaves se, t and p out where a variance is negative. one_sided are rows
    it tests one-sided although they are covariances: half of ours.
    """
    assert table.index.tolist() == stored["type"]
    sampling = "SEVAR" if "SEVAR" in stored else "biSEVAR"
    for column in ("estimate", "standardized"):
        np.testing.assert_allclose(
            table[column], numbers(stored, column), rtol=1e-8, atol=1e-12
        )
    variances = numbers(stored, sampling)
    given = np.isfinite(variances)
    np.testing.assert_allclose(table["se"][given] ** 2, variances[given], rtol=1e-8)
    told = np.isfinite(numbers(stored, "t.value"))
    for ours, theirs in (("statistic", "t.value"), ("pvalue", "p.value")):
        mine = table[ours].to_numpy().copy()
        if ours == "pvalue":
            mine[list(one_sided)] /= 2
        np.testing.assert_allclose(
            mine[told], numbers(stored, theirs)[told], rtol=1e-7, atol=1e-14
        )


@NEEDS_KIT
@pytest.mark.parametrize("item", ["liking_a", "liking_b", "metaliking_a"])
def test_triple_r_on_one_group(item: str) -> None:
    name = "rr_likinglong"
    stored = kit(name)
    result = social_relations(kit_ratings(name, item))
    assert_is_triple_r(result.components, stored[f"{item}_varcomp"], one_sided=(5,))
    reliability = stored[f"{item}_reliability"]
    for side in ("actor", "partner"):
        expected = reliability[f"{item}.{side[0]}"]
        assert result.reliability[side] == pytest.approx(expected, rel=1e-8)
    path = KIT / "expected" / name / f"{item}.effects.csv"
    effects = pd.read_csv(path, index_col="id")
    for side in ("actor", "partner"):
        np.testing.assert_allclose(
            result.effects[side].reindex(effects.index),
            effects[f"{item}.{side[0]}"],
            atol=1e-10,
        )


@NEEDS_KIT
def test_triple_r_on_two_variables_and_replicates() -> None:
    name = "rr_likinglong"
    stored = kit(name)
    items = ("liking_a", "liking_b", "metaliking_a", "metaliking_b")
    la, lb, ma, mb = (kit_ratings(name, item) for item in items)
    two = social_relations(la, second=ma)
    assert_is_triple_r(
        two.covariances, stored["bivariate_liking_metaliking"], one_sided=()
    )
    assert_is_triple_r(
        two.second.components, stored["metaliking_a_varcomp"], one_sided=(5,)
    )
    latent = social_relations(la, replicate=lb, second=ma, second_replicate=mb)
    assert_is_triple_r(
        latent.components, stored["latent_liking_varcomp"], one_sided=(5,)
    )
    assert_is_triple_r(latent.covariances, stored["bivariate_latent"], one_sided=())
    reliability = stored["latent_liking_reliability"]
    assert latent.reliability["relationship"] == pytest.approx(
        reliability["relationship"], rel=1e-8
    )
    # TripleR takes the actor-partner covariance where the relationship's own belongs
    assert latent.reliability["actor"] == pytest.approx(
        reliability["liking_a.a"], rel=1e-4
    )


@NEEDS_KIT
@pytest.mark.parametrize("item", ["liking_a", "metaliking_b", "latent_liking"])
def test_triple_r_on_several_groups(item: str) -> None:
    name = "rr_multilikinglong"
    stored = kit(name)
    indicators = ["liking_a", "liking_b"] if item == "latent_liking" else [item]
    ratings, *again = (kit_ratings(name, each) for each in indicators)
    replicate = again[0] if again else None
    within = social_relations(ratings, replicate=replicate, se="within")
    between = social_relations(ratings, replicate=replicate)
    assert_is_triple_r(
        within.components, stored[f"{item}_LashleyBond_varcomp"], one_sided=()
    )
    stored_between = stored[f"{item}_SOREMO_varcomp"]
    assert_is_triple_r(between.components, stored_between, one_sided=())
    for group in range(1, 6):
        own = within.by_group.loc[group]
        expected = stored[f"{item}_LashleyBond_group{group}"]
        if item == "latent_liking":
            # in a single group TripleR sets the negative parts of the error to 0
            error = own.loc["error variance", ["estimate", "standardized"]]
            assert error["estimate"] <= numbers(expected, "estimate")[3] + 1e-12
            parts = own["estimate"].iloc[:4].clip(lower=0)
            assert error["standardized"] == pytest.approx(parts.iloc[3] / parts.sum())
            continue
        assert_is_triple_r(own.drop(columns="n"), expected, one_sided=(5,))
        assert set(own["n"]) == {10}
    effects = pd.read_csv(KIT / "expected" / name / f"{item}.effects.csv")
    for side in ("actor", "partner"):
        mine = [
            within.effects.loc[pair, side]
            for pair in zip(effects["group.id"], effects["id"], strict=True)
        ]
        theirs = effects[f"{indicators[0]}.{side[0]}"]
        np.testing.assert_allclose(mine, theirs, atol=1e-10)


@NEEDS_KIT
def test_triple_r_on_two_variables_in_several_groups() -> None:
    name = "rr_multilikinglong"
    liking, meta = (kit_ratings(name, item) for item in ("liking_a", "metaliking_a"))
    found = social_relations(liking, second=meta, se="within")
    assert_is_triple_r(
        found.covariances, kit(name)["bivariate_LashleyBond"], one_sided=tuple(range(6))
    )
    assert any(
        "correlation of" in note and "shown as 1" in note for note in found.notes
    )


# ---- groups


def test_groups_are_averaged_with_weights_n_less_one() -> None:
    ratings = {"small": framed(drawn(1, 4)), "large": framed(drawn(2, 7))}
    small, large = (social_relations(table) for table in ratings.values())
    both = social_relations(ratings)
    expected = (3 * np.array(five(small)) + 6 * np.array(five(large))) / 9
    np.testing.assert_allclose(five(both), expected)
    assert (both.n, both.n_groups) == (11, 2)
    assert set(both.components["df"]) == {1}
    within = social_relations(ratings, se="within").components
    assert set(within["df"]) == {9}
    spread = np.sqrt(
        (9 * small.components["se"] ** 2 + 36 * large.components["se"] ** 2) / 81
    )
    np.testing.assert_allclose(within["se"], spread)
    pd.testing.assert_frame_equal(
        both.by_group.loc["large"].drop(columns="n"), large.components
    )


def test_one_table_is_cut_into_groups() -> None:
    first, second = drawn(1, 4), drawn(2, 5)
    cells = np.full((9, 9), np.nan)
    cells[:4, :4], cells[4:, 4:] = first, second
    table = framed(cells)
    groups = pd.Series(["a"] * 4 + ["b"] * 5, index=table.index)
    cut = social_relations(table, groups=groups.sample(frac=1, random_state=1))
    named = social_relations(
        {"a": table.iloc[:4, :4], "b": table.iloc[4:, 4:]},
    )
    pd.testing.assert_frame_equal(cut.components, named.components)
    pd.testing.assert_frame_equal(cut.effects, named.effects)
    with pytest.raises(InputError, match="no value for: actor 08"):
        social_relations(table, groups=groups.iloc[:-1])
    table.iloc[0, 8] = 1
    with pytest.raises(InputError, match="1 ratings between groups"):
        social_relations(table, groups=groups)


def test_a_variable_goes_with_itself_as_its_variances_say() -> None:
    table = framed(drawn(5, 7))
    found = social_relations(table, second=table)
    own = found.components["estimate"]
    expected = own[["actor variance", "partner variance"]].tolist()
    expected += 2 * [own["actor-partner covariance"]]
    expected += own[["relationship variance", "relationship covariance"]].tolist()
    np.testing.assert_allclose(found.covariances["estimate"], expected)


def test_a_replicate_that_repeats_leaves_no_error() -> None:
    table = framed(drawn(5, 7))
    once = social_relations(table).components
    twice = social_relations(table, replicate=table).components
    assert twice.loc["error variance", "estimate"] == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(
        twice.loc[FIVE, "estimate"], once.loc[FIVE, "estimate"], rtol=1e-12
    )


def test_the_order_of_actors_and_groups_plays_no_part_between_tables() -> None:
    first = {"a": framed(drawn(1, 5)), "b": framed(drawn(2, 6))}
    other = {"a": framed(drawn(3, 5)), "b": framed(drawn(4, 6))}
    moved = {
        "b": other["b"].iloc[::-1, ::-1],
        "a": other["a"].iloc[[2, 0, 1, 4, 3]],
    }
    pd.testing.assert_frame_equal(
        social_relations(first, second=moved).covariances,
        social_relations(first, second=other).covariances,
    )
    pd.testing.assert_frame_equal(
        social_relations(first, replicate=moved).components,
        social_relations(first, replicate=other).components,
    )


# ---- degenerate


@pytest.mark.parametrize("n", [1, 2, 3])
def test_three_or_fewer_are_refused(n: int) -> None:
    with pytest.raises(RefusedError, match=r"4 actors or more; fewer in: oslo \(\d\)"):
        social_relations({"oslo": framed(drawn(1, n)), "bergen": framed(drawn(1, 5))})
    silent = drawn(1, 4)
    silent[3], silent[:, 3] = np.nan, np.nan
    with pytest.raises(RefusedError, match=r"\(3\)"):
        social_relations(framed(silent))


def test_what_cannot_be_divided_is_refused() -> None:
    with pytest.raises(RefusedError, match="no variance in ratings"):
        social_relations(framed(np.full((5, 5), 3.0)))
    with pytest.raises(RefusedError, match=r"\(0\)"):
        social_relations(framed(np.full((5, 5), np.nan)))
    alone = drawn(1, 6)
    alone[np.triu_indices(6, 1)] = np.nan  # nobody answers back
    with pytest.raises(RefusedError, match="too few ratings"):
        social_relations(framed(alone))
    holed = drawn(1, 5)
    holed[0, 1] = np.nan
    with pytest.raises(RefusedError, match="every rating must be there"):
        social_relations(framed(holed), replicate=framed(drawn(2, 5)))
    with pytest.raises(RefusedError, match="two variables need every rating"):
        social_relations(framed(drawn(2, 5)), second=framed(holed))


def test_a_constant_group_beside_others_has_no_variance() -> None:
    ratings = {"flat": framed(np.full((5, 5), 3.0)), "lively": framed(drawn(1, 5))}
    found = social_relations(ratings)
    flat = found.by_group.loc["flat"]
    np.testing.assert_allclose(flat.loc[FIVE, "estimate"], 0, atol=1e-12)
    assert np.isfinite(found.components.loc[FIVE, "pvalue"]).all()


def test_bad_arguments_are_named() -> None:
    table = framed(drawn(1, 5))
    with pytest.raises(UnknownNameError, match="se"):
        social_relations(table, se="bootstrap")
    with pytest.raises(InputError, match="confidence"):
        social_relations(table, confidence=95)
    with pytest.raises(InputError, match="same actors"):
        social_relations(table, second=framed(drawn(1, 5), list("abcde")))
    with pytest.raises(InputError, match="same groups"):
        social_relations({"a": table}, second={"b": table})
    with pytest.raises(InputError, match="holds no group"):
        social_relations({})


# ---- what a result carries


def test_the_record_tells_and_tabulates() -> None:
    table = framed(drawn(5, 7))
    found = social_relations(table, second=framed(drawn(6, 7)), confidence=0.9)
    frame = found.to_frame()
    assert frame["variable"].tolist() == ["first"] * 6 + ["second"] * 6 + ["both"] * 6
    assert frame["component"].iloc[-1] == "interpersonal relationship covariance"
    assert set(frame["n"]) == {7}
    text = found.summary()
    assert "7 actors in 1 group" in text
    assert "note: second: the relationship variance includes error" in text
    assert "actor variance" in repr(found)
    assert "<table" in found._repr_html_()
    wide = social_relations(table, confidence=0.99).components
    narrow = found.components
    assert (wide["ci_low"].dropna() < narrow["ci_low"].dropna()).all()


def test_one_small_group_cannot_show_a_variance() -> None:
    raters = np.arange(6.0)
    cells = np.add.outer(100 * raters, 0 * raters) + np.nan_to_num(drawn(1, 6, 0, 0))
    found = social_relations(framed(cells))
    assert found.components.loc["actor variance", "pvalue"] > 0.05
    assert any("can reach p = .05" in note for note in found.notes)
    larger = social_relations(framed(drawn(1, 7)))
    assert not any("can reach" in note for note in larger.notes)


@pytest.mark.calibration
def test_between_groups_a_true_zero_is_found_as_often_as_said() -> None:
    rng = np.random.default_rng(5)
    rejected, covered = 0, 0
    for _ in range(600):
        parts = []
        for _ in range(8):
            cells = rng.normal(size=(6, 6)) + 0.5 * rng.normal(size=6)
            np.fill_diagonal(cells, np.nan)
            parts.append(mean_square_components(cells, cells))
        pooled = _pooled(np.array(parts), np.full(8, 6), "between")
        assert isinstance(pooled, Pooled)
        table = _tested([f"{k} variance" for k in range(6)], pooled, np.ones(6), 0.95)
        rejected += table["pvalue"].iloc[0] <= 0.05
        covered += table["ci_low"].iloc[1] <= 0.25 <= table["ci_high"].iloc[1]
    # 600 draws: 3 errors are .027 of .05 and .027 of .95
    assert rejected / 600 < 0.077
    assert 0.89 < covered / 600 < 0.97
