"""Prompts as a table: those of the page, and no small unit by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from netcollab.errors import RefusedError, UnknownNameError
from netcollab.report import language, workshop_prompts, write_feedback
from netcollab.study import Study, bundled, read_study


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(bundled("synthetic/myndighedsfunktion"))


def test_the_table_says_what_the_page_says(study: Study, tmp_path: Path) -> None:
    made = write_feedback(
        study, tmp_path / "out", languages=["da"], sites=["klintby"], pdf=False
    )
    with language("da"):
        prompts = workshop_prompts(study, "klintby")
    page = made.pages[0].read_text("utf-8")
    assert prompts.columns.tolist() == ["kind", "fact", "question"]
    assert prompts["kind"].tolist()[:2] == ["Hold fast i", "Set på samme måde"]
    for told in prompts.to_numpy().ravel():
        assert told in page


def test_small_units_are_spoken_of_together_only() -> None:
    people = {"unit1": 3, "unit2": 8, "unit3": 2}
    names = {f"{unit}-{k}": unit for unit, n in people.items() for k in range(n)}
    draws = np.random.default_rng(4)
    answers = [
        (who, "q1", target, int(draws.integers(2, 5)))
        for who, unit in names.items()
        for target in people
        if target != unit
    ]
    asked = {"scale": "five", "dimension": "trust", "construct": "capacity"}
    some = Study.from_frames(
        {
            "name": "small",
            "scales": {"five": {"low": 1, "high": 5}},
            "items": {"q1": asked},
        },
        actors=pd.DataFrame({"site": "s", "actor": list(people), "name": list(people)}),
        respondents=pd.DataFrame(
            {"site": "s", "respondent": names.keys(), "actor": names.values()}
        ),
        answers=pd.DataFrame(
            answers, columns=["respondent", "item", "target", "value"]
        ),
    )
    facts = workshop_prompts(some, "s")["fact"]
    assert facts.str.contains("unit1").sum() == 1
    assert facts.str.contains("unit1 + unit3", regex=False).sum() == 1


def test_what_cannot_be_told_is_refused(study: Study) -> None:
    with pytest.raises(UnknownNameError, match='did you mean "nordvik"'):
        workshop_prompts(study, "nordvk")
    case = read_study(bundled("cases/alvorlig_sykt_barn"))
    with pytest.raises(RefusedError, match="to report back"):
        workshop_prompts(case, case.actors["site"].iloc[0])
