"""Scores by hand on a study of two sites, three units and seven respondents."""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc

MANIFEST: dict[str, Any] = {
    "name": "small",
    "relations": {
        "knowledge": {"unlisted": "not_asked", "own_group": "keep"},
        "sharing": {"unlisted": "not_asked", "own_group": "keep"},
    },
    "scales": {"five": {"low": 1, "high": 5}},
    "items": {
        "k1": {"scale": "five", "dimension": "knowledge", "construct": "rc"},
        "k2": {
            "scale": "five",
            "dimension": "knowledge",
            "construct": "rc",
            "reversed": True,
        },
        "s1": {"scale": "five", "dimension": "sharing", "construct": "rc"},
        "l1": {"scale": "five", "dimension": "vision", "about": "own_leader"},
    },
}
PEOPLE = [
    ("north", "r1", "a"),
    ("north", "r2", "a"),
    ("north", "r3", "b"),
    ("south", "r4", "a"),
    ("south", "r5", "b"),
]
ACTORS = [
    ("north", "a"),
    ("north", "b"),
    ("north", "c"),
    ("south", "a"),
    ("south", "b"),
]
# respondent, item, target, value or reason
ANSWERS: list[tuple[str, str, str, Any]] = [
    ("r1", "k1", "b", 4),
    ("r1", "k2", "b", 1),  # reversed: 5
    ("r1", "s1", "b", "dont_know"),
    ("r2", "k1", "b", 2),
    ("r2", "k2", "b", "no_answer"),
    ("r2", "s1", "b", 3),
    ("r1", "k1", "a", 5),
    ("r1", "k2", "a", 1),
    ("r1", "s1", "a", 5),
    ("r3", "k1", "a", 1),
    ("r3", "k2", "a", 5),
    ("r3", "s1", "a", 1),
    ("r3", "k1", "c", "not_applicable"),
    ("r3", "k2", "c", "not_applicable"),
    ("r3", "s1", "c", "dont_know"),
    ("r4", "k1", "b", 3),
    ("r4", "k2", "b", 3),
    ("r4", "s1", "b", 3),
    ("r1", "l1", "", 4),
    ("r2", "l1", "", 2),
]


def small(
    answers: list[tuple[str, str, str, Any]] = ANSWERS, **changes: Any
) -> nc.Study:
    rows = [
        {
            "respondent": who,
            "item": item,
            "target": target or None,
            "value": None if isinstance(said, str) else said,
            "missing_reason": said if isinstance(said, str) else None,
        }
        for who, item, target, said in answers
    ]
    return nc.Study.from_frames(
        {**MANIFEST, **changes},
        actors=pd.DataFrame(ACTORS, columns=["site", "actor"]),
        respondents=pd.DataFrame(PEOPLE, columns=["site", "respondent", "actor"]),
        answers=pd.DataFrame(rows),
    )


def cell(table: pd.DataFrame, **where: str) -> pd.Series:
    for column, value in where.items():
        table = table[table[column] == value]
    (row,) = (table.loc[i] for i in table.index)
    return row


def test_a_dimension_is_the_mean_of_its_answered_items() -> None:
    table = nc.scales.score(small(), "knowledge")
    assert cell(table, respondent="r1", target="b")["score"] == 4.5
    one = cell(table, respondent="r2", target="b")
    assert (one["score"], one["n_answered"], one["n_items"]) == (2, 1, 2)


def test_a_construct_counts_items_and_not_dimensions() -> None:
    table = nc.scales.score(small(), "rc")
    assert cell(table, respondent="r1", target="a")["score"] == 5
    assert cell(table, respondent="r1", target="b")["score"] == 4.5
    assert cell(table, respondent="r2", target="b")["score"] == 2.5


def test_too_few_answers_are_no_score_and_say_why() -> None:
    strict = nc.scales.score(small(), "knowledge", min_answered=2)
    one = cell(strict, respondent="r2", target="b")
    assert np.isnan(one["score"])
    assert one["reason"] == "too_few_answered"
    none = cell(nc.scales.score(small(), "rc"), respondent="r3", target="c")
    assert (np.isnan(none["score"]), none["reason"]) == (True, "not_applicable")
    shares = nc.scales.score(small(), "sharing")
    assert cell(shares, respondent="r1", target="b")["reason"] == "dont_know"


def test_the_codebook_says_how_many_answers_are_needed() -> None:
    items = {name: dict(item) for name, item in MANIFEST["items"].items()}
    items["k1"]["min_answered"] = 2
    table = nc.scales.score(small(items=items), "knowledge")
    assert cell(table, respondent="r2", target="b")["reason"] == "too_few_answered"


