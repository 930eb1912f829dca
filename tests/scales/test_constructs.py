"""One organisation, one voice: scores of constructs from coded statements."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import UnknownNameError
from netcollab.scales import construct_bounds, construct_scores, interviewed
from netcollab.study import Manifest, Study

EMPTY = pd.DataFrame()
SAID = ["informant", "actor", "construct", "polarity", "confidence"]


def made(said: list[tuple[object, ...]], **tables: pd.DataFrame) -> Study:
    """Three organisations a, b, c of which a and b were interviewed (I1, I2)."""
    usual = {
        "sites": pd.DataFrame({"site": ["here"]}),
        "actors": pd.DataFrame({"site": "here", "actor": ["a", "b", "c"]}),
        "ties": EMPTY,
        "respondents": pd.DataFrame(
            {"site": "here", "respondent": ["I1", "I2"], "actor": ["a", "b"]}
        ),
        "answers": EMPTY,
        "codings": pd.DataFrame(said, columns=SAID).assign(site="here"),
        "affiliations": EMPTY,
    }
    return Study(Manifest(name="here"), **(usual | tables))


def by_actor(study: Study, construct: str = "trust") -> pd.DataFrame:
    scores = construct_scores(study)
    return scores[scores["construct"] == construct].set_index("actor")


def test_a_score_is_the_confidence_weighted_mean_of_all_informants() -> None:
    study = made(
        [
            ("I1", "a", "trust", 2, 1.0),
            ("I1", "a", "trust", -1, 0.5),
            ("I9", "a", "trust", 0, 0.5),
            ("I2", "b", "trust", 1, np.nan),
        ]
    )
    table = by_actor(study)
    # (2 x 1 - 1 x .5 + 0 x .5) / (1 + .5 + .5) = 1.5 / 2
    assert table.loc["a", "score"] == pytest.approx(0.75)
    assert table.loc["a", ["n", "n_informants"]].tolist() == [3, 2]
    # a blank confidence is 1
    assert table.loc["b", "score"] == 1.0
    assert table["basis"].tolist() == ["own", "own", ""]
    assert table["reason"].tolist() == ["", "", "not interviewed"]


def test_the_summary_fills_the_interviewed_only_and_is_no_voice() -> None:
    study = made([("ALL", "", "trust", 1, 1.0), ("I1", "a", "trust", -2, 1.0)])
    table = by_actor(study)
    assert table["score"].to_dict() == {
        "a": -2.0,
        "b": 1.0,
        "c": pytest.approx(np.nan, nan_ok=True),
    }
    assert table["basis"].tolist() == ["own", "summary", ""]
    assert table["n"].tolist() == [1, 0, 0]
    assert sorted(table.index) == ["a", "b", "c"]


def test_a_coding_without_confidence_in_it_says_nothing() -> None:
    study = made([("I1", "a", "trust", 2, 0.0), ("ALL", "", "trust", -1, 1.0)])
    table = by_actor(study)
    assert table.loc["a", ["score", "basis", "n"]].tolist() == [-1.0, "summary", 0]
    silent = made([("I1", "a", "trust", 2, 0.0)])
    assert construct_scores(silent).empty


def test_an_informant_is_found_through_the_respondents() -> None:
    table = by_actor(made([("I2", "", "trust", 1, 1.0)]))
    assert table.loc["b", "basis"] == "own"


def test_codings_of_no_actor_are_nobodys_voice() -> None:
    scores = construct_scores(
        made([("I7", "", "trust", 1, 1.0), ("I1", "a", "trust", 2, 1.0)])
    )
    assert scores.attrs["unplaced"] == 1
    assert scores["n"].tolist() == [1, 0, 0]


def test_who_was_interviewed_is_read_from_the_best_record() -> None:
    codings = [("I1", "a", "trust", 1, 1.0)]
    actors = pd.DataFrame(
        {"site": "here", "actor": ["a", "b", "c"], "interview_date": ["", "May", None]}
    )
    asked = interviewed(made(codings, actors=actors))
    assert asked.attrs["known_from"] == "respondents"
    assert asked["interviewed"].tolist() == [True, True, False]
    asked = interviewed(made(codings, actors=actors, respondents=EMPTY))
    assert asked.attrs["known_from"] == "interview_date"
    assert asked["interviewed"].tolist() == [False, True, False]
    asked = interviewed(made(codings, respondents=EMPTY))
    assert asked.attrs["known_from"] == "codings"
    assert asked["interviewed"].tolist() == [True, False, False]


def test_sites_are_kept_apart() -> None:
    places = {"site": ["north", "north", "south"], "actor": ["a", "b", "a"]}
    codings = pd.DataFrame(
        {
            "site": ["north", "south"],
            "informant": ["ALL", "I3"],
            "actor": ["", "a"],
            "construct": "trust",
            "polarity": [2, -1],
        }
    )
    people = pd.DataFrame({**places, "respondent": ["I1", "I2", "I3"]})
    study = made([], actors=pd.DataFrame(places), respondents=people, codings=codings)
    table = construct_scores(study).set_index(["site", "actor"])["score"]
    assert table.to_dict() == {
        ("north", "a"): 2.0,
        ("north", "b"): 2.0,
        ("south", "a"): -1.0,
    }


def test_value_stands_in_where_there_is_no_polarity() -> None:
    codings = pd.DataFrame(
        {"site": ["here"], "actor": ["a"], "construct": ["trust"], "value": ["-1"]}
    )
    assert by_actor(made([], codings=codings)).loc["a", "score"] == -1.0


def test_bounds_put_the_unheard_at_both_ends() -> None:
    bounds = construct_bounds(made([("I1", "a", "trust", 1, 1.0)])).loc[0]
    assert bounds[["n_heard", "n_own", "n_unheard"]].tolist() == [1, 1, 1]
    assert bounds[["mean", "low", "high"]].tolist() == [1.0, -0.5, 1.5]


def test_no_codings_give_no_rows() -> None:
    for codings in (
        EMPTY,
        pd.DataFrame(columns=["site", "actor", "construct", "polarity"]),
    ):
        study = made([], codings=codings)
        assert construct_scores(study).empty
        assert construct_scores(study, by="hypothesis").empty
        assert construct_bounds(study).empty


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="hypothesis"):
        construct_scores(made([]), by="hypotesis")  # type: ignore[arg-type]


STATEMENT = st.tuples(
    st.sampled_from(["I1", "I2", "ALL"]),
    st.just(""),
    st.sampled_from(["trust", "incentives"]),
    st.integers(-2, 2),
    st.sampled_from([0.0, 0.3, 0.7, 1.0, np.nan]),
)


@given(
    codings=st.lists(STATEMENT, max_size=12), order=st.randoms(use_true_random=False)
)
def test_the_order_of_rows_changes_nothing(codings, order) -> None:
    study = made(codings)
    shuffled = list(codings)
    order.shuffle(shuffled)
    mixed = made(shuffled, actors=study.actors.iloc[::-1])
    pd.testing.assert_frame_equal(
        construct_scores(study), construct_scores(mixed), check_exact=True
    )


@given(codings=st.lists(STATEMENT, min_size=1, max_size=12))
def test_scores_mirror_when_polarities_do(codings) -> None:
    mirrored = [(*row[:3], -row[3], row[4]) for row in codings]
    scores, other = construct_scores(made(codings)), construct_scores(made(mirrored))
    np.testing.assert_allclose(scores["score"], -other["score"], atol=1e-12)
    assert scores["basis"].tolist() == other["basis"].tolist()
    low, high = construct_bounds(made(codings)), construct_bounds(made(mirrored))
    np.testing.assert_allclose(low["low"], -high["high"], atol=1e-12)
