"""Declared cases and groups: anchors as declared, refusals told, the level shared."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError
from netcollab.hypotheses import (
    case_comparison,
    declared_convergence,
    membership,
    professional_convergence,
    set_membership,
    sufficiency,
)
from netcollab.inference import permutation_inclusion
from netcollab.study import Study

VALUES = pd.DataFrame(
    {
        "site": list("abcdefgh"),
        "tools": [1, 1, 1, 1, 0, 0, 0, 0],
        "plans": [9, 8, 9, 7, 2, 3, 1, 4],
        "share": [0.9, 0.8, 0.7, 0.9, 0.1, 0.2, 0.1, 0.3],
    }
)


def compared(cases: dict[str, object], sites: pd.DataFrame = VALUES) -> Study:
    rows = [(site, actor) for site in sites["site"] for actor in ("nav", "ks")]
    return Study.from_frames(
        {
            "name": "cases",
            "cases": cases,
            "resources": {"columns": ["tools", "plans", "share"]},
            "relations": {"trust": {"unlisted": "absent"}},
        },
        sites=sites,
        actors=pd.DataFrame(rows, columns=["site", "actor"]),
        ties=pd.DataFrame(
            {
                "site": ["a"],
                "relation": ["trust"],
                "source": ["nav"],
                "target": ["ks"],
                "weight": [1],
            }
        ),
    )


SETS = {
    "many": {"column": "plans", "out": 1, "crossover": 5, "full": 9},
    "tools": {"threshold": 1},
}


def test_a_case_without_a_value_is_left_out_of_everything_and_named() -> None:
    declared = {
        "outcome": "many",
        "conditions": ["tools", "share"],
        "expected": "tools",
        "sets": SETS,
    }
    gap = VALUES.assign(share=VALUES["share"].where(VALUES["site"] != "h"))
    study = compared(declared, gap)
    noted = [p for p in study.report.problems if p.code == "W-MAN-044"]
    assert [p.value for p in noted] == ["share"]
    assert "left out of the comparison of cases: h;" in str(noted[0])
    found = case_comparison(study, rng=1)
    assert found.left_out == {"h": ("share",)}
    assert found.n == 7
    fewer = case_comparison(compared(declared, VALUES.iloc[:7]), rng=1)
    assert found.test is not None
    assert fewer.test is not None
    assert (found.test.n, found.test.pvalue) == (7, fewer.test.pvalue)
    assert found.expected == fewer.expected
    assert repr(found) == repr(fewer)
    pd.testing.assert_frame_equal(found.necessary, fewer.necessary)
    pd.testing.assert_frame_equal(found.table, fewer.table)
    nothing = compared(declared, VALUES.assign(share=float("nan")))
    assert case_comparison(nothing).reason.startswith("no case has a membership in all")


def test_memberships_are_made_as_declared() -> None:
    declared = {"outcome": "many", "conditions": ["tools", "share"], "sets": SETS}
    cases = case_comparison(compared(declared)).cases
    by_site = VALUES.set_index("site")
    anchors = {"out": 1, "crossover": 5, "full": 9}
    fuzzy = set_membership(by_site["plans"].astype(float), **anchors)
    pd.testing.assert_series_equal(cases["many"], fuzzy, check_names=False)
    assert cases["tools"].tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    assert cases["share"].tolist() == VALUES["share"].tolist()


def test_the_claimed_combination_is_the_one_that_is_tested() -> None:
    declared = {
        "outcome": "many",
        "conditions": ["tools", "share"],
        "sets": SETS,
        "expected": "tools*share",
    }
    found = case_comparison(compared(declared), rng=1)
    assert found.expected == sufficiency(found.cases, "tools*share", "many")
    x = membership(found.cases, "tools*share")
    test = permutation_inclusion(x, found.cases["many"])
    assert found.test is not None
    assert found.test.pvalue == test.pvalue
    assert found.solution is not None
    assert found.solution.models == ("tools*share",)
    necessary = found.necessary["consistency"]
    assert necessary.index.tolist() == ["tools", "~tools", "share", "~share"]
    assert necessary["tools"] > 0.8 > necessary["~tools"]


def test_nothing_claimed_beforehand_has_no_p() -> None:
    declared = {"outcome": "many", "conditions": ["tools"], "sets": SETS}
    found = case_comparison(compared(declared))
    assert (found.expected, found.test) == (None, None)
    assert found.solution is not None


def test_too_many_conditions_are_told_and_the_claim_is_still_tested() -> None:
    sites = VALUES.iloc[[0, 4, 1]]
    declared = {
        "outcome": "many",
        "conditions": ["tools", "share"],
        "sets": SETS,
        "expected": "tools",
    }
    found = case_comparison(compared(declared, sites))
    assert found.solution is None
    assert "2 conditions make 4 combinations" in found.reason
    assert found.table.empty
    assert found.test is not None
    assert found.test.reason
    assert math.isnan(found.test.pvalue)


def test_without_the_section_it_is_asked_for() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    with pytest.raises(InputError, match=r"add \[cases\]"):
        case_comparison(study)
    assert declared_convergence(study) == {}


def test_the_level_is_shared_among_the_questions() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    found = declared_convergence(study, alpha=0.0145, rng=1)
    assert found["users"].test.pvalue == found["users"].test.p_min == 2 / 256
    assert found["users"].verdict == "not testable"
    alone = professional_convergence(study, ["knowledge_of_users"], alpha=0.0145)
    assert alone.verdict == "supported"


def test_one_wave_so_far_is_not_testable_yet() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/digitale_forloep"))
    found = declared_convergence(study.select(waves="2025"))
    assert {each.verdict for each in found.values()} == {"not testable"}
    assert found["users"].reason == "one wave so far, and two are compared"
    assert found["users"].profiles.empty
