"""Measures of the project's own synthetic studies against R."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.networks import Network, build_network
from netcollab.study import Study, bundled, read_study

HERE = Path(__file__).parents[1] / "reference" / "measures"
EXPECTED = pd.read_csv(
    HERE / "own_studies.csv", dtype={"wave": "str"}, keep_default_na=False
)
KEYS = ["study", "site", "wave", "relation", "measure"]
CASES = EXPECTED.groupby(KEYS, sort=False)


@cache
def study_of(name: str) -> Study:
    return read_study(bundled(f"synthetic/{name}"))


def network_of(study: str, site: str, wave: str, relation: str) -> Network:
    return build_network(study_of(study), relation, site or None, wave or None)


@pytest.mark.parametrize("case", list(CASES.groups), ids=" ".join)
def test_a_study_of_ours_gives_what_r_gives(case: tuple[str, ...]) -> None:
    *where, measure = case
    told = CASES.get_group(case)
    network = network_of(*where)
    value = getattr(ms, measure)(network)
    rtol = 1e-6 if measure == "pagerank" else 1e-8
    if isinstance(value, float):
        assert value == pytest.approx(float(told["value"].item()), rel=rtol)
        return
    expected = pd.Series(told["value"].astype(float).to_numpy(), told["actor"])
    known = value.dropna()
    assert len(known) >= network.n - 1
    assert known.index.isin(expected.index).all()
    np.testing.assert_allclose(known, expected[known.index], rtol=rtol, atol=1e-12)


def test_directed_networks_have_a_silent_actor_and_still_count_the_others() -> None:
    trust = network_of("alvorlig_sykt_barn", "", "", "trust")
    assert list(ms.out_strength(trust).attrs["reasons"]) == ["stimulab"]
