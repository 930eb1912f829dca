"""Figures that leave: the same bytes every time, described, once in a notebook."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
from nbclient import NotebookClient
from PIL import Image

from netcollab.errors import InputError, UnknownNameError
from netcollab.networks import Network
from netcollab.report.figures import alt_text, describe, save_figure, show
from netcollab.report.labels import language
from netcollab.report.sociograms import draw_network

ROOT = Path(__file__).parents[2]

FRESH = """
import sys
import numpy as np
import pandas as pd
import netcollab as nc

names = ["æ", "ø_$", "å"]
ties = pd.DataFrame([[0, 2, 0], [1, 0, np.nan], [0, 0, 0]], names, names)
network = nc.Network.from_matrix(ties, relation="trust", scale=(1, 5))
with nc.report.language("nb"):
    ax = nc.report.draw_network(network, note="synthetic")
    nc.report.save_figure(ax, sys.argv[1] + "/drawing")
    nc.report.save_figure(nc.report.plot_sociomatrix(network), sys.argv[1] + "/matrix")
"""


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
    }


def run_fresh(folder: Path, seed: str) -> dict[str, str]:
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-W", "error", "-c", FRESH, str(folder)],
        check=True,
        env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "PATH": ""},
    )
    return digests(folder)


def test_two_fresh_processes_write_the_same_bytes(tmp_path: Path) -> None:
    first, second = (run_fresh(tmp_path / seed, seed) for seed in ("1", "2"))
    assert len(first) == 6
    assert first == second


def test_saving_twice_gives_the_same_bytes(prior: Network, tmp_path: Path) -> None:
    ax = draw_network(prior)
    for folder in ("one", "two"):
        save_figure(ax, tmp_path / folder / "prior")
    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_the_key_is_whole_at_every_resolution(prior: Network, tmp_path: Path) -> None:
    ax = draw_network(prior, color="level")
    for dpi in (72, 100, 150, 300):
        (path,) = save_figure(ax, tmp_path / f"{dpi}.png", dpi=dpi)
        with Image.open(path) as picture:
            rim = np.asarray(picture.convert("L"))
        edges = (rim[:2], rim[-2:], rim[:, :2], rim[:, -2:])
        assert all((edge > 250).all() for edge in edges)


def test_files_carry_the_description_and_no_date(
    prior: Network, tmp_path: Path
) -> None:
    with language("nb"):
        ax = draw_network(prior)
    svg, pdf, png = save_figure(ax, tmp_path / "prior")
    text = alt_text(ax)
    assert text.startswith("Nettverk av 9 aktører")
    with Image.open(png) as picture:
        assert picture.text == {"Software": "netcollab", "Description": text}
        wide = picture.size[0] / picture.info["dpi"][0] * 25.4
    assert wide == pytest.approx(170, abs=0.5)
    drawing = svg.read_text(encoding="utf-8")
    assert "Nettverk av 9 aktører med 7 bånd" in drawing
    assert "<dc:date>" not in drawing
    document = pdf.read_bytes()
    assert b"/CreationDate" not in document
    assert b"Matplotlib" not in document


def test_a_suffix_chooses_one_format(tmp_path: Path) -> None:
    ax = Figure().add_subplot()
    assert save_figure(ax, tmp_path / "a.PNG") == [tmp_path / "a.png"]
    assert [p.name for p in save_figure(ax, tmp_path / "v1.2", formats=["svg"])] == [
        "v1.2.svg"
    ]
    with pytest.raises(UnknownNameError, match="svgz"):
        save_figure(ax, tmp_path / "b", formats=["svgz"])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.png", "v1.2.svg"]


def test_several_drawings_are_described_in_order() -> None:
    figure = Figure()
    left, right, bar = figure.subplots(1, 3)
    describe(left, "Left.")
    describe(right, "Right.")
    bar.set_label("<colorbar>")
    assert alt_text(figure) == "Left. Right."
    assert alt_text(right) == "Right."
    assert alt_text(Figure()) == ""


def test_something_else_is_refused() -> None:
    with pytest.raises(InputError, match="got str"):
        save_figure("figure", "out.png")  # type: ignore[arg-type]


def test_show_outside_of_a_notebook_tells_and_closes(
    prior: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    ax = draw_network(prior)
    number = ax.get_figure().number
    show(ax)
    assert capsys.readouterr().out.startswith("Network of 9 actors")
    assert not plt.fignum_exists(number)


def test_a_notebook_shows_one_picture_with_its_description() -> None:
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell(
            "import pandas as pd, netcollab as nc\n"
            "ties = pd.DataFrame([[0, 1], [1, 0]], ['nav', 'ks'], ['nav', 'ks'])\n"
            "ax = nc.report.draw_network(nc.Network.from_matrix(ties))\n"
            "nc.report.show(ax)"
        )
    ]
    client = NotebookClient(notebook, resources={"metadata": {"path": str(ROOT)}})
    client.execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data"
    assert set(output.data) == {"image/png", "text/plain"}
    text = output.data["text/plain"]
    assert text.startswith("Network of 2 actors with 2 ties")
    assert output.metadata["image/png"]["alt"] == text
