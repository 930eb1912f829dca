"""The study of the authority function: its planted truth and its nulls.

By plain least squares on cell means, over seeds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from netcollab.study.simulate.authority import FACETS, PLANTED, Drawn, draw_authority
from netcollab.study.simulate.authority_answers import (
    LEADERSHIP_ITEMS,
    Answers,
    draw_answers,
)
from netcollab.study.simulate.authority_pages import COLUMNS, authority_rows
from netcollab.study.simulate.authority_sites import FUNCTIONS, RELATIONS, SITES

SEEDS = range(20)
ACTORS = [function.actor for function in FUNCTIONS]


@cache
def study(seed: int, effects: str = "planted") -> tuple[Drawn, tuple[Answers, ...]]:
    rng = np.random.Generator(np.random.PCG64(seed))
    draw = draw_authority(rng, planted=effects == "planted")
    return draw, draw_answers(rng, draw)


def drawn(seed: int, effects: str = "planted") -> Drawn:
    return study(seed, effects)[0]


@cache
def cells(seed: int, effects: str = "planted", *, latent: bool = False) -> pd.DataFrame:
    """Mean rating of each function by each: felt, or as answered.

    One row per site, wave, source and target, by position.
    """
    draw, answers = study(seed, effects)
    parts = []
    for wave, who in enumerate(draw.takers):
        said = answers[wave].capacity
        there = answers[wave].capacity_reasons == 0
        if latent:
            said = draw.capacity[wave].reshape(said.shape)
            there = np.ones(said.shape, bool)
        parts.append(
            pd.DataFrame(
                {
                    "site": np.repeat(draw.persons.site[who], 6),
                    "wave": wave,
                    "source": np.repeat(draw.persons.function[who], 6),
                    "target": np.tile(np.arange(6), len(who)),
                    "sum": np.where(there, said, 0).sum(axis=2).ravel(),
                    "n": there.sum(axis=2).ravel(),
                }
            )
        )
    sums = pd.concat(parts).groupby(["site", "wave", "source", "target"]).sum()
    sums = sums[sums["n"] > 0].reset_index()
    return sums.assign(rating=sums["sum"] / sums["n"])


def test_the_rows_are_the_answers_that_were_drawn() -> None:
    rows = authority_rows(3, "none")
    told = pd.DataFrame(rows["answers"], columns=list(COLUMNS["answers"]))
    people = pd.DataFrame(rows["respondents"], columns=list(COLUMNS["respondents"]))
    told = told[told["target"] != ""].merge(people, on=["respondent", "wave"])
    told["value"] = pd.to_numeric(told["value"])
    mean = told.groupby(["site", "wave", "actor", "target"])["value"].mean().dropna()
    data = cells(3, "none")
    sites = [row[0] for row in rows["sites"]]
    keys = pd.MultiIndex.from_arrays(
        [
            data["site"].map(dict(enumerate(sites))),
            data["wave"].map({0: "2025", 1: "2026"}),
            data["source"].map(dict(enumerate(ACTORS))),
            data["target"].map(dict(enumerate(ACTORS))),
        ]
    )
    assert len(mean) == len(data)
    np.testing.assert_allclose(mean[keys].to_numpy(), data["rating"], rtol=1e-12)


def slopes(y: pd.Series, x: dict[str, np.ndarray], groups: list[pd.Series]) -> dict:
    dummies = [pd.get_dummies(group, dtype=float).to_numpy() for group in groups]
    design = np.column_stack([*x.values(), *dummies])
    found = np.linalg.lstsq(design, y.to_numpy(), rcond=None)[0]
    return dict(zip(x, found, strict=False))


def of_dyads(data: pd.DataFrame, draw: Drawn) -> dict[str, float]:
    """Formal ties beside effects of who rates when, and of the pair of roles."""
    data = data[data["source"] != data["target"]]
    place = tuple(data[name] for name in ("wave", "site", "source", "target"))
    formal = dict(
        zip(
            ("written_procedure", "standing_meeting", "shared_system"),
            draw.written.formal,
            strict=True,
        )
    )
    x = {name: values[place] for name, values in formal.items()}
    rater = data["site"] * 100 + data["wave"] * 10 + data["source"]
    return slopes(data["rating"], x, [rater, data["source"] * 10 + data["target"]])


def of_leadership(data: pd.DataFrame, draw: Drawn) -> dict[str, float]:
    """A function's ratings of others beside effects of site and wave, and of roles."""
    data = data[data["source"] != data["target"]]
    keys = ["site", "wave", "source"]
    mean = data.groupby(keys)["rating"].mean().reset_index()
    led = draw.leaders.leadership[mean["wave"], mean["site"], mean["source"]]
    x = dict(zip(FACETS, led.T, strict=True))
    return slopes(mean["rating"], x, [mean["site"] * 10 + mean["wave"], mean["source"]])


