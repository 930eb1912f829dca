"""Two reports of one tie: joined, reconstructed, compared."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import InputError, RefusedError, Study
from netcollab.networks import (
    Network,
    averaged,
    build_network,
    claimed,
    confirmed,
    dichotomize,
    reconstruct,
    report_agreement,
    reverse,
    symmetrize,
)
from netcollab.scales import cohen_kappa

NAMES = ["nav", "ks", "hdir", "udir"]
NAN = np.nan
# nav and ks both report; nav alone claims hdir; udir is silent; ks denies udir
TOLD = [[0, 3, 1, 2], [2, 0, 0, 0], [0, 0, 0, 4], [NAN, NAN, NAN, 0]]


def network_of(cells: object = TOLD, **more: object) -> Network:
    frame = pd.DataFrame(np.array(cells, dtype=float), NAMES, NAMES)
    return Network.from_matrix(frame, relation="meetings", **more)


def silent_udir() -> Network:
    states = pd.DataFrame("", NAMES, NAMES)
    states.loc["udir"] = "nonrespondent"
    return network_of(states=states)


# ---- joined


def test_confirmed_by_hand() -> None:
    both = confirmed(silent_udir())
    assert not both.directed
    assert both.ties.loc["nav"].fillna(-1).tolist() == [-1, 2, 0, -1]
    assert both.ties.loc["ks"].fillna(-1).tolist() == [2, -1, 0, 0]
    assert both.states.loc["nav", "udir"] == "nonrespondent"
    assert both.states.loc["udir", "hdir"] == "nonrespondent"


def test_claimed_by_hand() -> None:
    either = claimed(silent_udir())
    assert either.ties.loc["nav"].fillna(-1).tolist() == [-1, 3, 1, 2]
    assert math.isnan(either.ties.loc["ks", "udir"])  # denied, and udir is silent
    assert either.states.loc["udir", "ks"] == "nonrespondent"
    assert either.ties.loc["udir", "hdir"] == 4


def test_averaged_needs_both_reports() -> None:
    mean = averaged(silent_udir())
    assert mean.ties.loc["nav"].fillna(-1).tolist() == [-1, 2.5, 0.5, -1]
    pd.testing.assert_frame_equal(mean.ties, symmetrize(silent_udir()).ties)


def test_a_dyad_that_cannot_exist_stays_out() -> None:
    states = pd.DataFrame("", NAMES, NAMES)
    states.loc["udir", "ks"] = "structural"
    for join in (confirmed, claimed, averaged):
        joined = join(network_of(states=states))
        assert joined.states.loc["ks", "udir"] == "structural"
        assert math.isnan(joined.ties.loc["ks", "udir"])


CELLS = st.lists(st.sampled_from([0.0, 1.0, 2.0, NAN]), min_size=16, max_size=16).map(
    lambda cells: np.array(cells).reshape(4, 4) * (1 - np.eye(4))
)


@given(cells=CELLS)
def test_what_is_confirmed_is_claimed(cells: np.ndarray) -> None:
    network = network_of(cells)
    low, mean, high = (
        join(network).ties.to_numpy() for join in (confirmed, averaged, claimed)
    )
    known = ~np.isnan(low) & ~np.isnan(high)
    assert (low <= high)[known].all()
    whole = ~np.isnan(mean)
    np.testing.assert_array_equal(low[whole], np.minimum(cells, cells.T)[whole])
    np.testing.assert_array_equal(high[whole], np.maximum(cells, cells.T)[whole])
    assert (known | ~whole).all()
    assert not (np.isnan(low) & (high == 0)).any()  # no claim, nothing to confirm


@given(cells=CELLS)
def test_it_does_not_matter_who_comes_first(cells: np.ndarray) -> None:
    network = network_of(cells)
    for join in (confirmed, claimed, averaged):
        pd.testing.assert_frame_equal(join(reverse(network)).ties, join(network).ties)


def reports_of_both_sides() -> tuple[Network, Network]:
    """Referrals a>b: as a tells them, and as b tells them."""
    rows = [
        ("a", "b", 3, "a"),
        ("a", "b", 2, "b"),
        ("b", "a", 0, "b"),
        ("b", "a", 1, "a"),
        ("a", "c", 2, "a"),
    ]
    ties = pd.DataFrame(rows, columns=["source", "target", "weight", "reporter"])
    manifest = {
        "name": "referrals",
        "relations": {
            "referral": {
                "unlisted": "not_asked",
                "zero_means": "no_tie",
                "same_event": True,
            }
        },
    }
    study = Study.from_frames(
        manifest,
        actors=pd.DataFrame({"actor": list("abc")}),
        ties=ties.assign(relation="referral"),
    )
    return tuple(
        build_network(study, "referral", reports=side) for side in ("source", "target")
    )


def test_two_networks_of_reports_stay_directed() -> None:
    source, target = reports_of_both_sides()
    both = confirmed(source, target)
    assert both.directed
    assert both.ties.loc["a", "b"] == 2
    assert both.ties.loc["b", "a"] == 0
    assert math.isnan(both.ties.loc["a", "c"])
    assert claimed(source, target).ties.loc["a", "c"] == 2
    assert claimed(source, target).ties.loc["b", "a"] == 1
    assert averaged(source, target).ties.loc["a", "b"] == 2.5


def test_reports_in_another_order_are_brought_into_order() -> None:
    source, target = reports_of_both_sides()
    order = ["c", "a", "b"]
    turned = Network.from_matrix(target.ties.loc[order, order])
    pd.testing.assert_frame_equal(
        confirmed(source, turned).ties, confirmed(source, target).ties
    )


@pytest.mark.parametrize("join", [confirmed, claimed, averaged])
def test_reports_that_cannot_be_joined(join: object) -> None:
    with pytest.raises(InputError, match="one report per pair"):
        join(symmetrize(network_of()))
    with pytest.raises(RefusedError, match="has signs"):
        join(network_of(signed=True))
    other = Network.from_matrix(pd.DataFrame(0, list("abcd"), list("abcd")))
    with pytest.raises(InputError, match="different actors"):
        join(network_of(), other)
    with pytest.raises(InputError, match="directed and the other is not"):
        join(network_of(), symmetrize(network_of()))
    rows = pd.DataFrame(
        {"source": ["a"], "target": ["b"], "weight": [1.0], "distance": [2.0]}
    )
    declared = Network.from_ties(rows, pd.DataFrame(index=list("ab")))
    with pytest.raises(InputError, match="declared distances"):
        join(declared)


# ---- reconstructed


def test_a_silence_is_filled_by_the_partners_report() -> None:
    states = pd.DataFrame("", NAMES, NAMES)
    states.loc["udir"] = "nonrespondent"
    states.loc["udir", "ks"] = "structural"
    network = network_of(states=states, same_event=True)
    whole = reconstruct(network)
    assert whole.ties.loc["udir"].fillna(-1).tolist() == [2, -1, 4, -1]
    assert whole.states.loc["udir", "nav"] == "observed"
    assert whole.states.loc["udir", "ks"] == "structural"
    pd.testing.assert_frame_equal(
        whole.ties[network.observed], network.ties[network.observed]
    )
    assert whole.same_event


def test_a_dyad_unknown_to_both_stays_unknown() -> None:
    cells = np.array(TOLD, dtype=float)
    cells[0, 3] = NAN
    whole = reconstruct(network_of(cells, same_event=True))
    assert math.isnan(whole.ties.loc["udir", "nav"])
    assert whole.states.loc["udir", "nav"] == "not_asked"


def test_the_other_side_of_a_referral_fills_the_same_cell() -> None:
    source, target = reports_of_both_sides()
    whole = reconstruct(target, source)
    assert whole.ties.loc["a", "c"] == 2
    assert whole.ties.loc["a", "b"] == 2
    assert math.isnan(whole.ties.loc["c", "a"])


def test_a_rating_is_never_reconstructed() -> None:
    with pytest.raises(RefusedError, match='"meetings" was not declared same_event'):
        reconstruct(network_of())
    with pytest.raises(RefusedError, match="is a rating"):
        reconstruct(network_of(scale=(1, 5), same_event=True))
    with pytest.raises(InputError, match="one report per pair"):
        reconstruct(symmetrize(network_of(same_event=True)))


def test_the_manifest_says_what_is_one_event() -> None:
    source, _ = reports_of_both_sides()
    assert source.same_event
    for changed in (reverse(source), dichotomize(source), symmetrize(source)):
        assert changed.same_event
    assert not network_of().same_event


# ---- compared


def test_agreement_by_hand() -> None:
    found = report_agreement(silent_udir())
    # nav-ks both, nav-hdir one, ks-hdir none; three pairs with udir
    assert (found.n, found.both, found.one_only, found.neither) == (3, 1, 1, 1)
    assert (found.one_silent, found.both_silent) == (3, 0)
    assert found.agreement == pytest.approx(2 / 3)
    assert found.kappa == pytest.approx((2 / 3 - 0.5) / 0.5)
    nav = found.actors.loc["nav"]
    assert nav[["n", "claims", "claimed_alone", "partner_claims"]].tolist() == [
        2,
        2,
        1,
        1,
    ]
    assert (nav["over"], nav["under"]) == (0.5, 0)
    assert found.actors.loc["hdir", "under"] == 1
    assert found.actors.attrs["reasons"] == {
        "hdir": "reports no tie",
        "udir": "no dyad with two reports",
    }
    assert found.to_frame().loc[0, "one_only"] == 1


def test_agreement_of_two_networks_by_hand() -> None:
    found = report_agreement(*reports_of_both_sides())
    # a>b both, b>a only the receiver says so, a>c only a was asked
    assert (found.n, found.both, found.one_only, found.neither) == (2, 1, 1, 0)
    assert (found.one_silent, found.both_silent) == (1, 3)
    a, b = found.actors.loc["a"], found.actors.loc["b"]
    assert a[["n", "claims", "claimed_alone"]].tolist() == [2, 2, 1]
    assert b[["n", "claims", "denied", "under"]].tolist() == [2, 1, 1, 0.5]


def test_kappa_is_that_of_the_coders() -> None:
    source, target = reports_of_both_sides()
    a, b = (network.ties.loc[["a", "b"], ["a", "b"]] for network in (source, target))
    cells = [frame.to_numpy()[~np.eye(2, dtype=bool)] for frame in (a, b)]
    by_strength = report_agreement(source, target, compare="strength")
    assert by_strength.kappa == cohen_kappa(*cells)
    weighted = report_agreement(source, target, compare="strength", weights="linear")
    assert weighted.kappa == cohen_kappa(*cells, "linear")


@given(cells=CELLS, seed=st.integers(0, 99))
def test_agreement_does_not_depend_on_the_order(cells: np.ndarray, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(4)
    names = [NAMES[k] for k in order]
    one = report_agreement(network_of(cells))
    turned = pd.DataFrame(cells, NAMES, NAMES).loc[names, names]
    other = report_agreement(Network.from_matrix(turned))
    assert one.to_frame().equals(other.to_frame())
    assert one.actors.equals(other.actors.loc[NAMES])
    assert one.n == one.both + one.one_only + one.neither
    assert one.n + one.one_silent + one.both_silent == 6


def test_agreement_that_is_undefined_says_why() -> None:
    nobody = report_agreement(network_of(np.full((4, 4), NAN)))
    assert math.isnan(nobody.kappa)
    assert math.isnan(nobody.agreement)
    assert nobody.reason == "no dyad has two reports"
    alike = report_agreement(network_of(np.zeros((4, 4))))
    assert alike.agreement == 1
    assert math.isnan(alike.kappa)
    assert alike.reason == "all reports are the same"


def test_weights_need_strengths() -> None:
    with pytest.raises(InputError, match="strength"):
        report_agreement(network_of(), weights="linear")


def test_undirected_reports_do_not_tell_whose_they_are() -> None:
    one = symmetrize(network_of(), "maximum")
    found = report_agreement(one, symmetrize(network_of(), "minimum"))
    assert found.n == 3
    assert found.actors["over"].isna().all()
    assert "do not tell whose" in found.actors.attrs["reasons"]["nav"]
