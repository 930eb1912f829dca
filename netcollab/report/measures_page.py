"""The page of a study's measures: what was found in each network, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
import pandas as pd

from netcollab.networks import Network
from netcollab.report.labels import (
    ambient_language,
    capitalized,
    label,
    name_of,
    word,
)
from netcollab.report.measured import Measured, heading
from netcollab.report.reasons import reason_text
from netcollab.report.tables import html_table
from netcollab.report.ties import remarks_of, told_unknown
from netcollab.study import Study

__all__ = ["Section", "measures_page"]

_TEMPLATES = Path(__file__).with_name("templates")
_TABLES = (
    "networks",
    "network_measures",
    "actors",
    "dyads",
    "reasons",
    "power_asymmetry",
    "power_actors",
    "power_profile",
    "power_discrepancy",
    "power_concentration",
    "power_groups",
    "network_files",
)
_DECIMALS = 3


@dataclass(frozen=True)
class Section:
    """One network on the page: its title, its files, its figure, and what was found.

    `files` is the name of its files without their endings. `refused` says why there is
    no network; then there is nothing else. `withheld` says why all of its
    answers are withheld, "" where they are not.
    """

    title: Sequence[str]
    files: str
    figure: str = ""
    alt: str = ""
    network: Network | None = None
    found: Measured | None = None
    refused: str = ""
    withheld: str = ""


def measures_page(
    study: Study,
    sections: Sequence[Section],
    explorers: Mapping[str, str],
    *,
    alone: int,
) -> str:
    """The page, in the ambient language; it needs no network and runs no script.

    `explorers` are the files, with their titles, in which readers look for themselves;
    `alone` is for how many of the actors on the page one person speaks.
    """
    code = ambient_language()
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    pages.globals["label"] = label
    return pages.get_template("measures.html.j2").render(
        language=code,
        title=study.manifest.title.get(code) or word(study.manifest.name),
        synthetic=study.manifest.synthetic,
        alone=alone,
        style=(_TEMPLATES / "paper.css").read_text(encoding="utf-8"),
        explorers=explorers,
        tables=[(name, label(f"page.{name}")) for name in _TABLES],
        sections=[_shown(section) for section in sections],
    )


def _shown(section: Section) -> dict[str, object]:
    """A network's part of the page, every text escaped or plain."""
    network, found, name = section.network, section.found, section.files
    title = capitalized(" · ".join(section.title))
    if network is None or found is None:
        return {"key": name, "title": title, "refused": section.refused}
    shared = _shared_reasons(found)
    parts = {
        "actors": _actors(found, network),
        "network": _numbers(found, shared),
        "power": _power(found, network),
    }
    return {
        "key": name,
        "title": title,
        "refused": "",
        "counts": ", ".join(_counts(network)),
        "unknown": " ".join(told_unknown(network)),
        "withheld": section.withheld,
        "figure": section.figure,
        "alt": section.alt,
        "missing": [*_missing(found, network), *_partly_known(network)],
        "left_out": _left_out(found, shared),
        **{
            part: html_table(table, f"{name}-{part}", label(f"page.{part}"), _DECIMALS)
            if len(table)
            else ""
            for part, table in parts.items()
        },
    }


def _counts(network: Network) -> list[str]:
    told = [remark for remark in remarks_of(network)[2:] if remark]
    absent = int(network.state_counts()["observed"]) - network.n_ties
    return [*told, label("count.absence", count=absent)]


def _actors(found: Measured, network: Network) -> pd.DataFrame:
    names = name_of(network.actors).to_numpy()
    table = found.actors.set_axis(names).drop(columns="actor")
    return table.apply(_whole).rename(columns=heading)


def _whole(column: pd.Series) -> pd.Series:
    """Counts without decimals."""
    known = column.dropna()
    return column.astype("Int64") if (known == known.round()).all() else column


def _shared_reasons(found: Measured) -> list[str]:
    """Why more than one measure of the network is missing, in the order found."""
    reasons = found.network["reason"]
    counts = reasons[reasons != ""].value_counts(sort=False)
    return [str(reason) for reason in counts.index[counts > 1]]


