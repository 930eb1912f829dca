"""Instruments: complete in three languages, on one scale, read by name."""

from __future__ import annotations

import tomllib
from importlib.resources import files

import pytest

from netcollab.errors import UnknownNameError
from netcollab.study.instruments import instrument

LANGUAGES = {"nb", "da", "en"}


def test_the_scheme_is_complete_in_three_languages() -> None:
    scheme = instrument("ansell_gash")
    assert (scheme.name, scheme.kind, scheme.scale) == (
        "ansell_gash",
        "coding",
        (-2, 2),
    )
    assert list(scheme.scale_labels) == [-2, -1, 0, 1, 2]
    texts = [scheme.title, *scheme.scale_labels.values()]
    for construct in scheme.constructs.values():
        texts += [construct.label, construct.definition]
    for text in texts:
        assert set(text) == LANGUAGES
        assert all(words.strip() for words in text.values())


def test_every_definition_says_what_minus_and_plus_mean() -> None:
    signs = {"nb": ("Minus:", "Pluss:"), "da": ("Minus:", "Plus:")}
    signs["en"] = signs["da"]
    for construct in instrument("ansell_gash").constructs.values():
        for language, (low, high) in signs.items():
            words = construct.definition[language]
            assert words.count(low) == words.count(high) == 1


def test_the_constructs_stand_in_the_order_of_the_theory() -> None:
    scheme = instrument("ansell_gash")
    parts = [construct.part for construct in scheme.constructs.values()]
    assert list(dict.fromkeys(parts)) == [
        "starting_conditions",
        "process",
        "institutional_design",
        "leadership",
    ]
    assert parts == sorted(parts, key=list(dict.fromkeys(parts)).index)
    assert all(name == construct.name for name, construct in scheme.constructs.items())


def test_an_unknown_instrument_names_the_known_ones() -> None:
    with pytest.raises(UnknownNameError, match='did you mean "ansell_gash"'):
        instrument("ansel_gash")


def test_the_file_holds_nothing_the_reader_leaves_out() -> None:
    place = files("netcollab") / "study" / "instruments" / "ansell_gash.toml"
    told = tomllib.loads(place.read_text(encoding="utf-8"))
    assert set(told) == {"name", "kind", "source", "title", "scale", "constructs"}
    assert set(told["scale"]) == {"low", "high", "labels"}
    for spec in told["constructs"].values():
        assert set(spec) == {"part", "label", "definition"}
