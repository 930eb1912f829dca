"""Whole studies without effects: hardly ever is anything decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from netcollab.hypotheses import (
    decided_too_often,
    null_verdicts,
    recorded_null_verdicts,
)
from netcollab.hypotheses.null_studies import FAMILIES, FAMILY

pytestmark = pytest.mark.calibration


@pytest.mark.parametrize(
    ("name", "studies", "most"),
    [
        ("myndighedsfunktion", 16, 3),
        pytest.param("myndighedsfunktion", 200, 18, marks=pytest.mark.nightly),
        pytest.param("alvorlig_sykt_barn", 200, 18, marks=pytest.mark.nightly),
    ],
)
def test_studies_without_effects_give_no_verdict(
    name: str, studies: int, most: int
) -> None:
    # a family at .05 decides in more than `most` of them with chance .01
    table = null_verdicts([name], n_studies=studies, rng=7).set_index("hypothesis")
    assert table["decided"][FAMILY] * studies <= most
    assert (table["decided"][FAMILY] >= table["decided"]).all()
    assert (table["decided"] <= table["supported"] + table["contradicted"]).all()


def test_the_record_holds_the_bound_of_a_thousand_studies() -> None:
    record = recorded_null_verdicts()
    families = record[record["hypothesis"] == FAMILY].set_index("study")
    assert set(families.index) == set(FAMILIES)
    assert (families["studies"] == 1_000).all()
    assert (families["decided"] <= 0.065).all()
    assert decided_too_often(record) == []


def test_a_killed_run_goes_on(tmp_path: Path) -> None:
    asked = {"names": ["alvorlig_sykt_barn"], "n_studies": 2, "rng": 3}
    whole = null_verdicts(**asked)
    assert null_verdicts(**asked, checkpoint=tmp_path).equals(whole)
    (kept,) = tmp_path.iterdir()
    before = kept.read_bytes()
    assert null_verdicts(**asked, checkpoint=tmp_path).equals(whole)
    assert kept.read_bytes() == before


def test_too_often_is_said() -> None:
    record = recorded_null_verdicts()
    told = decided_too_often(record.assign(decided=0.08))
    assert len(told) == len(FAMILIES)
    assert "0.080 of 1000" in told[0]
