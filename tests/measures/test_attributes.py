"""Attributes compared for every dyad."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from netcollab import InputError, UnknownNameError
from netcollab import measures as ms
from netcollab.networks import Network

NAMES = ["nav", "ks", "hdir"]


def network_of(**columns: object) -> Network:
    actors = pd.DataFrame(columns, index=NAMES)
    return Network.from_matrix(pd.DataFrame(0, NAMES, NAMES), actors=actors)


def test_the_difference_is_source_minus_target() -> None:
    network = network_of(staff=[90, 30, 60])
    value = ms.resource_gap(network, "staff")
    assert value.loc["nav", "ks"] == 60
    assert value.loc["ks", "nav"] == -60
    pd.testing.assert_frame_equal(value, ms.difference(network, "staff"))


def test_the_three_kinds_agree() -> None:
    network = network_of(staff=[90, 30, 60])
    gap = ms.resource_gap(network, "staff")
    absolute = ms.resource_gap(network, "staff", kind="absolute")
    ratio = ms.resource_gap(network, "staff", kind="log_ratio")
    pd.testing.assert_frame_equal(absolute, gap.abs())
    assert ratio.loc["nav", "ks"] == pytest.approx(np.log(3))
    np.testing.assert_allclose(ratio, -ratio.T)


def test_gaps_are_of_every_dyad_asked_or_not() -> None:
    told = pd.DataFrame(np.nan, NAMES, NAMES)
    staff = pd.DataFrame({"staff": [1.0, 2.0, 4.0]}, NAMES)
    gap = ms.resource_gap(Network.from_matrix(told, actors=staff), "staff")
    assert gap.isna().to_numpy().sum() == 3


def test_an_actor_without_a_value_is_undefined() -> None:
    network = network_of(staff=[90, None, 0], kind=["state", "state", None])
    gap = ms.resource_gap(network, "staff", kind="log_ratio")
    assert gap.isna().to_numpy().all()
    assert gap.attrs["reasons"] == {
        "ks": "no value of staff",
        "hdir": "staff is not above 0, so it has no log ratio",
    }
    alike = ms.same(network, "kind")
    assert alike.loc["nav", "ks"] == 1
    assert alike["hdir"].isna().all()
    assert alike.loc["hdir"].isna().all()
    assert alike.attrs["reasons"] == {"hdir": "no value of kind"}


def test_same_takes_words_numbers_and_categories() -> None:
    words = pd.Categorical(["state", "local", "state"])
    network = network_of(level=[1, 2, 1], word=words, flag=[True, False, True])
    for name in ("level", "word", "flag"):
        value = ms.same(network, name)
        assert value.loc["nav", "hdir"] == 1
        assert value.loc["nav", "ks"] == 0


def test_wrong_names_and_words_are_errors() -> None:
    network = network_of(staff=[1, 2, 3], level=["state", "local", "state"])
    with pytest.raises(UnknownNameError, match='did you mean "staff"'):
        ms.resource_gap(network, "staf")
    with pytest.raises(UnknownNameError, match="kind of gap"):
        ms.resource_gap(network, "staff", kind="ratio")
    with pytest.raises(InputError, match="'level' must be numeric"):
        ms.difference(network, "level")
    with pytest.raises(InputError, match="must be finite"):
        ms.difference(network_of(staff=[1, np.inf, 2]), "staff")


def test_dates_are_no_numbers() -> None:
    founded = pd.to_datetime(["2016-01-01", "2017-01-01", None])
    for column in (founded, founded - founded[0]):
        with pytest.raises(InputError, match="must be numeric"):
            ms.difference(network_of(founded=column), "founded")
