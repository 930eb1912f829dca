"""The claims of the article on digital collaboration: found, left alone, refused."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError, RefusedError, UnknownNameError
from netcollab.hypotheses import (
    DIGITAL_COLLABORATION,
    declared,
    evaluate,
    information_reach,
    rollout_effect,
    silo_breakdown,
    verdicts,
)
from netcollab.study import Study, bundled, import_export, simulated

SEEDS = range(8)
ROLLOUT = {"rollout": "rollout", "early": "early", "before": "2023", "after": "2024"}


@cache
def digital() -> Study:
    return nc.read_study(bundled("synthetic/digital_samhandling"))


@pytest.fixture(scope="module")
def studies() -> dict[str, list[Study]]:
    """Studies of several seeds, with what was planted and with none of it."""
    return {
        effects: [
            simulated("digital_samhandling", seed=seed, effects=effects)
            for seed in SEEDS
        ]
        for effects in ("planted", "none")
    }


def told(studies: list[Study]) -> pd.DataFrame:
    asked = {"n_resamples": 499, "rng": 1}
    return pd.DataFrame([verdicts(s, DIGITAL_COLLABORATION, **asked) for s in studies])


# ---- planted and not


def test_planted_effects_are_found(studies: dict[str, list[Study]]) -> None:
    found = told(studies["planted"])
    assert (found == "supported").sum().min() >= 5
    assert not (found == "contradicted").any().any()


def test_planted_nulls_are_not(studies: dict[str, list[Study]]) -> None:
    found = told(studies["none"])
    # Of 16 verdicts at .05 together, more than 3 decided come once in 400.
    assert found.isin(["supported", "contradicted"]).sum().sum() <= 3


def test_early_units_changed_more(studies: dict[str, list[Study]]) -> None:
    change = {
        effects: [
            rollout_effect(
                study,
                rollout="rollout",
                early="early",
                before="2023",
                after="2024",
                test="t",
            ).coefficients.loc["early", "estimate"]
            for study in several
        ]
        for effects, several in studies.items()
    }
    assert np.mean(change["planted"]) > 0.1
    assert np.mean(change["planted"]) > np.mean(change["none"]) + 0.1


# ---- what the functions compute


def test_silo_breakdown_is_the_test_of_two_waves() -> None:
    study = digital()
    waves = [nc.build_network(study, "communication", wave=w) for w in ("2023", "2025")]
    asked = {"estimand": "ei", "n_resamples": 199, "rng": 3}
    expected = nc.inference.silo_change(*waves, by="sector", **asked)
    assert silo_breakdown(study, **asked) == expected
    other = silo_breakdown(study, before="2024", after="2025", **asked)
    assert other.statistic != expected.statistic
    change = nc.measures.boundary_change(*waves, by="sector")
    assert expected.statistic == pytest.approx(change["ei_change"])


def test_rollout_effect_is_a_difference_of_shares() -> None:
    study = digital()
    result = rollout_effect(
        study, rollout="rollout", early="early", before="2023", after="2024"
    )
    shares = []
    waves = [nc.build_network(study, "communication", wave=w) for w in ("2023", "2024")]
    both = waves[0].ties.notna() & waves[1].ties.notna()
    sector = study.actors.set_index("actor")["sector"]
    for network in waves:
        ties = (network.ties.where(both) > 0).stack()
        ties = ties[ties].index.to_frame(index=False, name=["source", "target"])
        crosses = ties["source"].map(sector) != ties["target"].map(sector)
        shares.append(crosses.groupby(ties["source"].map(sector)).mean())
    early = study.actors.drop_duplicates("sector").set_index("sector")["rollout"]
    served = early.dropna().index
    table = nc.measures.double_difference(
        shares[0][served], shares[1][served], early[served] == "early"
    )
    estimate = result.coefficients.loc["early", "estimate"]
    assert estimate == pytest.approx(table.loc["difference", "change"])
    assert result.n == 8


def test_information_reach_is_a_difference_within_sectors() -> None:
    study = digital()
    network = nc.build_network(study, "information", wave="2025")
    use = nc.networks.build_affiliations(
        study, kind="tool", wave="2025", unlisted="not_asked"
    )
    leaders = ["kommunedirektoer", "stab"]
    adopted = nc.measures.adopters(use).drop(leaders)
    reach = nc.measures.broadcast_reach(network, leaders, by=adopted)
    last = reach[reach["steps"] == 2].set_index("group")
    result = information_reach(study, within=None)
    assert result.estimate == pytest.approx(last.loc[1, "low"] - last.loc[0, "low"])
    assert result.n == last["n"].sum()
    one = information_reach(study, within=None, steps=1)
    first = reach[reach["steps"] == 1].set_index("group")
    assert one.estimate == pytest.approx(first.loc[1, "low"] - first.loc[0, "low"])


def test_findings_say_what_they_rest_on() -> None:
    found = evaluate(digital(), DIGITAL_COLLABORATION, rng=1, n_resamples=499)
    table = found.to_frame()
    assert table["hypothesis"].tolist() == ["DS-H1", "DS-H2"]
    assert (table["pvalue"] <= table["pvalue_adjusted"]).all()
    assert (table["p_min"] <= 0.025).all()
    assert (table["detectable_effect"] > 0).all()
    assert "exchanges of" in table["method"][0]
    silo = found["DS-H1"]
    assert silo.test is not None
    assert silo.estimate == silo.test.estimate
    assert "estimate = " in found.summary()
    assert "<th>estimate</th>" in found._repr_html_()
    assert "(synthetic)" in found.summary()
    assert "(synthetic)" in found._repr_html_()
    left_out = silo.leave_one_out
    assert left_out.index.tolist() == sorted(set(digital().actors["sector"]))
    assert ("fragile" in silo.tags) == (~left_out.isin([silo.verdict])).any()
    assert "not what it did" in found.summary()


def test_the_same_seed_gives_the_same_findings() -> None:
    one, two = (
        evaluate(digital(), DIGITAL_COLLABORATION[1:], rng=seed) for seed in (5, 5)
    )
    pd.testing.assert_frame_equal(one.to_frame(), two.to_frame())


def test_a_term_too_many_is_not_testable() -> None:
    claim = dataclasses.replace(DIGITAL_COLLABORATION[0], outcome="tie(a) + tie(b)")
    plain = dataclasses.replace(digital().manifest, hypotheses={})
    study = dataclasses.replace(digital(), manifest=plain)
    found = evaluate(study, [claim], rng=1)
    assert found["DS-H1"].verdict == "not testable"
    assert "one term" in found["DS-H1"].test_reason


def test_a_manifest_knows_the_claims() -> None:
    assert declared(digital().manifest) == DIGITAL_COLLABORATION


# ---- refused


def edited(
    folder: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> Study:
    """The study with one of its tables changed."""
    shutil.copytree(bundled("synthetic/digital_samhandling"), folder)
    table = pd.read_csv(folder / f"{name}.csv", dtype="str", keep_default_na=False)
    change(table).to_csv(folder / f"{name}.csv", index=False)
    return nc.read_study(folder)


def test_what_cannot_be_tested_is_said(tmp_path: Path) -> None:
    study = digital()
    with pytest.raises(RefusedError, match="same wave"):
        silo_breakdown(study, before="2025")
    with pytest.raises(UnknownNameError):
        silo_breakdown(study, by="unit")
    with pytest.raises(RefusedError, match="have all adopted, or none has"):
        information_reach(study, wave="2023", objects=["chat"])
    nobody = edited(tmp_path / "a", "actors", lambda rows: rows.assign(leadership=0))
    with pytest.raises(RefusedError, match="no source"):
        information_reach(nobody)
    found = evaluate(nobody, DIGITAL_COLLABORATION, rng=1, n_resamples=99)
    assert found["DS-H2"].verdict == "not testable"
    assert "no source" in found["DS-H2"].test_reason
    assert np.isnan(found["DS-H2"].pvalue)


def test_a_change_needs_two_waves() -> None:
    case = nc.read_study(bundled("synthetic/alvorlig_sykt_barn"))
    with pytest.raises(RefusedError, match="one wave"):
        silo_breakdown(case, relation="trust")
    found = evaluate(case, DIGITAL_COLLABORATION, rng=1)
    assert [finding.verdict for finding in found] == ["not testable"] * 2
    assert "one wave" in found["DS-H1"].test_reason


def test_units_that_do_not_agree_are_an_input_error(tmp_path: Path) -> None:
    def torn(rows: pd.DataFrame) -> pd.DataFrame:
        swapped = {"early": "late", "late": "early", "": ""}
        own = rows["actor"] == "sykehjem"
        return rows.assign(
            rollout=rows["rollout"].mask(own, rows["rollout"].map(swapped))
        )

    with pytest.raises(InputError, match="differs within: helse"):
        rollout_effect(edited(tmp_path / "a", "actors", torn), **ROLLOUT)
    with pytest.raises(UnknownNameError, match="earl"):
        rollout_effect(digital(), **ROLLOUT | {"early": "earl"})


# ---- Viva Insights, person to person


def viva(folder: Path) -> Path:
    """Twelve persons in three departments; ties cross them more in the second year."""
    rng = np.random.default_rng(2)
    home = {f"p{i:02}": ("HR", "Finance", "IT")[i % 3] for i in range(12)}
    sides = [f"{side}Collaborator" for side in ("Primary", "Secondary")]
    names = [f"{side}_PersonId" for side in sides]
    names += ["MetricDate", "Strong_tie_score", "Strong_tie_type"]
    names += [f"{side}_Organization" for side in sides]
    lines = [",".join(names)]
    for date, across in (("2024-01-07", 0.1), ("2025-01-05", 0.5)):
        for one in [*home][:-1]:  # the last has no licence
            for other in home:
                share = 0.6 if home[one] == home[other] else across
                tie, score = int(rng.random() < share), rng.integers(10)
                row = (one, other, date, f"0.{score}", tie, home[one], home[other])
                lines += [",".join(map(str, row))] * (one != other)
    (folder / "p2p.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "p2p.csv"


def test_a_person_query_becomes_a_study_in_which_silos_are_tested(
    tmp_path: Path,
) -> None:
    export = viva(tmp_path)
    told = import_export(export, "viva", tmp_path / "draft", unlisted="not_asked")
    assert "W-VIV-005" in [problem.code for problem in told.undecided]
    page = (tmp_path / "draft" / "study.toml").read_text(encoding="utf-8")
    assert "[privacy]\nperson_level = false" in page
    book = tmp_path / "book.toml"
    book.write_text(
        page.replace("\n[privacy]", 'zero_means = "no_tie"\n\n[privacy]'), "utf-8"
    )
    import_export(export, "viva", tmp_path / "study", codebook=book)
    study = nc.read_study(tmp_path / "study")
    assert not study.manifest.person_level
    assert study.waves == ["2024-01-07", "2025-01-05"]
    network = nc.build_network(study, "strong_tie", wave="2024-01-07")
    assert list(network.silent("out")) == ["p11"]
    result = silo_breakdown(study, relation="strong_tie", by="Organization")
    assert result.statistic > 0
    assert result.pvalue < 0.05
    book.write_text(
        book.read_text("utf-8").replace("level = false", "level = true"), "utf-8"
    )
    told = import_export(export, "viva", tmp_path / "shown", codebook=book)
    assert "person_level = true" in (tmp_path / "shown" / "study.toml").read_text(
        "utf-8"
    )
