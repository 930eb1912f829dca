"""How many functions of a plan have too few respondents to be shown."""

from __future__ import annotations

from math import comb

import numpy as np
import pytest

from netcollab import InputError
from netcollab.inference import design
from netcollab.inference.planned import Planned
from netcollab.inference.planned_groups import ENOUGH, groups_below


def below(asked: int, rate: float, least: int) -> float:
    """By hand: the binomial probabilities of 0 to least - 1 answers."""
    return sum(
        comb(asked, k) * rate**k * (1 - rate) ** (asked - k)
        for k in range(min(least, asked + 1))
    )


@pytest.mark.parametrize("rate", [0.3, 0.7, 0.95])
@pytest.mark.parametrize("asked", [2, 5, 8, 20])
@pytest.mark.parametrize("least", [3, 5, 10])
def test_shares_are_binomial_and_enough_is_the_fewest(
    asked: int, rate: float, least: int
) -> None:
    plan = Planned(sites=4, functions=6, respondents=asked, response_rate=rate)
    found = groups_below(plan, least)
    for row in found.itertuples():
        share = below(row.respondents, rate, least)
        assert row.share_below == pytest.approx(share)
        assert row.below == pytest.approx(24 * share)
        assert row.answers == pytest.approx(row.respondents * rate)
    enough = int(found["respondents"].iloc[-1])
    assert below(enough, rate, least) <= 1 - ENOUGH
    if len(found) == 2:
        assert below(enough - 1, rate, least) > 1 - ENOUGH


def test_everybody_answers() -> None:
    plan = Planned(sites=2, functions=3, respondents=4, response_rate=1.0)
    found = groups_below(plan, 5)
    assert found["share_below"].tolist() == [1, 0]
    assert found["respondents"].tolist() == [4, 5]
    assert groups_below(plan, 4)["share_below"].tolist() == [0]


def test_the_share_is_that_of_drawn_studies() -> None:
    plan = Planned(sites=10, functions=6, respondents=7, response_rate=0.6)
    drawn = np.random.default_rng(1).binomial(7, 0.6, size=100_000)
    share = groups_below(plan, 5)["share_below"].iloc[0]
    assert share == pytest.approx((drawn < 5).mean(), abs=0.005)


def test_a_design_has_them_only_when_it_is_told_how_many() -> None:
    asked = {"n_simulations": 100, "rng": 1}
    plain = design(3, 6, **asked)
    assert (len(plain.groups), plain.min_respondents) == (0, None)
    told = design(3, 6, min_respondents=5, **asked)
    assert told.groups["functions"].tolist() == [18, 18]
    assert told.to_dict()["groups"][0]["respondents"] == 5
    with pytest.raises(InputError, match="min_respondents"):
        design(3, 6, min_respondents=0, **asked)
