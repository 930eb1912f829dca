"""The evidence verdict: by hand on the documented case, and as a rule."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import netcollab as nc
from netcollab.errors import InputError
from netcollab.hypotheses import (
    ANSELL_GASH,
    Hypothesis,
    evidence,
    evidence_matrix,
    evidence_sensitivity,
    evidence_verdict,
)
from netcollab.study import Study

H1, H2, H3, H4 = ANSELL_GASH


@pytest.fixture(scope="module")
def case() -> Study:
    return nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))


def with_codings(case: Study, codings: pd.DataFrame) -> Study:
    return changed(case, codings=codings.reset_index(drop=True))


def changed(study: Study, **tables: pd.DataFrame) -> Study:
    """The same study with some tables exchanged."""
    names = ("sites", "actors", "ties", "respondents", "answers", "codings")
    usual = {name: getattr(study, name) for name in (*names, "affiliations")}
    return Study(study.manifest, **(usual | tables))


def spoken(voices: pd.DataFrame) -> dict[str, float]:
    heard = voices[voices["basis"] != ""]
    return dict(zip(heard["actor"], heard["score"], strict=True))


# ---- the documented case, each number worked out from codings.csv


def test_h1_asymmetry_is_inconclusive(case: Study) -> None:
    told = evidence(case, H1)
    # own, d = -1: hdir -(-1 + 2)/2, nav 1, udir 2, ehelse -(-1 + 1)/2; the summary, 1,
    # gives -1 to the four others: (-.5 + 1 + 2 + 0 - 4) / 8 = -1.5 / 8
    assert spoken(told.voices) == {
        "digdir": -1.0,
        "ehelse": 0.0,
        "flekkefjord": -1.0,
        "hdir": -0.5,
        "ks": -1.0,
        "nav": 1.0,
        "statped": -1.0,
        "udir": 2.0,
    }
    assert told.score == -0.1875
    assert (told.n, told.own, told.favourable, told.adverse) == (8, 4, 2, 5)
    assert (told.low, told.high) == (-0.1875, -0.1875)
    assert told.verdict == told.own_verdict == "inconclusive"
    assert told.tags == ()
    # without udir: -3.5 / 7 = -.5, five of seven against, one for
    turned = told.leave_one_out[told.leave_one_out != "inconclusive"]
    assert turned.to_dict() == {"udir": "contradicted"}
    assert told.reason == "S = -0.19 does not reach -0.5; without udir: contradicted"


def test_h2_trust_is_supported(case: Study) -> None:
    told = evidence(case, H2)
    assert spoken(told.voices) == {"ehelse": 2.0, "ks": 2.0, "nav": 0.0, "udir": 1.0}
    assert told.score == 5 / 4
    assert (told.n, told.own, told.favourable, told.adverse) == (4, 4, 3, 0)
    # four of the eight interviewed were not heard: (5 - 8) / 8 and (5 + 8) / 8
    assert (told.low, told.high) == (-0.375, 1.625)
    assert told.verdict == "supported"
    assert told.tags == ()
    assert told.reason == ""


def test_h3_incentives_rest_on_the_summary(case: Study) -> None:
    told = evidence(case, H3)
    # udir -2, statped 1, and the summary 2 for the six others: (-2 + 1 + 12) / 8
    assert told.score == 1.375
    assert (told.n, told.own, told.favourable, told.adverse) == (8, 2, 7, 1)
    assert (told.low, told.high) == (1.375, 1.375)
    assert told.verdict == "supported"
    assert told.own_verdict == "inconclusive"
    assert told.tags == ("rests on summary",)


def test_h4_prehistory_is_fragile(case: Study) -> None:
    told = evidence(case, H4)
    assert spoken(told.voices) == {
        "ehelse": 1.0,
        "flekkefjord": 0.0,
        "hdir": -1.0,
        "ks": 2.0,
        "udir": 2.0,
    }
    assert told.score == pytest.approx(0.8)
    assert (told.n, told.own, told.favourable, told.adverse) == (5, 5, 3, 1)
    # digdir, nav and statped were not heard: (4 - 6) / 8 and (4 + 6) / 8
    assert (told.low, told.high) == (-0.25, 1.25)
    assert told.verdict == "supported"
    assert told.tags == ("fragile",)
    # without ehelse, ks or udir two of four are clearly for it: not more than half
    turned = told.leave_one_out[told.leave_one_out != "supported"]
    assert sorted(turned.index) == ["ehelse", "ks", "udir"]


def test_what_the_codings_can_say_is_recorded(case: Study) -> None:
    told = evidence(case, H2)
    assert told.level_only
    assert told.one_informant
    assert told.assumptions == ()
    named = case.codings.assign(effect_of="collaboration")
    assert not evidence(with_codings(case, named), H2).level_only


# ---- the rule


@pytest.mark.parametrize(
    ("scores", "own", "verdict"),
    [
        ([], 0, "not testable"),
        ([2, 2, 2], 0, "not testable"),
        ([2, 2, 2], 1, "inconclusive"),
        ([2, 2], 2, "inconclusive"),
        ([2, 2, 2], 2, "supported"),
        ([0.5, 0.5, 0.5], 3, "supported"),
        ([0.49, 0.5, 0.5], 3, "inconclusive"),
        ([2, 2, 0, 0], 4, "inconclusive"),
        ([2, 2, 1, -2], 4, "supported"),
        ([2, 2, 2, -1, -1], 5, "inconclusive"),
        ([2, 2, 2, 2, -1, -1], 6, "supported"),
        ([-2, -2, -1, 2], 4, "contradicted"),
        ([0, 0, 0], 3, "inconclusive"),
    ],
)
def test_each_condition_decides(scores, own, verdict) -> None:
    assert evidence_verdict(scores, own=own) == verdict


@pytest.mark.parametrize(
    ("scores", "own", "told"),
    [
        ([3, 1, 1], 3, r"number in \[-2, 2\] for each voice, got 3"),
        ([1, 1, -2.5], 3, "got -2.5"),
        ([np.nan, 2, 2], 3, "got nan"),
        (["a", "b", "c"], 3, "scores needs numbers"),
        ([1, 1, 1], 9, "from 0 to the 3 voices, got 9"),
        ([1, 1, 1], -1, "own needs a whole number >= 0, got -1"),
        ([1, 1, 1], 1.5, "own needs a whole number"),
    ],
)
def test_what_cannot_be_a_score_or_a_count_of_voices_is_refused(
    scores: list[float], own: int, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        evidence_verdict(scores, own=own)


SCORES = st.lists(st.sampled_from([-2, -1, -0.5, 0, 0.5, 1, 2]), max_size=9)
MIRROR = {"supported": "contradicted", "contradicted": "supported"}


@given(scores=SCORES, data=st.data())
def test_the_rule_is_its_own_mirror_and_blind_to_order(scores, data) -> None:
    own = data.draw(st.integers(0, len(scores)))
    verdict = evidence_verdict(scores, own=own)
    mirrored = evidence_verdict([-score for score in scores], own=own)
    assert mirrored == MIRROR.get(verdict, verdict)
    assert evidence_verdict(scores[::-1], own=own) == verdict


@given(scores=SCORES, extra=st.sampled_from([0.5, 1, 2]))
def test_a_further_voice_for_it_never_takes_support_away(scores, extra) -> None:
    if evidence_verdict(scores, own=len(scores)) == "supported":
        more = [*scores, extra]
        assert evidence_verdict(more, own=len(more)) == "supported"


@pytest.mark.parametrize(
    ("limits", "named"),
    [
        ({"mean": 0}, "mean"),
        ({"clear": 3}, "clear"),
        ({"min_voices": 0}, "min_voices"),
        ({"min_own": 1.5}, "min_own"),
        ({"share": 1}, "share"),
        ({"ratio": 0.5}, "ratio"),
    ],
)
def test_limits_out_of_range_are_errors(limits, named) -> None:
    with pytest.raises(InputError, match=named):
        evidence_verdict([1, 1, 1], own=3, **limits)


# ---- invariances on the whole case


@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_nothing(case: Study, seed: int) -> None:
    mixed = changed(
        case,
        actors=case.actors.sample(frac=1, random_state=seed),
        codings=case.codings.sample(frac=1, random_state=seed),
        respondents=case.respondents.sample(frac=1, random_state=seed),
    )
    usual, other = (
        evidence_matrix(case, ANSELL_GASH),
        evidence_matrix(mixed, ANSELL_GASH),
    )
    for one, two in zip(usual, other, strict=True):
        pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_flipped_polarities_mirror_and_a_flipped_claim_restores(case: Study) -> None:
    polarity = -pd.to_numeric(case.codings["polarity"])
    flipped = with_codings(case, case.codings.assign(polarity=polarity))
    turn = {"positive": "negative", "negative": "positive"}
    for claim in ANSELL_GASH:
        usual, mirrored = evidence(case, claim), evidence(flipped, claim)
        assert mirrored.verdict == MIRROR.get(usual.verdict, usual.verdict)
        assert mirrored.tags == usual.tags
        assert mirrored.score == -usual.score
        assert (mirrored.low, mirrored.high) == (-usual.high, -usual.low)
        other = dataclasses.replace(claim, direction=turn[claim.direction])
        restored = evidence(flipped, other)
        assert restored.verdict == usual.verdict
        assert restored.score == usual.score


# ---- degenerate


def test_nothing_coded(case: Study) -> None:
    told = evidence(with_codings(case, case.codings.iloc[:0]), H1)
    assert told.verdict == "not testable"
    assert told.reason == "no organisation was coded in its own words"
    assert told.n == 0
    assert np.isnan([told.score, told.low, told.high]).all()
    assert told.told() == "no voice"


def test_only_the_summary_spoke(case: Study) -> None:
    rows = case.codings[case.codings["informant"] == "ALL"]
    told = evidence(with_codings(case, rows), H3)
    assert (told.verdict, told.n, told.own, told.score) == ("not testable", 8, 0, 2.0)


def test_one_voice(case: Study) -> None:
    rows = case.codings[case.codings["informant"] == "I8"]
    told = evidence(with_codings(case, rows), H2)
    assert (told.verdict, told.n, told.score) == ("inconclusive", 1, 2.0)
    assert told.reason == "1 of the 3 voices needed; 1 of the 2 own voices needed"
    assert told.tags == ()


def test_no_confidence_in_any_coding(case: Study) -> None:
    rows = case.codings.assign(confidence=0.0)
    assert evidence(with_codings(case, rows), H2).verdict == "not testable"


def test_confidence_weighs(case: Study) -> None:
    # hdir said -1 and 2 on H1: with confidences 1 and .5 the mean is 0, not .5
    rows = case.codings.assign(confidence=1.0)
    for_it = (rows["actor"] == "hdir") & (pd.to_numeric(rows["polarity"]) == 2)
    rows.loc[for_it, "confidence"] = 0.5
    assert spoken(evidence(with_codings(case, rows), H1).voices)["hdir"] == 0.0


def test_claims_without_a_direction_have_no_evidence(case: Study) -> None:
    told = evidence(case, dataclasses.replace(H2, direction="none"))
    assert told.verdict == "not testable"
    assert "no direction" in told.reason


def test_codings_that_name_no_hypothesis_speak_through_their_construct(
    case: Study,
) -> None:
    unnamed = with_codings(case, case.codings.drop(columns="hypothesis"))
    for claim in ANSELL_GASH:
        assert evidence(unnamed, claim).score == evidence(case, claim).score
    other = Hypothesis(key="X", construct="autonomy")
    assert evidence(unnamed, other).verdict == "not testable"


def test_the_full_key_goes_before_the_short_one(case: Study) -> None:
    full = case.codings.assign(hypothesis="AG-" + case.codings["hypothesis"])
    assert evidence(with_codings(case, full), H4).score == pytest.approx(0.8)


def test_without_respondents_the_assumption_is_said(case: Study) -> None:
    dated = changed(case, respondents=case.respondents.iloc[:0])
    told = evidence(dated, H1)
    assert told.score == -0.1875
    assert told.assumptions == ("who was interviewed is read from interview_date",)
    bare = changed(dated, actors=case.actors[["site", "actor"]])
    told = evidence(bare, H1)
    # nobody but those with codings of their own, on any hypothesis, can be filled:
    # digdir falls away
    assert (told.n, told.score) == (7, pytest.approx(-0.5 / 7))
    assert "is not recorded" in told.assumptions[0]


def test_several_sites_are_several_voices(case: Study) -> None:
    def doubled(table: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([table, table.assign(site="other")], ignore_index=True)

    codings = doubled(case.codings.assign(site=case.manifest.name))
    twice = changed(
        case,
        actors=doubled(case.actors),
        respondents=doubled(case.respondents),
        codings=codings,
    )
    told = evidence(twice, H2)
    assert (told.n, told.score, told.low) == (8, 1.25, -0.375)
    assert "other: ks" in told.leave_one_out.index
    assert told.assumptions == ("organisations of 2 sites are equal voices",)
    assert "other: ks" in evidence_matrix(twice, [H2]).scores


# ---- tables


def test_the_matrix_has_one_shape_and_the_claims_order(case: Study) -> None:
    scores, basis, verdicts = evidence_matrix(case, [H3, H1])
    assert list(scores.index) == list(basis.index) == list(verdicts.index)
    assert list(scores.index) == ["AG-H3", "AG-H1"]
    assert scores.columns.equals(basis.columns)
    assert list(scores.columns) == sorted(case.respondents["actor"])
    assert (scores.isna() == (basis == "")).all(axis=None)
    assert verdicts.loc["AG-H3", "tags"] == "rests on summary"
    assert verdicts["score"].tolist() == [1.375, -0.1875]
    empty = evidence_matrix(case, [])
    assert [len(table) for table in empty] == [0, 0, 0]


def test_the_grid_holds_the_documented_rule_once(case: Study) -> None:
    grid = evidence_sensitivity(case, ANSELL_GASH)
    assert len(grid) == 4 * 4 * 3 * 4 * 3 * 2 * 3
    usual = grid[grid["is_default"]].set_index("hypothesis")["verdict"]
    matrix = evidence_matrix(case, ANSELL_GASH).verdicts["verdict"]
    assert usual.to_dict() == matrix.to_dict()


def test_the_grid_shows_what_a_stricter_rule_would_say(case: Study) -> None:
    grid = evidence_sensitivity(
        case,
        [H4],
        mean=[0.5, 1.0],
        clear=[0.5],
        min_voices=[3],
        min_own=[2],
        share=[0.5],
        ratio=[2.0],
    )
    assert grid.set_index("mean")["verdict"].to_dict() == {
        0.5: "supported",
        1.0: "inconclusive",
    }
