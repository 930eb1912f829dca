"""The saturation curve as a picture."""

from __future__ import annotations

import numpy as np
import pytest

import netcollab as nc
from netcollab.errors import InputError
from netcollab.report.figures import alt_text
from netcollab.report.labels import LANGUAGES, language
from netcollab.report.saturation import plot_saturation
from netcollab.scales import saturation


def test_the_line_is_the_curve_and_the_limit_is_marked(case: nc.Study) -> None:
    found = saturation(case)
    ax = plot_saturation(found)
    curve, every, reached = ax.lines
    np.testing.assert_array_equal(curve.get_ydata(), found.curve["heard"])
    np.testing.assert_array_equal(curve.get_xdata(), np.arange(1, 9))
    assert set(np.asarray(every.get_ydata()).tolist()) == {4}
    assert set(np.asarray(reached.get_xdata()).tolist()) == {5.0}
    assert ax.get_ylim()[0] == 0


def test_a_curve_that_still_rises_has_no_limit(case: nc.Study) -> None:
    ax = plot_saturation(saturation(case, codes="direction"))
    assert len(ax.lines) == 2
    assert ax.get_ylabel() == "constructs heard, by direction"
    assert alt_text(ax).endswith("8: 9.0.")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_alt_text_tells_the_curve(case: nc.Study, code: str) -> None:
    with language(code):
        text = alt_text(plot_saturation(saturation(case)))
    mark = "." if code == "en" else ","
    assert f"1: 1{mark}9; 2: 2{mark}9" in text
    assert " 5 " in text
    assert " 4" in text.rsplit("8: ", 1)[1]


def test_no_curve_is_told() -> None:
    study = nc.read_study(nc.study.bundled("synthetic/myndighedsfunktion"))
    with pytest.raises(InputError, match="no coding of an interview"):
        plot_saturation(saturation(study))
