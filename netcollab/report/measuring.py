"""All measures of a study: tables, figures, a page, and networks for other programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd

from netcollab._files import write_atomically
from netcollab.errors import InputError, RefusedError
from netcollab.networks import Network, write_network
from netcollab.report.building import building, files_in, inputs_of
from netcollab.report.disclosure import least
from netcollab.report.explorer import explore
from netcollab.report.figures import alt_text, save_figure
from netcollab.report.labels import ambient_language, capitalized, label, name_of
from netcollab.report.measured import Measured, measured, overview
from netcollab.report.measures_page import Section, measures_page
from netcollab.report.persons import person_level
from netcollab.report.ranks import plot_power_profile
from netcollab.report.reasons import reason_text, worded, worded_reasons
from netcollab.report.selection import (
    Names,
    Place,
    groupings_of,
    held_back,
    network_at,
    numbered,
    places_of,
    relation_label,
    resources_of,
    site_label,
    title_at,
)
from netcollab.report.style import SEQUENCE
from netcollab.report.tables import write_table
from netcollab.report.withheld import told_withheld
from netcollab.study import NETWORK_FILES, Study

__all__ = ["MeasuresReport", "write_measures"]

Told = Callable[[str], None]

_KEY = ["relation", "site", "wave"]
_SHOWN = ("name", "name_nb", "name_da", "name_en", "sector", "level", "unit", "kind")
_WITH_STATES = (".gexf", ".graphml")
_DIGITS = 10
_DPI = 200


@dataclass(frozen=True)
class MeasuresReport:
    """What a run of `write_measures` wrote.

    Parameters
    ----------
    folder
        Where it is.
    networks
        One row per network: relation, site, wave, the counts of actors, ties, known
        absences and unknown dyads by state; `reason` where it could not be built.
    undefined
        How many values are missing; `tables/reasons.csv` and the columns `reason` say
        why.
    withheld
        For each network of which nothing may be shown, because every answer rests on
        too few people: its name, why, and what to do.
    """

    folder: Path
    networks: pd.DataFrame
    undefined: int
    withheld: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        counted = self.networks.astype(object)
        return {
            "folder": str(self.folder),
            "networks": counted.where(counted.notna(), None).to_dict("records"),
            "undefined": self.undefined,
            "withheld": list(self.withheld),
            "files": [
                path.relative_to(self.folder).as_posix()
                for path in files_in(self.folder)
            ],
        }


def write_measures(
    study: Study,
    out: str | Path,
    *,
    source: str | Path | None = None,
    relations: Names = None,
    sites: Names = None,
    waves: Names = None,
    by: Names = None,
    tell: Told | None = None,
) -> MeasuresReport:
    """Measure every network of a study and write what was found.

    Writes `index.html` (one page to read, in the ambient language), `tables/` (CSV with
    the names that code uses, reasons in the ambient language; columns relation, site
    and wave first), `figures/` (a power profile of each network, SVG and PNG),
    `networks/` (each network as GEXF, GraphML, Pajek and UCINET DL), `explorer/` (a
    page to look into the networks of a site, and a PNG of them) and, last, `run.json`.
    Everything is built beside `out` and takes its place when whole.

    What is undefined is an empty cell, and `tables/reasons.csv` says why. Unknown dyads
    are counted by reason in `tables/networks.csv`. Ties that are means of answers are
    withheld below the manifest's number of respondents, and so are those from which a
    withheld one could be worked out across dimensions (`protect`). A network of persons
    is measured only with the manifest's `person_level`. Of the actors' attributes only
    names, sector, level, unit, kind, resources and `by` are written. In the tables of
    power the column n is called n_actors, so that nobody takes it for respondents.

    Parameters
    ----------
    study
        The study.
    out
        A folder; what is there must come from an earlier run of this job.
    source
        The study's folder or workbook, for the record.
    relations, sites, waves
        One name or several; None: all. Relations are those of the manifest, and
        dimensions and constructs of items about a unit.
    by
        Attributes to group actors by; None: those of sector, level, unit and kind that
        make groups.
    tell
        Called with one line of progress at a time.

    Raises
    ------
    UnknownNameError
        If a relation, site, wave or attribute is not in the study.
    InputError
        If there is no network to measure, or `out` holds other files.
    BlockingIOError
        If another run is writing the same folder.
    """
    tell = tell or _silent
    out = Path(out).resolve()
    places = places_of(study, relations, sites, waves)
    if not places:
        raise InputError("no chosen relation has ties or answers: nothing to measure")
    with building(out, "measures", *inputs_of(study, source)) as run:
        folder = run.folder
        tables: dict[str, list[pd.DataFrame]] = {}
        sections: list[Section] = []
        held = held_back(study, places)
        stems = numbered("network", places_of(study))
        for k, place in enumerate(places):
            name = ", ".join(title_at(study, place))
            told = {"done": k + 1, "total": len(places), "name": name}
            tell(label("page.measuring", **told))
            section, rows = _measured_at(
                study, place, held.get(place, []), stems[place], by, folder
            )
            sections.append(section)
            for name, table in rows.items():
                tables.setdefault(name, []).append(_placed(table, place))
        if "actors" not in tables:
            raise InputError(tables["networks"][0]["reason"].iloc[0])
        tell(label("page.drawing"))
        explorers = _write_explorers(study, places, sections, by, folder)
        tell(label("page.writing"))
        whole = {name: _joined(parts) for name, parts in tables.items()}
        _write_tables(whole, folder)
        write_atomically(
            folder / "index.html",
            measures_page(study, sections, explorers, alone=_alone(study, places)),
        )
        asked = {"relations": relations, "sites": sites, "waves": waves, "by": by}
        run.record(
            options={**asked, "language": ambient_language()},
        )
    missing = sum(int(t["value"].isna().sum()) for t in tables["network_measures"])
    missing += len(whole["reasons"])
    withheld = tuple(
        f"{capitalized(', '.join(section.title))}: {section.withheld}"
        for section in sections
        if section.withheld
    )
    return MeasuresReport(out, whole["networks"], missing, withheld)


def _measured_at(
    study: Study,
    place: Place,
    held: Sequence[tuple[str, str]],
    stem: str,
    by: Names,
    folder: Path,
) -> tuple[Section, dict[str, pd.DataFrame]]:
    """One network: its section of the page and its rows of every table."""
    title = title_at(study, place)
    try:
        network = network_at(study, place, held)
    except (InputError, RefusedError) as error:
        refused = Section(title, stem, refused=reason_text(str(error)))
        return refused, {"networks": pd.DataFrame([{"reason": str(error)}])}
    resources, groupings = resources_of(study, network), groupings_of(network, by)
    found = measured(network, resources=resources, by=groupings)
    shown = [
        name for name in (*_SHOWN, *resources, *groupings) if name in network.actors
    ]
    files = _write_networks(network, folder, Path("networks", stem), shown)
    figure = Path("figures", f"{stem}.svg")
    alt = _draw(study, network, found, title, folder / figure.with_suffix(""))
    rows = {
        "networks": pd.DataFrame([{**overview(network), "reason": ""}]),
        "network_measures": found.network,
        "actors": _with_names(found.actors, network),
        "dyads": found.dyads,
        "reasons": found.reasons,
        **{f"power_{name}": table for name, table in found.power.items()},
        "network_files": files,
    }
    withheld = told_withheld(network, _least_at(study, place))
    section = Section(
        title, stem, figure.as_posix(), alt, network, found, withheld=withheld
    )
    return section, rows


def _alone(study: Study, places: Sequence[Place]) -> int:
    """For how many actors one person speaks in a wave that is measured, each once."""
    measured_in = {(place.site, place.wave) for place in places}
    rows = person_level(study)[["site", "wave", "actor"]]
    return len(
        {
            (site, actor)
            for site, wave, actor in rows.itertuples(index=False)
            if (site, wave) in measured_in
        }
    )


def _least_at(study: Study, place: Place) -> int | None:
    """Respondents that an answer needs; None where ties are listed, not answered."""
    listed = place.relation in set(study.ties["relation"])
    return None if listed else least(study.manifest, place.relation)


def _write_networks(
    network: Network, folder: Path, stem: Path, shown: Sequence[str]
) -> pd.DataFrame:
    """The network in every format, and what each of them leaves out."""
    rows = []
    for ending in NETWORK_FILES:
        file = stem.with_name(f"{stem.name}{ending}")
        listed = ending not in _WITH_STATES
        row = {"file": file.as_posix(), "unlisted": "not_asked" if listed else "absent"}
        try:
            told = write_network(
                network,
                folder / file,
                unlisted=None if listed else "absent",
                attributes=shown,
            )
        except InputError as error:
            rows.append({**row, "reason": str(error)})
            continue
        left_out = [f"{count} {state}" for state, count in told.left_out.items()]
        lost = [worded(each, "lost") for each in told.lost]
        row |= {"left_out": ", ".join(left_out), "lost": "; ".join(lost)}
        rows.append({**row, "reason": ""})
    columns = ["file", "unlisted", "left_out", "lost", "reason"]
    return pd.DataFrame(rows, columns=columns)


def _draw(
    study: Study, network: Network, found: Measured, title: Sequence[str], stem: Path
) -> str:
    """The power profile as SVG and PNG; its alt text."""
    table = found.power["profile"]
    actors = network.ties.index
    profile = table.pivot(index="actor", columns="base", values="rank")
    bases = list(dict.fromkeys(table["base"]))
    told = [*title[1:], label("note.synthetic") if study.manifest.synthetic else ""]
    heading = f"{label('measure.power_profile')}: {title[0]}"
    ax = plot_power_profile(
        profile.loc[actors, bases],
        intervals=_uncertain(table),
        actors=network.actors,
        title=heading,
        note=" · ".join(filter(None, told)),
    )
    save_figure(ax, stem, formats=["svg", "png"], dpi=_DPI)
    plt.close(ax.get_figure(root=True))
    return alt_text(ax)


def _write_explorers(
    study: Study,
    places: Sequence[Place],
    sections: Sequence[Section],
    by: Names,
    folder: Path,
) -> dict[str, str]:
    """A page for the networks of each site that have the same actors: file, title."""
    groups: dict[tuple[str, tuple[str, ...]], dict[str, Network]] = {}
    for place, section in zip(places, sections, strict=True):
        if section.network is None:
            continue
        actors = tuple(section.network.ties.index)
        name = relation_label(study, place.relation)
        if len(study.waves) > 1:
            name = f"{name}, {label('network.wave', wave=place.wave)}"
        groups.setdefault((place.site, actors), {})[name] = section.network
    written = {}
    stems = numbered("networks", list(groups))
    for group, layers in groups.items():
        first = next(iter(layers.values()))
        file = Path("explorer", f"{stems[group]}.html")
        title = capitalized(site_label(study, group[0]))
        explore(
            layers,
            color=_color_of(first, by),
            attributes=resources_of(study, first),
            title=title,
            note="synthetic" if study.manifest.synthetic else "",
            site=title,
            wave=None if len(study.waves) > 1 else "",
            person_level=study.manifest.person_level,
        ).save(folder / file)
        written[file.as_posix()] = title
    return written


def _color_of(network: Network, by: Names) -> str | None:
    """The first grouping that has no more groups than there are colours."""
    few = (
        name
        for name in groupings_of(network, by)
        if network.attribute(name).nunique() <= len(SEQUENCE)
    )
    return next(few, None)


def _uncertain(profile: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The intervals of bases on which more is open than the order of equals."""
    found = {}
    for base, rows in profile.groupby("base", sort=False):
        table = rows.set_index("actor")
        equals = (table["rank"].rank(method="min"), table["rank"].rank(method="max"))
        if not (table["best"].eq(equals[0]) & table["worst"].eq(equals[1])).all():
            spans = table[["best", "worst"]]
            spans.attrs["kind"] = table["interval"].iloc[0]
            found[str(base)] = spans
    return found


def _with_names(actors: pd.DataFrame, network: Network) -> pd.DataFrame:
    table = actors.copy()
    table.insert(1, "name", name_of(network.actors).to_numpy())
    return table


def _placed(table: pd.DataFrame, place: Place) -> pd.DataFrame:
    """The rows with the relation, site and wave that they are about."""
    placed = table.copy()
    placed.attrs.clear()
    for k, (name, value) in enumerate(zip(_KEY, place, strict=True)):
        placed.insert(k, name, value)
    return placed


def _joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else parts[0]


def _write_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    for name, table in tables.items():
        write_table(
            worded_reasons(table).set_index(_KEY).rename(columns={"n": "n_actors"}),
            folder / "tables" / name,
            caption=name,
            decimals=_DIGITS,
            formats=["csv"],
        )


def _silent(line: str) -> None:
    """Tell nobody."""
    del line