def _left_out(found: Measured, shared: Sequence[str]) -> list[str]:
    """Each reason that measures share, told once with their names."""
    told = []
    for reason in shared:
        rows = found.network[found.network["reason"] == reason]
        names, why = ", ".join(_measure_names(rows)), reason_text(reason)
        told.append(label("page.left_out", count=len(rows), measures=names, reason=why))
    return told


def _measure_names(rows: pd.DataFrame) -> list[str]:
    return [
        f"{heading(measure)} ({word(by)})" if by else heading(measure)
        for measure, by in rows[["measure", "by"]].itertuples(index=False)
    ]


def _numbers(found: Measured, shared: Sequence[str]) -> pd.DataFrame:
    """The measures of the network but those told of below, each with its reason."""
    rows = found.network[~found.network["reason"].isin(shared)]
    names = _measure_names(rows)
    reasons = [reason_text(reason) for reason in rows["reason"]]
    table = pd.DataFrame({"value": rows["value"].to_numpy(), "reason": reasons}, names)
    return table.rename(columns=heading)


def _power(found: Measured, network: Network) -> pd.DataFrame:
    """Whom each actor has its strongest tie to, and how far its ranks lie apart."""
    known = network.observed.sum(axis=1).to_numpy()
    possible = (network.states != "structural").sum(axis=1).to_numpy()
    names = name_of(network.actors)
    rows = found.power["actors"].set_index("actor")
    table = pd.DataFrame(
        {
            "needs_most": [
                _among_known(_named(cell, names), int(count), int(most))
                for cell, count, most in zip(
                    rows["needs_most"], known, possible, strict=True
                )
            ],
            "dependence": rows["dependence"].to_numpy(),
            "imbalance": rows["imbalance"].to_numpy(),
            "highest": [_worded(cell) for cell in rows["highest"]],
            "lowest": [_worded(cell) for cell in rows["lowest"]],
            "spread": rows["spread"].to_numpy(),
        },
        index=names.to_numpy(),
    )
    return table.rename(columns=heading)


def _named(cell: str, names: pd.Series) -> str:
    return ", ".join(
        str(names.get(actor, actor)) for actor in cell.split(", ") if actor
    )


def _among_known(partners: str, known: int, possible: int) -> str:
    """The partners, and among how many where some of the actor's ties are not known."""
    if not partners or known == possible:
        return partners
    return label("page.among_known", partners=partners, known=known, possible=possible)


def _worded(cell: str) -> str:
    return ", ".join(word(base) for base in cell.split(", ") if base)


def _missing(found: Measured, network: Network) -> list[str]:
    """Why values of actors are missing: each reason once, with its actors."""
    names = name_of(network.actors)
    rows = found.reasons[found.reasons["table"] == "actors"]
    told = []
    for reason, part in rows.groupby("reason", sort=False):
        actors = [str(names[a]) for a in dict.fromkeys(part["actor"])]
        measures = [heading(m) for m in dict.fromkeys(part["measure"])]
        who = ", ".join(actors) if len(actors) < network.n else label("page.all")
        told.append(f"{who}: {', '.join(measures)} – {reason_text(str(reason))}")
    return told


def _partly_known(network: Network) -> list[str]:
    """Of whom less is known than of others, so that its sums are smaller."""
    if network.is_presence_only and not network.is_rated:
        return []
    names = name_of(network.actors).astype(str).tolist()
    known = network.observed.to_numpy()
    possible = network.states.to_numpy() != "structural"
    sides = {"received": 0, "sent": 1} if network.directed else {"ties": 1}
    told = []
    for side, axis in sides.items():
        counts = zip(known.sum(axis=axis), possible.sum(axis=axis), strict=True)
        groups: dict[tuple[int, int], list[str]] = {}
        for name, (count, most) in zip(names, counts, strict=True):
            if count:
                groups.setdefault((int(count), int(most)), []).append(name)
        if len(groups) > 1:
            each = [
                f"{label('page.known_of', known=count, possible=most)}: "
                + ", ".join(groups[count, most])
                for count, most in sorted(groups)
            ]
            told.append(label(f"page.partly_{side}", groups="; ".join(each)))
    return told
