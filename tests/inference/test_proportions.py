"""Wilson's interval of a share."""

from __future__ import annotations

import numpy as np
import pytest

from netcollab.errors import InputError
from netcollab.inference import wilson_interval


def test_by_hand() -> None:
    """One of two: p = .5, z = 1.95996: (.5 + z^2 / 4 -+ z sqrt(.125 + z^2 / 16)) / (1 +
    z^2 / 2)."""
    low, high = wilson_interval(0.5, 2)
    assert low == pytest.approx(0.0945312, abs=1e-6)
    assert high == pytest.approx(0.9054688, abs=1e-6)


def test_the_ends_solve_the_score_equation() -> None:
    share = np.array([0.02, 0.05, 0.4])
    count = np.array([50, 2000, 10])
    for end in wilson_interval(share, count):
        score = (share - end) / np.sqrt(end * (1 - end) / count)
        np.testing.assert_allclose(np.abs(score), 1.959964, atol=1e-5)


def test_nothing_and_everything_have_a_width() -> None:
    low, high = wilson_interval([0.0, 1.0], 20)
    np.testing.assert_allclose(low, [0.0, 1 - high[0]], atol=1e-12)
    assert high[1] == pytest.approx(1.0)
    assert high[0] > 0.1


def test_an_unknown_share_has_no_interval() -> None:
    assert np.isnan(wilson_interval(np.nan, 10)).all()


@pytest.mark.parametrize(("share", "count"), [(1.2, 5), (-0.1, 5), (0.5, 0)])
def test_what_is_no_share_is_refused(share: float, count: int) -> None:
    with pytest.raises(InputError, match="needs numbers"):
        wilson_interval(share, count)
