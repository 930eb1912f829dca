"""Findings: the case's evidence, the twin's planted truth, and what must not leak."""

from __future__ import annotations

import dataclasses
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError, UnknownNameError
from netcollab.hypotheses import (
    ANSELL_GASH,
    Findings,
    Hypothesis,
    binding,
    declared,
    evaluate,
)
from netcollab.study import HypothesisSpec, Manifest, Study

COLUMNS = [
    *("hypothesis", "verdict", "test_verdict", "evidence_verdict", "level"),
    *("estimate", "ci_low", "ci_high", "pvalue", "pvalue_adjusted", "mc_error"),
    *("p_min", "detectable_effect", "n_used", "method", "tags", "reason"),
]


@pytest.fixture(scope="module")
def case() -> Study:
    return nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))


@pytest.fixture(scope="module")
def twin() -> Study:
    return nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))


@pytest.fixture(scope="module")
def of_case(case: Study) -> Findings:
    return evaluate(case, ANSELL_GASH, rng=1)


@pytest.fixture(scope="module")
def of_twin(twin: Study) -> Findings:
    return evaluate(twin, ANSELL_GASH, rng=1)


def test_a_test_without_a_detectable_effect_says_so(of_twin: Findings) -> None:
    finding = next(iter(of_twin))
    assert "80 % power from |r| = 0." in finding.summary()
    without = dataclasses.replace(finding, detectable_effect=float("nan"))
    assert "80 % power at no |r|" in without.summary()


def rebound(study: Study, **specs: HypothesisSpec) -> Study:
    names = ("sites", "actors", "ties", "respondents", "answers", "codings")
    tables = {name: getattr(study, name) for name in (*names, "affiliations")}
    manifest = dataclasses.replace(study.manifest, hypotheses=specs)
    return Study(manifest, **tables)


def changed(study: Study, **tables: pd.DataFrame) -> Study:
    """The same study with some tables exchanged."""
    names = ("sites", "actors", "ties", "respondents", "answers", "codings")
    usual = {name: getattr(study, name) for name in (*names, "affiliations")}
    return Study(study.manifest, **(usual | tables))


# ---- the documented case


def test_the_case_is_judged_by_its_interviews(of_case: Findings) -> None:
    table = of_case.to_frame().set_index("hypothesis")
    assert table["verdict"].to_dict() == {
        "AG-H1": "inconclusive",
        "AG-H2": "supported",
        "AG-H3": "supported",
        "AG-H4": "supported",
    }
    assert table["verdict"].equals(table["evidence_verdict"])
    assert set(table["test_verdict"]) == {"not testable"}
    assert table["tags"].tolist() == ["", "", "rests on summary", "fragile"]
    assert table["n_used"].tolist() == [8, 4, 8, 5]
    assert set(table["level"]) == {"network"}
    assert table[["estimate", "pvalue", "detectable_effect"]].isna().all(axis=None)


def test_the_case_refuses_its_tests_with_the_reason(of_case: Findings) -> None:
    reasons = [finding.test_reason for finding in of_case]
    assert "prior_collaboration is presence-only" in reasons[0]
    assert reasons[1] == "the study binds no outcome and no predictor for it"
    assert reasons[3] == "the study binds no outcome for it"
    assert all(f"test: {r}" in f.reason for r, f in zip(reasons, of_case, strict=True))


def test_the_summary_prints_what_the_verdicts_cannot_say(of_case: Findings) -> None:
    told = of_case.summary()
    assert "One network has no outcome variance" in told
    assert "confounds person, position and organisation" in told
    assert 'the evidence is "consistent with" a claim' in told
    assert of_case["AG-H2"].n_used == 4
    assert "fewer than five voices were heard" in told
    assert "S = 1.38, bounds 1.38 to 1.38, 8 voices (2 own), 7 for, 1 against" in told
    assert all(
        limit in of_case._repr_html_().replace("&quot;", '"')
        for limit in of_case.limits()
    )


