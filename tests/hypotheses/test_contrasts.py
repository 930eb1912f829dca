"""The quantitative verdict: every branch of the rule, and the p it rests on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from netcollab import read_study
from netcollab.errors import RefusedError
from netcollab.hypotheses.contrasts import Contrast, contrast, unbound
from netcollab.hypotheses.judging import judge
from netcollab.inference import TestResult, qap_correlation
from netcollab.study import HypothesisSpec, Manifest, RelationSpec, Study, bundled

EMPTY = pd.DataFrame(columns=["site", "wave", "actor"])
RATED = {"unlisted": "not_asked", "scale": (1.0, 5.0)}
LIKED = np.array([[0, 5, 4, 1], [4, 0, 5, 2], [5, 4, 0, 1], [2, 1, 2, 0]])


def frame(cells: np.ndarray) -> pd.DataFrame:
    names = list("abcdefghij")[: len(cells)]
    table = pd.DataFrame(np.array(cells, dtype=float), names, names)
    return table.mask(np.eye(len(cells), dtype=bool))


def made(relations: dict[str, tuple[np.ndarray, dict]], **attributes: list) -> Study:
    """A study of one site from square arrays; NaN is a dyad without a row."""
    rows, specs = [], {}
    for name, (cells, declared) in relations.items():
        specs[name] = RelationSpec(name=name, **declared)
        table = frame(cells)
        for i, source in enumerate(table.index):
            for j, target in enumerate(table.columns):
                listed = i != j if declared.get("directed", True) else i < j
                if listed and not np.isnan(table.iloc[i, j]):
                    rows.append((name, source, target, table.iloc[i, j]))
    names = frame(next(iter(relations.values()))[0]).index
    ties = pd.DataFrame(rows, columns=["relation", "source", "target", "weight"])
    return Study(
        manifest=Manifest(name="here", relations=specs),
        sites=pd.DataFrame({"site": ["here"]}),
        actors=pd.DataFrame({"actor": names} | {"site": "here"} | attributes),
        ties=ties.assign(site="here", wave="1", state="observed"),
        respondents=EMPTY,
        answers=EMPTY,
        codings=EMPTY,
        affiliations=EMPTY,
    )


def bound(predictor: str, **more: object) -> HypothesisSpec:
    given = {"outcome": "tie(liked)", "direction": "positive"} | more
    return HypothesisSpec("H", predictor=predictor, **given)


# ---- what can be tested


def test_a_contrast_holds_both_matrices() -> None:
    study = made({"liked": (LIKED, RATED)}, staff=[1, 2, 4, 8])
    found = contrast(study, bound("absdiff(staff)"))
    assert found.reason == ""
    assert found.directed
    pd.testing.assert_frame_equal(found.y, frame(LIKED), check_names=False)
    assert found.x.loc["a", "d"] == 7
    smaller = found.without("b")
    assert list(smaller.y.index) == list(smaller.x.columns) == ["a", "c", "d"]


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        (bound("same(staff)", direction="none"), "equivalence test"),
        (bound("same(staf)"), 'unknown attribute "staf"'),
        (bound("tie(hated)"), 'unknown relation "hated"'),
        (bound("same(staff) + sum(staff)"), "one predictor"),
        (bound("tie(named)"), "named is presence-only"),
        (bound("dependence(named)"), "named is presence-only"),
        (bound("tie(nothing)"), "nothing: nothing was observed"),
        (bound("same(staff)", outcome="named"), "named is presence-only"),
    ],
)
def test_what_cannot_be_tested_says_why(spec: HypothesisSpec, reason: str) -> None:
    named = np.where(LIKED > 3, 1, np.nan)
    study = made(
        {
            "liked": (LIKED, RATED),
            "named": (named, {"unlisted": "not_asked"}),
            "nothing": (np.full((4, 4), np.nan), {"unlisted": "not_asked"}),
        },
        staff=[1, 2, 4, 8],
    )
    found = contrast(study, spec)
    assert reason in found.reason
    assert found.without("a") is found
    (trial,) = judge([found], test=qap_correlation, alpha=0.05)
    assert (trial.verdict, trial.reason) == ("not testable", found.reason)
    assert np.isnan([trial.estimate, trial.pvalue, trial.p_min]).all()


def test_unlisted_absences_and_ratings_are_no_presence_only() -> None:
    named = np.where(LIKED > 3, 1, np.nan)
    gaps = np.where(LIKED == 1, np.nan, LIKED)
    study = made(
        {"liked": (gaps, RATED), "listed": (named, {"unlisted": "absent"})},
    )
    assert contrast(study, bound("tie(listed)")).reason == ""


def test_dimensions_are_relations_that_nobody_has_to_declare() -> None:
    whole = read_study(bundled("synthetic/myndighedsfunktion"))
    part = whole.select(sites="egelund", waves="2026")
    bare = Study(**vars(part) | {"manifest": replace(part.manifest, relations={})})
    spec = bound("tie(mutual_knowledge)", outcome="tie(mutual_respect)")
    found, declared = contrast(bare, spec), contrast(part, spec)
    assert (found.reason, found.directed) == ("", True)
    pd.testing.assert_frame_equal(found.x, declared.x)


def test_what_a_binding_leaves_open() -> None:
    assert unbound(bound("")) == "the study binds no predictor for it"
    both = unbound(bound("", outcome=""))
    assert both == "the study binds no outcome and no predictor for it"
    undirected = unbound(bound("same(staff)", direction=""))
    assert undirected == "the claim declares no direction"
    assert unbound(bound("same(staff)")) == ""


def test_several_waves_are_left_to_other_tests() -> None:
    study = made({"liked": (LIKED, RATED)}, staff=[1, 2, 4, 8])
    later = study.ties.assign(wave="2")
    names = ("sites", "actors", "respondents", "answers", "codings", "affiliations")
    twice = Study(
        study.manifest,
        ties=pd.concat([study.ties, later], ignore_index=True),
        **{name: getattr(study, name) for name in names},
    )
    assert "2 waves" in contrast(twice, bound("same(staff)")).reason


def test_an_undirected_outcome_needs_an_undirected_predictor() -> None:
    met = np.maximum(LIKED, LIKED.T)
    study = made({"met": (met, RATED | {"directed": False})}, staff=[1, 2, 4, 8])
    found = contrast(study, bound("absdiff(staff)", outcome="tie(met)"))
    assert not found.directed
    (trial,) = judge([found], test=partial(qap_correlation, rng=1), alpha=0.9)
    assert trial.result is not None
    assert trial.result.n == 6
    found = contrast(study, bound("sender(staff)", outcome="tie(met)"))
    assert found.reason == "the outcome has no direction and the predictor has one"


# ---- the p


def brute_force(y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """r and the equal-tailed p over all relabellings, by numpy's own correlation."""
    off = ~np.eye(len(y), dtype=bool)
    null = np.array(
        [
            np.corrcoef(y[off], x[np.ix_(order, order)][off])[0, 1]
            for order in permutations(range(len(y)))
        ]
    )
    above, below = (null >= null[0] - 1e-9).mean(), (null <= null[0] + 1e-9).mean()
    return null[0], min(1, 2 * min(above, below))


