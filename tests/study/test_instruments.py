"""Instruments: complete in three languages, on one scale, read by name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pytest

from netcollab.errors import InputError, UnknownNameError
from netcollab.study import (
    Instrument,
    Study,
    codebook,
    instrument,
    instrument_names,
    read_instrument,
)

LANGUAGES = {"nb", "da", "en"}
FOLDER = files("netcollab") / "study" / "instruments"
QUESTIONNAIRES = ["leadership", "relational_capacity"]
OWN = """\
name = "own"
kind = "questionnaire"

[constructs.ease]
label = { nb = "Letthet" }

[dimensions.access]
construct = "ease"
label = { nb = "Tilgang" }

[scales.agree3]
low = 1
high = 3

[items.ease_1]
dimension = "access"
scale = "agree3"
label = { nb = "Det er lett å få tak i {target}." }
"""
CODING = """\
name = "own"
kind = "coding"

[scale]
low = 0
high = 1
labels = { 0 = { nb = "nei" }, 1 = { nb = "ja" } }

[constructs.rules]
label = { nb = "Regler" }

[indicators.written]
construct = "rules"
label = { nb = "Skriftlig" }
anchors = { 0 = { nb = "ingen" }, 1 = { nb = "finnes" } }
"""


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


@pytest.mark.parametrize("name", instrument_names())
def test_every_text_of_every_instrument_is_in_three_languages(name: str) -> None:
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))

    def texts(part: Mapping[str, object], path: str) -> list[str]:
        found = []
        if LANGUAGES & set(part):
            assert set(part) == LANGUAGES, path
            found += [str(words) for words in part.values()]
        for key, inner in part.items():
            if isinstance(inner, dict):
                found += texts(inner, f"{path}.{key}")
        return found

    found = texts(told, name)
    assert len(found) > 30
    assert all(words == words.strip() and words for words in found)


def test_relational_capacity_has_six_dimensions_of_two_items() -> None:
    asked = instrument("relational_capacity")
    assert list(asked.dimensions) == [
        "mutual_knowledge",
        "mutual_respect",
        "professional_contributions",
        "knowledge_sharing",
        "problem_solving",
        "innovation",
    ]
    shorts = ["knowledge", "respect", "contribution", "sharing", "solving"]
    names = [f"rc_{s}_{n}" for s in [*shorts, "innovation"] for n in (1, 2)]
    assert list(asked.items) == names
    items = asked.items.values()
    assert [item.dimension for item in items] == [
        d for d in asked.dimensions for _ in "ab"
    ]
    assert {item.construct for item in items} == {"relational_capacity"}
    assert {(item.about, item.reversed) for item in items} == {("target", False)}
    for item in items:
        assert all(words.count("{target}") == 1 for words in item.label.values())


def test_leadership_has_four_dimensions_and_one_reversed_item() -> None:
    asked = instrument("leadership")
    dimensions = ["shared_vision", "participation", "framing", "insistent_involvement"]
    assert list(asked.dimensions) == dimensions
    shorts = ["vision", "participation", "framing", "insistent"]
    assert list(asked.items) == [f"lead_{s}_{n}" for s in shorts for n in (1, 2)]
    assert {item.about for item in asked.items.values()} == {"own_leader"}
    reversed_ = [item.name for item in asked.items.values() if item.reversed]
    assert reversed_ == ["lead_participation_2"]


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_questionnaires_share_one_scale_with_its_missing_codes(name: str) -> None:
    (scale,) = instrument(name).scales.values()
    assert (scale.name, scale.low, scale.high) == ("agree5", 1, 5)
    assert scale.missing == {"98": "dont_know", "99": "not_applicable"}
    assert list(scale.labels) == ["1", "2", "3", "4", "5", "98", "99"]
    assert scale == next(iter(instrument(QUESTIONNAIRES[0]).scales.values()))


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_no_wording_asks_two_things_at_length(name: str) -> None:
    words = [w for i in instrument(name).items.values() for w in i.label.values()]
    assert len(set(words)) == len(words)
    assert max(len(w.split()) for w in words) <= 20
    assert all((w.endswith(".") and w[0].isupper()) or w[0] == "{" for w in words)


def test_formal_structure_gives_each_code_of_each_indicator_a_meaning() -> None:
    scheme = instrument("formal_structure")
    assert (scheme.kind, scheme.scale) == ("coding", (0, 2))
    assert list(scheme.constructs) == [
        "formal_organisation",
        "formalised_structures",
        "formalised_work_processes",
        "formalised_strategies",
    ]
    per_construct = [i.construct for i in scheme.indicators.values()]
    assert [per_construct.count(name) for name in scheme.constructs] == [3, 2, 3, 3]
    for indicator in scheme.indicators.values():
        assert list(indicator.anchors) == [0, 1, 2]
        for language in LANGUAGES:
            told = [words[language] for words in indicator.anchors.values()]
            assert len(set(told)) == 3


def test_the_codebook_is_the_form_of_the_manifest() -> None:
    sections = codebook("relational_capacity", instrument("leadership"))
    asked = [instrument(name) for name in ("relational_capacity", "leadership")]
    study = Study.from_frames(
        {"name": "x", **sections},
        actors=pd.DataFrame({"actor": ["ppr", "nav"]}),
        respondents=pd.DataFrame({"respondent": ["r1"], "actor": ["nav"]}),
        answers=pd.DataFrame(
            {
                "respondent": ["r1", "r1", "r1"],
                "item": ["rc_respect_1", "rc_respect_2", "lead_vision_1"],
                "target": ["ppr", "ppr", ""],
                "value": ["4", "98", "5"],
            }
        ),
    )
    assert study.manifest.items == {**asked[0].items, **asked[1].items}
    assert study.manifest.scales == asked[0].scales
    assert study.answers["missing_reason"].tolist()[1] == "dont_know"
    assert codebook("formal_structure") == {"scales": {}, "items": {}}


def test_two_instruments_may_not_mean_different_things_by_one_name(
    tmp_path: Path,
) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN.replace("agree3", "agree5"), encoding="utf-8")
    with pytest.raises(InputError, match='scale "agree5" of the instrument "own"'):
        codebook("leadership", read_instrument(file))


def faults(tmp_path: Path, text: str) -> list[tuple[str, int | None, str]]:
    """Code, line and key of each problem of an instrument file."""
    file = tmp_path / "own.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_instrument(file)
    return [(p.code, p.row, p.place.key) for p in caught.value.problems]


def test_an_instrument_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(OWN, encoding="utf-8")
    own = read_instrument(str(file))
    assert isinstance(own, Instrument)
    assert own.items["ease_1"].construct == "ease"
    file.write_text(CODING, encoding="utf-8")
    assert read_instrument(file).indicators["written"].anchors[1] == {"nb": "finnes"}


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (OWN, 'kind = "questionnaire"', 'kind = "quiz"', ("E-MAN-005", 2, "kind")),
        (OWN, 'kind = "questionnaire"\n', "", ("E-MAN-006", None, "kind")),
        (OWN, 'name = "own"\n', "", ("E-MAN-006", None, "name")),
        (OWN, "{target}", "PPR", ("E-INS-003", 18, "items.ease_1.label.nb")),
        (OWN, "{target}", "{taget}", ("E-INS-003", 18, "items.ease_1.label.nb")),
        (OWN, "{target}", "{target", ("E-INS-003", 18, "items.ease_1.label.nb")),
        (
            OWN,
            'construct = "ease"',
            'construct = "eas"',
            ("E-MAN-011", 8, "dimensions.access.construct"),
        ),
        (
            OWN,
            'dimension = "access"',
            'dimension = "acces"',
            ("E-INS-005", 7, "dimensions.access"),
        ),
        (
            OWN,
            'dimension = "access"\n',
            "",
            ("E-MAN-006", 15, "items.ease_1.dimension"),
        ),
        (
            OWN,
            'scale = "agree3"',
            'scale = "agree4"',
            ("E-MAN-011", 17, "items.ease_1.scale"),
        ),
        (
            OWN,
            'label = { nb = "Tilgang" }',
            "",
            ("E-INS-002", 7, "dimensions.access.label"),
        ),
        (
            OWN,
            'label = { nb = "Det',
            'labels = { nb = "Det',
            ("E-MAN-003", 18, "items.ease_1.labels"),
        ),
        (
            OWN,
            'scale = "agree3"',
            'scale = "agree3"\nconstruct = "haste"',
            ("E-MAN-005", 18, "items.ease_1.construct"),
        ),
        (
            OWN,
            'scale = "agree3"',
            'scale = "agree3"\nabout = "self"',
            ("E-INS-003", 19, "items.ease_1.label.nb"),
        ),
        (
            CODING,
            ', 1 = { nb = "finnes" }',
            "",
            ("E-INS-004", 15, "indicators.written.anchors"),
        ),
        (
            CODING,
            '1 = { nb = "ja" }',
            '2 = { nb = "ja" }',
            ("E-INS-004", 7, "scale.labels"),
        ),
        (
            CODING,
            '1 = { nb = "ja" }',
            'x = { nb = "ja" }',
            ("E-INS-004", 7, "scale.labels"),
        ),
        (CODING, '{ nb = "ja" }', "{}", ("E-INS-002", 7, "scale.labels.1")),
        (CODING, "high = 1", "high = 0", ("E-MAN-009", 5, "scale.low")),
        (CODING, "high = 1\n", "", ("E-MAN-006", 4, "scale.high")),
        (
            CODING,
            'construct = "rules"',
            'construct = "ruls"',
            ("E-MAN-011", 13, "indicators.written.construct"),
        ),
    ],
)
def test_each_fault_is_named_by_line_and_key(
    tmp_path: Path, text: str, old: str, new: str, expected: tuple[str, int | None, str]
) -> None:
    assert text.count(old) == 1
    assert expected in faults(tmp_path, text.replace(old, new))


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    text = OWN.replace("{target}", "PPR").replace("high = 3", "hihg = 3")
    text = text.replace('label = { nb = "Letthet" }', "")
    codes = [code for code, _, _ in faults(tmp_path, text)]
    assert codes == ["E-INS-002", "E-MAN-006", "E-MAN-003", "E-INS-003"]


@pytest.mark.parametrize("kind", ["questionnaire", "coding"])
def test_an_instrument_without_content(tmp_path: Path, kind: str) -> None:
    text = f'name = "x"\nkind = "{kind}"\nscale = {{ low = 0, high = 1 }}\n'
    assert "E-INS-001" in [code for code, _, _ in faults(tmp_path, text)]


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="E-FIL-006"):
        read_instrument(tmp_path / "nowhere.toml")
    assert [c for c, _, _ in faults(tmp_path, "a = [")] == ["E-MAN-036"]
    assert [c for c, _, _ in faults(tmp_path, "scale = 3")][:2] == ["E-MAN-006"] * 2


def test_the_documented_instrument_is_one(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "data.md"
    pages = re.findall(
        r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL
    )
    file = tmp_path / "ease.toml"
    file.write_text(pages[-1], encoding="utf-8")
    assert list(read_instrument(file).items) == ["ease_1"]