def test_no_word_of_a_note_leaves_the_codings(case: Study) -> None:
    canary = "Kanari-4711 <script>"
    marked = changed(case, codings=case.codings.assign(note=canary))
    findings = evaluate(marked, ANSELL_GASH, rng=1)
    told = [findings.summary(), findings._repr_html_(), repr(findings)]
    told.append(findings.to_frame().to_csv())
    for finding in findings:
        told += [repr(finding), finding.summary(), repr(finding.evidence)]
        assert finding.evidence is not None
        told.append(finding.evidence.voices.to_csv())
    assert not any("4711" in text for text in told)


# ---- the synthetic twin


def test_planted_effects_are_found_and_the_planted_null_is_not(
    of_twin: Findings,
) -> None:
    table = of_twin.to_frame().set_index("hypothesis")
    assert list(of_twin.to_frame().columns) == COLUMNS
    assert table["verdict"].to_dict() == {
        "AG-H1": "inconclusive",
        "AG-H2": "supported",
        "AG-H3": "supported",
        "AG-H4": "supported",
    }
    assert set(table["evidence_verdict"]) == {"not testable"}
    assert set(table["method"]) == {
        "QAP correlation, equal-tailed, exact (40,320 relabellings)"
    }
    assert (table["mc_error"] == 0).all()
    assert (table["n_used"] == 8).all()
    assert set(table["level"]) == {"dyad"}
    assert all("analogue" in finding.tags for finding in of_twin)
    assert "Limits" in of_twin.summary()
    assert "(synthetic)" in of_twin.summary()


def test_the_incentive_p_agrees_with_a_count_over_row_sums(
    twin: Study, of_twin: Findings
) -> None:
    # A sender's attribute correlates with the senders' sums alone.
    network = nc.build_network(twin, "collaboration")
    answered = network.ties.notna().any(axis=1).to_numpy()
    sums = network.ties[answered].sum(axis=1).to_numpy()
    incentive = network.actors.loc[answered, "incentive"].to_numpy(dtype=float)
    orders = np.array(list(permutations(range(8))))
    null = incentive[orders] @ sums
    p = 2 * min((null >= null[0]).mean(), (null <= null[0]).mean())
    assert of_twin["AG-H3"].pvalue == pytest.approx(p)


def test_every_actor_is_left_out_once(twin: Study, of_twin: Findings) -> None:
    left_out = of_twin["AG-H2"].leave_one_out
    assert sorted(left_out.index) == sorted(twin.actors["actor"])
    assert of_twin["AG-H1"].leave_one_out.empty


def test_the_seed_plays_no_part_where_all_relabellings_are_listed(twin: Study) -> None:
    usual, other = (evaluate(twin, ANSELL_GASH[:2], rng=seed) for seed in (1, 2))
    pd.testing.assert_frame_equal(usual.to_frame(), other.to_frame())


def test_the_order_of_rows_changes_nothing(twin: Study, of_twin: Findings) -> None:
    mixed = changed(
        twin,
        ties=twin.ties.sample(frac=1, random_state=3),
        actors=twin.actors.sample(frac=1, random_state=3),
    )
    pd.testing.assert_frame_equal(
        evaluate(mixed, ANSELL_GASH, rng=1).to_frame(),
        of_twin.to_frame(),
        rtol=1e-9,
    )


# ---- evidence beside a test


def test_the_test_speaks_first_and_the_two_are_set_side_by_side(
    case: Study, twin: Study
) -> None:
    both = changed(twin, codings=case.codings, respondents=case.respondents)
    findings = evaluate(both, ANSELL_GASH, rng=1)
    assert findings["AG-H2"].joint == "convergence"
    assert findings["AG-H1"].joint == ""
    assert findings["AG-H4"].evidence_verdict == "supported"
    assert "fragile" not in findings["AG-H4"].tags
    against = case.codings.assign(polarity=-pd.to_numeric(case.codings["polarity"]))
    torn = evaluate(changed(both, codings=against), ANSELL_GASH, rng=1)
    assert torn["AG-H2"].joint == "tension"
    assert torn["AG-H2"].verdict == "supported"
    assert "together  tension" in torn.summary()