@pytest.mark.parametrize("sign", [1, -1])
def test_the_p_is_twice_the_smaller_tail(sign: int) -> None:
    staff = np.array([1, 2, 4, 8, 3])
    rng = np.random.default_rng(5)
    y = np.rint(3 + sign * np.abs(staff[:, None] - staff) / 4 + rng.normal(size=(5, 5)))
    x = np.abs(staff[:, None] - staff).astype(float)
    found = Contrast(bound("absdiff(staff)"), "", frame(y), frame(x))
    (trial,) = judge([found], test=qap_correlation, alpha=0.5)
    r, p = brute_force(y, x)
    assert trial.estimate == pytest.approx(r)
    assert trial.pvalue == pytest.approx(p)
    assert trial.mc_error == 0
    assert trial.p_min == pytest.approx(2 / 120)


def test_drawn_tails_are_those_of_two_tests() -> None:
    rng = np.random.default_rng(6)
    y, x = frame(rng.normal(size=(10, 10))), frame(rng.normal(size=(10, 10)))
    test = partial(qap_correlation, rng=3, n_resamples=499)
    (trial,) = judge([Contrast(bound("x"), "", y, x)], test=test, alpha=0.05)
    tails = [test(y, x, alternative=side).pvalue for side in ("greater", "less")]
    assert trial.pvalue == pytest.approx(2 * min(tails))
    tail = min(tails)
    assert trial.mc_error == pytest.approx(2 * np.sqrt(tail * (1 - tail) / 500))