def of_sites(data: pd.DataFrame, draw: Drawn) -> dict[str, float]:
    """The mean of functions on structure, without anything held constant."""
    mean = data.groupby("site")["rating"].mean()
    return slopes(
        mean, {"total": draw.written.structure}, [pd.Series(0, index=mean.index)]
    )


def of_role_pairs(data: pd.DataFrame, draw: Drawn) -> dict[str, float]:
    """How two roles see each other, one way less the other, mean of sites."""
    del draw
    mean = data.groupby(["site", "source", "target"])["rating"].mean()
    mean = mean.groupby(["source", "target"]).mean()
    gap = {("authority", "provider"): (0, 1), ("schools", "authority"): (5, 0)}
    return {f"{a}, {b}": mean[i, j] - mean[j, i] for (a, b), (i, j) in gap.items()}


def of_own_function(data: pd.DataFrame, draw: Drawn) -> dict[str, float]:
    """Own function less the mean of others, roles and targets being balanced."""
    del draw
    full = data[data["site"] != 2]
    own = full["source"] == full["target"]
    return {"own": full.loc[own, "rating"].mean() - full.loc[~own, "rating"].mean()}


def of_backgrounds(data: pd.DataFrame, draw: Drawn) -> dict[str, float]:
    """Correlations of the site's mean with what should not matter."""
    mean = data.groupby("site")["rating"].mean().to_numpy()
    return {
        "share_over_67": np.corrcoef(mean, draw.share)[0, 1],
        "expenditure_index": np.corrcoef(mean, draw.expenditure)[0, 1],
        "population": np.corrcoef(mean, POPULATION)[0, 1],
    }


POPULATION = np.log([site.population for site in SITES])
TIES = {n: PLANTED[n] for n in ("written_procedure", "standing_meeting")}
TIES["shared_system"] = 0.0
LED = {name: PLANTED[name] for name in FACETS}
NULLS = dict.fromkeys(("share_over_67", "expenditure_index", "population"), 0.0)
# Structure acts by itself and through leadership: 0.4 (0.3 + 0.3) times the mean over
# waves of 0.8 and 0.5 * 0.8 + 0.3.
TOTAL = {"total": 0.25 + 0.4 * (0.3 + 0.3) * (0.8 + 0.7) / 2}
# 0.5 + 0.3 and the difference of roles; -0.5 and the difference of roles.
GAPS = {"authority, provider": 0.8 + 0.1 - 0.2, "schools, authority": -0.5 + 0.1}
Estimator = Callable[[pd.DataFrame, Drawn], dict[str, float]]


def check_mean(found: list[dict[str, float]], truth: dict[str, float]) -> None:
    """The mean over seeds is the truth but for three Monte Carlo errors."""
    table = pd.DataFrame(found)
    error = table.std() / len(table) ** 0.5
    for name, value in truth.items():
        assert abs(table[name].mean() - value) < 3 * error[name], (
            name,
            table[name].mean(),
            error[name],
        )


@pytest.mark.parametrize(
    ("estimate", "truth"),
    [
        (of_dyads, TIES),
        (of_leadership, LED),
        (of_sites, TOTAL),
        (of_role_pairs, GAPS),
        (of_own_function, {"own": 0.5}),
        (of_backgrounds, NULLS),
    ],
)
def test_what_respondents_feel_has_the_planted_effects(
    estimate: Estimator, truth: dict[str, float]
) -> None:
    found = [estimate(cells(seed, latent=True), drawn(seed)) for seed in SEEDS]
    check_mean(found, truth)


