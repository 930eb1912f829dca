"""Everything to what people see: words, figures, tables, the paper.

Names load when first used, so that a program that draws nothing loads no drawing
library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netcollab.report.adoption import plot_adoption
    from netcollab.report.calibration import write_calibration
    from netcollab.report.chance import plot_null_distribution
    from netcollab.report.comparison_words import (
        cases_report,
        cases_table,
        convergence_report,
        convergence_table,
    )
    from netcollab.report.contribution_graph import plot_contribution
    from netcollab.report.contribution_words import (
        contribution_report,
        contribution_table,
        theory_words,
    )
    from netcollab.report.data_check import (
        data_report,
        import_report,
        problem_explained,
        problems_text,
    )
    from netcollab.report.designs import design_report, write_design
    from netcollab.report.dialogue import DialogueSheet, dialogue_sheet
    from netcollab.report.dialogue_page import statement_constructs, write_dialogue
    from netcollab.report.disclosure import (
        Cell,
        Exposure,
        attack,
        least,
        protect,
        shown_count,
    )
    from netcollab.report.estimates import plot_estimates
    from netcollab.report.evidence_matrix import plot_evidence_matrix
    from netcollab.report.explorer import Explorer, explore
    from netcollab.report.feedback import FeedbackReport, write_feedback
    from netcollab.report.figures import alt_text, describe, save_figure, show
    from netcollab.report.finding_files import write_findings
    from netcollab.report.finding_words import findings_report
    from netcollab.report.formal import plot_formal_gaps
    from netcollab.report.inequality import plot_inequality
    from netcollab.report.joint_display import plot_joint_display
    from netcollab.report.labels import (
        LANGUAGES,
        ambient_language,
        label,
        language,
        name_of,
        number,
        word,
    )
    from netcollab.report.levels import layout_levels
    from netcollab.report.measuring import MeasuresReport, write_measures
    from netcollab.report.methods_text import citations, methods_paragraph
    from netcollab.report.multiplex import draw_layers
    from netcollab.report.multiverse_files import (
        multiverse_report,
        multiverse_table,
        write_multiverse,
    )
    from netcollab.report.multiverses import plot_multiverse
    from netcollab.report.notebooks import (
        differing_cells,
        execute_notebook,
        find_notebooks,
        read_notebook,
        write_notebook,
    )
    from netcollab.report.paper import build_paper
    from netcollab.report.persons import check_consent, person_level, seen_by_others
    from netcollab.report.power_curves import plot_power
    from netcollab.report.profiles import plot_perception_gaps, plot_profile
    from netcollab.report.publishing import publish_figure, publish_table
    from netcollab.report.ranges import plot_ranges
    from netcollab.report.ranks import plot_power_profile, plot_rank_intervals
    from netcollab.report.rejections import plot_calibration
    from netcollab.report.release import (
        ReleaseCheck,
        ReleaseFinding,
        check_release,
        release_report,
    )
    from netcollab.report.result_tables import findings_table, model_table
    from netcollab.report.saturation import plot_saturation
    from netcollab.report.sociograms import draw_network
    from netcollab.report.sociomatrix import plot_sociomatrix
    from netcollab.report.spreads import shown_spread, why_no_spread
    from netcollab.report.stress import layout
    from netcollab.report.style import PALETTE, size_mm, theme
    from netcollab.report.tables import write_table
    from netcollab.report.workshop import workshop_prompts

_DOORS = {
    "Cell": "disclosure",
    "DialogueSheet": "dialogue",
    "FeedbackReport": "feedback",
    "Exposure": "disclosure",
    "Explorer": "explorer",
    "LANGUAGES": "labels",
    "MeasuresReport": "measuring",
    "PALETTE": "style",
    "ReleaseCheck": "release",
    "ReleaseFinding": "release",
    "alt_text": "figures",
    "ambient_language": "labels",
    "attack": "disclosure",
    "build_paper": "paper",
    "check_consent": "persons",
    "check_release": "release",
    "cases_report": "comparison_words",
    "cases_table": "comparison_words",
    "citations": "methods_text",
    "contribution_report": "contribution_words",
    "contribution_table": "contribution_words",
    "convergence_report": "comparison_words",
    "convergence_table": "comparison_words",
    "data_report": "data_check",
    "describe": "figures",
    "design_report": "designs",
    "dialogue_sheet": "dialogue",
    "differing_cells": "notebooks",
    "draw_layers": "multiplex",
    "draw_network": "sociograms",
    "execute_notebook": "notebooks",
    "explore": "explorer",
    "find_notebooks": "notebooks",
    "findings_report": "finding_words",
    "findings_table": "result_tables",
    "import_report": "data_check",
    "label": "labels",
    "language": "labels",
    "layout": "stress",
    "least": "disclosure",
    "layout_levels": "levels",
    "methods_paragraph": "methods_text",
    "model_table": "result_tables",
    "multiverse_report": "multiverse_files",
    "multiverse_table": "multiverse_files",
    "name_of": "labels",
    "number": "labels",
    "person_level": "persons",
    "plot_adoption": "adoption",
    "plot_calibration": "rejections",
    "plot_contribution": "contribution_graph",
    "plot_estimates": "estimates",
    "plot_evidence_matrix": "evidence_matrix",
    "plot_formal_gaps": "formal",
    "plot_inequality": "inequality",
    "plot_joint_display": "joint_display",
    "plot_multiverse": "multiverses",
    "plot_null_distribution": "chance",
    "plot_perception_gaps": "profiles",
    "plot_power": "power_curves",
    "plot_power_profile": "ranks",
    "plot_profile": "profiles",
    "plot_ranges": "ranges",
    "plot_rank_intervals": "ranks",
    "plot_saturation": "saturation",
    "plot_sociomatrix": "sociomatrix",
    "problem_explained": "data_check",
    "problems_text": "data_check",
    "protect": "disclosure",
    "publish_figure": "publishing",
    "publish_table": "publishing",
    "read_notebook": "notebooks",
    "release_report": "release",
    "save_figure": "figures",
    "seen_by_others": "persons",
    "show": "figures",
    "shown_count": "disclosure",
    "shown_spread": "spreads",
    "size_mm": "style",
    "statement_constructs": "dialogue_page",
    "theme": "style",
    "theory_words": "contribution_words",
    "why_no_spread": "spreads",
    "word": "labels",
    "workshop_prompts": "workshop",
    "write_calibration": "calibration",
    "write_design": "designs",
    "write_dialogue": "dialogue_page",
    "write_findings": "finding_files",
    "write_feedback": "feedback",
    "write_measures": "measuring",
    "write_multiverse": "multiverse_files",
    "write_notebook": "notebooks",
    "write_table": "tables",
}

__all__ = [
    "LANGUAGES",
    "PALETTE",
    "Cell",
    "DialogueSheet",
    "Explorer",
    "Exposure",
    "FeedbackReport",
    "MeasuresReport",
    "ReleaseCheck",
    "ReleaseFinding",
    "alt_text",
    "ambient_language",
    "attack",
    "build_paper",
    "cases_report",
    "cases_table",
    "check_consent",
    "check_release",
    "citations",
    "contribution_report",
    "contribution_table",
    "convergence_report",
    "convergence_table",
    "data_report",
    "describe",
    "design_report",
    "dialogue_sheet",
    "differing_cells",
    "draw_layers",
    "draw_network",
    "execute_notebook",
    "explore",
    "find_notebooks",
    "findings_report",
    "findings_table",
    "import_report",
    "label",
    "language",
    "layout",
    "layout_levels",
    "least",
    "methods_paragraph",
    "model_table",
    "multiverse_report",
    "multiverse_table",
    "name_of",
    "number",
    "person_level",
    "plot_adoption",
    "plot_calibration",
    "plot_contribution",
    "plot_estimates",
    "plot_evidence_matrix",
    "plot_formal_gaps",
    "plot_inequality",
    "plot_joint_display",
    "plot_multiverse",
    "plot_null_distribution",
    "plot_perception_gaps",
    "plot_power",
    "plot_power_profile",
    "plot_profile",
    "plot_ranges",
    "plot_rank_intervals",
    "plot_saturation",
    "plot_sociomatrix",
    "problem_explained",
    "problems_text",
    "protect",
    "publish_figure",
    "publish_table",
    "read_notebook",
    "release_report",
    "save_figure",
    "seen_by_others",
    "show",
    "shown_count",
    "shown_spread",
    "size_mm",
    "statement_constructs",
    "theme",
    "theory_words",
    "why_no_spread",
    "word",
    "workshop_prompts",
    "write_calibration",
    "write_design",
    "write_dialogue",
    "write_feedback",
    "write_findings",
    "write_measures",
    "write_multiverse",
    "write_notebook",
    "write_table",
]


def __getattr__(name: str) -> object:
    if name in _DOORS:
        module = importlib.import_module(f"netcollab.report.{_DOORS[name]}")
        return getattr(module, name)
    raise AttributeError(f"module 'netcollab.report' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
