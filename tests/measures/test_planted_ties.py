"""The structure planted in the synthetic municipalities, found again.

`data/synthetic/README.md`: a written procedure and a standing meeting each raise
relational capacity by half a point, a shared system does not; each municipality has one
written procedure more in the second wave, and nothing else changes. Ratings end at 1
and 5, which flattens what was planted by 3 to 15 %.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab import measures as ms
from netcollab.networks import Network

FORMAL = ["written_procedure", "standing_meeting", "shared_system"]
WAVES = ["2025", "2026"]

Nets = dict[tuple[str, str, str], Network]


@pytest.fixture(scope="module")
def study() -> nc.Study:
    return nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))


@pytest.fixture(scope="module")
def sites(study: nc.Study) -> list[str]:
    return list(study.actors["site"].unique())


@pytest.fixture(scope="module")
def nets(study: nc.Study, sites: list[str]) -> Nets:
    """Every formal relation and the capacity, by relation, site and wave."""
    return {
        (relation, site, wave): nc.build_network(study, relation, site, wave)
        for relation in (*FORMAL, "relational_capacity")
        for site in sites
        for wave in WAVES
    }


def over_sites(sites: list[str], row: Callable[[str], pd.Series]) -> pd.DataFrame:
    return pd.DataFrame({site: row(site) for site in sites}).T


def t_value(values: pd.Series) -> float:
    return float(values.mean() / (values.std() / np.sqrt(len(values))))


@pytest.fixture(scope="module")
def without_roles(nets: Nets, sites: list[str]) -> Nets:
    """Capacity less the mean of its site and that of its pair of roles."""
    found: Nets = {}
    for wave in WAVES:
        levels = {}
        for site in sites:
            ties = nets["relational_capacity", site, wave].ties
            levels[site] = ties - np.nanmean(ties.to_numpy())
        cells = np.stack([frame.to_numpy() for frame in levels.values()])
        seen = np.maximum((~np.isnan(cells)).sum(axis=0), 1)
        roles = np.nansum(cells, axis=0) / seen
        for site, frame in levels.items():
            found["rest", site, wave] = Network.from_matrix(frame - roles, signed=True)
    return found


@pytest.mark.parametrize("wave", WAVES)
def test_procedures_and_meetings_raise_capacity_and_systems_do_not(
    nets: Nets, without_roles: Nets, sites: list[str], wave: str
) -> None:
    for relation in FORMAL:
        table = over_sites(
            sites,
            lambda site, name=relation: ms.congruence(
                nets[name, site, wave], without_roles["rest", site, wave]
            ),
        )
        gain = table["mean_tied"] - table["mean_untied"]
        if relation == "shared_system":
            assert abs(t_value(gain)) < 2.2  # t(11) at .05
        else:
            assert t_value(gain) > 4
            assert 0.35 < gain.mean() < 0.5
            assert (table["correlation"] > 0).all()


def test_capacity_follows_the_relation_it_should(nets: Nets, sites: list[str]) -> None:
    tables = {
        site: ms.layer_correlation(
            {
                name: nets[name, site, "2025"]
                for name in (*FORMAL, "relational_capacity")
            }
        )
        for site in sites
    }
    mean = sum(tables.values()) / len(sites)
    capacity = mean["relational_capacity"]
    assert capacity["written_procedure"] > 0.4
    assert capacity["standing_meeting"] > 0.4
    assert capacity["shared_system"] < 0.2


def test_every_municipality_has_one_procedure_more(
    nets: Nets, sites: list[str]
) -> None:
    for relation in FORMAL:
        told = over_sites(
            sites,
            lambda site, name=relation: ms.stability(
                nets[name, site, "2025"], nets[name, site, "2026"]
            ),
        )
        assert (told["new"] == (relation == "written_procedure")).all()
        assert (told[["lost", "n_unknown", "n_joined", "n_left"]] == 0).all(axis=None)
        assert (told["n_dyads"] == 15).all()


def test_capacity_rises_where_the_procedure_came(nets: Nets, sites: list[str]) -> None:
    gain = []
    for site in sites:
        formal, lived = (
            ms.change(nets[name, site, "2025"], nets[name, site, "2026"])
            for name in ("written_procedure", "relational_capacity")
        )
        new = formal.loc[formal["kind"] == "new", ["source", "target"]].to_numpy()[0]
        is_new = lived[["source", "target"]].isin(new).all(axis=1)
        assert is_new.sum() == 2
        gain.append(
            lived.loc[is_new, "change"].mean() - lived.loc[~is_new, "change"].mean()
        )
    assert t_value(pd.Series(gain)) > 4
    assert 0.35 < np.mean(gain) < 0.55


def test_the_codebook_says_what_is_weak_and_strong(
    study: nc.Study, nets: Nets, sites: list[str]
) -> None:
    bands = study.manifest.scales["agree5"].bands
    lines = {"weak": bands["weak"][1], "strong": bands["strong"][0]}
    assert lines == {"weak": 2.5, "strong": 3.5}
    shares = {}
    for relation in FORMAL:
        told = over_sites(
            sites,
            lambda site, name=relation: ms.congruence(
                nets[name, site, "2025"],
                nets["relational_capacity", site, "2025"],
                threshold=lines["strong"],
            ),
        )
        elsewhere = told["lived_only"] / (told["lived_only"] + told["neither"])
        shares[relation] = told["realised"].mean() - elsewhere.mean()
    assert min(shares["written_procedure"], shares["standing_meeting"]) > 0.2
    assert shares["shared_system"] < 0.15


def test_a_silent_unit_is_unknown_and_no_gap(nets: Nets) -> None:
    layers = {name: nets[name, "birkesoe", "2025"] for name in FORMAL}
    formal = Network.from_matrix(ms.multiplexity(layers), directed=False)
    lived = nets["relational_capacity", "birkesoe", "2025"]
    gaps = ms.formal_gaps(formal, lived, weak=2.5, strong=3.5)
    unknown = gaps[gaps["kind"] == "unknown"]
    assert unknown["source"].unique().tolist() == ["jobcenter"]
    assert unknown["reason"].unique().tolist() == ["lived nonrespondent"]
    assert gaps.attrs["n_unknown"] == len(unknown) == 5
    known = gaps[gaps["kind"] != "unknown"]
    assert set(known["kind"]) == {"strong_unsupported"}
    assert "jobcenter" not in set(known["source"])
