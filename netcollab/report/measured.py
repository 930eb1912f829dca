"""Which measures a network is given, and the tables that hold them.

Every measure of `netcollab.measures` whose arguments are known is computed: its return
annotation says whether it has a value per actor, per dyad or for the network.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

import numpy as np
import pandas as pd

from netcollab import measures
from netcollab.errors import InputError, RefusedError
from netcollab.networks import Network
from netcollab.report.labels import label, phrases_of, word
from netcollab.study import TIE_STATES

__all__ = ["Measured", "heading", "measured", "overview"]

_FOR_WHOM = {pd.Series: "actors", pd.DataFrame: "dyads", float: "network"}
_ADJUSTED = "tie_asymmetry_adjusted"


@dataclass(frozen=True)
class Measured:
    """What was computed of one network, and why the rest was not.

    Attributes
    ----------
    actors
        One row per actor: actor, and a column for each measure.
    dyads
        One row per ordered pair: source, target, weight, state, and measures.
    network
        One row per measure: measure, by (the attribute, if it needs one), value,
        reason.
    reasons
        One row per missing value of the first two tables: table, measure, actor,
        reason.
    power
        Table -> rows, as in `netcollab.measures.power_tables`.
    """

    actors: pd.DataFrame
    dyads: pd.DataFrame
    network: pd.DataFrame
    reasons: pd.DataFrame
    power: Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class _Call:
    """A measure with the arguments that it needs, under the name of a column."""

    name: str
    column: str
    by: str
    options: Mapping[str, Any]

    def __call__(self, network: Network) -> Any:
        return getattr(measures, self.name)(network, **self.options)

    def reason(self, network: Network) -> str:
        return measures.reason(getattr(measures, self.name), network, **self.options)


def measured(
    network: Network, *, resources: Sequence[str] = (), by: Sequence[str] = ()
) -> Measured:
    """Every measure of a network whose arguments are known.

    A measure that needs an attribute to group by is computed for each of `by`, one
    that needs a resource for each of `resources`; one whose argument is the analyst's
    choice, such as the beta of beta-centrality, is not.

    Parameters
    ----------
    network
        The network.
    resources
        Numeric attributes of the actors.
    by
        Attributes to group by.

    Examples
    --------
    >>> names = ["nav", "ks", "hdir"]
    >>> told = pd.DataFrame([[0, 3, 0], [2, 0, None], [1, 1, 0]], names, names)
    >>> found = measured(Network.from_matrix(told))
    >>> found.actors[["actor", "in_strength", "betweenness"]]
      actor  in_strength  betweenness
    0   nav          3.0          0.0
    1    ks          4.0          0.0
    2  hdir          0.0          0.0
    """
    ends: list[Callable[..., object]] = [measures.degree]
    if network.directed:
        ends = [measures.in_degree, measures.out_degree]
    choices: dict[str, Sequence[Any]] = {
        "by": list(by),
        "resource": list(resources),
        "measure": [*ends, measures.betweenness],
    }
    calls: dict[str, list[_Call]] = {kind: [] for kind in _FOR_WHOM.values()}
    for kind, call in _calls(choices):
        calls[kind].append(call)
    reasons: list[tuple[str, str, object, str]] = []
    actors = _actor_table(network, calls["actors"], reasons)
    dyads = _dyad_table(network, calls["dyads"], reasons)
    columns = ["table", "measure", "actor", "reason"]
    power = measures.power_tables(network, resources=resources, by=by)
    return Measured(
        actors,
        dyads,
        _network_table(network, calls["network"]),
        pd.DataFrame(reasons, columns=columns, dtype="str"),
        power._asdict(),
    )


def overview(network: Network) -> dict[str, object]:
    """How many actors, dyads, ties, absences and unknown dyads a network has."""
    counts = network.state_counts()
    observed = int(counts["observed"])
    unknown = [state for state in TIE_STATES if state != "observed"]
    return {
        "directed": network.directed,
        "actors": network.n,
        "dyads": int(counts.sum() - counts["structural"]),
        "ties": network.n_ties,
        "known_absences": observed - network.n_ties,
        **{state: int(counts[state]) for state in unknown},
        "presence_only": network.is_presence_only and not network.is_rated,
    }


def heading(column: str) -> str:
    """The name of a column as a reader would write it, in the ambient language.

    Examples
    --------
    >>> heading("in_strength"), heading("centralization_in_degree")
    ('in-strength', 'centralization: in-degree')
    >>> heading("ei_by_actor_sector")
    'E-I index of the actor (sector)'
    """
    for name in ("centralization", "resource_gap"):
        option = column.removeprefix(f"{name}_")
        if option != column:
            return f"{label(f'measure.{name}')}: {word(option)}"
    if column in TIE_STATES:
        return label(f"state.{column}")
    known = phrases_of("measure", "en")
    begun = [name for name in known if column.startswith(f"{name}_")]
    if column in known or not begun:
        return word(column)
    name = max(begun, key=len)
    return f"{label(f'measure.{name}')} ({word(column.removeprefix(f'{name}_'))})"


def _calls(choices: Mapping[str, Sequence[Any]]) -> Iterator[tuple[str, _Call]]:
    for name in measures.__all__:
        measure = getattr(measures, name)
        kind = _FOR_WHOM[get_type_hints(measure)["return"]]
        _, *others = inspect.signature(measure).parameters.values()
        needed = [option.name for option in others if option.default is option.empty]
        if not needed:
            yield kind, _Call(name, name, "", {})
        elif len(needed) == 1:
            (argument,) = needed
            for option in choices.get(argument, []):
                told = getattr(option, "__name__", option)
                yield (
                    kind,
                    _Call(
                        name,
                        f"{name}_{told}",
                        told if argument == "by" else "",
                        {argument: option},
                    ),
                )
        if name == "tie_asymmetry":
            yield kind, _Call(name, _ADJUSTED, "", {"adjusted": True})


def _tried(network: Network, call: _Call) -> tuple[Any, str]:
    """The value; or none, and why the measure was refused."""
    try:
        return call(network), ""
    except (InputError, RefusedError) as error:
        return None, str(error)


def _actor_table(
    network: Network,
    calls: Sequence[_Call],
    reasons: list[tuple[str, str, object, str]],
) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {}
    for call in calls:
        values, refused = _tried(network, call)
        if refused:
            values = pd.Series(np.nan, network.ties.index)
            values.attrs["reasons"] = dict.fromkeys(values.index, refused)
        told = values.attrs["reasons"].items()
        reasons += [("actors", call.column, actor, why) for actor, why in told]
        columns[call.column] = values
    table = pd.DataFrame(columns, index=network.ties.index)
    return table.rename_axis("actor").reset_index()


def _dyad_table(
    network: Network,
    calls: Sequence[_Call],
    reasons: list[tuple[str, str, object, str]],
) -> pd.DataFrame:
    names = network.ties.index.to_numpy()
    row, column = np.nonzero(~np.eye(network.n, dtype=bool))
    table = {
        "source": names[row],
        "target": names[column],
        "weight": network.ties.to_numpy()[row, column],
        "state": network.states.to_numpy()[row, column],
    }
    for call in calls:
        values, refused = _tried(network, call)
        if refused:
            reasons += [("dyads", call.column, actor, refused) for actor in names]
            table[call.column] = np.full(len(row), np.nan)
            continue
        told = values.attrs["reasons"].items()
        reasons += [("dyads", call.column, actor, why) for actor, why in told]
        table[call.column] = values.to_numpy()[row, column]
    return pd.DataFrame(table)


def _network_table(network: Network, calls: Sequence[_Call]) -> pd.DataFrame:
    rows = []
    for call in calls:
        value, why = _tried(network, call)
        if not why:
            why = call.reason(network)
        column = call.name if call.by else call.column
        rows.append((column, call.by, np.nan if value is None else value, why))
    return pd.DataFrame(rows, columns=["measure", "by", "value", "reason"])
