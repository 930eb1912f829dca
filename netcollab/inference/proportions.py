"""How far a share of simulated studies may lie from the share in all of them."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from netcollab.errors import InputError

__all__ = ["wilson_interval"]

Floats = npt.NDArray[np.float64]

WITHIN = NormalDist().inv_cdf(0.975)


def wilson_interval(
    share: npt.ArrayLike, count: npt.ArrayLike
) -> tuple[Floats, Floats]:
    """Wilson's 95 % interval of a share, such as a power or a size in simulations.

    .. math:: \\frac{p + z^2 / 2B \\pm z \\sqrt{p (1 - p) / B + z^2 / 4B^2}}
        {1 + z^2 / B}, \\qquad z = 1.96

    Unlike p plus or minus two errors it stays within 0 and 1, and has a width where
    nothing or everything was found. NaN where the share is.

    Parameters
    ----------
    share
        Shares p, from 0 to 1.
    count
        Of how many B each is a share, at least 1.

    Returns
    -------
    tuple of array
        Lower and upper ends.

    Raises
    ------
    InputError
        If a share is outside of 0 to 1 or a count below 1.

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical
    inference. J. Am. Stat. Assoc. 22, 209-212.

    Examples
    --------
    >>> low, high = wilson_interval([0.75, 0.0], 4)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.301, 0.0], [0.954, 0.49])
    """
    p, b = np.asarray(share, dtype=float), np.asarray(count, dtype=float)
    if ((p < 0) | (p > 1)).any():
        raise InputError("share needs numbers from 0 to 1")
    if not (b >= 1).all():
        raise InputError("count needs numbers of at least 1")
    about = (p + WITHIN**2 / (2 * b)) / (1 + WITHIN**2 / b)
    spread = p * (1 - p) / b + WITHIN**2 / (4 * b**2)
    reach = WITHIN * np.sqrt(spread) / (1 + WITHIN**2 / b)
    return np.maximum(about - reach, 0.0), np.minimum(about + reach, 1.0)
