"""Projections: values by hand, what is unknown, and registers beside tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, RefusedError, UnknownNameError
from netcollab.networks import Network, Register, project

NAMES = ["nav", "ks", "hdir"]
KINDS = ["count", "newman", "jaccard"]


def told(cells: object, names: list[str] | None = None) -> pd.DataFrame:
    square = np.array(cells, dtype=float)
    columns = [f"o{place}" for place in range(square.shape[1])]
    return pd.DataFrame(square, (names or NAMES)[: len(square)], columns)


def register_of(met: pd.DataFrame) -> Register:
    rows = met.stack()
    rows = rows[rows > 0].reset_index(name="weight")
    rows.columns = ["actor", "object", "weight"]
    everybody = [*met.index, *met.columns[(met > 0).any()]]
    return Register.from_ties(rows, source="actor", target="object", actors=everybody)


TABLES = st.lists(
    st.lists(st.sampled_from([0.0, 0.0, 1.0, 3.0]), min_size=5, max_size=5),
    min_size=4,
    max_size=4,
).map(lambda cells: told(cells, list("abcd")))


@pytest.mark.parametrize(
    ("kind", "pairs"),
    [
        ("count", [2, 1, 1]),
        ("newman", [1 / 2 + 1, 1 / 2, 1 / 2]),
        ("jaccard", [2 / 3, 1 / 4, 1 / 3]),
    ],
)
def test_by_hand(kind: str, pairs: list[float]) -> None:
    met = told([[1, 5, 1, 0], [1, 1, 0, 0], [1, 0, 0, 1]])
    made = project(met, kind=kind, relation="meets")
    ties = made.ties.to_numpy()
    np.testing.assert_allclose(ties[np.triu_indices(3, 1)], pairs)
    assert (made.directed, made.relation) == (False, "meets")
    assert made.state_counts()["observed"] == 3


def test_sharing_nothing_is_a_known_absence() -> None:
    for kind in KINDS:
        made = project(told([[1, 0], [0, 1], [0, 0]]), kind=kind)
        assert made.n == 3
        assert (made.ties.fillna(0) == 0).to_numpy().all()
        assert made.state_counts()["observed"] == 3


def test_attributes_are_those_of_the_result() -> None:
    met = told([[1, 1], [1, 0]])
    kinds = pd.DataFrame({"sort": ["board", "tool"]}, ["o0", "o1"])
    made = project(met, onto="objects", actors=kinds)
    assert made.attribute("sort").tolist() == ["board", "tool"]
    assert made.ties.loc["o0", "o1"] == 1
    with pytest.raises(InputError, match="without a row"):
        project(met, actors=kinds)


@given(met=TABLES)
def test_objects_are_the_actors_of_the_turned_table(met: pd.DataFrame) -> None:
    for kind in KINDS:
        pd.testing.assert_frame_equal(
            project(met, kind=kind, onto="objects").ties, project(met.T, kind=kind).ties
        )


@given(met=TABLES)
def test_newman_gives_everybody_the_objects_shared_with_somebody(
    met: pd.DataFrame,
) -> None:
    total = project(met, kind="newman").ties.fillna(0).sum(axis=1)
    held = met > 0
    shared = (held & (held.sum() > 1)).sum(axis=1)
    np.testing.assert_allclose(total, shared, atol=1e-12)


# ---- what was not observed


def filled(met: pd.DataFrame, choice: int) -> pd.DataFrame:
    """One way to fill the gaps, by the bits of a number."""
    cells = met.to_numpy().copy()
    for place, (i, j) in enumerate(zip(*np.nonzero(np.isnan(cells)), strict=True)):
        cells[i, j] = choice >> place & 1
    return pd.DataFrame(cells, met.index, met.columns)


@given(
    cells=st.lists(
        st.sampled_from([0.0, 1.0, 1.0, np.nan]), min_size=12, max_size=12
    ).filter(lambda cells: np.isnan(cells).sum() <= 4)
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_pair_is_known_exactly_when_no_gap_could_change_it(
    kind: str, cells: list[float]
) -> None:
    met = told(np.array(cells).reshape(3, 4))
    gaps = int(np.isnan(cells).sum())
    ways = [project(filled(met, k), kind=kind).ties for k in range(2**gaps)]
    stack = np.stack([way.to_numpy() for way in ways])[:, *np.triu_indices(3, 1)]
    fixed = np.ptp(stack, axis=0) < 1e-12
    made = project(met, kind=kind).ties.to_numpy()[np.triu_indices(3, 1)]
    known = ~np.isnan(made)
    assert not (known & ~fixed).any()
    np.testing.assert_allclose(made[known], stack[0][known], atol=1e-12)
    if kind == "count":
        assert (known == fixed).all()


def test_a_gap_counts_only_where_it_matters() -> None:
    met = told([[1, np.nan, 1], [1, 0, 1], [0, 1, 0]])
    made = project(met)
    assert made.ties.loc["nav", "ks"] == 2
    assert made.states.loc["nav", "hdir"] == "not_asked"
    newman = project(told([[1, 1], [1, 0], [np.nan, 1]]), kind="newman")
    assert newman.states.loc["nav", "ks"] == "not_asked"
    assert np.isnan(project(met, kind="jaccard").ties.loc["nav", "ks"])


# ---- registers


@given(met=TABLES, onto=st.sampled_from(["actors", "objects"]))
def test_a_register_gives_what_the_table_gives(met: pd.DataFrame, onto: str) -> None:
    met = met.loc[:, (met > 0).any()]
    register = register_of(met)
    for kind in KINDS:
        made = project(register, kind=kind, onto=onto, relation="meets")
        known = project(met, kind=kind, onto=onto).ties.fillna(0)
        assert made.names.tolist() == known.index.tolist()
        assert (made.directed, made.relation) == (False, "meets")
        np.testing.assert_allclose(made.matrix.toarray(), known, atol=1e-12)


def test_attributes_of_a_register_stay() -> None:
    actors = pd.DataFrame(
        {"sector": ["x", "y", None]}, index=["nav", "council", "ks"], dtype="str"
    )
    rows = pd.DataFrame({"source": ["ks", "nav"], "target": ["council", "council"]})
    made = project(Register.from_ties(rows, actors=actors))
    assert made.actors.index.tolist() == ["nav", "ks"]
    assert made.attribute("sector")["nav"] == "x"
    better = pd.DataFrame({"staff": [4, 9]}, index=["ks", "nav"])
    again = project(Register.from_ties(rows, actors=actors), actors=better)
    assert again.attribute("staff").to_dict() == {"nav": 9, "ks": 4}


def test_a_register_of_one_mode_is_refused() -> None:
    rows = pd.DataFrame({"source": ["a", "b"], "target": ["b", "c"]})
    with pytest.raises(InputError, match='"b" is both actor and object'):
        project(Register.from_ties(rows))
    with pytest.raises(InputError, match="is directed"):
        project(Register.from_ties(rows, directed=False))


def test_an_object_of_everybody_is_refused_before_its_pairs_are_made() -> None:
    n = 10_000
    rows = pd.DataFrame(
        {"source": [f"a{place}" for place in range(n)], "target": "all"}
    )
    with pytest.raises(RefusedError, match=r'49,995,000 pairs.*"all" \(10,000\)'):
        project(Register.from_ties(rows))
    assert project(Register.from_ties(rows), onto="objects").n == 1


def test_bad_tables_and_words_are_errors() -> None:
    with pytest.raises(UnknownNameError, match="projection"):
        project(told([[1]]), kind="newmann")
    with pytest.raises(UnknownNameError, match="mode"):
        project(told([[1]]), onto="object")
    with pytest.raises(InputError, match="at least 0"):
        project(told([[-1]]))
    with pytest.raises(RefusedError, match="5,001 actors"):
        project(pd.DataFrame(0.0, range(5001), ["o"]))


def test_a_projection_is_a_network_like_any_other() -> None:
    made = project(told([[1, 1], [1, 0], [1, 0]]))
    assert isinstance(made, Network)
    assert made.n_ties == 3
    assert not made.is_presence_only