# ---- the verdict, from made-up tests


def answering(*answers: tuple[float, float] | str, orbit: int = 40_320, drawn: int = 0):
    """A test that gives r and a one-sided p in turn, or refuses."""
    queue = list(answers)

    def test(*matrices: pd.DataFrame, **how: object) -> TestResult:
        assert len(matrices) == 2
        assert how == {"directed": True, "alternative": "greater"}
        answer = queue.pop(0)
        if isinstance(answer, str):
            raise RefusedError(answer)
        r, upper = answer
        total = drawn or orbit
        below = np.full(total - round(upper * total), r - 0.1)
        null = np.concatenate([np.full(round(upper * total), r + 0.1), below])
        error = np.sqrt(upper * (1 - upper) / total) if drawn else 0.0
        return TestResult(
            "t", "n", r, upper, error, 1 / orbit, "greater", r,
            n_resamples=total, null_distribution=null, seed=1 if drawn else None,
        )  # fmt: skip

    return test


def verdicts(specs: list[HypothesisSpec], test, alpha: float = 0.05):
    one = frame(LIKED)
    family = [Contrast(spec, "", one, one) for spec in specs]
    return judge(family, test=test, alpha=alpha)


def test_supported_contradicted_and_inconclusive() -> None:
    up, down = bound("x"), bound("x", direction="negative")
    trials = verdicts(
        [up, down, up, up],
        answering((0.6, 0.001), (0.6, 0.001), (0.2, 0.3), (-0.6, 0.999)),
    )
    assert [trial.verdict for trial in trials] == [
        "supported",
        "contradicted",
        "inconclusive",
        "contradicted",
    ]
    assert [trial.tags for trial in trials] == [(), ("opposite",), (), ("opposite",)]
    assert trials[2].reason == "the adjusted p, 0.6000, is above 0.05"


def test_holm_runs_over_the_claims_that_have_a_test() -> None:
    up = bound("x")
    trials = verdicts(
        [up, up, up], answering((0.5, 0.01), "y is constant", (0.5, 0.02))
    )
    # p = .02 and .04: 2 x .02 = .04, then 1 x .04
    adjusted = [trial.pvalue_adjusted for trial in trials]
    assert adjusted[0] == pytest.approx(0.04, abs=1e-3)
    assert np.isnan(adjusted[1])
    assert adjusted[2] == pytest.approx(0.04, abs=1e-3)
    assert trials[1].reason == "y is constant"


def test_below_delta_is_a_mark_and_no_claim_of_absence() -> None:
    small = bound("x", delta=0.4)
    (trial,) = verdicts([small], answering((0.3, 0.001)))
    assert (trial.verdict, trial.tags) == ("supported", ("below delta",))
    (trial,) = verdicts([small], answering((0.5, 0.001)))
    assert trial.tags == ()
    (trial,) = verdicts([small], answering((0.01, 0.45)))
    assert (trial.verdict, trial.tags) == ("inconclusive", ())


