"""What was found, told in three languages: nothing of it stays English."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

import netcollab as nc
from netcollab import hypotheses
from netcollab.hypotheses import Findings, Hypothesis
from netcollab.report import findings_report, language
from netcollab.report.finding_words import (
    claim_text,
    limit_lines,
    untested_lines,
    worded_estimates,
    worded_findings,
)
from netcollab.report.reasons import reason_text

STUDIES = (
    "alvorlig_sykt_barn",
    "myndighedsfunktion",
    "digital_samhandling",
    "faelles_sprog",
    "digitale_forloep",
)
CLAIMS = (
    *hypotheses.ANSELL_GASH,
    *hypotheses.DIGITAL_COLLABORATION,
    *hypotheses.RELATIONAL_CAPACITY,
)
ENGLISH = re.compile(
    r"\b(the|is|are|of|needs|and|with|not|has|unknown|nothing|no|one)\b", re.I
)


def declared(study: nc.Study) -> tuple[Hypothesis, ...]:
    """The claims that the manifest names; of a study that names none, all known."""
    return hypotheses.declared(study.manifest) or CLAIMS


def claim(key: str, outcome: str, predictor: str, **more: object) -> Hypothesis:
    told = {"outcome": outcome, "predictor": predictor, "level": "dyad"}
    return Hypothesis(key=key, **(told | more))  # type: ignore[arg-type]


FAULTY = (
    claim("F1", "tie(collaboration)", "tie(trst)"),
    claim("F2", "tie(collaboration)", "same(absent)"),
    claim("F3", "tie(collaboration)", "tie(trust"),
    claim("F4", "tie(collaboration) + tie(trust)", "tie(trust)"),
    claim("F5", "tie(collaboration)", "tie(trust) + tie(trust)"),
    claim("F6", "tie(collaboration)", "tie(trust) + same(level)"),
    claim("F7", "tie(collaboration)", "sum(name_nb)"),
    claim("F8", "score(relational_capacity)", "score(leadershp)", level="site"),
    claim("F9", "score(relational_capacity)", "a + b", level="site"),
    claim("F10", "score(relational_capacity)", "name_da", level="site"),
    claim("F11", "score(relational_capacity)", "score(leadershp)", level="actor"),
    claim("F12", "score(relational_capacity)", "population", level="actor"),
    claim("F13", "tie(relational_capacity)", "tie(absent)"),
    claim("F14", "tie(relational_capacity)", "tie(standing_meeting) + same(kind)"),
    claim("F15", "tie(collaboration)", "tie(trust)", direction="none"),
    claim("F16", "tie(collaboration)", "tie(trust)", direction=""),
    claim("F17", "", "tie(trust)"),
    claim("F18", "", ""),
    claim("F19", "tie(relational_capacity)", "tie(relational_capacity)"),
    claim("F20", "tie(collaboration)", "tie(collaboration)"),
    claim("F21", "score(leadership)", "score(documents)", level="respondent"),
    claim("F22", "other(collaboration)", "tie(trust)"),
    claim("F23", "tie(collaboration)", "trust(tie)"),
    claim("DS-H1", "tie(a) + tie(b)", "same(sector)"),
    claim("DS-H2", "tie(collaboration)", "sender(leadership)"),
)


@pytest.fixture(scope="module")
def found() -> list[Findings]:
    """The claims of each synthetic study, and claims with faults in three studies."""
    named = {name: f"synthetic/{name}" for name in STUDIES}
    named["case"] = "cases/alvorlig_sykt_barn"
    studies = {
        name: nc.read_study(nc.study.bundled(place)) for name, place in named.items()
    }
    asked = [(name, declared(study)) for name, study in studies.items()]
    asked += [(name, FAULTY) for name in (*STUDIES[:2], "case")]
    return [
        hypotheses.evaluate(studies[name], claims, rng=1, n_resamples=99)
        for name, claims in asked
    ]


def reasons(found: list[Findings]) -> Iterator[str]:
    for findings in found:
        yield from findings.limits()
        for finding in findings:
            yield finding.test_reason
            yield finding.reason
            if finding.evidence is not None:
                yield finding.evidence.reason
                yield from finding.evidence.assumptions
            yield from finding.estimates.get("reason", pd.Series(dtype=str))


@pytest.mark.parametrize("code", ["nb", "da"])
def test_every_reason_of_evaluate_has_words(found: list[Findings], code: str) -> None:
    told = {reason: "" for reason in reasons(found) if reason}
    with language(code):
        told = {reason: reason_text(reason) for reason in told}
    bare = {
        reason: words
        for reason, words in told.items()
        if words == reason or ENGLISH.search(re.sub(r"[«»]", '"', words))
    }
    assert len(told) > 30
    assert not bare


@pytest.mark.parametrize("code", ["nb", "da"])
def test_the_report_on_the_screen_has_no_english(
    found: list[Findings], code: str
) -> None:
    with language(code):
        for findings in found[:5]:
            assert not ENGLISH.search(findings_report(findings).split("\n", 1)[1])


def test_the_report_says_the_numbers_of_the_findings(found: list[Findings]) -> None:
    told = findings_report(found[0])
    first = found[0]["AG-H1"]
    assert told.splitlines()[0] == (
        "alvorlig_sykt_barn (synthetic data): 4 hypotheses, alpha 0.05"
    )
    assert f"r = −{abs(first.estimate):.2f}, p = {first.pvalue:.3f}" in told
    assert told.count("\nAG-H") == 4
    assert "\nLimits\n  - One network has no outcome variance" in told


def test_the_main_estimate_has_its_interval_where_there_is_one(
    found: list[Findings],
) -> None:
    slope, relabelled = found[1]["RC-H1"], found[0]["AG-H1"]
    assert math.isnan(relabelled.ci_low)
    told, numbers = findings_report(found[1]), (slope.ci_low, slope.ci_high)
    low, high = (f"{each:.2f}" for each in numbers)
    interval = f"b = {slope.estimate:.2f} ({low} to {high}), p = "
    assert interval in told
    assert interval in slope.summary()
    assert f"r = {relabelled.estimate:.2f}, p = " in relabelled.summary()


def test_a_claim_is_told_in_a_language_that_it_has(found: list[Findings]) -> None:
    words = {"da": "Nærhed hjælper."}
    claim = replace(found[0]["AG-H1"].hypothesis, claim=words)
    with language("nb"):
        assert claim_text(replace(found[0]["AG-H1"], hypothesis=claim)) == words["da"]


def test_cells_of_words_are_translated_and_numbers_are_not(
    found: list[Findings],
) -> None:
    plain = found[1].to_frame()
    with language("da"):
        table = worded_findings(found[1])
        rows = worded_estimates(found[1]["RC-H1"].estimates)
        untested = untested_lines(found[1])
        limits = limit_lines(found[1])
    assert list(table) == list(plain)
    numbers = plain.select_dtypes("number")
    pd.testing.assert_frame_equal(table[numbers.columns], numbers)
    assert table["verdict"].tolist() == ["støttet"] * 3
    assert set(rows["role"]) == {"hovedresultat", "ved siden af", "del"}
    assert rows["predictor"].tolist()[0] == "score(documents)"
    assert not ENGLISH.search(" ".join([*untested, *limits]))
    assert any(line.startswith("RC-H1, RC-H2, RC-H3, belæg: ") for line in untested)
