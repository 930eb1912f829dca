"""Files to validated tables: read, check and write a study."""

from __future__ import annotations

from netcollab.study.coding_checks import SUMMARY
from netcollab.study.data_report import DataReport, FileReport
from netcollab.study.instruments import (
    Construct,
    Dimension,
    Indicator,
    Instrument,
    codebook,
    instrument,
    instrument_names,
    read_instrument,
)
from netcollab.study.manifest import (
    AnswerSpec,
    ExportSpec,
    FileSpec,
    HypothesisSpec,
    ItemSpec,
    Manifest,
    RelationSpec,
    ScaleSpec,
)
from netcollab.study.problems import TEMPLATES, Place, Problem, explain
from netcollab.study.schema import MISSING_REASONS, TIE_STATES
from netcollab.study.simulate import simulate
from netcollab.study.study import (
    Study,
    bundled,
    check_study,
    read_study,
    write_study,
)

__all__ = [
    "MISSING_REASONS",
    "SUMMARY",
    "TEMPLATES",
    "TIE_STATES",
    "AnswerSpec",
    "Construct",
    "DataReport",
    "Dimension",
    "ExportSpec",
    "FileReport",
    "FileSpec",
    "HypothesisSpec",
    "Indicator",
    "Instrument",
    "ItemSpec",
    "Manifest",
    "Place",
    "Problem",
    "RelationSpec",
    "ScaleSpec",
    "Study",
    "bundled",
    "check_study",
    "codebook",
    "explain",
    "instrument",
    "instrument_names",
    "read_instrument",
    "read_study",
    "simulate",
    "write_study",
]