def test_a_design_that_cannot_reach_the_cut_is_not_testable() -> None:
    up = bound("x")
    (trial,) = verdicts([up], answering((0.9, 1 / 40), orbit=40))
    assert trial.verdict == "supported"  # 2 / 40 reaches .05
    trials = verdicts([up, up], answering((0.9, 1 / 40), (0.9, 1 / 40), orbit=40))
    assert [trial.verdict for trial in trials] == ["not testable"] * 2
    assert trials[0].p_min == 0.05
    assert "more than 0.05 / 2" in trials[0].reason
    assert np.isnan([trials[0].estimate, trials[0].pvalue]).all()


def test_a_drawn_p_too_close_to_the_cut_is_inconclusive() -> None:
    up = bound("x")
    (trial,) = verdicts([up], answering((0.5, 0.024), drawn=1000))
    assert trial.verdict == "inconclusive"
    assert "three Monte-Carlo errors" in trial.reason
    (trial,) = verdicts([up], answering((0.5, 0.024)))
    assert trial.verdict == "supported"
    (trial,) = verdicts([up], answering((0.5, 0.001), drawn=1000))
    assert trial.verdict == "supported"


def test_the_detectable_effect_knows_the_design_alone() -> None:
    rng = np.random.default_rng(8)
    y, x = frame(rng.normal(size=(8, 8))), frame(rng.normal(size=(8, 8)))
    (trial,) = judge([Contrast(bound("x"), "", y, x)], test=qap_correlation, alpha=0.05)
    assert trial.result is not None
    null = trial.result.null_distribution
    limit = np.sort(np.abs(null))[::-1][int(0.05 * len(null))]
    spread = 1 / np.sqrt(1 / np.var(null) - 3)
    q = limit / np.sqrt(1 - limit**2) + norm.ppf(0.8) * spread
    wanted = q / np.sqrt(1 + q**2)
    assert trial.detectable == pytest.approx(wanted)
    names = list(y.index)
    moved = x.loc[names[::-1], names[::-1]].set_axis(names).set_axis(names, axis=1)
    (other,) = judge(
        [Contrast(bound("x"), "", y, moved)], test=qap_correlation, alpha=0.05
    )
    assert other.estimate != pytest.approx(trial.estimate)
    assert other.detectable == pytest.approx(trial.detectable)


def test_a_drawn_null_keeps_its_plus_one_in_the_other_tail() -> None:
    """A statistic below every draw: upper p 1 without error, lower p above 0."""
    generator = np.random.default_rng(3)
    names = [f"a{place:02}" for place in range(14)]
    x = pd.DataFrame(generator.normal(size=(14, 14)), names, names)
    spec = HypothesisSpec("X", outcome="y", predictor="x", direction="negative")
    test = partial(qap_correlation, n_resamples=199, rng=5)
    [trial] = judge([Contrast(spec, y=-x, x=x)], test=test, alpha=0.05)
    assert trial.result is not None
    assert trial.result.pvalue == 1
    assert trial.pvalue == pytest.approx(2 / 200)
    assert trial.verdict == "supported"


def test_holm_counts_a_claim_whose_design_cannot_reach_the_cut() -> None:
    """Two claims have a test; one cannot reach alpha / 2 and still counts."""
    up = bound("x")
    reachable = answering((0.6, 0.016), orbit=1000)
    unreachable = answering((0.6, 0.125), orbit=8)
    calls = iter([reachable, unreachable])

    def test(*matrices: pd.DataFrame, **how: object) -> TestResult:
        return next(calls)(*matrices, **how)

    one = frame(LIKED)
    first, second = judge([Contrast(up, "", one, one)] * 2, test=test, alpha=0.05)
    assert second.verdict == "not testable"
    assert first.pvalue_adjusted == pytest.approx(2 * 2 * 0.016)
    assert first.verdict == "inconclusive"
