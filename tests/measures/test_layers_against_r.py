"""Relations and waves side by side against R, and against published values."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab import measures as ms
from netcollab.networks import Network

HERE = Path(__file__).parents[1] / "reference" / "measures"
SHARED = Path(__file__).parents[2].parent / "shared" / "reference"
EXPECTED = pd.read_csv(HERE / "layers.csv")
RELATIONS = ["collaboration", "trust", "formal_agreement"]
WAVES = [
    *("log_odds_ratio", "share_change", "ei_change"),
    *("external_before", "external_after", "internal_before", "internal_after"),
]


def eight() -> dict[str, Network]:
    """The relations of the eight actors, as layers.R makes them."""
    actors = pd.read_csv(HERE / "actors.csv", index_col="id")
    rows = pd.read_csv(HERE / "relations.csv")

    def of(name: str, *, least: float = 0, directed: bool = True) -> Network:
        chosen = rows[(rows["relation"] == name) & (rows["weight"] >= least)]
        return Network.from_ties(chosen, actors, unlisted="absent", directed=directed)

    def like(cells: np.ndarray, *, directed: bool = True) -> Network:
        frame = pd.DataFrame(cells, actors.index, actors.index)
        return Network.from_matrix(frame, actors=actors, directed=directed)

    found = {name: of(name, directed=name != "formal_agreement") for name in RELATIONS}
    found["collaboration_ge3"] = of("collaboration", least=3)
    lived = found["collaboration"].ties.fillna(0).to_numpy()
    found["collaboration_max"] = like(np.maximum(lived, lived.T), directed=False)
    trust = found["trust"].ties.fillna(0)
    trusted = trust.where(trust >= 4, 0).to_numpy()
    strong = found["collaboration_ge3"].ties.fillna(0).to_numpy()
    found["after"] = like(np.maximum(strong, trusted))
    trust.loc[6] = np.nan
    found["trust_silent"] = like(trust.to_numpy())
    return found


def pair_value(first: Network, second: Network, measure: str) -> float:
    layers = {"first": first, "second": second}
    lived = ms.congruence(first, second)
    waves = ms.stability(first, second)
    if measure == "share_tied_on_both":
        share = ms.overlap(layers, kind="share").loc["first", "second"]
        assert share == pytest.approx(waves["share_kept"])
        return float(lived["realised"])
    if measure == "jaccard":
        assert waves["jaccard"] == lived["jaccard"]
        return float(ms.overlap(layers).loc["first", "second"])
    if measure == "both":
        assert lived["both"] == waves["kept"]
        return float(ms.overlap(layers, kind="count").loc["first", "second"])
    if measure == "correlation":
        assert lived["correlation"] == waves["correlation"]
        return float(ms.layer_correlation(layers).loc["first", "second"])
    return float(waves[measure] if measure.startswith("hamming") else lived[measure])


def layer_value(layers: dict[str, Network], measure: str) -> float:
    if measure == "multiplex_share":
        return ms.multiplex_share(layers)
    kind, _, last = measure.rpartition(" ")
    if kind == "dyads in":
        return float((ms.multiplexity(layers) == int(last)).to_numpy().sum())
    return float(ms.actor_multiplexity(layers).loc[int(last), kind])


@pytest.mark.parametrize(
    ("first", "second", "measure", "value"),
    list(EXPECTED.itertuples(index=False, name=None)),
)
def test_eight_actors_give_what_r_gives(
    first: str, second: str, measure: str, value: float
) -> None:
    networks = eight()
    if first == "all":
        found = layer_value({name: networks[name] for name in RELATIONS}, measure)
    elif measure in WAVES:
        waves = networks[first], networks[second]
        found = float(ms.boundary_change(*waves, by="sector")[measure])
    else:
        found = pair_value(networks[first], networks[second], measure)
    assert found == pytest.approx(value, rel=1e-8)


@pytest.mark.parametrize("data", ["krackhardt", "synthetic8"])
def test_published_relations_give_what_r_gives(data: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the published data lie outside the repository")
    told = json.loads((SHARED / "expected" / data / "qap.pairs.json").read_text())
    folder = SHARED / "data" / data
    actors = pd.read_csv(folder / "actors.csv", index_col="id")
    known = json.loads((folder / "meta.json").read_text())["relations"]
    rows = pd.read_csv(folder / "relations.csv")
    layers = {
        name: Network.from_ties(
            rows[rows["relation"] == name],
            actors,
            unlisted="absent",
            directed=known[name]["directed"],
        )
        for name in known
    }
    tables: dict[str, Callable[[], pd.DataFrame]] = {
        "r": lambda: ms.layer_correlation(layers),
        "jaccard": lambda: ms.overlap(layers),
    }
    checked = 0
    for key, entry in told["values"].items():
        one, other = key.split("__")
        if one not in layers or other not in layers:
            continue
        for name, table in tables.items():
            expected = pytest.approx(entry["value"][name], rel=1e-8)
            assert table().loc[one, other] == expected, (key, name)
        matching = ms.congruence(layers[one], layers[other])["simple_matching"]
        assert matching == pytest.approx(entry["value"]["simple_matching"], rel=1e-8)
        checked += 1
    assert checked == 3
