"""Files to validated tables: read, check and write a study."""

from __future__ import annotations

from netcollab.study.manifest import (
    FileSpec,
    HypothesisSpec,
    Manifest,
    RelationSpec,
)
from netcollab.study.problems import Problem
from netcollab.study.study import Study, bundled, read_study, write_study

__all__ = [
    "FileSpec",
    "HypothesisSpec",
    "Manifest",
    "Problem",
    "RelationSpec",
    "Study",
    "bundled",
    "read_study",
    "write_study",
]
