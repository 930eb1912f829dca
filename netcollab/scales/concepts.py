"""Which concepts groups use: how far two groups' words overlap, and what chance gives.

Do two groups speak of the same things, as coders found them in what was said?
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy import stats

from netcollab._checks import check_count
from netcollab.errors import InputError
from netcollab.scales.answers import Groups, as_labels

__all__ = ["concept_overlap"]

_COLUMNS = (
    *("n_first", "n_second", "shared", "jaccard", "jaccard_by_chance"),
    *("dice", "dice_by_chance", "pvalue", "reason"),
)


def concept_overlap(
    concepts: Groups,
    groups: Groups,
    *,
    informants: Groups | None = None,
    vocabulary: Sequence[Hashable] | None = None,
    min_respondents: int = 5,
) -> pd.DataFrame:
    """How many concepts two groups have in common, for each pair of groups.

    With a and b concepts in the two groups and k in both,

    .. math:: J = \\frac{k}{a + b - k}, \\qquad D = \\frac{2k}{a + b}

    By chance each group takes its a or b concepts from the N of the vocabulary, all
    equally likely: k is hypergeometric, and `pvalue` is the chance of as many in common
    or more. Concepts that everybody uses make overlap larger than that, so that a
    small p need not mean that two groups speak with each other.

    Parameters
    ----------
    concepts
        One coded concept per row, such as the construct of a coding. How often a group
        uses a concept plays no part.
    groups
        The group of each row: actor, role or profession of the informant.
    informants
        Who said it. Groups with fewer different informants than `min_respondents` are
        held back; None: the rows are of documents or organisations.
    vocabulary
        All concepts a coder could have found; None: those found in any group.
    min_respondents
        See `informants`.

    Returns
    -------
    DataFrame
        One row per pair: first, second, n_first, n_second, shared, jaccard,
        jaccard_by_chance (its expectation), dice, dice_by_chance, pvalue, reason.
        Numbers are 0 or NaN where a group is held back, and the reason says so.

    Raises
    ------
    InputError
        If columns differ in length, a cell is missing, or a concept is not in the
        vocabulary.

    References
    ----------
    Jaccard, P. (1912). The distribution of the flora in the alpine zone. New Phytol.
    11, 37-50. Dice, L. R. (1945). Measures of the amount of ecologic association
    between species. Ecology 26, 297-302. Chung, N. C., Miasojedow, B., Startek, M., &
    Gambin, A. (2019). Jaccard/Tanimoto similarity test and estimation methods for
    biological presence-absence data. BMC Bioinformatics 20, 644.

    Examples
    --------
    >>> concepts = ["trust", "data", "time", "trust", "data", "care"]
    >>> table = concept_overlap(concepts, list("aaabbb"))
    >>> table[["shared", "jaccard", "dice", "pvalue"]].round(3).to_numpy().tolist()
    [[2.0, 0.5, 0.667, 1.0]]
    """
    check_count("min_respondents", min_respondents)
    rows = pd.DataFrame(index=range(len(concepts)))
    rows["concept"] = as_labels("concepts", concepts, rows).to_numpy()
    rows["group"] = as_labels("groups", groups, rows).to_numpy()
    small: set[Hashable] = set()
    if informants is not None:
        rows["informant"] = as_labels("informants", informants, rows).to_numpy()
        people = rows.groupby("group")["informant"].nunique()
        small = set(people.index[people < min_respondents])
    found = set(rows["concept"])
    known = found if vocabulary is None else set(vocabulary)
    if found - known:
        listed = ", ".join(sorted(map(str, found - known)))
        raise InputError(f"concepts that are not in the vocabulary: {listed}")
    used = {name: set(said) for name, said in rows.groupby("group")["concept"]}
    told = [
        (g, h, *_pair(used[g], used[h], len(known), held=g in small or h in small))
        for g, h in combinations(used, 2)
    ]
    return pd.DataFrame(told, columns=["first", "second", *_COLUMNS])


def _pair(
    first: set[Hashable], second: set[Hashable], n: int, *, held: bool
) -> tuple[object, ...]:
    if held:
        return (0, 0, 0, *[np.nan] * 5, "too few informants")
    a, b, k = len(first), len(second), len(first & second)
    possible = np.arange(max(0, a + b - n), min(a, b) + 1)
    chance = stats.hypergeom(n, a, b)
    jaccard = float((chance.pmf(possible) * possible / (a + b - possible)).sum())
    p = float(min(1.0, max(chance.sf(k - 1), np.finfo(float).tiny)))
    dice = 2 * k / (a + b), 2 * a * b / n / (a + b)
    return (a, b, k, k / (a + b - k), jaccard, *dice, p, "")