def test_items_that_nobody_was_asked_make_no_score_missing() -> None:
    items = {name: dict(item) for name, item in MANIFEST["items"].items()}
    more = {f"k{n}": items["k1"] for n in range(3, 8)}
    longer, study = small(items=items | more), small()
    for name in ("knowledge", "rc"):
        scores = nc.scales.score(longer, name)
        pd.testing.assert_frame_equal(scores, nc.scales.score(study, name))
    south = nc.scales.score(longer.select(sites="south"), "rc")
    whole = nc.scales.score(longer, "rc")
    part = whole[whole["site"] == "south"].reset_index(drop=True)
    pd.testing.assert_frame_equal(south, part)
    assert not nc.scales.item_table(longer, "rc").isna().all().any()
    with tempfile.TemporaryDirectory() as folder:
        nc.write_study(longer, folder)
        again = nc.read_study(folder)
    assert again.manifest.items == longer.manifest.items
    assert not again.manifest.items["k3"].asked


def test_a_map_replaces_the_answer() -> None:
    items = {name: dict(item) for name, item in MANIFEST["items"].items()}
    items["s1"]["map"] = {"1": 1, "2": 3, "3": 5, "4": 3, "5": 1}
    table = nc.scales.score(small(items=items), "sharing")
    assert cell(table, respondent="r2", target="b")["score"] == 5
    assert cell(table, respondent="r3", target="a")["score"] == 1


def test_ties_are_means_over_respondents() -> None:
    ties = nc.scales.relational_capacity(small(), "knowledge")
    ab = cell(ties, site="north", source="a", target="b")
    assert (ab["mean"], ab["n"]) == (3.25, 2)
    assert ab["sd"] == pytest.approx(np.std([4.5, 2], ddof=1))
    assert ab["se"] == pytest.approx(ab["sd"] / np.sqrt(2))
    ba = cell(ties, site="north", source="b", target="a")
    assert (ba["mean"], ba["n"]) == (1, 1)
    assert np.isnan(ba["sd"])
    assert (ab["mutual"], ab["gap"], ba["gap"]) == (2.125, 2.25, -2.25)
    within = cell(ties, site="north", source="a", target="a")
    assert (within["mean"], within["n"]) == (5, 1)
    assert np.isnan(within["gap"])


def test_a_missing_tie_says_why() -> None:
    ties = nc.scales.relational_capacity(small(), "knowledge")
    reasons = {
        (row.source, row.target): row.reason
        for row in ties[ties["site"] == "north"].itertuples()
    }
    assert reasons["c", "a"] == "nonrespondent"
    assert reasons["a", "c"] == "not_asked"
    assert reasons["b", "c"] == "not_applicable"
    assert reasons["a", "b"] == ""


def test_a_unit_whose_people_were_asked_and_gave_no_answer_is_silent() -> None:
    listed = [*PEOPLE, ("north", "r9", "c")]
    study = small()
    asked = nc.Study.from_frames(
        study.manifest,
        actors=study.actors,
        respondents=pd.DataFrame(listed, columns=["site", "respondent", "actor"]),
        answers=study.answers,
    )
    ties = nc.scales.relational_capacity(asked, "knowledge")
    silent = ties[(ties["site"] == "north") & (ties["source"] == "c")]
    assert silent["reason"].tolist() == ["nonrespondent"] * 3
    network = nc.build_network(asked, "knowledge", site="north")
    assert (network.states.loc["c", ["a", "b"]] == "nonrespondent").all()


def test_every_ordered_pair_of_a_site_has_a_row() -> None:
    ties = nc.scales.relational_capacity(small(), "rc")
    assert ties.groupby("site").size().to_dict() == {"north": 9, "south": 4}


def test_functions_give_receive_and_say_of_themselves() -> None:
    table = nc.scales.relational_capacity(small(), "knowledge", level="function")
    north = table[table["site"] == "north"]
    assert cell(north, actor="a", direction="given")["mean"] == 3.25
    assert cell(north, actor="a", direction="received")["mean"] == 1
    assert cell(north, actor="a", direction="within")["mean"] == 5
    silent = cell(north, actor="c", direction="given")
    assert (np.isnan(silent["mean"]), silent["n"]) == (True, 0)


def test_the_site_index_by_respondents_and_by_functions() -> None:
    table = nc.scales.relational_capacity(small(), "knowledge", level="site")
    people = cell(table, site="north", weighting="respondents")
    units = cell(table, site="north", weighting="functions")
    assert (people["mean"], people["n"]) == (pytest.approx((4.5 + 2 + 1) / 3), 3)
    assert (units["mean"], units["n"]) == ((3.25 + 1) / 2, 2)
    south = cell(table, site="south", weighting="functions")
    assert (south["mean"], south["n"]) == (3, 1)


def test_only_pairs_that_every_site_has_are_compared() -> None:
    answers = [*ANSWERS, ("r5", "k1", "b", 1), ("r3", "k1", "b", 2)]
    table = nc.scales.relational_capacity(
        small(answers), "knowledge", level="site", pairs="common"
    )
    assert cell(table, site="north", weighting="functions")["mean"] == 3.25
    assert cell(table, site="south", weighting="functions")["mean"] == 3


