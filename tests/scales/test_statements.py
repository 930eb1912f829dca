"""What groups say of statements: by hand, two roads to one number, small cells."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.scales import (
    r_star_wg,
    shared_language_index,
    statement_answers,
    statement_gaps,
    statement_groups,
)

SCALE = (1, 5)


def drawn(
    seed: int, sizes: dict[str, int], m: int = 5
) -> tuple[pd.DataFrame, pd.Series]:
    rng = np.random.default_rng(seed)
    groups = pd.Series([name for name, size in sizes.items() for _ in range(size)])
    m = 5
    answers = rng.integers(1, 6, size=(len(groups), m)).astype(float)
    answers[rng.random(answers.shape) < 0.1] = np.nan
    return pd.DataFrame(answers, columns=[f"s{k}" for k in range(m)]), groups


def test_means_spread_and_gaps_by_hand() -> None:
    items = pd.DataFrame({"s": [5, 4, 3, np.nan, 1, 2, 3]})
    table = statement_groups(items, list("aaaabbb"), SCALE, min_respondents=3)
    assert table["n"].tolist() == [3, 3]
    assert table["n_missing"].tolist() == [1, 0]
    assert table["mean"].tolist() == [4, 2]
    assert table["agreement"].tolist() == [0.5, 0.5]  # variance 1 of the null's 2
    (gap,) = statement_gaps(items, list("aaaabbb"), SCALE, min_respondents=3).to_dict(
        "records"
    )
    assert (gap["first"], gap["second"], gap["gap"]) == ("a", "b", 2)
    assert gap["standardised"] == 2
    # Squared differences of the nine pairs: 16, 9, 4, 9, 4, 1, 4, 1, 0.
    assert gap["agreement"] == pytest.approx(1 - 48 / 9 / 4)


def test_the_interval_is_that_of_welch() -> None:
    items, groups = drawn(1, {"a": 9, "b": 14})
    for row in statement_gaps(items, groups, SCALE, confidence=0.9).to_dict("records"):
        sides = [
            items.loc[groups == row[name], row["statement"]].dropna()
            for name in ("first", "second")
        ]
        found = stats.ttest_ind(*sides, equal_var=False).confidence_interval(0.9)
        assert (row["ci_low"], row["ci_high"]) == pytest.approx(tuple(found))


def test_agreement_between_is_the_mean_over_pairs_of_members() -> None:
    items, groups = drawn(2, {"a": 6, "b": 8, "c": 7})
    for row in statement_gaps(items, groups, SCALE).to_dict("records"):
        first, second = (
            items.loc[groups == row[name], row["statement"]].dropna().to_numpy()
            for name in ("first", "second")
        )
        apart = np.subtract.outer(first, second) ** 2
        assert row["agreement"] == pytest.approx(1 - apart.mean() / 4)
    within = statement_groups(items, groups, SCALE).set_index(["statement", "group"])
    for name in items:
        known = items[name].notna()
        own = r_star_wg(items.loc[known, name], groups[known], SCALE)
        np.testing.assert_allclose(within.loc[name]["agreement"], own)


def test_small_cells_are_held_back_and_leave_no_trace() -> None:
    items, groups = drawn(3, {"a": 9, "b": 8, "few": 4})
    items.loc[groups == "b", "s0"] = [1, 2, 3, 4, np.nan, np.nan, np.nan, np.nan]
    table = statement_groups(items, groups, SCALE).set_index(["statement", "group"])
    for cell in [*((name, "few") for name in items), ("s0", "b")]:
        assert table.loc[cell, ["mean", "sd", "agreement", "polarisation"]].isna().all()
        assert table.loc[cell, ["n", "n_missing"]].tolist() == [0, 0]
        assert table.loc[cell, "reason"] == "too few answers"
    gaps = statement_gaps(items, groups, SCALE)
    assert "few" not in set(gaps["first"]) | set(gaps["second"])
    assert len(gaps) == 4
    assert gaps.attrs["held_back"] == 3 * 5 - 4
    found = shared_language_index(items, groups, SCALE)
    assert found.held_back == ("few",)
    assert found.matrix["few"].isna().all()
    without = groups != "few"
    same = shared_language_index(items[without], groups[without], SCALE)
    assert (found.between, found.between_low) == (same.between, same.between_low)
    assert found.n_respondents == 17


def test_no_spread_gives_a_gap_without_an_interval() -> None:
    items = pd.DataFrame({"s": [5.0] * 5 + [3.0] * 5})
    (row,) = statement_gaps(items, ["a"] * 5 + ["b"] * 5, SCALE).to_dict("records")
    assert row["gap"] == 2
    assert np.isnan([row["ci_low"], row["ci_high"], row["standardised"]]).all()
    assert row["agreement"] == 0


def test_nobody_answered() -> None:
    nothing = pd.DataFrame({"s": pd.Series(dtype=float)})
    table = statement_groups(nothing, [], SCALE)
    assert (len(table), "agreement" in table) == (0, True)
    assert len(statement_gaps(nothing, [], SCALE)) == 0
    silent = pd.DataFrame({"s": [np.nan] * 8})
    assert statement_groups(silent, list("aaaabbbb"), SCALE)["mean"].isna().all()


def test_bad_arguments_are_named() -> None:
    items, groups = drawn(4, {"a": 5, "b": 5})
    with pytest.raises(InputError, match="outside 1 to 4 in s0"):
        statement_groups(items, groups, (1, 4), options=4)
    with pytest.raises(InputError, match="min_respondents needs a whole number >= 3"):
        statement_gaps(items, groups, SCALE, min_respondents=2)
    with pytest.raises(InputError, match="a column for every statement"):
        statement_groups(items[[]], groups, SCALE)
    with pytest.raises(InputError, match="confidence"):
        statement_gaps(items, groups, SCALE, confidence=95)


# ---- the answers of a study


def small_study(**manifest: object) -> nc.Study:
    items = {
        "s1": {"scale": "five", "construct": "language", "about": "site"},
        "s2": {
            "scale": "five",
            "construct": "language",
            "about": "site",
            "reversed": True,
        },
        "t": {"scale": "five", "construct": "units"},
        **{
            f"u{k}": {"scale": scale, "construct": "mixed", "about": "site"}
            for k, scale in enumerate(("five", "ten"))
        },
    }
    scales = {"five": {"low": 1, "high": 5}, "ten": {"low": 1, "high": 10}}
    people = [("p1", "nav", "leader"), ("p2", "nav", "staff"), ("p3", "nav", "")]
    answers = [("p1", "s1", "", 4), ("p1", "s2", "", 5), ("p2", "s2", "", 2)]
    answers += [("p3", "s1", "", 1), ("p1", "t", "ks", 3)]
    return nc.Study.from_frames(
        {"name": "small", "scales": scales, "items": items, **manifest},
        actors=pd.DataFrame({"actor": ["nav", "ks"]}),
        respondents=pd.DataFrame(people, columns=["respondent", "actor", "role"]),
        answers=pd.DataFrame(
            answers, columns=["respondent", "item", "target", "value"]
        ),
    )


def test_answers_are_taken_as_given_and_name_nobody() -> None:
    items, groups, scale = statement_answers(small_study(), "language")
    assert items.to_numpy(na_value=-1).tolist() == [[4, 5], [-1, 2]]  # s2 not turned
    assert groups.tolist() == ["leader", "staff"]
    assert scale == (1, 5)
    assert items.attrs["left_out"] == 1
    shown = f"{items} {groups} {items.index.tolist()} {items.attrs}"
    assert not any(name in shown for name in ("p1", "p2", "p3"))


def test_what_is_no_set_of_statements_is_refused() -> None:
    study = small_study()
    with pytest.raises(InputError, match="statements are about none"):
        statement_answers(study, "units")
    with pytest.raises(InputError, match="several scales: five, ten"):
        statement_answers(study, "mixed")
    with pytest.raises(InputError, match='no column "party"'):
        statement_answers(study, "language", by="party")
    with pytest.raises(UnknownNameError, match="language"):
        statement_answers(study, "langage")
    twice = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    with pytest.raises(InputError, match="several waves"):
        statement_answers(twice, "shared_vision")