def test_a_verdict_that_hangs_on_one_actor_is_fragile(twin: Study) -> None:
    # Two actors alone make the tie between y and x: 56 places for them, then 7.
    names = list(twin.actors["actor"][:8])
    rng = np.random.default_rng(2)
    rows = []
    for relation in ("collaboration", "trust"):
        weight = dict.fromkeys(names, 0.0) | {names[0]: 2.0, names[1]: 1.6}
        for source in names:
            for target in names:
                value = 2 + weight[source] + rng.uniform(-0.3, 0.3)
                if source != target:
                    rows.append((relation, source, target, min(value, 5)))
    ties = pd.DataFrame(rows, columns=["relation", "source", "target", "weight"])
    study = changed(
        twin,
        actors=twin.actors[twin.actors["actor"].isin(names)],
        ties=ties.assign(site=twin.actors["site"].iloc[0], wave="1", state="observed"),
    )
    (finding,) = evaluate(study, [ANSELL_GASH[1]], rng=1)
    assert finding.verdict == "supported"
    assert "fragile" in finding.tags
    flipped = finding.leave_one_out[finding.leave_one_out != "supported"]
    assert set(flipped.index) == set(names[:2])


# ---- arguments and access


def test_delta_of_the_manifest_goes_before_the_argument(twin: Study) -> None:
    spec = twin.manifest.hypotheses["AG-H2"]
    tagged = evaluate(twin, [ANSELL_GASH[1]], rng=1, delta=0.9)
    assert "below delta" in tagged["AG-H2"].tags
    bound = rebound(twin, **{"AG-H2": dataclasses.replace(spec, delta=0.1)})
    untagged = evaluate(bound, [ANSELL_GASH[1]], rng=1, delta=0.9)
    assert "below delta" not in untagged["AG-H2"].tags


def test_findings_are_found_by_key(of_case: Findings) -> None:
    assert [finding.hypothesis.key for finding in of_case] == [
        "AG-H1",
        "AG-H2",
        "AG-H3",
        "AG-H4",
    ]
    assert len(of_case) == 4
    with pytest.raises(UnknownNameError, match="AG-H9"):
        of_case["AG-H9"]


def test_arguments_are_checked(case: Study) -> None:
    with pytest.raises(InputError, match="distinct keys; twice: AG-H1"):
        evaluate(case, [ANSELL_GASH[0]] * 2)
    with pytest.raises(InputError, match="alpha"):
        evaluate(case, ANSELL_GASH, alpha=5)
    with pytest.raises(InputError, match="n_resamples"):
        evaluate(case, ANSELL_GASH, n_resamples=0)


def test_no_hypotheses_give_no_findings(case: Study) -> None:
    findings = evaluate(case, [], rng=1)
    assert list(findings.to_frame().columns) == COLUMNS
    assert len(findings) == 0
    assert repr(findings) == "Findings(alvorlig_sykt_barn: none)"


# ---- what a manifest declares


def test_known_keys_are_known_claims_and_others_are_the_studys_own() -> None:
    own = HypothesisSpec(
        "H7", "tie(trust)", "same(level)", "negative", claim={"en": "Levels part."}
    )
    manifest = Manifest(
        name="x", hypotheses={"AG-H2": HypothesisSpec("AG-H2"), "H7": own}
    )
    first, second = declared(manifest)
    assert first is ANSELL_GASH[1]
    assert second == Hypothesis(
        key="H7", claim={"en": "Levels part."}, direction="negative", level="dyad"
    )
    assert binding(second, manifest) == dataclasses.replace(own, level="dyad")


def test_a_claim_keeps_what_the_manifest_leaves_open() -> None:
    claim = Hypothesis(
        key="H", outcome="tie(a)", predictor="same(b)", direction="negative", delta=0.2
    )
    spec = HypothesisSpec("H", predictor="absdiff(c)")
    found = binding(claim, Manifest(name="x", hypotheses={"H": spec}))
    assert (found.outcome, found.predictor) == ("tie(a)", "absdiff(c)")
    assert (found.direction, found.delta) == ("negative", 0.2)


def test_every_claim_is_told_in_three_languages() -> None:
    for claim in ANSELL_GASH:
        assert set(claim.claim) == set(claim.concluded) == {"nb", "da", "en"}
