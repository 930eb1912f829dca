"""Words and numbers in three languages."""

from __future__ import annotations

import string
import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netcollab import measures
from netcollab.errors import InputError, UnknownNameError
from netcollab.report import labels
from netcollab.report.labels import (
    LANGUAGES,
    ambient_language,
    label,
    language,
    name_of,
    number,
    word,
)
from netcollab.study import TIE_STATES

MEASURES = (
    "in_degree out_degree degree in_strength out_strength strength betweenness "
    "closeness harmonic_closeness eigenvector katz pagerank hubs authorities "
    "beta_centrality core_number constraint effective_size efficiency hierarchy "
    "brokerage density reciprocity transitivity centralization ei_index assortativity "
    "connectedness krackhardt_hierarchy krackhardt_efficiency lubness core_periphery "
    "modularity tie_asymmetry gini theil herfindahl mixing dependence imbalance "
    "mutual_dependence resource_gap same difference power_profile rank_intervals "
    "formal_gaps information_centrality current_flow_betweenness compactness "
    "fragmentation cross_boundary_share yules_q coleman iqv theil_decomposition "
    "power_intervals power_tables rank_discrepancy rank_spread tie_asymmetry_adjusted"
)


def phrases(code: str) -> dict[str, str]:
    return dict(labels._phrases(code))


def fields(phrase: str) -> list[str]:
    return sorted({f for _, f, _, _ in string.Formatter().parse(phrase) if f})


@pytest.mark.parametrize("code", ["nb", "da"])
def test_every_language_has_the_same_phrases_with_the_same_fields(code: str) -> None:
    english, other = phrases("en"), phrases(code)
    assert list(other) == list(english)
    differing = [k for k in english if fields(english[k]) != fields(other[k])]
    assert not differing


@pytest.mark.parametrize("code", LANGUAGES)
def test_states_measures_and_verdicts_have_words(code: str) -> None:
    with language(code):
        assert len({label(f"state.{state}") for state in TIE_STATES}) == len(TIE_STATES)
        named = {*MEASURES.split(), *measures.__all__}
        assert all(label(f"measure.{measure}") for measure in named)
        for verdict in ("supported", "contradicted", "inconclusive", "not testable"):
            assert label(f"verdict.{verdict}")


@pytest.mark.parametrize("code", LANGUAGES)
def test_letters_of_unknown_cells_differ(code: str) -> None:
    with language(code):
        unknown = [s for s in TIE_STATES if s not in ("observed", "structural")]
        assert len({label(f"letter.{state}") for state in unknown}) == len(unknown)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("nb", ["ikke spurt", "svarte ikke", "vet ikke"]),
        ("da", ["ikke spurgt", "svarede ikke", "ved ikke"]),
        ("en", ["not asked", "did not answer", "don't know"]),
    ],
)
def test_reasons_are_the_agreed_words(code: str, words: list[str]) -> None:
    with language(code):
        keys = ("not_asked", "no_answer", "dont_know")
        assert [label(f"state.{key}") for key in keys] == words


def test_language_is_restored_even_after_an_error() -> None:
    with pytest.raises(RuntimeError), language("da"):
        raise RuntimeError
    with language("nb"), language("da"):
        assert ambient_language() == "da"
    assert ambient_language() == "en"


def test_language_of_one_thread_is_not_that_of_another() -> None:
    seen = []
    with language("nb"):
        other = threading.Thread(target=lambda: seen.append(ambient_language()))
        other.start()
        other.join()
    assert seen == ["en"]


def test_unknown_names_are_told() -> None:
    with pytest.raises(UnknownNameError, match="did you mean"):
        label("state.not_askd")
    with pytest.raises(UnknownNameError, match="sv"), language("sv"):
        pass
    with pytest.raises(InputError, match="count"):
        label("count.tie")


def test_one_and_many() -> None:
    assert [label("count.actor", count=n) for n in (0, 1, 2)] == [
        "0 actors",
        "1 actor",
        "2 actors",
    ]
    with language("nb"):
        assert label("count.possible", count=1) == "1 mulig bånd"
        assert label("count.draw", count=40320) == "40\N{NO-BREAK SPACE}320 trekninger"


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert label("alt.ties", ties="{count} $x$") == "Ties: {count} $x$."


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("en", "−1,234,567.50"),
        ("nb", "−1\u00a0234\u00a0567,50"),
        ("da", "−1.234.567,50"),
    ],
)
def test_numbers_are_written_as_the_language_does(code: str, told: str) -> None:
    with language(code):
        assert number(-1234567.5) == told


def test_undefined_infinite_and_zero() -> None:
    told = [number(x, 1) for x in (np.nan, np.inf, -np.inf, -0.04, 0.0)]
    assert told == ["–", "∞", "−∞", "0.0", "0.0"]
    assert [number(x, 0, signed=True) for x in (2, 0, -2)] == ["+2", "0", "−2"]


@given(
    value=st.floats(-1e9, 1e9),
    decimals=st.integers(0, 6),
    code=st.sampled_from(LANGUAGES),
)
def test_a_language_changes_no_number(value: float, decimals: int, code: str) -> None:
    with language(code):
        told = number(value, decimals)
    group, point = {"en": (",", "."), "nb": ("\u00a0", ","), "da": (".", ",")}[code]
    plain = told.replace("−", "-").replace(group, "").replace(point, ".")
    assert float(plain) == pytest.approx(round(value, decimals), abs=10.0**-decimals)


def test_names_fall_back_to_the_nearest_language_and_then_to_the_id() -> None:
    people = pd.DataFrame(
        {"name_en": ["Tax", "Work", None], "name_nb": ["Skatt", "", None]},
        index=["tax", "nav", "ks"],
    )
    with language("da"):
        assert name_of(people).tolist() == ["Skatt", "Work", "ks"]
        assert [name_of(people.loc[actor]) for actor in people.index] == [
            "Skatt",
            "Work",
            "ks",
        ]
    assert name_of(people).tolist() == ["Tax", "Work", "ks"]
    assert name_of(people[[]]).tolist() == ["tax", "nav", "ks"]


def test_own_name_column_wins_over_another_language() -> None:
    people = pd.DataFrame({"name": ["NAV"], "name_en": ["Labour"]}, index=["nav"])
    with language("nb"):
        assert name_of(people).tolist() == ["NAV"]
    assert name_of(people).tolist() == ["Labour"]


def test_words_of_the_data() -> None:
    with language("nb"):
        told = [word(name) for name in ("level", "betweenness", "min_egen")]
    assert told == ["nivå", "mellomposisjon (betweenness)", "min egen"]
