"""A study: tidy tables and the manifest that says what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from netcollab.study.manifest import Manifest

__all__ = ["Study", "read_study", "write_study"]


@dataclass(frozen=True, eq=False, repr=False)
class Study:
    """Validated tables of one study, and its manifest."""

    manifest: Manifest
    sites: pd.DataFrame
    actors: pd.DataFrame
    ties: pd.DataFrame
    respondents: pd.DataFrame
    answers: pd.DataFrame
    codings: pd.DataFrame
    affiliations: pd.DataFrame

    @property
    def waves(self) -> list[str]:
        """The waves of the study, in order."""
        return sorted(self.ties["wave"].unique()) or ["1"]


def bundled(name: str) -> Path:
    """The folder of a study that comes with the package.

    Parameters
    ----------
    name
        ``"cases/alvorlig_sykt_barn"`` or ``"synthetic/alvorlig_sykt_barn"``.
    """
    inside = Path(__file__).parents[1] / "data" / name
    return inside if inside.is_dir() else Path(__file__).parents[2] / "data" / name


def read_study(path: str | Path) -> Study:
    """Read a study folder."""
    raise FileNotFoundError(path)


def write_study(study: Study, path: str | Path) -> None:
    """Write a study folder."""
