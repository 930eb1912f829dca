"""Unknown ties filled in by a model, several times over.

What may the ties be that nobody observed, and how much do results hang on them?
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from itertools import islice

import numpy as np
import pandas as pd

from netcollab._checks import as_entropy, as_square_frame, check_count
from netcollab.errors import InputError, RefusedError
from netcollab.networks.network import Network
from netcollab.networks.probit import BURN_IN, Model, State, states
from netcollab.networks.transform import _like

__all__ = ["impute"]

_THIN = 20
_FEWEST = 4


def impute(
    network: Network,
    *,
    predictors: Mapping[str, pd.DataFrame] | None = None,
    n_imputations: int = 20,
    rng: int | np.random.Generator | None = None,
) -> list[Network]:
    """Copies of the network in which a model has filled in the unknown dyads.

    An ordered probit with sender, receiver and reciprocity effects:

    .. math::
        z_{ij} = \\mu + x_{ij}'\\beta + a_i + b_j + e_{ij}, \\quad
        (a_i, b_i) \\sim N(0, \\Sigma), \\quad corr(e_{ij}, e_{ji}) = \\rho

    and the tie has the k-th of the observed values, 0 included, where z_ij lies between
    two thresholds. Undirected ties have one effect per actor. A Gibbs sampler
    (priors and steps: `netcollab.networks.probit`) makes 500 sweeps that are thrown
    away; the copies stand 20 sweeps apart. Each copy has its own effects and errors, so
    that they differ as much as is unknown. The first copies do not depend on how many
    are asked for.

    What was observed stays as it is. Only values that were observed are filled in.
    Dyads that cannot exist (structural) stay unknown. The filled dyads are "observed"
    in the copies, which do not tell them apart: measure each copy and pool the results
    (`netcollab.inference.pool_imputations`). A network without unknown dyads gives
    copies of itself.

    **Before a test** the model has to hold what the test relates the ties to: dyads
    filled in without a predictor have nothing to do with it, and pull its slope towards
    0 (with a fourth of the dyads and one actor silent from .81 to .59, in simulations;
    with the predictor to .80).

    The model takes dyads to be missing for reasons that the observed ties and the
    actors' effects account for. Of an actor that did not answer, nothing is known as a
    sender: its sender effect comes from the prior and its correlation with what others
    say of it. Its imputed ties have the right spread if silence says nothing of the
    sender, and nothing in the data can tell whether it does.

    Parameters
    ----------
    network
        The network.
    predictors
        Matrices by name that are known in every dyad, such as `term_matrix` makes;
        symmetric where ties are.
    n_imputations
        How many copies.
    rng
        Seed.

    Returns
    -------
    list of Network
        The copies.

    Raises
    ------
    InputError
        If a predictor has other actors than the network, is not known in every dyad, or
        has one value.
    RefusedError
        For a presence-only relation (absences were never observed, so the share of ties
        is not known); for fewer than 4 actors; where all observed dyads have one value,
        or none was observed; where path lengths were declared, which imputed ties lack.

    References
    ----------
    Hoff, P. D. (2005). Bilinear mixed-effects models for dyadic data. Journal of the
    American Statistical Association 100, 286-295. Albert, J. H. & Chib, S. (1993).
    Bayesian analysis of binary and polychotomous response data. Journal of the American
    Statistical Association 88, 669-679. Rubin, D. B. (1987). Multiple Imputation for
    Nonresponse in Surveys. Wiley.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir", "udir"]
    >>> told = [[0, 1, 0, 1], [1, 0, 1, 1], [None] * 4, [1, 0, 0, 0]]
    >>> network = Network.from_matrix(pd.DataFrame(told, names, names))
    >>> copies = impute(network, n_imputations=5, rng=1)
    >>> len(copies), copies[0].observed.to_numpy().sum()
    (5, np.int64(12))
    """
    n_imputations = check_count("n_imputations", n_imputations)
    beside = _standardised(network, predictors or {})
    _check_imputable(network)
    unknown = network.ties.isna() & (network.states != "structural")
    if not unknown.to_numpy().any():
        return [_filled(network, network.ties)] * n_imputations
    values, model = _observed_values(network, beside)
    key = (zlib.crc32(b"imputation"), 0)
    seeds = np.random.SeedSequence(as_entropy(rng), spawn_key=key)
    draws = np.random.default_rng(seeds)
    kept = islice(states(model, draws), BURN_IN, BURN_IN + _THIN * n_imputations, _THIN)
    copies = []
    for state in kept:
        drawn = values[np.searchsorted(state.cuts, _predicted(model, state, draws))]
        frame = pd.DataFrame(drawn, unknown.index, unknown.columns)
        copies.append(_filled(network, network.ties.mask(unknown, frame)))
    return copies


def _check_imputable(network: Network) -> None:
    ties = network.ties.to_numpy()
    known = ties[~np.isnan(ties)]
    if network.n < _FEWEST:
        why = f"{network.n} actors are too few for a model of senders and receivers"
    elif not len(known):
        why = "no dyad was observed"
    elif network.is_presence_only and not network.is_rated:
        why = "presence-only: absences were never observed; no share of ties is known"
    elif known.min() == known.max():
        why = f"all observed dyads have the value {known[0]:g}"
    elif network._distances is not None:
        why = "path lengths were declared, and an imputed tie has none"
    else:
        return
    raise RefusedError(f"no imputation of {network.relation or 'the network'}: {why}")


def _standardised(
    network: Network, predictors: Mapping[str, pd.DataFrame]
) -> np.ndarray:
    """The predictors with mean 0 and variance 1 over the dyads, k x n x n."""
    names, off = network.ties.index, ~np.eye(network.n, dtype=bool)
    found = np.zeros((len(predictors), network.n, network.n))
    for place, (name, given) in enumerate(predictors.items()):
        frame = as_square_frame(name, given)
        if set(frame.index) != set(names):
            raise InputError(f"{name} needs the actors of the network, and no others")
        values = frame.loc[names, names].to_numpy()[off]
        if unknown := int(np.isnan(values).sum()):
            dyads = f"{unknown} {'dyads' if unknown > 1 else 'dyad'}"
            raise InputError(
                f"{name} is not known in {dyads}: nothing says what it would predict "
                "there; leave it out, or fill it in"
            )
        if not np.ptp(values) > 0:
            raise InputError(f"{name} has one value and predicts nothing; leave it out")
        found[place][off] = (values - values.mean()) / values.std()
        if not (network.directed or np.allclose(found[place], found[place].T)):
            raise InputError(f"{name} has a direction, and the ties have none")
    return found


def _observed_values(
    network: Network, predictors: np.ndarray
) -> tuple[np.ndarray, Model]:
    ties = network.ties.to_numpy()
    known = ~np.isnan(ties)
    senders, receivers = np.nonzero(known if network.directed else np.triu(known))
    values, codes = np.unique(ties[senders, receivers], return_inverse=True)
    model = Model(senders, receivers, codes, network.n, network.directed, predictors)
    return values, model


def _predicted(model: Model, state: State, draws: np.random.Generator) -> np.ndarray:
    """z of every dyad: its mean, and an error that goes with the partner's.

    An observed partner has the error of its own z; two unknown ones are drawn together.
    """
    n = model.n
    means, noise = state.means(model), draws.standard_normal((n, n))
    if not model.directed:
        upper = np.triu(means + noise, 1)
        return np.asarray(upper + upper.T)
    errors = np.triu(noise, 1)
    at = model.senders, model.receivers
    errors[at] = state.latent - means[at]
    first = np.zeros((n, n), dtype=bool)
    first[at] = True
    rest = np.sqrt(1 - state.rho**2) * noise
    lower = ~first & np.tri(n, k=-1, dtype=bool)
    upper_free = ~first & first.T & np.triu(np.ones((n, n), dtype=bool), 1)
    errors = np.where(upper_free, state.rho * errors.T + rest, errors)
    errors = np.where(lower, state.rho * errors.T + rest, errors)
    return np.asarray(means + errors)


def _filled(network: Network, ties: pd.DataFrame) -> Network:
    """The network with other ties, observed where there is a number now."""
    return _like(
        network,
        ties,
        network.states.mask(ties.notna(), "observed"),
        scale=network.scale,
        distances=network._distances,
    )