@pytest.mark.parametrize(
    ("estimate", "truth"),
    [
        (of_dyads, TIES),
        (of_leadership, LED),
        (of_sites, TOTAL),
        (of_role_pairs, GAPS),
        (of_own_function, {"own": 0.5}),
        (of_backgrounds, NULLS),
    ],
)
def test_answers_have_them_flattened_by_the_ends_of_the_scale(
    estimate: Estimator, truth: dict[str, float]
) -> None:
    said = [estimate(cells(seed), drawn(seed)) for seed in SEEDS]
    felt = [estimate(cells(seed, latent=True), drawn(seed)) for seed in SEEDS]
    ratio = pd.DataFrame(said).mean() / pd.DataFrame(felt).mean()
    planted = [name for name, value in truth.items() if value]
    assert ((ratio[planted] > 0.85) & (ratio[planted] < 0.97)).all()
    check_mean(said, {name: 0.0 for name in truth if name not in planted})


@pytest.mark.parametrize(
    "estimate", [of_dyads, of_leadership, of_sites, of_backgrounds]
)
def test_without_effects_nothing_written_relates_to_capacity(
    estimate: Estimator,
) -> None:
    found = [estimate(cells(s, "none"), drawn(s, "none")) for s in SEEDS]
    check_mean(found, dict.fromkeys(found[0], 0.0))


def test_without_effects_ratings_keep_their_spread_and_roles() -> None:
    spread = [
        np.mean([cells(seed, how)["rating"].std() for seed in SEEDS])
        for how in ("planted", "none")
    ]
    assert abs(spread[0] - spread[1]) < 0.1
    found = [of_role_pairs(cells(s, "none"), drawn(s, "none")) for s in SEEDS]
    assert np.mean([gap["authority, provider"] for gap in found]) > 0.5


def scored(said: np.ndarray) -> np.ndarray:
    """Answers about leaders, reversed items turned."""
    turned = np.array([item.reversed for item in LEADERSHIP_ITEMS])
    assert turned.sum() == 1
    return np.where(turned, 6 - said, said)


def leadership_means(seed: int, effects: str) -> np.ndarray:
    """Answers about leaders: waves x sites, functions equal."""
    draw, answers = study(seed, effects)
    waves = []
    for wave, who in enumerate(draw.takers):
        there = answers[wave].leadership_reasons == 0
        told = pd.DataFrame(
            {
                "site": draw.persons.site[who],
                "function": draw.persons.function[who],
                "sum": np.where(there, scored(answers[wave].leadership), 0).sum(axis=1),
                "n": there.sum(axis=1),
            }
        )
        sums = told.groupby(["site", "function"]).sum()
        waves.append((sums["sum"] / sums["n"]).groupby("site").mean().to_numpy())
    return np.array(waves)


def coded_structure(seed: int, effects: str = "planted") -> np.ndarray:
    """The mean of all indicators and coders, standardised over sites."""
    index = drawn(seed, effects).codings.mean(axis=(1, 2))
    return (index - index.mean()) / index.std()


def of_structure(seed: int, effects: str = "planted") -> dict[str, float]:
    """Leadership on coded structure, and later leadership beside earlier."""
    coded, led = coded_structure(seed, effects), leadership_means(seed, effects)
    both = {"before": led[0], "lagged": coded}
    return {
        "same wave": np.corrcoef(coded, led[0])[0, 1],
        "lagged": slopes(pd.Series(led[1]), both, [pd.Series(0, index=range(12))])[
            "lagged"
        ],
    }


def test_structure_goes_with_leadership_and_with_later_leadership() -> None:
    found = pd.DataFrame([of_structure(seed) for seed in SEEDS])
    assert 0.55 < found["same wave"].mean() < 0.85
    assert found["lagged"].mean() > 3 * found["lagged"].std() / len(found) ** 0.5
    unrelated = [of_structure(seed, "none") for seed in SEEDS]
    check_mean(unrelated, {"same wave": 0.0, "lagged": 0.0})


def test_later_leadership_follows_earlier_leadership_and_structure() -> None:
    found = []
    for seed in SEEDS:
        causes = drawn(seed).written
        site = causes.leadership.mean(axis=(2, 3)) / 0.4
        x = {"before": site[0], "structure": causes.structure}
        start = pd.Series(0, index=range(12))
        found.append(slopes(pd.Series(site[1]), x, [start]))
    mean = pd.DataFrame(found).mean()
    # The mean of six functions carries some of their own: less than 0.5, more than 0.3.
    assert 0.35 < mean["before"] < 0.65
    assert 0.15 < mean["structure"] < 0.45


def test_coded_structure_and_capacity_correlate_over_municipalities() -> None:
    found = [
        np.corrcoef(coded_structure(seed), cells(seed).groupby("site")["rating"].mean())
        for seed in SEEDS
    ]
    assert 0.75 < np.mean([r[0, 1] for r in found]) < 0.88


