"""Words of a claim as values: of sites, of functions and of respondents."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.hypotheses.variables import (
    function_values,
    is_same_source,
    named,
    respondent_values,
    site_values,
)
from netcollab.study import Study


@pytest.fixture(scope="module")
def study() -> Study:
    return nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))


def test_terms() -> None:
    assert named(" score( leadership ) ") == ("score", "leadership")
    assert named("tie(trust)") == ("tie", "trust")
    assert named("population") == ("score", "population")
    for text in ("a + b", "same(sector)", "", "score()", "__import__('os')"):
        with pytest.raises(InputError, match="not one value per site"):
            named(text)


def test_sites_by_hand(study: Study) -> None:
    table = nc.scales.relational_capacity(study, level="site")
    mine = table[(table["site"] == "egelund") & (table["weighting"] == "functions")]
    found = site_values(study, "score(relational_capacity)")
    assert found["egelund"] == pytest.approx(mine["mean"].mean())
    assert site_values(study, "population")["nordvik"] == 8214
    documents = nc.scales.document_scores(study)
    own = documents[documents["site"] == "nordvik"]["score"].mean()
    assert site_values(study, "score(documents)")["nordvik"] == pytest.approx(own)
    one = documents[documents["construct"] == "formal_organisation"].set_index("site")
    pd.testing.assert_series_equal(
        site_values(study, "formal_organisation"),
        one["score"],
        check_names=False,
    )


def test_a_site_without_a_value_is_unknown(study: Study) -> None:
    some = study.codings[study.codings["site"] != "nordvik"]
    bare = study.select()
    bare = type(study)(**{**vars(bare), "codings": some})
    assert np.isnan(site_values(bare, "score(documents)")["nordvik"])
    assert site_values(bare, "score(documents)").notna().sum() == 11


def test_functions_by_hand(study: Study) -> None:
    table = nc.scales.relational_capacity(study, "leadership", level="function")
    row = table.iloc[0]
    found = function_values(study, "score(leadership)")
    assert found[(row["site"], row["wave"], row["actor"])] == row["mean"]
    network = nc.build_network(study, "standing_meeting", site="nordvik", wave="2025")
    sent = network.ties.loc["myndighed"].mean()
    ties = function_values(study, "tie(standing_meeting)")
    assert ties[("nordvik", "2025", "myndighed")] == pytest.approx(sent)
    invited = function_values(study, "invited")
    assert invited[("nordvik", "2026", "udfoerer")] == 10


def test_unknown_names_get_the_closest(study: Study) -> None:
    with pytest.raises(UnknownNameError, match='did you mean "leadership"'):
        site_values(study, "score(leadersip)")
    with pytest.raises(UnknownNameError, match='did you mean "invited"'):
        function_values(study, "invitd")
    with pytest.raises(InputError, match="sector is no number"):
        function_values(study, "sector")


def test_respondents_say_answers_only(study: Study) -> None:
    told = respondent_values(study, "score(leadership)")
    assert told["value"].notna().all()
    assert len(told) > 900
    assert not len(respondent_values(study, "population"))
    assert not len(respondent_values(study, "tie(standing_meeting)"))


@pytest.mark.parametrize(
    ("outcome", "predictor", "is_same"),
    [
        ("tie(mutual_respect)", "tie(mutual_knowledge)", True),
        ("mutual_respect", "score(leadership)", True),
        ("tie(mutual_respect)", "tie(standing_meeting)", False),
        ("score(mutual_respect)", "score(documents)", False),
        ("tie(mutual_respect)", "same(sector)", False),
    ],
)
def test_who_told_both(
    study: Study, outcome: str, predictor: str, is_same: bool
) -> None:
    assert is_same_source(study, outcome, predictor) is is_same


def test_other_respondents_are_another_source(study: Study) -> None:
    people = study.answers["respondent"]
    half = set(people.unique()[::2])
    is_respect = study.answers["item"].str.startswith("rc_respect")
    apart = study.answers[people.isin(half) == is_respect]
    split = type(study)(**{**vars(study.select()), "answers": apart})
    assert not is_same_source(split, "tie(mutual_respect)", "tie(mutual_knowledge)")
    assert is_same_source(split, "tie(mutual_knowledge)", "tie(innovation)")