def test_items_about_no_unit_belong_to_the_own_function() -> None:
    table = nc.scales.relational_capacity(small(), "vision", level="function")
    own = cell(table, site="north", actor="a")
    assert (own["mean"], own["n"], own["direction"]) == (3, 2, "own")
    with pytest.raises(nc.InputError, match="about no unit"):
        nc.scales.relational_capacity(small(), "vision")


def test_an_unknown_name_is_answered_with_the_closest() -> None:
    with pytest.raises(nc.UnknownNameError, match='did you mean "knowledge"'):
        nc.scales.score(small(), "knowlege")


def test_items_on_different_scales_are_not_averaged() -> None:
    scales = {**MANIFEST["scales"], "ten": {"low": 0, "high": 10}}
    items = {name: dict(item) for name, item in MANIFEST["items"].items()}
    items["k1"]["scale"] = "ten"
    with pytest.raises(nc.InputError, match="different response scales"):
        nc.scales.score(small(scales=scales, items=items), "knowledge")


def test_bands_are_shown_only_where_declared() -> None:
    assert "band" not in nc.scales.relational_capacity(small(), "knowledge")
    bands = {"weak": [1, 2.5], "strong": [2.5, 5]}
    study = small(scales={"five": {"low": 1, "high": 5, "bands": bands}})
    ties = nc.scales.relational_capacity(study, "knowledge")
    assert cell(ties, site="north", source="a", target="b")["band"] == "strong"
    assert cell(ties, site="north", source="b", target="a")["band"] == "weak"
    assert cell(ties, site="north", source="a", target="a")["band"] == "strong"
    assert cell(ties, site="north", source="c", target="a")["band"] == ""


def test_a_network_of_a_dimension_keeps_the_states() -> None:
    network = nc.build_network(small(), "knowledge", site="north")
    assert network.ties.loc["a", "b"] == 3.25
    assert network.states.loc["c", "a"] == "nonrespondent"
    assert network.states.loc["a", "c"] == "not_asked"
    assert network.states.loc["b", "c"] == "not_applicable"
    assert network.scale == (1, 5)
    hidden = nc.build_network(small(), "knowledge", site="north", min_respondents=2)
    assert hidden.states.loc["b", "a"] == "suppressed"
    assert hidden.ties.loc["a", "b"] == 3.25
    assert set(nc.networks.build_networks(small(), "knowledge")) == {"north", "south"}


def test_waves_are_kept_apart() -> None:
    people = pd.DataFrame(PEOPLE, columns=["site", "respondent", "actor"])
    both = pd.concat([people.assign(wave="1"), people.assign(wave="2")])
    answers = pd.DataFrame(
        [("r1", "s1", "b", "1", 2), ("r1", "s1", "b", "2", 5)],
        columns=["respondent", "item", "target", "wave", "value"],
    )
    study = nc.Study.from_frames(
        MANIFEST,
        actors=pd.DataFrame(ACTORS, columns=["site", "actor"]),
        respondents=both,
        answers=answers,
    )
    ties = nc.scales.relational_capacity(study, "sharing")
    ab = ties[(ties["source"] == "a") & (ties["target"] == "b")]
    assert ab[ab["site"] == "north"].set_index("wave")["mean"].to_dict() == {
        "1": 2,
        "2": 5,
    }
    assert nc.build_network(study, "sharing", "north", "2").ties.loc["a", "b"] == 5


@given(st.permutations(ANSWERS))
def test_the_order_of_the_rows_changes_nothing(
    answers: list[tuple[str, str, str, Any]],
) -> None:
    one = nc.scales.relational_capacity(small(), "rc")
    other = nc.scales.relational_capacity(small(list(answers)), "rc")
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)


def test_two_roads_to_the_same_ties() -> None:
    rng = np.random.default_rng(5)
    said = [
        (who, item, target, int(rng.integers(1, 6)))
        for who, *_ in [(p[1],) for p in PEOPLE]
        for item in ("k1", "k2", "s1")
        for target in ("a", "b")
    ]
    study = small(said)
    frame = study.answers.merge(study.respondents, on=["respondent", "wave"])
    turned = frame["item"] == "k2"
    frame["x"] = frame["value"].where(~turned, 6 - frame["value"])
    by_person = frame.groupby(["site", "actor", "respondent", "target"])["x"].mean()
    plain = by_person.groupby(["site", "actor", "target"]).agg(["mean", "std", "count"])
    ties = nc.scales.relational_capacity(study, "rc")
    ours = ties[ties["n"] > 0].set_index(["site", "source", "target"])
    np.testing.assert_allclose(ours["mean"], plain.loc[ours.index, "mean"], rtol=1e-12)
    np.testing.assert_allclose(ours["sd"], plain.loc[ours.index, "std"], rtol=1e-12)
    assert ours["n"].tolist() == plain.loc[ours.index, "count"].tolist()
