"""The room's front page: every name is there, and nothing loads before its use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from netcollab import report

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", report.__all__)
def test_every_name_answers(name: str) -> None:
    assert getattr(report, name) is not None
    assert name in dir(report)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="plot_everything"):
        _ = report.plot_everything  # type: ignore[attr-defined]


def test_words_load_no_drawing_library() -> None:
    code = (
        "import sys; from netcollab.report import label; label('count.tie', count=2);"
        "heavy = {'matplotlib', 'seaborn', 'IPython', 'nbconvert'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )


def test_theme_is_a_function_after_its_module_was_loaded() -> None:
    with report.theme():
        assert report.size_mm("page")[0] == pytest.approx(170 / 25.4)
