"""Lorenz curves: what is drawn, and what the key says of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError
from netcollab.report import LANGUAGES, alt_text, language, plot_inequality

STAFF = pd.Series([1, 3, 6], list("abc"), name="staff")


def test_the_line_is_the_curve_beside_equality() -> None:
    alike, curve = plot_inequality(STAFF).lines
    np.testing.assert_array_equal(alike.get_xdata(), alike.get_ydata())
    np.testing.assert_allclose(curve.get_ydata(), [0, 10, 40, 100])
    np.testing.assert_allclose(curve.get_xdata(), [0, 100 / 3, 200 / 3, 100])


def test_several_resources_and_what_is_not_known() -> None:
    frame = pd.DataFrame({"staff": STAFF, "budget_mnok": [2.0, np.nan, 2.0]})
    ax = plot_inequality(frame)
    assert len(ax.lines) == 3
    told = alt_text(ax).replace("\N{NO-BREAK SPACE}", " ")
    assert "Staff: Gini 0.33, the one with most holds 60 %." in told
    assert "Gini 0.00, the one with most holds 50 %; not known of 1 actor." in told


def test_what_has_no_curve_is_told_with_its_reason() -> None:
    frame = pd.DataFrame({"staff": STAFF, "debt": [1.0, -2.0, 3.0]})
    with language("nb"):
        ax = plot_inequality(frame)
    assert len(ax.lines) == 2
    assert "Debt: ingen kurve: en verdi er negativ" in alt_text(ax)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_writes_its_decimals(code: str) -> None:
    with language(code):
        told = alt_text(plot_inequality(STAFF))
    assert ("Gini 0.33" if code == "en" else "Gini 0,33") in told


def test_a_strength_has_a_name_in_words() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/alvorlig_sykt_barn"))
    trust = nc.build_network(study, "trust")
    ax = plot_inequality(nc.measures.in_strength(trust), note="synthetic")
    assert "In-strength: Gini 0.08" in alt_text(ax)


@pytest.mark.parametrize("columns", [0, 7])
def test_too_many_curves_are_refused(columns: int) -> None:
    frame = pd.DataFrame({f"c{k}": [1, 2] for k in range(columns)}, index=["a", "b"])
    with pytest.raises(InputError, match="1 to 6 columns"):
        plot_inequality(frame)
