"""Numbers to evidence: tests on matrices and tables, with what they cannot say."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from netcollab.inference.graphs import random_graphs
from netcollab.inference.influence import leave_one_out
from netcollab.inference.labels import label_permutation
from netcollab.inference.models import ModelResult
from netcollab.inference.mrqap import mrqap
from netcollab.inference.permutation import pvalue
from netcollab.inference.pooling import pool_imputations, pool_tests
from netcollab.inference.proportions import wilson_interval
from netcollab.inference.qap import qap_correlation
from netcollab.inference.recorded import record, recorded
from netcollab.inference.relations import SocialRelations
from netcollab.inference.results import TestResult

if TYPE_CHECKING:
    from netcollab.inference.actor_tests import (
        permutation_correlation,
        permutation_difference,
    )
    from netcollab.inference.bootstrap import (
        BootstrapInterval,
        bootstrap_interval,
    )
    from netcollab.inference.calibration import calibrate, miscalibrated
    from netcollab.inference.cluster_variance import cluster_robust
    from netcollab.inference.concordance import kendall
    from netcollab.inference.convergence import (
        group_convergence,
        group_spread,
    )
    from netcollab.inference.crossing import silo_change
    from netcollab.inference.curve import (
        Specification,
        SpecificationCurve,
        specification_curve,
    )
    from netcollab.inference.detectable import (
        detectable_by_t,
        detectable_correlation,
    )
    from netcollab.inference.differences import difference_in_differences
    from netcollab.inference.equivalence import Equivalence, mrqap_tost, tost
    from netcollab.inference.gaps import group_gaps
    from netcollab.inference.heterogeneity import slope_heterogeneity
    from netcollab.inference.inclusion import permutation_inclusion
    from netcollab.inference.multilevel import mixed_model
    from netcollab.inference.multiplicity import adjust_pvalues, adjust_results
    from netcollab.inference.partial import partial_correlation
    from netcollab.inference.paths import cross_lagged, mediation
    from netcollab.inference.power import Design, design
    from netcollab.inference.round_robin import social_relations
    from netcollab.inference.simultaneous import (
        seemingly_unrelated,
        two_stage_least_squares,
    )
    from netcollab.inference.site_averages import site_means
    from netcollab.inference.site_orders import site_permutation
    from netcollab.inference.varying_slopes import site_slopes
    from netcollab.inference.vertices import vertex_bootstrap
    from netcollab.inference.wild_bootstrap import wild_cluster_bootstrap

_LATE = {
    "BootstrapInterval": "bootstrap",
    "Design": "power",
    "Equivalence": "equivalence",
    "Specification": "curve",
    "SpecificationCurve": "curve",
    "adjust_pvalues": "multiplicity",
    "adjust_results": "multiplicity",
    "bootstrap_interval": "bootstrap",
    "calibrate": "calibration",
    "cluster_robust": "cluster_variance",
    "cross_lagged": "paths",
    "design": "power",
    "detectable_by_t": "detectable",
    "detectable_correlation": "detectable",
    "difference_in_differences": "differences",
    "group_convergence": "convergence",
    "group_spread": "convergence",
    "group_gaps": "gaps",
    "kendall": "concordance",
    "mediation": "paths",
    "miscalibrated": "calibration",
    "mixed_model": "multilevel",
    "mrqap_tost": "equivalence",
    "partial_correlation": "partial",
    "permutation_correlation": "actor_tests",
    "permutation_difference": "actor_tests",
    "permutation_inclusion": "inclusion",
    "seemingly_unrelated": "simultaneous",
    "silo_change": "crossing",
    "site_means": "site_averages",
    "site_permutation": "site_orders",
    "site_slopes": "varying_slopes",
    "slope_heterogeneity": "heterogeneity",
    "social_relations": "round_robin",
    "specification_curve": "curve",
    "tost": "equivalence",
    "two_stage_least_squares": "simultaneous",
    "vertex_bootstrap": "vertices",
    "wild_cluster_bootstrap": "wild_bootstrap",
}

__all__ = [
    "BootstrapInterval",
    "Design",
    "Equivalence",
    "ModelResult",
    "SocialRelations",
    "Specification",
    "SpecificationCurve",
    "TestResult",
    "adjust_pvalues",
    "adjust_results",
    "bootstrap_interval",
    "calibrate",
    "cluster_robust",
    "cross_lagged",
    "design",
    "detectable_by_t",
    "detectable_correlation",
    "difference_in_differences",
    "group_convergence",
    "group_gaps",
    "group_spread",
    "kendall",
    "label_permutation",
    "leave_one_out",
    "mediation",
    "miscalibrated",
    "mixed_model",
    "mrqap",
    "mrqap_tost",
    "partial_correlation",
    "permutation_correlation",
    "permutation_difference",
    "permutation_inclusion",
    "pool_imputations",
    "pool_tests",
    "pvalue",
    "qap_correlation",
    "random_graphs",
    "record",
    "recorded",
    "seemingly_unrelated",
    "silo_change",
    "site_means",
    "site_permutation",
    "site_slopes",
    "slope_heterogeneity",
    "social_relations",
    "specification_curve",
    "tost",
    "two_stage_least_squares",
    "vertex_bootstrap",
    "wild_cluster_bootstrap",
    "wilson_interval",
]


def __getattr__(name: str) -> object:
    if name in _LATE:
        module = importlib.import_module(f"netcollab.inference.{_LATE[name]}")
        return getattr(module, name)
    raise AttributeError(f"module 'netcollab.inference' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
