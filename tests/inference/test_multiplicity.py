"""P-values that were tested together."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab.errors import InputError, UnknownNameError
from netcollab.inference import ModelResult, TestResult, adjust_pvalues, adjust_results

FOUR = pd.Series([0.01, 0.04, 0.03, 0.005], index=["H1", "H2", "H3", "H4"])


def test_holm_by_hand() -> None:
    adjusted = adjust_pvalues(FOUR)
    assert adjusted.name == "p_adjusted"
    assert adjusted.to_dict() == pytest.approx(
        {"H1": 0.03, "H2": 0.06, "H3": 0.06, "H4": 0.02}, rel=1e-12
    )


def test_others_by_hand() -> None:
    assert adjust_pvalues(FOUR, method="bonferroni").tolist() == pytest.approx(
        [0.04, 0.16, 0.12, 0.02], rel=1e-12
    )
    assert adjust_pvalues(FOUR, method="fdr_bh").tolist() == pytest.approx(
        [0.02, 0.04, 0.04, 0.02], rel=1e-12
    )


def test_what_was_not_tested_stays_so_and_is_not_counted() -> None:
    some = pd.Series([0.02, np.nan, 0.01], index=["a", "b", "c"])
    adjusted = adjust_pvalues(some)
    assert adjusted[["a", "c"]].tolist() == pytest.approx([0.02, 0.02], rel=1e-12)
    assert np.isnan(adjusted["b"])
    assert adjust_pvalues([np.nan, np.nan]).isna().all()
    assert len(adjust_pvalues([])) == 0
    assert some["a"] == 0.02


def test_a_plain_list_will_do() -> None:
    assert adjust_pvalues([0.5, 0.01]).tolist() == pytest.approx([0.5, 0.02])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_from_its_formula_and_order_kept(values: list[float]) -> None:
    adjusted = adjust_pvalues(values).to_numpy()
    order = np.argsort(values, kind="stable")
    m, so_far = len(values), 0.0
    for step, place in enumerate(order):
        so_far = max(so_far, min(1.0, (m - step) * values[place]))
        assert adjusted[place] == pytest.approx(so_far, rel=1e-12, abs=1e-300)
    assert (adjusted >= np.array(values)).all()
    assert (adjust_pvalues(values, method="bonferroni") >= adjusted).all()


@pytest.mark.parametrize("wrong", [[0.5, 1.2], [-0.1]])
def test_what_is_no_p_is_told(wrong: list[float]) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        adjust_pvalues(wrong)


def test_two_tests_of_one_name_are_refused() -> None:
    slopes = pd.DataFrame({"pvalue": [0.01, 0.2]}, index=["x", "z"])
    model = ModelResult(test="regression", null="no slope", coefficients=slopes)
    single = TestResult("QAP", "no link", pvalue=0.04)
    with pytest.raises(InputError, match="are called q: x; name"):
        adjust_results({"q": model, "q: x": single}, family="links")
    told = adjust_results({"q": model, "p: x": single}, family="links")
    assert told.index.tolist() == ["q: x", "q: z", "p: x"]


def test_an_unknown_method_is_told() -> None:
    with pytest.raises(UnknownNameError, match=r'did you mean "holm"'):
        adjust_pvalues([0.1], method="hollm")


def test_the_room_opens_without_statsmodels() -> None:
    program = (
        "import sys, netcollab.inference as room\n"
        "assert 'statsmodels' not in sys.modules\n"
        "assert 'adjust_pvalues' in dir(room)\n"
        "room.adjust_pvalues\n"
        "assert 'statsmodels' in sys.modules\n"
        "try:\n    room.nothing\n"
        "except AttributeError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "no attribute 'nothing'" in done.stdout
