"""What is left of a ranking when part of the network is lost.

Would the same actors be in front if some had not answered, or were not there?
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, check_choice, check_count, check_fraction
from netcollab._progress import steps
from netcollab.errors import InputError
from netcollab.networks.network import Network
from netcollab.networks.transform import _like

__all__ = ["leave_one_out", "robustness"]

BLOCK = 500
_DIGITS = 10
_FEWEST = 3

Measure = Callable[..., pd.Series]


def robustness(
    measure: Measure,
    network: Network,
    /,
    *,
    share: float | Sequence[float] = (0.1, 0.2, 0.3),
    by: Literal["ties", "actors", "removed"] = "ties",
    n_resamples: int = 200,
    rng: int | np.random.Generator | None = None,
    progress: bool = False,
    **options: object,
) -> pd.DataFrame:
    """How well the ranks by a measure survive when a share of the network is lost.

    In each draw a share of the observed network is lost at random and the measure is
    computed anew. It is compared with the observed one by Spearman's rank correlation
    over the actors that have a value in both, and by whether the highest is still the
    highest.

    The losses are drawn at random. Actors who do not answer in earnest are seldom a
    random sample, and what was never observed is not made good: the table tells how a
    ranking of this kind of network reacts, not what the true ranks are (`bounds`).

    Parameters
    ----------
    measure
        A function of a network with one value per actor.
    network
        The network.
    share
        What share is lost, one row of the result each; rounded to whole dyads or
        actors, at least one.
    by
        "ties": observed dyads, ties and absences, become unknown; an undirected pair
        is one. "actors": actors do not answer: what they send becomes unknown, in an
        undirected network all that is theirs. "removed": actors are taken out.
    n_resamples
        Draws for each share.
    rng
        Seed; the draws for a share do not depend on the other shares.
    progress
        Show a bar on stderr, where that is a terminal.
    **options
        The measure's own keywords.

    Returns
    -------
    DataFrame
        Index share. Columns n_lost; correlation, low, high: mean and the middle 95 % of
        the draws; top_kept: in what share of the draws an actor with the highest value
        has it again (of actors removed, the highest among those who remain);
        n_resamples; n_undefined: draws without a correlation, because fewer than three
        actors have both values or all values are equal. ``.attrs``: "seed".

    Raises
    ------
    InputError
        If the measure has no value per actor, or less would be lost than there is.

    References
    ----------
    Borgatti, S. P., Carley, K. M. & Krackhardt, D. (2006). On the robustness of
    centrality measures under conditions of imperfect data. Social Networks 28, 124-136.

    Examples
    --------
    >>> from netcollab.measures import in_degree
    >>> names = ["nav", "ks", "hdir", "udir"]
    >>> told = [[0, 1, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0]]
    >>> network = Network.from_matrix(pd.DataFrame(told, names, names))
    >>> found = robustness(in_degree, network, share=0.25, by="actors", rng=1)
    >>> found[["n_lost", "n_resamples"]].values.tolist()
    [[1, 200]]
    """
    check_choice("what is lost", by, ("ties", "actors", "removed"))
    n_resamples = check_count("n_resamples", n_resamples)
    shares = [share] if isinstance(share, int | float) else list(share)
    shares = [check_fraction("share", each) for each in shares]
    whole = _values(measure, network, options)
    lose, total = _losses(network, by)
    entropy = as_entropy(rng)
    rows = {}
    for each in shares:
        lost = max(1, round(each * total))
        if lost >= total:
            raise InputError(f"a share of {each:g} of {total} would lose all of them")
        key = zlib.crc32(f"robustness {by} {each:g}".encode())
        found = []
        with steps(f"robustness {each:g}", n_resamples, shown=progress) as advance:
            for places in _drawn(total, lost, n_resamples, entropy, key):
                part = lose(places)
                found.append(_compared(whole, _values(measure, part, options), part))
                advance()
        rows[each] = {"n_lost": lost, **_summary(found), "n_resamples": n_resamples}
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("share")
    table.attrs["seed"] = entropy
    order = "n_lost correlation low high top_kept n_resamples n_undefined"
    return table[order.split()]


def leave_one_out(
    measure: Measure, network: Network, /, **options: object
) -> pd.DataFrame:
    """How the ranks of the others change when one actor is taken out: exact.

    Parameters
    ----------
    measure
        A function of a network with one value per actor.
    network
        The network.
    **options
        The measure's own keywords.

    Returns
    -------
    DataFrame
        One row per actor that is taken out. Columns correlation: Spearman's, of the
        others' values with and without it; top_kept: whether one of the highest among
        the others is so again; largest_shift: the largest change of a rank. NaN with a
        reason in ``.attrs["reasons"]`` where fewer than three others have a value, or
        all values are equal.

    Raises
    ------
    InputError
        If the measure has no value per actor.

    Examples
    --------
    >>> from netcollab.measures import in_degree
    >>> names = ["nav", "ks", "hdir", "udir"]
    >>> told = [[0, 1, 0, 0], [1, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0]]
    >>> network = Network.from_matrix(pd.DataFrame(told, names, names))
    >>> leave_one_out(in_degree, network)["largest_shift"].tolist()
    [0.5, 0.0, 0.0, 0.5]
    """
    whole = _values(measure, network, options)
    rows, reasons = {}, {}
    for place, actor in enumerate(network.ties.index):
        part = _part(network, np.arange(network.n) != place)
        values = _values(measure, part, options)
        before, after = _ranks(whole, values)
        correlation, top = _compared(whole, values, part)
        shift = float((before - after).abs().max()) if len(before) else np.nan
        if np.isnan(correlation):
            reasons[actor] = _why(before)
            shift = np.nan if len(before) < _FEWEST else shift
        rows[actor] = {
            "correlation": correlation,
            "top_kept": top,
            "largest_shift": shift,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    table.attrs["reasons"] = reasons
    return table.reindex(network.ties.index)


def _values(
    measure: Measure, network: Network, options: dict[str, object]
) -> pd.Series:
    values = measure(network, **options)
    if not isinstance(values, pd.Series):
        name = getattr(measure, "__name__", "the measure")
        raise InputError(f"{name} has no value per actor; ranks need one")
    return values


def _losses(network: Network, by: str) -> tuple[Callable[[np.ndarray], Network], int]:
    """What loses the chosen places of the network, and how many places there are."""
    everybody = np.arange(network.n)
    words = network.states.to_numpy(dtype=object)
    if by == "removed":
        return lambda lost: _part(network, ~np.isin(everybody, lost)), network.n
    if by == "actors":
        possible = words != "structural"

        def silenced(lost: np.ndarray) -> Network:
            gone = np.isin(everybody, lost)[:, None] & possible
            return _without(network, gone, words, "nonrespondent")

        return silenced, network.n
    known = network.observed.to_numpy()
    where = np.argwhere(known if network.directed else np.triu(known))

    def unknown(lost: np.ndarray) -> Network:
        gone = np.zeros(words.shape, dtype=bool)
        gone[tuple(where[lost].T)] = True
        return _without(network, gone, words, "not_asked")

    return unknown, len(where)


def _without(
    network: Network, gone: np.ndarray, words: np.ndarray, word: str
) -> Network:
    """The network with dyads unknown; an undirected pair goes as a whole."""
    gone = gone if network.directed else gone | gone.T
    names = network.ties.index
    return _like(
        network,
        network.ties.mask(gone),
        pd.DataFrame(np.where(gone, word, words), names, names),
        scale=network.scale,
        distances=network._distances,
    )


def _part(network: Network, kept: np.ndarray) -> Network:
    lengths = network._distances
    return Network(
        network.ties.loc[kept, kept],
        network.states.loc[kept, kept],
        network.actors.loc[kept],
        relation=network.relation,
        directed=network.directed,
        scale=network.scale,
        site=network.site,
        wave=network.wave,
        signed=network.signed,
        distances=None if lengths is None else lengths.loc[kept, kept],
        same_event=network.same_event,
        few=network.few.loc[kept, kept],
    )


def _drawn(
    total: int, lost: int, n_resamples: int, entropy: int, key: int
) -> Iterator[np.ndarray]:
    """Places that are lost, in blocks of 500 with their own seeds."""
    for k in range(-(-n_resamples // BLOCK)):
        seed = np.random.SeedSequence(entropy, spawn_key=(key, k))
        draws = np.random.default_rng(seed)
        for _ in range(min(BLOCK, n_resamples - k * BLOCK)):
            yield draws.choice(total, lost, replace=False)


def _compared(whole: pd.Series, values: pd.Series, part: Network) -> tuple[float, bool]:
    """Spearman's correlation, and whether one of the highest is so again."""
    before, after = _ranks(whole, values)
    present = _rounded(whole.loc[part.ties.index])
    again = _rounded(values)
    first = present.index[present == present.max()]
    second = again.index[again == again.max()]
    kept = bool(len(first.intersection(second)))
    if len(before) < _FEWEST or before.nunique() < 2 or after.nunique() < 2:
        return np.nan, kept
    return float(np.corrcoef(before, after)[0, 1]), kept


def _ranks(whole: pd.Series, values: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Ranks of the actors that have both values; the highest is last."""
    known = values.index[values.notna() & whole.loc[values.index].notna()]
    return _rounded(whole.loc[known]).rank(), _rounded(values.loc[known]).rank()


def _rounded(values: pd.Series) -> pd.Series:
    """Relative to the largest, so that rounding makes no difference of rank."""
    size = values.abs().max()
    return (values / size if size > 0 else values).round(_DIGITS)


def _summary(found: list[tuple[float, bool]]) -> dict[str, float]:
    correlations = np.array([correlation for correlation, _ in found])
    known = correlations[~np.isnan(correlations)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (np.nan, np.nan)
    return {
        "correlation": float(known.mean()) if len(known) else np.nan,
        "low": float(low),
        "high": float(high),
        "top_kept": float(np.mean([kept for _, kept in found])),
        "n_undefined": len(correlations) - len(known),
    }


def _why(common: Iterable[Hashable]) -> str:
    if len(list(common)) < _FEWEST:
        return "fewer than three of the others have a value"
    return "all values of the others are equal"
