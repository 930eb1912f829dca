"""The multiverse of a claim: its choices, its table, its curve, its draws."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab import _resample
from netcollab.errors import InputError, UnknownNameError
from netcollab.hypotheses import (
    ANSELL_GASH,
    Hypothesis,
    Multiverse,
    evaluate,
    multiverse,
    multiverse_choices,
)
from netcollab.study import Study

LIKED = [
    [0, 5, 4, 1, 2, 1],
    [5, 0, 4, 2, 1, 2],
    [3, 5, 0, 3, 2, 1],
    [1, 2, 3, 0, 5, 2],
    [1, 1, 3, 4, 0, 3],
    [None] * 6,
]
NAMES = list("abcdef")
STAFF = [1, 2, 4, 8, 9, 16]
CLAIM = Hypothesis(
    key="H",
    level="dyad",
    direction="negative",
    outcome="tie(liked)",
    predictor="absdiff(staff)",
)
ONE = {
    "missing": ["observed"],
    "symmetrisation": ["none"],
    "threshold": ["none"],
    "estimator": ["correlation"],
    "without": ["nobody"],
}


def tiny(liked: list[list[float | None]] = LIKED) -> Study:
    """Six actors, the last of them silent; met is undirected and complete."""
    rows = [
        ("liked", NAMES[i], NAMES[j], value)
        for i, row in enumerate(liked)
        for j, value in enumerate(row)
        if i != j and value is not None
    ]
    met = ["ab", "bc", "de", "ef"]
    rows += [
        ("met", NAMES[i], NAMES[j], float(NAMES[i] + NAMES[j] in met))
        for i in range(6)
        for j in range(i + 1, 6)
    ]
    ties = pd.DataFrame(rows, columns=["relation", "source", "target", "weight"])
    return Study.from_frames(
        {
            "schema_version": 1,
            "name": "here",
            "relations": {
                "liked": {"directed": True, "scale": [1, 5], "unlisted": "not_asked"},
                "met": {
                    "directed": False,
                    "unlisted": "not_asked",
                    "zero_means": "no_tie",
                },
            },
            "hypotheses": {
                "H": {
                    "outcome": "tie(liked)",
                    "predictor": "absdiff(staff)",
                    "direction": "negative",
                },
                "H2": {
                    "outcome": "tie(liked)",
                    "predictor": "tie(met)",
                    "direction": "positive",
                },
            },
        },
        actors=pd.DataFrame({"actor": NAMES, "staff": STAFF}),
        ties=ties,
    )


@pytest.fixture(scope="module")
def twin() -> Study:
    return nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))


@pytest.fixture(scope="module")
def every() -> Multiverse:
    return multiverse(tiny(), CLAIM, rng=1)


# ---- choices


def test_choices_are_those_that_change_something(twin: Study) -> None:
    assert multiverse_choices(tiny(), CLAIM) == {
        "outcome": ["tie(liked)"],
        "predictor": ["absdiff(staff)"],
        "missing": ["observed", "answered", "imputed"],
        "symmetrisation": ["none", "mean", "minimum", "maximum"],
        "threshold": ["none", "3", "4"],
        "estimator": ["correlation", "rank correlation", "MRQAP beside tie(met)"],
        "without": ["nobody", *NAMES],
    }
    pairs = Hypothesis(key="M", outcome="met", predictor="same(staff)")
    found = multiverse_choices(tiny(), pairs)
    assert found["missing"] == ["observed"]
    assert found["symmetrisation"] == found["threshold"] == ["none"]
    assert found["estimator"] == ["correlation", "rank correlation"]
    held = multiverse_choices(twin, ANSELL_GASH[0])["estimator"][-1]
    assert held == (
        "MRQAP beside tie(trust) + sender(incentive) + tie(prior_joint_work)"
    )


@pytest.mark.parametrize(
    ("choices", "error", "told"),
    [
        ({"treshold": ["none"]}, UnknownNameError, 'did you mean "threshold"'),
        ({"missing": ["absnt"]}, UnknownNameError, 'did you mean "absent"'),
        ({"threshold": ["none", "-1"]}, UnknownNameError, "a number above 0"),
        ({"without": ["nobody", "z"]}, UnknownNameError, 'alternative of without "z"'),
        ({"outcome": ["tie(hated)"]}, UnknownNameError, 'unknown relation "hated"'),
        ({"estimator": ["MRQAP beside tie(x)"]}, UnknownNameError, 'relation "x"'),
        ({"estimator": []}, InputError, "estimator needs a list"),
        ({"estimator": "correlation"}, InputError, "estimator needs a list"),
        ({"threshold": ["3", "3"]}, InputError, "has twice: 3"),
    ],
)
def test_choices_that_do_not_exist(
    choices: dict[str, list[str]], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told.replace("(", r"\(")):
        multiverse(tiny(), CLAIM, choices=choices, rng=1)


# ---- the table


def test_a_specification_by_hand(every: Multiverse) -> None:
    """Mean of both reports, 4 or more: a-b, b-c and d-e of the ten pairs of a to e."""
    table = every.table
    rows = table[
        (table["missing"] == "observed")
        & (table["symmetrisation"] == "mean")
        & (table["threshold"] == "4")
    ].set_index("estimator")
    tie = [1, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    gap = [1, 3, 7, 8, 2, 6, 7, 4, 5, 1]
    assert rows.loc["correlation", "estimate"] == pytest.approx(
        np.corrcoef(tie, gap)[0, 1]
    )
    of_f = [15, 14, 12, 8, 7]
    ranks = pd.Series(gap + of_f).rank()[:10]
    assert rows.loc["rank correlation", "estimate"] == pytest.approx(
        np.corrcoef(tie, ranks)[0, 1]
    )
    # Those who met are those three pairs.
    held = rows.loc["MRQAP beside tie(met)"]
    assert held["verdict"] == "not testable"
    assert held["reason"] == "what is held leaves nothing of the outcome"
    assert set(rows["n"].drop("MRQAP beside tie(met)")) == {5}


def test_the_first_specification_is_the_test_of_evaluate(
    twin: Study, every: Multiverse
) -> None:
    for study, claim in ((tiny(), CLAIM), (twin, ANSELL_GASH[1])):
        one = multiverse(study, claim, choices=ONE, rng=5)
        finding = evaluate(study, [claim], rng=5).findings[0]
        row = one.table.loc[1]
        assert row["verdict"] == finding.test_verdict == one.verdict
        assert row["n"] in (finding.n_used, 0)
        np.testing.assert_array_equal(
            [row["estimate"], row["pvalue"]], [finding.estimate, finding.pvalue]
        )
    assert one.share == 1
    assert one.curve.median.statistic == finding.estimate
    assert min(1, 2 * one.curve.median.pvalue) == finding.pvalue
    assert every.table.index[0] == 1


def test_the_curve_has_the_p_of_each_specification(every: Multiverse) -> None:
    """Where all are relabelled alike, twice the tail is the p of the table."""
    tested = every.table.dropna(subset="estimate").reset_index(drop=True)
    curve = every.curve.specifications
    np.testing.assert_allclose(curve["estimate"], tested["estimate"], atol=1e-12)
    alike = (tested["missing"] == "observed") & (tested["without"] == "nobody")
    small = alike & (curve["pvalue"] < 0.5)
    assert small.sum() > 10
    np.testing.assert_allclose(2 * curve["pvalue"][small], tested["pvalue"][small])
    significant = (curve["pvalue"] <= 0.025).mean()
    assert every.curve.share.statistic == significant


def test_outcomes_of_ones_own_are_relabelled_together() -> None:
    asked = ONE | {"outcome": ["tie(liked)", "tie(met)"]}
    found = multiverse(tiny(), CLAIM, choices=asked, rng=1)
    alone = replace(CLAIM, key="X", outcome="tie(met)")
    other = multiverse(tiny(), alone, choices=ONE, rng=1)
    assert found.table.loc[2, "estimate"] == other.table.loc[1, "estimate"]
    assert found.table.loc[2, "pvalue"] == other.table.loc[1, "pvalue"]
    # f said nothing of whom it likes, and keeps its place in both.
    assert found.curve.median.method == "exact (120 relabellings)"
    assert other.curve.median.method == "exact (720 relabellings)"


def test_without_an_actor_is_the_leave_one_out_of_evaluate(twin: Study) -> None:
    some = ONE | {"without": ["nobody", "nav", "ks"]}
    found = multiverse(twin, ANSELL_GASH[1], choices=some, rng=5).table
    finding = evaluate(twin, [ANSELL_GASH[1]], rng=5).findings[0]
    verdicts = found.set_index("without")["verdict"]
    assert verdicts["nav"] == finding.leave_one_out["nav"]
    assert verdicts["ks"] == finding.leave_one_out["ks"]


def test_what_is_left_out_is_counted_by_reason(every: Multiverse) -> None:
    counted = every.left_out
    assert len(every.table) + counted.sum() == 3 * 4 * 3 * 3 * 7
    star = "one is left out of the first alternatives only"
    assert counted[star] == 6 * (3 * 4 * 3 * 3 - 1)
    assert counted["the same numbers as another specification"] > 0
    claim = replace(CLAIM, key="S", predictor="sender(staff)")
    sent = multiverse(tiny(), claim, choices={"without": ["nobody"]}, rng=1)
    reason = "the outcome has no direction and sender(staff) has one"
    assert sent.left_out[reason] == 3 * 3 * 3 * len(sent.choices[5].alternatives)
    assert set(sent.table["symmetrisation"]) == {"none"}


def test_no_two_specifications_have_the_same_numbers(every: Multiverse) -> None:
    """One unknown row: among the answered, pairs are those that were observed."""
    pairs = every.table[every.table["symmetrisation"] == "mean"]
    assert "answered" not in set(pairs["missing"])
    missing = every.table[every.table["missing"] == "imputed"]
    assert set(missing["n"]) <= {6, 0}


def test_ratings_have_no_absences_and_no_reconstruction() -> None:
    asked = ONE | {"missing": ["observed", "absent", "reconstructed"]}
    found = multiverse(tiny(), CLAIM, choices=asked, rng=1)
    assert len(found.table) == 1
    assert set(found.left_out.index) == {
        'relation "liked" is a rating: no answer is no absence',
        'relation "liked" was not declared same_event: only where both ends report '
        "the same event can one report stand for the other",
    }


def test_a_first_alternative_of_ones_own_is_the_headline(twin: Study) -> None:
    asked = ONE | {"estimator": ["rank correlation", "correlation"]}
    found = multiverse(twin, ANSELL_GASH[1], choices=asked, rng=1)
    assert found.table["estimator"].tolist() == ["rank correlation", "correlation"]
    usual = multiverse(twin, ANSELL_GASH[1], choices=ONE, rng=1)
    assert found.table["estimate"].iloc[1] == usual.table["estimate"].iloc[0]


def test_the_order_of_choices_plays_no_part(every: Multiverse) -> None:
    usual = multiverse_choices(tiny(), CLAIM)
    turned = {
        name: [words[0], *reversed(words[1:])]
        for name, words in reversed(usual.items())
    }
    other = multiverse(tiny(), CLAIM, choices=turned, rng=1)
    pd.testing.assert_frame_equal(other.table, every.table)
    pd.testing.assert_series_equal(other.left_out, every.left_out)
    pd.testing.assert_frame_equal(other.curve.to_frame(), every.curve.to_frame())


# ---- what cannot be tested


def test_a_claim_that_cannot_be_tested_says_why() -> None:
    case = nc.read_study(nc.study.bundled("cases/alvorlig_sykt_barn"))
    first, second = (multiverse(case, claim, rng=1) for claim in ANSELL_GASH[:2])
    assert "presence-only" in first.reason
    assert "binds no outcome and no predictor" in second.reason
    for found in (first, second):
        assert found.verdict == "not testable"
        assert np.isnan(found.share)
        assert found.table.empty
        assert found.curve is None
        assert found.reason in " ".join(found.summary().split())


def test_a_specification_that_cannot_be_tested_stays_in_the_table() -> None:
    """Nobody is liked with a strength of 6: all ties are absent."""
    asked = ONE | {"threshold": ["none", "6"]}
    found = multiverse(tiny(), CLAIM, choices=asked, rng=1)
    row = found.table.loc[2]
    assert row["verdict"] == "not testable"
    assert "does not vary" in row["reason"]
    assert np.isnan(row["estimate"])
    assert len(found.curve.specifications) == 1


# ---- draws


def test_a_killed_run_goes_on_with_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ONE | {"estimator": ["correlation", "MRQAP beside tie(met)"]}
    whole = multiverse(tiny(), CLAIM, choices=asked, rng=7)
    folder = tmp_path / "kept"
    append, appended = _resample._Checkpoint.append, []

    def killed(self: _resample._Checkpoint, k: int, values: np.ndarray) -> None:
        if len(appended) == 2:
            raise KeyboardInterrupt
        appended.append(k)
        append(self, k, values)

    monkeypatch.setattr(_resample._Checkpoint, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        multiverse(tiny(), CLAIM, choices=asked, rng=7, checkpoint=folder)
    monkeypatch.undo()
    assert sorted(os.listdir(folder)) == [
        "curve.checkpoint",
        "seed",
        "specification-0001.checkpoint",
        "specification-0002.checkpoint",
    ]
    again = multiverse(tiny(), CLAIM, choices=asked, checkpoint=folder)
    assert again.seed == whole.seed == 7
    pd.testing.assert_frame_equal(again.table, whole.table)
    pd.testing.assert_frame_equal(again.curve.to_frame(), whole.curve.to_frame())
    with pytest.raises(InputError, match="another run; different: seed"):
        multiverse(tiny(), CLAIM, choices=asked, rng=8, checkpoint=folder)
    with pytest.raises(InputError, match="another run"):
        multiverse(tiny(), CLAIM, choices=ONE, rng=7, checkpoint=folder)
    (folder / "seed").write_text("once")
    with pytest.raises(InputError, match="not the seed of a multiverse"):
        multiverse(tiny(), CLAIM, choices=asked, checkpoint=folder)


def test_the_number_of_workers_changes_no_byte() -> None:
    asked = ONE | {"missing": ["imputed"], "threshold": ["none", "4"]}
    asked["estimator"] = ["MRQAP beside tie(met)"]
    one, two = (
        multiverse(tiny(), CLAIM, choices=asked, rng=3, n_resamples=999, workers=each)
        for each in (1, 2)
    )
    assert one.table.to_csv() == two.table.to_csv()
    for name in ("median", "share", "stouffer"):
        ours, theirs = (getattr(each.curve, name) for each in (one, two))
        assert ours.null_distribution.tobytes() == theirs.null_distribution.tobytes()


# ---- what people see


def test_a_multiverse_tells_itself(twin: Study) -> None:
    asked = ONE | {"threshold": ["none", "3", "4"]}
    found = multiverse(twin, ANSELL_GASH[1], choices=asked, rng=1)
    assert repr(found) == "Multiverse(AG-H2: supported, as in 100% of 3 specifications)"
    told = found.summary()
    assert told.startswith("AG-H2: supported\n  specifications        3\n")
    assert "Stouffer's z" in told
    assert "p 0.0000" not in told
    assert "<table>" in found._repr_html_()
    table = found.to_frame()
    table.loc[1, "verdict"] = "mine"
    assert found.table.loc[1, "verdict"] == "supported"


# ---- several sites


@pytest.fixture(scope="module")
def authority() -> Study:
    return nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_several_sites_give_the_headline_and_every_estimator(
    authority: Study, place: int
) -> None:
    claim = nc.hypotheses.RELATIONAL_CAPACITY[place]
    found = multiverse(authority, claim, rng=1)
    finding = evaluate(authority, [claim], rng=1).findings[0]
    rows = found.table[found.table["without"] == "nobody"]
    first = rows[rows["wave"] == "every wave"]
    beside = finding.estimates[finding.estimates["role"].isin(["headline", "beside"])]
    assert first["estimator"].tolist() == beside["estimator"].tolist()
    np.testing.assert_array_equal(first["estimate"], beside["estimate"].astype(float))
    np.testing.assert_array_equal(first["pvalue"], beside["pvalue"].astype(float))
    assert found.verdict == finding.test_verdict
    assert set(rows["wave"]) == {"every wave", "2025", "2026"}
    out = found.table.set_index("without")["verdict"].drop("nobody")
    for site, verdict in finding.leave_one_out.items():
        assert out[site] == verdict
    assert found.curve is None
    assert "not refitted" in found.curve_reason
    assert found.symbol == "b"
    sizes = [len(choice.alternatives) for choice in found.choices]
    assert len(found.table) + found.left_out.sum() == np.prod(sizes)


def test_a_wave_alone_is_the_study_of_that_wave(authority: Study) -> None:
    claim = nc.hypotheses.RELATIONAL_CAPACITY[2]
    asked = {"wave": ["2026"], "without": ["nobody"]}
    found = multiverse(authority, claim, choices=asked, rng=1).table.loc[1]
    alone = evaluate(authority.select(waves="2026"), [claim], rng=1).findings[0]
    assert (found["estimate"], found["pvalue"]) == (alone.estimate, alone.pvalue)


def test_choices_of_one_network_are_none_of_several_sites(authority: Study) -> None:
    claim = nc.hypotheses.RELATIONAL_CAPACITY[0]
    with pytest.raises(UnknownNameError, match='unknown choice "threshold"'):
        multiverse(authority, claim, choices={"threshold": ["none"]}, rng=1)
    with pytest.raises(UnknownNameError, match='alternative of wave "2027"'):
        multiverse(authority, claim, choices={"wave": ["2027"]}, rng=1)


def test_claims_with_a_test_of_their_own_have_no_multiverse() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/digital_samhandling"))
    claim = nc.hypotheses.DIGITAL_COLLABORATION[0]
    assert "test of its own" in multiverse(study, claim, rng=1).reason