def centred(data: pd.DataFrame, columns: list[str], by: list[str]) -> pd.DataFrame:
    return data.assign(
        **{
            name: data[name] - data.groupby(by)[name].transform("mean")
            for name in columns
        }
    )


def slope_tests(data: pd.DataFrame, outcome: str, names: list[str]) -> list[float]:
    """Whether the slopes of the municipalities differ from 0 on average."""
    found = [
        np.linalg.lstsq(part[names].to_numpy(), part[outcome].to_numpy(), rcond=None)[0]
        for _, part in data.groupby("site")
    ]
    return stats.ttest_1samp(np.array(found), 0).pvalue.tolist()


def pair_tests(seed: int, effects: str) -> list[float]:
    """Formal ties, pairs of roles and raters taken out: p of each relation."""
    data, formal = cells(seed, effects), drawn(seed, effects).written.formal
    data = data[data["source"] != data["target"]]
    place = tuple(data[name] for name in ("wave", "site", "source", "target"))
    data = data.assign(**{name: formal[r][place] for r, name in enumerate(RELATIONS)})
    columns = ["rating", *RELATIONS]
    data = centred(data, columns, ["source", "target"])
    data = centred(data, columns, ["site", "wave", "source"])
    return slope_tests(data, "rating", list(RELATIONS))


def leadership_test(seed: int, effects: str) -> float:
    """Ratings of others on answers about the leader, roles and sites taken out: p."""
    draw, answers = study(seed, effects)
    data = cells(seed, effects)
    data = data[data["source"] != data["target"]]
    keys = ["site", "wave", "source"]
    rating = data.groupby(keys)["rating"].mean()
    parts = []
    for wave, who in enumerate(draw.takers):
        there = answers[wave].leadership_reasons == 0
        told = pd.DataFrame(
            {
                "site": draw.persons.site[who],
                "wave": wave,
                "source": draw.persons.function[who],
                "sum": np.where(there, scored(answers[wave].leadership), 0).sum(axis=1),
                "n": there.sum(axis=1),
            }
        )
        parts.append(told)
    sums = pd.concat(parts).groupby(keys).sum()
    led = (sums["sum"] / sums["n"]).rename("led")
    both = pd.concat([rating, led], axis=1).dropna().reset_index()
    both = centred(both, ["rating", "led"], ["source"])
    both = centred(both, ["rating", "led"], ["site", "wave"])
    return slope_tests(both, "rating", ["led"])[0]


def site_tests(seed: int, effects: str) -> list[float]:
    """Structure and capacity, structure and leadership, over sites: p of each."""
    coded = coded_structure(seed, effects)
    means = cells(seed, effects).groupby(["site", "source"])["rating"].mean()
    capacity = means.groupby("site").mean().to_numpy()
    led = leadership_means(seed, effects)[0]
    return [stats.pearsonr(coded, other).pvalue for other in (capacity, led)]


@pytest.mark.parametrize(("effects", "found"), [("planted", True), ("none", False)])
def test_plain_tests_by_municipality_find_what_is_there(
    effects: str, found: bool
) -> None:
    p = pd.DataFrame(
        [
            [
                *site_tests(s, effects),
                *pair_tests(s, effects),
                leadership_test(s, effects),
            ]
            for s in SEEDS
        ],
        columns=["H1 site", "H3", *RELATIONS, "H2"],
    )
    share = (p <= 0.05).mean()
    # Of 20 draws at size .05, more than 4 reject once in 400.
    assert share["shared_system"] <= 0.2
    for name in ("H1 site", "written_procedure", "standing_meeting", "H2"):
        assert share[name] >= 0.9 if found else share[name] <= 0.2, name
    assert share["H3"] >= 0.6 if found else share["H3"] <= 0.2


def test_two_coders_do_not_always_agree() -> None:
    found = [kappa(drawn(seed).codings) for seed in SEEDS]
    assert 0.64 < np.mean(found) < 0.76


def kappa(codings: np.ndarray) -> float:
    """Cohen's kappa of the two coders over all indicators."""
    one, two = codings[..., 0].ravel(), codings[..., 1].ravel()
    chance = sum((one == k).mean() * (two == k).mean() for k in range(3))
    return float(((one == two).mean() - chance) / (1 - chance))
