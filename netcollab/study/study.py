"""A study: tidy tables and the manifest that says what they mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from netcollab.errors import InputError, UnknownNameError
from netcollab.study.data_report import DataReport, relation_counts
from netcollab.study.folder import read_folder
from netcollab.study.ledger import Ledger
from netcollab.study.manifest import Manifest
from netcollab.study.manifest_reader import parse_manifest
from netcollab.study.places import in_order
from netcollab.study.rated_counts import rated_counts
from netcollab.study.reading import Reading, read_frames
from netcollab.study.response import responses
from netcollab.study.schema import ACTOR_COLUMNS, TABLES
from netcollab.study.writing import manifest_to_dict, write_tables

__all__ = ["Study", "bundled", "check_study", "read_study", "write_study"]

Names = str | Iterable[str] | None


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """Validated tables of one study, and its manifest.

    Every table is a DataFrame, empty if the study has none; the columns `site` and
    `wave` are always filled. A study is never changed: each table it hands out is a
    copy that shares its memory until somebody writes into it.

    Make one with `read_study` or `Study.from_frames`; these check what they are given.

    Parameters
    ----------
    manifest
        What the tables mean.
    sites
        One row per municipality or case: site, attributes.
    actors
        One row per actor in a site: site, actor, attributes, resources.
    ties
        One row per tie, known absence or known unknown: site, wave, relation, source,
        target, weight (NaN unless observed), state, and reporter, distance, basis
        where the file has them.
    respondents
        One row per person who took part: site, respondent, actor, role, wave.
    answers
        One row per answer: respondent, item, target, wave, value, missing_reason.
    codings
        One row per coded statement or document indicator by one coder.
    affiliations
        One row per actor and object: site, wave, actor, object.
    aliases
        One row per earlier name of an actor: site, alias, actor, wave. The other
        tables hold the actor everywhere.
    checked
        How the tables were read, before anything was selected.

    Examples
    --------
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> len(study.actors), study.waves
    (9, ['1'])
    """

    manifest: Manifest
    sites: pd.DataFrame
    actors: pd.DataFrame
    ties: pd.DataFrame
    respondents: pd.DataFrame
    answers: pd.DataFrame
    codings: pd.DataFrame
    affiliations: pd.DataFrame
    aliases: pd.DataFrame = field(default_factory=lambda: _empty("aliases"))
    checked: DataReport = field(default_factory=lambda: DataReport(""))

    def __post_init__(self) -> None:
        for name in TABLES:
            object.__setattr__(self, name, getattr(self, name))

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        return value.copy(deep=False) if name in TABLES else value

    # ---- doors

    @classmethod
    def from_frames(
        cls,
        manifest: Manifest | Mapping[str, Any],
        *,
        actors: pd.DataFrame,
        ties: pd.DataFrame | None = None,
        sites: pd.DataFrame | None = None,
        respondents: pd.DataFrame | None = None,
        answers: pd.DataFrame | None = None,
        codings: pd.DataFrame | None = None,
        affiliations: pd.DataFrame | None = None,
        aliases: pd.DataFrame | None = None,
    ) -> Study:
        """A study from DataFrames, checked as if they were files.

        Parameters
        ----------
        manifest
            A Manifest, or a mapping of the same form as `study.toml`.
        actors, ties, sites, respondents, answers, codings, affiliations, aliases
            The tables; their index is not read. Messages count rows from 1.

        Raises
        ------
        InputError
            With every problem of the manifest and the tables.

        Examples
        --------
        >>> import pandas as pd
        >>> study = Study.from_frames(
        ...     {"name": "pair", "relations": {"trust": {"unlisted": "absent"}}},
        ...     actors=pd.DataFrame({"actor": ["nav", "ks"]}),
        ...     ties=pd.DataFrame(
        ...         {
        ...             "relation": ["trust"],
        ...             "source": ["nav"],
        ...             "target": ["ks"],
        ...             "weight": [2],
        ...         }
        ...     ),
        ... )
        >>> study
        Study 'pair': 1 site, 2 actors, 1 tie row (trust)
        """
        given = {
            "sites": sites,
            "actors": actors,
            "ties": ties,
            "respondents": respondents,
            "answers": answers,
            "codings": codings,
            "affiliations": affiliations,
            "aliases": aliases,
        }
        data = (
            manifest_to_dict(manifest) if isinstance(manifest, Manifest) else manifest
        )
        name = str(data.get("name") or "study")
        ledger = Ledger(name, "manifest")
        ledger.open("manifest")
        checked = parse_manifest(
            data, file="manifest", text="", default_name=name, ledger=ledger
        )
        checked = replace(checked, files={})
        frames = {name: frame for name, frame in given.items() if frame is not None}
        return _made(read_frames(checked, frames, ledger))

    # ---- what it holds

    @cached_property
    def report(self) -> DataReport:
        """How the tables were read, with counts of what the study holds."""
        return replace(
            self.checked,
            relations=relation_counts(self.ties, self.actors, self.manifest),
            response_rates=responses(self.actors, self.respondents, self.answers),
            ratings=rated_counts(
                self.answers, self.respondents, self.actors, self.manifest
            ),
        )

    @property
    def waves(self) -> list[str]:
        """The waves of the study, in order."""
        if self.manifest.waves:
            return list(self.manifest.waves)
        tables = [self._tables()[name] for name, t in TABLES.items() if t.has_wave]
        found = {str(w) for t in tables if "wave" in t for w in t["wave"].unique()}
        return in_order(found) or ["1"]

    def select(
        self,
        *,
        sites: Names = None,
        actors: Names = None,
        relations: Names = None,
        waves: Names = None,
    ) -> Study:
        """The part of the study that concerns some sites, actors, relations or waves.

        Ties and answers stay where both their ends stay. A relation of which nothing
        is known in the selection is left out of the manifest.

        Parameters
        ----------
        sites, actors, relations, waves
            One name or several; None: all.

        Raises
        ------
        UnknownNameError
            If a name is not in the study.

        Examples
        --------
        >>> import netcollab as nc
        >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
        >>> list(study.select(relations="membership").manifest.relations)
        ['membership']
        """
        chosen_sites = _chosen("site", sites, self.actors["site"].unique())
        chosen_actors = _chosen("actor", actors, self.actors["actor"].unique())
        declared = [*self.manifest.relations, *self.manifest.constructs]
        chosen_relations = _chosen("relation", relations, declared)
        chosen_waves = _chosen("wave", waves, self.waves)
        tables = {}
        for name, table in self._tables().items():
            wanted = {
                "site": chosen_sites,
                "relation": chosen_relations,
                "wave": chosen_waves,
                **dict.fromkeys(ACTOR_COLUMNS[name], chosen_actors),
            }
            keep = pd.Series(True, index=table.index)
            for column, chosen in wanted.items():
                if chosen is not None and column in table:
                    cells = table[column]
                    keep &= cells.isin(list(chosen)) | cells.isna()
            tables[name] = table[keep]
        return self._selected(tables, chosen_relations, chosen_waves)

    def __repr__(self) -> str:
        counts = {name: len(table) for name, table in self._tables().items()}
        n_sites = self.actors["site"].nunique()
        told = [_counted(n_sites, "site"), _counted(counts["actors"], "actor")]
        relations = ", ".join(self.ties["relation"].unique())
        if counts["ties"]:
            told.append(f"{_counted(counts['ties'], 'tie row')} ({relations})")
        told += [
            _counted(counts[name], name[:-1])
            for name in ("respondents", "answers", "codings", "affiliations")
            if counts[name]
        ]
        synthetic = " (synthetic)" if self.manifest.synthetic else ""
        return f"Study {self.manifest.name!r}{synthetic}: {', '.join(told)}"

    # ---- how

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {name: getattr(self, name) for name in TABLES}

    def _selected(
        self,
        tables: dict[str, pd.DataFrame],
        relations: set[str] | None,
        waves: set[str] | None,
    ) -> Study:
        kept = tables["respondents"]["respondent"]
        answers = tables["answers"]
        answers = answers[answers["respondent"].isin(kept)]
        if relations is not None:
            items = self.manifest.items.values()
            wanted = {i.name for i in items if {i.dimension, i.construct} & relations}
            answers = answers[answers["item"].isin(wanted)]
        tables["answers"] = answers
        aliases = tables["aliases"]
        tables["aliases"] = aliases[aliases["actor"].isin(tables["actors"]["actor"])]
        tables = {name: t.reset_index(drop=True) for name, t in tables.items()}
        present = set(tables["ties"]["relation"])
        specs = {
            name: spec
            for name, spec in self.manifest.relations.items()
            if (relations is None or name in relations)
            and (
                name in present
                or spec.unlisted == "absent"
                or name in self.manifest.constructs
            )
        }
        manifest = replace(
            self.manifest,
            relations=specs,
            waves=tuple(w for w in self.manifest.waves if waves is None or w in waves),
        )
        return Study(manifest, **tables, checked=self.checked)


def bundled(name: str) -> Path:
    """The folder of a study that comes with the package.

    Parameters
    ----------
    name
        ``"cases/alvorlig_sykt_barn"`` or ``"synthetic/alvorlig_sykt_barn"``.

    Raises
    ------
    UnknownNameError
        If the package has no study of that name.

    Examples
    --------
    >>> bundled("cases/alvorlig_sykt_barn").name
    'alvorlig_sykt_barn'
    """
    here = Path(__file__).parents
    roots = [root for root in (here[1] / "data", here[2] / "data") if root.is_dir()]
    known = {
        file.parent.relative_to(root).as_posix(): file.parent
        for root in reversed(roots)
        for file in sorted(root.glob("*/*/study.toml"))
    }
    if name not in known:
        raise UnknownNameError("bundled study", name, known)
    return known[name]


def read_study(path: str | Path) -> Study:
    """Read a study: `study.toml` and its tables, or one workbook, checked as a whole.

    Nothing is dropped, merged, recoded or filled without a rule of the manifest and a
    count in `Study.report`. Nothing is written.

    Parameters
    ----------
    path
        The folder, its `study.toml`, or a workbook (.xlsx) that holds all of it.

    Raises
    ------
    InputError
        With every error and warning of the whole study in `problems`, by file and
        row, at most 1,000.

    Examples
    --------
    >>> import netcollab as nc
    >>> nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn")).report.ok
    True
    """
    return _made(read_folder(path))


def check_study(path: str | Path) -> DataReport:
    """Read a study as `read_study` does, and report instead of raising.

    Parameters
    ----------
    path
        The folder, its `study.toml`, or a workbook (.xlsx) that holds all of it.

    Examples
    --------
    >>> import netcollab as nc
    >>> nc.study.check_study(nc.study.bundled("cases/alvorlig_sykt_barn")).ok
    True
    """
    return read_folder(path).report


def write_study(study: Study, path: str | Path, *, overwrite: bool = False) -> None:
    """Write a study folder: `study.toml` and CSV tables in UTF-8.

    Text is written as it is, so that reading gives the same study. A cell that starts
    with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet; open the files
    there as text only.

    Parameters
    ----------
    study
        The study.
    path
        The folder; made if it is not there.
    overwrite
        True: replace the study in a folder that is not empty.

    Raises
    ------
    InputError
        If the folder is not empty and `overwrite` is false.

    Examples
    --------
    >>> import tempfile
    >>> import netcollab as nc
    >>> study = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nc.write_study(study, folder)
    ...     again = nc.read_study(folder)
    >>> again.ties.equals(study.ties)
    True
    """
    tables = {name: getattr(study, name) for name in TABLES}
    write_tables(study.manifest, tables, Path(path), overwrite=overwrite)


def _made(reading: Reading) -> Study:
    checked = reading.report
    if not checked.ok:
        raise InputError([p for p in checked.problems if p.severity != "NOTE"])
    return Study(reading.manifest, **reading.tables, checked=checked)


def _empty(table: str) -> pd.DataFrame:
    names = [column.name for column in TABLES[table].columns if column.always]
    return pd.DataFrame({name: pd.Series(dtype="str") for name in names})


def _chosen(kind: str, names: Names, known: Iterable[object]) -> set[str] | None:
    if names is None:
        return None
    options = [str(name) for name in known]
    is_one = isinstance(names, str) or not isinstance(names, Iterable)
    chosen: list[Any] = [names] if is_one else [*names]
    for name in sorted(chosen, key=str):
        if not isinstance(name, str) or name not in options:
            raise UnknownNameError(kind, name, options)
    return set(chosen)


def _counted(count: int, noun: str) -> str:
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun if noun.endswith('s') else noun + 's'}"
