"""What figures, pages and commands say where every answer is withheld."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import netcollab as nc
from netcollab.cli import main
from netcollab.networks import Network
from netcollab.report import (
    alt_text,
    draw_layers,
    draw_network,
    language,
    plot_sociomatrix,
    write_measures,
)
from netcollab.report.nodes import nodes_of
from netcollab.report.withheld import told_withheld, withheld_ties
from tests.report.test_sociograms import all_text

BODIES = ["nav", "ks", "udir", "fhi"]

MANIFEST = """
name = "two voices"
language = "nb"
[relations.mandate]
unlisted = "absent"
[scales.t5]
low = 1
high = 5
[items.trust_1]
scale = "t5"
dimension = "trust"
about = "target"
"""


def written(folder: Path, people: int) -> nc.Study:
    """Each of four bodies rated by so many persons of the three that answered."""
    folder.mkdir()
    folder.joinpath("study.toml").write_text(MANIFEST, encoding="utf-8")
    pd.DataFrame({"actor": BODIES}).to_csv(folder / "actors.csv", index=False)
    ties = {"relation": "mandate", "source": "nav", "target": ["ks"], "weight": 1}
    pd.DataFrame(ties).to_csv(folder / "ties.csv", index=False)
    voices = [(f"{body}-{k}", body) for body in BODIES[:3] for k in range(people)]
    pd.DataFrame(voices, columns=["respondent", "actor"]).to_csv(
        folder / "respondents.csv", index=False
    )
    rows = [
        (voice, "trust_1", target, 1 + (len(voice) + k) % 5)
        for voice, body in voices
        for k, target in enumerate(BODIES)
        if target != body
    ]
    columns = ["respondent", "item", "target", "value"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "answers.csv", index=False)
    return nc.read_study(folder)


@pytest.fixture
def few(tmp_path: Path) -> nc.Study:
    return written(tmp_path / "few", 2)


def states_of(*rows: list[str]) -> Network:
    names = BODIES[: len(rows)]
    states = pd.DataFrame(rows, names, names)
    ties = (states == "observed").astype(float).where(states == "observed")
    return Network.from_matrix(ties, states=states)


def test_each_silence_keeps_its_own_reason() -> None:
    network = states_of(
        ["structural", "suppressed", "not_asked", "suppressed"],
        ["dont_know", "structural", "dont_know", "no_answer"],
        ["nonrespondent", "nonrespondent", "structural", "nonrespondent"],
        ["observed", "no_answer", "no_answer", "structural"],
    )
    silent = nodes_of(network, None, None, narrow=False).silent
    assert silent == ("suppressed", "dont_know", "nonrespondent", "")


def test_only_a_network_without_an_observed_tie_is_withheld() -> None:
    empty = ["suppressed", "structural"]
    assert withheld_ties(states_of(["structural", "suppressed"], empty)) == 2
    assert withheld_ties(states_of(["structural", "not_asked"], empty)) == 1
    assert withheld_ties(states_of(["structural", "observed"], empty)) == 0
    unasked = states_of(["structural", "not_asked"], ["not_asked", "structural"])
    assert (withheld_ties(unasked), told_withheld(unasked)) == (0, "")


def test_the_figure_says_that_answers_are_withheld_not_lacking(few: nc.Study) -> None:
    with language("nb"):
        ax = draw_network(nc.build_network(few, "trust"))
        said = all_text(ax).replace("\xa0", " ").replace("\n", " ")
        assert ax.get_title(loc="left").startswith("Tillit: alle svar er holdt tilbake")
        assert "holdt tilbake av hensyn til personvernet (3 aktører)" in said
        assert "Alle 9 bånd er holdt tilbake" in said
        assert "svarte ikke" not in said
        told = alt_text(ax)
        assert "Svarte, men er holdt tilbake av hensyn til personvernet: nav" in told
        assert "Ingenting observert fra: fhi." in told


def test_every_picture_of_it_says_so(few: nc.Study) -> None:
    network = nc.build_network(few, "trust")
    matrix = all_text(plot_sociomatrix(network)).replace("\n", " ")
    assert "All 9 ties are withheld" in matrix
    figure = draw_layers({"rated": network})
    assert "all answers are" in figure.axes[0].get_title(loc="left")
    plt.close(figure)


def test_enough_respondents_are_shown_without_a_word(tmp_path: Path) -> None:
    study = written(tmp_path / "enough", 5)
    ax = draw_network(nc.build_network(study, "trust"))
    assert "withheld" not in all_text(ax)
    made = write_measures(study, tmp_path / "out", relations=["trust"])
    assert made.withheld == ()


def test_the_page_and_the_record_give_number_reason_and_way(
    few: nc.Study, tmp_path: Path
) -> None:
    with language("nb"):
        made = write_measures(few, tmp_path / "out")
    (told,) = made.withheld
    assert "færre enn 5 respondenter svarte for hver aktør" in told
    assert "på vegne av organisasjonen" in told
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.count("Alle 9 bånd er holdt tilbake") == 1
    assert made.to_dict()["withheld"] == [told]


def test_the_command_warns_on_stderr_in_the_language_of_the_study(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "few", tmp_path / "out"
    written(folder, 2)
    assert main(["measures", str(folder), "--out", str(out), "--json"]) == 0
    printed = capsys.readouterr()
    assert "netcollab: Tillit: Alle 9 bånd er holdt tilbake" in printed.err
    assert json.loads(printed.out)["withheld"]


def test_ties_on_behalf_of_a_body_are_drawn_in_full(tmp_path: Path) -> None:
    written(tmp_path / "few", 2)
    folder = tmp_path / "few"
    ties = pd.DataFrame(
        {"relation": "trust", "source": "nav", "target": ["ks", "udir"], "weight": 4}
    )
    ties.to_csv(folder / "ties.csv", index=False)
    declared = MANIFEST.replace(
        "[scales.t5]", '[relations.trust]\nunlisted = "not_asked"\n[scales.t5]'
    )
    folder.joinpath("study.toml").write_text(declared, encoding="utf-8")
    network = nc.build_network(nc.read_study(folder), "trust")
    assert network.n_ties == 2
    assert "withheld" not in all_text(draw_network(network))
