"""Early against late units: by hand, by other roads, and what is refused."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.inference import ModelResult, difference_in_differences
from netcollab.measures import double_difference

UNITS = list("abcdefgh")


def panel(
    seed: int = 1, *, early: int = 4, units: int = 8, effect: float = 0.0
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    start, change = rng.normal(size=(2, units))
    group = np.arange(units) < early
    return pd.DataFrame(
        {
            "unit": UNITS[:units] * 2,
            "year": ["2024"] * units + ["2025"] * units,
            "y": [*start, *(start + change + effect * group)],
            "early": [*group, *group],
        }
    )


def outcome_of(data: pd.DataFrame, **more: object) -> ModelResult:
    return difference_in_differences(data, "y", "unit", "year", "early", **more)


def test_by_hand() -> None:
    # Changes 3, 1 of the early and 0, 1, -1, 0, 0, 0 of the late: 2 - 0.
    data = pd.DataFrame(
        {
            "unit": UNITS * 2,
            "year": [2024] * 8 + [2025] * 8,
            "y": [1, 1, 1, 1, 1, 1, 1, 1, 4, 2, 1, 2, 0, 1, 1, 1],
            "early": [1, 1, 0, 0, 0, 0, 0, 0] * 2,
        }
    )
    result = outcome_of(data)
    row = result.coefficients.loc["early"]
    assert row["estimate"] == pytest.approx(2)
    assert (result.n, result.unit) == (8, "units")
    # Of 28 pairs, {a, b} and {a, d} have the largest difference.
    assert row["pvalue"] == pytest.approx(2 / 28)


@pytest.mark.parametrize("seed", range(5))
def test_every_choice_of_units_one_by_one(seed: int) -> None:
    data = panel(seed, effect=1.0)
    wide = data.pivot(index="unit", columns="year", values="y")
    change = (wide["2025"] - wide["2024"]).to_numpy()
    d = []
    for chosen in itertools.combinations(range(8), 4):
        rest = [k for k in range(8) if k not in chosen]
        d.append(change[list(chosen)].mean() - change[rest].mean())
    result = outcome_of(data)
    row = result.coefficients.loc["early"]
    assert row["estimate"] == pytest.approx(d[0])
    assert row["pvalue"] == np.mean(np.abs(d) >= abs(d[0]) - 1e-10)
    assert row["p_min"] == 2 / 70


def test_t_is_that_of_the_changes() -> None:
    data = panel(3, early=3)
    wide = data.pivot(index="unit", columns="year", values="y")
    change = (wide["2025"] - wide["2024"]).to_numpy()
    expected = stats.ttest_ind(change[:3], change[3:])
    row = outcome_of(data, test="t").coefficients.loc["early"]
    assert row["df"] == 6
    np.testing.assert_allclose(
        row[["statistic", "pvalue"]].astype(float),
        [expected.statistic, expected.pvalue],
    )


def test_the_estimate_is_the_table() -> None:
    data = panel(5)
    by_unit = {year: part.set_index("unit")["y"] for year, part in data.groupby("year")}
    early = data.drop_duplicates("unit").set_index("unit")["early"]
    table = double_difference(by_unit["2024"], by_unit["2025"], early)
    row = outcome_of(data).coefficients.loc["early"]
    assert table.loc["difference", "change"] == pytest.approx(row["estimate"])


def test_rows_of_a_unit_are_averaged() -> None:
    data = panel(7)
    twice = pd.concat([data.assign(y=data["y"] + 1), data.assign(y=data["y"] - 1)])
    more = pd.concat([twice, twice.iloc[:1].assign(y=data["y"].iloc[0])])
    one, two = outcome_of(data).coefficients, outcome_of(more).coefficients
    np.testing.assert_allclose(one.astype(float), two.astype(float))


def test_what_is_left_out_is_told() -> None:
    data = panel(9)
    gone = data.drop(index=data.index[data["unit"].eq("h") & data["year"].eq("2025")])
    gone.loc[0, "y"] = np.nan
    with pytest.raises(RefusedError, match=r"6 units .* never below 0\.1"):
        outcome_of(gone)
    result = outcome_of(gone, alpha=0.1)
    assert result.n == 6
    assert "1 rows without a value were left out" in result.notes
    assert any(note.endswith("left out: a, h") for note in result.notes)
    assert "2025 less 2024" in result.notes[0]


def test_periods_and_groups_sort_as_numbers() -> None:
    data = panel(11)
    numbered = data.assign(year=data["year"].map({"2024": 9, "2025": 10}))
    pd.testing.assert_frame_equal(
        outcome_of(data).coefficients, outcome_of(numbered).coefficients
    )


def test_an_ordered_period_and_treatment_keep_their_order() -> None:
    words = panel(12, effect=2.0).assign(
        year=["before"] * 8 + ["after"] * 8,
        early=(["adopted"] * 4 + ["waiting"] * 4) * 2,
    )
    years = pd.CategoricalDtype(["before", "after"], ordered=True)
    early = pd.CategoricalDtype(["waiting", "adopted"], ordered=True)
    told = outcome_of(panel(12, effect=2.0)).coefficients.loc["early", "estimate"]
    ordered = outcome_of(words.astype({"year": years, "early": early}))
    assert ordered.coefficients.loc["early", "estimate"] == pytest.approx(told)
    assert ordered.notes[0] == "early: adopted against waiting; after less before"
    one = outcome_of(words.astype({"year": years})).coefficients
    assert one.loc["early", "estimate"] == pytest.approx(-told)
    by_value = outcome_of(words)
    assert by_value.coefficients.loc["early", "estimate"] == pytest.approx(told)
    assert by_value.notes[0] == "early: waiting against adopted; before less after"


def test_refusals() -> None:
    with pytest.raises(RefusedError, match="needed are 4"):
        outcome_of(panel(units=3, early=1))
    with pytest.raises(RefusedError, match="two of each for t"):
        outcome_of(panel(early=1), test="t")
    with pytest.raises(InputError, match="year needs two periods"):
        outcome_of(panel().assign(year=2024))
    with pytest.raises(InputError, match="early needs two groups"):
        outcome_of(panel().assign(early=1))
    steady = panel()
    steady["y"] = np.tile(steady["y"][:8] * 0.1, 2) + np.repeat([0, 0.3], 8)
    for test in ("permutation", "t"):
        with pytest.raises(RefusedError, match=r"8 units changed alike, by 0\.3:"):
            outcome_of(steady, test=test)
    torn = panel()
    torn.loc[0, "early"] = False
    with pytest.raises(InputError, match="changes within a unit: a"):
        outcome_of(torn)
    with pytest.raises(InputError, match="needs numbers"):
        outcome_of(panel().assign(y="much"))
    with pytest.raises(UnknownNameError):
        outcome_of(panel().drop(columns="year"))
    with pytest.raises(UnknownNameError):
        outcome_of(panel(), test="z")


@pytest.mark.calibration
@pytest.mark.parametrize("test", ["permutation", "t"])
def test_it_holds_its_level_where_teams_share_what_happens_to_a_unit(test: str) -> None:
    rng = np.random.default_rng(43)
    simulations, rejected = 400, 0
    for _ in range(simulations):
        change = rng.normal(size=8).repeat(5)
        start, noise = rng.normal(size=(2, 40))
        data = pd.DataFrame(
            {
                "unit": UNITS * 10,
                "year": ["2024"] * 40 + ["2025"] * 40,
                "y": [*start, *(start + noise + change.reshape(8, 5).T.ravel())],
                "early": [*([True] * 4 + [False] * 4)] * 10,
            }
        )
        rejected += outcome_of(data, test=test).coefficients["pvalue"]["early"] <= 0.05
    assert rejected / simulations <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / simulations)
