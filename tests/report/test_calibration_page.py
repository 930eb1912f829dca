"""The page of calibration says what was measured, and is the one in the repository."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from netcollab.hypotheses import recorded_null_verdicts
from netcollab.inference import recorded
from netcollab.report.calibration import calibration_page

PAGE = Path(__file__).parents[2] / "docs" / "calibration.md"


def table() -> pd.DataFrame:
    """Two tests of one kind of studies: too often, and with a limit; one refused."""
    world = {
        "studies": "Respondents",
        "sites": 8,
        "predictor": "two",
        "icc": 0.2,
        "simulations": 2_000,
        "seed": 5,
    }
    rows = [
        ("least squares", 0.3285, np.nan, 0.6715),
        ("site permutation", 0.0285, 0.0357, 0.966),
        ("CR2", 0.05, np.nan, 0.95),
        ("MRQAP", np.nan, np.nan, np.nan),
    ]
    found = pd.DataFrame(rows, columns=["method", "size_05", "attainable", "coverage"])
    for place, name in enumerate(("studies", "sites", "predictor", "icc")):
        found.insert(place, name, world[name])
    return found.assign(simulations=2_000, seed=5)


def verdicts() -> pd.DataFrame:
    row = ("pair", "H1", 1_000, 0.02, 0.005, 0.025, 5)
    names = ["study", "hypothesis", "studies", "supported", "contradicted", "decided"]
    return pd.DataFrame([row], columns=[*names, "seed"])


def test_cells_say_what_was_measured() -> None:
    page = calibration_page(table(), verdicts())
    lines = page.splitlines()
    kind = "| 8 | two | 0.2 | 2000 |"
    sizes, coverage = (line for line in lines if line.startswith(kind))
    assert sizes == f"{kind} **32.9** | **2.9** (at most 3.6) | 5.0 | – |"
    assert coverage == f"{kind} 67.2 | 96.6 | 95.0 | – |"
    assert "0.49 in 2,000 studies" in page
    assert "## One directed network" not in lines
    assert lines[-1] == "| pair | H1 | 1,000 | 2.0 | 0.5 | 2.5 |"


def test_the_page_in_the_repository_is_that_of_the_record() -> None:
    assert PAGE.read_text(encoding="utf-8") == calibration_page(
        recorded(), recorded_null_verdicts()
    )
