"""Networks made from networks: nothing unknown becomes known on the way."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, UnknownNameError
from netcollab.networks import (
    Network,
    combine,
    complete,
    dichotomize,
    reverse,
    subnetwork,
    suppress_few,
    symmetrize,
    tie_limits,
)

NAMES = ["nav", "ks", "hdir"]
ACTORS = pd.DataFrame({"staff": [90, 30, 60]}, NAMES)


def network_of(cells: object, states: dict[str, str] | None = None, **more: object):
    frame = pd.DataFrame(np.array(cells, dtype=float), NAMES, NAMES)
    words = None
    if states is not None:
        words = pd.DataFrame("observed", NAMES, NAMES)
        for pair, word in states.items():
            source, target = pair.split()
            words.loc[source, target] = word
    return Network.from_matrix(
        frame, relation="trust", actors=ACTORS, states=words, site="Oslo", **more
    )


HALF = [[0, 4, np.nan], [2, 0, 0], [5, 1, 0]]
UNKNOWN = {"nav hdir": "no_answer"}

NETWORKS = st.lists(
    st.sampled_from([0.0, 1.0, 4.0, np.nan]), min_size=9, max_size=9
).map(lambda cells: network_of(np.array(cells).reshape(3, 3) * (1 - np.eye(3))))


def test_reverse_turns_ties_and_their_states() -> None:
    network = network_of(HALF, UNKNOWN, scale=(1.0, 5.0))
    turned = reverse(network)
    assert turned.ties.loc["ks", "nav"] == 4
    assert turned.ties.loc["nav", "hdir"] == 5
    assert turned.states.loc["hdir", "nav"] == "no_answer"
    assert turned.scale == (1, 5)


def test_reverse_keeps_declared_lengths() -> None:
    rows = pd.DataFrame(
        {"source": ["nav"], "target": ["ks"], "weight": [4.0], "distance": [7.0]}
    )
    turned = reverse(Network.from_ties(rows, ACTORS, unlisted="absent"))
    assert turned.distances.loc["ks", "nav"] == 7


@given(network=NETWORKS)
def test_reverse_twice_is_the_same_network(network: Network) -> None:
    again = reverse(reverse(network))
    pd.testing.assert_frame_equal(again.ties, network.ties)
    pd.testing.assert_frame_equal(again.states, network.states)


def test_dichotomize_keeps_the_unknown_unknown() -> None:
    binary = dichotomize(network_of(HALF, UNKNOWN, scale=(1.0, 5.0)), 2)
    assert binary.ties.to_numpy()[~np.eye(3, dtype=bool)].tolist()[0] == 1
    np.testing.assert_array_equal(
        binary.ties,
        [[np.nan, 1, np.nan], [1, np.nan, 0], [1, 0, np.nan]],
    )
    assert binary.states.loc["nav", "hdir"] == "no_answer"
    assert binary.states.loc["hdir", "ks"] == "observed"


def test_the_threshold_is_a_tie() -> None:
    assert dichotomize(network_of(HALF), 4).ties.loc["nav", "ks"] == 1
    assert dichotomize(network_of(HALF), 4.1).ties.loc["nav", "ks"] == 0


@pytest.mark.parametrize("threshold", [0, -1, np.nan])
def test_a_threshold_that_makes_absences_ties_is_refused(threshold: float) -> None:
    with pytest.raises(InputError, match="threshold"):
        dichotomize(network_of(HALF), threshold)


@pytest.mark.parametrize(
    ("rule", "strength"), [("mean", 3), ("minimum", 2), ("maximum", 4)]
)
def test_symmetrize_by_rule(rule: str, strength: float) -> None:
    pair = symmetrize(network_of(HALF), rule)
    assert not pair.directed
    assert pair.ties.loc["nav", "ks"] == pair.ties.loc["ks", "nav"] == strength


def test_a_pair_seen_from_one_side_stays_unknown_with_the_reason() -> None:
    pair = symmetrize(network_of(HALF, UNKNOWN), "maximum")
    assert np.isnan(pair.ties.loc["hdir", "nav"])
    assert pair.states.loc["hdir", "nav"] == "no_answer"
    assert pair.states.loc["nav", "hdir"] == "no_answer"


def test_two_reasons_become_one() -> None:
    cells = [[0, np.nan, 0], [np.nan, 0, 0], [0, 0, 0]]
    both = {"nav ks": "dont_know", "ks nav": "nonrespondent"}
    pair = symmetrize(network_of(cells, both), "mean")
    assert pair.states.loc["nav", "ks"] == pair.states.loc["ks", "nav"]


def test_the_mean_of_a_one_sided_rating_may_lie_below_the_scale() -> None:
    one_sided = network_of([[0, 1, 0], [0, 0, 0], [0, 0, 0]], scale=(1.0, 5.0))
    assert symmetrize(one_sided, "mean").ties.loc["nav", "ks"] == 0.5


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(UnknownNameError, match="rule"):
        symmetrize(network_of(HALF), "sum")


@given(network=NETWORKS)
@pytest.mark.parametrize("rule", ["mean", "minimum", "maximum"])
def test_a_pair_is_known_exactly_when_both_sides_are(
    rule: str, network: Network
) -> None:
    known = network.observed.to_numpy()
    pair = symmetrize(network, rule)
    np.testing.assert_array_equal(pair.observed, known & known.T)
    np.testing.assert_array_equal(pair.ties, pair.ties.T)
    np.testing.assert_array_equal(pair.states, pair.states.T)


@given(network=NETWORKS)
def test_nobody_is_lost_and_nothing_becomes_known(network: Network) -> None:
    before = network.ties.copy(), network.states.copy()
    known = network.observed.to_numpy()
    for made in (
        dichotomize(network, 2),
        symmetrize(network, "mean"),
        reverse(reverse(network)),
    ):
        assert made.ties.index.tolist() == NAMES
        assert made.actors.equals(network.actors)
        assert (made.relation, made.site) == ("trust", "Oslo")
        assert not (made.observed.to_numpy() & ~known).any()
    pd.testing.assert_frame_equal(network.ties, before[0])
    pd.testing.assert_frame_equal(network.states, before[1])


def test_signed_ties_stay_signed() -> None:
    network = network_of([[0, -2, 1], [0, 0, 0], [0, 0, 0]], signed=True)
    assert reverse(network).ties.loc["ks", "nav"] == -2
    assert symmetrize(network, "mean").ties.loc["ks", "nav"] == -1
    assert symmetrize(network, "mean").signed


def test_declared_distances_stay_or_are_asked_about() -> None:
    rows = pd.DataFrame(
        {"source": ["a", "b"], "target": ["b", "a"], "weight": [2.0, 1.0],
         "distance": [7.0, 9.0]}
    )  # fmt: skip
    network = Network.from_ties(rows, pd.DataFrame(index=["a", "b"]), unlisted="absent")
    assert dichotomize(network).distances.loc["a", "b"] == 7
    with pytest.raises(InputError, match="declared distances"):
        symmetrize(network)


def test_without_a_threshold_every_tie_is_one() -> None:
    told = pd.DataFrame([[0, 0.2], [None, 0]], ["a", "b"], ["a", "b"])
    ties = dichotomize(Network.from_matrix(told)).ties
    assert ties.loc["a", "b"] == 1
    assert np.isnan(ties.loc["b", "a"])


def test_a_tie_of_a_dichotomized_network_is_at_most_one() -> None:
    strong = dichotomize(network_of(HALF, scale=(1.0, 5.0)), 3)
    assert strong.scale == (0, 1)
    assert tie_limits(strong)[1][0, 2] == 1


# ---- several networks in one


def pair_of(*cells: float | None, **more: object) -> list[Network]:
    """One network per cell; it is the dyad a to b, b to a is absent."""
    return [
        Network.from_matrix(
            pd.DataFrame([[0, cell], [0, 0]], ["a", "b"], ["a", "b"], dtype=float),
            **more,
        )
        for cell in cells
    ]


@pytest.mark.parametrize(
    ("rule", "cells", "strength"),
    [
        ("sum", (3, 0, 2), 5),
        ("mean", (3, 0, 3), 2),
        ("maximum", (3, 0, 2), 3),
        ("minimum", (3, 4, 2), 2),
        ("any", (3, 0), 1),
        ("any", (0, 0), 0),
        ("all", (3, 1), 1),
        ("all", (3, 0), 0),
        ("sum", (3, None), None),
        ("mean", (3, None), None),
        ("maximum", (3, None), None),
        ("maximum", (5, None), 5),
        ("minimum", (3, None), None),
        ("minimum", (0, None), 0),
        ("any", (3, None), 1),
        ("any", (0, None), None),
        ("all", (3, None), None),
        ("all", (0, None), 0),
    ],
)
def test_combine_by_rule(
    rule: str, cells: tuple[float | None, ...], strength: float | None
) -> None:
    for order in (cells, cells[::-1]):
        made = combine(pair_of(*order, scale=(0, 5)), rule)
        expected = np.nan if strength is None else strength
        np.testing.assert_equal(made.ties.loc["a", "b"], float(expected))
        assert (made.states.loc["a", "b"] == "observed") == (strength is not None)


def test_the_first_reason_is_kept() -> None:
    asked = network_of(HALF, UNKNOWN)
    other = network_of(HALF, {"nav hdir": "dont_know"})
    known = network_of(np.nan_to_num(HALF))
    assert combine([known, asked, other]).states.loc["nav", "hdir"] == "no_answer"
    assert combine([other, asked, known]).states.loc["nav", "hdir"] == "dont_know"
    assert combine([asked, known], "all").states.loc["nav", "hdir"] == "observed"


def test_a_dyad_that_cannot_exist_counts_as_an_absence_unless_it_never_can() -> None:
    never = network_of(HALF, {"nav hdir": "structural"})
    tied = network_of([[0, 4, 6], [2, 0, 0], [5, 1, 0]])
    assert combine([never, tied]).ties.loc["nav", "hdir"] == 6
    assert combine([never, tied], "all").ties.loc["nav", "hdir"] == 0
    both = combine([never, never])
    assert both.states.loc["nav", "hdir"] == "structural"
    assert np.isnan(both.ties.loc["nav", "hdir"])


def test_actors_are_matched_by_name() -> None:
    network = network_of(HALF, UNKNOWN)
    turned = Network.from_matrix(
        network.ties.iloc[::-1, ::-1], actors=network.actors.iloc[::-1]
    )
    made = combine([network, turned])
    np.testing.assert_array_equal(made.ties, network.ties * 2)
    assert made.actors["staff"].tolist() == ACTORS["staff"].tolist()


def test_what_all_say_is_kept() -> None:
    layers = {"trust": network_of(HALF, UNKNOWN, scale=(1.0, 5.0), wave="1")}
    layers["again"] = network_of(HALF, UNKNOWN, scale=(1.0, 5.0), wave="2")
    made = combine(layers, "maximum")
    assert (made.relation, made.site, made.wave) == ("trust", "Oslo", None)
    assert made.scale == (1, 5)
    assert combine(layers, "sum").scale is None
    assert combine(layers, relation="both").relation == "both"
    named = [Network.from_matrix(network_of(HALF).ties, relation) for relation in "ab"]
    assert combine(named).relation == "a + b"
    half = [network_of(HALF, scale=(1, 5)), network_of(np.zeros((3, 3)), scale=(1, 5))]
    assert combine(half, "mean").scale == (0, 5)


def test_signs_leave_less_decided() -> None:
    signed = pair_of(-2, 3, signed=True)
    assert combine(signed).ties.loc["a", "b"] == 1
    assert combine(signed, "minimum").ties.loc["a", "b"] == -2
    unknown = combine(pair_of(0, None, signed=True), "minimum")
    assert np.isnan(unknown.ties.loc["a", "b"])
    either = combine(signed, "any")
    assert (either.ties.loc["a", "b"], either.signed) == (1, False)


def test_networks_that_do_not_fit_are_told_together() -> None:
    other = Network.from_matrix(pd.DataFrame(0.0, ["nav", "x"], ["nav", "x"]))
    loose = symmetrize(network_of(HALF))
    with pytest.raises(InputError) as caught:
        combine([network_of(HALF), other, loose])
    assert len(caught.value.problems) == 2
    assert "hdir, ks, x" in str(caught.value.problems[0])
    with pytest.raises(InputError, match="one network or more"):
        combine([])
    with pytest.raises(UnknownNameError, match="rule"):
        combine([network_of(HALF)], "product")
    rows = pd.DataFrame(
        {"source": ["nav"], "target": ["ks"], "weight": [4.0], "distance": [7.0]}
    )
    with pytest.raises(InputError, match="declared distances"):
        combine([Network.from_ties(rows, ACTORS, unlisted="absent")])


@given(networks=st.lists(NETWORKS, min_size=1, max_size=3))
@pytest.mark.parametrize("rule", ["sum", "mean", "maximum", "minimum", "any", "all"])
def test_a_combined_dyad_is_what_every_completion_gives(
    rule: str, networks: list[Network]
) -> None:
    made = combine(networks, rule).ties.to_numpy()
    ways = []
    for guess in (0.0, 1.0, 7.0):
        layers = np.stack([network.ties.fillna(guess) for network in networks])
        ways.append(
            {
                "sum": layers.sum(0),
                "mean": layers.mean(0),
                "maximum": layers.max(0),
                "minimum": layers.min(0),
                "any": (layers > 0).any(0),
                "all": (layers > 0).all(0),
            }[rule]
        )
    fixed = np.ptp(np.stack(ways).astype(float), axis=0) == 0
    np.fill_diagonal(fixed, False)
    assert (~np.isnan(made) == fixed).all()
    np.testing.assert_allclose(made[fixed], ways[0][fixed])


def test_one_network_stays_what_it_is() -> None:
    network = network_of(HALF, UNKNOWN, scale=(1.0, 5.0))
    for rule in ("mean", "maximum", "minimum"):
        made = combine([network], rule)
        pd.testing.assert_frame_equal(made.ties, network.ties)
        pd.testing.assert_frame_equal(made.states, network.states)
        assert made.scale == network.scale


def test_a_subnetwork_keeps_what_it_holds_in_the_order_given() -> None:
    network = network_of(HALF, UNKNOWN, scale=(1.0, 5.0))
    part = subnetwork(network, ["hdir", "nav"])
    assert part.ties.index.tolist() == ["hdir", "nav"]
    assert part.ties.loc["hdir", "nav"] == 5
    assert part.states.loc["nav", "hdir"] == "no_answer"
    assert part.actors["staff"].tolist() == [60, 90]
    assert (part.relation, part.site, part.scale) == ("trust", "Oslo", (1, 5))
    assert subnetwork(network, []).n == 0
    pd.testing.assert_frame_equal(subnetwork(network, NAMES).ties, network.ties)


def test_a_subnetwork_keeps_declared_lengths() -> None:
    rows = pd.DataFrame(
        {"source": ["nav"], "target": ["ks"], "weight": [4.0], "distance": [7.0]}
    )
    network = Network.from_ties(rows, ACTORS, unlisted="absent")
    assert subnetwork(network, ["ks", "nav"]).distances.loc["nav", "ks"] == 7


def test_a_subnetwork_of_strangers_or_twins_is_refused() -> None:
    with pytest.raises(UnknownNameError, match='did you mean "hdir"'):
        subnetwork(network_of(HALF), ["hdirr"])
    with pytest.raises(InputError, match="twice"):
        subnetwork(network_of(HALF), ["nav", "nav"])


def _marked() -> Network:
    """Three actors; what a says of b rests on few people."""
    names = ["a", "b", "c"]
    ties = pd.DataFrame([[0, 4, 3], [2, 0, 5], [1, 2, 0]], names, names, dtype=float)
    few = pd.DataFrame(False, names, names)
    few.loc["a", "b"] = True
    return Network(ties.where(ties > 0), None, pd.DataFrame(index=names), few=few)


def test_ties_that_rest_on_few_people_are_suppressed_and_nothing_else_is() -> None:
    network = _marked()
    seen = suppress_few(network)
    assert seen.states.loc["a", "b"] == "suppressed"
    assert seen.state_counts()["suppressed"] == 1
    assert not seen.few.to_numpy().any()
    assert network.ties.loc["a", "b"] == 4
    pd.testing.assert_frame_equal(seen.ties, network.ties.mask(network.few))
    assert suppress_few(seen) is seen


@pytest.mark.parametrize(
    ("change", "source", "target"),
    [
        (reverse, "b", "a"),
        (dichotomize, "a", "b"),
        (lambda n: subnetwork(n, ["b", "a"]), "a", "b"),
        (lambda n: combine([reverse(reverse(n)), n], "mean"), "a", "b"),
        (lambda n: n.with_ties(n.ties + 1), "a", "b"),
        (lambda n: complete(n, "maximum"), "a", "b"),
    ],
)
def test_the_mark_of_few_people_survives_what_is_made_of_the_network(
    change: Callable[[Network], Network], source: str, target: str
) -> None:
    marks = change(_marked()).few
    assert marks.loc[source, target]
    assert marks.to_numpy().sum() == 1


def test_a_pair_rests_on_few_people_if_one_of_its_ties_does() -> None:
    marks = symmetrize(_marked()).few
    assert marks.loc["a", "b"]
    assert marks.loc["b", "a"]
    assert marks.to_numpy().sum() == 2


def test_marks_of_other_actors_are_refused() -> None:
    pair = pd.DataFrame([[0, 1.0], [1, 0]], ["a", "b"], ["a", "b"])
    strange = pd.DataFrame(True, ["a", "c"], ["a", "c"])
    with pytest.raises(InputError, match="few needs the labels"):
        Network(pair.mask(pair == 0), None, pd.DataFrame(index=["a", "b"]), few=strange)
