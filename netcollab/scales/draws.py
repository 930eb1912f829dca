"""Blocks of random draws, so that a simulated number depends on its seed alone.

How can a simulation give the same bytes tomorrow and on another machine?
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np

from netcollab._checks import check_count

__all__ = ["simulated"]

BLOCK = 500


def simulated(
    test: str,
    statistic: Callable[[np.random.Generator, int], np.ndarray],
    *,
    n_resamples: int,
    entropy: int,
) -> np.ndarray:
    """A statistic in n_resamples draws, made in blocks of 500.

    Block k is seeded by the test's fixed name and k, as everywhere in the package.

    Parameters
    ----------
    test
        The simulation's fixed name.
    statistic
        Takes a generator and a number of draws; returns one value for each.
    n_resamples
        Draws.
    entropy
        The seed of every block.
    """
    n_resamples = check_count("n_resamples", n_resamples)
    key = zlib.crc32(test.encode())
    blocks = []
    for k in range(-(-n_resamples // BLOCK)):
        seed = np.random.SeedSequence(entropy, spawn_key=(key, k))
        blocks.append(statistic(np.random.default_rng(seed), BLOCK))
    return np.concatenate(blocks)[:n_resamples]
