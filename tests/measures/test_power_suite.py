"""Everything about power in one call: the same numbers as one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab import UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network

NAMES = ["nav", "ks", "hdir", "bufdir"]
ACTORS = pd.DataFrame(
    {
        "staff": [90, 30, 30, None],
        "level": ["state", "local", "state", "state"],
        "sector": ["labour", "local", "health", "family"],
    },
    NAMES,
)
CELLS = [[None, 3, 1, 5], [2, None, 4, 1], [1, 5, None, 2], [None] * 4]


def network_of(cells: list[list[float | None]] = CELLS, **more: object) -> Network:
    frame = pd.DataFrame(cells, NAMES, NAMES, dtype=float)
    return Network.from_matrix(frame, actors=ACTORS, **more)


RATED = network_of(scale=(1.0, 5.0))
FOUND = ms.power_tables(RATED, resources=["staff"], by=["level", "sector"])


def test_asymmetry_is_that_of_the_measures() -> None:
    told = FOUND.asymmetry.set_index("measure")["value"]
    assert told["tie_asymmetry"] == ms.tie_asymmetry(RATED)
    assert told["tie_asymmetry_adjusted"] == ms.tie_asymmetry(RATED, adjusted=True)
    gaps = ms.imbalance(RATED).to_numpy()
    assert told["imbalance"] == pytest.approx(np.nanmean(np.abs(gaps)))
    both = ms.mutual_dependence(RATED).to_numpy()
    assert told["mutual_dependence"] == pytest.approx(np.nanmean(both))


def test_actors_say_whom_they_need() -> None:
    table = FOUND.actors.set_index("actor")
    assert table["needs_most"].tolist() == ["bufdir", "hdir", "ks", ""]
    assert table["dependence"].tolist()[:3] == pytest.approx([5 / 9, 4 / 7, 5 / 8])
    gaps = ms.imbalance(RATED)
    np.testing.assert_allclose(table["imbalance"], gaps.mean(axis=1))
    spread = ms.rank_spread(ms.power_profile(RATED, resources=["staff"]))
    pd.testing.assert_frame_equal(
        table[spread.columns], spread, check_names=False, check_dtype=False
    )


def test_the_strongest_tie_is_among_those_known_and_says_so() -> None:
    cells = [[None, 3, None, 5], [2, None, 4, 1], [None, 5, None, None], [None] * 4]
    table = ms.power_tables(network_of(cells, scale=(1.0, 5.0))).actors
    assert table["needs_most"].tolist() == ["bufdir", "hdir", "ks", ""]
    told = [reason.partition("; ")[0] for reason in table["reason"]]
    upper = "so the share is the largest it can be"
    assert told == [
        f"needs_most: not known of 1 of 3 possible ties, {upper}",
        "",
        f"needs_most: not known of 2 of 3 possible ties, {upper}",
        "dependence: no sent tie was observed (not asked)",
    ]


def test_a_tie_that_cannot_be_is_not_unknown() -> None:
    ties = pd.DataFrame(CELLS, NAMES, NAMES, dtype=float)
    states = RATED.states.copy()
    ties.loc["nav", "hdir"] = np.nan
    states.loc["nav", "hdir"] = "structural"
    network = Network(ties, states, ACTORS, scale=(1.0, 5.0))
    assert ms.power_tables(network).actors["reason"].iloc[0] == ""


def test_every_missing_number_of_an_actor_has_its_reason() -> None:
    assert FOUND.actors["reason"].tolist() == [
        *["", "", ""],
        "dependence: no sent tie was observed (not asked); "
        "imbalance: defined with no partner; spread: ranked on fewer than two bases",
    ]


def test_the_profile_has_ranks_with_their_intervals() -> None:
    profile = FOUND.profile.set_index(["base", "actor"])
    ranks = ms.power_profile(RATED, resources=["staff"])
    for base, spans in ms.power_intervals(RATED, resources=["staff"]).items():
        assert profile.loc[base, "rank"].tolist() == pytest.approx(
            ranks[base].tolist(), nan_ok=True
        )
        assert profile.loc[base, ["best", "worst"]].to_numpy().tolist() == (
            spans.to_numpy().tolist()
        )
    assert profile.loc["staff", "value"].tolist()[:3] == [90, 30, 30]
    missing = profile["rank"].isna()
    assert (missing == (profile["reason"] != "")).all()
    assert profile.loc[("staff", "bufdir"), "reason"] == "no value"
    assert set(profile.loc["position", "interval"]) == {"scenarios"}


def test_concentration_is_that_of_the_indices() -> None:
    table = FOUND.concentration.set_index("of")
    sides = ["in_strength", "out_strength", "in_degree", "out_degree"]
    assert table.index.tolist() == ["staff", *sides]
    held = {"staff": ACTORS["staff"]} | {s: getattr(ms, s)(RATED) for s in sides}
    for name, values in held.items():
        for index in ("gini", "theil", "herfindahl"):
            assert table.loc[name, index] == getattr(ms, index)(values)
        known = values.dropna().to_numpy()
        gaps = np.abs(known[:, None] - known)[~np.eye(len(known), dtype=bool)]
        assert table.loc[name, "mean_gap"] == pytest.approx(gaps.mean())
        assert table.loc[name, "n"] == len(known)
    assert (table["reason"] == "").all()


def test_groups_are_those_of_the_decomposition() -> None:
    table = FOUND.groups
    assert set(table["by"]) == {"level", "sector"}
    one = table[(table["of"] == "staff") & (table["by"] == "level")]
    expected = ms.theil_decomposition(ACTORS["staff"], ACTORS["level"])
    assert one["group"].tolist() == ["local", "state", "total"]
    np.testing.assert_array_equal(one[expected.columns].to_numpy(), expected.to_numpy())
    assert table["share"].dtype.kind == "f"


def test_undirected_ties_have_one_strength_and_one_degree() -> None:
    pair = pd.DataFrame([[0, 2], [2, 0]], NAMES[:2], NAMES[:2])
    found = ms.power_tables(Network.from_matrix(pair, directed=False))
    assert found.concentration["of"].tolist() == ["strength", "degree"]
    assert found.groups.empty


def test_documented_ties_alone_have_no_concentration() -> None:
    named = [[None, 3, None, None], [None] * 4, [2, None, None, None], [None] * 4]
    found = ms.power_tables(network_of(named), resources=["staff"], by="level")
    table = found.concentration.set_index("of")
    assert table.loc["staff", "gini"] == ms.gini(ACTORS["staff"])
    lived = table.drop("staff")
    assert lived[["gini", "theil", "herfindahl", "mean_gap"]].isna().all(axis=None)
    why = "presence-only: ties were documented, absences never"
    assert set(lived["reason"]) == {why}
    groups = found.groups[found.groups["of"] != "staff"]
    assert set(groups["reason"]) == {why}
    assert why in found.asymmetry["reason"].tolist()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_small_networks(n: int) -> None:
    names = NAMES[:n]
    network = Network.from_matrix(
        pd.DataFrame(0.0, names, names), actors=ACTORS.loc[names]
    )
    found = ms.power_tables(network, resources=["staff"], by="level")
    for table in found:
        numbers = table.select_dtypes("number")
        undefined = numbers.isna().any(axis=1)
        assert (table["reason"][undefined] != "").all()


def test_attributes_must_be_there() -> None:
    with pytest.raises(UnknownNameError, match="levl"):
        ms.power_tables(RATED, by="levl")
