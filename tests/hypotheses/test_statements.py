"""The ledger of statements: what speaks of which claim, and what it comes to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.hypotheses import (
    ANSELL_GASH,
    RELATIONAL_CAPACITY,
    Hypothesis,
    evidence,
    evidence_ledger,
)
from netcollab.study import Study


@pytest.fixture(scope="module")
def case() -> Study:
    return nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))


def with_codings(case: Study, codings: pd.DataFrame) -> Study:
    names = ("sites", "actors", "ties", "respondents", "answers", "affiliations")
    tables = {name: getattr(case, name) for name in names}
    return Study(case.manifest, **tables, codings=codings.reset_index(drop=True))


def test_each_statement_stands_under_its_claim_in_its_direction(case: Study) -> None:
    ledger = evidence_ledger(case, ANSELL_GASH)
    told = ledger.statements
    assert told["claim"].value_counts(sort=False).to_dict() == {
        "AG-H1": 7,
        "AG-H2": 4,
        "AG-H3": 3,
        "AG-H4": 5,
    }
    unequal = told[told["claim"] == "AG-H1"]
    assert (unequal["score"] == -unequal["polarity"]).all()
    others = told[told["claim"] != "AG-H1"]
    assert (others["score"] == others["polarity"]).all()
    assert sorted(told["row"]) == list(range(len(case.codings)))
    assert told.attrs["unclaimed"] == 0


def test_claims_have_the_evidence_and_its_bounds(case: Study) -> None:
    claims = evidence_ledger(case, ANSELL_GASH).claims
    assert claims["n_unheard"].to_dict() == {
        "AG-H1": 0,
        "AG-H2": 4,
        "AG-H3": 0,
        "AG-H4": 3,
    }
    for claim in ANSELL_GASH:
        record, row = evidence(case, claim), claims.loc[claim.key]
        for name in ("verdict", "n", "own", "score", "low", "high", "reason"):
            assert row[name] == getattr(record, name)
    assert (claims["coder_reason"] == "no coding names its coder").all()
    assert claims["alpha"].isna().all()


def test_own_statements_give_the_score_of_a_voice(case: Study) -> None:
    told = evidence_ledger(case, ANSELL_GASH).statements
    for claim in ANSELL_GASH:
        own = told[(told["claim"] == claim.key) & (told["basis"] == "own")]
        means = own.groupby("actor")["score"].mean()
        voices = evidence(case, claim).voices
        voices = voices[voices["basis"] == "own"].set_index("actor")["score"]
        pd.testing.assert_series_equal(means, voices, check_names=False)


def test_what_speaks_of_no_claim_is_counted(case: Study) -> None:
    ledger = evidence_ledger(case, ANSELL_GASH[1:2])
    assert ledger.statements.attrs["unclaimed"] == len(case.codings) - 4
    none = evidence_ledger(case, [])
    assert none.statements.empty
    assert none.claims.empty
    assert none.statements.attrs["unclaimed"] == len(case.codings)


def test_two_coders_of_a_claim_are_compared(case: Study) -> None:
    trust = case.codings[case.codings["construct"] == "trust"]
    other = trust.assign(coder="B", polarity=[2, 0, 2, 0])
    both = pd.concat([trust.assign(coder="A"), other])
    claims = evidence_ledger(with_codings(case, both), ANSELL_GASH).claims
    row = claims.loc["AG-H2"]
    assert (row["n_codings"], row["n_coders"], row["n_units"]) == (8, 2, 4)
    # 2, 1, 2, 0 against 2, 0, 2, 0
    assert row["agreement"] == 0.75
    assert row["coder_reason"] == ""
    assert claims.loc["AG-H1", "coder_reason"] == "no codings"


def test_constructs_serve_where_no_coding_names_a_hypothesis(case: Study) -> None:
    codings = case.codings.drop(columns="hypothesis")
    ledger = evidence_ledger(with_codings(case, codings), ANSELL_GASH)
    assert ledger.claims["n_codings"].tolist() == [7, 4, 3, 5]


def test_without_informants_or_codings_there_are_reasons(case: Study) -> None:
    nobody = case.codings.assign(informant="", actor="")
    claims = evidence_ledger(with_codings(case, nobody), ANSELL_GASH).claims
    assert (claims["verdict"] == "not testable").all()
    assert (claims["reason"] == "no organisation was coded in its own words").all()
    nothing = evidence_ledger(with_codings(case, case.codings.iloc[:0]), ANSELL_GASH)
    assert nothing.statements.empty
    assert (nothing.claims["coder_reason"] == "no codings").all()
    assert nothing.claims["alpha"].isna().all()


def test_documents_are_no_evidence_on_a_claim_they_do_not_name() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    ledger = evidence_ledger(study, RELATIONAL_CAPACITY)
    assert ledger.statements.attrs["unclaimed"] == len(study.codings)
    assert (ledger.claims["n_codings"] == 0).all()
    unnamed = evidence_ledger(study, [Hypothesis(key="X")])
    assert np.isnan(unnamed.claims.loc["X", "score"])


def test_no_person_is_named(case: Study) -> None:
    codings = case.codings.assign(coder="Kari N", span="she said so")
    ledger = evidence_ledger(with_codings(case, codings), ANSELL_GASH)
    shown = ledger.statements.to_csv() + ledger.claims.to_csv()
    for name in ("Kari", "she said", "interview_", "I4", "quarrels"):
        assert name not in shown
