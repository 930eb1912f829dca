"""The dialogue sheet: what was planted, in three languages, and nobody small."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import netcollab as nc
from netcollab.errors import InputError, RefusedError
from netcollab.report import DialogueSheet, dialogue_sheet
from netcollab.study import bundled, simulate

NAME = "shared_language"


@cache
def study() -> nc.Study:
    return nc.read_study(bundled("synthetic/faelles_sprog"))


@cache
def sheet() -> DialogueSheet:
    return dialogue_sheet(study(), NAME, n_resamples=499, rng=1)


def test_three_gaps_and_three_agreements_are_those_planted() -> None:
    gaps = sheet().gaps.set_index("statement")
    assert gaps.index.tolist() == ["sl_09", "sl_04", "sl_13"]
    assert gaps[["first", "second"]].to_numpy().tolist() == [
        ["politician", "union"],
        ["leader", "staff"],
        ["staff", "leader"],
    ]
    assert gaps["beyond_chance"].all()
    assert gaps["gap"].is_monotonic_decreasing
    agreed = sheet().agreements
    assert set(agreed["statement"]) == {"sl_01", "sl_06", "sl_11"}
    assert agreed["agreement"].min() > 0.8
    frame = sheet().to_frame()
    assert frame["kind"].tolist() == ["gap"] * 3 + ["agreement"] * 3


def test_a_group_of_four_is_named_and_nothing_of_it_is_shown() -> None:
    assert sheet().held_back == ("user",)
    own = sheet().groups[sheet().groups["group"] == "user"]
    assert own["mean"].isna().all()
    assert own["n"].eq(0).all()
    shown = sheet().groups[sheet().groups["reason"] == ""]
    assert shown["n"].min() >= 10
    assert "user: too few to show" in re.sub(r"\s+", " ", sheet().summary())
    items, groups, _ = nc.scales.statement_answers(study(), NAME)
    assert sheet().n_missing == int(items[groups != "user"].isna().sum().sum())


def test_a_higher_threshold_holds_more_back() -> None:
    strict = dialogue_sheet(study(), NAME, min_respondents=19, n_resamples=99, rng=1)
    shown = strict.groups[strict.groups["reason"] == ""]
    assert shown["n"].min() >= 19
    assert "union" in strict.held_back
    with pytest.raises(RefusedError, match="no statement"):
        dialogue_sheet(study(), NAME, min_respondents=45)


@pytest.mark.parametrize(
    ("code", "words", "synthetic"),
    [
        ("en", "Technology has given more time for citizens", "Synthetic data"),
        ("nb", "Teknologien har gitt mer tid til borgerne", "Syntetiske data"),
        ("da", "Teknologien har givet mere tid til borgerne", "Syntetiske data"),
    ],
)
def test_text_and_html_speak_the_language(
    code: str, words: str, synthetic: str
) -> None:
    with nc.report.language(code):
        text, page = sheet().summary(), sheet()._repr_html_()
    mark = "." if code == "en" else ","
    for told in (re.sub(r"\s+", " ", text), page):
        assert words in told
        assert synthetic in told
        assert f"3{mark}9 (n 18)" in told
        assert f"2{mark}1" in told
    assert text.count("\n- ") == 8
    assert page.count("<li>") == 8
    assert max(map(len, text.splitlines())) <= 88


def test_a_group_that_all_said_the_same_is_warned_of() -> None:
    people = [(f"p{k}", "nav", "a" if k < 12 else "b") for k in range(24)]
    told = nc.Study.from_frames(
        {
            "name": "same",
            "scales": {"five": {"low": 1, "high": 5}},
            "items": {"s": {"scale": "five", "construct": "c", "about": "site"}},
        },
        actors=pd.DataFrame({"actor": ["nav", "ks"]}),
        respondents=pd.DataFrame(people, columns=["respondent", "actor", "role"]),
        answers=pd.DataFrame(
            [(f"p{k}", "s", 4 if k < 12 else 1 + k % 5) for k in range(24)],
            columns=["respondent", "item", "value"],
        ),
    )
    same = dialogue_sheet(told, "c", n_resamples=99, rng=1)
    assert same.n_same == 1
    assert "all of a group gave the same answer" in same.summary()
    assert sheet().n_same == 0


def test_no_respondent_is_in_it() -> None:
    names = study().respondents["respondent"].tolist()
    told = (
        f"{sheet().summary()} {sheet()._repr_html_()} {sheet().to_frame()} {sheet()!r}"
    )
    assert not any(re.search(rf"\b{name}\b", told) for name in names)


def test_words_are_escaped_in_html() -> None:
    words = {"en": "<b>we & they</b>"}
    spec = {"scale": "five", "construct": "c", "about": "site", "label": words}
    people = [(f"p{k}", "nav", "a" if k < 10 else "b") for k in range(20)]
    odd = nc.Study.from_frames(
        {
            "name": "odd",
            "scales": {"five": {"low": 1, "high": 5}},
            "items": {"s": spec},
        },
        actors=pd.DataFrame({"actor": ["nav", "ks"]}),
        respondents=pd.DataFrame(people, columns=["respondent", "actor", "role"]),
        answers=pd.DataFrame(
            [(f"p{k}", "s", 1 + k % 5) for k in range(20)],
            columns=["respondent", "item", "value"],
        ),
    )
    page = dialogue_sheet(odd, "c", rng=1)._repr_html_()
    assert "&lt;b&gt;we &amp; they&lt;/b&gt;" in page
    assert "<b>" not in page


def test_without_effects_no_gap_is_said_to_be_more_than_chance(tmp_path: Path) -> None:
    called = 0
    for seed in range(10):
        folder = simulate(
            "faelles_sprog", tmp_path / str(seed), seed=seed, effects="none"
        )
        found = dialogue_sheet(nc.read_study(folder), NAME, n_resamples=199, rng=seed)
        called += int(found.gaps["beyond_chance"].sum() > 0)
        assert len(found.gaps) == 3
        if not found.gaps["beyond_chance"].any():
            assert "may be chance" in found.summary()
    # Expected one in twenty: three or more in ten have probability .01.
    assert called <= 2


def test_a_statement_that_divides_is_no_agreement() -> None:
    many = dialogue_sheet(study(), NAME, n_agreements=16, n_resamples=499, rng=1)
    called = set(many.gaps.loc[many.gaps["beyond_chance"], "statement"])
    assert len(called) == 3
    assert not called & set(many.agreements["statement"])
    assert len(many.agreements) <= 13


def test_bad_arguments_are_named() -> None:
    with pytest.raises(InputError, match="min_respondents"):
        dialogue_sheet(study(), NAME, min_respondents=0)
    with pytest.raises(InputError, match="n_gaps"):
        dialogue_sheet(study(), NAME, n_gaps=0)
    with pytest.raises(InputError, match="alpha"):
        dialogue_sheet(study(), NAME, alpha=5)
