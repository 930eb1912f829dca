"""The grammar of hypotheses: from a line to matrices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, Study, UnknownNameError, build_network
from netcollab import measures as ms
from netcollab.networks import Network

NAMES = ["nav", "ks", "hdir"]
ACTORS = pd.DataFrame(
    {"staff": [90.0, 30.0, 60.0], "sector": ["labour", "health", "health"]}, NAMES
)
CELLS = pd.DataFrame(
    [[np.nan, 3, 1], [2, np.nan, np.nan], [0, 1, np.nan]], NAMES, NAMES
)
TRUST = Network.from_matrix(CELLS, relation="trust", actors=ACTORS)


def cells(text: str) -> list[list[float]]:
    table = ms.term_matrix(text, ACTORS, {"trust": TRUST})
    assert table.index.tolist() == table.columns.tolist() == NAMES
    assert np.isnan(np.diag(table)).all()
    return np.nan_to_num(table.to_numpy(), nan=-1).tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("same(sector)", [[-1, 0, 0], [0, -1, 1], [0, 1, -1]]),
        ("absdiff(staff)", [[-1, 60, 30], [60, -1, 30], [30, 30, -1]]),
        ("sum(staff)", [[-1, 120, 150], [120, -1, 90], [150, 90, -1]]),
        ("sender(staff)", [[-1, 90, 90], [30, -1, 30], [60, 60, -1]]),
        ("receiver(staff)", [[-1, 30, 60], [90, -1, 60], [90, 30, -1]]),
        ("tie(trust)", [[-1, 3, 1], [2, -1, -1], [0, 1, -1]]),
        ("dependence(trust)", [[-1, 0.75, 0.25], [1, -1, -1], [0, 1, -1]]),
    ],
)
def test_each_term_by_hand(text: str, expected: list[list[float]]) -> None:
    assert cells(text) == expected


def test_the_difference_is_source_minus_target_as_in_resource_gap() -> None:
    table = ms.term_matrix("difference(staff)", ACTORS)
    assert table.loc["nav", "ks"] == 60
    pd.testing.assert_frame_equal(table, ms.resource_gap(TRUST, "staff"))
    sides = [
        ms.term_matrix(f"{kind}(staff)", ACTORS) for kind in ("sender", "receiver")
    ]
    pd.testing.assert_frame_equal(sides[0] - sides[1], table)


def test_terms_equal_the_measures_of_the_same_name() -> None:
    networks = {"trust": TRUST}
    for text, table in (
        ("same(sector)", ms.same(TRUST, "sector")),
        ("difference(staff)", ms.difference(TRUST, "staff")),
        ("absdiff(staff)", ms.resource_gap(TRUST, "staff", kind="absolute")),
        ("dependence(trust)", ms.dependence(TRUST)),
        ("tie(trust)", TRUST.ties),
    ):
        pd.testing.assert_frame_equal(ms.term_matrix(text, ACTORS, networks), table)


def test_an_actor_without_a_value_leaves_its_dyads_undefined() -> None:
    some = ACTORS.assign(staff=[90.0, np.nan, 60.0])
    table = ms.term_matrix("sum(staff)", some)
    assert table["ks"].isna().all()
    assert table.loc["nav", "hdir"] == 150
    assert table.attrs["reasons"] == {"ks": "no value of staff"}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "position 1: expected a term"),
        ("same", r'position 5: expected "\(", found the end'),
        ("same(", "position 6: expected a name"),
        ("same()", r'position 6: expected a name, found "\)"'),
        ("same(sector", r'position 12: expected "\)"'),
        ("same(sector) x", 'position 14: expected the end of the term, found "x"'),
        ("same(sector) + same(staff)", "the end of the term"),
        ("(sector)", "position 1: expected a term"),
        ("2(sector)", "position 1: expected a term"),
        ("__import__('os').system('x')", 'unknown term "__import__"'),
    ],
)
def test_text_that_is_no_term_is_refused_with_its_place(text: str, part: str) -> None:
    with pytest.raises(InputError, match=part):
        ms.term_matrix(text, ACTORS)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("sme(sector)", 'unknown term "sme" .did you mean "same"'),
        ("same(sectr)", 'unknown attribute "sectr" .did you mean "sector"'),
        ("tie(trst)", 'unknown relation "trst" .did you mean "trust"'),
        ("eval(staff)", 'unknown term "eval"'),
    ],
)
def test_unknown_names_tell_the_closest(text: str, part: str) -> None:
    with pytest.raises(UnknownNameError, match=part):
        ms.term_matrix(text, ACTORS, {"trust": TRUST})


def test_words_have_no_differences() -> None:
    for kind in ("absdiff", "difference", "sum", "sender", "receiver"):
        with pytest.raises(InputError, match="'sector' must be numeric"):
            ms.term_matrix(f"{kind}(sector)", ACTORS)


# ---- formulas of a study


def study() -> Study:
    relations = {
        "trust": {"unlisted": "absent"},
        "information": {"unlisted": "not_asked"},
    }
    told = [
        ("Oslo", "trust", "nav", "ks", 3),
        ("Oslo", "trust", "nav", "hdir", 1),
        ("Oslo", "trust", "hdir", "ks", 2),
        ("Oslo", "information", "ks", "nav", 4),
        ("Bergen", "trust", "nav", "ks", 1),
    ]
    actors = pd.concat(
        [ACTORS.assign(site="Oslo"), ACTORS.iloc[:2].assign(site="Bergen")]
    )
    return Study.from_frames(
        {"name": "two_sites", "relations": relations},
        actors=actors.rename_axis("actor").reset_index(),
        ties=pd.DataFrame(
            told, columns=["site", "relation", "source", "target", "weight"]
        ),
    )


def test_a_formula_gives_the_outcome_and_its_predictors() -> None:
    line = "tie(trust) ~ same( sector )+absdiff(staff) + tie(information)"
    y, x = ms.design_matrices(study(), line, site="Oslo")
    assert list(x) == ["same(sector)", "absdiff(staff)", "tie(information)"]
    network = build_network(study(), "trust", site="Oslo")
    pd.testing.assert_frame_equal(y, network.ties)
    for table in x.values():
        assert table.index.equals(y.index)
        assert table.columns.equals(y.columns)
    assert x["tie(information)"].loc["ks", "nav"] == 4
    assert np.isnan(x["tie(information)"].loc["nav", "ks"])
    assert x["absdiff(staff)"].loc["nav", "ks"] == 60


def test_the_outcome_may_be_a_bare_name() -> None:
    bare = ms.design_matrices(study(), " trust~sender(staff)", site="Oslo")
    tied = ms.design_matrices(study(), "tie( trust ) ~ sender(staff)", site="Oslo")
    pd.testing.assert_frame_equal(bare[0], tied[0])
    assert list(bare[1]) == list(tied[1]) == ["sender(staff)"]


def test_another_site_is_another_table() -> None:
    y, x = ms.design_matrices(study(), "trust ~ same(sector)", site="Bergen")
    assert y.shape == x["same(sector)"].shape == (2, 2)
    with pytest.raises(InputError, match="several sites"):
        ms.design_matrices(study(), "trust ~ same(sector)")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("trust", 'position 6: expected "~"'),
        ("trust ~", "position 8: expected a term"),
        ("trust ~ same(sector) +", "position 23: expected a term"),
        ("trust ~ same(sector) same(staff)", r'position 22: expected "\+" or the end'),
        ("trust ~ same(sector) - same(staff)", r'position 22: expected "\+"'),
        ("trust ~ sector", r'position 15: expected "\("'),
        ("trust ~ a ~ b", r'expected "\("'),
        ("~ same(sector)", "position 1: expected a term"),
        ("same(trust) ~ same(sector)", "outcome of a formula"),
        ("tie(trust) x ~ same(sector)", "outcome of a formula"),
        ("trust ~ same(sector) + same( sector)", "stands twice"),
        (7, "a formula is text, got 7"),
    ],
)
def test_garbage_is_refused_with_its_place(text: str, part: str) -> None:
    with pytest.raises(InputError, match=part):
        ms.design_matrices(study(), text, site="Oslo")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("trst ~ same(sector)", "relation"),
        ("trust ~ tie(x)", "relation"),
        ("trust ~ dependence(x)", "relation"),
        ("trust ~ same(x)", "attribute"),
        ("trust ~ x(sector)", "term"),
    ],
)
def test_unknown_names_of_a_formula(text: str, kind: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        ms.design_matrices(study(), text, site="Oslo")
    assert caught.value.kind == kind


@given(st.text(alphabet="abt~+() ,.1ø_", max_size=30))
def test_any_text_is_a_term_or_an_error_of_ours(text: str) -> None:
    with pytest.raises(InputError):
        ms.term_matrix(text, ACTORS)
