"""Interviews beside tests: each meeting has its word, each side its numbers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.hypotheses import (
    ANSELL_GASH,
    Finding,
    Findings,
    Hypothesis,
    evaluate,
    joint_display,
)
from netcollab.study import Study

VERDICTS = ("supported", "contradicted", "inconclusive", "not testable")


@pytest.fixture(scope="module")
def case() -> Study:
    return nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))


@pytest.fixture(scope="module")
def twin() -> Study:
    return nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))


@pytest.mark.parametrize(("said", "found"), list(product(VERDICTS, VERDICTS)))
def test_every_pair_of_verdicts_has_its_word(said, found) -> None:
    finding = Finding(Hypothesis(key="X"), "inconclusive", found, said, "dyad")
    table = joint_display(Findings("s", (finding,), alpha=0.05, seed=1))
    decided = [v in ("supported", "contradicted") for v in (said, found)]
    expected = {2: "convergence" if said == found else "tension", 1: "one side open"}
    assert table.loc["X", "joint"] == expected.get(sum(decided), "both sides open")
    # the sides may be exchanged
    turned = replace(finding, test_verdict=said, evidence_verdict=found)
    other = joint_display(Findings("s", (turned,), alpha=0.05, seed=1))
    assert other.loc["X", "joint"] == table.loc["X", "joint"]


def test_the_documented_case_has_one_side(case: Study) -> None:
    findings = evaluate(case, ANSELL_GASH, rng=1)
    table = joint_display(findings)
    assert table["joint"].tolist() == ["both sides open"] + ["one side open"] * 3
    assert table["score"].round(2).tolist() == [-0.19, 1.25, 1.38, 0.8]
    assert table["n_unheard"].tolist() == [0, 4, 0, 3]
    assert table["evidence_tags"].tolist() == ["", "", "rests on summary", "fragile"]
    assert (table["test_tags"] == "").all()
    assert table["level_only"].all()
    assert table["one_informant"].all()
    numbers = table[["estimate", "pvalue_adjusted", "detectable_effect"]]
    assert numbers.isna().to_numpy().all()
    assert table["test_reason"].tolist() == [f.test_reason for f in findings]


def test_the_twin_has_the_other(twin: Study) -> None:
    table = joint_display(evaluate(twin, ANSELL_GASH, rng=1))
    assert table["joint"].tolist() == ["both sides open"] + ["one side open"] * 3
    assert (table["evidence_reason"] == "no codings").all()
    assert (table["n"] == 0).all()
    assert table["sign"].tolist() == [-1, 1, 1, 1]
    assert (table["test_tags"] == "analogue").all()
    assert np.isfinite(table["estimate"].astype(float)).all()


def test_both_sides_keep_their_own_marks(case: Study, twin: Study) -> None:
    names = ("sites", "actors", "ties", "answers", "affiliations")
    tables = {name: getattr(twin, name) for name in names}
    people = {"respondents": case.respondents, "codings": case.codings}
    table = joint_display(
        evaluate(Study(twin.manifest, **tables, **people), ANSELL_GASH, rng=1)
    )
    assert table["joint"].tolist() == ["both sides open"] + ["convergence"] * 3
    assert table.loc["AG-H4", "evidence_tags"] == "fragile"
    assert table.loc["AG-H4", "test_tags"] == "analogue"


def test_the_sign_is_that_of_the_bound_contrast(twin: Study) -> None:
    spec = twin.manifest.hypotheses["AG-H1"]
    turned = replace(spec, direction="positive")
    manifest = replace(
        twin.manifest, hypotheses={**twin.manifest.hypotheses, "AG-H1": turned}
    )
    names = ("sites", "actors", "ties", "respondents", "answers", "codings")
    tables = {name: getattr(twin, name) for name in (*names, "affiliations")}
    found = evaluate(Study(manifest, **tables), ANSELL_GASH[:1], rng=1)
    assert found["AG-H1"].sign == 1


def test_no_findings_give_an_empty_table() -> None:
    table = joint_display(Findings("s", (), alpha=0.05, seed=1))
    assert isinstance(table, pd.DataFrame)
    assert table.empty
    assert "joint" in table
