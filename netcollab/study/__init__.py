"""Files to validated tables: read, check and write a study."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from netcollab.study.actor_checks import are_persons
from netcollab.study.analysis_specs import (
    CasesSpec,
    ConvergenceSpec,
    LinkSpec,
    RivalSpec,
    SetSpec,
    TheorySpec,
)
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
from netcollab.study.joining import join_wave
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
from netcollab.study.new import new_study, next_steps
from netcollab.study.pools import pool_small
from netcollab.study.privacy import (
    LEAST_SHOWN,
    holds_email,
    holds_phone,
    is_identity_column,
    is_person_name_column,
    is_phone_column,
    national_ids,
    shown_name,
)
from netcollab.study.problems import TEMPLATES, Place, Problem, explain, problem_lines
from netcollab.study.pseudonyms import pseudonymise
from netcollab.study.response import response_rates
from netcollab.study.schema import MISSING_REASONS, TIE_STATES
from netcollab.study.simulate import simulate, simulated
from netcollab.study.study import (
    Study,
    bundled,
    check_study,
    read_study,
    write_study,
)

if TYPE_CHECKING:
    from netcollab.study.importing import ImportReport, import_export
    from netcollab.study.network_files import NETWORK_FILES, write_network_file
    from netcollab.study.survey_export import as_export

_DOORS = {
    "NETWORK_FILES": "network_files",
    "ImportReport": "importing",
    "as_export": "survey_export",
    "import_export": "importing",
    "write_network_file": "network_files",
}

__all__ = [
    "LEAST_SHOWN",
    "MISSING_REASONS",
    "NETWORK_FILES",
    "SUMMARY",
    "TEMPLATES",
    "TIE_STATES",
    "AnswerSpec",
    "CasesSpec",
    "Construct",
    "ConvergenceSpec",
    "DataReport",
    "Dimension",
    "ExportSpec",
    "FileReport",
    "FileSpec",
    "HypothesisSpec",
    "ImportReport",
    "Indicator",
    "Instrument",
    "ItemSpec",
    "LinkSpec",
    "Manifest",
    "Place",
    "Problem",
    "RelationSpec",
    "RivalSpec",
    "ScaleSpec",
    "SetSpec",
    "Study",
    "TheorySpec",
    "are_persons",
    "as_export",
    "bundled",
    "check_study",
    "codebook",
    "explain",
    "holds_email",
    "holds_phone",
    "import_export",
    "instrument",
    "instrument_names",
    "is_identity_column",
    "is_person_name_column",
    "is_phone_column",
    "join_wave",
    "national_ids",
    "new_study",
    "next_steps",
    "pool_small",
    "problem_lines",
    "pseudonymise",
    "read_instrument",
    "read_study",
    "response_rates",
    "shown_name",
    "simulate",
    "simulated",
    "write_network_file",
    "write_study",
]


def __getattr__(name: str) -> object:
    if name in _DOORS:
        module = importlib.import_module(f"netcollab.study.{_DOORS[name]}")
        return getattr(module, name)
    raise AttributeError(f"module 'netcollab.study' has no attribute {name!r}")
